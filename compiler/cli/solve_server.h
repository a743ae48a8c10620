/* solve_server.h: the solver in a process of its own: solve.h, with a wall around it.
**
** Z3's effort is bounded by its own count of steps (solve.h), and that is what decides what is found. But nothing bounds what one step takes, nor does Z3
** count all that it does; so it is never called in this process. Where its own has to be given up all goes on as in a build without Z3, and the
** report says so (Diff.solver_gave_up).
*/
#ifndef BEDING_CLI_SOLVE_SERVER_H
#define BEDING_CLI_SOLVE_SERVER_H

#include "compiler/solve/solve.h"

typedef struct SolveServer SolveServer;

/* The two modules, which must outlive it. NULL: built without Z3. All takes a NULL, and finds nothing then. */
SolveServer *solve_server_open(Arena *arena, const bd_module *old, const bd_module *made);
void solve_server_close(SolveServer *server);

/* Whether it was given up: what was asked since is not proved and not found for that reason. */
bool solve_server_gave_up(const SolveServer *server);

/* As in solve.h. */
bool solve_server_rule(SolveServer *server, SolveView view, Text name);
bool solve_server_callable(SolveServer *server, SolveView view, Text program);
bool solve_server_all(SolveServer *server, SolveView view);
bool solve_server_near(SolveServer *server, SolveAim aim, Text name, SolveCell *cells, uint32_t count);

#endif
