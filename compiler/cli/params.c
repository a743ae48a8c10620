/* params.c: values of extern tables from a file; see params.h. */
#include "compiler/cli/params.h"

#include <string.h>

#include "compiler/cli/load.h"
#include "compiler/cli/rows.h"
#include "vm/core/date.h"

enum { MAXIMUM_KEYS = 8 }; /* dimensions that a table may have */

typedef struct Params {
    Cli *cli;
    const bd_module *module, *other;
    bd_session *session;
    RowReader rows;
    uint32_t name, valid_from, value; /* cells */
    uint32_t keys[MAXIMUM_KEYS];      /* BD_NONE: the file has no such column */
} Params;

static bool complain(Params *params, Message message, Holes holes)
{
    message_error_at(params->cli, params->rows.feed.name, params->rows.line, message, holes);
    return false;
}

static bool read_date(Params *params, int32_t *day)
{
    Text cell = params->valid_from == BD_NONE ? (Text){NULL, 0} : params->rows.cells[params->valid_from];
    *day = BD_DATE_MIN;
    if (cell.size == 0 || date_from_iso(cell, day))
        return true;
    return complain(params, MSG_CELL,
                    (Holes){.a = TEXT("geldig_vanaf"), .b = cell, .c = message_pattern(params->cli, MSG_CELL_DATE)});
}

/* Whether the version beside this one wants the row. */
static bool is_extern_of(const bd_module *other, Text name)
{
    uint32_t table = other == NULL ? BD_NONE : load_find_table(other, name);
    bd_table_info info;
    return table != BD_NONE && bd_module_table(other, table, &info) == BD_OK && info.is_extern;
}

static bool read_row(Params *params)
{
    Text name = params->rows.cells[params->name];
    uint32_t table = load_find_table(params->module, name);
    bd_table_info info = {.is_extern = false};
    bool is_wanted = table != BD_NONE && bd_module_table(params->module, table, &info) == BD_OK && info.is_extern;
    if (!is_wanted && is_extern_of(params->other, name))
        return true;
    if (table == BD_NONE)
        return complain(params, MSG_NO_SUCH_TABLE, (Holes){.a = name});
    if (!is_wanted)
        return complain(params, MSG_TABLE_NOT_EXTERN, (Holes){.a = name});
    bd_text keys[MAXIMUM_KEYS];
    for (uint32_t i = 0; i < info.dimensions && i < MAXIMUM_KEYS; i++) {
        keys[i] = params->keys[i] == BD_NONE ? TEXT("") : params->rows.cells[params->keys[i]];
        if (keys[i].size == 0) {
            const char digit[] = {(char)('1' + i), '\0'};
            StringBuilder column;
            builder_init(&column, &params->rows.scratch);
            builder_text(&column, TEXT("sleutel"));
            builder_text(&column, text_from_cstring(digit));
            Holes holes = {
                .a = builder_result(&column), .b = keys[i], .c = message_pattern(params->cli, MSG_CELL_EMPTY)};
            return complain(params, MSG_CELL, holes);
        }
    }
    int32_t day = BD_DATE_MIN;
    if (!read_date(params, &day))
        return false;
    bd_error error = {.code = BD_OK};
    Text value = params->rows.cells[params->value];
    bd_status status = bd_session_table_row(params->session, table, day, keys, info.dimensions, value, &error);
    return status == BD_OK || complain(params, MSG_LIBRARY, (Holes){.a = text_from_cstring(error.message)});
}

static bool ask(Params *params)
{
    static const Text KEYS[MAXIMUM_KEYS] = {
        TEXT_INIT("sleutel1"), TEXT_INIT("sleutel2"), TEXT_INIT("sleutel3"), TEXT_INIT("sleutel4"),
        TEXT_INIT("sleutel5"), TEXT_INIT("sleutel6"), TEXT_INIT("sleutel7"), TEXT_INIT("sleutel8"),
    };
    RowReader *rows = &params->rows;
    if (!rows_require(rows, TEXT("naam"), &params->name) || !rows_require(rows, TEXT("waarde"), &params->value))
        return false;
    params->valid_from = rows_has(rows, TEXT("geldig_vanaf")) ? rows_want(rows, TEXT("geldig_vanaf")) : BD_NONE;
    for (size_t i = 0; i < MAXIMUM_KEYS; i++)
        params->keys[i] = rows_has(rows, KEYS[i]) ? rows_want(rows, KEYS[i]) : BD_NONE;
    rows_ready(rows, NULL, 0);
    return true;
}

ExitStatus params_load(Cli *cli, const bd_module *module, const bd_module *other, bd_session *session, const char *path,
                       char separator)
{
    Params params = {.cli = cli, .module = module, .other = other, .session = session};
    RowStatus row = ROW_STOP;
    if (rows_open(&params.rows, cli, path, separator) && ask(&params)) {
        row = ROW_READ;
        while (row == ROW_READ) {
            row = rows_next_alone(&params.rows);
            if (row == ROW_READ && !read_row(&params))
                row = ROW_STOP;
        }
        rows_report_unknown(&params.rows);
    }
    ExitStatus status = row == ROW_END ? EXIT_GOOD : rows_blame(&params.rows);
    rows_close(&params.rows);
    return status;
}
