/* column_counter.c: reading counters and adding to them, lane by lane.
**
** Which key a line has was found before any code ran (rounds.c); a lane without key holds nothing.
*/
#include "column.h"
#include "counter.h"

/* The batch's row of a lane of the instruction's domain. */
static size_t row_of(const ColumnOp *op, uint32_t lane)
{
    uint32_t domain = op->type ? op->type->domain : 0;
    return column_row(op->run, domain == 0 ? lane : op->run->session->domains[domain].line[lane]);
}

/* The key of a lane that looks at it. */
static CounterKey *key_of(const ColumnOp *op, uint32_t lane)
{
    const CounterBlock *block = op->run->block;
    if (!block)
        return NULL;
    const size_t entry = counter_entry(block, op->in->imm, row_of(op, lane));
    block->reads[entry] = 1;
    return block->keys[entry];
}

void column_COUNTER_SUM(ColumnOp *op)
{
    const int32_t *a = op->a, *b = op->b;
    int64_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        dst[i] = 0;
        if (column_guard(op->c, i) && !counter_sum(key_of(op, i), a[i], b[i], &dst[i])) {
            op->bad[i] = 1;
            dst[i] = 0;
        }
    }
}

void column_COUNTER_DAYS(ColumnOp *op)
{
    const int32_t *a = op->a, *b = op->b;
    int64_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++)
        dst[i] = column_guard(op->c, i) ? counter_days(key_of(op, i), a[i], b[i]) : 0;
}

void column_COUNTER_RUN(ColumnOp *op)
{
    const int32_t *a = op->a;
    int64_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++)
        dst[i] = column_guard(op->c, i) ? counter_run(key_of(op, i), a[i]) : 0;
}

void column_OUT_COUNTER(ColumnOp *op)
{
    const CounterRecord *counter = &op->run->module->COUNTERS[op->in->imm];
    CounterBlock *block = op->run->block;
    const int32_t *day = op->c;
    for (uint32_t i = 0; block && i < op->lanes; i++) {
        size_t row = row_of(op, i);
        if (!column_guard(op->b, i))
            continue;
        if (counter->kind == BD_COUNTER_DAYS) {
            int32_t from = ((const int32_t *)op->a)[i];
            block->given[counter_entry(block, op->in->imm, row)] = (Given){true, from, day[i], 1, 1};
        } else {
            int64_t value = ((const int64_t *)op->a)[i];
            op->bad[i] |= (uint8_t)(value == INT64_MIN); /* no number: it has no negation */
            if (value != INT64_MIN)
                counter_give(block, counter, op->in->imm, row, day[i], value, counter->denominator);
        }
    }
}
