/* markdown_inline.c: see markdown_inline.h.
**
** Job: one walk from left to right; a mark that opens looks for the one that closes and gives what lies between to the same function. Depth is
** bounded; beyond it marks are text.
*/
#include "compiler/cli/markdown_inline.h"

#include <string.h>

#include "compiler/cli/page.h"

enum { DEPTH_MAX = 8 };

typedef struct Inline {
    StringBuilder *out;
    bool is_plain;
} Inline;

static void append(const Inline *to, Text text, unsigned depth);

static void markup(const Inline *to, const char *tag)
{
    if (!to->is_plain)
        html_raw(to->out, tag);
}

static void letter(const Inline *to, char c)
{
    if (!to->is_plain) {
        html_text(to->out, (Text){&c, 1});
        return;
    }
    bool is_space = c == ' ' || c == '\n' || c == '\t';
    bool follows_space = to->out->size > 0 && to->out->data[to->out->size - 1] == ' ';
    if (!is_space)
        builder_char(to->out, c);
    else if (!follows_space)
        builder_char(to->out, ' ');
}

static size_t run_at(Text text, size_t at)
{
    size_t end = at;
    while (end < text.size && text.data[end] == text.data[at])
        end++;
    return end - at;
}

static bool is_word(Text text, size_t at)
{
    if (at >= text.size)
        return false;
    unsigned char c = (unsigned char)text.data[at];
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x80;
}

static bool is_space_at(Text text, size_t at)
{
    return at >= text.size || text.data[at] == ' ' || text.data[at] == '\n';
}

/* `code`: closes with as many backticks as it opens with. Bytes taken, or 0. */
static size_t code(const Inline *to, Text text, size_t at)
{
    size_t marks = run_at(text, at);
    for (size_t i = at + marks; i < text.size; i++) {
        if (text.data[i] != '`')
            continue;
        size_t run = run_at(text, i);
        if (run == marks) {
            Text inner = text_slice(text, at + marks, i);
            bool is_padded = inner.size > 2 && inner.data[0] == ' ' && inner.data[inner.size - 1] == ' ';
            inner = is_padded ? text_slice(inner, 1, inner.size - 1) : inner;
            markup(to, "<code>");
            for (size_t j = 0; j < inner.size; j++)
                letter(to, inner.data[j] == '\n' ? ' ' : inner.data[j]);
            markup(to, "</code>");
            return i + run - at;
        }
        i += run - 1;
    }
    return 0;
}

/* Where `marks` of the same mark close what opens at `at`; 0 for nowhere. An underscore within a word is a letter: names have them. */
static size_t find_close(Text text, size_t at, size_t marks)
{
    char mark = text.data[at];
    for (size_t i = at + marks; i < text.size; i++) {
        if (text.data[i] == '`') { /* marks within code do not count */
            size_t run = run_at(text, i), end = i + run;
            while (end < text.size && !(text.data[end] == '`' && run_at(text, end) == run))
                end += text.data[end] == '`' ? run_at(text, end) : 1;
            i = end < text.size ? end + run - 1 : i + run - 1;
            continue;
        }
        if (text.data[i] != mark)
            continue;
        size_t run = run_at(text, i);
        bool closes = run == marks && !is_space_at(text, i - 1) && (mark != '_' || !is_word(text, i + run));
        if (closes)
            return i;
        i += run - 1;
    }
    return 0;
}

/* unclosed: a bit for each kind of mark of which none closes from here on, so that a text full of marks is not searched for each of them. */
static size_t emphasis(const Inline *to, Text text, size_t at, unsigned depth, unsigned *unclosed)
{
    size_t marks = run_at(text, at);
    if (marks > 2)
        return 0;
    bool is_word_mark = text.data[at] == '_';
    unsigned kind = 1u << (marks + (is_word_mark ? 2 : 0));
    bool opens = !is_space_at(text, at + marks) && (*unclosed & kind) == 0 &&
                 (!is_word_mark || at == 0 || !is_word(text, at - 1));
    size_t end = opens ? find_close(text, at, marks) : 0;
    if (opens && end == 0)
        *unclosed |= kind;
    if (end == 0)
        return 0;
    markup(to, marks == 2 ? "<strong>" : "<em>");
    append(to, text_slice(text, at + marks, end), depth + 1);
    markup(to, marks == 2 ? "</strong>" : "</em>");
    return end + marks - at;
}

static bool may_link(Text target)
{
    static const Text STARTS[] = {TEXT_INIT("https://"), TEXT_INIT("http://"), TEXT_INIT("mailto:"), TEXT_INIT("#")};
    for (size_t i = 0; i < target.size; i++)
        if ((unsigned char)target.data[i] <= ' ')
            return false;
    for (size_t i = 0; i < sizeof STARTS / sizeof *STARTS; i++)
        if (text_has_prefix(target, STARTS[i]))
            return true;
    return false;
}

static size_t find_byte(Text text, size_t from, char c)
{
    const char *found = from < text.size ? memchr(text.data + from, c, text.size - from) : NULL;
    return found == NULL ? text.size : (size_t)(found - text.data);
}

/* [text](target), also ![text](target), of which only the text is kept. */
static size_t hyperlink(const Inline *to, Text text, size_t at, unsigned depth)
{
    size_t close = find_byte(text, at + 1, ']');
    if (close + 1 >= text.size || text.data[close + 1] != '(')
        return 0;
    size_t end = find_byte(text, close + 2, ')');
    if (end == text.size)
        return 0;
    Text target = text_slice(text, close + 2, end);
    bool is_link = may_link(target);
    if (is_link && !to->is_plain) {
        html_raw(to->out, "<a href=\"");
        html_text(to->out, target);
        html_raw(to->out, "\">");
    }
    append(to, text_slice(text, at + 1, close), depth + 1);
    if (is_link)
        markup(to, "</a>");
    return end + 1 - at;
}

/* <https://…> */
static size_t autolink(const Inline *to, Text text, size_t at)
{
    size_t end = find_byte(text, at, '>');
    Text target = text_slice(text, at + 1, end);
    if (end == text.size || !may_link(target) || target.data[0] == '#')
        return 0;
    if (!to->is_plain) {
        html_raw(to->out, "<a href=\"");
        html_text(to->out, target);
        html_raw(to->out, "\">");
    }
    for (size_t i = 0; i < target.size; i++)
        letter(to, target.data[i]);
    markup(to, "</a>");
    return end + 1 - at;
}

/* A line's end: a break behind two blanks or a backslash, else white space. */
static void line_end(const Inline *to, Text text, size_t at)
{
    bool is_break = at >= 2 && text.data[at - 1] == ' ' && text.data[at - 2] == ' ';
    if (is_break)
        markup(to, "<br>");
    letter(to, '\n');
}

static size_t special(const Inline *to, Text text, size_t at, unsigned depth, unsigned *unclosed)
{
    if (depth >= DEPTH_MAX)
        return 0;
    switch (text.data[at]) {
    case '`': return code(to, text, at);
    case '*':
    case '_': return emphasis(to, text, at, depth, unclosed);
    case '[': return hyperlink(to, text, at, depth);
    case '!': {
        bool is_image = at + 1 < text.size && text.data[at + 1] == '[';
        size_t taken = is_image ? hyperlink(to, text, at + 1, depth) : 0;
        return taken > 0 ? taken + 1 : 0;
    }
    case '<': return autolink(to, text, at);
    default: return 0;
    }
}

static void append(const Inline *to, Text text, unsigned depth)
{
    unsigned unclosed = 0;
    for (size_t i = 0; i < text.size;) {
        char c = text.data[i];
        bool is_escape = c == '\\' && i + 1 < text.size;
        if (is_escape && text.data[i + 1] == '\n') {
            markup(to, "<br>");
            letter(to, '\n');
            i += 2;
            continue;
        }
        if (is_escape && text.data[i + 1] != '\0' && strchr("\\`*_{}[]()#+-.!|<>&\"'~", text.data[i + 1]) != NULL) {
            letter(to, text.data[i + 1]);
            i += 2;
            continue;
        }
        size_t taken = special(to, text, i, depth, &unclosed);
        if (taken == 0 && (c == '`' || c == '*' || c == '_')) { /* an unclosed run is text as a whole */
            taken = run_at(text, i);
            for (size_t j = 0; j < taken; j++)
                letter(to, c);
        } else if (taken == 0 && c == '\n') {
            line_end(to, text, i);
            taken = 1;
        } else if (taken == 0) {
            letter(to, c);
            taken = 1;
        }
        i += taken;
    }
}

void markdown_inline(StringBuilder *out, Text text)
{
    Inline to = {out, false};
    append(&to, text, 0);
}

void markdown_inline_plain(StringBuilder *out, Text text)
{
    Inline to = {out, true};
    append(&to, text, 0);
}
