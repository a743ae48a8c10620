/* plan_number.c: arithmetic in a plan: the range of a result from those of its operands, and the narrowest kernel that holds it. */
#include "core/limits.h"
#include "core/round.h"
#include "plan.h"

#define OF_WIDTH(name, is_wide) ((is_wide) ? KERNEL_##name##_64 : KERNEL_##name##_32)

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t greatest(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* ---- Ranges; false: a result may be beyond 64 bits ---- */

static bool range_add(Range a, Range b, Range *out)
{
    return !__builtin_add_overflow(a.low, b.low, &out->low) && !__builtin_add_overflow(a.high, b.high, &out->high);
}

static bool range_subtract(Range a, Range b, Range *out)
{
    return !__builtin_sub_overflow(a.low, b.high, &out->low) && !__builtin_sub_overflow(a.high, b.low, &out->high);
}

static bool range_multiply(Range a, Range b, Range *out)
{
    int64_t ll, lh, hl, hh;
    if (__builtin_mul_overflow(a.low, b.low, &ll) || __builtin_mul_overflow(a.low, b.high, &lh) ||
        __builtin_mul_overflow(a.high, b.low, &hl) || __builtin_mul_overflow(a.high, b.high, &hh))
        return false;
    *out = (Range){least(least(ll, lh), least(hl, hh)), greatest(greatest(ll, lh), greatest(hl, hh))};
    return true;
}

static bool is_wide(const Plan *plan, uint32_t value)
{
    return plan->values[value].shape == SHAPE_64;
}

/* A 64-bit result that fits 32 bits is made so: what follows is half the work. */
static uint32_t narrowed(Plan *plan, uint32_t value)
{
    const PlanValue known = plan->values[value];
    if (known.shape != SHAPE_64 || known.is_constant || !plan_fits_32(known.range))
        return value;
    return plan_emit(plan, KERNEL_NARROW, SHAPE_32, known.range, value, NO_VALUE);
}

/* ---- Sums ---- */

static uint32_t add_number(Plan *plan, uint32_t a, int64_t x, Range range)
{
    if (x == 0)
        return a;
    bool wide = is_wide(plan, a) || !plan_fits_32(range);
    if (wide)
        a = plan_widened(plan, a);
    return narrowed(plan, plan_emit_x(plan, OF_WIDTH(ADD_VX, wide), wide ? SHAPE_64 : SHAPE_32, range, a, x));
}

static uint32_t add(Plan *plan, uint32_t a, uint32_t b, Range range)
{
    if (plan->values[b].is_constant)
        return add_number(plan, a, plan->values[b].range.low, range);
    if (plan->values[a].is_constant)
        return add_number(plan, b, plan->values[a].range.low, range);
    bool wide = is_wide(plan, a) || is_wide(plan, b) || !plan_fits_32(range);
    if (wide) {
        a = plan_widened(plan, a);
        b = plan_widened(plan, b);
    }
    return narrowed(plan, plan_emit(plan, OF_WIDTH(ADD_VV, wide), wide ? SHAPE_64 : SHAPE_32, range, a, b));
}

static uint32_t subtract(Plan *plan, uint32_t a, uint32_t b, Range range)
{
    int64_t x = plan->values[b].range.low;
    if (plan->values[b].is_constant && x > INT32_MIN)
        return add_number(plan, a, -x, range);
    bool wide = is_wide(plan, a) || is_wide(plan, b) || !plan_fits_32(range);
    if (wide)
        b = plan_widened(plan, b);
    if (plan->values[a].is_constant)
        return narrowed(plan, plan_emit_x(plan, OF_WIDTH(SUB_XV, wide), wide ? SHAPE_64 : SHAPE_32, range, b,
                                          plan->values[a].range.low));
    if (wide)
        a = plan_widened(plan, a);
    return narrowed(plan, plan_emit(plan, OF_WIDTH(SUB_VV, wide), wide ? SHAPE_64 : SHAPE_32, range, a, b));
}

/* ---- Products ---- */

static uint32_t multiply_number(Plan *plan, uint32_t a, int64_t x, Range range)
{
    if (x == 0)
        return plan_number(plan, 0);
    if (x == 1)
        return a;
    if (is_wide(plan, a))
        return narrowed(plan, plan_emit_x(plan, KERNEL_MUL_VX_64, SHAPE_64, range, a, x));
    if (plan_fits_32(range))
        return plan_emit_x(plan, KERNEL_MUL_VX_32, SHAPE_32, range, a, x);
    if (x < INT32_MIN || x > INT32_MAX)
        return plan_emit_x(plan, KERNEL_MUL_VX_64, SHAPE_64, range, plan_widened(plan, a), x);
    return plan_emit_x(plan, KERNEL_MUL_WIDE_VX, SHAPE_64, range, a, x);
}

static uint32_t multiply(Plan *plan, uint32_t a, uint32_t b, Range range)
{
    if (plan->values[b].is_constant)
        return multiply_number(plan, a, plan->values[b].range.low, range);
    if (plan->values[a].is_constant)
        return multiply_number(plan, b, plan->values[a].range.low, range);
    if (!is_wide(plan, a) && !is_wide(plan, b))
        return plan_fits_32(range) ? plan_emit(plan, KERNEL_MUL_VV_32, SHAPE_32, range, a, b)
                                   : plan_emit(plan, KERNEL_MUL_WIDE_VV, SHAPE_64, range, a, b);
    a = plan_widened(plan, a);
    b = plan_widened(plan, b);
    return narrowed(plan, plan_emit(plan, KERNEL_MUL_VV_64, SHAPE_64, range, a, b));
}

/* What was observed of a value, where that says more than its range does. */
static Range observed_range(const Plan *plan, uint32_t value)
{
    const PlanValue *known = &plan->values[value];
    Range range = known->range;
    if (known->instruction != BD_NONE && plan->observed[known->instruction].is_seen) {
        const Range seen = plan->observed[known->instruction].range;
        range = (Range){greatest(range.low, seen.low), least(range.high, seen.high)};
    }
    return range.low <= range.high ? range : known->range;
}

/* Where a product does not fit 32 bits by what is known, but does by what was observed: checking the operands is cheaper than
** computing with 64 bits from here on. */
static void narrow_factors(Plan *plan, uint32_t *a, uint32_t *b)
{
    Range known, seen;
    if (range_multiply(plan->values[*a].range, plan->values[*b].range, &known) && plan_fits_32(known))
        return;
    if (!range_multiply(observed_range(plan, *a), observed_range(plan, *b), &seen) || !plan_fits_32(seen))
        return;
    *a = plan_checked(plan, *a);
    *b = plan_checked(plan, *b);
}

/* ---- Extremes ---- */

static uint32_t extreme(Plan *plan, uint32_t a, uint32_t b, bool is_least)
{
    const Range of_a = plan->values[a].range, of_b = plan->values[b].range;
    if (is_least ? of_a.high <= of_b.low : of_a.low >= of_b.high)
        return a;
    if (is_least ? of_b.high <= of_a.low : of_b.low >= of_a.high)
        return b;
    Range range = is_least ? (Range){least(of_a.low, of_b.low), least(of_a.high, of_b.high)}
                           : (Range){greatest(of_a.low, of_b.low), greatest(of_a.high, of_b.high)};
    bool wide = is_wide(plan, a) || is_wide(plan, b);
    if (wide) {
        a = plan_widened(plan, a);
        b = plan_widened(plan, b);
    }
    KernelId kernel = is_least ? OF_WIDTH(MIN_VV, wide) : OF_WIDTH(MAX_VV, wide);
    return narrowed(plan, plan_emit(plan, kernel, wide ? SHAPE_64 : SHAPE_32, range, a, b));
}

/* ---- The opcodes ---- */

static bool is_valid_date(Range range)
{
    return range.low >= BD_DATE_MIN && range.high <= BD_DATE_MAX;
}

static uint32_t binary(Plan *plan, uint16_t op, uint32_t a, uint32_t b)
{
    Range range;
    const Range of_a = plan->values[a].range, of_b = plan->values[b].range;
    bool is_integer = op == OP_ADD_I || op == OP_SUB_I || op == OP_ADD_DAYS;
    switch (op) {
    case OP_ADD_DAYS:
        if (!is_valid_date(of_a) || !range_add(of_a, of_b, &range) || !is_valid_date(range))
            return NO_VALUE;
        return add(plan, a, b, range);
    case OP_ADD:
    case OP_ADD_I:
        if (!range_add(of_a, of_b, &range) || (is_integer && !plan_fits_32(range)))
            return NO_VALUE;
        return add(plan, a, b, range);
    case OP_SUB:
    case OP_SUB_I:
        if (!range_subtract(of_a, of_b, &range) || (is_integer && !plan_fits_32(range)))
            return NO_VALUE;
        return subtract(plan, a, b, range);
    case OP_MIN:
    case OP_MIN_I: return extreme(plan, a, b, true);
    case OP_MAX:
    case OP_MAX_I: return extreme(plan, a, b, false);
    default: break;
    }
    narrow_factors(plan, &a, &b);
    return range_multiply(plan->values[a].range, plan->values[b].range, &range) ? multiply(plan, a, b, range)
                                                                                : NO_VALUE;
}

uint32_t plan_arithmetic(Plan *plan, const Instruction *in)
{
    Range range;
    uint32_t guard = in->op == OP_ADD_DAYS ? plan_guard(plan, in) : NO_VALUE;
    uint32_t a = plan_operand_under(plan, in->a, guard);
    if (in->op == OP_TO_SCALED || in->op == OP_DIV_CONST) /* only the denominator changes */
        return a;
    if (in->op == OP_SCALE) {
        const Range factor = {in->imm, in->imm};
        return range_multiply(plan->values[a].range, factor, &range) ? multiply_number(plan, a, in->imm, range)
                                                                     : NO_VALUE;
    }
    uint32_t b = plan_operand_under(plan, in->b, guard);
    uint32_t result = binary(plan, in->op, a, b);
    if (result != NO_VALUE && plan->values[result].range.low == plan->values[result].range.high)
        result = plan_number(plan, plan->values[result].range.low);
    return result == NO_VALUE ? NO_VALUE : plan_under(plan, result, guard);
}

/* ---- Rounding ---- */

/* n / d for 0 <= n < 2^31 is n * magic / 2^(32 + shift), rounded down: with l bits in d - 1, magic is 2^(31 + l) / d rounded up (or one more), so
** magic * d exceeds 2^(31 + l) by at most d <= 2^l, and n times that stays below 2^(31 + l). */
void plan_division(int64_t d, uint32_t *magic, uint32_t *shift)
{
    uint32_t bits = 1;
    while (bits < 31 && INT64_C(1) << bits < d)
        bits++;
    *magic = (uint32_t)((UINT64_C(1) << (31 + bits)) / (uint64_t)d + 1);
    *shift = bits - 1;
}

/* What is added to a number that is not negative, so that rounding down gives the mode's multiple; negative: no such number. */
static int64_t added(RoundMode mode, int64_t divisor, bool is_size)
{
    switch (mode) {
    case ROUND_HALF_AWAY: return divisor / 2;
    case ROUND_TO_ZERO: return 0;
    case ROUND_AWAY_FROM_ZERO: return divisor - 1;
    case ROUND_DOWN: return is_size ? -1 : 0;
    case ROUND_UP: return is_size ? -1 : divisor - 1;
    case ROUND_HALF_EVEN: break;
    }
    return -1;
}

/* a / divisor rounded, of 32-bit lanes; NO_VALUE where 31 bits do not do. */
static uint32_t divide(Plan *plan, uint32_t a, int64_t divisor, RoundMode mode)
{
    const Range range = plan->values[a].range;
    if (divisor == 1)
        return a;
    bool is_signed = range.low < 0;
    int64_t add = added(mode, divisor, is_signed);
    int64_t size = is_signed ? greatest(-range.low, range.high) : range.high; /* 32 bits: cannot overflow */
    if (add < 0 || divisor > INT32_MAX || size + add > INT32_MAX)
        return NO_VALUE;
    uint32_t magic, shift;
    plan_division(divisor, &magic, &shift);
    const Range quotient = {int64_round_div(range.low, divisor, mode), int64_round_div(range.high, divisor, mode)};
    uint32_t made = plan_emit_x(plan, is_signed ? KERNEL_DIVIDE_SIGNED : KERNEL_DIVIDE, SHAPE_32, quotient, a, add);
    Step *step = &plan->steps[plan->values[made].step];
    step->y = magic;
    step->z = shift;
    return made;
}

/* The same of 64-bit lanes that are not negative, where 31 bits are left when the divisor's factors of two are out. The kernel checks that of every
** lane, so it is enough that it was so of those seen; and it marks nothing, so the lanes' guard does not matter. */
static uint32_t divide_wide(Plan *plan, uint32_t a, int64_t divisor, RoundMode mode, int64_t seen)
{
    const Range range = plan->values[a].range;
    const int64_t add = added(mode, divisor, false);
    uint32_t first = 0, magic, shift;
    if (range.low < 0 || add < 0 || range.high > INT64_MAX - add || divisor < 2)
        return NO_VALUE;
    while (divisor % 2 == 0 && divisor > 2) {
        divisor /= 2;
        first++;
    }
    if (divisor > INT32_MAX || seen > INT64_MAX - add || (seen + add) >> first > INT32_MAX)
        return NO_VALUE;
    plan_division(divisor, &magic, &shift);
    const int64_t most = least((range.high + add) >> first, INT32_MAX) / divisor;
    uint32_t made =
        plan_emit_x(plan, KERNEL_DIVIDE_WIDE, SHAPE_32, (Range){(range.low + add) / divisor >> first, most}, a, add);
    Step *step = &plan->steps[plan->values[made].step];
    step->y = magic;
    step->z = (int64_t)first << 8 | shift;
    step->is_root = true; /* for its check */
    return made;
}

uint32_t plan_round(Plan *plan, const Instruction *in)
{
    const RoundingRecord *rounding = &plan->module->ROUNDINGS[in->imm];
    int64_t multiplier, divisor, result;
    uint32_t a = plan_operand(plan, in->a);
    Range range;
    if (!column_rounding_constants(rounding, plan->session->slots[in->a].type->denominator,
                                   plan->module->TYPES[in->type].denominator, &multiplier, &divisor, &result))
        return NO_VALUE;
    Range seen = observed_range(plan, a);
    if (is_wide(plan, a) && plan_fits_32(seen))
        a = plan_checked(plan, a);
    if (!range_multiply(plan->values[a].range, (Range){multiplier, multiplier}, &range) ||
        !range_multiply(seen, (Range){multiplier, multiplier}, &seen))
        return NO_VALUE;
    a = multiply_number(plan, a, multiplier, range);
    const RoundMode mode = (RoundMode)rounding->mode;
    a = is_wide(plan, a) ? divide_wide(plan, a, divisor, mode, seen.high) : divide(plan, a, divisor, mode);
    if (a == NO_VALUE || !range_multiply(plan->values[a].range, (Range){result, result}, &range))
        return NO_VALUE;
    return multiply_number(plan, a, result, range);
}
