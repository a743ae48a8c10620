/* diff_bands.c: tables by bands of a number, laid over each other as their versions are by days; see diff.h.
**
** A cell of such a table is called by the upper end of its band, "≤ 50000.00" or "> 50000.00" for the last. Where a bound moved, cells of one name stand
** for different numbers: so the bounds of both versions cut the numbers into stretches, and neighbouring ones with the same old and new value
** are told as one. The cells of other keys are kept apart.
*/
#include <stdlib.h>

#include "compiler/cli/diff_internal.h"

static const Text UP_TO = TEXT_INIT("≤ "), ABOVE = TEXT_INIT("> "), BETWEEN = TEXT_INIT(" × ");

typedef struct Band {
    const MeaningRecord *record;
    Text before, after; /* the other keys of the cell */
    bool is_last;       /* above all bounds */
    Number upper;
} Band;

typedef struct Bands {
    const Thing *version;
    Band *items;
    uint32_t count;
    size_t capacity;
} Bands;

static bool read_cell(Diff *diff, Text cell, Band *band)
{
    bool is_found = false;
    for (size_t begin = 0, end; begin <= cell.size; begin = end + BETWEEN.size) {
        end = begin;
        while (end < cell.size && !text_has_prefix(text_slice(cell, end, cell.size), BETWEEN))
            end++;
        Text key = text_slice(cell, begin, end);
        bool is_last = text_has_prefix(key, ABOVE);
        if (!is_last && !text_has_prefix(key, UP_TO))
            continue;
        Text number = text_slice(key, is_last ? ABOVE.size : UP_TO.size, key.size);
        if (is_found || number_from_text(diff->arena, number, &band->upper) != BD_OK)
            return false;
        is_found = true;
        band->is_last = is_last;
        band->before = text_slice(cell, 0, begin);
        band->after = text_slice(cell, end, cell.size);
    }
    return is_found;
}

/* The cells of a version; false when one has no band, or two. */
static bool read_bands(Diff *diff, const Thing *version, Bands *bands)
{
    *bands = (Bands){.version = version};
    for (uint32_t i = 0; version != NULL && i < version->parts; i++) {
        const MeaningRecord *record = &version->module->MEANINGS[version->first + i];
        if (record->part != MEANT_CELL)
            continue;
        bands->items = arena_grow(diff->arena, bands->items, bands->count, &bands->capacity, sizeof *bands->items);
        Band *band = &bands->items[bands->count++];
        band->record = record;
        if (!read_cell(diff, thing_sub(version, record), band))
            return false;
    }
    return bands->count > 0;
}

static bool same_keys(const Band *a, const Band *b)
{
    return text_equal(a->before, b->before) && text_equal(a->after, b->after);
}

/* Upper ends rise; the last band comes behind all. */
static int compare_bands(const void *a, const void *b)
{
    const Band *one = a, *other = b;
    if (one->is_last || other->is_last)
        return (int)one->is_last - (int)other->is_last;
    return number_compare(one->upper, other->upper);
}

/* The band that a stretch ending at `end` lies in. */
static const Band *band_of(const Bands *bands, const Band *end)
{
    const Band *found = NULL;
    for (uint32_t i = 0; i < bands->count; i++) {
        const Band *band = &bands->items[i];
        if (same_keys(band, end) && compare_bands(band, end) >= 0 && (found == NULL || compare_bands(band, found) < 0))
            found = band;
    }
    return found;
}

static Text stretch_name(Diff *diff, const Band *lower, const Band *end)
{
    StringBuilder out;
    builder_init(&out, diff->arena);
    builder_text(&out, end->before);
    if (lower != NULL) {
        builder_text(&out, ABOVE);
        number_append(&out, lower->upper, 0);
        builder_text(&out, end->is_last ? TEXT("") : TEXT(" "));
    }
    if (!end->is_last) {
        builder_text(&out, UP_TO);
        number_append(&out, end->upper, 0);
    }
    builder_text(&out, end->after);
    return builder_result(&out);
}

static bool same_record(const Thing *thing, const Band *a, const Band *b)
{
    return a == b || (a != NULL && b != NULL && same_meaning(thing, a->record, thing, b->record));
}

typedef struct Stretch {
    const Band *lower, *end, *old, *made;
} Stretch;

static void tell(Diff *diff, Change *change, const Bands *old, const Bands *made, const Stretch *stretch,
                 const Detail *days)
{
    const Band *was = stretch->old, *is = stretch->made;
    if ((was == NULL && is == NULL) || (was != NULL && is != NULL && !change->is_other_unit &&
                                        same_meaning(old->version, was->record, made->version, is->record)))
        return;
    Detail detail = detail_of(old->version, was ? was->record : NULL, made->version, is ? is->record : NULL);
    detail.sub = stretch_name(diff, stretch->lower, stretch->end);
    detail.from = days->from;
    detail.to = days->to;
    diff_add_detail(diff, change, detail);
}

/* The stretches of the cells that have the same other keys as one. */
static void compare_group(Diff *diff, Change *change, const Bands *old, const Bands *made, const Band *like,
                          const Detail *days)
{
    Band *ends = arena_array(diff->arena, (size_t)old->count + made->count, sizeof *ends);
    uint32_t count = 0;
    for (uint32_t i = 0; i < old->count; i++)
        if (same_keys(&old->items[i], like))
            ends[count++] = old->items[i];
    for (uint32_t i = 0; i < made->count; i++)
        if (same_keys(&made->items[i], like))
            ends[count++] = made->items[i];
    qsort(ends, count, sizeof *ends, compare_bands);
    Stretch open = {NULL, NULL, NULL, NULL};
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0 && compare_bands(&ends[i - 1], &ends[i]) == 0)
            continue;
        Stretch next = {open.end, &ends[i], band_of(old, &ends[i]), band_of(made, &ends[i])};
        bool goes_on = open.end != NULL && same_record(old->version, open.old, next.old) &&
                       same_record(made->version, open.made, next.made);
        if (!goes_on && open.end != NULL)
            tell(diff, change, old, made, &open, days);
        open = goes_on ? (Stretch){open.lower, next.end, open.old, open.made} : next;
    }
    tell(diff, change, old, made, &open, days);
}

static bool is_known(const Bands *bands, uint32_t count, const Band *like)
{
    for (uint32_t i = 0; i < count; i++)
        if (same_keys(&bands->items[i], like))
            return true;
    return false;
}

bool diff_bands(Diff *diff, Change *change, const Thing *old, const Thing *made, int32_t from, int32_t to)
{
    Bands was, is;
    if (old == NULL || made == NULL || !read_bands(diff, old, &was) || !read_bands(diff, made, &is))
        return false;
    Detail days = {.from = from, .to = to};
    for (uint32_t i = 0; i < was.count; i++)
        if (!is_known(&was, i, &was.items[i]))
            compare_group(diff, change, &was, &is, &was.items[i], &days);
    for (uint32_t i = 0; i < is.count; i++)
        if (!is_known(&was, was.count, &is.items[i]) && !is_known(&is, i, &is.items[i]))
            compare_group(diff, change, &was, &is, &is.items[i], &days);
    return true;
}
