/* wrap.c: long lines of text for people; see wrap.h. */
#include "compiler/cli/wrap.h"

/* What stays on the line of the word after it: a sign, and a number before its unit. */
static bool leads_on(Text word)
{
    static const Text SIGNS[] = {TEXT_INIT("="),      TEXT_INIT("<"),      TEXT_INIT(">"),
                                 TEXT_INIT("<="),     TEXT_INIT(">="),     TEXT_INIT("<>"),
                                 TEXT_INIT("\u2192"), TEXT_INIT("\u00D7"), TEXT_INIT("\u20AC")};
    size_t begin = word.size > 1 && word.data[0] == '(' ? 1 : 0, at = begin;
    for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++)
        if (text_equal(text_slice(word, begin, word.size), SIGNS[i]))
            return true;
    while (at < word.size &&
           ((word.data[at] >= '0' && word.data[at] <= '9') || word.data[at] == '.' || word.data[at] == ','))
        at++;
    return at == word.size && at > begin;
}

/* The end of the next word. */
static size_t word_end(Text text, size_t at)
{
    while (at < text.size && text.data[at] != ' ')
        at++;
    return at;
}

/* The end of what stays together from a word on: "30 dagen", "regel = nee". */
static size_t piece_end(Text text, size_t at)
{
    size_t end = word_end(text, at);
    while (end < text.size) {
        size_t next = end;
        while (next < text.size && text.data[next] == ' ')
            next++;
        size_t next_end = word_end(text, next);
        bool is_equals = text_equal(text_slice(text, next, next_end), TEXT("="));
        if (!is_equals && !leads_on(text_slice(text, at, end)))
            break;
        at = next;
        end = next_end;
    }
    return end;
}

size_t wrap_append(StringBuilder *out, Text text, size_t column, size_t hang)
{
    size_t at = 0;
    while (at < text.size) {
        size_t end = piece_end(text, at);
        Text piece = text_slice(text, at, end);
        size_t width = text_length(piece);
        if (column + width > WRAP_WIDTH && column > hang) {
            while (out->size > 0 && out->data[out->size - 1] == ' ')
                out->size--;
            builder_char(out, '\n');
            builder_repeat(out, ' ', hang);
            column = hang;
        }
        builder_text(out, piece);
        column += width;
        for (at = end; at < text.size && text.data[at] == ' '; at++, column++)
            builder_char(out, ' ');
    }
    return column;
}
