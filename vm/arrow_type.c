/* arrow_type.c: the types of Arrow that lines can have: formats, and single values of each.
**
** The layout is that of the Arrow columnar format. Buffers are the host's and trusted to be as long as the array says; what can be checked
** at no cost (offsets that fall, a size below 0) is.
*/
#include <string.h>

#include "arrow.h"

enum { MILLIS_PER_DAY = 86400000, VIEW_BYTES = 16, VIEW_INLINE = 12, LIMBS_MAX = 8, POWERS = 19 };

/* ---- Formats ---- */

static ArrowType integer_type(uint8_t size, bool is_unsigned)
{
    return (ArrowType){.kind = ARROW_INT, .size = size, .is_unsigned = is_unsigned};
}

static bool read_number(const char **at, int32_t *out)
{
    bool is_negative = **at == '-';
    const char *first = *at += is_negative;
    for (*out = 0; **at >= '0' && **at <= '9' && *out < 100000; ++*at)
        *out = *out * 10 + (**at - '0');
    bool has_digits = *at > first;
    *out = is_negative ? -*out : *out;
    return has_digits;
}

/* d:precision,scale or d:precision,scale,bits */
static ArrowType decimal_type(const char *at)
{
    int32_t precision, scale, bits = 128;
    if (*at++ != ':' || !read_number(&at, &precision) || *at++ != ',' || !read_number(&at, &scale))
        return (ArrowType){.kind = ARROW_UNKNOWN};
    if (*at == ',' && (++at, !read_number(&at, &bits)))
        return (ArrowType){.kind = ARROW_UNKNOWN};
    bool is_known = bits == 32 || bits == 64 || bits == 128 || bits == 256;
    if (*at != '\0' || !is_known || scale < -76 || scale > 76)
        return (ArrowType){.kind = ARROW_UNKNOWN};
    return (ArrowType){.kind = ARROW_DECIMAL, .size = (uint8_t)(bits / 8), .scale = scale};
}

ArrowType arrow_type(const char *format)
{
    if (format[0] == 'd')
        return decimal_type(format + 1);
    if (strcmp(format, "tdD") == 0)
        return (ArrowType){.kind = ARROW_DATE, .size = 4};
    if (strcmp(format, "tdm") == 0)
        return (ArrowType){.kind = ARROW_MILLIS, .size = 8};
    if (strcmp(format, "vu") == 0)
        return (ArrowType){.kind = ARROW_TEXT_VIEW};
    if (format[0] == '\0' || format[1] != '\0')
        return (ArrowType){.kind = ARROW_UNKNOWN};
    switch (format[0]) {
    case 'n': return (ArrowType){.kind = ARROW_NULL};
    case 'b': return (ArrowType){.kind = ARROW_BOOL};
    case 'u': return (ArrowType){.kind = ARROW_TEXT};
    case 'U': return (ArrowType){.kind = ARROW_LARGE_TEXT};
    case 'c': return integer_type(1, false);
    case 'C': return integer_type(1, true);
    case 's': return integer_type(2, false);
    case 'S': return integer_type(2, true);
    case 'i': return integer_type(4, false);
    case 'I': return integer_type(4, true);
    case 'l': return integer_type(8, false);
    case 'L': return integer_type(8, true);
    default: return (ArrowType){.kind = ARROW_UNKNOWN};
    }
}

int64_t arrow_buffers(ArrowType type)
{
    switch (type.kind) {
    case ARROW_TEXT:
    case ARROW_LARGE_TEXT:
    case ARROW_TEXT_VIEW: return 3; /* a view's third holds the sizes of the data buffers before it */
    case ARROW_BOOL:
    case ARROW_INT:
    case ARROW_DATE:
    case ARROW_MILLIS:
    case ARROW_DECIMAL: return 2;
    case ARROW_UNKNOWN:
    case ARROW_NULL: break;
    }
    return 0;
}

/* ---- Values ---- */

static bool bit_at(const void *bits, int64_t at)
{
    return ((const uint8_t *)bits)[at / 8] >> (at % 8) & 1;
}

bool arrow_is_present(const struct ArrowArray *array, int64_t at)
{
    return array->null_count == 0 || array->n_buffers == 0 || !array->buffers[0] || bit_at(array->buffers[0], at);
}

/* Numbers of an array need not be aligned in theory; memcpy costs nothing. */
static int64_t integer_at(const void *values, int64_t at, uint8_t size, bool is_unsigned)
{
    const char *place = (const char *)values + at * size;
    uint64_t bits = 0;
    for (unsigned i = 0; i < size; i++)
        bits |= (uint64_t)(uint8_t)place[i] << (8 * i);
    if (!is_unsigned && size < 8 && bits >> (8 * size - 1))
        bits |= ~UINT64_C(0) << (8 * size);
    int64_t value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void set_text(ArrowValue *out, const char *data, size_t size)
{
    out->is_text = true;
    out->text = (Text){data, size};
}

static bool read_slice(const struct ArrowArray *array, int64_t at, uint8_t offset_size, ArrowValue *out)
{
    int64_t begin = integer_at(array->buffers[1], at, offset_size, false);
    int64_t end = integer_at(array->buffers[1], at + 1, offset_size, false);
    if (begin < 0 || end < begin || (end > begin && !array->buffers[2]))
        return false;
    set_text(out, end > begin ? (const char *)array->buffers[2] + begin : "", (size_t)(end - begin));
    return true;
}

static bool read_view(const struct ArrowArray *array, int64_t at, ArrowValue *out)
{
    const char *view = (const char *)array->buffers[1] + at * VIEW_BYTES;
    int64_t size = integer_at(view, 0, 4, false);
    if (size <= VIEW_INLINE) {
        set_text(out, view + 4, (size_t)(size < 0 ? 0 : size));
        return size >= 0;
    }
    int64_t buffer = integer_at(view, 2, 4, false), offset = integer_at(view, 3, 4, false);
    if (buffer < 0 || buffer >= array->n_buffers - 3 || offset < 0 || !array->buffers[2 + buffer])
        return false;
    set_text(out, (const char *)array->buffers[2 + buffer] + offset, (size_t)size);
    return true;
}

/* ---- Decimals ---- */

static int64_t power_of_ten(int32_t exponent)
{
    int64_t power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

/* Divides the number of `count` limbs by ten and gives the digit that is left. */
static char next_digit(uint32_t *limbs, unsigned count)
{
    uint64_t rest = 0;
    for (unsigned i = count; i-- > 0;) {
        uint64_t part = rest << 32 | limbs[i];
        limbs[i] = (uint32_t)(part / 10);
        rest = part % 10;
    }
    return (char)('0' + rest);
}

static bool is_zero(const uint32_t *limbs, unsigned count)
{
    uint32_t any = 0;
    for (unsigned i = 0; i < count; i++)
        any |= limbs[i];
    return any == 0;
}

/* The number in decimals: digits from behind, a point where the scale says. */
static Text decimal_text(Arena *arena, uint32_t *limbs, unsigned count, bool is_negative, int32_t scale)
{
    char reversed[LIMBS_MAX * 10 + 2];
    unsigned digits = 0;
    StringBuilder text;
    builder_init(&text, arena);
    while (!is_zero(limbs, count))
        reversed[digits++] = next_digit(limbs, count);
    if (is_negative)
        builder_char(&text, '-');
    if (scale >= (int32_t)digits) { /* only zeros before the point */
        builder_text(&text, TEXT("0."));
        builder_repeat(&text, '0', (size_t)scale - digits);
    }
    for (unsigned i = digits; i-- > 0;) {
        builder_char(&text, reversed[i]);
        if (i > 0 && (int32_t)i == scale)
            builder_char(&text, '.');
    }
    builder_repeat(&text, '0', scale < 0 ? (size_t)-scale : 0);
    if (digits == 0 && scale <= 0)
        builder_char(&text, '0');
    return builder_result(&text);
}

static void read_decimal(ArrowType type, const struct ArrowArray *array, int64_t at, Arena *arena, ArrowValue *out)
{
    const char *place = (const char *)array->buffers[1] + at * type.size;
    int64_t low = integer_at(place, 0, type.size < 8 ? type.size : 8, false);
    bool fits = type.scale >= 0 && type.scale < POWERS;
    for (unsigned i = 8; i < type.size; i += 8)
        fits = fits && integer_at(place, i / 8, 8, false) == (low < 0 ? -1 : 0);
    if (fits) {
        out->integer = low;
        out->denominator = power_of_ten(type.scale);
        return;
    }
    uint32_t limbs[LIMBS_MAX] = {0};
    unsigned count = type.size / 4u;
    for (unsigned i = 0; i < count; i++)
        limbs[i] = (uint32_t)integer_at(place, i, 4, true);
    bool is_negative = limbs[count - 1] >> 31;
    uint64_t carry = 1;
    for (unsigned i = 0; is_negative && i < count; i++) {
        carry += (uint32_t)~limbs[i];
        limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    Text text = decimal_text(arena, limbs, count, is_negative, type.scale);
    set_text(out, text.data, text.size);
}

bool arrow_read(ArrowType type, const struct ArrowArray *array, int64_t at, Arena *arena, ArrowValue *out)
{
    StringBuilder text;
    *out = (ArrowValue){.is_present = arrow_is_present(array, at), .denominator = 1};
    if (!out->is_present)
        return true;
    switch (type.kind) {
    case ARROW_BOOL: out->integer = bit_at(array->buffers[1], at); return true;
    case ARROW_DATE: out->integer = integer_at(array->buffers[1], at, 4, false); return true;
    case ARROW_TEXT: return read_slice(array, at, 4, out);
    case ARROW_LARGE_TEXT: return read_slice(array, at, 8, out);
    case ARROW_TEXT_VIEW: return read_view(array, at, out);
    case ARROW_DECIMAL: read_decimal(type, array, at, arena, out); return true;
    case ARROW_MILLIS:
        out->integer = integer_at(array->buffers[1], at, 8, false) / MILLIS_PER_DAY;
        return integer_at(array->buffers[1], at, 8, false) % MILLIS_PER_DAY == 0;
    case ARROW_INT:
        out->integer = integer_at(array->buffers[1], at, type.size, type.is_unsigned);
        if (!type.is_unsigned || out->integer >= 0)
            return true;
        builder_init(&text, arena);
        builder_uint64(&text, (uint64_t)out->integer);
        set_text(out, builder_result(&text).data, builder_result(&text).size);
        return true;
    case ARROW_UNKNOWN:
    case ARROW_NULL: break;
    }
    out->is_present = false;
    return true;
}
