/* lower_table.c: look-ups in tables and tariffs -> index arithmetic over dense cells, or steps through an extern table.
**
** A dense cell stands at ((version * size 0 + key 0) * size 1 + key 1) ...; choices are their own ordinals, numbers find a bracket.
** The tariff of a line is the tariff of its product.
*/
#include <assert.h>

#include "compiler/amendment.h"
#include "compiler/lower.h"
#include "vm/core/limits.h"

static IrValue both(Ir *ir, IrValue guard, IrValue condition)
{
    return guard == IR_NONE ? condition : ir_and(ir, guard, condition);
}

/* Whether every date that reaches a look-up lies in the table's one version. */
static bool is_undated(Lower *lower, const Table *table)
{
    if (table->version_count != 1 || amendment_splits_table(lower->core, table))
        return false;
    Validity version = table->versions[0].validity, needed = lower->core->validity;
    if (table->is_tariff && table->product != BD_NONE)
        needed = lower->core->products[table->product].validity;
    bool refers_to_begin = lower->begin != IR_NONE && lower->reference == lower->begin;
    bool covers = table->is_tariff && refers_to_begin && version.from <= needed.from && version.to >= needed.to;
    return covers || (version.from == BD_DATE_MIN && version.to == BD_DATE_MAX);
}

static int64_t least_common_multiple(int64_t a, int64_t b)
{
    assert(a > 0 && b > 0);
    int64_t divisor = a, rest = b;
    while (rest != 0) {
        int64_t next = divisor % rest;
        divisor = rest;
        rest = next;
    }
    return a / divisor * b;
}

static IrValue dimension_key(Lower *lower, const Dimension *dimension, IrValue key, uint32_t *size)
{
    if (dimension->type.kind == TYPE_CHOICE) {
        *size = lower->core->choices[dimension->type.choice].member_count;
        return key;
    }
    int64_t denominator = 1;
    for (uint32_t i = 0; i < dimension->bound_count; i++) {
        denominator = least_common_multiple(denominator,
                                            dimension->bounds[i].den); /* checked to be small when the table was read */
    }
    int64_t *bounds = arena_array(lower->core->arena, dimension->bound_count, sizeof *bounds);
    for (uint32_t i = 0; i < dimension->bound_count; i++) {
        bool exact = false;
        bd_status status = number_to_scaled_int64(dimension->bounds[i], denominator, &bounds[i], &exact);
        assert(status == BD_OK && exact);
        (void)status;
    }
    *size = dimension->bound_count + dimension->open_top;
    IrValue number = layout_kind(dimension->type.kind) == BD_KIND_INT ? ir_to_number(lower->ir, key) : key;
    return ir_bracket(lower->ir, number, denominator, bounds, dimension->bound_count);
}

/* A series has no validity: a date before all others would do, and none is read. */
static IrValue extern_node(Lower *lower, const Table *table, const IrValue *keys, IrValue date)
{
    if (table->series)
        date = ir_int(lower->ir, BD_DATE_MIN, lower->domain);
    uint32_t index = lower->layout->table_of[table - lower->core->tables];
    IrValue node = IR_NONE;
    for (uint32_t i = 0; i < table->dimension_count; i++)
        node = ir_step(lower->ir, index, i, node, keys[i], false);
    return ir_step(lower->ir, index, table->dimension_count, node, date, true);
}

/* The price of an indexed tariff. The machine's table lacks a row where the contract gives no price, and holds a row without a value from
** the first moment whose index figure is not known: each has its own fault. */
static IrValue indexed_price(Lower *lower, const Table *table, const IrValue *keys, IrValue date, uint32_t place)
{
    Ir *ir = lower->ir;
    const Table *prices = &lower->core->tables[table->indexed];
    uint32_t module_table = lower->layout->table_of[table->indexed];
    IrType type = {BD_KIND_SCALED, lower->domain, layout_table_denominator(lower->layout, module_table)};
    IrValue node = extern_node(lower, prices, keys, date);
    IrValue found = ir_compare(ir, IR_GE, node, ir_int(ir, 0, lower->domain));
    IrValue missing = ir_not(ir, found);
    uint32_t no_cell = ir_add_site(ir, "geen_cel", place), no_figure = ir_add_site(ir, "indexcijfer_ontbreekt", place);
    IrValue none = ir_extern_cell(ir, module_table, type, node, both(ir, lower->guard, missing), no_cell);
    IrValue price = ir_extern_cell(ir, module_table, type, node, both(ir, lower->guard, found), no_figure);
    return ir_select(ir, found, price, none);
}

IrValue lower_tariff_row(Lower *lower, const Table *table, IrValue date)
{
    IrValue keys[TABLE_MAX_DIMENSIONS] = {0};
    for (uint32_t i = 0; i < table->dimension_count; i++)
        keys[i] = lower_column(lower, table->dimensions[i].column, 0).value;
    return extern_node(lower, &lower->core->tables[table->indexed], keys, date);
}

/* The version on a day is not yet that of the line: where an amendment does not hold for it, the version before goes on. */
static IrValue version_of_line(Lower *lower, const Table *table, IrValue version)
{
    Ir *ir = lower->ir;
    for (uint32_t v = table->version_count; v-- > 0;) {
        const Expr *unless = amendment_unless(lower->core, table->versions[v].amendment);
        if (unless == NULL)
            continue;
        IrValue here = ir_compare(ir, IR_EQ, version, ir_int(ir, (int32_t)v, lower->domain)), outer = lower->guard;
        lower->guard = both(ir, outer, here);
        IrValue passes = ir_and(ir, here, lower_value(lower, unless));
        lower->guard = outer;
        version = ir_select(ir, passes, ir_int(ir, (int32_t)v - 1, lower->domain), version);
    }
    return version;
}

/* One cell by its keys. *present (if not NULL) gets whether it exists, for tables declared `facultatief`. */
IrValue lower_table_at(Lower *lower, const Table *table, const IrValue *keys, const Type *key_types, IrValue date,
                       IrValue *present, uint32_t place)
{
    (void)key_types;
    Ir *ir = lower->ir;
    uint32_t module_table = lower->layout->table_of[table - lower->core->tables];
    ir->rule = lower->rule;
    if (table->indexed != BD_NONE)
        return indexed_price(lower, table, keys, date, place);
    uint32_t site = ir_add_site(ir, table->series ? "indexcijfer_ontbreekt" : "geen_cel", place);
    IrType type = {layout_kind(table->type.kind), lower->domain, layout_table_denominator(lower->layout, module_table)};
    if (table->is_extern) {
        IrValue node = extern_node(lower, table, keys, date);
        IrValue found = ir_compare(ir, IR_GE, node, ir_int(ir, 0, lower->domain));
        if (table->is_optional && present)
            *present = found;
        IrValue guard = table->is_optional ? both(ir, lower->guard, found) : lower->guard;
        return ir_extern_cell(ir, module_table, type, node, guard, site);
    }
    IrValue index = is_undated(lower, table) ? ir_int(ir, 0, lower->domain)
                                             : ir_version(ir, module_table, date, lower->guard, site);
    index = version_of_line(lower, table, index);
    for (uint32_t i = 0; i < table->dimension_count; i++) {
        uint32_t size = 0;
        IrValue key = dimension_key(lower, &table->dimensions[i], keys[i], &size);
        index = ir_index(ir, index, key, size, lower->guard, site);
    }
    IrValue guard = lower->guard;
    if (table->is_optional && present) {
        *present = ir_has_cell(ir, module_table, index);
        guard = both(ir, guard, *present);
    }
    if (table->type.kind != TYPE_BOOLEAN)
        return ir_cell(ir, module_table, type, index, guard, site);
    type.kind = BD_KIND_SCALED; /* ja and nee are written as 1 and 0 */
    IrValue cell = ir_cell(ir, module_table, type, index, guard, site);
    return ir_compare(ir, IR_NE, cell, ir_number(ir, NUMBER_ZERO, lower->domain));
}

static void remember_read(Lower *lower, const Table *table, IrValue guard)
{
    if (!lower->collect_reads || (table->is_extern && table->indexed == BD_NONE))
        return;
    DatedRead *read = arena_alloc(lower->core->arena, sizeof *read);
    *read = (DatedRead){table, guard, lower->reads};
    lower->reads = read;
}

Lowered lower_table(Lower *lower, const Expr *expr)
{
    const Table *table = &lower->core->tables[expr->index];
    IrValue *keys = arena_array(lower->core->arena, expr->arg_count, sizeof *keys);
    Type *types = arena_array(lower->core->arena, expr->arg_count, sizeof *types);
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        keys[i] = lower_value(lower, expr->args[i]);
        types[i] = expr->args[i]->type;
    }
    remember_read(lower, table, lower->domain == 0 ? lower->guard : IR_NONE);
    Lowered result = {IR_NONE, IR_NONE, IR_NONE};
    result.value = lower_table_at(lower, table, keys, types, lower->reference, &result.present,
                                  lower_place(lower, expr, BD_STEP_LOOKUP));
    return result;
}

/* ---- The tariff of the line ---- */

static IrValue product_tariff(Lower *lower, const Table *table, uint32_t place)
{
    IrValue keys[8] = {0};
    Type types[8] = {{0}};
    assert(table->dimension_count <= 8);
    for (uint32_t i = 0; i < table->dimension_count; i++) {
        keys[i] = lower_column(lower, table->dimensions[i].column, 0).value;
        types[i] = table->dimensions[i].type;
    }
    return lower_table_at(lower, table, keys, types, lower->reference, NULL, place);
}

/* Where the contracted tariff is looked up: what is missing is a row for these keys, and not a cell of the agreement. */
static uint32_t contracted_place(Lower *lower, const Table *table, uint32_t unit)
{
    StringBuilder label;
    builder_init(&label, lower->core->arena);
    builder_text(&label, table->name);
    for (uint32_t i = 0; i < table->dimension_count; i++) {
        builder_text(&label, i == 0 ? TEXT("[") : TEXT(", "));
        builder_text(&label, table->dimensions[i].name);
    }
    builder_text(&label, table->dimension_count > 0 ? TEXT("]") : TEXT(""));
    IrPlace place = {.span = table->span,
                     .label = builder_result(&label),
                     .rule = BD_NONE,
                     .citation = table->citation,
                     .step = BD_STEP_LOOKUP,
                     .meaning = BD_MEANS_RATE,
                     .unit = unit,
                     .choice = BD_NONE};
    return ir_add_place(lower->ir, &place);
}

/* So that a trace shows which keys the contracted tariff was looked up by. */
static void mark_keys(Lower *lower, const Table *table)
{
    for (uint32_t i = 0; i < table->dimension_count; i++) {
        const Dimension *dimension = &table->dimensions[i];
        IrValue key = lower_column(lower, dimension->column, 0).value;
        if (ir_at(lower->ir, key)->is_constant || ir_at(lower->ir, key)->place != BD_NONE)
            continue;
        IrPlace place = {.span = table->span,
                         .label = dimension->name,
                         .rule = BD_NONE,
                         .citation = BD_NONE,
                         .step = BD_STEP_INPUT,
                         .meaning = (uint8_t)layout_meaning(dimension->type.kind),
                         .unit = BD_NONE,
                         .choice = dimension->type.choice};
        lower->ir->code[key].place = ir_add_place(lower->ir, &place);
    }
}

/* A maximum is only a ceiling: the tariff is the one contracted with the provider, and one above the ceiling is refused. */
static IrValue contracted_tariff(Lower *lower, const Table *maximum, IrValue ceiling, const Expr *expr)
{
    Ir *ir = lower->ir;
    const Table *table = &lower->core->tables[find_table(lower->core, TEXT("contracttarief"))];
    mark_keys(lower, table);
    IrValue contracted = product_tariff(lower, table, contracted_place(lower, table, maximum->type.unit));
    IrValue above = both(ir, lower->guard, ir_compare(ir, IR_GT, contracted, ceiling));
    ir_fail(ir, above, lower_site(lower, "contracttarief_boven_maximum", expr));
    return contracted;
}

/* Where a table's tariff is looked up from, for whichever rule: the words `tarief` of all rules share one look-up. */
static uint32_t tariff_place(Lower *lower, const Table *table)
{
    bool is_english = text_equal(lower->core->language, TEXT("en"));
    IrPlace place = {.span = table->span,
                     .label = is_english ? TEXT("tariff") : TEXT("tarief"),
                     .rule = BD_NONE,
                     .citation = table->citation,
                     .step = BD_STEP_LOOKUP,
                     .meaning = BD_MEANS_RATE,
                     .unit = table->type.unit,
                     .choice = BD_NONE};
    return ir_add_place(lower->ir, &place);
}

/* The look-up is guarded by what all rules have in common, that the line is of this product and fits it, so that they can share it. */
static IrValue shared_tariff(Lower *lower, const Table *table, IrValue is_product)
{
    Lower shared = *lower;
    shared.domain = 0;
    shared.guard = lower->sound == IR_NONE ? is_product : ir_and(lower->ir, lower->sound, is_product);
    shared.rule = BD_NONE;
    IrValue tariff = product_tariff(&shared, table, tariff_place(lower, table));
    lower->waits = shared.waits;
    return tariff;
}

IrValue lower_tariff(Lower *lower, const Expr *expr)
{
    Core *core = lower->core;
    Ir *ir = lower->ir;
    IrValue outer = lower->guard, result = IR_NONE;
    for (uint32_t p = 0; p < core->product_count; p++) {
        if (core->products[p].tariff == BD_NONE || !set_has(core->classes[expr->unit_class].products, p))
            continue;
        if (lower->products && !set_has(lower->products, p))
            continue;
        const Table *table = &core->tables[core->products[p].tariff];
        uint64_t *only = arena_array(core->arena, SET_WORDS(core->product_count), sizeof *only);
        set_add(only, p);
        IrValue is_product = lower_in_products(lower, only);
        IrValue value = shared_tariff(lower, table, is_product);
        lower->guard = both(ir, outer, is_product);
        remember_read(lower, table, lower->guard);
        if (table->is_maximum)
            value = contracted_tariff(lower, table, value, expr);
        result = result == IR_NONE ? value : ir_select(ir, is_product, value, result);
    }
    lower->guard = outer;
    return result == IR_NONE ? ir_number(ir, NUMBER_ZERO, lower->domain) : result; /* no such product: never reached */
}
