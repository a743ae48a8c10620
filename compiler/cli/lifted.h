/* lifted.h: which exceptions took away a rule that would have held for a line; for `beding explain`. */
#ifndef BEDING_CLI_LIFTED_H
#define BEDING_CLI_LIFTED_H

#include "compiler/cli/story.h"

/* Whether rule `exception` is an exception without effect of its own that kept its rule from deciding this line.
**   base  set to that rule when so */
bool lifted_by(const Story *story, uint32_t exception, uint32_t *base);

#endif
