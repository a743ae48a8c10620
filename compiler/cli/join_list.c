/* join_list.c: the lists of a line; see join_list.h.
**
** A batch wants the records of all its rows in one array per column, with offsets. They are copied there from the side file's columns,
** or, for andere_regels, from the batch itself: a batch then holds whole declarations (lines.h).
*/
#include "compiler/cli/join_list.h"

#include <string.h>

/* `NAAM=FILE` of --records for a list; NULL when it was not given. */
static const char *find_records(const Arguments *arguments, Text name)
{
    for (size_t i = 0; i < arguments->repeated_count; i++) {
        const Repeated *option = &arguments->repeated[i];
        const char *equals = option->id == OPTION_RECORDS ? strchr(option->value, '=') : NULL;
        if (equals != NULL && text_equal(name, (Text){option->value, (size_t)(equals - option->value)}))
            return equals + 1;
    }
    return NULL;
}

/* The file of a list: allocations and messages have options of their own. */
static const char *find_file(const Arguments *arguments, Text name, const char **option)
{
    static const struct {
        Text name;
        OptionId id;
    } OWN[] = {
        {TEXT_INIT("toewijzingen"), OPTION_ALLOCATIONS},
        {TEXT_INIT("startberichten"), OPTION_STARTS},
        {TEXT_INIT("stopberichten"), OPTION_STOPS},
    };
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++) {
        if (text_equal(name, OWN[i].name)) {
            *option = OPTION_ROWS[OWN[i].id].name;
            return arguments->values[OWN[i].id];
        }
    }
    *option = OPTION_ROWS[OPTION_RECORDS].name;
    return find_records(arguments, name);
}

static ExitStatus load(Join *join, JoinedList *list, const char *path, char separator)
{
    Arena *arena = &join->cli->arena;
    RecordField *fields = arena_array(arena, (size_t)list->info.columns + 1, sizeof *fields);
    for (uint32_t i = 0; i < list->info.columns; i++) {
        bd_column_info column = list->gathered[i].info;
        fields[i] = (RecordField){column.name, column, !column.optional};
    }
    list->records = arena_alloc(arena, sizeof *list->records);
    const RecordShape shape = {list->info.key, fields, list->info.columns, JOIN_STANDARD, JOIN_STANDARD_COUNT};
    return records_load(list->records, join->cli, join->lines->module, path, separator, &shape);
}

static ExitStatus open_list(Join *join, JoinedList *list, const Arguments *arguments, char separator)
{
    Cli *cli = join->cli;
    Arena *arena = &cli->arena;
    list->gathered = arena_array(arena, (size_t)list->info.columns + 1, sizeof *list->gathered);
    list->data = arena_array(arena, (size_t)list->info.columns + 1, sizeof *list->data);
    for (uint32_t i = 0; i < list->info.columns; i++) {
        bd_column_info column;
        if (bd_module_column(join->lines->module, list->info.first_column + i, &column) != BD_OK)
            return EXIT_BUG;
        column_init(&list->gathered[i], arena, join->lines->module, &column);
    }
    if (text_equal(list->info.name, TEXT("andere_regels")))
        return EXIT_GOOD;
    const char *option = "";
    const char *path = find_file(arguments, list->info.name, &option);
    if (path == NULL) {
        message_error(cli, MSG_LIST_MISSING, (Holes){.a = list->info.name, .b = text_from_cstring(option)});
        return EXIT_WANTING;
    }
    list->key = lines_add_key(join->lines, list->info.key);
    if (list->key == NULL)
        return EXIT_WANTING;
    return load(join, list, path, separator);
}

/* A --records for a list that the module does not have is a slip of the user. */
static bool check_names(const Join *join, const Arguments *arguments)
{
    for (size_t i = 0; i < arguments->repeated_count; i++) {
        const Repeated *option = &arguments->repeated[i];
        if (option->id != OPTION_RECORDS)
            continue;
        Text value = text_from_cstring(option->value);
        const char *equals = strchr(option->value, '=');
        Holes holes = {.a = TEXT("--records"), .b = value, .c = message_pattern(join->cli, MSG_HINT_NAME_FILE)};
        if (equals == NULL) {
            message_error(join->cli, MSG_OPTION_BAD_VALUE, holes);
            return false;
        }
        Text name = text_slice(value, 0, (size_t)(equals - option->value));
        bool is_known = false;
        for (uint32_t j = 0; j < join->list_count; j++)
            is_known = is_known || text_equal(name, join->lists[j].info.name);
        if (!is_known) {
            message_error(join->cli, MSG_NO_SUCH_LIST, (Holes){.a = name});
            return false;
        }
    }
    return true;
}

ExitStatus join_list_open(Join *join, const Arguments *arguments, char separator)
{
    bd_module_info info;
    bd_module_describe(join->lines->module, &info);
    join->list_count = info.lists;
    join->lists = arena_array(&join->cli->arena, (size_t)info.lists + 1, sizeof *join->lists);
    join->data = arena_array(&join->cli->arena, (size_t)info.lists + 1, sizeof *join->data);
    for (uint32_t i = 0; i < info.lists; i++) {
        if (bd_module_list(join->lines->module, i, &join->lists[i].info) != BD_OK)
            return EXIT_BUG;
    }
    if (!check_names(join, arguments))
        return EXIT_USAGE;
    for (uint32_t i = 0; i < info.lists; i++) {
        ExitStatus status = open_list(join, &join->lists[i], arguments, separator);
        if (status != EXIT_GOOD)
            return status;
    }
    return EXIT_GOOD;
}

/* The column of a copy of the lines that stands where `key` stands in the lines themselves. */
static const TypedColumn *copied_key(const Join *to, const Join *from, const TypedColumn *key)
{
    for (uint32_t i = 0; i < from->lines->key_count; i++) {
        if (from->lines->keys[i] == key)
            return to->lines->keys[i];
    }
    return NULL;
}

void join_list_copy(Join *to, const Join *from)
{
    Arena *arena = &to->cli->arena;
    to->lists = arena_array(arena, (size_t)from->list_count + 1, sizeof *to->lists);
    to->data = arena_array(arena, (size_t)from->list_count + 1, sizeof *to->data);
    for (uint32_t i = 0; i < from->list_count; i++) {
        const JoinedList *source = &from->lists[i];
        JoinedList *list = &to->lists[i];
        *list =
            (JoinedList){.info = source->info, .records = source->records, .key = copied_key(to, from, source->key)};
        list->gathered = arena_array(arena, (size_t)list->info.columns + 1, sizeof *list->gathered);
        list->data = arena_array(arena, (size_t)list->info.columns + 1, sizeof *list->data);
        for (uint32_t j = 0; j < list->info.columns; j++)
            column_init(&list->gathered[j], arena, to->lines->module, &source->gathered[j].info);
    }
}

static bool too_long(Join *join, const JoinedList *list, size_t row, Text key, uint32_t count)
{
    Cli *cli = join->cli;
    Holes holes = {
        .a = list->info.name, .b = cli_number(cli, count), .c = key, .d = cli_number(cli, list->info.maximum)};
    message_error_at(cli, join->lines->rows.feed.name, join->lines->file_lines[row], MSG_LIST_TOO_LONG, holes);
    return false;
}

static void reserve(Join *join, JoinedList *list, size_t used, size_t needed)
{
    for (uint32_t i = 0; i < list->info.columns; i++)
        column_reserve(&list->gathered[i], &join->cli->arena, used, needed);
}

static void append(const JoinedList *list, const TypedColumn *from, size_t to_row, size_t from_row)
{
    for (uint32_t i = 0; i < list->info.columns; i++)
        column_copy(&list->gathered[i], to_row, &from[i], from_row);
}

/* The records that have the line's key. */
static bool gather_records(Join *join, JoinedList *list, size_t row, size_t *total)
{
    Text key = ((const bd_text *)list->key->values)[row];
    const KeySlot *slot = key.size == 0 ? NULL : records_find(list->records, key);
    if (slot == NULL)
        return true;
    if (slot->count > list->info.maximum)
        return too_long(join, list, row, key, slot->count);
    reserve(join, list, *total, *total + slot->count);
    for (uint32_t i = 0; i < slot->count; i++)
        append(list, list->records->fields, (*total)++, list->records->order[slot->first + i]);
    return true;
}

/* The other lines of the same declaration and client. */
static bool gather_others(Join *join, JoinedList *list, size_t row, size_t *total)
{
    const Lines *lines = join->lines;
    Text declaration = lines_text(lines, CARRY_DECLARATION, row);
    Text client = lines_text(lines, CARRY_CLIENT, row);
    size_t first = row;
    while (first > 0 && text_equal(lines_text(lines, CARRY_DECLARATION, first - 1), declaration))
        first--;
    uint32_t count = 0;
    for (size_t i = first; i < lines->count && text_equal(lines_text(lines, CARRY_DECLARATION, i), declaration); i++) {
        if (i == row || lines->bad[i] || !text_equal(lines_text(lines, CARRY_CLIENT, i), client))
            continue;
        if (++count > list->info.maximum)
            return too_long(join, list, row, declaration, count);
        reserve(join, list, *total, *total + 1);
        append(list, lines->others, (*total)++, i);
    }
    return true;
}

static bool apply(Join *join, JoinedList *list, bd_list_data *out)
{
    size_t rows = join->lines->count;
    list->offsets =
        arena_reserve(&join->cli->arena, list->offsets, 0, &list->offset_capacity, sizeof *list->offsets, rows + 1);
    size_t total = 0;
    reserve(join, list, 0, 1);
    for (size_t row = 0; row < rows; row++) {
        list->offsets[row] = (uint32_t)total;
        if (join->lines->bad[row])
            continue;
        bool done =
            list->records == NULL ? gather_others(join, list, row, &total) : gather_records(join, list, row, &total);
        if (!done)
            return false;
    }
    list->offsets[rows] = (uint32_t)total;
    for (uint32_t i = 0; i < list->info.columns; i++)
        list->data[i] = (bd_column_data){list->gathered[i].values, list->gathered[i].present};
    *out = (bd_list_data){list->offsets, list->data};
    return true;
}

bool join_list_apply(Join *join)
{
    for (uint32_t i = 0; i < join->list_count; i++) {
        if (!apply(join, &join->lists[i], &join->data[i]))
            return false;
    }
    return true;
}
