/* coverage.c: what the scenarios of an agreement reach; see coverage.h. */
#include "compiler/cli/coverage.h"

#include <string.h>

#include "compiler/cli/mutants.h"

typedef enum CoverKind {
    COVER_DECIDED,
    COVER_RULE,
    COVER_EXCEPTION,
    COVER_CONDITION,
    COVER_BRANCH,
    COVER_OPERAND,
    COVER_CELL,
    COVER_VERSION,
    COVER_READING,
    COVER_CALLABLE,
    COVER_KIND_COUNT
} CoverKind;

typedef struct KindRow {
    const char *name; /* in JSON */
    Message counts, never;
} KindRow;

static const KindRow KINDS[COVER_KIND_COUNT] = {
    [COVER_DECIDED] = {"decided", MSG_TEST_COVERAGE_RULES, MSG_TEST_NEVER},
    [COVER_RULE] = {"rule", MSG_COVERAGE_RULE, MSG_COVERAGE_NEVER_OUTCOME},
    [COVER_EXCEPTION] = {"exception", MSG_COVERAGE_EXCEPTION, MSG_COVERAGE_NEVER_OUTCOME},
    [COVER_CONDITION] = {"condition", MSG_COVERAGE_CONDITION, MSG_COVERAGE_NEVER_OUTCOME},
    [COVER_BRANCH] = {"branch", MSG_COVERAGE_BRANCH, MSG_COVERAGE_NEVER_OUTCOME},
    [COVER_OPERAND] = {"operand", MSG_COVERAGE_OPERAND, MSG_COVERAGE_NEVER_OUTCOME},
    [COVER_CELL] = {"cell", MSG_COVERAGE_CELL, MSG_COVERAGE_NEVER_CELL},
    [COVER_VERSION] = {"version", MSG_COVERAGE_VERSION, MSG_COVERAGE_NEVER_VERSION},
    [COVER_READING] = {"reading", MSG_COVERAGE_READING, MSG_COVERAGE_NEVER_READING},
    [COVER_CALLABLE] = {"callable", MSG_COVERAGE_CALLABLE, MSG_COVERAGE_NEVER_CALLABLE},
};

/* Something that no scenario reaches. */
typedef struct Gap {
    CoverKind kind;
    Text file;
    Place place;  /* line 0: none */
    Text text;    /* the condition, the cell, or the name */
    Text outcome; /* that it never has; the alternative of a reading; the table of a cell */
} Gap;

typedef struct CoverageReport {
    Text name;
    uint32_t reached[COVER_KIND_COUNT], all[COVER_KIND_COUNT];
    Gap *gaps;
    size_t gap_count, gap_capacity;
    bool is_probed;
} CoverageReport;

void coverage_init(Coverage *coverage, Arena *arena, const bd_module *module)
{
    bd_module_info info;
    bd_module_describe(module, &info);
    memset(coverage, 0, sizeof *coverage);
    coverage->rule_count = info.rules;
    coverage->rules = arena_array(arena, (size_t)info.rules + 1, sizeof *coverage->rules);
}

/* ---- Counting ---- */

static void count(CoverageReport *report, Arena *arena, bool is_reached, Gap gap)
{
    report->all[gap.kind]++;
    report->reached[gap.kind] += is_reached;
    if (is_reached)
        return;
    report->gaps = arena_grow(arena, report->gaps, report->gap_count, &report->gap_capacity, sizeof *report->gaps);
    report->gaps[report->gap_count++] = gap;
}

static void count_rules(const Coverage *coverage, CoverageReport *report, Arena *arena, const bd_module *module)
{
    for (uint32_t i = 0; i < coverage->rule_count; i++) {
        bd_rule_info rule;
        /* An exception without an effect takes a rule away and never decides itself; rules of the language are not the agreement's. */
        if (bd_module_rule(module, i, &rule) != BD_OK || rule.effect == BD_EFFECT_NONE || rule.built_in)
            continue;
        count(report, arena, coverage->rules[i],
              (Gap){COVER_DECIDED, rule.place.file, {rule.place.line, rule.place.column}, rule.name, {NULL, 0}});
    }
}

static bool is_asked_for(const Compilation *compilation, Text name)
{
    for (uint32_t i = 0; i < compilation->scenario_count; i++) {
        const Scenario *scenario = &compilation->scenarios[i];
        for (uint32_t k = 0; k < scenario->expectation_count; k++) {
            const Expectation *expected = &scenario->expectations[k];
            Text wanted = expected->name_count > 0 ? expected->names[0] : expected->text;
            if (expected->kind == EXPECT_CALL && text_equal(wanted, name))
                return true;
        }
    }
    return false;
}

/* A tariff is callable too, but its cells say more. */
static void count_callables(CoverageReport *report, Arena *arena, const Loaded *loaded)
{
    bd_module_info info;
    bd_module_describe(loaded->module, &info);
    for (uint32_t i = 0; i < info.programs; i++) {
        bd_program_info program;
        if (bd_module_program(loaded->module, i, &program) != BD_OK || program.kind != BD_PROGRAM_CALL ||
            text_has_prefix(program.name, TEXT("tarief.")) || text_has_prefix(program.name, TEXT("tariff.")))
            continue;
        count(report, arena, is_asked_for(&loaded->compilation, program.name),
              (Gap){COVER_CALLABLE, loaded->name, {0, 0}, program.name, {NULL, 0}});
    }
}

/* ---- Probes ---- */

static CoverKind kind_of(MutationKind kind)
{
    if (kind == PROBE_RULE)
        return COVER_RULE;
    if (kind == PROBE_EXCEPTION)
        return COVER_EXCEPTION;
    if (kind == PROBE_BRANCH)
        return COVER_BRANCH;
    if (kind == PROBE_OPERAND)
        return COVER_OPERAND;
    return kind == PROBE_CELL ? COVER_CELL : COVER_CONDITION;
}

static bool is_reached(const Mutants *probes, uint32_t point)
{
    for (uint32_t i = probes->starts[point]; i < probes->starts[point + 1]; i++) {
        if (probes->fates[i] == MUTANT_KILLED)
            return true;
    }
    return false;
}

static bool same_item(const Mutants *probes, uint32_t a, uint32_t b)
{
    Span left = probes->items[a].item, right = probes->items[b].item;
    return left.file == right.file && left.begin == right.begin;
}

/* A version is reached when one of its cells is. Cells of one version stand together. */
static void count_version(CoverageReport *report, Arena *arena, const Mutants *probes, uint32_t *point)
{
    uint32_t first = probes->starts[*point];
    bool is_version_reached = false;
    while (*point < probes->point_count && same_item(probes, first, probes->starts[*point])) {
        uint32_t probe = probes->starts[*point];
        bool is_cell = probes->items[probe].kind == PROBE_CELL;
        if (is_cell)
            is_version_reached = is_version_reached || is_reached(probes, *point);
        (*point)++;
    }
    count(report, arena, is_version_reached,
          (Gap){COVER_VERSION, probes->files[first], probes->item_places[first], probes->names[first], {NULL, 0}});
}

static void count_probes(CoverageReport *report, Arena *arena, const Mutants *probes)
{
    for (uint32_t point = 0; point < probes->point_count; point++) {
        uint32_t first = probes->starts[point];
        const Mutation *probe = &probes->items[first];
        Text outcome = probe->kind == PROBE_CELL ? probes->names[first] : probe->to;
        count(report, arena, is_reached(probes, point),
              (Gap){kind_of(probe->kind), probes->files[first], probes->places[first], probe->from, outcome});
    }
    for (uint32_t point = 0; point < probes->point_count;) {
        if (probes->items[probes->starts[point]].kind == PROBE_CELL)
            count_version(report, arena, probes, &point);
        else
            point++;
    }
    for (uint32_t i = 0; i < probes->reading_count; i++) {
        const ReadingUse *reading = &probes->readings[i];
        count(report, arena, reading->is_used,
              (Gap){COVER_READING, probes->name, {0, 0}, reading->name, reading->alternative});
    }
}

ExitStatus coverage_measure(Coverage *coverage, Cli *cli, const Loaded *loaded, bool passed, const Arguments *arguments,
                            char separator)
{
    CoverageReport *report = arena_alloc(&cli->arena, sizeof *report);
    coverage->report = report;
    report->name = loaded->name;
    count_rules(coverage, report, &cli->arena, loaded->module);
    count_callables(report, &cli->arena, loaded);
    if (!passed || loaded->compilation.scenario_count == 0)
        return EXIT_GOOD;
    Mutants probes;
    ExitStatus status = mutants_try(&probes, cli, arguments, separator, cli_cstring(cli, loaded->name), MUTATE_PROBES);
    if (status != EXIT_GOOD)
        return status;
    report->is_probed = true;
    count_probes(report, &cli->arena, &probes);
    return EXIT_GOOD;
}

/* ---- Reports ---- */

static void append_counts(const Cli *cli, StringBuilder *out, Message message, uint32_t reached, uint32_t all)
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

/* Line ends would end a comment of TAP; a long condition is recognised by its beginning. */
static Text on_one_line(Arena *arena, Text text)
{
    enum { LONGEST = 120 };
    StringBuilder out;
    builder_init(&out, arena);
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool is_blank = c == '\n' || c == ' ' || c == '\r' || c == '\t', begins = ((unsigned char)c & 0xC0U) != 0x80U;
        if (out.size >= LONGEST && begins) { /* not within a character */
            builder_text(&out, TEXT("…"));
            break;
        }
        if (!is_blank)
            builder_char(&out, c);
        else if (out.size > 0 && out.data[out.size - 1] != ' ')
            builder_char(&out, ' ');
    }
    return builder_result(&out);
}

static void append_gap(const Cli *cli, StringBuilder *out, const Gap *gap)
{
    builder_text(out, TEXT("#   "));
    if (gap->place.line > 0) {
        builder_text(out, gap->file);
        builder_char(out, ':');
        builder_uint64(out, gap->place.line);
        builder_char(out, ':');
        builder_uint64(out, gap->place.column);
        builder_text(out, TEXT(": "));
    }
    message_append(cli, out, KINDS[gap->kind].never,
                   (Holes){.a = on_one_line(out->arena, gap->text), .b = gap->outcome});
    builder_char(out, '\n');
}

void coverage_text(const Coverage *coverage, const Cli *cli, StringBuilder *out)
{
    const CoverageReport *report = coverage->report;
    for (int kind = 0; kind < COVER_KIND_COUNT; kind++) {
        if (report->all[kind] == 0 && kind != COVER_DECIDED)
            continue;
        append_counts(cli, out, KINDS[kind].counts, report->reached[kind], report->all[kind]);
        for (size_t i = 0; i < report->gap_count; i++) {
            if ((int)report->gaps[i].kind == kind)
                append_gap(cli, out, &report->gaps[i]);
        }
    }
    if (!report->is_probed) {
        builder_text(out, TEXT("# "));
        builder_text(out, message_pattern(cli, MSG_COVERAGE_AFTER_SUCCESS));
        builder_char(out, '\n');
    }
}

static void json_gap(JsonWriter *json, const Gap *gap)
{
    json_write_object(json, NULL);
    json_write_text(json, "kind", text_from_cstring(KINDS[gap->kind].name));
    json_write_text(json, "text", gap->text);
    json_write_text(json, "outcome", gap->outcome);
    json_write_text(json, "file", gap->file);
    if (gap->place.line > 0) {
        json_write_uint(json, "line", gap->place.line);
        json_write_uint(json, "column", gap->place.column);
    }
    json_write_close_object(json);
}

void coverage_json(const Coverage *coverage, JsonWriter *json)
{
    const CoverageReport *report = coverage->report;
    json_write_object(json, NULL);
    json_write_text(json, "file", report->name);
    json_write_bool(json, "probed", report->is_probed);
    json_write_array(json, "counts");
    for (int kind = 0; kind < COVER_KIND_COUNT; kind++) {
        json_write_object(json, NULL);
        json_write_text(json, "kind", text_from_cstring(KINDS[kind].name));
        json_write_uint(json, "reached", report->reached[kind]);
        json_write_uint(json, "all", report->all[kind]);
        json_write_close_object(json);
    }
    json_write_close_array(json);
    json_write_array(json, "gaps");
    for (size_t i = 0; i < report->gap_count; i++)
        json_gap(json, &report->gaps[i]);
    json_write_close_array(json);
    json_write_close_object(json);
}
