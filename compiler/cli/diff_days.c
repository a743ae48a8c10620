/* diff_days.c: on which days versions hold, and which version of one agreement stands for which of the other; see diff.h.
**
** What an amendment brings begins when it does. When an amendment begins on another day, that is the difference; so the older version is read as if
** its amendments began when they do in the newer one, and what follows them is compared as it is. Versions within a definition or form are
** matched by their first day, and what is left over in order.
** Invariant: only the day on which a version begins is moved, if it is the day of the amendment that it follows, and with it the last day of the
** version of a table before it.
*/
#include <stdlib.h>

#include "compiler/cli/diff_internal.h"
#include "vm/core/date.h"

/* ---- when a version holds ---- */

/* "2020-01-01..2020-12-31", either of which may be left out. */
bool validity_from_text(Text text, int32_t *from, int32_t *to)
{
    *from = BD_DATE_MIN;
    *to = BD_DATE_MAX;
    size_t middle = 0;
    while (middle + 1 < text.size && (text.data[middle] != '.' || text.data[middle + 1] != '.'))
        middle++;
    if (middle + 1 >= text.size)
        return false;
    (void)date_from_iso(text_slice(text, 0, middle), from);
    (void)date_from_iso(text_slice(text, middle + 2, text.size), to);
    return true;
}

static Text validity_text(Arena *arena, int32_t from, int32_t to)
{
    StringBuilder out;
    builder_init(&out, arena);
    if (from != BD_DATE_MIN)
        date_append(&out, from);
    builder_text(&out, TEXT(".."));
    if (to != BD_DATE_MAX)
        date_append(&out, to);
    return builder_result(&out);
}

int32_t thing_from(const Thing *thing, const MeaningRecord *record)
{
    return thing->side->days[record - thing->module->MEANINGS].from;
}

bool thing_days(const Thing *thing, const MeaningRecord *record, int32_t *from, int32_t *to)
{
    Text moved = thing->side->days[record - thing->module->MEANINGS].validity;
    return validity_from_text(moved.size > 0 ? moved : thing_text(thing, record), from, to);
}

bool thing_validity(const Thing *thing, int32_t *from, int32_t *to)
{
    for (uint32_t i = 0; i < thing->parts; i++) {
        const MeaningRecord *record = &thing->module->MEANINGS[thing->first + i];
        if (record->part == MEANT_VALIDITY)
            return thing_days(thing, record, from, to);
    }
    return validity_from_text((Text){NULL, 0}, from, to);
}

/* ---- amendments that begin on another day ---- */

static void begin_on(Arena *arena, DiffSide *side, Thing *thing, int32_t old, int32_t made)
{
    for (uint32_t i = 0; i < thing->parts; i++) {
        const MeaningRecord *record = &thing->module->MEANINGS[thing->first + i];
        MovedDay *moved = &side->days[thing->first + i];
        int32_t from, to;
        if (record->from != old)
            continue;
        moved->from = made;
        if (record->part == MEANT_VALIDITY && validity_from_text(thing_text(thing, record), &from, &to) && from == old)
            moved->validity = validity_text(arena, made, to);
    }
    if (thing->from == old)
        thing->from = made;
}

/* The version of a table before one that an amendment brings ends with the day before that. */
static void end_before(Arena *arena, DiffSide *side, const Thing *later, int32_t old, int32_t made)
{
    for (uint32_t i = 0; i < side->count && later->is_version; i++) {
        const Thing *thing = &side->things[i];
        if (!thing->is_version || thing->kind != later->kind || !text_equal(thing->name, later->name))
            continue;
        for (uint32_t k = 0; k < thing->parts; k++) {
            const MeaningRecord *record = &thing->module->MEANINGS[thing->first + k];
            int32_t from, to;
            if (record->part == MEANT_VALIDITY && thing_days(thing, record, &from, &to) && to == old - 1)
                side->days[thing->first + k].validity = validity_text(arena, from, made - 1);
        }
    }
}

static const Thing *amendment_of(const DiffSide *side, Text name)
{
    for (uint32_t i = 0; i < side->count; i++)
        if (side->things[i].kind == MEANING_AMENDMENT && text_equal(side->things[i].name, name))
            return &side->things[i];
    return NULL;
}

static void move_followers(Diff *diff, const Thing *amendment, int32_t old, int32_t made)
{
    for (uint32_t i = 0; i < diff->a.count; i++) {
        Thing *thing = &diff->a.things[i];
        bool follows = false;
        for (uint32_t k = 0; k < thing->parts; k++) {
            const MeaningRecord *record = &thing->module->MEANINGS[thing->first + k];
            follows = follows || (record->part == MEANT_FOLLOWS && record->from == old &&
                                  text_equal(thing_text(thing, record), amendment->name));
        }
        if (follows) {
            begin_on(diff->arena, &diff->a, thing, old, made);
            end_before(diff->arena, &diff->a, thing, old, made);
        }
    }
}

static void read_days(Arena *arena, DiffSide *side)
{
    const bd_module *module = side->loaded->module;
    side->days = arena_array(arena, (size_t)module->MEANINGS_count + 1, sizeof *side->days);
    for (uint32_t i = 0; i < module->MEANINGS_count; i++)
        side->days[i] = (MovedDay){module->MEANINGS[i].from, {"", 0}};
}

void diff_read_days(Diff *diff)
{
    read_days(diff->arena, &diff->a);
    read_days(diff->arena, &diff->b);
    for (uint32_t i = 0; i < diff->a.count; i++) {
        const Thing *amendment = &diff->a.things[i];
        const Thing *other = amendment->kind == MEANING_AMENDMENT ? amendment_of(&diff->b, amendment->name) : NULL;
        int32_t old, made, to;
        if (other != NULL && thing_validity(amendment, &old, &to) && thing_validity(other, &made, &to) && old != made)
            move_followers(diff, amendment, old, made);
    }
}

/* ---- versions within a thing ---- */

bool has_versions_within(const Thing *thing)
{
    return thing->kind == MEANING_DEFINITION || (thing->kind >= MEANING_PENALTY && thing->kind <= MEANING_OBLIGATION);
}

static bool is_of_version(const Thing *thing, const MeaningRecord *record)
{
    return record->part == MEANT_VALIDITY || record->part == MEANT_FOLLOWS || record->part == MEANT_CITATION ||
           record->part == MEANT_QUOTE || (record->part == MEANT_OUTPUT && thing->kind == MEANING_DEFINITION);
}

typedef struct Starts {
    int32_t *days; /* rising, each once */
    uint32_t count;
} Starts;

static int compare_days(const void *a, const void *b)
{
    const int32_t *one = a, *other = b;
    return (*one > *other) - (*one < *other);
}

static Starts starts_of(Arena *arena, const Thing *thing)
{
    Starts starts = {arena_array(arena, (size_t)thing->parts + 1, sizeof(int32_t)), 0};
    for (uint32_t i = 0; i < thing->parts; i++) {
        const MeaningRecord *record = &thing->module->MEANINGS[thing->first + i];
        if (is_of_version(thing, record))
            starts.days[starts.count++] = thing_from(thing, record);
    }
    if (starts.count > 0)
        qsort(starts.days, starts.count, sizeof *starts.days, compare_days);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < starts.count; i++)
        if (kept == 0 || starts.days[kept - 1] != starts.days[i])
            starts.days[kept++] = starts.days[i];
    starts.count = kept;
    return starts;
}

/* The days of one that the other does not have. */
static Starts only_in(Arena *arena, Starts one, Starts other)
{
    Starts left = {arena_array(arena, (size_t)one.count + 1, sizeof(int32_t)), 0};
    for (uint32_t i = 0; i < one.count; i++)
        if (other.count == 0 ||
            bsearch(&one.days[i], other.days, other.count, sizeof *other.days, compare_days) == NULL)
            left.days[left.count++] = one.days[i];
    return left;
}

static void pair(Arena *arena, Thing *thing, Starts own, Starts theirs)
{
    thing->pair_count = own.count < theirs.count ? own.count : theirs.count;
    thing->pairs = arena_array(arena, (size_t)thing->pair_count + 1, sizeof *thing->pairs);
    for (uint32_t i = 0; i < thing->pair_count; i++)
        thing->pairs[i] = (VersionPair){own.days[i], theirs.days[i]};
}

void diff_match(Diff *diff, Thing *a, Thing *b)
{
    a->match = b;
    b->match = a;
    if (!has_versions_within(a))
        return;
    Starts old = starts_of(diff->arena, a), made = starts_of(diff->arena, b);
    Starts gone = only_in(diff->arena, old, made), added = only_in(diff->arena, made, old);
    pair(diff->arena, a, gone, added);
    pair(diff->arena, b, added, gone);
}

bool same_version(const Thing *a, const MeaningRecord *one, const Thing *b, const MeaningRecord *other)
{
    int32_t first = thing_from(a, one), second = thing_from(b, other);
    if (first == second || (first == a->version && second == b->version))
        return true;
    if (a->match != b || !is_of_version(a, one))
        return false;
    for (uint32_t i = 0; i < a->pair_count; i++)
        if (a->pairs[i].own == first)
            return a->pairs[i].theirs == second;
    return false;
}

/* ---- what holds on a day ---- */

/* The version of a definition or form that holds on a day; false when it has versions and none does. */
static bool choose_version(Thing *thing, int32_t day)
{
    bool has_versions = false;
    for (uint32_t i = 0; i < thing->parts; i++) {
        const MeaningRecord *record = &thing->module->MEANINGS[thing->first + i];
        int32_t from, to;
        if (record->part != MEANT_VALIDITY || !thing_days(thing, record, &from, &to))
            continue;
        has_versions = true;
        if (from <= day && day <= to) {
            thing->version = thing_from(thing, record);
            return true;
        }
    }
    return !has_versions;
}

bool has_days(const Thing *thing)
{
    return thing->kind == MEANING_RULE || thing->kind == MEANING_PRODUCT || thing->kind == MEANING_AMENDMENT ||
           thing->kind == MEANING_INDEXATION;
}

void diff_leave_out(const Diff *diff, DiffSide *side)
{
    for (uint32_t i = 0; i < side->count; i++) {
        Thing *thing = &side->things[i];
        int32_t from, to;
        thing->version = thing->from;
        if (!diff->has_day)
            continue;
        if (has_days(thing) && thing_validity(thing, &from, &to)) /* prices stay what they are after the last moment */
            thing->is_gone = diff->day < from || (diff->day > to && thing->kind != MEANING_INDEXATION);
        else if (has_versions_within(thing))
            thing->is_gone = !choose_version(thing, diff->day);
    }
}

bool diff_is_asked(const Diff *diff, const Thing *thing, const MeaningRecord *record)
{
    if (!diff->has_day)
        return true;
    int32_t from, to, begin = thing_from(thing, record);
    bool is_now =
        record->part == MEANT_VALIDITY && thing_days(thing, record, &from, &to) && from <= diff->day && diff->day <= to;
    bool is_other = begin != thing->version && begin != thing->from;
    return !is_now && !(has_versions_within(thing) && (is_other || record->part == MEANT_VALIDITY));
}

/* ---- the days of a part ---- */

void diff_set_days(Detail *detail, const Thing *thing, const MeaningRecord *record)
{
    uint32_t versions = 0;
    int32_t from = BD_DATE_MIN, to = BD_DATE_MAX;
    if (!is_of_version(thing, record) || record->part == MEANT_VALIDITY || !has_versions_within(thing))
        return;
    for (uint32_t i = 0; i < thing->parts; i++) {
        const MeaningRecord *other = &thing->module->MEANINGS[thing->first + i];
        if (other->part != MEANT_VALIDITY)
            continue;
        versions++;
        if (thing_from(thing, other) == thing_from(thing, record))
            (void)thing_days(thing, other, &from, &to);
    }
    if (versions > 1) {
        detail->from = from;
        detail->to = to;
    }
}
