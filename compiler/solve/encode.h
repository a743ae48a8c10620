/* encode.h: values of graph.h as terms of Z3.
**
** Job: a node becomes a term for its value and one for its fault (0: none). Integers, days, members and texts are Int, numbers Real, booleans Bool.
** What is computed in a way that terms say exactly is said so; the rest (months, large tables, products of two unknowns, natives, counters, lists, tables of the
** host) is a function of which only is known that it gives equal results for equal arguments.
** encode_learn adds what such a function really gives in a model, where the module itself says so, so that models become true.
** Invariant: whatever the real functions are, the terms allow what the machine computes. So what has no model is impossible for the machine too.
*/
#ifndef BEDING_SOLVE_ENCODE_H
#define BEDING_SOLVE_ENCODE_H

#include "compiler/solve/graph.h"
#include "compiler/solve/late.h"

enum { ENCODE_MOST_PINS = 32 };

typedef struct EncodedNode {
    Z3_ast value, fault; /* fault NULL: it never faults; value NULL: not encoded, or it has none */
    bool is_function;    /* its value is that of a function about which more can be learnt */
} EncodedNode;

typedef struct Encoding {
    const Graph *graph;
    Arena *arena;
    Z3_context z3;
    Z3_solver solver; /* what is known of inputs and functions is asserted here, once, when it is first met */
    Z3_sort boolean, integer, real;
    EncodedNode *nodes; /* per node */
    bool *reached;      /* per node: room for one question */
    Z3_ast pins
        [ENCODE_MOST_PINS]; /* of the last lessons: that the arguments are what they were, so that the truth just learnt holds */
    uint32_t pin_count;
    Text *texts; /* that were met */
    uint32_t text_count;
    size_t text_capacity;
} Encoding;

/* Makes the terms of a node and of all that it is made from. */
const EncodedNode *encode_node(Encoding *encoding, uint32_t node);

/* The terms of an input: its value where it has one, and whether it has; NULL: it always has. */
Z3_ast encode_input(const Encoding *encoding, const GraphInput *input, Z3_ast *present);

/* The number that stands for a text, and the text that a number stands for; false: it stands for no text that is known. */
int64_t encode_text(Encoding *encoding, Text text);
bool encode_known_text(const Encoding *encoding, int64_t number, Text *out);

/* That two values differ on some line: one faults, or otherwise, or the results are unequal. */
Z3_ast encode_differ(Encoding *encoding, uint32_t a, uint32_t b);

/* Compares what functions give in a model with what they really give, for the nodes that some roots are made from, and asserts the truth where they
** differ. False: nothing was learnt. */
bool encode_learn(Encoding *encoding, Z3_model model, const uint32_t *roots, uint32_t count);

/* Marks the nodes that some roots are made from; reached has a place per node. */
void encode_reach(const Graph *graph, const uint32_t *roots, uint32_t count, bool *reached);

/* ---- shared by encode.c, encode_op.c and encode_learn.c ---- */

/* The text with a NUL behind it, in its arena. */
const char *encode_cstring(StringBuilder *text);
Z3_ast encode_int(const Encoding *encoding, int64_t value);
Z3_ast encode_ratio(const Encoding *encoding, int64_t numerator, int64_t denominator);
Z3_ast encode_and(const Encoding *encoding, Z3_ast a, Z3_ast b);
Z3_ast encode_or(const Encoding *encoding, Z3_ast a, Z3_ast b);
Z3_ast encode_within(const Encoding *encoding, Z3_ast value, int64_t least, int64_t most);
Z3_ast encode_zero(const Encoding *encoding, bd_kind kind);
Z3_sort encode_sort(const Encoding *encoding, bd_kind kind);
void encode_assert(Encoding *encoding, Z3_ast fact);

/* The values of a node's arguments, those that have one; returns how many. */
enum { ENCODE_MOST_ARGS = PROGRAM_MAX_CALL_ARGUMENTS + 4 };
uint32_t encode_arguments(const Encoding *encoding, const GraphNode *node, Z3_ast out[ENCODE_MOST_ARGS]);

/* The result of an instruction whose arguments have no fault. own_fault: Bool, when it faults by itself; NULL: never. */
typedef struct EncodedResult {
    Z3_ast value, own_fault;
    bool is_function;
} EncodedResult;
EncodedResult encode_operation(Encoding *encoding, uint32_t index);

#endif
