/* witness_run.c: cases decided by both versions, many at once; see witness_internal.h.
**
** Where a version has counters the cases of a batch must not influence each other: each gets a client and an allocation of its own. A case with
** lines before it is decided in a session of its own instead.
*/
#include <string.h>

#include "compiler/cli/witness_internal.h"

/* ---- sessions ---- */

static bool give_rows(const Search *search, const Scenario *scenario, int side, bd_session *session)
{
    for (uint32_t i = 0; scenario != NULL && i < scenario->reading_count; i++)
        if (bd_session_set_reading(session, scenario->readings[i].name, scenario->readings[i].alternative, NULL) !=
            BD_OK)
            return false;
    for (uint32_t i = 0; scenario != NULL && i < scenario->row_count; i++) {
        const ScenarioRow *row = &scenario->rows[i];
        uint32_t table = load_find_table(search->module[side], row->table);
        if (table != BD_NONE &&
            bd_session_table_row(session, table, row->from, row->keys, row->key_count, row->value, NULL) != BD_OK)
            return false;
    }
    load_supply_tables(search->loaded[side], session);
    return bd_session_prepare(session, NULL) == BD_OK;
}

static bd_session *open_session(const Search *search, const Environment *environment, int side)
{
    bd_session *session = NULL;
    if (bd_session_new(search->module[side], NULL, &session, NULL) != BD_OK)
        return NULL;
    if (bd_session_bind_standard(session, NULL) == BD_OK && give_rows(search, environment->scenario, side, session))
        return session;
    bd_session_free(session);
    return NULL;
}

bd_session *case_session(Search *search, Environment *environment, int side)
{
    if (environment->session[side] == NULL && !environment->is_unusable) {
        environment->session[side] = open_session(search, environment, side);
        environment->is_unusable = environment->session[side] == NULL;
    }
    return environment->session[side];
}

static void close_sessions(Environment *environment)
{
    for (int side = 0; side < SIDES; side++) {
        bd_session_free(environment->session[side]);
        environment->session[side] = NULL;
    }
}

void case_close_all(Search *search)
{
    for (uint32_t i = 0; i < search->environment_count; i++)
        close_sessions(search->environments[i]);
}

/* ---- batches ---- */

typedef struct Filler {
    Search *search;
    Arena *arena;
    int side;
    const Case *const *cases;
    uint32_t count, first; /* first: number of the first row, for names of its own */
    bool apart;            /* each row gets a client of its own */
    bool *unreadable;
} Filler;

static Text apart_text(const Filler *filler, Text text, uint32_t row)
{
    StringBuilder out;
    builder_init(&out, filler->arena);
    builder_text(&out, text);
    builder_char(&out, '~');
    builder_padded(&out, (int64_t)filler->first + row, 9);
    return builder_result(&out);
}

static size_t width_of(bd_kind kind)
{
    return kind == BD_KIND_BOOL   ? 1
           : kind == BD_KIND_INT  ? sizeof(int32_t)
           : kind == BD_KIND_TEXT ? sizeof(bd_text)
                                  : sizeof(int64_t);
}

/* Puts a cell into a row; false when this module cannot have it. */
static bool put(const Filler *filler, const CaseColumn *column, const CaseCell *cell, void *values, uint8_t *present,
                uint32_t row)
{
    present[row] = cell->present;
    if (!cell->present)
        return column->optional || column->group != BD_NONE;
    switch (column->kind) {
    case BD_KIND_BOOL: ((uint8_t *)values)[row] = cell->value != 0; return true;
    case BD_KIND_TEXT: ((bd_text *)values)[row] = cell->text; return true;
    case BD_KIND_SCALED:
    case BD_KIND_RATIO: {
        int64_t factor = column->scale / column->denominator[filler->side] * column->per[filler->side];
        int64_t times = column->times[filler->side];
        bool is_small = cell->value <= INT64_MAX / times && cell->value >= INT64_MIN / times;
        ((int64_t *)values)[row] = is_small ? cell->value * times / factor : 0;
        return is_small && cell->value * times % factor == 0;
    }
    case BD_KIND_INT: break;
    }
    uint32_t integer = (uint32_t)cell->value;
    if (column->meaning == BD_MEANS_CHOICE)
        integer = column->member[filler->side][cell->value];
    ((int32_t *)values)[row] = (int32_t)(integer == BD_NONE ? 0 : integer);
    return column->meaning != BD_MEANS_CHOICE || integer != BD_NONE;
}

static bool is_own(const CaseColumn *column)
{
    return text_equal(column->name, TEXT("client")) || text_equal(column->name, TEXT("toewijzingnummer"));
}

/* Whether a cell changes with the client of its row: the client itself, and what a message says of the same one. */
static bool goes_with_client(const CaseColumns *columns, const Case *line, uint32_t index)
{
    const CaseColumn *column = &columns->items[index];
    if (is_own(column))
        return true;
    if (column->kind != BD_KIND_TEXT || column->group == BD_NONE || !line->cells[index].present)
        return false;
    for (uint32_t i = 0; i < columns->count; i++)
        if (is_own(&columns->items[i]) && line->cells[i].present &&
            text_equal(line->cells[i].text, line->cells[index].text))
            return true;
    return false;
}

static bd_column_data *fill_columns(const Filler *filler, const CaseColumns *columns)
{
    int side = filler->side;
    bd_column_data *data = arena_array(filler->arena, (size_t)columns->total[side] + 1, sizeof *data);
    for (uint32_t i = 0; i < columns->count; i++) {
        const CaseColumn *column = &columns->items[i];
        if (column->index[side] == BD_NONE)
            continue;
        void *values = arena_array(filler->arena, filler->count, width_of(column->kind));
        uint8_t *present = arena_array(filler->arena, filler->count, 1);
        for (uint32_t row = 0; row < filler->count; row++) {
            CaseCell cell = filler->cases[row]->cells[i];
            if (filler->apart && goes_with_client(columns, filler->cases[row], i))
                cell.text = apart_text(filler, cell.text, row);
            if (!put(filler, column, &cell, values, present, row))
                filler->unreadable[row] = true;
        }
        data[column->index[side]] = (bd_column_data){values, present};
    }
    return data;
}

/* The records of a list that a row can have; one that has more is not to be read. */
static uint32_t records_of(const Filler *filler, uint32_t list, uint32_t row)
{
    const Case *line = filler->cases[row];
    uint32_t count = 0, maximum = filler->search->lists[list].maximum[filler->side];
    for (uint32_t i = 0; i < line->record_count; i++)
        count += line->records[i].list == list;
    filler->unreadable[row] = filler->unreadable[row] || count > maximum;
    return count < maximum ? count : maximum;
}

static void fill_list(const Filler *filler, uint32_t list, bd_list_data *out)
{
    const CaseColumns *columns = &filler->search->lists[list].columns;
    uint32_t *offsets = arena_array(filler->arena, (size_t)filler->count + 1, sizeof *offsets);
    for (uint32_t row = 0; row < filler->count; row++)
        offsets[row + 1] = offsets[row] + records_of(filler, list, row);
    uint32_t total = offsets[filler->count];
    bd_column_data *data = arena_array(filler->arena, (size_t)columns->total[filler->side] + 1, sizeof *data);
    for (uint32_t c = 0; c < columns->count; c++) {
        const CaseColumn *column = &columns->items[c];
        if (column->index[filler->side] == BD_NONE)
            continue;
        void *values = arena_array(filler->arena, (size_t)total + 1, width_of(column->kind));
        uint8_t *present = arena_array(filler->arena, (size_t)total + 1, 1);
        for (uint32_t row = 0, at = 0; row < filler->count; row++)
            for (uint32_t i = 0; i < filler->cases[row]->record_count && at < offsets[row + 1]; i++)
                if (filler->cases[row]->records[i].list == list &&
                    !put(filler, column, &filler->cases[row]->records[i].cells[c], values, present, at++))
                    filler->unreadable[row] = true;
        data[column->index[filler->side]] = (bd_column_data){values, present};
    }
    *out = (bd_list_data){offsets, data};
}

static Text cell_text(const Filler *filler, uint32_t row, Text column, Text otherwise)
{
    uint32_t index = case_find_column(&filler->search->columns, column);
    if (index == BD_NONE || !filler->cases[row]->cells[index].present)
        return otherwise;
    return filler->cases[row]->cells[index].text;
}

static const bd_line_ids *fill_ids(const Filler *filler)
{
    enum { TEXTS = 4 };
    bd_line_ids *ids = arena_alloc(filler->arena, sizeof *ids);
    int32_t *days = arena_array(filler->arena, filler->count, sizeof *days);
    bd_text *texts[TEXTS];
    for (int t = 0; t < TEXTS; t++)
        texts[t] = arena_array(filler->arena, filler->count, sizeof **texts);
    for (uint32_t row = 0; row < filler->count; row++) {
        days[row] = (int32_t)(filler->first + row);
        texts[0][row] = cell_text(filler, row, TEXT("gemeente"), TEXT("gemeente"));
        texts[1][row] = cell_text(filler, row, TEXT("aanbieder"), TEXT("aanbieder"));
        texts[2][row] = apart_text(filler, TEXT("D"), row);
        texts[3][row] = TEXT("1");
    }
    *ids = (bd_line_ids){
        .signed_on = days, .municipality = texts[0], .provider = texts[1], .declaration = texts[2], .line = texts[3]};
    return ids;
}

static void make_batch(const Filler *filler, bd_batch *out)
{
    Search *search = filler->search;
    bd_module_info info;
    bd_module_describe(search->module[filler->side], &info);
    *out =
        (bd_batch){.rows = filler->count, .columns = fill_columns(filler, &search->columns), .ids = fill_ids(filler)};
    bd_list_data *lists = arena_array(filler->arena, (size_t)info.lists + 1, sizeof *lists);
    for (uint32_t i = 0; i < search->list_count; i++)
        if (search->lists[i].index[filler->side] != BD_NONE)
            fill_list(filler, i, &lists[search->lists[i].index[filler->side]]);
    out->lists = lists;
}

/* Of a line that is held up only what holds it up: what it would have been capped at is decided when it is decided. */
static void leave_caps_out(const bd_module *module, Outcome *outcome, uint64_t *reasons)
{
    for (uint32_t i = 0; i < module->RULES_count && outcome->decision == BD_SUSPENDED; i++)
        if (module->RULES[i].effect != BD_EFFECT_SUSPEND)
            reasons[i / 64] &= ~(UINT64_C(1) << (i % 64));
}

static bool decide_side(const Filler *filler, bd_session *session, Outcome *outcomes)
{
    bd_batch batch;
    uint32_t words = bd_module_reason_words(filler->search->module[filler->side]);
    bd_decisions out = {.decision = arena_array(filler->arena, filler->count, 1),
                        .cents = arena_array(filler->arena, filler->count, sizeof(int64_t)),
                        .reasons = arena_array(filler->arena, (size_t)filler->count * words, sizeof(uint64_t)),
                        .fault = arena_array(filler->arena, filler->count, sizeof(uint32_t))};
    make_batch(filler, &batch);
    if (bd_session_decide(session, &batch, &out, NULL) != BD_OK)
        return false;
    for (uint32_t row = 0; row < filler->count; row++) {
        outcomes[row] = (Outcome){.unreadable = filler->unreadable[row],
                                  .decision = (bd_decision)out.decision[row],
                                  .cents = out.cents[row],
                                  .reasons = out.reasons + (size_t)row * words,
                                  .fault = out.fault[row]};
        leave_caps_out(filler->search->module[filler->side], &outcomes[row], out.reasons + (size_t)row * words);
    }
    return true;
}

/* Lines before this one, in a session of its own. */
static bool decide_before(const Filler *filler, Environment *environment, bd_session *session)
{
    enum { FACTOR = 1000003 };
    Outcome before = {.cents = 0};
    uint64_t *said = &environment->before_said[filler->side];
    *said = 0;
    bool unreadable = false;
    for (uint32_t i = 0; i < environment->earlier_count + environment->before_count; i++) {
        bool is_earlier = i < environment->earlier_count;
        const Case *line = is_earlier ? &environment->earlier[i] : &environment->before[i - environment->earlier_count];
        Filler one = *filler;
        one.cases = &line;
        one.count = 1;
        one.first = i;
        one.apart = false;
        one.unreadable = &unreadable;
        bd_batch batch;
        if (!is_earlier && !decide_side(&one, session, &before))
            return false;
        *said = (*said * FACTOR + (uint64_t)before.decision) * FACTOR + (uint64_t)before.cents;
        if (is_earlier) {
            make_batch(&one, &batch);
            if (bd_session_count(session, &batch, NULL) != BD_OK)
                return false;
        }
    }
    return !unreadable;
}

static bool decide_alone(Filler filler, Environment *environment, Outcome *outcomes)
{
    const Case *const *cases = filler.cases;
    uint32_t count = filler.count;
    bool *unreadable = filler.unreadable, good = true;
    for (uint32_t i = 0; i < count && good; i++) {
        bd_session *session = open_session(filler.search, environment, filler.side);
        filler.cases = cases + i;
        filler.count = 1;
        filler.unreadable = unreadable + i;
        filler.first = environment->earlier_count + environment->before_count;
        filler.apart = false;
        good = session != NULL && decide_before(&filler, environment, session) &&
               decide_side(&filler, session, &outcomes[i]);
        bd_session_free(session);
    }
    return good;
}

/* All lines of an example as one batch, which a session decides in order. */
static bool decide_example(const Filler *start, const Seed *seed, Outcome *outcomes)
{
    Filler filler = *start;
    const Environment *environment = seed->environment;
    const Case **lines = arena_array(filler.arena, (size_t)seed->line_count + 1, sizeof *lines);
    for (uint32_t i = 0; i < seed->line_count; i++)
        lines[i] = &seed->lines[i];
    Environment earlier = *environment;
    earlier.before_count = 0;
    bd_session *session = open_session(filler.search, environment, filler.side);
    filler.cases = lines;
    filler.count = seed->line_count;
    filler.first = environment->earlier_count;
    filler.unreadable = arena_array(filler.arena, filler.count, sizeof(bool));
    bool good = session != NULL && decide_before(&filler, &earlier, session) && decide_side(&filler, session, outcomes);
    bd_session_free(session);
    return good;
}

bool case_decide_example(Search *search, Arena *arena, const Seed *seed, Outcome *outcomes[SIDES])
{
    for (int side = 0; side < SIDES; side++) {
        Filler filler = {.search = search, .arena = arena, .side = side};
        outcomes[side] = arena_array(arena, (size_t)seed->line_count + 1, sizeof *outcomes[side]);
        if (!decide_example(&filler, seed, outcomes[side]))
            return false;
    }
    search->tried += seed->line_count;
    return true;
}

/* What a session has counted grows with its lines: after so many it begins anew. */
static void start_anew(const Search *search, Environment *environment, uint32_t count)
{
    enum { LINES_MOST = 20000 };
    if (search->counts && environment->decided > LINES_MOST) {
        close_sessions(environment);
        environment->decided = 0;
    }
    environment->decided += count;
}

bool case_decide(Search *search, Arena *arena, Environment *environment, const Case *const *cases, uint32_t count,
                 Outcome *outcomes[SIDES])
{
    start_anew(search, environment, count);
    for (int side = 0; side < SIDES; side++) {
        Filler filler = {
            .search = search, .arena = arena, .side = side, .cases = cases, .count = count, .apart = search->counts};
        filler.first = (uint32_t)search->tried;
        filler.unreadable = arena_array(arena, count, sizeof(bool));
        outcomes[side] = arena_array(arena, count, sizeof *outcomes[side]);
        bool alone = environment->earlier_count + environment->before_count > 0 || (search->counts && count == 1);
        bd_session *session = alone ? NULL : case_session(search, environment, side);
        if (alone ? !decide_alone(filler, environment, outcomes[side])
                  : session == NULL || !decide_side(&filler, session, outcomes[side])) {
            environment->is_unusable = true;
            return false;
        }
    }
    for (uint32_t i = 0; i < count; i++)
        outcomes[0][i].before_differs = outcomes[1][i].before_differs =
            environment->before_said[0] != environment->before_said[1];
    search->tried += count;
    return true;
}
