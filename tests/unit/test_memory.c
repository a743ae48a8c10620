/* test_memory.c - the command's allocator keeps bd_allocator's contract below, at and beyond a large page. */
#include "compiler/cli/memory.h"

#include <stdint.h>
#include <string.h>

#include "check.h"
#include "vm/core/arena.h"

/* A request that cannot be met is an answer here, not the end of the test: seen by AddressSanitizer where that is a shared library too. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void *call(void *old, size_t old_size, size_t new_size)
{
    const bd_allocator *allocator = memory_allocator();
    return allocator->reallocate(allocator->context, old, old_size, new_size);
}

static void fill(unsigned char *memory, size_t size)
{
    for (size_t i = 0; i < size; i++)
        memory[i] = (unsigned char)(i * 31 + i / 251);
}

static size_t first_difference(const unsigned char *memory, size_t size)
{
    size_t i = 0;
    while (i < size && memory[i] == (unsigned char)(i * 31 + i / 251))
        i++;
    return i;
}

static void test_sizes(void)
{
    static const size_t SIZES[] = {1, 100, MEMORY_LARGE - 1, MEMORY_LARGE, MEMORY_LARGE + 1, 5 * MEMORY_LARGE + 7};
    enum { COUNT = sizeof SIZES / sizeof *SIZES };

    check_group("every size becomes every other and keeps its bytes");
    for (size_t from = 0; from < COUNT; from++)
        for (size_t to = 0; to < COUNT; to++) {
            size_t kept = SIZES[from] < SIZES[to] ? SIZES[from] : SIZES[to];
            unsigned char *memory = call(NULL, 0, SIZES[from]);
            CHECK(memory != NULL, "no %zu bytes", SIZES[from]);
            fill(memory, SIZES[from]);
            memory = call(memory, SIZES[from], SIZES[to]);
            CHECK(memory != NULL, "no %zu bytes", SIZES[to]);
            CHECK((uintptr_t)memory % 16 == 0, "%zu bytes are not aligned", SIZES[to]);
            CHECK(SIZES[to] < MEMORY_LARGE || (uintptr_t)memory % MEMORY_LARGE == 0, "%zu bytes at %p", SIZES[to],
                  (void *)memory);
            CHECK(first_difference(memory, kept) == kept, "from %zu to %zu: byte %zu", SIZES[from], SIZES[to],
                  first_difference(memory, kept));
            (void)call(memory, SIZES[to], 0);
        }
    (void)call(NULL, 0, 0);
}

static void test_failure(void)
{
    unsigned char *memory = call(NULL, 0, 1000);

    check_group("memory that there is not: NULL, and the old stays");
    fill(memory, 1000);
    CHECK(call(NULL, 0, SIZE_MAX / 2) == NULL, "half of all memory was given");
    CHECK(call(memory, 1000, SIZE_MAX / 2) == NULL, "half of all memory was given");
    CHECK(call(memory, 1000, SIZE_MAX - 1) == NULL, "all memory was given");
    CHECK(first_difference(memory, 1000) == 1000, "byte %zu", first_difference(memory, 1000));
    (void)call(memory, 1000, 0);
}

static void test_arena(void)
{
    Arena arena;

    check_group("an arena that grows takes large blocks, and whole large pages");
    arena_init(&arena, memory_allocator());
    CHECK(arena_alloc(&arena, 16) != NULL && arena.bytes == 4096, "%zu bytes at first", arena.bytes);
    while (arena.bytes < 4 * MEMORY_LARGE) {
        size_t before = arena.bytes;
        CHECK(arena_alloc(&arena, 1000) != NULL, "no 1000 bytes");
        size_t block = arena.bytes - before;
        CHECK(block == 0 || before < MEMORY_LARGE - 4096 || block == MEMORY_LARGE, "a block of %zu bytes after %zu",
              block, before);
    }
    arena_free(&arena);
}

int main(void)
{
    test_sizes();
    test_failure();
    test_arena();
    return check_done();
}
