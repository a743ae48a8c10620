/* counter.c: see counter.h. */
#include "counter.h"

#include <string.h>

#include "beding_ledger.h"
#include "core/date.h"

/* ---- Keys ---- */

enum { FIRST_KEYS = 1024 };

static struct CounterSlot *place_of(const Counters *counters, uint32_t counter, Text key, uint64_t hash)
{
    size_t mask = counters->size - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct CounterSlot *at = &counters->slots[i];
        if (!at->key || (at->hash == hash && at->key->counter == counter && text_equal(at->key->key, key)))
            return at;
    }
}

static bool grow_keys(Counters *counters)
{
    struct CounterSlot *old = counters->slots;
    size_t old_size = counters->size, size = old_size == 0 ? FIRST_KEYS : old_size * 2;
    struct CounterSlot *slots = arena_array(&counters->arena, size, sizeof *slots);
    if (!slots)
        return false;
    counters->slots = slots;
    counters->size = size;
    for (size_t i = 0; i < old_size; i++) {
        if (!old[i].key)
            continue;
        size_t at = (size_t)old[i].hash & (size - 1);
        while (slots[at].key)
            at = (at + 1) & (size - 1);
        slots[at] = old[i];
    }
    return true;
}

CounterKey *counters_find(Counters *counters, uint32_t counter, Text key, uint64_t hash)
{
    if (counters->count >= counters->size / 2 && !grow_keys(counters))
        return NULL;
    struct CounterSlot *place = place_of(counters, counter, key, hash);
    if (place->key)
        return place->key;
    CounterKey *made = arena_alloc(&counters->arena, sizeof *made + key.size);
    if (!made)
        return NULL;
    char *bytes = (char *)(made + 1);
    if (key.size > 0)
        memcpy(bytes, key.data, key.size);
    made->key = (Text){bytes, key.size};
    made->days = made->few;
    made->capacity = sizeof made->few / sizeof *made->few;
    made->counter = counter;
    counters->count++;
    *place = (struct CounterSlot){hash, made};
    return made;
}

void counters_drop(Counters *counters)
{
    arena_free(&counters->arena);
    counters->slots = NULL;
    counters->count = counters->size = 0;
}

/* ---- Days ---- */

/* Index of the first entry of a later day; so the entry before it is the latest not after `day`. */
static size_t later_than(const CounterKey *key, int64_t day)
{
    size_t low = 0, high = key->count;
    if (high > 0 && key->days[high - 1].day <= day)
        return high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (key->days[middle].day <= day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The entry of a day, made where there is none. */
static CounterDay *entry_of(Counters *counters, CounterKey *key, int32_t day)
{
    size_t at = later_than(key, day);
    if (at > 0 && key->days[at - 1].day == day) {
        key->clean = key->clean < at - 1 ? key->clean : at - 1;
        return &key->days[at - 1];
    }
    CounterDay *days = arena_grow(&counters->arena, key->days, key->count, &key->capacity, sizeof *key->days);
    if (!days)
        return NULL;
    key->days = days;
    memmove(&days[at + 1], &days[at], (key->count - at) * sizeof *days);
    days[at] = (CounterDay){.day = day};
    key->count++;
    key->clean = key->clean < at ? key->clean : at;
    return &days[at];
}

static bool add_odd(Counters *counters, CounterKey *key, int32_t day, int64_t numerator, int64_t denominator)
{
    OddAmount *odd = arena_grow(&counters->arena, key->odd, key->odd_count, &key->odd_capacity, sizeof *key->odd);
    if (!odd)
        return false;
    key->odd = odd;
    odd[key->odd_count++] = (OddAmount){day, numerator, denominator};
    return true;
}

static bool add_amount(Counters *counters, CounterKey *key, int32_t day, int64_t numerator, int64_t denominator)
{
    int64_t scale = counters->module->COUNTERS[key->counter].denominator, units, sum;
    bool fits = scale % denominator == 0 && !__builtin_mul_overflow(numerator, scale / denominator, &units);
    CounterDay *entry = fits ? entry_of(counters, key, day) : NULL;
    if (fits && !entry)
        return false;
    if (!fits || __builtin_add_overflow(entry->change, units, &sum))
        return add_odd(counters, key, day, numerator, denominator);
    entry->change = sum;
    return true;
}

static bool add_days(Counters *counters, CounterKey *key, int32_t from, int32_t to, int64_t change)
{
    CounterDay *entry = entry_of(counters, key, from);
    if (!entry)
        return false;
    entry->change += change;
    entry = entry_of(counters, key, to + 1);
    if (!entry)
        return false;
    entry->change -= change;
    return true;
}

bool counter_add(Counters *counters, CounterKey *key, int32_t from, int32_t to, int64_t numerator, int64_t denominator,
                 int sign)
{
    if (counters->module->COUNTERS[key->counter].kind == BD_COUNTER_DAYS)
        return from > to || !date_is_valid(from) || !date_is_valid(to) || add_days(counters, key, from, to, sign);
    return add_amount(counters, key, from, sign < 0 ? -numerator : numerator, denominator);
}

/* ---- Totals ---- */

static void add_up_days(CounterKey *key, size_t i)
{
    const CounterDay *before = i > 0 ? &key->days[i - 1] : NULL;
    CounterDay *at = &key->days[i];
    bool was_covered = before && before->total > 0;
    at->total = (before ? before->total : 0) + at->change;
    at->covered = before ? before->covered + (was_covered ? at->day - before->day : 0) : 0;
    at->run = was_covered ? before->run : at->day;
}

static void add_up(const bd_module *module, CounterKey *key)
{
    bool is_of_days = module->COUNTERS[key->counter].kind == BD_COUNTER_DAYS;
    for (; key->clean < key->count; key->clean++) {
        size_t i = key->clean;
        if (is_of_days)
            add_up_days(key, i);
        else if (__builtin_add_overflow(i > 0 ? key->days[i - 1].total : 0, key->days[i].change, &key->days[i].total))
            key->has_overflow = true;
    }
}

bool counter_sum(const bd_module *module, CounterKey *key, int32_t a, int32_t b, int64_t *out)
{
    *out = 0;
    if (!key || a > b)
        return true;
    add_up(module, key);
    if (key->has_overflow || key->odd_count > 0)
        return false;
    size_t end = later_than(key, b), begin = later_than(key, (int64_t)a - 1);
    int64_t to = end > 0 ? key->days[end - 1].total : 0, from = begin > 0 ? key->days[begin - 1].total : 0;
    return !__builtin_sub_overflow(to, from, out);
}

bd_status counter_sum_exactly(const bd_module *module, Arena *arena, CounterKey *key, int32_t a, int32_t b, Number *out)
{
    Number sum = NUMBER_ZERO, amount;
    bd_status status = BD_OK;
    size_t end = key ? later_than(key, b) : 0, odd = key ? key->odd_count : 0;
    for (size_t i = key ? later_than(key, (int64_t)a - 1) : 0; status == BD_OK && i < end; i++) {
        status = number_from_scaled(arena, key->days[i].change, module->COUNTERS[key->counter].denominator, &amount);
        if (status == BD_OK)
            status = number_add(arena, sum, amount, &sum);
    }
    for (size_t i = 0; status == BD_OK && i < odd; i++) {
        const OddAmount *at = &key->odd[i];
        if (at->day < a || at->day > b)
            continue;
        status = number_from_ratio(arena, at->numerator, at->denominator, &amount);
        if (status == BD_OK)
            status = number_add(arena, sum, amount, &sum);
    }
    if (status == BD_OK)
        *out = sum;
    return status;
}

/* Covered days up to and including a day. */
static int64_t covered_until(const CounterKey *key, int64_t day)
{
    size_t end = later_than(key, day);
    if (end == 0)
        return 0;
    const CounterDay *at = &key->days[end - 1];
    return at->covered + (at->total > 0 ? day - at->day + 1 : 0);
}

static void add_up_cover(CounterKey *key)
{
    for (; key->clean < key->count; key->clean++)
        add_up_days(key, key->clean);
}

int64_t counter_days(CounterKey *key, int32_t a, int32_t b)
{
    if (!key || a > b)
        return 0;
    add_up_cover(key);
    return covered_until(key, b) - covered_until(key, (int64_t)a - 1);
}

int64_t counter_run(CounterKey *key, int32_t a)
{
    if (!key)
        return 0;
    add_up_cover(key);
    int64_t last = (int64_t)a - 1;
    size_t end = later_than(key, last);
    return end > 0 && key->days[end - 1].total > 0 ? last - key->days[end - 1].run + 1 : 0;
}

/* ---- What lines add ---- */

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

void counter_give(CounterBlock *block, const CounterRecord *record, uint32_t counter, size_t row, int32_t day,
                  int64_t value, int64_t denominator)
{
    Given *given = &block->given[counter_entry(block, counter, row)];
    int64_t divisor = record->kind == BD_COUNTER_SUM && denominator > 1 ? common_divisor(denominator, value) : 1;
    *given = (Given){.counts = true, .from = day, .to = day};
    given->numerator = value / divisor;
    given->denominator = denominator / divisor;
}
