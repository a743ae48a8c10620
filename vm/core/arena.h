/* arena.h - bump allocation with one lifetime.
 *
 * Layer 0; the only caller of the host's allocator. What lives together is allocated from one arena and freed whole:
 * a compilation, a module, or the values of one line or batch. There is no free of a single object.
 * Invariant: `bytes` is the sum of what the allocator handed out and never exceeds `limit` (when that is not 0).
 * An arena belongs to one thread at a time.
 */
#ifndef BEDING_CORE_ARENA_H
#define BEDING_CORE_ARENA_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>

#include "beding.h"
#include "text.h"

typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
    bd_allocator allocator;
    ArenaBlock *first;   /* all blocks, oldest first; those after `current` are empty */
    ArenaBlock *current; /* where the next object goes */
    size_t bytes;        /* taken from the allocator, block headers included */
    size_t limit;        /* most that `bytes` may become; 0: no limit */
    jmp_buf *landing;    /* where a failing allocation goes (longjmp with BD_NOMEM); NULL: it returns NULL */
} Arena;

/* A position in an arena, to give back everything allocated after it. */
typedef struct ArenaMark {
    ArenaBlock *block;
    size_t used;
} ArenaMark;

/* Makes an empty arena over a copy of `allocator`; NULL means malloc and free of the C library. Allocates nothing. */
void arena_init(Arena *arena, const bd_allocator *allocator);

/* Returns `size` zeroed bytes aligned to 16; size 0 gives a pointer that may not be read. On failure, or when the
 * limit would be passed: longjmp to `landing` with BD_NOMEM if set, else NULL. Owned by the arena. */
void *arena_alloc(Arena *arena, size_t size);

/* Like arena_alloc for `count` elements of `size` bytes; a product that overflows is a failed allocation. */
void *arena_array(Arena *arena, size_t count, size_t size);

/* Makes room for one more element behind the `count` elements at `items` (NULL when `*capacity` is 0), doubling as
 * needed and updating `*capacity`. Returns the array, moved or not, with the elements kept and the rest zeroed; on
 * failure as arena_alloc, with `items` and `*capacity` unchanged. */
void *arena_grow(Arena *arena, void *items, size_t count, size_t *capacity, size_t size);

/* Like arena_grow, but makes room for `needed` elements in all (needed may be below `*capacity`: nothing happens). */
void *arena_reserve(Arena *arena, void *items, size_t count, size_t *capacity, size_t size, size_t needed);

/* Copies the bytes of `text` into the arena. On failure as arena_alloc; without landing the result has data NULL
 * (an empty text gives non-NULL data). */
Text arena_text_copy(Arena *arena, Text text);

/* Remembers the position, and goes back to it: what was allocated in between is gone, its memory is reused. */
ArenaMark arena_mark(const Arena *arena);
void arena_rewind(Arena *arena, ArenaMark mark);

/* Forgets all objects and keeps the blocks, so that a steady state takes nothing from the allocator. */
void arena_reset(Arena *arena);

/* Moves the objects of `from` into `to`, where they are freed: both have the same host's memory to give back to. `from` is empty afterwards. */
void arena_adopt(Arena *to, Arena *from);

/* Gives every block back. The arena is empty afterwards and may be used again. */
void arena_free(Arena *arena);

#endif
