/* scenario_check.h: one scenario run and compared with what it expects.
**
** Job: open a session with the scenario's tables, decide its lines with a trace, evaluate the callables it names, and compare. The first
** expectation that is not met ends the scenario, with what was expected, what came out, and the steps that led there.
*/
#ifndef BEDING_CLI_SCENARIO_CHECK_H
#define BEDING_CLI_SCENARIO_CHECK_H

#include "compiler/cli/load.h"
#include "compiler/cli/options.h"

/* What the scenarios of one module have touched, as far as a run of them shows; coverage.h measures the rest. */
typedef struct Coverage {
    bool *rules; /* per rule: decided some line */
    uint32_t rule_count;
    struct CoverageReport *report; /* by coverage_measure */
} Coverage;

typedef struct ScenarioResult {
    bool passed;
    Text problem; /* for people, several lines; empty when passed */
} ScenarioResult;

/* Runs one scenario. Texts of the result live in `arena`; coverage may be NULL. */
ScenarioResult scenario_check(Cli *cli, Arena *arena, const Loaded *loaded, const Scenario *scenario,
                              const Arguments *arguments, char separator, Coverage *coverage);

#endif
