/* story.c: a trace told; see story.h. */
#include "compiler/cli/story.h"

#include <string.h>

#include "compiler/cli/condition.h"
#include "compiler/cli/describe_json.h"

void story_init(Story *story, const Cli *cli, Arena *arena, const bd_module *module, const bd_trace *trace)
{
    *story = (Story){.cli = cli, .arena = arena, .module = module, .trace = trace};
    story->marked = arena_array(arena, trace->step_count + 1, sizeof *story->marked);
}

void story_clear(Story *story)
{
    memset(story->marked, 0, story->trace->step_count * sizeof *story->marked);
}

static bool is_capped_volume(const bd_step *step)
{
    return text_equal(step->label, TEXT("toegekend_volume")) || text_equal(step->label, TEXT("granted_volume"));
}

void story_mark(Story *story, uint32_t step)
{
    if (step >= story->trace->step_count)
        return;
    story->marked[step] = true;
    /* Operands are earlier steps, so one pass backwards reaches everything without recursion. */
    for (uint32_t i = step + 1; i > 0; i--) {
        bool is_told_elsewhere = story->stops_at_caps && is_capped_volume(&story->trace->steps[i - 1]);
        if (!story->marked[i - 1] || is_told_elsewhere)
            continue;
        for (int operand = 0; operand < 3; operand++) {
            uint32_t from = story->trace->steps[i - 1].operands[operand];
            if (from < i - 1)
                story->marked[from] = true;
        }
    }
}

bool story_caps(const Story *story, uint32_t rule)
{
    for (size_t i = 0; i < story->trace->step_count; i++)
        if (story->trace->steps[i].rule == rule && is_capped_volume(&story->trace->steps[i]))
            return true;
    return false;
}

void story_mark_rule(Story *story, uint32_t rule)
{
    bool stopped = story->stops_at_caps;
    uint32_t last = BD_NONE;
    for (uint32_t i = 0; i < story->trace->step_count; i++)
        if (story->trace->steps[i].rule == rule && story->trace->steps[i].kind != BD_STEP_RULE)
            last = i;
    if (last == BD_NONE)
        return;
    /* A condition behind it says only that no other rule rejected the line. */
    story->stops_at_caps = true;
    story->marked[last] = true;
    for (int operand = 0; operand < 3; operand++) {
        uint32_t from = story->trace->steps[last].operands[operand];
        bool is_value = from < last && story->trace->steps[from].kind != BD_STEP_CONDITION &&
                        story->trace->steps[from].kind != BD_STEP_RULE;
        if (is_value)
            story_mark(story, from);
    }
    story->stops_at_caps = stopped;
}

uint32_t story_rule_root(const Story *story, uint32_t rule)
{
    uint32_t found = BD_NONE;
    for (size_t i = 0; i < story->trace->step_count; i++) {
        const bd_step *step = &story->trace->steps[i];
        if (step->rule != rule)
            continue;
        if (step->kind == BD_STEP_RULE)
            return (uint32_t)i;
        /* Where the rule is its condition the two are one step; of a trace that was cut it is not known to be the last. */
        bool is_last_condition = !story->is_cut && step->kind == BD_STEP_CONDITION &&
                                 step->value.meaning == BD_MEANS_BOOLEAN && step->value.boolean;
        if (is_last_condition)
            found = (uint32_t)i;
    }
    return found;
}

/* The rule whose own step says that it pays, or BD_NONE. */
static uint32_t paying_rule(const Story *story)
{
    for (size_t i = 0; i < story->trace->step_count; i++) {
        const bd_step *step = &story->trace->steps[i];
        bd_rule_info rule;
        bool holds = step->kind == BD_STEP_RULE && step->value.boolean &&
                     bd_module_rule(story->module, step->rule, &rule) == BD_OK;
        if (holds && rule.effect == BD_EFFECT_PAY)
            return step->rule;
    }
    return BD_NONE;
}

/* The first amount that comes out is the one before suspension; without one it is what the paying rule came to. */
static uint32_t suspended_root(const Story *story)
{
    uint32_t rule = paying_rule(story), found = BD_NONE;
    for (size_t i = 0; i < story->trace->step_count; i++) {
        const bd_step *step = &story->trace->steps[i];
        if (step->value.meaning != BD_MEANS_MONEY)
            continue;
        if (step->kind == BD_STEP_OUTPUT)
            return step->operands[0] == BD_NONE ? (uint32_t)i : step->operands[0];
        if (rule != BD_NONE && step->rule == rule)
            found = (uint32_t)i;
    }
    return found;
}

uint32_t story_payment_root(const Story *story)
{
    if (story->trace->decision == BD_SUSPENDED)
        return suspended_root(story);
    for (size_t i = story->trace->step_count; i > 0; i--) {
        const bd_step *step = &story->trace->steps[i - 1];
        if (step->kind == BD_STEP_OUTPUT && step->value.meaning == BD_MEANS_MONEY)
            return step->operands[0] != BD_NONE ? step->operands[0] : (uint32_t)(i - 1);
    }
    return BD_NONE;
}

uint32_t story_payment_rule(const Story *story)
{
    uint32_t rule = paying_rule(story);
    if (rule != BD_NONE)
        return rule;
    uint32_t root = story_payment_root(story);
    return root == BD_NONE ? BD_NONE : story->trace->steps[root].rule;
}

bool story_has_reason(const Story *story, uint32_t rule)
{
    return story->trace->reasons != NULL && (story->trace->reasons[rule / 64] >> (rule % 64) & 1) != 0;
}

/* Whether a marked step says something by itself. */
static bool has_words(const Story *story, size_t index)
{
    const bd_step *step = &story->trace->steps[index];
    bool is_passed_on = step->kind == BD_STEP_OUTPUT && step->operands[0] != BD_NONE;
    return story->marked[index] && step->label.size > 0 && step->kind != BD_STEP_RULE && !is_passed_on;
}

bool story_has_told(const Story *story)
{
    for (size_t i = 0; i < story->trace->step_count; i++) {
        if (has_words(story, i))
            return true;
    }
    return false;
}

/* Enters a label into a table of steps by label; false when it is there already. */
static bool enter_label(const Story *story, uint32_t *table, size_t mask, uint32_t step)
{
    Text label = story->trace->steps[step].label;
    for (size_t at = text_hash(label) & mask;; at = (at + 1) & mask) {
        if (table[at] == 0) {
            table[at] = step + 1;
            return true;
        }
        if (text_equal(story->trace->steps[table[at] - 1].label, label))
            return false;
    }
}

const bool *story_told(const Story *story)
{
    size_t count = story->trace->step_count, marked = 0, size = 16;
    bool *told = arena_array(story->arena, count + 1, sizeof *told);
    for (size_t i = 0; i < count; i++)
        marked += story->marked[i];
    while (size < 2 * marked)
        size *= 2;
    uint32_t *table = arena_array(story->arena, size, sizeof *table);
    for (size_t i = count; i > 0; i--)
        told[i - 1] = has_words(story, i - 1) && enter_label(story, table, size - 1, (uint32_t)(i - 1));
    return told;
}

/* ---- Roundings ---- */

Text story_rounding_rule(Text label)
{
    static const Text STARTS[] = {TEXT_INIT("afgerond "), TEXT_INIT("rounded ")};
    static const Text MODES[] = {TEXT_INIT("rekenkundig "),    TEXT_INIT("naar boven "),   TEXT_INIT("naar beneden "),
                                 TEXT_INIT("weg van nul "),    TEXT_INIT("richting nul "), TEXT_INIT("half-even "),
                                 TEXT_INIT("arithmetically "), TEXT_INIT("upwards "),      TEXT_INIT("downwards "),
                                 TEXT_INIT("away from zero "), TEXT_INIT("towards zero ")};
    for (size_t at = label.size; at > 0; at--) {
        Text rule = text_slice(label, at - 1, label.size);
        if (!text_has_prefix(rule, STARTS[0]) && !text_has_prefix(rule, STARTS[1]))
            continue;
        for (size_t i = 0; i < sizeof MODES / sizeof *MODES; i++) {
            size_t begin = at > MODES[i].size ? at - 1 - MODES[i].size : 0;
            if (begin > 0 && text_equal(text_slice(label, begin, at - 1), MODES[i]))
                return text_slice(label, begin, label.size);
        }
        return rule;
    }
    return label;
}

bool story_unrounded(const Story *story, const bd_step *step, bd_value *out)
{
    if (step->kind != BD_STEP_ROUNDING || step->operands[0] >= story->trace->step_count)
        return false;
    *out = story->trace->steps[step->operands[0]].value;
    out->meaning = step->value.meaning;
    out->unit = step->value.unit;
    return true;
}

/* ---- As JSON ---- */

static Text kind_name(bd_step_kind kind)
{
    switch (kind) {
    case BD_STEP_INPUT: return TEXT("input");
    case BD_STEP_VALUE: return TEXT("value");
    case BD_STEP_LOOKUP: return TEXT("lookup");
    case BD_STEP_ROUNDING: return TEXT("rounding");
    case BD_STEP_CONDITION: return TEXT("condition");
    case BD_STEP_RULE: return TEXT("rule");
    case BD_STEP_OUTPUT: return TEXT("output");
    case BD_STEP_FAULT: return TEXT("fault");
    case BD_STEP_COUNTER: return TEXT("counter");
    }
    return TEXT("");
}

/* Of a comparison what it compares. */
static void json_compared(const Story *story, JsonWriter *json, uint32_t step)
{
    Compared compared;
    if (!condition_compared(story, step, &compared))
        return;
    json_write_object(json, "compared");
    json_write_value(json, "left", story->module, &compared.left);
    json_write_text(json, "sign", compared.sign);
    json_write_value(json, "right", story->module, &compared.right);
    json_write_close_object(json);
}

void story_json(const Story *story, JsonWriter *json)
{
    for (size_t i = 0; i < story->trace->step_count; i++) {
        const bd_step *step = &story->trace->steps[i];
        if (!story->marked[i])
            continue;
        json_write_object(json, NULL);
        json_write_uint(json, "step", i);
        json_write_text(json, "kind", kind_name(step->kind));
        json_write_text(json, "label", step->label);
        json_write_value(json, "value", story->module, &step->value);
        bd_value before;
        if (story_unrounded(story, step, &before)) {
            json_write_value(json, "unrounded", story->module, &before);
            json_write_text(json, "rounding", story_rounding_rule(step->label));
        }
        json_compared(story, json, (uint32_t)i);
        json_write_array(json, "operands");
        for (int operand = 0; operand < 3; operand++) {
            if (step->operands[operand] < i && story->marked[step->operands[operand]])
                json_write_uint(json, NULL, step->operands[operand]);
        }
        json_write_close_array(json);
        describe_json_place(json, "place", &step->place);
        json_write_close_object(json);
    }
}
