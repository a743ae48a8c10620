/* session.c: sessions: memory, what the host supplies, and deciding batches.
**
** A batch is decided in chunks of at most BATCH_MAX_LANES rows: the column evaluator decides the chunk, then the exact
** evaluator the rows that it marked. When a list or a span of days makes a chunk too wide, the same rows are tried
** again in smaller chunks; the answers do not depend on that.
*/
#include "session.h"

#include <string.h>

#include "arrow.h"
#include "column.h"
#include "core/date.h"
#include "core/limits.h"
#include "exact.h"
#include "index.h"
#include "judge.h"
#include "line.h"
#include "plan_state.h"
#include "profile.h"
#include "rounds.h"
#include "rows.h"
#include "session_run.h"
#include "status.h"
#include "value.h"

#define DEFAULT_INSTRUCTIONS (UINT64_C(1) << 40)
#define DEFAULT_MEMORY ((size_t)256 * 1024 * 1024)
#define DEFAULT_TRACE ((size_t)100000)

/* ---- Memory ---- */

void session_land(bd_session *session, jmp_buf *landing)
{
    session->arena.landing = session->columns.landing = session->exact.landing = session->result.landing = landing;
    session->memo.arena.landing = session->shapes.landing = session->lines.landing = landing;
    if (session->plans)
        session->plans->arena.landing = landing;
}

_Noreturn void session_stop(bd_session *session, bd_status status)
{
    session->stopped = status;
    longjmp(session->landing, 1);
}

_Noreturn void session_exceed(bd_session *session, uint64_t limit, const char *what)
{
    session->limit = limit;
    session->limited = what;
    session_stop(session, BD_LIMIT);
}

bd_status session_recover(bd_session *session, bd_error *error)
{
    bd_status reported = session->stopped;
    session_land(session, NULL);
    rounds_drop(session);
    session->chunk_rows = BATCH_MAX_LANES;
    arena_free(&session->columns);
    arena_free(&session->exact);
    arena_free(&session->result);
    arena_free(&session->shapes);
    memo_free(&session->memo);
    if (session->plans)
        plan_state_drop(session->plans);
    session->record = NULL;
    if (!session->is_laid_out)
        arena_free(&session->lines);
    session->slots = NULL;
    session->domains = NULL;
    session->redo = session->bad = NULL;
    session->bad_capacity = 0;
    memset(&session->spare, 0, sizeof session->spare);
    if (reported == BD_NOMEM)
        return account_report(&session->account, error);
    return reported == BD_LIMIT ? status_report_limit(session->limit, session->limited, error)
                                : status_report(reported, 0, NULL, error);
}

bd_status session_run(bd_session *session, SessionBody *body, void *context, bd_error *error)
{
    session->stopped = BD_NOMEM; /* what an arena's jump means */
    if (setjmp(session->landing) != 0)
        return session_recover(session, error);
    session_land(session, &session->landing);
    session->account.is_exhausted = false;
    session->budget = session->limits.instructions;
    memo_clear(&session->memo);
    bd_status status = body(session, context, error);
    session_land(session, NULL);
    return status;
}

/* ---- Making and freeing ---- */

static void make_plans(bd_session *session)
{
    session->plans = arena_alloc(&session->arena, sizeof *session->plans);
    plan_state_init(session->plans, &session->arena.allocator);
    session->plans->arena.landing = &session->landing;
}

static bd_status make_tables(bd_session *session, void *context, bd_error *error)
{
    const bd_module *module = session->module;
    (void)context, (void)error;
    session->externs = arena_array(&session->arena, module->TABLES_count + 1u, sizeof *session->externs);
    for (uint32_t i = 0; i < module->TABLES_count; i++)
        session->externs[i].record = &module->TABLES[i];
    session->readings = arena_array(&session->arena, module->READINGS_count + 1u, sizeof *session->readings);
    for (uint32_t i = 0; i < module->READINGS_count; i++)
        session->readings[i] = (int32_t)module->READINGS[i].chosen;
    index_supply_series(session);
    make_plans(session);
    session->functions = arena_array(&session->arena, module->NATIVES_count + 1u, sizeof *session->functions);
    session->natives = arena_array(&session->arena, module->NATIVES_count + 1u, sizeof *session->natives);
    return BD_OK;
}

/* An empty session, or NULL. */
static bd_session *make_session(const bd_module *module, bd_allocator host, bd_limits limits)
{
    bd_session *session = host.reallocate(host.context, NULL, 0, sizeof *session);
    if (!session)
        return NULL;
    memset(session, 0, sizeof *session);
    session->module = module;
    session->limits = limits;
    session->account = (Account){host, sizeof *session, limits.memory, false};
    session->chunk_rows = BATCH_MAX_LANES;
    bd_allocator own = account_allocator(&session->account);
    arena_init(&session->arena, &own);
    arena_init(&session->columns, &own);
    arena_init(&session->exact, &own);
    arena_init(&session->result, &own);
    arena_init(&session->shapes, &own);
    arena_init(&session->lines, &own);
    memo_init(&session->memo, &own);
    return session;
}

bd_status bd_session_new(const bd_module *module, const bd_options *options, bd_session **out, bd_error *error)
{
    if (!module || !out)
        return status_report(BD_ARGUMENT, 0, "bd_session_new needs a module and a place for the session", error);
    if (options && options->allocator && !options->allocator->reallocate)
        return status_report(BD_ARGUMENT, 0, "the allocator has no function", error);
    bd_limits limits = {0};
    if (options)
        limits = options->limits;
    if (limits.instructions == 0)
        limits.instructions = DEFAULT_INSTRUCTIONS;
    if (limits.memory == 0)
        limits.memory = DEFAULT_MEMORY;
    if (limits.trace == 0)
        limits.trace = DEFAULT_TRACE;
    bd_session *session = make_session(module, host_allocator(options), limits);
    if (!session)
        return status_report(BD_NOMEM, 0, NULL, error);
    bd_status status = session_run(session, make_tables, NULL, error);
    if (status != BD_OK) {
        bd_session_free(session);
        return status;
    }
    *out = session;
    return BD_OK;
}

typedef struct Share {
    const bd_session *from;
} Share;

/* What a prepared session only reads is taken over as it is; the tables' own records hold what a session was asked (went_on). */
static bd_status share(bd_session *session, void *context, bd_error *error)
{
    const bd_session *from = ((const Share *)context)->from;
    const uint32_t tables = session->module->TABLES_count;
    (void)error;
    session->externs = arena_array(&session->arena, tables + 1u, sizeof *session->externs);
    for (uint32_t i = 0; i < tables; i++) {
        session->externs[i] = from->externs[i];
        session->externs[i].went_on = false;
    }
    session->readings = from->readings;
    session->indexes = from->indexes;
    session->functions = from->functions;
    session->natives = from->natives;
    make_plans(session);
    if (from->rounds) /* last: what fails before it changes nothing for `from` */
        rounds_share(session, from);
    session->is_prepared = true;
    return BD_OK;
}

bd_status bd_session_share(const bd_session *session, bd_session **out, bd_error *error)
{
    if (!session || !out)
        return status_report(BD_ARGUMENT, 0, "bd_session_share needs a session and a place for the second", error);
    if (!session->is_prepared)
        return status_report(BD_STATE, 0, "a session is shared after bd_session_prepare", error);
    if (session->rounds && session->rounds->ledger)
        return status_report(BD_STATE, 0, "a session with a ledger decides all lines, one batch after the other",
                             error);
    if (session->claim.step != CLAIM_NONE)
        return status_report(BD_STATE, 0, "a session is shared before it claims a batch, or after it has completed it",
                             error);
    bd_session *second = make_session(session->module, session->account.host, session->limits);
    if (!second)
        return status_report(BD_NOMEM, 0, NULL, error);
    Share call = {session};
    bd_status status = session_run(second, share, &call, error);
    if (status != BD_OK) {
        bd_session_free(second);
        return status;
    }
    *out = second;
    return BD_OK;
}

void bd_session_free(bd_session *session)
{
    if (!session)
        return;
    bd_allocator host = session->account.host;
    rows_free(session);
    arrow_free(session);
    rounds_free(session);
    if (session->plans)
        plan_state_free(session->plans);
    memo_free(&session->memo);
    arena_free(&session->shapes);
    arena_free(&session->lines);
    arena_free(&session->result);
    arena_free(&session->exact);
    arena_free(&session->columns);
    arena_free(&session->arena);
    host.reallocate(host.context, session, sizeof *session, 0);
}

/* ---- Natives ---- */

bd_status bd_session_bind_native(bd_session *session, bd_text name, bd_text signature, void (*function)(void),
                                 bd_error *error)
{
    if (!session || !function || !value_is_readable(name) || !value_is_readable(signature))
        return status_report(BD_ARGUMENT, 0,
                             "bd_session_bind_native needs a session, a name, a signature and a function", error);
    if (session->is_prepared)
        return status_report(BD_STATE, 0, "natives are bound before bd_session_prepare", error);
    const bd_module *module = session->module;
    for (uint32_t i = 0; i < module->NATIVES_count; i++) {
        if (!text_equal(module_text(module, module->NATIVES[i].name), name))
            continue;
        Text wanted = module_text(module, module->NATIVES[i].signature);
        if (!text_equal(wanted, signature)) {
            Message message;
            message_begin(&message);
            message_cstring(&message, "native ");
            message_text(&message, name);
            message_cstring(&message, " is declared as ");
            message_text(&message, wanted);
            message_cstring(&message, " and bound as ");
            message_text(&message, signature);
            return message_report(&message, BD_NATIVE, 0, error);
        }
        Signature form;
        if (!signature_read(wanted, &form) || !native_form_is_callable(&form))
            return status_report_name(BD_NATIVE, 0, "native ", name,
                                      " cannot be called: this library was built without libffi", error);
        session->functions[i] = function;
        return BD_OK;
    }
    return status_report_name(BD_NAME, 0, "the module declares no native ", name, "", error);
}

/* ---- Readings ---- */

bd_status bd_session_set_reading(bd_session *session, bd_text name, bd_text alternative, bd_error *error)
{
    if (!session || !value_is_readable(name) || !value_is_readable(alternative))
        return status_report(BD_ARGUMENT, 0, "bd_session_set_reading needs a session, a name and an alternative",
                             error);
    if (session->is_prepared)
        return status_report(BD_STATE, 0, "readings are set before bd_session_prepare", error);
    const bd_module *module = session->module;
    for (uint32_t i = 0; i < module->READINGS_count; i++) {
        if (!text_equal(module_text(module, module->READINGS[i].name), name))
            continue;
        uint32_t member = bd_choice_find(module, module->READINGS[i].choice, alternative);
        if (member == BD_NONE)
            return status_report_name(BD_NAME, i, "the reading has no alternative ", alternative, "", error);
        session->readings[i] = (int32_t)member;
        return BD_OK;
    }
    return status_report_name(BD_NAME, 0, "the module has no reading ", name, "", error);
}

uint32_t bd_session_reading(const bd_session *session, uint32_t index)
{
    return session && index < session->module->READINGS_count ? (uint32_t)session->readings[index] : BD_NONE;
}

/* ---- Preparing ---- */

static bd_status prepare_natives(bd_session *session, bd_error *error)
{
    const bd_module *module = session->module;
    for (uint32_t i = 0; i < module->CALLS_count; i++) {
        uint32_t index = module->CALLS[i].native;
        const NativeRecord *native = &module->NATIVES[index];
        Signature signature;
        if (session->natives[index])
            continue;
        if (!session->functions[index])
            return status_report_name(BD_NATIVE, 0, "native ", module_text(module, native->name), " is not bound",
                                      error);
        if (signature_read(module_text(module, native->signature), &signature))
            session->natives[index] = native_prepare(&session->arena, &signature, session->functions[index]);
        if (!session->natives[index])
            return status_report_name(BD_NATIVE, 0, "native ", module_text(module, native->name), " cannot be called",
                                      error);
    }
    return BD_OK;
}

static bd_status prepare(bd_session *session, void *context, bd_error *error)
{
    const bd_module *module = session->module;
    (void)context;
    for (uint32_t i = 0; i < module->TABLES_count; i++) {
        const TableRecord *table = &module->TABLES[i];
        bool is_needed = (table->flags & TABLE_EXTERN) && !(table->flags & (TABLE_OPTIONAL | TABLE_INTERNAL));
        if (is_needed && session->externs[i].count == 0 && !session->externs[i].is_supplied)
            return status_report_name(BD_MISSING, i, "table ", module_text(module, table->name),
                                      " is extern and was not supplied", error);
    }
    bd_status status = prepare_natives(session, error);
    if (status != BD_OK)
        return status;
    for (uint32_t i = 0; i < module->TABLES_count; i++) {
        if (module->TABLES[i].flags & TABLE_EXTERN)
            extern_prepare(&session->externs[i], &session->arena);
    }
    status = index_prepare(session);
    if (status != BD_OK)
        return status_report(status, 0, "an indexed tariff has more prices, or longer ones, than can be held", error);
    status = rounds_prepare(session, error);
    session->is_prepared = status == BD_OK;
    return status;
}

bd_status bd_session_prepare(bd_session *session, bd_error *error)
{
    if (!session)
        return status_report(BD_ARGUMENT, 0, "bd_session_prepare needs a session", error);
    if (session->is_prepared)
        return BD_OK;
    return session_run(session, prepare, NULL, error);
}

/* ---- Deciding ---- */

static void decide_exactly(bd_session *session, const bd_batch *batch, size_t row, bd_decisions *out, uint32_t words)
{
    arena_reset(&session->exact);
    Exact run = {
        .session = session,
        .module = session->module,
        .program = &session->module->PROGRAMS[0],
        .batch = batch,
        .row = row,
        .reasons = out->reasons + row * words,
    };
    memset(run.reasons, 0, words * sizeof *run.reasons);
    exact_run(&run);
    out->decision[row] = (uint8_t)run.decision;
    out->cents[row] = run.cents;
    out->fault[row] = run.fault;
}

/* Rows `first` up to `end` by columns, and exactly those that columns leave. Without exact cells in the batch `first` may be any row. */
static void decide_by_columns(bd_session *session, const bd_batch *batch, size_t first, size_t end, bd_decisions *out)
{
    size_t next_exact = 0;
    Columns run = {
        .session = session,
        .module = session->module,
        .program = module_fast_program(session->module),
        .batch = batch,
        .first_row = first,
        .out = out,
        .reason_words = bd_module_reason_words(session->module),
    };

    while (run.first_row < end) {
        size_t left = end - run.first_row;
        run.rows = left < session->chunk_rows ? (uint32_t)left : session->chunk_rows;
        memo_trim(&session->memo);
        if (!columns_decide(&run)) {
            session->chunk_rows = run.rows / 2;
            continue;
        }
        for (; next_exact < batch->exact_count && batch->exact[next_exact].row < run.first_row + run.rows;
             next_exact++) {
            session->redo[batch->exact[next_exact].row - run.first_row] = 1;
            run.may_redo = true;
        }
        if (batch->exact_record_count > 0) {
            judge_mark_records(session->module, batch, run.first_row, run.rows, session->redo);
            run.may_redo = true;
        }
        Profile *profile = session->profile;
        uint64_t time = profile ? profile_now(profile) : 0;
        for (uint32_t i = 0; run.may_redo && i < run.rows; i++) {
            if (!session->redo[i])
                continue;
            decide_exactly(session, batch, run.first_row + i, out, run.reason_words);
            if (profile)
                profile->exact_rows++;
        }
        if (profile)
            profile->exact_ns += profile_now(profile) - time;
        run.first_row += run.rows;
    }
    session->chunk_rows = BATCH_MAX_LANES;
    if (out->settled)
        memset(out->settled + first, BD_SETTLED_BY_RULES, end - first);
    if (out->repeated)
        memset(out->repeated + first, 0, end - first);
}

/* What decides a batch of a few rows; NULL: columns do. */
static LineProgram *line_for(bd_session *session, const bd_batch *batch)
{
    if (batch->rows > LINE_MAX_ROWS || batch->exact_count > 0 || batch->exact_record_count > 0 || session->profile)
        return NULL;
    return line_prepared(session);
}

bd_status session_decide_batch(bd_session *session, const bd_batch *batch, bd_decisions *out, bd_error *error)
{
    if (session->rounds)
        return rounds_decide(session, batch, out, error);
    LineProgram *line = line_for(session, batch);
    if (!line)
        decide_by_columns(session, batch, 0, batch->rows, out);
    for (size_t row = 0; line && row < batch->rows; row++) {
        if (!line_decide(line, batch, row, out))
            decide_by_columns(session, batch, row, row + 1, out);
    }
    return BD_OK;
}

static bd_status check_list(const bd_module *module, uint32_t index, const bd_batch *batch, bd_error *error)
{
    const ListRecord *record = &module->LISTS[index];
    Text name = module_text(module, record->name);
    const bd_list_data *list = &batch->lists[index];
    if (!list->offsets)
        return status_report_name(BD_ARGUMENT, index, "list ", name, " has no offsets", error);
    for (size_t i = 0; i < batch->rows; i++) {
        if (list->offsets[i] > list->offsets[i + 1] || list->offsets[i + 1] > INT32_MAX)
            return status_report_name(BD_ARGUMENT, (uint32_t)i, "the offsets of list ", name,
                                      " do not rise, or pass 2^31", error);
        if (list->offsets[i + 1] - list->offsets[i] > record->maximum)
            return status_report_name(BD_ARGUMENT, (uint32_t)i, "a row has more records in list ", name,
                                      " than its maximum", error);
    }
    for (uint32_t i = 0; list->offsets[batch->rows] > list->offsets[0] && i < record->columns; i++) {
        if (!list->columns || !list->columns[i].values)
            return status_report_name(BD_ARGUMENT, index, "list ", name, " lacks a column", error);
    }
    return BD_OK;
}

static bd_status check_exact(const bd_module *module, const bd_batch *batch, bd_error *error)
{
    const ProgramRecord *program = &module->PROGRAMS[0];
    if (batch->exact_count > 0 && !batch->exact)
        return status_report(BD_ARGUMENT, 0, "the batch has exact cells but no array of them", error);
    for (size_t i = 0; i < batch->exact_count; i++) {
        const bd_exact_cell *cell = &batch->exact[i];
        if (cell->row >= batch->rows || (i > 0 && cell->row < batch->exact[i - 1].row))
            return status_report(BD_ARGUMENT, cell->row, "exact cells are not sorted by row, or lie outside the batch",
                                 error);
        if (cell->column >= program->columns ||
            module->COLUMNS[program->first_column + cell->column].kind != BD_KIND_SCALED)
            return status_report(BD_ARGUMENT, cell->row, "an exact cell of a column that is not SCALED", error);
    }
    return BD_OK;
}

bd_status session_check_lines(const bd_session *session, bd_error *error)
{
    const bd_module *module = session->module;
    if (!session->is_prepared)
        return status_report(BD_STATE, 0, "the session is not prepared", error);
    if (module->PROGRAMS_count == 0 || module->PROGRAMS[0].kind != BD_PROGRAM_LINES)
        return status_report(BD_STATE, 0, "the module decides no lines", error);
    return BD_OK;
}

bd_status session_check_batch(const bd_session *session, const bd_batch *batch, bd_error *error)
{
    const bd_module *module = session->module;
    bd_status status = session_check_lines(session, error);
    if (status != BD_OK || batch->rows == 0)
        return status;
    if (batch->rows > INT32_MAX)
        return status_report(BD_ARGUMENT, 0, "a batch of more than 2^31 rows", error);
    for (uint32_t i = 0; i < module->PROGRAMS[0].columns; i++) {
        if (!batch->columns || !batch->columns[i].values)
            return status_report(BD_ARGUMENT, i, "the batch lacks a column", error);
    }
    status = check_exact(module, batch, error);
    for (uint32_t i = 0; status == BD_OK && i < module->LISTS_count; i++)
        status = batch->lists ? check_list(module, i, batch, error)
                              : status_report(BD_ARGUMENT, i, "the batch lacks its lists", error);
    return status == BD_OK ? judge_exact_records(module, batch, error) : status;
}

/* ---- Ledgers ---- */

bd_status bd_session_set_ledger(bd_session *session, const bd_ledger *ledger, bd_error *error)
{
    if (!session || !ledger || !ledger->methods)
        return status_report(BD_ARGUMENT, 0, "bd_session_set_ledger needs a session and a ledger", error);
    if (session->is_prepared)
        return status_report(BD_STATE, 0, "a ledger is set before bd_session_prepare", error);
    session->ledger = *ledger;
    return BD_OK;
}

static bd_status commit(bd_session *session, void *context, bd_error *error)
{
    (void)context;
    bd_status status = rounds_commit(session, error);
    if (status != BD_OK)
        rounds_drop(session);
    return status;
}

static bd_status count(bd_session *session, void *context, bd_error *error)
{
    return rounds_count(session, context, error);
}

bd_status bd_session_count(bd_session *session, const bd_batch *batch, bd_error *error)
{
    if (!session || !batch)
        return status_report(BD_ARGUMENT, 0, "bd_session_count needs a session and a batch", error);
    bd_status status = session_check_batch(session, batch, error);
    if (status != BD_OK || !session->rounds)
        return status;
    status = rounds_check(session, batch, error);
    bd_batch lines = *batch;
    return status == BD_OK ? session_run(session, count, &lines, error) : status;
}

bd_status bd_session_commit(bd_session *session, bd_error *error)
{
    if (!session)
        return status_report(BD_ARGUMENT, 0, "bd_session_commit needs a session", error);
    if (!session->is_prepared)
        return status_report(BD_STATE, 0, "the session is not prepared", error);
    return session_run(session, commit, NULL, error);
}

typedef struct Decide {
    const bd_batch *batch;
    bd_decisions *out;
} Decide;

static bd_status decide(bd_session *session, void *context, bd_error *error)
{
    const Decide *call = context;
    return session_decide_batch(session, call->batch, call->out, error);
}

bd_status session_check_room(const bd_batch *batch, const bd_decisions *out, bd_error *error)
{
    if (batch->rows > 0 && (!out->decision || !out->cents || !out->reasons || !out->fault))
        return status_report(BD_ARGUMENT, 0, "four of the result arrays are needed: decision, cents, reasons and fault",
                             error);
    return BD_OK;
}

bd_status bd_session_decide(bd_session *session, const bd_batch *batch, bd_decisions *out, bd_error *error)
{
    if (!session || !batch || !out)
        return status_report(BD_ARGUMENT, 0, "bd_session_decide needs a session, a batch and room for decisions",
                             error);
    bd_status status = session_check_room(batch, out, error);
    if (status == BD_OK)
        status = session_check_batch(session, batch, error);
    if (status == BD_OK && session->rounds)
        status = rounds_check(session, batch, error);
    if (status != BD_OK)
        return status;
    Decide call = {batch, out};
    return session_run(session, decide, &call, error);
}
