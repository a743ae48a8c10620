/* markdown_inline.h: Markdown within a line: `code`, **strong**, *emphasis*, [links](https://…), <https://…>, line ends. */
#ifndef BEDING_CLI_MARKDOWN_INLINE_H
#define BEDING_CLI_MARKDOWN_INLINE_H

#include "vm/core/text.h"

/* Appends a paragraph's text as HTML. Marks that do not close are text. Links lead to http, https, mailto or #; other ones are text. */
void markdown_inline(StringBuilder *out, Text text);

/* Appends the text without its markup, each run of white space as one blank. */
void markdown_inline_plain(StringBuilder *out, Text text);

#endif
