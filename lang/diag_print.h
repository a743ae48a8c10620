/* diag_print.h - diagnostics as text for people and as JSON for programs.
 *
 * The only place where a message is put together. Renders into a StringBuilder; writes nowhere.
 */
#ifndef BEDING_LANG_DIAG_PRINT_H
#define BEDING_LANG_DIAG_PRINT_H

#include <stdbool.h>
#include <stddef.h>

#include "diag.h"
#include "source.h"
#include "text.h"

typedef struct DiagPrint {
    DiagLanguage language;
    bool color;                   /* ANSI escapes, for a terminal */
    const Source *const *sources; /* by file index; an absent one (NULL) gives the message without its line */
    size_t source_count;
} DiagPrint;

/* The message of a diagnostic, or of a label or help line, with its holes filled. */
void diag_print_message(StringBuilder *out, DiagCode code, const DiagArgument arguments[3], DiagLanguage language);

/* All diagnostics in order, each as `file:line:column: fout[E0203]: ...` with its line, a caret under the words meant,
 * the labels and the help; then what was left out. Sorts first. Ends with a line end unless there is nothing. */
void diag_print_text(StringBuilder *out, Diags *diags, const DiagPrint *how);

/* The same as one JSON array of objects {code, severity, message, file, line, column, end_line, end_column, labels,
 * help}; labels carry {message, file, line, column, end_line, end_column}. */
void diag_print_json(StringBuilder *out, Diags *diags, const DiagPrint *how);

#endif
