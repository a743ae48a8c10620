/* rule_id.c: the name by which other systems remember a rule; see rule_id.h. */
#include "compiler/cli/rule_id.h"

#include "vm/core/date.h"
#include "vm/module.h"

/* The day from which this version of the rule holds, which stands with what the module says of its meaning; DATE_MIN for always. */
static int32_t first_day(const bd_module *module, const bd_rule_info *rule)
{
    for (uint32_t i = 0; i < module->MEANINGS_count; i++) {
        const MeaningRecord *record = &module->MEANINGS[i];
        if (record->kind != MEANING_RULE || record->place == BD_NONE ||
            !text_equal(module_text(module, record->name), rule->name))
            continue;
        const PlaceRecord *place = &module->SOURCE_MAP[record->place];
        if (place->line == rule->place.line && place->column == rule->place.column &&
            text_equal(module_text(module, place->file), rule->place.file))
            return record->from;
    }
    return BD_DATE_MIN;
}

Text rule_id(Arena *arena, const bd_module *module, uint32_t rule)
{
    bd_rule_info info;
    StringBuilder out;
    if (bd_module_rule(module, rule, &info) != BD_OK)
        return (Text){NULL, 0};
    builder_init(&out, arena);
    builder_text(&out, TEXT("rule."));
    builder_text(&out, info.name);
    int32_t from = first_day(module, &info);
    if (from != BD_DATE_MIN) {
        builder_char(&out, '@');
        date_append(&out, from);
    }
    return builder_result(&out);
}
