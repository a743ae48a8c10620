/* test_claims.c: sessions that share what they count decide as one would, one line at a time: whatever the order in which claimed batches are
** decided, in threads of their own, under random agreements, with every allocation failing; and steps in a wrong order are refused.
** Under ThreadSanitizer (`./dev threads`) it also shows that no counter is written that two threads see.
*/
#include <pthread.h>

#include "unit/counted_lines.h"
#include "unit/counting_allocator.h"

enum { SESSIONS = 4, RANDOM_ORDERS = 6, RANDOM_THREADS = 3 };

static void decide_one_by_one(const bd_module *module, const Lines *lines, Results *results)
{
    bd_error error = {0};
    bd_status status = BD_OK;
    bd_session *session = open_session(module, NULL, NULL);
    for (size_t row = 0; status == BD_OK && row < ROWS; row++)
        status = decide(session, lines, row, 1, results, &error);
    CHECK(status == BD_OK, "%s", error.message);
    bd_session_free(session);
}

static void open_shared(const bd_module *module, const bd_options *options, bd_session *sessions[SESSIONS])
{
    bd_error error = {0};
    sessions[0] = open_session(module, options, NULL);
    for (int i = 1; i < SESSIONS; i++) {
        sessions[i] = NULL;
        if (sessions[0])
            CHECK(bd_session_share(sessions[i - 1], &sessions[i], &error) == BD_OK, "%s", error.message);
    }
}

static void free_shared(bd_session *sessions[SESSIONS])
{
    for (int i = SESSIONS - 1; i >= 0; i--)
        bd_session_free(sessions[i]);
}

/* ---- In one thread ---- */

/* Batches of random sizes, claimed up to SESSIONS ahead and decided in random order. */
static void decide_in_order_of(uint64_t seed, const bd_module *module, const Lines *lines, Results *results)
{
    static Part parts[SESSIONS];
    bd_session *sessions[SESSIONS];
    uint64_t state = seed;
    bd_error error = {0};
    bool is_decided[SESSIONS] = {false};
    size_t row = 0;
    unsigned claimed = 0, completed = 0;
    open_shared(module, NULL, sessions);
    while (row < ROWS || completed < claimed) {
        unsigned slot = (unsigned)next(&state) % SESSIONS, oldest = completed % SESSIONS;
        bool is_claimed = (slot + SESSIONS - oldest) % SESSIONS < claimed - completed;
        if (!is_claimed && row < ROWS) {
            size_t most = next(&state) % 3 == 0 ? 20 : BD_CLAIM_ROWS + 1, count = next(&state) % most;
            count = count < ROWS - row ? count : ROWS - row;
            slot = claimed % SESSIONS;
            take_part(&parts[slot], lines, row, count, results);
            CHECK(bd_session_claim(sessions[slot], &parts[slot].batch, &error) == BD_OK, "%s", error.message);
            is_decided[slot] = false;
            row += count;
            claimed++;
        } else if (is_claimed && !is_decided[slot]) {
            CHECK(bd_session_decide_claimed(sessions[slot], &parts[slot].out, &error) == BD_OK, "%s", error.message);
            is_decided[slot] = true;
        } else if (claimed > completed && is_decided[oldest]) {
            CHECK(bd_session_complete(sessions[oldest], &error) == BD_OK, "%s", error.message);
            completed++;
        }
    }
    free_shared(sessions);
}

/* ---- In threads ---- */

typedef struct Queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    const Lines *lines;
    size_t row; /* the next to be claimed */
    uint64_t state;
    unsigned claimed, completed;
    Results *results;
} Queue;

typedef struct Worker {
    Queue *queue;
    bd_session *session;
    Part part;
    pthread_t thread;
    bd_status status;
    bd_error error;
} Worker;

/* The next batch, claimed; false: there is none. */
static bool claim_next(Worker *w, unsigned *number)
{
    Queue *queue = w->queue;
    (void)pthread_mutex_lock(&queue->lock);
    bool has_more = queue->row < ROWS;
    size_t count = next(&queue->state) % 300 + 1;
    count = count < ROWS - queue->row ? count : ROWS - queue->row;
    if (has_more) {
        take_part(&w->part, queue->lines, queue->row, count, queue->results);
        w->status = bd_session_claim(w->session, &w->part.batch, &w->error);
        *number = queue->claimed++;
        queue->row += count;
    }
    (void)pthread_mutex_unlock(&queue->lock);
    return has_more;
}

static void *work(void *context)
{
    Worker *w = context;
    Queue *queue = w->queue;
    unsigned number = 0;
    while (claim_next(w, &number)) {
        if (w->status == BD_OK)
            w->status = bd_session_decide_claimed(w->session, &w->part.out, &w->error);
        (void)pthread_mutex_lock(&queue->lock);
        while (queue->completed != number)
            (void)pthread_cond_wait(&queue->changed, &queue->lock);
        if (w->status == BD_OK)
            w->status = bd_session_complete(w->session, &w->error);
        queue->completed++;
        (void)pthread_cond_broadcast(&queue->changed);
        (void)pthread_mutex_unlock(&queue->lock);
    }
    return NULL;
}

static void decide_in_threads(uint64_t seed, const bd_module *module, const Lines *lines, Results *results)
{
    static Worker workers[SESSIONS];
    Queue queue = {.lines = lines, .state = seed, .results = results};
    bd_session *sessions[SESSIONS];
    CHECK(pthread_mutex_init(&queue.lock, NULL) == 0 && pthread_cond_init(&queue.changed, NULL) == 0, "no lock");
    open_shared(module, NULL, sessions);
    for (int i = 0; i < SESSIONS; i++) {
        workers[i].queue = &queue;
        workers[i].session = sessions[i];
        workers[i].status = BD_OK;
        CHECK(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0, "thread %d", i);
    }
    for (int i = 0; i < SESSIONS; i++) {
        CHECK(pthread_join(workers[i].thread, NULL) == 0 && workers[i].status == BD_OK, "thread %d: %s", i,
              workers[i].error.message);
    }
    free_shared(sessions);
    (void)pthread_cond_destroy(&queue.changed);
    (void)pthread_mutex_destroy(&queue.lock);
}

static void check_same(const bd_module *module, const Lines *lines, const char *contract)
{
    static Results one, other;
    decide_one_by_one(module, lines, &one);
    for (uint64_t seed = 1; seed <= RANDOM_ORDERS + RANDOM_THREADS; seed++) {
        memset(&other, 0xEE, sizeof other);
        if (seed <= RANDOM_ORDERS)
            decide_in_order_of(seed, module, lines, &other);
        else
            decide_in_threads(seed, module, lines, &other);
        uint32_t row = first_difference(&one, &other);
        CHECK(row == ROWS, "row %u differs, seed %llu, of\n%s", row, (unsigned long long)seed, contract);
    }
}

/* ---- What is refused, and what is not lost ---- */

static void check_refusals(const bd_module *module, const Lines *lines)
{
    static Part part, earlier;
    static Results results, again;
    bd_session *sessions[SESSIONS], *fifth = NULL;
    bd_ledger ledger;
    bd_error error = {0};
    check_group("refusals");
    open_shared(module, NULL, sessions);
    take_part(&part, lines, 100, 50, &results);
    take_part(&earlier, lines, 0, 50, &again);
    CHECK(bd_session_claim(NULL, &part.batch, &error) == BD_ARGUMENT &&
              bd_session_claim(sessions[0], NULL, &error) == BD_ARGUMENT &&
              bd_session_decide_claimed(sessions[0], NULL, &error) == BD_ARGUMENT &&
              bd_session_complete(NULL, &error) == BD_ARGUMENT,
          "nothing to work on");
    CHECK(bd_session_decide_claimed(sessions[0], &part.out, &error) == BD_STATE &&
              bd_session_complete(sessions[0], &error) == BD_STATE,
          "nothing is claimed");
    CHECK(bd_session_decide(sessions[0], &part.batch, &part.out, &error) == BD_STATE &&
              bd_session_decide(sessions[1], &part.batch, &part.out, &error) == BD_STATE &&
              bd_session_count(sessions[1], &part.batch, &error) == BD_STATE,
          "lines that are not claimed");
    const bd_trace *trace = NULL;
    CHECK(bd_session_trace(sessions[0], &part.batch, 0, &trace, &error) == BD_STATE, "a trace");
    CHECK(bd_session_claim(sessions[0], &part.batch, &error) == BD_OK, "%s", error.message);
    CHECK(bd_session_claim(sessions[0], &part.batch, &error) == BD_STATE &&
              bd_session_complete(sessions[0], &error) == BD_STATE &&
              bd_session_share(sessions[0], &fifth, &error) == BD_STATE && !fifth,
          "a second claim, or completing what is not decided");
    CHECK(bd_session_claim(sessions[1], &earlier.batch, &error) == BD_ORDER, "an earlier line");
    bd_decisions none = {NULL, NULL, NULL, NULL, NULL, NULL};
    CHECK(bd_session_decide_claimed(sessions[0], &none, &error) == BD_ARGUMENT, "no room");
    CHECK(bd_session_decide_claimed(sessions[0], &part.out, &error) == BD_OK &&
              bd_session_complete(sessions[0], &error) == BD_OK,
          "after refusals: %s", error.message);
    take_part(&part, lines, 149, 2, &results);
    CHECK(bd_session_claim(sessions[2], &part.batch, &error) == BD_OK &&
              bd_session_decide_claimed(sessions[2], &part.out, &error) == BD_OK &&
              bd_session_complete(sessions[2], &error) == BD_OK && results.decision[149] == BD_REJECTED &&
              results.reasons[149] == 0,
          "the same line in two batches");
    take_part(&part, lines, 151, BD_CLAIM_ROWS + 1, &results);
    CHECK(bd_session_claim(sessions[0], &part.batch, &error) == BD_ARGUMENT, "too many rows");
    free_shared(sessions);

    CHECK(bd_ledger_memory_new(NULL, &ledger, &error) == BD_OK, "%s", error.message);
    bd_session *with_ledger = open_session(module, NULL, &ledger);
    CHECK(bd_session_share(with_ledger, &fifth, &error) == BD_STATE && !fifth, "a ledger is not shared");
    CHECK(bd_session_claim(with_ledger, &earlier.batch, &error) == BD_STATE, "a ledger, and steps");
    bd_session_free(with_ledger);
    bd_ledger_close(&ledger);
}

/* A session takes its lines in steps as well if it is alone; and what a session counted is there when it is gone. */
static void check_lives(const bd_module *module, const Lines *lines)
{
    static Part part;
    static Results one, other;
    bd_session *sessions[SESSIONS];
    bd_error error = {0};
    check_group("sessions that come and go");
    decide_one_by_one(module, lines, &one);
    open_shared(module, NULL, sessions);
    for (size_t row = 0, turn = 0; row < ROWS; row += part.batch.rows, turn++) {
        bd_session *session = sessions[turn % SESSIONS];
        take_part(&part, lines, row, row + 250 < ROWS ? 250 : ROWS - row, &other);
        CHECK(bd_session_claim(session, &part.batch, &error) == BD_OK &&
                  bd_session_decide_claimed(session, &part.out, &error) == BD_OK &&
                  bd_session_complete(session, &error) == BD_OK,
              "%s", error.message);
        if (turn % 3 == 2) { /* another takes its place */
            bd_session_free(sessions[1]);
            CHECK(bd_session_share(sessions[2], &sessions[1], &error) == BD_OK, "%s", error.message);
            bd_session *second = sessions[1];
            sessions[1] = sessions[3];
            sessions[3] = second;
        }
    }
    CHECK(first_difference(&one, &other) == ROWS, "row %u differs", first_difference(&one, &other));
    free_shared(sessions);
}

/* The n-th allocation fails in one of the steps of two sessions: that step says so, the counters are lost, and nothing leaks. */
static void check_allocations(const bd_module *module, const Lines *lines)
{
    static Part parts[2];
    static Results results;
    bool is_done = false;
    check_group("allocations that fail");
    for (size_t fail_at = 1; fail_at < 3000 && !is_done; fail_at += fail_at / 16 + 1) {
        Counting counting = {.fail_at = 0};
        bd_allocator allocator = counting_allocator(&counting);
        bd_options options = {.allocator = &allocator};
        bd_error error = {0};
        bd_session *sessions[SESSIONS];
        open_shared(module, &options, sessions);
        counting.fail_at = counting.calls + fail_at;
        bd_status status = BD_OK;
        int step = 0, at = 0; /* that failed, and of which session */
        for (int i = 0; i < 6 && status == BD_OK; i++) {
            step = i / 2;
            at = i % 2;
            if (step == 0)
                take_part(&parts[at], lines, (size_t)at * 200, 200, &results);
            status = step == 0   ? bd_session_claim(sessions[at], &parts[at].batch, &error)
                     : step == 1 ? bd_session_decide_claimed(sessions[at], &parts[at].out, &error)
                                 : bd_session_complete(sessions[at], &error);
        }
        is_done = status == BD_OK;
        CHECK(status == BD_OK || status == BD_NOMEM, "status %d: %s", status, error.message);
        counting.fail_at = 0;
        take_part(&parts[0], lines, 400, 200, &results);
        if (status != BD_OK)
            CHECK(bd_session_claim(sessions[step == 1 ? at : 2], &parts[0].batch, &error) == BD_STATE,
                  "after a failure: %s", error.message);
        free_shared(sessions);
        CHECK(counting.live == 0 && !counting.size_error, "%zu bytes leaked", counting.live);
    }
    CHECK(is_done, "it never succeeded");
}

int main(void)
{
    static char contract[4096];
    check_group("the agreement of the test of rounds");
    for (uint64_t seed = 0; seed <= RANDOM_AGREEMENTS; seed++) {
        Compilation c;
        if (seed > 0)
            make_contract(seed, contract, sizeof contract);
        bd_module *module = load(&c, seed > 0 ? contract : CONTRACT);
        if (module) {
            Lines *lines = lay_out(module);
            check_same(module, lines, seed > 0 ? contract : CONTRACT);
            if (seed == 0) {
                check_refusals(module, lines);
                check_lives(module, lines);
                check_allocations(module, lines);
                check_group("random agreements");
            }
            free(lines);
            bd_module_free(module);
        }
        compile_free(&c);
    }
    return check_done();
}
