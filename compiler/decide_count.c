/* decide_count.c: what an approved line adds to the counters.
**
** The last part of a lines program: each counter gets at most one OUT_COUNTER, with what was granted. The machine takes it only of a line
** that ends approved; the mask says so too, so that nothing is computed, and nothing faults, for any other line.
*/
#include "compiler/decide.h"

/* The lines on which an instance counts, its condition included; makes it the clause being lowered. */
static IrValue counts(Decide *d, const Counter *counter, const CounterInstance *instance)
{
    uint32_t c = instance->unit_class;
    IrValue mask = d->approved;
    if (c != BD_NONE)
        mask = ir_and(d->ir, mask, decide_is_class(d, c, counter->for_all ? NULL : counter->products));
    else if (!counter->for_all)
        mask = ir_and(d->ir, mask, decide_in_products(d, counter->products));
    d->lower.rule = BD_NONE;
    d->ir->rule = BD_NONE;
    d->lower.unit_class = c;
    d->lower.products = counter->for_all ? NULL : counter->products;
    d->lower.guard = mask;
    d->lower.granted = c == BD_NONE ? IR_NONE : d->granted[c];
    return instance->condition ? ir_and(d->ir, mask, lower_value(&d->lower, instance->condition)) : mask;
}

/* What one instance adds: an amount, a one, or the first and last of some days. */
static Lowered counted(Decide *d, const Counter *counter, const CounterInstance *instance, IrValue mask)
{
    d->lower.guard = mask;
    if (counter->kind != BD_COUNTER_COUNT)
        return lower_expression(&d->lower, instance->value);
    return (Lowered){ir_number(d->ir, NUMBER_ONE, 0), IR_NONE, IR_NONE};
}

/* The denominator of a sum must be that of its reads; what is found here is what the next lowering starts from. */
static bool settle_denominator(Decide *d, ModuleCounter *made, bd_counter_kind kind, IrValue *value)
{
    IrType type = ir_at(d->ir, *value)->type;
    made->wanted = made->denominator;
    if (kind == BD_COUNTER_DAYS)
        return true;
    made->wanted = type.kind == BD_KIND_SCALED ? layout_common_denominator(made->denominator, type.denominator) : 0;
    if (made->wanted != made->denominator)
        return false;
    *value = ir_scaled_to(d->ir, *value, made->denominator);
    return true;
}

static void count_variant(Decide *d, uint32_t index)
{
    ModuleCounter *made = &d->layout->counters[index];
    const Counter *counter = &d->core->counters[made->core_counter];
    IrValue mask = IR_NONE;
    Lowered value = {IR_NONE, IR_NONE, IR_NONE};
    for (uint32_t i = 0; i < counter->instance_count; i++) {
        const CounterInstance *instance = &counter->instances[i];
        if (instance->variant != made->variant)
            continue;
        IrValue counting = counts(d, counter, instance);
        Lowered own = counted(d, counter, instance, counting);
        value.second = value.second == IR_NONE ? own.second : ir_select(d->ir, counting, own.second, value.second);
        value.value = value.value == IR_NONE ? own.value : ir_select(d->ir, counting, own.value, value.value);
        mask = decide_either(d, mask, counting);
    }
    d->lower.guard = IR_NONE;
    if (mask != IR_NONE && settle_denominator(d, made, counter->kind, &value.value))
        ir_out_counter(d->ir, index, value.value, mask, value.second == IR_NONE ? d->begin : value.second);
}

static void set_line(Decide *d)
{
    d->lower.amount = d->paid;
    d->lower.volume = IR_NONE;
    d->lower.reference = d->begin;
    if (d->core->reference == REFER_END || d->core->reference == REFER_SIGNED)
        d->lower.reference =
            lower_column(&d->lower, d->core->reference == REFER_END ? COLUMN_END : COLUMN_SIGNED, 0).value;
}

void decide_count_asks(Decide *d)
{
    set_line(d);
    for (uint32_t i = 0; i < d->core->counter_count; i++) {
        const Counter *counter = &d->core->counters[i];
        for (uint32_t k = 0; k < counter->instance_count; k++) {
            IrValue counting = counts(d, counter, &counter->instances[k]);
            (void)counted(d, counter, &counter->instances[k], counting);
        }
    }
    d->lower.guard = IR_NONE;
}

void decide_count(Decide *d)
{
    set_line(d);
    for (uint32_t i = 0; i < d->layout->counter_count; i++)
        count_variant(d, i);
}
