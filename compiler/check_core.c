/* check_core.c: every definition and rule elaborated, once for each unit class it can reach.
**
** A clause is first checked for the first class it covers; only if it turned out to read the product's unit is it checked for the
** others. Definitions are checked where they are used, and once more on their own account when nothing uses them, so that a mistake
** in an unused one is reported too.
*/
#include "compiler/amendment.h"
#include "compiler/check_internal.h"
#include "compiler/definition_days.h"
#include "compiler/needs.h"
#include "compiler/payment_circle.h"
#include "vm/core/limits.h"

/* ---- Definitions ---- */

void bind_variable(Checker *k, Variable *variable)
{
    Binding *binding = arena_alloc(k->core->arena, sizeof *binding);
    *binding = (Binding){variable, k->bindings};
    k->bindings = binding;
}

static void bind_parameters(Checker *k, Instance *instance)
{
    const Definition *definition = instance->definition;
    instance->parameters = arena_array(k->core->arena, definition->parameter_count, sizeof *instance->parameters);
    for (uint32_t i = 0; i < definition->parameter_count; i++) {
        Variable *variable = arena_alloc(k->core->arena, sizeof *variable);
        *variable = (Variable){.name = definition->parameter_names[i],
                               .type = definition->parameter_types[i],
                               .span = definition->parameter_spans[i]};
        if (variable->type.unit == UNIT_OF_PRODUCT && k->unit_class != BD_NONE)
            variable->type.unit = k->core->classes[k->unit_class].unit;
        instance->parameters[i] = variable;
        bind_variable(k, variable);
    }
}

/* What would be endless when written out is refused where it is named. */
Expr *demand_size(Checker *k, Expr *expr, Text name, const Ast *node)
{
    if (expr_size(expr) <= EXPANSION_MAX_NODES)
        return expr;
    diag_report(k->core->diags, DIAG_E0911, node->span, name, EMPTY_TEXT, EMPTY_TEXT);
    return expr_error(k, node);
}

/* `waar` names: each sees those before it. */
void bind_parts(Checker *k, const Ast *clauses)
{
    for (const Ast *clause = clauses; clause; clause = clause->next) {
        if (clause->kind != AST_WHERE)
            continue;
        Variable *variable = arena_alloc(k->core->arena, sizeof *variable);
        Expr *value = clause->b ? check_expected(k, clause->a, check_type(k->core, clause->b))
                                : settle_presence(k, check_any(k, clause->a, NULL));
        value = demand_size(k, value, clause->text, clause);
        *variable = (Variable){clause->text, value->type, value, expr_size(value), clause->span};
        bind_variable(k, variable);
    }
}

/* The body of an `extern` definition: the host's function on the parameters. */
static Expr *native_body(Checker *k, Instance *instance, const Ast *node)
{
    const Definition *definition = instance->definition;
    Expr *body = expr_new(k, EXPR_NATIVE, definition->type, node);
    body->instance = instance;
    body->args = arena_array(k->core->arena, definition->parameter_count, sizeof *body->args);
    for (uint32_t i = 0; i < definition->parameter_count; i++) {
        Expr *argument = expr_new(k, EXPR_VARIABLE, instance->parameters[i]->type, node);
        argument->variable = instance->parameters[i];
        body->args[body->arg_count++] = argument;
    }
    return body;
}

static Expr *check_body(Checker *k, Instance *instance)
{
    const Definition *definition = instance->definition;
    const Ast *node = definition->versions[instance->version].node;
    bind_parameters(k, instance);
    bind_parts(k, node->d);
    if (definition->native != BD_NONE)
        return native_body(k, instance, node);
    if (!node->c)
        return expr_error(k, node);
    Type want = definition->type;
    Expr *body = settle_presence(k, check_any(k, node->c, want.kind == TYPE_ERROR ? NULL : &want));
    return want.kind == TYPE_ERROR ? body : demand_type(k, body, want, node->c);
}

Instance *check_instance(Checker *k, Definition *definition, uint32_t version, const Ast *node)
{
    for (Instance *known = definition->instances; known; known = known->next) {
        if (known->version != version || known->unit_class != k->unit_class || known->no_line != k->no_line)
            continue;
        if (!known->body) {
            diag_report(k->core->diags, DIAG_E0305, node->span, definition->name, EMPTY_TEXT, EMPTY_TEXT);
            return NULL;
        }
        k->reads_product = k->reads_product || known->reads_product;
        return known;
    }
    if (k->depth >= CALL_MAX_DEPTH) {
        diag_report(k->core->diags, DIAG_E0305, node->span, definition->name, EMPTY_TEXT, EMPTY_TEXT);
        return NULL;
    }
    Instance *instance = arena_alloc(k->core->arena, sizeof *instance);
    *instance = (Instance){.definition = definition,
                           .version = version,
                           .unit_class = k->unit_class,
                           .no_line = k->no_line,
                           .next = definition->instances};
    definition->instances = instance;
    Checker inner = {.in_amendment = k->in_amendment,
                     .core = k->core,
                     .unit_class = k->unit_class,
                     .products = k->products,
                     .no_line = k->no_line,
                     .in_counter = k->in_counter,
                     .depth = k->depth + 1};
    instance->body = demand_size(&inner, check_body(&inner, instance), definition->name, node);
    instance->size = expr_size(instance->body);
    instance->reads_product = inner.reads_product;
    if (definition->type.kind == TYPE_ERROR)
        definition->type = instance->body->type; /* not stated: what the body is */
    k->reads_product = k->reads_product || inner.reads_product;
    return instance;
}

/* ---- Rules ---- */

Expr *demand_cents(Checker *k, Expr *amount, const Ast *node)
{
    if (expr_is_error(amount) || amount->type.whole)
        return amount;
    Diag *diag = diag_report(k->core->diags, DIAG_E0701, node->span, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT);
    diag_help(k->core->diags, diag, DIAG_N0701, EMPTY_TEXT, EMPTY_TEXT);
    return expr_error(k, node);
}

static Expr *both(Checker *k, Expr *a, const Ast *condition)
{
    Type boolean = declare_type(TYPE_BOOLEAN);
    if (!condition)
        return a;
    if (a)
        facts_assume(k, a, true);
    Expr *b = demand_kind(k, check_value(k, condition, &boolean), TYPE_BOOLEAN, condition);
    if (a == NULL)
        return b;
    Expr *result = expr_binary(k, EXPR_AND, boolean, condition, a, b);
    result->is_unwritten = true; /* the words are those of b alone */
    return result;
}

static Expr *check_effect(Checker *k, const Ast *clause)
{
    if (clause->kind == AST_PAY || clause->kind == AST_CAP_AMOUNT) {
        Expr *amount = check_expected(k, clause->a, declare_type(TYPE_MONEY));
        return demand_cents(k, amount, clause->a);
    }
    k->reads_product = true; /* a cap on the volume is in the product's unit */
    return check_expected(k, clause->a, type_of_unit(TYPE_QUANTITY, UNIT_OF_PRODUCT));
}

static Expr *check_test(Checker *k, const RuleInstance *made, const Ast *effect)
{
    const Ast *test = effect && (effect->kind == AST_REJECT || effect->kind == AST_HOLD) ? effect->a : NULL;
    return both(k, made->scope, test);
}

/* Conditions come from `als` clauses and from the effect's own `als`; presence tested there holds in the effect. What a rejection tests is
** part of its effect: an exception that puts another effect in its place replaces the test as well. */
static RuleInstance check_instance_of(Checker *k, const Rule *rule)
{
    RuleInstance made = {.unit_class = k->unit_class, .scope = amendment_scope(k, rule)};
    const Ast *effect = NULL;
    bool has_value = false;
    bind_parts(k, rule->node->d);
    for (const Ast *clause = rule->node->d; clause; clause = clause->next) {
        bool pays = clause->kind == AST_PAY || clause->kind == AST_CAP_VOLUME || clause->kind == AST_CAP_AMOUNT;
        if (clause->kind == AST_CONDITION || clause->kind == AST_DEROGATES)
            made.scope = both(k, made.scope, clause->a);
        if (pays)
            made.scope = both(k, made.scope, clause->b);
        if (pays || clause->kind == AST_REJECT || clause->kind == AST_HOLD)
            effect = clause;
        has_value = has_value || pays;
    }
    made.condition = check_test(k, &made, effect);
    if (made.condition)
        facts_assume(k, made.condition, true);
    if (made.condition)
        made.condition = demand_size(k, made.condition, rule->name, rule->node);
    if (has_value)
        made.effect = demand_size(k, check_effect(k, effect), rule->name, rule->node);
    return made;
}

static bool covers_class(const Core *core, const Rule *rule, uint32_t unit_class)
{
    for (uint32_t i = 0; i < SET_WORDS(core->product_count); i++)
        if (rule->products[i] & core->classes[unit_class].products[i])
            return true;
    return false;
}

static void check_rule(Core *core, Rule *rule)
{
    rule->instances = arena_array(core->arena, core->class_count + 1, sizeof *rule->instances);
    for (uint32_t c = 0; c < core->class_count; c++) {
        if (!covers_class(core, rule, c))
            continue;
        Checker k = {.core = core, .unit_class = c, .products = rule->products, .for_all = rule->for_all};
        RuleInstance instance = check_instance_of(&k, rule);
        if (!k.reads_product)
            instance.unit_class = BD_NONE;
        rule->instances[rule->instance_count++] = instance;
        if (!k.reads_product)
            return;
    }
}

/* ---- What nothing used ---- */

static void check_callable(Core *core, Definition *definition)
{
    for (uint32_t version = 0; version < definition->version_count; version++) {
        Checker k = {.core = core, .unit_class = BD_NONE, .no_line = true};
        check_instance(&k, definition, version, definition->versions[version].node);
    }
}

/* Whether a declaration stands in a file of the standard library: of those an agreement need not use all. */
static bool is_library(const Core *core, Span span)
{
    return span.file < core->sources->count && text_has_prefix(core->sources->items[span.file]->name, TEXT("stdlib/"));
}

static void check_unused(Core *core, Definition *definition)
{
    if (definition->instances)
        return;
    Checker k = {.core = core, .unit_class = core->class_count ? 0 : BD_NONE};
    for (uint32_t version = 0; version < definition->version_count; version++)
        check_instance(&k, definition, version, definition->versions[version].node);
    if (!is_library(core, definition->span))
        diag_report(core->diags, DIAG_W1102, definition->span, definition->name, EMPTY_TEXT, EMPTY_TEXT);
}

void check_core(Core *core)
{
    definition_days_check(core);
    if (core->product_count == 0 &&
        core->rule_count > 0) { /* without rules either, it only offers definitions and tables */
        diag_report(core->diags, DIAG_E0313, core->header_span, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT);
        return;
    }
    workdays_check(core);
    amendments_check(core);
    for (uint32_t i = 0; i < core->definition_count; i++)
        if (core->definitions[i]->callable)
            check_callable(core, core->definitions[i]);
    check_counters(core);
    for (uint32_t i = 0; i < core->rule_count; i++)
        check_rule(core, &core->rules[i]);
    check_forms(core);
    for (uint32_t i = 0; i < core->definition_count; i++)
        check_unused(core, core->definitions[i]);
    if (!diag_has_errors(core->diags))
        payment_circle_check(core);
    if (!diag_has_errors(core->diags))
        needs_mark(core);
}
