/* content.c: what the immediates of instructions say; see content.h. */
#include "compiler/solve/content.h"

#include "vm/core/number.h"
#include "vm/op.h"

enum { EXTERN_LEVEL_BITS = 4 }; /* imm of STEP: table << 4 | level */

void content_number(StringBuilder *out, int64_t number)
{
    builder_int64(out, number);
    builder_char(out, ' ');
}

void content_text(StringBuilder *out, Text text)
{
    content_number(out, (int64_t)text.size);
    builder_text(out, text);
}

static void append_str(StringBuilder *out, const bd_module *module, Str str)
{
    content_text(out, module_text(module, str));
}

static void append_member(StringBuilder *out, const bd_module *module, uint32_t choice, uint32_t member)
{
    content_text(out, member == BD_NONE ? TEXT("-") : bd_choice_member(module, choice, member));
}

static void append_choice(StringBuilder *out, const bd_module *module, uint32_t choice)
{
    if (choice == BD_NONE)
        content_text(out, TEXT("-"));
    else
        append_str(out, module, module->CHOICES[choice].name);
}

void content_sort(StringBuilder *out, const bd_module *module, uint32_t meaning, uint32_t unit, uint32_t choice)
{
    content_number(out, meaning);
    append_member(out, module, 1, unit);
    append_choice(out, module, choice);
}

void content_fault(StringBuilder *out, const bd_module *module, uint32_t site)
{
    const SiteRecord *record = &module->SITES[site == BD_NONE ? 0 : site];
    append_str(out, module, record->code);
    if (record->rule != BD_NONE)
        append_str(out, module, module->RULES[record->rule].name);
}

/* ---- columns, constants ---- */

static void append_column(StringBuilder *out, const bd_module *module, Text scope, uint32_t index)
{
    const ColumnRecord *column = &module->COLUMNS[index];
    content_text(out, scope);
    if (column->list == BD_NONE)
        content_text(out, TEXT(""));
    else
        append_str(out, module, module->LISTS[column->list].name);
    append_str(out, module, column->name);
    content_number(out, column->kind);
    content_number(out, column->flags);
    content_sort(out, module, column->meaning, column->unit, column->choice);
}

static void append_ratio(StringBuilder *out, int64_t numerator, int64_t denominator)
{
    int64_t divisor = numerator == INT64_MIN ? 1 : int64_gcd(numerator, denominator);
    content_number(out, divisor == 0 ? numerator : numerator / divisor);
    content_number(out, divisor == 0 ? denominator : denominator / divisor);
}

static void append_constant(StringBuilder *out, const bd_module *module, const ConstantRecord *constant)
{
    if (constant->kind == BD_KIND_SCALED || constant->kind == BD_KIND_RATIO) {
        append_ratio(out, constant->numerator, constant->denominator);
        return;
    }
    content_number(out, (int64_t)constant->kind);
    content_number(out, constant->numerator);
    content_number(out, constant->denominator);
    append_str(out, module, constant->text);
}

static void append_set(StringBuilder *out, const bd_module *module, const SetRecord *set)
{
    uint32_t words = set->words;
    while (words > 0 && module->SET_WORDS[set->first_word + words - 1] == 0)
        words--;
    for (uint32_t i = 0; i < words; i++) {
        builder_uint64(out, module->SET_WORDS[set->first_word + i]);
        builder_char(out, ' ');
    }
}

static void append_brackets(StringBuilder *out, const bd_module *module, uint32_t index, int64_t denominator)
{
    const BracketRecord *brackets = &module->BRACKETS[index];
    for (uint32_t i = 0; i < brackets->count; i++)
        append_ratio(out, module->CELLS[brackets->first_cell + i], denominator);
}

/* ---- tables ---- */

static void append_name_of_table(StringBuilder *out, const bd_module *module, const TableRecord *table)
{
    append_str(out, module, table->name);
    append_member(out, module, 0, table->product);
    content_number(out, table->flags & (TABLE_TARIFF | TABLE_EXTERN | TABLE_INTERNAL));
    content_number(out, table->kind);
    content_sort(out, module, table->meaning, table->unit, table->choice);
    content_number(out, table->dimensions);
    for (uint32_t i = 0; i < table->dimensions; i++) {
        const DimensionRecord *dimension = &module->DIMENSIONS[table->first_dimension + i];
        append_str(out, module, dimension->name);
        content_number(out, dimension->kind);
        append_choice(out, module, dimension->choice);
        content_number(out, dimension->choice == BD_NONE ? 0 : dimension->size);
        for (uint32_t k = 0; dimension->choice != BD_NONE && table->flags & TABLE_EXTERN && k < dimension->size; k++)
            append_member(out, module, dimension->choice, k); /* the host names them, the code numbers them */
    }
}

static void append_versions(StringBuilder *out, const bd_module *module, const TableRecord *table)
{
    for (uint32_t i = 0; i < table->versions; i++) {
        content_number(out, module->VERSIONS[table->first_version + i].from);
        content_number(out, module->VERSIONS[table->first_version + i].to);
    }
}

static void append_cells(StringBuilder *out, const bd_module *module, const TableRecord *table)
{
    content_number(out, table->denominator);
    for (uint32_t i = 0; i < table->cells; i++) {
        uint32_t cell = table->first_cell + i;
        bool has = module->CELL_BITS[cell / 64] >> (cell % 64) & 1;
        if (has)
            content_number(out, module->CELLS[cell]);
        else
            builder_text(out, TEXT("- "));
    }
}

static void append_figures(StringBuilder *out, const bd_module *module, uint32_t table)
{
    for (uint32_t i = 0; i < module->SERIES_count; i++) {
        const SeriesRecord *series = &module->SERIES[i];
        if (series->table != table)
            continue;
        content_number(out, series->flags);
        content_number(out, series->step);
        content_number(out, series->first);
        for (uint32_t k = 0; k < series->cells; k++)
            append_ratio(out, module->CELLS[series->first_cell + k], module->TABLES[table].denominator);
    }
}

void content_table(const Graph *graph, StringBuilder *out, const bd_module *module, uint32_t table)
{
    const TableRecord *record = &module->TABLES[table];
    append_name_of_table(out, module, record);
    if (graph->by_name)
        return;
    append_versions(out, module, record);
    if (record->flags & TABLE_EXTERN)
        append_figures(out, module, table);
    else
        append_cells(out, module, record);
}

/* Only what the instruction reads: the days of a version do not depend on cells, nor cells on days. */
static void append_part_of_table(const Graph *graph, StringBuilder *out, const bd_module *module, const Instruction *in)
{
    const TableRecord *table = &module->TABLES[in->imm];
    if (graph->by_name || in->op == OP_EXT_CELL) {
        content_table(graph, out, module, in->imm);
        return;
    }
    if (in->op == OP_VERSION)
        append_versions(out, module, table);
    else
        append_cells(out, module, table);
}

/* ---- what the host has ---- */

static void append_counter(StringBuilder *out, const bd_module *module, const CounterRecord *counter)
{
    append_str(out, module, counter->name);
    content_number(out, counter->kind);
    content_sort(out, module, counter->meaning, counter->unit, BD_NONE);
    for (uint32_t i = 0; i < counter->keys; i++)
        append_str(out, module, module->COLUMNS[module->COUNTER_KEYS[counter->first_key + i]].name);
}

static void append_native(StringBuilder *out, const bd_module *module, uint32_t call)
{
    const NativeRecord *native = &module->NATIVES[module->CALLS[call].native];
    append_str(out, module, native->name);
    append_str(out, module, native->signature);
}

void content_append(const Graph *graph, StringBuilder *out, const bd_module *module, Text scope, const Instruction *in,
                    int64_t denominator)
{
    switch ((ImmediateRule)op_info(in->op)->immediate) {
    case IMMEDIATE_COLUMN: append_column(out, module, scope, in->imm); return;
    case IMMEDIATE_CONST:
    case IMMEDIATE_RATIO: append_constant(out, module, &module->CONSTANTS[in->imm]); return;
    case IMMEDIATE_ROUNDING:
        content_number(out, module->ROUNDINGS[in->imm].mode);
        append_ratio(out, module->ROUNDINGS[in->imm].step_numerator, module->ROUNDINGS[in->imm].step_denominator);
        return;
    case IMMEDIATE_SET: append_set(out, module, &module->SETS[in->imm]); return;
    case IMMEDIATE_TABLE: append_part_of_table(graph, out, module, in); return;
    case IMMEDIATE_BRACKETS: append_brackets(out, module, in->imm, denominator); return;
    case IMMEDIATE_EXTERN:
        content_table(graph, out, module, in->imm >> EXTERN_LEVEL_BITS);
        content_number(out, in->imm & ((1u << EXTERN_LEVEL_BITS) - 1));
        return;
    case IMMEDIATE_NATIVE: append_native(out, module, in->imm); return;
    case IMMEDIATE_READING:
        append_str(out, module, module->READINGS[in->imm].name);
        append_choice(out, module, module->READINGS[in->imm].choice);
        return;
    case IMMEDIATE_COUNTER: append_counter(out, module, &module->COUNTERS[in->imm]); return;
    case IMMEDIATE_PART:
    case IMMEDIATE_COUNT: content_number(out, in->imm); return;
    case IMMEDIATE_NONE:
    case IMMEDIATE_RULE:
    case IMMEDIATE_DOMAIN:
    case IMMEDIATE_OUTPUT: return;
    }
}
