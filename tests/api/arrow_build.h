/* arrow_build.h - Arrow schemas and arrays made by hand, as some other library would hand them over.
 *
 * Every array counts its releases, so that a test can tell who released what. Values are given as a C array per type; an offset moves the
 * values up behind so many others that nobody should read, and nulls are given as a string of '1' and '0'.
 */
#ifndef BEDING_TESTS_API_ARROW_BUILD_H
#define BEDING_TESTS_API_ARROW_BUILD_H

#include <stdlib.h>
#include <string.h>

#include "beding.h"

enum { ARROW_FIELDS = 24 };

typedef struct ArrowFrame {
    struct ArrowSchema schema, fields[ARROW_FIELDS], dictionaries[ARROW_FIELDS];
    struct ArrowSchema *field_list[ARROW_FIELDS];
    struct ArrowArray array, columns[ARROW_FIELDS], values[ARROW_FIELDS];
    struct ArrowArray *column_list[ARROW_FIELDS];
    const void *no_buffers[1];
    int count, schema_releases, array_releases;
    void *memory[ARROW_FIELDS * 8];
    int pieces;
} ArrowFrame;

static inline void arrow_release_schema(struct ArrowSchema *schema)
{
    ++*(int *)schema->private_data;
    schema->release = NULL;
}

static inline void arrow_release_array(struct ArrowArray *array)
{
    ++*(int *)array->private_data;
    array->release = NULL;
}

static inline void *arrow_keep(ArrowFrame *frame, const void *data, size_t size)
{
    void *copy = calloc(1, size + 1);
    if (size > 0 && data)
        memcpy(copy, data, size);
    return frame->memory[frame->pieces++] = copy;
}

static inline void arrow_start(ArrowFrame *frame, int64_t rows)
{
    memset(frame, 0, sizeof *frame);
    frame->schema = (struct ArrowSchema){.format = "+s",
                                         .name = "",
                                         .children = frame->field_list,
                                         .release = arrow_release_schema,
                                         .private_data = &frame->schema_releases};
    frame->array = (struct ArrowArray){.length = rows,
                                       .n_buffers = 1,
                                       .buffers = frame->no_buffers,
                                       .children = frame->column_list,
                                       .release = arrow_release_array,
                                       .private_data = &frame->array_releases};
}

/* A bitmap of '1' and '0', moved up by `offset` bits that say the opposite of the first. */
static inline void *arrow_bits(ArrowFrame *frame, const char *bits, int64_t offset)
{
    size_t count = strlen(bits) + (size_t)offset;
    uint8_t *bytes = arrow_keep(frame, NULL, count / 8 + 1);
    for (size_t i = 0; i < count; i++) {
        char bit = (int64_t)i < offset ? (bits[0] == '1' ? '0' : '1') : bits[i - (size_t)offset];
        bytes[i / 8] |= (uint8_t)((bit == '1') << i % 8);
    }
    return bytes;
}

/* A field and its array over buffers of the caller (kept). nulls: NULL for none. */
static inline int arrow_add(ArrowFrame *frame, const char *name, const char *format, const char *nulls, int64_t offset,
                            int64_t length, const void *first, const void *second)
{
    int at = frame->count++;
    const void **buffers = arrow_keep(frame, NULL, 3 * sizeof *buffers);
    buffers[0] = nulls ? arrow_bits(frame, nulls, offset) : NULL;
    buffers[1] = first;
    buffers[2] = second;
    frame->fields[at] = (struct ArrowSchema){.format = format,
                                             .name = name,
                                             .flags = ARROW_FLAG_NULLABLE,
                                             .release = arrow_release_schema,
                                             .private_data = &frame->schema_releases};
    frame->columns[at] = (struct ArrowArray){.length = length,
                                             .null_count = nulls ? -1 : 0,
                                             .offset = offset,
                                             .n_buffers = second ? 3 : 2,
                                             .buffers = buffers,
                                             .release = arrow_release_array,
                                             .private_data = &frame->array_releases};
    frame->field_list[at] = &frame->fields[at];
    frame->column_list[at] = &frame->columns[at];
    frame->schema.n_children = frame->array.n_children = frame->count;
    return at;
}

/* Fixed-width values: `size` bytes each. */
static inline int arrow_values(ArrowFrame *frame, const char *name, const char *format, const void *values, size_t size,
                               const char *nulls, int64_t offset, int64_t length)
{
    char *bytes = arrow_keep(frame, NULL, ((size_t)(length + offset) + 1) * size);
    memset(bytes, 0x7F, (size_t)offset * size);
    memcpy(bytes + (size_t)offset * size, values, (size_t)length * size);
    return arrow_add(frame, name, format, nulls, offset, length, bytes, NULL);
}

/* Texts, as u, U or vu. */
static inline void *arrow_offsets(ArrowFrame *frame, const char *const *texts, int64_t length, int64_t offset,
                                  bool is_large, char **bytes)
{
    size_t total = 0, count = (size_t)(length + offset);
    for (int64_t i = 0; i < length; i++)
        total += texts[i] ? strlen(texts[i]) : 0;
    *bytes = arrow_keep(frame, NULL, total + (size_t)offset);
    memset(*bytes, '?', (size_t)offset);
    int32_t *small = arrow_keep(frame, NULL, (count + 1) * sizeof *small);
    int64_t *large = arrow_keep(frame, NULL, (count + 1) * sizeof *large);
    for (size_t i = 0; i < count; i++) {
        const char *text = (int64_t)i < offset ? "?" : texts[i - (size_t)offset];
        size_t size = text ? strlen(text) : 0;
        if (size > 0)
            memcpy(*bytes + large[i], text, size);
        large[i + 1] = large[i] + (int64_t)size;
        small[i + 1] = (int32_t)large[i + 1];
    }
    return is_large ? (void *)large : (void *)small;
}

static inline int arrow_texts(ArrowFrame *frame, const char *name, const char *format, const char *const *texts,
                              const char *nulls, int64_t offset, int64_t length)
{
    char *bytes;
    void *offsets = arrow_offsets(frame, texts, length, offset, format[0] == 'U', &bytes);
    return arrow_add(frame, name, format, nulls, offset, length, offsets, bytes);
}

/* Texts through a dictionary of int8 indexes. */
static inline int arrow_dictionary(ArrowFrame *frame, const char *name, const int8_t *indexes,
                                   const char *const *values, int64_t value_count, const char *nulls, int64_t offset,
                                   int64_t length)
{
    int at = arrow_values(frame, name, "c", indexes, 1, nulls, offset, length);
    char *bytes;
    const void **buffers = arrow_keep(frame, NULL, 3 * sizeof *buffers);
    buffers[1] = arrow_offsets(frame, values, value_count, 0, false, &bytes);
    buffers[2] = bytes;
    frame->dictionaries[at] = (struct ArrowSchema){
        .format = "u", .name = "", .release = arrow_release_schema, .private_data = &frame->schema_releases};
    frame->values[at] = (struct ArrowArray){.length = value_count,
                                            .n_buffers = 3,
                                            .buffers = buffers,
                                            .release = arrow_release_array,
                                            .private_data = &frame->array_releases};
    frame->fields[at].dictionary = &frame->dictionaries[at];
    frame->columns[at].dictionary = &frame->values[at];
    return at;
}

static inline void arrow_end(ArrowFrame *frame)
{
    for (int i = 0; i < frame->pieces; i++)
        free(frame->memory[i]);
    frame->pieces = 0;
}

#endif
