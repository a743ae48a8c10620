/* impact_change.c: what changed between two versions, and sets of changes; see impact_change.h. */
#include "compiler/cli/impact_change.h"

#include <stdlib.h>

#include "compiler/cli/impact_change_internal.h"
#include "compiler/cli/messages.h"

/* ---- What changed ---- */

static bool may_decide(const Change *change)
{
    return change->kind != MEANING_PARTY && change->kind != MEANING_NOTE && !diff_is_wording(change);
}

static void add_change(ImpactChanges *changes, const Change *change, size_t *capacity)
{
    StringBuilder text;
    builder_init(&text, changes->arena);
    builder_text(&text, message_pattern(changes->cli, diff_kind_message(change->kind)));
    builder_text(&text, TEXT(" `"));
    builder_text(&text, change->name);
    builder_char(&text, '`');
    changes->items = arena_grow(changes->arena, changes->items, changes->count, capacity, sizeof *changes->items);
    changes->items[changes->count++] = (ImpactChange){
        .change = change, .id = change->id, .text = builder_result(&text), .reach = reach_of(changes->diff, change)};
}

/* A reading that the two sides were told to read differently, as a change. */
static const Change *reading_change(const ImpactChanges *changes, const bd_reading_info *reading)
{
    Change *change = arena_alloc(changes->arena, sizeof *change);
    StringBuilder id;
    builder_init(&id, changes->arena);
    builder_text(&id, TEXT("reading."));
    builder_text(&id, reading->name);
    *change = (Change){.kind = MEANING_READING,
                       .how = CHANGE_CHANGED,
                       .name = reading->name,
                       .id = builder_result(&id),
                       .old_place = reading->place,
                       .new_place = reading->place};
    return change;
}

static bool is_known(const ImpactChanges *changes, const Change *change)
{
    for (uint32_t i = 0; i < changes->count; i++)
        if (text_equal(changes->items[i].id, change->id))
            return true;
    return false;
}

static void add_readings(ImpactChanges *changes, const bd_session *session_before, const bd_session *session_after,
                         size_t *capacity)
{
    const bd_module *a = changes->diff->a.loaded->module, *b = changes->diff->b.loaded->module;
    bd_reading_info before, after;
    for (uint32_t i = 0; bd_module_reading(a, i, &before) == BD_OK; i++) {
        for (uint32_t j = 0; bd_module_reading(b, j, &after) == BD_OK; j++) {
            if (!text_equal(before.name, after.name))
                continue;
            Text was = bd_choice_member(a, before.choice, bd_session_reading(session_before, i));
            Text is = bd_choice_member(b, after.choice, bd_session_reading(session_after, j));
            const Change *change = text_equal(was, is) ? NULL : reading_change(changes, &after);
            if (change != NULL && !is_known(changes, change))
                add_change(changes, change, capacity);
        }
    }
}

/* ---- Where declarations stand ---- */

static int compare_places(const bd_place *a, const bd_place *b)
{
    int files = text_compare(a->file, b->file);
    if (files != 0)
        return files;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return (a->column > b->column) - (a->column < b->column);
}

static int compare_declarations(const void *a, const void *b)
{
    return compare_places(&((const ImpactDeclaration *)a)->place, &((const ImpactDeclaration *)b)->place);
}

static uint32_t change_at(const ImpactChanges *changes, int side, const Thing *thing, const bd_place *place)
{
    for (uint32_t i = 0; i < changes->count; i++) {
        const Change *change = changes->items[i].change;
        if (change->kind != thing->kind)
            continue;
        const bd_place *own = side == 0 ? &change->old_place : &change->new_place;
        if (own->line > 0 && compare_places(own, place) == 0)
            return i;
    }
    return BD_NONE;
}

static void list_declarations(ImpactChanges *changes, int side)
{
    const DiffSide *of = side == 0 ? &changes->diff->a : &changes->diff->b;
    ImpactDeclaration *list = arena_array(changes->arena, (size_t)of->count + 1, sizeof *list);
    uint32_t count = 0;
    for (uint32_t i = 0; i < of->count; i++) {
        bd_place place = thing_place(&of->things[i]);
        if (place.line > 0)
            list[count++] = (ImpactDeclaration){place, change_at(changes, side, &of->things[i], &place)};
    }
    qsort(list, count, sizeof *list, compare_declarations);
    changes->declarations[side] = list;
    changes->declaration_count[side] = count;
}

uint32_t changes_around(const ImpactChanges *changes, int side, const bd_place *place)
{
    const ImpactDeclaration *found = NULL;
    for (uint32_t i = 0; i < changes->declaration_count[side]; i++) {
        const ImpactDeclaration *one = &changes->declarations[side][i];
        if (text_equal(one->place.file, place->file) && compare_places(&one->place, place) <= 0)
            found = one;
    }
    return found == NULL || place->line == 0 ? BD_NONE : found->change;
}

/* ---- Sets ---- */

static Text joined(const ImpactChanges *changes, Arena *arena, const uint64_t *bits, Text between, bool as_text)
{
    StringBuilder out;
    builder_init(&out, arena);
    for (uint32_t i = 0; i < changes->count; i++) {
        if (!bits_have(bits, i))
            continue;
        if (out.size > 0)
            builder_text(&out, between);
        builder_text(&out, as_text ? changes->items[i].text : changes->items[i].id);
    }
    return builder_result(&out);
}

uint32_t changes_set_of(ImpactChanges *changes, const uint64_t *bits, bool is_apart)
{
    for (uint32_t i = 0; i < changes->set_count; i++)
        if (changes->sets[i].is_apart == is_apart &&
            memcmp(changes->sets[i].bits, bits, changes->words * sizeof *bits) == 0)
            return i;
    ImpactChangeSet set = {.is_apart = is_apart};
    set.bits = arena_array(changes->arena, changes->words, sizeof *set.bits);
    memcpy(set.bits, bits, changes->words * sizeof *bits);
    set.id = joined(changes, changes->arena, bits, is_apart ? TEXT(" + ") : TEXT(" | "), false);
    changes->sets =
        arena_grow(changes->arena, changes->sets, changes->set_count, &changes->set_capacity, sizeof *changes->sets);
    changes->sets[changes->set_count] = set;
    return changes->set_count++;
}

bool impact_changes_has(const ImpactChangeSet *set, uint32_t index)
{
    return bits_have(set->bits, index);
}

const ImpactChangeSet *impact_changes_set(const ImpactChanges *changes, Text id)
{
    for (uint32_t i = 0; i < changes->set_count; i++)
        if (text_equal(changes->sets[i].id, id))
            return &changes->sets[i];
    return NULL;
}

Text impact_changes_text(const ImpactChanges *changes, Arena *arena, Text id)
{
    const ImpactChangeSet *set = impact_changes_set(changes, id);
    if (set == NULL || id.size == 0)
        return message_pattern(changes->cli, MSG_IMPACT_UNKNOWN_CHANGE);
    return joined(changes, arena, set->bits,
                  message_pattern(changes->cli, set->is_apart ? MSG_IMPACT_WITH : MSG_IMPACT_OR), true);
}

/* ---- Opening ---- */

static void find_counters(ImpactChanges *changes, size_t *capacity)
{
    const Diff *diff = changes->diff;
    const bd_module *modules[] = {diff->a.loaded->module, diff->b.loaded->module};
    Text *names =
        arena_array(changes->arena, (size_t)modules[0]->COUNTERS_count + modules[1]->COUNTERS_count + 1, sizeof *names);
    uint32_t count = 0;
    for (int side = 0; side < SIDES; side++)
        for (uint32_t i = 0; i < modules[side]->COUNTERS_count; i++)
            names[count++] = module_text(modules[side], modules[side]->COUNTERS[i].name);
    changes->counters = reach_of_names(diff, names, count);
    changes->earlier = BD_NONE;
    if (count == 0)
        return;
    changes->items = arena_grow(changes->arena, changes->items, changes->count, capacity, sizeof *changes->items);
    changes->earlier = changes->count++;
    changes->items[changes->earlier] =
        (ImpactChange){.id = TEXT("earlier_lines"), .text = message_pattern(changes->cli, MSG_IMPACT_EARLIER)};
}

/* The rules that several changes reach: what is silent there may be so by one of them. */
static void find_contested(ImpactChanges *changes)
{
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = changes_module(changes, side);
        changes->contested = arena_reserve(changes->arena, changes->contested, changes->contested_count,
                                           &(size_t){changes->contested_count}, sizeof *changes->contested,
                                           (size_t)changes->contested_count + module->RULES_count + 1);
        for (uint32_t i = 0; i < module->RULES_count; i++) {
            Text name = module_text(module, module->RULES[i].name);
            bool is_known = false;
            for (uint32_t k = 0; k < changes->contested_count; k++)
                is_known = is_known || text_equal(changes->contested[k], name);
            uint32_t count = changes->prices.rules[side][i];
            for (uint32_t k = 0; k < changes->real; k++)
                count += changes_reach_rule(changes, &changes->items[k].reach, name);
            if (!is_known && count > 1 && module->RULES[i].effect != BD_EFFECT_PAY)
                changes->contested[changes->contested_count++] = name;
        }
    }
}

void impact_changes_open(ImpactChanges *changes, Cli *cli, const Loaded *before, const Loaded *after,
                         const bd_session *session_before, const bd_session *session_after)
{
    static const Text PRICES[] = {TEXT_INIT("tarief"), TEXT_INIT("tariff"), TEXT_INIT("berekend_bedrag"),
                                  TEXT_INIT("computed_amount")};
    size_t capacity = 0;
    *changes = (ImpactChanges){.cli = cli, .arena = &cli->arena, .diff = diff_make(cli, before, after, false, 0)};
    changes->ways.arena = changes->arena;
    for (uint32_t i = 0; i < changes->diff->count; i++)
        if (may_decide(&changes->diff->changes[i]))
            add_change(changes, &changes->diff->changes[i], &capacity);
    add_readings(changes, session_before, session_after, &capacity);
    changes->real = changes->count;
    for (int side = 0; side < SIDES; side++)
        list_declarations(changes, side);
    find_counters(changes, &capacity);
    changes->prices = reach_of_names(changes->diff, PRICES, sizeof PRICES / sizeof *PRICES);
    changes->words = (changes->count + 63) / 64 + 1;
    changes->bits = arena_array(changes->arena, changes->words, sizeof *changes->bits);
    changes->own = arena_array(changes->arena, changes->words, sizeof *changes->own);
    changes->settled = arena_array(changes->arena, SETTLED, sizeof *changes->settled);
    find_contested(changes);
}
