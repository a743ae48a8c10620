/* report.c: a report as blocks, written in three forms; see report.h. */
#include "compiler/cli/report.h"

#include <string.h>

#include "compiler/cli/page.h"

/* ---- Making ---- */

void report_init(Report *report, Arena *arena, Text title, Text lead)
{
    *report = (Report){.arena = arena, .title = title, .lead = lead};
}

static ReportBlock *add(Report *report, ReportKind kind, Text text)
{
    ReportBlock *block = arena_alloc(report->arena, sizeof *block);
    *block = (ReportBlock){.kind = kind, .text = text};
    if (report->last == NULL)
        report->first = block;
    else
        report->last->next = block;
    report->last = block;
    return block;
}

void report_heading(Report *report, unsigned level, Text text)
{
    add(report, REPORT_HEADING, text)->level = level;
}

void report_text(Report *report, Text text)
{
    (void)add(report, REPORT_TEXT, text);
}

void report_notice(Report *report, Text text)
{
    (void)add(report, REPORT_NOTICE, text);
}

void report_list(Report *report, Text lines)
{
    (void)add(report, REPORT_LIST, lines);
}

void report_table(Report *report, Text caption, const char *align)
{
    ReportBlock *block = add(report, REPORT_TABLE, caption);
    block->columns = (uint32_t)strlen(align);
    block->align = align;
}

void report_figures(Report *report)
{
    (void)add(report, REPORT_FIGURES, (Text){NULL, 0});
}

void report_cell(Report *report, Text text)
{
    ReportBlock *block = report->last;
    block->cells =
        arena_grow(report->arena, block->cells, block->cell_count, &block->cell_capacity, sizeof *block->cells);
    block->cells[block->cell_count++] = text;
}

void report_bar(Report *report, int64_t value)
{
    ReportBlock *block = report->last;
    block->bars = arena_grow(report->arena, block->bars, block->bar_count, &block->bar_capacity, sizeof *block->bars);
    block->bars[block->bar_count++] = value;
}

void report_total(Report *report)
{
    report->last->has_total = true;
}

static size_t rows_of(const ReportBlock *block)
{
    return block->columns == 0 ? 0 : block->cell_count / block->columns;
}

static Text cell_of(const ReportBlock *block, size_t row, uint32_t column)
{
    return block->cells[row * block->columns + column];
}

/* The next line of a text; false at its end. */
static bool next_line(Text *rest, Text *line)
{
    if (rest->size == 0)
        return false;
    const char *end = memchr(rest->data, '\n', rest->size);
    size_t size = end == NULL ? rest->size : (size_t)(end - rest->data);
    *line = text_slice(*rest, 0, size);
    *rest = text_slice(*rest, end == NULL ? size : size + 1, rest->size);
    return true;
}

/* ---- Plain text ---- */

static void measure(const ReportBlock *block, size_t *widths)
{
    for (uint32_t column = 0; column < block->columns; column++) {
        widths[column] = 0;
        for (size_t row = 0; row < rows_of(block); row++) {
            size_t width = text_length(cell_of(block, row, column));
            widths[column] = width > widths[column] ? width : widths[column];
        }
    }
}

static void text_row(const ReportBlock *block, StringBuilder *out, size_t row, const size_t *widths)
{
    builder_text(out, TEXT("  "));
    for (uint32_t column = 0; column < block->columns; column++) {
        Text cell = cell_of(block, row, column);
        size_t blanks = widths[column] - text_length(cell);
        bool is_last = column + 1 == block->columns;
        if (block->align[column] == 'r')
            builder_repeat(out, ' ', blanks);
        builder_text(out, cell);
        if (block->align[column] != 'r' && !is_last)
            builder_repeat(out, ' ', blanks);
        if (!is_last)
            builder_text(out, TEXT("  "));
    }
    while (out->size > 0 && out->data[out->size - 1] == ' ')
        out->size--;
    builder_char(out, '\n');
}

static void text_table(const ReportBlock *block, StringBuilder *out)
{
    size_t widths[REPORT_COLUMNS], total = 0, rows = rows_of(block);
    measure(block, widths);
    for (uint32_t column = 0; column < block->columns; column++)
        total += widths[column] + (column > 0 ? 2 : 0);
    for (size_t row = 0; row < rows; row++) {
        bool has_line = row == 1 || (block->has_total && row + 1 == rows);
        if (has_line) {
            builder_text(out, TEXT("  "));
            builder_repeat(out, '-', total);
            builder_char(out, '\n');
        }
        text_row(block, out, row, widths);
    }
}

static void text_list(const ReportBlock *block, StringBuilder *out, Text mark)
{
    Text rest = block->text, line;
    while (next_line(&rest, &line)) {
        builder_text(out, mark);
        builder_text(out, line);
        builder_char(out, '\n');
    }
}

Text report_as_text(const Report *report)
{
    StringBuilder out;
    builder_init(&out, report->arena);
    builder_text(&out, report->title);
    builder_char(&out, '\n');
    if (report->lead.size > 0) {
        builder_text(&out, report->lead);
        builder_char(&out, '\n');
    }
    for (const ReportBlock *block = report->first; block != NULL; block = block->next) {
        if (block->kind != REPORT_LIST && block->kind != REPORT_FIGURES)
            builder_char(&out, '\n');
        switch (block->kind) {
        case REPORT_HEADING:
            builder_text(&out, block->text);
            builder_char(&out, '\n');
            builder_repeat(&out, block->level <= 2 ? '=' : '-', text_length(block->text));
            builder_char(&out, '\n');
            break;
        case REPORT_NOTICE: builder_text(&out, TEXT("! ")); /* fall through */
        case REPORT_TEXT:
            builder_text(&out, block->text);
            builder_char(&out, '\n');
            break;
        case REPORT_LIST: text_list(block, &out, TEXT("  - ")); break;
        case REPORT_TABLE: text_table(block, &out); break;
        case REPORT_FIGURES: break;
        }
    }
    return builder_result(&out);
}

/* ---- Markdown ---- */

/* What would be markup in the middle of a line; in code only what ends a cell is. */
static void markdown_text(StringBuilder *out, Text text)
{
    bool is_code = false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        is_code = is_code != (c == '`');
        if (is_code && c != '|') {
            builder_char(out, c == '\n' ? ' ' : c);
            continue;
        }
        if (c == '|' || c == '*' || c == '_' || c == '<' || c == '[' || c == '\\' || c == '#')
            builder_char(out, '\\');
        builder_char(out, c == '\n' ? ' ' : c);
    }
}

static void markdown_table(const ReportBlock *block, StringBuilder *out)
{
    size_t rows = rows_of(block);
    for (size_t row = 0; row < rows; row++) {
        bool is_total = block->has_total && row + 1 == rows;
        for (uint32_t column = 0; column < block->columns; column++) {
            Text cell = cell_of(block, row, column);
            builder_text(out, TEXT("| "));
            if (is_total && cell.size > 0)
                builder_text(out, TEXT("**"));
            markdown_text(out, cell);
            if (is_total && cell.size > 0)
                builder_text(out, TEXT("**"));
            builder_char(out, ' ');
        }
        builder_text(out, TEXT("|\n"));
        for (uint32_t column = 0; row == 0 && column < block->columns; column++)
            builder_text(out, block->align[column] == 'r' ? TEXT("| ---: ") : TEXT("| --- "));
        if (row == 0)
            builder_text(out, TEXT("|\n"));
    }
}

static void markdown_list(const ReportBlock *block, StringBuilder *out)
{
    Text rest = block->text, line;
    while (next_line(&rest, &line)) {
        builder_text(out, TEXT("- "));
        markdown_text(out, line);
        builder_char(out, '\n');
    }
}

Text report_as_markdown(const Report *report)
{
    StringBuilder out;
    builder_init(&out, report->arena);
    builder_text(&out, TEXT("# "));
    markdown_text(&out, report->title);
    builder_char(&out, '\n');
    if (report->lead.size > 0) {
        builder_char(&out, '\n');
        markdown_text(&out, report->lead);
        builder_char(&out, '\n');
    }
    for (const ReportBlock *block = report->first; block != NULL; block = block->next) {
        if (block->kind != REPORT_FIGURES)
            builder_char(&out, '\n');
        switch (block->kind) {
        case REPORT_HEADING:
            builder_repeat(&out, '#', block->level);
            builder_char(&out, ' ');
            markdown_text(&out, block->text);
            builder_char(&out, '\n');
            break;
        case REPORT_NOTICE: builder_text(&out, TEXT("> ")); /* fall through */
        case REPORT_TEXT:
            markdown_text(&out, block->text);
            builder_char(&out, '\n');
            break;
        case REPORT_LIST: markdown_list(block, &out); break;
        case REPORT_TABLE: markdown_table(block, &out); break;
        case REPORT_FIGURES: break;
        }
    }
    return builder_result(&out);
}

/* ---- HTML ---- */

/* <tag>text</tag>, with <code> for what stands between ` and `. */
static void html_prose(StringBuilder *out, const char *tag, Text text)
{
    size_t name = strcspn(tag, " ");
    bool is_code = false;
    builder_char(out, '<');
    html_raw(out, tag);
    builder_char(out, '>');
    for (size_t begin = 0, i = 0; i <= text.size; i++) {
        if (i < text.size && text.data[i] != '`')
            continue;
        html_text(out, text_slice(text, begin, i));
        begin = i + 1;
        if (i < text.size || is_code)
            html_raw(out, is_code ? "</code>" : "<code>");
        is_code = i < text.size && !is_code;
    }
    html_raw(out, "</");
    builder_text(out, (Text){tag, name});
    builder_char(out, '>');
}

/* What the bars of a table have in common: the scale, and on which sides of zero they lie. */
typedef struct BarScale {
    uint64_t greatest;
    bool has_less, has_more;
} BarScale;

static uint64_t bar_size(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static BarScale scale_of(const ReportBlock *block, size_t rows)
{
    BarScale scale = {0, false, false};
    for (size_t row = 1; row < rows && row < block->bar_count; row++) {
        int64_t value = block->bars[row];
        if (value == REPORT_NO_BAR)
            continue;
        scale.greatest = bar_size(value) > scale.greatest ? bar_size(value) : scale.greatest;
        scale.has_less = scale.has_less || value < 0;
        scale.has_more = scale.has_more || value > 0;
    }
    return scale;
}

static void html_bar(StringBuilder *out, const ReportBlock *block, int64_t value, const BarScale *scale)
{
    if (value == REPORT_NO_BAR || scale->greatest == 0) {
        html_raw(out, "<td class=\"bar\"></td>");
        return;
    }
    uint64_t width = bar_size(value) / ((scale->greatest + 999) / 1000);
    const char *view = "-1000 0 2000 10";
    if (!scale->has_less || !scale->has_more)
        view = scale->has_less ? "-1000 0 1000 10" : "0 0 1000 10";
    html_raw(out, "<td class=\"bar\" aria-hidden=\"true\"><svg viewBox=\"");
    html_raw(out, view);
    html_raw(out, "\" preserveAspectRatio=\"none\"><rect class=\"");
    html_raw(out, (value > 0) == block->has_loss_tone ? "bar-loss" : "bar-gain");
    html_raw(out, "\" y=\"1\" height=\"8\" x=\"");
    builder_int64(out, value < 0 ? -(int64_t)width : 0);
    html_raw(out, "\" width=\"");
    builder_uint64(out, width);
    html_raw(out, "\"/><line class=\"bar-zero\" x1=\"0\" x2=\"0\" y1=\"0\" y2=\"10\"/></svg></td>");
}

static void html_row(StringBuilder *out, const ReportBlock *block, size_t row, const BarScale *scale)
{
    bool is_heading = row == 0;
    html_raw(out, "<tr>");
    for (uint32_t column = 0; column < block->columns; column++) {
        bool is_number = block->align[column] == 'r';
        const char *tag = is_number ? "td class=\"num\"" : "td";
        if (is_heading && cell_of(block, row, column).size > 0) /* a heading without words heads nothing */
            tag = is_number ? "th class=\"num\" scope=\"col\"" : "th scope=\"col\"";
        else if (!is_heading && column == 0)
            tag = "th scope=\"row\"";
        html_prose(out, tag, cell_of(block, row, column));
    }
    bool is_total = block->has_total && row + 1 == rows_of(block);
    if (block->bars != NULL && (is_heading || is_total))
        html_raw(out, "<td></td>");
    else if (block->bars != NULL && row < block->bar_count)
        html_bar(out, block, block->bars[row], scale);
    html_raw(out, "</tr>\n");
}

static void html_table(const ReportBlock *block, StringBuilder *out)
{
    size_t rows = rows_of(block), body = block->has_total ? rows - 1 : rows;
    const BarScale scale = scale_of(block, body);
    html_open_scroll(out, block->text);
    html_raw(out, block->bars != NULL ? "<table class=\"full\">" : "<table>");
    html_element(out, "caption class=\"visually-hidden\"", block->text);
    html_raw(out, "\n<thead>");
    html_row(out, block, 0, &scale);
    html_raw(out, "</thead>\n<tbody>\n");
    for (size_t row = 1; row < body; row++)
        html_row(out, block, row, &scale);
    html_raw(out, "</tbody>\n");
    if (block->has_total) {
        html_raw(out, "<tfoot>");
        html_row(out, block, rows - 1, &scale);
        html_raw(out, "</tfoot>\n");
    }
    html_raw(out, "</table>\n");
    html_close_scroll(out);
}

static void html_list(const ReportBlock *block, StringBuilder *out)
{
    Text rest = block->text, line;
    html_raw(out, "<ul>\n");
    while (next_line(&rest, &line)) {
        html_prose(out, "li", line);
        builder_char(out, '\n');
    }
    html_raw(out, "</ul>\n");
}

static void html_figures(const ReportBlock *block, StringBuilder *out)
{
    html_raw(out, "<dl class=\"figures\">\n");
    for (size_t i = 0; i + 1 < block->cell_count; i += 2) {
        html_raw(out, "<div>");
        html_element(out, "dt", block->cells[i]);
        html_raw(out, "<dd>");
        for (size_t j = 0; j < block->cells[i + 1].size; j++) { /* a figure stays on one line */
            if (block->cells[i + 1].data[j] == ' ')
                html_raw(out, "&nbsp;");
            else
                html_text(out, text_slice(block->cells[i + 1], j, j + 1));
        }
        html_raw(out, "</dd></div>\n");
    }
    html_raw(out, "</dl>\n");
}

static void html_block(const ReportBlock *block, StringBuilder *out)
{
    static const char *const HEADINGS[] = {"h2", "h3", "h4"};
    switch (block->kind) {
    case REPORT_HEADING:
        html_prose(out, HEADINGS[block->level <= 2 ? 0 : block->level == 3 ? 1 : 2], block->text);
        break;
    case REPORT_TEXT: html_prose(out, "p", block->text); break;
    case REPORT_NOTICE: html_prose(out, "p class=\"notice hold\"", block->text); break;
    case REPORT_LIST: html_list(block, out); break;
    case REPORT_TABLE: html_table(block, out); break;
    case REPORT_FIGURES: html_figures(block, out); break;
    }
    builder_char(out, '\n');
}

Text report_as_html(const Cli *cli, const Report *report, Text name, Text foot)
{
    StringBuilder out;
    builder_init(&out, report->arena);
    Page page = {.title = report->title, .name = name, .lead = report->lead};
    page_begin(cli, &out, &page);
    for (const ReportBlock *block = report->first; block != NULL; block = block->next)
        html_block(block, &out);
    page_end(cli, &out, foot);
    return builder_result(&out);
}
