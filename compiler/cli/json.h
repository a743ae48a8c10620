/* json.h: strict JSON (RFC 8259) in, with numbers kept as the text they were written as.
**
** Job: a reader over bytes in memory. Libraries at hand turn numbers into binary floating point or cut them at 64 bits (docs/libraries.md),
** which would change an amount before a contract sees it. Nothing is converted here: a number is checked against the grammar and kept.
** Invariant: position is at the first byte not yet read; once `failed`, `problem` says what was wanted, and nothing more is read.
*/
#ifndef BEDING_CLI_JSON_H
#define BEDING_CLI_JSON_H

#include "compiler/cli/messages.h"
#include "vm/core/arena.h"
#include "vm/core/text.h"

typedef enum JsonKind { JSON_NULL, JSON_TRUE, JSON_FALSE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT } JsonKind;

typedef struct JsonReader {
    Text text;
    size_t position;
    Arena *arena; /* decoded strings and values */
    bool failed;
    Message problem; /* what is wrong, once it failed */
} JsonReader;

/* A value. Strings without escapes point into the text that was read. */
typedef struct JsonValue {
    JsonKind kind;
    Text text;               /* STRING: decoded; NUMBER: as written; others: the source */
    Text name;               /* of a member of an object */
    struct JsonValue *first; /* members or elements */
    struct JsonValue *next;
} JsonValue;

void json_init(JsonReader *reader, Text text, Arena *arena);

/* Reads one value with everything in it; a name that occurs twice in one object is an error. NULL on failure. */
JsonValue *json_value(JsonReader *reader);

/* Whether only white space is left; if not, that is a failure. */
bool json_end(JsonReader *reader);

/* For rows: `{`, then for each member the name, then json_scalar or json_value. json_member returns false at the closing brace and on
** failure (look at failed). *first is true before the first call. */
bool json_open_object(JsonReader *reader);
bool json_member(JsonReader *reader, bool *first, Text *name);

/* Where the value begins that json_scalar would read: behind white space. */
size_t json_value_begin(JsonReader *reader);

/* Reads a value that is no array or object without allocating one; those give their source text and kind. */
bool json_scalar(JsonReader *reader, JsonKind *kind, Text *text);

/* The member of an object with this name, or NULL. */
const JsonValue *json_find(const JsonValue *object, Text name);

#endif
