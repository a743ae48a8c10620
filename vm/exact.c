/* exact.c: the exact evaluator's loop: finds operands, passes faults on, calls the opcode's function lane by lane.
**
** The functions themselves are in exact_number.c, exact_logic.c, exact_int.c and exact_list.c.
*/
#include "exact.h"

#include <string.h>

typedef void ExactFunction(ExactOp *op, uint32_t lane, Cell *out);

static ExactFunction *const functions[OP_COUNT_] = {
#define OP(name, dst, a, b, c, imm, site, cost, meaning) [OP_##name] = exact_##name,
#include "opcodes.def"
#undef OP
};

uint32_t exact_site(const ExactOp *op)
{
    return op->in->site == BD_NONE ? 0 : op->in->site;
}

void exact_settle(const ExactOp *op, bd_status status, Cell *out)
{
    if (status != BD_OK)
        out->fault = exact_site(op);
}

static void *array(Exact *run, uint64_t count, size_t size)
{
    return arena_array(run->arena, count > 0 ? (size_t)count : 1, size);
}

static void reserve(Exact *run, ExactSlot *slot, uint32_t lanes)
{
    if (lanes <= slot->capacity)
        return;
    slot->capacity = lanes < 4 ? 4 : lanes;
    slot->cells = array(run, slot->capacity, sizeof *slot->cells);
    if (run->trace)
        slot->links = array(run, slot->capacity, sizeof *slot->links);
}

void exact_open(ExactOp *op, uint64_t lanes)
{
    Exact *run = op->run;
    ExactLanes *state = &run->domains[op->in->imm];
    if (lanes > UINT32_MAX)
        session_exceed(run->session, UINT32_MAX, " records or days at once");
    session_spend(run->session, lanes);
    state->count = (uint32_t)lanes;
    state->first = array(run, (uint64_t)op->lanes + 1, sizeof *state->first);
    state->fault = array(run, op->lanes, sizeof *state->fault);
    state->parent = array(run, lanes, sizeof *state->parent);
    state->item = array(run, lanes, sizeof *state->item);
}

/* The domain in which an instruction works; as verify.c has it. */
static uint32_t own_domain(const Exact *run, const ExactOp *op)
{
    if (op->type)
        return op->type->domain;
    if (op->in->op == OP_OPEN_LIST || op->in->op == OP_OPEN_DAYS)
        return run->module->DOMAINS[run->program->first_domain + op->in->imm].parent;
    return op->in->op == OP_FAIL ? op->a->type->domain : 0;
}

/* Instructions that look at their operands themselves: not every faulty operand makes them faulty, or the lanes
** differ. */
static bool is_lazy(uint16_t op)
{
    switch (op) {
    case OP_AND:
    case OP_OR:
    case OP_SELECT:
    case OP_EXPAND:
    case OP_OPEN_LIST:
    case OP_OPEN_DAYS:
    case OP_COUNT:
    case OP_ANY_OF:
    case OP_SUM:
    case OP_SUM_N:
    case OP_LEAST:
    case OP_GREATEST:
    case OP_FIRST:
    case OP_LAST:
    case OP_FAIL:
    case OP_OUT_RULE:
    case OP_OUT_DECISION:
    case OP_OUT_AMOUNT:
    case OP_OUT_COUNTER:
    case OP_OUT_VALUE: return true;
    default: return false;
    }
}

/* A lane's zero: what a false guard leaves. */
static void make_zero(const ExactOp *op, Cell *out)
{
    memset(out, 0, sizeof *out);
    out->fault = BD_NONE;
    if (op->type && (op->type->kind == BD_KIND_SCALED || op->type->kind == BD_KIND_RATIO))
        out->is.number = NUMBER_ZERO;
    if (op->type && op->type->kind == BD_KIND_TEXT)
        out->is.text = (Text){"", 0};
}

/* A read of a counter of which a trace is to show what it holds, though nothing asks for it. */
static bool is_shown(const ExactOp *op, uint32_t lane)
{
    bool is_read = op->in->op == OP_COUNTER_SUM || op->in->op == OP_COUNTER_DAYS || op->in->op == OP_COUNTER_RUN;
    return is_read && op->run->trace && op->run->session->traces_all_counters && !op->a->cells[lane].is_unused &&
           (!op->b || !op->b->cells[lane].is_unused);
}

/* Whether the instruction is to be carried out for a lane; if not, `out` is its fault or zero. */
static bool is_wanted(const ExactOp *op, uint32_t lane, Cell *out)
{
    const ExactSlot *operands[3] = {op->a, op->b, op->c};
    if (op->info->c == OPERAND_G && op->c) {
        const Cell *guard = &op->c->cells[lane];
        out->fault = guard->fault;
        out->is_unused = guard->fault == BD_NONE && !guard->is.boolean && !is_shown(op, lane);
        if (out->is_unused || out->fault != BD_NONE)
            return false;
        operands[2] = NULL;
    }
    for (int i = 0; i < 3; i++) {
        if (operands[i] && operands[i]->cells[lane].fault != BD_NONE) {
            out->fault = operands[i]->cells[lane].fault;
            return false;
        }
    }
    return true;
}

static void run_lanes(ExactOp *op)
{
    bool lazy = is_lazy(op->in->op);
    Cell nowhere;
    if (op->in->op == OP_OPEN_LIST || op->in->op == OP_OPEN_DAYS) {
        functions[op->in->op](op, 0, &nowhere); /* opens all lanes at once */
        return;
    }
    for (uint32_t lane = 0; lane < op->lanes && op->run->fault == BD_NONE; lane++) {
        Cell *out = op->dst ? &op->dst->cells[lane] : &nowhere;
        make_zero(op, out);
        if (lazy || is_wanted(op, lane, out))
            functions[op->in->op](op, lane, out);
        if (op->run->trace && op->run->fault == BD_NONE)
            trace_note(op->run->trace, op, lane, out);
    }
}

static const ExactSlot *operand(const Exact *run, uint16_t slot)
{
    return slot == NO_SLOT ? NULL : &run->slots[slot];
}

static void run_instruction(Exact *run, const Instruction *in)
{
    ExactOp op = {.run = run, .in = in, .info = op_info(in->op)};

    op.type = in->dst == NO_SLOT ? NULL : &run->module->TYPES[in->type];
    op.a = operand(run, in->a);
    op.b = operand(run, in->b);
    op.c = operand(run, in->c);
    op.domain = own_domain(run, &op);
    op.lanes = run->domains[op.domain].count;
    session_spend(run->session, op.lanes > 0 ? op.lanes : 1);
    if (op.type) {
        op.dst = &run->spare; /* never an operand; changes place with the slot afterwards */
        reserve(run, op.dst, op.lanes);
        op.dst->type = op.type;
    }
    run_lanes(&op);
    if (op.type) {
        ExactSlot old = run->slots[in->dst];
        run->slots[in->dst] = run->spare;
        run->spare = old;
    }
}

bool exact_accepts(ExactOp *op, const ExactSlot *slot, uint32_t lane)
{
    Exact *run = op->run;
    uint32_t fault = slot->cells[lane].fault;
    if (fault == BD_NONE)
        return true;
    run->fault = fault;
    if (run->trace)
        trace_fault(run->trace, op, slot, lane);
    return false;
}

void exact_run(Exact *run)
{
    const Instruction *code = run->module->CODE + run->program->first_instruction;

    run->arena = &run->session->exact;
    run->slots = array(run, run->program->slots, sizeof *run->slots);
    run->domains = array(run, run->program->domains, sizeof *run->domains);
    memset(&run->spare, 0, sizeof run->spare);
    run->domains[0].count = 1;
    run->decision = BD_APPROVED;
    run->cents = 0;
    run->fault = BD_NONE;
    for (uint32_t i = 0; i < run->program->instructions && run->fault == BD_NONE; i++)
        run_instruction(run, &code[i]);

    if (run->fault != BD_NONE) {
        run->decision = BD_FAULTED;
        if (run->reasons)
            memset(run->reasons, 0, bd_module_reason_words(run->module) * sizeof *run->reasons);
    }
    if (run->decision != BD_APPROVED)
        run->cents = 0;
}
