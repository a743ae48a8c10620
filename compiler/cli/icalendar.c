/* icalendar.c: due dates as all-day events of iCalendar (RFC 5545); see calendar.h.
**
** Every event has a UID of agreement, obligation and day. DTSTAMP, which the standard wants, is the first day of the agreement (or of the
** year, where the agreement has none): it says when the event was made, and what is due was fixed by the text, not by this run.
** Invariant: a content line is at most 75 octets before its CRLF, and a fold never splits a character.
*/
#include "compiler/cli/calendar.h"
#include "compiler/cli/values.h"
#include "vm/core/date.h"

enum { LINE_OCTETS = 75 };

/* A continuation begins with a blank, which counts among its octets. */
static void append_line(StringBuilder *out, Text line)
{
    size_t room = LINE_OCTETS;
    for (size_t at = 0; at < line.size;) {
        uint32_t code_point = 0;
        size_t size = utf8_decode(line, at, &code_point);
        if (size == 0)
            size = 1;
        if (size > room) {
            builder_text(out, TEXT("\r\n "));
            room = LINE_OCTETS - 1;
        }
        builder_text(out, text_slice(line, at, at + size));
        room -= size;
        at += size;
    }
    builder_text(out, TEXT("\r\n"));
}

/* Backslash, semicolon, comma and line feed have a meaning in a text value. */
static void append_escaped(StringBuilder *line, Text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '\n') {
            builder_text(line, TEXT("\\n"));
            continue;
        }
        if (c == '\\' || c == ';' || c == ',')
            builder_char(line, '\\');
        if ((unsigned char)c >= ' ')
            builder_char(line, c);
    }
}

static void append_property(StringBuilder *out, Text name, Text value)
{
    StringBuilder line;
    builder_init(&line, out->arena);
    builder_text(&line, name);
    builder_char(&line, ':');
    append_escaped(&line, value);
    append_line(out, builder_result(&line));
}

/* "20200801" */
static void append_basic_date(StringBuilder *line, int32_t day)
{
    StringBuilder iso;
    builder_init(&iso, line->arena);
    date_append(&iso, day);
    Text text = builder_result(&iso);
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != '-')
            builder_char(line, text.data[i]);
}

static void append_day(StringBuilder *out, Text name, int32_t day, Text time)
{
    StringBuilder line;
    builder_init(&line, out->arena);
    builder_text(&line, name);
    append_basic_date(&line, day);
    builder_text(&line, time);
    append_line(out, builder_result(&line));
}

static Text uid_of(const DueDates *dates, const DueDate *due)
{
    StringBuilder uid;
    builder_init(&uid, &dates->cli->arena);
    builder_text(&uid, dates->info.name);
    builder_char(&uid, '-');
    builder_text(&uid, due->name);
    builder_char(&uid, '-');
    append_basic_date(&uid, due->day);
    builder_text(&uid, TEXT("@beding"));
    return builder_result(&uid);
}

static Text description_of(const DueDates *dates, const DueDate *due)
{
    StringBuilder text;
    builder_init(&text, &dates->cli->arena);
    calendar_append_period(dates->cli, &text, due);
    if (due->amount.present) {
        if (text.size > 0)
            builder_char(&text, '\n');
        value_append(dates->cli, &text, dates->module, &due->amount);
    }
    if (due->citation.place.size > 0) {
        if (text.size > 0)
            builder_char(&text, '\n');
        value_append_citation(&text, &due->citation);
    }
    return builder_result(&text);
}

static void append_event(const DueDates *dates, const DueDate *due, int32_t stamp, StringBuilder *out)
{
    append_line(out, TEXT("BEGIN:VEVENT"));
    append_property(out, TEXT("UID"), uid_of(dates, due));
    append_day(out, TEXT("DTSTAMP:"), stamp, TEXT("T000000Z"));
    append_day(out, TEXT("DTSTART;VALUE=DATE:"), due->day, TEXT(""));
    append_property(out, TEXT("SUMMARY"), value_words(dates->cli, due->name));
    Text description = description_of(dates, due);
    if (description.size > 0)
        append_property(out, TEXT("DESCRIPTION"), description);
    append_line(out, TEXT("TRANSP:TRANSPARENT"));
    append_line(out, TEXT("END:VEVENT"));
}

void icalendar_append(const DueDates *dates, StringBuilder *out)
{
    Date stamp = dates->info.valid_from;
    if (stamp == BD_DATE_MIN)
        (void)date_from_ymd(dates->year, 1, 1, &stamp);
    append_line(out, TEXT("BEGIN:VCALENDAR"));
    append_line(out, TEXT("VERSION:2.0"));
    append_line(out, TEXT("PRODID:-//Beding//beding calendar//NL"));
    append_line(out, TEXT("CALSCALE:GREGORIAN"));
    for (size_t i = 0; i < dates->count; i++)
        append_event(dates, &dates->dates[i], stamp, out);
    append_line(out, TEXT("END:VCALENDAR"));
}
