/* cmd_impact.c: `beding impact`: decide a file of lines before and after a change, and report what changed.
**
** Job: open the two sides over the same lines, walk them row by row, give every pair of outcomes to the tally (impact.h), and print the report.
** Each side reads the file for itself, with the readers of `run`: what a version needs of a line is its own affair, and a column that only one
** of them reads is no trouble to the other. Rows meet by their place in the file; where lines influence each other in one of the versions, both
** decide in order.
*/
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/impact_ahead.h"
#include "compiler/cli/impact_replay.h"
#include "compiler/cli/impact_report.h"
#include "compiler/cli/impact_rows.h"
#include "compiler/cli/impact_side.h"
#include "compiler/cli/impact_trace.h"
#include "compiler/cli/series.h"
#include "compiler/cli/sorter.h"

static const Text DIMENSION_COLUMNS[IMPACT_COLUMNS] = {TEXT_INIT("product"), TEXT_INIT("gemeente"),
                                                       TEXT_INIT("aanbieder"), TEXT_INIT("einddatum")};

enum { PROGRESS_LINES = 1 << 16, PROGRESS_WIDTH = 30, COPY_BYTES = 65536 };

/* A row of the batch at hand that is decided otherwise. */
typedef struct ChangedRow {
    ImpactLine line;
    uint32_t cause;
    size_t row; /* of the side before */
} ChangedRow;

typedef struct Comparison {
    Cli *cli;
    const Arguments *arguments;
    Impact impact;
    Side before, after;
    Cli after_cli; /* the side after works in a thread of its own */
    Ahead ahead;
    bool has_ahead, has_asked; /* has_asked: the side after is at its next batch */
    ChangedRow *changed; /* room for the rows of a batch: as a rule LINES_BATCH, or what a long declaration takes */
    size_t changed_count, changed_room;
    Replay replay;
    char separator;
    ImpactChanges changes;
    const TypedColumn *extra[IMPACT_COLUMNS]; /* of the side before; NULL: the file has no such column */
    ImpactRows rows;
    bool has_rows;
    char *copy; /* standard input, copied to a file of ours; else NULL */
    uint64_t file_size;
    struct timespec started;
    uint64_t next_progress; /* lines */
    bool has_progress;      /* a progress line stands on the terminal */
} Comparison;

/* ---- Standard input ---- */

/* Both sides read the lines, so what comes through a pipe is set aside. JSON Lines are known by their name. */
static ExitStatus copy_stdin(Comparison *c)
{
    char *path = NULL;
    static char bytes[COPY_BYTES];
    FILE *file = sorter_temporary(c->cli, &path);
    if (file == NULL)
        return EXIT_FILE;
    ssize_t got;
    bool is_json = false, is_first = true, is_good = true;
    while (is_good && (got = read(STDIN_FILENO, bytes, sizeof bytes)) > 0) {
        is_json = is_first ? bytes[0] == '{' : is_json;
        is_first = false;
        is_good = fwrite(bytes, (size_t)got, 1, file) == 1;
    }
    is_good = fclose(file) == 0 && is_good;
    c->copy = path;
    if (is_good && is_json) {
        StringBuilder name;
        builder_init(&name, &c->cli->arena);
        builder_text(&name, text_from_cstring(path));
        builder_text(&name, TEXT(".jsonl"));
        c->copy = cli_cstring(c->cli, builder_result(&name));
        is_good = rename(path, c->copy) == 0;
    }
    if (!is_good)
        message_error(c->cli, MSG_CANNOT_WRITE, (Holes){.a = text_from_cstring(path), .b = TEXT("-")});
    return is_good ? EXIT_GOOD : EXIT_FILE;
}

/* ---- Progress ---- */

static uint64_t bytes_read(const Side *side)
{
    const Feed *feed = &side->input.lines.rows.feed;
    off_t at = feed->fd < 0 ? -1 : lseek(feed->fd, 0, SEEK_CUR);
    uint64_t left = feed->end - feed->begin;
    return at < 0 || (uint64_t)at < left ? 0 : (uint64_t)at - left;
}

static void show_progress(Comparison *c)
{
    struct timespec now;
    c->next_progress = c->impact.lines + PROGRESS_LINES;
    if (!c->cli->terminal_err || clock_gettime(CLOCK_MONOTONIC, &now) != 0 || now.tv_sec - c->started.tv_sec < 1)
        return;
    Arena arena;
    cli_arena(c->cli, &arena);
    StringBuilder out, number;
    builder_init(&out, &arena);
    builder_init(&number, &arena);
    message_count(c->cli, &number, c->impact.lines);
    builder_char(&out, '\r');
    uint64_t done = bytes_read(&c->before);
    if (c->file_size > 0 && done <= c->file_size) {
        uint64_t percent = done / (c->file_size / 100 + 1), width = percent * PROGRESS_WIDTH / 100;
        StringBuilder percents;
        builder_init(&percents, &arena);
        builder_uint64(&percents, percent);
        builder_char(&out, '[');
        builder_repeat(&out, '#', (size_t)width);
        builder_repeat(&out, '.', PROGRESS_WIDTH - (size_t)width);
        builder_text(&out, TEXT("] "));
        message_append(c->cli, &out, MSG_IMPACT_PROGRESS,
                       (Holes){.a = builder_result(&percents), .b = builder_result(&number)});
    } else {
        message_append(c->cli, &out, MSG_PROGRESS, (Holes){.a = builder_result(&number)});
    }
    message_print(builder_result(&out));
    c->has_progress = true;
    arena_free(&arena);
}

/* ---- Comparing ---- */

static Text extra_text(const Comparison *c, int dimension, size_t row)
{
    const TypedColumn *column = c->extra[dimension];
    return column == NULL ? (Text){NULL, 0} : ((const bd_text *)column->values)[row];
}

static uint64_t size_of(int64_t difference)
{
    return difference < 0 ? 0 - (uint64_t)difference : (uint64_t)difference;
}

static ImpactTraced traced(Side *side, const ImpactOutcome *outcome)
{
    return (ImpactTraced){.module = side->input.loaded.module,
                          .session = side->input.session,
                          .batch = &side->batch,
                          .row = side->at,
                          .decision = outcome->decision,
                          .cents = outcome->cents,
                          .record = &side->record};
}

/* Whether rules decided it on both sides, so that there is a derivation to follow. */
static bool has_derivations(const ImpactLine *line)
{
    return !line->before.is_malformed && !line->after.is_malformed && line->before.settled == BD_SETTLED_BY_RULES &&
           line->after.settled == BD_SETTLED_BY_RULES;
}

/* ---- Derivations ---- */

static bool counts(const Comparison *c)
{
    return c->before.input.is_counting || c->after.input.is_counting;
}

static ExitStatus open_pair(Comparison *c, Side *before, Side *after);

static bool open_replay(Comparison *c)
{
    Side *before = &c->replay.before.side, *after = &c->replay.after.side;
    if (c->replay.is_open)
        return true;
    c->replay.is_open = true;
    before->input.lines.rows.feed.fd = after->input.lines.rows.feed.fd = -1;
    before->rejects_errors = after->rejects_errors = c->before.rejects_errors;
    const char *const *paths = c->arguments->free;
    return side_load(before, c->cli, MSG_IMPACT_BEFORE, paths[0]) == EXIT_GOOD &&
           side_load(after, c->cli, MSG_IMPACT_AFTER, paths[c->arguments->free_count - 1]) == EXIT_GOOD &&
           open_pair(c, before, after) == EXIT_GOOD;
}

static void take_side(ImpactTraced *traced, const ReplaySide *replay)
{
    traced->module = replay->side.input.loaded.module;
    traced->session = replay->side.input.session;
    traced->batch = &replay->side.batch;
}

/* The line at hand as it was before it was decided, by following the file once more. What there is to say of its lines was said. */
static bool replay_line(Comparison *c, ImpactTraced *before, ImpactTraced *after)
{
    Arena arena;
    StringBuilder silent;
    cli_arena(c->cli, &arena);
    builder_init(&silent, &arena);
    c->cli->kept_messages = &silent;
    uint64_t row = c->impact.lines - 1;
    bool is_there = !c->replay.has_failed && open_replay(c) && replay_to(&c->replay.before, row, &before->row) &&
                    replay_to(&c->replay.after, row, &after->row);
    c->cli->kept_messages = NULL;
    arena_free(&arena);
    c->replay.has_failed = !is_there;
    take_side(before, &c->replay.before);
    take_side(after, &c->replay.after);
    return is_there;
}

/* Where both derivations of the line at hand are to be had. */
static bool find_derivations(void *context, const ImpactLine *line, ImpactTraced *before, ImpactTraced *after)
{
    Comparison *c = context;
    *before = traced(&c->before, &line->before);
    *after = traced(&c->after, &line->after);
    return has_derivations(line) && (!counts(c) || replay_line(c, before, after));
}

/* The forms of both, from the line at hand on. Neither side is at its next batch by now. */
static bool record_line(void *context, const ImpactLine *line, ImpactTraced *before, ImpactTraced *after)
{
    Comparison *c = context;
    *before = traced(&c->before, &line->before);
    *after = traced(&c->after, &line->after);
    return has_derivations(line) && c->before.record.can_be && c->after.record.can_be && side_record(&c->before) &&
           side_record(&c->after);
}

static void name_change(Comparison *c, uint32_t cause, ImpactLine *line)
{
    ImpactDerivations derivations = {find_derivations, record_line, c};
    ImpactPlace place = {.cause = &c->impact.causes[cause],
                         .cause_index = cause,
                         .product = c->impact.values[IMPACT_PRODUCT].names[line->product],
                         .product_index = line->product,
                         .is_paid = impact_decision(&line->after) == BD_APPROVED};
    line->values[IMPACT_CHANGE] = impact_changes_of(&c->changes, &place, line, &derivations);
}

/* Of each cause the first line is traced, and each that differs at least twice as much as the last one traced: the number of traces grows
** with the logarithm of the differences, not with the lines. */
static void take_evidence(Comparison *c, uint32_t index, const ImpactLine *line)
{
    ImpactCause *cause = &c->impact.causes[index];
    bool was = impact_decision(&line->before) == BD_APPROVED, is = impact_decision(&line->after) == BD_APPROVED;
    uint64_t size = size_of((is ? line->after.cents : 0) - (was ? line->before.cents : 0));
    if (!has_derivations(line) || (cause->evidence.size > 0 && size / 2 < cause->traced))
        return;
    ImpactTraced before = traced(&c->before, &line->before), after = traced(&c->after, &line->after);
    ImpactPair pair;
    ImpactRoots roots;
    bool is_traced = impact_pair(&before, &after, &pair);
    if (!is_traced && counts(c)) /* it saw less in its counters than a line would that came now */
        is_traced = find_derivations(c, line, &before, &after) && impact_pair(&before, &after, &pair);
    if (!is_traced)
        return;
    Arena scratch;
    cli_arena(c->cli, &scratch);
    impact_trace(&scratch, cause->elements, cause->element_count, true, &pair, NULL, &roots);
    Text evidence = impact_trace_text(c->cli, &c->cli->arena, before.module, after.module, &roots);
    arena_free(&scratch);
    if (evidence.size == 0)
        return;
    StringBuilder id;
    builder_init(&id, &c->cli->arena);
    line_input_append_id(&c->before.input, &id, c->before.at);
    cause->evidence = evidence;
    cause->evidence_of = builder_result(&id);
    cause->traced = size > 0 ? size : 1;
}

/* Compares the rows that both batches have, and names what made them differ, for which both sides must still stand there. */
static ExitStatus compare_rows(Comparison *c)
{
    ExitStatus status = EXIT_GOOD;
    c->changed_count = 0;
    c->changed = arena_reserve(&c->cli->arena, c->changed, 0, &c->changed_room, sizeof *c->changed, c->before.count);
    for (; c->before.at < c->before.count && c->after.at < c->after.count; c->before.at++, c->after.at++) {
        ChangedRow *row = &c->changed[c->changed_count]; /* if it did */
        ImpactLine *line = &row->line;
        line->before = side_outcome(&c->before, &status);
        if (status != EXIT_GOOD)
            side_blame(&c->before);
        if (status == EXIT_GOOD) {
            line->after = side_outcome(&c->after, &status);
            if (status != EXIT_GOOD)
                side_blame(&c->after);
        }
        if (status != EXIT_GOOD)
            return status;
        line->values[IMPACT_PRODUCT] = extra_text(c, IMPACT_PRODUCT, c->before.at);
        row->row = c->before.at;
        row->cause = impact_add(&c->impact, line);
        if (row->cause == BD_NONE)
            continue;
        name_change(c, row->cause, line);
        take_evidence(c, row->cause, line);
        c->changed_count++;
    }
    return status;
}

/* Counts the rows that changed. Only the side before is looked at: that after may be at its next batch. */
static void count_rows(Comparison *c)
{
    const Lines *lines = &c->before.input.lines;
    for (size_t i = 0; i < c->changed_count; i++) {
        ImpactLine *line = &c->changed[i].line;
        size_t row = c->changed[i].row;
        line->declaration = lines_text(lines, CARRY_DECLARATION, row);
        line->number = lines_text(lines, CARRY_NUMBER, row);
        line->file_line = lines->file_lines[row];
        for (int k = 0; k < IMPACT_COLUMNS; k++)
            line->values[k] = extra_text(c, k, row);
        impact_count(&c->impact, c->changed[i].cause, line);
        if (c->has_rows)
            impact_rows_write(&c->rows, &c->impact, line, c->changed[i].cause);
    }
}

/* The next line of a text with its line feed; false at its end. */
static bool next_line(Text *rest, Text *line)
{
    const char *end = rest->size == 0 ? NULL : memchr(rest->data, '\n', rest->size);
    size_t size = end == NULL ? rest->size : (size_t)(end - rest->data) + 1;
    *line = text_slice(*rest, 0, size);
    *rest = text_slice(*rest, size, rest->size);
    return size > 0;
}

/* What both sides say of a line is said once. */
static void print_messages(Text before, Text after)
{
    Text line, known, rest = before;
    message_print(before);
    while (next_line(&after, &line)) {
        bool is_known = false;
        Text from = rest; /* both speak of the lines in order, so what was passed need not be looked at again */
        while (!is_known && next_line(&from, &known))
            is_known = text_equal(line, known);
        if (is_known)
            rest = from;
        else
            message_print(line);
    }
}

/* The batches that are used up, of both sides at once. False at the end, and after reporting. */
static bool next_batches(Comparison *c, ExitStatus *status)
{
    ExitStatus before = EXIT_GOOD, after = EXIT_GOOD;
    bool must_wait = c->has_asked || c->after.at >= c->after.count; /* once asked, that side is not to be looked at */
    bool has_before = c->before.at < c->before.count, has_after = !must_wait;
    if (must_wait && !c->has_asked)
        ahead_ask(&c->ahead);
    c->has_asked = false;
    Arena arena;
    StringBuilder messages;
    cli_arena(c->cli, &arena);
    builder_init(&messages, &arena);
    c->cli->kept_messages = &messages;
    if (!has_before)
        has_before = side_next(&c->before, &before);
    c->cli->kept_messages = NULL;
    if (must_wait)
        has_after = ahead_wait(&c->ahead, c->cli, &after);
    print_messages(builder_result(&messages), must_wait ? builder_result(&c->ahead.messages) : (Text){NULL, 0});
    arena_free(&arena);
    *status = before != EXIT_GOOD ? before : after;
    if (*status != EXIT_GOOD)
        side_blame(before != EXIT_GOOD ? &c->before : &c->after);
    return *status == EXIT_GOOD && has_before && has_after;
}

static ExitStatus compare_all(Comparison *c)
{
    ExitStatus status = EXIT_GOOD;
    while (status == EXIT_GOOD && next_batches(c, &status)) {
        status = compare_rows(c);
        c->has_asked = status == EXIT_GOOD && c->after.at >= c->after.count;
        if (c->has_asked)
            ahead_ask(&c->ahead);
        if (status == EXIT_GOOD)
            count_rows(c);
        if (c->impact.lines >= c->next_progress)
            show_progress(c);
        if (c->has_rows && c->rows.out.failed)
            status = EXIT_FILE;
    }
    if (c->has_progress)
        message_print(TEXT("\r\033[K"));
    return status;
}

/* ---- The report ---- */

static ExitStatus check_form(Cli *cli, const Arguments *arguments)
{
    int forms = options_has(arguments, OPTION_JSON) + options_has(arguments, OPTION_MARKDOWN) +
                options_has(arguments, OPTION_HTML);
    if (forms > 1)
        message_error(cli, MSG_DIFF_ONE_FORM, (Holes){.a = {NULL, 0}});
    return forms > 1 ? EXIT_USAGE : EXIT_GOOD;
}

static Text html_of(const ImpactView *view, const Report *report)
{
    Cli *cli = view->cli;
    bd_module_info before, after;
    bd_module_describe(view->before.module, &before);
    bd_module_describe(view->after.module, &after);
    StringBuilder was, is, foot;
    builder_init(&was, &cli->arena);
    builder_init(&is, &cli->arena);
    builder_init(&foot, &cli->arena);
    builder_hex(&was, before.sha256, sizeof before.sha256);
    builder_hex(&is, after.sha256, sizeof after.sha256);
    message_append(cli, &foot, MSG_IMPACT_FOOT, (Holes){.a = builder_result(&was), .b = builder_result(&is)});
    return report_as_html(cli, report, after.title.size > 0 ? after.title : after.name, builder_result(&foot));
}

static ExitStatus print_report(Comparison *c)
{
    ImpactCause *total = arena_alloc(&c->cli->arena, sizeof *total);
    impact_finish(&c->impact, total);
    if (c->impact.has_overflowed) {
        message_error(c->cli, MSG_IMPACT_OVERFLOW, (Holes){.a = {NULL, 0}});
        return EXIT_LIMIT;
    }
    if (c->changes.real == 0 && total->sums.lines > 0)
        message_warning(c->cli, MSG_IMPACT_UNEXPLAINED, (Holes){.a = cli_number(c->cli, total->sums.lines)});
    const Loaded *before = &c->before.input.loaded, *after = &c->after.input.loaded;
    ImpactView view = {.cli = c->cli,
                       .impact = &c->impact,
                       .total = total,
                       .changes = &c->changes,
                       .before = {before->name, before->module, c->before.input.session},
                       .after = {after->name, after->module, c->after.input.session},
                       .lines_file = text_from_cstring(c->arguments->values[OPTION_LINES]),
                       .repeated = c->before.repeated};
    for (int i = 0; i < IMPACT_COLUMNS; i++)
        view.has_dimension[i] = c->extra[i] != NULL;
    view.has_dimension[IMPACT_CHANGE] = true;
    if (options_has(c->arguments, OPTION_JSON))
        return output_write_all(c->cli, "-", impact_json(&view));
    Report report;
    impact_report(&view, &report);
    Text text = options_has(c->arguments, OPTION_HTML)       ? html_of(&view, &report)
                : options_has(c->arguments, OPTION_MARKDOWN) ? report_as_markdown(&report)
                                                             : report_as_text(&report);
    return output_write_all(c->cli, "-", text);
}

/* ---- Opening ---- */

/* Two texts of one agreement have its name; anything else compared would be a wrong report. */
static ExitStatus check_names(Comparison *c)
{
    bd_module_info before, after;
    bd_module_describe(c->before.input.loaded.module, &before);
    bd_module_describe(c->after.input.loaded.module, &after);
    if (text_equal(before.name, after.name))
        return EXIT_GOOD;
    Holes holes = {
        .a = c->before.input.loaded.name, .b = before.name, .c = c->after.input.loaded.name, .d = after.name};
    message_error(c->cli, MSG_DIFF_OTHER_AGREEMENT, holes);
    return EXIT_WANTING;
}

static ExitStatus load_sides(Comparison *c)
{
    const Arguments *arguments = c->arguments;
    bool has_two = arguments->free_count == 2;
    ExitStatus status = side_load(&c->before, c->cli, MSG_IMPACT_BEFORE, arguments->free[0]);
    if (status == EXIT_GOOD)
        status = side_load(&c->after, &c->after_cli, MSG_IMPACT_AFTER, arguments->free[has_two ? 1 : 0]);
    return status == EXIT_GOOD ? check_names(c) : status;
}

/* Where lines influence each other in one version, both take them in order, so that rows meet. */
static bool must_order(const Comparison *c)
{
    bd_module_info before, after;
    bd_module_describe(c->before.input.loaded.module, &before);
    bd_module_describe(c->after.input.loaded.module, &after);
    return before.counters > 0 || after.counters > 0;
}

/* Opens the lines and sessions of two sides that were loaded. */
static ExitStatus open_pair(Comparison *c, Side *before, Side *after)
{
    Side *sides[] = {before, after};
    bool has_two = c->arguments->free_count == 2, in_order = must_order(c);
    for (int i = 0; i < 2; i++) {
        sides[i]->input.source = c->copy;
        sides[i]->input.must_order = in_order;
        if (sides[i] == &c->before) {
            sides[i]->input.extra = DIMENSION_COLUMNS;
            sides[i]->input.extra_count = IMPACT_COLUMNS;
            sides[i]->input.extra_columns = c->extra;
        }
        ExitStatus status = side_open(sides[i], sides[1 - i], c->arguments, c->separator, has_two || i == 1);
        if (status == EXIT_WANTING)
            side_blame(sides[i]);
        if (status != EXIT_GOOD)
            return status;
    }
    return EXIT_GOOD;
}

static ExitStatus open_sides(Comparison *c)
{
    ExitStatus status = open_pair(c, &c->before, &c->after);
    if (status != EXIT_GOOD)
        return status;
    struct stat info;
    bool is_file = fstat(c->before.input.lines.rows.feed.fd, &info) == 0 && S_ISREG(info.st_mode);
    c->file_size = is_file ? (uint64_t)info.st_size : 0;
    return EXIT_GOOD;
}

static ExitStatus finish(Comparison *c)
{
    ahead_start(&c->ahead, &c->after);
    c->has_ahead = true;
    ExitStatus status = compare_all(c);
    if (status != EXIT_GOOD)
        return status;
    if (c->before.repeated > 0) {
        Holes holes = {.a = cli_number(c->cli, c->before.repeated),
                       .b = text_from_cstring(c->arguments->values[OPTION_LEDGER])};
        message_warning(c->cli, MSG_IMPACT_REPEATED, holes);
    }
    rows_report_unknown(&c->after.input.lines.rows);
    const bd_session *after = c->after.input.session;
    series_warn(c->cli, c->after.input.loaded.module, &after, 1);
    if (c->has_rows && !output_finish(&c->rows.out))
        return EXIT_FILE;
    return print_report(c);
}

static ExitStatus execute(Comparison *c)
{
    const Arguments *arguments = c->arguments;
    bool has_date = false, rejects_errors = false;
    int32_t day = 0;
    char separator = options_separator(c->cli, arguments);
    if (separator == 0 || !options_on_error(c->cli, arguments, &rejects_errors) ||
        !options_as_of(c->cli, arguments, &has_date, &day) || check_form(c->cli, arguments) != EXIT_GOOD)
        return EXIT_USAGE;
    if (arguments->free_count < 2 && !options_has(arguments, OPTION_READING)) {
        message_error(c->cli, MSG_IMPACT_WORTH_READINGS, (Holes){.a = {NULL, 0}});
        return EXIT_USAGE;
    }
    c->separator = separator;
    c->before.rejects_errors = c->after.rejects_errors = rejects_errors;
    ExitStatus status = load_sides(c);
    if (status == EXIT_GOOD && strcmp(arguments->values[OPTION_LINES], "-") == 0)
        status = copy_stdin(c);
    if (status == EXIT_GOOD)
        status = open_sides(c);
    const char *changed = arguments->values[OPTION_CHANGED];
    if (status != EXIT_GOOD)
        return status;
    impact_init(&c->impact, c->cli, c->before.input.loaded.module, c->after.input.loaded.module);
    impact_changes_open(&c->changes, c->cli, &c->before.input.loaded, &c->after.input.loaded, c->before.input.session,
                        c->after.input.session);
    c->has_rows = changed != NULL;
    if (changed != NULL && !impact_rows_open(&c->rows, c->cli, changed, separator))
        return EXIT_FILE;
    return finish(c);
}

/* The Cli of the side after: what the command says and how, with an arena of its own. */
static void make_cli(Comparison *c)
{
    Cli *own = &c->after_cli;
    own->english = c->cli->english;
    own->color_out = c->cli->color_out;
    own->color_err = c->cli->color_err;
    own->command = c->cli->command;
    own->trust = c->cli->trust;
    arena_init(&own->arena, NULL);
    own->arena.landing = &own->landing;
}

ExitStatus cmd_impact(Cli *cli, const Arguments *arguments)
{
    Comparison *c = arena_alloc(&cli->arena, sizeof *c);
    c->cli = cli;
    c->arguments = arguments;
    (void)clock_gettime(CLOCK_MONOTONIC, &c->started);
    c->before.input.lines.rows.feed.fd = c->after.input.lines.rows.feed.fd = -1;
    make_cli(c);
    if (setjmp(c->after_cli.landing) != 0) /* until the thread has a landing of its own */
        longjmp(cli->landing, BD_NOMEM);
    ExitStatus status = execute(c);
    if (c->has_ahead)
        ahead_close(&c->ahead);
    replay_close(&c->replay);
    side_close(&c->before);
    side_close(&c->after);
    arena_free(&c->after_cli.arena);
    if (c->copy != NULL)
        (void)unlink(c->copy);
    return status;
}
