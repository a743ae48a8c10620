/* json_block.h: many rows of a JSON Lines file at once, as offsets of their values.
**
** Job: rows whose members come as they did in a row that was read before, in one go (json_scan.h, json_shape.h); their cells are then
** taken column by column, as those of plain CSV are. Every other row is marked, for jsonl_read to read with care and to say what is
** wrong with it.
** Invariant: of a row that is not marked jsonl_read would say nothing, and give these cells.
*/
#ifndef BEDING_CLI_JSON_BLOCK_H
#define BEDING_CLI_JSON_BLOCK_H

#include "compiler/cli/column_run.h"
#include "compiler/cli/json_shape.h"
#include "compiler/cli/rows.h"

typedef struct JsonBlock {
    JsonShape shape;
    JsonLines lines;
    JsonWalk walk;                      /* its rows are the block's */
    uint8_t is_careful[JSON_SCAN_ROWS]; /* per row: to be read by jsonl_read */
    uint32_t begins[JSON_SCAN_ROWS], at[JSON_SCAN_ROWS];
    uint32_t *column_of; /* per wanted name: the member, or BD_NONE; NULL before json_block_init */
} JsonBlock;

/* For a file whose names are settled (rows_ready). What it makes lives in the Cli's arena. */
void json_block_init(JsonBlock *block, const RowReader *rows);

/* Looks at the rows ahead: at most `wanted` of them; none at a blank line, and where the buffer holds no whole row. Takes nothing yet. */
size_t json_block_look(JsonBlock *block, RowReader *rows, size_t wanted);

/* The cells of a wanted name; those of rows that are marked are cells, whatever stands in them. */
CellRun json_block_run(const JsonBlock *block, uint32_t wanted);

/* The text of a row. */
Text json_block_line(const JsonBlock *block, size_t row);

/* Takes the first `count` rows. Those that were marked have been read by now: what they look like is learnt. */
void json_block_take(JsonBlock *block, RowReader *rows, size_t count);

#endif
