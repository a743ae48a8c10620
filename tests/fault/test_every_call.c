/* test_every_call.c - every function of the public headers with its n-th allocation failing, for every n.
 *
 * One row per function. A function that takes memory is called on a fresh scene with the n-th allocation of the call failing, and all after
 * it: it must say BD_NOMEM, do its work at the next attempt, leave sessions that decide as before, and leak nothing. One that takes none is
 * called with an allocator that gives none, and must not even ask. The headers are read: a function that is in none of the rows fails the test.
 * At last, the steady state: deciding in columns, rows and Arrow arrays, evaluating and tracing ask for nothing the second time.
 */
#include "api/arrow_build.h"
#include "api/contract.h"
#include "unit/counting_allocator.h"

enum { ALLOCATIONS_MAX = 2000 };

static const char counting_source[] =
    "taal nl\n"
    "overeenkomst telt geldig vanaf 2025-01-01 tot en met 2030-12-31\n"
    "eenheid uur/uren\n"
    "product hulp per uur code \"02A03\"\n"
    "tarief hulp € 60,00\n"
    "indexering hulp jaarlijks op 1 januari vanaf 2026 factor 1,02 keten op afgerond afronding op centen\n"
    "teller verleend per client = som van toegekend_volume\n"
    "lezing grens \"Telt de tiende mee?\" = wel | zonder\n"
    "    gekozen wel omdat \"zo staat het er\"\n"
    "regel te_veel keur af als verleend + volume > 10 uren en grens is wel\n"
    "regel betaling betaal volume × tarief afgerond op centen\n";

static const char alone_source[] = /* its lines are decided one by one, in registers */
    "taal nl\n"
    "overeenkomst alleen geldig vanaf 2025-01-01 tot en met 2030-12-31\n"
    "eenheid uur/uren\n"
    "product hulp per uur code \"02A03\"\n"
    "tarief hulp € 60,00\n"
    "regel te_veel keur af als niet (volume < 10 uren of einddatum < begindatum)\n"
    "regel betaling betaal volume × tarief afgerond op centen\n";

/* A line of the agreement that counts, and of that whose lines stand alone. */
typedef struct Visit {
    int32_t day, sent, number, unit;
    int64_t hours;
    int8_t product;
    const char *client, *municipality, *provider, *declaration;
} Visit;

static const bd_field visit_fields[] = {
    BD_FIELD("begindatum", BD_FIELD_INT32, Visit, day),
    BD_FIELD("einddatum", BD_FIELD_INT32, Visit, day),
    BD_FIELD("dagtekening", BD_FIELD_INT32, Visit, sent),
    BD_FIELD("regelnummer", BD_FIELD_INT32, Visit, number),
    BD_FIELD("volume", BD_FIELD_INT64, Visit, hours),
    BD_FIELD("product", BD_FIELD_INT8, Visit, product),
    BD_FIELD("eenheid", BD_FIELD_INT32, Visit, unit),
    BD_FIELD("client", BD_FIELD_STRING, Visit, client),
    BD_FIELD("gemeente", BD_FIELD_STRING, Visit, municipality),
    BD_FIELD("aanbieder", BD_FIELD_STRING, Visit, provider),
    BD_FIELD("declaratienummer", BD_FIELD_STRING, Visit, declaration),
};
static const bd_row_layout visit_layout = {sizeof(Visit), visit_fields, sizeof visit_fields / sizeof visit_fields[0],
                                           NULL, 0};

/* A line of the other agreement. */
typedef struct Day {
    int32_t day, unit, weight;
    int8_t product;
    const char *volume, *provider, *postcode;
} Day;

static const bd_field day_fields[] = {
    BD_FIELD("begindatum", BD_FIELD_INT32, Day, day),     BD_FIELD("einddatum", BD_FIELD_INT32, Day, day),
    BD_FIELD("dagtekening", BD_FIELD_INT32, Day, day),    BD_FIELD("eenheid", BD_FIELD_INT32, Day, unit),
    BD_FIELD("zwaarte", BD_FIELD_INT32, Day, weight),     BD_FIELD("product", BD_FIELD_INT8, Day, product),
    BD_FIELD("volume", BD_FIELD_STRING, Day, volume),     BD_FIELD("aanbieder", BD_FIELD_STRING, Day, provider),
    BD_FIELD("postcode", BD_FIELD_STRING, Day, postcode),
};
static const bd_row_layout day_layout = {sizeof(Day), day_fields, sizeof day_fields / sizeof day_fields[0], NULL, 0};

/* What is the same for all rows: three modules. */
static void *bytes, *counting_bytes, *alone_bytes;
static size_t size, counting_size;
static bd_module *module, *counting_module, *alone_module;

/* What a call works on; fresh for each. */
typedef struct Scene {
    Counting counting;
    bd_allocator allocator;
    bd_options options;
    bd_session *raw;     /* supplied, not prepared */
    bd_session *session; /* prepared; rows and arrays bound */
    bd_session *raw_counter;
    bd_session *counter; /* of the agreement that counts, with a ledger */
    bd_session *alone;   /* of the third agreement */
    bool is_alone_bound;
    bd_ledger ledger;
    Lines lines;
    Day days[2];
    Visit visit;
    int32_t rows_added, rows_wanted;
    ArrowFrame frame;
    bd_error error;
} Scene;

static bd_status add_rows(Scene *s);

static bd_status supply(bd_session *session)
{
    bd_text provider = T("555");
    bd_status status =
        bd_session_table_row(session, contract_table(module, "plafond"), BD_DATE_MIN, &provider, 1, T("30"), NULL);
    return status != BD_OK
               ? status
               : bd_session_bind_native(session, T("is_binnen"), T("b(t)"), (void (*)(void))contract_is_within, NULL);
}

static void fill_frame(ArrowFrame *f)
{
    static const int32_t days[2] = {20150, 20150};
    static const int64_t volumes[2][2] = {{2, 0}, {INT64_MAX, INT64_MAX}}; /* the second fits no column */
    static const char *const products[2] = {"opvang", "01A01"}, *const providers[2] = {"555", "555"},
                             *const postcodes[2] = {"4501", "4502"}, *const weights[1] = {"licht"};
    static const int8_t first[2] = {0, 0};
    int32_t units[2];
    units[0] = units[1] = (int32_t)bd_choice_find(module, 1, T("14"));
    arrow_start(f, 2);
    arrow_values(f, "begindatum", "tdD", days, 4, NULL, 0, 2);
    arrow_values(f, "einddatum", "tdD", days, 4, NULL, 0, 2);
    arrow_values(f, "dagtekening", "tdD", days, 4, NULL, 0, 2);
    arrow_values(f, "eenheid", "i", units, 4, NULL, 0, 2);
    arrow_values(f, "volume", "d:38,0", volumes, 16, NULL, 0, 2);
    arrow_texts(f, "product", "u", products, NULL, 0, 2);
    arrow_texts(f, "aanbieder", "u", providers, NULL, 0, 2);
    arrow_texts(f, "postcode", "u", postcodes, NULL, 0, 2);
    arrow_dictionary(f, "zwaarte", first, weights, 1, NULL, 0, 2);
}

static void open_stage(Scene *s)
{
    memset(s, 0, sizeof *s);
    s->allocator = counting_allocator(&s->counting);
    s->options = (bd_options){.allocator = &s->allocator};
    lines_fill(module, &s->lines);
    fill_frame(&s->frame);
    for (int i = 0; i < 2; i++)
        s->days[i] =
            (Day){20150, (int32_t)bd_choice_find(module, 1, T("14")), 0, 0, "2.00000000000000000000001", "555", "4501"};
    s->visit =
        (Visit){20150, 20160, 1, (int32_t)bd_choice_find(counting_module, 1, T("uur")), 4, 0, "c", "0546", "555", "D"};
    bool opened = bd_session_new(module, &s->options, &s->raw, NULL) == BD_OK && supply(s->raw) == BD_OK &&
                  bd_session_new(module, &s->options, &s->session, NULL) == BD_OK && supply(s->session) == BD_OK &&
                  bd_session_prepare(s->session, NULL) == BD_OK &&
                  bd_session_bind_rows(s->session, &day_layout, NULL) == BD_OK &&
                  bd_session_bind_arrow(s->session, &s->frame.schema, NULL) == BD_OK;
    opened = opened && bd_session_new(counting_module, &s->options, &s->raw_counter, NULL) == BD_OK &&
             bd_session_new(counting_module, &s->options, &s->counter, NULL) == BD_OK &&
             bd_ledger_memory_new(&s->options, &s->ledger, NULL) == BD_OK &&
             bd_session_set_ledger(s->counter, &s->ledger, NULL) == BD_OK &&
             bd_session_prepare(s->counter, NULL) == BD_OK &&
             bd_session_bind_rows(s->counter, &visit_layout, NULL) == BD_OK;
    opened = opened && bd_session_new(alone_module, &s->options, &s->alone, NULL) == BD_OK &&
             bd_session_prepare(s->alone, NULL) == BD_OK;
    CHECK(opened, "the stage does not open");
}

static void close_stage(Scene *s, const char *name, size_t n)
{
    bd_session_free(s->raw);
    bd_session_free(s->session);
    bd_session_free(s->raw_counter);
    bd_session_free(s->counter);
    bd_session_free(s->alone);
    bd_ledger_close(&s->ledger);
    arrow_end(&s->frame);
    CHECK(s->counting.live == 0 && !s->counting.size_error, "%s, n = %zu: %zu bytes leaked", name, n, s->counting.live);
}

/* ---- The calls that take memory; each can be repeated until it succeeds ---- */

static bd_status call_module_load(Scene *s)
{
    bd_module *loaded = NULL;
    bd_status status = bd_module_load(bytes, size, &s->options, &loaded, &s->error);
    bd_module_free(loaded);
    return status;
}

static bd_status call_session_new(Scene *s)
{
    bd_session *session = NULL;
    bd_status status = bd_session_new(counting_module, &s->options, &session, &s->error);
    bd_session_free(session);
    return status;
}

static bd_status call_session_share(Scene *s)
{
    bd_session *second = NULL;
    bd_status status = bd_session_share(s->session, &second, &s->error);
    bd_session_free(second);
    return status;
}

static uint64_t next_tick(void *context)
{
    (void)context;
    static uint64_t time;
    return time += 10;
}

static bd_status call_profile(Scene *s)
{
    bd_profile profile;
    bd_rule_profile rules[64];
    bd_module_info info;
    bd_module_describe(module, &info);
    CHECK(info.rules <= 64, "%u rules", info.rules);
    bd_status status = bd_session_profile(s->session, next_tick, NULL, &s->error);
    return status == BD_OK ? bd_session_profiled(s->session, &profile, rules, &s->error) : status;
}

/* So many rows that the session's first block does not hold them; after a failure from the row that failed on. */
static bd_status add_rows(Scene *s)
{
    bd_status status = BD_OK;
    for (; status == BD_OK && s->rows_added < s->rows_wanted; s->rows_added += status == BD_OK) {
        char name[32];
        bd_text provider = {name, (size_t)snprintf(name, sizeof name, "aanbieder %d", s->rows_added)};
        status =
            bd_session_table_row(s->raw, contract_table(module, "plafond"), 20000, &provider, 1, T("12.5"), &s->error);
    }
    return status;
}

static bd_status call_table_row(Scene *s)
{
    s->rows_wanted = 2000;
    return add_rows(s);
}

static bd_status call_prepare(Scene *s)
{
    bd_status status = bd_session_prepare(s->raw, &s->error);
    return status == BD_OK ? bd_session_prepare(s->raw_counter, &s->error) : status;
}

static bd_status call_decide(Scene *s)
{
    return bd_session_decide(s->session, &s->lines.batch, &s->lines.decisions, &s->error);
}

static bd_status call_trace(Scene *s)
{
    const bd_trace *trace;
    return bd_session_trace(s->session, &s->lines.batch, 0, &trace, &s->error);
}

static bd_status call_record(Scene *s)
{
    const bd_record *record;
    const bd_trace *trace;
    bd_status status = bd_session_record(s->session, &s->lines.batch, 0, &s->error);
    if (status == BD_OK)
        status = bd_session_record_next(s->session, &record, &s->error);
    for (size_t row = 0; status == BD_OK && row < LINE_ROWS; row++)
        status = bd_session_record_trace(s->session, row, &trace, &s->error);
    return status;
}

static bd_status call_eval(Scene *s)
{
    bd_value input = {.present = true, .text = T("1234567890123456789012345678901234567890.5")}, output;
    return bd_session_eval(s->session, contract_program(module, "definitie.derde"), &input, &output, &s->error);
}

static bd_status call_bind_rows(Scene *s)
{
    return bd_session_bind_rows(s->session, &day_layout, &s->error);
}

static bd_status call_decide_rows(Scene *s)
{
    bd_status status = bd_session_decide_rows(s->session, s->days, 2, &s->lines.decisions, &s->error);
    CHECK(status != BD_OK || s->lines.decision[1] == BD_REJECTED, "part of a day: %d", s->lines.decision[1]);
    return status;
}

static bd_status call_decide_alone(Scene *s)
{
    bd_status status = s->is_alone_bound ? BD_OK : bd_session_bind_rows(s->alone, &visit_layout, &s->error);
    s->is_alone_bound = status == BD_OK;
    if (status == BD_OK)
        status = bd_session_decide_rows(s->alone, &s->visit, 1, &s->lines.decisions, &s->error);
    CHECK(status != BD_OK || (s->lines.decision[0] == BD_APPROVED && s->lines.cents[0] == 24000),
          "four hours alone: %d, %lld cents", s->lines.decision[0], (long long)s->lines.cents[0]);
    return status;
}

static bd_status call_trace_row(Scene *s)
{
    const bd_trace *trace;
    return bd_session_trace_row(s->session, s->days, &trace, &s->error);
}

static bd_status call_bind_arrow(Scene *s)
{
    return bd_session_bind_arrow(s->session, &s->frame.schema, &s->error);
}

static bd_status call_decide_arrow(Scene *s)
{
    bd_status status = bd_session_decide_arrow(s->session, &s->frame.array, &s->lines.decisions, &s->error);
    CHECK((status == BD_OK) == (s->frame.array_releases == 1), "released when decided, and only then");
    CHECK(status != BD_OK || s->lines.decision[0] == BD_APPROVED, "row 0: %d", s->lines.decision[0]);
    return status;
}

static bd_status call_count_arrow(Scene *s)
{
    bd_status status = bd_session_count_arrow(s->session, &s->frame.array, &s->error);
    CHECK((status == BD_OK) == (s->frame.array_releases == 1), "released when counted, and only then");
    return status;
}

static bd_status call_export(Scene *s)
{
    struct ArrowSchema schema = {.release = NULL};
    struct ArrowArray array = {.release = NULL};
    memset(s->lines.decision, BD_REJECTED, sizeof s->lines.decision);
    bd_status status = bd_session_export(s->session, LINE_ROWS, &s->lines.decisions, &schema, &array, &s->error);
    CHECK((status == BD_OK) == (schema.release != NULL) && (status == BD_OK) == (array.release != NULL),
          "both are set, or neither");
    if (status == BD_OK) {
        schema.release(&schema);
        array.release(&array);
    }
    return status;
}

/* With a ledger, a line of a call that failed is offered again. */
static bd_status call_decide_counting(Scene *s)
{
    bd_status status = bd_session_decide_rows(s->counter, &s->visit, 1, &s->lines.decisions, &s->error);
    CHECK(status != BD_OK || s->lines.decision[0] == BD_APPROVED, "it is approved: %d", s->lines.decision[0]);
    return status;
}

static bd_status call_commit(Scene *s)
{
    bd_status status = call_decide_counting(s);
    return status == BD_OK ? bd_session_commit(s->counter, &s->error) : status;
}

static bd_status call_count_rows(Scene *s)
{
    return bd_session_count_rows(s->counter, &s->visit, 1, &s->error);
}

/* One line of the agreement that counts, in columns. */
typedef struct Counted {
    int64_t values[LINE_COLUMNS_MAX][2];
    bd_column_data columns[LINE_COLUMNS_MAX];
    bd_line_ids ids;
    bd_batch batch;
} Counted;

static const bd_batch *count_one(const Scene *s, Counted *line)
{
    static const bd_text one = {"1", 1};
    static const int32_t day = 20150;
    bd_program_info program = {.columns = 0};
    bd_column_info info;
    bd_module_program(counting_module, 0, &program);
    memset(line, 0, sizeof *line);
    for (uint32_t i = 0; i < program.columns && i < LINE_COLUMNS_MAX; i++) {
        bd_module_column(counting_module, program.first_column + i, &info);
        int32_t integer = info.meaning == BD_MEANS_DATE ? day : contract_is(info.name, "eenheid") ? s->visit.unit : 0;
        if (info.kind == BD_KIND_TEXT)
            memcpy(line->values[i], &one, sizeof one);
        else if (info.kind == BD_KIND_INT)
            memcpy(line->values[i], &integer, sizeof integer);
        else
            line->values[i][0] = info.denominator;
        line->columns[i] = (bd_column_data){line->values[i], NULL};
    }
    line->ids = (bd_line_ids){&day, &one, &one, &one, &one, NULL, NULL, NULL, NULL};
    line->batch = (bd_batch){.rows = 1, .columns = line->columns, .ids = &line->ids};
    return &line->batch;
}

static bd_status call_count(Scene *s)
{
    Counted line;
    return bd_session_count(s->counter, count_one(s, &line), &s->error);
}

/* Two sessions that share what they count, one step of the one after the other. */
static bd_status call_steps(Scene *s)
{
    Counted line;
    bd_session *sessions[2] = {NULL, NULL};
    const bd_batch *batch = count_one(s, &line);
    bd_status status = bd_session_new(counting_module, &s->options, &sessions[0], &s->error);
    if (status == BD_OK)
        status = bd_session_prepare(sessions[0], &s->error);
    if (status == BD_OK)
        status = bd_session_share(sessions[0], &sessions[1], &s->error);
    for (int i = 0; status == BD_OK && i < 2; i++)
        status = bd_session_claim(sessions[i], batch, &s->error);
    for (int i = 0; status == BD_OK && i < 2; i++)
        status = bd_session_decide_claimed(sessions[i], &s->lines.decisions, &s->error);
    for (int i = 0; status == BD_OK && i < 2; i++)
        status = bd_session_complete(sessions[i], &s->error);
    bd_session_free(sessions[1]);
    bd_session_free(sessions[0]);
    return status;
}

static bd_status call_price(Scene *s)
{
    bd_price_step steps[110];
    size_t count = 0;
    return bd_session_price(s->counter, contract_table(counting_module, "hulp"), NULL, 20900, steps, 110, &count,
                            &s->error);
}

static bd_status call_ledger_new(Scene *s)
{
    bd_ledger ledger = {NULL, NULL};
    bd_status status = bd_ledger_memory_new(&s->options, &ledger, &s->error);
    bd_ledger_close(&ledger);
    return status;
}

/* ---- The calls that take none ---- */

static bd_status call_frees(Scene *s)
{
    bd_module_free(NULL);
    bd_session_free(NULL);
    bd_ledger_close(NULL);
    (void)s;
    return BD_OK;
}

static bd_status call_words(Scene *s)
{
    (void)s;
    return bd_status_text(BD_NOMEM) && bd_version() && bd_version_number() > 0 &&
                   bd_settled_name(BD_SETTLED_DOUBLE).size > 0
               ? BD_OK
               : BD_FAULT;
}

static bd_status call_choices(Scene *s)
{
    (void)s;
    bool good = bd_choice_size(module, 0) == 1 && bd_choice_name(module, 2).size > 0 &&
                bd_choice_member(module, 0, 0).size > 0 && bd_choice_label(module, 0, 0).size > 0 &&
                bd_choice_find(module, 0, T("opvang")) == 0 && bd_module_reason_words(module) == 1;
    return good ? BD_OK : BD_FAULT;
}

static bd_status call_describe(Scene *s)
{
    bd_module_info info;
    bd_column_info column;
    bd_list_info list;
    bd_rule_info rule;
    bd_table_info table;
    bd_program_info program;
    bd_output_info output;
    bd_site_info site;
    bd_native_info native;
    int32_t from, to;
    int64_t numerator, denominator;
    uint32_t licht = 0, tariff = contract_table(module, "opvang");
    (void)s;
    bd_module_describe(module, &info);
    bool good = bd_module_column(module, 0, &column) == BD_OK && bd_module_list(module, 0, &list) == BD_OK &&
                bd_module_rule(module, 0, &rule) == BD_OK && bd_module_table(module, 0, &table) == BD_OK &&
                bd_module_program(module, 0, &program) == BD_OK && bd_module_site(module, 0, &site) == BD_OK &&
                bd_module_native(module, 0, &native) == BD_OK &&
                bd_program_output(module, contract_program(module, "definitie.derde"), 0, &output) == BD_OK &&
                bd_table_version(module, tariff, 0, &from, &to) == BD_OK &&
                bd_table_cell(module, tariff, 0, &licht, &numerator, &denominator) == BD_OK;
    return good ? BD_OK : BD_FAULT;
}

static bd_status call_describe_more(Scene *s)
{
    bd_series_info series;
    bd_index_info index;
    bd_counter_info counter;
    bd_reading_info reading;
    bd_note_info note;
    bool good = bd_module_series(counting_module, 9, &series) == BD_NAME &&
                bd_module_index(counting_module, 0, &index) == BD_OK &&
                bd_module_counter(counting_module, 0, &counter) == BD_OK &&
                bd_module_reading(counting_module, 0, &reading) == BD_OK &&
                bd_module_note(counting_module, 9, &note) == BD_NAME &&
                bd_session_reading(s->counter, 0) == reading.chosen && !bd_session_went_on(s->counter, 0);
    return good ? BD_OK : BD_FAULT;
}

static bd_status call_supply(Scene *s)
{
    bd_status status = bd_session_table_supply(s->raw, contract_table(module, "plafond"), &s->error);
    if (status == BD_OK)
        status =
            bd_session_bind_native(s->raw, T("is_binnen"), T("b(t)"), (void (*)(void))contract_is_within, &s->error);
    if (status == BD_OK)
        status = bd_session_bind_standard(s->raw, &s->error);
    if (status == BD_OK)
        status = bd_session_check(s->session, &s->lines.batch, &s->error);
    return status;
}

/* On a session of its own, that is made before memory runs out. */
static bd_status call_settings(Scene *s)
{
    bd_session *fresh = NULL;
    size_t fail_at = s->counting.fail_at;
    s->counting.fail_at = 0;
    bd_status status = bd_session_new(counting_module, &s->options, &fresh, &s->error);
    size_t calls = s->counting.calls;
    s->counting.fail_at = fail_at;
    if (status == BD_OK)
        status = bd_session_set_reading(fresh, T("grens"), T("zonder"), &s->error);
    if (status == BD_OK)
        status = bd_session_set_ledger(fresh, &s->ledger, &s->error);
    CHECK(s->counting.calls == calls, "they ask for memory");
    s->counting.calls = 0;
    bd_session_free(fresh);
    return status;
}

/* ---- The table ---- */

typedef struct Row {
    const char *functions; /* that the call is of, with a blank after each */
    bd_status (*call)(Scene *);
    bool takes_memory;
} Row;

static const Row rows[] = {
    {"bd_module_load ", call_module_load, true},
    {"bd_session_new ", call_session_new, true},
    {"bd_session_share ", call_session_share, true},
    {"bd_session_profile bd_session_profiled ", call_profile, true},
    {"bd_session_table_row ", call_table_row, true},
    {"bd_session_prepare ", call_prepare, true},
    {"bd_session_decide ", call_decide, true},
    {"bd_session_trace ", call_trace, true},
    {"bd_session_record bd_session_record_next bd_session_record_trace ", call_record, true},
    {"bd_session_eval ", call_eval, true},
    {"bd_session_bind_rows ", call_bind_rows, true},
    {"bd_session_decide_rows ", call_decide_rows, true},
    {"bd_session_bind_rows bd_session_decide_rows ", call_decide_alone, true},
    {"bd_session_trace_row ", call_trace_row, true},
    {"bd_session_bind_arrow ", call_bind_arrow, true},
    {"bd_session_decide_arrow ", call_decide_arrow, true},
    {"bd_session_export ", call_export, true},
    {"bd_session_decide_rows ", call_decide_counting, true},
    {"bd_session_commit ", call_commit, true},
    {"bd_session_count ", call_count, true},
    {"bd_session_claim bd_session_decide_claimed bd_session_complete ", call_steps, true},
    {"bd_session_count_rows ", call_count_rows, true},
    {"bd_session_count_arrow ", call_count_arrow, true},
    {"bd_session_price ", call_price, true},
    {"bd_ledger_memory_new ", call_ledger_new, true},
    {"bd_module_free bd_session_free bd_ledger_close ", call_frees, false},
    {"bd_status_text bd_version bd_version_number bd_settled_name ", call_words, false},
    {"bd_choice_size bd_choice_name bd_choice_member bd_choice_label bd_choice_find bd_module_reason_words ",
     call_choices, false},
    {"bd_module_describe bd_module_column bd_module_list bd_module_rule bd_module_table bd_module_program "
     "bd_module_site bd_module_native bd_program_output bd_table_version bd_table_cell ",
     call_describe, false},
    {"bd_module_series bd_module_index bd_module_counter bd_module_reading bd_module_note bd_session_reading "
     "bd_session_went_on ",
     call_describe_more, false},
    {"bd_session_table_supply bd_session_bind_native bd_session_bind_standard bd_session_check ", call_supply, false},
    {"bd_session_set_reading bd_session_set_ledger ", call_settings, false},
};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

/* The call with its n-th allocation failing. Returns whether it needed fewer. */
static bool fail_at(const Row *row, size_t n)
{
    static Scene s;
    open_stage(&s);
    s.counting.fail_at = s.counting.calls + n;
    size_t calls = s.counting.calls;
    bd_status status = row->call(&s);
    bool is_over = s.counting.calls - calls < n;
    s.counting.fail_at = 0;
    CHECK(status == BD_OK || status == BD_NOMEM, "%s n = %zu: %s (%s)", row->functions, n, bd_status_text(status),
          s.error.message);
    CHECK(status == BD_NOMEM || is_over, "%s n = %zu: it went on without memory", row->functions, n);
    if (status == BD_NOMEM) {
        CHECK(s.error.code == BD_NOMEM && s.error.message[0] != '\0', "%s n = %zu: no details", row->functions, n);
        status = row->call(&s);
        CHECK(status == BD_OK, "%s n = %zu, again: %s (%s)", row->functions, n, bd_status_text(status),
              s.error.message);
    }
    lines_fill(module, &s.lines);
    lines_check(s.session, &s.lines);
    s.visit.number = 2;
    CHECK(bd_session_decide_rows(s.counter, &s.visit, 1, &s.lines.decisions, &s.error) == BD_OK &&
              s.lines.decision[0] == BD_APPROVED,
          "%s n = %zu: counting afterwards: %s", row->functions, n, s.error.message);
    close_stage(&s, row->functions, n);
    return is_over;
}

static void test_failures(void)
{
    for (int i = 0; i < ROW_COUNT; i++) {
        size_t n = 1;
        if (!rows[i].takes_memory)
            continue;
        check_group(rows[i].functions);
        while (n < ALLOCATIONS_MAX && !fail_at(&rows[i], n))
            n++;
        CHECK(n > 1 && n < ALLOCATIONS_MAX, "%s takes %zu allocations", rows[i].functions, n - 1);
    }
}

static void test_no_memory(void)
{
    static Scene s;
    check_group("calls that take no memory");
    for (int i = 0; i < ROW_COUNT; i++) {
        if (rows[i].takes_memory)
            continue;
        open_stage(&s);
        s.counting.calls = 0;
        s.counting.fail_at = 1;
        bd_status status = rows[i].call(&s);
        CHECK(status == BD_OK && s.counting.calls == 0, "%s: %s, %zu allocations", rows[i].functions,
              bd_status_text(status), s.counting.calls);
        s.counting.fail_at = 0;
        close_stage(&s, rows[i].functions, 0);
    }
}

/* ---- Whether every function has a row ---- */

static bool has_row(const char *name, size_t length)
{
    for (int i = 0; i < ROW_COUNT; i++) {
        for (const char *at = rows[i].functions; *at; at = strchr(at, ' ') + 1) {
            if (strncmp(at, name, length) == 0 && at[length] == ' ')
                return true;
        }
    }
    return false;
}

/* Reads `BD_API … bd_name(` out of a header. */
static int check_header(const char *path)
{
    char text[120000] = "";
    FILE *file = fopen(path, "rb");
    int found = 0;
    if (!CHECK(file, "%s cannot be read", path))
        return 0;
    size_t length = fread(text, 1, sizeof text - 1, file);
    CHECK(length > 0 && length < sizeof text - 1, "%s is too long for this test", path);
    fclose(file);
    for (char *at = text; (at = strstr(at, "\nBD_API ")) != NULL;) {
        char *open = strchr(at, '('), *name = open;
        while (open &&
               (name[-1] == '_' || (name[-1] >= 'a' && name[-1] <= 'z') || (name[-1] >= '0' && name[-1] <= '9')))
            name--;
        CHECK(open && has_row(name, (size_t)(open - name)), "%.*s has no row", (int)(open - name), name);
        at = open;
        found++;
    }
    return found;
}

static void test_completeness(void)
{
    check_group("every function has a row");
    int found = check_header("vm/include/beding.h") + check_header("vm/include/beding_data.h") +
                check_header("vm/include/beding_ledger.h");
    CHECK(found > 50, "%d functions", found);
}

/* ---- Steady state ---- */

static void test_steady_state(void)
{
    static Scene s;
    static bd_status (*const steady[])(Scene *) = {call_decide,    call_eval,         call_trace,  call_decide_rows,
                                                   call_trace_row, call_decide_arrow, call_record, call_decide_alone};
    check_group("the second time nothing is asked for");
    for (size_t i = 0; i < sizeof steady / sizeof steady[0]; i++) {
        open_stage(&s);
        size_t calls = 0;
        for (int turn = 0; turn < 6; turn++) {
            s.frame.array.release = arrow_release_array;
            s.frame.array_releases = 0;
            CHECK(steady[i](&s) == BD_OK, "call %zu: %s", i, s.error.message);
            calls = turn == 0 ? s.counting.calls : calls;
        }
        CHECK(s.counting.calls == calls, "call %zu: %zu more", i, s.counting.calls - calls);
        close_stage(&s, "the steady state", i);
    }
}

/* The module of a source; its bytes are the caller's. */
static bd_module *compile_module(const char *name, bd_text source, void **made, size_t *length)
{
    CompileOptions options = {.last = STAGE_MODULE};
    Compilation compilation;
    bd_module *result = NULL;
    bd_status status = compile_text(&compilation, text_from_cstring(name), source, &options);
    if (CHECK(status == BD_OK && compilation.module, "%s does not compile", name)) {
        *length = compilation.module_size;
        *made = malloc(*length);
        memcpy(*made, compilation.module, *length);
        result = contract_module(*made, *length);
    }
    compile_free(&compilation);
    return result;
}

int main(void)
{
    size_t alone_size;
    bytes = contract_bytes(&size);
    module = contract_module(bytes, size);
    counting_module = compile_module("telt.bdg", (bd_text){counting_source, sizeof counting_source - 1},
                                     &counting_bytes, &counting_size);
    alone_module =
        compile_module("alleen.bdg", (bd_text){alone_source, sizeof alone_source - 1}, &alone_bytes, &alone_size);
    if (module && counting_module && alone_module) {
        test_completeness();
        test_failures();
        test_no_memory();
        test_steady_state();
    }
    bd_module_free(alone_module);
    bd_module_free(counting_module);
    bd_module_free(module);
    free(alone_bytes);
    free(counting_bytes);
    free(bytes);
    return check_done();
}
