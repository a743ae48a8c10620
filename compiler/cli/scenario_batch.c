/* scenario_batch.c: the facts of one line of a scenario as a batch of one row; see scenario_batch.h. */
#include "compiler/cli/scenario_batch.h"

#include <string.h>

#include "compiler/cli/lines.h"
#include "compiler/core.h"
#include "vm/core/date.h"

typedef struct Maker {
    Cli *cli;
    Arena *arena;
    const Loaded *loaded;
    const ScenarioFact *facts;
    uint32_t fact_count;
    bool is_earlier;
    bd_exact_cell *exact;
    size_t exact_count, exact_capacity;
    Text complaint;
} Maker;

const ScenarioFact *scenario_find(const ScenarioFact *facts, uint32_t count, Text column)
{
    for (uint32_t i = 0; i < count; i++) {
        if (text_equal(facts[i].column, column))
            return &facts[i];
    }
    return NULL;
}

static const Unit *find_unit_named(const Core *core, Text name)
{
    for (uint32_t i = 0; i < core->unit_count; i++) {
        const Unit *unit = &core->units[i];
        if (text_equal(unit->name, name) || text_equal(unit->plural, name))
            return unit;
    }
    return NULL;
}

bool scenario_convert(const Loaded *loaded, Arena *arena, Text number, Text from, Text to, Number *out)
{
    if (number_from_text(arena, number, out) != BD_OK)
        return false;
    if (from.size == 0 || to.size == 0 || text_equal(from, to))
        return true;
    const Unit *source = find_unit_named(loaded->compilation.core, from);
    const Unit *target = find_unit_named(loaded->compilation.core, to);
    if (source == NULL || target == NULL || source->base != target->base)
        return false;
    return number_mul(arena, *out, source->factor, out) == BD_OK &&
           number_div(arena, *out, target->factor, out) == BD_OK;
}

static void complain(Maker *maker, Message message, Text column, Text why)
{
    if (maker->complaint.size > 0)
        return;
    StringBuilder out;
    builder_init(&out, maker->arena);
    message_append(maker->cli, &out, message, (Holes){.a = column, .b = why});
    maker->complaint = builder_result(&out);
}

/* The cell that a data file would have for this value. */
static Text cell_of(Maker *maker, const bd_column_info *info, const bd_value *value)
{
    StringBuilder out;
    builder_init(&out, maker->arena);
    Number number = NUMBER_ZERO;
    switch (value->meaning) {
    case BD_MEANS_BOOLEAN: return value->boolean ? TEXT("ja") : TEXT("nee");
    case BD_MEANS_NUMBER:
    case BD_MEANS_MONEY:
    case BD_MEANS_QUANTITY:
        if (!scenario_convert(maker->loaded, maker->arena, value->text, value->unit, info->unit, &number))
            return value->text;
        number_append(&out, number, 0);
        return builder_result(&out);
    case BD_MEANS_RATE: return value->text;
    case BD_MEANS_DATE: date_append(&out, value->integer); return builder_result(&out);
    case BD_MEANS_MONTH: month_append(&out, value->integer); return builder_result(&out);
    case BD_MEANS_YEAR: builder_padded(&out, value->integer, 4); return builder_result(&out);
    case BD_MEANS_CHOICE: return bd_choice_member(maker->loaded->module, value->choice, (uint32_t)value->integer);
    case BD_MEANS_TEXT: return value->text;
    }
    return value->text;
}

/* Reads a fact into a row of a column. index: of the batch's columns, BD_NONE for a list's. */
static void store(Maker *maker, TypedColumn *column, size_t row, uint32_t index, const bd_value *value)
{
    CellProblem problem = {MSG_CELL_EMPTY, {.a = {NULL, 0}}};
    Text cell = value == NULL || !value->present ? (Text){NULL, 0} : cell_of(maker, &column->info, value);
    CellStatus status = column_store(column, row, cell, maker->arena, &problem);
    if (status == CELL_INEXACT && index != BD_NONE) {
        maker->exact =
            arena_grow(maker->arena, maker->exact, maker->exact_count, &maker->exact_capacity, sizeof *maker->exact);
        maker->exact[maker->exact_count++] = (bd_exact_cell){(uint32_t)row, index, cell};
        return;
    }
    if (status == CELL_INEXACT) {
        problem.message = MSG_CELL_TOO_PRECISE;
        status = CELL_WRONG;
    }
    if (status == CELL_WRONG) {
        StringBuilder why;
        builder_init(&why, maker->arena);
        message_append(maker->cli, &why, problem.message, problem.holes);
        complain(maker, MSG_TEST_BAD_FACT, column->info.name, builder_result(&why));
    }
    bool is_measure = text_equal(column->info.name, TEXT("volume")) || text_equal(column->info.name, TEXT("eenheid"));
    if (status == CELL_ABSENT && !column->info.optional && !(maker->is_earlier && is_measure))
        complain(maker, MSG_TEST_MISSING_FACT, column->info.name, (Text){NULL, 0});
}

/* Whether a group's message was stated: by its own name or by one of its fields. -1: the column is no group. */
static int presence_of(const Maker *maker, const bd_column_info *info)
{
    for (int group = 0; info->kind == BD_KIND_BOOL && group < GROUP_COUNT; group++) {
        if (!text_equal(info->name, LINE_GROUP_NAMES[group]))
            continue;
        for (uint32_t i = 0; i < maker->fact_count; i++) {
            const ScenarioFact *fact = &maker->facts[i];
            if (text_equal(fact->column, info->name))
                return fact->value.present && fact->value.boolean;
            if (text_has_prefix(fact->column, LINE_GROUP_PREFIXES[group]) && fact->value.present)
                return 1;
        }
        return 0;
    }
    return -1;
}

static const bd_column_data *make_columns(Maker *maker)
{
    const bd_module *module = maker->loaded->module;
    bd_program_info program;
    if (bd_module_program(module, 0, &program) != BD_OK)
        return NULL;
    bd_column_data *data = arena_array(maker->arena, (size_t)program.columns + 1, sizeof *data);
    for (uint32_t i = 0; i < program.columns; i++) {
        bd_column_info info;
        TypedColumn column;
        if (bd_module_column(module, program.first_column + i, &info) != BD_OK || info.list != BD_NONE)
            break;
        column_init(&column, maker->arena, module, &info);
        column_reserve(&column, maker->arena, 0, 1);
        int presence = presence_of(maker, &info);
        const ScenarioFact *fact = scenario_find(maker->facts, maker->fact_count, info.name);
        if (presence >= 0) {
            *(uint8_t *)column.values = (uint8_t)presence;
            column.present[0] = 1;
        } else {
            store(maker, &column, 0, i, fact == NULL ? NULL : &fact->value);
        }
        data[i] = (bd_column_data){column.values, column.present};
    }
    return data;
}

static bool same_text(const ScenarioLine *a, const ScenarioLine *b, Text column)
{
    const ScenarioFact *one = scenario_find(a->facts, a->fact_count, column);
    const ScenarioFact *other = scenario_find(b->facts, b->fact_count, column);
    Text absent = {NULL, 0};
    return text_equal(one == NULL || !one->value.present ? absent : one->value.text,
                      other == NULL || !other->value.present ? absent : other->value.text);
}

/* Whether a line of the scenario is another one of the same declaration and client, as a data file has it. */
static bool is_other(const ScenarioLine *line, const ScenarioLine *stated)
{
    return line != stated && same_text(line, stated, TEXT("declaratienummer")) &&
           same_text(line, stated, TEXT("client"));
}

/* The records of a list: those stated, or for andere_regels the other lines of the declaration and client. */
static void make_list(Maker *maker, const Scenario *scenario, const ScenarioLine *stated, uint32_t index,
                      bd_list_data *out)
{
    const bd_module *module = maker->loaded->module;
    bd_list_info list;
    if (bd_module_list(module, index, &list) != BD_OK)
        return;
    bool is_others = text_equal(list.name, TEXT("andere_regels"));
    uint32_t room = is_others ? scenario->line_count : stated->record_count;
    if (is_others && maker->is_earlier)
        room = 0;
    const ScenarioFact **facts = arena_array(maker->arena, (size_t)room + 1, sizeof *facts);
    uint32_t *counts = arena_array(maker->arena, (size_t)room + 1, sizeof *counts);
    uint32_t count = 0;
    for (uint32_t i = 0; i < room; i++) {
        if (is_others ? !is_other(&scenario->lines[i], stated) : !text_equal(stated->records[i].list, list.name))
            continue;
        facts[count] = is_others ? scenario->lines[i].facts : stated->records[i].facts;
        counts[count++] = is_others ? scenario->lines[i].fact_count : stated->records[i].fact_count;
    }
    bd_column_data *data = arena_array(maker->arena, (size_t)list.columns + 1, sizeof *data);
    uint32_t *offsets = arena_array(maker->arena, 2, sizeof *offsets);
    offsets[1] = count;
    for (uint32_t i = 0; i < list.columns; i++) {
        bd_column_info info;
        TypedColumn column;
        if (bd_module_column(module, list.first_column + i, &info) != BD_OK)
            return;
        column_init(&column, maker->arena, module, &info);
        column_reserve(&column, maker->arena, 0, (size_t)count + 1);
        for (uint32_t row = 0; row < count; row++) {
            const ScenarioFact *fact = scenario_find(facts[row], counts[row], info.name);
            store(maker, &column, row, BD_NONE, fact == NULL ? NULL : &fact->value);
        }
        data[i] = (bd_column_data){column.values, column.present};
    }
    *out = (bd_list_data){offsets, data};
}

static Text fact_text(const Maker *maker, Text column, Text otherwise)
{
    const ScenarioFact *fact = scenario_find(maker->facts, maker->fact_count, column);
    return fact == NULL || !fact->value.present ? otherwise : fact->value.text;
}

static Text line_number(Arena *arena, uint32_t line)
{
    StringBuilder number;
    builder_init(&number, arena);
    builder_uint64(&number, (uint64_t)line + 1);
    return builder_result(&number);
}

/* Who the line is: what the scenario says, and otherwise its number among the scenario's lines. They are decided in the order written, so
** the date that decides the order is the line's place in it. */
static const bd_line_ids *make_ids(const Maker *maker, const Scenario *scenario, uint32_t line)
{
    bd_text *texts = arena_array(maker->arena, 6, sizeof *texts);
    uint8_t *is_credit = arena_array(maker->arena, 1, 1);
    int32_t *day = arena_array(maker->arena, 1, sizeof *day);
    bd_line_ids *ids = arena_alloc(maker->arena, sizeof *ids);
    texts[0] = fact_text(maker, TEXT("gemeente"), TEXT("gemeente"));
    texts[1] = fact_text(maker, TEXT("aanbieder"), TEXT("aanbieder"));
    texts[2] = fact_text(maker, TEXT("declaratienummer"), maker->is_earlier ? TEXT("eerder") : TEXT("voorbeeld"));
    texts[3] = fact_text(maker, TEXT("regelnummer"), line_number(maker->arena, line));
    texts[4] = fact_text(maker, TEXT("vorige_declaratie"), texts[2]);
    texts[5] = fact_text(maker, TEXT("vorige_regel"), TEXT(""));
    *is_credit = text_equal(fact_text(maker, TEXT("debet_credit"), TEXT("D")), TEXT("C"));
    *day = (int32_t)(maker->is_earlier ? line : scenario->earlier_count + line);
    *ids = (bd_line_ids){.signed_on = day,
                         .municipality = &texts[0],
                         .provider = &texts[1],
                         .declaration = &texts[2],
                         .line = &texts[3],
                         .is_credit = is_credit,
                         .previous_declaration = &texts[4],
                         .previous_line = &texts[5]};
    return ids;
}

static ScenarioBatch make(Maker maker, const Scenario *scenario, const ScenarioLine *stated, uint32_t line)
{
    const Loaded *loaded = maker.loaded;
    Arena *arena = maker.arena;
    bd_module_info info;
    maker.facts = stated->facts;
    maker.fact_count = stated->fact_count;
    bd_module_describe(loaded->module, &info);
    ScenarioBatch result = {.batch = {.rows = 1}};
    result.batch.columns = make_columns(&maker);
    bd_list_data *lists = arena_array(arena, (size_t)info.lists + 1, sizeof *lists);
    for (uint32_t i = 0; i < info.lists; i++)
        make_list(&maker, scenario, stated, i, &lists[i]);
    result.batch.lists = lists;
    result.batch.ids = make_ids(&maker, scenario, line);
    result.batch.exact = maker.exact;
    result.batch.exact_count = maker.exact_count;
    result.complaint = maker.complaint;
    if (maker.complaint.size > 0 && !maker.is_earlier && scenario->line_count > 1) {
        maker.complaint = (Text){NULL, 0};
        complain(&maker, MSG_TEST_OF_LINE, line_number(arena, line), result.complaint);
        result.complaint = maker.complaint;
    }
    return result;
}

ScenarioBatch scenario_batch(Cli *cli, Arena *arena, const Loaded *loaded, const Scenario *scenario, uint32_t line)
{
    return make((Maker){.cli = cli, .arena = arena, .loaded = loaded}, scenario, &scenario->lines[line], line);
}

ScenarioBatch scenario_earlier(Cli *cli, Arena *arena, const Loaded *loaded, const Scenario *scenario, uint32_t index)
{
    Maker maker = {.cli = cli, .arena = arena, .loaded = loaded, .is_earlier = true};
    return make(maker, scenario, &scenario->earlier[index], index);
}
