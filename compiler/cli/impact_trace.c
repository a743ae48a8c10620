/* impact_trace.c: what differs between the two derivations of one line; see impact_trace.h.
**
** Two steps of the two traces are the same step when they have kind and text in common and are equally many of their kind; what a version
** writes differently has no counterpart. Of values that differ only the first are told: those computed from equal ones.
*/
#include "compiler/cli/impact_trace.h"

#include <string.h>

#include "compiler/cli/messages.h"
#include "compiler/cli/story.h"
#include "compiler/cli/values.h"

enum { TOLD_MAXIMUM = 6 };

typedef struct Half {
    const bd_module *module;
    const bd_trace *trace;
    Story story;
    uint32_t *partner; /* per marked step: that of the other side, or BD_NONE */
    bool *differs;     /* it, or what it was computed from */
} Half;

static uint32_t rule_named(const bd_module *module, Text name)
{
    bd_rule_info info;
    for (uint32_t i = 0; bd_module_rule(module, i, &info) == BD_OK; i++)
        if (text_equal(info.name, name))
            return i;
    return BD_NONE;
}

static void mark(Half *half, const ImpactCause *cause)
{
    for (uint32_t i = 0; i < cause->element_count; i++) {
        const ImpactElement *element = &cause->elements[i];
        if (element->kind == IMPACT_PAYMENT || element->effect == BD_EFFECT_CAP_AMOUNT ||
            element->effect == BD_EFFECT_CAP_VOLUME)
            story_mark(&half->story, story_payment_root(&half->story));
        if (element->rule == BD_NONE)
            continue;
        uint32_t rule = rule_named(half->module, element->name);
        if (rule == BD_NONE)
            continue;
        story_mark(&half->story, story_rule_root(&half->story, rule));
        story_mark_rule(&half->story, rule);
    }
}

static void init_half(Half *half, Cli *cli, Arena *arena, const ImpactTraced *side, const bd_trace *trace,
                      const ImpactCause *cause)
{
    *half = (Half){.module = side->module, .trace = trace};
    story_init(&half->story, cli, arena, side->module, trace);
    half->partner = arena_array(arena, trace->step_count + 1, sizeof *half->partner);
    half->differs = arena_array(arena, trace->step_count + 1, sizeof *half->differs);
    for (size_t i = 0; i < trace->step_count; i++)
        half->partner[i] = BD_NONE;
    mark(half, cause);
}

static bool is_told(const Half *half, size_t step)
{
    bd_step_kind kind = half->trace->steps[step].kind;
    bool says_something = kind == BD_STEP_LOOKUP || kind == BD_STEP_CONDITION || kind == BD_STEP_VALUE ||
                          kind == BD_STEP_ROUNDING || kind == BD_STEP_RULE;
    return half->story.marked[step] && says_something && half->trace->steps[step].label.size > 0;
}

/* Gives each told step of `after` the first step of `before` like it that nobody has yet. */
static void match(Half *before, Half *after)
{
    for (uint32_t i = 0; i < after->trace->step_count; i++) {
        if (!is_told(after, i))
            continue;
        const bd_step *step = &after->trace->steps[i];
        for (uint32_t j = 0; j < before->trace->step_count; j++) {
            const bd_step *other = &before->trace->steps[j];
            if (before->partner[j] != BD_NONE || !is_told(before, j) || other->kind != step->kind ||
                !text_equal(other->label, step->label))
                continue;
            before->partner[j] = i;
            after->partner[i] = j;
            break;
        }
    }
}

static Text value_text(Cli *cli, Arena *arena, const Half *half, const bd_step *step)
{
    StringBuilder out;
    builder_init(&out, arena);
    value_append(cli, &out, half->module, &step->value);
    return builder_result(&out);
}

/* A step as it is compared and shown; a look-up with the table's place in the agreement is for the reader to find under that name. */
static void append_step(StringBuilder *out, const bd_step *step)
{
    builder_char(out, '`');
    for (size_t i = 0; i < step->label.size; i++)
        builder_char(out, step->label.data[i] == '\n' ? ' ' : step->label.data[i]);
    builder_char(out, '`');
}

static bool rests_on_difference(const Half *half, const bd_step *step)
{
    for (int i = 0; i < 3; i++)
        if (step->operands[i] < half->trace->step_count && half->differs[step->operands[i]])
            return true;
    return false;
}

/* Values that differ where what they were computed from does not. */
static uint32_t tell_values(Cli *cli, Arena *arena, StringBuilder *out, const Half *before, const Half *after)
{
    uint32_t told = 0;
    for (uint32_t i = 0; i < after->trace->step_count; i++) {
        const bd_step *step = &after->trace->steps[i];
        bool rests = rests_on_difference(after, step);
        after->differs[i] = rests;
        if (!is_told(after, i) || after->partner[i] == BD_NONE)
            continue;
        const bd_step *other = &before->trace->steps[after->partner[i]];
        Text was = value_text(cli, arena, before, other), is = value_text(cli, arena, after, step);
        if (text_equal(was, is))
            continue;
        after->differs[i] = true;
        if (rests || told >= TOLD_MAXIMUM)
            continue;
        append_step(out, step);
        builder_text(out, TEXT(": "));
        builder_text(out, was);
        builder_text(out, TEXT(" \u2192 "));
        builder_text(out, is);
        builder_char(out, '\n');
        told++;
    }
    return told;
}

/* Conditions and cells that the other side has not. */
static void tell_own(Cli *cli, Arena *arena, StringBuilder *out, const Half *half, Message side)
{
    uint32_t told = 0;
    for (uint32_t i = 0; i < half->trace->step_count && told < TOLD_MAXIMUM / 2; i++) {
        const bd_step *step = &half->trace->steps[i];
        bool is_basic =
            step->kind == BD_STEP_CONDITION || step->kind == BD_STEP_LOOKUP || step->kind == BD_STEP_ROUNDING;
        if (!is_told(half, i) || !is_basic || half->partner[i] != BD_NONE)
            continue;
        builder_text(out, message_pattern(cli, side));
        builder_text(out, TEXT(": "));
        append_step(out, step);
        builder_text(out, TEXT(" = "));
        builder_text(out, value_text(cli, arena, half, step));
        builder_char(out, '\n');
        told++;
    }
}

static const bd_trace *trace_side(const ImpactTraced *side)
{
    const bd_trace *trace = NULL;
    if (bd_session_trace(side->session, side->batch, side->row, &trace, NULL) != BD_OK)
        return NULL;
    bool is_same = trace->decision == side->decision && (side->decision != BD_APPROVED || trace->cents == side->cents);
    return is_same ? trace : NULL;
}

Text impact_trace(Cli *cli, Arena *arena, const ImpactCause *cause, const ImpactTraced *before,
                  const ImpactTraced *after)
{
    const bd_trace *was = trace_side(before), *is = trace_side(after);
    StringBuilder out;
    builder_init(&out, arena);
    if (was == NULL || is == NULL)
        return builder_result(&out);
    Arena scratch;
    cli_arena(cli, &scratch);
    Half first, second;
    init_half(&first, cli, &scratch, before, was, cause);
    init_half(&second, cli, &scratch, after, is, cause);
    match(&first, &second);
    /* What a payment was computed from says it all; for a rule the text of its condition counts too. */
    bool is_told_already = tell_values(cli, &scratch, &out, &first, &second) > 0 && cause->element_count > 0 &&
                           cause->elements[0].kind == IMPACT_PAYMENT;
    if (!is_told_already) {
        tell_own(cli, &scratch, &out, &first, MSG_IMPACT_BEFORE);
        tell_own(cli, &scratch, &out, &second, MSG_IMPACT_AFTER);
    }
    arena_free(&scratch);
    return builder_result(&out);
}
