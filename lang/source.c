/* source.c - see source.h. */
#include "source.h"

#include <assert.h>
#include <string.h>

static uint32_t count_lines(Text text)
{
    uint32_t count = 1;
    for (size_t i = 0; i < text.size; i++) {
        count += text.data[i] == '\n';
    }
    return count;
}

Source *source_make(Arena *arena, uint32_t file, Text name, Text text)
{
    assert(text.size <= UINT32_MAX - 1);
    Source *source = arena_alloc(arena, sizeof(Source));
    uint32_t line_count = count_lines(text);
    uint32_t *begins = arena_array(arena, line_count, sizeof(uint32_t));
    uint32_t line = 0;

    begins[line++] = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\n') {
            begins[line++] = (uint32_t)(i + 1);
        }
    }
    *source = (Source){.name = arena_text_copy(arena, name),
                       .text = text,
                       .file = file,
                       .line_count = line_count,
                       .line_begins = begins};
    return source;
}

/* The last line that begins at or before the offset. */
static uint32_t find_line(const Source *source, uint32_t offset)
{
    uint32_t low = 0;
    uint32_t high = source->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (source->line_begins[middle] <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

Place source_place(const Source *source, uint32_t offset)
{
    if (offset > source->text.size) {
        offset = (uint32_t)source->text.size;
    }
    uint32_t line = find_line(source, offset);
    Text before = text_slice(source->text, source->line_begins[line], offset);
    return (Place){.line = line + 1, .column = (uint32_t)text_length(before) + 1};
}

Text source_line(const Source *source, uint32_t line)
{
    assert(line >= 1 && line <= source->line_count);
    size_t begin = source->line_begins[line - 1];
    size_t end = line < source->line_count ? source->line_begins[line] - 1 : source->text.size;
    if (end > begin && source->text.data[end - 1] == '\r') {
        end--;
    }
    return text_slice(source->text, begin, end);
}

Text source_slice(const Source *source, Span span)
{
    return text_slice(source->text, span.begin, span.end);
}

Span span_join(Span a, Span b)
{
    if (a.begin == 0 && a.end == 0) {
        return b;
    }
    if (b.begin == 0 && b.end == 0) {
        return a;
    }
    return (Span){.file = a.file, .begin = a.begin < b.begin ? a.begin : b.begin, .end = a.end > b.end ? a.end : b.end};
}
