/* literate.h - contracts written as Markdown (.bdg.md): prose between fenced `beding` blocks.
 *
 * Everything outside the blocks becomes blanks, byte for byte, and line ends stay; so offsets, lines and columns in
 * messages are those of the Markdown and no map is needed.
 */
#ifndef BEDING_LANG_LITERATE_H
#define BEDING_LANG_LITERATE_H

#include <stdbool.h>

#include "arena.h"
#include "text.h"

/* Whether a file of this name is literate. */
bool literate_is_name(Text name);

/* A block of code and where it stands, in bytes of the Markdown. */
typedef struct LiterateBlock {
    size_t open;  /* of the line that opens it */
    size_t begin; /* of its first line */
    size_t end;   /* of the line that closes it, or of the text */
    size_t after; /* behind that line */
} LiterateBlock;

/* The first block at or after `at`, which is 0 or the `after` of the block before; false when there is none. */
bool literate_next(Text markdown, size_t at, LiterateBlock *out);

/* A copy of `markdown`, of the same size, in `arena` with only the code left. A block opens with three or more
 * backticks and the word `beding` and closes with at least as many backticks; one left open runs to the end. On a
 * failed allocation as arena_alloc: to the landing, or data NULL. */
Text literate_blank(Arena *arena, Text markdown);

#endif
