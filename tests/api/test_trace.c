/* test_trace.c - bd_session_trace over rows with lists: a row's own records only, links that lead backwards, absent
 * facts shown as such.
 */
#include "api/contract.h"
#include "unit/trace_hash.h"

static const bd_trace *trace_row(bd_session *session, const Lines *lines, size_t row)
{
    static const bd_trace nothing;
    const bd_trace *trace = &nothing;
    bd_error error = {.message = ""};
    CHECK(bd_session_trace(session, &lines->batch, row, &trace, &error) == BD_OK, "row %zu: %s", row, error.message);
    return trace;
}

/* The n-th step (from 0) of a kind with a label; NULL if there is none. */
static const bd_step *find_step(const bd_trace *trace, bd_step_kind kind, const char *label, size_t n)
{
    for (size_t i = 0; i < trace->step_count; i++) {
        if (trace->steps[i].kind == kind && contract_is(trace->steps[i].label, label) && n-- == 0)
            return &trace->steps[i];
    }
    return NULL;
}

/* A trace is the same decision as the batch's, and every link leads to an earlier step. */
static void check_row(bd_session *session, const Lines *lines, size_t row)
{
    const bd_trace *trace = trace_row(session, lines, row);
    CHECK(trace->decision == lines->decision[row] && trace->cents == lines->cents[row] &&
              trace->fault == lines->fault[row] && trace->step_count > 0,
          "row %zu: decision %d, %lld cents", row, (int)trace->decision, (long long)trace->cents);
    CHECK(trace->reasons && trace->reasons[0] == lines->reasons[row], "row %zu: other reasons", row);
    for (size_t i = 0; i < trace->step_count; i++) {
        const bd_step *step = &trace->steps[i];
        CHECK(step->kind >= BD_STEP_INPUT && step->kind <= BD_STEP_COUNTER, "step %zu is of kind %d", i,
              (int)step->kind);
        for (int k = 0; k < 3; k++)
            CHECK(step->operands[k] == BD_NONE || step->operands[k] < i, "step %zu rests on step %u", i,
                  step->operands[k]);
    }
}

/* The records that the traces of the four rows may show: those between the row's two offsets. */
static void check_records(bd_session *session, const Lines *lines)
{
    for (size_t row = 0; row < LINE_ROWS; row++) {
        const bd_trace *trace = trace_row(session, lines, row);
        uint32_t first = lines->offsets[row], count = lines->offsets[row + 1] - first;
        for (uint32_t k = 0; k < count; k++) {
            const bd_step *step = find_step(trace, BD_STEP_INPUT, "a.op_dag", k);
            CHECK(step && step->value.meaning == BD_MEANS_DATE && step->value.integer == lines->days_away[first + k],
                  "row %zu: record %u", row, k);
        }
        CHECK(!find_step(trace, BD_STEP_INPUT, "a.op_dag", count), "row %zu: the record of another row", row);
    }
}

static void check_details(const bd_module *module, bd_session *session, const Lines *lines)
{
    const bd_trace *trace = trace_row(session, lines, 1);
    const bd_step *count =
        find_step(trace, BD_STEP_VALUE, "aantal a in afwezigheid met a.op_dag ligt in productperiode", 0);
    CHECK(count && contract_is(count->value.text, "3"), "how many records were counted");
    for (int k = 0; count && k < 3; k++)
        CHECK(count->operands[k] != BD_NONE && trace->steps[count->operands[k]].kind == BD_STEP_CONDITION,
              "the count rests on its records");
    const bd_step *condition = find_step(trace, BD_STEP_CONDITION, "weg > 2", 0);
    CHECK(condition && condition->value.boolean && condition->rule == contract_rule(module, "te_vaak_weg") &&
              condition->operands[0] == (uint32_t)(count - trace->steps),
          "the condition rests on the count");

    trace = trace_row(session, lines, 0);
    const bd_step *fact = find_step(trace, BD_STEP_INPUT, "akkoord", 0);
    CHECK(fact && !fact->value.present, "a fact that is absent");
    trace = trace_row(session, lines, 2);
    fact = find_step(trace, BD_STEP_INPUT, "akkoord", 0);
    CHECK(fact && fact->value.present && !fact->value.boolean, "a fact that is present and false");
    trace = trace_row(session, lines, 3);
    CHECK(trace->step_count > 0 && trace->steps[trace->step_count - 1].kind == BD_STEP_FAULT,
          "the fault is the last step");
}

int main(void)
{
    size_t size = 0;
    void *bytes = contract_bytes(&size);
    bd_module *module = bytes ? contract_module(bytes, size) : NULL;
    if (module) {
        bd_session *session = contract_session(module, NULL);
        Lines lines;
        lines_fill(module, &lines);
        lines_check(session, &lines);
        check_group("a trace says what the batch said");
        for (size_t row = 0; row < LINE_ROWS; row++)
            check_row(session, &lines, row);
        check_group("the records of a trace");
        check_records(session, &lines);
        check_group("what a step says");
        check_details(module, session, &lines);
        check_group("the traces of many lines");
        size_t forms = 0;
        check_traces(session, module, &lines.batch, &forms);
        bd_session_free(session);
    }
    bd_module_free(module);
    free(bytes);
    return check_done();
}
