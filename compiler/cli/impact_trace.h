/* impact_trace.h: where the two derivations of one line part; see impact.h. */
#ifndef BEDING_CLI_IMPACT_TRACE_H
#define BEDING_CLI_IMPACT_TRACE_H

#include "compiler/cli/impact.h"
#include "compiler/cli/impact_record.h"

/* One side of a line, decided a moment ago. */
typedef struct ImpactTraced {
    const bd_module *module;
    bd_session *session;
    const bd_batch *batch;
    size_t row;
    bd_decision decision; /* what was decided; a trace that says otherwise is not used */
    int64_t cents;
    ImpactRecord *record; /* of the batch */
} ImpactTraced;

/* Where both derivations of a line are to be had. */
typedef struct ImpactDerivations {
    /* To be traced; false when there are none. */
    bool (*find)(void *context, const ImpactLine *line, ImpactTraced *before, ImpactTraced *after);
    /* Their forms, with all columns that are wanted; false when a side has none. */
    bool (*record)(void *context, const ImpactLine *line, ImpactTraced *before, ImpactTraced *after);
    void *context;
} ImpactDerivations;

/* Both derivations of a line. They live until the next call on either session. */
typedef struct ImpactPair {
    const bd_module *module_before, *module_after;
    const bd_trace *before, *after;
} ImpactPair;

/* What was asked of the values in them: whether two steps have the same; or, where one is NULL, whether the other is true. */
typedef struct ImpactQuestion {
    const bd_step *before, *after;
    bool answer;
} ImpactQuestion;

/* All that was asked, in order; each question once. */
typedef struct ImpactAsked {
    ImpactQuestion *items;
    size_t count, capacity;
    bool is_cut; /* there was more */
} ImpactAsked;

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

/* Traces both sides of a line; false when a side cannot be traced. */
bool impact_pair(const ImpactTraced *before, const ImpactTraced *after, ImpactPair *pair);

/* Finds the roots of what these elements say of rules, and of the amount where the line is approved after the change and with_amount is set.
** They are steps of the pair. `arena` is for work, and for what is added to *asked (NULL: nobody wants to know). Apart from the answers, and whether
** the line was and is approved, what is found depends on the forms of the derivations only. */
void impact_trace(Arena *arena, const ImpactElement *elements, uint32_t count, bool with_amount, const ImpactPair *pair,
                  ImpactAsked *asked, ImpactRoots *roots);

/* The roots as lines of text, each ending in a line feed, in `arena`. */
Text impact_trace_text(Cli *cli, Arena *arena, const bd_module *before, const bd_module *after,
                       const ImpactRoots *roots);

#endif
