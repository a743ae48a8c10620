/* solve_internal.h: what solve.c and near.c share: the modules as graphs with their terms. */
#ifndef BEDING_SOLVE_INTERNAL_H
#define BEDING_SOLVE_INTERNAL_H

#include "compiler/solve/encode.h"
#include "compiler/solve/solve.h"

/* What a walk found of two nodes: equal, or how many steps they are above the last pair that Z3 was asked about. */
typedef struct Pair {
    uint32_t a, b;
    int above; /* EQUAL, or 0 and up */
} Pair;
/* One graph with its terms. */
typedef struct View {
    Graph *graph;
    Encoding encoding;
    bool *failed; /* per output: asked, and not proved */
    Pair *pairs;  /* those that were followed, by hash */
    uint32_t pair_count, pair_slots;
} View;

struct Solver {
    Arena *arena;
    const bd_module *module[GRAPH_SIDES];
    Z3_context z3;
    View views[2];       /* by SolveView */
    uint64_t steps;      /* spent on proofs */
    uint64_t near_steps; /* and on cases */
    bool is_spent;       /* Z3 has no memory left */
};

/* The graph of a view; made when first asked for. */
View *solver_view(Solver *solver, SolveView which);

/* Z3's effort: the most that the next questions may take, and what was spent so far. */
void solver_limit(const Solver *solver, Z3_solver z3, unsigned steps);
uint64_t solver_steps(const Solver *solver, Z3_solver z3);

/* Whether Z3 refused something since the last question: nothing follows from what it says then. */
bool solver_went_wrong(Solver *solver);

#endif
