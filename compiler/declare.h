/* declare.h: what core_from_ast.c and its unit family share. */
#ifndef BEDING_DECLARE_H
#define BEDING_DECLARE_H

#include "compiler/core.h"

/* The units every agreement has: dag, week, maand, kwartaal, jaar, werkdag, euro. */
void declare_own_units(Core *core);
/* The units of the text, expressed in each other in any order; one of the language's own may be declared again to add its code. */
void declare_units(Core *core, const Ast *items);

uint32_t declare_column(Core *core, Column column);
Type declare_type(TypeKind kind);

#endif
