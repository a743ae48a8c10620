/* column_number.c: scaled integers, lane by lane.
**
** An overflow marks the lane. Where the sign bit can tell, the loop only gathers it and a second loop, rarely run,
** finds the lanes: so the first one vectorises.
*/
#include <string.h>

#include "column.h"
#include "core/round.h"

/* Whether every lane is a number of 32 bits: the product of two such fits 64. */
static inline bool fits_int32(const int64_t *a, uint32_t lanes)
{
    uint64_t beyond = 0;
    for (uint32_t i = 0; i < lanes; i++)
        beyond |= ((uint64_t)a[i] + (UINT64_C(1) << 31)) >> 32;
    return beyond == 0;
}

void column_SCALE(ColumnOp *op)
{
    const int64_t *restrict a = op->a;
    int64_t *restrict dst = op->dst;
    const int64_t factor = (int64_t)op->in->imm;
    const uint32_t lanes = op->lanes;
    if (factor <= INT32_MAX && fits_int32(a, lanes)) {
        for (uint32_t i = 0; i < lanes; i++)
            dst[i] = a[i] * factor;
        return;
    }
    for (uint32_t i = 0; i < lanes; i++)
        op->bad[i] |= (uint8_t)__builtin_mul_overflow(a[i], factor, &dst[i]);
}

void column_TO_SCALED(ColumnOp *op)
{
    const int32_t *a = op->a;
    int64_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++)
        dst[i] = a[i];
}

void column_TO_INT(ColumnOp *op)
{
    const int64_t *a = op->a;
    int32_t *dst = op->dst;
    const int64_t denominator = op->a_type->denominator;
    for (uint32_t i = 0; i < op->lanes; i++) {
        int64_t value = a[i] / denominator;
        op->bad[i] |= (uint8_t)(a[i] % denominator != 0 || value < INT32_MIN || value > INT32_MAX);
        dst[i] = (int32_t)value;
    }
}

void column_ADD(ColumnOp *op)
{
    const int64_t *restrict a = op->a, *restrict b = op->b;
    int64_t *restrict dst = op->dst;
    const uint32_t lanes = op->lanes;
    int64_t overflow = 0;
    for (uint32_t i = 0; i < lanes; i++) {
        int64_t sum = (int64_t)((uint64_t)a[i] + (uint64_t)b[i]);
        overflow |= (a[i] ^ sum) & (b[i] ^ sum);
        dst[i] = sum;
    }
    for (uint32_t i = 0; overflow < 0 && i < lanes; i++)
        op->bad[i] |= (uint8_t)(((a[i] ^ dst[i]) & (b[i] ^ dst[i])) < 0);
}

void column_SUB(ColumnOp *op)
{
    const int64_t *restrict a = op->a, *restrict b = op->b;
    int64_t *restrict dst = op->dst;
    const uint32_t lanes = op->lanes;
    int64_t overflow = 0;
    for (uint32_t i = 0; i < lanes; i++) {
        int64_t difference = (int64_t)((uint64_t)a[i] - (uint64_t)b[i]);
        overflow |= (a[i] ^ b[i]) & (a[i] ^ difference);
        dst[i] = difference;
    }
    for (uint32_t i = 0; overflow < 0 && i < lanes; i++)
        op->bad[i] |= (uint8_t)(((a[i] ^ b[i]) & (a[i] ^ dst[i])) < 0);
}

void column_MUL(ColumnOp *op)
{
    const int64_t *restrict a = op->a, *restrict b = op->b;
    int64_t *restrict dst = op->dst;
    const uint32_t lanes = op->lanes;
    if (fits_int32(a, lanes) && fits_int32(b, lanes)) {
        for (uint32_t i = 0; i < lanes; i++)
            dst[i] = a[i] * b[i];
        return;
    }
    for (uint32_t i = 0; i < lanes; i++)
        op->bad[i] |= (uint8_t)__builtin_mul_overflow(a[i], b[i], &dst[i]);
}

void column_MIN(ColumnOp *op)
{
    const int64_t *restrict a = op->a, *restrict b = op->b;
    int64_t *restrict dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++)
        dst[i] = a[i] < b[i] ? a[i] : b[i];
}

void column_MAX(ColumnOp *op)
{
    const int64_t *restrict a = op->a, *restrict b = op->b;
    int64_t *restrict dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++)
        dst[i] = a[i] > b[i] ? a[i] : b[i];
}

void column_DIV_CONST(ColumnOp *op)
{
    if (op->lanes > 0) /* only the denominator changes */
        memcpy(op->dst, op->a, op->lanes * sizeof(int64_t));
}

static int64_t greatest_common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

bool column_rounding_constants(const RoundingRecord *rounding, int64_t d, int64_t D, int64_t *multiplier,
                               int64_t *divisor, int64_t *result)
{
    int64_t p = rounding->step_numerator, q = rounding->step_denominator;
    int64_t common = greatest_common_divisor(q, d);
    *multiplier = q / common;
    return !__builtin_mul_overflow(d / common, p, divisor) && !__builtin_mul_overflow(p, D / q, result);
}

/* One loop per mode, so that the mode is a constant inside. */
static inline void round_lanes(ColumnOp *op, RoundMode mode, int64_t multiplier, int64_t divisor, int64_t result)
{
    const int64_t *a = op->a;
    int64_t *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        int64_t scaled;
        bool bad = __builtin_mul_overflow(a[i], multiplier, &scaled);
        bad |= __builtin_mul_overflow(int64_round_div(scaled, divisor, mode), result, &dst[i]);
        op->bad[i] |= (uint8_t)bad;
    }
}

void column_ROUND(ColumnOp *op)
{
    int64_t multiplier, divisor, result;
    if (!column_rounding_constants(&op->run->module->ROUNDINGS[op->in->imm], op->a_type->denominator,
                                   op->type->denominator, &multiplier, &divisor, &result)) {
        for (uint32_t i = 0; i < op->lanes; i++) {
            ((int64_t *)op->dst)[i] = 0;
            op->bad[i] = 1;
        }
        return;
    }
    switch ((RoundMode)op->run->module->ROUNDINGS[op->in->imm].mode) {
    case ROUND_HALF_AWAY: round_lanes(op, ROUND_HALF_AWAY, multiplier, divisor, result); break;
    case ROUND_UP: round_lanes(op, ROUND_UP, multiplier, divisor, result); break;
    case ROUND_DOWN: round_lanes(op, ROUND_DOWN, multiplier, divisor, result); break;
    case ROUND_TO_ZERO: round_lanes(op, ROUND_TO_ZERO, multiplier, divisor, result); break;
    case ROUND_AWAY_FROM_ZERO: round_lanes(op, ROUND_AWAY_FROM_ZERO, multiplier, divisor, result); break;
    case ROUND_HALF_EVEN: round_lanes(op, ROUND_HALF_EVEN, multiplier, divisor, result); break;
    }
}

#define COMPARE(name, kind, operator)                        \
    void column_##name(ColumnOp *op)                         \
    {                                                        \
        const kind *restrict a = op->a, *restrict b = op->b; \
        uint8_t *restrict dst = op->dst;                     \
        const uint32_t lanes = op->lanes;                    \
        for (uint32_t i = 0; i < lanes; i++)                 \
            dst[i] = a[i] operator b[i];                     \
    }
COMPARE(EQ_I, int32_t, ==)
COMPARE(LT_I, int32_t, <)
COMPARE(LE_I, int32_t, <=)
COMPARE(EQ, int64_t, ==)
COMPARE(LT, int64_t, <)
COMPARE(LE, int64_t, <=)
#undef COMPARE

void column_WHOLE(ColumnOp *op)
{
    const int64_t *a = op->a;
    uint8_t *dst = op->dst;
    const int64_t denominator = op->a_type->denominator;
    for (uint32_t i = 0; i < op->lanes; i++)
        dst[i] = a[i] % denominator == 0;
}
