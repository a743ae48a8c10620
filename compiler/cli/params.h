/* params.h: values of extern tables from a file: naam, geldig_vanaf, sleutel1, sleutel2, …, waarde. */
#ifndef BEDING_CLI_PARAMS_H
#define BEDING_CLI_PARAMS_H

#include "beding.h"
#include "compiler/cli/cli.h"

/* Gives every row of the file to the session. EXIT_GOOD, or what to end with after the problem was reported with its line.
** other: NULL, or a version beside this one, whose extern tables the file may hold too. */
ExitStatus params_load(Cli *cli, const bd_module *module, const bd_module *other, bd_session *session, const char *path,
                       char separator);

#endif
