/* test_threads.c - one module and many sessions in as many threads: what each decides is what one thread decides alone.
 *
 * Every thread has a session over the one module, made by itself or shared from a session that was supplied; they decide in columns, in rows and
 * in Arrow arrays, trace and evaluate at the same time. Under ThreadSanitizer (preset tsan, and `./dev threads`) this also shows that nothing is
 * written that two threads see.
 */
#include <pthread.h>

#include "api/contract.h"

enum { THREADS = 8, TURNS = 40, MANY = 3000 };

typedef struct Day {
    int32_t day, unit, weight;
    int8_t product;
    const char *provider, *postcode;
    int64_t volume;
} Day;

static const bd_field fields[] = {
    BD_FIELD("begindatum", BD_FIELD_INT32, Day, day),         BD_FIELD("einddatum", BD_FIELD_INT32, Day, day),
    BD_FIELD("dagtekening", BD_FIELD_INT32, Day, day),        BD_FIELD("eenheid", BD_FIELD_INT32, Day, unit),
    BD_FIELD("zwaarte", BD_FIELD_INT32, Day, weight),         BD_FIELD("product", BD_FIELD_INT8, Day, product),
    BD_FIELD("aanbieder", BD_FIELD_STRING, Day, provider),    BD_FIELD("postcode", BD_FIELD_STRING, Day, postcode),
    BD_FIELD_SCALED("volume", BD_FIELD_INT64, Day, volume, 1)};
static const bd_row_layout layout = {sizeof(Day), fields, sizeof fields / sizeof fields[0], NULL, 0};

typedef struct Results {
    uint8_t decision[MANY];
    int64_t cents[MANY];
    uint64_t reasons[MANY];
    uint32_t fault[MANY];
} Results;

/* What one thread works with, and what came of it. */
typedef struct Worker {
    pthread_t thread;
    const bd_module *module;
    bd_session *session;
    Lines lines;
    Results results;
    bd_status status;
    bd_error error;
    bool is_right;
} Worker;

static Day days[MANY];
static Results alone;

static void fill_days(const bd_module *module)
{
    static const char *const postcodes[] = {"4501", "4711", "1011"};
    for (int i = 0; i < MANY; i++) {
        days[i] = (Day){.day = 20150 + i % 90,
                        .unit = (int32_t)bd_choice_find(module, 1, T("14")),
                        .weight = i % 2,
                        .provider = i % 7 == 0 ? "556" : "555",
                        .postcode = postcodes[i % 3],
                        .volume = i % 50};
    }
}

static bd_decisions room(Results *results)
{
    return (bd_decisions){results->decision, results->cents, results->reasons, results->fault, NULL, NULL};
}

static bool is_same(const Results *a, const Results *b)
{
    return memcmp(a->decision, b->decision, sizeof a->decision) == 0 &&
           memcmp(a->cents, b->cents, sizeof a->cents) == 0 && memcmp(a->reasons, b->reasons, sizeof a->reasons) == 0 &&
           memcmp(a->fault, b->fault, sizeof a->fault) == 0;
}

static bd_status one_turn(Worker *w, int turn)
{
    const bd_trace *trace;
    bd_value input = {.present = true, .text = T("10")}, output;
    bd_decisions out = room(&w->results);
    size_t part = MANY / 3;
    bd_status status = BD_OK;
    /* In pieces of different sizes, the last few lines one by one. */
    for (size_t first = 0; status == BD_OK && first < MANY; first += part) {
        part = turn % 3 == 0 ? MANY : turn % 3 == 1 ? 700 : first < MANY - 20 ? MANY - 20 : 1;
        part = part < MANY - first ? part : MANY - first;
        bd_decisions piece = {
            out.decision + first, out.cents + first, out.reasons + first, out.fault + first, NULL, NULL};
        status = bd_session_decide_rows(w->session, days + first, part, &piece, &w->error);
    }
    if (status == BD_OK)
        status = bd_session_decide(w->session, &w->lines.batch, &w->lines.decisions, &w->error);
    if (status == BD_OK)
        status = bd_session_trace(w->session, &w->lines.batch, (size_t)turn % LINE_ROWS, &trace, &w->error);
    if (status == BD_OK)
        status =
            bd_session_eval(w->session, contract_program(w->module, "definitie.derde"), &input, &output, &w->error);
    w->is_right = w->is_right && is_same(&w->results, &alone) && w->lines.cents[0] == 2000 && status == BD_OK &&
                  contract_is(output.text, "10/3");
    return status;
}

static void *work(void *context)
{
    Worker *w = context;
    w->is_right = true;
    w->status = BD_OK;
    if (!w->session) {
        w->status = bd_session_new(w->module, NULL, &w->session, &w->error);
        if (w->status == BD_OK)
            w->status = contract_prepare(w->module, w->session, &w->error);
    }
    if (w->status == BD_OK)
        w->status = bd_session_bind_rows(w->session, &layout, &w->error);
    for (int turn = 0; turn < TURNS && w->status == BD_OK; turn++)
        w->status = one_turn(w, turn);
    return NULL;
}

static void decide_alone(const bd_module *module)
{
    bd_error error = {.message = ""};
    bd_session *session = contract_session(module, NULL);
    bd_decisions out = room(&alone);
    size_t by_decision[4] = {0};
    CHECK(bd_session_bind_rows(session, &layout, &error) == BD_OK, "%s", error.message);
    CHECK(bd_session_decide_rows(session, days, MANY, &out, &error) == BD_OK, "%s", error.message);
    for (int i = 0; i < MANY; i++)
        by_decision[alone.decision[i]]++;
    CHECK(by_decision[BD_APPROVED] > 0 && by_decision[BD_REJECTED] > 0 && by_decision[BD_FAULTED] > 0,
          "the lines differ: %zu %zu %zu", by_decision[BD_APPROVED], by_decision[BD_REJECTED], by_decision[BD_FAULTED]);
    bd_session_free(session);
}

int main(void)
{
    static Worker workers[THREADS];
    size_t size = 0;
    void *bytes = contract_bytes(&size);
    bd_module *module = contract_module(bytes, size);
    bd_error error = {.message = ""};
    check_group("one thread");
    fill_days(module);
    decide_alone(module);
    bd_session *first = contract_session(module, NULL);
    check_group("many threads");
    for (int i = 0; i < THREADS; i++) {
        workers[i].module = module;
        lines_fill(module, &workers[i].lines);
        if (i % 2 == 0)
            CHECK(bd_session_share(first, &workers[i].session, &error) == BD_OK, "%s", error.message);
    }
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0, "thread %d", i);
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(workers[i].thread, NULL) == 0, "thread %d", i);
        CHECK(workers[i].status == BD_OK && workers[i].is_right, "thread %d decides otherwise: %s", i,
              workers[i].error.message);
        bd_session_free(workers[i].session);
    }
    bd_session_free(first);
    bd_module_free(module);
    free(bytes);
    return check_done();
}
