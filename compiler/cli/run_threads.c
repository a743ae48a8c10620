/* run_threads.c: a file of lines decided by several threads; see run.h.
**
** Job: any thread, the calling one too, reads the next piece of the file (pieces.h), one thread at a time, and does with it what a run does
** with a file, while the piece is in its cache; rows and messages stay with the job that this is. The calling thread writes them out in the
** order of the file. Where lines influence each other there is one session, and a job waits for its turn before it decides.
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
    Job *job;    /* being done */
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
    Job *jobs;
    uint64_t room;            /* jobs in the ring */
    uint64_t begun, written;  /* jobs so far: written <= begun <= written + room */
    uint64_t turn;            /* the job that may decide, where lines influence each other */
    uint64_t ended_at;        /* the job that ended the run: what comes after it counts for nothing */
    bool is_closed;           /* the threads are to end */
    RowReader *rows;          /* what is cut into pieces, */
    size_t piece_size;        /* of this size, */
    bool is_reading, is_read; /* by one thread at a time, until the file ends */
    StringBuilder messages;   /* of reading, to be printed behind those of the jobs */
    Arena arena;              /* of these */
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

/* Waits until all jobs before this one have decided. */
static bool await_turn(void *context)
{
    Worker *worker = context;
    Pool *pool = worker->pool;
    (void)pthread_mutex_lock(&pool->lock);
    const uint64_t index = worker->job->index;
    while (pool->ended_at >= index && pool->turn < index)
        (void)pthread_cond_wait(&pool->changed, &pool->lock);
    bool goes_on = pool->ended_at >= index;
    (void)pthread_mutex_unlock(&pool->lock);
    return goes_on;
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
    if (worker->run.await != NULL)
        (void)await_turn(
            worker); /* a job without lines has its turn too, and one that ended the run does so in its turn */
    Pool *pool = worker->pool;
    (void)pthread_mutex_lock(&pool->lock);
    job->is_done = true;
    pool->turn++;
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

static void *work(void *context)
{
    Worker *worker = context;
    Pool *pool = worker->pool;
    (void)pthread_mutex_lock(&pool->lock);
    while (!pool->is_closed && !pool->is_read && pool->ended_at == UINT64_MAX) {
        Job *job = begin_job(worker);
        if (job == NULL && !pool->is_read) {
            (void)pthread_cond_wait(&pool->changed, &pool->lock);
        } else if (job != NULL) {
            (void)pthread_mutex_unlock(&pool->lock);
            do_job(worker, job);
            (void)pthread_mutex_lock(&pool->lock);
        }
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* ---- The calling thread ---- */

typedef struct Lead {
    Run *run; /* the command's */
    ThreadedRun *threaded;
    Pool pool;
    uint64_t lines;
    ExitStatus status;
} Lead;

/* Writes what a job made. */
static void put_out(Lead *lead, Job *job)
{
    ThreadedRun *threaded = lead->threaded;
    message_print(builder_result(&job->messages));
    if (job->lacked_memory)
        longjmp(lead->run->cli->landing, BD_NOMEM);
    if (!lead->run->input.order.is_sorted)
        output_long_text(threaded->out, (Text){job->out.data, job->out.size});
    else if (!run_set_aside(threaded->sorter, &job->out, job->kept, job->kept_count))
        threaded->out->failed = true;
    lead->lines += job->lines;
    lead->status = job->status;
    threaded->progress(threaded->progress_context, lead->lines);
}

/* What the calling thread does next: write the oldest job if it is done, or begin one, or wait. False: nothing is left to do. */
static bool lead_on(Lead *lead)
{
    Pool *pool = &lead->pool;
    (void)pthread_mutex_lock(&pool->lock);
    Job *oldest = &pool->jobs[pool->written % pool->room];
    bool is_done = pool->written < pool->begun && oldest->is_done, was_read = pool->is_read;
    Job *job = is_done ? NULL : begin_job(&pool->workers[0]);
    bool goes_on = pool->written < pool->begun || pool->is_reading;
    if (goes_on && !is_done && job == NULL && pool->is_read == was_read) /* else the lock was left: look again */
        (void)pthread_cond_wait(&pool->changed, &pool->lock);
    (void)pthread_mutex_unlock(&pool->lock);
    if (job != NULL)
        do_job(&pool->workers[0], job);
    if (!is_done)
        return goes_on;
    put_out(lead, oldest);
    (void)pthread_mutex_lock(&pool->lock);
    pool->written++;
    (void)pthread_cond_broadcast(&pool->changed);
    (void)pthread_mutex_unlock(&pool->lock);
    return true;
}

/* Ends the threads, whatever they are at. */
static void stop(Lead *lead)
{
    Pool *pool = &lead->pool;
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
    pool->rows->feed.cli = lead->run->cli; /* they are done reading */
}

/* ---- Making ready, and adding up ---- */

static void make_worker(Lead *lead, Worker *worker, bd_session *session)
{
    const Run *run = lead->run;
    worker->pool = &lead->pool;
    worker->cli = *run->cli;
    worker->cli.outputs = NULL;
    arena_init(&worker->cli.arena, NULL);
    worker->cli.arena.landing = &lead->run->cli->landing; /* until it has a thread of its own */
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
    if (input->is_counting) {
        worker->run.await = await_turn;
        worker->run.await_context = worker;
    }
    worker->cli.arena.landing = &worker->cli.landing;
}

static ExitStatus make_workers(Lead *lead)
{
    Pool *pool = &lead->pool;
    ThreadedRun *threaded = lead->threaded;
    bd_session *session = lead->run->input.session;
    while (pool->worker_count < threaded->threads) {
        bd_session *own = session;
        bd_error error = {.code = BD_OK};
        if (pool->worker_count > 0 && !lead->run->input.is_counting) {
            if (bd_session_share(session, &own, &error) != BD_OK)
                return line_input_report(&lead->run->input, &error);
            threaded->sessions[threaded->session_count++] = own;
        }
        make_worker(lead, &pool->workers[pool->worker_count++], own);
    }
    /* A thread that cannot be had is done without. */
    for (unsigned i = 1; i < pool->worker_count; i++) {
        Worker *worker = &pool->workers[i];
        worker->is_started = pthread_create(&worker->thread, NULL, work, worker) == 0;
    }
    return EXIT_GOOD;
}

/* The names that nobody asked for, in the order in which they appear in the file. */
static void add_unknown(Lead *lead)
{
    const Pool *pool = &lead->pool;
    for (uint64_t job = 0; job < pool->written; job++) {
        bool has_more = false;
        for (unsigned i = 0; i < pool->worker_count; i++) {
            const Worker *worker = &pool->workers[i];
            for (size_t j = 0; j < worker->seen_count; j++) {
                if (worker->seen_in[j] == job)
                    rows_add_unknown(&lead->run->input.lines.rows, worker->run.input.lines.rows.unknown[j]);
                has_more = has_more || worker->seen_in[j] > job;
            }
        }
        if (!has_more)
            return;
    }
}

static void add_up(Lead *lead)
{
    for (unsigned i = 0; i < lead->pool.worker_count; i++) {
        Decisions *decisions = &lead->pool.workers[i].run.decisions;
        decisions_settle(decisions);
        decisions_add(&lead->run->decisions, decisions);
    }
    add_unknown(lead);
}

static void free_all(Lead *lead)
{
    Pool *pool = &lead->pool;
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
    (void)pthread_mutex_destroy(&pool->lock);
}

static void lead_all(Lead *lead)
{
    const Output *out = lead->threaded->out;
    lead->status = make_workers(lead);
    while (lead->status == EXIT_GOOD && !out->failed && lead_on(lead))
        continue;
    stop(lead);
    const RowReader *rows = lead->pool.rows;
    if (lead->status == EXIT_GOOD && rows->feed.failed && !out->failed) {
        message_print(builder_result(&lead->pool.messages));
        lead->status = rows_blame(rows);
    }
    if (lead->status == EXIT_GOOD)
        add_up(lead);
}

ExitStatus run_threads(Run *run, ThreadedRun *threaded)
{
    Arena *arena = &run->cli->arena;
    Lead *lead = arena_alloc(arena, sizeof *lead);
    *lead = (Lead){.run = run, .threaded = threaded};
    Pool *pool = &lead->pool;
    pool->rows = &run->input.lines.rows;
    pool->piece_size = run->input.is_counting ? TURN_PIECE_SIZE : PIECE_SIZE;
    arena_init(&pool->arena, NULL);
    builder_init(&pool->messages, &pool->arena);
    pool->ended_at = UINT64_MAX;
    pool->room = 2 * (uint64_t)threaded->threads + 2;
    pool->jobs = arena_array(arena, (size_t)pool->room, sizeof *pool->jobs);
    for (uint64_t i = 0; i < pool->room; i++) {
        arena_init(&pool->jobs[i].arena, NULL);
        output_open_memory(&pool->jobs[i].out, run->cli);
    }
    pool->workers = arena_array(arena, threaded->threads, sizeof *pool->workers);
    threaded->sessions = arena_array(arena, threaded->threads, sizeof *threaded->sessions);
    if (pthread_mutex_init(&pool->lock, NULL) != 0 || pthread_cond_init(&pool->changed, NULL) != 0)
        longjmp(run->cli->landing, BD_NOMEM);
    /* Threads work on what a jump to the command's end would free: they end first. */
    jmp_buf landing;
    memcpy(&landing, &run->cli->landing, sizeof landing);
    bool lacked_memory = setjmp(run->cli->landing) != 0;
    if (lacked_memory)
        stop(lead);
    else
        lead_all(lead);
    memcpy(&run->cli->landing, &landing, sizeof landing);
    ExitStatus status = lead->status;
    free_all(lead);
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
