/* diff_internal.h: what diff.c, diff_rename.c and diff_parts.c share. */
#ifndef BEDING_CLI_DIFF_INTERNAL_H
#define BEDING_CLI_DIFF_INTERNAL_H

#include "compiler/cli/diff.h"

/* Versions of one thing that stand for each other though they begin on other days. */
typedef struct VersionPair {
    int32_t own, theirs;
} VersionPair;

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
    uint32_t uses;         /* records of what it uses, behind those */
    struct Thing *match;   /* in the other module */
    VersionPair *pairs;    /* of what is matched: versions that begin on another day */
    uint32_t pair_count;
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

Change *diff_add(Diff *diff, ChangeHow how, const Thing *old, const Thing *made);
void diff_add_detail(Diff *diff, Change *change, Detail detail);

/* A part that differs, of all days; was or is may be NULL. */
Detail detail_of(const Thing *old, const MeaningRecord *was, const Thing *made, const MeaningRecord *is);

/* diff_clause.c. Of two texts of several clauses leaves those that only one of them has; of texts that are equal all of it. */
void clauses_that_differ(Arena *arena, Text *old_text, Text *new_text);

/* diff_days.c. When a version begins, with the amendments of the newer agreement; the days of a VALIDITY; and those of a thing, false when it says
** nothing about that. */
int32_t thing_from(const Thing *thing, const MeaningRecord *record);
bool thing_days(const Thing *thing, const MeaningRecord *record, int32_t *from, int32_t *to);
bool thing_validity(const Thing *thing, int32_t *from, int32_t *to);

/* Reads when versions begin; once, before the things are sorted. */
void diff_read_days(Diff *diff);

/* Whether a definition or form, which has its versions within it; whether a thing holds from a day on. */
bool has_versions_within(const Thing *thing);
bool has_days(const Thing *thing);

/* Says of two things that they are one. */
void diff_match(Diff *diff, Thing *a, Thing *b);

/* Whether two records are of versions that stand for each other: of the same day, matched, or each that which the thing is asked about. */
bool same_version(const Thing *a, const MeaningRecord *one, const Thing *b, const MeaningRecord *other);

/* With --as-of: what does not hold on the day is gone (table versions are judged stretch by stretch); and whether a record is asked about, since what
** holds on the day is, not since or until when. */
void diff_leave_out(const Diff *diff, DiffSide *side);
bool diff_is_asked(const Diff *diff, const Thing *thing, const MeaningRecord *record);

/* The days of the version that a record is of, where there are several. */
void diff_set_days(Detail *detail, const Thing *thing, const MeaningRecord *record);

/* diff_rename.c. Reads digests and subs of the older version, with the names known to be renamed. */
void diff_apply_renames(Diff *diff);

/* Matches what is left over on both sides and differs in its name only; finds renamed members, fields and inputs. After things were matched by name. */
void diff_match_renamed(Diff *diff);

/* Tells the renamed names within a matched thing. */
void diff_tell_renamed(Diff *diff, Change *change, const Thing *old);

/* diff_parts.c. The versions of a table of both, day by day; either may be NULL. */
void diff_tables(Diff *diff, Change *change, const Thing *old, const Thing *made);

/* diff_unit.c. What the cells of a table are per, in both versions, and how the older ones convert. */
void diff_read_units(const Diff *diff, Change *change, const Thing *old, const Thing *made);

/* diff_bands.c. The cells of two versions of a table by bands; false when it is none. */
bool diff_bands(Diff *diff, Change *change, const Thing *old, const Thing *made, int32_t from, int32_t to);

/* diff_reach.c. Joins changes of clauses that read the same to what made them so. whole: with --as-of, the comparison of all days; else NULL. */
void diff_reach(Diff *diff, const Diff *whole);

/* What a thing is called in a comparison: "rule.te_laat", "rule.te_laat@2021-01-01". */
Text diff_id(const Diff *diff, const Thing *thing);

#endif
