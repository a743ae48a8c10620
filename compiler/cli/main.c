/* main.c: the command `beding`: sets up the run, hands over to command_line, and cleans up.
**
** All the program's state is in one Cli. An allocation that fails anywhere lands here; files that were not finished are removed here.
*/
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/memory.h"
#include "compiler/cli/output.h"

/* Dutch unless the environment asks for English: the first of these that is set counts, as in POSIX. */
static bool wants_english(void)
{
    static const char *const VARIABLES[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof VARIABLES / sizeof *VARIABLES; i++) {
        const char *value = getenv(VARIABLES[i]);
        if (value != NULL && value[0] != '\0')
            return strncmp(value, "en", 2) == 0;
    }
    return false;
}

static void report_no_memory(const Cli *cli)
{
    message_print(message_pattern(cli, MSG_WORD_ERROR));
    message_print(TEXT(": "));
    message_print(message_pattern(cli, MSG_NO_MEMORY));
    message_print(TEXT("\n"));
}

int main(int argc, char **argv)
{
    /* A reader that goes away shows as EPIPE, which ends the run with a status instead of a signal. */
    (void)signal(SIGPIPE, SIG_IGN);
    static Cli cli;
    arena_init(&cli.arena, memory_allocator());
    const char *no_color = getenv("NO_COLOR");
    bool may_color = no_color == NULL || no_color[0] == '\0';
    cli.english = wants_english();
    cli.terminal_err = isatty(STDERR_FILENO) == 1;
    cli.color_out = may_color && isatty(STDOUT_FILENO) == 1;
    cli.color_err = may_color && cli.terminal_err;
    ExitStatus status = EXIT_LIMIT;
    if (setjmp(cli.landing) == 0) {
        cli.arena.landing = &cli.landing;
        status = command_line(&cli, argc > 0 ? argc - 1 : 0, argv + 1);
    } else {
        report_no_memory(&cli);
        status = EXIT_LIMIT;
    }
    output_abandon_all(&cli);
    arena_free(&cli.arena);
    return (int)status;
}
