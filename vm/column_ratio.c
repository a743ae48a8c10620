/* column_ratio.c: exact ratios, lane by lane. */
#include "ratio.h"

#include "core/round.h"

static const Ratio zero = {0, 1};

bool ratio_make(int64_t num, int64_t den, Ratio *out)
{
    *out = zero;
    if (den < 1 || num == INT64_MIN)
        return false;
    int64_t a = num < 0 ? -num : num, b = den;
    while (a != 0) {
        int64_t rest = b % a;
        b = a;
        a = rest;
    }
    *out = (Ratio){num / b, den / b};
    return true;
}

bool ratio_add(Ratio a, Ratio b, Ratio *out)
{
    int64_t left, right, sum, den;
    *out = zero;
    if (__builtin_mul_overflow(a.num, b.den, &left) || __builtin_mul_overflow(b.num, a.den, &right) ||
        __builtin_add_overflow(left, right, &sum) || __builtin_mul_overflow(a.den, b.den, &den))
        return false;
    return ratio_make(sum, den, out);
}

bool ratio_sub(Ratio a, Ratio b, Ratio *out)
{
    return ratio_add(a, (Ratio){-b.num, b.den}, out);
}

bool ratio_mul(Ratio a, Ratio b, Ratio *out)
{
    int64_t num, den;
    *out = zero;
    if (__builtin_mul_overflow(a.num, b.num, &num) || __builtin_mul_overflow(a.den, b.den, &den))
        return false;
    return ratio_make(num, den, out);
}

bool ratio_div(Ratio a, Ratio b, Ratio *out)
{
    Ratio inverse = {b.num < 0 ? -b.den : b.den, b.num < 0 ? -b.num : b.num};
    *out = zero;
    return b.num != 0 && ratio_mul(a, inverse, out);
}

bool ratio_compare(Ratio a, Ratio b, int *out)
{
    int64_t left, right;
    *out = 0;
    if (__builtin_mul_overflow(a.num, b.den, &left) || __builtin_mul_overflow(b.num, a.den, &right))
        return false;
    *out = (left > right) - (left < right);
    return true;
}

void column_WIDEN(ColumnOp *op)
{
    const int64_t *a = op->a;
    Ratio *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++)
        op->bad[i] |= (uint8_t)!ratio_make(a[i], op->a_type->denominator, &dst[i]);
}

#define ARITHMETIC(name, function)                                 \
    void column_##name(ColumnOp *op)                               \
    {                                                              \
        const Ratio *a = op->a, *b = op->b;                        \
        Ratio *dst = op->dst;                                      \
        for (uint32_t i = 0; i < op->lanes; i++)                   \
            op->bad[i] |= (uint8_t)!function(a[i], b[i], &dst[i]); \
    }
ARITHMETIC(ADD_N, ratio_add)
ARITHMETIC(SUB_N, ratio_sub)
ARITHMETIC(MUL_N, ratio_mul)
#undef ARITHMETIC

void column_DIV_N(ColumnOp *op)
{
    const Ratio *a = op->a, *b = op->b;
    Ratio *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        dst[i] = zero;
        if (column_guard(op->c, i))
            op->bad[i] |= (uint8_t)!ratio_div(a[i], b[i], &dst[i]);
    }
}

#define COMPARE(name, kind, result)                                    \
    void column_##name(ColumnOp *op)                                   \
    {                                                                  \
        const Ratio *a = op->a, *b = op->b;                            \
        kind *dst = op->dst;                                           \
        for (uint32_t i = 0; i < op->lanes; i++) {                     \
            int order;                                                 \
            op->bad[i] |= (uint8_t)!ratio_compare(a[i], b[i], &order); \
            dst[i] = result;                                           \
        }                                                              \
    }
COMPARE(MIN_N, Ratio, order <= 0 ? a[i] : b[i])
COMPARE(MAX_N, Ratio, order >= 0 ? a[i] : b[i])
COMPARE(EQ_N, uint8_t, order == 0)
COMPARE(LT_N, uint8_t, order < 0)
COMPARE(LE_N, uint8_t, order <= 0)
#undef COMPARE

void column_ROUND_N(ColumnOp *op)
{
    const Ratio *a = op->a;
    int64_t *dst = op->dst;
    const RoundingRecord *rounding = &op->run->module->ROUNDINGS[op->in->imm];
    const int64_t p = rounding->step_numerator, q = rounding->step_denominator;
    int64_t result;
    bool never = __builtin_mul_overflow(p, op->type->denominator / q, &result);

    for (uint32_t i = 0; i < op->lanes; i++) {
        int64_t num, den;
        dst[i] = 0;
        if (never || __builtin_mul_overflow(a[i].num, q, &num) || __builtin_mul_overflow(a[i].den, p, &den) ||
            __builtin_mul_overflow(int64_round_div(num, den, (RoundMode)rounding->mode), result, &dst[i])) {
            op->bad[i] = 1;
        }
    }
}

void column_SUM_N(ColumnOp *op)
{
    const uint32_t *first = op->run->session->domains[op->in->imm].first;
    const Ratio *a = op->a;
    const uint8_t *mask = op->b;
    Ratio *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        dst[i] = zero;
        for (uint32_t k = first[i]; k < first[i + 1]; k++) {
            if (mask[k])
                op->bad[i] |= (uint8_t)!ratio_add(dst[i], a[k], &dst[i]);
        }
    }
}

void columns_extreme_ratio(ColumnOp *op, int sign)
{
    const uint32_t *first = op->run->session->domains[op->in->imm].first;
    const Ratio *a = op->a;
    const uint8_t *mask = op->b;
    Ratio *dst = op->dst;
    for (uint32_t i = 0; i < op->lanes; i++) {
        bool has = false;
        dst[i] = zero;
        for (uint32_t k = first[i]; k < first[i + 1]; k++) {
            int order = sign;
            if (!mask[k])
                continue;
            if (has)
                op->bad[i] |= (uint8_t)!ratio_compare(a[k], dst[i], &order);
            if (order == sign)
                dst[i] = a[k];
            has = true;
        }
        op->bad[i] |= (uint8_t)!has;
    }
}
