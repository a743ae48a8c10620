/* column.c: the column evaluator's loop: finds operands, calls the opcode's function, keeps the redo marks.
**
** The functions themselves are in column_number.c, column_ratio.c, column_logic.c, column_int.c, column_table.c,
** column_list.c and column_out.c.
*/
#include "column.h"

#include <string.h>

#include "core/limits.h"
#include "op.h"
#include "plan.h"
#include "profile.h"

enum {
    LANES_PER_CHUNK = 32768
}; /* more than that in one domain: fewer rows at a time, so that buffers stay in the cache */

typedef void ColumnFunction(ColumnOp *op);

static ColumnFunction *const functions[OP_COUNT_] = {
#define OP(name, dst, a, b, c, imm, site, cost, meaning) [OP_##name] = column_##name,
#include "opcodes.def"
#undef OP
};

size_t column_value_size(uint32_t kind)
{
    static const uint8_t sizes[] = {
        [BD_KIND_BOOL] = 1,
        [BD_KIND_INT] = 4,
        [BD_KIND_SCALED] = 8,
        [BD_KIND_RATIO] = sizeof(Ratio),
        [BD_KIND_TEXT] = sizeof(bd_text),
    };
    return sizes[kind];
}

static size_t next_capacity(size_t wanted)
{
    size_t capacity = 1024;
    while (capacity < wanted)
        capacity *= 2;
    return capacity;
}

static void *slot_reserve(Columns *run, Slot *slot, size_t bytes)
{
    if (bytes > slot->capacity || !slot->buffer) {
        slot->capacity = next_capacity(bytes);
        slot->buffer = arena_alloc(&run->session->columns, slot->capacity);
    }
    return slot->buffer;
}

bool columns_open(Columns *run, uint32_t domain, uint64_t lanes, uint32_t parents)
{
    Arena *arena = &run->session->columns;
    Lanes *state = &run->session->domains[domain];

    if (lanes > LANES_PER_CHUNK && run->rows > 1) {
        run->has_too_many_lanes = true;
        return false;
    }
    if (lanes > UINT32_MAX / sizeof(Ratio))
        session_exceed(run->session, UINT32_MAX / sizeof(Ratio), " records or days at once");
    if (!state->first || (size_t)parents + 1 > state->parent_capacity) {
        state->parent_capacity = next_capacity((size_t)parents + 1);
        state->first = arena_array(arena, state->parent_capacity, sizeof *state->first);
    }
    if (!state->parent || lanes > state->capacity) {
        state->capacity = next_capacity((size_t)lanes);
        state->parent = arena_array(arena, state->capacity, sizeof *state->parent);
        state->line = arena_array(arena, state->capacity, sizeof *state->line);
        state->item = arena_array(arena, state->capacity, sizeof *state->item);
    }
    state->count = (uint32_t)lanes;
    return true;
}

static const void *operand(const Columns *run, uint16_t slot, const TypeRecord **type)
{
    if (slot == NO_SLOT) {
        *type = NULL;
        return NULL;
    }
    *type = run->session->slots[slot].type;
    return run->session->slots[slot].data;
}

/* The domain whose lanes an instruction works on; as verify.c has it. */
static uint32_t own_domain(const Columns *run, const ColumnOp *op)
{
    if (op->type)
        return op->type->domain;
    if (op->in->op == OP_OPEN_LIST || op->in->op == OP_OPEN_DAYS)
        return run->module->DOMAINS[run->program->first_domain + op->in->imm].parent;
    return op->in->op == OP_FAIL ? op->a_type->domain : 0;
}

static uint8_t *clear_bad(Columns *run, uint32_t domain, uint32_t lanes)
{
    bd_session *session = run->session;
    if (domain == 0)
        return session->redo;
    if (!session->bad || lanes > session->bad_capacity) {
        session->bad_capacity = next_capacity(lanes);
        session->bad = arena_alloc(&session->columns, session->bad_capacity);
    }
    if (lanes > 0)
        memset(session->bad, 0, lanes);
    return session->bad;
}

void columns_instruction(Columns *run, const Instruction *in)
{
    bd_session *session = run->session;
    ColumnOp op = {.run = run, .in = in};

    op.type = in->dst == NO_SLOT ? NULL : &run->module->TYPES[in->type];
    op.a = operand(run, in->a, &op.a_type);
    op.b = operand(run, in->b, &op.b_type);
    op.c = operand(run, in->c, &op.c_type);
    uint32_t domain = own_domain(run, &op);
    op.lanes = session->domains[domain].count;
    session_spend(session, op.lanes > 0 ? op.lanes : 1);
    op.bad = clear_bad(run, domain, op.lanes);
    if (op.type)
        op.dst = slot_reserve(run, &session->spare, op.lanes * column_value_size(op.type->kind));

    functions[in->op](&op);

    if (op.type) {
        Slot *slot = &session->slots[in->dst];
        if (op.alias) {
            slot->data = op.alias;
        } else {
            Slot old = *slot;
            *slot = session->spare;
            slot->data = slot->buffer;
            session->spare = old;
        }
        slot->type = op.type;
    }
    if (domain != 0) {
        const uint32_t *line = session->domains[domain].line;
        for (uint32_t i = 0; i < op.lanes; i++)
            session->redo[line[i]] |= op.bad[i];
    }
}

void columns_open_chunk(Columns *run)
{
    bd_session *session = run->session;
    Arena *arena = &session->columns;

    if (!session->slots) {
        session->slots = arena_array(arena, run->program->slots + 1u, sizeof *session->slots);
        session->domains = arena_array(arena, run->program->domains, sizeof *session->domains);
        session->redo = arena_alloc(arena, BATCH_MAX_LANES);
    }
    memset(session->redo, 0, run->rows);
    for (uint32_t i = 0; run->block && i < run->rows; i++)
        counter_start_row(run->block, run->module->COUNTERS_count, column_row(run, i));
    for (uint32_t i = 1; i < run->program->domains; i++)
        session->domains[i].count = 0;
    session->domains[0].count = run->rows;
    run->has_too_many_lanes = false;
}

static void start_chunk(Columns *run)
{
    columns_open_chunk(run);
    for (uint32_t i = 0; i < run->rows; i++) {
        run->out->decision[run->first_row + i] = BD_APPROVED;
        run->out->cents[run->first_row + i] = 0;
        run->out->fault[run->first_row + i] = BD_NONE;
    }
    memset(run->out->reasons + run->first_row * run->reason_words, 0,
           (size_t)run->rows * run->reason_words * sizeof(uint64_t));
}

static void observe(const Columns *run, const Instruction *in, uint32_t index)
{
    const bool is_counter = in->op == OP_COUNTER_SUM || in->op == OP_COUNTER_DAYS || in->op == OP_COUNTER_RUN;
    if (in->dst != NO_SLOT && !run->has_too_many_lanes)
        plan_observe(run->observed, &run->session->slots[in->dst], index, run->session->domains[0].count, is_counter);
}

static bool run_code(Columns *run, uint32_t from, uint32_t to)
{
    const Instruction *code = run->module->CODE + run->program->first_instruction;
    Profile *profile = profile_of(run->session, run->program);
    uint64_t time = profile ? profile_now(profile) : 0;
    for (uint32_t i = from; i < to; i++) {
        columns_instruction(run, &code[i]);
        if (profile)
            time = profile_lap(profile, i, time);
        if (run->observed)
            observe(run, &code[i], i);
        if (run->has_too_many_lanes)
            return false;
    }
    return true;
}

static void clear_amounts(Columns *run)
{
    for (size_t i = run->first_row; i < run->first_row + run->rows; i++) {
        if (run->out->decision[i] != BD_APPROVED)
            run->out->cents[i] = 0;
    }
}

/* By the plan, if there is one and the lines are within it. */
static bool decide_by_plan(Columns *run)
{
    PlanState *state = run->session->plans;
    if (state->plan == NULL)
        return false;
    if (plan_decide(state->plan, run)) {
        state->chunks++;
        return true;
    }
    state->plan = NULL; /* until the ranges that these lines have are noted */
    return false;
}

static bool has_marks(const Columns *run)
{
    const uint8_t *redo = run->session->redo;
    uint8_t any = 0;
    for (uint32_t i = 0; i < run->rows; i++)
        any |= redo[i];
    return any != 0;
}

static bool finish(Columns *run)
{
    run->session->plans->rows += run->rows;
    return !run->has_too_many_lanes;
}

/* A session that has no memory for a plan does without for a while: the landing of the plan's own arena is here. */
static void make_plan(const Columns *run)
{
    bd_session *session = run->session;
    PlanState *state = session->plans;
    jmp_buf landing;
    state->arena.landing = &landing;
    if (setjmp(landing) == 0) {
        state->plan = plan_make(session, state, run->batch);
    } else {
        arena_free(&state->arena);
        state->plan = NULL;
        state->rows = 0;
        session->account.is_exhausted = false;
    }
    state->arena.landing = &session->landing;
}

bool columns_decide(Columns *run)
{
    PlanState *state = run->session->plans;
    run->may_redo = true;
    if (decide_by_plan(run)) {
        run->may_redo = state->plan->may_redo && has_marks(run);
        if (!state->plan->has_generic_result)
            return finish(run);
    } else {
        run->observed = plan_should_observe(state, run) ? state : NULL;
        if (run->observed)
            plan_observe_begin(run->session, state);
        start_chunk(run);
        if (!run_code(run, 0, run->program->instructions))
            return false;
        if (run->observed)
            make_plan(run);
        run->observed = NULL;
    }
    clear_amounts(run);
    return finish(run);
}
