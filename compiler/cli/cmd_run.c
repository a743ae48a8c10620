/* cmd_run.c: `beding run`: decide declaration lines.
**
** Job: read a batch, join, decide, write; over and over, in the order of the file and in bounded memory. The first line that cannot be
** read or decided ends the run, after the lines before it were written, unless --on-error reject turns it into a rejected one.
*/
#include <string.h>
#include <time.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/decisions.h"
#include "compiler/cli/line_input.h"
#include "compiler/cli/series.h"
#include "compiler/cli/sorter.h"

typedef struct Run {
    Cli *cli;
    LineInput input;
    Decisions decisions;
    Output out, summary;
    bool rejects_errors;
    Sorter written;       /* rows of lines that were put in order */
    bd_decisions results; /* with room for `room` rows */
    size_t room;
    struct timespec started;
    bool has_progress; /* a progress line stands on the terminal */
} Run;

static void reserve(Run *run, size_t rows)
{
    if (rows <= run->room)
        return;
    Arena *arena = &run->cli->arena;
    size_t room = rows < LINES_BATCH ? LINES_BATCH : rows * 2;
    run->results.decision = arena_array(arena, room, sizeof *run->results.decision);
    run->results.cents = arena_array(arena, room, sizeof *run->results.cents);
    run->results.fault = arena_array(arena, room, sizeof *run->results.fault);
    run->results.reasons = arena_array(arena, room * run->decisions.words, sizeof *run->results.reasons);
    run->results.settled = arena_array(arena, room, 1);
    run->results.repeated = arena_array(arena, room, 1);
    run->room = room;
}

/* The reason of a line that faulted: the code of the site. */
static Text fault_code(const Run *run, size_t row)
{
    bd_site_info site;
    bool is_known =
        bd_module_site(run->input.loaded.module, run->results.fault[row], &site) == BD_OK && site.code.size > 0;
    return is_known ? site.code : TEXT("fout");
}

/* Writes a row, or, of lines that were put in order, sets it aside to be put back. */
static bool write_line(Run *run, size_t row, const DecidedLine *line)
{
    size_t before = run->out.size;
    decisions_write(&run->decisions, line);
    if (!run->input.order.is_sorted)
        return true;
    char key[8];
    uint64_t number = run->input.lines.numbers[row];
    for (int i = 0; i < 8; i++)
        key[i] = (char)(number >> (8 * (7 - i)) & 0xFF);
    Text text = {run->out.data + before, run->out.size - before};
    bool is_kept = sorter_add(&run->written, (Text){key, sizeof key}, text);
    run->out.size = before;
    run->out.failed = run->out.failed || !is_kept;
    return is_kept;
}

/* The rows that were set aside, in the order of the input. */
static void put_back(Run *run)
{
    Text text;
    if (!run->input.order.is_sorted)
        return;
    if (!sorter_finish(&run->written))
        run->out.failed = true;
    while (!run->out.failed && sorter_next(&run->written, &text))
        output_text(&run->out, text);
    run->out.failed = run->out.failed || run->written.failed;
    sorter_close(&run->written);
}

/* Writes the rows of the batch; false when a faulting line ends the run. */
static bool write_batch(Run *run)
{
    Lines *lines = &run->input.lines;
    for (size_t row = 0; row < lines->count; row++) {
        DecidedLine line = {.declaration = lines_text(lines, CARRY_DECLARATION, row),
                            .number = lines_text(lines, CARRY_NUMBER, row),
                            .decision = (bd_decision)run->results.decision[row],
                            .cents = run->results.cents[row],
                            .reasons = run->results.reasons + row * run->decisions.words,
                            .settled = (bd_settled)run->results.settled[row],
                            .is_repeated = run->results.repeated[row] != 0};
        if (lines->bad[row]) {
            line.decision = BD_REJECTED;
            line.cents = 0;
            line.reasons = NULL;
            line.code = TEXT("cel_ongeldig");
            run->decisions.malformed++;
        } else if (line.decision == BD_FAULTED) {
            line_input_report_fault(&run->input, row, run->results.fault[row], run->rejects_errors);
            if (!run->rejects_errors)
                return false;
            line.cents = 0;
            line.reasons = NULL;
            line.code = fault_code(run, row);
        }
        if (!write_line(run, row, &line))
            return false;
    }
    return true;
}

static void show_progress(Run *run)
{
    struct timespec now;
    if (!run->cli->terminal_err || run->decisions.lines % (LINES_BATCH * 64) >= LINES_BATCH)
        return;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0 || now.tv_sec - run->started.tv_sec < 2)
        return;
    Arena arena;
    cli_arena(run->cli, &arena);
    StringBuilder out, number;
    builder_init(&out, &arena);
    builder_init(&number, &arena);
    message_count(run->cli, &number, run->decisions.lines);
    builder_char(&out, '\r');
    message_append(run->cli, &out, MSG_PROGRESS, (Holes){.a = builder_result(&number)});
    message_print(builder_result(&out));
    run->has_progress = true;
    arena_free(&arena);
}

static ExitStatus decide_batch(Run *run, const bd_batch *batch)
{
    reserve(run, batch->rows);
    bd_error error = {.code = BD_OK};
    if (bd_session_decide(run->input.session, batch, &run->results, &error) != BD_OK)
        return line_input_report(&run->input, &error);
    return write_batch(run) ? EXIT_GOOD : EXIT_WANTING;
}

static ExitStatus decide_all(Run *run)
{
    ExitStatus status = EXIT_GOOD;
    bd_batch batch;
    decisions_begin(&run->decisions);
    if (run->input.order.is_sorted)
        output_flush(&run->out); /* the header; rows stay in the buffer until they are set aside */
    while (status == EXIT_GOOD && !run->out.failed && line_input_next(&run->input, &batch, &status)) {
        status = decide_batch(run, &batch);
        show_progress(run);
    }
    if (run->has_progress)
        message_print(TEXT("\r\033[K"));
    put_back(run);
    decisions_settle(&run->decisions);
    return run->out.failed ? EXIT_FILE : status;
}

static bool is_jsonl(const char *path)
{
    size_t length = path == NULL ? 0 : strlen(path);
    return length >= 6 && strcmp(path + length - 6, ".jsonl") == 0;
}

/* With everything open: decide, then give the files their names. */
static ExitStatus finish(Run *run)
{
    ExitStatus status = decide_all(run);
    if (status != EXIT_GOOD) {
        /* Rows already sent to stdout stand; a named file is not made. */
        if (run->out.temporary == NULL)
            output_flush(&run->out);
        return status;
    }
    bd_error error = {.code = BD_OK};
    if (bd_session_commit(run->input.session, &error) !=
        BD_OK) /* before the file has its name: decisions that are out are kept */
        return line_input_report(&run->input, &error);
    rows_report_unknown(&run->input.lines.rows);
    series_warn(run->cli, run->input.loaded.module, run->input.session);
    /* Both files or neither: the summary is on the disk before the decisions get their name. */
    bool has_summary = run->summary.open;
    if (has_summary) {
        output_text(&run->summary, decisions_json_summary(&run->decisions, run->input.lines.rows.unknown,
                                                          run->input.lines.rows.unknown_count));
        if (run->summary.temporary != NULL)
            output_flush(&run->summary);
    }
    if (run->summary.failed || !output_finish(&run->out))
        return EXIT_FILE;
    if (has_summary)
        return output_finish(&run->summary) ? EXIT_GOOD : EXIT_FILE;
    decisions_print_summary(&run->decisions);
    return EXIT_GOOD;
}

static ExitStatus execute(Run *run, const Arguments *arguments)
{
    bool has_date = false;
    int32_t day = 0;
    char separator = options_separator(run->cli, arguments);
    if (separator == 0 || !options_on_error(run->cli, arguments, &run->rejects_errors) ||
        !options_as_of(run->cli, arguments, &has_date, &day))
        return EXIT_USAGE;
    ExitStatus status = line_input_open(&run->input, run->cli, arguments, separator, run->rejects_errors, false);
    if (status == EXIT_GOOD && !output_open(&run->out, run->cli, arguments->values[OPTION_OUT]))
        status = EXIT_FILE;
    const char *summary = arguments->values[OPTION_SUMMARY];
    if (status == EXIT_GOOD && summary != NULL && !output_open(&run->summary, run->cli, summary))
        status = EXIT_FILE;
    if (status != EXIT_GOOD)
        return status;
    bool is_json =
        is_jsonl(arguments->values[OPTION_OUT]) || (arguments->values[OPTION_OUT] == NULL && run->input.order.is_json);
    decisions_init(&run->decisions, run->cli, run->input.loaded.module, run->input.session, &run->out, is_json,
                   separator);
    return finish(run);
}

ExitStatus cmd_run(Cli *cli, const Arguments *arguments)
{
    Run *run = arena_alloc(&cli->arena, sizeof *run);
    run->cli = cli;
    (void)clock_gettime(CLOCK_MONOTONIC, &run->started);
    run->input.lines.rows.feed.fd = -1;
    sorter_init(&run->written, cli);
    ExitStatus status = execute(run, arguments);
    sorter_close(&run->written);
    line_input_close(&run->input);
    return status;
}
