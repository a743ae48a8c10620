/* witness_case.c: cases that both modules can be given, and those to start from; see witness_internal.h. */
#include <string.h>

#include "compiler/cli/lines.h"
#include "compiler/cli/scenario_batch.h"
#include "compiler/cli/witness_internal.h"
#include "compiler/core.h"

/* ---- columns ---- */

static int64_t greatest_divisor(int64_t a, int64_t b)
{
    return b == 0 ? a : greatest_divisor(b, a % b);
}

uint32_t case_find_column(const CaseColumns *columns, Text name)
{
    for (uint32_t i = 0; i < columns->count; i++)
        if (text_equal(columns->items[i].name, name))
            return i;
    return BD_NONE;
}

static void add_members(Search *search, CaseColumn *column, int side, uint32_t choice)
{
    const bd_module *module = search->module[side];
    uint32_t size = bd_choice_size(module, choice);
    uint32_t room = column->member_count + size;
    Text *members = arena_array(search->arena, (size_t)room + 1, sizeof *members);
    uint32_t *to[SIDES];
    for (int s = 0; s < SIDES; s++) {
        to[s] = arena_array(search->arena, (size_t)room + 1, sizeof **to);
        for (uint32_t i = 0; i < room; i++)
            to[s][i] = i < column->member_count ? column->member[s][i] : BD_NONE;
    }
    for (uint32_t i = 0; i < column->member_count; i++)
        members[i] = column->members[i];
    uint32_t count = column->member_count;
    for (uint32_t i = 0; i < size; i++) {
        Text name = bd_choice_member(module, choice, i);
        uint32_t at = 0;
        while (at < count && !text_equal(members[at], name))
            at++;
        members[at] = name;
        to[side][at] = i;
        count = at == count ? count + 1 : count;
    }
    column->members = members;
    column->member_count = count;
    column->member[0] = to[0];
    column->member[1] = to[1];
    column->choice[side] = choice;
}

/* How many of a side's unit go into one of the column's; false when they do not convert. */
static bool set_unit(Search *search, CaseColumn *column, int side, Text unit)
{
    Number number;
    column->units[side] = unit;
    if (text_equal(unit, column->unit))
        return true;
    if (search->loaded[side]->compilation.core == NULL || unit.size == 0 || column->unit.size == 0 ||
        !scenario_convert(search->loaded[side], search->arena, TEXT("1"), column->unit, unit, &number) ||
        number.big != NULL || number.num <= 0)
        return false;
    column->times[side] = number.num;
    column->per[side] = number.den;
    return true;
}

static void add_column(Search *search, CaseColumns *out, int side, uint32_t index, const bd_column_info *info)
{
    uint32_t known = case_find_column(out, info->name);
    CaseColumn *column = known == BD_NONE ? &out->items[out->count++] : &out->items[known];
    if (known == BD_NONE)
        *column = (CaseColumn){.name = info->name,
                               .unit = info->unit,
                               .meaning = info->meaning,
                               .kind = info->kind,
                               .scale = 1,
                               .index = {BD_NONE, BD_NONE},
                               .denominator = {1, 1},
                               .times = {1, 1},
                               .per = {1, 1},
                               .choice = {BD_NONE, BD_NONE},
                               .group = BD_NONE,
                               .optional = true};
    column->is_other[side] = column->kind != info->kind || !set_unit(search, column, side, info->unit);
    if (column->is_other[side])
        return; /* of another type now: the other side keeps its own, and this one is absent */
    column->index[side] = index;
    column->denominator[side] = info->denominator;
    column->scale = column->scale / greatest_divisor(column->scale, info->denominator) * info->denominator;
    column->optional = column->optional && info->optional;
    if (info->meaning == BD_MEANS_CHOICE)
        add_members(search, column, side, info->choice);
}

static void find_groups(CaseColumns *columns)
{
    for (int g = 0; g < GROUP_COUNT; g++) {
        uint32_t group = case_find_column(columns, LINE_GROUP_NAMES[g]);
        if (group == BD_NONE || columns->items[group].kind != BD_KIND_BOOL)
            continue;
        columns->items[group].is_group = true;
        for (uint32_t i = 0; i < columns->count; i++)
            if (i != group && text_has_prefix(columns->items[i].name, LINE_GROUP_PREFIXES[g]))
                columns->items[i].group = group;
    }
}

void case_columns(Search *search, CaseColumns *out, const uint32_t first[SIDES], const uint32_t count[SIDES])
{
    *out = (CaseColumns){.items = arena_array(search->arena, (size_t)count[0] + count[1] + 1, sizeof *out->items)};
    for (int side = 0; side < SIDES; side++) {
        out->total[side] = count[side];
        for (uint32_t i = 0; i < count[side]; i++) {
            bd_column_info info;
            if (bd_module_column(search->module[side], first[side] + i, &info) == BD_OK)
                add_column(search, out, side, i, &info);
        }
    }
    find_groups(out);
}

/* ---- cells ---- */

static bool read_number(Search *search, int side, const CaseColumn *column, const bd_value *value, CaseCell *cell)
{
    Number number;
    bool exact = false;
    Text unit = column->meaning == BD_MEANS_QUANTITY ? column->unit : (Text){NULL, 0};
    if (search->loaded[side]->compilation.core == NULL ||
        !scenario_convert(search->loaded[side], search->arena, value->text, value->unit, unit, &number))
        return false;
    return number_to_scaled_int64(number, column->scale, &cell->value, &exact) == BD_OK && exact;
}

static bool read_member(Search *search, int side, const CaseColumn *column, const bd_value *value, CaseCell *cell)
{
    Text name = bd_choice_member(search->module[side], value->choice, (uint32_t)value->integer);
    for (uint32_t i = 0; i < column->member_count; i++) {
        if (!text_equal(column->members[i], name))
            continue;
        cell->value = i;
        return true;
    }
    return false;
}

bool case_read_fact(Search *search, int side, const CaseColumn *column, const ScenarioFact *fact, CaseCell *cell)
{
    const bd_value *value = &fact->value;
    *cell = (CaseCell){.present = value->present, .text = {"", 0}};
    if (!value->present)
        return true;
    switch (column->kind) {
    case BD_KIND_BOOL: cell->value = value->boolean; return true;
    case BD_KIND_TEXT: cell->text = value->text; return true;
    case BD_KIND_SCALED:
    case BD_KIND_RATIO: return read_number(search, side, column, value, cell);
    case BD_KIND_INT:
        cell->value = value->integer;
        return column->meaning != BD_MEANS_CHOICE || read_member(search, side, column, value, cell);
    }
    return false;
}

/* Something for a cell that must have a value and of which the example says nothing: the line's first day for a date. */
static void fill_cell(const CaseColumns *columns, const CaseColumn *column, const CaseCell *cells, CaseCell *cell)
{
    uint32_t begin = case_find_column(columns, TEXT("begindatum"));
    *cell = (CaseCell){.present = true, .text = {"x", 1}};
    if (column->meaning == BD_MEANS_DATE && begin != BD_NONE)
        cell->value = cells[begin].value;
}

void case_fill_cells(const CaseColumns *columns, CaseCell *cells)
{
    for (uint32_t i = 0; i < columns->count; i++) {
        const CaseColumn *column = &columns->items[i];
        if (cells[i].present || column->optional || column->is_group ||
            (column->group != BD_NONE && cells[column->group].value == 0))
            continue;
        fill_cell(columns, column, cells, &cells[i]);
    }
}

/* A message is there when one of its fields is. */
static void set_groups(const CaseColumns *columns, CaseCell *cells)
{
    for (uint32_t i = 0; i < columns->count; i++) {
        uint32_t group = columns->items[i].group;
        if (columns->items[i].is_group && !cells[i].present)
            cells[i] = (CaseCell){.present = true, .value = 0, .text = {"", 0}};
        if (group != BD_NONE && cells[i].present)
            cells[group] = (CaseCell){.present = true, .value = 1, .text = {"", 0}};
    }
}

/* A fact that no rule reads still says that its message is there. */
static void note_message(const CaseColumns *columns, const ScenarioFact *fact, CaseCell *cells)
{
    for (int g = 0; g < GROUP_COUNT; g++) {
        uint32_t group = case_find_column(columns, LINE_GROUP_NAMES[g]);
        if (group != BD_NONE && fact->value.present && text_has_prefix(fact->column, LINE_GROUP_PREFIXES[g]))
            cells[group] = (CaseCell){.present = true, .value = 1, .text = {"", 0}};
    }
}

static bool read_cells(Search *search, int side, const CaseColumns *columns, const ScenarioFact *facts, uint32_t count,
                       CaseCell *cells)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t column = case_find_column(columns, facts[i].column);
        if (column == BD_NONE)
            note_message(columns, &facts[i], cells);
        else if (!case_read_fact(search, side, &columns->items[column], &facts[i], &cells[column]))
            return false;
    }
    set_groups(columns, cells);
    case_fill_cells(columns, cells);
    return true;
}

/* ---- records ---- */

static uint32_t find_list(const Search *search, Text name)
{
    for (uint32_t i = 0; i < search->list_count; i++)
        if (text_equal(search->lists[i].name, name))
            return i;
    return BD_NONE;
}

static bool add_record(Search *search, int side, Case *line, Text list_name, const ScenarioFact *facts, uint32_t count)
{
    uint32_t list = find_list(search, list_name);
    if (list == BD_NONE)
        return true; /* no rule reads it */
    CaseRecord *records = arena_array(search->arena, (size_t)line->record_count + 1, sizeof *records);
    for (uint32_t i = 0; i < line->record_count; i++)
        records[i] = line->records[i];
    const CaseColumns *columns = &search->lists[list].columns;
    CaseRecord *record = &records[line->record_count++];
    *record = (CaseRecord){list, arena_array(search->arena, (size_t)columns->count + 1, sizeof *record->cells)};
    line->records = records;
    return read_cells(search, side, columns, facts, count, record->cells);
}

Case case_copy(Search *search, const Case *from)
{
    Case copy = {.cells = arena_array(search->arena, (size_t)search->columns.count + 1, sizeof *copy.cells),
                 .records = arena_array(search->arena, (size_t)from->record_count + 1, sizeof *copy.records),
                 .record_count = from->record_count};
    for (uint32_t i = 0; i < search->columns.count; i++)
        copy.cells[i] = from->cells[i];
    for (uint32_t i = 0; i < from->record_count; i++) {
        uint32_t columns = search->lists[from->records[i].list].columns.count;
        copy.records[i] =
            (CaseRecord){from->records[i].list, arena_array(search->arena, (size_t)columns + 1, sizeof *copy.cells)};
        for (uint32_t c = 0; c < columns; c++)
            copy.records[i].cells[c] = from->records[i].cells[c];
    }
    return copy;
}

void case_fill_list(Search *search, Case *line, uint32_t list, uint32_t count)
{
    const CaseColumns *columns = &search->lists[list].columns;
    CaseRecord *records = arena_array(search->arena, (size_t)line->record_count + count + 1, sizeof *records);
    const CaseRecord *like = NULL;
    uint32_t have = 0;
    for (uint32_t i = 0; i < line->record_count; i++) {
        records[i] = line->records[i];
        like = records[i].list == list ? &records[i] : like;
        have += records[i].list == list;
    }
    for (; have < count; have++) {
        CaseRecord *made = &records[line->record_count++];
        *made = (CaseRecord){list, arena_array(search->arena, (size_t)columns->count + 1, sizeof *made->cells)};
        for (uint32_t c = 0; like != NULL && c < columns->count; c++)
            made->cells[c] = like->cells[c];
        for (uint32_t c = 0; like == NULL && c < columns->count; c++)
            if (!columns->items[c].optional)
                fill_cell(&search->columns, &columns->items[c], line->cells, &made->cells[c]);
    }
    line->records = records;
}

/* ---- seeds ---- */

static bool read_line(Search *search, int side, const Scenario *scenario, const ScenarioLine *stated, Case *out)
{
    *out = (Case){.cells = arena_array(search->arena, (size_t)search->columns.count + 1, sizeof *out->cells)};
    if (scenario_find(stated->facts, stated->fact_count, TEXT("debet_credit")) != NULL ||
        !read_cells(search, side, &search->columns, stated->facts, stated->fact_count, out->cells))
        return false;
    for (uint32_t i = 0; i < stated->record_count; i++)
        if (!add_record(search, side, out, stated->records[i].list, stated->records[i].facts,
                        stated->records[i].fact_count))
            return false;
    /* The other lines of one declaration are a list of their own. */
    const ScenarioFact *client = scenario_find(stated->facts, stated->fact_count, TEXT("client"));
    for (uint32_t i = 0; i < scenario->line_count; i++) {
        const ScenarioLine *other = &scenario->lines[i];
        const ScenarioFact *its = scenario_find(other->facts, other->fact_count, TEXT("client"));
        bool same = client != NULL && its != NULL && text_equal(client->value.text, its->value.text);
        if (other != stated && same &&
            !add_record(search, side, out, TEXT("andere_regels"), other->facts, other->fact_count))
            return false;
    }
    return true;
}

static bool same_rows(const Scenario *a, const Scenario *b)
{
    if (a->row_count != b->row_count || a->reading_count != b->reading_count)
        return false;
    for (uint32_t i = 0; i < a->reading_count; i++)
        if (!text_equal(a->readings[i].name, b->readings[i].name) ||
            !text_equal(a->readings[i].alternative, b->readings[i].alternative))
            return false;
    for (uint32_t i = 0; i < a->row_count; i++) {
        const ScenarioRow *one = &a->rows[i], *other = &b->rows[i];
        if (!text_equal(one->table, other->table) || one->key_count != other->key_count || one->from != other->from ||
            !text_equal(one->value, other->value))
            return false;
        for (uint32_t k = 0; k < one->key_count; k++)
            if (!text_equal(one->keys[k], other->keys[k]))
                return false;
    }
    return true;
}

static Environment *environment_of(Search *search, const Scenario *scenario, const Case *earlier,
                                   uint32_t earlier_count, const Case *before, uint32_t before_count)
{
    for (uint32_t i = 0; i < search->environment_count && earlier_count + before_count == 0; i++) {
        Environment *known = search->environments[i];
        if (known->earlier_count + known->before_count == 0 && same_rows(known->scenario, scenario))
            return known;
    }
    return environment_add(search, &(Environment){.scenario = scenario,
                                                  .earlier = earlier,
                                                  .earlier_count = earlier_count,
                                                  .before = before,
                                                  .before_count = before_count});
}

static void add_seed(Search *search, Seed seed)
{
    search->seeds =
        arena_grow(search->arena, search->seeds, search->seed_count, &search->seed_capacity, sizeof *search->seeds);
    search->seeds[search->seed_count++] = seed;
}

static void seed_lines(Search *search, int side, const Scenario *scenario)
{
    Case *earlier = arena_array(search->arena, (size_t)scenario->earlier_count + 1, sizeof *earlier);
    Case *lines = arena_array(search->arena, (size_t)scenario->line_count + 1, sizeof *lines);
    for (uint32_t i = 0; i < scenario->earlier_count; i++)
        if (!read_line(search, side, scenario, &scenario->earlier[i], &earlier[i]))
            return;
    for (uint32_t i = 0; i < scenario->line_count; i++)
        if (scenario->lines[i].fact_count == 0 || !read_line(search, side, scenario, &scenario->lines[i], &lines[i]))
            return;
    for (uint32_t i = 0; i < scenario->line_count; i++) {
        Seed seed = {
            .base = lines[i], .lines = lines, .line_count = scenario->line_count, .own = i, .is_written = true};
        seed.environment = environment_of(search, scenario, NULL, 0, NULL, 0);
        add_seed(search, seed);
        if (!search->counts || scenario->earlier_count + i == 0)
            continue;
        seed.environment = environment_of(search, scenario, earlier, scenario->earlier_count, lines, i);
        seed.is_alone = true;
        add_seed(search, seed);
    }
}

static void seed_calls(Search *search, int side, const Scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        const Expectation *expected = &scenario->expectations[i];
        if (expected->kind != EXPECT_CALL)
            continue;
        search->calls =
            arena_grow(search->arena, search->calls, search->call_count, &search->call_capacity, sizeof *search->calls);
        search->calls[search->call_count++] =
            (CallSeed){environment_of(search, scenario, NULL, 0, NULL, 0), expected->text, scenario, expected, side};
    }
}

static bool expects_lines(const Scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->expectation_count; i++)
        if (scenario->expectations[i].kind != EXPECT_CALL)
            return true;
    return false;
}

/* Where no version has examples: a line of each product, on the first day of the agreement. */
static void invent_seeds(Search *search)
{
    static const Scenario NOTHING;
    uint32_t product = case_find_column(&search->columns, TEXT("product")),
             begin = case_find_column(&search->columns, TEXT("begindatum"));
    bd_module_info info;
    bd_module_describe(search->module[1], &info);
    Environment *environment = environment_of(search, &NOTHING, NULL, 0, NULL, 0);
    for (uint32_t p = 0; product != BD_NONE && p < search->columns.items[product].member_count; p++) {
        Case line = {.cells = arena_array(search->arena, (size_t)search->columns.count + 1, sizeof *line.cells)};
        line.cells[product] = (CaseCell){true, p, {"", 0}};
        if (begin != BD_NONE)
            line.cells[begin] = (CaseCell){true, info.valid_from > BD_DATE_MIN ? info.valid_from + 31 : 18293, {"", 0}};
        set_groups(&search->columns, line.cells);
        case_fill_cells(&search->columns, line.cells);
        add_seed(search, (Seed){.environment = environment, .base = line});
    }
}

void case_seeds(Search *search)
{
    for (int side = SIDES - 1; side >= 0; side--) {
        const Loaded *loaded = search->loaded[side];
        for (uint32_t i = 0; loaded->is_compiled && i < loaded->compilation.scenario_count; i++) {
            const Scenario *scenario = &loaded->compilation.scenarios[i];
            seed_calls(search, side, scenario);
            if (search->has_lines && expects_lines(scenario))
                seed_lines(search, side, scenario);
        }
    }
    if (search->has_lines)
        invent_seeds(search);
}
