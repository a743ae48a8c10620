/* test_round.c - the six modes on halves, negatives, steps and the edges of 64 bits. */
#include "check.h"
#include "vm/core/round.h"

static const char *const mode_names[ROUND_MODE_COUNT] = {"half away", "up", "down", "to zero", "away", "half even"};

static void test_modes(void)
{
    /* n/10 rounded to a whole number, in the order of RoundMode. */
    static const struct {
        int64_t tenths;
        int64_t results[ROUND_MODE_COUNT];
    } cases[] = {
        {0, {0, 0, 0, 0, 0, 0}},         {10, {1, 1, 1, 1, 1, 1}},        {-10, {-1, -1, -1, -1, -1, -1}},
        {4, {0, 1, 0, 0, 1, 0}},         {5, {1, 1, 0, 0, 1, 0}},         {6, {1, 1, 0, 0, 1, 1}},
        {14, {1, 2, 1, 1, 2, 1}},        {15, {2, 2, 1, 1, 2, 2}},        {16, {2, 2, 1, 1, 2, 2}},
        {25, {3, 3, 2, 2, 3, 2}},        {-4, {0, 0, -1, 0, -1, 0}},      {-5, {-1, 0, -1, 0, -1, 0}},
        {-6, {-1, 0, -1, 0, -1, -1}},    {-15, {-2, -1, -2, -1, -2, -2}}, {-25, {-3, -2, -3, -2, -3, -2}},
        {-16, {-2, -1, -2, -1, -2, -2}},
    };
    Arena arena;

    check_group("six modes around halves");
    arena_init(&arena, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (RoundMode mode = ROUND_HALF_AWAY; mode < (RoundMode)ROUND_MODE_COUNT; mode++) {
            Number a = NUMBER_ZERO, out = NUMBER_ZERO;
            int64_t fast = int64_round_div(cases[i].tenths, 10, mode);
            CHECK(fast == cases[i].results[mode], "%lld/10 %s: %lld", (long long)cases[i].tenths, mode_names[mode],
                  (long long)fast);
            CHECK(number_from_ratio(&arena, cases[i].tenths, 10, &a) == BD_OK, "from_ratio");
            CHECK(number_round(&arena, a, mode, NUMBER_ONE, &out) == BD_OK && out.den == 1 && out.num == fast,
                  "%lld/10 %s: %lld/%lld", (long long)cases[i].tenths, mode_names[mode], (long long)out.num,
                  (long long)out.den);
        }
    }
    arena_free(&arena);
}

static void test_steps(void)
{
    static const struct {
        const char *a, *step;
        RoundMode mode;
        const char *result;
    } cases[] = {
        {"4024.435", "0.01", ROUND_HALF_AWAY, "4024.44"},
        {"-4024.435", "0.01", ROUND_HALF_AWAY, "-4024.44"},
        {"4024.435", "0.01", ROUND_HALF_EVEN, "4024.44"},
        {"4024.445", "0.01", ROUND_HALF_EVEN, "4024.44"},
        {"1/3", "0.01", ROUND_UP, "0.34"},
        {"-1/3", "0.01", ROUND_UP, "-0.33"},
        {"50.40", "0.60", ROUND_HALF_AWAY, "50.4"},
        {"50.70", "0.60", ROUND_HALF_AWAY, "51"},
        {"12.5", "5", ROUND_HALF_AWAY, "15"},
        {"12.5", "5", ROUND_HALF_EVEN, "10"},
        {"-12.5", "5", ROUND_DOWN, "-15"},
        {"1", "1/3", ROUND_DOWN, "1"},
        {"0.99", "1/3", ROUND_DOWN, "2/3"},
        {"0.99", "1/3", ROUND_UP, "1"},
        {"0", "7", ROUND_AWAY_FROM_ZERO, "0"},
        {"0.001", "7", ROUND_AWAY_FROM_ZERO, "7"},
        {"9223372036854775807.5", "1", ROUND_HALF_AWAY, "9223372036854775808"},
        {"9223372036854775807.5", "1", ROUND_DOWN, "9223372036854775807"},
        {"123456789012345678901234567890.125", "0.01", ROUND_HALF_EVEN, "123456789012345678901234567890.12"},
        {"1", "123456789012345678901234567890", ROUND_UP, "123456789012345678901234567890"},
        {"-1", "123456789012345678901234567890", ROUND_UP, "0"},
    };
    Arena arena;

    check_group("rounding to a multiple");
    arena_init(&arena, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Number a = NUMBER_ZERO, step = NUMBER_ZERO, out = NUMBER_ZERO, wanted = NUMBER_ZERO;
        CHECK(number_from_text(&arena, text_from_cstring(cases[i].a), &a) == BD_OK &&
                  number_from_text(&arena, text_from_cstring(cases[i].step), &step) == BD_OK &&
                  number_from_text(&arena, text_from_cstring(cases[i].result), &wanted) == BD_OK,
              "case %zu does not parse", i);
        CHECK(number_round(&arena, a, cases[i].mode, step, &out) == BD_OK && number_equal(out, wanted),
              "case %zu: %s %s to %s", i, cases[i].a, mode_names[cases[i].mode], cases[i].step);
        CHECK(number_round(&arena, a, cases[i].mode, NUMBER_ZERO, &out) == BD_DIVIDE, "step zero");
        CHECK(number_neg(&arena, step, &step) == BD_OK &&
                  number_round(&arena, a, cases[i].mode, step, &out) == BD_DIVIDE,
              "negative step");
    }
    arena_free(&arena);
}

/* The definition of each mode, by search over the two neighbours; only for small values. */
static int64_t round_by_definition(int64_t n, int64_t d, RoundMode mode)
{
    int64_t below = n / d - (n % d < 0), above = below + (n % d != 0);
    int64_t to_below = n - below * d, to_above = above * d - n;

    switch (mode) {
    case ROUND_UP: return above;
    case ROUND_DOWN: return below;
    case ROUND_TO_ZERO: return n < 0 ? above : below;
    case ROUND_AWAY_FROM_ZERO: return n < 0 ? below : above;
    case ROUND_HALF_AWAY: return to_below < to_above ? below : to_above < to_below ? above : n < 0 ? below : above;
    case ROUND_HALF_EVEN:
        return to_below < to_above ? below : to_above < to_below ? above : below % 2 == 0 ? below : above;
    }
    return 0;
}

static void test_exhaustively(void)
{
    check_group("int64_round_div by definition, small values");
    for (RoundMode mode = ROUND_HALF_AWAY; mode < (RoundMode)ROUND_MODE_COUNT; mode++) {
        for (int64_t n = -200; n <= 200; n++) {
            for (int64_t d = 1; d <= 25; d++)
                CHECK(int64_round_div(n, d, mode) == round_by_definition(n, d, mode), "%lld/%lld %s", (long long)n,
                      (long long)d, mode_names[mode]);
        }
    }
}

static void test_edges(void)
{
    static const struct {
        int64_t n, d;
        int64_t results[ROUND_MODE_COUNT];
    } cases[] = {
        {INT64_MAX, 1, {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX}},
        {INT64_MIN, 1, {INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN}},
        {INT64_MAX, INT64_MAX, {1, 1, 1, 1, 1, 1}},
        {INT64_MIN, INT64_MAX, {-1, -1, -2, -1, -2, -1}},
        {INT64_MAX,
         2,
         {INT64_MAX / 2 + 1, INT64_MAX / 2 + 1, INT64_MAX / 2, INT64_MAX / 2, INT64_MAX / 2 + 1, INT64_MAX / 2 + 1}},
        {INT64_MAX - 1, INT64_MAX, {1, 1, 0, 0, 1, 1}},
        {INT64_MAX / 2, INT64_MAX, {0, 1, 0, 0, 1, 0}},
        {INT64_MAX / 2 + 1, INT64_MAX, {1, 1, 0, 0, 1, 1}},
        {-(INT64_MAX / 2) - 1, INT64_MAX, {-1, 0, -1, 0, -1, -1}},
        {INT64_MAX / 2, INT64_MAX - 1, {1, 1, 0, 0, 1, 0}},
        {1, INT64_MAX, {0, 1, 0, 0, 1, 0}},
        {-1, INT64_MAX, {0, 0, -1, 0, -1, 0}},
    };

    check_group("int64_round_div at the edges of 64 bits");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (RoundMode mode = ROUND_HALF_AWAY; mode < (RoundMode)ROUND_MODE_COUNT; mode++) {
            int64_t result = int64_round_div(cases[i].n, cases[i].d, mode);
            CHECK(result == cases[i].results[mode], "case %zu %s: %lld", i, mode_names[mode], (long long)result);
        }
    }
}

int main(void)
{
    test_modes();
    test_steps();
    test_exhaustively();
    test_edges();
    return check_done();
}
