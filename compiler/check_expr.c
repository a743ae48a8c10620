/* check_expr.c: the dispatcher of the checker, its node constructors, and what is demanded of an expression.
**
** Checking is bidirectional: a wanted type goes down (so that bare members of a choice and bare numbers find their meaning), the found
** type comes up. What failed has type error, which agrees with everything.
*/
#include "compiler/check_internal.h"
#include "vm/core/limits.h"

/* ---- Nodes ---- */

Expr *expr_new(Checker *k, ExprOp op, Type type, const Ast *node)
{
    Expr *expr = arena_alloc(k->core->arena, sizeof *expr);
    expr->op = op;
    expr->type = type;
    expr->span = node->span;
    expr->index = BD_NONE;
    expr->unit_class = BD_NONE;
    expr->number = NUMBER_ZERO;
    return expr;
}

Expr *expr_unary(Checker *k, ExprOp op, Type type, const Ast *node, Expr *a)
{
    Expr *expr = expr_new(k, op, type, node);
    expr->a = a;
    return expr_is_error(a) ? expr_error(k, node) : expr;
}

Expr *expr_binary(Checker *k, ExprOp op, Type type, const Ast *node, Expr *a, Expr *b)
{
    Expr *expr = expr_new(k, op, type, node);
    expr->a = a;
    expr->b = b;
    return expr_is_error(a) || expr_is_error(b) ? expr_error(k, node) : expr;
}

Expr *expr_error(Checker *k, const Ast *node)
{
    return expr_new(k, EXPR_ERROR, declare_type(TYPE_ERROR), node);
}

Expr *expr_number(Checker *k, Number number, Type type, const Ast *node)
{
    Expr *expr = expr_new(k, EXPR_NUMBER, type, node);
    expr->number = number;
    return expr;
}

bool expr_is_error(const Expr *expr)
{
    return expr->type.kind == TYPE_ERROR;
}

bool expr_equal(const Expr *a, const Expr *b)
{
    if (!a || !b)
        return a == b;
    if (a->op != b->op || a->index != b->index || a->integer != b->integer || a->variable != b->variable ||
        a->instance != b->instance || a->arg_count != b->arg_count || !text_equal(a->text, b->text) ||
        !number_equal(a->number, b->number))
        return false;
    for (uint32_t i = 0; i < a->arg_count; i++)
        if (!expr_equal(a->args[i], b->args[i]))
            return false;
    return expr_equal(a->a, b->a) && expr_equal(a->b, b->b) && expr_equal(a->c, b->c);
}

/* Stops as soon as the room is used up: a tree may share its parts, so that walking all of it takes for ever. */
static void take_room(const Expr *expr, uint32_t *room)
{
    uint32_t own = 1;
    if (!expr || *room == 0)
        return;
    if (expr->op == EXPR_CALL)
        own += expr->instance->size;
    if (expr->op == EXPR_VARIABLE)
        own += expr->variable->size;
    *room = own < *room ? *room - own : 0;
    take_room(expr->a, room);
    take_room(expr->b, room);
    take_room(expr->c, room);
    for (uint32_t i = 0; i<expr->arg_count && * room> 0; i++)
        take_room(expr->args[i], room);
}

uint32_t expr_size(const Expr *expr)
{
    uint32_t room = EXPANSION_MAX_NODES + 1;
    take_room(expr, &room);
    return EXPANSION_MAX_NODES + 1 - room;
}

/* ---- Presence ---- */

static bool is_known_present(const Checker *k, const Expr *expr)
{
    for (const Fact *fact = k->facts; fact; fact = fact->outer)
        if (expr_is_error(fact->expr) || expr_equal(fact->expr, expr))
            return true;
    return false;
}

static void add_fact(Checker *k, const Expr *expr)
{
    Fact *fact = arena_alloc(k->core->arena, sizeof *fact);
    *fact = (Fact){expr, k->facts};
    k->facts = fact;
}

Fact *facts_assume(Checker *k, const Expr *condition, bool holds)
{
    Fact *mark = k->facts;
    if (expr_is_error(condition))
        add_fact(k, condition); /* reported already: what it was meant to establish is not missed once more */
    if (condition->op == EXPR_PRESENT && holds)
        add_fact(k, condition->a);
    if (condition->op == EXPR_NOT)
        facts_assume(k, condition->a, !holds);
    if (condition->op == (holds ? EXPR_AND : EXPR_OR)) {
        facts_assume(k, condition->a, holds);
        facts_assume(k, condition->b, holds);
    }
    return mark;
}

static Expr *as_present(Checker *k, const Expr *expr)
{
    Expr *present = arena_alloc(k->core->arena, sizeof *present);
    *present = *expr;
    present->type.optional = false;
    return present;
}

/* A judgement may be read without a test: where it is missing, the line waits for it. */
static bool is_judgement(const Checker *k, const Expr *expr)
{
    return expr->op == EXPR_COLUMN && k->core->columns[expr->index].is_judgement;
}

Expr *settle_presence(Checker *k, Expr *expr)
{
    bool is_settled = expr->type.optional && (is_judgement(k, expr) || is_known_present(k, expr));
    return is_settled ? as_present(k, expr) : expr;
}

/* Of a choice it is a branch that may be absent, which the branch's own words say. */
static const Ast *absent_part(const Ast *node, const Expr *expr)
{
    while (node->kind == AST_IF && expr->op == EXPR_IF) {
        bool is_first = expr->b->type.optional;
        node = is_first ? node->b : node->c;
        expr = is_first ? expr->b : expr->c;
    }
    return node;
}

Expr *demand_present(Checker *k, Expr *expr, const Ast *node)
{
    if (!expr->type.optional || expr_is_error(expr))
        return expr;
    if (!is_judgement(k, expr) && !is_known_present(k, expr)) {
        const Ast *part = absent_part(node, expr);
        Text name = sources_excerpt(k->core->sources, part->span, 60, k->core->arena);
        diag_report(k->core->diags, DIAG_E0410, part->span, name, EMPTY_TEXT, EMPTY_TEXT);
        return expr_error(k, node);
    }
    return as_present(k, expr);
}

/* ---- What is wanted ---- */

static void report_type(Checker *k, const Expr *expr, Type want, const Ast *node)
{
    Core *core = k->core;
    DiagArgument none = {EMPTY_TEXT, EMPTY_TEXT};
    Diag *diag = diag_report_words(core->diags, DIAG_E0401, node->span, type_words(core, want),
                                   type_words(core, expr->type), none);
    if ((want.kind == TYPE_MONEY || want.kind == TYPE_RATE) && node->kind == AST_NUMBER)
        diag_help(core->diags, diag, DIAG_N0401, sources_excerpt(core->sources, node->span, 40, core->arena),
                  EMPTY_TEXT);
}

Expr *convert_unit(Checker *k, Expr *expr, uint32_t unit, const Ast *node)
{
    Core *core = k->core;
    if (expr_is_error(expr) || expr->type.unit == unit)
        return expr;
    uint32_t from = expr->type.unit;
    if (from >= core->unit_count || unit >= core->unit_count || core->units[from].base != core->units[unit].base) {
        Text have = from < core->unit_count ? core->units[from].name : TEXT("?");
        Text want = unit < core->unit_count ? core->units[unit].name : TEXT("?");
        Diag *diag = diag_report(core->diags, DIAG_E0404, node->span, have, want, EMPTY_TEXT);
        if (from < core->unit_count && !core->units[from].built_in)
            diag_label(core->diags, diag, core->units[from].span, DIAG_N0403, EMPTY_TEXT, EMPTY_TEXT);
        return expr_error(k, node);
    }
    bool is_rate = expr->type.kind == TYPE_RATE; /* € per uur is 60 times less per minuut: the factor turns over */
    Number factor;
    Number up = is_rate ? core->units[unit].factor : core->units[from].factor,
           down = is_rate ? core->units[from].factor : core->units[unit].factor;
    if (number_div(core->arena, up, down, &factor) != BD_OK)
        return expr_error(k, node);
    Type type = expr->type;
    type.unit = unit;
    type.whole = type.whole && number_is_whole(factor);
    if (expr->op == EXPR_NUMBER) {
        Number value;
        if (number_mul(core->arena, expr->number, factor, &value) != BD_OK)
            return expr_error(k, node);
        type.whole = type.kind == TYPE_QUANTITY ? number_is_whole(value) : type.whole;
        return expr_number(k, value, type, node);
    }
    Expr *scaled = expr_unary(k, EXPR_SCALE, type, node, expr);
    scaled->number = factor;
    return scaled;
}

Expr *demand_type(Checker *k, Expr *expr, Type want, const Ast *node)
{
    if (expr_is_error(expr) || want.kind == TYPE_ERROR)
        return expr;
    if (want.unit == UNIT_OF_PRODUCT) {
        k->reads_product = true;
        if (k->unit_class == BD_NONE)
            return expr; /* a declared type outside any class: checked again within one */
        want.unit = k->core->classes[k->unit_class].unit;
    }
    if (!type_fits(k->core, expr->type, want)) {
        if (expr->type.kind == want.kind && (want.kind == TYPE_QUANTITY || want.kind == TYPE_RATE))
            return convert_unit(k, expr, want.unit, node);
        report_type(k, expr, want, node);
        return expr_error(k, node);
    }
    return want.kind == TYPE_QUANTITY || want.kind == TYPE_RATE ? convert_unit(k, expr, want.unit, node) : expr;
}

Expr *demand_kind(Checker *k, Expr *expr, TypeKind kind, const Ast *node)
{
    if (expr_is_error(expr) || expr->type.kind == kind)
        return expr;
    report_type(k, expr, declare_type(kind), node);
    return expr_error(k, node);
}

/* ---- The dispatcher ---- */

static Expr *dispatch(Checker *k, const Ast *node, const Type *want)
{
    switch ((int)node->kind) {
    case AST_ERROR: return expr_error(k, node);
    case AST_NUMBER:
    case AST_PERCENT:
    case AST_MONEY:
    case AST_QUANTITY:
    case AST_RATE:
    case AST_DATE:
    case AST_MONTH:
    case AST_TEXT:
    case AST_BOOLEAN: return check_literal(k, node, want);
    case AST_NAME: return check_name(k, node, want);
    case AST_FIELD: return check_field(k, node);
    case AST_INDEX: return check_index(k, node);
    case AST_CALL: return check_call(k, node, want);
    case AST_OR:
    case AST_AND:
    case AST_NOT:
    case AST_IF:
    case AST_ABSENT:
    case AST_PRESENT: return check_logic(k, node, want);
    case AST_EQ:
    case AST_NE:
    case AST_LT:
    case AST_LE:
    case AST_GT:
    case AST_GE:
    case AST_IS:
    case AST_IS_NOT:
    case AST_IN_SET: return check_compare(k, node);
    case AST_ADD:
    case AST_SUBTRACT:
    case AST_MULTIPLY:
    case AST_DIVIDE:
    case AST_NEGATE: return check_arithmetic(k, node, want);
    case AST_ROUND: return check_round(k, node, want);
    case AST_IN: return check_convert(k, node);
    case AST_OF:
    case AST_DAY_OF:
    case AST_FIRST_DAY:
    case AST_LAST_DAY:
    case AST_LIES_IN:
    case AST_TOUCHES:
    case AST_WITHIN:
    case AST_INTERVAL:
    case AST_FROM:
    case AST_AFTER:
    case AST_BEFORE:
    case AST_COUNT_DAYS:
    case AST_COUNT_WORKDAYS: return check_date(k, node);
    case AST_OVER:
    case AST_UNBROKEN: return check_counter(k, node);
    case AST_SUM:
    case AST_LEAST:
    case AST_GREATEST:
    case AST_COUNT:
    case AST_ANY:
    case AST_ALL:
    case AST_LAST:
    case AST_FIRST: return check_aggregate(k, node, want);
    default:
        diag_report(k->core->diags, DIAG_E0910, node->span, ast_kind_name(node->kind), EMPTY_TEXT, EMPTY_TEXT);
        return expr_error(k, node);
    }
}

Expr *check_any(Checker *k, const Ast *node, const Type *want)
{
    Expr *expr = dispatch(k, node, want);
    if (k->unit_class != BD_NONE && expr->unit_class == BD_NONE)
        expr->unit_class = k->unit_class;
    return expr;
}

Expr *check_value(Checker *k, const Ast *node, const Type *want)
{
    return demand_present(k, check_any(k, node, want), node);
}

Expr *check_expression(Checker *k, const Ast *node)
{
    return check_value(k, node, NULL);
}

Expr *check_expected(Checker *k, const Ast *node, Type expected)
{
    Expr *expr = check_any(k, node, &expected);
    if (!expected.optional)
        expr = demand_present(k, expr, node);
    return demand_type(k, expr, expected, node);
}

/* ---- Constants ---- */

bool expr_fold(Checker *k, Expr *expr, Number *out)
{
    Number a, b;
    if (expr->op == EXPR_NUMBER) {
        *out = expr->number;
        return true;
    }
    if (!expr->a || !expr_fold(k, expr->a, &a))
        return false;
    Arena *arena = k->core->arena;
    if (expr->op == EXPR_NEGATE)
        return number_neg(arena, a, out) == BD_OK;
    if (expr->op == EXPR_SCALE)
        return number_mul(arena, a, expr->number, out) == BD_OK;
    if (expr->op == EXPR_ROUND)
        return number_round(arena, a, expr->mode, expr->number, out) == BD_OK;
    if (!expr->b || !expr_fold(k, expr->b, &b))
        return false;
    if (expr->op == EXPR_ADD)
        return number_add(arena, a, b, out) == BD_OK;
    if (expr->op == EXPR_SUBTRACT)
        return number_sub(arena, a, b, out) == BD_OK;
    if (expr->op == EXPR_MULTIPLY)
        return number_mul(arena, a, b, out) == BD_OK;
    return expr->op == EXPR_DIVIDE && number_div(arena, a, b, out) == BD_OK;
}

static bool is_plain_constant(const Expr *expr)
{
    return expr->op == EXPR_BOOLEAN || expr->op == EXPR_DATE || expr->op == EXPR_MONTH || expr->op == EXPR_YEAR ||
           expr->op == EXPR_TEXT || expr->op == EXPR_MEMBER ||
           (expr->op == EXPR_INTERVAL && (!expr->a || expr->a->op == EXPR_DATE) &&
            (!expr->b || expr->b->op == EXPR_DATE));
}

Expr *check_constant_here(Checker *k, const Ast *node, Type expected)
{
    if (expected.unit == UNIT_OF_PRODUCT)
        expected.kind = TYPE_ERROR;
    Expr *expr = check_expected(k, node, expected);
    if (expr_is_error(expr) || is_plain_constant(expr))
        return expr;
    Number value;
    if (type_is_number(expr->type) && expr_fold(k, expr, &value))
        return expr_number(k, value, expr->type, node);
    diag_report(k->core->diags, DIAG_E0412, node->span, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT);
    return expr_error(k, node);
}

Expr *check_constant(Core *core, const Ast *node, Type expected)
{
    Checker k = {.core = core, .unit_class = BD_NONE, .no_line = true};
    return check_constant_here(&k, node, expected);
}
