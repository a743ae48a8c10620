/* mutants_report.c: what `beding test --mutate` says, as text and as JSON (schema beding.mutants/1); see mutants.h. */
#include "compiler/cli/json_write.h"
#include "compiler/cli/mutants.h"
#include "compiler/cli/output.h"

typedef struct Report {
    Cli *cli;
    StringBuilder out;
    JsonWriter json;
    bool is_json;
} Report;

/* "96.9", rounded down, so that 100.0 means every one. */
static Text score_text(Cli *cli, uint64_t killed, uint64_t count, char point)
{
    uint64_t tenths = count == 0 ? 1000 : killed * 1000 / count;
    StringBuilder out;
    builder_init(&out, &cli->arena);
    builder_uint64(&out, tenths / 10);
    builder_char(&out, point);
    builder_uint64(&out, tenths % 10);
    return builder_result(&out);
}

/* ---- Text ---- */

static void append_survivor(Report *report, const Mutants *mutants, uint32_t index)
{
    StringBuilder *out = &report->out;
    builder_text(out, mutants->files[index]);
    builder_char(out, ':');
    builder_uint64(out, mutants->places[index].line);
    builder_char(out, ':');
    builder_uint64(out, mutants->places[index].column);
    builder_text(out, TEXT(": "));
    Holes holes = {.a = mutants->items[index].from, .b = mutants->items[index].to};
    message_append(report->cli, out, MSG_MUTANTS_SURVIVED, holes);
    builder_char(out, '\n');
}

static void append_text(Report *report, const Mutants *mutants)
{
    Cli *cli = report->cli;
    StringBuilder *out = &report->out;
    for (uint32_t i = 0; i < mutants->count; i++) {
        if (mutants->fates[i] == MUTANT_SURVIVED)
            append_survivor(report, mutants, i);
    }
    builder_text(out, mutants->name);
    builder_text(out, TEXT(": "));
    Holes counts = {.a = cli_number(cli, mutants->count),
                    .b = cli_number(cli, mutants->killed),
                    .c = cli_number(cli, mutants->no_contract),
                    .d = cli_number(cli, mutants->survived)};
    message_append(cli, out, MSG_MUTANTS_COUNTS, counts);
    builder_text(out, TEXT("; "));
    char point = cli->english ? '.' : ',';
    uint32_t compiled = mutants->count - mutants->no_contract;
    Holes scores = {.a = score_text(cli, mutants->count - mutants->survived, mutants->count, point),
                    .b = score_text(cli, mutants->killed, compiled, point)};
    message_append(cli, out, MSG_MUTANTS_SCORE, scores);
    builder_char(out, '\n');
}

/* ---- JSON ---- */

static void append_mutant(JsonWriter *json, const Mutants *mutants, uint32_t index)
{
    static const char *const FATES[] = {
        [MUTANT_UNKNOWN] = "unknown",   [MUTANT_KILLED] = "killed",     [MUTANT_NO_CONTRACT] = "killed_by_compiler",
        [MUTANT_SURVIVED] = "survived", [MUTANT_NEEDLESS] = "needless",
    };
    json_write_object(json, NULL);
    json_write_text(json, "file", mutants->files[index]);
    json_write_uint(json, "line", mutants->places[index].line);
    json_write_uint(json, "column", mutants->places[index].column);
    json_write_text(json, "kind", mutation_kind_name(mutants->items[index].kind));
    json_write_text(json, "from", mutants->items[index].from);
    json_write_text(json, "to", mutants->items[index].to);
    json_write_text(json, "outcome", text_from_cstring(FATES[mutants->fates[index]]));
    json_write_close_object(json);
}

static void append_json(Report *report, const Mutants *mutants)
{
    JsonWriter *json = &report->json;
    json_write_object(json, NULL);
    json_write_text(json, "file", mutants->name);
    json_write_uint(json, "mutants", mutants->count);
    json_write_uint(json, "killed", mutants->killed);
    json_write_uint(json, "killed_by_compiler", mutants->no_contract);
    json_write_uint(json, "survived", mutants->survived);
    uint32_t killed = mutants->count - mutants->survived;
    json_write_raw(json, "percent", score_text(report->cli, killed, mutants->count, '.'));
    uint32_t compiled = mutants->count - mutants->no_contract;
    json_write_raw(json, "percent_compiled", score_text(report->cli, mutants->killed, compiled, '.'));
    json_write_array(json, "list");
    for (uint32_t i = 0; i < mutants->count; i++)
        append_mutant(json, mutants, i);
    json_write_close_array(json);
    json_write_close_object(json);
}

/* ---- The command ---- */

/* --at-least: the percentage to reach, 100 when it is not given; more than 100 after reporting a wrong one. */
static unsigned percent_wanted(Cli *cli, const Arguments *arguments)
{
    const char *text = arguments->values[OPTION_AT_LEAST];
    unsigned percent = 0;
    if (text == NULL)
        return 100;
    for (const char *c = text; *c >= '0' && *c <= '9' && percent <= 100; c++)
        percent = percent * 10 + (unsigned)(*c - '0');
    StringBuilder again;
    builder_init(&again, &cli->arena);
    builder_uint64(&again, percent);
    if (percent <= 100 && text_equal(builder_result(&again), text_from_cstring(text)))
        return percent;
    message_error(
        cli, MSG_OPTION_BAD_VALUE,
        (Holes){.a = TEXT("--at-least"), .b = text_from_cstring(text), .c = message_pattern(cli, MSG_WHOLE_PERCENT)});
    return 101;
}

static bool reaches(const Mutants *mutants, unsigned percent)
{
    return (uint64_t)(mutants->count - mutants->survived) * 100 >= (uint64_t)percent * mutants->count;
}

ExitStatus mutants_command(Cli *cli, const Arguments *arguments, char separator)
{
    Report report = {.cli = cli, .is_json = options_has(arguments, OPTION_JSON)};
    unsigned percent = percent_wanted(cli, arguments);
    if (percent > 100)
        return EXIT_USAGE;
    ExitStatus result = EXIT_GOOD;
    builder_init(&report.out, &cli->arena);
    json_write_init(&report.json, &report.out, false);
    if (report.is_json) {
        json_write_object(&report.json, NULL);
        json_write_text(&report.json, "schema", TEXT("beding.mutants/1"));
        json_write_array(&report.json, "files");
    }
    for (size_t i = 0; i < arguments->free_count; i++) {
        Mutants mutants;
        ExitStatus status = mutants_try(&mutants, cli, arguments, separator, arguments->free[i], MUTATE_SLIPS);
        if (status != EXIT_GOOD) {
            result = status;
            continue;
        }
        if (report.is_json)
            append_json(&report, &mutants);
        else
            append_text(&report, &mutants);
        if (!reaches(&mutants, percent) && result == EXIT_GOOD)
            result = EXIT_WANTING;
    }
    if (report.is_json) {
        json_write_close_array(&report.json);
        json_write_close_object(&report.json);
        builder_char(&report.out, '\n');
    }
    ExitStatus written = output_write_all(cli, "-", builder_result(&report.out));
    return result != EXIT_GOOD ? result : written;
}
