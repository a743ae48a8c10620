/* counter.c: see counter.h. */
#include "counter.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "beding_ledger.h"
#include "core/date.h"
#include "core/number.h"

/* ---- Keys ---- */

enum { FIRST_KEYS = 1024, FRESH_KEYS = 64, CACHE_LINE = 64 };

static_assert(sizeof(void *) != 8 || sizeof(CounterKey) == CACHE_LINE, "a key is found by one cache line");

static bool is_of_days(const bd_module *module, const CounterKey *key)
{
    return module->COUNTERS[key->counter].kind == BD_COUNTER_DAYS;
}

static struct CounterSlot *place_of(const Counters *counters, uint32_t counter, Text key, uint64_t hash)
{
    size_t mask = counters->size - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct CounterSlot *at = &counters->slots[i];
        if (!at->key || (at->hash == hash && counter_key_is(at->key, counter, key)))
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

/* Memory for a key of so many bytes, zeroed. */
static CounterKey *new_key(Counters *counters, size_t size)
{
    if (size > COUNTER_KEY_INSIDE)
        return arena_alloc(&counters->arena, sizeof(CounterKey) + size);
    if (counters->fresh_count == 0) {
        char *room = arena_alloc(&counters->arena, FRESH_KEYS * sizeof(CounterKey) + CACHE_LINE);
        if (!room)
            return NULL;
        room += (CACHE_LINE - (uintptr_t)room % CACHE_LINE) % CACHE_LINE;
        counters->fresh = (CounterKey *)(void *)room;
        counters->fresh_count = FRESH_KEYS;
    }
    counters->fresh_count--;
    return counters->fresh++;
}

CounterKey *counters_find(Counters *counters, uint32_t counter, Text key, uint64_t hash)
{
    if (key.size > UINT32_MAX || (counters->count >= counters->size / 4 * 3 && !grow_keys(counters)))
        return NULL;
    struct CounterSlot *place = place_of(counters, counter, key, hash);
    if (place->key)
        return place->key;
    CounterKey *made = new_key(counters, key.size);
    if (!made)
        return NULL;
    if (key.size > 0)
        memcpy(key.size <= COUNTER_KEY_INSIDE ? made->inside : (char *)(made + 1), key.data, key.size);
    made->size = (uint32_t)key.size;
    made->counter = counter & UINT32_C(0x7FFFFFFF);
    made->has_many = is_of_days(counters->module, made);
    counters->count++;
    *place = (struct CounterSlot){hash, made};
    return made;
}

void counters_drop(Counters *counters)
{
    arena_free(&counters->arena);
    counters->slots = NULL;
    counters->count = counters->size = counters->fresh_count = 0;
}

/* ---- By day ---- */

/* Index of the first entry of a later day, of entries that begin with their day; so the entry before it is the latest not after `day`. */
static inline size_t later_than(const void *entries, size_t count, size_t size, int64_t day)
{
    const char *at = entries;
    int32_t middle_day;
    size_t low = 0, high = count;
    if (high > 0) {
        memcpy(&middle_day, at + (high - 1) * size, sizeof middle_day);
        if (middle_day <= day)
            return high;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        memcpy(&middle_day, at + middle * size, sizeof middle_day);
        if (middle_day <= day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static inline size_t total_after(const CounterKey *key, int64_t day)
{
    size_t after = 0;
    if (key->has_many)
        return later_than(key->is.many.at.totals, key->count, sizeof *key->is.many.at.totals, day);
    for (size_t i = 0; i < key->count; i++)
        after += key->is.few[i].day <= day;
    return after;
}

static inline size_t day_after(const CounterKey *key, int64_t day)
{
    return later_than(key->is.many.at.days, key->count, sizeof *key->is.many.at.days, day);
}

/* Room for one more entry of so many bytes: twice as much, if there is none. There are fewer days than 32 bits can count. NULL: no memory. */
static void *reserve(Arena *arena, CounterKey *key, void *entries, size_t size)
{
    enum { FIRST_ENTRIES = 4 };
    if (key->count < key->is.many.capacity)
        return entries;
    uint32_t capacity = key->count > 0 ? 2 * key->count : FIRST_ENTRIES;
    void *made = arena_array(arena, capacity, size);
    if (!made)
        return NULL;
    if (key->count > 0)
        memcpy(made, entries, key->count * size);
    key->is.many.capacity = capacity;
    return made;
}

/* ---- Sums and counts ---- */

static inline uint64_t total_before(const CounterKey *key, size_t at)
{
    if (at == 0)
        return 0;
    return key->has_many ? key->is.many.at.totals[at - 1].total : (uint64_t)(int64_t)key->is.few[at - 1].total;
}

/* Adds to the few; false: they would be many, or a total too large. */
static bool add_to_few(CounterKey *key, int32_t day, int64_t units)
{
    FewTotal *few = key->is.few;
    size_t at = total_after(key, day);
    bool is_there = at > 0 && few[at - 1].day == day;
    if (units < INT32_MIN || units > INT32_MAX || (!is_there && key->count == COUNTER_FEW))
        return false;
    at -= is_there;
    for (size_t i = at > 0 && !is_there ? at - 1 : at; i < key->count; i++) {
        if (few[i].total + units < INT32_MIN || few[i].total + units > INT32_MAX)
            return false;
    }
    if (!is_there) {
        memmove(&few[at + 1], &few[at], (key->count - at) * sizeof *few);
        few[at] = (FewTotal){day, at > 0 ? few[at - 1].total : 0};
        key->count++;
    }
    for (; at < key->count; at++)
        few[at].total += (int32_t)units;
    return true;
}

static bool make_many(Arena *arena, CounterKey *key)
{
    if (key->has_many)
        return true;
    CounterTotal *totals = arena_array(arena, (size_t)2 * COUNTER_FEW, sizeof *totals);
    if (!totals)
        return false;
    for (uint32_t i = 0; i < key->count; i++)
        totals[i] = (CounterTotal){key->is.few[i].day, (uint64_t)(int64_t)key->is.few[i].total};
    memset(&key->is, 0, sizeof key->is);
    key->is.many.at.totals = totals;
    key->is.many.capacity = 2 * COUNTER_FEW;
    key->has_many = true;
    return true;
}

/* The entry of a day, made where there is none: then it has the total of the day before. */
static CounterTotal *total_of(Arena *arena, CounterKey *key, int32_t day)
{
    size_t at = total_after(key, day);
    if (at > 0 && key->is.many.at.totals[at - 1].day == day)
        return &key->is.many.at.totals[at - 1];
    CounterTotal *totals = reserve(arena, key, key->is.many.at.totals, sizeof *totals);
    if (!totals)
        return NULL;
    key->is.many.at.totals = totals;
    memmove(&totals[at + 1], &totals[at], (key->count - at) * sizeof *totals);
    totals[at] = (CounterTotal){day, total_before(key, at)};
    key->count++;
    return &totals[at];
}

static bool add_odd(Arena *arena, CounterKey *key, int32_t day, int64_t numerator, int64_t denominator)
{
    OddAmounts *odd = key->is.many.odd ? key->is.many.odd : arena_alloc(arena, sizeof *odd);
    if (!odd)
        return false;
    OddAmount *items = arena_grow(arena, odd->items, odd->count, &odd->capacity, sizeof *items);
    if (!items)
        return false;
    odd->items = items;
    items[odd->count++] = (OddAmount){day, numerator, denominator};
    key->is.many.odd = odd;
    return true;
}

/* An amount in units of the counter's denominator; false: it is no multiple of one, or does not fit. */
static bool in_units(int64_t scale, int64_t numerator, int64_t denominator, int64_t *units)
{
    if (denominator != 1) {
        if (scale % denominator != 0)
            return false;
        scale /= denominator;
    }
    return !__builtin_mul_overflow(numerator, scale, units);
}

static bool add_amount(const bd_module *module, Arena *arena, CounterKey *key, int32_t day, int64_t numerator,
                       int64_t denominator)
{
    int64_t units, sum;
    bool fits = in_units(module->COUNTERS[key->counter].denominator, numerator, denominator, &units);
    if (fits && !key->has_many && add_to_few(key, day, units))
        return true;
    if (!make_many(arena, key))
        return false;
    CounterTotal *entry = fits ? total_of(arena, key, day) : NULL;
    if (fits && !entry)
        return false;
    if (!fits)
        return add_odd(arena, key, day, numerator, denominator);
    size_t at = (size_t)(entry - key->is.many.at.totals);
    if (__builtin_add_overflow((int64_t)(entry->total - total_before(key, at)), units, &sum))
        return add_odd(arena, key, day, numerator, denominator);
    for (; at < key->count; at++) {
        CounterTotal *later = &key->is.many.at.totals[at];
        key->has_overflow |= __builtin_add_overflow((int64_t)later->total, units, &sum);
        later->total += (uint64_t)units;
    }
    return true;
}

bool counter_sum(const CounterKey *key, int32_t a, int32_t b, int64_t *out)
{
    *out = 0;
    if (!key || a > b)
        return true;
    if (key->has_overflow || (key->has_many && key->is.many.odd))
        return false;
    int64_t to = (int64_t)total_before(key, total_after(key, b));
    return !__builtin_sub_overflow(to, (int64_t)total_before(key, total_after(key, (int64_t)a - 1)), out);
}

bd_status counter_sum_exactly(const bd_module *module, Arena *arena, CounterKey *key, int32_t a, int32_t b, Number *out)
{
    Number sum = NUMBER_ZERO, amount;
    bd_status status = BD_OK;
    const OddAmounts *odd = key && key->has_many ? key->is.many.odd : NULL;
    size_t end = key ? total_after(key, b) : 0;
    for (size_t i = key ? total_after(key, (int64_t)a - 1) : 0; status == BD_OK && i < end; i++) {
        int64_t units = (int64_t)(total_before(key, i + 1) - total_before(key, i));
        status = number_from_scaled(arena, units, module->COUNTERS[key->counter].denominator, &amount);
        if (status == BD_OK)
            status = number_add(arena, sum, amount, &sum);
    }
    for (size_t i = 0; odd && status == BD_OK && i < odd->count; i++) {
        const OddAmount *at = &odd->items[i];
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

/* ---- Days ---- */

/* The entry of a day, made where there is none. */
static CounterDay *entry_of(Arena *arena, CounterKey *key, int32_t day)
{
    size_t at = day_after(key, day);
    if (at > 0 && key->is.many.at.days[at - 1].day == day) {
        key->is.many.clean = key->is.many.clean < at - 1 ? key->is.many.clean : (uint32_t)(at - 1);
        return &key->is.many.at.days[at - 1];
    }
    CounterDay *days = reserve(arena, key, key->is.many.at.days, sizeof *days);
    if (!days)
        return NULL;
    key->is.many.at.days = days;
    memmove(&days[at + 1], &days[at], (key->count - at) * sizeof *days);
    days[at] = (CounterDay){.day = day};
    key->count++;
    key->is.many.clean = key->is.many.clean < at ? key->is.many.clean : (uint32_t)at;
    return &days[at];
}

static bool add_days(Arena *arena, CounterKey *key, int32_t from, int32_t to, int64_t change)
{
    CounterDay *entry = entry_of(arena, key, from);
    if (!entry)
        return false;
    entry->change += change;
    entry = entry_of(arena, key, to + 1);
    if (!entry)
        return false;
    entry->change -= change;
    return true;
}

bool counter_add(const bd_module *module, Arena *arena, CounterKey *key, int32_t from, int32_t to, int64_t numerator,
                 int64_t denominator, int sign)
{
    if (is_of_days(module, key))
        return from > to || !date_is_valid(from) || !date_is_valid(to) || add_days(arena, key, from, to, sign);
    return add_amount(module, arena, key, from, sign < 0 ? -numerator : numerator, denominator);
}

static void add_up(CounterKey *key)
{
    for (; key->is.many.clean < key->count; key->is.many.clean++) {
        const CounterDay *before = key->is.many.clean > 0 ? &key->is.many.at.days[key->is.many.clean - 1] : NULL;
        CounterDay *at = &key->is.many.at.days[key->is.many.clean];
        bool was_covered = before && before->total > 0;
        at->total = (before ? before->total : 0) + at->change;
        at->covered = before ? before->covered + (was_covered ? at->day - before->day : 0) : 0;
        at->run = was_covered ? before->run : at->day;
    }
}

/* Covered days up to and including a day. */
static int64_t covered_until(const CounterKey *key, int64_t day)
{
    size_t end = day_after(key, day);
    if (end == 0)
        return 0;
    const CounterDay *at = &key->is.many.at.days[end - 1];
    return at->covered + (at->total > 0 ? day - at->day + 1 : 0);
}

int64_t counter_days(CounterKey *key, int32_t a, int32_t b)
{
    if (!key || a > b)
        return 0;
    add_up(key);
    return covered_until(key, b) - covered_until(key, (int64_t)a - 1);
}

int64_t counter_run(CounterKey *key, int32_t a)
{
    if (!key)
        return 0;
    add_up(key);
    int64_t last = (int64_t)a - 1;
    size_t end = day_after(key, last);
    return end > 0 && key->is.many.at.days[end - 1].total > 0 ? last - key->is.many.at.days[end - 1].run + 1 : 0;
}

/* ---- What lines add ---- */

void counter_give(CounterBlock *block, const CounterRecord *record, uint32_t counter, size_t row, int32_t day,
                  int64_t value, int64_t denominator)
{
    Given *given = &block->given[counter_entry(block, counter, row)];
    int64_t divisor = record->kind == BD_COUNTER_SUM && denominator > 1 ? int64_gcd(denominator, value) : 1;
    *given = (Given){.counts = true, .from = day, .to = day};
    given->numerator = value / divisor;
    given->denominator = denominator / divisor;
}
