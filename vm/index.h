/* index.h: the prices of indexed tariffs, computed once per session.
**
** Job: for every indexation of the module the chain of language.md section 4: from each written price the factor of each moment after its
** price level, rounded as the contract says, on the rounded or the exact price before it. The prices become rows of the tariff's derived
** table, which code looks up like any extern one; from the first moment whose factor is not known, a row without a value stands there.
** Invariant: everything is exact; the factor of a moment is asked once, whichever prices it goes into.
*/
#ifndef BEDING_INDEX_H
#define BEDING_INDEX_H

#include "core/number.h"
#include "session.h"

enum { INDEX_MAX_MOMENTS = 100 }; /* a century of yearly indexations: what a number of 4,096 bits can carry */

typedef struct IndexMoment {
    int32_t day;
    bool is_known, is_guess; /* is_guess: the factor rests on a last figure that goes on */
    Number factor;
    uint32_t site; /* why it is not known, or BD_NONE */
} IndexMoment;

typedef struct SessionIndex {
    const IndexRecord *record;
    IndexMoment *moments; /* rising */
    uint32_t count;
    bool on_rounded;
} SessionIndex;

/* A price on its way: the written one (moment NULL), and what each moment makes of it. */
typedef struct IndexStep {
    int32_t day;
    const IndexMoment *moment;
    Number exact, price; /* before and after rounding */
    bool is_missing, is_guess;
} IndexStep;

/* Rows of the series that stand in the module itself. For bd_session_new. */
void index_supply_series(bd_session *session);

/* Of a series per quarter: the first month of the quarter that a key lies in. Any other key stays as it is. */
void index_settle_key(const bd_session *session, uint32_t table, ExternKey *key);

/* Fills the derived tables; extern tables must be prepared. BD_LIMIT: too many rows. */
bd_status index_prepare(bd_session *session);

/* The way of one written price that holds from `from` to `to` and includes the moments up to `level`. At most INDEX_MAX_MOMENTS + 1
** steps; it ends at the first one that is missing. Numbers live in `arena`. */
uint32_t index_steps(bd_session *session, const SessionIndex *index, Arena *arena, IndexStep written, int32_t to,
                     int32_t level, IndexStep *steps);

/* The indexation of a tariff's table, or NULL. */
const SessionIndex *index_of_table(const bd_session *session, uint32_t table);

#endif
