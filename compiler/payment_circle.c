/* payment_circle.c: `berekend_bedrag` is the outcome of the payment, so nothing that decides the payment may read it.
**
** Step 2 and later may (language.md, section 5). A payment, an exception to one, a rule that departs from one, and what they call may not:
** the amount would be defined by itself.
*/
#include "compiler/payment_circle.h"

typedef struct Seen {
    const Instance *instance;
    struct Seen *next;
} Seen;
typedef struct Search {
    Core *core;
    Seen *seen;
} Search;

static bool was_seen(Search *search, const Instance *instance)
{
    for (const Seen *seen = search->seen; seen; seen = seen->next)
        if (seen->instance == instance)
            return true;
    Seen *seen = arena_alloc(search->core->arena, sizeof *seen);
    *seen = (Seen){instance, search->seen};
    search->seen = seen;
    return false;
}

static void find_computed(Search *search, const Expr *expr)
{
    if (!expr)
        return;
    if (expr->op == EXPR_COMPUTED)
        (void)diag_report(search->core->diags, DIAG_E0305, expr->span, TEXT("berekend_bedrag"), (Text){0}, (Text){0});
    if (expr->op == EXPR_VARIABLE && expr->variable->value)
        find_computed(search, expr->variable->value);
    if (expr->op == EXPR_CALL && !was_seen(search, expr->instance))
        find_computed(search, expr->instance->body);
    find_computed(search, expr->a);
    find_computed(search, expr->b);
    find_computed(search, expr->c);
    for (uint32_t i = 0; i < expr->arg_count; i++)
        find_computed(search, expr->args[i]);
}

/* A rule's name stands for all its versions. */
static bool is_named(const Core *core, uint32_t named, const bool *takes_part)
{
    for (uint32_t i = 0; named != BD_NONE && i < core->rule_count; i++)
        if (takes_part[i] && text_equal(core->rules[i].name, core->rules[named].name))
            return true;
    return false;
}

static bool names_one(const Core *core, const Rule *rule, const bool *takes_part)
{
    bool found = is_named(core, rule->exception_to, takes_part);
    for (uint32_t i = 0; i < rule->over_count; i++)
        found = found || is_named(core, rule->over[i], takes_part);
    return found;
}

void payment_circle_check(Core *core)
{
    bool *takes_part = arena_array(core->arena, core->rule_count, sizeof *takes_part), grew = true;
    for (uint32_t i = 0; i < core->rule_count; i++)
        takes_part[i] = core->rules[i].effect == BD_EFFECT_PAY;
    while (grew) {
        grew = false;
        for (uint32_t i = 0; i < core->rule_count; i++) {
            if (takes_part[i] || !names_one(core, &core->rules[i], takes_part))
                continue;
            takes_part[i] = grew = true;
        }
    }
    Search search = {core, NULL};
    for (uint32_t i = 0; i < core->rule_count; i++) {
        const Rule *rule = &core->rules[i];
        for (uint32_t k = 0; takes_part[i] && k < rule->instance_count; k++) {
            find_computed(&search, rule->instances[k].condition);
            find_computed(&search, rule->instances[k].effect);
        }
    }
}
