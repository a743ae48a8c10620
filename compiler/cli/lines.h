/* lines.h: declaration lines, from a file to batches of columns.
**
** Job: bind the columns that the module reads to the columns of the file, and fill one batch after the other. What a join supplies is
** left open here (join.h fills it in). A batch points into the buffer of the file, so it lives until the next one.
** Invariant: in a batch every column has a value or an absent mark for every row, also for rows that were malformed.
*/
#ifndef BEDING_CLI_LINES_H
#define BEDING_CLI_LINES_H

#include "compiler/cli/column.h"
#include "compiler/cli/csv_block.h"
#include "compiler/cli/json_block.h"
#include "compiler/cli/rows.h"

enum { LINES_BATCH = 1024 }; /* rows: what the machine works on at once, and stays in the second level cache */

/* The messages joined to a line: their columns carry the prefix, their presence is the column of the name. */
typedef enum LineGroup { GROUP_ALLOCATION, GROUP_START, GROUP_STOP, GROUP_COUNT } LineGroup;
extern const Text LINE_GROUP_NAMES[GROUP_COUNT];    /* "toewijzing" ... */
extern const Text LINE_GROUP_PREFIXES[GROUP_COUNT]; /* "toewijzing_" ... */

/* What the command itself reads of a line, whether or not the module does. */
typedef enum Carried {
    CARRY_DECLARATION,
    CARRY_NUMBER,
    CARRY_ALLOCATION,
    CARRY_CLIENT,
    CARRY_SIGNED,
    CARRY_END,
    CARRY_PROVIDER,
    CARRY_MUNICIPALITY,
    CARRY_PREVIOUS_DECLARATION,
    CARRY_PREVIOUS_LINE,
    CARRY_COUNT
} Carried;

typedef struct LineColumn {
    TypedColumn typed;
    uint32_t cell;    /* of the row reader; BD_NONE: not from the file */
    LineGroup group;  /* whose message it belongs to, or GROUP_COUNT */
    bool is_presence; /* the group's own column */
    bool is_joined;   /* filled by a join */
} LineColumn;

typedef struct Lines {
    Cli *cli;
    const bd_module *module;
    RowReader rows;
    LineColumn *columns; /* of the lines program, in the order of bd_batch */
    uint32_t column_count;
    uint32_t first_column; /* index of columns[0] for bd_module_column */
    TypedColumn carried[CARRY_COUNT];
    uint32_t carried_cells[CARRY_COUNT];
    TypedColumn *others; /* columns of andere_regels, read from the same file; NULL when the module has no such list */
    uint32_t *other_cells;
    uint32_t other_count;
    TypedColumn **keys; /* of joined lists */
    uint32_t *key_cells;
    uint32_t key_count;
    uint32_t *group_cells[GROUP_COUNT]; /* cells of the file with the group's prefix */
    uint32_t group_cell_count[GROUP_COUNT];
    bool is_group_joined[GROUP_COUNT];
    uint32_t credit_cell; /* debet_credit; BD_NONE when the file has no such column, so that all lines are debits */
    bool has_ids;         /* lines are decided in order and may be known: bd_batch.ids is filled */
    bool takes_credits;
    uint8_t *is_credit;
    bd_line_ids ids;
    bool rejects_errors; /* --on-error reject: a malformed row stays, marked in `bad` */
    bool by_declaration; /* a batch ends where a declaration ends */
    bool has_stopped, needs_refill;
    Arena batch_arena; /* kept texts and exact numbers; reset per batch */
    RowBlock block;    /* plain rows are taken many at once: lines_block.h */
    JsonBlock json;    /* those of JSON Lines */
    uint8_t unusual[LINES_BATCH];
    /* The batch. */
    size_t count, capacity;
    uint64_t *file_lines;
    uint64_t *numbers;               /* of a sorted file: the line's number in the input */
    uint32_t number_cell, line_cell; /* of a sorted file; else BD_NONE */
    uint8_t *bad;
    bd_column_data *data;
    bd_exact_cell *exact;
    size_t exact_count, exact_capacity;
    /* Declarations that ended, when by_declaration: hashes of their numbers. */
    uint64_t *seen;
    size_t seen_count, seen_capacity;
} Lines;

typedef struct LinesOptions {
    const char *path;
    char separator;
    bool rejects_errors;
    bool is_group_joined[GROUP_COUNT];
    bool has_ids, takes_credits;
    RowReader *opened; /* taken over; NULL: `path` is opened */
    bool is_sorted;    /* the file is one of in_order.h */
    Text name;         /* of the input it was made of */
} LinesOptions;

/* Opens a file of lines for program 0 of the module. Reports what is missing. lines_close in any case. */
ExitStatus lines_open(Lines *lines, Cli *cli, const bd_module *module, const LinesOptions *options);

/* Asks for a column of text that a join needs as key, before lines_start: its texts per row, or NULL after reporting its absence. */
const TypedColumn *lines_add_key(Lines *lines, Text name);

/* Ends the preparation. */
void lines_start(Lines *lines);

/* Makes lines of the same columns for another thread, from lines that were started; `cli` is that thread's. What they read is still to be
** said (piece_read of rows). lines_close. */
void lines_copy(Lines *to, const Lines *from, Cli *cli);

/* Begins anew with what rows now reads. */
void lines_restart(Lines *lines);

/* Fills the next batch. True when it has rows. At the end: false, and has_stopped tells whether an error was reported. */
bool lines_next(Lines *lines);

/* The texts of a carried column of a row. */
Text lines_text(const Lines *lines, Carried column, size_t row);

/* Fills data from the columns and sorts the exact cells: after the joins. */
void lines_finish(Lines *lines);

/* Adds an exact cell of a joined column. */
void lines_add_exact(Lines *lines, size_t row, uint32_t column, Text decimal);

void lines_close(Lines *lines);

#endif
