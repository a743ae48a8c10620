/* round.h - the rounding modes a contract can state, and to what multiple.
 *
 * Layer 0. The one place where exactness may be given up, always by a mode and a step that the contract wrote down.
 * number_round works on exact numbers; int64_round_div is the same arithmetic for scaled 64-bit columns, inline so
 * that loops over columns vectorise. The tests hold the two against each other and against GMP.
 */
#ifndef BEDING_CORE_ROUND_H
#define BEDING_CORE_ROUND_H

#include <stdint.h>

#include "arena.h"
#include "beding.h"
#include "number.h"

/* The order is part of the module format: append only. */
typedef enum RoundMode {
    ROUND_HALF_AWAY,      /* rekenkundig: to the nearest, halves away from zero */
    ROUND_UP,             /* naar boven: toward plus infinity */
    ROUND_DOWN,           /* naar beneden: toward minus infinity */
    ROUND_TO_ZERO,        /* richting nul */
    ROUND_AWAY_FROM_ZERO, /* weg van nul */
    ROUND_HALF_EVEN       /* half-even: to the nearest, halves to the even multiple */
} RoundMode;

enum { ROUND_MODE_COUNT = ROUND_HALF_EVEN + 1 };

/* The multiple of `step` that `mode` chooses for `a`. BD_DIVIDE when step is not above zero, BD_RANGE, BD_NOMEM. */
bd_status number_round(Arena *arena, Number a, RoundMode mode, Number step, Number *out);

/* n/d rounded to a whole number; d > 0. Exact and defined for every n and d: |n % d| < d, so nothing overflows, and
 * the quotient moves by one only where a remainder exists, that is where |n/d| is at most half the range. */
static inline int64_t int64_round_div(int64_t n, int64_t d, RoundMode mode)
{
    int64_t quotient = n / d;
    int64_t remainder = n % d;
    int64_t away = (n > 0) - (n < 0);
    int64_t rest = remainder < 0 ? -remainder : remainder;
    int64_t above_half = rest - (d - rest); /* sign: below, at or above one half */
    int64_t inexact = remainder != 0;

    switch (mode) {
    case ROUND_HALF_AWAY: return quotient + away * (above_half >= 0);
    case ROUND_UP: return quotient + (inexact & (away > 0));
    case ROUND_DOWN: return quotient - (inexact & (away < 0));
    case ROUND_TO_ZERO: return quotient;
    case ROUND_AWAY_FROM_ZERO: return quotient + away * inexact;
    case ROUND_HALF_EVEN: return quotient + away * ((above_half > 0) | ((above_half == 0) & (quotient & 1)));
    }
    return quotient;
}

#endif
