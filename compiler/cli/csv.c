/* csv.c: rows from CSV as RFC 4180 describes it: quotes, line ends inside quotes, CRLF or LF, an optional byte order mark.
**
** Job: find the cells of one row in the buffer without copying; only a quoted cell with doubled quotes is rewritten, into the scratch
** arena. The buffer itself never changes, so a row can be given back and read again.
** Invariant: the buffer ends in a line end of its own and eight readable bytes (feed.h), so the inner scan needs no bound.
*/
#include <string.h>

#include "compiler/cli/messages.h"
#include "compiler/cli/rows.h"
#include "compiler/cli/word.h"

/* Where a scan is: a cell is [begin, end) of the buffer. */
typedef struct Scan {
    const char *at;    /* next byte */
    const char *limit; /* end of the buffer: the line end there is not the file's */
    uint64_t lines;    /* line ends passed inside quotes */
    Text cell;
    bool is_last; /* the cell ends the row */
} Scan;

static RowStatus stop(RowReader *rows, Message message, Holes holes)
{
    message_error_at(rows->feed.cli, rows->feed.name, rows->line, message, holes);
    return ROW_STOP;
}

/* Writes a quoted cell with its doubled quotes made single. */
static Text undouble(RowReader *rows, Text raw)
{
    char *data = arena_alloc(&rows->scratch, raw.size);
    size_t size = 0;
    for (size_t i = 0; i < raw.size; i++) {
        data[size++] = raw.data[i];
        if (raw.data[i] == '"')
            i++;
    }
    return (Text){data, size};
}

/* The position is behind the opening quote. */
static RowStatus scan_quoted(RowReader *rows, Scan *scan)
{
    const char *begin = scan->at;
    bool is_doubled = false;
    const char *p = begin;
    for (;; p++) {
        if (p >= scan->limit)
            return rows->feed.at_end ? stop(rows, MSG_OPEN_QUOTE, (Holes){.a = {NULL, 0}}) : ROW_STARVED;
        if (*p == '\n')
            scan->lines++;
        if (*p != '"')
            continue;
        if (p + 1 >= scan->limit && !rows->feed.at_end)
            return ROW_STARVED;
        if (p + 1 >= scan->limit || p[1] != '"')
            break;
        is_doubled = true;
        p++;
    }
    Text raw = {begin, (size_t)(p - begin)};
    scan->cell = is_doubled ? undouble(rows, raw) : raw;
    p++;
    if (p + 1 < scan->limit && p[0] == '\r' && p[1] == '\n')
        p++;
    else if (p + 1 == scan->limit && p[0] == '\r')
        p = rows->feed.at_end ? scan->limit : p;
    if (p >= scan->limit && !rows->feed.at_end)
        return ROW_STARVED;
    if (p + 1 == scan->limit && *p == '\r')
        return ROW_STARVED;
    scan->is_last = p >= scan->limit || *p == '\n';
    if (!scan->is_last && *p != rows->separator)
        return stop(rows, MSG_STRAY_QUOTE, (Holes){.a = {NULL, 0}});
    scan->at = p < scan->limit ? p + 1 : p;
    return ROW_READ;
}

static RowStatus scan_cell(RowReader *rows, Scan *scan)
{
    const char separator = rows->separator;
    const char *p = scan->at;
    if (*p == '"' && p < scan->limit) {
        scan->at++;
        return scan_quoted(rows, scan);
    }
    while (*p != separator && *p != '\n' && *p != '"')
        p++;
    scan->cell = (Text){scan->at, (size_t)(p - scan->at)};
    if (*p == separator) {
        scan->at = p + 1;
        scan->is_last = false;
        return ROW_READ;
    }
    if (*p == '"')
        return stop(rows, MSG_STRAY_QUOTE, (Holes){.a = {NULL, 0}});
    if (p >= scan->limit && !rows->feed.at_end)
        return ROW_STARVED;
    scan->is_last = true;
    if (scan->cell.size > 0 && p[-1] == '\r')
        scan->cell.size--;
    scan->at = p < scan->limit ? p + 1 : p;
    return ROW_READ;
}

/* Whether a row holds only ASCII; then it is UTF-8 without a closer look. */
static bool is_ascii(const char *data, size_t size)
{
    uint64_t seen = 0;
    while (size >= 8) {
        uint64_t word = 0;
        memcpy(&word, data, 8);
        seen |= word;
        data += 8;
        size -= 8;
    }
    unsigned char last = 0;
    while (size > 0) {
        last |= (unsigned char)*data;
        data++;
        size--;
    }
    return (seen & UINT64_C(0x8080808080808080)) == 0 && (last & 0x80) == 0;
}

/* Starts a scan at the next row that is no empty line. ROW_END or ROW_STARVED when there is none. */
static RowStatus start(RowReader *rows, Scan *scan)
{
    Feed *feed = &rows->feed;
    for (;;) {
        const char *at = feed->data + feed->begin;
        const char *limit = feed->data + feed->end;
        if (at >= limit)
            return feed->at_end ? ROW_END : ROW_STARVED;
        size_t blank = 0;
        if (*at == '\n')
            blank = 1;
        else if (at + 1 < limit && at[0] == '\r' && at[1] == '\n')
            blank = 2;
        if (blank == 0) {
            *scan = (Scan){.at = at, .limit = limit};
            return ROW_READ;
        }
        feed->begin += blank;
        rows->next_line++;
    }
}

/* Takes the row up to scan->at from the buffer. */
static RowStatus finish(RowReader *rows, const Scan *scan, bool is_known_ascii)
{
    Feed *feed = &rows->feed;
    size_t end = (size_t)(scan->at - feed->data);
    Text row = {feed->data + feed->begin, end - feed->begin};
    rows->row_begin = feed->begin;
    rows->next_line = rows->line + scan->lines + 1;
    feed->begin = end;
    if (!is_known_ascii && !is_ascii(row.data, row.size) && !text_is_utf8(row, NULL))
        return stop(rows, MSG_NOT_UTF8, (Holes){.a = {NULL, 0}});
    return ROW_READ;
}

RowStatus csv_header(RowReader *rows, CellList *out)
{
    static const char BYTE_ORDER_MARK[] = "\xEF\xBB\xBF";
    Feed *feed = &rows->feed;
    if (feed->begin == 0 && feed->end >= 3 && memcmp(feed->data, BYTE_ORDER_MARK, 3) == 0)
        feed->begin = 3;
    Scan scan;
    RowStatus status = start(rows, &scan);
    rows->line = rows->next_line;
    out->count = 0;
    while (status == ROW_READ) {
        status = scan_cell(rows, &scan);
        if (status != ROW_READ)
            return status;
        out->items = arena_grow(&rows->scratch, out->items, out->count, &out->capacity, sizeof *out->items);
        out->items[out->count++] = scan.cell;
        if (scan.is_last)
            return finish(rows, &scan, false);
    }
    return status;
}

static RowStatus wrong_count(RowReader *rows, Scan *scan, uint32_t count)
{
    while (!scan->is_last) {
        RowStatus status = scan_cell(rows, scan);
        if (status != ROW_READ)
            return status;
        count++;
    }
    Cli *cli = rows->feed.cli;
    return stop(rows, MSG_CELL_COUNT, (Holes){.a = cli_number(cli, count), .b = cli_number(cli, rows->header_count)});
}

/* A whole row without quotes and of the right number of cells, eight bytes at a time: what nearly all rows are. Returns false, with
** nothing taken, for any other row: scan_cell then finds out what it is. */
static bool scan_plain(RowReader *rows, Scan *scan, bool *is_plain_ascii)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const char separator = rows->separator;
    const char *begin = scan->at;
    uint32_t column = 0;
    uint64_t seen = 0;
    for (const char *p = begin;; p += sizeof(uint64_t)) {
        uint64_t word = 0;
        memcpy(&word, p, sizeof word);
        seen |= word;
        uint64_t ends = word_mark_equal(word, separator) | word_mark_equal(word, '\n') | word_mark_equal(word, '"');
        for (; ends != 0; ends &= ends - 1) {
            const char *end = p + __builtin_ctzll(ends) / 8;
            if (*end == '"' || column == rows->header_count)
                return false;
            uint32_t wanted = rows->wanted_of[column++];
            if (wanted != BD_NONE)
                rows->cells[wanted] = (Text){begin, (size_t)(end - begin)};
            begin = end + 1;
            if (*end == separator)
                continue;
            scan->at = begin;
            *is_plain_ascii = (seen & (EVERY_BYTE << 7)) == 0;
            return end < scan->limit && column == rows->header_count && end[-1] != '\r';
        }
    }
#else
    (void)rows, (void)scan, (void)is_plain_ascii;
    return false;
#endif
}

RowStatus csv_next(RowReader *rows)
{
    Scan scan;
    RowStatus status = start(rows, &scan);
    if (status != ROW_READ)
        return status;
    rows->line = rows->next_line;
    const char *begin = scan.at;
    bool is_plain_ascii = false;
    if (scan_plain(rows, &scan, &is_plain_ascii))
        return finish(rows, &scan, is_plain_ascii);
    scan.at = begin;
    for (uint32_t column = 0; column < rows->header_count; column++) {
        status = scan_cell(rows, &scan);
        if (status != ROW_READ)
            return status;
        if (rows->wanted_of[column] != BD_NONE)
            rows->cells[rows->wanted_of[column]] = scan.cell;
        if (scan.is_last != (column + 1 == rows->header_count))
            return wrong_count(rows, &scan, column + 1);
    }
    return finish(rows, &scan, false);
}
