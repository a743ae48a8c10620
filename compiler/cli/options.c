/* options.c: the options of every command; see options.h. */
#include "compiler/cli/options.h"

#include <string.h>

#include "compiler/cli/commands.h"
#include "vm/core/date.h"

const OptionRow OPTION_ROWS[OPTION_COUNT] = {
#define OPTION_ROW(id, name, value, repeatable, help) {name, value, repeatable, help},
    OPTION_MAP(OPTION_ROW)
#undef OPTION_ROW
};

static bool is_known(const CommandRow *command, size_t id)
{
    return (command->options >> id & 1) != 0;
}

/* The option that `text` names up to a `=`; OPTION_COUNT for none. -o also stands for --out. */
static size_t find(const CommandRow *command, Text text)
{
    for (size_t id = 0; id < OPTION_COUNT; id++) {
        if (!is_known(command, id))
            continue;
        if (text_equal(text, text_from_cstring(OPTION_ROWS[id].name)))
            return id;
        bool is_short = text_equal(text, TEXT("-o")) || text_equal(text, TEXT("--out"));
        bool is_output = id == OPTION_OUT || strcmp(OPTION_ROWS[id].name, "-o") == 0;
        if (is_short && is_output)
            return id;
        if (text_equal(text, TEXT("-h")) && id == OPTION_HELP)
            return id;
    }
    return OPTION_COUNT;
}

static void report_unknown(Cli *cli, const CommandRow *command, Text text)
{
    Nearest nearest;
    nearest_init(&nearest, text);
    for (size_t id = 0; id < OPTION_COUNT; id++) {
        if (is_known(command, id))
            nearest_try(&nearest, text_from_cstring(OPTION_ROWS[id].name));
    }
    Holes holes = {.a = text, .b = text_from_cstring(command->name), .c = nearest.best};
    message_error(cli, nearest.best.size > 0 ? MSG_UNKNOWN_OPTION_NEAR : MSG_UNKNOWN_OPTION, holes);
}

static bool store(Cli *cli, Arguments *out, size_t id, const char *value)
{
    const OptionRow *row = &OPTION_ROWS[id];
    if (!row->repeatable && out->values[id] != NULL) {
        message_error(cli, MSG_OPTION_TWICE, (Holes){.a = text_from_cstring(row->name)});
        return false;
    }
    out->values[id] = value;
    if (row->repeatable)
        out->repeated[out->repeated_count++] = (Repeated){(OptionId)id, value};
    return true;
}

/* One argument that begins with `-`; *i moves on when the value is the next argument. */
static bool read_option(Cli *cli, const CommandRow *command, int count, char *const *argv, int *i, Arguments *out)
{
    Text whole = text_from_cstring(argv[*i]);
    const char *equals = strchr(argv[*i], '=');
    Text name = whole;
    if (equals != NULL && text_has_prefix(whole, TEXT("--")))
        name.size = (size_t)(equals - argv[*i]);
    else
        equals = NULL;
    size_t id = find(command, name);
    if (id == OPTION_COUNT) {
        report_unknown(cli, command, name);
        return false;
    }
    if (OPTION_ROWS[id].value == NULL) {
        if (equals != NULL) {
            message_error(cli, MSG_OPTION_TAKES_NO_VALUE, (Holes){.a = name});
            return false;
        }
        return store(cli, out, id, "");
    }
    if (equals != NULL)
        return store(cli, out, id, equals + 1);
    if (*i + 1 >= count) {
        message_error(cli, MSG_OPTION_NEEDS_VALUE, (Holes){.a = name, .b = text_from_cstring(OPTION_ROWS[id].value)});
        return false;
    }
    *i += 1;
    return store(cli, out, id, argv[*i]);
}

static bool check_counts(Cli *cli, const CommandRow *command, const Arguments *out)
{
    if (options_has(out, OPTION_HELP))
        return true;
    if (out->free_count < command->minimum) {
        const char *lacks = command->usage; /* the words of it that no argument stands for yet */
        for (size_t i = 0; i < out->free_count; i++)
            lacks += strcspn(lacks, " ") + 1;
        message_error(cli, MSG_OPTION_FREE_LACKS,
                      (Holes){.a = text_from_cstring(command->name), .b = text_from_cstring(lacks)});
        return false;
    }
    if (out->free_count > command->maximum) {
        message_error(cli, MSG_OPTION_FREE_MANY, (Holes){.a = text_from_cstring(out->free[command->maximum])});
        return false;
    }
    for (size_t id = 0; id < OPTION_COUNT; id++) {
        if ((command->required >> id & 1) != 0 && out->values[id] == NULL) {
            message_error(cli, MSG_OPTION_MISSING, (Holes){.a = text_from_cstring(OPTION_ROWS[id].name)});
            return false;
        }
    }
    return true;
}

static bool check_lang(Cli *cli, const Arguments *out)
{
    const char *lang = out->values[OPTION_LANG];
    if (lang == NULL)
        return true;
    if (strcmp(lang, "nl") != 0 && strcmp(lang, "en") != 0) {
        Holes holes = {.a = TEXT("--lang"), .b = text_from_cstring(lang), .c = message_pattern(cli, MSG_HINT_LANG)};
        message_error(cli, MSG_OPTION_BAD_VALUE, holes);
        return false;
    }
    cli->english = strcmp(lang, "en") == 0;
    return true;
}

bool options_read(Cli *cli, const CommandRow *command, int count, char *const *argv, Arguments *out)
{
    memset(out, 0, sizeof *out);
    size_t room = (size_t)count + 1;
    out->free = arena_array(&cli->arena, room, sizeof *out->free);
    out->repeated = arena_array(&cli->arena, room, sizeof *out->repeated);
    bool ended = false;
    for (int i = 0; i < count; i++) {
        if (!ended && strcmp(argv[i], "--") == 0)
            ended = true;
        else if (ended || argv[i][0] != '-' || argv[i][1] == '\0')
            out->free[out->free_count++] = argv[i];
        else if (!read_option(cli, command, count, argv, &i, out))
            return false;
    }
    return check_lang(cli, out) && check_counts(cli, command, out);
}

bool options_as_of(Cli *cli, const Arguments *arguments, bool *present, int32_t *day)
{
    const char *value = arguments->values[OPTION_AS_OF];
    *present = value != NULL;
    if (value == NULL || date_from_iso(text_from_cstring(value), day))
        return true;
    Holes holes = {.a = TEXT("--as-of"), .b = text_from_cstring(value), .c = message_pattern(cli, MSG_HINT_DATE)};
    message_error(cli, MSG_OPTION_BAD_VALUE, holes);
    return false;
}

bool options_on_error(Cli *cli, const Arguments *arguments, bool *rejects)
{
    const char *value = arguments->values[OPTION_ON_ERROR];
    *rejects = value != NULL && strcmp(value, "reject") == 0;
    if (value == NULL || *rejects || strcmp(value, "stop") == 0)
        return true;
    Holes holes = {
        .a = TEXT("--on-error"), .b = text_from_cstring(value), .c = message_pattern(cli, MSG_HINT_ON_ERROR)};
    message_error(cli, MSG_OPTION_BAD_VALUE, holes);
    return false;
}

char options_separator(Cli *cli, const Arguments *arguments)
{
    const char *value = arguments->values[OPTION_SEPARATOR];
    if (value == NULL)
        return ',';
    if ((value[0] == ',' || value[0] == ';') && value[1] == '\0')
        return value[0];
    Holes holes = {
        .a = TEXT("--separator"), .b = text_from_cstring(value), .c = message_pattern(cli, MSG_HINT_SEPARATOR)};
    message_error(cli, MSG_OPTION_BAD_VALUE, holes);
    return 0;
}
