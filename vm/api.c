/* api.c: loading modules, supplying rows of extern tables, evaluating one call, tracing one row.
**
** Public entries only: arguments are checked here, the work is below. See session.c for the life of a session and for
** batches, describe.c for what a module says of itself.
*/
#include <string.h>

#include "core/date.h"
#include "exact.h"
#include "extern.h"
#include "field.h"
#include "index.h"
#include "module.h"
#include "record.h"
#include "rounds.h"
#include "session_run.h"
#include "status.h"
#include "trace.h"
#include "value.h"

/* ---- Modules ---- */

bd_status bd_module_load(const void *bytes, size_t size, const bd_options *options, bd_module **out, bd_error *error)
{
    if (!bytes || !out)
        return status_report(BD_ARGUMENT, 0, "bd_module_load needs bytes and a place for the module", error);
    if ((uintptr_t)bytes % 8 != 0)
        return status_report(BD_ARGUMENT, 0, "the bytes of a module must be aligned to 8", error);
    if (options && options->allocator && !options->allocator->reallocate)
        return status_report(BD_ARGUMENT, 0, "the allocator has no function", error);
    bd_allocator host = host_allocator(options);
    bd_module *module = host.reallocate(host.context, NULL, 0, sizeof *module);
    if (!module)
        return status_report(BD_NOMEM, 0, NULL, error);

    memset(module, 0, sizeof *module);
    arena_init(&module->arena, &host);
    bd_status status = module_open(module, bytes, size, error);
    if (status == BD_OK)
        status = module_verify(module, error);
    if (status != BD_OK) {
        bd_module_free(module);
        return status;
    }
    *out = module;
    return BD_OK;
}

void bd_module_free(bd_module *module)
{
    if (!module)
        return;
    bd_allocator host = module->arena.allocator;
    arena_free(&module->arena);
    host.reallocate(host.context, module, sizeof *module, 0);
}

/* ---- Rows of extern tables ---- */

typedef struct TableRow {
    uint32_t table;
    int32_t valid_from;
    const bd_text *keys;
    size_t key_count;
    bd_text value;
} TableRow;

static bool read_int_key(const bd_module *module, const DimensionRecord *dimension, Text text, int32_t *out)
{
    if (dimension->kind == BD_KIND_BOOL)
        return field_read_boolean(text, out);
    return field_read_meant(module, dimension->meaning, dimension->choice, text, out);
}

static bool read_key(bd_session *session, const DimensionRecord *dimension, Text text, ExternKey *out)
{
    int32_t integer;
    Number number;
    switch (dimension->kind) {
    case BD_KIND_TEXT: *out = extern_key_text(arena_text_copy(&session->arena, text)); return true;
    case BD_KIND_SCALED:
        if (number_from_text(&session->arena, text, &number) != BD_OK || number.big)
            return false;
        *out = extern_key_ratio(number.num, number.den);
        return true;
    default:
        if (!read_int_key(session->module, dimension, text, &integer))
            return false;
        *out = extern_key_int(integer);
        return true;
    }
}

static bd_status add_row(bd_session *session, void *context, bd_error *error)
{
    const TableRow *row = context;
    const bd_module *module = session->module;
    const TableRecord *table = &module->TABLES[row->table];
    Text name = module_text(module, table->name);
    ExternKey keys[TABLE_MAX_DIMENSIONS] = {{0}};
    Number value;

    for (uint32_t i = 0; i < table->dimensions; i++) {
        if (!read_key(session, &module->DIMENSIONS[table->first_dimension + i], row->keys[i], &keys[i]))
            return status_report_name(BD_SYNTAX, i, "a key of table ", name, " is no value of its dimension", error);
    }
    index_settle_key(session, row->table, &keys[0]);
    bd_status status = BD_OK;
    if (table->kind == BD_KIND_INT) {
        int32_t integer = 0;
        if (!field_read_meant(module, table->meaning, table->choice, row->value, &integer))
            return status_report_name(BD_SYNTAX, 0, "a value of table ", name, " is not of its type", error);
        value = (Number){integer, 1, NULL};
    } else {
        status = number_from_text(&session->arena, row->value, &value);
    }
    if (status != BD_OK)
        return status_report_name(status == BD_RANGE ? BD_RANGE : BD_SYNTAX, 0, "a value of table ", name,
                                  " is no number", error);
    status = extern_add(&session->externs[row->table], &session->arena, keys, row->valid_from, value);
    if (status == BD_ARGUMENT)
        return status_report_name(status, 0, "table ", name, " has two rows with the same keys and date", error);
    return status == BD_OK ? BD_OK
                           : status_report_name(status, 0, "table ", name, " has more rows than it can hold", error);
}

/* An extern table of the contract, and not one that the machine fills itself. */
static bool is_supplied_from_outside(const bd_module *module, uint32_t table)
{
    return (module->TABLES[table].flags & (TABLE_EXTERN | TABLE_INTERNAL)) == TABLE_EXTERN;
}

bd_status bd_session_table_row(bd_session *session, uint32_t table, int32_t valid_from, const bd_text *keys,
                               size_t key_count, bd_text value, bd_error *error)
{
    TableRow row = {table, valid_from, keys, key_count, value};
    if (!session || (key_count > 0 && !keys))
        return status_report(BD_ARGUMENT, 0, "bd_session_table_row needs a session and keys", error);
    if (session->is_prepared)
        return status_report(BD_STATE, 0, "rows are added before bd_session_prepare", error);
    const bd_module *module = session->module;
    if (table >= module->TABLES_count || !is_supplied_from_outside(module, table))
        return status_report(BD_NAME, table, "the module has no extern table of that index", error);
    if (key_count != module->TABLES[table].dimensions)
        return status_report_name(BD_ARGUMENT, table, "table ", module_text(module, module->TABLES[table].name),
                                  " has another number of keys", error);
    for (size_t i = 0; i < key_count; i++) {
        if (!value_is_readable(keys[i]))
            return status_report(BD_ARGUMENT, (uint32_t)i, "a key has a size but no bytes", error);
    }
    if (!value_is_readable(value))
        return status_report(BD_ARGUMENT, 0, "the value has a size but no bytes", error);
    if (!date_is_valid(valid_from))
        return status_report(BD_RANGE, table, "a validity outside the calendar", error);
    return session_run(session, add_row, &row, error);
}

bd_status bd_session_table_supply(bd_session *session, uint32_t table, bd_error *error)
{
    if (!session)
        return status_report(BD_ARGUMENT, 0, "bd_session_table_supply needs a session", error);
    if (session->is_prepared)
        return status_report(BD_STATE, 0, "tables are supplied before bd_session_prepare", error);
    if (table >= session->module->TABLES_count || !is_supplied_from_outside(session->module, table))
        return status_report(BD_NAME, table, "the module has no extern table of that index", error);
    session->externs[table].is_supplied = true;
    return BD_OK;
}

/* ---- Calls ---- */

typedef struct Call {
    uint32_t program;
    const bd_value *inputs;
    bd_value *outputs;
} Call;

static bd_status read_inputs(bd_session *session, const Call *call, Cell *cells, bool *present, bd_error *error)
{
    const bd_module *module = session->module;
    const ProgramRecord *program = &module->PROGRAMS[call->program];
    for (uint32_t i = 0; i < program->columns; i++) {
        const ColumnRecord *column = &module->COLUMNS[program->first_column + i];
        Text name = module_text(module, column->name);
        cells[i] = (Cell){.fault = BD_NONE};
        present[i] = call->inputs[i].present;
        if (!present[i]) {
            if (!(column->flags & COLUMN_OPTIONAL))
                return status_report_name(BD_MISSING, i, "input ", name, " is missing", error);
            continue;
        }
        bd_status status = value_to_cell(module, &session->exact, &call->inputs[i], column, &cells[i]);
        if (status != BD_OK)
            return status_report_name(status, i, "input ", name, " is no value of its type", error);
    }
    return BD_OK;
}

static void write_outputs(bd_session *session, const Call *call, const Exact *run)
{
    const bd_module *module = session->module;
    const ProgramRecord *program = &module->PROGRAMS[call->program];
    for (uint32_t i = 0; i < program->outputs; i++) {
        const OutputRecord *output = &module->OUTPUTS[program->first_output + i];
        ValueForm form = {output->meaning, output->unit, output->choice};
        if (run->output_present[i]) {
            value_from_cell(module, &session->result, &run->outputs[i], module->TYPES[output->type].kind, form,
                            &call->outputs[i]);
        } else {
            call->outputs[i] = (bd_value){
                .meaning = (bd_meaning)output->meaning, .choice = output->choice, .text = {"", 0}, .unit = {"", 0}};
        }
    }
}

static bd_status report_fault(const bd_session *session, uint32_t site, bd_error *error)
{
    bd_site_info info;
    Message message;
    bd_module_site(session->module, site, &info);
    message_begin(&message);
    message_cstring(&message, "fault ");
    message_text(&message, info.code);
    if (info.place.line > 0) {
        message_cstring(&message, " at ");
        message_text(&message, info.place.file);
        message_cstring(&message, ":");
        message_uint(&message, info.place.line);
    }
    return message_report(&message, BD_FAULT, site, error);
}

static bd_status eval(bd_session *session, void *context, bd_error *error)
{
    const Call *call = context;
    const ProgramRecord *program = &session->module->PROGRAMS[call->program];

    arena_reset(&session->exact);
    arena_reset(&session->result);
    Cell *cells = arena_array(&session->exact, program->columns + 1u, sizeof *cells);
    bool *present = arena_array(&session->exact, program->columns + 1u, sizeof *present);
    bd_status status = read_inputs(session, call, cells, present, error);
    if (status != BD_OK)
        return status;
    Exact run = {
        .session = session,
        .module = session->module,
        .program = program,
        .inputs = cells,
        .input_present = present,
        .outputs = arena_array(&session->exact, program->outputs + 1u, sizeof *run.outputs),
        .output_present = arena_array(&session->exact, program->outputs + 1u, sizeof *run.output_present),
    };
    exact_run(&run);
    if (run.fault != BD_NONE)
        return report_fault(session, run.fault, error);
    write_outputs(session, call, &run);
    return BD_OK;
}

bd_status bd_session_eval(bd_session *session, uint32_t program, const bd_value *inputs, bd_value *outputs,
                          bd_error *error)
{
    Call call = {program, inputs, outputs};
    if (!session)
        return status_report(BD_ARGUMENT, 0, "bd_session_eval needs a session", error);
    if (!session->is_prepared)
        return status_report(BD_STATE, 0, "the session is not prepared", error);
    if (program >= session->module->PROGRAMS_count || session->module->PROGRAMS[program].kind != BD_PROGRAM_CALL)
        return status_report(BD_NAME, program, "the module has no callable of that index", error);
    const ProgramRecord *record = &session->module->PROGRAMS[program];
    if ((record->columns > 0 && !inputs) || (record->outputs > 0 && !outputs))
        return status_report(BD_ARGUMENT, program, "bd_session_eval needs inputs and room for outputs", error);
    return session_run(session, eval, &call, error);
}

/* ---- Traces ---- */

#define STEPS_IN_A_TRACE " steps in a trace"

bd_status session_trace_row(bd_session *session, const bd_batch *batch, size_t row, struct Trace *trace,
                            const bd_trace **out, bd_error *error)
{
    Trace own = {.session = session};
    bool is_alone = trace == NULL;
    if (is_alone)
        trace = &own;
    arena_reset(&session->exact);
    arena_reset(&session->result);
    bd_status status = session->rounds ? rounds_trace_begin(session, batch, row, error) : BD_OK;
    if (status != BD_OK)
        return status;
    bd_trace *result = arena_alloc(&session->result, sizeof *result);
    Exact run = {
        .session = session,
        .module = session->module,
        .program = &session->module->PROGRAMS[0],
        .batch = batch,
        .row = row,
        .block = session->rounds ? &session->rounds->block : NULL,
        .reasons = arena_array(&session->result, bd_module_reason_words(session->module), sizeof *run.reasons),
        .trace = trace,
    };
    exact_run(&run);
    status = session->rounds ? rounds_trace_end(session, error) : BD_OK;
    if (status != BD_OK)
        return status;
    *result = (bd_trace){
        .decision = run.decision,
        .cents = run.cents,
        .fault = run.fault,
        .reasons = run.reasons,
        .steps = trace->steps,
        .step_count = trace->count,
    };
    if (trace->is_full && !is_alone)
        session_exceed(session, session->limits.trace, STEPS_IN_A_TRACE);
    *out = result;
    if (!trace->is_full)
        return BD_OK;
    session->record = NULL; /* as after any call that ends at a limit */
    return status_report_limit(session->limits.trace, STEPS_IN_A_TRACE, error);
}

typedef struct TraceCall {
    const bd_batch *batch;
    size_t row;
    const bd_trace **out;
} TraceCall;

static bd_status run_trace(bd_session *session, void *context, bd_error *error)
{
    const TraceCall *call = context;
    return session_trace_row(session, call->batch, call->row, NULL, call->out, error);
}

bd_status bd_session_trace(bd_session *session, const bd_batch *batch, size_t row, const bd_trace **out,
                           bd_error *error)
{
    TraceCall call = {batch, row, out};
    if (!session || !batch || !out || row >= batch->rows)
        return status_report(BD_ARGUMENT, 0,
                             "bd_session_trace needs a session, a row of a batch and a place for the trace", error);
    bd_status status = session_check_batch(session, batch, error);
    return status == BD_OK ? session_run(session, run_trace, &call, error) : status;
}

/* ---- Traces of many lines ---- */

typedef struct RecordCall {
    const bd_batch *batch;
    size_t row;
    const bd_record **record;
    const bd_trace **trace;
} RecordCall;

static bd_status begin_record(bd_session *session, void *context, bd_error *error)
{
    const RecordCall *call = context;
    (void)error;
    if (!session->record)
        session->record = record_make(session);
    session->record->batch = *call->batch;
    record_begin(session->record, call->row);
    return BD_OK;
}

bd_status bd_session_record(bd_session *session, const bd_batch *batch, size_t first, bd_error *error)
{
    RecordCall call = {.batch = batch, .row = first};
    if (!session || !batch || first > batch->rows)
        return status_report(BD_ARGUMENT, 0, "bd_session_record needs a session and a row of a batch", error);
    bd_status status = session_check_batch(session, batch, error);
    return status == BD_OK ? session_run(session, begin_record, &call, error) : status;
}

static bd_status next_record(bd_session *session, void *context, bd_error *error)
{
    const RecordCall *call = context;
    (void)error;
    record_run(session);
    *call->record = &session->record->view;
    return BD_OK;
}

bd_status bd_session_record_next(bd_session *session, const bd_record **out, bd_error *error)
{
    RecordCall call = {.record = out};
    if (!session || !out)
        return status_report(BD_ARGUMENT, 0, "bd_session_record_next needs a session and a place for the record",
                             error);
    if (!session->record)
        return status_report(BD_STATE, 0, "bd_session_record was not called, or a call failed since", error);
    return session_run(session, next_record, &call, error);
}

static bd_status trace_record(bd_session *session, void *context, bd_error *error)
{
    const RecordCall *call = context;
    return record_tell(session, (uint32_t)call->row, call->trace, error);
}

bd_status bd_session_record_trace(bd_session *session, size_t row, const bd_trace **out, bd_error *error)
{
    if (!session || !out)
        return status_report(BD_ARGUMENT, 0, "bd_session_record_trace needs a session and a place for the trace",
                             error);
    if (!session->record)
        return status_report(BD_STATE, 0, "bd_session_record was not called, or a call failed since", error);
    const bd_record *view = &session->record->view;
    if (row < view->first_row || row - view->first_row >= view->rows)
        return status_report(BD_ARGUMENT, 0, "a row that the record does not hold", error);
    RecordCall call = {.row = row - view->first_row, .trace = out};
    return session_run(session, trace_record, &call, error);
}
