/* lifted.c: exceptions that took a rule away; see lifted.h.
**
** A rule with exceptions is its own condition and not theirs. When its own condition says no, that stands directly behind its step, since the
** trace follows only what counted. So a rule that does not hold, with nothing behind it that says no but what its exceptions say, was taken
** away by one of them.
*/
#include "compiler/cli/lifted.h"

static bool is_true(const bd_step *step)
{
    return step->value.meaning == BD_MEANS_BOOLEAN && step->value.present && step->value.boolean;
}

static bool is_exception_to(const Story *story, uint32_t exception, Text name)
{
    bd_rule_info rule, named;
    return bd_module_rule(story->module, exception, &rule) == BD_OK &&
           bd_module_rule(story->module, rule.exception_to, &named) == BD_OK && text_equal(named.name, name);
}

/* Whether a step behind a rule's says that the rule's own condition does not hold. */
static bool denies(const Story *story, const bd_step *step, Text name)
{
    return step->value.meaning == BD_MEANS_BOOLEAN && !is_true(step) && !is_exception_to(story, step->rule, name);
}

/* Whether a rule's step says no where its own condition says yes. */
static bool was_taken_away(const Story *story, uint32_t rule, Text name)
{
    for (size_t i = 0; i < story->trace->step_count; i++) {
        const bd_step *step = &story->trace->steps[i];
        if (step->kind != BD_STEP_RULE || step->rule != rule)
            continue;
        /* Behind the no of a rule about other products there is no condition, only the product. */
        bool is_taken = !is_true(step), has_reason = false;
        for (int k = 0; k < 3 && is_taken; k++) {
            if (step->operands[k] >= i)
                continue;
            const bd_step *behind = &story->trace->steps[step->operands[k]];
            has_reason = has_reason || (behind->kind != BD_STEP_RULE && behind->value.meaning == BD_MEANS_BOOLEAN);
            is_taken = !denies(story, behind, name);
        }
        return is_taken && has_reason;
    }
    return false;
}

/* What the exception's own steps say. An exception whose condition another one computed already has none. */
static bool may_hold(const Story *story, uint32_t exception)
{
    bool has_steps = false, holds = false;
    for (size_t i = 0; i < story->trace->step_count; i++) {
        const bd_step *step = &story->trace->steps[i];
        if (step->rule != exception || step->kind != BD_STEP_CONDITION)
            continue;
        has_steps = true;
        holds = is_true(step); /* the last is the whole condition */
    }
    return holds || !has_steps;
}

bool lifted_by(const Story *story, uint32_t exception, uint32_t *base)
{
    bd_module_info info;
    bd_rule_info rule, named, other;
    bd_module_describe(story->module, &info);
    if (bd_module_rule(story->module, exception, &rule) != BD_OK || rule.effect != BD_EFFECT_NONE ||
        bd_module_rule(story->module, rule.exception_to, &named) != BD_OK || !may_hold(story, exception))
        return false;
    for (uint32_t i = 0; i < info.rules; i++) {
        if (bd_module_rule(story->module, i, &other) != BD_OK || !text_equal(other.name, named.name) ||
            !was_taken_away(story, i, named.name))
            continue;
        *base = i;
        return true;
    }
    return false;
}
