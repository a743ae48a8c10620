/* check_literal.c: literals -> constants. A bare number takes the wanted meaning only where the text leaves no doubt: the cells of a
** tariff are euros, a quantity's count is a number; anywhere else an amount needs its € and a quantity its unit. */
#include "compiler/check_internal.h"

static bool is_whole_cents(Number number)
{
    unsigned decimals = 0;
    return number_is_decimal(number, &decimals) && decimals <= 2;
}

static Expr *money(Checker *k, Number number, const Ast *node)
{
    Type type = declare_type(TYPE_MONEY);
    type.whole = is_whole_cents(number);
    return expr_number(k, number, type, node);
}

static Expr *quantity(Checker *k, const Ast *node)
{
    Core *core = k->core;
    Type plain = declare_type(TYPE_NUMBER);
    Expr *count = check_expected(k, node->a, plain);
    if (text_equal(node->text, TEXT("cent")) || text_equal(node->text, TEXT("centen")) ||
        text_equal(node->text, TEXT("cents"))) {
        Number hundred = {100, 1, NULL}, euros;
        if (count->op == EXPR_NUMBER && number_div(core->arena, count->number, hundred, &euros) == BD_OK)
            return money(k, euros, node);
    }
    uint32_t unit = find_unit(core, node->text);
    if (unit == BD_NONE) {
        report_unknown(core, node->name_span.end > node->name_span.begin ? node->name_span : node->span, node->text,
                       "u");
        return expr_error(k, node);
    }
    Type type = type_of_unit(TYPE_QUANTITY, unit);
    if (count->op == EXPR_NUMBER) {
        type.whole = number_is_whole(count->number);
        return expr_number(k, count->number, type, node);
    }
    Expr *scaled = expr_unary(k, EXPR_SCALE, type, node, count); /* `(2 × n) dagen`: a number that becomes a quantity */
    scaled->number = NUMBER_ONE;
    return scaled;
}

static Expr *rate(Checker *k, const Ast *node)
{
    Core *core = k->core;
    Expr *amount = check_expected(k, node->a, declare_type(TYPE_MONEY));
    uint32_t unit = find_unit(core, node->text);
    if (unit == BD_NONE) {
        report_unknown(core, node->span, node->text, "u");
        return expr_error(k, node);
    }
    if (expr_is_error(amount))
        return amount;
    Type type = type_of_unit(TYPE_RATE, unit);
    type.whole = amount->type.whole;
    if (amount->op == EXPR_NUMBER)
        return expr_number(k, amount->number, type, node);
    Expr *scaled = expr_unary(k, EXPR_SCALE, type, node, amount);
    scaled->number = NUMBER_ONE;
    return scaled;
}

static Expr *with_integer(Checker *k, ExprOp op, TypeKind kind, int32_t integer, const Ast *node)
{
    Expr *expr = expr_new(k, op, declare_type(kind), node);
    expr->integer = integer;
    return expr;
}

Expr *check_literal(Checker *k, const Ast *node, const Type *want)
{
    Type number = declare_type(TYPE_NUMBER);
    Expr *text;
    switch ((int)node->kind) {
    case AST_NUMBER:
        if (want && want->kind == TYPE_YEAR && number_is_whole(node->number) && node->number.num >= 1 &&
            node->number.num <= 9999)
            return with_integer(k, EXPR_YEAR, TYPE_YEAR, (int32_t)node->number.num, node);
        number.whole = number_is_whole(node->number);
        return expr_number(k, node->number, number, node);
    case AST_PERCENT: return expr_number(k, node->number, number, node);
    case AST_MONEY: return money(k, node->number, node);
    case AST_QUANTITY: return quantity(k, node);
    case AST_RATE: return rate(k, node);
    case AST_DATE: return with_integer(k, EXPR_DATE, TYPE_DATE, node->date, node);
    case AST_MONTH: return with_integer(k, EXPR_MONTH, TYPE_MONTH, node->date, node);
    case AST_BOOLEAN: return with_integer(k, EXPR_BOOLEAN, TYPE_BOOLEAN, ast_has(node, AST_IS_TRUE), node);
    default:
        text = expr_new(k, EXPR_TEXT, declare_type(TYPE_TEXT), node);
        text->text = node->text;
        return text;
    }
}
