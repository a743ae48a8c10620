/* word.h: eight bytes of text in one word, for what scans text without the processor's vectors.
**
** The first byte is the lowest of the word on every machine. A mark is the high bit of a byte.
*/
#ifndef BEDING_CLI_WORD_H
#define BEDING_CLI_WORD_H

#include <stdint.h>
#include <string.h>

#define EVERY_BYTE UINT64_C(0x0101010101010101)

/* Eight bytes may be read from p. */
static inline uint64_t word_load(const char *p)
{
    uint64_t word = 0;
    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Marks the bytes that are 0. */
static inline uint64_t word_mark_zeros(uint64_t word)
{
    const uint64_t low = EVERY_BYTE * 0x7F;
    return ~(((word & low) + low) | word | low);
}

/* Marks the bytes that equal `byte`. */
static inline uint64_t word_mark_equal(uint64_t word, char byte)
{
    return word_mark_zeros(word ^ EVERY_BYTE * (unsigned char)byte);
}

/* The high bits of the bytes as eight bits; their other bits do not count. */
static inline uint32_t word_gather(uint64_t marks)
{
    return (uint32_t)((((marks >> 7) & EVERY_BYTE) * UINT64_C(0x0102040810204080)) >> 56);
}

#endif
