/* needs.c: walks the checked expressions from the rules and callables and marks what they read.
**
** A rule without `voor` makes what it reads a required cell of every line; a rule for products, of lines of those products; a tariff
** makes its dimensions required on lines of its product (language.md, section 3). Inside a definition the caller's lines count.
*/
#include "compiler/needs.h"

#include "compiler/amendment.h"
#include "compiler/check.h"

typedef struct Needs {
    Core *core;
    const uint64_t *products; /* lines that reach the expression; with for_all: every line */
    bool for_all;
    Span at; /* of the expression that reads */
} Needs;

static void need_column(Needs *n, uint32_t index)
{
    Column *column = &n->core->columns[index];
    bool is_input_of_call = !n->for_all && !n->products;
    if (is_input_of_call)
        return; /* a callable asks for it itself: see layout_callable.c */
    column->used = true;
    if (column->read_at.end == 0)
        column->read_at = n->at;
    if (column->group != BD_NONE)
        n->core->columns[column->group].used = true;
    if (n->for_all)
        column->needed_by_all = true;
    if (!n->products)
        return;
    if (!column->needed_by)
        column->needed_by = arena_array(n->core->arena, SET_WORDS(n->core->product_count), sizeof *column->needed_by);
    for (uint32_t i = 0; i < SET_WORDS(n->core->product_count); i++)
        column->needed_by[i] |= n->products[i];
}

static void walk(Needs *n, const Expr *expr);

static void need_table(Needs *n, uint32_t index)
{
    const Table *table = &n->core->tables[index];
    n->core->tables[index].used = true;
    for (uint32_t v = 0; v < table->version_count; v++)
        walk(n, amendment_unless(n->core, table->versions[v].amendment));
}

static void need_tariffs(Needs *n, uint32_t unit_class)
{
    const Core *core = n->core;
    for (uint32_t p = 0; p < core->product_count; p++) {
        const Product *product = &core->products[p];
        if (product->tariff == BD_NONE || product->unit_class != unit_class ||
            (n->products && !set_has(n->products, p)))
            continue;
        uint64_t *only = arena_array(core->arena, SET_WORDS(core->product_count), sizeof *only);
        set_add(only, p);
        Needs of_product = {n->core, only, false, n->at};
        const Table *tables[2] = {&core->tables[product->tariff], NULL};
        need_table(n, product->tariff);
        uint32_t contracted = tables[0]->is_maximum ? find_table(core, TEXT("contracttarief")) : BD_NONE;
        if (contracted != BD_NONE) {
            need_table(n, contracted);
            tables[1] = &core->tables[contracted];
        }
        for (int t = 0; t < 2 && tables[t]; t++)
            for (uint32_t i = 0; i < tables[t]->dimension_count; i++)
                if (tables[t]->dimensions[i].column != BD_NONE)
                    need_column(&of_product, tables[t]->dimensions[i].column);
    }
}

static void need_volume(Needs *n, const Expr *expr)
{
    n->at = expr->span;
    if (expr->op == EXPR_VOLUME || expr->op == EXPR_GRANTED) {
        need_column(n, COLUMN_VOLUME);
        need_column(n, COLUMN_UNIT);
        return;
    }
    const Column *column = &n->core->columns[expr->index];
    need_column(n, expr->index);
    if (column->type.kind == TYPE_QUANTITY && column->type.unit == UNIT_OF_PRODUCT && column->group != BD_NONE)
        need_column(n, find_column(n->core, BD_NONE, TEXT("toewijzing_eenheid")));
}

/* Who reads a counter, or counts in it, has a key. */
static void need_key(Needs *n, const Counter *counter)
{
    for (uint32_t i = 0; i < counter->key_count; i++)
        need_column(n, counter->keys[i]);
}

static bool reads_counter(const Expr *expr)
{
    return expr->op == EXPR_COUNTER_SUM || expr->op == EXPR_COUNTER_DAYS || expr->op == EXPR_COUNTER_RUN;
}

static void walk(Needs *n, const Expr *expr)
{
    if (!expr)
        return;
    if (reads_counter(expr))
        need_key(n, &n->core->counters[expr->index]);
    if (expr->op == EXPR_COLUMN || expr->op == EXPR_VOLUME || expr->op == EXPR_GRANTED)
        need_volume(n, expr);
    if (expr->op ==
        EXPR_GRANTED_AMOUNT) /* where a line was decided before, it is all that is known: see decide_earlier */
        n->core->columns[COLUMN_CLAIMED_AMOUNT].used = true;
    if (expr->op == EXPR_FIELD) {
        n->core->columns[expr->index].used = true;
        n->core->lists[n->core->columns[expr->index].list].used = true;
    }
    if (expr->op == EXPR_AGGREGATE && expr->index != BD_NONE)
        n->core->lists[expr->index].used = true;
    if (expr->op == EXPR_PERIOD && n->core->calendars[expr->index].table != BD_NONE)
        need_table(n, n->core->calendars[expr->index].table);
    if (expr->op == EXPR_TABLE)
        need_table(n, expr->index);
    if (expr->op == EXPR_TARIFF)
        need_tariffs(n, expr->unit_class);
    if (expr->op == EXPR_VARIABLE && expr->variable->value)
        walk(n, expr->variable->value);
    if (expr->op == EXPR_CALL) {
        expr->instance->definition->used = true;
        walk(n, expr->instance->body);
    }
    walk(n, expr->a);
    walk(n, expr->b);
    walk(n, expr->c);
    for (uint32_t i = 0; i < expr->arg_count; i++)
        walk(n, expr->args[i]);
}

static void need_reference(Core *core, const Rule *rule)
{
    ReferenceDate reference = rule->reference == REFER_DEFAULT ? core->reference : rule->reference;
    Needs n = {core, NULL, true, rule->span};
    if (reference == REFER_SIGNED)
        need_column(&n, COLUMN_SIGNED);
}

static void walk_form(Needs *n, const Form *form)
{
    for (uint32_t i = 0; i < form->output_count; i++) {
        walk(n, form->outputs[i].value);
        walk(n, form->outputs[i].present);
    }
    for (uint32_t i = 0; i < form->demand_count; i++)
        walk(n, form->demands[i].holds);
}

static void need_counters(Core *core)
{
    for (uint32_t i = 0; i < core->counter_count; i++) {
        const Counter *counter = &core->counters[i];
        Needs n = {core, counter->for_all ? NULL : counter->products, counter->for_all, counter->span};
        need_key(&n, counter);
        for (uint32_t k = 0; k < counter->instance_count; k++) {
            walk(&n, counter->instances[k].condition);
            walk(&n, counter->instances[k].value);
        }
    }
}

void needs_mark(Core *core)
{
    Needs every_line = {core, NULL, true, {0, 0, 0}};
    need_column(&every_line, COLUMN_PRODUCT);
    need_column(&every_line, COLUMN_BEGIN);
    need_column(&every_line, COLUMN_END);
    need_column(&every_line, COLUMN_VOLUME);
    need_column(&every_line, COLUMN_UNIT);
    for (uint32_t i = 0; i < core->rule_count; i++) {
        const Rule *rule = &core->rules[i];
        Needs n = {core, rule->for_all ? NULL : rule->products, rule->for_all, {0, 0, 0}};
        need_reference(core, rule);
        for (uint32_t k = 0; k < rule->instance_count; k++) {
            walk(&n, rule->instances[k].condition);
            walk(&n, rule->instances[k].effect);
        }
    }
    need_counters(core);
    Needs calls = {core, NULL, false, {0, 0, 0}};
    for (uint32_t i = 0; i < core->definition_count; i++)
        for (const Instance *instance = core->definitions[i]->instances; instance; instance = instance->next)
            if (instance->no_line)
                walk(&calls, instance->body);
    for (uint32_t i = 0; i < core->form_count; i++)
        walk_form(&calls, &core->forms[i]);
}
