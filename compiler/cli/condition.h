/* condition.h: what a condition in a trace is made of: its parts, what it compares, the facts it looked at.
**
** Job: a trace gives each condition with the steps nearest behind it. The instruction behind a step says how these hang together, so that a
** reader can be told `dagtekening > laatste_dag` with both values, and `a en b` part by part. What cannot be told for certain is not told.
*/
#ifndef BEDING_CLI_CONDITION_H
#define BEDING_CLI_CONDITION_H

#include "compiler/cli/story.h"

enum { CONDITION_PARTS_MAX = 64, CONDITION_FACTS_MAX = 6 };

/* Steps of the story's trace, each once. */
typedef struct StepSet {
    uint32_t steps[CONDITION_PARTS_MAX];
    uint32_t count;
} StepSet;

/* A comparison with its values: "2019-02-06", ">", "2019-04-30". */
typedef struct Compared {
    bd_value left, right; /* texts in the arena of the command, or the trace's */
    Text sign;
    bool is_constant; /* one of the two stands in the agreement itself */
} Compared;

/* Whether a step is a condition that is met or not. */
bool condition_is(const bd_step *step);

/* Whether a step is a condition, or a fact, that says no. */
bool condition_says_no(const bd_step *step);

/* Of `a en b en c` the conditions a, b and c, as far as they were looked at; of `niet (a en b)` that one; none of anything else. In `joined`, one
** per step, it marks those between: `a en b`. */
void condition_parts(const Story *story, uint32_t step, StepSet *out, bool *joined);

/* The parts that a condition owes its no to: of `a en b` the one that fails, of `a of b` both, each taken further until it has no parts. */
void condition_denials(const Story *story, uint32_t step, StepSet *out);

/* The two values that a comparison compares; false where the step is none, or where one of the values is not known. */
bool condition_compared(const Story *story, uint32_t step, Compared *out);

/* The facts and values that a condition without parts looked at, at most CONDITION_FACTS_MAX. */
void condition_facts(const Story *story, uint32_t step, StepSet *out);

/* Whether the step is a part of a date: a year is written without grouping. */
bool condition_is_date_part(const Story *story, const bd_step *step);

/* Whether the value of a look-up is a price that an indexation made. */
bool condition_is_indexed(const Story *story, const bd_step *step);

/* Whether the step reads a reading; `reading` is set to its index. */
bool condition_reads_reading(const Story *story, uint32_t step, uint32_t *reading);

#endif
