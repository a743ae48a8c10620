/* diff_internal.h: what diff.c and diff_parts.c share. */
#ifndef BEDING_CLI_DIFF_INTERNAL_H
#define BEDING_CLI_DIFF_INTERNAL_H

#include "compiler/cli/diff.h"

/* A declaration, or one version of it, in one module. */
typedef struct Thing {
    const bd_module *module;
    MeaningKind kind;
    Text name, sub;
    int32_t from;
    bool is_version; /* of a table: laid over the other's by days, not matched */
    bool is_local;   /* a definition that only the agreement itself uses */
    bool is_gone;    /* does not hold on the day asked about */
    uint32_t place;
    uint32_t first, parts; /* records of MEANINGS */
    struct Thing *match;   /* in the other module */
} Thing;

Text thing_text(const Thing *thing, const MeaningRecord *record);

/* The first record of a part; NULL if there is none. */
const MeaningRecord *thing_part(const Thing *thing, MeaningPart part, Text sub);

/* The days on which it holds; false when it says nothing about that. */
bool thing_validity(const Thing *thing, int32_t *from, int32_t *to);

Change *diff_add(Diff *diff, ChangeHow how, const Thing *old, const Thing *made);
void diff_add_detail(Diff *diff, Change *change, Detail detail);

/* diff_parts.c. The versions of a table of both, day by day; either may be NULL. */
void diff_tables(Diff *diff, Change *change, const Thing *old, const Thing *made);

/* Joins changes of clauses that read the same to the definitions that made them so. */
void diff_reach(Diff *diff);

#endif
