/* same_traces.c - the traces of an agreement's lines by bd_session_record against those by bd_session_trace: same_traces MODULE --lines FILE …
 *
 * Lines are read and joined as the command does; its options are those of `explain` (whose --line is needed and not looked at).
 * tests/contracts/test_traces.py runs it.
 */
#include "compiler/cli/commands.h"
#include "compiler/cli/line_input.h"
#include "unit/trace_hash.h"

/* Batches that count are decided after they were told, so that the next one meets other counters. */
static ExitStatus decide(LineInput *input, const bd_batch *batch)
{
    Arena *arena = &input->cli->arena;
    bd_error error;
    bd_decisions out = {
        .decision = arena_array(arena, batch->rows, 1),
        .cents = arena_array(arena, batch->rows, sizeof(int64_t)),
        .fault = arena_array(arena, batch->rows, sizeof(uint32_t)),
        .reasons = arena_array(arena, batch->rows * bd_module_reason_words(input->loaded.module), sizeof(uint64_t))};
    if (bd_session_decide(input->session, batch, &out, &error) != BD_OK)
        return line_input_report(input, &error);
    return EXIT_GOOD;
}

static ExitStatus compare(Cli *cli, const Arguments *arguments)
{
    LineInput input = {.cli = cli};
    bd_batch batch;
    size_t rows = 0, forms = 0;
    ExitStatus status = line_input_load(&input, cli, arguments->free[0]);
    if (status == EXIT_GOOD)
        status = line_input_prepare(&input, arguments, ',', true);
    while (status == EXIT_GOOD && line_input_next(&input, &batch, &status)) {
        if (batch.rows > 0)
            check_traces(input.session, input.loaded.module, &batch, &forms);
        rows += batch.rows;
        if (status == EXIT_GOOD && input.is_counting)
            status = decide(&input, &batch);
    }
    printf("# %zu lines, %zu told from columns\n", rows, forms);
    line_input_close(&input);
    return status;
}

int main(int argc, char **argv)
{
    static Cli cli;
    const CommandRow *command = command_find(text_from_cstring("explain"));
    ExitStatus status = EXIT_LIMIT;
    Arguments arguments;
    cli.command = "explain";
    arena_init(&cli.arena, NULL);
    if (setjmp(cli.landing) == 0) {
        cli.arena.landing = &cli.landing;
        status = options_read(&cli, command, argc - 1, argv + 1, &arguments) ? compare(&cli, &arguments) : EXIT_USAGE;
    }
    arena_free(&cli.arena);
    CHECK(status == EXIT_GOOD, "status %d", (int)status);
    return check_done();
}
