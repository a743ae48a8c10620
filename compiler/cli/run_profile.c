/* run_profile.c: where the time of a run went; see run_profile.h. */
#include "compiler/cli/run_profile.h"

#include <stdlib.h>
#include <time.h>

#include "compiler/cli/load.h"

enum { NUMBER_WIDTH = 12, FIRST_WIDTH = 24 };

uint64_t run_profile_clock(void *context)
{
    (void)context;
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

ExitStatus run_profile_read(RunProfile *profile, Cli *cli, bd_session *session, const Decisions *decisions)
{
    bd_error error = {.code = BD_OK};
    profile->rules = arena_array(&cli->arena, (size_t)decisions->rule_count + 1, sizeof *profile->rules);
    if (bd_session_profiled(session, &profile->code, profile->rules, &error) != BD_OK)
        return load_report(cli, &error);
    return EXIT_GOOD;
}

/* Deciding that no instruction was timed for: counters, the ledger, the way from batch to batch. */
static uint64_t rest_of(const RunProfile *profile, const Decisions *decisions)
{
    uint64_t known = profile->code.shared_ns + profile->code.other_ns + profile->code.exact_ns;
    for (uint32_t i = 0; i < decisions->rule_count; i++)
        known += profile->rules[i].own_ns;
    return profile->deciding > known ? profile->deciding - known : 0;
}

/* ---- For people ---- */

typedef struct Table {
    const Cli *cli;
    StringBuilder *out;
    size_t width; /* of the first column */
    uint64_t lines;
} Table;

static void append_right(Table *table, Text text)
{
    size_t width = text_length(text);
    builder_repeat(table->out, ' ', width < NUMBER_WIDTH ? NUMBER_WIDTH - width : 1);
    builder_text(table->out, text);
}

/* A number with one decimal, of `whole` parts of which `scale` make one. */
static void append_decimal(Table *table, uint64_t whole, uint64_t scale)
{
    StringBuilder number;
    builder_init(&number, table->out->arena);
    uint64_t tenths = (whole * 10 + scale / 2) / scale;
    message_count(table->cli, &number, tenths / 10);
    builder_char(&number, table->cli->english ? '.' : ',');
    builder_char(&number, (char)('0' + tenths % 10));
    append_right(table, builder_result(&number));
}

static void append_label(Table *table, Text label)
{
    size_t width = text_length(label);
    builder_text(table->out, TEXT("  "));
    builder_text(table->out, label);
    builder_repeat(table->out, ' ', width < table->width ? table->width - width : 0);
}

static void append_count(Table *table, uint64_t count)
{
    StringBuilder number;
    builder_init(&number, table->out->arena);
    message_count(table->cli, &number, count);
    append_right(table, builder_result(&number));
}

/* Milliseconds, and nanoseconds a line. */
static void append_time(Table *table, uint64_t ns)
{
    append_decimal(table, ns, 1000000);
    append_decimal(table, ns, table->lines == 0 ? 1 : table->lines);
}

static void append_part(Table *table, Message label, uint64_t ns)
{
    append_label(table, message_pattern(table->cli, label));
    append_right(table, (Text){NULL, 0});
    append_time(table, ns);
    builder_char(table->out, '\n');
}

static void append_heading(Table *table, Message first, const Message *columns, size_t count)
{
    builder_text(table->out, message_pattern(table->cli, first));
    size_t width = text_length(message_pattern(table->cli, first));
    builder_repeat(table->out, ' ', width < table->width + 2 ? table->width + 2 - width : 0);
    for (size_t i = 0; i < count; i++)
        append_right(table, message_pattern(table->cli, columns[i]));
    builder_char(table->out, '\n');
}

typedef struct Line {
    uint32_t rule;
    bd_rule_profile time;
} Line;

/* The dearest first; else as the agreement has them. */
static int compare_lines(const void *a, const void *b)
{
    const Line *first = a, *second = b;
    if (first->time.own_ns != second->time.own_ns)
        return first->time.own_ns > second->time.own_ns ? -1 : 1;
    return (first->rule > second->rule) - (first->rule < second->rule);
}

static void append_rules(Table *table, const RunProfile *profile, const Decisions *decisions)
{
    static const Message COLUMNS[] = {MSG_PROFILE_LINES, MSG_PROFILE_OWN, MSG_PROFILE_PER_LINE, MSG_PROFILE_ALL};
    Line *lines = arena_array(table->out->arena, (size_t)decisions->rule_count + 1, sizeof *lines);
    for (uint32_t i = 0; i < decisions->rule_count; i++)
        lines[i] = (Line){i, profile->rules[i]};
    qsort(lines, decisions->rule_count, sizeof *lines, compare_lines);
    append_heading(table, MSG_PROFILE_RULES, COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
    for (uint32_t i = 0; i < decisions->rule_count; i++) {
        const RuleText *rule = &decisions->rules[lines[i].rule];
        append_label(table, rule->name);
        if (rule->shows)
            append_count(table, rule->count);
        else
            append_right(table, TEXT("-"));
        append_time(table, lines[i].time.own_ns);
        append_decimal(table, lines[i].time.all_ns, 1000000);
        builder_char(table->out, '\n');
    }
}

void run_profile_print(const RunProfile *profile, const Decisions *decisions)
{
    static const Message COLUMNS[] = {MSG_PROFILE_LINES, MSG_PROFILE_TIME, MSG_PROFILE_PER_LINE};
    Arena arena;
    cli_arena(decisions->cli, &arena);
    StringBuilder out;
    builder_init(&out, &arena);
    Table table = {decisions->cli, &out, FIRST_WIDTH, decisions->lines};
    for (uint32_t i = 0; i < decisions->rule_count; i++) {
        size_t width = text_length(decisions->rules[i].name);
        table.width = width > table.width ? width : table.width;
    }
    append_heading(&table, MSG_PROFILE_PARTS, COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
    append_part(&table, MSG_PROFILE_READING, profile->reading);
    append_label(&table, message_pattern(decisions->cli, MSG_PROFILE_DECIDING));
    append_count(&table, decisions->lines);
    append_time(&table, profile->deciding);
    builder_char(&out, '\n');
    append_part(&table, MSG_PROFILE_WRITING, profile->writing);
    append_rules(&table, profile, decisions);
    append_part(&table, MSG_PROFILE_SHARED, profile->code.shared_ns);
    append_part(&table, MSG_PROFILE_OTHER, profile->code.other_ns);
    if (profile->code.exact_rows > 0) {
        append_label(&table, message_pattern(decisions->cli, MSG_PROFILE_EXACT));
        append_count(&table, profile->code.exact_rows);
        append_time(&table, profile->code.exact_ns);
        builder_char(&out, '\n');
    }
    append_part(&table, MSG_PROFILE_REST, rest_of(profile, decisions));
    message_print(builder_result(&out));
    arena_free(&arena);
}

/* ---- For programs ---- */

void run_profile_json(const RunProfile *profile, const Decisions *decisions, JsonWriter *json)
{
    json_write_object(json, "profile");
    json_write_uint(json, "reading_ns", profile->reading);
    json_write_uint(json, "deciding_ns", profile->deciding);
    json_write_uint(json, "writing_ns", profile->writing);
    json_write_uint(json, "shared_ns", profile->code.shared_ns);
    json_write_uint(json, "other_ns", profile->code.other_ns);
    json_write_uint(json, "exact_ns", profile->code.exact_ns);
    json_write_uint(json, "exact_lines", profile->code.exact_rows);
    json_write_uint(json, "rest_ns", rest_of(profile, decisions));
    json_write_array(json, "rules");
    for (uint32_t i = 0; i < decisions->rule_count; i++) {
        json_write_object(json, NULL);
        json_write_text(json, "rule", decisions->rules[i].name);
        json_write_uint(json, "own_ns", profile->rules[i].own_ns);
        json_write_uint(json, "all_ns", profile->rules[i].all_ns);
        json_write_close_object(json);
    }
    json_write_close_array(json);
    json_write_close_object(json);
}
