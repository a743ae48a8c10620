/* beding_ledger.h: where decisions and counters are kept between lines and between runs.
**
** An agreement with counters (`teller`) decides a line by what was granted before it. What was granted stands in a *ledger*: for each line
** decided a record, and for each counter it counted in a *contribution*. The library asks for a ledger through the methods below and has one
** in memory. One in an SQLite file is a library of its own (beding_sqlite.h), so that libbeding reads no file; a host that keeps its
** decisions in a database of its own fills in the same methods. docs/ledger.md gives the meaning and the form of the file.
**
**     bd_ledger ledger;
**     if (bd_ledger_memory_new(NULL, &ledger, &error) != BD_OK) return report(error.message);
**     bd_session_set_ledger(session, &ledger, &error);
**     ...
**     bd_session_free(session);
**     bd_ledger_close(&ledger);
**
** beding.h includes this file.
*/
#ifndef BEDING_LEDGER_H
#define BEDING_LEDGER_H

#include "beding.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a counter is. Two modules may share a ledger only if they agree on all of it. */
typedef struct bd_ledger_counter {
    bd_text name;
    bd_counter_kind kind;
    bd_text unit; /* of a sum: the unit's name, "EUR" for money; empty for a bare number, a count and days */
    bd_text
        key; /* the names of its key's columns, in declared order, with a comma between: "client,toewijzingnummer" */
} bd_ledger_counter;

/* Which line, within the ledger's agreement. The bytes are compared: a caller that takes "1" and "01" for one line number writes one form. */
typedef struct bd_line_id {
    bd_text municipality, provider, declaration, line;
} bd_line_id;

/* What the ledger keeps of a decided line, so that the same line in a later run gets the same answer. */
typedef struct bd_line_record {
    uint8_t hash[32];       /* of the line's input; the ledger only keeps it */
    bd_decision decision;   /* BD_APPROVED or BD_REJECTED; others are not stored */
    int64_t cents;          /* granted: 0 when rejected, 0 or less for a credit */
    bd_text reasons, rules; /* what the results said, names with a semicolon between */
    bool credited;          /* set by `credit` only: the line's contributions are withdrawn */
} bd_line_record;

/* What one line adds to one counter under one key. */
typedef struct bd_contribution {
    uint32_t counter; /* the number that `counter` gave */
    bd_text
        key; /* the key's values: one as it is, of more each but the first after a byte 0x1F; a 0x1F or 0x1B within a value
                 ** stands after a 0x1B */
    int32_t from, to; /* day numbers, both included: the days of a BD_COUNTER_DAYS, else twice the line's begindatum */
    int64_t numerator, denominator; /* what it adds, in lowest terms; 1/1 for BD_COUNTER_COUNT and BD_COUNTER_DAYS */
} bd_contribution;

/* Receives contributions one by one, in no particular order. What it points at lives during the call, which must not call the ledger. Another
** status than BD_OK ends the reading, and is what the reading returns. */
typedef bd_status (*bd_contribution_reader)(void *reader, const bd_contribution *contribution);

/* What is wrong with a ledger: bd_error.offset of a BD_LEDGER. */
typedef enum bd_ledger_problem {
    BD_LEDGER_OTHER_AGREEMENT = 1, /* it is the ledger of another agreement */
    BD_LEDGER_OTHER_COUNTER,       /* a counter differs in kind, unit or key */
    BD_LEDGER_IN_USE,              /* another program has it open */
    BD_LEDGER_NOT_ONE,             /* the file is something else */
    BD_LEDGER_NEWER,               /* a newer version made it */
    BD_LEDGER_DAMAGED,             /* its content contradicts itself */
    BD_LEDGER_READ_ONLY,           /* it may not be written */
    BD_LEDGER_FULL,                /* no room is left where it is kept */
    BD_LEDGER_UNREACHABLE          /* it cannot be opened, read or written for another reason */
} bd_ledger_problem;

/* The storage. All methods are needed. A session is the only caller while it has the ledger, from its own thread, and keeps this order:
** agreement, counter for each of the module's counters, then lines, all of it between begin and commit. One transaction covers one or
** more whole declarations; what is not committed when the program ends, however it ends, must be gone when the ledger is opened again.
**
** Arguments are read during the call. What is handed out lives until the next call on the ledger. Those that can fail report as the rest of
** the library does: BD_LEDGER with a bd_ledger_problem as error->offset and an English sentence, BD_NOMEM or BD_LIMIT. `error` may be NULL.
** After a failure the session calls rollback, and may begin again. */
typedef struct bd_ledger_methods {
    /* Opens a transaction; reading sees what was written in it. None is open. */
    bd_status (*begin)(void *context, bd_error *error);
    /* Ends it: everything since begin is kept, or after a failure nothing of it. */
    bd_status (*commit)(void *context, bd_error *error);
    /* Ends it, if one is open: nothing since begin is kept. Cannot fail. */
    void (*rollback)(void *context);

    /* Gives the name of the agreement the ledger is of. A new ledger takes `name`. */
    bd_status (*agreement)(void *context, bd_text name, bd_text *stored, bd_error *error);
    /* Finds a counter by its name, and gives what is stored of it and its number in the ledger, which it keeps for good. An unknown one is
    ** added as `counter` describes it. The library compares, and refuses. */
    bd_status (*counter)(void *context, const bd_ledger_counter *counter, bd_ledger_counter *stored, uint32_t *number,
                         bd_error *error);

    /* Finds a line; *found tells whether there is one, and only then *record is set. */
    bd_status (*find_line)(void *context, const bd_line_id *id, bd_line_record *record, bool *found, bd_error *error);
    /* Stores a line with its contributions. A rejected line of that identity is replaced; there is no approved one. `record->credited` is not
    ** read. */
    bd_status (*put_line)(void *context, const bd_line_id *id, const bd_line_record *record,
                          const bd_contribution *contributions, size_t count, bd_error *error);
    /* Marks the approved line `debit`, which is there and not yet credited, as credited by the line `credit`, which put_line stores before
    ** or after, and withdraws the contributions stored for it: no reading gives them again. */
    bd_status (*credit)(void *context, const bd_line_id *debit, const bd_line_id *credit, bd_error *error);

    /* Gives the contributions of one line; none when there is no such line or it is credited. */
    bd_status (*read_line)(void *context, const bd_line_id *id, bd_contribution_reader receive, void *reader,
                           bd_error *error);
    /* Gives all contributions to one counter under one key. */
    bd_status (*read_key)(void *context, uint32_t counter, bd_text key, bd_contribution_reader receive, void *reader,
                          bd_error *error);

    /* Rolls back and lets go of everything. */
    void (*close)(void *context);
} bd_ledger_methods;

/* A ledger: the methods and what they work on. The owner closes it after the sessions that use it are freed. */
struct bd_ledger {
    const bd_ledger_methods *methods;
    void *context;
};

/* Makes an empty ledger in memory, for one run.
**   options  NULL for defaults; the allocator and limits.memory are read
**   out      set only when BD_OK; to be closed with bd_ledger_close
**   errors   BD_ARGUMENT, BD_NOMEM, BD_LIMIT. Its methods give BD_LIMIT when limits.memory is reached */
BD_API bd_status bd_ledger_memory_new(const bd_options *options, bd_ledger *out, bd_error *error);

/* Closes a ledger of any kind and clears *ledger. NULL and a cleared ledger are allowed. */
BD_API void bd_ledger_close(bd_ledger *ledger);

/* ---- Counting in several threads ----
**
** Sessions that share what they count (bd_session_share, without a ledger) each decide batches of their own, and every line is decided as if all
** were decided one by one. A batch takes three steps on one session. The first and the last are taken in the order of the lines, and one at a time, under
** a lock; the one between, which takes longest, by as many threads as there are sessions:
**
**     lock(); while (claimed != n) wait();
**     bd_session_claim(session, &batch, &error);
**     claimed = n + 1; unlock();
**     bd_session_decide_claimed(session, &decisions, &error);
**     lock(); while (completed != n) wait();
**     bd_session_complete(session, &error);
**     completed = n + 1; unlock();
**
** Claiming finds out which counters an earlier batch, that is not completed, may still add to. Lines that look at one of these, or add to it, wait for the
** last step; the others, nearly all where many clients have few lines each, do not. Without counters the first and the last step do nothing, so that a host needs one way only. When a
** step fails the counters of all these sessions are lost; after the middle one only the host knows, and must stop. */

enum { BD_CLAIM_ROWS = 1024 }; /* the rows that a claimed batch may have */

/* Begins a batch.
**   batch   all that it points to must stay as it is until bd_session_complete
**   errors  as bd_session_decide; BD_ARGUMENT: more rows than BD_CLAIM_ROWS; BD_STATE: with a ledger, or the batch before is not completed. A
**           refused batch (BD_ARGUMENT, BD_ORDER) changes nothing */
BD_API bd_status bd_session_claim(bd_session *session, const bd_batch *batch, bd_error *error);

/* Decides what waits for no other batch.
**   out     as for bd_session_decide; the arrays must be there until bd_session_complete, and are not to be relied on before
**   errors  BD_STATE: nothing is claimed; otherwise as bd_session_decide */
BD_API bd_status bd_session_decide_claimed(bd_session *session, bd_decisions *out, bd_error *error);

/* Decides the others; then the decisions are there.
**   errors  BD_STATE: nothing was decided; otherwise as bd_session_decide */
BD_API bd_status bd_session_complete(bd_session *session, bd_error *error);

#ifdef __cplusplus
}
#endif
#endif
