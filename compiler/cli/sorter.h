/* sorter.h: any number of records put in order by a key, in bounded memory.
**
** Job: records are collected up to SORTER_MEMORY; what does not fit is sorted and set aside in a temporary file, and the files are merged as
** they are read. Keys are compared byte for byte, so their maker sees to it that this is the wanted order. Equal keys keep their order.
*/
#ifndef BEDING_CLI_SORTER_H
#define BEDING_CLI_SORTER_H

#include <stdio.h>

#include "compiler/cli/cli.h"

enum { SORTER_MEMORY = 32 * 1024 * 1024 };

/* A file of sorted records, and the one that comes next. */
typedef struct SorterRun {
    FILE *file;
    char *record;
    size_t key_size, size, capacity;
    bool is_done;
} SorterRun;

typedef struct Sorter {
    Cli *cli;
    char *bytes; /* records: two sizes, key, content */
    size_t used, capacity;
    size_t *records; /* where each begins */
    size_t count, record_capacity;
    SorterRun *runs;
    size_t run_count, run_capacity;
    size_t next; /* of the records in memory, when there are no runs */
    bool is_reading, failed;
} Sorter;

void sorter_init(Sorter *sorter, Cli *cli);
/* Adds a record. False after reporting that a temporary file failed. */
bool sorter_add(Sorter *sorter, Text key, Text content);
/* Ends the adding. False as above. */
bool sorter_finish(Sorter *sorter);
/* The next record in order; it lives until the next call. False at the end, and when a file failed (sorter->failed, reported). */
bool sorter_next(Sorter *sorter, Text *content);
/* Frees everything; the temporary files are gone. */
void sorter_close(Sorter *sorter);

/* A new temporary file, open for both; its name in *path, for the caller to unlink. NULL after reporting. */
FILE *sorter_temporary(Cli *cli, char **path);

#endif
