/* value.c: machine values as bd_value and back. */
#include "value.h"

#include "core/date.h"

Text value_unit_name(const bd_module *module, uint32_t unit)
{
    if (unit == BD_NONE || module->CHOICES_count < 2 || unit >= module->CHOICES[1].members)
        return (Text){"", 0};
    return module_text(module, module->MEMBERS[module->CHOICES[1].first_member + unit].name);
}

static bd_meaning natural_meaning(uint32_t kind)
{
    switch (kind) {
    case BD_KIND_BOOL: return BD_MEANS_BOOLEAN;
    case BD_KIND_TEXT: return BD_MEANS_TEXT;
    default: return BD_MEANS_NUMBER;
    }
}

bd_meaning value_meaning(uint32_t kind, uint32_t meaning)
{
    bool fits;
    switch (kind) {
    case BD_KIND_BOOL: fits = meaning == BD_MEANS_BOOLEAN; break;
    case BD_KIND_TEXT: fits = meaning == BD_MEANS_TEXT; break;
    case BD_KIND_INT:
        fits = value_is_number(meaning) || (meaning >= BD_MEANS_DATE && meaning <= BD_MEANS_CHOICE);
        break;
    default: fits = value_is_number(meaning); break;
    }
    return fits ? (bd_meaning)meaning : natural_meaning(kind);
}

static Text number_text(Arena *arena, const Cell *cell, uint32_t kind, bd_meaning meaning)
{
    StringBuilder builder;
    builder_init(&builder, arena);
    if (kind == BD_KIND_INT)
        builder_int64(&builder, cell->is.integer);
    else
        number_append(&builder, cell->is.number, meaning == BD_MEANS_MONEY || meaning == BD_MEANS_RATE ? 2 : 0);
    return builder_result(&builder);
}

void value_from_cell(const bd_module *module, Arena *arena, const Cell *cell, uint32_t kind, ValueForm form,
                     bd_value *out)
{
    *out = (bd_value){.meaning = value_meaning(kind, form.meaning),
                      .present = true,
                      .choice = BD_NONE,
                      .text = {"", 0},
                      .unit = {"", 0}};
    if (kind == BD_KIND_BOOL)
        out->boolean = cell->is.boolean;
    else if (kind == BD_KIND_TEXT)
        out->text = arena_text_copy(arena, cell->is.text); /* it may be the host's, for this call only */
    else if (value_is_number(out->meaning))
        out->text = number_text(arena, cell, kind, out->meaning);
    else
        out->integer = cell->is.integer;
    if (out->meaning == BD_MEANS_CHOICE)
        out->choice = form.choice;
    if (out->meaning == BD_MEANS_QUANTITY || out->meaning == BD_MEANS_RATE)
        out->unit = value_unit_name(module, form.unit);
}

static bd_status read_int(const bd_module *module, Arena *arena, const bd_value *value, const ColumnRecord *column,
                          Cell *out)
{
    out->is.integer = value->integer;
    switch ((bd_meaning)column->meaning) {
    case BD_MEANS_DATE: return date_is_valid(value->integer) ? BD_OK : BD_RANGE;
    case BD_MEANS_MONTH: return value->integer >= MONTH_MIN && value->integer <= MONTH_MAX ? BD_OK : BD_RANGE;
    case BD_MEANS_YEAR: return value->integer >= 1 && value->integer <= 9999 ? BD_OK : BD_RANGE;
    case BD_MEANS_CHOICE:
        return value->integer >= 0 && (uint32_t)value->integer < module->CHOICES[column->choice].members ? BD_OK
                                                                                                         : BD_RANGE;
    case BD_MEANS_BOOLEAN:
    case BD_MEANS_NUMBER:
    case BD_MEANS_MONEY:
    case BD_MEANS_QUANTITY:
    case BD_MEANS_RATE:
    case BD_MEANS_TEXT: break;
    }
    Number number;
    int64_t whole = 0;
    bool is_exact = false;
    bd_status status = number_from_text(arena, value->text, &number);
    if (status == BD_OK)
        status = number_to_scaled_int64(number, 1, &whole, &is_exact);
    if (status == BD_OK && (!is_exact || whole < INT32_MIN || whole > INT32_MAX))
        status = BD_RANGE;
    out->is.integer = (int32_t)whole;
    return status;
}

bd_status value_to_cell(const bd_module *module, Arena *arena, const bd_value *value, const ColumnRecord *column,
                        Cell *out)
{
    *out = (Cell){.fault = BD_NONE};
    if (!value_is_readable(value->text))
        return BD_ARGUMENT;
    switch (column->kind) {
    case BD_KIND_BOOL: out->is.boolean = value->boolean; return BD_OK;
    case BD_KIND_INT: return read_int(module, arena, value, column, out);
    case BD_KIND_TEXT: out->is.text = value->text; return BD_OK;
    default: {
        bd_status status = number_from_text(arena, value->text, &out->is.number);
        return status == BD_DIVIDE ? BD_SYNTAX : status;
    }
    }
}
