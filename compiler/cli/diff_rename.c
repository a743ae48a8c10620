/* diff_rename.c: things that differ in their name only; see diff.h.
**
** A thing that is gone and one that is new are one thing renamed when, with that name mapped, they say the same. Then every digest of the older version is
** made again with the names of the newer (compiler/phrase.h), so that what only uses a renamed thing is equal. Members of a choice, fields of a
** list and inputs of a callable are found likewise within matched things.
** Invariant: the names mapped are gone from the one version and new in the other, each once. So what is equal under the mapping is the older text with
** other names in it; a wrong guess shows as a difference and hides none.
*/
#include <string.h>

#include "compiler/cli/diff_internal.h"

/* ---- the mapping ---- */

Text diff_new_name(const Diff *diff, MeaningKind kind, Text owner, Text old)
{
    for (uint32_t i = 0; i < diff->rename_count; i++) {
        const Rename *rename = &diff->renames[i];
        if (rename->kind == kind && text_equal(rename->owner, owner) && text_equal(rename->old, old))
            return rename->made;
    }
    return old;
}

/* Adds a name; false when either is mapped otherwise already. */
static bool add_rename(Diff *diff, Rename rename)
{
    for (uint32_t i = 0; i < diff->rename_count; i++) {
        const Rename *known = &diff->renames[i];
        if (known->kind != rename.kind || !text_equal(known->owner, rename.owner))
            continue;
        bool same_old = text_equal(known->old, rename.old), same_new = text_equal(known->made, rename.made);
        if (same_old != same_new)
            return false;
    }
    diff->renames =
        arena_grow(diff->arena, diff->renames, diff->rename_count, &diff->rename_capacity, sizeof *diff->renames);
    diff->renames[diff->rename_count++] = rename;
    return true;
}

/* ---- digests with other names ---- */

static Digest read_digest(const uint8_t *bytes)
{
    Digest digest;
    memcpy(digest.bytes, bytes, sizeof digest.bytes);
    return digest;
}

/* Of one phrase, when those of its parts are known. */
static Digest renamed_digest(const Diff *diff, const Phrases *phrases, const bd_module *module, uint32_t index,
                             const Digest *known)
{
    const PhraseRecord *phrase = &module->PHRASES[index];
    ArenaMark mark = arena_mark(diff->arena);
    Digest *parts = arena_array(diff->arena, (size_t)phrase->parts + 1, sizeof *parts);
    Text text = module_text(module, phrase->text), owner = {"", 0};
    bool is_changed = false;
    for (uint32_t i = 0; i < phrase->parts; i++) {
        uint32_t part = module->PHRASE_PARTS[phrase->first + i];
        parts[i] = known[part];
        is_changed = is_changed || memcmp(parts[i].bytes, module->PHRASES[part].digest, sizeof parts[i].bytes) != 0;
        owner = module_text(module, module->PHRASES[part].text);
    }
    if (phrase->how == PHRASE_NAME) {
        Text name = diff_new_name(diff, (MeaningKind)phrase->kind, phrase->parts > 0 ? owner : (Text){"", 0}, text);
        is_changed = is_changed || !text_equal(name, text);
        text = name;
    }
    Digest digest = read_digest(phrase->digest);
    if (is_changed)
        digest = phrase_digest(phrases, (PhraseHow)phrase->how, (MeaningKind)phrase->kind, text, parts, phrase->parts);
    arena_rewind(diff->arena, mark);
    return digest;
}

static Text renamed_member(const Diff *diff, Text member)
{
    for (uint32_t i = 0; i < diff->rename_count; i++) {
        const Rename *rename = &diff->renames[i];
        bool is_member = rename->kind == MEANING_CHOICE || rename->kind == MEANING_PRODUCT;
        if (is_member && text_equal(rename->old, member))
            return rename->made;
    }
    return member;
}

/* The members of a cell, "a × b", each by its new name. */
static Text renamed_cell(const Diff *diff, Text cell)
{
    static const Text BETWEEN = TEXT_INIT(" × ");
    ArenaMark mark = arena_mark(diff->arena);
    StringBuilder out;
    builder_init(&out, diff->arena);
    for (size_t begin = 0, end; begin <= cell.size; begin = end + BETWEEN.size) {
        end = begin;
        while (end < cell.size && !text_has_prefix(text_slice(cell, end, cell.size), BETWEEN))
            end++;
        builder_text(&out, begin > 0 ? BETWEEN : TEXT(""));
        builder_text(&out, renamed_member(diff, text_slice(cell, begin, end)));
    }
    if (!text_equal(builder_result(&out), cell))
        return builder_result(&out);
    arena_rewind(diff->arena, mark);
    return cell;
}

/* What a record is a part of, by its new name. */
static Text renamed_sub(const Diff *diff, const bd_module *module, const MeaningRecord *record)
{
    Text sub = module_text(module, record->sub), name = module_text(module, record->name), none = {"", 0};
    MeaningKind kind = (MeaningKind)record->kind;
    bool has_classes = kind == MEANING_RULE || kind == MEANING_COUNTER || kind == MEANING_DEFINITION;
    if (sub.size == 0 || diff->rename_count == 0)
        return sub;
    switch ((int)record->part) { /* the others are not of names */
    case MEANT_TITLE:
    case MEANT_FIELDS:
    case MEANT_INPUTS: return diff_new_name(diff, kind, name, sub);
    case MEANT_CONDITION:
    case MEANT_AMOUNT:
    case MEANT_OUTPUT: return has_classes ? diff_new_name(diff, MEANING_UNIT, none, sub) : sub;
    case MEANT_OVER: return diff_new_name(diff, MEANING_RULE, none, sub);
    case MEANT_KEY:
    case MEANT_DIMENSIONS: return diff_new_name(diff, MEANING_COLUMN, none, sub);
    case MEANT_CELL: return renamed_cell(diff, sub);
    default: return sub;
    }
}

static Digest text_digest(Arena *arena, Text text)
{
    Phrases phrases;
    phrases_init(&phrases, arena);
    return phrase_plain(&phrases, "text", text.data, text.size)->digest;
}

static void read_side(const Diff *diff, DiffSide *side, const Digest *phrases)
{
    const bd_module *module = side->loaded->module;
    if (side->digests == NULL) {
        side->digests = arena_array(diff->arena, (size_t)module->MEANINGS_count + 1, sizeof *side->digests);
        side->subs = arena_array(diff->arena, (size_t)module->MEANINGS_count + 1, sizeof *side->subs);
    }
    for (uint32_t i = 0; i < module->MEANINGS_count; i++) {
        const MeaningRecord *record = &module->MEANINGS[i];
        bool is_mapped = phrases != NULL && record->phrase != BD_NONE;
        side->digests[i] = is_mapped ? phrases[record->phrase] : read_digest(record->digest);
        if (side->days[i].validity.size > 0)
            side->digests[i] = text_digest(diff->arena, side->days[i].validity);
        side->subs[i] = phrases != NULL ? renamed_sub(diff, module, record) : module_text(module, record->sub);
    }
}

void diff_apply_renames(Diff *diff)
{
    const bd_module *module = diff->a.loaded->module;
    Phrases phrases;
    phrases_init(&phrases, diff->arena);
    if (diff->b.digests == NULL)
        read_side(diff, &diff->b, NULL);
    if (diff->phrases == NULL)
        diff->phrases = arena_array(diff->arena, (size_t)module->PHRASES_count + 1, sizeof *diff->phrases);
    for (uint32_t i = 0; i < module->PHRASES_count; i++)
        diff->phrases[i] = renamed_digest(diff, &phrases, module, i, diff->phrases);
    read_side(diff, &diff->a, diff->phrases);
}

/* ---- whether a mapping is right ---- */

/* Parts of matched things that differ: a right mapping has fewer. */
static uint32_t count_differences(const Diff *diff)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < diff->a.count; i++) {
        const Thing *old = &diff->a.things[i], *made = old->match;
        for (uint32_t k = 0; made != NULL && k < old->parts; k++) {
            const MeaningRecord *was = &old->module->MEANINGS[old->first + k], *is = thing_like(made, old, was);
            count += is == NULL || !same_meaning(old, was, made, is);
        }
    }
    return count;
}

/* Keeps a mapping if it makes things equal that were not. */
static bool try_rename(Diff *diff, Rename rename, uint32_t *differences)
{
    uint32_t before = diff->rename_count;
    if (!add_rename(diff, rename))
        return false;
    diff_apply_renames(diff);
    uint32_t now = count_differences(diff);
    if (now < *differences) {
        *differences = now;
        return true;
    }
    diff->rename_count = before;
    diff_apply_renames(diff);
    return false;
}

static bool says_the_same(Diff *diff, const Thing *a, const Thing *b)
{
    for (uint32_t i = 0; i < a->parts; i++) {
        const MeaningRecord *one = &a->module->MEANINGS[a->first + i], *other = thing_like(b, a, one);
        if (other == NULL || !same_meaning(a, one, b, other))
            return false;
    }
    Change cells = {.kind = a->kind, .how = CHANGE_CHANGED};
    if (a->kind == MEANING_TARIFF || a->kind == MEANING_TABLE)
        diff_tables(diff, &cells, a, b);
    return cells.detail_count == 0;
}

/* Whether two things could be one: what has no names in it is the same. */
static bool may_be_one(const Thing *a, const Thing *b)
{
    if (a->kind != b->kind || a->parts != b->parts || a->parts == 0 || !text_equal(a->sub, b->sub) || b->is_gone ||
        b->match != NULL || b->is_version)
        return false;
    for (uint32_t i = 0; i < a->parts; i++) {
        const MeaningRecord *one = &a->module->MEANINGS[a->first + i];
        bool is_found = one->phrase != BD_NONE || one->sub.size > 0;
        for (uint32_t k = 0; k < b->parts && !is_found; k++) {
            const MeaningRecord *other = &b->module->MEANINGS[b->first + k];
            is_found = other->part == one->part && thing_from(b, other) == thing_from(a, one) &&
                       same_meaning(a, one, b, other);
        }
        if (!is_found)
            return false;
    }
    return true;
}

/* An input says little of itself: that it is the same one shows in what uses it. */
static bool is_told_by_use(const Thing *thing)
{
    return thing->kind == MEANING_COLUMN && thing->parts == 1;
}

/* strict: only if it makes other things equal. */
static bool match_if_renamed(Diff *diff, Thing *old, Thing *made, uint32_t *differences, bool strict)
{
    uint32_t before = diff->rename_count;
    if (!may_be_one(old, made) || !add_rename(diff, (Rename){old->kind, {"", 0}, old->name, made->name}))
        return false;
    diff_apply_renames(diff);
    uint32_t now = count_differences(diff);
    bool is_one = says_the_same(diff, old, made) && (strict ? now < *differences : now <= *differences);
    if (is_one) {
        *differences = now;
        diff_match(diff, old, made);
        return true;
    }
    diff->rename_count = before;
    diff_apply_renames(diff);
    return false;
}

/* ---- tariffs and indexations are called as their product ---- */

static void match_by_product(Diff *diff, Thing *old)
{
    Text name = diff_new_name(diff, MEANING_PRODUCT, (Text){"", 0}, old->name);
    for (uint32_t i = 0; i < diff->b.count && !text_equal(name, old->name); i++) {
        Thing *made = &diff->b.things[i];
        if (made->kind == old->kind && !made->is_version && made->match == NULL && text_equal(made->name, name)) {
            (void)add_rename(diff, (Rename){old->kind, {"", 0}, old->name, name});
            diff_match(diff, old, made);
            return;
        }
    }
}

static bool is_of_product(const Thing *thing)
{
    return thing->kind == MEANING_TARIFF || thing->kind == MEANING_INDEXATION;
}

/* ---- names within a thing ---- */

typedef struct NameList {
    Text *names;
    uint32_t count;
    size_t capacity;
} NameList;

static void add_name(const Diff *diff, NameList *list, Text name)
{
    list->names = arena_grow(diff->arena, list->names, list->count, &list->capacity, sizeof *list->names);
    list->names[list->count++] = name;
}

/* Names within a thing: of its members, as one text, or of its fields or inputs, one record each. */
static NameList names_within(const Diff *diff, const Thing *thing)
{
    NameList list = {NULL, 0, 0};
    for (uint32_t i = 0; i < thing->parts; i++) {
        const MeaningRecord *record = &thing->module->MEANINGS[thing->first + i];
        if (record->part == MEANT_FIELDS || record->part == MEANT_INPUTS)
            add_name(diff, &list, module_text(thing->module, record->sub));
        Text text = record->part == MEANT_MEMBERS ? thing_text(thing, record) : (Text){"", 0};
        for (size_t begin = 0, end; begin < text.size; begin = end + 2) {
            end = begin;
            while (end < text.size && text.data[end] != ',')
                end++;
            add_name(diff, &list, text_slice(text, begin, end));
        }
    }
    return list;
}

static bool has_name(const NameList *list, Text name)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (text_equal(list->names[i], name))
            return true;
    return false;
}

/* Each name that is gone with each that is new, until a pair makes things equal. */
static bool rename_within(Diff *diff, const Thing *old, uint32_t *differences)
{
    bool is_changed = false;
    NameList was = names_within(diff, old), is = names_within(diff, old->match);
    for (uint32_t i = 0; i < was.count; i++) {
        bool is_gone = !has_name(&is, was.names[i]);
        for (uint32_t k = 0; is_gone && k < is.count; k++) {
            if (has_name(&was, is.names[k]) ||
                !try_rename(diff, (Rename){old->kind, old->name, was.names[i], is.names[k]}, differences))
                continue;
            is_changed = true;
            break;
        }
    }
    return is_changed;
}

void diff_tell_renamed(Diff *diff, Change *change, const Thing *old)
{
    for (uint32_t i = 0; i < diff->rename_count; i++) {
        const Rename *rename = &diff->renames[i];
        if (rename->kind != old->kind || !text_equal(rename->owner, old->name))
            continue;
        diff_add_detail(diff, change,
                        (Detail){.part = old->kind == MEANING_LIST                                     ? MEANT_FIELDS
                                         : old->kind == MEANING_CHOICE || old->kind == MEANING_READING ? MEANT_MEMBERS
                                                                                                       : MEANT_INPUTS,
                                 .from = BD_DATE_MIN,
                                 .to = BD_DATE_MAX,
                                 .old_text = rename->old,
                                 .new_text = rename->made,
                                 .has_old = true,
                                 .has_new = true,
                                 .is_renamed = true});
    }
}

/* ---- all of it ---- */

static bool match_left_over(Diff *diff, Thing *old, uint32_t *differences, bool strict)
{
    if (old->match != NULL || old->is_version || old->is_gone || old->is_local)
        return false;
    if (is_of_product(old)) {
        match_by_product(diff, old);
        return old->match != NULL;
    }
    for (uint32_t i = 0; i < diff->b.count && old->match == NULL; i++)
        (void)match_if_renamed(diff, old, &diff->b.things[i], differences, strict || is_told_by_use(old));
    return old->match != NULL;
}

/* First what other things bear out, then what only is alike. */
void diff_match_renamed(Diff *diff)
{
    uint32_t differences = count_differences(diff);
    for (int round = 0; round < 2; round++) {
        bool is_strict = round == 0, is_changed = differences > 0 || !is_strict;
        while (is_changed) {
            is_changed = false;
            for (uint32_t i = 0; i < diff->a.count; i++)
                is_changed = match_left_over(diff, &diff->a.things[i], &differences, is_strict) || is_changed;
            for (uint32_t i = 0; i < diff->a.count && differences > 0; i++)
                if (diff->a.things[i].match != NULL)
                    is_changed = rename_within(diff, &diff->a.things[i], &differences) || is_changed;
        }
    }
}
