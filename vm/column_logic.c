/* column_logic.c: reading columns and constants, logic, choice, results. */
#include <string.h>

#include "column.h"
#include "core/limits.h"

/* Where the instruction's column lies: the host's array at the chunk's first row, and the record of each lane for a
** list's column. */
static const bd_column_data *find_column(const ColumnOp *op, const uint32_t **records)
{
    const Columns *run = op->run;
    const ColumnRecord *column = &run->module->COLUMNS[op->in->imm];
    if (column->list == BD_NONE) {
        *records = NULL;
        return &run->batch->columns[op->in->imm - run->program->first_column];
    }
    *records = (const uint32_t *)(const void *)run->session->domains[op->type->domain].item;
    return &run->batch->lists[column->list].columns[op->in->imm - run->module->LISTS[column->list].first_column];
}

static const uint8_t *presence(const ColumnOp *op, const bd_column_data *data)
{
    return op->run->module->COLUMNS[op->in->imm].flags & COLUMN_OPTIONAL ? data->present : NULL;
}

#define LOAD_LANES(type, value, none)                                \
    do {                                                             \
        const type *restrict values = data->values;                  \
        type *restrict dst = op->dst;                                \
        for (uint32_t i = 0; records && i < lanes; i++) {            \
            const size_t at = records[i];                            \
            dst[i] = present && !present[at] ? (none) : (value);     \
        }                                                            \
        for (uint32_t i = 0; !records && row_at && i < lanes; i++) { \
            const size_t at = row_at[i];                             \
            dst[i] = present && !present[at] ? (none) : (value);     \
        }                                                            \
        for (size_t i = 0; !records && !row_at && i < lanes; i++) {  \
            const size_t at = first + i;                             \
            dst[i] = present && !present[at] ? (none) : (value);     \
        }                                                            \
    } while (0)

void column_LOAD(ColumnOp *op)
{
    if (op->lanes == 0) /* a list without records may have no columns */
        return;
    const uint32_t *records;
    const bd_column_data *data = find_column(op, &records);
    const uint8_t *present = presence(op, data);
    const uint32_t kind = op->type->kind, lanes = op->lanes;
    const size_t first = op->run->first_row;
    const uint32_t *row_at = op->run->row_at ? op->run->row_at + first : NULL;

    if (kind == BD_KIND_BOOL)
        LOAD_LANES(uint8_t, values[at] != 0, 0);
    else if (!present && !records && !row_at)
        op->alias = (const char *)data->values + op->run->first_row * column_value_size(kind);
    else if (kind == BD_KIND_INT)
        LOAD_LANES(int32_t, values[at], 0);
    else if (kind == BD_KIND_SCALED)
        LOAD_LANES(int64_t, values[at], 0);
    else
        LOAD_LANES(bd_text, values[at], ((bd_text){"", 0}));
}

void column_PRESENT(ColumnOp *op)
{
    if (op->lanes == 0)
        return;
    const uint32_t *records;
    const bd_column_data *data = find_column(op, &records);
    const uint8_t *present = presence(op, data);
    uint8_t *restrict dst = op->dst;
    const uint32_t lanes = op->lanes;
    const size_t first = op->run->first_row;
    if (!present) {
        if (lanes > 0)
            memset(dst, 1, lanes);
        return;
    }
    for (uint32_t i = 0; records && i < lanes; i++)
        dst[i] = present[records[i]] != 0;
    const uint32_t *row_at = op->run->row_at ? op->run->row_at + first : NULL;
    for (uint32_t i = 0; !records && row_at && i < lanes; i++)
        dst[i] = present[row_at[i]] != 0;
    for (uint32_t i = 0; !records && !row_at && i < lanes; i++)
        dst[i] = present[first + i] != 0;
}

#define FILL(type, value)                        \
    do {                                         \
        type *dst = op->dst;                     \
        const type constant_value = (value);     \
        for (uint32_t i = 0; i < op->lanes; i++) \
            dst[i] = constant_value;             \
    } while (0)

void column_CONST(ColumnOp *op)
{
    const ConstantRecord *constant = &op->run->module->CONSTANTS[op->in->imm];
    if (constant->kind == BD_KIND_BOOL)
        FILL(uint8_t, constant->numerator != 0);
    else if (constant->kind == BD_KIND_INT)
        FILL(int32_t, (int32_t)constant->numerator);
    else if (constant->kind == BD_KIND_SCALED)
        FILL(int64_t, constant->numerator);
    else if (constant->kind == BD_KIND_RATIO)
        FILL(Ratio, ((Ratio){constant->numerator, constant->denominator}));
    else
        FILL(bd_text, module_text(op->run->module, constant->text));
}

void column_READING(ColumnOp *op)
{
    FILL(int32_t, op->run->session->readings[op->in->imm]);
}

void column_EQ_T(ColumnOp *op)
{
    const bd_text *a = op->a, *b = op->b;
    uint8_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++)
        dst[i] = text_equal(a[i], b[i]);
}

void column_IN(ColumnOp *op)
{
    const SetRecord *set = &op->run->module->SETS[op->in->imm];
    const uint64_t *words = op->run->module->SET_WORDS + set->first_word;
    const int32_t *a = op->a;
    uint8_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        uint32_t word = (uint32_t)a[i] / 64;
        dst[i] = a[i] >= 0 && word < set->words && (words[word] >> ((uint32_t)a[i] % 64) & 1);
    }
}

void column_NOT(ColumnOp *op)
{
    const uint8_t *restrict a = op->a;
    uint8_t *restrict dst = op->dst;
    const uint32_t lanes = op->lanes;
    for (uint32_t i = 0; i < lanes; i++)
        dst[i] = a[i] ^ 1;
}

void column_AND(ColumnOp *op)
{
    const uint8_t *restrict a = op->a, *restrict b = op->b;
    uint8_t *restrict dst = op->dst;
    const uint32_t lanes = op->lanes;
    for (uint32_t i = 0; i < lanes; i++)
        dst[i] = a[i] & b[i];
}

void column_OR(ColumnOp *op)
{
    const uint8_t *restrict a = op->a, *restrict b = op->b;
    uint8_t *restrict dst = op->dst;
    const uint32_t lanes = op->lanes;
    for (uint32_t i = 0; i < lanes; i++)
        dst[i] = a[i] | b[i];
}

#define SELECT_LANES(type)                                   \
    do {                                                     \
        const uint8_t *restrict a = op->a;                   \
        const type *restrict b = op->b, *restrict c = op->c; \
        type *restrict dst = op->dst;                        \
        const uint32_t lanes = op->lanes;                    \
        for (uint32_t i = 0; i < lanes; i++)                 \
            dst[i] = a[i] ? b[i] : c[i];                     \
    } while (0)

/* The same for integers without a branch: `a` becomes a mask of all ones or none. */
#define SELECT_BITS(type)                                                  \
    do {                                                                   \
        const uint8_t *restrict a = op->a;                                 \
        const type *restrict b = op->b, *restrict c = op->c;               \
        type *restrict dst = op->dst;                                      \
        const uint32_t lanes = op->lanes;                                  \
        for (uint32_t i = 0; i < lanes; i++)                               \
            dst[i] = (type)(c[i] ^ ((b[i] ^ c[i]) & (type) - (type)a[i])); \
    } while (0)

void column_SELECT(ColumnOp *op)
{
    if (op->type->kind == BD_KIND_BOOL)
        SELECT_BITS(uint8_t);
    else if (op->type->kind == BD_KIND_INT)
        SELECT_BITS(int32_t);
    else if (op->type->kind == BD_KIND_SCALED)
        SELECT_BITS(int64_t);
    else if (op->type->kind == BD_KIND_RATIO)
        SELECT_LANES(Ratio);
    else
        SELECT_LANES(bd_text);
}

/* ---- Results: only of rows that stay here; the others are written again by the exact evaluator ---- */

void column_FAIL(ColumnOp *op)
{
    const uint8_t *a = op->a;
    for (uint32_t i = 0; i < op->lanes; i++)
        op->bad[i] |= a[i];
}

void column_OUT_RULE(ColumnOp *op)
{
    const uint8_t *a = op->a;
    const uint32_t words = op->run->reason_words, lanes = op->lanes, shift = op->in->imm % 64;
    uint64_t *reasons = op->run->out->reasons + op->run->first_row * words + op->in->imm / 64;
    if (words == 1) { /* the usual case, and one that vectorises */
        for (uint32_t i = 0; i < lanes; i++)
            reasons[i] |= (uint64_t)a[i] << shift;
        return;
    }
    for (uint32_t i = 0; i < lanes; i++)
        reasons[(size_t)i * words] |= (uint64_t)a[i] << shift;
}

void column_OUT_DECISION(ColumnOp *op)
{
    const int32_t *a = op->a;
    uint8_t *decision = op->run->out->decision + op->run->first_row;
    for (uint32_t i = 0; i < op->lanes; i++) {
        op->bad[i] |= (uint8_t)(a[i] < BD_APPROVED || a[i] > BD_SUSPENDED);
        decision[i] = (uint8_t)a[i];
    }
}

void column_OUT_AMOUNT(ColumnOp *op)
{
    const int64_t *a = op->a;
    int64_t *cents = op->run->out->cents + op->run->first_row;
    for (uint32_t i = 0; i < op->lanes; i++) {
        op->bad[i] |= (uint8_t)(a[i] == INT64_MIN); /* no amount: it has no negation, and Numbers do without it */
        cents[i] = a[i];
    }
}

void column_OUT_VALUE(ColumnOp *op)
{
    (void)op; /* callables are evaluated exactly; verify.c allows it nowhere else */
}
