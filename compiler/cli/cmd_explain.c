/* cmd_explain.c: `beding explain`: one decision, step by step, with the clauses it rests on.
**
** Job: find the line in the file, let the machine decide it once more exactly, and gather what is told: the trace, the judgements, and the
** counters before the line and after it. A look-up in a table that was not supplied ends the derivation there, and what was reached is told.
*/
#include <string.h>

#include "compiler/cli/commands.h"
#include "compiler/cli/explain.h"
#include "compiler/cli/output.h"
#include "vm/trace.h"

/* The row of the batch that is the wanted line; BD_NONE when it is not in this batch. */
static uint32_t find_row(Explain *explain, size_t rows)
{
    /* A declaration's number may hold a slash itself: the line's number follows the last one. */
    size_t at = explain->line.size - 1;
    while (at > 0 && explain->line.data[at] != '/')
        at--;
    Text declaration = text_slice(explain->line, 0, at);
    Text number = text_slice(explain->line, at + 1, explain->line.size);
    for (size_t row = 0; row < rows; row++) {
        if (text_equal(lines_text(&explain->input.lines, CARRY_NUMBER, row), number) &&
            text_equal(lines_text(&explain->input.lines, CARRY_DECLARATION, row), declaration))
            return (uint32_t)row;
    }
    return BD_NONE;
}

/* ---- What the tellers ask ---- */

/* What a rule was decided from: its condition, and of a cap also the limit it sets. */
void explain_mark_rule(Explain *explain, uint32_t index, const bd_rule_info *rule)
{
    story_clear(&explain->story);
    story_mark(&explain->story, story_rule_root(&explain->story, index));
    if (rule->effect == BD_EFFECT_CAP_VOLUME || rule->effect == BD_EFFECT_CAP_AMOUNT)
        story_mark_rule(&explain->story, index);
}

/* The exception at an index, if it took a rule away; marks what the two were decided from. */
bool explain_find_lifted(Explain *explain, uint32_t index, bd_rule_info *exception, bd_rule_info *taken)
{
    const bd_module *module = explain->input.loaded.module;
    uint32_t base = explain->lifted[index];
    if (base == BD_NONE || bd_module_rule(module, index, exception) != BD_OK ||
        bd_module_rule(module, base, taken) != BD_OK)
        return false;
    story_clear(&explain->story);
    story_mark(&explain->story, story_rule_root(&explain->story, base));
    return true;
}

/* What a fault was computed from; where that is nothing, and of a derivation that is not whole, every fact that was read. */
void explain_mark_reached(Explain *explain)
{
    const bd_trace *trace = explain->story.trace;
    bool *marked = explain->story.marked, has_facts = false;
    story_clear(&explain->story);
    if ((trace->decision != BD_FAULTED && !explain->is_cut) || trace->step_count == 0)
        return;
    size_t last = trace->step_count - 1;
    if (!explain->is_cut)
        story_mark(&explain->story, (uint32_t)last);
    for (size_t i = 0; i < last; i++)
        has_facts = has_facts || marked[i];
    for (size_t i = 0; i <= last && !has_facts; i++)
        marked[i] = trace->steps[i].kind == BD_STEP_INPUT;
    if (trace->steps[last].kind == BD_STEP_FAULT)
        marked[last] = false; /* said already */
}

/* A cell of the line by its column's name; absent where there is none. */
bd_value explain_cell(const Explain *explain, size_t row, Text name)
{
    const Lines *lines = &explain->input.lines;
    bd_value value = {.present = false};
    for (uint32_t i = 0; i < lines->column_count; i++)
        if (text_equal(lines->columns[i].typed.info.name, name) &&
            column_value(&lines->columns[i].typed, row, &explain->cli->arena, &value))
            return value;
    return (bd_value){.present = false};
}

/* The tariff that the story tells, to see which of the line's dates it was looked up by. */
static Text told_tariff(const Explain *explain)
{
    Text found = {NULL, 0};
    for (size_t i = 0; i < explain->story.trace->step_count; i++) {
        const bd_step *step = &explain->story.trace->steps[i];
        bool is_tariff = text_equal(step->label, TEXT("tarief")) || text_equal(step->label, TEXT("tariff"));
        if (is_tariff && step->value.meaning == BD_MEANS_RATE && step->value.present)
            found = step->value.text;
    }
    return found;
}

/* The indexed price of the line, to be asked last: it takes the trace's place in the session. Only if its product's tariff is indexed and no contracted tariff took its place. */
bool explain_price(const Explain *explain, size_t row, PriceSteps *prices, bd_index_info *index, int32_t *day)
{
    static const Text DATES[] = {TEXT_INIT("begindatum"), TEXT_INIT("einddatum"), TEXT_INIT("dagtekening")};
    const bd_module *module = explain->input.loaded.module;
    bd_value product = explain_cell(explain, row, TEXT("product"));
    Text told = arena_text_copy(&explain->cli->arena, told_tariff(explain));
    bd_table_info table;
    uint32_t members[8] = {0};
    for (uint32_t i = 0; product.present && bd_module_index(module, i, index) == BD_OK; i++) {
        if (bd_module_table(module, index->table, &table) != BD_OK || (int32_t)table.product != product.integer)
            continue;
        for (uint32_t d = 0; d < table.dimensions; d++)
            members[d] = (uint32_t)explain_cell(explain, row, table.dimension_name[d]).integer;
        for (size_t d = 0; d < sizeof DATES / sizeof *DATES; d++) {
            bd_value date = explain_cell(explain, row, DATES[d]);
            *day = date.integer;
            bool is_it = date.present && prices_find(explain->input.session, index->table, members, *day, prices) &&
                         text_equal(prices_result(prices), told);
            if (is_it)
                return true;
        }
    }
    return false;
}

/* Whether the line waits for a judgement: the rule that the compiler makes of it stands where the judgement does. */
static bool is_waited_for(const Explain *explain, const bd_note_info *judgement)
{
    bd_rule_info rule;
    for (uint32_t i = 0; bd_module_rule(explain->input.loaded.module, i, &rule) == BD_OK; i++)
        if (rule.built_in && rule.place.line == judgement->place.line && rule.place.column == judgement->place.column &&
            text_equal(rule.place.file, judgement->place.file))
            return story_has_reason(&explain->story, i);
    return false;
}

bool explain_judgement(const Explain *explain, size_t row, uint32_t *index, Judged *out)
{
    const Lines *lines = &explain->input.lines;
    for (; bd_module_note(explain->input.loaded.module, *index, &out->note) == BD_OK; *index += 1) {
        bool is_column = false;
        for (uint32_t i = 0; i < lines->column_count; i++)
            is_column = is_column || text_equal(lines->columns[i].typed.info.name, out->note.name);
        if (out->note.kind != BD_NOTE_JUDGEMENT || !is_column)
            continue;
        out->value = explain_cell(explain, row, out->note.name);
        out->is_told = out->value.present || is_waited_for(explain, &out->note);
        return true;
    }
    return false;
}

/* ---- Deciding ---- */

/* A column that every counter has in its key: lines that differ in it see nothing of each other. NULL: there is none. */
static const TypedColumn *shared_key(const Explain *explain)
{
    const Lines *lines = &explain->input.lines;
    for (uint32_t i = 0; i < lines->column_count; i++) {
        bd_counter_info counter;
        bool is_in_all = true;
        uint32_t count = 0;
        for (; is_in_all && bd_module_counter(explain->input.loaded.module, count, &counter) == BD_OK; count++) {
            bool is_in = false;
            for (uint32_t k = 0; k < counter.keys; k++) {
                bd_column_info key;
                is_in = is_in || (bd_module_column(explain->input.loaded.module, counter.key[k], &key) == BD_OK &&
                                  text_equal(key.name, lines->columns[i].typed.info.name));
            }
            is_in_all = is_in;
        }
        if (is_in_all && count > 0 && lines->columns[i].typed.info.kind == BD_KIND_TEXT)
            return &lines->columns[i].typed;
    }
    return NULL;
}

/* Whether a line has the number of the one before it, or of the one behind it: which of them counts is for the machine to say. */
static bool is_double(const bd_line_ids *ids, uint32_t row, uint32_t end)
{
    for (uint32_t other = row > 0 ? row - 1 : row; other <= row + 1 && other < end; other++)
        if (other != row && text_equal(ids->line[other], ids->line[row]) &&
            text_equal(ids->declaration[other], ids->declaration[row]))
            return true;
    return row == 0 || row + 1 == end; /* the neighbour may be in another batch */
}

/* Which rows before `end` the machine need not decide: those before `first`, and without a ledger those that the line sees nothing of. */
static const uint8_t *rows_to_skip(Explain *explain, const bd_batch *batch, uint32_t first, uint32_t end)
{
    const bd_line_ids *ids = batch->ids;
    const TypedColumn *key = explain->input.ledger.methods == NULL ? explain->key : NULL;
    uint8_t *skip = arena_array(&explain->cli->arena, end, 1);
    for (uint32_t row = 0; row < end; row++) {
        bool is_other = key != NULL && key->present[row] && !is_double(ids, row, end) &&
                        !text_equal(((const bd_text *)key->values)[row], explain->key_text);
        skip[row] = row < first || is_other || (ids->skip != NULL && ids->skip[row]);
    }
    return skip;
}

/* Decides the rows of a batch before `end`, from `first` on; a row's outcome stands in explain->results under its own number. */
static ExitStatus decide_rows(Explain *explain, const bd_batch *batch, uint32_t first, uint32_t end)
{
    Arena *arena = &explain->cli->arena;
    bd_error error = {.code = BD_OK};
    bd_batch part = *batch;
    bd_line_ids ids = *batch->ids;
    if (first == end)
        return EXIT_GOOD;
    ids.skip = rows_to_skip(explain, batch, first, end);
    part.ids = &ids;
    part.rows = end;
    while (part.exact_count > 0 && part.exact[part.exact_count - 1].row >= end)
        part.exact_count--;
    explain->results =
        (bd_decisions){.decision = arena_array(arena, end, 1),
                       .cents = arena_array(arena, end, sizeof(int64_t)),
                       .fault = arena_array(arena, end, sizeof(uint32_t)),
                       .reasons = arena_array(arena, end * (size_t)bd_module_reason_words(explain->input.loaded.module),
                                              sizeof(uint64_t)),
                       .settled = arena_array(arena, end, 1),
                       .repeated = arena_array(arena, end, 1)};
    if (bd_session_decide(explain->input.session, &part, &explain->results, &error) != BD_OK)
        return line_input_report(&explain->input, &error);
    return EXIT_GOOD;
}

static Message settled_meaning(bd_settled settled)
{
    switch (settled) {
    case BD_SETTLED_BY_RULES:
    case BD_SETTLED_DOUBLE: break;
    case BD_SETTLED_UNKNOWN: return MSG_SETTLED_UNKNOWN;
    case BD_SETTLED_REJECTED: return MSG_SETTLED_REJECTED;
    case BD_SETTLED_CREDITED: return MSG_SETTLED_CREDITED;
    }
    return MSG_SETTLED_DOUBLE;
}

/* "D20200205/1": the line that this one takes back; empty for a debit. */
static Text credit_of(Explain *explain, const bd_batch *batch, uint32_t row)
{
    StringBuilder out;
    if (!batch->ids->is_credit || !batch->ids->is_credit[row])
        return (Text){NULL, 0};
    builder_init(&out, &explain->cli->arena);
    builder_text(&out, batch->ids->previous_declaration[row]);
    builder_char(&out, '/');
    builder_text(&out, batch->ids->previous_line[row]);
    return builder_result(&out);
}

/* A trace tells what the rules say of the line as a debit. Of a credit, and of a line that the ledger settled, the outcome is another. */
static const bd_trace *outcome_of(Explain *explain, const bd_batch *batch, uint32_t row, const bd_trace *trace)
{
    const bd_decisions *results = &explain->results;
    if (!explain->input.is_counting)
        return trace;
    explain->settled = bd_settled_name((bd_settled)results->settled[row]);
    explain->is_repeated = results->repeated[row] != 0;
    explain->settled_means = settled_meaning((bd_settled)results->settled[row]);
    explain->credit_of = credit_of(explain, batch, row);
    if (explain->settled.size == 0 && !explain->is_repeated && explain->credit_of.size == 0)
        return trace;
    explain->is_not_computed = explain->credit_of.size > 0 || results->cents[row] != trace->cents;
    bd_trace *outcome = arena_alloc(&explain->cli->arena, sizeof *outcome);
    *outcome = *trace;
    outcome->decision = (bd_decision)results->decision[row];
    outcome->cents = results->cents[row];
    outcome->fault = results->fault[row];
    outcome->reasons = results->reasons + row * bd_module_reason_words(explain->input.loaded.module);
    return outcome;
}

static bd_value kept(Explain *explain, bd_value value)
{
    value.text = arena_text_copy(&explain->cli->arena, value.text);
    return value;
}

/* The counters that the line read, each place once, as they were before it. */
static void find_counters(Explain *explain, const bd_trace *trace)
{
    explain->counters = arena_array(&explain->cli->arena, trace->step_count + 1, sizeof *explain->counters);
    for (size_t i = 0; i < trace->step_count; i++) {
        const bd_step *step = &trace->steps[i];
        if (step->kind == BD_STEP_COUNTER)
            explain->counters[explain->counter_count++] =
                (CounterRead){.label = arena_text_copy(&explain->cli->arena, step->label),
                              .instruction = step->instruction,
                              .before = kept(explain, step->value)};
    }
}

/* A credit takes back what its debit counted, under the name of that one: what is read when it has been decided is how it left the counters. */
static void take_as_after(Explain *explain)
{
    for (size_t i = 0; i < explain->counter_count; i++) {
        CounterRead *read = &explain->counters[i];
        read->after = read->before;
        read->before = (bd_value){.present = false};
    }
}

/* The same counters as the next line would see them: a line like this one, with a number right behind its own, is traced and not decided. */
static void find_counters_after(Explain *explain, const bd_batch *batch, uint32_t row)
{
    bd_batch next = *batch;
    bd_line_ids ids = *batch->ids;
    const bd_trace *trace = NULL;
    bd_text *lines = arena_array(&explain->cli->arena, batch->rows, sizeof *lines);
    memcpy(lines, ids.line, batch->rows * sizeof *lines);
    StringBuilder behind;
    builder_init(&behind, &explain->cli->arena);
    builder_text(&behind, lines[row]);
    builder_char(&behind, '~');
    lines[row] = builder_result(&behind);
    ids.line = lines;
    next.ids = &ids;
    session_trace_all_counters(explain->input.session, true); /* the next line may be decided before it asks */
    bd_status status = bd_session_trace(explain->input.session, &next, row, &trace, NULL);
    session_trace_all_counters(explain->input.session, false);
    for (size_t i = 0; status == BD_OK && i < trace->step_count; i++) {
        const bd_step *step = &trace->steps[i];
        for (size_t k = 0; step->kind == BD_STEP_COUNTER && k < explain->counter_count; k++) {
            CounterRead *read = &explain->counters[k];
            if (read->instruction != step->instruction || read->after.present)
                continue;
            read->after = kept(explain, step->value);
            break;
        }
    }
}

/* A trace that outlives the session's next call. */
static const bd_trace *kept_trace(Explain *explain, const bd_trace *trace)
{
    Arena *arena = &explain->cli->arena;
    bd_trace *copy = arena_alloc(arena, sizeof *copy);
    bd_step *steps = arena_array(arena, trace->step_count + 1, sizeof *steps);
    size_t words = bd_module_reason_words(explain->input.loaded.module);
    uint64_t *reasons = arena_array(arena, words, sizeof *reasons);
    *copy = *trace;
    for (size_t i = 0; i < trace->step_count; i++) {
        steps[i] = trace->steps[i];
        steps[i].value = kept(explain, steps[i].value);
    }
    if (trace->reasons != NULL)
        memcpy(reasons, trace->reasons, words * sizeof *reasons);
    copy->steps = steps;
    copy->reasons = trace->reasons != NULL ? reasons : NULL;
    return copy;
}

static ExitStatus trace_row(Explain *explain, const bd_batch *batch, uint32_t row, const bd_trace **out)
{
    bd_error error = {.code = BD_OK};
    bd_status status = bd_session_trace(explain->input.session, batch, row, out, &error);
    explain->is_cut = status == BD_LIMIT && *out != NULL;
    return status == BD_OK || explain->is_cut ? EXIT_GOOD : line_input_report(&explain->input, &error);
}

/* A line that counts is traced before it is decided, as it sees the counters; a credit after, for it reads them under its debit's name. */
static ExitStatus find_counting_trace(Explain *explain, const bd_batch *batch, uint32_t row, const bd_trace **out)
{
    bool is_credit = batch->ids->is_credit && batch->ids->is_credit[row];
    explain->key = shared_key(explain);
    if (explain->key != NULL && explain->key->present[row])
        explain->key_text = ((const bd_text *)explain->key->values)[row];
    ExitStatus status = decide_rows(explain, batch, 0, is_credit ? row + 1 : row);
    if (status == EXIT_GOOD)
        status = trace_row(explain, batch, row, out);
    if (status != EXIT_GOOD)
        return status;
    find_counters(explain, *out);
    if (is_credit) {
        take_as_after(explain);
        return EXIT_GOOD;
    }
    *out = kept_trace(explain, *out);
    status = decide_rows(explain, batch, row, row + 1);
    if (status == EXIT_GOOD && explain->counter_count > 0)
        find_counters_after(explain, batch, row);
    return status;
}

static ExitStatus explain_row(Explain *explain, const bd_batch *batch, uint32_t row, const Arguments *arguments)
{
    const bd_trace *trace = NULL;
    ExitStatus status = explain->input.is_counting ? find_counting_trace(explain, batch, row, &trace)
                                                   : trace_row(explain, batch, row, &trace);
    if (status != EXIT_GOOD)
        return status;
    trace = outcome_of(explain, batch, row, trace);
    story_init(&explain->story, explain->cli, &explain->cli->arena, explain->input.loaded.module, trace);
    explain->story.is_cut = explain->is_cut;
    explain_find_exceptions(explain, row);
    explain_find_readings(explain);
    if (options_has(arguments, OPTION_JSON))
        explain_json(explain, row);
    else
        explain_tell(explain, row, options_has(arguments, OPTION_HTML));
    status = output_write_all(explain->cli, arguments->values[OPTION_OUT], builder_result(&explain->out));
    return status == EXIT_GOOD && explain->is_cut ? EXIT_LIMIT : status;
}

static ExitStatus search(Explain *explain, const Arguments *arguments)
{
    bd_batch batch;
    ExitStatus status = EXIT_GOOD;
    while (line_input_next(&explain->input, &batch, &status)) {
        uint32_t row = find_row(explain, batch.rows);
        /* A malformed line was reported when it was read: there is no decision to explain. */
        if (row != BD_NONE && explain->input.lines.bad[row])
            return EXIT_WANTING;
        if (row != BD_NONE)
            return explain_row(explain, &batch, row, arguments);
        bool counts = explain->input.is_counting && batch.rows > 0;
        status = counts ? decide_rows(explain, &batch, 0, (uint32_t)batch.rows) : EXIT_GOOD;
        if (status != EXIT_GOOD)
            return status;
    }
    if (status != EXIT_GOOD)
        return status;
    Holes holes = {.a = explain->line, .b = text_from_cstring(arguments->values[OPTION_LINES])};
    message_error(explain->cli, MSG_LINE_NOT_FOUND, holes);
    return EXIT_WANTING;
}

ExitStatus cmd_explain(Cli *cli, const Arguments *arguments)
{
    Explain *explain = arena_alloc(&cli->arena, sizeof *explain);
    explain->cli = cli;
    explain->line = text_from_cstring(arguments->values[OPTION_LINE]);
    builder_init(&explain->out, &cli->arena);
    if (memchr(explain->line.data, '/', explain->line.size) == NULL) {
        Holes holes = {.a = TEXT("--line"), .b = explain->line, .c = message_pattern(cli, MSG_HINT_LINE)};
        message_error(cli, MSG_OPTION_BAD_VALUE, holes);
        return EXIT_USAGE;
    }
    char separator = options_separator(cli, arguments);
    if (separator == 0)
        return EXIT_USAGE;
    /* Malformed lines elsewhere in the file do not matter here. */
    ExitStatus status = line_input_load(&explain->input, cli, arguments->free[0]);
    explain->input.loaded.warns_of_missing = true;
    if (status == EXIT_GOOD)
        status = line_input_prepare(&explain->input, arguments, separator, true);
    if (status == EXIT_GOOD)
        status = search(explain, arguments);
    line_input_close(&explain->input);
    return status;
}
