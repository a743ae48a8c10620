/* ir.c: the heart of the IR builder: programs, instructions, constants, domains.
**
** Job: ir_emit, through which every instruction goes, and what it rests on. The families of instructions are in
** ir_number.c, ir_logic.c, ir_integer.c and ir_table.c. Invariant: code[i] uses only values below i, and two
** instructions with a result that compute the same are one.
*/
#include "compiler/ir_internal.h"

#include <assert.h>
#include <string.h>

#include "vm/core/limits.h"
#include "vm/op.h"

enum { FIRST_CODE = 256, FIRST_TABLE = 1024 };

void ir_init(Ir *ir, IrShared *shared, Diags *diags)
{
    *ir = (Ir){.arena = shared->arena, .diags = diags, .shared = shared, .place = BD_NONE, .rule = BD_NONE};
    ir->maximum = PROGRAM_MAX_INSTRUCTIONS;
    ir->table_size = FIRST_TABLE;
    ir->table = arena_array(ir->arena, ir->table_size, sizeof *ir->table);
    memset(ir->table, 0xFF, ir->table_size * sizeof *ir->table);
    (void)ir_add_domain(ir, DOMAIN_LINES, 0, BD_NONE, 1);
    ir->domains[0].is_open = true;
}

void *ir_grow(Arena *arena, void *items, uint32_t count, uint32_t *capacity, size_t size)
{
    size_t wide = *capacity;
    void *grown = arena_grow(arena, items, count, &wide, size);
    *capacity = (uint32_t)wide;
    return grown;
}

/* ---- Domains ---- */

uint16_t ir_add_domain(Ir *ir, uint16_t kind, uint16_t parent, uint32_t list, uint32_t maximum)
{
    assert(ir->domain_count == 0 || parent < ir->domain_count);
    assert(ir->domain_count < UINT16_MAX);
    ir->domains = ir_grow(ir->arena, ir->domains, ir->domain_count, &ir->domain_capacity, sizeof *ir->domains);
    ir->domains[ir->domain_count] =
        (IrDomain){.kind = kind, .parent = parent, .list = list, .maximum = maximum, .opened_by = IR_NONE};
    return (uint16_t)ir->domain_count++;
}

static bool is_ancestor(const Ir *ir, uint16_t above, uint16_t domain)
{
    while (domain != above && domain != 0) {
        domain = ir->domains[domain].parent;
    }
    return domain == above;
}

uint16_t ir_deeper(const Ir *ir, uint16_t a, uint16_t b)
{
    if (is_ancestor(ir, a, b)) {
        return b;
    }
    assert(is_ancestor(ir, b, a));
    return a;
}

IrValue ir_bring(Ir *ir, IrValue value, uint16_t domain)
{
    if (value == IR_NONE || ir->code[value].type.domain == domain) {
        return value;
    }
    return ir_expand(ir, domain, value);
}

uint16_t ir_meet(Ir *ir, IrValue *a, IrValue *b, IrValue *c)
{
    uint16_t domain = 0;
    IrValue *values[3] = {a, b, c};
    for (int i = 0; i < 3; i++) {
        if (values[i] != NULL && *values[i] != IR_NONE) {
            domain = ir_deeper(ir, domain, ir->code[*values[i]].type.domain);
        }
    }
    for (int i = 0; i < 3; i++) {
        if (values[i] != NULL) {
            *values[i] = ir_bring(ir, *values[i], domain);
        }
    }
    return domain;
}

/* ---- Questions ---- */

const IrInstruction *ir_at(const Ir *ir, IrValue value)
{
    assert(value < ir->count);
    return &ir->code[value];
}

static bool is_bool_constant(const Ir *ir, IrValue value, int64_t truth)
{
    if (value == IR_NONE) {
        return false;
    }
    const IrInstruction *at = ir_at(ir, value);
    return at->is_constant && at->type.kind == BD_KIND_BOOL && at->constant.num == truth;
}

bool ir_is_true(const Ir *ir, IrValue value)
{
    return is_bool_constant(ir, value, 1);
}

bool ir_is_false(const Ir *ir, IrValue value)
{
    return is_bool_constant(ir, value, 0);
}

bool ir_may_fault(const Ir *ir, IrValue value)
{
    return value != IR_NONE && ir->code[value].may_fault;
}

bool ir_is_number(const Ir *ir, IrValue value)
{
    bd_kind kind = ir_at(ir, value)->type.kind;
    return kind == BD_KIND_SCALED || kind == BD_KIND_RATIO;
}

IrValue ir_guard(const Ir *ir, IrValue guard)
{
    return ir_is_true(ir, guard) ? IR_NONE : guard;
}

/* ---- Rows of opcodes.def ---- */

bool ir_has_result(Opcode op)
{
    return op_info(op)->dst != OPERAND_NONE;
}

bool ir_has_guard(Opcode op)
{
    return op_info(op)->c == OPERAND_G;
}

bool ir_is_aggregate(Opcode op)
{
    return op_info(op)->b == OPERAND_DB;
}

bool ir_imm_is_domain(Opcode op)
{
    return op_info(op)->immediate == IMMEDIATE_DOMAIN;
}

/* ---- Hash-consing ---- */

static bool is_commutative(Opcode op)
{
    return op == OP_ADD || op == OP_MUL || op == OP_MIN || op == OP_MAX || op == OP_ADD_N || op == OP_MUL_N ||
           op == OP_MIN_N || op == OP_MAX_N || op == OP_EQ || op == OP_EQ_N || op == OP_EQ_I || op == OP_EQ_T ||
           op == OP_ADD_I || op == OP_MIN_I || op == OP_MAX_I || op == OP_AND || op == OP_OR;
}

static uint64_t hash_instruction(const IrInstruction *at)
{
    uint64_t hash = ir_mix((uint64_t)at->op, (uint64_t)at->type.kind << 16 | at->type.domain);
    hash = ir_mix(hash, (uint64_t)at->type.denominator);
    hash = is_commutative(at->op) ? ir_mix(hash, (uint64_t)at->a + at->b) : ir_mix(hash, (uint64_t)at->a << 32 | at->b);
    hash = ir_mix(hash, (uint64_t)at->c << 32 | at->imm);
    hash = ir_mix(hash, at->site);
    if (at->is_constant) {
        hash =
            at->type.kind == BD_KIND_TEXT ? ir_mix(hash, text_hash(at->text)) : ir_mix(hash, number_hash(at->constant));
    }
    for (uint32_t i = 0; i < at->arg_count; i++) {
        hash = ir_mix(hash, at->args[i]);
    }
    return hash;
}

static bool same_constant(const IrInstruction *a, const IrInstruction *b)
{
    if (a->is_constant != b->is_constant) {
        return false;
    }
    if (!a->is_constant) {
        return true;
    }
    return a->type.kind == BD_KIND_TEXT ? text_equal(a->text, b->text) : number_equal(a->constant, b->constant);
}

/* The other order is the same value only where nothing can fault: of two faulty operands the first one's fault is
 * shown. */
static bool same_operands(const IrInstruction *a, const IrInstruction *b)
{
    if (a->a == b->a && a->b == b->b) {
        return true;
    }
    return is_commutative(a->op) && !a->may_fault && a->a == b->b && a->b == b->a;
}

static bool same_instruction(const IrInstruction *a, const IrInstruction *b)
{
    if (a->op != b->op || a->type.kind != b->type.kind || a->type.domain != b->type.domain ||
        a->type.denominator != b->type.denominator || a->c != b->c || a->imm != b->imm || a->site != b->site ||
        a->arg_count != b->arg_count) {
        return false;
    }
    if (!same_operands(a, b) || !same_constant(a, b)) {
        return false;
    }
    return a->arg_count == 0 || memcmp(a->args, b->args, a->arg_count * sizeof *a->args) == 0;
}

/* The table's place of the instruction, or the free one where it belongs. */
static uint32_t *find_entry(const Ir *ir, const IrInstruction *wanted)
{
    uint32_t mask = ir->table_size - 1;
    for (uint32_t i = (uint32_t)hash_instruction(wanted) & mask;; i = (i + 1) & mask) {
        uint32_t *entry = &ir->table[i];
        if (*entry == IR_NONE || same_instruction(&ir->code[*entry], wanted)) {
            return entry;
        }
    }
}

static void grow_table(Ir *ir)
{
    uint32_t old_size = ir->table_size;
    uint32_t *old = ir->table;
    ir->table_size = old_size * 2;
    ir->table = arena_array(ir->arena, ir->table_size, sizeof *ir->table);
    memset(ir->table, 0xFF, ir->table_size * sizeof *ir->table);
    for (uint32_t i = 0; i < old_size; i++) {
        if (old[i] != IR_NONE) {
            *find_entry(ir, &ir->code[old[i]]) = old[i];
        }
    }
}

/* ---- Instructions ---- */

IrInstruction ir_draft(Opcode op, IrType type)
{
    IrInstruction draft = {.op = op, .type = type, .a = IR_NONE, .b = IR_NONE, .c = IR_NONE};
    draft.place = BD_NONE;
    draft.site = BD_NONE;
    if (type.denominator == 0) {
        draft.type.denominator = 1;
    }
    return draft;
}

uint32_t ir_quiet(Ir *ir)
{
    uint32_t place = ir->place;
    ir->place = BD_NONE;
    return place;
}

void ir_loud(Ir *ir, uint32_t place)
{
    ir->place = place;
}

static bool draft_may_fault(const Ir *ir, const IrInstruction *draft)
{
    bool may = draft->site != BD_NONE || ir_may_fault(ir, draft->a) || ir_may_fault(ir, draft->b) ||
               ir_may_fault(ir, draft->c);
    for (uint32_t i = 0; i < draft->arg_count; i++) {
        may = may || ir_may_fault(ir, draft->args[i]);
    }
    if (ir_is_aggregate(draft->op)) { /* opening the domain may have faulted */
        may = may || ir_may_fault(ir, ir->domains[draft->imm].opened_by);
    }
    return may;
}

static void report_size(Ir *ir)
{
    if (ir->failed) {
        return;
    }
    ir->failed = true;
    if (ir->diags == NULL) {
        return;
    }
    StringBuilder number;
    builder_init(&number, ir->arena);
    builder_int64(&number, PROGRAM_MAX_INSTRUCTIONS);
    Span span = {0};
    if (ir->place != BD_NONE) {
        span = ir->shared->places[ir->place].span;
    }
    (void)diag_report(ir->diags, DIAG_E0919, span, builder_result(&number), (Text){0}, (Text){0});
}

/* A program that is too large is not written, but its builder goes on until it notices: it is given zeros of the right
** type, which hash-consing keeps few. */
static void shrink_draft(IrInstruction *draft)
{
    *draft = ir_draft(OP_CONST, draft->type);
    draft->is_constant = true;
    draft->constant = draft->type.kind == BD_KIND_TEXT ? (Number){0} : NUMBER_ZERO;
}

static IrValue append(Ir *ir, const IrInstruction *instruction)
{
    if (ir->capacity == 0) {
        ir->code = arena_array(ir->arena, FIRST_CODE, sizeof *ir->code);
        ir->capacity = FIRST_CODE;
    }
    ir->code = ir_grow(ir->arena, ir->code, ir->count, &ir->capacity, sizeof *ir->code);
    ir->code[ir->count] = *instruction;
    return ir->count++;
}

IrValue ir_emit(Ir *ir, const IrInstruction *draft)
{
    IrInstruction made = *draft;
    bool has_result = ir_has_result(made.op);
    made.may_fault = draft_may_fault(ir, &made);
    made.place = ir->place;
    if (ir->failed || ir->count >= ir->maximum) {
        report_size(ir);
        if (!has_result) {
            return IR_NONE;
        }
        shrink_draft(&made);
    }
    if (!has_result) {
        return append(ir, &made);
    }
    if (ir->count >= ir->table_size / 2) {
        grow_table(ir);
    }
    uint32_t *entry = find_entry(ir, &made);
    if (*entry == IR_NONE) {
        *entry = append(ir, &made);
    } else if (ir->code[*entry].place == BD_NONE) {
        ir->code[*entry].place = made.place;
    }
    return *entry;
}

/* ---- Constants ---- */

bool ir_fits_scaled(Number value, int64_t denominator)
{
    int64_t units = 0;
    bool exact = false;
    return number_to_scaled_int64(value, denominator, &units, &exact) == BD_OK && exact;
}

IrValue ir_constant(Ir *ir, IrType type, Number value)
{
    assert(value.big == NULL);
    assert(type.kind != BD_KIND_SCALED || ir_fits_scaled(value, type.denominator));
    IrInstruction draft = ir_draft(OP_CONST, type);
    draft.is_constant = true;
    draft.constant = value;
    return ir_emit(ir, &draft);
}

IrValue ir_bool(Ir *ir, bool value, uint16_t domain)
{
    return ir_constant(ir, (IrType){BD_KIND_BOOL, domain, 1}, value ? NUMBER_ONE : NUMBER_ZERO);
}

IrValue ir_int(Ir *ir, int32_t value, uint16_t domain)
{
    return ir_constant(ir, (IrType){BD_KIND_INT, domain, 1}, (Number){value, 1, NULL});
}

IrValue ir_text(Ir *ir, Text value, uint16_t domain)
{
    IrInstruction draft = ir_draft(OP_CONST, (IrType){BD_KIND_TEXT, domain, 1});
    draft.is_constant = true;
    draft.text = value;
    return ir_emit(ir, &draft);
}

IrValue ir_zero(Ir *ir, IrType type)
{
    return type.kind == BD_KIND_TEXT ? ir_text(ir, TEXT(""), type.domain) : ir_constant(ir, type, NUMBER_ZERO);
}

/* ---- Reading ---- */

IrValue ir_load(Ir *ir, uint32_t column, IrType type)
{
    IrInstruction draft = ir_draft(OP_LOAD, type);
    draft.imm = column;
    return ir_emit(ir, &draft);
}

IrValue ir_reading(Ir *ir, uint32_t reading, uint16_t domain)
{
    IrInstruction draft = ir_draft(OP_READING, (IrType){BD_KIND_INT, domain, 1});
    draft.imm = reading;
    return ir_emit(ir, &draft);
}

IrValue ir_present(Ir *ir, uint32_t column, uint16_t domain)
{
    IrInstruction draft = ir_draft(OP_PRESENT, (IrType){BD_KIND_BOOL, domain, 1});
    draft.imm = column;
    return ir_emit(ir, &draft);
}
