/* column_table.c: tables, extern tables and natives, lane by lane. */
#include <string.h>

#include "column.h"
#include "extern.h"
#include "lookup.h"
#include "native.h"

static const TableRecord *table_of(const ColumnOp *op)
{
    return &op->run->module->TABLES[op->in->imm];
}

/* lookup_index where neither operand is out of the ordinary: 32-bit arithmetic without a branch, so that the loop vectorises. A lane
** that its guard leaves out gives 0. Returns false when some lane needs lookup_index itself. */
static inline bool index_lanes(ColumnOp *op, const uint8_t *restrict guard)
{
    const int32_t *restrict a = op->a, *restrict b = op->b;
    int32_t *restrict dst = op->dst;
    const uint32_t lanes = op->lanes;
    const int32_t size = (int32_t)op->in->imm, last = INT32_MAX / size - 1;
    int32_t odd = 0;
    for (uint32_t i = 0; i < lanes; i++) {
        const int32_t wanted = guard == NULL || guard[i] != 0 ? -1 : 0;
        odd |= wanted & ((a[i] < 0) | (a[i] > last) | (b[i] < 0) | (b[i] >= size));
        dst[i] = wanted & (int32_t)((uint32_t)a[i] * (uint32_t)size + (uint32_t)b[i]);
    }
    return odd == 0;
}

void column_INDEX(ColumnOp *op)
{
    if (op->in->imm > 0 && op->in->imm <= INT32_MAX && (op->c == NULL ? index_lanes(op, NULL) : index_lanes(op, op->c)))
        return;
    const int32_t *a = op->a, *b = op->b;
    int32_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        dst[i] = 0;
        if (column_guard(op->c, i))
            op->bad[i] |= (uint8_t)!lookup_index(a[i], op->in->imm, b[i], &dst[i]);
    }
}

void column_VERSION(ColumnOp *op)
{
    const TableRecord *table = table_of(op);
    const int32_t *a = op->a;
    int32_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        dst[i] = 0;
        if (column_guard(op->c, i))
            op->bad[i] |= (uint8_t)!lookup_version(op->run->module, table, a[i], &dst[i]);
    }
}

void column_BRACKET(ColumnOp *op)
{
    const BracketRecord *brackets = &op->run->module->BRACKETS[op->in->imm];
    const int64_t *a = op->a;
    int32_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++)
        dst[i] = lookup_bracket(op->run->module, brackets, a[i]);
}

/* The cells of one table, held apart from the module so that the loops need not read it again at each lane. */
typedef struct Cells {
    const int64_t *values;
    const uint64_t *bits; /* of the module; the table's begin at `first` */
    uint32_t first, count;
    bool is_full; /* every cell is known to be there: the bits need not be looked at */
} Cells;

enum {
    CELLS_WORTH_COUNTING = 1024
}; /* beyond that, knowing that a table is full costs more than a chunk gains by it */

static Cells cells_of(const ColumnOp *op)
{
    const bd_module *module = op->run->module;
    const TableRecord *table = table_of(op);
    Cells cells = {module->CELLS + table->first_cell, module->CELL_BITS, table->first_cell, table->cells, false};
    uint32_t bit = cells.first, end = cells.first + cells.count;
    while (cells.count <= CELLS_WORTH_COUNTING && bit < end && (cells.bits[bit / 64] >> (bit % 64) & 1))
        bit++;
    cells.is_full = bit == end;
    return cells;
}

/* lookup_has_cell without a branch. *at is the index where there is a cell, else one that can be read; the table is not empty. */
static inline bool find_cell(const Cells *cells, bool is_full, int32_t index, uint32_t *at)
{
    const bool is_inside =
        (uint32_t)index < cells->count; /* fewer than 2^31 fit a module, so a negative index is outside */
    *at = is_inside ? (uint32_t)index : 0;
    const uint32_t bit = cells->first + *at;
    return is_inside & (is_full || (cells->bits[bit / 64] >> (bit % 64) & 1));
}

/* Returns false when a lane lacks its cell, or when that does not fit the result. */
#define CELL_LANES(type, limit_low, limit_high)                                         \
    do {                                                                                \
        type *restrict dst = op->dst;                                                   \
        for (uint32_t i = 0; i < lanes; i++) {                                          \
            uint32_t at = 0;                                                            \
            const bool is_wanted = guard == NULL || guard[i] != 0;                      \
            const bool has = find_cell(&cells, is_full, a[i], &at);                     \
            const int64_t value = cells.values[at];                                     \
            odd |= is_wanted & (!has | (value < (limit_low)) | (value > (limit_high))); \
            dst[i] = (type)(value & -(int64_t)(is_wanted & has));                       \
        }                                                                               \
    } while (0)

static inline bool cell_lanes(ColumnOp *op, Cells cells, bool is_full, const uint8_t *restrict guard)
{
    const int32_t *restrict a = op->a;
    const uint32_t lanes = op->lanes;
    bool odd = false;
    if (op->type->kind == BD_KIND_INT)
        CELL_LANES(int32_t, INT32_MIN, INT32_MAX);
    else
        CELL_LANES(int64_t, INT64_MIN, INT64_MAX);
    return !odd;
}

/* Marks the lanes on account of which cell_lanes returned false. */
static void mark_odd_cells(ColumnOp *op, Cells cells)
{
    const int32_t *a = op->a;
    const bool is_int = op->type->kind == BD_KIND_INT;
    for (uint32_t i = 0; i < op->lanes; i++) {
        uint32_t at = 0;
        const bool has = find_cell(&cells, false, a[i], &at);
        const int64_t value = cells.values[at];
        op->bad[i] |=
            (uint8_t)(column_guard(op->c, i) && (!has || (is_int && (value < INT32_MIN || value > INT32_MAX))));
    }
}

/* A table without any cell: every wanted lane lacks its cell. */
static void no_cells(ColumnOp *op)
{
    memset(op->dst, 0, op->lanes * column_value_size(op->type->kind));
    for (uint32_t i = 0; i < op->lanes; i++)
        op->bad[i] |= (uint8_t)column_guard(op->c, i);
}

void column_CELL(ColumnOp *op)
{
    const Cells cells = cells_of(op);
    if (op->lanes == 0)
        return;
    if (cells.count == 0) {
        no_cells(op);
        return;
    }
    bool is_good;
    if (op->c == NULL)
        is_good = cell_lanes(op, cells, false, NULL);
    else if (cells.is_full)
        is_good = cell_lanes(op, cells, true, op->c);
    else
        is_good = cell_lanes(op, cells, false, op->c);
    if (!is_good)
        mark_odd_cells(op, cells);
}

void column_HAS_CELL(ColumnOp *op)
{
    const Cells cells = cells_of(op);
    const int32_t *restrict a = op->a;
    uint8_t *restrict dst = op->dst;
    const uint32_t lanes = op->lanes;
    uint32_t at = 0;
    for (uint32_t i = 0; i < lanes; i++)
        dst[i] = cells.count > 0 && find_cell(&cells, false, a[i], &at);
}

static ExternKey key_of(const ColumnOp *op, uint32_t lane)
{
    switch (op->b_type->kind) {
    case BD_KIND_BOOL: return extern_key_int(((const uint8_t *)op->b)[lane]);
    case BD_KIND_INT: return extern_key_int(((const int32_t *)op->b)[lane]);
    case BD_KIND_SCALED: return extern_key_ratio(((const int64_t *)op->b)[lane], op->b_type->denominator);
    default: return extern_key_text(((const bd_text *)op->b)[lane]);
    }
}

void column_STEP(ColumnOp *op)
{
    ExternTable *table = &op->run->session->externs[op->in->imm >> 4];
    const int32_t *a = op->a;
    int32_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        ExternKey key = key_of(op, i);
        dst[i] = extern_step(table, op->in->imm & 15, a[i], &key);
    }
}

void column_STEP_DATE(ColumnOp *op)
{
    const ExternTable *table = &op->run->session->externs[op->in->imm >> 4];
    const int32_t *a = op->a, *b = op->b;
    int32_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++)
        dst[i] = extern_step_date(table, a[i], b[i]);
}

void column_EXT_CELL(ColumnOp *op)
{
    ExternTable *table = &op->run->session->externs[op->in->imm];
    const int32_t *a = op->a;
    bool is_integer = op->type->kind == BD_KIND_INT; /* a date, a month or a member; add_row saw to it that it fits */
    int32_t *integers = op->dst;
    int64_t *scaled = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        const ExternEntry *entry = NULL;
        if (column_guard(op->c, i)) {
            entry = extern_entry(table, a[i]);
            op->bad[i] |= (uint8_t)(!entry || !entry->is_scaled);
            table->went_on |= entry != NULL && entry->is_guess;
        }
        int64_t value = entry ? entry->scaled : 0;
        if (is_integer)
            integers[i] = (int32_t)value;
        else
            scaled[i] = value;
    }
}

/* One argument of a lane; false when it does not fit the native's form. */
static bool read_argument(const Slot *slot, char letter, uint32_t lane, NativeValue *out)
{
    Ratio ratio;
    switch (letter) {
    case 'b': out->is.boolean = ((const uint8_t *)slot->data)[lane] != 0; return true;
    case 't': out->is.text = ((const bd_text *)slot->data)[lane]; return true;
    case 'n': {
        bool fits = true;
        if (slot->type->kind == BD_KIND_RATIO) {
            ratio = ((const Ratio *)slot->data)[lane];
        } else {
            ExternKey value = extern_key_ratio(((const int64_t *)slot->data)[lane], slot->type->denominator);
            ratio = (Ratio){value.num, value.den};
            fits = value.num != INT64_MIN;
        }
        out->is.ratio[0] = ratio.num;
        out->is.ratio[1] = ratio.den;
        return fits;
    }
    default: out->is.integer = ((const int32_t *)slot->data)[lane]; return true;
    }
}

static void write_result(const ColumnOp *op, uint32_t lane, const NativeValue *value)
{
    if (op->type->kind == BD_KIND_BOOL)
        ((uint8_t *)op->dst)[lane] = value ? value->is.boolean : 0;
    else if (op->type->kind == BD_KIND_INT)
        ((int32_t *)op->dst)[lane] = value ? value->is.integer : 0;
    else
        ((Ratio *)op->dst)[lane] = value ? (Ratio){value->is.ratio[0], value->is.ratio[1]} : (Ratio){0, 1};
}

void column_CALL(ColumnOp *op)
{
    const bd_module *module = op->run->module;
    const CallRecord *call = &module->CALLS[op->in->imm];
    const NativeCall *native = op->run->session->natives[call->native];
    NativeValue args[PROGRAM_MAX_CALL_ARGUMENTS], result;
    Signature signature;

    signature_read(module_text(module, module->NATIVES[call->native].signature), &signature);
    for (uint32_t i = 0; i < op->lanes; i++) {
        bool fits = true;
        write_result(op, i, NULL);
        if (!column_guard(op->c, i))
            continue;
        for (uint32_t k = 0; k < call->args; k++) {
            const Slot *slot = &op->run->session->slots[module->CALL_ARGS[call->first_arg + k]];
            fits = read_argument(slot, signature.args[k], i, &args[k]) && fits;
        }
        if (fits && memo_call(&op->run->session->memo, call->native, native, &signature, args, &result))
            write_result(op, i, &result);
        else
            op->bad[i] = 1;
    }
}
