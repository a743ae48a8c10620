/* line_input.h: the lines, joins and session that `run` and `explain` decide with, opened from the same options. */
#ifndef BEDING_CLI_LINE_INPUT_H
#define BEDING_CLI_LINE_INPUT_H

#include "compiler/cli/in_order.h"
#include "compiler/cli/join.h"
#include "compiler/cli/load.h"

typedef struct LineInput {
    Cli *cli;
    Loaded loaded;
    InOrder order;
    bd_ledger ledger; /* methods NULL: none */
    bool is_counting; /* lines influence each other */
    bd_session *session;
    Lines lines;
    Join join;
} LineInput;

/* Opens the module, a prepared session and the lines with their side files. Reports what is wrong; EXIT_GOOD, or what to end with.
** needs_ledger: lines that influence each other get a ledger in memory where --ledger names none. line_input_close in any case. */
ExitStatus line_input_open(LineInput *input, Cli *cli, const Arguments *arguments, char separator, bool rejects_errors,
                           bool needs_ledger);

/* Reports a failing call on the session; what to end with. */
ExitStatus line_input_report(const LineInput *input, const bd_error *error);

/* The next batch, joined, in *out. False at the end or when something was reported: *status tells. */
bool line_input_next(LineInput *input, bd_batch *out, ExitStatus *status);

/* Appends "declaratienummer/regelnummer" of a row. */
void line_input_append_id(const LineInput *input, StringBuilder *out, size_t row);

void line_input_close(LineInput *input);

#endif
