/* counter.h: what a run knows of the counters: for each counter and key the contributions so far, by day.
**
** A key is read from the ledger when a line first needs it, and kept up to date as lines are decided; so a read looks only here. Sums are kept
** as the amount of each day with running totals, days as the changes in how many contributions cover a day, with running totals of covered
** days. Both are sorted by day, so that a read is a search, and a contribution on the latest day, which is the usual one, an append.
**
** Memory is the session's account's. Functions that allocate return false when it has none; they never jump, for a ledger may call them.
*/
#ifndef BEDING_COUNTER_H
#define BEDING_COUNTER_H

#include "core/arena.h"
#include "core/number.h"
#include "module.h"

/* The contributions on one day: of a sum their amount; of days how many contributions more cover this day than the one before. */
typedef struct CounterDay {
    int32_t day;
    int32_t run; /* days: first day of the unbroken run that holds this day; of use where total > 0 */
    int64_t change;
    int64_t total;   /* of all changes up to and including this day */
    int64_t covered; /* days: covered days before this day */
} CounterDay;

/* An amount that is no multiple of the counter's denominator, or did not fit: only the exact evaluator counts with it. */
typedef struct OddAmount {
    int32_t day;
    int64_t numerator, denominator;
} OddAmount;

/* One counter under one key. */
typedef struct CounterKey {
    Text key;
    uint32_t counter;
    bool is_loaded;
    bool has_overflow; /* a running total left 64 bits: the exact evaluator adds up the days itself */
    uint32_t round;    /* of the last line that touched it, in block `block` */
    uint64_t block;
    CounterDay *days;
    size_t count, capacity;
    size_t clean; /* totals are up to date below this index */
    OddAmount *odd;
    size_t odd_count, odd_capacity;
    CounterDay few[2]; /* the first days: most keys have no more */
} CounterKey;          /* the key's bytes stand behind it */

typedef struct Counters {
    Arena arena; /* without landing */
    const bd_module *module;
    struct CounterSlot {
        uint64_t hash;
        CounterKey *key;
    } * slots; /* open-addressed */
    size_t count, size;
} Counters;

/* Brings what counters_find will look at closer; `depth` 0 its slot, 1 what the slot leads to. */
static inline void counters_prefetch(const Counters *counters, uint64_t hash, int depth)
{
    if (counters->size == 0)
        return;
    const struct CounterSlot *slot = &counters->slots[hash & (counters->size - 1)];
    __builtin_prefetch(depth == 0 ? (const void *)slot : (const void *)slot->key);
}

/* The hash that counters_find wants. */
static inline uint64_t counters_hash(uint32_t counter, uint64_t hash)
{
    return hash ^ (uint64_t)counter * UINT64_C(0x9E3779B97F4A7C15);
}

/* The counter under a key, made when there is none; NULL: no memory. The key's bytes are copied. hash: counters_hash of text_hash(key). */
CounterKey *counters_find(Counters *counters, uint32_t counter, Text key, uint64_t hash);

/* Forgets everything and gives the memory back. */
void counters_drop(Counters *counters);

/* Adds a contribution (sign 1) or takes it away (-1): an amount on day `from`, or the days from `from` to `to`. */
bool counter_add(Counters *counters, CounterKey *key, int32_t from, int32_t to, int64_t numerator, int64_t denominator,
                 int sign);

/* The sum over the days from a to b, times the counter's denominator; false: only exactly. key may be NULL: nothing was counted. */
bool counter_sum(const bd_module *module, CounterKey *key, int32_t a, int32_t b, int64_t *out);
bd_status counter_sum_exactly(const bd_module *module, Arena *arena, CounterKey *key, int32_t a, int32_t b,
                              Number *out);
/* How many days from a to b are covered; how many without gap up to the day before a. */
int64_t counter_days(CounterKey *key, int32_t a, int32_t b);
int64_t counter_run(CounterKey *key, int32_t a);

/* What a line adds to one counter, as its program says. The amount is in lowest terms. */
typedef struct Given {
    bool counts;
    int32_t from, to;
    int64_t numerator, denominator;
} Given;

/* The lines of a block that both evaluators look at: which keys they have and what they add. Rows are the batch's, from `first`. */
typedef struct CounterBlock {
    size_t first;
    uint32_t rows;     /* the stride of the arrays below, which hold one entry per counter and row */
    CounterKey **keys; /* NULL: a cell of the key is empty */
    Given *given;
} CounterBlock;

static inline size_t counter_entry(const CounterBlock *block, uint32_t counter, size_t row)
{
    return (size_t)counter * block->rows + (row - block->first);
}

/* Notes what a row adds to a counter of sums or counts. */
void counter_give(CounterBlock *block, const CounterRecord *record, uint32_t counter, size_t row, int32_t day,
                  int64_t value, int64_t denominator);

#endif
