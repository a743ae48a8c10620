/* series_from_ast.c: `reeks` items into Core.tables, as tables with one key: the month, or of a yearly series the year.
**
** A series whose figures are not in the text is supplied by a file. Figures in the text must follow each other without a gap, so that a
** row that was forgotten is found here and not by the first line that needs it.
** Invariant: a series is an extern table to everything behind this file; Series.values are its rows where the text has them.
*/
#include "compiler/check.h"
#include "compiler/declare.h"
#include "compiler/tables.h"
#include "vm/core/date.h"

static const Text NO_TEXT = {NULL, 0};

/* The months from one figure to the next; 0 for a word that is no period. */
static uint32_t step_of(Text word)
{
    static const struct {
        Text nl, en;
        uint32_t months;
    } PERIODS[] = {{TEXT_INIT("maand"), TEXT_INIT("month"), 1},
                   {TEXT_INIT("kwartaal"), TEXT_INIT("quarter"), 3},
                   {TEXT_INIT("jaar"), TEXT_INIT("year"), 12}};
    for (size_t i = 0; i < sizeof PERIODS / sizeof *PERIODS; i++)
        if (text_equal(PERIODS[i].nl, word) || text_equal(PERIODS[i].en, word))
            return PERIODS[i].months;
    return 0;
}

static Text key_text(const Core *core, const Series *series, int32_t key)
{
    StringBuilder out;
    builder_init(&out, core->arena);
    if (series->step == 12)
        builder_int64(&out, key);
    else
        month_append(&out, key);
    return builder_result(&out);
}

/* A row's month or year; false after reporting. */
static bool read_key(Core *core, const Series *series, const Ast *cell, int32_t *out)
{
    if (series->step == 12 && cell->kind == AST_NUMBER && number_is_whole(cell->number) && cell->number.num >= 1 &&
        cell->number.num <= 9999) {
        *out = (int32_t)cell->number.num;
        return true;
    }
    if (series->step != 12 && cell->kind == AST_MONTH && cell->date % (int32_t)series->step == 0) {
        *out = cell->date;
        return true;
    }
    if (cell->kind != AST_ERROR)
        diag_report(core->diags,
                    series->step == 12  ? DIAG_E1203
                    : series->step == 3 ? DIAG_E1204
                                        : DIAG_E1202,
                    cell->span, NO_TEXT, NO_TEXT, NO_TEXT);
    return false;
}

static bool is_header(const Ast *row)
{
    return row->a != NULL && row->a->kind == AST_NAME;
}

static void read_row(Core *core, Table *table, const Ast *row)
{
    Series *series = table->series;
    int32_t key = 0, next = series->first + (int32_t)(series->value_count * (series->step == 12 ? 1 : series->step));
    if (ast_count(row->a) != 2) {
        diag_report(core->diags, DIAG_E1201, row->span, table->name, NO_TEXT, NO_TEXT);
        return;
    }
    Expr *value = check_constant(core, row->a->next, declare_type(TYPE_NUMBER));
    if (value->op != EXPR_NUMBER || !read_key(core, series, row->a, &key))
        return;
    if (series->value_count > 0 && key != next) {
        diag_report(core->diags, DIAG_E1205, row->a->span, table->name, key_text(core, series, next), NO_TEXT);
        return;
    }
    if (series->value_count == 0)
        series->first = key;
    series->values[series->value_count++] = value->number;
}

static void read_rows(Core *core, Table *table, const Ast *item)
{
    if (ast_has(item, AST_IS_EXTERN)) {
        if (item->c != NULL)
            diag_report(core->diags, DIAG_E0522, item->name_span, table->name, NO_TEXT, NO_TEXT);
        return;
    }
    table->series->values = arena_array(core->arena, ast_count(item->c), sizeof(Number));
    size_t errors = core->diags->error_count;
    for (const Ast *row = item->c; row != NULL && core->diags->error_count == errors; row = row->next)
        if (row != item->c || !is_header(row))
            read_row(core, table, row);
    if (table->series->value_count == 0 && core->diags->error_count == errors)
        diag_report(core->diags, DIAG_E0520, item->name_span, table->name, NO_TEXT, NO_TEXT);
}

static void series(Core *core, const Ast *item)
{
    uint32_t earlier = find_table(core, item->text);
    if (earlier != BD_NONE) {
        declare_report_twice(core, item->name_span, item->text, core->tables[earlier].span);
        return;
    }
    uint32_t step = item->b != NULL ? step_of(item->b->text) : 1;
    if (step == 0) {
        diag_report(core->diags, DIAG_E1206, item->b->span, item->b->text, NO_TEXT, NO_TEXT);
        step = 1;
    }
    Table table = {.name = item->text,
                   .label = item->a != NULL ? item->a->text : item->text,
                   .is_extern = true,
                   .product = BD_NONE,
                   .type = declare_type(TYPE_NUMBER),
                   .citation = core_citation(core, item->d),
                   .span = item->name_span};
    table.series = arena_alloc(core->arena, sizeof *table.series);
    *table.series = (Series){.step = step, .goes_on = ast_has(item, AST_IS_AFTER_LAST)};
    table.dimension_count = 1;
    table.dimensions = arena_array(core->arena, 1, sizeof *table.dimensions);
    table.dimensions[0] = (Dimension){.name = step == 12 ? TEXT("jaar") : TEXT("maand"),
                                      .type = declare_type(step == 12 ? TYPE_YEAR : TYPE_MONTH),
                                      .column = BD_NONE};
    read_rows(core, &table, item);
    (void)tables_add(core, table);
}

void series_from_ast(Core *core, const Ast *items)
{
    for (const Ast *item = items; item != NULL; item = item->next)
        if (item->kind == AST_SERIES)
            series(core, item);
}
