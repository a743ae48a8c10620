/* test_session.c - a session from beginning to end on the sample module: decisions, calls, traces, limits, misuse. */
#include "vm/sample.h"

#include "vm/disasm.h"

static bool is_text(bd_text text, const char *wanted)
{
    return text_equal(text, text_from_cstring(wanted));
}

static bd_session *open_session(const bd_module *module, const bd_options *options)
{
    bd_session *session = NULL;
    bd_error error = {0};
    CHECK(bd_session_new(module, options, &session, &error) == BD_OK, "%s", error.message);
    CHECK(sample_prepare(session, &error) == BD_OK, "%s", error.message);
    return session;
}

static void check_decisions(const SampleLines *l)
{
    CHECK(l->decision[0] == BD_APPROVED && l->cents[0] == 2700 && l->reasons[0] == 0 && l->fault[0] == BD_NONE,
          "%d %lld", l->decision[0], (long long)l->cents[0]);
    CHECK(l->decision[1] == BD_REJECTED && l->cents[1] == 0 && l->reasons[1] == 1, "%d %lld", l->decision[1],
          (long long)l->cents[1]);
    CHECK(l->decision[2] == BD_FAULTED && l->cents[2] == 0 && l->reasons[2] == 0 && l->fault[2] == 1, "%d %u",
          l->decision[2], l->fault[2]);
    CHECK(l->decision[3] == BD_REJECTED && l->cents[3] == 0 && l->reasons[3] == 2, "%d %lld", l->decision[3],
          (long long)l->cents[3]);
}

static void test_decide(const bd_module *module)
{
    SampleLines lines;
    bd_error error = {0};
    bd_session *session = open_session(module, NULL);
    check_group("decide");
    sample_fill(&lines);
    for (int i = 0; i < 3; i++) {
        memset(lines.decision, 9, sizeof lines.decision);
        CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, &error) == BD_OK, "%s", error.message);
        check_decisions(&lines);
    }
    bd_exact_cell exact = {0, SAMPLE_VOLUME, TEXT("0.00001")};
    lines.batch.exact = &exact;
    lines.batch.exact_count = 1;
    CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, &error) == BD_OK, "%s", error.message);
    CHECK(lines.decision[0] == BD_APPROVED && lines.cents[0] == 200, "an exact cell: %lld", (long long)lines.cents[0]);
    lines.batch.rows = 0;
    lines.batch.exact_count = 0;
    CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, &error) == BD_OK, "an empty batch: %s",
          error.message);
    bd_session_free(session);
}

static void test_eval(const bd_module *module)
{
    bd_error error = {0};
    bd_value outputs[4];
    bd_session *session = open_session(module, NULL);
    bd_value inputs[2] = {{.meaning = BD_MEANS_NUMBER, .present = true, .text = TEXT("1")},
                          {.meaning = BD_MEANS_TEXT, .present = true, .text = TEXT("avond")}};
    check_group("eval");
    CHECK(bd_session_eval(session, 1, inputs, outputs, &error) == BD_OK, "%s", error.message);
    CHECK(outputs[0].present && is_text(outputs[0].text, "0.5"), "%.*s", (int)outputs[0].text.size,
          outputs[0].text.data);
    CHECK(outputs[1].present && is_text(outputs[1].text, "4.25"), "%.*s", (int)outputs[1].text.size,
          outputs[1].text.data);
    CHECK(is_text(outputs[2].text, "0") && is_text(outputs[3].text, "avond"), "the other outputs");
    inputs[0].text = TEXT("1/3");
    inputs[1].present = false;
    CHECK(bd_session_eval(session, 1, inputs, outputs, &error) == BD_OK, "%s", error.message);
    CHECK(is_text(outputs[0].text, "1/6") && !outputs[1].present && !outputs[3].present, "a third, halved");
    inputs[1] = (bd_value){.meaning = BD_MEANS_TEXT, .present = true, .text = TEXT("nacht")};
    CHECK(bd_session_eval(session, 1, inputs, outputs, &error) == BD_FAULT && error.offset == 1, "%s", error.message);
    inputs[0].present = false;
    CHECK(bd_session_eval(session, 1, inputs, outputs, &error) == BD_MISSING, "%s", error.message);
    inputs[0] = (bd_value){.present = true, .text = TEXT("een")};
    CHECK(bd_session_eval(session, 1, inputs, outputs, &error) == BD_SYNTAX, "%s", error.message);
    CHECK(bd_session_eval(session, 0, inputs, outputs, &error) == BD_NAME, "%s", error.message);
    bd_session_free(session);
}

static void test_trace(const bd_module *module)
{
    SampleLines lines;
    bd_error error = {0};
    const bd_trace *trace = NULL;
    bd_session *session = open_session(module, NULL);
    check_group("trace");
    sample_fill(&lines);
    CHECK(bd_session_trace(session, &lines.batch, 0, &trace, &error) == BD_OK, "%s", error.message);
    CHECK(trace->decision == BD_APPROVED && trace->cents == 2700 && trace->step_count == 7, "%zu steps",
          trace->step_count);
    static const bd_step_kind kinds[] = {BD_STEP_INPUT,    BD_STEP_INPUT, BD_STEP_CONDITION, BD_STEP_LOOKUP,
                                         BD_STEP_ROUNDING, BD_STEP_RULE,  BD_STEP_OUTPUT};
    for (size_t i = 0; i < trace->step_count && i < 7; i++)
        CHECK(trace->steps[i].kind == kinds[i], "step %zu is %d", i, (int)trace->steps[i].kind);
    const bd_step *rounding = &trace->steps[4];
    CHECK(is_text(rounding->value.text, "25.00") && is_text(rounding->label, "volume * tarief afgerond op centen"),
          "the rounding");
    CHECK(rounding->operands[0] == 1 && rounding->operands[1] == 3 && rounding->operands[2] == BD_NONE,
          "its operands: %u %u", rounding->operands[0], rounding->operands[1]);
    CHECK(trace->steps[6].operands[0] == 4 && is_text(trace->steps[6].value.text, "27.00"),
          "the amount rests on the rounding");
    CHECK(trace->steps[2].operands[0] == 0 && trace->steps[2].place.line == 5, "the condition rests on the day");
    CHECK(!trace->steps[5].value.boolean && trace->steps[5].rule == 0 && trace->steps[5].operands[0] == 2, "the rule");

    CHECK(bd_session_trace(session, &lines.batch, 1, &trace, &error) == BD_OK, "%s", error.message);
    for (size_t i = 0; i < trace->step_count; i++)
        CHECK(trace->steps[i].kind != BD_STEP_LOOKUP, "a value behind a false guard is no step");
    CHECK(bd_session_trace(session, &lines.batch, 2, &trace, &error) == BD_OK, "%s", error.message);
    CHECK(trace->decision == BD_FAULTED && trace->fault == 1 && trace->step_count > 0, "the fault");
    CHECK(trace->steps[trace->step_count - 1].kind == BD_STEP_FAULT, "the last step is the fault");
    CHECK(bd_session_trace(session, &lines.batch, 4, &trace, &error) == BD_ARGUMENT, "a row beyond the batch");
    bd_session_free(session);
}

static void test_limits(const bd_module *module)
{
    SampleLines lines;
    bd_error error = {0};
    const bd_trace *trace = NULL;
    bd_options few = {.limits = {.instructions = 50}}, small = {.limits = {.memory = 200000}},
               short_trace = {.limits = {.trace = 3}};
    check_group("limits");
    sample_fill(&lines);
    bd_session *session = open_session(module, &few);
    CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, &error) == BD_LIMIT, "%s", error.message);
    CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, &error) == BD_LIMIT, "%s", error.message);
    bd_session_free(session);
    session = open_session(module, &small);
    bd_status status = bd_session_decide(session, &lines.batch, &lines.decisions, &error);
    CHECK(status == BD_LIMIT || status == BD_OK, "%s", error.message);
    bd_session_free(session);
    session = open_session(module, &short_trace);
    CHECK(bd_session_trace(session, &lines.batch, 0, &trace, &error) == BD_LIMIT, "%s", error.message);
    CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, &error) == BD_OK, "usable afterwards: %s",
          error.message);
    check_decisions(&lines);
    bd_session_free(session);
}

static void test_misuse(const bd_module *module)
{
    SampleLines lines;
    bd_error error = {0};
    bd_session *session = NULL;
    bd_text key = TEXT("avond");
    check_group("misuse");
    sample_fill(&lines);
    CHECK(bd_session_new(module, NULL, &session, &error) == BD_OK, "%s", error.message);
    CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, &error) == BD_STATE, "not prepared: %s",
          error.message);
    CHECK(bd_session_prepare(session, &error) == BD_MISSING, "%s", error.message);
    CHECK(bd_session_table_row(session, 0, 0, &key, 1, TEXT("1"), &error) == BD_NAME, "not extern: %s", error.message);
    CHECK(bd_session_table_row(session, 1, 0, &key, 2, TEXT("1"), &error) == BD_ARGUMENT, "two keys: %s",
          error.message);
    CHECK(bd_session_table_row(session, 1, 0, &key, 1, TEXT("1,5"), &error) == BD_SYNTAX, "%s", error.message);
    CHECK(bd_session_table_row(session, 1, 0, &key, 1, TEXT("1.5"), &error) == BD_OK, "%s", error.message);
    CHECK(bd_session_table_row(session, 1, 0, &key, 1, TEXT("1.6"), &error) == BD_ARGUMENT, "twice: %s", error.message);
    CHECK(bd_session_prepare(session, &error) == BD_NATIVE && strstr(error.message, "verschil"), "%s", error.message);
    CHECK(bd_session_bind_native(session, TEXT("anders"), TEXT("i(dd)"), (void (*)(void))sample_native, &error) ==
              BD_NAME,
          "%s", error.message);
    CHECK(bd_session_bind_native(session, TEXT("verschil"), TEXT("i(d)"), (void (*)(void))sample_native, &error) ==
                  BD_NATIVE &&
              strstr(error.message, "i(dd)") && strstr(error.message, "i(d)"),
          "%s", error.message);
    CHECK(bd_session_bind_native(session, TEXT("verschil"), TEXT("i(dd)"), (void (*)(void))sample_native, &error) ==
              BD_OK,
          "%s", error.message);
    CHECK(bd_session_prepare(session, &error) == BD_OK, "%s", error.message);
    CHECK(bd_session_table_row(session, 1, 5, &key, 1, TEXT("1"), &error) == BD_STATE, "too late: %s", error.message);

    uint32_t many[] = {0, 9, 9, 9, 9}, falling[] = {1, 0, 0, 0, 0};
    lines.list.offsets = many;
    CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, &error) == BD_ARGUMENT, "too many records: %s",
          error.message);
    lines.list.offsets = falling;
    CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, &error) == BD_ARGUMENT, "%s", error.message);
    sample_fill(&lines);
    bd_exact_cell wrong = {0, SAMPLE_DAG, TEXT("1")};
    lines.batch.exact = &wrong;
    lines.batch.exact_count = 1;
    CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, &error) == BD_ARGUMENT, "%s", error.message);
    sample_fill(&lines);
    lines.columns[1].values = NULL;
    CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, &error) == BD_ARGUMENT, "%s", error.message);
    CHECK(bd_session_decide(NULL, &lines.batch, &lines.decisions, NULL) == BD_ARGUMENT, "no session");
    bd_session_free(session);
    bd_session_free(NULL);
    bd_module_free(NULL);
}

static void test_readings(const bd_module *module)
{
    bd_session *session = NULL;
    bd_error error;
    bd_reading_info reading;
    bd_note_info note;
    check_group("readings");
    CHECK(bd_module_reading(module, 0, &reading) == BD_OK && is_text(reading.name, "jaar") &&
              is_text(reading.question, "welk jaar?") && is_text(reading.reason, "artikel 1") && reading.chosen == 1,
          "the reading");
    CHECK(bd_module_reading(module, 1, &reading) == BD_NAME && bd_module_reading(NULL, 0, &reading) == BD_ARGUMENT,
          "no reading");
    CHECK(bd_module_note(module, 0, &note) == BD_OK && note.kind == BD_NOTE_JUDGEMENT && is_text(note.who, "gemeente"),
          "the note");
    CHECK(bd_module_note(module, 1, &note) == BD_NAME && bd_module_note(module, 0, NULL) == BD_ARGUMENT, "no note");
    CHECK(bd_session_new(module, NULL, &session, &error) == BD_OK, "%s", error.message);
    bd_text other = bd_choice_member(module, reading.choice, 2);
    CHECK(bd_session_reading(session, 0) == 1 && bd_session_reading(session, 1) == BD_NONE, "as the file chose");
    CHECK(bd_session_set_reading(session, TEXT("maand"), other, &error) == BD_NAME, "no such reading");
    CHECK(bd_session_set_reading(session, TEXT("jaar"), TEXT("eeuw"), &error) == BD_NAME, "no such alternative");
    CHECK(bd_session_set_reading(NULL, TEXT("jaar"), other, &error) == BD_ARGUMENT, "no session");
    CHECK(bd_session_set_reading(session, TEXT("jaar"), other, &error) == BD_OK && bd_session_reading(session, 0) == 2,
          "another alternative");
    CHECK(bd_session_table_supply(session, 1, &error) == BD_OK, "%s", error.message);
    CHECK(bd_session_bind_native(session, TEXT("verschil"), TEXT("i(dd)"), (void (*)(void))sample_native, &error) ==
              BD_OK,
          "%s", error.message);
    CHECK(bd_session_prepare(session, &error) == BD_OK, "%s", error.message);
    CHECK(bd_session_set_reading(session, TEXT("jaar"), other, &error) == BD_STATE, "after prepare");
    bd_session_free(session);
}

/* A second session decides as the first does, tables and natives included. */
static void test_share(const bd_module *module)
{
    SampleLines lines;
    bd_error error = {0};
    bd_session *first = NULL, *second = NULL;
    check_group("share");
    sample_fill(&lines);
    CHECK(bd_session_new(module, NULL, &first, &error) == BD_OK, "%s", error.message);
    CHECK(bd_session_share(first, &second, &error) == BD_STATE && second == NULL, "before prepare");
    CHECK(sample_prepare(first, &error) == BD_OK, "%s", error.message);
    CHECK(bd_session_share(NULL, &second, &error) == BD_ARGUMENT &&
              bd_session_share(first, NULL, &error) == BD_ARGUMENT,
          "arguments");
    CHECK(bd_session_share(first, &second, &error) == BD_OK, "%s", error.message);
    CHECK(bd_session_set_reading(second, TEXT("jaar"), TEXT("x"), &error) == BD_STATE, "it is prepared");
    CHECK(bd_session_decide(second, &lines.batch, &lines.decisions, &error) == BD_OK && lines.cents[0] == 2700,
          "the tables and the native");
    bd_session_free(second);
    lines.cents[0] = 0;
    CHECK(bd_session_decide(first, &lines.batch, &lines.decisions, &error) == BD_OK && lines.cents[0] == 2700,
          "the first one, after the second is gone");
    bd_session_free(first);
}

static uint64_t next_tick(void *context)
{
    return *(uint64_t *)context += 10;
}

static void test_profile(const bd_module *module)
{
    SampleLines lines;
    bd_error error = {0};
    bd_profile profile;
    bd_module_info info;
    uint64_t time = 0;
    check_group("profile");
    sample_fill(&lines);
    bd_module_describe(module, &info);
    bd_rule_profile *rules = calloc(info.rules + 1u, sizeof *rules);
    bd_session *session = open_session(module, NULL);
    CHECK(rules != NULL, "memory");
    CHECK(bd_session_profiled(session, &profile, rules, &error) == BD_STATE, "not profiled");
    CHECK(bd_session_profile(NULL, next_tick, &time, &error) == BD_ARGUMENT &&
              bd_session_profile(session, NULL, NULL, &error) == BD_ARGUMENT,
          "arguments");
    CHECK(bd_session_profile(session, next_tick, &time, &error) == BD_OK, "%s", error.message);
    CHECK(bd_session_profiled(session, NULL, rules, &error) == BD_ARGUMENT, "no place");
    CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, &error) == BD_OK && lines.cents[0] == 2700,
          "the same decisions");
    CHECK(bd_session_profiled(session, &profile, rules, &error) == BD_OK, "%s", error.message);
    CHECK(profile.exact_rows > 0 && profile.exact_ns > 0, "the row that faults is decided exactly");
    for (uint32_t i = 0; i < info.rules; i++)
        CHECK(rules[i].own_ns <= rules[i].all_ns, "rule %u", i);
    bd_session_free(session);
    free(rules);
}

static void test_describe(const bd_module *module)
{
    bd_module_info info;
    bd_column_info column;
    bd_table_info table;
    bd_rule_info rule;
    bd_program_info program;
    bd_output_info output;
    bd_list_info list;
    int64_t numerator, denominator;
    uint32_t member = 1;
    check_group("describe");
    bd_module_describe(module, &info);
    CHECK(is_text(info.name, "proef") && info.rules == 2 && info.programs == 2 && info.readings == 1 && info.units == 1,
          "the module");
    CHECK(bd_module_column(module, 3, &column) == BD_OK && is_text(column.name, "korting") && column.optional,
          "a column");
    CHECK(bd_module_column(module, 99, &column) == BD_NAME, "no column");
    CHECK(bd_module_list(module, 0, &list) == BD_OK && list.maximum == 8 && list.first_column == 4, "the list");
    CHECK(bd_module_table(module, 0, &table) == BD_OK && table.choice[0] == 0 && is_text(table.unit, "uur") &&
              table.versions == 1,
          "a table");
    CHECK(is_text(table.citation.place, "artikel 1") && is_text(table.citation.document, "hoofdtekst"), "its citation");
    CHECK(bd_table_cell(module, 0, 0, &member, &numerator, &denominator) == BD_OK && numerator == 25 &&
              denominator == 1,
          "a cell");
    member = 2;
    CHECK(bd_table_cell(module, 0, 0, &member, &numerator, &denominator) == BD_MISSING, "no cell");
    member = 3;
    CHECK(bd_table_cell(module, 0, 0, &member, &numerator, &denominator) == BD_ARGUMENT, "no member");
    CHECK(bd_choice_find(module, 0, TEXT("44A09")) == 0 && bd_choice_find(module, 0, TEXT("vervoer")) == 2, "choices");
    CHECK(bd_choice_find(module, 0, TEXT("x")) == BD_NONE && bd_choice_find(module, 9, TEXT("x")) == BD_NONE,
          "no choice");
    CHECK(bd_module_rule(module, 1, &rule) == BD_OK && is_text(rule.name, "geen_volume") &&
              rule.effect == BD_EFFECT_REJECT,
          "a rule");
    CHECK(bd_module_program(module, 1, &program) == BD_OK && is_text(program.name, "definitie.helft") &&
              program.outputs == 4,
          "a program");
    CHECK(bd_program_output(module, 1, 1, &output) == BD_OK && output.optional && output.meaning == BD_MEANS_MONEY,
          "an output");
    CHECK(strcmp(bd_version(), "0.1.0") == 0 && strcmp(bd_status_text(BD_OK), "done") == 0, "texts");
}

static void test_disasm(const bd_module *module)
{
    Arena arena;
    StringBuilder builder;
    check_group("disasm");
    arena_init(&arena, NULL);
    builder_init(&builder, &arena);
    disasm_module(module, &builder);
    Text text = builder_result(&builder);
    builder_char(&builder, '\0');
    text = builder_result(&builder);
    CHECK(strstr(text.data, "scaled/100 = cell %8 if %6 table0:bedragen"), "%s", text.data);
    CHECK(strstr(text.data, "0: 1250 2500 3750_"), "cells");
    CHECK(strstr(text.data, "out_rule %5 rule0:te_vroeg"), "rules");
    arena_free(&arena);
}

int main(void)
{
    size_t size;
    void *bytes = sample_bytes(&size);
    bd_module *module = load_module(bytes, size);
    if (module) {
        test_decide(module);
        test_eval(module);
        test_trace(module);
        test_limits(module);
        test_misuse(module);
        test_describe(module);
        test_readings(module);
        test_share(module);
        test_profile(module);
        test_disasm(module);
        bd_module_free(module);
    }
    free(bytes);
    return check_done();
}
