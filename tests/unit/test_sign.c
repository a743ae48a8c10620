/* test_sign.c: keys, signatures and their texts (vm/sign.c, vm/sign_text.c).
**
** The known answer was computed with another program (openssl pkeyutl -sign -rawin) from the seed of the first test of RFC 8032, section 7.1,
** over the message that docs/signing.md describes; the public key is that RFC's.
*/
#include "beding_sign.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "vm/core/sha256.h"

enum { HEADER = 64, SIZE = 200, HASH_AT = 32 };

static const char secret_text[] = "beding secret key 1\n"
                                  "seed 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n"
                                  "key d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n";
static const char public_text[] = "beding public key 1\n"
                                  "key d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n";

static bd_text text_of(const char *string)
{
    return (bd_text){string, strlen(string)};
}

/* Bytes that pass for a module here: the magic, and the hash of what follows. */
static void make_module(uint8_t module[SIZE], uint8_t fill)
{
    memset(module, fill, SIZE);
    memcpy(module, "BEDING\r\n", 8);
    sha256_of(module + HEADER, SIZE - HEADER, module + HASH_AT);
}

static void check_known_answer(void)
{
    static const char known[] = "beding signature 1\n"
                                "module 4ccff3d0790307928078db866c6822f9a4b165e8c89a860904a8aa1abe402300\n"
                                "key d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n"
                                "signature "
                                "bb88fe25c69a6a383402e2ef3f43744025a398c1e0d3c2e8f2661429bdf4a7ae51000adfe0222ef6de9eff"
                                "28150503ab153ee1aeaafe59d531b1a9116e2b800b\n";
    check_group("the signature that another program makes");
    uint8_t module[SIZE];
    char text[BD_SIGN_TEXT_MAX];
    bd_secret_key key;
    bd_signature signature;
    make_module(module, 0x5A);
    CHECK(bd_secret_key_read(text_of(secret_text), &key, NULL) == BD_OK, "the secret key is read");
    CHECK(bd_signature_make(module, SIZE, &key, &signature, NULL) == BD_OK, "signed");
    size_t size = bd_signature_write(&signature, text);
    CHECK(size == strlen(text) && strcmp(text, known) == 0, "%s", text);
    CHECK(bd_signature_check(module, SIZE, &signature, &key.public_key, 1, NULL) == BD_OK, "it holds");
    bd_secret_key_erase(&key);
    for (size_t i = 0; i < sizeof key.seed; i++)
        CHECK(key.seed[i] == 0, "byte %zu is wiped", i);
    bd_secret_key_erase(NULL);
}

static uint32_t problem_of(const uint8_t *module, size_t size, const bd_signature *signature, const bd_public_key *keys,
                           size_t count, bd_status wanted)
{
    bd_error error = {.code = BD_OK};
    bd_status status = bd_signature_check(module, size, signature, keys, count, &error);
    CHECK(status == wanted && error.code == wanted && error.message[0] != '\0', "%s: %s", bd_status_text(status),
          error.message);
    CHECK(bd_signature_check(module, size, signature, keys, count, NULL) == wanted, "the same without an error");
    return error.offset;
}

static void check_refusals(void)
{
    check_group("signatures that do not hold");
    uint8_t module[SIZE], other[SIZE], changed[SIZE];
    bd_secret_key mine, theirs;
    bd_signature signature, forged;
    make_module(module, 1);
    make_module(other, 2);
    CHECK(bd_secret_key_make(&mine, NULL) == BD_OK && bd_secret_key_make(&theirs, NULL) == BD_OK, "two keys");
    CHECK(memcmp(mine.seed, theirs.seed, sizeof mine.seed) != 0, "keys differ");
    CHECK(bd_signature_make(module, SIZE, &mine, &signature, NULL) == BD_OK, "signed");
    bd_public_key keys[] = {theirs.public_key, mine.public_key};
    CHECK(bd_signature_check(module, SIZE, &signature, keys, 2, NULL) == BD_OK, "either key will do");
    CHECK(problem_of(module, SIZE, &signature, keys, 1, BD_SIGNATURE) == BD_SIGNATURE_OTHER_KEY, "another key");
    CHECK(problem_of(module, SIZE, &signature, NULL, 0, BD_SIGNATURE) == BD_SIGNATURE_OTHER_KEY, "no key at all");
    CHECK(problem_of(other, SIZE, &signature, keys, 2, BD_SIGNATURE) == BD_SIGNATURE_OTHER_MODULE, "another module");
    forged = signature;
    forged.key = theirs.public_key;
    CHECK(problem_of(module, SIZE, &forged, keys, 2, BD_SIGNATURE) == BD_SIGNATURE_FALSE, "in another's name");
    forged = signature;
    memcpy(forged.module, other + HASH_AT, sizeof forged.module);
    CHECK(problem_of(other, SIZE, &forged, keys, 2, BD_SIGNATURE) == BD_SIGNATURE_FALSE, "moved to another module");
    for (size_t i = 0; i < SIZE; i++) {
        memcpy(changed, module, SIZE);
        changed[i] ^= 0x10;
        bd_status status = bd_signature_check(changed, SIZE, &signature, keys, 2, NULL);
        CHECK(status == (i < 8 || i >= HASH_AT ? BD_MODULE : BD_SIGNATURE), "byte %zu: %d", i, (int)status);
    }
    for (size_t size = 0; size < SIZE; size++)
        (void)problem_of(module, size, &signature, keys, 2, BD_MODULE);
    for (size_t i = 0; i < sizeof signature.bytes; i++) {
        forged = signature;
        forged.bytes[i] ^= 1;
        CHECK(problem_of(module, SIZE, &forged, keys, 2, BD_SIGNATURE) == BD_SIGNATURE_FALSE, "byte %zu", i);
    }
}

static void check_arguments(void)
{
    check_group("arguments");
    uint8_t module[SIZE] = {0};
    bd_secret_key key;
    bd_signature signature = {{0}, {{0}}, {0}};
    bd_public_key public_key = {{0}};
    CHECK(bd_secret_key_make(NULL, NULL) == BD_ARGUMENT, "no room");
    CHECK(bd_secret_key_make(&key, NULL) == BD_OK, "a key");
    CHECK(bd_signature_make(NULL, 0, &key, &signature, NULL) == BD_ARGUMENT, "no bytes");
    CHECK(bd_signature_make(module, SIZE, NULL, &signature, NULL) == BD_ARGUMENT, "no key");
    CHECK(bd_signature_make(module, SIZE, &key, NULL, NULL) == BD_ARGUMENT, "no room");
    CHECK(bd_signature_make(module, SIZE, &key, &signature, NULL) == BD_MODULE, "no module");
    CHECK(bd_signature_check(NULL, 0, &signature, &public_key, 1, NULL) == BD_ARGUMENT, "no bytes");
    CHECK(bd_signature_check(module, SIZE, NULL, &public_key, 1, NULL) == BD_ARGUMENT, "no signature");
    CHECK(bd_signature_check(module, SIZE, &signature, NULL, 1, NULL) == BD_ARGUMENT, "no keys where one is said");
    CHECK(bd_public_key_read((bd_text){NULL, 1}, &public_key, NULL) == BD_ARGUMENT, "no text");
    CHECK(bd_public_key_read((bd_text){NULL, 0}, &public_key, NULL) == BD_SYNTAX, "the empty text");
    CHECK(bd_secret_key_read(text_of(secret_text), NULL, NULL) == BD_ARGUMENT, "no room");
    CHECK(bd_signature_read(text_of(""), NULL, NULL) == BD_ARGUMENT, "no room");
}

/* What a reader says of each text; 0 as line: it is accepted. */
static void check_texts(void)
{
#define KEY "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    static const struct {
        const char *text;
        uint32_t line;
        const char *says;
    } cases[] = {
        {"beding public key 1\nkey " KEY "\n", 0, ""},
        {"beding public key 1\r\nkey " KEY "\r\n", 0, ""},
        {"# of the council, from 2026\n\nbeding public key 1  \n# a remark\n key " KEY, 5, "64 hexadecimal digits"},
        {"# of the council, from 2026\n\nbeding public key 1  \n# a remark\nkey " KEY "\t\n\n\n", 0, ""},
        {"beding public key 1\nkey D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A", 0, ""},
        {"", 1, "begins with the line"},
        {"\n\n", 2, "begins with the line"},
        {"beding public key 2\nkey " KEY "\n", 1, "begins with the line"},
        {"beding secret key 1\nkey " KEY "\n", 1, "this is a secret key"},
        {"beding signature 1\n", 1, "this is a signature"},
        {"beding public key 1\n", 1, "`key ` and 64"},
        {"beding public key 1\nkey " KEY "0\n", 2, "`key ` and 64"},
        {"beding public key 1\nseed " KEY "\n", 2, "`key ` and 64"},
        {"beding public key 1\nkey g75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n", 2,
         "`key ` and 64"},
        {"beding public key 1\nkey " KEY "\nkey " KEY "\n", 3, "nothing more"},
        {"beding public key 1\nkey 0000000000000000000000000000000000000000000000000000000000000000\n", UINT32_MAX,
         "damaged"},
        {"beding public key 1\nkey 0100000000000000000000000000000000000000000000000000000000000000\n", UINT32_MAX,
         "damaged"},
        {"beding public key 1\nkey ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\n", UINT32_MAX,
         "damaged"},
    };
    check_group("public keys as text");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bd_public_key key;
        bd_error error = {.code = BD_OK, .message = ""};
        bd_status status = bd_public_key_read(text_of(cases[i].text), &key, &error);
        uint32_t line = cases[i].line == UINT32_MAX ? 0 : cases[i].line;
        CHECK(status == (cases[i].line == 0 ? BD_OK : BD_SYNTAX), "%s: %s", cases[i].text, error.message);
        CHECK(status == BD_OK || error.offset == line, "%s: line %u", cases[i].text, error.offset);
        CHECK(status == BD_OK || strstr(error.message, cases[i].says) != NULL, "%s: %s", cases[i].text, error.message);
    }
#undef KEY
}

/* Every text with one byte changed or cut off: read in bounds, and either refused or the same value. */
static void check_damage(void)
{
    check_group("damaged secret keys");
    size_t size = strlen(secret_text);
    bd_secret_key whole, key;
    CHECK(bd_secret_key_read(text_of(secret_text), &whole, NULL) == BD_OK, "the whole one");
    for (size_t i = 0; i < size; i++) {
        char *copy = malloc(size);
        if (copy == NULL)
            return;
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(copy, secret_text, size);
            copy[i] = (char)(copy[i] ^ (1 << bit));
            bd_status status = bd_secret_key_read((bd_text){copy, size}, &key, NULL);
            CHECK(status == BD_SYNTAX || memcmp(&key, &whole, sizeof key) == 0, "byte %zu, bit %u", i, bit);
        }
        free(copy);
        char *cut = malloc(i + 1);
        if (cut == NULL)
            return;
        memcpy(cut, secret_text, i);
        bd_status status = bd_secret_key_read((bd_text){cut, i}, &key, NULL);
        CHECK(status == (i == size - 1 ? BD_OK : BD_SYNTAX), "cut at %zu", i);
        free(cut);
    }
}

static void check_round_trips(void)
{
    check_group("texts written and read again");
    uint8_t module[SIZE];
    char text[BD_SIGN_TEXT_MAX];
    bd_secret_key key, key_again;
    bd_public_key public_again;
    bd_signature signature, signature_again;
    make_module(module, 9);
    CHECK(bd_secret_key_make(&key, NULL) == BD_OK && bd_signature_make(module, SIZE, &key, &signature, NULL) == BD_OK,
          "a key and a signature");
    size_t size = bd_secret_key_write(&key, text);
    CHECK(bd_secret_key_read((bd_text){text, size}, &key_again, NULL) == BD_OK, "%s", text);
    CHECK(memcmp(&key, &key_again, sizeof key) == 0, "the same secret key");
    size = bd_public_key_write(&key.public_key, text);
    CHECK(bd_public_key_read((bd_text){text, size}, &public_again, NULL) == BD_OK, "%s", text);
    CHECK(memcmp(&key.public_key, &public_again, sizeof public_again) == 0, "the same public key");
    size = bd_signature_write(&signature, text);
    CHECK(size + 1 <= BD_SIGN_TEXT_MAX && text[size] == '\0', "it fits: %zu", size);
    CHECK(bd_signature_read((bd_text){text, size}, &signature_again, NULL) == BD_OK, "%s", text);
    CHECK(memcmp(&signature, &signature_again, sizeof signature) == 0, "the same signature");
    CHECK(bd_secret_key_read(text_of(public_text), &key_again, NULL) == BD_SYNTAX, "a public key is no secret one");
    CHECK(bd_signature_read(text_of(public_text), &signature_again, NULL) == BD_SYNTAX, "nor a signature");
}

int main(void)
{
    check_known_answer();
    check_refusals();
    check_arguments();
    check_texts();
    check_damage();
    check_round_trips();
    return check_done();
}
