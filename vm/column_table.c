/* column_table.c: tables, extern tables and natives, lane by lane. */
#include "column.h"
#include "extern.h"
#include "lookup.h"
#include "native.h"

static const TableRecord *table_of(const ColumnOp *op)
{
    return &op->run->module->TABLES[op->in->imm];
}

void column_INDEX(ColumnOp *op)
{
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

#define CELL_LANES(type, limit_low, limit_high)                                                                      \
    do {                                                                                                             \
        type *dst = op->dst;                                                                                         \
        for (uint32_t i = 0; i < op->lanes; i++) {                                                                   \
            dst[i] = 0;                                                                                              \
            if (!column_guard(op->c, i))                                                                             \
                continue;                                                                                            \
            bool has = lookup_has_cell(op->run->module, table, a[i]);                                                \
            int64_t value = has ? cells[a[i]] : 0;                                                                   \
            op->bad[i] |= (uint8_t)(!has || value < (limit_low) || value > (limit_high));                            \
            dst[i] = (type)value;                                                                                    \
        }                                                                                                            \
    } while (0)

void column_CELL(ColumnOp *op)
{
    const TableRecord *table = table_of(op);
    const int64_t *cells = op->run->module->CELLS + table->first_cell;
    const int32_t *a = op->a;
    if (op->type->kind == BD_KIND_INT)
        CELL_LANES(int32_t, INT32_MIN, INT32_MAX);
    else
        CELL_LANES(int64_t, INT64_MIN, INT64_MAX);
}

void column_HAS_CELL(ColumnOp *op)
{
    const TableRecord *table = table_of(op);
    const int32_t *a = op->a;
    uint8_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++)
        dst[i] = lookup_has_cell(op->run->module, table, a[i]);
}

static ExternKey key_of(const ColumnOp *op, uint32_t lane)
{
    switch (op->b_type->kind) {
    case BD_KIND_BOOL:
        return extern_key_int(((const uint8_t *)op->b)[lane]);
    case BD_KIND_INT:
        return extern_key_int(((const int32_t *)op->b)[lane]);
    case BD_KIND_SCALED:
        return extern_key_ratio(((const int64_t *)op->b)[lane], op->b_type->denominator);
    default:
        return extern_key_text(((const bd_text *)op->b)[lane]);
    }
}

void column_STEP(ColumnOp *op)
{
    const ExternTable *table = &op->run->session->externs[op->in->imm >> 4];
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
    const ExternTable *table = &op->run->session->externs[op->in->imm];
    const int32_t *a = op->a;
    int64_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        dst[i] = 0;
        if (!column_guard(op->c, i))
            continue;
        const ExternEntry *entry = extern_entry(table, a[i]);
        op->bad[i] |= (uint8_t)(!entry || !entry->is_scaled);
        dst[i] = entry ? entry->scaled : 0;
    }
}

/* One argument of a lane; false when it does not fit the native's form. */
static bool read_argument(const Slot *slot, char letter, uint32_t lane, NativeValue *out)
{
    Ratio ratio;
    switch (letter) {
    case 'b':
        out->is.boolean = ((const uint8_t *)slot->data)[lane] != 0;
        return true;
    case 't':
        out->is.text = ((const bd_text *)slot->data)[lane];
        return true;
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
    default:
        out->is.integer = ((const int32_t *)slot->data)[lane];
        return true;
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
        if (fits && native_call(native, args, &result))
            write_result(op, i, &result);
        else
            op->bad[i] = 1;
    }
}
