/* test_api.c - misuse of the public interface: NULLs, the wrong order, wrong counts, wrong values. One row per mistake.
 *
 * Each row makes one call on a session that works and says which status it must give; afterwards the session must work as
 * before. Under the sanitizers, so that "refused" also means "nothing touched".
 */
#include "api/contract.h"

typedef struct Desk {
    const bd_module *module;
    const void *bytes;
    size_t size;
    bd_session *raw;     /* nothing supplied, not prepared */
    bd_session *session; /* prepared */
    Lines *lines;        /* fresh for each row of the table */
    bd_error error;
} Desk;

static void *no_memory(void *context, void *old, size_t old_size, size_t new_size)
{
    (void)context, (void)old, (void)old_size, (void)new_size;
    return NULL;
}

static bd_status load(Desk *d, const void *bytes, size_t size, const bd_options *options)
{
    bd_module *module = NULL;
    bd_status status = bd_module_load(bytes, size, options, &module, &d->error);
    CHECK((status == BD_OK) == (module != NULL), "the place for the module is set only when it was loaded");
    bd_module_free(module);
    return status;
}

static bd_status start(Desk *d, const bd_module *module, const bd_options *options)
{
    bd_session *session = NULL;
    bd_status status = bd_session_new(module, options, &session, &d->error);
    CHECK((status == BD_OK) == (session != NULL), "the place for the session is set only when it was made");
    bd_session_free(session);
    return status;
}

static bd_status decide(Desk *d)
{
    return bd_session_decide(d->session, &d->lines->batch, &d->lines->decisions, &d->error);
}

static bd_status row_of(Desk *d, const bd_text *keys, size_t count, bd_text value)
{
    return bd_session_table_row(d->raw, contract_table(d->module, "plafond"), 0, keys, count, value, &d->error);
}

static bd_status bind(Desk *d, bd_session *session, bd_text name, bd_text signature)
{
    return bd_session_bind_native(session, name, signature, (void (*)(void))contract_is_within, &d->error);
}

static bd_status third_of(Desk *d, bd_value input)
{
    bd_value output;
    return bd_session_eval(d->session, contract_program(d->module, "definitie.derde"), &input, &output, &d->error);
}

static const bd_allocator empty_allocator = {NULL, NULL}, poor_allocator = {no_memory, NULL};
static const bd_options with_empty = {.allocator = &empty_allocator}, with_poor = {.allocator = &poor_allocator};
static const bd_options tiny = {.limits = {.memory = 1}};
static const bd_text no_bytes = {NULL, 3};

/* Judges a call on the desk and puts fresh lines on it. */
static void expect(Desk *d, const char *mistake, bd_status wanted, bd_status status)
{
    CHECK(status == wanted, "%s: %s (%s)", mistake, bd_status_text(status), d->error.message);
    CHECK(d->error.code == status && d->error.message[0] != '\0', "%s: the error says nothing", mistake);
    memset(&d->error, 0, sizeof d->error);
    lines_fill(d->module, d->lines);
}

static void test_load(Desk *d)
{
    check_group("bd_module_load");
    expect(d, "no bytes", BD_ARGUMENT, load(d, NULL, d->size, NULL));
    expect(d, "no place", BD_ARGUMENT, bd_module_load(d->bytes, d->size, NULL, NULL, &d->error));
    expect(d, "not aligned", BD_ARGUMENT, load(d, (const char *)d->bytes + 4, d->size - 4, NULL));
    expect(d, "an allocator without function", BD_ARGUMENT, load(d, d->bytes, d->size, &with_empty));
    expect(d, "no memory", BD_NOMEM, load(d, d->bytes, d->size, &with_poor));
    expect(d, "no size", BD_MODULE, load(d, d->bytes, 0, NULL));
    expect(d, "cut off", BD_MODULE, load(d, d->bytes, d->size - 8, NULL));
    expect(d, "not a module", BD_MODULE, load(d, d->lines, sizeof *d->lines, NULL));
}

static void test_new(Desk *d)
{
    check_group("bd_session_new");
    expect(d, "no module", BD_ARGUMENT, start(d, NULL, NULL));
    expect(d, "no place", BD_ARGUMENT, bd_session_new(d->module, NULL, NULL, &d->error));
    expect(d, "an allocator without function", BD_ARGUMENT, start(d, d->module, &with_empty));
    expect(d, "no memory", BD_NOMEM, start(d, d->module, &with_poor));
    expect(d, "a limit too small", BD_LIMIT, start(d, d->module, &tiny));
}

static void test_row(Desk *d)
{
    check_group("bd_session_table_row");
    const uint32_t table = contract_table(d->module, "plafond");
    const bd_text key = T("a"), keys[] = {key, key};
    expect(d, "no session", BD_ARGUMENT, bd_session_table_row(NULL, 0, 0, NULL, 0, T("1"), &d->error));
    expect(d, "no keys", BD_ARGUMENT, row_of(d, NULL, 1, T("1")));
    expect(d, "too few keys", BD_ARGUMENT, row_of(d, NULL, 0, T("1")));
    expect(d, "too many keys", BD_ARGUMENT, row_of(d, keys, 2, T("1")));
    expect(d, "a key without bytes", BD_ARGUMENT, row_of(d, &no_bytes, 1, T("1")));
    expect(d, "a value without bytes", BD_ARGUMENT, row_of(d, &key, 1, no_bytes));
    expect(d, "no value", BD_SYNTAX, row_of(d, &key, 1, T("")));
    expect(d, "a decimal comma", BD_SYNTAX, row_of(d, &key, 1, T("1,5")));
    expect(d, "a table that is not extern", BD_NAME,
           bd_session_table_row(d->raw, contract_table(d->module, "opvang"), 0, NULL, 0, T("1"), &d->error));
    expect(d, "no such table", BD_NAME, bd_session_table_row(d->raw, 999, 0, NULL, 0, T("1"), &d->error));
    expect(d, "a day outside the calendar", BD_RANGE,
           bd_session_table_row(d->raw, table, INT32_MAX, &key, 1, T("1"), &d->error));
    expect(d, "after prepare", BD_STATE, bd_session_table_row(d->session, table, 0, &key, 1, T("1"), &d->error));
}

static void test_supply(Desk *d)
{
    check_group("bd_session_table_supply");
    expect(d, "no session", BD_ARGUMENT, bd_session_table_supply(NULL, 0, &d->error));
    expect(d, "no such table", BD_NAME, bd_session_table_supply(d->raw, 999, &d->error));
    expect(d, "after prepare", BD_STATE, bd_session_table_supply(d->session, 0, &d->error));
}

static void test_bind(Desk *d)
{
    check_group("bd_session_bind_native");
    expect(d, "no session", BD_ARGUMENT, bind(d, NULL, T("is_binnen"), T("b(t)")));
    expect(d, "no function", BD_ARGUMENT, bd_session_bind_native(d->raw, T("is_binnen"), T("b(t)"), NULL, &d->error));
    expect(d, "a name without bytes", BD_ARGUMENT, bind(d, d->raw, no_bytes, T("b(t)")));
    expect(d, "a signature without bytes", BD_ARGUMENT, bind(d, d->raw, T("is_binnen"), no_bytes));
    expect(d, "no such native", BD_NAME, bind(d, d->raw, T("is_buiten"), T("b(t)")));
    expect(d, "the empty name", BD_NAME, bind(d, d->raw, (bd_text){NULL, 0}, T("b(t)")));
    expect(d, "another signature", BD_NATIVE, bind(d, d->raw, T("is_binnen"), T("b(tt)")));
    expect(d, "no signature", BD_NATIVE, bind(d, d->raw, T("is_binnen"), T("")));
    expect(d, "after prepare", BD_STATE, bind(d, d->session, T("is_binnen"), T("b(t)")));
}

static void test_prepare(Desk *d)
{
    check_group("bd_session_prepare");
    expect(d, "no session", BD_ARGUMENT, bd_session_prepare(NULL, &d->error));
    expect(d, "a table is missing", BD_MISSING, bd_session_prepare(d->raw, &d->error));
}

static void test_decide(Desk *d)
{
    check_group("bd_session_decide");
    expect(d, "no session", BD_ARGUMENT, bd_session_decide(NULL, &d->lines->batch, &d->lines->decisions, &d->error));
    expect(d, "no batch", BD_ARGUMENT, bd_session_decide(d->session, NULL, &d->lines->decisions, &d->error));
    expect(d, "no results", BD_ARGUMENT, bd_session_decide(d->session, &d->lines->batch, NULL, &d->error));
    expect(d, "not prepared", BD_STATE, bd_session_decide(d->raw, &d->lines->batch, &d->lines->decisions, &d->error));
    d->lines->decisions.decision = NULL;
    expect(d, "no array of decisions", BD_ARGUMENT, decide(d));
    d->lines->decisions.cents = NULL;
    expect(d, "no array of cents", BD_ARGUMENT, decide(d));
    d->lines->decisions.reasons = NULL;
    expect(d, "no array of reasons", BD_ARGUMENT, decide(d));
    d->lines->decisions.fault = NULL;
    expect(d, "no array of faults", BD_ARGUMENT, decide(d));
    d->lines->batch.columns = NULL;
    expect(d, "no columns", BD_ARGUMENT, decide(d));
    d->lines->columns[2].values = NULL;
    expect(d, "a column without values", BD_ARGUMENT, decide(d));
    d->lines->batch.lists = NULL;
    expect(d, "no lists", BD_ARGUMENT, decide(d));
    d->lines->list.offsets = NULL;
    expect(d, "a list without offsets", BD_ARGUMENT, decide(d));
    d->lines->list.columns = NULL;
    expect(d, "a list without columns", BD_ARGUMENT, decide(d));
    d->lines->offsets[1] = 7;
    expect(d, "falling offsets", BD_ARGUMENT, decide(d));
    d->lines->offsets[LINE_ROWS] = UINT32_MAX;
    expect(d, "offsets beyond 2^31", BD_ARGUMENT, decide(d));
    d->lines->offsets[0] = 0;
    d->lines->offsets[1] = 6;
    d->lines->offsets[2] = d->lines->offsets[3] = 6;
    d->lines->offsets[4] = 6;
    expect(d, "more records than the maximum", BD_ARGUMENT, decide(d));
    d->lines->batch.exact_count = 1;
    expect(d, "exact cells without array", BD_ARGUMENT, decide(d));
    d->lines->batch.rows = SIZE_MAX;
    expect(d, "too many rows", BD_ARGUMENT, decide(d));
}

static void test_trace(Desk *d)
{
    check_group("bd_session_trace");
    const bd_trace *trace = NULL;
    expect(d, "no session", BD_ARGUMENT, bd_session_trace(NULL, &d->lines->batch, 0, &trace, &d->error));
    expect(d, "no batch", BD_ARGUMENT, bd_session_trace(d->session, NULL, 0, &trace, &d->error));
    expect(d, "no place", BD_ARGUMENT, bd_session_trace(d->session, &d->lines->batch, 0, NULL, &d->error));
    expect(d, "a row too far", BD_ARGUMENT,
           bd_session_trace(d->session, &d->lines->batch, LINE_ROWS, &trace, &d->error));
    expect(d, "not prepared", BD_STATE, bd_session_trace(d->raw, &d->lines->batch, 0, &trace, &d->error));
    CHECK(!trace, "the place for the trace is left alone");
}

static void test_record(Desk *d)
{
    check_group("bd_session_record");
    const bd_record *record = NULL;
    const bd_trace *trace = NULL;
    expect(d, "next, not begun", BD_STATE, bd_session_record_next(d->session, &record, &d->error));
    expect(d, "a trace, not begun", BD_STATE, bd_session_record_trace(d->session, 0, &trace, &d->error));
    expect(d, "no session", BD_ARGUMENT, bd_session_record(NULL, &d->lines->batch, 0, &d->error));
    expect(d, "no batch", BD_ARGUMENT, bd_session_record(d->session, NULL, 0, &d->error));
    expect(d, "a row too far", BD_ARGUMENT, bd_session_record(d->session, &d->lines->batch, LINE_ROWS + 1, &d->error));
    expect(d, "not prepared", BD_STATE, bd_session_record(d->raw, &d->lines->batch, 0, &d->error));
    CHECK(bd_session_record(d->session, &d->lines->batch, 1, &d->error) == BD_OK, "%s", d->error.message);
    expect(d, "no session", BD_ARGUMENT, bd_session_record_next(NULL, &record, &d->error));
    expect(d, "no place", BD_ARGUMENT, bd_session_record_next(d->session, NULL, &d->error));
    expect(d, "before the first record", BD_ARGUMENT, bd_session_record_trace(d->session, 1, &trace, &d->error));
    CHECK(bd_session_record_next(d->session, &record, &d->error) == BD_OK && record->first_row == 1 &&
              record->rows == LINE_ROWS - 1,
          "%s", d->error.message);
    expect(d, "no session", BD_ARGUMENT, bd_session_record_trace(NULL, 1, &trace, &d->error));
    expect(d, "no place", BD_ARGUMENT, bd_session_record_trace(d->session, 1, NULL, &d->error));
    expect(d, "a row before", BD_ARGUMENT, bd_session_record_trace(d->session, 0, &trace, &d->error));
    expect(d, "a row behind", BD_ARGUMENT, bd_session_record_trace(d->session, LINE_ROWS, &trace, &d->error));
    CHECK(!trace, "the place for the trace is left alone");
    CHECK(bd_session_record_next(d->session, &record, &d->error) == BD_OK && record->rows == 0, "%s", d->error.message);
    CHECK(bd_session_record(d->session, &d->lines->batch, LINE_ROWS, &d->error) == BD_OK &&
              bd_session_record_next(d->session, &record, &d->error) == BD_OK && record->rows == 0,
          "from the end on: %s", d->error.message);
}

static void test_eval(Desk *d)
{
    check_group("bd_session_eval");
    const uint32_t third = contract_program(d->module, "definitie.derde");
    bd_value value = {.present = false};
    expect(d, "no session", BD_ARGUMENT, bd_session_eval(NULL, 1, NULL, NULL, &d->error));
    expect(d, "no inputs", BD_ARGUMENT, bd_session_eval(d->session, third, NULL, &value, &d->error));
    expect(d, "no outputs", BD_ARGUMENT, bd_session_eval(d->session, third, &value, NULL, &d->error));
    expect(d, "not prepared", BD_STATE, bd_session_eval(d->raw, third, &value, &value, &d->error));
    expect(d, "no such program", BD_NAME, bd_session_eval(d->session, 999, NULL, NULL, &d->error));
    expect(d, "the lines program", BD_NAME, bd_session_eval(d->session, 0, NULL, NULL, &d->error));
    expect(d, "an input that is absent", BD_MISSING, third_of(d, (bd_value){.present = false}));
    expect(d, "no number", BD_SYNTAX, third_of(d, (bd_value){.present = true, .text = T("een")}));
    expect(d, "an empty number", BD_SYNTAX, third_of(d, (bd_value){.present = true}));
    expect(d, "divided by zero", BD_SYNTAX, third_of(d, (bd_value){.present = true, .text = T("1/0")}));
    expect(d, "a number without bytes", BD_ARGUMENT, third_of(d, (bd_value){.present = true, .text = no_bytes}));
}

/* What a module says of itself: an index or a pointer that is none is refused, and nothing is written. */
static void test_describe(const bd_module *module)
{
    bd_module_info info;
    bd_column_info column;
    bd_list_info list;
    bd_rule_info rule;
    bd_table_info table;
    bd_program_info program;
    bd_output_info output;
    bd_site_info site;
    int32_t from, to;
    int64_t numerator, denominator;
    uint32_t member = 0, tariff = contract_table(module, "opvang");
    check_group("describing");
#define REFUSES(call, none, no_module, no_place)                                                           \
    CHECK((call) == BD_OK && (none) == BD_NAME && (no_module) == BD_ARGUMENT && (no_place) == BD_ARGUMENT, \
          "%s: %d %d %d %d", #call, (int)(call), (int)(none), (int)(no_module), (int)(no_place))
#define REFUSES_INDEX(function, out) \
    REFUSES(function(module, 0, out), function(module, BD_NONE, out), function(NULL, 0, out), function(module, 0, NULL))
    REFUSES_INDEX(bd_module_column, &column);
    REFUSES_INDEX(bd_module_list, &list);
    REFUSES_INDEX(bd_module_rule, &rule);
    REFUSES_INDEX(bd_module_table, &table);
    REFUSES_INDEX(bd_module_program, &program);
    REFUSES_INDEX(bd_module_site, &site);
    REFUSES(bd_program_output(module, 1, 0, &output), bd_program_output(module, 1, 99, &output),
            bd_program_output(NULL, 1, 0, &output), bd_program_output(module, 1, 0, NULL));
    REFUSES(bd_table_version(module, tariff, 0, &from, &to), bd_table_version(module, tariff, 9, &from, &to),
            bd_table_version(NULL, tariff, 0, &from, &to), bd_table_version(module, tariff, 0, NULL, &to));
    REFUSES(bd_table_cell(module, tariff, 0, &member, &numerator, &denominator),
            bd_table_cell(module, contract_table(module, "plafond"), 0, &member, &numerator, &denominator),
            bd_table_cell(module, tariff, 0, NULL, &numerator, &denominator),
            bd_table_cell(module, tariff, 0, &member, &numerator, NULL));
    member = 99;
    CHECK(bd_table_cell(module, tariff, 0, &member, &numerator, &denominator) == BD_ARGUMENT, "a member too far");

    bd_module_describe(NULL, &info);
    CHECK(info.columns == 0 && info.name.size == 0, "no module says nothing");
    bd_module_describe(module, NULL);
    CHECK(bd_module_reason_words(NULL) == 1 && bd_choice_size(NULL, 0) == 0 && bd_choice_size(module, 99) == 0,
          "sizes");
    CHECK(bd_choice_name(NULL, 0).size == 0 && bd_choice_name(module, 99).size == 0, "names of choices");
    CHECK(bd_choice_label(NULL, 0, 0).size == 0 && bd_choice_label(module, 0, 99).size == 0, "labels of members");
    CHECK(bd_choice_member(NULL, 0, 0).size == 0 && bd_choice_member(module, 0, 99).size == 0, "names of members");
    CHECK(bd_choice_find(NULL, 0, T("opvang")) == BD_NONE && bd_choice_find(module, 99, T("opvang")) == BD_NONE &&
              bd_choice_find(module, 0, (bd_text){NULL, 0}) == BD_NONE &&
              bd_choice_find(module, 0, no_bytes) == BD_NONE,
          "members that are not there");
    CHECK(bd_status_text((bd_status)-1) && bd_status_text(BD_STATUS_COUNT), "no status has a text as well");
}

/* Values that no column may hold, everywhere at once and one by one: lines fault or are rejected, nothing worse. */
static void test_garbage(Desk *d)
{
    static const int32_t integers[] = {INT32_MIN, -1, 99, BD_DATE_MIN - 1, BD_DATE_MAX + 1, INT32_MAX};
    static const int64_t scaled[] = {INT64_MIN, -1, 0, INT64_MAX};
    const bd_trace *trace;
    bd_column_info info;
    check_group("values that are none");
    for (uint32_t i = 0; bd_module_column(d->module, i, &info) == BD_OK && info.list == BD_NONE && info.program == 0;
         i++) {
        for (size_t k = 0; k < 6; k++) {
            for (size_t row = 0; row < LINE_ROWS; row++) {
                if (info.kind == BD_KIND_BOOL)
                    d->lines->values[i].boolean[row] = (uint8_t)(2 + k);
                else if (info.kind == BD_KIND_INT)
                    d->lines->values[i].integer[row] = integers[k];
                else if (info.kind == BD_KIND_SCALED)
                    d->lines->values[i].scaled[row] = scaled[k % 4];
                else
                    d->lines->values[i].text[row] = k % 2 ? (bd_text){NULL, 0} : (bd_text){"\xff\0", 2};
            }
            CHECK(decide(d) == BD_OK, "column %u: %s", i, d->error.message);
            for (size_t row = 0; row < LINE_ROWS; row++) {
                CHECK(bd_session_trace(d->session, &d->lines->batch, row, &trace, &d->error) == BD_OK &&
                          trace->decision == d->lines->decision[row] && trace->cents == d->lines->cents[row] &&
                          trace->fault == d->lines->fault[row],
                      "column %u, value %zu: both evaluators say the same", i, k);
            }
            lines_fill(d->module, d->lines);
        }
    }
    bd_exact_cell cell = {0, contract_column(d->module, "volume"), T("veel")};
    d->lines->batch.exact = &cell;
    d->lines->batch.exact_count = 1;
    CHECK(decide(d) == BD_OK && d->lines->decision[0] == BD_FAULTED && d->lines->fault[0] != BD_NONE, "an exact text");
    cell.decimal = T("3.000000");
    CHECK(decide(d) == BD_OK && d->lines->decision[0] == BD_APPROVED && d->lines->cents[0] == 3000, "an exact number");
    lines_fill(d->module, d->lines);
}

/* Calls that look like misuse and are not. */
static void test_allowed(Desk *d)
{
    check_group("allowed");
    bd_module_free(NULL);
    bd_session_free(NULL);
    CHECK(bd_session_prepare(d->session, NULL) == BD_OK, "preparing twice");
    CHECK(bd_session_decide(d->session, NULL, NULL, NULL) == BD_ARGUMENT, "no place for the error");
    CHECK(contract_prepare(d->module, d->raw, &d->error) == BD_OK, "a session that was refused: %s", d->error.message);
    lines_check(d->raw, d->lines);
    d->lines->batch = (bd_batch){.rows = 0};
    d->lines->decisions = (bd_decisions){.decision = NULL};
    CHECK(decide(d) == BD_OK, "no rows, no arrays: %s", d->error.message);
    lines_fill(d->module, d->lines);
    d->lines->batch.rows = 1;
    CHECK(decide(d) == BD_OK && d->lines->decision[0] == BD_APPROVED, "fewer rows than the arrays have");
}

int main(void)
{
    static Lines lines;
    size_t size = 0;
    void *bytes = contract_bytes(&size);
    bd_module *module = bytes ? contract_module(bytes, size) : NULL;
    if (module) {
        Desk desk = {.module = module, .bytes = bytes, .size = size, .lines = &lines};
        CHECK(bd_session_new(module, NULL, &desk.raw, NULL) == BD_OK, "a session that nothing is supplied to");
        desk.session = contract_session(module, NULL);
        lines_fill(module, &lines);
        test_load(&desk);
        test_new(&desk);
        test_row(&desk);
        test_supply(&desk);
        test_bind(&desk);
        test_prepare(&desk);
        test_decide(&desk);
        test_trace(&desk);
        test_record(&desk);
        test_eval(&desk);
        test_describe(module);
        test_garbage(&desk);
        check_group("the session still works");
        lines_check(desk.session, &lines);
        test_allowed(&desk);
        bd_session_free(desk.session);
        bd_session_free(desk.raw);
    }
    bd_module_free(module);
    free(bytes);
    return check_done();
}
