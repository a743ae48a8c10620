/* record_tell.c: one line of a recorded chunk as a trace: its key, the shape of that key, and its own values in it. */
#include <string.h>

#include "exact.h"
#include "op.h"
#include "record.h"
#include "session_run.h"
#include "trace.h"
#include "value.h"

enum {
    SHAPES_MOST = 4096,                  /* then all are forgotten; the same */
    SHAPES_MOST_BYTES = 16 * 1024 * 1024 /* with so much, or an eighth of what the session may have */
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
            memcpy(record->key + size, (const uint8_t *)record->columns[record->inner_controls[i]].values + first,
                   count);
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

/* Whether a step's value is the same for all lines of a shape: constants are, and what the key holds. */
static bool is_settled(const RecordOp *op)
{
    return op->how == TELL_NOTHING || (op->is_control && !op->is_optional);
}

static void fill_shape(bd_session *session, RecordShape *shape, const Trace *trace)
{
    const Record *record = session->record;
    bd_step *steps = arena_array(&session->shapes, trace->count, sizeof *steps);
    shape->fills = arena_array(&session->shapes, trace->count, sizeof *shape->fills);
    shape->form = (bd_record_form){steps, trace->count, ++session->forms_made};
    for (uint32_t i = 0; i < trace->count; i++) {
        const uint32_t at = trace->steps[i].instruction;
        const RecordOp *op = &record->ops[at];
        steps[i] = trace->steps[i];
        if (is_settled(op))
            steps[i].value.text = arena_text_copy(&session->shapes, steps[i].value.text);
        else
            shape->fills[shape->fill_count++] =
                (RecordFill){&steps[i].value, at, trace->lanes[i], op->domain, op->how, op->is_optional};
    }
}

/* Forgets the shapes when there are too many. */
static void trim_shapes(bd_session *session)
{
    Record *record = session->record;
    size_t room = session->limits.memory / 8 < SHAPES_MOST_BYTES ? session->limits.memory / 8 : SHAPES_MOST_BYTES;
    if (record->shape_count < SHAPES_MOST && session->shapes.bytes < room)
        return;
    arena_reset(&session->shapes);
    memset(record->buckets, 0, RECORD_BUCKETS * sizeof *record->buckets);
    memset(record->short_keys, 0, sizeof record->short_keys);
    record->shape_count = 0;
}

/* Keeps an exact trace for lines with the same key. */
static void keep_shape(bd_session *session, uint64_t hash, size_t size, const Trace *trace)
{
    Record *record = session->record;
    Arena *arena = &session->shapes;
    if (record->opening_count > 0) /* else rows of this chunk have theirs, see record_find_shapes */
        trim_shapes(session);
    RecordShape *shape = arena_alloc(arena, sizeof *shape);
    uint8_t *key = arena_alloc(arena, size);
    if (size > 0)
        memcpy(key, record->key, size);
    *shape = (RecordShape){.next = record->buckets[hash % RECORD_BUCKETS], .hash = hash, .key = key, .key_size = size};
    fill_shape(session, shape, trace);
    record->buckets[hash % RECORD_BUCKETS] = shape;
    record->shape_count++;
}

static RecordShape *shape_of_row(bd_session *session, uint32_t at)
{
    Record *record = session->record;
    find_lanes(session, record, at);
    size_t size = make_key(session, record, at);
    return find_shape(record, hash_key(record->key, size), size);
}

/* The same where the key fits a word: most ways are met again and again. */
static RecordShape *shape_of_short_key(bd_session *session, uint32_t at)
{
    Record *record = session->record;
    uint64_t key = 0;
    for (uint32_t i = 0; i < record->plane_count; i++)
        key |= (uint64_t)record->planes[i][at] << (8 * i);
    uint32_t place = (uint32_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 56);
    if (!record->short_keys[place].shape || record->short_keys[place].key != key) {
        record->short_keys[place].key = key;
        record->short_keys[place].shape = shape_of_row(session, at);
    }
    return record->short_keys[place].shape;
}

void record_find_shapes(bd_session *session, uint32_t rows)
{
    Record *record = session->record;
    memset(record->shapes, 0, sizeof record->shapes);
    memset(record->forms, 0, sizeof record->forms);
    if (record->opening_count > 0)
        return;
    trim_shapes(session);
    bool is_short = record->plane_count <= sizeof(uint64_t);
    for (uint32_t at = 0; at < rows; at++) {
        if (record->redo[at])
            continue;
        RecordShape *shape = is_short ? shape_of_short_key(session, at) : shape_of_row(session, at);
        record->shapes[at] = shape;
        record->forms[at] = shape ? &shape->form : NULL;
    }
}

/* ---- Values ---- */

static bool is_present(const bd_session *session, const RecordFill *fill, uint32_t lane)
{
    const Record *record = session->record;
    const uint8_t *present = record->columns[fill->op].present;
    if (fill->domain != 0) {
        const bd_module *module = session->module;
        uint32_t column = record->ops[fill->op].in->imm, list = module->COLUMNS[column].list;
        present = record->batch.lists[list].columns[column - module->LISTS[list].first_column].present;
        lane = (uint32_t)record->domains[fill->domain].item[lane];
    }
    return !present || present[lane] != 0;
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

/* Writes a number: of a line's value in the instruction's own room, where it often stands already, of a record's in the session's. */
static Text write_number(bd_session *session, RecordOp *op, int64_t value)
{
    if (op->domain == 0 && op->written.data && op->value == value)
        return op->written;
    char *room = op->domain == 0 ? op->room : arena_alloc(&session->result, SCALED_TEXT_SIZE);
    op->value = value;
    op->written = scaled_text_write(&op->form, value, room);
    return op->written.data ? op->written
                            : long_text(&session->result, value, op->form.denominator, op->form.min_decimals);
}

static Text number_text(bd_session *session, RecordOp *op, const void *values, uint32_t lane)
{
    if (op->shown->kind == BD_KIND_SCALED)
        return write_number(session, op, ((const int64_t *)values)[lane]);
    if (op->shown->kind == BD_KIND_INT)
        return write_number(session, op, ((const int32_t *)values)[lane]);
    Ratio ratio = ((const Ratio *)values)[lane];
    if (ratio.den != op->form.denominator) {
        op->form = scaled_text(ratio.den, op->form.min_decimals);
        op->written.data = NULL;
    }
    return write_number(session, op, ratio.num);
}

static void tell_value(bd_session *session, const RecordFill *fill)
{
    const Record *record = session->record;
    const void *values = record->columns[fill->op].values;
    const uint32_t lane = record->first_lane[fill->domain] + fill->lane;
    bd_value *value = fill->value;
    if (fill->is_optional)
        value->present = is_present(session, fill, lane);
    switch ((RecordHow)fill->how) {
    case TELL_BOOLEAN: value->boolean = ((const uint8_t *)values)[lane] != 0; break;
    case TELL_INTEGER: value->integer = ((const int32_t *)values)[lane]; break;
    case TELL_TEXT: value->text = arena_text_copy(&session->result, ((const bd_text *)values)[lane]); break;
    case TELL_NUMBER: value->text = number_text(session, &record->ops[fill->op], values, lane); break;
    case TELL_NOTHING: break;
    }
}

static void tell_results(Record *record, uint32_t at, uint32_t words)
{
    bd_trace *trace = &record->trace;
    memset(record->reasons, 0, words * sizeof *record->reasons);
    *trace = (bd_trace){.decision = BD_APPROVED, .fault = BD_NONE, .reasons = record->reasons};
    for (uint32_t i = 0; i < record->result_count; i++) {
        const Instruction *in = record->ops[record->results[i]].in;
        const void *values = record->columns[record->results[i]].values;
        if (in->op == OP_OUT_DECISION)
            trace->decision = (bd_decision)((const int32_t *)values)[at];
        else if (in->op == OP_OUT_AMOUNT)
            trace->cents = ((const int64_t *)values)[at];
        else
            record->reasons[in->imm / 64] |= (uint64_t)((const uint8_t *)values)[at] << (in->imm % 64);
    }
    if (trace->decision != BD_APPROVED)
        trace->cents = 0;
}

static void tell_shape(bd_session *session, RecordShape *shape, uint32_t at)
{
    Record *record = session->record;
    tell_results(record, at, bd_module_reason_words(session->module));
    for (size_t i = 0; i < shape->fill_count; i++)
        tell_value(session, &shape->fills[i]);
    record->trace.steps = shape->form.steps;
    record->trace.step_count = shape->form.step_count;
}

bd_status record_tell(bd_session *session, uint32_t at, const bd_trace **out, bd_error *error)
{
    Record *record = session->record;
    const size_t row = record->view.first_row + at;
    Trace trace = {.session = session}; /* one of our own: beyond the limit the record ends */
    if (record->is_exact || record->redo[at])
        return session_trace_row(session, &record->batch, row, &trace, out, error);
    arena_reset(&session->result);
    find_lanes(session, record, at);
    RecordShape *shape = record->shapes[at];
    size_t size = shape ? 0 : make_key(session, record, at);
    uint64_t hash = shape ? 0 : hash_key(record->key, size);
    if (!shape)
        shape = find_shape(record, hash, size);
    if (shape) {
        tell_shape(session, shape, at);
        *out = &record->trace;
        return BD_OK;
    }
    bd_status status = session_trace_row(session, &record->batch, row, &trace, out, error);
    if (status == BD_OK && (*out)->fault == BD_NONE)
        keep_shape(session, hash, size, &trace);
    return status;
}
