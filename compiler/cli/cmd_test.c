/* cmd_test.c: `beding test`: run the scenarios of contracts; TAP or JSON on stdout, JUnit XML on request.
**
** One numbering runs over all files. A file that does not compile is one failed test.
*/
#include <string.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/coverage.h"
#include "compiler/cli/json_write.h"
#include "compiler/cli/load.h"
#include "compiler/cli/mutants.h"
#include "compiler/cli/output.h"
#include "compiler/cli/scenario_check.h"

typedef struct TestRun {
    Cli *cli;
    const Arguments *arguments;
    char separator;
    StringBuilder tap, junit, json;
    JsonWriter writer; /* into json: the elements of `scenarios` */
    StringBuilder coverage_json;
    JsonWriter coverage_writer; /* the elements of `coverage` */
    uint64_t count, failed;
    ExitStatus status;
} TestRun;

/* TAP: "ok 1 - file: name", and for a failure the problem as comment lines. */
static void report_tap(TestRun *run, Text file, Text name, const ScenarioResult *result)
{
    StringBuilder *out = &run->tap;
    builder_text(out, result->passed ? TEXT("ok ") : TEXT("not ok "));
    builder_uint64(out, run->count);
    builder_text(out, TEXT(" - "));
    builder_text(out, file);
    builder_text(out, TEXT(": "));
    /* `#` begins a directive in TAP. */
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '#' || name.data[i] == '\\')
            builder_char(out, '\\');
        builder_char(out, name.data[i] == '\n' ? ' ' : name.data[i]);
    }
    builder_char(out, '\n');
    size_t begin = 0;
    for (size_t i = 0; i < result->problem.size; i++) {
        if (result->problem.data[i] != '\n')
            continue;
        builder_text(out, TEXT("#   "));
        builder_text(out, text_slice(result->problem, begin, i + 1));
        begin = i + 1;
    }
}

static void append_xml(StringBuilder *out, Text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '<')
            builder_text(out, TEXT("&lt;"));
        else if (c == '>')
            builder_text(out, TEXT("&gt;"));
        else if (c == '&')
            builder_text(out, TEXT("&amp;"));
        else if (c == '"')
            builder_text(out, TEXT("&quot;"));
        else if ((unsigned char)c >= 0x20 || c == '\n' || c == '\t')
            builder_char(out, c);
    }
}

static void report_junit(TestRun *run, Text file, Text name, const ScenarioResult *result)
{
    StringBuilder *out = &run->junit;
    builder_text(out, TEXT("  <testcase classname=\""));
    append_xml(out, file);
    builder_text(out, TEXT("\" name=\""));
    append_xml(out, name);
    if (result->passed) {
        builder_text(out, TEXT("\"/>\n"));
        return;
    }
    builder_text(out, TEXT("\">\n    <failure>"));
    append_xml(out, result->problem);
    builder_text(out, TEXT("</failure>\n  </testcase>\n"));
}

/* line 0: not about a scenario, but about a file that does not compile. */
static void report_json(TestRun *run, Text file, uint32_t line, Text name, const ScenarioResult *result)
{
    json_write_object(&run->writer, NULL);
    json_write_text(&run->writer, "file", file);
    if (line > 0)
        json_write_uint(&run->writer, "line", line);
    json_write_text(&run->writer, "name", name);
    json_write_bool(&run->writer, "passed", result->passed);
    json_write_text(&run->writer, "problem", result->problem);
    json_write_close_object(&run->writer);
}

static void report(TestRun *run, Text file, uint32_t line, Text name, const ScenarioResult *result)
{
    run->count++;
    run->failed += !result->passed;
    report_tap(run, file, name, result);
    report_junit(run, file, name, result);
    report_json(run, file, line, name, result);
}

static void test_scenarios(TestRun *run, Loaded *loaded)
{
    Coverage coverage;
    uint64_t failed = run->failed;
    coverage_init(&coverage, &run->cli->arena, loaded->module);
    for (uint32_t i = 0; i < loaded->compilation.scenario_count; i++) {
        const Scenario *scenario = &loaded->compilation.scenarios[i];
        Arena arena;
        cli_arena(run->cli, &arena);
        ScenarioResult result =
            scenario_check(run->cli, &arena, loaded, scenario, run->arguments, run->separator, &coverage);
        const Source *source = loaded->compilation.sources.items[scenario->span.file];
        report(run, source->name, source_place(source, scenario->span.begin).line, scenario->name, &result);
        arena_free(&arena);
    }
    if (loaded->compilation.scenario_count == 0)
        message_warning(run->cli, MSG_TEST_NO_SCENARIOS, (Holes){.a = loaded->name});
    if (!options_has(run->arguments, OPTION_COVERAGE))
        return;
    ExitStatus status =
        coverage_measure(&coverage, run->cli, loaded, run->failed == failed, run->arguments, run->separator);
    coverage_text(&coverage, run->cli, &run->tap);
    coverage_json(&coverage, &run->coverage_writer);
    if (status != EXIT_GOOD)
        run->status = status;
}

static void test_file(TestRun *run, const char *path)
{
    Loaded *loaded = arena_alloc(&run->cli->arena, sizeof *loaded);
    if (load_is_module(path)) {
        /* Scenarios are part of the source, not of the module. */
        message_warning(run->cli, MSG_TEST_NO_SCENARIOS, (Holes){.a = text_from_cstring(path)});
        return;
    }
    ExitStatus status = load_open(loaded, run->cli, path);
    if (status == EXIT_GOOD) {
        test_scenarios(run, loaded);
    } else {
        ScenarioResult result = {false, {NULL, 0}};
        report(run, text_from_cstring(path), 0, message_pattern(run->cli, MSG_TEST_COMPILES), &result);
        if (status != EXIT_WANTING)
            run->status = status;
    }
    load_close(loaded);
}

static ExitStatus write_junit(TestRun *run, const char *path)
{
    StringBuilder out;
    builder_init(&out, &run->cli->arena);
    builder_text(&out, TEXT("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"beding\" tests=\""));
    builder_uint64(&out, run->count);
    builder_text(&out, TEXT("\" failures=\""));
    builder_uint64(&out, run->failed);
    builder_text(&out, TEXT("\">\n"));
    builder_text(&out, builder_result(&run->junit));
    builder_text(&out, TEXT("</testsuite>\n"));
    return output_write_all(run->cli, path, builder_result(&out));
}

static ExitStatus write_json(TestRun *run)
{
    StringBuilder out;
    JsonWriter writer;
    builder_init(&out, &run->cli->arena);
    json_write_close_array(&run->writer);
    json_write_init(&writer, &out, false);
    json_write_object(&writer, NULL);
    json_write_text(&writer, "schema", TEXT("beding.test/1"));
    json_write_uint(&writer, "passed", run->count - run->failed);
    json_write_uint(&writer, "failed", run->failed);
    json_write_raw(&writer, "scenarios", builder_result(&run->json));
    json_write_close_array(&run->coverage_writer);
    if (options_has(run->arguments, OPTION_COVERAGE))
        json_write_raw(&writer, "coverage", builder_result(&run->coverage_json));
    json_write_close_object(&writer);
    builder_char(&out, '\n');
    return output_write_all(run->cli, "-", builder_result(&out));
}

static ExitStatus write_tap(TestRun *run)
{
    builder_text(&run->tap, TEXT("1.."));
    builder_uint64(&run->tap, run->count);
    builder_char(&run->tap, '\n');
    return output_write_all(run->cli, "-", builder_result(&run->tap));
}

ExitStatus cmd_test(Cli *cli, const Arguments *arguments)
{
    TestRun run = {
        .cli = cli, .arguments = arguments, .separator = options_separator(cli, arguments), .status = EXIT_GOOD};
    if (run.separator == 0)
        return EXIT_USAGE;
    if (options_has(arguments, OPTION_MUTATE))
        return mutants_command(cli, arguments, run.separator);
    builder_init(&run.tap, &cli->arena);
    builder_init(&run.junit, &cli->arena);
    builder_init(&run.json, &cli->arena);
    json_write_init(&run.writer, &run.json, false);
    json_write_array(&run.writer, NULL);
    builder_init(&run.coverage_json, &cli->arena);
    json_write_init(&run.coverage_writer, &run.coverage_json, false);
    json_write_array(&run.coverage_writer, NULL);
    for (size_t i = 0; i < arguments->free_count; i++)
        test_file(&run, arguments->free[i]);
    ExitStatus status = options_has(arguments, OPTION_JSON) ? write_json(&run) : write_tap(&run);
    if (status == EXIT_GOOD && options_has(arguments, OPTION_JUNIT))
        status = write_junit(&run, arguments->values[OPTION_JUNIT]);
    if (run.status != EXIT_GOOD)
        return run.status;
    return status == EXIT_GOOD && run.failed > 0 ? EXIT_WANTING : status;
}
