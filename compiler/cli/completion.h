/* completion.h: what a shell needs to complete the command line of `beding`, made by the build from the tables of commands and options. */
#ifndef BEDING_CLI_COMPLETION_H
#define BEDING_CLI_COMPLETION_H

#include "compiler/cli/commands.h"

/* Writes the completion file of a shell ("bash", "zsh" or "fish") to stdout: `beding help --completion SHELL`. EXIT_USAGE after saying
** that there is none for another shell. Where the shell shows descriptions they are there in both languages, chosen as the
** command itself chooses, when the file is read. */
ExitStatus completion_write(Cli *cli, Text shell);

#endif
