/* lookup.c: the table instructions on one value. */
#include "lookup.h"

bool lookup_version(const bd_module *module, const TableRecord *table, int32_t date, int32_t *out)
{
    const VersionRecord *versions = module->VERSIONS + table->first_version;
    uint32_t low = 0, high = table->versions;
    while (low < high) { /* the first version that starts after the date */
        uint32_t middle = low + (high - low) / 2;
        if (versions[middle].from <= date)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || versions[low - 1].to < date)
        return false;
    *out = (int32_t)(low - 1);
    return true;
}

int32_t lookup_bracket(const bd_module *module, const BracketRecord *brackets, int64_t value)
{
    const int64_t *bounds = module->CELLS + brackets->first_cell;
    uint32_t low = 0, high = brackets->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (bounds[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return (int32_t)low;
}
