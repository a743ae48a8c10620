/* lines_block.c: plain rows of a batch, taken column by column; see lines_block.h.
**
** Job: fill the columns for a whole block, each in one loop, and mark the rows with a cell that is anything but plainly right. Those
** rows are then read once more, in order, by lines_read_row: messages, rejections and exact values come from one place only.
*/
#include "compiler/cli/lines_block.h"

#include <string.h>

#include "compiler/cli/column_run.h"

static CellRun run_of(const Lines *lines, uint32_t cell)
{
    if (lines->rows.is_json)
        return json_block_run(&lines->json, cell);
    const RowBlock *block = &lines->block;
    uint32_t column = block->column_of[cell];
    return (CellRun){.data = block->data,
                     .ends = block->ends + column,
                     .stride = block->stride,
                     .rows = block->rows,
                     .has_returns = block->has_returns && column + 1 == block->stride};
}

/* A cell that is wanted stands in the header of a CSV file, unless nothing asked for it there. Any row of JSON Lines may lack it. */
static bool is_in_file(const Lines *lines, uint32_t cell)
{
    return cell != BD_NONE && (lines->rows.is_json || lines->block.column_of[cell] != BD_NONE);
}

static void clear(const Lines *lines, TypedColumn *column)
{
    memset((char *)column->values + lines->count * column->width, 0, lines->block.rows * column->width);
    memset(column->present + lines->count, 0, lines->block.rows);
}

static void fill(Lines *lines, TypedColumn *column, uint32_t cell)
{
    if (!is_in_file(lines, cell)) {
        clear(lines, column);
        return;
    }
    CellRun run = run_of(lines, cell);
    column_store_run(column, lines->count, run, &lines->batch_arena, lines->unusual);
}

/* Debits, the common case, are settled here; a credit or anything else needs a closer look. */
static void fill_credits(Lines *lines)
{
    memset(lines->is_credit + lines->count, 0, lines->block.rows);
    if (!is_in_file(lines, lines->credit_cell))
        return;
    CellRun run = run_of(lines, lines->credit_cell);
    for (size_t i = 0; i < run.rows; i++) {
        Text cell = cell_run_at(run, i);
        lines->unusual[i] |= (uint8_t)(cell.size > 1 || (cell.size == 1 && cell.data[0] != 'D'));
    }
}

static void fill_presence(Lines *lines, LineColumn *column)
{
    uint8_t *values = (uint8_t *)column->typed.values + lines->count;
    memset(values, 0, lines->block.rows);
    memset(column->typed.present + lines->count, 1, lines->block.rows);
    for (uint32_t cell = 0; cell < lines->group_cell_count[column->group]; cell++) {
        if (!is_in_file(lines, lines->group_cells[column->group][cell]))
            continue;
        CellRun run = run_of(lines, lines->group_cells[column->group][cell]);
        for (size_t i = 0; i < run.rows; i++)
            values[i] |= cell_run_at(run, i).size > 0;
        if (memchr(values, 0, run.rows) == NULL)
            return; /* one cell is enough */
    }
}

static void fill_places(Lines *lines)
{
    size_t rows = lines->block.rows;
    for (size_t i = 0; i < rows; i++)
        lines->file_lines[lines->count + i] = lines->rows.next_line + i;
    if (lines->line_cell == BD_NONE)
        return;
    CellRun places = run_of(lines, lines->line_cell), numbers = run_of(lines, lines->number_cell);
    for (size_t i = 0; i < rows; i++) { /* a sorted file tells where the row stood */
        lines->file_lines[lines->count + i] = lines_read_count(cell_run_at(places, i));
        lines->numbers[lines->count + i] = lines_read_count(cell_run_at(numbers, i));
    }
}

static void fill_columns(Lines *lines)
{
    for (int i = 0; i < CARRY_COUNT; i++) {
        bool is_of_credit = i == CARRY_PREVIOUS_DECLARATION || i == CARRY_PREVIOUS_LINE;
        if (lines->carried_cells[i] == BD_NONE)
            continue;
        if (is_of_credit) /* credits are read with care */
            clear(lines, &lines->carried[i]);
        else
            fill(lines, &lines->carried[i], lines->carried_cells[i]);
    }
    for (uint32_t i = 0; i < lines->column_count; i++) {
        LineColumn *column = &lines->columns[i];
        if (column->cell == BD_NONE && column->is_presence && !column->is_joined)
            fill_presence(lines, column);
        else
            fill(lines, &column->typed, column->cell);
    }
    for (uint32_t i = 0; i < lines->key_count; i++)
        fill(lines, lines->keys[i], lines->key_cells[i]);
}

/* The cells of one row, into rows.cells. False when the row is malformed. */
static bool read_cells(Lines *lines, size_t row)
{
    if (lines->rows.is_json)
        return jsonl_read(&lines->rows, json_block_line(&lines->json, row)) == ROW_READ;
    csv_block_cells(&lines->block, &lines->rows, row);
    return true;
}

/* Reads the rows that are marked once more. False at the one that ends the run: then lines->count is that row. */
static bool reread(Lines *lines, size_t first)
{
    const uint8_t *marks = lines->unusual;
    for (size_t i = 0; i < lines->block.rows; i++) {
        const uint8_t *found = memchr(marks + i, 1, lines->block.rows - i);
        if (found == NULL)
            return true;
        i = (size_t)(found - marks);
        lines->rows.line = lines->rows.next_line + i;
        lines->count = first + i;
        if (!read_cells(lines, i) || !lines_read_row(lines))
            return false;
    }
    return true;
}

/* Looks at the rows ahead, and marks those whose cells are still to be found. */
static size_t look(Lines *lines)
{
    const size_t wanted = LINES_BATCH - lines->count;
    RowReader *rows = &lines->rows;
    if (!rows->is_json) {
        if (lines->block.capacity == 0)
            csv_block_init(&lines->block, rows, COLUMN_RUN_ROWS);
        memset(lines->unusual, 0, wanted);
        return csv_block_look(&lines->block, rows, wanted);
    }
    if (lines->json.column_of == NULL)
        json_block_init(&lines->json, rows);
    lines->block.rows = json_block_look(&lines->json, rows, wanted);
    memcpy(lines->unusual, lines->json.is_careful, lines->block.rows);
    return lines->block.rows;
}

static void take(Lines *lines, size_t count)
{
    if (lines->rows.is_json)
        json_block_take(&lines->json, &lines->rows, count);
    else
        csv_block_take(&lines->block, &lines->rows, count);
}

size_t lines_take_block(Lines *lines)
{
    /* A batch of whole declarations outlives the buffer that blocks point into. */
    if (lines->by_declaration)
        return 0;
    size_t rows = look(lines);
    if (rows == 0)
        return 0;
    size_t first = lines->count;
    memset(lines->bad + first, 0, rows);
    fill_places(lines);
    fill_credits(lines);
    fill_columns(lines);
    if (!reread(lines, first)) {
        take(lines, lines->count - first + 1);
        lines->has_stopped = true;
        return rows;
    }
    lines->count = first + rows;
    take(lines, rows);
    return rows;
}
