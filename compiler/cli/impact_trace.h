/* impact_trace.h: where the two derivations of one line part; see impact.h. */
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

/* Where both derivations of a line are to be had: false when there are none. */
typedef struct ImpactDerivations {
    bool (*find)(void *context, const ImpactLine *line, ImpactTraced *before, ImpactTraced *after);
    void *context;
} ImpactDerivations;

/* A step of both traces that differs although what it was computed from does not, or that the two versions write differently. */
typedef struct ImpactRoot {
    const bd_step *before, *after; /* NULL: that side has none */
} ImpactRoot;

enum { IMPACT_ROOTS = 16 };

typedef struct ImpactRoots {
    ImpactRoot items[IMPACT_ROOTS];
    uint32_t count;
    bool is_complete; /* nothing was left out */
    bool is_certain;  /* without any of them the values would not differ as they do */
} ImpactRoots;

/* Finds the roots of what these elements say of rules, and of the amount where the line is approved after the change and with_amount is set.
** The steps live until the next call on either session; `arena` is for work. False when a side cannot be traced. */
bool impact_trace(Arena *arena, const ImpactElement *elements, uint32_t count, bool with_amount,
                  const ImpactTraced *before, const ImpactTraced *after, ImpactRoots *roots);

/* The roots as lines of text, each ending in a line feed, in `arena`. */
Text impact_trace_text(Cli *cli, Arena *arena, const bd_module *before, const bd_module *after,
                       const ImpactRoots *roots);

#endif
