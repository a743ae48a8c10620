/* column_run.h: one column of many rows of plain CSV becomes one typed column.
**
** Job: a loop per kind of column, that asks once what the column is and reads the common forms of a cell eight bytes at a time. What is
** not of the common form goes through column_store; what column_store cannot simply store is marked, for the caller to look at
** row by row.
*/
#ifndef BEDING_CLI_COLUMN_RUN_H
#define BEDING_CLI_COLUMN_RUN_H

#include "compiler/cli/column.h"

/* The cells of a column: see RowBlock. From each cell's first byte on COLUMN_RUN_READ bytes can be read. COLUMN_RUN_ROWS is how many rows there
** may be; there is one at least. Of so many the text stays in the first level cache while one column after the other is read from it. */
enum { COLUMN_RUN_READ = 24, COLUMN_RUN_ROWS = 128 };
typedef struct CellRun {
    const char *data;
    const uint32_t *ends; /* ends[i * stride] ends the cell of row i; the entry before it, plus 1, is where it begins */
    size_t stride, rows;
    bool has_returns; /* cells that end rows: a carriage return at the end is none of theirs */
} CellRun;

/* The cell of row i. */
static inline Text cell_run_at(CellRun run, size_t i)
{
    const uint32_t *end = run.ends + i * run.stride;
    uint32_t begin = end[-1] + 1;
    size_t size = *end - begin;
    if (run.has_returns && size > 0 && run.data[*end - 1] == '\r')
        size--;
    return (Text){run.data + begin, size};
}

/* Stores the cells in rows from `row` on. marks[i] becomes 1 for a cell of run row i that is wrong, inexact, or empty where it may not
** be. The arena serves column_store. */
void column_store_run(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks);

#endif
