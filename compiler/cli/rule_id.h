/* rule_id.h: the name by which other systems remember a rule.
**
** `rule.NAME`, and of a version of a rule that begins on a day `rule.NAME@2023-01-01`: what `diff` calls it too. It does not depend on the file or
** line that the rule stands in, on the keyword language, or on other rules. docs/json.md promises it.
*/
#ifndef BEDING_CLI_RULE_ID_H
#define BEDING_CLI_RULE_ID_H

#include "beding.h"
#include "vm/core/arena.h"
#include "vm/core/text.h"

/* The identifier of a rule, in `arena`; empty for an index that is none. */
Text rule_id(Arena *arena, const bd_module *module, uint32_t rule);

#endif
