/* impact_record.h: the derivations of a side's batch by their forms, and those values that someone asked for; see impact_ways.h.
**
** Job: bd_session_record tells what way each row takes through the agreement, and has the values of all steps for some hundreds of rows at a
** time. Of these a comparison looks at few, and at the same ones again and again: they are kept for the whole batch.
** A record is filled by whoever has its side at that moment (impact_ahead.h); what is wanted is said by the comparison, for the batches to come.
** Invariant: a row with a form has in each column what bd_session_trace tells of that step. A row without one is to be traced by itself.
*/
#ifndef BEDING_CLI_IMPACT_RECORD_H
#define BEDING_CLI_IMPACT_RECORD_H

#include "beding.h"
#include "vm/core/arena.h"

/* What an instruction came to in the rows of the batch. */
typedef struct ImpactColumn {
    uint32_t instruction;
    bd_kind kind;        /* as the record has it */
    int64_t denominator; /* SCALED: of the integers; else 1 */
    int64_t *integers;   /* BOOL, INT, SCALED; RATIO: numerator and denominator of each row */
    bd_text *texts;      /* TEXT */
    uint8_t *present;    /* NULL: it is there in all rows */
} ImpactColumn;

typedef struct ImpactRecord {
    Arena *arena;
    bd_session *session;
    bool
        can_be; /* lines have forms: they do not count for each other and have no records or days, and nothing failed */
    bool is_on; /* every batch is recorded after it was decided */
    size_t room;
    uint64_t *forms; /* per row: the number of its form; 0: none */
    ImpactColumn *columns;
    uint32_t count, filled; /* columns wanted; the first `filled` of them are there for the rows recorded last */
    size_t capacity;
    uint32_t *column_of; /* per instruction of the lines program: the index of its column and 1; 0: not wanted */
    uint32_t instructions;
    uint32_t told; /* rows told so that their form is known the next time */
    Arena texts;   /* of the batch */
} ImpactRecord;

/* Memory from `arena`, the side's. impact_record_close in any case. */
void impact_record_open(ImpactRecord *record, Arena *arena, const bd_module *module, bd_session *session, bool counts);

/* Records the rows of a batch that was decided, from `first` on. False when this side has no forms to give. */
bool impact_record_batch(ImpactRecord *record, const bd_batch *batch, const bd_decisions *decided, size_t first);

/* The column of an instruction, which is filled from the next recording on; BD_NONE: there is no such instruction. */
uint32_t impact_record_want(ImpactRecord *record, uint32_t instruction);

void impact_record_close(ImpactRecord *record);

#endif
