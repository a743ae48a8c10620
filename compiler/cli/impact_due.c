/* impact_due.c: to which changes the difference of a line is due; see impact_change.h. */
#include "compiler/cli/impact_change_internal.h"
#include "compiler/cli/messages.h"

/* ---- What reaches a cause ---- */

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
            bits_put(bits, i);
}

/* Whether a rule of this name is among those reached, on either side. */
bool changes_reach_rule(const ImpactChanges *changes, const Reach *reach, Text name)
{
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = changes_module(changes, side);
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
            bits_put(bits, i);
    if (changes->earlier != BD_NONE && changes->counters.pays)
        bits_put(bits, changes->earlier);
}

static void add_rule(const ImpactChanges *changes, Text name, Text product, uint64_t *bits)
{
    if (changes_reach_rule(changes, &changes->prices, name))
        add_payment(changes, product, bits);
    for (uint32_t i = 0; i < changes->count; i++)
        if (changes->items[i].change != NULL && changes_reach_rule(changes, &changes->items[i].reach, name))
            bits_put(bits, i);
    if (changes->earlier != BD_NONE && changes_reach_rule(changes, &changes->counters, name))
        bits_put(bits, changes->earlier);
}

/* Which changes reach an element. What no rule says, such as a fault, can come from anywhere; a cap that holds on both sides need not have changed. */
static void add_element(const ImpactChanges *changes, const ImpactElement *element, Text product, uint64_t *bits)
{
    if (element->kind == IMPACT_PAYMENT)
        add_payment(changes, product, bits);
    else if (element->rule != BD_NONE)
        add_rule(changes, element->name, product, bits);
    if (bits_size(bits, changes->words) == 0 && element->kind != IMPACT_STILL)
        all_of(changes, bits);
}

static bool is_element(const ImpactCause *cause, Text rule)
{
    for (uint32_t i = 0; i < cause->element_count; i++)
        if (cause->elements[i].rule != BD_NONE && text_equal(cause->elements[i].name, rule))
            return true;
    return false;
}

/* Adds what else may be at work: a rule that says nothing of the line on either side can be silent because of another change, such as one that
** took away the rule against amounts that this one lifts. No derivation shows that. */
static void add_contested(ImpactChanges *changes, const ImpactPlace *place, const uint64_t *bits, uint64_t *all)
{
    uint64_t *own = changes->own;
    for (uint32_t i = 0; i < changes->contested_count; i++) {
        if (is_element(place->cause, changes->contested[i]))
            continue;
        memset(own, 0, changes->words * sizeof *own);
        add_rule(changes, changes->contested[i], place->product, own);
        bool shares = false, adds = false;
        for (uint32_t k = 0; k < changes->real; k++) {
            shares = shares || (bits_have(own, k) && bits_have(bits, k));
            adds = adds || (bits_have(own, k) && !bits_have(bits, k));
        }
        for (uint32_t k = 0; shares && adds && k < changes->real; k++)
            if (bits_have(own, k))
                bits_put(all, k);
    }
}

/* The set for lines of this kind that these changes make differ; found once for all of them. */
static uint32_t found_set(ImpactChanges *changes, const ImpactPlace *place, ImpactSettled *settled,
                          const uint64_t *bits, bool is_apart)
{
    size_t size = changes->words * sizeof *bits;
    for (const ImpactFound *found = settled->found; found != NULL; found = found->next)
        if (found->is_apart == is_apart && memcmp(found->bits, bits, size) == 0)
            return found->set;
    ImpactFound *found = arena_alloc(changes->arena, sizeof *found);
    uint64_t *all = arena_array(changes->arena, changes->words, sizeof *all);
    *found = (ImpactFound){.is_apart = is_apart, .next = settled->found};
    found->bits = arena_array(changes->arena, changes->words, sizeof *bits);
    memcpy(found->bits, bits, size);
    memcpy(all, bits, size);
    add_contested(changes, place, found->bits, all);
    found->set = changes_set_of(changes, all, is_apart && memcmp(all, found->bits, size) == 0);
    settled->found = found;
    return found->set;
}

/* Fills *settled: one set if each element has one change only. */
static void settle(ImpactChanges *changes, const ImpactPlace *place, ImpactSettled *settled)
{
    uint32_t words = changes->words, count = place->cause->element_count;
    bool is_clear = count > 0;
    settled->candidates = arena_array(changes->arena, words, sizeof *settled->candidates);
    settled->elements = arena_array(changes->arena, (size_t)count * words + 1, sizeof *settled->elements);
    if (changes->real == 1) { /* then it is that one, directly or through what earlier lines left */
        bits_put(settled->candidates, 0);
        settled->set = changes_set_of(changes, settled->candidates, true);
        return;
    }
    if (place->is_paid)
        add_payment(changes, place->product, settled->candidates);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t *bits = settled->elements + (size_t)i * words;
        add_element(changes, &place->cause->elements[i], place->product, bits);
        is_clear = is_clear && bits_size(bits, words) == 1;
        bits_join(settled->candidates, bits, words);
    }
    if (bits_size(settled->candidates, words) == 0)
        all_of(changes, settled->candidates);
    /* Price and rules make the amount together: what each of them owes to which change a line must tell. */
    if (place->is_paid)
        is_clear = bits_size(settled->candidates, words) == 1;
    settled->set = is_clear ? found_set(changes, place, settled, settled->candidates, true) : BD_NONE;
}

/* What is known of lines like this one; NULL when there are more causes and products than anyone has. */
static ImpactSettled *settled_for(ImpactChanges *changes, const ImpactPlace *place)
{
    uint32_t product = 2 * place->product_index + place->is_paid;
    uint32_t at = (place->cause_index * 20011u + product) * 2654435761u & (SETTLED - 1);
    for (uint32_t tries = 0; tries < SETTLED; tries++, at = (at + 1) & (SETTLED - 1)) {
        ImpactSettled *one = &changes->settled[at];
        if (one->candidates != NULL && (one->cause != place->cause_index || one->product != product))
            continue;
        one->cause = place->cause_index;
        one->product = product;
        if (one->candidates == NULL)
            settle(changes, place, one);
        return one;
    }
    return NULL;
}

/* ---- What a line shows ---- */

/* The candidates that a look-up or a step outside every change may owe its other value to; false: none. */
static bool add_by_kind(const ImpactChanges *changes, const uint64_t *candidates, const bd_step *step, uint64_t *bits)
{
    bool is_lookup = step->kind == BD_STEP_LOOKUP, has_any = false;
    for (int pass = 0; pass < 2 && !has_any; pass++) {
        for (uint32_t i = 0; i < changes->count; i++) {
            const Change *change = changes->items[i].change;
            if (change == NULL || !bits_have(candidates, i))
                continue;
            bool is_price =
                change->kind == MEANING_TARIFF || change->kind == MEANING_INDEXATION || change->kind == MEANING_SERIES;
            bool is_named = text_mentions(step->label, change->name);
            bool is_it = pass == 0 ? is_named : is_lookup && is_price;
            if (is_it) {
                bits_put(bits, i);
                has_any = true;
            }
        }
    }
    return has_any;
}

/* Adds the changes that a root is due to; false: none of the candidates. */
static bool add_root(const ImpactChanges *changes, const uint64_t *candidates, const ImpactRoot *root, uint64_t *bits)
{
    const bd_step *steps[] = {root->before, root->after};
    const bd_step *step = root->after != NULL ? root->after : root->before;
    if (step->kind == BD_STEP_COUNTER && changes->earlier != BD_NONE) {
        bits_put(bits, changes->earlier);
        return true;
    }
    /* Another cell of the same table: what is in the table changed, not the clause that looks there. */
    if (root->before != NULL && step->kind == BD_STEP_LOOKUP && text_equal(root->before->label, step->label) &&
        add_by_kind(changes, candidates, step, bits))
        return true;
    bool has_any = false;
    for (int side = 0; side < SIDES; side++) {
        uint32_t change = steps[side] == NULL ? BD_NONE : changes_around(changes, side, &steps[side]->place);
        if (change == BD_NONE || !bits_have(candidates, change))
            continue;
        bits_put(bits, change);
        has_any = true;
    }
    return has_any || add_by_kind(changes, candidates, step, bits);
}

/* A line that is followed back, and what comes of it. */
typedef struct Looking {
    ImpactChanges *changes;
    const uint64_t *candidates;
    Arena *arena;
    ImpactPair pair;
    ImpactAsked asked;
    uint64_t *bits;
    bool is_certain;
} Looking;

/* Adds the changes that the roots of an element, or of the amount (element NULL), are due to. False when that cannot be told. */
static bool add_roots(Looking *looking, const ImpactElement *element)
{
    ImpactRoots roots;
    bool is_amount = element == NULL;
    impact_trace(looking->arena, element, !is_amount, is_amount, &looking->pair, &looking->asked, &roots);
    bool is_told = roots.is_complete && (is_amount || roots.count > 0);
    for (uint32_t i = 0; is_told && i < roots.count; i++)
        is_told = add_root(looking->changes, looking->candidates, &roots.items[i], looking->bits);
    looking->is_certain = looking->is_certain && is_told && roots.is_certain;
    return is_told;
}

/* What two derivations say. An element that only one change reaches needs none. False when they do not tell. */
static bool look(Looking *looking, const ImpactPlace *place, const ImpactSettled *settled)
{
    uint32_t words = looking->changes->words;
    for (uint32_t i = 0; i < place->cause->element_count; i++) {
        const ImpactElement *element = &place->cause->elements[i];
        const uint64_t *own = settled->elements + (size_t)i * words;
        if (element->kind == IMPACT_PAYMENT || element->kind == IMPACT_STILL)
            continue; /* the amount tells */
        if (bits_size(own, words) == 1)
            bits_join(looking->bits, own, words);
        else if (!add_roots(looking, element))
            return false;
    }
    return (!place->is_paid || add_roots(looking, NULL)) && bits_size(looking->bits, words) > 0;
}

static uint32_t open_set(ImpactChanges *changes, const ImpactSettled *settled)
{
    return changes_set_of(changes, settled->candidates, bits_size(settled->candidates, changes->words) == 1);
}

/* Follows the line back. What was asked on the way is kept if there is a key for it; else the line counts against the limit. */
static uint32_t set_by_looking(ImpactChanges *changes, const ImpactPlace *place, ImpactSettled *settled,
                               const ImpactTraced *before, const ImpactTraced *after, const ImpactWayKey *key)
{
    Arena scratch;
    uint32_t words = changes->words;
    cli_arena(changes->cli, &scratch);
    memset(changes->bits, 0, words * sizeof *changes->bits);
    Looking looking = {.changes = changes,
                       .candidates = settled->candidates,
                       .arena = &scratch,
                       .bits = changes->bits,
                       .is_certain = true};
    bool has_pair = impact_pair(before, after, &looking.pair), is_told = has_pair && look(&looking, place, settled);
    uint32_t set = is_told ? found_set(changes, place, settled, looking.bits,
                                       looking.is_certain || bits_size(looking.bits, words) == 1)
                           : open_set(changes, settled);
    bool is_kept = has_pair && key != NULL && impact_ways_keep(&changes->ways, key, &looking.asked, set, before, after);
    changes->looked_at += !is_kept;
    arena_free(&scratch);
    return set;
}

/* What the derivations of one line say. */
static uint32_t set_of_line(ImpactChanges *changes, const ImpactPlace *place, ImpactSettled *settled,
                            const ImpactLine *line, const ImpactDerivations *derivations)
{
    ImpactTraced before, after;
    ImpactWayKey key = {.kind = (uint32_t)(settled - changes->settled), .decision = (uint32_t)line->before.decision};
    bool has_key = false;
    if (derivations->record(derivations->context, line, &before, &after)) {
        key.before = before.record->forms[before.row];
        key.after = after.record->forms[after.row];
        has_key = key.before != 0 && key.after != 0;
        uint32_t set = has_key ? impact_ways_find(&changes->ways, &key, &before, &after) : BD_NONE;
        if (set != BD_NONE)
            return set;
    }
    if (changes->looked_at >= IMPACT_LOOKED_AT || !derivations->find(derivations->context, line, &before, &after))
        return open_set(changes, settled);
    return set_by_looking(changes, place, settled, &before, &after, has_key ? &key : NULL);
}

Text impact_changes_of(ImpactChanges *changes, const ImpactPlace *place, const ImpactLine *line,
                       const ImpactDerivations *derivations)
{
    ImpactSettled *settled = settled_for(changes, place);
    uint32_t set = settled == NULL ? BD_NONE : settled->set;
    if (settled == NULL) {
        memset(changes->bits, 0, changes->words * sizeof *changes->bits);
        all_of(changes, changes->bits);
        set = changes_set_of(changes, changes->bits, false);
    } else if (set == BD_NONE) {
        set = set_of_line(changes, place, settled, line, derivations);
    }
    for (uint32_t i = 0; i < changes->count; i++)
        changes->items[i].lines += bits_have(changes->sets[set].bits, i);
    return changes->sets[set].id;
}
