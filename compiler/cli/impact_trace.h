/* impact_trace.h: what differs between the two derivations of one line; see impact.h. */
#ifndef BEDING_CLI_IMPACT_TRACE_H
#define BEDING_CLI_IMPACT_TRACE_H

#include "compiler/cli/impact.h"

/* One side of a line, decided a moment ago. */
typedef struct ImpactTraced {
    const bd_module *module;
    bd_session *session;
    const bd_batch *batch;
    size_t row;
    bd_decision decision; /* what was decided; a trace that says otherwise is not used */
    int64_t cents;
} ImpactTraced;

/* Lines of text, each ending in a line feed, in `arena`: values that differ where what they were computed from does not, and conditions and
** cells that one side has only. Of what the elements of the cause are about. Empty when nothing can be told. */
Text impact_trace(Cli *cli, Arena *arena, const ImpactCause *cause, const ImpactTraced *before,
                  const ImpactTraced *after);

#endif
