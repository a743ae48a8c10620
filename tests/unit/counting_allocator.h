/* counting_allocator.h - a host allocator that counts, and that fails on request.
 *
 * For the tests of layer 0: what is handed out must come back, and the n-th allocation may fail at any time.
 */
#ifndef BEDING_TESTS_COUNTING_ALLOCATOR_H
#define BEDING_TESTS_COUNTING_ALLOCATOR_H

#include <stdlib.h>

#include "vm/include/beding.h"

typedef struct Counting {
    size_t calls;    /* allocations asked for */
    size_t live;     /* bytes handed out and not given back */
    size_t fail_at;  /* the call (from 1) that fails, and all after it; 0: none */
    bool size_error; /* an old_size that is not what was given before */
} Counting;

/* Each object is preceded by its size, to check what comes back. */
static inline void *counting_reallocate(void *context, void *old, size_t old_size, size_t new_size)
{
    Counting *counting = context;
    size_t *base = old == NULL ? NULL : (size_t *)old - 2;

    if (base != NULL && base[0] != old_size)
        counting->size_error = true;
    if (new_size == 0) {
        if (base != NULL)
            counting->live -= base[0];
        free(base);
        return NULL;
    }
    counting->calls++;
    if (counting->fail_at != 0 && counting->calls >= counting->fail_at)
        return NULL;
    base = realloc(base, new_size + 2 * sizeof *base);
    if (base == NULL)
        return NULL;
    counting->live += new_size - (old == NULL ? 0 : old_size);
    base[0] = new_size;
    return base + 2;
}

static inline bd_allocator counting_allocator(Counting *counting)
{
    return (bd_allocator){counting_reallocate, counting};
}

#endif
