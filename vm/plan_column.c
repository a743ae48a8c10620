/* plan_column.c: the two ends of a plan: the host's columns, each read and held against its range once a chunk, and the results. */
#include "plan.h"

/* ---- Reading ---- */

/* What was observed of the first instruction `op` on a column; `otherwise` if nothing was. */
static Range observed_column(const Plan *plan, uint16_t op, uint32_t column, Range otherwise)
{
    const Instruction *code = plan->module->CODE + plan->program->first_instruction;
    for (uint32_t i = 0; i < plan->program->instructions; i++) {
        if (code[i].op == op && code[i].imm == column && plan->observed[i].is_seen)
            return plan->observed[i].range;
    }
    return otherwise;
}

static uint32_t external(Plan *plan, Shape shape)
{
    uint32_t value = plan_value(plan, shape, (Range){0, 0}); /* of values that are checked before anything else */
    plan->values[value].is_external = true;
    return value;
}

static Step *load(Plan *plan, KernelId kernel, uint32_t dst, uint32_t host, uint32_t present, Range range)
{
    Step *step = plan_step(plan, kernel, dst, host, present, NO_VALUE);
    step->x = range.low;
    step->y = range.high;
    step->is_root = true;
    return step;
}

/* Whether the column has a value: a constant, or what the host says. */
static void read_presence(Plan *plan, PlanColumn *column, const ColumnRecord *record)
{
    column->present = plan_boolean(plan, true);
    column->has_presence =
        (record->flags & COLUMN_OPTIONAL) != 0 && plan->batch->columns[column->column].present != NULL;
    if (!column->has_presence)
        return;
    const Range range = observed_column(plan, OP_PRESENT, column->column + plan->program->first_column, (Range){0, 1});
    column->host_present = external(plan, SHAPE_BYTE);
    if (range.low == 1) {
        load(plan, KERNEL_LOAD_ALL_8, NO_VALUE, column->host_present, NO_VALUE, range);
        return;
    }
    uint32_t value = plan_value(plan, SHAPE_BYTE, range);
    load(plan, KERNEL_LOAD_8, value, column->host_present, NO_VALUE, range);
    column->present = range.high == 0 ? plan_boolean(plan, false) : value;
}

/* The column's values, 0 where it has none. */
static uint32_t read_values(Plan *plan, PlanColumn *column, uint32_t kind, Range range)
{
    const uint32_t present = column->present;
    const bool is_masked = !plan->values[present].is_constant;
    if (plan->values[present].range.high == 0)
        return kind == BD_KIND_BOOL ? plan_boolean(plan, false) : plan_number(plan, 0);
    uint32_t mask = is_masked ? present : NO_VALUE;
    Shape shape = kind == BD_KIND_BOOL ? SHAPE_BYTE : kind == BD_KIND_INT || plan_fits_32(range) ? SHAPE_32 : SHAPE_64;
    column->host = external(plan, kind == BD_KIND_BOOL ? SHAPE_BYTE : kind == BD_KIND_INT ? SHAPE_32 : SHAPE_64);
    const bool is_as_it_lies = !is_masked && shape == plan->values[column->host].shape && kind != BD_KIND_BOOL;
    uint32_t value = is_as_it_lies ? column->host : plan_value(plan, shape, range);
    KernelId kernel = KERNEL_LOAD_NARROW;
    if (kind == BD_KIND_BOOL)
        kernel = is_masked ? KERNEL_LOAD_MASKED_8 : KERNEL_LOAD_8;
    else if (kind == BD_KIND_INT)
        kernel = is_masked ? KERNEL_LOAD_MASKED_32 : KERNEL_LOAD_32;
    else if (shape == SHAPE_64)
        kernel = is_masked ? KERNEL_LOAD_MASKED_64 : KERNEL_LOAD_64;
    else if (is_masked)
        kernel = KERNEL_LOAD_MASKED_NARROW;
    load(plan, kernel, is_as_it_lies ? NO_VALUE : value, column->host, mask, range);
    plan->values[value].range = range;
    if (range.low < range.high)
        return value;
    return kind == BD_KIND_BOOL ? plan_boolean(plan, range.low == 1) : plan_number(plan, range.low);
}

static PlanColumn *find_column(Plan *plan, uint32_t index)
{
    const uint32_t place = index - plan->program->first_column;
    for (uint32_t i = 0; i < plan->column_count; i++) {
        if (plan->columns[i].column == place)
            return &plan->columns[i];
    }
    const ColumnRecord *record = &plan->module->COLUMNS[index];
    PlanColumn *column = &plan->columns[plan->column_count++];
    *column = (PlanColumn){.column = place, .size = (uint8_t)column_value_size(record->kind)};
    read_presence(plan, column, record);
    return column;
}

static uint32_t read_column(Plan *plan, const Instruction *in)
{
    PlanColumn *column = find_column(plan, in->imm);
    const uint32_t kind = plan->module->COLUMNS[in->imm].kind;
    if (in->op == OP_PRESENT)
        return column->present;
    if (column->value == NO_VALUE) {
        const Range whole = kind == BD_KIND_BOOL  ? (Range){0, 1}
                            : kind == BD_KIND_INT ? (Range){INT32_MIN, INT32_MAX}
                                                  : (Range){INT64_MIN, INT64_MAX};
        column->value = read_values(plan, column, kind, observed_column(plan, OP_LOAD, in->imm, whole));
    }
    return column->value;
}

uint32_t plan_read(Plan *plan, const Instruction *in)
{
    if (in->op == OP_READING)
        return plan_number(plan, plan->session->readings[in->imm]);
    if (in->op != OP_CONST)
        return read_column(plan, in);
    const ConstantRecord *constant = &plan->module->CONSTANTS[in->imm];
    return constant->kind == BD_KIND_BOOL ? plan_boolean(plan, constant->numerator != 0)
                                          : plan_number(plan, constant->numerator);
}

/* ---- Results ---- */

void plan_results_begin(Plan *plan)
{
    plan->redo = external(plan, SHAPE_BYTE);
    plan->host_decision = external(plan, SHAPE_BYTE);
    plan->host_cents = external(plan, SHAPE_64);
    plan->host_reasons = external(plan, SHAPE_64);
    plan->host_fault = external(plan, SHAPE_32);
}

/* A rule's boolean becomes a bit of the byte that it shares with seven others. */
static void add_rule(Plan *plan, uint32_t rule, uint32_t value)
{
    if (plan->values[value].range.high == 0)
        return;
    uint32_t *plane = &plan->plane[rule / 8];
    bool is_first = *plane == NO_VALUE;
    if (is_first)
        *plane = plan_value(plan, SHAPE_BYTE, (Range){0, 255});
    Step *step = plan_step(plan, is_first ? KERNEL_RULE_FIRST : KERNEL_RULE_NEXT, *plane, value, NO_VALUE, NO_VALUE);
    step->x = rule % 8;
    step->is_root = true;
}

static bool generic_result(Plan *plan)
{
    plan->has_generic_result = true;
    return false;
}

bool plan_result(Plan *plan, const Instruction *in)
{
    uint32_t a = in->op == OP_OUT_COUNTER ? NO_VALUE : plan_operand(plan, in->a);
    switch (in->op) {
    case OP_FAIL: plan_fail(plan, a); return true;
    case OP_OUT_RULE: add_rule(plan, in->imm, a); return true;
    case OP_OUT_DECISION:
        plan->has_decision = true;
        if (plan->values[a].range.low < BD_APPROVED || plan->values[a].range.high > BD_SUSPENDED)
            return generic_result(plan);
        plan_step(plan, KERNEL_OUT_DECISION, plan->host_decision, a, NO_VALUE, NO_VALUE)->is_root = true;
        return true;
    case OP_OUT_AMOUNT:
        plan->has_amount = true;
        if (plan->values[a].range.low == INT64_MIN)
            return generic_result(plan);
        plan->amount = a;
        return true;
    default: return false;
    }
}

void plan_results_end(Plan *plan)
{
    const uint32_t words = plan->planes / 8, none = plan_boolean(plan, false);
    for (uint32_t i = 0; i < plan->planes; i += 2) {
        bool is_first = i % 8 == 0;
        if (!is_first && plan->plane[i] == NO_VALUE && plan->plane[i + 1] == NO_VALUE)
            continue;
        Step *step = plan_step(plan, is_first ? KERNEL_OUT_REASONS : KERNEL_OUT_REASONS_OR, plan->host_reasons,
                               plan->plane[i] == NO_VALUE ? none : plan->plane[i],
                               plan->plane[i + 1] == NO_VALUE ? none : plan->plane[i + 1], NO_VALUE);
        step->x = i % 8 * 8;
        step->y = words;
        step->z = i / 8;
        step->is_root = true;
    }
    plan_step(plan, KERNEL_OUT_NO_FAULT, plan->host_fault, NO_VALUE, NO_VALUE, NO_VALUE)->is_root = true;
    if (plan->amount != NO_VALUE)
        plan_step(plan, plan->values[plan->amount].shape == SHAPE_64 ? KERNEL_OUT_AMOUNT_64 : KERNEL_OUT_AMOUNT_32,
                  plan->host_cents, plan->amount, plan->host_decision, NO_VALUE)
            ->is_root = true;
}
