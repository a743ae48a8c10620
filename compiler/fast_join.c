/* fast_join.c: what was worked out for each product, said once for all.
**
** Job: a vector of nodes that are alike becomes one value of `out`. Constants and cells that differ become a cell of a table by product
** (fast_cells.c), a condition that is settled for some products becomes a test of the product, and anything else that has one shape is
** the same instruction on joined operands. Parts of a vector that is known already are that vector, so that what one rule needs of two
** products and another of three is computed once.
*/
#include <string.h>

#include "compiler/fast_internal.h"
#include "vm/core/limits.h"

/* ---- Sets of products ---- */

static uint64_t *new_set(const Fast *fast)
{
    return arena_array(fast->arena, fast->words, sizeof(uint64_t));
}

IrValue fast_in(Fast *fast, const uint64_t *products)
{
    uint32_t count = 0;
    for (uint32_t p = 0; p < fast->products; p++)
        count += set_has(products, p);
    uint32_t place = ir_quiet(fast->out);
    IrValue result = IR_NONE;
    if (count == fast->products) {
        result = ir_bool(fast->out, true, 0);
    } else {
        IrValue product = ir_load(fast->out, fast->pivot, (IrType){BD_KIND_INT, 0, 1});
        result = ir_in(fast->out, product, products, fast->words);
    }
    ir_loud(fast->out, place);
    return result;
}

/* ---- A node alone ---- */

static bool enter(Fast *fast)
{
    fast->failed = fast->failed || fast->out->failed || ++fast->depth > EXPRESSION_MAX_DEPTH;
    return !fast->failed;
}

/* A look-up that may find nothing is made only where it is wanted: for its products, and where its guard holds. */
static IrValue guard_of(Fast *fast, IrValue node)
{
    if (fast_is_total(fast, node))
        return IR_NONE;
    IrValue guard = fast->guards[node] == IR_NONE ? IR_NONE : fast_make(fast, fast->guards[node]);
    IrValue is_product = fast_in(fast, &fast->wanted[(size_t)node * fast->words]);
    if (guard == IR_NONE)
        return is_product;
    uint32_t place = ir_quiet(fast->out);
    guard = ir_and(fast->out, is_product, guard);
    ir_loud(fast->out, place);
    return guard;
}

static IrValue make_alone(Fast *fast, IrValue node)
{
    const IrInstruction at = *ir_at(fast->nodes, node);
    if (fast_is_own_index(fast, node))
        return fast_make(fast, at.b);
    const IrValue operands[3] = {at.a, at.b, at.c};
    IrValue made[3];
    for (int i = 0; i < 3; i++)
        made[i] = operands[i] == IR_NONE ? IR_NONE : fast_make(fast, operands[i]);
    FastOperands with = {made[0], made[1], made[2], NULL};
    if (at.arg_count > 0)
        with.args = arena_array(fast->arena, at.arg_count, sizeof *with.args);
    for (uint32_t i = 0; i < at.arg_count; i++)
        with.args[i] = fast_make(fast, at.args[i]);
    if (ir_has_guard(at.op))
        with.c = guard_of(fast, node);
    fast->out->place = at.place;
    return fast_remake(fast->out, fast->nodes, &at, &with);
}

IrValue fast_make(Fast *fast, IrValue node)
{
    if (fast->made[node] != IR_NONE)
        return fast->made[node];
    if (!enter(fast))
        return ir_zero(fast->out, ir_at(fast->nodes, node)->type);
    IrValue made = make_alone(fast, node);
    fast->depth--;
    return fast->made[node] = made;
}

/* ---- Vectors ---- */

/* Rescaling changes no value, and the builder does it again where it is needed. */
static IrValue unscaled(const Fast *fast, IrValue node)
{
    while (node != IR_NONE && ir_at(fast->nodes, node)->op == OP_SCALE)
        node = ir_at(fast->nodes, node)->a;
    return node;
}

static uint32_t first_live(const Fast *fast, const IrValue *vector)
{
    uint32_t p = 0;
    while (p < fast->products && vector[p] == IR_NONE)
        p++;
    return p;
}

static bool is_one_node(const Fast *fast, const IrValue *vector)
{
    IrValue node = vector[first_live(fast, vector)];
    for (uint32_t p = 0; p < fast->products; p++)
        if (vector[p] != IR_NONE && vector[p] != node)
            return false;
    return true;
}

static bool is_bool_constant(const Fast *fast, IrValue node)
{
    return ir_is_true(fast->nodes, node) || ir_is_false(fast->nodes, node);
}

bool fast_can_join(const Fast *fast, const IrValue *vector)
{
    IrValue model = IR_NONE;
    for (uint32_t p = 0; p < fast->products; p++) {
        if (vector[p] == IR_NONE || is_bool_constant(fast, vector[p]))
            continue;
        if (model == IR_NONE)
            model = vector[p];
        if (fast->shapes[vector[p]] != fast->shapes[model])
            return false;
    }
    return true;
}

/* What is left of a denominator without its twos and fives. */
static int64_t odd_part(const Fast *fast, IrValue node)
{
    const IrInstruction *at = ir_at(fast->nodes, node);
    if (at->type.kind != BD_KIND_SCALED)
        return 1;
    int64_t denominator = at->is_constant ? at->constant.den : at->type.denominator;
    while (denominator % 2 == 0)
        denominator /= 2;
    while (denominator % 5 == 0)
        denominator /= 5;
    return denominator;
}

/* The odd part that all nodes of a vector have; 0: they have several. */
static int64_t sort_of(const Fast *fast, const IrValue *vector)
{
    int64_t sort = odd_part(fast, vector[first_live(fast, vector)]);
    for (uint32_t p = 0; p < fast->products; p++)
        if (vector[p] != IR_NONE && odd_part(fast, vector[p]) != sort)
            return 0;
    return sort;
}

static void add_place(Fast *fast, IrValue node, uint32_t vector)
{
    if (fast->places_of[node] != IR_NONE && fast->places[fast->places_of[node]].vector == vector)
        return;
    fast->places =
        arena_grow(fast->arena, fast->places, fast->place_count, &fast->place_capacity, sizeof *fast->places);
    fast->places[fast->place_count] = (struct FastPlace){vector, fast->places_of[node]};
    fast->places_of[node] = fast->place_count++;
}

static uint32_t add_vector(Fast *fast, const IrValue *nodes)
{
    FastVector made = {.made = IR_NONE, .is_begun = false, .live = 0};
    made.nodes = arena_array(fast->arena, fast->products, sizeof *made.nodes);
    memcpy(made.nodes, nodes, fast->products * sizeof *made.nodes);
    fast->vectors =
        arena_grow(fast->arena, fast->vectors, fast->vector_count, &fast->vector_capacity, sizeof *fast->vectors);
    for (uint32_t p = 0; p < fast->products; p++) {
        if (nodes[p] == IR_NONE)
            continue;
        made.live++;
        add_place(fast, nodes[p], fast->vector_count);
    }
    made.sort = sort_of(fast, nodes);
    fast->vectors[fast->vector_count] = made;
    return fast->vector_count++;
}

static bool is_part_of(const Fast *fast, const IrValue *part, const IrValue *whole)
{
    for (uint32_t p = 0; p < fast->products; p++)
        if (part[p] != IR_NONE && part[p] != whole[p])
            return false;
    return true;
}

/* The largest known vector of which this one is a part; of equals the first. IR_NONE: none. */
static uint32_t find_whole(const Fast *fast, const IrValue *part)
{
    uint32_t found = IR_NONE;
    int64_t sort = sort_of(fast, part);
    uint32_t rare = first_live(fast, part); /* constants stand in many vectors */
    for (uint32_t p = rare; p < fast->products && ir_at(fast->nodes, part[rare])->is_constant; p++)
        rare = part[p] != IR_NONE ? p : rare;
    IrValue node = part[rare];
    for (uint32_t at = fast->places_of[node]; at != IR_NONE; at = fast->places[at].next) {
        uint32_t v = fast->places[at].vector;
        const FastVector *whole = &fast->vectors[v];
        bool is_begun = whole->is_begun && whole->made == IR_NONE; /* of what is being made this one is needed first */
        bool is_better = found == IR_NONE || whole->live > fast->vectors[found].live ||
                         (whole->live == fast->vectors[found].live && v < found); /* the list begins with the latest */
        if (!is_begun && is_better && (whole->sort == sort || sort == 0) && is_part_of(fast, part, whole->nodes))
            found = v;
    }
    return found;
}

/* Where a condition is settled is not part of what is known: those who ask for the rest should find it without. */
void fast_know(Fast *fast, const IrValue *given)
{
    IrValue *vector = arena_array(fast->arena, fast->products, sizeof *vector);
    for (uint32_t p = 0; p < fast->products; p++)
        vector[p] = given[p] != IR_NONE && is_bool_constant(fast, given[p]) ? IR_NONE : unscaled(fast, given[p]);
    if (first_live(fast, vector) == fast->products || is_one_node(fast, vector) || !fast_can_join(fast, vector))
        return;
    uint32_t whole = find_whole(fast, vector);
    if (whole == IR_NONE)
        (void)add_vector(fast, vector);
}

void fast_know_made(Fast *fast, const IrValue *vector, IrValue made)
{
    if (is_one_node(fast, vector))
        return;
    uint32_t known = add_vector(fast, vector);
    fast->vectors[known].made = made;
    fast->vectors[known].is_begun = true;
}

void fast_join_begin(Fast *fast)
{
    fast->made = arena_array(fast->arena, fast->nodes->count, sizeof *fast->made);
    memset(fast->made, 0xFF, fast->nodes->count * sizeof *fast->made);
    fast->places_of = arena_array(fast->arena, fast->nodes->count, sizeof *fast->places_of);
    memset(fast->places_of, 0xFF, fast->nodes->count * sizeof *fast->places_of);
}

/* ---- Joining ---- */

IrValue fast_join_cases(Fast *fast, const IrValue *vector)
{
    IrValue result = IR_NONE;
    for (uint32_t p = 0; p < fast->products; p++) {
        uint32_t first = 0;
        while (vector[first] != vector[p])
            first++;
        if (vector[p] == IR_NONE || first != p)
            continue;
        uint64_t *same = new_set(fast);
        for (uint32_t q = p; q < fast->products; q++)
            if (vector[q] == vector[p])
                set_add(same, q);
        IrValue made = fast_make(fast, vector[p]), is_product = fast_in(fast, same);
        fast->out->place = ir_at(fast->nodes, vector[p])->place;
        result = result == IR_NONE ? made : ir_select(fast->out, is_product, made, result);
    }
    return result;
}

/* One operand of all nodes as a vector; false where they have none. */
static bool operand_vector(const Fast *fast, const IrValue *vector, uint32_t which, IrValue *operand)
{
    for (uint32_t p = 0; p < fast->products; p++) {
        operand[p] = IR_NONE;
        if (vector[p] == IR_NONE)
            continue;
        const IrInstruction *at = ir_at(fast->nodes, vector[p]);
        operand[p] = which == 0 ? at->a : which == 1 ? at->b : which == 2 ? at->c : at->args[which - 3];
        operand[p] = unscaled(fast, operand[p]);
        if (operand[p] == IR_NONE)
            return false;
    }
    return true;
}

static IrValue join_operand(Fast *fast, const IrValue *vector, uint32_t which)
{
    IrValue *operand = arena_array(fast->arena, fast->products, sizeof *operand);
    return operand_vector(fast, vector, which, operand) ? fast_join(fast, operand) : IR_NONE;
}

/* A condition on the products for which it is possible. Of a conjunction the products are asked with the first part, mostly that the line
** is to be judged at all: that much has many rules in common. */
static IrValue join_possible(Fast *fast, IrValue possible, const IrValue *open)
{
    bool is_conjunction = true;
    for (uint32_t p = 0; p < fast->products; p++)
        is_conjunction = is_conjunction && (open[p] == IR_NONE || ir_at(fast->nodes, open[p])->op == OP_AND);
    uint32_t place = ir_at(fast->nodes, open[first_live(fast, open)])->place;
    IrValue first = is_conjunction ? join_operand(fast, open, 0) : fast_join(fast, open);
    IrValue second = is_conjunction ? join_operand(fast, open, 1) : IR_NONE;
    fast->out->place = is_conjunction ? BD_NONE : place;
    IrValue result = ir_and(fast->out, possible, first);
    fast->out->place = place;
    return is_conjunction ? ir_and(fast->out, result, second) : result;
}

/* A condition that is settled for some products. */
static IrValue join_settled(Fast *fast, const IrValue *vector)
{
    uint64_t *true_for = new_set(fast), *possible_for = new_set(fast);
    IrValue *open = arena_array(fast->arena, fast->products, sizeof *open);
    bool is_open = false;
    for (uint32_t p = 0; p < fast->products; p++) {
        open[p] = vector[p] == IR_NONE || is_bool_constant(fast, vector[p]) ? IR_NONE : vector[p];
        is_open = is_open || open[p] != IR_NONE;
        if (vector[p] != IR_NONE && ir_is_true(fast->nodes, vector[p]))
            set_add(true_for, p);
        if (vector[p] == IR_NONE || !ir_is_false(fast->nodes, vector[p]))
            set_add(possible_for, p);
    }
    IrValue is_true = fast_in(fast, true_for);
    if (!is_open)
        return is_true;
    IrValue possible = fast_in(fast, possible_for), joined = join_possible(fast, possible, open);
    bool is_some_true = false;
    for (uint32_t w = 0; w < fast->words; w++)
        is_some_true = is_some_true || true_for[w] != 0;
    return is_some_true ? ir_or(fast->out, is_true, joined) : joined;
}

/* What a node multiplies, and by what: its other operand is a number known for the product. False: it is no such product. */
static bool is_scaling(const Fast *fast, IrValue node, IrValue *of, IrValue *by)
{
    const IrInstruction *at = ir_at(fast->nodes, node);
    *of = node;
    *by = node < fast->factor_count ? fast->factors[node] : IR_NONE;
    if (at->op == OP_DIV_CONST)
        *of = at->a;
    if (at->op == OP_MUL && fast->shapes[at->a] == fast->shapes[node]) {
        *of = at->a;
        *by = at->b;
    } else if (at->op == OP_MUL && fast->shapes[at->b] == fast->shapes[node]) {
        *of = at->b;
        *by = at->a;
    }
    return *of != node && *by != IR_NONE;
}

static IrValue join_scaling(Fast *fast, const IrValue *vector)
{
    IrValue *of = arena_array(fast->arena, fast->products, sizeof *of);
    IrValue *by = arena_array(fast->arena, fast->products, sizeof *by);
    for (uint32_t p = 0; p < fast->products; p++) {
        of[p] = by[p] = IR_NONE;
        if (vector[p] != IR_NONE)
            (void)is_scaling(fast, vector[p], &of[p], &by[p]);
        of[p] = unscaled(fast, of[p]);
        by[p] = unscaled(fast, by[p]);
        if (vector[p] != IR_NONE && by[p] == IR_NONE)
            return fast_join_cases(fast, vector);
    }
    IrValue number = fast_join(fast, of), factor = fast_join(fast, by);
    fast->out->place = ir_at(fast->nodes, vector[first_live(fast, vector)])->place;
    return ir_mul(fast->out, number, factor);
}

IrValue fast_join_guards(Fast *fast, const IrValue *vector)
{
    uint64_t *live = new_set(fast);
    IrValue *guards = arena_array(fast->arena, fast->products, sizeof *guards);
    for (uint32_t p = 0; p < fast->products; p++) {
        guards[p] = IR_NONE;
        if (vector[p] == IR_NONE)
            continue;
        set_add(live, p);
        bool is_guarded = ir_has_guard(ir_at(fast->nodes, vector[p])->op) && fast->guards[vector[p]] != IR_NONE;
        guards[p] = is_guarded ? fast->guards[vector[p]] : fast->always;
    }
    IrValue is_product = fast_in(fast, live);
    IrValue guard = fast_can_join(fast, guards) ? fast_join(fast, guards) : fast_join_cases(fast, guards);
    uint32_t place = ir_quiet(fast->out);
    guard = ir_and(fast->out, is_product, guard);
    ir_loud(fast->out, place);
    return ir_is_true(fast->out, guard) ? IR_NONE : guard;
}

static IrValue join_alike(Fast *fast, const IrValue *vector)
{
    const IrInstruction model = *ir_at(fast->nodes, vector[first_live(fast, vector)]);
    for (uint32_t p = 0; p < fast->products; p++) {
        const IrInstruction *at = vector[p] == IR_NONE ? &model : ir_at(fast->nodes, vector[p]);
        if (at->op != model.op || at->imm != model.imm || at->arg_count != model.arg_count)
            return fast_join_cases(fast, vector);
    }
    IrValue a = join_operand(fast, vector, 0), b = join_operand(fast, vector, 1), c = join_operand(fast, vector, 2);
    FastOperands with = {a, b, c, NULL};
    if (model.arg_count > 0)
        with.args = arena_array(fast->arena, model.arg_count, sizeof *with.args);
    for (uint32_t i = 0; i < model.arg_count; i++)
        with.args[i] = join_operand(fast, vector, 3 + i);
    if (ir_has_guard(model.op))
        with.c = fast_join_guards(fast, vector);
    fast->out->place = model.place;
    return fast_remake(fast->out, fast->nodes, &model, &with);
}

/* Hours that are counted in minutes have sixtieths. With those of all products in sixtieths too, numbers that fit 32 bits would not any
** more: products with one sort of fraction are joined with each other, and the sorts chosen between. IR_NONE: there is one sort. */
static IrValue join_sorts(Fast *fast, const IrValue *vector)
{
    IrValue result = IR_NONE;
    uint64_t *done = new_set(fast);
    for (uint32_t p = 0; sort_of(fast, vector) == 0 && p < fast->products; p++) {
        if (vector[p] == IR_NONE || set_has(done, p))
            continue;
        int64_t sort = odd_part(fast, vector[p]);
        uint64_t *own = new_set(fast);
        IrValue *part = arena_array(fast->arena, fast->products, sizeof *part);
        for (uint32_t q = 0; q < fast->products; q++) {
            bool is_own = vector[q] != IR_NONE && odd_part(fast, vector[q]) == sort;
            part[q] = is_own ? vector[q] : IR_NONE;
            if (is_own) {
                set_add(own, q);
                set_add(done, q);
            }
        }
        IrValue made = fast_join(fast, part), is_product = fast_in(fast, own);
        fast->out->place = ir_at(fast->nodes, vector[p])->place;
        result = result == IR_NONE ? made : ir_select(fast->out, is_product, made, result);
    }
    return result;
}

static IrValue join_new(Fast *fast, const IrValue *vector)
{
    IrValue sorts = join_sorts(fast, vector);
    if (sorts != IR_NONE)
        return sorts;
    bool is_cells = true, is_presence = true, is_scaled = false, is_settled = false;
    for (uint32_t p = 0; p < fast->products; p++) {
        IrValue of, by;
        if (vector[p] == IR_NONE)
            continue;
        const IrInstruction *at = ir_at(fast->nodes, vector[p]);
        bool is_number = at->type.kind == BD_KIND_INT || at->type.kind == BD_KIND_SCALED;
        is_cells = is_cells && (at->op == OP_CELL || (at->is_constant && is_number));
        is_presence = is_presence && at->op == OP_HAS_CELL;
        is_scaled = is_scaled || is_scaling(fast, vector[p], &of, &by);
        is_settled = is_settled || is_bool_constant(fast, vector[p]);
    }
    if (is_one_node(fast, vector) && (is_settled || is_cells || is_presence))
        return fast_make(fast, vector[first_live(fast, vector)]);
    if (is_settled)
        return join_settled(fast, vector);
    if (is_cells || is_presence) {
        IrValue cells = fast_join_cells(fast, vector);
        return cells != IR_NONE ? cells : fast_join_cases(fast, vector);
    }
    return is_scaled ? join_scaling(fast, vector) : join_alike(fast, vector);
}

/* Whether a node is best made by itself: it is the same for all products, or nothing that others have is alike. */
static bool is_common(const Fast *fast, IrValue node)
{
    const IrInstruction *at = ir_at(fast->nodes, node);
    if (at->is_constant || at->op == OP_CELL || at->op == OP_HAS_CELL || (at->a == IR_NONE && at->arg_count == 0))
        return true;
    for (uint32_t p = 0; p < fast->products; p++)
        if (!fast_wants(fast, node, p))
            return false;
    return true;
}

IrValue fast_join(Fast *fast, const IrValue *given)
{
    IrValue *vector = arena_array(fast->arena, fast->products, sizeof *vector);
    for (uint32_t p = 0; p < fast->products; p++)
        vector[p] = unscaled(fast, given[p]);
    IrValue node = vector[first_live(fast, vector)];
    bool is_one = is_one_node(fast, vector);
    for (uint32_t p = 0; is_one && p < fast->products; p++)
        if (vector[p] == IR_NONE && fast_wants(fast, node, p))
            vector[p] = node;
    uint32_t known = find_whole(fast, vector);
    if (is_one && known == IR_NONE && is_common(fast, node))
        return fast_make(fast, node);
    if (known == IR_NONE)
        known = add_vector(fast, vector);
    if (fast->vectors[known].made != IR_NONE)
        return fast->vectors[known].made;
    if (!enter(fast))
        return ir_zero(fast->out, ir_at(fast->nodes, node)->type);
    fast->vectors[known].is_begun = true;
    IrValue made = join_new(fast, fast->vectors[known].nodes);
    fast->depth--;
    return fast->vectors[known].made = made;
}
