/* core_from_ast.c: the tree's items -> declarations of the core, in the order in which they need each other.
**
** Job: header, documents, units, choices, columns, lists, calendars, products, tables, definitions, rules. Expressions stay in the tree
** until check_*.c. Names are unique per kind; a second one is reported and dropped.
** What stands here makes no decision about a line; it only says what there is.
*/
#include "compiler/amendment.h"
#include "compiler/check.h"
#include "compiler/declare.h"
#include "compiler/native_signature.h"
#include "compiler/return_codes.h"
#include "compiler/tables.h"
#include "vm/core/limits.h"

static const Text NO_TEXT = {"", 0};

void declare_report_twice(Core *core, Span span, Text name, Span earlier)
{
    Diag *diag = diag_report(core->diags, DIAG_E0302, span, name, NO_TEXT, NO_TEXT);
    if (earlier.end > earlier.begin)
        diag_label(core->diags, diag, earlier, DIAG_N0501, NO_TEXT, NO_TEXT);
}

/* ---- Clauses that many items share ---- */

uint32_t core_citation(Core *core, const Ast *clauses)
{
    Citation citation = {BD_NONE, NO_TEXT, NO_TEXT};
    bool any = false;
    for (const Ast *clause = clauses; clause; clause = clause->next) {
        Text document = NO_TEXT;
        if (clause->kind == AST_SOURCE) {
            if (clause->a)
                citation.place = clause->a->text;
            if (clause->b)
                document = clause->b->text;
            any = true;
        } else if (clause->kind == AST_QUOTE) {
            if (clause->a)
                citation.quote = clause->a->text;
            any = true;
        } else if (clause->kind == AST_FROM_DOCUMENT) {
            document = clause->text;
            any = true;
        }
        if (document.size == 0)
            continue;
        citation.document = find_document(core, document);
        if (citation.document == BD_NONE)
            report_unknown(core, clause->b ? clause->b->span : clause->span, document, "o");
    }
    if (!any)
        return BD_NONE;
    GROW(core, citation);
    core->citations[core->citation_count] = citation;
    return core->citation_count++;
}

static int32_t constant_date(Core *core, const Ast *node, int32_t open)
{
    if (!node)
        return open;
    Expr *expr = check_constant(core, node, declare_type(TYPE_DATE));
    return expr->op == EXPR_DATE ? expr->integer : open;
}

static void demand_forward(Core *core, Validity validity, Span span)
{
    if (validity.from > validity.to)
        diag_report(core->diags, DIAG_E0610, span, table_date_text(core, validity.from),
                    table_date_text(core, validity.to), NO_TEXT);
}

Validity core_validity(Core *core, const Ast *clauses)
{
    Validity validity = {BD_DATE_MIN, BD_DATE_MAX};
    Span span = {0, 0, 0};
    for (const Ast *clause = clauses; clause; clause = clause->next) {
        if (clause->kind == AST_VALID || clause->kind == AST_EXPIRES)
            span = clause->span;
        if (clause->kind == AST_VALID && clause->a) {
            validity.from = constant_date(core, clause->a->a, BD_DATE_MIN);
            validity.to = constant_date(core, clause->a->b, BD_DATE_MAX);
        } else if (clause->kind == AST_EXPIRES) {
            validity.to = constant_date(core, clause->a, BD_DATE_MAX) - 1;
        }
    }
    uint32_t amendment = amendment_of(core, clauses);
    if (amendment != 0 && core->amendments[amendment - 1].start > validity.from)
        validity.from = core->amendments[amendment - 1].start;
    demand_forward(core, validity, span);
    return validity;
}

static ReferenceDate reference_of(const Ast *clauses)
{
    const Ast *clause = clauses;
    while (clause && clause->kind != AST_REFERENCE)
        clause = clause->next;
    if (!clause)
        return REFER_DEFAULT;
    return ast_has(clause, AST_IS_BY_END) ? REFER_END : ast_has(clause, AST_IS_BY_SIGNING) ? REFER_SIGNED : REFER_BEGIN;
}

Type declare_type(TypeKind kind)
{
    return (Type){kind, BD_NONE, BD_NONE, BD_NONE, false, false};
}

/* ---- Header, documents, parties ---- */

static Text clause_text(const Ast *item, AstKind kind)
{
    const Ast *clause = ast_clause(item, kind);
    return clause && clause->a ? clause->a->text : NO_TEXT;
}

static void declare_agreement(Core *core, const Ast *item)
{
    if (core->name.size) {
        declare_report_twice(core, item->name_span, item->text, core->header_span);
        return;
    }
    core->name = item->text;
    core->title = clause_text(item, AST_TITLE);
    core->version = clause_text(item, AST_VERSION);
    core->origin = clause_text(item, AST_ORIGIN);
    core->standard = clause_text(item, AST_STANDARD);
    if (core->standard.size && !return_codes_has_standard(core->standard))
        diag_report(core->diags, DIAG_E0607, ast_clause(item, AST_STANDARD)->span, core->standard,
                    return_codes_default_standard(), NO_TEXT);
    core->citation = core_citation(core, item->d);
    core->validity = core_validity(core, item->d);
    core->reference = reference_of(item->d);
    core->price_level = tables_price_level(core, item->d);
    core->header_span = item->name_span;
}

static void declare_document(Core *core, const Ast *item)
{
    uint32_t earlier = find_document(core, item->text);
    if (earlier != BD_NONE) {
        declare_report_twice(core, item->name_span, item->text, core->documents[earlier].span);
        return;
    }
    uint32_t rank = ast_has(item, AST_IS_RANKED) && number_is_whole(item->number) ? (uint32_t)item->number.num : 0;
    GROW(core, document);
    core->documents[core->document_count++] =
        (Document){item->text, item->a ? item->a->text : NO_TEXT, rank, item->name_span, BD_NONE};
}

/* Once all are known: one may cite another. */
static void cite_document(Core *core, const Ast *item)
{
    core->documents[find_document(core, item->text)].citation = core_citation(core, item->d);
}

static void declare_party(Core *core, const Ast *item)
{
    for (uint32_t i = 0; i < core->party_count; i++) {
        if (text_equal(core->parties[i].name, item->text)) {
            declare_report_twice(core, item->name_span, item->text, core->parties[i].span);
            return;
        }
    }
    core->parties =
        arena_grow(core->arena, core->parties, core->party_count, &core->party_capacity, sizeof *core->parties);
    core->parties[core->party_count++] = (Party){item->text,
                                                 item->a ? item->a->text : NO_TEXT,
                                                 item->b ? item->b->text : NO_TEXT,
                                                 item->c ? item->c->text : NO_TEXT,
                                                 item->name_span,
                                                 core_citation(core, item->d)};
}

/* ---- Choices ---- */

static uint32_t add_choice(Core *core, Text name, Span span)
{
    GROW(core, choice);
    core->choices[core->choice_count] = (Choice){.name = name, .span = span, .citation = BD_NONE};
    return core->choice_count++;
}

static void declare_choice(Core *core, const Ast *item)
{
    uint32_t earlier = find_choice(core, item->text);
    if (earlier != BD_NONE) {
        declare_report_twice(core, item->name_span, item->text, core->choices[earlier].span);
        return;
    }
    uint32_t index = add_choice(core, item->text, item->name_span);
    Choice *choice = &core->choices[index];
    choice->citation = core_citation(core, item->d);
    choice->members = arena_array(core->arena, ast_count(item->a), sizeof *choice->members);
    for (const Ast *member = item->a; member; member = member->next) {
        uint32_t same = find_member(core, index, member->text);
        if (same != BD_NONE)
            declare_report_twice(core, member->span, member->text, choice->members[same].span);
        else
            choice->members[choice->member_count++] =
                (Member){member->text, member->a ? member->a->text : NO_TEXT, member->span};
    }
}

/* The products and the units are choices too: a line names one of each. */
static void fill_own_choices(Core *core)
{
    Choice *products = &core->choices[0], *units = &core->choices[1];
    products->member_count = core->product_count;
    products->members = arena_array(core->arena, core->product_count, sizeof *products->members);
    for (uint32_t i = 0; i < core->product_count; i++)
        products->members[i] = (Member){core->products[i].name, core->products[i].label, core->products[i].span};
    units->member_count = core->unit_count;
    units->members = arena_array(core->arena, core->unit_count, sizeof *units->members);
    for (uint32_t i = 0; i < core->unit_count; i++)
        units->members[i] = (Member){core->units[i].name, core->units[i].plural, core->units[i].span};
}

/* ---- Products ---- */

static uint32_t class_of(Core *core, uint32_t unit)
{
    for (uint32_t i = 0; i < core->class_count; i++)
        if (core->classes[i].unit == unit)
            return i;
    core->classes =
        arena_grow(core->arena, core->classes, core->class_count, &core->class_capacity, sizeof *core->classes);
    core->classes[core->class_count] = (UnitClass){unit, NULL};
    return core->class_count++;
}

static bool is_dimension(const Product *product, uint32_t column)
{
    for (uint32_t d = 0; d < product->dimension_count; d++)
        if (product->dimensions[d] == column)
            return true;
    return false;
}

static void product_dimensions(Core *core, Product *product, const Ast *item)
{
    product->dimensions = arena_array(core->arena, ast_count(item->c), sizeof *product->dimensions);
    for (const Ast *name = item->c; name; name = name->next) {
        uint32_t column = find_column(core, BD_NONE, name->text);
        if (column == BD_NONE)
            report_unknown(core, name->span, name->text, "h");
        else if (core->columns[column].type.kind != TYPE_CHOICE)
            diag_report(core->diags, DIAG_E0517, name->span, name->text, NO_TEXT, NO_TEXT);
        else if (is_dimension(product, column))
            declare_report_twice(core, name->span, name->text, (Span){0, 0, 0});
        else
            product->dimensions[product->dimension_count++] = column;
    }
}

/* `toon per uur` of a product per minute: the units must convert. */
static uint32_t shown_unit(Core *core, const Ast *item, uint32_t own)
{
    const Ast *clause = ast_clause(item, AST_SHOW);
    if (clause == NULL || clause->a == NULL)
        return BD_NONE;
    uint32_t shown = find_unit(core, clause->a->text);
    if (shown == BD_NONE) {
        report_unknown(core, clause->a->span, clause->a->text, "u");
        return BD_NONE;
    }
    if (core->units[shown].base == core->units[own].base)
        return shown;
    diag_report(core->diags, DIAG_E0404, clause->a->span, core->units[own].plural, core->units[shown].plural, NO_TEXT);
    return BD_NONE;
}

static void declare_product(Core *core, const Ast *item)
{
    uint32_t earlier = find_product(core, item->text);
    if (earlier != BD_NONE) {
        declare_report_twice(core, item->name_span, item->text, core->products[earlier].span);
        return;
    }
    Product product = {.name = item->text,
                       .label = item->a ? item->a->text : item->text,
                       .tariff = BD_NONE,
                       .unit = BD_NONE,
                       .span = item->name_span};
    product.in_euro = ast_has(item, AST_IS_IN_EURO);
    product.price_at_begin = ast_has(item, AST_IS_TARIFF_AT_BEGIN);
    Text unit = item->b ? item->b->text : product.in_euro ? TEXT("euro") : NO_TEXT;
    product.unit = find_unit(core, unit);
    if (product.unit == BD_NONE) {
        report_unknown(core, item->b ? item->b->span : item->name_span, unit.size ? unit : TEXT("per …"), "u");
        product.unit = 0;
    }
    product.shown_unit = shown_unit(core, item, product.unit);
    product_dimensions(core, &product, item);
    product.validity = product.own = core_validity(core, item->d);
    if (product.validity.from < core->validity.from)
        product.validity.from = core->validity.from;
    if (product.validity.to > core->validity.to)
        product.validity.to = core->validity.to;
    product.codes = arena_array(core->arena, ast_count(item->d), sizeof *product.codes);
    for (const Ast *clause = item->d; clause; clause = clause->next)
        if (clause->kind == AST_CODE && clause->a)
            product.codes[product.code_count++] = clause->a->text;
    product.citation = core_citation(core, item->d);
    product.unit_class = class_of(core, product.unit);
    GROW(core, product);
    core->products[core->product_count++] = product;
}

static void end_product(Core *core, const Ast *item)
{
    uint32_t product = find_product(core, item->text);
    if (product == BD_NONE) {
        report_unknown(core, item->name_span, item->text, "p");
        return;
    }
    core->products[product].validity.to = constant_date(core, item->a, BD_DATE_MAX) - 1;
    core->products[product].own.to = core->products[product].validity.to;
    demand_forward(core, core->products[product].validity, item->a ? item->a->span : item->span);
}

static void fill_classes(Core *core)
{
    for (uint32_t i = 0; i < core->class_count; i++)
        core->classes[i].products = arena_array(core->arena, SET_WORDS(core->product_count), sizeof(uint64_t));
    for (uint32_t p = 0; p < core->product_count; p++)
        set_add(core->classes[core->products[p].unit_class].products, p);
}

/* ---- Definitions ---- */

/* A name among the parameters or `waar` parts of a definition that stands before it among them: the later one would hide it. */
static void refuse_hidden_part(Core *core, const Ast *item, const Ast *part)
{
    const Ast *const lists[] = {item->a, item->d};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        for (const Ast *other = lists[i]; other; other = other->next) {
            if (other == part)
                return;
            if (other->kind != AST_PARAMETER && other->kind != AST_WHERE)
                continue;
            if (!text_equal(other->text, part->text))
                continue;
            declare_report_twice(core, part->span, part->text, other->span);
            return;
        }
    }
}

static void refuse_hidden_parts(Core *core, const Ast *item)
{
    for (const Ast *part = item->a; part; part = part->next)
        refuse_hidden_part(core, item, part);
    for (const Ast *part = item->d; part; part = part->next)
        if (part->kind == AST_WHERE)
            refuse_hidden_part(core, item, part);
}

/* Two versions next to each other in time: an open end is closed by the next start, a written one may not cross it. */
static void check_neighbours(Core *core, Text name, const DefinitionVersion *earlier, const DefinitionVersion *later)
{
    Diag *diag;
    if (earlier->validity.from == later->validity.from) {
        diag = diag_report(core->diags, DIAG_E0513, later->node->name_span, name,
                           table_date_text(core, later->validity.from), NO_TEXT);
        diag_label(core->diags, diag, earlier->node->name_span, DIAG_N0501, NO_TEXT, NO_TEXT);
    } else if (amendment_is_conditional(core, later->amendment)) {
        if (earlier->validity.to != BD_DATE_MAX)
            diag_report(core->diags, DIAG_E0530, earlier->node->name_span, name, NO_TEXT, NO_TEXT);
    } else if (earlier->validity.to != BD_DATE_MAX && earlier->validity.to >= later->validity.from) {
        diag = diag_report(core->diags, DIAG_E0510, earlier->node->name_span, name,
                           table_date_text(core, earlier->validity.to), table_date_text(core, later->validity.from));
        diag_label(core->diags, diag, later->node->name_span, DIAG_N0502, NO_TEXT, NO_TEXT);
    }
}

void declare_version(Core *core, Text name, DefinitionVersion **list, uint32_t *count, const Ast *item)
{
    DefinitionVersion *versions = arena_array(core->arena, *count + 1, sizeof *versions);
    DefinitionVersion made = {item, core_validity(core, item->d), core_citation(core, item->d),
                              amendment_of(core, item->d)};
    uint32_t at = 0;
    while (at < *count && (*list)[at].validity.from <= made.validity.from)
        at++;
    for (uint32_t i = 0; i < at; i++)
        versions[i] = (*list)[i];
    versions[at] = made;
    for (uint32_t i = at; i < *count; i++)
        versions[i + 1] = (*list)[i];
    *list = versions;
    ++*count;
    if (at > 0)
        check_neighbours(core, name, &versions[at - 1], &versions[at]);
    if (at + 1 < *count)
        check_neighbours(core, name, &versions[at], &versions[at + 1]);
}

static void add_version(Core *core, Definition *definition, const Ast *item)
{
    refuse_hidden_parts(core, item);
    declare_version(core, definition->name, &definition->versions, &definition->version_count, item);
}

static void declare_definition(Core *core, const Ast *item)
{
    Definition *earlier = find_definition(core, item->text);
    bool is_amended = ast_clause(item, AST_FOLLOWS) || (earlier && ast_clause(earlier->versions[0].node, AST_FOLLOWS));
    bool is_dated =
        is_amended || (ast_clause(item, AST_VALID) && earlier && ast_clause(earlier->versions[0].node, AST_VALID));
    if (earlier && !is_dated) {
        declare_report_twice(core, item->name_span, item->text, earlier->span);
        return;
    }
    if (earlier) {
        add_version(core, earlier, item);
        return;
    }
    Definition *definition = arena_alloc(core->arena, sizeof *definition);
    *definition = (Definition){.name = item->text,
                               .callable = ast_has(item, AST_IS_CALLABLE),
                               .reference = reference_of(item->d),
                               .span = item->name_span};
    uint32_t count = (uint32_t)ast_count(item->a);
    definition->parameter_names = arena_array(core->arena, count, sizeof(Text));
    definition->parameter_types = arena_array(core->arena, count, sizeof(Type));
    definition->parameter_spans = arena_array(core->arena, count, sizeof(Span));
    for (const Ast *parameter = item->a; parameter; parameter = parameter->next) {
        uint32_t i = definition->parameter_count++;
        definition->parameter_names[i] = parameter->text;
        definition->parameter_types[i] = check_type(core, parameter->a);
        definition->parameter_types[i].optional = ast_has(parameter, AST_IS_OPTIONAL);
        definition->parameter_spans[i] = parameter->span;
    }
    definition->type = item->b ? check_type(core, item->b) : declare_type(TYPE_ERROR);
    definition->native = BD_NONE;
    if (ast_has(item, AST_IS_EXTERN) && native_is_callable(core, definition))
        definition->native = core->native_count++;
    add_version(core, definition, item);
    GROW(core, definition);
    core->definitions[core->definition_count++] = definition;
}

/* ---- Rules ---- */

uint64_t *declare_products_named(Core *core, const Ast *names)
{
    uint64_t *set = arena_array(core->arena, SET_WORDS(core->product_count), sizeof *set);
    for (uint32_t p = 0; !names && p < core->product_count; p++)
        set_add(set, p);
    for (const Ast *name = names; name; name = name->next) {
        uint32_t product = find_product(core, name->text);
        if (product == BD_NONE)
            report_unknown(core, name->span, name->text, "p");
        else
            set_add(set, product);
    }
    return set;
}

static bd_effect effect_of(const Ast *item)
{
    for (const Ast *clause = item->d; clause; clause = clause->next) {
        if (clause->kind == AST_REJECT)
            return BD_EFFECT_REJECT;
        if (clause->kind == AST_CAP_VOLUME)
            return BD_EFFECT_CAP_VOLUME;
        if (clause->kind == AST_CAP_AMOUNT)
            return BD_EFFECT_CAP_AMOUNT;
        if (clause->kind == AST_PAY)
            return BD_EFFECT_PAY;
        if (clause->kind == AST_HOLD)
            return BD_EFFECT_SUSPEND;
    }
    return 0;
}

static void check_return_code(Core *core, const Ast *item)
{
    const Ast *clause = ast_clause(item, AST_CODE);
    Text standard = core->standard.size ? core->standard : return_codes_default_standard();
    if (clause && clause->a && !return_codes_has(clause->a->text))
        diag_report(core->diags, DIAG_E0606, clause->a->span, clause->a->text, standard, NO_TEXT);
}

static void declare_rule(Core *core, const Ast *item)
{
    check_return_code(core, item);
    Rule rule = {.name = item->text,
                 .effect = effect_of(item),
                 .exception_to = BD_NONE,
                 .node = item,
                 .span = item->name_span,
                 .code = clause_text(item, AST_CODE),
                 .reason = clause_text(item, AST_REASON),
                 .also_credit = ast_clause(item, AST_ALSO_CREDIT) != NULL,
                 .reference = reference_of(item->d)};
    if (rule.also_credit && rule.effect != BD_EFFECT_REJECT && rule.effect != BD_EFFECT_SUSPEND)
        diag_report(core->diags, DIAG_E0626, ast_clause(item, AST_ALSO_CREDIT)->span, item->text, NO_TEXT, NO_TEXT);
    rule.for_all = item->a == NULL;
    rule.products = declare_products_named(core, item->a);
    rule.validity = core_validity(core, item->d);
    rule.citation = core_citation(core, item->d);
    rule.amendment = amendment_of(core, item->d);
    GROW(core, rule);
    core->rules[core->rule_count++] = rule;
}

/* Exceptions and departures name rules that may stand later in the text. An exception inherits what it does not say. */
static void link_rule(Core *core, Rule *rule)
{
    const Ast *item = rule->node, *clause = ast_clause(item, AST_EXCEPTION_TO);
    const Ast *name = item->kind == AST_EXCEPTION ? item->b : clause;
    if (name) {
        rule->exception_to = find_rule(core, name->text);
        if (rule->exception_to == BD_NONE)
            report_unknown(core, name->span, name->text, "r");
    }
    if (rule->exception_to != BD_NONE && rule->for_all) {
        rule->for_all = core->rules[rule->exception_to].for_all;
        rule->products = core->rules[rule->exception_to].products;
    }
    rule->over = arena_array(core->arena, ast_count(item->d), sizeof *rule->over);
    for (clause = ast_clause(item, AST_DEROGATES); clause; clause = ast_next_clause(clause)) {
        uint32_t other = find_rule(core, clause->text);
        if (other == BD_NONE)
            report_unknown(core, clause->name_span, clause->text, "r");
        else
            rule->over[rule->over_count++] = other;
    }
}

/* ---- All of it ---- */

typedef void (*Declare)(Core *core, const Ast *item);

static void each(Core *core, const Ast *items, AstKind kind, Declare declare)
{
    for (const Ast *item = items; item; item = item->next)
        if (item->kind == kind)
            declare(core, item);
}

/* In the order of the text, which is how they are listed. */
static void declare_judgements_and_notes(Core *core, const Ast *items)
{
    uint32_t rules = 0;
    for (const Ast *item = items; item; item = item->next) {
        rules += item->kind == AST_RULE || item->kind == AST_EXCEPTION;
        if (item->kind == AST_JUDGEMENT)
            declare_judgement(core, item, rules);
        else if (item->kind == AST_INEXPRESSIBLE)
            declare_inexpressible(core, item);
    }
}

void core_from_ast(Core *core, const Ast *items)
{
    Span nowhere = {0, 0, 0};
    core->price_level = BD_DATE_MIN;
    core->citation = BD_NONE;
    declare_clauses_once(core, items);
    each(core, items, AST_DOCUMENT, declare_document);
    each(core, items, AST_DOCUMENT, cite_document);
    declare_own_units(core);
    declare_units(core, items);
    add_choice(core, TEXT("product"), nowhere);
    add_choice(core, TEXT("eenheid"), nowhere);
    each(core, items, AST_CHOICE, declare_choice);
    each(core, items, AST_AGREEMENT, declare_agreement);
    if (core->name.size == 0)
        diag_report(core->diags, DIAG_E0312, nowhere, NO_TEXT, NO_TEXT, NO_TEXT);
    each(core, items, AST_PARTY, declare_party);
    declare_own_columns(core);
    each(core, items, AST_INPUT, declare_input);
    each(core, items, AST_AMENDMENT, amendment_declare);
    each(core, items, AST_READING, declare_reading);
    declare_judgements_and_notes(core, items);
    declare_choice_columns(core);
    each(core, items, AST_LIST, declare_list);
    each(core, items, AST_CALENDAR, declare_calendar);
    each(core, items, AST_PRODUCT, declare_product);
    each(core, items, AST_ENDS_PRODUCT, end_product);
    fill_own_choices(core);
    fill_classes(core);
    each(core, items, AST_DEFINITION, declare_definition);
    declare_forms(core, items);
    each(core, items, AST_COUNTER, declare_counter);
    tables_from_ast(core, items);
    series_from_ast(core, items);
    indexations_from_ast(core, items);
    for (const Ast *item = items; item; item = item->next)
        if (item->kind == AST_RULE || item->kind == AST_EXCEPTION)
            declare_rule(core, item);
    for (uint32_t i = 0; i < core->rule_count; i++)
        link_rule(core, &core->rules[i]);
}
