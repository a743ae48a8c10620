/* witness_environment.c: what a session is opened with, with less in it or with other figures; see witness_internal.h.
**
** Figures of a series come from the examples of the agreement: which months count is known from those. Other figures are these, each a little higher:
** a chain of prices shows how it rounds only where the figures are not round.
*/
#include "compiler/cli/witness_internal.h"

Environment *environment_add(Search *search, const Environment *like)
{
    Environment *made = arena_alloc(search->arena, sizeof *made);
    if (like != NULL)
        *made = *like;
    made->session[0] = made->session[1] = NULL;
    made->decided = 0;
    made->is_unusable = false;
    search->environments = arena_grow(search->arena, search->environments, search->environment_count,
                                      &search->environment_capacity, sizeof(Environment *));
    search->environments[search->environment_count++] = made;
    return made;
}

Environment *environment_without(Search *search, const Environment *from, uint32_t n)
{
    const Scenario *scenario = from->scenario;
    if (scenario == NULL || n >= scenario->row_count + scenario->reading_count)
        return NULL;
    Scenario *smaller = arena_alloc(search->arena, sizeof *smaller);
    *smaller = *scenario;
    uint32_t last = scenario->row_count + scenario->reading_count - 1 - n, count = 0;
    if (last < scenario->row_count) {
        ScenarioRow *rows = arena_array(search->arena, scenario->row_count, sizeof *rows);
        for (uint32_t i = 0; i < scenario->row_count; i++)
            if (i != last)
                rows[count++] = scenario->rows[i];
        smaller->rows = rows;
        smaller->row_count = count;
    } else {
        ScenarioReading *readings = arena_array(search->arena, scenario->reading_count, sizeof *readings);
        for (uint32_t i = 0; i < scenario->reading_count; i++)
            if (i + scenario->row_count != last)
                readings[count++] = scenario->readings[i];
        smaller->readings = readings;
        smaller->reading_count = count;
    }
    Environment *made = environment_add(search, from);
    made->scenario = smaller;
    return made;
}

/* ---- figures ---- */

static bool is_series(const Search *search, Text table)
{
    const bd_module *module = search->module[1];
    for (uint32_t i = 0; i < module->SERIES_count; i++)
        if (text_equal(module_text(module, module->TABLES[module->SERIES[i].table].name), table))
            return true;
    return false;
}

bool environment_has_figures(const Search *search, const Environment *environment)
{
    const Scenario *scenario = environment->scenario;
    for (uint32_t i = 0; scenario != NULL && i < scenario->row_count; i++)
        if (is_series(search, scenario->rows[i].table))
            return true;
    return false;
}

/* A figure up to an eighth higher, in hundredths; the figure itself where it is too long for that. */
static Text other_figure(Search *search, Text figure, uint64_t random)
{
    Number number;
    int64_t hundredths = 0;
    bool is_exact = false;
    StringBuilder out;
    if (number_from_text(search->arena, figure, &number) != BD_OK ||
        number_to_scaled_int64(number, 100, &hundredths, &is_exact) != BD_OK || hundredths <= 0 ||
        hundredths > INT32_MAX)
        return figure;
    hundredths += hundredths * (int64_t)(random % 1024) / 8192;
    builder_init(&out, search->arena);
    if (number_from_ratio(search->arena, hundredths, 100, &number) != BD_OK)
        return figure;
    number_append(&out, number, 2);
    return builder_result(&out);
}

Environment *environment_with_figures(Search *search, const Environment *from, uint64_t *random)
{
    Scenario *other = arena_alloc(search->arena, sizeof *other);
    *other = *from->scenario;
    ScenarioRow *rows = arena_array(search->arena, (size_t)other->row_count + 1, sizeof *rows);
    for (uint32_t i = 0; i < other->row_count; i++) {
        rows[i] = other->rows[i];
        if (is_series(search, rows[i].table))
            rows[i].value = other_figure(search, rows[i].value, witness_random(random));
    }
    other->rows = rows;
    Environment *made = environment_add(search, from);
    made->scenario = other;
    return made;
}
