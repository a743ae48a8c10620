/* rounds.c: see rounds.h. The life of a session that counts, and the loop over blocks and rounds. */
#include "rounds.h"

#include <string.h>

#include "core/limits.h"
#include "exact.h"
#include "judge.h"
#include "ledger.h"
#include "status.h"
#include "value.h"

enum {
    COMMIT_LINES =
        512 /* a transaction ends at the first declaration after so many lines: keeping each by itself would cost more than
                       ** deciding it */
};

/* ---- Making ---- */

enum { ROOM_STEP = 64 };

void rounds_make_room(bd_session *session, uint32_t rows)
{
    Rounds *rounds = session->rounds;
    Arena *arena = &session->arena;
    const bd_module *module = session->module;
    if (rows <= rounds->room)
        return;
    uint32_t room = rows > 2 * rounds->room ? (rows + ROOM_STEP - 1) / ROOM_STEP * ROOM_STEP : 2 * rounds->room;
    room = room < BATCH_MAX_LANES ? room : BATCH_MAX_LANES;
    size_t cells = (size_t)room * module->COUNTERS_count + 1;
    rounds->room = 0; /* until all are there */
    rounds->block.keys = arena_array(arena, cells, sizeof(CounterKey *));
    rounds->block.given = arena_array(arena, cells, sizeof *rounds->block.given);
    rounds->held = arena_array(arena, cells, sizeof *rounds->held);
    rounds->key_texts = arena_array(arena, room, sizeof *rounds->key_texts);
    rounds->key_hashes = arena_array(arena, room, sizeof *rounds->key_hashes);
    rounds->block.reads = arena_array(arena, cells, 1);
    rounds->doubles = arena_array(arena, room, 1);
    rounds->has_held = arena_array(arena, room, 1);
    rounds->left = arena_array(arena, room, sizeof *rounds->left);
    rounds->chosen = arena_array(arena, room, sizeof *rounds->chosen);
    rounds->results.decision = arena_array(arena, room, 1);
    rounds->results.cents = arena_array(arena, room, sizeof *rounds->results.cents);
    rounds->results.fault = arena_array(arena, room, sizeof *rounds->results.fault);
    rounds->results.settled = arena_array(arena, room, 1);
    rounds->results.repeated = arena_array(arena, room, 1);
    rounds->results.reasons =
        arena_array(arena, (size_t)room * bd_module_reason_words(module), sizeof *rounds->results.reasons);
    rounds->room = room;
}

/* The names of the key's columns, with a comma between. */
static Text key_names(bd_session *session, const CounterRecord *counter)
{
    const bd_module *module = session->module;
    StringBuilder out;
    builder_init(&out, &session->arena);
    for (uint32_t i = 0; i < counter->keys; i++) {
        if (i > 0)
            builder_char(&out, ',');
        builder_text(&out, module_text(module, module->COLUMNS[module->COUNTER_KEYS[counter->first_key + i]].name));
    }
    return builder_result(&out);
}

static bd_status attach(bd_session *session, Rounds *rounds, bd_error *error)
{
    const bd_module *module = session->module;
    bd_ledger_counter *counters = arena_array(&session->arena, module->COUNTERS_count + 1u, sizeof *counters);
    for (uint32_t i = 0; i < module->COUNTERS_count; i++) {
        const CounterRecord *counter = &module->COUNTERS[i];
        counters[i] = (bd_ledger_counter){
            .name = module_text(module, counter->name),
            .kind = (bd_counter_kind)counter->kind,
            .unit = counter->kind != BD_COUNTER_SUM      ? (Text){"", 0}
                    : counter->meaning == BD_MEANS_MONEY ? TEXT("EUR")
                                                         : value_unit_name(module, counter->unit),
            .key = key_names(session, counter),
        };
    }
    return ledger_attach(rounds->ledger, module_text(module, module->INFO->name), counters, module->COUNTERS_count,
                         rounds->numbers, error);
}

static void tally_init(Tally *tally, bd_session *session)
{
    bd_allocator own = account_allocator(&session->account);
    tally->account = &session->account;
    tally->counters.module = session->module;
    arena_init(&tally->counters.arena, &own);
    arena_init(&tally->last_arena, &own);
    arena_init(&tally->adopted, &own);
}

/* From now on other threads take memory for it while the session takes memory for itself. */
static void tally_share(Tally *tally)
{
    Account *before = tally->account;
    const size_t used = tally->counters.arena.bytes + tally->last_arena.bytes;
    if (tally->is_shared)
        return;
    tally->own_account = (Account){before->host, used, before->limit, false};
    before->used -= used;
    tally->account = &tally->own_account;
    tally->counters.arena.allocator = tally->last_arena.allocator = tally->adopted.allocator =
        account_allocator(&tally->own_account);
    tally->is_shared = true;
}

/* Everything that a session needs for itself. */
static Rounds *make_rounds(bd_session *session)
{
    const bd_module *module = session->module;
    Rounds *rounds = arena_alloc(&session->arena, sizeof *rounds);
    bd_allocator own = account_allocator(&session->account);
    rounds->account = &session->account;
    for (uint32_t i = 1; i < module->PROGRAMS_count; i++) {
        if (module->PROGRAMS[i].kind == BD_PROGRAM_CREDIT)
            rounds->credits = &module->PROGRAMS[i];
        if (module->PROGRAMS[i].kind == BD_PROGRAM_EARLIER)
            rounds->earlier = &module->PROGRAMS[i];
    }
    arena_init(&rounds->grown, &own);
    arena_init(&rounds->scratch, &own);
    return rounds;
}

bd_status rounds_prepare(bd_session *session, bd_error *error)
{
    const bd_module *module = session->module;
    bool has_ledger = session->ledger.methods != NULL;
    bool decides = module->PROGRAMS_count > 0 && module->PROGRAMS[0].kind == BD_PROGRAM_LINES;
    if (session->rounds || !decides || (module->COUNTERS_count == 0 && !has_ledger))
        return BD_OK;
    Rounds *rounds = make_rounds(session);
    rounds->ledger = has_ledger ? &session->ledger : NULL;
    rounds->numbers = arena_array(&session->arena, module->COUNTERS_count + 1u, sizeof *rounds->numbers);
    if (has_ledger)
        rounds->identities = arena_array(&session->arena, ROUNDS_IDENTITIES, sizeof *rounds->identities);
    bd_status status = has_ledger ? attach(session, rounds, error) : BD_OK;
    if (status != BD_OK)
        return status;
    rounds->tally = &rounds->own_tally;
    tally_init(rounds->tally, session);
    session->rounds = rounds;
    return BD_OK;
}

void rounds_share(bd_session *session, const bd_session *from)
{
    Rounds *rounds = make_rounds(session);
    rounds->tally = from->rounds->tally;
    tally_share(rounds->tally);
    session->rounds = rounds;
}

static void roll_back(Rounds *rounds)
{
    if (rounds->is_open)
        rounds->ledger->methods->rollback(rounds->ledger->context);
    rounds->is_open = false;
    rounds->pending = 0;
}

/* Keys that others may still need have their days here. */
static void leave_grown(Rounds *rounds)
{
    rounds->account->used -= rounds->grown.bytes;
    rounds->tally->account->used += rounds->grown.bytes;
    arena_adopt(&rounds->tally->adopted, &rounds->grown);
}

static void forget(Rounds *rounds)
{
    counters_drop(&rounds->tally->counters);
    arena_free(&rounds->grown);
}

void rounds_free(bd_session *session)
{
    Rounds *rounds = session->rounds;
    if (!rounds)
        return;
    roll_back(rounds);
    if (rounds->tally == &rounds->own_tally) {
        forget(rounds);
        arena_free(&rounds->tally->last_arena);
        arena_free(&rounds->tally->adopted);
    } else {
        leave_grown(rounds);
    }
    arena_free(&rounds->scratch);
    session->rounds = NULL;
}

void rounds_drop(bd_session *session)
{
    Rounds *rounds = session->rounds;
    if (!rounds)
        return;
    Tally *tally = rounds->tally;
    roll_back(rounds);
    rounds->has_failed = !rounds->ledger && session->module->COUNTERS_count > 0;
    rounds->scratch.landing = NULL;
    arena_free(&rounds->scratch);
    if (tally->is_shared) /* others are at it */
        return;
    tally->has_last = false; /* the declarations since the last commit are offered again */
    forget(rounds);
}

bd_status rounds_commit(bd_session *session, bd_error *error)
{
    Rounds *rounds = session->rounds;
    if (!rounds || !rounds->is_open)
        return BD_OK;
    rounds->is_open = false;
    rounds->pending = 0;
    return rounds->ledger->methods->commit(rounds->ledger->context, error);
}

/* ---- Checking a batch ---- */

static bool has_ids(const bd_batch *batch)
{
    const bd_line_ids *ids = batch->ids;
    return ids && ids->signed_on && ids->municipality && ids->provider && ids->declaration && ids->line &&
           (!ids->is_credit || (ids->previous_declaration && ids->previous_line));
}

static bool is_readable(const bd_batch *batch, size_t row)
{
    const bd_line_ids *ids = batch->ids;
    bool is_plain = value_is_readable(ids->municipality[row]) && value_is_readable(ids->provider[row]) &&
                    value_is_readable(ids->declaration[row]) && value_is_readable(ids->line[row]);
    return is_plain && (!rounds_is_credit(batch, row) || (value_is_readable(ids->previous_declaration[row]) &&
                                                          value_is_readable(ids->previous_line[row])));
}

/* Of two numbers without leading zeros the longer is the greater. */
static int compare_numbers(Text a, Text b)
{
    return a.size != b.size ? (a.size < b.size ? -1 : 1) : text_compare(a, b);
}

static inline int compare(const LineOrder *a, const LineOrder *b)
{
    if (a->signed_on != b->signed_on)
        return a->signed_on < b->signed_on ? -1 : 1;
    if (!text_same(a->municipality, b->municipality))
        return text_compare(a->municipality, b->municipality);
    if (!text_same(a->provider, b->provider))
        return text_compare(a->provider, b->provider);
    if (!text_same(a->declaration, b->declaration))
        return text_compare(a->declaration, b->declaration);
    return compare_numbers(a->line, b->line);
}

bd_status rounds_check_unclaimed(const bd_session *session, bd_error *error)
{
    if (session->rounds->tally->is_shared)
        return status_report(BD_STATE, 0, "sessions that share what they count claim their batches", error);
    if (session->claim.step != CLAIM_NONE)
        return status_report(BD_STATE, 0, "the session has claimed a batch", error);
    return BD_OK;
}

bd_status rounds_check(bd_session *session, const bd_batch *batch, bd_error *error)
{
    bd_status status = rounds_check_unclaimed(session, error);
    return status == BD_OK ? rounds_check_lines(session, batch, error) : status;
}

/* Whether there are counters, and lines that say who they are. */
static bd_status check_given(const Rounds *rounds, const bd_batch *batch, bd_error *error)
{
    if (rounds->tally->is_broken || rounds->has_failed)
        return status_report(BD_STATE, 0, "the session's counters were lost in a call that failed", error);
    if (batch->rows > 0 && !has_ids(batch))
        return status_report(BD_ARGUMENT, 0, "the batch does not say who its lines are", error);
    return BD_OK;
}

bd_status rounds_check_row(const bd_session *session, const bd_batch *batch, size_t row, bd_error *error)
{
    bd_status status = rounds_check_unclaimed(session, error);
    if (status == BD_OK)
        status = check_given(session->rounds, batch, error);
    if (status == BD_OK && !rounds_is_skipped(batch, row) && !is_readable(batch, row))
        status = status_report(BD_ARGUMENT, (uint32_t)row, "a line's number has a size but no bytes", error);
    return status;
}

bd_status rounds_check_lines(bd_session *session, const bd_batch *batch, bd_error *error)
{
    Rounds *rounds = session->rounds;
    const Tally *tally = rounds->tally;
    bd_status status = check_given(rounds, batch, error);
    if (status != BD_OK)
        return status;
    LineOrder before = tally->last;
    bool has_before = tally->has_last;
    rounds->has_doubles = false;
    for (size_t row = 0; row < batch->rows; row++) {
        if (rounds_is_skipped(batch, row))
            continue;
        if (!is_readable(batch, row))
            return status_report(BD_ARGUMENT, (uint32_t)row, "a line's number has a size but no bytes", error);
        if (rounds_is_credit(batch, row) && !rounds->ledger)
            return status_report(BD_ARGUMENT, (uint32_t)row, "a credit line needs a ledger", error);
        const LineOrder line = rounds_line(batch, row);
        const int order = has_before ? compare(&before, &line) : -1;
        if (order > 0)
            return status_report(BD_ORDER, (uint32_t)row, NULL, error);
        rounds->has_doubles = rounds->has_doubles || order == 0;
        before = line;
        has_before = true;
    }
    return BD_OK;
}

/* ---- Blocks ---- */

/* Rows from `first` on that are decided together: at most a block, and with a ledger up to the start of the declaration that may go on
** after them, so that a transaction can end between declarations. */
static uint32_t block_rows(const bd_session *session, const bd_batch *batch, size_t first)
{
    size_t left = batch->rows - first;
    uint32_t rows = left < BATCH_MAX_LANES ? (uint32_t)left : BATCH_MAX_LANES;
    if (!session->rounds->ledger)
        return rows;
    uint32_t end = rows;
    while (end > 1 && rounds_is_skipped(batch, first + end - 1))
        end--;
    LineOrder last = rounds_line(batch, first + end - 1);
    for (uint32_t cut = end - 1; cut > 0 && !rounds_is_skipped(batch, first + end - 1); cut--) {
        if (rounds_is_skipped(batch, first + cut - 1))
            continue;
        LineOrder line = rounds_line(batch, first + cut - 1);
        if (!rounds_same_declaration(&line, &last))
            return cut;
    }
    return rows;
}

/* A transaction is kept only when the host comes back with more: by then it has seen what was decided before. */
static bd_status open_block(bd_session *session, const bd_batch *batch, size_t first, bd_error *error)
{
    Rounds *rounds = session->rounds;
    bool is_next = !rounds_is_skipped(batch, first);
    const Tally *tally = rounds->tally;
    LineOrder line = is_next ? rounds_line(batch, first) : tally->last;
    is_next = is_next && (!tally->has_last || !rounds_same_declaration(&tally->last, &line));
    bd_status status = BD_OK;
    if (first == 0 && rounds->is_open && is_next && rounds->pending >= COMMIT_LINES)
        status = rounds_commit(session, error);
    if (status == BD_OK)
        status = rounds_begin(rounds, error);
    bool is_large = rounds->ledger && tally->counters.arena.bytes + rounds->grown.bytes > session->limits.memory / 2;
    if (is_large) /* the ledger has it all */
        forget(rounds);
    return status;
}

static Text keep_text(Tally *tally, Text text)
{
    return arena_text_copy(&tally->last_arena, text);
}

/* Remembers the last line of a block: the batch's bytes are gone in the next call. */
static bd_status keep_last(Rounds *rounds, const bd_batch *batch, bd_error *error)
{
    Tally *tally = rounds->tally;
    size_t end = rounds_line_before(rounds, batch, rounds->block.first + rounds->block.rows);
    if (end == 0)
        return BD_OK;
    LineOrder last = rounds_line(batch, end - 1);
    arena_reset(&tally->last_arena);
    tally->last = (LineOrder){last.signed_on, keep_text(tally, last.municipality), keep_text(tally, last.provider),
                              keep_text(tally, last.declaration), keep_text(tally, last.line)};
    tally->has_last = true;
    rounds->pending += rounds->block.rows;
    bool is_kept = tally->last.municipality.data && tally->last.provider.data && tally->last.declaration.data &&
                   tally->last.line.data;
    return is_kept ? BD_OK : account_report(tally->account, error);
}

/* ---- Rounds ---- */

static void decide_exactly(bd_session *session, const Settle *settle)
{
    uint32_t words = bd_module_reason_words(session->module);
    bd_decisions *out = settle->out;
    CounterBlock *block = &session->rounds->block;
    arena_reset(&session->exact);
    counter_start_row(block, session->module->COUNTERS_count, settle->row);
    Exact run = {.session = session,
                 .module = session->module,
                 .program = &session->module->PROGRAMS[0],
                 .batch = settle->batch,
                 .row = settle->row,
                 .block = block,
                 .reasons = out->reasons + settle->at * words};
    memset(run.reasons, 0, words * sizeof *run.reasons);
    exact_run(&run);
    out->decision[settle->at] = (uint8_t)run.decision;
    out->cents[settle->at] = run.cents;
    out->fault[settle->at] = run.fault;
}

/* Decides a line that the rules have decided, or that is not for them, to the end: what it was granted is counted. */
static bd_status finish_row(const Columns *run, uint32_t lane, bd_error *error)
{
    bd_session *session = run->session;
    Rounds *rounds = session->rounds;
    const size_t row = column_row(run, lane), at = run->first_row + lane;
    const uint32_t place = (uint32_t)(row - rounds->block.first);
    bool is_settled = false;
    if (!rounds->ledger && !rounds->doubles[place] && !session->redo[lane]) /* nearly every line of a run without */
        return run->out->decision[at] == BD_APPROVED ? rounds_count_given(rounds, row, NULL, NULL, error) : BD_OK;
    Settle settle = {.session = session,
                     .batch = run->batch,
                     .row = row,
                     .line = rounds_line(run->batch, row),
                     .out = run->out,
                     .at = at,
                     .place = place};
    bd_status status = rounds_settle(&settle, &is_settled, error);
    if (status != BD_OK || is_settled)
        return status;
    if (rounds_is_credit(run->batch, row))
        return rounds_credit(&settle, error);
    if (session->redo[lane])
        decide_exactly(session, &settle);
    return rounds_keep(&settle, error);
}

static void mark_exact(const Columns *run)
{
    const bd_batch *batch = run->batch;
    uint8_t *redo = run->session->redo;
    for (uint32_t lane = 0; batch->exact_record_count > 0 && lane < run->rows; lane++)
        judge_mark_records(run->module, batch, column_row(run, lane), 1, &redo[lane]);
    for (uint32_t lane = 0; batch->exact_count > 0 && lane < run->rows; lane++) {
        size_t row = column_row(run, lane), low = 0, high = batch->exact_count;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (batch->exact[middle].row < row)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < batch->exact_count && batch->exact[low].row == row)
            redo[lane] = 1;
    }
}

static void write_row(const Columns *run, uint32_t lane, bd_decisions *out)
{
    const bd_decisions *from = run->out;
    const size_t row = column_row(run, lane), at = run->first_row + lane, words = run->reason_words;
    out->decision[row] = from->decision[at];
    out->cents[row] = from->cents[at];
    out->fault[row] = from->fault[at];
    memcpy(out->reasons + row * words, from->reasons + at * words, words * sizeof *out->reasons);
}

/* Goes through the lines that are left, after those that were chosen, or all of the block in place, have been decided: each that stands is decided for
** good. */
static bd_status go_through(const Columns *run, bd_decisions *out, bd_error *error)
{
    const bool is_in_place = run->row_at == NULL;
    Rounds *rounds = run->session->rounds;
    uint32_t kept = 0, next = 0;
    bd_status status = BD_OK;
    mark_exact(run);
    rounds_begin_marks(rounds);
    for (uint32_t i = 0; status == BD_OK && i < rounds->looked_at; i++) {
        const uint32_t row = rounds->left[i];
        bool stands = false;
        if (is_in_place || (next < rounds->chosen_count && rounds->chosen[next] == row)) {
            const uint32_t lane = is_in_place ? row - (uint32_t)run->first_row : next++;
            const bool is_exact = run->session->redo[lane] || rounds_is_credit(run->batch, row);
            const bd_decision decision = (bd_decision)run->out->decision[run->first_row + lane];
            status = rounds_stands(rounds, run->batch, row, is_exact, decision, &stands, error);
            if (status == BD_OK && stands)
                status = finish_row(run, lane, error);
            if (stands && !is_in_place)
                write_row(run, lane, out);
        }
        if (status == BD_OK && !stands) {
            status = rounds_leave(rounds, run->batch, row, error);
            rounds->left[kept++] = row;
        }
    }
    memmove(rounds->left + kept, rounds->left + rounds->looked_at,
            (rounds->left_count - rounds->looked_at) * sizeof *rounds->left);
    rounds->left_count -= rounds->looked_at - kept;
    return status;
}

static Columns columns_of(bd_session *session, const bd_batch *batch)
{
    return (Columns){.session = session,
                     .module = session->module,
                     .program = module_fast_program(session->module),
                     .batch = batch,
                     .block = &session->rounds->block,
                     .reason_words = bd_module_reason_words(session->module)};
}

static bd_status claim_block(bd_session *session, const bd_batch *batch, size_t first, uint32_t rows, bd_error *error)
{
    bd_status status = rounds_find_keys(session, batch, first, rows, error);
    if (status != BD_OK)
        return status;
    rounds_see(session->rounds, batch);
    return keep_last(session->rounds, batch, error);
}

/* What will be read of keys with many days is asked for. */
static void fetch_many(const Rounds *rounds)
{
    const size_t entries = (size_t)rounds->tally->counters.module->COUNTERS_count * rounds->block.rows;
    for (size_t entry = 0; entry < entries; entry++) {
        const CounterKey *key = rounds->block.keys[entry];
        if (key && key->has_many)
            __builtin_prefetch(key->is.many.at.totals);
    }
}

/* Round after round until no line is left; while keys are held, until none of those that are can be decided. */
static bd_status decide_left(bd_session *session, const bd_batch *batch, bd_decisions *out, bd_error *error)
{
    Rounds *rounds = session->rounds;
    Columns run = columns_of(session, batch);
    uint32_t most = BATCH_MAX_LANES, before = 0;
    bd_status status = BD_OK;
    run.row_at = rounds->chosen;
    run.out = &rounds->results;
    while (status == BD_OK && rounds->left_count > 0 && !(rounds->is_holding && rounds->left_count == before)) {
        rounds_choose(rounds, most);
        run.rows = rounds->chosen_count;
        if (run.rows > 0 && !columns_decide(&run)) {
            most = run.rows / 2; /* their lists are too long to lay out at once */
            continue;
        }
        before = rounds->left_count;
        if (run.rows > 0)
            status = go_through(&run, out, error);
    }
    return status;
}

/* All of the block is decided in place as if no line influenced another, which holds for nearly all; then the others. */
static bd_status decide_first(bd_session *session, const bd_batch *batch, bd_decisions *out, bd_error *error)
{
    Rounds *rounds = session->rounds;
    Columns run = columns_of(session, batch);
    bd_status status = BD_OK;
    run.rows = rounds->block.rows;
    run.first_row = rounds->block.first;
    run.out = out;
    memset(rounds->results.settled, BD_SETTLED_BY_RULES, run.rows);
    memset(rounds->results.repeated, 0, run.rows);
    memo_trim(&session->memo);
    fetch_many(rounds);
    rounds_leave_all(rounds, batch);
    rounds->looked_at = rounds->left_count;
    if (columns_decide(&run))
        status = go_through(&run, out, error);
    return status == BD_OK ? decide_left(session, batch, out, error) : status;
}

static bd_status decide_rest(bd_session *session, const bd_batch *batch, bd_decisions *out, bd_error *error)
{
    Rounds *rounds = session->rounds;
    rounds_give_back_keys(rounds);
    bd_status status = decide_left(session, batch, out, error);
    if (out->settled)
        memcpy(out->settled + rounds->block.first, rounds->results.settled, rounds->block.rows);
    if (out->repeated)
        memcpy(out->repeated + rounds->block.first, rounds->results.repeated, rounds->block.rows);
    rounds->tally->completed = rounds->number;
    return status;
}

static bd_status decide_block(bd_session *session, const bd_batch *batch, bd_decisions *out, size_t first,
                              uint32_t *rows, bd_error *error)
{
    bd_status status = open_block(session, batch, first, error);
    *rows = block_rows(session, batch, first);
    if (status == BD_OK)
        status = claim_block(session, batch, first, *rows, error);
    if (status == BD_OK)
        status = decide_first(session, batch, out, error);
    return status == BD_OK ? decide_rest(session, batch, out, error) : status;
}

/* Ends a call on the session's lines: after a failure what was counted is lost. */
static bd_status close_call(bd_session *session, bd_status status)
{
    session->rounds->scratch.landing = NULL;
    if (status != BD_OK)
        rounds_drop(session);
    return status;
}

bd_status rounds_decide(bd_session *session, const bd_batch *batch, bd_decisions *out, bd_error *error)
{
    bd_status status = BD_OK;
    uint32_t rows = 0;
    session->rounds->scratch.landing = &session->landing;
    for (size_t first = 0; status == BD_OK && first < batch->rows; first += rows)
        status = decide_block(session, batch, out, first, &rows, error);
    return close_call(session, status);
}

/* ---- The same in steps ---- */

bd_status rounds_claim(bd_session *session, const bd_batch *batch, bd_error *error)
{
    session->rounds->scratch.landing = &session->landing;
    return close_call(session, claim_block(session, batch, 0, (uint32_t)batch->rows, error));
}

bd_status rounds_decide_claimed(bd_session *session, const bd_batch *batch, bd_decisions *out, bd_error *error)
{
    session->rounds->scratch.landing = &session->landing;
    return close_call(session, batch->rows > 0 ? decide_first(session, batch, out, error) : BD_OK);
}

bd_status rounds_complete(bd_session *session, const bd_batch *batch, bd_decisions *out, bd_error *error)
{
    session->rounds->scratch.landing = &session->landing;
    return close_call(session, decide_rest(session, batch, out, error));
}

/* ---- Lines granted before ---- */

static bd_status count_row(bd_session *session, const bd_batch *batch, size_t row, bd_error *error)
{
    Rounds *rounds = session->rounds;
    bd_decisions *out = &rounds->results;
    uint32_t words = bd_module_reason_words(session->module);
    bd_status status = open_block(session, batch, row, error);
    if (status == BD_OK)
        status = rounds_find_keys(session, batch, row, 1, error);
    if (status != BD_OK || rounds_is_skipped(batch, row))
        return status;
    counter_start_row(&rounds->block, session->module->COUNTERS_count, row);
    arena_reset(&session->exact);
    memset(out->reasons, 0, words * sizeof *out->reasons);
    Exact run = {.session = session,
                 .module = session->module,
                 .program = rounds->earlier,
                 .batch = batch,
                 .row = row,
                 .block = &rounds->block,
                 .reasons = out->reasons};
    if (rounds->earlier)
        exact_run(&run);
    if (rounds->earlier && run.fault != BD_NONE)
        return status_report(BD_FAULT, run.fault, "what a line that was granted before counts cannot be computed",
                             error);
    out->decision[0] = BD_APPROVED;
    out->cents[0] = 0;
    out->settled[0] = BD_SETTLED_BY_RULES;
    Settle settle = {.session = session, .batch = batch, .row = row, .line = rounds_line(batch, row), .out = out};
    status = rounds_keep(&settle, error);
    return status == BD_OK ? keep_last(rounds, batch, error) : status;
}

bd_status rounds_count(bd_session *session, const bd_batch *batch, bd_error *error)
{
    bd_status status = BD_OK;
    session->rounds->scratch.landing = &session->landing;
    for (size_t row = 0; status == BD_OK && row < batch->rows; row++)
        status = count_row(session, batch, row, error);
    return close_call(session, status);
}
