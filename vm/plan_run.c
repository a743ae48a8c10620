/* plan_run.c: decides a chunk by a plan.
**
** The chunk's last KERNEL_LANES are filled up with copies of its first lane, so that they are within every range that the others are in. Results go
** straight to the host's arrays; when a range turns out not to hold, the column evaluator writes them again.
*/
#include <string.h>

#include "plan.h"
#include "profile.h"

/* Lanes that the kernels run over. */
static uint32_t filled_up(uint32_t rows)
{
    return (rows + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
}

/* Lanes rows .. filled_up(rows) - 1 become copies of the first. */
static void fill_up(void *lanes, uint32_t rows, size_t size)
{
    char *at = lanes;
    for (uint32_t i = rows; i < filled_up(rows); i++)
        memcpy(at + i * size, at, size);
}

/* The chunk's lanes of a host's array: in place, or copied where they do not stand side by side or are to be filled up. */
static void *lanes_of(const Columns *run, const void *host, size_t size, void *copy)
{
    const char *from = (const char *)host + run->first_row * size;
    if (run->row_at == NULL && run->rows % KERNEL_LANES == 0)
        return (void *)(uintptr_t)from; /* only read */
    if (run->row_at == NULL)
        memcpy(copy, from, run->rows * size);
    else
        for (uint32_t i = 0; i < run->rows; i++)
            memcpy((char *)copy + i * size, (const char *)host + column_row(run, i) * size, size);
    fill_up(copy, run->rows, size);
    return copy;
}

/* ---- Asking for the next chunk's columns while this one is decided ----
**
** Reading from memory takes as long as deciding. A processor does both at once if it is told early enough, and a little at a time: it can
** wait for a few dozen cache lines only. The last byte is read here, since finding the page that it lies in is what takes longest. */

static void add_stretch(Plan *plan, const void *host, size_t first, size_t bytes)
{
    const uintptr_t at = (uintptr_t)host + first;
    plan->ahead[plan->stretches++] = (Stretch){at, at + bytes};
    (void)*(volatile const char *)(at + bytes - 1);
}

/* What follows the chunk, as much as it reads itself. */
static void look_ahead(Plan *plan, const Columns *run)
{
    const size_t next = run->first_row + run->rows;
    plan->stretches = 0;
    if (run->row_at != NULL || next + run->rows > run->batch->rows)
        return;
    const bd_decisions *out = run->out; /* written, but a line must be there before it can be */
    add_stretch(plan, out->decision, next, run->rows);
    add_stretch(plan, out->cents, next * sizeof *out->cents, run->rows * sizeof *out->cents);
    add_stretch(plan, out->reasons, next * run->reason_words * sizeof *out->reasons,
                (size_t)run->rows * run->reason_words * sizeof *out->reasons);
    add_stretch(plan, out->fault, next * sizeof *out->fault, run->rows * sizeof *out->fault);
    for (uint32_t i = plan->column_count; i-- > 0;) { /* taken from the end */
        const PlanColumn *column = &plan->columns[i];
        const bd_column_data *data = &run->batch->columns[column->column];
        if (column->host_present != NO_VALUE)
            add_stretch(plan, data->present, next, run->rows);
        if (column->host != NO_VALUE)
            add_stretch(plan, data->values, next * column->size, (size_t)run->rows * column->size);
    }
}

static inline void ask(Plan *plan)
{
    for (uint32_t i = 0; i < plan->asks_a_step && plan->stretches > 0; i++) {
        Stretch *stretch = &plan->ahead[plan->stretches - 1];
        for (uintptr_t line = 0; line < PLAN_ASK_LINES; line++)
            __builtin_prefetch((const void *)(stretch->at + line * 64), 0, 2);
        stretch->at += PLAN_ASK_LINES * 64;
        if (stretch->at >= stretch->end)
            plan->stretches--;
    }
}

/* ---- The chunk ---- */

/* Points the values that are the host's at the chunk; false: a column has presence now and had not, or the reverse. */
static bool find_columns(Plan *plan, const Columns *run)
{
    for (uint32_t i = 0; i < plan->column_count; i++) {
        const PlanColumn *column = &plan->columns[i];
        const bd_column_data *data = &run->batch->columns[column->column];
        const bool is_optional =
            (plan->module->COLUMNS[plan->program->first_column + column->column].flags & COLUMN_OPTIONAL) != 0;
        if (column->has_presence != (is_optional && data->present != NULL))
            return false;
        if (column->host != NO_VALUE)
            plan->data[column->host] = lanes_of(run, data->values, column->size, column->copy);
        if (column->host_present != NO_VALUE)
            plan->data[column->host_present] = lanes_of(run, data->present, 1, column->copy_of_presence);
    }
    return true;
}

static void find_results(Plan *plan, const Columns *run)
{
    plan->data[plan->redo] = plan->session->redo;
    plan->data[plan->host_decision] = run->out->decision + run->first_row;
    plan->data[plan->host_cents] = run->out->cents + run->first_row;
    plan->data[plan->host_reasons] = run->out->reasons + run->first_row * run->reason_words;
    plan->data[plan->host_fault] = run->out->fault + run->first_row;
    if (!plan->has_decision)
        memset(run->out->decision + run->first_row, BD_APPROVED, run->rows);
    if (!plan->has_amount)
        memset(run->out->cents + run->first_row, 0, run->rows * sizeof(int64_t));
}

/* The slot of operand k becomes what the column evaluator's function would find there. */
static void lay_ready(const Plan *plan, const Step *step, uint16_t slot, uint32_t value, int k)
{
    const TypeRecord *const *types = step->table;
    if (slot == NO_SLOT || plan->values[value].shape == SHAPE_SLOT)
        return;
    plan->session->slots[slot].type = types[k];
    plan->session->slots[slot].data = plan->data[value];
}

/* Carries out an instruction by the column evaluator; false: too many lanes. */
static bool run_generic(Plan *plan, Columns *run, const Step *step)
{
    if (step->instruction == BD_NONE) { /* an argument of the call that follows */
        lay_ready(plan, step, (uint16_t)step->x, step->a, 0);
        return true;
    }
    const Instruction *in = plan->module->CODE + plan->program->first_instruction + step->instruction;
    lay_ready(plan, step, in->a, step->a, 0);
    lay_ready(plan, step, in->b, step->b, 1);
    lay_ready(plan, step, in->c, step->c, 2);
    columns_instruction(run, in);
    if (run->has_too_many_lanes)
        return false;
    if (step->dst != NO_VALUE && plan->values[step->dst].shape != SHAPE_SLOT) {
        const size_t size = column_value_size(plan->module->TYPES[in->type].kind);
        memcpy(plan->data[step->dst], plan->session->slots[in->dst].data, run->rows * size);
        fill_up(plan->data[step->dst], run->rows, size);
    }
    return true;
}

bool plan_decide(Plan *plan, Columns *run)
{
    if (!find_columns(plan, run))
        return false;
    find_results(plan, run);
    columns_open_chunk(run);
    session_spend(plan->session, (uint64_t)plan->plain_instructions * run->rows);
    look_ahead(plan, run);
    const uint32_t lanes = filled_up(run->rows);
    const Step *const end = plan->steps + plan->step_count;
    Profile *profile = profile_of(plan->session, plan->program);
    uint64_t time = profile ? profile_now(profile) : 0;
    for (const Step *step = plan->steps + 1; step < end; step++) {
        if (profile && step > plan->steps + 1)
            time = profile_lap(profile, step[-1].origin, time);
        if (step->run == NULL) {
            if (!run_generic(plan, run, step))
                return true;
            continue;
        }
        ask(plan);
        const bool is_result = step->kernel >= KERNEL_OUT_REASONS || step->kernel == KERNEL_OUT_AMOUNT_32 ||
                               step->kernel == KERNEL_OUT_AMOUNT_64;
        if (step->run(step, plan->data, is_result ? run->rows : lanes) != 0)
            return false;
    }
    if (profile && plan->step_count > 1)
        (void)profile_lap(profile, end[-1].origin, time);
    return true;
}
