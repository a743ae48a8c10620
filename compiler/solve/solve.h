/* solve.h: whether two modules decide alike, proved; and where not, a case that may show it.
**
** Job: what both modules compute is one graph of values (graph.h). What is the same node needs no proof; of the rest Z3 is asked whether a line exists on
** which it differs (encode.h). That there is none is a proof; that there is one is a candidate only, since natives, lists and the host's tables
** are not known here: whoever asks decides it by both machines.
** Without Z3 (the option BEDING_Z3) solve_open gives NULL and nothing is proved.
** Deterministic: effort is bounded by Z3's own count of steps, never by a clock. Nothing bounds what a step takes: whoever must come to an end asks in a
** process of its own (compiler/cli/solve_server.h).
**
** Left out: numbers that outgrow the machine's 4,096 bits.
*/
#ifndef BEDING_SOLVE_SOLVE_H
#define BEDING_SOLVE_SOLVE_H

#include "vm/module.h"

typedef struct Solver Solver;

/* Where an answer comes from. tables: whatever the cells, days and figures of the tables and series are, which count by their names only. */
typedef enum SolveView { SOLVE_EXACT, SOLVE_ANY_TABLES } SolveView;

/* Whether this build has Z3. */
bool solve_is_there(void);

/* The two modules, which must outlive it. All memory of its own is in `arena`; that of Z3 until solve_close. NULL: built without Z3,
** or it is not there now. */
Solver *solve_open(Arena *arena, const bd_module *old, const bd_module *made);
void solve_close(Solver *solver);

/* Whether Z3 ran out of memory: nothing is proved or found with it any more. */
bool solve_is_spent(const Solver *solver);

/* Whether a rejecting or suspending rule holds on the same lines and credits in both, in each of its versions, whatever else changed. */
bool solve_rule(Solver *solver, SolveView view, Text name);

/* Whether a callable ("definitie.x") gives the same for all arguments. */
bool solve_callable(Solver *solver, SolveView view, Text program);

/* Whether every line, credit and callable is decided alike: reasons, decision, amount, faults, and what counters count. */
bool solve_all(Solver *solver, SolveView view);

/* A cell of a line or an argument of a callable, for both versions. */
typedef struct SolveCell {
    Text name;
    uint32_t group; /* the cell, a boolean, without which this one is not there; BD_NONE: none */
    bool present;
    int64_t numerator, denominator; /* numbers; days, months, years, and booleans as 0 and 1, over 1 */
    Text text;                      /* texts; of a choice the member's name */
} SolveCell;

/* Where two versions are to differ. */
typedef enum SolveAim {
    SOLVE_AIM_RULE,    /* a rule of this name holds on one side, and the decisions differ */
    SOLVE_AIM_REASON,  /* a rule of this name holds on one side */
    SOLVE_AIM_CALLABLE /* the results of a callable of this name */
} SolveAim;

/* Changes an example, as little as needed, into one that both versions may decide otherwise. Where natives, lists, counters or the host's tables have a
** say it need not, so it is to be decided. False: there is none, or it was not found with the steps allowed; the cells are as they were. */
bool solve_near(Solver *solver, SolveAim aim, Text name, SolveCell *cells, uint32_t count);

#endif
