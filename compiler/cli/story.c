/* story.c: a trace told; see story.h. */
#include "compiler/cli/story.h"

#include <string.h>

#include "compiler/cli/describe_json.h"
#include "compiler/cli/page.h"
#include "compiler/cli/values.h"

enum { LABEL_MINIMUM = 16, LABEL_MAXIMUM = 64 }; /* columns for labels; a longer one pushes its value aside */

void story_init(Story *story, const Cli *cli, Arena *arena, const bd_module *module, const bd_trace *trace)
{
    *story = (Story){.cli = cli, .module = module, .trace = trace};
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

void story_mark_rule(Story *story, uint32_t rule)
{
    for (uint32_t i = 0; i < story->trace->step_count; i++) {
        const bd_step *step = &story->trace->steps[i];
        if (step->rule != rule)
            continue;
        /* Its own steps and the facts they read; a condition behind them says only that no other rule rejected the line. */
        story->marked[i] = true;
        for (int operand = 0; operand < 3; operand++) {
            uint32_t from = step->operands[operand];
            if (from < i && story->trace->steps[from].kind != BD_STEP_CONDITION)
                story->marked[from] = true;
        }
    }
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
        /* Where the rule is its condition the two are one step. */
        bool is_last_condition =
            step->kind == BD_STEP_CONDITION && step->value.meaning == BD_MEANS_BOOLEAN && step->value.boolean;
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

/* Whether a marked step is to be told: it says something, and no later marked step says the same. */
static bool is_told(const Story *story, size_t index)
{
    const bd_step *step = &story->trace->steps[index];
    bool is_passed_on = step->kind == BD_STEP_OUTPUT && step->operands[0] != BD_NONE;
    if (!story->marked[index] || step->label.size == 0 || step->kind == BD_STEP_RULE || is_passed_on)
        return false;
    for (size_t i = index + 1; i < story->trace->step_count; i++) {
        if (story->marked[i] && text_equal(story->trace->steps[i].label, step->label) &&
            story->trace->steps[i].kind != BD_STEP_RULE)
            return false;
    }
    return true;
}

bool story_has_told(const Story *story)
{
    for (size_t i = 0; i < story->trace->step_count; i++) {
        if (is_told(story, i))
            return true;
    }
    return false;
}

/* Of a message only the presence is a fact of its own: `toewijzing` is there or not. */
static bool is_message(const bd_step *step)
{
    static const Text NAMES[] = {TEXT_INIT("toewijzing"), TEXT_INIT("startbericht"),  TEXT_INIT("stopbericht"),
                                 TEXT_INIT("allocation"), TEXT_INIT("start_message"), TEXT_INIT("stop_message")};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (text_equal(step->label, NAMES[i]))
            return step->kind == BD_STEP_INPUT && step->value.meaning == BD_MEANS_BOOLEAN && step->value.present;
    }
    return false;
}

static void append_value(const Story *story, StringBuilder *out, const bd_value *value)
{
    value_append(story->cli, out, story->module, value);
}

static void append_step(const Story *story, StringBuilder *out, const bd_step *step, size_t indent, size_t column)
{
    size_t width = text_length(step->label);
    builder_repeat(out, ' ', indent);
    builder_text(out, step->label);
    builder_repeat(out, ' ', width < column ? column - width : 0);
    builder_text(out, TEXT(" = "));
    if (step->kind == BD_STEP_ROUNDING && step->operands[0] < story->trace->step_count) {
        append_value(story, out, &story->trace->steps[step->operands[0]].value);
        builder_text(out, TEXT(" \u2192 "));
    }
    if (is_message(step))
        builder_text(out,
                     message_pattern(story->cli, step->value.boolean ? MSG_EXPLAIN_IS_PRESENT : MSG_EXPLAIN_ABSENT));
    else
        append_value(story, out, &step->value);
    if (step->kind == BD_STEP_LOOKUP || step->kind == BD_STEP_ROUNDING) {
        builder_text(out, TEXT("  ("));
        builder_text(
            out, message_pattern(story->cli, step->kind == BD_STEP_LOOKUP ? MSG_EXPLAIN_LOOKUP : MSG_EXPLAIN_ROUNDED));
        builder_char(out, ')');
    }
    builder_char(out, '\n');
}

void story_append(const Story *story, StringBuilder *out, size_t indent)
{
    size_t column = LABEL_MINIMUM;
    for (size_t i = 0; i < story->trace->step_count; i++) {
        size_t length = is_told(story, i) ? text_length(story->trace->steps[i].label) : 0;
        column = length > column && length <= LABEL_MAXIMUM ? length : column;
    }
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < story->trace->step_count; i++) {
            const bd_step *step = &story->trace->steps[i];
            if (is_told(story, i) && (step->kind == BD_STEP_INPUT) == (pass == 0))
                append_step(story, out, step, indent, column);
        }
    }
}

/* The words that state a rounding, "afgerond op centen", from the step's own: the last place where they begin. */
static Text rounding_rule(Text label)
{
    static const Text STARTS[] = {TEXT_INIT("afgerond "), TEXT_INIT("rounded ")};
    for (size_t at = label.size; at > 0; at--)
        for (size_t i = 0; i < 2; i++)
            if (text_has_prefix(text_slice(label, at - 1, label.size), STARTS[i]))
                return text_slice(label, at - 1, label.size);
    return label;
}

static const bd_step *unrounded(const Story *story, const bd_step *step)
{
    bool has = step->kind == BD_STEP_ROUNDING && step->operands[0] < story->trace->step_count;
    return has ? &story->trace->steps[step->operands[0]] : NULL;
}

static void append_cell(const Story *story, StringBuilder *out, Text label, const char *tag, const bd_value *value)
{
    StringBuilder words;
    builder_init(&words, out->arena);
    append_value(story, &words, value);
    html_raw(out, "<tr>");
    html_element(out, tag, label);
    html_element(out, "td class=\"num\"", builder_result(&words));
    html_raw(out, "</tr>\n");
}

static void append_html_step(const Story *story, StringBuilder *out, const bd_step *step)
{
    const bd_step *before = unrounded(story, step);
    if (before == NULL) {
        append_cell(story, out, step->label, "th scope=\"row\"", &step->value);
        return;
    }
    StringBuilder label;
    Text rule = rounding_rule(step->label);
    builder_init(&label, out->arena);
    builder_text(&label, text_slice(step->label, 0, step->label.size - rule.size));
    builder_text(&label, message_pattern(story->cli, MSG_EXPLAIN_UNROUNDED));
    if (!is_told(story, step->operands[0])) /* else it stands above */
        append_cell(story, out, builder_result(&label), "th scope=\"row\"", &before->value);
    append_cell(story, out, rule, "th scope=\"row\"", &step->value);
}

void story_append_html(const Story *story, StringBuilder *out, Text word)
{
    html_raw(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
    html_text(out, message_pattern(story->cli, MSG_EXPLAIN_STEP));
    html_raw(out, "\">\n<table class=\"steps\">\n");
    if (word.size > 0)
        html_element(out, "caption", word);
    html_raw(out, "<tbody>\n");
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < story->trace->step_count; i++)
            if (is_told(story, i) && (story->trace->steps[i].kind == BD_STEP_INPUT) == (pass == 0))
                append_html_step(story, out, &story->trace->steps[i]);
    html_raw(out, "</tbody>\n</table>\n</div>\n");
}

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
        const bd_step *before = unrounded(story, step);
        if (before != NULL) {
            json_write_value(json, "unrounded", story->module, &before->value);
            json_write_text(json, "rounding", rounding_rule(step->label));
        }
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
