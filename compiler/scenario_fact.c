/* scenario_fact.c: the facts of a `gegeven` -> values by column name.
**
** A fact names a column of the lines (`client "1"`, `begindatum 2020-01-01`), a field of a joined message (`toewijzing.ingangsdatum …`,
** `startbericht (begindatum …)`), or says a value alone where that tells the column: a product, a member of a choice, an interval.
** A quantity states two columns, the number and its unit.
*/
#include "compiler/layout.h"
#include "compiler/scenario_internal.h"
#include "vm/core/date.h"

static const Text NO_TEXT = {"", 0};

static Text joined(Core *core, Text a, Text separator, Text b)
{
    StringBuilder out;
    builder_init(&out, core->arena);
    builder_text(&out, a);
    builder_text(&out, separator);
    builder_text(&out, b);
    return builder_result(&out);
}

static Text number_text(Core *core, Number number)
{
    StringBuilder out;
    builder_init(&out, core->arena);
    number_append(&out, number, 0);
    return builder_result(&out);
}

static Text unit_name(const Core *core, uint32_t unit)
{
    return unit < core->unit_count ? core->units[unit].name : NO_TEXT;
}

void scenario_add(Core *core, FactList *list, Text column, bd_value value, Span span)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (!text_equal(list->items[i].column, column))
            continue;
        Diag *diag = diag_report(core->diags, DIAG_E0804, span, column, NO_TEXT, NO_TEXT);
        diag_label(core->diags, diag, list->items[i].span, DIAG_N0501, NO_TEXT, NO_TEXT);
        return;
    }
    list->items = arena_grow(core->arena, list->items, list->count, &list->capacity, sizeof *list->items);
    list->items[list->count++] = (ScenarioFact){column, value, span};
}

/* ---- values ---- */

/* `28 dagen`, `€ 5 per uur`: the count and the unit as the contract names it. */
static bool measured_value(Core *core, const Ast *node, Type type, bd_value *out)
{
    const Ast *count = node->a;
    uint32_t unit = find_unit(core, node->text);
    if (unit == BD_NONE) {
        report_unknown(core, node->span, node->text, "u");
        return false;
    }
    if (type.unit < core->unit_count && core->units[unit].base != core->units[type.unit].base) {
        diag_report(core->diags, DIAG_E0404, node->span, core->units[unit].name, core->units[type.unit].name, NO_TEXT);
        return false;
    }
    Type plain = {node->kind == AST_RATE ? TYPE_MONEY : TYPE_NUMBER, BD_NONE, BD_NONE, BD_NONE, false, false};
    Expr *value = check_constant(core, count, plain);
    if (value->op != EXPR_NUMBER)
        return false;
    out->text = number_text(core, value->number);
    out->unit = core->units[unit].name;
    return true;
}

static uint32_t product_by_code(const Core *core, Text code)
{
    for (uint32_t i = 0; i < core->product_count; i++) {
        for (uint32_t c = 0; c < core->products[i].code_count; c++) {
            if (text_equal(core->products[i].codes[c], code))
                return i;
        }
    }
    return BD_NONE;
}

static uint32_t unit_by_code(const Core *core, Text code)
{
    for (uint32_t i = 0; i < core->unit_count; i++) {
        if (core->units[i].code.size > 0 && text_equal(core->units[i].code, code))
            return i;
    }
    return BD_NONE;
}

static bool choice_value(Core *core, const Ast *node, uint32_t choice, bd_value *out)
{
    bool is_name = node->kind == AST_NAME || node->kind == AST_TEXT || node->kind == AST_FIELD;
    uint32_t member = is_name ? find_member(core, choice, node->text) : BD_NONE;
    if (member == BD_NONE && is_name && choice == CHOICE_UNITS)
        member = find_unit(core, node->text);
    if (member == BD_NONE && is_name && choice == CHOICE_UNITS)
        member = unit_by_code(core, node->text);
    if (member == BD_NONE && is_name && choice == CHOICE_PRODUCTS)
        member = product_by_code(core, node->text);
    out->choice = choice;
    out->integer = (int32_t)member;
    if (member != BD_NONE)
        return true;
    Diag *diag = diag_report(core->diags, DIAG_E0503, node->span, node->text, core->choices[choice].name, NO_TEXT);
    for (uint32_t i = 0; i < core->choices[choice].member_count; i++) {
        if (text_distance(node->text, core->choices[choice].members[i].name, 2) <= 2) {
            diag_help(core->diags, diag, DIAG_N0001, core->choices[choice].members[i].name, NO_TEXT);
            break;
        }
    }
    return false;
}

/* A number without a unit: of an amount per unit and of a volume it is counted in the product's unit. */
static bool number_value(Core *core, const Ast *node, Type type, bd_value *out)
{
    bool is_plain = node->kind == AST_NUMBER && type.kind != TYPE_QUANTITY; /* euros need no sign in a list of facts */
    Type wanted = type;
    if (type.kind == TYPE_RATE)
        wanted.kind = is_plain ? TYPE_NUMBER : TYPE_MONEY;
    else if (is_plain && type.kind == TYPE_MONEY)
        wanted.kind = TYPE_NUMBER;
    else if (type.kind == TYPE_QUANTITY && type.unit >= core->unit_count)
        wanted.kind = node->kind == AST_MONEY ? TYPE_MONEY : TYPE_NUMBER;
    if (wanted.kind != type.kind)
        wanted.unit = BD_NONE;
    Expr *value = check_constant(core, node, wanted);
    if (value->op != EXPR_NUMBER)
        return false;
    out->text = number_text(core, value->number);
    bool is_euro = node->kind == AST_MONEY && type.kind == TYPE_QUANTITY;
    out->unit = is_euro ? TEXT("euro") : type.unit < core->unit_count ? unit_name(core, type.unit) : NO_TEXT;
    return true;
}

bool scenario_value(Core *core, const Ast *node, Type type, bd_value *out)
{
    *out = (bd_value){
        .meaning = layout_meaning(type.kind), .present = true, .choice = BD_NONE, .text = {"", 0}, .unit = {"", 0}};
    if (node->kind == AST_ERROR || type.kind == TYPE_ERROR)
        return false;
    if ((node->kind == AST_QUANTITY && type.kind == TYPE_QUANTITY) ||
        (node->kind == AST_RATE && type.kind == TYPE_RATE))
        return measured_value(core, node, type, out);
    if (type.kind == TYPE_CHOICE)
        return choice_value(core, node, type.choice, out);
    if (type.kind == TYPE_TEXT && (node->kind == AST_NAME || node->kind == AST_TEXT)) {
        out->text = node->text;
        return true;
    }
    if (type.kind == TYPE_NUMBER || type.kind == TYPE_MONEY || type.kind == TYPE_QUANTITY || type.kind == TYPE_RATE)
        return number_value(core, node, type, out);
    Expr *value = check_constant(core, node, type);
    out->integer = value->integer;
    out->boolean = value->op == EXPR_BOOLEAN && value->integer != 0;
    return value->op != EXPR_ERROR;
}

/* ---- facts by column ---- */

static void add_unit(Core *core, FactList *list, Text column, Text name, Span span)
{
    uint32_t unit = find_unit(core, name);
    bd_value value = {.meaning = BD_MEANS_CHOICE,
                      .present = true,
                      .integer = (int32_t)unit,
                      .choice = CHOICE_UNITS,
                      .text = {"", 0},
                      .unit = {"", 0}};
    if (unit != BD_NONE)
        scenario_add(core, list, column, value, span);
}

/* States a column; a quantity in the product's unit also states the column that says in which unit it is written. */
static void state_column(Core *core, FactList *list, uint32_t index, const Ast *value_node, Span span)
{
    const Column *column = &core->columns[index];
    bd_value value;
    if (!scenario_value(core, value_node, column->type, &value))
        return;
    scenario_add(core, list, column->name, value, span);
    if (column->type.kind != TYPE_QUANTITY || column->type.unit != UNIT_OF_PRODUCT || value.unit.size == 0)
        return;
    Text prefix = column->group == BD_NONE ? NO_TEXT : core->columns[column->group].name;
    add_unit(core, list, prefix.size == 0 ? TEXT("eenheid") : joined(core, prefix, TEXT("_"), TEXT("eenheid")),
             value.unit, span);
}

/* `toewijzing.ingangsdatum` and `startbericht.begindatum` are the columns toewijzing_ingangsdatum and start_begindatum. */
static uint32_t column_of_path(Core *core, Text path)
{
    size_t dot = 0;
    while (dot < path.size && path.data[dot] != '.')
        dot++;
    if (dot == path.size)
        return find_column(core, BD_NONE, path);
    uint32_t group = find_column(core, BD_NONE, text_slice(path, 0, dot));
    if (group == BD_NONE || !core->columns[group].is_group)
        return BD_NONE;
    return find_column(core, BD_NONE,
                       joined(core, core->columns[group].name, TEXT("_"), text_slice(path, dot + 1, path.size)));
}

static bool is_dimension_of(const Core *core, const FactList *facts, uint32_t choice)
{
    for (uint32_t i = 0; i < facts->count; i++) {
        if (!text_equal(facts->items[i].column, TEXT("product")))
            continue;
        const Product *product = &core->products[facts->items[i].value.integer];
        for (uint32_t d = 0; d < product->dimension_count; d++) {
            if (core->columns[product->dimensions[d]].type.choice == choice)
                return true;
        }
    }
    return false;
}

/* The choice a bare member belongs to: the only one, or the only one that the product's tariff tells apart. */
static uint32_t choice_of_member(Core *core, const FactList *facts, const Ast *fact)
{
    uint32_t first = BD_NONE, second = BD_NONE, dimension = BD_NONE, dimensions = 0;
    for (uint32_t choice = CHOICE_UNITS + 1; choice < core->choice_count; choice++) {
        if (core->choices[choice].hidden || find_member(core, choice, fact->text) == BD_NONE)
            continue;
        if (first == BD_NONE)
            first = choice;
        else
            second = choice;
        if (is_dimension_of(core, facts, choice)) {
            dimension = choice;
            dimensions++;
        }
    }
    if (second == BD_NONE || dimensions == 1)
        return second == BD_NONE ? first : dimension;
    diag_report(core->diags, DIAG_E0805, fact->span, fact->text, core->choices[first].name, core->choices[second].name);
    return BD_NONE - 1;
}

/* `keuze.lid` alone, for a member that two choices share. */
static uint32_t choice_of_path(const Core *core, Text path, Text *member)
{
    size_t dot = 0;
    while (dot < path.size && path.data[dot] != '.')
        dot++;
    uint32_t choice = find_choice(core, text_slice(path, 0, dot));
    *member = text_slice(path, dot + 1, path.size);
    return choice != BD_NONE && find_member(core, choice, *member) != BD_NONE ? choice : BD_NONE;
}

static void state_member(Core *core, FactList *list, uint32_t choice, Text member, Span span)
{
    uint32_t column = BD_NONE;
    for (uint32_t i = 0; i < core->column_count && column == BD_NONE; i++) {
        const Column *candidate = &core->columns[i];
        bool is_own = candidate->type.kind == TYPE_CHOICE && candidate->type.choice == choice;
        if (candidate->list == BD_NONE && is_own)
            column = i;
    }
    if (column == BD_NONE) {
        report_unknown(core, span, core->choices[choice].name, "c");
        return;
    }
    bd_value value = {.meaning = BD_MEANS_CHOICE, .present = true, .choice = choice, .text = {"", 0}, .unit = {"", 0}};
    value.integer = (int32_t)find_member(core, choice, member);
    scenario_add(core, list, core->columns[column].name, value, span);
}

static void bare_fact(Core *core, FactList *list, const Ast *fact)
{
    uint32_t product = find_product(core, fact->text), column = column_of_path(core, fact->text);
    Text member = fact->text;
    if (product != BD_NONE) {
        bd_value value = {.meaning = BD_MEANS_CHOICE,
                          .present = true,
                          .integer = (int32_t)product,
                          .choice = CHOICE_PRODUCTS,
                          .text = {"", 0},
                          .unit = {"", 0}};
        scenario_add(core, list, TEXT("product"), value, fact->span);
        return;
    }
    bool is_message =
        column != BD_NONE && core->columns[column].is_group; /* it is there, and nothing else is said of it */
    if (is_message || (column != BD_NONE && core->columns[column].type.kind == TYPE_BOOLEAN)) {
        bd_value value = {.meaning = BD_MEANS_BOOLEAN,
                          .present = true,
                          .boolean = true,
                          .integer = 1,
                          .choice = BD_NONE,
                          .text = {"", 0},
                          .unit = {"", 0}};
        scenario_add(core, list, core->columns[column].name, value, fact->span);
        return;
    }
    uint32_t choice = choice_of_path(core, fact->text, &member);
    if (choice == BD_NONE) {
        member = fact->text;
        choice = choice_of_member(core, list, fact);
    }
    if (choice == BD_NONE - 1)
        return;
    if (choice != BD_NONE)
        state_member(core, list, choice, member, fact->span);
    else if (column != BD_NONE)
        diag_report(core->diags, DIAG_E0811, fact->span, fact->text, NO_TEXT, NO_TEXT);
    else
        report_unknown(core, fact->span, fact->text, "pmcl");
}

/* ---- records ---- */

static uint32_t list_named(const Core *core, Text name)
{
    uint32_t list = find_list(core, name);
    for (uint32_t i = 0; list == BD_NONE && i < core->list_count; i++) {
        if (text_equal(core->lists[i].record_name, name))
            list = i;
    }
    return list;
}

static void report_field(Core *core, const Ast *field, Text of)
{
    diag_report(core->diags, DIAG_E0309, field->span, of, field->text, NO_TEXT);
}

static void group_records(Core *core, FactList *list, uint32_t group, const Ast *fact)
{
    if (fact->c->next != NULL) {
        diag_report(core->diags, DIAG_E0804, fact->c->next->span, fact->text, NO_TEXT, NO_TEXT);
        return;
    }
    for (const Ast *field = fact->c->c; field != NULL; field = field->next) {
        uint32_t column = find_column(core, BD_NONE, joined(core, core->columns[group].name, TEXT("_"), field->text));
        if (column == BD_NONE || field->a == NULL)
            report_field(core, field, fact->text);
        else
            state_column(core, list, column, field->a, field->span);
    }
}

static void list_records(Core *core, RecordList *records, uint32_t index, const Ast *fact)
{
    const List *list = &core->lists[index];
    for (const Ast *record = fact->c; record != NULL; record = record->next) {
        FactList facts = {0};
        for (const Ast *field = record->c; field != NULL; field = field->next) {
            uint32_t column = find_column(core, index, field->text);
            if (column == BD_NONE || field->a == NULL)
                report_field(core, field, list->name);
            else
                state_column(core, &facts, column, field->a, field->span);
        }
        records->items =
            arena_grow(core->arena, records->items, records->count, &records->capacity, sizeof *records->items);
        records->items[records->count++] = (ScenarioRecord){list->name, facts.items, facts.count};
    }
}

static void record_fact(Core *core, FactList *list, RecordList *records, const Ast *fact)
{
    uint32_t group = find_column(core, BD_NONE, fact->text), index = list_named(core, fact->text);
    if (group != BD_NONE && core->columns[group].is_group)
        group_records(core, list, group, fact);
    else if (index != BD_NONE)
        list_records(core, records, index, fact);
    else
        report_unknown(core, fact->name_span, fact->text, "lc");
}

/* ---- rows of extern tables ---- */

/* A key or value as the text that a parameter file would hold. */
static bool row_text(Core *core, const Ast *node, Type type, Text *out)
{
    bd_value value;
    if (!scenario_value(core, node, type, &value))
        return false;
    StringBuilder builder;
    builder_init(&builder, core->arena);
    if (type.kind == TYPE_CHOICE)
        builder_text(&builder, core->choices[type.choice].members[value.integer].name);
    else if (type.kind == TYPE_DATE)
        date_append(&builder, value.integer);
    else if (type.kind == TYPE_MONTH)
        month_append(&builder, value.integer);
    else if (type.kind == TYPE_YEAR)
        builder_int64(&builder, value.integer);
    else if (type.kind == TYPE_BOOLEAN)
        builder_text(&builder, value.boolean ? TEXT("ja") : TEXT("nee"));
    else
        builder_text(&builder, value.text);
    *out = builder_result(&builder);
    return true;
}

static void table_row(Builder *builder, const Ast *fact)
{
    Core *core = builder->core;
    uint32_t index = find_table(core, fact->text);
    if (index == BD_NONE) {
        uint32_t product = find_product(core, fact->text);
        index = product == BD_NONE ? BD_NONE : core->products[product].tariff;
    }
    if (index == BD_NONE) {
        report_unknown(core, fact->name_span, fact->text, "t");
        return;
    }
    const Table *table = &core->tables[index];
    size_t keys = ast_count(fact->b);
    if (!table->is_extern || (table->series && table->series->values)) {
        diag_report(core->diags, DIAG_E0810, fact->name_span, fact->text, NO_TEXT, NO_TEXT);
        return;
    }
    size_t asked = table->is_calendar ? 1 : table->dimension_count;
    if (keys != asked) {
        Number wanted = {(int64_t)asked, 1, NULL}, found = {(int64_t)keys, 1, NULL};
        diag_report(core->diags, DIAG_E0809, fact->span, fact->text, number_text(core, wanted),
                    number_text(core, found));
        return;
    }
    ScenarioRow row = {.table = table->name,
                       .keys = arena_array(core->arena, keys, sizeof(Text)),
                       .key_count = table->dimension_count,
                       .from = BD_DATE_MIN,
                       .span = fact->span};
    uint32_t i = 0;
    bool good = row_text(core, fact->a, table->type, &row.value);
    if (table->is_calendar) {
        Expr *start = check_constant(core, fact->b, table->type);
        good = good && start->op == EXPR_DATE;
        row.from = start->integer;
    }
    for (const Ast *key = fact->b; key != NULL && !table->is_calendar; key = key->next, i++)
        good = row_text(core, key, table->dimensions[i].type, &row.keys[i]) && good;
    if (!good)
        return;
    builder->rows = arena_grow(core->arena, builder->rows, builder->scenario->row_count, &builder->row_capacity,
                               sizeof *builder->rows);
    builder->rows[builder->scenario->row_count++] = row;
}

static void state_row(Builder *builder, const Ast *fact)
{
    if (!builder->without_rows)
        table_row(builder, fact);
}

/* ---- all of them ---- */

static void interval_fact(Core *core, FactList *list, const Ast *fact)
{
    if (fact->a == NULL || fact->a->a == NULL || fact->a->b == NULL) {
        diag_report(core->diags, DIAG_E0813, fact->span, NO_TEXT, NO_TEXT, NO_TEXT);
        return;
    }
    state_column(core, list, COLUMN_BEGIN, fact->a->a, fact->a->a->span);
    state_column(core, list, COLUMN_END, fact->a->b, fact->a->b->span);
}

static void as_of_fact(Builder *builder, const Ast *fact)
{
    Type date = {TYPE_DATE, BD_NONE, BD_NONE, BD_NONE, false, false};
    Expr *value = check_constant(builder->core, fact->a, date);
    builder->scenario->has_as_of = value->op == EXPR_DATE;
    builder->scenario->as_of = value->integer;
}

/* `oordeel X = ja`: the cell of that judgement. */
static void judgement_fact(Core *core, FactList *list, const Ast *fact)
{
    uint32_t column = find_column(core, BD_NONE, fact->text);
    if (column == BD_NONE || !core->columns[column].is_judgement)
        report_unknown(core, fact->name_span, fact->text, "j");
    else
        state_column(core, list, column, fact->a, fact->span);
}

/* `lezing Y = b` holds for the whole scenario. */
static void reading_fact(Builder *builder, const Ast *fact)
{
    Core *core = builder->core;
    Scenario *scenario = builder->scenario;
    uint32_t reading = find_reading(core, fact->text);
    bd_value value = {.present = true};
    if (builder->without_rows)
        return;
    if (reading == BD_NONE) {
        report_unknown(core, fact->name_span, fact->text, "g");
        return;
    }
    for (uint32_t i = 0; i < scenario->reading_count; i++) {
        if (!text_equal(scenario->readings[i].name, fact->text))
            continue;
        Diag *diag = diag_report(core->diags, DIAG_E0804, fact->span, fact->text, NO_TEXT, NO_TEXT);
        diag_label(core->diags, diag, scenario->readings[i].span, DIAG_N0501, NO_TEXT, NO_TEXT);
        return;
    }
    const Choice *choice = &core->choices[core->readings[reading].choice];
    if (!choice_value(core, fact->a, core->readings[reading].choice, &value))
        return;
    scenario->readings = arena_grow(core->arena, scenario->readings, scenario->reading_count,
                                    &builder->reading_capacity, sizeof *scenario->readings);
    scenario->readings[scenario->reading_count++] =
        (ScenarioReading){fact->text, choice->members[value.integer].name, fact->span};
}

void scenario_granted_fact(Builder *builder, const Ast *granted, FactList *out)
{
    state_column(builder->core, out, granted->kind == AST_MONEY ? COLUMN_CLAIMED_AMOUNT : COLUMN_VOLUME, granted,
                 granted->span);
}

void scenario_fill(Core *core, FactList *facts, const FactList *more)
{
    uint32_t stated = facts->count;
    for (uint32_t i = 0; i < more->count; i++) {
        bool is_stated = false;
        for (uint32_t k = 0; k < stated; k++)
            is_stated = is_stated || text_equal(facts->items[k].column, more->items[i].column);
        if (!is_stated)
            scenario_add(core, facts, more->items[i].column, more->items[i].value, more->items[i].span);
    }
}

/* `debet_credit "C", vorige_declaratie "D1", vorige_regel 1`: facts of a credit line that no rule can read. */
static bool credit_fact(Core *core, FactList *list, const Ast *fact)
{
    static const Text NAMES[] = {TEXT_INIT("debet_credit"), TEXT_INIT("vorige_declaratie"), TEXT_INIT("vorige_regel")};
    Type text = {TYPE_TEXT, BD_NONE, BD_NONE, BD_NONE, false, false}, number = text;
    number.kind = TYPE_NUMBER;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        bd_value value;
        if (!text_equal(fact->text, NAMES[i]))
            continue;
        if (scenario_value(core, fact->a, fact->a->kind == AST_NUMBER ? number : text, &value))
            scenario_add(core, list, fact->text, value, fact->span);
        return true;
    }
    return false;
}

/* A message of the standard is given by its fields: shows one. */
static void refuse_bare_group(Core *core, const Ast *fact, uint32_t group)
{
    Diag *diag = diag_report(core->diags, DIAG_E0811, fact->span, fact->text, NO_TEXT, NO_TEXT);
    uint32_t field = 0;
    while (field < core->column_count && core->columns[field].group != group)
        field++;
    if (field == core->column_count)
        return;
    Text name = core->columns[field].name; /* toewijzing_volume, which contracts write toewijzing.volume */
    diag_help(core->diags, diag, DIAG_N0801, fact->text,
              text_slice(name, core->columns[group].name.size + 1, name.size));
}

static void named_fact(Core *core, FactList *list, const Ast *fact)
{
    uint32_t column = column_of_path(core, fact->text);
    if (column == BD_NONE && credit_fact(core, list, fact))
        return;
    if (column == BD_NONE)
        report_unknown(core, fact->name_span, fact->text, "cl");
    else if (core->columns[column].is_group)
        refuse_bare_group(core, fact, column);
    else
        state_column(core, list, column, fact->a, fact->span);
}

/* Whether a fact that a form took is a column of the lines as well. */
static bool is_line_column(Core *core, Text path)
{
    uint32_t column = column_of_path(core, path);
    return column != BD_NONE && !core->columns[column].is_group;
}

void scenario_facts(Builder *builder, const Ast *facts, FactList *out, RecordList *records)
{
    Core *core = builder->core;
    for (const Ast *fact = facts; fact != NULL;
         fact = fact->next) { /* the product first: it tells what a bare member is of */
        if (ast_has(fact, AST_IS_OF_PRODUCT) && fact->a != NULL)
            state_column(core, out, COLUMN_PRODUCT, fact->a, fact->span);
    }
    for (const Ast *fact = facts; fact != NULL; fact = fact->next) {
        if (fact->kind == AST_ERROR || ast_has(fact, AST_IS_OF_PRODUCT))
            continue;
        bool is_plain = fact->b == NULL && fact->c == NULL && fact->flags == 0;
        if (is_plain && scenario_form_fact(builder, fact) && !is_line_column(core, fact->text))
            continue;
        if (ast_has(fact, AST_IS_IS_INTERVAL))
            interval_fact(core, out, fact);
        else if (ast_has(fact, AST_IS_AS_OF))
            as_of_fact(builder, fact);
        else if (ast_has(fact, AST_IS_OF_JUDGEMENT))
            judgement_fact(core, out, fact);
        else if (ast_has(fact, AST_IS_OF_READING))
            reading_fact(builder, fact);
        else if (ast_has(fact, AST_IS_OF_TABLE) || ast_has(fact, AST_IS_OF_SERIES) || fact->b != NULL)
            state_row(builder, fact);
        else if (fact->c != NULL)
            record_fact(core, out, records, fact);
        else if (fact->a != NULL)
            named_fact(core, out, fact);
        else
            bare_fact(core, out, fact);
    }
}
