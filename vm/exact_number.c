/* exact_number.c: numbers, one lane at a time, by core/number and core/round. */
#include "core/round.h"
#include "exact.h"

static Number number_a(const ExactOp *op, uint32_t lane)
{
    return op->a->cells[lane].is.number;
}

static Number number_b(const ExactOp *op, uint32_t lane)
{
    return op->b->cells[lane].is.number;
}

void exact_SCALE(ExactOp *op, uint32_t lane, Cell *out)
{
    out->is.number = number_a(op, lane); /* the value stays */
}

void exact_WIDEN(ExactOp *op, uint32_t lane, Cell *out)
{
    out->is.number = number_a(op, lane);
}

void exact_TO_SCALED(ExactOp *op, uint32_t lane, Cell *out)
{
    exact_settle(op, number_from_int64(op->run->arena, op->a->cells[lane].is.integer, &out->is.number), out);
}

void exact_TO_INT(ExactOp *op, uint32_t lane, Cell *out)
{
    int64_t value = 0;
    bool is_exact = false;
    bd_status status = number_to_scaled_int64(number_a(op, lane), 1, &value, &is_exact);
    if (status != BD_OK || !is_exact || value < INT32_MIN || value > INT32_MAX)
        out->fault = exact_site(op);
    else
        out->is.integer = (int32_t)value;
}

#define ARITHMETIC(name, function)                                                                                \
    void exact_##name(ExactOp *op, uint32_t lane, Cell *out)                                                      \
    {                                                                                                             \
        exact_settle(op, function(op->run->arena, number_a(op, lane), number_b(op, lane), &out->is.number), out); \
    }
ARITHMETIC(ADD, number_add)
ARITHMETIC(SUB, number_sub)
ARITHMETIC(MUL, number_mul)
ARITHMETIC(ADD_N, number_add)
ARITHMETIC(SUB_N, number_sub)
ARITHMETIC(MUL_N, number_mul)
ARITHMETIC(DIV_N, number_div)
#undef ARITHMETIC

#define CHOICE(name, function)                                             \
    void exact_##name(ExactOp *op, uint32_t lane, Cell *out)               \
    {                                                                      \
        out->is.number = function(number_a(op, lane), number_b(op, lane)); \
    }
CHOICE(MIN, number_min)
CHOICE(MAX, number_max)
CHOICE(MIN_N, number_min)
CHOICE(MAX_N, number_max)
#undef CHOICE

void exact_DIV_CONST(ExactOp *op, uint32_t lane, Cell *out)
{
    Number divisor;
    bd_status status = number_from_int64(op->run->arena, op->in->imm, &divisor);
    if (status == BD_OK)
        status = number_div(op->run->arena, number_a(op, lane), divisor, &out->is.number);
    exact_settle(op, status, out);
}

void exact_ROUND(ExactOp *op, uint32_t lane, Cell *out)
{
    const RoundingRecord *rounding = &op->run->module->ROUNDINGS[op->in->imm];
    Number step;
    bd_status status = number_from_ratio(op->run->arena, rounding->step_numerator, rounding->step_denominator, &step);
    if (status == BD_OK)
        status = number_round(op->run->arena, number_a(op, lane), (RoundMode)rounding->mode, step, &out->is.number);
    exact_settle(op, status, out);
}

void exact_ROUND_N(ExactOp *op, uint32_t lane, Cell *out)
{
    exact_ROUND(op, lane, out);
}

#define COMPARE(name, test)                                                            \
    void exact_##name(ExactOp *op, uint32_t lane, Cell *out)                           \
    {                                                                                  \
        out->is.boolean = number_compare(number_a(op, lane), number_b(op, lane)) test; \
    }
COMPARE(EQ, == 0)
COMPARE(LT, < 0)
COMPARE(LE, <= 0)
COMPARE(EQ_N, == 0)
COMPARE(LT_N, < 0)
COMPARE(LE_N, <= 0)
#undef COMPARE

void exact_WHOLE(ExactOp *op, uint32_t lane, Cell *out)
{
    out->is.boolean = number_is_whole(number_a(op, lane));
}
