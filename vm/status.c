/* status.c: the texts of statuses, and how a status becomes a bd_error.
**
** Messages are formatted here without the C library's printf family: a library that prints nothing should not link it,
** and its output depends on the locale.
*/
#include "status.h"

#include <string.h>

static const char *const texts[BD_STATUS_COUNT] = {
#define STATUS_TEXT(name, text) [name] = text,
    BD_STATUS_MAP(STATUS_TEXT)
#undef STATUS_TEXT
};

const char *bd_status_text(bd_status status)
{
    return (unsigned)status < BD_STATUS_COUNT ? texts[status] : "an unknown status";
}

uint32_t bd_version_number(void)
{
    return BD_VERSION_NUMBER;
}

const char *bd_version(void)
{
#define STRING_OF(x) #x
#define VERSION_TEXT(major, minor, patch) STRING_OF(major) "." STRING_OF(minor) "." STRING_OF(patch)
    return VERSION_TEXT(BD_VERSION_MAJOR, BD_VERSION_MINOR, BD_VERSION_PATCH);
#undef VERSION_TEXT
#undef STRING_OF
}

void message_begin(Message *message)
{
    message->size = 0;
}

void message_text(Message *message, Text text)
{
    size_t room = sizeof message->bytes - message->size;
    size_t size = text.size < room ? text.size : room;
    if (size > 0)
        memcpy(message->bytes + message->size, text.data, size);
    message->size += size;
}

void message_cstring(Message *message, const char *string)
{
    message_text(message, (Text){string, strlen(string)});
}

void message_uint(Message *message, uint64_t value)
{
    char digits[20];
    size_t count = 0;
    do {
        digits[sizeof digits - ++count] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    message_text(message, (Text){digits + sizeof digits - count, count});
}

bd_status message_report(const Message *message, bd_status status, uint32_t offset, bd_error *error)
{
    if (error) {
        size_t size = message->size < sizeof error->message ? message->size : sizeof error->message - 1;
        /* Never end inside a UTF-8 sequence. */
        while (size < message->size && size > 0 && ((unsigned char)message->bytes[size] & 0xC0u) == 0x80)
            size--;
        error->code = status;
        error->offset = offset;
        memcpy(error->message, message->bytes, size);
        error->message[size] = '\0';
    }
    return status;
}

bd_status status_report(bd_status status, uint32_t offset, const char *text, bd_error *error)
{
    Message message;
    message_begin(&message);
    message_cstring(&message, text ? text : bd_status_text(status));
    return message_report(&message, status, offset, error);
}

bd_status status_report_name(bd_status status, uint32_t offset, const char *before, Text name, const char *after,
                             bd_error *error)
{
    Message message;
    message_begin(&message);
    message_cstring(&message, before);
    message_text(&message, name);
    message_cstring(&message, after);
    return message_report(&message, status, offset, error);
}

bd_status status_report_limit(uint64_t limit, const char *what, bd_error *error)
{
    Message message;
    message_begin(&message);
    message_cstring(&message, "the limit of ");
    message_uint(&message, limit);
    message_cstring(&message, what);
    message_cstring(&message, " was reached");
    return message_report(&message, BD_LIMIT, 0, error);
}
