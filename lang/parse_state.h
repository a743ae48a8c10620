/* parse_state.h - what scanner, token layer and grammar share during one parse. Private to lang/.
 *
 * One Parse lives on the stack of parse_source; everything it points at lives in the arena. The scanner fills tokens,
 * the token layer (token.c) turns words into keywords where the grammar can take them, the grammar builds the tree.
 * Invariant: `ring` holds the tokens that were scanned but not yet given to the parser, oldest first.
 */
#ifndef BEDING_LANG_PARSE_STATE_H
#define BEDING_LANG_PARSE_STATE_H

#include <stdbool.h>

#include "ast.h"
#include "diag.h"
#include "source.h"

enum {
    TOKEN_RING_SIZE = 8, /* the longest phrase has five words; one more is looked at */
    PHRASE_MAX_WORDS = 5,
    KEYWORD_BUCKETS = 256
};

typedef enum Language { LANGUAGE_DUTCH, LANGUAGE_ENGLISH } Language;

/* A token as scanned: words are all TOK_NAME here. */
typedef struct Token {
    int kind; /* TOK_... of grammar.h */
    Span span;
    Text text;        /* name or text literal */
    Number number;    /* number, percentage, amount */
    int32_t date;     /* date or month */
    bool begins_line; /* only blanks stand before it on its line */
} Token;

/* A `##` line, without its mark. */
typedef struct DocComment {
    uint32_t begin, end;
    Text text;
} DocComment;

typedef struct Parse {
    Arena *arena;
    Diags *diags;
    const Source *source;
    Language language;
    void *scanner;      /* yyscan_t */
    uint32_t offset;    /* of the byte after the token last scanned */
    bool line_is_fresh; /* no token yet on this line */
    Token ring[TOKEN_RING_SIZE];
    unsigned ring_count;
    int16_t keyword_heads[KEYWORD_BUCKETS]; /* per hash of a first word: a row of the keyword table, or -1 */
    int16_t *keyword_next;                  /* per row: the next one in its bucket, or -1 */
    Language keyword_language;              /* that the index was made for */
    Token previous;                         /* the token last given to the parser, with the kind it was given as */
    Token offered;                          /* the one before the parser now; its kind as given */
    Ast *tree;                              /* the result: AST_FILE */
    bool is_too_deep;                       /* said once */
    uint32_t error_floor;                   /* syntax errors before this offset follow from a lexical one */
    DocComment *docs;                       /* all `##` lines, in order */
    size_t doc_count, doc_capacity;
} Parse;

/* Makes a parse ready to give tokens. */
void parse_start(Parse *parse, const Source *source, Arena *arena, Diags *diags);

/* Whether the source is UTF-8; reports the first place where it is not. */
bool parse_check_bytes(const Source *source, Diags *diags);

/* The bytes of a span of the source being parsed. */
Text parse_slice(const Parse *parse, Span span);

/* Reports nesting beyond the limit, once per parse. */
void parse_too_deep(Parse *parse, Span span);

/* The `##` comment before the item that begins at `begin`; empty if none. */
Text parse_doc(const Parse *parse, uint32_t begin);

/* More constructors, for the grammar only; the rest stands in ast.h. */
Ast *ast_operator(Parse *parse, AstKind kind, Span span, Span operator_span, Ast *a, Ast *b);
Ast *ast_round(Parse *parse, Span span, Span operator_span, Ast *operand, uint32_t mode, const Ast *rounding);
Ast *ast_number(Parse *parse, AstKind kind, Span span, Number number);
Ast *ast_date(Parse *parse, AstKind kind, Span span, int32_t date);
Ast *ast_set_number(Ast *node, Number number);
Ast *ast_retext(Ast *node, AstKind kind, Text text); /* changes what a leaf is */
Ast *ast_item(Parse *parse, Ast *item, Ast *parts);  /* moves the parts of an item into its fields and d */
Ast *ast_share(Ast *chain, Ast *clauses);            /* gives all items of a chain the same d */

#endif
