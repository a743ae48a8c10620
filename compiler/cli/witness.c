/* witness.c: which changes get a witness, and what may show them; see witness.h. */
#include "compiler/cli/witness_internal.h"

static const Text NO_TEXT = {"", 0};

/* ---- what a change is about ---- */

/* A property of a tariff or a series, or a price level, such as that it is a maximum, is no cell that shows itself. */
static bool has_property(const Change *change)
{
    bool has = false;
    bool is_price = change->kind == MEANING_TARIFF || change->kind == MEANING_SERIES;
    for (uint32_t i = 0; i < change->detail_count && change->how == CHANGE_CHANGED && is_price; i++)
        has = has || change->details[i].part == MEANT_KIND || change->details[i].part == MEANT_LEVEL;
    return has;
}

/* Cells show themselves. */
bool diff_decides(const Change *change)
{
    bool is_table = change->kind == MEANING_TARIFF || change->kind == MEANING_TABLE || change->kind == MEANING_SERIES;
    return (!is_table || has_property(change)) && !diff_is_wording(change);
}

/* ---- the search ---- */

Text witness_note(const Search *search, Message message, Text a, Text b)
{
    StringBuilder out;
    builder_init(&out, search->arena);
    message_append(search->cli, &out, message, (Holes){.a = a, .b = b});
    return builder_result(&out);
}

static void open_lines(Search *search)
{
    uint32_t first[SIDES], count[SIDES];
    search->has_lines = true;
    search->cost = 1;
    for (int side = 0; side < SIDES; side++) {
        bd_program_info program;
        bool has = bd_module_program(search->module[side], 0, &program) == BD_OK && program.kind == BD_PROGRAM_LINES;
        search->has_lines = search->has_lines && has;
        bd_module_info info;
        bd_module_describe(search->module[side], &info);
        search->cost += info.cost;
        search->counts = search->counts || search->module[side]->COUNTERS_count > 0;
        first[side] = has ? program.first_column : 0;
        count[side] = has ? program.columns : 0;
    }
    if (search->has_lines)
        case_columns(search, &search->columns, first, count);
}

static CaseList *list_named(Search *search, Text name)
{
    for (uint32_t i = 0; i < search->list_count; i++)
        if (text_equal(search->lists[i].name, name))
            return &search->lists[i];
    CaseList *list = &search->lists[search->list_count++];
    *list = (CaseList){.name = name, .index = {BD_NONE, BD_NONE}};
    return list;
}

static void open_lists(Search *search)
{
    search->lists =
        arena_array(search->arena, (size_t)search->module[0]->LISTS_count + search->module[1]->LISTS_count + 1,
                    sizeof *search->lists);
    bd_list_info info;
    for (int side = 0; side < SIDES; side++)
        for (uint32_t i = 0; bd_module_list(search->module[side], i, &info) == BD_OK; i++)
            list_named(search, info.name)->index[side] = i;
    for (uint32_t i = 0; i < search->list_count; i++) {
        uint32_t first[SIDES] = {0, 0}, count[SIDES] = {0, 0};
        for (int side = 0; side < SIDES; side++) {
            if (bd_module_list(search->module[side], search->lists[i].index[side], &info) != BD_OK)
                continue;
            search->lists[i].maximum[side] = info.maximum;
            first[side] = info.first_column;
            count[side] = info.columns;
        }
        case_columns(search, &search->lists[i].columns, first, count);
    }
}

/* A line, or a question, that only one version can read: the old one first, for what went. */
static Witness *sought_single(Search *search, Target target)
{
    Witness *witness = NULL;
    target.pays = true; /* anything may matter to its being approved */
    for (int side = 0; side < SIDES && (witness == NULL || !witness->is_found); side++) {
        if (!single_of(search, &target, side))
            continue;
        if (search->has_lines && single_in_lines(search, &target.single))
            witness = witness_of_lines(search, &target);
        if ((witness == NULL || !witness->is_found) && target.change->kind == MEANING_CHOICE)
            witness = witness_of_calls(search, &target);
    }
    return witness;
}

/* In lines, then in what callables give; of an indexation the price itself says more. */
static Witness *sought_in_both(Search *search, const Target *target)
{
    Witness *witness = NULL;
    bool shows_in_lines = search->has_lines && (target->pays || target->has_rules);
    bool calls_first = target->change->kind == MEANING_INDEXATION;
    for (int step = 0; step < 2 && (witness == NULL || !witness->is_found); step++) {
        bool calls = (step == 0) == calls_first;
        if (calls ? target->program_count > 0 : shows_in_lines)
            witness = calls ? witness_of_calls(search, target) : witness_of_lines(search, target);
    }
    bool is_found = witness != NULL && witness->is_found;
    if (!is_found && !shows_in_lines && search->has_lines && target->is_only) {
        Witness *shown = witness_of_lines(
            search, target); /* what an example shows is not missed, wherever the change was thought to reach */
        witness = shown->is_found ? shown : witness;
    }
    return witness;
}

/* A scenario of a version that has no text was not read back. */
static void note_unread(const Search *search, Witness *witness)
{
    bool is_unread = (witness->scenario_old.size > 0 && !witness_can_read(search, 0)) ||
                     (witness->scenario_new.size > 0 && !witness_can_read(search, 1));
    StringBuilder note;
    builder_init(&note, search->arena);
    builder_text(&note, witness->note);
    if (!is_unread)
        return;
    builder_text(&note, note.size > 0 ? TEXT("; ") : TEXT(""));
    builder_text(&note, message_pattern(search->cli, MSG_DIFF_WITNESS_UNREAD));
    witness->note = builder_result(&note);
}

/* No witness, and a sentence in its place. */
static Witness *said(const Search *search, Message why)
{
    Witness *witness = arena_alloc(search->arena, sizeof *witness);
    witness->note = witness_note(search, why, NO_TEXT, NO_TEXT);
    return witness;
}

static Witness *sought(Search *search, const Change *change)
{
    Target target = target_of(search, change);
    uint64_t before = search->tried;
    (void)single_of(search, &target, 0);
    target.single.is_single = false;
    Witness *witness = sought_single(search, target);
    if (witness == NULL || !witness->is_found)
        witness = sought_in_both(search, &target);
    bool in_lines = search->has_lines && (target.pays || target.has_rules);
    if (witness == NULL || (!witness->is_found && !in_lines && search->tried == before))
        return said(search, MSG_DIFF_NOWHERE);
    witness->tried = search->tried - before + (in_lines ? search->seed_count : 0);
    bool is_solved = search->solver != NULL && !search->diff->solver_gave_up;
    if (witness->is_found)
        note_unread(search, witness);
    else
        witness->note = witness_note(search, is_solved ? MSG_DIFF_NO_WITNESS_SOLVED : MSG_DIFF_NO_WITNESS,
                                     cli_number(search->cli, witness->tried), witness_not_tried(search, in_lines));
    return witness;
}

static Witness *witness_of_change(Search *search, const Change *change)
{
    Message why = witness_why_nothing(search, change);
    if (why != MSG_COUNT)
        return said(search, why);
    return diff_decides(change) ? sought(search, change) : NULL;
}

Text witness_scenario(const Witness *witness)
{
    return witness->scenario_new.size > 0 ? witness->scenario_new : witness->scenario_old;
}

void witness_find_all(Diff *diff)
{
    Search *search = arena_alloc(diff->arena, sizeof *search);
    *search = (Search){.diff = diff,
                       .cli = diff->cli,
                       .arena = diff->arena,
                       .module = {diff->a.loaded->module, diff->b.loaded->module},
                       .loaded = {diff->a.loaded, diff->b.loaded}};
    open_lines(search);
    open_lists(search);
    case_seeds(search);
    for (uint32_t i = 0; i < diff->count; i++)
        diff->changes[i].witness = witness_of_change(search, &diff->changes[i]);
    case_close_all(search);
    witness_alone_close(search);
    solve_server_close(search->solver);
}
