/* line_input.c: what `run` and `explain` decide with; see line_input.h. */
#include "compiler/cli/line_input.h"

#include <string.h>
#include <unistd.h>

#include "compiler/cli/ledger.h"

static ExitStatus open_lines(LineInput *input, const Arguments *arguments, char separator, bool rejects_errors)
{
    LinesOptions options = {.path = input->order.path,
                            .separator = input->order.is_sorted ? ',' : separator,
                            .rejects_errors = rejects_errors,
                            .has_ids = input->is_counting,
                            .takes_credits = input->ledger.methods != NULL,
                            .opened = input->order.opened,
                            .is_sorted = input->order.is_sorted,
                            .name = text_from_cstring(arguments->values[OPTION_LINES])};
    for (int group = 0; group < GROUP_COUNT; group++)
        options.is_group_joined[group] = join_has_file(arguments, (LineGroup)group);
    ExitStatus status = lines_open(&input->lines, input->cli, input->loaded.module, &options);
    if (options.is_sorted)
        (void)unlink(options.path);
    if (status == EXIT_GOOD)
        status = join_open(&input->join, input->cli, &input->lines, arguments, separator);
    if (status == EXIT_GOOD)
        lines_start(&input->lines);
    return status;
}

/* Whether lines influence each other, the file that has them in order, and the ledger. */
static ExitStatus open_order(LineInput *input, const Arguments *arguments, char separator, bool needs_ledger)
{
    const char *path = arguments->values[OPTION_LEDGER];
    bd_module_info info;
    bd_module_describe(input->loaded.module, &info);
    bool must = info.counters > 0 || path != NULL;
    ExitStatus status = in_order_open(&input->order, input->cli, input->loaded.module, arguments->values[OPTION_LINES],
                                      separator, must);
    input->is_counting = must || input->order.has_credits;
    if (status != EXIT_GOOD || (path == NULL && !input->order.has_credits && !(needs_ledger && input->is_counting)))
        return status;
    status = ledger_open(input->cli, path, &input->ledger);
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

ExitStatus line_input_open(LineInput *input, Cli *cli, const Arguments *arguments, char separator, bool rejects_errors,
                           bool needs_ledger)
{
    memset(input, 0, sizeof *input);
    input->cli = cli;
    input->lines.rows.feed.fd = -1;
    ExitStatus status = load_open(&input->loaded, cli, arguments->free[0]);
    if (status != EXIT_GOOD)
        return status;
    bd_program_info program;
    if (bd_module_program(input->loaded.module, 0, &program) != BD_OK || program.kind != BD_PROGRAM_LINES) {
        message_error(cli, MSG_NO_LINES_PROGRAM, (Holes){.a = input->loaded.name});
        return EXIT_WANTING;
    }
    status = open_order(input, arguments, separator, needs_ledger);
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

void line_input_append_id(const LineInput *input, StringBuilder *out, size_t row)
{
    builder_text(out, lines_text(&input->lines, CARRY_DECLARATION, row));
    builder_char(out, '/');
    builder_text(out, lines_text(&input->lines, CARRY_NUMBER, row));
}

void line_input_close(LineInput *input)
{
    lines_close(&input->lines);
    bd_session_free(input->session);
    bd_ledger_close(&input->ledger);
    load_close(&input->loaded);
}
