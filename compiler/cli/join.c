/* join.c: the allocation, start and stop of a line; see join.h. Lists are in join_list.c. */
#include "compiler/cli/join.h"

#include <string.h>

#include "compiler/cli/join_list.h"

static const OptionId GROUP_OPTION[GROUP_COUNT] = {OPTION_ALLOCATIONS, OPTION_STARTS, OPTION_STOPS};
static const Text GROUP_DATE[GROUP_COUNT] = {TEXT_INIT("toewijzingsdatum"), TEXT_INIT("begindatum"),
                                             TEXT_INIT("einddatum")};

/* Columns of the message standard that side files may always have. */
const Text JOIN_STANDARD[] = {
    TEXT_INIT("toewijzingnummer"), TEXT_INIT("toewijzingsdatum"),
    TEXT_INIT("client"),           TEXT_INIT("aanbieder"),
    TEXT_INIT("gemeente"),         TEXT_INIT("product"),
    TEXT_INIT("begindatum"),       TEXT_INIT("einddatum"),
    TEXT_INIT("ingangsdatum"),     TEXT_INIT("volume"),
    TEXT_INIT("eenheid"),          TEXT_INIT("frequentie"),
    TEXT_INIT("verzonden"),        TEXT_INIT("reden"),
    TEXT_INIT("status"),
};
const size_t JOIN_STANDARD_COUNT = sizeof JOIN_STANDARD / sizeof *JOIN_STANDARD;

/* The fields that the command itself reads stand first. */
enum { FIELD_DATE, FIELD_STATUS, FIELD_SENT, FIELD_OWN_COUNT };

bool join_has_file(const Arguments *arguments, LineGroup group)
{
    return options_has(arguments, GROUP_OPTION[group]);
}

static int32_t date_of(const Records *records, uint32_t record, uint32_t field)
{
    return records->fields[field].present[record] ? ((const int32_t *)records->fields[field].values)[record]
                                                  : BD_DATE_MIN;
}

/* 1 first, 2 changed, 3 deleted; an empty cell is a first one. */
static char status_of(const Records *records, uint32_t record)
{
    Text text = ((const bd_text *)records->fields[FIELD_STATUS].values)[record];
    return text.size == 0 ? '1' : text.data[0];
}

static void sort_by(const Records *records, uint32_t *order, uint32_t count, uint32_t field)
{
    /* Insertion: few records share a key, and equal dates must keep the order of the file. */
    for (uint32_t i = 1; i < count; i++) {
        uint32_t moved = order[i];
        uint32_t at = i;
        for (; at > 0 && date_of(records, order[at - 1], field) > date_of(records, moved, field); at--)
            order[at] = order[at - 1];
        order[at] = moved;
    }
}

/* Which message a change or deletion is about: the one of the same date, else the latest sent. BD_NONE when there is none. */
static uint32_t find_target(const Records *records, const uint32_t *kept, uint32_t count, uint32_t record)
{
    for (uint32_t i = count; i > 0; i--) {
        if (date_of(records, kept[i - 1], FIELD_DATE) == date_of(records, record, FIELD_DATE))
            return i - 1;
    }
    return count > 0 ? count - 1 : BD_NONE;
}

/* Messages in the order in which they were sent, changes and deletions carried out, what is left by date. */
static uint32_t arrange_messages(const Records *records, uint32_t *order, uint32_t count)
{
    sort_by(records, order, count, FIELD_SENT);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t record = order[i];
        char status = status_of(records, record);
        uint32_t target = status == '1' ? BD_NONE : find_target(records, order, kept, record);
        if (status == '3') {
            if (target != BD_NONE) {
                memmove(&order[target], &order[target + 1], (kept - target - 1) * sizeof *order);
                kept--;
            }
        } else if (target != BD_NONE) {
            order[target] = record;
        } else {
            order[kept++] = record;
        }
    }
    sort_by(records, order, kept, FIELD_DATE);
    return kept;
}

static uint32_t arrange_allocations(const Records *records, uint32_t *order, uint32_t count)
{
    sort_by(records, order, count, FIELD_DATE);
    return count;
}

static bool check_status(const Join *join, const Records *records)
{
    for (size_t i = 0; i < records->count; i++) {
        Text text = ((const bd_text *)records->fields[FIELD_STATUS].values)[i];
        if (text.size == 0 || (text.size == 1 && text.data[0] >= '1' && text.data[0] <= '3'))
            continue;
        Holes holes = {.a = TEXT("status"), .b = text, .c = message_pattern(join->cli, MSG_CELL_STATUS)};
        message_error_at(join->cli, records->name, records->lines[i], MSG_CELL, holes);
        return false;
    }
    return true;
}

static ExitStatus open_group(Join *join, LineGroup group, const char *path, char separator)
{
    Lines *lines = join->lines;
    Arena *arena = &join->cli->arena;
    size_t room = (size_t)lines->column_count + FIELD_OWN_COUNT;
    RecordField *fields = arena_array(arena, room, sizeof *fields);
    join->line_columns[group] = arena_array(arena, room, sizeof(uint32_t));
    fields[FIELD_DATE] =
        (RecordField){GROUP_DATE[group], column_plain(GROUP_DATE[group], BD_KIND_INT, BD_MEANS_DATE), true};
    fields[FIELD_STATUS] =
        (RecordField){TEXT("status"), column_plain(TEXT("status"), BD_KIND_TEXT, BD_MEANS_TEXT), false};
    fields[FIELD_SENT] =
        (RecordField){TEXT("verzonden"), column_plain(TEXT("verzonden"), BD_KIND_INT, BD_MEANS_DATE), false};
    uint32_t count = FIELD_OWN_COUNT;
    for (uint32_t i = 0; i < lines->column_count; i++) {
        const LineColumn *column = &lines->columns[i];
        if (column->group != group || column->is_presence)
            continue;
        Text name = text_slice(column->typed.info.name, LINE_GROUP_PREFIXES[group].size, column->typed.info.name.size);
        join->line_columns[group][count] = i;
        fields[count++] = (RecordField){name, column->typed.info, true};
    }
    Records *records = &join->groups[group];
    const RecordShape shape = {TEXT("toewijzingnummer"), fields, count, JOIN_STANDARD, JOIN_STANDARD_COUNT};
    ExitStatus status = records_load(records, join->cli, lines->module, path, separator, &shape);
    if (status != EXIT_GOOD)
        return status;
    if (group == GROUP_ALLOCATION) {
        records_arrange(records, arrange_allocations);
        return EXIT_GOOD;
    }
    if (!check_status(join, records))
        return EXIT_WANTING;
    records_arrange(records, arrange_messages);
    return EXIT_GOOD;
}

ExitStatus join_open(Join *join, Cli *cli, Lines *lines, const Arguments *arguments, char separator)
{
    memset(join, 0, sizeof *join);
    join->cli = cli;
    join->lines = lines;
    for (int group = 0; group < GROUP_COUNT; group++) {
        const char *path = arguments->values[GROUP_OPTION[group]];
        ExitStatus status = path == NULL ? EXIT_GOOD : open_group(join, (LineGroup)group, path, separator);
        if (status != EXIT_GOOD)
            return status;
    }
    return join_list_open(join, arguments, separator);
}

void join_copy(Join *to, const Join *from, Cli *cli, Lines *lines)
{
    *to = *from;
    to->cli = cli;
    to->lines = lines;
    join_list_copy(to, from);
}

/* The latest allocation dated not after the dagtekening; without a dagtekening the latest. BD_NONE: none. */
static uint32_t select_allocation(const Join *join, const KeySlot *slot, size_t row)
{
    const Records *records = &join->groups[GROUP_ALLOCATION];
    const TypedColumn *signed_on = &join->lines->carried[CARRY_SIGNED];
    int32_t until = signed_on->present[row] ? ((const int32_t *)signed_on->values)[row] : BD_DATE_MAX;
    for (uint32_t i = slot->count; i > 0; i--) {
        uint32_t record = records->order[slot->first + i - 1];
        if (date_of(records, record, FIELD_DATE) <= until)
            return record;
    }
    return BD_NONE;
}

/* The last start that began by the line's einddatum, else the first. */
static uint32_t select_start(const Join *join, const KeySlot *slot, size_t row)
{
    const Records *records = &join->groups[GROUP_START];
    const TypedColumn *end = &join->lines->carried[CARRY_END];
    int32_t until = end->present[row] ? ((const int32_t *)end->values)[row] : BD_DATE_MAX;
    for (uint32_t i = slot->count; i > 0; i--) {
        uint32_t record = records->order[slot->first + i - 1];
        if (date_of(records, record, FIELD_DATE) <= until)
            return record;
    }
    return records->order[slot->first];
}

/* The first stop not before the start that was found; without one the first. */
static uint32_t select_stop(const Join *join, const KeySlot *slot, uint32_t start)
{
    const Records *records = &join->groups[GROUP_STOP];
    int32_t from = start == BD_NONE ? BD_DATE_MIN : date_of(&join->groups[GROUP_START], start, FIELD_DATE);
    for (uint32_t i = 0; i < slot->count; i++) {
        uint32_t record = records->order[slot->first + i];
        if (date_of(records, record, FIELD_DATE) >= from)
            return record;
    }
    return BD_NONE;
}

/* Copies the fields of the record into the line, or leaves them absent. */
static void fill_group(Join *join, LineGroup group, size_t row, uint32_t record)
{
    Lines *lines = join->lines;
    const Records *records = &join->groups[group];
    for (uint32_t field = FIELD_OWN_COUNT; field < records->field_count; field++) {
        uint32_t index = join->line_columns[group][field];
        TypedColumn *column = &lines->columns[index].typed;
        if (record == BD_NONE) {
            column_clear(column, row);
            continue;
        }
        column_copy(column, row, &records->fields[field], record);
        Text exact = records_exact(records, record, field);
        if (exact.size > 0)
            lines_add_exact(lines, row, index, exact);
    }
}

static void set_presence(Lines *lines, LineGroup group, size_t row, bool is_there)
{
    for (uint32_t i = 0; i < lines->column_count; i++) {
        LineColumn *column = &lines->columns[i];
        if (column->group == group && column->is_presence) {
            ((uint8_t *)column->typed.values)[row] = is_there;
            column->typed.present[row] = 1;
        }
    }
}

static void join_row(Join *join, size_t row)
{
    Lines *lines = join->lines;
    Text key = lines_text(lines, CARRY_ALLOCATION, row);
    uint32_t start = BD_NONE;
    for (int i = 0; i < GROUP_COUNT; i++) {
        LineGroup group = (LineGroup)i;
        if (!lines->is_group_joined[group])
            continue;
        const KeySlot *slot = key.size == 0 ? NULL : records_find(&join->groups[group], key);
        uint32_t record = BD_NONE;
        if (slot != NULL && group == GROUP_ALLOCATION)
            record = select_allocation(join, slot, row);
        else if (slot != NULL && group == GROUP_START)
            record = start = select_start(join, slot, row);
        else if (slot != NULL)
            record = select_stop(join, slot, start);
        fill_group(join, group, row, record);
        set_presence(lines, group, row, record != BD_NONE);
    }
}

bool join_apply(Join *join)
{
    Lines *lines = join->lines;
    bool has_groups = false;
    for (int group = 0; group < GROUP_COUNT; group++)
        has_groups = has_groups || lines->is_group_joined[group];
    for (size_t row = 0; has_groups && row < lines->count; row++)
        join_row(join, row);
    return join_list_apply(join);
}
