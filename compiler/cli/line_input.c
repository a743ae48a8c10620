/* line_input.c: what `run` and `explain` decide with; see line_input.h. */
#include "compiler/cli/line_input.h"

#include <string.h>

static ExitStatus open_lines(LineInput *input, const Arguments *arguments, char separator, bool rejects_errors)
{
    LinesOptions options = {
        .path = arguments->values[OPTION_LINES], .separator = separator, .rejects_errors = rejects_errors};
    bd_module_info info;
    bd_module_describe(input->loaded.module, &info);
    options.has_ids = info.counters > 0;
    for (int group = 0; group < GROUP_COUNT; group++)
        options.is_group_joined[group] = join_has_file(arguments, (LineGroup)group);
    ExitStatus status = lines_open(&input->lines, input->cli, input->loaded.module, &options);
    if (status == EXIT_GOOD)
        status = join_open(&input->join, input->cli, &input->lines, arguments, separator);
    if (status == EXIT_GOOD)
        lines_start(&input->lines);
    return status;
}

ExitStatus line_input_open(LineInput *input, Cli *cli, const Arguments *arguments, char separator, bool rejects_errors)
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
    load_close(&input->loaded);
}
