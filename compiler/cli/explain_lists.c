/* explain_lists.c: what stands around a derivation; see explain.h.
**
** Job: the judgements that were taken, the counters before and after, what came of every rule of the agreement, and the readings on which any
** of it rests. Of a rule that does not apply the deciding part of its condition is told, with the values it looked at.
*/
#include "compiler/cli/condition.h"
#include "compiler/cli/explain.h"
#include "compiler/cli/values.h"

static Text value_text(const Explain *explain, const bd_value *value)
{
    StringBuilder out;
    builder_init(&out, &explain->cli->arena);
    value_append(explain->cli, &out, explain->input.loaded.module, value);
    return builder_result(&out);
}

/* ---- Judgements and counters ---- */

void explain_tell_judgements(const Explain *explain, Sheet *sheet, size_t row)
{
    Judged judged;
    bd_module_info info;
    size_t count = 0;
    bd_module_describe(explain->input.loaded.module, &info);
    SheetRow *rows = arena_array(&explain->cli->arena, (size_t)info.notes + 1, sizeof *rows);
    for (uint32_t i = 0; explain_judgement(explain, row, &i, &judged); i++) {
        if (!judged.is_told)
            continue;
        rows[count++] =
            (SheetRow){.name = judged.note.name,
                       .text = judged.value.present ? value_text(explain, &judged.value)
                                                    : message_pattern(explain->cli, MSG_EXPLAIN_NOT_JUDGED)};
    }
    if (count == 0)
        return;
    sheet_heading(sheet, message_pattern(explain->cli, MSG_EXPLAIN_JUDGEMENTS));
    sheet_rows(sheet, rows, count);
}

void explain_tell_counters(const Explain *explain, Sheet *sheet)
{
    if (explain->counter_count == 0)
        return;
    sheet_heading(sheet, message_pattern(explain->cli, MSG_EXPLAIN_COUNTERS));
    SheetRow *rows = arena_array(&explain->cli->arena, explain->counter_count, sizeof *rows);
    for (size_t i = 0; i < explain->counter_count; i++) {
        const CounterRead *read = &explain->counters[i];
        Holes holes = {.a = value_text(explain, &read->before), .b = value_text(explain, &read->after)};
        Message words = !read->before.present ? MSG_EXPLAIN_COUNTED_AFTER
                        : read->after.present ? MSG_EXPLAIN_COUNTED
                                              : MSG_EXPLAIN_COUNTER;
        rows[i] = (SheetRow){.name = read->label, .text = explain_filled(explain, words, holes)};
    }
    sheet_rows(sheet, rows, explain->counter_count);
}

/* ---- Rules ---- */

static Text test_text(const Explain *explain, uint32_t step)
{
    StringBuilder out;
    builder_init(&out, &explain->cli->arena);
    story_append_test(&explain->story, &out, step);
    return builder_result(&out);
}

/* Why a rule does not hold: the part of its condition that fails, or the parts of which one would have been enough. */
static void tell_denials(const Explain *explain, uint32_t because, SheetRow *row)
{
    StepSet denials;
    condition_denials(&explain->story, because, &denials);
    if (denials.count == 1) {
        row->text = explain_filled(explain, MSG_EXPLAIN_NOT, (Holes){.a = test_text(explain, denials.steps[0])});
        return;
    }
    Text *parts = arena_array(&explain->cli->arena, denials.count, sizeof *parts);
    for (uint32_t i = 0; i < denials.count; i++)
        parts[i] = test_text(explain, denials.steps[i]);
    row->text = message_pattern(explain->cli, MSG_EXPLAIN_NONE_OF);
    row->parts = parts;
    row->part_count = denials.count;
}

/* "niet, want ingeschreven_brp = nee", "opgeheven door `klein_mag`"; without text where it is only counted. */
static SheetRow rule_row(const Explain *explain, const Considered *considered)
{
    SheetRow row = {.name = considered->rule.name};
    bd_rule_info other = {.name = {NULL, 0}};
    if (considered->other != BD_NONE)
        (void)bd_module_rule(explain->input.loaded.module, considered->other, &other);
    Holes holes = {.a = other.name};
    bool is_cap = considered->rule.effect == BD_EFFECT_CAP_VOLUME || considered->rule.effect == BD_EFFECT_CAP_AMOUNT;
    switch (considered->outcome) {
    case OUTCOME_DECIDED:
        row.text = message_pattern(explain->cli, MSG_EXPLAIN_DECIDED);
        row.tone = "info";
        break;
    case OUTCOME_LIFTED_OTHER: row.text = explain_filled(explain, MSG_EXPLAIN_LIFTS, holes); break;
    case OUTCOME_LIFTED: row.text = explain_filled(explain, MSG_EXPLAIN_LIFTED, holes); break;
    case OUTCOME_REPLACED: row.text = explain_filled(explain, MSG_EXPLAIN_REPLACED, holes); break;
    case OUTCOME_PRECEDED: row.text = explain_filled(explain, MSG_EXPLAIN_PRECEDED, holes); break;
    case OUTCOME_HELD: row.text = message_pattern(explain->cli, MSG_EXPLAIN_HELD); break;
    case OUTCOME_OVERRULED:
        row.text = message_pattern(explain->cli, is_cap ? MSG_EXPLAIN_NO_CAP : MSG_EXPLAIN_OVERRULED);
        break;
    case OUTCOME_JUDGED: row.text = message_pattern(explain->cli, MSG_EXPLAIN_JUDGED); break;
    case OUTCOME_NOT:
        if (considered->because != BD_NONE)
            tell_denials(explain, considered->because, &row);
        break;
    case OUTCOME_OTHER_PRODUCT:
    case OUTCOME_OTHER_DAY:
    case OUTCOME_NOT_REACHED:
    case OUTCOME_SILENT: break;
    }
    return row;
}

/* "nog 44   gaan niet over dit product of deze dag"; false for none. */
static bool count_row(const Explain *explain, uint64_t count, Message one, Message many, SheetRow *out)
{
    Holes holes = {.a = cli_number(explain->cli, count)};
    *out = (SheetRow){.name = explain_filled(explain, MSG_EXPLAIN_SO_MANY, holes),
                      .text = message_pattern(explain->cli, count == 1 ? one : many)};
    return count > 0;
}

void explain_tell_rules(const Explain *explain, Sheet *sheet)
{
    Considered considered;
    bd_module_info info;
    size_t count = 0;
    uint64_t counts[OUTCOME_SILENT + 1] = {0};
    bd_module_describe(explain->input.loaded.module, &info);
    bool is_credited = explain->credit_of.size > 0 && explain->story.trace->decision == BD_APPROVED;
    if (info.rules == 0 || explain->settled.size > 0 || is_credited)
        return;
    SheetRow *rows = arena_array(&explain->cli->arena, (size_t)info.rules + 5, sizeof *rows);
    for (uint32_t i = 0; explain_consider(explain, i, &considered); i++) {
        rows[count] = rule_row(explain, &considered);
        if (rows[count].text.size > 0)
            count++;
        else
            counts[considered.outcome]++;
    }
    Message one = MSG_EXPLAIN_REJECTED_BEFORE_ONE, many = MSG_EXPLAIN_REJECTED_BEFORE;
    if (explain->story.trace->decision == BD_FAULTED) {
        one = MSG_EXPLAIN_FAULTED_BEFORE_ONE;
        many = MSG_EXPLAIN_FAULTED_BEFORE;
    }
    if (explain->is_cut) {
        one = MSG_EXPLAIN_NOT_REACHED_ONE;
        many = MSG_EXPLAIN_NOT_REACHED;
    }
    const struct {
        Outcome outcome;
        Message one, many;
    } COUNTED[] = {{OUTCOME_OTHER_PRODUCT, MSG_EXPLAIN_OTHER_PRODUCT_ONE, MSG_EXPLAIN_OTHER_PRODUCT},
                   {OUTCOME_OTHER_DAY, MSG_EXPLAIN_OTHER_DAY_ONE, MSG_EXPLAIN_OTHER_DAY},
                   {OUTCOME_NOT, MSG_EXPLAIN_HOLDS_NOT_ONE, MSG_EXPLAIN_HOLDS_NOT},
                   {OUTCOME_NOT_REACHED, one, many},
                   {OUTCOME_SILENT, MSG_EXPLAIN_SILENT_ONE, MSG_EXPLAIN_SILENT}};
    for (size_t i = 0; i < sizeof COUNTED / sizeof *COUNTED; i++)
        count += count_row(explain, counts[COUNTED[i].outcome], COUNTED[i].one, COUNTED[i].many, &rows[count]);
    sheet_heading(sheet, message_pattern(explain->cli, MSG_EXPLAIN_CONSIDERED));
    sheet_rows(sheet, rows, count);
}

/* ---- Readings ---- */

void explain_tell_readings(const Explain *explain, Sheet *sheet)
{
    const bd_module *module = explain->input.loaded.module;
    bd_module_info info;
    bd_reading_info reading;
    size_t count = 0;
    uint64_t others = 0;
    bd_module_describe(module, &info);
    SheetRow *rows = arena_array(&explain->cli->arena, (size_t)info.readings + 1, sizeof *rows);
    for (uint32_t i = 0; bd_module_reading(module, i, &reading) == BD_OK; i++) {
        uint32_t member = bd_session_reading(explain->input.session, i);
        if (!explain->looked_at[i] && !explain->is_cut) {
            others++;
            continue;
        }
        StringBuilder text;
        builder_init(&text, &explain->cli->arena);
        builder_text(&text, bd_choice_member(module, reading.choice, member));
        if (member != reading.chosen) {
            Holes holes = {.a = bd_choice_member(module, reading.choice, reading.chosen)};
            builder_char(&text, ' ');
            message_append(explain->cli, &text, MSG_SUM_READING_DIFFERS, holes);
        }
        rows[count++] = (SheetRow){.name = reading.name, .text = builder_result(&text)};
    }
    count += count_row(explain, others, MSG_EXPLAIN_NO_READING, MSG_EXPLAIN_NO_READINGS, &rows[count]);
    if (count == 0)
        return;
    sheet_heading(sheet, message_pattern(explain->cli, MSG_KIND_READINGS));
    sheet_rows(sheet, rows, count);
}
