/* story_tell.c: the marked steps of a trace for people, as text and as HTML; see story.h.
**
** Job: facts first, then what was computed of them in that order. A condition of several parts stands once, whole, with its parts indented
** under it: each says by itself whether it holds, and of a comparison which values were compared. A rounding has a row for the value that was
** rounded and one for the rule with what came out.
*/
#include "compiler/cli/condition.h"
#include "compiler/cli/page.h"
#include "compiler/cli/values.h"
#include "compiler/cli/wrap.h"

enum {
    LABEL_MINIMUM = 16, /* columns for labels; a longer one than the maximum pushes its value aside */
    LABEL_MAXIMUM = 64,
    NESTED_MAX = 8 /* parts of parts; deeper ones are told by what they are part of */
};

/* Where the rows go; one of the two forms. */
typedef struct Telling {
    const Story *story;
    StringBuilder *out;
    bool is_html;
    size_t indent, column; /* text: how far in, and how wide labels are */
    const bool *told;      /* per step: to be told */
    bool *is_part;         /* per step: told under the condition that it is a part of */
} Telling;

/* ---- Values ---- */

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

static void append_step_value(const Story *story, StringBuilder *out, const bd_step *step)
{
    if (is_message(step))
        builder_text(out,
                     message_pattern(story->cli, step->value.boolean ? MSG_EXPLAIN_IS_PRESENT : MSG_EXPLAIN_ABSENT));
    else if (step->value.meaning == BD_MEANS_NUMBER && step->value.present && condition_is_date_part(story, step))
        builder_text(out, step->value.text);
    else
        value_append(story->cli, out, story->module, &step->value);
}

static Text value_text(const Story *story, const bd_value *value)
{
    StringBuilder out;
    builder_init(&out, story->arena);
    value_append(story->cli, &out, story->module, value);
    return builder_result(&out);
}

static Text verdict(const Story *story, const bd_step *step)
{
    return message_pattern(story->cli, step->value.boolean ? MSG_EXPLAIN_YES : MSG_EXPLAIN_NO);
}

static void append_compared(const Story *story, StringBuilder *out, const Compared *compared)
{
    value_append(story->cli, out, story->module, &compared->left);
    builder_char(out, ' ');
    builder_text(out, compared->sign);
    builder_char(out, ' ');
    value_append(story->cli, out, story->module, &compared->right);
}

/* "(2019-02-06 > 2019-04-30)", with a space before it; empty where it would say what the facts say. */
static Text compared_text(const Story *story, uint32_t step)
{
    Compared compared;
    StringBuilder out;
    builder_init(&out, story->arena);
    bool is_told =
        condition_compared(story, step, &compared) &&
        !(compared.is_constant && (text_equal(compared.sign, TEXT("=")) || text_equal(compared.sign, TEXT("<>"))));
    if (is_told) {
        builder_text(&out, TEXT(" ("));
        append_compared(story, &out, &compared);
        builder_char(&out, ')');
    }
    return builder_result(&out);
}

/* " (gemeente = 0222)": the facts that a condition without a comparison looked at. */
static void append_facts(const Story *story, StringBuilder *out, uint32_t step)
{
    StepSet facts;
    size_t told = 0;
    condition_facts(story, step, &facts);
    for (uint32_t i = 0; i < facts.count; i++) {
        const bd_step *fact = &story->trace->steps[facts.steps[i]];
        if (fact->label.size == 0)
            continue;
        builder_text(out, told++ == 0 ? TEXT(" (") : TEXT(", "));
        if (!text_equal(fact->label, story->trace->steps[step].label)) {
            builder_text(out, fact->label);
            builder_text(out, TEXT(" = "));
        }
        append_step_value(story, out, fact);
    }
    if (told > 0)
        builder_char(out, ')');
}

void story_append_test(const Story *story, StringBuilder *out, uint32_t step)
{
    const bd_step *test = &story->trace->steps[step];
    Text compared = compared_text(story, step);
    builder_text(out, test->label);
    builder_text(out, is_message(test) ? TEXT(" ") : TEXT(" = "));
    append_step_value(story, out, test);
    if (compared.size > 0)
        builder_text(out, compared);
    else if (condition_is(test))
        append_facts(story, out, step);
}

/* ---- Rows ---- */

static void open_html_row(const Telling *telling, size_t depth, Text label)
{
    StringBuilder *out = telling->out;
    html_raw(out, "<tr><th scope=\"row\"");
    if (depth > 0) {
        html_raw(out, " class=\"in-");
        builder_uint64(out, depth);
        html_raw(out, "\"");
    }
    html_raw(out, ">");
    html_text(out, label);
}

static void append_row(const Telling *telling, size_t depth, Text label, Text value)
{
    StringBuilder *out = telling->out;
    if (telling->is_html) {
        open_html_row(telling, depth, label);
        html_raw(out, "</th>");
        html_element(out, "td class=\"num\"", value);
        html_raw(out, "</tr>\n");
        return;
    }
    size_t indent = telling->indent + 2 * depth, end = telling->indent + telling->column;
    builder_repeat(out, ' ', indent);
    size_t at = wrap_append(out, label, indent, indent + 2);
    builder_repeat(out, ' ', at < end ? end - at : 0);
    at = at < end ? end : at;
    StringBuilder rest;
    builder_init(&rest, telling->story->arena);
    builder_text(&rest, TEXT("= "));
    builder_text(&rest, value);
    builder_char(out, ' ');
    (void)wrap_append(out, builder_result(&rest), at + 1, indent + 2);
    builder_char(out, '\n');
}

static void append_rounding(const Telling *telling, const bd_step *step, const bd_value *before, Text *last)
{
    const Story *story = telling->story;
    Text rule = story_rounding_rule(step->label), rounded = value_text(story, before);
    bool has_words = rule.size < step->label.size;
    Text words = text_slice(step->label, 0, step->label.size - rule.size);
    while (words.size > 0 && words.data[words.size - 1] == ' ')
        words.size--;
    if (has_words && !text_equal(*last, words))
        append_row(telling, 0, words, rounded);
    StringBuilder value;
    builder_init(&value, story->arena);
    builder_text(&value, rounded);
    builder_text(&value, TEXT(" \u2192 "));
    value_append(story->cli, &value, story->module, &step->value);
    append_row(telling, has_words ? 1 : 0, rule, builder_result(&value));
    *last = step->label;
}

static void append_plain(const Telling *telling, const bd_step *step, Text *last)
{
    StringBuilder value;
    bd_value before;
    if (story_unrounded(telling->story, step, &before)) {
        append_rounding(telling, step, &before, last);
        return;
    }
    builder_init(&value, telling->story->arena);
    append_step_value(telling->story, &value, step);
    if (step->kind == BD_STEP_LOOKUP) {
        builder_text(&value, TEXT("  ("));
        Message from = condition_is_indexed(telling->story, step) ? MSG_EXPLAIN_INDEXED : MSG_EXPLAIN_LOOKUP;
        builder_text(&value, message_pattern(telling->story->cli, from));
        builder_char(&value, ')');
    }
    append_row(telling, 0, step->label, builder_result(&value));
    *last = step->label;
}

/* A condition in words; of a message that is its presence. */
static Text condition_text(const Story *story, const bd_step *step)
{
    StringBuilder out;
    builder_init(&out, story->arena);
    builder_text(&out, step->label);
    if (is_message(step)) {
        builder_char(&out, ' ');
        builder_text(&out, message_pattern(story->cli, MSG_EXPLAIN_IS_PRESENT));
    }
    return builder_result(&out);
}

/* "ja     toewijzing aanwezig": whether it holds comes first, so that the parts can be indented. */
static void append_condition(const Telling *telling, uint32_t index, size_t depth)
{
    const Story *story = telling->story;
    const bd_step *step = &story->trace->steps[index];
    StringBuilder *out = telling->out;
    Text compared = condition_is(step) ? compared_text(story, index) : (Text){NULL, 0};
    StepSet parts;
    if (telling->is_html) {
        open_html_row(telling, depth, condition_text(story, step));
        html_element(out, "span class=\"quiet\"", compared);
        html_raw(out, "</th>");
        html_element(out, "td class=\"num\"", verdict(story, step));
        html_raw(out, "</tr>\n");
    } else {
        size_t word = text_length(verdict(story, step)), start = telling->indent + 5 + 2 * depth;
        builder_repeat(out, ' ', telling->indent);
        builder_text(out, verdict(story, step));
        builder_repeat(out, ' ', 5 - word + 2 * depth);
        size_t at = wrap_append(out, condition_text(story, step), start, start + 2);
        (void)wrap_append(out, compared, at, start + 2);
        builder_char(out, '\n');
    }
    condition_parts(story, index, &parts, telling->is_part);
    for (uint32_t i = 0; i < parts.count && depth < NESTED_MAX; i++)
        append_condition(telling, parts.steps[i], depth + 1);
}

/* ---- The whole ---- */

/* Marks what is told under another condition: parts of one that is told, and their parts. Steps are gone through backwards, for what has parts
** stands behind them. */
static bool *find_parts(const Story *story, const bool *told)
{
    bool *is_part = arena_array(story->arena, story->trace->step_count + 1, sizeof *is_part);
    StepSet parts;
    for (size_t i = story->trace->step_count; i > 0; i--) {
        if (!told[i - 1] && !is_part[i - 1])
            continue;
        condition_parts(story, (uint32_t)(i - 1), &parts, is_part);
        for (uint32_t k = 0; k < parts.count; k++)
            is_part[parts.steps[k]] = condition_is(&story->trace->steps[parts.steps[k]]);
    }
    return is_part;
}

static void append_rows(Telling *telling)
{
    const Story *story = telling->story;
    telling->is_part = find_parts(story, telling->told);
    for (int pass = 0; pass < 2; pass++) {
        Text last = {NULL, 0};
        for (size_t i = 0; i < story->trace->step_count; i++) {
            const bd_step *step = &story->trace->steps[i];
            if (!telling->told[i] || (step->kind == BD_STEP_INPUT) != (pass == 0) || telling->is_part[i])
                continue;
            if (condition_is(step))
                append_condition(telling, (uint32_t)i, 0);
            else
                append_plain(telling, step, &last);
        }
    }
}

void story_append(const Story *story, StringBuilder *out, size_t indent)
{
    Telling telling = {
        .story = story, .out = out, .indent = indent, .column = LABEL_MINIMUM, .told = story_told(story)};
    for (size_t i = 0; i < story->trace->step_count; i++) {
        const bd_step *step = &story->trace->steps[i];
        size_t length = telling.told[i] && !condition_is(step) ? text_length(step->label) : 0;
        telling.column = length > telling.column && length <= LABEL_MAXIMUM ? length : telling.column;
    }
    append_rows(&telling);
}

void story_append_html(const Story *story, StringBuilder *out, Text word)
{
    Telling telling = {.story = story, .out = out, .is_html = true, .told = story_told(story)};
    html_raw(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
    html_text(out, message_pattern(story->cli, MSG_EXPLAIN_STEP));
    html_raw(out, "\">\n<table class=\"steps\">\n");
    if (word.size > 0)
        html_element(out, "caption", word);
    html_raw(out, "<tbody>\n");
    append_rows(&telling);
    html_raw(out, "</tbody>\n</table>\n</div>\n");
}
