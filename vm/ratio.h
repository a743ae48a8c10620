/* ratio.h: exact ratios of two 64-bit integers, as the column evaluator keeps them.
**
** Every operation says whether the result fits; one that does not is left as 0 and its lane is decided with Numbers
** instead.
*/
#ifndef BEDING_RATIO_H
#define BEDING_RATIO_H

#include "column.h"

/* num/den in lowest terms; false when den < 1 or num is INT64_MIN. */
bool ratio_make(int64_t num, int64_t den, Ratio *out);
bool ratio_add(Ratio a, Ratio b, Ratio *out);
bool ratio_sub(Ratio a, Ratio b, Ratio *out);
bool ratio_mul(Ratio a, Ratio b, Ratio *out);
bool ratio_div(Ratio a, Ratio b, Ratio *out); /* false also for b = 0 */

/* -1, 0 or 1 in *out; false when the cross products do not fit. */
bool ratio_compare(Ratio a, Ratio b, int *out);

#endif
