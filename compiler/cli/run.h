/* run.h: what one thread of `beding run` does: read lines, join, decide, write rows.
**
** Job: everything between the lines of a file, or of a piece of one, and the rows of the decisions in an output; where that output goes
** is for cmd_run.c and run_threads.c.
*/
#ifndef BEDING_CLI_RUN_H
#define BEDING_CLI_RUN_H

#include "compiler/cli/decisions.h"
#include "compiler/cli/line_input.h"
#include "compiler/cli/run_profile.h"
#include "compiler/cli/sorter.h"

/* A row of a file that was put in order: the number of its line in the input, and where it ends in the output. */
typedef struct KeptRow {
    uint64_t number;
    size_t end;
} KeptRow;

/* Where lines influence each other, threads take turns: in the order of the file they claim batches, and complete them (beding_ledger.h). A session with
** a ledger is one for all, and decides between both. */
typedef enum RunTurn { TURN_CLAIM, TURN_COMPLETE, TURN_COUNT } RunTurn;

typedef struct RunTurns {
    bool (*enter)(void *context, RunTurn turn); /* when it is this run's, and alone; false: the run has ended */
    void (*leave)(void *context, bool is_last); /* is_last: the next piece of the file may have the turn */
    void *context;
} RunTurns;

typedef struct Run {
    Cli *cli;
    LineInput input;
    Decisions decisions;
    Output *out;
    bool rejects_errors;
    bd_decisions results; /* with room for `room` rows */
    size_t room;
    KeptRow *kept; /* of a file that was put in order: every row since run_start */
    size_t kept_count, kept_capacity;
    const RunTurns *turns; /* NULL: none */
    RunProfile *profile;   /* NULL: nothing is timed */
} Run;

/* Says where the next rows go. */
void run_start(Run *run, Output *out);

/* Decides the next batch and writes its rows. False at the end, or when something was reported: *status tells. */
bool run_batch(Run *run, ExitStatus *status);

/* Gives the rows kept since run_start to the sorter that puts them back; the output is then as empty as it was. False after reporting
** that a temporary file failed. */
bool run_set_aside(Sorter *sorter, Output *out, const KeptRow *kept, size_t count);

/* run_threads.c: decides the whole file with `threads` threads, at least 2, in pieces; rows go to `out` or, of a file that was put in
** order, to `sorter`. The first thread is the caller's, with `run`. Counts are added up in run->decisions. `progress` is called now and
** then with the lines decided so far; `settle` in the first thread before the first message is printed, while run->input.order.is_hoped:
** false ends the run, with nothing printed. EXIT_GOOD, or what to end with; lines before the one that ended the run are written. */
typedef struct ThreadedRun {
    unsigned threads;
    Output *out;
    Sorter *sorter;
    void (*progress)(void *context, uint64_t lines);
    bool (*settle)(void *context);
    void *context;         /* of both */
    bd_session **sessions; /* out: those that decided beside run->input.session; run_threads_close frees them */
    unsigned session_count;
} ThreadedRun;
ExitStatus run_threads(Run *run, ThreadedRun *threaded);
void run_threads_close(ThreadedRun *threaded);

/* Whether a run gains from threads: its lines do not stand in one piece, and are read without regard to those around them. */
bool run_can_share(const Run *run);

#endif
