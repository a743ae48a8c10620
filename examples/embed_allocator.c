/* embed_allocator.c: the host's own memory: a fixed arena for everything the library takes, with nothing behind it.
**
** All memory comes through one function. Here it cuts pieces off an array of half a megabyte; what is freed last is given back, the rest when the
** program ends. It counts, and shows that deciding line after line asks for nothing. Usage: embed_allocator MODULE.bdc
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "beding.h"

enum { ARENA_BYTES = 1 << 19, PIECE = 16 };

typedef struct Arena {
    _Alignas(PIECE) char bytes[ARENA_BYTES];
    size_t used;
    unsigned calls;
} Arena;

static size_t rounded(size_t size)
{
    return (size + PIECE - 1) / PIECE * PIECE;
}

/* The three cases of bd_allocator in one: a new piece, another size, and back. NULL says that there is no more. */
static void *arena_reallocate(void *context, void *old, size_t old_size, size_t new_size)
{
    Arena *arena = context;
    char *piece = old;
    if (piece && piece + rounded(old_size) == arena->bytes + arena->used) /* the last one: its place is free again */
        arena->used -= rounded(old_size);
    if (new_size == 0)
        return NULL;
    arena->calls++;
    if (new_size > ARENA_BYTES - PIECE || rounded(new_size) > ARENA_BYTES - arena->used) {
        if (piece && piece == arena->bytes + arena->used)
            arena->used += rounded(old_size); /* on failure the old piece stays */
        return NULL;
    }
    char *fresh = arena->bytes + arena->used;
    arena->used += rounded(new_size);
    if (piece && piece != fresh)
        memcpy(fresh, piece, old_size < new_size ? old_size : new_size);
    return fresh;
}

typedef struct Line {
    int32_t from, to, sent; /* days since 1970-01-01 */
    const char *product, *unit;
    int64_t parts, claimed_cents;
} Line;

static const bd_field fields[] = {
    BD_FIELD("begindatum", BD_FIELD_INT32, Line, from),
    BD_FIELD("einddatum", BD_FIELD_INT32, Line, to),
    BD_FIELD("dagtekening", BD_FIELD_INT32, Line, sent),
    BD_FIELD("product", BD_FIELD_STRING, Line, product),
    BD_FIELD("eenheid", BD_FIELD_STRING, Line, unit),
    BD_FIELD("volume", BD_FIELD_INT64, Line, parts),
    BD_FIELD_SCALED("bedrag", BD_FIELD_INT64, Line, claimed_cents, 100),
};
static const bd_row_layout layout = {.stride = sizeof(Line),
                                     .fields = fields,
                                     .field_count = sizeof fields / sizeof *fields};

static bd_status decide_many(bd_session *session, Arena *arena, bd_error *error)
{
    uint8_t decision;
    int64_t cents, total = 0;
    uint64_t reasons[4];
    uint32_t fault;
    unsigned calls = 0;
    bd_decisions out = {.decision = &decision, .cents = &cents, .reasons = reasons, .fault = &fault};
    bd_status status = BD_OK;
    for (int i = 0; status == BD_OK && i < 1000; i++) {
        Line line = {20150 + i % 200, 20156 + i % 200, 20180 + i % 200,  "vervoer",
                     "dagdeel",       1 + i % 9,       910 * (1 + i % 9)};
        status = bd_session_decide_rows(session, &line, 1, &out, error);
        total += cents;
        calls = i == 0 ? arena->calls : calls;
    }
    if (status == BD_OK)
        printf("1000 lines, %lld.%02lld euros; memory asked for after the first line: %u times\n",
               (long long)(total / 100), (long long)(total % 100), arena->calls - calls);
    return status;
}

int main(int argc, char **argv)
{
    static Arena arena;
    bd_allocator allocator = {arena_reallocate, &arena};
    bd_options options = {.allocator = &allocator};
    bd_module *module = NULL;
    bd_session *session = NULL;
    bd_error error = {.message = ""};
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    void *bytes = malloc(1 << 20); /* the module's bytes are the host's anyway */
    size_t size = file && bytes ? fread(bytes, 1, 1 << 20, file) : 0;
    if (file)
        fclose(file);
    bd_status status = bd_module_load(bytes, size, &options, &module, &error);
    status = status != BD_OK ? status : bd_session_new(module, &options, &session, &error);
    status = status != BD_OK ? status : bd_session_prepare(session, &error);
    status = status != BD_OK ? status : bd_session_bind_rows(session, &layout, &error);
    status = status != BD_OK ? status : decide_many(session, &arena, &error);
    if (status != BD_OK)
        fprintf(stderr, "%s: %s\n", bd_status_text(status), error.message);
    bd_session_free(session);
    bd_module_free(module);
    free(bytes);
    return status == BD_OK ? 0 : 1;
}
