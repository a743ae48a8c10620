/* records.h: a side file in memory, indexed by a key: allocations, start and stop messages, records of a list.
**
** Job: load the file whole into typed columns and find the records of a key at once. The records of one key keep the order of the file
** until a join reorders them (records_arrange).
** Invariant: order[first .. first + count) are the records of one slot's key.
*/
#ifndef BEDING_CLI_RECORDS_H
#define BEDING_CLI_RECORDS_H

#include "compiler/cli/column.h"
#include "compiler/cli/rows.h"

typedef struct RecordField {
    Text name;           /* in the file */
    bd_column_info info; /* its type; info.optional: the cell may be empty */
    bool is_needed;      /* the file must have the column */
} RecordField;

typedef struct KeySlot {
    Text key;
    uint32_t first, count;
} KeySlot;

typedef struct RecordExact {
    uint32_t record, field;
    Text decimal;
} RecordExact;

typedef struct Records {
    Cli *cli;
    Text name; /* of the file */
    TypedColumn *fields;
    uint32_t field_count;
    Text *keys;
    uint64_t *lines; /* of the file, per record */
    size_t count, capacity;
    uint32_t *order;
    KeySlot *slots;
    size_t slot_count; /* a power of two */
    RecordExact *exact;
    size_t exact_count, exact_capacity;
} Records;

/* What a file of records has: its key, the fields that are read, and names it may have besides without a warning. */
typedef struct RecordShape {
    Text key;
    const RecordField *fields;
    uint32_t field_count;
    const Text *standard;
    size_t standard_count;
} RecordShape;

/* Loads a file of a shape. All memory is the Cli's.
** EXIT_GOOD, or what to end with after the problem was reported. */
ExitStatus records_load(Records *records, Cli *cli, const bd_module *module, const char *path, char separator,
                        const RecordShape *shape);

/* The slot of a key; NULL when there are no records. */
const KeySlot *records_find(const Records *records, Text key);

/* Calls arrange for every key: it may reorder order[0 .. count) and returns how many of them stay. */
void records_arrange(Records *records, uint32_t (*arrange)(const Records *records, uint32_t *order, uint32_t count));

/* The exact text of a cell that did not fit its scale, or the empty text. */
Text records_exact(const Records *records, uint32_t record, uint32_t field);

#endif
