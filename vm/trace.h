/* trace.h: the recorder that the exact evaluator reports to; see trace.c. */
#ifndef BEDING_TRACE_H
#define BEDING_TRACE_H

#include "exact.h"

struct Trace {
    bd_session *session;
    bd_step *steps;  /* in session->result */
    uint32_t *lanes; /* per step: the lane of its instruction's domain */
    size_t count, capacity, lane_capacity;
    bool is_full; /* there were more steps than the session's limit: these are the first */
};

/* Whether traces show every read of a counter, also where the line does not ask for it: what another line would find there. */
void session_trace_all_counters(bd_session *session, bool all);

/* A place of the source map as the API shows it; all empty for BD_NONE. */
bd_place trace_place(const bd_module *module, uint32_t place);

#endif
