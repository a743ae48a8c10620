/* token_print.h - the tokens of a source as text, for `dis --stage tokens` and the tests. */
#ifndef BEDING_LANG_TOKEN_PRINT_H
#define BEDING_LANG_TOKEN_PRINT_H

#include "arena.h"
#include "diag.h"
#include "source.h"
#include "text.h"

/* Appends one token a line: `line:column KIND text`. Without a grammar every word that can be a keyword is one, the
 * longest phrase first. Lexical mistakes go to `diags`. arena->landing must be set. */
void token_print(StringBuilder *out, const Source *source, Arena *arena, Diags *diags);

#endif
