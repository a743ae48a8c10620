/* explain_rules.c: of every rule of the agreement what came of it for one line; see explain.h.
**
** Job: the reasons of the decision say which rules decided; for the others the trace has their steps, and the first thing among them that
** says no is why they do not hold. A rule without steps of its own shares a condition with one that stands before it, or the machine
** had decided before it came to it.
*/
#include "compiler/cli/condition.h"
#include "compiler/cli/explain.h"
#include "compiler/cli/lifted.h"

static const bd_step *step_at(const Explain *explain, uint32_t index)
{
    return &explain->story.trace->steps[index];
}

/* The step that says whether a rule holds: its own, or the last test among its steps. */
static uint32_t verdict(const Explain *explain, uint32_t rule)
{
    uint32_t found = BD_NONE;
    for (uint32_t i = 0; i < explain->story.trace->step_count; i++) {
        const bd_step *step = step_at(explain, i);
        if (step->rule != rule)
            continue;
        if (step->kind == BD_STEP_RULE)
            return i;
        if (condition_is(step) && !explain->is_cut)
            found = i;
    }
    return found;
}

/* From a step that says no back to the last one with words of its own that does; at most as many as there are steps. */
static uint32_t root_of_no(const Explain *explain, uint32_t from)
{
    uint32_t found = step_at(explain, from)->kind == BD_STEP_RULE ? BD_NONE : from;
    for (size_t depth = 0; depth < explain->story.trace->step_count; depth++) {
        uint32_t next = BD_NONE, denials = 0;
        for (int k = 0; k < 3; k++) {
            uint32_t behind = step_at(explain, from)->operands[k];
            if (behind >= from || !condition_says_no(step_at(explain, behind)))
                continue;
            next = next == BD_NONE ? behind : next;
            denials++;
        }
        /* Two that say no belong to an `or`: what they are part of says it better. */
        if (next == BD_NONE || (denials > 1 && found != BD_NONE))
            break;
        from = next;
        if (step_at(explain, from)->kind != BD_STEP_RULE && step_at(explain, from)->label.size > 0)
            found = from;
    }
    return found;
}

void explain_find_exceptions(Explain *explain)
{
    bd_module_info info;
    bd_module_describe(explain->input.loaded.module, &info);
    explain->lifted = arena_array(&explain->cli->arena, (size_t)info.rules + 1, sizeof *explain->lifted);
    for (uint32_t i = 0; i < info.rules; i++) {
        uint32_t base = BD_NONE;
        explain->lifted[i] = lifted_by(&explain->story, i, &base) ? base : BD_NONE;
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
        story_mark(&explain->story, verdict(explain, i));
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

/* Of a rule that neither decided nor was taken away: what its steps say. */
static void judge(const Explain *explain, Considered *out)
{
    uint32_t at = verdict(explain, out->index);
    if (at == BD_NONE) {
        if (story_caps(&explain->story, out->index)) /* a cap without a condition */
            out->outcome = OUTCOME_OVERRULED;
        return;
    }
    if (!condition_says_no(step_at(explain, at))) {
        /* A rejection that holds is a reason. Here the part of it that says no was not computed, such as the credit of a debit line. */
        if (out->rule.effect != BD_EFFECT_REJECT || explain->story.trace->decision == BD_FAULTED)
            out->outcome = OUTCOME_OVERRULED;
        return;
    }
    out->because = root_of_no(explain, at);
    out->outcome = out->because == BD_NONE ? OUTCOME_OTHER_PRODUCT : OUTCOME_NOT;
}

/* The rule that the compiler makes of a judgement holds a line as long as the judgement matters and was not given. */
static bool is_of_judgement(const Explain *explain, const bd_rule_info *rule)
{
    bd_note_info note;
    for (uint32_t i = 0;
         rule->effect == BD_EFFECT_SUSPEND && bd_module_note(explain->input.loaded.module, i, &note) == BD_OK; i++) {
        bool is_suffix =
            rule->name.size > note.name.size &&
            text_equal(text_slice(rule->name, rule->name.size - note.name.size, rule->name.size), note.name);
        if (note.kind == BD_NOTE_JUDGEMENT && is_suffix && note.place.line == rule->place.line &&
            text_equal(note.place.file, rule->place.file))
            return true;
    }
    return false;
}

bool explain_consider(const Explain *explain, uint32_t index, Considered *out)
{
    *out = (Considered){.index = index, .outcome = OUTCOME_SILENT, .other = BD_NONE, .because = BD_NONE};
    if (bd_module_rule(explain->input.loaded.module, index, &out->rule) != BD_OK)
        return false;
    bool pays = out->rule.effect == BD_EFFECT_PAY && story_payment_rule(&explain->story) == index &&
                explain->story.trace->decision == BD_APPROVED;
    if (story_has_reason(&explain->story, index) || pays) {
        out->outcome = OUTCOME_DECIDED;
        return true;
    }
    out->other = explain->lifted[index];
    if (out->other != BD_NONE) {
        out->outcome = OUTCOME_LIFTED_OTHER;
        return true;
    }
    out->other = lifter_of(explain, index);
    if (out->other != BD_NONE)
        out->outcome = OUTCOME_LIFTED;
    else if (is_of_judgement(explain, &out->rule))
        out->outcome = OUTCOME_JUDGED;
    else
        judge(explain, out);
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
    case OUTCOME_JUDGED: return TEXT("judged");
    case OUTCOME_SILENT: return TEXT("silent");
    }
    return TEXT("");
}
