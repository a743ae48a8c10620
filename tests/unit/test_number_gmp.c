/* test_number_gmp.c - numbers against GMP on 100,000 generated pairs, up to and beyond the limit of 4,096 bits.
 *
 * Each pair goes through add, sub, mul, div, compare, a rounding (all six modes for small operands, in turn for big
 * ones) and text. The oracle says what the exact result in lowest terms is, and thereby whether BD_RANGE is the answer.
 * The generator is deterministic; its sizes favour the places where forms and limits change.
 */
#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "vm/core/fraction.h"
#include "vm/core/limits.h"
#include "vm/core/number.h"
#include "vm/core/round.h"

enum { PAIR_COUNT = 100000, TEXT_EVERY = 16 };

static uint64_t random_state = 0x9E3779B97F4A7C15u;

static uint64_t random_bits(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * 0x2545F4914F6CDD1Du;
}

static uint32_t random_below(uint32_t bound)
{
    return (uint32_t)(random_bits() >> 32) % bound;
}

/* ---- Between Number and GMP ---- */

static void limbs_to_gmp(mpz_t out, const BigInt *a)
{
    mpz_import(out, a->count, -1, sizeof a->limbs[0], 0, 0, a->limbs);
}

static void limbs_from_gmp(BigInt *out, const mpz_t a)
{
    size_t count = 0;

    mpz_export(out->limbs, &count, -1, sizeof out->limbs[0], 0, 0, a);
    out->count = (uint32_t)count;
}

static bd_status from_gmp(Arena *arena, mpq_t a, Number *out)
{
    Fraction fraction;

    fraction.negative = mpq_sgn(a) < 0;
    limbs_from_gmp(&fraction.num, mpq_numref(a));
    limbs_from_gmp(&fraction.den, mpq_denref(a));
    return number_store(arena, &fraction, out);
}

/* Whether a Number is this value, in the one form that it must have. */
static bool is_value(Number a, mpq_t wanted)
{
    Fraction fraction;
    mpq_t value;
    bool fits_small, same;

    number_load(&fraction, a);
    mpq_init(value);
    limbs_to_gmp(mpq_numref(value), &fraction.num);
    limbs_to_gmp(mpq_denref(value), &fraction.den);
    if (fraction.negative)
        mpq_neg(value, value);
    same = mpz_cmp(mpq_numref(value), mpq_numref(wanted)) == 0 && mpz_cmp(mpq_denref(value), mpq_denref(wanted)) == 0;
    fits_small = mpz_sizeinbase(mpq_numref(wanted), 2) <= 63 && mpz_sizeinbase(mpq_denref(wanted), 2) <= 63;
    mpq_clear(value);
    return same && (a.big == NULL) == fits_small && number_sign(a) == mpq_sgn(wanted);
}

static bool in_range(mpq_t a)
{
    return mpz_sizeinbase(mpq_numref(a), 2) <= NUMBER_MAX_BITS && mpz_sizeinbase(mpq_denref(a), 2) <= NUMBER_MAX_BITS;
}

static void check_against(const char *name, unsigned pair, bd_status status, Number result, mpq_t wanted)
{
    if (in_range(wanted))
        CHECK(status == BD_OK && is_value(result, wanted), "pair %u: %s differs (status %d)", pair, name, (int)status);
    else
        CHECK(status == BD_RANGE, "pair %u: %s is out of range, status %d", pair, name, (int)status);
}

/* ---- Generating ---- */

/* Most numbers of a contract are small; the rest is spread, with a share at the very limit. */
static uint32_t random_size(void)
{
    switch (random_below(64)) {
    case 0: return NUMBER_MAX_BITS - random_below(3);
    case 1: return NUMBER_MAX_BITS / 2 - 2 + random_below(5);
    case 2:
    case 3: return 1 + random_below(NUMBER_MAX_BITS);
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
    case 9: return 1 + random_below(512);
    case 10:
    case 11:
    case 12:
    case 13:
    case 14:
    case 15: return 60 + random_below(8);
    case 16:
    case 17:
    case 18:
    case 19: return 28 + random_below(8);
    default: return 1 + random_below(40);
    }
}

/* A value of exactly `size` bits; one in four is all ones or a power of two, where carries run far. */
static void random_integer(mpz_t out, uint32_t size)
{
    uint32_t kind = random_below(8);

    mpz_set_ui(out, 0);
    if (kind == 0) {
        mpz_setbit(out, size);
        mpz_sub_ui(out, out, 1);
        return;
    }
    mpz_setbit(out, size - 1);
    if (kind == 1)
        return;
    for (uint32_t bit = 0; bit + 1 < size; bit += 32) {
        uint32_t word = random_below(6) == 0 ? 0 : (uint32_t)random_bits();
        for (uint32_t i = 0; i < 32 && bit + i + 1 < size; i++) {
            if ((word >> i & 1) != 0)
                mpz_setbit(out, bit + i);
        }
    }
}

static void random_fraction(mpq_t out)
{
    random_integer(mpq_numref(out), random_size());
    if (random_below(40) == 0)
        mpz_set_ui(mpq_numref(out), 0);
    switch (random_below(4)) {
    case 0: mpz_set_ui(mpq_denref(out), 1); break;
    case 1: mpz_ui_pow_ui(mpq_denref(out), 10, random_below(20)); break;
    default: random_integer(mpq_denref(out), random_size());
    }
    mpq_canonicalize(out);
    if (random_below(2) == 0)
        mpq_neg(out, out);
}

/* Makes b share factors or magnitude with a, so that results cancel. */
static void relate(mpq_t b, mpq_t a)
{
    switch (random_below(6)) {
    case 0: mpz_set(mpq_denref(b), mpq_denref(a)); break;
    case 1:
        if (mpq_sgn(a) != 0)
            mpq_inv(b, a);
        break;
    case 2:
        mpq_neg(b, a);
        mpz_add_ui(mpq_numref(b), mpq_numref(b), random_below(3));
        break;
    case 3: mpz_mul_ui(mpq_denref(b), mpq_denref(a), 1 + random_below(1000)); break;
    default: return;
    }
    mpq_canonicalize(b);
    if (!in_range(b))
        mpq_set(b, a);
}

/* ---- Checking ---- */

static void check_operations(Arena *arena, unsigned pair, Number a, Number b, mpq_t x, mpq_t y)
{
    Number out = NUMBER_ZERO;
    bd_status status;
    mpq_t wanted;
    int order = mpq_cmp(x, y);

    mpq_init(wanted);
    mpq_add(wanted, x, y);
    status = number_add(arena, a, b, &out);
    check_against("add", pair, status, out, wanted);
    mpq_sub(wanted, x, y);
    status = number_sub(arena, a, b, &out);
    check_against("sub", pair, status, out, wanted);
    mpq_mul(wanted, x, y);
    status = number_mul(arena, a, b, &out);
    check_against("mul", pair, status, out, wanted);
    status = number_div(arena, a, b, &out);
    if (mpq_sgn(y) != 0) {
        mpq_div(wanted, x, y);
        check_against("div", pair, status, out, wanted);
    } else {
        CHECK(status == BD_DIVIDE, "pair %u: division by zero, status %d", pair, (int)status);
    }
    CHECK(number_compare(a, b) == (order > 0) - (order < 0), "pair %u: compare", pair);
    CHECK(number_equal(a, b) == (order == 0), "pair %u: equal", pair);
    mpq_clear(wanted);
}

/* quotient = x rounded to a whole number, from the definitions of the modes. */
static void round_gmp(mpz_t quotient, mpq_t x, RoundMode mode)
{
    mpq_t shifted;
    bool tie;

    mpq_init(shifted);
    mpq_set_ui(shifted, 1, 2);
    switch (mode) {
    case ROUND_UP: mpz_cdiv_q(quotient, mpq_numref(x), mpq_denref(x)); break;
    case ROUND_DOWN: mpz_fdiv_q(quotient, mpq_numref(x), mpq_denref(x)); break;
    case ROUND_TO_ZERO: mpz_tdiv_q(quotient, mpq_numref(x), mpq_denref(x)); break;
    case ROUND_AWAY_FROM_ZERO:
        (mpq_sgn(x) < 0 ? mpz_fdiv_q : mpz_cdiv_q)(quotient, mpq_numref(x), mpq_denref(x));
        break;
    case ROUND_HALF_AWAY:
        (mpq_sgn(x) < 0 ? mpq_sub : mpq_add)(shifted, x, shifted);
        mpz_tdiv_q(quotient, mpq_numref(shifted), mpq_denref(shifted));
        break;
    case ROUND_HALF_EVEN:
        tie = mpz_cmp_ui(mpq_denref(x), 2) == 0;
        mpq_add(shifted, x, shifted);
        mpz_fdiv_q(quotient, mpq_numref(shifted), mpq_denref(shifted));
        if (tie && mpz_odd_p(quotient))
            mpz_sub_ui(quotient, quotient, 1);
        break;
    }
    mpq_clear(shifted);
}

static void check_rounding(Arena *arena, unsigned pair, RoundMode mode, Number a, Number step, mpq_t x, mpq_t y)
{
    Number out = NUMBER_ZERO;
    bd_status status = number_round(arena, a, mode, step, &out);
    mpq_t count;

    if (mpq_sgn(y) <= 0) {
        CHECK(status == BD_DIVIDE, "pair %u: a step that is not above zero, status %d", pair, (int)status);
        return;
    }
    mpq_init(count);
    mpq_div(count, x, y);
    round_gmp(mpq_numref(count), count, mode);
    mpz_set_ui(mpq_denref(count), 1);
    mpq_mul(count, count, y);
    check_against("round", pair, status, out, count);
    mpq_clear(count);
}

static void check_text(Arena *arena, unsigned pair, Number a, mpq_t x)
{
    StringBuilder decimal, fraction;
    Number back = NUMBER_ZERO;
    char *wanted = mpq_get_str(NULL, 10, x);
    bool whole = mpz_cmp_ui(mpq_denref(x), 1) == 0;

    builder_init(&decimal, arena);
    builder_init(&fraction, arena);
    number_append(&decimal, a, 0);
    number_append_fraction(&fraction, a);
    CHECK(number_from_text(arena, builder_result(&decimal), &back) == BD_OK && number_equal(a, back),
          "pair %u: reading back %.*s", pair, (int)decimal.size, decimal.data);
    CHECK(text_equal(text_slice(builder_result(&fraction), 0, fraction.size - (whole ? 2 : 0)),
                     text_from_cstring(wanted)),
          "pair %u: %.*s, expected %s", pair, (int)fraction.size, fraction.data, wanted);
    free(wanted);
}

static void check_pair(Arena *arena, unsigned pair, mpq_t x, mpq_t y)
{
    Number a = NUMBER_ZERO, b = NUMBER_ZERO;
    RoundMode mode = (RoundMode)(pair % ROUND_MODE_COUNT);

    CHECK(from_gmp(arena, x, &a) == BD_OK && from_gmp(arena, y, &b) == BD_OK, "pair %u: generated out of range", pair);
    check_operations(arena, pair, a, b, x, y);
    if (a.big != NULL || b.big != NULL) {
        check_rounding(arena, pair, mode, a, b, x, y);
    } else {
        for (mode = ROUND_HALF_AWAY; mode < (RoundMode)ROUND_MODE_COUNT; mode++)
            check_rounding(arena, pair, mode, a, b, x, y);
    }
    if (pair % TEXT_EVERY == 0)
        check_text(arena, pair, a, x);
}

static void test_pairs(void)
{
    Arena arena;
    mpq_t x, y;

    check_group("generated pairs against GMP");
    arena_init(&arena, NULL);
    mpq_inits(x, y, NULL);
    for (unsigned pair = 0; pair < PAIR_COUNT; pair++) {
        random_fraction(x);
        random_fraction(y);
        relate(y, x);
        check_pair(&arena, pair, x, y);
        arena_reset(&arena);
    }
    mpq_clears(x, y, NULL);
    arena_free(&arena);
}

/* A rounding where numerator and step differ by a half exactly, in big numbers. */
static void test_big_halves(void)
{
    Arena arena;
    mpq_t x, step;

    check_group("exact halves of big steps");
    arena_init(&arena, NULL);
    mpq_inits(x, step, NULL);
    for (unsigned i = 0; i < 600; i++) {
        Number a = NUMBER_ZERO, b = NUMBER_ZERO;
        random_integer(mpq_numref(step), 1 + random_below(300));
        random_integer(mpq_denref(step), 1 + random_below(300));
        mpq_canonicalize(step);
        mpq_set_si(x, (long)random_below(2000) * 2 - 1999, 2);
        mpq_mul(x, x, step);
        CHECK(from_gmp(&arena, x, &a) == BD_OK && from_gmp(&arena, step, &b) == BD_OK, "generated out of range");
        for (RoundMode mode = ROUND_HALF_AWAY; mode < (RoundMode)ROUND_MODE_COUNT; mode++)
            check_rounding(&arena, i, mode, a, b, x, step);
        arena_reset(&arena);
    }
    mpq_clears(x, step, NULL);
    arena_free(&arena);
}

static void test_scaled_columns(void)
{
    mpq_t x;
    mpz_t quotient;

    check_group("int64_round_div against GMP");
    mpq_init(x);
    mpz_init(quotient);
    for (unsigned i = 0; i < PAIR_COUNT; i++) {
        int64_t n = (int64_t)(random_bits() >> random_below(64)),
                d = (int64_t)(random_bits() >> (1 + random_below(63)));
        RoundMode mode = (RoundMode)(i % ROUND_MODE_COUNT);
        if (i % 5 == 0)
            n = d / 2 * (int64_t)random_below(3) - (int64_t)random_below(2);
        d = d == 0 ? 1 : d;
        if (random_below(2) == 0 && n != INT64_MIN)
            n = -n;
        mpz_set_si(mpq_numref(x), n);
        mpz_set_si(mpq_denref(x), d);
        mpq_canonicalize(x);
        round_gmp(quotient, x, mode);
        CHECK(mpz_cmp_si(quotient, int64_round_div(n, d, mode)) == 0, "%lld/%lld mode %d", (long long)n, (long long)d,
              (int)mode);
    }
    mpq_clear(x);
    mpz_clear(quotient);
}

int main(void)
{
    test_pairs();
    test_big_halves();
    test_scaled_columns();
    return check_done();
}
