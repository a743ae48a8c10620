/* exact_int.c: integers, days, tables, extern tables and natives; one lane at a time. */
#include "calendar.h"
#include "exact.h"
#include "lookup.h"

static int32_t int_a(const ExactOp *op, uint32_t lane)
{
    return op->a->cells[lane].is.integer;
}

static int32_t int_b(const ExactOp *op, uint32_t lane)
{
    return op->b->cells[lane].is.integer;
}

static void require(const ExactOp *op, bool holds, Cell *out)
{
    if (!holds)
        out->fault = exact_site(op);
}

void exact_EQ_I(ExactOp *op, uint32_t lane, Cell *out)
{
    out->is.boolean = int_a(op, lane) == int_b(op, lane);
}

void exact_LT_I(ExactOp *op, uint32_t lane, Cell *out)
{
    out->is.boolean = int_a(op, lane) < int_b(op, lane);
}

void exact_LE_I(ExactOp *op, uint32_t lane, Cell *out)
{
    out->is.boolean = int_a(op, lane) <= int_b(op, lane);
}

void exact_ADD_I(ExactOp *op, uint32_t lane, Cell *out)
{
    require(op, !__builtin_add_overflow(int_a(op, lane), int_b(op, lane), &out->is.integer), out);
}

void exact_SUB_I(ExactOp *op, uint32_t lane, Cell *out)
{
    require(op, !__builtin_sub_overflow(int_a(op, lane), int_b(op, lane), &out->is.integer), out);
}

void exact_MIN_I(ExactOp *op, uint32_t lane, Cell *out)
{
    out->is.integer = int_a(op, lane) < int_b(op, lane) ? int_a(op, lane) : int_b(op, lane);
}

void exact_MAX_I(ExactOp *op, uint32_t lane, Cell *out)
{
    out->is.integer = int_a(op, lane) > int_b(op, lane) ? int_a(op, lane) : int_b(op, lane);
}

void exact_ADD_DAYS(ExactOp *op, uint32_t lane, Cell *out)
{
    require(op, calendar_add_days(int_a(op, lane), int_b(op, lane), &out->is.integer), out);
}

void exact_ADD_MONTHS(ExactOp *op, uint32_t lane, Cell *out)
{
    require(op, calendar_add_months(int_a(op, lane), int_b(op, lane), &out->is.integer), out);
}

void exact_SPAN_END(ExactOp *op, uint32_t lane, Cell *out)
{
    require(op, calendar_span_end(int_a(op, lane), int_b(op, lane), &out->is.integer), out);
}

void exact_DATE_PART(ExactOp *op, uint32_t lane, Cell *out)
{
    require(op, calendar_part((DatePart)op->in->imm, int_a(op, lane), &out->is.integer), out);
}

void exact_PERIOD(ExactOp *op, uint32_t lane, Cell *out)
{
    const ConstantRecord *period = &op->run->module->CONSTANTS[op->in->imm];
    require(op, calendar_period(int_a(op, lane), period->numerator, period->denominator, &out->is.integer), out);
}

/* ---- Tables ---- */

void exact_INDEX(ExactOp *op, uint32_t lane, Cell *out)
{
    require(op, lookup_index(int_a(op, lane), op->in->imm, int_b(op, lane), &out->is.integer), out);
}

void exact_VERSION(ExactOp *op, uint32_t lane, Cell *out)
{
    const bd_module *module = op->run->module;
    require(op, lookup_version(module, &module->TABLES[op->in->imm], int_a(op, lane), &out->is.integer), out);
}

/* The first bound that is not below the value: the value's integer in the bounds' denominator, rounded up, compares the
** same. */
void exact_BRACKET(ExactOp *op, uint32_t lane, Cell *out)
{
    const bd_module *module = op->run->module;
    const BracketRecord *brackets = &module->BRACKETS[op->in->imm];
    Number value = op->a->cells[lane].is.number;
    int64_t scaled = 0;
    bool is_exact = true;
    if (number_to_scaled_int64(value, op->a->type->denominator, &scaled, &is_exact) != BD_OK) {
        out->is.integer = number_sign(value) < 0 ? 0 : (int32_t)brackets->count;
        return;
    }
    if (!is_exact && number_sign(value) > 0) {
        if (scaled == INT64_MAX) {
            out->is.integer = (int32_t)brackets->count;
            return;
        }
        scaled++;
    }
    out->is.integer = lookup_bracket(module, brackets, scaled);
}

void exact_CELL(ExactOp *op, uint32_t lane, Cell *out)
{
    const bd_module *module = op->run->module;
    const TableRecord *table = &module->TABLES[op->in->imm];
    int32_t index = int_a(op, lane);
    require(op, lookup_has_cell(module, table, index), out);
    if (out->fault != BD_NONE)
        return;
    int64_t value = module->CELLS[table->first_cell + (uint32_t)index];
    if (op->type->kind == BD_KIND_INT) {
        require(op, value >= INT32_MIN && value <= INT32_MAX, out);
        out->is.integer = (int32_t)value;
    } else {
        exact_settle(op, number_from_scaled(op->run->arena, value, table->denominator, &out->is.number), out);
    }
}

void exact_HAS_CELL(ExactOp *op, uint32_t lane, Cell *out)
{
    const bd_module *module = op->run->module;
    out->is.boolean = lookup_has_cell(module, &module->TABLES[op->in->imm], int_a(op, lane));
}

/* ---- Extern tables ---- */

void exact_STEP(ExactOp *op, uint32_t lane, Cell *out)
{
    const Cell *b = &op->b->cells[lane];
    ExternKey key;
    switch (op->b->type->kind) {
    case BD_KIND_BOOL: key = extern_key_int(b->is.boolean); break;
    case BD_KIND_INT: key = extern_key_int(b->is.integer); break;
    case BD_KIND_SCALED:
        if (b->is.number.big) {
            out->is.integer = -1; /* keys are 64-bit ratios: no row has this one */
            return;
        }
        key = extern_key_ratio(b->is.number.num, b->is.number.den);
        break;
    default: key = extern_key_text(b->is.text); break;
    }
    out->is.integer =
        extern_step(&op->run->session->externs[op->in->imm >> 4], op->in->imm & 15, int_a(op, lane), &key);
}

void exact_STEP_DATE(ExactOp *op, uint32_t lane, Cell *out)
{
    out->is.integer = extern_step_date(&op->run->session->externs[op->in->imm >> 4], int_a(op, lane), int_b(op, lane));
}

void exact_EXT_CELL(ExactOp *op, uint32_t lane, Cell *out)
{
    ExternTable *table = &op->run->session->externs[op->in->imm];
    const ExternEntry *entry = extern_entry(table, int_a(op, lane));
    bool has_value = entry != NULL && !entry->is_missing;
    require(op, has_value, out);
    if (!has_value)
        return;
    table->went_on |= entry->is_guess;
    if (op->type->kind == BD_KIND_INT)
        out->is.integer = (int32_t)entry->scaled;
    else
        out->is.number = entry->value;
}

/* ---- Natives ---- */

/* false: a number too large to cross */
static bool read_argument(const Cell *cell, char letter, NativeValue *out)
{
    switch (letter) {
    case 'b': out->is.boolean = cell->is.boolean; return true;
    case 't': out->is.text = cell->is.text; return true;
    case 'n':
        out->is.ratio[0] = cell->is.number.num;
        out->is.ratio[1] = cell->is.number.den;
        return cell->is.number.big == NULL;
    default: out->is.integer = cell->is.integer; return true;
    }
}

void exact_CALL(ExactOp *op, uint32_t lane, Cell *out)
{
    bd_session *session = op->run->session;
    const bd_module *module = op->run->module;
    const CallRecord *call = &module->CALLS[op->in->imm];
    NativeValue args[PROGRAM_MAX_CALL_ARGUMENTS], result;
    Signature signature;
    bool fits = true;

    signature_read(module_text(module, module->NATIVES[call->native].signature), &signature);
    for (uint32_t i = 0; i < call->args; i++) {
        const Cell *cell = &op->run->slots[module->CALL_ARGS[call->first_arg + i]].cells[lane];
        if (cell->fault != BD_NONE) {
            out->fault = cell->fault;
            return;
        }
        fits = read_argument(cell, signature.args[i], &args[i]) && fits;
    }
    require(op,
            fits && memo_call(&session->memo, call->native, session->natives[call->native], &signature, args, &result),
            out);
    if (out->fault != BD_NONE)
        return;
    if (op->type->kind == BD_KIND_BOOL)
        out->is.boolean = result.is.boolean;
    else if (op->type->kind == BD_KIND_INT)
        out->is.integer = result.is.integer;
    else
        exact_settle(op, number_from_ratio(op->run->arena, result.is.ratio[0], result.is.ratio[1], &out->is.number),
                     out);
}
