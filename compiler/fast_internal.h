/* fast_internal.h: what the files of the fast program share; see fast.h.
**
** Three programs take part: `lines` (given), `nodes` (all that any one product needs, each thing once) and `out` (made). A *vector*
** has a value of `nodes` for every product, IR_NONE where no matter which. Invariants: a node with a guard stands in `nodes` without
** it, the guard beside it (`guards`), so that one look-up serves all who need it; sites are all site 0, since nobody is told them.
*/
#ifndef BEDING_FAST_INTERNAL_H
#define BEDING_FAST_INTERNAL_H

#include "compiler/fast.h"
#include "compiler/ir_internal.h"

typedef struct FastOperands {
    IrValue a, b, c;
    IrValue *args;
} FastOperands;

/* A vector that was joined, or stands for an instruction of `lines`. */
typedef struct FastVector {
    IrValue *nodes; /* per product */
    uint32_t live;  /* how many are not IR_NONE */
    IrValue made;   /* its value in `out`; IR_NONE until made */
    bool is_begun;
    int64_t sort; /* what their denominators have beside twos and fives; 0: not all the same */
} FastVector;

typedef struct Fast {
    Arena *arena;
    Core *core;
    Layout *layout;
    const Ir *lines;
    Ir *nodes, *out;
    uint32_t products, words; /* members of the choice of products; words of a set of them */
    uint32_t pivot;           /* module column of the product, or BD_NONE */

    /* fast_split */
    bool is_strict; /* drops nothing that can fault */
    struct FastDrop {
        IrValue node;
        uint32_t product; /* BD_NONE: all */
    } * dropped;
    uint32_t dropped_count;
    size_t dropped_capacity;
    uint32_t product;   /* that is being worked out; BD_NONE: all at once */
    IrValue **split;    /* per instruction of `lines`: its vector, NULL where all products have `same` */
    IrValue *same;      /* per instruction: the node of all products */
    uint32_t *nodes_by; /* per instruction: how many nodes there were after it */
    IrValue *guards;    /* per node: where its value is used at all, as a node; IR_NONE: everywhere */
    size_t guard_capacity;
    uint32_t factor_count;
    IrValue
        *factors; /* per SCALED node that was there before these: 1, or what OP_DIV_CONST multiplies by, as a node */
    IrValue always, never; /* the constants ja and nee, as nodes */
    uint64_t *shapes;      /* per node: nodes that differ in constants and cells only have the same */
    bool *is_unlike;       /* per instruction of `lines`: its vector's nodes have not one shape by themselves */
    uint64_t *needed; /* per instruction of `lines`: the products for which it is made as it stands there; see fast.c */
    uint64_t *wanted; /* per node: the set of products whose results need it */

    /* fast_join */
    IrValue *made; /* per node: its value in `out`, IR_NONE until made */
    FastVector *vectors;
    uint32_t vector_count;
    size_t vector_capacity;
    uint32_t *places_of; /* per node: the first place where it stands in a vector; IR_NONE */
    struct FastPlace {
        uint32_t vector, next;
    } * places;
    uint32_t place_count;
    size_t place_capacity;
    InternalTable *tables; /* made here, numbered behind the layout's */
    uint32_t table_count;
    size_t table_capacity;
    uint32_t depth;
    bool failed; /* too deep: there will be no fast program */
} Fast;

/* One instruction once more, by the builder's own functions, which fold and fit denominators. `from` is the program that `at` stands in;
** OP_SCALE and OP_WIDEN are left out, since they change no value and the builder puts in what the result needs. Effects and openings of
** domains are not for it. */
IrValue fast_remake(Ir *to, const Ir *from, const IrInstruction *at, const FastOperands *with);

/* A cell that is known now: false where there is none. */
bool fast_cell(const Fast *fast, uint32_t table, int64_t index, Number *value);
uint32_t fast_cell_count(const Fast *fast, uint32_t table); /* 0: not a dense table */

/* fast_split.c, in this order; shapes go by what effects want, `needed` by shapes, and what is wanted by that as well. */
void fast_split(Fast *fast);
void fast_find_wanted(Fast *fast);
void fast_find_shapes(Fast *fast);
/* Whether all that can fault in what was dropped is wanted elsewhere; if not, splitting must begin again, strictly. */
bool fast_may_drop(const Fast *fast);
IrValue fast_node(const Fast *fast, IrValue line, uint32_t product);
IrValue *fast_wanted_vector(const Fast *fast, IrValue line);
bool fast_wants(const Fast *fast, IrValue node, uint32_t product);

/* fast_join.c: values of `out`: of a node alone, and of a vector, which needs a live product and should be fit for joining. */
void fast_join_begin(Fast *fast);
IrValue fast_join(Fast *fast, const IrValue *given);
IrValue fast_join_cases(Fast *fast, const IrValue *vector); /* each node by itself, chosen by product */
IrValue fast_make(Fast *fast, IrValue node);
bool fast_can_join(const Fast *fast, const IrValue *vector);
/* Makes a vector known, so that parts of it are made by making it. */
void fast_know(Fast *fast, const IrValue *given);
void fast_know_made(Fast *fast, const IrValue *vector, IrValue made); /* in another way than by joining */
IrValue fast_in(Fast *fast, const uint64_t *products);
IrValue fast_join_guards(Fast *fast, const IrValue *vector); /* where any of its values is used */

/* fast_cells.c: a vector of constants and cells as one cell of a table by product; of OP_HAS_CELL, whether that cell is there. IR_NONE
** where such a table would be too large. */
IrValue fast_join_cells(Fast *fast, const IrValue *vector);
/* Whether the look-up finds something for whatever the columns of choices hold. */
bool fast_is_total(const Fast *fast, IrValue node);
/* Whether the node is an index that is its last key. */
bool fast_is_own_index(const Fast *fast, IrValue node);
/* Gives the tables that `out` still uses to the layout. */
void fast_keep_tables(Fast *fast);

#endif
