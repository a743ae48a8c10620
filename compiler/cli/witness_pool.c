/* witness_pool.c: values worth trying: what the code of both modules compares with; see witness_internal.h.
**
** The code is a straight line, so what a rule's mask depends on is found by walking back from where it goes out. The walk stops at the masks of
** other rules. A bound is tried itself and one step to each side; a number of days or months is tried as a distance between dates.
*/
#include <string.h>

#include "compiler/cli/witness_internal.h"
#include "vm/op.h"

enum { POOL_MOST = 400, DAYS_MOST = 300, SPANS_MOST = 400, CELLS_MOST = 60, FIRST_DAY = 4000 };

typedef struct Slice {
    Search *search;
    const CaseColumns *columns;
    const bd_module *module;
    const ProgramRecord *program;
    const Instruction *code;
    int side;
    bool *marked;        /* per instruction */
    uint32_t (*uses)[3]; /* per instruction: those that made its operands, or BD_NONE */
    Pools *out;
} Slice;

/* ---- the lists ---- */

static void add_value(Slice *slice, Pool *pool, int64_t value)
{
    for (uint32_t i = 0; i < pool->count; i++)
        if (pool->values[i] == value)
            return;
    if (pool->count >= POOL_MOST)
        return;
    pool->values = arena_grow(slice->search->arena, pool->values, pool->count, &pool->capacity, sizeof *pool->values);
    pool->values[pool->count++] = value;
}

static void add_text(Slice *slice, Pool *pool, Text text)
{
    for (uint32_t i = 0; i < pool->text_count; i++)
        if (text_equal(pool->texts[i], text))
            return;
    if (pool->text_count >= POOL_MOST)
        return;
    pool->texts =
        arena_grow(slice->search->arena, pool->texts, pool->text_count, &pool->text_capacity, sizeof *pool->texts);
    pool->texts[pool->text_count++] = text;
}

static void add_span(Slice *slice, int64_t days)
{
    Pools *out = slice->out;
    for (uint32_t i = 0; i < out->span_count; i++)
        if (out->spans[i] == days)
            return;
    if (out->span_count >= SPANS_MOST || days > INT32_MAX / 2 || days < INT32_MIN / 2)
        return;
    out->spans = arena_grow(slice->search->arena, out->spans, out->span_count, &out->span_capacity, sizeof *out->spans);
    out->spans[out->span_count++] = (int32_t)days;
}

static void add_day(Slice *slice, int64_t day)
{
    Pools *out = slice->out;
    for (uint32_t i = 0; i < out->day_count; i++)
        if (out->days[i] == day)
            return;
    if (out->day_count >= DAYS_MOST || day <= BD_DATE_MIN + 366 || day >= BD_DATE_MAX - 366)
        return;
    out->days = arena_grow(slice->search->arena, out->days, out->day_count, &out->day_capacity, sizeof *out->days);
    out->days[out->day_count++] = (int32_t)day;
}

static void add_days_around(Slice *slice, int64_t day)
{
    for (int64_t step = -1; step <= 1; step++)
        add_day(slice, day + step);
}

/* A bound on numbers: itself, the smallest step and a whole one to each side, in every column that holds numbers. */
static void add_number(Slice *slice, int64_t numerator, int64_t denominator)
{
    for (uint32_t i = 0; i < slice->columns->count; i++) {
        const CaseColumn *column = &slice->columns->items[i];
        if (column->kind != BD_KIND_SCALED || denominator <= 0 || numerator > INT64_MAX / 1000000 ||
            numerator < INT64_MIN / 1000000 || column->scale > 1000000)
            continue;
        int64_t per = column->per[slice->side], times = column->times[slice->side];
        if (per > 1000 || times > 1000)
            continue;
        int64_t value = numerator * column->scale / denominator;
        if (value > INT64_MAX / 1000 || value < INT64_MIN / 1000)
            continue;
        value = value * per / times;
        int64_t steps[] = {0, 1, -1, column->scale, -column->scale};
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++)
            add_value(slice, &slice->out->columns[i], value + steps[k]);
    }
    int64_t whole = numerator / denominator;
    if (whole > -FIRST_DAY && whole < FIRST_DAY)
        for (int64_t step = -1; step <= 1; step++)
            add_span(slice, whole + step);
}

static void add_months(Slice *slice, int64_t months)
{
    enum { DAYS_IN_FOUR_CENTURIES = 146097, MONTHS_IN_FOUR_CENTURIES = 4800 };
    if (months > FIRST_DAY || months < -FIRST_DAY)
        return;
    int64_t days = months * DAYS_IN_FOUR_CENTURIES / MONTHS_IN_FOUR_CENTURIES;
    for (int64_t step = -3; step <= 3; step++) {
        add_span(slice, days + step);
        add_span(slice, step - days);
    }
}

static void add_integer(Slice *slice, int64_t value)
{
    bool is_day = value >= FIRST_DAY || value <= -FIRST_DAY;
    if (is_day)
        add_days_around(slice, value);
    for (int64_t step = -1; step <= 1 && !is_day; step++) {
        add_span(slice, value + step);
        add_span(slice, step - value);
    }
    for (uint32_t i = 0; i < slice->columns->count; i++) {
        bd_meaning meaning = slice->columns->items[i].meaning;
        for (int64_t step = -1; step <= 1 && (meaning == BD_MEANS_MONTH || meaning == BD_MEANS_YEAR); step++)
            add_value(slice, &slice->out->columns[i], value + step);
    }
}

/* ---- the walk back ---- */

/* An operand is the instruction that last wrote its slot. */
static void find_uses(Slice *slice)
{
    uint32_t *made = arena_array(slice->search->arena, (size_t)slice->program->slots + 1, sizeof *made);
    memset(made, 0xFF, ((size_t)slice->program->slots + 1) * sizeof *made);
    for (uint32_t i = 0; i < slice->program->instructions; i++) {
        const Instruction *in = &slice->code[i];
        uint16_t operands[3] = {in->a, in->b, in->c};
        for (int k = 0; k < 3; k++)
            slice->uses[i][k] = operands[k] < slice->program->slots ? made[operands[k]] : BD_NONE;
        if (in->dst != NO_SLOT)
            made[in->dst] = i;
    }
}

static bool is_wanted(const bool *rules, const Instruction *in)
{
    return in->op == OP_OUT_RULE && rules[in->imm];
}

/* Marks what the rules' masks depend on, or everything. Operands stand before what uses them, so one pass from the end is enough. */
static bool mark(Slice *slice, const bool *rules)
{
    uint32_t count = slice->program->instructions;
    bool *stops = arena_array(slice->search->arena, (size_t)count + 1, sizeof *stops);
    bool any = false;
    for (uint32_t i = 0; i < count && rules != NULL; i++) {
        if (slice->code[i].op != OP_OUT_RULE || slice->uses[i][0] == BD_NONE)
            continue;
        if (is_wanted(rules, &slice->code[i]))
            any = slice->marked[i] = true;
        else
            stops[slice->uses[i][0]] = true;
    }
    for (uint32_t i = count; i > 0 && any; i--) {
        if (!slice->marked[i - 1])
            continue;
        for (int k = 0; k < 3; k++) {
            uint32_t use = slice->uses[i - 1][k];
            if (use != BD_NONE && (!stops[use] || slice->code[i - 1].op == OP_OUT_RULE))
                slice->marked[use] = true;
        }
    }
    for (uint32_t i = 0; i < count && !any; i++)
        slice->marked[i] = true;
    return any;
}

/* ---- what an instruction tells ---- */

static void read_column(Slice *slice, uint32_t index)
{
    uint32_t own = index - slice->program->first_column;
    for (uint32_t i = 0; i < slice->columns->count; i++)
        if (slice->columns->items[i].index[slice->side] == own)
            slice->out->is_read[i] = true;
}

static void read_constant(Slice *slice, const ConstantRecord *constant)
{
    if (constant->kind == BD_KIND_INT)
        add_integer(slice, constant->numerator);
    else if (constant->kind == BD_KIND_SCALED || constant->kind == BD_KIND_RATIO)
        add_number(slice, constant->numerator, constant->denominator);
    for (uint32_t i = 0; constant->kind == BD_KIND_TEXT && i < slice->columns->count; i++)
        if (slice->columns->items[i].kind == BD_KIND_TEXT)
            add_text(slice, &slice->out->columns[i], module_text(slice->module, constant->text));
}

static void read_versions(Slice *slice, const TableRecord *table)
{
    for (uint32_t i = 0; i < table->versions; i++) {
        const VersionRecord *version = &slice->module->VERSIONS[table->first_version + i];
        add_days_around(slice, version->from);
        add_days_around(slice, version->to);
    }
}

static void read_cells(Slice *slice, const TableRecord *table)
{
    for (uint32_t i = 0; i < table->cells && i < CELLS_MOST && table->kind == BD_KIND_SCALED; i++)
        add_number(slice, slice->module->CELLS[table->first_cell + i], table->denominator);
}

static void read_brackets(Slice *slice, uint32_t i)
{
    const BracketRecord *brackets = &slice->module->BRACKETS[slice->code[i].imm];
    uint32_t operand = slice->uses[i][0];
    if (operand == BD_NONE)
        return;
    int64_t denominator = slice->module->TYPES[slice->code[operand].type].denominator;
    for (uint32_t k = 0; k < brackets->count; k++)
        add_number(slice, slice->module->CELLS[brackets->first_cell + k], denominator);
}

/* Where a rounding turns: at half a step. */
static void read_rounding(Slice *slice, const RoundingRecord *rounding)
{
    int64_t numerator = rounding->step_numerator, denominator = rounding->step_denominator;
    if (numerator > INT32_MAX || denominator > INT32_MAX)
        return;
    add_number(slice, numerator, denominator);
    add_number(slice, numerator, 2 * denominator);
    add_number(slice, 3 * numerator, 2 * denominator);
}

static void read_instruction(Slice *slice, uint32_t i)
{
    const Instruction *in = &slice->code[i];
    const bd_module *m = slice->module;
    switch ((int)in->op) { /* the others bring no value of their own */
    case OP_LOAD:
    case OP_PRESENT: read_column(slice, in->imm); return;
    case OP_CONST: read_constant(slice, &m->CONSTANTS[in->imm]); return;
    case OP_VERSION: read_versions(slice, &m->TABLES[in->imm]); return;
    case OP_CELL: read_cells(slice, &m->TABLES[in->imm]); return;
    case OP_BRACKET: read_brackets(slice, i); return;
    case OP_ROUND:
    case OP_ROUND_N: read_rounding(slice, &m->ROUNDINGS[in->imm]); return;
    case OP_ADD_MONTHS:
    case OP_SPAN_END: {
        uint32_t operand = slice->uses[i][1];
        if (operand != BD_NONE && slice->code[operand].op == OP_CONST)
            add_months(slice, m->CONSTANTS[slice->code[operand].imm].numerator);
        return;
    }
    default: return;
    }
}

/* ---- all of it ---- */

static void plain_values(Slice *slice)
{
    for (uint32_t i = 0; i < slice->columns->count; i++) {
        const CaseColumn *column = &slice->columns->items[i];
        Pool *pool = &slice->out->columns[i];
        for (uint32_t k = 0; column->meaning == BD_MEANS_CHOICE && k < column->member_count && k < POOL_MOST; k++)
            add_value(slice, pool, k);
        for (int64_t k = 0; column->kind == BD_KIND_BOOL && k <= 1; k++)
            add_value(slice, pool, k);
        for (int64_t k = 0; column->kind == BD_KIND_SCALED && k <= 2; k++)
            add_value(slice, pool, k * column->scale);
        for (uint32_t k = 0; column->meaning == BD_MEANS_DATE && k < slice->out->day_count; k++)
            add_value(slice, pool, slice->out->days[k]);
    }
}

static void collect_side(Slice *slice, uint32_t program, const bool *rules)
{
    if (program >= slice->module->PROGRAMS_count)
        return;
    slice->program = &slice->module->PROGRAMS[program];
    slice->code = slice->module->CODE + slice->program->first_instruction;
    slice->marked = arena_array(slice->search->arena, (size_t)slice->program->instructions + 1, sizeof *slice->marked);
    slice->uses = arena_array(slice->search->arena, (size_t)slice->program->instructions + 1, sizeof *slice->uses);
    find_uses(slice);
    (void)mark(slice, rules);
    for (uint32_t i = 0; i < slice->program->instructions; i++)
        if (slice->marked[i])
            read_instruction(slice, i);
    for (uint32_t i = 0; i < slice->module->RULES_count && rules != NULL; i++) {
        if (!rules[i])
            continue;
        add_days_around(slice, slice->module->RULES[i].valid_from);
        add_days_around(slice, slice->module->RULES[i].valid_to);
    }
}

void pools_add_day(Search *search, const CaseColumns *columns, Pools *pools, int32_t day)
{
    Slice slice = {.search = search, .columns = columns, .out = pools};
    for (uint32_t i = 0; i < columns->count; i++)
        for (int64_t step = -1; columns->items[i].meaning == BD_MEANS_DATE && step <= 1; step++)
            add_value(&slice, &pools->columns[i], day + step);
}

void pools_collect(Search *search, const CaseColumns *columns, const uint32_t program[SIDES], bool *const rules[SIDES],
                   Pools *out)
{
    *out = (Pools){.columns = arena_array(search->arena, (size_t)columns->count + 1, sizeof *out->columns),
                   .is_read = arena_array(search->arena, (size_t)columns->count + 1, sizeof *out->is_read)};
    Slice slice = {.search = search, .columns = columns, .out = out};
    for (int64_t step = -1; step <= 1; step++)
        add_span(&slice, step);
    if (search->diff->has_day)
        add_day(&slice, search->diff->day);
    for (int side = 0; side < SIDES; side++) {
        slice.side = side;
        slice.module = search->module[side];
        collect_side(&slice, program[side], rules ? rules[side] : NULL);
    }
    plain_values(&slice);
}
