/* session_run.h: the one landing pad of session calls; shared by the files of vm/ that offer public entries. */
#ifndef BEDING_SESSION_RUN_H
#define BEDING_SESSION_RUN_H

#include "session.h"

/* The work of one public call. It may allocate from the session's arenas without checks, and stop. */
typedef bd_status SessionBody(bd_session *session, void *context, bd_error *error);

/* Runs the body with the landing set and a fresh budget. After a jump the session's buffers are dropped, the status is
** reported, and the session is as usable as before the call. */
bd_status session_run(bd_session *session, SessionBody *body, void *context, bd_error *error);

/* Whether a batch has the form that program 0 reads. */
bd_status session_check_batch(const bd_session *session, const bd_batch *batch, bd_error *error);

/* Whether there is room for the decisions of a batch. */
bd_status session_check_room(const bd_batch *batch, const bd_decisions *out, bd_error *error);

/* Whether it is prepared and its module decides lines. */
bd_status session_check_lines(const bd_session *session, bd_error *error);

struct Trace;

/* Decides, and traces a row of, a batch that was checked; within session_run. `trace` (NULL: not wanted) is the recorder, with what only it
** knows. */
bd_status session_decide_batch(bd_session *session, const bd_batch *batch, bd_decisions *out, bd_error *error);
bd_status session_trace_row(bd_session *session, const bd_batch *batch, size_t row, struct Trace *trace,
                            const bd_trace **out, bd_error *error);

#endif
