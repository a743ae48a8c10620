/* json_both.h: JSON Lines read twice, in blocks and row by row with care, for test_json_block.c and the fuzz target fuzz_jsonl.c.
**
** Everything must be the same: which rows there are, their cells, their line numbers, where reading stops and what is said of it, the names
** that nobody wanted. And every version of the scan must find what the others find.
*/
#ifndef BEDING_TESTS_JSON_BOTH_H
#define BEDING_TESTS_JSON_BOTH_H

#include <stdlib.h>
#include <string.h>

#include "compiler/cli/json_block.h"

static const Text JSON_BOTH_WANTED[] = {
    TEXT_INIT("a"),      TEXT_INIT("b"), TEXT_INIT("naam"),
    TEXT_INIT("leeg"),   TEXT_INIT("d"), TEXT_INIT("een_naam_van_meer_dan_32_bytes_lang"),
    TEXT_INIT("\u00e9"), TEXT_INIT("f"), TEXT_INIT("komt_niet_voor")};
enum { JSON_BOTH_WANTED_COUNT = sizeof JSON_BOTH_WANTED / sizeof *JSON_BOTH_WANTED };

typedef struct JsonBoth {
    Cli cli;
    RowReader rows;
    StringBuilder said;
} JsonBoth;

typedef struct JsonBothResult {
    const char *difference; /* NULL: none */
    size_t rows, plain;     /* rows, and those of them that were taken as a block */
} JsonBothResult;

/* A reader of text in memory. False when there is no first row. */
static inline bool json_both_open(JsonBoth *both, char *data, size_t size, bool at_end)
{
    RowReader *rows = &both->rows;
    both->cli.kept_messages = &both->said;
    builder_init(&both->said, &both->cli.arena);
    *rows = (RowReader){.is_json = true, .next_line = 1};
    rows->feed = (Feed){.cli = &both->cli, .name = TEXT("rijen.jsonl"), .fd = -1, .data = data, .is_piece = true};
    rows->feed.end = size;
    rows->feed.at_end = at_end;
    cli_arena(&both->cli, &rows->scratch);
    CellList names = {NULL, 0, 0};
    if (jsonl_header(rows, &names) != ROW_READ)
        return false;
    rows->header = names.items;
    rows->header_count = names.count;
    for (size_t i = 0; i < JSON_BOTH_WANTED_COUNT; i++)
        (void)rows_want(rows, JSON_BOTH_WANTED[i]);
    rows_ready(rows, NULL, 0);
    return true;
}

static inline bool json_both_same(Text a, Text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool json_both_same_cells(const RowReader *a, const RowReader *b)
{
    for (size_t i = 0; i < JSON_BOTH_WANTED_COUNT; i++) {
        if (!json_both_same(a->cells[i], b->cells[i]))
            return false;
    }
    return true;
}

/* Whether all versions find what the block was made of. */
static inline bool json_both_same_versions(const JsonBlock *block, const RowReader *rows)
{
    static uint32_t cells[JSON_SHAPE_MEMBERS * JSON_SCAN_ROWS * 2], at[JSON_SCAN_ROWS];
    static JsonLines lines;
    const JsonWalk *walk = &block->walk;
    size_t size = rows->feed.end - rows->feed.begin;
    size += rows->feed.at_end && rows->feed.data[rows->feed.end - 1] != '\n';
    for (int version = 0; version < JSON_SCAN_VERSIONS; version++) {
        if (!json_scan_lines_with(version, &lines, walk->data, size))
            continue;
        bool is_same = lines.count == block->lines.count && memcmp(lines.marks, block->lines.marks, lines.count) == 0 &&
                       memcmp(lines.ends, block->lines.ends, lines.count * sizeof *lines.ends) == 0;
        JsonWalk other = *walk;
        other.at = at;
        other.cells = cells;
        memcpy(at, block->begins, walk->rows * sizeof *at);
        (void)json_scan_walk_with(version, &other);
        for (size_t i = 0; is_same && i < walk->rows; i++)
            is_same = at[i] == walk->at[i];
        for (size_t i = 0; is_same && i < walk->member_count * JSON_SCAN_ROWS * 2; i++)
            is_same = i / 2 % JSON_SCAN_ROWS >= walk->rows || cells[i] == walk->cells[i];
        if (!is_same)
            return false;
    }
    return true;
}

/* The status that both agree on; *difference is set where they do not. */
static inline RowStatus json_both_next(RowReader *careful, RowStatus status, RowReader *rows, const char **difference)
{
    if (jsonl_next(careful) != status)
        *difference = "another status";
    else if (careful->line != rows->line)
        *difference = "another line";
    else if (status == ROW_READ && !json_both_same_cells(careful, rows))
        *difference = "other cells";
    return status;
}

/* Reads a block and the same rows with care. False at the end. */
static inline bool json_both_block(JsonBlock *block, RowReader *rows, RowReader *careful, size_t wanted,
                                   JsonBothResult *result)
{
    size_t count = json_block_look(block, rows, wanted);
    if (count == 0) {
        RowStatus status = json_both_next(careful, jsonl_next(rows), rows, &result->difference);
        result->rows += status == ROW_READ;
        return status == ROW_READ && result->difference == NULL;
    }
    if (!json_both_same_versions(block, rows))
        result->difference = "versions differ";
    for (size_t row = 0; row < count && result->difference == NULL; row++) {
        RowStatus status = ROW_READ;
        rows->line = rows->next_line + row;
        if (block->is_careful[row] != 0)
            status = jsonl_read(rows, json_block_line(block, row));
        for (uint32_t i = 0; block->is_careful[row] == 0 && i < rows->wanted_count; i++)
            rows->cells[i] = cell_run_at(json_block_run(block, i), row);
        result->rows++;
        result->plain += block->is_careful[row] == 0;
        if (json_both_next(careful, status, rows, &result->difference) != ROW_READ)
            return false;
    }
    json_block_take(block, rows, count);
    if (result->difference == NULL &&
        (rows->feed.begin != careful->feed.begin || rows->next_line != careful->next_line))
        result->difference = "another place";
    return result->difference == NULL;
}

static inline JsonBothResult json_both_read(Text text, size_t wanted, bool at_end)
{
    static JsonBoth one, other;
    JsonBothResult result = {NULL, 0, 0};
    char *data = malloc(text.size + FEED_PADDING);
    if (data == NULL)
        return (JsonBothResult){"no memory", 0, 0};
    if (text.size > 0)
        memcpy(data, text.data, text.size);
    feed_seal(data, text.size);
    arena_init(&one.cli.arena, NULL);
    arena_init(&other.cli.arena, NULL);
    JsonBlock *block = malloc(sizeof *block);
    bool can_read = json_both_open(&one, data, text.size, at_end);
    if (can_read && json_both_open(&other, data, text.size, at_end) && block != NULL) {
        json_block_init(block, &one.rows);
        while (json_both_block(block, &one.rows, &other.rows, wanted, &result))
            continue;
        bool same_names = one.rows.unknown_count == other.rows.unknown_count;
        for (uint32_t i = 0; same_names && i < one.rows.unknown_count; i++)
            same_names = json_both_same(one.rows.unknown[i], other.rows.unknown[i]);
        if (result.difference == NULL && !same_names)
            result.difference = "other unknown names";
        if (result.difference == NULL && !json_both_same(builder_result(&one.said), builder_result(&other.said)))
            result.difference = "other messages";
    }
    arena_free(&one.rows.scratch);
    arena_free(&other.rows.scratch);
    arena_free(&one.cli.arena);
    arena_free(&other.cli.arena);
    free(block);
    free(data);
    return result;
}

#endif
