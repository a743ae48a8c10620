/* cmd_explain.c: `beding explain`: one decision, step by step, with the clauses it rests on.
**
** Job: find the line in the file, let the machine decide it once more exactly, and tell the decision, each deciding rule with its source
** and the facts it read, and how the amount was computed with each rounding as a step of its own.
*/
#include <string.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/decisions.h"
#include "compiler/cli/describe_json.h"
#include "compiler/cli/lifted.h"
#include "compiler/cli/line_input.h"
#include "compiler/cli/output.h"
#include "compiler/cli/people.h"
#include "compiler/cli/prices.h"
#include "compiler/cli/story.h"
#include "compiler/cli/values.h"
#include "vm/core/date.h"

typedef struct Explain {
    Cli *cli;
    LineInput input;
    Story story;
    Text line;
    StringBuilder out;
    bd_decisions results; /* of the rows decided last, where lines influence each other */
    Text settled;         /* what settled the line before the rules could; empty: nothing */
    bool is_repeated;     /* the ledger had it */
} Explain;

/* The row of the batch that is the wanted line; BD_NONE when it is not in this batch. */
static uint32_t find_row(Explain *explain, size_t rows)
{
    /* A declaration's number may hold a slash itself: the line's number follows the last one. */
    size_t at = explain->line.size - 1;
    while (at > 0 && explain->line.data[at] != '/')
        at--;
    Text declaration = text_slice(explain->line, 0, at);
    Text number = text_slice(explain->line, at + 1, explain->line.size);
    for (size_t row = 0; row < rows; row++) {
        if (text_equal(lines_text(&explain->input.lines, CARRY_NUMBER, row), number) &&
            text_equal(lines_text(&explain->input.lines, CARRY_DECLARATION, row), declaration))
            return (uint32_t)row;
    }
    return BD_NONE;
}

static Message decision_message(bd_decision decision)
{
    static const Message WORDS[] = {MSG_DECISION_APPROVED, MSG_DECISION_REJECTED, MSG_DECISION_SUSPENDED,
                                    MSG_DECISION_FAULTED};
    return decision <= BD_FAULTED ? WORDS[decision] : MSG_DECISION_FAULTED;
}

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

/* "    bron       Bijlage 2, 5.1" */
static void append_field(Explain *explain, Message label, Text text)
{
    if (text.size == 0)
        return;
    Text word = message_pattern(explain->cli, label);
    size_t width = text_length(word);
    builder_text(&explain->out, TEXT("    "));
    builder_text(&explain->out, word);
    builder_repeat(&explain->out, ' ', width < 11 ? 11 - width : 1);
    builder_text(&explain->out, text);
    builder_char(&explain->out, '\n');
}

/* What a rule was decided from: its condition, and of a cap also the limit it sets. */
static void mark_rule(Explain *explain, uint32_t index, const bd_rule_info *rule)
{
    story_clear(&explain->story);
    story_mark(&explain->story, story_rule_root(&explain->story, index));
    if (rule->effect == BD_EFFECT_CAP_VOLUME || rule->effect == BD_EFFECT_CAP_AMOUNT)
        story_mark_rule(&explain->story, index);
}

/* What a rule or exception says of itself, below its heading. */
static void append_rule_fields(Explain *explain, const bd_rule_info *rule)
{
    StringBuilder text;
    append_field(explain, MSG_EXPLAIN_REASON, rule->reason);
    append_field(explain, MSG_EXPLAIN_CODE, rule->code);
    builder_init(&text, &explain->cli->arena);
    value_append_citation(&text, &rule->citation);
    append_field(explain, MSG_EXPLAIN_SOURCE, builder_result(&text));
    if (rule->citation.quote.size > 0) {
        builder_init(&text, &explain->cli->arena);
        builder_text(&text, TEXT("\u201c"));
        builder_text(&text, rule->citation.quote);
        builder_text(&text, TEXT("\u201d"));
        append_field(explain, MSG_EXPLAIN_QUOTE, builder_result(&text));
    }
    if (rule->place.line > 0)
        append_field(explain, MSG_EXPLAIN_PLACE, place_text(explain, &rule->place));
    else if (rule->built_in)
        append_field(explain, MSG_EXPLAIN_PLACE, message_pattern(explain->cli, MSG_EXPLAIN_BUILT_IN));
}

/* The marked steps, under the word "because". */
static void append_because(Explain *explain)
{
    if (!story_has_told(&explain->story))
        return;
    builder_text(&explain->out, TEXT("    "));
    builder_text(&explain->out, message_pattern(explain->cli, MSG_EXPLAIN_BECAUSE));
    builder_char(&explain->out, '\n');
    story_append(&explain->story, &explain->out, 6);
}

static void append_rule(Explain *explain, uint32_t index, const bd_rule_info *rule)
{
    builder_char(&explain->out, '\n');
    message_append(explain->cli, &explain->out, MSG_EXPLAIN_RULE, (Holes){.a = rule->name});
    builder_char(&explain->out, '\n');
    append_rule_fields(explain, rule);
    mark_rule(explain, index, rule);
    append_because(explain);
}

/* The exception at an index, if it took a rule away; marks what the two were decided from. */
static bool find_lifted(Explain *explain, uint32_t index, bd_rule_info *exception, bd_rule_info *taken)
{
    const bd_module *module = explain->input.loaded.module;
    uint32_t base = BD_NONE;
    if (!lifted_by(&explain->story, index, &base) || bd_module_rule(module, index, exception) != BD_OK ||
        bd_module_rule(module, base, taken) != BD_OK)
        return false;
    story_clear(&explain->story);
    story_mark(&explain->story, story_rule_root(&explain->story, base));
    return true;
}

/* The exceptions that took a rule away: without them the decision would have been another. */
static void append_lifted(Explain *explain, uint32_t rules)
{
    for (uint32_t i = 0; i < rules; i++) {
        bd_rule_info rule, taken;
        if (!find_lifted(explain, i, &rule, &taken))
            continue;
        builder_char(&explain->out, '\n');
        message_append(explain->cli, &explain->out, MSG_EXPLAIN_EXCEPTION, (Holes){.a = rule.name, .b = taken.name});
        builder_char(&explain->out, '\n');
        append_rule_fields(explain, &rule);
        append_because(explain);
    }
}

/* Of a line that faulted: what the fault was computed from; where that is nothing, every fact that was read before it. */
static void mark_fault(Explain *explain)
{
    const bd_trace *trace = explain->story.trace;
    bool *marked = explain->story.marked, has_facts = false;
    story_clear(&explain->story);
    if (trace->decision != BD_FAULTED || trace->step_count == 0)
        return;
    size_t last = trace->step_count - 1;
    story_mark(&explain->story, (uint32_t)last);
    for (size_t i = 0; i < last; i++)
        has_facts = has_facts || marked[i];
    for (size_t i = 0; i < last && !has_facts; i++)
        marked[i] = trace->steps[i].kind == BD_STEP_INPUT;
    if (trace->steps[last].kind == BD_STEP_FAULT)
        marked[last] = false; /* said already */
}

static void append_fault_facts(Explain *explain)
{
    mark_fault(explain);
    if (!story_has_told(&explain->story))
        return;
    builder_char(&explain->out, '\n');
    builder_text(&explain->out, message_pattern(explain->cli, MSG_EXPLAIN_FACTS));
    builder_char(&explain->out, '\n');
    story_append(&explain->story, &explain->out, 4);
}

/* "Gedeclareerd: verblijf, 2020-01-27 tot en met 2020-02-23, 28 dagen": what names the line for people, as the file has it. */
static void append_claim(Explain *explain, size_t row)
{
    static const Text NAMES[] = {TEXT_INIT("product"), TEXT_INIT("begindatum"), TEXT_INIT("einddatum"),
                                 TEXT_INIT("volume"), TEXT_INIT("eenheid")};
    const Lines *lines = &explain->input.lines;
    const bd_module *module = explain->input.loaded.module;
    Text volume = {NULL, 0};
    size_t count = 0;
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
                builder_text(&explain->out, message_pattern(explain->cli, MSG_EXPLAIN_CLAIMED));
            if (i == 2 && count > 0) {
                builder_char(&explain->out, ' ');
                builder_text(&explain->out, message_pattern(explain->cli, MSG_EXPLAIN_THROUGH));
            }
            builder_text(&explain->out, count == 0 ? TEXT(": ") : i == 2 ? TEXT(" ") : TEXT(", "));
            count++;
            value_append(explain->cli, &explain->out, module, &value);
        }
    }
    if (count > 0)
        builder_char(&explain->out, '\n');
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

static void append_decision(Explain *explain, size_t row)
{
    const bd_trace *trace = explain->story.trace;
    message_append(explain->cli, &explain->out, MSG_EXPLAIN_LINE, (Holes){.a = explain->line});
    builder_char(&explain->out, '\n');
    append_claim(explain, row);
    Text word = message_pattern(explain->cli, decision_message(trace->decision));
    bool is_approved = trace->decision == BD_APPROVED;
    Holes holes = {.a = word, .b = is_approved ? euros(explain, trace->cents) : (Text){NULL, 0}};
    message_append(explain->cli, &explain->out, is_approved ? MSG_EXPLAIN_DECISION_AMOUNT : MSG_EXPLAIN_DECISION,
                   holes);
    builder_char(&explain->out, '\n');
    append_field(explain, MSG_EXPLAIN_SETTLED, explain->settled);
    if (explain->is_repeated)
        append_field(explain, MSG_EXPLAIN_SETTLED, message_pattern(explain->cli, MSG_SUM_REPEATED));
    bd_site_info site;
    if (trace->decision == BD_FAULTED && bd_module_site(explain->input.loaded.module, trace->fault, &site) == BD_OK) {
        Holes where = {.a = site.code, .b = site.text, .c = place_text(explain, &site.place)};
        message_append(explain->cli, &explain->out, MSG_EXPLAIN_FAULT, where);
        builder_char(&explain->out, '\n');
        append_field(explain, MSG_EXPLAIN_MEANS, fault_meaning(explain, site.code));
    }
}

/* A cap on the amount comes after the computation: the last step told is not yet what is paid. */
static void append_capped_amount(Explain *explain)
{
    bd_module_info info;
    bd_module_describe(explain->input.loaded.module, &info);
    for (uint32_t i = 0; i < info.rules; i++) {
        bd_rule_info rule;
        if (!story_has_reason(&explain->story, i) || bd_module_rule(explain->input.loaded.module, i, &rule) != BD_OK ||
            rule.effect != BD_EFFECT_CAP_AMOUNT)
            continue;
        append_field(explain, MSG_EXPLAIN_CAPPED_TO, euros(explain, explain->story.trace->cents));
        return;
    }
}

static void append_payment(Explain *explain)
{
    story_clear(&explain->story);
    uint32_t root = story_payment_root(&explain->story);
    uint32_t index = story_payment_rule(&explain->story);
    bd_decision decision = explain->story.trace->decision;
    if (root == BD_NONE || (decision != BD_APPROVED && decision != BD_SUSPENDED))
        return;
    explain->story.stops_at_caps = true;
    story_mark(&explain->story, root);
    explain->story.stops_at_caps = false;
    Message heading = decision == BD_APPROVED ? MSG_EXPLAIN_PAYMENT : MSG_EXPLAIN_WOULD_PAY;
    builder_char(&explain->out, '\n');
    builder_text(&explain->out, message_pattern(explain->cli, heading));
    builder_char(&explain->out, '\n');
    bd_rule_info rule;
    if (index != BD_NONE && bd_module_rule(explain->input.loaded.module, index, &rule) == BD_OK) {
        StringBuilder source;
        builder_init(&source, &explain->cli->arena);
        builder_text(&source, rule.name);
        if (rule.citation.place.size > 0) {
            builder_text(&source, TEXT(", "));
            value_append_citation(&source, &rule.citation);
        }
        append_field(explain, MSG_EXPLAIN_SOURCE, builder_result(&source));
    }
    story_append(&explain->story, &explain->out, 4);
    if (decision == BD_APPROVED)
        append_capped_amount(explain);
}

/* A cell of the line by its column's name; absent where there is none. */
static bd_value cell_of(const Explain *explain, size_t row, Text name)
{
    const Lines *lines = &explain->input.lines;
    bd_value value = {.present = false};
    for (uint32_t i = 0; i < lines->column_count; i++)
        if (text_equal(lines->columns[i].typed.info.name, name) &&
            column_value(&lines->columns[i].typed, row, &explain->cli->arena, &value))
            return value;
    return (bd_value){.present = false};
}

/* The tariff that the story tells, to see which of the line's dates it was looked up by. */
static Text told_tariff(const Explain *explain)
{
    Text found = {NULL, 0};
    for (size_t i = 0; i < explain->story.trace->step_count; i++) {
        const bd_step *step = &explain->story.trace->steps[i];
        bool is_tariff = text_equal(step->label, TEXT("tarief")) || text_equal(step->label, TEXT("tariff"));
        if (is_tariff && step->value.meaning == BD_MEANS_RATE && step->value.present)
            found = step->value.text;
    }
    return found;
}

/* The indexed price of the line, to be asked last: it takes the trace's place in the session. Only if its product's tariff is indexed and no contracted tariff took its place. */
static bool find_price(const Explain *explain, size_t row, PriceSteps *prices, bd_index_info *index, int32_t *day)
{
    static const Text DATES[] = {TEXT_INIT("begindatum"), TEXT_INIT("einddatum"), TEXT_INIT("dagtekening")};
    const bd_module *module = explain->input.loaded.module;
    bd_value product = cell_of(explain, row, TEXT("product"));
    Text told = arena_text_copy(&explain->cli->arena, told_tariff(explain));
    bd_table_info table;
    uint32_t members[8] = {0};
    for (uint32_t i = 0; product.present && bd_module_index(module, i, index) == BD_OK; i++) {
        if (bd_module_table(module, index->table, &table) != BD_OK || (int32_t)table.product != product.integer)
            continue;
        for (uint32_t d = 0; d < table.dimensions; d++)
            members[d] = (uint32_t)cell_of(explain, row, table.dimension_name[d]).integer;
        for (size_t d = 0; d < sizeof DATES / sizeof *DATES; d++) {
            bd_value date = cell_of(explain, row, DATES[d]);
            *day = date.integer;
            bool is_it = date.present && prices_find(explain->input.session, index->table, members, *day, prices) &&
                         text_equal(prices_result(prices), told);
            if (is_it)
                return true;
        }
    }
    return false;
}

static void append_price(Explain *explain, size_t row)
{
    PriceSteps *prices = arena_alloc(&explain->cli->arena, sizeof *prices);
    bd_index_info index;
    int32_t day = 0;
    StringBuilder date, source;
    if (!find_price(explain, row, prices, &index, &day))
        return;
    builder_init(&date, &explain->cli->arena);
    date_append(&date, day);
    builder_init(&source, &explain->cli->arena);
    value_append_citation(&source, &index.citation);
    builder_char(&explain->out, '\n');
    message_append(explain->cli, &explain->out, MSG_EXPLAIN_PRICE,
                   (Holes){.a = index.name, .b = builder_result(&date)});
    builder_char(&explain->out, '\n');
    append_field(explain, MSG_EXPLAIN_SOURCE, builder_result(&source));
    prices_append(explain->cli, &explain->out, explain->input.loaded.module, prices, 4);
}

static void append_text(Explain *explain, size_t row)
{
    bd_module_info info;
    bd_module_describe(explain->input.loaded.module, &info);
    append_decision(explain, row);
    for (uint32_t i = 0; i < info.rules; i++) {
        bd_rule_info rule;
        bool decides =
            story_has_reason(&explain->story, i) && bd_module_rule(explain->input.loaded.module, i, &rule) == BD_OK;
        if (decides && rule.effect != BD_EFFECT_PAY)
            append_rule(explain, i, &rule);
    }
    append_lifted(explain, info.rules);
    append_fault_facts(explain);
    append_payment(explain);
    append_price(explain, row);
    bd_reading_info reading;
    if (bd_module_reading(explain->input.loaded.module, 0, &reading) == BD_OK)
        builder_char(&explain->out, '\n');
    people_append_readings(explain->cli, &explain->out, explain->input.loaded.module, explain->input.session);
}

static void append_json_rules(Explain *explain, JsonWriter *json)
{
    const bd_module *module = explain->input.loaded.module;
    bd_module_info info;
    bd_module_describe(module, &info);
    json_write_array(json, "rules");
    for (uint32_t i = 0; i < info.rules; i++) {
        bd_rule_info rule;
        if (!story_has_reason(&explain->story, i) || bd_module_rule(module, i, &rule) != BD_OK ||
            rule.effect == BD_EFFECT_PAY)
            continue;
        json_write_object(json, NULL);
        json_write_text(json, "name", rule.name);
        json_write_text(json, "effect", describe_json_effect(rule.effect));
        json_write_text(json, "code", rule.code);
        json_write_text(json, "reason", rule.reason);
        describe_json_citation(json, "citation", &rule.citation);
        describe_json_place(json, "place", &rule.place);
        mark_rule(explain, i, &rule);
        json_write_array(json, "steps");
        story_json(&explain->story, json);
        json_write_close_array(json);
        json_write_close_object(json);
    }
    json_write_close_array(json);
}

static void append_json_lifted(Explain *explain, JsonWriter *json)
{
    bd_module_info info;
    bd_module_describe(explain->input.loaded.module, &info);
    json_write_array(json, "exceptions");
    for (uint32_t i = 0; i < info.rules; i++) {
        bd_rule_info rule, taken;
        if (!find_lifted(explain, i, &rule, &taken))
            continue;
        json_write_object(json, NULL);
        json_write_text(json, "name", rule.name);
        json_write_text(json, "lifted", taken.name);
        describe_json_citation(json, "citation", &rule.citation);
        describe_json_place(json, "place", &rule.place);
        json_write_array(json, "steps");
        story_json(&explain->story, json);
        json_write_close_array(json);
        json_write_close_object(json);
    }
    json_write_close_array(json);
}

static void append_json_price(Explain *explain, JsonWriter *json, size_t row)
{
    PriceSteps *prices = arena_alloc(&explain->cli->arena, sizeof *prices);
    bd_index_info index;
    int32_t day = 0;
    prices->count = 0;
    if (!find_price(explain, row, prices, &index, &day))
        prices->count = 0;
    prices_json(json, "price", explain->input.loaded.module, prices);
}

static void append_json(Explain *explain, size_t row)
{
    const bd_trace *trace = explain->story.trace;
    bd_site_info site;
    JsonWriter json;
    json_write_init(&json, &explain->out, false);
    json_write_object(&json, NULL);
    json_write_text(&json, "schema", TEXT("beding.explain/1"));
    json_write_text(&json, "declaratienummer", lines_text(&explain->input.lines, CARRY_DECLARATION, row));
    json_write_text(&json, "regelnummer", lines_text(&explain->input.lines, CARRY_NUMBER, row));
    bool is_faulted = trace->decision == BD_FAULTED;
    json_write_text(&json, "besluit", is_faulted ? TEXT("vastgelopen") : decisions_word(trace->decision));
    json_write_int(&json, "cents", trace->cents);
    json_write_text(&json, "settled", explain->settled);
    json_write_bool(&json, "repeated", explain->is_repeated);
    if (is_faulted && bd_module_site(explain->input.loaded.module, trace->fault, &site) == BD_OK) {
        json_write_object(&json, "fault");
        json_write_text(&json, "code", site.code);
        json_write_text(&json, "text", site.text);
        describe_json_place(&json, "place", &site.place);
        mark_fault(explain);
        json_write_array(&json, "steps");
        story_json(&explain->story, &json);
        json_write_close_array(&json);
        json_write_close_object(&json);
    } else {
        json_write_null(&json, "fault");
    }
    append_json_rules(explain, &json);
    append_json_lifted(explain, &json);
    json_write_array(&json, "payment");
    story_clear(&explain->story);
    if (trace->decision == BD_APPROVED)
        story_mark(&explain->story, story_payment_root(&explain->story));
    story_json(&explain->story, &json);
    json_write_close_array(&json);
    append_json_price(explain, &json, row);
    people_json_readings(&json, "readings", explain->input.loaded.module, explain->input.session);
    json_write_close_object(&json);
    builder_char(&explain->out, '\n');
}

/* Where lines influence each other: decides the rows up to and including `row`, for what they count; nothing is kept. */
static ExitStatus decide_up_to(Explain *explain, const bd_batch *batch, uint32_t row)
{
    Arena *arena = &explain->cli->arena;
    size_t rows = (size_t)row + 1;
    bd_error error = {.code = BD_OK};
    bd_batch part = *batch;
    if (!explain->input.is_counting)
        return EXIT_GOOD;
    part.rows = rows;
    while (part.exact_count > 0 && part.exact[part.exact_count - 1].row >= rows)
        part.exact_count--;
    explain->results = (bd_decisions){
        .decision = arena_array(arena, rows, 1),
        .cents = arena_array(arena, rows, sizeof(int64_t)),
        .fault = arena_array(arena, rows, sizeof(uint32_t)),
        .reasons = arena_array(arena, rows * bd_module_reason_words(explain->input.loaded.module), sizeof(uint64_t)),
        .settled = arena_array(arena, rows, 1),
        .repeated = arena_array(arena, rows, 1)};
    if (bd_session_decide(explain->input.session, &part, &explain->results, &error) != BD_OK)
        return line_input_report(&explain->input, &error);
    return EXIT_GOOD;
}

/* A trace tells what the rules say of the line as a debit. Of a credit, and of a line that the ledger settled, the outcome is another. */
static const bd_trace *outcome_of(Explain *explain, const bd_batch *batch, uint32_t row, const bd_trace *trace)
{
    const bd_decisions *results = &explain->results;
    if (!explain->input.is_counting)
        return trace;
    explain->settled = bd_settled_name((bd_settled)results->settled[row]);
    explain->is_repeated = results->repeated[row] != 0;
    bool is_credit = batch->ids->is_credit && batch->ids->is_credit[row];
    if (explain->settled.size == 0 && !explain->is_repeated && !is_credit)
        return trace;
    bd_trace *outcome = arena_alloc(&explain->cli->arena, sizeof *outcome);
    *outcome = *trace;
    outcome->decision = (bd_decision)results->decision[row];
    outcome->cents = results->cents[row];
    outcome->fault = results->fault[row];
    outcome->reasons = results->reasons + row * bd_module_reason_words(explain->input.loaded.module);
    return outcome;
}

static ExitStatus explain_row(Explain *explain, const bd_batch *batch, uint32_t row, bool is_json)
{
    const bd_trace *trace = NULL;
    bd_error error = {.code = BD_OK};
    ExitStatus status = decide_up_to(explain, batch, row);
    if (status != EXIT_GOOD)
        return status;
    if (bd_session_trace(explain->input.session, batch, row, &trace, &error) != BD_OK)
        return line_input_report(&explain->input, &error);
    trace = outcome_of(explain, batch, row, trace);
    story_init(&explain->story, explain->cli, &explain->cli->arena, explain->input.loaded.module, trace);
    if (is_json)
        append_json(explain, row);
    else
        append_text(explain, row);
    return output_write_all(explain->cli, "-", builder_result(&explain->out));
}

static ExitStatus search(Explain *explain, const Arguments *arguments)
{
    bd_batch batch;
    ExitStatus status = EXIT_GOOD;
    while (line_input_next(&explain->input, &batch, &status)) {
        uint32_t row = find_row(explain, batch.rows);
        /* A malformed line was reported when it was read: there is no decision to explain. */
        if (row != BD_NONE && explain->input.lines.bad[row])
            return EXIT_WANTING;
        if (row != BD_NONE)
            return explain_row(explain, &batch, row, options_has(arguments, OPTION_JSON));
        status = batch.rows > 0 ? decide_up_to(explain, &batch, (uint32_t)batch.rows - 1) : EXIT_GOOD;
        if (status != EXIT_GOOD)
            return status;
    }
    if (status != EXIT_GOOD)
        return status;
    Holes holes = {.a = explain->line, .b = text_from_cstring(arguments->values[OPTION_LINES])};
    message_error(explain->cli, MSG_LINE_NOT_FOUND, holes);
    return EXIT_WANTING;
}

ExitStatus cmd_explain(Cli *cli, const Arguments *arguments)
{
    Explain *explain = arena_alloc(&cli->arena, sizeof *explain);
    explain->cli = cli;
    explain->line = text_from_cstring(arguments->values[OPTION_LINE]);
    builder_init(&explain->out, &cli->arena);
    if (memchr(explain->line.data, '/', explain->line.size) == NULL) {
        Holes holes = {.a = TEXT("--line"), .b = explain->line, .c = message_pattern(cli, MSG_HINT_LINE)};
        message_error(cli, MSG_OPTION_BAD_VALUE, holes);
        return EXIT_USAGE;
    }
    char separator = options_separator(cli, arguments);
    if (separator == 0)
        return EXIT_USAGE;
    /* Malformed lines elsewhere in the file do not matter here. */
    ExitStatus status = line_input_open(&explain->input, cli, arguments, separator, true, true);
    if (status == EXIT_GOOD)
        status = search(explain, arguments);
    line_input_close(&explain->input);
    return status;
}
