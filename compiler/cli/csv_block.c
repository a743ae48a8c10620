/* csv_block.c: many plain rows of a CSV file at once; see csv_block.h. */
#include "compiler/cli/csv_block.h"

#include <string.h>

enum { MOST_PATIENCE = 4096, LITTLE = 16 };

void csv_block_init(RowBlock *block, const RowReader *rows, size_t capacity)
{
    Arena *arena = &rows->feed.cli->arena;
    *block = (RowBlock){.stride = rows->header_count, .capacity = capacity, .patience = 1};
    uint32_t *ends = arena_array(arena, capacity * block->stride + CSV_SCAN_SLACK + 1, sizeof *ends);
    ends[0] = UINT32_MAX; /* plus 1: the first cell begins at 0 */
    block->ends = block->scan.ends = ends + 1;
    /* A row of one cell may be one byte: as many line ends as ends. */
    block->scan.lines = arena_array(arena, capacity * block->stride + CSV_SCAN_SLACK, sizeof *block->scan.lines);
    block->column_of = arena_array(arena, (size_t)rows->wanted_count + 1, sizeof *block->column_of);
    for (uint32_t i = 0; i < rows->wanted_count; i++)
        block->column_of[i] = BD_NONE;
    for (uint32_t i = 0; i < rows->header_count; i++) {
        if (rows->wanted_of[i] != BD_NONE)
            block->column_of[rows->wanted_of[i]] = i;
    }
}

/* The rows that have their line end where it belongs: as many as stand before the first that has not. */
static size_t count_whole(RowBlock *block)
{
    const CsvScan *scan = &block->scan;
    size_t rows = scan->end_count / block->stride;
    if (rows > scan->line_count)
        rows = scan->line_count;
    const uint32_t *last = block->ends + block->stride - 1;
    unsigned returns = 0;
    size_t whole = 0;
    while (whole < rows && scan->lines[whole] == last[whole * block->stride])
        returns |= block->data[scan->lines[whole++] - 1] == '\r'; /* a row of two cells has a byte before its end */
    block->has_returns = returns != 0;
    return whole;
}

size_t csv_block_look(RowBlock *block, const RowReader *rows, size_t wanted)
{
    const Feed *feed = &rows->feed;
    /* A row of one cell cannot be told from a blank line. */
    if (rows->is_json || block->stride < 2 || feed->end - feed->begin > UINT32_MAX)
        return 0;
    if (block->careful > 0) {
        block->careful--;
        return 0;
    }
    if (wanted > block->capacity)
        wanted = block->capacity;
    block->data = feed->data + feed->begin;
    csv_scan(&block->scan, block->data, feed->end - feed->begin, rows->separator, wanted * block->stride);
    block->rows = count_whole(block);
    if (block->rows > wanted)
        block->rows = wanted;
    if (block->rows > 0 && block->scan.high != 0) {
        Text text = {block->data, block->ends[block->rows * block->stride - 1]};
        if (!text_is_utf8(text, NULL))
            block->rows = 0;
    }
    if (block->rows >= LITTLE || block->rows == wanted) {
        block->patience = 1;
        return block->rows;
    }
    block->careful = block->patience;
    block->patience = block->patience < MOST_PATIENCE ? block->patience * 2 : MOST_PATIENCE;
    return block->rows;
}

void csv_block_cells(const RowBlock *block, RowReader *rows, size_t row)
{
    const uint32_t *ends = block->ends + row * block->stride;
    for (uint32_t i = 0; i < rows->header_count; i++) {
        if (rows->wanted_of[i] == BD_NONE)
            continue;
        uint32_t begin = ends[(ptrdiff_t)i - 1] + 1;
        size_t size = ends[i] - begin;
        bool has_return =
            block->has_returns && i + 1 == rows->header_count && size > 0 && block->data[ends[i] - 1] == '\r';
        rows->cells[rows->wanted_of[i]] = (Text){block->data + begin, size - has_return};
    }
}

void csv_block_take(const RowBlock *block, RowReader *rows, size_t count)
{
    if (count == 0)
        return;
    const uint32_t *ends = block->ends + count * block->stride - 1;
    rows->row_begin = rows->feed.begin;
    rows->feed.begin += (size_t)*ends + 1;
    rows->line = rows->next_line + count - 1;
    rows->next_line += count;
}
