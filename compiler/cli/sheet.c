/* sheet.c: what is told of a decision, in one of two forms; see sheet.h. */
#include "compiler/cli/sheet.h"

#include "compiler/cli/page.h"
#include "compiler/cli/wrap.h"

enum { LABEL_WIDTH = 11, NAME_MINIMUM = 16, NAME_MAXIMUM = 48 };

/* Text of a message: what stands between backticks is a name of the agreement. */
static void append_words(StringBuilder *out, Text text)
{
    bool is_open = false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] != '`') {
            html_text(out, text_slice(text, i, i + 1));
            continue;
        }
        html_raw(out, is_open ? "</code>" : "<code>");
        is_open = !is_open;
    }
    html_raw(out, is_open ? "</code>" : "");
}

static void close_facts(Sheet *sheet)
{
    if (sheet->in_facts)
        html_raw(sheet->out, "</dl>\n");
    sheet->in_facts = false;
}

void sheet_end(Sheet *sheet)
{
    if (!sheet->is_html)
        return;
    close_facts(sheet);
    if (sheet->in_section)
        html_raw(sheet->out, "</section>\n");
    sheet->in_section = false;
}

void sheet_heading(Sheet *sheet, Text heading)
{
    if (!sheet->is_html) {
        builder_char(sheet->out, '\n');
        builder_text(sheet->out, heading);
        builder_char(sheet->out, '\n');
        return;
    }
    sheet_end(sheet);
    sheet->heading = heading;
    html_raw(sheet->out, "<section>\n");
    html_raw(sheet->out, "<h2>");
    append_words(sheet->out, heading);
    html_raw(sheet->out, "</h2>\n");
    sheet->in_section = true;
}

void sheet_fact(Sheet *sheet, Text label, Text text)
{
    if (text.size == 0)
        return;
    if (sheet->is_html) {
        if (!sheet->in_facts)
            html_raw(sheet->out, "<dl class=\"facts\">\n");
        sheet->in_facts = true;
        html_fact(sheet->out, label, text);
        return;
    }
    size_t width = text_length(label);
    builder_text(sheet->out, TEXT("    "));
    builder_text(sheet->out, label);
    builder_repeat(sheet->out, ' ', width < LABEL_WIDTH ? LABEL_WIDTH - width : 1);
    (void)wrap_append(sheet->out, text, 4 + LABEL_WIDTH, 4 + LABEL_WIDTH);
    builder_char(sheet->out, '\n');
}

void sheet_line(Sheet *sheet, Text text)
{
    if (sheet->is_html) {
        close_facts(sheet);
        html_raw(sheet->out, "<p>");
        append_words(sheet->out, text);
        html_raw(sheet->out, "</p>");
    } else {
        (void)wrap_append(sheet->out, text, 0, 0);
    }
    builder_char(sheet->out, '\n');
}

void sheet_steps(Sheet *sheet, const Story *story, Text word, size_t indent)
{
    if (!story_has_told(story))
        return;
    if (sheet->is_html) {
        close_facts(sheet);
        story_append_html(story, sheet->out, word);
        return;
    }
    if (word.size > 0) {
        builder_text(sheet->out, TEXT("    "));
        builder_text(sheet->out, word);
        builder_char(sheet->out, '\n');
    }
    story_append(story, sheet->out, indent);
}

static void append_html_row(Sheet *sheet, const SheetRow *row)
{
    html_raw(sheet->out, "<tr>");
    html_element(sheet->out, "th scope=\"row\"", row->name);
    html_raw(sheet->out, "<td>");
    if (row->tone != NULL) {
        html_raw(sheet->out, "<span class=\"tag ");
        html_raw(sheet->out, row->tone);
        html_raw(sheet->out, "\">");
    }
    append_words(sheet->out, row->text);
    html_raw(sheet->out, row->tone != NULL ? "</span>" : "");
    if (row->part_count > 0)
        html_raw(sheet->out, "<ul>\n");
    for (size_t i = 0; i < row->part_count; i++)
        html_element(sheet->out, "li", row->parts[i]);
    html_raw(sheet->out, row->part_count > 0 ? "</ul></td></tr>\n" : "</td></tr>\n");
}

/* How wide the names are: as the longest that is not too long. */
static size_t name_width(const SheetRow *rows, size_t count)
{
    size_t width = NAME_MINIMUM;
    for (size_t i = 0; i < count; i++) {
        size_t length = text_length(rows[i].name);
        width = length > width && length <= NAME_MAXIMUM ? length : width;
    }
    return width;
}

/* A name that is too long has a line to itself, so that what is said of the others stays in its column. */
static void append_text_row(StringBuilder *out, const SheetRow *row, size_t column)
{
    builder_text(out, TEXT("    "));
    size_t at = wrap_append(out, row->name, 4, 6);
    if (at + 2 > column) {
        builder_char(out, '\n');
        at = 0;
    }
    builder_repeat(out, ' ', column - at);
    (void)wrap_append(out, row->text, column, column);
    builder_char(out, '\n');
    for (size_t i = 0; i < row->part_count; i++) {
        builder_repeat(out, ' ', column + 2);
        (void)wrap_append(out, row->parts[i], column + 2, column + 4);
        builder_char(out, '\n');
    }
}

void sheet_rows(Sheet *sheet, const SheetRow *rows, size_t count)
{
    if (sheet->is_html) {
        close_facts(sheet);
        html_open_scroll(sheet->out, sheet->heading);
        html_raw(sheet->out, "<table class=\"told\">\n<tbody>\n");
        for (size_t i = 0; i < count; i++)
            append_html_row(sheet, &rows[i]);
        html_raw(sheet->out, "</tbody>\n</table>\n");
        html_close_scroll(sheet->out);
        return;
    }
    size_t column = 4 + name_width(rows, count) + 2;
    for (size_t i = 0; i < count; i++)
        append_text_row(sheet->out, &rows[i], column);
}

void sheet_lines(Sheet *sheet, Text lines)
{
    if (lines.size == 0)
        return;
    if (!sheet->is_html) {
        builder_text(sheet->out, lines);
        return;
    }
    close_facts(sheet);
    html_raw(sheet->out, "<pre tabindex=\"0\">");
    html_text(sheet->out, lines);
    html_raw(sheet->out, "</pre>\n");
}
