/* rows.c: what CSV and JSON Lines have in common; see rows.h. */
#include "compiler/cli/rows.h"

#include <string.h>

#include "compiler/cli/messages.h"

static bool ends_with(Text text, Text end)
{
    return text.size >= end.size && text_equal(text_slice(text, text.size - end.size, text.size), end);
}

static bool keep_header(RowReader *rows, const CellList *names)
{
    Arena *arena = &rows->feed.cli->arena;
    rows->header = arena_array(arena, names->count, sizeof *rows->header);
    rows->header_count = names->count;
    for (uint32_t i = 0; i < names->count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (text_equal(names->items[i], rows->header[j])) {
                message_error_at(rows->feed.cli, rows->feed.name, rows->line, MSG_DOUBLE_COLUMN,
                                 (Holes){.a = names->items[i]});
                return false;
            }
        }
        rows->header[i] = arena_text_copy(arena, names->items[i]);
    }
    return true;
}

static void start(RowReader *rows, Cli *cli, char separator)
{
    memset(rows, 0, sizeof *rows);
    cli_arena(cli, &rows->scratch);
    rows->separator = separator;
    rows->next_line = 1;
}

static bool read_header(RowReader *rows)
{
    rows->is_json = ends_with(rows->feed.name, TEXT(".jsonl"));
    (void)feed_fill(&rows->feed);
    /* Standard input has no name to go by: JSON Lines begin with a brace, which no CSV header does. */
    if (rows->feed.fd == 0 && rows->feed.end > 0)
        rows->is_json = rows->feed.data[0] == '{';
    CellList names = {NULL, 0, 0};
    RowStatus status = ROW_STARVED;
    do {
        status = rows->is_json ? jsonl_header(rows, &names) : csv_header(rows, &names);
    } while (status == ROW_STARVED && rows_refill(rows));
    if (status == ROW_READ)
        return keep_header(rows, &names);
    if (status != ROW_STOP && !rows->feed.failed)
        message_error_at(rows->feed.cli, rows->feed.name, 1, MSG_NO_HEADER, (Holes){.a = {NULL, 0}});
    return false;
}

bool rows_open(RowReader *rows, Cli *cli, const char *path, char separator)
{
    start(rows, cli, separator);
    return feed_open(&rows->feed, cli, path) && read_header(rows);
}

bool rows_take_over(RowReader *rows, Cli *cli, int fd, Text name, char separator)
{
    start(rows, cli, separator);
    feed_take_over(&rows->feed, cli, fd, name);
    return read_header(rows);
}

void rows_copy(RowReader *to, const RowReader *from, Cli *cli)
{
    *to = *from;
    to->feed = (Feed){.cli = cli, .name = from->feed.name, .fd = -1, .is_piece = true};
    cli_arena(cli, &to->scratch);
    to->unknown = NULL;
    to->unknown_count = 0;
    to->unknown_capacity = 0;
    to->cells = arena_array(&cli->arena, (size_t)from->wanted_count + 1, sizeof *to->cells);
}

bool rows_has(const RowReader *rows, Text name)
{
    for (uint32_t i = 0; i < rows->header_count; i++) {
        if (text_equal(rows->header[i], name))
            return true;
    }
    return false;
}

uint32_t rows_find_wanted(const RowReader *rows, Text name)
{
    for (uint32_t i = 0; i < rows->wanted_count; i++) {
        if (text_equal(rows->wanted[i], name))
            return i;
    }
    return BD_NONE;
}

uint32_t rows_want(RowReader *rows, Text name)
{
    uint32_t index = rows_find_wanted(rows, name);
    if (index != BD_NONE)
        return index;
    Arena *arena = &rows->feed.cli->arena;
    rows->wanted = arena_grow(arena, rows->wanted, rows->wanted_count, &rows->wanted_capacity, sizeof *rows->wanted);
    rows->wanted[rows->wanted_count] = arena_text_copy(arena, name);
    return rows->wanted_count++;
}

bool rows_require(RowReader *rows, Text name, uint32_t *index)
{
    if (!rows_has(rows, name)) {
        message_error_at(rows->feed.cli, rows->feed.name, 1, MSG_MISSING_COLUMN, (Holes){.a = name});
        return false;
    }
    *index = rows_want(rows, name);
    return true;
}

void rows_add_unknown(RowReader *rows, Text name)
{
    for (uint32_t i = 0; i < rows->unknown_count; i++) {
        if (text_equal(rows->unknown[i], name))
            return;
    }
    Arena *arena = &rows->feed.cli->arena;
    rows->unknown =
        arena_grow(arena, rows->unknown, rows->unknown_count, &rows->unknown_capacity, sizeof *rows->unknown);
    rows->unknown[rows->unknown_count++] = arena_text_copy(arena, name);
}

static bool is_standard(Text name, const Text *standard, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(name, standard[i]))
            return true;
    }
    return false;
}

void rows_ready(RowReader *rows, const Text *standard, size_t standard_count)
{
    Arena *arena = &rows->feed.cli->arena;
    if (rows->is_json) {
        /* Names of the standard may appear in later rows too: they are wanted, so that they are not unknown. */
        for (size_t i = 0; i < standard_count; i++)
            (void)rows_want(rows, standard[i]);
    }
    rows->cells = arena_array(arena, (size_t)rows->wanted_count + 1, sizeof *rows->cells);
    rows->wanted_of = arena_array(arena, (size_t)rows->header_count + 1, sizeof *rows->wanted_of);
    for (uint32_t i = 0; i < rows->header_count; i++) {
        rows->wanted_of[i] = rows_find_wanted(rows, rows->header[i]);
        if (rows->wanted_of[i] == BD_NONE && !is_standard(rows->header[i], standard, standard_count))
            rows_add_unknown(rows, rows->header[i]);
    }
}

RowStatus rows_next(RowReader *rows)
{
    return rows->is_json ? jsonl_next(rows) : csv_next(rows);
}

void rows_unread(RowReader *rows)
{
    rows->feed.begin = rows->row_begin;
    rows->next_line = rows->line;
}

bool rows_refill(RowReader *rows)
{
    arena_reset(&rows->scratch);
    bool was_full = rows->feed.begin == 0 && rows->feed.end == FEED_MAX_RECORD;
    if (feed_fill(&rows->feed))
        return true;
    if (was_full && !rows->feed.failed) {
        rows->feed.failed = rows->feed.is_too_long = true;
        message_error_at(rows->feed.cli, rows->feed.name, rows->next_line, MSG_RECORD_TOO_LONG,
                         (Holes){.a = cli_number(rows->feed.cli, FEED_MAX_RECORD)});
        return false;
    }
    /* The last row may lack its line end: the readers look at feed.at_end. */
    return rows->feed.at_end && !rows->feed.failed && rows->feed.end > rows->feed.begin;
}

ExitStatus rows_blame(const RowReader *rows)
{
    bool is_file = (rows->feed.fd < 0 && !rows->feed.is_piece) || (rows->feed.failed && !rows->feed.is_too_long);
    return is_file ? EXIT_FILE : EXIT_WANTING;
}

RowStatus rows_next_alone(RowReader *rows)
{
    for (;;) {
        RowStatus status = rows_next(rows);
        if (status != ROW_STARVED)
            return status;
        if (!rows_refill(rows))
            return rows->feed.failed ? ROW_STOP : ROW_END;
    }
}

void rows_report_unknown(RowReader *rows)
{
    if (rows->unknown_count == 0)
        return;
    StringBuilder names;
    builder_init(&names, &rows->scratch);
    for (uint32_t i = 0; i < rows->unknown_count; i++) {
        if (i > 0)
            builder_text(&names, TEXT(", "));
        builder_text(&names, rows->unknown[i]);
    }
    message_warning_at(rows->feed.cli, rows->feed.name, 1, MSG_UNKNOWN_COLUMNS, (Holes){.a = builder_result(&names)});
}

void rows_close(RowReader *rows)
{
    feed_close(&rows->feed);
    arena_free(&rows->scratch);
}
