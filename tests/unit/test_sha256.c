/* test_sha256.c - SHA-256 against published vectors, and against itself for every split of a message. */
#include <string.h>

#include "check.h"
#include "vm/core/sha256.h"

static void to_hex(const uint8_t *bytes, char out[2 * SHA256_SIZE + 1])
{
    for (size_t i = 0; i < SHA256_SIZE; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static void test_vectors(void)
{
    static const struct {
        const char *message;
        const char *hash;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnop"
         "qrstu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    };
    uint8_t hash[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1];

    check_group("vectors of FIPS 180-4");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sha256_of(cases[i].message, strlen(cases[i].message), hash);
        to_hex(hash, hex);
        CHECK(strcmp(hex, cases[i].hash) == 0, "case %zu: %s", i, hex);
    }
}

static void test_million(void)
{
    Sha256 state;
    uint8_t hash[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1];
    char block[1000];

    check_group("a million times a");
    memset(block, 'a', sizeof block);
    sha256_init(&state);
    for (int i = 0; i < 1000; i++)
        sha256_update(&state, block, sizeof block);
    sha256_final(&state, hash);
    to_hex(hash, hex);
    CHECK(strcmp(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0") == 0, "%s", hex);
}

static void test_splits(void)
{
    uint8_t message[200], whole[SHA256_SIZE], parts[SHA256_SIZE];

    check_group("any split gives the same hash");
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = (uint8_t)(i * 7);
    for (size_t size = 0; size <= sizeof message; size += 5) {
        sha256_of(message, size, whole);
        for (size_t cut = 0; cut <= size; cut++) {
            Sha256 state;
            sha256_init(&state);
            sha256_update(&state, message, cut);
            sha256_update(&state, message + cut, (size - cut) / 2);
            sha256_update(&state, message + cut + (size - cut) / 2, size - cut - (size - cut) / 2);
            sha256_final(&state, parts);
            CHECK(memcmp(whole, parts, sizeof whole) == 0, "size %zu, cut %zu", size, cut);
        }
    }
}

/* Long stretches may go by the processor's own instructions, blocks one by one never do. */
static void test_long_stretches(void)
{
    static uint8_t message[40000];
    uint32_t random = 1;

    check_group("a long stretch gives the hash of its blocks");
    for (size_t i = 0; i < sizeof message; i++) {
        random = random * 1664525 + 1013904223;
        message[i] = (uint8_t)(random >> 24);
    }
    for (size_t size = 1900; size <= sizeof message; size += 1013) {
        uint8_t whole[SHA256_SIZE], parts[SHA256_SIZE];
        Sha256 state;
        sha256_of(message, size, whole);
        sha256_init(&state);
        for (size_t at = 0; at < size; at += 61)
            sha256_update(&state, message + at, size - at < 61 ? size - at : 61);
        sha256_final(&state, parts);
        CHECK(memcmp(whole, parts, sizeof whole) == 0, "size %zu", size);
    }
}

/* A hash that asks the processor at once gives what one gives that does not. */
static void test_ask(void)
{
    uint8_t message[200], plain[SHA256_SIZE], asked[SHA256_SIZE];
    Sha256 empty;
    check_group("asked at once");
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = (uint8_t)(i * 7);
    sha256_init(&empty);
    sha256_ask(&empty);
    for (size_t size = 0; size <= sizeof message; size++) {
        Sha256 hash = empty;
        sha256_update(&hash, message, size);
        sha256_final(&hash, asked);
        sha256_of(message, size, plain);
        CHECK(memcmp(plain, asked, sizeof plain) == 0, "%zu bytes", size);
    }
}

int main(void)
{
    test_vectors();
    test_long_stretches();
    test_ask();
    test_million();
    test_splits();
    return check_done();
}
