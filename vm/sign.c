/* sign.c: Ed25519 signatures over modules; see beding_sign.h.
**
** What is signed is a line of text that names the purpose, and the first 64 bytes of the module. Those hold the SHA-256 of everything behind
** them, so the signature covers every byte of the file, while the message stays small. The line keeps a signature of ours from being
** one of something else made with the same key.
** Invariant: nothing here is used of libbeding, so that a host can check before it loads, and no secret outlives its call.
*/
#include <sodium.h>
#include <string.h>

#include "sign.h"

_Static_assert(sizeof(bd_public_key) == crypto_sign_PUBLICKEYBYTES, "the size of a public key");
_Static_assert(sizeof(((bd_secret_key *)0)->seed) == crypto_sign_SEEDBYTES, "the size of a seed");
_Static_assert(sizeof(((bd_signature *)0)->bytes) == crypto_sign_BYTES, "the size of a signature");
_Static_assert(sizeof(((bd_signature *)0)->module) == crypto_hash_sha256_BYTES, "the size of a hash");

/* The header of docs/module-format.md: magic, format, sizes, and the hash of all that follows. */
enum { HEADER_SIZE = 64, SIZE_OFFSET = 16, HASH_OFFSET = 32, MAGIC_SIZE = 8 };
static const uint8_t magic[MAGIC_SIZE] = {'B', 'E', 'D', 'I', 'N', 'G', '\r', '\n'};

static const char purpose[] = "beding module signature 1\n";
enum { PURPOSE_SIZE = sizeof purpose - 1, MESSAGE_SIZE = PURPOSE_SIZE + HEADER_SIZE };

bd_status sign_report(bd_status status, uint32_t offset, const char *sentence, bd_error *error)
{
    if (error != NULL) {
        memset(error->message, 0, sizeof error->message);
        error->code = status;
        error->offset = offset;
        strncpy(error->message, sentence, sizeof error->message - 1);
    }
    return status;
}

/* May be called again and again, from any thread. */
static bd_status start(bd_error *error)
{
    if (sodium_init() >= 0)
        return BD_OK;
    return sign_report(BD_STATE, 0, "libsodium cannot be used on this system", error);
}

/* The size that the header states, little-endian. */
static size_t stated_size(const uint8_t *file)
{
    const uint8_t *at = file + SIZE_OFFSET;
    return (size_t)at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16 | (size_t)at[3] << 24;
}

/* Why the content has another hash than stated: what is most often wrong is that a part of the file is missing. */
static bd_status refuse_content(const uint8_t *file, size_t size, bd_error *error)
{
    const size_t stated = stated_size(file);
    if (size < stated)
        return sign_report(BD_MODULE, SIZE_OFFSET, "the module is cut short: it states more bytes than there are",
                           error);
    if (size > stated)
        return sign_report(BD_MODULE, SIZE_OFFSET, "bytes follow the end that the module states", error);
    return sign_report(BD_MODULE, HASH_OFFSET, "the module's content does not have the hash it states", error);
}

/* The message that is signed, of bytes whose hash is right. */
static bd_status message_of(const void *bytes, size_t size, uint8_t message[MESSAGE_SIZE], bd_error *error)
{
    const uint8_t *file = bytes;
    uint8_t hash[crypto_hash_sha256_BYTES];
    if (size < HEADER_SIZE || memcmp(file, magic, MAGIC_SIZE) != 0)
        return sign_report(BD_MODULE, 0, "this is not a Beding module", error);
    (void)crypto_hash_sha256(hash, file + HEADER_SIZE, size - HEADER_SIZE);
    if (memcmp(hash, file + HASH_OFFSET, sizeof hash) != 0)
        return refuse_content(file, size, error);
    memcpy(message, purpose, PURPOSE_SIZE);
    memcpy(message + PURPOSE_SIZE, file, HEADER_SIZE);
    return BD_OK;
}

static bool is_among(const bd_public_key *key, const bd_public_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(key->bytes, keys[i].bytes, sizeof key->bytes) == 0)
            return true;
    return false;
}

bd_status bd_signature_check(const void *bytes, size_t size, const bd_signature *signature, const bd_public_key *keys,
                             size_t count, bd_error *error)
{
    uint8_t message[MESSAGE_SIZE];
    if (bytes == NULL || signature == NULL || (keys == NULL && count > 0))
        return sign_report(BD_ARGUMENT, 0, "bytes, a signature and keys are needed", error);
    bd_status status = start(error);
    if (status == BD_OK)
        status = message_of(bytes, size, message, error);
    if (status != BD_OK)
        return status;
    if (memcmp(signature->module, message + PURPOSE_SIZE + HASH_OFFSET, sizeof signature->module) != 0)
        return sign_report(BD_SIGNATURE, BD_SIGNATURE_OTHER_MODULE, "the signature was made for another module", error);
    if (!is_among(&signature->key, keys, count))
        return sign_report(BD_SIGNATURE, BD_SIGNATURE_OTHER_KEY,
                           "the signature was made with a key that is not trusted", error);
    if (crypto_sign_verify_detached(signature->bytes, message, sizeof message, signature->key.bytes) != 0)
        return sign_report(BD_SIGNATURE, BD_SIGNATURE_FALSE,
                           "the signature is false: the key did not make it for this module", error);
    return BD_OK;
}

bool sign_is_key(const bd_public_key *key)
{
    return sodium_init() >= 0 && crypto_core_ed25519_is_valid_point(key->bytes) == 1;
}

bool sign_is_pair(const bd_secret_key *key)
{
    bd_public_key public_key;
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    (void)crypto_sign_seed_keypair(public_key.bytes, secret, key->seed);
    sodium_memzero(secret, sizeof secret);
    return memcmp(public_key.bytes, key->public_key.bytes, sizeof public_key.bytes) == 0;
}

bd_status bd_secret_key_make(bd_secret_key *out, bd_error *error)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    if (out == NULL)
        return sign_report(BD_ARGUMENT, 0, "room for a key is needed", error);
    bd_status status = start(error);
    if (status != BD_OK)
        return status;
    randombytes_buf(out->seed, sizeof out->seed);
    (void)crypto_sign_seed_keypair(out->public_key.bytes, secret, out->seed);
    sodium_memzero(secret, sizeof secret);
    return BD_OK;
}

void bd_secret_key_erase(bd_secret_key *key)
{
    if (key != NULL)
        sodium_memzero(key, sizeof *key);
}

bd_status bd_signature_make(const void *bytes, size_t size, const bd_secret_key *key, bd_signature *out,
                            bd_error *error)
{
    uint8_t message[MESSAGE_SIZE], secret[crypto_sign_SECRETKEYBYTES];
    if (bytes == NULL || key == NULL || out == NULL)
        return sign_report(BD_ARGUMENT, 0, "bytes, a key and room for a signature are needed", error);
    bd_status status = start(error);
    if (status == BD_OK)
        status = message_of(bytes, size, message, error);
    if (status != BD_OK)
        return status;
    (void)crypto_sign_seed_keypair(out->key.bytes, secret, key->seed);
    memcpy(out->module, message + PURPOSE_SIZE + HASH_OFFSET, sizeof out->module);
    (void)crypto_sign_detached(out->bytes, NULL, message, sizeof message, secret);
    sodium_memzero(secret, sizeof secret);
    return BD_OK;
}
