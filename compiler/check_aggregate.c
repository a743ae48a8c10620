/* check_aggregate.c: som, aantal, kleinste, grootste, enige, alle, eerste, laatste over a list or over the days of an interval. */
#include "compiler/check_internal.h"

static Aggregate aggregate_of(AstKind kind)
{
    switch ((int)kind) {
    case AST_SUM: return AGGREGATE_SUM;
    case AST_COUNT: return AGGREGATE_COUNT;
    case AST_LEAST: return AGGREGATE_LEAST;
    case AST_GREATEST: return AGGREGATE_GREATEST;
    case AST_ANY: return AGGREGATE_ANY;
    case AST_ALL: return AGGREGATE_ALL;
    case AST_FIRST: return AGGREGATE_FIRST;
    default: return AGGREGATE_LAST;
    }
}

static bool open_source(Checker *k, const Ast *list, Expr *expr, Type *element)
{
    if (list->kind == AST_DAYS_OF) {
        expr->a = to_interval(k, check_value(k, list->a, NULL), list->a);
        *element = declare_type(TYPE_DATE);
        return !expr_is_error(expr->a);
    }
    uint32_t index = list->kind == AST_NAME ? find_list(k->core, list->text) : BD_NONE;
    if (index == BD_NONE) {
        report_unknown(k->core, list->span,
                       list->kind == AST_NAME ? list->text
                                              : sources_excerpt(k->core->sources, list->span, 40, k->core->arena),
                       "l");
        return false;
    }
    if (k->no_line) {
        diag_report(k->core->diags, DIAG_E0413, list->span, list->text, EMPTY_TEXT, EMPTY_TEXT);
        return false;
    }
    expr->index = index;
    *element = declare_type(TYPE_RECORD);
    element->list = index;
    return true;
}

static bool value_fits(const Expr *expr)
{
    TypeKind kind = expr->c->type.kind;
    bool is_number = type_is_number(expr->c->type),
         is_date = kind == TYPE_DATE || kind == TYPE_MONTH || kind == TYPE_YEAR;
    if (expr->aggregate == AGGREGATE_SUM)
        return is_number;
    if (expr->aggregate == AGGREGATE_LEAST || expr->aggregate == AGGREGATE_GREATEST)
        return is_number || is_date;
    return kind != TYPE_INTERVAL && kind != TYPE_RECORD;
}

static Type result_type(const Expr *expr)
{
    Type type = declare_type(TYPE_BOOLEAN);
    if (expr->aggregate == AGGREGATE_COUNT) {
        type = declare_type(TYPE_NUMBER);
        type.whole = true;
    }
    return expr->c ? expr->c->type : type;
}

static void check_body(Checker *k, const Ast *node, Expr *expr, const Type *want)
{
    Type boolean = declare_type(TYPE_BOOLEAN);
    if (node->c)
        expr->b = demand_kind(k, check_value(k, node->c, &boolean), TYPE_BOOLEAN, node->c);
    if (expr->b)
        facts_assume(k, expr->b, true);
    if (node->b)
        expr->c = check_value(k, node->b, want);
}

Expr *check_aggregate(Checker *k, const Ast *node, const Type *want)
{
    Expr *expr = expr_new(k, EXPR_AGGREGATE, declare_type(TYPE_ERROR), node);
    expr->aggregate = aggregate_of(node->kind);
    Variable *variable = arena_alloc(k->core->arena, sizeof *variable);
    *variable = (Variable){.name = node->text, .type = declare_type(TYPE_ERROR), .span = node->span};
    if (!open_source(k, node->a, expr, &variable->type))
        return expr_error(k, node);
    expr->variable = variable;

    Binding binding = {variable, k->bindings};
    Binding *kept = arena_alloc(k->core->arena, sizeof *kept);
    *kept = binding;
    Fact *facts = k->facts;
    k->bindings = kept;
    check_body(k, node, expr, want);
    k->bindings = kept->outer;
    k->facts = facts;

    if ((expr->b && expr_is_error(expr->b)) || (expr->c && expr_is_error(expr->c)))
        return expr_error(k, node);
    if (expr->c && !value_fits(expr))
        return demand_kind(k, expr->c, TYPE_NUMBER, node->b);
    expr->type = result_type(expr);
    return expr;
}
