/* reference_table.c: look-ups of the reference evaluator: versions by date, brackets by trying each bound, extern tables row by row. */
#include <stdlib.h>

#include "reference/reference_internal.h"

static RefValue cell_value(Context *c, const Table *table, Number cell)
{
    RefValue value = {.present = true, .number = ref_number(c)};
    ref_from_number(cell, value.number);
    bool is_number = table->type.kind == TYPE_NUMBER || table->type.kind == TYPE_MONEY ||
                     table->type.kind == TYPE_QUANTITY || table->type.kind == TYPE_RATE;
    if (!is_number)
        value.whole = value.last = mpz_get_si(mpq_numref(value.number));
    return value;
}

/* The member of a dimension, or BD_NONE when the key lies above every bound. */
static uint32_t member_of(Context *c, const Dimension *dimension, const RefValue *key, uint32_t *size)
{
    if (dimension->type.kind == TYPE_CHOICE) {
        *size = c->core->choices[dimension->type.choice].member_count;
        return (uint32_t)key->whole;
    }
    *size = dimension->bound_count + dimension->open_top;
    mpq_ptr bound = ref_number(c), number = key->number;
    if (number == NULL) {
        number = ref_number(c);
        mpq_set_si(number, (long)key->whole, 1);
    }
    for (uint32_t i = 0; i < dimension->bound_count; i++) {
        ref_from_number(dimension->bounds[i], bound);
        if (mpq_cmp(number, bound) <= 0)
            return i;
    }
    return dimension->open_top ? dimension->bound_count : BD_NONE;
}

static bool key_matches(const Core *core, const Dimension *dimension, const RefValue *key, Text written)
{
    if (dimension->type.kind == TYPE_CHOICE)
        return text_equal(core->choices[dimension->type.choice].members[key->whole].name, written);
    if (dimension->type.kind == TYPE_TEXT)
        return text_equal(key->text, written);
    mpq_t number;
    mpq_init(number);
    bool same = ref_number_from_text(written, number) && key->number && mpq_equal(number, key->number);
    mpq_clear(number);
    return same;
}

static RefValue extern_cell(Context *c, uint32_t index, const RefValue *keys)
{
    const Table *table = &c->core->tables[index];
    const RefRow *found = NULL;
    for (uint32_t i = 0; i < c->reference->row_count; i++) {
        const RefRow *row = &c->reference->rows[i];
        bool matches =
            row->table == index && row->valid_from <= c->date && (!found || row->valid_from > found->valid_from);
        for (uint32_t k = 0; matches && k < table->dimension_count; k++)
            matches = key_matches(c->core, &table->dimensions[k], &keys[k], row->keys[k]);
        if (matches)
            found = row;
    }
    if (!found)
        return table->is_optional ? (RefValue){.present = false} : ref_fault(c, REF_NO_CELL);
    RefValue value = {.present = true, .number = ref_number(c)};
    if (!ref_number_from_text(found->value, value.number))
        abort();
    return value;
}

static const TableVersion *version_on(const Table *table, int64_t date)
{
    for (uint32_t i = 0; i < table->version_count; i++)
        if (date >= table->versions[i].validity.from && date <= table->versions[i].validity.to)
            return &table->versions[i];
    return NULL;
}

static RefValue look_up(Context *c, uint32_t index, const RefValue *keys)
{
    const Table *table = &c->core->tables[index];
    for (uint32_t i = 0; i < table->dimension_count; i++)
        if (keys[i].poison)
            return keys[i];
    if (c->tables_read && !table->is_extern)
        set_add(c->tables_read, index);
    if (table->is_extern)
        return extern_cell(c, index, keys);
    const TableVersion *version = version_on(table, c->date);
    uint32_t position = 0;
    bool found = version && !version->none;
    for (uint32_t i = 0; found && i < table->dimension_count; i++) {
        uint32_t size = 0, member = member_of(c, &table->dimensions[i], &keys[i], &size);
        found = member != BD_NONE;
        position = position * size + member;
    }
    if (found && version->present[position])
        return cell_value(c, table, version->cells[position]);
    return table->is_optional ? (RefValue){.present = false} : ref_fault(c, REF_NO_CELL);
}

RefValue ref_table(Context *c, const Expr *expr)
{
    RefValue keys[8];
    for (uint32_t i = 0; i < expr->arg_count; i++)
        keys[i] = ref_evaluate(c, expr->args[i]);
    return look_up(c, expr->index, keys);
}

/* A table by the line's own dimensions. */
static RefValue by_line(Context *c, uint32_t index)
{
    const Table *table = &c->core->tables[index];
    RefValue keys[8];
    for (uint32_t i = 0; i < table->dimension_count; i++) {
        const RefCell *cell = &c->line->cells[table->dimensions[i].column];
        keys[i] = cell->present ? (RefValue){.present = true, .whole = cell->integer, .text = cell->text}
                                : ref_fault(c, REF_CELL_MISSING);
    }
    return look_up(c, index, keys);
}

/* The tariff of the line's product; of a maximum the contracted one, which may not lie above it. */
RefValue ref_tariff(Context *c)
{
    uint32_t index = c->core->products[c->line->cells[COLUMN_PRODUCT].integer].tariff;
    if (index == BD_NONE)
        return ref_fault(c, REF_NO_CELL);
    RefValue listed = by_line(c, index);
    if (!c->core->tables[index].is_maximum || listed.poison)
        return listed;
    for (uint32_t i = 0; i < c->core->table_count; i++) {
        if (!text_equal(c->core->tables[i].name, TEXT("contracttarief")))
            continue;
        RefValue contracted = by_line(c, i);
        return !contracted.poison && mpq_cmp(contracted.number, listed.number) > 0 ? ref_fault(c, REF_CONTRACTED)
                                                                                   : contracted;
    }
    return ref_fault(c, REF_NO_CELL);
}
