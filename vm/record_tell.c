/* record_tell.c: one line of a recorded chunk as a trace: its key, the shape of that key, and its own values in it. */
#include <string.h>

#include "exact.h"
#include "op.h"
#include "record.h"
#include "session_run.h"
#include "trace.h"
#include "value.h"

enum {
    SHAPES_MOST = 4096,                  /* together with the next: then all are forgotten */
    SHAPES_MOST_BYTES = 16 * 1024 * 1024 /* of a session's memory */
};

/* ---- Keys ---- */

/* The lanes of the line in every domain. */
static void find_lanes(const bd_session *session, Record *record, uint32_t at)
{
    const DomainRecord *domains = session->module->DOMAINS + session->module->PROGRAMS[0].first_domain;
    record->first_lane[0] = at;
    record->end_lane[0] = at + 1;
    for (uint32_t i = 0; i < record->opening_count; i++) {
        uint32_t domain = record->ops[record->openings[i]].in->imm, parent = domains[domain].parent;
        const uint32_t *first = record->domains[domain].first;
        record->first_lane[domain] = first[record->first_lane[parent]];
        record->end_lane[domain] = first[record->end_lane[parent]];
    }
}

/* How long the key is at most. */
static size_t key_room(const bd_session *session, const Record *record)
{
    const DomainRecord *domains = session->module->DOMAINS + session->module->PROGRAMS[0].first_domain;
    size_t room = record->plane_count + 1;
    for (uint32_t i = 0; i < record->opening_count; i++) {
        uint32_t parent = domains[record->ops[record->openings[i]].in->imm].parent;
        room += (record->end_lane[parent] - record->first_lane[parent]) * sizeof(uint32_t);
    }
    for (uint32_t i = 0; i < record->inner_control_count; i++) {
        uint32_t domain = record->ops[record->inner_controls[i]].domain;
        room += record->end_lane[domain] - record->first_lane[domain];
    }
    return room;
}

/* Bits of the line, then how many lanes each lane has in the domains it opens, and their bits. */
static size_t make_key(bd_session *session, Record *record, uint32_t at)
{
    const DomainRecord *domains = session->module->DOMAINS + session->module->PROGRAMS[0].first_domain;
    size_t size = 0, room = key_room(session, record);
    if (room > record->key_capacity)
        record->key =
            arena_reserve(&session->columns, record->key, 0, &record->key_capacity, sizeof *record->key, room);
    for (; size < record->plane_count; size++)
        record->key[size] = record->planes[size][at];
    for (uint32_t i = 0; i < record->opening_count; i++) {
        uint32_t domain = record->ops[record->openings[i]].in->imm, parent = domains[domain].parent;
        const uint32_t *first = record->domains[domain].first;
        for (uint32_t lane = record->first_lane[parent]; lane < record->end_lane[parent]; lane++) {
            uint32_t count = first[lane + 1] - first[lane];
            memcpy(record->key + size, &count, sizeof count);
            size += sizeof count;
        }
    }
    for (uint32_t i = 0; i < record->inner_control_count; i++) {
        const RecordOp *op = &record->ops[record->inner_controls[i]];
        uint32_t first = record->first_lane[op->domain], count = record->end_lane[op->domain] - first;
        if (count > 0)
            memcpy(record->key + size, (const uint8_t *)op->data + first, count);
        size += count;
    }
    return size;
}

static uint64_t hash_key(const uint8_t *key, size_t size)
{
    uint64_t hash = size, word = 0;
    for (; size >= sizeof word; key += sizeof word, size -= sizeof word) {
        memcpy(&word, key, sizeof word);
        hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 32;
    }
    word = 0;
    if (size > 0)
        memcpy(&word, key, size);
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

/* ---- Shapes ---- */

static RecordShape *find_shape(const Record *record, uint64_t hash, size_t size)
{
    RecordShape *shape = record->buckets[hash % RECORD_BUCKETS];
    while (shape && (shape->hash != hash || shape->key_size != size || memcmp(shape->key, record->key, size) != 0))
        shape = shape->next;
    return shape;
}

/* Keeps an exact trace for lines with the same key. */
static void keep_shape(bd_session *session, uint64_t hash, size_t size, const Trace *trace)
{
    Record *record = session->record;
    Arena *arena = &session->shapes;
    if (record->shape_count >= SHAPES_MOST || arena->bytes > SHAPES_MOST_BYTES) {
        arena_reset(arena);
        memset(record->buckets, 0, RECORD_BUCKETS * sizeof *record->buckets);
        record->shape_count = 0;
    }
    RecordShape *shape = arena_alloc(arena, sizeof *shape);
    uint8_t *key = arena_alloc(arena, size);
    uint32_t *lanes = arena_array(arena, trace->count, sizeof *lanes);
    bd_step *steps = arena_array(arena, trace->count, sizeof *steps);
    if (size > 0)
        memcpy(key, record->key, size);
    if (trace->count > 0) {
        memcpy(lanes, trace->lanes, trace->count * sizeof *lanes);
        memcpy(steps, trace->steps, trace->count * sizeof *steps);
    }
    *shape = (RecordShape){record->buckets[hash % RECORD_BUCKETS], hash, key, size, steps, lanes, trace->count};
    record->buckets[hash % RECORD_BUCKETS] = shape;
    record->shape_count++;
}

/* ---- Values ---- */

static bool is_present(const bd_session *session, const RecordOp *op, uint32_t lane)
{
    const Record *record = session->record;
    const bd_module *module = session->module;
    const ColumnRecord *column = &module->COLUMNS[op->in->imm];
    const bd_column_data *data;
    size_t at = record->view.first_row + lane;
    if (!(column->flags & COLUMN_OPTIONAL))
        return true;
    if (column->list == BD_NONE) {
        data = &record->batch.columns[op->in->imm - module->PROGRAMS[0].first_column];
    } else {
        data = &record->batch.lists[column->list].columns[op->in->imm - module->LISTS[column->list].first_column];
        at = (size_t)record->domains[op->domain].item[lane];
    }
    return !data->present || data->present[at] != 0;
}

/* What 64 bits do not write. */
static Text long_text(Arena *arena, int64_t numerator, int64_t denominator, unsigned min_decimals)
{
    Number number;
    StringBuilder builder;
    builder_init(&builder, arena);
    if (number_from_ratio(arena, numerator, denominator, &number) == BD_OK)
        number_append(&builder, number, min_decimals);
    return builder_result(&builder);
}

/* A number's text: of a line's value in the instruction's own room, of a record's in the session's. */
static Text number_text(bd_session *session, RecordOp *op, uint32_t lane)
{
    int64_t value, denominator = 1;
    char *out = op->domain == 0 ? op->text : arena_alloc(&session->result, SCALED_TEXT_SIZE);
    if (op->shown->kind == BD_KIND_INT) {
        value = ((const int32_t *)op->data)[lane];
    } else if (op->shown->kind == BD_KIND_SCALED) {
        value = ((const int64_t *)op->data)[lane];
        denominator = op->shown->denominator;
    } else {
        Ratio ratio = ((const Ratio *)op->data)[lane];
        value = ratio.num;
        denominator = ratio.den;
        if (denominator != op->text_form.denominator)
            op->text_form = scaled_text(denominator, op->text_form.min_decimals);
    }
    size_t size = scaled_text_write(&op->text_form, value, out);
    return size > 0 ? (Text){out, size} : long_text(&session->result, value, denominator, op->text_form.min_decimals);
}

static void tell_value(bd_session *session, RecordOp *op, uint32_t lane, bd_value *value)
{
    if (op->in->op == OP_LOAD)
        value->present = is_present(session, op, lane);
    if (op->shown->kind == BD_KIND_BOOL)
        value->boolean = ((const uint8_t *)op->data)[lane] != 0;
    else if (op->shown->kind == BD_KIND_TEXT)
        value->text = arena_text_copy(&session->result, ((const bd_text *)op->data)[lane]);
    else if (value_is_number(value->meaning))
        value->text = number_text(session, op, lane);
    else
        value->integer = ((const int32_t *)op->data)[lane];
}

static void tell_results(Record *record, uint32_t at, uint32_t words)
{
    bd_trace *trace = &record->trace;
    memset(record->reasons, 0, words * sizeof *record->reasons);
    *trace = (bd_trace){.decision = BD_APPROVED, .fault = BD_NONE, .reasons = record->reasons};
    for (uint32_t i = 0; i < record->result_count; i++) {
        const RecordOp *op = &record->ops[record->results[i]];
        if (op->in->op == OP_OUT_DECISION)
            trace->decision = (bd_decision)((const int32_t *)op->data)[at];
        else if (op->in->op == OP_OUT_AMOUNT)
            trace->cents = ((const int64_t *)op->data)[at];
        else
            record->reasons[op->in->imm / 64] |= (uint64_t)((const uint8_t *)op->data)[at] << (op->in->imm % 64);
    }
    if (trace->decision != BD_APPROVED)
        trace->cents = 0;
}

static void tell_shape(bd_session *session, RecordShape *shape, uint32_t at)
{
    Record *record = session->record;
    tell_results(record, at, bd_module_reason_words(session->module));
    for (size_t i = 0; i < shape->count; i++) {
        RecordOp *op = &record->ops[shape->steps[i].instruction];
        tell_value(session, op, record->first_lane[op->domain] + shape->lanes[i], &shape->steps[i].value);
    }
    record->trace.steps = shape->steps;
    record->trace.step_count = shape->count;
}

bd_status record_tell(bd_session *session, uint32_t at, const bd_trace **out, bd_error *error)
{
    Record *record = session->record;
    const size_t row = record->view.first_row + at;
    if (record->is_exact || record->redo[at])
        return session_trace_row(session, &record->batch, row, NULL, out, error);
    arena_reset(&session->result);
    find_lanes(session, record, at);
    size_t size = make_key(session, record, at);
    uint64_t hash = hash_key(record->key, size);
    RecordShape *shape = find_shape(record, hash, size);
    if (shape) {
        tell_shape(session, shape, at);
        *out = &record->trace;
        return BD_OK;
    }
    Trace trace = {.session = session};
    bd_status status = session_trace_row(session, &record->batch, row, &trace, out, error);
    if (status == BD_OK && (*out)->fault == BD_NONE)
        keep_shape(session, hash, size, &trace);
    return status;
}
