/* amendment.h: versions that begin on a day for lines of which a condition does not hold; see amendment.c. */
#ifndef BEDING_AMENDMENT_H
#define BEDING_AMENDMENT_H

#include "compiler/check.h"

void amendment_declare(Core *core, const Ast *item);

/* The number from 1 of the amendment that an item follows (`volgens wijziging NAAM`), or 0; reports one that does not exist. */
uint32_t amendment_of(Core *core, const Ast *clauses);

/* Checks the conditions. Before any rule or definition is checked, for these read them. */
void amendments_check(Core *core);

/* Whether there are lines for which the amendment does not hold. False for 0, none. */
bool amendment_is_conditional(const Core *core, uint32_t amendment);
/* The condition under which it does not hold; NULL when it always does. */
const Expr *amendment_unless(const Core *core, uint32_t amendment);

/* What amendments add to a rule's scope: its own holds, and none has put a later version of its name in its place. NULL: nothing. */
Expr *amendment_scope(Checker *k, const Rule *rule);

/* Whether some version begins only for some lines, so that a day alone does not tell the version. */
bool amendment_splits_definition(const Core *core, const Definition *definition);
bool amendment_splits_table(const Core *core, const Table *table);

#endif
