/* diff.c: the records of two modules joined and compared; see diff.h.
**
** A *thing* is an ITSELF record and the parts behind it. Things of one kind and name are matched by their first day, and what is left over in
** order, so that a version that begins a day later is a version that changed. What differs in its name only is matched by diff_rename.c. Definitions that only serve within the agreement have no meaning of their own: they are told only as the
** cause of what did change.
*/
#include "compiler/cli/diff_internal.h"
#include "compiler/cli/reach.h"

#include <stdlib.h>
#include <string.h>

#include "vm/core/date.h"

/* ---- reading ---- */

static int compare_things(const void *a, const void *b)
{
    const Thing *one = a, *other = b;
    if (one->kind != other->kind)
        return one->kind < other->kind ? -1 : 1;
    int names = text_compare(one->name, other->name);
    if (names != 0)
        return names;
    if (one->is_version != other->is_version)
        return one->is_version ? 1 : -1;
    if (one->from != other->from)
        return one->from < other->from ? -1 : 1;
    return one->first < other->first ? -1 : one->first > other->first;
}

static void read_things(Diff *diff, DiffSide *side)
{
    const bd_module *module = side->loaded->module;
    size_t capacity = 0;
    for (uint32_t i = 0; i < module->MEANINGS_count; i++) {
        const MeaningRecord *record = &module->MEANINGS[i];
        if (record->part != MEANT_ITSELF) {
            if (side->count > 0 && record->part == MEANT_USES)
                side->things[side->count - 1].uses++;
            else if (side->count > 0)
                side->things[side->count - 1].parts++;
            continue;
        }
        side->things = arena_grow(diff->arena, side->things, side->count, &capacity, sizeof *side->things);
        Text sub = module_text(module, record->sub);
        side->things[side->count++] = (Thing){.module = module,
                                              .side = side,
                                              .kind = (MeaningKind)record->kind,
                                              .name = module_text(module, record->name),
                                              .sub = sub,
                                              .from = record->from,
                                              .is_version = text_equal(sub, TEXT("version")),
                                              .is_local = text_equal(sub, TEXT("local")),
                                              .place = record->place,
                                              .first = i + 1};
    }
}

static void sort_things(DiffSide *side)
{
    if (side->count > 0)
        qsort(side->things, side->count, sizeof *side->things, compare_things);
}

Text thing_text(const Thing *thing, const MeaningRecord *record)
{
    return module_text(thing->module, record->text);
}

const MeaningRecord *thing_part(const Thing *thing, MeaningPart part, Text sub)
{
    for (uint32_t i = 0; thing != NULL && i < thing->parts; i++) {
        const MeaningRecord *record = &thing->module->MEANINGS[thing->first + i];
        if (record->part == part && text_equal(thing_sub(thing, record), sub))
            return record;
    }
    return NULL;
}

Text thing_sub(const Thing *thing, const MeaningRecord *record)
{
    return thing->side->subs[record - thing->module->MEANINGS];
}

bool same_meaning(const Thing *a, const MeaningRecord *one, const Thing *b, const MeaningRecord *other)
{
    const Digest *first = &a->side->digests[one - a->module->MEANINGS];
    const Digest *second = &b->side->digests[other - b->module->MEANINGS];
    return memcmp(first, second, sizeof *first) == 0;
}

const MeaningRecord *thing_like(const Thing *thing, const Thing *of, const MeaningRecord *like)
{
    Text sub = thing_sub(of, like);
    for (uint32_t i = 0; i < thing->parts; i++) {
        const MeaningRecord *record = &thing->module->MEANINGS[thing->first + i];
        if (record->part == like->part && same_version(thing, record, of, like) &&
            text_equal(thing_sub(thing, record), sub))
            return record;
    }
    return NULL;
}

/* ---- changes ---- */

bd_place thing_place(const Thing *thing)
{
    bd_place place = {{NULL, 0}, 0, 0};
    if (thing == NULL || thing->place == BD_NONE)
        return place;
    const PlaceRecord *record = &thing->module->SOURCE_MAP[thing->place];
    return (bd_place){module_text(thing->module, record->file), record->line, record->column};
}

/* Whether a part of a thing tells of a type that is an amount: what its cells are, or what it goes by. */
static bool has_amounts(const Thing *thing, MeaningPart part)
{
    bool is_found = false;
    for (uint32_t i = 0; i < thing->parts; i++) {
        const MeaningRecord *record = &thing->module->MEANINGS[thing->first + i];
        Text text = thing_text(thing, record);
        is_found = is_found || (record->part == part && (text_has_prefix(text, TEXT("een bedrag")) ||
                                                         text_has_prefix(text, TEXT("an amount"))));
    }
    return is_found;
}

Text diff_id(const Diff *diff, const Thing *thing)
{
    StringBuilder id;
    builder_init(&id, diff->arena);
    builder_text(&id, diff_kind_name(thing->kind));
    builder_char(&id, '.');
    builder_text(&id, thing->name);
    if (thing->kind == MEANING_RULE && thing->from != BD_DATE_MIN) {
        builder_char(&id, '@');
        date_append(&id, thing->from);
    }
    return builder_result(&id);
}

Change *diff_add(Diff *diff, ChangeHow how, const Thing *old, const Thing *made)
{
    const Thing *named = old ? old : made, *cited = made ? made : old;
    diff->changes = arena_grow(diff->arena, diff->changes, diff->count, &diff->capacity, sizeof *diff->changes);
    Change *change = &diff->changes[diff->count++];
    const MeaningRecord *citation = thing_part(cited, MEANT_CITATION, (Text){NULL, 0});
    *change = (Change){.kind = named->kind,
                       .how = how,
                       .name = named->name,
                       .new_name = made ? made->name : named->name,
                       .id = diff_id(diff, named),
                       .from = named->from,
                       .is_money = named->kind == MEANING_TARIFF ||
                                   (named->kind == MEANING_TABLE && has_amounts(named, MEANT_TYPE)),
                       .has_money_bands = named->kind == MEANING_TABLE && has_amounts(named, MEANT_DIMENSIONS),
                       .old_thing = old,
                       .new_thing = made,
                       .old_place = thing_place(old),
                       .new_place = thing_place(made)};
    if (citation != NULL)
        change->citation = thing_text(cited, citation);
    return change;
}

static bool read_number(Diff *diff, Text text, Number *out)
{
    return text.size > 0 && number_from_text(diff->arena, text, out) == BD_OK;
}

/* "etmaal, uur"; nothing where one of them is for any unit. */
static Text units_joined(Arena *arena, Text one, Text other)
{
    if (one.size == 0 || other.size == 0)
        return (Text){"", 0};
    if (text_mentions(one, other))
        return one;
    StringBuilder out;
    builder_init(&out, arena);
    builder_text(&out, one);
    builder_text(&out, TEXT(", "));
    builder_text(&out, other);
    return builder_result(&out);
}

/* A clause that changed for every unit that it is read for, or for every result of a form, need not name them. */
static void drop_units(Change *change, const Thing *thing)
{
    for (uint32_t i = 0; i < change->detail_count; i++) {
        Detail *detail = &change->details[i];
        uint32_t units = 0, named = 0;
        for (uint32_t k = 0; k < thing->parts; k++) {
            const MeaningRecord *record = &thing->module->MEANINGS[thing->first + k];
            Text unit = module_text(thing->module, record->sub);
            if (record->part != detail->part || unit.size == 0)
                continue;
            units++;
            named += text_mentions(detail->sub, unit);
        }
        bool is_clause =
            detail->part == MEANT_CONDITION || detail->part == MEANT_AMOUNT || detail->part == MEANT_OUTPUT;
        if (is_clause && named == units)
            detail->sub = (Text){"", 0};
    }
}

/* The values of a cell as numbers, in the newer unit; whether they are one value, written for two units. */
static bool read_values(Diff *diff, const Change *change, Detail *detail)
{
    detail->is_number = detail->has_old && detail->has_new && read_number(diff, detail->old_text, &detail->old_value) &&
                        read_number(diff, detail->new_text, &detail->new_value);
    if (!detail->is_number || !change->is_other_unit)
        return false;
    detail->is_number =
        change->converts && number_mul(diff->arena, detail->old_value, change->conversion, &detail->old_value) == BD_OK;
    return detail->is_number && number_equal(detail->old_value, detail->new_value);
}

void diff_add_detail(Diff *diff, Change *change, Detail detail)
{
    for (uint32_t i = 0; i < change->detail_count; i++) {
        Detail *known = &change->details[i];
        if (known->part != detail.part || !text_equal(known->old_text, detail.old_text) ||
            !text_equal(known->new_text, detail.new_text) || known->has_old != detail.has_old ||
            known->has_new != detail.has_new)
            continue;
        bool follows = text_equal(known->sub, detail.sub) && known->to < BD_DATE_MAX && known->to + 1 == detail.from;
        bool is_clause = detail.part == MEANT_CONDITION || detail.part == MEANT_AMOUNT || detail.part == MEANT_OUTPUT;
        if (follows)
            known->to = detail.to;
        if (!follows && is_clause && known->from == detail.from) { /* the same clause for another unit or result */
            known->sub = units_joined(diff->arena, known->sub, detail.sub);
            return;
        }
        if (follows || detail.part == MEANT_CITATION || detail.part == MEANT_QUOTE)
            return; /* the source of a table and of its version */
    }
    if (detail.part == MEANT_CELL && read_values(diff, change, &detail))
        return;
    change->details =
        arena_grow(diff->arena, change->details, change->detail_count, &change->detail_capacity, sizeof detail);
    change->details[change->detail_count++] = detail;
}

Detail detail_of(const Thing *old, const MeaningRecord *was, const Thing *made, const MeaningRecord *is)
{
    const Thing *thing = was ? old : made;
    const MeaningRecord *record = was ? was : is;
    Detail detail = {.part = (MeaningPart)record->part,
                     .sub = module_text(thing->module, record->sub),
                     .from = BD_DATE_MIN,
                     .to = BD_DATE_MAX,
                     .old_text = was ? thing_text(old, was) : (Text){"", 0},
                     .new_text = is ? thing_text(made, is) : (Text){"", 0}};
    bool is_form = thing->kind >= MEANING_PENALTY && thing->kind <= MEANING_OBLIGATION;
    if (is_form && detail.part == MEANT_CONDITION) /* that there is a result is said by the clauses of the result */
        detail.part = MEANT_OUTPUT;
    if (is_form && was != NULL && is != NULL && (detail.part == MEANT_OUTPUT || detail.part == MEANT_MOMENT))
        clauses_that_differ(thing->side->arena, &detail.old_text, &detail.new_text);
    bool has_text = detail.old_text.size > 0 || detail.new_text.size > 0; /* where nothing stands there is nothing */
    detail.has_old = was != NULL && (!has_text || detail.old_text.size > 0);
    detail.has_new = is != NULL && (!has_text || detail.new_text.size > 0);
    diff_set_days(&detail, is ? made : old, is ? is : was);
    return detail;
}

/* Whether a class of units is one that the other version has at all: a clause read for a new unit is not a changed clause. */
static bool has_unit(const DiffSide *side, Text unit)
{
    for (uint32_t i = 0; i < side->count; i++) {
        const Thing *thing = &side->things[i];
        const MeaningRecord *record =
            thing->kind == MEANING_PRODUCT ? thing_part(thing, MEANT_UNIT, (Text){NULL, 0}) : NULL;
        if (record != NULL && text_equal(thing_text(thing, record), unit))
            return true;
    }
    return false;
}

static bool is_by_class(const Thing *thing, const MeaningRecord *record)
{
    bool is_clause = record->part == MEANT_CONDITION || record->part == MEANT_AMOUNT || record->part == MEANT_OUTPUT;
    return is_clause &&
           (thing->kind == MEANING_RULE || thing->kind == MEANING_COUNTER || thing->kind == MEANING_DEFINITION);
}

/* Whether the other version has the same clause, read for other units. */
static bool reads_same(const Thing *of, const Thing *thing, const MeaningRecord *record)
{
    for (uint32_t i = 0; i < of->parts; i++) {
        const MeaningRecord *other = &of->module->MEANINGS[of->first + i];
        if (other->part == record->part && same_version(thing, record, of, other) &&
            text_equal(thing_text(of, other), thing_text(thing, record)))
            return true;
    }
    return false;
}

/* A clause is read for each unit that it is used with: another unit is not another clause. */
static bool is_shown(const DiffSide *side, const Thing *other, const Thing *thing, const MeaningRecord *record)
{
    return !is_by_class(thing, record) ||
           ((record->sub.size == 0 || has_unit(side, module_text(thing->module, record->sub))) &&
            !reads_same(other, thing, record));
}

/* The demand of another version that asks the same and says something else when it is not met. */
static const MeaningRecord *same_demand(const Thing *thing, const Thing *of, const MeaningRecord *demand)
{
    for (uint32_t i = 0; i < thing->parts; i++) {
        const MeaningRecord *record = &thing->module->MEANINGS[thing->first + i];
        if (record->part == MEANT_DEMAND && demand->part == MEANT_DEMAND && thing_like(of, thing, record) == NULL &&
            same_meaning(thing, record, of, demand))
            return record;
    }
    return NULL;
}

static void add_message(Diff *diff, Change *change, const Thing *old, const MeaningRecord *was, const Thing *made,
                        const MeaningRecord *is)
{
    Detail detail = detail_of(old, was, made, is);
    detail.part = MEANT_MESSAGE;
    detail.old_text = detail.sub;
    detail.new_text = module_text(made->module, is->sub);
    detail.sub = (Text){"", 0};
    diff_add_detail(diff, change, detail);
}

/* All parts of two versions of one thing. */
static void compare_parts(Diff *diff, Change *change, const Thing *old, const Thing *made)
{
    for (uint32_t i = 0; i < old->parts; i++) {
        const MeaningRecord *was = &old->module->MEANINGS[old->first + i];
        const MeaningRecord *is = thing_like(made, old, was);
        const MeaningRecord *said = is == NULL ? same_demand(made, old, was) : NULL;
        if (old->kind == MEANING_TARIFF && was->part == MEANT_TYPE)
            continue; /* an amount per unit of its product, which tells its unit */
        bool differs = is == NULL ? is_shown(&diff->b, made, old, was) : !same_meaning(old, was, made, is);
        if (said != NULL)
            add_message(diff, change, old, was, made, said);
        else if (differs && diff_is_asked(diff, old, was))
            diff_add_detail(diff, change, detail_of(old, was, made, is));
    }
    for (uint32_t i = 0; i < made->parts; i++) {
        const MeaningRecord *is = &made->module->MEANINGS[made->first + i];
        bool is_new = thing_like(old, made, is) == NULL && same_demand(old, made, is) == NULL;
        if (is_new && is_shown(&diff->a, old, made, is) && diff_is_asked(diff, made, is))
            diff_add_detail(diff, change, detail_of(old, NULL, made, is));
    }
}

/* A version within a definition or form that begins on another day has its parts there too: those that are equal say nothing. any_sub: nor do those
** of a penalty that became a power, whose amount is called otherwise. */
static void drop_moved(Diff *diff, Change *change, bool any_sub)
{
    uint32_t kept = 0;
    bool *is_moved = arena_array(diff->arena, (size_t)change->detail_count + 1, sizeof *is_moved);
    for (uint32_t i = 0; i < change->detail_count; i++) {
        const Detail *one = &change->details[i];
        is_moved[i] = any_sub && one->part == MEANT_OUTPUT && one->has_old && one->has_new &&
                      text_equal(one->old_text, one->new_text);
        for (uint32_t k = 0; k < change->detail_count && !is_moved[i]; k++) {
            const Detail *other = &change->details[k];
            is_moved[i] = k != i && one->part == other->part && one->part != MEANT_VALIDITY &&
                          one->has_old != one->has_new && other->has_old == one->has_new &&
                          other->has_new == one->has_old && (any_sub || text_equal(one->sub, other->sub)) &&
                          text_equal(one->has_old ? one->old_text : one->new_text,
                                     other->has_old ? other->old_text : other->new_text);
        }
    }
    for (uint32_t i = 0; i < change->detail_count; i++)
        if (!is_moved[i])
            change->details[kept++] = change->details[i];
    change->detail_count = kept;
}

/* ---- matching ---- */

static bool same_name(const Thing *a, const Thing *b)
{
    return a->kind == b->kind && a->is_version == b->is_version && text_equal(a->name, b->name);
}

/* Where the things of a kind and name begin on the other side. */
static uint32_t find_first(const DiffSide *side, const Thing *like)
{
    uint32_t low = 0, high = side->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const Thing *thing = &side->things[middle];
        Thing probe = *like;
        probe.from = INT32_MIN;
        probe.first = 0;
        if (compare_things(thing, &probe) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* First what begins on the same day, then in order; at last, with --as-of, what holds in one version only. */
static void match_group(Diff *diff, uint32_t first, uint32_t end)
{
    uint32_t other = find_first(&diff->b, &diff->a.things[first]), other_end = other;
    while (other_end < diff->b.count && same_name(&diff->b.things[other_end], &diff->a.things[first]))
        other_end++;
    for (int round = 0; round < 3; round++)
        for (uint32_t i = first; i < end; i++)
            for (uint32_t k = other; k < other_end && diff->a.things[i].match == NULL; k++) {
                Thing *old = &diff->a.things[i], *made = &diff->b.things[k];
                bool fits = round == 2 ? old->is_gone != made->is_gone && has_days(old)
                                       : !old->is_gone && !made->is_gone && (round == 1 || old->from == made->from);
                if (made->match == NULL && fits)
                    diff_match(diff, old, made);
            }
}

static void match_all(Diff *diff)
{
    for (uint32_t i = 0; i < diff->a.count;) {
        uint32_t end = i + 1;
        while (end < diff->a.count && same_name(&diff->a.things[end], &diff->a.things[i]))
            end++;
        match_group(diff, i, end);
        i = end;
    }
}

/* ---- comparing ---- */

static Detail name_detail(const Thing *old, const Thing *made)
{
    return (Detail){.part = MEANT_TITLE,
                    .from = BD_DATE_MIN,
                    .to = BD_DATE_MAX,
                    .old_text = old->name,
                    .new_text = made->name,
                    .has_old = true,
                    .has_new = true};
}

/* That a definition can be called from outside is told; what it is then called with, and since when, goes with it. */
static void drop_interface(Change *change)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < change->detail_count; i++) {
        const Detail *detail = &change->details[i];
        bool is_interface = detail->part == MEANT_TYPE || detail->part == MEANT_INPUTS || detail->part == MEANT_ORDER ||
                            detail->part == MEANT_VALIDITY;
        if (!is_interface || detail->has_old == detail->has_new)
            change->details[kept++] = *detail;
    }
    change->detail_count = kept;
}

/* What holds on the day asked about in one version only, and before or after it in the other. */
static void compare_validity(Diff *diff, Change *change, const Thing *old, const Thing *made)
{
    const MeaningRecord *was = thing_part(old, MEANT_VALIDITY, (Text){NULL, 0}),
                        *is = thing_part(made, MEANT_VALIDITY, (Text){NULL, 0});
    if (was != NULL || is != NULL)
        diff_add_detail(diff, change, detail_of(old, was, made, is));
}

static void compare_matched(Diff *diff, Thing *old)
{
    Thing *made = old->match;
    uint32_t before = diff->count;
    Change *change = diff_add(diff, CHANGE_CHANGED, old, made);
    if (!text_equal(old->sub, made->sub))
        diff_add_detail(diff, change,
                        (Detail){.part = MEANT_KIND,
                                 .from = BD_DATE_MIN,
                                 .to = BD_DATE_MAX,
                                 .old_text = old->sub,
                                 .new_text = made->sub,
                                 .has_old = true,
                                 .has_new = true});
    if (old->is_gone != made->is_gone)
        compare_validity(diff, change, old, made);
    else
        compare_parts(diff, change, old, made);
    if (old->kind == MEANING_DEFINITION && !text_equal(old->sub, made->sub))
        drop_interface(change);
    drop_units(change, made);
    diff_tell_renamed(diff, change, old);
    if (old->kind == MEANING_DEFINITION || old->kind >= MEANING_PENALTY)
        drop_moved(diff, change, old->kind != MEANING_DEFINITION && !text_equal(old->sub, made->sub));
    if (old->kind == MEANING_TARIFF || old->kind == MEANING_TABLE)
        diff_tables(diff, change, old, made);
    change = &diff->changes[before];
    change->is_local = old->is_local && made->is_local;
    bool has_own_name = old->kind != MEANING_TARIFF && old->kind != MEANING_INDEXATION; /* theirs is the product's */
    if (!text_equal(old->name, made->name) && old->kind == MEANING_NOTE)
        diff_add_detail(diff, change, name_detail(old, made)); /* its name is its text */
    else if (!text_equal(old->name, made->name) && has_own_name)
        change->how = CHANGE_RENAMED;
    else if (change->detail_count == 0)
        diff->count = before;
}

/* What only one version has, with its parts as details: they tell what came or went. */
static void add_single(Diff *diff, ChangeHow how, const Thing *thing)
{
    bool is_old = how == CHANGE_REMOVED;
    Change *change = diff_add(diff, how, is_old ? thing : NULL, is_old ? NULL : thing);
    for (uint32_t i = 0; i < thing->parts; i++) {
        const MeaningRecord *record = &thing->module->MEANINGS[thing->first + i];
        if (module_text(thing->module, record->text).size > 0)
            diff_add_detail(diff, change,
                            is_old ? detail_of(thing, record, NULL, NULL) : detail_of(NULL, NULL, thing, record));
    }
    drop_units(change, thing);
    if (thing->kind == MEANING_TARIFF || thing->kind == MEANING_TABLE)
        diff_tables(diff, change, is_old ? thing : NULL, is_old ? NULL : thing);
}

static void compare_all(Diff *diff)
{
    for (uint32_t i = 0; i < diff->a.count; i++) {
        Thing *old = &diff->a.things[i];
        if (old->is_version || (old->is_gone && old->match == NULL))
            continue;
        if (old->match != NULL)
            compare_matched(diff, old);
        else if (!old->is_local)
            add_single(diff, CHANGE_REMOVED, old);
    }
    for (uint32_t i = 0; i < diff->b.count; i++) {
        const Thing *made = &diff->b.things[i];
        if (!made->is_version && !made->is_gone && made->match == NULL && !made->is_local)
            add_single(diff, CHANGE_ADDED, made);
    }
}

static int compare_changes(const void *a, const void *b)
{
    const Change *one = a, *other = b;
    if (one->kind != other->kind)
        return one->kind < other->kind ? -1 : 1;
    int names = text_compare(one->name, other->name);
    if (names != 0)
        return names;
    return one->from != other->from ? (one->from < other->from ? -1 : 1) : (int)one->how - (int)other->how;
}

Diff *diff_make(Cli *cli, const Loaded *a, const Loaded *b, bool has_day, int32_t day)
{
    Diff *diff = arena_alloc(&cli->arena, sizeof *diff);
    *diff = (Diff){.cli = cli,
                   .arena = &cli->arena,
                   .a = {.loaded = a, .arena = &cli->arena},
                   .b = {.loaded = b, .arena = &cli->arena},
                   .has_day = has_day,
                   .day = day};
    read_things(diff, &diff->a);
    read_things(diff, &diff->b);
    diff_read_days(diff);
    sort_things(&diff->a);
    sort_things(&diff->b);
    diff_apply_renames(diff);
    diff_leave_out(diff, &diff->a);
    diff_leave_out(diff, &diff->b);
    match_all(diff);
    diff_match_renamed(diff);
    compare_all(diff);
    diff_reach(diff, has_day ? diff_make(cli, a, b, false, 0) : NULL);
    if (diff->count > 0)
        qsort(diff->changes, diff->count, sizeof *diff->changes, compare_changes);
    return diff;
}
