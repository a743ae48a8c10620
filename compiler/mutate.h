/* mutate.h: small wrong changes to an agreement's tree, one at a time, for `beding test --mutate` and `--coverage`.
**
** Job: walk the tree between parsing and core_from_ast and, at each place where the text states a number, date, unit, comparison, connective,
** rounding or table cell, offer the changes that a slip of the pen would make. One walk counts and describes them; a later walk over a fresh
** tree of the same text makes the one with a given number. Probes for coverage are made in the same way. The changed tree then goes the ordinary way, with the spans of the true text.
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
    MUTATION_ROUNDING,   /* another mode, another step, the other kind of chain */

    /* Probes: changes that show whether a place is reached. A condition faults when it comes out one way; a cell becomes
    ** something that no outcome can hide. */
    PROBE_RULE,      /* the condition of a rule */
    PROBE_EXCEPTION, /* that of an exception */
    PROBE_CONDITION, /* of a penalty, a term, a counter, the records of a list ... */
    PROBE_BRANCH,    /* between `als` and `dan`: came out ja is the first branch, nee the second */
    PROBE_OPERAND,   /* of `en`, `of` and `niet` */
    PROBE_CELL,      /* of a table or tariff */
    MUTATION_KIND_COUNT
} MutationKind;

typedef enum MutateMode { MUTATE_SLIPS, MUTATE_PROBES } MutateMode;

typedef struct Mutation {
    MutationKind kind;
    Span span;     /* of what changes */
    Text from, to; /* as the text has it, and would have it; of a probe of a condition `to` is the outcome probed for */
    Span item;     /* the name of the item it stands in */
    uint32_t point; /* probes of one point have the same number; each slip of the pen is a point by itself */
} Mutation;

/* A walk. To list all: zeroed, with arena, sources, mode and target MUTATE_NONE. To make one: target set, everything else alike. */
typedef struct Mutator {
    Arena *arena; /* of the tree; texts and new nodes go here */
    const Sources *sources;
    MutateMode mode;
    uint32_t target;
    Mutation *items; /* when listing */
    uint32_t count;
    size_t capacity;
    bool is_english;          /* the words of the tree's language */
    const Ast *items_of_tree; /* to find units and choices in */
    const Ast *item;          /* the one being walked */
    uint32_t point;           /* points offered so far */
} Mutator;

#define MUTATE_NONE UINT32_MAX

/* Walks a whole tree (AST_FILE). The same tree gives the same mutations in the same order, whatever the target. */
void mutate_tree(Mutator *mutator, Ast *tree);

/* "number", "cell": the name of a kind in JSON. */
Text mutation_kind_name(MutationKind kind);

#endif
