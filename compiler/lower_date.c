/* lower_date.c: dates, spans and intervals -> IR values (language.md, "Calendars").
**
** An interval is two dates, both inclusive; it is empty when the first lies after the second. Open ends are the ends of the calendar.
*/
#include <assert.h>

#include "compiler/lower.h"

static IrValue one(Lower *lower)
{
    return ir_int(lower->ir, 1, lower->domain);
}

static IrValue add_days(Lower *lower, IrValue date, IrValue days, const Expr *expr)
{
    return ir_int_op(lower->ir, OP_ADD_DAYS, date, days, lower->guard, lower_site(lower, "datumgrens", expr));
}

/* The count of a duration as an integer, in days or months: checking brought it to its base unit. */
static IrValue duration_count(Lower *lower, const Expr *duration)
{
    IrValue count = lower_value(lower, duration);
    return ir_to_int(lower->ir, count, lower_site(lower, "niet_heel", duration));
}

static bool is_in_months(const Lower *lower, const Expr *duration)
{
    return lower->core->units[duration->type.unit].calendar == CALENDAR_MONTH;
}

static IrValue date_plus(Lower *lower, IrValue date, const Expr *duration, const Expr *expr)
{
    IrValue count = duration_count(lower, duration);
    Opcode op = is_in_months(lower, duration) ? OP_ADD_MONTHS : OP_ADD_DAYS;
    return ir_int_op(lower->ir, op, date, count, lower->guard, lower_site(lower, "datumgrens", expr));
}

/* `P vanaf D`: D is the first day; the last is the day before the same-numbered day P later. */
static Lowered span_from(Lower *lower, const Expr *expr)
{
    IrValue begin = lower_value(lower, expr->b), end;
    if (is_in_months(lower, expr->a)) {
        uint32_t site = lower_site(lower, "datumgrens", expr);
        end = ir_int_op(lower->ir, OP_SPAN_END, begin, duration_count(lower, expr->a), lower->guard, site);
    } else {
        IrValue days = duration_count(lower, expr->a), single = one(lower);
        end = add_days(lower, begin,
                       ir_int_op(lower->ir, OP_SUB_I, days, single, IR_NONE, lower_site(lower, "datumgrens", expr)),
                       expr);
    }
    return (Lowered){begin, end, IR_NONE};
}

/* `P na D`: from the day after D up to and including D + P. */
static Lowered span_after(Lower *lower, const Expr *expr)
{
    IrValue date = lower_value(lower, expr->b);
    IrValue begin = add_days(lower, date, one(lower), expr);
    return (Lowered){begin, date_plus(lower, date, expr->a, expr), IR_NONE};
}

/* Rows are sorted by day, so the row after the one that holds is the next start. The length is taken between them, so that what
** lies before the first start has no end either. */
static Lowered extern_period(Lower *lower, const Calendar *calendar, const Expr *expr)
{
    Ir *ir = lower->ir;
    uint32_t table = lower->layout->table_of[calendar->table];
    IrType type = {BD_KIND_INT, lower->domain, 1};
    uint32_t site = lower_site(lower, "geen_periode", expr), range = lower_site(lower, "datumgrens", expr);
    IrValue node = ir_step(ir, table, 0, IR_NONE, lower_value(lower, expr->a), true);
    IrValue next_node = ir_int_op(ir, OP_ADD_I, node, one(lower), IR_NONE, range);
    IrValue begin = ir_extern_cell(ir, table, type, node, lower->guard, site);
    IrValue next = ir_extern_cell(ir, table, type, next_node, lower->guard, site);
    IrValue length = ir_int_op(ir, OP_SUB_I, next, begin, IR_NONE, range);
    IrValue last = ir_int_op(ir, OP_SUB_I, length, one(lower), IR_NONE, range);
    return (Lowered){begin, add_days(lower, begin, last, expr), IR_NONE};
}

static Lowered period(Lower *lower, const Expr *expr)
{
    const Calendar *calendar = &lower->core->calendars[expr->index];
    if (calendar->table != BD_NONE)
        return extern_period(lower, calendar, expr);
    IrValue begin = ir_period(lower->ir, lower_value(lower, expr->a), calendar->length_days, calendar->anchor);
    return (Lowered){begin, add_days(lower, begin, ir_int(lower->ir, calendar->length_days - 1, lower->domain), expr),
                     IR_NONE};
}

static Lowered calendar_span(Lower *lower, const Expr *expr)
{
    IrValue date = lower_value(lower, expr->a);
    DatePart start = (DatePart)expr->index;
    IrValue begin = ir_date_part(lower->ir, start, date);
    if (start == PART_WEEK_START)
        return (Lowered){begin, add_days(lower, begin, ir_int(lower->ir, 6, lower->domain), expr), IR_NONE};
    DatePart end = start == PART_MONTH_START     ? PART_MONTH_END
                   : start == PART_QUARTER_START ? PART_QUARTER_END
                                                 : PART_YEAR_END;
    return (Lowered){begin, ir_date_part(lower->ir, end, date), IR_NONE};
}

static Lowered interval(Lower *lower, const Expr *expr)
{
    Lowered result = {IR_NONE, IR_NONE, IR_NONE};
    result.value = expr->a ? lower_value(lower, expr->a) : ir_int(lower->ir, BD_DATE_MIN, lower->domain);
    result.second = expr->b ? lower_value(lower, expr->b) : ir_int(lower->ir, BD_DATE_MAX, lower->domain);
    return result;
}

static IrValue inside(Lower *lower, const Expr *expr)
{
    Lowered inner = lower_expression(lower, expr->a);
    Lowered outer = lower_expression(lower, expr->b);
    IrValue last = inner.second == IR_NONE ? inner.value : inner.second;
    IrValue begins = ir_compare(lower->ir, IR_LE, outer.value, inner.value);
    return ir_and(lower->ir, begins, ir_compare(lower->ir, IR_LE, last, outer.second));
}

static Lowered intersect(Lower *lower, const Expr *expr)
{
    Lowered a = lower_expression(lower, expr->a), b = lower_expression(lower, expr->b);
    IrValue begin = ir_int_op(lower->ir, OP_MAX_I, a.value, b.value, IR_NONE, BD_NONE);
    return (Lowered){begin, ir_int_op(lower->ir, OP_MIN_I, a.second, b.second, IR_NONE, BD_NONE), IR_NONE};
}

static IrValue days_between(Lower *lower, IrValue later, IrValue earlier, const Expr *expr)
{
    return ir_to_number(lower->ir,
                        ir_int_op(lower->ir, OP_SUB_I, later, earlier, IR_NONE, lower_site(lower, "datumgrens", expr)));
}

static IrValue days_in(Lower *lower, const Expr *expr)
{
    Lowered a = lower_expression(lower, expr->a);
    IrValue between = days_between(lower, a.second, a.value, expr);
    IrValue days = ir_add(lower->ir, between, ir_number(lower->ir, NUMBER_ONE, lower->domain));
    return ir_max(lower->ir, days, ir_number(lower->ir, NUMBER_ZERO, lower->domain));
}

Lowered lower_date(Lower *lower, const Expr *expr)
{
    IrValue value;
    Lowered spanned;
    switch ((int)expr->op) {
    case EXPR_DATE_ADD:
        value = lower_value(lower, expr->a);
        return (Lowered){date_plus(lower, value, expr->b, expr), IR_NONE, IR_NONE};
    case EXPR_DATE_PART:
        value = ir_date_part(lower->ir, (DatePart)expr->index, lower_value(lower, expr->a));
        return (Lowered){expr->type.kind == TYPE_NUMBER ? ir_to_number(lower->ir, value) : value, IR_NONE, IR_NONE};
    case EXPR_DAYS_BETWEEN:
        value = lower_value(lower, expr->a);
        return (Lowered){days_between(lower, value, lower_value(lower, expr->b), expr), IR_NONE, IR_NONE};
    case EXPR_INTERVAL: return interval(lower, expr);
    case EXPR_SPAN_FROM: return span_from(lower, expr);
    case EXPR_SPAN_AFTER: return span_after(lower, expr);
    case EXPR_PERIOD: return period(lower, expr);
    case EXPR_CALENDAR_SPAN: return calendar_span(lower, expr);
    case EXPR_BEGIN: return (Lowered){lower_value(lower, expr->a), IR_NONE, IR_NONE};
    case EXPR_END: return (Lowered){lower_expression(lower, expr->a).second, IR_NONE, IR_NONE};
    case EXPR_INSIDE: return (Lowered){inside(lower, expr), IR_NONE, IR_NONE};
    case EXPR_OVERLAPS:
        spanned = intersect(lower, expr);
        return (Lowered){ir_compare(lower->ir, IR_LE, spanned.value, spanned.second), IR_NONE, IR_NONE};
    case EXPR_INTERSECT: return intersect(lower, expr);
    default: assert(expr->op == EXPR_DAYS_IN); return (Lowered){days_in(lower, expr), IR_NONE, IR_NONE};
    }
}
