/* check_arithmetic.c: + − × ÷, rounding and conversion, with their units (language.md, "Units" and "Rounding").
**
** Three kinds of arithmetic exist: quantity ± quantity, quantity × number, money per unit × quantity, and their quotients. Nothing is
** rounded but by EXPR_ROUND, and `type.whole` follows what is known to be whole cents (or a whole quantity).
*/
#include "compiler/check_internal.h"

static const DiagArgument VERBS[] = {{TEXT_INIT("optellen bij"), TEXT_INIT("add")},
                                     {TEXT_INIT("aftrekken van"), TEXT_INIT("subtract")},
                                     {TEXT_INIT("vermenigvuldigen met"), TEXT_INIT("multiply")},
                                     {TEXT_INIT("delen door"), TEXT_INIT("divide")}};

static Expr *refuse(Checker *k, const Ast *node, const Expr *a, const Expr *b)
{
    Core *core = k->core;
    if (expr_is_error(a) || expr_is_error(b))
        return expr_error(k, node);
    DiagArgument verb = VERBS[node->kind == AST_ADD        ? 0
                              : node->kind == AST_SUBTRACT ? 1
                              : node->kind == AST_MULTIPLY ? 2
                                                           : 3];
    Diag *diag = diag_report_words(core->diags, DIAG_E0402, node->span, type_words(core, a->type),
                                   type_words(core, b->type), verb);
    const Ast *number = node->b && node->b->kind == AST_NUMBER ? node->b : node->a->kind == AST_NUMBER ? node->a : NULL;
    bool is_money = a->type.kind == TYPE_MONEY || b->type.kind == TYPE_MONEY;
    if (number && is_money)
        diag_help(core->diags, diag, DIAG_N0401, sources_excerpt(core->sources, number->span, 40, core->arena),
                  EMPTY_TEXT);
    return expr_error(k, node);
}

/* ---- Sums ---- */

static bool is_duration(const Checker *k, Type type)
{
    if (type.kind != TYPE_QUANTITY || type.unit >= k->core->unit_count)
        return false;
    return k->core->units[type.unit].calendar != CALENDAR_NONE;
}

static Expr *date_plus(Checker *k, const Ast *node, Expr *date, Expr *duration, const Ast *duration_node)
{
    Core *core = k->core;
    if (is_in_workdays(k, duration))
        return workdays_later(k, node, date, duration, duration_node, node->kind == AST_SUBTRACT);
    duration = convert_unit(k, duration, core->units[duration->type.unit].base, duration_node);
    if (node->kind == AST_SUBTRACT)
        duration = expr_unary(k, EXPR_NEGATE, duration->type, duration_node, duration);
    return expr_binary(k, EXPR_DATE_ADD, declare_type(TYPE_DATE), node, date, duration);
}

static Expr *sum(Checker *k, const Ast *node, const Type *want)
{
    Expr *a = check_value(k, node->a, want), *b = check_value(k, node->b, expr_is_error(a) ? want : NULL);
    if (expr_is_error(a) || expr_is_error(b))
        return expr_error(k, node);
    bool adds = node->kind == AST_ADD;
    if (a->type.kind == TYPE_DATE && is_duration(k, b->type))
        return date_plus(k, node, a, b, node->b);
    if (adds && b->type.kind == TYPE_DATE && is_duration(k, a->type))
        return date_plus(k, node, b, a, node->a);
    if (!adds && a->type.kind == TYPE_DATE && b->type.kind == TYPE_DATE) {
        Type days = type_of_unit(TYPE_QUANTITY, UNIT_DAY);
        days.whole = true;
        return expr_binary(k, EXPR_DAYS_BETWEEN, days, node, a, b);
    }
    if (a->type.kind != b->type.kind || !type_is_number(a->type))
        return refuse(k, node, a, b);
    if (a->type.kind == TYPE_QUANTITY || a->type.kind == TYPE_RATE)
        b = convert_unit(k, b, a->type.unit, node->b);
    Type type = a->type;
    type.whole = a->type.whole && b->type.whole;
    return expr_binary(k, adds ? EXPR_ADD : EXPR_SUBTRACT, type, node, a, b);
}

/* ---- Products and quotients ---- */

static Expr *product(Checker *k, const Ast *node)
{
    Expr *a = check_value(k, node->a, NULL), *b = check_value(k, node->b, NULL);
    if (expr_is_error(a) || expr_is_error(b))
        return expr_error(k, node);
    TypeKind ka = a->type.kind, kb = b->type.kind;
    Type type;
    if (ka == TYPE_RATE && kb == TYPE_QUANTITY) {
        b = convert_unit(k, b, a->type.unit, node->b);
        type = declare_type(TYPE_MONEY);
    } else if (ka == TYPE_QUANTITY && kb == TYPE_RATE) {
        a = convert_unit(k, a, b->type.unit, node->a);
        type = declare_type(TYPE_MONEY);
    } else if (kb == TYPE_NUMBER && type_is_number(a->type)) {
        type = a->type;
    } else if (ka == TYPE_NUMBER && type_is_number(b->type)) {
        type = b->type;
    } else if (ka == TYPE_QUANTITY && kb == TYPE_QUANTITY) {
        diag_report(k->core->diags, DIAG_E0403, node->span, k->core->units[a->type.unit].name,
                    k->core->units[b->type.unit].name, EMPTY_TEXT);
        return expr_error(k, node);
    } else {
        return refuse(k, node, a, b);
    }
    type.whole = a->type.whole && b->type.whole;
    return expr_binary(k, EXPR_MULTIPLY, type, node, a, b);
}

static Expr *quotient(Checker *k, const Ast *node)
{
    Expr *a = check_value(k, node->a, NULL), *b = check_value(k, node->b, NULL);
    if (expr_is_error(a) || expr_is_error(b))
        return expr_error(k, node);
    TypeKind ka = a->type.kind, kb = b->type.kind;
    Type type = declare_type(TYPE_NUMBER);
    if (kb == TYPE_NUMBER && type_is_number(a->type)) {
        type = a->type;
    } else if (ka == kb && ka == TYPE_MONEY) {
        type = declare_type(TYPE_NUMBER);
    } else if (ka == kb && (ka == TYPE_QUANTITY || ka == TYPE_RATE)) {
        b = convert_unit(k, b, a->type.unit, node->b);
    } else if (ka == TYPE_MONEY && kb == TYPE_RATE) {
        type = type_of_unit(TYPE_QUANTITY, b->type.unit);
    } else if (ka == TYPE_MONEY && kb == TYPE_QUANTITY) {
        type = type_of_unit(TYPE_RATE, b->type.unit);
    } else {
        return refuse(k, node, a, b);
    }
    if (b->op == EXPR_NUMBER && number_is_zero(b->number)) {
        diag_report(k->core->diags, DIAG_E0417, node->b->span, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT);
        return expr_error(k, node);
    }
    type.whole = false;
    return expr_binary(k, EXPR_DIVIDE, type, node, a, b);
}

static Expr *negative(Checker *k, const Ast *node, const Type *want)
{
    Expr *a = check_value(k, node->a, want);
    if (expr_is_error(a))
        return a;
    if (!type_is_number(a->type))
        return demand_kind(k, a, TYPE_NUMBER, node->a);
    Number value;
    if (a->op == EXPR_NUMBER && number_neg(k->core->arena, a->number, &value) == BD_OK)
        return expr_number(k, value, a->type, node);
    return expr_unary(k, EXPR_NEGATE, a->type, node, a);
}

Expr *check_arithmetic(Checker *k, const Ast *node, const Type *want)
{
    if (node->kind == AST_MULTIPLY)
        return product(k, node);
    if (node->kind == AST_DIVIDE)
        return quotient(k, node);
    if (node->kind == AST_NEGATE)
        return negative(k, node, want);
    return sum(k, node, want);
}

/* ---- Rounding ---- */

static RoundMode mode_of(const Ast *node)
{
    if (ast_has(node, AST_IS_MODE_UP))
        return ROUND_UP;
    if (ast_has(node, AST_IS_MODE_DOWN))
        return ROUND_DOWN;
    if (ast_has(node, AST_IS_MODE_TO_ZERO))
        return ROUND_TO_ZERO;
    if (ast_has(node, AST_IS_MODE_FROM_ZERO))
        return ROUND_AWAY_FROM_ZERO;
    if (ast_has(node, AST_IS_MODE_HALF_EVEN))
        return ROUND_HALF_EVEN;
    return ROUND_HALF_AWAY;
}

/* A rounding inside the operand, through sums and products: rounding it again is most often a mistake. */
static const Expr *inner_rounding(const Expr *expr)
{
    if (!expr)
        return NULL;
    if (expr->op == EXPR_ROUND)
        return expr;
    bool passes = expr->op == EXPR_ADD || expr->op == EXPR_SUBTRACT || expr->op == EXPR_MULTIPLY ||
                  expr->op == EXPR_DIVIDE || expr->op == EXPR_NEGATE || expr->op == EXPR_SCALE;
    if (!passes || expr->type.kind != TYPE_MONEY)
        return NULL;
    const Expr *found = inner_rounding(expr->a);
    return found ? found : inner_rounding(expr->b);
}

static bool step_of(Checker *k, const Ast *node, Type type, Number *step)
{
    if (!node->b) {
        *step = (Number){1, 100, NULL};
        if (type.kind == TYPE_MONEY || type.kind == TYPE_RATE)
            return true;
        DiagArgument none = {EMPTY_TEXT, EMPTY_TEXT};
        diag_report_words(k->core->diags, DIAG_E0704, node->span, type_words(k->core, type), none, none);
        return false;
    }
    Type wanted = type.kind == TYPE_RATE ? declare_type(TYPE_MONEY) : type;
    wanted.optional = false;
    Expr *constant = check_constant_here(k, node->b, wanted);
    if (expr_is_error(constant))
        return false;
    *step = constant->number;
    if (number_sign(*step) > 0 && !step->big)
        return true;
    diag_report(k->core->diags, DIAG_E0703, node->b->span, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT);
    return false;
}

static bool is_whole_step(Type type, Number step)
{
    Number hundred = {100, 1, NULL}, cents;
    if (type.kind != TYPE_MONEY && type.kind != TYPE_RATE)
        return number_is_whole(step);
    Arena none;
    arena_init(&none, NULL);
    bool whole = number_mul(&none, step, hundred, &cents) == BD_OK && number_is_whole(cents);
    arena_free(&none);
    return whole;
}

Expr *check_round(Checker *k, const Ast *node, const Type *want)
{
    Expr *a = check_value(k, node->a, want);
    if (expr_is_error(a))
        return a;
    if (!type_is_number(a->type))
        return demand_kind(k, a, TYPE_MONEY, node->a);
    Number step;
    if (!step_of(k, node, a->type, &step))
        return expr_error(k, node);
    const Expr *earlier = inner_rounding(a);
    if (earlier) {
        Diag *diag = diag_report(k->core->diags, DIAG_W1101, node->span, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT);
        diag_label(k->core->diags, diag, earlier->span, DIAG_N0702, EMPTY_TEXT, EMPTY_TEXT);
    }
    Expr *expr = expr_unary(k, EXPR_ROUND, a->type, node, a);
    expr->mode = mode_of(node);
    expr->number = step;
    expr->type.whole = is_whole_step(a->type, step);
    return expr;
}

/* ---- Conversion: `E in dagdelen naar boven` ---- */

Expr *check_convert(Checker *k, const Ast *node)
{
    Core *core = k->core;
    Expr *a = check_value(k, node->a, NULL);
    uint32_t unit = find_unit(core, node->text);
    if (unit == BD_NONE) {
        report_unknown(core, node->name_span, node->text, "u");
        return expr_error(k, node);
    }
    if (expr_is_error(a))
        return a;
    if (a->type.kind != TYPE_QUANTITY && a->type.kind != TYPE_RATE)
        return demand_kind(k, a, TYPE_QUANTITY, node->a);
    Expr *converted = convert_unit(k, a, unit, node);
    if (expr_is_error(converted))
        return converted;
    bool has_mode = (node->flags & (uint32_t)AST_MODE_MASK) != 0;
    if (!has_mode) {
        if (core->units[unit].indivisible && !converted->type.whole) {
            diag_report(core->diags, DIAG_E0702, node->span, core->units[unit].name, core->units[unit].plural,
                        EMPTY_TEXT);
            return expr_error(k, node);
        }
        return converted;
    }
    Expr *rounded = expr_unary(k, EXPR_ROUND, converted->type, node, converted);
    rounded->mode = mode_of(node);
    rounded->number = NUMBER_ONE;
    rounded->type.whole = true;
    return rounded;
}
