/* graph.h: what the programs of two modules compute, as one graph of values, for solve.h.
**
** Job: the exact programs are straight lines over slots; here each value is a node, and two instructions of either module that compute the same from the
** same are one node. So what two versions say alike is the same node on both sides, and only the rest needs a solver.
** Constants, tables, sets and the like count by their content, columns by their name, members by their names: not by their places in a module.
** Invariant: the arguments of a node stand before it. Equal nodes have equal values and equal faults on every line; nothing is said of unequal ones.
**
** Guards are left out: where one is false the result is never used (vm/opcodes.def). Numbers that outgrow 4,096 bits are left out too.
*/
#ifndef BEDING_SOLVE_GRAPH_H
#define BEDING_SOLVE_GRAPH_H

#include "vm/core/limits.h"
#include "vm/module.h"

enum { GRAPH_SIDES = 2 };

/* Beside the opcodes. */
enum {
    NODE_MEMBER = OP_COUNT_, /* a member of a choice, from the numbering of both modules to one module's, or back */
    NODE_PRICES,             /* what a derived table is made from; no value */
    NODE_NOTHING             /* what an output that is not there gives; no value */
};

typedef struct GraphNode {
    uint16_t op;
    uint8_t kind;             /* bd_kind; 0: no value of its own (a domain, a price list) */
    bool may_fault;           /* it, or what it is made from */
    bool has_site;            /* it can fault by itself, */
    uint32_t fault;           /* and is then the fault of this name, from 1 */
    uint32_t content;         /* what its immediate says, as a number: equal contents, equal numbers */
    uint32_t domain;          /* the node that opened the domain in which it stands; BD_NONE: that of the line */
    uint32_t first_arg, args; /* in Graph.args */
    const bd_module *module;  /* of an instruction that it stands for, for reading tables and the like */
    uint32_t imm;
    int64_t denominator;        /* of a bracket's operand */
    const struct GraphMap *map; /* of NODE_MEMBER */
} GraphNode;

/* member: what each number means in the other numbering, or BD_NONE. */
typedef struct GraphMap {
    uint32_t *member;
    uint32_t count;
} GraphMap;

/* A cell of the line, or an argument of a callable. */
typedef struct GraphInput {
    Text scope; /* "" for lines, else the name of the callable; a reading: "lezing" */
    Text name;
    const bd_module *module;
    const ColumnRecord *column; /* NULL: a reading */
    uint32_t choice;            /* of the first module, whose numbers its members have; BD_NONE: no choice */
    const GraphMap *common;     /* of the members, those that both modules have; NULL: no choice */
    uint32_t content;
} GraphInput;

/* What a program gives, under a name that the other module's program gives the same thing under. */
typedef enum GraphGives {
    GIVES_RULE,
    GIVES_DECISION,
    GIVES_AMOUNT,
    GIVES_FAIL,
    GIVES_VALUE,
    GIVES_PRESENCE,
    GIVES_COUNT
} GraphGives;
typedef struct GraphJoined {
    uint32_t *nodes;
    uint32_t count;
    size_t capacity;
} GraphJoined;
typedef struct GraphOutput {
    GraphGives gives;
    uint32_t program; /* content of the program's name and kind */
    uint32_t key;
    Text name; /* of the rule or program */
    GraphJoined joined[GRAPH_SIDES];
    uint32_t node[GRAPH_SIDES]; /* of all of these; BD_NONE: that module does not have it */
    bool is_twice;              /* two programs of one name: not to be told apart */
} GraphOutput;

typedef struct GraphTable {
    uint32_t *slots;
    uint32_t size;
} GraphTable;

typedef struct Graph {
    Arena *arena;
    const bd_module *module[GRAPH_SIDES];
    bool by_name; /* tables count by their names, so that what is equal is so whatever their cells are */
    GraphNode *nodes;
    uint32_t count;
    size_t capacity;
    uint32_t *args;
    uint32_t arg_count;
    size_t arg_capacity;
    GraphTable known; /* nodes by what they are */
    Text *contents;
    uint32_t content_count;
    size_t content_capacity;
    GraphTable known_contents;
    uint32_t *same; /* per node: the first one that is known to be equal to it */
    size_t same_capacity;
    GraphInput *inputs;
    uint32_t input_count;
    size_t input_capacity;
    GraphOutput *outputs;
    uint32_t output_count;
    size_t output_capacity;
    uint32_t *prices[GRAPH_SIDES]; /* per table: its NODE_PRICES, or BD_NONE */
} Graph;

/* The programs of both modules: lines, credits, what was granted before, callables and steps of prices. Lives in `arena`. */
Graph *graph_make(Arena *arena, const bd_module *old, const bd_module *made, bool by_name);

/* The node that is this one; made if it is new. Its arguments are `args`, as many as it says. */
uint32_t graph_add(Graph *graph, GraphNode node, const uint32_t *args);

/* Says that two nodes are equal, and with them all that is made from them alike. */
void graph_merge(Graph *graph, uint32_t a, uint32_t b);

static inline uint32_t graph_same(const Graph *graph, uint32_t node)
{
    return node == BD_NONE ? node : graph->same[node];
}

/* The node of an argument, as far as known the first of its equals. */
static inline uint32_t graph_arg(const Graph *graph, const GraphNode *node, uint32_t index)
{
    return graph_same(graph, graph->args[node->first_arg + index]);
}

/* The number of a content; made if it is new. */
uint32_t graph_content(Graph *graph, Text text);

#endif
