/* check_counter.c: what a counter counts, and reading one.
**
** What a line adds reads the line and what was granted for it, never a counter: so contributions do not depend on the order in which a
** ledger is read. Counters are checked before rules, since a read takes its type from what is counted.
*/
#include "compiler/check_internal.h"

/* ---- What is counted ---- */

static Type count_type(void)
{
    Type type = declare_type(TYPE_NUMBER);
    type.whole = true;
    return type;
}

static Type days_type(void)
{
    Type type = type_of_unit(TYPE_QUANTITY, UNIT_DAY);
    type.whole = true;
    return type;
}

static uint32_t base_of(const Core *core, Type type)
{
    return type.unit < core->unit_count ? core->units[type.unit].base : BD_NONE;
}

static uint32_t add_variant(Core *core, Counter *counter, Type type)
{
    for (uint32_t i = 0; i < counter->variant_count; i++) {
        Type known = counter->variants[i].type;
        if (known.kind == type.kind && base_of(core, known) == base_of(core, type))
            return i;
    }
    counter->variants[counter->variant_count] = (CounterVariant){type};
    return counter->variant_count++;
}

static Expr *check_sum(Checker *k, const Ast *node)
{
    Expr *value = check_value(k, node, NULL);
    TypeKind kind = value->type.kind;
    if (kind != TYPE_NUMBER && kind != TYPE_MONEY && kind != TYPE_QUANTITY)
        return demand_kind(k, value, TYPE_QUANTITY, node);
    return value;
}

/* One instance for one unit class; its value is in the unit of its variant. */
static CounterInstance check_counted(Checker *k, Counter *counter)
{
    Core *core = k->core;
    const Ast *condition = ast_clause(counter->node, AST_CONDITION);
    Type boolean = declare_type(TYPE_BOOLEAN), type = count_type();
    CounterInstance made = {.unit_class = k->unit_class};
    if (condition)
        made.condition = demand_kind(k, check_value(k, condition->a, &boolean), TYPE_BOOLEAN, condition->a);
    if (made.condition)
        facts_assume(k, made.condition, true);
    if (counter->kind == BD_COUNTER_SUM) {
        made.value = check_sum(k, counter->node->b);
        type = made.value->type;
        type.optional = false;
    } else if (counter->kind == BD_COUNTER_DAYS) {
        made.value = to_interval(k, check_value(k, counter->node->b, NULL), counter->node->b);
        type = days_type();
    }
    if (made.value && expr_is_error(made.value))
        type = declare_type(TYPE_ERROR);
    made.variant = add_variant(core, counter, type);
    CounterVariant *variant = &counter->variants[made.variant];
    if (type.kind == TYPE_QUANTITY && counter->kind == BD_COUNTER_SUM) {
        made.value = convert_unit(k, made.value, variant->type.unit, counter->node->b);
        type = made.value->type;
    }
    variant->type.whole = variant->type.whole && type.whole;
    return made;
}

static bool covers_class(const Core *core, const Counter *counter, uint32_t unit_class)
{
    for (uint32_t i = 0; i < SET_WORDS(core->product_count); i++)
        if (counter->products[i] & core->classes[unit_class].products[i])
            return true;
    return false;
}

static void check_one(Core *core, Counter *counter)
{
    counter->variants = arena_array(core->arena, core->class_count + 1u, sizeof *counter->variants);
    counter->instances = arena_array(core->arena, core->class_count + 1u, sizeof *counter->instances);
    for (uint32_t c = 0; c < core->class_count; c++) {
        if (!covers_class(core, counter, c))
            continue;
        Checker k = {.core = core,
                     .unit_class = c,
                     .products = counter->products,
                     .for_all = counter->for_all,
                     .in_counter = true,
                     .granted_allowed = true};
        CounterInstance instance = check_counted(&k, counter);
        if (!k.reads_product)
            instance.unit_class = BD_NONE;
        counter->instances[counter->instance_count++] = instance;
        if (!k.reads_product)
            return;
    }
}

void check_counters(Core *core)
{
    for (uint32_t i = 0; i < core->counter_count; i++)
        check_one(core, &core->counters[i]);
}

/* ---- Reading ---- */

static uint32_t named_counter(const Checker *k, const Ast *node)
{
    return node && node->kind == AST_NAME ? find_counter(k->core, node->text) : BD_NONE;
}

/* The variant of the line's product: with one there is no choice. */
static uint32_t variant_of(Checker *k, const Counter *counter)
{
    const Core *core = k->core;
    if (counter->variant_count < 2)
        return 0;
    k->reads_product = true;
    if (k->unit_class == BD_NONE)
        return 0;
    for (uint32_t i = 0; i < counter->instance_count; i++)
        if (counter->instances[i].unit_class == k->unit_class)
            return counter->instances[i].variant;
    uint32_t base = core->units[core->classes[k->unit_class].unit].base;
    for (uint32_t i = 0; i < counter->variant_count; i++)
        if (base_of(core, counter->variants[i].type) == base)
            return i;
    return BD_NONE;
}

/* A read of one counter; `days`: as a set of days. The node is what the reader wrote. */
static Expr *read_counter(Checker *k, ExprOp op, uint32_t index, const Ast *node)
{
    Core *core = k->core;
    Counter *counter = &core->counters[index];
    bool is_of_days = counter->kind == BD_COUNTER_DAYS, wants_days = op != EXPR_COUNTER_SUM;
    bool is_readable = !k->no_line && !k->in_counter && is_of_days == wants_days;
    DiagCode problem = k->no_line ? DIAG_E0413 : k->in_counter ? DIAG_E0623 : is_of_days ? DIAG_E0620 : DIAG_E0621;
    uint32_t variant = is_readable ? variant_of(k, counter) : 0;
    if (is_readable && variant != BD_NONE) {
        counter->used = true;
        Type type = variant < counter->variant_count ? counter->variants[variant].type : declare_type(TYPE_ERROR);
        Expr *expr = expr_new(k, op, type, node);
        expr->index = index;
        expr->integer = (int32_t)variant;
        return expr;
    }
    Text unit = variant == BD_NONE ? core->units[core->classes[k->unit_class].unit].name : EMPTY_TEXT;
    diag_report(core->diags, variant == BD_NONE ? DIAG_E0627 : problem, node->span, counter->name, unit, EMPTY_TEXT);
    return expr_error(k, node);
}

static Expr *interval_of(Checker *k, const Ast *node)
{
    Type year = declare_type(TYPE_YEAR);
    return to_interval(k, check_value(k, node, &year), node);
}

static Expr *over(Checker *k, Expr *read, const Ast *interval, const Ast *node)
{
    read->a = interval_of(k, interval);
    return expr_is_error(read->a) ? expr_error(k, node) : read;
}

Expr *check_counter(Checker *k, const Ast *node)
{
    Type date = declare_type(TYPE_DATE);
    const Ast *name = node->kind == AST_OVER ? node->a : node;
    uint32_t index = node->kind == AST_UNBROKEN ? find_counter(k->core, node->text) : named_counter(k, name);
    if (index == BD_NONE) {
        Text text = name->text.size ? name->text : sources_excerpt(k->core->sources, name->span, 40, k->core->arena);
        report_unknown(k->core, node->kind == AST_UNBROKEN ? node->name_span : name->span, text, "n");
        return expr_error(k, node);
    }
    Expr *read = read_counter(k, node->kind == AST_UNBROKEN ? EXPR_COUNTER_RUN : EXPR_COUNTER_SUM, index, node);
    if (expr_is_error(read))
        return read;
    if (node->kind == AST_OVER)
        return over(k, read, node->b, node);
    if (node->kind == AST_UNBROKEN) {
        read->a = demand_kind(k, check_value(k, node->a, &date), TYPE_DATE, node->a);
        return expr_is_error(read->a) ? read->a : read;
    }
    return read;
}

/* `T raakt I` is that some day of T lies in I. */
static Expr *touches(Checker *k, Expr *days, const Ast *node)
{
    Expr *none = expr_number(k, NUMBER_ZERO, days->type, node);
    Expr *expr = expr_binary(k, EXPR_COMPARE, declare_type(TYPE_BOOLEAN), node, days, none);
    expr->compare = IR_GT;
    return expr;
}

Expr *check_counter_days(Checker *k, const Ast *node)
{
    if (node->kind != AST_COUNT_DAYS && node->kind != AST_TOUCHES)
        return NULL;
    bool has_interval = node->a->kind == AST_OVER;
    uint32_t index = named_counter(k, has_interval ? node->a->a : node->a);
    if (index == BD_NONE || (has_interval && node->kind == AST_TOUCHES))
        return NULL;
    Expr *days = read_counter(k, EXPR_COUNTER_DAYS, index, node);
    if (expr_is_error(days))
        return days;
    if (node->kind == AST_TOUCHES)
        days = over(k, days, node->b, node);
    else if (has_interval)
        days = over(k, days, node->a->b, node);
    return node->kind == AST_TOUCHES && !expr_is_error(days) ? touches(k, days, node) : days;
}
