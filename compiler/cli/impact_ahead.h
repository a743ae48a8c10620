/* impact_ahead.h: a side of `beding impact` that reads and decides in a thread of its own, while the other does so in the caller's.
**
** Job: ahead_ask lets the thread make the next batch of the side, ahead_wait gives it back. Between the two the side is the thread's; otherwise it is
** the caller's, who may look at its batch and trace its rows. The side has a Cli of its own, since an arena serves one thread at a time; what
** it has to say is kept for the caller to print. Without a thread to be had, ahead_wait does the work itself.
*/
#ifndef BEDING_CLI_IMPACT_AHEAD_H
#define BEDING_CLI_IMPACT_AHEAD_H

#include <pthread.h>

#include "compiler/cli/impact_side.h"

typedef enum AheadState { AHEAD_RESTS, AHEAD_WORKS, AHEAD_ENDS } AheadState;

typedef struct Ahead {
    Side *side;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool has_thread;
    AheadState state;
    bool is_asked, has_rows, lacked_memory;
    ExitStatus status;
    Arena arena;            /* of the messages */
    StringBuilder messages; /* of the batch being made */
} Ahead;

/* Starts a thread for a side that is open. ahead_close in any case. */
void ahead_start(Ahead *ahead, Side *side);

/* Begins the next batch. */
void ahead_ask(Ahead *ahead);

/* Ends what was asked: as side_next. What was said stands in ahead->messages, which is empty again at the next ahead_ask. A failing
** allocation goes to the landing of `cli`. */
bool ahead_wait(Ahead *ahead, Cli *cli, ExitStatus *status);

void ahead_close(Ahead *ahead);

#endif
