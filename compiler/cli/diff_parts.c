/* diff_parts.c: tables laid over each other day by day, and which change reaches which clause; see diff.h.
**
** Tables: the first and last days of all versions of both cut time into stretches; within one, each side has at most one version, and its cells
** are compared. Neighbouring stretches with the same difference are told as one (diff_add_detail).
*/
#include <stdlib.h>

#include "compiler/cli/diff_internal.h"
#include "compiler/cli/reach.h"

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
        if (is == NULL || !same_meaning(old, record, made, is))
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

/* ---- reach ---- */

static bool change_mentions(const Change *change, Text name)
{
    for (uint32_t i = 0; i < change->detail_count; i++)
        if (text_mentions(change->details[i].new_text, name) || text_mentions(change->details[i].old_text, name))
            return true;
    return false;
}

/* Only clauses that read the same as before: what they use changed. */
static bool is_indirect(const Change *change)
{
    for (uint32_t i = 0; i < change->detail_count; i++) {
        const Detail *detail = &change->details[i];
        bool is_clause = detail->part == MEANT_CONDITION || detail->part == MEANT_AMOUNT ||
                         detail->part == MEANT_OUTPUT || detail->part == MEANT_MOMENT || detail->part == MEANT_DEMAND ||
                         detail->part == MEANT_FACTOR || detail->part == MEANT_ROUNDING || detail->part == MEANT_CHAIN;
        if (!is_clause || !detail->has_old || !detail->has_new || !text_equal(detail->old_text, detail->new_text))
            return false;
    }
    return change->how == CHANGE_CHANGED && change->detail_count > 0;
}

static bool is_cause(const Change *change)
{
    return change->how == CHANGE_CHANGED && (change->kind == MEANING_DEFINITION || change->kind == MEANING_CALENDAR);
}

/* Marks what a change reaches through clauses that only read the same; depth first, each change once. */
static void reach_from(Diff *diff, Change *root, const Change *through, bool *seen)
{
    for (uint32_t i = 0; i < diff->count; i++) {
        Change *reached = &diff->changes[i];
        if (seen[i] || reached == root || reached->how != CHANGE_CHANGED || !change_mentions(reached, through->name))
            continue;
        seen[i] = true;
        if (!reached->is_local) {
            root->reaches =
                arena_grow(diff->arena, root->reaches, root->reach_count, &root->reach_capacity, sizeof *root->reaches);
            root->reaches[root->reach_count++] = reached->id;
        }
        if (is_cause(reached) && reached->is_indirect)
            reach_from(diff, root, reached, seen);
    }
}

static bool is_reached(const Diff *diff, const Change *change)
{
    for (uint32_t i = 0; i < diff->count; i++)
        for (uint32_t k = 0; k < diff->changes[i].reach_count && !diff->changes[i].is_indirect; k++)
            if (text_equal(diff->changes[i].reaches[k], change->id))
                return true;
    return false;
}

void diff_reach(Diff *diff)
{
    for (uint32_t i = 0; i < diff->count; i++)
        diff->changes[i].is_indirect = is_indirect(&diff->changes[i]);
    for (uint32_t i = 0; i < diff->count; i++) {
        Change *root = &diff->changes[i];
        if (!is_cause(root) || root->is_indirect)
            continue;
        bool *seen = arena_array(diff->arena, diff->count, sizeof *seen);
        reach_from(diff, root, root, seen);
    }
    uint32_t kept = 0;
    bool *drop = arena_array(diff->arena, (size_t)diff->count + 1, sizeof *drop);
    for (uint32_t i = 0; i < diff->count; i++) {
        const Change *change = &diff->changes[i];
        bool is_idle = change->is_local && change->reach_count == 0; /* written otherwise, or used by nothing */
        drop[i] = is_idle || (change->is_indirect && (change->is_local || is_reached(diff, change)));
    }
    for (uint32_t i = 0; i < diff->count; i++)
        if (!drop[i])
            diff->changes[kept++] = diff->changes[i];
    diff->count = kept;
}
