/* sources.h: the source files of one compilation, by the number their spans carry. */
#ifndef BEDING_SOURCES_H
#define BEDING_SOURCES_H

#include "lang/source.h"

typedef struct Sources {
    const Source **items; /* items[i]->file == i */
    uint32_t count;
    size_t capacity;
} Sources;

/* The bytes a span covers, with runs of white space and comments' line ends as one space; at most limit bytes, cut with "…". */
Text sources_excerpt(const Sources *sources, Span span, size_t limit, Arena *arena);

/* The name of a source inside a module: its path from the folder that the main text (source 0) lies in, so that a module does not depend on
** where its text lay or from where the compiler was called. A file of the library keeps its own. */
Text sources_module_name(const Sources *sources, uint32_t file);

#endif
