/* diff.h: what two versions of an agreement say differently, from the MEANINGS of their modules.
**
** Job: diff.c joins the records of both by kind and name, lays the versions of tables over each other day by day, and drops what only looks
** different. diff_report.c, diff_json.c and diff_html.c show the result; witness.h finds for a change a line that it decides otherwise.
** Invariant: the changes come in the order of the kinds, then of the names, whatever the order in either text.
*/
#ifndef BEDING_CLI_DIFF_H
#define BEDING_CLI_DIFF_H

#include "compiler/cli/load.h"
#include "compiler/phrase.h"
#include "vm/core/number.h"
#include "vm/module.h"

typedef enum ChangeHow { CHANGE_ADDED, CHANGE_REMOVED, CHANGE_CHANGED, CHANGE_RENAMED } ChangeHow;

/* One part of a thing that differs. has_old, has_new: whether that version has the part at all. */
typedef struct Detail {
    MeaningPart part;
    Text sub;         /* the cell, unit, result ... ; may be empty */
    int32_t from, to; /* of a cell: the days on which it differs; else BD_DATE_MIN, BD_DATE_MAX */
    Text old_text, new_text;
    bool has_old, has_new;
    bool is_renamed; /* only the name: old_text and new_text are names of a member, field or input */
    bool is_number;  /* both are: */
    Number old_value, new_value;
} Detail;

typedef struct Witness Witness;

typedef struct Change {
    MeaningKind kind;
    ChangeHow how;
    Text name, new_name; /* new_name: of a renamed thing */
    Text id;             /* "rule.te_laat", or "rule.te_laat@2021-01-01" of a later version */
    int32_t from;
    bool has_versions;
    const struct Thing *old_thing, *new_thing; /* NULL: that version has it not */
    bd_place old_place, new_place;             /* line 0: none */
    Text citation;                             /* as the newer version that has it cites */
    Detail *details;
    uint32_t detail_count;
    size_t detail_capacity;
    Text *reaches; /* ids of rules and callables that mean something else because of it */
    uint32_t reach_count;
    size_t reach_capacity;
    bool is_money;           /* its cells are amounts */
    bool has_money_bands;    /* it goes by bands of an amount */
    Text old_unit, new_unit; /* of its cells */
    bool is_other_unit;      /* the one is not the other: */
    bool converts;           /* an older value times `conversion` is one of the newer unit */
    Number conversion;
    bool is_local;          /* a definition that only the agreement itself uses */
    bool is_indirect;       /* every clause reads as it did: something that it uses changed */
    const Witness *witness; /* NULL: none was sought */
} Change;

/* When a record's version begins, with the amendments of the newer agreement, and its VALIDITY as it is then; empty: as it is written. */
typedef struct MovedDay {
    int32_t from;
    Text validity;
} MovedDay;

typedef struct DiffSide {
    const Loaded *loaded;
    Arena *arena;
    struct Thing *things; /* sorted */
    uint32_t count;
    Digest *digests; /* per record of MEANINGS, and what it is a part of: with the names of the newer version */
    Text *subs;
    MovedDay *days; /* per record of MEANINGS */
} DiffSide;

/* A name that others know, and what the newer version calls it. owner: what it is a name within, as the older calls that; may be empty. */
typedef struct Rename {
    MeaningKind kind;
    Text owner, old, made;
} Rename;

typedef struct Diff {
    Cli *cli;
    Arena *arena;
    DiffSide a, b;
    bool has_day; /* --as-of */
    int32_t day;
    Rename *renames;
    uint32_t rename_count;
    size_t rename_capacity;
    Digest *phrases; /* of the older version, with the names of the newer */
    Change *changes;
    uint32_t count;
    size_t capacity;
    Text *proved; /* ids of clauses that are written otherwise and proved equal (diff_proof.h) */
    uint32_t proved_count;
    bool solver_gave_up; /* what was not proved or found from then on may be provable and findable (solve_server.h) */
} Diff;

/* Compares two opened modules. has_day: only what holds on `day`. */
Diff *diff_make(Cli *cli, const Loaded *a, const Loaded *b, bool has_day, int32_t day);

/* What the newer version calls a thing, or a name within one, of the older: mostly the same. owner: as the older calls it, may be empty. */
Text diff_new_name(const Diff *diff, MeaningKind kind, Text owner, Text old);

/* How a kind or part is called: in JSON, and to people. */
Text diff_kind_name(MeaningKind kind);
Text diff_part_name(MeaningPart part);
Message diff_kind_message(MeaningKind kind);
Message diff_part_message(MeaningPart part);

/* Whether a change can show in the decision of a line or in what a callable gives, so that there may be a witness. */
bool diff_decides(const Change *change);

/* Whether only words differ, or a name: titles, quotes, citations. What decides is the same in both. */
bool diff_is_wording(const Change *change);

/* A part's value as people read it, "€ 132,10" for cells that are money; "-" where there is none. */
void diff_append_value(const Diff *diff, StringBuilder *out, const Change *change, const Detail *detail, bool is_new);

/* "+ € 0,01" and "+0,76 %" of a cell whose values are numbers; nothing otherwise. */
void diff_append_difference(const Diff *diff, StringBuilder *out, const Change *change, const Detail *detail);
bool diff_append_percent(const Diff *diff, StringBuilder *out, const Detail *detail);

/* "van 2020-01-01 tot en met 2020-12-31", "vanaf …"; nothing for all days. Whether it is of less than all days. */
bool diff_has_days(const Detail *detail);
void diff_append_days(const Diff *diff, StringBuilder *out, const Detail *detail);

/* The days of a VALIDITY, "2020-01-01..2020-12-31" with either left out; false for any other text. */
bool validity_from_text(Text text, int32_t *from, int32_t *to);

/* The agreement's title; "van versie … naar …"; "5 verschillen: …"; "gewijzigd"; what a part is called with what it is of. */
Text diff_agreement(const Diff *diff);
void diff_append_versions(const Diff *diff, StringBuilder *out);
void diff_append_count(const Diff *diff, StringBuilder *out);
void diff_append_how(const Diff *diff, StringBuilder *out, const Change *change);
void diff_append_proved(const Diff *diff,
                        StringBuilder *out); /* "1 bepaling is anders geschreven en bewezen gelijk: …"; or nothing */
void diff_append_gave_up(const Diff *diff, StringBuilder *out); /* "Het oplossen is afgebroken: …"; or nothing */
Text diff_part_label(const Diff *diff, const Change *change, const Detail *detail);

/* "regel te_laat" of the id "rule.te_laat"; where it stands in both versions, "f.bdg:3 → f.bdg:5". */
void diff_append_id(const Diff *diff, StringBuilder *out, Text id);
void diff_append_places(StringBuilder *out, const Change *change);

/* " (vanaf 2021-01-01)" of a later version of a rule; nothing otherwise. */
void diff_append_since(const Diff *diff, StringBuilder *out, const Change *change);

/* The whole report. */
void diff_append_text(const Diff *diff, StringBuilder *out);
void diff_append_markdown(const Diff *diff, StringBuilder *out);
void diff_append_json(const Diff *diff, StringBuilder *out);
void diff_append_html(const Diff *diff, StringBuilder *out);

#endif
