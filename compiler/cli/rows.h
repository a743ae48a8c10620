/* rows.h: rows of named cells, from CSV or from JSON Lines.
**
** Job: one reader for all data files. The caller says which names it wants and gets, for each row, one cell per wanted name as a slice of
** the buffer. Files that end in .jsonl are JSON Lines, all others CSV.
** Cells stay valid until rows_refill, rows_next does not disturb those of earlier rows; an absent cell has data NULL.
** Invariant: `line` is the line of the file on which the last row begins.
*/
#ifndef BEDING_CLI_ROWS_H
#define BEDING_CLI_ROWS_H

#include "compiler/cli/feed.h"

typedef enum RowStatus {
    ROW_READ,
    ROW_STARVED, /* no whole row is left in the buffer: finish with the cells in hand, then rows_refill */
    ROW_END,
    ROW_STOP /* the file is malformed or unreadable; reported */
} RowStatus;

typedef struct RowReader {
    Feed feed;
    bool is_json;
    char separator;
    uint64_t line, next_line;
    Text *header; /* CSV: the header; JSON Lines: the names of the first row */
    uint32_t header_count;
    uint32_t *wanted_of; /* per column of the header: index of the wanted name, or BD_NONE */
    Text *wanted;        /* names asked for */
    uint32_t wanted_count;
    size_t wanted_capacity;
    Text *cells;   /* per wanted name, of the last row */
    Text *unknown; /* names in the file that nobody wanted, in order of appearance */
    uint32_t unknown_count;
    size_t unknown_capacity;
    Arena scratch;    /* unescaped cells; reset by rows_refill */
    size_t row_begin; /* offset of the last row in the buffer, for rows_unread */
} RowReader;

/* Opens a file and reads its header. Reports what goes wrong; then false. rows_close in any case.
** separator: of CSV, ',' or ';'. */
bool rows_open(RowReader *rows, Cli *cli, const char *path, char separator);

/* The same of a file that is open already, and from now on the reader's to close. */
bool rows_take_over(RowReader *rows, Cli *cli, int fd, Text name, char separator);

/* Makes a reader of the same names for another thread, from one that is ready; what it reads is still to be said (pieces.h). */
void rows_copy(RowReader *to, const RowReader *from, Cli *cli);

/* Whether the header has this name. */
bool rows_has(const RowReader *rows, Text name);

/* Asks for a name and returns the index of its cell; the same name gives the same index. Before the first row. */
uint32_t rows_want(RowReader *rows, Text name);

/* Asks for a name that must be in the header; reports its absence as an error that names it, then false. */
bool rows_require(RowReader *rows, Text name, uint32_t *index);

/* Ends the asking: the cells are ready for rows_next. Names known to the standard but not wanted are not counted as unknown. */
void rows_ready(RowReader *rows, const Text *standard, size_t standard_count);

/* Reads the next row into `cells`. */
RowStatus rows_next(RowReader *rows);

/* Gives the last row back: rows_next will read it again. */
void rows_unread(RowReader *rows);

/* Reads more of the file; earlier cells become invalid. False at the end of the file or on failure (then feed.failed). */
bool rows_refill(RowReader *rows);

/* The exit status after a reader has stopped before the end: EXIT_FILE when the file could not be read, EXIT_WANTING when what stands
** in it is wrong. */
ExitStatus rows_blame(const RowReader *rows);

/* As rows_next, refilling where needed: for files whose rows are used one at a time. */
RowStatus rows_next_alone(RowReader *rows);

/* Reports the unknown names, once. */
void rows_report_unknown(RowReader *rows);

void rows_close(RowReader *rows);

/* csv.c and jsonl.c: the next row of either form; used by rows.c only. A CSV header is read with cells = NULL into out. */
typedef struct CellList {
    Text *items;
    uint32_t count;
    size_t capacity;
} CellList;
RowStatus csv_header(RowReader *rows, CellList *out);
RowStatus csv_next(RowReader *rows);
RowStatus jsonl_header(RowReader *rows, CellList *out);
RowStatus jsonl_next(RowReader *rows);

/* Reads one line, without its line end, as line rows->line of the file; the reader stays where it is. */
RowStatus jsonl_read(RowReader *rows, Text line);

/* Adds a name to the unknown ones unless it is there already. */
void rows_add_unknown(RowReader *rows, Text name);

/* The index of the wanted name, or BD_NONE. */
uint32_t rows_find_wanted(const RowReader *rows, Text name);

#endif
