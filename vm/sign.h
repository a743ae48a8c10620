/* sign.h: what sign.c (the cryptography) and sign_text.c (the three texts) share; libbeding_sign only.
**
** The two use nothing of libbeding but its public headers.
*/
#ifndef BEDING_VM_SIGN_H
#define BEDING_VM_SIGN_H

#include "beding_sign.h"

/* Fills `error`, which may be NULL, and returns `status`. */
bd_status sign_report(bd_status status, uint32_t offset, const char *sentence, bd_error *error);

/* Whether these 32 bytes can be a public key at all: a point of the curve, in its one form, of the right order. */
bool sign_is_key(const bd_public_key *key);

/* Whether the public key is the one that the seed gives. */
bool sign_is_pair(const bd_secret_key *key);

#endif
