/* json_scan.c: many rows of JSON Lines at once; see json_scan.h. */
#include "compiler/cli/json_scan.h"
#include "compiler/cli/processor.h"
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
    uint32_t quotes, digits;
} Seen;

/* Looks at the bytes of a step, and compares them with those of `other`. */
typedef Seen LookFunction(const char *p, const char *other);

/* Looks without comparing. */
INLINE Seen look_alone(LookFunction *look, const char *p)
{
    return look(p, p);
}

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
        /* Most steps lie within a line: two at once. */
        while (limit - at > 2 * JSON_SCAN_STEP &&
               (look_alone(look, data + at).odd | look_alone(look, data + at + JSON_SCAN_STEP).odd) == 0)
            at += 2 * JSON_SCAN_STEP;
        Seen seen = look_alone(look, data + at);
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
    uint32_t quotes = look_alone(look, walk->data + at).quotes;
    while (quotes == 0) {
        at += JSON_SCAN_STEP;
        if (at >= line_end)
            return give_up(walk, row, cell);
        quotes = look_alone(look, walk->data + at).quotes;
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

/* The size of the number that begins at p, whose bytes are seen: digits, or digits, a point and digits; JSON_SCAN_STEP when there is none. A
** number that fills the step, or has an exponent, ends before that, so that the row goes wrong there. */
INLINE uint32_t number_size(Seen seen, const char *p)
{
    const uint32_t last = UINT32_C(1) << (JSON_SCAN_STEP - 1); /* a count of trailing zeros needs a bit */
    const uint32_t other = ~seen.digits | last, size = (uint32_t)__builtin_ctz(other);
    if (size == 0 || (size > 1 && *p == '0'))
        return JSON_SCAN_STEP;
    if (p[size] != '.')
        return size;
    const uint32_t end = (uint32_t)__builtin_ctz((other & (other - 1)) | last);
    return end > size + 1 ? end : JSON_SCAN_STEP;
}

/* What follows a value that is no string. */
INLINE uint32_t take_scalar(LookFunction *look, const JsonWalk *walk, size_t row, uint32_t at, uint32_t *cell)
{
    const char *p = walk->data + at;
    const uint32_t sign = *p == '-';
    const uint32_t size = number_size(look_alone(look, p + sign), p + sign);
    if (size == JSON_SCAN_STEP)
        return take_word(walk, row, at, cell);
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

/* ---- The loops ---- */

/* Rows that a loop leaves to take_any, which would take its registers: 1 for each. */
typedef uint32_t Others[JSON_SCAN_ROWS];

/* What is found in each row: a difference to what stands before a value, and the size of the value, JSON_SCAN_STEP when it is none that ends
** within a step. */
typedef struct Found {
    uint32_t differences[JSON_SCAN_ROWS], sizes[JSON_SCAN_ROWS];
} Found;

/* Notes the values, each `before` bytes from where its row is, and moves the rows on to `behind` bytes after them. Returns whether there are others.
** A loop of sums, so that the compiler makes it one of many rows at once. */
INLINE bool note_found(const Found *restrict found, const uint32_t *restrict line_ends, size_t rows, uint32_t before,
                       uint32_t behind, uint32_t *restrict at, uint32_t *restrict cells, uint32_t *restrict others)
{
    uint32_t any = 0;
    for (size_t row = 0; row < rows; row++) {
        const uint32_t size = found->sizes[row], begin = at[row] + before, end = begin + size;
        others[row] = (found->differences[row] != 0) | (size == JSON_SCAN_STEP) | (end >= line_ends[row]);
        any |= others[row];
        set_cell(cells + 2 * row, begin, end);
        at[row] = others[row] != 0 ? at[row] : end + behind;
    }
    return any != 0;
}

/* Takes a member that is a string, or else a number without a sign, from every row in which it is a short one. Returns whether there are others. */
INLINE bool take_short(LookFunction *look, const JsonWalk *walk, const JsonMember *member, bool is_string,
                       uint32_t *cells, Others others)
{
    const uint32_t before = member->size + is_string; /* with the quotation mark */
    const uint32_t wanted = UINT32_MAX >> (JSON_SCAN_STEP - before);
    const char *data = walk->data;
    const uint32_t *at = walk->at;
    const size_t rows = walk->rows;
    Found found;
    for (size_t row = 0; row < rows; row++) {
        const char *p = data + at[row];
        const Seen seen = look_alone(look, p + before);
        const uint32_t width = (uint32_t)__builtin_ctzll(seen.quotes | UINT64_C(1) << JSON_SCAN_STEP);
        found.differences[row] = ~look(p, member->before).same & wanted;
        found.sizes[row] = is_string ? width : number_size(seen, p + before);
    }
    return note_found(&found, walk->line_ends, rows, before, is_string, walk->at, cells, others);
}

INLINE void walk_with(LookFunction *look, const JsonWalk *walk)
{
    for (size_t i = 0; i < walk->member_count; i++) {
        const JsonMember *member = &walk->members[i];
        uint32_t *cells = walk->cells + i * JSON_SCAN_ROWS * 2;
        const char first = member->size < JSON_SCAN_STEP ? member->before[member->size] : 0;
        Others others;
        bool has_others = true;
        if (first == '"')
            has_others = take_short(look, walk, member, true, cells, others);
        else if (first >= '0' && first <= '9')
            has_others = take_short(look, walk, member, false, cells, others);
        else
            memset(others, 1, sizeof others);
        for (size_t row = 0; has_others && row < walk->rows; row++) {
            if (others[row] != 0)
                walk->at[row] = take_any(look, walk, member, row, walk->at[row], cells + 2 * row);
        }
    }
}

/* The functions of one version. */
#define FOR_ANY
#define VERSION(NAME, FOR)                                                         \
    FOR static void lines_##NAME(JsonLines *lines, const char *data, size_t limit) \
    {                                                                              \
        lines_with(look_##NAME, lines, data, limit);                               \
    }                                                                              \
    FOR static void walk_##NAME(const JsonWalk *walk)                              \
    {                                                                              \
        walk_with(look_##NAME, walk);                                              \
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
    Seen seen = {0, 0, 0, 0, 0};
    for (int i = 0; i < JSON_SCAN_STEP / 8; i++) {
        const uint64_t word = word_load(p + i * 8);
        const uint64_t backslashes = word_mark_equal(word, '\\');
        seen.same |= word_gather(word_mark_zeros(word ^ word_load(other + i * 8))) << (i * 8);
        seen.lines |= word_gather(word_mark_equal(word, '\n')) << (i * 8);
        seen.odd |= word_gather(mark_below(word, 0x20) | backslashes | word) << (i * 8);
        seen.quotes |= word_gather(word_mark_equal(word, '"')) << (i * 8);
        seen.digits |= word_gather(mark_below(word, '9' + 1) & ~mark_below(word, '0')) << (i * 8);
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
    Seen seen = {0, 0, 0, 0, 0};
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
                  .digits = (uint32_t)_mm256_movemask_epi8(digits)};
}

VERSION(avx2, FOR_AVX2)

#endif

bool json_scan_lines_with(int version, JsonLines *lines, const char *data, size_t limit)
{
#if defined(__x86_64__)
    if (version == 2 && processor_has_avx2()) {
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
    if (version == 2 && processor_has_avx2()) {
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
