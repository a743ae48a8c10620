/* column_int.c: integers, days and months, lane by lane.
**
** A date that comes from outside can be any integer: every function that needs a real date marks the lane of one that
** is not.
*/
#include "calendar.h"
#include "column.h"
#include "core/date.h"

void column_ADD_I(ColumnOp *op)
{
    const int32_t *a = op->a, *b = op->b;
    int32_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++)
        op->bad[i] |= (uint8_t)__builtin_add_overflow(a[i], b[i], &dst[i]);
}

void column_SUB_I(ColumnOp *op)
{
    const int32_t *a = op->a, *b = op->b;
    int32_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++)
        op->bad[i] |= (uint8_t)__builtin_sub_overflow(a[i], b[i], &dst[i]);
}

void column_MIN_I(ColumnOp *op)
{
    const int32_t *restrict a = op->a, *restrict b = op->b;
    int32_t *restrict dst = op->dst;
    const uint32_t lanes = op->lanes;
    for (uint32_t i = 0; i < lanes; i++)
        dst[i] = a[i] < b[i] ? a[i] : b[i];
}

void column_MAX_I(ColumnOp *op)
{
    const int32_t *restrict a = op->a, *restrict b = op->b;
    int32_t *restrict dst = op->dst;
    const uint32_t lanes = op->lanes;
    for (uint32_t i = 0; i < lanes; i++)
        dst[i] = a[i] > b[i] ? a[i] : b[i];
}

#define GUARDED(name, call)                                        \
    void column_##name(ColumnOp *op)                               \
    {                                                              \
        const int32_t *a = op->a, *b = op->b;                      \
        int32_t *dst = op->dst;                                    \
        for (uint32_t i = 0; i < op->lanes; i++) {                 \
            dst[i] = 0;                                            \
            if (column_guard(op->c, i))                            \
                op->bad[i] |= (uint8_t)!call(a[i], b[i], &dst[i]); \
        }                                                          \
    }
GUARDED(ADD_DAYS, calendar_add_days)
GUARDED(ADD_MONTHS, calendar_add_months)
GUARDED(SPAN_END, calendar_span_end)
#undef GUARDED

void column_DATE_PART(ColumnOp *op)
{
    const int32_t *a = op->a;
    int32_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        dst[i] = 0;
        op->bad[i] |= (uint8_t)!calendar_part((DatePart)op->in->imm, a[i], &dst[i]);
    }
}

void column_PERIOD(ColumnOp *op)
{
    const ConstantRecord *period = &op->run->module->CONSTANTS[op->in->imm];
    const int32_t *a = op->a;
    int32_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        dst[i] = 0;
        op->bad[i] |= (uint8_t)!calendar_period(a[i], period->numerator, period->denominator, &dst[i]);
    }
}
