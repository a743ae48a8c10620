/* definition_days.h: no day without a version of a dated definition. */
#ifndef BEDING_DEFINITION_DAYS_H
#define BEDING_DEFINITION_DAYS_H

#include "compiler/core.h"

/* Reports E0526 and E0527. After core_from_ast. */
void definition_days_check(Core *core);

#endif
