/* cmd_run.c: `beding run`: decide declaration lines.
**
** Job: read a batch, join, decide, write; over and over, in the order of the file and in bounded memory. The first line that cannot be
** read or decided ends the run, after the lines before it were written, unless --on-error reject turns it into a rejected one.
** Where the order of the lines matters and all can be taken back, a run begins in the hope that they stand in order and that there are no
** credits. What is out of order, a credit and whatever else is wrong makes a message; the first one has the file looked at, and the run
** goes on or begins again. Without a message the hope was right.
*/
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/receipt.h"
#include "compiler/cli/run.h"
#include "compiler/cli/series.h"

enum { MOST_THREADS = 256, MOST_OWN_THREADS = 16, PROGRESS_LINES = 65536 };

typedef struct RunCommand {
    Cli *cli;
    const Arguments *arguments;
    char separator;
    Run run;
    Output out, summary, proof;
    Receipt *receipt; /* to be made of this run; NULL: none */
    Text *made;       /* where the receipt goes instead of a file, for someone who makes a run again; else NULL */
    Sha256 digest;    /* of the decisions, for the receipt */
    Output rows;      /* of lines that were put in order: the batch's, on their way to the sorter */
    Sorter written;   /* and from there, back in the order of the input, to out */
    unsigned threads;
    RunProfile profile; /* of --profile: run.profile points here */
    ThreadedRun threaded;
    struct timespec started;
    uint64_t progress_at;   /* lines at which to look at the clock again */
    bool has_progress;      /* a progress line stands on the terminal */
    StringBuilder messages; /* those that wait while the order is hoped for */
    bool is_dashed;         /* the hope was wrong, */
    ExitStatus looked;      /* and this is to end with, when it is not to begin again */
} RunCommand;

/* How many threads the user wants, or as many as the machine runs at once. */
static bool read_threads(Cli *cli, const Arguments *arguments, unsigned *threads)
{
    const char *value = arguments->values[OPTION_THREADS];
    if (value == NULL) {
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        *threads = cores < 1 ? 1 : cores > MOST_OWN_THREADS ? MOST_OWN_THREADS : (unsigned)cores;
        return true;
    }
    unsigned count = 0;
    const char *p = value;
    for (; *p >= '0' && *p <= '9' && count <= MOST_THREADS; p++)
        count = count * 10 + (unsigned)(*p - '0');
    *threads = count;
    if (p > value && *p == '\0' && count >= 1 && count <= MOST_THREADS)
        return true;
    Holes holes = {.a = TEXT("--threads"), .b = text_from_cstring(value), .c = message_pattern(cli, MSG_HINT_THREADS)};
    message_error(cli, MSG_OPTION_BAD_VALUE, holes);
    return false;
}

static void show_progress(void *context, uint64_t lines)
{
    RunCommand *command = context;
    struct timespec now;
    if (!command->cli->terminal_err || lines < command->progress_at)
        return;
    command->progress_at = lines + PROGRESS_LINES;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0 || now.tv_sec - command->started.tv_sec < 2)
        return;
    Arena arena;
    cli_arena(command->cli, &arena);
    StringBuilder out, number;
    builder_init(&out, &arena);
    builder_init(&number, &arena);
    message_count(command->cli, &number, lines);
    builder_char(&out, '\r');
    message_append(command->cli, &out, MSG_PROGRESS, (Holes){.a = builder_result(&number)});
    message_print(builder_result(&out));
    command->has_progress = true;
    arena_free(&arena);
}

/* ---- Beginning in the hope that the lines stand in order ---- */

/* Whether a run can begin again: from a file, with nothing made that anyone has seen. */
static bool can_begin_again(const RunCommand *command)
{
    const char *const *values = command->arguments->values;
    const char *made[] = {values[OPTION_SUMMARY], command->made == NULL ? values[OPTION_RECEIPT] : NULL};
    struct stat info;
    bool can = output_can_drop(values[OPTION_OUT]) && values[OPTION_LEDGER] == NULL &&
               stat(values[OPTION_LINES], &info) == 0 && S_ISREG(info.st_mode);
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        can = can && (made[i] == NULL || output_can_drop(made[i]));
    return can;
}

/* Looks at the file after all, for ThreadedRun. False: what was decided is worth nothing, and messages of it are not printed. */
static bool settle(void *context)
{
    RunCommand *command = context;
    bool holds = false;
    command->cli->kept_messages = NULL;
    command->looked = line_input_look(&command->run.input, command->arguments, command->separator, &holds);
    command->is_dashed = !holds;
    return holds;
}

/* Whether what was decided so far stands, messages included: they are printed. */
static bool stands(RunCommand *command)
{
    const bool waits = command->messages.size > 0;
    if (waits && command->run.input.order.is_hoped)
        (void)settle(command);
    if (waits && !command->is_dashed)
        message_print(builder_result(&command->messages));
    command->messages.size = 0;
    return !command->is_dashed;
}

/* There was or is nothing to hope for: messages are printed at once. */
static void be_certain(RunCommand *command)
{
    command->run.input.order.is_hoped = false;
    command->cli->kept_messages = NULL;
}

/* Drops all that was made but the module and the order that was found. */
static void begin_again(RunCommand *command)
{
    output_abandon_all(command->cli);
    run_threads_close(&command->threaded);
    line_input_drop(&command->run.input);
    command->run.input.hopes = command->is_dashed = false;
    command->profile = (RunProfile){.reading = 0};
    command->progress_at = 0;
}

/* ---- Deciding ---- */

/* One batch after the other, in this thread. */
static ExitStatus decide_alone(RunCommand *command)
{
    Run *run = &command->run;
    bool is_sorted = run->input.order.is_sorted;
    ExitStatus status = EXIT_GOOD;
    bool goes_on = true;
    while (goes_on && !command->out.failed) {
        run_start(run, is_sorted ? &command->rows : &command->out);
        goes_on = run_batch(run, &status);
        if (is_sorted && !run_set_aside(&command->written, &command->rows, run->kept, run->kept_count))
            command->out.failed = true;
        goes_on = stands(command) && goes_on;
        show_progress(command, run->decisions.lines);
    }
    return status;
}

/* The rows that were set aside, in the order of the input. */
static void put_back(RunCommand *command)
{
    Text text;
    if (!sorter_finish(&command->written))
        command->out.failed = true;
    while (!command->out.failed && sorter_next(&command->written, &text))
        output_text(&command->out, text);
    command->out.failed = command->out.failed || command->written.failed;
    sorter_close(&command->written);
}

static ExitStatus decide_all(RunCommand *command)
{
    Run *run = &command->run;
    ExitStatus status = EXIT_GOOD;
    run_start(run, &command->out);
    decisions_begin(&run->decisions);
    if (command->threads > 1 && run_can_share(run)) {
        command->threaded = (ThreadedRun){.threads = command->threads,
                                          .out = &command->out,
                                          .sorter = &command->written,
                                          .progress = show_progress,
                                          .settle = settle,
                                          .context = command};
        status = run_threads(run, &command->threaded);
    } else {
        status = decide_alone(command);
    }
    if (command->has_progress)
        message_print(TEXT("\r\033[K"));
    command->has_progress = false;
    if (!stands(command))
        return command->looked;
    be_certain(command);
    if (run->input.order.is_sorted)
        put_back(command);
    decisions_settle(&run->decisions);
    return command->out.failed ? EXIT_FILE : status;
}

/* Whether figures of series had to serve longer than they were meant to, in any of the sessions. */
static void warn_of_series(const RunCommand *command)
{
    const ThreadedRun *threaded = &command->threaded;
    const bd_session **sessions =
        arena_array(&command->cli->arena, (size_t)threaded->session_count + 1, sizeof *sessions);
    sessions[0] = command->run.input.session;
    for (unsigned i = 0; i < threaded->session_count; i++)
        sessions[i + 1] = threaded->sessions[i];
    series_warn(command->cli, command->run.input.loaded.module, sessions, (size_t)threaded->session_count + 1);
}

static bool is_jsonl(const char *path)
{
    size_t length = path == NULL ? 0 : strlen(path);
    return length >= 6 && strcmp(path + length - 6, ".jsonl") == 0;
}

/* The receipt, which needs the hash of the last byte of the decisions. */
static ExitStatus make_receipt(RunCommand *command)
{
    Text text = {NULL, 0};
    if (command->receipt == NULL)
        return EXIT_GOOD;
    output_flush(&command->out);
    if (command->out.failed)
        return EXIT_FILE;
    ExitStatus status =
        receipt_text(command->receipt, &command->run.decisions, &command->run.input.loaded, &command->out, &text);
    if (status != EXIT_GOOD)
        return status;
    if (command->made != NULL) {
        *command->made = text;
        return EXIT_GOOD;
    }
    output_text(&command->proof, text);
    if (command->proof.temporary != NULL)
        output_flush(&command->proof);
    return command->proof.failed ? EXIT_FILE : EXIT_GOOD;
}

static ExitStatus start_profile(RunCommand *command)
{
    Run *run = &command->run;
    bd_error error = {.code = BD_OK};
    if (run->profile == NULL)
        return EXIT_GOOD;
    command->threads = 1; /* times of threads that wait for each other say nothing about rules */
    bd_status status = bd_session_profile(run->input.session, run_profile_clock, NULL, &error);
    return status == BD_OK ? EXIT_GOOD : line_input_report(&run->input, &error);
}

/* With everything open: decide, then give the files their names. */
static ExitStatus finish(RunCommand *command)
{
    Run *run = &command->run;
    ExitStatus status = decide_all(command);
    if (command->is_dashed)
        return status;
    if (status == EXIT_GOOD && run->profile != NULL)
        status = run_profile_read(run->profile, run->cli, run->input.session, &run->decisions);
    if (status != EXIT_GOOD) {
        /* Rows already sent to stdout stand; a named file is not made. */
        if (command->out.temporary == NULL)
            output_flush(&command->out);
        return status;
    }
    bd_error error = {.code = BD_OK};
    if (bd_session_commit(run->input.session, &error) !=
        BD_OK) /* before the file has its name: decisions that are out are kept */
        return line_input_report(&run->input, &error);
    rows_report_unknown(&run->input.lines.rows);
    warn_of_series(command);
    /* Both files or neither: the summary is on the disk before the decisions get their name. */
    bool has_summary = command->summary.open;
    if (has_summary) {
        output_text(&command->summary, decisions_json_summary(&run->decisions, run->input.lines.rows.unknown,
                                                              run->input.lines.rows.unknown_count, run->profile));
        if (command->summary.temporary != NULL)
            output_flush(&command->summary);
    }
    status = make_receipt(command);
    if (status != EXIT_GOOD)
        return status;
    if (command->summary.failed || !output_finish(&command->out) ||
        (command->proof.open && !output_finish(&command->proof)))
        return EXIT_FILE;
    if (command->made != NULL)
        return EXIT_GOOD;
    if (has_summary && !output_finish(&command->summary))
        return EXIT_FILE;
    if (!has_summary)
        decisions_print_summary(&run->decisions);
    if (run->profile != NULL)
        run_profile_print(run->profile, &run->decisions);
    return EXIT_GOOD;
}

/* Opens everything. */
static ExitStatus open_all(RunCommand *command)
{
    Run *run = &command->run;
    const Arguments *arguments = command->arguments;
    ExitStatus status = line_input_prepare(&run->input, arguments, command->separator, run->rejects_errors);
    if (status == EXIT_GOOD && !output_open(&command->out, run->cli, arguments->values[OPTION_OUT]))
        status = EXIT_FILE;
    const char *summary = arguments->values[OPTION_SUMMARY];
    if (status == EXIT_GOOD && summary != NULL && !output_open(&command->summary, run->cli, summary))
        status = EXIT_FILE;
    bool has_proof = command->receipt != NULL && command->made == NULL;
    if (status == EXIT_GOOD && has_proof && !output_open(&command->proof, run->cli, command->receipt->path))
        status = EXIT_FILE;
    if (status != EXIT_GOOD)
        return status;
    if (command->receipt != NULL) {
        sha256_init(&command->digest);
        command->out.digest = &command->digest;
    }
    bool is_json =
        is_jsonl(arguments->values[OPTION_OUT]) || (arguments->values[OPTION_OUT] == NULL && run->input.order.is_json);
    decisions_init(&run->decisions, run->cli, run->input.loaded.module, run->input.session, &command->out, is_json,
                   command->separator);
    run->profile = options_has(arguments, OPTION_PROFILE) ? &command->profile : NULL;
    return start_profile(command);
}

/* The run from beginning to end. Unless is_dashed, it was the one that counts. */
static ExitStatus attempt(RunCommand *command)
{
    builder_init(&command->messages, &command->cli->arena);
    if (command->run.input.hopes)
        command->cli->kept_messages = &command->messages;
    ExitStatus status = open_all(command);
    if (!stands(command))
        return command->looked;
    if (status != EXIT_GOOD || !command->run.input.order.is_hoped)
        be_certain(command);
    return status == EXIT_GOOD ? finish(command) : status;
}

static ExitStatus execute(RunCommand *command)
{
    Run *run = &command->run;
    Cli *cli = command->cli;
    const Arguments *arguments = command->arguments;
    bool has_date = false;
    int32_t day = 0;
    command->separator = options_separator(cli, arguments);
    if (command->separator == 0 || !options_on_error(cli, arguments, &run->rejects_errors) ||
        !read_threads(cli, arguments, &command->threads) || !options_as_of(cli, arguments, &has_date, &day))
        return EXIT_USAGE;
    ExitStatus status = line_input_load(&run->input, cli, arguments->free[0]);
    if (status != EXIT_GOOD)
        return status;
    run->input.hopes = can_begin_again(command);
    status = attempt(command);
    if (!command->is_dashed || status != EXIT_GOOD)
        return status;
    begin_again(command);
    return attempt(command);
}

static ExitStatus run_with(Cli *cli, const Arguments *arguments, Receipt *receipt, Text *made)
{
    RunCommand *command = arena_alloc(&cli->arena, sizeof *command);
    command->cli = command->run.cli = cli;
    command->arguments = arguments;
    command->receipt = receipt;
    command->made = made;
    (void)clock_gettime(CLOCK_MONOTONIC, &command->started);
    command->run.input.lines.rows.feed.fd = -1;
    output_open_memory(&command->rows, cli);
    sorter_init(&command->written, cli);
    ExitStatus status = execute(command);
    sorter_close(&command->written);
    output_free(&command->rows);
    run_threads_close(&command->threaded);
    line_input_close(&command->run.input);
    return status;
}

ExitStatus run_again(Cli *cli, const Arguments *arguments, Receipt *receipt, Text *made)
{
    return run_with(cli, arguments, receipt, made);
}

ExitStatus cmd_run(Cli *cli, const Arguments *arguments)
{
    const char *path = arguments->values[OPTION_RECEIPT];
    if (path == NULL)
        return run_with(cli, arguments, NULL, NULL);
    Receipt receipt;
    ExitStatus status = receipt_begin(&receipt, cli, arguments, path);
    return status == EXIT_GOOD ? run_with(cli, arguments, &receipt, NULL) : status;
}
