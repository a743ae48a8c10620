/* records.c: a side file in memory, indexed by a key; see records.h. */
#include "compiler/cli/records.h"

#include <stdlib.h>
#include <string.h>

typedef struct Loader {
    Records *records;
    RowReader rows;
    uint32_t key_cell;
    uint32_t *field_cells; /* BD_NONE: the file lacks the column */
} Loader;

static void reserve(Records *records)
{
    if (records->count < records->capacity)
        return;
    Arena *arena = &records->cli->arena;
    size_t keys = records->capacity, lines = records->capacity;
    records->keys = arena_grow(arena, records->keys, records->count, &keys, sizeof *records->keys);
    records->lines = arena_reserve(arena, records->lines, records->count, &lines, sizeof *records->lines, keys);
    records->capacity = keys < lines ? keys : lines;
    for (uint32_t i = 0; i < records->field_count; i++)
        column_reserve(&records->fields[i], arena, records->count, records->capacity);
}

static void keep_exact(Records *records, uint32_t field, Text cell)
{
    Arena *arena = &records->cli->arena;
    records->exact =
        arena_grow(arena, records->exact, records->exact_count, &records->exact_capacity, sizeof *records->exact);
    records->exact[records->exact_count++] =
        (RecordExact){(uint32_t)records->count, field, arena_text_copy(arena, cell)};
}

static bool complain(Loader *loader, Text column, Text cell, const CellProblem *problem)
{
    StringBuilder why;
    builder_init(&why, &loader->rows.scratch);
    message_append(loader->records->cli, &why, problem->message, problem->holes);
    Holes holes = {.a = column, .b = cell, .c = builder_result(&why)};
    message_error_at(loader->records->cli, loader->rows.feed.name, loader->rows.line, MSG_CELL, holes);
    return false;
}

static bool load_cell(Loader *loader, uint32_t field)
{
    Records *records = loader->records;
    TypedColumn *column = &records->fields[field];
    if (loader->field_cells[field] == BD_NONE) {
        column_clear(column, records->count);
        return true;
    }
    Text cell = loader->rows.cells[loader->field_cells[field]];
    Text name = loader->rows.wanted[loader->field_cells[field]];
    if (column->info.kind == BD_KIND_TEXT && cell.size > 0)
        cell = arena_text_copy(&records->cli->arena, cell);
    CellProblem problem = {MSG_CELL_EMPTY, {.a = {NULL, 0}}};
    CellStatus status = column_store(column, records->count, cell, &loader->rows.scratch, &problem);
    if (status == CELL_INEXACT && column->info.list != BD_NONE) {
        /* Records of a list have no exact side channel in a batch. */
        problem.message = MSG_CELL_TOO_PRECISE;
        status = CELL_WRONG;
    }
    if (status == CELL_INEXACT)
        keep_exact(records, field, cell);
    bool is_bad = status == CELL_WRONG || (status == CELL_ABSENT && !column->info.optional);
    return !is_bad || complain(loader, name, cell, &problem);
}

static bool load_row(Loader *loader)
{
    Records *records = loader->records;
    reserve(records);
    Text key = loader->rows.cells[loader->key_cell];
    if (key.size == 0) {
        CellProblem problem = {MSG_CELL_EMPTY, {.a = {NULL, 0}}};
        return complain(loader, loader->rows.wanted[loader->key_cell], key, &problem);
    }
    for (uint32_t i = 0; i < records->field_count; i++) {
        if (!load_cell(loader, i))
            return false;
    }
    records->keys[records->count] = arena_text_copy(&records->cli->arena, key);
    records->lines[records->count] = loader->rows.line;
    records->count++;
    return true;
}

static KeySlot *slot_of(const Records *records, Text key)
{
    size_t mask = records->slot_count - 1;
    size_t at = (size_t)text_hash(key) & mask;
    while (records->slots[at].key.data != NULL && !text_equal(records->slots[at].key, key))
        at = (at + 1) & mask;
    return &records->slots[at];
}

/* Counts per key, then places: two passes keep the order of the file within a key. */
static void build_index(Records *records)
{
    Arena *arena = &records->cli->arena;
    records->slot_count = 16;
    while (records->slot_count < records->count * 2)
        records->slot_count *= 2;
    records->slots = arena_array(arena, records->slot_count, sizeof *records->slots);
    records->order = arena_array(arena, records->count, sizeof *records->order);
    for (size_t i = 0; i < records->count; i++) {
        KeySlot *slot = slot_of(records, records->keys[i]);
        slot->key = records->keys[i];
        slot->count++;
    }
    uint32_t first = 0;
    for (size_t i = 0; i < records->slot_count; i++) {
        records->slots[i].first = first;
        first += records->slots[i].count;
        records->slots[i].count = 0;
    }
    for (size_t i = 0; i < records->count; i++) {
        KeySlot *slot = slot_of(records, records->keys[i]);
        records->order[slot->first + slot->count++] = (uint32_t)i;
    }
}

static bool ask(Loader *loader, const RecordShape *shape)
{
    Records *records = loader->records;
    const RecordField *fields = shape->fields;
    if (!rows_require(&loader->rows, shape->key, &loader->key_cell))
        return false;
    for (uint32_t i = 0; i < records->field_count; i++) {
        loader->field_cells[i] = BD_NONE;
        if (rows_has(&loader->rows, fields[i].name))
            loader->field_cells[i] = rows_want(&loader->rows, fields[i].name);
        else if (fields[i].is_needed && !rows_require(&loader->rows, fields[i].name, &loader->field_cells[i]))
            return false;
    }
    rows_ready(&loader->rows, shape->standard, shape->standard_count);
    return true;
}

ExitStatus records_load(Records *records, Cli *cli, const bd_module *module, const char *path, char separator,
                        const RecordShape *shape)
{
    const uint32_t field_count = shape->field_count;
    memset(records, 0, sizeof *records);
    records->cli = cli;
    records->name = text_from_cstring(path);
    records->field_count = field_count;
    records->fields = arena_array(&cli->arena, field_count, sizeof *records->fields);
    for (uint32_t i = 0; i < field_count; i++)
        column_init(&records->fields[i], &cli->arena, module, &shape->fields[i].info);
    Loader loader = {.records = records};
    loader.field_cells = arena_array(&cli->arena, field_count, sizeof *loader.field_cells);
    ExitStatus status = EXIT_WANTING;
    if (rows_open(&loader.rows, cli, path, separator) && ask(&loader, shape)) {
        RowStatus row = ROW_READ;
        while (row == ROW_READ) {
            row = rows_next_alone(&loader.rows);
            if (row == ROW_READ && !load_row(&loader))
                row = ROW_STOP;
        }
        status = row == ROW_END ? EXIT_GOOD : EXIT_WANTING;
        rows_report_unknown(&loader.rows);
    }
    if (loader.rows.feed.failed)
        status = rows_blame(&loader.rows);
    rows_close(&loader.rows);
    if (status == EXIT_GOOD)
        build_index(records);
    return status;
}

const KeySlot *records_find(const Records *records, Text key)
{
    const KeySlot *slot = slot_of(records, key);
    return slot->key.data != NULL && slot->count > 0 ? slot : NULL;
}

void records_arrange(Records *records, uint32_t (*arrange)(const Records *records, uint32_t *order, uint32_t count))
{
    for (size_t i = 0; i < records->slot_count; i++) {
        KeySlot *slot = &records->slots[i];
        if (slot->count > 0)
            slot->count = arrange(records, records->order + slot->first, slot->count);
    }
}

Text records_exact(const Records *records, uint32_t record, uint32_t field)
{
    for (size_t i = 0; i < records->exact_count; i++) {
        if (records->exact[i].record == record && records->exact[i].field == field)
            return records->exact[i].decimal;
    }
    return (Text){NULL, 0};
}
