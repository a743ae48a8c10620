/* diff_internal.h: what diff.c, diff_rename.c and diff_parts.c share. */
#ifndef BEDING_CLI_DIFF_INTERNAL_H
#define BEDING_CLI_DIFF_INTERNAL_H

#include "compiler/cli/diff.h"

/* A declaration, or one version of it, in one module. */
typedef struct Thing {
    const bd_module *module;
    const DiffSide *side;
    MeaningKind kind;
    Text name, sub;
    int32_t from,
        version;     /* the version that is compared: `from`, or one within it that holds on the day asked about */
    bool is_version; /* of a table: laid over the other's by days, not matched */
    bool is_local;   /* a definition that only the agreement itself uses */
    bool is_gone;    /* does not hold on the day asked about */
    uint32_t place;
    uint32_t first, parts; /* records of MEANINGS */
    struct Thing *match;   /* in the other module */
} Thing;

Text thing_text(const Thing *thing, const MeaningRecord *record);

/* What a record is a part of, with the names of the newer version; and whether two say the same with those. */
Text thing_sub(const Thing *thing, const MeaningRecord *record);
bool same_meaning(const Thing *a, const MeaningRecord *one, const Thing *b, const MeaningRecord *other);

/* The record of `thing` for the same part and day as that of another. */
const MeaningRecord *thing_like(const Thing *thing, const Thing *of, const MeaningRecord *like);

/* Where it is declared; line 0: nowhere. */
bd_place thing_place(const Thing *thing);

/* The first record of a part, its sub with the names of the newer version; NULL if there is none. */
const MeaningRecord *thing_part(const Thing *thing, MeaningPart part, Text sub);

/* The days on which it holds; false when it says nothing about that. */
bool thing_validity(const Thing *thing, int32_t *from, int32_t *to);

Change *diff_add(Diff *diff, ChangeHow how, const Thing *old, const Thing *made);
void diff_add_detail(Diff *diff, Change *change, Detail detail);

/* A part that differs, of all days; was or is may be NULL. */
Detail detail_of(const Thing *old, const MeaningRecord *was, const Thing *made, const MeaningRecord *is);

void diff_match(Thing *a, Thing *b);

/* diff_rename.c. Reads digests and subs of the older version, with the names known to be renamed. */
void diff_apply_renames(Diff *diff);

/* Matches what is left over on both sides and differs in its name only; finds renamed members, fields and inputs. After things were matched by name. */
void diff_match_renamed(Diff *diff);

/* Tells the renamed names within a matched thing. */
void diff_tell_renamed(Diff *diff, Change *change, const Thing *old);

/* diff_parts.c. The versions of a table of both, day by day; either may be NULL. */
void diff_tables(Diff *diff, Change *change, const Thing *old, const Thing *made);

/* diff_bands.c. The cells of two versions of a table by bands; false when it is none. */
bool diff_bands(Diff *diff, Change *change, const Thing *old, const Thing *made, int32_t from, int32_t to);

/* Joins changes of clauses that read the same to the definitions that made them so. */
void diff_reach(Diff *diff);

#endif
