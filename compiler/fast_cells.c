/* fast_cells.c: what each product has in its own table, or as a constant, in one table by product.
**
** Job: ninety tariffs, each with its own dimensions or none, become one table whose first dimension is the product and whose others are
** all that any of them goes by. A line then costs one index and one cell, whatever its product. Where a product's own table lacks a cell
** the joined one does too, so a line that would fault is still marked.
*/
#include <string.h>

#include "compiler/fast_internal.h"

enum {
    CELLS_MAX = 8192,
    KEYS_MAX = 16,
    GUARD_MAX = 64
}; /* 64 KiB: beyond, a table would push the columns out of the cache */

typedef struct Key {
    IrValue node;
    uint32_t size;
} Key;

typedef struct Joint {
    Fast *fast;
    const IrValue *vector;
    Key keys[KEYS_MAX];
    uint32_t key_count;
    uint64_t cells; /* products times the sizes of the keys */
    int64_t denominator;
    bd_kind kind;
    bool asks_presence, is_full;
    bool is_varied; /* two cells that somebody looks at differ */
    Number common;  /* else: what is in all of them */
    InternalTable table;
} Joint;

static const IrInstruction *at_node(const Fast *fast, IrValue node)
{
    return ir_at(fast->nodes, node);
}

/* ---- What an index can be ---- */

static uint32_t members_of(const Fast *fast, uint32_t column)
{
    const ModuleColumn *at = &fast->layout->columns[column];
    return at->type.kind == TYPE_CHOICE ? fast->core->choices[at->type.choice].member_count : UINT32_MAX;
}

/* The index is one of 0 .. size-1, whatever the line says. */
static bool is_bounded(const Fast *fast, IrValue node, uint32_t size)
{
    const IrInstruction *at = at_node(fast, node);
    switch ((int)at->op) {
    case OP_CONST: return at->constant.num >= 0 && at->constant.num < (int64_t)size;
    case OP_LOAD: return members_of(fast, at->imm) <= size;
    case OP_BRACKET: return fast->nodes->shared->brackets[at->imm].count < size;
    default: return false;
    }
}

/* Walks an index back to what it began with; counts the cells below one step of that. */
static IrValue base_of(const Fast *fast, IrValue index, uint64_t *below)
{
    *below = 1;
    for (; at_node(fast, index)->op == OP_INDEX; index = at_node(fast, index)->a)
        *below *= at_node(fast, index)->imm;
    return index;
}

bool fast_is_total(const Fast *fast, IrValue node)
{
    const IrInstruction *at = at_node(fast, node);
    if (at->op == OP_INDEX)
        return is_bounded(fast, at->b, at->imm);
    if (at->op != OP_CELL)
        return false;
    uint32_t count = fast_cell_count(fast, at->imm);
    uint64_t below = 1;
    IrValue base = base_of(fast, at->a, &below);
    for (IrValue index = at->a; index != base; index = at_node(fast, index)->a)
        if (!fast_is_total(fast, index))
            return false;
    if (at_node(fast, base)->op != OP_VERSION && !is_bounded(fast, base, (uint32_t)(count / below)))
        return false;
    Number ignored = NUMBER_ZERO;
    for (uint32_t i = 0; i < count; i++)
        if (!fast_cell(fast, at->imm, i, &ignored))
            return false;
    return true;
}

bool fast_is_own_index(const Fast *fast, IrValue node)
{
    const IrInstruction *at = at_node(fast, node);
    return at->op == OP_INDEX && at_node(fast, at->a)->is_constant && at_node(fast, at->a)->constant.num == 0 &&
           is_bounded(fast, at->b, at->imm);
}

/* ---- Keys ---- */

static bool add_key(Joint *joint, IrValue node, uint64_t size)
{
    if (at_node(joint->fast, node)->is_constant)
        return true;
    uint32_t i = 0;
    while (i < joint->key_count && joint->keys[i].node != node)
        i++;
    if (i == KEYS_MAX || size == 0 || size > CELLS_MAX)
        return false;
    if (i == joint->key_count)
        joint->keys[joint->key_count++] = (Key){node, (uint32_t)size};
    if (joint->keys[i].size < size)
        joint->keys[i].size = (uint32_t)size;
    return true;
}

/* The keys of a look-up, from the slowest to the fastest. */
static bool add_keys(Joint *joint, const IrInstruction *lookup)
{
    uint64_t below = 1;
    IrValue base = base_of(joint->fast, lookup->a, &below), keys[KEYS_MAX];
    uint32_t count = 0, sizes[KEYS_MAX];
    if (!add_key(joint, base, fast_cell_count(joint->fast, lookup->imm) / below))
        return false;
    for (IrValue index = lookup->a; index != base; index = at_node(joint->fast, index)->a) {
        if (count == KEYS_MAX)
            return false;
        keys[count] = at_node(joint->fast, index)->b;
        sizes[count++] = at_node(joint->fast, index)->imm;
    }
    while (count-- > 0)
        if (!add_key(joint, keys[count], sizes[count]))
            return false;
    return true;
}

/* What a key is in the joint cell, or -1 where the look-up's own dimension has no such member. */
static int64_t key_value(const Joint *joint, uint64_t cell, IrValue node, uint32_t size)
{
    int64_t value = at_node(joint->fast, node)->constant.num;
    uint64_t rest = cell;
    for (uint32_t i = joint->key_count; i-- > 0; rest /= joint->keys[i].size)
        if (joint->keys[i].node == node)
            value = (int64_t)(rest % joint->keys[i].size);
    return value >= 0 && value < (int64_t)size ? value : -1;
}

/* The index that a look-up has in the joint cell, or -1. */
static int64_t index_at(const Joint *joint, const IrInstruction *lookup, uint64_t cell)
{
    uint64_t below = 1;
    const uint32_t count = fast_cell_count(joint->fast, lookup->imm);
    IrValue base = base_of(joint->fast, lookup->a, &below);
    int64_t result = key_value(joint, cell, base, (uint32_t)(count / below)) * (int64_t)below;
    uint64_t step = 1;
    for (IrValue index = lookup->a; result >= 0 && index != base; index = at_node(joint->fast, index)->a) {
        const IrInstruction *at = at_node(joint->fast, index);
        int64_t key = key_value(joint, cell, at->b, at->imm);
        result = key < 0 ? -1 : result + key * (int64_t)step;
        step *= at->imm;
    }
    return result;
}

/* ---- The table ---- */

static bool find_keys(Joint *joint)
{
    const Fast *fast = joint->fast;
    joint->denominator = 1;
    for (uint32_t p = 0; p < fast->products; p++) {
        if (joint->vector[p] == IR_NONE)
            continue;
        const IrInstruction *at = at_node(fast, joint->vector[p]);
        joint->asks_presence = at->op == OP_HAS_CELL;
        joint->kind = at->type.kind;
        if (!at->is_constant && !add_keys(joint, at))
            return false;
        if (at->type.kind == BD_KIND_SCALED)
            joint->denominator = layout_common_denominator(joint->denominator,
                                                           at->is_constant ? at->constant.den : at->type.denominator);
        if (joint->denominator == 0)
            return false;
    }
    joint->cells = fast->products;
    for (uint32_t i = 0; i < joint->key_count && joint->cells <= CELLS_MAX; i++)
        joint->cells *= joint->keys[i].size;
    return joint->cells <= CELLS_MAX && joint->denominator <= IR_DENOMINATOR_MAX;
}

/* Where the guard itself asks whether the cell is there, nobody looks at one that is not. */
static bool asks_first(const Fast *fast, IrValue node)
{
    const IrInstruction *lookup = at_node(fast, node);
    IrValue stack[GUARD_MAX];
    uint32_t depth = 0;
    if (fast->guards[node] != IR_NONE)
        stack[depth++] = fast->guards[node];
    while (depth > 0) {
        const IrInstruction *at = at_node(fast, stack[--depth]);
        if (at->op == OP_HAS_CELL && at->imm == lookup->imm && at->a == lookup->a)
            return true;
        if (at->op == OP_AND && depth + 2 <= GUARD_MAX) {
            stack[depth++] = at->a;
            stack[depth++] = at->b;
        }
    }
    return false;
}

static void note_value(Joint *joint, Number value)
{
    joint->is_varied = joint->is_varied || (number_is_set(joint->common) && !number_equal(joint->common, value));
    joint->common = value;
}

/* The value of one product in one cell; false where there is none. */
static bool cell_value(Joint *joint, uint32_t product, uint64_t cell, Number *value)
{
    const Fast *fast = joint->fast;
    IrValue node = joint->vector[product];
    *value = NUMBER_ZERO;
    if (node == IR_NONE)
        return true; /* no matter what */
    const IrInstruction *at = at_node(fast, node);
    int64_t index = at->is_constant ? -1 : index_at(joint, at, cell);
    bool has = at->is_constant || (index >= 0 && fast_cell(fast, at->imm, index, value));
    if (at->is_constant)
        *value = at->constant;
    if (has)
        note_value(joint, *value);
    else
        *value = NUMBER_ZERO;
    return has || (!joint->asks_presence && asks_first(fast, node));
}

static bool fill(Joint *joint)
{
    const Fast *fast = joint->fast;
    uint32_t each = (uint32_t)(joint->cells / fast->products);
    InternalTable *table = &joint->table;
    *table = (InternalTable){.name = TEXT("per_product"),
                             .kind = joint->asks_presence ? BD_KIND_SCALED : joint->kind,
                             .choice = BD_NONE,
                             .denominator = joint->denominator,
                             .cell_count = (uint32_t)joint->cells};
    table->cells = arena_array(fast->arena, table->cell_count, sizeof *table->cells);
    table->present = arena_array(fast->arena, table->cell_count, sizeof *table->present);
    joint->is_full = true;
    for (uint32_t p = 0; p < fast->products; p++) {
        for (uint32_t i = 0; i < each; i++) {
            Number value = NUMBER_ZERO;
            bool exact = true, has = cell_value(joint, p, i, &value);
            int64_t *cell = &table->cells[(size_t)p * each + i];
            if (has && !joint->asks_presence &&
                (number_to_scaled_int64(value, joint->denominator, cell, &exact) != BD_OK || !exact))
                return false;
            table->present[(size_t)p * each + i] = has;
            joint->is_full = joint->is_full && has;
        }
    }
    return true;
}

static bool same_table(const InternalTable *a, const InternalTable *b)
{
    return a->kind == b->kind && a->denominator == b->denominator && a->cell_count == b->cell_count &&
           memcmp(a->cells, b->cells, a->cell_count * sizeof *a->cells) == 0 &&
           memcmp(a->present, b->present, a->cell_count * sizeof *a->present) == 0;
}

static uint32_t add_table(Fast *fast, const InternalTable *table)
{
    uint32_t first = fast->layout->table_count + fast->layout->internal_count, i = 0;
    while (i < fast->table_count && !same_table(&fast->tables[i], table))
        i++;
    if (i == fast->table_count) {
        fast->tables =
            arena_grow(fast->arena, fast->tables, fast->table_count, &fast->table_capacity, sizeof *fast->tables);
        fast->tables[fast->table_count++] = *table;
    }
    return first + i;
}

/* ---- The look-up ---- */

IrValue fast_join_cells(Fast *fast, const IrValue *vector)
{
    Joint joint = {.fast = fast, .vector = vector};
    if (!find_keys(&joint) || !fill(&joint))
        return IR_NONE;
    Ir *out = fast->out;
    if (!joint.asks_presence && joint.is_full && !joint.is_varied && number_is_set(joint.common)) {
        out->place = BD_NONE;
        IrType type = {joint.kind, 0, joint.kind == BD_KIND_SCALED ? joint.common.den : 1};
        return ir_constant(out, type, joint.common);
    }
    bool is_bound = true;
    IrValue keys[KEYS_MAX];
    for (uint32_t i = 0; i < joint.key_count; i++) {
        keys[i] = fast_make(fast, joint.keys[i].node);
        bool is_version = at_node(fast, joint.keys[i].node)->op == OP_VERSION;
        is_bound = is_bound && (is_version || is_bounded(fast, joint.keys[i].node, joint.keys[i].size));
    }
    if (joint.asks_presence && !is_bound)
        return IR_NONE; /* an index beyond a key's size would meet another one's cell, or fault where nothing is to fault */
    IrValue guard = joint.asks_presence || (is_bound && joint.is_full) ? IR_NONE : fast_join_guards(fast, vector);
    uint32_t place = BD_NONE;
    for (uint32_t p = fast->products; p-- > 0;)
        place = vector[p] == IR_NONE ? place : at_node(fast, vector[p])->place;
    uint32_t table = add_table(fast, &joint.table);
    out->place = BD_NONE;
    IrValue index = ir_load(out, fast->pivot, (IrType){BD_KIND_INT, 0, 1});
    for (uint32_t i = 0; i < joint.key_count; i++)
        index = ir_index(out, index, keys[i], joint.keys[i].size, is_bound ? IR_NONE : guard, 0);
    out->place = place;
    IrType type = {joint.kind, ir_at(out, index)->type.domain, joint.denominator};
    if (joint.asks_presence)
        return ir_has_cell(out, table, index);
    return ir_cell(out, table, type, index, joint.is_full ? IR_NONE : guard, 0);
}

void fast_keep_tables(Fast *fast)
{
    Layout *layout = fast->layout;
    uint32_t first = layout->table_count + layout->internal_count;
    uint32_t *moved = arena_array(fast->arena, fast->table_count + 1u, sizeof *moved);
    memset(moved, 0xFF, (fast->table_count + 1u) * sizeof *moved);
    for (uint32_t i = 0; i < fast->out->count; i++) {
        IrInstruction *at = &fast->out->code[i];
        if ((at->op != OP_CELL && at->op != OP_HAS_CELL) || at->imm < first)
            continue;
        uint32_t made = at->imm - first;
        if (moved[made] == BD_NONE)
            moved[made] = layout_add_internal(layout, &fast->tables[made]);
        at->imm = moved[made];
    }
}
