/* impact_trace.c: where the two derivations of one line part; see impact_trace.h.
**
** From the step that says what a rule decided, or what was paid, both traces are followed back side by side, from a step to those it was
** computed from, as far as their values differ. Where a step reads the same on both sides and rests on equal values, or reads differently, it
** is a root. What gives the same value on both sides is not looked behind.
*/
#include "compiler/cli/impact_trace.h"

#include <string.h>

#include "compiler/cli/messages.h"
#include "compiler/cli/story.h"
#include "compiler/cli/values.h"

enum { TOLD_MAXIMUM = 6, VISITS = 20000, DEPTH = 2000, ASKED_MOST = 1000 };

typedef struct Half {
    const bd_module *module;
    const bd_trace *trace;
} Half;

typedef struct Walk {
    Half before, after;
    ImpactRoots *roots;
    Arena *arena;
    ImpactAsked *asked; /* NULL: not kept */
    uint32_t *met;      /* per step of `after`: the step of `before` it was compared with, BD_NONE none yet */
    bool *differed;     /* and what came out */
    bool *behind_before, *behind_after; /* per step: marks */
    bool is_behind;                     /* walk_behind is at work; it looks at everything behind, so once is enough */
    uint32_t visits;
} Walk;

/* ---- Comparing steps ---- */

static const bd_step *step_at(const Half *half, uint32_t index)
{
    return index < half->trace->step_count ? &half->trace->steps[index] : NULL;
}

static void note(const Walk *walk, const bd_step *before, const bd_step *after, bool answer)
{
    ImpactAsked *asked = walk->asked;
    if (asked == NULL)
        return;
    for (size_t i = 0; i < asked->count; i++)
        if (asked->items[i].before == before && asked->items[i].after == after)
            return;
    asked->is_cut = asked->is_cut || asked->count == ASKED_MOST;
    if (asked->is_cut)
        return;
    asked->items = arena_grow(walk->arena, asked->items, asked->count, &asked->capacity, sizeof *asked->items);
    asked->items[asked->count++] = (ImpactQuestion){before, after, answer};
}

static bool same_written(const Walk *walk, const bd_value *a, const bd_value *b)
{
    if (a->present != b->present)
        return false;
    if (!a->present)
        return true;
    if (a->meaning == BD_MEANS_CHOICE) /* members are numbered by each module for itself */
        return text_equal(bd_choice_member(walk->before.module, a->choice, (uint32_t)a->integer),
                          bd_choice_member(walk->after.module, b->choice, (uint32_t)b->integer));
    return a->boolean == b->boolean && a->integer == b->integer && text_equal(a->text, b->text) &&
           text_equal(a->unit, b->unit);
}

static bool same_value(const Walk *walk, const bd_step *before, const bd_step *after)
{
    if (before->value.meaning != after->value.meaning)
        return false;
    bool is_same = same_written(walk, &before->value, &after->value);
    note(walk, before, after, is_same);
    return is_same;
}

static void add_root(Walk *walk, const bd_step *before, const bd_step *after)
{
    ImpactRoots *roots = walk->roots;
    for (uint32_t i = 0; i < roots->count; i++)
        if (roots->items[i].before == before && roots->items[i].after == after)
            return;
    if (roots->count == IMPACT_ROOTS) {
        roots->is_complete = false;
        return;
    }
    roots->items[roots->count++] = (ImpactRoot){before, after};
}

static bool walk_pair(Walk *walk, uint32_t before, uint32_t after, uint32_t depth);

/* What two steps were computed from, place by place. What only one of them asked for is no difference by itself: the other had no need to. */
static bool walk_operands(Walk *walk, const bd_step *before, const bd_step *after, uint32_t depth)
{
    bool differs = false;
    for (int i = 0; i < 3; i++)
        if (step_at(&walk->before, before->operands[i]) != NULL && step_at(&walk->after, after->operands[i]) != NULL)
            differs = walk_pair(walk, before->operands[i], after->operands[i], depth) || differs;
    return differs;
}

/* Marks what a step was computed from. */
static void mark_behind(const Half *half, uint32_t step, bool *marked)
{
    memset(marked, 0, half->trace->step_count * sizeof *marked);
    marked[step] = true;
    for (uint32_t i = step + 1; i > 0; i--) /* operands are earlier steps */
        for (int k = 0; marked[i - 1] && k < 3; k++)
            if (half->trace->steps[i - 1].operands[k] < i - 1)
                marked[half->trace->steps[i - 1].operands[k]] = true;
}

/* Of two steps that read differently there is no telling which place answers to which: what lies behind both under the same words is compared. */
static bool walk_behind(Walk *walk, uint32_t before, uint32_t after, uint32_t depth)
{
    bool differs = false;
    walk->is_behind = true;
    mark_behind(&walk->before, before, walk->behind_before);
    mark_behind(&walk->after, after, walk->behind_after);
    for (uint32_t i = 0; i < after; i++) {
        const bd_step *new = &walk->after.trace->steps[i];
        if (!walk->behind_after[i] || new->label.size == 0)
            continue;
        for (uint32_t k = 0; k < before; k++) {
            const bd_step *old = &walk->before.trace->steps[k];
            if (!walk->behind_before[k] || old->kind != new->kind || !text_equal(old->label, new->label))
                continue;
            bool is_other = !same_value(walk, old, new);
            if (is_other && !walk_operands(walk, old, new, depth))
                add_root(walk, old, new);
            differs = differs || is_other;
            break;
        }
    }
    walk->is_behind = false;
    return differs;
}

/* Whether two steps differ in value; their roots are added. */
static bool walk_pair(Walk *walk, uint32_t before, uint32_t after, uint32_t depth)
{
    const bd_step *old = step_at(&walk->before, before), *new = step_at(&walk->after, after);
    if (walk->met[after] == before)
        return walk->differed[after];
    if (++walk->visits > VISITS || depth > DEPTH) {
        walk->roots->is_complete = false;
        return false;
    }
    bool differs = !same_value(walk, old, new);
    if (differs) {
        bool reads_the_same = old->kind == new->kind &&text_equal(old->label, new->label);
        bool rests = reads_the_same ? walk_operands(walk, old, new, depth + 1)
                                    : !walk->is_behind && walk_behind(walk, before, after, depth + 1);
        if (!rests || !reads_the_same)
            add_root(walk, old, new);
        if (rests &&
            !reads_the_same) /* it rests on other values, and reads otherwise: whether that matters as well nobody can say */
            walk->roots->is_certain = false;
    }
    walk->met[after] = before;
    walk->differed[after] = differs;
    return differs;
}

static void walk_roots(Walk *walk, uint32_t before, uint32_t after)
{
    const bd_step *old = step_at(&walk->before, before), *new = step_at(&walk->after, after);
    if (old != NULL && new != NULL)
        (void)walk_pair(walk, before, after, 0);
    else if (new != NULL || old != NULL)
        add_root(walk, old, new);
}

/* ---- Where to begin ---- */

/* The step that says whether a rule of this name holds; a rule that is no more than its condition says it in its last one. */
static bool is_of_rule(const Half *half, const bd_step *step, Text name)
{
    bd_rule_info rule;
    return step->rule != BD_NONE && bd_module_rule(half->module, step->rule, &rule) == BD_OK &&
           text_equal(rule.name, name);
}

static uint32_t rule_step(const Half *half, Text name)
{
    uint32_t found = BD_NONE;
    for (size_t i = 0; i < half->trace->step_count; i++) {
        const bd_step *step = &half->trace->steps[i];
        bool is_test = step->kind == BD_STEP_RULE || step->kind == BD_STEP_CONDITION;
        if (!is_test || !is_of_rule(half, step, name))
            continue;
        if (step->kind == BD_STEP_RULE)
            return (uint32_t)i;
        found = (uint32_t)i;
    }
    return found;
}

static bool has_more_operands(const Half *half, uint32_t index)
{
    const bd_step *step = step_at(half, index);
    return step != NULL && step->operands[2] != BD_NONE;
}

/* A step names three of those it was computed from, and a rule may have more: a condition for each unit. Its conditions are compared one by one,
** the first of some words with the first, the second with the second. */
static void walk_conditions(Walk *walk, Text name)
{
    uint32_t from = 0;
    for (uint32_t i = 0; i < walk->after.trace->step_count; i++) {
        const bd_step *new = &walk->after.trace->steps[i];
        if (new->kind != BD_STEP_CONDITION || !is_of_rule(&walk->after, new, name))
            continue;
        for (uint32_t k = from; k < walk->before.trace->step_count; k++) {
            const bd_step *old = &walk->before.trace->steps[k];
            if (old->kind != BD_STEP_CONDITION || !text_equal(old->label, new->label) ||
                !is_of_rule(&walk->before, old, name))
                continue;
            (void)walk_pair(walk, k, i, 0);
            from = k + 1;
            break;
        }
    }
}

static void walk_rule(Walk *walk, Text name)
{
    uint32_t before = rule_step(&walk->before, name), after = rule_step(&walk->after, name);
    walk_roots(walk, before, after);
    if (has_more_operands(&walk->before, before) || has_more_operands(&walk->after, after))
        walk_conditions(walk, name);
}

/* The step of the amount granted, caps and all. */
static uint32_t granted_step(Walk *walk, const Half *half)
{
    Story story;
    story_init(&story, NULL, walk->arena, half->module, half->trace);
    return story_payment_root(&story);
}

/* Which rule pays is asked of the rules that could, up to the one that does. */
static void note_payers(const Walk *walk, const Half *half)
{
    bool is_before = half == &walk->before, has_one = false;
    for (size_t i = 0; i < half->trace->step_count && !has_one; i++) {
        const bd_step *step = &half->trace->steps[i];
        bd_rule_info rule;
        if (step->kind != BD_STEP_RULE || bd_module_rule(half->module, step->rule, &rule) != BD_OK ||
            rule.effect != BD_EFFECT_PAY)
            continue;
        has_one = step->value.boolean;
        note(walk, is_before ? step : NULL, is_before ? NULL : step, has_one);
    }
}

/* The step of what the payment came to, whatever became of the line. */
static uint32_t payment_step(Walk *walk, const Half *half)
{
    Story story;
    story_init(&story, NULL, walk->arena, half->module, half->trace);
    note_payers(walk, half);
    uint32_t rule = story_payment_rule(&story), found = BD_NONE;
    for (size_t i = 0; i < half->trace->step_count && rule != BD_NONE; i++) {
        const bd_step *step = &half->trace->steps[i];
        if (step->rule == rule && step->value.meaning == BD_MEANS_MONEY && step->kind != BD_STEP_OUTPUT)
            found = (uint32_t)i;
    }
    return found;
}

/* Of a line that was not approved before there is no amount granted to compare with, but what it would have been. */
static void walk_amount(Walk *walk)
{
    bool was_granted = walk->before.trace->decision == BD_APPROVED;
    uint32_t (*step)(Walk *, const Half *) = was_granted ? granted_step : payment_step;
    uint32_t before = step(walk, &walk->before), after = step(walk, &walk->after);
    walk_roots(walk, before, after);
}

static const bd_trace *trace_side(const ImpactTraced *side)
{
    const bd_trace *trace = NULL;
    if (bd_session_trace(side->session, side->batch, side->row, &trace, NULL) != BD_OK)
        return NULL;
    bool is_same = trace->decision == side->decision && (side->decision != BD_APPROVED || trace->cents == side->cents);
    return is_same ? trace : NULL;
}

bool impact_pair(const ImpactTraced *before, const ImpactTraced *after, ImpactPair *pair)
{
    *pair = (ImpactPair){.module_before = before->module, .module_after = after->module};
    pair->before = trace_side(before);
    pair->after = pair->before == NULL ? NULL : trace_side(after);
    return pair->after != NULL;
}

void impact_trace(Arena *arena, const ImpactElement *elements, uint32_t count, bool with_amount, const ImpactPair *pair,
                  ImpactAsked *asked, ImpactRoots *roots)
{
    const bd_trace *was = pair->before, *is = pair->after;
    *roots = (ImpactRoots){.is_complete = true, .is_certain = true};
    Walk walk = {.before = {pair->module_before, was}, .after = {pair->module_after, is}, .roots = roots};
    walk.arena = arena;
    walk.asked = asked;
    walk.met = arena_array(arena, is->step_count + 1, sizeof *walk.met);
    walk.differed = arena_array(arena, is->step_count + 1, sizeof *walk.differed);
    walk.behind_before = arena_array(arena, was->step_count + 1, sizeof *walk.behind_before);
    walk.behind_after = arena_array(arena, is->step_count + 1, sizeof *walk.behind_after);
    memset(walk.met, 0xFF, (is->step_count + 1) * sizeof *walk.met); /* BD_NONE */
    for (uint32_t i = 0; i < count; i++)
        if (elements[i].rule != BD_NONE)
            walk_rule(&walk, elements[i].name);
    if (with_amount && is->decision == BD_APPROVED)
        walk_amount(&walk);
}

/* ---- Telling ---- */

static void append_label(StringBuilder *out, Text label)
{
    builder_char(out, '`');
    for (size_t i = 0; i < label.size; i++)
        builder_char(out, label.data[i] == '\n' ? ' ' : label.data[i]);
    builder_char(out, '`');
}

static void tell_one(Cli *cli, StringBuilder *out, Message side, const bd_module *module, const bd_step *step)
{
    if (step == NULL || step->label.size == 0)
        return;
    builder_text(out, message_pattern(cli, side));
    builder_text(out, TEXT(": "));
    append_label(out, step->label);
    builder_text(out, TEXT(" = "));
    value_append(cli, out, module, &step->value);
    builder_char(out, '\n');
}

Text impact_trace_text(Cli *cli, Arena *arena, const bd_module *before, const bd_module *after,
                       const ImpactRoots *roots)
{
    StringBuilder out;
    builder_init(&out, arena);
    for (uint32_t i = 0; i < roots->count && i < TOLD_MAXIMUM; i++) {
        const bd_step *old = roots->items[i].before, *new = roots->items[i].after;
        if (old == NULL || new == NULL || !text_equal(old->label, new->label)) {
            tell_one(cli, &out, MSG_IMPACT_BEFORE, before, old);
            tell_one(cli, &out, MSG_IMPACT_AFTER, after, new);
            continue;
        }
        if (new->label.size == 0)
            continue;
        append_label(&out, new->label);
        builder_text(&out, TEXT(": "));
        value_append(cli, &out, before, &old->value);
        builder_text(&out, TEXT(" \u2192 "));
        value_append(cli, &out, after, &new->value);
        builder_char(&out, '\n');
    }
    return builder_result(&out);
}
