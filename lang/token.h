/* token.h - the layer between scanner and grammar: from words to keywords.
 *
 * The scanner gives every word as a name. Here one or more words become a keyword where the grammar can take that
 * keyword at this very place, and stay a name otherwise; so words such as `rang` or `laatste` remain usable as names.
 * The same keyword table (keywords.def) serves both languages.
 * Invariant: a token once offered is never taken back; look-ahead is at most TOKEN_RING_SIZE words.
 */
#ifndef BEDING_LANG_TOKEN_H
#define BEDING_LANG_TOKEN_H

#include <stdbool.h>

#include "parse_state.h"

typedef enum KeywordClass { KEYWORD_RESERVED, KEYWORD_BLOCK, KEYWORD_SOFT } KeywordClass;

/* A row of keywords.def. A missing spelling is NULL. */
typedef struct Keyword {
    int token;
    const char *spelling[2]; /* by Language */
    KeywordClass class;
    bool is_alias;     /* a further spelling */
    const char *gloss; /* what it says, in English; NULL for an alias */
} Keyword;

/* What the parser can tell about the place where it stands. */
typedef struct TokenPlace {
    bool (*accepts)(const struct TokenPlace *place, int token);
    void *parser;       /* for `accepts` */
    bool is_recovering; /* tokens are being thrown away after a mistake */
} TokenPlace;

/* The keyword table: row `index`, NULL past the end. */
const Keyword *token_keyword(size_t index);

/* The first spelling of a keyword token in a language; empty if the token is no keyword. */
Text token_spelling(int token, Language language);

/* Prepares the keyword index of a parse. */
void token_start(Parse *parse);

/* Scans, decides and gives the next token; its kind is final. Also kept in parse->offered. */
const Token *token_next(Parse *parse, const TokenPlace *place);

/* The next token without a grammar: the longest keyword phrase wins. For printing tokens. */
const Token *token_next_alone(Parse *parse);

/* Whether the token begins an item or clause at the beginning of a line: what stands before it is unfinished. */
bool token_begins_block(const Token *token);

/* Called by the scanner. */
Language token_choose_language(Parse *parse, const Token *token); /* `taal nl` was read */
void token_assume_dutch(Parse *parse, const Token *token);        /* no such line: a warning */
void token_doc(Parse *parse, const Token *token);                 /* a `##` line was read */
int token_bar(Parse *parse, const Token *token);                  /* TOK_PIPE, TOK_ROW_BEGIN or TOK_ROW_END */
_Noreturn void token_scanner_failed(Parse *parse);                /* to the arena's landing */

#endif
