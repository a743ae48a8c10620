/* payment_circle.h: refuses an agreement whose payment depends on its own outcome. See payment_circle.c. */
#ifndef BEDING_PAYMENT_CIRCLE_H
#define BEDING_PAYMENT_CIRCLE_H

#include "compiler/core.h"

/* Reports E0305 at every `berekend_bedrag` that the selection or the formula of a payment reads. After all rules were checked. */
void payment_circle_check(Core *core);

#endif
