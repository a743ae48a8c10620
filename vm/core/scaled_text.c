/* scaled_text.c - integers over a denominator as exact text, without big arithmetic. */
#include "scaled_text.h"

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
    form.most = form.factor == 0 ? 0 : UINT64_MAX / (uint64_t)form.factor;
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

static char *write_fraction(char *end, uint64_t value, uint64_t denominator)
{
    uint64_t a = value, b = denominator;
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    char *at = write_digits(end, denominator / a);
    *--at = '/';
    return write_digits(at, value / a);
}

static char *write_decimal(char *end, const ScaledText *form, uint64_t value)
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
    return write_digits(at, value);
}

Text scaled_text_write(const ScaledText *form, int64_t value, char room[SCALED_TEXT_SIZE])
{
    char *end = room + SCALED_TEXT_SIZE, *at;
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    if (form->odd != 1 && value % form->odd != 0) {
        at = write_fraction(end, size, (uint64_t)form->denominator);
    } else {
        if (form->odd != 1)
            size /= (uint64_t)form->odd;
        if (form->factor == 0 || size > form->most)
            return (Text){NULL, 0};
        at = write_decimal(end, form, size * (uint64_t)form->factor);
    }
    if (value < 0)
        *--at = '-';
    return (Text){at, (size_t)(end - at)};
}
