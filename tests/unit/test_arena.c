/* test_arena.c - the arena: alignment, zeroing, limits, reuse, and failure with and without a landing. */
#include <stdint.h>
#include <string.h>

#include "check.h"
#include "counting_allocator.h"
#include "vm/core/arena.h"

static bool is_zeroed(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0)
            return false;
    }
    return true;
}

static void test_allocation(void)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 4000, 4096, 100000, 3, 2000000, 5};
    Counting counting = {0};
    bd_allocator allocator = counting_allocator(&counting);
    Arena arena;

    check_group("allocation is aligned, zeroed and separate");
    arena_init(&arena, &allocator);
    CHECK(counting.calls == 0, "init allocated");
    for (int round = 0; round < 3; round++) {
        unsigned char *objects[sizeof sizes / sizeof *sizes];
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            objects[i] = arena_alloc(&arena, sizes[i]);
            CHECK((uintptr_t)objects[i] % 16 == 0, "size %zu is not aligned", sizes[i]);
            CHECK(is_zeroed(objects[i], sizes[i]), "size %zu is not zeroed", sizes[i]);
            memset(objects[i], (int)i + 1, sizes[i]);
        }
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            CHECK(sizes[i] == 0 || (objects[i][0] == i + 1 && objects[i][sizes[i] - 1] == i + 1), "%zu overlaps", i);
        CHECK(arena.bytes == counting.live, "bytes %zu, live %zu", arena.bytes, counting.live);
        arena_reset(&arena);
    }
    arena_free(&arena);
    CHECK(counting.live == 0 && !counting.size_error, "%zu bytes left", counting.live);
    CHECK(arena_alloc(&arena, 10) != NULL, "unusable after arena_free");
    arena_free(&arena);
    CHECK(counting.live == 0, "%zu bytes left", counting.live);
}

static void test_steady_state(void)
{
    Counting counting = {0};
    bd_allocator allocator = counting_allocator(&counting);
    Arena arena;
    size_t calls = 0;

    check_group("a steady state takes nothing from the allocator");
    arena_init(&arena, &allocator);
    for (int round = 0; round < 50; round++) {
        for (size_t i = 1; i < 60; i++)
            (void)arena_alloc(&arena, i * 997 % 30000);
        if (round == 0)
            calls = counting.calls;
        arena_reset(&arena);
    }
    CHECK(counting.calls == calls, "%zu calls, %zu after the first round", counting.calls, calls);
    arena_free(&arena);
}

static void test_marks(void)
{
    Arena arena;
    ArenaMark empty, later;
    char *first, *second;
    size_t bytes;

    check_group("marks give back what came after them");
    arena_init(&arena, NULL);
    empty = arena_mark(&arena);
    first = arena_alloc(&arena, 100);
    memcpy(first, "kept", 4);
    later = arena_mark(&arena);
    second = arena_alloc(&arena, 200);
    for (int i = 0; i < 100; i++)
        (void)arena_alloc(&arena, 5000);
    bytes = arena.bytes;
    arena_rewind(&arena, later);
    CHECK(memcmp(first, "kept", 4) == 0, "the object before the mark changed");
    CHECK(arena_alloc(&arena, 200) == second, "the memory is not reused");
    for (int i = 0; i < 100; i++)
        (void)arena_alloc(&arena, 5000);
    CHECK(arena.bytes == bytes, "blocks behind the mark are not reused");
    arena_rewind(&arena, empty);
    CHECK(arena_alloc(&arena, 100) == first, "a mark of an empty arena does not rewind to its begin");
    arena_free(&arena);
}

static void test_limits(void)
{
    Counting counting = {0};
    bd_allocator allocator = counting_allocator(&counting);
    Arena arena;
    size_t got = 0;

    check_group("limits and sizes that overflow");
    arena_init(&arena, &allocator);
    arena.limit = 100000;
    while (arena_alloc(&arena, 1000) != NULL)
        got++;
    CHECK(arena.bytes <= arena.limit && counting.live <= arena.limit, "%zu bytes", arena.bytes);
    CHECK(got >= 85, "only %zu kB of 100", got);
    CHECK(arena_alloc(&arena, SIZE_MAX) == NULL, "SIZE_MAX");
    CHECK(arena_alloc(&arena, SIZE_MAX - 20) == NULL, "SIZE_MAX - 20");
    CHECK(arena_alloc(&arena, SIZE_MAX - 70) == NULL, "SIZE_MAX - 70");
    CHECK(arena_array(&arena, SIZE_MAX / 2, 3) == NULL, "a product that overflows");
    CHECK(arena_text_copy(&arena, (Text){"", SIZE_MAX}).data == NULL, "a text that does not fit");
    arena_reset(&arena);
    CHECK(arena_alloc(&arena, 1000) != NULL, "unusable after a failure");
    arena_free(&arena);
    CHECK(counting.live == 0, "%zu bytes left", counting.live);
}

static void test_growing(void)
{
    Arena arena;
    size_t capacity = 0, other_capacity = 0, moves = 0;
    int *items = NULL, *other = NULL;

    check_group("arrays grow and keep their elements");
    arena_init(&arena, NULL);
    for (int i = 0; i < 10000; i++) {
        int *before = items;
        items = arena_grow(&arena, items, (size_t)i, &capacity, sizeof *items);
        moves += items != before;
        items[i] = i;
        if (i % 3 == 0) { /* a second array stands in the way of growing in place */
            other = arena_grow(&arena, other, (size_t)i / 3, &other_capacity, sizeof *other);
            other[i / 3] = -i;
        }
    }
    for (int i = 0; i < 10000; i++)
        CHECK(items[i] == i && (i % 3 != 0 || other[i / 3] == -i), "element %d", i);
    CHECK(moves < 15, "%zu moves", moves);
    arena_free(&arena);
    capacity = 8;
    CHECK(arena_reserve(&arena, NULL, 0, &capacity, SIZE_MAX / 4, 9) == NULL && capacity == 8, "overflowing growth");
}

static size_t use_everything(Arena *arena)
{
    size_t capacity = 0;
    char *items = NULL;
    Text copy;

    for (size_t i = 0; i < 300; i++) {
        char *grown = arena_grow(arena, items, i, &capacity, 100);
        if (grown == NULL)
            return i + 1;
        items = grown;
        if (arena_array(arena, i, 8) == NULL)
            return i + 1;
    }
    copy = arena_text_copy(arena, TEXT("kopie"));
    return copy.data == NULL ? 1 : text_equal(copy, TEXT("kopie")) ? 0 : 2;
}

static void test_failures(void)
{
    check_group("the n-th allocation failing is survived");
    for (size_t n = 1; n < 100; n++) {
        for (int with_landing = 0; with_landing < 2; with_landing++) {
            Counting counting = {.fail_at = n};
            bd_allocator allocator = counting_allocator(&counting);
            Arena arena;
            jmp_buf landing;
            int status;
            arena_init(&arena, &allocator);
            status = setjmp(landing);
            if (status == 0) {
                size_t rest;
                if (with_landing)
                    arena.landing = &landing;
                rest = use_everything(&arena);
                CHECK(with_landing ? rest == 0 : true, "returned with a landing set");
                CHECK(rest == 0 ? counting.calls < n : counting.calls >= n, "n %zu: rest %zu", n, rest);
            } else {
                CHECK(status == BD_NOMEM, "status %d", status);
            }
            arena_free(&arena);
            CHECK(counting.live == 0, "n %zu: %zu bytes left", n, counting.live);
        }
    }
}

int main(void)
{
    test_allocation();
    test_steady_state();
    test_marks();
    test_limits();
    test_growing();
    test_failures();
    return check_done();
}
