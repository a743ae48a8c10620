/* layout.c: what stands where in the module. See layout.h.
**
** Job: numbers columns, lists, tables and rules before anything is lowered; layout_callable.c adds what can be called from outside.
** Only what the contract reads becomes a column, so that a data file needs no more than that. What deciding a line always needs
** (product, dates, volume, unit) is there whether or not a rule names it, and its cells may never be empty.
*/
#include "compiler/layout.h"

#include <assert.h>

#include "compiler/check.h"
#include "compiler/layout_internal.h"

#define TABLE_DENOMINATOR_MAX INT64_C(1000000000) /* leaves 9 billion for a cell's value */

/* ---- Kinds and scales ---- */

bd_kind layout_kind(TypeKind kind)
{
    switch (kind) {
    case TYPE_NUMBER:
    case TYPE_MONEY:
    case TYPE_QUANTITY:
    case TYPE_RATE: return BD_KIND_SCALED;
    case TYPE_DATE:
    case TYPE_MONTH:
    case TYPE_YEAR:
    case TYPE_INTERVAL: /* its first day */
    case TYPE_CHOICE: return BD_KIND_INT;
    case TYPE_TEXT: return BD_KIND_TEXT;
    case TYPE_ERROR:
    case TYPE_BOOLEAN:
    case TYPE_RECORD: /* whether it exists */ break;
    }
    return BD_KIND_BOOL;
}

bd_meaning layout_meaning(TypeKind kind)
{
    switch (kind) {
    case TYPE_NUMBER: return BD_MEANS_NUMBER;
    case TYPE_MONEY: return BD_MEANS_MONEY;
    case TYPE_QUANTITY: return BD_MEANS_QUANTITY;
    case TYPE_RATE: return BD_MEANS_RATE;
    case TYPE_DATE:
    case TYPE_INTERVAL: return BD_MEANS_DATE;
    case TYPE_MONTH: return BD_MEANS_MONTH;
    case TYPE_YEAR: return BD_MEANS_YEAR;
    case TYPE_CHOICE: return BD_MEANS_CHOICE;
    case TYPE_TEXT: return BD_MEANS_TEXT;
    case TYPE_ERROR:
    case TYPE_BOOLEAN:
    case TYPE_RECORD: break;
    }
    return BD_MEANS_BOOLEAN;
}

int64_t layout_denominator(Type type)
{
    if (layout_kind(type.kind) != BD_KIND_SCALED)
        return 1;
    return type.kind == TYPE_MONEY || type.kind == TYPE_QUANTITY ? 100 : 10000;
}

/* The least common multiple of a denominator and a number's own; 0 when it goes beyond what a cell can have. */
static int64_t common_denominator(int64_t denominator, Number number)
{
    if (number.big != NULL || denominator == 0)
        return 0;
    int64_t a = denominator, b = number.den;
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    int64_t factor = number.den / a;
    return factor > TABLE_DENOMINATOR_MAX / denominator ? 0 : denominator * factor;
}

/* ---- Columns ---- */

ModuleColumn *layout_add_column(Layout *layout, ModuleColumn column)
{
    layout->columns = arena_grow(layout->arena, layout->columns, layout->column_count, &layout->column_capacity,
                                 sizeof *layout->columns);
    layout->columns[layout->column_count] = column;
    return &layout->columns[layout->column_count++];
}

static bool refers_to_signing(const Core *core)
{
    bool refers = core->reference == REFER_SIGNED;
    for (uint32_t i = 0; i < core->rule_count; i++)
        refers = refers || core->rules[i].reference == REFER_SIGNED;
    return refers;
}

/* What deciding a line reads of itself, whatever the rules say. */
static bool is_always_read(const Core *core, uint32_t column)
{
    switch (column) {
    case COLUMN_PRODUCT:
    case COLUMN_BEGIN:
    case COLUMN_END:
    case COLUMN_VOLUME:
    case COLUMN_UNIT: return true;
    case COLUMN_SIGNED: return refers_to_signing(core);
    default: return false;
    }
}

static void want_dimensions(const Core *core, bool *wanted)
{
    for (uint32_t i = 0; i < core->table_count; i++)
        for (uint32_t d = 0; core->tables[i].is_tariff && d < core->tables[i].dimension_count; d++)
            if (core->tables[i].dimensions[d].column != BD_NONE)
                wanted[core->tables[i].dimensions[d].column] = true;
}

/* Which columns of the line the module reads: what a rule reads, and what reading that takes. */
static bool *wanted_columns(const Core *core)
{
    bool *wanted = arena_array(core->arena, core->column_count, sizeof *wanted);
    uint32_t allocation_unit = find_column(core, BD_NONE, TEXT("toewijzing_eenheid"));
    want_dimensions(core, wanted);
    for (uint32_t i = 0; i < core->column_count; i++) {
        const Column *column = &core->columns[i];
        wanted[i] = column->list == BD_NONE && (wanted[i] || column->used || is_always_read(core, i));
        bool by_unit = wanted[i] && i != COLUMN_VOLUME && column->type.kind == TYPE_QUANTITY &&
                       column->type.unit == UNIT_OF_PRODUCT;
        if (by_unit && allocation_unit != BD_NONE)
            core->columns[allocation_unit].used = wanted[allocation_unit] = true;
    }
    for (uint32_t i = 0; i < core->column_count; i++)
        if (wanted[i] && core->columns[i].group != BD_NONE)
            wanted[core->columns[i].group] = true;
    return wanted;
}

static void add_core_column(Layout *layout, uint32_t index, uint32_t list)
{
    const Column *column = &layout->core->columns[index];
    bool may_be_empty =
        column->type.optional || (list == BD_NONE && (column->group != BD_NONE || !column->needed_by_all));
    if (column->is_group || (list == BD_NONE && is_always_read(layout->core, index)))
        may_be_empty = false;
    layout->column_of[index] = layout->column_count;
    layout_add_column(layout, (ModuleColumn){
                                  .core_column = index,
                                  .name = column->name,
                                  .type = column->type,
                                  .optional = may_be_empty,
                                  .is_group = column->is_group,
                                  .list = list,
                                  .program = 0,
                                  .denominator = column->is_group ? 1 : layout_denominator(column->type),
                              });
}

static void lay_out_lines(Layout *layout)
{
    const bool *wanted = wanted_columns(layout->core);
    for (uint32_t i = 0; i < layout->core->column_count; i++)
        if (wanted[i])
            add_core_column(layout, i, BD_NONE);
    layout->line_columns = layout->column_count;
}

static void lay_out_lists(Layout *layout)
{
    for (uint32_t i = 0; i < layout->core->list_count; i++) {
        const List *list = &layout->core->lists[i];
        if (!list->used)
            continue;
        uint32_t index = layout->list_of[i] = layout->list_count++;
        for (uint32_t c = 0; c < list->column_count; c++)
            if (layout->core->columns[list->columns[c]].used)
                add_core_column(layout, list->columns[c], index);
    }
}

/* ---- Tables ---- */

/* An extern table that nothing reads is left out, for a run would be refused until it is supplied. */
static bool is_in_module(const Core *core, const Table *table)
{
    if (!table->is_extern || table->used || table->callable)
        return true;
    bool is_contracted = false;
    for (uint32_t i = 0; i < core->table_count; i++)
        is_contracted = is_contracted || core->tables[i].is_maximum;
    return table->is_tariff || (is_contracted && text_equal(table->name, TEXT("contracttarief")));
}

static int64_t denominator_of_cells(const Core *core, const Table *table)
{
    const Series *series = table->series;
    bool is_in_text = series != NULL ? series->values != NULL : !table->is_extern;
    if (!is_in_text || layout_kind(table->type.kind) != BD_KIND_SCALED)
        return layout_denominator(table->type);
    int64_t denominator = 1;
    for (uint32_t i = 0; series != NULL && i < series->value_count; i++)
        denominator = common_denominator(denominator, series->values[i]);
    for (uint32_t v = 0; v < table->version_count; v++)
        for (uint32_t i = 0; !table->versions[v].none && i < table->cell_count; i++)
            if (table->versions[v].present[i])
                denominator = common_denominator(denominator, table->versions[v].cells[i]);
    if (denominator != 0)
        return denominator;
    (void)diag_report(core->diags, DIAG_E0911, table->span, table->name, (Text){NULL, 0}, (Text){NULL, 0});
    return 1;
}

static void lay_out_tables(Layout *layout)
{
    Core *core = layout->core;
    layout->table_denominator = arena_array(core->arena, core->table_count, sizeof *layout->table_denominator);
    for (uint32_t i = 0; i < core->table_count; i++) {
        const Table *table = &core->tables[i];
        layout->table_of[i] = BD_NONE;
        if (!is_in_module(core, table))
            continue;
        layout->table_denominator[layout->table_count] = denominator_of_cells(core, table);
        layout->table_of[i] = layout->table_count++;
    }
}

int64_t layout_table_denominator(const Layout *layout, uint32_t module_table)
{
    if (module_table < layout->table_count)
        return layout->table_denominator[module_table];
    return layout->internal[module_table - layout->table_count].denominator;
}

/* ---- Conversions ---- */

/* A unit in its base; units that are not counted in one base do not convert. False when the factor goes beyond all bounds. */
static bool factor_to_base(const Core *core, uint32_t unit, uint32_t *base, Number *factor)
{
    *factor = NUMBER_ONE;
    for (uint32_t steps = 0; core->units[unit].base != unit && steps < core->unit_count; steps++) {
        if (number_mul(core->arena, *factor, core->units[unit].factor, factor) != BD_OK)
            return false;
        unit = core->units[unit].base;
    }
    *base = unit;
    return true;
}

static bool conversion_factor(const Core *core, uint32_t from, uint32_t to, Number *factor)
{
    uint32_t from_base = 0, to_base = 0;
    Number divisor;
    return factor_to_base(core, from, &from_base, factor) && factor_to_base(core, to, &to_base, &divisor) &&
           from_base == to_base && number_div(core->arena, *factor, divisor, factor) == BD_OK;
}

static InternalTable make_conversion(const Core *core, uint32_t unit)
{
    InternalTable table = {.name = core->units[unit].name,
                           .kind = BD_KIND_SCALED,
                           .choice = CHOICE_UNITS,
                           .denominator = 1,
                           .cell_count = core->unit_count};
    Number *factors = arena_array(core->arena, core->unit_count, sizeof *factors);
    table.cells = arena_array(core->arena, core->unit_count, sizeof *table.cells);
    table.present = arena_array(core->arena, core->unit_count, sizeof *table.present);
    for (uint32_t i = 0; i < core->unit_count; i++) {
        int64_t common =
            conversion_factor(core, i, unit, &factors[i]) ? common_denominator(table.denominator, factors[i]) : 0;
        table.present[i] = common != 0; /* a unit whose factor is out of all proportion is refused on the line */
        if (common != 0)
            table.denominator = common;
    }
    for (uint32_t i = 0; i < core->unit_count; i++) {
        bool exact = false;
        if (table.present[i])
            table.present[i] =
                number_to_scaled_int64(factors[i], table.denominator, &table.cells[i], &exact) == BD_OK && exact;
    }
    return table;
}

uint32_t layout_add_internal(Layout *layout, const InternalTable *table)
{
    layout->internal = arena_grow(layout->arena, layout->internal, layout->internal_count, &layout->internal_capacity,
                                  sizeof *layout->internal);
    layout->internal[layout->internal_count] = *table;
    return layout->table_count + layout->internal_count++;
}

uint32_t layout_conversion(Layout *layout, uint32_t unit_class)
{
    assert(unit_class < layout->core->class_count);
    if (layout->conversion[unit_class] != BD_NONE)
        return layout->conversion[unit_class];
    InternalTable made = make_conversion(layout->core, layout->core->classes[unit_class].unit);
    return layout->conversion[unit_class] = layout_add_internal(layout, &made);
}

/* ---- Rules ---- */

static uint32_t add_rule(Layout *layout, ModuleRule rule)
{
    layout->rules =
        arena_grow(layout->arena, layout->rules, layout->rule_count, &layout->rule_capacity, sizeof *layout->rules);
    layout->rules[layout->rule_count] = rule;
    return layout->rule_count++;
}

static uint32_t add_own_rule(Layout *layout, Text name, Text dutch, Text english)
{
    Text reason = text_equal(layout->core->language, TEXT("en")) ? english : dutch;
    return add_rule(
        layout,
        (ModuleRule){
            .core_rule = BD_NONE, .name = name, .reason = reason, .effect = BD_EFFECT_REJECT, .judgement = BD_NONE});
}

/* The rules that hold lines for the judgements that stand before the contract's rule number `before`, from *next on. */
static void add_judgement_rules(Layout *layout, uint32_t before, uint32_t *next)
{
    const Core *core = layout->core;
    bool is_english = text_equal(core->language, TEXT("en"));
    for (; *next < core->column_count; ++*next) {
        const Column *column = &core->columns[*next];
        if (!column->is_judgement || layout->column_of[*next] == BD_NONE)
            continue;
        if (column->rules_before > before)
            return;
        StringBuilder name;
        builder_init(&name, core->arena);
        builder_text(&name, is_english ? TEXT("judgement_") : TEXT("oordeel_"));
        builder_text(&name, column->name);
        layout->judgement_rule[*next] = add_rule(layout, (ModuleRule){.core_rule = BD_NONE,
                                                                      .name = builder_result(&name),
                                                                      .reason = column->label,
                                                                      .effect = BD_EFFECT_SUSPEND,
                                                                      .judgement = *next});
    }
}

static bool some_product_ends(const Core *core)
{
    for (uint32_t i = 0; i < core->product_count; i++)
        if (core->products[i].validity.from != BD_DATE_MIN || core->products[i].validity.to != BD_DATE_MAX)
            return true;
    return false;
}

static bool some_unit_is_indivisible(const Core *core)
{
    for (uint32_t i = 0; i < core->class_count; i++)
        if (core->units[core->classes[i].unit].indivisible)
            return true;
    return false;
}

static bool some_table_changes(const Core *core)
{
    if (core->indexation_count > 0)
        return true;
    for (uint32_t i = 0; i < core->table_count; i++) {
        const Table *table = &core->tables[i];
        if (table->is_extern)
            continue;
        for (uint32_t v = 0; v < table->version_count; v++)
            if (table->versions[v].validity.to != BD_DATE_MAX)
                return true;
    }
    return false;
}

static void lay_out_rules(Layout *layout)
{
    const Core *core = layout->core;
    uint32_t next_judgement = 0;
    for (uint32_t i = 0; i < core->rule_count; i++) {
        const Rule *rule = &core->rules[i];
        add_judgement_rules(layout, i, &next_judgement);
        layout->rule_of[i] = add_rule(layout, (ModuleRule){i, rule->name, rule->reason, rule->effect, BD_NONE});
    }
    add_judgement_rules(layout, UINT32_MAX, &next_judgement);
    layout->rule_unit = add_own_rule(layout, TEXT("eenheid_onjuist"), TEXT("de eenheid past niet bij het product"),
                                     TEXT("the unit does not fit the product"));
    if (some_product_ends(core))
        layout->rule_validity =
            add_own_rule(layout, TEXT("product_niet_geldig"), TEXT("het product wordt op die datum niet geleverd"),
                         TEXT("the product is not offered on that date"));
    if (some_unit_is_indivisible(core))
        layout->rule_part =
            add_own_rule(layout, TEXT("deel_van_eenheid"), TEXT("het volume is geen heel aantal eenheden"),
                         TEXT("the volume is not a whole number of units"));
    if (some_table_changes(core))
        layout->rule_versions =
            add_own_rule(layout, TEXT("over_tariefgrens"), TEXT("begin- en einddatum vallen in verschillende tarieven"),
                         TEXT("begin and end date fall in different tariffs"));
}

/* ---- Counters ---- */

int64_t layout_common_denominator(int64_t a, int64_t b)
{
    return common_denominator(a, (Number){1, b, NULL});
}

/* `teller.uur` where one name is several counters. */
static Text counter_name(const Core *core, const Counter *counter, uint32_t variant)
{
    if (counter->variant_count < 2)
        return counter->name;
    Type type = counter->variants[variant].type;
    StringBuilder out;
    builder_init(&out, core->arena);
    builder_text(&out, counter->name);
    builder_char(&out, '.');
    if (type.unit < core->unit_count)
        builder_text(&out, core->units[type.unit].name);
    else
        type_name(core, type, &out);
    return builder_result(&out);
}

static void lay_out_counters(Layout *layout)
{
    const Core *core = layout->core;
    size_t count = 0;
    for (uint32_t i = 0; i < core->counter_count; i++)
        count += core->counters[i].variant_count;
    layout->counters = arena_array(layout->arena, count, sizeof *layout->counters);
    layout->counter_first = arena_array(layout->arena, core->counter_count, sizeof *layout->counter_first);
    for (uint32_t i = 0; i < core->counter_count; i++) {
        const Counter *counter = &core->counters[i];
        layout->counter_first[i] = layout->counter_count;
        for (uint32_t v = 0; v < counter->variant_count; v++) {
            bool is_sum = counter->kind == BD_COUNTER_SUM;
            layout->counters[layout->counter_count++] =
                (ModuleCounter){.core_counter = i,
                                .variant = v,
                                .name = counter_name(core, counter, v),
                                .denominator = is_sum ? layout_denominator(counter->variants[v].type) : 1};
        }
    }
}

/* ---- All of it ---- */

static uint32_t *none_array(Arena *arena, uint32_t count)
{
    uint32_t *result = arena_array(arena, count, sizeof *result);
    for (uint32_t i = 0; i < count; i++)
        result[i] = BD_NONE;
    return result;
}

Layout *layout_make(Core *core)
{
    Layout *layout = arena_alloc(core->arena, sizeof *layout);
    *layout = (Layout){.arena = core->arena,
                       .core = core,
                       .rule_unit = BD_NONE,
                       .rule_validity = BD_NONE,
                       .rule_part = BD_NONE,
                       .rule_versions = BD_NONE};
    layout->column_of = none_array(core->arena, core->column_count);
    layout->list_of = none_array(core->arena, core->list_count);
    layout->table_of = none_array(core->arena, core->table_count);
    layout->conversion = none_array(core->arena, core->class_count);
    layout->rule_of = none_array(core->arena, core->rule_count);
    layout->judgement_rule = none_array(core->arena, core->column_count);
    lay_out_lines(layout);
    lay_out_lists(layout);
    lay_out_tables(layout);
    lay_out_rules(layout);
    lay_out_counters(layout);
    layout_callables(layout);
    return layout;
}
