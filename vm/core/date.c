/* date.c - the calendar: day numbers, months, weeks and the ends of terms.
 *
 * Layer 0. Years are counted from 1 March, so that the leap day is the last of its year and months have a closed form
 * (the civil calendar algorithms of Fliegel and Van Flandern, and of Hinnant). All intermediate values are positive in
 * the supported range, so C's division toward zero is the right one.
 */
#include "date.h"

#include <assert.h>

enum {
    DAYS_PER_ERA = 146097,      /* 400 years */
    EPOCH_FROM_MARCH_0 = 719468 /* days from 0000-03-01 to 1970-01-01 */
};

bool date_is_valid(int64_t day_number)
{
    return day_number >= DATE_MIN && day_number <= DATE_MAX;
}

bool date_is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int32_t date_days_in_month(int32_t year, int32_t month)
{
    static const int8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    assert(month >= 1 && month <= 12);
    return days[month - 1] + (month == 2 && date_is_leap(year));
}

/* Day number of a date of the years 0 (from March) to 10000; the caller judges the range. */
static Date day_number(int32_t year, int32_t month, int32_t day)
{
    int32_t march_year = month > 2 ? year : year - 1;
    int32_t march_month = month > 2 ? month - 3 : month + 9;
    int32_t day_of_year = (153 * march_month + 2) / 5 + day - 1;

    return march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400 + day_of_year - EPOCH_FROM_MARCH_0;
}

bool date_from_ymd(int32_t year, int32_t month, int32_t day, Date *out)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > date_days_in_month(year, month))
        return false;
    *out = day_number(year, month, day);
    return true;
}

DateParts date_to_ymd(Date date)
{
    int32_t days = date + EPOCH_FROM_MARCH_0;
    int32_t era = days / DAYS_PER_ERA;
    int32_t day_of_era = days % DAYS_PER_ERA;
    int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t march_month = (5 * day_of_year + 2) / 153;
    int32_t month = march_month < 10 ? march_month + 3 : march_month - 9;

    assert(date_is_valid(date));
    return (DateParts){
        .year = era * 400 + year_of_era + (month <= 2),
        .month = month,
        .day = day_of_year - (153 * march_month + 2) / 5 + 1,
    };
}

int32_t date_year(Date date)
{
    return date_to_ymd(date).year;
}

int32_t date_month(Date date)
{
    return date_to_ymd(date).month;
}

int32_t date_day(Date date)
{
    return date_to_ymd(date).day;
}

int32_t date_quarter(Date date)
{
    return (date_month(date) + 2) / 3;
}

int32_t date_weekday(Date date)
{
    return (date - DATE_MIN) % 7 + 1; /* 0001-01-01 is a Monday */
}

/* ---- Weeks, months, quarters and years as intervals ---- */

/* The Thursday of a date's week decides the week's year; the calendar's first and last week have theirs inside. */
static Date thursday_of(Date date)
{
    return date - date_weekday(date) + 4;
}

int32_t date_iso_week(Date date)
{
    Date thursday = thursday_of(date);

    return (thursday - date_year_begin(thursday)) / 7 + 1;
}

int32_t date_iso_year(Date date)
{
    return date_year(thursday_of(date));
}

Date date_week_begin(Date date)
{
    return date - date_weekday(date) + 1; /* never before DATE_MIN, a Monday */
}

Date date_week_end(Date date)
{
    Date sunday = date_week_begin(date) + 6;

    return sunday < DATE_MAX ? sunday : DATE_MAX;
}

Date date_month_begin(Date date)
{
    return date - date_day(date) + 1;
}

Date date_month_end(Date date)
{
    return month_last_day(month_from_date(date));
}

Date date_quarter_begin(Date date)
{
    Month month = month_from_date(date);

    return month_first_day(month - month % 3);
}

Date date_quarter_end(Date date)
{
    Month month = month_from_date(date);

    return month_last_day(month - month % 3 + 2);
}

Date date_year_begin(Date date)
{
    return day_number(date_year(date), 1, 1);
}

Date date_year_end(Date date)
{
    return day_number(date_year(date), 12, 31);
}

Month month_from_date(Date date)
{
    DateParts parts = date_to_ymd(date);

    return parts.year * 12 + parts.month - 1;
}

Date month_first_day(Month month)
{
    assert(month >= MONTH_MIN && month <= MONTH_MAX);
    return day_number(month / 12, month % 12 + 1, 1);
}

Date month_last_day(Month month)
{
    assert(month >= MONTH_MIN && month <= MONTH_MAX);
    return day_number(month / 12, month % 12 + 1, date_days_in_month(month / 12, month % 12 + 1));
}

/* ---- Terms ---- */

static bd_status store_in_range(int64_t number, Date *out)
{
    if (!date_is_valid(number))
        return BD_RANGE;
    *out = (Date)number;
    return BD_OK;
}

bd_status date_add_days(Date date, int64_t days, Date *out)
{
    if (days < DATE_MIN - (int64_t)DATE_MAX || days > DATE_MAX - (int64_t)DATE_MIN)
        return BD_RANGE;
    return store_in_range(date + days, out);
}

/* The month `months` after that of `date`; one month past the calendar counts as inside, for the end of a term. */
static bool shift_month(Date date, int64_t months, Month *out)
{
    if (months < -MONTH_MAX || months > MONTH_MAX)
        return false;
    *out = month_from_date(date) + (Month)months;
    return *out >= MONTH_MIN && *out <= MONTH_MAX + 1;
}

bd_status date_add_months(Date date, int64_t months, Date *out)
{
    Month month;
    int32_t day = date_day(date), days;

    if (!shift_month(date, months, &month))
        return BD_RANGE;
    days = date_days_in_month(month / 12, month % 12 + 1);
    return store_in_range(day_number(month / 12, month % 12 + 1, day < days ? day : days), out);
}

bd_status date_span_end_months(Date date, int64_t months, Date *end)
{
    Month month;
    int32_t day = date_day(date), days;

    if (months < 0 || !shift_month(date, months, &month))
        return BD_RANGE;
    days = date_days_in_month(month / 12, month % 12 + 1);
    return store_in_range(day_number(month / 12, month % 12 + 1, day <= days ? day - 1 : days), end);
}

bd_status date_span_end_days(Date date, int64_t days, Date *end)
{
    if (days < 0 || days > DATE_MAX - (int64_t)DATE_MIN + 1)
        return BD_RANGE;
    return store_in_range(date + days - 1, end);
}

static bd_status store_after(Date date, bd_status end_status, Date last, Date *begin, Date *end)
{
    if (end_status != BD_OK || date == DATE_MAX)
        return BD_RANGE;
    *begin = date + 1;
    *end = last;
    return BD_OK;
}

bd_status date_after_months(Date date, int64_t months, Date *begin, Date *end)
{
    Date last = date;
    bd_status status = months < 0 ? BD_RANGE : date_add_months(date, months, &last);

    return store_after(date, status, last, begin, end);
}

bd_status date_after_days(Date date, int64_t days, Date *begin, Date *end)
{
    Date last = date;
    bd_status status = days < 0 ? BD_RANGE : date_add_days(date, days, &last);

    return store_after(date, status, last, begin, end);
}

int32_t date_days_in_interval(Date begin, Date end)
{
    return end < begin ? 0 : end - begin + 1;
}

int32_t date_whole_months(Date a, Date b)
{
    int32_t months = month_from_date(b) - month_from_date(a);
    Date reached = a;

    (void)date_add_months(a, months, &reached); /* ends in the month of b, so in range */
    return reached > b ? months - 1 : months;
}

/* ---- Text ---- */

/* Reads exactly `count` digits at `at`. */
static bool read_digits(Text text, size_t at, size_t count, int32_t *out)
{
    *out = 0;
    for (size_t i = at; i < at + count; i++) {
        if (i >= text.size || text.data[i] < '0' || text.data[i] > '9')
            return false;
        *out = *out * 10 + (text.data[i] - '0');
    }
    return true;
}

bool date_from_iso(Text text, Date *out)
{
    int32_t year, month, day;

    return text.size == 10 && text.data[4] == '-' && text.data[7] == '-' && read_digits(text, 0, 4, &year) &&
           read_digits(text, 5, 2, &month) && read_digits(text, 8, 2, &day) && date_from_ymd(year, month, day, out);
}

bool date_from_dmy(Text text, Date *out)
{
    int32_t year, month, day;

    return text.size == 10 && text.data[2] == '-' && text.data[5] == '-' && read_digits(text, 0, 2, &day) &&
           read_digits(text, 3, 2, &month) && read_digits(text, 6, 4, &year) && date_from_ymd(year, month, day, out);
}

bool month_from_iso(Text text, Month *out)
{
    int32_t year, month;

    if (text.size != 7 || text.data[4] != '-' || !read_digits(text, 0, 4, &year) || !read_digits(text, 5, 2, &month) ||
        year < 1 || month < 1 || month > 12)
        return false;
    *out = year * 12 + month - 1;
    return true;
}

static void write_digits(char *out, int32_t value, int count)
{
    for (int i = count; i-- > 0;) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
}

void date_to_iso(Date date, char out[10])
{
    DateParts parts = date_to_ymd(date);

    write_digits(out, parts.year, 4);
    out[4] = '-';
    write_digits(out + 5, parts.month, 2);
    out[7] = '-';
    write_digits(out + 8, parts.day, 2);
}

void date_append(StringBuilder *builder, Date date)
{
    char iso[10];

    date_to_iso(date, iso);
    builder_text(builder, (Text){iso, sizeof iso});
}

void month_append(StringBuilder *builder, Month month)
{
    builder_padded(builder, month / 12, 4);
    builder_char(builder, '-');
    builder_padded(builder, month % 12 + 1, 2);
}
