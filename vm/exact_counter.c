/* exact_counter.c: reading counters and adding to them, for one line. */
#include "counter.h"
#include "exact.h"

static CounterKey *key_of(const ExactOp *op)
{
    const CounterBlock *block = op->run->block;
    return block ? block->keys[counter_entry(block, op->in->imm, op->run->row)] : NULL;
}

void exact_COUNTER_SUM(ExactOp *op, uint32_t lane, Cell *out)
{
    int32_t a = op->a->cells[lane].is.integer, b = op->b->cells[lane].is.integer;
    exact_settle(op, counter_sum_exactly(op->run->module, op->run->arena, key_of(op), a, b, &out->is.number), out);
}

void exact_COUNTER_DAYS(ExactOp *op, uint32_t lane, Cell *out)
{
    int32_t a = op->a->cells[lane].is.integer, b = op->b->cells[lane].is.integer;
    exact_settle(op, number_from_int64(op->run->arena, counter_days(key_of(op), a, b), &out->is.number), out);
}

void exact_COUNTER_RUN(ExactOp *op, uint32_t lane, Cell *out)
{
    int64_t days = counter_run(key_of(op), op->a->cells[lane].is.integer);
    exact_settle(op, number_from_int64(op->run->arena, days, &out->is.number), out);
}

/* An amount beyond 64 bits over 64 bits cannot be kept: the line faults. */
void exact_OUT_COUNTER(ExactOp *op, uint32_t lane, Cell *out)
{
    Exact *run = op->run;
    const CounterRecord *counter = &run->module->COUNTERS[op->in->imm];
    if (op->b && !exact_accepts(op, op->b, lane))
        return;
    if (!run->block || (op->b && !op->b->cells[lane].is.boolean))
        return;
    if (!exact_accepts(op, op->a, lane) || !exact_accepts(op, op->c, lane))
        return;
    *out = op->a->cells[lane];
    int32_t day = op->c->cells[lane].is.integer;
    Given *given = &run->block->given[counter_entry(run->block, op->in->imm, run->row)];
    if (counter->kind == BD_COUNTER_DAYS) {
        *given = (Given){true, out->is.integer, day, 1, 1};
        return;
    }
    Number amount = out->is.number;
    if (amount.big) {
        run->fault = exact_site(op);
        if (run->trace)
            trace_fault(run->trace, op, op->a, lane);
        return;
    }
    *given = (Given){true, day, day, amount.num, amount.den};
}
