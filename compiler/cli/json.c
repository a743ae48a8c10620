/* json.c: the strict JSON reader; see json.h. */
#include "compiler/cli/json.h"

#include <string.h>

enum { MAXIMUM_DEPTH = 64 };

void json_init(JsonReader *reader, Text text, Arena *arena)
{
    *reader = (JsonReader){.text = text, .arena = arena};
}

static bool fail(JsonReader *reader, Message problem)
{
    if (!reader->failed)
        reader->problem = problem;
    reader->failed = true;
    return false;
}

/* The next byte that is no white space, or 0 at the end. */
static char peek(JsonReader *reader)
{
    while (reader->position < reader->text.size) {
        char c = reader->text.data[reader->position];
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
            return c;
        reader->position++;
    }
    return '\0';
}

static bool expect(JsonReader *reader, char c, Message problem)
{
    if (reader->failed || peek(reader) != c)
        return fail(reader, problem);
    reader->position++;
    return true;
}

static bool is_digit_at(const JsonReader *reader, size_t position)
{
    return position < reader->text.size && reader->text.data[position] >= '0' && reader->text.data[position] <= '9';
}

static size_t digits_end(const JsonReader *reader, size_t position)
{
    while (is_digit_at(reader, position))
        position++;
    return position;
}

static bool read_number(JsonReader *reader, Text *out)
{
    size_t begin = reader->position;
    size_t at = begin;
    if (reader->text.data[at] == '-')
        at++;
    if (!is_digit_at(reader, at))
        return fail(reader, MSG_JSON_DIGIT);
    bool leading_zero = reader->text.data[at] == '0';
    size_t end = digits_end(reader, at);
    if (leading_zero && end > at + 1)
        return fail(reader, MSG_JSON_LEADING_ZERO);
    at = end;
    if (at < reader->text.size && reader->text.data[at] == '.') {
        end = digits_end(reader, at + 1);
        if (end == at + 1)
            return fail(reader, MSG_JSON_POINT);
        at = end;
    }
    if (at < reader->text.size && (reader->text.data[at] == 'e' || reader->text.data[at] == 'E')) {
        at++;
        if (at < reader->text.size && (reader->text.data[at] == '+' || reader->text.data[at] == '-'))
            at++;
        end = digits_end(reader, at);
        if (end == at)
            return fail(reader, MSG_JSON_EXPONENT);
        at = end;
    }
    reader->position = at;
    *out = (Text){reader->text.data + begin, at - begin};
    return true;
}

/* The four hex digits at `at`; false if they are not. */
static bool read_hex(const JsonReader *reader, size_t at, uint32_t *out)
{
    uint32_t value = 0;
    for (size_t i = 0; i < 4; i++) {
        if (at + i >= reader->text.size)
            return false;
        char c = reader->text.data[at + i];
        uint32_t digit = 0;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (uint32_t)(c - 'a') + 10;
        else if (c >= 'A' && c <= 'F')
            digit = (uint32_t)(c - 'A') + 10;
        else
            return false;
        value = value * 16 + digit;
    }
    *out = value;
    return true;
}

/* \uXXXX with the position behind the u; a surrogate pair is one code point. */
static bool read_unicode(JsonReader *reader, StringBuilder *out)
{
    uint32_t code = 0;
    if (!read_hex(reader, reader->position, &code))
        return fail(reader, MSG_JSON_HEXADECIMAL);
    reader->position += 4;
    if (code >= 0xDC00 && code <= 0xDFFF)
        return fail(reader, MSG_JSON_SURROGATE);
    if (code >= 0xD800 && code <= 0xDBFF) {
        uint32_t low = 0;
        bool has_low = reader->position + 1 < reader->text.size && reader->text.data[reader->position] == '\\' &&
                       reader->text.data[reader->position + 1] == 'u' && read_hex(reader, reader->position + 2, &low);
        if (!has_low || low < 0xDC00 || low > 0xDFFF)
            return fail(reader, MSG_JSON_SURROGATE);
        reader->position += 6;
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    builder_code_point(out, code);
    return true;
}

static bool read_escape(JsonReader *reader, StringBuilder *out)
{
    static const char FROM[] = "\"\\/bfnrt";
    static const char TO[] = "\"\\/\b\f\n\r\t";
    if (reader->position >= reader->text.size)
        return fail(reader, MSG_JSON_OPEN_STRING);
    char c = reader->text.data[reader->position++];
    if (c == 'u')
        return read_unicode(reader, out);
    const char *found = c == '\0' ? NULL : strchr(FROM, c);
    if (found == NULL)
        return fail(reader, MSG_JSON_ESCAPE);
    builder_char(out, TO[found - FROM]);
    return true;
}

/* The position is at the opening quote. Without escapes the result points into the source. */
/* Moves to the next character of a string that means something: its end, an escape, a control character; or to the end of the text. */
static void skip_plain(JsonReader *reader)
{
    const char *data = reader->text.data;
    const size_t size = reader->text.size;
    size_t at = reader->position;
    while (at < size && data[at] != '"' && data[at] != '\\' && (unsigned char)data[at] >= 0x20)
        at++;
    reader->position = at;
}

static bool read_string(JsonReader *reader, Text *out)
{
    size_t begin = ++reader->position;
    StringBuilder decoded;
    bool is_decoded = false;
    size_t copied = begin;
    for (skip_plain(reader); reader->position < reader->text.size; skip_plain(reader)) {
        char c = reader->text.data[reader->position];
        if (c == '"') {
            Text rest = text_slice(reader->text, copied, reader->position);
            reader->position++;
            if (is_decoded)
                builder_text(&decoded, rest);
            *out = is_decoded ? builder_result(&decoded) : rest;
            if (out->data == NULL)
                *out = TEXT("");
            return true;
        }
        if ((unsigned char)c < 0x20)
            return fail(reader, MSG_JSON_CONTROL);
        if (!is_decoded)
            builder_init(&decoded, reader->arena);
        is_decoded = true;
        builder_text(&decoded, text_slice(reader->text, copied, reader->position));
        reader->position++;
        if (!read_escape(reader, &decoded))
            return false;
        copied = reader->position;
    }
    return fail(reader, MSG_JSON_OPEN_STRING);
}

static bool read_word(JsonReader *reader, Text word)
{
    Text rest = text_slice(reader->text, reader->position, reader->text.size);
    if (!text_has_prefix(rest, word))
        return fail(reader, MSG_JSON_VALUE);
    reader->position += word.size;
    return true;
}

static JsonValue *read_value(JsonReader *reader, unsigned depth);

bool json_open_object(JsonReader *reader)
{
    return expect(reader, '{', MSG_JSON_OBJECT);
}

bool json_member(JsonReader *reader, bool *first, Text *name)
{
    if (reader->failed)
        return false;
    char c = peek(reader);
    if (c == '}') {
        reader->position++;
        return false;
    }
    if (!*first) {
        if (c != ',')
            return fail(reader, MSG_JSON_BRACE);
        reader->position++;
        c = peek(reader);
    }
    *first = false;
    if (c != '"')
        return fail(reader, MSG_JSON_NAME);
    return read_string(reader, name) && expect(reader, ':', MSG_JSON_COLON);
}

static bool read_members(JsonReader *reader, JsonValue *object, unsigned depth)
{
    JsonValue **link = &object->first;
    bool first = true;
    Text name = {NULL, 0};
    reader->position++;
    while (json_member(reader, &first, &name)) {
        if (json_find(object, name) != NULL)
            return fail(reader, MSG_JSON_NAME_TWICE);
        *link = read_value(reader, depth + 1);
        if (*link == NULL)
            return false;
        (*link)->name = name;
        link = &(*link)->next;
    }
    return !reader->failed;
}

static bool read_elements(JsonReader *reader, JsonValue *array, unsigned depth)
{
    JsonValue **link = &array->first;
    reader->position++;
    if (peek(reader) == ']') {
        reader->position++;
        return true;
    }
    for (;;) {
        *link = read_value(reader, depth + 1);
        if (*link == NULL)
            return false;
        link = &(*link)->next;
        char c = peek(reader);
        if (c != ',' && c != ']')
            return fail(reader, MSG_JSON_BRACKET);
        reader->position++;
        if (c == ']')
            return true;
    }
}

/* A scalar at the position, whose first byte is c. */
static bool read_scalar(JsonReader *reader, char c, JsonKind *kind, Text *text)
{
    size_t begin = reader->position;
    switch (c) {
    case '"': *kind = JSON_STRING; return read_string(reader, text);
    case 't':
        *kind = JSON_TRUE;
        *text = text_slice(reader->text, begin, begin + 4);
        return read_word(reader, TEXT("true"));
    case 'f':
        *kind = JSON_FALSE;
        *text = text_slice(reader->text, begin, begin + 5);
        return read_word(reader, TEXT("false"));
    case 'n':
        *kind = JSON_NULL;
        *text = text_slice(reader->text, begin, begin + 4);
        return read_word(reader, TEXT("null"));
    default:
        *kind = JSON_NUMBER;
        if (c != '-' && !(c >= '0' && c <= '9'))
            return fail(reader, MSG_JSON_VALUE);
        return read_number(reader, text);
    }
}

static JsonValue *read_value(JsonReader *reader, unsigned depth)
{
    if (reader->failed)
        return NULL;
    if (depth > MAXIMUM_DEPTH) {
        fail(reader, MSG_JSON_DEPTH);
        return NULL;
    }
    char c = peek(reader);
    JsonValue *value = arena_alloc(reader->arena, sizeof *value);
    size_t begin = reader->position;
    bool done = false;
    if (c == '{' || c == '[') {
        value->kind = c == '{' ? JSON_OBJECT : JSON_ARRAY;
        done = c == '{' ? read_members(reader, value, depth) : read_elements(reader, value, depth);
        value->text = text_slice(reader->text, begin, reader->position);
    } else {
        done = read_scalar(reader, c, &value->kind, &value->text);
    }
    return done ? value : NULL;
}

JsonValue *json_value(JsonReader *reader)
{
    return read_value(reader, 0);
}

size_t json_value_begin(JsonReader *reader)
{
    (void)peek(reader);
    return reader->position;
}

bool json_scalar(JsonReader *reader, JsonKind *kind, Text *text)
{
    if (reader->failed)
        return false;
    char c = peek(reader);
    if (c != '{' && c != '[')
        return read_scalar(reader, c, kind, text);
    const JsonValue *value = read_value(reader, 0);
    if (value == NULL)
        return false;
    *kind = value->kind;
    *text = value->text;
    return true;
}

bool json_end(JsonReader *reader)
{
    if (reader->failed)
        return false;
    (void)peek(reader);
    if (reader->position < reader->text.size)
        return fail(reader, MSG_JSON_END);
    return true;
}

const JsonValue *json_find(const JsonValue *object, Text name)
{
    for (const JsonValue *member = object->first; member != NULL; member = member->next) {
        if (text_equal(member->name, name))
            return member;
    }
    return NULL;
}
