/* fast.c: makes the fast program of the lines; see fast.h.
**
** Job: decides for each instruction of the lines how it is made. Where what it came to for the products is alike, joining says it once;
** else it is made as it stands, on operands made in the same way, and `needed` marks those. The code is walked in its own order, so that
** what an instruction takes has been made when it comes and no recursion goes deep; what turned out unused is pruned.
*/
#include "compiler/fast.h"

#include <string.h>

#include "compiler/fast_internal.h"
#include "vm/core/limits.h"

/* Instructions times products, a second of compiling; and nodes, some 60 MiB. The largest agreement known has 412,000 and 3,000. */
enum { WORK_MAX = 1 << 23, NODES_MAX = 1 << 19 };

typedef struct FailGroup {
    uint64_t shape;
    IrValue *masks; /* per product; the constant nee where it has none */
    uint32_t place;
} FailGroup;

typedef struct Drive {
    Fast fast;
    IrValue *as_written; /* per instruction: its value where it was made as it stands */
    FailGroup *fails;
    uint32_t fail_count;
    size_t fail_capacity;
} Drive;

/* ---- What is made as it stands ---- */

static uint64_t *need_of(const Fast *fast, IrValue line)
{
    return &fast->needed[(size_t)line * fast->words];
}

/* What `by` takes is needed by those that need it, but not where `unless`, which may be IR_NONE, is known to be `settled`. */
static void need_too(const Fast *fast, IrValue line, IrValue by, IrValue unless, bool settled)
{
    for (uint32_t p = 0; line != IR_NONE && p < fast->products; p++) {
        IrValue known = fast_node(fast, unless, p);
        bool is_settled = settled ? ir_is_true(fast->nodes, known) : ir_is_false(fast->nodes, known);
        if (set_has(need_of(fast, by), p) && !is_settled)
            set_add(need_of(fast, line), p);
    }
}

static bool is_needed(const Fast *fast, IrValue line)
{
    bool result = false;
    for (uint32_t w = 0; w < fast->words; w++)
        result = result || need_of(fast, line)[w] != 0;
    return result;
}

/* What the instruction came to for the products that need it. */
static IrValue *needed_vector(const Fast *fast, IrValue line)
{
    IrValue *vector = arena_array(fast->arena, fast->products, sizeof *vector);
    for (uint32_t p = 0; p < fast->products; p++)
        vector[p] = set_has(need_of(fast, line), p) ? fast_node(fast, line, p) : IR_NONE;
    return vector;
}

static bool is_as_written(const Fast *fast, IrValue line)
{
    if (!fast->split[line] || !is_needed(fast, line))
        return false;
    return fast->is_unlike[line] || !fast_can_join(fast, needed_vector(fast, line));
}

/* Faults of the line itself are gathered; see gather_fail. */
static bool is_gathered(const Fast *fast, const IrInstruction *at)
{
    if (at->op != OP_FAIL || ir_at(fast->lines, at->a)->type.domain != 0)
        return false;
    return !fast->split[at->a] || fast_can_join(fast, fast->split[at->a]);
}

/* What is unlike and still wanted is made as it stands. */
static void need_unlike(const Fast *fast)
{
    for (uint32_t i = 0; i < fast->lines->count; i++)
        for (uint32_t p = 0; fast->is_unlike[i] && p < fast->products; p++)
            if (fast_wants(fast, fast->split[i][p], p))
                set_add(need_of(fast, i), p);
}

static void need_operands(const Fast *fast, const IrInstruction *at, IrValue by)
{
    IrValue guard = ir_has_guard(at->op) ? at->c : IR_NONE;
    bool is_choice = at->op == OP_SELECT, is_or = at->op == OP_OR;
    IrValue first = is_choice || is_or || at->op == OP_AND ? at->a : guard;
    need_too(fast, at->a, by, guard, false);
    need_too(fast, at->b, by, first, is_or);
    need_too(fast, at->c, by, is_choice ? at->a : IR_NONE, true);
    for (uint32_t k = 0; k < at->arg_count; k++)
        need_too(fast, at->args[k], by, guard, false);
}

/* Backwards: what an effect takes is needed by all products, what an instruction made as it stands takes by those that need it. */
static void find_needed(Fast *fast)
{
    const Ir *lines = fast->lines;
    need_unlike(fast);
    for (uint32_t i = lines->count; i-- > 0;) {
        const IrInstruction *at = &lines->code[i];
        bool is_effect = !ir_has_result(at->op);
        if (is_effect && !is_gathered(fast, at))
            for (uint32_t p = 0; p < fast->products; p++)
                set_add(need_of(fast, i), p);
        if (!is_effect && !is_as_written(fast, i))
            continue;
        need_operands(fast, at, i);
    }
}

/* ---- Making ---- */

static IrValue value_of(Drive *drive, IrValue line)
{
    Fast *fast = &drive->fast;
    if (line == IR_NONE)
        return IR_NONE;
    if (drive->as_written[line] != IR_NONE)
        return drive->as_written[line];
    if (!is_needed(fast, line)) /* an operand that does not count for any product */
        return ir_zero(fast->out, ir_at(fast->lines, line)->type);
    return fast_join(fast, needed_vector(fast, line));
}

static FastOperands operands_of(Drive *drive, const IrInstruction *at)
{
    IrValue a = value_of(drive, at->a), b = value_of(drive, at->b), c = value_of(drive, at->c);
    FastOperands with = {a, b, c, NULL};
    if (at->arg_count > 0)
        with.args = arena_array(drive->fast.arena, at->arg_count, sizeof *with.args);
    for (uint32_t i = 0; i < at->arg_count; i++)
        with.args[i] = value_of(drive, at->args[i]);
    return with;
}

/* Others may use the value as well: it is guarded by what all that are the same node demand. */
static IrValue guard_as_written(Fast *fast, const IrInstruction *at, IrValue line)
{
    IrValue *guards = arena_array(fast->arena, fast->products, sizeof *guards);
    for (uint32_t p = 0; p < fast->products; p++) {
        IrValue node = fast_node(fast, line, p), own = fast_node(fast, at->c, p);
        bool is_same = ir_at(fast->nodes, node)->op == at->op;
        guards[p] = own != IR_NONE && ir_is_false(fast->nodes, own) ? fast->never : fast->always;
        if (guards[p] == fast->always && is_same && fast->guards[node] != IR_NONE)
            guards[p] = fast->guards[node];
    }
    return fast_can_join(fast, guards) ? fast_join(fast, guards) : fast_join_cases(fast, guards);
}

/* All that some product wants of an instruction, joined as far as it goes: what comes later finds it. */
static void make_early(Drive *drive, IrValue line)
{
    Fast *fast = &drive->fast;
    if (!fast->split[line]) {
        bool is_wanted = false;
        for (uint32_t p = 0; p < fast->products && !is_wanted; p++)
            is_wanted = fast_wants(fast, fast->same[line], p);
        if (is_wanted)
            (void)fast_make(fast, fast->same[line]);
    }
    if (is_as_written(fast, line)) {
        const IrInstruction *at = &fast->lines->code[line];
        FastOperands with = operands_of(drive, at);
        if (ir_has_guard(at->op))
            with.c = guard_as_written(fast, at, line);
        fast->out->place = at->place;
        drive->as_written[line] = fast_remake(fast->out, fast->lines, at, &with);
        fast_know_made(fast, needed_vector(fast, line), drive->as_written[line]);
    }
}

/* A vector of all that is wanted of an instruction. */
static void know(Fast *fast, IrValue line)
{
    if (!fast->split[line] || is_as_written(fast, line))
        return;
    fast_know(fast, fast_wanted_vector(fast, line));
}

/* ---- Faults ---- */

/* The contract's clauses that can fault are many, but each product has few. The n-th of one shape of each product is one FAIL. */
static void gather_fail(Drive *drive, const IrInstruction *at)
{
    Fast *fast = &drive->fast;
    for (uint32_t p = 0; p < fast->products; p++) {
        IrValue mask = fast_node(fast, at->a, p);
        uint32_t i = 0;
        if (ir_is_false(fast->nodes, mask))
            continue;
        while (i < drive->fail_count && drive->fails[i].masks[p] != mask &&
               (drive->fails[i].shape != fast->shapes[mask] || !ir_is_false(fast->nodes, drive->fails[i].masks[p])))
            i++;
        if (i == drive->fail_count) {
            drive->fails =
                arena_grow(fast->arena, drive->fails, drive->fail_count, &drive->fail_capacity, sizeof *drive->fails);
            FailGroup made = {fast->shapes[mask], arena_array(fast->arena, fast->products, sizeof(IrValue)), at->place};
            for (uint32_t q = 0; q < fast->products; q++)
                made.masks[q] = fast->never;
            drive->fails[drive->fail_count++] = made;
        }
        drive->fails[i].masks[p] = mask;
    }
}

static void make_fails(Drive *drive)
{
    Fast *fast = &drive->fast;
    for (uint32_t i = 0; i < drive->fail_count; i++) {
        IrValue mask = fast_join(fast, drive->fails[i].masks);
        fast->out->place = drive->fails[i].place;
        ir_fail(fast->out, mask, 0);
    }
}

/* ---- Effects ---- */

/* The same number with the denominator that a result must have; joining may have left it with a finer one, never with a finer value. */
static IrValue with_denominator(Ir *out, IrValue value, int64_t denominator)
{
    IrType type = ir_at(out, value)->type;
    if (type.kind == BD_KIND_SCALED && denominator % type.denominator == 0)
        return ir_scaled_to(out, value, denominator);
    return ir_round(out, value, ROUND_HALF_EVEN, (Number){1, denominator, NULL});
}

static void make_effect(Drive *drive, const IrInstruction *at)
{
    Fast *fast = &drive->fast;
    Ir *out = fast->out;
    if (is_gathered(fast, at)) {
        gather_fail(drive, at);
        return;
    }
    FastOperands with = operands_of(drive, at);
    IrType type = at->a == IR_NONE ? (IrType){0} : ir_at(fast->lines, at->a)->type;
    if (type.kind == BD_KIND_SCALED && (at->op == OP_OUT_AMOUNT || at->op == OP_OUT_COUNTER))
        with.a = with_denominator(out, with.a, type.denominator);
    out->place = at->place;
    switch ((int)at->op) {
    case OP_OPEN_LIST: ir_open_list(out, (uint16_t)at->imm); break;
    case OP_OPEN_DAYS: ir_open_days(out, (uint16_t)at->imm, with.a, with.b, 0); break;
    case OP_FAIL: ir_fail(out, with.a, 0); break;
    case OP_OUT_COUNTER:
        ir_out_counter(out, at->imm, with.a, with.b == IR_NONE ? ir_bool(out, true, 0) : with.b, with.c);
        break;
    default:
        if (at->op != OP_OUT_RULE || !ir_is_false(out, with.a))
            ir_out(out, at->op, with.a, with.b, at->imm);
        break;
    }
}

/* ---- The whole ---- */

static void copy_domains(const Ir *from, Ir *to)
{
    for (uint32_t i = 1; i < from->domain_count; i++)
        (void)ir_add_domain(to, from->domains[i].kind, from->domains[i].parent, from->domains[i].list,
                            from->domains[i].maximum);
}

static void make_all(Drive *drive)
{
    Fast *fast = &drive->fast;
    const Ir *lines = fast->lines;
    for (uint32_t i = 0; i < lines->count; i++)
        if (ir_has_result(lines->code[i].op))
            know(fast, i);
    for (uint32_t i = 0; i < lines->count && !fast->failed && !fast->out->failed; i++) {
        const IrInstruction *at = &lines->code[i];
        if (ir_has_result(at->op))
            make_early(drive, i);
        else
            make_effect(drive, at);
    }
    make_fails(drive);
}

/* A product that is none of the choice's would be taken for any of them. */
static void demand_product(Fast *fast)
{
    Ir *out = fast->out;
    if (fast->pivot == BD_NONE)
        return;
    uint64_t *all = arena_array(fast->arena, fast->words, sizeof *all);
    for (uint32_t p = 0; p < fast->products; p++)
        set_add(all, p);
    out->place = BD_NONE;
    IrValue product = ir_load(out, fast->pivot, (IrType){BD_KIND_INT, 0, 1});
    IrValue is_product = ir_in(out, product, all, fast->words);
    ir_fail(out, ir_not(out, is_product), 0);
}

static uint32_t ratios(const Ir *ir)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < ir->count; i++)
        count += ir->code[i].type.kind == BD_KIND_RATIO;
    return count;
}

/* A second program takes room and time to load: it should save an eighth, and not by computing with ratios where there were none. */
static bool is_worth_it(const Ir *lines, const Ir *out)
{
    return (uint64_t)out->count * 8 <= (uint64_t)lines->count * 7 && ratios(out) <= ratios(lines);
}

/* Splits, and says what is wanted and what is alike. False: too large, or something was dropped that must stay. */
static bool prepare(Fast *fast, Ir *nodes)
{
    const Ir *lines = fast->lines;
    ir_init(nodes, lines->shared, NULL);
    nodes->maximum = NODES_MAX;
    fast->nodes = nodes;
    copy_domains(lines, nodes);
    fast_split(fast);
    if (nodes->failed)
        return false;
    fast->needed = arena_array(fast->arena, (size_t)lines->count * fast->words, sizeof *fast->needed);
    fast_find_wanted(fast);
    if (!fast_may_drop(fast))
        return false;
    fast_find_shapes(fast);
    find_needed(fast);
    fast_find_wanted(fast);
    return true;
}

static Fast begin(Core *core, Layout *layout, const Ir *lines, Ir *out)
{
    Fast fast = {.arena = core->arena, .core = core, .layout = layout, .lines = lines, .out = out};
    fast.pivot = layout->column_of[COLUMN_PRODUCT];
    fast.products = fast.pivot == BD_NONE || core->product_count == 0 ? 1 : core->product_count;
    fast.words = (uint32_t)SET_WORDS(fast.products);
    return fast;
}

bool fast_from_lines(Core *core, Layout *layout, const Ir *lines, Ir *out)
{
    Drive drive = {.fast = begin(core, layout, lines, out)};
    Fast *fast = &drive.fast;
    Ir nodes;
    if (lines->failed || (uint64_t)lines->count * fast->products > WORK_MAX)
        return false;
    if (!prepare(fast, &nodes)) {
        *fast = begin(core, layout, lines, out);
        fast->is_strict = true;
        if (!prepare(fast, &nodes))
            return false;
    }
    copy_domains(lines, out);
    fast_join_begin(fast);
    drive.as_written = arena_array(fast->arena, lines->count, sizeof *drive.as_written);
    memset(drive.as_written, 0xFF, lines->count * sizeof *drive.as_written);
    demand_product(fast);
    make_all(&drive);
    if (fast->failed || out->failed)
        return false;
    ir_prune(out);
    if (!is_worth_it(lines, out))
        return false;
    fast_keep_tables(fast);
    return true;
}
