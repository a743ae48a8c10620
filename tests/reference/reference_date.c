/* reference_date.c: the calendar of the reference evaluator, counted year by year where that is obvious, and the expressions on dates.
**
** Independent of vm/core/date.c on purpose. A date outside 0001-01-01 .. 9999-12-31 is a fault.
*/
#include "reference/reference_internal.h"
#include "vm/module.h"

static bool is_leap(int64_t year)
{
    return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
}

int64_t ref_month_length(int64_t year, int64_t month)
{
    static const int64_t LENGTHS[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return LENGTHS[month - 1] + (month == 2 && is_leap(year));
}

/* Days before 1 January of a year, counted from 0001-01-01. */
static int64_t days_before_year(int64_t year)
{
    int64_t years = year - 1;
    return years * 365 + years / 4 - years / 100 + years / 400;
}

int64_t ref_day(int64_t year, int64_t month, int64_t day)
{
    int64_t days = days_before_year(year) - days_before_year(1970);
    for (int64_t m = 1; m < month; m++)
        days += ref_month_length(year, m);
    return days + day - 1;
}

Civil ref_civil(int64_t day)
{
    Civil civil = {1970 + day / 366, 1, 1};
    if (civil.year < 1)
        civil.year = 1;
    while (ref_day(civil.year, 1, 1) > day)
        civil.year--;
    while (ref_day(civil.year + 1, 1, 1) <= day)
        civil.year++;
    day -= ref_day(civil.year, 1, 1);
    while (day >= ref_month_length(civil.year, civil.month))
        day -= ref_month_length(civil.year, civil.month++);
    civil.day = day + 1;
    return civil;
}

bool ref_is_date(int64_t day)
{
    return day >= ref_day(1, 1, 1) && day <= ref_day(9999, 12, 31);
}

static RefValue date_value(Context *c, int64_t day)
{
    return ref_is_date(day) ? ref_integer(day) : ref_fault(c, REF_DATE);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

/* The same-numbered day `months` later; *lacks when that month has no such day, and its last day is given. */
static bool month_later(int64_t day, int64_t months, int64_t *out, bool *lacks)
{
    Civil civil = ref_civil(day);
    int64_t index = civil.year * 12 + civil.month - 1 + months, year = floor_div(index, 12),
            month = index - year * 12 + 1;
    if (year < 1 || year > 9999)
        return false;
    int64_t length = ref_month_length(year, month);
    *lacks = civil.day > length;
    *out = ref_day(year, month, *lacks ? length : civil.day);
    return true;
}

static int64_t weekday(int64_t day)
{
    int64_t rest = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return (rest < 0 ? rest + 7 : rest) + 1;
}

/* ISO 8601: the week belongs to the year that has its Thursday. */
static int64_t iso_week(int64_t day)
{
    int64_t thursday = day - weekday(day) + 4;
    int64_t year = thursday < ref_day(1, 1, 1)        ? 0
                   : thursday > ref_day(9999, 12, 31) ? 10000
                                                      : ref_civil(thursday).year;
    return (thursday - (year == 0 ? ref_day(1, 1, 1) - 366 : ref_day(year, 1, 1))) / 7 + 1;
}

static int64_t span_start(DatePart part, int64_t day)
{
    Civil civil = ref_civil(day);
    if (part == PART_MONTH_START)
        return ref_day(civil.year, civil.month, 1);
    if (part == PART_QUARTER_START)
        return ref_day(civil.year, (civil.month - 1) / 3 * 3 + 1, 1);
    if (part == PART_YEAR_START)
        return ref_day(civil.year, 1, 1);
    return day - weekday(day) + 1;
}

static int64_t span_end(DatePart part, int64_t day)
{
    Civil civil = ref_civil(day);
    int64_t quarter_end = (civil.month - 1) / 3 * 3 + 3;
    if (part == PART_MONTH_START || part == PART_MONTH_END)
        return ref_day(civil.year, civil.month, ref_month_length(civil.year, civil.month));
    if (part == PART_QUARTER_START || part == PART_QUARTER_END)
        return ref_day(civil.year, quarter_end, ref_month_length(civil.year, quarter_end));
    if (part == PART_YEAR_START || part == PART_YEAR_END)
        return ref_day(civil.year, 12, 31);
    return day - weekday(day) + 7;
}

static int64_t part_of(DatePart part, int64_t value)
{
    switch (part) {
    case PART_YEAR: return ref_civil(value).year;
    case PART_MONTH: return ref_civil(value).month;
    case PART_DAY: return ref_civil(value).day;
    case PART_WEEKDAY: return weekday(value);
    case PART_MONTH_INDEX: return ref_civil(value).year * 12 + ref_civil(value).month - 1;
    case PART_FROM_MONTH: return ref_day(value / 12, value % 12 + 1, 1);
    case PART_FROM_YEAR: return ref_day(value, 1, 1);
    case PART_ISO_WEEK: return iso_week(value);
    case PART_MONTH_START:
    case PART_QUARTER_START:
    case PART_YEAR_START:
    case PART_WEEK_START: return span_start(part, value);
    case PART_MONTH_END:
    case PART_QUARTER_END:
    case PART_YEAR_END: return span_end(part, value);
    case PART_ISO_YEAR: return ref_civil(value - weekday(value) + 4).year;
    case PART_COUNT: break;
    }
    return 0;
}

static RefValue date_part(Context *c, const Expr *expr)
{
    RefValue from = ref_evaluate(c, expr->a);
    if (from.poison)
        return from;
    if (expr->index == PART_FROM_YEAR && (from.whole < 1 || from.whole > 9999))
        return ref_fault(c, REF_DATE);
    RefValue result = ref_integer(part_of((DatePart)expr->index, from.whole));
    if (expr->type.kind != TYPE_NUMBER)
        return result;
    result.number = ref_number(c);
    mpq_set_si(result.number, (long)result.whole, 1);
    return result;
}

/* A duration as a whole count of days or months; false after a fault. */
static bool count_of(Context *c, const Expr *expr, int64_t *count)
{
    RefValue value = ref_evaluate(c, expr);
    if (value.poison)
        return false;
    if (mpz_cmp_si(mpq_denref(value.number), 1) != 0) {
        ref_fault(c, REF_NOT_WHOLE);
        return false;
    }
    /* Any count that leaves the calendar will do for one beyond it. */
    *count = mpz_cmp_si(mpq_numref(value.number), 100000000) > 0    ? 100000000
             : mpz_cmp_si(mpq_numref(value.number), -100000000) < 0 ? -100000000
                                                                    : mpz_get_si(mpq_numref(value.number));
    return true;
}

static bool in_months(const Context *c, const Expr *duration)
{
    return c->core->units[duration->type.unit].calendar == CALENDAR_MONTH;
}

static RefValue plus(Context *c, int64_t day, const Expr *duration)
{
    int64_t count = 0, later = 0;
    bool lacks = false;
    RefValue poison = {.poison = true};
    if (!count_of(c, duration, &count))
        return poison;
    if (!in_months(c, duration))
        return date_value(c, day + count);
    return month_later(day, count, &later, &lacks) ? ref_integer(later) : ref_fault(c, REF_DATE);
}

/* The day before the same-numbered day P later, or the last day of a month that lacks it. */
static RefValue span_from(Context *c, const Expr *expr)
{
    RefValue begin = ref_evaluate(c, expr->b);
    int64_t count = 0, later = 0;
    bool lacks = false;
    if (!count_of(c, expr->a, &count) || begin.poison)
        return (RefValue){.poison = true};
    if (!in_months(c, expr->a)) {
        later = begin.whole + count - 1;
    } else {
        if (count < 0 || !month_later(begin.whole, count, &later, &lacks))
            return ref_fault(c, REF_DATE);
        if (!lacks)
            later--;
    }
    RefValue end = date_value(c, later);
    if (end.poison)
        return end;
    begin.last = later;
    return begin;
}

static RefValue span_after(Context *c, const Expr *expr)
{
    RefValue from = ref_evaluate(c, expr->b);
    if (from.poison)
        return from;
    RefValue begin = date_value(c, from.whole + 1), end = plus(c, from.whole, expr->a);
    if (begin.poison || end.poison)
        return (RefValue){.poison = true};
    begin.last = end.whole;
    return begin;
}

static RefValue calendar_period(Context *c, const Expr *expr)
{
    RefValue date = ref_evaluate(c, expr->a);
    const Calendar *calendar = &c->core->calendars[expr->index];
    if (date.poison)
        return date;
    int64_t begin =
        calendar->anchor + floor_div(date.whole - calendar->anchor, calendar->length_days) * calendar->length_days;
    if (!ref_is_date(begin) || !ref_is_date(begin + calendar->length_days - 1))
        return ref_fault(c, REF_DATE);
    date.whole = begin;
    date.last = begin + calendar->length_days - 1;
    return date;
}

static RefValue pair(Context *c, const Expr *expr)
{
    RefValue a = ref_evaluate(c, expr->a), b = ref_evaluate(c, expr->b);
    if (a.poison || b.poison)
        return (RefValue){.poison = true};
    int64_t a_last = expr->a->type.kind == TYPE_INTERVAL ? a.last : a.whole, b_last = b.last;
    RefValue result = ref_integer(0);
    if (expr->op == EXPR_INSIDE) {
        result.whole = b.whole <= a.whole && a_last <= b_last;
        return result;
    }
    result.whole = a.whole > b.whole ? a.whole : b.whole;
    result.last = a_last < b_last ? a_last : b_last;
    if (expr->op == EXPR_OVERLAPS)
        result.whole = result.whole <= result.last;
    return result;
}

static RefValue days(Context *c, int64_t count)
{
    RefValue result = ref_integer(count);
    result.number = ref_number(c);
    mpq_set_si(result.number, (long)count, 1);
    return result;
}

RefValue ref_date_expression(Context *c, const Expr *expr)
{
    RefValue a = {.present = true}, b = {.present = true};
    switch ((int)expr->op) {
    case EXPR_DATE_ADD: a = ref_evaluate(c, expr->a); return a.poison ? a : plus(c, a.whole, expr->b);
    case EXPR_DATE_PART: return date_part(c, expr);
    case EXPR_DAYS_BETWEEN:
        a = ref_evaluate(c, expr->a);
        b = ref_evaluate(c, expr->b);
        return a.poison || b.poison ? (RefValue){.poison = true} : days(c, a.whole - b.whole);
    case EXPR_INTERVAL:
        a = expr->a ? ref_evaluate(c, expr->a) : ref_integer(ref_day(1, 1, 1));
        b = expr->b ? ref_evaluate(c, expr->b) : ref_integer(ref_day(9999, 12, 31));
        a.poison = a.poison || b.poison;
        a.last = b.whole;
        return a;
    case EXPR_SPAN_FROM: return span_from(c, expr);
    case EXPR_SPAN_AFTER: return span_after(c, expr);
    case EXPR_PERIOD: return calendar_period(c, expr);
    case EXPR_CALENDAR_SPAN:
        a = ref_evaluate(c, expr->a);
        if (a.poison)
            return a;
        a.last = span_end((DatePart)expr->index, a.whole);
        a.whole = span_start((DatePart)expr->index, a.whole);
        if (!ref_is_date(a.whole))
            a.whole = ref_day(1, 1, 1); /* the calendar's first week is cut off */
        return ref_is_date(a.last) ? a : ref_fault(c, REF_DATE);
    case EXPR_BEGIN: return ref_evaluate(c, expr->a);
    case EXPR_END:
        a = ref_evaluate(c, expr->a);
        a.whole = a.last;
        return a;
    case EXPR_DAYS_IN:
        a = ref_evaluate(c, expr->a);
        return a.poison ? a : days(c, a.last < a.whole ? 0 : a.last - a.whole + 1);
    default: return pair(c, expr);
    }
}
