/* ast.h - the syntax tree: one uniform node, kinds from ast.def.
 *
 * Made by grammar.y, read by the compiler and ast_print. A tree only says what stands in the text: no names are
 * resolved, no types known. All nodes live in the arena of the parse and are never changed after it.
 * Invariant: depth of a node is one more than the deepest of a, b, c, d (chains count once) and at most
 * EXPRESSION_MAX_DEPTH; what lies deeper was replaced by AST_ERROR and reported.
 */
#ifndef BEDING_LANG_AST_H
#define BEDING_LANG_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "date.h"
#include "diag.h"
#include "number.h"
#include "source.h"
#include "text.h"

typedef enum AstKind {
#define X(kind, name, children) AST_##kind,
#include "ast.def"
#undef X
    AST_KIND_COUNT
} AstKind;

/* Flags, in groups that never meet on one node; a bit means one thing per kind. ast.def says where each occurs. */
/* clang-format off */
#define AST_FLAGS(F) \
    /* items */ \
    F(PATH, 1u << 0) F(RANKED, 1u << 1) F(UNRANKED, 1u << 2) F(INDIVISIBLE, 1u << 3) F(EXTERN, 1u << 4) \
    F(IN_EURO, 1u << 5) F(TARIFF_AT_BEGIN, 1u << 6) F(FIXED, 1u << 7) F(MAXIMUM, 1u << 8) F(OPTIONAL, 1u << 9) \
    F(NO_TARIFF, 1u << 10) F(CALLABLE, 1u << 11) F(AFTER_FAULT, 1u << 12) F(AFTER_LAST, 1u << 13) \
    F(OF_SUM, 1u << 14) F(OF_COUNT, 1u << 15) F(OF_DAYS, 1u << 16) F(POWER, 1u << 17) F(LIST_OF, 1u << 18) \
    /* clauses */ \
    F(BY_BEGIN, 1u << 0) F(BY_END, 1u << 1) F(BY_SIGNING, 1u << 2) F(LAST_YEAR, 1u << 3) F(ROUNDED, 1u << 4) \
    /* scenarios */ \
    F(NUMBERED, 1u << 0) F(IS_INTERVAL, 1u << 1) F(OF_PRODUCT, 1u << 2) F(OF_SERIES, 1u << 3) F(OF_TABLE, 1u << 4) \
    F(OF_JUDGEMENT, 1u << 5) F(OF_READING, 1u << 6) F(AS_OF, 1u << 7) F(APPROVED, 1u << 8) F(REJECTED, 1u << 9) \
    F(HELD, 1u << 10) F(CAPPED, 1u << 11) F(GRANTED, 1u << 12) F(IS_TARIFF, 1u << 13) F(FAULT, 1u << 14) \
    F(OF_PENALTY, 1u << 15) F(OF_TERM, 1u << 16) F(OF_INDEXATION, 1u << 17) F(OF_DEFINITION, 1u << 18) \
    /* expressions */ \
    F(TRUE, 1u << 0) F(IN_WORDS, 1u << 1) F(TO_CENTS, 1u << 2) F(TO_MULTIPLE, 1u << 3) F(TO_DIVISIBLE, 1u << 4) \
    F(MODE_HALF_AWAY, 1u << 8) F(MODE_UP, 1u << 9) F(MODE_DOWN, 1u << 10) F(MODE_TO_ZERO, 1u << 11) \
    F(MODE_FROM_ZERO, 1u << 12) F(MODE_HALF_EVEN, 1u << 13)
/* clang-format on */

enum {
#define AST_FLAG_CONSTANT(name, bit) AST_IS_##name = (int)(bit),
    AST_FLAGS(AST_FLAG_CONSTANT)
#undef AST_FLAG_CONSTANT
        AST_MODE_MASK = AST_IS_MODE_HALF_AWAY | AST_IS_MODE_UP | AST_IS_MODE_DOWN | AST_IS_MODE_TO_ZERO |
                        AST_IS_MODE_FROM_ZERO | AST_IS_MODE_HALF_EVEN
};

typedef struct Ast {
    AstKind kind;
    uint32_t flags; /* AST_IS_... of this kind */
    Span span;      /* all bytes of the node */
    Span name_span; /* the name of an item, the operator of an expression; otherwise as span */
    Text text;      /* a name, a unit, a literal; in the arena or the source */
    Number number;  /* number_is_set tells whether there is one */
    int32_t date;   /* AST_DATE: Date; AST_MONTH: Month */
    uint32_t depth; /* 1 for a leaf */
    struct Ast *a, *b, *c, *d;
    struct Ast *next; /* the following element of the chain this node stands in */
    struct Ast *last; /* of the first element of a chain: its last one, so that appending is constant time */
    Text doc;         /* the `##` comment lines before an item, without marks; empty if none */
} Ast;

struct Parse;

/* Constructors, for the grammar. All take their memory from the parse; none returns NULL. Depth is checked here. */
Ast *ast_node(struct Parse *parse, AstKind kind, Span span, Ast *a, Ast *b);
Ast *ast_node4(struct Parse *parse, AstKind kind, Span span, Ast *a, Ast *b, Ast *c, Ast *d);
Ast *ast_text(struct Parse *parse, AstKind kind, Span span, Text text);
Ast *ast_named(struct Parse *parse, AstKind kind, Span span, const Ast *name, Ast *a, Ast *b, Ast *c, Ast *d);

/* Adds flags and returns the node. */
Ast *ast_flag(Ast *node, uint32_t flags);

/* Appends `element` (or a whole chain) to `chain`; either may be NULL. Returns the first element. */
Ast *ast_append(Ast *chain, Ast *element);

/* For readers of the tree. */
Text ast_kind_name(AstKind kind);                     /* the printed name */
bool ast_has(const Ast *node, uint32_t flag);         /* whether all bits of `flag` are set */
const Ast *ast_clause(const Ast *item, AstKind kind); /* first clause of that kind in d, or NULL */
const Ast *ast_next_clause(const Ast *clause);        /* the next one of the same kind, or NULL */
size_t ast_count(const Ast *chain);                   /* elements of a chain */

#endif
