/* witness_target.c: where a change may show, so that a witness is of this change and of no other; see witness_internal.h.
**
** A change reaches what names it, through definitions that name it, up to rules and callables: the texts of MEANINGS tell. A tariff, an indexation
** and a product reach the lines of the product. Where two changes reach one thing, a difference there could be of either: a rule
** that was changed itself keeps its differences, everything else must show where no other change reaches, or say that it does not.
*/
#include "compiler/cli/reach.h"
#include "compiler/cli/witness_internal.h"

/* ---- one target ---- */

/* The reached products as a set of those of the lines; NULL: all. */
static bool *products_of(Search *search, const Reach *reach)
{
    uint32_t column = case_find_column(&search->columns, TEXT("product"));
    if (reach->any_product || column == BD_NONE)
        return NULL;
    const CaseColumn *products = &search->columns.items[column];
    bool *set = arena_array(search->arena, (size_t)products->member_count + 1, sizeof *set);
    for (uint32_t i = 0; i < products->member_count; i++)
        set[i] = reach_pays(reach, products->members[i]);
    return set;
}

/* Of a rule for other products than it was: those for which it is in one version only. A text that names none stands for all. */
static bool *focus_of(Search *search, const Change *change)
{
    uint32_t column = case_find_column(&search->columns, TEXT("product"));
    const Detail *detail = NULL;
    for (uint32_t i = 0; i < change->detail_count && change->kind == MEANING_RULE; i++)
        if (change->details[i].part == MEANT_PRODUCTS && change->details[i].has_old && change->details[i].has_new)
            detail = &change->details[i];
    if (detail == NULL || column == BD_NONE)
        return NULL;
    const CaseColumn *products = &search->columns.items[column];
    bool *focus = arena_array(search->arena, (size_t)products->member_count + 1, sizeof *focus);
    bool names_old = false, names_new = false;
    for (uint32_t i = 0; i < products->member_count; i++) {
        names_old = names_old || text_mentions(detail->old_text, products->members[i]);
        names_new = names_new || text_mentions(detail->new_text, products->members[i]);
    }
    for (uint32_t i = 0; i < products->member_count; i++) {
        bool is_old = !names_old || text_mentions(detail->old_text, products->members[i]);
        bool is_new = !names_new || text_mentions(detail->new_text, products->members[i]);
        focus[i] = is_old != is_new;
    }
    return focus;
}

static Target target_alone(Search *search, const Change *change)
{
    static const Reach NOTHING;
    bool decides = !diff_is_wording(change);
    Reach reach = decides ? reach_of(search->diff, change) : NOTHING;
    Target target = {.change = change,
                     .has_rules = reach.has_rules,
                     .pays = reach.pays,
                     .products = products_of(search, &reach),
                     .focus = focus_of(search, change),
                     .programs = reach.programs,
                     .program_count = reach.program_count};
    for (int side = 0; side < SIDES; side++) {
        size_t rules = search->module[side]->RULES_count;
        target.rules[side] = decides ? reach.rules[side] : arena_array(search->arena, rules + 1, sizeof(bool));
        target.shared[side] = arena_array(search->arena, rules + 1, sizeof(bool));
        target.others[side] = arena_array(search->arena, rules + 1, sizeof(bool));
    }
    for (uint32_t i = 0; i < change->detail_count && change->kind == MEANING_RULE; i++)
        target.has_code = target.has_code || change->details[i].part == MEANT_CODE;
    return target;
}

/* ---- against the others ---- */

/* What another change reaches is not this one's to show, except the rules that it changes itself. */
static void set_apart(Search *search, Target *target, const Target *other)
{
    bool is_rule = target->change->kind == MEANING_RULE;
    for (int side = 0; side < SIDES; side++)
        for (uint32_t i = 0; i < search->module[side]->RULES_count; i++) {
            if (!other->rules[side][i])
                continue;
            target->others[side][i] = true;
            target->shared[side][i] = !is_rule && (target->rules[side][i] || target->shared[side][i]);
            target->rules[side][i] = is_rule && target->rules[side][i];
        }
    if (!other->pays)
        return;
    uint32_t column = case_find_column(&search->columns, TEXT("product"));
    if (other->products == NULL || column == BD_NONE) {
        target->is_blurred = true;
        return;
    }
    uint32_t count = search->columns.items[column].member_count;
    if (target->blurred == NULL)
        target->blurred = arena_array(search->arena, (size_t)count + 1, sizeof *target->blurred);
    for (uint32_t i = 0; i < count; i++)
        target->blurred[i] = target->blurred[i] || other->products[i];
}

Target target_of(Search *search, const Change *change)
{
    Diff *diff = search->diff;
    if (search->reaches == NULL) {
        search->reaches = arena_array(search->arena, (size_t)diff->count + 1, sizeof *search->reaches);
        for (uint32_t i = 0; i < diff->count; i++)
            search->reaches[i] = target_alone(search, &diff->changes[i]);
    }
    Target target = search->reaches[change - diff->changes];
    for (int side = 0; side < SIDES; side++) { /* of its own: the others read theirs from search->reaches */
        size_t rules = search->module[side]->RULES_count;
        bool *own = arena_array(search->arena, rules + 1, sizeof(bool));
        for (size_t i = 0; i < rules; i++)
            own[i] = target.rules[side][i];
        target.rules[side] = own;
    }
    target.is_only = true;
    for (uint32_t i = 0; i < diff->count; i++)
        target.is_only = target.is_only && (&diff->changes[i] == change || diff_is_wording(&diff->changes[i]));
    for (uint32_t i = 0; i < diff->count; i++)
        if (&diff->changes[i] != change)
            set_apart(search, &target, &search->reaches[i]);
    return target;
}
