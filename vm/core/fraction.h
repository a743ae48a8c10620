/* fraction.h - the big form of numbers while it is being computed with.
 *
 * Layer 0, internal to number.c, number_text.c and round.c. A Fraction lives on the stack; number_load opens a Number
 * of either form, number_store reduces nothing: it expects lowest terms, picks the form and judges the range.
 * Invariant: after every fraction_ function the result is in lowest terms with a denominator above zero.
 */
#ifndef BEDING_CORE_FRACTION_H
#define BEDING_CORE_FRACTION_H

#include "bigint.h"
#include "number.h"
#include "round.h"

typedef struct Fraction {
    bool negative; /* false for zero */
    BigInt num, den;
} Fraction;

void number_load(Fraction *out, Number a);

/* Makes the Number of a fraction in lowest terms: small if it fits, else a copy of the limbs in `arena`. BD_RANGE
 * above NUMBER_MAX_BITS, BD_NOMEM; `*out` is then unchanged. */
bd_status number_store(Arena *arena, const Fraction *a, Number *out);

/* Divides out the common factor and clears the sign of zero. */
void fraction_reduce(Fraction *a);

/* Exact results whatever their size; `out` is not an operand. div expects b not zero. */
void fraction_add(Fraction *out, const Fraction *a, const Fraction *b);
void fraction_mul(Fraction *out, const Fraction *a, const Fraction *b);
void fraction_div(Fraction *out, const Fraction *a, const Fraction *b);
void fraction_round(Fraction *out, const Fraction *a, RoundMode mode, const Fraction *step);

/* -1, 0 or 1, for operands of the same sign. */
int fraction_compare(const Fraction *a, const Fraction *b);

#endif
