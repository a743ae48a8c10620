/* story.h: a trace told: which steps led to an outcome, each once, in the order in which they were computed.
**
** Job: from a root step (a rule that held, the amount granted) mark every step it was computed from, and write the marked ones as lines of
** text or as JSON. Of steps with one label the last is told: the earlier ones are the same thing on its way (a volume before its unit was
** converted, a test before it was negated).
*/
#ifndef BEDING_CLI_STORY_H
#define BEDING_CLI_STORY_H

#include "beding.h"
#include "compiler/cli/json_write.h"
#include "compiler/cli/messages.h"

typedef struct Story {
    const Cli *cli;
    const bd_module *module;
    const bd_trace *trace;
    bool *marked;       /* per step */
    bool stops_at_caps; /* what lies behind a capped volume is not marked: its rule has told it */
} Story;

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

/* Marks the steps that belong to a rule itself, such as the limit of a cap. */
void story_mark_rule(Story *story, uint32_t rule);

/* Whether a marked step says something. */
bool story_has_told(const Story *story);

/* Appends the marked steps, facts first, one a line, each line indented. */
void story_append(const Story *story, StringBuilder *out, size_t indent);

/* Appends the marked steps as an HTML table under a heading word (may be empty); a rounding has rows for what it rounds and what came out. */
void story_append_html(const Story *story, StringBuilder *out, Text word);

/* Appends the marked steps as elements of an open JSON array. */
void story_json(const Story *story, JsonWriter *json);

/* Whether bit `rule` is set in the trace's reasons. */
bool story_has_reason(const Story *story, uint32_t rule);

#endif
