/* decisions.c: what a run writes and counts; see decisions.h. */
#include "compiler/cli/decisions.h"

#include <string.h>

#include "compiler/cli/json_write.h"

Text decisions_word(bd_decision decision)
{
    switch (decision) {
    case BD_APPROVED: return TEXT("goedgekeurd");
    case BD_SUSPENDED: return TEXT("aangehouden");
    case BD_REJECTED:
    case BD_FAULTED: break;
    }
    return TEXT("afgekeurd");
}

void decisions_init(Decisions *decisions, Cli *cli, const bd_module *module, const bd_session *session, Output *out,
                    bool is_json, char separator)
{
    memset(decisions, 0, sizeof *decisions);
    decisions->cli = cli;
    decisions->module = module;
    decisions->session = session;
    decisions->out = out;
    decisions->is_json = is_json;
    decisions->separator = separator;
    bd_module_info info;
    bd_module_describe(module, &info);
    decisions->rule_count = info.rules;
    decisions->words = bd_module_reason_words(module);
    decisions->rules = arena_array(&cli->arena, (size_t)info.rules + 1, sizeof *decisions->rules);
    for (uint32_t i = 0; i < info.rules; i++) {
        bd_rule_info rule;
        if (bd_module_rule(module, i, &rule) != BD_OK)
            break;
        decisions->rules[i] =
            (RuleText){rule.name, rule.code.size > 0 ? rule.code : rule.name, rule.effect != BD_EFFECT_PAY, 0};
    }
}

void decisions_begin(Decisions *decisions)
{
    static const Text NAMES[] = {TEXT_INIT("declaratienummer"), TEXT_INIT("regelnummer"), TEXT_INIT("besluit"),
                                 TEXT_INIT("bedrag_toegekend"), TEXT_INIT("redenen"),     TEXT_INIT("regels")};
    if (decisions->is_json)
        return;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (i > 0)
            output_char(decisions->out, decisions->separator);
        output_text(decisions->out, NAMES[i]);
    }
    output_char(decisions->out, '\n');
}

/* A cell of CSV, quoted where RFC 4180 wants it; a `;` inside is quoted whatever the separator, so that either reading splits right. */
static void write_cell(Output *out, Text cell)
{
    bool needs_quotes = false;
    for (size_t i = 0; i < cell.size && !needs_quotes; i++) {
        char c = cell.data[i];
        needs_quotes = c == ',' || c == ';' || c == '"' || c == '\n' || c == '\r';
    }
    if (!needs_quotes) {
        output_text(out, cell);
        return;
    }
    output_char(out, '"');
    for (size_t i = 0; i < cell.size; i++) {
        if (cell.data[i] == '"')
            output_char(out, '"');
        output_char(out, cell.data[i]);
    }
    output_char(out, '"');
}

/* Cents as euros with two decimals. */
static void write_amount(Output *out, int64_t cents)
{
    char *end = output_room(out, 24) + 24;
    char *p = end;
    uint64_t size = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
    for (int digit = 0; digit < 3 || size > 0; digit++) {
        if (digit == 2)
            *--p = '.';
        *--p = (char)('0' + size % 10);
        size /= 10;
    }
    if (cents < 0)
        *--p = '-';
    size_t length = (size_t)(end - p);
    memmove(end - 24, p, length);
    output_advance(out, length);
}

/* Names or reasons of the rules in a set, `;` between. */
static void write_rules(const Decisions *decisions, const uint64_t *reasons, bool as_names, char between)
{
    bool is_first = true;
    for (uint32_t word = 0; word < decisions->words; word++) {
        for (uint64_t bits = reasons[word]; bits != 0; bits &= bits - 1) {
            uint32_t rule = word * 64 + (uint32_t)__builtin_ctzll(bits);
            if (rule >= decisions->rule_count || !decisions->rules[rule].shows)
                continue;
            if (!is_first)
                output_char(decisions->out, between);
            is_first = false;
            output_text(decisions->out, as_names ? decisions->rules[rule].name : decisions->rules[rule].reason_name);
        }
    }
}

static void count(Decisions *decisions, const DecidedLine *line)
{
    decisions->lines++;
    decisions->repeated += line->is_repeated;
    decisions->settled[line->settled]++;
    switch (line->decision) {
    case BD_APPROVED:
        decisions->approved++;
        if (__builtin_add_overflow(decisions->approved_cents, line->cents, &decisions->approved_cents))
            decisions->has_overflowed = true;
        break;
    case BD_SUSPENDED: decisions->suspended++; break;
    case BD_REJECTED: decisions->rejected++; break;
    case BD_FAULTED:
        decisions->rejected++;
        decisions->faulted++;
        break;
    }
    if (line->reasons == NULL)
        return;
    for (uint32_t word = 0; word < decisions->words; word++) {
        for (uint64_t bits = line->reasons[word]; bits != 0; bits &= bits - 1) {
            uint32_t rule = word * 64 + (uint32_t)__builtin_ctzll(bits);
            if (rule < decisions->rule_count)
                decisions->rules[rule].count++;
        }
    }
}

/* The name of what settled the line, or the code of a line that was malformed or faulted; a rule stands behind the first only. */
static Text word_of(const DecidedLine *line, bool as_name)
{
    Text settled = bd_settled_name(line->settled);
    return settled.size > 0 || as_name ? settled : line->code;
}

static void write_json(Decisions *decisions, const DecidedLine *line)
{
    Arena arena;
    cli_arena(decisions->cli, &arena);
    StringBuilder text;
    builder_init(&text, &arena);
    JsonWriter json;
    json_write_init(&json, &text, true);
    json_write_object(&json, NULL);
    json_write_text(&json, "declaratienummer", line->declaration);
    json_write_text(&json, "regelnummer", line->number);
    json_write_text(&json, "besluit", decisions_word(line->decision));
    output_text(decisions->out, builder_result(&text));
    output_text(decisions->out, TEXT(", \"bedrag_toegekend\": "));
    write_amount(decisions->out, line->cents);
    for (int as_names = 0; as_names < 2; as_names++) {
        output_text(decisions->out, as_names ? TEXT(", \"regels\": \"") : TEXT(", \"redenen\": \""));
        /* Names of the language, codes and slugs have nothing that JSON escapes. */
        if (word_of(line, false).size == 0)
            write_rules(decisions, line->reasons, as_names != 0, ';');
        else
            output_text(decisions->out, word_of(line, as_names != 0));
        output_char(decisions->out, '"');
    }
    output_text(decisions->out, TEXT("}\n"));
    arena_free(&arena);
}

/* Whether a set of reasons names more than one rule: then the list holds `;`. */
static bool has_many(const uint64_t *reasons, uint32_t words)
{
    uint32_t found = 0;
    for (uint32_t word = 0; word < words; word++)
        found += (uint32_t)__builtin_popcountll(reasons[word]);
    return found > 1;
}

void decisions_write(Decisions *decisions, const DecidedLine *line)
{
    count(decisions, line);
    if (decisions->is_json) {
        write_json(decisions, line);
        return;
    }
    Output *out = decisions->out;
    char separator = decisions->separator;
    write_cell(out, line->declaration);
    output_char(out, separator);
    write_cell(out, line->number);
    output_char(out, separator);
    output_text(out, decisions_word(line->decision));
    output_char(out, separator);
    write_amount(out, line->cents);
    output_char(out, separator);
    if (word_of(line, false).size > 0) {
        output_text(out, word_of(line, false));
        output_char(out, separator);
        output_text(out, word_of(line, true));
    } else {
        /* With `;` between columns a list of several must be quoted. */
        bool is_quoted = separator == ';' && has_many(line->reasons, decisions->words);
        for (int as_names = 0; as_names < 2; as_names++) {
            if (is_quoted)
                output_char(out, '"');
            write_rules(decisions, line->reasons, as_names != 0, ';');
            if (is_quoted)
                output_char(out, '"');
            if (!as_names)
                output_char(out, separator);
        }
    }
    output_char(out, '\n');
}
