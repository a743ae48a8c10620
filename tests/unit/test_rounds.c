/* test_rounds.c: lines that influence each other are decided as if one by one: whatever the batches, with a ledger and without, by columns
** and exactly, by plans, under random agreements, with every allocation failing. What the answers should be, tests/cli/test_ledger.py says with a model of its own. */
#include "unit/counted_lines.h"
#include "unit/counting_allocator.h"

static void run_in(const bd_module *module, const Lines *lines, size_t size, bool has_ledger, Results *results)
{
    bd_ledger ledger = {NULL, NULL};
    bd_error error = {0};
    bd_status status = BD_OK;
    if (has_ledger)
        CHECK(bd_ledger_memory_new(NULL, &ledger, &error) == BD_OK, "%s", error.message);
    bd_session *session = open_session(module, NULL, has_ledger ? &ledger : NULL);
    for (size_t first = 0; status == BD_OK && first < ROWS; first += size)
        status = decide(session, lines, first, first + size < ROWS ? size : ROWS - first, results, &error);
    CHECK(status == BD_OK, "batches of %zu: %s", size, error.message);
    CHECK(bd_session_commit(session, &error) == BD_OK, "%s", error.message);
    bd_session_free(session);
    bd_ledger_close(&ledger);
}

static void check_batches(const bd_module *module, const Lines *lines)
{
    static Results one, other;
    static const size_t SIZES[] = {7, 64, 1000, 1024, 1500, ROWS};
    uint32_t counts[4] = {0};
    check_group("one by one, or in batches");
    run_in(module, lines, 1, false, &one);
    for (uint32_t i = 0; i < ROWS; i++)
        counts[one.decision[i]]++;
    CHECK(counts[BD_APPROVED] > 300 && counts[BD_REJECTED] > 300 && counts[BD_FAULTED] == 0,
          "%u approved, %u rejected, %u faulted", counts[BD_APPROVED], counts[BD_REJECTED], counts[BD_FAULTED]);
    uint64_t all = 0;
    for (uint32_t i = 0; i < ROWS; i++)
        all |= one.reasons[i];
    CHECK((all & 0x3F) == 0x3F, "some rule never decides: %llx", (unsigned long long)all);
    for (size_t i = 0; i < 2 * sizeof SIZES / sizeof *SIZES; i++) {
        memset(&other, 0xEE, sizeof other);
        run_in(module, lines, SIZES[i / 2], i % 2 == 1, &other);
        uint32_t row = first_difference(&one, &other);
        if (!CHECK(row == ROWS, "row %u differs in batches of %zu", row, SIZES[i / 2]))
            return;
    }
}

/* Every line's volume as an exact cell of the same value: the exact evaluator decides them all. */
static void make_all_exact(Lines *lines, uint32_t volume_column)
{
    static char texts[ROWS][TEXT_SIZE];
    lines->exact_count = 0;
    for (uint32_t i = 0; i < ROWS; i++) {
        bd_text text = {"2.125", 5};
        if (i % EXACT_EVERY != 0) {
            int size =
                snprintf(texts[i], TEXT_SIZE, "%d.%02d", (int)(lines->volume[i] / 100), (int)(lines->volume[i] % 100));
            text = (bd_text){texts[i], (size_t)size};
        }
        lines->exact[lines->exact_count++] = (bd_exact_cell){i, volume_column, text};
    }
}

/* Line by line and exactly, against columns and plans. */
static void check_random(uint64_t seed)
{
    static Results exactly, other;
    static char contract[4096];
    Compilation c;
    make_contract(seed, contract, sizeof contract);
    bd_module *module = load(&c, contract);
    if (module) {
        Lines *lines = lay_out(module), *exact = lay_out(module);
        make_all_exact(exact, column_named(module, "volume"));
        run_in(module, exact, 1, false, &exactly);
        for (int i = 0; i < 4; i++) {
            run_in(module, lines, i / 2 == 0 ? ROWS : 700, i % 2 == 1, &other);
            uint32_t row = first_difference(&exactly, &other);
            CHECK(row == ROWS, "seed %llu, row %u differs in batches, %d, of\n%s", (unsigned long long)seed, row, i,
                  contract);
        }
        free(lines);
        free(exact);
        bd_module_free(module);
    }
    compile_free(&c);
}

static void check_refusals(const bd_module *module, const Lines *lines)
{
    static Results results;
    bd_error error = {0};
    check_group("refusals");
    bd_session *session = open_session(module, NULL, NULL);
    CHECK(decide(session, lines, 100, 50, &results, &error) == BD_OK, "%s", error.message);
    CHECK(decide(session, lines, 0, 50, &results, &error) == BD_ORDER, "an earlier line after a later one");
    CHECK(decide(session, lines, 149, 2, &results, &error) == BD_OK && results.decision[149] == BD_REJECTED &&
              results.reasons[149] == 0,
          "the same line twice in one run");
    bd_list_data list = {lines->offsets, lines->visit_columns};
    bd_batch bare = {.rows = 1, .columns = lines->columns, .lists = &list};
    const bd_trace *trace;
    const bd_record *record;
    CHECK(bd_session_count(session, &bare, &error) == BD_ARGUMENT, "lines that nobody is");
    CHECK(bd_session_trace(session, &bare, 0, &trace, &error) == BD_ARGUMENT, "their trace");
    CHECK(bd_session_record(session, &bare, 0, &error) != BD_OK ||
              bd_session_record_next(session, &record, &error) != BD_OK ||
              bd_session_record_trace(session, 0, &trace, &error) == BD_ARGUMENT,
          "their traces, recorded");
    bd_session_free(session);
    CHECK(bd_session_commit(NULL, &error) == BD_ARGUMENT && bd_session_set_ledger(NULL, NULL, &error) == BD_ARGUMENT,
          "nothing to work on");
}

/* The n-th allocation fails, in the session and in the ledger: the call says so, nothing leaks, and what the ledger holds is whole. */
static void check_allocations(const bd_module *module, const Lines *lines, bool has_ledger)
{
    static Results results;
    check_group(has_ledger ? "allocations that fail, with a ledger" : "allocations that fail");
    bool is_done = false;
    for (size_t fail_at = 1; fail_at < 3000 && !is_done; fail_at += fail_at / 16 + 1) {
        Counting counting = {.fail_at = fail_at};
        bd_allocator allocator = counting_allocator(&counting);
        bd_options options = {.allocator = &allocator};
        bd_ledger ledger = {NULL, NULL};
        bd_error error = {0};
        bool has_one = has_ledger && bd_ledger_memory_new(&options, &ledger, &error) == BD_OK;
        bd_session *session = has_one == has_ledger ? open_session(module, &options, has_one ? &ledger : NULL) : NULL;
        bd_status status = session ? decide(session, lines, 0, 200, &results, &error) : BD_NOMEM;
        is_done = status == BD_OK;
        CHECK(status == BD_OK || status == BD_NOMEM, "status %d: %s", status, error.message);
        counting.fail_at = 0;
        if (session && status != BD_OK)
            CHECK(decide(session, lines, 0, 200, &results, &error) == (has_ledger ? BD_OK : BD_STATE),
                  "after a failure: %s", error.message);
        bd_session_free(session);
        bd_ledger_close(&ledger);
        CHECK(counting.live == 0 && !counting.size_error, "%zu bytes leaked", counting.live);
    }
    CHECK(is_done, "it never succeeded");
}

int main(void)
{
    Compilation c;
    check_group("compiling");
    bd_module *module = load(&c, CONTRACT);
    if (module) {
        Lines *lines = lay_out(module);
        check_batches(module, lines);
        check_refusals(module, lines);
        check_allocations(module, lines, false);
        check_allocations(module, lines, true);
        free(lines);
        bd_module_free(module);
    }
    compile_free(&c);
    check_group("random agreements");
    for (uint64_t seed = 1; seed <= RANDOM_AGREEMENTS; seed++)
        check_random(seed);
    return check_done();
}
