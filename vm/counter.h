/* counter.h: what a run knows of the counters: for each counter and key the contributions so far, by day.
**
** A key is read from the ledger when a line first needs it, and kept up to date as lines are decided; so a read looks only here. Sums are kept
** as running totals by day, days as the changes in how many contributions cover a day, with running totals of covered
** days. Both are sorted by day, so that a read is a search, and a contribution on the latest day, which is the usual one, an append.
**
** Memory is an account's. Functions that allocate return false when it has none; they never jump, for a ledger may call them.
*/
#ifndef BEDING_COUNTER_H
#define BEDING_COUNTER_H

#include "core/arena.h"
#include "core/number.h"
#include "module.h"

/* Sums and counts: what was contributed on all days up to and including this one. It may wrap around; the difference of two neighbours, the
** amount of one day, never does. */
typedef struct CounterTotal {
    int32_t day;
    uint64_t total;
} CounterTotal;

/* Days: a day on which the number of contributions that cover it changes. */
typedef struct CounterDay {
    int32_t day;
    int32_t run;     /* first day of the unbroken run that holds this day; of use where total > 0 */
    int64_t change;  /* how many more cover this day than the one before */
    int64_t total;   /* how many cover it */
    int64_t covered; /* covered days before this day */
} CounterDay;

/* An amount that is no multiple of the counter's denominator, or did not fit: only the exact evaluator counts with it. */
typedef struct OddAmount {
    int32_t day;
    int64_t numerator, denominator;
} OddAmount;

typedef struct OddAmounts {
    OddAmount *items;
    size_t count, capacity;
} OddAmounts;

/* The same where there are few days and small numbers, as under most keys. */
typedef struct FewTotal {
    int32_t day, total;
} FewTotal;

enum { COUNTER_KEY_INSIDE = 12, COUNTER_FEW = 4 };

/* One counter under one key. A line finds its keys anywhere in memory and waits for each cache line; so what most keys are fits one. */
typedef struct CounterKey {
    uint32_t touched; /* the last block that has it, of sessions that share it: see rounds_keys.c */
    uint32_t counter : 31;
    uint32_t is_loaded : 1;
    uint32_t size; /* of the key's bytes: here, or behind the structure */
    char inside[COUNTER_KEY_INSIDE];
    /* From here on it belongs to the block that has it: see rounds.h. */
    uint32_t marked;     /* see rounds_left.c */
    uint32_t count : 30; /* entries, sorted by day */
    uint32_t has_many : 1;
    uint32_t has_overflow : 1; /* a running total left 64 bits: the exact evaluator adds up the days itself */
    union {
        FewTotal few[COUNTER_FEW]; /* until has_many */
        struct {
            union {
                CounterTotal *totals; /* of a counter of sums or counts */
                CounterDay *days;     /* of days */
            } at;
            OddAmounts *odd; /* NULL: none */
            uint32_t capacity;
            uint32_t clean; /* days: what follows from the changes is up to date below this index */
        } many;
    } is;
} CounterKey;

static inline Text counter_key_text(const CounterKey *key)
{
    return (Text){key->size <= COUNTER_KEY_INSIDE ? key->inside : (const char *)(key + 1), key->size};
}

typedef struct Counters {
    Arena arena; /* of keys and slots; without landing */
    const bd_module *module;
    struct CounterSlot {
        uint64_t hash;
        CounterKey *key;
    } * slots; /* open-addressed */
    size_t count, size;
    CounterKey *fresh; /* room for keys without bytes behind them, each on a cache line of its own */
    size_t fresh_count;
} Counters;

/* Brings closer what counters_look will look at. */
static inline void counters_prefetch(const Counters *counters, uint64_t hash)
{
    if (counters->size > 0)
        __builtin_prefetch(&counters->slots[hash & (counters->size - 1)]);
}

/* The key that counters_find finds, or one with the same hash, without looking at it; NULL: there is none. */
static inline CounterKey *counters_look(const Counters *counters, uint64_t hash)
{
    if (counters->size == 0)
        return NULL;
    size_t at = hash & (counters->size - 1);
    while (counters->slots[at].key && counters->slots[at].hash != hash)
        at = (at + 1) & (counters->size - 1);
    return counters->slots[at].key;
}

/* Whether it is the counter under that key. */
static inline bool counter_key_is(const CounterKey *key, uint32_t counter, Text text)
{
    return key->counter == counter && text_same(counter_key_text(key), text);
}

/* The hash of a key's bytes, eight at a time. For tables in memory, not against hostile collisions. */
static inline uint64_t counter_text_hash(Text text)
{
    const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = text.size * odd, word = 0;
    size_t at = 0;
    for (; at + sizeof word <= text.size; at += sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        hash = (hash ^ word) * odd;
        hash ^= hash >> 32;
    }
    if (at < text.size && text.size > sizeof word) { /* some bytes a second time, which takes no loop */
        memcpy(&word, text.data + text.size - sizeof word, sizeof word);
        at = text.size;
    } else {
        word = 0;
    }
    for (; at < text.size; at++)
        word = word << 8 | (uint8_t)text.data[at];
    hash =
        (hash ^ word) *
        odd; /* its low bits, which say where a key stands, rest on little of the text until they are mixed once more */
    hash = (hash ^ hash >> 32) * odd;
    return hash ^ hash >> 32;
}

/* The hash that counters_find wants, of a key's counter_text_hash. */
static inline uint64_t counters_hash(uint32_t counter, uint64_t hash)
{
    return hash ^ (uint64_t)counter * UINT64_C(0x9E3779B97F4A7C15);
}

/* The counter under a key, made when there is none; NULL: no memory. The key's bytes are copied. hash: as counters_hash gives it. */
CounterKey *counters_find(Counters *counters, uint32_t counter, Text key, uint64_t hash);

/* Forgets everything and gives the memory back. */
void counters_drop(Counters *counters);

/* Adds a contribution (sign 1) or takes it away (-1): an amount on day `from`, or the days from `from` to `to`. More days than few are kept in
** `arena`, without landing, which must last as long as the key. */
bool counter_add(const bd_module *module, Arena *arena, CounterKey *key, int32_t from, int32_t to, int64_t numerator,
                 int64_t denominator, int sign);

/* The sum over the days from a to b, times the counter's denominator; false: only exactly. key may be NULL: nothing was counted. */
bool counter_sum(const CounterKey *key, int32_t a, int32_t b, int64_t *out);
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
    uint8_t *reads; /* 1: the line's decision looked at the counter */
} CounterBlock;

static inline size_t counter_entry(const CounterBlock *block, uint32_t counter, size_t row)
{
    return (size_t)counter * block->rows + (row - block->first);
}

/* Nothing is looked at or added by the row until its program does so. */
static inline void counter_start_row(CounterBlock *block, uint32_t counters, size_t row)
{
    for (uint32_t c = 0; c < counters; c++) {
        block->given[counter_entry(block, c, row)].counts = false;
        block->reads[counter_entry(block, c, row)] = 0;
    }
}

/* Notes what a row adds to a counter of sums or counts. */
void counter_give(CounterBlock *block, const CounterRecord *record, uint32_t counter, size_t row, int32_t day,
                  int64_t value, int64_t denominator);

#endif
