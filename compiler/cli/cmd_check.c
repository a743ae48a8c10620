/* cmd_check.c: `beding check`: compile without output; the diagnostics as text, JSON or SARIF.
**
** Text goes to stderr like a compiler's, JSON and SARIF to stdout as one document over all files.
*/
#include "compiler/cli/commands.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/cli/sarif.h"
#include "lang/diag_print.h"

typedef struct Check {
    Cli *cli;
    bool is_json, is_sarif, has_clauses;
    StringBuilder out; /* text: the costs; JSON: the diagnostics' elements */
    Sarif sarif;
    StringBuilder costs; /* JSON: an element per agreement without errors */
    size_t errors, warnings;
    ExitStatus status;
} Check;

/* diag_print_json makes an array per compilation; what stands between its brackets is joined into one. */
static void append_elements(Check *check, Text array)
{
    size_t begin = 0, end = array.size;
    while (begin < end && array.data[begin] != '[')
        begin++;
    while (end > begin && array.data[end - 1] != ']')
        end--;
    Text inner = text_slice(array, begin + 1, end == 0 ? 0 : end - 1);
    bool is_blank = true;
    for (size_t i = 0; i < inner.size && is_blank; i++)
        is_blank = inner.data[i] == ' ' || inner.data[i] == '\n';
    if (is_blank)
        return;
    if (check->out.size > 0)
        builder_char(&check->out, ',');
    builder_text(&check->out, inner);
}

/* How dear a line can become is known when the agreement compiles (language.md, section 1). */
static void append_cost(Check *check, const char *source, uint64_t cost)
{
    if (check->is_sarif || cost == 0)
        return;
    if (!check->is_json) {
        load_append_cost(check->cli, &check->out, cost);
        return;
    }
    if (check->costs.size > 0)
        builder_text(&check->costs, TEXT(", "));
    builder_text(&check->costs, TEXT("{\"file\": "));
    builder_json_string(&check->costs, text_from_cstring(source));
    builder_text(&check->costs, TEXT(", \"steps_per_line\": "));
    builder_uint64(&check->costs, cost);
    builder_char(&check->costs, '}');
}

static bool has_unused(const Diags *diags)
{
    for (size_t i = 0; i < diags->count; i++) {
        DiagCode code = diags->items[i].code;
        if (code == DIAG_W1102 || code == DIAG_W1120 || code == DIAG_W1121)
            return true;
    }
    return false;
}

static void check_one(Check *check, const char *path)
{
    Cli *cli = check->cli;
    const char *source = load_find_source(cli, path);
    if (source == NULL) {
        check->status = EXIT_WANTING;
        return;
    }
    Compilation *compilation = arena_alloc(&cli->arena, sizeof *compilation);
    ExitStatus status = check->has_clauses ? load_compile_clauses(cli, compilation, source)
                                           : load_compile(cli, compilation, source, STAGE_MODULE, NULL);
    if (status != EXIT_GOOD) {
        check->status = status;
        return;
    }
    DiagPrint how = {.language = cli->english ? DIAG_ENGLISH : DIAG_DUTCH,
                     .sources = compilation->sources.items,
                     .source_count = compilation->sources.count};
    if (check->is_json) {
        StringBuilder array;
        builder_init(&array, &cli->arena);
        diag_print_json(&array, &compilation->diags, &how);
        append_elements(check, builder_result(&array));
    } else if (check->is_sarif) {
        sarif_append(&check->sarif, &compilation->diags, &how);
    } else {
        load_print_diagnostics(cli, compilation);
    }
    check->errors += compilation->diags.error_count;
    check->warnings += compilation->diags.warning_count;
    /* Who asks whether everything is used wants to hear it when something is not. */
    bool is_wanting = compilation->diags.error_count > 0 || (check->has_clauses && has_unused(&compilation->diags));
    if (is_wanting && check->status == EXIT_GOOD)
        check->status = EXIT_WANTING;
    append_cost(check, source, load_cost(compilation));
    compile_free(compilation);
}

static ExitStatus write_document(Check *check)
{
    Cli *cli = check->cli;
    StringBuilder out;
    builder_init(&out, &cli->arena);
    if (check->is_sarif) {
        sarif_document(&check->sarif, &out, check->status != EXIT_FILE);
    } else {
        builder_text(&out, TEXT("{\"schema\": \"beding.diagnostics/1\", \"errors\": "));
        builder_uint64(&out, check->errors);
        builder_text(&out, TEXT(", \"warnings\": "));
        builder_uint64(&out, check->warnings);
        builder_text(&out, TEXT(", \"diagnostics\": ["));
        builder_text(&out, builder_result(&check->out));
        builder_text(&out, TEXT("], \"costs\": ["));
        builder_text(&out, builder_result(&check->costs));
        builder_text(&out, TEXT("]}\n"));
    }
    ExitStatus status = output_write_all(cli, "-", builder_result(&out));
    return check->status != EXIT_GOOD ? check->status : status;
}

ExitStatus cmd_check(Cli *cli, const Arguments *arguments)
{
    Check check = {.cli = cli,
                   .is_json = options_has(arguments, OPTION_JSON),
                   .is_sarif = options_has(arguments, OPTION_SARIF),
                   .has_clauses = options_has(arguments, OPTION_CLAUSES)};
    builder_init(&check.out, &cli->arena);
    builder_init(&check.costs, &cli->arena);
    sarif_init(&check.sarif, &cli->arena, cli->english ? DIAG_ENGLISH : DIAG_DUTCH);
    for (size_t i = 0; i < arguments->free_count; i++)
        check_one(&check, arguments->free[i]);
    if (check.is_json || check.is_sarif)
        return write_document(&check);
    if (check.errors + check.warnings > 0) {
        StringBuilder out;
        builder_init(&out, &cli->arena);
        message_counted(cli, &out, check.errors, MSG_ONE_ERROR, MSG_MANY_ERRORS);
        builder_text(&out, TEXT(", "));
        message_counted(cli, &out, check.warnings, MSG_ONE_WARNING, MSG_MANY_WARNINGS);
        builder_char(&out, '\n');
        message_print(builder_result(&out));
    }
    if (check.out.size > 0)
        message_print(builder_result(&check.out));
    return check.status;
}
