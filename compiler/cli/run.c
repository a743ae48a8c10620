/* run.c: what one thread of `beding run` does; see run.h. */
#include "compiler/cli/run.h"

#include <assert.h>
#include <string.h>

static_assert((int)LINES_BATCH <= (int)BD_CLAIM_ROWS, "a batch can be claimed");

static void reserve(Run *run, size_t rows)
{
    if (rows <= run->room)
        return;
    Arena *arena = &run->cli->arena;
    size_t room = rows < LINES_BATCH ? LINES_BATCH : rows * 2;
    run->results.decision = arena_array(arena, room, sizeof *run->results.decision);
    run->results.cents = arena_array(arena, room, sizeof *run->results.cents);
    run->results.fault = arena_array(arena, room, sizeof *run->results.fault);
    run->results.reasons = arena_array(arena, room * run->decisions.words, sizeof *run->results.reasons);
    run->results.settled = arena_array(arena, room, 1);
    run->results.repeated = arena_array(arena, room, 1);
    run->room = room;
}

/* The reason of a line that faulted: the code of the site. */
static Text fault_code(const Run *run, size_t row)
{
    bd_site_info site;
    bool is_known =
        bd_module_site(run->input.loaded.module, run->results.fault[row], &site) == BD_OK && site.code.size > 0;
    return is_known ? site.code : TEXT("fout");
}

static void keep_row(Run *run, uint64_t number)
{
    run->kept = arena_grow(&run->cli->arena, run->kept, run->kept_count, &run->kept_capacity, sizeof *run->kept);
    run->kept[run->kept_count++] = (KeptRow){number, run->out->size};
}

/* Writes a row of whatever kind; false when it faulted and that ends the run. */
static bool write_row(Run *run, size_t row)
{
    const Lines *lines = &run->input.lines;
    DecidedLine line = {.declaration = lines_text(lines, CARRY_DECLARATION, row),
                        .number = lines_text(lines, CARRY_NUMBER, row),
                        .decision = (bd_decision)run->results.decision[row],
                        .cents = run->results.cents[row],
                        .reasons = run->results.reasons + row * run->decisions.words,
                        .settled = (bd_settled)run->results.settled[row],
                        .is_repeated = run->results.repeated[row] != 0};
    if (lines->bad[row]) {
        line.decision = BD_REJECTED;
        line.cents = 0;
        line.reasons = NULL;
        line.code = TEXT("cel_ongeldig");
        run->decisions.malformed++;
    } else if (line.decision == BD_FAULTED) {
        line_input_report_fault(&run->input, row, run->results.fault[row], run->rejects_errors);
        if (!run->rejects_errors)
            return false;
        line.cents = 0;
        line.reasons = NULL;
        line.code = fault_code(run, row);
    }
    decisions_write(&run->decisions, &line);
    return true;
}

/* Writes the rows of the batch; false when a faulting line ends the run. Of a file that was put in order the end of each is kept. */
static bool write_batch(Run *run)
{
    const Lines *lines = &run->input.lines;
    const bool is_sorted = run->input.order.is_sorted;
    const DecidedRows rows = {.declarations = lines->carried[CARRY_DECLARATION].values,
                              .numbers = lines->carried[CARRY_NUMBER].values,
                              .bad = lines->bad,
                              .results = &run->results};
    size_t row = 0;
    while (row < lines->count) {
        size_t next = decisions_write_plain(&run->decisions, &rows, row, is_sorted ? row + 1 : lines->count);
        if (next == row && !write_row(run, next++))
            return false;
        if (is_sorted)
            keep_row(run, lines->numbers[row]);
        row = next;
    }
    return true;
}

void run_start(Run *run, Output *out)
{
    run->out = run->decisions.out = out;
    run->kept_count = 0;
}

/* Adds the time since `from`; returns the time now. 0 when nothing is timed. */
static uint64_t lap(const Run *run, uint64_t *part, uint64_t from)
{
    uint64_t now = run->profile == NULL ? 0 : run_profile_clock(NULL);
    if (part != NULL)
        *part += now - from;
    return now;
}

/* Claims, decides and completes a batch, each in its turn. False: another thread ended the run. */
static bool decide_in_steps(Run *run, const bd_batch *batch, bd_error *error)
{
    const RunTurns *turns = run->turns;
    bd_session *session = run->input.session;
    const bool is_last = line_input_is_at_end(&run->input);
    if (!turns->enter(turns->context, TURN_CLAIM))
        return false;
    bd_status status = bd_session_claim(session, batch, error);
    turns->leave(turns->context, status == BD_OK && is_last);
    if (status == BD_OK)
        status = bd_session_decide_claimed(session, &run->results, error);
    if (!turns->enter(turns->context, TURN_COMPLETE))
        return false;
    if (status == BD_OK)
        status = bd_session_complete(session, error);
    turns->leave(turns->context, status == BD_OK && is_last);
    return true;
}

/* Decides a batch; what is wrong is in *error. False: another thread ended the run. */
static bool decide(Run *run, const bd_batch *batch, bd_error *error)
{
    const RunTurns *turns = run->turns;
    const bool is_shared = turns != NULL && run->input.ledger.methods != NULL;
    if (turns != NULL && !is_shared)
        return decide_in_steps(run, batch, error);
    if (is_shared && !turns->enter(turns->context, TURN_COMPLETE))
        return false;
    (void)bd_session_decide(run->input.session, batch, &run->results, error);
    if (is_shared)
        turns->leave(turns->context, false);
    return true;
}

bool run_batch(Run *run, ExitStatus *status)
{
    bd_batch batch;
    RunProfile none, *profile = run->profile == NULL ? &none : run->profile;
    none = (RunProfile){.reading = 0};
    uint64_t time = lap(run, NULL, 0);
    if (!line_input_next(&run->input, &batch, status))
        return false;
    time = lap(run, &profile->reading, time);
    reserve(run, batch.rows);
    bd_error error = {.code = BD_OK};
    *status = EXIT_WANTING;
    if (!decide(run, &batch, &error))
        return false;
    if (error.code != BD_OK) {
        *status = line_input_report(&run->input, &error);
        return false;
    }
    time = lap(run, &profile->deciding, time);
    if (write_batch(run))
        *status = EXIT_GOOD;
    (void)lap(run, &profile->writing, time);
    return *status == EXIT_GOOD;
}

bool run_set_aside(Sorter *sorter, Output *out, const KeptRow *kept, size_t count)
{
    size_t begin = 0;
    for (size_t i = 0; i < count; i++) {
        char key[8];
        for (int byte = 0; byte < 8; byte++)
            key[byte] = (char)(kept[i].number >> (8 * (7 - byte)) & 0xFF);
        Text row = {out->data + begin, kept[i].end - begin};
        if (!sorter_add(sorter, (Text){key, sizeof key}, row))
            return false;
        begin = kept[i].end;
    }
    out->size = 0;
    return true;
}
