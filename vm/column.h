/* column.h: the column evaluator: machine integers, one plain loop per opcode.
**
** Job: decides a chunk of rows at once. What it cannot settle exactly with 64-bit integers (an overflow, a fault, a
** number that does not fit its scale) it marks in `redo`, and vm/exact.c decides those rows. For rows not marked its
** answer is the exact evaluator's answer.
**
** Invariants: dst never overlaps an operand (an instruction that reuses a slot writes into the spare buffer, then the
** two change places); whatever stands in a lane marked bad is never used for a result, but is a valid value of its
** kind.
*/
#ifndef BEDING_COLUMN_H
#define BEDING_COLUMN_H

#include "beding.h"
#include "counter.h"
#include "module.h"
#include "session.h"

/* A number of kind RATIO: lowest terms, den >= 1, num > INT64_MIN. */
typedef struct Ratio {
    int64_t num, den;
} Ratio;

typedef struct Columns {
    bd_session *session;
    const bd_module *module;
    const ProgramRecord *program;
    const bd_batch *batch;
    size_t first_row; /* of the results, and of the batch unless row_at says otherwise */
    uint32_t rows;
    const uint32_t *row_at; /* per lane from the first result on: its row in the batch; NULL: they are the same */
    CounterBlock *block;    /* NULL where nothing is counted */
    bd_decisions *out;
    uint32_t reason_words;
    struct PlanState *observed; /* where the values of this chunk are noted; NULL: they are not */
    bool may_redo;              /* some row may be marked; set by columns_decide */
    bool has_too_many_lanes;    /* the chunk must be tried again with fewer rows */
} Columns;

/* One instruction with its operands found. */
typedef struct ColumnOp {
    Columns *run;
    const Instruction *in;
    const TypeRecord *type;                     /* of dst; NULL without dst */
    const TypeRecord *a_type, *b_type, *c_type; /* NULL without operand */
    const void *a, *b, *c;
    void *dst;
    const void *alias; /* set by LOAD: the result is this memory, not dst */
    uint8_t *bad;      /* per lane of the instruction's domain */
    uint32_t lanes;    /* of the instruction's domain */
} ColumnOp;

/* One function per opcode: column_ADD ... */
#define OP(name, dst, a, b, c, imm, site, cost, meaning) void column_##name(ColumnOp *op);
#include "opcodes.def"
#undef OP

/* The batch's row of a line's lane. */
static inline size_t column_row(const Columns *run, uint32_t lane)
{
    return run->row_at ? run->row_at[run->first_row + lane] : run->first_row + lane;
}

/* Decides rows first_row .. first_row + rows - 1 into `run->out`, except those marked in session->redo. Returns false,
** with nothing decided, when a domain has more lanes than a chunk should hold and the chunk has more than one row. */
bool columns_decide(Columns *run);

/* Makes ready for a chunk of run->rows: no lanes but the lines', no marks. */
void columns_open_chunk(Columns *run);

/* Carries out one instruction: operands from the session's slots, the result into one. */
void columns_instruction(Columns *run, const Instruction *in);

/* Rounding x / d to multiples of p / q, with a result of denominator D: k = round(x q / (d p)), stored as k p (D / q).
** The three constants of that, cancelled as far as they go; false when one does not fit. */
bool column_rounding_constants(const RoundingRecord *rounding, int64_t d, int64_t D, int64_t *multiplier,
                               int64_t *divisor, int64_t *result);

/* Bytes of a value of a kind. */
size_t column_value_size(uint32_t kind);

/* Room for the lanes of a domain whose parent has `parents` lanes; false: too many lanes for this chunk. */
bool columns_open(Columns *run, uint32_t domain, uint64_t lanes, uint32_t parents);

/* LEAST (sign -1) and GREATEST (1) of ratios. */
void columns_extreme_ratio(ColumnOp *op, int sign);

/* A guard: always true when there is none. */
static inline bool column_guard(const uint8_t *guard, uint32_t lane)
{
    return !guard || guard[lane] != 0;
}

#endif
