/* memory.c: the command's allocator; see memory.h.
**
** All of it is the C library's memory, so that one `free` gives anything back and what looks for leaks sees it. A large block is only
** placed where a large page begins and marked. Invariant: what is smaller than MEMORY_LARGE costs what it costs without this file.
*/
/* madvise and its MADV_HUGEPAGE belong to Linux, not to POSIX. */
#define _DEFAULT_SOURCE
#include "compiler/cli/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void *allocate_large(size_t size)
{
    void *memory = NULL;
    if (posix_memalign(&memory, MEMORY_LARGE, size) != 0)
        return NULL;
#ifdef MADV_HUGEPAGE
    (void)madvise(memory, size, MADV_HUGEPAGE); /* refused: small pages, which serve as well */
#endif
    return memory;
}

static void *reallocate(void *context, void *old, size_t old_size, size_t new_size)
{
    (void)context;
    if (new_size == 0) {
        free(old);
        return NULL;
    }
    if (new_size < MEMORY_LARGE)
        return realloc(old, new_size);
    void *memory = allocate_large(new_size);
    if (memory != NULL && old != NULL) {
        memcpy(memory, old, old_size < new_size ? old_size : new_size);
        free(old);
    }
    return memory;
}

const bd_allocator *memory_allocator(void)
{
    static const bd_allocator ALLOCATOR = {reallocate, NULL};
    return &ALLOCATOR;
}
