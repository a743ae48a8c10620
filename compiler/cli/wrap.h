/* wrap.h: long lines of text for people, broken between words. */
#ifndef BEDING_CLI_WRAP_H
#define BEDING_CLI_WRAP_H

#include "vm/core/text.h"

enum { WRAP_WIDTH = 116 }; /* columns: two columns of a wide terminal, or a page on its side */

/* Appends text that begins at a column; a word that would pass WRAP_WIDTH begins a new line, `hang` columns in. Returns the column after it.
** Words are parted by single spaces; one that is longer than a line stays whole. */
size_t wrap_append(StringBuilder *out, Text text, size_t column, size_t hang);

#endif
