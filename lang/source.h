/* source.h - one source text, and where its bytes stand for people.
 *
 * The text of a file with a name to print and a number to refer to it by. Stages speak of byte ranges (Span) only;
 * line and column are computed here, when something is printed.
 * Invariant: line_begins holds the offset of every line, rising, and line 1 begins at 0.
 */
#ifndef BEDING_LANG_SOURCE_H
#define BEDING_LANG_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "text.h"

/* A range of bytes in a file: begin inclusive, end exclusive. file is the index given to source_make. */
typedef struct Span {
    uint32_t file;
    uint32_t begin;
    uint32_t end;
} Span;

/* A place for people: both count from 1, the column in code points. */
typedef struct Place {
    uint32_t line;
    uint32_t column;
} Place;

typedef struct Source {
    Text name;                   /* as printed in messages; a path relative to where the user stands */
    Text text;                   /* the bytes, not copied: they must outlive the source */
    uint32_t file;               /* index among the sources of one compilation */
    uint32_t line_count;         /* at least 1 */
    const uint32_t *line_begins; /* line_count offsets; owned by the arena */
} Source;

/* Makes a source over `text` (at most SOURCE_MAX_BYTES: the caller refuses larger ones) with index `file`.
 * The bytes are not copied; the source and its line index live in `arena`. A failing allocation goes to the arena's
 * landing, which must be set. */
Source *source_make(Arena *arena, uint32_t file, Text name, Text text);

/* Line and column of a byte offset; offsets past the end count as the end. */
Place source_place(const Source *source, uint32_t offset);

/* The bytes of a line (from 1) without its line end. */
Text source_line(const Source *source, uint32_t line);

/* The bytes of a span; clipped to the text. */
Text source_slice(const Source *source, Span span);

/* The smallest span that covers both; both must be of one file. An empty span {0,0,0} counts as nothing. */
Span span_join(Span a, Span b);

#endif
