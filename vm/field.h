/* field.h: one value as a host or a file has it, read as a cell of a column.
**
** Job: the one place where text and integers from outside become what a column stores (see bd_kind), and where a value that cannot be one is
** found out: a day outside the calendar, no member of the choice, no number. Shared by rows, Arrow and extern tables. Allocates nothing.
*/
#ifndef BEDING_FIELD_H
#define BEDING_FIELD_H

#include "beding.h"
#include "core/text.h"
#include "module.h"

typedef enum FieldResult {
    FIELD_READ,
    FIELD_INEXACT,  /* a number that does not fit the column's integer: it takes an exact cell */
    FIELD_NO_VALUE, /* the text is no value of the column's meaning */
    FIELD_OUTSIDE,  /* a date, month or year outside the calendar */
    FIELD_NO_MEMBER
} FieldResult;

/* `-?digits`, 32 bits. */
bool field_read_int32(Text text, int32_t *out);
/* ja, nee, true, false; *out becomes 1 or 0. */
bool field_read_boolean(Text text, int32_t *out);
/* A date, month, year or member as a file writes it; `choice` only for a member. */
bool field_read_meant(const bd_module *module, uint32_t meaning, uint32_t choice, Text text, int32_t *out);

/* Reads a text that is not empty into the cell at `out`, of the column's kind. A column of text keeps the pointer. `hint` (may be NULL) is the
** caller's, 0 at first: the member found last, which is tried first. */
FieldResult field_from_text(const bd_module *module, const ColumnRecord *column, Text text, uint32_t *hint, void *out);

/* Reads an integer, for a SCALED column over `denominator` (a power of ten). Not for columns of text. */
FieldResult field_from_integer(const bd_module *module, const ColumnRecord *column, int64_t value, int64_t denominator,
                               void *out);

/* Whether an INT column may hold the value: a day of the calendar, a member of its choice and so on. */
FieldResult field_judge(const bd_module *module, const ColumnRecord *column, int64_t value);

/* The values that an INT column may hold: from *least on, so many more. */
void field_bounds(const bd_module *module, const ColumnRecord *column, int32_t *least, uint32_t *span);

#endif
