/* extern.c: tables that the host supplies row by row.
**
** Nodes of a level are numbered in order of arrival; a hash table per level holds (node, key) -> next node. So a
** look-up costs one probe per key, whatever the table's size. Entries are sorted by node and date when the session is
** prepared.
*/
#include "extern.h"

#include <string.h>

enum { FIRST_PLACES = 16, ENTRIES_MAX = 1 << 26 };

ExternKey extern_key_int(int64_t value)
{
    return (ExternKey){.num = value};
}

ExternKey extern_key_text(Text text)
{
    return (ExternKey){.text = text};
}

ExternKey extern_key_ratio(int64_t value, int64_t denominator)
{
    uint64_t a = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    uint64_t b = (uint64_t)denominator;
    while (a != 0) {
        uint64_t rest = b % a;
        b = a;
        a = rest;
    }
    return (ExternKey){.num = value / (int64_t)b, .den = denominator / (int64_t)b};
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

static uint64_t hash_link(int32_t from, const ExternKey *key)
{
    uint64_t hash = mix(mix((uint64_t)(uint32_t)from + 1, (uint64_t)key->num), (uint64_t)key->den);
    return mix(hash, key->text.size ? text_hash(key->text) : 0);
}

/* The place of a link, or the free one where it belongs. */
static ExternLink *find(ExternLink *links, size_t places, int32_t from, const ExternKey *key)
{
    size_t i = (size_t)hash_link(from, key) & (places - 1);
    for (;; i = (i + 1) & (places - 1)) {
        ExternLink *link = &links[i];
        if (link->to < 0)
            return link;
        if (link->from == from && link->key.num == key->num && link->key.den == key->den &&
            text_equal(link->key.text, key->text))
            return link;
    }
}

static void grow_level(ExternLevel *level, Arena *arena)
{
    if (level->places > 0 && level->count < level->places / 2)
        return;
    size_t places = level->places ? level->places * 2 : FIRST_PLACES;
    ExternLink *links = arena_array(arena, places, sizeof *links);
    for (size_t i = 0; i < places; i++)
        links[i].to = -1;
    for (size_t i = 0; i < level->places; i++) {
        const ExternLink *old = &level->links[i];
        if (old->to >= 0)
            *find(links, places, old->from, &old->key) = *old;
    }
    level->links = links;
    level->places = places;
}

/* The node behind a key, made if it is not there yet. */
static int32_t make_step(ExternLevel *level, Arena *arena, int32_t from, const ExternKey *key, bool *is_new)
{
    grow_level(level, arena);
    ExternLink *link = find(level->links, level->places, from, key);
    *is_new = link->to < 0;
    if (*is_new)
        *link = (ExternLink){*key, from, (int32_t)level->count++};
    return link->to;
}

bd_status extern_put(ExternTable *table, Arena *arena, ExternEntry row)
{
    bool is_exact = false;
    if (table->count >= ENTRIES_MAX)
        return BD_LIMIT;
    if (!row.is_missing) {
        bd_status status = number_to_scaled_int64(row.value, table->record->denominator, &row.scaled, &is_exact);
        row.is_scaled = status == BD_OK && is_exact;
    }
    table->entries = arena_grow(arena, table->entries, table->count, &table->capacity, sizeof *table->entries);
    table->entries[table->count++] = row;
    return BD_OK;
}

bd_status extern_add(ExternTable *table, Arena *arena, const ExternKey *keys, int32_t from, Number value)
{
    uint32_t dimensions = table->record->dimensions;
    ExternKey date = extern_key_int(from);
    int32_t node = 0;
    bool is_new = false;

    if (table->count >= ENTRIES_MAX)
        return BD_LIMIT;
    /* First the room for the entry: once its keys and date are known as taken, nothing may fail any more. */
    table->entries = arena_grow(arena, table->entries, table->count, &table->capacity, sizeof *table->entries);
    for (uint32_t i = 0; i < dimensions; i++)
        node = make_step(&table->levels[i], arena, node, &keys[i], &is_new);
    make_step(&table->levels[dimensions], arena, node, &date, &is_new);
    if (!is_new)
        return BD_ARGUMENT;

    return extern_put(table, arena, (ExternEntry){.value = value, .node = node, .from = from});
}

static bool is_before(const ExternEntry *a, const ExternEntry *b)
{
    return a->node != b->node ? a->node < b->node : a->from < b->from;
}

/* Merge sort from short runs to long; `other` has room for as many entries. */
static void sort_entries(ExternEntry *entries, ExternEntry *other, size_t count)
{
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t begin = 0; begin < count; begin += 2 * width) {
            size_t middle = begin + width < count ? begin + width : count;
            size_t end = begin + 2 * width < count ? begin + 2 * width : count;
            size_t left = begin, right = middle;
            for (size_t i = begin; i < end; i++) {
                bool take_right = left == middle || (right < end && is_before(&entries[right], &entries[left]));
                other[i] = entries[take_right ? right++ : left++];
            }
        }
        memcpy(entries, other, count * sizeof *entries);
    }
}

static void find_last_key(ExternTable *table)
{
    table->last_key = INT64_MIN;
    for (size_t i = 0; i < table->levels[0].places; i++) {
        const ExternLink *link = &table->levels[0].links[i];
        if (link->to >= 0 && link->key.num > table->last_key)
            table->last_key = link->key.num;
    }
}

void extern_prepare(ExternTable *table, Arena *arena)
{
    uint32_t dimensions = table->record->dimensions;
    if (table->goes_on)
        find_last_key(table);
    size_t nodes = dimensions == 0 ? 1 : table->levels[dimensions - 1].count;

    table->first_entry = arena_array(arena, nodes + 1, sizeof *table->first_entry);
    if (table->count == 0)
        return;
    sort_entries(table->entries, arena_array(arena, table->count, sizeof *table->entries), table->count);
    for (size_t i = 0; i < table->count; i++)
        table->first_entry[table->entries[i].node + 1]++;
    for (size_t i = 0; i < nodes; i++)
        table->first_entry[i + 1] += table->first_entry[i];
}

int32_t extern_step(ExternTable *table, uint32_t level, int32_t node, const ExternKey *key)
{
    const ExternLevel *at = &table->levels[level];
    if (node < 0 || at->places == 0)
        return -1;
    if (!table->goes_on || key->num <= table->last_key)
        return find(at->links, at->places, node, key)->to;
    table->went_on = true;
    ExternKey last = extern_key_int(table->last_key);
    return find(at->links, at->places, node, &last)->to;
}

int32_t extern_step_date(const ExternTable *table, int32_t node, int32_t date)
{
    uint32_t dimensions = table->record->dimensions;
    size_t nodes = dimensions == 0 ? 1 : table->levels[dimensions - 1].count;

    if (node < 0 || (size_t)node >= nodes || !table->first_entry) /* a price that asks for itself finds nothing */
        return -1;
    uint32_t low = table->first_entry[node], high = table->first_entry[node + 1];
    uint32_t first = low;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (table->entries[middle].from <= date)
            low = middle + 1;
        else
            high = middle;
    }
    return low == first || table->entries[low - 1].is_end ? -1 : (int32_t)(low - 1);
}

const ExternEntry *extern_entry(const ExternTable *table, int32_t entry)
{
    return entry >= 0 && (size_t)entry < table->count ? &table->entries[entry] : NULL;
}
