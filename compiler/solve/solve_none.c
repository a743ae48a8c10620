/* solve_none.c: solve.h in a build without Z3: nothing is proved. */
#include "compiler/solve/solve.h"

bool solve_is_there(void)
{
    return false;
}

Solver *solve_open(Arena *arena, const bd_module *old, const bd_module *made)
{
    (void)arena;
    (void)old;
    (void)made;
    return NULL;
}

void solve_close(Solver *solver)
{
    (void)solver;
}

bool solve_is_spent(const Solver *solver)
{
    (void)solver;
    return false;
}

bool solve_rule(Solver *solver, SolveView view, Text name)
{
    (void)solver;
    (void)view;
    (void)name;
    return false;
}

bool solve_callable(Solver *solver, SolveView view, Text program)
{
    (void)solver;
    (void)view;
    (void)program;
    return false;
}

bool solve_all(Solver *solver, SolveView view)
{
    (void)solver;
    (void)view;
    return false;
}

bool solve_near(Solver *solver, SolveAim aim, Text name, SolveCell *cells, uint32_t count)
{
    (void)solver;
    (void)aim;
    (void)name;
    (void)cells;
    (void)count;
    return false;
}
