/* scenario.c: each `voorbeeld` of the tree -> facts by column name and expectations by rule name.
**
** Works on a checked core. `gegeven` without a number states facts of the only line, or of every line where lines are numbered; a
** numbered one adds to its own line. What is expected names rules, codes and callables that exist, so that a scenario cannot pass by a
** slip of the pen. scenario_fact.c reads the facts.
** Invariant: each Expectation's line is below line_count.
*/
#include "compiler/scenario_internal.h"

#include "vm/core/date.h"
#include "vm/core/limits.h"

#include <string.h>

enum { LINES_MAX = 1000 }; /* a scenario is read by people */

static const Text NO_TEXT = {"", 0};

static Text count_text(Core *core, uint64_t count)
{
    StringBuilder out;
    builder_init(&out, core->arena);
    builder_uint64(&out, count);
    return builder_result(&out);
}

/* ---- lines ---- */

static uint32_t line_number(Core *core, const Ast *node)
{
    if (!ast_has(node, AST_IS_NUMBERED))
        return 0;
    if (number_is_whole(node->number) && node->number.big == NULL && node->number.num >= 1 &&
        node->number.num <= LINES_MAX)
        return (uint32_t)node->number.num;
    diag_report(core->diags, DIAG_E0911, node->span, ast_kind_name(AST_RULE), NO_TEXT, NO_TEXT);
    return 0;
}

static uint32_t highest_line(Core *core, const Ast *item)
{
    uint32_t highest = 0;
    for (const Ast *given = ast_clause(item, AST_GIVEN); given != NULL; given = ast_next_clause(given)) {
        uint32_t number = line_number(core, given);
        highest = number > highest ? number : highest;
    }
    return highest;
}

/* The facts of one line (from 1): those of all lines, then its own. */
static ScenarioLine make_line(Builder *builder, const Ast *item, uint32_t number)
{
    FactList facts = {0};
    RecordList records = {0};
    for (const Ast *given = ast_clause(item, AST_GIVEN); given != NULL; given = ast_next_clause(given)) {
        bool is_shared = !ast_has(given, AST_IS_NUMBERED);
        builder->without_rows = is_shared && number > 1;
        if (is_shared || line_number(builder->core, given) == number)
            scenario_facts(builder, given->a, &facts, &records);
    }
    return (ScenarioLine){facts.items, facts.count, records.items, records.count};
}

static void make_lines(Builder *builder, const Ast *item)
{
    Scenario *scenario = builder->scenario;
    uint32_t highest = highest_line(builder->core, item);
    uint32_t count = highest > 0 ? highest : 1;
    scenario->lines = arena_array(builder->core->arena, count, sizeof *scenario->lines);
    for (uint32_t i = 0; i < count; i++)
        scenario->lines[i] = make_line(builder, item, i + 1);
    scenario->line_count = count;
}

/* `eerder … toegekend Q`: what was granted stands in the place of what was claimed; what is not said is what holds for all lines. */
static ScenarioLine make_earlier_line(Builder *builder, const Ast *item, const Ast *earlier)
{
    FactList facts = {0}, own = {0}, shared = {0};
    RecordList records = {0}, ignored = {0};
    builder->without_rows = true;
    scenario_granted_fact(builder, earlier->b, &facts);
    scenario_facts(builder, earlier->a, &own, &records);
    for (const Ast *given = ast_clause(item, AST_GIVEN); given != NULL; given = ast_next_clause(given)) {
        if (!ast_has(given, AST_IS_NUMBERED))
            scenario_facts(builder, given->a, &shared, &ignored);
    }
    scenario_fill(builder->core, &facts, &own);
    scenario_fill(builder->core, &facts, &shared);
    builder->without_rows = false;
    return (ScenarioLine){facts.items, facts.count, records.items, records.count};
}

static void make_earlier(Builder *builder, const Ast *item)
{
    Scenario *scenario = builder->scenario;
    const Ast *earlier = ast_clause(item, AST_EARLIER);
    size_t room = 0;
    for (const Ast *each = earlier; each != NULL; each = ast_next_clause(each))
        room++;
    scenario->earlier = arena_array(builder->core->arena, room, sizeof *scenario->earlier);
    for (; earlier != NULL; earlier = ast_next_clause(earlier))
        scenario->earlier[scenario->earlier_count++] = make_earlier_line(builder, item, earlier);
}

/* ---- what is expected ---- */

static bool rule_exists(const Core *core, Text name)
{
    static const Text OWN[] = {
        TEXT_INIT("over_tariefgrens"),     TEXT_INIT("deel_van_eenheid"), TEXT_INIT("eenheid_onjuist"),
        TEXT_INIT("product_niet_geldig"),  TEXT_INIT("dubbel"),           TEXT_INIT("credit_onbekend"),
        TEXT_INIT("credit_van_afgekeurd"), TEXT_INIT("credit_dubbel")};
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++) {
        if (text_equal(OWN[i], name))
            return true;
    }
    Text judgement = NO_TEXT;
    if (text_has_prefix(name, TEXT("oordeel_")))
        judgement = text_slice(name, sizeof "oordeel_" - 1, name.size);
    else if (text_has_prefix(name, TEXT("judgement_")))
        judgement = text_slice(name, sizeof "judgement_" - 1, name.size);
    for (uint32_t i = 0; judgement.size > 0 && i < core->column_count; i++) {
        if (core->columns[i].is_judgement && text_equal(core->columns[i].name, judgement))
            return true;
    }
    for (uint32_t i = 0; i < core->rule_count; i++) {
        if (text_equal(core->rules[i].name, name) ||
            (core->rules[i].code.size > 0 && text_equal(core->rules[i].code, name)))
            return true;
    }
    return false;
}

static Text nearest_rule(const Core *core, Text name)
{
    Text best = {"", 0};
    unsigned nearest = 3;
    for (uint32_t i = 0; i < core->rule_count; i++) {
        unsigned distance = text_distance(name, core->rules[i].name, 2);
        if (distance < nearest) {
            nearest = distance;
            best = core->rules[i].name;
        }
    }
    return best;
}

static void expected_rules(Core *core, const Ast *names, Expectation *out)
{
    out->names = arena_array(core->arena, ast_count(names), sizeof *out->names);
    for (const Ast *name = names; name != NULL; name = name->next) {
        out->names[out->name_count++] = name->text;
        if (rule_exists(core, name->text))
            continue;
        Diag *diag = diag_report(core->diags, DIAG_E0803, name->span, name->text, NO_TEXT, NO_TEXT);
        Text near = nearest_rule(core, name->text);
        if (near.size > 0)
            diag_help(core->diags, diag, DIAG_N0001, near, NO_TEXT);
    }
}

static Type plain_type(TypeKind kind, uint32_t unit)
{
    return (Type){kind, unit, BD_NONE, BD_NONE, false, false};
}

static void expected_value(Core *core, const Ast *node, Type type, Expectation *out)
{
    if (out->faults)
        return;
    out->has_value = scenario_value(core, node, type, &out->value);
}

/* ---- calls ---- */

static Text after_dot(Text path, Text kind)
{
    bool has_kind = path.size > kind.size && text_has_prefix(path, kind) && path.data[kind.size] == '.';
    return has_kind ? text_slice(path, kind.size + 1, path.size) : path;
}

static void callable_name(Core *core, Text kind, Text name, Expectation *out)
{
    StringBuilder builder;
    builder_init(&builder, core->arena);
    builder_text(&builder, kind);
    builder_char(&builder, '.');
    builder_text(&builder, name);
    out->names = arena_array(core->arena, 1, sizeof *out->names);
    out->names[0] = builder_result(&builder);
    out->name_count = 1;
    out->text = out->names[0];
}

static bool has_right_count(Core *core, const Ast *outcome, uint32_t wanted)
{
    size_t found = ast_count(outcome->c);
    if (found == wanted)
        return true;
    diag_report(core->diags, DIAG_E0809, outcome->span, outcome->text, count_text(core, wanted),
                count_text(core, found));
    return false;
}

static void expect_definition(Core *core, const Ast *outcome, Definition *definition, Expectation *out)
{
    callable_name(core, TEXT("definitie"), definition->name, out);
    if (!definition->callable) {
        diag_report(core->diags, DIAG_E0808, outcome->name_span, definition->name, NO_TEXT, NO_TEXT);
        return;
    }
    if (!has_right_count(core, outcome, definition->parameter_count))
        return;
    FactList facts = {0};
    uint32_t i = 0;
    for (const Ast *argument = outcome->c; argument != NULL; argument = argument->next, i++) {
        bd_value value;
        if (scenario_value(core, argument, definition->parameter_types[i], &value))
            scenario_add(core, &facts, definition->parameter_names[i], value, argument->span);
    }
    out->facts = facts.items;
    out->fact_count = facts.count;
    Type result = definition->type;
    if (result.kind == TYPE_ERROR && definition->instances != NULL && definition->instances->body != NULL)
        result = definition->instances->body->type; /* not written: as checked */
    expected_value(core, outcome->a, result, out);
}

static void expect_table(Core *core, const Ast *outcome, const Table *table, Expectation *out)
{
    callable_name(core, table->is_tariff ? TEXT("tarief") : TEXT("tabel"), table->name, out);
    if (!table->is_tariff && !table->callable) {
        diag_report(core->diags, DIAG_E0808, outcome->name_span, table->name, NO_TEXT, NO_TEXT);
        return;
    }
    if (!has_right_count(core, outcome, table->dimension_count))
        return;
    FactList facts = {0};
    uint32_t i = 0;
    for (const Ast *key = outcome->c; key != NULL; key = key->next, i++) {
        bd_value value;
        if (scenario_value(core, key, table->dimensions[i].type, &value))
            scenario_add(core, &facts, table->dimensions[i].name, value, key->span);
    }
    out->facts = facts.items;
    out->fact_count = facts.count;
    expected_value(core, outcome->a, table->type, out);
}

static void expect_call(Builder *builder, const Ast *outcome, Expectation *out)
{
    Core *core = builder->core;
    Text output;
    const Form *form = scenario_form(core, outcome, &output);
    out->kind = EXPECT_CALL;
    out->faults = ast_has(outcome, AST_IS_FAULT);
    Definition *definition =
        find_definition(core, after_dot(after_dot(outcome->text, TEXT("definitie")), TEXT("definition")));
    uint32_t product = find_product(core, after_dot(after_dot(outcome->text, TEXT("tarief")), TEXT("tariff")));
    uint32_t table = product == BD_NONE ? BD_NONE : core->products[product].tariff;
    if (table == BD_NONE)
        table = find_table(core, after_dot(after_dot(outcome->text, TEXT("tabel")), TEXT("table")));
    bool of_form = ast_has(outcome, AST_IS_OF_PENALTY) || ast_has(outcome, AST_IS_OF_TERM);
    if (form != NULL && (of_form || definition == NULL))
        scenario_expect_form(builder, outcome, form, output, out);
    else if (of_form)
        report_unknown(core, outcome->name_span, outcome->text, "f");
    else if (definition != NULL)
        expect_definition(core, outcome, definition, out);
    else if (table != BD_NONE)
        expect_table(core, outcome, &core->tables[table], out);
    else
        report_unknown(core, outcome->name_span, outcome->text, "dptf");
}

/* The moment that an expectation names: by its year, a month or a date the latest one then. */
static bool moment_of(Core *core, const Ast *when, const Indexation *index, int32_t *day)
{
    if (when->kind == AST_DATE || when->kind == AST_MONTH)
        *day = when->kind == AST_DATE ? when->date : month_last_day(when->date);
    else if (!number_is_whole(when->number) || when->number.num < 1 || when->number.num > 9999 ||
             !date_from_ymd((int32_t)when->number.num, index->month, index->day, day)) {
        diag_report(core->diags, DIAG_E1203, when->span, NO_TEXT, NO_TEXT, NO_TEXT);
        return false;
    }
    return true;
}

static void expect_factor(Core *core, const Ast *outcome, Expectation *out)
{
    const Indexation *index = NULL;
    for (uint32_t i = 0; i < core->indexation_count; i++)
        if (text_equal(core->indexations[i].name, outcome->text))
            index = &core->indexations[i];
    int32_t day = 0;
    if (index == NULL) {
        report_unknown(core, outcome->name_span, outcome->text, "");
        return;
    }
    if (!moment_of(core, outcome->c, index, &day))
        return;
    out->kind = EXPECT_CALL;
    out->is_factor = outcome->a->kind == AST_NUMBER;
    callable_name(core, TEXT("indexering"), index->name, out);
    FactList facts = {0};
    bd_value date = {.meaning = BD_MEANS_DATE, .present = true, .integer = day, .choice = BD_NONE};
    scenario_add(core, &facts, TEXT("peildatum"), date, outcome->c->span);
    out->facts = facts.items;
    out->fact_count = facts.count;
    expected_value(core, outcome->a, plain_type(TYPE_NUMBER, BD_NONE), out);
}

/* ---- outcomes ---- */

static void expect_outcome(Builder *builder, const Ast *outcome, Expectation *out)
{
    Core *core = builder->core;
    if (ast_has(outcome, AST_IS_APPROVED)) {
        out->kind = EXPECT_APPROVED;
        if (outcome->a != NULL)
            expected_value(core, outcome->a, plain_type(TYPE_MONEY, BD_NONE), out);
    } else if (ast_has(outcome, AST_IS_REJECTED) || ast_has(outcome, AST_IS_HELD) || ast_has(outcome, AST_IS_CAPPED)) {
        out->kind = ast_has(outcome, AST_IS_REJECTED) ? EXPECT_REJECTED
                    : ast_has(outcome, AST_IS_HELD)   ? EXPECT_SUSPENDED
                                                      : EXPECT_CAPPED;
        expected_rules(core, outcome->b, out);
    } else if (ast_has(outcome, AST_IS_GRANTED)) {
        out->kind = EXPECT_GRANTED;
        expected_value(core, outcome->a, plain_type(TYPE_QUANTITY, UNIT_OF_PRODUCT), out);
    } else if (ast_has(outcome, AST_IS_IS_TARIFF)) {
        out->kind = EXPECT_TARIFF;
        expected_value(core, outcome->a, plain_type(TYPE_RATE, UNIT_OF_PRODUCT), out);
    } else if (ast_has(outcome, AST_IS_FAULT) && outcome->text.size == 0) {
        out->kind = EXPECT_FAULT;
    } else if (ast_has(outcome, AST_IS_OF_INDEXATION)) {
        expect_factor(core, outcome, out);
    } else if (outcome->a == NULL && !ast_has(outcome, AST_IS_FAULT)) {
        diag_report(core->diags, DIAG_E0812, outcome->span, outcome->text, NO_TEXT, NO_TEXT);
    } else {
        expect_call(builder, outcome, out);
    }
}

static void make_expectation(Builder *builder, const Ast *outcome, uint32_t line)
{
    Scenario *scenario = builder->scenario;
    Expectation made = {.line = line, .text = {"", 0}, .span = outcome->span};
    expect_outcome(builder, outcome, &made);
    if (made.kind == 0)
        return;
    builder->expectations = arena_grow(builder->core->arena, builder->expectations, scenario->expectation_count,
                                       &builder->expectation_capacity, sizeof *builder->expectations);
    builder->expectations[scenario->expectation_count++] = made;
}

static void make_expectations(Builder *builder, const Ast *item)
{
    Core *core = builder->core;
    const Ast *expect = ast_clause(item, AST_EXPECT);
    if (expect == NULL)
        diag_report(core->diags, DIAG_E0801, item->name_span, item->text, NO_TEXT, NO_TEXT);
    for (; expect != NULL; expect = ast_next_clause(expect)) {
        uint32_t number = line_number(core, expect), line = number > 0 ? number - 1 : 0;
        if (line >= builder->scenario->line_count) {
            diag_report(core->diags, DIAG_E0807, expect->span, count_text(core, number), NO_TEXT, NO_TEXT);
            continue;
        }
        for (const Ast *outcome = expect->a; outcome != NULL; outcome = outcome->next) {
            if (outcome->kind == AST_OUTCOME)
                make_expectation(builder, outcome, line);
        }
    }
}

static void make_scenario(Core *core, const Ast *item, Scenario *out)
{
    Builder builder = {.core = core, .scenario = out};
    *out = (Scenario){.name = item->text, .span = item->name_span};
    scenario_collect_forms(&builder, item);
    make_lines(&builder, item);
    make_earlier(&builder, item);
    make_expectations(&builder, item);
    out->rows = builder.rows;
    out->expectations = builder.expectations;
}

void scenarios_from_ast(Core *core, const Ast *items, Scenario **out, uint32_t *count)
{
    uint32_t found = 0;
    for (const Ast *item = items; item != NULL; item = item->next)
        found += item->kind == AST_SCENARIO;
    *out = arena_array(core->arena, found, sizeof **out);
    *count = 0;
    for (const Ast *item = items; item != NULL; item = item->next) {
        if (item->kind == AST_SCENARIO)
            make_scenario(core, item, &(*out)[(*count)++]);
    }
}
