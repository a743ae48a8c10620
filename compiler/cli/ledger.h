/* ledger.h: the ledger of a run, as --ledger names it. */
#ifndef BEDING_CLI_LEDGER_H
#define BEDING_CLI_LEDGER_H

#include "compiler/cli/cli.h"

/* Opens the ledger file `path`, making it where there is none and saying so, since a mistyped name starts all counters at nothing
** (is_own: nobody typed the name). NULL as path: a ledger in memory, for this run only. EXIT_GOOD, or what to end with after reporting. */
ExitStatus ledger_open(Cli *cli, const char *path, bool is_own, bd_ledger *out);

/* Reports a BD_LEDGER of the library about the ledger `path`, in the language of the messages; what to end with. */
ExitStatus ledger_report(Cli *cli, const char *path, const bd_error *error);

#endif
