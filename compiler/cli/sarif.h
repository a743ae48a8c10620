/* sarif.h: diagnostics as SARIF 2.1.0, the form in which review systems take them.
**
** Job: one run over all files: the rules that were met, a result per diagnostic with its place, its labels as related places, and a fingerprint by
** which a system knows a result again when lines above it come and go. A rule's id is the code of the diagnostic, which never changes its meaning.
*/
#ifndef BEDING_CLI_SARIF_H
#define BEDING_CLI_SARIF_H

#include "compiler/cli/cli.h"
#include "lang/diag_print.h"

typedef struct Sarif {
    Arena *arena;
    DiagLanguage language;
    StringBuilder results;
    DiagCode rules[DIAG_CODE_COUNT]; /* met so far, in that order */
    uint32_t rule_count;
    uint64_t *prints; /* of all results, to tell equal ones apart */
    size_t print_count, print_capacity;
} Sarif;

void sarif_init(Sarif *sarif, Arena *arena, DiagLanguage language);

/* Adds the diagnostics of a compilation. */
void sarif_append(Sarif *sarif, Diags *diags, const DiagPrint *how);

/* Appends the whole document. is_done: every file could be read. */
void sarif_document(const Sarif *sarif, StringBuilder *out, bool is_done);

#endif
