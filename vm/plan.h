/* plan.h: a program made ready for the lines that are coming: what plan_*.c share.
**
** Job: the column evaluator knows of a value its kind and nothing else, so it computes with 64 bits, looks for overflow in every lane and
** does what no line of this file needs. A plan is the same program for values within known ranges: the ranges seen so far of each
** column (Observation). Interval arithmetic from there on proves what fits 32 bits, which faults cannot happen, which conditions always
** hold; what is proved needs no check, what is constant no code. The ranges themselves are checked for every chunk as it is read. A chunk that is
** outside is decided by the column evaluator, which also notes the wider ranges, and the next one gets a new plan. So a plan never changes a
** decision: it either holds for every lane, or is not used.
**
** Place: session.c -> column.c -> plan_run.c; plan.c makes a plan with plan_number.c, plan_logic.c and plan_table.c, one function per opcode, and
** plan_finish.c drops what nobody needs and gives buffers. An instruction that they cannot prove stays as it is: a GENERIC step, carried
** out by the column evaluator's function, with its checks.
**
** Invariant: each value's range holds for all lanes, those of a false guard and those that fill up the last KERNEL_LANES included.
*/
#ifndef BEDING_PLAN_H
#define BEDING_PLAN_H

#include "column.h"
#include "kernel.h"
#include "plan_state.h"

/* How the lanes of a value lie. SLOT: in the column evaluator's slots, for GENERIC steps alone (texts, ratios, records of lists). */
typedef enum Shape { SHAPE_BYTE, SHAPE_32, SHAPE_64, SHAPE_SLOT, SHAPE_COUNT } Shape;

enum { NO_VALUE = 0 }; /* value 0 is none */

typedef struct PlanValue {
    Range range;
    uint8_t shape;
    bool is_constant; /* range.low on every lane; has a buffer only where a step reads it as an operand */
    bool is_external; /* its lanes are not in the plan's buffers: the host's array, or a slot's */
    uint32_t step;    /* that makes it; 0: none */
    uint32_t
        guard; /* lanes where this boolean does not hold should read as 0, and do not yet; NO_VALUE: all are as they should be */
    uint32_t guarded;  /* the same value with those lanes 0, once it was asked for */
    uint32_t as_64;    /* the same in 64 bits, likewise */
    uint32_t checked;  /* the same with the narrower range that was observed, likewise */
    uint32_t negated;  /* the boolean whose negation this is */
    uint32_t alias_of; /* the value whose lanes these are; NO_VALUE: it has its own */
    uint32_t cells_of; /* a boolean that says whether value `index` has a cell in this table (plus 1); 0: none */
    uint32_t index;
    uint32_t instruction; /* that gave it, for its observation; BD_NONE */
} PlanValue;

/* One column that the program reads. */
typedef struct PlanColumn {
    uint32_t column;               /* of the batch */
    uint32_t host, host_present;   /* values whose lanes are the host's arrays; host_present NO_VALUE: not looked at */
    uint8_t size;                  /* bytes of a value */
    bool has_presence;             /* the host gave an array of presence */
    uint32_t value, present;       /* as the program sees them */
    void *copy, *copy_of_presence; /* for a chunk that is no multiple of KERNEL_LANES */
} PlanColumn;

/* Cache lines that are asked for at once, and how many arrays a result has. */
enum { PLAN_ASK_LINES = 6, PLAN_RESULTS = 4 };

/* Bytes that the next chunk will read. */
typedef struct Stretch {
    uintptr_t at, end;
} Stretch;

typedef struct Plan {
    bd_session *session;
    const bd_module *module;
    const ProgramRecord *program;
    Arena *arena;
    const KernelTable *kernels;
    const bd_batch *batch;       /* while it is made: which columns have presence */
    const Observation *observed; /* per instruction */

    Step *steps; /* from 1 on */
    uint32_t step_count;
    size_t step_capacity;
    PlanValue *values; /* from 1 on */
    uint32_t value_count;
    size_t value_capacity;
    PlanColumn *columns;
    uint32_t column_count;
    uint32_t *slot_value; /* per slot: its value so far */
    uint32_t making;      /* the instruction that steps are made for: see Step.origin */
    uint32_t *plane;      /* per eight rules: the bytes that gather them */
    uint32_t planes;
    uint32_t redo, amount, host_decision, host_cents, host_reasons, host_fault;
    bool has_decision, has_amount; /* or a GENERIC step that gives it */

    void **data; /* per value */
    Stretch *ahead;
    uint32_t stretches;
    uint32_t asks_a_step;        /* so that the steps of a chunk ask for the whole of the next */
    uint32_t plain_instructions; /* carried out without GENERIC steps: what a row costs of the budget */
    int64_t tabulated;           /* cells of the plan's own tables */
    bool may_redo;
    bool has_generic_result; /* amounts of lines that are not approved are still to be cleared */
} Plan;

/* ---- plan.c ---- */

/* Makes a plan for the lines program from what was observed; memory from state->arena, which is reset first; when there
** is none left, to that arena's landing. */
Plan *plan_make(bd_session *session, PlanState *state, const bd_batch *batch);

uint32_t plan_value(Plan *plan, Shape shape, Range range);
/* A number, or a boolean, that every lane has. */
uint32_t plan_number(Plan *plan, int64_t number);
uint32_t plan_boolean(Plan *plan, bool boolean);
/* Adds a step; dst NO_VALUE: it has no result. */
Step *plan_step(Plan *plan, KernelId kernel, uint32_t dst, uint32_t a, uint32_t b, uint32_t c);
/* A step with a result of its own; returns the value. */
uint32_t plan_emit(Plan *plan, KernelId kernel, Shape shape, Range range, uint32_t a, uint32_t b);
uint32_t plan_emit_x(Plan *plan, KernelId kernel, Shape shape, Range range, uint32_t a, int64_t x);

/* An operand's value with its false guards made 0. `guard`: a guard under which the result is zero anyway, or NO_VALUE. */
uint32_t plan_operand(Plan *plan, uint16_t slot);
uint32_t plan_operand_under(Plan *plan, uint16_t slot, uint32_t guard);
/* The guard of an instruction: NO_VALUE when it has none, or one that always holds. */
uint32_t plan_guard(Plan *plan, const Instruction *in);
/* In 64 bits. */
uint32_t plan_widened(Plan *plan, uint32_t value);
/* With the narrower range that was observed, checked lane by lane; the value itself if none is narrower. */
uint32_t plan_checked(Plan *plan, uint32_t value);
/* The same lanes as another value, where `guard` does not hold as good as 0. */
uint32_t plan_under(Plan *plan, uint32_t value, uint32_t guard);
/* A step that marks the lanes where a boolean holds: they are decided exactly. */
void plan_fail(Plan *plan, uint32_t value);
bool plan_fits_32(Range range);

/* ---- One opcode: the value of dst, or NO_VALUE when it must be a GENERIC step ---- */

uint32_t plan_arithmetic(Plan *plan, const Instruction *in);                     /* plan_number.c */
uint32_t plan_round(Plan *plan, const Instruction *in);                          /* plan_number.c */
uint32_t plan_compare(Plan *plan, const Instruction *in);                        /* plan_logic.c */
uint32_t plan_logic(Plan *plan, const Instruction *in);                          /* plan_logic.c */
uint32_t plan_and(Plan *plan, uint32_t a, uint32_t b);                           /* plan_logic.c */
uint32_t plan_not(Plan *plan, uint32_t a);                                       /* plan_logic.c */
uint32_t plan_select(Plan *plan, const Instruction *in);                         /* plan_logic.c */
uint32_t plan_choose(Plan *plan, uint32_t condition, uint32_t yes, uint32_t no); /* plan_logic.c */
uint32_t plan_lookup(Plan *plan, const Instruction *in);                         /* plan_table.c */
uint32_t plan_read(Plan *plan, const Instruction *in);                           /* plan_column.c */
/* What makes n / d a product and a shift, for 0 <= n < 2^31 and 2 <= d < 2^31: see KERNEL_DIVIDE. */
void plan_division(int64_t d, uint32_t *magic, uint32_t *shift); /* plan_number.c */
/* Whether an instruction for results could be planned. */
bool plan_result(Plan *plan, const Instruction *in); /* plan_column.c */
void plan_results_begin(Plan *plan);                 /* plan_column.c */
void plan_results_end(Plan *plan);                   /* plan_column.c */

/* ---- plan_finish.c: after the last instruction ---- */
void plan_finish(Plan *plan);

/* ---- plan_fuse.c: before buffers are given; leaves NOTHING steps behind ---- */
void plan_fuse(Plan *plan);

/* ---- plan_run.c ---- */

/* Decides the chunk of `run`; false: the lines are outside the plan, and nothing counts. */
bool plan_decide(Plan *plan, Columns *run);

/* ---- plan_observe.c ---- */

/* Whether the chunk about to be decided by the column evaluator should be noted. */
bool plan_should_observe(PlanState *state, const Columns *run);
void plan_observe_begin(bd_session *session, PlanState *state);
/* Notes the lanes of an instruction's result; is_counter: it reads a counter. */
void plan_observe(PlanState *state, const Slot *slot, uint32_t instruction, uint32_t lanes, bool is_counter);

#endif
