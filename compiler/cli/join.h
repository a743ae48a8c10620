/* join.h: what is joined to a line: its allocation, start and stop, and lists of records.
**
** Job: docs/language.md, "Joins". The allocation of a line is the one with its toewijzingnummer and the latest toewijzingsdatum not after
** the dagtekening; its start the last one that began by the line's einddatum, else the first; its stop the first not before that start.
** Side files are in memory, indexed by key; the lists of a batch are gathered row by row.
*/
#ifndef BEDING_CLI_JOIN_H
#define BEDING_CLI_JOIN_H

#include "compiler/cli/lines.h"
#include "compiler/cli/options.h"
#include "compiler/cli/records.h"

typedef struct JoinedList {
    bd_list_info info;
    Records *records;       /* NULL: andere_regels */
    const TypedColumn *key; /* the key of each line of the batch; NULL for andere_regels */
    TypedColumn *gathered;
    bd_column_data *data;
    uint32_t *offsets;
    size_t offset_capacity;
} JoinedList;

typedef struct Join {
    Cli *cli;
    Lines *lines;
    Records groups[GROUP_COUNT];
    uint32_t *line_columns[GROUP_COUNT]; /* per field of groups[g]: the line column it fills, or BD_NONE */
    uint32_t date_field[GROUP_COUNT];    /* toewijzingsdatum, begindatum, einddatum */
    JoinedList *lists;
    uint32_t list_count;
    bd_list_data *data; /* per list of the module */
} Join;

/* Loads the side files that the arguments name, between lines_open and lines_start. EXIT_GOOD, or what to end with. */
ExitStatus join_open(Join *join, Cli *cli, Lines *lines, const Arguments *arguments, char separator);

/* Makes a join for another thread: the side files are shared, which nothing changes any more; `lines` is a copy of from->lines. */
void join_copy(Join *to, const Join *from, Cli *cli, Lines *lines);

/* Joins the batch that lines_next made. False after reporting an error: a list longer than its maximum. */
bool join_apply(Join *join);

/* Whether a group's file is given on the command line. */
bool join_has_file(const Arguments *arguments, LineGroup group);

#endif
