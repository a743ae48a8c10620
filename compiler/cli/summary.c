/* summary.c: the counts of a run, for people and for programs; see decisions.h. */
#include <string.h>

#include "compiler/cli/decisions.h"
#include "compiler/cli/json_write.h"
#include "compiler/cli/people.h"
#include "compiler/cli/run_profile.h"

enum { LABEL_WIDTH = 20, NUMBER_WIDTH = 14 };

/* "  label          1.234  note" with the number at the right of two columns. */
static void append_row(StringBuilder *out, size_t label_width, Text label, Text number, Text note)
{
    size_t width = text_length(label);
    size_t number_width = text_length(number);
    builder_text(out, TEXT("  "));
    builder_text(out, label);
    builder_repeat(out, ' ', width < label_width ? label_width - width : 0);
    builder_repeat(out, ' ', number_width < NUMBER_WIDTH ? NUMBER_WIDTH - number_width : 1);
    builder_text(out, number);
    if (note.size > 0) {
        builder_text(out, TEXT("  "));
        builder_text(out, note);
    }
    builder_char(out, '\n');
}

static void append_count(const Cli *cli, StringBuilder *out, size_t label_width, Message label, uint64_t count)
{
    StringBuilder number;
    builder_init(&number, out->arena);
    message_count(cli, &number, count);
    append_row(out, label_width, message_pattern(cli, label), builder_result(&number), (Text){NULL, 0});
}

static void append_header(const Decisions *decisions, StringBuilder *out)
{
    bd_module_info info;
    bd_module_describe(decisions->module, &info);
    builder_text(out, info.title.size > 0 ? info.title : info.name);
    if (info.version.size > 0) {
        builder_text(out, TEXT(", "));
        builder_text(out, message_pattern(decisions->cli, MSG_DESC_VERSION));
        builder_char(out, ' ');
        builder_text(out, info.version);
    }
    builder_text(out, TEXT("  ["));
    builder_hex(out, info.sha256, 6);
    builder_text(out, TEXT("]\n"));
}

/* Wide enough for the words and for the names of the rules that will be listed. */
static size_t label_width(const Decisions *decisions)
{
    size_t width = LABEL_WIDTH;
    for (uint32_t i = 0; i < decisions->rule_count; i++) {
        const RuleText *rule = &decisions->rules[i];
        size_t length = rule->count > 0 && rule->shows ? text_length(rule->name) : 0;
        width = length > width ? length : width;
    }
    return width;
}

static void append_heading(const Decisions *decisions, StringBuilder *out, bool *has_heading)
{
    if (!*has_heading) {
        builder_text(out, message_pattern(decisions->cli, MSG_SUM_REASONS));
        builder_text(out, TEXT(":\n"));
    }
    *has_heading = true;
}

/* What the ledger settled. */
static void append_settled(const Decisions *decisions, StringBuilder *out, size_t width, bool *has_heading)
{
    static const Message WHY[] = {[BD_SETTLED_DOUBLE] = MSG_SETTLED_DOUBLE,
                                  [BD_SETTLED_UNKNOWN] = MSG_SETTLED_UNKNOWN,
                                  [BD_SETTLED_REJECTED] = MSG_SETTLED_REJECTED,
                                  [BD_SETTLED_CREDITED] = MSG_SETTLED_CREDITED};
    for (int i = BD_SETTLED_DOUBLE; i <= BD_SETTLED_CREDITED; i++) {
        if (decisions->settled[i] == 0)
            continue;
        StringBuilder number;
        builder_init(&number, out->arena);
        message_count(decisions->cli, &number, decisions->settled[i]);
        append_heading(decisions, out, has_heading);
        append_row(out, width, bd_settled_name((bd_settled)i), builder_result(&number),
                   message_pattern(decisions->cli, WHY[i]));
    }
}

static void append_rules(const Decisions *decisions, StringBuilder *out, size_t width)
{
    bool has_heading = false;
    for (uint32_t i = 0; i < decisions->rule_count; i++) {
        const RuleText *rule = &decisions->rules[i];
        bd_rule_info info;
        if (rule->count == 0 || !rule->shows || bd_module_rule(decisions->module, i, &info) != BD_OK)
            continue;
        append_heading(decisions, out, &has_heading);
        StringBuilder number;
        builder_init(&number, out->arena);
        message_count(decisions->cli, &number, rule->count);
        append_row(out, width, rule->name, builder_result(&number), info.reason);
    }
    append_settled(decisions, out, width, &has_heading);
}

void decisions_print_summary(const Decisions *decisions)
{
    Cli *cli = decisions->cli;
    Arena arena;
    cli_arena(cli, &arena);
    StringBuilder out, euros;
    builder_init(&out, &arena);
    builder_init(&euros, &arena);
    size_t width = label_width(decisions);
    append_header(decisions, &out);
    append_count(cli, &out, width, MSG_SUM_LINES, decisions->lines);
    append_count(cli, &out, width, MSG_SUM_APPROVED, decisions->approved);
    append_count(cli, &out, width, MSG_SUM_REJECTED, decisions->rejected);
    if (decisions->faulted > 0)
        append_count(cli, &out, width, MSG_SUM_FAULTED, decisions->faulted);
    if (decisions->malformed > 0)
        append_count(cli, &out, width, MSG_SUM_MALFORMED, decisions->malformed);
    if (decisions->suspended > 0)
        append_count(cli, &out, width, MSG_SUM_SUSPENDED, decisions->suspended);
    if (decisions->repeated > 0)
        append_count(cli, &out, width, MSG_SUM_REPEATED, decisions->repeated);
    message_euros(cli, &euros, decisions->approved_cents);
    append_row(&out, width, message_pattern(cli, MSG_SUM_AMOUNT), builder_result(&euros), (Text){NULL, 0});
    append_rules(decisions, &out, width);
    people_append_readings(cli, &out, decisions->module, decisions->session);
    message_print(builder_result(&out));
    arena_free(&arena);
}

Text decisions_json_summary(const Decisions *decisions, const Text *unknown, uint32_t unknown_count,
                            const struct RunProfile *profile)
{
    bd_module_info info;
    bd_module_describe(decisions->module, &info);
    StringBuilder out, hash;
    builder_init(&out, &decisions->cli->arena);
    builder_init(&hash, &decisions->cli->arena);
    builder_hex(&hash, info.sha256, sizeof info.sha256);
    JsonWriter json;
    json_write_init(&json, &out, false);
    json_write_object(&json, NULL);
    json_write_text(&json, "schema", TEXT("beding.summary/1"));
    json_write_text(&json, "name", info.name);
    json_write_text(&json, "title", info.title);
    json_write_text(&json, "version", info.version);
    json_write_text(&json, "module_sha256", builder_result(&hash));
    json_write_uint(&json, "lines", decisions->lines);
    json_write_uint(&json, "approved", decisions->approved);
    json_write_uint(&json, "rejected", decisions->rejected);
    json_write_uint(&json, "suspended", decisions->suspended);
    json_write_uint(&json, "faulted", decisions->faulted);
    json_write_uint(&json, "malformed", decisions->malformed);
    json_write_uint(&json, "repeated", decisions->repeated);
    json_write_int(&json, "approved_cents", decisions->approved_cents);
    json_write_object(&json, "rules");
    for (uint32_t i = 0; i < decisions->rule_count; i++) {
        if (!decisions->rules[i].shows)
            continue;
        json_write_name(&json, decisions->rules[i].name);
        json_write_uint(&json, NULL, decisions->rules[i].count);
    }
    for (int i = BD_SETTLED_DOUBLE; i <= BD_SETTLED_CREDITED; i++) {
        if (decisions->settled[i] == 0)
            continue;
        json_write_name(&json, bd_settled_name((bd_settled)i));
        json_write_uint(&json, NULL, decisions->settled[i]);
    }
    json_write_close_object(&json);
    people_json_readings(&json, "readings", decisions->module, decisions->session);
    json_write_array(&json, "unknown_columns");
    for (uint32_t i = 0; i < unknown_count; i++)
        json_write_text(&json, NULL, unknown[i]);
    json_write_close_array(&json);
    if (profile != NULL)
        run_profile_json(profile, decisions, &json);
    json_write_close_object(&json);
    builder_char(&out, '\n');
    return builder_result(&out);
}
