/* plan.c: makes a plan: walks the program once, in order, and keeps for each slot the value that it holds.
**
** The functions for the opcodes are in plan_number.c, plan_logic.c, plan_table.c and plan_column.c; here are the parts that they build with.
*/
#include "plan.h"

#include <string.h>

#include "op.h"

/* ---- Values and steps ---- */

uint32_t plan_value(Plan *plan, Shape shape, Range range)
{
    plan->values =
        arena_grow(plan->arena, plan->values, plan->value_count, &plan->value_capacity, sizeof *plan->values);
    PlanValue *value = &plan->values[plan->value_count];
    *value = (PlanValue){.range = range, .shape = (uint8_t)shape, .instruction = BD_NONE};
    return plan->value_count++;
}

bool plan_fits_32(Range range)
{
    return range.low >= INT32_MIN && range.high <= INT32_MAX;
}

uint32_t plan_number(Plan *plan, int64_t number)
{
    Range range = {number, number};
    uint32_t value = plan_value(plan, plan_fits_32(range) ? SHAPE_32 : SHAPE_64, range);
    plan->values[value].is_constant = true;
    return value;
}

uint32_t plan_boolean(Plan *plan, bool boolean)
{
    uint32_t value = plan_value(plan, SHAPE_BYTE, (Range){boolean, boolean});
    plan->values[value].is_constant = true;
    return value;
}

Step *plan_step(Plan *plan, KernelId kernel, uint32_t dst, uint32_t a, uint32_t b, uint32_t c)
{
    plan->steps = arena_grow(plan->arena, plan->steps, plan->step_count, &plan->step_capacity, sizeof *plan->steps);
    Step *step = &plan->steps[plan->step_count];
    *step = (Step){.dst = dst,
                   .a = a,
                   .b = b,
                   .c = c,
                   .origin = plan->making,
                   .kernel = (uint16_t)kernel,
                   .is_root = dst == NO_VALUE};
    if (dst != NO_VALUE)
        plan->values[dst].step = plan->step_count;
    plan->step_count++;
    return step;
}

uint32_t plan_emit(Plan *plan, KernelId kernel, Shape shape, Range range, uint32_t a, uint32_t b)
{
    uint32_t value = plan_value(plan, shape, range);
    plan_step(plan, kernel, value, a, b, NO_VALUE);
    return value;
}

uint32_t plan_emit_x(Plan *plan, KernelId kernel, Shape shape, Range range, uint32_t a, int64_t x)
{
    uint32_t value = plan_value(plan, shape, range);
    plan_step(plan, kernel, value, a, NO_VALUE, NO_VALUE)->x = x;
    return value;
}

uint32_t plan_under(Plan *plan, uint32_t value, uint32_t guard)
{
    if (guard == NO_VALUE || plan->values[value].guard == guard)
        return value;
    const PlanValue known = plan->values[value];
    uint32_t made = plan_value(plan, (Shape)known.shape, known.range);
    plan->values[made].is_constant = known.is_constant;
    plan->values[made].alias_of = known.is_constant ? NO_VALUE : value;
    plan->values[made].guard = guard;
    return made;
}

void plan_fail(Plan *plan, uint32_t value)
{
    if (plan->values[value].range.high == 0)
        return;
    plan_step(plan, KERNEL_FAIL, plan->redo, value, NO_VALUE, NO_VALUE)->is_root = true;
    plan->may_redo = true;
}

/* ---- Operands ---- */

static uint32_t guarded(Plan *plan, uint32_t value)
{
    const PlanValue known = plan->values[value];
    if (known.guard == NO_VALUE)
        return value;
    if (known.guarded == NO_VALUE) {
        uint32_t made = plan_choose(plan, known.guard, value, plan_number(plan, 0));
        plan->values[value].guarded = made;
        if (plan->values[made].instruction == BD_NONE)
            plan->values[made].instruction = known.instruction;
    }
    return plan->values[value].guarded;
}

uint32_t plan_operand(Plan *plan, uint16_t slot)
{
    return slot == NO_SLOT ? NO_VALUE : guarded(plan, plan->slot_value[slot]);
}

uint32_t plan_operand_under(Plan *plan, uint16_t slot, uint32_t guard)
{
    uint32_t value = plan->slot_value[slot];
    return plan->values[value].guard == guard ? value : guarded(plan, value);
}

uint32_t plan_guard(Plan *plan, const Instruction *in)
{
    uint32_t guard = plan_operand(plan, in->c);
    return guard != NO_VALUE && plan->values[guard].range.low == 1 ? NO_VALUE : guard;
}

uint32_t plan_widened(Plan *plan, uint32_t value)
{
    const PlanValue known = plan->values[value];
    if (known.shape != SHAPE_32)
        return value;
    if (known.as_64 == NO_VALUE) {
        uint32_t wide = known.is_constant ? plan_value(plan, SHAPE_64, known.range)
                                          : plan_emit(plan, KERNEL_WIDEN, SHAPE_64, known.range, value, NO_VALUE);
        plan->values[wide].is_constant = known.is_constant;
        plan->values[value].as_64 = wide;
    }
    return plan->values[value].as_64;
}

uint32_t plan_checked(Plan *plan, uint32_t value)
{
    const PlanValue known = plan->values[value];
    if (known.checked != NO_VALUE)
        return known.checked;
    if (known.instruction == BD_NONE || known.is_constant || !plan->observed[known.instruction].is_seen ||
        (known.shape != SHAPE_32 && known.shape != SHAPE_64))
        return value;
    Range range = plan->observed[known.instruction].range;
    range.low = range.low > known.range.low ? range.low : known.range.low;
    range.high = range.high < known.range.high ? range.high : known.range.high;
    if (range.low > range.high || (range.low == known.range.low && range.high == known.range.high))
        return value;
    Step *step = plan_step(plan, known.shape == SHAPE_32 ? KERNEL_CHECK_32 : KERNEL_CHECK_64, NO_VALUE, value, NO_VALUE,
                           NO_VALUE);
    step->x = range.low;
    step->y = range.high;
    uint32_t checked = value;
    if (known.shape == SHAPE_64 && plan_fits_32(range))
        checked = plan_emit(plan, KERNEL_NARROW, SHAPE_32, range, value, NO_VALUE);
    else
        plan->values[value].range = range; /* from here on; what stands before did without */
    plan->values[value].checked = checked;
    return checked;
}

/* ---- GENERIC steps ---- */

static Range range_of_kind(uint32_t kind)
{
    if (kind == BD_KIND_BOOL)
        return (Range){0, 1};
    return kind == BD_KIND_INT ? (Range){INT32_MIN, INT32_MAX} : (Range){INT64_MIN, INT64_MAX};
}

static Shape shape_of(const TypeRecord *type)
{
    if (type->domain != 0)
        return SHAPE_SLOT;
    switch (type->kind) {
    case BD_KIND_BOOL: return SHAPE_BYTE;
    case BD_KIND_INT: return SHAPE_32;
    case BD_KIND_SCALED: return SHAPE_64;
    default: return SHAPE_SLOT;
    }
}

/* An operand as the column evaluator wants it: each kind in its own width. */
static uint32_t in_slot(Plan *plan, uint16_t slot)
{
    if (slot == NO_SLOT)
        return NO_VALUE;
    uint32_t value = plan_operand(plan, slot);
    const TypeRecord *type = plan->session->slots[slot].type;
    return type->kind == BD_KIND_SCALED && type->domain == 0 ? plan_widened(plan, value) : value;
}

/* The types of the operands: the slots' own are those of the end of the program by the time the step runs. */
static const TypeRecord *const *operand_types(Plan *plan, uint16_t a, uint16_t b, uint16_t c)
{
    const uint16_t slots[3] = {a, b, c};
    const TypeRecord **types = arena_array(plan->arena, 3, sizeof *types);
    for (int i = 0; i < 3; i++)
        types[i] = slots[i] == NO_SLOT ? NULL : plan->session->slots[slots[i]].type;
    return types;
}

static void plan_generic(Plan *plan, const Instruction *in, uint32_t index)
{
    uint32_t a = in_slot(plan, in->a), b = in_slot(plan, in->b), c = in_slot(plan, in->c);
    if (in->op == OP_CALL) {
        const CallRecord *call = &plan->module->CALLS[in->imm];
        for (uint32_t i = 0; i < call->args; i++) { /* its arguments are laid ready by steps of their own */
            uint16_t slot = plan->module->CALL_ARGS[call->first_arg + i];
            const void *types = operand_types(plan, slot, NO_SLOT, NO_SLOT);
            Step *ready = plan_step(plan, KERNEL_GENERIC, NO_VALUE, in_slot(plan, slot), NO_VALUE, NO_VALUE);
            ready->instruction = BD_NONE;
            ready->x = slot;
            ready->table = types;
        }
    }
    const void *types = operand_types(plan, in->a, in->b, in->c);
    uint32_t dst = NO_VALUE;
    if (in->dst != NO_SLOT) {
        const TypeRecord *type = &plan->module->TYPES[in->type];
        dst = plan_value(plan, shape_of(type), range_of_kind(type->kind));
        plan->values[dst].instruction = index;
        plan->slot_value[in->dst] = dst;
    }
    Step *step = plan_step(plan, KERNEL_GENERIC, dst, a, b, c);
    step->instruction = index;
    step->table = types;
    step->is_root = true;
    plan->may_redo = true;
}

/* ---- The walk ---- */

/* What is planned for an instruction with a result in domain 0; NO_VALUE: nothing. */
static uint32_t plan_instruction(Plan *plan, const Instruction *in)
{
    switch (in->op) {
    case OP_LOAD:
    case OP_PRESENT:
    case OP_CONST:
    case OP_READING: return plan_read(plan, in);
    case OP_SCALE:
    case OP_TO_SCALED:
    case OP_DIV_CONST:
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_MIN:
    case OP_MAX:
    case OP_ADD_I:
    case OP_SUB_I:
    case OP_ADD_DAYS:
    case OP_MIN_I:
    case OP_MAX_I: return plan_arithmetic(plan, in);
    case OP_ROUND: return plan_round(plan, in);
    case OP_EQ:
    case OP_LT:
    case OP_LE:
    case OP_EQ_I:
    case OP_LT_I:
    case OP_LE_I: return plan_compare(plan, in);
    case OP_NOT:
    case OP_AND:
    case OP_OR: return plan_logic(plan, in);
    case OP_SELECT: return plan_select(plan, in);
    case OP_IN:
    case OP_HAS_CELL:
    case OP_INDEX:
    case OP_CELL:
    case OP_VERSION:
    case OP_DATE_PART:
    case OP_PERIOD: return plan_lookup(plan, in);
    default: return NO_VALUE;
    }
}

/* Whether the operands lie in the plan's lanes: texts, ratios and records of lists do not. */
static bool has_lanes(const Plan *plan, uint16_t slot)
{
    return slot == NO_SLOT || plan->values[plan->slot_value[slot]].shape != SHAPE_SLOT;
}

static void walk(Plan *plan)
{
    const Instruction *code = plan->module->CODE + plan->program->first_instruction;
    for (uint32_t i = 0; i < plan->program->instructions; i++) {
        plan->making = i;
        const Instruction *in = &code[i];
        const TypeRecord *type = in->dst == NO_SLOT ? NULL : &plan->module->TYPES[in->type];
        bool is_plannable = has_lanes(plan, in->a) && has_lanes(plan, in->b) && has_lanes(plan, in->c);
        uint32_t value = NO_VALUE;
        if (type && is_plannable && shape_of(type) != SHAPE_SLOT)
            value = plan_instruction(plan, in);
        if (value != NO_VALUE) {
            plan->slot_value[in->dst] = value;
            if (plan->values[value].instruction == BD_NONE)
                plan->values[value].instruction = i;
            plan->plain_instructions++;
        } else if (!type && is_plannable && plan_result(plan, in)) {
            plan->plain_instructions++;
        } else {
            plan_generic(plan, in, i);
        }
        if (type)
            plan->session->slots[in->dst].type = type; /* what in_slot reads; set again by each chunk */
    }
}

Plan *plan_make(bd_session *session, PlanState *state, const bd_batch *batch)
{
    arena_reset(&state->arena);
    Plan *plan = arena_alloc(&state->arena, sizeof *plan);
    plan->session = session;
    plan->module = session->module;
    plan->program = module_fast_program(session->module);
    plan->arena = &state->arena;
    plan->kernels = state->kernels ? state->kernels : kernel_table();
    plan->batch = batch;
    plan->observed = state->observed;
    plan->making = plan->program->instructions;
    plan_value(plan, SHAPE_SLOT, (Range){0, 0});                             /* NO_VALUE */
    plan_step(plan, KERNEL_NOTHING, NO_VALUE, NO_VALUE, NO_VALUE, NO_VALUE); /* step 0: none */
    plan->slot_value = arena_array(plan->arena, plan->program->slots + 1u, sizeof *plan->slot_value);
    plan->columns = arena_array(plan->arena, plan->program->columns + 1u, sizeof *plan->columns);
    plan->planes = bd_module_reason_words(plan->module) * 8;
    plan->plane = arena_array(plan->arena, plan->planes, sizeof *plan->plane);
    plan_results_begin(plan);
    walk(plan);
    plan->making = plan->program->instructions;
    plan_results_end(plan);
    plan_finish(plan);
    state->made++;
    return plan;
}
