/* json_scan.c: many rows of JSON Lines at once; see json_scan.h. */
#include "compiler/cli/json_scan.h"
#include "compiler/cli/word.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* What every version makes its own of: the look is to be a few instructions, not a call. */
#define INLINE __attribute__((always_inline)) static inline

/* A bit per byte of a step. What a caller does not look at is not computed, once this is inlined. */
typedef struct Seen {
    uint32_t same;  /* as the other text */
    uint32_t lines; /* line ends */
    uint32_t odd;   /* control characters, line ends too; backslashes; no ASCII */
    uint32_t quotes, digits, points;
} Seen;

/* Looks at the bytes of a step, and compares them with those of `other`. */
typedef Seen LookFunction(const char *p, const char *other);

/* ---- Lines ---- */

/* Marks the lines that odd bytes of a step stand in. */
static void mark_odd(JsonLines *lines, const char *data, uint32_t odd, uint32_t ends)
{
    for (; odd != 0; odd &= odd - 1) {
        const char *byte = data + __builtin_ctz(odd);
        if (byte[0] == '\r' && byte[1] == '\n')
            continue;
        uint32_t before = ends & ((odd & (0 - odd)) - 1);
        size_t line = lines->count + (size_t)__builtin_popcount(before);
        lines->marks[line] |= (unsigned char)*byte >= 0x80 ? JSON_LINE_HIGH : JSON_LINE_ODD;
    }
}

INLINE void lines_with(LookFunction *look, JsonLines *lines, const char *data, size_t limit)
{
    lines->count = 0;
    memset(lines->marks, 0, sizeof lines->marks);
    for (size_t at = 0; at < limit && lines->count < JSON_SCAN_ROWS; at += JSON_SCAN_STEP) {
        Seen seen = look(data + at, data + at);
        if (seen.odd == 0)
            continue;
        uint32_t valid = limit - at < JSON_SCAN_STEP ? (UINT32_C(1) << (limit - at)) - 1 : UINT32_MAX;
        uint32_t ends = seen.lines & valid, odd = seen.odd & valid;
        if (odd != ends)
            mark_odd(lines, data + at, odd & ~ends, ends);
        for (; ends != 0; ends &= ends - 1)
            lines->ends[lines->count++] = (uint32_t)at + (uint32_t)__builtin_ctz(ends);
    }
    if (lines->count > JSON_SCAN_ROWS)
        lines->count = JSON_SCAN_ROWS;
}

/* ---- The walk ---- */

/* Notes the value in [begin, end). */
INLINE void set_cell(uint32_t *cell, uint32_t begin, uint32_t end)
{
    cell[0] = begin - 1;
    cell[1] = end;
}

/* Gives a row up: nothing that stands between values begins with a line end. */
INLINE uint32_t give_up(const JsonWalk *walk, size_t row, uint32_t *cell)
{
    uint32_t end = walk->line_ends[row];
    set_cell(cell, end, end);
    return end;
}

/* What follows a string that begins at `at`, behind its quotation mark. */
INLINE uint32_t take_string(LookFunction *look, const JsonWalk *walk, size_t row, uint32_t at, uint32_t *cell)
{
    const uint32_t line_end = walk->line_ends[row];
    const uint32_t begin = at;
    uint32_t quotes = look(walk->data + at, walk->data + at).quotes;
    while (quotes == 0) {
        at += JSON_SCAN_STEP;
        if (at >= line_end)
            return give_up(walk, row, cell);
        quotes = look(walk->data + at, walk->data + at).quotes;
    }
    at += (uint32_t)__builtin_ctz(quotes);
    if (at >= line_end)
        return give_up(walk, row, cell);
    set_cell(cell, begin, at);
    return at + 1;
}

static uint32_t take_word(const JsonWalk *walk, size_t row, uint32_t at, uint32_t *cell)
{
    const char *word = walk->data + at;
    if (memcmp(word, "true", 4) == 0) {
        set_cell(cell, walk->yes, walk->yes + 2);
        return at + 4;
    }
    if (memcmp(word, "false", 5) == 0) {
        set_cell(cell, walk->no, walk->no + 3);
        return at + 5;
    }
    if (memcmp(word, "null", 4) == 0) {
        set_cell(cell, at, at);
        return at + 4;
    }
    return give_up(walk, row, cell);
}

/* What follows a value that is no string. A number with an exponent ends before it, so that the row goes wrong there. */
INLINE uint32_t take_scalar(LookFunction *look, const JsonWalk *walk, size_t row, uint32_t at, uint32_t *cell)
{
    const char *p = walk->data + at;
    const uint32_t sign = *p == '-';
    p += sign;
    Seen seen = look(p, p);
    const uint32_t other = ~(seen.digits | seen.points);
    if ((seen.digits & 1) == 0 || other == 0)
        return take_word(walk, row, at, cell);
    const uint32_t size = (uint32_t)__builtin_ctz(other);
    const uint32_t points = seen.points & ((UINT32_C(1) << size) - 1);
    bool has_leading_zero = *p == '0' && (seen.digits & 2) != 0;
    if ((points & (points - 1)) != 0 || (seen.digits >> (size - 1) & 1) == 0 || has_leading_zero)
        return give_up(walk, row, cell);
    set_cell(cell, at, at + sign + size);
    return at + sign + size;
}

/* Whether what stands before a member's value goes on as it should behind the first step. */
static bool is_rest_same(const JsonWalk *walk, size_t row, uint32_t at, const JsonMember *member)
{
    if (walk->line_ends[row] - at <= member->size)
        return false;
    const uint32_t step = JSON_SCAN_STEP;
    return memcmp(walk->data + at + step, member->before + step, member->size - step) == 0;
}

/* Takes what a row has at `at`, whatever it is: the member with a value of any kind, or nothing. Returns where the row goes on. */
typedef uint32_t TakeFunction(const JsonWalk *walk, const JsonMember *member, size_t row, uint32_t at, uint32_t *cell);

INLINE uint32_t take_any(LookFunction *look, const JsonWalk *walk, const JsonMember *member, size_t row, uint32_t at,
                         uint32_t *cell)
{
    const uint32_t size = member->size;
    const uint32_t wanted = size < JSON_SCAN_STEP ? (UINT32_C(1) << size) - 1 : UINT32_MAX;
    bool is_there = (look(walk->data + at, member->before).same & wanted) == wanted &&
                    (size <= JSON_SCAN_STEP || is_rest_same(walk, row, at, member));
    if (is_there && walk->data[at + size] == '"')
        return take_string(look, walk, row, at + size + 1, cell);
    if (is_there)
        return take_scalar(look, walk, row, at + size, cell);
    if (member == walk->members)
        return give_up(walk, row, cell);
    set_cell(cell, at, at);
    return at;
}

/* A member that was a string in the row that it was learnt from: a short one, mostly. */
INLINE void take_strings(LookFunction *look, TakeFunction *take, const JsonWalk *walk, const JsonMember *member,
                         uint32_t *cell)
{
    const uint32_t size = member->size + 1; /* with the quotation mark */
    const uint32_t wanted = UINT32_MAX >> (JSON_SCAN_STEP - size);
    const uint32_t *line_ends = walk->line_ends;
    for (size_t row = 0; row < walk->rows; row++, cell += 2) {
        const uint32_t at = walk->at[row], begin = at + size;
        const char *p = walk->data + at;
        if ((look(p, member->before).same & wanted) == wanted) {
            const uint32_t quotes = look(p + size, p + size).quotes;
            const uint32_t end = begin + (uint32_t)__builtin_ctz(quotes | UINT32_C(1) << 31);
            if (quotes != 0 && end < line_ends[row]) {
                set_cell(cell, begin, end);
                walk->at[row] = end + 1;
                continue;
            }
        }
        walk->at[row] = take(walk, member, row, at, cell);
    }
}

INLINE void walk_with(LookFunction *look, TakeFunction *take, const JsonWalk *walk)
{
    for (size_t i = 0; i < walk->member_count; i++) {
        const JsonMember *member = &walk->members[i];
        uint32_t *cell = walk->cells + i * JSON_SCAN_ROWS * 2;
        if (member->is_string && member->size < JSON_SCAN_STEP) {
            take_strings(look, take, walk, member, cell);
            continue;
        }
        for (size_t row = 0; row < walk->rows; row++, cell += 2)
            walk->at[row] = take_any(look, walk, member, row, walk->at[row], cell);
    }
}

/* The functions of one version. The unlikely one stands by itself, which leaves the registers to the loop over strings. */
#define FOR_ANY
#define VERSION(NAME, FOR)                                                                                    \
    FOR static void lines_##NAME(JsonLines *lines, const char *data, size_t limit)                            \
    {                                                                                                         \
        lines_with(look_##NAME, lines, data, limit);                                                          \
    }                                                                                                         \
    FOR __attribute__((noinline)) static uint32_t take_##NAME(const JsonWalk *walk, const JsonMember *member, \
                                                              size_t row, uint32_t at, uint32_t *cell)        \
    {                                                                                                         \
        return take_any(look_##NAME, walk, member, row, at, cell);                                            \
    }                                                                                                         \
    FOR static void walk_##NAME(const JsonWalk *walk)                                                         \
    {                                                                                                         \
        walk_with(look_##NAME, take_##NAME, walk);                                                            \
    }

static uint32_t skip_space(const char *data, uint32_t at)
{
    while (data[at] == ' ' || data[at] == '\t' || data[at] == '\r')
        at++;
    return at;
}

bool json_scan_is_done(const JsonWalk *walk, size_t row)
{
    uint32_t at = skip_space(walk->data, walk->at[row]);
    return walk->data[at] == '}' && skip_space(walk->data, at + 1) == walk->line_ends[row];
}

/* ---- Plain C ---- */

/* Marks the bytes below `bound`, of those that are ASCII; bound is at most 128. */
static inline uint64_t mark_below(uint64_t word, unsigned bound)
{
    return ~((word & EVERY_BYTE * 0x7F) + EVERY_BYTE * (128 - bound)) & ~word;
}

INLINE Seen look_plain(const char *p, const char *other)
{
    Seen seen = {0, 0, 0, 0, 0, 0};
    for (int i = 0; i < JSON_SCAN_STEP / 8; i++) {
        const uint64_t word = word_load(p + i * 8);
        const uint64_t backslashes = word_mark_equal(word, '\\');
        seen.same |= word_gather(word_mark_zeros(word ^ word_load(other + i * 8))) << (i * 8);
        seen.lines |= word_gather(word_mark_equal(word, '\n')) << (i * 8);
        seen.odd |= word_gather(mark_below(word, 0x20) | backslashes | word) << (i * 8);
        seen.quotes |= word_gather(word_mark_equal(word, '"')) << (i * 8);
        seen.digits |= word_gather(mark_below(word, '9' + 1) & ~mark_below(word, '0')) << (i * 8);
        seen.points |= word_gather(word_mark_equal(word, '.')) << (i * 8);
    }
    return seen;
}

VERSION(plain, FOR_ANY)

/* ---- Vectors ---- */

#if defined(__x86_64__)
static inline uint32_t equal_sse2(__m128i bytes, char byte)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte)));
}

INLINE Seen look_sse2(const char *p, const char *other)
{
    Seen seen = {0, 0, 0, 0, 0, 0};
    for (int i = 0; i < JSON_SCAN_STEP; i += 16) {
        const __m128i bytes = _mm_loadu_si128((const void *)(p + i)),
                      others = _mm_loadu_si128((const void *)(other + i));
        const __m128i text = _mm_cmpgt_epi8(bytes, _mm_set1_epi8(0x1F)); /* signed: above ASCII is below 0 */
        const __m128i plain = _mm_andnot_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')), text);
        const __m128i values = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
        const __m128i digits = _mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values);
        seen.same |= (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, others)) << i;
        seen.lines |= equal_sse2(bytes, '\n') << i;
        seen.odd |= (uint32_t)(0xFFFF & ~_mm_movemask_epi8(plain)) << i;
        seen.quotes |= equal_sse2(bytes, '"') << i;
        seen.digits |= (uint32_t)_mm_movemask_epi8(digits) << i;
        seen.points |= equal_sse2(bytes, '.') << i;
    }
    return seen;
}

VERSION(sse2, FOR_ANY)

#define FOR_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

FOR_AVX2 static inline uint32_t equal_avx2(__m256i bytes, char byte)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte)));
}

FOR_AVX2 INLINE Seen look_avx2(const char *p, const char *other)
{
    const __m256i bytes = _mm256_loadu_si256((const void *)p), others = _mm256_loadu_si256((const void *)other);
    const __m256i text = _mm256_cmpgt_epi8(bytes, _mm256_set1_epi8(0x1F)); /* signed: above ASCII is below 0 */
    const __m256i plain = _mm256_andnot_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\')), text);
    const __m256i values = _mm256_sub_epi8(bytes, _mm256_set1_epi8('0'));
    const __m256i digits = _mm256_cmpeq_epi8(_mm256_min_epu8(values, _mm256_set1_epi8(9)), values);
    return (Seen){.same = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, others)),
                  .lines = equal_avx2(bytes, '\n'),
                  .odd = ~(uint32_t)_mm256_movemask_epi8(plain),
                  .quotes = equal_avx2(bytes, '"'),
                  .digits = (uint32_t)_mm256_movemask_epi8(digits),
                  .points = equal_avx2(bytes, '.')};
}

VERSION(avx2, FOR_AVX2)

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt");
}
#endif

bool json_scan_lines_with(int version, JsonLines *lines, const char *data, size_t limit)
{
#if defined(__x86_64__)
    if (version == 2 && has_avx2()) {
        lines_avx2(lines, data, limit);
        return true;
    }
    if (version == 1) {
        lines_sse2(lines, data, limit);
        return true;
    }
#endif
    if (version == 0)
        lines_plain(lines, data, limit);
    return version == 0;
}

bool json_scan_walk_with(int version, JsonWalk *walk)
{
#if defined(__x86_64__)
    if (version == 2 && has_avx2()) {
        walk_avx2(walk);
        return true;
    }
    if (version == 1) {
        walk_sse2(walk);
        return true;
    }
#endif
    if (version == 0)
        walk_plain(walk);
    return version == 0;
}

void json_scan_lines(JsonLines *lines, const char *data, size_t limit)
{
    int version = JSON_SCAN_VERSIONS - 1;
    while (!json_scan_lines_with(version, lines, data, limit))
        version--;
}

void json_scan_walk(JsonWalk *walk)
{
    int version = JSON_SCAN_VERSIONS - 1;
    while (!json_scan_walk_with(version, walk))
        version--;
}
