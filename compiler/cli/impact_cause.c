/* impact_cause.c: which cause a changed line has; see impact_cause.h.
**
** Job: name the rules that made the difference between two outcomes, and find the cause that has exactly these. Lines of one kind follow each
** other by the thousand, so a pair of outcomes is looked up by its bytes (the *signature*) and named only the first time.
** Rules of two modules are the same rule when they have the same name.
*/
#include "compiler/cli/impact_cause.h"

#include <string.h>

typedef struct ImpactSignature {
    uint8_t *key; /* NULL: free */
    uint32_t cause;
} ImpactSignature;

/* What is to be told of an outcome besides its decision: names of rules, or the one word that settled it. */
typedef struct Reasons {
    const ImpactSide *side;
    const ImpactOutcome *outcome;
    Text word; /* of what is no rule; else empty */
} Reasons;

static Text word_of(const ImpactSide *side, const ImpactOutcome *outcome)
{
    if (outcome->is_malformed)
        return TEXT("cel_ongeldig");
    if (outcome->decision != BD_FAULTED)
        return bd_settled_name(outcome->settled);
    bd_site_info site;
    bool is_known = bd_module_site(side->module, outcome->fault, &site) == BD_OK && site.code.size > 0;
    return is_known ? site.code : TEXT("fout");
}

static Reasons reasons_of(const ImpactSide *side, const ImpactOutcome *outcome)
{
    return (Reasons){side, outcome, word_of(side, outcome)};
}

static bool is_cap(bd_effect effect)
{
    return effect == BD_EFFECT_CAP_VOLUME || effect == BD_EFFECT_CAP_AMOUNT;
}

/* The next rule from *rule on that is a reason; false at the end. */
static bool next_rule(const Reasons *reasons, uint32_t *rule, bd_rule_info *info)
{
    if (reasons->word.size > 0 || reasons->outcome->reasons == NULL)
        return false;
    for (; *rule < reasons->side->rule_count; ++*rule) {
        bool is_set = (reasons->outcome->reasons[*rule / 64] >> (*rule % 64) & 1) != 0;
        if (is_set && bd_module_rule(reasons->side->module, *rule, info) == BD_OK && info->effect != BD_EFFECT_PAY &&
            !(is_cap(info->effect) && reasons->outcome->decision == BD_SUSPENDED)) /* it lowers what is not granted */
            return true;
    }
    return false;
}

/* The reasons of an approved line are caps; those of any other decided it. */
static bool decided(const Reasons *reasons)
{
    return reasons->outcome->decision != BD_APPROVED;
}

/* What a reason did to the line: a cap that left nothing rejected it. */
static bd_effect effect_on(const Reasons *reasons, const bd_rule_info *rule)
{
    return decided(reasons) && is_cap(rule->effect) ? BD_EFFECT_REJECT : rule->effect;
}

/* Whether a rule of this name is a reason there too; to the same effect, or to any. One that capped and now rejects makes the difference. */
static bool has_rule(const Reasons *reasons, Text name, bool was_decided, bd_effect effect)
{
    bd_rule_info info;
    for (uint32_t rule = 0; decided(reasons) == was_decided && next_rule(reasons, &rule, &info); rule++)
        if (text_equal(info.name, name) && (effect == BD_EFFECT_NONE || effect_on(reasons, &info) == effect))
            return true;
    return false;
}

typedef struct Elements {
    Arena *arena;
    ImpactElement *items;
    size_t count, capacity;
} Elements;

static void add(Elements *elements, ImpactElement element)
{
    for (size_t i = 0; i < elements->count; i++) /* versions of one rule share a name */
        if (elements->items[i].kind == element.kind && text_equal(elements->items[i].name, element.name))
            return;
    elements->items =
        arena_grow(elements->arena, elements->items, elements->count, &elements->capacity, sizeof *elements->items);
    elements->items[elements->count++] = element;
}

/* The reasons of `from` that `other` has not, or has too. A rule that rejects now and held before is told once, as what it does now. A line
** that is rejected does not say what else would hold it, so of what holds it on the other side nothing follows. */
static void add_reasons(Elements *elements, ImpactElementKind kind, const Reasons *from, const Reasons *other,
                        bool is_of_after, bool with_hidden)
{
    bd_rule_info info;
    bool wants_common = kind == IMPACT_STILL;
    for (uint32_t rule = 0; next_rule(from, &rule, &info); rule++) {
        bd_effect effect = effect_on(from, &info);
        bool is_hidden = effect == BD_EFFECT_SUSPEND && impact_decision(other->outcome) == BD_REJECTED && !with_hidden;
        bool is_common = has_rule(other, info.name, decided(from), kind == IMPACT_NO_LONGER ? BD_EFFECT_NONE : effect);
        if (!is_hidden && is_common == wants_common)
            add(elements, (ImpactElement){kind, info.name, effect, rule, is_of_after});
    }
    if (from->word.size > 0 && text_equal(other->word, from->word) == wants_common)
        add(elements, (ImpactElement){kind, from->word, BD_EFFECT_NONE, BD_NONE, is_of_after});
}

static void name_elements(Impact *impact, const ImpactLine *line, uint32_t product, Elements *elements)
{
    Reasons before = reasons_of(&impact->before, &line->before), after = reasons_of(&impact->after, &line->after);
    bd_decision was = impact_decision(&line->before), is = impact_decision(&line->after);
    bool may_cap = was == BD_APPROVED && is == BD_APPROVED;
    for (int with_hidden = 0; with_hidden < 2 && elements->count == 0; with_hidden++) {
        if (is != BD_APPROVED || may_cap)
            add_reasons(elements, IMPACT_NOW, &after, &before, true, with_hidden != 0);
        if (was != BD_APPROVED || may_cap)
            add_reasons(elements, IMPACT_NO_LONGER, &before, &after, false, with_hidden != 0);
    }
    if (elements->count > 0)
        return;
    add(elements,
        (ImpactElement){IMPACT_PAYMENT, impact->values[IMPACT_PRODUCT].names[product], BD_EFFECT_PAY, BD_NONE, true});
    add_reasons(elements, IMPACT_STILL, &after, &before, true, true);
}

static bool is_same(const ImpactCause *cause, const Elements *elements)
{
    if (cause->element_count != elements->count)
        return false;
    for (uint32_t i = 0; i < cause->element_count; i++)
        if (cause->elements[i].kind != elements->items[i].kind ||
            !text_equal(cause->elements[i].name, elements->items[i].name))
            return false;
    return true;
}

static uint32_t find_cause(Impact *impact, const Elements *elements)
{
    for (uint32_t i = 1; i < impact->cause_count; i++)
        if (is_same(&impact->causes[i], elements))
            return i;
    if (impact->cause_count == IMPACT_CAUSES)
        return 0;
    ImpactCause *cause = &impact->causes[impact->cause_count];
    cause->elements = elements->items;
    cause->element_count = (uint32_t)elements->count;
    return impact->cause_count++;
}

/* ---- Signatures ---- */

static uint8_t *put(uint8_t *at, const void *bytes, size_t size)
{
    memcpy(at, bytes, size);
    return at + size;
}

static uint8_t *put_outcome(uint8_t *at, const ImpactSide *side, const ImpactOutcome *outcome)
{
    *at++ = (uint8_t)outcome->decision;
    *at++ = (uint8_t)outcome->settled;
    *at++ = outcome->is_malformed;
    uint32_t fault = outcome->decision == BD_FAULTED ? outcome->fault : BD_NONE;
    at = put(at, &fault, sizeof fault);
    size_t size = side->words * sizeof *outcome->reasons;
    if (outcome->reasons != NULL)
        return put(at, outcome->reasons, size);
    memset(at, 0, size);
    return at + size;
}

static uint64_t hash_of(const uint8_t *key, size_t size)
{
    uint64_t hash = size, word = 0;
    for (; size > 0; key += sizeof word) {
        size_t part = size < sizeof word ? size : sizeof word;
        memcpy(&word, key, part);
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
        size -= part;
    }
    return hash;
}

static uint32_t name_cause(Impact *impact, const ImpactLine *line, uint32_t product)
{
    Elements elements = {.arena = &impact->cli->arena};
    ArenaMark mark = arena_mark(elements.arena);
    uint32_t known = impact->cause_count;
    name_elements(impact, line, product, &elements);
    uint32_t cause = find_cause(impact, &elements);
    if (impact->cause_count == known) /* no new one: nobody keeps the elements */
        arena_rewind(elements.arena, mark);
    return cause;
}

/* The cause of the signature in impact->key, named now if it is a new one. */
static uint32_t find_signature(Impact *impact, const ImpactLine *line, uint32_t product)
{
    size_t mask = IMPACT_SIGNATURES - 1;
    size_t at = (size_t)hash_of(impact->key, impact->key_size) & mask;
    for (; impact->signatures[at].key != NULL; at = (at + 1) & mask)
        if (memcmp(impact->signatures[at].key, impact->key, impact->key_size) == 0)
            return impact->signatures[at].cause;
    uint32_t cause = name_cause(impact, line, product);
    if (impact->signature_count >=
        IMPACT_SIGNATURES / 2) /* a table that is full would be slow; naming again is right too */
        return cause;
    impact->signature_count++;
    uint8_t *key = arena_array(&impact->cli->arena, impact->key_size, 1);
    memcpy(key, impact->key, impact->key_size);
    impact->signatures[at] = (ImpactSignature){key, cause};
    return cause;
}

uint32_t impact_cause_find(Impact *impact, const ImpactLine *line, uint32_t product)
{
    bool counts = impact_decision(&line->before) == BD_APPROVED && impact_decision(&line->after) == BD_APPROVED;
    uint32_t of = counts ? product : BD_NONE;
    uint8_t *at = put_outcome(impact->key, &impact->before, &line->before);
    at = put_outcome(at, &impact->after, &line->after);
    (void)put(at, &of, sizeof of);
    if (memcmp(impact->key, impact->last_key, impact->key_size) == 0)
        return impact->last_cause;
    impact->last_cause = find_signature(impact, line, product);
    memcpy(impact->last_key, impact->key, impact->key_size);
    return impact->last_cause;
}

/* ---- Other reasons for the same ---- */

/* The classes of the rules that are reasons: one bit per name of a rule, whichever module has it. */
static void class_set(const ImpactSide *side, const ImpactOutcome *outcome, uint64_t *set, uint32_t words)
{
    memset(set, 0, words * sizeof *set);
    for (uint32_t word = 0; word < side->words && outcome->reasons != NULL; word++) {
        for (uint64_t bits = outcome->reasons[word]; bits != 0; bits &= bits - 1) {
            uint32_t rule = word * 64 + (uint32_t)__builtin_ctzll(bits);
            if (rule < side->rule_count)
                set[side->classes[rule] / 64] |= UINT64_C(1) << (side->classes[rule] % 64);
        }
    }
}

static bool is_plain(const ImpactOutcome *outcome)
{
    return !outcome->is_malformed && outcome->decision != BD_FAULTED && outcome->settled == BD_SETTLED_BY_RULES;
}

bool impact_reasons_differ(Impact *impact, const ImpactLine *line)
{
    if (!is_plain(&line->before) || !is_plain(&line->after))
        return !text_equal(word_of(&impact->before, &line->before), word_of(&impact->after, &line->after));
    class_set(&impact->before, &line->before, impact->set_before, impact->class_words);
    class_set(&impact->after, &line->after, impact->set_after, impact->class_words);
    return memcmp(impact->set_before, impact->set_after, impact->class_words * sizeof *impact->set_before) != 0;
}

/* Gives each rule of a side the number of the first rule with its name. */
static uint32_t number_classes(ImpactSide *side, Text *names, uint32_t count, Arena *arena)
{
    side->classes = arena_array(arena, (size_t)side->rule_count + 1, sizeof *side->classes);
    for (uint32_t rule = 0; rule < side->rule_count; rule++) {
        bd_rule_info info = {.name = {NULL, 0}};
        (void)bd_module_rule(side->module, rule, &info);
        uint32_t class = 0;
        while (class < count && !text_equal(names[class], info.name))
            class ++;
        if (class == count)
            names[count++] = info.name;
        side->classes[rule] = class;
    }
    return count;
}

void impact_cause_init(Impact *impact)
{
    Arena *arena = &impact->cli->arena;
    size_t words = (size_t)impact->before.words + impact->after.words;
    impact->key_size = 2 * (3 + sizeof(uint32_t)) + sizeof(uint32_t) + words * sizeof(uint64_t);
    impact->key = arena_array(arena, impact->key_size, 1);
    impact->last_key = arena_array(arena, impact->key_size, 1);
    memset(impact->last_key, 0xFF, impact->key_size); /* no decision is 0xFF */
    impact->signatures = arena_array(arena, IMPACT_SIGNATURES, sizeof *impact->signatures);
    impact->causes = arena_array(arena, IMPACT_CAUSES, sizeof *impact->causes);
    impact->cause_count = 1;
    size_t rules = (size_t)impact->before.rule_count + impact->after.rule_count;
    Text *names = arena_array(arena, rules + 1, sizeof *names);
    uint32_t classes = number_classes(&impact->before, names, 0, arena);
    classes = number_classes(&impact->after, names, classes, arena);
    impact->class_words = classes / 64 + 1;
    impact->set_before = arena_array(arena, impact->class_words, sizeof *impact->set_before);
    impact->set_after = arena_array(arena, impact->class_words, sizeof *impact->set_after);
}
