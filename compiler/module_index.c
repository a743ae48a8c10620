/* module_index.c: series and indexations into the module. See module_index.h.
**
** Both only describe: what a look-up does is code, what a price becomes is the machine's (vm/index.c).
*/
#include "compiler/module_index.h"

#include <assert.h>

#include "compiler/module_tables.h"

static void write_figures(ModuleWriter *writer, const Series *series, int64_t denominator)
{
    for (uint32_t i = 0; i < series->value_count; i++) {
        int64_t value = 0;
        bool exact = false;
        bd_status status = number_to_scaled_int64(series->values[i], denominator, &value, &exact);
        if (status != BD_OK && writer->status == BD_OK)
            writer->status = BD_LIMIT;
        assert(status != BD_OK || exact); /* the denominator is a multiple of every figure's */
        (void)writer_add_CELLS(writer, value);
    }
}

void module_write_series(ModuleWriter *writer, const Core *core, const Layout *layout)
{
    for (uint32_t i = 0; i < core->table_count; i++) {
        const Series *series = core->tables[i].series;
        if (series == NULL || layout->table_of[i] == BD_NONE)
            continue;
        unsigned flags = (series->goes_on ? SERIES_GOES_ON : 0u) | (series->values ? SERIES_IN_MODULE : 0u);
        SeriesRecord record = {.table = layout->table_of[i],
                               .flags = flags,
                               .step = series->step,
                               .first = series->first,
                               .first_cell = writer_count(writer, SECTION_CELLS),
                               .cells = series->value_count};
        write_figures(writer, series, layout_table_denominator(layout, record.table));
        (void)writer_add_SERIES(writer, record);
    }
}

static uint32_t program_of(const Layout *layout, const Definition *definition)
{
    for (uint32_t i = 0; i < layout->callable_count; i++)
        if (layout->callables[i].definition == definition)
            return i + 1; /* program 0 decides lines */
    assert(false && "an indexation's definitions are callables");
    return 0;
}

void module_write_indexations(ModuleWriter *writer, const Core *core, const Layout *layout, IrShared *shared)
{
    for (uint32_t i = 0; i < core->indexation_count; i++) {
        const Indexation *index = &core->indexations[i];
        const Table *base = &core->tables[index->base];
        IrPlace place = {.span = index->span,
                         .label = index->name,
                         .rule = BD_NONE,
                         .citation = index->citation,
                         .unit = BD_NONE,
                         .choice = BD_NONE};
        IndexRecord record = {.name = writer_text(writer, index->name),
                              .base = layout->table_of[index->base],
                              .derived = layout->table_of[index->derived],
                              .factor = program_of(layout, index->factor),
                              .rounding = program_of(layout, index->rounding),
                              .chain = program_of(layout, index->chain),
                              .first = index->first,
                              .last = index->last,
                              .first_level = writer_count(writer, SECTION_LEVELS),
                              .levels = base->is_extern ? 1 : base->version_count,
                              .citation = index->citation,
                              .place = module_add_place(shared, &place)};
        for (uint32_t v = 0; v < record.levels; v++)
            (void)writer_add_LEVELS(writer, base->is_extern ? base->level : base->versions[v].level);
        (void)writer_add_INDEXATIONS(writer, record);
    }
}
