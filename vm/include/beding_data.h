/* beding_data.h: lines from where a host has them: its own structs, or Arrow arrays. Included by beding.h.
**
** bd_session_decide wants columns in the module's order, as it stores them. Here a host says once, by name, what its lines look like; from
** then on it hands them over as they are. Values are judged on the way: a text that is no date, a product that does not exist and a day
** outside the calendar are refused, and the error names the row and the column.
**
** Both forms share this:
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

/* Traces one such line, as bd_session_trace does. */
BD_API bd_status bd_session_trace_row(bd_session *session, const void *row, const bd_trace **out, bd_error *error);

#ifdef __cplusplus
}
#endif

#endif
