/* diag_print.c - see diag_print.h.
 *
 * Text form, one diagnostic:
 *     leiden.bdg:41:38: fout[E0203]: the message
 *     41 | the line
 *        |      ^^^^ the words meant
 *     23 | another line
 *        | ~~~~ a label
 *        = a help line
 * Columns and carets count code points; tabs in a shown line become one blank.
 */
#include "diag_print.h"

#include <assert.h>

#define COLOR_BOLD TEXT("\x1b[1m")
#define COLOR_RED TEXT("\x1b[1;31m")
#define COLOR_YELLOW TEXT("\x1b[1;33m")
#define COLOR_BLUE TEXT("\x1b[1;34m")
#define COLOR_NONE TEXT("\x1b[0m")

enum { LINE_SHOWN_MAX = 160 }; /* code points of a source line: a line of megabytes must not fill the screen */

static void paint(StringBuilder *out, const DiagPrint *how, Text color)
{
    if (how->color) {
        builder_text(out, color);
    }
}

static const Source *find_source(const DiagPrint *how, Span span)
{
    return span.file < how->source_count ? how->sources[span.file] : NULL;
}

static Text severity_word(DiagSeverity severity, DiagLanguage language)
{
    if (severity == DIAG_ERROR) {
        return language == DIAG_DUTCH ? TEXT("fout") : TEXT("error");
    }
    return language == DIAG_DUTCH ? TEXT("waarschuwing") : TEXT("warning");
}

static void append_argument(StringBuilder *out, const DiagArgument *argument, DiagLanguage language)
{
    builder_text(out, language == DIAG_DUTCH ? argument->nl : argument->en);
}

void diag_print_message(StringBuilder *out, DiagCode code, const DiagArgument arguments[3], DiagLanguage language)
{
    Text pattern = diag_code_pattern(code, language);
    for (size_t i = 0; i < pattern.size; i++) {
        bool is_hole = pattern.data[i] == '{' && i + 2 < pattern.size && pattern.data[i + 2] == '}' &&
                       pattern.data[i + 1] >= 'a' && pattern.data[i + 1] <= 'c';
        if (is_hole) {
            append_argument(out, &arguments[pattern.data[i + 1] - 'a'], language);
            i += 2;
        } else {
            builder_char(out, pattern.data[i]);
        }
    }
}

static void append_place(StringBuilder *out, const DiagPrint *how, Span span)
{
    const Source *source = find_source(how, span);
    if (source == NULL) {
        return;
    }
    Place place = source_place(source, span.begin);
    builder_text(out, source->name);
    builder_char(out, ':');
    builder_uint64(out, place.line);
    builder_char(out, ':');
    builder_uint64(out, place.column);
    builder_text(out, TEXT(": "));
}

static unsigned decimal_width(uint32_t value)
{
    unsigned width = 1;
    while (value >= 10) {
        value /= 10;
        width++;
    }
    return width;
}

static void append_gutter(StringBuilder *out, const DiagPrint *how, unsigned width, uint32_t line)
{
    paint(out, how, COLOR_BLUE);
    if (line == 0) {
        builder_repeat(out, ' ', width);
    } else {
        builder_repeat(out, ' ', width - decimal_width(line));
        builder_uint64(out, line);
    }
    builder_text(out, TEXT(" |"));
    paint(out, how, COLOR_NONE);
}

/* The part of a line that is shown: from code point `skip` on, with what cannot be printed made a blank. */
static void append_line(StringBuilder *out, Text line, uint32_t skip)
{
    uint32_t column = 0;
    size_t offset = 0;
    if (skip > 0) {
        builder_text(out, TEXT("..."));
    }
    while (offset < line.size && column < skip + LINE_SHOWN_MAX) {
        uint32_t code_point = 0;
        size_t size = utf8_decode(line, offset, &code_point);
        if (column++ >= skip) {
            bool is_visible = size > 0 && code_point >= 0x20 && code_point != 0x7F;
            builder_code_point(out, is_visible ? code_point : size == 0 ? 0xFFFD : ' ');
        }
        offset += size == 0 ? 1 : size;
    }
    if (offset < line.size) {
        builder_text(out, TEXT("..."));
    }
    builder_char(out, '\n');
}

/* Whether a line can be shown whole; looks at no more of it than that takes. */
static bool is_short(Text line)
{
    return line.size <= LINE_SHOWN_MAX || text_length(text_slice(line, 0, LINE_SHOWN_MAX * 4 + 1)) <= LINE_SHOWN_MAX;
}

/* Where the shown part of a line begins: only lines too long to show whole are cut. */
static uint32_t shown_from(Text line, uint32_t column)
{
    return is_short(line) || column <= LINE_SHOWN_MAX / 2 ? 0 : column - LINE_SHOWN_MAX / 2;
}

/* How many code points of its first line a span covers, at least one. */
static uint32_t marked_width(const Source *source, Span span, Place place)
{
    uint32_t begin = source->line_begins[place.line - 1];
    Text line = source_line(source, place.line);
    size_t line_end = begin + line.size;
    size_t end = span.end < line_end ? span.end : line_end;
    end = end > span.begin + LINE_SHOWN_MAX * 4 ? span.begin + LINE_SHOWN_MAX * 4 : end;
    size_t width = end > span.begin ? text_length(text_slice(source->text, span.begin, end)) : 0;
    width = width > LINE_SHOWN_MAX / 2 ? LINE_SHOWN_MAX / 2 : width;
    return width == 0 ? 1 : (uint32_t)width;
}

static void append_quote(StringBuilder *out, const DiagPrint *how, Span span, unsigned width, char mark, Text color)
{
    const Source *source = find_source(how, span);
    Place place = source_place(source, span.begin);
    Text line = source_line(source, place.line);
    uint32_t skip = shown_from(line, place.column);

    append_gutter(out, how, width, place.line);
    if (line.size > 0) {
        builder_char(out, ' ');
    }
    append_line(out, line, skip);
    append_gutter(out, how, width, 0);
    builder_repeat(out, ' ', (size_t)place.column - skip + (skip > 0 ? 3u : 0u));
    paint(out, how, color);
    builder_repeat(out, mark, marked_width(source, span, place));
    paint(out, how, COLOR_NONE);
}

static unsigned gutter_width(const DiagPrint *how, const Diag *diag)
{
    uint32_t greatest = 1;
    const Source *source = find_source(how, diag->span);
    if (source != NULL) {
        greatest = source_place(source, diag->span.begin).line;
    }
    for (uint32_t i = 0; i < diag->label_count; i++) {
        source = find_source(how, diag->labels[i].span);
        uint32_t line = source == NULL ? 0 : source_place(source, diag->labels[i].span.begin).line;
        greatest = line > greatest ? line : greatest;
    }
    return decimal_width(greatest);
}

static void append_label(StringBuilder *out, const DiagPrint *how, const Diag *diag, const DiagLabel *label,
                         unsigned width)
{
    if (find_source(how, label->span) != NULL) {
        append_quote(out, how, label->span, width, '~', COLOR_BLUE);
        builder_char(out, ' ');
    }
    diag_print_message(out, label->code, label->arguments, how->language);
    if (label->span.file != diag->span.file && find_source(how, label->span) != NULL) {
        Place place = source_place(find_source(how, label->span), label->span.begin);
        builder_text(out, TEXT(" ("));
        builder_text(out, find_source(how, label->span)->name);
        builder_char(out, ':');
        builder_uint64(out, place.line);
        builder_char(out, ':');
        builder_uint64(out, place.column);
        builder_char(out, ')');
    }
    builder_char(out, '\n');
}

static void append_diag(StringBuilder *out, const DiagPrint *how, const Diag *diag)
{
    DiagSeverity severity = diag_code_severity(diag->code);
    Text color = severity == DIAG_ERROR ? COLOR_RED : COLOR_YELLOW;
    unsigned width = gutter_width(how, diag);

    paint(out, how, COLOR_BOLD);
    append_place(out, how, diag->span);
    paint(out, how, color);
    builder_text(out, severity_word(severity, how->language));
    builder_char(out, '[');
    builder_text(out, diag_code_name(diag->code));
    builder_text(out, TEXT("]: "));
    paint(out, how, COLOR_NONE);
    diag_print_message(out, diag->code, diag->arguments, how->language);
    builder_char(out, '\n');
    if (find_source(how, diag->span) != NULL) {
        append_quote(out, how, diag->span, width, '^', color);
        builder_char(out, '\n');
    }
    for (uint32_t i = 0; i < diag->label_count; i++) {
        append_label(out, how, diag, &diag->labels[i], width);
    }
    for (uint32_t i = 0; i < diag->help_count; i++) {
        builder_repeat(out, ' ', width);
        builder_text(out, TEXT(" = "));
        diag_print_message(out, diag->helps[i].code, diag->helps[i].arguments, how->language);
        builder_char(out, '\n');
    }
}

void diag_print_text(StringBuilder *out, Diags *diags, const DiagPrint *how)
{
    diag_sort(diags);
    for (size_t i = 0; i < diags->count; i++) {
        append_diag(out, how, &diags->items[i]);
    }
    if (diags->dropped_count > 0 ||
        (diag_is_full(diags) && diags->error_count > 0)) { /* errors end the reading there */
        builder_text(out, how->language == DIAG_DUTCH ? TEXT("(verdere meldingen weggelaten)\n")
                                                      : TEXT("(further messages left out)\n"));
    }
}

static void append_json_place(StringBuilder *out, const DiagPrint *how, Span span)
{
    const Source *source = find_source(how, span);
    if (source == NULL) {
        builder_text(out, TEXT(",\"file\":null"));
        return;
    }
    Place begin = source_place(source, span.begin);
    Place end = source_place(source, span.end);
    builder_text(out, TEXT(",\"file\":"));
    builder_json_string(out, source->name);
    builder_text(out, TEXT(",\"line\":"));
    builder_uint64(out, begin.line);
    builder_text(out, TEXT(",\"column\":"));
    builder_uint64(out, begin.column);
    builder_text(out, TEXT(",\"end_line\":"));
    builder_uint64(out, end.line);
    builder_text(out, TEXT(",\"end_column\":"));
    builder_uint64(out, end.column);
}

static void append_json_message(StringBuilder *out, const DiagPrint *how, DiagCode code,
                                const DiagArgument arguments[3])
{
    StringBuilder message;
    builder_init(&message, out->arena);
    diag_print_message(&message, code, arguments, how->language);
    builder_json_string(out, builder_result(&message));
}

static void append_json_diag(StringBuilder *out, const DiagPrint *how, const Diag *diag)
{
    bool is_error = diag_code_severity(diag->code) == DIAG_ERROR;
    builder_text(out, TEXT("{\"code\":"));
    builder_json_string(out, diag_code_name(diag->code));
    builder_text(out, TEXT(",\"severity\":"));
    builder_json_string(out, is_error ? TEXT("error") : TEXT("warning"));
    builder_text(out, TEXT(",\"message\":"));
    append_json_message(out, how, diag->code, diag->arguments);
    append_json_place(out, how, diag->span);
    builder_text(out, TEXT(",\"labels\":["));
    for (uint32_t i = 0; i < diag->label_count; i++) {
        builder_text(out, i > 0 ? TEXT(",{\"message\":") : TEXT("{\"message\":"));
        append_json_message(out, how, diag->labels[i].code, diag->labels[i].arguments);
        append_json_place(out, how, diag->labels[i].span);
        builder_char(out, '}');
    }
    builder_text(out, TEXT("],\"help\":["));
    for (uint32_t i = 0; i < diag->help_count; i++) {
        if (i > 0) {
            builder_char(out, ',');
        }
        append_json_message(out, how, diag->helps[i].code, diag->helps[i].arguments);
    }
    builder_text(out, TEXT("]}"));
}

void diag_print_json(StringBuilder *out, Diags *diags, const DiagPrint *how)
{
    diag_sort(diags);
    builder_char(out, '[');
    for (size_t i = 0; i < diags->count; i++) {
        builder_text(out, i > 0 ? TEXT(",\n ") : TEXT(""));
        append_json_diag(out, how, &diags->items[i]);
    }
    builder_char(out, ']');
}
