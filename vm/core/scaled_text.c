/* scaled_text.c - integers over a denominator as exact text, without big arithmetic. */
#include "scaled_text.h"

#include <stdbool.h>
#include <string.h>

enum { MOST_DECIMALS = 18 };

ScaledText scaled_text(int64_t denominator, unsigned min_decimals)
{
    ScaledText form = {.denominator = denominator, .odd = denominator, .factor = 1, .min_decimals = min_decimals};
    unsigned twos = 0, fives = 0;
    for (; form.odd % 2 == 0; form.odd /= 2)
        twos++;
    for (; form.odd % 5 == 0; form.odd /= 5)
        fives++;
    form.decimals = twos > fives ? twos : fives;
    if (form.decimals > MOST_DECIMALS)
        form.factor = 0;
    for (; form.factor != 0 && twos < form.decimals; twos++)
        form.factor *= 2;
    for (; form.factor != 0 && fives < form.decimals; fives++)
        form.factor *= 5;
    return form;
}

/* Writes the digits of `value` before `end`; returns where they begin. At least one. */
static char *write_digits(char *end, uint64_t value)
{
    do {
        *--end = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    return end;
}

static size_t write_fraction(uint64_t value, uint64_t denominator, char *end)
{
    uint64_t a = value, b = denominator;
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    char *at = write_digits(end, denominator / a);
    *--at = '/';
    return (size_t)(end - write_digits(at, value / a));
}

static size_t write_decimal(const ScaledText *form, uint64_t value, char *end)
{
    unsigned decimals = form->decimals;
    char *at = end;
    for (; decimals > form->min_decimals && value % 10 == 0; decimals--)
        value /= 10;
    for (unsigned i = decimals; i < form->min_decimals; i++)
        *--at = '0';
    for (unsigned i = 0; i < decimals; i++, value /= 10)
        *--at = (char)('0' + value % 10);
    if (at != end)
        *--at = '.';
    return (size_t)(end - write_digits(at, value));
}

size_t scaled_text_write(const ScaledText *form, int64_t value, char out[SCALED_TEXT_SIZE])
{
    char bytes[SCALED_TEXT_SIZE], *end = bytes + sizeof bytes;
    const bool is_negative = value < 0;
    uint64_t size = is_negative ? 0 - (uint64_t)value : (uint64_t)value;
    size_t count;
    if (form->odd != 1 && value % form->odd != 0) {
        count = write_fraction(size, (uint64_t)form->denominator, end);
    } else {
        const uint64_t factor = (uint64_t)form->factor, whole = size / (uint64_t)form->odd;
        if (factor == 0 || whole > UINT64_MAX / factor)
            return 0;
        count = write_decimal(form, whole * factor, end);
    }
    if (is_negative)
        bytes[sizeof bytes - ++count] = '-';
    memcpy(out, end - count, count);
    return count;
}
