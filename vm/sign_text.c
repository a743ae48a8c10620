/* sign_text.c: public keys, secret keys and signatures as text: docs/signing.md has the form.
**
** Job: a title line, then fields in a fixed order, each a name and hexadecimal digits; one reader and one writer for all three. What is not exactly
** that is refused with its line, and a text of one of the other kinds by its name, since mixing up the files is the usual mistake.
** Invariant: each kind of value has one text (letters of digits aside), and BD_SIGN_TEXT_MAX is room for the longest.
*/
#include <string.h>

#include "sign.h"

enum { FIELDS_MAX = 3, KIND_COUNT = 3, PUBLIC_KEY = 0, SECRET_KEY = 1, SIGNATURE = 2 };

typedef struct Field {
    const char *name;
    size_t size; /* bytes; twice as many digits */
    const char *complaint;
} Field;

typedef struct Kind {
    const char *title, *complaint;
    Field fields[FIELDS_MAX];
    size_t count;
} Kind;

static const Kind kinds[KIND_COUNT] = {
    [PUBLIC_KEY] = {"beding public key 1",
                    "a public key begins with the line `beding public key 1`",
                    {{"key", 32, "`key ` and 64 hexadecimal digits are wanted here"}},
                    1},
    [SECRET_KEY] = {"beding secret key 1",
                    "a secret key begins with the line `beding secret key 1`",
                    {{"seed", 32, "`seed ` and 64 hexadecimal digits are wanted here"},
                     {"key", 32, "`key ` and 64 hexadecimal digits are wanted here"}},
                    2},
    [SIGNATURE] = {"beding signature 1",
                   "a signature begins with the line `beding signature 1`",
                   {{"module", 32, "`module ` and 64 hexadecimal digits are wanted here"},
                    {"key", 32, "`key ` and 64 hexadecimal digits are wanted here"},
                    {"signature", 64, "`signature ` and 128 hexadecimal digits are wanted here"}},
                   3},
};

/* What stands where another kind is wanted: [wanted][found]. */
static const char *const mistaken[KIND_COUNT][KIND_COUNT] = {
    [PUBLIC_KEY] = {NULL, "this is a secret key, and a public key is wanted",
                    "this is a signature, and a public key is wanted"},
    [SECRET_KEY] = {"this is a public key, and a secret key is wanted", NULL,
                    "this is a signature, and a secret key is wanted"},
    [SIGNATURE] = {"this is a public key, and a signature is wanted", "this is a secret key, and a signature is wanted",
                   NULL},
};

/* ---- Reading ---- */

typedef struct Lines {
    bd_text rest;
    uint32_t number; /* of the line last taken */
} Lines;

/* The next line that says something, without white space behind it; the empty text at the end. */
static bd_text next_line(Lines *lines)
{
    while (lines->rest.size > 0) {
        const char *start = lines->rest.data;
        const char *feed = memchr(start, '\n', lines->rest.size);
        size_t size = feed == NULL ? lines->rest.size : (size_t)(feed - start);
        size_t step = feed == NULL ? size : size + 1;
        lines->rest = (bd_text){start + step, lines->rest.size - step};
        lines->number++;
        while (size > 0 && (start[size - 1] == ' ' || start[size - 1] == '\t' || start[size - 1] == '\r'))
            size--;
        if (size > 0 && start[0] != '#')
            return (bd_text){start, size};
    }
    lines->number += lines->number == 0;
    return (bd_text){"", 0};
}

static bool is_text(bd_text text, const char *wanted)
{
    return text.size == strlen(wanted) && memcmp(text.data, wanted, text.size) == 0;
}

/* The value of a digit; 16 of what is none. */
static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 16;
}

static bool read_field(bd_text line, const Field *field, uint8_t *out)
{
    size_t name = strlen(field->name);
    if (line.size != name + 1 + 2 * field->size || memcmp(line.data, field->name, name) != 0 || line.data[name] != ' ')
        return false;
    for (size_t i = 0; i < field->size; i++) {
        unsigned high = digit_value(line.data[name + 1 + 2 * i]), low = digit_value(line.data[name + 2 + 2 * i]);
        if (high > 15 || low > 15)
            return false;
        out[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

static bd_status refuse_title(bd_text line, uint32_t number, int wanted, bd_error *error)
{
    const char *sentence = kinds[wanted].complaint;
    for (int found = 0; found < KIND_COUNT; found++)
        if (is_text(line, kinds[found].title))
            sentence = mistaken[wanted][found];
    return sign_report(BD_SYNTAX, number, sentence, error);
}

/* Reads the fields of a kind into places[0..count). */
static bd_status read_text(bd_text text, int wanted, uint8_t *const places[FIELDS_MAX], bd_error *error)
{
    const Kind *kind = &kinds[wanted];
    Lines lines = {text, 0};
    bd_text line = next_line(&lines);
    if (!is_text(line, kind->title))
        return refuse_title(line, lines.number, wanted, error);
    for (size_t i = 0; i < kind->count; i++) {
        line = next_line(&lines);
        if (!read_field(line, &kind->fields[i], places[i]))
            return sign_report(BD_SYNTAX, lines.number, kind->fields[i].complaint, error);
    }
    if (next_line(&lines).size > 0)
        return sign_report(BD_SYNTAX, lines.number, "nothing more is wanted here", error);
    return BD_OK;
}

static bool is_given(bd_text text, const void *out)
{
    return out != NULL && (text.data != NULL || text.size == 0);
}

static const char argument[] = "a text and room for what it says are needed";

bd_status bd_public_key_read(bd_text text, bd_public_key *out, bd_error *error)
{
    bd_public_key key;
    if (!is_given(text, out))
        return sign_report(BD_ARGUMENT, 0, argument, error);
    bd_status status = read_text(text, PUBLIC_KEY, (uint8_t *[FIELDS_MAX]){key.bytes, NULL, NULL}, error);
    if (status != BD_OK)
        return status;
    if (!sign_is_key(&key))
        return sign_report(BD_SYNTAX, 0, "no secret key has this public key: the text is damaged", error);
    *out = key;
    return BD_OK;
}

bd_status bd_secret_key_read(bd_text text, bd_secret_key *out, bd_error *error)
{
    bd_secret_key key;
    if (!is_given(text, out))
        return sign_report(BD_ARGUMENT, 0, argument, error);
    bd_status status =
        read_text(text, SECRET_KEY, (uint8_t *[FIELDS_MAX]){key.seed, key.public_key.bytes, NULL}, error);
    if (status == BD_OK && !sign_is_pair(&key))
        status = sign_report(BD_SYNTAX, 0, "seed and key do not belong together: the text is damaged", error);
    if (status == BD_OK)
        *out = key;
    bd_secret_key_erase(&key);
    return status;
}

bd_status bd_signature_read(bd_text text, bd_signature *out, bd_error *error)
{
    bd_signature signature;
    if (!is_given(text, out))
        return sign_report(BD_ARGUMENT, 0, argument, error);
    uint8_t *places[FIELDS_MAX] = {signature.module, signature.key.bytes, signature.bytes};
    bd_status status = read_text(text, SIGNATURE, places, error);
    if (status == BD_OK)
        *out = signature;
    return status;
}

/* ---- Writing ---- */

static size_t append(char *out, size_t size, const char *string)
{
    size_t length = strlen(string);
    memcpy(out + size, string, length + 1);
    return size + length;
}

static size_t write_text(const Kind *kind, const uint8_t *const places[FIELDS_MAX], char out[BD_SIGN_TEXT_MAX])
{
    static const char digits[] = "0123456789abcdef";
    size_t size = append(out, append(out, 0, kind->title), "\n");
    for (size_t i = 0; i < kind->count; i++) {
        size = append(out, append(out, size, kind->fields[i].name), " ");
        for (size_t j = 0; j < kind->fields[i].size; j++) {
            out[size++] = digits[places[i][j] >> 4];
            out[size++] = digits[places[i][j] & 15];
        }
        size = append(out, size, "\n");
    }
    return size;
}

size_t bd_public_key_write(const bd_public_key *key, char out[BD_SIGN_TEXT_MAX])
{
    return write_text(&kinds[PUBLIC_KEY], (const uint8_t *[FIELDS_MAX]){key->bytes, NULL, NULL}, out);
}

size_t bd_secret_key_write(const bd_secret_key *key, char out[BD_SIGN_TEXT_MAX])
{
    return write_text(&kinds[SECRET_KEY], (const uint8_t *[FIELDS_MAX]){key->seed, key->public_key.bytes, NULL}, out);
}

size_t bd_signature_write(const bd_signature *signature, char out[BD_SIGN_TEXT_MAX])
{
    const uint8_t *places[FIELDS_MAX] = {signature->module, signature->key.bytes, signature->bytes};
    return write_text(&kinds[SIGNATURE], places, out);
}
