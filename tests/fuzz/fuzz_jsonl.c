/* Fuzz target: JSON Lines, read in blocks and row by row with care, with the same result; see unit/json_both.h.
**
** The first byte says how many rows a block may have and whether the file ends with the input.
*/
#include "unit/json_both.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    Text text = {(const char *)data + 1, size - 1};
    if (json_both_read(text, 1 + data[0] % JSON_SCAN_ROWS, data[0] < 128).difference != NULL)
        abort();
    return 0;
}
