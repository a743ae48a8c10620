/* explain_json.c: one decision as JSON (schema beding.explain/1); see explain.h. */
#include "compiler/cli/condition.h"
#include "compiler/cli/decisions.h"
#include "compiler/cli/describe_json.h"
#include "compiler/cli/explain.h"

/* The marked steps, as a member of the object that is open. */
static void append_json_steps(const Explain *explain, JsonWriter *json, const char *name)
{
    json_write_array(json, name);
    story_json(&explain->story, json);
    json_write_close_array(json);
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
        explain_mark_rule(explain, i, &rule);
        append_json_steps(explain, json, "steps");
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
        if (!explain_find_lifted(explain, i, &rule, &taken))
            continue;
        json_write_object(json, NULL);
        json_write_text(json, "name", rule.name);
        json_write_text(json, "lifted", taken.name);
        describe_json_citation(json, "citation", &rule.citation);
        describe_json_place(json, "place", &rule.place);
        append_json_steps(explain, json, "steps");
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
    if (!explain_price(explain, row, prices, &index, &day))
        prices->count = 0;
    prices_json(json, "price", explain->input.loaded.module, prices);
}

/* The parts that do not hold, each with the facts it looked at. */
static void append_json_denials(Explain *explain, JsonWriter *json, uint32_t because)
{
    StepSet denials, facts;
    story_clear(&explain->story);
    condition_denials(&explain->story, because, &denials);
    for (uint32_t i = 0; i < denials.count; i++) {
        explain->story.marked[denials.steps[i]] = true;
        condition_facts(&explain->story, denials.steps[i], &facts);
        for (uint32_t k = 0; k < facts.count; k++)
            explain->story.marked[facts.steps[k]] = true;
    }
    append_json_steps(explain, json, "steps");
}

static void append_json_considered(Explain *explain, JsonWriter *json)
{
    Considered considered;
    bd_rule_info other;
    json_write_array(json, "considered");
    for (uint32_t i = 0; explain_consider(explain, i, &considered); i++) {
        json_write_object(json, NULL);
        json_write_text(json, "name", considered.rule.name);
        json_write_text(json, "effect", describe_json_effect(considered.rule.effect));
        json_write_text(json, "outcome", explain_outcome_name(considered.outcome));
        if (considered.other != BD_NONE &&
            bd_module_rule(explain->input.loaded.module, considered.other, &other) == BD_OK)
            json_write_text(json, "other", other.name);
        if (considered.because != BD_NONE) {
            json_write_text(json, "because", explain->story.trace->steps[considered.because].label);
            json_write_uint(json, "step", considered.because);
            append_json_denials(explain, json, considered.because);
        }
        json_write_close_object(json);
    }
    json_write_close_array(json);
}

static void append_json_judgements(const Explain *explain, JsonWriter *json, size_t row)
{
    Judged judged;
    json_write_array(json, "judgements");
    for (uint32_t i = 0; explain_judgement(explain, row, &i, &judged); i++) {
        if (!judged.is_told)
            continue;
        json_write_object(json, NULL);
        json_write_text(json, "name", judged.note.name);
        json_write_text(json, "question", judged.note.text);
        json_write_value(json, "value", explain->input.loaded.module, &judged.value);
        json_write_close_object(json);
    }
    json_write_close_array(json);
}

static void append_json_counters(const Explain *explain, JsonWriter *json)
{
    json_write_array(json, "counters");
    for (size_t i = 0; i < explain->counter_count; i++) {
        const CounterRead *read = &explain->counters[i];
        json_write_object(json, NULL);
        json_write_text(json, "label", read->label);
        json_write_value(json, "before", explain->input.loaded.module, &read->before);
        json_write_value(json, "after", explain->input.loaded.module, &read->after);
        json_write_close_object(json);
    }
    json_write_close_array(json);
}

static void append_json_readings(const Explain *explain, JsonWriter *json)
{
    const bd_module *module = explain->input.loaded.module;
    bd_reading_info reading;
    json_write_array(json, "readings");
    for (uint32_t i = 0; bd_module_reading(module, i, &reading) == BD_OK; i++) {
        uint32_t member = bd_session_reading(explain->input.session, i);
        json_write_object(json, NULL);
        json_write_text(json, "name", reading.name);
        json_write_text(json, "alternative", bd_choice_member(module, reading.choice, member));
        json_write_text(json, "chosen", bd_choice_member(module, reading.choice, reading.chosen));
        json_write_bool(json, "looked_at", explain->looked_at[i]);
        json_write_close_object(json);
    }
    json_write_close_array(json);
}

static void append_json_decision(const Explain *explain, JsonWriter *json, size_t row)
{
    const bd_trace *trace = explain->story.trace;
    bool is_faulted = trace->decision == BD_FAULTED;
    json_write_text(json, "declaratienummer", lines_text(&explain->input.lines, CARRY_DECLARATION, row));
    json_write_text(json, "regelnummer", lines_text(&explain->input.lines, CARRY_NUMBER, row));
    json_write_text(json, "besluit", is_faulted ? TEXT("vastgelopen") : decisions_word(trace->decision));
    json_write_int(json, "cents", trace->cents);
    json_write_text(json, "settled", explain->settled);
    json_write_bool(json, "repeated", explain->is_repeated);
    json_write_text(json, "credit_of", explain->credit_of);
}

static void append_json_fault(Explain *explain, JsonWriter *json)
{
    const bd_trace *trace = explain->story.trace;
    bd_site_info site;
    if (trace->decision != BD_FAULTED || bd_module_site(explain->input.loaded.module, trace->fault, &site) != BD_OK) {
        json_write_null(json, "fault");
        return;
    }
    json_write_object(json, "fault");
    json_write_text(json, "code", site.code);
    json_write_text(json, "text", site.text);
    describe_json_place(json, "place", &site.place);
    explain_mark_reached(explain);
    append_json_steps(explain, json, "steps");
    json_write_close_object(json);
}

static void append_json_payment(Explain *explain, JsonWriter *json)
{
    story_clear(&explain->story);
    if (explain->story.trace->decision == BD_APPROVED && !explain->is_not_computed)
        story_mark(&explain->story, story_payment_root(&explain->story));
    append_json_steps(explain, json, "payment");
}

static void append_json_cut(Explain *explain, JsonWriter *json)
{
    json_write_bool(json, "cut", explain->is_cut);
    story_clear(&explain->story);
    if (explain->is_cut)
        explain_mark_reached(explain);
    append_json_steps(explain, json, "reached");
}

void explain_json(Explain *explain, size_t row)
{
    JsonWriter json;
    json_write_init(&json, &explain->out, false);
    json_write_object(&json, NULL);
    json_write_text(&json, "schema", TEXT("beding.explain/1"));
    append_json_decision(explain, &json, row);
    append_json_fault(explain, &json);
    append_json_rules(explain, &json);
    append_json_lifted(explain, &json);
    append_json_payment(explain, &json);
    append_json_judgements(explain, &json, row);
    append_json_counters(explain, &json);
    append_json_considered(explain, &json);
    append_json_cut(explain, &json);
    append_json_price(explain, &json, row);
    append_json_readings(explain, &json);
    json_write_close_object(&json);
    builder_char(&explain->out, '\n');
}
