/* impact_side.h: one of the two versions of `beding impact`, with its own reader, session and results.
**
** Job: what `run` does with one version, batch by batch, for someone who looks at two of them at once. The rows of a batch live until the next.
*/
#ifndef BEDING_CLI_IMPACT_SIDE_H
#define BEDING_CLI_IMPACT_SIDE_H

#include "compiler/cli/impact.h"
#include "compiler/cli/impact_record.h"
#include "compiler/cli/line_input.h"
#include "compiler/cli/scratch.h"

typedef struct Side {
    Cli *cli;
    Message label; /* before or after */
    LineInput input;
    Arguments arguments; /* those of the command that are meant for this side */
    bool rejects_errors;
    Scratch ledger;    /* a copy of its own, for nothing that is decided here is kept */
    uint64_t repeated; /* lines that the ledger had, with the decision they had then */
    bd_batch batch;
    bd_decisions results; /* with room for `room` rows */
    ImpactRecord record;  /* of the batch */
    size_t room, words;
    size_t count, at; /* rows of the batch, and the one that comes next */
} Side;

/* Loads the module. EXIT_GOOD, or what to end with. side_close in any case. */
ExitStatus side_load(Side *side, Cli *cli, Message label, const char *path);

/* Opens session and lines. other: the version it is compared with: options that are for that one only are passed over.
** has_readings: --reading is for this side. */
ExitStatus side_open(Side *side, const Side *other, const Arguments *arguments, char separator, bool has_readings);

/* Reads and decides the next batch, and records it once side_record was called; false at the end, and after reporting: *status tells. */
bool side_next(Side *side, ExitStatus *status);

/* Records the rows of the batch at hand from `at` on, unless all that is wanted was recorded. False when they have no forms. */
bool side_record(Side *side);

/* Sees to it that the results have room. */
void side_reserve(Side *side, size_t rows);

/* What became of the row at `at`. *status is EXIT_WANTING after reporting a fault that ends the comparison. */
ImpactOutcome side_outcome(Side *side, ExitStatus *status);

/* Says that this side is where it went wrong. */
void side_blame(const Side *side);

void side_close(Side *side);

#endif
