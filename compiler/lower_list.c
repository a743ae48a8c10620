/* lower_list.c: aggregates over lists and over the days of an interval -> domains and reductions.
**
** The body of an aggregate is lowered in a domain of its own, one lane per record or day; values of the line are expanded into it by
** the builder. An aggregate over nothing: som and aantal give 0, enige nee, alle ja; kleinste, grootste, eerste and laatste fault.
*/
#include <assert.h>

#include "compiler/lower.h"
#include "vm/core/limits.h"

static uint16_t open_domain(Lower *lower, const Expr *expr)
{
    Ir *ir = lower->ir;
    if (expr->index != BD_NONE) {
        uint32_t list = lower->layout->list_of[expr->index];
        for (uint32_t i = 0; i < ir->domain_count; i++)
            if (ir->domains[i].kind == DOMAIN_LIST && ir->domains[i].list == list &&
                ir->domains[i].parent == lower->domain)
                return (uint16_t)i;
        uint16_t domain = ir_add_domain(ir, DOMAIN_LIST, lower->domain, list, lower->core->lists[expr->index].maximum);
        ir_open_list(ir, domain);
        return domain;
    }
    Lowered span = lower_expression(lower, expr->a);
    uint16_t domain = ir_add_domain(ir, DOMAIN_DAYS, lower->domain, BD_NONE, DAY_AGGREGATE_MAX_DAYS);
    ir_open_days(ir, domain, span.value, span.second, lower_site(lower, "te_veel_dagen", expr));
    return domain;
}

static IrValue reduce(Lower *lower, const Expr *expr, uint16_t domain, Lowered value, IrValue mask)
{
    Ir *ir = lower->ir;
    switch (expr->aggregate) {
    case AGGREGATE_SUM: return ir_reduce(ir, OP_SUM, domain, value.value, mask, BD_NONE);
    case AGGREGATE_COUNT: return ir_reduce(ir, OP_COUNT, domain, IR_NONE, mask, BD_NONE);
    case AGGREGATE_ANY: return ir_reduce(ir, OP_ANY_OF, domain, IR_NONE, mask, BD_NONE);
    case AGGREGATE_ALL: return ir_not(ir, ir_reduce(ir, OP_ANY_OF, domain, IR_NONE, ir_not(ir, mask), BD_NONE));
    case AGGREGATE_LEAST: return ir_reduce(ir, OP_LEAST, domain, value.value, mask, lower_site(lower, "leeg", expr));
    case AGGREGATE_GREATEST:
        return ir_reduce(ir, OP_GREATEST, domain, value.value, mask, lower_site(lower, "leeg", expr));
    case AGGREGATE_FIRST: return ir_reduce(ir, OP_FIRST, domain, value.value, mask, lower_site(lower, "leeg", expr));
    case AGGREGATE_LAST: break;
    }
    return ir_reduce(ir, OP_LAST, domain, value.value, mask, lower_site(lower, "leeg", expr));
}

Lowered lower_aggregate(Lower *lower, const Expr *expr)
{
    Ir *ir = lower->ir;
    uint16_t outer_domain = lower->domain;
    IrValue outer_guard = lower->guard;
    uint16_t domain = open_domain(lower, expr);
    LowerBinding binding = {expr->variable, {IR_NONE, IR_NONE, IR_NONE}, domain, lower->bindings};
    if (expr->index == BD_NONE)
        binding.value.value = ir_day(ir, domain);
    LowerBinding *kept = arena_alloc(lower->core->arena, sizeof binding);
    *kept = binding;

    lower->bindings = kept;
    lower->domain = domain;
    lower->guard = outer_guard == IR_NONE ? IR_NONE : ir_expand(ir, domain, outer_guard);
    IrValue mask = expr->b ? lower_value(lower, expr->b) : ir_bool(ir, true, domain);
    lower->guard = lower->guard == IR_NONE ? mask : ir_and(ir, lower->guard, mask);
    Lowered value = {IR_NONE, IR_NONE, IR_NONE};
    if (expr->c)
        value = lower_expression(lower, expr->c);
    lower->bindings = kept->outer;
    lower->domain = outer_domain;
    lower->guard = outer_guard;

    return (Lowered){reduce(lower, expr, domain, value, mask), IR_NONE, IR_NONE};
}
