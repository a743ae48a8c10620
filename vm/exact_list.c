/* exact_list.c: domains of records and days within a line: opening them, and what is gathered over them.
**
** A parent lane whose days could not be laid out has no lanes and a fault; every aggregate over it is that fault.
** Aggregates go through the lanes in order and stop at the first faulty mask, or faulty value behind a mask that holds.
*/
#include "exact.h"

static const DomainRecord *domain_of(const ExactOp *op)
{
    return &op->run->module->DOMAINS[op->run->program->first_domain + op->in->imm];
}

/* Gives a parent lane its lanes, from lane `at` on; their items count up from `start`. */
static uint32_t place_lanes(ExactLanes *state, uint32_t parent, uint32_t at, uint32_t count, int32_t start)
{
    state->first[parent] = at;
    for (uint32_t k = 0; k < count; k++) {
        state->parent[at + k] = parent;
        state->item[at + k] = start + (int32_t)k;
    }
    return at + count;
}

void exact_OPEN_LIST(ExactOp *op, uint32_t lane, Cell *out)
{
    const uint32_t *offsets = op->run->batch->lists[domain_of(op)->list].offsets + op->run->row;
    ExactLanes *state = &op->run->domains[op->in->imm];
    uint32_t count = offsets[1] - offsets[0], at = 0;

    (void)lane, (void)out;
    exact_open(op, (uint64_t)count * op->lanes);
    for (uint32_t i = 0; i < op->lanes; i++) {
        state->fault[i] = BD_NONE;
        at = place_lanes(state, i, at, count, (int32_t)offsets[0]);
    }
    state->first[op->lanes] = at;
}

static uint32_t count_days(const ExactOp *op, uint32_t lane, uint32_t *fault)
{
    const Cell *a = &op->a->cells[lane], *b = &op->b->cells[lane];
    *fault = a->fault != BD_NONE ? a->fault : b->fault;
    if (*fault != BD_NONE)
        return 0;
    int64_t days = (int64_t)b->is.integer - a->is.integer + 1;
    if (days < 1)
        return 0;
    if (days > domain_of(op)->maximum) {
        *fault = exact_site(op);
        return 0;
    }
    return (uint32_t)days;
}

void exact_OPEN_DAYS(ExactOp *op, uint32_t lane, Cell *out)
{
    ExactLanes *state = &op->run->domains[op->in->imm];
    uint64_t total = 0;
    uint32_t at = 0, fault;

    (void)lane, (void)out;
    for (uint32_t i = 0; i < op->lanes; i++)
        total += count_days(op, i, &fault);
    exact_open(op, total);
    for (uint32_t i = 0; i < op->lanes; i++) {
        uint32_t count = count_days(op, i, &fault);
        state->fault[i] = fault;
        at = place_lanes(state, i, at, count, op->a->cells[i].is.integer);
    }
    state->first[op->lanes] = at;
}

void exact_DAY(ExactOp *op, uint32_t lane, Cell *out)
{
    out->is.integer = op->run->domains[op->in->imm].item[lane];
}

void exact_EXPAND(ExactOp *op, uint32_t lane, Cell *out)
{
    *out = op->a->cells[op->run->domains[op->in->imm].parent[lane]];
}

/* The lanes of one parent lane, one after the other. */
typedef struct Walk {
    const ExactOp *op;
    const ExactLanes *state;
    uint32_t next, end;
    Cell *out;
} Walk;

static Walk walk_begin(const ExactOp *op, uint32_t lane, Cell *out)
{
    const ExactLanes *state = &op->run->domains[op->in->imm];
    out->fault = state->fault[lane];
    return (Walk){op, state, state->first[lane], out->fault == BD_NONE ? state->first[lane + 1] : state->first[lane],
                  out};
}

/* The next lane whose mask holds; false at the end, or when a mask or a value is faulty (then so is `out`). */
static bool walk_next(Walk *walk, uint32_t *lane)
{
    for (; walk->next < walk->end && walk->out->fault == BD_NONE; walk->next++) {
        const Cell *mask = &walk->op->b->cells[walk->next];
        walk->out->fault = mask->fault;
        if (mask->fault != BD_NONE || !mask->is.boolean)
            continue;
        if (walk->op->a)
            walk->out->fault = walk->op->a->cells[walk->next].fault;
        if (walk->out->fault != BD_NONE)
            break;
        *lane = walk->next++;
        return true;
    }
    return false;
}

void exact_COUNT(ExactOp *op, uint32_t lane, Cell *out)
{
    Walk walk = walk_begin(op, lane, out);
    int64_t count = 0;
    uint32_t at;
    while (walk_next(&walk, &at))
        count++;
    if (out->fault == BD_NONE)
        exact_settle(op, number_from_int64(op->run->arena, count, &out->is.number), out);
}

void exact_ANY_OF(ExactOp *op, uint32_t lane, Cell *out)
{
    Walk walk = walk_begin(op, lane, out);
    uint32_t at;
    out->is.boolean = walk_next(&walk, &at);
}

void exact_SUM(ExactOp *op, uint32_t lane, Cell *out)
{
    Walk walk = walk_begin(op, lane, out);
    Number sum = NUMBER_ZERO;
    uint32_t at;
    while (walk_next(&walk, &at)) {
        exact_settle(op, number_add(op->run->arena, sum, op->a->cells[at].is.number, &sum), out);
        if (out->fault != BD_NONE)
            return;
    }
    out->is.number = sum;
}

void exact_SUM_N(ExactOp *op, uint32_t lane, Cell *out)
{
    exact_SUM(op, lane, out);
}

/* Whether x goes before y. */
static bool is_less(const ExactOp *op, const Cell *x, const Cell *y)
{
    if (op->type->kind == BD_KIND_INT)
        return x->is.integer < y->is.integer;
    return number_compare(x->is.number, y->is.number) < 0;
}

static void take_extreme(ExactOp *op, uint32_t lane, Cell *out, bool greatest)
{
    Walk walk = walk_begin(op, lane, out);
    const Cell *best = NULL;
    uint32_t at;
    while (walk_next(&walk, &at)) {
        const Cell *cell = &op->a->cells[at];
        if (!best || (greatest ? is_less(op, best, cell) : is_less(op, cell, best)))
            best = cell;
    }
    if (out->fault == BD_NONE && !best)
        out->fault = exact_site(op);
    else if (out->fault == BD_NONE)
        *out = *best;
}

void exact_LEAST(ExactOp *op, uint32_t lane, Cell *out)
{
    take_extreme(op, lane, out, false);
}

void exact_GREATEST(ExactOp *op, uint32_t lane, Cell *out)
{
    take_extreme(op, lane, out, true);
}

void exact_FIRST(ExactOp *op, uint32_t lane, Cell *out)
{
    Walk walk = walk_begin(op, lane, out);
    uint32_t at;
    if (walk_next(&walk, &at))
        *out = op->a->cells[at];
    else if (out->fault == BD_NONE)
        out->fault = exact_site(op);
}

/* From the end: what stands before the last lane that holds does not count. */
void exact_LAST(ExactOp *op, uint32_t lane, Cell *out)
{
    const ExactLanes *state = &op->run->domains[op->in->imm];
    out->fault = state->fault[lane];
    for (uint32_t k = state->first[lane + 1]; out->fault == BD_NONE && k > state->first[lane]; k--) {
        const Cell *mask = &op->b->cells[k - 1];
        out->fault = mask->fault;
        if (mask->fault == BD_NONE && mask->is.boolean) {
            *out = op->a->cells[k - 1];
            return;
        }
    }
    if (out->fault == BD_NONE)
        out->fault = exact_site(op);
}
