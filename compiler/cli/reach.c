/* reach.c: where a change may show; see reach.h. */
#include "compiler/cli/reach.h"

#include <string.h>

enum { SIDES = 2 };

static const bd_module *module_of(const Diff *diff, int side)
{
    return (side == 0 ? &diff->a : &diff->b)->loaded->module;
}

/* ---- what names what ---- */

typedef struct ReachedThing {
    MeaningKind kind;
    Text name;
} ReachedThing;

typedef struct Reached {
    ReachedThing *things; /* the first the change itself */
    uint32_t count;
    size_t capacity;
} Reached;

static bool is_word_char(char c)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80;
}

bool text_mentions(Text text, Text name)
{
    for (size_t i = 0; name.size > 0 && i + name.size <= text.size; i++) {
        if (text.data[i] != name.data[0] || memcmp(text.data + i, name.data, name.size) != 0)
            continue;
        bool begins = i == 0 || !is_word_char(text.data[i - 1]);
        bool ends = i + name.size == text.size || !is_word_char(text.data[i + name.size]);
        if (begins && ends)
            return true;
    }
    return false;
}

static void add_thing(const Diff *diff, Reached *reached, MeaningKind kind, Text name)
{
    for (uint32_t i = 0; i < reached->count; i++)
        if (reached->things[i].kind == kind && text_equal(reached->things[i].name, name))
            return;
    reached->things =
        arena_grow(diff->arena, reached->things, reached->count, &reached->capacity, sizeof *reached->things);
    reached->things[reached->count++] = (ReachedThing){kind, name};
}

static bool is_clause(const MeaningRecord *record)
{
    return record->part == MEANT_CONDITION || record->part == MEANT_AMOUNT || record->part == MEANT_OUTPUT ||
           record->part == MEANT_MOMENT || record->part == MEANT_DEMAND || record->part == MEANT_FACTOR ||
           record->part == MEANT_ROUNDING || record->part == MEANT_CHAIN;
}

/* Only what others can name is followed further; a rule or callable is where it ends. */
static bool is_followed(const MeaningRecord *record)
{
    return record->kind == MEANING_DEFINITION || record->kind == MEANING_COUNTER || record->kind == MEANING_CALENDAR ||
           record->kind == MEANING_AMENDMENT || record->kind == MEANING_TABLE;
}

/* ---- where it shows ---- */

static void add_program(const Diff *diff, Reach *reach, const char *kind, Text name)
{
    StringBuilder out;
    builder_init(&out, diff->arena);
    builder_text(&out, text_from_cstring(kind));
    builder_text(&out, name);
    for (uint32_t i = 0; i < reach->program_count; i++)
        if (text_equal(reach->programs[i], builder_result(&out)))
            return;
    reach->programs = arena_grow(diff->arena, reach->programs, reach->program_count, &reach->program_capacity,
                                 sizeof *reach->programs);
    reach->programs[reach->program_count++] = builder_result(&out);
}

/* The rules of a name, of both versions. */
static void mark_named(const Diff *diff, Reach *reach, Text name)
{
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = module_of(diff, side);
        for (uint32_t i = 0; i < module->RULES_count; i++)
            if (text_equal(module_text(module, module->RULES[i].name), name))
                reach->rules[side][i] = true;
    }
}

/* The rules of a name, and those that they are an exception to: what an exception takes away shows there, in the version without it too. */
static void mark_rules(const Diff *diff, Reach *reach, Text name)
{
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = module_of(diff, side);
        for (uint32_t i = 0; i < module->RULES_count; i++) {
            const RuleRecord *rule = &module->RULES[i];
            if (!text_equal(module_text(module, rule->name), name))
                continue;
            reach->rules[side][i] = true;
            const RuleRecord *base = rule->exception_to == BD_NONE ? rule : &module->RULES[rule->exception_to];
            if (rule->effect == BD_EFFECT_PAY || base->effect == BD_EFFECT_PAY)
                reach->pays = reach->any_product = true;
            reach->has_rules = reach->has_rules || rule->effect != BD_EFFECT_PAY;
            mark_named(diff, reach, module_text(module, base->name));
        }
    }
}

static void mark_product(const Diff *diff, Reach *reach, Text name)
{
    for (uint32_t i = 0; i < reach->product_count; i++)
        if (text_equal(reach->products[i], name))
            return;
    reach->products = arena_grow(diff->arena, reach->products, reach->product_count, &reach->product_capacity,
                                 sizeof *reach->products);
    reach->products[reach->product_count++] = name;
    reach->pays = true;
}

/* The rules of the language itself: that a product is valid on the day, and its volume in its unit. */
static void mark_own_rules(const Diff *diff, Reach *reach)
{
    for (int side = 0; side < SIDES; side++)
        for (uint32_t i = 0; i < module_of(diff, side)->RULES_count; i++) {
            const RuleRecord *rule = &module_of(diff, side)->RULES[i];
            if ((rule->flags & RULE_BUILT_IN) != 0 && rule->effect == BD_EFFECT_REJECT)
                reach->rules[side][i] = reach->has_rules = true;
        }
}

/* A line waits for a judgement by a rule of the language. */
static void mark_judgement(const Diff *diff, Reach *reach, Text name)
{
    static const Text PREFIXES[] = {TEXT_INIT("oordeel_"), TEXT_INIT("judgement_")};
    for (size_t i = 0; i < sizeof PREFIXES / sizeof *PREFIXES; i++) {
        StringBuilder out;
        builder_init(&out, diff->arena);
        builder_text(&out, PREFIXES[i]);
        builder_text(&out, name);
        mark_rules(diff, reach, builder_result(&out));
    }
}

/* What a thing of a kind and name shows in. */
static void mark_thing(const Diff *diff, Reach *reach, MeaningKind kind, Text name)
{
    switch (kind) {
    case MEANING_RULE: mark_rules(diff, reach, name); return;
    case MEANING_DEFINITION: add_program(diff, reach, "definitie.", name); return;
    case MEANING_PENALTY: add_program(diff, reach, "boete.", name); return;
    case MEANING_TERM: add_program(diff, reach, "termijn.", name); return;
    case MEANING_OBLIGATION: add_program(diff, reach, "verplichting.", name); return;
    case MEANING_SUSPENSION: add_program(diff, reach, "opschorten.", name); return;
    case MEANING_INDEXATION:
        add_program(diff, reach, "tarief.", name);
        mark_product(diff, reach, name);
        return;
    case MEANING_TARIFF:
        add_program(diff, reach, "tarief.", name);
        mark_product(diff, reach, name);
        return;
    case MEANING_PRODUCT:
        mark_product(diff, reach, name);
        mark_own_rules(diff, reach);
        return;
    case MEANING_AGREEMENT: mark_own_rules(diff, reach); return;
    case MEANING_JUDGEMENT: mark_judgement(diff, reach, name); return;
    case MEANING_DOCUMENT:
    case MEANING_PARTY:
    case MEANING_UNIT:
    case MEANING_CHOICE:
    case MEANING_READING:
    case MEANING_NOTE:
    case MEANING_AMENDMENT:
    case MEANING_CALENDAR:
    case MEANING_COLUMN:
    case MEANING_LIST:
    case MEANING_TABLE:
    case MEANING_SERIES:
    case MEANING_COUNTER:
    case MEANING_KIND_COUNT: return;
    }
}

static void reach_record(const Diff *diff, Reach *reach, const bd_module *module, Reached *reached,
                         const MeaningRecord *record)
{
    Text name = module_text(module, record->name);
    if (is_followed(record))
        add_thing(diff, reached, (MeaningKind)record->kind, name);
    mark_thing(diff, reach, (MeaningKind)record->kind, name);
}

/* Follows what things use, of both versions, until nothing is added. */
static void follow(const Diff *diff, Reach *reach, Reached *reached)
{
    for (uint32_t n = 0; n < reached->count; n++) {
        ReachedThing thing = reached->things[n];
        Text kind = diff_kind_name(thing.kind);
        for (int side = 0; side < SIDES; side++) {
            const bd_module *module = module_of(diff, side);
            for (uint32_t i = 0; i < module->MEANINGS_count; i++) {
                const MeaningRecord *record = &module->MEANINGS[i];
                if (record->part == MEANT_USES && text_equal(module_text(module, record->text), thing.name) &&
                    text_equal(module_text(module, record->sub), kind))
                    reach_record(diff, reach, module, reached, record);
            }
        }
    }
}

/* Whatever clauses have a word in them: of what has no name of its own. */
static void follow_word(const Diff *diff, Reach *reach, Reached *reached, Text word)
{
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = module_of(diff, side);
        for (uint32_t i = 0; i < module->MEANINGS_count; i++) {
            const MeaningRecord *record = &module->MEANINGS[i];
            if (is_clause(record) && text_mentions(module_text(module, record->text), word))
                reach_record(diff, reach, module, reached, record);
        }
    }
}

/* A rank decides between the rules of its document and others. */
static void mark_document(const Diff *diff, Reach *reach, Text name)
{
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = module_of(diff, side);
        for (uint32_t i = 0; i < module->RULES_count; i++) {
            uint32_t document = module->RULES[i].document;
            if (document != BD_NONE && text_equal(module_text(module, module->DOCUMENTS[document].name), name))
                mark_rules(diff, reach, module_text(module, module->RULES[i].name));
        }
    }
}

/* A number of units has been converted before it is used: what is left of the unit is its word, in the plural as well. */
static void follow_unit(const Diff *diff, Reach *reach, Reached *reached, Text name)
{
    follow_word(diff, reach, reached, name);
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = module_of(diff, side);
        uint32_t member = bd_choice_find(module, 1, name);
        if (member != BD_NONE && bd_choice_label(module, 1, member).size > 0)
            follow_word(diff, reach, reached, bd_choice_label(module, 1, member));
    }
}

/* Lines of the products that are counted in a unit, or in one of several. */
static void mark_unit(const Diff *diff, Reach *reach, Text names)
{
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = module_of(diff, side);
        for (uint32_t i = 0; i < module->MEANINGS_count; i++) {
            const MeaningRecord *record = &module->MEANINGS[i];
            if (record->kind == MEANING_PRODUCT && record->part == MEANT_UNIT &&
                text_mentions(names, module_text(module, record->text)))
                mark_product(diff, reach, module_text(module, record->name));
        }
    }
}

/* The products that a rule is for, as its record lists them; of no list none is marked, and it is for all. */
static void mark_products_of(const Diff *diff, Reach *reach, const bd_module *module, Text rule)
{
    for (uint32_t i = 0; i < module->MEANINGS_count; i++) {
        const MeaningRecord *record = &module->MEANINGS[i];
        if (record->kind != MEANING_RULE || record->part != MEANT_PRODUCTS ||
            !text_equal(module_text(module, record->name), rule))
            continue;
        for (uint32_t k = 0; k < module->MEANINGS_count; k++) {
            const MeaningRecord *product = &module->MEANINGS[k];
            Text name = module_text(module, product->name);
            if (product->kind == MEANING_PRODUCT && product->part == MEANT_ITSELF &&
                text_mentions(module_text(module, record->text), name))
                mark_product(diff, reach, name);
        }
    }
}

/* A payment shows in the amounts of its own products only; a clause that changed for some units only, in those of these units. */
static void mark_payment(const Diff *diff, Reach *reach, const Change *change)
{
    bool by_unit = change->how == CHANGE_CHANGED && change->detail_count > 0;
    for (uint32_t i = 0; i < change->detail_count; i++) {
        const Detail *detail = &change->details[i];
        bool is_clause = detail->part == MEANT_CONDITION || detail->part == MEANT_AMOUNT;
        by_unit = by_unit && is_clause && detail->sub.size > 0;
    }
    for (uint32_t i = 0; i < change->detail_count && by_unit; i++)
        mark_unit(diff, reach, change->details[i].sub);
    for (int side = 0; side < SIDES && !by_unit; side++)
        mark_products_of(diff, reach, module_of(diff, side), change->name);
    reach->any_product = reach->product_count == 0;
}

static bool is_rule_reached(const Reach *reach, const bd_module *module, int side, Text name)
{
    for (uint32_t i = 0; i < module->RULES_count; i++)
        if (reach->rules[side][i] && text_equal(module_text(module, module->RULES[i].name), name))
            return true;
    return false;
}

/* The judgements that the reached rules use: a line without one waits for it, by a rule of the language. */
static void mark_asked(const Diff *diff, Reach *reach)
{
    Text judgement = diff_kind_name(MEANING_JUDGEMENT);
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = module_of(diff, side);
        for (uint32_t i = 0; i < module->MEANINGS_count; i++) {
            const MeaningRecord *record = &module->MEANINGS[i];
            if (record->kind == MEANING_RULE && record->part == MEANT_USES &&
                text_equal(module_text(module, record->sub), judgement) &&
                is_rule_reached(reach, module, side, module_text(module, record->name)))
                mark_judgement(diff, reach, module_text(module, record->text));
        }
    }
}

static Reach reach_nothing(const Diff *diff)
{
    Reach reach = {.pays = false};
    for (int side = 0; side < SIDES; side++)
        reach.rules[side] = arena_array(diff->arena, (size_t)module_of(diff, side)->RULES_count + 1, sizeof(bool));
    return reach;
}

Reach reach_of(const Diff *diff, const Change *change)
{
    Reach reach = reach_nothing(diff);
    Reached reached = {NULL, 0, 0};
    mark_thing(diff, &reach, change->kind, change->name);
    if (change->kind == MEANING_RULE && reach.pays)
        mark_payment(diff, &reach, change);
    if (change->kind == MEANING_RULE) {
        mark_asked(diff, &reach);
        return reach;
    }
    if (change->kind == MEANING_DOCUMENT)
        mark_document(diff, &reach, change->name);
    if (change->kind == MEANING_UNIT)
        mark_unit(diff, &reach, change->name);
    add_thing(diff, &reached, change->kind, change->name);
    if (change->new_name.size > 0)
        add_thing(diff, &reached, change->kind, change->new_name);
    if (change->kind == MEANING_UNIT)
        follow_unit(diff, &reach, &reached, change->name);
    follow(diff, &reach, &reached);
    mark_asked(diff, &reach);
    return reach;
}

Reach reach_of_names(const Diff *diff, const Text *names, uint32_t count)
{
    Reach reach = reach_nothing(diff);
    Reached reached = {NULL, 0, 0};
    for (uint32_t i = 0; i < count; i++)
        follow_word(diff, &reach, &reached, names[i]);
    follow(diff, &reach, &reached);
    return reach;
}

bool reach_pays(const Reach *reach, Text product)
{
    bool pays = reach->any_product;
    for (uint32_t i = 0; i < reach->product_count && !pays; i++)
        pays = text_equal(reach->products[i], product);
    return pays;
}
