/* cmd_describe.c: `beding describe`: what a module offers and reads, as text; the JSON is in describe_json.c. */
#include "compiler/cli/commands.h"
#include "compiler/cli/describe_json.h"
#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/cli/people.h"
#include "compiler/cli/values.h"
#include "vm/core/date.h"

enum { NAME_WIDTH = 28 };

typedef struct Describe {
    const Cli *cli;
    const bd_module *module;
    bd_module_info info;
    StringBuilder *out;
} Describe;

static void heading(Describe *describe, Message message, uint32_t count)
{
    builder_char(describe->out, '\n');
    builder_text(describe->out, message_pattern(describe->cli, message));
    builder_text(describe->out, TEXT(" ("));
    builder_uint64(describe->out, count);
    builder_text(describe->out, TEXT(")\n"));
}

static void name_cell(Describe *describe, size_t indent, Text name)
{
    size_t width = indent + text_length(name);
    builder_repeat(describe->out, ' ', indent);
    builder_text(describe->out, name);
    builder_repeat(describe->out, ' ', width < NAME_WIDTH ? NAME_WIDTH - width : 1);
}

static void citation(Describe *describe, const bd_citation *cited)
{
    if (cited->document.size + cited->place.size == 0)
        return;
    builder_text(describe->out, TEXT("  ["));
    value_append_citation(describe->out, cited);
    builder_char(describe->out, ']');
}

static void header(Describe *describe)
{
    StringBuilder *out = describe->out;
    const bd_module_info *info = &describe->info;
    builder_text(out, info->name);
    if (info->title.size > 0) {
        builder_text(out, TEXT(": "));
        builder_text(out, info->title);
    }
    builder_char(out, '\n');
    name_cell(describe, 2, message_pattern(describe->cli, MSG_DESC_VERSION));
    builder_text(out, info->version);
    builder_char(out, '\n');
    name_cell(describe, 2, message_pattern(describe->cli, MSG_DESC_VALID));
    if (info->valid_from != BD_DATE_MIN) {
        /* "vanaf A", "A t/m B", "t/m B" */
        if (info->valid_to == BD_DATE_MAX) {
            builder_text(out, message_pattern(describe->cli, MSG_DESC_FROM));
            builder_char(out, ' ');
        }
        date_append(out, info->valid_from);
    }
    if (info->valid_to != BD_DATE_MAX) {
        if (info->valid_from != BD_DATE_MIN)
            builder_char(out, ' ');
        builder_text(out, message_pattern(describe->cli, MSG_DESC_UNTIL));
        builder_char(out, ' ');
        date_append(out, info->valid_to);
    }
    builder_char(out, '\n');
    name_cell(describe, 2, message_pattern(describe->cli, MSG_DESC_HASH));
    builder_hex(out, info->sha256, sizeof info->sha256);
    builder_char(out, '\n');
    name_cell(describe, 2, message_pattern(describe->cli, MSG_DESC_COST));
    StringBuilder steps;
    builder_init(&steps, out->arena);
    message_count(describe->cli, &steps, info->cost);
    message_append(describe->cli, out, MSG_DESC_COST_AMOUNT, (Holes){.a = builder_result(&steps)});
    builder_char(out, '\n');
}

static void column(Describe *describe, size_t indent, uint32_t index)
{
    bd_column_info info;
    if (bd_module_column(describe->module, index, &info) != BD_OK)
        return;
    name_cell(describe, indent, info.name);
    value_append_type(describe->cli, describe->out, describe->module, info.meaning, info.unit, info.choice);
    if (info.optional) {
        builder_text(describe->out, TEXT(", "));
        builder_text(describe->out, message_pattern(describe->cli, MSG_DESC_OPTIONAL));
    }
    builder_char(describe->out, '\n');
}

static void columns(Describe *describe)
{
    bd_program_info program;
    if (bd_module_program(describe->module, 0, &program) != BD_OK || program.kind != BD_PROGRAM_LINES)
        return;
    Text key;
    uint32_t keys = 0;
    for (uint32_t i = 0; i < describe->info.lists; i++)
        keys += describe_only_key(describe->module, i, &key);
    heading(describe, MSG_DESC_COLUMNS, program.columns + keys);
    for (uint32_t i = 0; i < program.columns; i++)
        column(describe, 2, program.first_column + i);
    for (uint32_t i = 0; i < describe->info.lists; i++) {
        if (!describe_only_key(describe->module, i, &key))
            continue;
        name_cell(describe, 2, key);
        value_append_type(describe->cli, describe->out, describe->module, BD_MEANS_TEXT, (Text){"", 0}, BD_NONE);
        builder_char(describe->out, '\n');
    }
}

static void lists(Describe *describe)
{
    if (describe->info.lists == 0)
        return;
    heading(describe, MSG_DESC_LISTS, describe->info.lists);
    for (uint32_t i = 0; i < describe->info.lists; i++) {
        bd_list_info list;
        if (bd_module_list(describe->module, i, &list) != BD_OK)
            continue;
        name_cell(describe, 2, list.name);
        builder_text(describe->out, message_pattern(describe->cli, MSG_DESC_KEY));
        builder_char(describe->out, ' ');
        builder_text(describe->out, list.key);
        builder_text(describe->out, TEXT(", "));
        builder_text(describe->out, message_pattern(describe->cli, MSG_DESC_AT_MOST));
        builder_char(describe->out, ' ');
        builder_uint64(describe->out, list.maximum);
        builder_char(describe->out, '\n');
        for (uint32_t j = 0; j < list.columns; j++)
            column(describe, 4, list.first_column + j);
    }
}

static void choices(Describe *describe)
{
    heading(describe, MSG_DESC_CHOICES, describe->info.choices);
    for (uint32_t i = 0; i < describe->info.choices; i++) {
        name_cell(describe, 2, bd_choice_name(describe->module, i));
        uint32_t size = bd_choice_size(describe->module, i);
        for (uint32_t j = 0; j < size; j++) {
            if (j > 0)
                builder_text(describe->out, TEXT(", "));
            builder_text(describe->out, bd_choice_member(describe->module, i, j));
        }
        builder_char(describe->out, '\n');
    }
}

static void rules(Describe *describe)
{
    static const Message EFFECTS[] = {
        [BD_EFFECT_NONE] = MSG_DESC_EFFECT_NONE,
        [BD_EFFECT_REJECT] = MSG_DESC_EFFECT_REJECT,
        [BD_EFFECT_CAP_VOLUME] = MSG_DESC_EFFECT_CAP_VOLUME,
        [BD_EFFECT_CAP_AMOUNT] = MSG_DESC_EFFECT_CAP_AMOUNT,
        [BD_EFFECT_PAY] = MSG_DESC_EFFECT_PAY,
        [BD_EFFECT_SUSPEND] = MSG_DESC_EFFECT_SUSPEND,
    };
    heading(describe, MSG_DESC_RULES, describe->info.rules);
    for (uint32_t i = 0; i < describe->info.rules; i++) {
        bd_rule_info rule;
        if (bd_module_rule(describe->module, i, &rule) != BD_OK)
            continue;
        name_cell(describe, 2, rule.name);
        if (rule.effect <= BD_EFFECT_SUSPEND)
            builder_text(describe->out, message_pattern(describe->cli, EFFECTS[rule.effect]));
        if (rule.code.size > 0) {
            builder_text(describe->out, TEXT(", code "));
            builder_text(describe->out, rule.code);
        }
        if (rule.reason.size > 0) {
            builder_text(describe->out, TEXT(": "));
            builder_text(describe->out, rule.reason);
        }
        citation(describe, &rule.citation);
        builder_char(describe->out, '\n');
    }
}

static void tables(Describe *describe)
{
    uint32_t count = 0;
    bd_table_info any;
    for (uint32_t i = 0; i < describe->info.tables; i++)
        count += bd_module_table(describe->module, i, &any) == BD_OK && !any.is_internal;
    if (count == 0)
        return;
    heading(describe, MSG_DESC_TABLES, count);
    for (uint32_t i = 0; i < describe->info.tables; i++) {
        bd_table_info table;
        if (bd_module_table(describe->module, i, &table) != BD_OK || table.is_internal)
            continue;
        name_cell(describe, 2, table.name);
        value_append_type(describe->cli, describe->out, describe->module, table.meaning, table.unit, BD_NONE);
        for (uint32_t j = 0; j < table.dimensions && j < 8; j++) {
            builder_text(describe->out, j == 0 ? TEXT(" (") : TEXT(", "));
            builder_text(describe->out, table.dimension_name[j]);
        }
        if (table.dimensions > 0)
            builder_char(describe->out, ')');
        if (table.is_extern) {
            builder_text(describe->out, TEXT(", "));
            builder_text(describe->out, message_pattern(describe->cli, MSG_DESC_EXTERN));
        }
        citation(describe, &table.citation);
        builder_char(describe->out, '\n');
    }
}

static void append_key(StringBuilder *out, const bd_series_info *info, int32_t key)
{
    if (info->months == 12)
        builder_int64(out, key);
    else
        month_append(out, key);
}

static void series(Describe *describe)
{
    bd_series_info info;
    if (describe->info.series > 0)
        heading(describe, MSG_DESC_SERIES, describe->info.series);
    for (uint32_t i = 0; bd_module_series(describe->module, i, &info) == BD_OK; i++) {
        name_cell(describe, 2, info.name);
        Message period = info.months == 1   ? MSG_DESC_PER_MONTH
                         : info.months == 3 ? MSG_DESC_PER_QUARTER
                                            : MSG_DESC_PER_YEAR;
        builder_text(describe->out, message_pattern(describe->cli, period));
        if (info.is_extern) {
            builder_text(describe->out, TEXT(", "));
            builder_text(describe->out, message_pattern(describe->cli, MSG_DESC_EXTERN));
        } else {
            int32_t last = info.first + (int32_t)(info.figures - 1) * (info.months == 12 ? 1 : (int32_t)info.months);
            builder_text(describe->out, TEXT(", "));
            append_key(describe->out, &info, info.first);
            builder_text(describe->out, TEXT(" … "));
            append_key(describe->out, &info, last);
        }
        if (info.goes_on) {
            builder_text(describe->out, TEXT(", "));
            builder_text(describe->out, message_pattern(describe->cli, MSG_DESC_GOES_ON));
        }
        builder_text(describe->out, TEXT(": "));
        builder_text(describe->out, info.label);
        citation(describe, &info.citation);
        builder_char(describe->out, '\n');
    }
}

static void indexations(Describe *describe)
{
    bd_index_info info;
    if (describe->info.indexations > 0)
        heading(describe, MSG_DESC_INDEXATIONS, describe->info.indexations);
    for (uint32_t i = 0; bd_module_index(describe->module, i, &info) == BD_OK; i++) {
        name_cell(describe, 2, info.name);
        builder_text(describe->out, message_pattern(describe->cli, MSG_DESC_PER_YEAR));
        builder_text(describe->out, TEXT(", "));
        builder_text(describe->out, message_pattern(describe->cli, MSG_DESC_FROM));
        builder_char(describe->out, ' ');
        date_append(describe->out, info.first);
        citation(describe, &info.citation);
        builder_char(describe->out, '\n');
    }
}

static void counters(Describe *describe)
{
    static const Message KINDS[] = {[BD_COUNTER_SUM] = MSG_DESC_COUNTER_SUM,
                                    [BD_COUNTER_COUNT] = MSG_DESC_COUNTER_COUNT,
                                    [BD_COUNTER_DAYS] = MSG_DESC_COUNTER_DAYS};
    bd_counter_info info;
    if (describe->info.counters > 0)
        heading(describe, MSG_DESC_COUNTERS, describe->info.counters);
    for (uint32_t i = 0; bd_module_counter(describe->module, i, &info) == BD_OK; i++) {
        name_cell(describe, 2, info.name);
        builder_text(describe->out, message_pattern(describe->cli, KINDS[info.kind]));
        if (info.kind == BD_COUNTER_SUM) {
            builder_char(describe->out, ' ');
            value_append_type(describe->cli, describe->out, describe->module, info.meaning, info.unit, BD_NONE);
        }
        for (uint32_t k = 0; k < info.keys; k++) {
            bd_column_info key;
            if (bd_module_column(describe->module, info.key[k], &key) != BD_OK)
                continue;
            builder_text(describe->out, k == 0 ? TEXT(" per ") : TEXT(", "));
            builder_text(describe->out, key.name);
        }
        citation(describe, &info.citation);
        builder_char(describe->out, '\n');
    }
}

static void callables(Describe *describe)
{
    uint32_t count = 0;
    bd_program_info program;
    for (uint32_t i = 0; i < describe->info.programs; i++)
        count += bd_module_program(describe->module, i, &program) == BD_OK && program.kind == BD_PROGRAM_CALL;
    if (count == 0)
        return;
    heading(describe, MSG_DESC_CALLABLES, count);
    for (uint32_t i = 0; i < describe->info.programs; i++) {
        if (bd_module_program(describe->module, i, &program) != BD_OK || program.kind != BD_PROGRAM_CALL)
            continue;
        name_cell(describe, 2, program.name);
        for (uint32_t j = 0; j < program.outputs; j++) {
            bd_output_info output;
            if (bd_program_output(describe->module, i, j, &output) != BD_OK)
                continue;
            if (j > 0)
                builder_text(describe->out, TEXT(", "));
            if (output.name.size > 0) {
                builder_text(describe->out, output.name);
                builder_text(describe->out, TEXT(": "));
            }
            value_append_type(describe->cli, describe->out, describe->module, output.meaning, output.unit,
                              output.choice);
        }
        citation(describe, &program.citation);
        builder_char(describe->out, '\n');
        for (uint32_t j = 0; j < program.columns; j++)
            column(describe, 4, program.first_column + j);
    }
}

ExitStatus cmd_describe(Cli *cli, const Arguments *arguments)
{
    Loaded *loaded = arena_alloc(&cli->arena, sizeof *loaded);
    ExitStatus status = load_open(loaded, cli, arguments->free[0]);
    if (status == EXIT_GOOD) {
        StringBuilder out;
        builder_init(&out, &cli->arena);
        if (options_has(arguments, OPTION_JSON)) {
            describe_json(loaded->module, &out);
        } else {
            Describe describe = {.cli = cli, .module = loaded->module, .out = &out};
            bd_module_describe(loaded->module, &describe.info);
            header(&describe);
            columns(&describe);
            lists(&describe);
            choices(&describe);
            rules(&describe);
            tables(&describe);
            series(&describe);
            indexations(&describe);
            counters(&describe);
            callables(&describe);
            people_append(cli, &out, loaded->module);
        }
        status = output_write_all(cli, "-", builder_result(&out));
    }
    load_close(loaded);
    return status;
}
