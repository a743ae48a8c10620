/* plan_logic.c: conditions and choice in a plan. A condition whose operands' ranges settle it is a constant, and what it chooses needs no
** code. */
#include "plan.h"

#define OF_WIDTH(name, is_wide) ((is_wide) ? KERNEL_##name##_64 : KERNEL_##name##_32)

static const Range ANY = {0, 1};

static bool holds(const Plan *plan, uint32_t value)
{
    return plan->values[value].range.low == 1;
}

static bool never_holds(const Plan *plan, uint32_t value)
{
    return plan->values[value].range.high == 0;
}

/* ---- Comparing ---- */

static bool is_wide(const Plan *plan, uint32_t a, uint32_t b)
{
    return (plan->values[a].shape == SHAPE_64 && !plan->values[a].is_constant) ||
           (plan->values[b].shape == SHAPE_64 && !plan->values[b].is_constant);
}

static uint32_t compare(Plan *plan, KernelId narrow, KernelId wide, uint32_t a, uint32_t b)
{
    if (!is_wide(plan, a, b))
        return plan_emit(plan, narrow, SHAPE_BYTE, ANY, a, b);
    a = plan_widened(plan, a);
    b = plan_widened(plan, b);
    return plan_emit(plan, wide, SHAPE_BYTE, ANY, a, b);
}

static uint32_t compare_number(Plan *plan, KernelId narrow, KernelId wide, uint32_t a, int64_t x)
{
    return plan_emit_x(plan, is_wide(plan, a, a) ? wide : narrow, SHAPE_BYTE, ANY, a, x);
}

static uint32_t equal(Plan *plan, uint32_t a, uint32_t b)
{
    const PlanValue of_a = plan->values[a], of_b = plan->values[b];
    if (of_a.range.high < of_b.range.low || of_b.range.high < of_a.range.low)
        return plan_boolean(plan, false);
    if (a == b || (of_a.is_constant && of_b.is_constant)) /* of one value, since the ranges meet */
        return plan_boolean(plan, true);
    if (of_a.is_constant)
        return compare_number(plan, KERNEL_EQ_VX_32, KERNEL_EQ_VX_64, b, of_a.range.low);
    if (of_b.is_constant)
        return compare_number(plan, KERNEL_EQ_VX_32, KERNEL_EQ_VX_64, a, of_b.range.low);
    return compare(plan, KERNEL_EQ_VV_32, KERNEL_EQ_VV_64, a, b);
}

/* a < b, or a <= b. */
static uint32_t less(Plan *plan, uint32_t a, uint32_t b, bool or_equal)
{
    const PlanValue of_a = plan->values[a], of_b = plan->values[b];
    if (or_equal ? of_a.range.high <= of_b.range.low : of_a.range.high < of_b.range.low)
        return plan_boolean(plan, true);
    if (or_equal ? of_a.range.low > of_b.range.high : of_a.range.low >= of_b.range.high)
        return plan_boolean(plan, false);
    if (a == b)
        return plan_boolean(plan, or_equal);
    if (of_b.is_constant) /* not settled, so the number one further exists */
        return compare_number(plan, KERNEL_LT_VX_32, KERNEL_LT_VX_64, a, of_b.range.low + or_equal);
    if (of_a.is_constant)
        return compare_number(plan, KERNEL_GT_VX_32, KERNEL_GT_VX_64, b, of_a.range.low - or_equal);
    return or_equal ? compare(plan, KERNEL_LE_VV_32, KERNEL_LE_VV_64, a, b)
                    : compare(plan, KERNEL_LT_VV_32, KERNEL_LT_VV_64, a, b);
}

uint32_t plan_compare(Plan *plan, const Instruction *in)
{
    uint32_t a = plan_operand(plan, in->a), b = plan_operand(plan, in->b);
    if (in->op == OP_EQ || in->op == OP_EQ_I)
        return equal(plan, a, b);
    return less(plan, a, b, in->op == OP_LE || in->op == OP_LE_I);
}

/* ---- Logic ---- */

uint32_t plan_not(Plan *plan, uint32_t a)
{
    const PlanValue known = plan->values[a];
    if (known.is_constant || known.range.low == known.range.high)
        return plan_boolean(plan, known.range.low == 0);
    if (known.negated != NO_VALUE)
        return known.negated;
    uint32_t made = plan_emit(plan, KERNEL_NOT, SHAPE_BYTE, ANY, a, NO_VALUE);
    plan->values[made].negated = a;
    plan->values[a].negated = made;
    return made;
}

/* The value whose negation this is, if it was made as one; NO_VALUE otherwise. */
static uint32_t negation_of(const Plan *plan, uint32_t value)
{
    uint32_t step = plan->values[value].step;
    return step != 0 && plan->steps[step].kernel == KERNEL_NOT ? plan->steps[step].a : NO_VALUE;
}

uint32_t plan_and(Plan *plan, uint32_t a, uint32_t b)
{
    if (never_holds(plan, a) || never_holds(plan, b))
        return plan_boolean(plan, false);
    if (holds(plan, a) || a == b)
        return b;
    if (holds(plan, b))
        return a;
    if (plan->values[a].negated == b)
        return plan_boolean(plan, false);
    uint32_t not_a = negation_of(plan, a), not_b = negation_of(plan, b), made;
    if (not_b != NO_VALUE)
        made = plan_emit(plan, KERNEL_AND_NOT, SHAPE_BYTE, ANY, a, not_b);
    else if (not_a != NO_VALUE)
        made = plan_emit(plan, KERNEL_AND_NOT, SHAPE_BYTE, ANY, b, not_a);
    else
        made = plan_emit(plan, KERNEL_AND, SHAPE_BYTE, ANY, a, b);
    const uint32_t knows = plan->values[a].cells_of != 0 ? a : b;
    plan->values[made].cells_of = plan->values[knows].cells_of;
    plan->values[made].index = plan->values[knows].index;
    return made;
}

static uint32_t either(Plan *plan, uint32_t a, uint32_t b)
{
    if (holds(plan, a) || holds(plan, b))
        return plan_boolean(plan, true);
    if (never_holds(plan, a) || a == b)
        return b;
    if (never_holds(plan, b))
        return a;
    if (plan->values[a].negated == b)
        return plan_boolean(plan, true);
    uint32_t not_a = negation_of(plan, a), not_b = negation_of(plan, b);
    if (not_b != NO_VALUE)
        return plan_emit(plan, KERNEL_OR_NOT, SHAPE_BYTE, ANY, a, not_b);
    if (not_a != NO_VALUE)
        return plan_emit(plan, KERNEL_OR_NOT, SHAPE_BYTE, ANY, b, not_a);
    return plan_emit(plan, KERNEL_OR, SHAPE_BYTE, ANY, a, b);
}

uint32_t plan_logic(Plan *plan, const Instruction *in)
{
    uint32_t a = plan_operand(plan, in->a);
    if (in->op == OP_NOT)
        return plan_not(plan, a);
    uint32_t b = plan_operand(plan, in->b);
    return in->op == OP_AND ? plan_and(plan, a, b) : either(plan, a, b);
}

/* ---- Choice ---- */

static uint32_t choose_boolean(Plan *plan, uint32_t condition, uint32_t yes, uint32_t no)
{
    if (never_holds(plan, no))
        return plan_and(plan, condition, yes);
    if (holds(plan, yes))
        return either(plan, condition, no);
    if (never_holds(plan, yes))
        return plan_and(plan, no, plan_not(plan, condition));
    if (holds(plan, no))
        return either(plan, yes, plan_not(plan, condition));
    uint32_t made = plan_value(plan, SHAPE_BYTE, ANY);
    plan_step(plan, KERNEL_SELECT_8, made, condition, yes, no);
    return made;
}

static uint32_t choose_number(Plan *plan, uint32_t condition, uint32_t yes, uint32_t no)
{
    const PlanValue of_yes = plan->values[yes], of_no = plan->values[no];
    const Range range = {of_yes.range.low < of_no.range.low ? of_yes.range.low : of_no.range.low,
                         of_yes.range.high > of_no.range.high ? of_yes.range.high : of_no.range.high};
    const bool wide = of_yes.shape == SHAPE_64 || of_no.shape == SHAPE_64;
    KernelId kernel = OF_WIDTH(SELECT_VV, wide);
    if (of_yes.is_constant && of_no.is_constant)
        kernel = OF_WIDTH(SELECT_XX, wide);
    else if (of_yes.is_constant)
        kernel = OF_WIDTH(SELECT_XV, wide);
    else if (of_no.is_constant)
        kernel = OF_WIDTH(SELECT_VX, wide);
    uint32_t b = of_yes.is_constant ? NO_VALUE : wide ? plan_widened(plan, yes) : yes;
    uint32_t c = of_no.is_constant ? NO_VALUE : wide ? plan_widened(plan, no) : no;
    uint32_t made = plan_value(plan, wide ? SHAPE_64 : SHAPE_32, range);
    Step *step = plan_step(plan, kernel, made, condition, b, c);
    step->x = of_yes.is_constant ? of_yes.range.low : of_no.range.low;
    step->y = of_no.range.low;
    return made;
}

uint32_t plan_choose(Plan *plan, uint32_t condition, uint32_t yes, uint32_t no)
{
    if (holds(plan, condition) || yes == no)
        return yes;
    if (never_holds(plan, condition))
        return no;
    if (plan->values[yes].is_constant && plan->values[no].is_constant &&
        plan->values[yes].range.low == plan->values[no].range.low)
        return no;
    uint32_t negation = negation_of(plan, condition);
    if (negation != NO_VALUE)
        return plan_choose(plan, negation, no, yes);
    if (plan->values[yes].shape == SHAPE_BYTE)
        return choose_boolean(plan, condition, yes, no);
    return choose_number(plan, condition, yes, no);
}

uint32_t plan_select(Plan *plan, const Instruction *in)
{
    uint32_t condition = plan_operand(plan, in->a);
    uint32_t yes = plan_operand_under(plan, in->b, condition), no = plan_operand(plan, in->c);
    if (holds(plan, condition))
        yes = plan_operand(plan, in->b);
    return plan_choose(plan, condition, yes, no);
}
