/* lower_counter.c: reads of counters -> IR values.
**
** A read asks for days, both included; without `over` for all days there are. Which key is read is the machine's: it is the line's own.
*/
#include "compiler/lower.h"

IrValue lower_counter(Lower *lower, const Expr *expr)
{
    uint32_t counter = lower->layout->counter_first[expr->index] + (uint32_t)expr->integer;
    if (expr->op == EXPR_COUNTER_RUN) {
        IrValue day = lower_value(lower, expr->a);
        return ir_counter(lower->ir, OP_COUNTER_RUN, counter, 1, day, IR_NONE, lower->guard);
    }
    IrValue from = ir_int(lower->ir, BD_DATE_MIN, lower->domain), to = ir_int(lower->ir, BD_DATE_MAX, lower->domain);
    if (expr->a) {
        Lowered days = lower_expression(lower, expr->a);
        from = days.value;
        to = days.second;
    }
    bool is_sum = expr->op == EXPR_COUNTER_SUM;
    int64_t denominator = is_sum ? lower->layout->counters[counter].denominator : 1;
    return ir_counter(lower->ir, is_sum ? OP_COUNTER_SUM : OP_COUNTER_DAYS, counter, denominator, from, to,
                      lower->guard);
}
