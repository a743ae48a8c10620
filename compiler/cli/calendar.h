/* calendar.h: the due dates of a year, and how they are written as iCalendar.
**
** Job: cmd_calendar.c asks every recurring obligation for its dates; icalendar.c writes them for a diary (RFC 5545). No clock: the same
** module and year give the same bytes, so that a diary that reads the file again recognises each event.
*/
#ifndef BEDING_CLI_CALENDAR_H
#define BEDING_CLI_CALENDAR_H

#include "beding.h"
#include "compiler/cli/messages.h"

typedef struct DueDate {
    Text name; /* of the obligation */
    int32_t day;
    bool has_period;
    int32_t from, to; /* the days that it is about */
    bd_value amount;  /* present when something is owed */
    bd_citation citation;
} DueDate;

/* A duty that waits for an occasion: its inputs say which. */
typedef struct Occasion {
    Text name;
    uint32_t program;
    bd_program_info info;
} Occasion;

typedef struct DueDates {
    Cli *cli;
    const bd_module *module;
    bd_module_info info;
    int32_t year;
    DueDate *dates; /* rising by day; on one day in the order of the agreement */
    size_t count, capacity;
    Occasion *occasions;
    size_t occasion_count, occasion_capacity;
} DueDates;

/* Asks every obligation of dates->module for its due dates in dates->year, by a session that is prepared; cli, module, info and year are set,
** the rest zero. EXIT_GOOD, or what to end with after reporting. */
ExitStatus calendar_collect(DueDates *dates, bd_session *session);

/* "over 2020-01-01 tot en met 2020-06-30"; nothing where the obligation does not say. */
void calendar_append_period(const Cli *cli, StringBuilder *out, const DueDate *due);

/* One all-day event per due date: CRLF, lines folded at 75 octets. */
void icalendar_append(const DueDates *dates, StringBuilder *out);

#endif
