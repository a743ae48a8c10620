/* sha256.h - SHA-256 (FIPS 180-4), streaming.
 *
 * Layer 0. Modules carry the hash of their content and the ledger the hash of each line. It is written out here,
 * not taken from a library: the machine is one library without dependencies that must amalgamate into one file.
 * Hashes are for identity, not for secrets: nothing here is constant-time by design.
 */
#ifndef BEDING_CORE_SHA256_H
#define BEDING_CORE_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32, SHA256_BLOCK_SIZE = 64 };

typedef struct Sha256 {
    uint32_t state[8];
    uint64_t byte_count; /* hashed so far */
    uint8_t way;         /* of hashing a block; 0: not yet asked what the processor can */
    uint8_t block[SHA256_BLOCK_SIZE];
} Sha256;

void sha256_init(Sha256 *hash);

/* Asks what the processor can now, and not when a long piece comes: for a hash that others begin as a copy of. */
void sha256_ask(Sha256 *hash);

/* Adds `size` bytes; any split of a message into calls gives the same hash. */
void sha256_update(Sha256 *hash, const void *data, size_t size);

/* Writes the hash of everything added. `hash` must be initialised again before further use. */
void sha256_final(Sha256 *hash, uint8_t out[SHA256_SIZE]);

/* All at once. */
void sha256_of(const void *data, size_t size, uint8_t out[SHA256_SIZE]);

#endif
