/* solve.h: whether two modules decide alike, proved; and where not, a case that may show it.
**
** Job: what both modules compute is one graph of values (graph.h). What is the same node needs no proof; of the rest Z3 is asked whether a line exists on
** which it differs (encode.h). That there is none is a proof; that there is one is a candidate only, since natives, lists and the host's tables
** are not known here: whoever asks decides it by both machines.
** Without Z3 (the option BEDING_Z3) solve_open gives NULL and nothing is proved.
** Deterministic: effort is bounded by Z3's own count of steps, never by a clock.
**
** Left out: numbers that outgrow the machine's 4,096 bits.
*/
#ifndef BEDING_SOLVE_SOLVE_H
#define BEDING_SOLVE_SOLVE_H

#include "vm/module.h"

typedef struct Solver Solver;

/* Where an answer comes from. tables: whatever the cells, days and figures of the tables and series are, which count by their names only. */
typedef enum SolveView { SOLVE_EXACT, SOLVE_ANY_TABLES } SolveView;

/* The two modules, which must outlive it. All memory of its own is in `arena`; that of Z3 until solve_close. NULL: built without Z3. */
Solver *solve_open(Arena *arena, const bd_module *old, const bd_module *made);
void solve_close(Solver *solver);

/* Whether a rejecting or suspending rule holds on the same lines and credits in both, in each of its versions, whatever else changed. */
bool solve_rule(Solver *solver, SolveView view, Text name);

/* Whether a callable ("definitie.x") gives the same for all arguments. */
bool solve_callable(Solver *solver, SolveView view, Text program);

/* Whether every line, credit and callable is decided alike: reasons, decision, amount, faults, and what counters count. */
bool solve_all(Solver *solver, SolveView view);

#endif
