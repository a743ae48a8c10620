/* status.h: filling a bd_error.
**
** Every failing public call ends in one of these. Messages are one English sentence of bounded length, composed in
** place: reporting an error allocates nothing, so that it also works for BD_NOMEM.
*/
#ifndef BEDING_STATUS_H
#define BEDING_STATUS_H

#include <stdint.h>

#include "beding.h"
#include "core/text.h"

typedef struct Message {
    char bytes[320]; /* longer than bd_error.message; what does not fit is cut */
    size_t size;
} Message;

void message_begin(Message *message);
void message_text(Message *message, Text text);
void message_cstring(Message *message, const char *string);
void message_uint(Message *message, uint64_t value);

/* Copies the message into `error` (which may be NULL) and returns `status`. */
bd_status message_report(const Message *message, bd_status status, uint32_t offset, bd_error *error);

/* The same for one fixed sentence (NULL: the status's own text), and for one with a name in it. */
bd_status status_report(bd_status status, uint32_t offset, const char *text, bd_error *error);
/* BD_LIMIT, with the limit and what it counts: "the limit of 1000 bytes of memory was reached". */
bd_status status_report_limit(uint64_t limit, const char *what, bd_error *error);
bd_status status_report_name(bd_status status, uint32_t offset, const char *before, Text name, const char *after,
                             bd_error *error);

#endif
