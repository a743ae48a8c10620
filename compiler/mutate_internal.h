/* mutate_internal.h: what the files of the mutator share. Not for others.
**
** mutate.c walks, mutate_value.c changes literals and units, mutate_operator.c changes operators and rounding. Every change is offered
** first, in a fixed order, and made only when mutate_offer says that it is this walk's.
*/
#ifndef BEDING_MUTATE_INTERNAL_H
#define BEDING_MUTATE_INTERNAL_H

#include "compiler/mutate.h"

/* Where an expression stands. */
typedef enum MutateRole {
    ROLE_VALUE,
    ROLE_BOOLEAN, /* a condition: a bare name here can be negated */
    ROLE_CELL,
    ROLE_VALIDITY
} MutateRole;

/* Counts a change; whether it is the one to make. */
bool mutate_offer(Mutator *mutator, MutationKind kind, Span span, Text from, Text to);

/* The text of a span as it stands. */
Text mutate_slice(const Mutator *mutator, Span span);

/* The word of the tree's language. */
Text mutate_word(const Mutator *mutator, const char *nl, const char *en);

/* Changes to one node; each does nothing for a node that is not of its kind. */
void mutate_number(Mutator *mutator, Ast *node, MutateRole role);
void mutate_date(Mutator *mutator, Ast *node, MutateRole role);
void mutate_unit(Mutator *mutator, Ast *node);
void mutate_operator(Mutator *mutator, Ast *node, MutateRole role);
void mutate_rounding(Mutator *mutator, Ast *node);

/* A cell of a table whose values are members of a choice: the next member. choice: the CHOICE item, or NULL. */
void mutate_member(Mutator *mutator, Ast *cell, const Ast *choice);

#endif
