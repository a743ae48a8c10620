/* witness_read.c: scenarios read back from their text before they are reported; see witness_internal.h.
**
** What is reported is the text, and a reader pastes it. So the text is what is checked, by what `beding test` does: a scenario must hold in its own
** version, and must not in the other one. Where a version has no text there is nothing to read it against.
*/
#include "compiler/cli/scenario_check.h"
#include "compiler/cli/witness_internal.h"

static bool holds(Search *search, int side, Text text)
{
    static const Arguments NONE;
    Scenario *scenarios = NULL;
    uint32_t count = 0;
    const Loaded *loaded = search->loaded[side];
    if (!compile_scenarios(&loaded->compilation, text, search->arena, &scenarios, &count) || count != 1)
        return false;
    Arena scratch;
    cli_arena(search->cli, &scratch);
    ScenarioResult result = scenario_check(search->cli, &scratch, loaded, scenarios, &NONE, ',', NULL);
    arena_free(&scratch);
    return result.passed;
}

bool witness_can_read(const Search *search, int side)
{
    return search->loaded[side]->is_compiled && search->loaded[side]->compilation.core != NULL;
}

bool witness_stands(Search *search, const Text scenarios[SIDES])
{
    if (scenarios[0].size + scenarios[1].size == 0)
        return false;
    for (int side = 0; side < SIDES; side++) {
        if (scenarios[side].size == 0)
            continue;
        if (witness_can_read(search, side) && !holds(search, side, scenarios[side]))
            return false;
        if (witness_can_read(search, 1 - side) && holds(search, 1 - side, scenarios[side]))
            return false;
    }
    return true;
}
