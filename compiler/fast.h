/* fast.h: the program of the lines once more, shorter, for the column evaluator.
**
** Job: program 0 says what the contract says, in the order in which it says it, so that a trace can tell it. For deciding millions of
** lines it is longer than need be: what holds for each unit and each product stands there side by side. Here the same is said once for
** all products, with what differs in tables by product. The contract between the two programs: for every line on which the fast one
** marks nothing, both give the same decision, amount, reasons and counts. It may mark more lines than program 0 would (each is decided
** again by program 0, exactly), but never fewer.
**
** Flow: fast_split works the program out for each product by itself (fast_split.c, with fast_remake.c), fast_join folds what came out
** equal in shape together again (fast_join.c, fast_cells.c), fast_from_lines (fast.c) drives both.
*/
#ifndef BEDING_FAST_H
#define BEDING_FAST_H

#include "compiler/ir.h"
#include "compiler/layout.h"

/* Makes the fast program.
**   lines   program 0, pruned
**   layout  gets the tables that the program needs, behind its other internal ones
**   fast    initialised without diagnostics (fast->diags NULL)
**   returns false when nothing is gained, or the program outgrows its limits: then there is none, and program 0 serves */
bool fast_from_lines(Core *core, Layout *layout, const Ir *lines, Ir *fast);

#endif
