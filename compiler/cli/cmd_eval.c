/* cmd_eval.c: `beding eval`: one callable from a JSON object, its result as JSON.
**
** Inputs by name as docs/language.md gives them: money a number, quantities {"waarde", "eenheid"}, rates {"bedrag", "per"}, dates ISO
** strings, choices strings, null absent. `--as-of` is the input `peildatum`. One result without a name is printed as it is, several as an
** object; with `--json` the result stands in an object that names its schema and the callable.
*/
#include <string.h>

#include "compiler/cli/column.h"
#include "compiler/cli/commands.h"
#include "compiler/cli/json.h"
#include "compiler/cli/json_write.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/cli/people.h"
#include "compiler/cli/series.h"
#include "vm/core/date.h"

enum { INPUT_MAX_BYTES = 16 * 1024 * 1024 };

typedef struct Eval {
    Cli *cli;
    Loaded loaded;
    bd_session *session;
    uint32_t index;
    bd_program_info program;
    bd_value *inputs, *outputs;
    bool has_as_of;
    int32_t as_of;
} Eval;

/* "definitie.x" as such, or "x" where it is the last part of one name only. */
static bool matches(Text name, Text wanted)
{
    if (text_equal(name, wanted))
        return true;
    if (name.size <= wanted.size + 1 || memchr(wanted.data, '.', wanted.size) != NULL)
        return false;
    size_t at = name.size - wanted.size;
    return name.data[at - 1] == '.' && text_equal(text_slice(name, at, name.size), wanted);
}

static bool find_program(Eval *eval, Text wanted)
{
    bd_module_info info;
    bd_module_describe(eval->loaded.module, &info);
    Nearest nearest;
    nearest_init(&nearest, wanted);
    bool is_found = false;
    for (uint32_t i = 0; i < info.programs; i++) {
        bd_program_info program;
        if (bd_module_program(eval->loaded.module, i, &program) != BD_OK || program.kind != BD_PROGRAM_CALL)
            continue;
        nearest_try(&nearest, program.name);
        if (!matches(program.name, wanted))
            continue;
        if (is_found) {
            message_error(eval->cli, MSG_AMBIGUOUS_CALLABLE,
                          (Holes){.a = wanted, .b = eval->program.name, .c = program.name});
            return false;
        }
        is_found = true;
        eval->index = i;
        eval->program = program;
    }
    if (is_found)
        return true;
    Holes holes = {.a = eval->loaded.name, .b = wanted, .c = nearest.best};
    message_error(eval->cli, nearest.best.size > 0 ? MSG_NO_CALLABLE_NEAR : MSG_NO_CALLABLE, holes);
    return false;
}

static bool wrong(Eval *eval, Text name, Message why, Holes holes)
{
    StringBuilder text;
    builder_init(&text, &eval->cli->arena);
    message_append(eval->cli, &text, why, holes);
    message_error(eval->cli, MSG_INPUT_WRONG, (Holes){.a = name, .b = builder_result(&text)});
    return false;
}

/* A number as such, or as a string; "1/3" too. */
static bool read_number(const JsonValue *json, Text *out)
{
    if (json == NULL || (json->kind != JSON_NUMBER && json->kind != JSON_STRING))
        return false;
    *out = json->text;
    const char *slash = json->text.size == 0 ? NULL : memchr(json->text.data, '/', json->text.size);
    if (slash == NULL)
        return column_is_decimal(json->text);
    size_t at = (size_t)(slash - json->text.data);
    Text below = text_slice(json->text, at + 1, json->text.size);
    bool is_whole = memchr(json->text.data, '.', json->text.size) == NULL && below.size > 0 && below.data[0] != '-';
    return is_whole && column_is_decimal(text_slice(json->text, 0, at)) && column_is_decimal(below);
}

/* {"waarde": 90, "eenheid": "minuut"}, or a bare number in the unit of the input. */
static bool read_measure(Eval *eval, const bd_column_info *info, const JsonValue *json, bd_value *out)
{
    bool is_rate = info->meaning == BD_MEANS_RATE;
    out->unit = info->unit;
    if (json->kind != JSON_OBJECT)
        return read_number(json, &out->text) ||
               wrong(eval, info->name, is_rate ? MSG_INPUT_RATE : MSG_INPUT_QUANTITY, (Holes){.a = {NULL, 0}});
    const JsonValue *number = json_find(json, is_rate ? TEXT("bedrag") : TEXT("waarde"));
    const JsonValue *unit = json_find(json, is_rate ? TEXT("per") : TEXT("eenheid"));
    if (!read_number(number, &out->text) || unit == NULL || unit->kind != JSON_STRING)
        return wrong(eval, info->name, is_rate ? MSG_INPUT_RATE : MSG_INPUT_QUANTITY, (Holes){.a = {NULL, 0}});
    if (info->unit.size > 0 &&
        bd_choice_find(eval->loaded.module, 1, unit->text) != bd_choice_find(eval->loaded.module, 1, info->unit))
        return wrong(eval, info->name, MSG_INPUT_UNIT, (Holes){.a = info->unit, .b = unit->text});
    return true;
}

static bool read_choice(Eval *eval, const bd_column_info *info, Text text, bd_value *out)
{
    uint32_t member = bd_choice_find(eval->loaded.module, info->choice, text);
    out->choice = info->choice;
    out->integer = (int32_t)member;
    if (member != BD_NONE)
        return true;
    Nearest nearest;
    nearest_init(&nearest, text);
    for (uint32_t i = 0; i < bd_choice_size(eval->loaded.module, info->choice); i++)
        nearest_try(&nearest, bd_choice_member(eval->loaded.module, info->choice, i));
    Holes holes = {.a = bd_choice_name(eval->loaded.module, info->choice), .b = nearest.best};
    return wrong(eval, info->name, nearest.best.size > 0 ? MSG_CELL_CHOICE_NEAR : MSG_CELL_CHOICE, holes);
}

/* A value that is written as a string: dates, months, choices, text. Years may be numbers. */
static bool read_string(Eval *eval, const bd_column_info *info, const JsonValue *json, bd_value *out)
{
    const Holes none = {.a = {NULL, 0}};
    Number year = NUMBER_ZERO;
    switch (info->meaning) {
    case BD_MEANS_DATE:
        if (json->kind == JSON_STRING && date_from_iso(json->text, &out->integer))
            return true;
        return wrong(eval, info->name, MSG_CELL_DATE, none);
    case BD_MEANS_MONTH:
        if (json->kind == JSON_STRING && month_from_iso(json->text, &out->integer))
            return true;
        return wrong(eval, info->name, MSG_CELL_MONTH, none);
    case BD_MEANS_YEAR:
        if (json->text.size != 4 || number_from_decimal_text(&eval->cli->arena, json->text, &year) != BD_OK ||
            year.den != 1)
            return wrong(eval, info->name, MSG_CELL_YEAR, none);
        out->integer = (int32_t)year.num;
        return true;
    case BD_MEANS_CHOICE:
        if (json->kind != JSON_STRING)
            return wrong(eval, info->name, MSG_INPUT_TEXT, none);
        return read_choice(eval, info, json->text, out);
    case BD_MEANS_TEXT:
        out->text = json->text;
        return json->kind == JSON_STRING || wrong(eval, info->name, MSG_INPUT_TEXT, none);
    case BD_MEANS_BOOLEAN:
    case BD_MEANS_NUMBER:
    case BD_MEANS_MONEY:
    case BD_MEANS_QUANTITY:
    case BD_MEANS_RATE: break;
    }
    return false;
}

static bool read_input(Eval *eval, const bd_column_info *info, const JsonValue *json, bd_value *out)
{
    const Holes none = {.a = {NULL, 0}};
    out->present = true;
    switch (info->meaning) {
    case BD_MEANS_BOOLEAN:
        out->boolean = json->kind == JSON_TRUE;
        return json->kind == JSON_TRUE || json->kind == JSON_FALSE || wrong(eval, info->name, MSG_INPUT_BOOLEAN, none);
    case BD_MEANS_NUMBER:
    case BD_MEANS_MONEY: return read_number(json, &out->text) || wrong(eval, info->name, MSG_INPUT_NUMBER, none);
    case BD_MEANS_QUANTITY:
    case BD_MEANS_RATE: return read_measure(eval, info, json, out);
    case BD_MEANS_DATE:
    case BD_MEANS_MONTH:
    case BD_MEANS_YEAR:
    case BD_MEANS_CHOICE:
    case BD_MEANS_TEXT: break;
    }
    return read_string(eval, info, json, out);
}

static bool is_input(const Eval *eval, Text name, Nearest *nearest)
{
    for (uint32_t i = 0; i < eval->program.columns; i++) {
        bd_column_info info;
        if (bd_module_column(eval->loaded.module, eval->program.first_column + i, &info) != BD_OK)
            continue;
        if (text_equal(info.name, name))
            return true;
        nearest_try(nearest, info.name);
    }
    return false;
}

static bool check_names(Eval *eval, const JsonValue *object)
{
    for (const JsonValue *member = object->first; member != NULL; member = member->next) {
        Nearest nearest;
        nearest_init(&nearest, member->name);
        if (is_input(eval, member->name, &nearest))
            continue;
        Holes holes = {.a = eval->program.name, .b = member->name, .c = nearest.best};
        message_error(eval->cli, nearest.best.size > 0 ? MSG_INPUT_UNKNOWN_NEAR : MSG_INPUT_UNKNOWN, holes);
        return false;
    }
    return true;
}

static bool read_inputs(Eval *eval, const JsonValue *object)
{
    if (!check_names(eval, object))
        return false;
    eval->inputs = arena_array(&eval->cli->arena, (size_t)eval->program.columns + 1, sizeof *eval->inputs);
    for (uint32_t i = 0; i < eval->program.columns; i++) {
        bd_column_info info;
        if (bd_module_column(eval->loaded.module, eval->program.first_column + i, &info) != BD_OK)
            return false;
        if (info.list != BD_NONE) {
            message_error(eval->cli, MSG_EVAL_HAS_LISTS, (Holes){.a = eval->program.name});
            return false;
        }
        bd_value *value = &eval->inputs[i];
        *value = (bd_value){.meaning = info.meaning, .choice = info.choice};
        const JsonValue *json = json_find(object, info.name);
        bool is_given = json != NULL && json->kind != JSON_NULL;
        if (is_given && !read_input(eval, &info, json, value))
            return false;
        if (!is_given && eval->has_as_of && text_equal(info.name, TEXT("peildatum"))) {
            value->present = true;
            value->integer = eval->as_of;
        } else if (!is_given && !info.optional) {
            message_error(eval->cli, MSG_INPUT_MISSING, (Holes){.a = info.name});
            return false;
        }
    }
    return true;
}

static ExitStatus read_json(Eval *eval, const char *argument, const JsonValue **out)
{
    Cli *cli = eval->cli;
    Text text = argument == NULL ? TEXT("{}") : text_from_cstring(argument);
    Text name = TEXT("--input");
    size_t blank = 0;
    while (blank < text.size && (text.data[blank] == ' ' || text.data[blank] == '\n' || text.data[blank] == '\t'))
        blank++;
    if (argument != NULL && (blank == text.size || (text.data[blank] != '{' && text.data[blank] != '['))) {
        name = text;
        ExitStatus status = load_file(cli, argument, INPUT_MAX_BYTES, &text);
        if (status != EXIT_GOOD)
            return status;
    }
    JsonReader reader;
    json_init(&reader, text, &cli->arena);
    const JsonValue *value = text_is_utf8(text, NULL) ? json_value(&reader) : NULL;
    if (value == NULL || !json_end(&reader)) {
        Text problem = message_pattern(cli, reader.failed ? reader.problem : MSG_NOT_UTF8);
        message_error_at(cli, name, 1, MSG_BAD_JSON, (Holes){.a = problem, .b = cli_number(cli, reader.position + 1)});
        return EXIT_WANTING;
    }
    if (value->kind != JSON_OBJECT) {
        message_error(cli, MSG_INPUT_NOT_OBJECT, (Holes){.a = {NULL, 0}});
        return EXIT_WANTING;
    }
    *out = value;
    return EXIT_GOOD;
}

static ExitStatus report_fault(Eval *eval, const bd_error *error)
{
    bd_site_info site;
    if (error->code != BD_FAULT || bd_module_site(eval->loaded.module, error->offset, &site) != BD_OK)
        return load_report(eval->cli, error);
    StringBuilder place;
    builder_init(&place, &eval->cli->arena);
    builder_text(&place, site.place.file);
    builder_char(&place, ':');
    builder_uint64(&place, site.place.line);
    builder_char(&place, ':');
    builder_uint64(&place, site.place.column);
    if (text_equal(site.code, TEXT("vereist"))) { /* the agreement's own words say what is wrong */
        message_error(eval->cli, MSG_EVAL_DEMAND,
                      (Holes){.a = eval->program.name, .b = site.text, .c = builder_result(&place)});
        return EXIT_WANTING;
    }
    Holes holes = {.a = eval->program.name, .b = site.code, .c = site.text, .d = builder_result(&place)};
    message_error(eval->cli, site.text.size > 0 ? MSG_EVAL_FAULT : MSG_EVAL_FAULT_PLAIN, holes);
    return EXIT_WANTING;
}

static ExitStatus write_outputs(Eval *eval, bool has_envelope)
{
    StringBuilder out;
    builder_init(&out, &eval->cli->arena);
    JsonWriter json;
    json_write_init(&json, &out, true);
    if (has_envelope) {
        json_write_object(&json, NULL);
        json_write_text(&json, "schema", TEXT("beding.eval/1"));
        json_write_text(&json, "name", eval->program.name);
        people_json_readings(&json, "readings", eval->loaded.module, eval->session);
    }
    const char *name = has_envelope ? "value" : NULL;
    bd_output_info first;
    bool is_single = eval->program.outputs == 1 &&
                     bd_program_output(eval->loaded.module, eval->index, 0, &first) == BD_OK && first.name.size == 0;
    if (!is_single)
        json_write_object(&json, name);
    for (uint32_t i = 0; i < eval->program.outputs; i++) {
        bd_output_info info;
        if (bd_program_output(eval->loaded.module, eval->index, i, &info) != BD_OK)
            continue;
        if (!is_single)
            json_write_name(&json, info.name.size > 0 ? info.name : TEXT("resultaat"));
        json_write_value(&json, is_single ? name : NULL, eval->loaded.module, &eval->outputs[i]);
    }
    if (!is_single)
        json_write_close_object(&json);
    if (has_envelope)
        json_write_close_object(&json);
    builder_char(&out, '\n');
    return output_write_all(eval->cli, "-", builder_result(&out));
}

static ExitStatus evaluate(Eval *eval, const Arguments *arguments)
{
    char separator = options_separator(eval->cli, arguments);
    if (separator == 0 || !options_as_of(eval->cli, arguments, &eval->has_as_of, &eval->as_of))
        return EXIT_USAGE;
    ExitStatus status = load_open(&eval->loaded, eval->cli, arguments->free[0]);
    const JsonValue *object = NULL;
    if (status == EXIT_GOOD && !find_program(eval, text_from_cstring(arguments->free[1])))
        status = EXIT_USAGE;
    if (status == EXIT_GOOD)
        status = read_json(eval, arguments->values[OPTION_INPUT], &object);
    if (status == EXIT_GOOD)
        status = load_session(&eval->loaded, arguments, separator, false, &eval->session);
    if (status == EXIT_GOOD && !read_inputs(eval, object))
        status = EXIT_WANTING;
    if (status != EXIT_GOOD)
        return status;
    eval->outputs = arena_array(&eval->cli->arena, (size_t)eval->program.outputs + 1, sizeof *eval->outputs);
    bd_error error = {.code = BD_OK};
    if (bd_session_eval(eval->session, eval->index, eval->inputs, eval->outputs, &error) != BD_OK)
        return report_fault(eval, &error);
    const bd_session *session = eval->session;
    series_warn(eval->cli, eval->loaded.module, &session, 1);
    return write_outputs(eval, options_has(arguments, OPTION_JSON));
}

ExitStatus cmd_eval(Cli *cli, const Arguments *arguments)
{
    Eval *eval = arena_alloc(&cli->arena, sizeof *eval);
    eval->cli = cli;
    ExitStatus status = evaluate(eval, arguments);
    bd_session_free(eval->session);
    load_close(&eval->loaded);
    return status;
}
