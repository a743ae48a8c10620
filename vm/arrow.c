/* arrow.c: lines that are Arrow arrays: bd_session_bind_arrow, bd_session_decide_arrow.
**
** Binding turns the schema into a list of reads: from this child, as this type, into that column. A call lays out a thousand rows at a time,
** column by column. The usual types have loops of their own; a dictionary's values are read once a call, whatever refers to them.
*/
#include "arrow.h"

#include <string.h>

#include "column.h"
#include "intake.h"
#include "session_run.h"
#include "status.h"

/* The values of a dictionary as cells of the column. */
typedef struct ArrowCache {
    char *cells;
    uint8_t *state; /* per value: CACHE_... */
    int64_t room;
} ArrowCache;

enum { CACHE_UNREAD, CACHE_READ, CACHE_ODD }; /* ODD: absent, inexact or refused; to be looked at each time */

/* The usual types hold what the column stores, but for a check of its bounds or a factor. */
typedef enum ArrowPlan { PLAN_ANY, PLAN_BOOL, PLAN_INT, PLAN_SCALED, PLAN_DECIMAL, PLAN_TEXT } ArrowPlan;

/* One read: a field, and the column that it fills. */
typedef struct ArrowField {
    ArrowPlan plan;
    int64_t factor; /* of SCALED and DECIMAL */
    ArrowType type; /* of the values; with a dictionary: of those there */
    ArrowType index;
    bool has_dictionary;
    int64_t child; /* of the struct */
    int32_t least; /* bounds of an INT column */
    uint32_t span;
    uint32_t column;
    IntakeSheet *sheet;
    ArrowCache cache;
} ArrowField;

typedef struct ArrowFields {
    ArrowField *fields;
    uint32_t count;
    int64_t children; /* of the struct that they are of */
} ArrowFields;

typedef struct ArrowList {
    uint32_t list;
    int64_t child;
    bool is_large; /* offsets of 8 bytes */
    ArrowFields fields;
} ArrowList;

struct Arrow {
    Arena arena;
    Intake intake;
    ArrowFields fields;
    ArrowList *lists;
    uint32_t list_count;
};

void arrow_free(bd_session *session)
{
    Arrow *arrow = session->arrow;
    if (!arrow)
        return;
    session->arrow = NULL;
    intake_free(&arrow->intake);
    Arena arena = arrow->arena; /* the struct stands in it */
    arena_free(&arena);
}

/* ---- Binding ---- */

static bd_status refuse_field(const struct ArrowSchema *field, const char *why, bd_error *error)
{
    Message message;
    message_begin(&message);
    message_cstring(&message, "field ");
    message_text(&message, text_from_cstring(field->name));
    message_cstring(&message, " of Arrow format ");
    message_text(&message, text_slice(text_from_cstring(field->format), 0, 40));
    message_cstring(&message, why);
    return message_report(&message, BD_ARGUMENT, 0, error);
}

/* Whether a column can take values of a type. */
static bool takes(const ColumnRecord *column, ArrowType type)
{
    bool is_date = column->kind == BD_KIND_INT && column->meaning == BD_MEANS_DATE;
    switch (type.kind) {
    case ARROW_NULL:
    case ARROW_TEXT:
    case ARROW_LARGE_TEXT:
    case ARROW_TEXT_VIEW:
    case ARROW_INT: return true;
    case ARROW_BOOL: return column->kind == BD_KIND_BOOL;
    case ARROW_DATE:
    case ARROW_MILLIS: return is_date;
    case ARROW_DECIMAL: return column->kind == BD_KIND_SCALED || column->kind == BD_KIND_TEXT;
    case ARROW_UNKNOWN: break;
    }
    return false;
}

static bd_status check_type(const struct ArrowSchema *field, const ColumnRecord *column, const ArrowField *read,
                            bd_error *error)
{
    if (read->has_dictionary && read->index.kind != ARROW_INT)
        return refuse_field(field, " has a dictionary, and no integers for it", error);
    if (strcmp(field->format, "e") == 0 || strcmp(field->format, "f") == 0 || strcmp(field->format, "g") == 0)
        return refuse_field(field, " is floating point, which holds no exact cents: give decimals, integers or text",
                            error);
    if (!takes(column, read->type))
        return refuse_field(field, " is nothing that its column takes", error);
    return BD_OK;
}

/* What a number over 10^scale is to be multiplied by for the column; 0 when that is not whole. */
static int64_t factor_of(const ColumnRecord *column, int32_t scale)
{
    int64_t power = 1;
    if (scale < 0 || scale > 18)
        return 0;
    while (scale-- > 0)
        power *= 10;
    return column->denominator % power == 0 ? column->denominator / power : 0;
}

static void choose_plan(ArrowField *read, const ColumnRecord *column)
{
    ArrowType type = read->type;
    bool is_int = (type.kind == ARROW_INT || type.kind == ARROW_DATE) && !type.is_unsigned;
    read->factor = factor_of(column, type.scale);
    if (read->has_dictionary)
        return;
    if (column->kind == BD_KIND_BOOL && type.kind == ARROW_BOOL)
        read->plan = PLAN_BOOL;
    if (column->kind == BD_KIND_INT && is_int && type.size == 4)
        read->plan = PLAN_INT;
    if (column->kind == BD_KIND_SCALED && is_int && type.size == 8 && read->factor > 0)
        read->plan = PLAN_SCALED;
    if (column->kind == BD_KIND_SCALED && type.kind == ARROW_DECIMAL && type.size == 16 && read->factor > 0)
        read->plan = PLAN_DECIMAL;
    if (column->kind == BD_KIND_TEXT && type.kind == ARROW_TEXT)
        read->plan = PLAN_TEXT;
}

/* Adds a read for the column of the field's name in a sheet, if it has one. */
static bd_status bind_field(const bd_module *module, ArrowFields *out, IntakeSheet *sheet,
                            const struct ArrowSchema *field, int64_t child, bd_error *error)
{
    uint32_t at = field->name ? intake_find(sheet, text_from_cstring(field->name)) : BD_NONE;
    if (at == BD_NONE)
        return BD_OK;
    IntakeColumn *column = &sheet->columns[at];
    if (column->is_bound)
        return refuse_field(field, " is there twice", error);
    column->is_bound = true;
    ArrowField *read = &out->fields[out->count++];
    *read = (ArrowField){.type = arrow_type(field->format), .child = child, .column = at, .sheet = sheet};
    if (field->dictionary) {
        read->has_dictionary = true;
        read->index = read->type;
        read->type = arrow_type(field->dictionary->format);
    }
    field_bounds(module, column->record, &read->least, &read->span);
    choose_plan(read, column->record);
    return check_type(field, column->record, read, error);
}

static bool is_struct(const struct ArrowSchema *schema)
{
    if (!schema->release || !schema->format || strcmp(schema->format, "+s") != 0 || schema->n_children < 0)
        return false;
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (!schema->children || !schema->children[i] || !schema->children[i]->format)
            return false;
    }
    return true;
}

static bd_status bind_fields(Arrow *arrow, ArrowFields *out, IntakeSheet *first, IntakeSheet *second,
                             const struct ArrowSchema *schema, bd_error *error)
{
    const bd_module *module = arrow->intake.session->module;
    bd_status status = BD_OK;
    out->fields = arena_array(&arrow->arena, first->count + (second ? second->count : 0) + 1u, sizeof *out->fields);
    out->children = schema->n_children;
    for (int64_t i = 0; status == BD_OK && i < schema->n_children; i++) {
        status = bind_field(module, out, first, schema->children[i], i, error);
        if (status == BD_OK && second)
            status = bind_field(module, out, second, schema->children[i], i, error);
    }
    return status;
}

static bd_status check_records(const IntakeSheet *sheet, bd_error *error)
{
    for (uint32_t i = 0; i < sheet->count; i++) {
        if (sheet->columns[i].is_needed && !sheet->columns[i].is_bound)
            return status_report_name(BD_MISSING, i, "a record's column ", sheet->columns[i].name,
                                      " is not optional and has no field", error);
    }
    return BD_OK;
}

static bd_status bind_list(Arrow *arrow, const struct ArrowSchema *field, int64_t child, bd_error *error)
{
    uint32_t at = field->name ? intake_find_list(&arrow->intake, text_from_cstring(field->name)) : BD_NONE;
    if (at == BD_NONE)
        return BD_OK;
    bool is_large = strcmp(field->format, "+L") == 0;
    if ((!is_large && strcmp(field->format, "+l") != 0) || field->n_children != 1 || !field->children ||
        !field->children[0] || !is_struct(field->children[0]))
        return refuse_field(field, " is no list of structs", error);
    for (uint32_t i = 0; i < arrow->list_count; i++) {
        if (arrow->lists[i].list == at)
            return refuse_field(field, " is there twice", error);
    }
    ArrowList *list = &arrow->lists[arrow->list_count++];
    *list = (ArrowList){.list = at, .child = child, .is_large = is_large};
    IntakeSheet *sheet = &arrow->intake.lists[at];
    bd_status status = bind_fields(arrow, &list->fields, sheet, NULL, field->children[0], error);
    return status == BD_OK ? check_records(sheet, error) : status;
}

typedef struct BindArrow {
    const struct ArrowSchema *schema;
    Arena arena;
    Arrow *arrow;
} BindArrow;

static bd_status bind(bd_session *session, void *context, bd_error *error)
{
    BindArrow *call = context;
    const struct ArrowSchema *schema = call->schema;
    call->arena.landing = &session->landing;
    Arrow *arrow = arena_alloc(&call->arena, sizeof *arrow);
    arrow->arena = call->arena;
    call->arrow = arrow;
    intake_make(&arrow->intake, session, &arrow->arena);
    IntakeSheet *ids = arrow->intake.ids.count > 0 ? &arrow->intake.ids : NULL;
    bd_status status = bind_fields(arrow, &arrow->fields, &arrow->intake.lines, ids, schema, error);
    if (status == BD_OK)
        status = intake_check_bound(&arrow->intake, error);
    arrow->lists = arena_array(&arrow->arena, session->module->LISTS_count + 1u, sizeof *arrow->lists);
    for (int64_t i = 0; status == BD_OK && i < schema->n_children; i++)
        status = bind_list(arrow, schema->children[i], i, error);
    return status;
}

bd_status bd_session_bind_arrow(bd_session *session, const struct ArrowSchema *schema, bd_error *error)
{
    if (!session || !schema)
        return status_report(BD_ARGUMENT, 0, "bd_session_bind_arrow needs a session and a schema", error);
    bd_status status = session_check_lines(session, error);
    if (status != BD_OK)
        return status;
    if (!is_struct(schema))
        return status_report(BD_ARGUMENT, 0, "the schema is no struct (+s), or was released", error);
    bd_allocator own = account_allocator(&session->account);
    BindArrow call = {.schema = schema};
    arena_init(&call.arena, &own);
    status = session_run(session, bind, &call, error);
    Arena *arena = call.arrow ? &call.arrow->arena : &call.arena; /* the one that knows all blocks */
    arena->landing = NULL;
    if (status != BD_OK) {
        Arena made = *arena;
        arena_free(&made);
        return status;
    }
    arrow_free(session);
    session->arrow = call.arrow;
    return BD_OK;
}

/* ---- Checking an array ---- */

/* No index that is computed from these leaves 64 bits. */
static bool has_sizes(const struct ArrowArray *array)
{
    const int64_t most = INT64_C(1) << 48;
    return array->release && array->offset >= 0 && array->offset <= most && array->length >= 0 &&
           array->length <= most && array->n_buffers >= 0 && (array->n_buffers == 0 || array->buffers);
}

static bool has_buffers(const struct ArrowArray *array, ArrowType type)
{
    int64_t wanted = arrow_buffers(type);
    if (!has_sizes(array) || array->n_buffers < wanted)
        return false;
    for (int64_t i = 1; i < wanted && i < 2; i++) { /* a text's bytes may be missing when all are empty */
        if (!array->buffers[i] && array->length > 0)
            return false;
    }
    return true;
}

/* Whether a child has what its field reads, for so many rows. */
static bool check_child(const ArrowField *field, const struct ArrowArray *child, int64_t rows)
{
    if (!child || child->length < rows)
        return false;
    if (!field->has_dictionary)
        return has_buffers(child, field->type);
    return has_buffers(child, field->index) && child->dictionary && has_buffers(child->dictionary, field->type);
}

static bool check_struct(const ArrowFields *fields, const struct ArrowArray *array)
{
    if (!array || !has_sizes(array) || array->n_children != fields->children ||
        (fields->children > 0 && !array->children))
        return false;
    for (uint32_t i = 0; i < fields->count; i++) {
        if (!check_child(&fields->fields[i], array->children[fields->fields[i].child], array->offset + array->length))
            return false;
    }
    return true;
}

static bool check_list(const ArrowList *list, const struct ArrowArray *array, int64_t rows)
{
    return array && has_sizes(array) && array->length >= rows && array->n_buffers >= 2 &&
           (array->buffers[1] || rows == 0) && array->n_children == 1 && array->children &&
           check_struct(&list->fields, array->children[0]);
}

static bool check_array(const Arrow *arrow, const struct ArrowArray *array)
{
    if (!check_struct(&arrow->fields, array))
        return false;
    for (uint32_t i = 0; i < arrow->list_count; i++) {
        if (!check_list(&arrow->lists[i], array->children[arrow->lists[i].child], array->offset + array->length))
            return false;
    }
    return true;
}

/* ---- Reading ---- */

/* So many values of a child from `from` on (the struct's offset included) into a column from row `at` on. `number` is the row of the call
** for the first, and `step` 1, or 0 when all are records of that row. */
typedef struct Reach {
    const struct ArrowArray *parent;
    int64_t from;
    size_t count, at, number, step;
} Reach;

static bd_status refuse_array(size_t row, bd_error *error)
{
    return status_report(BD_ARGUMENT, (uint32_t)row, "the array contradicts itself, or has a time of day for a date",
                         error);
}

/* The dictionary's value that index `at` names; false when it names none. */
static bool find_in_dictionary(const ArrowField *field, const struct ArrowArray *child, int64_t at, Arena *scratch,
                               int64_t *entry, bool *is_present)
{
    ArrowValue index;
    if (!arrow_read(field->index, child, at, scratch, &index))
        return false;
    *is_present = index.is_present;
    *entry = index.integer;
    return !index.is_present || (!index.is_text && index.integer >= 0 && index.integer < child->dictionary->length);
}

static bd_status put(Intake *intake, IntakeCell cell, const ArrowValue *value, bd_error *error)
{
    if (!value->is_present)
        return intake_put_absent(cell, error);
    return value->is_text ? intake_put_text(intake, cell, value->text, error)
                          : intake_put_integer(intake, cell, value->integer, value->denominator, error);
}

/* Any value of any type. */
static bd_status read_cell(Intake *intake, const ArrowField *field, const struct ArrowArray *child, int64_t at,
                           IntakeCell cell, bd_error *error)
{
    ArrowValue value = {.is_present = true};
    int64_t entry = at;
    if (field->has_dictionary) {
        if (!find_in_dictionary(field, child, at, &intake->scratch, &entry, &value.is_present))
            return refuse_array(cell.row, error);
        child = child->dictionary;
        entry += child->offset;
    }
    if (value.is_present && !arrow_read(field->type, child, entry, &intake->scratch, &value))
        return refuse_array(cell.row, error);
    return put(intake, cell, &value, error);
}

/* The usual values: what is there and needs no closer look. False otherwise. `place` is the cell. */
static inline bool read_plainly(const ArrowField *field, const struct ArrowArray *child, int64_t at, void *place)
{
    const void *values = child->buffers[1];
    const int64_t *parts;
    const int32_t *offsets;
    switch (field->plan) {
    case PLAN_BOOL: *(uint8_t *)place = ((const uint8_t *)values)[at / 8] >> (at % 8) & 1; return true;
    case PLAN_INT:
        memcpy(place, (const int32_t *)values + at, sizeof(int32_t));
        return (uint32_t) * (int32_t *)place - (uint32_t)field->least <= field->span;
    case PLAN_SCALED: return !__builtin_mul_overflow(((const int64_t *)values)[at], field->factor, (int64_t *)place);
    case PLAN_DECIMAL:
        parts = (const int64_t *)values + 2 * at;
        return parts[1] == (parts[0] < 0 ? -1 : 0) &&
               !__builtin_mul_overflow(parts[0], field->factor, (int64_t *)place);
    case PLAN_TEXT:
        offsets = (const int32_t *)values + at;
        if (offsets[0] < 0 || offsets[1] <= offsets[0] || !child->buffers[2])
            return false;
        *(bd_text *)place = (bd_text){(const char *)child->buffers[2] + offsets[0], (size_t)(offsets[1] - offsets[0])};
        return true;
    case PLAN_ANY: break;
    }
    return false;
}

/* The same through the dictionary: the cells of its values are made as they are met. */
static bool read_cached(Intake *intake, ArrowField *field, const struct ArrowArray *child, int64_t at, IntakeCell cell,
                        void *place, size_t size)
{
    ArrowCache *cache = &field->cache;
    const ColumnRecord *column = field->sheet->columns[field->column].record;
    ArrowValue value;
    int64_t entry;
    bool is_present;
    if (!find_in_dictionary(field, child, at, &intake->scratch, &entry, &is_present) || !is_present ||
        cache->state[entry] == CACHE_ODD)
        return false;
    if (cache->state[entry] == CACHE_UNREAD) {
        const struct ArrowArray *values = child->dictionary;
        cache->state[entry] = CACHE_ODD;
        if (!arrow_read(field->type, values, entry + values->offset, &intake->scratch, &value) || !value.is_present ||
            !value.is_text || value.text.size == 0 || cell.sheet == &intake->ids ||
            field_from_text(intake->session->module, column, value.text, NULL, cache->cells + (size_t)entry * size) !=
                FIELD_READ)
            return false;
        cache->state[entry] = CACHE_READ;
    }
    memcpy(place, cache->cells + (size_t)entry * size, size);
    return true;
}

/* One field; *done becomes how many were read before one was refused. */
static bd_status read_field(Intake *intake, ArrowField *field, const Reach *reach, size_t *done, bd_error *error)
{
    const struct ArrowArray *child = reach->parent->children[field->child];
    IntakeColumn *column = &field->sheet->columns[field->column];
    const size_t size = column_value_size(column->record->kind);
    const bool is_sure = reach->parent->null_count == 0 || reach->parent->n_buffers == 0 || !reach->parent->buffers[0];
    bd_status status = BD_OK;
    for (*done = 0; status == BD_OK && *done < reach->count; *done += status == BD_OK) {
        const size_t to = reach->at + *done;
        const int64_t at = reach->from + (int64_t)*done, own = at + child->offset;
        char *place = (char *)column->values + to * size;
        IntakeCell cell = {field->sheet, field->column, to, reach->number + *done * reach->step};
        if (!is_sure && !arrow_is_present(reach->parent, at)) {
            status = intake_put_absent(cell, error);
            continue;
        }
        column->present[to] = 1;
        bool is_read = field->has_dictionary ? read_cached(intake, field, child, own, cell, place, size)
                                             : field->plan != PLAN_ANY && arrow_is_present(child, own) &&
                                                   read_plainly(field, child, own, place);
        if (!is_read)
            status = read_cell(intake, field, child, own, cell, error);
    }
    return status;
}

/* All fields; *done becomes the first row that was refused, and the status says why it was. */
static bd_status read_fields(Intake *intake, const ArrowFields *fields, Reach reach, size_t *done, bd_error *error)
{
    bd_status refused = BD_OK;
    *done = reach.count;
    for (uint32_t i = 0; i < fields->count; i++) {
        reach.count = *done;
        bd_status status = read_field(intake, &fields->fields[i], &reach, done, error);
        refused = status != BD_OK ? status : refused;
    }
    return refused;
}

/* The records of one row: from *begin up to *end of the list's child. */
static bool find_records(const ArrowList *list, const struct ArrowArray *array, int64_t at, int64_t *begin,
                         int64_t *end)
{
    *begin = *end = 0;
    if (!arrow_is_present(array, at))
        return true;
    ArrowType offsets = {.kind = ARROW_INT, .size = list->is_large ? 8 : 4};
    struct ArrowArray plain = *array;
    ArrowValue first, last;
    plain.null_count = 0;
    if (!arrow_read(offsets, &plain, at, NULL, &first) || !arrow_read(offsets, &plain, at + 1, NULL, &last))
        return false;
    *begin = first.integer;
    *end = last.integer;
    return *begin >= 0 && *begin <= *end && *end <= array->children[0]->length;
}

static bd_status read_list(Arrow *arrow, const ArrowList *list, const struct ArrowArray *array, int64_t from, size_t at,
                           size_t number, bd_error *error)
{
    Intake *intake = &arrow->intake;
    const ListRecord *record = &intake->session->module->LISTS[list->list];
    uint32_t *offsets = intake->offsets[list->list];
    int64_t begin, end;
    if (!find_records(list, array, from + array->offset, &begin, &end))
        return refuse_array(number, error);
    if (end - begin > record->maximum)
        return status_report_name(BD_ARGUMENT, (uint32_t)number, "a row has more records in list ",
                                  module_text(intake->session->module, record->name), " than its maximum", error);
    size_t first = offsets[at], count = (size_t)(end - begin), done;
    if (first + count > INT32_MAX)
        return status_report(BD_LIMIT, (uint32_t)number, "more than 2^31 records in one call", error);
    offsets[at + 1] = (uint32_t)(first + count);
    intake_reserve_records(intake, list->list, first + count);
    const struct ArrowArray *records = array->children[0];
    Reach reach = {records, begin + records->offset, count, first, number, 0};
    return read_fields(intake, &list->fields, reach, &done, error);
}

typedef struct DecideArrow {
    const struct ArrowArray *lines;
    bd_decisions *out; /* NULL: the lines are counted */
} DecideArrow;

/* The lists of the first *done rows of a step; *done becomes the first row that was refused. */
static bd_status read_lists(Arrow *arrow, const DecideArrow *call, size_t first, size_t *done, bd_error *error)
{
    for (size_t at = 0; at < *done; at++) {
        for (uint32_t i = 0; i < arrow->list_count; i++) {
            const ArrowList *list = &arrow->lists[i];
            bd_status status = read_list(arrow, list, call->lines->children[list->child],
                                         call->lines->offset + (int64_t)(first + at), at, first + at, error);
            if (status != BD_OK) {
                *done = at;
                return status;
            }
        }
    }
    return BD_OK;
}

/* ---- Deciding ---- */

/* Room for the cells of every dictionary, none of them read. */
static void open_caches(Arrow *arrow, const ArrowFields *fields, const struct ArrowArray *array)
{
    for (uint32_t i = 0; i < fields->count; i++) {
        ArrowField *field = &fields->fields[i];
        if (!field->has_dictionary)
            continue;
        ArrowCache *cache = &field->cache;
        int64_t values = array->children[field->child]->dictionary->length;
        if (values > cache->room) {
            size_t size = column_value_size(field->sheet->columns[field->column].record->kind);
            cache->room = 0;
            cache->cells = arena_array(&arrow->arena, (size_t)values, size);
            cache->state = arena_alloc(&arrow->arena, (size_t)values);
            cache->room = values;
        }
        if (values > 0)
            memset(cache->state, CACHE_UNREAD, (size_t)values);
    }
}

static bd_status decide_step(Arrow *arrow, const DecideArrow *call, size_t first, size_t count, bd_error *error)
{
    Intake *intake = &arrow->intake;
    Reach reach = {call->lines, call->lines->offset + (int64_t)first, count, 0, first, 1};
    size_t read;
    intake_begin(intake, count);
    bd_status refused = read_fields(intake, &arrow->fields, reach, &read, error);
    bd_status status = arrow->list_count > 0 ? read_lists(arrow, call, first, &read, error) : BD_OK;
    return intake_finish(intake, read, first, call->out, status != BD_OK ? status : refused, error);
}

static bd_status decide_arrow(bd_session *session, void *context, bd_error *error)
{
    const DecideArrow *call = context;
    Arrow *arrow = session->arrow;
    size_t rows = (size_t)call->lines->length;
    bd_status status = BD_OK;
    arrow->arena.landing = &session->landing;
    open_caches(arrow, &arrow->fields, call->lines);
    for (uint32_t i = 0; i < arrow->list_count; i++)
        open_caches(arrow, &arrow->lists[i].fields, call->lines->children[arrow->lists[i].child]->children[0]);
    for (size_t first = 0, step; status == BD_OK && first < rows; first += step) {
        step = intake_step(&arrow->intake, rows - first);
        status = decide_step(arrow, call, first, step, error);
    }
    arrow->arena.landing = NULL;
    return status;
}

/* Decides or counts, and releases what was taken in. */
static bd_status take_array(bd_session *session, struct ArrowArray *lines, bd_decisions *out, bd_error *error)
{
    if (!session->arrow)
        return status_report(BD_STATE, 0, "bd_session_bind_arrow was not called", error);
    if (!check_array(session->arrow, lines))
        return status_report(BD_ARGUMENT, 0, "the array is not of the schema that was bound, or was released", error);
    if (lines->length > INT32_MAX)
        return status_report(BD_ARGUMENT, 0, "more than 2^31 rows", error);
    if (out && lines->length > 0 && (!out->decision || !out->cents || !out->reasons || !out->fault))
        return status_report(BD_ARGUMENT, 0, "bd_session_decide_arrow needs all four result arrays", error);
    DecideArrow call = {lines, out};
    bd_status status = session_run(session, decide_arrow, &call, error);
    if (status == BD_OK)
        lines->release(lines);
    return status;
}

bd_status bd_session_decide_arrow(bd_session *session, struct ArrowArray *lines, bd_decisions *out, bd_error *error)
{
    if (!session || !lines || !out)
        return status_report(BD_ARGUMENT, 0, "bd_session_decide_arrow needs a session, lines and room for decisions",
                             error);
    return take_array(session, lines, out, error);
}

bd_status bd_session_count_arrow(bd_session *session, struct ArrowArray *lines, bd_error *error)
{
    if (!session || !lines)
        return status_report(BD_ARGUMENT, 0, "bd_session_count_arrow needs a session and lines", error);
    return take_array(session, lines, NULL, error);
}
