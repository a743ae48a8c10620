/* scenario_batch.h: the facts of one line of a scenario as a batch of one row.
**
** Job: facts become columns through the same reading of cells that data files go through, after their units are converted to the
** column's. A fact that no rule reads is left out; a column that must have a value and has no fact is a complaint.
*/
#ifndef BEDING_CLI_SCENARIO_BATCH_H
#define BEDING_CLI_SCENARIO_BATCH_H

#include "compiler/cli/column.h"
#include "compiler/cli/load.h"
#include "compiler/scenario.h"

typedef struct ScenarioBatch {
    bd_batch batch;
    Text complaint; /* empty when the batch is good */
} ScenarioBatch;

/* Builds the batch for line `line` of a scenario. Everything lives in `arena`. */
ScenarioBatch scenario_batch(Cli *cli, Arena *arena, const Loaded *loaded, const Scenario *scenario, uint32_t line);
/* The same for a line that was granted before: of such a line the volume need not be stated. */
ScenarioBatch scenario_earlier(Cli *cli, Arena *arena, const Loaded *loaded, const Scenario *scenario, uint32_t index);

/* A number converted from one unit to another by the contract's units; false when they do not convert. Empty units agree with all. */
bool scenario_convert(const Loaded *loaded, Arena *arena, Text number, Text from, Text to, Number *out);

/* The fact about a column, or NULL. */
const ScenarioFact *scenario_find(const ScenarioFact *facts, uint32_t count, Text column);

#endif
