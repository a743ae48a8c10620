/* test_vm_faults.c - every public entry of libbeding with the n-th allocation failing.
 *
 * For n = 1, 2, 3 ... the whole life of a session is played with an allocator that fails from its n-th call on: each
 * call either succeeds or says BD_NOMEM, and in the end nothing is leaked. Then once more with only one failure, after
 * which the session must work again.
 */
#include "unit/counting_allocator.h"
#include "vm/plan_state.h"
#include "vm/sample.h"
#include "vm/session.h"

/* A session that has seen many lines makes a plan of the first batch. */
static bd_status new_session(const bd_module *module, const bd_options *options, bd_session **out, bd_error *error)
{
    bd_status status = bd_session_new(module, options, out, error);
    if (status == BD_OK)
        (*out)->plans->rows = UINT32_MAX;
    return status;
}

/* Plays everything; returns the first failure, or BD_OK. */
static bd_status play(const void *bytes, size_t size, const bd_options *options)
{
    bd_module *module = NULL;
    bd_session *session = NULL;
    bd_error error = {0};
    SampleLines lines;
    const bd_trace *trace;
    bd_value outputs[4];
    bd_value inputs[2] = {
        {.meaning = BD_MEANS_NUMBER, .present = true, .text = TEXT("123456789012345678901234567890.5")},
        {.meaning = BD_MEANS_TEXT, .present = true, .text = TEXT("avond")}};

    sample_fill(&lines);
    bd_status status = bd_module_load(bytes, size, options, &module, &error);
    if (status == BD_OK)
        status = new_session(module, options, &session, &error);
    if (status == BD_OK)
        status = sample_prepare(session, &error);
    if (status == BD_OK)
        status = bd_session_decide(session, &lines.batch, &lines.decisions, &error);
    if (status == BD_OK)
        status = bd_session_decide(session, &lines.batch, &lines.decisions, &error);
    bd_session *second = NULL;
    if (status == BD_OK)
        status = bd_session_share(session, &second, &error);
    if (status == BD_OK)
        status = bd_session_decide(second, &lines.batch, &lines.decisions, &error);
    bd_session_free(second);
    for (size_t row = 0; row < SAMPLE_ROWS && status == BD_OK; row++)
        status = bd_session_trace(session, &lines.batch, row, &trace, &error);
    if (status == BD_OK)
        status = bd_session_eval(session, 1, inputs, outputs, &error);
    bd_session_free(session);
    bd_module_free(module);
    return status;
}

static void test_each_failure(const void *bytes, size_t size)
{
    size_t n = 1;
    check_group("the n-th allocation and all after it fail");
    for (; n < 10000; n++) {
        Counting counting = {.fail_at = n};
        bd_allocator allocator = counting_allocator(&counting);
        bd_options options = {.allocator = &allocator};
        bd_status status = play(bytes, size, &options);
        CHECK(counting.live == 0 && !counting.size_error, "n = %zu: %zu bytes leaked", n, counting.live);
        if (status == BD_OK && counting.calls < n)
            break;
        CHECK(status == BD_NOMEM, "n = %zu: %s", n, bd_status_text(status));
    }
    CHECK(n > 8 && n < 10000, "%zu allocations", n);
}

/* The session after a failure is as usable as before. */
static void test_recovery(const void *bytes, size_t size)
{
    bd_module *module = load_module(bytes, size);
    check_group("usable after a failure");
    for (size_t n = 1; n < 40; n++) {
        Counting counting = {0};
        bd_allocator allocator = counting_allocator(&counting);
        bd_options options = {.allocator = &allocator};
        bd_session *session = NULL;
        const bd_trace *trace;
        SampleLines lines;
        sample_fill(&lines);
        CHECK(new_session(module, &options, &session, NULL) == BD_OK && sample_prepare(session, NULL) == BD_OK,
              "prepare");
        counting.fail_at = counting.calls + n;
        bd_status status = bd_session_decide(session, &lines.batch, &lines.decisions, NULL);
        CHECK(status == BD_OK || status == BD_NOMEM, "n = %zu: %s", n, bd_status_text(status));
        if (status == BD_OK)
            status = bd_session_trace(session, &lines.batch, 0, &trace, NULL);
        CHECK(status == BD_OK || status == BD_NOMEM, "n = %zu: %s", n, bd_status_text(status));
        counting.fail_at = 0;
        session->plans->rows = UINT32_MAX;
        CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, NULL) == BD_OK && lines.cents[0] == 2700,
              "n = %zu", n);
        CHECK(bd_session_trace(session, &lines.batch, 0, &trace, NULL) == BD_OK && trace->cents == 2700, "n = %zu", n);
        CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, NULL) == BD_OK && lines.cents[0] == 2700 &&
                  session->plans->chunks > 0,
              "n = %zu, by a plan", n);
        bd_session_free(session);
        CHECK(counting.live == 0, "n = %zu: %zu bytes leaked", n, counting.live);
    }
    bd_module_free(module);
}

/* Steady state: from the second batch on, deciding takes nothing from the allocator. */
static void test_steady_state(const void *bytes, size_t size)
{
    Counting counting = {0};
    bd_allocator allocator = counting_allocator(&counting);
    bd_options options = {.allocator = &allocator};
    bd_module *module = load_module(bytes, size);
    bd_session *session = NULL;
    SampleLines lines;
    check_group("steady state");
    sample_fill(&lines);
    CHECK(new_session(module, &options, &session, NULL) == BD_OK && sample_prepare(session, NULL) == BD_OK, "prepare");
    CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, NULL) == BD_OK, "the first batch");
    size_t calls = counting.calls;
    for (int i = 0; i < 10; i++)
        CHECK(bd_session_decide(session, &lines.batch, &lines.decisions, NULL) == BD_OK, "batch %d", i);
    CHECK(counting.calls == calls, "%zu more allocations", counting.calls - calls);
    bd_session_free(session);
    bd_module_free(module);
}

int main(void)
{
    size_t size;
    void *bytes = sample_bytes(&size);
    test_each_failure(bytes, size);
    test_recovery(bytes, size);
    test_steady_state(bytes, size);
    free(bytes);
    return check_done();
}
