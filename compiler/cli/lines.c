/* lines.c: declaration lines, from a file to batches of columns; see lines.h. */
#include "compiler/cli/lines.h"

#include <stdlib.h>
#include <string.h>

const Text LINE_GROUP_NAMES[GROUP_COUNT] = {TEXT_INIT("toewijzing"), TEXT_INIT("start"), TEXT_INIT("stop")};
const Text LINE_GROUP_PREFIXES[GROUP_COUNT] = {TEXT_INIT("toewijzing_"), TEXT_INIT("start_"), TEXT_INIT("stop_")};
static const char *const GROUP_OPTIONS[GROUP_COUNT] = {"--allocations", "--starts", "--stops"};

/* Columns of the standard that a file may always have. */
static const Text STANDARD[] = {
    TEXT_INIT("declaratienummer"), TEXT_INIT("regelnummer"),      TEXT_INIT("dagtekening"),    TEXT_INIT("aanbieder"),
    TEXT_INIT("gemeente"),         TEXT_INIT("client"),           TEXT_INIT("toewijzingnummer"), TEXT_INIT("product"),
    TEXT_INIT("begindatum"),       TEXT_INIT("einddatum"),        TEXT_INIT("volume"),         TEXT_INIT("eenheid"),
    TEXT_INIT("tarief"),           TEXT_INIT("bedrag"),           TEXT_INIT("debet_credit"),   TEXT_INIT("vorige_declaratie"),
    TEXT_INIT("vorige_regel"),
};
enum { STANDARD_COUNT = sizeof STANDARD / sizeof *STANDARD };

static const struct {
    Text name;
    bd_kind kind;
    bd_meaning meaning;
} CARRIED[CARRY_COUNT] = {
    {TEXT_INIT("declaratienummer"), BD_KIND_TEXT, BD_MEANS_TEXT}, {TEXT_INIT("regelnummer"), BD_KIND_TEXT, BD_MEANS_TEXT},
    {TEXT_INIT("toewijzingnummer"), BD_KIND_TEXT, BD_MEANS_TEXT}, {TEXT_INIT("client"), BD_KIND_TEXT, BD_MEANS_TEXT},
    {TEXT_INIT("dagtekening"), BD_KIND_INT, BD_MEANS_DATE},       {TEXT_INIT("einddatum"), BD_KIND_INT, BD_MEANS_DATE},
};

static LineGroup group_of(Text name, bd_kind kind, bool *is_presence)
{
    *is_presence = false;
    for (int group = 0; group < GROUP_COUNT; group++) {
        if (kind == BD_KIND_BOOL && text_equal(name, LINE_GROUP_NAMES[group])) {
            *is_presence = true;
            return (LineGroup)group;
        }
        if (text_has_prefix(name, LINE_GROUP_PREFIXES[group]))
            return (LineGroup)group;
    }
    return GROUP_COUNT;
}

/* Takes note of the cells of the file that tell whether a group's message is there. */
static void bind_groups(Lines *lines)
{
    RowReader *rows = &lines->rows;
    for (int group = 0; group < GROUP_COUNT; group++) {
        lines->group_cells[group] = arena_array(&lines->cli->arena, rows->header_count, sizeof(uint32_t));
        if (lines->is_group_joined[group])
            continue;
        for (uint32_t i = 0; i < rows->header_count; i++) {
            if (text_has_prefix(rows->header[i], LINE_GROUP_PREFIXES[group]))
                lines->group_cells[group][lines->group_cell_count[group]++] = rows_want(rows, rows->header[i]);
        }
    }
}

static bool bind_column(Lines *lines, LineColumn *column)
{
    const bd_column_info *info = &column->typed.info;
    column->cell = BD_NONE;
    column->group = group_of(info->name, info->kind, &column->is_presence);
    column->is_joined = column->group != GROUP_COUNT && lines->is_group_joined[column->group];
    if (column->is_joined)
        return true;
    if (column->is_presence) {
        if (lines->group_cell_count[column->group] > 0 || rows_has(&lines->rows, info->name))
            return true;
        Holes holes = {.a = info->name, .b = text_from_cstring(GROUP_OPTIONS[column->group])};
        message_error_at(lines->cli, lines->rows.feed.name, 1, MSG_GROUP_MISSING, holes);
        return false;
    }
    if (rows_has(&lines->rows, info->name)) {
        column->cell = rows_want(&lines->rows, info->name);
        return true;
    }
    return info->optional || rows_require(&lines->rows, info->name, &column->cell);
}

static bool bind_columns(Lines *lines)
{
    bd_program_info program;
    if (bd_module_program(lines->module, 0, &program) != BD_OK || program.kind != BD_PROGRAM_LINES)
        return false;
    lines->first_column = program.first_column;
    lines->columns = arena_array(&lines->cli->arena, program.columns, sizeof *lines->columns);
    for (uint32_t i = 0; i < program.columns; i++) {
        bd_column_info info;
        if (bd_module_column(lines->module, program.first_column + i, &info) != BD_OK || info.list != BD_NONE)
            break;
        LineColumn *column = &lines->columns[lines->column_count++];
        column_init(&column->typed, &lines->cli->arena, lines->module, &info);
        if (!bind_column(lines, column))
            return false;
    }
    lines->data = arena_array(&lines->cli->arena, lines->column_count, sizeof *lines->data);
    return true;
}

static bool bind_carried(Lines *lines)
{
    for (int i = 0; i < CARRY_COUNT; i++) {
        bd_column_info info = column_plain(CARRIED[i].name, CARRIED[i].kind, CARRIED[i].meaning);
        column_init(&lines->carried[i], &lines->cli->arena, lines->module, &info);
        lines->carried_cells[i] = BD_NONE;
    }
    bool is_allocation_joined = lines->is_group_joined[GROUP_ALLOCATION];
    bool is_any_joined = is_allocation_joined || lines->is_group_joined[GROUP_START] || lines->is_group_joined[GROUP_STOP];
    bool is_wanted[CARRY_COUNT] = {true, true, is_any_joined, false, is_allocation_joined, is_any_joined};
    is_wanted[CARRY_CLIENT] = lines->others != NULL;
    for (int i = 0; i < CARRY_COUNT; i++) {
        if (is_wanted[i] && !rows_require(&lines->rows, CARRIED[i].name, &lines->carried_cells[i]))
            return false;
    }
    return true;
}

/* andere_regels reads the other lines of the same file. */
static bool bind_others(Lines *lines)
{
    bd_module_info info;
    bd_module_describe(lines->module, &info);
    for (uint32_t i = 0; i < info.lists; i++) {
        bd_list_info list;
        if (bd_module_list(lines->module, i, &list) != BD_OK || !text_equal(list.name, TEXT("andere_regels")))
            continue;
        lines->by_declaration = true;
        lines->other_count = list.columns;
        lines->others = arena_array(&lines->cli->arena, list.columns + (size_t)1, sizeof *lines->others);
        lines->other_cells = arena_array(&lines->cli->arena, list.columns + (size_t)1, sizeof *lines->other_cells);
        for (uint32_t j = 0; j < list.columns; j++) {
            bd_column_info column;
            if (bd_module_column(lines->module, list.first_column + j, &column) != BD_OK)
                return false;
            column_init(&lines->others[j], &lines->cli->arena, lines->module, &column);
            lines->other_cells[j] = BD_NONE;
            if (rows_has(&lines->rows, column.name))
                lines->other_cells[j] = rows_want(&lines->rows, column.name);
            else if (!column.optional && !rows_require(&lines->rows, column.name, &lines->other_cells[j]))
                return false;
        }
    }
    return true;
}

ExitStatus lines_open(Lines *lines, Cli *cli, const bd_module *module, const LinesOptions *options)
{
    memset(lines, 0, sizeof *lines);
    lines->cli = cli;
    lines->module = module;
    lines->rejects_errors = options->rejects_errors;
    memcpy(lines->is_group_joined, options->is_group_joined, sizeof lines->is_group_joined);
    cli_arena(cli, &lines->batch_arena);
    if (!rows_open(&lines->rows, cli, options->path, options->separator))
        return lines->rows.feed.failed || lines->rows.feed.fd < 0 ? EXIT_FILE : EXIT_WANTING;
    bind_groups(lines);
    if (!bind_others(lines) || !bind_carried(lines) || !bind_columns(lines))
        return EXIT_WANTING;
    return EXIT_GOOD;
}

const TypedColumn *lines_add_key(Lines *lines, Text name)
{
    for (uint32_t i = 0; i < lines->key_count; i++) {
        if (text_equal(lines->keys[i]->info.name, name))
            return lines->keys[i];
    }
    uint32_t cell = BD_NONE;
    if (!rows_require(&lines->rows, name, &cell))
        return NULL;
    Arena *arena = &lines->cli->arena;
    size_t capacity = lines->key_count, cells = lines->key_count;
    lines->keys = arena_grow(arena, lines->keys, lines->key_count, &capacity, sizeof *lines->keys);
    lines->key_cells = arena_grow(arena, lines->key_cells, lines->key_count, &cells, sizeof *lines->key_cells);
    TypedColumn *column = arena_alloc(arena, sizeof *column);
    bd_column_info info = column_plain(name, BD_KIND_TEXT, BD_MEANS_TEXT);
    column_init(column, arena, lines->module, &info);
    lines->keys[lines->key_count] = column;
    lines->key_cells[lines->key_count++] = cell;
    return column;
}

void lines_start(Lines *lines)
{
    rows_ready(&lines->rows, STANDARD, STANDARD_COUNT);
}

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

/* Reads one cell into the row being read. A batch that waits for the end of a declaration outlives the buffer, so it keeps its texts.
** Returns false when the run must end. */
static bool read_cell(Lines *lines, TypedColumn *column, uint32_t index, Text name, Text cell)
{
    if (lines->by_declaration && column->info.kind == BD_KIND_TEXT && cell.size > 0)
        cell = arena_text_copy(&lines->batch_arena, cell);
    CellProblem problem = {MSG_CELL_EMPTY, {.a = {NULL, 0}}};
    CellStatus status = column_store(column, lines->count, cell, &lines->batch_arena, &problem);
    if (status == CELL_STORED || (status == CELL_ABSENT && column->info.optional))
        return true;
    if (status == CELL_INEXACT && index != BD_NONE) {
        lines_add_exact(lines, lines->count, index, arena_text_copy(&lines->batch_arena, cell));
        return true;
    }
    if (status == CELL_INEXACT)
        problem.message = MSG_CELL_TOO_PRECISE;
    return lines->bad[lines->count] != 0 || complain(lines, name, cell, &problem);
}

static void read_presence(Lines *lines, LineColumn *column)
{
    bool is_there = false;
    for (uint32_t i = 0; i < lines->group_cell_count[column->group] && !is_there; i++)
        is_there = lines->rows.cells[lines->group_cells[column->group][i]].size > 0;
    ((uint8_t *)column->typed.values)[lines->count] = is_there;
    column->typed.present[lines->count] = 1;
}

static bool read_row(Lines *lines)
{
    RowReader *rows = &lines->rows;
    size_t row = lines->count;
    lines->file_lines[row] = rows->line;
    lines->bad[row] = 0;
    bool goes_on = true;
    for (int i = 0; i < CARRY_COUNT && goes_on; i++) {
        if (lines->carried_cells[i] != BD_NONE)
            goes_on = read_cell(lines, &lines->carried[i], BD_NONE, CARRIED[i].name, rows->cells[lines->carried_cells[i]]);
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
        goes_on = read_cell(lines, lines->keys[i], BD_NONE, lines->keys[i]->info.name, rows->cells[lines->key_cells[i]]);
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
        reserve(lines, lines->count < LINES_BATCH ? LINES_BATCH : lines->count + 1);
        if (!read_row(lines))
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
