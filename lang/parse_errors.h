/* parse_errors.h - the grammar's complaints in words for people. Private to lang/.
 *
 * bison says which token did not fit and which would have; here that becomes "onverwacht: ...; hier past een
 * uitdrukking", at the place where a reader would look.
 */
#ifndef BEDING_LANG_PARSE_ERRORS_H
#define BEDING_LANG_PARSE_ERRORS_H

#include <stddef.h>

#include "parse_state.h"

enum { TOKEN_KINDS = 256 }; /* room for a set of token kinds */

/* Reports that `found` did not fit where any of the `count` token kinds at `expected` would have. */
void parse_report_syntax(Parse *parse, const Token *found, const int *expected, size_t count);

/* bison's own complaint: only ever that its stack is full. */
void bd_yyerror(const Span *span, Parse *parse, const char *message);

#endif
