/* cli.h: what every file of the command shares: the run of the program, its exit statuses, how it speaks.
**
** Job: one Cli lives from main to exit. It owns the arena that everything long-lived goes into, the language of the messages and the
** list of files being written. A failing allocation jumps to `landing` in main, which says so and ends with EXIT_LIMIT.
** Invariant: a file named by the user is complete or untouched; main removes what was not finished (output.h).
*/
#ifndef BEDING_CLI_CLI_H
#define BEDING_CLI_CLI_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/core/arena.h"
#include "vm/core/text.h"

/* The exit statuses of the command; a rejected line is a result, not a failure. */
typedef enum ExitStatus {
    EXIT_GOOD = 0,
    EXIT_WANTING = 1, /* the input was judged and found wanting */
    EXIT_USAGE = 2,
    EXIT_FILE = 3,  /* a file could not be read or written */
    EXIT_LIMIT = 4, /* a resource limit was hit */
    EXIT_BUG = 70
} ExitStatus;

typedef struct Cli {
    Arena arena;     /* everything that lives to the end of the run */
    jmp_buf landing; /* where a failing allocation goes */
    bool english;    /* language of the messages */
    bool color_out, color_err;
    bool terminal_err;       /* stderr is a terminal: progress may be shown */
    const char *command;     /* the subcommand, for usage messages; NULL before it is known */
    struct Output *outputs;  /* open output files, newest first */
    struct Written *written; /* the files that this command is going to write; see overwrite.h */
    StringBuilder
        *kept_messages; /* of a thread that works ahead: where messages go to be printed in their turn; else NULL */
    const struct Trust *trust; /* --require-key: the keys a module must be signed with; NULL: it need not be */
} Cli;

/* Starts an arena whose failing allocations end the run. To be freed by the caller, or never. */
void cli_arena(Cli *cli, Arena *arena);

/* A text with a NUL behind it, for the C library; in the Cli's arena. A NUL inside the text cuts it. */
char *cli_cstring(Cli *cli, Text text);

/* The text of a number, in the Cli's arena. */
Text cli_number(Cli *cli, uint64_t number);

#endif
