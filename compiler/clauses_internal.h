/* clauses_internal.h: what the two files of the clause checks share. Not for others. */
#ifndef BEDING_CLAUSES_INTERNAL_H
#define BEDING_CLAUSES_INTERNAL_H

#include "compiler/clauses.h"

/* Parts that say things to people, and scenarios: what stands there is no use of it. */
bool clauses_is_prose(AstKind kind);

/* Whether an item stands in a file of the library. */
bool clauses_is_library(const Sources *sources, const Ast *item);

/* Reports W1121 for every number in a quotation that its item does not know. */
void clauses_check_quotes(const Ast *tree, const Sources *sources, Arena *arena, Diags *diags);

#endif
