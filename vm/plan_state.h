/* plan_state.h: what a session keeps from one plan to the next; see plan.h. */
#ifndef BEDING_PLAN_STATE_H
#define BEDING_PLAN_STATE_H

#include "core/arena.h"
#include "kernel.h"

/* From low to high; both within the kind. */
typedef struct Range {
    int64_t low, high;
} Range;

/* What an instruction of domain 0 gave so far. */
typedef struct Observation {
    Range range;
    bool is_seen;
    uint8_t widened; /* how often, until it drifts */
} Observation;

/* What a session keeps for its plans. */
typedef struct PlanState {
    Arena arena; /* of the plan */
    Observation *observed;
    const KernelTable *kernels; /* NULL: the best of the processor */
    struct Plan *plan;          /* NULL: none yet, or it no longer holds */
    uint64_t rows;              /* decided so far, or since there was no memory for a plan */
    uint64_t chunks;            /* decided by a plan */
    uint32_t made;              /* plans */
    bool is_off;                /* tests: the column evaluator alone */
} PlanState;

/* plan_observe.c */
void plan_state_init(PlanState *state, const bd_allocator *allocator);
void plan_state_free(PlanState *state);
/* After a jump: whatever was being made is gone. */
void plan_state_drop(PlanState *state);

#endif
