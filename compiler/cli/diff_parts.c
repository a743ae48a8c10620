/* diff_parts.c: tables laid over each other day by day; see diff.h.
**
** Tables: the first and last days of all versions of both cut time into stretches; within one, each side has at most one version, and its cells
** are compared. Neighbouring stretches with the same difference are told as one (diff_add_detail).
*/
#include <stdlib.h>

#include "compiler/cli/diff_internal.h"

/* ---- tables ---- */

typedef struct Cuts {
    int32_t *days; /* first days of stretches */
    uint32_t count;
    size_t capacity;
} Cuts;

static void cut(Diff *diff, Cuts *cuts, int32_t day)
{
    cuts->days = arena_grow(diff->arena, cuts->days, cuts->count, &cuts->capacity, sizeof *cuts->days);
    cuts->days[cuts->count++] = day;
}

static bool is_version_of(const Thing *version, const Thing *table)
{
    return table != NULL && version->is_version && version->kind == table->kind &&
           text_equal(version->name, table->name);
}

static void cut_at_versions(Diff *diff, Cuts *cuts, const DiffSide *side, const Thing *table)
{
    for (uint32_t i = 0; i < side->count; i++) {
        int32_t from, to;
        if (!is_version_of(&side->things[i], table))
            continue;
        (void)thing_validity(&side->things[i], &from, &to);
        cut(diff, cuts, from);
        if (to < BD_DATE_MAX)
            cut(diff, cuts, to + 1);
    }
}

/* The version that holds on a day; of the latest to begin where an amendment lets two hold. */
static const Thing *version_on(const DiffSide *side, const Thing *table, int32_t day)
{
    const Thing *found = NULL;
    for (uint32_t i = 0; i < side->count; i++) {
        int32_t from, to;
        if (!is_version_of(&side->things[i], table))
            continue;
        (void)thing_validity(&side->things[i], &from, &to);
        if (from <= day && day <= to)
            found = &side->things[i];
    }
    return found;
}

static const MeaningRecord *next_part(const Thing *thing, uint32_t *i)
{
    while (thing != NULL && *i < thing->parts) {
        const MeaningRecord *record = &thing->module->MEANINGS[thing->first + (*i)++];
        if (record->part != MEANT_VALIDITY)
            return record;
    }
    return NULL;
}

static void add_part(Diff *diff, Change *change, const Thing *old, const MeaningRecord *was, const Thing *made,
                     const MeaningRecord *is, int32_t from, int32_t to)
{
    Detail detail = detail_of(old, was, made, is);
    detail.from = from;
    detail.to = to;
    diff_add_detail(diff, change, detail);
}

static void compare_versions(Diff *diff, Change *change, const Thing *old, const Thing *made, int32_t from, int32_t to)
{
    const MeaningRecord *record;
    bool has_bands = diff_bands(diff, change, old, made, from, to);
    for (uint32_t i = 0; (record = next_part(old, &i)) != NULL;) {
        if (has_bands && record->part == MEANT_CELL)
            continue;
        const MeaningRecord *is = thing_part(made, (MeaningPart)record->part, thing_sub(old, record));
        bool is_other = change->is_other_unit && record->part == MEANT_CELL;
        if (is == NULL || is_other || !same_meaning(old, record, made, is))
            add_part(diff, change, old, record, made, is, from, to);
    }
    for (uint32_t i = 0; (record = next_part(made, &i)) != NULL;)
        if (!(has_bands && record->part == MEANT_CELL) &&
            thing_part(old, (MeaningPart)record->part, thing_sub(made, record)) == NULL)
            add_part(diff, change, old, NULL, made, record, from, to);
}

static int compare_days(const void *a, const void *b)
{
    const int32_t *one = a, *other = b;
    return (*one > *other) - (*one < *other);
}

void diff_tables(Diff *diff, Change *change, const Thing *old, const Thing *made)
{
    Cuts cuts = {NULL, 0, 0};
    diff_read_units(diff, change, old, made);
    cut_at_versions(diff, &cuts, &diff->a, old);
    cut_at_versions(diff, &cuts, &diff->b, made);
    if (cuts.count == 0)
        return;
    qsort(cuts.days, cuts.count, sizeof *cuts.days, compare_days);
    for (uint32_t i = 0; i < cuts.count; i++) {
        int32_t from = cuts.days[i], to = i + 1 < cuts.count ? cuts.days[i + 1] - 1 : BD_DATE_MAX;
        if (to < from || (diff->has_day && (diff->day < from || diff->day > to)))
            continue;
        const Thing *was = version_on(&diff->a, old, from), *is = version_on(&diff->b, made, from);
        compare_versions(diff, change, was, is, from, to);
    }
}
