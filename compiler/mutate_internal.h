/* mutate_internal.h: what the files of the mutator share. Not for others.
**
** mutate.c walks, mutate_value.c changes literals and units, mutate_operator.c operators and rounding, mutate_probe.c makes probes. Every
** change is offered first, in a fixed order, and made only when mutate_offer says that it is this walk's.
*/
#ifndef BEDING_MUTATE_INTERNAL_H
#define BEDING_MUTATE_INTERNAL_H

#include "compiler/mutate.h"

/* Where an expression stands. */
typedef enum MutateRole {
    ROLE_VALUE,
    ROLE_CONDITION, /* these three are boolean: a bare name here can be negated */
    ROLE_BRANCH,
    ROLE_OPERAND,
    ROLE_CELL,
    ROLE_VALIDITY
} MutateRole;

static inline bool is_boolean_role(MutateRole role)
{
    return role == ROLE_CONDITION || role == ROLE_BRANCH || role == ROLE_OPERAND;
}

/* Counts a change, which is a point by itself; whether it is the one to make. */
bool mutate_offer(Mutator *mutator, MutationKind kind, Span span, Text from, Text to);

/* The same in two steps, for points with several probes. */
void mutate_begin_point(Mutator *mutator);
bool mutate_offer_probe(Mutator *mutator, MutationKind kind, Span span, Text from, Text to);

/* Puts `kind` over the node: a copy of it, which is returned, becomes the first operand and `b` the second. */
Ast *mutate_wrap(Mutator *mutator, Ast *node, AstKind kind, Ast *b);

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

/* Probes of a condition and of a literal in a cell, for MUTATE_PROBES; each does nothing for a node that has none. */
void mutate_probe(Mutator *mutator, Ast *node, MutateRole role);

#endif
