/* explain_rules.c: of every rule of the agreement what came of it for one line; see explain.h.
**
** Job: the reasons of the decision say which rules decided. Which products and days the others are about, and whose place they take, the module
** says (rule_scope.h); whether they hold the trace says: a rule's own step, or its whole condition where that stands for it, and the first thing
** behind that which says no is why. Where neither says anything, what follows from the decision is told, or that nothing is known.
** Invariant: nothing is told because nothing else was left.
*/
#include "compiler/cli/condition.h"
#include "compiler/cli/explain.h"
#include "compiler/cli/lifted.h"

/* The days that a rule's validity may look at. */
static const Text DAYS[EXPLAIN_DAYS] = {TEXT_INIT("begindatum"), TEXT_INIT("einddatum"), TEXT_INIT("dagtekening")};

/* Finds of every rule its own step, or its whole condition. Of several with these words, for units that differ, none. */
static void find_own_verdicts(Explain *explain, uint32_t rules, uint32_t *found)
{
    bool *differs = arena_array(&explain->cli->arena, (size_t)rules + 1, sizeof *differs);
    for (uint32_t i = 0; i < rules; i++)
        found[i] = BD_NONE;
    for (uint32_t i = 0; i < explain->story.trace->step_count; i++) {
        const bd_step *step = story_step(&explain->story, i);
        uint32_t rule = step->rule;
        if (rule >= rules || (found[rule] != BD_NONE && story_step(&explain->story, found[rule])->kind == BD_STEP_RULE))
            continue;
        bool is_rule = step->kind == BD_STEP_RULE, is_first = found[rule] == BD_NONE;
        if (!is_rule && (!condition_is(step) || !rule_scope_is_condition(&explain->scopes[rule], step->label)))
            continue;
        bool is_other = !is_first && story_step(&explain->story, found[rule])->value.boolean != step->value.boolean;
        differs[rule] = !is_rule && (differs[rule] || is_other);
        found[rule] = i;
    }
    for (uint32_t i = 0; i < rules; i++)
        found[i] = differs[i] ? BD_NONE : found[i];
}

/* Finds the steps that say whether rules hold: a rule's own, or that of a rule for the same lines, for the two are computed once. */
static void find_verdicts(Explain *explain, uint32_t rules)
{
    Arena *arena = &explain->cli->arena;
    uint32_t *own = arena_array(arena, (size_t)rules + 1, sizeof *own);
    explain->verdicts = arena_array(arena, (size_t)rules + 1, sizeof *explain->verdicts);
    find_own_verdicts(explain, rules, own);
    for (uint32_t rule = 0; rule < rules; rule++) {
        explain->verdicts[rule] = own[rule];
        for (uint32_t i = 0; explain->verdicts[rule] == BD_NONE && i < rules; i++)
            if (own[i] != BD_NONE && !explain->scopes[i].gives_way &&
                rule_scope_is_same(explain->input.loaded.module, explain->scopes, rule, i))
                explain->verdicts[rule] = own[i];
    }
}

/* From a step that says no back to the last one with words of its own that does; at most as many as there are steps. */
static uint32_t root_of_no(const Explain *explain, uint32_t from)
{
    uint32_t found = story_step(&explain->story, from)->kind == BD_STEP_RULE ? BD_NONE : from;
    for (size_t depth = 0; depth < explain->story.trace->step_count; depth++) {
        uint32_t next = BD_NONE, denials = 0;
        for (int k = 0; k < 3; k++) {
            uint32_t behind = story_step(&explain->story, from)->operands[k];
            if (behind >= from || !condition_says_no(story_step(&explain->story, behind)))
                continue;
            next = next == BD_NONE ? behind : next;
            denials++;
        }
        /* Two that say no belong to an `or`: what they are part of says it better. */
        if (next == BD_NONE || (denials > 1 && found != BD_NONE))
            break;
        from = next;
        if (story_step(&explain->story, from)->kind != BD_STEP_RULE &&
            story_step(&explain->story, from)->label.size > 0)
            found = from;
    }
    return found;
}

/* Whether a rule is about the line's product and day. Of the rules of the language, which the module does not describe, it is. */
typedef enum Speaks { SPEAKS, OF_OTHER_PRODUCT, OF_OTHER_DAY } Speaks;

static Speaks speaks(const Explain *explain, uint32_t rule)
{
    const RuleScope *scope = &explain->scopes[rule];
    const bd_module *module = explain->input.loaded.module;
    Text product = bd_choice_member(module, 0, (uint32_t)explain->product.integer);
    if (!scope->is_known)
        return SPEAKS;
    if (explain->product.present && !rule_scope_has_product(scope, product))
        return OF_OTHER_PRODUCT;
    for (size_t i = 0; i < EXPLAIN_DAYS; i++)
        if (explain->days[i].present && text_equal(scope->date, DAYS[i]) &&
            !rule_scope_has_day(module, rule, explain->days[i].integer))
            return OF_OTHER_DAY;
    return SPEAKS;
}

void explain_find_exceptions(Explain *explain, size_t row)
{
    bd_module_info info;
    bd_module_describe(explain->input.loaded.module, &info);
    explain->product = explain_cell(explain, row, TEXT("product"));
    for (size_t i = 0; i < EXPLAIN_DAYS; i++)
        explain->days[i] = explain_cell(explain, row, DAYS[i]);
    explain->scopes = rule_scopes(&explain->cli->arena, explain->input.loaded.module);
    find_verdicts(explain, info.rules);
    explain->lifted = arena_array(&explain->cli->arena, (size_t)info.rules + 1, sizeof *explain->lifted);
    for (uint32_t i = 0; i < info.rules; i++) {
        uint32_t base = BD_NONE;
        bool is_lifting = speaks(explain, i) == SPEAKS && lifted_by(&explain->story, i, &base);
        explain->lifted[i] = is_lifting ? base : BD_NONE;
    }
}

void explain_find_readings(Explain *explain)
{
    const bd_module *module = explain->input.loaded.module;
    bd_module_info info;
    bd_reading_info reading;
    uint32_t count = 0, found;
    while (bd_module_reading(module, count, &reading) == BD_OK)
        count++;
    explain->looked_at = arena_array(&explain->cli->arena, (size_t)count + 1, sizeof *explain->looked_at);
    bd_module_describe(module, &info);
    story_clear(&explain->story);
    story_mark(&explain->story, story_payment_root(&explain->story));
    for (uint32_t i = 0; i < info.rules; i++)
        story_mark(&explain->story, explain->verdicts[i]);
    for (uint32_t i = 0; i < explain->story.trace->step_count; i++)
        if (explain->story.marked[i] && condition_reads_reading(&explain->story, i, &found) && found < count)
            explain->looked_at[found] = true;
    story_clear(&explain->story);
    if (explain->story.trace->decision == BD_FAULTED)
        for (uint32_t i = 0; i < explain->story.trace->step_count; i++)
            if (condition_reads_reading(&explain->story, i, &found) && found < count)
                explain->looked_at[found] = true;
}

/* The exception that took a rule away, or BD_NONE. */
static uint32_t lifter_of(const Explain *explain, uint32_t rule)
{
    bd_module_info info;
    bd_module_describe(explain->input.loaded.module, &info);
    for (uint32_t i = 0; i < info.rules; i++)
        if (explain->lifted[i] == rule)
            return i;
    return BD_NONE;
}

/* Whether a rule holds by itself: its step or condition says so, or it has no condition and gives way to none. */
typedef enum Holds { HOLDS_UNKNOWN, HOLDS_NOT, HOLDS } Holds;

static Holds holds(const Explain *explain, uint32_t rule)
{
    const RuleScope *scope = &explain->scopes[rule];
    uint32_t at = explain->verdicts[rule];
    if (at == BD_NONE)
        return scope->is_known && !scope->has_condition && !scope->gives_way && !explain->is_cut ? HOLDS
                                                                                                 : HOLDS_UNKNOWN;
    if (condition_says_no(story_step(&explain->story, at)))
        return HOLDS_NOT;
    bool is_own =
        story_step(&explain->story, at)->kind == BD_STEP_RULE && story_step(&explain->story, at)->rule == rule;
    bool is_whole = is_own || !scope->gives_way;
    return is_whole ? HOLDS : HOLDS_UNKNOWN;
}

static bool pays(const Explain *explain, uint32_t rule)
{
    return explain->story.trace->decision == BD_APPROVED && story_payment_rule(&explain->story) == rule;
}

/* The rule that was told to take this one's place, and does; or BD_NONE. */
static uint32_t replacer_of(const Explain *explain, const Considered *considered)
{
    const bd_module *module = explain->input.loaded.module;
    bd_module_info info;
    bd_module_describe(module, &info);
    for (uint32_t i = 0; i < info.rules; i++) {
        bool replaces = i != considered->index && speaks(explain, i) == SPEAKS &&
                        rule_scope_replaces(module, explain->scopes, i, considered->rule.name);
        if (replaces && (story_has_reason(&explain->story, i) || pays(explain, i) || holds(explain, i) == HOLDS))
            return i;
    }
    return BD_NONE;
}

/* The rule that the compiler makes of a judgement: it holds a line as long as the judgement matters and was not given. */
static bool is_of_judgement(const bd_rule_info *rule)
{
    return rule->built_in && rule->effect == BD_EFFECT_SUSPEND;
}

/* Whether the line waits for a judgement, so that a rule that does not hold may yet do so. */
static bool is_waiting(const Explain *explain)
{
    bd_rule_info rule;
    for (uint32_t i = 0; bd_module_rule(explain->input.loaded.module, i, &rule) == BD_OK; i++)
        if (is_of_judgement(&rule) && story_has_reason(&explain->story, i))
            return true;
    return false;
}

/* Of a rule about this line that is no reason of its decision, and of which no step says why: what follows from that. */
static Outcome outcome_without_step(const Explain *explain, Considered *considered)
{
    bd_decision decision = explain->story.trace->decision;
    bd_effect effect = considered->rule.effect;
    Holds how = holds(explain, considered->index);
    if (explain->is_cut || decision == BD_FAULTED)
        return OUTCOME_NOT_REACHED;
    if (how == HOLDS_NOT)
        return is_waiting(explain) ? OUTCOME_SILENT : OUTCOME_NOT;
    if (decision == BD_REJECTED && effect != BD_EFFECT_REJECT && effect != BD_EFFECT_NONE)
        return OUTCOME_NOT_REACHED;
    if ((effect == BD_EFFECT_REJECT || effect == BD_EFFECT_SUSPEND) && !is_waiting(explain))
        return OUTCOME_NOT; /* one that holds is a reason */
    if (how != HOLDS || effect == BD_EFFECT_REJECT || effect == BD_EFFECT_SUSPEND)
        return OUTCOME_SILENT;
    if (effect != BD_EFFECT_PAY)
        return is_waiting(explain) ? OUTCOME_SILENT : OUTCOME_OVERRULED;
    considered->other = story_payment_rule(&explain->story);
    if (considered->other != considered->index)
        return considered->other == BD_NONE ? OUTCOME_SILENT : OUTCOME_PRECEDED;
    considered->other = BD_NONE;
    return OUTCOME_HELD;
}

static Outcome outcome_of(const Explain *explain, Considered *considered)
{
    uint32_t at = explain->verdicts[considered->index];
    Speaks about = speaks(explain, considered->index);
    if (story_has_reason(&explain->story, considered->index) || pays(explain, considered->index))
        return OUTCOME_DECIDED;
    if (about != SPEAKS)
        return about == OF_OTHER_PRODUCT ? OUTCOME_OTHER_PRODUCT : OUTCOME_OTHER_DAY;
    considered->other = explain->lifted[considered->index];
    if (considered->other != BD_NONE)
        return OUTCOME_LIFTED_OTHER;
    considered->other = lifter_of(explain, considered->index);
    if (considered->other != BD_NONE)
        return OUTCOME_LIFTED;
    if (at != BD_NONE && condition_says_no(story_step(&explain->story, at)))
        considered->because = root_of_no(explain, at);
    if (considered->because != BD_NONE)
        return OUTCOME_NOT;
    considered->other = replacer_of(explain, considered);
    if (considered->other != BD_NONE)
        return OUTCOME_REPLACED;
    bool is_decided = explain->story.trace->decision != BD_FAULTED && !explain->is_cut;
    return is_of_judgement(&considered->rule) && is_decided ? OUTCOME_JUDGED
                                                            : outcome_without_step(explain, considered);
}

bool explain_consider(const Explain *explain, uint32_t index, Considered *out)
{
    *out = (Considered){.index = index, .other = BD_NONE, .because = BD_NONE};
    if (bd_module_rule(explain->input.loaded.module, index, &out->rule) != BD_OK)
        return false;
    out->outcome = outcome_of(explain, out);
    return true;
}

Text explain_outcome_name(Outcome outcome)
{
    switch (outcome) {
    case OUTCOME_DECIDED: return TEXT("decided");
    case OUTCOME_LIFTED_OTHER: return TEXT("exception");
    case OUTCOME_LIFTED: return TEXT("lifted");
    case OUTCOME_OVERRULED: return TEXT("overruled");
    case OUTCOME_NOT: return TEXT("not_met");
    case OUTCOME_OTHER_PRODUCT: return TEXT("other_product");
    case OUTCOME_OTHER_DAY: return TEXT("other_day");
    case OUTCOME_REPLACED: return TEXT("replaced");
    case OUTCOME_PRECEDED: return TEXT("preceded");
    case OUTCOME_HELD: return TEXT("held");
    case OUTCOME_NOT_REACHED: return TEXT("not_reached");
    case OUTCOME_JUDGED: return TEXT("judged");
    case OUTCOME_SILENT: return TEXT("silent");
    }
    return TEXT("");
}
