/* lexer_api.h - the scanner's functions as token.c and parse.c use them.
 *
 * flex writes a header too, but with the whole of its own machinery; these declarations are all that is needed. The
 * scanner handle is flex's yyscan_t.
 */
#ifndef BEDING_LANG_LEXER_API_H
#define BEDING_LANG_LEXER_API_H

#include <stddef.h>

#include "parse_state.h"

/* Scans one token: sets its span and value, returns its kind. */
int bd_yylex(Token *token, void *scanner);

/* Makes a scanner over `text`, copied into the arena of the parse; goes to the arena's landing on failure. */
void lexer_start(Parse *parse, Text text);

#endif
