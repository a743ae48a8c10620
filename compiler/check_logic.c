/* check_logic.c: en, of, niet, als; presence; comparisons.
**
** What a test of presence establishes holds to the right of `en`, in the `dan` of an `als`, and (negated) to the right of `of`: left to
** right, within one clause.
*/
#include "compiler/check_internal.h"

static Expr *boolean(Checker *k, const Ast *node)
{
    Type want = declare_type(TYPE_BOOLEAN);
    return demand_kind(k, check_value(k, node, &want), TYPE_BOOLEAN, node);
}

static Expr *boolean_knowing(Checker *k, const Ast *node, const Expr *condition, bool holds)
{
    Fact *mark = facts_assume(k, condition, holds);
    Expr *expr = boolean(k, node);
    k->facts = mark;
    return expr;
}

static Expr *presence(Checker *k, const Ast *node)
{
    Expr *tested = check_any(k, node->a, NULL);
    if (expr_is_error(tested))
        return tested;
    if (!tested->type.optional) {
        diag_report(k->core->diags, DIAG_E0414, node->a->span,
                    sources_excerpt(k->core->sources, node->a->span, 60, k->core->arena), EMPTY_TEXT, EMPTY_TEXT);
        return expr_error(k, node);
    }
    Expr *present = expr_unary(k, EXPR_PRESENT, declare_type(TYPE_BOOLEAN), node, tested);
    return node->kind == AST_PRESENT ? present : expr_unary(k, EXPR_NOT, declare_type(TYPE_BOOLEAN), node, present);
}

static Expr *conditional(Checker *k, const Ast *node, const Type *want)
{
    Expr *condition = boolean(k, node->a);
    if (!node->c)
        return expr_error(k, node);
    Fact *mark = facts_assume(k, condition, true);
    Expr *yes = settle_presence(k, check_any(k, node->b, want));
    k->facts = mark;
    mark = facts_assume(k, condition, false);
    Expr *no = settle_presence(k, check_any(k, node->c, expr_is_error(yes) ? want : &yes->type));
    k->facts = mark;
    if (expr_is_error(condition) || expr_is_error(yes) || expr_is_error(no))
        return expr_error(k, node);
    Type type = yes->type;
    type.optional = false;
    no = demand_type(k, no, type, node->c);
    if (expr_is_error(no))
        return no;
    Expr *expr = expr_new(k, EXPR_IF, type, node);
    expr->type.optional = yes->type.optional || no->type.optional;
    expr->type.whole = yes->type.whole && no->type.whole;
    expr->a = condition;
    expr->b = yes;
    expr->c = no;
    return expr;
}

Expr *check_logic(Checker *k, const Ast *node, const Type *want)
{
    Type type = declare_type(TYPE_BOOLEAN);
    Expr *a;
    switch ((int)node->kind) {
    case AST_AND:
        a = boolean(k, node->a);
        return expr_binary(k, EXPR_AND, type, node, a, boolean_knowing(k, node->b, a, true));
    case AST_OR:
        a = boolean(k, node->a);
        return expr_binary(k, EXPR_OR, type, node, a, boolean_knowing(k, node->b, a, false));
    case AST_NOT: return expr_unary(k, EXPR_NOT, type, node, boolean(k, node->a));
    case AST_IF: return conditional(k, node, want);
    default: return presence(k, node);
    }
}

/* ---- Comparisons ---- */

static bool is_ordered(Type type)
{
    return type_is_number(type) || type.kind == TYPE_DATE || type.kind == TYPE_MONTH || type.kind == TYPE_YEAR;
}

static Expr *compare(Checker *k, const Ast *node, const Ast *right, IrCompare how, Expr *a, Expr *b)
{
    Core *core = k->core;
    if (expr_is_error(a) || expr_is_error(b))
        return expr_error(k, node);
    DiagArgument none = {EMPTY_TEXT, EMPTY_TEXT};
    bool both_measured = a->type.kind == b->type.kind && (a->type.kind == TYPE_QUANTITY || a->type.kind == TYPE_RATE);
    if (both_measured)
        b = convert_unit(k, b, a->type.unit, right);
    if (expr_is_error(b))
        return b;
    if (!type_equal(a->type, b->type) || a->type.kind == TYPE_INTERVAL || a->type.kind == TYPE_RECORD) {
        Diag *diag = diag_report_words(core->diags, DIAG_E0405, node->span, type_words(core, a->type),
                                       type_words(core, b->type), none);
        const Ast *number = right->kind == AST_NUMBER ? right : node->a->kind == AST_NUMBER ? node->a : NULL;
        bool is_money = a->type.kind == TYPE_MONEY || b->type.kind == TYPE_MONEY;
        if (number && is_money)
            diag_help(core->diags, diag, DIAG_N0401, sources_excerpt(core->sources, number->span, 40, core->arena),
                      EMPTY_TEXT);
        return expr_error(k, node);
    }
    if (how != IR_EQ && how != IR_NE && !is_ordered(a->type)) {
        diag_report_words(core->diags, DIAG_E0406, node->span, type_words(core, a->type), none, none);
        return expr_error(k, node);
    }
    if (a->type.kind == TYPE_BOOLEAN) { /* a = b of two conditions: als a dan b anders niet b */
        Expr *opposite = expr_unary(k, EXPR_NOT, b->type, node, b),
             *choice = expr_new(k, EXPR_IF, declare_type(TYPE_BOOLEAN), node);
        choice->a = a;
        choice->b = how == IR_EQ ? b : opposite;
        choice->c = how == IR_EQ ? opposite : b;
        return choice;
    }
    Expr *expr = expr_binary(k, EXPR_COMPARE, declare_type(TYPE_BOOLEAN), node, a, b);
    expr->compare = (uint8_t)how;
    return expr;
}

static Expr *compare_nodes(Checker *k, const Ast *node, IrCompare how)
{
    Expr *a, *b;
    bool numeral_first = node->a->kind == AST_NUMBER;
    if ((is_bare_member(k, node->a) && !is_bare_member(k, node->b)) || numeral_first) {
        b = check_value(k, node->b, NULL);
        a = check_value(k, node->a, expr_is_error(b) ? NULL : &b->type);
    } else {
        a = check_value(k, node->a, NULL);
        b = check_value(k, node->b, expr_is_error(a) ? NULL : &a->type);
    }
    return compare(k, node, node->b, how, a, b);
}

static Expr *is_whole(Checker *k, const Ast *node)
{
    Expr *a = check_value(k, node->a, NULL);
    if (expr_is_error(a))
        return a;
    if (!type_is_number(a->type))
        return demand_kind(k, a, TYPE_NUMBER, node->a);
    Expr *whole = expr_unary(k, EXPR_WHOLE, declare_type(TYPE_BOOLEAN), node, a);
    return node->kind == AST_IS ? whole : expr_unary(k, EXPR_NOT, declare_type(TYPE_BOOLEAN), node, whole);
}

/* `D is werkdag` */
static Expr *is_workday_node(Checker *k, const Ast *node)
{
    Type date = declare_type(TYPE_DATE);
    Expr *day = demand_kind(k, check_value(k, node->a, &date), TYPE_DATE, node->a);
    if (expr_is_error(day))
        return day;
    Expr *works = is_workday_on(k, node->b, day);
    return node->kind == AST_IS ? works : expr_unary(k, EXPR_NOT, declare_type(TYPE_BOOLEAN), node, works);
}

/* `zzp in (zzp2, zzp3)`: of a choice a set, of anything else a chain of equalities. */
static Expr *in_set(Checker *k, const Ast *node)
{
    Core *core = k->core;
    Expr *a = check_value(k, node->a, NULL), *result = NULL;
    if (expr_is_error(a))
        return a;
    if (a->type.kind == TYPE_CHOICE) {
        Expr *expr = expr_unary(k, EXPR_IN_SET, declare_type(TYPE_BOOLEAN), node, a);
        expr->set = arena_array(core->arena, SET_WORDS(core->choices[a->type.choice].member_count), sizeof *expr->set);
        bool failed = false;
        for (const Ast *element = node->b; element; element = element->next) {
            Expr *member = check_expected(k, element, a->type);
            if (member->op == EXPR_MEMBER)
                set_add(expr->set, (uint32_t)member->integer);
            else if (!expr_is_error(member))
                diag_report(core->diags, DIAG_E0412, element->span, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT);
            failed = failed || member->op != EXPR_MEMBER;
        }
        return failed ? expr_error(k, node) : expr;
    }
    for (const Ast *element = node->b; element; element = element->next) {
        Expr *equal = compare(k, node, element, IR_EQ, a, check_value(k, element, &a->type));
        result = result ? expr_binary(k, EXPR_OR, declare_type(TYPE_BOOLEAN), node, result, equal) : equal;
    }
    return result ? result : expr_error(k, node);
}

Expr *check_compare(Checker *k, const Ast *node)
{
    switch ((int)node->kind) {
    case AST_EQ: return compare_nodes(k, node, IR_EQ);
    case AST_NE: return compare_nodes(k, node, IR_NE);
    case AST_LT: return compare_nodes(k, node, IR_LT);
    case AST_LE: return compare_nodes(k, node, IR_LE);
    case AST_GT: return compare_nodes(k, node, IR_GT);
    case AST_GE: return compare_nodes(k, node, IR_GE);
    case AST_IN_SET: return in_set(k, node);
    default: break;
    }
    bool asks_whole = node->b->kind == AST_NAME &&
                      (text_equal(node->b->text, TEXT("heel")) || text_equal(node->b->text, TEXT("whole")));
    if (asks_whole)
        return is_whole(k, node);
    if (node->b->kind == AST_NAME && names_workdays(k->core, node->b->text))
        return is_workday_node(k, node);
    return compare_nodes(k, node, node->kind == AST_IS ? IR_EQ : IR_NE);
}
