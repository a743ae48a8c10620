/* bigint.h - natural numbers of a fixed largest size, for fraction.c.
 *
 * Layer 0, internal to the number module. Limbs are 32 bits with 64-bit products: plain C, no compiler builtins. A
 * BigInt lives on the stack of one computation; only finished results go to an arena. Signs are the caller's.
 * Invariant: `count` counts no leading zero limb, so zero has count 0. Knuth, The Art of Computer Programming 4.3.1.
 */
#ifndef BEDING_CORE_BIGINT_H
#define BEDING_CORE_BIGINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limits.h"

/* The largest intermediate value is a decimal text of NUMBER_MAX_DIGITS digits (17,939 bits); products of three
 * numbers at the limit need 12,289 bits. */
enum { BIGINT_LIMBS = 576 };
static_assert(BIGINT_LIMBS * 32 > NUMBER_MAX_DIGITS / 3 * 10 + 64, "a parsed text fits");
static_assert(BIGINT_LIMBS * 32 > NUMBER_MAX_BITS * 4, "products of three numbers fit, with room for a carry");

typedef struct BigInt {
    uint32_t count;               /* limbs in use */
    uint32_t limbs[BIGINT_LIMBS]; /* least significant first; those beyond count are undefined */
} BigInt;

void bigint_from_uint64(BigInt *out, uint64_t value);
void bigint_from_limbs(BigInt *out, const uint32_t *limbs, size_t count);
void bigint_copy(BigInt *out, const BigInt *a);

/* Whether the value fits in 63 bits, so in a positive int64_t; if so `*value` is it. */
bool bigint_to_int64(const BigInt *a, int64_t *value);

bool bigint_is_zero(const BigInt *a);
bool bigint_is_one(const BigInt *a);
bool bigint_is_odd(const BigInt *a);

/* Bits needed; 0 for zero. */
uint32_t bigint_bits(const BigInt *a);

/* -1, 0 or 1. */
int bigint_compare(const BigInt *a, const BigInt *b);

/* Sum and difference (a >= b); `out` may be an operand. */
void bigint_add(BigInt *out, const BigInt *a, const BigInt *b);
void bigint_sub(BigInt *out, const BigInt *a, const BigInt *b);

/* Product; `out` may not be an operand, and the product must fit. */
void bigint_mul(BigInt *out, const BigInt *a, const BigInt *b);

/* a = a * factor + addend. */
void bigint_mul_small(BigInt *a, uint32_t factor, uint32_t addend);

/* a = a / divisor; returns the remainder. divisor > 0. */
uint32_t bigint_div_small(BigInt *a, uint32_t divisor);

/* Quotient and remainder; b > 0. Either result may be NULL or an operand, but not each other. */
void bigint_divide(const BigInt *a, const BigInt *b, BigInt *quotient, BigInt *remainder);

/* Greatest common divisor; `out` may be an operand. gcd(0, b) = b. */
void bigint_gcd(BigInt *out, const BigInt *a, const BigInt *b);

/* The same for machine words. */
uint64_t uint64_gcd(uint64_t a, uint64_t b);

#endif
