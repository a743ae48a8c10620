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

#endif
