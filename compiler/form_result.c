/* form_result.c: the results of a penalty, a suspension, a term, and an obligation of one occasion.
**
** A penalty answers `uitkomst` (verschuldigd, toegestaan, geen) with an amount; a term `loopt`, `begint` and `eindigt`; an obligation
** `geldt` and the same days. What does not apply has no amount and no days. A power never says `verschuldigd`, and its amount is named
** `ten_hoogste`, because exercising it is for people.
*/
#include "compiler/check_form.h"

enum { OUTCOME_DUE, OUTCOME_ALLOWED, OUTCOME_NONE };

static Expr *outcome(FormCheck *f, int32_t member)
{
    Expr *expr = expr_new(&f->k, EXPR_MEMBER, type_of_choice(f->k.core->outcome_choice), f->version->node);
    expr->integer = member;
    return expr;
}

static Expr *if_applies(FormCheck *f, Expr *applies, Expr *yes, Expr *no)
{
    if (!applies)
        return yes;
    Expr *expr = expr_new(&f->k, EXPR_IF, yes->type, f->version->node);
    expr->a = applies;
    expr->b = yes;
    expr->c = no;
    return expr;
}

static Expr *boolean(FormCheck *f, bool value)
{
    Expr *expr = expr_new(&f->k, EXPR_BOOLEAN, declare_type(TYPE_BOOLEAN), f->version->node);
    expr->integer = value;
    return expr;
}

/* ---- Amounts ---- */

static Expr *lesser(FormCheck *f, Expr *a, Expr *b)
{
    Expr *expr = expr_new(&f->k, EXPR_LEAST, a->type, f->version->node);
    expr->type.whole = a->type.whole && b->type.whole;
    expr->args = arena_array(f->k.core->arena, 2, sizeof *expr->args);
    expr->args[expr->arg_count++] = a;
    expr->args[expr->arg_count++] = b;
    return expr;
}

/* The amount, never above the maximum where there is one. */
static Given amount_within(FormCheck *f, Given amount, Given at_most)
{
    if (!at_most.value || !amount.value || expr_is_error(at_most.value) || expr_is_error(amount.value))
        return amount.value ? amount : at_most;
    Given result = {amount.has, lesser(f, amount.value, at_most.value)};
    if (at_most.has)
        result.value = if_applies(f, at_most.has, result.value, amount.value);
    return result;
}

static void add_amounts(FormCheck *f, Expr *applies)
{
    Given amount = form_field(f, FIELD_AMOUNT), at_most = form_field(f, FIELD_AT_MOST),
          additional = form_field(f, FIELD_ADDITIONAL);
    Given due = amount_within(f, amount, at_most);
    bool is_ceiling = f->form->is_power || !amount.value;
    if (due.value)
        form_result(f, is_ceiling ? TEXT("ten_hoogste") : TEXT("bedrag"), due.value, form_and(f, applies, due.has));
    if (additional.value)
        form_result(f, TEXT("aanvullend"), additional.value, form_and(f, applies, additional.has));
}

/* ---- Days ---- */

static void add_days(FormCheck *f, Expr *applies)
{
    Given begin = form_field(f, FIELD_BEGIN), end = form_field(f, FIELD_END), extended = form_field(f, FIELD_EXTENDED);
    if (begin.value)
        form_result(f, TEXT("begint"), begin.value, form_and(f, applies, begin.has));
    if (!end.value)
        return;
    if (extended.value && !expr_is_error(extended.value) && !expr_is_error(end.value))
        end.value = if_applies(f, extended.has, extended.value, end.value);
    form_result(f, TEXT("eindigt"), end.value, form_and(f, applies, end.has));
}

static bool has_days(const Part *part)
{
    if (part->clause[FIELD_BEGIN] || part->clause[FIELD_END])
        return true;
    for (const Part *inner = part->inner; inner; inner = inner->next)
        if (has_days(inner))
            return true;
    return false;
}

/* ---- By kind ---- */

static DiagArgument clause_words(const Ast *clause)
{
    switch ((int)clause->kind) {
    case AST_AMOUNT: return (DiagArgument){TEXT("bedrag"), TEXT("amount")};
    case AST_ADDITIONAL: return (DiagArgument){TEXT("aanvullend"), TEXT("additional")};
    case AST_AT_MOST: return (DiagArgument){TEXT("ten hoogste"), TEXT("at most")};
    case AST_BEGINS: return (DiagArgument){TEXT("begint"), TEXT("begins")};
    case AST_LASTS: return (DiagArgument){TEXT("duurt"), TEXT("lasts")};
    case AST_ENDS: return (DiagArgument){TEXT("eindigt"), TEXT("ends")};
    case AST_EXTENDED: return (DiagArgument){TEXT("verlengd tot"), TEXT("extended to")};
    case AST_YEARLY: return (DiagArgument){TEXT("jaarlijks op"), TEXT("yearly on")};
    case AST_EVERY: return (DiagArgument){TEXT("elke"), TEXT("every")};
    default: break;
    }
    if (ast_has(clause, AST_IS_BY_BEGIN))
        return (DiagArgument){TEXT("op begindatum"), TEXT("on begin date")};
    if (ast_has(clause, AST_IS_BY_END))
        return (DiagArgument){TEXT("op einddatum"), TEXT("on end date")};
    return (DiagArgument){TEXT("op dagtekening"), TEXT("on statement date")};
}

Diag *form_refuse_clause(Core *core, const Ast *clause, Text form)
{
    DiagArgument none = {EMPTY_TEXT, EMPTY_TEXT};
    return diag_report_words(core->diags, DIAG_E1004, clause->span, (DiagArgument){form, form}, clause_words(clause),
                             none);
}

/* A field that a form of this kind does not have would be read by nobody. */
static void refuse_fields(FormCheck *f, const Part *part, const bool *has)
{
    for (int field = 0; field < FIELD_COUNT; field++)
        if (part->clause[field] && !has[field])
            form_refuse_clause(f->k.core, part->clause[field], f->form->name);
    for (const Part *inner = part->inner; inner; inner = inner->next)
        refuse_fields(f, inner, has);
}

static void refuse_schedule(FormCheck *f)
{
    for (const Ast *clause = f->version->node->d; clause; clause = clause->next)
        if (clause->kind == AST_YEARLY || clause->kind == AST_EVERY)
            form_refuse_clause(f->k.core, clause, f->form->name);
}

static void penalty_results(FormCheck *f, Expr *applies)
{
    static const bool HAS[FIELD_COUNT] = {[FIELD_AMOUNT] = true, [FIELD_ADDITIONAL] = true, [FIELD_AT_MOST] = true};
    refuse_fields(f, f->root, HAS);
    Expr *yes = outcome(f, f->form->is_power ? OUTCOME_ALLOWED : OUTCOME_DUE);
    form_result(f, TEXT("uitkomst"), if_applies(f, applies, yes, outcome(f, OUTCOME_NONE)), NULL);
    add_amounts(f, applies);
}

static void suspension_results(FormCheck *f, Expr *applies)
{
    static const bool HAS[FIELD_COUNT] = {[FIELD_AT_MOST] = true};
    refuse_fields(f, f->root, HAS);
    form_result(f, TEXT("uitkomst"), if_applies(f, applies, outcome(f, OUTCOME_ALLOWED), outcome(f, OUTCOME_NONE)),
                NULL);
    add_amounts(f, applies);
}

static void day_results(FormCheck *f, Expr *applies)
{
    bool is_term = f->form->kind == FORM_TERM;
    bool has[FIELD_COUNT] = {[FIELD_BEGIN] = true, [FIELD_END] = true, [FIELD_EXTENDED] = true};
    has[FIELD_AMOUNT] = has[FIELD_AT_MOST] = !is_term;
    refuse_fields(f, f->root, has);
    if (is_term && !has_days(f->root))
        diag_report(f->k.core->diags, DIAG_E1005, f->version->node->name_span, f->form->name, EMPTY_TEXT, EMPTY_TEXT);
    Expr *yes = boolean(f, true);
    form_result(f, is_term ? TEXT("loopt") : TEXT("geldt"), if_applies(f, applies, yes, boolean(f, false)), NULL);
    add_days(f, applies);
    if (!is_term)
        add_amounts(f, applies);
}

void form_results(FormCheck *f)
{
    Expr *applies = form_and(f, f->valid, form_applies(f, f->root));
    refuse_schedule(f);
    switch (f->form->kind) {
    case FORM_PENALTY: penalty_results(f, applies); return;
    case FORM_SUSPENSION: suspension_results(f, applies); return;
    case FORM_TERM:
    case FORM_OBLIGATION: day_results(f, applies); return;
    }
}
