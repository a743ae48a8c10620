/* witness_single.c: changes by which one version can read lines that the other cannot; see witness_internal.h.
**
** A product that came or went, a member of a choice, a longer list: the witness is a line that the one version decides and the other does not know.
** A product's code is a name in files: the line is the same, and is named by the code that only one version has.
*/
#include "compiler/cli/witness_internal.h"

/* ---- codes ---- */

/* The n-th of a list "a, b, c"; empty past the last. */
static Text nth_of(Text list, uint32_t n)
{
    size_t begin = 0;
    for (size_t end = 0; end <= list.size; end++) {
        if (end < list.size && list.data[end] != ',')
            continue;
        if (n-- == 0)
            return text_slice(list, begin, end);
        begin = end + 2 < list.size ? end + 2 : list.size;
    }
    return (Text){"", 0};
}

/* The first name of one list that is not in another. */
static Text only_in(Text list, Text other)
{
    Text name;
    for (uint32_t i = 0; (name = nth_of(list, i)).size > 0; i++) {
        bool found = false;
        Text known;
        for (uint32_t k = 0; (known = nth_of(other, k)).size > 0; k++)
            found = found || text_equal(known, name);
        if (!found)
            return name;
    }
    return (Text){"", 0};
}

static const Detail *detail_of(const Change *change, MeaningPart part)
{
    for (uint32_t i = 0; i < change->detail_count; i++)
        if (change->details[i].part == part)
            return &change->details[i];
    return NULL;
}

static void find_codes(Target *target)
{
    const Detail *detail = detail_of(target->change, MEANT_CODES);
    if (detail == NULL || !change_is_only(target->change, MEANT_CODES))
        return;
    Text old_codes = detail->has_old ? detail->old_text : (Text){"", 0},
         new_codes = detail->has_new ? detail->new_text : (Text){"", 0};
    target->codes[0] = only_in(old_codes, new_codes);
    target->codes[1] = only_in(new_codes, old_codes);
}

/* ---- what only one version reads ---- */

static bool single_list(const Search *search, Target *target, int side)
{
    for (uint32_t i = 0; i < search->list_count; i++) {
        const CaseList *list = &search->lists[i];
        if (text_equal(list->name, target->change->name) && list->maximum[1 - side] > 0 &&
            list->maximum[side] > list->maximum[1 - side])
            target->single = (Single){.is_single = true, .side = side, .list = i};
    }
    return target->single.is_single;
}

/* Whether a column can have a member of the choice in question that the other version does not know. */
static bool is_of_choice(const Search *search, const Single *single, const CaseColumn *column)
{
    return column->meaning == BD_MEANS_CHOICE && column->choice[single->side] != BD_NONE &&
           text_equal(bd_choice_name(search->module[single->side], column->choice[single->side]), single->choice);
}

Text single_member(const Search *search, const Single *single, const CaseColumns *columns, const CaseCell *cells)
{
    for (uint32_t i = 0; i < columns->count; i++) {
        const CaseColumn *column = &columns->items[i];
        if (!cells[i].present || !is_of_choice(search, single, column))
            continue;
        Text member = column->members[cells[i].value];
        bool is_wanted = single->member.size == 0 || text_equal(member, single->member);
        if (is_wanted && column->member[1 - single->side][cells[i].value] == BD_NONE)
            return member;
    }
    return (Text){"", 0};
}

bool single_in_lines(const Search *search, const Single *single)
{
    bool found = single->list != BD_NONE;
    for (uint32_t i = 0; i < search->columns.count; i++)
        found = found || is_of_choice(search, single, &search->columns.items[i]);
    return found;
}

/* Callables that ask for a member of the choice. */
static void find_programs(Search *search, Target *target, int side)
{
    const bd_module *module = search->module[side];
    bd_program_info program;
    bd_column_info column;
    target->program_count = 0;
    target->programs = arena_array(search->arena, (size_t)module->PROGRAMS_count + 1, sizeof *target->programs);
    for (uint32_t i = 0; bd_module_program(module, i, &program) == BD_OK; i++) {
        bool asks = false;
        for (uint32_t c = 0; program.kind == BD_PROGRAM_CALL && c < program.columns; c++)
            asks = asks || (bd_module_column(module, program.first_column + c, &column) == BD_OK &&
                            column.meaning == BD_MEANS_CHOICE &&
                            text_equal(bd_choice_name(module, column.choice), target->change->name));
        if (asks)
            target->programs[target->program_count++] = program.name;
    }
}

bool single_of(Search *search, Target *target, int side)
{
    const Change *change = target->change;
    target->single = (Single){.is_single = false, .list = BD_NONE};
    if (change->kind == MEANING_LIST)
        return single_list(search, target, side);
    if (change->kind == MEANING_CHOICE) {
        target->single = (Single){true, side, BD_NONE, change->name, {"", 0}};
        find_programs(search, target, side);
        return detail_of(change, MEANT_MEMBERS) != NULL;
    }
    if (change->kind != MEANING_PRODUCT)
        return false;
    find_codes(target);
    bool has = change->how == (side == 0 ? CHANGE_REMOVED : CHANGE_ADDED);
    if (has)
        target->single = (Single){true, side, BD_NONE, bd_choice_name(search->module[side], 0), change->name};
    return has;
}

bool single_has(const Search *search, const Single *single, const Case *line)
{
    if (single->list == BD_NONE)
        return single_member(search, single, &search->columns, line->cells).size > 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < line->record_count; i++)
        count += line->records[i].list == single->list;
    return count > search->lists[single->list].maximum[1 - single->side];
}

Text single_text(const Search *search, const Target *target, const Case *line, int side)
{
    const Single *single = &target->single;
    if (target->codes[1 - side].size > 0 && !single->is_single)
        return witness_note(search, MSG_DIFF_UNKNOWN, TEXT("productcode"), target->codes[1 - side]);
    if (single->list != BD_NONE) {
        const CaseList *list = &search->lists[single->list];
        return witness_note(search, MSG_DIFF_TOO_MANY, cli_number(search->cli, list->maximum[side]), list->name);
    }
    return witness_note(search, MSG_DIFF_UNKNOWN, single->choice,
                        single_member(search, single, &search->columns, line->cells));
}
