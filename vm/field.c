/* field.c: see field.h. */
#include "field.h"

#include "core/date.h"
#include "value.h"

enum { SAFE_DIGITS = 18, YEAR_MIN = 1, YEAR_MAX = 9999 }; /* so many digits always fit 64 bits */

bool field_read_int32(Text text, int32_t *out)
{
    int64_t value = 0;
    bool is_negative = text.size > 0 && text.data[0] == '-';
    size_t i = is_negative;
    if (i == text.size)
        return false;
    for (; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || value > INT32_MAX)
            return false;
        value = value * 10 + (text.data[i] - '0');
    }
    value = is_negative ? -value : value;
    *out = (int32_t)value;
    return value >= INT32_MIN && value <= INT32_MAX;
}

bool field_read_boolean(Text text, int32_t *out)
{
    *out = text_equal(text, TEXT("ja")) || text_equal(text, TEXT("true"));
    return *out || text_equal(text, TEXT("nee")) || text_equal(text, TEXT("false"));
}

bool field_read_meant(const bd_module *module, uint32_t meaning, uint32_t choice, Text text, int32_t *out)
{
    if (meaning == BD_MEANS_DATE)
        return date_from_iso(text, out);
    if (meaning == BD_MEANS_MONTH)
        return month_from_iso(text, out);
    if (meaning == BD_MEANS_CHOICE) {
        uint32_t member = bd_choice_find(module, choice, text);
        *out = (int32_t)member;
        return member != BD_NONE;
    }
    return field_read_int32(text, out);
}

/* The digits of `-?digits(.digits)?` without the point: as many as are safe in *value, and how many stood behind it. */
static FieldResult read_decimal(Text text, int64_t *value, uint32_t *places)
{
    bool is_negative = text.size > 0 && text.data[0] == '-';
    size_t point = text.size, i = is_negative;
    uint32_t digits = 0;
    *value = 0;
    for (; i < text.size; i++) {
        char c = text.data[i];
        if (c == '.' && point == text.size && i > (size_t)is_negative && i + 1 < text.size) {
            point = i;
            continue;
        }
        if (c < '0' || c > '9')
            return FIELD_NO_VALUE;
        digits += digits > 0 || c != '0';
        if (digits <= SAFE_DIGITS)
            *value = *value * 10 + (c - '0');
    }
    if (text.size == (size_t)is_negative)
        return FIELD_NO_VALUE;
    *value = is_negative ? -*value : *value;
    size_t behind = point < text.size ? text.size - point - 1 : 0;
    *places = (uint32_t)(behind <= SAFE_DIGITS ? behind : SAFE_DIGITS + 1);
    return digits <= SAFE_DIGITS && behind <= SAFE_DIGITS ? FIELD_READ : FIELD_INEXACT;
}

/* value / from as an integer over `to`. */
static FieldResult rescale(int64_t value, int64_t from, int64_t to, int64_t *out)
{
    int64_t a = from, b = to;
    while (b != 0) { /* only what does not cancel has to divide the value */
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    int64_t divisor = from / a;
    if (value % divisor != 0 || __builtin_mul_overflow(value / divisor, to / a, out))
        return FIELD_INEXACT;
    return FIELD_READ;
}

static FieldResult scaled_from_text(const ColumnRecord *column, Text text, int64_t *out)
{
    int64_t value, power = 1;
    uint32_t places = 0;
    FieldResult result = read_decimal(text, &value, &places);
    for (uint32_t i = 0; i < places && i < SAFE_DIGITS; i++)
        power *= 10;
    return result == FIELD_READ ? rescale(value, power, column->denominator, out) : result;
}

/* Names come in runs, or few different ones: the last answer is often the next. */
static FieldResult member_from_text(const bd_module *module, uint32_t choice, Text text, uint32_t *hint, int32_t *out)
{
    const ChoiceRecord *record = &module->CHOICES[choice];
    if (hint && *hint < record->members &&
        text_equal(module_text(module, module->MEMBERS[record->first_member + *hint].name), text)) {
        *out = (int32_t)*hint;
        return FIELD_READ;
    }
    uint32_t member = bd_choice_find(module, choice, text);
    if (member == BD_NONE)
        return FIELD_NO_MEMBER;
    if (hint)
        *hint = member;
    *out = (int32_t)member;
    return FIELD_READ;
}

FieldResult field_from_text(const bd_module *module, const ColumnRecord *column, Text text, uint32_t *hint, void *out)
{
    int32_t integer;
    switch (column->kind) {
    case BD_KIND_TEXT: *(bd_text *)out = text; return FIELD_READ;
    case BD_KIND_SCALED: return scaled_from_text(column, text, out);
    case BD_KIND_BOOL:
        if (!field_read_boolean(text, &integer))
            return FIELD_NO_VALUE;
        *(uint8_t *)out = (uint8_t)integer;
        return FIELD_READ;
    default: break;
    }
    if (column->meaning == BD_MEANS_CHOICE)
        return member_from_text(module, column->choice, text, hint, out);
    if (!field_read_meant(module, column->meaning, column->choice, text, &integer))
        return FIELD_NO_VALUE;
    *(int32_t *)out = integer;
    return field_judge(module, column, integer);
}

void field_bounds(const bd_module *module, const ColumnRecord *column, int32_t *least, uint32_t *span)
{
    int32_t last = INT32_MAX;
    *least = INT32_MIN;
    switch (column->meaning) {
    case BD_MEANS_DATE: *least = DATE_MIN, last = DATE_MAX; break;
    case BD_MEANS_MONTH: *least = MONTH_MIN, last = MONTH_MAX; break;
    case BD_MEANS_YEAR: *least = YEAR_MIN, last = YEAR_MAX; break;
    case BD_MEANS_CHOICE: *least = 0, last = (int32_t)module->CHOICES[column->choice].members - 1; break;
    default: break;
    }
    *span = (uint32_t)last - (uint32_t)*least;
}

FieldResult field_judge(const bd_module *module, const ColumnRecord *column, int64_t value)
{
    int32_t least;
    uint32_t span;
    bool has_members = column->meaning != BD_MEANS_CHOICE || module->CHOICES[column->choice].members > 0;
    field_bounds(module, column, &least, &span);
    if (has_members && value >= least && value - least <= (int64_t)span)
        return FIELD_READ;
    return column->meaning == BD_MEANS_CHOICE ? FIELD_NO_MEMBER : FIELD_OUTSIDE;
}

FieldResult field_from_integer(const bd_module *module, const ColumnRecord *column, int64_t value, int64_t denominator,
                               void *out)
{
    if (column->kind == BD_KIND_BOOL) {
        *(uint8_t *)out = value != 0;
        return FIELD_READ;
    }
    if (column->kind == BD_KIND_SCALED) {
        if (denominator == column->denominator) {
            *(int64_t *)out = value;
            return FIELD_READ;
        }
        return rescale(value, denominator, column->denominator, out);
    }
    FieldResult result = field_judge(module, column, value);
    if (result == FIELD_READ)
        *(int32_t *)out = (int32_t)value;
    return result;
}
