/* cmd_calendar.c: `beding calendar`: what is due in a year, as text, JSON or iCalendar.
**
** Job: a recurring obligation is a callable that gives its first due date on or after a date; the year is asked from 1 January on, each
** time from the day after the answer. Obligations that wait for an occasion have no date; they are listed apart with their inputs.
*/
#include "compiler/cli/calendar.h"

#include "compiler/cli/commands.h"
#include "compiler/cli/describe_json.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/cli/values.h"
#include "vm/core/date.h"

#define PREFIX "verplichting."
enum {
    PREFIX_SIZE = sizeof PREFIX - 1,
    OUTPUTS_MAX = 8,
    NAME_WIDTH = 28,
    YEAR_MAX = 9998 /* what is due after the last year of the calendar cannot be said */
};

/* ---- What the module offers ---- */

static bool read_year(Cli *cli, const Arguments *arguments, int32_t *year)
{
    Text value = text_from_cstring(arguments->values[OPTION_YEAR]);
    *year = 0;
    bool is_good = value.size == 4;
    for (size_t i = 0; i < value.size && is_good; i++) {
        is_good = value.data[i] >= '0' && value.data[i] <= '9';
        *year = *year * 10 + (value.data[i] - '0');
    }
    if (is_good && *year >= 1 && *year <= YEAR_MAX)
        return true;
    Holes holes = {.a = TEXT("--year"), .b = value, .c = message_pattern(cli, MSG_HINT_YEAR)};
    message_error(cli, MSG_OPTION_BAD_VALUE, holes);
    return false;
}

/* Where the results of a recurring obligation stand; BD_NONE for one that it does not have. */
typedef struct Results {
    uint32_t day, from, to, amount;
} Results;

static bool find_results(const bd_module *module, uint32_t program, const bd_program_info *info, Results *out)
{
    *out = (Results){BD_NONE, BD_NONE, BD_NONE, BD_NONE};
    for (uint32_t i = 0; i < info->outputs && i < OUTPUTS_MAX; i++) {
        bd_output_info output;
        if (bd_program_output(module, program, i, &output) != BD_OK)
            continue;
        if (text_equal(output.name, TEXT("uiterlijk")))
            out->day = i;
        else if (text_equal(output.name, TEXT("van")))
            out->from = i;
        else if (text_equal(output.name, TEXT("tot_en_met")))
            out->to = i;
        else if (text_equal(output.name, TEXT("bedrag")))
            out->amount = i;
    }
    return out->day != BD_NONE;
}

/* Whether the reference date is all that it asks. */
static bool asks_a_date_only(const bd_module *module, const bd_program_info *info)
{
    bd_column_info column;
    return info->columns == 1 && bd_module_column(module, info->first_column, &column) == BD_OK &&
           text_equal(column.name, TEXT("peildatum"));
}

/* ---- Asking ---- */

static void add_date(DueDates *dates, DueDate due)
{
    dates->dates = arena_grow(&dates->cli->arena, dates->dates, dates->count, &dates->capacity, sizeof *dates->dates);
    size_t at = dates->count++;
    while (at > 0 && dates->dates[at - 1].day > due.day) {
        dates->dates[at] = dates->dates[at - 1];
        at--;
    }
    dates->dates[at] = due;
}

static void add_occasion(DueDates *dates, Occasion occasion)
{
    dates->occasions = arena_grow(&dates->cli->arena, dates->occasions, dates->occasion_count,
                                  &dates->occasion_capacity, sizeof *dates->occasions);
    dates->occasions[dates->occasion_count++] = occasion;
}

static ExitStatus report(DueDates *dates, Text name, const bd_error *error)
{
    bd_site_info site;
    if (error->code != BD_FAULT || bd_module_site(dates->module, error->offset, &site) != BD_OK)
        return load_report(dates->cli, error);
    message_error(dates->cli, MSG_EVAL_FAULT_PLAIN, (Holes){.a = name, .b = site.code});
    return EXIT_WANTING;
}

/* A text of a result lives until the next call. */
static Text kept(Cli *cli, Text text)
{
    StringBuilder out;
    builder_init(&out, &cli->arena);
    builder_text(&out, text);
    return builder_result(&out);
}

/* Whether what is due belongs to the agreement: not when it is about days before the agreement was valid, such as an account of last year. */
static bool is_owed(const DueDates *dates, const DueDate *due)
{
    return due->day >= dates->info.valid_from && (!due->has_period || due->to >= dates->info.valid_from);
}

static ExitStatus ask_year(DueDates *dates, bd_session *session, uint32_t program, const Occasion *asked,
                           const Results *results)
{
    Date day = 0, last = 0;
    (void)date_from_ymd(dates->year, 1, 1, &day);
    (void)date_from_ymd(dates->year, 12, 31, &last);
    while (day <= last) {
        bd_value input = {.meaning = BD_MEANS_DATE, .present = true, .integer = day, .choice = BD_NONE};
        bd_value outputs[OUTPUTS_MAX];
        bd_error error = {.code = BD_OK};
        if (bd_session_eval(session, program, &input, outputs, &error) != BD_OK)
            return report(dates, asked->info.name, &error);
        const bd_value *due = &outputs[results->day];
        if (!due->present || due->integer > last || due->integer < day)
            break;
        DueDate made = {.name = asked->name, .day = due->integer, .citation = asked->info.citation};
        made.has_period = results->from != BD_NONE && results->to != BD_NONE && outputs[results->from].present;
        if (made.has_period) {
            made.from = outputs[results->from].integer;
            made.to = outputs[results->to].integer;
        }
        if (results->amount != BD_NONE && outputs[results->amount].present) {
            made.amount = outputs[results->amount];
            made.amount.text = kept(dates->cli, made.amount.text);
        }
        if (is_owed(dates, &made))
            add_date(dates, made);
        day = made.day + 1;
    }
    return EXIT_GOOD;
}

ExitStatus calendar_collect(DueDates *dates, bd_session *session)
{
    ExitStatus status = EXIT_GOOD;
    for (uint32_t i = 0; i < dates->info.programs && status == EXIT_GOOD; i++) {
        Occasion asked = {.program = i};
        Results results;
        if (bd_module_program(dates->module, i, &asked.info) != BD_OK ||
            !text_has_prefix(asked.info.name, TEXT(PREFIX)) || asked.info.outputs > OUTPUTS_MAX)
            continue;
        asked.name = text_slice(asked.info.name, PREFIX_SIZE, asked.info.name.size);
        if (find_results(dates->module, i, &asked.info, &results) && asks_a_date_only(dates->module, &asked.info))
            status = ask_year(dates, session, i, &asked, &results);
        else
            add_occasion(dates, asked);
    }
    return status;
}

/* ---- Writing ---- */

void calendar_append_period(const Cli *cli, StringBuilder *out, const DueDate *due)
{
    if (!due->has_period)
        return;
    StringBuilder from, to;
    builder_init(&from, out->arena);
    builder_init(&to, out->arena);
    date_append(&from, due->from);
    date_append(&to, due->to);
    message_append(cli, out, MSG_CALENDAR_PERIOD, (Holes){.a = builder_result(&from), .b = builder_result(&to)});
}

static void append_name(StringBuilder *out, Text name)
{
    builder_text(out, name);
    size_t width = text_length(name);
    builder_repeat(out, ' ', width < NAME_WIDTH ? NAME_WIDTH - width : 1);
}

static void append_source(StringBuilder *out, const bd_citation *citation)
{
    if (citation->place.size == 0)
        return;
    builder_text(out, TEXT("  ["));
    value_append_citation(out, citation);
    builder_char(out, ']');
}

static void append_due(const DueDates *dates, const DueDate *due, StringBuilder *out)
{
    builder_text(out, TEXT("  "));
    date_append(out, due->day);
    builder_text(out, TEXT("  "));
    StringBuilder rest;
    builder_init(&rest, out->arena);
    calendar_append_period(dates->cli, &rest, due);
    if (due->amount.present) {
        builder_text(&rest, rest.size > 0 ? TEXT("  ") : TEXT(""));
        value_append(dates->cli, &rest, dates->module, &due->amount);
    }
    append_source(&rest, &due->citation);
    if (rest.size == 0)
        builder_text(out, due->name);
    else
        append_name(out, due->name);
    builder_text(out, builder_result(&rest));
    builder_char(out, '\n');
}

static void append_occasion(const DueDates *dates, const Occasion *occasion, StringBuilder *out)
{
    builder_text(out, TEXT("  "));
    append_name(out, occasion->name);
    for (uint32_t i = 0; i < occasion->info.columns; i++) {
        bd_column_info column;
        if (bd_module_column(dates->module, occasion->info.first_column + i, &column) != BD_OK)
            continue;
        builder_text(out, i > 0 ? TEXT(", ") : TEXT(""));
        builder_text(out, column.name);
        builder_text(out, TEXT(": "));
        value_append_type(dates->cli, out, dates->module, column.meaning, column.unit, column.choice);
    }
    append_source(out, &occasion->info.citation);
    builder_char(out, '\n');
}

static Text title_of(const DueDates *dates)
{
    return dates->info.title.size > 0 ? dates->info.title : dates->info.name;
}

static void append_text(const DueDates *dates, StringBuilder *out)
{
    Holes holes = {.a = title_of(dates), .b = cli_number(dates->cli, (uint64_t)dates->year)};
    message_append(dates->cli, out, dates->count > 0 ? MSG_CALENDAR_TITLE : MSG_CALENDAR_EMPTY, holes);
    builder_char(out, '\n');
    for (size_t i = 0; i < dates->count; i++)
        append_due(dates, &dates->dates[i], out);
    if (dates->occasion_count == 0)
        return;
    builder_text(out, message_pattern(dates->cli, MSG_CALENDAR_OCCASIONS));
    builder_char(out, '\n');
    for (size_t i = 0; i < dates->occasion_count; i++)
        append_occasion(dates, &dates->occasions[i], out);
}

static void write_due(const DueDates *dates, JsonWriter *json, const DueDate *due)
{
    json_write_object(json, NULL);
    json_write_date(json, "uiterlijk", due->day);
    json_write_text(json, "verplichting", due->name);
    if (due->has_period) {
        json_write_date(json, "van", due->from);
        json_write_date(json, "tot_en_met", due->to);
    }
    if (due->amount.present)
        json_write_value(json, "bedrag", dates->module, &due->amount);
    describe_json_citation(json, "citation", &due->citation);
    json_write_close_object(json);
}

static void write_occasion(const DueDates *dates, JsonWriter *json, const Occasion *occasion)
{
    json_write_object(json, NULL);
    json_write_text(json, "verplichting", occasion->name);
    json_write_array(json, "inputs");
    for (uint32_t i = 0; i < occasion->info.columns; i++) {
        bd_column_info column;
        if (bd_module_column(dates->module, occasion->info.first_column + i, &column) == BD_OK)
            json_write_text(json, NULL, column.name);
    }
    json_write_close_array(json);
    describe_json_citation(json, "citation", &occasion->info.citation);
    json_write_close_object(json);
}

static void append_json(const DueDates *dates, StringBuilder *out)
{
    JsonWriter json;
    json_write_init(&json, out, false);
    json_write_object(&json, NULL);
    json_write_text(&json, "schema", TEXT("beding.calendar/1"));
    json_write_text(&json, "name", title_of(dates));
    json_write_int(&json, "year", dates->year);
    json_write_array(&json, "due");
    for (size_t i = 0; i < dates->count; i++)
        write_due(dates, &json, &dates->dates[i]);
    json_write_close_array(&json);
    json_write_array(&json, "occasions");
    for (size_t i = 0; i < dates->occasion_count; i++)
        write_occasion(dates, &json, &dates->occasions[i]);
    json_write_close_array(&json);
    json_write_close_object(&json);
    builder_char(out, '\n');
}

/* ---- The command ---- */

static ExitStatus write_all(const DueDates *dates, const Arguments *arguments)
{
    StringBuilder out;
    builder_init(&out, &dates->cli->arena);
    if (options_has(arguments, OPTION_ICS))
        icalendar_append(dates, &out);
    else if (options_has(arguments, OPTION_JSON))
        append_json(dates, &out);
    else
        append_text(dates, &out);
    return output_write_all(dates->cli, arguments->values[OPTION_OUT], builder_result(&out));
}

ExitStatus cmd_calendar(Cli *cli, const Arguments *arguments)
{
    DueDates *dates = arena_alloc(&cli->arena, sizeof *dates);
    dates->cli = cli;
    char separator = options_separator(cli, arguments);
    if (separator == 0 || !read_year(cli, arguments, &dates->year))
        return EXIT_USAGE;
    Loaded *loaded = arena_alloc(&cli->arena, sizeof *loaded);
    bd_session *session = NULL;
    ExitStatus status = load_open(loaded, cli, arguments->free[0]);
    if (status == EXIT_GOOD)
        status = load_session(loaded, arguments, separator, false, &session);
    if (status == EXIT_GOOD) {
        dates->module = loaded->module;
        bd_module_describe(dates->module, &dates->info);
        status = calendar_collect(dates, session);
    }
    if (status == EXIT_GOOD)
        status = write_all(dates, arguments);
    bd_session_free(session);
    load_close(loaded);
    return status;
}
