/* impact_report.c: what a change does, as blocks of a report; see impact_report.h. The JSON form is in impact_json.c. */
#include "compiler/cli/impact_report.h"

#include <stdlib.h>
#include <string.h>

enum {
    VALUES_SHOWN = 20, /* rows of a breakdown; the rest is one row */
    CHANGES_SHOWN = 100,
    OWN_VALUES_SHOWN = 5,   /* of a single cause */
    CAUSES_SHOWN = 40,      /* in the table; the rest is one row */
    CAUSES_WORKED_OUT = 12, /* with a section of their own */
    DIGEST_BYTES = 6
};

/* ---- Words and figures ---- */

static Text words(const ImpactView *view, Message message)
{
    return message_pattern(view->cli, message);
}

static Text sentence(const ImpactView *view, Report *report, Message message, Holes holes)
{
    StringBuilder out;
    builder_init(&out, report->arena);
    message_append(view->cli, &out, message, holes);
    return builder_result(&out);
}

static Text count_text(const ImpactView *view, Arena *arena, uint64_t count)
{
    StringBuilder out;
    builder_init(&out, arena);
    message_count(view->cli, &out, count);
    return builder_result(&out);
}

static Text euro_text(const ImpactView *view, Arena *arena, int64_t cents)
{
    StringBuilder out;
    builder_init(&out, arena);
    message_euros(view->cli, &out, cents);
    return builder_result(&out);
}

void impact_append_difference(const Cli *cli, StringBuilder *out, int64_t cents)
{
    builder_text(out, cents > 0 ? TEXT("+ ") : TEXT(""));
    message_euros(cli, out, cents);
}

static Text difference_text(const ImpactView *view, Arena *arena, int64_t cents)
{
    StringBuilder out;
    builder_init(&out, arena);
    impact_append_difference(view->cli, &out, cents);
    return builder_result(&out);
}

/* A difference of two counts: "+12", "−3", "0". */
static Text count_difference(const ImpactView *view, Arena *arena, uint64_t before, uint64_t after)
{
    StringBuilder out;
    builder_init(&out, arena);
    if (after != before)
        builder_text(&out, after > before ? TEXT("+") : TEXT("\u2212"));
    message_count(view->cli, &out, after > before ? after - before : before - after);
    return builder_result(&out);
}

static Message element_message(const ImpactElement *element)
{
    bool is_now = element->kind == IMPACT_NOW;
    if (element->kind == IMPACT_PAYMENT)
        return MSG_IMPACT_PAYS;
    if (element->kind == IMPACT_STILL)
        return MSG_IMPACT_STILL_CAPS;
    switch (element->effect) {
    case BD_EFFECT_REJECT: return is_now ? MSG_IMPACT_NOW_REJECTS : MSG_IMPACT_NO_MORE_REJECTS;
    case BD_EFFECT_SUSPEND: return is_now ? MSG_IMPACT_NOW_SUSPENDS : MSG_IMPACT_NO_MORE_SUSPENDS;
    case BD_EFFECT_CAP_VOLUME:
    case BD_EFFECT_CAP_AMOUNT: return is_now ? MSG_IMPACT_NOW_CAPS : MSG_IMPACT_NO_MORE_CAPS;
    case BD_EFFECT_NONE:
    case BD_EFFECT_PAY: break;
    }
    return is_now ? MSG_IMPACT_NOW_WORD : MSG_IMPACT_NO_MORE_WORD;
}

void impact_append_element(const Cli *cli, StringBuilder *out, const ImpactElement *element)
{
    message_append(cli, out, element_message(element), (Holes){.a = element->name});
}

Text impact_cause_text(const Cli *cli, Arena *arena, const ImpactCause *cause)
{
    StringBuilder out;
    builder_init(&out, arena);
    if (cause->element_count == 0)
        return message_pattern(cli, MSG_IMPACT_OTHER_COMBINATIONS);
    for (uint32_t i = 0; i < cause->element_count; i++) {
        if (i > 0)
            builder_text(&out, message_pattern(cli, MSG_IMPACT_AND));
        impact_append_element(cli, &out, &cause->elements[i]);
    }
    return builder_result(&out);
}

static Text case_name(Arena *arena, const ImpactCase *one)
{
    StringBuilder out;
    builder_init(&out, arena);
    builder_text(&out, one->declaration);
    builder_char(&out, '/');
    builder_text(&out, one->number);
    return builder_result(&out);
}

static int64_t net_of(const ImpactSums *sums)
{
    return sums->more + sums->less; /* impact_finish saw to it that neither left 64 bits; they have opposite signs */
}

/* ---- What was compared ---- */

static Text version_text(const bd_module_info *info)
{
    return info->version.size > 0 ? info->version : TEXT("");
}

static Text digest_text(Arena *arena, const bd_module_info *info)
{
    StringBuilder out;
    builder_init(&out, arena);
    builder_hex(&out, info->sha256, DIGEST_BYTES);
    return builder_result(&out);
}

static void add_side(const ImpactView *view, Report *report, Message label, const ImpactName *name)
{
    bd_module_info info;
    bd_module_describe(name->module, &info);
    report_cell(report, words(view, label));
    report_cell(report, name->path);
    report_cell(report, version_text(&info));
    report_cell(report, digest_text(report->arena, &info));
}

static void add_readings(const ImpactView *view, Report *report)
{
    bd_reading_info before, after;
    StringBuilder out;
    builder_init(&out, report->arena);
    for (uint32_t i = 0; bd_module_reading(view->before.module, i, &before) == BD_OK; i++) {
        for (uint32_t j = 0; bd_module_reading(view->after.module, j, &after) == BD_OK; j++) {
            if (!text_equal(before.name, after.name))
                continue;
            Text was =
                bd_choice_member(view->before.module, before.choice, bd_session_reading(view->before.session, i));
            Text is = bd_choice_member(view->after.module, after.choice, bd_session_reading(view->after.session, j));
            if (text_equal(was, is)) {
                Text chosen = bd_choice_member(view->after.module, after.choice, after.chosen);
                if (text_equal(is, chosen))
                    continue;
                message_append(view->cli, &out, MSG_IMPACT_READING_BOTH,
                               (Holes){.a = before.name, .b = is, .c = chosen});
                builder_char(&out, '\n');
                continue;
            }
            message_append(view->cli, &out, MSG_IMPACT_READING, (Holes){.a = before.name, .b = was, .c = is});
            builder_char(&out, '\n');
        }
    }
    if (out.size > 0)
        report_list(report, builder_result(&out));
}

static void add_versions(const ImpactView *view, Report *report)
{
    report_heading(report, 2, words(view, MSG_IMPACT_VERSIONS));
    report_table(report, words(view, MSG_IMPACT_VERSIONS), "llll");
    report_cell(report, words(view, MSG_IMPACT_SIDE));
    report_cell(report, words(view, MSG_IMPACT_MODULE));
    report_cell(report, words(view, MSG_IMPACT_VERSION));
    report_cell(report, words(view, MSG_IMPACT_CONTENT));
    add_side(view, report, MSG_IMPACT_BEFORE, &view->before);
    add_side(view, report, MSG_IMPACT_AFTER, &view->after);
    add_readings(view, report);
}

/* ---- Totals ---- */

/* What a reader looks for first. */
static void add_figures(const ImpactView *view, Report *report)
{
    Arena *arena = report->arena;
    const ImpactSums *sums = &view->total->sums;
    report_figures(report);
    report_cell(report, words(view, MSG_IMPACT_DIFFERENCE));
    report_cell(report, difference_text(view, arena, net_of(sums)));
    report_cell(report, words(view, MSG_IMPACT_MORE));
    report_cell(report, difference_text(view, arena, sums->more));
    report_cell(report, words(view, MSG_IMPACT_LESS));
    report_cell(report, difference_text(view, arena, sums->less));
    report_cell(report, words(view, MSG_IMPACT_LINES_CHANGED));
    report_cell(report, count_text(view, arena, sums->lines));
}

static void add_counts(const ImpactView *view, Report *report, Message label, uint64_t before, uint64_t after)
{
    report_cell(report, words(view, label));
    report_cell(report, count_text(view, report->arena, before));
    report_cell(report, count_text(view, report->arena, after));
    report_cell(report, count_difference(view, report->arena, before, after));
}

static void add_totals(const ImpactView *view, Report *report)
{
    const ImpactSide *before = &view->impact->before, *after = &view->impact->after;
    report_heading(report, 2, words(view, MSG_IMPACT_TOTALS));
    report_table(report, words(view, MSG_IMPACT_TOTALS), "lrrr");
    report_cell(report, TEXT(""));
    report_cell(report, words(view, MSG_IMPACT_BEFORE));
    report_cell(report, words(view, MSG_IMPACT_AFTER));
    report_cell(report, words(view, MSG_IMPACT_DIFFERENCE));
    add_counts(view, report, MSG_SUM_LINES, view->impact->lines, view->impact->lines);
    add_counts(view, report, MSG_SUM_APPROVED, before->approved, after->approved);
    add_counts(view, report, MSG_SUM_REJECTED, before->rejected, after->rejected);
    if (before->faulted + after->faulted > 0)
        add_counts(view, report, MSG_SUM_FAULTED, before->faulted, after->faulted);
    if (before->malformed + after->malformed > 0)
        add_counts(view, report, MSG_SUM_MALFORMED, before->malformed, after->malformed);
    if (before->suspended + after->suspended > 0)
        add_counts(view, report, MSG_SUM_SUSPENDED, before->suspended, after->suspended);
    report_total(report);
    report_cell(report, words(view, MSG_SUM_AMOUNT));
    report_cell(report, euro_text(view, report->arena, before->cents));
    report_cell(report, euro_text(view, report->arena, after->cents));
    report_cell(report, difference_text(view, report->arena, net_of(&view->total->sums)));
}

/* Per mille of a whole as "1,2". */
static Text percentage(const ImpactView *view, Arena *arena, uint64_t part, uint64_t whole)
{
    StringBuilder out;
    builder_init(&out, arena);
    uint64_t mille =
        whole == 0 ? 0 : (part > UINT64_MAX / 2000 ? part / (whole / 1000 + 1) : (part * 2000 + whole) / (2 * whole));
    builder_uint64(&out, mille / 10);
    builder_char(&out, view->cli->english ? '.' : ',');
    builder_uint64(&out, mille % 10);
    return builder_result(&out);
}

static void add_changed(const ImpactView *view, Report *report)
{
    Arena *arena = report->arena;
    const ImpactSums *sums = &view->total->sums;
    report_heading(report, 2, words(view, MSG_IMPACT_CHANGED));
    if (sums->lines == 0)
        report_text(report, words(view, view->impact->lines == 0 ? MSG_IMPACT_NO_LINES : MSG_IMPACT_NONE));
    else
        report_text(report,
                    sentence(view, report, sums->lines == 1 ? MSG_IMPACT_CHANGED_LINE : MSG_IMPACT_CHANGED_LINES,
                             (Holes){.a = count_text(view, arena, sums->lines),
                                     .b = count_text(view, arena, view->impact->lines),
                                     .c = percentage(view, arena, sums->lines, view->impact->lines),
                                     .d = count_text(view, arena, view->total->other_decision)}));
    if (view->impact->other_reasons > 0)
        report_text(report,
                    sentence(view, report,
                             view->impact->other_reasons == 1 ? MSG_IMPACT_OTHER_REASONS_ONE : MSG_IMPACT_OTHER_REASONS,
                             (Holes){.a = count_text(view, arena, view->impact->other_reasons)}));
    if (view->repeated > 0)
        report_text(report, sentence(view, report, MSG_IMPACT_REPEATED_IN,
                                     (Holes){.a = count_text(view, arena, view->repeated)}));
}

/* ---- Tables of sums ---- */

static void add_sums_heading(const ImpactView *view, Report *report, Text first)
{
    report_bar(report, 0);
    report_cell(report, first);
    report_cell(report, words(view, MSG_IMPACT_LINES));
    report_cell(report, words(view, MSG_IMPACT_MORE));
    report_cell(report, words(view, MSG_IMPACT_LESS));
    report_cell(report, words(view, MSG_IMPACT_NET));
}

static void add_row(const ImpactView *view, Report *report, Text label, const ImpactSums *sums, bool has_bar)
{
    report_bar(report, has_bar ? net_of(sums) : REPORT_NO_BAR);
    report_cell(report, label);
    report_cell(report, count_text(view, report->arena, sums->lines));
    report_cell(report, difference_text(view, report->arena, sums->more));
    report_cell(report, difference_text(view, report->arena, sums->less));
    report_cell(report, difference_text(view, report->arena, net_of(sums)));
}

static void add_sums(const ImpactView *view, Report *report, Text label, const ImpactSums *sums)
{
    add_row(view, report, label, sums, true);
}

/* The row of all that is not shown; its bar would dwarf the others. */
static void add_rest(const ImpactView *view, Report *report, uint64_t count, const ImpactSums *sums)
{
    Text label = sentence(view, report, MSG_IMPACT_REST, (Holes){.a = count_text(view, report->arena, count)});
    add_row(view, report, label, sums, false);
}

static void add_to(ImpactSums *into, const ImpactSums *from)
{
    into->lines += from->lines;
    into->more += from->more;
    into->less += from->less;
}

static void add_causes(const ImpactView *view, Report *report)
{
    const Impact *impact = view->impact;
    ImpactSums rest = {0};
    uint64_t left_out = 0;
    report_heading(report, 2, words(view, MSG_IMPACT_CAUSES_TITLE));
    report_text(report, words(view, MSG_IMPACT_CAUSES_TEXT));
    report_table(report, words(view, MSG_IMPACT_CAUSES_TITLE), "lrrrr");
    report->last->has_loss_tone = true;
    add_sums_heading(view, report, words(view, MSG_IMPACT_CAUSE));
    for (uint32_t i = 1; i < impact->cause_count; i++) {
        if (i <= CAUSES_SHOWN) {
            add_sums(view, report, impact_cause_text(view->cli, report->arena, &impact->causes[i]),
                     &impact->causes[i].sums);
            continue;
        }
        add_to(&rest, &impact->causes[i].sums);
        left_out++;
    }
    if (left_out > 0)
        add_rest(view, report, left_out, &rest);
    if (impact->causes[0].sums.lines > 0)
        add_sums(view, report, impact_cause_text(view->cli, report->arena, &impact->causes[0]),
                 &impact->causes[0].sums);
    report_total(report);
    add_sums(view, report, words(view, MSG_IMPACT_TOGETHER), &view->total->sums);
}

/* ---- Breakdowns ---- */

static const Message BY_TITLES[IMPACT_DIMENSIONS] = {MSG_IMPACT_BY_PRODUCT, MSG_IMPACT_BY_MUNICIPALITY,
                                                     MSG_IMPACT_BY_PROVIDER, MSG_IMPACT_BY_MONTH, MSG_IMPACT_BY_CHANGE};
static const Message BY_NAMES[IMPACT_DIMENSIONS] = {MSG_IMPACT_PRODUCT, MSG_IMPACT_MUNICIPALITY, MSG_IMPACT_PROVIDER,
                                                    MSG_IMPACT_MONTH, MSG_IMPACT_CHANGE_NAME};

static int by_name(const void *a, const void *b)
{
    const ImpactRow *first = a, *second = b;
    if ((first->value == 0) != (second->value == 0)) /* "others" comes last */
        return first->value == 0 ? 1 : -1;
    return text_compare(first->name, second->name);
}

static int by_size(const void *a, const void *b)
{
    const ImpactRow *first = a, *second = b;
    uint64_t x = (uint64_t)first->sums->more - (uint64_t)first->sums->less;
    uint64_t y = (uint64_t)second->sums->more - (uint64_t)second->sums->less;
    if (x != y && first->value != 0 && second->value != 0)
        return x > y ? -1 : 1;
    return by_name(a, b);
}

uint32_t impact_sorted_values(const Impact *impact, const ImpactCause *cause, ImpactDimension dimension, Arena *arena,
                              ImpactRow **out)
{
    uint32_t count = 0;
    ImpactRow *rows = arena_array(arena, (size_t)cause->by_count[dimension] + 1, sizeof *rows);
    for (uint32_t i = 0; i < cause->by_count[dimension]; i++)
        if (cause->by[dimension][i].lines > 0)
            rows[count++] = (ImpactRow){impact->values[dimension].names[i], i, &cause->by[dimension][i]};
    qsort(rows, count, sizeof *rows, dimension == IMPACT_MONTH ? by_name : by_size);
    *out = rows;
    return count;
}

static Text value_label(const ImpactView *view, Arena *arena, ImpactDimension dimension, const ImpactRow *row)
{
    if (row->value == 0)
        return words(view, MSG_IMPACT_OTHERS);
    if (dimension == IMPACT_CHANGE)
        return impact_changes_text(view->changes, arena, row->name);
    return row->name.size > 0 ? row->name : words(view, MSG_IMPACT_EMPTY);
}

static void add_breakdown(const ImpactView *view, Report *report, const ImpactCause *cause, ImpactDimension dimension,
                          uint32_t shown)
{
    ImpactRow *rows = NULL;
    uint32_t count = impact_sorted_values(view->impact, cause, dimension, report->arena, &rows);
    ImpactSums rest = {0};
    if (dimension == IMPACT_MONTH && shown == VALUES_SHOWN)
        shown = 60; /* months in order make a picture */
    report_table(report, words(view, BY_TITLES[dimension]), "lrrrr");
    report->last->has_loss_tone = true;
    add_sums_heading(view, report, words(view, BY_NAMES[dimension]));
    for (uint32_t i = 0; i < count; i++) {
        if (i < shown || count == shown + 1)
            add_sums(view, report, value_label(view, report->arena, dimension, &rows[i]), rows[i].sums);
        else
            add_to(&rest, rows[i].sums);
    }
    if (count > shown + 1)
        add_rest(view, report, count - shown, &rest);
    report_total(report);
    add_sums(view, report, words(view, MSG_IMPACT_TOGETHER), &cause->sums);
}

/* The changes of the texts, and those that did nothing here: that is worth knowing too. */
static void add_by_change(const ImpactView *view, Report *report)
{
    report_heading(report, 2, words(view, MSG_IMPACT_BY_CHANGE));
    report_text(report, words(view, MSG_IMPACT_BY_CHANGE_TEXT));
    add_breakdown(view, report, view->total, IMPACT_CHANGE, CHANGES_SHOWN);
    StringBuilder idle;
    builder_init(&idle, report->arena);
    for (uint32_t i = 0; i < view->changes->real; i++) {
        if (view->changes->items[i].lines > 0)
            continue;
        if (idle.size > 0)
            builder_text(&idle, TEXT(", "));
        builder_text(&idle, view->changes->items[i].text);
    }
    if (idle.size > 0)
        report_text(report, sentence(view, report, MSG_IMPACT_IDLE, (Holes){.a = builder_result(&idle)}));
}

/* ---- Distribution ---- */

static Text class_text(const ImpactView *view, Report *report, int class)
{
    Arena *arena = report->arena;
    Text low = class == 0 ? TEXT("") : euro_text(view, arena, IMPACT_BOUNDS[class - 1]);
    Text high = class == IMPACT_CLASSES - 1 ? TEXT("") : euro_text(view, arena, IMPACT_BOUNDS[class]);
    if (class == 0)
        return sentence(view, report, MSG_IMPACT_SIZE_BELOW, (Holes){.a = high});
    if (class == IMPACT_CLASSES - 1)
        return sentence(view, report, MSG_IMPACT_SIZE_FROM, (Holes){.a = low});
    return sentence(view, report, MSG_IMPACT_SIZE_TO, (Holes){.a = low, .b = high});
}

static void add_class(const ImpactView *view, Report *report, const ImpactCause *cause, int more, int class)
{
    if (cause->class_lines[more][class] == 0)
        return;
    StringBuilder label;
    builder_init(&label, report->arena);
    builder_text(&label, words(view, more ? MSG_IMPACT_MORE : MSG_IMPACT_LESS));
    builder_text(&label, TEXT(", "));
    builder_text(&label, class_text(view, report, class));
    report_bar(report, cause->class_cents[more][class]);
    report_cell(report, builder_result(&label));
    report_cell(report, count_text(view, report->arena, cause->class_lines[more][class]));
    report_cell(report, difference_text(view, report->arena, cause->class_cents[more][class]));
}

static void add_distribution(const ImpactView *view, Report *report, const ImpactCause *cause)
{
    report_heading(report, 2, words(view, MSG_IMPACT_DISTRIBUTION));
    report_table(report, words(view, MSG_IMPACT_DISTRIBUTION), "lrr");
    report->last->has_loss_tone = true;
    report_bar(report, 0);
    report_cell(report, words(view, MSG_IMPACT_SIZE));
    report_cell(report, words(view, MSG_IMPACT_LINES));
    report_cell(report, words(view, MSG_IMPACT_NET));
    for (int class = IMPACT_CLASSES - 1; class >= 0; class --)
        add_class(view, report, cause, 0, class);
    uint64_t unmoved = cause->sums.lines - cause->sums.more_lines - cause->sums.less_lines;
    if (unmoved > 0) {
        report_bar(report, 0);
        report_cell(report, euro_text(view, report->arena, 0));
        report_cell(report, count_text(view, report->arena, unmoved));
        report_cell(report, euro_text(view, report->arena, 0));
    }
    for (int class = 0; class < IMPACT_CLASSES; class ++)
        add_class(view, report, cause, 1, class);
}

/* ---- Cases ---- */

static Text outcome_text(const ImpactView *view, Arena *arena, bd_decision decision, int64_t cents)
{
    if (decision == BD_APPROVED)
        return euro_text(view, arena, cents);
    return words(view, decision == BD_SUSPENDED ? MSG_DECISION_SUSPENDED : MSG_DECISION_REJECTED);
}

static void add_case(const ImpactView *view, Report *report, Message which, const ImpactCase *one, bool has_cause)
{
    Arena *arena = report->arena;
    report_cell(report, words(view, which));
    report_cell(report, case_name(arena, one));
    report_cell(report, outcome_text(view, arena, one->decision_before, one->before));
    report_cell(report, outcome_text(view, arena, one->decision_after, one->after));
    report_cell(report, difference_text(view, arena, one->after - one->before));
    if (has_cause)
        report_cell(report, impact_cause_text(view->cli, arena, &view->impact->causes[one->cause]));
}

static void add_cases(const ImpactView *view, Report *report, const ImpactCause *cause, bool has_cause)
{
    report_table(report, words(view, MSG_IMPACT_CASES), has_cause ? "llrrrl" : "llrrr");
    report_cell(report, words(view, MSG_IMPACT_WHICH));
    report_cell(report, words(view, MSG_IMPACT_LINE));
    report_cell(report, words(view, MSG_IMPACT_BEFORE));
    report_cell(report, words(view, MSG_IMPACT_AFTER));
    report_cell(report, words(view, MSG_IMPACT_DIFFERENCE));
    if (has_cause)
        report_cell(report, words(view, MSG_IMPACT_CAUSE));
    for (uint32_t i = 0; i < cause->largest_count; i++)
        add_case(view, report, MSG_IMPACT_LARGEST, &cause->largest[i], has_cause);
    const ImpactCase *median = impact_median(cause);
    if (median != NULL)
        add_case(view, report, MSG_IMPACT_MEDIAN, median, has_cause);
}

/* ---- Each cause ---- */

/* Whether the breakdown says more than the one value that all lines share. */
static bool has_several(const ImpactCause *cause, ImpactDimension dimension)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < cause->by_count[dimension] && count < 2; i++)
        count += cause->by[dimension][i].lines > 0;
    return count > 1;
}

static void add_rules(const ImpactView *view, Report *report, const ImpactCause *cause)
{
    StringBuilder out;
    builder_init(&out, report->arena);
    for (uint32_t i = 0; i < cause->element_count; i++) {
        const ImpactElement *element = &cause->elements[i];
        bd_rule_info info;
        const bd_module *module = element->is_of_after ? view->after.module : view->before.module;
        if (element->rule == BD_NONE || bd_module_rule(module, element->rule, &info) != BD_OK)
            continue;
        builder_text(&out, info.name);
        if (info.reason.size > 0) {
            builder_text(&out, TEXT(": "));
            builder_text(&out, info.reason);
        }
        if (info.citation.place.size > 0) {
            builder_text(&out, TEXT(" ("));
            builder_text(&out, info.citation.place);
            builder_char(&out, ')');
        }
        builder_char(&out, '\n');
    }
    if (out.size > 0)
        report_list(report, builder_result(&out));
}

static void add_cause(const ImpactView *view, Report *report, const ImpactCause *cause)
{
    report_heading(report, 3, impact_cause_text(view->cli, report->arena, cause));
    add_rules(view, report, cause);
    ImpactRow *rows = NULL;
    if (impact_sorted_values(view->impact, cause, IMPACT_CHANGE, report->arena, &rows) == 1)
        report_text(report, sentence(view, report, MSG_IMPACT_THROUGH,
                                     (Holes){.a = value_label(view, report->arena, IMPACT_CHANGE, &rows[0])}));
    if (cause->evidence.size > 0) {
        report_text(report, sentence(view, report, MSG_IMPACT_EVIDENCE, (Holes){.a = cause->evidence_of}));
        report_list(report, cause->evidence);
    }
    add_cases(view, report, cause, false);
    for (int i = 0; i < IMPACT_DIMENSIONS; i++)
        if (view->has_dimension[i] && has_several(cause, (ImpactDimension)i))
            add_breakdown(view, report, cause, (ImpactDimension)i, OWN_VALUES_SHOWN);
}

static void add_each(const ImpactView *view, Report *report)
{
    const Impact *impact = view->impact;
    report_heading(report, 2, words(view, MSG_IMPACT_EACH));
    if (impact->cause_count - 1 > CAUSES_WORKED_OUT)
        report_text(report, sentence(view, report, MSG_IMPACT_NO_DETAILS,
                                     (Holes){.a = cli_number(view->cli, CAUSES_WORKED_OUT)}));
    for (uint32_t i = 1; i < impact->cause_count && i <= CAUSES_WORKED_OUT; i++)
        add_cause(view, report, &impact->causes[i]);
}

void impact_report(const ImpactView *view, Report *report)
{
    bd_module_info info, before;
    bd_module_describe(view->after.module, &info);
    bd_module_describe(view->before.module, &before);
    Arena *arena = &view->cli->arena;
    report_init(report, arena, TEXT(""), TEXT(""));
    report->title =
        sentence(view, report, MSG_IMPACT_TITLE, (Holes){.a = info.title.size > 0 ? info.title : info.name});
    Text file = text_equal(view->lines_file, TEXT("-")) ? words(view, MSG_IMPACT_STDIN) : view->lines_file;
    report->lead = sentence(view, report, view->impact->lines == 1 ? MSG_IMPACT_LEAD_ONE : MSG_IMPACT_LEAD,
                            (Holes){.a = count_text(view, arena, view->impact->lines), .b = file});
    add_figures(view, report);
    add_versions(view, report);
    add_totals(view, report);
    add_changed(view, report);
    if (view->total->sums.lines == 0)
        return;
    add_by_change(view, report);
    add_causes(view, report);
    for (int i = 0; i < IMPACT_COLUMNS; i++) {
        if (!view->has_dimension[i])
            continue;
        report_heading(report, 2, words(view, BY_TITLES[i]));
        add_breakdown(view, report, view->total, (ImpactDimension)i, VALUES_SHOWN);
    }
    add_distribution(view, report, view->total);
    report_heading(report, 2, words(view, MSG_IMPACT_CASES));
    add_cases(view, report, view->total, true);
    add_each(view, report);
}
