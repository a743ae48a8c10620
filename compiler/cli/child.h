/* child.h: work that may not come to an end, in a process of its own, which is asked over a socket and held to limits.
**
** Job: a copy of this process does the work. It has a most of processor time and of memory, and when it dies, or is silent for too long, whoever asked goes
** on without it. So nothing that happens in it, endless loops and crashes included, can keep this process from ending.
** Invariant: a child has nothing of its parent's but what it was when it began, writes only to the socket, and does not outlive its parent.
*/
#ifndef BEDING_CLI_CHILD_H
#define BEDING_CLI_CHILD_H

#include <sys/types.h>

#include "vm/core/arena.h"

typedef struct ChildLimits {
    unsigned seconds; /* of processor time, in all its life */
    size_t memory;    /* bytes of address space; 0: any */
    int silence;      /* milliseconds that an answer may take by the clock */
} ChildLimits;

typedef struct Child {
    pid_t process; /* -1: there is none */
    int socket;
    int silence;
    bool gave_up; /* it died, was silent for too long, or could not be made: there is no child any more */
} Child;

/* Answers a question, in the child; its arena lasts as long as the child does. False: the child is of no use any more, and ends. */
typedef bool ChildWork(void *context, Arena *arena, Text question, StringBuilder *answer);

/* Whether the limit of memory is kept: not in a build with sanitizers, which take all the address space there is. */
bool child_memory_is_limited(void);

/* Starts a child that does `work`. No error: where no process can be made it has given up at once. */
void child_start(Child *child, const ChildLimits *limits, ChildWork *work, void *context);

/* Asks, and waits for the answer, which is in `arena`. False: it has given up, now or before. */
bool child_ask(Child *child, Arena *arena, Text question, Text *answer);

/* Ends it, whatever it is doing. */
void child_end(Child *child);

#endif
