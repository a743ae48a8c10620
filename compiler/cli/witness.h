/* witness.h: a declaration that two versions of an agreement decide differently, for a change of diff.h.
**
** Job: cases from the agreements' own examples, and from the numbers, days and members that both modules compare with, are decided by both in
** batches; what differs where the change has its say is made as small as it can be and written as a `voorbeeld`.
** A witness is checked: both machines decided it, and differently, and its text, read back, says so in its own version and not in the other. That none was found proves nothing, and the number of cases says how hard the search was.
*/
#ifndef BEDING_CLI_WITNESS_H
#define BEDING_CLI_WITNESS_H

#include "compiler/cli/diff.h"

struct Witness {
    bool is_found;
    uint64_t tried;                /* cases decided by both versions while looking */
    Text old_outcome, new_outcome; /* "goedgekeurd € 12,00", "afgekeurd (te_laat)" */
    Text scenario_old,
        scenario_new; /* a `voorbeeld` that holds in the one and in the other version; ends in a line feed; empty where that version cannot read it */
    Text note;        /* a sentence: what else has a say in what it shows, or why there is none; may be empty */
};

/* The scenario to show: for the new version, or of what only the old one can read for that. */
Text witness_scenario(const Witness *witness);

/* Seeks a witness for every change that can have one. */
void witness_find_all(Diff *diff);

#endif
