/* options.h: the options of every command, from one table, and the arguments of this run.
**
** Job: read the command line into an Arguments, or say what is wrong with it. Help texts and manual pages come from the same rows.
*/
#ifndef BEDING_CLI_OPTIONS_H
#define BEDING_CLI_OPTIONS_H

#include "compiler/cli/cli.h"
#include "compiler/cli/messages.h"

/* O(ID, "--name", "VALUE" or NULL, may be repeated, help) */
#define OPTION_MAP(O)                                                   \
    O(HELP, "--help", NULL, false, MSG_OPT_HELP)                        \
    O(LANG, "--lang", "nl|en", false, MSG_OPT_LANG)                     \
    O(JSON, "--json", NULL, false, MSG_OPT_JSON)                        \
    O(SARIF, "--sarif", NULL, false, MSG_OPT_SARIF)                     \
    O(CSV, "--csv", NULL, false, MSG_OPT_CSV)                           \
    O(HTML, "--html", NULL, false, MSG_OPT_HTML)                        \
    O(MARKDOWN, "--markdown", NULL, false, MSG_OPT_MARKDOWN)            \
    O(NO_WITNESS, "--no-witness", NULL, false, MSG_OPT_NO_WITNESS)      \
    O(OUT, "--out", "FILE", false, MSG_OPT_OUT)                         \
    O(CHANGED, "--out", "FILE", false, MSG_OPT_CHANGED)                 \
    O(DECISIONS, "--out", "FILE", false, MSG_OPT_DECISIONS)             \
    O(OUT_MODULE, "-o", "M.bdc", false, MSG_OPT_OUT_MODULE)             \
    O(OUT_FOLDER, "-o", "DIR", false, MSG_OPT_OUT_FOLDER)               \
    O(LINES, "--lines", "FILE", false, MSG_OPT_LINES)                   \
    O(ALLOCATIONS, "--allocations", "FILE", false, MSG_OPT_ALLOCATIONS) \
    O(STARTS, "--starts", "FILE", false, MSG_OPT_STARTS)                \
    O(STOPS, "--stops", "FILE", false, MSG_OPT_STOPS)                   \
    O(RECORDS, "--records", "NAAM=FILE", true, MSG_OPT_RECORDS)         \
    O(PARAMS, "--params", "FILE", true, MSG_OPT_PARAMS)                 \
    O(SERIES, "--series", "FILE", true, MSG_OPT_SERIES)                 \
    O(AS_OF, "--as-of", "DATE", false, MSG_OPT_AS_OF)                   \
    O(YEAR, "--year", "JJJJ", false, MSG_OPT_YEAR)                      \
    O(ICS, "--ics", NULL, false, MSG_OPT_ICS)                           \
    O(LEDGER, "--ledger", "FILE.db", false, MSG_OPT_LEDGER)             \
    O(READING, "--reading", "NAAM=ALT", true, MSG_OPT_READING)          \
    O(SEPARATOR, "--separator", ",|;", false, MSG_OPT_SEPARATOR)        \
    O(ON_ERROR, "--on-error", "stop|reject", false, MSG_OPT_ON_ERROR)   \
    O(RECEIPT, "--receipt", "FILE", false, MSG_OPT_RECEIPT)             \
    O(SUMMARY, "--summary", "FILE", false, MSG_OPT_SUMMARY)             \
    O(THREADS, "--threads", "N", false, MSG_OPT_THREADS)                \
    O(PROFILE, "--profile", NULL, false, MSG_OPT_PROFILE)               \
    O(INPUT, "--input", "JSON", false, MSG_OPT_INPUT)                   \
    O(JUNIT, "--junit", "FILE", false, MSG_OPT_JUNIT)                   \
    O(COVERAGE, "--coverage", NULL, false, MSG_OPT_COVERAGE)            \
    O(CLAUSES, "--clauses", NULL, false, MSG_OPT_CLAUSES)               \
    O(MUTATE, "--mutate", NULL, false, MSG_OPT_MUTATE)                  \
    O(AT_LEAST, "--at-least", "PERCENT", false, MSG_OPT_AT_LEAST)       \
    O(KEY, "--key", "PUB", true, MSG_OPT_KEY)                           \
    O(REQUIRE_KEY, "--require-key", "PUB", true, MSG_OPT_REQUIRE_KEY)   \
    O(SECRET, "--secret", "KEY", false, MSG_OPT_SECRET)                 \
    O(SIGNATURE, "--signature", "FILE", false, MSG_OPT_SIGNATURE)       \
    O(OUT_SIGNATURE, "-o", "FILE", false, MSG_OPT_OUT_SIGNATURE)        \
    O(STAGE, "--stage", "STAGE", false, MSG_OPT_STAGE)                  \
    O(LINE, "--line", "NR/REGEL", false, MSG_OPT_LINE)

typedef enum OptionId {
#define OPTION_ENUM(id, name, value, repeatable, help) OPTION_##id,
    OPTION_MAP(OPTION_ENUM)
#undef OPTION_ENUM
        OPTION_COUNT
} OptionId;

#define OPTION_BIT(id) (UINT64_C(1) << OPTION_##id)

typedef struct OptionRow {
    const char *name, *value;
    bool repeatable;
    Message help;
} OptionRow;
extern const OptionRow OPTION_ROWS[OPTION_COUNT];

typedef struct Repeated {
    OptionId id;
    const char *value;
} Repeated;

typedef struct Arguments {
    const char *values[OPTION_COUNT]; /* the value; "" for a flag that was given; NULL when absent */
    Repeated *repeated;               /* repeatable options in the order given */
    size_t repeated_count;
    const char **free; /* what is no option */
    size_t free_count;
    bool is_own_ledger; /* a file that the command made for itself, of which nobody needs to hear */
} Arguments;

struct CommandRow;

/* Reads argv[0..count) for a command. What is wrong is reported, then false (the caller ends with EXIT_USAGE).
** Only the options of the row are known. `--` ends the options; `-` alone is a free argument. */
bool options_read(Cli *cli, const struct CommandRow *command, int count, char *const *argv, Arguments *out);

static inline bool options_has(const Arguments *arguments, OptionId id)
{
    return arguments->values[id] != NULL;
}

/* --as-of: false after reporting a malformed date; *present tells whether it was given. */
bool options_as_of(Cli *cli, const Arguments *arguments, bool *present, int32_t *day);

/* --on-error: false after reporting a wrong one; *rejects tells whether lines that fail are rejected. */
bool options_on_error(Cli *cli, const Arguments *arguments, bool *rejects);

/* --separator: 0 after reporting a wrong one. */
char options_separator(Cli *cli, const Arguments *arguments);

#endif
