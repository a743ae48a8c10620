/* round.c - rounding of exact numbers to a multiple.
 *
 * Layer 0. a is counted in steps, the count is rounded to a whole number, and the steps are multiplied back; in 64
 * bits by int64_round_div where that fits, else on fractions by the same rule.
 */
#include "round.h"

#include "fraction.h"

/* Counts small numbers in steps; false where 64 bits do not suffice. */
static bool round_small(Number a, RoundMode mode, Number step, Number *steps)
{
    uint64_t a_size = a.num < 0 ? 0 - (uint64_t)a.num : (uint64_t)a.num;

    if (a_size > (uint64_t)(INT64_MAX / step.den) || a.den > INT64_MAX / step.num)
        return false;
    *steps = (Number){int64_round_div(a.num * step.den, a.den * step.num, mode), 1, NULL};
    return true;
}

bd_status number_round(Arena *arena, Number a, RoundMode mode, Number step, Number *out)
{
    Number steps;
    Fraction value, multiple, result;

    if (number_sign(step) <= 0)
        return BD_DIVIDE;
    if (a.big == NULL && step.big == NULL && round_small(a, mode, step, &steps))
        return number_mul(arena, steps, step, out);
    number_load(&value, a);
    number_load(&multiple, step);
    fraction_round(&result, &value, mode, &multiple);
    return number_store(arena, &result, out);
}
