/* ir_table.c: tables, domains of records and days, natives, and results.
**
** Job: the instructions that reach outside the line's own values. Operands of an ancestor domain are expanded here too,
** so that every instruction works in one domain; an aggregate's result is in the parent of the domain it runs over.
*/
#include "compiler/ir_internal.h"

#include <assert.h>
#include <string.h>

static IrType int_type(uint16_t domain)
{
    return (IrType){BD_KIND_INT, domain, 1};
}

static IrType bool_type(uint16_t domain)
{
    return (IrType){BD_KIND_BOOL, domain, 1};
}

/* ---- Tables ---- */

IrValue ir_index(Ir *ir, IrValue index, IrValue key, uint32_t size, IrValue guard, uint32_t site)
{
    const IrInstruction *x = ir_at(ir, index);
    const IrInstruction *y = ir_at(ir, key);
    assert(x->type.kind == BD_KIND_INT && y->type.kind == BD_KIND_INT);
    if (x->is_constant && y->is_constant && y->constant.num >= 0 && y->constant.num < (int64_t)size) {
        int64_t at = x->constant.num * (int64_t)size + y->constant.num;
        if (at >= 0 && at <= INT32_MAX) {
            return ir_int(ir, (int32_t)at, ir_deeper(ir, x->type.domain, y->type.domain));
        }
    }
    guard = ir_guard(ir, guard);
    uint16_t domain = ir_meet(ir, &index, &key, &guard);
    IrInstruction draft = ir_draft(OP_INDEX, int_type(domain));
    draft.a = index;
    draft.b = key;
    draft.c = guard;
    draft.imm = size;
    draft.site = site;
    return ir_emit(ir, &draft);
}

/* An instruction with one operand, a guard and a site. */
static IrValue emit_guarded(Ir *ir, Opcode op, IrType type, IrValue a, uint32_t imm, IrValue guard, uint32_t site)
{
    assert(ir_at(ir, a)->type.kind == BD_KIND_INT);
    guard = ir_guard(ir, guard);
    type.domain = ir_meet(ir, &a, &guard, NULL);
    IrInstruction draft = ir_draft(op, type);
    draft.a = a;
    draft.c = guard;
    draft.imm = imm;
    draft.site = site;
    return ir_emit(ir, &draft);
}

IrValue ir_version(Ir *ir, uint32_t table, IrValue date, IrValue guard, uint32_t site)
{
    return emit_guarded(ir, OP_VERSION, int_type(0), date, table, guard, site);
}

IrValue ir_cell(Ir *ir, uint32_t table, IrType type, IrValue index, IrValue guard, uint32_t site)
{
    return emit_guarded(ir, OP_CELL, type, index, table, guard, site);
}

IrValue ir_extern_cell(Ir *ir, uint32_t table, IrType type, IrValue node, IrValue guard, uint32_t site)
{
    return emit_guarded(ir, OP_EXT_CELL, type, node, table, guard, site);
}

IrValue ir_has_cell(Ir *ir, uint32_t table, IrValue index)
{
    assert(ir_at(ir, index)->type.kind == BD_KIND_INT);
    IrInstruction draft = ir_draft(OP_HAS_CELL, bool_type(ir_at(ir, index)->type.domain));
    draft.a = index;
    draft.imm = table;
    return ir_emit(ir, &draft);
}

IrValue ir_step(Ir *ir, uint32_t table, uint32_t level, IrValue node, IrValue key, bool is_validity)
{
    assert(level < 16 && ir_at(ir, key)->type.kind != BD_KIND_RATIO);
    if (node == IR_NONE) {
        uint32_t place = ir_quiet(ir);
        node = ir_int(ir, 0, ir_at(ir, key)->type.domain);
        ir_loud(ir, place);
    }
    uint16_t domain = ir_meet(ir, &node, &key, NULL);
    IrInstruction draft = ir_draft(is_validity ? OP_STEP_DATE : OP_STEP, int_type(domain));
    draft.a = node;
    draft.b = key;
    draft.imm = table << 4 | level;
    return ir_emit(ir, &draft);
}

/* ---- Brackets ---- */

/* The bounds in units of 1/(denominator * factor); NULL when one does not fit. */
static int64_t *scale_bounds(Ir *ir, const int64_t *bounds, uint32_t count, int64_t factor)
{
    int64_t *scaled = arena_array(ir->arena, count, sizeof *scaled);
    for (uint32_t i = 0; i < count; i++) {
        if (bounds[i] > INT64_MAX / factor || bounds[i] < INT64_MIN / factor) {
            return NULL;
        }
        scaled[i] = bounds[i] * factor;
    }
    return scaled;
}

/* The bracket by comparing with each bound: for constants, ratios and bounds that one denominator cannot hold. */
static IrValue compare_brackets(Ir *ir, IrValue value, int64_t denominator, const int64_t *bounds, uint32_t count)
{
    uint16_t domain = ir_at(ir, value)->type.domain;
    uint32_t place = ir_quiet(ir);
    IrValue index = ir_int(ir, (int32_t)count, domain);
    for (uint32_t i = count; i-- > 0;) {
        Number bound = NUMBER_ZERO;
        if (number_from_scaled(ir->arena, bounds[i], denominator, &bound) != BD_OK) {
            break; /* unreachable: the denominator is positive */
        }
        IrValue within = ir_compare(ir, IR_LE, value, ir_number(ir, bound, domain));
        if (i == 0) {
            ir_loud(ir, place);
        }
        index = ir_select(ir, within, ir_int(ir, (int32_t)i, domain), index);
    }
    ir_loud(ir, place);
    return index;
}

IrValue ir_bracket(Ir *ir, IrValue value, int64_t denominator, const int64_t *bounds, uint32_t count)
{
    const IrInstruction *at = ir_at(ir, value);
    assert(ir_is_number(ir, value));
    if (at->is_constant || at->type.kind == BD_KIND_RATIO) {
        return compare_brackets(ir, value, denominator, bounds, count);
    }
    uint32_t place = ir_quiet(ir);
    IrValue unit = ir_constant(ir, (IrType){BD_KIND_SCALED, at->type.domain, denominator}, NUMBER_ZERO);
    IrValue scaled = value;
    bool met = ir_meet_numbers(ir, &scaled, &unit);
    ir_loud(ir, place);
    IrType type = ir_at(ir, scaled)->type;
    int64_t *wanted = met ? scale_bounds(ir, bounds, count, type.denominator / denominator) : NULL;
    if (wanted == NULL) {
        return compare_brackets(ir, value, denominator, bounds, count);
    }
    IrInstruction draft = ir_draft(OP_BRACKET, int_type(type.domain));
    draft.a = scaled;
    draft.imm = ir_add_brackets(ir->shared, wanted, count);
    return ir_emit(ir, &draft);
}

/* ---- Domains ---- */

static void open_domain(Ir *ir, IrInstruction *draft, uint16_t domain)
{
    assert(!ir->domains[domain].is_open);
    draft->imm = domain;
    ir->domains[domain].opened_by = ir_emit(ir, draft);
    ir->domains[domain].is_open = true;
}

void ir_open_list(Ir *ir, uint16_t domain)
{
    IrInstruction draft = ir_draft(OP_OPEN_LIST, bool_type(ir->domains[domain].parent));
    open_domain(ir, &draft, domain);
}

void ir_open_days(Ir *ir, uint16_t domain, IrValue from, IrValue to, uint32_t site)
{
    uint16_t parent = ir->domains[domain].parent;
    IrInstruction draft = ir_draft(OP_OPEN_DAYS, bool_type(parent));
    draft.a = ir_bring(ir, from, parent);
    draft.b = ir_bring(ir, to, parent);
    draft.site = site;
    open_domain(ir, &draft, domain);
}

IrValue ir_day(Ir *ir, uint16_t domain)
{
    assert(ir->domains[domain].is_open && ir->domains[domain].kind == DOMAIN_DAYS);
    IrInstruction draft = ir_draft(OP_DAY, int_type(domain));
    draft.imm = domain;
    return ir_emit(ir, &draft);
}

/* The domain just below `above` on the way to `domain`. */
static uint16_t next_level(const Ir *ir, uint16_t above, uint16_t domain)
{
    while (ir->domains[domain].parent != above) {
        assert(domain != 0);
        domain = ir->domains[domain].parent;
    }
    return domain;
}

IrValue ir_expand(Ir *ir, uint16_t domain, IrValue parent_value)
{
    IrInstruction at = *ir_at(ir, parent_value);
    uint32_t place = ir_quiet(ir);
    IrValue made = parent_value;
    if (at.type.domain != domain && at.is_constant) {
        at.type.domain = domain;
        made = at.type.kind == BD_KIND_TEXT ? ir_text(ir, at.text, domain) : ir_constant(ir, at.type, at.constant);
    }
    while (!at.is_constant && at.type.domain != domain) {
        at.type.domain = next_level(ir, at.type.domain, domain);
        assert(ir->domains[at.type.domain].is_open);
        IrInstruction draft = ir_draft(OP_EXPAND, at.type);
        draft.a = made;
        draft.imm = at.type.domain;
        made = ir_emit(ir, &draft);
    }
    ir_loud(ir, place);
    return made;
}

/* The type of an aggregate, but for its domain. */
static IrType reduced_type(const Ir *ir, Opcode op, IrValue value)
{
    if (op == OP_COUNT) {
        return (IrType){BD_KIND_SCALED, 0, 1};
    }
    return op == OP_ANY_OF ? bool_type(0) : ir_at(ir, value)->type;
}

IrValue ir_reduce(Ir *ir, Opcode op, uint16_t domain, IrValue value, IrValue mask, uint32_t site)
{
    assert(ir->domains[domain].is_open && ir_is_aggregate(op));
    IrType type = reduced_type(ir, op, value);
    type.domain = ir->domains[domain].parent;
    bool can_fault = op != OP_COUNT && op != OP_ANY_OF && op != OP_SUM;
    if (ir_is_false(ir, mask) && !can_fault && !ir_may_fault(ir, ir->domains[domain].opened_by)) {
        return ir_zero(ir, type);
    }
    uint32_t place = ir_quiet(ir);
    mask = mask == IR_NONE ? ir_bool(ir, true, domain) : ir_bring(ir, mask, domain);
    value = ir_bring(ir, value, domain);
    ir_loud(ir, place);
    IrInstruction draft = ir_draft(op == OP_SUM && type.kind == BD_KIND_RATIO ? OP_SUM_N : op, type);
    draft.a = value;
    draft.b = mask;
    draft.imm = domain;
    draft.site = can_fault ? site : BD_NONE;
    return ir_emit(ir, &draft);
}

/* ---- Natives ---- */

IrValue ir_call(Ir *ir, uint32_t native, IrType type, const IrValue *args, uint32_t count, IrValue guard, uint32_t site)
{
    guard = ir_guard(ir, guard);
    type.domain = 0;
    for (uint32_t i = 0; i < count; i++) {
        type.domain = ir_deeper(ir, type.domain, ir_at(ir, args[i])->type.domain);
    }
    if (guard != IR_NONE) {
        type.domain = ir_deeper(ir, type.domain, ir_at(ir, guard)->type.domain);
    }
    IrInstruction draft = ir_draft(OP_CALL, type);
    draft.args = arena_array(ir->arena, count, sizeof *draft.args);
    draft.arg_count = count;
    for (uint32_t i = 0; i < count; i++) {
        draft.args[i] = ir_bring(ir, args[i], type.domain);
    }
    draft.c = ir_bring(ir, guard, type.domain);
    draft.imm = native;
    draft.site = site;
    return ir_emit(ir, &draft);
}

/* ---- Counters ---- */

IrValue ir_counter(Ir *ir, Opcode op, uint32_t counter, int64_t denominator, IrValue a, IrValue b, IrValue guard)
{
    uint32_t place = ir_quiet(ir);
    guard = ir_guard(ir, guard);
    uint16_t domain = ir_meet(ir, &a, &b, &guard);
    ir_loud(ir, place);
    IrInstruction draft = ir_draft(op, (IrType){BD_KIND_SCALED, domain, denominator});
    draft.a = a;
    draft.b = b;
    draft.c = guard;
    draft.imm = counter;
    return ir_emit(ir, &draft);
}

void ir_out_counter(Ir *ir, uint32_t counter, IrValue value, IrValue mask, IrValue day)
{
    if (ir_is_false(ir, mask))
        return;
    IrInstruction draft = ir_draft(OP_OUT_COUNTER, bool_type(0));
    draft.a = value;
    draft.b = ir_guard(ir, mask);
    draft.c = day;
    draft.imm = counter;
    (void)ir_emit(ir, &draft);
}

/* ---- Results ---- */

void ir_fail(Ir *ir, IrValue mask, uint32_t site)
{
    if (ir_is_false(ir, mask)) {
        return;
    }
    IrInstruction draft = ir_draft(OP_FAIL, bool_type(ir_at(ir, mask)->type.domain));
    draft.a = mask;
    draft.site = site;
    (void)ir_emit(ir, &draft);
}

void ir_out(Ir *ir, Opcode op, IrValue a, IrValue b, uint32_t imm)
{
    assert(ir_at(ir, a)->type.domain == 0);
    if (op == OP_OUT_AMOUNT) {
        a = ir_scaled_to(ir, a, 100);
    }
    IrInstruction draft = ir_draft(op, bool_type(0));
    draft.a = a;
    draft.b = b;
    draft.imm = imm;
    (void)ir_emit(ir, &draft);
}
