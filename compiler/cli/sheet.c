/* sheet.c: what is told of a decision, in one of two forms; see sheet.h. */
#include "compiler/cli/sheet.h"

#include "compiler/cli/page.h"

enum { LABEL_WIDTH = 11, NAME_WIDTH = 26 };

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
    builder_text(sheet->out, text);
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
        builder_text(sheet->out, text);
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
    html_raw(sheet->out, row->tone != NULL ? "</span></td></tr>\n" : "</td></tr>\n");
}

void sheet_rows(Sheet *sheet, const SheetRow *rows, size_t count)
{
    if (sheet->is_html) {
        close_facts(sheet);
        html_open_scroll(sheet->out, sheet->heading);
        html_raw(sheet->out, "<table>\n<tbody>\n");
        for (size_t i = 0; i < count; i++)
            append_html_row(sheet, &rows[i]);
        html_raw(sheet->out, "</tbody>\n</table>\n");
        html_close_scroll(sheet->out);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        size_t width = text_length(rows[i].name);
        builder_text(sheet->out, TEXT("    "));
        builder_text(sheet->out, rows[i].name);
        builder_repeat(sheet->out, ' ', width < NAME_WIDTH ? NAME_WIDTH - width : 1);
        builder_text(sheet->out, rows[i].text);
        builder_char(sheet->out, '\n');
    }
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
