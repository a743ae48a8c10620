/* json_write.h: JSON out: commas and indentation kept by a writer over a StringBuilder.
**
** Job: what `--json`, the summary and `eval` print. Names are ASCII by choice of ours; texts go through builder_json_string.
** Invariant: as many closes as opens; depth at most JSON_WRITE_DEPTH.
*/
#ifndef BEDING_CLI_JSON_WRITE_H
#define BEDING_CLI_JSON_WRITE_H

#include "beding.h"
#include "vm/core/text.h"

enum { JSON_WRITE_DEPTH = 32 };

typedef struct JsonWriter {
    StringBuilder *out;
    unsigned depth;
    bool has_items[JSON_WRITE_DEPTH];
    bool is_compact; /* one line, for JSON Lines */
    bool is_named;   /* json_write_name was called: the value comes next */
} JsonWriter;

void json_write_init(JsonWriter *writer, StringBuilder *out, bool is_compact);

/* name NULL: an element of an array, or the value of the whole document. */
void json_write_object(JsonWriter *writer, const char *name);
void json_write_array(JsonWriter *writer, const char *name);
void json_write_close_object(JsonWriter *writer);
void json_write_close_array(JsonWriter *writer);

void json_write_text(JsonWriter *writer, const char *name, Text text);
void json_write_raw(JsonWriter *writer, const char *name, Text json); /* already JSON: a number's text */
void json_write_int(JsonWriter *writer, const char *name, int64_t number);
void json_write_uint(JsonWriter *writer, const char *name, uint64_t number);
void json_write_bool(JsonWriter *writer, const char *name, bool value);
void json_write_null(JsonWriter *writer, const char *name);
void json_write_date(JsonWriter *writer, const char *name, int32_t day);

/* A member whose name is data: write_name, then one of the above with name NULL. */
void json_write_name(JsonWriter *writer, Text name);

/* A value of the library in the JSON form of the data files: money with two decimals, {"waarde", "eenheid"}, {"bedrag", "per"} ... */
void json_write_value(JsonWriter *writer, const char *name, const bd_module *module, const bd_value *value);

#endif
