/* test_date.c - the calendar against a day-by-day walk from 0001-01-01 to 9999-12-31, and terms by table. */
#include <string.h>

#include "check.h"
#include "vm/core/arena.h"
#include "vm/core/date.h"

static Date day(const char *iso)
{
    Date date = DATE_MIN;

    CHECK(date_from_iso(text_from_cstring(iso), &date), "%s is no date", iso);
    return date;
}

static const char *iso(Date date)
{
    static char texts[4][11];
    static unsigned next;
    char *text = texts[next++ % 4];

    date_to_iso(date, text);
    return text;
}

/* A calendar that only knows how to go on to the next day, with its weeks. */
typedef struct Walk {
    int32_t year, month, day, weekday;
    int32_t iso_year, iso_week;
} Walk;

static bool walk_leap(int32_t year)
{
    return year % 400 == 0 || (year % 100 != 0 && year % 4 == 0);
}

static int32_t walk_month_days(const Walk *walk)
{
    if (walk->month == 2)
        return walk_leap(walk->year) ? 29 : 28;
    return walk->month == 4 || walk->month == 6 || walk->month == 9 || walk->month == 11 ? 30 : 31;
}

static void walk_on(Walk *walk)
{
    if (++walk->day > walk_month_days(walk)) {
        walk->day = 1;
        if (++walk->month > 12) {
            walk->month = 1;
            walk->year++;
        }
    }
    if (++walk->weekday <= 7)
        return;
    walk->weekday = 1;
    walk->iso_week++;
    /* A week that begins on 29 December or later, or until 4 January, is the first of a year. */
    if ((walk->month == 12 && walk->day >= 29) || (walk->month == 1 && walk->day <= 4)) {
        walk->iso_week = 1;
        walk->iso_year = walk->month == 12 ? walk->year + 1 : walk->year;
    }
}

static bool agrees(const Walk *walk, Date date)
{
    DateParts parts = date_to_ymd(date);
    Date back = 0;

    return parts.year == walk->year && parts.month == walk->month && parts.day == walk->day &&
           date_from_ymd(parts.year, parts.month, parts.day, &back) && back == date &&
           date_weekday(date) == walk->weekday && date_iso_week(date) == walk->iso_week &&
           date_iso_year(date) == walk->iso_year && month_from_date(date) == walk->year * 12 + walk->month - 1 &&
           date_month_begin(date) == date - walk->day + 1 &&
           date_month_end(date) == date - walk->day + walk_month_days(walk);
}

static void test_walk(void)
{
    Walk walk = {1, 1, 1, 1, 1, 1};
    Date date = DATE_MIN;
    unsigned different = 0;

    check_group("every day of the calendar");
    for (;; date++) {
        if (!agrees(&walk, date) && different++ < 10)
            CHECK(false, "%d: %s, walked %04d-%02d-%02d", (int)date, iso(date), walk.year, walk.month, walk.day);
        if (walk.year == 9999 && walk.month == 12 && walk.day == 31)
            break;
        walk_on(&walk);
    }
    CHECK(date == DATE_MAX && different == 0, "%u days differ, the last is %d", different, (int)date);
    CHECK(day("1970-01-01") == 0, "the epoch is %d", (int)day("1970-01-01"));
    CHECK(MONTH_MIN == month_from_date(DATE_MIN) && MONTH_MAX == month_from_date(DATE_MAX), "months");
}

static void test_parts(void)
{
    static const struct {
        const char *date;
        int32_t weekday, iso_year, iso_week, quarter;
        const char *week_begin, *week_end, *quarter_begin, *quarter_end, *year_begin, *year_end;
    } cases[] = {
        {"2019-12-30", 1, 2020, 1, 4, "2019-12-30", "2020-01-05", "2019-10-01", "2019-12-31", "2019-01-01",
         "2019-12-31"},
        {"2021-01-03", 7, 2020, 53, 1, "2020-12-28", "2021-01-03", "2021-01-01", "2021-03-31", "2021-01-01",
         "2021-12-31"},
        {"2020-02-29", 6, 2020, 9, 1, "2020-02-24", "2020-03-01", "2020-01-01", "2020-03-31", "2020-01-01",
         "2020-12-31"},
        {"2023-05-15", 1, 2023, 20, 2, "2023-05-15", "2023-05-21", "2023-04-01", "2023-06-30", "2023-01-01",
         "2023-12-31"},
        {"0001-01-01", 1, 1, 1, 1, "0001-01-01", "0001-01-07", "0001-01-01", "0001-03-31", "0001-01-01", "0001-12-31"},
        {"9999-12-31", 5, 9999, 52, 4, "9999-12-27", "9999-12-31", "9999-10-01", "9999-12-31", "9999-01-01",
         "9999-12-31"},
    };

    check_group("weeks, quarters and years");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Date date = day(cases[i].date);
        CHECK(date_weekday(date) == cases[i].weekday, "%s: %d", cases[i].date, date_weekday(date));
        CHECK(date_iso_year(date) == cases[i].iso_year && date_iso_week(date) == cases[i].iso_week, "%s: %d week %d",
              cases[i].date, date_iso_year(date), date_iso_week(date));
        CHECK(date_quarter(date) == cases[i].quarter, "%s: %d", cases[i].date, date_quarter(date));
        CHECK(date_week_begin(date) == day(cases[i].week_begin) && date_week_end(date) == day(cases[i].week_end),
              "week of %s", cases[i].date);
        CHECK(date_quarter_begin(date) == day(cases[i].quarter_begin) &&
                  date_quarter_end(date) == day(cases[i].quarter_end),
              "quarter of %s", cases[i].date);
        CHECK(date_year_begin(date) == day(cases[i].year_begin) && date_year_end(date) == day(cases[i].year_end),
              "year of %s", cases[i].date);
    }
}

static void test_month_terms(void)
{
    /* NULL: out of range. `added` is date + months, `end` the end of `months vanaf date`. */
    static const struct {
        const char *date;
        int64_t months;
        const char *added, *end;
    } cases[] = {
        {"2020-01-31", 1, "2020-02-29", "2020-02-29"},  {"2019-01-31", 1, "2019-02-28", "2019-02-28"},
        {"2020-01-30", 1, "2020-02-29", "2020-02-29"},  {"2020-01-29", 1, "2020-02-29", "2020-02-28"},
        {"2020-01-28", 1, "2020-02-28", "2020-02-27"},  {"2020-07-01", 12, "2021-07-01", "2021-06-30"},
        {"2020-02-29", 12, "2021-02-28", "2021-02-28"}, {"2020-02-29", 48, "2024-02-29", "2024-02-28"},
        {"2020-05-31", 1, "2020-06-30", "2020-06-30"},  {"2020-05-15", 0, "2020-05-15", "2020-05-14"},
        {"2020-03-31", -1, "2020-02-29", NULL},         {"2020-01-15", -13, "2018-12-15", NULL},
        {"9999-12-01", 1, NULL, "9999-12-31"},          {"9999-12-02", 1, NULL, NULL},
        {"9999-11-30", 1, "9999-12-30", "9999-12-29"},  {"0001-01-01", -1, NULL, NULL},
        {"0001-01-01", 0, "0001-01-01", NULL},          {"2020-01-01", INT64_MAX, NULL, NULL},
        {"2020-01-01", INT64_MIN, NULL, NULL},          {"0001-01-01", 119987, "9999-12-01", "9999-11-30"},
        {"0001-01-01", 119988, NULL, "9999-12-31"},
    };

    check_group("terms in months");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Date date = day(cases[i].date), out = 12345, begin = 0, end = 0;
        bd_status status = date_add_months(date, cases[i].months, &out);
        CHECK(cases[i].added == NULL ? status == BD_RANGE && out == 12345
                                     : status == BD_OK && out == day(cases[i].added),
              "case %zu: %s", i, iso(out));
        CHECK(cases[i].months < 0 || cases[i].added == NULL ||
                  (date_after_months(date, cases[i].months, &begin, &end) == BD_OK && begin == date + 1 && end == out),
              "case %zu: after %s", i, iso(end));
        out = 12345;
        status = date_span_end_months(date, cases[i].months, &out);
        CHECK(cases[i].end == NULL ? status == BD_RANGE && out == 12345 : status == BD_OK && out == day(cases[i].end),
              "case %zu: span to %s", i, iso(out));
    }
}

static void test_day_terms(void)
{
    static const struct {
        const char *date;
        int64_t days;
        const char *added, *end;
    } cases[] = {
        {"2019-12-30", 28, "2020-01-27", "2020-01-26"},
        {"2020-02-28", 1, "2020-02-29", "2020-02-28"},
        {"2020-02-28", 0, "2020-02-28", "2020-02-27"},
        {"2020-03-01", -1, "2020-02-29", NULL},
        {"9999-12-31", 1, NULL, "9999-12-31"},
        {"9999-12-31", 2, NULL, NULL},
        {"0001-01-01", -1, NULL, NULL},
        {"0001-01-01", 0, "0001-01-01", NULL},
        {"0001-01-01", 3652058, "9999-12-31", "9999-12-30"},
        {"0001-01-01", 3652059, NULL, "9999-12-31"},
        {"2020-01-01", INT64_MAX, NULL, NULL},
        {"2020-01-01", INT64_MIN, NULL, NULL},
    };
    Date begin, end;

    check_group("terms in days");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Date date = day(cases[i].date), out = 12345;
        bd_status status = date_add_days(date, cases[i].days, &out);
        CHECK(cases[i].added == NULL ? status == BD_RANGE && out == 12345
                                     : status == BD_OK && out == day(cases[i].added),
              "case %zu: %s", i, iso(out));
        out = 12345;
        status = date_span_end_days(date, cases[i].days, &out);
        CHECK(cases[i].end == NULL ? status == BD_RANGE && out == 12345 : status == BD_OK && out == day(cases[i].end),
              "case %zu: span to %s", i, iso(out));
    }
    CHECK(date_after_days(day("2020-02-28"), 2, &begin, &end) == BD_OK && begin == day("2020-02-29") &&
              end == day("2020-03-01"),
          "2 days after 2020-02-28");
    CHECK(date_after_days(day("2020-02-28"), 0, &begin, &end) == BD_OK && date_days_in_interval(begin, end) == 0,
          "0 days after is empty");
    CHECK(date_after_days(DATE_MAX, 0, &begin, &end) == BD_RANGE &&
              date_after_months(DATE_MAX, 0, &begin, &end) == BD_RANGE,
          "nothing comes after the calendar");
    CHECK(date_after_days(0, -1, &begin, &end) == BD_RANGE && date_after_months(0, -1, &begin, &end) == BD_RANGE,
          "negative terms");
    CHECK(date_days_in_interval(0, 0) == 1 && date_days_in_interval(5, 3) == 0, "both ends count");
    CHECK(date_days_in_interval(DATE_OPEN_BEGIN, DATE_OPEN_END) == 3652059, "the whole calendar");
}

static void test_whole_months(void)
{
    static const struct {
        const char *a, *b;
        int32_t months;
    } cases[] = {
        {"2020-01-15", "2020-01-15", 0},   {"2020-01-15", "2020-02-14", 0},      {"2020-01-15", "2020-02-15", 1},
        {"2020-01-31", "2020-02-29", 1},   {"2020-01-31", "2020-02-28", 0},      {"2000-02-29", "2018-02-28", 216},
        {"2000-02-29", "2018-02-27", 215}, {"2000-02-29", "2020-02-28", 239},    {"2020-02-15", "2020-01-15", -1},
        {"2020-02-15", "2020-01-14", -2},  {"0001-01-01", "9999-12-31", 119987},
    };

    check_group("whole months between dates");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int32_t months = date_whole_months(day(cases[i].a), day(cases[i].b));
        CHECK(months == cases[i].months, "%s to %s: %d", cases[i].a, cases[i].b, months);
    }
}

static void test_text_forms(void)
{
    static const struct {
        const char *text;
        bool is_iso, is_dmy, is_month;
    } cases[] = {
        {"2019-12-30", true, false, false},   {"30-12-2019", false, true, false},   {"2019-12", false, false, true},
        {"2019-2-3", false, false, false},    {"2019-02-29", false, false, false},  {"2020-02-29", true, false, false},
        {"29-02-2019", false, false, false},  {"0000-01-01", false, false, false},  {"0001-01-01", true, false, false},
        {"9999-12-31", true, false, false},   {"2019-13-01", false, false, false},  {"2019-00-01", false, false, false},
        {"2019-01-00", false, false, false},  {"2019-01-32", false, false, false},  {"2019/12/30", false, false, false},
        {" 2019-12-30", false, false, false}, {"2019-12-30 ", false, false, false}, {"2019-12-3x", false, false, false},
        {"+019-12-30", false, false, false},  {"20191230", false, false, false},    {"", false, false, false},
        {"0000-12", false, false, false},     {"2019-13", false, false, false},     {"2019-00", false, false, false},
        {"201-912", false, false, false},     {"31-04-2020", false, false, false},  {"2019-1", false, false, false},
    };
    Arena arena;

    check_group("dates as text");
    arena_init(&arena, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Text text = text_from_cstring(cases[i].text);
        StringBuilder builder;
        Date date = 0, reversed = 0;
        Month month = 0;
        CHECK(date_from_iso(text, &date) == cases[i].is_iso, "%s as ISO date", cases[i].text);
        CHECK(date_from_dmy(text, &reversed) == cases[i].is_dmy, "%s as day-month-year", cases[i].text);
        CHECK(month_from_iso(text, &month) == cases[i].is_month, "%s as month", cases[i].text);
        builder_init(&builder, &arena);
        if (cases[i].is_iso)
            date_append(&builder, date);
        if (cases[i].is_month)
            month_append(&builder, month);
        CHECK(builder.size == 0 || text_equal(builder_result(&builder), text), "%s comes out as %.*s", cases[i].text,
              (int)builder.size, builder.data);
    }
    CHECK(!date_from_ymd(10000, 1, 1, &(Date){0}) && !date_from_ymd(-1, 1, 1, &(Date){0}), "years outside");
    arena_free(&arena);
}

int main(void)
{
    test_walk();
    test_parts();
    test_month_terms();
    test_day_terms();
    test_whole_months();
    test_text_forms();
    return check_done();
}
