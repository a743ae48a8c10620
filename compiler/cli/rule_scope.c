/* rule_scope.c: what a rule is about, as the module says it; see rule_scope.h.
**
** A rule's records stand together in MEANINGS, begun by one that says where the rule is written: so versions of one name are told apart.
*/
#include "compiler/cli/rule_scope.h"

#include <string.h>

#include "vm/module.h"

static Text text_at(const bd_module *module, Str text)
{
    return module_text(module, text);
}

static bool is_same_place(const bd_module *module, uint32_t a, uint32_t b)
{
    if (a == BD_NONE || b == BD_NONE)
        return false;
    const PlaceRecord *left = &module->SOURCE_MAP[a], *right = &module->SOURCE_MAP[b];
    return left->line == right->line && left->column == right->column &&
           text_equal(text_at(module, left->file), text_at(module, right->file));
}

/* The column of a day by the words that MEANINGS has for it. */
static Text date_column(Text words)
{
    if (text_equal(words, TEXT("einddatum")) || text_equal(words, TEXT("end date")))
        return TEXT("einddatum");
    return TEXT("dagtekening");
}

static void take_part(const bd_module *module, const MeaningRecord *part, RuleScope *scope)
{
    switch (part->part) {
    case MEANT_PRODUCTS:
        scope->is_for_all = part->phrase == BD_NONE;
        scope->products = text_at(module, part->text);
        break;
    case MEANT_REFERENCE: scope->date = date_column(text_at(module, part->text)); break;
    case MEANT_FOLLOWS: scope->has_condition = true; break;
    case MEANT_CONDITION:
        if (part->phrase == BD_NONE) /* its digest is of nothing: it always holds, and the text is of its effect */
            break;
        scope->condition = text_at(module, part->text);
        scope->has_condition = true;
        break;
    default: break;
    }
}

/* A rule gives way to an exception to it, a departure from it, and a version that an amendment brings for some lines. */
static void mark_that_give_way(const bd_module *module, RuleScope *scopes, uint32_t rule)
{
    for (uint32_t k = scopes[rule].first; k < scopes[rule].end; k++) {
        const MeaningRecord *part = &module->MEANINGS[k];
        Str named = part->part == MEANT_EXCEPTION ? part->text : part->part == MEANT_OVER ? part->sub : part->name;
        if (part->part != MEANT_EXCEPTION && part->part != MEANT_OVER && part->part != MEANT_FOLLOWS)
            continue;
        for (uint32_t i = 0; i < module->RULES_count; i++)
            if (i != rule && text_equal(text_at(module, module->RULES[i].name), text_at(module, named)))
                scopes[i].gives_way = true;
    }
}

const RuleScope *rule_scopes(Arena *arena, const bd_module *module)
{
    RuleScope *scopes = arena_array(arena, (size_t)module->RULES_count + 1, sizeof *scopes);
    Text date = TEXT("begindatum");
    uint32_t rule = 0;
    for (uint32_t i = 0; i < module->MEANINGS_count; i++) {
        const MeaningRecord *part = &module->MEANINGS[i];
        if (part->kind == MEANING_AGREEMENT && part->part == MEANT_REFERENCE)
            date = date_column(text_at(module, part->text));
        if (part->kind != MEANING_RULE || part->part != MEANT_ITSELF)
            continue;
        uint32_t found = rule;
        while (found < module->RULES_count && !is_same_place(module, module->RULES[found].place, part->place))
            found++;
        if (found == module->RULES_count)
            continue;
        RuleScope *scope = &scopes[found];
        *scope = (RuleScope){.is_known = true, .first = i, .end = i + 1, .date = date};
        while (scope->end < module->MEANINGS_count && module->MEANINGS[scope->end].kind == MEANING_RULE &&
               module->MEANINGS[scope->end].part != MEANT_ITSELF)
            take_part(module, &module->MEANINGS[scope->end++], scope);
        rule = found + 1;
    }
    for (uint32_t i = 0; i < module->RULES_count; i++)
        mark_that_give_way(module, scopes, i);
    return scopes;
}

bool rule_scope_has_product(const RuleScope *scope, Text product)
{
    size_t begin = 0;
    for (size_t at = 0; !scope->is_for_all && at <= scope->products.size; at++) {
        if (at < scope->products.size && scope->products.data[at] != ',')
            continue;
        if (text_equal(text_slice(scope->products, begin, at), product))
            return true;
        begin = at + 2; /* ", " */
    }
    return scope->is_for_all;
}

bool rule_scope_has_day(const bd_module *module, uint32_t index, int32_t day)
{
    return module->RULES[index].valid_from <= day && day <= module->RULES[index].valid_to;
}

bool rule_scope_replaces(const bd_module *module, const RuleScope *scopes, uint32_t index, Text name)
{
    for (uint32_t k = scopes[index].first; k < scopes[index].end; k++) {
        const MeaningRecord *part = &module->MEANINGS[k];
        if (part->part == MEANT_OVER && text_equal(text_at(module, part->sub), name))
            return true;
        if (part->part == MEANT_EXCEPTION && module->RULES[index].effect != BD_EFFECT_NONE &&
            text_equal(text_at(module, part->text), name))
            return true;
    }
    return false;
}

/* The digest of a rule's condition; NULL where it is not one and the same for all units. */
static const uint8_t *condition_digest(const bd_module *module, const RuleScope *scope)
{
    const uint8_t *found = NULL;
    for (uint32_t k = scope->first; k < scope->end; k++) {
        const MeaningRecord *part = &module->MEANINGS[k];
        if (part->part == MEANT_FOLLOWS ||
            (part->part == MEANT_CONDITION && found != NULL && memcmp(found, part->digest, MEANING_DIGEST_SIZE) != 0))
            return NULL;
        if (part->part == MEANT_CONDITION)
            found = part->digest;
    }
    return found;
}

bool rule_scope_is_same(const bd_module *module, const RuleScope *scopes, uint32_t a, uint32_t b)
{
    const RuleScope *left = &scopes[a], *right = &scopes[b];
    if (!left->is_known || !right->is_known || left->is_for_all != right->is_for_all ||
        !text_equal(left->products, right->products) || !text_equal(left->date, right->date) ||
        module->RULES[a].valid_from != module->RULES[b].valid_from ||
        module->RULES[a].valid_to != module->RULES[b].valid_to)
        return false;
    const uint8_t *first = condition_digest(module, left), *second = condition_digest(module, right);
    return first != NULL && second != NULL && memcmp(first, second, MEANING_DIGEST_SIZE) == 0;
}

static bool has_suffix(Text text, Text suffix)
{
    return text.size >= suffix.size && text_equal(text_slice(text, text.size - suffix.size, text.size), suffix);
}

bool rule_scope_is_condition(const RuleScope *scope, Text words)
{
    Text clauses = scope->condition;
    for (size_t end = words.size > 0 ? words.size : clauses.size + 1; end <= clauses.size; end++) {
        if ((end < clauses.size && clauses.data[end] != ';') || clauses.data[end - 1] != words.data[words.size - 1])
            continue;
        Text before = text_slice(clauses, 0, end - words.size);
        if (has_suffix(text_slice(clauses, 0, end), words) &&
            (has_suffix(before, TEXT("als ")) || has_suffix(before, TEXT("if "))))
            return true;
    }
    return false;
}
