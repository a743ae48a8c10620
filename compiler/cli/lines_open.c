/* lines_open.c: which column of the file feeds which column of the module; see lines.h.
**
** Job: everything that is settled once, from the header: required columns, groups that stand inline or are joined, keys of lists, the
** columns that andere_regels reads. lines.c then fills batches without looking at a name again.
*/
#include "compiler/cli/lines.h"

#include <string.h>

#include "compiler/cli/in_order.h"

const Text LINE_GROUP_NAMES[GROUP_COUNT] = {TEXT_INIT("toewijzing"), TEXT_INIT("start"), TEXT_INIT("stop")};
const Text LINE_GROUP_PREFIXES[GROUP_COUNT] = {TEXT_INIT("toewijzing_"), TEXT_INIT("start_"), TEXT_INIT("stop_")};
static const char *const GROUP_OPTIONS[GROUP_COUNT] = {"--allocations", "--starts", "--stops"};

/* Columns of the standard that a file may always have. */
static const Text STANDARD[] = {
    TEXT_INIT("declaratienummer"), TEXT_INIT("regelnummer"),
    TEXT_INIT("dagtekening"),      TEXT_INIT("aanbieder"),
    TEXT_INIT("gemeente"),         TEXT_INIT("client"),
    TEXT_INIT("toewijzingnummer"), TEXT_INIT("product"),
    TEXT_INIT("begindatum"),       TEXT_INIT("einddatum"),
    TEXT_INIT("volume"),           TEXT_INIT("eenheid"),
    TEXT_INIT("tarief"),           TEXT_INIT("bedrag"),
    TEXT_INIT("debet_credit"),     TEXT_INIT("vorige_declaratie"),
    TEXT_INIT("vorige_regel"),
};
enum { STANDARD_COUNT = sizeof STANDARD / sizeof *STANDARD };

static const struct {
    Text name;
    bd_kind kind;
    bd_meaning meaning;
} CARRIED[CARRY_COUNT] = {
    {TEXT_INIT("declaratienummer"), BD_KIND_TEXT, BD_MEANS_TEXT},
    {TEXT_INIT("regelnummer"), BD_KIND_TEXT, BD_MEANS_TEXT},
    {TEXT_INIT("toewijzingnummer"), BD_KIND_TEXT, BD_MEANS_TEXT},
    {TEXT_INIT("client"), BD_KIND_TEXT, BD_MEANS_TEXT},
    {TEXT_INIT("dagtekening"), BD_KIND_INT, BD_MEANS_DATE},
    {TEXT_INIT("einddatum"), BD_KIND_INT, BD_MEANS_DATE},
    {TEXT_INIT("aanbieder"), BD_KIND_TEXT, BD_MEANS_TEXT},
    {TEXT_INIT("gemeente"), BD_KIND_TEXT, BD_MEANS_TEXT},
    {TEXT_INIT("vorige_declaratie"), BD_KIND_TEXT, BD_MEANS_TEXT},
    {TEXT_INIT("vorige_regel"), BD_KIND_TEXT, BD_MEANS_TEXT},
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

static void add_group_cell(Lines *lines, int group, Text name)
{
    uint32_t cell = rows_want(&lines->rows, name);
    for (uint32_t i = 0; i < lines->group_cell_count[group]; i++)
        if (lines->group_cells[group][i] == cell)
            return;
    lines->group_cells[group][lines->group_cell_count[group]++] = cell;
}

/* Takes note of the cells of the file that tell whether a group's message is there. A row of JSON Lines may have a name that the first lacks. */
static void bind_groups(Lines *lines)
{
    RowReader *rows = &lines->rows;
    bd_column_info column;
    bd_module_info info;
    bd_module_describe(lines->module, &info);
    for (int group = 0; group < GROUP_COUNT; group++) {
        size_t room = (size_t)rows->header_count + info.columns;
        lines->group_cells[group] = arena_array(&lines->cli->arena, room, sizeof(uint32_t));
        if (lines->is_group_joined[group])
            continue;
        for (uint32_t i = 0; i < rows->header_count; i++) {
            if (text_has_prefix(rows->header[i], LINE_GROUP_PREFIXES[group]))
                add_group_cell(lines, group, rows->header[i]);
        }
        bool may_come_later = rows->is_json && lines->group_cell_count[group] > 0;
        for (uint32_t i = 0; may_come_later && bd_module_column(lines->module, i, &column) == BD_OK; i++)
            if (column.list == BD_NONE && text_has_prefix(column.name, LINE_GROUP_PREFIXES[group]))
                add_group_cell(lines, group, column.name);
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
    bool may_come_later = lines->rows.is_json && info->optional;
    if (rows_has(&lines->rows, info->name) || may_come_later) {
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
        bool says_who = i == CARRY_DECLARATION || i == CARRY_NUMBER || i >= CARRY_PROVIDER || i == CARRY_SIGNED;
        info.optional = !(lines->has_ids && says_who);
        column_init(&lines->carried[i], &lines->cli->arena, lines->module, &info);
        lines->carried_cells[i] = BD_NONE;
    }
    bool is_allocation_joined = lines->is_group_joined[GROUP_ALLOCATION];
    bool is_any_joined =
        is_allocation_joined || lines->is_group_joined[GROUP_START] || lines->is_group_joined[GROUP_STOP];
    bool is_wanted[CARRY_COUNT] = {true, true, is_any_joined, false, is_allocation_joined, is_any_joined};
    is_wanted[CARRY_CLIENT] = lines->others != NULL;
    is_wanted[CARRY_SIGNED] = is_wanted[CARRY_SIGNED] || lines->has_ids;
    is_wanted[CARRY_PROVIDER] = is_wanted[CARRY_MUNICIPALITY] = lines->has_ids;
    is_wanted[CARRY_PREVIOUS_DECLARATION] = is_wanted[CARRY_PREVIOUS_LINE] =
        lines->takes_credits && lines->credit_cell != BD_NONE;
    for (int i = 0; i < CARRY_COUNT; i++) {
        bool may_come_later = lines->rows.is_json && (i == CARRY_PREVIOUS_DECLARATION || i == CARRY_PREVIOUS_LINE);
        if (is_wanted[i] && may_come_later) /* JSON Lines leave out what a line has not */
            lines->carried_cells[i] = rows_want(&lines->rows, CARRIED[i].name);
        else if (is_wanted[i] && !rows_require(&lines->rows, CARRIED[i].name, &lines->carried_cells[i]))
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
            if (rows_has(&lines->rows, column.name) || (lines->rows.is_json && column.optional))
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
    lines->has_ids = options->has_ids;
    lines->takes_credits = options->takes_credits;
    memcpy(lines->is_group_joined, options->is_group_joined, sizeof lines->is_group_joined);
    cli_arena(cli, &lines->batch_arena);
    lines->number_cell = lines->line_cell = BD_NONE;
    if (options->opened != NULL)
        lines->rows = *options->opened;
    else if (!rows_open(&lines->rows, cli, options->path, options->separator))
        return rows_blame(&lines->rows);
    if (options->is_sorted) {
        lines->rows.feed.name = options->name;
        lines->number_cell = rows_want(&lines->rows, IN_ORDER_NUMBER);
        lines->line_cell = rows_want(&lines->rows, IN_ORDER_LINE);
    }
    /* A credit further on in JSON Lines must not be taken for a debit. */
    bool has_credits = lines->rows.is_json || rows_has(&lines->rows, TEXT("debet_credit"));
    lines->credit_cell = has_credits ? rows_want(&lines->rows, TEXT("debet_credit")) : BD_NONE;
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

static TypedColumn *copy_columns(const Lines *to, const TypedColumn *from, size_t count)
{
    TypedColumn *columns = arena_array(&to->cli->arena, count + 1, sizeof *columns);
    for (size_t i = 0; i < count; i++)
        column_init(&columns[i], &to->cli->arena, to->module, &from[i].info);
    return columns;
}

void lines_copy(Lines *to, const Lines *from, Cli *cli)
{
    *to = (Lines){.cli = cli,
                  .module = from->module,
                  .column_count = from->column_count,
                  .first_column = from->first_column,
                  .other_cells = from->other_cells,
                  .other_count = from->other_count,
                  .key_cells = from->key_cells,
                  .key_count = from->key_count,
                  .credit_cell = from->credit_cell,
                  .has_ids = from->has_ids,
                  .takes_credits = from->takes_credits,
                  .rejects_errors = from->rejects_errors,
                  .by_declaration = from->by_declaration,
                  .number_cell = from->number_cell,
                  .line_cell = from->line_cell};
    Arena *arena = &cli->arena;
    rows_copy(&to->rows, &from->rows, cli);
    cli_arena(cli, &to->batch_arena);
    memcpy(to->carried_cells, from->carried_cells, sizeof to->carried_cells);
    memcpy(to->group_cells, from->group_cells, sizeof to->group_cells);
    memcpy(to->group_cell_count, from->group_cell_count, sizeof to->group_cell_count);
    memcpy(to->is_group_joined, from->is_group_joined, sizeof to->is_group_joined);
    to->columns = arena_array(arena, (size_t)from->column_count + 1, sizeof *to->columns);
    for (uint32_t i = 0; i < from->column_count; i++) {
        to->columns[i] = from->columns[i];
        column_init(&to->columns[i].typed, arena, to->module, &from->columns[i].typed.info);
    }
    for (int i = 0; i < CARRY_COUNT; i++)
        column_init(&to->carried[i], arena, to->module, &from->carried[i].info);
    if (from->others != NULL)
        to->others = copy_columns(to, from->others, from->other_count);
    to->keys = arena_array(arena, (size_t)from->key_count + 1, sizeof *to->keys);
    for (uint32_t i = 0; i < from->key_count; i++)
        to->keys[i] = copy_columns(to, from->keys[i], 1);
    to->data = arena_array(arena, (size_t)from->column_count + 1, sizeof *to->data);
}

void lines_restart(Lines *lines)
{
    lines->has_stopped = lines->needs_refill = false;
    lines->count = 0;
    lines->block.careful = 0;
    lines->block.patience = 1;
}
