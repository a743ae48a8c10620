/* impact_side.c: one of the two versions of `beding impact`; see impact_side.h. */
#include "compiler/cli/impact_side.h"

#include <string.h>

/* ---- Opening ---- */

ExitStatus side_load(Side *side, Cli *cli, Message label, const char *path)
{
    side->cli = cli;
    side->label = label;
    return line_input_load(&side->input, cli, path);
}

static bool has_list(const bd_module *module, Text name)
{
    bd_list_info list;
    for (uint32_t i = 0; bd_module_list(module, i, &list) == BD_OK; i++)
        if (text_equal(list.name, name))
            return true;
    return false;
}

static bool has_reading(const bd_module *module, Text name)
{
    bd_reading_info reading;
    for (uint32_t i = 0; bd_module_reading(module, i, &reading) == BD_OK; i++)
        if (text_equal(reading.name, name))
            return true;
    return false;
}

/* Whether NAME=… is about something that only the other version has. What neither has is for the usual message. */
static bool is_for_other(const Side *side, const Side *other, const Repeated *option)
{
    const char *equals = strchr(option->value, '=');
    const bd_module *own = side->input.loaded.module, *of_other = other->input.loaded.module;
    if (equals == NULL || own == of_other)
        return false;
    Text name = {option->value, (size_t)(equals - option->value)};
    if (option->id == OPTION_RECORDS)
        return !has_list(own, name) && has_list(of_other, name);
    return option->id == OPTION_READING && !has_reading(own, name) && has_reading(of_other, name);
}

static void take_arguments(Side *side, const Side *other, const Arguments *arguments, bool has_readings)
{
    side->arguments = *arguments;
    side->arguments.repeated = arena_array(&side->cli->arena, arguments->repeated_count + 1, sizeof(Repeated));
    side->arguments.repeated_count = 0;
    for (size_t i = 0; i < arguments->repeated_count; i++) {
        const Repeated *option = &arguments->repeated[i];
        if ((option->id == OPTION_READING && !has_readings) || is_for_other(side, other, option))
            continue;
        side->arguments.repeated[side->arguments.repeated_count++] = *option;
    }
}

ExitStatus side_open(Side *side, const Side *other, const Arguments *arguments, char separator, bool has_readings)
{
    bool is_same_module = side->input.loaded.module == other->input.loaded.module;
    const char *ledger = arguments->values[OPTION_LEDGER];
    take_arguments(side, other, arguments, has_readings);
    if (ledger != NULL && !scratch_copy(&side->ledger, side->cli, ledger, ".db"))
        return EXIT_FILE;
    side->arguments.values[OPTION_LEDGER] = side->ledger.path;
    side->input.loaded.other = is_same_module ? NULL : other->input.loaded.module;
    ExitStatus status = line_input_prepare(&side->input, &side->arguments, separator, side->rejects_errors);
    if (status == EXIT_GOOD)
        impact_record_open(&side->record, &side->cli->arena, side->input.loaded.module, side->input.session,
                           side->input.is_counting);
    return status;
}

void side_close(Side *side)
{
    impact_record_close(&side->record);
    line_input_close(&side->input);
    scratch_remove(&side->ledger);
}

void side_blame(const Side *side)
{
    Holes holes = {.a = side->input.loaded.name, .b = message_pattern(side->cli, side->label)};
    message_error(side->cli, MSG_IMPACT_SIDE_FAILED, holes);
}

/* ---- Deciding ---- */

void side_reserve(Side *side, size_t rows)
{
    if (rows <= side->room)
        return;
    Arena *arena = &side->cli->arena;
    size_t room = rows < LINES_BATCH ? LINES_BATCH : rows * 2;
    side->words = bd_module_reason_words(side->input.loaded.module);
    side->results.decision = arena_array(arena, room, sizeof *side->results.decision);
    side->results.cents = arena_array(arena, room, sizeof *side->results.cents);
    side->results.fault = arena_array(arena, room, sizeof *side->results.fault);
    side->results.reasons = arena_array(arena, room * side->words, sizeof *side->results.reasons);
    side->results.settled = arena_array(arena, room, 1);
    side->results.repeated = arena_array(arena, room, 1);
    side->room = room;
}

bool side_next(Side *side, ExitStatus *status)
{
    side->at = side->count = 0;
    if (!line_input_next(&side->input, &side->batch, status))
        return false;
    side_reserve(side, side->batch.rows);
    bd_error error = {.code = BD_OK};
    if (bd_session_decide(side->input.session, &side->batch, &side->results, &error) != BD_OK) {
        *status = line_input_report(&side->input, &error);
        return false;
    }
    side->count = side->batch.rows;
    for (size_t row = 0; row < side->count; row++)
        side->repeated += side->results.repeated[row];
    if (side->record.is_on)
        (void)impact_record_batch(&side->record, &side->batch, &side->results, 0);
    return true;
}

bool side_record(Side *side)
{
    ImpactRecord *record = &side->record;
    if (record->is_on && record->filled == record->count)
        return record->can_be;
    return impact_record_batch(record, &side->batch, &side->results, side->at);
}

ImpactOutcome side_outcome(Side *side, ExitStatus *status)
{
    size_t row = side->at;
    ImpactOutcome outcome = {.decision = (bd_decision)side->results.decision[row],
                             .cents = side->results.cents[row],
                             .reasons = side->results.reasons + row * side->words,
                             .fault = side->results.fault[row],
                             .settled = (bd_settled)side->results.settled[row],
                             .is_malformed = side->input.lines.bad[row] != 0};
    if (outcome.is_malformed || outcome.decision == BD_FAULTED)
        outcome.reasons = NULL;
    if (!outcome.is_malformed && outcome.decision == BD_FAULTED) {
        line_input_report_fault(&side->input, row, outcome.fault, side->rejects_errors);
        if (!side->rejects_errors)
            *status = EXIT_WANTING;
    }
    return outcome;
}
