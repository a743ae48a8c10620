/* ir_prune.c: what looks at a finished program: dropping dead instructions, and its cost.
**
** Job: one pass from the results backwards marks what they need, one pass forwards moves it together. Domains nobody
** works in go too. Invariant kept: code[i] uses only values below i. Values and domains the caller still holds are
** stale afterwards.
*/
#include "compiler/ir_internal.h"

#include <string.h>

#include "vm/op.h"

typedef struct Marks {
    bool *value;  /* needed by a result */
    bool *domain; /* some needed instruction works in it, or in one below it */
} Marks;

static void mark_value(Marks *marks, IrValue value)
{
    if (value != IR_NONE) {
        marks->value[value] = true;
    }
}

static void mark_domain(const Ir *ir, Marks *marks, uint16_t domain)
{
    while (!marks->domain[domain]) {
        marks->domain[domain] = true;
        domain = ir->domains[domain].parent;
    }
}

static bool opens_domain(Opcode op)
{
    return op == OP_OPEN_LIST || op == OP_OPEN_DAYS;
}

/* Backwards, so that a domain's users are seen before its opening. */
static void mark(const Ir *ir, Marks *marks)
{
    marks->domain[0] = true;
    for (uint32_t i = ir->count; i-- > 0;) {
        const IrInstruction *at = &ir->code[i];
        bool is_effect = !ir_has_result(at->op) && (!opens_domain(at->op) || marks->domain[at->imm]);
        if (!is_effect && !marks->value[i]) {
            continue;
        }
        marks->value[i] = true;
        mark_value(marks, at->a);
        mark_value(marks, at->b);
        mark_value(marks, at->c);
        for (uint32_t k = 0; k < at->arg_count; k++) {
            mark_value(marks, at->args[k]);
        }
        mark_domain(ir, marks, at->type.domain);
        if (ir_imm_is_domain(at->op)) {
            mark_domain(ir, marks, (uint16_t)at->imm);
        }
    }
}

static IrValue renumber(const IrValue *map, IrValue value)
{
    return value == IR_NONE ? IR_NONE : map[value];
}

static void move_instruction(const IrInstruction *from, IrInstruction *to, const IrValue *values,
                             const uint16_t *domains)
{
    *to = *from;
    to->a = renumber(values, to->a);
    to->b = renumber(values, to->b);
    to->c = renumber(values, to->c);
    for (uint32_t k = 0; k < to->arg_count; k++) {
        to->args[k] = renumber(values, to->args[k]);
    }
    to->type.domain = domains[to->type.domain];
    if (ir_imm_is_domain(to->op)) {
        to->imm = domains[to->imm];
    }
}

static void move_domains(Ir *ir, const Marks *marks, const IrValue *values, uint16_t *map)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < ir->domain_count; i++) {
        if (!marks->domain[i]) {
            continue;
        }
        map[i] = (uint16_t)kept;
        IrDomain moved = ir->domains[i];
        moved.parent = map[moved.parent]; /* parents come first */
        moved.opened_by = renumber(values, moved.opened_by);
        ir->domains[kept++] = moved;
    }
    ir->domain_count = kept;
}

void ir_prune(Ir *ir)
{
    Marks marks = {arena_array(ir->arena, ir->count, sizeof *marks.value),
                   arena_array(ir->arena, ir->domain_count, sizeof *marks.domain)};
    mark(ir, &marks);
    IrValue *values = arena_array(ir->arena, ir->count, sizeof *values);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < ir->count; i++) {
        values[i] = marks.value[i] ? kept++ : IR_NONE;
    }
    uint16_t *domains = arena_array(ir->arena, ir->domain_count, sizeof *domains);
    move_domains(ir, &marks, values, domains);
    for (uint32_t i = 0; i < ir->count; i++) {
        if (marks.value[i]) {
            move_instruction(&ir->code[i], &ir->code[values[i]], values, domains);
        }
    }
    ir->count = kept;
    memset(ir->table, 0xFF, ir->table_size * sizeof *ir->table);
}

/* ---- Cost ---- */

static uint64_t times(uint64_t a, uint64_t b)
{
    return a != 0 && b > UINT64_MAX / a ? UINT64_MAX : a * b;
}

/* Lanes that one line can have in a domain. */
static uint64_t lanes(const Ir *ir, uint16_t domain)
{
    uint64_t product = 1;
    for (; domain != 0; domain = ir->domains[domain].parent) {
        product = times(product, ir->domains[domain].maximum);
    }
    return product;
}

uint64_t ir_cost(const Ir *ir)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < ir->count; i++) {
        const IrInstruction *at = &ir->code[i];
        uint16_t works_in = ir_is_aggregate(at->op) ? (uint16_t)at->imm : at->type.domain;
        uint64_t cost = times(op_info(at->op)->cost, lanes(ir, works_in));
        sum = cost > UINT64_MAX - sum ? UINT64_MAX : sum + cost;
    }
    return sum;
}
