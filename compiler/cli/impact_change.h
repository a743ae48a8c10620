/* impact_change.h: to which changes of the agreement the difference of a line is due; see impact.h.
**
** Job: `diff` says what two versions say differently, and reach.h where each change may show. A changed line whose cause only one change
** reaches is due to that one. Where several do, the two derivations of the line are compared, and the steps at which they part say which of
** them it is. A line at which several changes are at work belongs to these together, so that every changed line counts once.
** What was found so holds for all lines that take the same way through both versions (impact_ways.h). Of those that take a way of their own, or of
** which no way is known, only so many are looked at (IMPACT_LOOKED_AT), so that a comparison does not take longer than anyone waits.
** What earlier lines left in a counter is a change of its own: these lines would not differ by themselves.
** Invariant: up to that limit the answer depends on the two versions and the line, not on other lines.
*/
#ifndef BEDING_CLI_IMPACT_CHANGE_H
#define BEDING_CLI_IMPACT_CHANGE_H

#include "compiler/cli/diff.h"
#include "compiler/cli/impact_ways.h"
#include "compiler/cli/reach.h"

enum { IMPACT_LOOKED_AT = 100000 };

typedef struct ImpactChange {
    const Change *change; /* NULL: what earlier lines left in counters */
    Text id;              /* "tariff.verblijf" */
    Text text;            /* "tarief `verblijf`" */
    Reach reach;
    uint64_t lines; /* at which it is at work, alone or with others */
} ImpactChange;

/* Some of the changes, met at one line or another. */
typedef struct ImpactChangeSet {
    uint64_t *bits;
    bool is_apart; /* every one of them is at work; else it could not be told which are */
    Text id;       /* of all, joined */
} ImpactChangeSet;

typedef struct ImpactChanges {
    Cli *cli;
    Arena *arena;
    const Diff *diff;
    ImpactChange *items;
    uint32_t count, words;  /* words: of a set of bits */
    uint32_t real;          /* of them changes of the texts; they come first */
    uint32_t earlier;       /* the index of what earlier lines left, or BD_NONE where nothing is counted */
    Reach prices, counters; /* clauses that read the price of a line, or a counter */
    struct ImpactDeclaration *declarations[2];
    uint32_t declaration_count[2];
    ImpactWays ways;    /* what following lines back came to */
    uint64_t looked_at; /* lines that were followed back and left nothing for others */
    ImpactChangeSet *sets;
    uint32_t set_count;
    size_t set_capacity;
    struct ImpactSettled *settled; /* per cause and product; a hash table */
    Text *contested;               /* rules that more than one change reaches, or may reach through a price */
    uint32_t contested_count;
    uint64_t *bits, *own; /* room for sets */
} ImpactChanges;

/* What is different between two opened versions; the sessions say which readings they are run with. */
void impact_changes_open(ImpactChanges *changes, Cli *cli, const Loaded *before, const Loaded *after,
                         const bd_session *session_before, const bd_session *session_after);

/* What is known of a line that changed. */
typedef struct ImpactPlace {
    const ImpactCause *cause;
    Text product;                        /* its name */
    uint32_t cause_index, product_index; /* among the causes, and in that dimension */
    bool is_paid;                        /* it is approved after the change, so that its amount is at stake as well */
} ImpactPlace;

/* The set it belongs to, for the dimension IMPACT_CHANGE: its id, which lives as long as `changes`. The derivations are asked for where they are
** needed only. */
Text impact_changes_of(ImpactChanges *changes, const ImpactPlace *place, const ImpactLine *line,
                       const ImpactDerivations *derivations);

/* The words for a set by its id: "tarief verblijf + regel te_laat"; memory of `arena`. */
Text impact_changes_text(const ImpactChanges *changes, Arena *arena, Text id);

/* Whether change `index` is one of a set. */
bool impact_changes_has(const ImpactChangeSet *set, uint32_t index);

/* The set of that id, or NULL. */
const ImpactChangeSet *impact_changes_set(const ImpactChanges *changes, Text id);

#endif
