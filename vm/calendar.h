/* calendar.h: the date instructions on one value; both evaluators call these, so they cannot differ.
**
** Each returns false for a fault: an operand that is no date, or a result outside 0001-01-01 to 9999-12-31. Then *out
** is unchanged.
*/
#ifndef BEDING_CALENDAR_H
#define BEDING_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "module.h"

bool calendar_add_days(int32_t date, int32_t days, int32_t *out);
bool calendar_add_months(int32_t date, int32_t months, int32_t *out);
bool calendar_span_end(int32_t date, int32_t months, int32_t *out);

/* FROM_MONTH takes a month index and FROM_YEAR a year; the others a date. */
bool calendar_part(DatePart part, int32_t value, int32_t *out);

/* First day of the period of `length` days (1 or more) that holds `date`, counted from day `anchor`. */
bool calendar_period(int32_t date, int64_t length, int64_t anchor, int32_t *out);

#endif
