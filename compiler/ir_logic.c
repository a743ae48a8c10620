/* ir_logic.c: comparing, logic and choice.
**
** Job: the family of EQ .. SELECT, in a normal form: no NOT of a NOT, no connective with a constant, booleans chosen by
** SELECT as connectives. Follows what opcodes.def says of faults: an operand may only be dropped when the evaluation
** would not have looked at it, or when it cannot fault.
*/
#include "compiler/ir_internal.h"

#include <assert.h>

static IrType bool_type(uint16_t domain)
{
    return (IrType){BD_KIND_BOOL, domain, 1};
}

static IrValue emit3(Ir *ir, Opcode op, IrType type, IrValue a, IrValue b, IrValue c)
{
    IrInstruction draft = ir_draft(op, type);
    draft.a = a;
    draft.b = b;
    draft.c = c;
    return ir_emit(ir, &draft);
}

static bool is_negation(const Ir *ir, IrValue a, IrValue b)
{
    return (ir_at(ir, a)->op == OP_NOT && ir_at(ir, a)->a == b) || (ir_at(ir, b)->op == OP_NOT && ir_at(ir, b)->a == a);
}

/* ---- Logic ---- */

IrValue ir_not(Ir *ir, IrValue a)
{
    const IrInstruction *at = ir_at(ir, a);
    assert(at->type.kind == BD_KIND_BOOL);
    if (at->is_constant) {
        return ir_bool(ir, at->constant.num == 0, at->type.domain);
    }
    if (at->op == OP_NOT) {
        return at->a;
    }
    return emit3(ir, OP_NOT, at->type, a, IR_NONE, IR_NONE);
}

/* AND and OR are one function: `stop` is the value of a that decides without b. */
static IrValue connect(Ir *ir, Opcode op, bool stop, IrValue a, IrValue b)
{
    uint16_t domain = ir_deeper(ir, ir_at(ir, a)->type.domain, ir_at(ir, b)->type.domain);
    bool (*decides)(const Ir *, IrValue) = stop ? ir_is_true : ir_is_false;
    bool (*passes)(const Ir *, IrValue) = stop ? ir_is_false : ir_is_true;
    if (decides(ir, a) || (decides(ir, b) && !ir_may_fault(ir, a))) {
        return ir_bool(ir, stop, domain);
    }
    if (passes(ir, a) || a == b) {
        return ir_bring(ir, b, domain);
    }
    if (passes(ir, b)) {
        return ir_bring(ir, a, domain);
    }
    if (is_negation(ir, a, b) && !ir_may_fault(ir, a)) {
        return ir_bool(ir, stop, domain);
    }
    (void)ir_meet(ir, &a, &b, NULL);
    return emit3(ir, op, bool_type(domain), a, b, IR_NONE);
}

IrValue ir_and(Ir *ir, IrValue a, IrValue b)
{
    return connect(ir, OP_AND, false, a, b);
}

IrValue ir_or(Ir *ir, IrValue a, IrValue b)
{
    return connect(ir, OP_OR, true, a, b);
}

/* ---- Choice ---- */

/* A choice between booleans one of which is a constant, as a connective; IR_NONE if neither is. */
static IrValue select_connective(Ir *ir, IrValue condition, IrValue yes, IrValue no)
{
    if (ir_is_true(ir, yes)) {
        return ir_is_false(ir, no) ? condition : ir_or(ir, condition, no);
    }
    if (ir_is_false(ir, no)) {
        return ir_and(ir, condition, yes);
    }
    if (!ir_is_false(ir, yes) && !ir_is_true(ir, no)) {
        return IR_NONE;
    }
    uint32_t place = ir_quiet(ir);
    IrValue negated = ir_not(ir, condition);
    ir_loud(ir, place);
    if (ir_is_false(ir, yes)) {
        return ir_is_true(ir, no) ? ir_not(ir, condition) : ir_and(ir, negated, no);
    }
    return ir_or(ir, negated, yes);
}

IrValue ir_select(Ir *ir, IrValue condition, IrValue yes, IrValue no)
{
    assert(ir_at(ir, condition)->type.kind == BD_KIND_BOOL);
    if (ir_at(ir, condition)->op == OP_NOT) {
        return ir_select(ir, ir_at(ir, condition)->a, no, yes);
    }
    (void)ir_meet(ir, &condition, &yes, &no);
    if (ir_at(ir, condition)->is_constant) {
        return ir_is_true(ir, condition) ? yes : no;
    }
    if (yes == no && !ir_may_fault(ir, condition)) {
        return yes;
    }
    if (ir_at(ir, yes)->type.kind == BD_KIND_BOOL) {
        IrValue made = select_connective(ir, condition, yes, no);
        if (made != IR_NONE) {
            return made;
        }
    }
    if (ir_is_number(ir, yes)) {
        (void)ir_meet_numbers(ir, &yes, &no);
    }
    IrType type = ir_at(ir, yes)->type;
    assert(type.kind == ir_at(ir, no)->type.kind);
    return emit3(ir, OP_SELECT, type, condition, yes, no);
}

/* ---- Comparing ---- */

static bool holds(IrCompare how, int order)
{
    switch (how) {
    case IR_EQ: return order == 0;
    case IR_NE: return order != 0;
    case IR_LT: return order < 0;
    case IR_LE: return order <= 0;
    case IR_GT: return order > 0;
    case IR_GE: return order >= 0;
    }
    return false;
}

/* The order of two operands where it is known now. */
static bool known_order(const Ir *ir, IrValue a, IrValue b, int *order)
{
    const IrInstruction *x = ir_at(ir, a);
    const IrInstruction *y = ir_at(ir, b);
    if (a == b && !x->may_fault) {
        *order = 0;
        return true;
    }
    if (!x->is_constant || !y->is_constant) {
        return false;
    }
    *order = x->type.kind == BD_KIND_TEXT ? !text_equal(x->text, y->text) : number_compare(x->constant, y->constant);
    return true;
}

static IrValue equal_booleans(Ir *ir, IrValue a, IrValue b)
{
    if (ir_at(ir, a)->is_constant) {
        return ir_is_true(ir, a) ? b : ir_not(ir, b);
    }
    uint32_t place = ir_quiet(ir);
    IrValue negated = ir_not(ir, b);
    ir_loud(ir, place);
    return ir_select(ir, a, b, negated);
}

/* The opcode of a comparison of one family: how is IR_EQ, IR_LT or IR_LE. */
static Opcode compare_opcode(IrCompare how, bd_kind kind)
{
    static const Opcode integers[] = {OP_EQ_I, OP_LT_I, OP_LE_I};
    static const Opcode scaled[] = {OP_EQ, OP_LT, OP_LE};
    static const Opcode ratios[] = {OP_EQ_N, OP_LT_N, OP_LE_N};
    int row = how == IR_EQ ? 0 : how == IR_LT ? 1 : 2;
    if (kind == BD_KIND_INT) {
        return integers[row];
    }
    return kind == BD_KIND_RATIO ? ratios[row] : scaled[row];
}

static IrValue compare(Ir *ir, IrCompare how, IrValue a, IrValue b)
{
    uint16_t domain = ir_meet(ir, &a, &b, NULL);
    bd_kind kind = ir_at(ir, a)->type.kind;
    if (kind == BD_KIND_TEXT) {
        return emit3(ir, OP_EQ_T, bool_type(domain), a, b, IR_NONE);
    }
    if (kind == BD_KIND_BOOL) {
        return equal_booleans(ir, a, b);
    }
    if (kind != BD_KIND_INT) {
        (void)ir_meet_numbers(ir, &a, &b);
        kind = ir_at(ir, a)->type.kind;
    }
    return emit3(ir, compare_opcode(how, kind), bool_type(domain), a, b, IR_NONE);
}

IrValue ir_compare(Ir *ir, IrCompare how, IrValue a, IrValue b)
{
    int order = 0;
    if (known_order(ir, a, b, &order)) {
        return ir_bool(ir, holds(how, order), ir_deeper(ir, ir_at(ir, a)->type.domain, ir_at(ir, b)->type.domain));
    }
    if (how == IR_NE) {
        uint32_t place = ir_quiet(ir);
        IrValue equal = compare(ir, IR_EQ, a, b);
        ir_loud(ir, place);
        return ir_not(ir, equal);
    }
    if (how == IR_GT || how == IR_GE) {
        return compare(ir, how == IR_GT ? IR_LT : IR_LE, b, a);
    }
    return compare(ir, how, a, b);
}

IrValue ir_in(Ir *ir, IrValue member, const uint64_t *words, uint32_t word_count)
{
    const IrInstruction *at = ir_at(ir, member);
    assert(at->type.kind == BD_KIND_INT);
    if (at->is_constant) {
        uint64_t index = (uint64_t)at->constant.num;
        bool in = at->constant.num >= 0 && index / 64 < word_count && (words[index / 64] >> (index % 64) & 1) != 0;
        return ir_bool(ir, in, at->type.domain);
    }
    IrInstruction draft = ir_draft(OP_IN, bool_type(at->type.domain));
    draft.a = member;
    draft.imm = ir_add_set(ir->shared, words, word_count);
    return ir_emit(ir, &draft);
}
