/* scenario_check.c: one scenario run and compared with what it expects; see scenario_check.h. */
#include "compiler/cli/scenario_check.h"

#include <string.h>

#include "compiler/cli/params.h"
#include "compiler/cli/scenario_batch.h"
#include "compiler/cli/scenario_checker.h"
#include "compiler/cli/series.h"
#include "compiler/cli/story.h"
#include "compiler/cli/values.h"

/* ---- Names ---- */

/* Whether a rule counts for an expectation about rules of these effects. */
static bool has_effect(const bd_rule_info *rule, bool caps_only, bool suspends_only)
{
    bool is_cap = rule->effect == BD_EFFECT_CAP_VOLUME || rule->effect == BD_EFFECT_CAP_AMOUNT;
    if (suspends_only)
        return rule->effect == BD_EFFECT_SUSPEND;
    return caps_only ? is_cap : is_cap || rule->effect == BD_EFFECT_REJECT;
}

static bool is_named(const Expectation *expected, Text name)
{
    for (uint32_t i = 0; i < expected->name_count; i++) {
        if (text_equal(expected->names[i], name))
            return true;
    }
    return false;
}

/* A rule is named by its name or by its return code. */
static bool is_expected(const Expectation *expected, const bd_rule_info *rule)
{
    return is_named(expected, rule->name) || (rule->code.size > 0 && is_named(expected, rule->code));
}

/* Compares the rules that decided with those named, as sets. *actual lists them. */
static bool same_rules(Checker *checker, const Story *story, const Expectation *expected, bool caps_only, Text *actual)
{
    bd_module_info info;
    bd_module_describe(checker->loaded->module, &info);
    StringBuilder names;
    builder_init(&names, checker->arena);
    uint32_t found = checker->settled.size > 0;
    bool is_same = found == 0 || is_named(expected, checker->settled);
    builder_text(&names, checker->settled);
    for (uint32_t i = 0; i < info.rules; i++) {
        bd_rule_info rule;
        if (!story_has_reason(story, i) || bd_module_rule(checker->loaded->module, i, &rule) != BD_OK ||
            !has_effect(&rule, caps_only, expected->kind == EXPECT_SUSPENDED))
            continue;
        if (names.size > 0)
            builder_text(&names, TEXT(", "));
        builder_text(&names, rule.name);
        found++;
        is_same = is_same && is_expected(expected, &rule);
    }
    *actual = builder_result(&names);
    return is_same && found == expected->name_count;
}

static Text join_names(Checker *checker, const Expectation *expected)
{
    StringBuilder names;
    builder_init(&names, checker->arena);
    for (uint32_t i = 0; i < expected->name_count; i++) {
        if (i > 0)
            builder_text(&names, TEXT(", "));
        builder_text(&names, expected->names[i]);
    }
    return builder_result(&names);
}

/* ---- Lines ---- */

/* "goedgekeurd € 5,00", "afgekeurd: te_laat", "vastgelopen: geen_cel". */
static Text outcome_text(Checker *checker, bd_decision decision, bool has_amount, int64_t cents, Text names)
{
    StringBuilder out;
    builder_init(&out, checker->arena);
    builder_text(&out, message_pattern(checker->cli, value_decision(decision)));
    if (has_amount) {
        builder_char(&out, ' ');
        message_euros(checker->cli, &out, cents);
    }
    if (names.size > 0) {
        builder_text(&out, TEXT(": "));
        builder_text(&out, names);
    }
    return builder_result(&out);
}

/* "cel_ontbreekt (toewijzing_volume)": which of the many cells or look-ups it was. */
static Text fault_text(const Checker *checker, const bd_site_info *site)
{
    StringBuilder out;
    builder_init(&out, checker->arena);
    builder_text(&out, site->code);
    if (site->text.size > 0) {
        builder_text(&out, TEXT(" ("));
        builder_text(&out, site->text);
        builder_char(&out, ')');
    }
    return builder_result(&out);
}

static Text actual_outcome(Checker *checker, const Story *story)
{
    const bd_trace *trace = story->trace;
    Expectation none = {.kind = trace->decision == BD_SUSPENDED ? EXPECT_SUSPENDED : EXPECT_REJECTED};
    Text names = {NULL, 0};
    bd_site_info site;
    if (trace->decision == BD_FAULTED && bd_module_site(checker->loaded->module, trace->fault, &site) == BD_OK)
        names = fault_text(checker, &site);
    else
        (void)same_rules(checker, story, &none, false, &names);
    return outcome_text(checker, trace->decision, trace->decision == BD_APPROVED, trace->cents, names);
}

static bool expected_cents(Checker *checker, const Expectation *expected, int64_t *cents)
{
    Number number = NUMBER_ZERO;
    bool is_exact = false;
    return number_from_text(checker->arena, expected->value.text, &number) == BD_OK &&
           number_to_scaled_int64(number, 100, cents, &is_exact) == BD_OK && is_exact;
}

static void check_decision(Checker *checker, const Story *story, const Expectation *expected, bd_decision decision)
{
    Text names = {NULL, 0};
    int64_t cents = 0;
    bool is_met = story->trace->decision == decision;
    bool has_amount = expected->has_value && expected_cents(checker, expected, &cents);
    if (expected->has_value)
        is_met = is_met && has_amount && story->trace->cents == cents;
    bool names_count = expected->kind == EXPECT_REJECTED || expected->name_count > 0;
    if (is_met && names_count)
        is_met = same_rules(checker, story, expected,
                            expected->kind == EXPECT_CAPPED || expected->kind == EXPECT_APPROVED, &names);
    bd_site_info site;
    if (is_met && expected->kind == EXPECT_FAULT)
        is_met = bd_module_site(checker->loaded->module, story->trace->fault, &site) == BD_OK &&
                 (expected->text.size == 0 || text_equal(site.code, expected->text));
    if (is_met)
        return;
    Text wanted = expected->kind == EXPECT_FAULT ? expected->text : join_names(checker, expected);
    checker_fail_values(checker, outcome_text(checker, decision, has_amount, cents, wanted),
                        actual_outcome(checker, story));
}

/* The last step that shows a value of this meaning under one of two names; NULL when there is none. */
static const bd_step *find_step(const Story *story, bd_meaning meaning, Text nl, Text en)
{
    const bd_step *found = NULL;
    for (size_t i = 0; i < story->trace->step_count; i++) {
        const bd_step *step = &story->trace->steps[i];
        bool has_name = text_equal(step->label, nl) || text_equal(step->label, en);
        if (has_name && step->value.meaning == meaning &&
            (story->marked[i] || found == NULL || step->kind == BD_STEP_OUTPUT))
            found = step;
    }
    return found;
}

static void check_shown(Checker *checker, Story *story, const Expectation *expected)
{
    bool is_tariff = expected->kind == EXPECT_TARIFF;
    story_mark(story, story_payment_root(story));
    const bd_step *step = is_tariff
                              ? find_step(story, BD_MEANS_RATE, TEXT("tarief"), TEXT("tariff"))
                              : find_step(story, BD_MEANS_QUANTITY, TEXT("toegekend_volume"), TEXT("granted_volume"));
    if (step == NULL && !is_tariff)
        step = find_step(story, BD_MEANS_QUANTITY, TEXT("volume"), TEXT("volume"));
    if (step != NULL) {
        checker_check_value(checker, &expected->value, &step->value);
        return;
    }
    StringBuilder out;
    builder_init(&out, checker->arena);
    message_append(checker->cli, &out, MSG_TEST_NOT_SHOWN,
                   (Holes){.a = is_tariff ? TEXT("tarief") : TEXT("toegekend_volume")});
    checker_fail(checker, builder_result(&out));
}

static void check_line(Checker *checker, Story *story, const Expectation *expected)
{
    switch (expected->kind) {
    case EXPECT_APPROVED:
    case EXPECT_CAPPED: check_decision(checker, story, expected, BD_APPROVED); return;
    case EXPECT_REJECTED: check_decision(checker, story, expected, BD_REJECTED); return;
    case EXPECT_SUSPENDED: check_decision(checker, story, expected, BD_SUSPENDED); return;
    case EXPECT_FAULT: check_decision(checker, story, expected, BD_FAULTED); return;
    case EXPECT_GRANTED:
    case EXPECT_TARIFF: check_shown(checker, story, expected); return;
    case EXPECT_CALL: return;
    }
}

/* What a failing line was decided from: the rules that held, or the payment. */
static void append_trace(Checker *checker, Story *story)
{
    bd_module_info info;
    bd_module_describe(checker->loaded->module, &info);
    story_clear(story);
    for (uint32_t i = 0; i < info.rules; i++) {
        if (story_has_reason(story, i))
            story_mark(story, story_rule_root(story, i));
    }
    if (story->trace->decision == BD_APPROVED)
        story_mark(story, story_payment_root(story));
    if (!story_has_told(story))
        return;
    builder_text(&checker->problem, message_pattern(checker->cli, MSG_TEST_TRACE));
    builder_text(&checker->problem, TEXT(":\n"));
    story_append(story, &checker->problem, 2);
}

static void note_coverage(Checker *checker, const Story *story)
{
    for (uint32_t i = 0; i < checker->coverage->rule_count; i++) {
        bd_rule_info rule;
        bool decides = story_has_reason(story, i);
        if (!decides && story->trace->decision == BD_APPROVED &&
            bd_module_rule(checker->loaded->module, i, &rule) == BD_OK && rule.effect == BD_EFFECT_PAY)
            decides = story_payment_rule(story) == i;
        checker->coverage->rules[i] = checker->coverage->rules[i] || decides;
    }
}

/* Where lines influence each other: decides the line for good, so that the next ones find it. What then settled it outweighs the trace, which
** tells what the rules say of the line as a debit, and leaves out what the line itself counted. */
static bool decide_line(Checker *checker, const bd_batch *batch, bd_trace *result)
{
    uint8_t decision = 0, settled = 0;
    uint32_t fault = BD_NONE, words = bd_module_reason_words(checker->loaded->module);
    int64_t cents = 0;
    uint64_t *reasons = arena_array(checker->arena, words, sizeof *reasons);
    bd_decisions out = {
        .decision = &decision, .cents = &cents, .fault = &fault, .reasons = reasons, .settled = &settled};
    const bd_trace *trace = NULL;
    bd_error error = {.code = BD_OK};
    bd_status status = BD_OK;
    if (checker->ledger.methods != NULL)
        status = bd_session_decide(checker->session, batch, &out, &error);
    if (status == BD_OK)
        status = bd_session_trace(checker->session, batch, 0, &trace, &error);
    if (status != BD_OK) {
        checker_fail(checker, text_from_cstring(error.message));
        return false;
    }
    *result = *trace;
    checker->settled = bd_settled_name((bd_settled)settled);
    if (checker->settled.size == 0 && !batch->ids->is_credit[0])
        return true;
    result->decision = (bd_decision)decision;
    result->cents = cents;
    result->fault = fault;
    result->reasons = reasons;
    return true;
}

static void run_line(Checker *checker, uint32_t line)
{
    ScenarioBatch made = scenario_batch(checker->cli, checker->arena, checker->loaded, checker->scenario, line);
    if (made.complaint.size > 0) {
        checker_fail(checker, made.complaint);
        return;
    }
    bd_trace trace;
    if (!decide_line(checker, &made.batch, &trace))
        return;
    Story story;
    story_init(&story, checker->cli, checker->arena, checker->loaded->module, &trace);
    if (checker->coverage != NULL)
        note_coverage(checker, &story);
    for (uint32_t i = 0; i < checker->scenario->expectation_count && !checker->has_failed; i++) {
        const Expectation *expected = &checker->scenario->expectations[i];
        if (expected->kind != EXPECT_CALL && expected->line == line)
            check_line(checker, &story, expected);
    }
    if (checker->has_failed)
        append_trace(checker, &story);
}

/* ---- Lines granted before ---- */

static bool is_credit(const ScenarioLine *line)
{
    const ScenarioFact *fact = scenario_find(line->facts, line->fact_count, TEXT("debet_credit"));
    return fact != NULL && text_equal(fact->value.text, TEXT("C"));
}

/* A ledger of the scenario's own, where one line can matter to another. */
static bool open_ledger(Checker *checker)
{
    bd_module_info info;
    bd_error error = {.code = BD_OK};
    bd_module_describe(checker->loaded->module, &info);
    bool is_needed = info.counters > 0;
    for (uint32_t i = 0; i < checker->scenario->line_count; i++)
        is_needed = is_needed || is_credit(&checker->scenario->lines[i]);
    if (!is_needed || (bd_ledger_memory_new(NULL, &checker->ledger, &error) == BD_OK &&
                       bd_session_set_ledger(checker->session, &checker->ledger, &error) == BD_OK))
        return true;
    checker_fail(checker, text_from_cstring(error.message));
    return false;
}

static void run_earlier(Checker *checker, uint32_t index)
{
    ScenarioBatch made = scenario_earlier(checker->cli, checker->arena, checker->loaded, checker->scenario, index);
    bd_error error = {.code = BD_OK};
    if (made.complaint.size > 0)
        checker_fail(checker, made.complaint);
    else if (bd_session_count(checker->session, &made.batch, &error) != BD_OK)
        checker_fail(checker, text_from_cstring(error.message));
}

/* ---- The scenario ---- */

/* A scenario that states figures states all it uses; otherwise they come from the file, as known on its peildatum. */
static bool states_series(const Checker *checker)
{
    bd_series_info series;
    for (uint32_t s = 0; bd_module_series(checker->loaded->module, s, &series) == BD_OK; s++)
        for (uint32_t i = 0; i < checker->scenario->row_count; i++)
            if (text_equal(checker->scenario->rows[i].table, series.name))
                return true;
    return false;
}

static bool give_tables(Checker *checker, const Arguments *arguments, char separator)
{
    const Scenario *scenario = checker->scenario;
    bd_error error = {.code = BD_OK};
    for (uint32_t i = 0; i < scenario->reading_count; i++) {
        const ScenarioReading *reading = &scenario->readings[i];
        if (bd_session_set_reading(checker->session, reading->name, reading->alternative, &error) != BD_OK) {
            checker_fail(checker, text_from_cstring(error.message));
            return false;
        }
    }
    for (uint32_t i = 0; i < scenario->row_count; i++) {
        const ScenarioRow *row = &scenario->rows[i];
        uint32_t table = load_find_table(checker->loaded->module, row->table);
        if (table == BD_NONE)
            continue; /* no rule reads it, so the module does not have it */
        if (bd_session_table_row(checker->session, table, row->from, row->keys, row->key_count, row->value, &error) !=
            BD_OK) {
            checker_fail(checker, text_from_cstring(error.message));
            return false;
        }
    }
    for (size_t i = 0; i < arguments->repeated_count && scenario->row_count == 0; i++) {
        if (arguments->repeated[i].id == OPTION_PARAMS &&
            params_load(checker->cli, checker->loaded->module, NULL, checker->session, arguments->repeated[i].value,
                        separator) != EXIT_GOOD) {
            checker_fail(checker, text_from_cstring(arguments->repeated[i].value));
            return false;
        }
    }
    if (!states_series(checker) && series_load(checker->cli, checker->loaded->module, NULL, checker->session, arguments,
                                               separator, scenario->has_as_of, scenario->as_of) != EXIT_GOOD) {
        checker_fail(checker, TEXT("--series"));
        return false;
    }
    load_supply_tables(checker->loaded, checker->session); /* facts not stated are absent: so are the rows of a table */
    if (bd_session_prepare(checker->session, &error) == BD_OK)
        return true;
    checker_fail(checker, text_from_cstring(error.message));
    return false;
}

static void run(Checker *checker, const Arguments *arguments, char separator)
{
    const Scenario *scenario = checker->scenario;
    bd_error error = {.code = BD_OK};
    if (scenario->expectation_count == 0) {
        checker_fail(checker, message_pattern(checker->cli, MSG_TEST_NO_EXPECTATION));
        return;
    }
    if (bd_session_new(checker->loaded->module, NULL, &checker->session, &error) != BD_OK ||
        bd_session_bind_standard(checker->session, &error) != BD_OK) {
        checker_fail(checker, text_from_cstring(error.message));
        return;
    }
    if (!open_ledger(checker) || !give_tables(checker, arguments, separator))
        return;
    for (uint32_t i = 0; i < scenario->earlier_count && !checker->has_failed; i++)
        run_earlier(checker, i);
    bool has_lines = false;
    for (uint32_t i = 0; i < scenario->expectation_count; i++)
        has_lines = has_lines || scenario->expectations[i].kind != EXPECT_CALL;
    for (uint32_t line = 0; has_lines && line < scenario->line_count && !checker->has_failed; line++)
        run_line(checker, line);
    for (uint32_t i = 0; i < scenario->expectation_count && !checker->has_failed; i++) {
        if (scenario->expectations[i].kind == EXPECT_CALL)
            checker_check_call(checker, &scenario->expectations[i]);
    }
}

ScenarioResult scenario_check(Cli *cli, Arena *arena, const Loaded *loaded, const Scenario *scenario,
                              const Arguments *arguments, char separator, Coverage *coverage)
{
    Checker checker = {.cli = cli, .arena = arena, .loaded = loaded, .scenario = scenario, .coverage = coverage};
    builder_init(&checker.problem, arena);
    run(&checker, arguments, separator);
    bd_session_free(checker.session);
    bd_ledger_close(&checker.ledger);
    return (ScenarioResult){!checker.has_failed, builder_result(&checker.problem)};
}
