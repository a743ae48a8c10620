/* mutants.h: `beding test --mutate`: do the scenarios notice when the agreement says something slightly different?
**
** Job: for every change that compiler/mutate.h offers, compile the changed agreement in memory and run the scenarios until one fails. The
** work is shared among processes, one per processor; the outcome of a mutant does not depend on which one ran it, or in what order.
*/
#ifndef BEDING_CLI_MUTANTS_H
#define BEDING_CLI_MUTANTS_H

#include "compiler/cli/load.h"
#include "compiler/mutate.h"

typedef enum MutantFate {
    MUTANT_UNKNOWN, /* its process ended before it told */
    MUTANT_KILLED,
    MUTANT_NO_CONTRACT, /* does not compile: nobody could have made this mistake unnoticed */
    MUTANT_SURVIVED,
    MUTANT_NEEDLESS /* a probe of a point that another probe has settled */
} MutantFate;

/* An alternative of a reading, and whether a scenario runs with it. */
typedef struct ReadingUse {
    Text name, alternative;
    bool is_used;
} ReadingUse;

/* A file tried, with its mutants in the order of the text. */
typedef struct Mutants {
    Text name;
    Mutation *items;
    uint8_t *fates; /* MutantFate each */
    Place *places;
    Text *files; /* the source file of each */
    Text *names; /* of the item that each stands in */
    Place *item_places;
    uint32_t *starts; /* per point, the index of its first; one more at the end */
    uint32_t count, point_count, killed, no_contract, survived;
    ReadingUse *readings;
    uint32_t reading_count;
} Mutants;

/* Tries every mutant of an agreement, or every probe.
**   errors  EXIT_WANTING when it does not compile, has no scenario or one that fails by itself: reported; EXIT_BUG when a mutant brought the
**           compiler down; what load_open gives */
ExitStatus mutants_try(Mutants *mutants, Cli *cli, const Arguments *arguments, char separator, const char *path,
                       MutateMode mode);

/* `beding test --mutate`: every file, the report to stdout. */
ExitStatus mutants_command(Cli *cli, const Arguments *arguments, char separator);

#endif
