/* line.h: one line at a time over registers: what a host that decides single lines gets.
**
** Job: the column evaluator with one lane spends most of its time on finding operands. Here the lines program is laid out once per session:
** every value has a register of its own, constants and readings stand in theirs from the start, and columns are read straight into theirs.
** What is left has no order but that of need, so it is sorted into *runs* of one operation, each a plain loop: a processor foresees thirty runs
** where it does not foresee two hundred instructions. Operations that are the same but for their operands share a loop, and a negation is none:
** who reads it reads the opposite. An operation without a loop here is carried out by its column function with one lane.
**
** What it cannot settle with 64-bit integers, a fault and a program with lists, days or counters are left to the other evaluators; for a line that
** it decides its answer is theirs.
*/
#ifndef BEDING_LINE_H
#define BEDING_LINE_H

#include "column.h"
#include "core/round.h"
#include "session.h"

typedef union Register {
    uint8_t boolean;
    int32_t integer;
    int64_t scaled;
    Ratio ratio;
    bd_text text;
} Register;

typedef struct LineOp {
    uint16_t dst, a, b, c;            /* registers, in bytes from the first; NO_SLOT: none */
    uint8_t a_not, b_not, result_not; /* 1: of booleans the opposite */
    uint8_t kind;                     /* of dst */
    uint32_t imm;
    const void *at; /* what imm stands for: cells, bits, a set of constants; the ColumnOp of OP_COUNT_ */
    int64_t x;      /* of bits and cells the first's number; a denominator */
    uint32_t count; /* of bits and cells */
    uint16_t op;    /* OP_COUNT_: as columns do it */
} LineOp;

/* The constants of a rounding: x q / d p, as column_rounding_constants gives them. */
typedef struct LineRounding {
    int64_t multiplier, divisor, result;
    RoundMode mode;
} LineRounding;

typedef struct LineRun {
    uint32_t op, count; /* so many instructions of this operation */
} LineRun;

/* A column of a batch that the program reads. */
typedef struct LineColumn {
    uint32_t at, kind;
    bool is_optional;
    Register *value, *present;
} LineColumn;

typedef struct LineProgram {
    bd_session *session;
    LineOp *code; /* run after run; those that give the results last */
    LineRun *runs;
    uint32_t count, run_count, cost, reason_words;
    Register *registers;
    uint32_t register_count;
    Columns run;          /* for column functions */
    uint8_t bad;          /* they mark the line here */
    Register **values;    /* per column of the program: where its value goes, if only to be forgotten */
    Register **presences; /* likewise, the boolean of PRESENT */
    LineColumn *columns;
    uint32_t column_count;
    const void *reader; /* whose values stand in the columns' registers; NULL: those of a batch, or none */
} LineProgram;

/* So many lines in one call are decided one by one; for more columns are the faster way. */
enum { LINE_MAX_ROWS = 8 };

/* The lines program of a prepared session, laid out when it is first asked for; NULL when it has lists, days or counters. May end the call. */
LineProgram *line_prepared(bd_session *session);

void line_forget(LineProgram *line, const void *reader);

/* Columns that are absent until `reader` (not NULL) writes them, whoever wrote them before. */
static inline void line_read_by(LineProgram *line, const void *reader)
{
    if (line->reader != reader)
        line_forget(line, reader);
}

/* Decides the line whose columns stand in the registers, into row `at` of `out`. False, with nothing decided: another evaluator must decide
** it. May end the call (session_stop). */
bool line_run(LineProgram *line, const bd_decisions *out, size_t at);

/* The same for a row of a batch that has no exact cells. */
bool line_decide(LineProgram *line, const bd_batch *batch, size_t row, const bd_decisions *out);

#endif
