/* witness_nothing.c: why no decision can change, where that is certain without a search, and what a search left out; see witness.h.
**
** Words, names and what stands there for people are in no program. A rank decides only which of two payments goes before the other, so that it decides
** nothing where no payment of its document can stand against one of another. Moments of an indexation up to the price level of every tariff are
** in no price.
*/
#include "compiler/cli/witness_internal.h"
#include "vm/core/date.h"

/* ---- words ---- */

/* Words: they stand beside what decides. A return code is one too, but a line shows it. */
static bool is_wording(MeaningPart part)
{
    return part == MEANT_CITATION || part == MEANT_QUOTE || part == MEANT_REASON || part == MEANT_TITLE ||
           part == MEANT_QUESTION || part == MEANT_WHO || part == MEANT_ROLE || part == MEANT_SHOWN ||
           part == MEANT_STANDARD || part == MEANT_ORIGIN || part == MEANT_MESSAGE;
}

bool diff_is_wording(const Change *change)
{
    bool decides = change->how == CHANGE_ADDED || change->how == CHANGE_REMOVED;
    for (uint32_t i = 0; i < change->detail_count; i++)
        decides = decides || (!change->details[i].is_renamed && !is_wording(change->details[i].part));
    return !decides;
}

bool change_is_only(const Change *change, MeaningPart part)
{
    bool is_so = change->how == CHANGE_CHANGED;
    for (uint32_t i = 0; i < change->detail_count; i++)
        is_so = is_so && (change->details[i].part == part || is_wording(change->details[i].part));
    return is_so;
}

/* ---- ranks ---- */

/* Whether a rule, or one that it is an exception to, cites a document; name.data NULL: any but `not_this`. */
static bool cites(const bd_module *module, uint32_t rule, Text name, Text not_this)
{
    for (uint32_t depth = 0; rule != BD_NONE && depth < module->RULES_count; depth++) {
        uint32_t document = module->RULES[rule].document;
        Text cited = document == BD_NONE ? (Text){"", 0} : module_text(module, module->DOCUMENTS[document].name);
        if (document != BD_NONE && (name.data != NULL ? text_equal(cited, name) : !text_equal(cited, not_this)))
            return true;
        rule = module->RULES[rule].exception_to;
    }
    return false;
}

/* Whether one of two rules can have to go before the other: two payments, or two exceptions in the place of one rule. */
static bool can_conflict(const bd_module *module, const RuleRecord *a, const RuleRecord *b)
{
    if (((a->flags | b->flags) & RULE_BUILT_IN) != 0)
        return false;
    if (a->effect == BD_EFFECT_PAY && b->effect == BD_EFFECT_PAY)
        return true;
    return a->effect == b->effect && a->exception_to != BD_NONE && b->exception_to != BD_NONE &&
           text_equal(module_text(module, module->RULES[a->exception_to].name),
                      module_text(module, module->RULES[b->exception_to].name));
}

static bool rank_decides(const bd_module *module, Text document)
{
    const Text any = {NULL, 0};
    for (uint32_t a = 0; a < module->RULES_count; a++)
        for (uint32_t b = 0; cites(module, a, document, any) && b < module->RULES_count; b++)
            if (a != b && can_conflict(module, &module->RULES[a], &module->RULES[b]) && cites(module, b, any, document))
                return true;
    return false;
}

/* ---- moments ---- */

static const IndexRecord *find_indexation(const bd_module *module, Text name)
{
    for (uint32_t i = 0; i < module->INDEXATIONS_count; i++)
        if (text_equal(module_text(module, module->INDEXATIONS[i].name), name))
            return &module->INDEXATIONS[i];
    return NULL;
}

/* Whether every price of a version contains the indexations up to a day. */
static bool prices_contain(const bd_module *module, const IndexRecord *record, int32_t day)
{
    for (uint32_t i = 0; i < record->levels; i++)
        if (module->LEVELS[record->first_level + i] < day)
            return false;
    return record->levels > 0;
}

/* The moments that came or went lie within the price level of every tariff; the rest are the same. */
static bool moments_count(const Search *search, Text name)
{
    const IndexRecord *records[SIDES];
    for (int side = 0; side < SIDES; side++) {
        records[side] = find_indexation(search->module[side], name);
        if (records[side] == NULL)
            return true;
    }
    DateParts old = date_to_ymd(records[0]->first), made = date_to_ymd(records[1]->first);
    int32_t later = old.year > made.year ? old.year : made.year, day;
    if (old.month != made.month || old.day != made.day || records[0]->last != records[1]->last ||
        !date_from_ymd(later - 1, old.month, old.day, &day))
        return true;
    return !prices_contain(search->module[0], records[0], day) || !prices_contain(search->module[1], records[1], day);
}

/* Nothing but the name of the thing, or of something within it. */
static bool is_only_named(const Change *change)
{
    bool is_named = change->how == CHANGE_RENAMED || (change->how == CHANGE_CHANGED && change->detail_count > 0);
    for (uint32_t i = 0; i < change->detail_count; i++)
        is_named = is_named && change->details[i].is_renamed;
    return is_named;
}

/* ---- all of it ---- */

Message witness_why_nothing(const Search *search, const Change *change)
{
    if (is_only_named(change))
        return MSG_DIFF_NOTHING_NAME;
    if (change->kind == MEANING_PARTY || change->kind == MEANING_NOTE)
        return MSG_DIFF_NOTHING_SAID;
    if (diff_is_wording(change))
        return MSG_DIFF_NOTHING_WORDS;
    if (change->kind == MEANING_COLUMN && change->reach_count == 0)
        return MSG_DIFF_NOTHING_INPUT;
    if (change->kind == MEANING_UNIT && change_is_only(change, MEANT_CODES))
        return MSG_DIFF_UNIT_CODE;
    if (change->kind == MEANING_DOCUMENT && !rank_decides(search->module[0], change->name) &&
        !rank_decides(search->module[1], change->name))
        return MSG_DIFF_NOTHING_RANK;
    if (change->kind == MEANING_INDEXATION &&
        (change_is_only(change, MEANT_MOMENT) || change_is_only(change, MEANT_VALIDITY)) &&
        !moments_count(search, change->name))
        return MSG_DIFF_NOTHING_MOMENT;
    return MSG_COUNT;
}

/* ---- what was not tried ---- */

static void add_untried(const Search *search, StringBuilder *out, bool holds, Message message)
{
    if (!holds)
        return;
    builder_text(out, out->size > 0 ? TEXT(", ") : TEXT(""));
    builder_text(out, message_pattern(search->cli, message));
}

Text witness_not_tried(const Search *search, bool in_lines)
{
    bool has_extern = false, has_readings = false, has_credits = false;
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = search->module[side];
        bd_table_info table;
        bd_reading_info reading;
        for (uint32_t i = 0; bd_module_table(module, i, &table) == BD_OK; i++)
            has_extern = has_extern || (table.is_extern && !table.is_internal);
        has_readings = has_readings || bd_module_reading(module, 0, &reading) == BD_OK;
        has_credits = has_credits || module->COUNTERS_count > 0;
        for (uint32_t i = 0; i < module->MEANINGS_count; i++)
            has_credits = has_credits || module->MEANINGS[i].part == MEANT_CREDIT;
    }
    StringBuilder out;
    builder_init(&out, search->arena);
    add_untried(search, &out, true, MSG_DIFF_UNTRIED_CHANGES);
    add_untried(search, &out, !search->loaded[0]->is_compiled && !search->loaded[1]->is_compiled,
                MSG_DIFF_UNTRIED_EXAMPLES);
    add_untried(search, &out, has_extern, MSG_DIFF_UNTRIED_TABLES);
    add_untried(search, &out, in_lines && has_readings, MSG_DIFF_UNTRIED_READINGS);
    add_untried(search, &out, in_lines && search->counts, MSG_DIFF_UNTRIED_BEFORE);
    add_untried(search, &out, in_lines && has_credits, MSG_DIFF_UNTRIED_CREDITS);
    return builder_result(&out);
}
