/* coverage.c: which rules and tariff cells the scenarios of a contract reach; see scenario_check.h.
**
** A rule is reached when it decided a line, a tariff cell when an approved line had its product and dimensions within the version.
*/
#include <string.h>

#include "compiler/cli/scenario_batch.h"
#include "compiler/cli/scenario_check.h"

enum { MAXIMUM_DIMENSIONS = 8, LISTED = 20 };

/* Cells of one version; 0 when a dimension is not a choice. */
static uint32_t cells_of(const bd_module *module, const bd_table_info *info)
{
    uint32_t cells = 1;
    for (uint32_t i = 0; i < info->dimensions && i < MAXIMUM_DIMENSIONS; i++)
        cells = info->choice[i] == BD_NONE ? 0 : cells * bd_choice_size(module, info->choice[i]);
    return cells;
}

void coverage_init(Coverage *coverage, Arena *arena, const bd_module *module)
{
    bd_module_info info;
    bd_module_describe(module, &info);
    memset(coverage, 0, sizeof *coverage);
    coverage->rule_count = info.rules;
    coverage->table_count = info.tables;
    coverage->rules = arena_array(arena, (size_t)info.rules + 1, sizeof *coverage->rules);
    coverage->cells = arena_array(arena, (size_t)info.tables + 1, sizeof *coverage->cells);
    coverage->cell_count = arena_array(arena, (size_t)info.tables + 1, sizeof *coverage->cell_count);
    for (uint32_t i = 0; i < info.tables; i++) {
        bd_table_info table;
        if (bd_module_table(module, i, &table) != BD_OK || !table.is_tariff || table.is_extern)
            continue;
        uint32_t count = cells_of(module, &table) * table.versions;
        coverage->cell_count[i] = count;
        coverage->cells[i] = arena_array(arena, (size_t)count / 64 + 1, sizeof(uint64_t));
    }
}

/* The index of the line's cell among those of one version; false when a dimension is not stated. */
static bool cell_of(const bd_module *module, const bd_table_info *table, const ScenarioLine *line, uint32_t *index)
{
    *index = 0;
    for (uint32_t i = 0; i < table->dimensions && i < MAXIMUM_DIMENSIONS; i++) {
        const ScenarioFact *fact = scenario_find(line->facts, line->fact_count, table->dimension_name[i]);
        if (fact == NULL || table->choice[i] == BD_NONE || fact->value.integer < 0)
            return false;
        *index = *index * bd_choice_size(module, table->choice[i]) + (uint32_t)fact->value.integer;
    }
    return true;
}

void coverage_note_cell(Coverage *coverage, const bd_module *module, const ScenarioLine *line)
{
    const ScenarioFact *product = scenario_find(line->facts, line->fact_count, TEXT("product"));
    const ScenarioFact *begin = scenario_find(line->facts, line->fact_count, TEXT("begindatum"));
    if (product == NULL || begin == NULL)
        return;
    for (uint32_t i = 0; i < coverage->table_count; i++) {
        bd_table_info table;
        uint32_t cell = 0;
        if (coverage->cells[i] == NULL || bd_module_table(module, i, &table) != BD_OK ||
            table.product != (uint32_t)product->value.integer || !cell_of(module, &table, line, &cell))
            continue;
        uint32_t per_version = cells_of(module, &table);
        for (uint32_t version = 0; version < table.versions; version++) {
            int32_t from = 0, to = 0;
            if (bd_table_version(module, i, version, &from, &to) != BD_OK || begin->value.integer < from ||
                begin->value.integer > to)
                continue;
            uint32_t bit = version * per_version + cell;
            if (bit < coverage->cell_count[i])
                coverage->cells[i][bit / 64] |= UINT64_C(1) << (bit % 64);
        }
    }
}

static void append_counts(const Cli *cli, StringBuilder *out, Message message, uint64_t reached, uint64_t all)
{
    StringBuilder a, b;
    builder_init(&a, out->arena);
    builder_init(&b, out->arena);
    builder_uint64(&a, reached);
    builder_uint64(&b, all);
    builder_text(out, TEXT("# "));
    message_append(cli, out, message, (Holes){.a = builder_result(&a), .b = builder_result(&b)});
    builder_char(out, '\n');
}

void coverage_append(const Coverage *coverage, const Cli *cli, const bd_module *module, StringBuilder *out)
{
    uint64_t reached = 0, all = 0, listed = 0, cells = 0, all_cells = 0;
    StringBuilder never;
    builder_init(&never, out->arena);
    for (uint32_t i = 0; i < coverage->rule_count; i++) {
        bd_rule_info rule;
        /* An exception without an effect takes a rule away; it never decides itself. */
        if (bd_module_rule(module, i, &rule) != BD_OK || rule.effect == BD_EFFECT_NONE)
            continue;
        all++;
        reached += coverage->rules[i];
        if (coverage->rules[i] || listed >= LISTED)
            continue;
        if (listed++ > 0)
            builder_text(&never, TEXT(", "));
        builder_text(&never, rule.name);
    }
    append_counts(cli, out, MSG_TEST_COVERAGE_RULES, reached, all);
    if (listed > 0) {
        builder_text(out, TEXT("#   "));
        message_append(cli, out, MSG_TEST_NEVER, (Holes){.a = builder_result(&never)});
        builder_char(out, '\n');
    }
    for (uint32_t i = 0; i < coverage->table_count; i++) {
        for (uint32_t bit = 0; coverage->cells[i] != NULL && bit < coverage->cell_count[i]; bit++)
            cells += coverage->cells[i][bit / 64] >> (bit % 64) & 1;
        all_cells += coverage->cell_count[i];
    }
    append_counts(cli, out, MSG_TEST_COVERAGE_CELLS, cells, all_cells);
}
