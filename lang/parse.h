/* parse.h - source text to syntax tree.
 *
 * Owns scanner and parser; the only door of lang/ for text. Pure and reentrant: all state lives in the arena, nothing
 * is read or written. Time and memory are linear in the size of the source, whatever its bytes are.
 * Guarantee: the tree is well formed, or holds AST_ERROR nodes and `diags` has an error; its depth is at most
 * EXPRESSION_MAX_DEPTH, so later passes may recurse.
 */
#ifndef BEDING_LANG_PARSE_H
#define BEDING_LANG_PARSE_H

#include "arena.h"
#include "ast.h"
#include "diag.h"
#include "source.h"

/* Parses a whole file.
**   source  at most SOURCE_MAX_BYTES; a literate file must have gone through literate_blank first
**   arena   owns the tree and all texts in it; arena->landing must be set: it takes every failure of memory
**   diags   mistakes are added; check diag_has_errors before using the tree for anything but printing
**   result  an AST_FILE node, never NULL
*/
Ast *parse_source(const Source *source, Arena *arena, Diags *diags);

#endif
