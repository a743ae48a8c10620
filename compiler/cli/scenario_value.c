/* scenario_value.c: values of a scenario compared, and callables evaluated; see scenario_checker.h. */
#include "compiler/cli/scenario_batch.h"
#include "compiler/cli/scenario_checker.h"
#include "compiler/cli/values.h"
#include "vm/core/round.h"

static void put(Checker *checker, Message label, Text text)
{
    builder_text(&checker->problem, message_pattern(checker->cli, label));
    builder_text(&checker->problem, TEXT(": "));
    builder_text(&checker->problem, text);
    builder_char(&checker->problem, '\n');
}

void checker_fail(Checker *checker, Text text)
{
    checker->has_failed = true;
    builder_text(&checker->problem, text);
    builder_char(&checker->problem, '\n');
}

void checker_fail_values(Checker *checker, Text expected, Text actual)
{
    checker->has_failed = true;
    put(checker, MSG_TEST_EXPECTED, expected);
    put(checker, MSG_TEST_ACTUAL, actual);
}

/* ---- Values ---- */

static Text value_text(Checker *checker, const bd_value *value)
{
    StringBuilder out;
    builder_init(&out, checker->arena);
    value_append(checker->cli, &out, checker->loaded->module, value);
    return builder_result(&out);
}

static bool same_value(Checker *checker, const bd_value *expected, const bd_value *actual)
{
    Number a = NUMBER_ZERO, b = NUMBER_ZERO;
    if (expected->present != actual->present)
        return false;
    if (!expected->present)
        return true;
    switch (actual->meaning) {
    case BD_MEANS_BOOLEAN: return expected->boolean == actual->boolean;
    case BD_MEANS_NUMBER:
    case BD_MEANS_MONEY:
    case BD_MEANS_QUANTITY:
        return scenario_convert(checker->loaded, checker->arena, expected->text, expected->unit, actual->unit, &a) &&
               number_from_text(checker->arena, actual->text, &b) == BD_OK && number_equal(a, b);
    case BD_MEANS_RATE: /* € 45,60 per uur is € 0,76 per minuut: the amount goes the other way round than a quantity */
        return scenario_convert(checker->loaded, checker->arena, expected->text, actual->unit, expected->unit, &a) &&
               number_from_text(checker->arena, actual->text, &b) == BD_OK && number_equal(a, b);
    case BD_MEANS_DATE:
    case BD_MEANS_MONTH:
    case BD_MEANS_YEAR:
    case BD_MEANS_CHOICE: return expected->integer == actual->integer;
    case BD_MEANS_TEXT: return text_equal(expected->text, actual->text);
    }
    return false;
}

void checker_check_value(Checker *checker, const bd_value *expected, const bd_value *actual)
{
    if (!same_value(checker, expected, actual))
        checker_fail_values(checker, value_text(checker, expected), value_text(checker, actual));
}

/* ---- Callables ---- */

/* The program with this name; also where the scenario left the kind out. */
static uint32_t find_program(const Checker *checker, Text name)
{
    bd_module_info info;
    bd_module_describe(checker->loaded->module, &info);
    for (uint32_t i = 0; i < info.programs; i++) {
        bd_program_info program;
        if (bd_module_program(checker->loaded->module, i, &program) == BD_OK && text_equal(program.name, name))
            return i;
    }
    return BD_NONE;
}

static bool make_inputs(Checker *checker, const Expectation *expected, const bd_program_info *program, bd_value *inputs)
{
    for (uint32_t i = 0; i < program->columns; i++) {
        bd_column_info info;
        if (bd_module_column(checker->loaded->module, program->first_column + i, &info) != BD_OK)
            return false;
        const ScenarioFact *fact = scenario_find(expected->facts, expected->fact_count, info.name);
        if (fact == NULL && checker->scenario->line_count > 0)
            fact = scenario_find(checker->scenario->lines[0].facts, checker->scenario->lines[0].fact_count, info.name);
        inputs[i] = (bd_value){.meaning = info.meaning, .choice = info.choice};
        if (fact != NULL && fact->value.present) {
            Number number = NUMBER_ZERO;
            inputs[i] = fact->value;
            inputs[i].meaning = info.meaning;
            bool is_measure = info.meaning == BD_MEANS_QUANTITY && info.unit.size > 0;
            if (is_measure && scenario_convert(checker->loaded, checker->arena, fact->value.text, fact->value.unit,
                                               info.unit, &number)) {
                StringBuilder out;
                builder_init(&out, checker->arena);
                number_append(&out, number, 0);
                inputs[i].text = builder_result(&out);
                inputs[i].unit = info.unit;
            }
        } else if (text_equal(info.name, TEXT("peildatum")) && checker->scenario->has_as_of) {
            inputs[i].present = true;
            inputs[i].integer = checker->scenario->as_of;
        } else if (!info.optional) {
            StringBuilder out;
            builder_init(&out, checker->arena);
            message_append(checker->cli, &out, MSG_TEST_MISSING_FACT, (Holes){.a = info.name});
            checker_fail(checker, builder_result(&out));
            return false;
        }
    }
    return true;
}

/* Which result is meant; 0 where there is one. */
static uint32_t find_output(const Checker *checker, uint32_t program, uint32_t count, Text name)
{
    for (uint32_t i = 0; i < count; i++) {
        bd_output_info info;
        if (bd_program_output(checker->loaded->module, program, i, &info) == BD_OK && text_equal(info.name, name))
            return i;
    }
    return 0;
}

static void fail_without_fault(Checker *checker, const bd_value *actual)
{
    checker_fail_values(checker, message_pattern(checker->cli, MSG_DECISION_FAULTED), value_text(checker, actual));
}

/* A factor as far as the expectation writes it: few have a finite decimal form. */
static Text rounded_factor(Checker *checker, const bd_value *expected, Text actual)
{
    enum { DECIMALS_LEAST = 4, DECIMALS_MOST = 18 };
    Number factor = NUMBER_ZERO, wanted = NUMBER_ZERO, step = NUMBER_ONE;
    unsigned decimals = 0;
    bool is_read = number_from_text(checker->arena, actual, &factor) == BD_OK &&
                   number_from_text(checker->arena, expected->text, &wanted) == BD_OK &&
                   number_is_decimal(wanted, &decimals);
    if (!is_read || decimals > DECIMALS_MOST)
        return actual;
    int64_t scale = 1;
    for (unsigned i = 0; i < (decimals < DECIMALS_LEAST ? (unsigned)DECIMALS_LEAST : decimals); i++)
        scale *= 10;
    StringBuilder out;
    builder_init(&out, checker->arena);
    if (number_from_ratio(checker->arena, 1, scale, &step) != BD_OK ||
        number_round(checker->arena, factor, ROUND_HALF_AWAY, step, &factor) != BD_OK)
        return actual;
    number_append(&out, factor, 0);
    return builder_result(&out);
}

void checker_check_call(Checker *checker, const Expectation *expected)
{
    Text name = expected->name_count > 0 ? expected->names[0] : expected->text;
    uint32_t index = find_program(checker, name);
    bd_program_info program;
    if (index == BD_NONE || bd_module_program(checker->loaded->module, index, &program) != BD_OK) {
        StringBuilder out;
        builder_init(&out, checker->arena);
        message_append(checker->cli, &out, MSG_NO_CALLABLE, (Holes){.a = checker->loaded->name, .b = name});
        checker_fail(checker, builder_result(&out));
        return;
    }
    bd_value *inputs = arena_array(checker->arena, (size_t)program.columns + 1, sizeof *inputs);
    bd_value *outputs = arena_array(checker->arena, (size_t)program.outputs + 1, sizeof *outputs);
    if (!make_inputs(checker, expected, &program, inputs))
        return;
    bd_error error = {.code = BD_OK};
    bd_status status = bd_session_eval(checker->session, index, inputs, outputs, &error);
    if (expected->faults && status == BD_FAULT)
        return;
    if (status != BD_OK) {
        checker_fail(checker, text_from_cstring(error.message));
        return;
    }
    uint32_t output = find_output(checker, index, program.outputs, expected->output);
    if (expected->is_factor)
        outputs[output].text = rounded_factor(checker, &expected->value, outputs[output].text);
    if (expected->faults)
        fail_without_fault(checker, &outputs[output]);
    else
        checker_check_value(checker, &expected->value, &outputs[output]);
}
