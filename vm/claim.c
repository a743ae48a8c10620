/* claim.c: a batch decided in three steps, by several sessions that share what they count; see beding_ledger.h.
**
** What a step does to counters is in rounds.c. Here is what a host may get wrong: steps in another order, batches that are no single block.
** The session remembers the batch and the place for its decisions from step to step.
*/
#include <assert.h>

#include "core/limits.h"
#include "rounds.h"
#include "session_run.h"
#include "status.h"

static_assert((int)BD_CLAIM_ROWS == (int)BATCH_MAX_LANES, "a claimed batch is one block");

static bd_status refuse_step(bd_error *error)
{
    return status_report(BD_STATE, 0, "a batch is claimed, then decided, then completed, before the next is claimed",
                         error);
}

/* A step that fails ends the claim. One that no other session is in beside it lets them know. */
static bd_status run_step(bd_session *session, SessionBody *body, ClaimStep next, bd_error *error)
{
    bd_status status = session_run(session, body, &session->claim, error);
    session->claim.step = status == BD_OK ? next : CLAIM_NONE;
    if (status != BD_OK && next != CLAIM_DECIDED && session->rounds)
        session->rounds->tally->is_broken = true;
    return status;
}

static bd_status claim(bd_session *session, void *context, bd_error *error)
{
    const Claim *at = context;
    return session->rounds ? rounds_claim(session, &at->batch, error) : BD_OK;
}

bd_status bd_session_claim(bd_session *session, const bd_batch *batch, bd_error *error)
{
    if (!session || !batch)
        return status_report(BD_ARGUMENT, 0, "bd_session_claim needs a session and a batch", error);
    if (session->claim.step != CLAIM_NONE)
        return refuse_step(error);
    if (batch->rows > BD_CLAIM_ROWS)
        return status_report(BD_ARGUMENT, 0, "a batch that is claimed has at most BD_CLAIM_ROWS rows", error);
    if (session->rounds && session->rounds->ledger)
        return status_report(BD_STATE, 0, "a session with a ledger decides its batches whole", error);
    bd_status status = session_check_batch(session, batch, error);
    if (status == BD_OK && session->rounds)
        status = rounds_check_lines(session, batch, error);
    if (status != BD_OK)
        return status;
    session->claim.batch = *batch;
    return run_step(session, claim, CLAIM_MADE, error);
}

static bd_status decide(bd_session *session, void *context, bd_error *error)
{
    Claim *at = context;
    if (!session->rounds)
        return session_decide_batch(session, &at->batch, &at->out, error);
    return rounds_decide_claimed(session, &at->batch, &at->out, error);
}

bd_status bd_session_decide_claimed(bd_session *session, bd_decisions *out, bd_error *error)
{
    if (!session || !out)
        return status_report(BD_ARGUMENT, 0, "bd_session_decide_claimed needs a session and room for decisions", error);
    if (session->claim.step != CLAIM_MADE)
        return refuse_step(error);
    bd_status status = session_check_room(&session->claim.batch, out, error);
    if (status != BD_OK)
        return status;
    session->claim.out = *out;
    return run_step(session, decide, CLAIM_DECIDED, error);
}

static bd_status complete(bd_session *session, void *context, bd_error *error)
{
    Claim *at = context;
    return session->rounds ? rounds_complete(session, &at->batch, &at->out, error) : BD_OK;
}

bd_status bd_session_complete(bd_session *session, bd_error *error)
{
    if (!session)
        return status_report(BD_ARGUMENT, 0, "bd_session_complete needs a session", error);
    if (session->claim.step != CLAIM_DECIDED)
        return refuse_step(error);
    return run_step(session, complete, CLAIM_NONE, error);
}
