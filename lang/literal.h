/* literal.h - what the scanner's patterns mean: literals into values, bad ones into messages.
 *
 * Called from the rules of lexer.l with the token whose span is set. A bad literal becomes a token of the kind that
 * was meant, with a diagnostic, so that the parser does not stumble over it as well.
 */
#ifndef BEDING_LANG_LITERAL_H
#define BEDING_LANG_LITERAL_H

#include "parse_state.h"

/* Each sets the token's value and returns its kind. */
int literal_name(Parse *parse, Token *token);
int literal_marked(Parse *parse, Token *token); /* a name with combining marks */
int literal_text(Parse *parse, Token *token);
int literal_date(Parse *parse, Token *token); /* 2026-01-05 or 05-01-2026 */
int literal_month(Parse *parse, Token *token);
int literal_number(Parse *parse, Token *token, int kind);   /* exact notation: TOK_NUMBER, TOK_PERCENT, TOK_MONEY */
int literal_nearly(Parse *parse, Token *token);             /* digits with signs in the wrong places */
int literal_bad(Parse *parse, Token *token, DiagCode code); /* anything else, by code */

/* A character that nothing begins with: reported, then skipped. */
void literal_unknown(Parse *parse, const Token *token);

#endif
