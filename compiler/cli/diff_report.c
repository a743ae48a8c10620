/* diff_report.c: a comparison in words, as text for a terminal and as Markdown; and the values that all forms show. See diff.h. */
#include "compiler/cli/diff.h"
#include "compiler/cli/values.h"
#include "compiler/cli/witness.h"
#include "vm/core/date.h"
#include "vm/core/round.h"

/* ---- names ---- */

Text diff_kind_name(MeaningKind kind)
{
#define KIND_NAME(id, name) name,
    static const char *const NAMES[] = {MEANING_KINDS(KIND_NAME)};
#undef KIND_NAME
    return text_from_cstring(NAMES[kind]);
}

Text diff_part_name(MeaningPart part)
{
#define PART_NAME(id, name) name,
    static const char *const NAMES[] = {MEANING_PARTS(PART_NAME)};
#undef PART_NAME
    return text_from_cstring(NAMES[part]);
}

Message diff_kind_message(MeaningKind kind)
{
#define KIND_MESSAGE(id, name) MSG_DIFF_KIND_##id,
    static const Message MESSAGES[] = {MEANING_KINDS(KIND_MESSAGE)};
#undef KIND_MESSAGE
    return MESSAGES[kind];
}

Message diff_part_message(MeaningPart part)
{
#define PART_MESSAGE(id, name) MSG_DIFF_PART_##id,
    static const Message MESSAGES[] = {MEANING_PARTS(PART_MESSAGE)};
#undef PART_MESSAGE
    return MESSAGES[part];
}

/* ---- values ---- */

static bool is_money(const Change *change, const Detail *detail)
{
    return change->is_money && detail->part == MEANT_CELL;
}

/* Words that stand in a module in one language whatever the agreement's. */
static Text word_of(const Diff *diff, Text word)
{
    static const struct {
        const char *word;
        Message message;
    } WORDS[] = {{"power", MSG_DIFF_WORD_POWER}, {"duty", MSG_DIFF_WORD_DUTY}, {"callable", MSG_DIFF_WORD_CALLABLE},
                 {"local", MSG_DIFF_WORD_LOCAL}, {"sum", MSG_DIFF_WORD_SUM},   {"count", MSG_DIFF_WORD_COUNT},
                 {"days", MSG_DIFF_WORD_DAYS}};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (text_equal(word, text_from_cstring(WORDS[i].word)))
            return message_pattern(diff->cli, WORDS[i].message);
    return word;
}

static void append_number(const Diff *diff, StringBuilder *out, Number number, bool money)
{
    StringBuilder text;
    builder_init(&text, diff->arena);
    number_append(&text, number, money ? 2 : 0);
    if (money)
        builder_text(out, diff->cli->english ? TEXT("\u20ac") : TEXT("\u20ac "));
    value_append_number(diff->cli, out, builder_result(&text), money ? 2 : 0);
}

static void append_validity(const Diff *diff, StringBuilder *out, Text text)
{
    Detail days = {.from = BD_DATE_MIN, .to = BD_DATE_MAX};
    if (!validity_from_text(text, &days.from, &days.to))
        builder_text(out, text);
    else if (days.from <= BD_DATE_MIN && days.to >= BD_DATE_MAX)
        builder_text(out, message_pattern(diff->cli, MSG_DIFF_ALWAYS));
    else
        diff_append_days(diff, out, &days);
}

/* The unit is told where the other value is of another. */
static void append_cell_value(const Diff *diff, StringBuilder *out, const Change *change, const Detail *detail,
                              Number number, bool is_new)
{
    Text unit = is_new ? change->new_unit : change->old_unit;
    append_number(diff, out, number, is_money(change, detail));
    if (!change->is_other_unit || unit.size == 0)
        return;
    builder_text(out, is_money(change, detail) ? TEXT(" per ") : TEXT(" "));
    builder_text(out, unit);
}

void diff_append_value(const Diff *diff, StringBuilder *out, const Change *change, const Detail *detail, bool is_new)
{
    bool has = is_new ? detail->has_new : detail->has_old;
    Text text = is_new ? detail->new_text : detail->old_text;
    Number number;
    if (!has)
        builder_text(out, TEXT("-"));
    else if (detail->part == MEANT_CELL && number_from_text(diff->arena, text, &number) == BD_OK)
        append_cell_value(diff, out, change, detail, number, is_new);
    else if (detail->part == MEANT_KIND && detail->sub.size == 0)
        builder_text(out, word_of(diff, text));
    else if (detail->part == MEANT_VALIDITY)
        append_validity(diff, out, text);
    else
        builder_text(out, text);
}

void diff_append_difference(const Diff *diff, StringBuilder *out, const Change *change, const Detail *detail)
{
    Number difference;
    if (!detail->is_number || number_sub(diff->arena, detail->new_value, detail->old_value, &difference) != BD_OK)
        return;
    builder_text(out, number_sign(difference) > 0 ? TEXT("+ ") : TEXT("− "));
    if (number_abs(diff->arena, difference, &difference) == BD_OK)
        append_number(diff, out, difference, is_money(change, detail));
}

bool diff_append_percent(const Diff *diff, StringBuilder *out, const Detail *detail)
{
    Number percent, hundredth;
    if (!detail->is_number || number_is_zero(detail->old_value) ||
        number_sub(diff->arena, detail->new_value, detail->old_value, &percent) != BD_OK ||
        number_div(diff->arena, percent, detail->old_value, &percent) != BD_OK ||
        number_mul(diff->arena, percent, (Number){100, 1, NULL}, &percent) != BD_OK ||
        number_from_ratio(diff->arena, 1, 100, &hundredth) != BD_OK ||
        number_round(diff->arena, percent, ROUND_HALF_AWAY, hundredth, &percent) != BD_OK)
        return false;
    bool is_less = number_sign(percent) < 0;
    StringBuilder text;
    builder_init(&text, diff->arena);
    (void)number_abs(diff->arena, percent, &percent);
    number_append(&text, percent, 2);
    builder_text(out, is_less ? TEXT("− ") : TEXT("+ "));
    value_append_number(diff->cli, out, builder_result(&text), 2);
    builder_text(out, TEXT(" %"));
    return true;
}

bool diff_has_days(const Detail *detail)
{
    return detail->from > BD_DATE_MIN || detail->to < BD_DATE_MAX;
}

static Text day_text(const Diff *diff, int32_t day)
{
    StringBuilder out;
    builder_init(&out, diff->arena);
    date_append(&out, day);
    return builder_result(&out);
}

void diff_append_days(const Diff *diff, StringBuilder *out, const Detail *detail)
{
    bool open_from = detail->from <= BD_DATE_MIN, open_to = detail->to >= BD_DATE_MAX;
    if (open_from && open_to)
        return;
    Holes holes = {.a = day_text(diff, open_from ? detail->to : detail->from),
                   .b = day_text(diff, open_to ? 0 : detail->to)};
    message_append(diff->cli, out, open_from ? MSG_DIFF_UNTIL : open_to ? MSG_DIFF_FROM : MSG_DIFF_FROM_TO, holes);
}

/* ---- what all forms say first ---- */

static Text version_text(const Diff *diff, const Loaded *loaded)
{
    bd_module_info info;
    StringBuilder out;
    bd_module_describe(loaded->module, &info);
    builder_init(&out, diff->arena);
    if (info.version.size == 0)
        return loaded->name;
    message_append(diff->cli, &out, MSG_DIFF_VERSION, (Holes){.a = info.version, .b = loaded->name});
    return builder_result(&out);
}

Text diff_agreement(const Diff *diff)
{
    bd_module_info info;
    bd_module_describe(diff->b.loaded->module, &info);
    return info.title.size > 0 ? info.title : info.name;
}

void diff_append_versions(const Diff *diff, StringBuilder *out)
{
    message_append(diff->cli, out, MSG_DIFF_VERSIONS,
                   (Holes){.a = version_text(diff, diff->a.loaded), .b = version_text(diff, diff->b.loaded)});
}

/* "5 verschillen: 2 × tarief, 3 × regel" */
void diff_append_count(const Diff *diff, StringBuilder *out)
{
    StringBuilder number;
    builder_init(&number, diff->arena);
    message_count(diff->cli, &number, diff->count);
    if (diff->count == 0) {
        builder_text(out, message_pattern(diff->cli, MSG_DIFF_EQUAL));
        return;
    }
    message_append(diff->cli, out, diff->count == 1 ? MSG_DIFF_ONE : MSG_DIFF_MANY,
                   (Holes){.a = builder_result(&number)});
    for (uint32_t i = 0; i < diff->count;) {
        uint32_t end = i;
        while (end < diff->count && diff->changes[end].kind == diff->changes[i].kind)
            end++;
        builder_text(out, i == 0 ? TEXT(": ") : TEXT(", "));
        builder_uint64(out, end - i);
        builder_text(out, TEXT(" × "));
        builder_text(out, message_pattern(diff->cli, diff_kind_message(diff->changes[i].kind)));
        i = end;
    }
}

void diff_append_how(const Diff *diff, StringBuilder *out, const Change *change)
{
    static const Message HOW[] = {MSG_DIFF_ADDED, MSG_DIFF_REMOVED, MSG_DIFF_CHANGED, MSG_DIFF_RENAMED};
    message_append(diff->cli, out, HOW[change->how], (Holes){.a = change->new_name});
}

/* One end of a band, "≤ 50000.00", in words; false for any other text. */
static bool append_bound(const Diff *diff, StringBuilder *out, Text text, bool is_money)
{
    static const Text UP_TO = TEXT_INIT("≤ "), ABOVE = TEXT_INIT("> ");
    bool is_above = text_has_prefix(text, ABOVE);
    Number number;
    StringBuilder shown;
    if ((!is_above && !text_has_prefix(text, UP_TO)) ||
        number_from_text(diff->arena, text_slice(text, is_above ? ABOVE.size : UP_TO.size, text.size), &number) !=
            BD_OK)
        return false;
    builder_init(&shown, diff->arena);
    append_number(diff, &shown, number, is_money);
    message_append(diff->cli, out, is_above ? MSG_DIFF_ABOVE : MSG_DIFF_UNTIL, (Holes){.a = builder_result(&shown)});
    return true;
}

/* The keys of a cell, a band in words: "meer dan € 50.000,00 tot en met € 60.000,00". */
static void append_cell_name(const Diff *diff, StringBuilder *out, const Change *change, Text name)
{
    static const Text BETWEEN = TEXT_INIT(" × "), NEXT = TEXT_INIT(" ≤ ");
    for (size_t begin = 0, end; begin < name.size;) {
        end = begin;
        Text rest = text_slice(name, begin, name.size);
        bool is_above = text_has_prefix(rest, TEXT("> "));
        while (end < name.size && !text_has_prefix(text_slice(name, end, name.size), BETWEEN) &&
               !(is_above && text_has_prefix(text_slice(name, end, name.size), NEXT)))
            end++;
        if (!append_bound(diff, out, text_slice(name, begin, end), change->has_money_bands))
            builder_text(out, text_slice(name, begin, end));
        bool is_key = text_has_prefix(text_slice(name, end, name.size), BETWEEN);
        if (end < name.size)
            builder_text(out, is_key ? BETWEEN : TEXT(" "));
        begin = end < name.size ? end + (is_key ? BETWEEN.size : 1) : end;
    }
}

Text diff_part_label(const Diff *diff, const Change *change, const Detail *detail)
{
    StringBuilder out;
    builder_init(&out, diff->arena);
    bool is_cell = detail->part == MEANT_CELL;
    if (change->kind == MEANING_CALENDAR && detail->part == MEANT_MOMENT)
        return message_pattern(diff->cli, MSG_DIFF_DAYS);
    if (!is_cell)
        builder_text(&out, message_pattern(diff->cli, diff_part_message(detail->part)));
    bool repeats = text_equal(detail->sub, detail->old_text) || text_equal(detail->sub, detail->new_text) ||
                   detail->part == MEANT_KIND; /* its value says which */
    if (detail->sub.size > 0 && !is_cell && !repeats)
        builder_char(&out, ' ');
    if (is_cell)
        append_cell_name(diff, &out, change, detail->sub);
    else if (!repeats)
        builder_text(&out, detail->sub);
    return builder_result(&out);
}

/* ---- text ---- */

static void append_place(StringBuilder *out, const bd_place *place)
{
    if (place->line == 0)
        return;
    builder_text(out, place->file);
    builder_char(out, ':');
    builder_uint64(out, place->line);
}

void diff_append_places(StringBuilder *out, const Change *change)
{
    append_place(out, &change->old_place);
    bool both = change->old_place.line != 0 && change->new_place.line != 0;
    bool same =
        text_equal(change->old_place.file, change->new_place.file) && change->old_place.line == change->new_place.line;
    if (both && same)
        return;
    builder_text(out, both ? TEXT(" → ") : TEXT(""));
    append_place(out, &change->new_place);
}

static void color(const Diff *diff, StringBuilder *out, const char *code)
{
    if (diff->cli->color_out)
        builder_text(out, text_from_cstring(code));
}

void diff_append_since(const Diff *diff, StringBuilder *out, const Change *change)
{
    if (change->from == BD_DATE_MIN || change->kind != MEANING_RULE)
        return;
    builder_text(out, TEXT(" ("));
    message_append(diff->cli, out, MSG_DIFF_FROM, (Holes){.a = day_text(diff, change->from)});
    builder_char(out, ')');
}

void diff_append_id(const Diff *diff, StringBuilder *out, Text id)
{
    for (MeaningKind kind = MEANING_AGREEMENT; kind < MEANING_KIND_COUNT; kind++) {
        Text name = diff_kind_name(kind);
        if (!text_has_prefix(id, name) || id.size <= name.size || id.data[name.size] != '.')
            continue;
        builder_text(out, message_pattern(diff->cli, diff_kind_message(kind)));
        builder_char(out, ' ');
        id = text_slice(id, name.size + 1, id.size);
        break;
    }
    builder_text(out, id);
}

static void append_heading(const Diff *diff, StringBuilder *out, const Change *change)
{
    color(diff, out, "\033[1m");
    builder_text(out, message_pattern(diff->cli, diff_kind_message(change->kind)));
    builder_char(out, ' ');
    builder_text(out, change->name);
    color(diff, out, "\033[0m");
    diff_append_since(diff, out, change);
    builder_char(out, ' ');
    diff_append_how(diff, out, change);
    builder_text(out, TEXT("  "));
    diff_append_places(out, change);
    if (change->citation.size > 0) {
        builder_text(out, TEXT("  ["));
        builder_text(out, change->citation);
        builder_char(out, ']');
    }
    builder_char(out, '\n');
}

static void append_cell(const Diff *diff, StringBuilder *out, const Change *change, const Detail *detail)
{
    builder_text(out, TEXT("  "));
    Text label = diff_part_label(diff, change, detail);
    builder_text(out, label);
    builder_text(out, label.size > 0 ? TEXT("  ") : TEXT(""));
    size_t before = out->size;
    diff_append_days(diff, out, detail);
    builder_text(out, out->size > before ? TEXT("  ") : TEXT(""));
    color(diff, out, "\033[31m");
    diff_append_value(diff, out, change, detail, false);
    color(diff, out, "\033[0m");
    if (detail->is_renamed) {
        builder_char(out, ' ');
        message_append(diff->cli, out, MSG_DIFF_RENAMED, (Holes){.a = detail->new_text});
        builder_char(out, '\n');
        return;
    }
    builder_text(out, TEXT(" → "));
    color(diff, out, "\033[32m");
    diff_append_value(diff, out, change, detail, true);
    color(diff, out, "\033[0m");
    if (detail->is_number) {
        builder_text(out, TEXT("  "));
        diff_append_difference(diff, out, change, detail);
        builder_text(out, TEXT("  "));
        (void)diff_append_percent(diff, out, detail);
    }
    builder_char(out, '\n');
}

static void append_sides(const Diff *diff, StringBuilder *out, const Change *change, const Detail *detail)
{
    builder_text(out, TEXT("  "));
    builder_text(out, diff_part_label(diff, change, detail));
    if (diff_has_days(detail)) {
        builder_text(out, TEXT("  "));
        diff_append_days(diff, out, detail);
    }
    builder_char(out, '\n');
    for (int side = 0; side < 2; side++) {
        if (side == 0 ? !detail->has_old : !detail->has_new)
            continue;
        color(diff, out, side == 0 ? "\033[31m" : "\033[32m");
        builder_text(out, side == 0 ? TEXT("    - ") : TEXT("    + "));
        diff_append_value(diff, out, change, detail, side == 1);
        color(diff, out, "\033[0m");
        builder_char(out, '\n');
    }
}

/* Whether a part fits on one line with its old and new value. */
static bool is_short(const Detail *detail)
{
    enum { SHORT = 40 };
    return detail->part == MEANT_CELL ||
           (detail->old_text.size <= SHORT && detail->new_text.size <= SHORT && detail->has_old && detail->has_new);
}

static void append_indented(StringBuilder *out, Text text, size_t blanks)
{
    builder_repeat(out, ' ', blanks);
    for (size_t i = 0; i < text.size; i++) {
        builder_char(out, text.data[i]);
        if (text.data[i] == '\n' && i + 1 < text.size)
            builder_repeat(out, ' ', blanks);
    }
}

static void append_witness(const Diff *diff, StringBuilder *out, const Witness *witness)
{
    if (witness == NULL)
        return;
    builder_text(out, TEXT("  "));
    if (!witness->is_found) {
        builder_text(out, witness->note);
        builder_char(out, '\n');
        return;
    }
    builder_text(out, message_pattern(diff->cli, MSG_DIFF_WITNESS));
    builder_text(out, TEXT("\n"));
    append_indented(out, witness_scenario(witness), 4);
    builder_text(out, TEXT("    "));
    message_append(diff->cli, out, MSG_DIFF_WITNESS_OLD, (Holes){.a = witness->old_outcome});
    builder_text(out, TEXT("\n    "));
    message_append(diff->cli, out, MSG_DIFF_WITNESS_NEW, (Holes){.a = witness->new_outcome});
    builder_text(out, witness->note.size > 0 ? TEXT("\n    ") : TEXT(""));
    builder_text(out, witness->note);
    builder_char(out, '\n');
}

static void append_reach(const Diff *diff, StringBuilder *out, const Change *change)
{
    for (uint32_t i = 0; i < change->reach_count; i++) {
        builder_text(out, i == 0 ? TEXT("  ") : TEXT(", "));
        if (i == 0) {
            builder_text(out, message_pattern(diff->cli, MSG_DIFF_REACHES));
            builder_char(out, ' ');
        }
        diff_append_id(diff, out, change->reaches[i]);
    }
    if (change->reach_count > 0)
        builder_char(out, '\n');
    if (!change->is_indirect)
        return;
    builder_text(out, TEXT("  "));
    builder_text(out, message_pattern(diff->cli, MSG_DIFF_INDIRECT));
    builder_char(out, '\n');
}

void diff_append_proved(const Diff *diff, StringBuilder *out)
{
    StringBuilder ids;
    builder_init(&ids, diff->arena);
    for (uint32_t i = 0; i < diff->proved_count; i++) {
        builder_text(&ids, i > 0 ? TEXT(", ") : TEXT(""));
        builder_text(&ids, diff->proved[i]);
    }
    if (diff->proved_count > 0)
        message_append(diff->cli, out, diff->proved_count == 1 ? MSG_DIFF_PROVED_ONE : MSG_DIFF_PROVED_MANY,
                       (Holes){.a = builder_result(&ids), .b = cli_number(diff->cli, diff->proved_count)});
}

void diff_append_gave_up(const Diff *diff, StringBuilder *out)
{
    if (diff->solver_gave_up)
        builder_text(out, message_pattern(diff->cli, MSG_DIFF_SOLVER_GAVE_UP));
}

/* The lines below the changes. */
static void append_notice(StringBuilder *out, Text notice)
{
    if (notice.size == 0)
        return;
    builder_char(out, '\n');
    builder_text(out, notice);
    builder_char(out, '\n');
}

static Text notice_of(const Diff *diff, void (*append)(const Diff *, StringBuilder *))
{
    StringBuilder notice;
    builder_init(&notice, diff->arena);
    append(diff, &notice);
    return builder_result(&notice);
}

void diff_append_text(const Diff *diff, StringBuilder *out)
{
    message_append(diff->cli, out, MSG_DIFF_TITLE, (Holes){.a = diff_agreement(diff)});
    builder_char(out, '\n');
    diff_append_versions(diff, out);
    builder_char(out, '\n');
    if (diff->has_day) {
        message_append(diff->cli, out, MSG_DIFF_ON_DAY, (Holes){.a = day_text(diff, diff->day)});
        builder_char(out, '\n');
    }
    diff_append_count(diff, out);
    builder_char(out, '\n');
    for (uint32_t i = 0; i < diff->count; i++) {
        const Change *change = &diff->changes[i];
        builder_char(out, '\n');
        append_heading(diff, out, change);
        for (uint32_t k = 0; k < change->detail_count; k++) {
            const Detail *detail = &change->details[k];
            if (is_short(detail))
                append_cell(diff, out, change, detail);
            else
                append_sides(diff, out, change, detail);
        }
        append_reach(diff, out, change);
        append_witness(diff, out, change->witness);
    }
    append_notice(out, notice_of(diff, diff_append_proved));
    append_notice(out, notice_of(diff, diff_append_gave_up));
}

/* ---- Markdown ---- */

/* Text in a table's cell: bars and line ends would end it. */
static void markdown_text(StringBuilder *out, Text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '|' || c == '*' || c == '_' || c == '`' || c == '<' || c == '\\' || c == '[')
            builder_char(out, '\\');
        builder_char(out, c == '\n' ? ' ' : c);
    }
}

static void markdown_cell(const Diff *diff, StringBuilder *out,
                          void (*append)(const Diff *, StringBuilder *, const Change *, const Detail *, int),
                          const Change *change, const Detail *detail, int which)
{
    StringBuilder cell;
    builder_init(&cell, diff->arena);
    append(diff, &cell, change, detail, which);
    builder_text(out, TEXT(" "));
    if (cell.size > 0)
        markdown_text(out, builder_result(&cell));
    builder_text(out, TEXT(" |"));
}

static void column_of(const Diff *diff, StringBuilder *out, const Change *change, const Detail *detail, int which)
{
    switch (which) {
    case 0: builder_text(out, diff_part_label(diff, change, detail)); break;
    case 1: diff_append_days(diff, out, detail); break;
    case 2:
    case 3: diff_append_value(diff, out, change, detail, which == 3); break;
    case 4: diff_append_difference(diff, out, change, detail); break;
    default: (void)diff_append_percent(diff, out, detail); break;
    }
}

static void markdown_table(const Diff *diff, StringBuilder *out, const Change *change)
{
    static const Message HEADINGS[] = {MSG_DIFF_WHAT, MSG_DIFF_DAYS, MSG_DIFF_OLD, MSG_DIFF_NEW, MSG_DIFF_DIFFERENCE};
    bool wide = false, dated = false;
    for (uint32_t k = 0; k < change->detail_count; k++) {
        wide = wide || change->details[k].part == MEANT_CELL;
        dated = dated || diff_has_days(&change->details[k]);
    }
    dated = dated || wide;
    builder_char(out, '|');
    for (size_t i = 0; i < 5; i++) {
        if ((!dated && i == 1) || (!wide && i == 4))
            continue;
        builder_char(out, ' ');
        builder_text(out, message_pattern(diff->cli, HEADINGS[i]));
        builder_text(out, TEXT(" |"));
    }
    builder_text(out, wide    ? TEXT(" % |\n| --- | --- | ---: | ---: | ---: | ---: |\n")
                      : dated ? TEXT("\n| --- | --- | --- | --- |\n")
                              : TEXT("\n| --- | --- | --- |\n"));
    for (uint32_t k = 0; k < change->detail_count; k++) {
        builder_char(out, '|');
        for (int which = 0; which < 6; which++)
            if (wide || (which < 4 && (dated || which != 1)))
                markdown_cell(diff, out, column_of, change, &change->details[k], which);
        builder_char(out, '\n');
    }
    builder_char(out, '\n');
}

static void markdown_witness(const Diff *diff, StringBuilder *out, const Witness *witness)
{
    if (witness == NULL)
        return;
    if (!witness->is_found) {
        markdown_text(out, witness->note);
        builder_text(out, TEXT(".\n\n"));
        return;
    }
    message_append(diff->cli, out, MSG_DIFF_WITNESS_OLD, (Holes){.a = witness->old_outcome});
    builder_text(out, TEXT("; "));
    message_append(diff->cli, out, MSG_DIFF_WITNESS_NEW, (Holes){.a = witness->new_outcome});
    builder_text(out, TEXT(":\n\n```\n"));
    builder_text(out, witness_scenario(witness));
    builder_text(out, TEXT("```\n\n"));
    if (witness->note.size > 0) {
        markdown_text(out, witness->note);
        builder_text(out, TEXT(".\n\n"));
    }
}

static void markdown_change(const Diff *diff, StringBuilder *out, const Change *change)
{
    builder_text(out, TEXT("## "));
    builder_text(out, message_pattern(diff->cli, diff_kind_message(change->kind)));
    builder_text(out, TEXT(" `"));
    builder_text(out, change->name);
    builder_char(out, '`');
    diff_append_since(diff, out, change);
    builder_text(out, TEXT(": "));
    diff_append_how(diff, out, change);
    builder_text(out, TEXT("\n\n"));
    size_t before = out->size;
    StringBuilder places;
    builder_init(&places, diff->arena);
    diff_append_places(&places, change);
    if (places.size > 0)
        markdown_text(out, builder_result(&places));
    if (change->citation.size > 0) {
        builder_text(out, out->size > before ? TEXT("; ") : TEXT(""));
        builder_text(out, message_pattern(diff->cli, MSG_DIFF_CITES));
        builder_text(out, TEXT(": "));
        markdown_text(out, change->citation);
    }
    builder_text(out, out->size > before ? TEXT("\n\n") : TEXT(""));
    if (change->detail_count > 0)
        markdown_table(diff, out, change);
    StringBuilder reach;
    builder_init(&reach, diff->arena);
    append_reach(diff, &reach, change);
    if (reach.size > 0) {
        markdown_text(out, text_slice(builder_result(&reach), 2, reach.size - 1));
        builder_text(out, TEXT(".\n\n"));
    }
    markdown_witness(diff, out, change->witness);
}

/* below: a line stands directly above it. */
static void markdown_notice(StringBuilder *out, Text notice, bool below)
{
    if (notice.size == 0)
        return;
    builder_text(out, below ? TEXT("\n") : TEXT(""));
    markdown_text(out, notice);
    builder_text(out, TEXT(".\n"));
}

void diff_append_markdown(const Diff *diff, StringBuilder *out)
{
    builder_text(out, TEXT("# "));
    message_append(diff->cli, out, MSG_DIFF_TITLE, (Holes){.a = diff_agreement(diff)});
    builder_text(out, TEXT("\n\n"));
    diff_append_versions(diff, out);
    builder_text(out, TEXT(".\n\n"));
    if (diff->has_day) {
        message_append(diff->cli, out, MSG_DIFF_ON_DAY, (Holes){.a = day_text(diff, diff->day)});
        builder_text(out, TEXT("\n\n"));
    }
    diff_append_count(diff, out);
    builder_text(out, diff->count == 0 ? TEXT("\n") : TEXT(".\n\n"));
    for (uint32_t i = 0; i < diff->count; i++)
        markdown_change(diff, out, &diff->changes[i]);
    markdown_notice(out, notice_of(diff, diff_append_proved), diff->count == 0);
    markdown_notice(out, notice_of(diff, diff_append_gave_up), diff->count == 0 || diff->proved_count > 0);
}
