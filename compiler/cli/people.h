/* people.h: what a module leaves to people, in words and as JSON: readings, judgements, powers, and what is not expressible.
**
** Job: the lists at the end of `describe`, and the readings that a run was made with (language.md, section 8 of the design: a result names
** every reading that differs from the file's choice).
*/
#ifndef BEDING_CLI_PEOPLE_H
#define BEDING_CLI_PEOPLE_H

#include "beding.h"
#include "compiler/cli/json_write.h"
#include "compiler/cli/messages.h"

/* Appends the four lists of `describe`, those that are not empty. */
void people_append(const Cli *cli, StringBuilder *out, const bd_module *module);

/* Writes "judgements", "readings", "powers" and "not_expressible". */
void people_json(JsonWriter *json, const bd_module *module);

/* Appends a heading and one row per reading with the alternative of this session; one that differs from the file's choice says so. Nothing
** for a module without readings. */
void people_append_readings(const Cli *cli, StringBuilder *out, const bd_module *module, const bd_session *session);

/* Writes an array of {name, alternative, chosen} under a name: all readings, with the session's alternative and the file's choice. */
void people_json_readings(JsonWriter *json, const char *name, const bd_module *module, const bd_session *session);

#endif
