/* story.h: a trace told: which steps led to an outcome, each once, in the order in which they were computed.
**
** Job: from a root step (a rule that held, the amount granted) mark every step it was computed from, and write the marked ones as lines of
** text, HTML or JSON. Of steps with one label the last is told: the earlier ones are the same thing on its way (a volume before its unit was
** converted, a test before it was negated).
*/
#ifndef BEDING_CLI_STORY_H
#define BEDING_CLI_STORY_H

#include "beding.h"
#include "compiler/cli/json_write.h"
#include "compiler/cli/messages.h"

typedef struct Story {
    const Cli *cli;
    Arena *arena;
    const bd_module *module;
    const bd_trace *trace;
    bool *marked;       /* per step */
    bool is_cut;        /* the trace is only the first part of the derivation */
    bool stops_at_caps; /* what lies behind a capped volume is not marked: its rule has told it */
} Story;

static inline const bd_step *story_step(const Story *story, uint32_t index)
{
    return &story->trace->steps[index];
}

/* Starts a story over a trace, which must stay valid. Memory of `arena`. */
void story_init(Story *story, const Cli *cli, Arena *arena, const bd_module *module, const bd_trace *trace);

/* Marks a step and all it was computed from; BD_NONE marks nothing. Marks add up until story_clear. */
void story_mark(Story *story, uint32_t step);
void story_clear(Story *story);

/* The step that decided a rule, or BD_NONE. */
uint32_t story_rule_root(const Story *story, uint32_t rule);

/* The step that holds the amount granted before it was kept or set to nothing, or BD_NONE. */
uint32_t story_payment_root(const Story *story);

/* The rule that paid: of those that pay the one that held, else the one the amount's step belongs to; BD_NONE when unknown. */
uint32_t story_payment_rule(const Story *story);

/* Marks what a rule's own result was computed from, such as the limit of a cap. */
void story_mark_rule(Story *story, uint32_t rule);

/* Whether a rule that caps the volume was applied, whether or not there was anything to cap. */
bool story_caps(const Story *story, uint32_t rule);

/* Whether a marked step says something. */
bool story_has_told(const Story *story);

/* Per step whether it is to be told: it is marked and says something, and no later marked step says the same. In the story's arena. */
const bool *story_told(const Story *story);

/* The words that state a rounding, "afgerond op centen", from the step's own: the last place where they begin. */
Text story_rounding_rule(Text label);

/* Of a rounding the value before it, in the meaning that the rounding has: a product with € 1 is the same number as the volume, and the trace
** has it as the volume. False for any other step. */
bool story_unrounded(const Story *story, const bd_step *step, bd_value *out);

/* Appends the marked steps as elements of an open JSON array. */
void story_json(const Story *story, JsonWriter *json);

/* ---- For people (story_tell.c) ---- */

/* Appends the marked steps, one a line, each line indented: facts first, then what was computed of them, each condition with its parts
** indented under the whole, and of each rounding what was rounded, by which rule, and what came out. */
void story_append(const Story *story, StringBuilder *out, size_t indent);

/* The same as an HTML table under a heading word (may be empty). */
void story_append_html(const Story *story, StringBuilder *out, Text word);

/* Appends "dagtekening > laatste_factuurdag = nee (2019-02-06 > 2019-04-30)": a condition, what came of it, and what it looked at. */
void story_append_test(const Story *story, StringBuilder *out, uint32_t step);

/* Whether bit `rule` is set in the trace's reasons. */
bool story_has_reason(const Story *story, uint32_t rule);

#endif
