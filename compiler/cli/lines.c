/* lines.c: batches of declaration lines from a file; see lines.h. Columns are bound in lines_open.c. */
#include "compiler/cli/lines.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/cli/lines_block.h"

static void reserve(Lines *lines, size_t rows)
{
    if (rows <= lines->capacity)
        return;
    Arena *arena = &lines->cli->arena;
    size_t capacity = lines->capacity * 2 > rows ? lines->capacity * 2 : rows;
    uint64_t *file_lines = arena_array(arena, capacity, sizeof *file_lines);
    uint8_t *bad = arena_array(arena, capacity, 1);
    if (lines->count > 0) {
        memcpy(file_lines, lines->file_lines, lines->count * sizeof *file_lines);
        memcpy(bad, lines->bad, lines->count);
    }
    lines->file_lines = file_lines;
    lines->bad = bad;
    uint8_t *is_credit = arena_array(arena, capacity, 1);
    if (lines->count > 0)
        memcpy(is_credit, lines->is_credit, lines->count);
    lines->is_credit = is_credit;
    uint64_t *numbers = arena_array(arena, capacity, sizeof *numbers);
    if (lines->count > 0)
        memcpy(numbers, lines->numbers, lines->count * sizeof *numbers);
    lines->numbers = numbers;
    lines->capacity = capacity;
    for (uint32_t i = 0; i < lines->column_count; i++)
        column_reserve(&lines->columns[i].typed, arena, lines->count, capacity);
    for (int i = 0; i < CARRY_COUNT; i++)
        column_reserve(&lines->carried[i], arena, lines->count, capacity);
    for (uint32_t i = 0; i < lines->other_count; i++)
        column_reserve(&lines->others[i], arena, lines->count, capacity);
    for (uint32_t i = 0; i < lines->key_count; i++)
        column_reserve(lines->keys[i], arena, lines->count, capacity);
}

/* A malformed cell: said out loud, and the run ends unless such lines are to be rejected. */
static bool complain(Lines *lines, Text name, Text cell, const CellProblem *problem)
{
    StringBuilder why;
    builder_init(&why, &lines->batch_arena);
    message_append(lines->cli, &why, problem->message, problem->holes);
    Holes holes = {.a = name, .b = cell, .c = builder_result(&why)};
    Text file = lines->rows.feed.name;
    if (lines->rejects_errors)
        message_warning_at(lines->cli, file, lines->rows.line, MSG_CELL, holes);
    else
        message_error_at(lines->cli, file, lines->rows.line, MSG_CELL, holes);
    lines->bad[lines->count] = 1;
    return lines->rejects_errors;
}

void lines_add_exact(Lines *lines, size_t row, uint32_t column, Text decimal)
{
    Arena *arena = &lines->cli->arena;
    lines->exact = arena_grow(arena, lines->exact, lines->exact_count, &lines->exact_capacity, sizeof *lines->exact);
    lines->exact[lines->exact_count++] = (bd_exact_cell){(uint32_t)row, column, decimal};
}

/* A cell that could not simply be stored. */
static bool read_unusual(Lines *lines, uint32_t index, Text name, Text cell, CellStatus status, CellProblem *problem)
{
    if (status == CELL_INEXACT && index != BD_NONE) {
        lines_add_exact(lines, lines->count, index, arena_text_copy(&lines->batch_arena, cell));
        return true;
    }
    if (status == CELL_INEXACT)
        *problem = (CellProblem){MSG_CELL_TOO_PRECISE, {.a = {NULL, 0}}};
    else if (status == CELL_ABSENT)
        *problem = (CellProblem){MSG_CELL_EMPTY, {.a = {NULL, 0}}};
    return lines->bad[lines->count] != 0 || complain(lines, name, cell, problem);
}

/* Reads one cell into the row being read. A batch that waits for the end of a declaration outlives the buffer, so it keeps its texts.
** Returns false when the run must end. */
static inline bool read_cell(Lines *lines, TypedColumn *column, uint32_t index, Text name, Text cell)
{
    if (lines->by_declaration && column->info.kind == BD_KIND_TEXT && cell.size > 0)
        cell = arena_text_copy(&lines->batch_arena, cell);
    CellProblem problem; /* not cleared: that would cost more than most cells */
    CellStatus status = column_store(column, lines->count, cell, &lines->batch_arena, &problem);
    if (status == CELL_STORED || (status == CELL_ABSENT && column->info.optional))
        return true;
    return read_unusual(lines, index, name, cell, status, &problem);
}

/* Whether the row is a debit or a credit. A credit takes back what its debit was granted, which takes a ledger: deciding it as a debit
** would pay it a second time. */
static bool is_debit(Lines *lines)
{
    lines->is_credit[lines->count] = 0;
    if (lines->credit_cell == BD_NONE)
        return true;
    Text cell = lines->rows.cells[lines->credit_cell];
    if (cell.size == 0 || text_equal(cell, TEXT("D")))
        return true;
    if (lines->takes_credits && text_equal(cell, TEXT("C"))) {
        lines->is_credit[lines->count] = 1;
        return true;
    }
    CellProblem problem = {text_equal(cell, TEXT("C")) ? MSG_CELL_CREDIT : MSG_CELL_DEBET, {.a = {NULL, 0}}};
    return complain(lines, TEXT("debet_credit"), cell, &problem);
}

static void read_presence(Lines *lines, LineColumn *column)
{
    bool is_there = false;
    for (uint32_t i = 0; i < lines->group_cell_count[column->group] && !is_there; i++)
        is_there = lines->rows.cells[lines->group_cells[column->group][i]].size > 0;
    ((uint8_t *)column->typed.values)[lines->count] = is_there;
    column->typed.present[lines->count] = 1;
}

bool lines_read_row(Lines *lines)
{
    RowReader *rows = &lines->rows;
    size_t row = lines->count;
    if (lines->line_cell != BD_NONE) { /* a sorted file tells where the row stood */
        rows->line = lines_read_count(rows->cells[lines->line_cell]);
        lines->numbers[row] = lines_read_count(rows->cells[lines->number_cell]);
    }
    lines->file_lines[row] = rows->line;
    lines->bad[row] = 0;
    bool goes_on = is_debit(lines);
    for (int i = 0; i < CARRY_COUNT && goes_on; i++) {
        if (lines->carried_cells[i] == BD_NONE)
            continue;
        bool is_of_credit = i == CARRY_PREVIOUS_DECLARATION || i == CARRY_PREVIOUS_LINE;
        if (is_of_credit && !lines->is_credit[row])
            column_clear(&lines->carried[i], row);
        else
            goes_on = read_cell(lines, &lines->carried[i], BD_NONE, lines->carried[i].info.name,
                                rows->cells[lines->carried_cells[i]]);
    }
    for (uint32_t i = 0; i < lines->column_count && goes_on; i++) {
        LineColumn *column = &lines->columns[i];
        if (column->cell != BD_NONE)
            goes_on = read_cell(lines, &column->typed, i, column->typed.info.name, rows->cells[column->cell]);
        else if (column->is_presence && !column->is_joined)
            read_presence(lines, column);
        else
            column_clear(&column->typed, row);
    }
    for (uint32_t i = 0; i < lines->other_count && goes_on; i++) {
        Text cell = lines->other_cells[i] == BD_NONE ? (Text){NULL, 0} : rows->cells[lines->other_cells[i]];
        goes_on = read_cell(lines, &lines->others[i], BD_NONE, lines->others[i].info.name, cell);
    }
    for (uint32_t i = 0; i < lines->key_count && goes_on; i++)
        goes_on =
            read_cell(lines, lines->keys[i], BD_NONE, lines->keys[i]->info.name, rows->cells[lines->key_cells[i]]);
    return goes_on;
}

Text lines_text(const Lines *lines, Carried column, size_t row)
{
    return ((const bd_text *)lines->carried[column].values)[row];
}

/* Remembers a declaration that ended; false when it had ended before. Only hashes are kept, 64 bits each. */
static bool see(Lines *lines, Text declaration)
{
    uint64_t hash = text_hash(declaration) | 1;
    if (lines->seen_count * 2 >= lines->seen_capacity) {
        size_t old_capacity = lines->seen_capacity;
        uint64_t *old = lines->seen;
        lines->seen_capacity = old_capacity == 0 ? 1024 : old_capacity * 2;
        lines->seen = calloc(lines->seen_capacity, sizeof *lines->seen);
        if (lines->seen == NULL)
            longjmp(lines->cli->landing, BD_NOMEM);
        for (size_t i = 0; i < old_capacity; i++) {
            size_t at = (size_t)old[i] & (lines->seen_capacity - 1);
            while (old[i] != 0 && lines->seen[at] != 0)
                at = (at + 1) & (lines->seen_capacity - 1);
            if (old[i] != 0)
                lines->seen[at] = old[i];
        }
        free(old);
    }
    size_t at = (size_t)hash & (lines->seen_capacity - 1);
    for (; lines->seen[at] != 0; at = (at + 1) & (lines->seen_capacity - 1)) {
        if (lines->seen[at] == hash)
            return false;
    }
    lines->seen[at] = hash;
    lines->seen_count++;
    return true;
}

/* The row just read begins another declaration than the row before it: whether the batch should end before it. */
static bool ends_batch(Lines *lines, bool *is_split)
{
    size_t row = lines->count;
    *is_split = false;
    if (!lines->by_declaration)
        return false;
    Text declaration = lines_text(lines, CARRY_DECLARATION, row);
    bool is_new = row == 0 || !text_equal(declaration, lines_text(lines, CARRY_DECLARATION, row - 1));
    if (is_new && row >= LINES_BATCH)
        return true;
    *is_split = is_new && !see(lines, declaration);
    return false;
}

static bool stop(Lines *lines)
{
    lines->has_stopped = true;
    return lines->count > 0;
}

/* The buffer holds no whole row any more. False: go on reading with more of the file. */
static bool handle_starved(Lines *lines)
{
    if (lines->count > 0 && !lines->by_declaration) {
        lines->needs_refill = true;
        return true;
    }
    if (rows_refill(&lines->rows))
        return false;
    lines->has_stopped = lines->rows.feed.failed;
    return true;
}

bool lines_next(Lines *lines)
{
    lines->count = 0;
    lines->exact_count = 0;
    arena_reset(&lines->batch_arena);
    if (lines->has_stopped)
        return false;
    if (lines->needs_refill && !rows_refill(&lines->rows)) {
        lines->has_stopped = lines->rows.feed.failed;
        return false;
    }
    lines->needs_refill = false;
    while (lines->by_declaration || lines->count < LINES_BATCH) {
        reserve(lines, lines->count < LINES_BATCH ? LINES_BATCH : lines->count + 1);
        if (lines_take_block(lines) > 0) {
            if (lines->has_stopped)
                return lines->count > 0;
            continue;
        }
        RowStatus status = rows_next(&lines->rows);
        if (status == ROW_STOP)
            return stop(lines);
        if (status == ROW_END)
            break;
        if (status == ROW_STARVED) {
            if (handle_starved(lines))
                break;
            continue;
        }
        if (!lines_read_row(lines))
            return stop(lines);
        bool is_split = false;
        if (ends_batch(lines, &is_split)) {
            rows_unread(&lines->rows);
            break;
        }
        if (is_split) {
            message_error_at(lines->cli, lines->rows.feed.name, lines->rows.line, MSG_DECLARATION_SPLIT,
                             (Holes){.a = lines_text(lines, CARRY_DECLARATION, lines->count)});
            return stop(lines);
        }
        lines->count++;
    }
    return lines->count > 0;
}

static int compare_exact(const void *a, const void *b)
{
    const bd_exact_cell *first = a, *second = b;
    if (first->row != second->row)
        return first->row < second->row ? -1 : 1;
    return (first->column > second->column) - (first->column < second->column);
}

static void fill_ids(Lines *lines)
{
    const TypedColumn *carried = lines->carried;
    lines->ids = (bd_line_ids){.signed_on = carried[CARRY_SIGNED].values,
                               .municipality = carried[CARRY_MUNICIPALITY].values,
                               .provider = carried[CARRY_PROVIDER].values,
                               .declaration = carried[CARRY_DECLARATION].values,
                               .line = carried[CARRY_NUMBER].values,
                               .skip = lines->bad};
    if (!lines->takes_credits || lines->credit_cell == BD_NONE)
        return;
    lines->ids.is_credit = lines->is_credit;
    lines->ids.previous_declaration = carried[CARRY_PREVIOUS_DECLARATION].values;
    lines->ids.previous_line = carried[CARRY_PREVIOUS_LINE].values;
}

void lines_finish(Lines *lines)
{
    for (uint32_t i = 0; i < lines->column_count; i++)
        lines->data[i] = (bd_column_data){lines->columns[i].typed.values, lines->columns[i].typed.present};
    size_t kept = 0;
    for (size_t i = 0; i < lines->exact_count; i++) {
        if (lines->exact[i].row < lines->count)
            lines->exact[kept++] = lines->exact[i];
    }
    lines->exact_count = kept;
    if (lines->has_ids)
        fill_ids(lines);
    if (kept > 1)
        qsort(lines->exact, kept, sizeof *lines->exact, compare_exact);
}

void lines_close(Lines *lines)
{
    rows_close(&lines->rows);
    arena_free(&lines->batch_arena);
    free(lines->seen);
    lines->seen = NULL;
}
