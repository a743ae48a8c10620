/* fraction.c - arithmetic of big fractions, and the two forms of a Number.
 *
 * Layer 0. Sums and products divide out common factors before multiplying (Knuth 4.5.1), which keeps the operands of
 * the gcd near the limit instead of at its double, and leaves results in lowest terms by construction.
 */
#include "fraction.h"

#include <assert.h>
#include <string.h>

/* The limbs of numerator and denominator, in lowest terms; the sign stands in Number.num. */
struct BigRational {
    uint32_t num_count, den_count;
    uint32_t limbs[]; /* numerator, then denominator, least significant first, without leading zeros */
};

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

void number_load(Fraction *out, Number a)
{
    assert(number_is_set(a));
    out->negative = a.num < 0;
    if (a.big != NULL) {
        bigint_from_limbs(&out->num, a.big->limbs, a.big->num_count);
        bigint_from_limbs(&out->den, a.big->limbs + a.big->num_count, a.big->den_count);
    } else {
        bigint_from_uint64(&out->num, magnitude(a.num));
        bigint_from_uint64(&out->den, magnitude(a.den));
    }
}

bd_status number_store(Arena *arena, const Fraction *a, Number *out)
{
    BigRational *big;
    int64_t num, den;
    size_t num_count = a->num.count, den_count = a->den.count;

    assert(!bigint_is_zero(&a->den) && !(a->negative && bigint_is_zero(&a->num)));
    if (bigint_to_int64(&a->num, &num) && bigint_to_int64(&a->den, &den)) {
        *out = (Number){a->negative ? -num : num, den, NULL};
        return BD_OK;
    }
    if (bigint_bits(&a->num) > NUMBER_MAX_BITS || bigint_bits(&a->den) > NUMBER_MAX_BITS)
        return BD_RANGE;
    big = arena_alloc(arena, sizeof *big + (num_count + den_count) * sizeof big->limbs[0]);
    if (big == NULL)
        return BD_NOMEM;
    big->num_count = (uint32_t)num_count;
    big->den_count = (uint32_t)den_count;
    memcpy(big->limbs, a->num.limbs, num_count * sizeof big->limbs[0]);
    memcpy(big->limbs + num_count, a->den.limbs, den_count * sizeof big->limbs[0]);
    *out = (Number){a->negative ? -1 : 1, 0, big};
    return BD_OK;
}

/* a / b where b divides a; `out` may be an operand. */
static void divide_exactly(BigInt *out, const BigInt *a, const BigInt *b)
{
    if (bigint_is_one(b))
        bigint_copy(out, a);
    else
        bigint_divide(a, b, out, NULL);
}

void fraction_reduce(Fraction *a)
{
    BigInt common;

    bigint_gcd(&common, &a->num, &a->den);
    divide_exactly(&a->num, &a->num, &common);
    divide_exactly(&a->den, &a->den, &common);
    if (bigint_is_zero(&a->num))
        a->negative = false;
}

/* out = a + b with signs; `out` may not be an operand. */
static bool add_signed(BigInt *out, const BigInt *a, bool a_negative, const BigInt *b, bool b_negative)
{
    if (a_negative == b_negative) {
        bigint_add(out, a, b);
        return a_negative;
    }
    if (bigint_compare(a, b) >= 0) {
        bigint_sub(out, a, b);
        return a_negative && !bigint_is_zero(out);
    }
    bigint_sub(out, b, a);
    return b_negative;
}

/* With g = gcd(a.den, b.den): t = a.num (b.den/g) + b.num (a.den/g); the sum is t / ((a.den/g) b.den), and only
 * factors of g can still be common to both (Knuth 4.5.1). */
void fraction_add(Fraction *out, const Fraction *a, const Fraction *b)
{
    BigInt common, left, right, a_den_part, part;

    bigint_gcd(&common, &a->den, &b->den);
    divide_exactly(&part, &b->den, &common);
    divide_exactly(&a_den_part, &a->den, &common);
    bigint_mul(&left, &a->num, &part);
    bigint_mul(&right, &b->num, &a_den_part);
    out->negative = add_signed(&out->num, &left, a->negative, &right, b->negative);
    if (bigint_is_zero(&out->num)) {
        bigint_from_uint64(&out->den, 1);
        return;
    }
    bigint_gcd(&common, &out->num, &common);
    divide_exactly(&out->num, &out->num, &common);
    divide_exactly(&part, &b->den, &common);
    bigint_mul(&out->den, &a_den_part, &part);
}

/* Common factors can only stand across, since each operand is in lowest terms. */
static void multiply_across(Fraction *out, const BigInt *a_num, const BigInt *a_den, const BigInt *b_num,
                            const BigInt *b_den)
{
    BigInt common, left, right;

    bigint_gcd(&common, a_num, b_den);
    divide_exactly(&left, a_num, &common);
    divide_exactly(&right, b_den, &common);
    bigint_gcd(&common, b_num, a_den);
    divide_exactly(&out->num, b_num, &common);
    divide_exactly(&out->den, a_den, &common);
    bigint_mul(&common, &left, &out->num);
    bigint_copy(&out->num, &common);
    bigint_mul(&common, &right, &out->den);
    bigint_copy(&out->den, &common);
}

void fraction_mul(Fraction *out, const Fraction *a, const Fraction *b)
{
    multiply_across(out, &a->num, &a->den, &b->num, &b->den);
    out->negative = a->negative != b->negative && !bigint_is_zero(&out->num);
}

void fraction_div(Fraction *out, const Fraction *a, const Fraction *b)
{
    assert(!bigint_is_zero(&b->num));
    multiply_across(out, &a->num, &a->den, &b->den, &b->num);
    out->negative = a->negative != b->negative && !bigint_is_zero(&out->num);
}

/* Whether the magnitude of a quotient with this remainder must go up by one. `rest` < `divisor`. */
static bool rounds_away(const BigInt *quotient, const BigInt *rest, const BigInt *divisor, bool negative,
                        RoundMode mode)
{
    BigInt other;
    int half;

    if (bigint_is_zero(rest))
        return false;
    bigint_sub(&other, divisor, rest);
    half = bigint_compare(rest, &other);
    switch (mode) {
    case ROUND_HALF_AWAY: return half >= 0;
    case ROUND_UP: return !negative;
    case ROUND_DOWN: return negative;
    case ROUND_TO_ZERO: return false;
    case ROUND_AWAY_FROM_ZERO: return true;
    case ROUND_HALF_EVEN: return half > 0 || (half == 0 && bigint_is_odd(quotient));
    }
    return false;
}

void fraction_round(Fraction *out, const Fraction *a, RoundMode mode, const Fraction *step)
{
    BigInt dividend, divisor, rest;
    Fraction steps;

    assert(!step->negative && !bigint_is_zero(&step->num));
    bigint_mul(&dividend, &a->num, &step->den);
    bigint_mul(&divisor, &a->den, &step->num);
    bigint_divide(&dividend, &divisor, &steps.num, &rest);
    if (rounds_away(&steps.num, &rest, &divisor, a->negative, mode)) {
        BigInt one;
        bigint_from_uint64(&one, 1);
        bigint_add(&steps.num, &steps.num, &one);
    }
    bigint_from_uint64(&steps.den, 1);
    steps.negative = a->negative && !bigint_is_zero(&steps.num);
    fraction_mul(out, &steps, step);
}

int fraction_compare(const Fraction *a, const Fraction *b)
{
    BigInt left, right;

    assert(a->negative == b->negative);
    bigint_mul(&left, &a->num, &b->den);
    bigint_mul(&right, &b->num, &a->den);
    return a->negative ? bigint_compare(&right, &left) : bigint_compare(&left, &right);
}
