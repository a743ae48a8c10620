/* pieces.c: a file of rows cut into pieces; see pieces.h. */
#include "compiler/cli/pieces.h"

#include <stdlib.h>
#include <string.h>

/* Behind the last line end of data[0 .. size) that is not inside quotation marks; 0 when there is none. Of JSON Lines every line end
** counts. */
static size_t last_end(const char *data, size_t size, bool has_quotes)
{
    if (!has_quotes) {
        while (size > 0 && data[size - 1] != '\n')
            size--;
        return size;
    }
    size_t end = 0;
    bool is_inside = false;
    for (size_t i = 0; i < size; i++) {
        is_inside ^= data[i] == '"';
        if (data[i] == '\n' && !is_inside)
            end = i + 1;
    }
    return end;
}

/* Line ends are counted in bytes side by side, which is what the compiler makes many of at once. */
static uint64_t count_lines(const char *data, size_t size)
{
    enum { LANES = 64, STEPS = 255 };
    uint64_t lines = 0;
    while (size >= LANES) {
        uint8_t sums[LANES] = {0};
        for (int step = 0; step < STEPS && size >= LANES; step++, data += LANES, size -= LANES) {
            for (int lane = 0; lane < LANES; lane++)
                sums[lane] = (uint8_t)(sums[lane] + (data[lane] == '\n'));
        }
        for (int lane = 0; lane < LANES; lane++)
            lines += sums[lane];
    }
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    return lines;
}

static void reserve(Piece *piece, Cli *cli, size_t size)
{
    if (size <= piece->capacity)
        return;
    char *bigger = realloc(piece->data, size + FEED_PADDING);
    if (bigger == NULL)
        longjmp(cli->landing, BD_NOMEM);
    piece->data = bigger;
    piece->capacity = size;
}

bool piece_take(Piece *piece, RowReader *rows, size_t wanted)
{
    Feed *feed = &rows->feed;
    size_t size = 0, cut = 0;
    piece->is_cut = false;
    if (feed->failed)
        return false;
    for (size_t part = wanted; cut == 0; part *= 2) {
        part = part < FEED_MAX_RECORD ? part : FEED_MAX_RECORD;
        reserve(piece, feed->cli, part);
        size += feed_take(feed, piece->data + size, part - size);
        bool has_quotes = !rows->is_json && memchr(piece->data, '"', size) != NULL;
        cut = last_end(piece->data, size, has_quotes);
        if (cut == 0 && (feed->failed || size == 0))
            return false;
        if (cut == 0 && size < part)
            cut = size; /* the last row may lack its line end */
        if (cut == 0 && size == FEED_MAX_RECORD) {
            cut = size;
            piece->is_cut = true;
        }
    }
    feed_give_back(feed, piece->data + cut, size - cut);
    feed_seal(piece->data, cut);
    piece->size = cut;
    piece->first_line = rows->next_line;
    rows->next_line += count_lines(piece->data, cut);
    return true;
}

void piece_read(const Piece *piece, RowReader *rows)
{
    Feed *feed = &rows->feed;
    feed->data = piece->data;
    feed->capacity = piece->is_cut ? FEED_MAX_RECORD : piece->capacity;
    feed->begin = 0;
    feed->end = piece->size;
    feed->at_end = !piece->is_cut;
    feed->is_piece = true;
    feed->failed = feed->is_too_long = false;
    rows->next_line = piece->first_line;
    arena_reset(&rows->scratch);
}

void piece_free(Piece *piece)
{
    free(piece->data);
    *piece = (Piece){.data = NULL};
}
