/* exact_logic.c: reading columns and constants, logic, choice, results; one lane at a time. */
#include <string.h>

#include "exact.h"
#include "judge.h"

/* The decimal text of a cell that does not fit its column, or NULL. */
static const bd_exact_cell *find_exact(const Exact *run, uint32_t column)
{
    const bd_batch *batch = run->batch;
    size_t low = 0, high = batch->exact_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (batch->exact[middle].row < run->row)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < batch->exact_count && batch->exact[low].row == run->row; low++) {
        if (batch->exact[low].column == column)
            return &batch->exact[low];
    }
    return NULL;
}

/* The host's data of a column and the row in it for a lane. */
static const bd_column_data *find_data(const ExactOp *op, uint32_t lane, size_t *at)
{
    const Exact *run = op->run;
    const ColumnRecord *column = &run->module->COLUMNS[op->in->imm];
    if (column->list == BD_NONE) {
        *at = run->row;
        return &run->batch->columns[op->in->imm - run->program->first_column];
    }
    *at = (uint32_t)run->domains[op->type->domain].item[lane];
    return &run->batch->lists[column->list].columns[op->in->imm - run->module->LISTS[column->list].first_column];
}

static bool is_present(const ExactOp *op, uint32_t lane)
{
    const Exact *run = op->run;
    size_t at;
    if (!(run->module->COLUMNS[op->in->imm].flags & COLUMN_OPTIONAL))
        return true;
    if (!run->batch)
        return run->input_present[op->in->imm - run->program->first_column];
    const bd_column_data *data = find_data(op, lane, &at);
    return !data->present || data->present[at] != 0;
}

void exact_PRESENT(ExactOp *op, uint32_t lane, Cell *out)
{
    out->is.boolean = is_present(op, lane);
}

static void load_number(const ExactOp *op, const bd_column_data *data, size_t at, Cell *out)
{
    const Exact *run = op->run;
    const ColumnRecord *column = &run->module->COLUMNS[op->in->imm];
    const Text *text = NULL;
    if (column->list == BD_NONE && run->batch->exact_count > 0) {
        const bd_exact_cell *cell = find_exact(run, op->in->imm - run->program->first_column);
        text = cell ? &cell->decimal : NULL;
    } else if (column->list != BD_NONE && run->batch->exact_record_count > 0) {
        uint32_t place = op->in->imm - run->module->LISTS[column->list].first_column;
        const bd_exact_record *cell = judge_find_record(run->batch, column->list, (uint32_t)at, place);
        text = cell ? &cell->decimal : NULL;
    }
    exact_settle(op,
                 text ? number_from_decimal_text(run->arena, *text, &out->is.number)
                      : number_from_scaled(run->arena, ((const int64_t *)data->values)[at], column->denominator,
                                           &out->is.number),
                 out);
}

void exact_LOAD(ExactOp *op, uint32_t lane, Cell *out)
{
    const Exact *run = op->run;
    size_t at;
    if (!is_present(op, lane)) {
        out->is_absent = true;
        return;
    }
    if (!run->batch) {
        *out = run->inputs[op->in->imm - run->program->first_column];
        return;
    }
    const bd_column_data *data = find_data(op, lane, &at);
    switch (op->type->kind) {
    case BD_KIND_BOOL: out->is.boolean = ((const uint8_t *)data->values)[at] != 0; break;
    case BD_KIND_INT: out->is.integer = ((const int32_t *)data->values)[at]; break;
    case BD_KIND_SCALED: load_number(op, data, at, out); break;
    default: out->is.text = ((const bd_text *)data->values)[at]; break;
    }
}

void exact_CONST(ExactOp *op, uint32_t lane, Cell *out)
{
    const ConstantRecord *constant = &op->run->module->CONSTANTS[op->in->imm];
    (void)lane;
    switch (constant->kind) {
    case BD_KIND_BOOL: out->is.boolean = constant->numerator != 0; break;
    case BD_KIND_INT: out->is.integer = (int32_t)constant->numerator; break;
    case BD_KIND_TEXT: out->is.text = module_text(op->run->module, constant->text); break;
    default:
        exact_settle(op, number_from_ratio(op->run->arena, constant->numerator, constant->denominator, &out->is.number),
                     out);
        break;
    }
}

void exact_READING(ExactOp *op, uint32_t lane, Cell *out)
{
    (void)lane;
    out->is.integer = op->run->session->readings[op->in->imm];
}

void exact_EQ_T(ExactOp *op, uint32_t lane, Cell *out)
{
    out->is.boolean = text_equal(op->a->cells[lane].is.text, op->b->cells[lane].is.text);
}

void exact_IN(ExactOp *op, uint32_t lane, Cell *out)
{
    const bd_module *module = op->run->module;
    const SetRecord *set = &module->SETS[op->in->imm];
    int32_t member = op->a->cells[lane].is.integer;
    uint32_t word = (uint32_t)member / 64;
    out->is.boolean =
        member >= 0 && word < set->words && (module->SET_WORDS[set->first_word + word] >> (member % 64) & 1);
}

void exact_NOT(ExactOp *op, uint32_t lane, Cell *out)
{
    out->is.boolean = !op->a->cells[lane].is.boolean;
}

void exact_AND(ExactOp *op, uint32_t lane, Cell *out)
{
    const Cell *a = &op->a->cells[lane];
    *out = a->fault != BD_NONE || !a->is.boolean ? *a : op->b->cells[lane];
    out->is_unused = false;
}

void exact_OR(ExactOp *op, uint32_t lane, Cell *out)
{
    const Cell *a = &op->a->cells[lane];
    *out = a->fault != BD_NONE || a->is.boolean ? *a : op->b->cells[lane];
    out->is_unused = false;
}

void exact_SELECT(ExactOp *op, uint32_t lane, Cell *out)
{
    const Cell *a = &op->a->cells[lane];
    if (a->fault != BD_NONE)
        out->fault = a->fault;
    else
        *out = a->is.boolean ? op->b->cells[lane] : op->c->cells[lane];
    out->is_unused = false;
}

/* ---- Results ---- */

void exact_FAIL(ExactOp *op, uint32_t lane, Cell *out)
{
    (void)out;
    if (!exact_accepts(op, op->a, lane) || !op->a->cells[lane].is.boolean)
        return;
    op->run->fault = exact_site(op);
    if (op->run->trace)
        trace_fault(op->run->trace, op, op->a, lane);
}

void exact_OUT_RULE(ExactOp *op, uint32_t lane, Cell *out)
{
    if (!exact_accepts(op, op->a, lane))
        return;
    *out = op->a->cells[lane];
    if (out->is.boolean)
        op->run->reasons[op->in->imm / 64] |= UINT64_C(1) << (op->in->imm % 64);
}

void exact_OUT_DECISION(ExactOp *op, uint32_t lane, Cell *out)
{
    if (!exact_accepts(op, op->a, lane))
        return;
    *out = op->a->cells[lane];
    if (out->is.integer >= BD_APPROVED && out->is.integer <= BD_SUSPENDED) {
        op->run->decision = (bd_decision)out->is.integer;
        return;
    }
    op->run->fault = exact_site(op);
    if (op->run->trace)
        trace_fault(op->run->trace, op, op->a, lane);
}

void exact_OUT_AMOUNT(ExactOp *op, uint32_t lane, Cell *out)
{
    bool is_exact = false;
    if (!exact_accepts(op, op->a, lane))
        return;
    *out = op->a->cells[lane];
    if (number_to_scaled_int64(out->is.number, 100, &op->run->cents, &is_exact) == BD_OK && is_exact)
        return;
    op->run->fault = exact_site(op); /* an exact cell had more decimals than a cent, or the amount has no 64 bits */
    if (op->run->trace)
        trace_fault(op->run->trace, op, op->a, lane);
}

void exact_OUT_VALUE(ExactOp *op, uint32_t lane, Cell *out)
{
    Exact *run = op->run;
    if (op->b) {
        if (!exact_accepts(op, op->b, lane))
            return;
        run->output_present[op->in->imm] = op->b->cells[lane].is.boolean;
        if (!op->b->cells[lane].is.boolean)
            return;
    }
    if (!exact_accepts(op, op->a, lane))
        return;
    *out = op->a->cells[lane];
    run->outputs[op->in->imm] = *out;
    run->output_present[op->in->imm] = true;
}
