/* fast_split.c: the program of the lines, worked out for each product by itself.
**
** Job: fills `nodes`. Where an instruction asks for the product, the answer is known for each, and the builder folds what follows from
** it: of the ten unit classes one is left, of the ninety tariffs one. What does not depend on the product is made once. fast_find_wanted
** then tells which products need a node.
**
** Guards. A guard tells where a value is used at all (vm/opcodes.def), so a value may be computed where its guard is false, as long as it
** cannot fault there needlessly often. Two instructions that differ in their guards only are one node, guarded by what both guards demand.
*/
#include <string.h>

#include "compiler/fast_internal.h"

enum { A_NUMBER = 1000, A_PRESENCE, A_LINE }; /* shapes that are no opcode's */
enum { LEAVES = 64 };                         /* of a guard that are compared; the rest of a longer one is let go */

static bool is_effect(const IrInstruction *at)
{
    return !ir_has_result(at->op);
}

/* ---- Guards ---- */

/* The conjuncts of a guard, first to last; as many as fit. */
static uint32_t leaves_of(const Ir *nodes, IrValue guard, IrValue *leaves)
{
    IrValue stack[LEAVES];
    uint32_t depth = 0, count = 0;
    stack[depth++] = guard;
    while (depth > 0 && count < LEAVES) {
        const IrInstruction *at = ir_at(nodes, stack[--depth]);
        if (at->op == OP_AND && depth + 2 <= LEAVES) {
            stack[depth++] = at->b;
            stack[depth++] = at->a;
        } else {
            leaves[count++] = (IrValue)(at - nodes->code);
        }
    }
    return depth == 0 ? count : 0;
}

static bool has_leaf(const IrValue *leaves, uint32_t count, IrValue leaf)
{
    for (uint32_t i = 0; i < count; i++)
        if (leaves[i] == leaf)
            return true;
    return false;
}

/* What both guards demand; IR_NONE: nothing. Everything in it is in the first one, so it needs nothing that came later. */
static IrValue weaken(Fast *fast, IrValue first, IrValue second)
{
    if (first == second || first == IR_NONE || second == IR_NONE)
        return first == second ? first : IR_NONE;
    IrValue a[LEAVES], b[LEAVES], result = IR_NONE;
    uint32_t a_count = leaves_of(fast->nodes, first, a), b_count = leaves_of(fast->nodes, second, b), kept = 0;
    for (uint32_t i = 0; i < a_count; i++)
        if (has_leaf(b, b_count, a[i]))
            a[kept++] = a[i];
    if (kept == a_count && kept > 0)
        return first;
    for (uint32_t i = 0; i < kept; i++)
        result = result == IR_NONE ? a[i] : ir_and(fast->nodes, result, a[i]);
    return result;
}

static void reserve_guards(Fast *fast, IrValue node)
{
    size_t had = fast->guard_capacity;
    while (fast->guard_capacity <= node)
        fast->guard_capacity = fast->guard_capacity == 0 ? 1024 : fast->guard_capacity * 2;
    if (fast->guard_capacity > had) {
        IrValue *grown = arena_array(fast->arena, fast->guard_capacity, sizeof *grown);
        memset(grown, 0xFF, fast->guard_capacity * sizeof *grown);
        if (had > 0)
            memcpy(grown, fast->guards, had * sizeof *grown);
        fast->guards = grown;
    }
}

static void note_guard(Fast *fast, IrValue node, IrValue guard, uint32_t known)
{
    reserve_guards(fast, node);
    fast->guards[node] = node >= known ? guard : weaken(fast, fast->guards[node], guard);
}

/* ---- Cells ---- */

static const Table *table_of_core(const Fast *fast, uint32_t table)
{
    for (uint32_t i = 0; i < fast->core->table_count; i++)
        if (fast->layout->table_of[i] == table)
            return &fast->core->tables[i];
    return NULL;
}

uint32_t fast_cell_count(const Fast *fast, uint32_t table)
{
    if (table >= fast->layout->table_count)
        return fast->layout->internal[table - fast->layout->table_count].cell_count;
    const Table *of = table_of_core(fast, table);
    return of->is_extern ? 0 : of->version_count * of->cell_count;
}

bool fast_cell(const Fast *fast, uint32_t table, int64_t index, Number *value)
{
    if (index < 0 || index >= fast_cell_count(fast, table))
        return false;
    if (table >= fast->layout->table_count) {
        const InternalTable *internal = &fast->layout->internal[table - fast->layout->table_count];
        return internal->present[index] &&
               number_from_scaled(fast->arena, internal->cells[index], internal->denominator, value) == BD_OK;
    }
    const Table *of = table_of_core(fast, table);
    const TableVersion *version = &of->versions[index / of->cell_count];
    uint32_t cell = (uint32_t)(index % of->cell_count);
    *value = version->none || !version->present[cell] ? NUMBER_ZERO : version->cells[cell];
    return !version->none && version->present[cell] && value->big == NULL;
}

/* The first table with the same versions: a date has one version in both. */
static uint32_t first_alike(const Fast *fast, uint32_t table)
{
    const Table *wanted = table_of_core(fast, table);
    for (uint32_t i = 0; i < fast->core->table_count; i++) {
        const Table *other = &fast->core->tables[i];
        bool same =
            fast->layout->table_of[i] != BD_NONE && !other->is_extern && other->version_count == wanted->version_count;
        for (uint32_t v = 0; same && v < wanted->version_count; v++)
            same = other->versions[v].validity.from == wanted->versions[v].validity.from &&
                   other->versions[v].validity.to == wanted->versions[v].validity.to;
        if (same)
            return fast->layout->table_of[i];
    }
    return table;
}

/* ---- Conditions ---- */

/* Whether `what` holds wherever `where` does, as far as their conjuncts show. */
static bool follows(const Fast *fast, IrValue where, IrValue what)
{
    IrValue a[LEAVES], b[LEAVES];
    uint32_t a_count = leaves_of(fast->nodes, where, a), b_count = leaves_of(fast->nodes, what, b);
    if (a_count == 0 || b_count == 0)
        return false;
    for (uint32_t i = 0; i < b_count; i++)
        if (!has_leaf(a, a_count, b[i]))
            return false;
    return true;
}

static void drop(Fast *fast, IrValue node)
{
    fast->dropped =
        arena_grow(fast->arena, fast->dropped, fast->dropped_count, &fast->dropped_capacity, sizeof *fast->dropped);
    fast->dropped[fast->dropped_count++] = (struct FastDrop){node, fast->product};
}

/* Whether a conjunct of `where` is that `what` does not hold. */
static bool rules_out(const Fast *fast, IrValue where, IrValue what)
{
    IrValue leaves[LEAVES];
    uint32_t count = leaves_of(fast->nodes, where, leaves);
    for (uint32_t i = 0; i < count; i++)
        if (ir_at(fast->nodes, leaves[i])->op == OP_NOT && ir_at(fast->nodes, leaves[i])->a == what)
            return true;
    return false;
}

/* A connective whose second operand decides. The builder keeps a first operand that can fault, since its fault would show. Here it is
** enough that the line is marked, and that is so if what can fault in it is wanted elsewhere; fast_may_drop sees to that. */
static bool is_decided(Fast *fast, Opcode op, FastOperands with)
{
    bool decides =
        (op == OP_AND && ir_is_false(fast->nodes, with.b)) || (op == OP_OR && ir_is_true(fast->nodes, with.b));
    if (!decides || fast->is_strict || !ir_may_fault(fast->nodes, with.a))
        return false;
    drop(fast, with.a);
    return true;
}

/* A condition that was asked already is not asked again: of what is chosen under it one side is left. */
static FastOperands simplify(const Fast *fast, Opcode op, FastOperands with)
{
    const Ir *nodes = fast->nodes;
    if (op != OP_SELECT)
        return with;
    while (ir_at(nodes, with.b)->op == OP_SELECT && follows(fast, with.a, ir_at(nodes, with.b)->a))
        with.b = ir_at(nodes, with.b)->b;
    while (ir_at(nodes, with.c)->op == OP_SELECT && follows(fast, ir_at(nodes, with.c)->a, with.a))
        with.c = ir_at(nodes, with.c)->c;
    /* What is chosen where a holds is what the other side has there, for that side's own choice rules a out. */
    if (ir_at(nodes, with.c)->op == OP_SELECT && ir_at(nodes, with.c)->c == with.b &&
        rules_out(fast, ir_at(nodes, with.c)->a, with.a))
        with.b = with.c;
    return with;
}

/* ---- One instruction for one product ---- */

static IrValue known_cell(Fast *fast, const IrInstruction *at, IrValue index)
{
    const IrInstruction *where = ir_at(fast->nodes, index);
    Number value = NUMBER_ZERO;
    if (!where->is_constant)
        return IR_NONE;
    bool has = fast_cell(fast, at->imm, where->constant.num, &value);
    if (at->op == OP_HAS_CELL)
        return ir_bool(fast->nodes, has, at->type.domain);
    if (!has || (at->type.kind == BD_KIND_SCALED && !ir_fits_scaled(value, at->type.denominator)))
        return IR_NONE;
    return ir_constant(fast->nodes, at->type, value);
}

static IrValue make_node(Fast *fast, const IrInstruction *at, FastOperands with)
{
    Ir *nodes = fast->nodes;
    IrInstruction wanted = *at;
    IrValue guard = IR_NONE;
    if (ir_has_guard(at->op)) {
        guard = with.c == IR_NONE || ir_is_true(nodes, with.c) ? IR_NONE : with.c;
        with.c = IR_NONE;
        if (guard != IR_NONE && ir_is_false(nodes, guard))
            return ir_zero(nodes, at->type); /* used nowhere */
    }
    if (at->op == OP_CELL || at->op == OP_HAS_CELL) {
        IrValue known = known_cell(fast, at, with.a);
        if (known != IR_NONE)
            return known;
    }
    if (at->op == OP_VERSION)
        wanted.imm = first_alike(fast, at->imm);
    if (is_decided(fast, at->op, with))
        return with.b;
    if (at->op == OP_AND && follows(fast, with.a, with.b))
        return with.a;
    if (at->op == OP_AND && follows(fast, with.b, with.a))
        return with.b;
    with = simplify(fast, at->op, with);
    if (at->op == OP_SELECT && with.b == with.c && !fast->is_strict) {
        drop(fast, with.a);
        return with.b;
    }
    uint32_t before = nodes->count;
    IrValue made = fast_remake(nodes, fast->lines, &wanted, &with);
    if (ir_has_guard(at->op) && ir_at(nodes, made)->op == at->op)
        note_guard(fast, made, guard, before);
    return made;
}

IrValue fast_node(const Fast *fast, IrValue line, uint32_t product)
{
    if (line == IR_NONE)
        return IR_NONE;
    return fast->split[line] ? fast->split[line][product] : fast->same[line];
}

static bool same_operands(const FastOperands *a, const FastOperands *b, uint32_t count)
{
    return a->a == b->a && a->b == b->b && a->c == b->c &&
           (count == 0 || memcmp(a->args, b->args, count * sizeof *a->args) == 0);
}

static FastOperands operands_for(const Fast *fast, const IrInstruction *at, uint32_t product)
{
    FastOperands with = {fast_node(fast, at->a, product), fast_node(fast, at->b, product),
                         fast_node(fast, at->c, product), NULL};
    if (at->arg_count > 0)
        with.args = arena_array(fast->arena, at->arg_count, sizeof *with.args);
    for (uint32_t i = 0; i < at->arg_count; i++)
        with.args[i] = fast_node(fast, at->args[i], product);
    return with;
}

/* Whether the instruction asks for the product: one of a set, or one. */
static bool asks_product(const Fast *fast, const IrInstruction *at)
{
    if ((at->op != OP_IN && at->op != OP_EQ_I) || fast->pivot == BD_NONE)
        return false;
    const IrInstruction *of = ir_at(fast->lines, at->a);
    bool is_product = of->op == OP_LOAD && of->imm == fast->pivot && of->type.domain == 0;
    return is_product && (at->op == OP_IN || ir_at(fast->lines, at->b)->is_constant);
}

static bool answer(const Fast *fast, const IrInstruction *at, uint32_t product)
{
    if (at->op == OP_EQ_I)
        return ir_at(fast->lines, at->b)->constant.num == (int64_t)product;
    const IrShared *shared = fast->lines->shared;
    return product / 64 < shared->set_words[at->imm] && set_has(shared->sets[at->imm], product);
}

static bool depends(const Fast *fast, const IrInstruction *at)
{
    bool result = asks_product(fast, at);
    const IrValue operands[3] = {at->a, at->b, at->c};
    for (uint32_t i = 0; i < 3; i++)
        result = result || (operands[i] != IR_NONE && fast->split[operands[i]]);
    for (uint32_t i = 0; i < at->arg_count; i++)
        result = result || fast->split[at->args[i]];
    return result;
}

static void split_instruction(Fast *fast, uint32_t i)
{
    const IrInstruction *at = &fast->lines->code[i];
    fast->nodes->place = at->place;
    fast->product = BD_NONE;
    if (!depends(fast, at)) {
        fast->same[i] = make_node(fast, at, operands_for(fast, at, 0));
        return;
    }
    bool asks = asks_product(fast, at), is_one = true;
    IrValue *vector = arena_array(fast->arena, fast->products, sizeof *vector);
    FastOperands before = {IR_NONE, IR_NONE, IR_NONE, NULL};
    for (uint32_t p = 0; p < fast->products; p++) {
        FastOperands with = operands_for(fast, at, p);
        fast->product = p;
        if (asks)
            vector[p] = ir_bool(fast->nodes, answer(fast, at, p), 0);
        else if (p > 0 && same_operands(&with, &before, at->arg_count))
            vector[p] = vector[p - 1];
        else
            vector[p] = make_node(fast, at, with);
        before = with;
        is_one = is_one && vector[p] == vector[0];
    }
    fast->same[i] = vector[0];
    fast->split[i] = is_one ? NULL : vector;
}

/* An opening has no value. Where its ends differ by product those of the first stand for all: only that it may fault matters here. */
static void open_domain(Fast *fast, const IrInstruction *at)
{
    Ir *nodes = fast->nodes;
    if (at->op == OP_OPEN_LIST)
        ir_open_list(nodes, (uint16_t)at->imm);
    else
        ir_open_days(nodes, (uint16_t)at->imm, fast_node(fast, at->a, 0), fast_node(fast, at->b, 0), 0);
}

/* ---- Who needs what ---- */

static bool want_too(const Fast *fast, IrValue node, IrValue by)
{
    if (node == IR_NONE)
        return false;
    bool grows = false;
    for (uint32_t w = 0; w < fast->words; w++) {
        uint64_t *at = &fast->wanted[(size_t)node * fast->words + w];
        uint64_t joined = *at | fast->wanted[(size_t)by * fast->words + w];
        grows = grows || joined != *at;
        *at = joined;
    }
    return grows;
}

/* What effects take, and what is made as the program of the lines has it. */
static void want_results(Fast *fast)
{
    for (uint32_t i = 0; i < fast->lines->count; i++) {
        const IrInstruction *at = &fast->lines->code[i];
        const IrValue operands[3] = {at->a, at->b, at->c};
        for (uint32_t k = 0; is_effect(at) && k < 3; k++)
            for (uint32_t p = 0; operands[k] != IR_NONE && p < fast->products; p++)
                set_add(&fast->wanted[(size_t)fast_node(fast, operands[k], p) * fast->words], p);
        for (uint32_t p = 0; !is_effect(at) && p < fast->products; p++)
            if (set_has(&fast->needed[(size_t)i * fast->words], p))
                set_add(&fast->wanted[(size_t)fast_node(fast, i, p) * fast->words], p);
    }
}

/* Backwards once, and again for as long as a weakened guard, which may stand behind its node, brings something new. */
void fast_find_wanted(Fast *fast)
{
    const Ir *nodes = fast->nodes;
    fast->wanted = arena_array(fast->arena, (size_t)nodes->count * fast->words, sizeof *fast->wanted);
    want_results(fast);
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = nodes->count; i-- > 0;) {
            const IrInstruction *at = &nodes->code[i];
            (void)want_too(fast, at->a, i);
            (void)want_too(fast, at->b, i);
            (void)want_too(fast, at->c, i);
            for (uint32_t k = 0; k < at->arg_count; k++)
                (void)want_too(fast, at->args[k], i);
            bool grows = want_too(fast, fast->guards[i], i);
            again = again || (grows && fast->guards[i] > i);
        }
    }
}

/* Spreads a set of products from each node over all that it is made of. */
static void spread(const Fast *fast, uint64_t *sets)
{
    for (uint32_t i = fast->nodes->count; i-- > 0;) {
        const IrInstruction *at = &fast->nodes->code[i];
        const IrValue operands[3] = {at->a, at->b, at->c};
        for (uint32_t w = 0; w < fast->words; w++) {
            uint64_t set = sets[(size_t)i * fast->words + w];
            for (uint32_t k = 0; k < 3; k++)
                if (operands[k] != IR_NONE)
                    sets[(size_t)operands[k] * fast->words + w] |= set;
            for (uint32_t k = 0; k < at->arg_count; k++)
                sets[(size_t)at->args[k] * fast->words + w] |= set;
        }
    }
}

bool fast_may_drop(const Fast *fast)
{
    uint64_t *sets = arena_array(fast->arena, (size_t)fast->nodes->count * fast->words, sizeof *sets);
    for (uint32_t i = 0; i < fast->dropped_count; i++)
        for (uint32_t p = 0; p < fast->products; p++)
            if (fast->dropped[i].product == BD_NONE || fast->dropped[i].product == p)
                set_add(&sets[(size_t)fast->dropped[i].node * fast->words], p);
    spread(fast, sets);
    for (uint32_t i = 0; i < fast->nodes->count; i++)
        for (uint32_t w = 0; fast->nodes->code[i].site != BD_NONE && w < fast->words; w++)
            if (sets[(size_t)i * fast->words + w] & ~fast->wanted[(size_t)i * fast->words + w])
                return false;
    return true;
}

bool fast_wants(const Fast *fast, IrValue node, uint32_t product)
{
    return set_has(&fast->wanted[(size_t)node * fast->words], product);
}

IrValue *fast_wanted_vector(const Fast *fast, IrValue line)
{
    IrValue *vector = arena_array(fast->arena, fast->products, sizeof *vector);
    for (uint32_t p = 0; p < fast->products; p++) {
        IrValue node = fast_node(fast, line, p);
        vector[p] = node != IR_NONE && fast_wants(fast, node, p) ? node : IR_NONE;
    }
    return vector;
}

/* ---- Shapes ---- */

/* Two nodes of one shape differ in constants and in cells only (and in what they are multiplied by: once is a factor too). A cell's own
** index is no part of its shape, for a table can have any. */
static uint64_t shape_of(const Fast *fast, uint32_t i)
{
    const IrInstruction *at = &fast->nodes->code[i];
    const uint64_t kind = (uint64_t)at->type.kind << 16 | at->type.domain;
    bool is_known = at->is_constant && (at->type.kind == BD_KIND_INT || at->type.kind == BD_KIND_SCALED);
    if (is_known || at->op == OP_CELL)
        return ir_mix(A_NUMBER, kind);
    if (at->op == OP_HAS_CELL)
        return ir_mix(A_PRESENCE, kind);
    if (at->op == OP_DIV_CONST || at->op == OP_SCALE)
        return fast->shapes[at->a];
    if (at->op == OP_MUL) {
        uint64_t number = ir_mix(A_NUMBER, kind);
        if (fast->shapes[at->b] == number)
            return fast->shapes[at->a];
        if (fast->shapes[at->a] == number)
            return fast->shapes[at->b];
    }
    uint64_t hash = ir_mix((uint64_t)at->op, kind);
    hash = ir_mix(hash, at->op == OP_CONST
                            ? ir_mix(at->type.kind == BD_KIND_TEXT ? text_hash(at->text) : number_hash(at->constant), 1)
                            : at->imm);
    const IrValue operands[3] = {at->a, at->b, at->c};
    for (uint32_t k = 0; k < 3; k++)
        hash = ir_mix(hash, operands[k] == IR_NONE ? 0 : fast->shapes[operands[k]]);
    for (uint32_t k = 0; k < at->arg_count; k++)
        hash = ir_mix(hash, fast->shapes[at->args[k]]);
    return hash;
}

/* The factors that joining will need beside those that are there: one, and for a division its inverse. */
static void add_factors(Fast *fast)
{
    Ir *nodes = fast->nodes;
    uint32_t count = nodes->count;
    nodes->place = BD_NONE;
    fast->always = ir_bool(nodes, true, 0);
    fast->never = ir_bool(nodes, false, 0);
    fast->factor_count = count;
    fast->factors = arena_array(fast->arena, count, sizeof *fast->factors);
    for (uint32_t i = 0; i < count && !nodes->failed; i++) {
        const IrInstruction at = nodes->code[i];
        Number inverse = {1, at.imm, NULL};
        fast->factors[i] = IR_NONE;
        if (at.type.kind == BD_KIND_SCALED)
            fast->factors[i] = ir_number(nodes, at.op == OP_DIV_CONST ? inverse : NUMBER_ONE, at.type.domain);
    }
}

/* Of a chain of disjunctions that are unlike, the first: a product for which a link falls away has the link before. */
static uint32_t chain_of(const Fast *fast, uint32_t line)
{
    for (;;) {
        const IrInstruction *at = &fast->lines->code[line];
        if (at->op == OP_OR && fast->is_unlike[at->a])
            line = at->a;
        else if (at->op == OP_OR && fast->is_unlike[at->b])
            line = at->b;
        else
            return line;
    }
}

/* What an instruction of the lines came to for the products may be unlike: the lines that a product cannot be rejected for are left out
** of its rejections. It is still one thing, `afgekeurd`, and what is computed from it is alike if the rest is. */
void fast_find_shapes(Fast *fast)
{
    uint32_t known = 0;
    const uint32_t *nodes_by = fast->nodes_by;
    fast->shapes = arena_array(fast->arena, fast->nodes->count, sizeof *fast->shapes);
    fast->is_unlike = arena_array(fast->arena, fast->lines->count, sizeof *fast->is_unlike);
    for (uint32_t i = 0; i < fast->lines->count; i++) {
        for (; known < nodes_by[i]; known++)
            fast->shapes[known] = shape_of(fast, known);
        IrValue *vector = fast_wanted_vector(fast, i);
        if (!fast->split[i] || fast_can_join(fast, vector))
            continue;
        uint32_t first = chain_of(fast, i);
        for (uint32_t p = 0; p < fast->products; p++) {
            bool is_own = vector[p] != IR_NONE && i > 0 && vector[p] >= nodes_by[i - 1];
            if (!is_own || ir_at(fast->nodes, vector[p])->is_constant)
                continue;
            fast->is_unlike[i] = true;
            fast->shapes[vector[p]] = ir_mix(A_LINE, first);
        }
    }
    for (; known < fast->nodes->count; known++)
        fast->shapes[known] = shape_of(fast, known);
}

void fast_split(Fast *fast)
{
    fast->nodes_by = arena_array(fast->arena, fast->lines->count, sizeof *fast->nodes_by);
    const Ir *lines = fast->lines;
    fast->split = arena_array(fast->arena, lines->count, sizeof *fast->split);
    fast->same = arena_array(fast->arena, lines->count, sizeof *fast->same);
    memset(fast->same, 0xFF, lines->count * sizeof *fast->same);
    for (uint32_t i = 0; i < lines->count && !fast->nodes->failed; i++) {
        const IrInstruction *at = &lines->code[i];
        if (!is_effect(at))
            split_instruction(fast, i);
        else if (at->op == OP_OPEN_LIST || at->op == OP_OPEN_DAYS)
            open_domain(fast, at);
        fast->nodes_by[i] = fast->nodes->count;
    }
    add_factors(fast);
    reserve_guards(fast, fast->nodes->count);
}
