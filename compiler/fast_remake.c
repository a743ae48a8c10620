/* fast_remake.c: one instruction made again on other operands; see fast_internal.h.
**
** Job: from opcode back to the builder's function. Denominators are the builder's matter: operands may come with others than they had.
*/
#include <assert.h>

#include "compiler/fast_internal.h"

static IrValue remake_bracket(Ir *to, const Ir *from, const IrInstruction *at, IrValue value)
{
    const struct IrBrackets *brackets = &to->shared->brackets[at->imm];
    int64_t denominator = ir_at(from, at->a)->type.denominator;
    return ir_bracket(to, value, denominator, brackets->bounds, brackets->count);
}

static IrValue remake_round(Ir *to, const IrInstruction *at, IrValue value)
{
    const RoundingRecord *rounding = &to->shared->roundings[at->imm];
    Number step = {rounding->step_numerator, rounding->step_denominator, NULL};
    return ir_round(to, value, (RoundMode)rounding->mode, step);
}

static IrValue remake_constant(Ir *to, const IrInstruction *at)
{
    return at->type.kind == BD_KIND_TEXT ? ir_text(to, at->text, at->type.domain)
                                         : ir_constant(to, at->type, at->constant);
}

/* Reading, comparing, logic. */
static IrValue remake_logic(Ir *to, const IrInstruction *at, IrValue a, IrValue b, IrValue c)
{
    const IrShared *shared = to->shared;
    switch ((int)at->op) {
    case OP_EQ_I:
    case OP_EQ:
    case OP_EQ_N:
    case OP_EQ_T: return ir_compare(to, IR_EQ, a, b);
    case OP_LT_I:
    case OP_LT:
    case OP_LT_N: return ir_compare(to, IR_LT, a, b);
    case OP_LE_I:
    case OP_LE:
    case OP_LE_N: return ir_compare(to, IR_LE, a, b);
    case OP_IN: return ir_in(to, a, shared->sets[at->imm], shared->set_words[at->imm]);
    case OP_WHOLE: return ir_whole(to, a);
    case OP_NOT: return ir_not(to, a);
    case OP_AND: return ir_and(to, a, b);
    case OP_OR: return ir_or(to, a, b);
    case OP_SELECT: return ir_select(to, a, b, c);
    case OP_LOAD: return ir_load(to, at->imm, at->type);
    case OP_PRESENT: return ir_present(to, at->imm, at->type.domain);
    case OP_READING: return ir_reading(to, at->imm, at->type.domain);
    case OP_DAY: return ir_day(to, (uint16_t)at->imm);
    case OP_CONST: return remake_constant(to, at);
    default: to->failed = true; return ir_zero(to, at->type); /* an opcode that this file was not told of */
    }
}

static IrValue remake_number(Ir *to, const IrInstruction *at, IrValue a, IrValue b, IrValue guard)
{
    switch ((int)at->op) {
    case OP_SCALE:
    case OP_WIDEN: return a;
    case OP_TO_SCALED: return ir_to_number(to, a);
    case OP_TO_INT: return ir_to_int(to, a, 0);
    case OP_ADD:
    case OP_ADD_N: return ir_add(to, a, b);
    case OP_SUB:
    case OP_SUB_N: return ir_sub(to, a, b);
    case OP_MUL:
    case OP_MUL_N: return ir_mul(to, a, b);
    case OP_MIN:
    case OP_MIN_N: return ir_min(to, a, b);
    case OP_MAX:
    case OP_MAX_N: return ir_max(to, a, b);
    case OP_DIV_CONST: return ir_mul(to, a, ir_number(to, (Number){1, at->imm, NULL}, at->type.domain));
    case OP_DIV_N: return ir_div(to, a, b, guard, 0);
    default: assert(at->op == OP_ROUND || at->op == OP_ROUND_N); return remake_round(to, at, a);
    }
}

static IrValue remake_integer(Ir *to, const IrInstruction *at, IrValue a, IrValue b, IrValue guard)
{
    switch ((int)at->op) {
    case OP_DATE_PART: return ir_date_part(to, (DatePart)at->imm, a);
    case OP_PERIOD: {
        const struct IrPeriod *period = &to->shared->periods[at->imm];
        return ir_period(to, a, period->length, period->anchor);
    }
    default: return ir_int_op(to, at->op, a, b, guard, 0);
    }
}

static IrValue remake_table(Ir *to, const Ir *from, const IrInstruction *at, IrValue a, IrValue b, IrValue guard)
{
    switch ((int)at->op) {
    case OP_INDEX: return ir_index(to, a, b, at->imm, guard, 0);
    case OP_VERSION: return ir_version(to, at->imm, a, guard, 0);
    case OP_BRACKET: return remake_bracket(to, from, at, a);
    case OP_CELL: return ir_cell(to, at->imm, at->type, a, guard, 0);
    case OP_HAS_CELL: return ir_has_cell(to, at->imm, a);
    case OP_STEP: return ir_step(to, at->imm >> 4, at->imm & 15, a, b, false);
    case OP_STEP_DATE: return ir_step(to, at->imm >> 4, at->imm & 15, a, b, true);
    case OP_EXT_CELL: return ir_extern_cell(to, at->imm, at->type, a, guard, 0);
    default: return ir_counter(to, at->op, at->imm, at->type.denominator, a, b, guard);
    }
}

static IrValue remake_call(Ir *to, const IrInstruction *at, const FastOperands *with)
{
    IrType type = at->type;
    return ir_call(to, at->imm, type, with->args, at->arg_count, with->c, 0);
}

IrValue fast_remake(Ir *to, const Ir *from, const IrInstruction *at, const FastOperands *with)
{
    IrValue a = with->a, b = with->b, c = with->c;
    if (at->op == OP_EXPAND)
        return ir_expand(to, (uint16_t)at->imm, a);
    if (ir_is_aggregate(at->op))
        return ir_reduce(to, at->op == OP_SUM_N ? OP_SUM : at->op, (uint16_t)at->imm, a, b, 0);
    if (at->op == OP_CALL)
        return remake_call(to, at, with);
    switch ((int)at->op) {
    case OP_SCALE:
    case OP_WIDEN:
    case OP_TO_SCALED:
    case OP_TO_INT:
    case OP_ADD:
    case OP_ADD_N:
    case OP_SUB:
    case OP_SUB_N:
    case OP_MUL:
    case OP_MUL_N:
    case OP_MIN:
    case OP_MIN_N:
    case OP_MAX:
    case OP_MAX_N:
    case OP_DIV_CONST:
    case OP_DIV_N:
    case OP_ROUND:
    case OP_ROUND_N: return remake_number(to, at, a, b, c);
    case OP_ADD_I:
    case OP_SUB_I:
    case OP_MIN_I:
    case OP_MAX_I:
    case OP_ADD_DAYS:
    case OP_ADD_MONTHS:
    case OP_SPAN_END:
    case OP_DATE_PART:
    case OP_PERIOD: return remake_integer(to, at, a, b, c);
    case OP_INDEX:
    case OP_VERSION:
    case OP_BRACKET:
    case OP_CELL:
    case OP_HAS_CELL:
    case OP_STEP:
    case OP_STEP_DATE:
    case OP_EXT_CELL:
    case OP_COUNTER_SUM:
    case OP_COUNTER_DAYS:
    case OP_COUNTER_RUN: return remake_table(to, from, at, a, b, c);
    default: return remake_logic(to, at, a, b, c);
    }
}
