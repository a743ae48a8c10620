/* line_input.h: the lines, joins and session that `run`, `explain` and `impact` decide with, opened from the same options. */
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
    /* To be set between line_input_load and line_input_prepare, by who compares or can begin again. */
    bool must_order; /* decide in order even where lines do not influence each other */
    bool hopes; /* not to look beforehand whether the lines stand in order: order.is_hoped tells whether that was so */
    const char
        *source; /* where the lines are read from, when that is not the file of --lines itself; NULL: that file */
    const Text
        *extra; /* columns of text that the caller reads, in extra_columns; NULL where the file has none of that name */
    uint32_t extra_count;
    const TypedColumn **extra_columns;
} LineInput;

/* Opens the module, then a prepared session and the lines with their side files. Report what is wrong; EXIT_GOOD, or what to end with.
** Credits get a ledger in memory where --ledger names none. line_input_close in any case. */
ExitStatus line_input_load(LineInput *input, Cli *cli, const char *path);
ExitStatus line_input_prepare(LineInput *input, const Arguments *arguments, char separator, bool rejects_errors);

/* Looks at the file of which order.is_hoped. EXIT_GOOD, or what to end with after reporting; *holds: the hope was right, and what was decided
** stands. Otherwise the next line_input_prepare, after line_input_drop, takes the lines in the order that was found. */
ExitStatus line_input_look(LineInput *input, const Arguments *arguments, char separator, bool *holds);

/* Closes all but the module and what is known of the order. */
void line_input_drop(LineInput *input);

/* Reports a failing call on the session; what to end with. */
ExitStatus line_input_report(const LineInput *input, const bd_error *error);

/* Names a line that faulted at a site: what was evaluated and where that stands in the contract; as a warning, or as the error that ends it. */
void line_input_report_fault(const LineInput *input, size_t row, uint32_t fault, bool is_warning);

/* The next batch, joined, in *out. False at the end or when something was reported: *status tells. */
bool line_input_next(LineInput *input, bd_batch *out, ExitStatus *status);

/* Whether all has been read: no batch follows. Otherwise one may. */
bool line_input_is_at_end(const LineInput *input);

/* Appends "declaratienummer/regelnummer" of a row. */
void line_input_append_id(const LineInput *input, StringBuilder *out, size_t row);

void line_input_close(LineInput *input);

#endif
