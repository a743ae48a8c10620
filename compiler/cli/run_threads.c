/* run_threads.c: a file of lines decided by several threads; see run.h.
**
** Job: any thread, the calling one too, reads the next piece of the file (pieces.h), one thread at a time, and does with it what a run does
** with a file, while the piece is in its cache; rows and messages stay with the job that this is. They are written out in the order of the
** file, one thread at a time, by the thread that made them, unless that is busy and another has nothing to do. Where lines influence each
** other a job waits for its turns (run.h).
** Invariant: jobs are begun in order, so the oldest job that is not done never waits for another; a ring bounds how many there are.
*/
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/cli/pieces.h"
#include "compiler/cli/run.h"

/* Bytes of a piece: some batches of lines; about one where each job waits for its turn, so that it reads while others decide. */
enum { PIECE_SIZE = 256 * 1024, TURN_PIECE_SIZE = 128 * 1024 };

/* Bytes that caches move between processors at once: two lines. */
enum { APART = 128 };

typedef struct Job {
    Output out;
    StringBuilder messages;
    Arena arena; /* of the messages */
    KeptRow *kept;
    size_t kept_count;
    size_t kept_capacity;
    const struct Worker *owner; /* who did it, and has what it wrote in its cache */
    uint64_t index, lines;
    ExitStatus status;
    bool lacked_memory;
    bool is_done;
    char apart[APART]; /* the next job's counts change in another thread, row by row */
} Job;

struct Pool;

/* A thread with all it needs: a run like the command's, over columns of its own. */
typedef struct Worker {
    struct Pool *pool;
    Cli cli;
    Run run;
    RunTurns turns; /* for it */
    RunTurn turn;   /* that it has entered */
    Job *job;       /* being done */
    Piece piece; /* of that job; of the thread, since what another processor wrote would have to be fetched from it */
    uint64_t *seen_in; /* per unknown name of run.input.lines.rows: the job that met it first */
    size_t seen_capacity, seen_count;
    pthread_t thread;
    bool is_started;
    char apart[APART];
} Worker;

typedef struct Pool {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_mutex_t counting; /* held by the one that claims or completes a batch */
    Job *jobs;
    uint64_t room;             /* jobs in the ring */
    uint64_t begun, written;   /* jobs so far: written <= begun <= written + room */
    uint64_t turn[TURN_COUNT]; /* the job that has it, where lines influence each other */
    uint64_t ended_at;         /* the job that ended the run: what comes after it counts for nothing */
    bool is_closed;            /* the threads are to end */
    RowReader *rows;           /* what is cut into pieces, */
    size_t piece_size;         /* of this size, */
    bool is_reading, is_read;  /* by one thread at a time, until the file ends */
    StringBuilder messages;    /* of reading, to be printed behind those of the jobs */
    Arena arena;               /* of these */
    Run *run;                  /* the command's */
    ThreadedRun *threaded;     /* where the rows go, */
    bool is_writing, is_over;  /* by one thread at a time, until the job that ends the run */
    bool lacked_memory;
    ExitStatus status;
    uint64_t lines; /* written */
    Worker *workers;
    unsigned worker_count;
} Pool;

bool run_can_share(const Run *run)
{
    const Lines *lines = &run->input.lines;
    const Feed *feed = &lines->rows.feed;
    bool is_small = feed->at_end && feed->end - feed->begin <= 2 * (size_t)PIECE_SIZE;
    return !lines->by_declaration && !is_small;
}

/* ---- A job ---- */

/* Waits until the job has the turn. False: the run has ended before it. */
static bool await_turn(Worker *worker, RunTurn turn)
{
    Pool *pool = worker->pool;
    (void)pthread_mutex_lock(&pool->lock);
    const uint64_t index = worker->job->index;
    while (pool->ended_at >= index && pool->turn[turn] < index)
        (void)pthread_cond_wait(&pool->changed, &pool->lock);
    bool goes_on = pool->ended_at >= index;
    (void)pthread_mutex_unlock(&pool->lock);
    return goes_on;
}

static bool enter_turn(void *context, RunTurn turn)
{
    Worker *worker = context;
    if (!await_turn(worker, turn))
        return false;
    worker->turn = turn;
    (void)pthread_mutex_lock(&worker->pool->counting);
    return true;
}

static void leave_turn(void *context, bool is_last)
{
    Worker *worker = context;
    Pool *pool = worker->pool;
    (void)pthread_mutex_unlock(&pool->counting);
    if (!is_last)
        return;
    (void)pthread_mutex_lock(&pool->lock);
    pool->turn[worker->turn] = worker->job->index + 1;
    (void)pthread_cond_broadcast(&pool->changed);
    (void)pthread_mutex_unlock(&pool->lock);
}

static void note_unknown(Worker *worker)
{
    const RowReader *rows = &worker->run.input.lines.rows;
    worker->seen_in = arena_reserve(&worker->cli.arena, worker->seen_in, worker->seen_count, &worker->seen_capacity,
                                    sizeof *worker->seen_in, (size_t)rows->unknown_count + 1);
    while (worker->seen_count < rows->unknown_count)
        worker->seen_in[worker->seen_count++] = worker->job->index;
}

static void decide_piece(Worker *worker)
{
    Run *run = &worker->run;
    Job *job = worker->job;
    piece_read(&worker->piece, &run->input.lines.rows);
    lines_restart(&run->input.lines);
    run->kept = job->kept;
    run->kept_capacity = job->kept_capacity;
    uint64_t before = run->decisions.lines;
    run_start(run, &job->out);
    while (run_batch(run, &job->status))
        continue;
    job->kept = run->kept;
    job->kept_count = run->kept_count;
    job->kept_capacity = run->kept_capacity;
    job->lines = run->decisions.lines - before;
    note_unknown(worker);
}

/* Does a job. A failing allocation ends the run, in its turn. */
static void do_job(Worker *worker, Job *job)
{
    worker->job = job;
    job->arena.landing = &worker->cli.landing;
    job->out.cli = &worker->cli;
    worker->cli.kept_messages = &job->messages;
    if (setjmp(worker->cli.landing) != 0)
        job->lacked_memory = true;
    else if (!job->lacked_memory)
        decide_piece(worker);
    if (job->lacked_memory)
        job->status = EXIT_LIMIT;
    /* A job without lines has its turns too, and one that ended the run does so in its turn. */
    for (int turn = 0; worker->run.turns != NULL && turn < TURN_COUNT; turn++)
        (void)await_turn(worker, (RunTurn)turn);
    Pool *pool = worker->pool;
    (void)pthread_mutex_lock(&pool->lock);
    job->is_done = true;
    for (int turn = 0; turn < TURN_COUNT; turn++)
        pool->turn[turn] = pool->turn[turn] == job->index ? job->index + 1 : pool->turn[turn];
    if (job->status != EXIT_GOOD && job->index < pool->ended_at)
        pool->ended_at = job->index;
    (void)pthread_cond_broadcast(&pool->changed);
    (void)pthread_mutex_unlock(&pool->lock);
}

/* Reads the job's piece. False at the end of the file, or when reading failed. */
static bool read_piece(Worker *worker, Job *job)
{
    Pool *pool = worker->pool;
    arena_reset(&job->arena);
    builder_init(&job->messages, &job->arena);
    job->out.size = 0;
    job->status = EXIT_GOOD;
    job->lines = 0;
    job->owner = worker;
    job->lacked_memory = job->is_done = false;
    pool->rows->feed.cli = &worker->cli;
    pool->arena.landing = &worker->cli.landing;
    worker->cli.kept_messages = &pool->messages;
    if (setjmp(worker->cli.landing) == 0)
        return piece_take(&worker->piece, pool->rows, pool->piece_size);
    job->lacked_memory = true;
    return true;
}

/* Begins the next job; NULL when there is none, or none now. With the lock held, which is left while reading. */
static Job *begin_job(Worker *worker)
{
    Pool *pool = worker->pool;
    if (pool->is_reading || pool->is_read || pool->begun == pool->written + pool->room || pool->ended_at < pool->begun)
        return NULL;
    Job *job = &pool->jobs[pool->begun % pool->room];
    pool->is_reading = true;
    (void)pthread_mutex_unlock(&pool->lock);
    bool has_piece = read_piece(worker, job);
    (void)pthread_mutex_lock(&pool->lock);
    pool->is_reading = false;
    pool->is_read = !has_piece;
    if (has_piece)
        job->index = pool->begun++;
    (void)pthread_cond_broadcast(&pool->changed);
    return has_piece ? job : NULL;
}

/* Prints messages in their turn. False: it was only hoped that the lines stand in order, and they do not; nothing counts. */
static bool print(Pool *pool, const StringBuilder *messages)
{
    const ThreadedRun *threaded = pool->threaded;
    if (messages->size > 0 && pool->run->input.order.is_hoped && !threaded->settle(threaded->context))
        return false;
    message_print(builder_result(messages));
    return true;
}

/* Writes what a job made, in the order of the file. */
static void put_out(Pool *pool, Job *job)
{
    ThreadedRun *threaded = pool->threaded;
    if (!print(pool, &job->messages)) {
        job->status = pool->status = EXIT_WANTING;
        return;
    }
    if (job->lacked_memory)
        return;
    if (!pool->run->input.order.is_sorted)
        output_long_text(threaded->out, (Text){job->out.data, job->out.size});
    else if (!run_set_aside(threaded->sorter, &job->out, job->kept, job->kept_count))
        threaded->out->failed = true;
    pool->lines += job->lines;
    pool->status = job->status;
}

/* Writes the oldest job. With the lock held, which is left meanwhile. */
static void write_job(Worker *worker, Job *job)
{
    Pool *pool = worker->pool;
    pool->is_writing = true;
    (void)pthread_mutex_unlock(&pool->lock);
    worker->cli.kept_messages = NULL;
    pool->threaded->out->cli = &worker->cli;
    if (setjmp(worker->cli.landing) == 0)
        put_out(pool, job);
    else
        job->lacked_memory = true;
    if (worker == pool->workers) /* whose caller's memory it may take */
        pool->threaded->progress(pool->threaded->context, pool->lines);
    (void)pthread_mutex_lock(&pool->lock);
    pool->is_writing = false;
    pool->written++;
    pool->lacked_memory = job->lacked_memory;
    pool->is_over = job->lacked_memory || job->status != EXIT_GOOD || pool->threaded->out->failed;
    (void)pthread_cond_broadcast(&pool->changed);
}

/* The oldest job, when it is done and this thread may write it; else NULL. The sorter is the calling thread's, and looking at the file is
** its work. With the lock held. */
static Job *find_written(const Worker *worker, bool has_time)
{
    const Pool *pool = worker->pool;
    Job *oldest = &pool->jobs[pool->written % pool->room];
    if (pool->is_writing || pool->is_over || pool->written == pool->begun || !oldest->is_done)
        return NULL;
    const InOrder *order = &pool->run->input.order;
    if (order->is_sorted || (order->is_hoped && oldest->messages.size > 0))
        return worker == pool->workers ? oldest : NULL;
    return has_time || oldest->owner == worker ? oldest : NULL;
}

static void *work(void *context)
{
    Worker *worker = context;
    Pool *pool = worker->pool;
    (void)pthread_mutex_lock(&pool->lock);
    while (!pool->is_closed && !pool->is_over) {
        Job *written = find_written(worker, false);
        const bool was_read = pool->is_read;
        Job *begun = written == NULL ? begin_job(worker) : NULL;
        if (written == NULL && begun == NULL)
            written = find_written(worker, true);
        if (written != NULL) {
            write_job(worker, written);
        } else if (begun != NULL) {
            (void)pthread_mutex_unlock(&pool->lock);
            do_job(worker, begun);
            (void)pthread_mutex_lock(&pool->lock);
        } else if (pool->is_read && pool->written == pool->begun) {
            break;
        } else if (pool->is_read == was_read) { /* else the lock was left: look again */
            (void)pthread_cond_wait(&pool->changed, &pool->lock);
        }
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* ---- The calling thread ---- */

/* Ends the threads, whatever they are at. */
static void stop(Pool *pool)
{
    (void)pthread_mutex_lock(&pool->lock);
    pool->is_closed = true;
    if (pool->written < pool->begun)
        pool->ended_at = 0;
    (void)pthread_cond_broadcast(&pool->changed);
    (void)pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 1; i < pool->worker_count; i++) {
        if (pool->workers[i].is_started)
            (void)pthread_join(pool->workers[i].thread, NULL);
        pool->workers[i].is_started = false;
    }
    pool->rows->feed.cli = pool->threaded->out->cli = pool->run->cli; /* they are done with both */
}

/* ---- Making ready, and adding up ---- */

static void make_worker(Pool *pool, Worker *worker, bd_session *session)
{
    const Run *run = pool->run;
    worker->pool = pool;
    worker->cli = *run->cli;
    worker->cli.outputs = NULL;
    arena_init(&worker->cli.arena, NULL);
    worker->cli.arena.landing = &run->cli->landing; /* until it has a thread of its own */
    worker->run.cli = &worker->cli;
    worker->run.rejects_errors = run->rejects_errors;
    LineInput *input = &worker->run.input;
    *input = run->input;
    input->cli = &worker->cli;
    input->session = session;
    lines_copy(&input->lines, &run->input.lines, &worker->cli);
    join_copy(&input->join, &run->input.join, &worker->cli, &input->lines);
    decisions_init(&worker->run.decisions, &worker->cli, input->loaded.module, session, NULL, run->decisions.is_json,
                   run->decisions.separator);
    worker->turns = (RunTurns){enter_turn, leave_turn, worker};
    worker->run.turns = input->is_counting ? &worker->turns : NULL;
    worker->cli.arena.landing = &worker->cli.landing;
}

static ExitStatus make_workers(Pool *pool)
{
    ThreadedRun *threaded = pool->threaded;
    bd_session *session = pool->run->input.session;
    const bool is_one = pool->run->input.ledger.methods != NULL; /* session for all */
    while (pool->worker_count < threaded->threads) {
        bd_session *own = session;
        bd_error error = {.code = BD_OK};
        if (pool->worker_count > 0 && !is_one) {
            if (bd_session_share(session, &own, &error) != BD_OK)
                return line_input_report(&pool->run->input, &error);
            threaded->sessions[threaded->session_count++] = own;
        }
        make_worker(pool, &pool->workers[pool->worker_count++], own);
    }
    /* A thread that cannot be had is done without. */
    for (unsigned i = 1; i < pool->worker_count; i++) {
        Worker *worker = &pool->workers[i];
        worker->is_started = pthread_create(&worker->thread, NULL, work, worker) == 0;
    }
    return EXIT_GOOD;
}

/* The names that nobody asked for, in the order in which they appear in the file. */
static void add_unknown(Pool *pool)
{
    for (uint64_t job = 0; job < pool->written; job++) {
        bool has_more = false;
        for (unsigned i = 0; i < pool->worker_count; i++) {
            const Worker *worker = &pool->workers[i];
            for (size_t j = 0; j < worker->seen_count; j++) {
                if (worker->seen_in[j] == job)
                    rows_add_unknown(&pool->run->input.lines.rows, worker->run.input.lines.rows.unknown[j]);
                has_more = has_more || worker->seen_in[j] > job;
            }
        }
        if (!has_more)
            return;
    }
}

static void add_up(Pool *pool)
{
    for (unsigned i = 0; i < pool->worker_count; i++) {
        Decisions *decisions = &pool->workers[i].run.decisions;
        decisions_settle(decisions);
        decisions_add(&pool->run->decisions, decisions);
    }
    add_unknown(pool);
}

static void free_all(Pool *pool)
{
    for (uint64_t i = 0; i < pool->room; i++) {
        output_free(&pool->jobs[i].out);
        arena_free(&pool->jobs[i].arena);
    }
    for (unsigned i = 0; i < pool->worker_count; i++) {
        lines_close(&pool->workers[i].run.input.lines);
        piece_free(&pool->workers[i].piece);
        arena_free(&pool->workers[i].cli.arena);
    }
    arena_free(&pool->arena);
    (void)pthread_cond_destroy(&pool->changed);
    (void)pthread_mutex_destroy(&pool->counting);
    (void)pthread_mutex_destroy(&pool->lock);
}

/* Works as the other threads do until all is written. False: memory was lacking. */
static bool lead_all(Pool *pool)
{
    ExitStatus made = make_workers(pool); /* from then on the status is that of what was written */
    if (made == EXIT_GOOD)
        (void)work(pool->workers);
    else
        pool->status = made;
    stop(pool);
    if (pool->lacked_memory)
        return false;
    const RowReader *rows = pool->rows;
    if (pool->status == EXIT_GOOD && rows->feed.failed && !pool->threaded->out->failed) {
        (void)print(pool, &pool->messages);
        pool->status = rows_blame(rows);
    }
    if (pool->status == EXIT_GOOD)
        add_up(pool);
    return true;
}

ExitStatus run_threads(Run *run, ThreadedRun *threaded)
{
    Arena *arena = &run->cli->arena;
    Pool *pool = arena_alloc(arena, sizeof *pool);
    *pool = (Pool){
        .run = run, .threaded = threaded, .rows = &run->input.lines.rows, .ended_at = UINT64_MAX, .status = EXIT_GOOD};
    pool->piece_size = run->input.is_counting ? TURN_PIECE_SIZE : PIECE_SIZE;
    arena_init(&pool->arena, NULL);
    builder_init(&pool->messages, &pool->arena);
    pool->room = 2 * (uint64_t)threaded->threads + 2;
    pool->jobs = arena_array(arena, (size_t)pool->room, sizeof *pool->jobs);
    for (uint64_t i = 0; i < pool->room; i++) {
        arena_init(&pool->jobs[i].arena, NULL);
        output_open_memory(&pool->jobs[i].out, run->cli);
    }
    pool->workers = arena_array(arena, threaded->threads, sizeof *pool->workers);
    threaded->sessions = arena_array(arena, threaded->threads, sizeof *threaded->sessions);
    if (pthread_mutex_init(&pool->lock, NULL) != 0 || pthread_mutex_init(&pool->counting, NULL) != 0 ||
        pthread_cond_init(&pool->changed, NULL) != 0)
        longjmp(run->cli->landing, BD_NOMEM);
    /* Threads work on what a jump to the command's end would free: they end first. */
    jmp_buf landing;
    memcpy(&landing, &run->cli->landing, sizeof landing);
    volatile bool lacked_memory = true;
    if (setjmp(run->cli->landing) == 0)
        lacked_memory = !lead_all(pool);
    else
        stop(pool);
    memcpy(&run->cli->landing, &landing, sizeof landing);
    ExitStatus status = pool->status;
    free_all(pool);
    if (lacked_memory)
        longjmp(run->cli->landing, BD_NOMEM);
    return status;
}

void run_threads_close(ThreadedRun *threaded)
{
    for (unsigned i = 0; i < threaded->session_count; i++)
        bd_session_free(threaded->sessions[i]);
    threaded->session_count = 0;
}
