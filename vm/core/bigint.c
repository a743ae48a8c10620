/* bigint.c - schoolbook arithmetic on natural numbers, and Lehmer's gcd.
 *
 * Layer 0. Numbers have at most a few hundred limbs, where schoolbook methods are the fast ones; only the gcd earns a
 * better algorithm, because every sum and product of big fractions takes one. Division is Knuth's algorithm D (4.3.1),
 * the gcd Lehmer's with the exact test of Collins on leading words (Knuth 4.5.2, algorithm L).
 */
#include "bigint.h"

#include <assert.h>
#include <string.h>

static void trim(BigInt *a)
{
    while (a->count > 0 && a->limbs[a->count - 1] == 0)
        a->count--;
}

static uint32_t limb_bits(uint32_t limb)
{
    uint32_t bits = 0;

    for (uint32_t step = 16; step > 0; step /= 2) {
        if (limb >> step != 0) {
            limb >>= step;
            bits += step;
        }
    }
    return bits + limb;
}

void bigint_from_uint64(BigInt *out, uint64_t value)
{
    out->limbs[0] = (uint32_t)value;
    out->limbs[1] = (uint32_t)(value >> 32);
    out->count = 2;
    trim(out);
}

void bigint_from_limbs(BigInt *out, const uint32_t *limbs, size_t count)
{
    assert(count <= BIGINT_LIMBS);
    if (count > 0)
        memcpy(out->limbs, limbs, count * sizeof *limbs);
    out->count = (uint32_t)count;
    trim(out);
}

void bigint_copy(BigInt *out, const BigInt *a)
{
    if (out == a)
        return;
    memcpy(out->limbs, a->limbs, a->count * sizeof a->limbs[0]);
    out->count = a->count;
}

static uint64_t low_word(const BigInt *a)
{
    uint64_t low = a->count > 0 ? a->limbs[0] : 0;
    uint64_t high = a->count > 1 ? a->limbs[1] : 0;

    return high << 32 | low;
}

bool bigint_to_int64(const BigInt *a, int64_t *value)
{
    if (a->count > 2 || low_word(a) > INT64_MAX)
        return false;
    *value = (int64_t)low_word(a);
    return true;
}

bool bigint_is_zero(const BigInt *a)
{
    return a->count == 0;
}

bool bigint_is_one(const BigInt *a)
{
    return a->count == 1 && a->limbs[0] == 1;
}

bool bigint_is_odd(const BigInt *a)
{
    return a->count > 0 && (a->limbs[0] & 1) != 0;
}

uint32_t bigint_bits(const BigInt *a)
{
    return a->count == 0 ? 0 : (a->count - 1) * 32 + limb_bits(a->limbs[a->count - 1]);
}

int bigint_compare(const BigInt *a, const BigInt *b)
{
    if (a->count != b->count)
        return a->count > b->count ? 1 : -1;
    for (uint32_t i = a->count; i-- > 0;) {
        if (a->limbs[i] != b->limbs[i])
            return a->limbs[i] > b->limbs[i] ? 1 : -1;
    }
    return 0;
}

void bigint_add(BigInt *out, const BigInt *a, const BigInt *b)
{
    const BigInt *longer = a->count >= b->count ? a : b;
    const BigInt *shorter = a->count >= b->count ? b : a;
    uint32_t count = longer->count, shorter_count = shorter->count;
    uint64_t carry = 0;

    assert(count < BIGINT_LIMBS);
    for (uint32_t i = 0; i < count; i++) {
        carry += longer->limbs[i];
        carry += i < shorter_count ? shorter->limbs[i] : 0;
        out->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    out->limbs[count] = (uint32_t)carry;
    out->count = count + 1;
    trim(out);
}

void bigint_sub(BigInt *out, const BigInt *a, const BigInt *b)
{
    uint32_t count = a->count, b_count = b->count;
    uint64_t borrow = 0;

    assert(bigint_compare(a, b) >= 0);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t part = (uint64_t)a->limbs[i] - (i < b_count ? b->limbs[i] : 0) - borrow;
        out->limbs[i] = (uint32_t)part;
        borrow = part >> 63;
    }
    out->count = count;
    trim(out);
}

void bigint_mul(BigInt *out, const BigInt *a, const BigInt *b)
{
    assert(out != a && out != b && a->count + b->count <= BIGINT_LIMBS);
    out->count = a->count + b->count;
    memset(out->limbs, 0, out->count * sizeof out->limbs[0]);
    for (uint32_t i = 0; i < a->count; i++) {
        uint64_t carry = 0;
        for (uint32_t j = 0; j < b->count; j++) {
            carry += (uint64_t)a->limbs[i] * b->limbs[j] + out->limbs[i + j];
            out->limbs[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
        out->limbs[i + b->count] = (uint32_t)carry;
    }
    trim(out);
}

void bigint_mul_small(BigInt *a, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;

    for (uint32_t i = 0; i < a->count; i++) {
        carry += (uint64_t)a->limbs[i] * factor;
        a->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0) {
        assert(a->count < BIGINT_LIMBS);
        a->limbs[a->count++] = (uint32_t)carry;
    }
    trim(a);
}

uint32_t bigint_div_small(BigInt *a, uint32_t divisor)
{
    uint64_t rest = 0;

    assert(divisor > 0);
    for (uint32_t i = a->count; i-- > 0;) {
        rest = rest << 32 | a->limbs[i];
        a->limbs[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    trim(a);
    return (uint32_t)rest;
}

/* ---- Division ---- */

/* Shifts `count` limbs left by less than a limb and returns what falls out at the top. */
static uint32_t shift_left(uint32_t *out, const uint32_t *limbs, uint32_t count, uint32_t shift)
{
    uint32_t carry = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint64_t wide = (uint64_t)limbs[i] << shift;
        out[i] = (uint32_t)wide | carry;
        carry = (uint32_t)(wide >> 32);
    }
    return carry;
}

/* One digit of the quotient, at most one too large (Knuth D3): `u` is the top of the rest, `v` the divisor. */
static uint64_t estimate_digit(const uint32_t *u, const uint32_t *v, uint32_t n)
{
    uint64_t top = (uint64_t)u[n] << 32 | u[n - 1];
    uint64_t digit = top / v[n - 1];
    uint64_t rest = top % v[n - 1];

    while (digit > UINT32_MAX || digit * v[n - 2] > (rest << 32 | u[n - 2])) {
        digit--;
        rest += v[n - 1];
        if (rest > UINT32_MAX)
            break;
    }
    return digit;
}

/* u -= digit * v over n + 1 limbs; returns the borrow, 1 when the digit was one too large (Knuth D4). */
static uint32_t subtract_multiple(uint32_t *u, const uint32_t *v, uint32_t n, uint64_t digit)
{
    uint64_t carry = 0, borrow = 0, part;

    for (uint32_t i = 0; i < n; i++) {
        carry += digit * v[i];
        part = (uint64_t)u[i] - (uint32_t)carry - borrow;
        u[i] = (uint32_t)part;
        borrow = part >> 63;
        carry >>= 32;
    }
    part = (uint64_t)u[n] - carry - borrow;
    u[n] = (uint32_t)part;
    return (uint32_t)(part >> 63);
}

/* u += v over n + 1 limbs, undoing one subtraction too many (Knuth D6). */
static void add_back(uint32_t *u, const uint32_t *v, uint32_t n)
{
    uint64_t carry = 0;

    for (uint32_t i = 0; i < n; i++) {
        carry += (uint64_t)u[i] + v[i];
        u[i] = (uint32_t)carry;
        carry >>= 32;
    }
    u[n] = (uint32_t)(u[n] + carry);
}

/* Divides by a divisor of at least two limbs. `quotient` receives a->count - b->count + 1 limbs, untrimmed. */
static void divide_long(const BigInt *a, const BigInt *b, uint32_t *quotient, BigInt *remainder)
{
    uint32_t u[BIGINT_LIMBS + 1], v[BIGINT_LIMBS];
    uint32_t n = b->count, steps = a->count - b->count + 1;
    uint32_t shift = 32 - limb_bits(b->limbs[n - 1]);

    (void)shift_left(v, b->limbs, n, shift);
    u[a->count] = shift_left(u, a->limbs, a->count, shift);
    for (uint32_t j = steps; j-- > 0;) {
        uint64_t digit = estimate_digit(u + j, v, n);
        if (subtract_multiple(u + j, v, n, digit) != 0) {
            digit--;
            add_back(u + j, v, n);
        }
        quotient[j] = (uint32_t)digit;
    }
    if (remainder != NULL) {
        for (uint32_t i = 0; i < n; i++) {
            uint64_t wide = (uint64_t)u[i + 1] << 32 | u[i];
            remainder->limbs[i] = (uint32_t)((i + 1 < n ? wide : u[i]) >> shift);
        }
        remainder->count = n;
        trim(remainder);
    }
}

void bigint_divide(const BigInt *a, const BigInt *b, BigInt *quotient, BigInt *remainder)
{
    uint32_t digits[BIGINT_LIMBS];
    uint32_t count;

    assert(b->count > 0 && (quotient != remainder || quotient == NULL));
    if (bigint_compare(a, b) < 0) {
        if (remainder != NULL)
            bigint_copy(remainder, a);
        if (quotient != NULL)
            quotient->count = 0;
        return;
    }
    if (b->count == 1) {
        BigInt whole;
        uint32_t rest;
        bigint_copy(&whole, a);
        rest = bigint_div_small(&whole, b->limbs[0]);
        if (remainder != NULL)
            bigint_from_uint64(remainder, rest);
        if (quotient != NULL)
            bigint_copy(quotient, &whole);
        return;
    }
    count = a->count - b->count + 1;
    divide_long(a, b, digits, remainder);
    if (quotient != NULL)
        bigint_from_limbs(quotient, digits, count);
}

/* ---- Greatest common divisor ---- */

uint64_t uint64_gcd(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* The bits of a from `shift` up; they fit in 62 bits. */
static int64_t leading_word(const BigInt *a, uint32_t shift)
{
    uint32_t limb = shift / 32, offset = shift % 32;
    uint64_t word = 0;

    for (uint32_t i = 3; i-- > 0;) {
        uint64_t part = limb + i < a->count ? a->limbs[limb + i] : 0;
        if (i == 2)
            word |= offset == 0 ? 0 : part << (64 - offset);
        else
            word |= i == 1 ? part << (32 - offset) : part >> offset;
    }
    return (int64_t)word;
}

/* The matrix of several Euclidean steps: x' = a x + b y, y' = c x + d y. */
typedef struct Steps {
    int64_t a, b, c, d;
} Steps;

/* Cofactors below this keep every product with a limb, and the sum of two of opposite sign, inside 64 bits. */
#define COFACTOR_MAX ((int64_t)1 << 30)

/* Runs Euclid on the leading words as far as the quotients are certain to be those of the whole numbers. */
static Steps find_steps(int64_t x, int64_t y)
{
    Steps s = {1, 0, 0, 1};

    while (y + s.c != 0 && y + s.d != 0) {
        int64_t quotient = (x + s.a) / (y + s.c);
        int64_t next_c, next_d, rest;
        if (quotient != (x + s.b) / (y + s.d) || quotient > COFACTOR_MAX)
            break;
        next_c = s.a - quotient * s.c;
        next_d = s.b - quotient * s.d;
        if (next_c > COFACTOR_MAX || next_c < -COFACTOR_MAX || next_d > COFACTOR_MAX || next_d < -COFACTOR_MAX)
            break;
        rest = x - quotient * y;
        s = (Steps){s.c, s.d, next_c, next_d};
        x = y;
        y = rest;
    }
    return s;
}

/* out = a x + b y, which is known not to be negative; a and b have opposite signs. x has at least y's limbs. */
static void combine(BigInt *out, int64_t a, const BigInt *x, int64_t b, const BigInt *y)
{
    const int64_t base = (int64_t)1 << 32;
    int64_t carry = 0;

    for (uint32_t i = 0; i < x->count; i++) {
        int64_t low;
        carry += a * (int64_t)x->limbs[i];
        carry += b * (i < y->count ? (int64_t)y->limbs[i] : 0);
        low = (carry % base + base) % base;
        out->limbs[i] = (uint32_t)low;
        carry = (carry - low) / base;
    }
    assert(carry == 0);
    out->count = x->count;
    trim(out);
}

void bigint_gcd(BigInt *out, const BigInt *a, const BigInt *b)
{
    BigInt storage[4];
    BigInt *x = &storage[0], *y = &storage[1], *next_x = &storage[2], *next_y = &storage[3];

    bigint_copy(x, bigint_compare(a, b) >= 0 ? a : b);
    bigint_copy(y, bigint_compare(a, b) >= 0 ? b : a);
    while (y->count > 2) {
        uint32_t shift = bigint_bits(x) - 62;
        Steps s = find_steps(leading_word(x, shift), leading_word(y, shift));
        BigInt *old_x = x, *old_y = y;
        if (s.b == 0) {
            bigint_divide(x, y, NULL, next_y);
            bigint_copy(next_x, y);
        } else {
            combine(next_x, s.a, x, s.b, y);
            combine(next_y, s.c, x, s.d, y);
        }
        x = next_x, y = next_y;
        next_x = old_x, next_y = old_y;
    }
    if (!bigint_is_zero(y)) {
        uint64_t small = low_word(y);
        bigint_divide(x, y, NULL, next_x);
        bigint_from_uint64(x, uint64_gcd(small, low_word(next_x)));
    }
    bigint_copy(out, x);
}
