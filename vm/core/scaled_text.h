/* scaled_text.h - integers over a denominator as exact text, without big arithmetic.
 *
 * Layer 0. The form is that of number_append (number.h): as few decimals as the value needs and at least so many, "1/3" where no decimal form
 * exists. What is known of a denominator is settled once for many values.
 */
#ifndef BEDING_CORE_SCALED_TEXT_H
#define BEDING_CORE_SCALED_TEXT_H

#include <stdint.h>

#include "text.h"

enum { SCALED_TEXT_SIZE = 48 }; /* sign, nineteen digits, a slash or "0." and zeros, nineteen more */

typedef struct ScaledText {
    int64_t denominator;   /* >= 1 */
    int64_t odd;           /* what is left of it without twos and fives */
    int64_t factor;        /* makes the twos and fives a power of ten; 0: it has too many of them */
    unsigned decimals;     /* that power */
    uint64_t most;         /* the largest number whose product with factor has 64 bits */
    unsigned min_decimals; /* at most 2 */
} ScaledText;

ScaledText scaled_text(int64_t denominator, unsigned min_decimals);

/* Writes value / denominator somewhere in `room`, and says where; empty when 64 bits do not suffice. */
Text scaled_text_write(const ScaledText *form, int64_t value, char room[SCALED_TEXT_SIZE]);

#endif
