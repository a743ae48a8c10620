/* impact_replay.c: both sides once more, up to a line; see impact_replay.h. */
#include "compiler/cli/impact_replay.h"

static size_t bytes_of(bd_kind kind)
{
    switch (kind) {
    case BD_KIND_BOOL: return sizeof(uint8_t);
    case BD_KIND_INT: return sizeof(int32_t);
    case BD_KIND_SCALED: return sizeof(int64_t);
    case BD_KIND_TEXT: return sizeof(bd_text);
    case BD_KIND_RATIO: break; /* never a column */
    }
    return 0;
}

/* The columns of the lines from row `first` on. */
static bd_column_data *columns_from(Arena *arena, const bd_module *module, const bd_batch *batch, size_t first)
{
    bd_program_info program;
    if (bd_module_program(module, 0, &program) != BD_OK)
        return NULL;
    bd_column_data *columns = arena_array(arena, (size_t)program.columns + 1, sizeof *columns);
    for (uint32_t i = 0; i < program.columns; i++) {
        bd_column_info info;
        if (bd_module_column(module, program.first_column + i, &info) != BD_OK)
            return NULL;
        const bd_column_data *from = &batch->columns[i];
        columns[i].values = (const char *)from->values + first * bytes_of(info.kind);
        columns[i].present = from->present == NULL ? NULL : from->present + first;
    }
    return columns;
}

static bd_list_data *lists_from(Arena *arena, const bd_module *module, const bd_batch *batch, size_t first)
{
    bd_module_info info;
    bd_module_describe(module, &info);
    if (batch->lists == NULL)
        return NULL;
    bd_list_data *lists = arena_array(arena, (size_t)info.lists + 1, sizeof *lists);
    for (uint32_t i = 0; i < info.lists; i++)
        lists[i] = (bd_list_data){batch->lists[i].offsets + first, batch->lists[i].columns};
    return lists;
}

static bd_line_ids ids_from(const bd_line_ids *ids, size_t first)
{
    bd_line_ids from = *ids;
    from.signed_on += first;
    from.municipality += first;
    from.provider += first;
    from.declaration += first;
    from.line += first;
    if (from.is_credit != NULL) {
        from.is_credit += first;
        from.previous_declaration += first;
        from.previous_line += first;
    }
    if (from.skip != NULL)
        from.skip += first;
    return from;
}

/* The numbers that stand as text, of rows `first` up to `end`. */
static void exact_from(Arena *arena, bd_batch *part, size_t first, size_t end)
{
    bd_exact_cell *cells = arena_array(arena, part->exact_count + 1, sizeof *cells);
    size_t count = 0;
    for (size_t i = 0; i < part->exact_count; i++) {
        if (part->exact[i].row < first || part->exact[i].row >= end)
            continue;
        cells[count] = part->exact[i];
        cells[count++].row -= (uint32_t)first;
    }
    part->exact = cells;
    part->exact_count = count;
}

/* Decides the rows of the batch at hand up to `end`. */
static bool decide_up_to(ReplaySide *replay, size_t end)
{
    Side *side = &replay->side;
    size_t first = replay->done;
    if (first >= end)
        return true;
    Arena arena;
    cli_arena(side->cli, &arena);
    const bd_module *module = side->input.loaded.module;
    bd_batch part = side->batch;
    bd_line_ids ids;
    part.rows = end - first;
    part.columns = columns_from(&arena, module, &side->batch, first);
    part.lists = lists_from(&arena, module, &side->batch, first);
    exact_from(&arena, &part, first, end);
    if (part.ids != NULL) {
        ids = ids_from(part.ids, first);
        part.ids = &ids;
    }
    side_reserve(side, part.rows);
    bool is_good = part.columns != NULL && bd_session_decide(side->input.session, &part, &side->results, NULL) == BD_OK;
    arena_free(&arena);
    replay->done = end;
    return is_good;
}

bool replay_to(ReplaySide *replay, uint64_t row, size_t *at)
{
    Side *side = &replay->side;
    while (row >= replay->base + side->batch.rows) {
        ExitStatus status = EXIT_GOOD;
        size_t rows = side->batch.rows;
        if (!decide_up_to(replay, rows) || !line_input_next(&side->input, &side->batch, &status))
            return false;
        replay->base += rows;
        replay->done = 0;
    }
    *at = (size_t)(row - replay->base);
    return decide_up_to(replay, *at);
}

void replay_close(Replay *replay)
{
    if (!replay->is_open)
        return;
    side_close(&replay->before.side);
    side_close(&replay->after.side);
}
