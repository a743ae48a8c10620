/* natives.c: binding the standard library's natives, for the command and for any other host. Part of libbeding. */
#include "natives.h"

#include <string.h>

bd_status bd_session_bind_standard(bd_session *session, bd_error *error)
{
    static const struct {
        const char *name, *signature;
        void (*function)(void);
    } natives[] = {
#define NATIVE_ROW(name, signature, function) {name, signature, (void (*)(void))function},
        STDLIB_NATIVES(NATIVE_ROW)
#undef NATIVE_ROW
    };
    for (size_t i = 0; i < sizeof natives / sizeof *natives; i++) {
        bd_text name = {natives[i].name, strlen(natives[i].name)};
        bd_text signature = {natives[i].signature, strlen(natives[i].signature)};
        bd_error refusal;
        bd_status status = bd_session_bind_native(session, name, signature, natives[i].function, &refusal);
        /* A module that does not declare it, or declares something else by its name, does not mean ours. */
        if (status == BD_OK || status == BD_NAME || status == BD_NATIVE)
            continue;
        if (error)
            *error = refusal;
        return status;
    }
    return BD_OK;
}
