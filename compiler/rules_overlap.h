/* rules_overlap.h: whether two rules can ever hold on one line, as far as that can be proven.
**
** Job: rules.c asks it for each pair of rules that set one target and that no criterion orders. Conditions are tried on every combination
** of what they test; what cannot be tried (amounts, texts, sums) is treated as free, so a proof of disjointness is always sound, and
** OVERLAP_CERTAIN is said only where the free parts do not matter.
*/
#ifndef BEDING_RULES_OVERLAP_H
#define BEDING_RULES_OVERLAP_H

#include "compiler/core.h"

typedef enum Overlap {
    OVERLAP_NEVER,    /* proven: no line satisfies both */
    OVERLAP_POSSIBLE, /* not proven either way: left to run time */
    OVERLAP_CERTAIN   /* proven: some combination of choices, booleans, products and dates satisfies both */
} Overlap;

typedef struct OverlapQuery {
    const Expr *conditions[2]; /* NULL: always holds */
    uint64_t *products;        /* products both cover, one bit each; not empty */
    Validity validity[2];      /* when each holds ... */
    uint32_t date_column[2];   /* ... of this column (COLUMN_BEGIN, COLUMN_END, COLUMN_SIGNED) */
} OverlapQuery;

/* Takes scratch memory from core->arena and gives it back. */
Overlap rules_overlap(const Core *core, const OverlapQuery *query);

/* Whether two expressions always have the same value on a line: same operations on the same operands. NULL is only equal to NULL. */
bool expr_same(const Expr *a, const Expr *b);

#endif
