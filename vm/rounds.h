/* rounds.h: deciding lines that influence each other: shared by rounds.c, rounds_keys.c, rounds_left.c and rounds_ledger.c.
**
** A batch is cut into blocks of at most BATCH_MAX_LANES lines. The whole block is decided at once with what was counted before it. That is right
** for a line unless an earlier one of the block changed what it looked at; so the lines are gone through in their order, and each that is right is
** decided for good and counted. The others are left, and with them what stands in their way or would come too early for them; *round* after round
** they are decided again, those first of which it is likely that they will be right. So every line sees exactly the lines before it, as if all were
** decided one by one.
**
** Sessions that share what they count (rounds_share) take a block in three steps. It is *claimed* in the order of the lines: its keys are found, and
** those that a block has which was claimed before and is not completed are held. Then it is decided, beside the blocks of other threads, but for the lines that
** look at a held key or add to it. Then it is *completed*, in the order of the lines again: the lines that are left. A session alone does the
** three in turn.
** Invariant: what of a CounterKey is read when a block is claimed is written only then; the rest belongs to the first claimed
** block that has the key and is not completed.
*/
#ifndef BEDING_ROUNDS_H
#define BEDING_ROUNDS_H

#include "beding_ledger.h"
#include "column.h"
#include "core/limits.h"
#include "session.h"

enum { ROUNDS_IDENTITIES = 4 * BATCH_MAX_LANES }; /* places in a table of lines: it is at most a quarter full */

/* A line's place in the decision order; the texts are the batch's, or copies. */
typedef struct LineOrder {
    int32_t signed_on;
    Text municipality, provider, declaration, line; /* line: without leading zeros */
} LineOrder;

/* What outlives a block. Of sessions that share it: only looked at by the one that claims or completes a block. */
typedef struct Tally {
    Counters counters;
    Account *account;    /* whose memory it takes: the session's; of its own once it is shared, */
    Account own_account; /* namely this one */
    bool is_shared;
    Arena adopted; /* Rounds.grown of sessions that are gone */
    Arena last_arena;
    LineOrder last; /* the line before the next block */
    bool has_last;
    uint64_t number;    /* blocks claimed, */
    uint64_t completed; /* and so many of them completed */
    bool is_broken;     /* without a ledger, and a call failed: what was counted is unknown */
} Tally;

typedef struct Rounds {
    Tally *tally, own_tally;      /* another session's, or its own */
    Arena grown;                  /* what its lines added to keys with many days */
    const bd_ledger *ledger;      /* NULL: none */
    uint32_t *numbers;            /* per counter of the module: its number in the ledger */
    const ProgramRecord *credits; /* NULL: no rule judges them */
    const ProgramRecord *earlier; /* NULL: nothing is counted */
    Account *account;
    bool has_failed;  /* while it decided a block: the others do not know */
    bool is_open;     /* a transaction of the ledger */
    size_t pending;   /* lines decided since it began */
    Arena scratch;    /* of one block; lands with the session */
    LineOrder traced; /* the line of rounds_trace_begin */
    /* The block: arrays of `room` rows. */
    uint32_t room;   /* few where lines come one by one or in small batches, else BATCH_MAX_LANES */
    uint64_t number; /* of the tally's blocks */
    CounterBlock block;
    CounterKey **held; /* keys of block.keys until the block is completed, when others may have them: */
    bool is_holding;
    Text *key_texts; /* of the key columns at hand: a text without data where a cell is empty */
    uint64_t *key_hashes;
    bool has_doubles;  /* some line of the batch has the same identity as the one before it, */
    uint8_t *doubles;  /* per row: whether this one has */
    uint8_t *has_held; /* per row: one of its keys is held */
    uint32_t *left;    /* rows of the batch that are not decided for good, in their order */
    uint32_t left_count;
    uint32_t *chosen; /* those of them that are decided in this round, */
    uint32_t chosen_count;
    uint32_t looked_at;   /* out of so many */
    uint32_t stamp;       /* of the marks that count: see rounds_left.c */
    uint32_t *identities; /* with a ledger: of lines that are left; open-addressed: row of the block + 1 */
    CounterKey **found;   /* keys of a debit */
    size_t found_count, found_capacity;
    bd_decisions results; /* by lane of `chosen`; settled and repeated by row of the block */
} Rounds;

/* Makes what the session needs, at prepare; attaches the ledger. */
bd_status rounds_prepare(bd_session *session, bd_error *error);
/* Makes the arrays of a block of so many rows large enough; a failing allocation lands with the session. */
void rounds_make_room(bd_session *session, uint32_t rows);
/* Makes it for a session that shares what `from`, without ledger, counts. From then on both claim their blocks. */
void rounds_share(bd_session *session, const bd_session *from);
/* Rolls back and gives memory back; session->rounds becomes NULL. */
void rounds_free(bd_session *session);
/* After a failed call: nothing since the last commit counts any more. */
void rounds_drop(bd_session *session);

/* Whether the session may decide, count or trace lines at once: those that share their counters claim them, and a claimed block is at hand
** until it is completed. */
bd_status rounds_check_unclaimed(const bd_session *session, bd_error *error);
/* The same before a row is traced, and what the batch says of that row. */
bd_status rounds_check_row(const bd_session *session, const bd_batch *batch, size_t row, bd_error *error);
/* Checks what the batch says of its lines; no line is decided. */
bd_status rounds_check_lines(bd_session *session, const bd_batch *batch, bd_error *error);
/* Both. */
bd_status rounds_check(bd_session *session, const bd_batch *batch, bd_error *error);
bd_status rounds_decide(bd_session *session, const bd_batch *batch, bd_decisions *out, bd_error *error);
/* The three steps of a batch that is one block. What is not yet decided for good after the second stands in `out` meanwhile. */
bd_status rounds_claim(bd_session *session, const bd_batch *batch, bd_error *error);
bd_status rounds_decide_claimed(bd_session *session, const bd_batch *batch, bd_decisions *out, bd_error *error);
bd_status rounds_complete(bd_session *session, const bd_batch *batch, bd_decisions *out, bd_error *error);
bd_status rounds_count(bd_session *session, const bd_batch *batch, bd_error *error);
bd_status rounds_commit(bd_session *session, bd_error *error);
/* The keys of one row, for a trace; what the ledger has of the line itself is left out until rounds_trace_end. */
bd_status rounds_trace_begin(bd_session *session, const bd_batch *batch, size_t row, bd_error *error);
bd_status rounds_trace_end(bd_session *session, bd_error *error);

/* ---- rounds_keys.c ---- */

static inline Text rounds_without_zeros(Text number)
{
    while (number.size > 1 && number.data[0] == '0') {
        number.data++;
        number.size--;
    }
    return number;
}

static inline LineOrder rounds_line(const bd_batch *batch, size_t row)
{
    const bd_line_ids *ids = batch->ids;
    return (LineOrder){ids->signed_on[row], ids->municipality[row], ids->provider[row], ids->declaration[row],
                       rounds_without_zeros(ids->line[row])};
}

static inline bool rounds_same_declaration(const LineOrder *a, const LineOrder *b)
{
    return a->signed_on == b->signed_on && text_same(a->declaration, b->declaration) &&
           text_same(a->provider, b->provider) && text_same(a->municipality, b->municipality);
}

/* The same place in the order. */
static inline bool rounds_is_same(const LineOrder *a, const LineOrder *b)
{
    return text_same(a->line, b->line) && rounds_same_declaration(a, b);
}

static inline bool rounds_is_credit(const bd_batch *batch, size_t row)
{
    return batch->ids->is_credit && batch->ids->is_credit[row];
}

/* A row that is no line. */
static inline bool rounds_is_skipped(const bd_batch *batch, size_t row)
{
    return batch->ids->skip && batch->ids->skip[row];
}

/* The line that a credit names. */
LineOrder rounds_debit(const bd_batch *batch, size_t row);

/* The last line of the block before a row, plus 1; 0: there is none. */
size_t rounds_line_before(const Rounds *rounds, const bd_batch *batch, size_t row);

/* Fills rounds->block for `rows` rows from `first` on. */
bd_status rounds_find_keys(bd_session *session, const bd_batch *batch, size_t first, uint32_t rows, bd_error *error);
/* Finds doubles and, of sessions that share their counters, holds the keys that others have. */
void rounds_see(Rounds *rounds, const bd_batch *batch);
/* Puts the keys that were held back in their places. */
void rounds_give_back_keys(Rounds *rounds);

/* ---- rounds_left.c ---- */

/* All lines of the block are left. */
void rounds_leave_all(Rounds *rounds, const bd_batch *batch);
/* Chooses at most so many of the lines that are left for the next round. */
void rounds_choose(Rounds *rounds, uint32_t most);
/* Begins to go through the lines that are left, in their order. */
void rounds_begin_marks(Rounds *rounds);
/* Whether a line, decided in this round, is decided for good. is_exact: it will be decided once more, exactly, by what is counted then; otherwise
** `decision` is what came of it. */
bd_status rounds_stands(Rounds *rounds, const bd_batch *batch, size_t row, bool is_exact, bd_decision decision,
                        bool *stands, bd_error *error);
/* The line stays left; later ones that it has to do with will see it. */
bd_status rounds_leave(Rounds *rounds, const bd_batch *batch, size_t row, bd_error *error);
/* Lines after this one see that the key changed. */
void rounds_mark_changed(const Rounds *rounds, CounterKey *key);

/* ---- rounds_ledger.c ---- */

/* A counter under a key (hash: text_hash) with what the ledger has of it; NULL key: no memory, and the status says so. */
bd_status rounds_load(Rounds *rounds, uint32_t counter, Text key, uint64_t hash, CounterKey **out, bd_error *error);
/* The counters that the stored line counted in, appended to rounds->found. */
bd_status rounds_find_debit_keys(Rounds *rounds, const LineOrder *debit, bd_error *error);
bd_status rounds_begin(Rounds *rounds, bd_error *error);

/* One line of the block with the place of its result. */
typedef struct Settle {
    bd_session *session;
    const bd_batch *batch;
    size_t row;
    LineOrder line;
    bd_decisions *out;
    size_t at;      /* in out, but for settled and repeated */
    uint32_t place; /* in those of rounds->results: the row's in the block */
} Settle;

/* Counts what a row was granted; the contributions for the ledger go to `items`, with room for one per counter, or NULL. */
bd_status rounds_count_given(Rounds *rounds, size_t row, bd_contribution *items, size_t *count, bd_error *error);
/* Decides the line without the agreement's rules where the ledger can; *settled tells whether it did. */
bd_status rounds_settle(const Settle *settle, bool *settled, bd_error *error);
/* Decides a credit of a line that can be credited, and withdraws what the debit counted. */
bd_status rounds_credit(const Settle *settle, bd_error *error);
/* Keeps a line that the rules decided: counts what it was granted, and stores it. */
bd_status rounds_keep(const Settle *settle, bd_error *error);

#endif
