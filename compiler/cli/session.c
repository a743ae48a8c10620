/* session.c: a session over a loaded module, with the parameters and readings of the command line. */
#include <string.h>

#include "compiler/cli/ledger.h"
#include "compiler/cli/load.h"
#include "compiler/cli/memory.h"
#include "compiler/cli/params.h"
#include "compiler/cli/series.h"

/* ---- Readings ---- */

static bool find_reading(const bd_module *module, Text name, bd_reading_info *out)
{
    for (uint32_t i = 0; bd_module_reading(module, i, out) == BD_OK; i++)
        if (text_equal(out->name, name))
            return true;
    return false;
}

static void report_no_reading(const Loaded *loaded, Text name)
{
    bd_reading_info reading;
    Nearest nearest;
    nearest_init(&nearest, name);
    for (uint32_t i = 0; bd_module_reading(loaded->module, i, &reading) == BD_OK; i++)
        nearest_try(&nearest, reading.name);
    Holes holes = {.a = loaded->name, .b = name, .c = nearest.best};
    message_error(loaded->cli, nearest.best.size > 0 ? MSG_NO_READING_NEAR : MSG_NO_READING, holes);
}

static void report_no_alternative(const Loaded *loaded, const bd_reading_info *reading, Text alternative)
{
    StringBuilder known;
    builder_init(&known, &loaded->cli->arena);
    for (uint32_t i = 0; i < bd_choice_size(loaded->module, reading->choice); i++) {
        builder_text(&known, i == 0 ? TEXT("`") : TEXT(", `"));
        builder_text(&known, bd_choice_member(loaded->module, reading->choice, i));
        builder_char(&known, '`');
    }
    Holes holes = {.a = reading->name, .b = alternative, .c = builder_result(&known)};
    message_error(loaded->cli, MSG_NO_ALTERNATIVE, holes);
}

static bool is_given_before(const Arguments *arguments, size_t index, Text name)
{
    for (size_t i = 0; i < index; i++) {
        Text earlier = text_from_cstring(arguments->repeated[i].value);
        bool is_reading = arguments->repeated[i].id == OPTION_READING && text_has_prefix(earlier, name);
        if (is_reading && earlier.size > name.size && earlier.data[name.size] == '=')
            return true;
    }
    return false;
}

/* One --reading NAME=ALTERNATIVE; false after reporting what is wrong with it. */
static bool set_reading(const Loaded *loaded, const Arguments *arguments, size_t index, bd_session *session)
{
    Text value = text_from_cstring(arguments->repeated[index].value);
    const char *equals = strchr(arguments->repeated[index].value, '=');
    if (equals == NULL) {
        Holes holes = {.a = TEXT("--reading"), .b = value, .c = message_pattern(loaded->cli, MSG_HINT_READING)};
        message_error(loaded->cli, MSG_OPTION_BAD_VALUE, holes);
        return false;
    }
    Text name = text_slice(value, 0, (size_t)(equals - value.data));
    Text alternative = text_slice(value, name.size + 1, value.size);
    bd_reading_info reading;
    if (!find_reading(loaded->module, name, &reading))
        report_no_reading(loaded, name);
    else if (is_given_before(arguments, index, name))
        message_error(loaded->cli, MSG_READING_TWICE, (Holes){.a = name});
    else if (bd_session_set_reading(session, name, alternative, NULL) != BD_OK)
        report_no_alternative(loaded, &reading, alternative);
    else
        return true;
    return false;
}

bool load_set_readings(const Loaded *loaded, const Arguments *arguments, bd_session *session)
{
    for (size_t i = 0; i < arguments->repeated_count; i++)
        if (arguments->repeated[i].id == OPTION_READING && !set_reading(loaded, arguments, i, session))
            return false;
    return true;
}

/* ---- Tables ---- */

/* What is missing is nearly always an extern table, and the command line knows how one is supplied. */
static bool find_missing(const Loaded *loaded, const bd_error *error, Message *message, Text *name)
{
    bd_table_info table;
    bd_series_info series;
    if (error->code != BD_MISSING || bd_module_table(loaded->module, error->offset, &table) != BD_OK)
        return false;
    *message = MSG_TABLE_MISSING;
    *name = table.name;
    for (uint32_t i = 0; bd_module_series(loaded->module, i, &series) == BD_OK; i++) {
        if (series.table != error->offset)
            continue;
        *message = MSG_SERIES_MISSING;
        *name = series.name;
    }
    return true;
}

static ExitStatus report_unprepared(Loaded *loaded, const bd_error *error)
{
    Message message = MSG_TABLE_MISSING;
    Text name;
    if (!find_missing(loaded, error, &message, &name))
        return load_report(loaded->cli, error);
    message_error(loaded->cli, message, (Holes){.a = name});
    return EXIT_WANTING;
}

/* Prepares a session; where what is missing is only warned of, it is taken as empty. */
static bool prepare(const Loaded *loaded, bd_session *session, bd_error *error)
{
    Message message = MSG_TABLE_MISSING;
    Text name;
    while (bd_session_prepare(session, error) != BD_OK) {
        bool goes_on = loaded->warns_of_missing && find_missing(loaded, error, &message, &name) &&
                       bd_session_table_supply(session, error->offset, NULL) == BD_OK;
        if (!goes_on)
            return false;
        message_warning(loaded->cli, message, (Holes){.a = name});
    }
    return true;
}

void load_supply_tables(const Loaded *loaded, bd_session *session)
{
    bd_module_info info;
    bd_table_info table;
    bd_module_describe(loaded->module, &info);
    for (uint32_t i = 0; i < info.tables; i++)
        if (bd_module_table(loaded->module, i, &table) == BD_OK && table.is_extern)
            (void)bd_session_table_supply(session, i, NULL);
}

ExitStatus load_session(Loaded *loaded, const Arguments *arguments, char separator, bool needs_tables, bd_session **out)
{
    *out = NULL;
    bd_error error = {.code = BD_OK};
    const bd_options options = {.allocator = memory_allocator()};
    if (bd_session_new(loaded->module, &options, out, &error) != BD_OK ||
        bd_session_bind_standard(*out, &error) != BD_OK)
        return load_report(loaded->cli, &error);
    if (!load_set_readings(loaded, arguments, *out))
        return EXIT_USAGE;
    for (size_t i = 0; i < arguments->repeated_count; i++) {
        if (arguments->repeated[i].id != OPTION_PARAMS)
            continue;
        ExitStatus status =
            params_load(loaded->cli, loaded->module, loaded->other, *out, arguments->repeated[i].value, separator);
        if (status != EXIT_GOOD)
            return status;
    }
    int32_t as_of = 0;
    bool has_as_of = false;
    if (!options_as_of(loaded->cli, arguments, &has_as_of, &as_of))
        return EXIT_USAGE;
    ExitStatus status =
        series_load(loaded->cli, loaded->module, loaded->other, *out, arguments, separator, has_as_of, as_of);
    if (status != EXIT_GOOD)
        return status;
    if (!needs_tables)
        load_supply_tables(loaded, *out);
    if (loaded->ledger != NULL && bd_session_set_ledger(*out, loaded->ledger, &error) != BD_OK)
        return load_report(loaded->cli, &error);
    if (!prepare(loaded, *out, &error))
        return error.code == BD_LEDGER ? ledger_report(loaded->cli, loaded->ledger_path, &error)
                                       : report_unprepared(loaded, &error);
    return EXIT_GOOD;
}
