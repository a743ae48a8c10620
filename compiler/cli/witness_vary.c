/* witness_vary.c: cases near a case: one thing otherwise, or two; see witness_internal.h.
**
** A *source* is one thing that can be otherwise: a column, the days of the whole line, the records. Each is varied through all its values where
** that fits the number of cases asked for; where it does not, those with many values give way first, and are spread over theirs.
*/
#include "compiler/cli/witness_internal.h"

enum { MOVED_BY = 3, SOURCE_RECORDS = MOVED_BY, SOURCES_BEFORE_COLUMNS };

typedef struct Variations {
    Search *search;
    const Pools *pools;
    const Case *from;
    const Case **cases; /* NULL: they are only counted */
    uint32_t count, limit;
    uint32_t seen, stride; /* of one source: every so many is made */
} Variations;

/* Whether the next variation is made. */
static bool is_next(Variations *v)
{
    bool is_made = v->seen % v->stride == 0;
    v->seen++;
    return is_made && v->cases != NULL && v->count < v->limit;
}

static Case *another(Variations *v, const Case *from)
{
    Case *made = arena_alloc(v->search->arena, sizeof *made);
    *made = case_copy(v->search, from);
    v->cases[v->count++] = made;
    return made;
}

/* ---- one column ---- */

/* Another volume at the same price: the amount claimed goes along, so that the change of the volume is all there is to see. */
static void vary_amount(Variations *v, const Case *made, uint32_t volume)
{
    const CaseColumns *columns = &v->search->columns;
    uint32_t amount = case_find_column(columns, TEXT("bedrag"));
    if (amount == BD_NONE || !text_equal(columns->items[volume].name, TEXT("volume")) || v->count >= v->limit)
        return;
    const CaseCell *was = &v->from->cells[volume], *is = &made->cells[volume], *claimed = &v->from->cells[amount];
    bool is_small = claimed->value >= 0 && claimed->value < INT32_MAX && is->value >= 0 && is->value < INT32_MAX;
    if (!was->present || !is->present || !claimed->present || was->value <= 0 || !is_small ||
        claimed->value * is->value % was->value != 0)
        return;
    another(v, made)->cells[amount].value = claimed->value * is->value / was->value;
}

static void vary_cell(Variations *v, uint32_t column, CaseCell cell)
{
    const CaseCell *present = &v->from->cells[column];
    if ((present->present == cell.present && present->value == cell.value && text_equal(present->text, cell.text)) ||
        !is_next(v))
        return;
    Case *made = another(v, v->from);
    made->cells[column] = cell;
    uint32_t group = v->search->columns.items[column].group;
    if (group != BD_NONE && cell.present)
        made->cells[group].value = 1;
    vary_amount(v, made, column);
}

/* What other columns of the same meaning have, and one step from it; of dates, each distance worth trying. */
static void vary_by_others(Variations *v, uint32_t index)
{
    const CaseColumns *columns = &v->search->columns;
    const CaseColumn *column = &columns->items[index];
    CaseCell cell = {.present = true, .text = v->from->cells[index].text};
    for (uint32_t i = 0; i < columns->count && column->kind != BD_KIND_BOOL; i++) {
        const CaseCell *other = &v->from->cells[i];
        if (i == index || !other->present || columns->items[i].meaning != column->meaning ||
            columns->items[i].meaning == BD_MEANS_CHOICE)
            continue;
        cell.text = other->text;
        for (uint32_t k = 0; column->meaning == BD_MEANS_DATE && k < v->pools->span_count; k++) {
            cell.value = other->value + v->pools->spans[k];
            vary_cell(v, index, cell);
        }
        for (int64_t step = -1; step <= 1 && column->meaning != BD_MEANS_DATE; step++) {
            cell.value = columns->items[i].scale == column->scale ? other->value + step : other->value;
            vary_cell(v, index, cell);
        }
    }
}

/* A message that is there or is not, with what it must say. */
static void vary_message(Variations *v, uint32_t group)
{
    if (!v->pools->is_read[group] || !is_next(v))
        return;
    const CaseColumns *columns = &v->search->columns;
    Case *made = another(v, v->from);
    bool is_there = made->cells[group].value == 0;
    made->cells[group].value = is_there;
    for (uint32_t i = 0; i < columns->count && !is_there; i++)
        if (columns->items[i].group == group)
            made->cells[i] = (CaseCell){.present = false, .text = {"", 0}};
    case_fill_cells(columns, made->cells);
}

/* Every value worth trying in one column. */
static void vary_column(Variations *v, uint32_t index)
{
    const CaseColumn *column = &v->search->columns.items[index];
    const Pool *pool = &v->pools->columns[index];
    CaseCell cell = {.present = true, .text = v->from->cells[index].text};
    if (column->is_group)
        vary_message(v, index);
    if (!v->pools->is_read[index] || column->is_group ||
        (column->group != BD_NONE && v->from->cells[column->group].value == 0))
        return;
    for (uint32_t i = 0; i < pool->text_count; i++)
        vary_cell(v, index, (CaseCell){.present = true, .text = pool->texts[i]});
    if (column->optional)
        vary_cell(v, index, (CaseCell){.present = false, .text = {"", 0}});
    for (uint32_t i = 0; i < pool->count; i++) {
        cell.value = pool->values[i];
        vary_cell(v, index, cell);
    }
    vary_by_others(v, index);
}

/* ---- the line as a whole ---- */

/* All dates of a line moved together. */
static void move_days(const Search *search, Case *line, int64_t days)
{
    for (uint32_t i = 0; i < search->columns.count; i++)
        if (search->columns.items[i].meaning == BD_MEANS_DATE)
            line->cells[i].value += days;
    for (uint32_t r = 0; r < line->record_count; r++) {
        const CaseColumns *columns = &search->lists[line->records[r].list].columns;
        for (uint32_t i = 0; i < columns->count; i++)
            if (columns->items[i].meaning == BD_MEANS_DATE)
                line->records[r].cells[i].value += days;
    }
}

/* The line moved so that one of its dates is a day on which something begins or ends. */
static void vary_days(Variations *v, Text name)
{
    uint32_t column = case_find_column(&v->search->columns, name);
    for (uint32_t i = 0; column != BD_NONE && v->from->cells[column].present && i < v->pools->day_count; i++) {
        int64_t days = v->pools->days[i] - v->from->cells[column].value;
        if (days != 0 && is_next(v))
            move_days(v->search, another(v, v->from), days);
    }
}

/* ---- records ---- */

/* A field of a record: a date at each distance worth trying from a date of the line; a number one step to each side. */
static void vary_field(Variations *v, uint32_t record, uint32_t field)
{
    const CaseColumns *columns = &v->search->columns;
    const CaseRecord *from = &v->from->records[record];
    const CaseColumn *column = &v->search->lists[from->list].columns.items[field];
    for (uint32_t i = 0; i < columns->count && column->meaning == BD_MEANS_DATE; i++) {
        if (columns->items[i].meaning != BD_MEANS_DATE || !v->from->cells[i].present)
            continue;
        for (uint32_t k = 0; k < v->pools->span_count; k++)
            if (is_next(v))
                another(v, v->from)->records[record].cells[field].value = v->from->cells[i].value + v->pools->spans[k];
    }
    int64_t steps[] = {1, -1, column->scale, -column->scale};
    for (size_t i = 0; i < sizeof steps / sizeof *steps && column->kind == BD_KIND_SCALED; i++)
        if (is_next(v))
            another(v, v->from)->records[record].cells[field].value += steps[i];
}

/* A list with a record more than one of the versions takes. */
static void vary_length(Variations *v, uint32_t list)
{
    enum { LONGEST = 200 };
    const uint32_t *maximum = v->search->lists[list].maximum;
    uint32_t least = maximum[0] < maximum[1] ? maximum[0] : maximum[1];
    if (maximum[0] != maximum[1] && least > 0 && least < LONGEST && is_next(v))
        case_fill_list(v->search, another(v, v->from), list, least + 1);
}

/* Each record left out, twice, and with each of its fields otherwise. */
static void vary_records(Variations *v)
{
    for (uint32_t i = 0; i < v->search->list_count; i++)
        vary_length(v, i);
    for (uint32_t r = 0; r < v->from->record_count; r++) {
        const CaseRecord *record = &v->from->records[r];
        if (text_equal(v->search->lists[record->list].name, TEXT("andere_regels")))
            continue;
        if (is_next(v)) {
            Case *made = another(v, v->from);
            made->record_count--;
            for (uint32_t i = r; i < made->record_count; i++)
                made->records[i] = made->records[i + 1];
        }
        if (is_next(v)) {
            Case *made = another(v, v->from);
            made->records[made->record_count++] = case_copy(v->search, v->from).records[r];
        }
        for (uint32_t f = 0; f < v->search->lists[record->list].columns.count; f++)
            if (record->cells[f].present)
                vary_field(v, r, f);
    }
}

/* ---- all of it ---- */

static void vary_source(Variations *v, uint32_t source, uint32_t stride)
{
    static const Text NAMES[MOVED_BY] = {TEXT_INIT("begindatum"), TEXT_INIT("einddatum"), TEXT_INIT("dagtekening")};
    v->seen = 0;
    v->stride = stride;
    if (source < MOVED_BY)
        vary_days(v, NAMES[source]);
    else if (source == SOURCE_RECORDS)
        vary_records(v);
    else
        vary_column(v, source - SOURCES_BEFORE_COLUMNS);
}

/* How many variations each source may give, so that all fit: the greatest number that does. */
static uint32_t fair_share(const uint32_t *sizes, uint32_t count, uint32_t limit)
{
    uint32_t low = 0, high = limit;
    while (low < high) {
        uint32_t middle = low + (high - low + 1) / 2;
        uint64_t total = 0;
        for (uint32_t i = 0; i < count; i++)
            total += sizes[i] < middle ? sizes[i] : middle;
        if (total <= limit)
            low = middle;
        else
            high = middle - 1;
    }
    return low > 0 ? low : 1;
}

uint32_t case_vary(Search *search, const Pools *pools, const Case *from, uint32_t limit, const Case ***cases)
{
    Variations v = {.search = search, .pools = pools, .from = from, .limit = limit};
    uint32_t count = SOURCES_BEFORE_COLUMNS + search->columns.count;
    uint32_t *sizes = arena_array(search->arena, count, sizeof *sizes);
    for (uint32_t i = 0; i < count; i++) {
        vary_source(&v, i, 1);
        sizes[i] = v.seen;
    }
    uint32_t share = fair_share(sizes, count, limit);
    v.cases = arena_array(search->arena, (size_t)limit + 1, sizeof *v.cases);
    for (uint32_t i = 0; i < count; i++)
        vary_source(&v, i, (sizes[i] + share - 1) / share + (sizes[i] == 0));
    *cases = v.cases;
    return v.count;
}

uint64_t witness_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* For each, one taken at random from those made singly, with what is otherwise in another. */
uint32_t case_vary_twice(Search *search, const Pools *pools, const Case *from, uint32_t limit, uint64_t *random,
                         const Case ***cases)
{
    const Case **single = NULL;
    uint32_t singles = case_vary(search, pools, from, limit, &single);
    Variations v = {.search = search, .limit = limit};
    v.cases = arena_array(search->arena, (size_t)limit + 1, sizeof *v.cases);
    while (singles > 0 && v.count < limit) {
        const Case *one = single[witness_random(random) % singles];
        const Case *other = single[witness_random(random) % singles];
        Case *made = another(&v, one);
        for (uint32_t i = 0; i < search->columns.count; i++) {
            const CaseCell *cell = &other->cells[i], *was = &from->cells[i];
            if (cell->present != was->present || cell->value != was->value || !text_equal(cell->text, was->text))
                made->cells[i] = *cell;
        }
    }
    *cases = v.cases;
    return v.count;
}
