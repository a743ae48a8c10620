/* lower_judgement.c: reading what people decide, and remembering who waits for it.
**
** The value of a judgement is "there is one, and it is yes". Where a clause needs it while its cell is empty, the lines are remembered as a
** Wait; decide_select.c and decide.c make of these the lines on which a rule cannot speak yet and the rule `oordeel_NAAM` that holds them.
** A callable has no line: there a judgement is an input, and one that is missing where it is needed is a fault. The other columns that a
** callable can meet, in the condition of an amendment, are read here too.
** Invariant: the mask of a Wait lies in domain 0 and within the guard of what read the judgement.
*/
#include <assert.h>

#include "compiler/lower.h"

static uint32_t module_column(const Lower *lower, uint32_t column)
{
    if (!lower->callable)
        return lower->layout->column_of[column];
    for (uint32_t i = 0; i < lower->callable->columns; i++)
        if (lower->layout->columns[lower->callable->first_column + i].core_column == column)
            return lower->callable->first_column + i;
    return BD_NONE;
}

/* The lines of the guard. Within a list or days: those of which some record or day is in it. */
static IrValue guarded_lines(Lower *lower)
{
    IrValue mask = lower->guard == IR_NONE ? ir_bool(lower->ir, true, lower->domain) : lower->guard;
    for (uint16_t domain = lower->domain; domain != 0; domain = lower->ir->domains[domain].parent)
        mask = ir_reduce(lower->ir, OP_ANY_OF, domain, IR_NONE, mask, BD_NONE);
    return mask;
}

static void add_wait(Lower *lower, uint32_t column, IrValue mask)
{
    if (ir_is_false(lower->ir, mask))
        return;
    Wait *wait = arena_alloc(lower->core->arena, sizeof *wait);
    *wait = (Wait){column, mask, lower->waits};
    lower->waits = wait;
}

void lower_wait_too(Lower *lower, const Wait *waits)
{
    if (!waits)
        return;
    IrValue lines = guarded_lines(lower);
    for (const Wait *wait = waits; wait; wait = wait->next)
        add_wait(lower, wait->column, ir_and(lower->ir, lines, wait->mask));
}

static void need_it(Lower *lower, const Expr *expr, IrValue present)
{
    IrValue lines = guarded_lines(lower);
    IrValue missing = ir_and(lower->ir, lines, ir_not(lower->ir, present));
    if (lower->callable)
        ir_fail(lower->ir, missing, lower_site(lower, "oordeel_ontbreekt", expr));
    else
        add_wait(lower, expr->index, missing);
}

Lowered lower_judgement(Lower *lower, const Expr *expr)
{
    Ir *ir = lower->ir;
    uint32_t index = module_column(lower, expr->index);
    assert(index != BD_NONE);
    const ModuleColumn *column = &lower->layout->columns[index];
    IrType type = {layout_kind(column->type.kind), 0, column->denominator};
    Lowered result = {ir_load(ir, index, type), IR_NONE, IR_NONE};
    if (ir_at(ir, result.value)->place == BD_NONE)
        ir->code[result.value].place = lower_place(lower, expr, BD_STEP_INPUT);
    if (!column->optional)
        return result;
    IrValue present = ir_present(ir, index, 0);
    if (expr->type.optional || !lower->core->columns[expr->index].is_judgement) {
        result.present = present;
        return result;
    }
    need_it(lower, expr, present);
    result.value = ir_and(ir, present, result.value);
    return result;
}
