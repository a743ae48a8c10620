/* test_rows.c - a host with structs of its own: binding them, every type of field, refusals, lists, counting.
 *
 * The agreement is that of api/contract.h, whose lines are decided one by one through structs and must come out as they do there; small
 * agreements of their own show the plain lines that need no columns, and lines that count.
 */
#include "api/arrow_build.h"
#include "api/contract.h"

typedef struct Absence {
    int32_t day;
} Absence;

typedef struct HostLine {
    int32_t begin, end, sent;
    int64_t parts, claimed;
    char product[8];
    const char *unit, *provider;
    bd_text postcode, weight;
    bool agreed, knows_agreed;
    const Absence *absences;
    uint32_t absence_count;
} HostLine;

static const bd_field absence_fields[] = {BD_FIELD("op_dag", BD_FIELD_INT32, Absence, day)};
static const bd_field_list host_lists[] = {{"afwezigheid", offsetof(HostLine, absences),
                                            offsetof(HostLine, absence_count), sizeof(Absence), absence_fields, 1}};

/* Also fields that this agreement does not ask for: they are passed over. */
static const bd_field host_fields[] = {
    BD_FIELD("begindatum", BD_FIELD_INT32, HostLine, begin),
    BD_FIELD("einddatum", BD_FIELD_INT32, HostLine, end),
    BD_FIELD("dagtekening", BD_FIELD_INT32, HostLine, sent),
    BD_FIELD_SCALED("volume", BD_FIELD_INT64, HostLine, parts, 1),
    BD_FIELD_SCALED("bedrag", BD_FIELD_INT64, HostLine, claimed, 100),
    BD_FIELD("product", BD_FIELD_CHARS, HostLine, product),
    BD_FIELD("eenheid", BD_FIELD_STRING, HostLine, unit),
    BD_FIELD("aanbieder", BD_FIELD_STRING, HostLine, provider),
    BD_FIELD("postcode", BD_FIELD_TEXT, HostLine, postcode),
    BD_FIELD("zwaarte", BD_FIELD_TEXT, HostLine, weight),
    BD_FIELD_OPTIONAL("akkoord", BD_FIELD_BOOL, HostLine, agreed, knows_agreed),
    BD_FIELD("wens_van_een_ander", BD_FIELD_INT8, HostLine, agreed),
};
static const bd_row_layout host_layout = {sizeof(HostLine), host_fields, sizeof host_fields / sizeof host_fields[0],
                                          host_lists, 1};

static const Absence twice[] = {{20150}, {20300}}, often[] = {{20151}, {20152}, {20153}}, once[] = {{20150}};

static HostLine a_line(void)
{
    return (HostLine){.begin = 20150,
                      .end = 20156,
                      .sent = 20156,
                      .parts = 2,
                      .claimed = 2000,
                      .product = "opvang",
                      .unit = "14",
                      .provider = "555",
                      .postcode = T("4501"),
                      .weight = T("licht")};
}

/* The four lines of contract.h. */
static void fill(HostLine lines[LINE_ROWS])
{
    for (int i = 0; i < LINE_ROWS; i++)
        lines[i] = a_line();
    lines[0].absences = twice, lines[0].absence_count = 2;
    lines[1].absences = often, lines[1].absence_count = 3;
    lines[2].knows_agreed = true;
    lines[3].absences = once, lines[3].absence_count = 1;
    lines[3].postcode = T("x");
}

typedef struct Desk {
    bd_session *session;
    bd_error error;
    uint8_t decision[64];
    int64_t cents[64];
    uint64_t reasons[64];
    uint32_t fault[64];
    bd_decisions out;
} Desk;

static bd_status decide(Desk *d, const void *rows, size_t count)
{
    d->out = (bd_decisions){d->decision, d->cents, d->reasons, d->fault, NULL, NULL};
    memset(d->decision, 0xEE, sizeof d->decision);
    memset(&d->error, 0, sizeof d->error);
    return bd_session_decide_rows(d->session, rows, count, &d->out, &d->error);
}

static void test_lines(Desk *d)
{
    static const uint8_t wanted[LINE_ROWS] = {BD_APPROVED, BD_REJECTED, BD_SUSPENDED, BD_REJECTED};
    HostLine lines[LINE_ROWS];
    const bd_trace *trace;
    check_group("the lines of the contract");
    fill(lines);
    CHECK(decide(d, lines, LINE_ROWS) == BD_OK, "%s", d->error.message);
    for (int i = 0; i < LINE_ROWS; i++)
        CHECK(d->decision[i] == wanted[i] && d->cents[i] == (i == 0 ? 2000 : 0), "line %d: %d", i, d->decision[i]);
    for (int i = 0; i < LINE_ROWS; i++) {
        CHECK(decide(d, &lines[i], 1) == BD_OK && d->decision[0] == wanted[i], "line %d alone: %s", i,
              d->error.message);
        CHECK(bd_session_trace_row(d->session, &lines[i], &trace, &d->error) == BD_OK &&
                  trace->decision == (bd_decision)wanted[i] && trace->step_count > 3,
              "line %d traced: %s", i, d->error.message);
    }
    CHECK(decide(d, NULL, 0) == BD_OK, "no lines at all: %s", d->error.message);
}

/* What is refused, why, and that the lines before it stand. */
static void refuse(Desk *d, HostLine line, bd_status status, const char *message)
{
    HostLine lines[3] = {a_line(), line, a_line()};
    CHECK(decide(d, lines, 3) == status, "%s: %s", message, d->error.message);
    CHECK(d->error.offset == 1 && strstr(d->error.message, message), "row %u, not 1: %s; wanted: %s", d->error.offset,
          d->error.message, message);
    CHECK(d->decision[0] == BD_APPROVED && d->decision[1] == 0xEE && d->decision[2] == 0xEE, "what stands: %d %d %d",
          d->decision[0], d->decision[1], d->decision[2]);
}

#define REFUSE(field, value, status, message) \
    do {                                      \
        HostLine line = a_line();             \
        line.field = value;                   \
        refuse(d, line, status, message);     \
    } while (0)

static void test_refusals(Desk *d)
{
    check_group("values that are refused");
    REFUSE(begin, BD_DATE_MAX + 1, BD_RANGE, "column begindatum: `2932897` lies outside the calendar");
    REFUSE(begin, INT32_MIN, BD_RANGE, "column begindatum");
    REFUSE(product[0], 'O', BD_NAME, "column product: `Opvang` is no member of its choice");
    REFUSE(product[0], '\0', BD_MISSING, "row 1 has no value in column product");
    REFUSE(unit, NULL, BD_MISSING, "column eenheid");
    REFUSE(unit, "uur", BD_NAME, "column eenheid: `uur`");
    REFUSE(postcode, ((bd_text){NULL, 0}), BD_MISSING, "column postcode");
}

static void test_too_many_records(Desk *d)
{
    HostLine line = a_line();
    check_group("lists");
    line.absences = often, line.absence_count = CONTRACT_LIST_MAXIMUM + 1;
    CHECK(decide(d, &line, 1) == BD_ARGUMENT && strstr(d->error.message, "list afwezigheid"), "%s", d->error.message);
    line.absence_count = 0;
    CHECK(decide(d, &line, 1) == BD_OK && d->decision[0] == BD_APPROVED, "%s", d->error.message);
}

/* A layout with one field changed. */
static void rebind(Desk *d, const char *mistake, bd_field field, size_t at, bd_status wanted, const char *message)
{
    bd_field fields[sizeof host_fields / sizeof host_fields[0]];
    bd_row_layout layout = host_layout;
    memcpy(fields, host_fields, sizeof fields);
    fields[at] = field;
    layout.fields = fields;
    memset(&d->error, 0, sizeof d->error);
    bd_status status = bd_session_bind_rows(d->session, &layout, &d->error);
    CHECK(status == wanted && strstr(d->error.message, message), "%s: %s (%s)", mistake, bd_status_text(status),
          d->error.message);
}

static void test_binding(Desk *d, bd_session *raw)
{
    bd_field field = host_fields[0];
    bd_row_layout layout = host_layout;
    HostLine line = a_line();
    check_group("binding");
    CHECK(bd_session_bind_rows(NULL, &layout, &d->error) == BD_ARGUMENT, "no session");
    CHECK(bd_session_bind_rows(d->session, NULL, &d->error) == BD_ARGUMENT, "no layout");
    CHECK(bd_session_bind_rows(raw, &layout, &d->error) == BD_STATE, "not prepared");
    CHECK(bd_session_decide_rows(d->session, NULL, 1, &d->out, &d->error) == BD_ARGUMENT, "no rows");
    CHECK(bd_session_decide_rows(d->session, &line, 1, NULL, &d->error) == BD_ARGUMENT, "no results");
    CHECK(bd_session_trace_row(d->session, &line, NULL, &d->error) == BD_ARGUMENT, "no place for the trace");
    field.name = "einddatum";
    rebind(d, "twice", field, 0, BD_ARGUMENT, "field einddatum is bound twice");
    field.name = "iets";
    rebind(d, "not bound", field, 0, BD_MISSING, "column begindatum");
    field.name = NULL;
    rebind(d, "no name", field, 0, BD_ARGUMENT, "no name");
    field = host_fields[0];
    field.type = (bd_field_type)99;
    rebind(d, "no type", field, 0, BD_ARGUMENT, "type that is none");
    field = host_fields[3];
    field.denominator = 60;
    rebind(d, "an odd denominator", field, 3, BD_ARGUMENT, "denominator");
    field = host_fields[5];
    field.size = 0;
    rebind(d, "no size", field, 5, BD_ARGUMENT, "no size");
    layout.list_count = 1, layout.lists = NULL;
    CHECK(bd_session_bind_rows(d->session, &layout, &d->error) == BD_ARGUMENT, "no lists");
    CHECK(decide(d, &line, 1) == BD_OK && d->decision[0] == BD_APPROVED, "the old layout holds: %s", d->error.message);
}

/* ---- An agreement of plain lines, with a field of every type ---- */

static const char plain_source[] = "taal nl\n"
                                   "overeenkomst vlak geldig vanaf 2025-01-01\n"
                                   "eenheid uur/uren\n"
                                   "product hulp per uur code \"02A03\"\n"
                                   "tarief hulp € 60,00\n"
                                   "invoer spoed : boolean facultatief\n"
                                   "invoer jaar : jaar facultatief\n"
                                   "invoer ingang : maand facultatief\n"
                                   "invoer merk : tekst facultatief\n"
                                   "regel vorig keur af als jaar aanwezig en jaar < 2025\n"
                                   "regel later keur af als ingang aanwezig en ingang > maand van begindatum\n"
                                   "regel merkloos keur af als merk aanwezig en merk = \"42\"\n"
                                   "regel betaling betaal volume × tarief afgerond op centen\n"
                                   "regel met_spoed houd aan als spoed aanwezig en spoed\n";

typedef struct PlainLine {
    char begin[10], end[11], claimed[12];
    const char *volume;
    int64_t sent;
    int8_t product;
    int16_t unit, year;
    char month[8];
    char urgent[4];
    int32_t brand;
    bool has_year, has_brand;
} PlainLine;

static const bd_field plain_fields[] = {
    BD_FIELD("begindatum", BD_FIELD_CHARS, PlainLine, begin),
    BD_FIELD("einddatum", BD_FIELD_CHARS, PlainLine, end),
    BD_FIELD("dagtekening", BD_FIELD_INT64, PlainLine, sent),
    BD_FIELD("product", BD_FIELD_INT8, PlainLine, product),
    BD_FIELD("eenheid", BD_FIELD_INT16, PlainLine, unit),
    BD_FIELD("volume", BD_FIELD_STRING, PlainLine, volume),
    BD_FIELD("bedrag", BD_FIELD_CHARS, PlainLine, claimed),
    BD_FIELD("spoed", BD_FIELD_CHARS, PlainLine, urgent),
    BD_FIELD("ingang", BD_FIELD_CHARS, PlainLine, month),
    BD_FIELD_OPTIONAL("jaar", BD_FIELD_INT16, PlainLine, year, has_year),
    BD_FIELD_OPTIONAL("merk", BD_FIELD_INT32, PlainLine, brand, has_brand),
};
static const bd_row_layout plain_layout = {sizeof(PlainLine), plain_fields,
                                           sizeof plain_fields / sizeof plain_fields[0], NULL, 0};

static bd_module *compile(const char *source, void **bytes)
{
    CompileOptions options = {.last = STAGE_MODULE};
    Compilation compilation;
    bd_module *module = NULL;
    bd_error error = {0};
    bd_status status = compile_text(&compilation, T("x.bdg"), (bd_text){source, strlen(source)}, &options);
    if (CHECK(status == BD_OK && compilation.module, "the agreement does not compile")) {
        *bytes = malloc(compilation.module_size);
        memcpy(*bytes, compilation.module, compilation.module_size);
        CHECK(bd_module_load(*bytes, compilation.module_size, NULL, &module, &error) == BD_OK, "%s", error.message);
    }
    compile_free(&compilation);
    return module;
}

static int16_t hours; /* member of the units */

static PlainLine plain_line(void)
{
    return (PlainLine){
        .begin = "2025-03-03", .end = "2025-03-30", .claimed = "150.00", .volume = "2.5", .unit = hours, .sent = 20200};
}

static void test_types(Desk *d)
{
    PlainLine lines[40], line;
    check_group("a field of every type");
    memset(lines, 0, sizeof lines);
    CHECK(decide(d, lines, 1) == BD_STATE, "no layout: %s", d->error.message);
    CHECK(bd_session_bind_rows(d->session, &plain_layout, &d->error) == BD_OK, "%s", d->error.message);
    for (int i = 0; i < 40; i++)
        lines[i] = plain_line();
    strcpy(lines[1].urgent, "ja");
    strcpy(lines[2].month, "2025-04");
    lines[3].has_year = true, lines[3].year = 2024;
    lines[4].has_brand = true, lines[4].brand = 42;
    lines[5].volume = "0.00000000000000000001"; /* more decimals than the column */
    lines[6].volume = "123456789012345678901234567890";
    lines[7].volume = "-3";
    lines[8].year = 2024; /* absent all the same */
    static const uint8_t wanted[] = {BD_APPROVED, BD_SUSPENDED, BD_REJECTED, BD_REJECTED, BD_REJECTED,
                                     BD_APPROVED, BD_FAULTED,   BD_APPROVED, BD_APPROVED};
    static const int64_t cents[] = {15000, 0, 0, 0, 0, 0, 0, -18000, 15000};
    CHECK(decide(d, lines, 40) == BD_OK, "%s", d->error.message);
    for (int i = 0; i < 40; i++) {
        CHECK(d->decision[i] == (i < 9 ? wanted[i] : BD_APPROVED) && d->cents[i] == (i < 9 ? cents[i] : 15000),
              "line %d: %d %lld", i, d->decision[i], (long long)d->cents[i]);
    }
    for (int i = 0; i < 9; i++) {
        CHECK(decide(d, &lines[i], 1) == BD_OK && d->decision[0] == wanted[i] && d->cents[0] == cents[i],
              "line %d alone: %d %lld %s", i, d->decision[0], (long long)d->cents[0], d->error.message);
    }
    line = plain_line();
    line.product = 1;
    CHECK(decide(d, &line, 1) == BD_NAME, "%s", d->error.message);
    line = plain_line();
    line.has_year = true, line.year = 0;
    CHECK(decide(d, &line, 1) == BD_RANGE, "%s", d->error.message);
    line = plain_line();
    line.begin[5] = '9';
    CHECK(decide(d, &line, 1) == BD_SYNTAX && strstr(d->error.message, "`2025-93-03`"), "%s", d->error.message);
    line = plain_line();
    line.volume = "2,5";
    CHECK(decide(d, &line, 1) == BD_SYNTAX && strstr(d->error.message, "column volume: `2,5`"), "%s", d->error.message);
    line.volume = "";
    CHECK(decide(d, &line, 1) == BD_MISSING, "%s", d->error.message);
}

/* ---- Lines that count ---- */

static const char counting_source[] = "taal nl\n"
                                      "overeenkomst telt geldig vanaf 2025-01-01\n"
                                      "eenheid uur/uren\n"
                                      "product hulp per uur code \"02A03\"\n"
                                      "tarief hulp € 60,00\n"
                                      "teller verleend per client = som van toegekend_volume\n"
                                      "regel te_veel keur af als verleend + volume > 10 uren\n"
                                      "regel betaling betaal volume × tarief afgerond op centen\n";

typedef struct CountingLine {
    int32_t begin, sent, number;
    int64_t volume;
    const char *product, *unit, *client, *municipality, *provider, *declaration;
} CountingLine;

static const bd_field counting_fields[] = {
    BD_FIELD("begindatum", BD_FIELD_INT32, CountingLine, begin),
    BD_FIELD("einddatum", BD_FIELD_INT32, CountingLine, begin),
    BD_FIELD("dagtekening", BD_FIELD_INT32, CountingLine, sent),
    BD_FIELD("regelnummer", BD_FIELD_INT32, CountingLine, number),
    BD_FIELD_SCALED("volume", BD_FIELD_INT64, CountingLine, volume, 1),
    BD_FIELD("product", BD_FIELD_STRING, CountingLine, product),
    BD_FIELD("eenheid", BD_FIELD_STRING, CountingLine, unit),
    BD_FIELD("client", BD_FIELD_STRING, CountingLine, client),
    BD_FIELD("gemeente", BD_FIELD_STRING, CountingLine, municipality),
    BD_FIELD("aanbieder", BD_FIELD_STRING, CountingLine, provider),
    BD_FIELD("declaratienummer", BD_FIELD_STRING, CountingLine, declaration),
};
static const bd_row_layout counting_layout = {sizeof(CountingLine), counting_fields,
                                              sizeof counting_fields / sizeof counting_fields[0], NULL, 0};

static void test_counting(Desk *d)
{
    CountingLine lines[5];
    bd_row_layout without = counting_layout;
    check_group("lines that count");
    without.field_count--;
    CHECK(bd_session_bind_rows(d->session, &without, &d->error) == BD_MISSING &&
              strstr(d->error.message, "declaratienummer"),
          "%s", d->error.message);
    CHECK(bd_session_bind_rows(d->session, &counting_layout, &d->error) == BD_OK, "%s", d->error.message);
    for (int i = 0; i < 5; i++)
        lines[i] = (CountingLine){20150, 20160, i + 1, 4, "hulp", "uur", "c1", "0546", "555", "D1"};
    CHECK(decide(d, lines, 3) == BD_OK, "%s", d->error.message);
    CHECK(d->decision[0] == BD_APPROVED && d->decision[1] == BD_APPROVED && d->decision[2] == BD_REJECTED,
          "4, 8 and 12 hours: %d %d %d", d->decision[0], d->decision[1], d->decision[2]);
    lines[3].volume = 2;
    CHECK(decide(d, lines + 3, 1) == BD_OK && d->decision[0] == BD_APPROVED, "10 hours: %s", d->error.message);
    CHECK(decide(d, lines, 1) == BD_ORDER, "back again: %s", d->error.message);
    CHECK(decide(d, lines + 4, 1) == BD_OK && d->decision[0] == BD_REJECTED, "14 hours: %s", d->error.message);
}

/* A history that no ledger holds: eight hours before, so that two are left. */
static void test_counted_before(Desk *d)
{
    CountingLine lines[4] = {{0}};
    check_group("lines that were granted before");
    CHECK(bd_session_count_rows(d->session, lines, 1, &d->error) == BD_STATE, "nothing is bound");
    CHECK(bd_session_bind_rows(d->session, &counting_layout, &d->error) == BD_OK, "%s", d->error.message);
    for (int i = 0; i < 4; i++)
        lines[i] = (CountingLine){20150, 20160, i + 1, 4, "hulp", "uur", "c1", "0546", "555", "D1"};
    CHECK(bd_session_count_rows(d->session, NULL, 1, &d->error) == BD_ARGUMENT &&
              bd_session_count_rows(NULL, lines, 1, &d->error) == BD_ARGUMENT,
          "no rows, no session");
    CHECK(bd_session_count_rows(d->session, lines, 2, &d->error) == BD_OK, "%s", d->error.message);
    CHECK(bd_session_count_rows(d->session, lines, 0, &d->error) == BD_OK, "none: %s", d->error.message);
    lines[3].volume = 2;
    CHECK(decide(d, lines + 2, 2) == BD_OK, "%s", d->error.message);
    CHECK(d->decision[0] == BD_REJECTED && d->decision[1] == BD_APPROVED, "12 and 10 hours: %d %d", d->decision[0],
          d->decision[1]);
    lines[0].product = "onzin";
    CHECK(bd_session_count_rows(d->session, lines, 1, &d->error) == BD_NAME, "no product: %s", d->error.message);
}

/* The same as an Arrow array. */
static void test_counted_array(Desk *d)
{
    static const int32_t days[2] = {20150, 20150}, sent[2] = {20160, 20160}, numbers[2] = {1, 2};
    static const int64_t volumes[2] = {4, 4};
    static const struct {
        const char *name, *values[2];
    } texts[] = {{"product", {"hulp", "hulp"}},  {"eenheid", {"uur", "uur"}},   {"client", {"c1", "c1"}},
                 {"gemeente", {"0546", "0546"}}, {"aanbieder", {"555", "555"}}, {"declaratienummer", {"D1", "D1"}}};
    CountingLine line = {20150, 20160, 3, 4, "hulp", "uur", "c1", "0546", "555", "D1"};
    ArrowFrame f;
    check_group("an array of lines that were granted before");
    arrow_start(&f, 2);
    arrow_values(&f, "begindatum", "tdD", days, 4, NULL, 0, 2);
    arrow_values(&f, "einddatum", "tdD", days, 4, NULL, 0, 2);
    arrow_values(&f, "dagtekening", "tdD", sent, 4, NULL, 0, 2);
    arrow_values(&f, "regelnummer", "i", numbers, 4, NULL, 0, 2);
    arrow_values(&f, "volume", "l", volumes, 8, NULL, 0, 2);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        arrow_texts(&f, texts[i].name, "u", texts[i].values, NULL, 0, 2);
    CHECK(bd_session_count_arrow(d->session, &f.array, &d->error) == BD_STATE, "nothing is bound");
    CHECK(bd_session_count_arrow(d->session, NULL, &d->error) == BD_ARGUMENT, "no lines");
    CHECK(bd_session_bind_arrow(d->session, &f.schema, &d->error) == BD_OK &&
              bd_session_bind_rows(d->session, &counting_layout, &d->error) == BD_OK,
          "%s", d->error.message);
    CHECK(bd_session_count_arrow(d->session, &f.array, &d->error) == BD_OK && f.array_releases == 1, "%s",
          d->error.message);
    CHECK(decide(d, &line, 1) == BD_OK && d->decision[0] == BD_REJECTED, "12 hours: %d", d->decision[0]);
    arrow_end(&f);
}

static void with_session(const char *source, void (*test)(Desk *))
{
    static Desk d;
    void *bytes = NULL;
    bd_module *module = compile(source, &bytes);
    if (module && CHECK(bd_session_new(module, NULL, &d.session, &d.error) == BD_OK &&
                            bd_session_prepare(d.session, &d.error) == BD_OK,
                        "%s", d.error.message)) {
        hours = (int16_t)bd_choice_find(module, 1, T("uur"));
        test(&d);
    }
    bd_session_free(d.session);
    d.session = NULL;
    bd_module_free(module);
    free(bytes);
}

int main(void)
{
    static Desk d;
    size_t size = 0;
    void *bytes = contract_bytes(&size);
    bd_module *module = contract_module(bytes, size);
    bd_session *raw = NULL;
    CHECK(bd_session_new(module, NULL, &raw, &d.error) == BD_OK, "%s", d.error.message);
    d.session = contract_session(module, NULL);
    CHECK(bd_session_bind_rows(d.session, &host_layout, &d.error) == BD_OK, "%s", d.error.message);
    test_lines(&d);
    test_refusals(&d);
    test_too_many_records(&d);
    test_binding(&d, raw);
    bd_session_free(raw);
    bd_session_free(d.session);
    bd_module_free(module);
    free(bytes);
    with_session(plain_source, test_types);
    with_session(counting_source, test_counting);
    with_session(counting_source, test_counted_before);
    with_session(counting_source, test_counted_array);
    return check_done();
}
