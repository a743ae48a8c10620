/* witness_judge.c: whether what two versions decided of a line shows a change, and how well; see witness_internal.h.
**
** A change shows in the rules that it reaches, and in amounts where it may. Where another change reaches as well, a difference may be of either: that counts
** only as *mixed*, which any line that shows this change alone is better than.
*/
#include "compiler/cli/witness_internal.h"

/* ---- reasons ---- */

bool outcome_has_reason(const Outcome *outcome, uint32_t rule)
{
    return outcome->reasons[rule / 64] >> (rule % 64) & 1;
}

/* Whether a reason of one side has one of the same name on the other; code: and of the same return code. */
static bool has_counterpart(const Search *search, int side, const Outcome *const outcomes[SIDES], uint32_t rule,
                            bool code)
{
    const bd_module *module = search->module[side], *other = search->module[1 - side];
    for (uint32_t k = 0; k < other->RULES_count; k++)
        if (outcome_has_reason(outcomes[1 - side], k) &&
            text_equal(module_text(module, module->RULES[rule].name), module_text(other, other->RULES[k].name)) &&
            (!code ||
             text_equal(module_text(module, module->RULES[rule].code), module_text(other, other->RULES[k].code))))
            return true;
    return false;
}

/* Some reason stands on one side only, by the names of rules; of these rules, or with NULL of any. */
static bool reasons_differ(const Search *search, const Outcome *const outcomes[SIDES], bool *const rules[SIDES])
{
    for (int side = 0; side < SIDES; side++)
        for (uint32_t i = 0; i < search->module[side]->RULES_count; i++)
            if (outcome_has_reason(outcomes[side], i) && (rules == NULL || rules[side][i]) &&
                !has_counterpart(search, side, outcomes, i, false))
                return true;
    return false;
}

/* The same rule gives its reason on both sides, under another return code. */
static bool codes_differ(const Search *search, const Target *target, const Outcome *const outcomes[SIDES])
{
    for (uint32_t i = 0; target->has_code && i < search->module[0]->RULES_count; i++)
        if (target->rules[0][i] && outcome_has_reason(outcomes[0], i) &&
            has_counterpart(search, 0, outcomes, i, false) && !has_counterpart(search, 0, outcomes, i, true))
            return true;
    return false;
}

/* Whether one of these rules is among the reasons of either side. */
static bool speaks(const Search *search, const Outcome *const outcomes[SIDES], bool *const rules[SIDES])
{
    for (int side = 0; side < SIDES; side++)
        for (uint32_t i = 0; i < search->module[side]->RULES_count; i++)
            if (rules[side][i] && outcome_has_reason(outcomes[side], i))
                return true;
    return false;
}

/* ---- amounts ---- */

typedef enum Pays { PAYS_NOT, PAYS_SHARED, PAYS_ALONE } Pays;

static bool has_product(const Search *search, const bool *products, const Case *line)
{
    uint32_t column = case_find_column(&search->columns, TEXT("product"));
    return column == BD_NONE || products[line->cells[column].value];
}

/* Whether another change may show in the amount of a line, and so in what is compared with the amount. */
static bool is_blurred(const Search *search, const Target *target, const Case *line)
{
    return target->is_blurred || (target->blurred != NULL && has_product(search, target->blurred, line));
}

/* Whether the amount of a line is this change's to show: its product is one of those, and no other change's. */
static Pays pays(const Search *search, const Target *target, const Case *line)
{
    if (!target->pays || (target->products != NULL && !has_product(search, target->products, line)))
        return PAYS_NOT;
    return is_blurred(search, target, line) ? PAYS_SHARED : PAYS_ALONE;
}

/* The difference of another change shows beside this one's: a rule that others reach, or one that none reaches by name, as what compares the amount
** claimed with the amount due; the latter is this change's own where the amounts are. */
static bool others_show(const Search *search, const Target *target, const Outcome *const outcomes[SIDES], Pays paying)
{
    for (int side = 0; side < SIDES; side++)
        for (uint32_t i = 0; i < search->module[side]->RULES_count; i++) {
            bool is_own = target->rules[side][i] || target->shared[side][i] ||
                          (!target->others[side][i] && (target->is_only || paying == PAYS_ALONE));
            if (!is_own && outcome_has_reason(outcomes[side], i) && !has_counterpart(search, side, outcomes, i, false))
                return true;
        }
    return false;
}

/* ---- the verdict ---- */

/* Reasons on both sides that are not the change's: what stands beside it and would reject the line anyway. */
static uint32_t foreign_reasons(const Search *search, const Target *target, const Outcome *const outcomes[SIDES])
{
    uint32_t count = 0;
    for (int side = 0; side < SIDES; side++)
        for (uint32_t i = 0; i < search->module[side]->RULES_count; i++)
            count += outcome_has_reason(outcomes[side], i) && !target->rules[side][i] && !target->shared[side][i];
    return count;
}

/* A witness with less than BAD_REJECTED_BY_BOTH turns on the change: one of the versions approves it. */
enum {
    BAD_HELD = 60,
    BAD_ORDER = 80,
    BAD_REASON = 100,
    BAD_REJECTED_BY_BOTH = 1000,
    BAD_MIXED = 100000,
    BAD_FAULT = 1000000
};

/* How much there is to read; a line that ends before it begins reads badly. */
static uint32_t facts_of(const Search *search, const Case *line)
{
    uint32_t count = line->record_count * 3, begin = case_find_column(&search->columns, TEXT("begindatum")),
             end = case_find_column(&search->columns, TEXT("einddatum"));
    for (uint32_t i = 0; i < search->columns.count; i++)
        count += line->cells[i].present;
    bool is_odd = begin != BD_NONE && end != BD_NONE && line->cells[begin].present && line->cells[end].present &&
                  line->cells[end].value < line->cells[begin].value;
    return count + (is_odd ? BAD_ORDER : 0);
}

/* The lower the better: a decision rather than a fault, no other change, an approval on one side, few reasons of others, few facts. */
static uint32_t badness(const Search *search, const Case *line, const Outcome *const outcomes[SIDES],
                        const Verdict *verdict)
{
    uint32_t count = facts_of(search, line);
    if (outcomes[0]->decision == BD_FAULTED || outcomes[1]->decision == BD_FAULTED)
        count += BAD_FAULT;
    if (outcomes[0]->decision == BD_SUSPENDED || outcomes[1]->decision == BD_SUSPENDED)
        count += BAD_HELD; /* a decision says more than waiting for one */
    if (verdict->is_mixed)
        count += BAD_MIXED + BAD_REASON * verdict->foreign;
    if (outcomes[0]->decision != BD_APPROVED && outcomes[1]->decision != BD_APPROVED)
        count += (verdict->is_code ? 0 : BAD_REJECTED_BY_BOTH) + BAD_REASON * verdict->foreign;
    return count;
}

/* A line of a product whose code changed: both decide it alike, under another name in files. */
static bool is_renamed(const Search *search, const Target *target, const Case *line)
{
    bool has_codes = target->codes[0].size > 0 || target->codes[1].size > 0;
    return has_codes && target->products != NULL && has_product(search, target->products, line);
}

/* How it shows, if it does; sets `differs`, `is_mixed` and `is_code`. */
static void find_difference(const Search *search, const Target *target, const Case *line,
                            const Outcome *const outcomes[SIDES], Verdict *verdict)
{
    const Outcome *old = outcomes[0], *made = outcomes[1];
    bool is_paid = old->decision == BD_APPROVED && made->decision == BD_APPROVED;
    bool amounts = is_paid && old->cents != made->cents;
    bool is_decided = amounts || old->decision != made->decision; /* otherwise, and not for other reasons only */
    Pays paying = pays(search, target, line);
    bool others = others_show(search, target, outcomes, paying);
    if (!amounts && old->decision == made->decision && !reasons_differ(search, outcomes, NULL)) {
        verdict->is_code = codes_differ(search, target, outcomes);
        verdict->differs = verdict->is_code || is_renamed(search, target, line);
    } else if (target->is_only) {
        verdict->differs = true; /* there is nothing else that it can be of */
    } else if (reasons_differ(search, outcomes, target->rules)) {
        bool is_own = target->change->kind == MEANING_RULE && !amounts;
        verdict->differs = true;
        verdict->is_mixed = others || (!is_own && is_blurred(search, target, line));
    } else if (!speaks(search, outcomes, target->others) &&
               ((speaks(search, outcomes, target->rules) && is_decided) || paying == PAYS_ALONE)) {
        verdict->differs = true;
    } else if (reasons_differ(search, outcomes, target->shared) ||
               (paying == PAYS_SHARED && !speaks(search, outcomes, target->others))) {
        verdict->differs = verdict->is_mixed = true;
    }
    verdict->is_mixed = verdict->is_mixed || (!target->is_only && old->before_differs);
}

/* A line that only one version can read: the better, the nearer it is to being paid there. */
static Verdict judge_single(const Search *search, const Target *target, const Case *line,
                            const Outcome *const outcomes[SIDES])
{
    const Single *single = &target->single;
    const Outcome *outcome = outcomes[single->side];
    Verdict verdict = {.differs = !outcome->unreadable && outcomes[1 - single->side]->unreadable &&
                                  outcome->decision != BD_FAULTED && single_has(search, single, line)};
    for (uint32_t i = 0; verdict.differs && i < search->module[single->side]->RULES_count; i++)
        verdict.foreign += outcome->decision != BD_APPROVED && outcome_has_reason(outcome, i);
    verdict.badness = facts_of(search, line) + BAD_REASON * verdict.foreign;
    verdict.is_clear = verdict.differs && outcome->decision == BD_APPROVED;
    return verdict;
}

/* With --as-of, a declaration of another period shows nothing of what holds on the day. */
static bool is_asked(const Search *search, const Case *line)
{
    uint32_t begin = case_find_column(&search->columns, TEXT("begindatum")),
             end = case_find_column(&search->columns, TEXT("einddatum"));
    if (!search->diff->has_day || begin == BD_NONE || end == BD_NONE)
        return true;
    return line->cells[begin].value <= search->diff->day && search->diff->day <= line->cells[end].value;
}

/* A change of a product shows on lines of that product. */
static bool is_of_another(const Search *search, const Target *target, const Case *line)
{
    return target->change->kind == MEANING_PRODUCT && target->products != NULL &&
           !has_product(search, target->products, line);
}

Verdict witness_judge(const Search *search, const Target *target, const Case *line, const Outcome *old,
                      const Outcome *made)
{
    const Outcome *outcomes[SIDES] = {old, made};
    Verdict verdict = {.differs = false};
    if (target->single.is_single && is_asked(search, line))
        return judge_single(search, target, line, outcomes);
    if (!is_asked(search, line) || is_of_another(search, target, line) || old->unreadable || made->unreadable ||
        (old->decision == BD_FAULTED && made->decision == BD_FAULTED))
        return verdict;
    find_difference(search, target, line, outcomes, &verdict);
    if (!verdict.differs)
        return verdict;
    verdict.foreign = foreign_reasons(search, target, outcomes);
    verdict.badness = badness(search, line, outcomes, &verdict);
    verdict.is_clear = verdict.badness < (verdict.is_code ? BAD_REASON : BAD_REJECTED_BY_BOTH);
    return verdict;
}

void verdict_mix(Verdict *verdict)
{
    verdict->badness += verdict->is_mixed ? 0 : BAD_MIXED + BAD_REASON * verdict->foreign;
    verdict->is_mixed = true;
    verdict->is_clear = false;
}

bool verdict_is_better(const Verdict *verdict, const Verdict *than)
{
    return verdict->differs && (!than->differs || verdict->badness < than->badness);
}

Nearness witness_nearness(const Search *search, const Target *target, const Case *line, const Outcome *old,
                          const Outcome *made)
{
    const Outcome *outcomes[SIDES] = {old, made};
    const Single *single = &target->single;
    if (single->is_single && !outcomes[single->side]->unreadable && outcomes[single->side]->reasons != NULL)
        return single_has(search, single, line)                  ? NEAR_ALONE
               : outcomes[single->side]->decision == BD_APPROVED ? NEAR_PAID
                                                                 : NEAR_REJECTED;
    if (old->unreadable || made->unreadable || old->reasons == NULL || made->reasons == NULL)
        return NEAR_NOT; /* or it was not decided */
    bool is_paid = old->decision == BD_APPROVED && made->decision == BD_APPROVED;
    if (target->focus != NULL && has_product(search, target->focus, line))
        return is_paid ? NEAR_ALONE : NEAR_SPEAKS; /* on a line of another product the change cannot show */
    if (speaks(search, outcomes, target->rules) || speaks(search, outcomes, target->shared))
        return foreign_reasons(search, target, outcomes) == 0 ? NEAR_ALONE : NEAR_SPEAKS;
    bool is_about = target->products != NULL && has_product(search, target->products, line);
    if (is_about && (old->decision == BD_APPROVED || made->decision == BD_APPROVED))
        return is_paid ? NEAR_ALONE : NEAR_SPEAKS;
    if (is_paid)
        return NEAR_PAID;
    return old->decision == BD_FAULTED ? NEAR_FAULTED : NEAR_REJECTED;
}

/* ---- what else has a say ---- */

static bool is_reached(const Search *search, int side, uint32_t rule)
{
    for (uint32_t i = 0; i < search->diff->count; i++)
        if (search->reaches[i].rules[side][rule])
            return true;
    return false;
}

/* Whether another change is behind something that differs: a rule that it reaches, or the amount. */
static bool has_say(const Search *search, const Target *other, const Case *line, const Outcome *const outcomes[SIDES])
{
    bool differs = outcomes[0]->decision == BD_APPROVED && outcomes[1]->decision == BD_APPROVED &&
                   outcomes[0]->cents != outcomes[1]->cents;
    for (int side = 0; side < SIDES; side++)
        for (uint32_t i = 0; i < search->module[side]->RULES_count; i++) {
            if (!outcome_has_reason(outcomes[side], i) || has_counterpart(search, side, outcomes, i, false))
                continue;
            if (other->rules[side][i])
                return true;
            differs = differs || !is_reached(search, side, i);
        }
    return differs && pays(search, other, line) != PAYS_NOT;
}

Text witness_others(const Search *search, const Target *target, const Case *line, const Outcome *old,
                    const Outcome *made)
{
    const Outcome *outcomes[SIDES] = {old, made};
    bool is_mixed = witness_judge(search, target, line, old, made).is_mixed;
    StringBuilder out;
    builder_init(&out, search->arena);
    for (int any = 0; any <= is_mixed && out.size == 0; any++) /* those that have a say; if none is seen to, any may */
        for (uint32_t i = 0; i < search->diff->count; i++) {
            const Change *change = &search->diff->changes[i];
            const Target *other = &search->reaches[i];
            bool is_behind = any ? other->pays || other->has_rules : has_say(search, other, line, outcomes);
            if (change == target->change || !is_behind)
                continue;
            builder_text(&out, out.size > 0 ? TEXT(", ") : TEXT(""));
            builder_text(&out, change->id);
        }
    return out.size > 0 ? builder_result(&out) : (Text){"", 0};
}
