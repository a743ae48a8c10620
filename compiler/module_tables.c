/* module_tables.c: tables -> dense cells.
**
** Cells of all tables stand behind each other, version by version, the last dimension varying fastest; a bit tells which exist. The
** compiler's own tables (unit conversions) follow the contract's. Extern tables have dimensions only.
*/
#include "compiler/module_tables.h"

#include <assert.h>

#include "compiler/tables.h"

uint32_t module_add_place(IrShared *shared, const IrPlace *place)
{
    Ir ir = {.arena = shared->arena, .shared = shared};
    return ir_add_place(&ir, place);
}

static void add_cell(ModuleWriter *writer, bool is_present, int64_t value)
{
    uint32_t index = writer_add_CELLS(writer, is_present ? value : 0);
    if (index / 64 >= writer_count(writer, SECTION_CELL_BITS))
        (void)writer_add_CELL_BITS(writer, 0);
    uint64_t *word = writer_at_CELL_BITS(writer, index / 64);
    if (word && is_present)
        *word |= UINT64_C(1) << (index % 64);
}

/* ---- The contract's tables ---- */

static void write_dimension(ModuleWriter *writer, const Core *core, const Dimension *dimension)
{
    bool is_choice = dimension->type.kind == TYPE_CHOICE;
    (void)writer_add_DIMENSIONS(writer, (DimensionRecord){
                                            .name = writer_text(writer, dimension->name),
                                            .kind = (uint8_t)layout_kind(dimension->type.kind),
                                            .meaning = (uint8_t)layout_meaning(dimension->type.kind),
                                            .choice = is_choice ? dimension->type.choice : BD_NONE,
                                            .size = dimension_size(core, dimension),
                                        });
}

static IrPlace place_of(const Table *table, Span span, uint32_t citation)
{
    bool has_unit =
        (table->type.kind == TYPE_QUANTITY || table->type.kind == TYPE_RATE) && table->type.unit != UNIT_OF_PRODUCT;
    return (IrPlace){.span = span,
                     .label = table->name,
                     .rule = BD_NONE,
                     .citation = citation,
                     .step = 0,
                     .meaning = (uint8_t)layout_meaning(table->type.kind),
                     .unit = has_unit ? table->type.unit : BD_NONE,
                     .choice = table->type.kind == TYPE_CHOICE ? table->type.choice : BD_NONE};
}

static void write_version(ModuleWriter *writer, const Table *table, const TableVersion *version, int64_t denominator,
                          IrShared *shared)
{
    IrPlace place = place_of(table, version->span, version->citation);
    (void)writer_add_VERSIONS(writer, (VersionRecord){version->validity.from, version->validity.to, version->citation,
                                                      module_add_place(shared, &place)});
    for (uint32_t i = 0; i < table->cell_count; i++) {
        int64_t value = 0;
        bool exact = false, is_present = !version->none && version->present[i];
        if (is_present) {
            bd_status status = number_to_scaled_int64(version->cells[i], denominator, &value, &exact);
            if (status != BD_OK && writer->status == BD_OK)
                writer->status = BD_LIMIT;
            assert(status != BD_OK || exact); /* the denominator is a multiple of every cell's */
        }
        add_cell(writer, is_present, value);
    }
}

static unsigned flags_of(const Table *table)
{
    return (table->is_tariff ? TABLE_TARIFF : 0u) | (table->is_extern ? TABLE_EXTERN : 0u) |
           (table->is_optional ? TABLE_OPTIONAL : 0u) | (table->is_maximum ? TABLE_MAXIMUM : 0u) |
           (table->is_derived || (table->series && table->series->values) ? TABLE_INTERNAL : 0u);
}

static void write_table(ModuleWriter *writer, const Core *core, const Layout *layout, uint32_t index, IrShared *shared)
{
    const Table *table = &core->tables[index];
    bool is_boolean = table->type.kind == TYPE_BOOLEAN;
    IrPlace place = place_of(table, table->span, table->citation);
    TableRecord record = {
        .name = writer_text(writer, table->name),
        .label = writer_text(writer, table->label),
        .flags = (uint16_t)flags_of(table),
        .kind = (uint8_t)(is_boolean ? BD_KIND_SCALED : layout_kind(table->type.kind)), /* ja and nee as 1 and 0 */
        .meaning = (uint8_t)(is_boolean ? BD_MEANS_NUMBER : place.meaning),
        .unit = place.unit,
        .choice = place.choice,
        .product = table->is_tariff ? table->product : BD_NONE,
        .denominator = layout_table_denominator(layout, layout->table_of[index]),
        .first_dimension = writer_count(writer, SECTION_DIMENSIONS),
        .dimensions = table->dimension_count,
        .first_version = writer_count(writer, SECTION_VERSIONS),
        .versions = table->is_extern ? 0 : table->version_count,
        .first_cell = writer_count(writer, SECTION_CELLS),
        .citation = table->citation,
        .place = module_add_place(shared, &place),
    };
    uint32_t shown =
        table->is_tariff && table->product != BD_NONE ? core->products[table->product].shown_unit : BD_NONE;
    if (shown != BD_NONE) {
        Number one_is = {0, 1, NULL};
        bd_status status =
            number_div(core->arena, core->units[shown].factor, core->units[table->type.unit].factor, &one_is);
        if ((status != BD_OK || one_is.big != NULL) && writer->status == BD_OK)
            writer->status = BD_LIMIT;
        record.shown_unit = shown;
        record.shown_numerator = one_is.num;
        record.shown_denominator = one_is.den;
    }
    for (uint32_t i = 0; i < table->dimension_count; i++)
        write_dimension(writer, core, &table->dimensions[i]);
    for (uint32_t i = 0; i < record.versions; i++)
        write_version(writer, table, &table->versions[i], record.denominator, shared);
    record.cells = writer_count(writer, SECTION_CELLS) - record.first_cell;
    uint32_t written = writer_add_TABLES(writer, record);
    assert(written == layout->table_of[index] || writer->status != BD_OK);
    (void)written;
}

/* ---- The compiler's own ---- */

static void write_internal(ModuleWriter *writer, const InternalTable *table)
{
    TableRecord record = {
        .name = writer_text(writer, table->name),
        .flags = TABLE_INTERNAL,
        .kind = (uint8_t)table->kind,
        .meaning = BD_MEANS_NUMBER,
        .unit = BD_NONE,
        .choice = BD_NONE,
        .product = BD_NONE,
        .denominator = table->denominator,
        .dimensions = 1,
        .first_version = writer_count(writer, SECTION_VERSIONS),
        .first_cell = writer_count(writer, SECTION_CELLS),
        .cells = table->cell_count,
        .citation = BD_NONE,
        .place = BD_NONE,
    };
    bool has_choice = table->choice != BD_NONE;
    DimensionRecord dimension = {.name = writer_text(writer, has_choice ? TEXT("eenheid") : TEXT("plaats")),
                                 .kind = BD_KIND_INT,
                                 .meaning = (uint8_t)(has_choice ? BD_MEANS_CHOICE : BD_MEANS_NUMBER),
                                 .choice = table->choice,
                                 .size = table->cell_count};
    record.first_dimension = writer_add_DIMENSIONS(writer, dimension);
    for (uint32_t i = 0; i < table->cell_count; i++)
        add_cell(writer, table->present[i], table->cells[i]);
    (void)writer_add_TABLES(writer, record);
}

void module_write_tables(ModuleWriter *writer, const Core *core, const Layout *layout, IrShared *shared)
{
    assert(writer_count(writer, SECTION_CELLS) == 0 && writer_count(writer, SECTION_TABLES) == 0);
    for (uint32_t i = 0; i < core->table_count; i++)
        if (layout->table_of[i] != BD_NONE)
            write_table(writer, core, layout, i, shared);
    for (uint32_t i = 0; i < layout->internal_count; i++)
        write_internal(writer, &layout->internal[i]);
}
