/* load.h: MODULE arguments: a .bdc, a source file or a folder with one, made ready to decide.
**
** Job: map a module file read-only, or compile a source in memory; and open a session with its parameters. All file reading of the
** compiler goes through here (compiler/compile.h takes a reader).
*/
#ifndef BEDING_CLI_LOAD_H
#define BEDING_CLI_LOAD_H

#include "beding.h"
#include "compiler/cli/options.h"
#include "compiler/compile.h"

typedef struct Loaded {
    Cli *cli;
    Text name; /* as the user gave it */
    bd_module *module;
    bool is_compiled;
    bool
        warns_of_missing; /* set by the caller before load_session: an extern table without values is warned of, and empty */
    Compilation compilation;
    void *map;               /* of a .bdc */
    const bd_ledger *ledger; /* for load_session to give to the session; NULL: none */
    const char *ledger_path; /* NULL: in memory */
    const bd_module *
        other; /* the version it is compared with, or NULL: what --params and --series hold for that one only is passed over */
    size_t map_size;
} Loaded;

/* Opens MODULE. Reports what goes wrong, diagnostics of a source that does not compile included. load_close in any case. */
ExitStatus load_open(Loaded *loaded, Cli *cli, const char *path);
void load_close(Loaded *loaded);

/* Compiles with options of one's own and loads the module, quietly: EXIT_WANTING when the text has errors, nothing printed. For
** experiments on an agreement; load_close in any case. */
ExitStatus load_compiled(Loaded *loaded, Cli *cli, Text name, const CompileOptions *options);

/* The reader that all compilations of the command use; context: the Cli. */
bool load_read_source(void *context, Text path, const char **data, size_t *size);

/* Whether a path names a compiled module. */
bool load_is_module(const char *path);

/* The source file that `path` means: itself, or the only .bdg or .bdg.md file of the folder. NULL after reporting what is wrong. */
const char *load_find_source(Cli *cli, const char *path);

/* Compiles a source up to a stage; dump may be NULL. EXIT_GOOD also when the text has errors (look at diags). compile_free by the
** caller. EXIT_FILE after reporting that the file cannot be read. */
ExitStatus load_compile(Cli *cli, Compilation *compilation, const char *path, Stage last, StringBuilder *dump);

/* The same up to the module, with the clauses checked too. */
ExitStatus load_compile_clauses(Cli *cli, Compilation *compilation, const char *path);

/* Prints the diagnostics of a compilation to stderr, for people. */
void load_print_diagnostics(Cli *cli, Compilation *compilation);

/* Opens a session with the --params and --reading of the arguments and prepares it. EXIT_GOOD, or what to end with after reporting.
** needs_tables: an extern table that was not supplied is refused; otherwise it is empty, and only a look-up in it faults. */
ExitStatus load_session(Loaded *loaded, const Arguments *arguments, char separator, bool needs_tables,
                        bd_session **out);

/* Sets the readings of --reading; false after reporting an unknown name or alternative. Before bd_session_prepare. */
bool load_set_readings(const Loaded *loaded, const Arguments *arguments, bd_session *session);

/* Says of every extern table that it is supplied: what has no rows is then empty, where prepare would refuse it. */
void load_supply_tables(const Loaded *loaded, bd_session *session);

/* Reports a failing call of the library; what to end with. */
ExitStatus load_report(Cli *cli, const bd_error *error);

/* Reads a whole file ("-": stdin) into the arena, at most `limit` bytes. EXIT_GOOD, EXIT_FILE after reporting. */
ExitStatus load_file(Cli *cli, const char *path, size_t limit, Text *out);

/* The index of the table with this name, or BD_NONE. */
uint32_t load_find_table(const bd_module *module, Text name);

/* The greatest number of steps that deciding one line can take, of a compilation that made a module; 0 when it decides no lines. */
uint64_t load_cost(const Compilation *compilation);

/* Appends "kosten: ten hoogste 894 stappen per regel" and a line feed; nothing when there is no cost. */
void load_append_cost(const Cli *cli, StringBuilder *out, uint64_t cost);

#endif
