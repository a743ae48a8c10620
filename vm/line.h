/* line.h: one line at a time over registers: what a host that decides single lines gets.
**
** Job: the column evaluator with one lane spends most of its time on finding operands. Here the lines program is laid out once per session:
** every value has a register of its own, constants and readings stand in theirs from the start, and columns are read straight into theirs.
** What is left has no order but that of need, so it is sorted into *runs* of one operation, each a plain loop: a processor foresees thirty runs
** where it does not foresee two hundred instructions. An operation without a loop here is carried out by its column function with one lane.
**
** What it cannot settle with 64-bit integers, a fault and a program with lists, days or counters are left to the other evaluators; for a line that
** it decides its answer is theirs.
*/
#ifndef BEDING_LINE_H
#define BEDING_LINE_H

#include "column.h"
#include "session.h"

typedef union Register {
    uint8_t boolean;
    int32_t integer;
    int64_t scaled;
    Ratio ratio;
    bd_text text;
} Register;

typedef struct LineOp {
    uint16_t op, dst, a, b, c; /* registers; NO_SLOT: none */
    uint16_t kind;             /* of dst */
    uint32_t imm;
    const void *at;  /* what imm stands for: a table's cells, a set; else the ColumnOp of the instruction */
    int64_t x, y, z; /* constants of the instruction: those of a rounding, a table's first cell and size */
} LineOp;

typedef struct LineRun {
    uint32_t op, count; /* so many instructions of this operation */
} LineRun;

typedef struct LineProgram {
    bd_session *session;
    LineOp *code; /* run after run */
    LineRun *runs;
    uint32_t count, run_count, cost;
    Register *registers;
    uint32_t register_count;
    Columns run;         /* for column functions */
    uint8_t bad;         /* they mark the line here */
    uint16_t *values;    /* per column of the program: the register it is read into, or NO_SLOT */
    uint16_t *presences; /* likewise, the boolean of PRESENT */
} LineProgram;

typedef struct LineResult {
    bd_decision decision;
    int64_t cents;
    uint64_t *reasons; /* bd_module_reason_words; cleared by line_run */
} LineResult;

/* Lays out the lines program of a prepared session; NULL when it has lists, days or counters. Memory from `arena`, whose landing must be set. */
LineProgram *line_prepare(bd_session *session, Arena *arena);

/* Decides the line whose columns stand in the registers. False: another evaluator must decide it. May end the call (session_stop). */
bool line_run(LineProgram *line, LineResult *result);

#endif
