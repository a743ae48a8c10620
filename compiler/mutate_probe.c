/* mutate_probe.c: changes that show whether a place of the text is reached; see mutate_internal.h.
**
** A condition C is probed for coming out ja by `C en F` and for nee by `C of F`, where F faults whenever it is asked: a scenario notices
** exactly when some evaluation asks F. What C says of absent values holds behind it, `C en F` keeps what follows from ja and not what follows
** from nee; so each probe has a second form, `(C en F) of C` and `(C of F) en C`, for where the first does not compile.
*/
#include "compiler/mutate_internal.h"
#include "vm/core/date.h"

enum { FAR_AWAY = 3650, LARGE = 1000000 };

static Ast *make(Mutator *mutator, AstKind kind, Span span, Ast *a, Ast *b)
{
    Ast *node = arena_alloc(mutator->arena, sizeof *node);
    *node = (Ast){.kind = kind, .span = span, .name_span = span, .depth = 1, .a = a, .b = b, .last = node};
    return node;
}

/* The last day of the calendar and one day more, compared with anything: a fault that no folding of constants takes away. */
static Ast *make_fault(Mutator *mutator, Span span)
{
    Ast *last = make(mutator, AST_DATE, span, NULL, NULL), *other = make(mutator, AST_DATE, span, NULL, NULL);
    Ast *one = make(mutator, AST_NUMBER, span, NULL, NULL), *day = make(mutator, AST_QUANTITY, span, one, NULL);
    last->date = other->date = DATE_MAX;
    one->number = NUMBER_ONE;
    day->text = mutate_word(mutator, "dag", "day");
    return make(mutator, AST_EQ, span, make(mutator, AST_ADD, span, last, day), other);
}

/* node becomes `C inner F`, or with is_second `(C inner F) outer C`. */
static void set_probe(Mutator *mutator, Ast *node, AstKind inner, AstKind outer, bool is_second)
{
    Ast own = *node;
    (void)mutate_wrap(mutator, node, inner, make_fault(mutator, node->span));
    if (!is_second)
        return;
    Ast *again = arena_alloc(mutator->arena, sizeof *again);
    *again = own;
    again->next = NULL;
    again->last = again;
    (void)mutate_wrap(mutator, node, outer, again);
}

static MutationKind kind_of(const Mutator *mutator, MutateRole role)
{
    if (role == ROLE_BRANCH)
        return PROBE_BRANCH;
    if (role == ROLE_OPERAND)
        return PROBE_OPERAND;
    if (mutator->item->kind == AST_EXCEPTION)
        return PROBE_EXCEPTION;
    return mutator->item->kind == AST_RULE ? PROBE_RULE : PROBE_CONDITION;
}

static void probe_condition(Mutator *mutator, Ast *node, MutateRole role)
{
    static const AstKind KINDS[2][2] = {{AST_AND, AST_OR}, {AST_OR, AST_AND}};
    MutationKind kind = kind_of(mutator, role);
    Text text = mutate_slice(mutator, node->span);
    for (int outcome = 0; outcome < 2; outcome++) {
        Text name = outcome == 0 ? mutate_word(mutator, "ja", "yes") : mutate_word(mutator, "nee", "no");
        mutate_begin_point(mutator);
        for (int form = 0; form < 2; form++) {
            if (mutate_offer_probe(mutator, kind, node->span, text, name))
                set_probe(mutator, node, KINDS[outcome][0], KINDS[outcome][1], form == 1);
        }
    }
}

static void probe_number(Mutator *mutator, Ast *node)
{
    Text text = mutate_slice(mutator, node->span);
    Number large = {LARGE, 1, NULL}, own = node->number;
    mutate_begin_point(mutator);
    if (!number_is_zero(own) && mutate_offer_probe(mutator, PROBE_CELL, node->span, text, TEXT("0")))
        node->number = NUMBER_ZERO;
    if (mutate_offer_probe(mutator, PROBE_CELL, node->span, text, TEXT("1000000")))
        node->number = large;
}

static void probe_date(Mutator *mutator, Ast *node)
{
    Text text = mutate_slice(mutator, node->span);
    int32_t own = node->date;
    mutate_begin_point(mutator);
    for (int direction = -1; direction <= 1; direction += 2) {
        if (mutate_offer_probe(mutator, PROBE_CELL, node->span, text, direction < 0 ? TEXT("-") : TEXT("+")))
            node->date = own + direction * FAR_AWAY;
    }
}

static void probe_truth(Mutator *mutator, Ast *node)
{
    mutate_begin_point(mutator);
    if (mutate_offer_probe(mutator, PROBE_CELL, node->span, mutate_slice(mutator, node->span), TEXT("")))
        node->flags ^= (uint32_t)AST_IS_TRUE;
}

/* A chain of one connective is one condition with many operands; `niet C` comes out as C does not. */
static bool is_point(const Ast *node, MutateRole role)
{
    bool is_connective = node->kind == AST_AND || node->kind == AST_OR;
    if (node->kind == AST_ERROR || node->kind == AST_BOOLEAN || (is_connective && role == ROLE_OPERAND))
        return false;
    return node->kind != AST_NOT || role != ROLE_OPERAND;
}

void mutate_probe(Mutator *mutator, Ast *node, MutateRole role)
{
    if (is_boolean_role(role)) {
        if (is_point(node, role))
            probe_condition(mutator, node, role);
        return;
    }
    if (role != ROLE_CELL)
        return;
    if (node->kind == AST_NUMBER || node->kind == AST_PERCENT || node->kind == AST_MONEY)
        probe_number(mutator, node);
    else if (node->kind == AST_DATE)
        probe_date(mutator, node);
    else if (node->kind == AST_BOOLEAN)
        probe_truth(mutator, node);
}
