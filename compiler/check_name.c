/* check_name.c: names, fields, calls and look-ups -> references.
**
** A name is, in this order: a bound variable, a fact of the line that the language knows, a column, a definition without parameters, a
** table without keys, a member of the wanted choice, or a member that only one choice has.
*/
#include "compiler/amendment.h"
#include "compiler/check_internal.h"
#include "vm/core/limits.h"

static bool is_word(Text name, const char *nl, const char *en)
{
    return text_equal(name, text_from_cstring(nl)) || text_equal(name, text_from_cstring(en));
}

static Variable *bound(const Checker *k, Text name)
{
    for (const Binding *binding = k->bindings; binding; binding = binding->outer)
        if (text_equal(binding->variable->name, name))
            return binding->variable;
    return NULL;
}

/* ---- Facts of the line ---- */

static Expr *line_error(Checker *k, const Ast *node, Text name)
{
    diag_report(k->core->diags, DIAG_E0413, node->span, name, EMPTY_TEXT, EMPTY_TEXT);
    return expr_error(k, node);
}

/* What the condition of an amendment may not read. */
static Expr *amendment_error(Checker *k, const Ast *node)
{
    diag_report(k->core->diags, DIAG_E0531, node->span, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT);
    return expr_error(k, node);
}

static Expr *column_reference(Checker *k, uint32_t column, const Ast *node)
{
    Core *core = k->core;
    if (k->no_line && !core->columns[column].is_judgement)
        return line_error(k, node, core->columns[column].name);
    Type type = core->columns[column].type;
    if (k->in_amendment && type.unit == UNIT_OF_PRODUCT)
        return amendment_error(k, node);
    if (type.unit == UNIT_OF_PRODUCT) {
        k->reads_product = true;
        if (k->unit_class != BD_NONE)
            type.unit = core->classes[k->unit_class].unit;
    }
    if (column == COLUMN_VOLUME) {
        bool is_money = k->unit_class != BD_NONE && core->classes[k->unit_class].unit == UNIT_EURO;
        if (is_money) { /* `product … in euro`: the volume itself is money */
            type = declare_type(TYPE_MONEY);
            type.whole = true;
            return expr_new(k, EXPR_VOLUME, type, node);
        }
        type.whole = k->unit_class != BD_NONE && core->units[core->classes[k->unit_class].unit].indivisible;
        return expr_new(k, EXPR_VOLUME, type, node);
    }
    if (type.kind == TYPE_MONEY)
        type.whole = true; /* a cell of euros has two decimals; more makes the line's cell malformed */
    Expr *expr = expr_new(k, EXPR_COLUMN, type, node);
    expr->index = column;
    return expr;
}

/* Whether every tariff that can be meant here is in whole cents. */
static bool tariffs_are_whole(const Checker *k)
{
    const Core *core = k->core;
    for (uint32_t p = 0; p < core->product_count; p++) {
        uint32_t table = core->products[p].tariff;
        if (table == BD_NONE || (k->products && !set_has(k->products, p)) ||
            core->products[p].unit_class != k->unit_class)
            continue;
        if (!core->tables[table].type.whole || core->tables[table].is_extern || core->tables[table].is_maximum)
            return false;
    }
    return true;
}

static Expr *tariff_reference(Checker *k, const Ast *node)
{
    Core *core = k->core;
    if (k->no_line)
        return line_error(k, node, node->text);
    if (k->in_amendment)
        return amendment_error(k, node);
    k->reads_product = true;
    if (k->unit_class == BD_NONE)
        return expr_new(k, EXPR_TARIFF, type_of_unit(TYPE_RATE, UNIT_OF_PRODUCT), node);
    uint32_t unit = core->classes[k->unit_class].unit;
    bool any = false;
    for (uint32_t p = 0; p < core->product_count; p++) {
        bool covered = core->products[p].unit_class == k->unit_class && (!k->products || set_has(k->products, p));
        if (!covered || core->products[p].tariff == BD_NONE)
            continue;
        any = true;
        if (core->tables[core->products[p].tariff].is_maximum && find_table(core, TEXT("contracttarief")) == BD_NONE)
            diag_report(core->diags, DIAG_E0416, core->products[p].span, core->products[p].name, EMPTY_TEXT,
                        EMPTY_TEXT);
    }
    if (!any) {
        diag_report(core->diags, DIAG_E0415, node->span, core->units[unit].name, EMPTY_TEXT, EMPTY_TEXT);
        return expr_error(k, node);
    }
    Type type = type_of_unit(TYPE_RATE, unit);
    type.whole = tariffs_are_whole(k);
    Expr *expr = expr_new(k, EXPR_TARIFF, type, node);
    expr->unit_class = k->unit_class;
    return expr;
}

static Expr *product_period(Checker *k, const Ast *node)
{
    if (k->no_line)
        return line_error(k, node, node->text);
    return expr_binary(k, EXPR_INTERVAL, declare_type(TYPE_INTERVAL), node, column_reference(k, COLUMN_BEGIN, node),
                       column_reference(k, COLUMN_END, node));
}

/* What the caps left of the volume, of the kind of the volume. */
static Expr *granted_volume(Checker *k, const Ast *node)
{
    Expr *volume = column_reference(k, COLUMN_VOLUME, node);
    if (volume->op == EXPR_VOLUME)
        volume->op = EXPR_GRANTED;
    return volume;
}

static Expr *line_fact(Checker *k, const Ast *node)
{
    Text name = node->text;
    if (is_word(name, "tarief", "tariff"))
        return tariff_reference(k, node);
    if (is_word(name, "productperiode", "product_period"))
        return product_period(k, node);
    if (is_word(name, "berekend_bedrag", "computed_amount")) {
        if (k->no_line)
            return line_error(k, node, name);
        k->reads_product = true; /* it is volume times tariff: without meaning where these have none */
        Type type = declare_type(TYPE_MONEY);
        type.whole = true;
        return expr_new(k, EXPR_COMPUTED, type, node);
    }
    if (k->granted_allowed && is_word(name, "toegekend_volume", "granted_volume"))
        return granted_volume(k, node);
    if (k->granted_allowed && is_word(name, "toegekend_bedrag", "granted_amount")) {
        Type type = declare_type(TYPE_MONEY);
        type.whole = true;
        return expr_new(k, EXPR_GRANTED_AMOUNT, type, node);
    }
    if (text_equal(name, TEXT("is_credit")))
        return k->no_line ? line_error(k, node, name) : expr_new(k, EXPR_IS_CREDIT, declare_type(TYPE_BOOLEAN), node);
    if (is_word(name, "peildatum", "reference_date"))
        return expr_new(k, EXPR_REFERENCE, declare_type(TYPE_DATE), node);
    if (text_equal(name, TEXT("bedrag")))
        return NULL; /* the column is read as ingediend_bedrag only */
    uint32_t column = find_column(k->core, BD_NONE, name);
    return column == BD_NONE ? NULL : column_reference(k, column, node);
}

/* ---- Definitions ---- */

static Expr *reference_in(Checker *k, Validity validity, const Ast *node)
{
    Expr *date = expr_new(k, EXPR_REFERENCE, declare_type(TYPE_DATE), node);
    Expr *ends = expr_new(k, EXPR_DATE, declare_type(TYPE_DATE), node);
    ends->integer = validity.to;
    Expr *before = expr_binary(k, EXPR_COMPARE, declare_type(TYPE_BOOLEAN), node, date, ends);
    before->compare = IR_LE;
    date->is_unwritten = before->is_unwritten = true;
    return before;
}

static Expr *call_version(Checker *k, Definition *definition, uint32_t version, Expr **args, const Ast *node)
{
    Instance *instance = check_instance(k, definition, version, node);
    if (!instance)
        return expr_error(k, node);
    Type type = definition->type;
    if (type.unit == UNIT_OF_PRODUCT && k->unit_class != BD_NONE)
        type.unit = k->core->classes[k->unit_class].unit;
    type.whole = instance->body->type.whole;
    type.optional = instance->body->type.optional;
    Expr *expr = expr_new(k, EXPR_CALL, type, node);
    expr->instance = instance;
    expr->args = args;
    expr->arg_count = definition->parameter_count;
    return expr_is_error(instance->body) ? expr_error(k, node) : expr;
}

/* Where a version that an amendment brings has not begun for the line: it is too early, or the amendment does not hold. */
static Expr *not_begun(Checker *k, const DefinitionVersion *version, const Ast *node)
{
    Expr *before = reference_in(k, (Validity){BD_DATE_MIN, version->validity.from - 1}, node);
    if (!amendment_is_conditional(k->core, version->amendment))
        return before;
    Expr *not_begun = expr_binary(k, EXPR_OR, declare_type(TYPE_BOOLEAN), node, before,
                                  k->core->amendments[version->amendment - 1].unless);
    not_begun->is_unwritten = true;
    return not_begun;
}

static Expr *version_choice(Checker *k, const Ast *node, Expr *test, Expr *yes, Expr *no)
{
    if (expr_is_error(test) || expr_is_error(yes) || expr_is_error(no))
        return expr_error(k, node);
    Type type = no->type;
    type.whole = type.whole && yes->type.whole;
    type.optional = type.optional || yes->type.optional;
    Expr *choice = expr_new(k, EXPR_IF, type, node);
    choice->a = test;
    choice->b = yes;
    choice->c = no;
    return choice;
}

/* With amendments a day does not tell the version: the latest that has begun for the line. */
static Expr *call_amended(Checker *k, Definition *definition, Expr **args, const Ast *node)
{
    if (k->in_amendment)
        return amendment_error(k, node);
    Expr *result = call_version(k, definition, 0, args, node);
    for (uint32_t version = 1; version < definition->version_count; version++) {
        Expr *later = call_version(k, definition, version, args, node);
        result = version_choice(k, node, not_begun(k, &definition->versions[version], node), result, later);
    }
    return result;
}

/* Of several versions the one that holds on the reference date: a chain of tests, the earliest first. */
Expr *call_checked(Checker *k, Definition *definition, Expr **args, const Ast *node)
{
    if (amendment_splits_definition(k->core, definition))
        return call_amended(k, definition, args, node);
    uint32_t version = definition->version_count - 1;
    Expr *result = call_version(k, definition, version, args, node);
    while (version-- > 0) {
        Validity validity = definition->versions[version].validity;
        validity.to = definition->versions[version + 1].validity.from - 1;
        Expr *earlier = call_version(k, definition, version, args, node);
        if (expr_is_error(result) || expr_is_error(earlier))
            return expr_error(k, node);
        Type type = result->type;
        type.whole = type.whole && earlier->type.whole;
        type.optional = type.optional || earlier->type.optional;
        Expr *choice = expr_new(k, EXPR_IF, type, node);
        choice->a = reference_in(k, validity, node);
        choice->b = earlier;
        choice->c = result;
        result = choice;
    }
    return result;
}

static Expr *call_definition(Checker *k, Definition *definition, const Ast *arguments, const Ast *node)
{
    Core *core = k->core;
    uint32_t count = (uint32_t)ast_count(arguments);
    if (count != definition->parameter_count) {
        StringBuilder want, have;
        builder_init(&want, core->arena);
        builder_init(&have, core->arena);
        builder_uint64(&want, definition->parameter_count);
        builder_uint64(&have, count);
        diag_report(core->diags, DIAG_E0306, node->span, definition->name, builder_result(&want),
                    builder_result(&have));
        return expr_error(k, node);
    }
    Expr **args = arena_array(core->arena, count, sizeof *args);
    bool failed = false;
    uint32_t i = 0;
    for (const Ast *argument = arguments; argument; argument = argument->next, i++) {
        args[i] = check_expected(k, argument, definition->parameter_types[i]);
        failed = failed || expr_is_error(args[i]);
    }
    return failed ? expr_error(k, node) : call_checked(k, definition, args, node);
}

/* ---- Tables and members ---- */

static Expr *look_up(Checker *k, uint32_t index, const Ast *keys, const Ast *node)
{
    Core *core = k->core;
    const Table *table = &core->tables[index];
    uint32_t count = (uint32_t)ast_count(keys);
    if (count != table->dimension_count) {
        StringBuilder want, have;
        builder_init(&want, core->arena);
        builder_init(&have, core->arena);
        builder_uint64(&want, table->dimension_count);
        builder_uint64(&have, count);
        diag_report(core->diags, DIAG_E0306, node->span, table->name, builder_result(&want), builder_result(&have));
        return expr_error(k, node);
    }
    if (k->in_amendment && !table->is_extern)
        return amendment_error(k, node);
    Type type = table->type;
    type.optional = table->is_optional;
    if (type.unit == UNIT_OF_PRODUCT) { /* the contracted tariff: per unit of the line's product */
        k->reads_product = true;
        if (k->unit_class != BD_NONE)
            type.unit = core->classes[k->unit_class].unit;
    }
    Expr *expr = expr_new(k, EXPR_TABLE, type, node);
    expr->index = index;
    expr->args = arena_array(core->arena, count, sizeof *expr->args);
    for (const Ast *key = keys; key; key = key->next) {
        Type want = table->dimensions[expr->arg_count].type;
        Expr *arg = key->kind == AST_RELATIVE_MONTH ? demand_type(k, check_relative_month(k, key), want, key)
                                                    : check_expected(k, key, want);
        if (expr_is_error(arg))
            return arg;
        if (table->series && table->series->step == 3)
            arg = check_quarter(k, arg, key);
        expr->args[expr->arg_count++] = arg;
    }
    return expr;
}

static Expr *member_of(Checker *k, uint32_t choice, uint32_t member, const Ast *node)
{
    Expr *expr = expr_new(k, EXPR_MEMBER, type_of_choice(choice), node);
    expr->integer = (int32_t)member;
    return expr;
}

static Expr *member_by_name(Checker *k, const Ast *node, const Type *want)
{
    Core *core = k->core;
    if (want && want->kind == TYPE_CHOICE) {
        uint32_t member = find_member(core, want->choice, node->text);
        uint32_t unit = want->choice == 1 && member == BD_NONE ? find_unit(core, node->text) : BD_NONE;
        if (unit != BD_NONE)
            member = unit;
        if (member != BD_NONE)
            return member_of(k, want->choice, member, node);
    }
    uint32_t found = BD_NONE, found_member = BD_NONE;
    for (uint32_t i = 0; i < core->choice_count; i++) {
        uint32_t member = i == 1 || core->choices[i].hidden
                              ? BD_NONE
                              : find_member(core, i, node->text); /* units are members only where a unit is wanted */
        if (member == BD_NONE)
            continue;
        if (found != BD_NONE) {
            diag_report(core->diags, DIAG_E0303, node->span, node->text, core->choices[found].name,
                        core->choices[i].name);
            return expr_error(k, node);
        }
        found = i;
        found_member = member;
    }
    return found == BD_NONE ? NULL : member_of(k, found, found_member, node);
}

static Expr *variable_reference(Checker *k, Variable *variable, const Ast *node)
{
    Expr *expr = expr_new(k, EXPR_VARIABLE, variable->type, node);
    expr->variable = variable;
    return expr;
}

bool is_bare_member(Checker *k, const Ast *node)
{
    if (node->kind != AST_NAME || bound(k, node->text) || find_definition(k->core, node->text))
        return false;
    if (is_word(node->text, "tarief", "tariff") || find_column(k->core, BD_NONE, node->text) != BD_NONE ||
        find_reading(k->core, node->text) != BD_NONE)
        return false;
    for (uint32_t i = 0; i < k->core->choice_count; i++)
        if (!k->core->choices[i].hidden && find_member(k->core, i, node->text) != BD_NONE)
            return true;
    return false;
}

static Expr *reading_reference(Checker *k, uint32_t reading, const Ast *node)
{
    Expr *expr = expr_new(k, EXPR_READING, type_of_choice(k->core->readings[reading].choice), node);
    expr->index = reading;
    return expr;
}

static bool is_granted(Text name)
{
    return is_word(name, "toegekend_volume", "granted_volume") || is_word(name, "toegekend_bedrag", "granted_amount");
}

Expr *check_name(Checker *k, const Ast *node, const Type *want)
{
    Core *core = k->core;
    Variable *variable = bound(k, node->text);
    if (variable)
        return variable_reference(k, variable, node);
    bool wants_member = want && want->kind == TYPE_CHOICE && find_member(core, want->choice, node->text) != BD_NONE;
    uint32_t column = find_column(core, BD_NONE, node->text);
    bool is_that_column = column != BD_NONE && core->columns[column].type.kind == TYPE_CHOICE && want &&
                          core->columns[column].type.choice == want->choice;
    if (wants_member && !is_that_column)
        return member_by_name(k, node, want);
    Definition *definition = find_definition(core, node->text);
    if (definition)
        return call_definition(k, definition, NULL, node);
    Expr *fact = line_fact(k, node);
    if (fact)
        return fact;
    uint32_t reading = find_reading(core, node->text);
    if (reading != BD_NONE)
        return reading_reference(k, reading, node);
    if (find_counter(core, node->text) != BD_NONE)
        return check_counter(k, node);
    uint32_t table = find_table(core, node->text);
    if (table != BD_NONE)
        return look_up(k, table, NULL, node);
    Expr *member = member_by_name(k, node, want);
    if (member)
        return member;
    if (is_granted(node->text))
        diag_report(core->diags, DIAG_E0624, node->span, node->text, EMPTY_TEXT, EMPTY_TEXT);
    else
        report_unknown(core, node->span, node->text, "cdmptgn");
    return expr_error(k, node);
}

/* ---- Fields ---- */

static Expr *record_period(Checker *k, Expr *record, uint32_t list, const Ast *node)
{
    Core *core = k->core;
    uint32_t begin = find_column(core, list, TEXT("begindatum")), end = find_column(core, list, TEXT("einddatum"));
    if (begin == BD_NONE)
        begin = find_column(core, list, TEXT("ingangsdatum"));
    if (begin == BD_NONE || end == BD_NONE)
        return NULL;
    Expr *parts[2];
    for (int i = 0; i < 2; i++) {
        parts[i] = expr_unary(k, EXPR_FIELD, core->columns[i ? end : begin].type, node, record);
        parts[i]->index = i ? end : begin;
    }
    if (parts[1]->type.optional) { /* no end: open */
        Expr *open = expr_new(k, EXPR_DATE, declare_type(TYPE_DATE), node),
             *choice = expr_new(k, EXPR_IF, declare_type(TYPE_DATE), node);
        open->integer = BD_DATE_MAX;
        choice->a = expr_unary(k, EXPR_PRESENT, declare_type(TYPE_BOOLEAN), node, parts[1]);
        choice->b = parts[1];
        choice->c = open;
        parts[1] = choice;
    }
    return expr_binary(k, EXPR_INTERVAL, declare_type(TYPE_INTERVAL), node, parts[0], parts[1]);
}

static Expr *record_field(Checker *k, Expr *record, const Ast *node)
{
    Core *core = k->core;
    uint32_t list = record->type.list, column;
    if (list == BD_NONE) { /* a joined message: toewijzing, start, stop */
        StringBuilder name;
        builder_init(&name, core->arena);
        builder_text(&name, core->columns[record->index].name);
        builder_char(&name, '_');
        builder_text(&name, node->text);
        column = find_column(core, BD_NONE, builder_result(&name));
        if (column != BD_NONE && core->columns[column].group == record->index)
            return column_reference(k, column, node);
    } else {
        column = find_column(core, list, node->text);
        if (column != BD_NONE) {
            Expr *field = expr_unary(k, EXPR_FIELD, core->columns[column].type, node, record);
            field->index = column;
            return field;
        }
        if (is_word(node->text, "productperiode", "product_period") || is_word(node->text, "periode", "period")) {
            Expr *period = record_period(k, record, list, node);
            if (period)
                return period;
        }
    }
    Text name = sources_excerpt(core->sources, node->a->span, 40, core->arena);
    diag_report(core->diags, DIAG_E0309, node->span, name, node->text, EMPTY_TEXT);
    return expr_error(k, node);
}

Expr *check_field(Checker *k, const Ast *node)
{
    Core *core = k->core;
    if (node->a->kind == AST_NAME && !bound(k, node->a->text)) { /* keuze.lid */
        uint32_t choice = find_choice(core, node->a->text);
        uint32_t member = choice == BD_NONE ? BD_NONE : find_member(core, choice, node->text);
        if (member != BD_NONE)
            return member_of(k, choice, member, node);
    }
    Expr *record = check_any(k, node->a, NULL);
    if (expr_is_error(record))
        return record;
    if (record->type.kind == TYPE_INTERVAL) {
        if (is_word(node->text, "einde", "end"))
            return expr_unary(k, EXPR_END, declare_type(TYPE_DATE), node, record);
        if (is_word(node->text, "begin", "begin"))
            return expr_unary(k, EXPR_BEGIN, declare_type(TYPE_DATE), node, record);
    }
    if (record->type.kind == TYPE_RECORD) {
        record = demand_present(k, record, node->a);
        return expr_is_error(record) ? record : record_field(k, record, node);
    }
    Text name = sources_excerpt(core->sources, node->a->span, 40, core->arena);
    diag_report(core->diags, DIAG_E0309, node->span, name, node->text, EMPTY_TEXT);
    return expr_error(k, node);
}

/* ---- Calls ---- */

static Expr *least_or_greatest(Checker *k, const Ast *node, const Type *want, bool is_least)
{
    uint32_t count = (uint32_t)ast_count(node->a);
    if (count == 0)
        return expr_error(k, node);
    Expr *expr = expr_new(k, is_least ? EXPR_LEAST : EXPR_GREATEST, declare_type(TYPE_ERROR), node);
    expr->args = arena_array(k->core->arena, count, sizeof *expr->args);
    for (const Ast *argument = node->a; argument; argument = argument->next) {
        Expr *next =
            expr->arg_count ? check_expected(k, argument, expr->args[0]->type) : check_value(k, argument, want);
        if (expr_is_error(next))
            return next;
        if (expr->arg_count == 0)
            expr->type = next->type;
        expr->type.whole = expr->type.whole && next->type.whole;
        expr->args[expr->arg_count++] = next;
    }
    TypeKind kind = expr->type.kind;
    if (type_is_number(expr->type) || kind == TYPE_DATE || kind == TYPE_MONTH || kind == TYPE_YEAR)
        return expr;
    DiagArgument none = {EMPTY_TEXT, EMPTY_TEXT};
    diag_report_words(k->core->diags, DIAG_E0406, node->span, type_words(k->core, expr->type), none, none);
    return expr_error(k, node);
}

Expr *check_call(Checker *k, const Ast *node, const Type *want)
{
    Text name = node->text;
    if (is_word(name, "kleinste", "least"))
        return least_or_greatest(k, node, want, true);
    if (is_word(name, "grootste", "greatest"))
        return least_or_greatest(k, node, want, false);
    if (is_word(name, "doorsnede", "intersection") && ast_count(node->a) == 2) {
        Expr *a = to_interval(k, check_value(k, node->a, NULL), node->a),
             *b = to_interval(k, check_value(k, node->a->next, NULL), node->a->next);
        return expr_binary(k, EXPR_INTERSECT, declare_type(TYPE_INTERVAL), node, a, b);
    }
    Definition *definition = find_definition(k->core, name);
    if (definition)
        return call_definition(k, definition, node->a, node);
    report_unknown(k->core, node->name_span.end > node->name_span.begin ? node->name_span : node->span, name, "d");
    return expr_error(k, node);
}

Expr *check_index(Checker *k, const Ast *node)
{
    if (node->a->kind == AST_NAME) {
        uint32_t table = find_table(k->core, node->a->text);
        if (table != BD_NONE)
            return look_up(k, table, node->b, node);
        report_unknown(k->core, node->a->span, node->a->text, "t");
    } else {
        diag_report(k->core->diags, DIAG_E0910, node->span, ast_kind_name(node->kind), EMPTY_TEXT, EMPTY_TEXT);
    }
    return expr_error(k, node);
}
