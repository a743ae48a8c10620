/* explain_told.c: one decision told, as text or as an HTML page; see explain.h.
**
** Job: the decision, each rule that decided it with its source and the facts it read, and how the amount was computed with each rounding as a
** step of its own; then the lists of explain_lists.c. Both forms go through sheet.h.
*/
#include "compiler/cli/explain.h"
#include "compiler/cli/page.h"
#include "compiler/cli/values.h"
#include "vm/core/date.h"

static Text euros(const Explain *explain, int64_t cents)
{
    StringBuilder out;
    builder_init(&out, &explain->cli->arena);
    message_euros(explain->cli, &out, cents);
    return builder_result(&out);
}

static Text place_text(const Explain *explain, const bd_place *place)
{
    StringBuilder out;
    builder_init(&out, &explain->cli->arena);
    builder_text(&out, place->file);
    builder_char(&out, ':');
    builder_uint64(&out, place->line);
    builder_char(&out, ':');
    builder_uint64(&out, place->column);
    return builder_result(&out);
}

/* What a part of the telling writes to, and the words it is under. */
static void fact(const Explain *explain, Sheet *sheet, Message label, Text text)
{
    sheet_fact(sheet, message_pattern(explain->cli, label), text);
}

Text explain_filled(const Explain *explain, Message message, Holes holes)
{
    StringBuilder out;
    builder_init(&out, &explain->cli->arena);
    message_append(explain->cli, &out, message, holes);
    return builder_result(&out);
}

/* What a rule or exception says of itself, below its heading. */
static void append_rule_fields(const Explain *explain, Sheet *sheet, const bd_rule_info *rule)
{
    StringBuilder text;
    fact(explain, sheet, MSG_EXPLAIN_REASON, rule->reason);
    fact(explain, sheet, MSG_EXPLAIN_CODE, rule->code);
    builder_init(&text, &explain->cli->arena);
    value_append_citation(&text, &rule->citation);
    fact(explain, sheet, MSG_EXPLAIN_SOURCE, builder_result(&text));
    if (rule->citation.quote.size > 0) {
        builder_init(&text, &explain->cli->arena);
        builder_text(&text, TEXT("\u201c"));
        builder_text(&text, rule->citation.quote);
        builder_text(&text, TEXT("\u201d"));
        fact(explain, sheet, MSG_EXPLAIN_QUOTE, builder_result(&text));
    }
    if (rule->place.line > 0)
        fact(explain, sheet, MSG_EXPLAIN_PLACE, place_text(explain, &rule->place));
    else if (rule->built_in)
        fact(explain, sheet, MSG_EXPLAIN_PLACE, message_pattern(explain->cli, MSG_EXPLAIN_BUILT_IN));
}

static void append_because(const Explain *explain, Sheet *sheet)
{
    sheet_steps(sheet, &explain->story, message_pattern(explain->cli, MSG_EXPLAIN_BECAUSE), 6);
}

static void append_rule(Explain *explain, Sheet *sheet, uint32_t index, const bd_rule_info *rule)
{
    sheet_heading(sheet, explain_filled(explain, MSG_EXPLAIN_RULE, (Holes){.a = rule->name}));
    append_rule_fields(explain, sheet, rule);
    explain_mark_rule(explain, index, rule);
    append_because(explain, sheet);
}

/* The exceptions that took a rule away: without them the decision would have been another. */
static void append_lifted(Explain *explain, Sheet *sheet, uint32_t rules)
{
    for (uint32_t i = 0; i < rules; i++) {
        bd_rule_info rule, taken;
        if (!explain_find_lifted(explain, i, &rule, &taken))
            continue;
        sheet_heading(sheet, explain_filled(explain, MSG_EXPLAIN_EXCEPTION, (Holes){.a = rule.name, .b = taken.name}));
        append_rule_fields(explain, sheet, &rule);
        append_because(explain, sheet);
    }
}

static void append_reached(Explain *explain, Sheet *sheet)
{
    explain_mark_reached(explain);
    if (!story_has_told(&explain->story))
        return;
    sheet_heading(sheet, message_pattern(explain->cli, MSG_EXPLAIN_FACTS));
    sheet_steps(sheet, &explain->story, (Text){NULL, 0}, 4);
}

/* "Gedeclareerd: verblijf, 2020-01-27 tot en met 2020-02-23, 28 dagen": what names the line for people, as the file has it. */
static Text claim_text(const Explain *explain, size_t row)
{
    static const Text NAMES[] = {TEXT_INIT("product"), TEXT_INIT("begindatum"), TEXT_INIT("einddatum"),
                                 TEXT_INIT("volume"), TEXT_INIT("eenheid")};
    const Lines *lines = &explain->input.lines;
    const bd_module *module = explain->input.loaded.module;
    Text volume = {NULL, 0};
    size_t count = 0;
    StringBuilder out;
    builder_init(&out, &explain->cli->arena);
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        for (uint32_t j = 0; j < lines->column_count; j++) {
            const TypedColumn *column = &lines->columns[j].typed;
            bd_value value;
            if (!text_equal(column->info.name, NAMES[i]) || !column_value(column, row, &explain->cli->arena, &value))
                continue;
            if (i == 3) { /* said with its unit */
                volume = value.text;
                continue;
            }
            if (i == 4)
                value = (bd_value){.meaning = BD_MEANS_QUANTITY,
                                   .present = true,
                                   .text = volume,
                                   .unit = bd_choice_member(module, value.choice, (uint32_t)value.integer)};
            if (count == 0)
                builder_text(&out, message_pattern(explain->cli, MSG_EXPLAIN_CLAIMED));
            if (i == 2 && count > 0) {
                builder_char(&out, ' ');
                builder_text(&out, message_pattern(explain->cli, MSG_EXPLAIN_THROUGH));
            }
            builder_text(&out, count == 0 ? TEXT(": ") : i == 2 ? TEXT(" ") : TEXT(", "));
            count++;
            value_append(explain->cli, &out, module, &value);
        }
    }
    return builder_result(&out);
}

static Text fault_meaning(const Explain *explain, Text code)
{
    static const struct {
        Text code;
        Message meaning;
    } FAULTS[] = {
        {TEXT_INIT("cel_ontbreekt"), MSG_FAULT_CELL},
        {TEXT_INIT("geen_cel"), MSG_FAULT_NO_CELL},
        {TEXT_INIT("indexcijfer_ontbreekt"), MSG_FAULT_NO_FIGURE},
        {TEXT_INIT("geen_betaling"), MSG_FAULT_NO_PAYMENT},
        {TEXT_INIT("conflict"), MSG_FAULT_CONFLICT},
        {TEXT_INIT("deling_door_nul"), MSG_FAULT_ZERO},
        {TEXT_INIT("datumgrens"), MSG_FAULT_DATE},
        {TEXT_INIT("niet_heel"), MSG_FAULT_NOT_WHOLE},
        {TEXT_INIT("leeg"), MSG_FAULT_EMPTY},
        {TEXT_INIT("te_veel_dagen"), MSG_FAULT_DAYS},
        {TEXT_INIT("eenheid_past_niet"), MSG_FAULT_UNIT},
        {TEXT_INIT("deel_van_eenheid"), MSG_FAULT_PART},
        {TEXT_INIT("geen_hele_centen"), MSG_FAULT_CENTS},
        {TEXT_INIT("contracttarief_boven_maximum"), MSG_FAULT_CONTRACTED},
        {TEXT_INIT("oordeel_ontbreekt"), MSG_FAULT_JUDGEMENT},
    };
    for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++) {
        if (text_equal(FAULTS[i].code, code))
            return message_pattern(explain->cli, FAULTS[i].meaning);
    }
    return (Text){NULL, 0};
}

static void append_decision(const Explain *explain, Sheet *sheet, size_t row)
{
    const bd_trace *trace = explain->story.trace;
    Text claim = claim_text(explain, row), word = message_pattern(explain->cli, value_decision(trace->decision));
    bool is_approved = trace->decision == BD_APPROVED;
    Holes holes = {.a = word, .b = is_approved ? euros(explain, trace->cents) : (Text){NULL, 0}};
    bd_site_info site;
    if (!sheet->is_html) /* a page has it as its title */
        sheet_line(sheet, explain_filled(explain, MSG_EXPLAIN_LINE, (Holes){.a = explain->line}));
    if (claim.size > 0)
        sheet_line(sheet, claim);
    if (sheet->is_html)
        html_raw(sheet->out, is_approved                       ? "<div class=\"notice gain\">"
                             : trace->decision == BD_SUSPENDED ? "<div class=\"notice hold\">"
                                                               : "<div class=\"notice loss\">");
    Text decision = explain_filled(explain, is_approved ? MSG_EXPLAIN_DECISION_AMOUNT : MSG_EXPLAIN_DECISION, holes);
    if (sheet->is_html)
        html_element(sheet->out, "p class=\"decision\"", decision);
    else
        sheet_line(sheet, decision);
    if (explain->settled.size > 0) {
        StringBuilder settled;
        builder_init(&settled, &explain->cli->arena);
        builder_text(&settled, explain->settled);
        builder_text(&settled, TEXT(": "));
        builder_text(&settled, message_pattern(explain->cli, explain->settled_means));
        fact(explain, sheet, MSG_EXPLAIN_REASON, builder_result(&settled));
    }
    if (explain->credit_of.size > 0 && is_approved)
        sheet_line(sheet, explain_filled(explain, MSG_EXPLAIN_CREDIT, (Holes){.a = explain->credit_of}));
    if (explain->is_repeated)
        fact(explain, sheet, MSG_EXPLAIN_SETTLED, message_pattern(explain->cli, MSG_SUM_REPEATED));
    if (trace->decision == BD_FAULTED && bd_module_site(explain->input.loaded.module, trace->fault, &site) == BD_OK) {
        Holes where = {.a = site.code, .b = site.text, .c = place_text(explain, &site.place)};
        sheet_line(sheet, explain_filled(explain, MSG_EXPLAIN_FAULT, where));
        fact(explain, sheet, MSG_EXPLAIN_MEANS, fault_meaning(explain, site.code));
    }
    if (explain->is_cut)
        sheet_line(sheet, message_pattern(explain->cli, MSG_EXPLAIN_CUT));
    if (sheet->is_html) {
        sheet_end(sheet);
        html_raw(sheet->out, "</div>\n");
    }
}

/* A cap on the amount comes after the computation: the last step told is not yet what is paid. */
static void append_capped_amount(const Explain *explain, Sheet *sheet)
{
    bd_module_info info;
    bd_module_describe(explain->input.loaded.module, &info);
    for (uint32_t i = 0; i < info.rules; i++) {
        bd_rule_info rule;
        if (!story_has_reason(&explain->story, i) || bd_module_rule(explain->input.loaded.module, i, &rule) != BD_OK ||
            rule.effect != BD_EFFECT_CAP_AMOUNT)
            continue;
        fact(explain, sheet, MSG_EXPLAIN_CAPPED_TO, euros(explain, explain->story.trace->cents));
        return;
    }
}

static void append_payment(Explain *explain, Sheet *sheet)
{
    story_clear(&explain->story);
    uint32_t root = story_payment_root(&explain->story);
    uint32_t index = story_payment_rule(&explain->story);
    bd_decision decision = explain->story.trace->decision;
    if (root == BD_NONE || explain->is_not_computed || (decision != BD_APPROVED && decision != BD_SUSPENDED))
        return;
    explain->story.stops_at_caps = true;
    story_mark(&explain->story, root);
    explain->story.stops_at_caps = false;
    Message heading = decision == BD_APPROVED ? MSG_EXPLAIN_PAYMENT : MSG_EXPLAIN_WOULD_PAY;
    sheet_heading(sheet, message_pattern(explain->cli, heading));
    bd_rule_info rule;
    if (index != BD_NONE && bd_module_rule(explain->input.loaded.module, index, &rule) == BD_OK) {
        StringBuilder source;
        builder_init(&source, &explain->cli->arena);
        value_append_citation(&source, &rule.citation);
        fact(explain, sheet, MSG_EXPLAIN_BY_RULE, rule.name);
        fact(explain, sheet, MSG_EXPLAIN_SOURCE, builder_result(&source));
    }
    sheet_steps(sheet, &explain->story, (Text){NULL, 0}, 4);
    if (decision == BD_APPROVED)
        append_capped_amount(explain, sheet);
}

static void append_price(Explain *explain, Sheet *sheet, size_t row)
{
    PriceSteps *prices = arena_alloc(&explain->cli->arena, sizeof *prices);
    bd_index_info index;
    int32_t day = 0;
    StringBuilder date, source, steps;
    if (!explain_price(explain, row, prices, &index, &day))
        return;
    builder_init(&date, &explain->cli->arena);
    date_append(&date, day);
    builder_init(&source, &explain->cli->arena);
    value_append_citation(&source, &index.citation);
    builder_init(&steps, &explain->cli->arena);
    prices_append(explain->cli, &steps, explain->input.loaded.module, prices, 4);
    sheet_heading(sheet,
                  explain_filled(explain, MSG_EXPLAIN_PRICE, (Holes){.a = index.name, .b = builder_result(&date)}));
    fact(explain, sheet, MSG_EXPLAIN_SOURCE, builder_result(&source));
    sheet_lines(sheet, builder_result(&steps));
}

/* ---- The whole ---- */

static void append_parts(Explain *explain, Sheet *sheet, size_t row)
{
    bd_module_info info;
    bd_module_describe(explain->input.loaded.module, &info);
    append_decision(explain, sheet, row);
    for (uint32_t i = 0; i < info.rules; i++) {
        bd_rule_info rule;
        bool decides =
            story_has_reason(&explain->story, i) && bd_module_rule(explain->input.loaded.module, i, &rule) == BD_OK;
        if (decides && rule.effect != BD_EFFECT_PAY)
            append_rule(explain, sheet, i, &rule);
    }
    append_lifted(explain, sheet, info.rules);
    append_reached(explain, sheet);
    append_payment(explain, sheet);
    explain_tell_judgements(explain, sheet, row);
    explain_tell_counters(explain, sheet);
    explain_tell_rules(explain, sheet);
    append_price(explain, sheet, row);
    explain_tell_readings(explain, sheet);
    sheet_end(sheet);
}

void explain_tell(Explain *explain, size_t row, bool is_html)
{
    Sheet sheet = {.cli = explain->cli, .out = &explain->out, .is_html = is_html};
    bd_module_info info;
    if (!is_html) {
        append_parts(explain, &sheet, row);
        return;
    }
    bd_module_describe(explain->input.loaded.module, &info);
    page_begin(explain->cli, &explain->out,
               &(Page){.title = explain_filled(explain, MSG_EXPLAIN_LINE, (Holes){.a = explain->line}),
                       .name = info.title.size > 0 ? info.title : info.name});
    append_parts(explain, &sheet, row);
    StringBuilder hash;
    builder_init(&hash, &explain->cli->arena);
    builder_hex(&hash, info.sha256, sizeof info.sha256);
    page_end(explain->cli, &explain->out,
             explain_filled(explain, info.version.size > 0 ? MSG_SITE_FOOT : MSG_SITE_FOOT_PLAIN,
                            (Holes){.a = info.version, .b = builder_result(&hash)}));
}
