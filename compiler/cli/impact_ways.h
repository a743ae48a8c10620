/* impact_ways.h: what the derivations of a line say, found from a few comparisons where lines like it were followed back before.
**
** Job: following two derivations back (impact_trace.h) asks of the line's values only whether two steps are equal, or whether a rule pays. All else
** it looks at, the lines share that took the same way through the agreement on either side (impact_record.h). So the answers lead to the set of
** changes: per kind of line and pair of forms a tree of questions, which grows by a branch each time that a line is followed back.
** Invariant: what a tree says of a line is what following it back says. Only so much is kept; of the lines beyond that nothing is said here.
*/
#ifndef BEDING_CLI_IMPACT_WAYS_H
#define BEDING_CLI_IMPACT_WAYS_H

#include "compiler/cli/impact_trace.h"

/* What lines have in common that share a tree. */
typedef struct ImpactWayKey {
    uint64_t before, after; /* numbers of the forms */
    uint32_t kind;          /* whatever else it is that all these lines share */
    uint32_t decision;      /* before */
} ImpactWayKey;

typedef struct ImpactWays {
    Arena *arena;
    struct ImpactTree *trees; /* a hash table; NULL: nothing was kept yet */
    uint32_t tree_count;
    struct ImpactWay *items; /* the questions of all trees; the first is none */
    uint32_t count;
    size_t capacity;
} ImpactWays;

/* The set that lines of this kind have which answer as this one does; BD_NONE: no line was followed back that did, or both sides do not have the
** columns for it. */
uint32_t impact_ways_find(const ImpactWays *ways, const ImpactWayKey *key, const ImpactTraced *before,
                          const ImpactTraced *after);

/* Keeps what following a line back asked, and the set that came of it. The columns it takes are wanted from now on. False when there is no room. */
bool impact_ways_keep(ImpactWays *ways, const ImpactWayKey *key, const ImpactAsked *asked, uint32_t set,
                      const ImpactTraced *before, const ImpactTraced *after);

#endif
