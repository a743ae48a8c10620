/* profile.h: what the instructions of the lines program cost, by a clock of the host.
**
** Job: while a session is profiled, the column evaluator and plans read the clock after each instruction's loop. bd_session_profiled then
** tells per rule what only that rule needs and what it shares with others, by walking the program backwards from the rule's result.
** The library has no clock of its own.
*/
#ifndef BEDING_PROFILE_H
#define BEDING_PROFILE_H

#include "session.h"

typedef struct Profile {
    uint64_t (*now)(void *context);
    void *context;
    uint64_t tick;                /* what a look at the clock takes */
    const ProgramRecord *program; /* that decides batches */
    uint64_t *ns;                 /* per instruction of it, and one for what belongs to none */
    uint64_t exact_ns, exact_rows;
} Profile;

/* The profile to which the instructions of a program count; NULL: none. */
static inline Profile *profile_of(const bd_session *session, const ProgramRecord *program)
{
    return session->profile && session->profile->program == program ? session->profile : NULL;
}

static inline uint64_t profile_now(const Profile *profile)
{
    return profile->now(profile->context);
}

/* Counts the time since `from` for an instruction (or the program's number of instructions: for none); returns the time now. */
static inline uint64_t profile_lap(Profile *profile, uint32_t instruction, uint64_t from)
{
    uint64_t now = profile_now(profile), took = now - from;
    profile->ns[instruction] += took > profile->tick ? took - profile->tick : 0;
    return now;
}

#endif
