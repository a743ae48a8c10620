/* diff_reach.c: which change is behind which: a difference is told once, where it was made; see diff.h.
**
** A clause that reads as it did and means something else uses a thing that changed. MEANINGS says of each thing what it uses, so that the change
** of that thing is told, with the clauses in which it works on, and the clauses are not. A clause of which no such change is found is told by itself.
*/
#include "compiler/cli/diff_internal.h"
#include "compiler/cli/reach.h"

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

/* ---- what uses what ---- */

static bool thing_uses(const Thing *thing, MeaningKind kind, Text name)
{
    Text word = diff_kind_name(kind);
    for (uint32_t i = 0; thing != NULL && i < thing->uses; i++) {
        const MeaningRecord *record = &thing->module->MEANINGS[thing->first + thing->parts + i];
        if (text_equal(module_text(thing->module, record->text), name) &&
            text_equal(module_text(thing->module, record->sub), word))
            return true;
    }
    return false;
}

static bool mentions(const Change *change, Text name)
{
    for (uint32_t i = 0; i < change->detail_count; i++)
        if (text_mentions(change->details[i].new_text, name) || text_mentions(change->details[i].old_text, name))
            return true;
    return false;
}

static Text plural_of(const bd_module *module, Text unit)
{
    uint32_t member = bd_choice_find(module, 1, unit);
    return member == BD_NONE ? (Text){"", 0} : bd_choice_label(module, 1, member);
}

static bool change_uses(const Diff *diff, const Change *change, const Change *cause)
{
    if (thing_uses(change->old_thing, cause->kind, cause->name) ||
        thing_uses(change->new_thing, cause->kind, cause->new_name))
        return true;
    return cause->kind == MEANING_UNIT &&
           change->kind != MEANING_UNIT && /* a number of units has been converted already */
           (mentions(change, cause->name) || mentions(change, plural_of(diff->a.loaded->module, cause->name)) ||
            mentions(change, plural_of(diff->b.loaded->module, cause->new_name)));
}

/* What is written out in the clauses that use it, so that these mean something else when it does; of what is known to them by name, and a
** table is, whatever its cells, only what kind of thing it is. */
static bool is_cause(const Change *change)
{
    bool is_kind = false;
    if (diff_is_wording(change) || change->is_indirect)
        return false;
    for (uint32_t i = 0; i < change->detail_count; i++) {
        MeaningPart part = change->details[i].part;
        is_kind = is_kind || part == MEANT_TYPE || part == MEANT_FIELDS || part == MEANT_DIMENSIONS ||
                  part == MEANT_UNIT || part == MEANT_INPUTS || part == MEANT_ORDER || part == MEANT_KIND;
    }
    return change->kind == MEANING_DEFINITION || change->kind == MEANING_CALENDAR ||
           change->kind == MEANING_AMENDMENT || change->kind == MEANING_UNIT || change->kind == MEANING_AGREEMENT ||
           change->kind == MEANING_RULE || is_kind;
}

/* ---- what is reached ---- */

static void add_reached(Diff *diff, Change *root, Text id)
{
    for (uint32_t i = 0; i < root->reach_count; i++)
        if (text_equal(root->reaches[i], id))
            return;
    root->reaches =
        arena_grow(diff->arena, root->reaches, root->reach_count, &root->reach_capacity, sizeof *root->reaches);
    root->reaches[root->reach_count++] = id;
}

/* What an amendment brings: clauses and prices, whether they say something else or begin on another day with it. */
static void add_brought(Diff *diff, Change *amendment)
{
    for (uint32_t i = 0; i < diff->b.count; i++) {
        const Thing *thing = &diff->b.things[i];
        if (!thing->is_local && thing->kind != MEANING_AMENDMENT &&
            thing_uses(thing, MEANING_AMENDMENT, amendment->new_name))
            add_reached(diff, amendment, diff_id(diff, thing));
    }
}

/* Marks what the changes of `root` reach: clauses that use it. */
static void reach_from(Diff *diff, Change *root, bool *is_reached)
{
    for (uint32_t i = 0; i < diff->count; i++) {
        const Change *reached = &diff->changes[i];
        bool is_same = root->how == CHANGE_CHANGED ||
                       root->how == CHANGE_RENAMED; /* what is new is used in what reads otherwise */
        if (reached == root || reached->how != CHANGE_CHANGED || (!is_same && !reached->is_indirect) ||
            !change_uses(diff, reached, root))
            continue;
        is_reached[i] = true;
        if (!reached->is_local)
            add_reached(diff, root, reached->id);
    }
    if (root->kind == MEANING_AMENDMENT)
        add_brought(diff, root);
}

/* Of all days together the clause is told at its cause; on one day nothing of that cause may be left. */
static bool is_told_elsewhere(const Diff *whole, const Change *change)
{
    for (uint32_t i = 0; whole != NULL && i < whole->count; i++)
        if (text_equal(whole->changes[i].id, change->id))
            return false;
    return whole != NULL;
}

void diff_reach(Diff *diff, const Diff *whole)
{
    bool *is_reached = arena_array(diff->arena, (size_t)diff->count + 1, sizeof *is_reached);
    for (uint32_t i = 0; i < diff->count; i++)
        diff->changes[i].is_indirect = is_indirect(&diff->changes[i]);
    for (uint32_t i = 0; i < diff->count; i++)
        if (is_cause(&diff->changes[i]))
            reach_from(diff, &diff->changes[i], is_reached);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < diff->count; i++) {
        const Change *change = &diff->changes[i];
        bool is_idle = change->is_local && change->reach_count == 0; /* written otherwise, or used by nothing */
        bool is_shadow = change->is_indirect && (change->is_local || is_reached[i] || is_told_elsewhere(whole, change));
        if (!is_idle && !is_shadow)
            diff->changes[kept++] = *change;
    }
    diff->count = kept;
}
