/* impact_change.c: to which changes the difference of a line is due; see impact_change.h. */
#include "compiler/cli/impact_change.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/cli/diff_internal.h"
#include "compiler/cli/messages.h"

enum { SIDES = 2, SETTLED = 16384 };

/* Where a declaration begins, and the change that it is part of. */
typedef struct ImpactDeclaration {
    bd_place place;
    uint32_t change; /* BD_NONE: it did not change */
} ImpactDeclaration;

typedef struct ImpactSettled {
    uint32_t cause, product; /* product: its index twice, and 1 where it is paid */
    uint32_t set;            /* BD_NONE: each line has to be looked at */
    uint64_t *candidates;    /* NULL: free */
} ImpactSettled;

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
    builder_char(&text, ' ');
    builder_text(&text, change->name);
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

/* The change of the declaration that a step stands in: the last that begins at or before it. */
static uint32_t change_around(const ImpactChanges *changes, int side, const bd_place *place)
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

static void put(uint64_t *bits, uint32_t index)
{
    bits[index / 64] |= UINT64_C(1) << (index % 64);
}

static bool has(const uint64_t *bits, uint32_t index)
{
    return (bits[index / 64] >> (index % 64) & 1) != 0;
}

static uint32_t size_of(const ImpactChanges *changes, const uint64_t *bits)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < changes->count; i++)
        count += has(bits, i);
    return count;
}

static Text joined(const ImpactChanges *changes, Arena *arena, const uint64_t *bits, Text between, bool as_text)
{
    StringBuilder out;
    builder_init(&out, arena);
    for (uint32_t i = 0; i < changes->count; i++) {
        if (!has(bits, i))
            continue;
        if (out.size > 0)
            builder_text(&out, between);
        builder_text(&out, as_text ? changes->items[i].text : changes->items[i].id);
    }
    return builder_result(&out);
}

/* The index of the set of these changes. */
static uint32_t set_of(ImpactChanges *changes, const uint64_t *bits, bool is_apart)
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
    return has(set->bits, index);
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

/* ---- What reaches a cause ---- */

static const bd_module *module_of(const ImpactChanges *changes, int side)
{
    return (side == 0 ? &changes->diff->a : &changes->diff->b)->loaded->module;
}

/* Whether a change can touch a line at all, and not just what a callable gives. */
static bool touches_lines(const ImpactChange *one)
{
    if (one->change == NULL || one->reach.pays || one->reach.has_rules)
        return true;
    MeaningKind kind = one->change->kind;
    return kind != MEANING_TERM && kind != MEANING_PENALTY && kind != MEANING_OBLIGATION &&
           kind != MEANING_SUSPENSION && kind != MEANING_DEFINITION;
}

static void all_of(const ImpactChanges *changes, uint64_t *bits)
{
    for (uint32_t i = 0; i < changes->count; i++)
        if (touches_lines(&changes->items[i]))
            put(bits, i);
}

/* Whether a rule of this name is among those reached, on either side. */
static bool reaches_rule(const ImpactChanges *changes, const Reach *reach, Text name)
{
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = module_of(changes, side);
        for (uint32_t i = 0; i < module->RULES_count && reach->rules[side] != NULL; i++)
            if (reach->rules[side][i] && text_equal(module_text(module, module->RULES[i].name), name))
                return true;
    }
    return false;
}

static void add_payment(const ImpactChanges *changes, Text product, uint64_t *bits)
{
    for (uint32_t i = 0; i < changes->count; i++)
        if (changes->items[i].change != NULL && reach_pays(&changes->items[i].reach, product))
            put(bits, i);
    if (changes->earlier != BD_NONE && changes->counters.pays)
        put(bits, changes->earlier);
}

/* A rule that holds a line until people judge does so for the rules that ask for the judgement. */
static bool reaches_judgement(const ImpactChanges *changes, const Reach *reach, Text name)
{
    static const Text PREFIXES[] = {TEXT_INIT("oordeel_"), TEXT_INIT("judgement_")};
    bool reaches = false;
    for (size_t i = 0; i < sizeof PREFIXES / sizeof *PREFIXES; i++) {
        if (!text_has_prefix(name, PREFIXES[i]))
            continue;
        Text judgement = text_slice(name, PREFIXES[i].size, name.size);
        Reach asks = reach_of_names(changes->diff, &judgement, 1);
        for (int side = 0; side < SIDES; side++)
            for (uint32_t rule = 0; rule < module_of(changes, side)->RULES_count; rule++)
                reaches = reaches || (asks.rules[side][rule] && reach->rules[side][rule]);
    }
    return reaches;
}

static void add_rule(const ImpactChanges *changes, Text name, Text product, uint64_t *bits)
{
    if (reaches_rule(changes, &changes->prices, name))
        add_payment(changes, product, bits);
    for (uint32_t i = 0; i < changes->count; i++)
        if (changes->items[i].change != NULL && (reaches_rule(changes, &changes->items[i].reach, name) ||
                                                 reaches_judgement(changes, &changes->items[i].reach, name)))
            put(bits, i);
    if (changes->earlier != BD_NONE && reaches_rule(changes, &changes->counters, name))
        put(bits, changes->earlier);
}

/* Which changes reach an element. What no rule says, such as a fault, can come from anywhere. */
static void add_element(const ImpactChanges *changes, const ImpactElement *element, Text product, uint64_t *bits)
{
    if (element->kind == IMPACT_PAYMENT)
        add_payment(changes, product, bits);
    else if (element->rule != BD_NONE)
        add_rule(changes, element->name, product, bits);
    if (size_of(changes, bits) == 0)
        all_of(changes, bits);
}

static bool is_element(const ImpactCause *cause, Text rule)
{
    for (uint32_t i = 0; i < cause->element_count; i++)
        if (cause->elements[i].rule != BD_NONE && text_equal(cause->elements[i].name, rule))
            return true;
    return false;
}

/* The set for a line that these changes make differ. A rule that says nothing of the line on either side can be silent because of another
** change: one that lifted an amount, and one that took away the rule against such amounts. Neither trace shows that, so it is left open. */
static uint32_t contested_set(ImpactChanges *changes, const ImpactCause *cause, Text product, const uint64_t *bits,
                              bool is_apart)
{
    uint64_t *all = changes->all, *own = changes->own;
    memcpy(all, bits, changes->words * sizeof *all);
    for (uint32_t i = 0; i < changes->contested_count; i++) {
        if (is_element(cause, changes->contested[i]))
            continue;
        memset(own, 0, changes->words * sizeof *own);
        add_rule(changes, changes->contested[i], product, own);
        bool shares = false, adds = false;
        for (uint32_t k = 0; k < changes->real; k++) {
            shares = shares || (has(own, k) && has(bits, k));
            adds = adds || (has(own, k) && !has(bits, k));
        }
        for (uint32_t k = 0; shares && adds && k < changes->real; k++)
            if (has(own, k))
                put(all, k);
    }
    bool is_same = memcmp(all, bits, changes->words * sizeof *all) == 0;
    return set_of(changes, all, is_apart && is_same);
}

/* Fills *settled: one set if each element has one change only. */
static void settle(ImpactChanges *changes, const ImpactCause *cause, Text product, bool is_paid, ImpactSettled *settled)
{
    bool is_clear = cause->element_count > 0;
    if (settled->candidates == NULL)
        settled->candidates = arena_array(changes->arena, changes->words, sizeof *settled->candidates);
    memset(settled->candidates, 0, changes->words * sizeof *settled->candidates);
    if (changes->real == 1) { /* then it is that one, directly or through what earlier lines left */
        put(settled->candidates, 0);
        settled->set = set_of(changes, settled->candidates, true);
        return;
    }
    if (is_paid)
        add_payment(changes, product, settled->candidates);
    for (uint32_t i = 0; i < cause->element_count; i++) {
        memset(changes->bits, 0, changes->words * sizeof *changes->bits);
        add_element(changes, &cause->elements[i], product, changes->bits);
        is_clear = is_clear && size_of(changes, changes->bits) == 1;
        for (uint32_t word = 0; word < changes->words; word++)
            settled->candidates[word] |= changes->bits[word];
    }
    if (size_of(changes, settled->candidates) == 0)
        all_of(changes, settled->candidates);
    if (is_paid) /* the price and the rules make the amount together: what each of them owes to which change a line must tell */
        is_clear = size_of(changes, settled->candidates) == 1;
    settled->set = is_clear ? contested_set(changes, cause, product, settled->candidates, true) : BD_NONE;
}

static ImpactSettled *settled_at(ImpactChanges *changes, uint32_t cause, uint32_t product)
{
    uint32_t at = (cause * 20011u + product) * 2654435761u & (SETTLED - 1);
    for (uint32_t tries = 0; tries < SETTLED; tries++, at = (at + 1) & (SETTLED - 1)) {
        ImpactSettled *one = &changes->settled[at];
        if (one->candidates == NULL || (one->cause == cause && one->product == product))
            return one;
    }
    return NULL; /* more causes and products than anyone has: found anew each time */
}

/* ---- What a line shows ---- */

/* The candidates that a look-up or a step outside every change may owe its other value to; false: none. */
static bool add_by_kind(const ImpactChanges *changes, const uint64_t *candidates, const bd_step *step, uint64_t *bits)
{
    bool is_lookup = step->kind == BD_STEP_LOOKUP, has_any = false;
    for (int pass = 0; pass < 2 && !has_any; pass++) {
        for (uint32_t i = 0; i < changes->count; i++) {
            const Change *change = changes->items[i].change;
            if (change == NULL || !has(candidates, i))
                continue;
            bool is_price =
                change->kind == MEANING_TARIFF || change->kind == MEANING_INDEXATION || change->kind == MEANING_SERIES;
            bool is_named = text_mentions(step->label, change->name);
            bool is_it = pass == 0 ? is_named : is_lookup && is_price;
            if (is_it) {
                put(bits, i);
                has_any = true;
            }
        }
    }
    return has_any;
}

static void add_root(const ImpactChanges *changes, const uint64_t *candidates, const ImpactRoot *root, uint64_t *bits)
{
    const bd_step *steps[] = {root->before, root->after};
    const bd_step *step = root->after != NULL ? root->after : root->before;
    if (step->kind == BD_STEP_COUNTER && changes->earlier != BD_NONE) {
        put(bits, changes->earlier);
        return;
    }
    /* Another cell of the same table: what is in the table changed, not the clause that looks there. */
    if (root->before != NULL && step->kind == BD_STEP_LOOKUP && text_equal(root->before->label, step->label) &&
        add_by_kind(changes, candidates, step, bits))
        return;
    bool has_any = false;
    for (int side = 0; side < SIDES; side++) {
        uint32_t change = steps[side] == NULL ? BD_NONE : change_around(changes, side, &steps[side]->place);
        if (change == BD_NONE || !has(candidates, change))
            continue;
        put(bits, change);
        has_any = true;
    }
    if (!has_any)
        (void)add_by_kind(changes, candidates, step, bits);
}

/* Adds the changes among the candidates that the roots of something are due to; false when that cannot be told of all of it. */
static bool add_roots(ImpactChanges *changes, const uint64_t *candidates, const ImpactElement *element,
                      const ImpactTraced *before, const ImpactTraced *after, uint64_t *bits, bool *is_certain)
{
    Arena scratch;
    cli_arena(changes->cli, &scratch);
    ImpactRoots roots;
    memset(changes->own, 0, changes->words * sizeof *changes->own);
    bool is_amount = element == NULL;
    bool is_told = impact_trace(&scratch, element, !is_amount, is_amount, before, after, &roots) && roots.is_complete;
    for (uint32_t i = 0; is_told && i < roots.count; i++)
        add_root(changes, candidates, &roots.items[i], changes->own);
    arena_free(&scratch);
    for (uint32_t word = 0; word < changes->words; word++)
        bits[word] |= changes->own[word];
    *is_certain = *is_certain && is_told && roots.is_certain;
    return is_told && (size_of(changes, changes->own) > 0 || (is_amount && roots.count == 0));
}

/* What the derivations of one line say. An element that only one change reaches needs none. */
static uint32_t set_of_line(ImpactChanges *changes, const ImpactPlace *place, const uint64_t *candidates,
                            const ImpactLine *line, const ImpactDerivations *derivations)
{
    ImpactTraced before, after;
    uint64_t *bits = changes->bits, *own = changes->own;
    memset(bits, 0, changes->words * sizeof *bits);
    bool is_certain = true, is_apart = derivations->find(derivations->context, line, &before, &after);
    for (uint32_t i = 0; is_apart && i < place->cause->element_count; i++) {
        const ImpactElement *element = &place->cause->elements[i];
        if (element->kind == IMPACT_PAYMENT)
            continue;
        memset(own, 0, changes->words * sizeof *own);
        add_element(changes, element, place->product, own);
        if (size_of(changes, own) != 1) {
            is_apart = add_roots(changes, candidates, element, &before, &after, bits, &is_certain);
            continue;
        }
        for (uint32_t word = 0; word < changes->words; word++)
            bits[word] |= own[word];
    }
    if (is_apart && place->is_paid)
        is_apart = add_roots(changes, candidates, NULL, &before, &after, bits, &is_certain);
    if (!is_apart || size_of(changes, bits) == 0)
        return set_of(changes, candidates, size_of(changes, candidates) == 1);
    return contested_set(changes, place->cause, place->product, bits, is_certain || size_of(changes, bits) == 1);
}

Text impact_changes_of(ImpactChanges *changes, const ImpactPlace *place, const ImpactLine *line,
                       const ImpactDerivations *derivations)
{
    uint32_t paid_product = 2 * place->product_index + place->is_paid;
    ImpactSettled *settled = settled_at(changes, place->cause_index, paid_product);
    settled = settled == NULL ? changes->spare : settled;
    if (settled->candidates == NULL || settled == changes->spare) {
        settled->cause = place->cause_index;
        settled->product = paid_product;
        settle(changes, place->cause, place->product, place->is_paid, settled);
    }
    uint32_t set = settled->set;
    if (set == BD_NONE && changes->looked_at++ >= IMPACT_LOOKED_AT)
        set = set_of(changes, settled->candidates, size_of(changes, settled->candidates) == 1);
    if (set == BD_NONE)
        set = set_of_line(changes, place, settled->candidates, line, derivations);
    for (uint32_t i = 0; i < changes->count; i++)
        changes->items[i].lines += has(changes->sets[set].bits, i);
    return changes->sets[set].id;
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
        const bd_module *module = module_of(changes, side);
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
                count += reaches_rule(changes, &changes->items[k].reach, name);
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
    changes->all = arena_array(changes->arena, changes->words, sizeof *changes->all);
    changes->own = arena_array(changes->arena, changes->words, sizeof *changes->own);
    changes->settled = arena_array(changes->arena, SETTLED, sizeof *changes->settled);
    changes->spare = arena_alloc(changes->arena, sizeof *changes->spare);
    *changes->spare = (ImpactSettled){.candidates = NULL};
    find_contested(changes);
}
