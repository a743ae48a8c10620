/* lines_block.h: plain rows of a batch, taken column by column; used by lines.c only. */
#ifndef BEDING_CLI_LINES_BLOCK_H
#define BEDING_CLI_LINES_BLOCK_H

#include "compiler/cli/lines.h"

/* Adds the plain rows that come next to the batch, which has room for LINES_BATCH rows. 0: the next row is to be read with care. A row
** that ends the run is reported and sets has_stopped; it is none of the rows added. */
size_t lines_take_block(Lines *lines);

/* A number that a sorted file has in a cell. */
static inline uint64_t lines_read_count(Text cell)
{
    uint64_t count = 0;
    for (size_t i = 0; i < cell.size; i++)
        count = count * 10 + (uint64_t)(cell.data[i] - '0');
    return count;
}

/* lines.c: reads the row in rows.cells into row `count` of the batch, with care. False when the run must end. */
bool lines_read_row(Lines *lines);

#endif
