/* test_limits.c - limits of a session stop a call with BD_LIMIT, and the session works afterwards.
 *
 * A call that fits is made after each one that does not, on the same session: nothing of the first may stick.
 */
#include "api/contract.h"
#include "unit/counting_allocator.h"

enum { MANY = 2000 };

/* A batch of many rows like row 0 of the lines: columns with their first value repeated. */
typedef struct Crowd {
    char *values[LINE_COLUMNS_MAX];
    uint8_t *present[LINE_COLUMNS_MAX];
    bd_column_data columns[LINE_COLUMNS_MAX];
    uint32_t offsets[MANY + 1];
    bd_list_data list;
    bd_batch batch;
    uint8_t decision[MANY];
    int64_t cents[MANY];
    uint64_t reasons[MANY];
    uint32_t fault[MANY];
    bd_decisions decisions;
} Crowd;

static Crowd *crowd_of(const bd_module *module, const Lines *lines)
{
    Crowd *crowd = calloc(1, sizeof *crowd);
    bd_program_info program = {.columns = 0};
    bd_column_info info;
    if (!crowd)
        abort();
    CHECK(bd_module_program(module, 0, &program) == BD_OK, "the lines program");
    for (uint32_t i = 0; i < program.columns; i++) {
        CHECK(bd_module_column(module, program.first_column + i, &info) == BD_OK, "column %u", i);
        size_t width = info.kind == BD_KIND_BOOL   ? 1
                       : info.kind == BD_KIND_INT  ? 4
                       : info.kind == BD_KIND_TEXT ? sizeof(bd_text)
                                                   : 8;
        crowd->values[i] = malloc(MANY * width);
        crowd->present[i] = malloc(MANY);
        if (!crowd->values[i] || !crowd->present[i])
            abort();
        for (size_t row = 0; row < MANY; row++)
            memcpy(crowd->values[i] + row * width, &lines->values[i], width);
        memset(crowd->present[i], lines->present[i][0], MANY);
        crowd->columns[i] = (bd_column_data){crowd->values[i], crowd->present[i]};
    }
    crowd->list = (bd_list_data){crowd->offsets, lines->list_columns};
    crowd->batch = (bd_batch){.rows = MANY, .columns = crowd->columns, .lists = &crowd->list};
    crowd->decisions = (bd_decisions){crowd->decision, crowd->cents, crowd->reasons, crowd->fault, NULL, NULL};
    return crowd;
}

static void crowd_free(Crowd *crowd)
{
    for (int i = 0; i < LINE_COLUMNS_MAX; i++) {
        free(crowd->values[i]);
        free(crowd->present[i]);
    }
    free(crowd);
}

/* Whether a message names the limit and its figure. */
static bool says(const bd_error *error, uint64_t limit, const char *what)
{
    char wanted[100];
    snprintf(wanted, sizeof wanted, "the limit of %llu %s was reached", (unsigned long long)limit, what);
    return strcmp(error->message, wanted) == 0;
}

static void test_instructions(const bd_module *module, Lines *lines, Crowd *crowd)
{
    bd_module_info info;
    bd_error error = {.message = ""};
    bd_module_describe(module, &info);
    bd_options options = {.limits = {.instructions = 4 * LINE_ROWS * info.cost}}; /* as the header promises */
    bd_session *session = contract_session(module, &options);
    check_group("instructions");
    for (int i = 0; i < 3; i++) {
        CHECK(bd_session_decide(session, &crowd->batch, &crowd->decisions, &error) == BD_LIMIT, "%s", error.message);
        CHECK(error.code == BD_LIMIT && says(&error, 4 * LINE_ROWS * info.cost, "instructions in a call"),
              "the error says so too: %s", error.message);
        lines_check(session, lines);
    }
    bd_session_free(session);

    options.limits.instructions = 5;
    session = contract_session(module, &options);
    const bd_trace *trace = NULL;
    bd_value input = {.present = true, .text = T("1")}, output;
    CHECK(bd_session_trace(session, &lines->batch, 0, &trace, &error) == BD_LIMIT && !trace, "%s", error.message);
    CHECK(bd_session_eval(session, contract_program(module, "definitie.derde"), &input, &output, &error) == BD_OK &&
              contract_is(output.text, "1/3"),
          "a call that fits: %s", error.message);
    bd_session_free(session);
}

/* Row 3 faults early: its trace is the shortest. With just room for that one the others do not fit. */
static void test_trace(const bd_module *module, Lines *lines)
{
    bd_options options = {.limits = {.trace = 1}};
    bd_error error = {.message = ""};
    const bd_trace *trace = NULL;
    check_group("trace");
    bd_session *session = contract_session(module, NULL);
    if (bd_session_trace(session, &lines->batch, 3, &trace, &error) == BD_OK)
        options.limits.trace = trace->step_count;
    bd_session_free(session);

    trace = NULL;
    session = contract_session(module, &options);
    for (size_t row = 0; row < 3; row++) {
        trace = NULL;
        CHECK(bd_session_trace(session, &lines->batch, row, &trace, &error) == BD_LIMIT &&
                  says(&error, options.limits.trace, "steps in a trace"),
              "row %zu: %s", row, error.message);
        CHECK(trace && trace->step_count == options.limits.trace && trace->steps[0].label.size > 0 &&
                  trace->decision == (bd_decision)lines->decisions.decision[row] &&
                  trace->cents == lines->decisions.cents[row],
              "row %zu: the decision, and the steps up to there", row);
        lines_check(session, lines);
    }
    CHECK(bd_session_trace(session, &lines->batch, 3, &trace, &error) == BD_OK && trace &&
              trace->step_count == options.limits.trace,
          "a trace that is short enough: %s", error.message);

    const bd_record *record = NULL;
    CHECK(bd_session_record(session, &lines->batch, 0, &error) == BD_OK &&
              bd_session_record_next(session, &record, &error) == BD_OK && record->rows > 0,
          "recording: %s", error.message);
    CHECK(bd_session_record_trace(session, 0, &trace, &error) == BD_LIMIT, "recorded: %s", error.message);
    CHECK(bd_session_record_trace(session, 3, &trace, &error) == BD_STATE &&
              bd_session_record_next(session, &record, &error) == BD_STATE,
          "the record is gone: %s", error.message);
    CHECK(bd_session_record(session, &lines->batch, 3, &error) == BD_OK &&
              bd_session_record_next(session, &record, &error) == BD_OK &&
              bd_session_record_trace(session, 3, &trace, &error) == BD_OK && trace->step_count == options.limits.trace,
          "from the next row on: %s", error.message);
    bd_session_free(session);
}

/* Every limit from next to nothing up to enough: each call answers BD_OK or BD_LIMIT, holds itself to the limit, and what
** a session can do it can still do after a call that it could not. */
static void test_memory(const bd_module *module, Lines *lines, Crowd *crowd)
{
    unsigned refused_sessions = 0, refused_batches = 0, refused_traces = 0;
    bd_status large = BD_LIMIT;
    check_group("memory");
    for (size_t limit = 100; large == BD_LIMIT && limit < 64u << 20; limit += limit / 3) {
        Counting counting = {.calls = 0};
        bd_allocator allocator = counting_allocator(&counting);
        bd_options options = {&allocator, {.memory = limit}};
        bd_session *session = NULL;
        bd_error error = {.message = ""};
        const bd_trace *trace = NULL;
        bd_status status = bd_session_new(module, &options, &session, &error);
        if (status == BD_OK)
            status = contract_prepare(module, session, &error);
        CHECK(status == BD_OK || status == BD_LIMIT, "limit %zu: %s", limit, error.message);
        refused_sessions += status == BD_LIMIT;
        if (status == BD_OK) {
            bd_status small = bd_session_decide(session, &lines->batch, &lines->decisions, &error);
            bd_status traced = bd_session_trace(session, &lines->batch, 0, &trace, &error);
            large = bd_session_decide(session, &crowd->batch, &crowd->decisions, &error);
            CHECK(small == BD_OK || small == BD_LIMIT, "limit %zu: %s", limit, bd_status_text(small));
            CHECK(traced == BD_OK || traced == BD_LIMIT, "limit %zu: %s", limit, bd_status_text(traced));
            CHECK(large == BD_OK || large == BD_LIMIT, "limit %zu: %s", limit, bd_status_text(large));
            CHECK(counting.live <= limit, "limit %zu: %zu bytes held", limit, counting.live);
            refused_batches += large == BD_LIMIT;
            refused_traces += traced == BD_LIMIT;
            if (small == BD_OK && traced == BD_LIMIT)
                lines_check(session, lines);
        }
        bd_session_free(session);
        CHECK(counting.live == 0 && !counting.size_error, "limit %zu: %zu bytes leaked", limit, counting.live);
    }
    CHECK(large == BD_OK, "in the end it fits: %s", bd_status_text(large));
    CHECK(refused_sessions > 0 && refused_batches > 0, "%u sessions, %u batches, %u traces refused", refused_sessions,
          refused_batches, refused_traces);
    CHECK(crowd->decision[MANY - 1] == BD_APPROVED && crowd->cents[MANY - 1] == 2000, "the last of many");
}

/* Too many rows of an extern table: refused one by one, and the session may go on with those it has. */
static void test_table_memory(const bd_module *module, Lines *lines)
{
    bd_options options = {.limits = {.memory = 600000}};
    bd_session *session = NULL;
    bd_error error = {.message = ""};
    bd_status status = BD_OK;
    uint32_t table = contract_table(module, "plafond"), count = 0;
    char name[] = "00000000";
    bd_text key = {name, sizeof name - 1};
    check_group("memory of extern tables");
    CHECK(bd_session_new(module, &options, &session, &error) == BD_OK, "%s", error.message);
    for (; status == BD_OK && count < 100000; count++) {
        for (size_t digit = 0, rest = count; digit < key.size; digit++, rest /= 10)
            name[digit] = (char)('0' + rest % 10);
        status = bd_session_table_row(session, table, 0, &key, 1, T("1"), &error);
    }
    CHECK(status == BD_LIMIT && count > 100 && says(&error, options.limits.memory, "bytes of memory"), "row %u: %s",
          count, error.message);
    key = T("555");
    status = bd_session_table_row(session, table, 0, &key, 1, T("30"), &error);
    CHECK(status == BD_OK || status == BD_LIMIT, "%s", error.message);
    bd_session_free(session);

    options.limits.memory = 0;
    session = contract_session(module, &options);
    lines_check(session, lines);
    bd_session_free(session);
}

int main(void)
{
    size_t size = 0;
    void *bytes = contract_bytes(&size);
    bd_module *module = bytes ? contract_module(bytes, size) : NULL;
    if (module) {
        Lines lines;
        lines_fill(module, &lines);
        Crowd *crowd = crowd_of(module, &lines);
        test_instructions(module, &lines, crowd);
        test_trace(module, &lines);
        test_memory(module, &lines, crowd);
        test_table_memory(module, &lines);
        crowd_free(crowd);
    }
    bd_module_free(module);
    free(bytes);
    return check_done();
}
