/* text.h - text as (pointer, length), and what the whole system needs to do with it.
 *
 * Layer 0. A Text never relies on a terminating NUL and may contain one; it does not own its bytes. Text that came
 * through text_is_utf8 is strict UTF-8: shortest forms, no surrogates, at most U+10FFFF.
 * A StringBuilder grows in an arena and remembers its first failure, so that callers check once at the end.
 */
#ifndef BEDING_CORE_TEXT_H
#define BEDING_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "beding.h"

struct Arena;

typedef bd_text Text;

/* A Text of a string literal, without its NUL. TEXT is an expression, TEXT_INIT an initializer for static tables. */
#define TEXT(literal) ((Text){"" literal, sizeof(literal) - 1})
#define TEXT_INIT(literal)              \
    {                                   \
        "" literal, sizeof(literal) - 1 \
    }

/* A Text over a NUL-terminated string (command line arguments and the like); NULL gives the empty text. */
Text text_from_cstring(const char *string);

/* The part from byte `begin` up to and not including `end`; both are clipped to the text. */
Text text_slice(Text text, size_t begin, size_t end);

/* Byte equality, and byte order (negative, 0, positive); for UTF-8 byte order is code point order. */
bool text_equal(Text a, Text b);
int text_compare(Text a, Text b);
bool text_has_prefix(Text text, Text prefix);

/* text_equal without a call for texts of up to sixteen bytes, such as codes and numbers. */
static inline bool text_same(Text a, Text b)
{
    uint64_t x[2], y[2];
    uint32_t p[2], q[2];
    if (a.size != b.size)
        return false;
    if (a.size > sizeof x)
        return text_equal(a, b);
    if (a.size < sizeof *p)
        return a.size == 0 || (a.data[0] == b.data[0] && a.data[a.size / 2] == b.data[a.size / 2] &&
                               a.data[a.size - 1] == b.data[a.size - 1]);
    if (a.size >= sizeof *x) {
        memcpy(&x[0], a.data, sizeof *x);
        memcpy(&x[1], a.data + a.size - sizeof *x, sizeof *x);
        memcpy(&y[0], b.data, sizeof *y);
        memcpy(&y[1], b.data + b.size - sizeof *y, sizeof *y);
        return x[0] == y[0] && x[1] == y[1];
    }
    memcpy(&p[0], a.data, sizeof *p);
    memcpy(&p[1], a.data + a.size - sizeof *p, sizeof *p);
    memcpy(&q[0], b.data, sizeof *q);
    memcpy(&q[1], b.data + b.size - sizeof *q, sizeof *q);
    return p[0] == q[0] && p[1] == q[1];
}

/* A 64-bit hash (FNV-1a), the same on every machine. For tables in memory, not against hostile collisions. */
uint64_t text_hash(Text text);

/* Decodes the code point at byte `offset`. Returns its size in bytes (1 to 4) and sets `*code_point`; returns 0 for
 * a malformed sequence or an offset at or past the end, and leaves `*code_point` alone. */
size_t utf8_decode(Text text, size_t offset, uint32_t *code_point);

/* Encodes a code point into `out` and returns the number of bytes; 0 for surrogates and beyond U+10FFFF. */
size_t utf8_encode(uint32_t code_point, char out[4]);

/* Whether all of `text` is strict UTF-8; if not, `*bad_offset` (may be NULL) is the first malformed byte. */
bool text_is_utf8(Text text, size_t *bad_offset);

/* Code points in a text; each malformed byte counts as one. Columns and carets count these. */
size_t text_length(Text text);

/* Damerau-Levenshtein distance (insert, delete, change, swap of neighbours) in code points, for "did you mean".
 * Returns limit + 1 when it is larger than `limit` or when a text is longer than NAME_MAX_BYTES. */
unsigned text_distance(Text a, Text b, unsigned limit);

typedef struct StringBuilder {
    struct Arena *arena;
    char *data;
    size_t size;     /* bytes written so far */
    size_t capacity; /* bytes available at `data` */
    bool failed;     /* an allocation failed: later appends do nothing */
} StringBuilder;

/* Starts an empty text in `arena`; allocates nothing yet. */
void builder_init(StringBuilder *builder, struct Arena *arena);

/* Append bytes. A failing allocation goes to the arena's landing, or else sets `failed`. */
void builder_text(StringBuilder *builder, Text text);
void builder_char(StringBuilder *builder, char c);
void builder_repeat(StringBuilder *builder, char c, size_t count);
void builder_code_point(StringBuilder *builder, uint32_t code_point); /* U+FFFD for what cannot be encoded */

/* Append a number in decimal; the padded form fills up with zeros to `width` digits (after a minus sign). */
void builder_int64(StringBuilder *builder, int64_t value);
void builder_uint64(StringBuilder *builder, uint64_t value);
void builder_padded(StringBuilder *builder, int64_t value, unsigned width);
void builder_hex(StringBuilder *builder, const uint8_t *bytes, size_t count);

/* Append a text as a JSON string with its quotation marks; malformed UTF-8 becomes U+FFFD. */
void builder_json_string(StringBuilder *builder, Text text);

/* What was written, owned by the arena and valid until the next append; data NULL if the builder failed. */
Text builder_result(const StringBuilder *builder);

#endif
