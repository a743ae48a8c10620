/* diag.h - what the compiler has to say about a contract, as data.
 *
 * Every stage reports here; only diag_print.c makes text of it. A diagnostic holds a code of diag.def, a place, up to
 * three arguments for the holes {a} {b} {c} of its message, labels at other places and help lines. The language is
 * chosen when printing, so arguments that are words of the language carry both forms.
 * Invariant: at most DIAGNOSTIC_MAX_COUNT are kept, none twice (same code and begin); the rest is only counted. An error that
 * comes when all room is taken takes that of the last warning.
 */
#ifndef BEDING_LANG_DIAG_H
#define BEDING_LANG_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "limits.h"
#include "source.h"
#include "text.h"

typedef enum DiagSeverity {
    DIAG_NOTE,    /* the text of a label or a help line: never reported by itself */
    DIAG_WARNING, /* the module is still made */
    DIAG_ERROR
} DiagSeverity;

typedef enum DiagLanguage { DIAG_DUTCH, DIAG_ENGLISH } DiagLanguage;

typedef enum DiagCode {
#define D(code, severity, nl, en) DIAG_##code,
#include "diag.def"
#undef D
    DIAG_CODE_COUNT
} DiagCode;

/* A hole's content in both languages; equal where it is a name or a number. */
typedef struct DiagArgument {
    Text nl;
    Text en;
} DiagArgument;

/* A label at another place, or (span empty) a help line. */
typedef struct DiagLabel {
    DiagCode code; /* of severity NOTE */
    Span span;
    DiagArgument arguments[3];
} DiagLabel;

typedef struct Diag {
    DiagCode code;
    Span span; /* the words meant; the caret stands here */
    DiagArgument arguments[3];
    DiagLabel labels[DIAGNOSTIC_MAX_LABELS];
    uint32_t label_count;
    DiagLabel helps[2];
    uint32_t help_count;
} Diag;

/* All diagnostics of one compilation. Zeroed and given to diag_init before use. */
typedef struct Diags {
    Arena *arena; /* copies arguments; its landing must be set while stages run */
    Diag *items;  /* kept, in the order of reporting until diag_sort */
    size_t count;
    size_t capacity;
    size_t error_count; /* errors reported, those beyond the cap included */
    size_t warning_count;
    size_t dropped_count; /* not kept because of the cap */
    size_t unused_count,
        unused_dropped; /* reports that something is used nowhere, and how many of those were dropped */
    Diag discard;       /* what callers decorate when nothing was kept */
} Diags;

/* Starts an empty collection whose texts will live in `arena`. */
void diag_init(Diags *diags, Arena *arena);

/* Reports. Unused arguments are (Text){0}. Texts are copied. Never NULL: a duplicate or one beyond the cap gives a
 * scratch diagnostic, so that labels and help can be added without asking. Valid until the next report. */
Diag *diag_report(Diags *diags, DiagCode code, Span span, Text a, Text b, Text c);

/* The same with arguments that differ per language. */
Diag *diag_report_words(Diags *diags, DiagCode code, Span span, DiagArgument a, DiagArgument b, DiagArgument c);

/* Adds the other half's place with a NOTE text. At most DIAGNOSTIC_MAX_LABELS; more are dropped. */
void diag_label(Diags *diags, Diag *diag, Span span, DiagCode note, Text a, Text b);

/* Adds a line "= ..." below, such as a suggestion. At most two; more are dropped. */
void diag_help(Diags *diags, Diag *diag, DiagCode note, Text a, Text b);
void diag_help_words(Diags *diags, Diag *diag, DiagCode note, DiagArgument a, DiagArgument b);

/* Takes back, where there are errors, every warning that something is used nowhere: what failed may be what uses it. */
void diag_forgive_unused(Diags *diags);

/* Whether anything of severity error was reported. */
bool diag_has_errors(const Diags *diags);

/* Whether the cap is reached: a stage may stop looking. */
bool diag_is_full(const Diags *diags);

/* Orders by file, begin, end, code. Call before printing. */
void diag_sort(Diags *diags);

/* The row of a code: its name ("E0203"), severity, and message pattern with holes. */
Text diag_code_name(DiagCode code);
DiagSeverity diag_code_severity(DiagCode code);
Text diag_code_pattern(DiagCode code, DiagLanguage language);

#endif
