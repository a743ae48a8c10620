/* session.h: the state of one thread's evaluations; shared by the files of vm/ only.
**
** Six arenas, six lifetimes: `arena` lives as long as the session (extern tables, natives), `lines` as long from its
** first single line on; `columns` holds the column evaluator's buffers, kept from batch to batch; `exact` one line of the
** exact evaluator; `result` what the last bd_session_eval or bd_session_trace handed out; `shapes` what traces of many
** lines have in common. All draw on one account, which holds the session to its memory
** limit.
**
** Every public entry sets the landing; a failing allocation, or session_stop, jumps there. Nothing below an entry
** catches it.
*/
#ifndef BEDING_SESSION_H
#define BEDING_SESSION_H

#include <setjmp.h>

#include "account.h"
#include "beding_ledger.h"
#include "core/arena.h"
#include "extern.h"
#include "memo.h"
#include "module.h"
#include "native.h"

/* The content of a slot in the column evaluator: one value per lane of its type's domain.
** BOOL uint8_t, INT int32_t, SCALED int64_t, RATIO Ratio, TEXT bd_text. */
typedef struct Slot {
    const TypeRecord *type;
    const void *data; /* the buffer, or the host's own column */
    void *buffer;
    size_t capacity; /* bytes */
} Slot;

/* The lanes of a domain in the current chunk. */
typedef struct Lanes {
    uint32_t count;
    uint32_t *first;  /* per lane of the parent, and one more: where its lanes begin */
    uint32_t *parent; /* per lane: the parent's lane */
    uint32_t *line;   /* per lane: the row, from the chunk's first */
    int32_t *item;    /* per lane: the record's index in the batch, or the day */
    size_t capacity, parent_capacity;
} Lanes;

/* A batch between the steps of claim.c. */
typedef enum ClaimStep { CLAIM_NONE, CLAIM_MADE, CLAIM_DECIDED } ClaimStep;
typedef struct Claim {
    ClaimStep step;
    bd_batch batch;
    bd_decisions out;
} Claim;

typedef struct Rows Rows;   /* rows.c */
typedef struct Arrow Arrow; /* arrow.c */

struct bd_session {
    const bd_module *module;
    Account account;
    bd_limits limits;
    Arena arena, columns, exact, result;
    jmp_buf landing;
    bd_status stopped;   /* why the current call jumped */
    uint64_t limit;      /* of BD_LIMIT: which was reached, */
    const char *limited; /* and what it counts */
    bool is_prepared;
    uint64_t budget;              /* lane-instructions left in this call */
    int32_t *readings;            /* per reading: the member it has */
    ExternTable *externs;         /* per table; used for extern ones */
    struct SessionIndex *indexes; /* per indexation; after prepare. See index.h */
    NativeFunction *functions;    /* per native, as bound */
    NativeCall **natives;         /* per native, ready; after prepare */

    /* The column evaluator's buffers; all in `columns`, all NULL after a failure. */
    Slot *slots;
    Slot spare;
    Lanes *domains;
    uint8_t *redo; /* per row of a chunk: decide it exactly */
    uint8_t *bad;  /* per lane: the current instruction could not */
    size_t bad_capacity;
    uint32_t chunk_rows;
    struct PlanState *plans; /* see plan.h */
    struct Profile *profile; /* NULL: not profiled. See profile.h */

    struct Record *record; /* lines with their traces: see record.h. In `columns`; NULL: none, or a call failed */
    Arena shapes;          /* of their traces */
    uint64_t forms_made;   /* ever */

    /* For single lines: see line.h. */
    struct LineProgram *line; /* NULL: not laid out, or they go by columns */
    bool is_laid_out;
    Arena lines; /* what stands behind `line` */

    Memo memo; /* what natives answered in this call */

    bd_ledger ledger;         /* methods NULL: none */
    Rows *rows;               /* what bd_session_bind_rows bound */
    Arrow *arrow;             /* what bd_session_bind_arrow bound */
    bool traces_all_counters; /* see session_trace_all_counters */
    struct Rounds *rounds;    /* of a session that counts, or has a ledger; NULL: lines do not influence each other */
    Claim claim;
};

/* Ends the call with a status. */
_Noreturn void session_stop(bd_session *session, bd_status status);

/* Ends it with BD_LIMIT: so many of what, as in " steps". */
_Noreturn void session_exceed(bd_session *session, uint64_t limit, const char *what);

/* Takes lane-instructions from the budget; BD_LIMIT when there are not enough. */
static inline void session_spend(bd_session *session, uint64_t lanes)
{
    if (session->budget < lanes)
        session_exceed(session, session->limits.instructions, " instructions in a call");
    session->budget -= lanes;
}

/* Sets the landing of all arenas; NULL when a call ends. */
void session_land(bd_session *session, jmp_buf *landing);

/* After a jump: clears what may be half made and reports. */
bd_status session_recover(bd_session *session, bd_error *error);

#endif
