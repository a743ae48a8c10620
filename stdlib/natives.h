/* natives.h: the C functions behind the standard library's `extern` definitions, each with its names and its form.
**
** natives.c binds them (bd_session_bind_standard). They use the public header only, as a host's own functions do.
*/
#ifndef BEDING_STDLIB_NATIVES_H
#define BEDING_STDLIB_NATIVES_H

#include "vm/include/beding.h"

/* N(name in the library file, signature, function): a row for each language. */
#define STDLIB_NATIVES(N)                          \
    N("cijferwaarde", "n(tn)", stdlib_digit_value) \
    N("digit_value", "n(tn)", stdlib_digit_value)

/* The number that a text of exactly so many digits writes; -1 for another text. */
int stdlib_digit_value(const char *text, size_t size, int64_t digits, int64_t divisor, int64_t *result);

#endif
