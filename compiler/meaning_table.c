/* meaning_table.c: tables cell by cell, series figure by figure, and indexations, as records of MEANINGS; see module_meanings.h.
**
** Every version of a table is a thing of its own by its first day, and its VALIDITY says until when, so that two versions of an agreement can be
** compared day by day. Tables that the machine fills or that the compiler made are left out.
*/
#include "compiler/meaning_internal.h"
#include "compiler/tables.h"
#include "vm/core/date.h"

static const Text NONE = {"", 0};

/* ---- tables ---- */

static void append_value(const Core *core, const Table *table, Number value, StringBuilder *out)
{
    if (table->type.kind == TYPE_BOOLEAN)
        builder_text(out, number_is_zero(value) ? TEXT("nee") : TEXT("ja"));
    else if (table->type.kind == TYPE_DATE)
        date_append(out, (Date)value.num);
    else if (table->type.kind == TYPE_CHOICE)
        builder_text(out, core->choices[table->type.choice].members[value.num].name);
    else
        number_append(out, value, table->type.kind == TYPE_RATE || table->type.kind == TYPE_MONEY ? 2 : 0);
}

static void write_cells(Meanings *m, const Table *table, const TableVersion *version)
{
    if (version->none) {
        meaning_part(m, MEANT_KIND, NONE, meaning_word(m, "geen tarief", "no tariff"),
                     phrase_plain(m->phrases, "none", NULL, 0));
        return;
    }
    for (uint32_t i = 0; i < table->cell_count; i++) {
        if (!version->present[i])
            continue;
        StringBuilder cell, value;
        builder_init(&cell, m->core->arena);
        builder_init(&value, m->core->arena);
        table_append_cell(m->core, table, i, &cell);
        append_value(m->core, table, version->cells[i], &value);
        if (table->type.kind == TYPE_CHOICE)
            meaning_part(m, MEANT_CELL, builder_result(&cell), builder_result(&value),
                         canonical_member(m->canonical, table->type.choice, (uint32_t)version->cells[i].num));
        else
            meaning_text(m, MEANT_CELL, builder_result(&cell), builder_result(&value));
    }
}

static void property(Meanings *m, const char *nl, const char *en, bool holds)
{
    if (holds)
        meaning_part(m, MEANT_KIND, text_from_cstring(en), meaning_word(m, nl, en),
                     phrase_plain(m->phrases, en, NULL, 0));
}

/* The last moment of its indexation that a price level contains: levels between the same two moments are one. */
static int32_t contained_moment(const Core *core, const Table *table, int32_t level)
{
    const Indexation *index = NULL;
    for (uint32_t i = 0; i < core->indexation_count; i++)
        if (&core->tables[core->indexations[i].base] == table)
            index = &core->indexations[i];
    int32_t moment, year = date_year(level);
    if (index == NULL || level < index->first || !date_from_ymd(year, index->month, index->day, &moment) ||
        (moment > level && !date_from_ymd(year - 1, index->month, index->day, &moment)))
        return BD_DATE_MIN;
    return moment;
}

static void level_part(Meanings *m, const Table *table, int32_t day)
{
    StringBuilder out;
    if (day == BD_DATE_MIN)
        return;
    int32_t moment = contained_moment(m->core, table, day);
    builder_init(&out, m->core->arena);
    DateParts parts = date_to_ymd(day);
    if (parts.month == 12 && parts.day == 31) /* `prijspeil 2022` */
        builder_int64(&out, parts.year);
    else
        date_append(&out, day);
    meaning_part(m, MEANT_LEVEL, NONE, builder_result(&out), phrase_plain(m->phrases, "level", &moment, sizeof moment));
}

static void write_dimensions(Meanings *m, const Table *table)
{
    for (uint32_t i = 0; i < table->dimension_count; i++)
        meaning_type(m, MEANT_DIMENSIONS, table->dimensions[i].name, table->dimensions[i].type);
}

static void write_versions(Meanings *m, const Table *table, MeaningKind kind)
{
    for (uint32_t i = 0; i < table->version_count; i++) {
        const TableVersion *version = &table->versions[i];
        /* A table without dates has one version, from the first day on: it is told from the table by its sub. */
        meaning_begin(m, kind, table->name, version->validity.from, TEXT("version"), version->span);
        meaning_validity(m, version->validity);
        if (table->indexed != BD_NONE)
            level_part(m, table, version->level);
        write_cells(m, table, version);
        meaning_follows(m, version->amendment);
        meaning_citation(m, version->citation);
    }
}

static void write_table(Meanings *m, const Table *table)
{
    MeaningKind kind = table->is_tariff ? MEANING_TARIFF : MEANING_TABLE;
    meaning_begin(m, kind, table->name, BD_DATE_MIN, NONE, table->span);
    if (!table->is_tariff) /* a tariff's is the product's */
        meaning_title(m, table->label);
    meaning_type(m, MEANT_TYPE, NONE, table->type);
    write_dimensions(m, table);
    property(m, "extern", "extern", table->is_extern);
    property(m, "facultatief", "optional", table->is_optional);
    property(m, "maximum", "maximum", table->is_maximum);
    if (table->indexed != BD_NONE)
        level_part(m, table, table->level);
    meaning_citation(m, table->citation);
    write_versions(m, table, kind);
}

/* ---- series ---- */

static void write_series(Meanings *m, const Table *table)
{
    const Series *series = table->series;
    int32_t apart = series->step == 12 ? 1 : (int32_t)series->step;
    meaning_begin(m, MEANING_SERIES, table->name, BD_DATE_MIN, NONE, table->span);
    meaning_title(m, table->label);
    property(m, "per maand", "per month", series->step == 1);
    property(m, "per kwartaal", "per quarter", series->step == 3);
    property(m, "per jaar", "per year", series->step == 12);
    property(m, "extern", "extern", series->values == NULL);
    property(m, "daarna laatste waarde", "the last value goes on", series->goes_on);
    meaning_citation(m, table->citation);
    for (uint32_t i = 0; i < series->value_count; i++) {
        int32_t key = series->first + (int32_t)i * apart;
        StringBuilder when, value;
        builder_init(&when, m->core->arena);
        builder_init(&value, m->core->arena);
        if (series->step == 12)
            builder_int64(&when, key);
        else
            month_append(&when, key);
        number_append(&value, series->values[i], 0);
        meaning_text(m, MEANT_CELL, builder_result(&when), builder_result(&value));
    }
}

/* ---- indexations ---- */

static void definition_part(Meanings *m, MeaningPart part, const Definition *definition, Span span)
{
    const Instance *instance = definition->instances;
    if (instance == NULL || instance->body == NULL)
        return;
    Text text = meaning_excerpt(m, instance->body->span);
    meaning_part(m, part, NONE, text.size > 0 ? text : meaning_excerpt(m, span), meaning_body(m, definition, instance));
}

static void write_indexation(Meanings *m, const Indexation *index)
{
    StringBuilder out;
    builder_init(&out, m->core->arena);
    meaning_begin(m, MEANING_INDEXATION, index->name, BD_DATE_MIN, NONE, index->span);
    builder_int64(&out, index->day);
    builder_char(&out, '-');
    builder_int64(&out, index->month);
    int32_t moments[] = {index->month, index->day};
    meaning_part(m, MEANT_MOMENT, NONE, builder_result(&out),
                 phrase_plain(m->phrases, "moment", moments, sizeof moments));
    meaning_validity(m, (Validity){index->first, BD_DATE_MAX}); /* it ends with its product */
    definition_part(m, MEANT_FACTOR, index->factor, index->span);
    definition_part(m, MEANT_ROUNDING, index->rounding, index->span);
    definition_part(m, MEANT_CHAIN, index->chain, index->span);
    meaning_citation(m, index->citation);
}

/* ---- all of it ---- */

void meaning_write_tables(Meanings *m)
{
    const Core *core = m->core;
    for (uint32_t i = 0; i < core->table_count; i++) {
        const Table *table = &core->tables[i];
        if (table->series != NULL)
            write_series(m, table);
        else if (!table->is_derived)
            write_table(m, table);
    }
    for (uint32_t i = 0; i < core->indexation_count; i++)
        write_indexation(m, &core->indexations[i]);
}
