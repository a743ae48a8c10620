/* against.h: one compiled contract, decided by the library and by the reference, on generated lines. */
#ifndef BEDING_TESTS_AGAINST_H
#define BEDING_TESTS_AGAINST_H

#include "compiler/compile.h"
#include "reference/generate.h"

typedef struct Outcome {
    uint32_t lines, approved, rejected, suspended, faulted;
    char difference[1024]; /* empty when both agree everywhere */
} Outcome;

/* Decides `lines` generated lines of a compilation that has a module, in batches of 1, of 7 and (wide) of more than 1,024 lines.
** False after the first difference, which outcome then describes. */
bool against_reference(Compilation *compilation, Random *random, uint32_t lines, bool wide, Outcome *outcome);

#endif
