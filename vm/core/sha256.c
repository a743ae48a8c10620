/* sha256.c - SHA-256 by the letter of FIPS 180-4.
 *
 * Layer 0. The round function of section 6.2.2, a buffer for the unfinished block, and padding. No tables beyond the
 * 64 constants (fractional parts of the cube roots of the first 64 primes). Where the processor has instructions for
 * it, long runs of blocks go by those: loading a module is mostly hashing it.
 */
#include "sha256.h"

#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__TINYC__) && !defined(BD_PLAIN_C11)
#define HAS_SHA_INSTRUCTIONS 1
#include <cpuid.h>
#include <immintrin.h>
#endif

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t value, unsigned bits)
{
    return value >> bits | value << (32 - bits);
}

static uint32_t read_big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void write_big_endian(uint8_t *bytes, uint64_t value, size_t size)
{
    for (size_t i = size; i-- > 0;) {
        bytes[i] = (uint8_t)value;
        value >>= 8;
    }
}

/* Step 1 of section 6.2.2: the 16 words of the block, stretched to 64. */
static void make_schedule(uint32_t w[64], const uint8_t *block)
{
    for (size_t t = 0; t < 16; t++)
        w[t] = read_big_endian(block + 4 * t);
    for (size_t t = 16; t < 64; t++) {
        uint32_t low = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
        uint32_t high = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10;
        w[t] = high + w[t - 7] + low + w[t - 16];
    }
}

static void hash_plainly(uint32_t state[8], const uint8_t *block)
{
    uint32_t w[64];
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];

    make_schedule(w, block);
    for (size_t t = 0; t < 64; t++) {
        uint32_t choice = (e & f) ^ (~e & g);
        uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
        uint32_t first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + round_constants[t] + w[t];
        uint32_t second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority;
        h = g, g = f, f = e, e = d + first;
        d = c, c = b, b = a, a = first + second;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

enum { WAY_UNKNOWN, WAY_PLAIN, WAY_INSTRUCTIONS };

#ifdef HAS_SHA_INSTRUCTIONS

/* Asking the processor takes about as long as hashing a few blocks, on a virtual machine longer. */
enum { WORTH_ASKING = 32 };

static bool has_sha_instructions(void)
{
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1))
        return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

/* The instructions keep a, b, e, f in one register and c, d, g, h in another, and do two rounds at a time. */
__attribute__((target("sha,sse4.1,ssse3"))) static void hash_by_instructions(uint32_t state[8], const uint8_t *blocks,
                                                                             size_t count)
{
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(const void *)state), 0xB1);
    __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(const void *)(state + 4)), 0x1B);
    __m128i abef = _mm_alignr_epi8(low, high, 8), cdgh = _mm_blend_epi16(high, low, 0xF0);

    for (; count > 0; count--, blocks += SHA256_BLOCK_SIZE) {
        const __m128i abef_before = abef, cdgh_before = cdgh;
        __m128i w[4]; /* the last sixteen words of the schedule, as a ring */
        for (unsigned t = 0; t < 16; t++) {
            __m128i *next = &w[t % 4];
            if (t < 4) {
                *next = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(blocks + 16 * t)), swap);
            } else {
                const __m128i before = w[(t + 3) % 4];
                const __m128i seventh = _mm_alignr_epi8(before, w[(t + 2) % 4], 4);
                *next = _mm_add_epi32(_mm_sha256msg1_epu32(*next, w[(t + 1) % 4]), seventh);
                *next = _mm_sha256msg2_epu32(*next, before);
            }
            const __m128i constants = _mm_loadu_si128((const __m128i *)(const void *)(round_constants + 4 * t));
            __m128i words = _mm_add_epi32(*next, constants);
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, words);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(words, 0x0E));
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    low = _mm_shuffle_epi32(abef, 0x1B);
    high = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)(void *)state, _mm_blend_epi16(low, high, 0xF0));
    _mm_storeu_si128((__m128i *)(void *)(state + 4), _mm_alignr_epi8(high, low, 8));
}

#endif

static void hash_blocks(Sha256 *hash, const uint8_t *blocks, size_t count)
{
#ifdef HAS_SHA_INSTRUCTIONS
    if (hash->way == WAY_UNKNOWN && count >= WORTH_ASKING)
        sha256_ask(hash);
    if (hash->way == WAY_INSTRUCTIONS) {
        hash_by_instructions(hash->state, blocks, count);
        return;
    }
#endif
    for (; count > 0; count--, blocks += SHA256_BLOCK_SIZE)
        hash_plainly(hash->state, blocks);
}

void sha256_ask(Sha256 *hash)
{
    hash->way = WAY_PLAIN;
#ifdef HAS_SHA_INSTRUCTIONS
    if (has_sha_instructions())
        hash->way = WAY_INSTRUCTIONS;
#endif
}

void sha256_init(Sha256 *hash)
{
    static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

    memcpy(hash->state, initial, sizeof initial);
    hash->byte_count = 0;
    hash->way = WAY_UNKNOWN;
}

void sha256_update(Sha256 *hash, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    size_t filled = (size_t)(hash->byte_count % SHA256_BLOCK_SIZE);

    hash->byte_count += size;
    if (filled > 0 && size >= SHA256_BLOCK_SIZE - filled) {
        size_t part = SHA256_BLOCK_SIZE - filled;
        memcpy(hash->block + filled, bytes, part);
        hash_blocks(hash, hash->block, 1);
        bytes += part;
        size -= part;
        filled = 0;
    }
    if (filled == 0 && size >= SHA256_BLOCK_SIZE) {
        size_t whole = size / SHA256_BLOCK_SIZE;
        hash_blocks(hash, bytes, whole);
        bytes += whole * SHA256_BLOCK_SIZE;
        size -= whole * SHA256_BLOCK_SIZE;
    }
    if (size > 0)
        memcpy(hash->block + filled, bytes, size);
}

/* Pads with one bit, zeros, and the length in bits as 64 bits. */
void sha256_final(Sha256 *hash, uint8_t out[SHA256_SIZE])
{
    static const uint8_t padding[SHA256_BLOCK_SIZE] = {0x80};
    uint8_t length[8];
    size_t filled = (size_t)(hash->byte_count % SHA256_BLOCK_SIZE);
    size_t zeros = (filled < 56 ? 56 : 120) - filled;

    write_big_endian(length, hash->byte_count * 8, sizeof length);
    sha256_update(hash, padding, zeros);
    sha256_update(hash, length, sizeof length);
    for (size_t i = 0; i < 8; i++)
        write_big_endian(out + 4 * i, hash->state[i], 4);
}

void sha256_of(const void *data, size_t size, uint8_t out[SHA256_SIZE])
{
    Sha256 hash;

    sha256_init(&hash);
    sha256_update(&hash, data, size);
    sha256_final(&hash, out);
}
