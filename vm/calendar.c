/* calendar.c: the date instructions on one value, over core/date. */
#include "calendar.h"

#include "core/date.h"

bool calendar_add_days(int32_t date, int32_t days, int32_t *out)
{
    return date_is_valid(date) && date_add_days(date, days, out) == BD_OK;
}

bool calendar_add_months(int32_t date, int32_t months, int32_t *out)
{
    return date_is_valid(date) && date_add_months(date, months, out) == BD_OK;
}

bool calendar_span_end(int32_t date, int32_t months, int32_t *out)
{
    return date_is_valid(date) && date_span_end_months(date, months, out) == BD_OK;
}

static int32_t part_of_date(DatePart part, Date date)
{
    switch (part) {
    case PART_YEAR: return date_year(date);
    case PART_MONTH: return date_month(date);
    case PART_DAY: return date_day(date);
    case PART_WEEKDAY: return date_weekday(date);
    case PART_MONTH_INDEX: return month_from_date(date);
    case PART_MONTH_START: return date_month_begin(date);
    case PART_MONTH_END: return date_month_end(date);
    case PART_QUARTER_START: return date_quarter_begin(date);
    case PART_QUARTER_END: return date_quarter_end(date);
    case PART_YEAR_START: return date_year_begin(date);
    case PART_YEAR_END: return date_year_end(date);
    case PART_WEEK_START: return date_week_begin(date);
    case PART_ISO_WEEK: return date_iso_week(date);
    case PART_ISO_YEAR: return date_iso_year(date);
    case PART_FROM_MONTH:
    case PART_FROM_YEAR:
    case PART_COUNT: break;
    }
    return date;
}

bool calendar_part(DatePart part, int32_t value, int32_t *out)
{
    if (part == PART_FROM_MONTH) {
        if (value < MONTH_MIN || value > MONTH_MAX)
            return false;
        *out = month_first_day(value);
        return true;
    }
    if (part == PART_FROM_YEAR)
        return date_from_ymd(value, 1, 1, out);
    if (!date_is_valid(value))
        return false;
    *out = part_of_date(part, value);
    return true;
}

bool calendar_period(int32_t date, int64_t length, int64_t anchor, int32_t *out)
{
    int64_t distance = date - anchor;
    int64_t rest = distance % length;
    int64_t first = date - (rest < 0 ? rest + length : rest);
    if (!date_is_valid(date) || !date_is_valid(first))
        return false;
    *out = (int32_t)first;
    return true;
}
