/* rule_id.h: the name by which other systems remember a rule.
**
** `AGREEMENT/regel.NAME`, and for a further version of the same rule `@2`, `@3` … behind it, in the order of the text. It does not depend on the
** file or line that the rule stands in, on the keyword language, or on other rules. docs/json.md promises it.
*/
#ifndef BEDING_CLI_RULE_ID_H
#define BEDING_CLI_RULE_ID_H

#include "beding.h"
#include "vm/core/text.h"

/* Appends the identifier of a rule of a module; nothing for an index that is none. */
void rule_id_append(StringBuilder *out, const bd_module *module, uint32_t rule);

/* The same as a text of its own, in the builder's arena. */
Text rule_id_text(struct Arena *arena, const bd_module *module, uint32_t rule);

#endif
