/* witness_text.c: a case written as a `voorbeeld` that can be pasted into the agreement; see witness_internal.h. */
#include "compiler/check.h"
#include "compiler/cli/values.h"
#include "compiler/cli/witness_internal.h"
#include "vm/core/date.h"

/* ---- words ---- */

Writer writer_for(const Search *search, StringBuilder *out, int side)
{
    bd_module_info info;
    bd_module_describe(search->module[side], &info);
    return (Writer){.search = search, .out = out, .side = side, .is_english = text_equal(info.language, TEXT("en"))};
}

Text writer_word(const Writer *writer, const char *nl, const char *en)
{
    return text_from_cstring(writer->is_english ? en : nl);
}

static void word(Writer *writer, const char *nl, const char *en)
{
    builder_text(writer->out, writer_word(writer, nl, en));
}

void writer_quoted(Writer *writer, Text text)
{
    builder_char(writer->out, '"');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"')
            builder_char(writer->out, '"');
        builder_char(writer->out, text.data[i]);
    }
    builder_char(writer->out, '"');
}

/* Digits with the decimal sign of the language, and no grouping. */
static void decimal(Writer *writer, Text number)
{
    for (size_t i = 0; i < number.size; i++)
        builder_char(writer->out, number.data[i] == '.' && !writer->is_english ? ',' : number.data[i]);
}

void writer_number(Writer *writer, int64_t value, int64_t scale, unsigned decimals)
{
    Number number;
    StringBuilder text;
    builder_init(&text, writer->search->arena);
    if (number_from_ratio(writer->search->arena, value, scale, &number) == BD_OK)
        number_append(&text, number, decimals);
    decimal(writer, builder_result(&text));
}

/* "€ 1.860,00", grouped as the language allows. */
static void money(Writer *writer, int64_t value, int64_t scale)
{
    StringBuilder *out = writer->out, text;
    builder_init(&text, writer->search->arena);
    Writer plain = *writer;
    plain.out = &text;
    writer_number(&plain, value, scale, 2);
    Text number = builder_result(&text);
    size_t whole = 0;
    while (whole < number.size && number.data[whole] != ',' && number.data[whole] != '.')
        whole++;
    word(writer, "\u20ac ", "\u20ac");
    for (size_t i = 0; i < number.size; i++) {
        bool is_group = i > 0 && i < whole && (whole - i) % 3 == 0 && number.data[i - 1] != '-';
        if (is_group)
            builder_char(out, writer->is_english ? ',' : '.');
        builder_char(out, number.data[i]);
    }
}

/* The name of a unit beside a count: of one "dag", of more "dagen". */
static void unit_word(Writer *writer, Text unit, bool is_one)
{
    const bd_module *module = writer->search->module[writer->side];
    uint32_t member = bd_choice_find(module, 1, unit);
    Text plural = member == BD_NONE || is_one ? (Text){"", 0} : bd_choice_label(module, 1, member);
    if (unit.size > 0)
        builder_char(writer->out, ' ');
    builder_text(writer->out, plural.size > 0 ? plural : unit);
}

/* ---- outcomes ---- */

/* The return code of a rule, where that is what changed. */
static Text code_shown(const Search *search, int side, const Target *target, uint32_t rule)
{
    const bd_module *module = search->module[side];
    bool is_shown = target->has_code && target->rules[side][rule];
    return is_shown ? module_text(module, module->RULES[rule].code) : (Text){"", 0};
}

static Text rule_names(const Search *search, int side, const Target *target, const Outcome *outcome)
{
    bd_module_info info;
    StringBuilder out;
    bd_module_describe(search->module[side], &info);
    builder_init(&out, search->arena);
    for (uint32_t i = 0; i < info.rules; i++) {
        bd_rule_info rule;
        if (!(outcome->reasons[i / 64] >> (i % 64) & 1) || bd_module_rule(search->module[side], i, &rule) != BD_OK)
            continue;
        builder_text(&out, out.size > 0 ? TEXT(", ") : TEXT(""));
        builder_text(&out, rule.name);
        Text code = code_shown(search, side, target, i);
        if (code.size > 0)
            message_append(search->cli, &out, MSG_DIFF_WITH_CODE, (Holes){.a = code});
    }
    return out.size > 0 ? builder_result(&out) : (Text){"", 0};
}

/* Whether a version cannot read a line at all, or only under another code. */
static bool is_unknown(const Target *target, int side, const Outcome *outcome)
{
    return outcome->unreadable || (target->codes[0].size + target->codes[1].size > 0 && target->codes[side].size == 0 &&
                                   !target->single.is_single);
}

Text outcome_text(const Search *search, int side, const Target *target, const Case *line, const Outcome *outcome)
{
    if (is_unknown(target, side, outcome))
        return single_text(search, target, line, side);
    StringBuilder out, euros;
    bd_site_info site;
    Holes holes = {.a = rule_names(search, side, target, outcome)};
    builder_init(&out, search->arena);
    builder_init(&euros, search->arena);
    switch (outcome->decision) {
    case BD_APPROVED:
        message_euros(search->cli, &euros, outcome->cents);
        if (holes.a.size > 0) {
            builder_text(&euros, TEXT(" ("));
            builder_text(&euros, holes.a);
            builder_char(&euros, ')');
        }
        holes.a = builder_result(&euros);
        message_append(search->cli, &out, MSG_DIFF_APPROVED, holes);
        break;
    case BD_REJECTED: message_append(search->cli, &out, MSG_DIFF_REJECTED, holes); break;
    case BD_SUSPENDED: message_append(search->cli, &out, MSG_DIFF_SUSPENDED, holes); break;
    case BD_FAULTED:
        holes.a = bd_module_site(search->module[side], outcome->fault, &site) == BD_OK ? site.code : (Text){"", 0};
        message_append(search->cli, &out, MSG_DIFF_FAULTED, holes);
        break;
    }
    if (target->codes[side].size > 0)
        message_append(search->cli, &out, MSG_DIFF_UNDER_CODE, (Holes){.a = target->codes[side]});
    return builder_result(&out);
}

/* The rules that decided, as an expectation names them: by their names, or by the return code where that is what changed. */
static void deciders(Writer *writer, const Target *target, const Outcome *outcome)
{
    const bd_module *module = writer->search->module[writer->side];
    bool is_first = true;
    for (uint32_t i = 0; i < module->RULES_count; i++) {
        if (!outcome_has_reason(outcome, i))
            continue;
        builder_text(writer->out, is_first ? TEXT("") : writer_word(writer, " en ", " and "));
        Text code = code_shown(writer->search, writer->side, target, i);
        if (code.size > 0)
            writer_quoted(writer, code);
        else
            builder_text(writer->out, module_text(module, module->RULES[i].name));
        is_first = false;
    }
}

static void expectation(Writer *writer, const Target *target, const Outcome *outcome)
{
    Text capped = rule_names(writer->search, writer->side, target, outcome);
    switch (outcome->decision) {
    case BD_APPROVED:
        word(writer, "goedgekeurd ", "approved ");
        money(writer, outcome->cents, 100);
        if (capped.size > 0)
            word(writer, ", begrensd door ", ", capped by ");
        break;
    case BD_REJECTED: word(writer, "afgekeurd door ", "rejected by "); break;
    case BD_SUSPENDED: word(writer, "aangehouden door ", "suspended by "); break;
    case BD_FAULTED: word(writer, "fout", "fault"); return;
    }
    deciders(writer, target, outcome);
}

/* ---- cells ---- */

void writer_cell(Writer *writer, const CaseColumn *column, const CaseCell *cell, Text unit)
{
    StringBuilder *out = writer->out;
    switch (column->meaning) {
    case BD_MEANS_BOOLEAN:
        if (cell->value != 0)
            word(writer, "ja", "yes");
        else
            word(writer, "nee", "no");
        return;
    case BD_MEANS_NUMBER: writer_number(writer, cell->value, column->scale, 0); return;
    case BD_MEANS_MONEY: money(writer, cell->value, column->scale); return;
    case BD_MEANS_RATE:
        money(writer, cell->value, column->scale);
        if (column->unit.size > 0) {
            builder_text(out, TEXT(" per "));
            builder_text(out, column->unit);
        }
        return;
    case BD_MEANS_QUANTITY:
        writer_number(writer, cell->value, column->scale, 0);
        unit_word(writer, unit, cell->value == column->scale);
        return;
    case BD_MEANS_DATE: date_append(out, (int32_t)cell->value); return;
    case BD_MEANS_MONTH: month_append(out, (int32_t)cell->value); return;
    case BD_MEANS_YEAR: builder_int64(out, cell->value); return;
    case BD_MEANS_CHOICE: builder_text(out, column->members[cell->value]); return;
    case BD_MEANS_TEXT: writer_quoted(writer, cell->text); return;
    }
}

/* How the text calls a message. */
static void group_word(Writer *writer, Text group)
{
    if (text_equal(group, TEXT("start")))
        word(writer, "startbericht", "start_message");
    else if (text_equal(group, TEXT("stop")))
        word(writer, "stopbericht", "stop_message");
    else if (text_equal(group, TEXT("toewijzing")))
        word(writer, "toewijzing", "allocation");
    else
        builder_text(writer->out, group);
}

/* How the text calls a column: toewijzing_volume is toewijzing.volume, tarief is ingediend_tarief. */
static void column_path(Writer *writer, const CaseColumns *columns, const CaseColumn *column)
{
    static const struct {
        Text name;
        const char *nl, *en;
    } OWN[] = {{TEXT_INIT("tarief"), "ingediend_tarief", "claimed_tariff"},
               {TEXT_INIT("bedrag"), "ingediend_bedrag", "claimed_amount"},
               {TEXT_INIT("aanbieder"), "aanbieder", "provider"},
               {TEXT_INIT("gemeente"), "gemeente", "municipality"},
               {TEXT_INIT("dagtekening"), "dagtekening", "signed"},
               {TEXT_INIT("toewijzingnummer"), "toewijzingnummer", "allocation_number"}};
    StringBuilder *out = writer->out;
    if (column->group != BD_NONE) {
        Text group = columns->items[column->group].name;
        group_word(writer, group);
        builder_char(out, '.');
        builder_text(out, text_slice(column->name, group.size + 1, column->name.size));
        return;
    }
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++) {
        if (text_equal(column->name, OWN[i].name)) {
            word(writer, OWN[i].nl, OWN[i].en);
            return;
        }
    }
    builder_text(out, column->name);
}

/* The unit of a quantity: its column's, or what the column beside it says. */
static Text unit_of(const CaseColumns *columns, const CaseCell *cells, const CaseColumn *column, uint32_t *beside)
{
    Text name = TEXT("eenheid");
    *beside = BD_NONE;
    if (column->meaning != BD_MEANS_QUANTITY || column->unit.size > 0)
        return column->unit;
    for (uint32_t i = 0; i < columns->count; i++) {
        Text other = columns->items[i].name;
        bool is_unit =
            other.size >= name.size && text_equal(text_slice(other, other.size - name.size, other.size), name);
        if (is_unit && columns->items[i].group == column->group)
            *beside = i;
    }
    bool has = *beside != BD_NONE && cells[*beside].present;
    return has ? columns->items[*beside].members[cells[*beside].value] : (Text){"", 0};
}

static bool is_named(const CaseColumn *column, const char *name)
{
    return text_equal(column->name, text_from_cstring(name));
}

/* Whether another fact says it: a unit that stands behind its number, the end of an interval. */
static bool is_said(const CaseColumns *columns, const CaseCell *cells, uint32_t index)
{
    for (uint32_t i = 0; i < columns->count; i++) {
        uint32_t beside;
        if (cells[i].present)
            (void)unit_of(columns, cells, &columns->items[i], &beside);
        if (cells[i].present && columns->items[i].meaning == BD_MEANS_QUANTITY && beside == index)
            return true;
    }
    return false;
}

/* Whether a version has a fact, or its text still declares it though no rule reads it: what decided in the other version is to be seen in both. */
static bool knows(const Writer *writer, const CaseColumns *columns, const CaseColumn *column)
{
    const Core *core = writer->search->loaded[writer->side]->compilation.core;
    bool is_of_line = columns == &writer->search->columns && !column->is_other[writer->side];
    return column->index[writer->side] != BD_NONE ||
           (is_of_line && core != NULL && find_column(core, BD_NONE, column->name) != BD_NONE);
}

/* A message of which nothing is said but that it is there. */
static bool is_bare_message(const Writer *writer, const CaseColumns *columns, const CaseCell *cells, uint32_t index)
{
    if (!columns->items[index].is_group || cells[index].value == 0)
        return false;
    for (uint32_t i = 0; i < columns->count; i++)
        if (columns->items[i].group == index && cells[i].present && knows(writer, columns, &columns->items[i]))
            return false;
    return true;
}

static void fact(Writer *writer, const CaseColumns *columns, const CaseCell *cells, uint32_t index)
{
    const CaseColumn *column = &columns->items[index];
    uint32_t beside;
    bool is_bare = is_bare_message(writer, columns, cells, index);
    if (!cells[index].present || (column->is_group && !is_bare) || !knows(writer, columns, column) ||
        is_said(columns, cells, index))
        return;
    writer_fact(writer);
    if (is_bare) {
        group_word(writer, column->name);
        return;
    }
    column_path(writer, columns, column);
    builder_char(writer->out, ' ');
    writer_cell(writer, column, &cells[index], unit_of(columns, cells, column, &beside));
}

/* ---- facts ---- */

enum { WIDTH = 80 };

/* Bytes on the last line so far. */
static size_t line_width(const StringBuilder *out)
{
    size_t width = 0;
    while (width < out->size && out->data[out->size - width - 1] != '\n')
        width++;
    return width;
}

void writer_fact(Writer *writer)
{
    if (writer->facts > 0)
        builder_text(writer->out, TEXT(","));
    if (writer->facts > 0 && line_width(writer->out) > WIDTH)
        builder_text(writer->out, TEXT("\n           "));
    if (writer->facts > 0 || !writer->is_record)
        builder_char(writer->out, ' ');
    writer->facts++;
}

void writer_given(Writer *writer, uint32_t line)
{
    word(writer, "    gegeven", "    given");
    if (line > 0) {
        word(writer, " regel ", " line ");
        builder_uint64(writer->out, line);
    }
    writer->facts = 0;
}

static void interval(Writer *writer, const CaseColumns *columns, const CaseCell *cells)
{
    uint32_t begin = case_find_column(columns, TEXT("begindatum")), end = case_find_column(columns, TEXT("einddatum"));
    bool has_begin = begin != BD_NONE && cells[begin].present, has_end = end != BD_NONE && cells[end].present;
    if (has_begin && has_end) {
        writer_fact(writer);
        word(writer, "van ", "from ");
        writer_cell(writer, &columns->items[begin], &cells[begin], (Text){"", 0});
        word(writer, " tot en met ", " through ");
        writer_cell(writer, &columns->items[end], &cells[end], (Text){"", 0});
        return;
    }
    if (begin != BD_NONE)
        fact(writer, columns, cells, begin);
    if (end != BD_NONE)
        fact(writer, columns, cells, end);
}

static void cells_text(Writer *writer, const CaseColumns *columns, const CaseCell *cells, bool is_earlier)
{
    uint32_t product = case_find_column(columns, TEXT("product"));
    if (product != BD_NONE && cells[product].present && writer->code.size > 0 && !is_earlier) {
        writer_fact(writer);
        builder_text(writer->out, TEXT("product "));
        writer_quoted(writer, writer->code);
    } else if (product != BD_NONE && cells[product].present) {
        fact(writer, columns, cells, product);
    }
    interval(writer, columns, cells);
    for (uint32_t i = 0; i < columns->count; i++) {
        const CaseColumn *column = &columns->items[i];
        bool is_done = i == product || is_named(column, "begindatum") || is_named(column, "einddatum");
        bool is_granted = is_earlier && (is_named(column, "volume") || is_named(column, "bedrag"));
        if (!is_done && !is_granted)
            fact(writer, columns, cells, i);
    }
}

/* "contact (…) (…)": what follows on a record of the same list stands behind it. */
static void begin_record(Writer *writer, const CaseList *list, bool is_first)
{
    if (is_first) {
        writer_fact(writer);
        builder_text(writer->out, list->name);
    } else if (line_width(writer->out) > WIDTH) {
        builder_text(writer->out, TEXT("\n           "));
    }
    builder_text(writer->out, TEXT(" ("));
}

static void records_text(Writer *writer, const Case *line)
{
    uint32_t before = BD_NONE;
    for (uint32_t i = 0; i < line->record_count; i++) {
        const CaseRecord *record = &line->records[i];
        const CaseList *list = &writer->search->lists[record->list];
        if (text_equal(list->name, TEXT("andere_regels")) || list->index[writer->side] == BD_NONE)
            continue;
        begin_record(writer, list, record->list != before);
        before = record->list;
        Writer inner = *writer;
        inner.facts = 0;
        inner.is_record = true;
        for (uint32_t c = 0; c < list->columns.count; c++)
            fact(&inner, &list->columns, record->cells, c);
        builder_char(writer->out, ')');
    }
}

static void line_text(Writer *writer, const Case *line, uint32_t number)
{
    writer_given(writer, number);
    cells_text(writer, &writer->search->columns, line->cells, false);
    records_text(writer, line);
}

static void earlier_text(Writer *writer, const Case *line)
{
    const CaseColumns *columns = &writer->search->columns;
    word(writer, "    eerder", "    earlier");
    writer->facts = 0;
    cells_text(writer, columns, line->cells, true);
    records_text(writer, line);
    uint32_t granted = case_find_column(columns, TEXT("volume")), beside;
    if (granted == BD_NONE || !line->cells[granted].present)
        granted = case_find_column(columns, TEXT("bedrag"));
    if (granted != BD_NONE && line->cells[granted].present) {
        word(writer, " toegekend ", " granted ");
        writer_cell(writer, &columns->items[granted], &line->cells[granted],
                    unit_of(columns, line->cells, &columns->items[granted], &beside));
    }
    builder_char(writer->out, '\n');
}

/* ---- the environment ---- */

static void row_value(Writer *writer, const bd_table_info *table, Text value)
{
    Number number;
    bool is_money = table->meaning == BD_MEANS_MONEY || table->meaning == BD_MEANS_RATE;
    bool is_number = is_money || table->meaning == BD_MEANS_NUMBER || table->meaning == BD_MEANS_QUANTITY;
    if (is_money && number_from_text(writer->search->arena, value, &number) == BD_OK && number.big == NULL)
        money(writer, number.num, number.den);
    else if (is_number)
        decimal(writer, value);
    else
        builder_text(writer->out, value);
    if (table->meaning == BD_MEANS_QUANTITY)
        unit_word(writer, table->unit, text_equal(value, TEXT("1")));
}

static bool is_series(const bd_module *module, uint32_t table)
{
    for (uint32_t i = 0; i < module->SERIES_count; i++)
        if (module->SERIES[i].table == table)
            return true;
    return false;
}

/* A key as the text writes it: quoted where the dimension is text. */
static void row_key(Writer *writer, const DimensionRecord *dimension, Text key)
{
    if (dimension->kind == BD_KIND_TEXT)
        writer_quoted(writer, key);
    else if (dimension->kind == BD_KIND_SCALED)
        decimal(writer, key);
    else
        builder_text(writer->out, key);
}

static void row_text(Writer *writer, const ScenarioRow *row)
{
    const bd_module *module = writer->search->module[writer->side];
    uint32_t index = load_find_table(module, row->table);
    bd_table_info table;
    if (index == BD_NONE || bd_module_table(module, index, &table) != BD_OK)
        return;
    writer_fact(writer);
    if (is_series(module, index))
        word(writer, "reeks ", "series ");
    else
        word(writer, "tabel ", "table ");
    builder_text(writer->out, row->table);
    if (row->from != BD_DATE_MIN) {
        builder_char(writer->out, '[');
        date_append(writer->out, row->from);
        builder_char(writer->out, ']');
    } else if (row->key_count > 0) {
        builder_char(writer->out, '[');
        for (uint32_t i = 0; i < row->key_count; i++) {
            builder_text(writer->out, i == 0 ? TEXT("") : TEXT(", "));
            row_key(writer, &module->DIMENSIONS[module->TABLES[index].first_dimension + i], row->keys[i]);
        }
        builder_char(writer->out, ']');
    }
    builder_text(writer->out, TEXT(" = "));
    row_value(writer, &table, row->value);
}

void writer_environment(Writer *writer, const Scenario *scenario)
{
    for (uint32_t i = 0; scenario != NULL && i < scenario->reading_count; i++) {
        writer_fact(writer);
        word(writer, "lezing ", "reading ");
        builder_text(writer->out, scenario->readings[i].name);
        builder_text(writer->out, TEXT(" = "));
        builder_text(writer->out, scenario->readings[i].alternative);
    }
    for (uint32_t i = 0; scenario != NULL && i < scenario->row_count; i++)
        row_text(writer, &scenario->rows[i]);
}

/* ---- the whole ---- */

/* Messages in this language from now on; gives the one before. What stands in an agreement is in its own. */
static bool speak(const Search *search, bool english)
{
    bool before = search->cli->english;
    search->cli->english = english;
    return before;
}

void writer_title(Writer *writer, const Target *target, Text old_outcome, Text new_outcome)
{
    StringBuilder title;
    builder_init(&title, writer->search->arena);
    Holes holes = {.a = target->change->name, .b = old_outcome, .c = new_outcome};
    bool spoken = speak(writer->search, writer->is_english);
    message_append(writer->search->cli, &title, MSG_DIFF_WITNESS_TITLE, holes);
    (void)speak(writer->search, spoken);
    word(writer, "voorbeeld ", "example ");
    writer_quoted(writer, builder_result(&title));
    builder_char(writer->out, '\n');
}

static bool has_others(const Search *search, const Case *line)
{
    for (uint32_t i = 0; i < line->record_count; i++)
        if (text_equal(search->lists[line->records[i].list].name, TEXT("andere_regels")))
            return true;
    return false;
}

Text case_scenario(const Search *search, const Target *target, const Seed *seed, const Case *line, int side,
                   const Outcome outcomes[SIDES])
{
    StringBuilder out;
    if (is_unknown(target, side, &outcomes[side]))
        return (Text){"", 0};
    builder_init(&out, search->arena);
    Writer made = writer_for(search, &out, side), *writer = &made;
    made.code = target->codes[side];
    const Environment *environment = seed->environment;
    bool others = has_others(search, line);
    uint32_t last = others ? seed->line_count : environment->before_count + 1;
    uint32_t own = others ? seed->own : environment->before_count;
    bool spoken = speak(search, writer->is_english);
    Text old_text = outcome_text(search, 0, target, line, &outcomes[0]),
         new_text = outcome_text(search, 1, target, line, &outcomes[1]);
    (void)speak(search, spoken);
    writer_title(writer, target, old_text, new_text);
    for (uint32_t i = 0; i < environment->earlier_count; i++)
        earlier_text(writer, &environment->earlier[i]);
    for (uint32_t i = 0; i < last; i++) {
        const Case *told = i == own ? line : others ? &seed->lines[i] : &environment->before[i];
        line_text(writer, told, last > 1 ? i + 1 : 0);
        if (i == 0 && last == 1)
            writer_environment(writer, environment->scenario);
        builder_char(&out, '\n');
    }
    if (last > 1 && environment->scenario != NULL &&
        environment->scenario->row_count + environment->scenario->reading_count > 0) {
        writer_given(writer, 0);
        writer_environment(writer, environment->scenario);
        builder_char(&out, '\n');
    }
    word(writer, "    verwacht ", "    expect ");
    if (last > 1) {
        word(writer, "regel ", "line ");
        builder_uint64(&out, own + 1);
        builder_char(&out, ' ');
    }
    expectation(writer, target, &outcomes[side]);
    builder_char(&out, '\n');
    return builder_result(&out);
}
