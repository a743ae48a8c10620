/* number.c - the small form of numbers, and the way out to the big one.
 *
 * Layer 0. Each operation first tries 64 bits; where a step would overflow it starts anew on fractions, so that the
 * answer never depends on the path. Invariant: no function returns a small form that is not in lowest terms.
 */
#include "number.h"

#include <assert.h>

#include "fraction.h"
#include "round.h"

/* ---- 64-bit steps; each answers false instead of leaving [-INT64_MAX, INT64_MAX] ---- */

static bool add_checked(int64_t a, int64_t b, int64_t *out)
{
    if (b >= 0 ? a > INT64_MAX - b : a < -INT64_MAX - b)
        return false;
    *out = a + b;
    return true;
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static bool mul_checked(int64_t a, int64_t b, int64_t *out)
{
    uint64_t a_size = magnitude(a), b_size = magnitude(b);

    if ((a_size | b_size) > UINT32_MAX >> 1 && a_size != 0 && b_size > INT64_MAX / a_size)
        return false;
    *out = a * b;
    return true;
}

/* The common factor of a value and a positive one; fits in 63 bits because b does. */
static int64_t common_factor(int64_t a, int64_t b)
{
    return b == 1 ? 1 : (int64_t)uint64_gcd(magnitude(a), (uint64_t)b);
}

/* With g = gcd(a.den, b.den), as fraction_add. */
static bool add_small(Number a, Number b, Number *out)
{
    int64_t common, left, right, num, a_den_part, den;

    if (a.den == 1 && b.den == 1) {
        *out = (Number){0, 1, NULL};
        return add_checked(a.num, b.num, &out->num);
    }
    common = common_factor(a.den, b.den);
    a_den_part = a.den / common;
    if (!mul_checked(a.num, b.den / common, &left) || !mul_checked(b.num, a_den_part, &right) ||
        !add_checked(left, right, &num))
        return false;
    common = common_factor(num, common); /* all of g when num is 0: then the sum is 0 and the denominator 1 */
    if (!mul_checked(a_den_part, b.den / common, &den))
        return false;
    *out = num == 0 ? NUMBER_ZERO : (Number){num / common, den, NULL};
    return true;
}

static bool mul_small(int64_t a_num, int64_t a_den, int64_t b_num, int64_t b_den, Number *out)
{
    int64_t across = common_factor(a_num, b_den), back = common_factor(b_num, a_den);

    *out = (Number){0, 1, NULL};
    return mul_checked(a_num / across, b_num / back, &out->num) && mul_checked(a_den / back, b_den / across, &out->den);
}

/* ---- Making numbers ---- */

bd_status number_from_int64(Arena *arena, int64_t value, Number *out)
{
    return number_from_ratio(arena, value, 1, out);
}

bd_status number_from_ratio(Arena *arena, int64_t num, int64_t den, Number *out)
{
    Fraction ratio;

    if (den == 0)
        return BD_DIVIDE;
    if (num != INT64_MIN && den > 0) {
        int64_t common = common_factor(num, den);
        *out = (Number){num / common, den / common, NULL};
        return BD_OK;
    }
    ratio.negative = (num < 0) != (den < 0);
    bigint_from_uint64(&ratio.num, magnitude(num));
    bigint_from_uint64(&ratio.den, magnitude(den));
    fraction_reduce(&ratio);
    return number_store(arena, &ratio, out);
}

bd_status number_from_scaled(Arena *arena, int64_t value, int64_t den, Number *out)
{
    return number_from_ratio(arena, value, den, out);
}

bd_status number_copy(Arena *arena, Number a, Number *out)
{
    Fraction same;

    if (a.big == NULL) {
        *out = a;
        return BD_OK;
    }
    number_load(&same, a);
    return number_store(arena, &same, out);
}

/* ---- Arithmetic ---- */

typedef void FractionOperation(Fraction *out, const Fraction *a, const Fraction *b);

static bd_status compute_big(Arena *arena, FractionOperation *operation, Number a, Number b, Number *out)
{
    Fraction left, right, result;

    number_load(&left, a);
    number_load(&right, b);
    operation(&result, &left, &right);
    return number_store(arena, &result, out);
}

bd_status number_add(Arena *arena, Number a, Number b, Number *out)
{
    Number result;

    if (a.big == NULL && b.big == NULL && add_small(a, b, &result)) {
        *out = result;
        return BD_OK;
    }
    return compute_big(arena, fraction_add, a, b, out);
}

/* Every form allows its sign to be turned: the small one has no INT64_MIN, the big one keeps its sign in num. */
static Number turn_sign(Number a)
{
    return (Number){-a.num, a.den, a.big};
}

bd_status number_sub(Arena *arena, Number a, Number b, Number *out)
{
    return number_add(arena, a, turn_sign(b), out);
}

bd_status number_mul(Arena *arena, Number a, Number b, Number *out)
{
    Number result;

    if (a.big == NULL && b.big == NULL && mul_small(a.num, a.den, b.num, b.den, &result)) {
        *out = result;
        return BD_OK;
    }
    return compute_big(arena, fraction_mul, a, b, out);
}

bd_status number_div(Arena *arena, Number a, Number b, Number *out)
{
    Number result;

    if (number_is_zero(b))
        return BD_DIVIDE;
    if (a.big == NULL && b.big == NULL) {
        int64_t sign = b.num < 0 ? -1 : 1;
        if (mul_small(a.num, a.den, sign * b.den, sign * b.num, &result)) {
            *out = result;
            return BD_OK;
        }
    }
    return compute_big(arena, fraction_div, a, b, out);
}

bd_status number_neg(Arena *arena, Number a, Number *out)
{
    (void)arena;
    *out = turn_sign(a);
    return BD_OK;
}

bd_status number_abs(Arena *arena, Number a, Number *out)
{
    (void)arena;
    *out = a.num < 0 ? turn_sign(a) : a;
    return BD_OK;
}

bd_status number_floor(Arena *arena, Number a, Number *out)
{
    return number_round(arena, a, ROUND_DOWN, NUMBER_ONE, out);
}

bd_status number_ceil(Arena *arena, Number a, Number *out)
{
    return number_round(arena, a, ROUND_UP, NUMBER_ONE, out);
}

bd_status number_trunc(Arena *arena, Number a, Number *out)
{
    return number_round(arena, a, ROUND_TO_ZERO, NUMBER_ONE, out);
}

/* ---- Comparing and asking ---- */

int number_compare(Number a, Number b)
{
    int64_t left, right;
    Fraction a_fraction, b_fraction;

    if (number_sign(a) != number_sign(b))
        return number_sign(a) < number_sign(b) ? -1 : 1;
    if (a.big == NULL && b.big == NULL && mul_checked(a.num, b.den, &left) && mul_checked(b.num, a.den, &right))
        return (left > right) - (left < right);
    number_load(&a_fraction, a);
    number_load(&b_fraction, b);
    return fraction_compare(&a_fraction, &b_fraction);
}

bool number_equal(Number a, Number b)
{
    if (a.big == NULL && b.big == NULL)
        return a.num == b.num && a.den == b.den;
    return a.num == b.num && a.big != NULL && b.big != NULL && number_compare(a, b) == 0;
}

Number number_min(Number a, Number b)
{
    return number_compare(a, b) <= 0 ? a : b;
}

Number number_max(Number a, Number b)
{
    return number_compare(a, b) >= 0 ? a : b;
}

bool number_is_whole(Number a)
{
    Fraction fraction;

    if (a.big == NULL)
        return a.den == 1;
    number_load(&fraction, a);
    return bigint_is_one(&fraction.den);
}

static uint64_t hash_limbs(uint64_t hash, const BigInt *a)
{
    for (uint32_t i = 0; i < a->count; i++) {
        for (uint32_t shift = 0; shift < 32; shift += 8)
            hash = (hash ^ (a->limbs[i] >> shift & 0xFFu)) * 1099511628211u;
    }
    return (hash ^ '/') * 1099511628211u;
}

uint64_t number_hash(Number a)
{
    Fraction fraction;
    uint64_t hash = 14695981039346656037u;

    number_load(&fraction, a);
    if (fraction.negative)
        hash = (hash ^ '-') * 1099511628211u;
    return hash_limbs(hash_limbs(hash, &fraction.num), &fraction.den);
}

static bd_status scale_big(Number a, int64_t den, int64_t *out, bool *exact)
{
    Fraction fraction;
    BigInt scale, product, rest;
    int64_t value;

    number_load(&fraction, a);
    bigint_from_uint64(&scale, (uint64_t)den);
    bigint_mul(&product, &fraction.num, &scale);
    bigint_divide(&product, &fraction.den, &product, &rest);
    if (!bigint_to_int64(&product, &value))
        return BD_RANGE;
    *out = fraction.negative ? -value : value;
    *exact = bigint_is_zero(&rest);
    return BD_OK;
}

bd_status number_to_scaled_int64(Number a, int64_t den, int64_t *out, bool *exact)
{
    int64_t product;

    assert(den > 0);
    if (a.big == NULL && mul_checked(a.num, den, &product)) {
        *out = product / a.den;
        *exact = product % a.den == 0;
        return BD_OK;
    }
    return scale_big(a, den, out, exact);
}
