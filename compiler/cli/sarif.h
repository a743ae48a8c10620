/* sarif.h: diagnostics as SARIF 2.1.0, the exchange format that editors and code hosts show. */
#ifndef BEDING_CLI_SARIF_H
#define BEDING_CLI_SARIF_H

#include "lang/diag_print.h"

/* Appends the results of one compilation, separated by commas from what stands in `out` already. */
void sarif_append(StringBuilder *out, Diags *diags, const DiagPrint *how);

/* Appends a whole SARIF log around the results. */
void sarif_document(StringBuilder *out, Text results);

#endif
