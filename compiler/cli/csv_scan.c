/* csv_scan.c: where the cells of many rows of CSV end; see csv_scan.h. */
#include "compiler/cli/csv_scan.h"
#include "compiler/cli/processor.h"
#include "compiler/cli/word.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* A bit per byte of a step. */
typedef struct Marks {
    uint64_t ends, lines, quotes, high;
} Marks;

typedef Marks MarkFunction(const char *p, char separator);

static inline Marks mark_plain(const char *p, char separator)
{
    Marks marks = {0, 0, 0, 0};
    for (int i = 0; i < CSV_SCAN_STEP / 8; i++) {
        uint64_t word = word_load(p + i * 8);
        uint64_t lines = word_mark_equal(word, '\n');
        marks.ends |= (uint64_t)word_gather(lines | word_mark_equal(word, separator)) << (i * 8);
        marks.lines |= (uint64_t)word_gather(lines) << (i * 8);
        marks.quotes |= (uint64_t)word_gather(word_mark_equal(word, '"')) << (i * 8);
        marks.high |= word & EVERY_BYTE << 7;
    }
    return marks;
}

/* The offsets of the marks of one step. Twelve are written whatever their number, since the most common numbers lie on both sides of
** any smaller one, and a wrong guess of the processor costs more than writing. */
static inline uint32_t *flatten(uint32_t *out, uint64_t marks, uint32_t base)
{
    const uint64_t last = UINT64_C(1) << 63; /* a count of trailing zeros needs a bit */
    uint32_t *end = out + __builtin_popcountll(marks);
    do {
        for (int i = 0; i < 12; i++, marks &= marks - 1)
            out[i] = base + (uint32_t)__builtin_ctzll(marks | last);
        out += 12;
    } while (marks != 0);
    return end;
}

static inline void scan_with(MarkFunction *mark, CsvScan *scan, const char *data, size_t limit, char separator,
                             size_t wanted)
{
    uint32_t *end = scan->ends, *line = scan->lines;
    const uint32_t *stop = end + wanted;
    for (size_t at = 0; at < limit && end < stop && !scan->has_quote; at += CSV_SCAN_STEP) {
        Marks marks = mark(data + at, separator);
        uint64_t valid = limit - at < CSV_SCAN_STEP ? (UINT64_C(1) << (limit - at)) - 1 : UINT64_MAX;
        if ((marks.quotes & valid) != 0) {
            scan->has_quote = true;
            valid &= (marks.quotes & (0 - marks.quotes)) - 1;
        }
        scan->high |= marks.high;
        end = flatten(end, marks.ends & valid, (uint32_t)at);
        for (uint64_t left = marks.lines & valid; left != 0; left &= left - 1)
            *line++ = (uint32_t)at + (uint32_t)__builtin_ctzll(left);
    }
    scan->end_count = (size_t)(end - scan->ends);
    scan->line_count = (size_t)(line - scan->lines);
}

static void scan_plain(CsvScan *scan, const char *data, size_t limit, char separator, size_t wanted)
{
    scan_with(mark_plain, scan, data, limit, separator, wanted);
}

#if defined(__x86_64__)
static inline Marks mark_sse2(const char *p, char separator)
{
    const __m128i separators = _mm_set1_epi8(separator), ends = _mm_set1_epi8('\n'), quotes = _mm_set1_epi8('"');
    Marks marks = {0, 0, 0, 0};
    for (int i = 0; i < CSV_SCAN_STEP / 16; i++) {
        __m128i bytes = _mm_loadu_si128((const void *)(p + i * 16));
        __m128i lines = _mm_cmpeq_epi8(bytes, ends);
        __m128i all = _mm_or_si128(lines, _mm_cmpeq_epi8(bytes, separators));
        marks.ends |= (uint64_t)(unsigned)_mm_movemask_epi8(all) << (i * 16);
        marks.lines |= (uint64_t)(unsigned)_mm_movemask_epi8(lines) << (i * 16);
        marks.quotes |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quotes)) << (i * 16);
        marks.high |= (unsigned)_mm_movemask_epi8(bytes);
    }
    return marks;
}

static void scan_sse2(CsvScan *scan, const char *data, size_t limit, char separator, size_t wanted)
{
    scan_with(mark_sse2, scan, data, limit, separator, wanted);
}

#define FOR_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

FOR_AVX2 static inline Marks mark_avx2(const char *p, char separator)
{
    const __m256i separators = _mm256_set1_epi8(separator), ends = _mm256_set1_epi8('\n');
    const __m256i quotes = _mm256_set1_epi8('"');
    Marks marks = {0, 0, 0, 0};
    for (int i = 0; i < CSV_SCAN_STEP / 32; i++) {
        __m256i bytes = _mm256_loadu_si256((const void *)(p + i * 32));
        __m256i lines = _mm256_cmpeq_epi8(bytes, ends);
        __m256i all = _mm256_or_si256(lines, _mm256_cmpeq_epi8(bytes, separators));
        marks.ends |= (uint64_t)(unsigned)_mm256_movemask_epi8(all) << (i * 32);
        marks.lines |= (uint64_t)(unsigned)_mm256_movemask_epi8(lines) << (i * 32);
        marks.quotes |= (uint64_t)(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, quotes)) << (i * 32);
        marks.high |= (unsigned)_mm256_movemask_epi8(bytes);
    }
    return marks;
}

FOR_AVX2 static void scan_avx2(CsvScan *scan, const char *data, size_t limit, char separator, size_t wanted)
{
    scan_with(mark_avx2, scan, data, limit, separator, wanted);
}

#define FOR_AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")))

/* As scan_with, but the offsets of up to 64 marks come out of two or three instructions. */
FOR_AVX512 static void scan_avx512(CsvScan *scan, const char *data, size_t limit, char separator, size_t wanted)
{
    static const uint8_t COUNTING[CSV_SCAN_STEP] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                                    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
                                                    32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
                                                    48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    const __m512i separators = _mm512_set1_epi8(separator), ends = _mm512_set1_epi8('\n');
    const __m512i quotes = _mm512_set1_epi8('"'), counting = _mm512_loadu_si512(COUNTING);
    uint32_t *end = scan->ends, *line = scan->lines;
    const uint32_t *stop = end + wanted;
    for (size_t at = 0; at < limit && end < stop && !scan->has_quote; at += CSV_SCAN_STEP) {
        __m512i bytes = _mm512_loadu_si512(data + at);
        uint64_t lines = _mm512_cmpeq_epi8_mask(bytes, ends), found = _mm512_cmpeq_epi8_mask(bytes, quotes);
        uint64_t valid = limit - at < CSV_SCAN_STEP ? (UINT64_C(1) << (limit - at)) - 1 : UINT64_MAX;
        if ((found & valid) != 0) {
            scan->has_quote = true;
            valid &= (found & (0 - found)) - 1;
        }
        scan->high |= _mm512_movepi8_mask(bytes);
        uint64_t marks = (lines | _mm512_cmpeq_epi8_mask(bytes, separators)) & valid;
        const int count = __builtin_popcountll(marks);
        const __m512i base = _mm512_set1_epi32((int)at), offsets = _mm512_maskz_compress_epi8(marks, counting);
        __m128i sixteen = _mm512_castsi512_si128(offsets);
        _mm512_storeu_si512(end, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(sixteen)));
        if (count > 16) {
            sixteen = _mm512_extracti32x4_epi32(offsets, 1);
            _mm512_storeu_si512(end + 16, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(sixteen)));
        }
        if (count > 32) {
            sixteen = _mm512_extracti32x4_epi32(offsets, 2);
            _mm512_storeu_si512(end + 32, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(sixteen)));
            sixteen = _mm512_extracti32x4_epi32(offsets, 3);
            _mm512_storeu_si512(end + 48, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(sixteen)));
        }
        end += count;
        for (lines &= valid; lines != 0; lines &= lines - 1)
            *line++ = (uint32_t)at + (uint32_t)__builtin_ctzll(lines);
    }
    scan->end_count = (size_t)(end - scan->ends);
    scan->line_count = (size_t)(line - scan->lines);
}

static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

#endif

bool csv_scan_with(int version, CsvScan *scan, const char *data, size_t limit, char separator, size_t wanted)
{
    scan->end_count = scan->line_count = 0;
    scan->high = 0;
    scan->has_quote = false;
#if defined(__x86_64__)
    if (version == 3 && has_avx512()) {
        scan_avx512(scan, data, limit, separator, wanted);
        return true;
    }
    if (version == 2 && processor_has_avx2()) {
        scan_avx2(scan, data, limit, separator, wanted);
        return true;
    }
    if (version == 1) {
        scan_sse2(scan, data, limit, separator, wanted);
        return true;
    }
#endif
    if (version == 0)
        scan_plain(scan, data, limit, separator, wanted);
    return version == 0;
}

void csv_scan(CsvScan *scan, const char *data, size_t limit, char separator, size_t wanted)
{
    int version = CSV_SCAN_VERSIONS - 1;
    while (!csv_scan_with(version, scan, data, limit, separator, wanted))
        version--;
}
