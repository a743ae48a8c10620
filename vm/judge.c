/* judge.c: bd_session_check, and the exact cells of lists (see judge.h).
**
** Deciding trusts no value, but it decides any; here is said which values cannot be meant: a day outside the calendar, an index that is no
** member. The columns of the lines are judged first, then list by list.
*/
#include "judge.h"

#include "field.h"
#include "session_run.h"
#include "status.h"
#include "value.h"

/* ---- Exact cells of lists ---- */

static bool is_before(const bd_exact_record *cell, uint32_t list, uint32_t record)
{
    return cell->list < list || (cell->list == list && cell->record < record);
}

/* The first cell that is not before a record. */
static size_t lower_bound(const bd_batch *batch, uint32_t list, uint32_t record)
{
    size_t low = 0, high = batch->exact_record_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (is_before(&batch->exact_records[middle], list, record))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bd_status judge_exact_records(const bd_module *module, const bd_batch *batch, bd_error *error)
{
    if (batch->exact_record_count > 0 && (!batch->exact_records || !batch->lists))
        return status_report(BD_ARGUMENT, 0, "the batch has exact cells of lists but no array of them, or no lists",
                             error);
    for (size_t i = 0; i < batch->exact_record_count; i++) {
        const bd_exact_record *cell = &batch->exact_records[i];
        if (cell->list >= module->LISTS_count || cell->record >= batch->lists[cell->list].offsets[batch->rows] ||
            (i > 0 && is_before(cell, cell[-1].list, cell[-1].record)))
            return status_report(BD_ARGUMENT, cell->list,
                                 "exact cells of lists are not sorted by list and record, or lie outside them", error);
        const ListRecord *list = &module->LISTS[cell->list];
        if (cell->column >= list->columns || module->COLUMNS[list->first_column + cell->column].kind != BD_KIND_SCALED)
            return status_report(BD_ARGUMENT, cell->list, "an exact cell of a list's column that is not SCALED", error);
        if (!value_is_readable(cell->decimal))
            return status_report(BD_ARGUMENT, cell->list, "an exact cell has a size but no bytes", error);
    }
    return BD_OK;
}

const bd_exact_record *judge_find_record(const bd_batch *batch, uint32_t list, uint32_t record, uint32_t column)
{
    for (size_t i = lower_bound(batch, list, record); i < batch->exact_record_count; i++) {
        const bd_exact_record *cell = &batch->exact_records[i];
        if (cell->list != list || cell->record != record)
            break;
        if (cell->column == column)
            return cell;
    }
    return NULL;
}

size_t judge_records_of_row(const bd_batch *batch, uint32_t list, size_t row, size_t *first)
{
    const uint32_t *offsets = batch->lists[list].offsets + row;
    *first = lower_bound(batch, list, offsets[0]);
    return lower_bound(batch, list, offsets[1]) - *first;
}

void judge_mark_records(const bd_module *module, const bd_batch *batch, size_t first, uint32_t rows, uint8_t *marks)
{
    for (uint32_t list = 0; batch->exact_record_count > 0 && list < module->LISTS_count; list++) {
        for (uint32_t i = 0; i < rows; i++) {
            size_t at;
            marks[i] |= (uint8_t)(judge_records_of_row(batch, list, first + i, &at) > 0);
        }
    }
}

/* ---- Values ---- */

static bd_status refuse(const bd_module *module, const ColumnRecord *column, FieldResult why, size_t row,
                        bd_error *error)
{
    Message message;
    bd_status status = why == FIELD_NO_MEMBER ? BD_NAME : why == FIELD_OUTSIDE ? BD_RANGE : BD_ARGUMENT;
    message_begin(&message);
    message_cstring(&message, "row ");
    message_uint(&message, row);
    message_cstring(&message, ", column ");
    message_text(&message, module_text(module, column->name));
    message_cstring(&message, status == BD_NAME    ? " is no member of its choice"
                              : status == BD_RANGE ? " lies outside the calendar"
                                                   : " has a size but no bytes");
    return message_report(&message, status, (uint32_t)row, error);
}

/* The first of `count` values from `from` on that cannot be; `count` when all can. */
static size_t find_odd(const bd_module *module, const ColumnRecord *column, const bd_column_data *data, size_t from,
                       size_t count, FieldResult *why)
{
    const uint8_t *present = column->flags & COLUMN_OPTIONAL ? data->present : NULL;
    for (size_t i = 0; i < count; i++) {
        size_t at = from + i;
        if (present && !present[at])
            continue;
        if (column->kind == BD_KIND_INT)
            *why = field_judge(module, column, ((const int32_t *)data->values)[at]);
        else
            *why = value_is_readable(((const bd_text *)data->values)[at]) ? FIELD_READ : FIELD_NO_VALUE;
        if (*why != FIELD_READ)
            return i;
    }
    return count;
}

static bool is_judged(const ColumnRecord *column)
{
    return column->kind == BD_KIND_INT || column->kind == BD_KIND_TEXT;
}

static bd_status check_columns(const bd_module *module, const bd_batch *batch, bd_error *error)
{
    const ProgramRecord *program = &module->PROGRAMS[0];
    const ColumnRecord *odd = NULL;
    FieldResult why = FIELD_READ, odd_why = FIELD_READ;
    size_t rows = batch->rows;
    for (uint32_t i = 0; i < program->columns; i++) {
        const ColumnRecord *column = &module->COLUMNS[program->first_column + i];
        size_t good = is_judged(column) ? find_odd(module, column, &batch->columns[i], 0, rows, &why) : rows;
        if (good < rows) {
            rows = good;
            odd = column;
            odd_why = why;
        }
    }
    return odd ? refuse(module, odd, odd_why, rows, error) : BD_OK;
}

static bd_status check_records(const bd_module *module, const bd_batch *batch, uint32_t index, bd_error *error)
{
    const ListRecord *list = &module->LISTS[index];
    const bd_list_data *data = &batch->lists[index];
    FieldResult why = FIELD_READ;
    for (size_t row = 0; row < batch->rows; row++) {
        size_t first = data->offsets[row], count = data->offsets[row + 1] - data->offsets[row];
        for (uint32_t i = 0; i < list->columns && count > 0; i++) {
            const ColumnRecord *column = &module->COLUMNS[list->first_column + i];
            if (is_judged(column) && find_odd(module, column, &data->columns[i], first, count, &why) < count)
                return refuse(module, column, why, row, error);
        }
    }
    return BD_OK;
}

bd_status bd_session_check(const bd_session *session, const bd_batch *batch, bd_error *error)
{
    if (!session || !batch)
        return status_report(BD_ARGUMENT, 0, "bd_session_check needs a session and a batch", error);
    bd_status status = session_check_batch(session, batch, error);
    if (status == BD_OK && batch->rows > 0)
        status = check_columns(session->module, batch, error);
    for (uint32_t i = 0; status == BD_OK && batch->rows > 0 && i < session->module->LISTS_count; i++)
        status = check_records(session->module, batch, i, error);
    return status;
}
