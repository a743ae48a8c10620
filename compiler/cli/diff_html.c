/* diff_html.c: a comparison as one HTML page in the look of page.h; see diff.h. */
#include "compiler/cli/diff.h"
#include "compiler/cli/page.h"
#include "compiler/cli/witness.h"
#include "vm/core/date.h"

typedef void (*Appender)(const Diff *diff, StringBuilder *out, const Change *change, const Detail *detail);

static void old_value(const Diff *diff, StringBuilder *out, const Change *change, const Detail *detail)
{
    diff_append_value(diff, out, change, detail, false);
}

static void new_value(const Diff *diff, StringBuilder *out, const Change *change, const Detail *detail)
{
    diff_append_value(diff, out, change, detail, true);
}

static void days(const Diff *diff, StringBuilder *out, const Change *change, const Detail *detail)
{
    size_t before = out->size;
    (void)change;
    diff_append_days(diff, out, detail);
    if (out->size == before)
        builder_text(out, message_pattern(diff->cli, MSG_DIFF_ALWAYS));
}

static void percent(const Diff *diff, StringBuilder *out, const Change *change, const Detail *detail)
{
    (void)change;
    (void)diff_append_percent(diff, out, detail);
}

static void cell(const Diff *diff, StringBuilder *out, const char *tag, Appender append, const Change *change,
                 const Detail *detail)
{
    StringBuilder text;
    builder_init(&text, diff->arena);
    append(diff, &text, change, detail);
    html_element(out, tag, text.size > 0 ? builder_result(&text) : (Text){"", 0});
}

static void heading(const Diff *diff, StringBuilder *out, const char *tag, Message message)
{
    html_message(diff->cli, out, tag, message, (Holes){.a = {NULL, 0}});
}

static bool has_cells(const Change *change)
{
    for (uint32_t i = 0; i < change->detail_count; i++)
        if (change->details[i].part == MEANT_CELL)
            return true;
    return false;
}

/* Cells and figures: a table with days, difference and per cent. */
static void append_cells(const Diff *diff, StringBuilder *out, const Change *change)
{
    html_open_scroll(out, change->name);
    html_raw(out, "<table class=\"full\"><thead><tr>");
    heading(diff, out, "th scope=\"col\"", MSG_DIFF_WHAT);
    heading(diff, out, "th scope=\"col\"", MSG_DIFF_DAYS);
    heading(diff, out, "th scope=\"col\" class=\"num\"", MSG_DIFF_OLD);
    heading(diff, out, "th scope=\"col\" class=\"num\"", MSG_DIFF_NEW);
    heading(diff, out, "th scope=\"col\" class=\"num\"", MSG_DIFF_DIFFERENCE);
    html_raw(out, "<th scope=\"col\" class=\"num\">%</th></tr></thead><tbody>\n");
    for (uint32_t i = 0; i < change->detail_count; i++) {
        const Detail *detail = &change->details[i];
        html_raw(out, "<tr>");
        Text label = diff_part_label(diff, change, detail);
        bool is_named = label.size > 0;
        html_element(out, "th scope=\"row\"",
                     is_named ? label : message_pattern(diff->cli, diff_kind_message(change->kind)));
        cell(diff, out, "td", days, change, detail);
        cell(diff, out, "td class=\"num\"", old_value, change, detail);
        cell(diff, out, "td class=\"num\"", new_value, change, detail);
        cell(diff, out, "td class=\"num\"", diff_append_difference, change, detail);
        cell(diff, out, "td class=\"num\"", percent, change, detail);
        html_raw(out, "</tr>\n");
    }
    html_raw(out, "</tbody></table>");
    html_close_scroll(out);
}

/* Clauses: what it said and what it says. */
static void append_parts(const Diff *diff, StringBuilder *out, const Change *change)
{
    bool is_dated = false;
    for (uint32_t i = 0; i < change->detail_count; i++)
        is_dated = is_dated || diff_has_days(&change->details[i]);
    html_open_scroll(out, change->name);
    html_raw(out, "<table class=\"full\"><thead><tr>");
    heading(diff, out, "th scope=\"col\"", MSG_DIFF_WHAT);
    if (is_dated)
        heading(diff, out, "th scope=\"col\"", MSG_DIFF_DAYS);
    heading(diff, out, "th scope=\"col\"", MSG_DIFF_OLD);
    heading(diff, out, "th scope=\"col\"", MSG_DIFF_NEW);
    html_raw(out, "</tr></thead><tbody>\n");
    for (uint32_t i = 0; i < change->detail_count; i++) {
        const Detail *detail = &change->details[i];
        html_raw(out, "<tr>");
        html_element(out, "th scope=\"row\"", diff_part_label(diff, change, detail));
        if (is_dated)
            cell(diff, out, "td", days, change, detail);
        cell(diff, out, detail->has_old ? "td" : "td class=\"quiet\"", old_value, change, detail);
        cell(diff, out, detail->has_new ? "td" : "td class=\"quiet\"", new_value, change, detail);
        html_raw(out, "</tr>\n");
    }
    html_raw(out, "</tbody></table>");
    html_close_scroll(out);
}

static void append_note(StringBuilder *out, Text note)
{
    if (note.size == 0)
        return;
    html_raw(out, "<p class=\"quiet\">");
    html_text(out, note);
    html_raw(out, "</p>\n");
}

static void append_witness(const Diff *diff, StringBuilder *out, const Witness *witness)
{
    if (witness == NULL)
        return;
    if (!witness->is_found) {
        append_note(out, witness->note);
        return;
    }
    html_raw(out, "<h3>");
    html_text(out, message_pattern(diff->cli, MSG_DIFF_WITNESS));
    html_raw(out, "</h3><dl class=\"facts\">");
    html_fact(out, message_pattern(diff->cli, MSG_DIFF_OLD), witness->old_outcome);
    html_fact(out, message_pattern(diff->cli, MSG_DIFF_NEW), witness->new_outcome);
    html_raw(out, "</dl><pre tabindex=\"0\"><code>");
    html_text(out, witness_scenario(witness));
    html_raw(out, "</code></pre>\n");
    append_note(out, witness->note);
}

static void append_reach(const Diff *diff, StringBuilder *out, const Change *change)
{
    if (change->is_indirect)
        heading(diff, out, "p class=\"quiet\"", MSG_DIFF_INDIRECT);
    if (change->reach_count == 0)
        return;
    html_raw(out, "<p>");
    html_text(out, message_pattern(diff->cli, MSG_DIFF_REACHES));
    for (uint32_t i = 0; i < change->reach_count; i++) {
        StringBuilder name;
        builder_init(&name, diff->arena);
        diff_append_id(diff, &name, change->reaches[i]);
        html_raw(out, i == 0 ? " " : ", ");
        html_text(out, builder_result(&name));
    }
    html_raw(out, "</p>\n");
}

static void append_change(const Diff *diff, StringBuilder *out, const Change *change)
{
    static const char *const TONES[] = {"info", "info", "hold", "info"};
    StringBuilder how, since, source;
    builder_init(&how, diff->arena);
    builder_init(&since, diff->arena);
    builder_init(&source, diff->arena);
    diff_append_how(diff, &how, change);
    diff_append_since(diff, &since, change);
    diff_append_places(&source, change);
    builder_text(&source, source.size > 0 && change->citation.size > 0 ? TEXT("; ") : TEXT(""));
    builder_text(&source, change->citation);
    html_raw(out, "<section class=\"card\" id=\"");
    html_id(out, change->id);
    html_raw(out, "\"><h2>");
    html_text(out, message_pattern(diff->cli, diff_kind_message(change->kind)));
    html_raw(out, " <code>");
    html_text(out, change->name);
    html_raw(out, "</code>");
    html_text(out, builder_result(&since));
    html_raw(out, " <span class=\"tag ");
    html_raw(out, TONES[change->how]);
    html_raw(out, "\">");
    html_text(out, builder_result(&how));
    html_raw(out, "</span></h2>\n");
    if (source.size > 0)
        html_element(out, "p class=\"source\"", builder_result(&source));
    if (change->detail_count > 0 && has_cells(change))
        append_cells(diff, out, change);
    else if (change->detail_count > 0)
        append_parts(diff, out, change);
    append_reach(diff, out, change);
    append_witness(diff, out, change->witness);
    html_raw(out, "</section>\n");
}

/* The greatest changes of price, as bars of per cent. */
static void append_chart(const Diff *diff, StringBuilder *out)
{
    enum { BARS = 24 };
    ChartBar bars[BARS];
    size_t count = 0;
    for (uint32_t i = 0; i < diff->count; i++) {
        const Change *change = &diff->changes[i];
        for (uint32_t k = 0; k < change->detail_count && change->kind == MEANING_TARIFF && count < BARS; k++) {
            const Detail *detail = &change->details[k];
            StringBuilder label, shown;
            Number size;
            bool exact;
            builder_init(&label, diff->arena);
            builder_init(&shown, diff->arena);
            if (!diff_append_percent(diff, &shown, detail) ||
                number_sub(diff->arena, detail->new_value, detail->old_value, &size) != BD_OK ||
                number_div(diff->arena, size, detail->old_value, &size) != BD_OK)
                continue;
            builder_text(&label, change->name);
            builder_char(&label, ' ');
            builder_text(&label, detail->sub);
            bars[count] = (ChartBar){.label = builder_result(&label), .shown = builder_result(&shown)};
            if (number_to_scaled_int64(size, 1000000, &bars[count].value, &exact) == BD_OK)
                count++;
        }
    }
    if (count > 1)
        chart_bars(out, message_pattern(diff->cli, MSG_DIFF_PRICES), message_pattern(diff->cli, MSG_DIFF_KIND_TARIFF),
                   message_pattern(diff->cli, MSG_DIFF_DIFFERENCE), bars, count);
}

static void append_index(const Diff *diff, StringBuilder *out)
{
    html_raw(out, "<ul>");
    for (uint32_t i = 0; i < diff->count; i++) {
        const Change *change = &diff->changes[i];
        html_raw(out, "<li><a href=\"#");
        html_id(out, change->id);
        html_raw(out, "\">");
        html_text(out, message_pattern(diff->cli, diff_kind_message(change->kind)));
        html_raw(out, " <code>");
        html_text(out, change->name);
        html_raw(out, "</code></a></li>");
    }
    html_raw(out, "</ul>\n");
}

void diff_append_html(const Diff *diff, StringBuilder *out)
{
    StringBuilder title, lead, count;
    builder_init(&title, diff->arena);
    builder_init(&lead, diff->arena);
    builder_init(&count, diff->arena);
    message_append(diff->cli, &title, MSG_DIFF_TITLE, (Holes){.a = diff_agreement(diff)});
    diff_append_versions(diff, &lead);
    diff_append_count(diff, &count);
    Page page = {.title = builder_result(&title), .name = TEXT("beding diff"), .lead = builder_result(&lead)};
    page_begin(diff->cli, out, &page);
    html_element(out, diff->count == 0 ? "p class=\"notice gain\"" : "p class=\"notice\"", builder_result(&count));
    if (diff->has_day) {
        StringBuilder day;
        builder_init(&day, diff->arena);
        date_append(&day, diff->day);
        html_message(diff->cli, out, "p", MSG_DIFF_ON_DAY, (Holes){.a = builder_result(&day)});
    }
    if (diff->count > 3)
        append_index(diff, out);
    append_chart(diff, out);
    for (uint32_t i = 0; i < diff->count; i++)
        append_change(diff, out, &diff->changes[i]);
    StringBuilder proved;
    builder_init(&proved, diff->arena);
    diff_append_proved(diff, &proved);
    if (proved.size > 0)
        html_element(out, "p class=\"notice gain\"", builder_result(&proved));
    StringBuilder gave_up;
    builder_init(&gave_up, diff->arena);
    diff_append_gave_up(diff, &gave_up);
    if (gave_up.size > 0)
        html_element(out, "p class=\"notice\"", builder_result(&gave_up));
    page_end(diff->cli, out, (Text){"", 0});
}
