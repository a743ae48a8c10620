/* test_differential.c - both evaluators on random programs over all opcodes: the same answers.
 *
 * bd_session_decide runs the columns and redoes what they mark; bd_session_trace runs the exact evaluator alone.
 * Decision, amount, fault and reasons must agree for every line, and recorded traces with the exact ones in all that they say. The share of lines that columns decide by themselves
 * is printed, and must not be small.
 */
#include "unit/trace_hash.h"
#include "vm/random_module.h"
#include "vm/record.h"
#include "vm/session.h"

static bool seen[OP_COUNT_];
static size_t formed; /* rows whose trace stood in columns */

static void compare_row(bd_session *session, Lines *lines, uint32_t row, uint64_t seed)
{
    const bd_trace *trace = NULL;
    bd_error error = {0};
    if (!CHECK(bd_session_trace(session, &lines->batch, row, &trace, &error) == BD_OK, "seed %llu: %s",
               (unsigned long long)seed, error.message))
        return;
    CHECK(trace->decision == (bd_decision)lines->decision[row] && trace->cents == lines->cents[row] &&
              trace->fault == lines->fault[row],
          "seed %llu row %u: columns %d %lld %u, exact %d %lld %u", (unsigned long long)seed, row, lines->decision[row],
          (long long)lines->cents[row], lines->fault[row], (int)trace->decision, (long long)trace->cents, trace->fault);
    CHECK(memcmp(trace->reasons, lines->reasons[row], sizeof lines->reasons[row]) == 0,
          "seed %llu row %u: other reasons", (unsigned long long)seed, row);
}

static void run_seed(uint64_t seed, uint32_t length, unsigned *decided, unsigned *redone)
{
    bool with_natives = seed % 3 == 0;
    size_t size;
    bd_session *session = NULL;
    bd_error error = {0};
    Random random = {seed * 7919, seed % 4 != 0};
    void *bytes = random_module(seed, length, with_natives, &size);
    bd_module *module = load_module(bytes, size);

    if (!module) {
        free(bytes);
        return;
    }
    for (uint32_t i = 0; i < module->CODE_count; i++)
        seen[module->CODE[i].op] = true;
    CHECK(bd_session_new(module, NULL, &session, &error) == BD_OK, "%s", error.message);
    CHECK(prepare_session(session, with_natives, &error) == BD_OK, "%s", error.message);
    Lines *lines = random_lines(&random, 24);
    if (CHECK(bd_session_decide(session, &lines->batch, &lines->decisions, &error) == BD_OK, "seed %llu: %s",
              (unsigned long long)seed, error.message)) {
        for (uint32_t row = 0; row < 24; row++) {
            *decided += 1;
            *redone += session->redo[row] != 0;
        }
        for (uint32_t row = 0; row < 24; row++)
            compare_row(session, lines, row, seed);
        CHECK(check_traces(session, module, &lines->batch, &formed) > 0, "seed %llu", (unsigned long long)seed);
        session->record->most_rows = 1 + (uint32_t)seed % 9;
        CHECK(check_traces(session, module, &lines->batch, &formed) > 0, "seed %llu, in parts",
              (unsigned long long)seed);
    }
    free(lines);
    bd_session_free(session);
    bd_module_free(module);
    free(bytes);
}

/* Lines with counters influence each other: vm/test_rounds.c has those. */
static bool is_of_counters(uint32_t op)
{
    return op == OP_COUNTER_SUM || op == OP_COUNTER_DAYS || op == OP_COUNTER_RUN || op == OP_OUT_COUNTER;
}

int main(void)
{
    unsigned decided = 0, redone = 0;
    check_group("short programs");
    for (uint64_t seed = 1; seed <= 1200; seed++)
        run_seed(seed, 6 + (uint32_t)seed % 12, &decided, &redone);
    check_group("long programs");
    for (uint64_t seed = 5000; seed < 5200; seed++)
        run_seed(seed, 60, &decided, &redone);
    check_group("coverage");
    for (uint32_t op = 0; op < OP_COUNT_; op++)
        CHECK(seen[op] || op == OP_OUT_VALUE || is_of_counters(op), "opcode %s never ran", op_info(op)->name.data);
    printf("# %u lines, %u of them decided exactly\n", decided, redone);
    CHECK(formed > 0, "no trace stands in columns");
    CHECK(redone * 10 < decided * 9, "columns decide too little");
    return check_done();
}
