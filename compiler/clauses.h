/* clauses.h: whether the elements of a clause are used, for `beding check --clauses`.
**
** Job: text beside code proves nothing unless its elements are used. So every input, list, choice and member, unit, table, calendar, counter,
** series, judgement, reading, parameter and `waar` name that no item reads is a warning (W1120), and every number that a `citaat` quotes and
** neither its item nor anything that the item names contains (W1121). Works on the tree, before names are resolved: a name counts as used
** wherever it stands as a name, so what is reported is truly used nowhere. Scenarios are no use. Definitions have a warning of their own.
*/
#ifndef BEDING_CLAUSES_H
#define BEDING_CLAUSES_H

#include "compiler/sources.h"
#include "lang/ast.h"
#include "lang/diag.h"

/* Reports what is declared or quoted and not used, in the whole tree (AST_FILE); files of the library are passed over. Memory of arena. */
void clauses_check(const Ast *tree, const Sources *sources, Arena *arena, Diags *diags);

#endif
