/* plan_fuse.c: two steps made one where only the second needs what the first gives.
**
** A kernel of 32 bits spends its time on storing lanes and reading them again, not on arithmetic. So a look-up takes its guard along, a comparison
** the product or sum that it compares, a rounding the product that it rounds. The range of what is no longer stored was proved before.
*/
#include "plan.h"

typedef struct Fuse {
    Plan *plan;
    uint32_t *uses; /* per value */
} Fuse;

/* The step that makes a value, if it is of this kernel and nothing else uses the value; NULL otherwise. */
static Step *producer(const Fuse *fuse, uint32_t value, KernelId kernel)
{
    uint32_t step = fuse->plan->values[value].step;
    if (value == NO_VALUE || step == 0 || fuse->uses[value] != 1 || fuse->plan->steps[step].kernel != kernel)
        return NULL;
    return &fuse->plan->steps[step];
}

/* The second step becomes the fused one: the operation's operands, then those of the comparison or the like. */
static bool become(Step *step, Step *first, KernelId kernel, uint32_t b, uint32_t c)
{
    step->kernel = (uint16_t)kernel;
    step->a = first->a;
    step->b = b;
    step->c = c;
    first->kernel = KERNEL_NOTHING;
    return true;
}

static bool fuse_guard(const Fuse *fuse, Step *step)
{
    static const KernelId cells[][2] = {{KERNEL_CELL_SMALL, KERNEL_CELL_SMALL_IF},
                                        {KERNEL_CELL_MIDDLE, KERNEL_CELL_MIDDLE_IF},
                                        {KERNEL_CELL_LARGE, KERNEL_CELL_LARGE_IF},
                                        {KERNEL_CELL_32, KERNEL_CELL_32_IF}};
    for (int i = 0; step->x == 0 && i < 4; i++) {
        Step *first = producer(fuse, step->b, cells[i][0]);
        if (first == NULL)
            continue;
        step->x = first->x;
        step->table = first->table;
        return become(step, first, cells[i][1], step->a, NO_VALUE);
    }
    return false;
}

/* A product or sum on one side of a comparison with `other`. */
static bool fuse_side(const Fuse *fuse, Step *step, uint32_t value, uint32_t other, const KernelId kernels[3])
{
    Step *first = producer(fuse, value, KERNEL_MUL_VX_32);
    KernelId kernel = kernels[0];
    if (first == NULL) {
        first = producer(fuse, value, KERNEL_ADD_VX_32);
        kernel = kernels[1];
    }
    if (first != NULL) {
        step->x = first->x;
        return become(step, first, kernel, other, NO_VALUE);
    }
    first = producer(fuse, value, KERNEL_MUL_VV_32);
    return first != NULL && become(step, first, kernels[2], first->b, other);
}

static bool fuse_comparison(const Fuse *fuse, Step *step)
{
    static const KernelId equal[] = {KERNEL_EQ_MUL_VX, KERNEL_EQ_ADD_VX, KERNEL_EQ_MUL_VV};
    static const KernelId less[] = {KERNEL_LT_MUL_VX, KERNEL_LT_ADD_VX, KERNEL_LT_MUL_VV};
    static const KernelId more[] = {KERNEL_GT_MUL_VX, KERNEL_GT_ADD_VX, KERNEL_GT_MUL_VV};
    const bool is_equal = step->kernel == KERNEL_EQ_VV_32;
    return fuse_side(fuse, step, step->a, step->b, is_equal ? equal : less) ||
           fuse_side(fuse, step, step->b, step->a, is_equal ? equal : more);
}

static bool fuse_rounding(const Fuse *fuse, Step *step)
{
    const bool is_wide = step->kernel == KERNEL_DIVIDE_WIDE;
    Step *first = producer(fuse, step->a, is_wide ? KERNEL_MUL_WIDE_VV : KERNEL_MUL_VV_32);
    return first != NULL &&
           become(step, first, is_wide ? KERNEL_MUL_DIVIDE_WIDE : KERNEL_MUL_DIVIDE, first->b, NO_VALUE);
}

/* Two constant factors are one: their product fits, since the result's range and the one between do. */
static bool fuse_factors(const Fuse *fuse, Step *step)
{
    Step *first = producer(fuse, step->a, KERNEL_MUL_VX_32);
    int64_t x;
    if (first == NULL || __builtin_mul_overflow(step->x, first->x, &x) || x < INT32_MIN || x > INT32_MAX)
        return false;
    step->x = x;
    return become(step, first, KERNEL_MUL_VX_32, NO_VALUE, NO_VALUE);
}

/* Rejected where a boolean holds, else approved: the boolean is the decision. */
static bool fuse_decision(const Fuse *fuse, Step *step)
{
    Step *first = producer(fuse, step->a, KERNEL_SELECT_XX_32);
    return first != NULL && first->x == 1 && first->y == 0 &&
           become(step, first, KERNEL_OUT_DECISION_8, NO_VALUE, NO_VALUE);
}

static bool fuse_step(const Fuse *fuse, Step *step)
{
    switch (step->kernel) {
    case KERNEL_SELECT_VX_32: return fuse_guard(fuse, step);
    case KERNEL_EQ_VV_32:
    case KERNEL_LT_VV_32: return fuse_comparison(fuse, step);
    case KERNEL_DIVIDE:
    case KERNEL_DIVIDE_WIDE: return fuse_rounding(fuse, step);
    case KERNEL_MUL_VX_32: return fuse_factors(fuse, step);
    case KERNEL_OUT_DECISION: return fuse_decision(fuse, step);
    default: return false;
    }
}

void plan_fuse(Plan *plan)
{
    Fuse fuse = {plan, arena_array(plan->arena, plan->value_count, sizeof *fuse.uses)};
    for (uint32_t i = 1; i < plan->step_count; i++) {
        const Step *step = &plan->steps[i];
        fuse.uses[step->a]++;
        fuse.uses[step->b]++;
        fuse.uses[step->c]++;
        plan->values[step->dst].step = i; /* steps have moved since they were made */
    }
    for (uint32_t i = 1; i < plan->step_count; i++)
        (void)fuse_step(&fuse, &plan->steps[i]);
}
