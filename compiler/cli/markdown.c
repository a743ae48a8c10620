/* markdown.c: blocks of Markdown; see markdown.h. markdown_inline.c has what stands within a line.
**
** Job: a text is cut into lines once; each block takes the lines that are its own and gives what it encloses to the same function, with its
** marks taken off. Indentation counts in columns of blanks; a tab is four.
*/
#include "compiler/cli/markdown.h"

#include <string.h>

#include "compiler/cli/markdown_inline.h"
#include "compiler/cli/page.h"
#include "vm/core/arena.h"

enum { NESTING_MAX = 12, ROW_CELLS_MAX = 32, CODE_INDENT = 4 };

typedef struct Lines {
    Text *items;
    size_t count, at;
} Lines;

void markdown_init(Markdown *markdown, Arena *arena)
{
    *markdown = (Markdown){.arena = arena};
    builder_init(&markdown->plain, arena);
}

Text markdown_below(const Markdown *markdown, size_t heading)
{
    Text all = builder_result(&markdown->plain);
    size_t end = heading + 1 < markdown->count ? markdown->headings[heading + 1].body : all.size;
    return text_slice(all, markdown->headings[heading].body, end);
}

/* ---- Lines ---- */

static Lines lines_of(Arena *arena, Text text)
{
    Lines lines = {NULL, 0, 0};
    size_t capacity = 0, begin = 0;
    for (size_t i = 0; i <= text.size; i++) {
        if (i < text.size && text.data[i] != '\n')
            continue;
        size_t end = i > begin && text.data[i - 1] == '\r' ? i - 1 : i;
        lines.items = arena_grow(arena, lines.items, lines.count, &capacity, sizeof *lines.items);
        lines.items[lines.count++] = text_slice(text, begin, end);
        begin = i + 1;
    }
    return lines;
}

static size_t indent_of(Text line)
{
    size_t columns = 0;
    for (size_t i = 0; i < line.size && (line.data[i] == ' ' || line.data[i] == '\t'); i++)
        columns += line.data[i] == '\t' ? 4 : 1;
    return columns;
}

static Text trimmed(Text line)
{
    while (line.size > 0 && (line.data[0] == ' ' || line.data[0] == '\t'))
        line = text_slice(line, 1, line.size);
    while (line.size > 0 && (line.data[line.size - 1] == ' ' || line.data[line.size - 1] == '\t'))
        line.size--;
    return line;
}

static bool is_blank(Text line)
{
    return trimmed(line).size == 0;
}

static size_t run_of(Text line, char c)
{
    size_t count = 0;
    while (count < line.size && line.data[count] == c)
        count++;
    return count;
}

static bool is_one_of(char c, const char *marks)
{
    return c != '\0' && strchr(marks, c) != NULL;
}

/* ---- Which block a line opens ---- */

static unsigned heading_level(Text line)
{
    Text text = trimmed(line);
    size_t level = run_of(text, '#');
    bool ends = level == text.size || text.data[level] == ' ';
    return level >= 1 && level <= 6 && ends && indent_of(line) < CODE_INDENT ? (unsigned)level : 0;
}

static bool is_fence(Text line)
{
    return run_of(trimmed(line), '`') >= 3 || run_of(trimmed(line), '~') >= 3;
}

static bool is_rule(Text line)
{
    Text text = trimmed(line);
    size_t marks = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == ' ')
            continue;
        if (text.data[i] != text.data[0] || !is_one_of(text.data[0], "-*_"))
            return false;
        marks++;
    }
    return marks >= 3;
}

/* The bytes of a list mark with its blank, "- " or "12. "; 0 when the line opens none. */
static size_t list_mark(Text line, bool *is_ordered)
{
    Text text = trimmed(line);
    size_t digits = 0;
    while (digits < text.size && digits < 9 && text.data[digits] >= '0' && text.data[digits] <= '9')
        digits++;
    *is_ordered = digits > 0;
    size_t mark = digits > 0 ? digits : 0;
    const char *ends = digits > 0 ? ".)" : "-*+";
    if (mark >= text.size || !is_one_of(text.data[mark], ends) || is_rule(line))
        return 0;
    mark++;
    return mark < text.size && text.data[mark] == ' ' ? mark + 1 : 0;
}

/* "|---|:--:|" */
static bool is_table_line(Text line)
{
    Text text = trimmed(line);
    bool has_bar = false, has_dash = false;
    for (size_t i = 0; i < text.size; i++) {
        has_bar = has_bar || text.data[i] == '|';
        has_dash = has_dash || text.data[i] == '-';
        if (!is_one_of(text.data[i], "|-: "))
            return false;
    }
    return has_bar && has_dash;
}

static bool has_bar(Text line)
{
    return line.size > 0 && memchr(line.data, '|', line.size) != NULL;
}

static bool opens_table(const Lines *lines)
{
    return lines->at + 1 < lines->count && has_bar(lines->items[lines->at]) &&
           is_table_line(lines->items[lines->at + 1]);
}

/* Whether a line ends the paragraph before it. */
static bool interrupts(const Lines *lines)
{
    Text line = lines->items[lines->at], text = trimmed(line);
    bool is_ordered = false;
    return is_blank(line) || heading_level(line) > 0 || is_fence(line) || text.data[0] == '>' || is_rule(line) ||
           list_mark(line, &is_ordered) > 0 || opens_table(lines);
}

/* ---- Blocks ---- */

static void append_blocks(Markdown *markdown, StringBuilder *out, Text text, unsigned nesting);

/* An id of the heading's own words; a number behind it where they occur twice. */
static Text heading_id(Markdown *markdown, Text text)
{
    StringBuilder id;
    builder_init(&id, markdown->arena);
    html_id(&id, text);
    Text made = builder_result(&id);
    size_t same = 1;
    for (size_t i = 0; i < markdown->count; i++)
        same += text_equal(text_slice(markdown->headings[i].id, 0, made.size), made) ? 1 : 0;
    if (same == 1)
        return made;
    builder_char(&id, '-');
    builder_uint64(&id, same);
    return builder_result(&id);
}

static void append_heading(Markdown *markdown, StringBuilder *out, Lines *lines, unsigned level)
{
    Text text = trimmed(lines->items[lines->at++]);
    text = trimmed(text_slice(text, level, text.size));
    size_t end = text.size;
    while (end > 0 && text.data[end - 1] == '#')
        end--;
    if (end < text.size && (end == 0 || text.data[end - 1] == ' '))
        text = trimmed(text_slice(text, 0, end));
    StringBuilder plain;
    builder_init(&plain, markdown->arena);
    markdown_inline_plain(&plain, text);
    MarkdownHeading heading = {.level = level, .text = builder_result(&plain)};
    heading.id = heading_id(markdown, heading.text);
    heading.body = markdown->plain.size;
    markdown->headings = arena_grow(markdown->arena, markdown->headings, markdown->count, &markdown->capacity,
                                    sizeof *markdown->headings);
    markdown->headings[markdown->count++] = heading;
    if (level == 1 && markdown->hides_title)
        return;
    html_raw(out, "<h");
    builder_uint64(out, level);
    html_raw(out, " id=\"");
    html_text(out, heading.id);
    html_raw(out, "\">");
    markdown_inline(out, text);
    html_raw(out, "</h");
    builder_uint64(out, level);
    html_raw(out, ">\n");
}

static void append_plain(Markdown *markdown, Text text)
{
    markdown_inline_plain(&markdown->plain, text);
    builder_char(&markdown->plain, ' ');
}

static void append_fenced(Markdown *markdown, StringBuilder *out, Lines *lines)
{
    Text open = trimmed(lines->items[lines->at++]);
    size_t marks = run_of(open, open.data[0]);
    html_raw(out, "<pre tabindex=\"0\"><code>");
    while (lines->at < lines->count) {
        Text line = lines->items[lines->at++];
        if (run_of(trimmed(line), open.data[0]) >= marks)
            break;
        html_text(out, line);
        builder_char(out, '\n');
        builder_text(&markdown->plain, line);
        builder_char(&markdown->plain, ' ');
    }
    html_raw(out, "</code></pre>\n");
}

static void append_quotation(Markdown *markdown, StringBuilder *out, Lines *lines, unsigned nesting)
{
    StringBuilder inner;
    builder_init(&inner, markdown->arena);
    while (lines->at < lines->count && !is_blank(lines->items[lines->at])) {
        Text text = trimmed(lines->items[lines->at]);
        bool is_marked = text.data[0] == '>';
        if (!is_marked && interrupts(lines))
            break;
        lines->at++;
        size_t skip = !is_marked ? 0 : text.size > 1 && text.data[1] == ' ' ? 2 : 1;
        builder_text(&inner, text_slice(text, skip, text.size));
        builder_char(&inner, '\n');
    }
    html_raw(out, "<blockquote>\n");
    append_blocks(markdown, out, builder_result(&inner), nesting + 1);
    html_raw(out, "</blockquote>\n");
}

/* The line with `columns` of its indentation taken off. */
static Text outdented(Text line, size_t columns)
{
    size_t i = 0;
    for (size_t done = 0; i < line.size && done < columns && (line.data[i] == ' ' || line.data[i] == '\t'); i++)
        done += line.data[i] == '\t' ? 4 : 1;
    return text_slice(line, i, line.size);
}

/* One item: its first line without the mark and all that is indented below it. False behind a list that has blank lines between items. */
static void append_item(Markdown *markdown, StringBuilder *out, Lines *lines, size_t mark, unsigned nesting)
{
    StringBuilder inner;
    size_t content = indent_of(lines->items[lines->at]) + mark;
    bool has_more = false;
    builder_init(&inner, markdown->arena);
    Text first = trimmed(lines->items[lines->at++]);
    builder_text(&inner, text_slice(first, mark, first.size));
    builder_char(&inner, '\n');
    while (lines->at < lines->count) {
        Text line = lines->items[lines->at];
        bool next_is_in = lines->at + 1 < lines->count && !is_blank(lines->items[lines->at + 1]) &&
                          indent_of(lines->items[lines->at + 1]) >= content;
        bool is_in = is_blank(line) ? next_is_in : indent_of(line) >= content || !interrupts(lines);
        if (!is_in)
            break;
        has_more = has_more || is_blank(line) || interrupts(lines);
        builder_text(&inner, outdented(line, content));
        builder_char(&inner, '\n');
        lines->at++;
    }
    html_raw(out, "<li>");
    Text text = builder_result(&inner);
    if (has_more) {
        append_blocks(markdown, out, text, nesting + 1);
    } else {
        markdown_inline(out, trimmed(text_slice(text, 0, text.size - 1)));
        append_plain(markdown, text);
    }
    html_raw(out, "</li>\n");
}

static void append_list(Markdown *markdown, StringBuilder *out, Lines *lines, unsigned nesting)
{
    bool is_ordered = false, next_is_ordered = false;
    size_t indent = indent_of(lines->items[lines->at]), mark = list_mark(lines->items[lines->at], &is_ordered);
    Text first = trimmed(lines->items[lines->at]);
    html_raw(out, is_ordered ? "<ol" : "<ul");
    if (is_ordered && !text_has_prefix(first, TEXT("1.")) && !text_has_prefix(first, TEXT("1)"))) {
        html_raw(out, " start=\"");
        builder_text(out, text_slice(first, 0, mark - 2));
        builder_char(out, '"');
    }
    html_raw(out, ">\n");
    while (mark > 0) {
        append_item(markdown, out, lines, mark, nesting);
        size_t blank = lines->at;
        while (blank < lines->count && is_blank(lines->items[blank]))
            blank++;
        bool goes_on = blank < lines->count && indent_of(lines->items[blank]) < indent + CODE_INDENT &&
                       (mark = list_mark(lines->items[blank], &next_is_ordered)) > 0 && next_is_ordered == is_ordered;
        if (!goes_on)
            break;
        lines->at = blank;
    }
    html_raw(out, is_ordered ? "</ol>\n" : "</ul>\n");
}

/* Cuts "| a | b |" at its bars; a bar behind a backslash belongs to the cell. */
static size_t split_row(Text line, Text *cells)
{
    Text text = trimmed(line);
    size_t count = 0, begin = text.size > 0 && text.data[0] == '|' ? 1 : 0;
    for (size_t i = begin; i <= text.size && count < ROW_CELLS_MAX; i++) {
        bool is_end = i == text.size;
        if (!is_end && (text.data[i] != '|' || (i > 0 && text.data[i - 1] == '\\')))
            continue;
        if (!is_end || i > begin)
            cells[count++] = trimmed(text_slice(text, begin, i));
        begin = i + 1;
    }
    return count;
}

static bool is_right(Text cell)
{
    return cell.size > 1 && cell.data[cell.size - 1] == ':' && cell.data[0] != ':';
}

static void append_row(Markdown *markdown, StringBuilder *out, Text line, const Text *alignment, size_t columns,
                       const char *tag)
{
    Text cells[ROW_CELLS_MAX];
    size_t count = split_row(line, cells);
    html_raw(out, "<tr>");
    for (size_t i = 0; i < columns; i++) {
        builder_char(out, '<');
        html_raw(out, tag);
        html_raw(out, strcmp(tag, "th") == 0 ? " scope=\"col\"" : "");
        html_raw(out, is_right(alignment[i]) ? " class=\"num\">" : ">");
        if (i < count) {
            markdown_inline(out, cells[i]);
            append_plain(markdown, cells[i]);
        }
        html_raw(out, "</");
        html_raw(out, tag);
        builder_char(out, '>');
    }
    html_raw(out, "</tr>\n");
}

static void append_table(Markdown *markdown, StringBuilder *out, Lines *lines)
{
    Text alignment[ROW_CELLS_MAX], heads[ROW_CELLS_MAX];
    size_t columns = split_row(lines->items[lines->at + 1], alignment);
    size_t named = split_row(lines->items[lines->at], heads);
    html_open_scroll(out, named > 0 ? heads[0] : TEXT("-"));
    html_raw(out, "<table>\n<thead>");
    append_row(markdown, out, lines->items[lines->at], alignment, columns, "th");
    html_raw(out, "</thead>\n<tbody>\n");
    for (lines->at += 2;
         lines->at < lines->count && !is_blank(lines->items[lines->at]) && has_bar(lines->items[lines->at]);
         lines->at++)
        append_row(markdown, out, lines->items[lines->at], alignment, columns, "td");
    html_raw(out, "</tbody>\n</table>\n");
    html_close_scroll(out);
}

static void append_paragraph(Markdown *markdown, StringBuilder *out, Lines *lines)
{
    StringBuilder text;
    builder_init(&text, markdown->arena);
    do {
        /* Blanks at the end stay: two of them break the line. */
        Text line = outdented(lines->items[lines->at], SIZE_MAX);
        if (text.size > 0)
            builder_char(&text, '\n');
        builder_text(&text, line);
        lines->at++;
    } while (lines->at < lines->count && !interrupts(lines));
    html_raw(out, "<p>");
    markdown_inline(out, trimmed(builder_result(&text)));
    html_raw(out, "</p>\n");
    append_plain(markdown, builder_result(&text));
}

static void append_block(Markdown *markdown, StringBuilder *out, Lines *lines, unsigned nesting)
{
    Text line = lines->items[lines->at], text = trimmed(line);
    unsigned level = heading_level(line);
    bool is_ordered = false, is_deep = nesting >= NESTING_MAX;
    if (text.size == 0) {
        lines->at++;
    } else if (level > 0) {
        append_heading(markdown, out, lines, level);
    } else if (is_fence(line)) {
        append_fenced(markdown, out, lines);
    } else if (text.data[0] == '>' && !is_deep) {
        append_quotation(markdown, out, lines, nesting);
    } else if (is_rule(line)) {
        html_raw(out, "<hr>\n");
        lines->at++;
    } else if (list_mark(line, &is_ordered) > 0 && !is_deep) {
        append_list(markdown, out, lines, nesting);
    } else if (opens_table(lines)) {
        append_table(markdown, out, lines);
    } else {
        append_paragraph(markdown, out, lines);
    }
}

static void append_blocks(Markdown *markdown, StringBuilder *out, Text text, unsigned nesting)
{
    Lines lines = lines_of(markdown->arena, text);
    while (lines.at < lines.count)
        append_block(markdown, out, &lines, nesting);
}

void markdown_append(Markdown *markdown, StringBuilder *out, Text prose)
{
    append_blocks(markdown, out, prose, 0);
}
