/* describe_json.h: what a module offers and reads, as JSON (schema beding.describe/1). */
#ifndef BEDING_CLI_DESCRIBE_JSON_H
#define BEDING_CLI_DESCRIBE_JSON_H

#include "beding.h"
#include "compiler/cli/json_write.h"

void describe_json(const bd_module *module, StringBuilder *out);

/* Writes a citation as an object {document, place, quote}; parts that are empty are left out. */
void describe_json_citation(JsonWriter *json, const char *name, const bd_citation *citation);

/* Writes a place as an object {file, line, column}; null when there is none. */
void describe_json_place(JsonWriter *json, const char *name, const bd_place *place);

/* The name of an effect in JSON: "reject", "cap_volume" ... */
Text describe_json_effect(bd_effect effect);

/* Whether the lines need a column only because it is the key of list `list`, which no rule reads: `key` is its name, of type text. Of two
 * lists with one key only the first says so. */
bool describe_only_key(const bd_module *module, uint32_t list, Text *key);

#endif
