/* ir_integer.c: integers: days, months, years, members of choices.
**
** Job: the family of ADD_I .. PERIOD. Folds with the calendar of vm/core/date.h; what would leave the calendar is left
** to run time, where it is a fault with a place.
*/
#include "compiler/ir_internal.h"

#include <assert.h>

static IrType int_type(uint16_t domain)
{
    return (IrType){BD_KIND_INT, domain, 1};
}

static bool can_fault(Opcode op)
{
    return op != OP_MIN_I && op != OP_MAX_I;
}

IrValue ir_int_op(Ir *ir, Opcode op, IrValue a, IrValue b, IrValue guard, uint32_t site)
{
    const IrInstruction *x = ir_at(ir, a);
    const IrInstruction *y = ir_at(ir, b);
    assert(x->type.kind == BD_KIND_INT && y->type.kind == BD_KIND_INT);
    int32_t folded = 0;
    if (x->is_constant && y->is_constant &&
        ir_fold_int(op, (int32_t)x->constant.num, (int32_t)y->constant.num, &folded)) {
        return ir_int(ir, folded, ir_deeper(ir, x->type.domain, y->type.domain));
    }
    if ((op == OP_ADD_I || op == OP_SUB_I) && y->is_constant && y->constant.num == 0) {
        return ir_bring(ir, a, ir_deeper(ir, x->type.domain, y->type.domain));
    }
    if (!can_fault(op) && a == b) {
        return a;
    }
    guard = ir_has_guard(op) ? ir_guard(ir, guard) : IR_NONE;
    uint16_t domain = ir_meet(ir, &a, &b, &guard);
    IrInstruction draft = ir_draft(op, int_type(domain));
    draft.a = a;
    draft.b = b;
    draft.c = guard;
    draft.site = can_fault(op) ? site : BD_NONE;
    return ir_emit(ir, &draft);
}

IrValue ir_date_part(Ir *ir, DatePart part, IrValue date)
{
    const IrInstruction *at = ir_at(ir, date);
    assert(at->type.kind == BD_KIND_INT);
    int32_t folded = 0;
    if (at->is_constant && ir_fold_date_part(part, (int32_t)at->constant.num, &folded)) {
        return ir_int(ir, folded, at->type.domain);
    }
    IrInstruction draft = ir_draft(OP_DATE_PART, int_type(at->type.domain));
    draft.a = date;
    draft.imm = (uint32_t)part;
    return ir_emit(ir, &draft);
}

IrValue ir_period(Ir *ir, IrValue date, int32_t length, int32_t anchor)
{
    const IrInstruction *at = ir_at(ir, date);
    assert(at->type.kind == BD_KIND_INT && length > 0);
    int32_t folded = 0;
    if (at->is_constant && ir_fold_period((int32_t)at->constant.num, length, anchor, &folded)) {
        return ir_int(ir, folded, at->type.domain);
    }
    IrInstruction draft = ir_draft(OP_PERIOD, int_type(at->type.domain));
    draft.a = date;
    draft.imm = ir_add_period(ir->shared, length, anchor);
    return ir_emit(ir, &draft);
}
