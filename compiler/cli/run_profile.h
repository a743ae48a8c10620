/* run_profile.h: `beding run --profile`: where the time of a run went, per rule of the agreement.
**
** Job: the clock that the run and its session read, the table for people, and the same as part of the summary's JSON.
*/
#ifndef BEDING_CLI_RUN_PROFILE_H
#define BEDING_CLI_RUN_PROFILE_H

#include "compiler/cli/decisions.h"
#include "compiler/cli/json_write.h"

/* Of a run in one thread, in nanoseconds. */
typedef struct RunProfile {
    uint64_t reading, deciding, writing; /* reading: joins included */
    bd_profile code;
    bd_rule_profile *rules;
} RunProfile;

/* Nanoseconds of a clock that does not go back; context is not used. */
uint64_t run_profile_clock(void *context);

/* Asks the session for what it timed. EXIT_GOOD, or what to end with after reporting. */
ExitStatus run_profile_read(RunProfile *profile, Cli *cli, bd_session *session, const Decisions *decisions);

/* The table, to stderr: the dearest rule first. */
void run_profile_print(const RunProfile *profile, const Decisions *decisions);

/* The member `profile` of the summary. */
void run_profile_json(const RunProfile *profile, const Decisions *decisions, JsonWriter *json);

#endif
