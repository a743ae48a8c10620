/* diff_unit.c: prices per one unit beside prices per another; see diff.h.
**
** € 60 per uur and € 1 per minuut are one price where an hour is 60 minutes. Where the unit of a table's values changed, the older values are
** compared after conversion, each unit as its own version has it; between units that do not convert nothing is compared.
*/
#include "compiler/cli/diff_internal.h"

/* The name of a unit in what a record's digest is made of; empty when there is none. */
static Text unit_in(const bd_module *module, const MeaningRecord *record)
{
    const PhraseRecord *phrase = record->phrase == BD_NONE ? NULL : &module->PHRASES[record->phrase];
    for (uint32_t i = 0; phrase != NULL && i < phrase->parts; i++) {
        const PhraseRecord *part = &module->PHRASES[module->PHRASE_PARTS[phrase->first + i]];
        if (part->how == PHRASE_NAME && part->kind == MEANING_UNIT)
            return module_text(module, part->text);
    }
    return (Text){"", 0};
}

/* What the values of a table are per, as a price is, or of. */
static Text unit_of(const Thing *table)
{
    const MeaningRecord *type = table == NULL ? NULL : thing_part(table, MEANT_TYPE, (Text){NULL, 0});
    return type == NULL ? (Text){"", 0} : unit_in(table->module, type);
}

typedef struct UnitSize {
    Text base;
    Number factor; /* in its base */
} UnitSize;

/* The factor as it is told, "60 minuten"; with a decimal comma in Dutch. */
static bool read_factor(Arena *arena, Text text, Number *factor)
{
    StringBuilder number;
    builder_init(&number, arena);
    for (size_t i = 0; i < text.size && text.data[i] != ' '; i++)
        builder_char(&number, text.data[i] == ',' ? '.' : text.data[i]);
    return number.size > 0 && number_from_text(arena, builder_result(&number), factor) == BD_OK;
}

static bool size_of(const DiffSide *side, Text unit, UnitSize *size)
{
    *size = (UnitSize){unit, NUMBER_ONE};
    for (uint32_t i = 0; i < side->count; i++) {
        const Thing *thing = &side->things[i];
        if (thing->kind != MEANING_UNIT || !text_equal(thing->name, unit))
            continue;
        const MeaningRecord *factor = thing_part(thing, MEANT_FACTOR, (Text){NULL, 0});
        if (factor == NULL)
            return true;
        size->base = unit_in(thing->module, factor);
        return read_factor(side->arena, thing_text(thing, factor), &size->factor);
    }
    return unit.size > 0; /* the language's own */
}

void diff_read_units(const Diff *diff, Change *change, const Thing *old, const Thing *made)
{
    UnitSize was, is;
    change->old_unit = unit_of(old);
    change->new_unit = unit_of(made);
    if (old == NULL || made == NULL ||
        text_equal(diff_new_name(diff, MEANING_UNIT, (Text){"", 0}, change->old_unit), change->new_unit))
        return;
    change->is_other_unit = true;
    const Number *from = change->is_money ? &is.factor : &was.factor, *by = change->is_money ? &was.factor : &is.factor;
    change->converts = size_of(&diff->a, change->old_unit, &was) && size_of(&diff->b, change->new_unit, &is) &&
                       text_equal(diff_new_name(diff, MEANING_UNIT, (Text){"", 0}, was.base), is.base) &&
                       number_div(diff->arena, *from, *by, &change->conversion) == BD_OK;
}
