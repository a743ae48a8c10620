/* witness_solve.c: cases by solving, for changes that the search finds none for; see witness_internal.h and solve_server.h.
**
** The search tries one or two values at a time; a change that shows only where several facts fit each other is for the solver. What it gives is a
** case like any other: both versions decide it, and it is made smaller in the same way.
*/
#include "compiler/cli/witness_internal.h"

static SolveCell cell_to_solve(const CaseColumn *column, const CaseCell *cell)
{
    SolveCell made = {.name = column->name,
                      .group = column->group,
                      .present = cell->present || column->is_group,
                      .numerator = cell->value,
                      .denominator = column->kind == BD_KIND_SCALED ? column->scale : 1,
                      .text = cell->text};
    if (column->meaning == BD_MEANS_CHOICE && cell->present)
        made.text = column->members[cell->value];
    return made;
}

static uint32_t find_member(const CaseColumn *column, Text name)
{
    uint32_t i = 0;
    while (i < column->member_count && !text_equal(column->members[i], name))
        i++;
    return i;
}

/* False: the column cannot have it. */
static bool cell_from_solve(const CaseColumn *column, const SolveCell *from, CaseCell *out)
{
    *out = (CaseCell){.present = from->present, .value = from->numerator, .text = {"", 0}};
    if (!from->present)
        return column->optional || column->group != BD_NONE;
    if (column->meaning == BD_MEANS_CHOICE) {
        out->value = find_member(column, from->text);
        return out->value < column->member_count;
    }
    if (column->kind == BD_KIND_TEXT)
        *out = (CaseCell){.present = true, .text = from->text};
    int64_t scaled;
    if (column->kind != BD_KIND_SCALED)
        return true;
    bool fits = !__builtin_mul_overflow(from->numerator, column->scale, &scaled) && scaled % from->denominator == 0;
    out->value = fits ? scaled / from->denominator : 0;
    return fits;
}

/* A message that is not there has no cells. */
static void drop_groups(const CaseColumns *columns, CaseCell *cells)
{
    for (uint32_t i = 0; i < columns->count; i++) {
        uint32_t group = columns->items[i].group;
        if (group != BD_NONE && cells[group].value == 0)
            cells[i].present = false;
    }
}

/* A line that begins later than it ends, though the example did not, ends as much later. */
static void keep_order(const CaseColumns *columns, const CaseCell *before, CaseCell *cells)
{
    uint32_t begin = case_find_column(columns, TEXT("begindatum")), end = case_find_column(columns, TEXT("einddatum"));
    if (begin != BD_NONE && end != BD_NONE && cells[begin].value > cells[end].value &&
        before[begin].value <= before[end].value)
        cells[end].value += cells[begin].value - before[begin].value;
}

bool witness_solve(Search *search, const CaseColumns *columns, SolveAim aim, Text name, CaseCell *cells)
{
    if (search->solver == NULL && !search->has_no_solver && !search->diff->solver_gave_up) {
        search->solver = solve_server_open(search->arena, search->module[0], search->module[1]);
        search->has_no_solver = search->solver == NULL;
    }
    if (search->solver == NULL || search->diff->solver_gave_up)
        return false;
    SolveCell *made = arena_array(search->arena, (size_t)columns->count + 1, sizeof *made);
    for (uint32_t i = 0; i < columns->count; i++)
        made[i] = cell_to_solve(&columns->items[i], &cells[i]);
    bool found = solve_server_near(search->solver, aim, name, made, columns->count);
    search->diff->solver_gave_up = solve_server_gave_up(search->solver);
    if (!found)
        return false;
    CaseCell *before = arena_array(search->arena, (size_t)columns->count + 1, sizeof *before);
    for (uint32_t i = 0; i < columns->count; i++) {
        before[i] = cells[i];
        if (!cell_from_solve(&columns->items[i], &made[i], &cells[i]))
            return false;
    }
    drop_groups(columns, cells);
    keep_order(columns, before, cells);
    return true;
}
