/* date.h - calendar dates as day numbers, and the arithmetic of terms and periods.
 *
 * Layer 0. A Date is a day number, 0 is 1970-01-01; a Month is year * 12 + month - 1. The calendar is the proleptic
 * Gregorian one from 0001-01-01 to 9999-12-31; what would leave it is BD_RANGE. Intervals include both ends; one
 * whose end lies before its begin is empty. No clock and no time zone: a date comes from a document.
 * Functions that take a Date expect one in range (date_is_valid).
 */
#ifndef BEDING_CORE_DATE_H
#define BEDING_CORE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "beding.h"
#include "text.h"

typedef int32_t Date;
typedef int32_t Month;

#define DATE_MIN ((Date)-719162)  /* 0001-01-01 */
#define DATE_MAX ((Date)2932896)  /* 9999-12-31 */
#define MONTH_MIN ((Month)12)     /* 0001-01 */
#define MONTH_MAX ((Month)119999) /* 9999-12 */

/* The ends of an open interval. They compare as ordinary dates. */
#define DATE_OPEN_BEGIN DATE_MIN
#define DATE_OPEN_END DATE_MAX

typedef struct DateParts {
    int32_t year;  /* 1 to 9999 */
    int32_t month; /* 1 to 12 */
    int32_t day;   /* 1 to 31 */
} DateParts;

bool date_is_valid(int64_t day_number);
bool date_is_leap(int32_t year);

/* Days in a month; month 1 to 12. */
int32_t date_days_in_month(int32_t year, int32_t month);

/* False, with `*out` unchanged, for a date that does not exist or lies outside the calendar. */
bool date_from_ymd(int32_t year, int32_t month, int32_t day, Date *out);
DateParts date_to_ymd(Date date);

int32_t date_year(Date date);
int32_t date_month(Date date);   /* 1 to 12 */
int32_t date_day(Date date);     /* 1 to 31 */
int32_t date_quarter(Date date); /* 1 to 4 */
int32_t date_weekday(Date date); /* 1 Monday to 7 Sunday */

/* ISO 8601 week: 1 to 53, and the year that the week belongs to (0 and 10000 do not occur in the calendar). */
int32_t date_iso_week(Date date);
int32_t date_iso_year(Date date);

/* Monday to Sunday, clipped to the calendar at its ends. */
Date date_week_begin(Date date);
Date date_week_end(Date date);

Date date_month_begin(Date date);
Date date_month_end(Date date);
Date date_quarter_begin(Date date);
Date date_quarter_end(Date date);
Date date_year_begin(Date date);
Date date_year_end(Date date);

/* Months as numbers: the month of a date, and the first and last day of a month in MONTH_MIN to MONTH_MAX. */
Month month_from_date(Date date);
Date month_first_day(Month month);
Date month_last_day(Month month);

/* Date plus days or months, either sign. A month that lacks the day gives its last day (31 January + 1 month is
 * 28 or 29 February), so adding months is not reversible. BD_RANGE leaves `*out` unchanged. */
bd_status date_add_days(Date date, int64_t days, Date *out);
bd_status date_add_months(Date date, int64_t months, Date *out);

/* The last day of `P vanaf date`, an interval that includes `date`: the day before the same-numbered day P later, or
 * where that month lacks the day its last day. 0 gives the day before `date` (empty). Negative P is BD_RANGE. */
bd_status date_span_end_months(Date date, int64_t months, Date *end);
bd_status date_span_end_days(Date date, int64_t days, Date *end);

/* `P na date`: from the day after `date` to date + P, months clamped. 0 is empty. Negative P is BD_RANGE. */
bd_status date_after_months(Date date, int64_t months, Date *begin, Date *end);
bd_status date_after_days(Date date, int64_t days, Date *begin, Date *end);

/* Days of an interval, both ends counted; 0 if it is empty. */
int32_t date_days_in_interval(Date begin, Date end);

/* Whole months from a to b (negative if b lies before a): the largest n with a + n months not after b. Age in years
 * is this divided by 12 with one exception that language.md names: who is born on 29 February has the birthday on 28
 * February in other years, which is what clamping gives. */
int32_t date_whole_months(Date a, Date b);

/* Reading. Exact forms only: "2019-12-30", "30-12-2019", "2019-12". False for another form or no such date. */
bool date_from_iso(Text text, Date *out);
bool date_from_dmy(Text text, Date *out);
bool month_from_iso(Text text, Month *out);

/* Writing, ISO. */
void date_to_iso(Date date, char out[10]);
void date_append(StringBuilder *builder, Date date);
void month_append(StringBuilder *builder, Month month);

#endif
