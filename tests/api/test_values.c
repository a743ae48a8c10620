/* test_values.c - what a host asks and gives beside lines: versions, natives and how often they are called, values that are judged, and exact
 * cells of lists.
 */
#include "api/contract.h"

static const char source[] =
    "taal nl\n"
    "overeenkomst waarden geldig vanaf 2025-01-01\n"
    "eenheid uur/uren\n"
    "product hulp per uur code \"02A03\"\n"
    "tarief hulp € 60,00\n"
    "invoer postcode : tekst\n"
    "lijst bezoeken per toewijzingnummer (plaats : tekst, uren : getal facultatief, dag : datum facultatief) ten "
    "hoogste 50\n"
    "definitie is_binnen(plaats : tekst) : boolean extern\n"
    "definitie ongebruikt(n : getal) : getal extern\n"
    "definitie beide : boolean = is_binnen(postcode) en is_binnen(\"4501\")\n"
    "definitie bezocht : getal = som over b in bezoeken met (b.uren aanwezig) van b.uren\n"
    "regel buiten keur af als niet is_binnen(postcode)\n"
    "regel buiten_beide houd aan als niet beide\n"
    "regel elders keur af als enige b in bezoeken heeft niet is_binnen(b.plaats)\n"
    "regel te_vroeg keur af als enige b in bezoeken heeft (b.dag aanwezig en b.dag < begindatum)\n"
    "regel te_lang keur af als bezocht > 10\n"
    "regel betaling betaal volume × tarief afgerond op centen\n";

enum { ROWS = 3, RECORDS = 4 };

typedef struct Desk {
    bd_module *module;
    bd_session *session;
    bd_error error;
    Lines lines;
    bd_text places[RECORDS];
    int64_t hours[RECORDS];
    uint8_t has_hours[RECORDS], has_day[RECORDS];
    int32_t days[RECORDS];
    bd_column_data record_columns[3];
} Desk;

static int calls;

static int is_within(const char *postcode, size_t size, bool *result)
{
    calls++;
    *result = size > 0 && postcode[0] == '4';
    return size == 0;
}

static void fill(Desk *d)
{
    static const uint32_t offsets[] = {0, 2, 3, 4};
    Lines *l = &d->lines;
    bd_program_info program = {.columns = 0};
    bd_column_info info;
    memset(l, 0, sizeof *l);
    CHECK(bd_module_program(d->module, 0, &program) == BD_OK, "the lines");
    for (uint32_t i = 0; i < program.columns; i++) {
        CHECK(bd_module_column(d->module, program.first_column + i, &info) == BD_OK, "column %u", i);
        for (size_t row = 0; row < ROWS; row++) {
            if (contract_is(info.name, "postcode"))
                l->values[i].text[row] = T("4502");
            else if (contract_is(info.name, "eenheid"))
                l->values[i].integer[row] = (int32_t)bd_choice_find(d->module, 1, T("uur"));
            else if (info.meaning == BD_MEANS_DATE)
                l->values[i].integer[row] = 20150;
            else if (info.kind == BD_KIND_SCALED)
                l->values[i].scaled[row] = info.denominator;
            l->present[i][row] = 1;
        }
        l->columns[i] = (bd_column_data){&l->values[i], l->present[i]};
    }
    for (int i = 0; i < RECORDS; i++)
        d->places[i] = T("4503"), d->hours[i] = 0, d->days[i] = 20151, d->has_hours[i] = d->has_day[i] = 1;
    d->record_columns[0] = (bd_column_data){d->places, NULL};
    d->record_columns[1] = (bd_column_data){d->hours, d->has_hours};
    d->record_columns[2] = (bd_column_data){d->days, d->has_day};
    memcpy(l->offsets, offsets, sizeof offsets);
    l->list = (bd_list_data){l->offsets, d->record_columns};
    l->batch = (bd_batch){.rows = ROWS, .columns = l->columns, .lists = &l->list};
    l->decisions = (bd_decisions){l->decision, l->cents, l->reasons, l->fault, NULL, NULL};
}

static bd_status decide(Desk *d)
{
    calls = 0;
    return bd_session_decide(d->session, &d->lines.batch, &d->lines.decisions, &d->error);
}

static void test_versions(void)
{
    char text[32];
    check_group("versions");
    snprintf(text, sizeof text, "%d.%d.%d", BD_VERSION_MAJOR, BD_VERSION_MINOR, BD_VERSION_PATCH);
    CHECK(strcmp(text, bd_version()) == 0 && bd_version_number() == BD_VERSION_NUMBER, "%s and %s", text, bd_version());
}

static void test_natives(Desk *d)
{
    bd_native_info info;
    bd_module_info module;
    bd_session *raw = NULL;
    check_group("natives");
    bd_module_describe(d->module, &module);
    CHECK(module.natives == 2, "%u natives", module.natives);
    CHECK(bd_module_native(d->module, 0, &info) == BD_OK && contract_is(info.name, "is_binnen") &&
              contract_is(info.signature, "b(t)") && info.is_called,
          "the first");
    CHECK(bd_module_native(d->module, 1, &info) == BD_OK && contract_is(info.signature, "n(n)") && !info.is_called,
          "the second, which nothing calls");
    CHECK(bd_module_native(d->module, 2, &info) == BD_NAME && bd_module_native(NULL, 0, &info) == BD_ARGUMENT &&
              bd_module_native(d->module, 0, NULL) == BD_ARGUMENT,
          "beyond");
    CHECK(bd_session_new(d->module, NULL, &raw, &d->error) == BD_OK, "%s", d->error.message);
    CHECK(bd_session_prepare(raw, &d->error) == BD_NATIVE && strstr(d->error.message, "is_binnen is not bound"), "%s",
          d->error.message);
    CHECK(bd_session_bind_native(raw, T("is_binnen"), T("b(tt)"), (void (*)(void))is_within, &d->error) == BD_NATIVE &&
              strstr(d->error.message, "declared as b(t) and bound as b(tt)"),
          "%s", d->error.message);
    bd_session_free(raw);
}

/* Three lines ask for "4502" twice each and for "4501", and four records for "4503": three different questions. */
static void test_calls(Desk *d)
{
    const bd_trace *trace;
    check_group("a native is asked once");
    fill(d);
    CHECK(decide(d) == BD_OK && d->lines.decision[2] == BD_APPROVED, "%s", d->error.message);
    CHECK(calls == 3, "%d calls", calls);
    CHECK(decide(d) == BD_OK && calls == 3, "asked again in the next call: %d", calls);
    d->places[3] = T(""); /* it has no answer; the line is decided exactly, without asking anew */
    CHECK(decide(d) == BD_OK && d->lines.decision[2] == BD_FAULTED && calls == 4, "%d calls", calls);
    calls = 0;
    CHECK(bd_session_trace(d->session, &d->lines.batch, 0, &trace, &d->error) == BD_OK && calls == 3, "%d calls",
          calls);
}

/* Ten thousand different questions do not stay. */
static void test_many_calls(Desk *d)
{
    enum { MANY = 40000 };
    bd_text *texts = malloc(MANY * sizeof *texts);
    char *digits = malloc(MANY * 8);
    Lines *l = &d->lines;
    uint8_t *decision = malloc(MANY);
    int64_t *cents = malloc(MANY * sizeof *cents);
    uint64_t *reasons = malloc(MANY * sizeof *reasons);
    uint32_t *fault = malloc(MANY * sizeof *fault), *offsets = calloc(MANY + 1, sizeof *offsets);
    bd_program_info program = {.columns = 0};
    bd_column_info info;
    fill(d);
    bd_module_program(d->module, 0, &program);
    void *columns[LINE_COLUMNS_MAX];
    for (uint32_t i = 0; i < program.columns; i++) {
        bd_module_column(d->module, program.first_column + i, &info);
        size_t size = info.kind == BD_KIND_INT ? 4 : info.kind == BD_KIND_TEXT ? sizeof(bd_text) : 8;
        columns[i] = malloc(MANY * size);
        for (size_t row = 0; row < MANY; row++)
            memcpy((char *)columns[i] + row * size, &l->values[i], size);
        l->columns[i] = (bd_column_data){columns[i], NULL};
        if (info.kind == BD_KIND_TEXT)
            l->columns[i].values = texts;
    }
    for (int row = 0; row < MANY; row++) {
        int size = snprintf(digits + row * 8, 8, "4%d", row);
        texts[row] = (bd_text){digits + row * 8, (size_t)size};
    }
    l->list = (bd_list_data){offsets, NULL};
    l->batch.rows = MANY;
    l->decisions = (bd_decisions){decision, cents, reasons, fault, NULL, NULL};
    check_group("many questions");
    CHECK(decide(d) == BD_OK && decision[MANY - 1] == BD_APPROVED, "%s", d->error.message);
    CHECK(calls >= MANY && calls < MANY + 100, "%d calls", calls);
    for (uint32_t i = 0; i < program.columns; i++)
        free(columns[i]);
    free(texts), free(digits), free(decision), free(cents), free(reasons), free(fault), free(offsets);
}

static void judge(Desk *d, bd_status wanted, uint32_t row, const char *message)
{
    bd_status status = bd_session_check(d->session, &d->lines.batch, &d->error);
    CHECK(status == wanted && (wanted == BD_OK || (d->error.offset == row && strstr(d->error.message, message))),
          "%s: %s (%s)", message, bd_status_text(status), d->error.message);
    CHECK(decide(d) == BD_OK, "deciding does no harm: %s", d->error.message);
    fill(d);
}

static void test_judging(Desk *d)
{
    check_group("values are judged");
    fill(d);
    judge(d, BD_OK, 0, "");
    uint32_t begin = contract_column(d->module, "begindatum"), product = contract_column(d->module, "product");
    d->lines.values[begin].integer[1] = BD_DATE_MAX + 1;
    judge(d, BD_RANGE, 1, "row 1, column begindatum lies outside the calendar");
    d->lines.values[begin].integer[2] = INT32_MIN;
    d->lines.values[product].integer[1] = 1;
    judge(d, BD_NAME, 1, "row 1, column product is no member of its choice");
    d->days[2] = INT32_MAX;
    judge(d, BD_RANGE, 1, "column dag");
    d->days[2] = INT32_MAX, d->has_day[2] = 0;
    judge(d, BD_OK, 0, "");
    d->places[3] = (bd_text){NULL, 3};
    CHECK(bd_session_check(d->session, &d->lines.batch, &d->error) == BD_ARGUMENT, "%s", d->error.message);
    fill(d);
    d->lines.batch.rows = 0;
    judge(d, BD_OK, 0, "");
    CHECK(bd_session_check(NULL, &d->lines.batch, &d->error) == BD_ARGUMENT, "no session");
    CHECK(bd_session_check(d->session, NULL, &d->error) == BD_ARGUMENT, "no batch");
}

static void refuse_records(Desk *d, bd_exact_record a, bd_exact_record b)
{
    bd_exact_record both[] = {a, b};
    d->lines.batch.exact_records = both;
    d->lines.batch.exact_record_count = 2;
    CHECK(decide(d) == BD_ARGUMENT, "list %u record %u column %u", a.list, a.record, a.column);
}

static void test_exact_records(Desk *d)
{
    const bd_exact_record cells[] = {{0, 0, 1, T("10.0000000000000000000000000000000000001")},
                                     {0, 2, 1, T("9.9999999999999999999999999999999999999999")},
                                     {0, 3, 1, T("tien")}};
    const bd_trace *trace;
    check_group("exact cells of lists");
    fill(d);
    d->lines.batch.exact_records = cells;
    d->lines.batch.exact_record_count = 3;
    CHECK(decide(d) == BD_OK && d->lines.decision[0] == BD_REJECTED && d->lines.decision[1] == BD_APPROVED &&
              d->lines.decision[2] == BD_FAULTED,
          "%d %d %d: %s", d->lines.decision[0], d->lines.decision[1], d->lines.decision[2], d->error.message);
    for (size_t row = 0; row < ROWS; row++)
        CHECK(bd_session_trace(d->session, &d->lines.batch, row, &trace, &d->error) == BD_OK &&
                  trace->decision == (bd_decision)d->lines.decision[row],
              "row %zu traced", row);
    refuse_records(d, cells[1], cells[0]);
    refuse_records(d, (bd_exact_record){1, 0, 1, T("1")}, cells[1]);
    refuse_records(d, (bd_exact_record){0, RECORDS, 1, T("1")}, cells[1]);
    refuse_records(d, (bd_exact_record){0, 0, 0, T("1")}, cells[1]);
    refuse_records(d, (bd_exact_record){0, 0, 3, T("1")}, cells[1]);
    refuse_records(d, (bd_exact_record){0, 0, 1, {NULL, 1}}, cells[1]);
    d->lines.batch.exact_records = NULL;
    CHECK(decide(d) == BD_ARGUMENT, "no array: %s", d->error.message);
    fill(d);
    CHECK(decide(d) == BD_OK && d->lines.decision[0] == BD_APPROVED, "%s", d->error.message);
}

/* The same through structs: hours as text. */
typedef struct Visit {
    const char *place, *hours;
} Visit;

typedef struct Day {
    int32_t day, unit;
    int64_t volume;
    int8_t product;
    const char *postcode;
    const Visit *visits;
    uint32_t visit_count;
} Day;

static void test_exact_structs(Desk *d)
{
    static const bd_field visit_fields[] = {BD_FIELD("plaats", BD_FIELD_STRING, Visit, place),
                                            BD_FIELD("uren", BD_FIELD_STRING, Visit, hours)};
    static const bd_field fields[] = {
        BD_FIELD("begindatum", BD_FIELD_INT32, Day, day),     BD_FIELD("einddatum", BD_FIELD_INT32, Day, day),
        BD_FIELD("dagtekening", BD_FIELD_INT32, Day, day),    BD_FIELD("product", BD_FIELD_INT8, Day, product),
        BD_FIELD("eenheid", BD_FIELD_INT32, Day, unit),       BD_FIELD("volume", BD_FIELD_INT64, Day, volume),
        BD_FIELD("postcode", BD_FIELD_STRING, Day, postcode),
    };
    static const bd_field_list lists[] = {
        {"bezoeken", offsetof(Day, visits), offsetof(Day, visit_count), sizeof(Visit), visit_fields, 2}};
    static const bd_row_layout layout = {sizeof(Day), fields, 7, lists, 1};
    static const Visit visits[] = {{"4501", "4"}, {"4502", "6.0000000000000000000000000000000000001"}, {"4503", NULL}};
    Day days[3];
    Lines *l = &d->lines;
    check_group("exact cells of lists of structs");
    fill(d);
    for (int i = 0; i < 3; i++)
        days[i] = (Day){20150, (int32_t)bd_choice_find(d->module, 1, T("uur")), 1, 0, "4501", visits, (uint32_t)i + 1};
    CHECK(bd_session_bind_rows(d->session, &layout, &d->error) == BD_OK, "%s", d->error.message);
    CHECK(bd_session_decide_rows(d->session, days, 3, &l->decisions, &d->error) == BD_OK, "%s", d->error.message);
    CHECK(l->decision[0] == BD_APPROVED && l->decision[1] == BD_REJECTED && l->decision[2] == BD_REJECTED, "%d %d %d",
          l->decision[0], l->decision[1], l->decision[2]);
}

int main(void)
{
    static Desk d;
    CompileOptions options = {.last = STAGE_MODULE};
    Compilation compilation;
    void *bytes = NULL;
    bd_status status = compile_text(&compilation, T("x.bdg"), (bd_text){source, sizeof source - 1}, &options);
    test_versions();
    if (CHECK(status == BD_OK && compilation.module, "the agreement does not compile")) {
        bytes = malloc(compilation.module_size);
        memcpy(bytes, compilation.module, compilation.module_size);
        CHECK(bd_module_load(bytes, compilation.module_size, NULL, &d.module, &d.error) == BD_OK &&
                  bd_session_new(d.module, NULL, &d.session, &d.error) == BD_OK &&
                  bd_session_bind_native(d.session, T("is_binnen"), T("b(t)"), (void (*)(void))is_within, &d.error) ==
                      BD_OK &&
                  bd_session_prepare(d.session, &d.error) == BD_OK,
              "%s", d.error.message);
        test_natives(&d);
        test_calls(&d);
        test_judging(&d);
        test_exact_records(&d);
        test_exact_structs(&d);
        test_many_calls(&d);
    }
    compile_free(&compilation);
    bd_session_free(d.session);
    bd_module_free(d.module);
    free(bytes);
    return check_done();
}
