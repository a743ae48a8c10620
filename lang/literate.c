/* literate.c - see literate.h. */
#include "literate.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Backticks at the beginning of a line, after at most three blanks; `*after` is the offset behind them. */
static size_t count_fence(Text line, size_t *after)
{
    size_t begin = 0;
    while (begin < line.size && begin < 3 && line.data[begin] == ' ') {
        begin++;
    }
    size_t end = begin;
    while (end < line.size && line.data[end] == '`') {
        end++;
    }
    *after = end;
    return end - begin >= 3 ? end - begin : 0;
}

static Text trim(Text text)
{
    size_t begin = 0;
    size_t end = text.size;
    while (begin < end && is_blank(text.data[begin])) {
        begin++;
    }
    while (end > begin && is_blank(text.data[end - 1])) {
        end--;
    }
    return text_slice(text, begin, end);
}

/* Prose keeps its place but not its bytes; lines keep their ends. */
static void blank_prose(char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        text[i] = text[i] == '\r' || text[i] == '\n' ? text[i] : ' ';
    }
}

static size_t line_size(Text text, size_t begin)
{
    const char *end = memchr(text.data + begin, '\n', text.size - begin);
    return end == NULL ? text.size - begin : (size_t)(end - (text.data + begin));
}

bool literate_is_name(Text name)
{
    Text ending = TEXT(".bdg.md");
    return name.size >= ending.size && text_equal(text_slice(name, name.size - ending.size, name.size), ending);
}

bool literate_next(Text markdown, size_t at, LiterateBlock *out)
{
    size_t open_fence = 0; /* backticks of the block we are in; 0 outside */
    bool is_code = false;  /* the block is one of ours */

    for (size_t begin = at; begin < markdown.size;) {
        size_t size = line_size(markdown, begin);
        Text line = text_slice(markdown, begin, begin + size);
        size_t behind = begin + size < markdown.size ? begin + size + 1 : markdown.size;
        size_t after = 0;
        size_t fence = count_fence(line, &after);
        Text info = trim(text_slice(line, after, line.size));

        if (open_fence > 0 && fence >= open_fence && info.size == 0) {
            if (is_code) {
                out->end = begin;
                out->after = behind;
                return true;
            }
            open_fence = 0;
        } else if (open_fence == 0 && fence > 0) {
            open_fence = fence;
            is_code = text_equal(info, TEXT("beding"));
            if (is_code) {
                *out = (LiterateBlock){begin, behind, markdown.size, markdown.size};
            }
        }
        begin = behind;
    }
    return is_code; /* one left open */
}

Text literate_blank(Arena *arena, Text markdown)
{
    char *copy = arena_alloc(arena, markdown.size + 1);
    size_t at = 0;
    LiterateBlock block;

    if (copy == NULL) {
        return (Text){NULL, 0};
    }
    if (markdown.size > 0) {
        memcpy(copy, markdown.data, markdown.size);
    }
    while (literate_next(markdown, at, &block)) {
        blank_prose(copy + at, block.begin - at);
        blank_prose(copy + block.end, block.after - block.end);
        at = block.after;
    }
    blank_prose(copy + at, markdown.size - at);
    return (Text){copy, markdown.size};
}
