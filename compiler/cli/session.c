/* session.c: a session over a loaded module, with the parameters and readings of the command line. */
#include <string.h>

#include "compiler/cli/load.h"
#include "compiler/cli/params.h"

/* Readings are alternatives that a module holds; this format of modules has none, so every name is unknown. */
static bool check_readings(Loaded *loaded, const Arguments *arguments)
{
    for (size_t i = 0; i < arguments->repeated_count; i++) {
        if (arguments->repeated[i].id != OPTION_READING)
            continue;
        Text value = text_from_cstring(arguments->repeated[i].value);
        const char *equals = strchr(arguments->repeated[i].value, '=');
        if (equals == NULL) {
            Holes holes = {.a = TEXT("--reading"), .b = value, .c = message_pattern(loaded->cli, MSG_HINT_READING)};
            message_error(loaded->cli, MSG_OPTION_BAD_VALUE, holes);
            return false;
        }
        Text name = text_slice(value, 0, (size_t)(equals - value.data));
        message_error(loaded->cli, MSG_NO_READING, (Holes){.a = loaded->name, .b = name});
        return false;
    }
    return true;
}

/* What is missing is nearly always an extern table, and the command line knows how one is supplied. */
static ExitStatus report_unprepared(Loaded *loaded, const bd_error *error)
{
    bd_table_info table;
    if (error->code != BD_MISSING || bd_module_table(loaded->module, error->offset, &table) != BD_OK)
        return load_report(loaded->cli, error);
    message_error(loaded->cli, MSG_TABLE_MISSING, (Holes){.a = table.name});
    return EXIT_WANTING;
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
    if (!check_readings(loaded, arguments))
        return EXIT_USAGE;
    bd_error error = {.code = BD_OK};
    if (bd_session_new(loaded->module, NULL, out, &error) != BD_OK)
        return load_report(loaded->cli, &error);
    for (size_t i = 0; i < arguments->repeated_count; i++) {
        if (arguments->repeated[i].id != OPTION_PARAMS)
            continue;
        ExitStatus status = params_load(loaded->cli, loaded->module, *out, arguments->repeated[i].value, separator);
        if (status != EXIT_GOOD)
            return status;
    }
    if (!needs_tables)
        load_supply_tables(loaded, *out);
    if (bd_session_prepare(*out, &error) != BD_OK)
        return report_unprepared(loaded, &error);
    return EXIT_GOOD;
}
