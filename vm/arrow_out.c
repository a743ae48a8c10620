/* arrow_out.c: decisions as an Arrow array: bd_session_export.
**
** An array and all it points at lie in one block of the host's allocator, which its release callback gives back; the session need not
** live any more by then. A child that the consumer moves away keeps the block alive: the block counts who still holds part of it.
*/
#include <string.h>

#include "account.h"
#include "arrow.h"
#include "module.h"
#include "status.h"

enum { OUT_COLUMNS = 5, OUT_BUFFERS = 3, OUT_WORDS = 4 };
enum { OUT_DECISION, OUT_AMOUNT, OUT_REASONS, OUT_RULES, OUT_FAULT };

static const char *const words[OUT_WORDS] = {
    [BD_APPROVED] = "goedgekeurd",
    [BD_REJECTED] = "afgekeurd",
    [BD_SUSPENDED] = "aangehouden",
    [BD_FAULTED] = "vastgelopen",
};

/* ---- Blocks: what lies behind one export, and who holds it ---- */

typedef struct Block {
    bd_allocator host;
    size_t size;
    uint32_t holders;
} Block;

static Block *block_new(const bd_allocator *host, size_t size)
{
    Block *block = host->reallocate(host->context, NULL, 0, size);
    if (!block)
        return NULL;
    memset(block, 0, size);
    *block = (Block){*host, size, 0};
    return block;
}

static void block_drop(Block *block)
{
    if (--block->holders == 0) {
        bd_allocator host = block->host;
        host.reallocate(host.context, block, block->size, 0);
    }
}

/* Cuts pieces off a block, aligned as anything may want to be. */
typedef struct Cutter {
    char *at;
    size_t used;
} Cutter;

static size_t rounded(size_t size)
{
    return (size + 63) & ~(size_t)63; /* the alignment that Arrow recommends */
}

static void *cut(Cutter *cutter, size_t size)
{
    void *piece = cutter->at ? cutter->at + cutter->used : NULL;
    cutter->used += rounded(size);
    return piece;
}

/* ---- The schema ---- */

typedef struct SchemaBlock {
    Block block;
    struct ArrowSchema columns[OUT_COLUMNS], items[2], values;
    struct ArrowSchema *children[OUT_COLUMNS], *item_children[2];
} SchemaBlock;

static void release_schema(struct ArrowSchema *schema)
{
    Block *block = schema->private_data;
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->release)
            schema->children[i]->release(schema->children[i]);
    }
    if (schema->dictionary && schema->dictionary->release)
        schema->dictionary->release(schema->dictionary);
    schema->release = NULL;
    block_drop(block);
}

static void set_schema(SchemaBlock *all, struct ArrowSchema *schema, const char *format, const char *name,
                       int64_t flags)
{
    *schema = (struct ArrowSchema){
        .format = format, .name = name, .flags = flags, .release = release_schema, .private_data = &all->block};
    all->block.holders++;
}

static bd_status make_schema(const bd_allocator *host, struct ArrowSchema *out)
{
    SchemaBlock *all = (SchemaBlock *)(void *)block_new(host, sizeof *all);
    if (!all)
        return BD_NOMEM;
    set_schema(all, &all->columns[OUT_DECISION], "c", "besluit", 0);
    set_schema(all, &all->values, "u", "", 0);
    all->columns[OUT_DECISION].dictionary = &all->values;
    set_schema(all, &all->columns[OUT_AMOUNT], "d:18,2", "bedrag_toegekend", 0);
    set_schema(all, &all->columns[OUT_REASONS], "+l", "redenen", 0);
    set_schema(all, &all->columns[OUT_RULES], "+l", "regels", 0);
    for (int i = 0; i < 2; i++) {
        set_schema(all, &all->items[i], "u", "item", 0);
        all->item_children[i] = &all->items[i];
        all->columns[OUT_REASONS + i].n_children = 1;
        all->columns[OUT_REASONS + i].children = &all->item_children[i];
    }
    set_schema(all, &all->columns[OUT_FAULT], "u", "fout", ARROW_FLAG_NULLABLE);
    for (int i = 0; i < OUT_COLUMNS; i++)
        all->children[i] = &all->columns[i];
    set_schema(all, out, "+s", "", 0);
    out->n_children = OUT_COLUMNS;
    out->children = all->children;
    return BD_OK;
}

/* ---- The array ---- */

typedef struct ArrayParts {
    struct ArrowArray columns[OUT_COLUMNS], items[2], values;
    struct ArrowArray *children[OUT_COLUMNS], *item_children[2];
    const void *buffers[OUT_COLUMNS + 4][OUT_BUFFERS];
} ArrayParts;

/* A column of texts: offsets and bytes. */
typedef struct TextColumn {
    int32_t *offsets;
    char *bytes;
    size_t count, size;
} TextColumn;

typedef struct ListColumn {
    int32_t *offsets; /* per row, of items */
    TextColumn items;
} ListColumn;

typedef struct Export {
    const bd_module *module;
    const bd_decisions *decisions;
    size_t rows;
    uint32_t reason_words;
    Block *block; /* NULL while only sizes are counted */
    ArrayParts *parts;
    int8_t *decision;
    int64_t (*amount)[2];
    ListColumn lists[2];
    TextColumn fault, words;
    uint8_t *has_fault;
    int64_t faults;
} Export;

static void add_text(TextColumn *column, Text text)
{
    if (column->bytes && text.size > 0)
        memcpy(column->bytes + column->size, text.data, text.size);
    column->size += text.size;
    column->count++;
    if (column->offsets)
        column->offsets[column->count] = (int32_t)column->size;
}

static void add_item(Export *out, int list, Text text)
{
    add_text(&out->lists[list].items, text);
}

static void add_rules(Export *out, const uint64_t *reasons)
{
    const bd_module *module = out->module;
    for (uint32_t rule = 0; rule < module->RULES_count; rule++) {
        const RuleRecord *record = &module->RULES[rule];
        if (!(reasons[rule / 64] >> (rule % 64) & 1) || record->effect == BD_EFFECT_PAY)
            continue;
        Text name = module_text(module, record->name), code = module_text(module, record->code);
        add_item(out, 0, code.size > 0 ? code : name);
        add_item(out, 1, name);
    }
}

static void add_fault(Export *out, size_t row)
{
    bd_site_info site;
    bool has_fault = out->decisions->decision[row] == BD_FAULTED &&
                     bd_module_site(out->module, out->decisions->fault[row], &site) == BD_OK;
    add_text(&out->fault, has_fault ? site.code : TEXT(""));
    out->faults += has_fault;
    if (has_fault && out->has_fault)
        out->has_fault[row / 8] |= (uint8_t)(1 << row % 8);
}

/* Goes through all rows: counts what they take, and writes it once there is room. */
static void walk(Export *out)
{
    const bd_decisions *decisions = out->decisions;
    out->faults = 0;
    out->lists[0].items.count = out->lists[0].items.size = out->lists[1].items.count = out->lists[1].items.size = 0;
    out->fault.count = out->fault.size = out->words.count = out->words.size = 0;
    for (int i = 0; i < OUT_WORDS; i++)
        add_text(&out->words, text_from_cstring(words[i]));
    for (size_t row = 0; row < out->rows; row++) {
        Text settled = decisions->settled ? bd_settled_name((bd_settled)decisions->settled[row]) : TEXT("");
        bool has_any = false;
        if (settled.size > 0)
            add_item(out, 0, settled);
        for (uint32_t i = 0; i < out->reason_words; i++)
            has_any |= decisions->reasons[row * out->reason_words + i] != 0;
        if (has_any)
            add_rules(out, decisions->reasons + row * out->reason_words);
        add_fault(out, row);
        if (!out->block)
            continue;
        out->decision[row] = (int8_t)decisions->decision[row];
        out->amount[row][0] = decisions->cents[row];
        out->amount[row][1] = decisions->cents[row] < 0 ? -1 : 0;
        for (int list = 0; list < 2; list++)
            out->lists[list].offsets[row + 1] = (int32_t)out->lists[list].items.count;
    }
}

static void cut_text(Cutter *cutter, TextColumn *column)
{
    column->offsets = cut(cutter, (column->count + 1) * sizeof(int32_t));
    column->bytes = cut(cutter, column->size + 1);
}

/* The pieces of the block, in order; with a cutter of nothing their size only. */
static void lay_out(Export *out, Cutter *cutter)
{
    (void)cut(cutter, sizeof(Block));
    out->parts = cut(cutter, sizeof *out->parts);
    out->decision = cut(cutter, out->rows);
    out->amount = cut(cutter, out->rows * sizeof *out->amount);
    for (int list = 0; list < 2; list++) {
        out->lists[list].offsets = cut(cutter, (out->rows + 1) * sizeof(int32_t));
        cut_text(cutter, &out->lists[list].items);
    }
    cut_text(cutter, &out->fault);
    cut_text(cutter, &out->words);
    out->has_fault = cut(cutter, out->rows / 8 + 1);
}

static void release_array(struct ArrowArray *array)
{
    Block *block = array->private_data;
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release)
            array->children[i]->release(array->children[i]);
    }
    if (array->dictionary && array->dictionary->release)
        array->dictionary->release(array->dictionary);
    array->release = NULL;
    block_drop(block);
}

/* Sets an array over up to three buffers, which it keeps in a place of its own. */
static void set_array(Export *out, struct ArrowArray *array, int place, size_t length, const void *const *buffers,
                      int count)
{
    const void **own = out->parts->buffers[place];
    for (int i = 0; i < count; i++)
        own[i] = buffers[i];
    *array = (struct ArrowArray){.length = (int64_t)length,
                                 .n_buffers = count,
                                 .buffers = own,
                                 .release = release_array,
                                 .private_data = out->block};
    out->block->holders++;
}

static void set_text_array(Export *out, struct ArrowArray *array, int place, const TextColumn *column)
{
    const void *buffers[] = {NULL, column->offsets, column->bytes};
    set_array(out, array, place, column->count, buffers, 3);
}

static void make_arrays(Export *out, struct ArrowArray *array)
{
    ArrayParts *parts = out->parts;
    struct ArrowArray *columns = parts->columns;
    const void *decision[] = {NULL, out->decision}, *amount[] = {NULL, out->amount}, *none[] = {NULL};
    set_array(out, &columns[OUT_DECISION], OUT_DECISION, out->rows, decision, 2);
    set_text_array(out, &parts->values, OUT_COLUMNS, &out->words);
    columns[OUT_DECISION].dictionary = &parts->values;
    set_array(out, &columns[OUT_AMOUNT], OUT_AMOUNT, out->rows, amount, 2);
    for (int list = 0; list < 2; list++) {
        const void *offsets[] = {NULL, out->lists[list].offsets};
        set_array(out, &columns[OUT_REASONS + list], OUT_REASONS + list, out->rows, offsets, 2);
        set_text_array(out, &parts->items[list], OUT_COLUMNS + 1 + list, &out->lists[list].items);
        parts->item_children[list] = &parts->items[list];
        columns[OUT_REASONS + list].n_children = 1;
        columns[OUT_REASONS + list].children = &parts->item_children[list];
    }
    set_text_array(out, &columns[OUT_FAULT], OUT_FAULT, &out->fault);
    columns[OUT_FAULT].null_count = (int64_t)out->rows - out->faults;
    parts->buffers[OUT_FAULT][0] = out->has_fault;
    for (int i = 0; i < OUT_COLUMNS; i++)
        parts->children[i] = &columns[i];
    set_array(out, array, OUT_COLUMNS + 3, out->rows, none, 1);
    array->n_children = OUT_COLUMNS;
    array->children = parts->children;
}

static bool fits(const TextColumn *column)
{
    return column->size < INT32_MAX && column->count < INT32_MAX;
}

bd_status bd_session_export(const bd_session *session, size_t rows, const bd_decisions *decisions,
                            struct ArrowSchema *schema, struct ArrowArray *array, bd_error *error)
{
    if (!session || !decisions || !array || rows > INT32_MAX - 1 ||
        (rows > 0 && (!decisions->decision || !decisions->cents || !decisions->reasons || !decisions->fault)))
        return status_report(BD_ARGUMENT, 0, "bd_session_export needs a session, decisions and a place for the array",
                             error);
    for (size_t row = 0; row < rows; row++) {
        if (decisions->decision[row] > BD_FAULTED)
            return status_report(BD_ARGUMENT, (uint32_t)row, "a decision that is none", error);
    }
    Export out = {.module = session->module, .decisions = decisions, .rows = rows};
    out.reason_words = bd_module_reason_words(session->module);
    Cutter cutter = {NULL, 0};
    walk(&out);
    if (!fits(&out.lists[0].items) || !fits(&out.lists[1].items) || !fits(&out.fault))
        return status_report(BD_RANGE, 0, "the texts of a column pass 2^31 bytes", error);
    lay_out(&out, &cutter);
    out.block = block_new(&session->account.host, cutter.used);
    if (!out.block || (schema && make_schema(&session->account.host, schema) != BD_OK)) {
        if (out.block)
            session->account.host.reallocate(session->account.host.context, out.block, cutter.used, 0);
        return status_report(BD_NOMEM, 0, NULL, error);
    }
    cutter = (Cutter){(char *)out.block, 0};
    lay_out(&out, &cutter);
    walk(&out);
    make_arrays(&out, array);
    return BD_OK;
}
