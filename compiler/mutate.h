/* mutate.h: small wrong changes to an agreement's tree, one at a time, for `beding test --mutate`.
**
** Job: walk the tree between parsing and core_from_ast and, at each place where the text states a number, date, unit, comparison, connective,
** rounding or table cell, offer the changes that a slip of the pen would make. One walk counts and describes them; a later walk over a fresh
** tree of the same text makes the one with a given number. The changed tree then goes the ordinary way, with the spans of the true text.
** Left alone: scenarios, names, texts, codes, types, ranks of documents, the length of lists, and the files of the library.
*/
#ifndef BEDING_MUTATE_H
#define BEDING_MUTATE_H

#include "compiler/sources.h"
#include "lang/ast.h"

typedef enum MutationKind {
    MUTATION_NUMBER,     /* a number, amount or percentage: the last digit one more, one less */
    MUTATION_CELL,       /* a cell of a table: its last digit one more; the other truth; the next member */
    MUTATION_DATE,       /* the day after, the day before; the next month */
    MUTATION_VALIDITY,   /* the same for a bound of `geldig` and `vervalt` */
    MUTATION_UNIT,       /* another unit, where there is one that the first converts into */
    MUTATION_COMPARISON, /* with the boundary on the other side; the opposite */
    MUTATION_CONNECTIVE, /* `en` for `of` and the reverse */
    MUTATION_NEGATION,   /* `niet` added or left out; the other truth */
    MUTATION_ROUNDING    /* another mode, another step, the other kind of chain */
} MutationKind;

typedef struct Mutation {
    MutationKind kind;
    Span span;     /* of what changes */
    Text from, to; /* as the text has it, and would have it */
} Mutation;

/* A walk. To list all: zeroed, with arena, sources and target MUTATE_NONE. To make one: target set, everything else alike. */
typedef struct Mutator {
    Arena *arena; /* of the tree; texts and new nodes go here */
    const Sources *sources;
    uint32_t target;
    Mutation *items; /* when listing */
    uint32_t count;
    size_t capacity;
    bool is_english;  /* the words of the tree's language */
    const Ast *units; /* the tree's items, to find units and choices in */
} Mutator;

#define MUTATE_NONE UINT32_MAX

/* Walks a whole tree (AST_FILE). The same tree gives the same mutations in the same order, whatever the target. */
void mutate_tree(Mutator *mutator, Ast *tree);

/* "number", "cell": the name of a kind in JSON. */
Text mutation_kind_name(MutationKind kind);

#endif
