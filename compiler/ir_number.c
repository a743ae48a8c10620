/* ir_number.c: numbers: scaled integers as long as a common denominator is small enough, exact ratios beyond.
**
** Job: the family of ADD .. ROUND_N. Decides for every operation between the S and the N form, by denominators alone:
** no analysis of ranges, since the machine redoes the lanes that overflow exactly. Invariant: a SCALED value has a
** denominator of at most IR_DENOMINATOR_MAX. A denominator tells how the integer is read, not that the value has no
** finer part: an exact cell of a batch may be finer than its column, so rounding is never dropped as superfluous.
*/
#include "compiler/ir_internal.h"

#include <assert.h>

static IrType scaled_type(uint16_t domain, int64_t denominator)
{
    return (IrType){BD_KIND_SCALED, domain, denominator};
}

static IrType ratio_type(uint16_t domain)
{
    return (IrType){BD_KIND_RATIO, domain, 1};
}

static bool is_scaled(const Ir *ir, IrValue value)
{
    return ir_at(ir, value)->type.kind == BD_KIND_SCALED;
}

static bool is_constant(const Ir *ir, IrValue value)
{
    return ir_at(ir, value)->is_constant;
}

static bool is_number_constant(const Ir *ir, IrValue value, int64_t whole)
{
    const IrInstruction *at = ir_at(ir, value);
    return at->is_constant && at->constant.num == whole && at->constant.den == 1;
}

static IrValue emit2(Ir *ir, Opcode op, IrType type, IrValue a, IrValue b)
{
    IrInstruction draft = ir_draft(op, type);
    draft.a = a;
    draft.b = b;
    return ir_emit(ir, &draft);
}

static IrValue emit1(Ir *ir, Opcode op, IrType type, IrValue a, uint32_t imm)
{
    IrInstruction draft = ir_draft(op, type);
    draft.a = a;
    draft.imm = imm;
    return ir_emit(ir, &draft);
}

/* ---- Constants ---- */

/* Appends digits in groups of 18, each of which is a constant: the sum of a number beyond 64 bits, left to run time. */
static IrValue build_whole(Ir *ir, Text digits, uint16_t domain)
{
    enum { GROUP = 18 };
    const int64_t shift = INT64_C(1000000000000000000);
    bool is_negative = digits.size > 0 && digits.data[0] == '-';
    digits = text_slice(digits, is_negative ? 1 : 0, digits.size);
    IrType type = ratio_type(domain);
    IrValue sum = ir_constant(ir, type, NUMBER_ZERO);
    size_t first = digits.size % GROUP;
    for (size_t at = 0; at < digits.size;) {
        size_t end = at == 0 && first != 0 ? first : at + GROUP;
        int64_t group = 0;
        for (; at < end; at++) {
            group = group * 10 + (digits.data[at] - '0');
        }
        IrValue part = ir_constant(ir, type, (Number){is_negative ? -group : group, 1, NULL});
        sum = ir_add(ir, ir_mul(ir, sum, ir_constant(ir, type, (Number){shift, 1, NULL})), part);
    }
    return sum;
}

/* A literal with a numerator or denominator beyond 64 bits. No contract is known to have one, but none may be cut. */
static IrValue build_big(Ir *ir, Number value, uint16_t domain)
{
    StringBuilder builder;
    builder_init(&builder, ir->arena);
    number_append_fraction(&builder, value);
    Text text = builder_result(&builder);
    size_t slash = 0;
    while (slash < text.size && text.data[slash] != '/') {
        slash++;
    }
    uint32_t place = ir_quiet(ir);
    IrValue numerator = build_whole(ir, text_slice(text, 0, slash), domain);
    IrValue denominator = build_whole(ir, text_slice(text, slash + 1, text.size), domain);
    ir_loud(ir, place);
    return ir_div(ir, numerator, denominator, IR_NONE, 0);
}

IrValue ir_number(Ir *ir, Number value, uint16_t domain)
{
    if (value.big != NULL) {
        return build_big(ir, value, domain);
    }
    if (value.den > IR_DENOMINATOR_MAX) {
        return ir_constant(ir, ratio_type(domain), value);
    }
    return ir_constant(ir, scaled_type(domain, value.den), value);
}

/* ---- Denominators ---- */

/* Multiplies; false beyond IR_DENOMINATOR_MAX. */
static bool denominator_product(int64_t a, int64_t b, int64_t *out)
{
    assert(b > 0); /* a denominator */
    if (a > IR_DENOMINATOR_MAX / b) {
        return false;
    }
    *out = a * b;
    return true;
}

static bool denominator_common(int64_t a, int64_t b, int64_t *out)
{
    int64_t x = a;
    int64_t y = b;
    while (y != 0) {
        int64_t rest = x % y;
        x = y;
        y = rest;
    }
    return denominator_product(a / x, b, out);
}

static IrValue rescale(Ir *ir, IrValue a, int64_t factor)
{
    IrType type = ir_at(ir, a)->type;
    IrType wanted = scaled_type(type.domain, type.denominator * factor);
    if (factor <= INT32_MAX) {
        return emit1(ir, OP_SCALE, wanted, a, (uint32_t)factor);
    }
    /* A factor beyond the immediate: times one, written with the factor as its denominator, is the same integer. */
    IrValue one = ir_constant(ir, scaled_type(type.domain, factor), NUMBER_ONE);
    return emit2(ir, OP_MUL, wanted, a, one);
}

IrValue ir_scaled_to(Ir *ir, IrValue a, int64_t denominator)
{
    const IrInstruction *at = ir_at(ir, a);
    IrType type = at->type;
    assert(type.kind == BD_KIND_SCALED && denominator % type.denominator == 0);
    if (type.denominator == denominator) {
        return a;
    }
    uint32_t place = ir_quiet(ir);
    IrValue made = IR_NONE;
    if (at->is_constant && ir_fits_scaled(at->constant, denominator)) {
        made = ir_constant(ir, scaled_type(type.domain, denominator), at->constant);
    } else {
        made = rescale(ir, a, denominator / type.denominator);
    }
    ir_loud(ir, place);
    return made;
}

static IrValue widen(Ir *ir, IrValue a)
{
    const IrInstruction *at = ir_at(ir, a);
    if (at->type.kind == BD_KIND_RATIO) {
        return a;
    }
    IrType type = ratio_type(at->type.domain);
    uint32_t place = ir_quiet(ir);
    IrValue made = at->is_constant ? ir_constant(ir, type, at->constant) : emit1(ir, OP_WIDEN, type, a, 0);
    ir_loud(ir, place);
    return made;
}

bool ir_meet_numbers(Ir *ir, IrValue *a, IrValue *b)
{
    assert(ir_is_number(ir, *a) && ir_is_number(ir, *b));
    (void)ir_meet(ir, a, b, NULL);
    int64_t common = 1;
    if (is_scaled(ir, *a) && is_scaled(ir, *b) &&
        denominator_common(ir_at(ir, *a)->type.denominator, ir_at(ir, *b)->type.denominator, &common)) {
        *a = ir_scaled_to(ir, *a, common);
        *b = ir_scaled_to(ir, *b, common);
        return true;
    }
    *a = widen(ir, *a);
    *b = widen(ir, *b);
    return false;
}

/* ---- Arithmetic ---- */

/* The folded result of two constants, or IR_NONE. */
static IrValue fold(Ir *ir, Opcode op, IrValue a, IrValue b)
{
    const IrInstruction *x = ir_at(ir, a);
    const IrInstruction *y = ir_at(ir, b);
    Number result = NUMBER_ZERO;
    if (!x->is_constant || !y->is_constant || !ir_fold_number(ir, op, x->constant, y->constant, &result)) {
        return IR_NONE;
    }
    return ir_number(ir, result, ir_deeper(ir, x->type.domain, y->type.domain));
}

/* An operation of two numbers on one denominator. */
static IrValue on_common(Ir *ir, Opcode scaled, Opcode ratio, IrValue a, IrValue b)
{
    IrValue folded = fold(ir, scaled, a, b);
    if (folded != IR_NONE) {
        return folded;
    }
    bool met = ir_meet_numbers(ir, &a, &b);
    return emit2(ir, met ? scaled : ratio, ir_at(ir, a)->type, a, b);
}

IrValue ir_add(Ir *ir, IrValue a, IrValue b)
{
    if (is_number_constant(ir, b, 0)) {
        return ir_bring(ir, a, ir_deeper(ir, ir_at(ir, a)->type.domain, ir_at(ir, b)->type.domain));
    }
    if (is_number_constant(ir, a, 0)) {
        return ir_bring(ir, b, ir_deeper(ir, ir_at(ir, a)->type.domain, ir_at(ir, b)->type.domain));
    }
    return on_common(ir, OP_ADD, OP_ADD_N, a, b);
}

IrValue ir_sub(Ir *ir, IrValue a, IrValue b)
{
    if (is_number_constant(ir, b, 0)) {
        return ir_bring(ir, a, ir_deeper(ir, ir_at(ir, a)->type.domain, ir_at(ir, b)->type.domain));
    }
    if (a == b && !ir_may_fault(ir, a)) {
        return ir_number(ir, NUMBER_ZERO, ir_at(ir, a)->type.domain);
    }
    return on_common(ir, OP_SUB, OP_SUB_N, a, b);
}

IrValue ir_neg(Ir *ir, IrValue a)
{
    IrType type = ir_at(ir, a)->type;
    uint32_t place = ir_quiet(ir);
    IrValue zero = ir_zero(ir, type);
    ir_loud(ir, place);
    return ir_sub(ir, zero, a);
}

IrValue ir_min(Ir *ir, IrValue a, IrValue b)
{
    return a == b ? a : on_common(ir, OP_MIN, OP_MIN_N, a, b);
}

IrValue ir_max(Ir *ir, IrValue a, IrValue b)
{
    return a == b ? a : on_common(ir, OP_MAX, OP_MAX_N, a, b);
}

/* x times a constant where no multiplication is needed; IR_NONE where it is. x is SCALED, factor in lowest terms. */
static IrValue mul_simple(Ir *ir, IrValue x, Number factor)
{
    IrType type = ir_at(ir, x)->type;
    if (factor.num == 0 && !ir_may_fault(ir, x)) {
        return ir_number(ir, NUMBER_ZERO, type.domain);
    }
    if (factor.num == 1 && factor.den == 1) {
        return x;
    }
    int64_t product = 1;
    if (factor.num == 1 && factor.den <= INT32_MAX && type.kind == BD_KIND_SCALED &&
        denominator_product(type.denominator, factor.den, &product)) {
        return emit1(ir, OP_DIV_CONST, scaled_type(type.domain, product), x, (uint32_t)factor.den);
    }
    return IR_NONE;
}

IrValue ir_mul(Ir *ir, IrValue a, IrValue b)
{
    IrValue made = fold(ir, OP_MUL, a, b);
    if (made != IR_NONE) {
        return made;
    }
    uint16_t domain = ir_meet(ir, &a, &b, NULL);
    if (is_constant(ir, b)) {
        made = mul_simple(ir, a, ir_at(ir, b)->constant);
    } else if (is_constant(ir, a)) {
        made = mul_simple(ir, b, ir_at(ir, a)->constant);
    }
    if (made != IR_NONE) {
        return made;
    }
    int64_t product = 1;
    if (is_scaled(ir, a) && is_scaled(ir, b) &&
        denominator_product(ir_at(ir, a)->type.denominator, ir_at(ir, b)->type.denominator, &product)) {
        return emit2(ir, OP_MUL, scaled_type(domain, product), a, b);
    }
    a = widen(ir, a);
    b = widen(ir, b);
    return emit2(ir, OP_MUL_N, ratio_type(domain), a, b);
}

IrValue ir_div(Ir *ir, IrValue a, IrValue b, IrValue guard, uint32_t site)
{
    const IrInstruction *divisor = ir_at(ir, b);
    if (divisor->is_constant && divisor->constant.num != 0) {
        Number by = divisor->constant;
        int64_t sign = by.num < 0 ? -1 : 1;
        uint16_t domain = divisor->type.domain;
        uint32_t place = ir_quiet(ir);
        IrValue inverse = ir_number(ir, (Number){sign * by.den, sign * by.num, NULL}, domain);
        ir_loud(ir, place);
        return ir_mul(ir, a, inverse);
    }
    guard = ir_guard(ir, guard);
    uint16_t domain = ir_meet(ir, &a, &b, &guard);
    IrInstruction draft = ir_draft(OP_DIV_N, ratio_type(domain));
    draft.a = widen(ir, a);
    draft.b = widen(ir, b);
    draft.c = guard;
    draft.site = site;
    return ir_emit(ir, &draft);
}

/* ---- Rounding ---- */

static IrValue round_directly(Ir *ir, IrValue a, RoundMode mode, Number step)
{
    const IrInstruction *at = ir_at(ir, a);
    Number result = NUMBER_ZERO;
    if (at->is_constant && ir_fold_round(ir, at->constant, mode, step, &result)) {
        return ir_number(ir, result, at->type.domain);
    }
    Opcode op = at->type.kind == BD_KIND_SCALED ? OP_ROUND : OP_ROUND_N;
    return emit1(ir, op, scaled_type(at->type.domain, step.den), a, ir_add_rounding(ir->shared, mode, step));
}

IrValue ir_round(Ir *ir, IrValue a, RoundMode mode, Number step)
{
    assert(number_sign(step) > 0);
    if (step.big == NULL && step.den <= IR_DENOMINATOR_MAX) {
        return round_directly(ir, a, mode, step);
    }
    /* A step that is no constant of the module: count the steps, round the count, and multiply. */
    uint32_t place = ir_quiet(ir);
    IrValue size = ir_number(ir, step, ir_at(ir, a)->type.domain);
    IrValue steps = round_directly(ir, ir_div(ir, a, size, IR_NONE, 0), mode, NUMBER_ONE);
    ir_loud(ir, place);
    return ir_mul(ir, steps, size);
}

IrValue ir_whole(Ir *ir, IrValue a)
{
    const IrInstruction *at = ir_at(ir, a);
    uint16_t domain = at->type.domain;
    if (at->is_constant) {
        return ir_bool(ir, number_is_whole(at->constant), domain);
    }
    if (at->type.kind == BD_KIND_SCALED) {
        return emit1(ir, OP_WHOLE, (IrType){BD_KIND_BOOL, domain, 1}, a, 0);
    }
    uint32_t place = ir_quiet(ir);
    IrValue whole = round_directly(ir, a, ROUND_DOWN, NUMBER_ONE);
    ir_loud(ir, place);
    return ir_compare(ir, IR_EQ, a, whole);
}

/* ---- Integers ---- */

IrValue ir_to_number(Ir *ir, IrValue integer)
{
    const IrInstruction *at = ir_at(ir, integer);
    assert(at->type.kind == BD_KIND_INT);
    if (at->is_constant) {
        return ir_number(ir, at->constant, at->type.domain);
    }
    return emit1(ir, OP_TO_SCALED, scaled_type(at->type.domain, 1), integer, 0);
}

/* A ratio as a scaled number that is whole exactly when the ratio is: rounded, or else one half. */
static IrValue ratio_for_int(Ir *ir, IrValue ratio)
{
    uint16_t domain = ir_at(ir, ratio)->type.domain;
    uint32_t place = ir_quiet(ir);
    IrValue half = ir_number(ir, (Number){1, 2, NULL}, domain);
    IrValue is_whole = ir_whole(ir, ratio);
    IrValue made = ir_select(ir, is_whole, round_directly(ir, ratio, ROUND_DOWN, NUMBER_ONE), half);
    ir_loud(ir, place);
    return made;
}

IrValue ir_to_int(Ir *ir, IrValue number, uint32_t site)
{
    const IrInstruction *at = ir_at(ir, number);
    if (at->is_constant && number_is_whole(at->constant) && at->constant.num >= INT32_MIN &&
        at->constant.num <= INT32_MAX) {
        return ir_int(ir, (int32_t)at->constant.num, at->type.domain);
    }
    if (at->op == OP_TO_SCALED) {
        return at->a;
    }
    if (at->type.kind == BD_KIND_RATIO) {
        number = ratio_for_int(ir, number);
    }
    IrInstruction draft = ir_draft(OP_TO_INT, (IrType){BD_KIND_INT, ir_at(ir, number)->type.domain, 1});
    draft.a = number;
    draft.site = site;
    return ir_emit(ir, &draft);
}
