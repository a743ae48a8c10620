/* commands.c: the table of commands, their help, and the way from the command line to one of them. */
#include "compiler/cli/commands.h"

#include <string.h>

#include "beding.h"
#include "compiler/cli/completion.h"
#include "compiler/cli/manual.h"
#include "compiler/cli/output.h"
#include "compiler/cli/overwrite.h"
#include "compiler/cli/signing.h"

#define EVERYWHERE (OPTION_BIT(HELP) | OPTION_BIT(LANG))
#define SESSION_OPTIONS                                                                                          \
    (OPTION_BIT(PARAMS) | OPTION_BIT(SERIES) | OPTION_BIT(AS_OF) | OPTION_BIT(READING) | OPTION_BIT(SEPARATOR) | \
     OPTION_BIT(REQUIRE_KEY))
#define LINES_OPTIONS                                                                                         \
    (SESSION_OPTIONS | OPTION_BIT(LINES) | OPTION_BIT(ALLOCATIONS) | OPTION_BIT(STARTS) | OPTION_BIT(STOPS) | \
     OPTION_BIT(RECORDS) | OPTION_BIT(LEDGER))

static const CommandRow COMMANDS[] = {
    {"check", "FILE…", MSG_CMD_CHECK, MSG_ABOUT_CHECK, MSG_EXAMPLES_CHECK, 1, 256,
     EVERYWHERE | OPTION_BIT(JSON) | OPTION_BIT(SARIF) | OPTION_BIT(CLAUSES), 0, cmd_check},
    {"build", "FILE", MSG_CMD_BUILD, MSG_ABOUT_BUILD, MSG_EXAMPLES_BUILD, 1, 1, EVERYWHERE | OPTION_BIT(OUT_MODULE),
     OPTION_BIT(OUT_MODULE), cmd_build},
    {"run", "MODULE", MSG_CMD_RUN, MSG_ABOUT_RUN, MSG_EXAMPLES_RUN, 1, 1,
     EVERYWHERE | LINES_OPTIONS | OPTION_BIT(OUT) | OPTION_BIT(SUMMARY) | OPTION_BIT(RECEIPT) | OPTION_BIT(ON_ERROR) |
         OPTION_BIT(THREADS) | OPTION_BIT(PROFILE),
     OPTION_BIT(LINES), cmd_run},
    {"eval", "MODULE NAME", MSG_CMD_EVAL, MSG_ABOUT_EVAL, MSG_EXAMPLES_EVAL, 2, 2,
     EVERYWHERE | SESSION_OPTIONS | OPTION_BIT(INPUT) | OPTION_BIT(JSON), 0, cmd_eval},
    {"describe", "MODULE", MSG_CMD_DESCRIBE, MSG_ABOUT_DESCRIBE, MSG_EXAMPLES_DESCRIBE, 1, 1,
     EVERYWHERE | OPTION_BIT(JSON), 0, cmd_describe},
    {"test", "FILE…", MSG_CMD_TEST, MSG_ABOUT_TEST, MSG_EXAMPLES_TEST, 1, 256,
     EVERYWHERE | OPTION_BIT(PARAMS) | OPTION_BIT(SERIES) | OPTION_BIT(SEPARATOR) | OPTION_BIT(JUNIT) |
         OPTION_BIT(COVERAGE) | OPTION_BIT(MUTATE) | OPTION_BIT(AT_LEAST) | OPTION_BIT(JSON),
     0, cmd_test},
    {"tariff", "MODULE", MSG_CMD_TARIFF, MSG_ABOUT_TARIFF, MSG_EXAMPLES_TARIFF, 1, 1,
     EVERYWHERE | SESSION_OPTIONS | OPTION_BIT(JSON) | OPTION_BIT(CSV), OPTION_BIT(AS_OF), cmd_tariff},
    {"calendar", "MODULE", MSG_CMD_CALENDAR, MSG_ABOUT_CALENDAR, MSG_EXAMPLES_CALENDAR, 1, 1,
     EVERYWHERE | OPTION_BIT(YEAR) | OPTION_BIT(PARAMS) | OPTION_BIT(READING) | OPTION_BIT(SEPARATOR) |
         OPTION_BIT(JSON) | OPTION_BIT(ICS) | OPTION_BIT(OUT) | OPTION_BIT(REQUIRE_KEY),
     OPTION_BIT(YEAR), cmd_calendar},
    {"diff", "A B", MSG_CMD_DIFF, MSG_ABOUT_DIFF, MSG_EXAMPLES_DIFF, 2, 2,
     EVERYWHERE | OPTION_BIT(AS_OF) | OPTION_BIT(JSON) | OPTION_BIT(MARKDOWN) | OPTION_BIT(HTML) | OPTION_BIT(OUT) |
         OPTION_BIT(NO_WITNESS),
     0, cmd_diff},
    {"doc", "FILE…", MSG_CMD_DOC, MSG_ABOUT_DOC, MSG_EXAMPLES_DOC, 1, 64,
     EVERYWHERE | OPTION_BIT(OUT_FOLDER) | OPTION_BIT(AS_OF) | OPTION_BIT(PARAMS) | OPTION_BIT(SERIES) |
         OPTION_BIT(READING) | OPTION_BIT(SEPARATOR),
     OPTION_BIT(OUT_FOLDER), cmd_doc},
    {"dis", "MODULE", MSG_CMD_DIS, MSG_ABOUT_DIS, MSG_EXAMPLES_DIS, 1, 1, EVERYWHERE | OPTION_BIT(STAGE), 0, cmd_dis},
    {"verify-receipt", "FILE", MSG_CMD_VERIFY_RECEIPT, MSG_ABOUT_VERIFY_RECEIPT, MSG_EXAMPLES_VERIFY_RECEIPT, 1, 1,
     EVERYWHERE | OPTION_BIT(LINES) | OPTION_BIT(ALLOCATIONS) | OPTION_BIT(STARTS) | OPTION_BIT(STOPS) |
         OPTION_BIT(RECORDS) | OPTION_BIT(PARAMS) | OPTION_BIT(SERIES) | OPTION_BIT(LEDGER) | OPTION_BIT(DECISIONS) |
         OPTION_BIT(JSON),
     0, cmd_verify_receipt},
    {"impact", "A [B]", MSG_CMD_IMPACT, MSG_ABOUT_IMPACT, MSG_EXAMPLES_IMPACT, 1, 2,
     EVERYWHERE | LINES_OPTIONS | OPTION_BIT(ON_ERROR) | OPTION_BIT(JSON) | OPTION_BIT(MARKDOWN) | OPTION_BIT(HTML) |
         OPTION_BIT(CHANGED),
     OPTION_BIT(LINES), cmd_impact},
    {"explain", "MODULE", MSG_CMD_EXPLAIN, MSG_ABOUT_EXPLAIN, MSG_EXAMPLES_EXPLAIN, 1, 1,
     EVERYWHERE | LINES_OPTIONS | OPTION_BIT(LINE) | OPTION_BIT(JSON) | OPTION_BIT(HTML) | OPTION_BIT(OUT),
     OPTION_BIT(LINES) | OPTION_BIT(LINE), cmd_explain},
    {"verify", "MODULE", MSG_CMD_VERIFY, MSG_ABOUT_VERIFY, MSG_EXAMPLES_VERIFY, 1, 1,
     EVERYWHERE | OPTION_BIT(KEY) | OPTION_BIT(SIGNATURE) | OPTION_BIT(JSON), 0, cmd_verify},
    {"sign", "MODULE", MSG_CMD_SIGN, MSG_ABOUT_SIGN, MSG_EXAMPLES_SIGN, 1, 1,
     EVERYWHERE | OPTION_BIT(SECRET) | OPTION_BIT(OUT_SIGNATURE), OPTION_BIT(SECRET), cmd_sign},
    {"keygen", "NAME", MSG_CMD_KEYGEN, MSG_ABOUT_KEYGEN, MSG_EXAMPLES_KEYGEN, 1, 1, EVERYWHERE, 0, cmd_keygen},
};

enum { COMMAND_COUNT = sizeof COMMANDS / sizeof *COMMANDS };

const CommandRow *command_find(Text name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (text_equal(name, text_from_cstring(COMMANDS[i].name)))
            return &COMMANDS[i];
    }
    return NULL;
}

const CommandRow *command_at(size_t index)
{
    return index < COMMAND_COUNT ? &COMMANDS[index] : NULL;
}

/* Two columns: what to type, and what it does. */
static void append_row(const Cli *cli, StringBuilder *out, const char *name, const char *value, Message help)
{
    size_t start = out->size;
    builder_text(out, TEXT("  "));
    builder_text(out, text_from_cstring(name));
    if (value != NULL) {
        builder_char(out, ' ');
        builder_text(out, text_from_cstring(value));
    }
    size_t width = out->size - start;
    builder_repeat(out, ' ', width < 26 ? 26 - width : 2);
    builder_text(out, message_pattern(cli, help));
    builder_char(out, '\n');
}

static void append_usage(const Cli *cli, StringBuilder *out, const CommandRow *command)
{
    StringBuilder text;
    builder_init(&text, out->arena);
    builder_text(&text, text_from_cstring(command->name));
    builder_char(&text, ' ');
    builder_text(&text, text_from_cstring(command->usage));
    for (size_t id = 0; id < OPTION_COUNT; id++) {
        if ((command->required >> id & 1) == 0)
            continue;
        builder_char(&text, ' ');
        builder_text(&text, text_from_cstring(OPTION_ROWS[id].name));
        if (OPTION_ROWS[id].value != NULL) {
            builder_char(&text, ' ');
            builder_text(&text, text_from_cstring(OPTION_ROWS[id].value));
        }
    }
    builder_text(&text, TEXT(" …"));
    message_append(cli, out, MSG_USAGE, (Holes){.a = builder_result(&text)});
    builder_char(out, '\n');
}

static ExitStatus command_help(Cli *cli, const CommandRow *command)
{
    StringBuilder out;
    builder_init(&out, &cli->arena);
    append_usage(cli, &out, command);
    builder_char(&out, '\n');
    builder_text(&out, message_pattern(cli, command->help));
    builder_text(&out, TEXT(".\n\n"));
    builder_text(&out, message_pattern(cli, MSG_HELP_OPTIONS));
    builder_char(&out, '\n');
    for (size_t id = 0; id < OPTION_COUNT; id++) {
        if ((command->options >> id & 1) != 0)
            append_row(cli, &out, OPTION_ROWS[id].name, OPTION_ROWS[id].value, OPTION_ROWS[id].help);
    }
    return output_write_all(cli, "-", builder_result(&out));
}

static ExitStatus general_help(Cli *cli)
{
    StringBuilder out;
    builder_init(&out, &cli->arena);
    builder_text(&out, message_pattern(cli, MSG_HELP_TITLE));
    builder_text(&out, TEXT("\n\n"));
    message_append(cli, &out, MSG_USAGE, (Holes){.a = cli->english ? TEXT("COMMAND …") : TEXT("OPDRACHT …")});
    builder_text(&out, TEXT("\n\n"));
    builder_text(&out, message_pattern(cli, MSG_HELP_COMMANDS));
    builder_char(&out, '\n');
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        append_row(cli, &out, COMMANDS[i].name, NULL, COMMANDS[i].help);
    builder_char(&out, '\n');
    builder_text(&out, message_pattern(cli, MSG_HELP_MORE));
    builder_char(&out, '\n');
    return output_write_all(cli, "-", builder_result(&out));
}

static ExitStatus unknown_command(Cli *cli, Text name)
{
    Nearest nearest;
    nearest_init(&nearest, name);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        nearest_try(&nearest, text_from_cstring(COMMANDS[i].name));
    message_error(cli, nearest.best.size > 0 ? MSG_UNKNOWN_COMMAND_NEAR : MSG_UNKNOWN_COMMAND,
                  (Holes){.a = name, .b = nearest.best});
    return EXIT_USAGE;
}

/* Whether `--lang nl` or `--lang en` stands here; if so it holds from now on. */
static bool take_language(Cli *cli, int count, char *const *argv)
{
    bool is_language =
        count >= 2 && strcmp(argv[0], "--lang") == 0 && (strcmp(argv[1], "nl") == 0 || strcmp(argv[1], "en") == 0);
    if (is_language)
        cli->english = strcmp(argv[1], "en") == 0;
    return is_language;
}

ExitStatus command_line(Cli *cli, int count, char *const *argv)
{
    if (take_language(cli, count, argv)) { /* `beding --lang en …`: the language may also come first */
        count -= 2;
        argv += 2;
    }
    if (count == 0) {
        message_error(cli, MSG_NO_COMMAND, (Holes){.a = {NULL, 0}});
        return EXIT_USAGE;
    }
    Text name = text_from_cstring(argv[0]);
    if (text_equal(name, TEXT("--version"))) {
        Text version = text_from_cstring(bd_version());
        StringBuilder out;
        builder_init(&out, &cli->arena);
        builder_text(&out, TEXT("beding "));
        builder_text(&out, version);
        builder_char(&out, '\n');
        return output_write_all(cli, "-", builder_result(&out));
    }
    bool wants_help =
        text_equal(name, TEXT("--help")) || text_equal(name, TEXT("-h")) || text_equal(name, TEXT("help"));
    if (wants_help && count >= 3 && take_language(cli, 2, argv + count - 2))
        count -= 2;
    if (wants_help && count == 1)
        return general_help(cli);
    /* `beding help --completion SHELL` and `beding help --man [COMMAND]`: for the build; see completion.h and manual.h. */
    if (wants_help && count == 3 && strcmp(argv[1], "--completion") == 0)
        return completion_write(cli, text_from_cstring(argv[2]));
    bool wants_manual = wants_help && strcmp(argv[1], "--man") == 0;
    if (wants_manual && count == 2)
        return manual_write(cli, NULL);
    if (wants_manual)
        argv++;
    const CommandRow *command = command_find(wants_help ? text_from_cstring(argv[1]) : name);
    if (command == NULL)
        return unknown_command(cli, wants_help ? text_from_cstring(argv[1]) : name);
    if (wants_help)
        return wants_manual ? manual_write(cli, command) : command_help(cli, command);
    cli->command = command->name;
    Arguments arguments;
    if (!options_read(cli, command, count - 1, argv + 1, &arguments)) {
        StringBuilder out;
        builder_init(&out, &cli->arena);
        append_usage(cli, &out, command);
        message_print(builder_result(&out));
        return EXIT_USAGE;
    }
    if (options_has(&arguments, OPTION_HELP))
        return command_help(cli, command);
    if (!overwrite_check(cli, &arguments))
        return EXIT_USAGE;
    ExitStatus status = signing_trust(cli, &arguments, OPTION_REQUIRE_KEY, &cli->trust);
    return status == EXIT_GOOD ? command->run(cli, &arguments) : status;
}
