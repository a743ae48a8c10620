/* arrow.h: lines that come as Arrow arrays; see beding_data.h. Shared by arrow.c, arrow_type.c and session.c.
**
** A field of the host's schema is one of few *types* here: what its values are, apart from where they lie. arrow_type.c reads formats and
** single values and knows nothing of columns; arrow.c binds fields to columns and lays out batches.
*/
#ifndef BEDING_ARROW_H
#define BEDING_ARROW_H

#include "beding.h"
#include "core/arena.h"
#include "core/text.h"
#include "session.h"

typedef enum ArrowKind {
    ARROW_UNKNOWN, /* a format that no column takes */
    ARROW_NULL,
    ARROW_BOOL,
    ARROW_INT,    /* `size` bytes */
    ARROW_DATE,   /* days, 4 bytes */
    ARROW_MILLIS, /* milliseconds of whole days, 8 bytes */
    ARROW_DECIMAL,
    ARROW_TEXT,       /* offsets of 4 bytes */
    ARROW_LARGE_TEXT, /* offsets of 8 bytes */
    ARROW_TEXT_VIEW
} ArrowKind;

typedef struct ArrowType {
    ArrowKind kind;
    uint8_t size; /* bytes of a value, of INT and DECIMAL */
    bool is_unsigned;
    int32_t scale; /* of DECIMAL: digits behind the point, below 0 for zeros before it */
} ArrowType;

/* One value: a text, or integer / denominator. */
typedef struct ArrowValue {
    bool is_present, is_text;
    Text text;
    int64_t integer, denominator;
} ArrowValue;

/* Reads the format of a schema's field; kind UNKNOWN when it is none of these. */
ArrowType arrow_type(const char *format);

/* The buffers that an array of a type has at least. */
int64_t arrow_buffers(ArrowType type);

/* Whether the value at `at` (the array's offset included) is there. */
bool arrow_is_present(const struct ArrowArray *array, int64_t at);

/* Reads that value; a number that fits no integer becomes text in `arena`. False when the array contradicts itself. */
bool arrow_read(ArrowType type, const struct ArrowArray *array, int64_t at, Arena *arena, ArrowValue *out);

/* Frees the schema that is bound, if any. */
void arrow_free(bd_session *session);

#endif
