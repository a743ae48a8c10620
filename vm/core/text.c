/* text.c - slices, UTF-8, edit distance and the text builder.
 *
 * Layer 0. UTF-8 is decoded in one place (utf8_decode), which follows table 3-7 of the Unicode standard: whatever the
 * table does not list is malformed. Nothing here depends on the locale.
 */
#include "text.h"

#include <assert.h>
#include <string.h>

#include "arena.h"
#include "limits.h"

Text text_from_cstring(const char *string)
{
    return string == NULL ? TEXT("") : (Text){string, strlen(string)};
}

Text text_slice(Text text, size_t begin, size_t end)
{
    if (end > text.size)
        end = text.size;
    if (begin > end)
        begin = end;
    return text.data == NULL ? text : (Text){text.data + begin, end - begin};
}

bool text_equal(Text a, Text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

int text_compare(Text a, Text b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : memcmp(a.data, b.data, common);

    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

bool text_has_prefix(Text text, Text prefix)
{
    return text.size >= prefix.size && text_equal(text_slice(text, 0, prefix.size), prefix);
}

uint64_t text_hash(Text text)
{
    uint64_t hash = 14695981039346656037u;

    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (uint8_t)text.data[i]) * 1099511628211u;
    return hash;
}

/* ---- UTF-8 ---- */

/* Sequence length by first byte, and the allowed range of the second byte; 0 for bytes that begin nothing. */
static size_t sequence_size(uint8_t first, uint8_t *low, uint8_t *high)
{
    *low = 0x80;
    *high = 0xBF;
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return 2;
    if (first >= 0xE0 && first <= 0xEF) {
        if (first == 0xE0)
            *low = 0xA0; /* below: longer than needed */
        if (first == 0xED)
            *high = 0x9F; /* above: surrogates */
        return 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (first == 0xF0)
            *low = 0x90;
        if (first == 0xF4)
            *high = 0x8F; /* above: beyond U+10FFFF */
        return 4;
    }
    return 0;
}

size_t utf8_decode(Text text, size_t offset, uint32_t *code_point)
{
    static const uint8_t first_bits[5] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint8_t low, high, first;
    uint32_t value;
    size_t size;

    if (offset >= text.size)
        return 0;
    first = (uint8_t)text.data[offset];
    size = sequence_size(first, &low, &high);
    if (size == 0 || size > text.size - offset)
        return 0;
    value = first & first_bits[size];
    for (size_t i = 1; i < size; i++) {
        uint8_t byte = (uint8_t)text.data[offset + i];
        if (byte < low || byte > high)
            return 0;
        low = 0x80;
        high = 0xBF;
        value = value << 6 | (byte & 0x3Fu);
    }
    *code_point = value;
    return size;
}

size_t utf8_encode(uint32_t code_point, char out[4])
{
    static const uint8_t first_marks[5] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t size = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;

    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
        return 0;
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(uint8_t)(0x80 | (code_point & 0x3F));
        code_point >>= 6;
    }
    out[0] = (char)(uint8_t)(first_marks[size] | code_point);
    return size;
}

/* Whether the eight bytes at an offset are all ASCII; most text is, and needs no decoding. */
static bool is_ascii_word(Text text, size_t offset)
{
    uint64_t word;

    if (text.size - offset < sizeof word)
        return false;
    memcpy(&word, text.data + offset, sizeof word);
    return (word & UINT64_C(0x8080808080808080)) == 0;
}

bool text_is_utf8(Text text, size_t *bad_offset)
{
    uint32_t code_point;

    for (size_t offset = 0, size; offset < text.size; offset += size) {
        size = sizeof(uint64_t);
        if (is_ascii_word(text, offset))
            continue;
        size = utf8_decode(text, offset, &code_point);
        if (size == 0) {
            if (bad_offset != NULL)
                *bad_offset = offset;
            return false;
        }
    }
    return true;
}

/* Decodes like utf8_decode, but a malformed byte is one U+FFFD. */
static size_t decode_leniently(Text text, size_t offset, uint32_t *code_point)
{
    size_t size = utf8_decode(text, offset, code_point);

    if (size > 0)
        return size;
    *code_point = 0xFFFD;
    return 1;
}

size_t text_length(Text text)
{
    size_t count = 0;
    uint32_t code_point;

    for (size_t offset = 0; offset < text.size; count++)
        offset += decode_leniently(text, offset, &code_point);
    return count;
}

/* ---- Edit distance ---- */

static unsigned decode_name(Text text, uint32_t *code_points)
{
    unsigned count = 0;

    for (size_t offset = 0; offset < text.size; count++)
        offset += decode_leniently(text, offset, &code_points[count]);
    return count;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* One row of the distance table: from the rows before it to `row`. Returns the least value in the row. */
static unsigned fill_row(const uint32_t *a, unsigned i, const uint32_t *b, unsigned b_count,
                         unsigned rows[3][NAME_MAX_BYTES + 1])
{
    unsigned *row = rows[i % 3];
    const unsigned *above = rows[(i + 2) % 3];
    const unsigned *two_above = rows[(i + 1) % 3];
    unsigned smallest = row[0] = i;

    for (unsigned j = 1; j <= b_count; j++) {
        unsigned change = above[j - 1] + (a[i - 1] != b[j - 1]);
        row[j] = least(change, least(above[j], row[j - 1]) + 1);
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            row[j] = least(row[j], two_above[j - 2] + 1);
        smallest = least(smallest, row[j]);
    }
    return smallest;
}

unsigned text_distance(Text a, Text b, unsigned limit)
{
    uint32_t a_points[NAME_MAX_BYTES], b_points[NAME_MAX_BYTES];
    unsigned rows[3][NAME_MAX_BYTES + 1];
    unsigned a_count, b_count, before = 0;

    if (a.size > NAME_MAX_BYTES || b.size > NAME_MAX_BYTES)
        return limit + 1;
    a_count = decode_name(a, a_points);
    b_count = decode_name(b, b_points);
    for (unsigned j = 0; j <= b_count; j++)
        rows[0][j] = j;
    for (unsigned i = 1; i <= a_count; i++) {
        unsigned smallest = fill_row(a_points, i, b_points, b_count, rows);
        if (smallest > limit && before > limit) /* a swap reaches back two rows */
            return limit + 1;
        before = smallest;
    }
    return least(rows[a_count % 3][b_count], limit + 1);
}

/* ---- Builder ---- */

void builder_init(StringBuilder *builder, struct Arena *arena)
{
    *builder = (StringBuilder){.arena = arena};
}

static bool make_room(StringBuilder *builder, size_t extra)
{
    void *moved;

    if (builder->failed || extra > SIZE_MAX - builder->size) {
        builder->failed = true;
        return false;
    }
    moved = arena_reserve(builder->arena, builder->data, builder->size, &builder->capacity, 1, builder->size + extra);
    if (moved == NULL && extra > 0)
        builder->failed = true;
    else
        builder->data = moved;
    return !builder->failed;
}

void builder_text(StringBuilder *builder, Text text)
{
    if (text.size == 0 || !make_room(builder, text.size))
        return;
    memcpy(builder->data + builder->size, text.data, text.size);
    builder->size += text.size;
}

void builder_char(StringBuilder *builder, char c)
{
    builder_text(builder, (Text){&c, 1});
}

void builder_repeat(StringBuilder *builder, char c, size_t count)
{
    if (count == 0 || !make_room(builder, count))
        return;
    memset(builder->data + builder->size, c, count);
    builder->size += count;
}

void builder_code_point(StringBuilder *builder, uint32_t code_point)
{
    char bytes[4];
    size_t size = utf8_encode(code_point, bytes);

    if (size == 0)
        size = utf8_encode(0xFFFD, bytes);
    builder_text(builder, (Text){bytes, size});
}

static void append_digits(StringBuilder *builder, uint64_t value, unsigned width)
{
    char digits[20];
    size_t count = 0;

    do {
        digits[sizeof digits - ++count] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    if (count < width)
        builder_repeat(builder, '0', width - count);
    builder_text(builder, (Text){digits + sizeof digits - count, count});
}

void builder_uint64(StringBuilder *builder, uint64_t value)
{
    append_digits(builder, value, 0);
}

void builder_padded(StringBuilder *builder, int64_t value, unsigned width)
{
    if (value < 0)
        builder_char(builder, '-');
    append_digits(builder, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, width);
}

void builder_int64(StringBuilder *builder, int64_t value)
{
    builder_padded(builder, value, 0);
}

void builder_hex(StringBuilder *builder, const uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < count; i++) {
        builder_char(builder, digits[bytes[i] >> 4]);
        builder_char(builder, digits[bytes[i] & 15]);
    }
}

/* The letter after the backslash for the characters that JSON has a short form for, else 0. */
static char json_escape(uint32_t code_point)
{
    switch (code_point) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
    }
}

void builder_json_string(StringBuilder *builder, Text text)
{
    uint32_t code_point = 0;

    builder_char(builder, '"');
    for (size_t offset = 0; offset < text.size;) {
        char escape;
        offset += decode_leniently(text, offset, &code_point);
        escape = json_escape(code_point);
        if (escape != 0) {
            builder_char(builder, '\\');
            builder_char(builder, escape);
        } else if (code_point < 0x20 || code_point == 0x7F) {
            uint8_t byte = (uint8_t)code_point;
            builder_text(builder, TEXT("\\u00"));
            builder_hex(builder, &byte, 1);
        } else {
            builder_code_point(builder, code_point);
        }
    }
    builder_char(builder, '"');
}

Text builder_result(const StringBuilder *builder)
{
    if (builder->failed)
        return (Text){NULL, 0};
    return builder->data == NULL ? TEXT("") : (Text){builder->data, builder->size};
}
