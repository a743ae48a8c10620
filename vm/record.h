/* record.h: many lines with their traces: values by the column evaluator, what leads to what by the exact one.
**
** Job: a trace says two things: which steps there are and what each rests on, and what their values are. The values of a chunk of lines are what
** the column evaluator computes anyhow, if every instruction keeps its result instead of giving its slot away. The rest, the *shape*, follows
** from a line's *key*: the bits that switch instructions off, choose a side or count a record. Lines with one key have one shape, so the exact
** evaluator traces the first of them, and the others are its steps with their own values.
**
** What the column evaluator marks (faults, overflow, cells beyond their scale) is traced exactly, and so is every line of a session that counts.
** Invariant: what is told of a line is what bd_session_trace tells of it, bit for bit.
*/
#ifndef BEDING_RECORD_H
#define BEDING_RECORD_H

#include "beding.h"
#include "column.h"
#include "core/scaled_text.h"
#include "session.h"

enum {
    RECORD_ROWS = 256, /* of a chunk, at most: the values of all instructions stay in the second level cache */
    RECORD_BUCKETS = 1024,
    RECORD_SHORT = 256 /* keys of up to 64 bits that were met lately */
};

/* How a step's value is told. */
typedef enum RecordHow {
    TELL_NOTHING, /* it is the shape's */
    TELL_BOOLEAN,
    TELL_INTEGER,
    TELL_TEXT,
    TELL_NUMBER
} RecordHow;

/* One instruction of the lines program, and its values for the chunk. */
typedef struct RecordOp {
    const Instruction *in;
    const TypeRecord *shown; /* the type of the values */
    uint16_t domain;         /* in which it works */
    uint8_t how;             /* RecordHow */
    bool is_optional;        /* it loads a column that may be absent */
    bool is_constant;        /* one value for all lines of the session, in domain 0 */
    bool is_control;         /* its values are part of the key */
    bool may_be_unused;      /* by a guard, its own or that of what it copies */
    uint32_t filled;         /* of a constant: lanes that hold it already */
    uint32_t operands[3];    /* the instructions that made a, b and c; BD_NONE */
    void *buffer;
    size_t capacity;
    ScaledText form; /* of its denominator; of a ratio that of the last one */
    int64_t value;   /* the last that was written, as `written`; data NULL: none */
    Text written;
    char room[SCALED_TEXT_SIZE];
} RecordOp;

/* A step whose value differs from line to line. */
typedef struct RecordFill {
    bd_value *value; /* of the step */
    uint32_t op;
    uint32_t lane; /* from the line's first in the instruction's domain */
    uint16_t
        domain; /* these three are the instruction's, here since thousands of instructions do not fit the nearest cache */
    uint8_t how;
    bool is_optional;
} RecordFill;

typedef struct RecordShape {
    struct RecordShape *next; /* in its bucket */
    uint64_t hash;
    const uint8_t *key;
    size_t key_size;
    bd_record_form form; /* the values of its steps are those of the line told last */
    RecordFill *fills;
    size_t fill_count;
} RecordShape;

typedef struct Record {
    bd_batch batch;
    size_t next_row, next_exact;
    uint32_t most_rows; /* of a chunk */
    bool is_exact;      /* every line is traced by itself */
    bd_record view;

    /* The column evaluator's state, in place of the session's while a chunk runs. */
    Slot *slots, spare;
    Lanes *domains;
    uint8_t *redo;

    RecordOp *ops;
    bd_record_column *columns; /* per instruction, of the chunk; the values of an OUT_ instruction are its operand's */
    uint32_t op_count;
    uint32_t *line_controls, *inner_controls; /* instructions: controls of domain 0, and of others */
    uint32_t line_control_count, inner_control_count;
    uint32_t *openings, *results; /* instructions that open a domain, and those that say the decision */
    uint32_t opening_count, result_count;
    uint8_t (*planes)[RECORD_ROWS]; /* per row of the chunk: eight controls of domain 0 a byte */
    uint32_t plane_count;
    uint32_t *first_lane, *end_lane; /* per domain: those of the line at hand */

    RecordShape *shapes[RECORD_ROWS];         /* per row of the chunk; NULL: not known, or traced exactly */
    const bd_record_form *forms[RECORD_ROWS]; /* theirs */
    RecordShape **buckets;
    struct {
        uint64_t key;
        RecordShape *shape; /* NULL: free */
    } short_keys[RECORD_SHORT];
    uint32_t shape_count;
    uint8_t *key;
    size_t key_capacity;
    bd_trace trace; /* of the line told last */
    uint64_t *reasons;
} Record;

/* Makes what a session needs to record its lines; memory from session->columns. */
Record *record_make(bd_session *session);

/* Starts at a row of record->batch. */
void record_begin(Record *record, size_t first);

/* Runs the next chunk; false when there are no rows left. May end the call. */
bool record_run(bd_session *session);

/* Finds the shapes of a chunk's rows, if lines have no inner lanes. */
void record_find_shapes(bd_session *session, uint32_t rows);

/* Tells row `at` of the chunk. */
bd_status record_tell(bd_session *session, uint32_t at, const bd_trace **out, bd_error *error);

#endif
