/* ir_fold.c: what the compiler can compute already.
**
** Job: the same functions of vm/core that the exact evaluator uses, applied to constants. Knows no instructions, only
** values. Invariant: what would fault, leave a range or not fit a constant of the module (64-bit numerator and
** denominator) is not folded, so the run shows the fault with its place.
*/
#include "compiler/ir_internal.h"

#include "vm/core/date.h"

static bd_status apply(Arena *arena, Opcode op, Number a, Number b, Number *out)
{
    if (op == OP_ADD || op == OP_ADD_N) {
        return number_add(arena, a, b, out);
    }
    if (op == OP_SUB || op == OP_SUB_N) {
        return number_sub(arena, a, b, out);
    }
    if (op == OP_MUL || op == OP_MUL_N) {
        return number_mul(arena, a, b, out);
    }
    if (op == OP_MIN || op == OP_MIN_N) {
        *out = number_min(a, b);
        return BD_OK;
    }
    if (op == OP_MAX || op == OP_MAX_N) {
        *out = number_max(a, b);
        return BD_OK;
    }
    return BD_ARGUMENT;
}

bool ir_fold_number(Ir *ir, Opcode op, Number a, Number b, Number *out)
{
    Number result = NUMBER_ZERO;
    if (apply(ir->arena, op, a, b, &result) != BD_OK || result.big != NULL) {
        return false;
    }
    *out = result;
    return true;
}

bool ir_fold_round(Ir *ir, Number a, RoundMode mode, Number step, Number *out)
{
    Number result = NUMBER_ZERO;
    if (number_round(ir->arena, a, mode, step, &result) != BD_OK || result.big != NULL) {
        return false;
    }
    *out = result;
    return true;
}

static bool store_int(int64_t value, int32_t *out)
{
    if (value < INT32_MIN || value > INT32_MAX) {
        return false;
    }
    *out = (int32_t)value;
    return true;
}

bool ir_fold_int(Opcode op, int32_t a, int32_t b, int32_t *out)
{
    if (op == OP_ADD_I) {
        return store_int((int64_t)a + b, out);
    }
    if (op == OP_SUB_I) {
        return store_int((int64_t)a - b, out);
    }
    if (op == OP_MIN_I || op == OP_MAX_I) {
        *out = (a < b) == (op == OP_MIN_I) ? a : b;
        return true;
    }
    if (!date_is_valid(a)) {
        return false;
    }
    Date date = 0;
    bd_status status = BD_ARGUMENT;
    if (op == OP_ADD_DAYS) {
        status = date_add_days(a, b, &date);
    } else if (op == OP_ADD_MONTHS) {
        status = date_add_months(a, b, &date);
    } else if (op == OP_SPAN_END) {
        status = date_span_end_months(a, b, &date);
    }
    if (status != BD_OK) {
        return false;
    }
    *out = date;
    return true;
}

static bool fold_month_or_year(DatePart part, int32_t a, int32_t *out)
{
    if (part == PART_FROM_MONTH && a >= MONTH_MIN && a <= MONTH_MAX) {
        *out = month_first_day(a);
        return true;
    }
    return part == PART_FROM_YEAR && date_from_ymd(a, 1, 1, out);
}

bool ir_fold_date_part(DatePart part, int32_t a, int32_t *out)
{
    static int32_t (*const parts[PART_COUNT])(Date) = {
        [PART_YEAR] = date_year,
        [PART_MONTH] = date_month,
        [PART_DAY] = date_day,
        [PART_WEEKDAY] = date_weekday,
        [PART_MONTH_INDEX] = month_from_date,
        [PART_MONTH_START] = date_month_begin,
        [PART_MONTH_END] = date_month_end,
        [PART_QUARTER_START] = date_quarter_begin,
        [PART_QUARTER_END] = date_quarter_end,
        [PART_YEAR_START] = date_year_begin,
        [PART_YEAR_END] = date_year_end,
        [PART_WEEK_START] = date_week_begin,
        [PART_ISO_WEEK] = date_iso_week,
        [PART_ISO_YEAR] = date_iso_year,
    };
    if (parts[part] == NULL) {
        return fold_month_or_year(part, a, out);
    }
    if (!date_is_valid(a)) {
        return false;
    }
    *out = parts[part](a);
    return true;
}

bool ir_fold_period(int32_t date, int32_t length, int32_t anchor, int32_t *out)
{
    int64_t since = (int64_t)date - anchor;
    int64_t into = since % length;
    int64_t begin = (int64_t)date - (into < 0 ? into + length : into);
    return date_is_valid(date) && date_is_valid(begin) && store_int(begin, out);
}
