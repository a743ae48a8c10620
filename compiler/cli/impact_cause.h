/* impact_cause.h: which cause a changed line has; see impact.h. */
#ifndef BEDING_CLI_IMPACT_CAUSE_H
#define BEDING_CLI_IMPACT_CAUSE_H

#include "compiler/cli/impact.h"

/* The cause of a changed line; product: its value in that dimension, which counts for payments only. */
uint32_t impact_cause_find(Impact *impact, const ImpactLine *line, uint32_t product);

/* Makes room for signatures and for the first cause. */
void impact_cause_init(Impact *impact);

/* Whether the reasons of two outcomes differ in name. */
bool impact_reasons_differ(Impact *impact, const ImpactLine *line);

#endif
