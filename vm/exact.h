/* exact.h: the exact evaluator: one line (or one call) at a time, with Numbers, faults as values, and traces.
**
** Job: the meaning of the code. What it says is right by definition; the column evaluator is a fast way to the same
** answers. It decides the lines that columns could not, evaluates callables, and records how a decision came about.
**
** A value of kind SCALED or RATIO is its true Number here, whatever its denominator. A fault is a value that travels to
** what is computed from it; AND, OR, SELECT and the aggregates look only at the operands that count. A fault that
** reaches a result ends the line.
*/
#ifndef BEDING_EXACT_H
#define BEDING_EXACT_H

#include "beding.h"
#include "core/number.h"
#include "counter.h"
#include "module.h"
#include "op.h"
#include "session.h"

/* One value of one lane. */
typedef struct Cell {
    uint32_t fault; /* site, or BD_NONE */
    bool is_unused; /* the guard was false: the value stands for nothing */
    bool is_absent; /* a LOAD found nothing; only the trace looks at it */
    union {
        bool boolean;
        int32_t integer;
        Number number;
        Text text;
    } is;
} Cell;

/* The recorded steps nearest behind a value. */
typedef struct Links {
    uint32_t steps[3]; /* BD_NONE when fewer */
} Links;

typedef struct ExactSlot {
    const TypeRecord *type;
    Cell *cells;  /* per lane of the type's domain */
    Links *links; /* likewise; only while tracing */
    size_t capacity;
} ExactSlot;

typedef struct ExactLanes {
    uint32_t count;
    uint32_t *first;  /* per parent lane, and one more */
    uint32_t *fault;  /* per parent lane: opening its lanes faulted */
    uint32_t *parent; /* per lane */
    int32_t *item;    /* per lane: the record's index in the batch, or the day */
} ExactLanes;

typedef struct Trace Trace; /* trace.c */

typedef struct Exact {
    bd_session *session;
    const bd_module *module;
    const ProgramRecord *program;
    Arena *arena; /* for numbers and lanes: the session's `exact` */

    /* Where values come from: a row of a batch, or the inputs of a call. */
    const bd_batch *batch;
    size_t row;
    CounterBlock *block; /* what counters the row has and what it adds; NULL where nothing is counted */
    const Cell *inputs;  /* per column of a callable */
    const bool *input_present;

    ExactSlot *slots;
    ExactSlot spare;
    ExactLanes *domains;

    /* Results. */
    bd_decision decision;
    int64_t cents;
    uint64_t *reasons; /* bd_module_reason_words, cleared by the caller */
    uint32_t fault;    /* site, or BD_NONE */
    Cell *outputs;     /* per output of a callable */
    bool *output_present;

    Trace *trace; /* NULL: do not record */
} Exact;

/* One instruction with its operands found. */
typedef struct ExactOp {
    Exact *run;
    const Instruction *in;
    const OpInfo *info;
    const TypeRecord *type; /* of dst, or NULL */
    uint32_t domain, lanes; /* in which it works */
    const ExactSlot *a, *b, *c;
    ExactSlot *dst;
} ExactOp;

/* One function per opcode, for one lane; `out` is fault-free and zero on entry, and not used by instructions without
** dst. */
#define OP(name, dst, a, b, c, imm, site, cost, meaning) void exact_##name(ExactOp *op, uint32_t lane, Cell *out);
#include "opcodes.def"
#undef OP

/* Runs the program over the inputs set in `run`; the results are in `run` afterwards. Memory comes from session->exact,
** which the caller resets. May end the call (session_stop). */
void exact_run(Exact *run);

/* The site that a fault of an instruction has: its own, or site 0 ("getalgrens"). */
uint32_t exact_site(const ExactOp *op);

/* Turns a failed status into the fault of `out`. */
void exact_settle(const ExactOp *op, bd_status status, Cell *out);

/* Opens a domain: memory for its lanes. */
void exact_open(ExactOp *op, uint64_t lanes);

/* Records a step for a lane if the instruction's place wants one, and links it to the steps behind it. In trace.c. */
void trace_note(Trace *trace, const ExactOp *op, uint32_t lane, const Cell *cell);
/* Records the fault that ended the line. `cell` is the faulty operand's lane in `slot`, or slot NULL. */
void trace_fault(Trace *trace, const ExactOp *op, const ExactSlot *slot, uint32_t lane);

/* Frees the way for OUT_* : false when the operand is faulty, and then the line has ended. */
bool exact_accepts(ExactOp *op, const ExactSlot *slot, uint32_t lane);

#endif
