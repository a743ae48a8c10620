/* test_counter.c: what counters hold against a list of all contributions: few days and many, small amounts, amounts that leave 32 or 64 bits or are no
** multiple of the counter's unit, days that are added and withdrawn, keys short and long. */
#include <stdio.h>
#include <string.h>

#include "unit/check.h"
#include "vm/core/date.h"
#include "vm/counter.h"

enum { SCALE = 100, KEYS = 50, MOST = 60, DAYS = 40, FIRST_DAY = 18262, SUM = 0, COVER = 1 };

static const CounterRecord records[] = {
    [SUM] = {.kind = BD_COUNTER_SUM, .denominator = SCALE},
    [COVER] = {.kind = BD_COUNTER_DAYS, .denominator = 1},
};
static const bd_module module = {.COUNTERS = records, .COUNTERS_count = 2};

typedef struct Contribution {
    int32_t from, to;
    int64_t numerator, denominator;
} Contribution;

static uint64_t next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* The larger `size`, the wilder. */
static int64_t random_amount(uint64_t *state, unsigned size)
{
    int64_t small = (int64_t)(next(state) % 2001) - 1000;
    switch (size) {
    case 0: return small;
    case 1: return small * 1000000;
    case 2: return small * (INT64_C(1) << 47);
    default: return small * (INT64_MAX / 1000);
    }
}

static void check_sum(CounterKey *key, const Contribution *list, size_t count, int32_t a, int32_t b)
{
    Arena arena;
    Number sum = NUMBER_ZERO, amount, found = NUMBER_ZERO;
    int64_t units = 0;
    arena_init(&arena, NULL);
    for (size_t i = 0; i < count; i++) {
        bool is_in = list[i].from >= a && list[i].from <= b;
        CHECK(!is_in || (number_from_ratio(&arena, list[i].numerator, list[i].denominator, &amount) == BD_OK &&
                         number_add(&arena, sum, amount, &sum) == BD_OK),
              "adding up");
    }
    CHECK(counter_sum_exactly(&module, &arena, key, a, b, &found) == BD_OK && number_equal(sum, found),
          "%zu contributions, another sum", count);
    if (counter_sum(key, a, b, &units))
        CHECK(number_from_scaled(&arena, units, SCALE, &found) == BD_OK && number_equal(sum, found),
              "%zu contributions, another sum in units", count);
    arena_free(&arena);
}

static void check_cover(CounterKey *key, const Contribution *list, size_t count, int32_t a, int32_t b)
{
    int64_t covered = 0, run = 0;
    for (int32_t day = FIRST_DAY; day <= b; day++) {
        bool is_covered = false;
        for (size_t i = 0; i < count; i++)
            is_covered = is_covered || (list[i].from <= day && day <= list[i].to);
        covered += is_covered && day >= a;
        if (day < a)
            run = is_covered ? run + 1 : 0;
    }
    CHECK(counter_days(key, a, b) == covered, "%zu contributions: not %lld days", count, (long long)covered);
    CHECK(counter_run(key, a) == run, "%zu contributions: not %lld days before", count, (long long)run);
}

/* Adds to one key and takes away, looking at some period each time. */
static void run_key(Counters *counters, uint64_t seed, uint32_t counter)
{
    uint64_t state = seed;
    char name[64];
    int size =
        snprintf(name, sizeof name, "%llu%s", (unsigned long long)seed, seed % 3 == 0 ? " of a longer name" : "");
    Text text = {name, (size_t)size};
    const uint64_t hash = counters_hash(counter, counter_text_hash(text));
    CounterKey *key = counters_find(counters, counter, text, hash);
    if (!CHECK(key && text_equal(counter_key_text(key), text), "no key"))
        return;
    Contribution list[MOST];
    size_t count = 0;
    const unsigned wild = (unsigned)(seed % 4), most = seed % 5 == 0 ? 4 : MOST;
    while (count < most) {
        int32_t from = FIRST_DAY + (int32_t)(next(&state) % (seed % 2 == 0 ? 3 : DAYS));
        Contribution made = {from, from + (int32_t)(next(&state) % 4), random_amount(&state, wild), SCALE};
        made.denominator = wild == 3 && next(&state) % 4 == 0 ? 3 : next(&state) % 2 == 0 ? 1 : SCALE;
        if (counter == COVER)
            made.numerator = made.denominator = 1;
        if (count > 0 && next(&state) % 4 == 0) {
            const Contribution *at = &list[--count];
            CHECK(counter_add(counters->module, &counters->arena, key, at->from, at->to, at->numerator, at->denominator,
                              -1),
                  "taking away");
        } else {
            list[count++] = made;
            CHECK(counter_add(counters->module, &counters->arena, key, made.from, made.to, made.numerator,
                              made.denominator, 1),
                  "adding");
        }
        int32_t a = FIRST_DAY + (int32_t)(next(&state) % DAYS), b = a + (int32_t)(next(&state) % DAYS);
        if (counter == COVER)
            check_cover(key, list, count, a, b);
        else
            check_sum(key, list, count, a, b);
    }
    CHECK(counters_find(counters, counter, text, hash) == key, "another key");
}

/* Keys that look alike, such as numbers of clients, stand near where their hash says: looked for from there on, they are found within two
** places on average, as with numbers drawn by lot (1.8 with six places in ten taken). */
static void check_spread(const char *before, const char *after, unsigned step)
{
    enum { PLACES = 1 << 16, SPREAD_KEYS = PLACES / 10 * 6 };
    static uint8_t is_taken[PLACES];
    size_t looked_at = 0;
    memset(is_taken, 0, sizeof is_taken);
    for (unsigned i = 0; i < SPREAD_KEYS; i++) {
        char room[32];
        int size = snprintf(room, sizeof room, "%s%u%s", before, 900000000 + i * step, after);
        size_t at = counters_hash(SUM, counter_text_hash((Text){room, (size_t)size})) % PLACES;
        for (looked_at++; is_taken[at]; looked_at++)
            at = (at + 1) % PLACES;
        is_taken[at] = 1;
    }
    CHECK(looked_at < (size_t)2 * SPREAD_KEYS, "%s by %u: %zu places for %d keys", before, step, looked_at,
          SPREAD_KEYS);
}

int main(void)
{
    Counters counters = {.module = &module};
    arena_init(&counters.arena, NULL);
    check_group("sums");
    for (uint64_t seed = 1; seed <= KEYS; seed++)
        run_key(&counters, seed, SUM);
    check_group("days");
    for (uint64_t seed = 1; seed <= KEYS; seed++)
        run_key(&counters, seed, COVER);
    check_group("many keys");
    for (uint32_t i = 0; i < 5000; i++) {
        Text text = {(const char *)&i, sizeof i};
        const uint64_t hash = counters_hash(SUM, counter_text_hash(text));
        CounterKey *key = counters_find(&counters, SUM, text, hash);
        CHECK(key && key == counters_find(&counters, SUM, text, hash) && text_equal(counter_key_text(key), text),
              "key %u", i);
    }
    CHECK(counters.count == 5000 + 2 * KEYS, "%zu keys", counters.count);
    counters_drop(&counters);
    check_group("keys that look alike");
    for (unsigned step = 1; step <= 1000; step *= 10) {
        check_spread("", "", step);
        check_spread("cliënt ", "", step);
        check_spread("", "-0001", step);
        check_spread("D",
                     "\x1f"
                     "0546",
                     step);
    }
    return check_done();
}
