/* line_input.c: what `run` and `explain` decide with; see line_input.h. */
#include "compiler/cli/line_input.h"

#include <string.h>

#include "compiler/cli/ledger.h"

static ExitStatus open_lines(LineInput *input, const Arguments *arguments, char separator, bool rejects_errors)
{
    LinesOptions options = {.path = input->order.path,
                            .separator = separator,
                            .rejects_errors = rejects_errors,
                            .has_ids = input->is_counting,
                            .takes_credits = input->ledger.methods != NULL,
                            .opened = input->order.opened,
                            .is_sorted = input->order.is_sorted,
                            .name = text_from_cstring(arguments->values[OPTION_LINES])};
    for (int group = 0; group < GROUP_COUNT; group++)
        options.is_group_joined[group] = join_has_file(arguments, (LineGroup)group);
    ExitStatus status = lines_open(&input->lines, input->cli, input->loaded.module, &options);
    input->order.opened = NULL; /* it is the lines' now */
    if (status == EXIT_GOOD)
        status = join_open(&input->join, input->cli, &input->lines, arguments, separator);
    if (status != EXIT_GOOD)
        return status;
    input->lines.rows.feed.name = text_from_cstring(arguments->values[OPTION_LINES]);
    for (uint32_t i = 0; i < input->extra_count; i++)
        input->extra_columns[i] =
            rows_has(&input->lines.rows, input->extra[i]) ? lines_add_key(&input->lines, input->extra[i]) : NULL;
    lines_start(&input->lines);
    return EXIT_GOOD;
}

/* Whether lines influence each other, and the file that has them in order. */
static ExitStatus find_order(LineInput *input, const Arguments *arguments, char separator, bool hopes)
{
    bd_module_info info;
    bd_module_describe(input->loaded.module, &info);
    bool must = info.counters > 0 || arguments->values[OPTION_LEDGER] != NULL;
    const char *lines = input->source != NULL ? input->source : arguments->values[OPTION_LINES];
    ExitStatus status = in_order_open(&input->order, input->cli, input->loaded.module, lines, separator,
                                      must || input->must_order, hopes);
    input->is_counting = must || input->order.has_credits;
    return status;
}

ExitStatus line_input_look(LineInput *input, const Arguments *arguments, char separator, bool *holds)
{
    ExitStatus status = find_order(input, arguments, separator, false);
    *holds = status == EXIT_GOOD && !input->order.is_sorted && !input->order.has_credits;
    return status;
}

static ExitStatus open_order(LineInput *input, const Arguments *arguments, char separator)
{
    const char *path = arguments->values[OPTION_LEDGER];
    bool is_known = input->order.path != NULL;
    ExitStatus status = is_known ? EXIT_GOOD : find_order(input, arguments, separator, input->hopes);
    if (status != EXIT_GOOD || (path == NULL && !input->order.has_credits))
        return status;
    status = ledger_open(input->cli, path, arguments->is_own_ledger, &input->ledger);
    if (status == EXIT_GOOD) {
        input->loaded.ledger = &input->ledger;
        input->loaded.ledger_path = path;
    }
    return status;
}

ExitStatus line_input_report(const LineInput *input, const bd_error *error)
{
    return error->code == BD_LEDGER ? ledger_report(input->cli, input->loaded.ledger_path, error)
                                    : load_report(input->cli, error);
}

ExitStatus line_input_load(LineInput *input, Cli *cli, const char *path)
{
    memset(input, 0, sizeof *input);
    input->cli = cli;
    input->lines.rows.feed.fd = -1;
    ExitStatus status = load_open(&input->loaded, cli, path);
    if (status != EXIT_GOOD)
        return status;
    bd_program_info program;
    if (bd_module_program(input->loaded.module, 0, &program) == BD_OK && program.kind == BD_PROGRAM_LINES)
        return EXIT_GOOD;
    message_error(cli, MSG_NO_LINES_PROGRAM, (Holes){.a = input->loaded.name});
    return EXIT_WANTING;
}

ExitStatus line_input_prepare(LineInput *input, const Arguments *arguments, char separator, bool rejects_errors)
{
    ExitStatus status = open_order(input, arguments, separator);
    if (status == EXIT_GOOD)
        status = load_session(&input->loaded, arguments, separator, true, &input->session);
    if (status == EXIT_GOOD)
        status = open_lines(input, arguments, separator, rejects_errors);
    return status;
}

bool line_input_next(LineInput *input, bd_batch *out, ExitStatus *status)
{
    Lines *lines = &input->lines;
    *status = EXIT_GOOD;
    if (!lines_next(lines)) {
        if (lines->has_stopped)
            *status = rows_blame(&lines->rows);
        return false;
    }
    if (!join_apply(&input->join)) {
        *status = EXIT_WANTING;
        return false;
    }
    lines_finish(lines);
    *out = (bd_batch){.rows = lines->count,
                      .columns = lines->data,
                      .exact = lines->exact,
                      .exact_count = lines->exact_count,
                      .lists = input->join.data,
                      .ids = lines->has_ids ? &lines->ids : NULL};
    return true;
}

bool line_input_is_at_end(const LineInput *input)
{
    const Feed *feed = &input->lines.rows.feed;
    return feed->at_end && feed->begin == feed->end;
}

void line_input_report_fault(const LineInput *input, size_t row, uint32_t fault, bool is_warning)
{
    Cli *cli = input->cli;
    bd_site_info site;
    Arena arena;
    cli_arena(cli, &arena); /* of its own: there may be many */
    StringBuilder id, place;
    builder_init(&id, &arena);
    builder_init(&place, &arena);
    line_input_append_id(input, &id, row);
    Holes holes = {.a = builder_result(&id), .b = TEXT("?")};
    Message message = MSG_FAULT_PLAIN;
    if (bd_module_site(input->loaded.module, fault, &site) == BD_OK) {
        holes.b = site.code;
        if (site.place.line > 0) {
            builder_text(&place, site.place.file);
            builder_char(&place, ':');
            builder_uint64(&place, site.place.line);
            builder_char(&place, ':');
            builder_uint64(&place, site.place.column);
            holes.c = site.text;
            holes.d = builder_result(&place);
            message = MSG_FAULT;
        }
    }
    void (*tell)(Cli *, Text, uint64_t, Message, Holes) = is_warning ? message_warning_at : message_error_at;
    tell(cli, input->lines.rows.feed.name, input->lines.file_lines[row], message, holes);
    arena_free(&arena);
}

void line_input_append_id(const LineInput *input, StringBuilder *out, size_t row)
{
    builder_text(out, lines_text(&input->lines, CARRY_DECLARATION, row));
    builder_char(out, '/');
    builder_text(out, lines_text(&input->lines, CARRY_NUMBER, row));
}

void line_input_drop(LineInput *input)
{
    lines_close(&input->lines);
    bd_session_free(input->session);
    input->session = NULL;
    bd_ledger_close(&input->ledger);
    input->loaded.ledger = NULL;
}

void line_input_close(LineInput *input)
{
    line_input_drop(input);
    if (input->order.opened != NULL)
        rows_close(input->order.opened);
    load_close(&input->loaded);
}
