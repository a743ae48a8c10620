/* witness_target.c: where a change may show, so that a witness is of this change and of no other; see witness_internal.h.
**
** A change reaches what names it, through definitions that name it, up to rules and callables: the texts of MEANINGS tell. A tariff, an indexation
** and a product reach the lines of the product. Where two changes reach one thing, a difference there could be of either: a rule
** that was changed itself keeps its differences, everything else must show where no other change reaches.
*/
#include <string.h>

#include "compiler/cli/witness_internal.h"

/* ---- what names what ---- */

typedef struct Reached {
    Text *names; /* of things that are reached, the first the change itself */
    uint32_t count;
    size_t capacity;
} Reached;

static bool is_word_char(char c)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80;
}

static bool mentions(Text text, Text name)
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

static void add_name(Search *search, Reached *reached, Text name)
{
    for (uint32_t i = 0; i < reached->count; i++)
        if (text_equal(reached->names[i], name))
            return;
    reached->names =
        arena_grow(search->arena, reached->names, reached->count, &reached->capacity, sizeof *reached->names);
    reached->names[reached->count++] = name;
}

static bool is_clause(const MeaningRecord *record)
{
    return record->part == MEANT_CONDITION || record->part == MEANT_AMOUNT || record->part == MEANT_OUTPUT ||
           record->part == MEANT_DEMAND || record->part == MEANT_FACTOR || record->part == MEANT_ROUNDING ||
           record->part == MEANT_CHAIN || record->part == MEANT_FOLLOWS;
}

/* Only what others can name is followed further; a rule or callable is where it ends. */
static bool is_followed(const MeaningRecord *record)
{
    return record->kind == MEANING_DEFINITION || record->kind == MEANING_COUNTER || record->kind == MEANING_CALENDAR ||
           record->kind == MEANING_AMENDMENT;
}

/* ---- one target ---- */

static void add_program(Search *search, Target *target, const char *kind, Text name)
{
    StringBuilder out;
    builder_init(&out, search->arena);
    builder_text(&out, text_from_cstring(kind));
    builder_text(&out, name);
    for (uint32_t i = 0; i < target->program_count; i++)
        if (text_equal(target->programs[i], builder_result(&out)))
            return;
    target->programs = arena_grow(search->arena, target->programs, target->program_count, &target->program_capacity,
                                  sizeof *target->programs);
    target->programs[target->program_count++] = builder_result(&out);
}

/* The rules of a name, and those that they are an exception to: what an exception takes away shows there. */
static void mark_rules(Search *search, Target *target, Text name)
{
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = search->module[side];
        for (uint32_t i = 0; i < module->RULES_count; i++) {
            const RuleRecord *rule = &module->RULES[i];
            if (!text_equal(module_text(module, rule->name), name))
                continue;
            target->rules[side][i] = true;
            const RuleRecord *base = rule->exception_to == BD_NONE ? rule : &module->RULES[rule->exception_to];
            target->pays = target->pays || rule->effect == BD_EFFECT_PAY || base->effect == BD_EFFECT_PAY;
            target->has_rules = target->has_rules || rule->effect != BD_EFFECT_PAY;
            for (uint32_t k = 0; k < module->RULES_count; k++)
                if (text_equal(module_text(module, module->RULES[k].name), module_text(module, base->name)))
                    target->rules[side][k] = true;
        }
    }
}

static void mark_product(Search *search, Target *target, Text name)
{
    uint32_t column = case_find_column(&search->columns, TEXT("product"));
    if (column == BD_NONE)
        return;
    const CaseColumn *products = &search->columns.items[column];
    if (target->products == NULL)
        target->products = arena_array(search->arena, (size_t)products->member_count + 1, sizeof *target->products);
    for (uint32_t i = 0; i < products->member_count; i++)
        target->products[i] = target->products[i] || text_equal(products->members[i], name);
    target->pays = true;
}

/* The rules of the language itself: that a product is valid on the day, and its volume in its unit. */
static void mark_own_rules(Search *search, Target *target)
{
    for (int side = 0; side < SIDES; side++)
        for (uint32_t i = 0; i < search->module[side]->RULES_count; i++) {
            const RuleRecord *rule = &search->module[side]->RULES[i];
            if ((rule->flags & RULE_BUILT_IN) != 0 && rule->effect == BD_EFFECT_REJECT)
                target->rules[side][i] = target->has_rules = true;
        }
}

/* What a thing of a kind and name shows in. */
static void mark_thing(Search *search, Target *target, MeaningKind kind, Text name)
{
    switch (kind) {
    case MEANING_RULE: mark_rules(search, target, name); return;
    case MEANING_DEFINITION: add_program(search, target, "definitie.", name); return;
    case MEANING_PENALTY: add_program(search, target, "boete.", name); return;
    case MEANING_TERM: add_program(search, target, "termijn.", name); return;
    case MEANING_OBLIGATION: add_program(search, target, "verplichting.", name); return;
    case MEANING_SUSPENSION: add_program(search, target, "opschorten.", name); return;
    case MEANING_INDEXATION:
        add_program(search, target, "tarief.", name);
        mark_product(search, target, name);
        return;
    case MEANING_TARIFF: mark_product(search, target, name); return;
    case MEANING_PRODUCT:
        mark_product(search, target, name);
        mark_own_rules(search, target);
        return;
    case MEANING_AGREEMENT: mark_own_rules(search, target); return;
    case MEANING_DOCUMENT:
    case MEANING_PARTY:
    case MEANING_UNIT:
    case MEANING_CHOICE:
    case MEANING_READING:
    case MEANING_JUDGEMENT:
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

/* Follows a name through the clauses of one module. */
static void follow(Search *search, Target *target, const bd_module *module, Reached *reached)
{
    for (uint32_t n = 0; n < reached->count; n++) {
        for (uint32_t i = 0; i < module->MEANINGS_count; i++) {
            const MeaningRecord *record = &module->MEANINGS[i];
            if (!is_clause(record) || !mentions(module_text(module, record->text), reached->names[n]))
                continue;
            Text name = module_text(module, record->name);
            if (is_followed(record))
                add_name(search, reached, name);
            mark_thing(search, target, (MeaningKind)record->kind, name);
        }
    }
}

/* A rank decides between the rules of its document and others. */
static void mark_document(Search *search, Target *target, Text name)
{
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = search->module[side];
        for (uint32_t i = 0; i < module->RULES_count; i++) {
            uint32_t document = module->RULES[i].document;
            if (document != BD_NONE && text_equal(module_text(module, module->DOCUMENTS[document].name), name))
                mark_rules(search, target, module_text(module, module->RULES[i].name));
        }
    }
}

/* The versions of a unit stand in the text in the plural as well. */
static void add_plural(Search *search, Reached *reached, Text name)
{
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = search->module[side];
        uint32_t member = bd_choice_find(module, 1, name);
        if (member != BD_NONE && bd_choice_label(module, 1, member).size > 0)
            add_name(search, reached, bd_choice_label(module, 1, member));
    }
}

/* Lines of a product that is counted in a unit. */
static void mark_unit(Search *search, Target *target, Text name)
{
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = search->module[side];
        for (uint32_t i = 0; i < module->MEANINGS_count; i++) {
            const MeaningRecord *record = &module->MEANINGS[i];
            if (record->kind == MEANING_PRODUCT && record->part == MEANT_UNIT &&
                text_equal(module_text(module, record->text), name))
                mark_product(search, target, module_text(module, record->name));
        }
    }
}

static Target reach_of(Search *search, const Change *change)
{
    Target target = {.change = change};
    Reached reached = {NULL, 0, 0};
    for (int side = 0; side < SIDES; side++) {
        size_t rules = search->module[side]->RULES_count;
        target.rules[side] = arena_array(search->arena, rules + 1, sizeof(bool));
        target.others[side] = arena_array(search->arena, rules + 1, sizeof(bool));
    }
    mark_thing(search, &target, change->kind, change->name);
    if (change->kind == MEANING_RULE)
        return target;
    if (change->kind == MEANING_DOCUMENT)
        mark_document(search, &target, change->name);
    if (change->kind == MEANING_UNIT)
        mark_unit(search, &target, change->name);
    add_name(search, &reached, change->name);
    if (change->kind == MEANING_UNIT)
        add_plural(search, &reached, change->name);
    for (int side = 0; side < SIDES; side++)
        follow(search, &target, search->module[side], &reached);
    return target;
}

/* ---- against the others ---- */

/* What another change reaches is not this one's to show, except the rules that it changes itself. */
static void set_apart(Search *search, Target *target, const Target *other)
{
    bool is_rule = target->change->kind == MEANING_RULE;
    for (int side = 0; side < SIDES; side++)
        for (uint32_t i = 0; i < search->module[side]->RULES_count; i++) {
            if (!other->rules[side][i])
                continue;
            target->others[side][i] = true;
            bool is_own = is_rule && target->rules[side][i];
            target->rules[side][i] = is_own;
        }
    if (!other->pays)
        return;
    uint32_t column = case_find_column(&search->columns, TEXT("product"));
    if (other->products == NULL || column == BD_NONE) {
        target->is_blurred = true;
        return;
    }
    uint32_t count = search->columns.items[column].member_count;
    if (target->blurred == NULL)
        target->blurred = arena_array(search->arena, (size_t)count + 1, sizeof *target->blurred);
    for (uint32_t i = 0; i < count; i++)
        target->blurred[i] = target->blurred[i] || other->products[i];
}

Target target_of(Search *search, const Change *change)
{
    Diff *diff = search->diff;
    if (search->reaches == NULL) {
        search->reaches = arena_array(search->arena, (size_t)diff->count + 1, sizeof *search->reaches);
        for (uint32_t i = 0; i < diff->count; i++)
            search->reaches[i] = reach_of(search, &diff->changes[i]);
    }
    Target target = search->reaches[change - diff->changes];
    for (int side = 0; side < SIDES; side++) { /* of its own: the others read theirs from search->reaches */
        size_t rules = search->module[side]->RULES_count;
        bool *own = arena_array(search->arena, rules + 1, sizeof(bool));
        memcpy(own, target.rules[side], rules * sizeof(bool));
        target.rules[side] = own;
    }
    for (uint32_t i = 0; i < diff->count; i++)
        if (&diff->changes[i] != change)
            set_apart(search, &target, &search->reaches[i]);
    return target;
}
