/* series.c: figures of series from files; see series.h.
**
** All files together are one collection, for a revised figure may come in a file of its own. Each series is settled on its own: sorted by
** month, then by publication; the last of a month counts. The distance between months must be the same throughout, so that a month that was
** forgotten is found here: a file of Augusts alone is good, one that skips an August is not.
*/
#include "compiler/cli/series.h"

#include <stdlib.h>

#include "compiler/cli/rows.h"
#include "vm/core/date.h"
#include "vm/core/number.h"

typedef struct Figure {
    uint32_t series;          /* of the module */
    int32_t month, published; /* published: DATE_MIN when the file does not say */
    bool is_final;            /* status D, or none given */
    Text value, file;
    uint64_t line;
    Number number;
} Figure;

typedef struct Collection {
    Cli *cli;
    const bd_module *module, *other;
    bd_session *session;
    Figure *figures;
    size_t count, capacity;
    RowReader rows;
    uint32_t name, month, value, status, published; /* cells; the last two may be BD_NONE */
    Text *skipped;                                  /* series that the agreement does not read */
    size_t skipped_count, skipped_capacity;
    bool has_as_of;
    int32_t as_of;
} Collection;

/* ---- Reading ---- */

static bool complain(Collection *c, Text column, Text cell, Message why)
{
    message_error_at(c->cli, c->rows.feed.name, c->rows.line, MSG_CELL,
                     (Holes){.a = column, .b = cell, .c = message_pattern(c->cli, why)});
    return false;
}

static uint32_t series_of(const bd_module *module, Text name, bd_series_info *info)
{
    for (uint32_t i = 0; module != NULL && bd_module_series(module, i, info) == BD_OK; i++)
        if (text_equal(info->name, name))
            return i;
    return BD_NONE;
}

/* The series of that name; BD_NONE, noted once, when the agreement has none, nor a version beside it. */
static uint32_t find_series(Collection *c, Text name, bd_series_info *info)
{
    bd_series_info other;
    uint32_t found = series_of(c->module, name, info);
    bool is_of_other = series_of(c->other, name, &other) != BD_NONE && other.is_extern;
    if (found != BD_NONE || is_of_other)
        return found != BD_NONE && !info->is_extern && is_of_other ? BD_NONE : found;
    for (size_t i = 0; i < c->skipped_count; i++)
        if (text_equal(c->skipped[i], name))
            return BD_NONE;
    c->skipped = arena_grow(&c->cli->arena, c->skipped, c->skipped_count, &c->skipped_capacity, sizeof *c->skipped);
    c->skipped[c->skipped_count++] = arena_text_copy(&c->cli->arena, name);
    message_warning_at(c->cli, c->rows.feed.name, c->rows.line, MSG_SERIES_SKIPPED, (Holes){.a = name});
    return BD_NONE;
}

static bool read_month(Collection *c, const bd_series_info *info, Text cell, int32_t *out)
{
    Number year = NUMBER_ZERO;
    if (info->months == 12) {
        bool is_year = cell.size == 4 && number_from_decimal_text(&c->cli->arena, cell, &year) == BD_OK;
        *out = (int32_t)year.num;
        return is_year || complain(c, TEXT("maand"), cell, MSG_CELL_YEAR);
    }
    if (!month_from_iso(cell, out))
        return complain(c, TEXT("maand"), cell, MSG_CELL_MONTH);
    return *out % (int32_t)info->months == 0 || complain(c, TEXT("maand"), cell, MSG_CELL_QUARTER);
}

static bool read_status(Collection *c, Figure *figure)
{
    Text cell = c->status == BD_NONE ? (Text){NULL, 0} : c->rows.cells[c->status];
    figure->is_final = cell.size == 0 || text_equal(cell, TEXT("D"));
    return figure->is_final || text_equal(cell, TEXT("V")) || complain(c, TEXT("status"), cell, MSG_CELL_FINALITY);
}

static bool read_published(Collection *c, Figure *figure)
{
    Text cell = c->published == BD_NONE ? (Text){NULL, 0} : c->rows.cells[c->published];
    figure->published = DATE_MIN;
    return cell.size == 0 || date_from_iso(cell, &figure->published) ||
           complain(c, TEXT("gepubliceerd"), cell, MSG_CELL_DATE);
}

static bool read_row(Collection *c)
{
    bd_series_info info;
    Arena *arena = &c->cli->arena;
    Text name = c->rows.cells[c->name], value = c->rows.cells[c->value];
    Figure figure = {.file = c->rows.feed.name, .line = c->rows.line, .number = NUMBER_ZERO};
    figure.series = find_series(c, name, &info);
    if (figure.series == BD_NONE)
        return true;
    if (!info.is_extern) {
        message_error_at(c->cli, c->rows.feed.name, c->rows.line, MSG_SERIES_NOT_EXTERN, (Holes){.a = name});
        return false;
    }
    if (number_from_decimal_text(arena, value, &figure.number) != BD_OK)
        return complain(c, TEXT("waarde"), value, MSG_CELL_NUMBER);
    if (!read_month(c, &info, c->rows.cells[c->month], &figure.month) || !read_status(c, &figure) ||
        !read_published(c, &figure))
        return false;
    if (c->has_as_of && figure.published > c->as_of)
        return true;
    figure.value = arena_text_copy(arena, value);
    c->figures = arena_grow(arena, c->figures, c->count, &c->capacity, sizeof *c->figures);
    c->figures[c->count++] = figure;
    return true;
}

static bool ask(Collection *c)
{
    RowReader *rows = &c->rows;
    if (!rows_require(rows, TEXT("reeks"), &c->name) || !rows_require(rows, TEXT("maand"), &c->month) ||
        !rows_require(rows, TEXT("waarde"), &c->value))
        return false;
    c->status = rows_has(rows, TEXT("status")) ? rows_want(rows, TEXT("status")) : BD_NONE;
    c->published = rows_has(rows, TEXT("gepubliceerd")) ? rows_want(rows, TEXT("gepubliceerd")) : BD_NONE;
    rows_ready(rows, NULL, 0);
    return true;
}

static ExitStatus read_file(Collection *c, const char *path, char separator)
{
    RowStatus row = ROW_STOP;
    if (rows_open(&c->rows, c->cli, path, separator) && ask(c)) {
        row = ROW_READ;
        while (row == ROW_READ) {
            row = rows_next_alone(&c->rows);
            if (row == ROW_READ && !read_row(c))
                row = ROW_STOP;
        }
        rows_report_unknown(&c->rows);
    }
    ExitStatus status = row == ROW_END ? EXIT_GOOD : rows_blame(&c->rows);
    rows_close(&c->rows);
    return status;
}

/* ---- Settling ---- */

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* By series and month, then by publication; a final figure behind a provisional one of the same day. Ties by place in the files. */
static int compare(const void *left, const void *right)
{
    const Figure *a = left, *b = right;
    int result = order(a->series, b->series);
    if (result == 0)
        result = order(a->month, b->month);
    if (result == 0)
        result = order(a->published, b->published);
    if (result == 0)
        result = order(a->is_final, b->is_final);
    if (result == 0)
        result = text_compare(a->file, b->file);
    return result != 0 ? result : order((int64_t)a->line, (int64_t)b->line);
}

static bool is_same_month(const Figure *a, const Figure *b)
{
    return a->series == b->series && a->month == b->month;
}

static bool contradict(const Figure *a, const Figure *b)
{
    return is_same_month(a, b) && a->published == b->published && a->is_final == b->is_final &&
           !number_equal(a->number, b->number);
}

static Text month_text(Collection *c, const bd_series_info *info, int32_t month)
{
    StringBuilder out;
    builder_init(&out, &c->cli->arena);
    if (info->months == 12)
        builder_int64(&out, month);
    else
        month_append(&out, month);
    return builder_result(&out);
}

static bool report_contradiction(Collection *c, const Figure *first, const Figure *second)
{
    bd_series_info info;
    StringBuilder other;
    builder_init(&other, &c->cli->arena);
    builder_text(&other, first->file);
    builder_char(&other, ':');
    builder_uint64(&other, first->line);
    if (bd_module_series(c->module, first->series, &info) == BD_OK)
        message_error_at(c->cli, second->file, second->line, MSG_SERIES_CONTRADICTION,
                         (Holes){info.name, month_text(c, &info, first->month), second->value, builder_result(&other)});
    return false;
}

/* Keeps of each month the figure that counts; false after reporting two that contradict each other. */
static bool keep_last(Collection *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->count; i++) {
        if (i > 0 && contradict(&c->figures[i - 1], &c->figures[i]))
            return report_contradiction(c, &c->figures[i - 1], &c->figures[i]);
    }
    for (size_t i = 0; i < c->count; i++) {
        if (kept > 0 && is_same_month(&c->figures[kept - 1], &c->figures[i]))
            kept--;
        c->figures[kept++] = c->figures[i];
    }
    c->count = kept;
    return true;
}

/* The figures of one series: the same distance between all of them. */
static bool check_gaps(Collection *c, const Figure *figures, size_t count)
{
    int32_t least = INT32_MAX;
    bd_series_info info;
    for (size_t i = 1; i < count; i++) {
        int32_t distance = figures[i].month - figures[i - 1].month;
        least = distance < least ? distance : least;
    }
    for (size_t i = 1; i < count; i++) {
        int32_t expected = figures[i - 1].month + least;
        if (figures[i].month == expected)
            continue;
        if (bd_module_series(c->module, figures[i].series, &info) == BD_OK)
            message_error_at(c->cli, figures[i].file, figures[i].line, MSG_SERIES_GAP,
                             (Holes){.a = info.name, .b = month_text(c, &info, expected)});
        return false;
    }
    return true;
}

static size_t count_of_series(const Figure *figures, size_t room)
{
    size_t count = 1;
    while (count < room && figures[count].series == figures[0].series)
        count++;
    return count;
}

static bool supply(Collection *c, const Figure *figure)
{
    bd_series_info info;
    bd_error error = {.code = BD_OK};
    if (bd_module_series(c->module, figure->series, &info) != BD_OK)
        return false;
    Text key = month_text(c, &info, figure->month);
    if (bd_session_table_row(c->session, info.table, BD_DATE_MIN, &key, 1, figure->value, &error) == BD_OK)
        return true;
    message_error_at(c->cli, figure->file, figure->line, MSG_LIBRARY, (Holes){.a = text_from_cstring(error.message)});
    return false;
}

static bool settle(Collection *c)
{
    if (c->count == 0)
        return true;
    qsort(c->figures, c->count, sizeof *c->figures, compare);
    if (!keep_last(c))
        return false;
    for (size_t begin = 0; begin < c->count;) {
        size_t count = count_of_series(&c->figures[begin], c->count - begin);
        if (!check_gaps(c, &c->figures[begin], count))
            return false;
        begin += count;
    }
    for (size_t i = 0; i < c->count; i++)
        if (!supply(c, &c->figures[i]))
            return false;
    return true;
}

ExitStatus series_load(Cli *cli, const bd_module *module, const bd_module *other, bd_session *session,
                       const Arguments *arguments, char separator, bool has_as_of, int32_t as_of)
{
    Collection c = {
        .cli = cli, .module = module, .other = other, .session = session, .has_as_of = has_as_of, .as_of = as_of};
    for (size_t i = 0; i < arguments->repeated_count; i++) {
        if (arguments->repeated[i].id != OPTION_SERIES)
            continue;
        ExitStatus status = read_file(&c, arguments->repeated[i].value, separator);
        if (status != EXIT_GOOD)
            return status;
    }
    return settle(&c) ? EXIT_GOOD : EXIT_WANTING;
}

static bool went_on(const bd_session *const *sessions, size_t count, uint32_t table)
{
    for (size_t i = 0; i < count; i++)
        if (bd_session_went_on(sessions[i], table))
            return true;
    return false;
}

void series_warn(Cli *cli, const bd_module *module, const bd_session *const *sessions, size_t count)
{
    bd_series_info series;
    bd_index_info index;
    for (uint32_t i = 0; bd_module_series(module, i, &series) == BD_OK; i++)
        if (went_on(sessions, count, series.table))
            message_warning(cli, MSG_SERIES_WENT_ON, (Holes){.a = series.name});
    for (uint32_t i = 0; bd_module_index(module, i, &index) == BD_OK; i++)
        if (went_on(sessions, count, index.table))
            message_warning(cli, MSG_INDEX_WENT_ON, (Holes){.a = index.name});
}
