/* beding_sign.h: signed modules: who vouches for these rules.
**
** This is the header of a library of its own, libbeding_sign, the only part that needs libsodium: a host that trusts its modules for another
** reason does without both. Nothing in it reads a file, and it calls nothing of libbeding, so that bytes can be judged before they are
** loaded. Signatures are Ed25519. docs/signing.md has the three texts (public key, secret key, signature) to the letter, what exactly is
** signed, and what a signature does and does not say.
**
**     if (bd_public_key_read(key_text, &key, &error) != BD_OK) return report(error.message);
**     if (bd_signature_read(signature_text, &signature, &error) != BD_OK) return report(error.message);
**     if (bd_signature_check(bytes, size, &signature, &key, 1, &error) != BD_OK) return report(error.message);
**     if (bd_module_load(bytes, size, NULL, &module, &error) != BD_OK) return report(error.message);
**
** The bytes that are checked must be the bytes that are loaded: read them into memory once, and do not map a file that others may write.
**
** Memory: none of these calls allocates. Threads: all of them may run at the same time. `error` may be NULL.
*/
#ifndef BEDING_SIGN_H
#define BEDING_SIGN_H

#include "beding.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Plain values, to be copied freely. Fill them with the calls below only. */
typedef struct bd_public_key {
    uint8_t bytes[32];
} bd_public_key;

/* To be wiped with bd_secret_key_erase after use. */
typedef struct bd_secret_key {
    uint8_t seed[32];
    bd_public_key public_key;
} bd_secret_key;

typedef struct bd_signature {
    uint8_t module[32]; /* bd_module_info.sha256 of the module that was signed */
    bd_public_key key;  /* whose signature it is; says nothing until it is among the keys one trusts */
    uint8_t bytes[64];
} bd_signature;

/* Why a signature is refused: bd_error.offset of a BD_SIGNATURE. */
typedef enum bd_signature_problem {
    BD_SIGNATURE_OTHER_MODULE = 1, /* it was made for another module */
    BD_SIGNATURE_OTHER_KEY,        /* it was made with a key that is not among those trusted */
    BD_SIGNATURE_FALSE             /* nobody with that key made it for these bytes */
} bd_signature_problem;

/* ---- Checking ---- */

/* Whether one of `keys` signed exactly these bytes. Every byte of the module is covered.
**   bytes, size  the whole module file; need not be aligned
**   keys, count  the keys that are trusted; at least one, or the answer is BD_SIGNATURE
**   errors       BD_MODULE: the bytes are no module, or do not have the hash they state (cut short, for one); BD_SIGNATURE with a bd_signature_problem as
**                error->offset; BD_ARGUMENT
** BD_OK says who signed, not that the module is sound: bd_module_load judges that. */
BD_API bd_status bd_signature_check(const void *bytes, size_t size, const bd_signature *signature,
                                    const bd_public_key *keys, size_t count, bd_error *error);

/* ---- Keys and signatures as text ----
**
** Reading takes what writing makes; white space at the end of a line, empty lines and lines that begin with # are passed over.
**   errors  BD_SYNTAX: the text is something else; error->offset is its line, from 1, or 0 where no one line is to blame: a key
**            that cannot be one, a seed and a key that do not belong together. BD_ARGUMENT */
BD_API bd_status bd_public_key_read(bd_text text, bd_public_key *out, bd_error *error);
BD_API bd_status bd_secret_key_read(bd_text text, bd_secret_key *out, bd_error *error);
BD_API bd_status bd_signature_read(bd_text text, bd_signature *out, bd_error *error);

#define BD_SIGN_TEXT_MAX 320 /* bytes, the NUL behind the text included */

/* Writes the text and a NUL, and returns the size without the NUL. */
BD_API size_t bd_public_key_write(const bd_public_key *key, char out[BD_SIGN_TEXT_MAX]);
BD_API size_t bd_secret_key_write(const bd_secret_key *key, char out[BD_SIGN_TEXT_MAX]);
BD_API size_t bd_signature_write(const bd_signature *signature, char out[BD_SIGN_TEXT_MAX]);

/* ---- Signing ---- */

/* Makes a new key from the system's randomness. On a system that has none, libsodium ends the program: this call is for tools. */
BD_API bd_status bd_secret_key_make(bd_secret_key *out, bd_error *error);

/* Overwrites a secret key, in a way that no optimiser leaves out. NULL is allowed. */
BD_API void bd_secret_key_erase(bd_secret_key *key);

/* Signs a module. The same bytes and key give the same signature. Sign only what bd_module_load accepts, and what was reviewed.
**   errors  BD_MODULE: the bytes are no module, or do not have the hash they state; BD_ARGUMENT */
BD_API bd_status bd_signature_make(const void *bytes, size_t size, const bd_secret_key *key, bd_signature *out,
                                   bd_error *error);

#ifdef __cplusplus
}
#endif
#endif
