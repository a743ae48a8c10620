/* plan_table.c: look-ups in a plan: sets, tables, versions, parts of a date.
**
** All of them are functions of one integer. Where its range is small the function is computed here for each member of the range, and the
** lanes look it up: a comparison if the answer is one run of the range, bits of a number, or a table.
*/
#include "calendar.h"
#include "lookup.h"
#include "plan.h"

enum {
    TABULATE_MOST = 65536,    /* cells; a table that is wider stays with the column evaluator */
    COMPUTE_MOST = 4096,      /* of a function that is dearer than reading a cell */
    PLAN_CELLS_MOST = 1 << 18 /* in all the tables of a plan */
};

/* A function of the integers in a range: where it is defined, and its value there. */
typedef struct Tabulated {
    Range domain;
    uint32_t count;
    int64_t *values;   /* 0 where undefined */
    uint8_t *is_there; /* 0 or 1 */
    Range range;       /* of values */
    bool is_full;
} Tabulated;

static bool tabulate_begin(Plan *plan, Range domain, uint32_t most, Tabulated *out)
{
    const int64_t count = domain.high - domain.low + 1; /* both fit 32 bits */
    if (count > most || plan->tabulated + count > PLAN_CELLS_MOST)
        return false;
    plan->tabulated += count;
    *out = (Tabulated){.domain = domain, .count = (uint32_t)(domain.high - domain.low) + 1, .is_full = true};
    out->values = arena_array(plan->arena, out->count, sizeof *out->values);
    out->is_there = arena_array(plan->arena, out->count, sizeof *out->is_there);
    return true;
}

static void tabulate_set(Tabulated *table, uint32_t at, bool is_there, int64_t value)
{
    table->is_there[at] = is_there;
    table->values[at] = value = is_there ? value : 0;
    table->is_full = table->is_full && is_there;
    if (at == 0)
        table->range = (Range){value, value};
    if (value < table->range.low)
        table->range.low = value;
    if (value > table->range.high)
        table->range.high = value;
}

/* ---- Whether ---- */

/* The boolean that is_there says, of lanes with value a. */
static uint32_t member(Plan *plan, uint32_t a, const Tabulated *table)
{
    const Range any = {0, 1};
    uint32_t changes = 0, change[2] = {0, 0};
    for (uint32_t i = 1; i < table->count; i++) {
        if (table->is_there[i] != table->is_there[i - 1] && changes++ < 2)
            change[changes - 1] = i;
    }
    const bool first = table->is_there[0] != 0;
    const int64_t low = table->domain.low;
    if (changes == 0)
        return plan_boolean(plan, first);
    if (changes == 1)
        return plan_emit_x(plan, first ? KERNEL_LT_VX_32 : KERNEL_GT_VX_32, SHAPE_BYTE, any, a,
                           low + change[0] - (first ? 0 : 1));
    if (changes == 2 && change[1] == change[0] + 1)
        return plan_emit_x(plan, first ? KERNEL_NE_VX_32 : KERNEL_EQ_VX_32, SHAPE_BYTE, any, a, low + change[0]);
    if (low >= 0 && table->domain.high < 64) {
        uint64_t bits = 0;
        for (uint32_t i = 0; i < table->count; i++)
            bits |= (uint64_t)table->is_there[i] << (low + i);
        KernelId kernel = table->domain.high < 32 ? KERNEL_BITS : KERNEL_BITS_64;
        return plan_emit_x(plan, kernel, SHAPE_BYTE, any, a, (int64_t)bits);
    }
    uint32_t made = plan_emit_x(plan, KERNEL_MEMBER, SHAPE_BYTE, any, a, low);
    plan->steps[plan->values[made].step].table = table->is_there;
    return made;
}

static bool set_holds(const Plan *plan, uint32_t set, int64_t member_of)
{
    const SetRecord *record = &plan->module->SETS[set];
    if (member_of < 0 || member_of / 64 >= record->words)
        return false;
    return plan->module->SET_WORDS[record->first_word + (uint32_t)(member_of / 64)] >> (member_of % 64) & 1;
}

static uint32_t is_in(Plan *plan, const Instruction *in)
{
    uint32_t a = plan_operand(plan, in->a);
    Tabulated table;
    if (!tabulate_begin(plan, plan->values[a].range, TABULATE_MOST, &table))
        return NO_VALUE;
    for (uint32_t i = 0; i < table.count; i++) {
        const int64_t value = table.domain.low + i;
        tabulate_set(&table, i,
                     in->op == OP_IN ? set_holds(plan, in->imm, value)
                                     : lookup_has_cell(plan->module, &plan->module->TABLES[in->imm], (int32_t)value),
                     0);
    }
    uint32_t made = member(plan, a, &table);
    if (in->op == OP_HAS_CELL) {
        plan->values[made].cells_of = in->imm + 1;
        plan->values[made].index = a;
    }
    return made;
}

/* ---- Which ---- */

static uint32_t look_up(Plan *plan, uint32_t a, const Tabulated *table)
{
    if (table->range.low == table->range.high)
        return plan_number(plan, table->range.low);
    if (!plan_fits_32(table->range)) {
        uint32_t made = plan_emit_x(plan, KERNEL_CELL_64, SHAPE_64, table->range, a, table->domain.low);
        plan->steps[plan->values[made].step].table = table->values;
        return made;
    }
    KernelId kernel = table->count <= KERNEL_TABLE_SMALL    ? KERNEL_CELL_SMALL
                      : table->count <= KERNEL_TABLE_MIDDLE ? KERNEL_CELL_MIDDLE
                      : table->count <= KERNEL_TABLE_LARGE  ? KERNEL_CELL_LARGE
                                                            : KERNEL_CELL_32;
    /* The small ones are read whole, whatever the domain. */
    const uint32_t room = table->count < KERNEL_TABLE_LARGE ? KERNEL_TABLE_LARGE : table->count;
    int32_t *cells = arena_array(plan->arena, room, sizeof *cells);
    for (uint32_t i = 0; i < table->count; i++)
        cells[i] = (int32_t)table->values[i];
    uint32_t made = plan_emit_x(plan, kernel, SHAPE_32, table->range, a, table->domain.low);
    plan->steps[plan->values[made].step].table = cells;
    return made;
}

/* The function's value where the guard holds, and marks for the lanes where it should have one and has not. `cells_of`: as of a value that
** says where it is defined. */
static uint32_t apply(Plan *plan, uint32_t a, uint32_t guard, const Tabulated *table, uint32_t cells_of)
{
    const PlanValue *known = &plan->values[guard];
    bool is_sure =
        table->is_full || (guard != NO_VALUE && cells_of != 0 && known->cells_of == cells_of && known->index == a);
    if (!is_sure) {
        uint32_t missing = plan_not(plan, member(plan, a, table));
        plan_fail(plan, guard == NO_VALUE ? missing : plan_and(plan, guard, missing));
    }
    return plan_under(plan, look_up(plan, a, table), guard);
}

/* The range of CELL's index, as far as the table goes. */
static uint32_t cell(Plan *plan, const Instruction *in)
{
    const TableRecord *record = &plan->module->TABLES[in->imm];
    uint32_t guard = plan_guard(plan, in), a = plan_operand_under(plan, in->a, guard);
    const bool is_integer = record->kind == BD_KIND_INT;
    const int64_t *cells = plan->module->CELLS + record->first_cell;
    Tabulated table;
    if (!tabulate_begin(plan, plan->values[a].range, TABULATE_MOST, &table))
        return NO_VALUE;
    for (uint32_t i = 0; i < table.count; i++) {
        const int32_t index = (int32_t)(table.domain.low + i);
        const bool is_there = lookup_has_cell(plan->module, record, index);
        const int64_t value = is_there ? cells[index] : 0;
        tabulate_set(&table, i, is_there && (!is_integer || (value >= INT32_MIN && value <= INT32_MAX)), value);
    }
    return apply(plan, a, guard, &table, is_integer ? 0 : in->imm + 1);
}

static bool compute(const Plan *plan, const Instruction *in, int32_t value, int32_t *out)
{
    const ConstantRecord *period = &plan->module->CONSTANTS[in->op == OP_PERIOD ? in->imm : 0];
    switch (in->op) {
    case OP_VERSION: return lookup_version(plan->module, &plan->module->TABLES[in->imm], value, out);
    case OP_PERIOD: return calendar_period(value, period->numerator, period->denominator, out);
    default: return calendar_part((DatePart)in->imm, value, out);
    }
}

static uint32_t computed(Plan *plan, const Instruction *in)
{
    uint32_t guard = in->op == OP_VERSION ? plan_guard(plan, in) : NO_VALUE;
    uint32_t a = plan_operand_under(plan, in->a, guard);
    Tabulated table;
    if (!tabulate_begin(plan, plan->values[a].range, COMPUTE_MOST, &table))
        return NO_VALUE;
    for (uint32_t i = 0; i < table.count; i++) {
        int32_t value = 0;
        bool is_there = compute(plan, in, (int32_t)(table.domain.low + i), &value);
        tabulate_set(&table, i, is_there, value);
    }
    return apply(plan, a, guard, &table, 0);
}

/* ---- Where: a * imm + b ---- */

static uint32_t index_of(Plan *plan, const Instruction *in)
{
    uint32_t guard = plan_guard(plan, in);
    uint32_t a = plan_operand_under(plan, in->a, guard), b = plan_operand_under(plan, in->b, guard);
    const Range of_a = plan->values[a].range, of_b = plan->values[b].range;
    const int64_t size = in->imm;
    const Range range = {of_a.low * size + of_b.low, of_a.high * size + of_b.high}; /* 32 by 32 bits */
    if (of_b.low < 0 || of_b.high >= size || !plan_fits_32(range) || size > INT32_MAX)
        return NO_VALUE;
    uint32_t made;
    if (range.low == range.high) {
        made = plan_number(plan, range.low);
    } else if (of_a.low == of_a.high) {
        made = of_a.low == 0 ? b : plan_emit_x(plan, KERNEL_ADD_VX_32, SHAPE_32, range, b, of_a.low * size);
    } else {
        made = plan_emit(plan, KERNEL_MUL_ADD, SHAPE_32, range, a, b);
        plan->steps[plan->values[made].step].x = size;
    }
    return plan_under(plan, made, guard);
}

uint32_t plan_lookup(Plan *plan, const Instruction *in)
{
    switch (in->op) {
    case OP_IN:
    case OP_HAS_CELL: return is_in(plan, in);
    case OP_INDEX: return index_of(plan, in);
    case OP_CELL: return cell(plan, in);
    default: return computed(plan, in);
    }
}
