/* diff_proof.h: clauses that are written otherwise and mean the same, proved by solve.h. */
#ifndef BEDING_CLI_DIFF_PROOF_H
#define BEDING_CLI_DIFF_PROOF_H

#include "compiler/cli/diff.h"

/* Takes from the changes each clause that is proved equal; what has nothing else left goes to diff->proved. Does nothing in a build without Z3. */
void diff_prove(Diff *diff);

#endif
