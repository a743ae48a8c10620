/* beding_data.h: lines from where a host has them: its own structs, or Arrow arrays; and the traces of many lines. Included by beding.h.
**
** bd_session_decide wants columns in the module's order, as it stores them. Here a host says once, by name, what its lines look like; from
** then on it hands them over as they are. Values are judged on the way: a text that is no date, a product that does not exist and a day
** outside the calendar are refused, and the error names the row and the column.
**
** Both forms of lines share this:
**
** Names.     A column has the name that the data files give it: "begindatum", "toewijzing_volume". Every column that is not optional must be
**            bound; an optional one that is not is absent in all lines. A name that no column has is passed over, so that one description
**            serves several agreements. Of a session that counts or has a ledger, "dagtekening", "gemeente", "aanbieder",
**            "declaratienummer" and "regelnummer" must be bound as well; "debet_credit" (C or true for a credit), "vorige_declaratie" and
**            "vorige_regel" may be.
** Absence.   An empty text is an absent value, as an empty cell of a file is.
** A refusal. BD_SYNTAX, BD_RANGE (a day outside the calendar), BD_NAME (no member of its choice) or BD_MISSING (not optional, and absent):
**            error->offset is the row. The rows before it have been decided and their results stand; those from it on have not. Other
**            errors are those of bd_session_decide, and then no result is to be relied on.
** Memory.    Binding takes what a session needs for it; deciding takes more only when lines are more, or their lists longer, than ever before.
**            A call of any size works in steps of about a thousand rows; only a session that counts lays out all its rows.
*/
#ifndef BEDING_DATA_H
#define BEDING_DATA_H

#include "beding.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Rows: structs of the host ----
**
**     struct Line { int32_t begin, end; const char *product; int64_t parts, cents; bool is_signed, knows_signed; };
**     static const bd_field fields[] = {
**         BD_FIELD("begindatum", BD_FIELD_INT32, struct Line, begin),
**         BD_FIELD("einddatum", BD_FIELD_INT32, struct Line, end),
**         BD_FIELD("product", BD_FIELD_STRING, struct Line, product),
**         BD_FIELD_SCALED("volume", BD_FIELD_INT64, struct Line, parts, 1),
**         BD_FIELD_SCALED("bedrag", BD_FIELD_INT64, struct Line, cents, 100),
**         BD_FIELD_OPTIONAL("akkoord", BD_FIELD_BOOL, struct Line, is_signed, knows_signed),
**     };
**     static const bd_row_layout layout = {.stride = sizeof(struct Line), .fields = fields, .field_count = 6};
**
**     bd_session_bind_rows(session, &layout, &error);                  // once, after prepare
**     bd_session_decide_rows(session, &line, 1, &decisions, &error);   // as often as there are lines */

/* What stands at a field's offset. An integer is read as the column's meaning has it: 0 is no, a day number, a month (12 * year + month - 1),
** a year, the member of a choice, or a number over the field's denominator; of a column of text, the digits. A text is read as a data file
** has it: ja and nee, "2025-03-01", "2025-03", "2025", the name or code of a member, "12.50", or the text itself. */
typedef enum bd_field_type {
    BD_FIELD_BOOL = 1, /* one byte: 0 is no, anything else is yes */
    BD_FIELD_INT8,
    BD_FIELD_INT16,
    BD_FIELD_INT32,
    BD_FIELD_INT64,
    BD_FIELD_TEXT,   /* bd_text */
    BD_FIELD_STRING, /* const char *, up to its NUL; NULL is absent */
    BD_FIELD_CHARS   /* char[size]: up to the first NUL, or all of it */
} bd_field_type;

typedef struct bd_field {
    const char *name; /* of the column; NUL-terminated */
    bd_field_type type;
    size_t offset;       /* bytes from the start of the struct; the field is aligned as its type is */
    size_t size;         /* of CHARS */
    int64_t denominator; /* integers of number columns: 100 for cents: a power of ten, or the column's own; 0 is 1 */
    bool has_presence;   /* there is a byte that says whether the value is there, */
    size_t presence;     /* at this offset: 0 absent */
} bd_field;

#define BD_FIELD(name, type, record, member)                                             \
    {                                                                                    \
        name, type, offsetof(record, member), sizeof(((record *)0)->member), 0, false, 0 \
    }
#define BD_FIELD_SCALED(name, type, record, member, denominator)                                   \
    {                                                                                              \
        name, type, offsetof(record, member), sizeof(((record *)0)->member), denominator, false, 0 \
    }
#define BD_FIELD_OPTIONAL(name, type, record, member, presence)                                                  \
    {                                                                                                            \
        name, type, offsetof(record, member), sizeof(((record *)0)->member), 0, true, offsetof(record, presence) \
    }

/* The records of a list of the module that belong to a line: an array of structs that the line points to. */
typedef struct bd_field_list {
    const char *name; /* of the list */
    size_t records;   /* offset of a pointer to the first; NULL when there are none */
    size_t count;     /* offset of a uint32_t: how many */
    size_t stride;    /* bytes from one record to the next */
    const bd_field *fields;
    size_t field_count;
} bd_field_list;

/* What a line of the host looks like. A list of the module that is not here is empty for all lines. */
typedef struct bd_row_layout {
    size_t stride; /* bytes from one line to the next */
    const bd_field *fields;
    size_t field_count;
    const bd_field_list *lists;
    size_t list_count;
} bd_row_layout;

/* Says what the session's lines look like; the layout is copied. Binding once more replaces it.
**   errors  BD_MISSING: a column that is not optional is not bound; BD_ARGUMENT: two fields for one column, a denominator that is neither a
**           power of ten nor the column's, a type that is none, or a NULL; BD_STATE: not prepared, or the module decides no lines; BD_LIMIT, BD_NOMEM. After an error
**           the layout bound before still holds */
BD_API bd_status bd_session_bind_rows(bd_session *session, const bd_row_layout *layout, bd_error *error);

/* Decides `count` lines that lie `stride` bytes apart, as bd_session_decide does. A single line, or a few, need no columns: where the
** agreement looks at nothing but the line itself, each is decided by itself in well under a microsecond.
**   rows    aligned as the struct is; read during the call only
**   out     results, with room for `count`
**   errors  see the top of this file; BD_STATE: no layout was bound */
BD_API bd_status bd_session_decide_rows(bd_session *session, const void *rows, size_t count, bd_decisions *out,
                                        bd_error *error);

/* Counts such lines, as bd_session_count does: of each, the fields `volume` and `bedrag` hold what was granted.
**   errors  see the top of this file, and bd_session_count; BD_STATE: no layout was bound */
BD_API bd_status bd_session_count_rows(bd_session *session, const void *rows, size_t count, bd_error *error);

/* Traces one such line, as bd_session_trace does. */
BD_API bd_status bd_session_trace_row(bd_session *session, const void *row, const bd_trace **out, bd_error *error);

/* ---- Arrow: columns of a data frame ----
**
** The two structs of the Arrow C Data Interface, with which Arrow libraries of all languages hand over columns without copying. Nothing of
** Arrow is needed to compile or to run.
**
**     bd_session_bind_arrow(session, &schema, &error);                     // once: one field per column, by name
**     bd_session_decide_arrow(session, &lines, &decisions, &error);        // releases `lines`
**     bd_session_export(session, rows, &decisions, &out_schema, &out_array, &error);
**
** A schema is a struct ("+s"); a record batch is one. What a column takes:
**
**     BOOLEAN             b; integers, 0 is no; text
**     DATE                tdD; tdm (whole days); integers: day numbers; text
**     MONTH, YEAR         integers: 12 * year + month - 1, the year; text
**     CHOICE              text: names or codes; integers: members
**     numbers             d:p,s of 32, 64, 128 or 256 bits; integers; text: decimals. Not floating point, which holds no exact cents
**     TEXT                text; integers and decimals: their digits
**     a list              +l or +L of structs, one field per column of the records, by name; null is empty
**
** Integers are c, C, s, S, i, I, l, L; text is u, U or vu; any of these may be a dictionary; n is absent in all rows. Texts are as in a data
** file. Validity bitmaps, offsets and slices are read as the format says. */

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif

/* Says what the arrays will look like. The schema is read during the call and stays the caller's, to be released. Binding once more replaces it.
**   errors  BD_MISSING: a column that is not optional has no field; BD_ARGUMENT: names the field that the column cannot take, or that is there
**           twice; BD_STATE: not prepared, or the module decides no lines; BD_LIMIT, BD_NOMEM. After an error the schema bound before holds */
BD_API bd_status bd_session_bind_arrow(bd_session *session, const struct ArrowSchema *schema, bd_error *error);

/* Decides the lines of an array of that schema.
**   lines   when the call gives BD_OK it has been released; after any error it is untouched and still the caller's
**   out     results, with room for lines->length
**   errors  see the top of this file; BD_ARGUMENT: the array is not of the schema, or contradicts itself; BD_STATE: no schema was bound */
BD_API bd_status bd_session_decide_arrow(bd_session *session, struct ArrowArray *lines, bd_decisions *out,
                                         bd_error *error);

/* Counts the lines of an array of that schema, as bd_session_count does: `volume` and `bedrag` hold what was granted.
**   lines   as for bd_session_decide_arrow
**   errors  as there, and of bd_session_count */
BD_API bd_status bd_session_count_arrow(bd_session *session, struct ArrowArray *lines, bd_error *error);

/* Puts decisions, however they came about, in an Arrow array of five columns, one row a line:
**
**     besluit             dictionary<int8, utf8>: goedgekeurd, afgekeurd, aangehouden, vastgelopen (BD_FAULTED)
**     bedrag_toegekend    decimal128(18, 2), euros
**     redenen             list<utf8>: of each deciding rule its return code, or else its name; or the name of what settled the line
**     regels              list<utf8>: the names of the deciding rules
**     fout                utf8, null unless the line faulted: the code of its site
**
**   decisions   `rows` of them; `settled` may be NULL
**   schema      NULL if it is known already
**   array       both are set when BD_OK and must then be released by their release callbacks, before the session's allocator goes; the
**               session need not live so long
**   errors      BD_NOMEM, BD_ARGUMENT; BD_RANGE: the texts of a column pass 2^31 bytes */
BD_API bd_status bd_session_export(const bd_session *session, size_t rows, const bd_decisions *decisions,
                                   struct ArrowSchema *schema, struct ArrowArray *array, bd_error *error);

/* ---- Traces of many lines ----
**
**     bd_session_record(session, &batch, 0, &error);
**     while (bd_session_record_next(session, &record, &error) == BD_OK && record->rows > 0)
**         for (size_t row = record->first_row; row < record->first_row + record->rows; row++)
**             if (bd_session_record_trace(session, row, &trace, &error) == BD_OK) keep(row, trace);
**
** The traces are those that bd_session_trace gives, bit for bit, at a fraction of the time: lines are computed some hundreds at a time, and
** what leads to what is found once for all lines that take the same way through the agreement.
**
** Who keeps derivations, or looks for something in them, need not have them line by line, which takes longest: a record has them as a *form*,
** shared by many lines, and columns of values. For row first_row + i the value of step s is
**
**     const bd_step *step = &record->forms[i]->steps[s];
**     const bd_record_column *column = &record->columns[step->instruction];     // values[i], and whether present[i]
**
** Decisions are not in it: bd_session_decide gives those. */

/* The values that one instruction has in the rows of a record, as bd_kind says; RATIO: two int64_t a value, numerator and denominator. */
typedef struct bd_record_column {
    bd_kind kind;
    int64_t denominator; /* SCALED: value = integer / denominator; else 1 */
    const void *values;
    const uint8_t *present; /* of a fact that may be absent; NULL: it is there in all rows */
} bd_record_column;

/* A trace without its values. */
typedef struct bd_record_form {
    const bd_step *steps; /* of value only meaning, choice and unit say something here */
    size_t step_count;
    uint64_t number; /* from 1 on, in the session; what is kept of a form can go by it, as no other one ever has it */
} bd_record_form;

/* The rows of the batch whose derivations are at hand. forms has one for each; NULL: bd_session_record_trace has to tell the row. So it is with
** faults and what does not fit 64 bits, with the first lines that take some way, with agreements that have lists or days, and in sessions that
** count. columns has one for each instruction of the lines program, and counts for the rows that have a form. */
typedef struct bd_record {
    size_t first_row, rows; /* rows 0: the batch has no more */
    const bd_record_form *const *forms;
    const bd_record_column *columns;
} bd_record;

/* Begins to record a batch. Nothing is decided for good: as with bd_session_trace, nothing is counted, and a session that counts or has a ledger
** tells each line as if it were the next.
**   batch   all that it points to must stay as it is until the last of its traces was asked for
**   first   the row to begin with; batch->rows: there will be none
**   errors  BD_ARGUMENT, BD_STATE as for bd_session_decide; BD_LIMIT, BD_NOMEM */
BD_API bd_status bd_session_record(bd_session *session, const bd_batch *batch, size_t first, bd_error *error);

/* Computes the next rows; the ones before are gone.
**   out     with all it points to lives until this is called again, or a call on this session fails
**   errors  BD_STATE: nothing is recorded: after any call on this session that ended in BD_LIMIT or BD_NOMEM, bd_session_record is to be called
**           again, with the row to go on with; BD_LIMIT, BD_NOMEM, BD_ARGUMENT */
BD_API bd_status bd_session_record_next(bd_session *session, const bd_record **out, bd_error *error);

/* The trace of one of the recorded rows; those of a record may be asked for in any order, and left out.
**   row     of the batch
**   out     set only when BD_OK; the trace and its texts live until the next call on this session
**   errors  BD_ARGUMENT: a row that the record does not hold; BD_STATE as above; BD_LIMIT: more steps than limits.trace, or another limit;
**           BD_NOMEM */
BD_API bd_status bd_session_record_trace(bd_session *session, size_t row, const bd_trace **out, bd_error *error);

#ifdef __cplusplus
}
#endif

#endif
