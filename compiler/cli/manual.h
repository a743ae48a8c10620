/* manual.h: the manual pages, written as roff from the rows that also make --help.
**
** Job: one page for `beding` and one for each command, in the language of the run. The build runs the command once for each page; nobody
** needs this by hand, so --help does not mention it.
*/
#ifndef BEDING_CLI_MANUAL_H
#define BEDING_CLI_MANUAL_H

#include "compiler/cli/commands.h"

/* Writes the page of a command to stdout, or for NULL that of the program. EXIT_GOOD or EXIT_FILE. */
ExitStatus manual_write(Cli *cli, const CommandRow *command);

#endif
