/* number.h - exact rational numbers with a stated bound.
 *
 * Layer 0. Every amount, quantity and factor of a contract is a Number; nothing is rounded unless round.h is asked.
 * Two forms, one value: a small form of two 64-bit integers in lowest terms, and a big form in an arena, used exactly
 * when the small one does not fit. A result whose numerator or denominator in lowest terms needs more than
 * NUMBER_MAX_BITS bits is BD_RANGE, never a wrong digit.
 * Numbers are immutable; a big one lives as long as the arena it was made in.
 */
#ifndef BEDING_CORE_NUMBER_H
#define BEDING_CORE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "beding.h"
#include "text.h"

typedef struct BigRational BigRational;

/* Small form: big NULL, den > 0, num/den in lowest terms, num > INT64_MIN. Big form: big set, num is its sign (-1 or
 * 1), den 0. A zeroed Number is no number at all; number_is_set tells. */
typedef struct Number {
    int64_t num, den;
    const BigRational *big;
} Number;

#define NUMBER_ZERO ((Number){0, 1, NULL})
#define NUMBER_ONE ((Number){1, 1, NULL})

static inline bool number_is_set(Number a)
{
    return a.den != 0 || a.big != NULL;
}

/* -1, 0 or 1. */
static inline int number_sign(Number a)
{
    return (a.num > 0) - (a.num < 0);
}

static inline bool number_is_zero(Number a)
{
    return a.num == 0;
}

/* The greatest common divisor, not negative; 0 of 0 and 0. One of the two is above zero, or neither is INT64_MIN. */
static inline int64_t int64_gcd(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/* Whether the denominator is 1. */
bool number_is_whole(Number a);

/* Makes a number. from_ratio: num/den, BD_DIVIDE when den is 0. from_scaled is from_ratio by its other name: `value`
 * in units of 1/den, so cents are from_scaled(cents, 100). */
bd_status number_from_int64(Arena *arena, int64_t value, Number *out);
bd_status number_from_ratio(Arena *arena, int64_t num, int64_t den, Number *out);
bd_status number_from_scaled(Arena *arena, int64_t value, int64_t den, Number *out);

/* Reads `-?digits(.digits)?` and nothing else: no spaces, no plus, no exponent, no grouping; leading zeros are fine.
 * BD_SYNTAX for anything else, BD_RANGE for more than NUMBER_MAX_DIGITS digits or a value out of range. */
bd_status number_from_decimal_text(Arena *arena, Text text, Number *out);

/* Reads what number_append writes: a decimal text, or `-?digits/digits` in any terms. BD_DIVIDE for a zero divisor. */
bd_status number_from_text(Arena *arena, Text text, Number *out);

/* Arithmetic. All: BD_OK, BD_RANGE, BD_NOMEM; division also BD_DIVIDE. On failure `*out` is unchanged. `out` may be
 * the address of an operand. Operands may come from any arena; a result lives in `arena`, but neg, abs, min and max
 * share the limbs of their operand and so its lifetime (number_copy makes it independent). Small results allocate
 * nothing. Each call uses up to 50 KiB of stack when it must go big. */
bd_status number_add(Arena *arena, Number a, Number b, Number *out);
bd_status number_sub(Arena *arena, Number a, Number b, Number *out);
bd_status number_mul(Arena *arena, Number a, Number b, Number *out);
bd_status number_div(Arena *arena, Number a, Number b, Number *out);
bd_status number_neg(Arena *arena, Number a, Number *out);
bd_status number_abs(Arena *arena, Number a, Number *out);
bd_status number_floor(Arena *arena, Number a, Number *out); /* toward minus infinity */
bd_status number_ceil(Arena *arena, Number a, Number *out);  /* toward plus infinity */
bd_status number_trunc(Arena *arena, Number a, Number *out); /* toward zero */

/* Comparisons cannot fail and allocate nothing. compare gives -1, 0 or 1. */
int number_compare(Number a, Number b);
bool number_equal(Number a, Number b);
Number number_min(Number a, Number b);
Number number_max(Number a, Number b);

/* The same hash for equal numbers, on every machine. */
uint64_t number_hash(Number a);

/* Copies a number into another arena, so that it survives its own. */
bd_status number_copy(Arena *arena, Number a, Number *out);

/* a in units of 1/den (den > 0), so cents with den 100. BD_OK: `*exact` tells whether a x den is whole, `*out` is it,
 * or else its part toward zero. BD_RANGE: beyond plus or minus INT64_MAX; both unchanged. */
bd_status number_to_scaled_int64(Number a, int64_t den, int64_t *out, bool *exact);

/* Whether a has a finite decimal form (its denominator divides a power of ten); `*decimals` (may be NULL) is then the
 * number of decimals it needs. */
bool number_is_decimal(Number a, unsigned *decimals);

/* Appends the exact decimal form with a dot and at least `min_decimals` decimals (2 for money) and returns true; a
 * number without such a form appends nothing and returns false. A failed builder shows in builder->failed. */
bool number_append_decimal(StringBuilder *builder, Number a, unsigned min_decimals);

/* Appends "n/d" in lowest terms, also for whole numbers ("3/1"). */
void number_append_fraction(StringBuilder *builder, Number a);

/* Appends the decimal form if there is one, else the fraction. Readable again by number_from_text. */
void number_append(StringBuilder *builder, Number a, unsigned min_decimals);

#endif
