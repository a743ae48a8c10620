/* rule_scope.h: what a rule is about, as the module says it: products, days, a condition, and the rules whose place it takes; for `beding explain`.
**
** A trace shows what was computed. That a rule is about other products, or gives way to another one, leaves no step of its own: it stands in what
** the module says of the agreement (MEANINGS). Of the rules of the language, and of a module without MEANINGS, nothing is known.
*/
#ifndef BEDING_CLI_RULE_SCOPE_H
#define BEDING_CLI_RULE_SCOPE_H

#include "beding.h"
#include "vm/core/arena.h"
#include "vm/core/text.h"

typedef struct RuleScope {
    bool is_known;
    bool is_for_all;     /* of all products */
    bool has_condition;  /* `als`, a test, or a version that is not for all lines */
    bool gives_way;      /* an exception or a departure names it */
    uint32_t first, end; /* its records in MEANINGS */
    Text products;       /* their names, with ", " between them */
    Text condition;      /* the clauses with it, as they are written */
    Text date;           /* the column of the day that its validity looks at */
} RuleScope;

/* One for each rule of the module; memory and texts are the arena's and the module's. */
const RuleScope *rule_scopes(Arena *arena, const bd_module *module);

bool rule_scope_has_product(const RuleScope *scope, Text product);

/* Whether rule `index` was written valid on a day. */
bool rule_scope_has_day(const bd_module *module, uint32_t index, int32_t day);

/* Whether rule `index` takes the place of a rule of that name where it applies: in departure from it, or as an exception with an effect. */
bool rule_scope_replaces(const bd_module *module, const RuleScope *scopes, uint32_t index, Text name);

/* Whether two rules are about the same products and days under the same condition: they hold for the same lines, but for what they give way to. */
bool rule_scope_is_same(const bd_module *module, const RuleScope *scopes, uint32_t a, uint32_t b);

/* Whether some words are the whole of a condition in the rule's clauses: `keur af als volume > 9` has `volume > 9`. */
bool rule_scope_is_condition(const RuleScope *scope, Text words);

#endif
