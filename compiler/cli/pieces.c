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

/* How much of what is in the buffer makes a piece: about `wanted`, or the first row when that is longer; 0 when no row ends in it. */
static size_t find_cut(const RowReader *rows, size_t wanted)
{
    const char *data = rows->feed.data + rows->feed.begin;
    size_t size = rows->feed.end - rows->feed.begin;
    for (size_t part = wanted;; part *= 2) {
        part = part < size ? part : size;
        bool has_quotes = !rows->is_json && memchr(data, '"', part) != NULL;
        size_t end = last_end(data, part, has_quotes);
        if (end > 0 || part == size)
            return end;
    }
}

/* Pieces are taken one at a time, so what this costs no second thread can win back: the C library's search is the fastest there is. */
static uint64_t count_lines(const char *data, size_t size)
{
    uint64_t lines = 0;
    const char *end = data + size;
    for (const char *at = data; at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        lines++;
    return lines;
}

static void copy(Piece *piece, Cli *cli, const char *data, size_t size)
{
    if (size > piece->capacity) {
        char *bigger = realloc(piece->data, size + FEED_PADDING);
        if (bigger == NULL)
            longjmp(cli->landing, BD_NOMEM);
        piece->data = bigger;
        piece->capacity = size;
    }
    memcpy(piece->data, data, size);
    memset(piece->data + size, 0, FEED_PADDING);
    piece->data[size] = '\n';
    piece->size = size;
}

bool piece_take(Piece *piece, RowReader *rows, size_t wanted)
{
    Feed *feed = &rows->feed;
    size_t cut = 0;
    piece->is_cut = false;
    while (cut == 0) {
        size_t left = feed->end - feed->begin;
        if (left >= wanted || feed->at_end)
            cut = find_cut(rows, wanted);
        if (cut == 0 && feed->at_end)
            cut = left; /* the last row may lack its line end */
        if (cut == 0 && left == FEED_MAX_RECORD) {
            cut = left;
            piece->is_cut = true;
        }
        if (cut == 0 && left == 0 && feed->at_end)
            return false;
        if (cut == 0 && !feed_fill(feed) && (feed->failed || feed->end == feed->begin))
            return false;
    }
    copy(piece, feed->cli, feed->data + feed->begin, cut);
    piece->first_line = rows->next_line;
    rows->next_line += count_lines(piece->data, cut);
    feed->begin += cut;
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
