/* scratch.h: temporary files of the command's own: copies of what must stay as it is, and room for what nobody keeps. */
#ifndef BEDING_CLI_SCRATCH_H
#define BEDING_CLI_SCRATCH_H

#include "compiler/cli/cli.h"

typedef struct Scratch {
    char *path; /* with the ending asked for; NULL: none */
    char *base; /* the file that holds the name; the ending comes behind it */
} Scratch;

/* A name for a temporary file that nobody else has, with an ending such as ".csv". False after reporting. */
bool scratch_new(Scratch *scratch, Cli *cli, const char *ending);

/* The same, holding a copy of a file. */
bool scratch_copy(Scratch *scratch, Cli *cli, const char *from, const char *ending);

/* Removes it; a Scratch of zeros is none. */
void scratch_remove(Scratch *scratch);

#endif
