/* commands.h: the table of commands. A command is one row in commands.c and one function in cmd_<name>.c. */
#ifndef BEDING_CLI_COMMANDS_H
#define BEDING_CLI_COMMANDS_H

#include "compiler/cli/options.h"

typedef ExitStatus (*CommandFunction)(Cli *cli, const Arguments *arguments);

typedef struct CommandRow {
    const char *name, *usage; /* usage: the free arguments, "MODULE" or "FILE…" */
    Message help;             /* a line for --help */
    Message about, examples;  /* for the manual page; manual.def says in which notation */
    size_t minimum, maximum;  /* number of free arguments */
    uint64_t options;         /* OPTION_BIT of each option it knows */
    uint64_t required;        /* those that must be given */
    CommandFunction run;
} CommandRow;

/* The row with this name, or NULL. */
const CommandRow *command_find(Text name);

/* The row at an index, or NULL past the last. */
const CommandRow *command_at(size_t index);

/* Runs the whole program: argv as main has it, without the program's name. */
ExitStatus command_line(Cli *cli, int count, char *const *argv);

ExitStatus cmd_check(Cli *cli, const Arguments *arguments);
ExitStatus cmd_build(Cli *cli, const Arguments *arguments);
ExitStatus cmd_run(Cli *cli, const Arguments *arguments);
ExitStatus cmd_eval(Cli *cli, const Arguments *arguments);
ExitStatus cmd_describe(Cli *cli, const Arguments *arguments);
ExitStatus cmd_test(Cli *cli, const Arguments *arguments);
ExitStatus cmd_tariff(Cli *cli, const Arguments *arguments);
ExitStatus cmd_calendar(Cli *cli, const Arguments *arguments);
ExitStatus cmd_diff(Cli *cli, const Arguments *arguments);
ExitStatus cmd_doc(Cli *cli, const Arguments *arguments);
ExitStatus cmd_dis(Cli *cli, const Arguments *arguments);
ExitStatus cmd_verify(Cli *cli, const Arguments *arguments);
ExitStatus cmd_sign(Cli *cli, const Arguments *arguments);
ExitStatus cmd_keygen(Cli *cli, const Arguments *arguments);
ExitStatus cmd_verify_receipt(Cli *cli, const Arguments *arguments);
ExitStatus cmd_impact(Cli *cli, const Arguments *arguments);
ExitStatus cmd_explain(Cli *cli, const Arguments *arguments);

#endif
