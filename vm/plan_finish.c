/* plan_finish.c: the end of making a plan: steps that nobody needs go, values get buffers, which they share as far as their lives allow.
**
** A step is needed if it is a root (it checks, marks or writes a result) or gives an operand to one that is. Buffers are few, so that a chunk's
** lanes stay in the first cache. dst never gets the buffer of an operand: kernels rely on that.
*/
#include <string.h>

#include "core/limits.h"
#include "plan.h"

static const uint8_t lane_size[SHAPE_COUNT] = {[SHAPE_BYTE] = 1, [SHAPE_32] = 4, [SHAPE_64] = 8};

/* Operands become the values whose lanes they share. */
static void resolve(Plan *plan)
{
    for (uint32_t i = 1; i < plan->step_count; i++) {
        uint32_t *operands[] = {&plan->steps[i].a, &plan->steps[i].b, &plan->steps[i].c};
        for (int k = 0; k < 3; k++) {
            while (plan->values[*operands[k]].alias_of != NO_VALUE)
                *operands[k] = plan->values[*operands[k]].alias_of;
        }
    }
}

/* Steps that do nothing go. */
static void close_up(Plan *plan)
{
    uint32_t kept = 1;
    for (uint32_t i = 1; i < plan->step_count; i++) {
        if (plan->steps[i].kernel != KERNEL_NOTHING)
            plan->steps[kept++] = plan->steps[i];
    }
    plan->step_count = kept;
}

/* Leaves the steps that are needed, in order, from 1 on. */
static void drop_needless(Plan *plan)
{
    bool *is_needed = arena_array(plan->arena, plan->value_count, sizeof *is_needed);
    for (uint32_t i = plan->step_count; i-- > 1;) {
        Step *step = &plan->steps[i];
        if (!step->is_root && !is_needed[step->dst]) {
            step->kernel = KERNEL_NOTHING;
            continue;
        }
        is_needed[step->a] = is_needed[step->b] = is_needed[step->c] = true;
    }
    close_up(plan);
}

/* Lanes start on a cache line: 64 more bytes are asked for, and room for the last KERNEL_LANES. */
static void *new_buffer(Plan *plan, uint32_t size)
{
    char *memory = arena_alloc(plan->arena, (BATCH_MAX_LANES + KERNEL_LANES) * (size_t)size + 64);
    return memory + (64 - (uintptr_t)memory % 64);
}

static void fill_constant(Plan *plan, uint32_t value)
{
    const PlanValue *known = &plan->values[value];
    void *buffer = new_buffer(plan, lane_size[known->shape]);
    for (uint32_t i = 0; i < BATCH_MAX_LANES + KERNEL_LANES; i++) {
        if (known->shape == SHAPE_BYTE)
            ((uint8_t *)buffer)[i] = (uint8_t)known->range.low;
        else if (known->shape == SHAPE_32)
            ((int32_t *)buffer)[i] = (int32_t)known->range.low;
        else
            ((int64_t *)buffer)[i] = known->range.low;
    }
    plan->data[value] = buffer;
}

/* The buffers that are free, by shape. */
typedef struct Pool {
    void **free[SHAPE_COUNT];
    uint32_t count[SHAPE_COUNT];
} Pool;

static bool has_buffer(const Plan *plan, uint32_t value)
{
    const PlanValue *known = &plan->values[value];
    return value != NO_VALUE && !known->is_external && !known->is_constant && known->shape != SHAPE_SLOT;
}

static void give_buffers(Plan *plan)
{
    uint32_t *last = arena_array(plan->arena, plan->value_count, sizeof *last);
    Pool pool = {.count = {0}};
    for (uint32_t shape = 0; shape < SHAPE_COUNT; shape++)
        pool.free[shape] = arena_array(plan->arena, plan->value_count, sizeof(void *));
    for (uint32_t i = 1; i < plan->step_count; i++) {
        const Step *step = &plan->steps[i];
        last[step->a] = last[step->b] = last[step->c] = last[step->dst] = i;
    }
    for (uint32_t i = 1; i < plan->step_count; i++) {
        const Step *step = &plan->steps[i];
        const uint32_t values[] = {step->dst, step->a, step->b, step->c};
        for (int k = 0; k < 4; k++) {
            const uint32_t value = values[k];
            const uint8_t shape = plan->values[value].shape;
            if (plan->values[value].is_constant && plan->data[value] == NULL)
                fill_constant(plan, value);
            if (has_buffer(plan, value) && plan->data[value] == NULL)
                plan->data[value] =
                    pool.count[shape] > 0 ? pool.free[shape][--pool.count[shape]] : new_buffer(plan, lane_size[shape]);
        }
        for (int k = 0; k < 4; k++) {
            const uint32_t value = values[k];
            const uint8_t shape = plan->values[value].shape;
            if (has_buffer(plan, value) && last[value] == i) {
                last[value] = 0; /* given back once, also when it is two operands */
                pool.free[shape][pool.count[shape]++] = plan->data[value];
            }
        }
    }
}

void plan_finish(Plan *plan)
{
    resolve(plan);
    drop_needless(plan);
    plan_fuse(plan);
    close_up(plan);
    plan->data = arena_array(plan->arena, plan->value_count, sizeof *plan->data);
    give_buffers(plan);
    for (uint32_t i = 0; i < plan->step_count; i++)
        plan->steps[i].run = plan->kernels->run[plan->steps[i].kernel];
    uint32_t bytes = sizeof(uint8_t) + sizeof(int64_t) + sizeof(uint32_t) + plan->planes;
    plan->ahead = arena_array(plan->arena, 2 * plan->column_count + PLAN_RESULTS, sizeof *plan->ahead);
    for (uint32_t i = 0; i < plan->column_count; i++) {
        PlanColumn *column = &plan->columns[i];
        if (column->host != NO_VALUE)
            column->copy = new_buffer(plan, column->size);
        bytes += (column->host == NO_VALUE ? 0U : column->size) + (column->host_present != NO_VALUE);
        if (column->host_present != NO_VALUE)
            column->copy_of_presence = new_buffer(plan, 1);
    }
    const uint32_t steps = plan->step_count > 0 ? plan->step_count : 1;
    plan->asks_a_step = bytes * BATCH_MAX_LANES / (64 * PLAN_ASK_LINES) / steps + 1;
}
