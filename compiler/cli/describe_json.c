/* describe_json.c: what a module offers and reads, as JSON; see describe_json.h. */
#include "compiler/cli/describe_json.h"

#include "compiler/cli/people.h"
#include "compiler/cli/rule_id.h"
#include "compiler/cli/values.h"

void describe_json_citation(JsonWriter *json, const char *name, const bd_citation *citation)
{
    if (citation->document.size + citation->place.size + citation->quote.size == 0) {
        json_write_null(json, name);
        return;
    }
    json_write_object(json, name);
    if (citation->document.size > 0)
        json_write_text(json, "document", citation->document);
    if (citation->place.size > 0)
        json_write_text(json, "place", citation->place);
    if (citation->quote.size > 0)
        json_write_text(json, "quote", citation->quote);
    json_write_close_object(json);
}

void describe_json_place(JsonWriter *json, const char *name, const bd_place *place)
{
    if (place->line == 0) {
        json_write_null(json, name);
        return;
    }
    json_write_object(json, name);
    json_write_text(json, "file", place->file);
    json_write_uint(json, "line", place->line);
    json_write_uint(json, "column", place->column);
    json_write_close_object(json);
}

Text describe_json_effect(bd_effect effect)
{
    switch (effect) {
    case BD_EFFECT_REJECT: return TEXT("reject");
    case BD_EFFECT_CAP_VOLUME: return TEXT("cap_volume");
    case BD_EFFECT_CAP_AMOUNT: return TEXT("cap_amount");
    case BD_EFFECT_PAY: return TEXT("pay");
    case BD_EFFECT_SUSPEND: return TEXT("suspend");
    case BD_EFFECT_NONE: break;
    }
    return TEXT("none");
}

static void write_type(JsonWriter *json, const bd_module *module, bd_meaning meaning, Text unit, uint32_t choice,
                       bool optional)
{
    json_write_text(json, "type", value_meaning_name(meaning));
    if (meaning == BD_MEANS_QUANTITY || meaning == BD_MEANS_RATE) {
        if (unit.size > 0)
            json_write_text(json, "unit", unit);
        else
            json_write_null(json, "unit");
    }
    if (meaning == BD_MEANS_CHOICE && choice != BD_NONE)
        json_write_text(json, "choice", bd_choice_name(module, choice));
    json_write_bool(json, "optional", optional);
}

bool describe_only_key(const bd_module *module, uint32_t list, Text *key)
{
    bd_list_info info, earlier;
    bd_program_info program;
    bd_column_info column;
    if (bd_module_list(module, list, &info) != BD_OK || bd_module_program(module, 0, &program) != BD_OK ||
        text_equal(info.name, TEXT("andere_regels")))
        return false;
    for (uint32_t i = 0; i < program.columns; i++)
        if (bd_module_column(module, program.first_column + i, &column) == BD_OK && text_equal(column.name, info.key))
            return false;
    for (uint32_t i = 0; i < list; i++)
        if (bd_module_list(module, i, &earlier) == BD_OK && text_equal(earlier.key, info.key) &&
            !text_equal(earlier.name, TEXT("andere_regels")))
            return false;
    *key = info.key;
    return true;
}

static void write_only_keys(JsonWriter *json, const bd_module *module)
{
    bd_module_info info;
    bd_module_describe(module, &info);
    for (uint32_t i = 0; i < info.lists; i++) {
        Text key;
        if (!describe_only_key(module, i, &key))
            continue;
        json_write_object(json, NULL);
        json_write_text(json, "name", key);
        write_type(json, module, BD_MEANS_TEXT, (Text){"", 0}, BD_NONE, false);
        json_write_close_object(json);
    }
}

static void write_column_elements(JsonWriter *json, const bd_module *module, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        bd_column_info info;
        if (bd_module_column(module, first + i, &info) != BD_OK)
            continue;
        json_write_object(json, NULL);
        json_write_text(json, "name", info.name);
        write_type(json, module, info.meaning, info.unit, info.choice, info.optional);
        if (info.kind == BD_KIND_SCALED)
            json_write_int(json, "denominator", info.denominator);
        json_write_close_object(json);
    }
}

static void write_line_columns(JsonWriter *json, const bd_module *module, const bd_program_info *program)
{
    json_write_array(json, "columns");
    write_column_elements(json, module, program->first_column, program->columns);
    write_only_keys(json, module);
    json_write_close_array(json);
}

static void write_columns(JsonWriter *json, const char *name, const bd_module *module, uint32_t first, uint32_t count)
{
    json_write_array(json, name);
    write_column_elements(json, module, first, count);
    json_write_close_array(json);
}

static void write_validity(JsonWriter *json, int32_t from, int32_t to)
{
    if (from == BD_DATE_MIN)
        json_write_null(json, "valid_from");
    else
        json_write_date(json, "valid_from", from);
    if (to == BD_DATE_MAX)
        json_write_null(json, "valid_to");
    else
        json_write_date(json, "valid_to", to);
}

static void write_info(JsonWriter *json, const bd_module_info *info)
{
    StringBuilder hash;
    builder_init(&hash, json->out->arena);
    builder_hex(&hash, info->sha256, sizeof info->sha256);
    json_write_text(json, "schema", TEXT("beding.describe/1"));
    json_write_text(json, "name", info->name);
    json_write_text(json, "title", info->title);
    json_write_text(json, "version", info->version);
    json_write_text(json, "language", info->language);
    write_validity(json, info->valid_from, info->valid_to);
    json_write_text(json, "sha256", builder_result(&hash));
    json_write_uint(json, "cost", info->cost);
}

static void write_lists(JsonWriter *json, const bd_module *module, uint32_t count)
{
    json_write_array(json, "lists");
    for (uint32_t i = 0; i < count; i++) {
        bd_list_info list;
        if (bd_module_list(module, i, &list) != BD_OK)
            continue;
        json_write_object(json, NULL);
        json_write_text(json, "name", list.name);
        json_write_text(json, "key", list.key);
        json_write_uint(json, "maximum", list.maximum);
        write_columns(json, "columns", module, list.first_column, list.columns);
        json_write_close_object(json);
    }
    json_write_close_array(json);
}

static void write_choices(JsonWriter *json, const bd_module *module, uint32_t count)
{
    json_write_array(json, "choices");
    for (uint32_t i = 0; i < count; i++) {
        json_write_object(json, NULL);
        json_write_text(json, "name", bd_choice_name(module, i));
        json_write_array(json, "members");
        for (uint32_t j = 0; j < bd_choice_size(module, i); j++)
            json_write_text(json, NULL, bd_choice_member(module, i, j));
        json_write_close_array(json);
        json_write_close_object(json);
    }
    json_write_close_array(json);
}

static void write_rules(JsonWriter *json, Arena *arena, const bd_module *module, uint32_t count)
{
    json_write_array(json, "rules");
    for (uint32_t i = 0; i < count; i++) {
        bd_rule_info rule;
        if (bd_module_rule(module, i, &rule) != BD_OK)
            continue;
        json_write_object(json, NULL);
        json_write_text(json, "id", rule_id(arena, module, i));
        json_write_text(json, "name", rule.name);
        json_write_text(json, "effect", describe_json_effect(rule.effect));
        json_write_text(json, "code", rule.code);
        json_write_text(json, "reason", rule.reason);
        json_write_bool(json, "built_in", rule.built_in);
        describe_json_citation(json, "citation", &rule.citation);
        describe_json_place(json, "place", &rule.place);
        json_write_close_object(json);
    }
    json_write_close_array(json);
}

static void write_table(JsonWriter *json, const bd_module *module, uint32_t index, const bd_table_info *table)
{
    json_write_object(json, NULL);
    json_write_text(json, "name", table->name);
    json_write_text(json, "label", table->label);
    json_write_bool(json, "tariff", table->is_tariff);
    json_write_bool(json, "extern", table->is_extern);
    json_write_bool(json, "maximum", table->is_maximum);
    if (table->product != BD_NONE)
        json_write_text(json, "product", bd_choice_member(module, 0, table->product));
    write_type(json, module, table->meaning, table->unit, BD_NONE, table->is_optional);
    json_write_array(json, "dimensions");
    for (uint32_t j = 0; j < table->dimensions && j < 8; j++)
        json_write_text(json, NULL, table->dimension_name[j]);
    json_write_close_array(json);
    json_write_array(json, "versions");
    for (uint32_t j = 0; j < table->versions; j++) {
        int32_t from = 0, to = 0;
        if (bd_table_version(module, index, j, &from, &to) != BD_OK)
            continue;
        json_write_object(json, NULL);
        write_validity(json, from, to);
        json_write_close_object(json);
    }
    json_write_close_array(json);
    describe_json_citation(json, "citation", &table->citation);
    json_write_close_object(json);
}

static void write_series(JsonWriter *json, const bd_module *module)
{
    bd_series_info series;
    json_write_array(json, "series");
    for (uint32_t i = 0; bd_module_series(module, i, &series) == BD_OK; i++) {
        json_write_object(json, NULL);
        json_write_text(json, "name", series.name);
        json_write_text(json, "label", series.label);
        json_write_uint(json, "months", series.months);
        json_write_bool(json, "extern", series.is_extern);
        json_write_bool(json, "goes_on", series.goes_on);
        json_write_uint(json, "figures", series.figures);
        describe_json_citation(json, "citation", &series.citation);
        json_write_close_object(json);
    }
    json_write_close_array(json);
}

static void write_indexations(JsonWriter *json, const bd_module *module)
{
    bd_index_info index;
    json_write_array(json, "indexations");
    for (uint32_t i = 0; bd_module_index(module, i, &index) == BD_OK; i++) {
        json_write_object(json, NULL);
        json_write_text(json, "product", index.name);
        json_write_date(json, "first", index.first);
        if (index.last == BD_DATE_MAX)
            json_write_null(json, "last");
        else
            json_write_date(json, "last", index.last);
        describe_json_citation(json, "citation", &index.citation);
        describe_json_place(json, "place", &index.place);
        json_write_close_object(json);
    }
    json_write_close_array(json);
}

static void write_counters(JsonWriter *json, const bd_module *module)
{
    static const Text KINDS[] = {[BD_COUNTER_SUM] = TEXT_INIT("sum"),
                                 [BD_COUNTER_COUNT] = TEXT_INIT("count"),
                                 [BD_COUNTER_DAYS] = TEXT_INIT("days")};
    bd_counter_info counter;
    json_write_array(json, "counters");
    for (uint32_t i = 0; bd_module_counter(module, i, &counter) == BD_OK; i++) {
        json_write_object(json, NULL);
        json_write_text(json, "name", counter.name);
        json_write_text(json, "counts", KINDS[counter.kind]);
        write_type(json, module, counter.meaning, counter.unit, BD_NONE, false);
        json_write_array(json, "key");
        for (uint32_t k = 0; k < counter.keys; k++) {
            bd_column_info key;
            if (bd_module_column(module, counter.key[k], &key) == BD_OK)
                json_write_text(json, NULL, key.name);
        }
        json_write_close_array(json);
        describe_json_citation(json, "citation", &counter.citation);
        describe_json_place(json, "place", &counter.place);
        json_write_close_object(json);
    }
    json_write_close_array(json);
}

static void write_callable(JsonWriter *json, const bd_module *module, uint32_t index, const bd_program_info *program)
{
    json_write_object(json, NULL);
    json_write_text(json, "name", program->name);
    write_columns(json, "inputs", module, program->first_column, program->columns);
    json_write_array(json, "outputs");
    for (uint32_t i = 0; i < program->outputs; i++) {
        bd_output_info output;
        if (bd_program_output(module, index, i, &output) != BD_OK)
            continue;
        json_write_object(json, NULL);
        json_write_text(json, "name", output.name);
        write_type(json, module, output.meaning, output.unit, output.choice, output.optional);
        json_write_close_object(json);
    }
    json_write_close_array(json);
    describe_json_citation(json, "citation", &program->citation);
    json_write_close_object(json);
}

void describe_json(const bd_module *module, StringBuilder *out)
{
    bd_module_info info;
    bd_module_describe(module, &info);
    JsonWriter json;
    json_write_init(&json, out, false);
    json_write_object(&json, NULL);
    write_info(&json, &info);
    bd_program_info program;
    if (bd_module_program(module, 0, &program) == BD_OK && program.kind == BD_PROGRAM_LINES)
        write_line_columns(&json, module, &program);
    write_lists(&json, module, info.lists);
    write_choices(&json, module, info.choices);
    write_rules(&json, out->arena, module, info.rules);
    json_write_array(&json, "tables");
    for (uint32_t i = 0; i < info.tables; i++) {
        bd_table_info table;
        if (bd_module_table(module, i, &table) == BD_OK && !table.is_internal)
            write_table(&json, module, i, &table);
    }
    json_write_close_array(&json);
    write_series(&json, module);
    write_indexations(&json, module);
    write_counters(&json, module);
    json_write_array(&json, "callables");
    for (uint32_t i = 0; i < info.programs; i++) {
        if (bd_module_program(module, i, &program) == BD_OK && program.kind == BD_PROGRAM_CALL)
            write_callable(&json, module, i, &program);
    }
    json_write_close_array(&json);
    people_json(&json, module);
    json_write_close_object(&json);
    builder_char(out, '\n');
}
