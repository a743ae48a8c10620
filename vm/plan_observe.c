/* plan_observe.c: what the column evaluator saw of each value, and when that is worth a plan.
**
** A chunk that is noted costs about twice what it costs otherwise, so the first lines of a session are not: a host that decides a few lines has no
** use for a plan. A range that had to be widened is widened by more than was needed, and twice as much each time; so the ranges of columns
** that drift, such as dates, settle after a few chunks.
*/
#include "plan.h"

enum {
    ROWS_BEFORE = 4096, /* decided without a plan, unless a batch has more to come */
    PLANS_MOST = 40,    /* after that, what is too narrow gets all that its kind can hold */
    NARROW_ENOUGH =
        64,    /* a choice's members: a wider range than seen would cost the proof that a table has their cells */
    DRIFTS = 4 /* a range that was widened so often goes on: dates of lines in the order of their dates */
};

void plan_state_init(PlanState *state, const bd_allocator *allocator)
{
    arena_init(&state->arena, allocator);
}

void plan_state_drop(PlanState *state)
{
    arena_free(&state->arena);
    state->plan = NULL;
    state->observed = NULL;
}

void plan_state_free(PlanState *state)
{
    arena_free(&state->arena);
}

bool plan_should_observe(PlanState *state, const Columns *run)
{
    return !state->is_off && run->row_at == NULL && run->program == module_fast_program(run->module) &&
           (state->rows >= ROWS_BEFORE || run->batch->rows > ROWS_BEFORE);
}

void plan_observe_begin(bd_session *session, PlanState *state)
{
    if (state->observed == NULL)
        state->observed = arena_array(&session->columns, module_fast_program(session->module)->instructions + 1u,
                                      sizeof *state->observed);
}

#define LANES_RANGE(type)                           \
    do {                                            \
        const type *lane = slot->data;              \
        type low = lane[0], high = lane[0];         \
        for (uint32_t i = 1; i < lanes; i++) {      \
            low = lane[i] < low ? lane[i] : low;    \
            high = lane[i] > high ? lane[i] : high; \
        }                                           \
        range = (Range){low, high};                 \
    } while (0)

/* Moves an end that proved too narrow, and as far again as the range is wide, within the kind. */
static void widen(Observation *seen, Range range, uint32_t kind, bool all)
{
    const bool is_scaled = kind == BD_KIND_SCALED;
    const Range most = is_scaled ? (Range){INT64_MIN, INT64_MAX} : (Range){INT32_MIN, INT32_MAX};
    const bool rises = range.high > seen->range.high, falls = range.low < seen->range.low;
    if (falls)
        seen->range.low = all ? most.low : range.low;
    if (rises)
        seen->range.high = all ? most.high : range.high;
    int64_t span;
    if ((rises || falls) && seen->widened < DRIFTS)
        seen->widened++;
    if (__builtin_sub_overflow(seen->range.high, seen->range.low, &span) ||
        (span < NARROW_ENOUGH && seen->widened < DRIFTS))
        return;
    span = span < NARROW_ENOUGH ? NARROW_ENOUGH : span;
    const int64_t floor = range.low >= 0 && seen->range.low >= 0 ? 0 : most.low;
    if (falls)
        seen->range.low = seen->range.low < floor + span ? floor : seen->range.low - span;
    if (rises)
        seen->range.high = seen->range.high > most.high - span ? most.high : seen->range.high + span;
}

/* A counter rises line by line: it gets more room than a column at once. */
static Range roomy(Range range)
{
    const Range narrow = {INT32_MIN, INT32_MAX}, wide = {-(INT64_C(1) << 47), INT64_C(1) << 47};
    if (range.low >= narrow.low && range.high <= narrow.high)
        return narrow;
    return range.low >= wide.low && range.high <= wide.high ? wide : (Range){INT64_MIN, INT64_MAX};
}

void plan_observe(PlanState *state, const Slot *slot, uint32_t instruction, uint32_t lanes, bool is_counter)
{
    Range range;
    if (lanes == 0 || slot->type->domain != 0)
        return;
    switch (slot->type->kind) {
    case BD_KIND_BOOL: LANES_RANGE(uint8_t); break;
    case BD_KIND_INT: LANES_RANGE(int32_t); break;
    case BD_KIND_SCALED: LANES_RANGE(int64_t); break;
    default: return;
    }
    if (is_counter)
        range = roomy(range);
    Observation *seen = &state->observed[instruction];
    if (!seen->is_seen)
        *seen = (Observation){range, true, 0};
    else if (slot->type->kind != BD_KIND_BOOL)
        widen(seen, range, slot->type->kind, state->made > PLANS_MOST);
    else
        seen->range = (Range){range.low < seen->range.low ? 0 : seen->range.low,
                              range.high > seen->range.high ? 1 : seen->range.high};
}
