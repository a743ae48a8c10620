/* value.h: machine values as bd_value and back.
**
** Numbers become exact text: money and rates with at least two decimals, other numbers with as many as they need, and
** "1/3" where no decimal form exists. There is one such form per value, so texts can be compared.
*/
#ifndef BEDING_VALUE_H
#define BEDING_VALUE_H

#include "beding.h"
#include "exact.h"

/* How a value reads. meaning 0: by its kind alone. */
typedef struct ValueForm {
    uint32_t meaning, unit, choice;
} ValueForm;

/* Writes a fault-free cell of a kind. Texts of the result are in `arena`, whose landing must be set, or the
** module's. */
void value_from_cell(const bd_module *module, Arena *arena, const Cell *cell, uint32_t kind, ValueForm form,
                     bd_value *out);

/* Reads the input of a column. BD_SYNTAX or BD_RANGE when the value is none of the column's meaning, BD_ARGUMENT when
** its text has a size and no bytes. */
bd_status value_to_cell(const bd_module *module, Arena *arena, const bd_value *value, const ColumnRecord *column,
                        Cell *out);

/* Whether a text of the host can be read at all: only an empty one may have no bytes behind it. */
static inline bool value_is_readable(Text text)
{
    return text.data || text.size == 0;
}

/* The meaning that a value of a kind is shown with: the one stated, where it fits (a module can say anything). */
bd_meaning value_meaning(uint32_t kind, uint32_t meaning);

/* Whether a value of a meaning is a number, which crosses as text. */
static inline bool value_is_number(uint32_t meaning)
{
    return meaning >= BD_MEANS_NUMBER && meaning <= BD_MEANS_RATE;
}

/* The name of a unit (member of choice 1), empty for BD_NONE. */
Text value_unit_name(const bd_module *module, uint32_t unit);

#endif
