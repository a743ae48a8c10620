/* trace.c: records how a decision came about, while the exact evaluator runs.
**
** Every value carries links to the recorded steps nearest behind it: its own step when its instruction's place wants
** one, else those of its operands. Only operands that counted are followed: the chosen side of a SELECT, the records
** behind a mask. So a step's operands are what a reader must look at next. Values that a false guard switched off, and
** faulty ones, make no step; the fault that ended the line makes the last one.
**
** Steps live in the session's `result` arena, until the next call that hands out results.
*/
#include "trace.h"

#include <string.h>

#include "value.h"

void session_trace_all_counters(bd_session *session, bool all)
{
    session->traces_all_counters = all;
}

static const Links no_links = {{BD_NONE, BD_NONE, BD_NONE}};

static void add_link(Links *links, uint32_t step)
{
    for (int i = 0; i < 3 && step != BD_NONE; i++) {
        if (links->steps[i] == step)
            return;
        if (links->steps[i] == BD_NONE) {
            links->steps[i] = step;
            return;
        }
    }
}

static void add_links(Links *links, const ExactSlot *slot, uint32_t lane)
{
    if (!slot)
        return;
    for (int i = 0; i < 3; i++)
        add_link(links, slot->links[lane].steps[i]);
}

/* The records that an aggregate saw, as many as fit. */
static void add_records(Links *links, const ExactOp *op, uint32_t lane)
{
    const ExactLanes *state = &op->run->domains[op->in->imm];
    for (uint32_t k = state->first[lane]; k < state->first[lane + 1] && links->steps[2] == BD_NONE; k++) {
        const Cell *mask = &op->b->cells[k];
        if (mask->fault == BD_NONE && !mask->is.boolean)
            continue;
        add_links(links, op->a, k);
        add_links(links, op->b, k);
    }
}

static void add_arguments(Links *links, const ExactOp *op, uint32_t lane)
{
    const bd_module *module = op->run->module;
    const CallRecord *call = &module->CALLS[op->in->imm];
    for (uint32_t i = 0; i < call->args; i++)
        add_links(links, &op->run->slots[module->CALL_ARGS[call->first_arg + i]], lane);
}

/* What stands behind a value, nearest first. */
static Links links_behind(const ExactOp *op, uint32_t lane)
{
    Links links = no_links;
    switch (op->in->op) {
    case OP_SELECT: {
        const Cell *condition = &op->a->cells[lane];
        if (condition->fault == BD_NONE)
            add_links(&links, condition->is.boolean ? op->b : op->c, lane);
        add_links(&links, op->a, lane);
        break;
    }
    case OP_AND:
    case OP_OR: {
        const Cell *a = &op->a->cells[lane];
        bool decides = a->fault != BD_NONE || a->is.boolean == (op->in->op == OP_OR);
        add_links(&links, op->a, lane);
        if (!decides)
            add_links(&links, op->b, lane);
        break;
    }
    case OP_EXPAND: add_links(&links, op->a, op->run->domains[op->in->imm].parent[lane]); break;
    case OP_COUNT:
    case OP_ANY_OF:
    case OP_SUM:
    case OP_SUM_N:
    case OP_LEAST:
    case OP_GREATEST:
    case OP_FIRST:
    case OP_LAST: add_records(&links, op, lane); break;
    case OP_CALL: add_arguments(&links, op, lane); break;
    default:
        add_links(&links, op->a, lane);
        add_links(&links, op->b, lane);
        if (op->info->c != OPERAND_G)
            add_links(&links, op->c, lane);
        break;
    }
    return links;
}

bd_place trace_place(const bd_module *module, uint32_t place)
{
    if (place == BD_NONE)
        return (bd_place){{"", 0}, 0, 0};
    const PlaceRecord *record = &module->SOURCE_MAP[place];
    return (bd_place){module_text(module, record->file), record->line, record->column};
}

/* False when the trace is full. */
static bool add_step(Trace *trace, const bd_step *step, uint32_t lane)
{
    bd_session *session = trace->session;
    trace->is_full = trace->is_full || trace->count >= session->limits.trace;
    if (trace->is_full)
        return false;
    trace->steps = arena_grow(&session->result, trace->steps, trace->count, &trace->capacity, sizeof *trace->steps);
    trace->lanes =
        arena_grow(&session->result, trace->lanes, trace->count, &trace->lane_capacity, sizeof *trace->lanes);
    trace->lanes[trace->count] = lane;
    trace->steps[trace->count++] = *step;
    return true;
}

/* The kind of the value shown: of the result, or of the operand that an instruction without result took. */
static uint32_t shown_kind(const ExactOp *op)
{
    return op->type ? op->type->kind : op->a->type->kind;
}

static bool has_value(uint16_t op)
{
    return op != OP_OPEN_LIST && op != OP_OPEN_DAYS && op != OP_FAIL;
}

void trace_note(Trace *trace, const ExactOp *op, uint32_t lane, const Cell *cell)
{
    const bd_module *module = trace->session->module;
    const PlaceRecord *place = op->in->place == BD_NONE ? NULL : &module->SOURCE_MAP[op->in->place];
    Links links = links_behind(op, lane);

    if (place && place->step != 0 && cell->fault == BD_NONE && !cell->is_unused && has_value(op->in->op)) {
        bd_step step = {
            .kind = (bd_step_kind)place->step,
            .instruction = (uint32_t)(op->in - module->CODE) - op->run->program->first_instruction,
            .rule = op->in->op == OP_OUT_RULE ? op->in->imm : place->rule,
            .label = module_text(module, place->label),
            .place = trace_place(module, op->in->place),
        };
        ValueForm form = {place->meaning, place->unit, place->choice};
        value_from_cell(module, &trace->session->result, cell, shown_kind(op), form, &step.value);
        step.value.present = op->in->op != OP_LOAD || !cell->is_absent;
        memcpy(step.operands, links.steps, sizeof step.operands);
        if (add_step(trace, &step, lane))
            links = (Links){{(uint32_t)(trace->count - 1), BD_NONE, BD_NONE}};
    }
    if (op->dst)
        op->dst->links[lane] = links;
}

void trace_fault(Trace *trace, const ExactOp *op, const ExactSlot *slot, uint32_t lane)
{
    const bd_module *module = trace->session->module;
    const SiteRecord *site = &module->SITES[op->run->fault];
    bd_step step = {
        .kind = BD_STEP_FAULT,
        .instruction = (uint32_t)(op->in - module->CODE) - op->run->program->first_instruction,
        .rule = site->rule,
        .label = module_text(module, site->code),
        .place = trace_place(module, site->place),
        .value = {.meaning = BD_MEANS_TEXT, .present = false, .choice = BD_NONE, .text = {"", 0}, .unit = {"", 0}},
    };
    Links links = no_links;
    if (site->place != BD_NONE && module->SOURCE_MAP[site->place].label.size > 0)
        step.label = module_text(module, module->SOURCE_MAP[site->place].label);
    add_links(&links, slot, lane);
    memcpy(step.operands, links.steps, sizeof step.operands);
    (void)add_step(trace, &step, lane);
}
