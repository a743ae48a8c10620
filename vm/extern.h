/* extern.h: tables that the host supplies row by row.
**
** Job: keeps the rows of one extern table so that the machine can walk them key by key: level 0 leads from the root by
** the first key to a node, level 1 from that node by the second, and so on; behind the last key stand the values by
** date. Owned by a session; after extern_prepare it does not change any more.
*/
#ifndef BEDING_EXTERN_H
#define BEDING_EXTERN_H

#include "core/arena.h"
#include "core/limits.h"
#include "core/number.h"
#include "module.h"

/* A key in the one form in which it is compared. Integers and booleans: num, den 0. Numbers: num/den in lowest terms.
** Texts: text. */
typedef struct ExternKey {
    int64_t num, den;
    Text text;
} ExternKey;

typedef struct ExternLink {
    ExternKey key;
    int32_t from, to; /* to: the node; -1 in a free place of the table */
} ExternLink;

typedef struct ExternLevel {
    ExternLink *links; /* open-addressed, at most half full */
    size_t places, count;
} ExternLevel;

typedef struct ExternEntry {
    Number value;
    int64_t scaled; /* value times the table's denominator, when is_scaled */
    int32_t node, from;
    bool is_scaled;
    bool is_missing; /* a row without a value: from its date on there is none */
    bool is_end;     /* no row at all from its date on */
    bool is_guess;   /* computed from the last figure of a series that goes on */
} ExternEntry;

typedef struct ExternTable {
    const TableRecord *record;
    ExternLevel levels[TABLE_MAX_DIMENSIONS + 1]; /* the last one: node and date, to find doubles */
    ExternEntry *entries;
    size_t count, capacity;
    bool is_supplied;      /* the host said so: it may have no rows */
    uint32_t *first_entry; /* per node of the last level, +1; made by extern_prepare */
    bool goes_on;          /* a series whose last value holds for every later key */
    bool went_on;          /* and did, or a row that rests on such a value was read */
    int64_t last_key;      /* of a table that goes on; made by extern_prepare */
} ExternTable;

/* The key of a stored integer, boolean or date; of value/denominator; of a text. */
ExternKey extern_key_int(int64_t value);
ExternKey extern_key_ratio(int64_t value, int64_t denominator);
ExternKey extern_key_text(Text text);

/* Adds a row; the texts of keys must live as long as the table. The arena's landing must be set.
** BD_ARGUMENT: there is a row with these keys and this date. BD_LIMIT: too many rows. */
bd_status extern_add(ExternTable *table, Arena *arena, const ExternKey *keys, int32_t from, Number value);

/* Adds a row behind a node that exists. The arena's landing must be set. BD_LIMIT: too many rows. */
bd_status extern_put(ExternTable *table, Arena *arena, ExternEntry row);

/* Sorts what was added. The arena's landing must be set. */
void extern_prepare(ExternTable *table, Arena *arena);

/* From a node of a level by a key to the next node; -1 when there is none or `node` is none. The root is node 0 of
** level 0. */
int32_t extern_step(ExternTable *table, uint32_t level, int32_t node, const ExternKey *key);

/* From a node behind the last key to its latest entry not after `date`, or -1. */
int32_t extern_step_date(const ExternTable *table, int32_t node, int32_t date);

/* The entry, or NULL when the number is none. */
const ExternEntry *extern_entry(const ExternTable *table, int32_t entry);

#endif
