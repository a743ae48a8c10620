/* lookup.h: the table instructions on one value; both evaluators call these. */
#ifndef BEDING_LOOKUP_H
#define BEDING_LOOKUP_H

#include "module.h"

/* index * size + key; false when key is not in 0 .. size - 1 or the result is beyond 32 bits. */
static inline bool lookup_index(int32_t index, uint32_t size, int32_t key, int32_t *out)
{
    int64_t value = (int64_t)index * size + key;
    if (key < 0 || (uint32_t)key >= size || value < INT32_MIN || value > INT32_MAX)
        return false;
    *out = (int32_t)value;
    return true;
}

/* The version of a table that holds a date; false when none does. */
bool lookup_version(const bd_module *module, const TableRecord *table, int32_t date, int32_t *out);

/* Whether a table that is not extern has a cell at an index (any integer). */
static inline bool lookup_has_cell(const bd_module *module, const TableRecord *table, int32_t index)
{
    if (index < 0 || (uint32_t)index >= table->cells)
        return false;
    uint32_t cell = table->first_cell + (uint32_t)index;
    return module->CELL_BITS[cell / 64] >> (cell % 64) & 1;
}

/* The number of bounds that lie below a value in the bounds' denominator: the index of its bracket. */
int32_t lookup_bracket(const bd_module *module, const BracketRecord *brackets, int64_t value);

#endif
