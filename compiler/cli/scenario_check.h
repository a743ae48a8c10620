/* scenario_check.h: one scenario run and compared with what it expects.
**
** Job: open a session with the scenario's tables, decide its lines with a trace, evaluate the callables it names, and compare. The first
** expectation that is not met ends the scenario, with what was expected, what came out, and the steps that led there.
*/
#ifndef BEDING_CLI_SCENARIO_CHECK_H
#define BEDING_CLI_SCENARIO_CHECK_H

#include "compiler/cli/load.h"
#include "compiler/cli/options.h"

/* What the scenarios of one module have touched. */
typedef struct Coverage {
    bool *rules;          /* per rule: decided some line */
    uint64_t **cells;     /* per tariff table: bit per version and cell; NULL for other tables */
    uint32_t *cell_count; /* per table, over all versions */
    uint32_t rule_count, table_count;
} Coverage;

typedef struct ScenarioResult {
    bool passed;
    Text problem; /* for people, several lines; empty when passed */
} ScenarioResult;

void coverage_init(Coverage *coverage, Arena *arena, const bd_module *module);

/* Notes the tariff cell of a line that was approved, from its facts. */
void coverage_note_cell(Coverage *coverage, const bd_module *module, const ScenarioLine *line);

/* Appends the report: how many of the rules and tariff cells were reached, and which were not. */
void coverage_append(const Coverage *coverage, const Cli *cli, const bd_module *module, StringBuilder *out);

/* Runs one scenario. Texts of the result live in `arena`; coverage may be NULL. */
ScenarioResult scenario_check(Cli *cli, Arena *arena, Loaded *loaded, const Scenario *scenario,
                              const Arguments *arguments, char separator, Coverage *coverage);

#endif
