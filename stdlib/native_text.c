/* native_text.c: what the standard library needs of texts and the language does not give: the number that digits write.
**
** Called through libffi, as any function of a host; see bd_session_bind_native for the form. Pure, and total: what is no such text gives -1,
** an impossible number of digits no result at all.
*/
#include "natives.h"

enum { MOST_DIGITS = 18 }; /* what 64 bits hold */

int stdlib_digit_value(const char *text, size_t size, int64_t digits, int64_t divisor, int64_t *result)
{
    if (divisor != 1 || digits < 1 || digits > MOST_DIGITS)
        return 1;
    int64_t value = 0;
    for (size_t i = 0; i < size && value >= 0; i++)
        value = i < MOST_DIGITS && text[i] >= '0' && text[i] <= '9' ? 10 * value + (text[i] - '0') : -1;
    result[0] = size == (size_t)digits ? value : -1;
    result[1] = 1;
    return 0;
}
