/* csv_block.h: many plain rows of a CSV file at once, as offsets of their cells.
**
** Job: what nearly all rows are (no quotes, the right number of cells, UTF-8) in one go, for readers that then take the file column by
** column. Where rows are anything else the block ends, and csv_next takes the next row with care and says what is wrong with it.
*/
#ifndef BEDING_CLI_CSV_BLOCK_H
#define BEDING_CLI_CSV_BLOCK_H

#include "compiler/cli/csv_scan.h"
#include "compiler/cli/rows.h"

typedef struct RowBlock {
    const char *data; /* the first row's first byte, in the feed's buffer */
    uint32_t
        *ends;     /* of cell c of row r: ends[r * stride + c]; the entry before it, plus 1, is where the cell begins */
    size_t stride; /* cells of a row */
    size_t rows;
    bool has_returns; /* a carriage return stands before some line end */
    CsvScan scan;
    uint32_t *column_of; /* per wanted name: the file's column, or BD_NONE */
    size_t capacity;     /* rows that ends has room for */
    size_t careful;      /* rows to take one by one before the next attempt */
    size_t patience;     /* how many those will be after the next attempt that yields little */
} RowBlock;

/* Room for blocks of at most `rows` rows of a file whose names are settled (rows_ready). */
void csv_block_init(RowBlock *block, const RowReader *rows, size_t capacity);

/* Looks at the rows ahead: at most `wanted` of them, none when the next one needs care. Takes nothing yet. */
size_t csv_block_look(RowBlock *block, const RowReader *rows, size_t wanted);

/* One cell of a row, of a wanted name that is in the header. */
static inline Text csv_block_cell(const RowBlock *block, size_t row, uint32_t wanted)
{
    const uint32_t *end = block->ends + row * block->stride + block->column_of[wanted];
    const uint32_t begin = end[-1] + 1;
    size_t size = *end - begin;
    if (block->has_returns && block->column_of[wanted] + 1 == block->stride && size > 0 &&
        block->data[*end - 1] == '\r')
        size--;
    return (Text){block->data + begin, size};
}

/* The cells of one row of the block, into rows->cells. */
void csv_block_cells(const RowBlock *block, RowReader *rows, size_t row);

/* Takes the first `count` rows. */
void csv_block_take(const RowBlock *block, RowReader *rows, size_t count);

#endif
