/* arena.c - bump allocation over a chain of blocks.
 *
 * Layer 0. Blocks grow geometrically up to BLOCK_MAX, so that the number of calls to the host's allocator stays small
 * while a small compilation stays small. After a reset the same blocks are filled again in the same order.
 * Invariant: blocks behind `current` have used 0; `used` of every block is a multiple of ALIGNMENT.
 */
#include "arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALIGNMENT = 16,         /* enough for any type, and for one vector register of a batch column */
    BLOCK_MIN = 4096,       /* first block, header included */
    BLOCK_MAX = 2048 * 1024 /* later blocks double up to here, a large page where the host's allocator gives those;
                               larger objects get a block of their own size */
};

struct ArenaBlock {
    ArenaBlock *next;
    size_t size; /* bytes for objects, without this header */
    size_t used;
};

/* The header is padded so that the first object is aligned like the block itself. */
enum { HEADER_SIZE = (sizeof(ArenaBlock) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT };

static void *use_c_library(void *context, void *old, size_t old_size, size_t new_size)
{
    (void)context;
    (void)old_size;
    if (new_size == 0) {
        free(old);
        return NULL;
    }
    return realloc(old, new_size);
}

static void *fail(Arena *arena)
{
    if (arena->landing != NULL)
        longjmp(*arena->landing, BD_NOMEM);
    return NULL;
}

static char *block_data(ArenaBlock *block)
{
    return (char *)block + HEADER_SIZE;
}

/* Rounds up to ALIGNMENT; false when that overflows. */
static bool round_size(size_t size, size_t *out)
{
    if (size > SIZE_MAX - 2 * (size_t)ALIGNMENT)
        return false;
    *out = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return true;
}

/* Size for a new block that holds `needed` bytes, header included; 0 when the limit forbids it. */
static size_t choose_block_size(const Arena *arena, size_t needed)
{
    size_t smallest = needed + HEADER_SIZE;
    size_t wanted = arena->current == NULL ? BLOCK_MIN : 2 * (arena->current->size + HEADER_SIZE);
    size_t allowed = arena->limit == 0 ? SIZE_MAX : arena->limit - arena->bytes;

    assert(arena->limit == 0 || arena->bytes <= arena->limit);
    if (wanted > BLOCK_MAX)
        wanted = BLOCK_MAX;
    if (wanted > allowed)
        wanted = allowed / ALIGNMENT * ALIGNMENT;
    if (wanted < smallest)
        wanted = smallest;
    return wanted <= allowed ? wanted : 0;
}

static void insert_after_current(Arena *arena, ArenaBlock *block)
{
    if (arena->current == NULL) {
        block->next = arena->first;
        arena->first = block;
    } else {
        block->next = arena->current->next;
        arena->current->next = block;
    }
    arena->current = block;
}

static ArenaBlock *new_block(Arena *arena, size_t needed)
{
    size_t size;
    ArenaBlock *block;

    if (needed > SIZE_MAX - HEADER_SIZE)
        return NULL;
    size = choose_block_size(arena, needed);
    if (size == 0)
        return NULL;
    block = arena->allocator.reallocate(arena->allocator.context, NULL, 0, size);
    if (block == NULL)
        return NULL;
    block->size = size - HEADER_SIZE;
    block->used = 0;
    arena->bytes += size;
    insert_after_current(arena, block);
    return block;
}

/* Takes the first empty block behind `current` that is large enough and makes it current. */
static ArenaBlock *reuse_block(Arena *arena, size_t needed)
{
    ArenaBlock **link = arena->current == NULL ? &arena->first : &arena->current->next;

    for (; *link != NULL; link = &(*link)->next) {
        ArenaBlock *block = *link;
        if (block->size >= needed) {
            *link = block->next;
            insert_after_current(arena, block);
            return block;
        }
    }
    return NULL;
}

void arena_init(Arena *arena, const bd_allocator *allocator)
{
    *arena = (Arena){0};
    if (allocator != NULL && allocator->reallocate != NULL)
        arena->allocator = *allocator;
    else
        arena->allocator.reallocate = use_c_library;
}

void *arena_alloc(Arena *arena, size_t size)
{
    ArenaBlock *block = arena->current;
    void *result;

    if (!round_size(size == 0 ? 1 : size, &size))
        return fail(arena);
    if (block == NULL || size > block->size - block->used) {
        block = reuse_block(arena, size);
        if (block == NULL)
            block = new_block(arena, size);
        if (block == NULL)
            return fail(arena);
    }
    result = block_data(block) + block->used;
    block->used += size;
    return memset(result, 0, size);
}

void *arena_array(Arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return fail(arena);
    return arena_alloc(arena, count * size);
}

/* Whether `items` of `old_size` bytes is the newest object and its block has room to make it `new_size`. */
static bool extend_in_place(Arena *arena, char *items, size_t old_size, size_t new_size)
{
    ArenaBlock *block = arena->current;
    size_t begin;

    if (block == NULL || items == NULL || !round_size(old_size, &old_size) || !round_size(new_size, &new_size))
        return false;
    if (block->used < old_size || block_data(block) + (block->used - old_size) != items)
        return false;
    begin = block->used - old_size;
    if (new_size > block->size - begin)
        return false;
    memset(items + old_size, 0, new_size - old_size);
    block->used = begin + new_size;
    return true;
}

void *arena_reserve(Arena *arena, void *items, size_t count, size_t *capacity, size_t size, size_t needed)
{
    size_t wanted = *capacity < SIZE_MAX / 2 ? *capacity * 2 : SIZE_MAX;
    void *moved;

    assert(count <= *capacity && size > 0);
    if (needed <= *capacity)
        return items;
    if (wanted < 8)
        wanted = 8;
    if (wanted < needed)
        wanted = needed;
    if (wanted > SIZE_MAX / size)
        return fail(arena);
    if (!extend_in_place(arena, items, *capacity * size, wanted * size)) {
        moved = arena_alloc(arena, wanted * size);
        if (moved == NULL)
            return NULL;
        if (count > 0)
            memcpy(moved, items, count * size);
        items = moved;
    }
    *capacity = wanted;
    return items;
}

void *arena_grow(Arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    return arena_reserve(arena, items, count, capacity, size, count + 1);
}

Text arena_text_copy(Arena *arena, Text text)
{
    char *copy = arena_alloc(arena, text.size);

    if (copy == NULL)
        return (Text){NULL, 0};
    if (text.size > 0)
        memcpy(copy, text.data, text.size);
    return (Text){copy, text.size};
}

ArenaMark arena_mark(const Arena *arena)
{
    return (ArenaMark){arena->current, arena->current == NULL ? 0 : arena->current->used};
}

void arena_rewind(Arena *arena, ArenaMark mark)
{
    ArenaBlock *block = mark.block == NULL ? arena->first : mark.block->next;
    ArenaBlock *behind = arena->current == NULL ? arena->first : arena->current->next;

    for (; block != behind; block = block->next)
        block->used = 0;
    if (mark.block != NULL)
        mark.block->used = mark.used;
    arena->current = mark.block;
}

void arena_reset(Arena *arena)
{
    arena_rewind(arena, (ArenaMark){NULL, 0});
}

void arena_adopt(Arena *to, Arena *from)
{
    ArenaBlock *last = from->first;
    if (last == NULL)
        return;
    while (last->next != NULL)
        last = last->next;
    last->next = to->first; /* before all that `to` has, so that its current block stays the last that is used */
    to->first = from->first;
    if (to->current == NULL)
        to->current = last;
    to->bytes += from->bytes;
    from->first = from->current = NULL;
    from->bytes = 0;
}

void arena_free(Arena *arena)
{
    ArenaBlock *block = arena->first;

    while (block != NULL) {
        ArenaBlock *next = block->next;
        (void)arena->allocator.reallocate(arena->allocator.context, block, block->size + HEADER_SIZE, 0);
        block = next;
    }
    arena->first = NULL;
    arena->current = NULL;
    arena->bytes = 0;
}
