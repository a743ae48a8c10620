/* kernel_lanes.h: the loops themselves; included once by each kernel_*.c, which names the table in KERNEL_TABLE.
**
** Plain C that compilers vectorise: a count that is a multiple of KERNEL_LANES, restrict, no branch. The one exception are the small
** tables, for which AVX2 has an instruction that no compiler finds by itself.
*/
#ifndef BEDING_KERNEL_LANES_H
#define BEDING_KERNEL_LANES_H

#include <string.h>

#include "beding.h"
#include "kernel.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

#ifndef KERNEL_TABLE
#define KERNEL_TABLE kernels_portable
#define KERNEL_TABLE_NAME "portable"
#endif

#define KERNEL(name) static uint32_t run_##name(const Step *step, void *const *data, uint32_t lanes)
#define LANES_OF(count) const uint32_t n = (count) & ~(uint32_t)(KERNEL_LANES - 1)
#define EACH_LANE for (uint32_t i = 0; i < n; i++)

/* dst of a type, from up to three operands; `value` is written with a, b, c and x of those types. */
#define UNARY(name, type_dst, type_a, value)      \
    KERNEL(name)                                  \
    {                                             \
        const type_a *restrict a = data[step->a]; \
        type_dst *restrict dst = data[step->dst]; \
        LANES_OF(lanes);                          \
        EACH_LANE dst[i] = (type_dst)(value);     \
        return 0;                                 \
    }
#define UNARY_X(name, type_dst, type_a, value)    \
    KERNEL(name)                                  \
    {                                             \
        const type_a *restrict a = data[step->a]; \
        type_dst *restrict dst = data[step->dst]; \
        const type_a x = (type_a)step->x;         \
        LANES_OF(lanes);                          \
        EACH_LANE dst[i] = (type_dst)(value);     \
        return 0;                                 \
    }
#define BINARY(name, type_dst, type_a, value)     \
    KERNEL(name)                                  \
    {                                             \
        const type_a *restrict a = data[step->a]; \
        const type_a *restrict b = data[step->b]; \
        type_dst *restrict dst = data[step->dst]; \
        LANES_OF(lanes);                          \
        EACH_LANE dst[i] = (type_dst)(value);     \
        return 0;                                 \
    }

/* Where a holds, all ones. */
#define CHOOSE(type, yes, no) ((no) ^ (((yes) ^ (no)) & (type) - (type)a[i]))

#define SELECTS(W, type)                                 \
    KERNEL(SELECT_VV_##W)                                \
    {                                                    \
        const uint8_t *restrict a = data[step->a];       \
        const type *restrict b = data[step->b];          \
        const type *restrict c = data[step->c];          \
        type *restrict dst = data[step->dst];            \
        LANES_OF(lanes);                                 \
        EACH_LANE dst[i] = CHOOSE(type, b[i], c[i]);     \
        return 0;                                        \
    }                                                    \
    KERNEL(SELECT_VX_##W)                                \
    {                                                    \
        const uint8_t *restrict a = data[step->a];       \
        const type *restrict b = data[step->b];          \
        type *restrict dst = data[step->dst];            \
        const type x = (type)step->x;                    \
        LANES_OF(lanes);                                 \
        EACH_LANE dst[i] = CHOOSE(type, b[i], x);        \
        return 0;                                        \
    }                                                    \
    KERNEL(SELECT_XV_##W)                                \
    {                                                    \
        const uint8_t *restrict a = data[step->a];       \
        const type *restrict c = data[step->c];          \
        type *restrict dst = data[step->dst];            \
        const type x = (type)step->x;                    \
        LANES_OF(lanes);                                 \
        EACH_LANE dst[i] = CHOOSE(type, x, c[i]);        \
        return 0;                                        \
    }                                                    \
    KERNEL(SELECT_XX_##W)                                \
    {                                                    \
        const uint8_t *restrict a = data[step->a];       \
        type *restrict dst = data[step->dst];            \
        const type x = (type)step->x, y = (type)step->y; \
        LANES_OF(lanes);                                 \
        EACH_LANE dst[i] = CHOOSE(type, x, y);           \
        return 0;                                        \
    }

/* The sign bit of `outside` is set by a value below low or above high: one of the two differences is negative, also where the other
** one wraps around. */
#define OUTSIDE(type, utype, value) ((type)((utype)(value) - (utype)low) | (type)((utype)high - (utype)(value)))
#define LIMITS(type) const type low = (type)step->x, high = (type)step->y

#define RANGES(W, type, utype)                                     \
    KERNEL(CHECK_##W)                                              \
    {                                                              \
        const type *restrict a = data[step->a];                    \
        LIMITS(type);                                              \
        type outside = 0;                                          \
        LANES_OF(lanes);                                           \
        EACH_LANE outside |= OUTSIDE(type, utype, a[i]);           \
        return outside < 0;                                        \
    }                                                              \
    KERNEL(LOAD_##W)                                               \
    {                                                              \
        return run_CHECK_##W(step, data, lanes);                   \
    }                                                              \
    KERNEL(LOAD_MASKED_##W)                                        \
    {                                                              \
        const type *restrict a = data[step->a];                    \
        const uint8_t *restrict present = data[step->b];           \
        type *restrict dst = data[step->dst];                      \
        LIMITS(type);                                              \
        type outside = 0;                                          \
        LANES_OF(lanes);                                           \
        EACH_LANE                                                  \
        {                                                          \
            const type value = a[i] & (type) - (type)(present[i]); \
            outside |= OUTSIDE(type, utype, value);                \
            dst[i] = value;                                        \
        }                                                          \
        return outside < 0;                                        \
    }

#define OF_WIDTH(W, type, utype)                                                              \
    BINARY(ADD_VV_##W, type, type, a[i] + b[i])                                               \
    UNARY_X(ADD_VX_##W, type, type, a[i] + x)                                                 \
    BINARY(SUB_VV_##W, type, type, a[i] - b[i])                                               \
    UNARY_X(SUB_XV_##W, type, type, x - a[i])                                                 \
    BINARY(MUL_VV_##W, type, type, a[i] * b[i])                                               \
    UNARY_X(MUL_VX_##W, type, type, a[i] * x)                                                 \
    BINARY(MIN_VV_##W, type, type, a[i] < b[i] ? a[i] : b[i])                                 \
    BINARY(MAX_VV_##W, type, type, a[i] > b[i] ? a[i] : b[i])                                 \
    BINARY(EQ_VV_##W, uint8_t, type, a[i] == b[i])                                            \
    UNARY_X(EQ_VX_##W, uint8_t, type, a[i] == x)                                              \
    BINARY(NE_VV_##W, uint8_t, type, a[i] != b[i])                                            \
    UNARY_X(NE_VX_##W, uint8_t, type, a[i] != x)                                              \
    BINARY(LT_VV_##W, uint8_t, type, a[i] < b[i])                                             \
    BINARY(LE_VV_##W, uint8_t, type, a[i] <= b[i])                                            \
    UNARY_X(LT_VX_##W, uint8_t, type, a[i] < x)                                               \
    UNARY_X(GT_VX_##W, uint8_t, type, a[i] > x)                                               \
    SELECTS(W, type)                                                                          \
    RANGES(W, type, utype)                                                                    \
    KERNEL(CELL_##W)                                                                          \
    {                                                                                         \
        const int32_t *restrict a = data[step->a];                                            \
        const type *restrict table = step->table;                                             \
        type *restrict dst = data[step->dst];                                                 \
        const int32_t x = (int32_t)step->x;                                                   \
        LANES_OF(lanes);                                                                      \
        EACH_LANE dst[i] = table[a[i] - x];                                                   \
        return 0;                                                                             \
    }                                                                                         \
    /* a: the amount, b: the decisions, whose 0 is an approval; lanes: the rows themselves */ \
    KERNEL(OUT_AMOUNT_##W)                                                                    \
    {                                                                                         \
        const type *restrict a = data[step->a];                                               \
        const uint8_t *restrict decision = data[step->b];                                     \
        int64_t *restrict dst = data[step->dst];                                              \
        for (uint32_t i = 0; i < lanes; i++)                                                  \
            dst[i] = decision[i] == 0 ? (int64_t)a[i] : 0;                                    \
        return 0;                                                                             \
    }

OF_WIDTH(32, int32_t, uint32_t)
OF_WIDTH(64, int64_t, uint64_t)

/* ---- Two operations at once: plan_fuse.c ---- */

#define COMPARISONS(name, operator)                   \
    KERNEL(name##_MUL_VX)                             \
    {                                                 \
        const int32_t *restrict a = data[step->a];    \
        const int32_t *restrict b = data[step->b];    \
        uint8_t *restrict dst = data[step->dst];      \
        const int32_t x = (int32_t)step->x;           \
        LANES_OF(lanes);                              \
        EACH_LANE dst[i] = a[i] * x operator b[i];    \
        return 0;                                     \
    }                                                 \
    KERNEL(name##_ADD_VX)                             \
    {                                                 \
        const int32_t *restrict a = data[step->a];    \
        const int32_t *restrict b = data[step->b];    \
        uint8_t *restrict dst = data[step->dst];      \
        const int32_t x = (int32_t)step->x;           \
        LANES_OF(lanes);                              \
        EACH_LANE dst[i] = a[i] + x operator b[i];    \
        return 0;                                     \
    }                                                 \
    KERNEL(name##_MUL_VV)                             \
    {                                                 \
        const int32_t *restrict a = data[step->a];    \
        const int32_t *restrict b = data[step->b];    \
        const int32_t *restrict c = data[step->c];    \
        uint8_t *restrict dst = data[step->dst];      \
        LANES_OF(lanes);                              \
        EACH_LANE dst[i] = a[i] * b[i] operator c[i]; \
        return 0;                                     \
    }
COMPARISONS(EQ, ==)
COMPARISONS(LT, <)
COMPARISONS(GT, >)

KERNEL(CELL_32_IF)
{
    const int32_t *restrict a = data[step->a];
    const uint8_t *restrict b = data[step->b];
    const int32_t *restrict table = step->table;
    int32_t *restrict dst = data[step->dst];
    const int32_t x = (int32_t)step->x;
    LANES_OF(lanes);
    EACH_LANE dst[i] = table[a[i] - x] & -(int32_t)b[i];
    return 0;
}

/* ---- Between widths ---- */

BINARY(MUL_WIDE_VV, int64_t, int32_t, (int64_t)a[i] * b[i])
UNARY_X(MUL_WIDE_VX, int64_t, int32_t, (int64_t)a[i] * x)
UNARY(WIDEN, int64_t, int32_t, a[i])
UNARY(NARROW, int32_t, int64_t, a[i])

KERNEL(MUL_ADD)
{
    const int32_t *restrict a = data[step->a];
    const int32_t *restrict b = data[step->b];
    int32_t *restrict dst = data[step->dst];
    const int32_t x = (int32_t)step->x;
    LANES_OF(lanes);
    EACH_LANE dst[i] = a[i] * x + b[i];
    return 0;
}

KERNEL(DIVIDE)
{
    const int32_t *restrict a = data[step->a];
    int32_t *restrict dst = data[step->dst];
    const uint32_t add = (uint32_t)step->x, shift = (uint32_t)step->z;
    const uint64_t magic = (uint32_t)step->y;
    LANES_OF(lanes);
    EACH_LANE dst[i] = (int32_t)((uint32_t)(((uint32_t)a[i] + add) * magic >> 32) >> shift);
    return 0;
}

KERNEL(MUL_DIVIDE)
{
    const int32_t *restrict a = data[step->a];
    const int32_t *restrict b = data[step->b];
    int32_t *restrict dst = data[step->dst];
    const uint32_t add = (uint32_t)step->x, shift = (uint32_t)step->z;
    const uint64_t magic = (uint32_t)step->y;
    LANES_OF(lanes);
    EACH_LANE dst[i] = (int32_t)((uint32_t)(((uint32_t)(a[i] * b[i]) + add) * magic >> 32) >> shift);
    return 0;
}

#define DIVISION_WIDE(number)                                                           \
    const uint64_t add = (uint64_t)step->x, magic = (uint32_t)step->y;                  \
    const uint32_t first = (uint32_t)(step->z >> 8), shift = (uint32_t)(step->z & 255); \
    uint64_t sizes = 0;                                                                 \
    LANES_OF(lanes);                                                                    \
    EACH_LANE                                                                           \
    {                                                                                   \
        const uint64_t size = ((uint64_t)(number) + add) >> first;                      \
        sizes |= size;                                                                  \
        dst[i] = (int32_t)((uint32_t)((size & UINT32_MAX) * magic >> 32) >> shift);     \
    }                                                                                   \
    return sizes >> 31 != 0

KERNEL(DIVIDE_WIDE)
{
    const int64_t *restrict a = data[step->a];
    int32_t *restrict dst = data[step->dst];
    DIVISION_WIDE(a[i]);
}

KERNEL(MUL_DIVIDE_WIDE)
{
    const int32_t *restrict a = data[step->a];
    const int32_t *restrict b = data[step->b];
    int32_t *restrict dst = data[step->dst];
    DIVISION_WIDE((int64_t)a[i] * b[i]);
}

KERNEL(DIVIDE_SIGNED)
{
    const int32_t *restrict a = data[step->a];
    int32_t *restrict dst = data[step->dst];
    const uint32_t add = (uint32_t)step->x, shift = (uint32_t)step->z;
    const uint64_t magic = (uint32_t)step->y;
    LANES_OF(lanes);
    EACH_LANE
    {
        const uint32_t sign = (uint32_t)(a[i] >> 31), size = ((uint32_t)a[i] ^ sign) - sign;
        const uint32_t quotient = (uint32_t)((size + add) * magic >> 32) >> shift;
        dst[i] = (int32_t)((quotient ^ sign) - sign);
    }
    return 0;
}

/* ---- Tables ---- */

KERNEL(MEMBER)
{
    const int32_t *restrict a = data[step->a];
    const uint8_t *restrict table = step->table;
    uint8_t *restrict dst = data[step->dst];
    const int32_t x = (int32_t)step->x;
    LANES_OF(lanes);
    EACH_LANE dst[i] = table[a[i] - x];
    return 0;
}

KERNEL(BITS_64)
{
    const int32_t *restrict a = data[step->a];
    uint8_t *restrict dst = data[step->dst];
    const uint32_t low = (uint32_t)step->x, high = (uint32_t)((uint64_t)step->x >> 32);
    LANES_OF(lanes);
    EACH_LANE dst[i] = (uint8_t)((a[i] < 32 ? low : high) >> (a[i] & 31) & 1);
    return 0;
}

KERNEL(BITS)
{
    const int32_t *restrict a = data[step->a];
    uint8_t *restrict dst = data[step->dst];
    const uint32_t bits = (uint32_t)step->x;
    LANES_OF(lanes);
    EACH_LANE dst[i] = (uint8_t)(bits >> a[i] & 1);
    return 0;
}

#if defined(__AVX512F__)
#define SMALL_TABLES(name, keep)                                                                    \
    KERNEL(CELL_SMALL##name)                                                                        \
    {                                                                                               \
        const int32_t *restrict a = data[step->a];                                                  \
        const uint8_t *restrict b = data[step->b];                                                  \
        int32_t *restrict dst = data[step->dst];                                                    \
        const __m512i table = _mm512_loadu_si512(step->table);                                      \
        const __m512i x = _mm512_set1_epi32((int32_t)step->x);                                      \
        LANES_OF(lanes);                                                                            \
        for (uint32_t i = 0; i < n; i += 16) {                                                      \
            const __m512i index = _mm512_sub_epi32(_mm512_loadu_si512(a + i), x);                   \
            _mm512_storeu_si512(dst + i, keep(_mm512_permutexvar_epi32(index, table), b + i));      \
        }                                                                                           \
        return 0;                                                                                   \
    }                                                                                               \
    KERNEL(CELL_MIDDLE##name)                                                                       \
    {                                                                                               \
        const int32_t *restrict a = data[step->a], *table = step->table;                            \
        const uint8_t *restrict b = data[step->b];                                                  \
        int32_t *restrict dst = data[step->dst];                                                    \
        const __m512i low = _mm512_loadu_si512(table), high = _mm512_loadu_si512(table + 16);       \
        const __m512i x = _mm512_set1_epi32((int32_t)step->x);                                      \
        LANES_OF(lanes);                                                                            \
        for (uint32_t i = 0; i < n; i += 16) {                                                      \
            const __m512i index = _mm512_sub_epi32(_mm512_loadu_si512(a + i), x);                   \
            _mm512_storeu_si512(dst + i, keep(_mm512_permutex2var_epi32(low, index, high), b + i)); \
        }                                                                                           \
        return 0;                                                                                   \
    }

#define LARGE_TABLES(name, keep)                                                                                       \
    KERNEL(CELL_LARGE##name)                                                                                           \
    {                                                                                                                  \
        const int32_t *restrict a = data[step->a], *table = step->table;                                               \
        const uint8_t *restrict b = data[step->b];                                                                     \
        int32_t *restrict dst = data[step->dst];                                                                       \
        const __m512i x = _mm512_set1_epi32((int32_t)step->x);                                                         \
        const __m512i bit5 = _mm512_set1_epi32(32), bit6 = _mm512_set1_epi32(64);                                      \
        __m512i cells[8];                                                                                              \
        for (int k = 0; k < 8; k++)                                                                                    \
            cells[k] = _mm512_loadu_si512(table + 16 * k);                                                             \
        LANES_OF(lanes);                                                                                               \
        for (uint32_t i = 0; i < n; i += 16) {                                                                         \
            const __m512i index = _mm512_sub_epi32(_mm512_loadu_si512(a + i), x);                                      \
            const __mmask16 second = _mm512_test_epi32_mask(index, bit5);                                              \
            const __m512i low = _mm512_mask_blend_epi32(second, _mm512_permutex2var_epi32(cells[0], index, cells[1]),  \
                                                        _mm512_permutex2var_epi32(cells[2], index, cells[3]));         \
            const __m512i high = _mm512_mask_blend_epi32(second, _mm512_permutex2var_epi32(cells[4], index, cells[5]), \
                                                         _mm512_permutex2var_epi32(cells[6], index, cells[7]));        \
            const __m512i value = _mm512_mask_blend_epi32(_mm512_test_epi32_mask(index, bit6), low, high);             \
            _mm512_storeu_si512(dst + i, keep(value, b + i));                                                          \
        }                                                                                                              \
        return 0;                                                                                                      \
    }

static inline __m512i keep_if(__m512i value, const uint8_t *holds)
{
    const __m128i bytes = _mm_loadu_si128((const void *)holds);
    return _mm512_maskz_mov_epi32(_mm_test_epi8_mask(bytes, bytes), value);
}
#elif defined(__AVX2__)
static inline __m256i load_eight(const void *at)
{
    return _mm256_loadu_si256(at);
}

/* Bits 3 and 4 of the index choose among four tables of eight; shifted up they are sign bits, which is what a blend looks at. */
static inline __m256i blend(__m256i no, __m256i yes, __m256i sign)
{
    return _mm256_castps_si256(
        _mm256_blendv_ps(_mm256_castsi256_ps(no), _mm256_castsi256_ps(yes), _mm256_castsi256_ps(sign)));
}

static inline __m256i of_thirty_two(const __m256i tables[4], __m256i index)
{
    const __m256i bit3 = _mm256_slli_epi32(index, 28), bit4 = _mm256_slli_epi32(index, 27);
    const __m256i low =
        blend(_mm256_permutevar8x32_epi32(tables[0], index), _mm256_permutevar8x32_epi32(tables[1], index), bit3);
    const __m256i high =
        blend(_mm256_permutevar8x32_epi32(tables[2], index), _mm256_permutevar8x32_epi32(tables[3], index), bit3);
    return blend(low, high, bit4);
}

#define SMALL_TABLES(name, keep)                                                                            \
    KERNEL(CELL_SMALL##name)                                                                                \
    {                                                                                                       \
        const int32_t *restrict a = data[step->a];                                                          \
        const uint8_t *restrict b = data[step->b];                                                          \
        int32_t *restrict dst = data[step->dst];                                                            \
        const __m256i table = load_eight(step->table), x = _mm256_set1_epi32((int32_t)step->x);             \
        LANES_OF(lanes);                                                                                    \
        for (uint32_t i = 0; i < n; i += 8) {                                                               \
            const __m256i index = _mm256_sub_epi32(load_eight(a + i), x);                                   \
            _mm256_storeu_si256((void *)(dst + i), keep(_mm256_permutevar8x32_epi32(table, index), b + i)); \
        }                                                                                                   \
        return 0;                                                                                           \
    }                                                                                                       \
    KERNEL(CELL_MIDDLE##name)                                                                               \
    {                                                                                                       \
        const int32_t *restrict a = data[step->a], *table = step->table;                                    \
        const uint8_t *restrict b = data[step->b];                                                          \
        int32_t *restrict dst = data[step->dst];                                                            \
        const __m256i tables[4] = {load_eight(table), load_eight(table + 8), load_eight(table + 16),        \
                                   load_eight(table + 24)};                                                 \
        const __m256i x = _mm256_set1_epi32((int32_t)step->x);                                              \
        LANES_OF(lanes);                                                                                    \
        for (uint32_t i = 0; i < n; i += 8) {                                                               \
            const __m256i index = _mm256_sub_epi32(load_eight(a + i), x);                                   \
            _mm256_storeu_si256((void *)(dst + i), keep(of_thirty_two(tables, index), b + i));              \
        }                                                                                                   \
        return 0;                                                                                           \
    }

static inline __m256i keep_if(__m256i value, const uint8_t *holds)
{
    const __m256i wide = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)holds));
    return _mm256_and_si256(value, _mm256_sub_epi32(_mm256_setzero_si256(), wide));
}
#endif

#ifdef SMALL_TABLES
// `holds` is not evaluated: a step that keeps all has no such slot, and nothing may be added to a null pointer.
#define KEEP_ALL(value, holds) ((void)sizeof(holds), value)
SMALL_TABLES(, KEEP_ALL)
SMALL_TABLES(_IF, keep_if)
#endif
#ifdef LARGE_TABLES
LARGE_TABLES(, KEEP_ALL)
LARGE_TABLES(_IF, keep_if)
#else
KERNEL(CELL_LARGE)
{
    return run_CELL_32(step, data, lanes);
}

KERNEL(CELL_LARGE_IF)
{
    return run_CELL_32_IF(step, data, lanes);
}
#endif
#ifndef SMALL_TABLES
KERNEL(CELL_SMALL)
{
    return run_CELL_32(step, data, lanes);
}

KERNEL(CELL_MIDDLE)
{
    return run_CELL_32(step, data, lanes);
}

KERNEL(CELL_SMALL_IF)
{
    return run_CELL_32_IF(step, data, lanes);
}

KERNEL(CELL_MIDDLE_IF)
{
    return run_CELL_32_IF(step, data, lanes);
}
#endif

/* ---- Booleans: bytes that are 0 or 1 ---- */

UNARY(NOT, uint8_t, uint8_t, a[i] ^ 1)
BINARY(AND, uint8_t, uint8_t, a[i] & b[i])
BINARY(OR, uint8_t, uint8_t, a[i] | b[i])
BINARY(AND_NOT, uint8_t, uint8_t, a[i] & (b[i] ^ 1))
BINARY(OR_NOT, uint8_t, uint8_t, a[i] | (b[i] ^ 1))

KERNEL(SELECT_8)
{
    const uint8_t *restrict a = data[step->a], *restrict b = data[step->b], *restrict c = data[step->c];
    uint8_t *restrict dst = data[step->dst];
    LANES_OF(lanes);
    EACH_LANE dst[i] = (uint8_t)(c[i] ^ ((b[i] ^ c[i]) & a[i]));
    return 0;
}

KERNEL(FAIL)
{
    const uint8_t *restrict a = data[step->a];
    uint8_t *restrict dst = data[step->dst];
    LANES_OF(lanes);
    EACH_LANE dst[i] |= a[i];
    return 0;
}

KERNEL(RULE_FIRST)
{
    const uint8_t *restrict a = data[step->a];
    uint8_t *restrict dst = data[step->dst];
    const uint8_t x = (uint8_t)(1U << step->x);
    LANES_OF(lanes);
    EACH_LANE dst[i] = (uint8_t)(a[i] * x);
    return 0;
}

KERNEL(RULE_NEXT)
{
    const uint8_t *restrict a = data[step->a];
    uint8_t *restrict dst = data[step->dst];
    const uint8_t mask = (uint8_t)(1U << step->x);
    LANES_OF(lanes);
    EACH_LANE dst[i] |= (uint8_t)-a[i] & mask;
    return 0;
}

/* ---- Reading: what the host's arrays hold, against what the plan expects ---- */

#define LOAD_BYTES(value)                                           \
    do {                                                            \
        const uint8_t *restrict a = data[step->a];                  \
        uint8_t *restrict dst = data[step->dst];                    \
        uint8_t all = 1, any = 0;                                   \
        LANES_OF(lanes);                                            \
        EACH_LANE                                                   \
        {                                                           \
            const uint8_t holds = (uint8_t)(value);                 \
            all &= holds;                                           \
            any |= holds;                                           \
            dst[i] = holds;                                         \
        }                                                           \
        return (all < (uint8_t)step->x) | (any > (uint8_t)step->y); \
    } while (0)

KERNEL(LOAD_8)
{
    LOAD_BYTES(a[i] != 0);
}

KERNEL(LOAD_ALL_8)
{
    const uint8_t *restrict a = data[step->a];
    uint8_t least = UINT8_MAX;
    LANES_OF(lanes);
    EACH_LANE least = a[i] < least ? a[i] : least;
    return least == 0;
}

KERNEL(LOAD_MASKED_8)
{
    const uint8_t *restrict present = data[step->b];
    LOAD_BYTES((a[i] != 0) & present[i]);
}

#define LOAD_NARROWED(mask)                               \
    do {                                                  \
        const int64_t *restrict a = data[step->a];        \
        int32_t *restrict dst = data[step->dst];          \
        LIMITS(int64_t);                                  \
        int64_t outside = 0;                              \
        LANES_OF(lanes);                                  \
        EACH_LANE                                         \
        {                                                 \
            const int64_t value = a[i] & (mask);          \
            outside |= OUTSIDE(int64_t, uint64_t, value); \
            dst[i] = (int32_t)value;                      \
        }                                                 \
        return outside < 0;                               \
    } while (0)

KERNEL(LOAD_NARROW)
{
    LOAD_NARROWED(-1);
}

KERNEL(LOAD_MASKED_NARROW)
{
    const uint8_t *restrict present = data[step->b];
    LOAD_NARROWED(-(int64_t)present[i]);
}

/* ---- Results: of the rows alone, in the host's arrays ---- */

KERNEL(OUT_DECISION)
{
    const int32_t *restrict a = data[step->a];
    uint8_t *restrict dst = data[step->dst];
    for (uint32_t i = 0; i < lanes; i++)
        dst[i] = (uint8_t)a[i];
    return 0;
}

KERNEL(OUT_DECISION_8)
{
    memcpy(data[step->dst], data[step->a], lanes);
    return 0;
}

KERNEL(OUT_NO_FAULT)
{
    memset(data[step->dst], 0xFF, lanes * sizeof(uint32_t)); /* BD_NONE */
    return 0;
}

/* y: words a row */
KERNEL(OUT_REASONS)
{
    const uint8_t *restrict a = data[step->a], *restrict b = data[step->b];
    uint64_t *restrict dst = data[step->dst];
    const uint32_t words = (uint32_t)step->y, shift = (uint32_t)step->x;
    if (words == 1) {
        for (uint32_t i = 0; i < lanes; i++)
            dst[i] = (uint64_t)(uint32_t)(a[i] | b[i] << 8) << shift;
    } else {
        dst += step->z;
        for (uint32_t i = 0; i < lanes; i++)
            dst[(size_t)i * words] = (uint64_t)(uint32_t)(a[i] | b[i] << 8) << shift;
    }
    return 0;
}

KERNEL(OUT_REASONS_OR)
{
    const uint8_t *restrict a = data[step->a], *restrict b = data[step->b];
    uint64_t *restrict dst = data[step->dst];
    const uint32_t words = (uint32_t)step->y, shift = (uint32_t)step->x;
    dst += step->z;
    for (uint32_t i = 0; i < lanes; i++)
        dst[(size_t)i * words] |= (uint64_t)(uint32_t)(a[i] | b[i] << 8) << shift;
    return 0;
}

KERNEL(NOTHING)
{
    (void)step, (void)data, (void)lanes;
    return 0;
}

#define run_GENERIC NULL

const KernelTable KERNEL_TABLE = {
    KERNEL_TABLE_NAME,
    {
#define KERNEL_ENTRY(name) [KERNEL_##name] = run_##name,
        KERNELS(KERNEL_ENTRY)
#undef KERNEL_ENTRY
    },
};

#endif
