/* intake.c: see intake.h. */
#include "intake.h"

#include <string.h>

#include "column.h"
#include "core/limits.h"
#include "rounds.h"
#include "session_run.h"
#include "status.h"
#include "value.h"

/* ---- Making ---- */

/* The numbers of a line as columns: they are read as those of the module are. */
static const ColumnRecord id_records[ID_COUNT] = {
    [ID_SIGNED_ON] = {.kind = BD_KIND_INT, .meaning = BD_MEANS_DATE, .denominator = 1},
    [ID_MUNICIPALITY] = {.kind = BD_KIND_TEXT, .meaning = BD_MEANS_TEXT, .denominator = 1},
    [ID_PROVIDER] = {.kind = BD_KIND_TEXT, .meaning = BD_MEANS_TEXT, .denominator = 1},
    [ID_DECLARATION] = {.kind = BD_KIND_TEXT, .meaning = BD_MEANS_TEXT, .denominator = 1},
    [ID_LINE] = {.kind = BD_KIND_TEXT, .meaning = BD_MEANS_TEXT, .denominator = 1},
    [ID_CREDIT] = {.kind = BD_KIND_BOOL, .meaning = BD_MEANS_BOOLEAN, .denominator = 1},
    [ID_PREVIOUS_DECLARATION] = {.kind = BD_KIND_TEXT, .meaning = BD_MEANS_TEXT, .denominator = 1},
    [ID_PREVIOUS_LINE] = {.kind = BD_KIND_TEXT, .meaning = BD_MEANS_TEXT, .denominator = 1},
};

static const Text id_names[ID_COUNT] = {
    [ID_SIGNED_ON] = TEXT_INIT("dagtekening"),
    [ID_MUNICIPALITY] = TEXT_INIT("gemeente"),
    [ID_PROVIDER] = TEXT_INIT("aanbieder"),
    [ID_DECLARATION] = TEXT_INIT("declaratienummer"),
    [ID_LINE] = TEXT_INIT("regelnummer"),
    [ID_CREDIT] = TEXT_INIT("debet_credit"),
    [ID_PREVIOUS_DECLARATION] = TEXT_INIT("vorige_declaratie"),
    [ID_PREVIOUS_LINE] = TEXT_INIT("vorige_regel"),
};

static void make_sheet(Intake *intake, IntakeSheet *sheet, uint32_t first_column, uint32_t count)
{
    const bd_module *module = intake->session->module;
    *sheet = (IntakeSheet){.count = count};
    sheet->columns = arena_array(intake->arena, count + 1u, sizeof *sheet->columns);
    sheet->data = arena_array(intake->arena, count + 1u, sizeof *sheet->data);
    for (uint32_t i = 0; i < count; i++) {
        const ColumnRecord *record = &module->COLUMNS[first_column + i];
        sheet->columns[i] = (IntakeColumn){.record = record,
                                           .name = module_text(module, record->name),
                                           .is_needed = !(record->flags & COLUMN_OPTIONAL)};
    }
}

static void make_ids(Intake *intake)
{
    IntakeSheet *ids = &intake->ids;
    *ids = (IntakeSheet){.count = ID_COUNT};
    ids->columns = arena_array(intake->arena, ID_COUNT, sizeof *ids->columns);
    for (uint32_t i = 0; i < ID_COUNT; i++)
        ids->columns[i] = (IntakeColumn){.record = &id_records[i], .name = id_names[i], .is_needed = i <= ID_LINE};
}

void intake_make(Intake *intake, bd_session *session, Arena *arena)
{
    const bd_module *module = session->module;
    const ProgramRecord *program = &module->PROGRAMS[0];
    bd_allocator own = arena->allocator;
    *intake = (Intake){.session = session, .arena = arena};
    arena_init(&intake->scratch, &own);
    make_sheet(intake, &intake->lines, program->first_column, program->columns);
    if (session->rounds)
        make_ids(intake);
    intake->lists = arena_array(arena, module->LISTS_count + 1u, sizeof *intake->lists);
    intake->list_data = arena_array(arena, module->LISTS_count + 1u, sizeof *intake->list_data);
    intake->offsets = arena_array(arena, module->LISTS_count + 1u, sizeof *intake->offsets);
    for (uint32_t i = 0; i < module->LISTS_count; i++)
        make_sheet(intake, &intake->lists[i], module->LISTS[i].first_column, module->LISTS[i].columns);
}

void intake_free(Intake *intake)
{
    arena_free(&intake->scratch);
}

/* ---- Binding ---- */

uint32_t intake_find(const IntakeSheet *sheet, Text name)
{
    for (uint32_t i = 0; i < sheet->count; i++) {
        if (text_equal(sheet->columns[i].name, name))
            return i;
    }
    return BD_NONE;
}

uint32_t intake_find_list(const Intake *intake, Text name)
{
    const bd_module *module = intake->session->module;
    for (uint32_t i = 0; i < module->LISTS_count; i++) {
        if (text_equal(module_text(module, module->LISTS[i].name), name))
            return i;
    }
    return BD_NONE;
}

static bd_status check_sheet(const IntakeSheet *sheet, bd_error *error)
{
    for (uint32_t i = 0; i < sheet->count; i++) {
        if (sheet->columns[i].is_needed && !sheet->columns[i].is_bound)
            return status_report_name(BD_MISSING, i, "column ", sheet->columns[i].name,
                                      " is not optional and not bound", error);
    }
    return BD_OK;
}

bd_status intake_check_bound(const Intake *intake, bd_error *error)
{
    bd_status status = check_sheet(&intake->lines, error);
    return status == BD_OK ? check_sheet(&intake->ids, error) : status;
}

/* ---- Room ---- */

/* Makes room in a sheet, keeping the first `kept` rows. */
static void reserve(Intake *intake, IntakeSheet *sheet, size_t kept, size_t wanted)
{
    if (wanted <= sheet->room)
        return;
    size_t room = sheet->room < 16 ? 16 : sheet->room;
    while (room < wanted)
        room *= 2;
    for (uint32_t i = 0; i < sheet->count; i++) {
        IntakeColumn *column = &sheet->columns[i];
        size_t size = column_value_size(column->record->kind);
        void *values = arena_array(intake->arena, room, size);
        uint8_t *present = arena_array(intake->arena, room, 1);
        if (kept > 0) {
            memcpy(values, column->values, kept * size);
            memcpy(present, column->present, kept);
        }
        column->values = values;
        column->present = present;
        if (sheet->data)
            sheet->data[i] = (bd_column_data){values, present};
    }
    sheet->room = room;
}

static void reserve_offsets(Intake *intake, size_t rows)
{
    if (rows < intake->offset_room)
        return;
    size_t room = intake->lines.room + 1;
    for (uint32_t i = 0; i < intake->session->module->LISTS_count; i++) {
        intake->offsets[i] = arena_array(intake->arena, room, sizeof **intake->offsets);
        intake->list_data[i].offsets = intake->offsets[i];
    }
    intake->offset_room = room;
}

/* Of the numbers of a line, what the host never says is not there. */
static void point_at_ids(Intake *intake)
{
    const IntakeColumn *id = intake->ids.columns;
    bool has_credits = id[ID_CREDIT].is_bound;
    intake->line_ids = (bd_line_ids){
        .signed_on = id[ID_SIGNED_ON].values,
        .municipality = id[ID_MUNICIPALITY].values,
        .provider = id[ID_PROVIDER].values,
        .declaration = id[ID_DECLARATION].values,
        .line = id[ID_LINE].values,
        .is_credit = has_credits ? id[ID_CREDIT].values : NULL,
        .previous_declaration = has_credits ? id[ID_PREVIOUS_DECLARATION].values : NULL,
        .previous_line = has_credits ? id[ID_PREVIOUS_LINE].values : NULL,
    };
}

size_t intake_step(const Intake *intake, size_t rows)
{
    return rows <= BATCH_MAX_LANES || intake->session->rounds ? rows : BATCH_MAX_LANES;
}

void intake_begin(Intake *intake, size_t rows)
{
    uint32_t lists = intake->session->module->LISTS_count;
    intake->scratch.landing = intake->arena->landing = &intake->session->landing;
    arena_reset(&intake->scratch);
    memo_clear(&intake->session->memo); /* it may hold texts from there */
    reserve(intake, &intake->lines, 0, rows);
    reserve_offsets(intake, rows);
    if (intake->ids.count > 0) {
        reserve(intake, &intake->ids, 0, rows);
        point_at_ids(intake);
    }
    intake->lines.exact_count = 0;
    for (uint32_t i = 0; i < lists; i++) {
        intake->lists[i].exact_count = 0;
        memset(intake->offsets[i], 0, (rows + 1) * sizeof **intake->offsets);
    }
}

void intake_reserve_records(Intake *intake, uint32_t list, size_t records)
{
    IntakeSheet *sheet = &intake->lists[list];
    reserve(intake, sheet, sheet->room, records);
    intake->list_data[list].columns = sheet->data;
}

/* ---- Cells ---- */

static void *cell_place(IntakeCell cell)
{
    IntakeColumn *column = &cell.sheet->columns[cell.column];
    return (char *)column->values + cell.at * column_value_size(column->record->kind);
}

bd_status intake_refuse(FieldResult why, IntakeCell cell, Text shown, bd_error *error)
{
    static const char *const reasons[] = {
        [FIELD_NO_VALUE] = " is no value of its type",
        [FIELD_OUTSIDE] = " lies outside the calendar",
        [FIELD_NO_MEMBER] = " is no member of its choice",
    };
    static const bd_status statuses[] = {
        [FIELD_NO_VALUE] = BD_SYNTAX, [FIELD_OUTSIDE] = BD_RANGE, [FIELD_NO_MEMBER] = BD_NAME};
    Message message;
    message_begin(&message);
    message_cstring(&message, "row ");
    message_uint(&message, cell.row);
    message_cstring(&message, ", column ");
    message_text(&message, cell.sheet->columns[cell.column].name);
    message_cstring(&message, ": `");
    message_text(&message, text_slice(shown, 0, 60));
    message_cstring(&message, "`");
    message_cstring(&message, reasons[why]);
    return message_report(&message, statuses[why], (uint32_t)cell.row, error);
}

bd_status intake_put_absent(IntakeCell cell, bd_error *error)
{
    IntakeColumn *column = &cell.sheet->columns[cell.column];
    memset(cell_place(cell), 0, column_value_size(column->record->kind));
    column->present[cell.at] = 0;
    if (!column->is_needed)
        return BD_OK;
    Message message;
    message_begin(&message);
    message_cstring(&message, "row ");
    message_uint(&message, cell.row);
    message_cstring(&message, " has no value in column ");
    message_text(&message, column->name);
    message_cstring(&message, ", which is not optional");
    return message_report(&message, BD_MISSING, (uint32_t)cell.row, error);
}

/* A number that the column cannot hold: its line is decided from the text. */
static void put_exact(Intake *intake, IntakeCell cell, Text decimal)
{
    IntakeSheet *sheet = cell.sheet;
    sheet->exact =
        arena_grow(intake->arena, sheet->exact, sheet->exact_count, &sheet->exact_capacity, sizeof *sheet->exact);
    sheet->exact[sheet->exact_count++] = (bd_exact_cell){(uint32_t)cell.at, cell.column, decimal};
    memset(cell_place(cell), 0, sizeof(int64_t));
}

/* D, C: as the data files have it. */
static bool read_credit(Text text, uint8_t *out)
{
    *out = text_equal(text, TEXT("C"));
    return *out || text_equal(text, TEXT("D"));
}

bd_status intake_put_text(Intake *intake, IntakeCell cell, Text text, bd_error *error)
{
    IntakeColumn *column = &cell.sheet->columns[cell.column];
    if (text.size == 0)
        return intake_put_absent(cell, error);
    void *place = cell_place(cell);
    column->present[cell.at] = 1;
    if (column->record == &id_records[ID_CREDIT] && read_credit(text, place))
        return BD_OK;
    FieldResult result = field_from_text(intake->session->module, column->record, text, &column->hint, place);
    if (result == FIELD_READ)
        return BD_OK;
    if (result != FIELD_INEXACT)
        return intake_refuse(result, cell, text, error);
    put_exact(intake, cell, text);
    return BD_OK;
}

/* value / denominator in decimals; the denominator is a power of ten. */
static Text decimal_text(Arena *arena, int64_t value, int64_t denominator)
{
    StringBuilder builder;
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    unsigned places = 0;
    builder_init(&builder, arena);
    if (value < 0)
        builder_char(&builder, '-');
    builder_uint64(&builder, size / (uint64_t)denominator);
    for (int64_t rest = denominator; rest > 1; rest /= 10)
        places++;
    if (places > 0) {
        builder_char(&builder, '.');
        builder_padded(&builder, (int64_t)(size % (uint64_t)denominator), places);
    }
    return builder_result(&builder);
}

bd_status intake_put_integer(Intake *intake, IntakeCell cell, int64_t value, int64_t denominator, bd_error *error)
{
    IntakeColumn *column = &cell.sheet->columns[cell.column];
    column->present[cell.at] = 1;
    if (column->record->kind == BD_KIND_TEXT) {
        *(bd_text *)cell_place(cell) = decimal_text(&intake->scratch, value, denominator);
        return BD_OK;
    }
    FieldResult result =
        field_from_integer(intake->session->module, column->record, value, denominator, cell_place(cell));
    if (result == FIELD_READ)
        return BD_OK;
    Text shown = decimal_text(&intake->scratch, value, denominator);
    if (result != FIELD_INEXACT)
        return intake_refuse(result, cell, shown, error);
    put_exact(intake, cell, shown);
    return BD_OK;
}

/* ---- Deciding ---- */

static bd_decisions decisions_from(const bd_session *session, const bd_decisions *out, size_t first)
{
    return (bd_decisions){
        .decision = out->decision + first,
        .cents = out->cents + first,
        .reasons = out->reasons + first * bd_module_reason_words(session->module),
        .fault = out->fault + first,
        .settled = out->settled ? out->settled + first : NULL,
        .repeated = out->repeated ? out->repeated + first : NULL,
    };
}

/* Cells are written column by column, and the batch wants them by row; equal rows keep no order. Few are, so a shell sort does. */
static void sort_exact(IntakeSheet *sheet)
{
    bd_exact_cell *cells = sheet->exact;
    for (size_t gap = sheet->exact_count / 2; gap > 0; gap /= 2) {
        for (size_t i = gap; i < sheet->exact_count; i++) {
            bd_exact_cell cell = cells[i];
            size_t at = i;
            for (; at >= gap && cells[at - gap].row > cell.row; at -= gap)
                cells[at] = cells[at - gap];
            cells[at] = cell;
        }
    }
}

/* The exact cells of the lists, sorted, without those of rows that were refused; returns how many there are. */
static size_t gather_records(Intake *intake, size_t rows)
{
    size_t count = 0;
    for (uint32_t list = 0; list < intake->session->module->LISTS_count; list++) {
        IntakeSheet *sheet = &intake->lists[list];
        sort_exact(sheet);
        intake->records = arena_reserve(intake->arena, intake->records, count, &intake->record_capacity,
                                        sizeof *intake->records, count + sheet->exact_count + 1);
        for (size_t i = 0; i < sheet->exact_count; i++) {
            const bd_exact_cell *cell = &sheet->exact[i];
            if (cell->row < intake->offsets[list][rows])
                intake->records[count++] = (bd_exact_record){list, cell->row, cell->column, cell->decimal};
        }
    }
    return count;
}

static void fill_batch(Intake *intake, size_t rows)
{
    IntakeSheet *lines = &intake->lines;
    sort_exact(lines);
    while (lines->exact_count > 0 && lines->exact[lines->exact_count - 1].row >= rows) /* of rows that were refused */
        lines->exact_count--;
    intake->batch = (bd_batch){
        .rows = rows,
        .columns = lines->data,
        .exact = lines->exact,
        .exact_count = lines->exact_count,
        .lists = intake->list_data,
        .ids = intake->ids.count > 0 ? &intake->line_ids : NULL,
        .exact_record_count = gather_records(intake, rows),
    };
    intake->batch.exact_records = intake->records;
}

static bd_status decide(Intake *intake, size_t rows, size_t first, const bd_decisions *out, bd_error *error)
{
    bd_session *session = intake->session;
    fill_batch(intake, rows);
    bd_status status = session_check_batch(session, &intake->batch, error);
    if (status == BD_OK && session->rounds)
        status = rounds_check(session, &intake->batch, error);
    if (status != BD_OK)
        return status;
    if (!out)
        return session->rounds ? rounds_count(session, &intake->batch, error) : BD_OK;
    bd_decisions results = decisions_from(session, out, first);
    return session_decide_batch(session, &intake->batch, &results, error);
}

bd_status intake_finish(Intake *intake, size_t rows, size_t first, const bd_decisions *out, bd_status refused,
                        bd_error *error)
{
    bd_error own;
    if (rows == 0)
        return refused;
    bd_status status = decide(intake, rows, first, out, &own);
    if (status == BD_OK)
        return refused;
    if (error)
        *error = own;
    return status;
}

bd_status intake_trace(Intake *intake, const bd_trace **out, bd_error *error)
{
    fill_batch(intake, 1);
    bd_status status = session_check_batch(intake->session, &intake->batch, error);
    return status == BD_OK ? session_trace_row(intake->session, &intake->batch, 0, NULL, out, error) : status;
}
