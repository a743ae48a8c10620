/* ast_print.h - the tree as indented text: the golden form of the tests, and `dis --stage ast`. */
#ifndef BEDING_LANG_AST_PRINT_H
#define BEDING_LANG_AST_PRINT_H

#include "ast.h"
#include "source.h"
#include "text.h"

/* Appends one node a line: two blanks per level, the child's field (a: b: c: d:), the printed name of the kind, text
 * in quotation marks, number, date and flags. Elements of a chain stand under each other. `source` may be NULL; with
 * it each item shows its line as @line. */
void ast_print(StringBuilder *out, const Ast *node, const Source *source);

#endif
