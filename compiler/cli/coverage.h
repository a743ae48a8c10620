/* coverage.h: what the scenarios of an agreement reach, for `beding test --coverage`.
**
** Job: count the rules that decided a line (from the traces of the ordinary run), and probe everything else: compiler/mutate.h makes each
** condition fault when it comes out one way, and each cell say something absurd; what then fails was reached. A trace cannot tell this:
** equal conditions are computed once and constants not at all, and callables leave none.
*/
#ifndef BEDING_CLI_COVERAGE_H
#define BEDING_CLI_COVERAGE_H

#include "compiler/cli/json_write.h"
#include "compiler/cli/scenario_check.h"

/* Starts with nothing reached. */
void coverage_init(Coverage *coverage, Arena *arena, const bd_module *module);

/* Counts and probes, after the scenarios have run. passed: all of them did; otherwise nothing is probed.
**   errors  as mutants_try */
ExitStatus coverage_measure(Coverage *coverage, Cli *cli, const Loaded *loaded, bool passed, const Arguments *arguments,
                            char separator);

/* Appends the report as comment lines of TAP, and as an element of an open JSON array. */
void coverage_text(const Coverage *coverage, const Cli *cli, StringBuilder *out);
void coverage_json(const Coverage *coverage, JsonWriter *json);

#endif
