/* intake.h: lines of a host laid out as the batch that the machine reads.
**
** Job: rows.c (structs) and arrow.c (Arrow arrays) write values cell by cell; the intake keeps the columns, presence bytes, exact cells,
** lists and line numbers, and hands the filled batch to the session. It works in steps of BATCH_MAX_LANES rows, so that memory does not grow
** with the call, unless the session counts.
**
** A *sheet* is the columns of the lines, the numbers that say who a line is, or the records of one list. Invariant: `room` rows of every
** column of a sheet are allocated; a cell is written before it is read, and one that is not bound stays absent.
*/
#ifndef BEDING_INTAKE_H
#define BEDING_INTAKE_H

#include "beding.h"
#include "core/arena.h"
#include "field.h"
#include "session.h"

typedef enum IntakeId { /* the columns of the sheet `ids` */
                        ID_SIGNED_ON,
                        ID_MUNICIPALITY,
                        ID_PROVIDER,
                        ID_DECLARATION,
                        ID_LINE,
                        ID_CREDIT,
                        ID_PREVIOUS_DECLARATION,
                        ID_PREVIOUS_LINE,
                        ID_COUNT
} IntakeId;

typedef struct IntakeColumn {
    const ColumnRecord *record;
    Text name;
    void *values;     /* of the record's kind */
    uint8_t *present; /* one a row */
    uint32_t hint;    /* of field_from_text */
    bool is_bound;
    bool is_needed; /* an absent value is refused */
} IntakeColumn;

typedef struct IntakeSheet {
    IntakeColumn *columns;
    uint32_t count;
    bd_column_data *data; /* the same columns for the batch; NULL for ids */
    size_t room;
    bd_exact_cell *exact;
    size_t exact_count, exact_capacity;
} IntakeSheet;

typedef struct Intake {
    bd_session *session;
    Arena *arena;  /* as long as the binding */
    Arena scratch; /* texts of one step */
    IntakeSheet lines, ids, *lists;
    bd_list_data *list_data;
    uint32_t **offsets; /* per list, room + 1 of them; those of list_data */
    size_t offset_room;
    bd_exact_record *records; /* the exact cells of all lists */
    size_t record_capacity;
    bd_line_ids line_ids;
    bd_batch batch;
} Intake;

/* Where a value goes. */
typedef struct IntakeCell {
    IntakeSheet *sheet;
    uint32_t column; /* of the sheet */
    size_t at;       /* row in the step, or record of the list */
    size_t row;      /* of the call, for the error */
} IntakeCell;

/* Makes an intake for the session's lines; memory from `arena`, whose landing must be set. */
void intake_make(Intake *intake, bd_session *session, Arena *arena);
void intake_free(Intake *intake);

/* The column of a name in a sheet; BD_NONE. */
uint32_t intake_find(const IntakeSheet *sheet, Text name);
/* The list of a name; BD_NONE. */
uint32_t intake_find_list(const Intake *intake, Text name);
/* BD_MISSING, with its name, when a column that every line needs is not bound. */
bd_status intake_check_bound(const Intake *intake, bd_error *error);

/* How many rows a step takes of a call's. */
size_t intake_step(const Intake *intake, size_t rows);
/* Begins a step: room for its rows, nothing in the lists. */
void intake_begin(Intake *intake, size_t rows);
/* Room for `records` of a list, counted from the step's first; those before keep their values. */
void intake_reserve_records(Intake *intake, uint32_t list, size_t records);

/* Puts a value in a cell; an absent one, and an empty text, is refused where a value is needed. Refusals are BD_SYNTAX, BD_RANGE, BD_NAME and
** BD_MISSING, with the row as offset. Texts must live until the step is decided. */
bd_status intake_put_absent(IntakeCell cell, bd_error *error);
bd_status intake_put_text(Intake *intake, IntakeCell cell, Text text, bd_error *error);
bd_status intake_put_integer(Intake *intake, IntakeCell cell, int64_t value, int64_t denominator, bd_error *error);

/* Refuses a value that was found wrong elsewhere; `shown` is what stood there. */
bd_status intake_refuse(FieldResult why, IntakeCell cell, Text shown, bd_error *error);

/* Decides the first `rows` rows of the step, results from row `first` of `out` on; or counts them, when `out` is NULL. `refused` says why no more could be read, BD_OK if all was,
** and is what this returns when deciding goes well; `error` holds its details. */
bd_status intake_finish(Intake *intake, size_t rows, size_t first, const bd_decisions *out, bd_status refused,
                        bd_error *error);
/* Traces the first row of the step. */
bd_status intake_trace(Intake *intake, const bd_trace **out, bd_error *error);

#endif
