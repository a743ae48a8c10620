/* overwrite.h: no output takes the place of a file that the command reads, or of another output.
**
** Job: `--out` takes the name of what is read, directly or by a link, and the file of lines or the text of the agreement would be gone. Files are
** the same when the system says so, not when they are named alike.
*/
#ifndef BEDING_CLI_OVERWRITE_H
#define BEDING_CLI_OVERWRITE_H

#include "compiler/cli/options.h"

/* Compares every file that the arguments say is written with every one that they say is read, and with each other. False after reporting one
** that is the same (the caller ends with EXIT_USAGE). Files that are read later are for overwrite_may_read. */
bool overwrite_check(Cli *cli, const Arguments *arguments);

/* Whether a file that no argument names, such as a text that the agreement uses, is none of those that will be written. False after reporting. */
bool overwrite_may_read(Cli *cli, Text path);

#endif
