/* number_text.c - numbers from and to text.
 *
 * Layer 0. Reading and writing are exact in both directions: what number_append writes, number_from_text reads as the
 * same number. Language-dependent forms (1.234,56) are the scanner's and the printer's business, not this file's.
 */
#include <assert.h>

#include "fraction.h"
#include "number.h"

enum {
    FAST_DIGITS = 18,                            /* digits that always fit in an int64_t */
    TEXT_DIGITS = NUMBER_MAX_DIGITS / 9 * 9 + 18 /* room to print the longest exact decimal, in groups of nine */
};

/* ---- Reading ---- */

/* A decimal text taken apart: digits without the dot are data[begin..end) with `dot` inside or at the end. */
typedef struct DecimalText {
    bool negative;
    size_t begin, dot, end;
    size_t digit_count, decimals;
} DecimalText;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t skip_digits(Text text, size_t at)
{
    while (at < text.size && is_digit(text.data[at]))
        at++;
    return at;
}

static bool split_decimal(Text text, DecimalText *out)
{
    *out = (DecimalText){0};
    out->negative = text.size > 0 && text.data[0] == '-';
    out->begin = out->negative ? 1 : 0;
    out->dot = out->end = skip_digits(text, out->begin);
    if (out->dot == out->begin)
        return false;
    if (out->dot < text.size && text.data[out->dot] == '.') {
        out->end = skip_digits(text, out->dot + 1);
        out->decimals = out->end - out->dot - 1;
        if (out->decimals == 0)
            return false;
    }
    out->digit_count = out->dot - out->begin + out->decimals;
    return out->end == text.size;
}

static void read_digits(Text text, const DecimalText *parts, BigInt *out)
{
    bigint_from_uint64(out, 0);
    for (size_t i = parts->begin; i < parts->end; i++) {
        if (i != parts->dot)
            bigint_mul_small(out, 10, (uint32_t)(text.data[i] - '0'));
    }
}

static void power_of(BigInt *out, uint32_t base, size_t exponent)
{
    bigint_from_uint64(out, 1);
    for (size_t i = 0; i < exponent; i++)
        bigint_mul_small(out, base, 0);
}

static bd_status read_small(Arena *arena, Text text, const DecimalText *parts, Number *out)
{
    int64_t num = 0, den = 1;

    for (size_t i = parts->begin; i < parts->end; i++) {
        if (i == parts->dot)
            continue;
        num = num * 10 + (text.data[i] - '0');
        if (i > parts->dot)
            den *= 10;
    }
    return number_from_ratio(arena, parts->negative ? -num : num, den, out);
}

bd_status number_from_decimal_text(Arena *arena, Text text, Number *out)
{
    DecimalText parts;
    Fraction value;

    if (!split_decimal(text, &parts))
        return BD_SYNTAX;
    if (parts.digit_count > NUMBER_MAX_DIGITS)
        return BD_RANGE;
    if (parts.digit_count <= FAST_DIGITS)
        return read_small(arena, text, &parts, out);
    value.negative = parts.negative;
    read_digits(text, &parts, &value.num);
    power_of(&value.den, 10, parts.decimals);
    fraction_reduce(&value);
    return number_store(arena, &value, out);
}

/* The text before and after the first '/'; without one, all of it and nothing. */
static Text split_ratio(Text text, Text *divisor)
{
    size_t slash = 0;

    while (slash < text.size && text.data[slash] != '/')
        slash++;
    *divisor = text_slice(text, slash + 1, text.size);
    return text_slice(text, 0, slash);
}

bd_status number_from_text(Arena *arena, Text text, Number *out)
{
    Text num_text, den_text;
    DecimalText num, den;
    Fraction value;

    num_text = split_ratio(text, &den_text);
    if (num_text.size == text.size)
        return number_from_decimal_text(arena, text, out);
    if (!split_decimal(num_text, &num) || !split_decimal(den_text, &den) || den.negative || num.dot != num.end ||
        den.dot != den.end)
        return BD_SYNTAX;
    if (num.digit_count > NUMBER_MAX_DIGITS || den.digit_count > NUMBER_MAX_DIGITS)
        return BD_RANGE;
    value.negative = num.negative;
    read_digits(num_text, &num, &value.num);
    read_digits(den_text, &den, &value.den);
    if (bigint_is_zero(&value.den))
        return BD_DIVIDE;
    fraction_reduce(&value);
    return number_store(arena, &value, out);
}

/* ---- Writing ---- */

/* Divides out `factor` (2 or 5) as often as it goes and counts. */
static unsigned remove_factor(BigInt *a, uint32_t factor)
{
    BigInt quotient;
    unsigned count = 0;

    for (;;) {
        bigint_copy(&quotient, a);
        if (bigint_div_small(&quotient, factor) != 0)
            return count;
        bigint_copy(a, &quotient);
        count++;
    }
}

/* Finds the powers of two and five in a denominator; false if it has other factors. */
static bool factor_denominator(const BigInt *den, unsigned *twos, unsigned *fives)
{
    BigInt rest;

    bigint_copy(&rest, den);
    *twos = remove_factor(&rest, 2);
    *fives = remove_factor(&rest, 5);
    return bigint_is_one(&rest);
}

/* Small denominators without any big arithmetic: most numbers are whole or cents. */
static bool factor_small(int64_t den, unsigned *twos, unsigned *fives)
{
    *twos = *fives = 0;
    for (; den % 2 == 0; den /= 2)
        ++*twos;
    for (; den % 5 == 0; den /= 5)
        ++*fives;
    return den == 1;
}

static bool count_factors(Number a, const Fraction *fraction, unsigned *twos, unsigned *fives)
{
    if (a.big == NULL)
        return factor_small(a.den, twos, fives);
    return factor_denominator(&fraction->den, twos, fives);
}

bool number_is_decimal(Number a, unsigned *decimals)
{
    Fraction fraction;
    unsigned twos, fives;

    if (a.big != NULL)
        number_load(&fraction, a);
    if (!count_factors(a, &fraction, &twos, &fives))
        return false;
    if (decimals != NULL)
        *decimals = twos > fives ? twos : fives;
    return true;
}

/* Writes the digits of `a`, which is used up, to the end of `out`; no digits for zero. */
static Text to_digits(BigInt *a, char out[TEXT_DIGITS])
{
    size_t at = TEXT_DIGITS;

    while (!bigint_is_zero(a)) {
        uint32_t group = bigint_div_small(a, 1000000000);
        for (int i = 0; i < 9; i++) {
            out[--at] = (char)('0' + group % 10);
            group /= 10;
        }
    }
    while (at < TEXT_DIGITS && out[at] == '0')
        at++;
    return (Text){out + at, TEXT_DIGITS - at};
}

/* Appends digits with `decimals` of them after the dot, filled up with zeros on both sides as needed. */
static void append_digits(StringBuilder *builder, Text digits, size_t decimals, size_t min_decimals)
{
    size_t whole = digits.size > decimals ? digits.size - decimals : 0;

    builder_text(builder, whole > 0 ? text_slice(digits, 0, whole) : TEXT("0"));
    if (decimals > 0 || min_decimals > 0)
        builder_char(builder, '.');
    if (decimals > digits.size)
        builder_repeat(builder, '0', decimals - digits.size);
    builder_text(builder, text_slice(digits, whole, digits.size));
    if (min_decimals > decimals)
        builder_repeat(builder, '0', min_decimals - decimals);
}

bool number_append_decimal(StringBuilder *builder, Number a, unsigned min_decimals)
{
    char digits[TEXT_DIGITS];
    Fraction fraction;
    unsigned twos, fives, decimals;

    number_load(&fraction, a);
    if (!count_factors(a, &fraction, &twos, &fives))
        return false;
    decimals = twos > fives ? twos : fives;
    for (; twos < decimals; twos++)
        bigint_mul_small(&fraction.num, 2, 0);
    for (; fives < decimals; fives++)
        bigint_mul_small(&fraction.num, 5, 0);
    if (fraction.negative)
        builder_char(builder, '-');
    append_digits(builder, to_digits(&fraction.num, digits), decimals, min_decimals);
    return true;
}

void number_append_fraction(StringBuilder *builder, Number a)
{
    char digits[TEXT_DIGITS];
    Fraction fraction;

    number_load(&fraction, a);
    if (fraction.negative)
        builder_char(builder, '-');
    append_digits(builder, to_digits(&fraction.num, digits), 0, 0);
    builder_char(builder, '/');
    append_digits(builder, to_digits(&fraction.den, digits), 0, 0);
}

void number_append(StringBuilder *builder, Number a, unsigned min_decimals)
{
    if (!number_append_decimal(builder, a, min_decimals))
        number_append_fraction(builder, a);
}
