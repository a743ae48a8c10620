/* witness_read.c: scenarios read back from their text before they are reported; see witness_internal.h.
**
** What is reported is the text, and a reader pastes it. So the text is what is checked, by what `beding test` does: a scenario must hold in its own
** version, and must not in the other one; where a version
** cannot say what decided, such as a fact that it no longer has, the scenario of the other stands alone. Where a version has no text there is nothing to read it against.
*/
#include "compiler/cli/scenario_check.h"
#include "compiler/cli/witness_internal.h"

bool witness_holds(Search *search, const Loaded *loaded, Text text)
{
    static const Arguments NONE;
    Scenario *scenarios = NULL;
    uint32_t count = 0;
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

bool witness_stands(Search *search, Text scenarios[SIDES])
{
    for (int side = 0; side < SIDES; side++) {
        if (scenarios[side].size == 0)
            continue;
        if (witness_can_read(search, side) && !witness_holds(search, search->loaded[side], scenarios[side]))
            return false;
        if (witness_can_read(search, 1 - side) && witness_holds(search, search->loaded[1 - side], scenarios[side]))
            scenarios[side] = (Text){"", 0};
    }
    return scenarios[0].size + scenarios[1].size > 0;
}
