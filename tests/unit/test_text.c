/* test_text.c - slices, UTF-8, edit distance and the builder. */
#include <string.h>

#include "check.h"
#include "counting_allocator.h"
#include "vm/core/arena.h"
#include "vm/core/limits.h"
#include "vm/core/text.h"

static void test_basics(void)
{
    static const struct {
        Text a, b;
        int order;
    } cases[] = {
        {TEXT_INIT(""), TEXT_INIT(""), 0},          {TEXT_INIT(""), TEXT_INIT("a"), -1},
        {TEXT_INIT("a"), TEXT_INIT("ab"), -1},      {TEXT_INIT("b"), TEXT_INIT("ab"), 1},
        {TEXT_INIT("a\0b"), TEXT_INIT("a\0c"), -1}, {TEXT_INIT("é"), TEXT_INIT("z"), 1},
        {TEXT_INIT("zzp3"), TEXT_INIT("zzp3"), 0},
    };

    check_group("equality, order and slices");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int order = text_compare(cases[i].a, cases[i].b), back = text_compare(cases[i].b, cases[i].a);
        CHECK((order > 0) - (order < 0) == cases[i].order && (back > 0) - (back < 0) == -cases[i].order, "case %zu", i);
        CHECK(text_equal(cases[i].a, cases[i].b) == (cases[i].order == 0), "case %zu", i);
        CHECK((text_hash(cases[i].a) == text_hash(cases[i].b)) == (cases[i].order == 0), "hash of case %zu", i);
    }
    for (size_t size = 0; size <= 20; size++) {
        char a[20] = "gemeente Leiden 0546", b[20];
        memcpy(b, a, sizeof b);
        CHECK(text_same((Text){a, size}, (Text){b, size}), "%zu bytes", size);
        CHECK(size == 0 || !text_same((Text){a, size}, (Text){b, size - 1}), "%zu bytes and one less", size);
        for (size_t at = 0; at < size; at++, b[at - 1] = a[at - 1]) {
            b[at] ^= 1;
            CHECK(!text_same((Text){a, size}, (Text){b, size}), "byte %zu of %zu differs", at, size);
        }
    }
    CHECK(text_equal(text_slice(TEXT("tarief"), 2, 4), TEXT("ri")), "slice");
    CHECK(text_slice(TEXT("tarief"), 4, 2).size == 0 && text_slice(TEXT("tarief"), 9, 12).size == 0, "clipped slice");
    CHECK(text_slice((Text){NULL, 0}, 0, 3).size == 0, "slice of nothing");
    CHECK(text_has_prefix(TEXT("tarief"), TEXT("tar")) && !text_has_prefix(TEXT("ta"), TEXT("tar")), "prefix");
    CHECK(text_equal(text_from_cstring("abc"), TEXT("abc")) && text_from_cstring(NULL).size == 0, "cstring");
    CHECK(text_hash(TEXT("")) == 14695981039346656037u, "hash of nothing is the offset basis");
    CHECK(text_hash(TEXT("a")) == 0xaf63dc4c8601ec8cu, "published FNV-1a value of a");
}

static void test_utf8(void)
{
    static const struct {
        Text text;
        size_t good; /* bytes before the first malformed one */
        size_t length;
    } cases[] = {
        {TEXT_INIT(""), 0, 0},
        {TEXT_INIT("abc"), 3, 3},
        {TEXT_INIT("caf\xC3\xA9"), 5, 4},
        {TEXT_INIT("\xE2\x82\xAC 1"), 5, 3},
        {TEXT_INIT("\xF0\x9F\x98\x80"), 4, 1},
        {TEXT_INIT("\xF4\x8F\xBF\xBF"), 4, 1}, /* U+10FFFF */
        {TEXT_INIT("a\x80"), 1, 2},            /* a continuation alone */
        {TEXT_INIT("\xC0\xAF"), 0, 2},         /* too long */
        {TEXT_INIT("\xC1\xBF"), 0, 2},
        {TEXT_INIT("\xE0\x9F\xBF"), 0, 3},     /* too long */
        {TEXT_INIT("\xED\xA0\x80"), 0, 3},     /* surrogate */
        {TEXT_INIT("\xF0\x8F\xBF\xBF"), 0, 4}, /* too long */
        {TEXT_INIT("\xF4\x90\x80\x80"), 0, 4}, /* beyond U+10FFFF */
        {TEXT_INIT("\xF5\x80\x80\x80"), 0, 4},
        {TEXT_INIT("x\xE2\x82"), 1, 3}, /* cut off */
        {TEXT_INIT("\xE2\x28\xA1"), 0, 3},
        {TEXT_INIT("\xFF"), 0, 1},
        {TEXT_INIT("a\0b"), 3, 3},
    };

    check_group("UTF-8 is decoded strictly");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t bad = cases[i].text.size;
        bool good = text_is_utf8(cases[i].text, &bad);
        CHECK(good == (cases[i].good == cases[i].text.size) && bad == cases[i].good, "case %zu: bad at %zu", i, bad);
        CHECK(text_length(cases[i].text) == cases[i].length, "case %zu: length %zu", i, text_length(cases[i].text));
    }
    CHECK(utf8_decode(TEXT("a"), 1, &(uint32_t){0}) == 0 && utf8_decode(TEXT("a"), 9, &(uint32_t){0}) == 0,
          "past the end");
    check_group("every code point survives encoding and decoding");
    for (uint32_t point = 0; point < 0x110100; point++) {
        char bytes[4];
        size_t size = utf8_encode(point, bytes);
        uint32_t back = 0;
        bool valid = point < 0x110000 && (point < 0xD800 || point > 0xDFFF);
        if ((size > 0) != valid || (valid && (utf8_decode((Text){bytes, size}, 0, &back) != size || back != point)))
            CHECK(false, "U+%04X", point);
    }
    CHECK(true, "unreachable");
}

static void test_distance(void)
{
    static const struct {
        const char *a, *b;
        unsigned limit, distance;
    } cases[] = {
        {"", "", 3, 0},
        {"a", "", 3, 1},
        {"zzp3", "zzp3", 3, 0},
        {"zpz3", "zzp3", 3, 1},
        {"tarief", "tarieven", 3, 3},
        {"tarief", "tarieven", 2, 3},
        {"abcdef", "ghijkl", 2, 3},
        {"ab", "ba", 1, 1},
        {"caf\xC3\xA9", "cafe", 3, 1},
        {"begindatum", "einddatum", 5, 3},
        {"abcd", "badc", 2, 2},
        {"kitten", "sitting", 9, 3},
    };
    char longer[NAME_MAX_BYTES + 2] = {0};

    check_group("edit distance");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Text a = text_from_cstring(cases[i].a), b = text_from_cstring(cases[i].b);
        unsigned there = text_distance(a, b, cases[i].limit), back = text_distance(b, a, cases[i].limit);
        CHECK(there == cases[i].distance && back == there, "%s %s: %u, %u", cases[i].a, cases[i].b, there, back);
    }
    memset(longer, 'x', sizeof longer - 1);
    CHECK(text_distance(text_from_cstring(longer), TEXT("x"), 4) == 5, "a text longer than a name");
    CHECK(text_distance((Text){longer, NAME_MAX_BYTES}, (Text){longer, NAME_MAX_BYTES - 1}, 4) == 1, "longest name");
}

static void append_all(StringBuilder *builder)
{
    static const uint8_t bytes[] = {0, 0xAB, 0xFF};

    builder_text(builder, TEXT("a"));
    builder_char(builder, '|');
    builder_int64(builder, INT64_MIN);
    builder_char(builder, '|');
    builder_uint64(builder, UINT64_MAX);
    builder_char(builder, '|');
    builder_padded(builder, 7, 3);
    builder_padded(builder, -12345, 3);
    builder_char(builder, '|');
    builder_hex(builder, bytes, sizeof bytes);
    builder_repeat(builder, '~', 5);
    builder_code_point(builder, 0x20AC);
    builder_code_point(builder, 0xD800);
    builder_json_string(builder, TEXT("q\"\\\b\f\n\r\t\x01\x7F\xE2\x82\xAC\xFF"));
}

static void test_builder(void)
{
    static const Text expected =
        TEXT_INIT("a|-9223372036854775808|18446744073709551615|007-12345|00abff~~~~~\xE2\x82\xAC\xEF\xBF\xBD"
                  "\"q\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u007f\xE2\x82\xAC\xEF\xBF\xBD\"");
    Arena arena;
    StringBuilder builder;
    Text result;

    check_group("the builder writes what it is told");
    arena_init(&arena, NULL);
    builder_init(&builder, &arena);
    CHECK(builder_result(&builder).size == 0 && builder_result(&builder).data != NULL, "empty");
    append_all(&builder);
    result = builder_result(&builder);
    CHECK(text_equal(result, expected), "%.*s", (int)result.size, result.data);
    for (int i = 0; i < 1000; i++)
        append_all(&builder);
    result = builder_result(&builder);
    CHECK(result.size == 1001 * expected.size, "%zu", result.size);
    CHECK(text_equal(text_slice(result, 1000 * expected.size, result.size), expected), "the last copy");
    arena_free(&arena);

    check_group("the builder remembers a failure");
    for (size_t limit = 1; limit < 60000; limit += 3000) {
        Counting counting = {0};
        bd_allocator allocator = counting_allocator(&counting);
        arena_init(&arena, &allocator);
        arena.limit = limit;
        builder_init(&builder, &arena);
        for (int i = 0; i < 1000; i++)
            append_all(&builder);
        CHECK(builder.failed && builder_result(&builder).data == NULL, "limit %zu", limit);
        arena_free(&arena);
        CHECK(counting.live == 0, "%zu bytes left", counting.live);
    }
}

int main(void)
{
    test_basics();
    test_utf8();
    test_distance();
    test_builder();
    return check_done();
}
