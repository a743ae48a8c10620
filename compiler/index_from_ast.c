/* index_from_ast.c: `indexering` items into what the machine runs: definitions, and the table of prices they fill.
**
** Of the clauses three definitions are made, which are checked and lowered like any other: the factor by the reference date, the rounding
** of an amount, and whether the chain goes on from the rounded price. The indexed tariff gets a second table, keyed as the tariff is, which
** the machine fills when a session is prepared; look-ups go there.
** Products that share one `indexering` share rounding and chain. Names of the definitions hold a dot, so that no text can call them.
*/
#include "compiler/check_internal.h"
#include "compiler/declare.h"
#include "compiler/tables.h"
#include "vm/core/date.h"

/* ---- Definitions made of clauses ---- */

static Ast *new_node(Core *core, AstKind kind, Span span, Text text)
{
    Ast *node = arena_alloc(core->arena, sizeof *node);
    *node = (Ast){.kind = kind, .span = span, .name_span = span, .text = text, .depth = 1};
    node->last = node;
    return node;
}

static Text joined(Core *core, Text a, Text b, Text c)
{
    StringBuilder out;
    builder_init(&out, core->arena);
    builder_text(&out, a);
    builder_text(&out, b);
    builder_text(&out, c);
    return builder_result(&out);
}

static Definition *define(Core *core, const Indexation *index, Text part, TypeKind result, Ast *body)
{
    Definition *definition = arena_alloc(core->arena, sizeof *definition);
    Text name = joined(core, TEXT("indexering."), index->name, part);
    Ast *node = new_node(core, AST_DEFINITION, index->span, name);
    node->c = body;
    *definition = (Definition){.name = name,
                               .public_name = name,
                               .type = declare_type(result),
                               .callable = true,
                               .is_step = part.size > 0,
                               .native = BD_NONE,
                               .span = index->span};
    definition->versions = arena_array(core->arena, 1, sizeof *definition->versions);
    definition->versions[0] =
        (DefinitionVersion){.node = node, .validity = {BD_DATE_MIN, BD_DATE_MAX}, .citation = index->citation};
    definition->version_count = 1;
    GROW(core, definition);
    core->definitions[core->definition_count++] = definition;
    return definition;
}

static Definition *define_factor(Core *core, const Indexation *index)
{
    const Ast *clause = ast_clause(index->node, AST_FACTOR);
    if (clause == NULL) {
        diag_report(core->diags, DIAG_E1211, index->span, TEXT("factor"), index->name, EMPTY_TEXT);
        return NULL;
    }
    Definition *definition = define(core, index, TEXT(""), TYPE_NUMBER, clause->a);
    definition->yearly_month = index->month;
    definition->yearly_day = index->day;
    return definition;
}

/* `afronding afgerond op …` rounds the amount; `afronding volgens D` is D of the amount. */
static Definition *define_rounding(Core *core, const Indexation *index)
{
    const Ast *clause = ast_clause(index->node, AST_ROUNDING);
    if (clause == NULL) {
        diag_report(core->diags, DIAG_E1211, index->span, TEXT("afronding"), index->name, EMPTY_TEXT);
        return NULL;
    }
    Ast *amount = new_node(core, AST_NAME, clause->span, TEXT("bedrag")), *body;
    if (clause->a == NULL) {
        body = new_node(core, AST_CALL, clause->name_span, clause->text);
    } else {
        body = new_node(core, AST_ROUND, clause->a->span, EMPTY_TEXT);
        body->flags = clause->a->flags;
        body->b = clause->a->b;
    }
    body->a = amount;
    Definition *definition = define(core, index, TEXT(".afronding"), TYPE_MONEY, body);
    definition->parameter_count = 1;
    definition->parameter_names = arena_array(core->arena, 1, sizeof(Text));
    definition->parameter_types = arena_array(core->arena, 1, sizeof(Type));
    definition->parameter_spans = arena_array(core->arena, 1, sizeof(Span));
    definition->parameter_names[0] = TEXT("bedrag");
    definition->parameter_types[0] = declare_type(TYPE_MONEY);
    definition->parameter_spans[0] = clause->span;
    return definition;
}

/* ---- The chain ---- */

static bool means_rounded(Text name)
{
    return text_equal(name, TEXT("op_afgerond")) || text_equal(name, TEXT("on_rounded"));
}

static bool means_unrounded(Text name)
{
    return text_equal(name, TEXT("op_onafgerond")) || text_equal(name, TEXT("on_unrounded"));
}

/* The alternative of a reading that says "rounded"; NULL after reporting a name that is no such reading. */
static const Ast *rounded_alternative(Core *core, const Ast *clause, const Ast *items)
{
    const Ast *reading = items;
    while (reading != NULL && !(reading->kind == AST_READING && text_equal(reading->text, clause->text)))
        reading = reading->next;
    if (reading == NULL) {
        report_unknown(core, clause->name_span, clause->text, "");
        return NULL;
    }
    const Ast *rounded = NULL;
    bool has_other = false;
    for (const Ast *alternative = reading->b; alternative != NULL; alternative = alternative->next) {
        rounded = means_rounded(alternative->text) ? alternative : rounded;
        has_other = has_other || means_unrounded(alternative->text);
    }
    if (rounded != NULL && has_other && ast_count(reading->b) == 2)
        return rounded;
    Diag *diag = diag_report(core->diags, DIAG_E1213, clause->name_span, clause->text, EMPTY_TEXT, EMPTY_TEXT);
    diag_label(core->diags, diag, reading->name_span, DIAG_N0501, EMPTY_TEXT, EMPTY_TEXT);
    return NULL;
}

static Definition *define_chain(Core *core, const Indexation *index, const Ast *items)
{
    const Ast *clause = ast_clause(index->node, AST_CHAIN);
    if (clause == NULL) {
        diag_report(core->diags, DIAG_E1211, index->span, TEXT("keten op afgerond` of `keten op onafgerond"),
                    index->name, EMPTY_TEXT);
        return NULL;
    }
    Ast *body;
    if (clause->text.size == 0) {
        body = new_node(core, AST_BOOLEAN, clause->span, EMPTY_TEXT);
        body->flags = ast_has(clause, AST_IS_ROUNDED) ? AST_IS_TRUE : 0u;
    } else {
        const Ast *rounded = rounded_alternative(core, clause, items);
        if (rounded == NULL)
            return NULL;
        body = new_node(core, AST_IS, clause->span, EMPTY_TEXT);
        body->a = new_node(core, AST_NAME, clause->name_span, clause->text);
        body->b = new_node(core, AST_NAME, clause->name_span, rounded->text);
    }
    return define(core, index, TEXT(".keten"), TYPE_BOOLEAN, body);
}

/* ---- Moments ---- */

/* The day of the year, which every year must have. */
static bool read_day(Core *core, const Ast *day, Indexation *out)
{
    out->month = check_month_number(day->text);
    bool is_whole = number_is_whole(day->number) && day->number.num >= 1 && day->number.num <= 31;
    if (is_whole && out->month > 0 && day->number.num <= date_days_in_month(2001, out->month)) {
        out->day = (int32_t)day->number.num;
        return true;
    }
    diag_report(core->diags, DIAG_E1212, day->span, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT);
    return false;
}

/* The first of the moments that is not before a day. */
static int32_t moment_from(const Indexation *index, int32_t day)
{
    int32_t moment = BD_DATE_MAX, year = date_year(day);
    if (date_from_ymd(year, index->month, index->day, &moment) && moment < day &&
        !date_from_ymd(year + 1, index->month, index->day, &moment))
        return BD_DATE_MAX;
    return moment;
}

/* `vanaf` a year, month or date; without it the start of the first tariff. */
static bool read_first(Core *core, const Ast *from, Indexation *out)
{
    const Table *base = &core->tables[out->base];
    int32_t start =
        base->version_count > 0 ? base->versions[0].validity.from : core->products[out->product].validity.from;
    if (from != NULL && from->kind == AST_DATE)
        start = from->date;
    else if (from != NULL && from->kind == AST_MONTH)
        start = month_first_day(from->date);
    else if (from != NULL && !(number_is_whole(from->number) && from->number.num >= 1 && from->number.num <= 9998 &&
                               date_from_ymd((int32_t)from->number.num, 1, 1, &start)))
        start = BD_DATE_MIN;
    if (start == BD_DATE_MIN) {
        diag_report(core->diags, DIAG_E1214, from != NULL ? from->span : out->span, out->name, EMPTY_TEXT, EMPTY_TEXT);
        return false;
    }
    out->first = moment_from(out, start);
    return true;
}

static bool read_moments(Core *core, Indexation *index)
{
    const Ast *clause = ast_clause(index->node, AST_YEARLY);
    if (clause == NULL) {
        diag_report(core->diags, DIAG_E1211, index->span, TEXT("jaarlijks op …"), index->name, EMPTY_TEXT);
        return false;
    }
    index->last = core->products[index->product].validity.to;
    return read_day(core, clause->a, index) && read_first(core, clause->b, index);
}

/* ---- The table of prices ---- */

static void derive(Core *core, Indexation *index)
{
    Table derived = core->tables[index->base];
    derived.name = joined(core, TEXT("indexering."), index->name, TEXT(".prijzen"));
    derived.is_tariff = derived.callable = derived.is_optional = derived.is_maximum = false;
    derived.is_extern = derived.is_derived = derived.used = true;
    derived.product = BD_NONE;
    derived.versions = NULL;
    derived.version_count = derived.cell_count = 0;
    index->derived = tables_add(core, derived);
    core->tables[index->base].indexed = index->derived;
}

/* What the first product of an `indexering` made is kept for those after it. */
typedef struct Shared {
    Definition *rounding, *chain;
} Shared;

static void index_product(Core *core, const Ast *item, const Ast *name, const Ast *items, Shared *shared)
{
    Indexation index = {.name = name->text, .node = item, .span = name->span, .citation = BD_NONE};
    index.product = find_product(core, name->text);
    if (index.product == BD_NONE) {
        report_unknown(core, name->span, name->text, "p");
        return;
    }
    index.base = core->products[index.product].tariff;
    if (index.base == BD_NONE) {
        Diag *diag = diag_report(core->diags, DIAG_E1215, name->span, name->text, EMPTY_TEXT, EMPTY_TEXT);
        diag_label(core->diags, diag, core->products[index.product].span, DIAG_N0504, EMPTY_TEXT, EMPTY_TEXT);
        return;
    }
    for (uint32_t i = 0; i < core->indexation_count; i++)
        if (core->indexations[i].product == index.product) {
            declare_report_twice(core, name->span, name->text, core->indexations[i].span);
            return;
        }
    index.citation = core_citation(core, item->d);
    if (!read_moments(core, &index))
        return;
    index.factor = define_factor(core, &index);
    if (shared->rounding == NULL && shared->chain == NULL) {
        shared->rounding = define_rounding(core, &index);
        shared->chain = define_chain(core, &index, items);
    }
    index.rounding = shared->rounding;
    index.chain = shared->chain;
    if (index.factor == NULL || index.rounding == NULL || index.chain == NULL)
        return;
    derive(core, &index);
    GROW(core, indexation);
    core->indexations[core->indexation_count++] = index;
}

void indexations_from_ast(Core *core, const Ast *items)
{
    for (const Ast *item = items; item != NULL; item = item->next) {
        Shared shared = {NULL, NULL};
        size_t errors = core->diags->error_count;
        for (const Ast *name = item->kind == AST_INDEXATION ? item->a : NULL;
             name != NULL && core->diags->error_count == errors; name = name->next)
            index_product(core, item, name, items, &shared);
    }
}

/* ---- After checking ---- */

/* Whether a moment lies after the price level of some version and within it. */
static bool is_used(const Core *core, const Indexation *index)
{
    const Table *base = &core->tables[index->base];
    if (index->first > index->last)
        return false;
    if (base->is_extern)
        return moment_from(index, base->level == BD_DATE_MIN ? index->first : base->level + 1) <= index->last;
    for (uint32_t v = 0; v < base->version_count; v++) {
        const TableVersion *version = &base->versions[v];
        int32_t after = version->level >= index->first ? version->level + 1 : index->first;
        int32_t end = version->validity.to < index->last ? version->validity.to : index->last;
        if (!version->none && moment_from(index, after) <= end)
            return true;
    }
    return false;
}

void index_check(Core *core)
{
    for (uint32_t i = 0; i < core->indexation_count; i++) {
        const Indexation *index = &core->indexations[i];
        const Instance *rounding = index->rounding->instances;
        if (!is_used(core, index))
            diag_report(core->diags, DIAG_E1216, index->span, index->name, EMPTY_TEXT, EMPTY_TEXT);
        const Ast *clause = ast_clause(index->node, AST_ROUNDING);
        if (rounding != NULL && rounding->body != NULL && rounding->body->op != EXPR_ERROR &&
            !rounding->body->type.whole)
            diag_report(core->diags, DIAG_E1217, clause->span, index->name, EMPTY_TEXT, EMPTY_TEXT);
    }
}
