/* ir_shared.c: what all programs of a module share: places, fault sites, roundings, sets, brackets, periods.
**
** Job: pools in which equal entries are one. Places and sites are looked up through a hash, for there may be as many as
** instructions; the others are few. Their indexes are those of the module's sections, except the periods', which become
** constants.
*/
#include "compiler/ir_internal.h"

#include <assert.h>
#include <string.h>

enum { FIRST_INDEX = 256 };

static uint64_t hash_place(const IrPlace *place)
{
    uint64_t hash = ir_mix(text_hash(place->label), (uint64_t)place->span.begin << 32 | place->span.end);
    hash = ir_mix(hash, (uint64_t)place->span.file << 32 | place->rule);
    return ir_mix(hash, (uint64_t)place->citation << 8 | place->step);
}

static bool same_place(const IrPlace *a, const IrPlace *b)
{
    return a->span.file == b->span.file && a->span.begin == b->span.begin && a->span.end == b->span.end &&
           a->rule == b->rule && a->citation == b->citation && a->step == b->step && a->meaning == b->meaning &&
           a->unit == b->unit && a->choice == b->choice && text_equal(a->label, b->label);
}

static uint64_t hash_site(const IrSite *site)
{
    return ir_mix(text_hash(site->code), (uint64_t)site->place << 32 | site->rule);
}

static bool same_site(const IrSite *a, const IrSite *b)
{
    return a->place == b->place && a->rule == b->rule && text_equal(a->code, b->code);
}

/* Doubles an index of `count` entries when it is half full; the caller enters them anew. */
static bool grow_index(Arena *arena, IrIndex *index, uint32_t count)
{
    if (index->size != 0 && count < index->size / 2) {
        return false;
    }
    index->size = index->size == 0 ? FIRST_INDEX : index->size * 2;
    index->slots = arena_array(arena, index->size, sizeof *index->slots);
    memset(index->slots, 0xFF, index->size * sizeof *index->slots);
    return true;
}

static uint32_t *find_place(const IrShared *shared, const IrPlace *place)
{
    uint32_t mask = shared->place_index.size - 1;
    for (uint32_t i = (uint32_t)hash_place(place) & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &shared->place_index.slots[i];
        if (*slot == IR_NONE || same_place(&shared->places[*slot], place)) {
            return slot;
        }
    }
}

static uint32_t *find_site(const IrShared *shared, const IrSite *site)
{
    uint32_t mask = shared->site_index.size - 1;
    for (uint32_t i = (uint32_t)hash_site(site) & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &shared->site_index.slots[i];
        if (*slot == IR_NONE || same_site(&shared->sites[*slot], site)) {
            return slot;
        }
    }
}

static uint32_t add_site(IrShared *shared, IrSite site)
{
    if (grow_index(shared->arena, &shared->site_index, shared->site_count)) {
        for (uint32_t i = 0; i < shared->site_count; i++) {
            *find_site(shared, &shared->sites[i]) = i;
        }
    }
    uint32_t *slot = find_site(shared, &site);
    if (*slot == IR_NONE) {
        shared->sites =
            ir_grow(shared->arena, shared->sites, shared->site_count, &shared->site_capacity, sizeof *shared->sites);
        shared->sites[shared->site_count] = site;
        *slot = shared->site_count++;
    }
    return *slot;
}

uint32_t ir_add_site(Ir *ir, const char *code, uint32_t place)
{
    return add_site(ir->shared, (IrSite){text_from_cstring(code), place, ir->rule});
}

uint32_t ir_add_place(Ir *ir, const IrPlace *place)
{
    IrShared *shared = ir->shared;
    if (grow_index(shared->arena, &shared->place_index, shared->place_count)) {
        for (uint32_t i = 0; i < shared->place_count; i++) {
            *find_place(shared, &shared->places[i]) = i;
        }
    }
    uint32_t *slot = find_place(shared, place);
    if (*slot == IR_NONE) {
        shared->places = ir_grow(shared->arena, shared->places, shared->place_count, &shared->place_capacity,
                                 sizeof *shared->places);
        shared->places[shared->place_count] = *place;
        *slot = shared->place_count++;
    }
    return *slot;
}

void ir_shared_init(IrShared *shared, Arena *arena)
{
    *shared = (IrShared){.arena = arena};
    (void)add_site(shared, (IrSite){TEXT("getalgrens"), BD_NONE, BD_NONE});
}

/* ---- The small pools ---- */

uint32_t ir_add_rounding(IrShared *shared, RoundMode mode, Number step)
{
    for (uint32_t i = 0; i < shared->rounding_count; i++) {
        const RoundingRecord *at = &shared->roundings[i];
        if (at->mode == (uint32_t)mode && at->step_numerator == step.num && at->step_denominator == step.den) {
            return i;
        }
    }
    shared->roundings = ir_grow(shared->arena, shared->roundings, shared->rounding_count, &shared->rounding_capacity,
                                sizeof *shared->roundings);
    shared->roundings[shared->rounding_count] =
        (RoundingRecord){.mode = (uint32_t)mode, .step_numerator = step.num, .step_denominator = step.den};
    return shared->rounding_count++;
}

static void *copy(Arena *arena, const void *items, uint32_t count, size_t size)
{
    void *made = arena_array(arena, count, size);
    if (count > 0) {
        memcpy(made, items, count * size);
    }
    return made;
}

uint32_t ir_add_set(IrShared *shared, const uint64_t *words, uint32_t word_count)
{
    for (uint32_t i = 0; i < shared->set_count; i++) {
        if (shared->set_words[i] == word_count &&
            (word_count == 0 || memcmp(shared->sets[i], words, word_count * sizeof *words) == 0)) {
            return i;
        }
    }
    uint32_t capacity = shared->set_capacity;
    shared->set_words =
        ir_grow(shared->arena, shared->set_words, shared->set_count, &capacity, sizeof *shared->set_words);
    shared->sets = ir_grow(shared->arena, shared->sets, shared->set_count, &shared->set_capacity, sizeof *shared->sets);
    assert(capacity == shared->set_capacity);
    shared->sets[shared->set_count] = copy(shared->arena, words, word_count, sizeof *words);
    shared->set_words[shared->set_count] = word_count;
    return shared->set_count++;
}

uint32_t ir_add_brackets(IrShared *shared, const int64_t *bounds, uint32_t count)
{
    for (uint32_t i = 0; i < shared->bracket_count; i++) {
        const struct IrBrackets *at = &shared->brackets[i];
        if (at->count == count && (count == 0 || memcmp(at->bounds, bounds, count * sizeof *bounds) == 0)) {
            return i;
        }
    }
    shared->brackets = ir_grow(shared->arena, shared->brackets, shared->bracket_count, &shared->bracket_capacity,
                               sizeof *shared->brackets);
    shared->brackets[shared->bracket_count] =
        (struct IrBrackets){.bounds = copy(shared->arena, bounds, count, sizeof *bounds), .count = count};
    return shared->bracket_count++;
}

uint32_t ir_add_period(IrShared *shared, int32_t length, int32_t anchor)
{
    for (uint32_t i = 0; i < shared->period_count; i++) {
        if (shared->periods[i].length == length && shared->periods[i].anchor == anchor) {
            return i;
        }
    }
    shared->periods = ir_grow(shared->arena, shared->periods, shared->period_count, &shared->period_capacity,
                              sizeof *shared->periods);
    shared->periods[shared->period_count] = (struct IrPeriod){length, anchor};
    return shared->period_count++;
}
