/* rows.c: lines that are structs of the host: bd_session_bind_rows, bd_session_decide_rows, bd_session_trace_row.
**
** Binding turns the layout into a list of reads: from this offset, as this type, into that column. A few lines are read straight into the
** registers of vm/line.c, one after the other; many, and those that this cannot settle, are laid out as columns by the intake.
*/
#include "rows.h"

#include <string.h>

#include "column.h"
#include "intake.h"
#include "line.h"
#include "session_run.h"
#include "status.h"
#include "trace.h"
#include "value.h"

enum {
    ROWS_AT_ONCE = 64 /* structs that stay in the first level cache */
};

/* The usual fields hold what the column stores, but for a check of its bounds. */
typedef enum RowPlan { PLAN_ANY, PLAN_BOOL, PLAN_INT, PLAN_SCALED, PLAN_TEXT } RowPlan;

/* One read: a field, and the column that it fills. */
typedef struct RowField {
    RowPlan plan;
    int32_t least; /* of PLAN_INT */
    uint32_t span;
    bool has_presence;
    size_t offset, presence;
    Register *value, *present; /* where lines that are decided one by one have them */
    size_t size;
    int64_t denominator;
    bd_field_type type;
    uint32_t column; /* of its sheet */
    IntakeSheet *sheet;
} RowField;

typedef struct RowFields {
    RowField *fields;
    uint32_t count;
} RowFields;

typedef struct RowList {
    uint32_t list;
    size_t records, count, stride;
    RowFields fields;
} RowList;

struct Rows {
    Arena arena;
    Intake intake;
    size_t stride;
    RowFields fields;
    RowList *lists;
    uint32_t list_count;
    LineProgram *line; /* NULL: lines are not decided one by one */
};

void rows_free(bd_session *session)
{
    Rows *rows = session->rows;
    if (!rows)
        return;
    session->rows = NULL;
    intake_free(&rows->intake);
    Arena arena = rows->arena; /* the struct stands in it */
    arena_free(&arena);
}

/* ---- Binding ---- */

static bool is_power_of_ten(int64_t value)
{
    while (value >= 10 && value % 10 == 0)
        value /= 10;
    return value == 1;
}

static bd_status refuse_field(const bd_field *field, const char *why, bd_error *error)
{
    return status_report_name(BD_ARGUMENT, 0, "field ", text_from_cstring(field->name), why, error);
}

static bd_status check_field(const bd_field *field, bd_error *error)
{
    if (!field->name)
        return status_report(BD_ARGUMENT, 0, "a field has no name", error);
    if (field->type < BD_FIELD_BOOL || field->type > BD_FIELD_CHARS)
        return refuse_field(field, " has a type that is none", error);
    if (field->type == BD_FIELD_CHARS && field->size == 0)
        return refuse_field(field, " has no size", error);
    return field->denominator < 0 ? refuse_field(field, " has a negative denominator", error) : BD_OK;
}

static RowPlan plan_of(const bd_field *field, int64_t denominator, const ColumnRecord *column)
{
    if (column->kind == BD_KIND_BOOL && field->type == BD_FIELD_BOOL)
        return PLAN_BOOL;
    if (column->kind == BD_KIND_INT && field->type == BD_FIELD_INT32)
        return PLAN_INT;
    if (column->kind == BD_KIND_SCALED && field->type == BD_FIELD_INT64 && denominator == column->denominator)
        return PLAN_SCALED;
    return column->kind == BD_KIND_TEXT && field->type == BD_FIELD_TEXT ? PLAN_TEXT : PLAN_ANY;
}

/* Adds a read for the column of that name in a sheet, if it has one. */
static bd_status bind_field(const bd_module *module, RowFields *out, IntakeSheet *sheet, const bd_field *field,
                            bd_error *error)
{
    uint32_t at = intake_find(sheet, text_from_cstring(field->name));
    if (at == BD_NONE)
        return BD_OK;
    IntakeColumn *column = &sheet->columns[at];
    if (column->is_bound)
        return refuse_field(field, " is bound twice", error);
    int64_t denominator = field->denominator == 0 ? 1 : field->denominator;
    if (!is_power_of_ten(denominator) && denominator != column->record->denominator)
        return refuse_field(field, " has a denominator that is neither a power of ten nor its column's", error);
    column->is_bound = true;
    RowField *read = &out->fields[out->count++];
    *read = (RowField){.plan = plan_of(field, denominator, column->record),
                       .type = field->type,
                       .has_presence = field->has_presence,
                       .offset = field->offset,
                       .size = field->size,
                       .presence = field->presence,
                       .denominator = denominator,
                       .column = at,
                       .sheet = sheet};
    field_bounds(module, column->record, &read->least, &read->span);
    return BD_OK;
}

static bd_status bind_fields(Rows *rows, RowFields *out, IntakeSheet *first, IntakeSheet *second,
                             const bd_field *fields, size_t count, bd_error *error)
{
    const bd_module *module = rows->intake.session->module;
    bd_status status = BD_OK;
    if (count > 0 && !fields)
        return status_report(BD_ARGUMENT, 0, "the layout counts fields but has none", error);
    out->fields = arena_array(&rows->arena, first->count + (second ? second->count : 0) + 1u, sizeof *out->fields);
    for (size_t i = 0; status == BD_OK && i < count; i++) {
        status = check_field(&fields[i], error);
        if (status == BD_OK)
            status = bind_field(module, out, first, &fields[i], error);
        if (status == BD_OK && second)
            status = bind_field(module, out, second, &fields[i], error);
    }
    return status;
}

static bd_status bind_list(Rows *rows, const bd_field_list *list, bd_error *error)
{
    if (!list->name)
        return status_report(BD_ARGUMENT, 0, "a list has no name", error);
    Text name = text_from_cstring(list->name);
    uint32_t at = intake_find_list(&rows->intake, name);
    if (at == BD_NONE)
        return BD_OK;
    for (uint32_t i = 0; i < rows->list_count; i++) {
        if (rows->lists[i].list == at)
            return status_report_name(BD_ARGUMENT, at, "list ", name, " is bound twice", error);
    }
    RowList *out = &rows->lists[rows->list_count++];
    *out = (RowList){.list = at, .records = list->records, .count = list->count, .stride = list->stride};
    IntakeSheet *sheet = &rows->intake.lists[at];
    bd_status status = bind_fields(rows, &out->fields, sheet, NULL, list->fields, list->field_count, error);
    for (uint32_t i = 0; status == BD_OK && i < sheet->count; i++) {
        if (sheet->columns[i].is_needed && !sheet->columns[i].is_bound)
            return status_report_name(BD_MISSING, i, "a record's column ", sheet->columns[i].name,
                                      " is not optional and not bound", error);
    }
    return status;
}

typedef struct Bind {
    const bd_row_layout *layout;
    Arena arena;
    Rows *rows;
} Bind;

static bd_status bind(bd_session *session, void *context, bd_error *error)
{
    Bind *call = context;
    const bd_row_layout *layout = call->layout;
    call->arena.landing = &session->landing;
    Rows *rows = arena_alloc(&call->arena, sizeof *rows);
    rows->arena = call->arena;
    call->rows = rows;
    rows->stride = layout->stride;
    intake_make(&rows->intake, session, &rows->arena);
    IntakeSheet *ids = rows->intake.ids.count > 0 ? &rows->intake.ids : NULL;
    bd_status status =
        bind_fields(rows, &rows->fields, &rows->intake.lines, ids, layout->fields, layout->field_count, error);
    if (status == BD_OK)
        status = intake_check_bound(&rows->intake, error);
    rows->lists = arena_array(&rows->arena, session->module->LISTS_count + 1u, sizeof *rows->lists);
    for (size_t i = 0; status == BD_OK && i < layout->list_count; i++)
        status = bind_list(rows, &layout->lists[i], error);
    if (status != BD_OK)
        return status;
    if (rows->list_count == 0) /* records are judged too, and only columns have them */
        rows->line = line_prepared(session);
    if (rows->line)
        rows->line->reader = NULL; /* which may have stood where `rows` stands now */
    for (uint32_t i = 0; rows->line && i < rows->fields.count; i++) {
        RowField *field = &rows->fields.fields[i];
        field->value = rows->line->values[field->column];
        field->present = rows->line->presences[field->column];
    }
    return BD_OK;
}

bd_status bd_session_bind_rows(bd_session *session, const bd_row_layout *layout, bd_error *error)
{
    if (!session || !layout || (layout->list_count > 0 && !layout->lists))
        return status_report(BD_ARGUMENT, 0, "bd_session_bind_rows needs a session and a layout", error);
    bd_status status = session_check_lines(session, error);
    if (status != BD_OK)
        return status;
    bd_allocator own = account_allocator(&session->account);
    Bind call = {.layout = layout};
    arena_init(&call.arena, &own);
    status = session_run(session, bind, &call, error);
    Arena *arena = call.rows ? &call.rows->arena : &call.arena; /* the one that knows all blocks */
    arena->landing = NULL;
    if (status != BD_OK) {
        Arena made = *arena;
        arena_free(&made);
        return status;
    }
    rows_free(session);
    session->rows = call.rows;
    return BD_OK;
}

/* ---- Reading a field ---- */

static size_t size_up_to_nul(const char *bytes, size_t size)
{
    const char *nul = memchr(bytes, 0, size);
    return nul ? (size_t)(nul - bytes) : size;
}

/* Whether the field is a text; then *text is it, empty when there is none. */
static bool read_text(const RowField *field, const char *row, bd_text *text)
{
    const char *string;
    switch (field->type) {
    case BD_FIELD_TEXT:
        memcpy(text, row + field->offset, sizeof *text);
        if (!text->data)
            text->size = 0;
        return true;
    case BD_FIELD_STRING:
        memcpy(&string, row + field->offset, sizeof string);
        *text = text_from_cstring(string);
        return true;
    case BD_FIELD_CHARS:
        *text = (bd_text){row + field->offset, size_up_to_nul(row + field->offset, field->size)};
        return true;
    case BD_FIELD_BOOL:
    case BD_FIELD_INT8:
    case BD_FIELD_INT16:
    case BD_FIELD_INT32:
    case BD_FIELD_INT64: break;
    }
    return false;
}

#define READ_AS(type)                               \
    do {                                            \
        type read_value;                            \
        memcpy(&read_value, at, sizeof read_value); \
        return read_value;                          \
    } while (0)

static int64_t read_integer(const RowField *field, const char *row)
{
    const char *at = row + field->offset;
    switch (field->type) {
    case BD_FIELD_BOOL: return *(const unsigned char *)at != 0;
    case BD_FIELD_INT8: READ_AS(int8_t);
    case BD_FIELD_INT16: READ_AS(int16_t);
    case BD_FIELD_INT32: READ_AS(int32_t);
    case BD_FIELD_INT64: READ_AS(int64_t);
    case BD_FIELD_TEXT:
    case BD_FIELD_STRING:
    case BD_FIELD_CHARS: break;
    }
    return 0;
}

static inline bool is_there(const RowField *field, const char *row)
{
    return !field->has_presence || row[field->presence] != 0;
}

/* The usual cases: reads a value that is there into `value`, of the column's kind; false when it takes a closer look. */
static inline bool read_plainly(const RowField *field, const char *row, void *value)
{
    const char *at = row + field->offset;
    switch (field->plan) {
    case PLAN_BOOL: *(uint8_t *)value = *(const unsigned char *)at != 0; return true;
    case PLAN_INT:
        memcpy(value, at, sizeof(int32_t));
        return (uint32_t) * (const int32_t *)value - (uint32_t)field->least <= field->span;
    case PLAN_SCALED: memcpy(value, at, sizeof(int64_t)); return true;
    case PLAN_TEXT:
        memcpy(value, at, sizeof(bd_text));
        return ((const bd_text *)value)->size > 0 && ((const bd_text *)value)->data;
    case PLAN_ANY: break;
    }
    return false;
}

/* ---- Many rows: columns ---- */

static bd_status read_cell(Intake *intake, const RowField *field, IntakeCell cell, const char *row, bd_error *error)
{
    bd_text text;
    if (!is_there(field, row))
        return intake_put_absent(cell, error);
    if (read_text(field, row, &text))
        return intake_put_text(intake, cell, text, error);
    return intake_put_integer(intake, cell, read_integer(field, row), field->denominator, error);
}

/* One field of `count` structs from `from` on into its column, from row `at` on; *done becomes how many were read before one was refused.
** `number` is the row of the call for the first, and `step` 1, or 0 when all are records of that row. */
typedef struct Reach {
    const char *from;
    size_t stride, count, at, number, step;
} Reach;

static bd_status read_field(Intake *intake, const RowField *field, const Reach *reach, size_t *done, bd_error *error)
{
    IntakeColumn *column = &field->sheet->columns[field->column];
    const size_t size = column_value_size(column->record->kind);
    bd_status status = BD_OK;
    for (*done = 0; *done < reach->count; ++*done) {
        const char *row = reach->from + *done * reach->stride;
        const size_t at = reach->at + *done;
        if (is_there(field, row) && read_plainly(field, row, (char *)column->values + at * size)) {
            column->present[at] = 1;
            continue;
        }
        IntakeCell cell = {field->sheet, field->column, at, reach->number + *done * reach->step};
        status = read_cell(intake, field, cell, row, error);
        if (status != BD_OK)
            break;
    }
    return status;
}

/* All fields; *done becomes the first row that was refused, and the status says why it was. */
static bd_status read_fields(Intake *intake, const RowFields *fields, Reach reach, size_t *done, bd_error *error)
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

static bd_status read_list(Rows *rows, const RowList *list, const char *row, size_t at, size_t number, bd_error *error)
{
    Intake *intake = &rows->intake;
    const bd_module *module = intake->session->module;
    uint32_t *offsets = intake->offsets[list->list], count = 0;
    const char *records = NULL;
    memcpy(&records, row + list->records, sizeof records);
    if (records)
        memcpy(&count, row + list->count, sizeof count);
    if (count > module->LISTS[list->list].maximum)
        return status_report_name(BD_ARGUMENT, (uint32_t)number, "a row has more records in list ",
                                  module_text(module, module->LISTS[list->list].name), " than its maximum", error);
    size_t first = offsets[at];
    if (first + count > INT32_MAX)
        return status_report(BD_LIMIT, (uint32_t)number, "more than 2^31 records in one call", error);
    offsets[at + 1] = (uint32_t)(first + count);
    intake_reserve_records(intake, list->list, first + count);
    Reach reach = {records, list->stride, count, first, number, 0};
    size_t done;
    return read_fields(intake, &list->fields, reach, &done, error);
}

/* The lists of the first *done rows; *done becomes the first row that was refused. */
static bd_status read_lists(Rows *rows, const char *from, size_t number, size_t *done, bd_error *error)
{
    for (size_t at = 0; at < *done; at++) {
        for (uint32_t i = 0; i < rows->list_count; i++) {
            bd_status status = read_list(rows, &rows->lists[i], from + at * rows->stride, at, number + at, error);
            if (status != BD_OK) {
                *done = at;
                return status;
            }
        }
    }
    return BD_OK;
}

/* Lays out `count` structs, of which the first is row `number` of the call; *done becomes the first row that was refused. A few at a time, so
** that the structs come from memory once and not once a field. */
static bd_status read_rows(Rows *rows, const char *from, size_t number, size_t count, size_t *done, bd_error *error)
{
    bd_status refused = BD_OK;
    size_t first = 0;
    intake_begin(&rows->intake, count);
    while (refused == BD_OK && first < count) {
        size_t block = count - first < ROWS_AT_ONCE ? count - first : ROWS_AT_ONCE, read;
        Reach reach = {from + first * rows->stride, rows->stride, block, first, number + first, 1};
        refused = read_fields(&rows->intake, &rows->fields, reach, &read, error);
        first += read;
    }
    *done = first;
    bd_status status = rows->list_count > 0 ? read_lists(rows, from, number, done, error) : BD_OK;
    return status != BD_OK ? status : refused;
}

typedef struct DecideRows {
    const char *rows;
    size_t count;
    bd_decisions *out; /* NULL: the rows are counted */
    const bd_trace **trace;
} DecideRows;

/* What was read before a row that is refused is decided. */
static bd_status decide_step(Rows *rows, const DecideRows *call, size_t first, size_t count, bd_error *error)
{
    size_t read;
    bd_status refused = read_rows(rows, call->rows + first * rows->stride, first, count, &read, error);
    return intake_finish(&rows->intake, read, first, call->out, refused, error);
}

/* ---- Few rows: registers ---- */

/* Reads a value into its register; false when it is none, or does not fit: the other way finds out which. */
static bool read_register(const Rows *rows, const RowField *field, const char *row, bool *is_present)
{
    IntakeColumn *column = &field->sheet->columns[field->column];
    const bd_module *module = rows->intake.session->module;
    bd_text text;
    if (*is_present && read_text(field, row, &text)) {
        *is_present = text.size > 0;
        if (*is_present)
            return field_from_text(module, column->record, text, &column->hint, field->value) == FIELD_READ;
    }
    if (*is_present && column->record->kind == BD_KIND_TEXT)
        return false; /* a number as text */
    if (*is_present)
        return field_from_integer(module, column->record, read_integer(field, row), field->denominator, field->value) ==
               FIELD_READ;
    memset(field->value, 0, sizeof *field->value);
    return !column->is_needed;
}

static bool read_registers(const Rows *rows, const char *row)
{
    for (const RowField *field = rows->fields.fields, *end = field + rows->fields.count; field < end; field++) {
        bool is_present = is_there(field, row);
        if ((!is_present || !read_plainly(field, row, field->value)) && !read_register(rows, field, row, &is_present))
            return false;
        field->present->boolean = is_present;
    }
    return true;
}

static bool decide_line(Rows *rows, const char *row, size_t at, const bd_decisions *out)
{
    line_read_by(rows->line, rows);
    return read_registers(rows, row) && line_run(rows->line, out, at);
}

/* ---- Entries ---- */

static bd_status decide_rows(bd_session *session, void *context, bd_error *error)
{
    const DecideRows *call = context;
    Rows *rows = session->rows;
    bd_status status = BD_OK;
    bool is_by_line = rows->line && call->out && call->count <= LINE_MAX_ROWS;
    rows->arena.landing = &session->landing;
    for (size_t first = 0, step; status == BD_OK && first < call->count; first += step) {
        step = is_by_line ? 1 : intake_step(&rows->intake, call->count - first);
        if (!is_by_line || !decide_line(rows, call->rows + first * rows->stride, first, call->out))
            status = decide_step(rows, call, first, step, error);
    }
    rows->arena.landing = NULL;
    return status;
}

static bd_status check_rows(const bd_session *session, const void *rows, size_t count, bd_error *error)
{
    if (!session || (count > 0 && !rows))
        return status_report(BD_ARGUMENT, 0, "rows are decided with a session and the rows", error);
    if (!session->rows)
        return status_report(BD_STATE, 0, "bd_session_bind_rows was not called", error);
    if (count > INT32_MAX)
        return status_report(BD_ARGUMENT, 0, "more than 2^31 rows", error);
    return BD_OK;
}

bd_status bd_session_decide_rows(bd_session *session, const void *rows, size_t count, bd_decisions *out,
                                 bd_error *error)
{
    bd_status status = check_rows(session, rows, count, error);
    if (status != BD_OK)
        return status;
    if (!out || (count > 0 && (!out->decision || !out->cents || !out->reasons || !out->fault)))
        return status_report(BD_ARGUMENT, 0, "bd_session_decide_rows needs all four result arrays", error);
    DecideRows call = {.rows = rows, .count = count, .out = out};
    return session_run(session, decide_rows, &call, error);
}

bd_status bd_session_count_rows(bd_session *session, const void *rows, size_t count, bd_error *error)
{
    bd_status status = check_rows(session, rows, count, error);
    DecideRows call = {.rows = rows, .count = count};
    return status == BD_OK ? session_run(session, decide_rows, &call, error) : status;
}

static bd_status trace_row(bd_session *session, void *context, bd_error *error)
{
    const DecideRows *call = context;
    Rows *rows = session->rows;
    rows->arena.landing = &session->landing;
    size_t read;
    bd_status status = read_rows(rows, call->rows, 0, 1, &read, error);
    if (status == BD_OK)
        status = intake_trace(&rows->intake, call->trace, error);
    rows->arena.landing = NULL;
    return status;
}

bd_status bd_session_trace_row(bd_session *session, const void *row, const bd_trace **out, bd_error *error)
{
    bd_status status = check_rows(session, row, 1, error);
    if (status != BD_OK)
        return status;
    if (!out)
        return status_report(BD_ARGUMENT, 0, "bd_session_trace_row needs a place for the trace", error);
    DecideRows call = {.rows = row, .count = 1, .trace = out};
    return session_run(session, trace_row, &call, error);
}
