/* impact.c: what a change does to a population of lines; see impact.h. Causes are found in impact_cause.c. */
#include "compiler/cli/impact.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/cli/impact_cause.h"

const int64_t IMPACT_BOUNDS[IMPACT_CLASSES - 1] = {100, 1000, 10000, 100000, 1000000};

bd_decision impact_decision(const ImpactOutcome *outcome)
{
    if (outcome->is_malformed || outcome->decision == BD_FAULTED)
        return BD_REJECTED;
    return outcome->decision;
}

static int64_t cents_of(const ImpactOutcome *outcome)
{
    return impact_decision(outcome) == BD_APPROVED ? outcome->cents : 0;
}

static void accumulate(Impact *impact, int64_t *sum, int64_t cents)
{
    if (__builtin_add_overflow(*sum, cents, sum))
        impact->has_overflowed = true;
}

/* ---- Values ---- */

enum {
    SHORT = 32,
    SHORT_WORDS = SHORT / 8,
    MET_BITS = 12
}; /* a hash of every text of every line would be most of the counting */

typedef struct ImpactShort {
    uint64_t words[4];
    uint32_t size, value;
} ImpactShort;

static void init_values(Impact *impact, ImpactValues *values)
{
    Arena *arena = &impact->cli->arena;
    values->slot_count = 65536; /* more than twice IMPACT_VALUES */
    values->slots = arena_array(arena, values->slot_count, sizeof *values->slots);
    values->names = arena_grow(arena, values->names, 0, &values->capacity, sizeof *values->names);
    values->names[0] = (Text){NULL, 0};
    values->count = 1;
    values->met = arena_array(arena, (size_t)1 << MET_BITS, sizeof *values->met);
    for (size_t i = 0; i < (size_t)1 << MET_BITS; i++)
        values->met[i].size = UINT32_MAX;
}

/* A product may be written as its name or as its code; both are the name. */
static Text canonical(const Impact *impact, ImpactDimension dimension, Text text)
{
    const bd_module *modules[] = {impact->after.module, impact->before.module};
    for (size_t i = 0; i < 2 && dimension == IMPACT_PRODUCT; i++) {
        uint32_t member = bd_choice_find(modules[i], 0, text);
        if (member != BD_NONE)
            return bd_choice_member(modules[i], 0, member);
    }
    return text;
}

static uint32_t add_value(Impact *impact, ImpactValues *values, Text text)
{
    Arena *arena = &impact->cli->arena;
    if (values->count >= IMPACT_VALUES)
        return 0;
    values->names = arena_grow(arena, values->names, values->count, &values->capacity, sizeof *values->names);
    values->names[values->count] = arena_text_copy(arena, text);
    return values->count++;
}

static uint32_t look_up(Impact *impact, ImpactDimension dimension, Text text)
{
    ImpactValues *values = &impact->values[dimension];
    Text name = canonical(impact, dimension, text);
    size_t mask = values->slot_count - 1, at = (size_t)text_hash(name) & mask;
    for (; values->slots[at] != 0; at = (at + 1) & mask)
        if (text_equal(values->names[values->slots[at]], name))
            return values->slots[at];
    uint32_t index = add_value(impact, values, name);
    values->slots[at] = index;
    return index;
}

static uint64_t load_8(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static uint64_t load_4(const char *at)
{
    uint32_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* Up to eight bytes, from both ends: no other text of that size gives the same. */
static uint64_t load_few(Text text)
{
    uint64_t word = 0;
    if (text.size >= 8)
        return load_8(text.data);
    if (text.size >= 4)
        return load_4(text.data) << 32 | load_4(text.data + text.size - 4);
    for (size_t i = 0; i < text.size; i++)
        word = word << 8 | (uint8_t)text.data[i];
    return word;
}

/* A short text in four words, that may overlap. */
static ImpactShort key_of(Text text)
{
    ImpactShort key = {.words = {load_few(text)}, .size = (uint32_t)text.size};
    if (text.size > 8)
        key.words[1] = load_8(text.data + text.size - 8);
    if (text.size > 16) {
        key.words[2] = load_8(text.data + 8);
        key.words[3] = load_8(text.data + text.size - 16);
    }
    return key;
}

static bool is_met(const ImpactShort *met, const ImpactShort *key)
{
    return met->size == key->size && met->words[0] == key->words[0] && met->words[1] == key->words[1] &&
           met->words[2] == key->words[2] && met->words[3] == key->words[3];
}

static uint32_t value_of(Impact *impact, ImpactDimension dimension, Text text)
{
    if (dimension == IMPACT_MONTH)
        text = text_slice(text, 0, 7);
    bool stands_still = dimension == IMPACT_CHANGE;
    if (!stands_still && text.size > SHORT)
        return look_up(impact, dimension, text);
    ImpactShort key =
        stands_still ? (ImpactShort){.words = {(uintptr_t)text.data}, .size = (uint32_t)text.size} : key_of(text);
    uint64_t mixed = ((key.words[0] * 0x9E3779B97F4A7C15u) ^ key.words[1]) * 0xD6E8FEB86659FD93u;
    ImpactShort *met = &impact->values[dimension].met[mixed >> (64 - MET_BITS)];
    if (!is_met(met, &key)) {
        key.value = look_up(impact, dimension, text);
        *met = key;
    }
    return met->value;
}

static ImpactSums *sums_of(Impact *impact, ImpactCause *cause, ImpactDimension dimension, uint32_t value)
{
    if (value >= cause->by_count[dimension]) {
        size_t capacity = cause->by_count[dimension];
        size_t needed = value < 8 ? 16 : (size_t)value * 2;
        cause->by[dimension] = arena_reserve(&impact->cli->arena, cause->by[dimension], cause->by_count[dimension],
                                             &capacity, sizeof(ImpactSums), needed);
        cause->by_count[dimension] = (uint32_t)capacity;
    }
    return &cause->by[dimension][value];
}

/* ---- Cases ---- */

static Text keep(ImpactCase *kept, size_t at, Text text)
{
    if (text.size > 0)
        memcpy(kept->bytes + at, text.data, text.size);
    return (Text){kept->bytes + at, text.size};
}

static void keep_case(Impact *impact, ImpactCase *kept, const ImpactLine *line, uint32_t cause)
{
    size_t needed = line->declaration.size + line->number.size + 1;
    if (needed > kept->capacity) {
        kept->capacity = needed + 32;
        kept->bytes = arena_alloc(&impact->cli->arena, kept->capacity);
    }
    kept->declaration = keep(kept, 0, line->declaration);
    kept->number = keep(kept, line->declaration.size, line->number);
    kept->file_line = line->file_line;
    kept->decision_before = impact_decision(&line->before);
    kept->decision_after = impact_decision(&line->after);
    kept->before = cents_of(&line->before);
    kept->after = cents_of(&line->after);
    kept->cause = cause;
}

static uint64_t size_of(int64_t cents)
{
    return cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
}

/* Keeps the line if its difference is among the greatest; of equal ones the earlier stays ahead. */
static void keep_largest(Impact *impact, ImpactCause *cause, const ImpactLine *line, int64_t difference, uint32_t index)
{
    uint64_t size = size_of(difference);
    uint32_t at = cause->largest_count;
    while (at > 0 && size_of(cause->largest[at - 1].after - cause->largest[at - 1].before) < size)
        at--;
    if (at == IMPACT_LARGEST)
        return;
    /* The place of the last one is used again, with its bytes. */
    if (cause->largest_count < IMPACT_LARGEST)
        cause->largest_count++;
    ImpactCase freed = cause->largest[cause->largest_count - 1];
    memmove(&cause->largest[at + 1], &cause->largest[at], (cause->largest_count - 1 - at) * sizeof freed);
    cause->largest[at] = freed;
    keep_case(impact, &cause->largest[at], line, index);
}

/* ---- The median ---- */

/* The number of the bucket of a difference: exact below 2.56 euros, beyond that 128 buckets for each doubling, so that two differences in one
** bucket are within 1 % of each other. Rises with the difference. */
static int32_t bucket_number(int64_t difference)
{
    uint64_t size = size_of(difference);
    int32_t number = (int32_t)size;
    if (size >= 256) {
        int exponent = 63 - __builtin_clzll(size);
        number = 256 + (exponent - 8) * 128 + (int32_t)((size >> (exponent - 7)) & 127);
    }
    return difference < 0 ? -number : number;
}

static ImpactBucket *bucket_at(ImpactBucket *buckets, uint32_t capacity, int32_t number)
{
    uint32_t at = (uint32_t)number * 2654435761u & (capacity - 1);
    while (buckets[at].count != 0 && buckets[at].size != number)
        at = (at + 1) & (capacity - 1);
    return &buckets[at];
}

static ImpactBucket *bucket_of(Impact *impact, ImpactCause *cause, int32_t number)
{
    if (cause->bucket_count * 2 >= cause->bucket_capacity) {
        uint32_t capacity = cause->bucket_capacity == 0 ? 16 : cause->bucket_capacity * 2;
        ImpactBucket *buckets = arena_array(&impact->cli->arena, capacity, sizeof *buckets);
        for (uint32_t i = 0; i < cause->bucket_capacity; i++)
            if (cause->buckets[i].count != 0)
                *bucket_at(buckets, capacity, cause->buckets[i].size) = cause->buckets[i];
        cause->buckets = buckets;
        cause->bucket_capacity = capacity;
    }
    ImpactBucket *bucket = bucket_at(cause->buckets, cause->bucket_capacity, number);
    if (bucket->count == 0) {
        bucket->size = number;
        cause->bucket_count++;
    }
    return bucket;
}

static int compare_buckets(const void *a, const void *b)
{
    const ImpactBucket *first = *(ImpactBucket *const *)a, *second = *(ImpactBucket *const *)b;
    return (first->size > second->size) - (first->size < second->size);
}

const ImpactCase *impact_median(const ImpactCause *cause)
{
    const ImpactBucket **sorted = malloc(((size_t)cause->bucket_count + 1) * sizeof *sorted);
    const ImpactCase *found = NULL;
    uint32_t count = 0;
    uint64_t seen = 0;
    if (sorted == NULL)
        return NULL;
    for (uint32_t i = 0; i < cause->bucket_capacity; i++)
        if (cause->buckets[i].count != 0)
            sorted[count++] = &cause->buckets[i];
    qsort(sorted, count, sizeof *sorted, compare_buckets);
    for (uint32_t i = 0; i < count && found == NULL; i++) {
        seen += sorted[i]->count;
        if (seen * 2 >= cause->sums.lines)
            found = &sorted[i]->first;
    }
    free(sorted);
    return found;
}

/* ---- Counting ---- */

static void count_side(Impact *impact, ImpactSide *side, const ImpactOutcome *outcome)
{
    switch (impact_decision(outcome)) {
    case BD_APPROVED:
        side->approved++;
        accumulate(impact, &side->cents, outcome->cents);
        break;
    case BD_SUSPENDED: side->suspended++; break;
    case BD_REJECTED:
    case BD_FAULTED: side->rejected++; break;
    }
    side->malformed += outcome->is_malformed;
    side->faulted += !outcome->is_malformed && outcome->decision == BD_FAULTED;
}

static void count_sums(Impact *impact, ImpactSums *sums, int64_t difference)
{
    sums->lines++;
    sums->more_lines += difference > 0;
    sums->less_lines += difference < 0;
    accumulate(impact, difference > 0 ? &sums->more : &sums->less, difference);
}

static uint32_t class_of(int64_t difference)
{
    uint32_t class = 0;
    while (class < IMPACT_CLASSES - 1 && size_of(difference) >= (uint64_t)IMPACT_BOUNDS[class])
        class ++;
    return class;
}

void impact_count(Impact *impact, uint32_t index, const ImpactLine *line)
{
    ImpactCause *cause = &impact->causes[index];
    int64_t difference = cents_of(&line->after) - cents_of(&line->before);
    count_sums(impact, &cause->sums, difference);
    cause->other_decision += impact_decision(&line->before) != impact_decision(&line->after);
    for (int i = 0; i < IMPACT_DIMENSIONS; i++) {
        ImpactDimension dimension = (ImpactDimension)i;
        uint32_t value =
            dimension == IMPACT_PRODUCT ? line->product : value_of(impact, dimension, line->values[dimension]);
        count_sums(impact, sums_of(impact, cause, dimension, value), difference);
    }
    if (difference != 0) {
        uint32_t class = class_of(difference);
        cause->class_lines[difference > 0][class]++;
        accumulate(impact, &cause->class_cents[difference > 0][class], difference);
    }
    ImpactBucket *bucket = bucket_of(impact, cause, bucket_number(difference));
    if (bucket->count++ == 0)
        keep_case(impact, &bucket->first, line, index);
    keep_largest(impact, cause, line, difference, index);
}

uint32_t impact_add(Impact *impact, ImpactLine *line)
{
    impact->lines++;
    count_side(impact, &impact->before, &line->before);
    count_side(impact, &impact->after, &line->after);
    bool is_other = impact_decision(&line->before) != impact_decision(&line->after);
    int64_t difference = 0;
    if (__builtin_sub_overflow(cents_of(&line->after), cents_of(&line->before), &difference)) {
        impact->has_overflowed = true; /* there will be no report; nobody need subtract these again */
        return BD_NONE;
    }
    if (!is_other && difference == 0) {
        impact->other_reasons += impact_reasons_differ(impact, line);
        return BD_NONE;
    }
    line->product = value_of(impact, IMPACT_PRODUCT, line->values[IMPACT_PRODUCT]);
    return impact_cause_find(impact, line, line->product);
}

static void init_side(ImpactSide *side, const bd_module *module)
{
    bd_module_info info;
    bd_module_describe(module, &info);
    *side = (ImpactSide){.module = module, .words = bd_module_reason_words(module), .rule_count = info.rules};
}

void impact_init(Impact *impact, Cli *cli, const bd_module *before, const bd_module *after)
{
    memset(impact, 0, sizeof *impact);
    impact->cli = cli;
    init_side(&impact->before, before);
    init_side(&impact->after, after);
    for (int i = 0; i < IMPACT_DIMENSIONS; i++)
        init_values(impact, &impact->values[i]);
    impact_cause_init(impact);
}

/* ---- Totals ---- */

static void merge_sums(Impact *impact, ImpactSums *into, const ImpactSums *from)
{
    into->lines += from->lines;
    into->more_lines += from->more_lines;
    into->less_lines += from->less_lines;
    accumulate(impact, &into->more, from->more);
    accumulate(impact, &into->less, from->less);
}

static void merge_buckets(Impact *impact, ImpactCause *into, const ImpactCause *from)
{
    for (uint32_t i = 0; i < from->bucket_capacity; i++) {
        const ImpactBucket *bucket = &from->buckets[i];
        if (bucket->count == 0)
            continue;
        ImpactBucket *sum = bucket_of(impact, into, bucket->size);
        if (sum->count == 0 || bucket->first.file_line < sum->first.file_line)
            sum->first = bucket->first;
        sum->count += bucket->count;
    }
}

/* Cases are shared, not copied: nothing is added after this. */
static void merge_largest(ImpactCause *into, const ImpactCase *one)
{
    int64_t difference = one->after - one->before;
    uint32_t at = into->largest_count;
    while (at > 0) {
        const ImpactCase *other = &into->largest[at - 1];
        uint64_t size = size_of(other->after - other->before);
        bool is_behind =
            size < size_of(difference) || (size == size_of(difference) && other->file_line > one->file_line);
        if (!is_behind)
            break;
        at--;
    }
    if (at == IMPACT_LARGEST)
        return;
    if (into->largest_count < IMPACT_LARGEST)
        into->largest_count++;
    memmove(&into->largest[at + 1], &into->largest[at], (into->largest_count - 1 - at) * sizeof *one);
    into->largest[at] = *one;
}

static void merge(Impact *impact, ImpactCause *into, const ImpactCause *from)
{
    merge_sums(impact, &into->sums, &from->sums);
    into->other_decision += from->other_decision;
    for (int i = 0; i < IMPACT_DIMENSIONS; i++)
        for (uint32_t value = 0; value < from->by_count[i]; value++)
            if (from->by[i][value].lines > 0)
                merge_sums(impact, sums_of(impact, into, (ImpactDimension)i, value), &from->by[i][value]);
    for (int more = 0; more < 2; more++) {
        for (int class = 0; class < IMPACT_CLASSES; class ++) {
            into->class_lines[more][class] += from->class_lines[more][class];
            accumulate(impact, &into->class_cents[more][class], from->class_cents[more][class]);
        }
    }
    merge_buckets(impact, into, from);
    for (uint32_t i = 0; i < from->largest_count; i++)
        merge_largest(into, &from->largest[i]);
}

/* The greater movement first; equal ones as they were met. */
static int compare_causes(const void *a, const void *b)
{
    const ImpactCause *first = a, *second = b;
    uint64_t x = (uint64_t)first->sums.more - (uint64_t)first->sums.less;
    uint64_t y = (uint64_t)second->sums.more - (uint64_t)second->sums.less;
    if (x != y)
        return x > y ? -1 : 1;
    if (first->sums.lines != second->sums.lines)
        return first->sums.lines > second->sums.lines ? -1 : 1;
    uint64_t one = first->largest_count == 0 ? 0 : first->largest[0].file_line;
    uint64_t two = second->largest_count == 0 ? 0 : second->largest[0].file_line;
    return (one > two) - (one < two);
}

void impact_finish(Impact *impact, ImpactCause *total)
{
    memset(total, 0, sizeof *total);
    qsort(&impact->causes[1], impact->cause_count - 1, sizeof *impact->causes, compare_causes);
    for (uint32_t i = 0; i < impact->cause_count; i++) {
        for (uint32_t j = 0; j < impact->causes[i].largest_count; j++)
            impact->causes[i].largest[j].cause = i;
        for (uint32_t j = 0; j < impact->causes[i].bucket_capacity; j++)
            impact->causes[i].buckets[j].first.cause = i;
        merge(impact, total, &impact->causes[i]);
    }
}
