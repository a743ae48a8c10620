/* native_signature.h: definitions marked `extern`: functions of the host, and the C form in which they are called.
**
** A native is pure and total in its declared types; the host binds it by name (bd_session_bind_native). Its signature text is that of
** beding.h: "n(dn)" takes a date and a number and gives a number.
*/
#ifndef BEDING_NATIVE_SIGNATURE_H
#define BEDING_NATIVE_SIGNATURE_H

#include "compiler/core.h"

/* Whether a host can implement the definition: numbers, dates, booleans, members and (as argument) texts, none optional. Reports E0910
** at the first type that cannot cross. */
bool native_is_callable(Core *core, const Definition *definition);

/* Its signature, in core->arena. Only of a definition that native_is_callable accepts. */
Text native_signature(const Core *core, const Definition *definition);

#endif
