/* tables.c: the versions of each table in time: open ends closed, no overlap, no day of a product without a tariff.
**
** Cells were proven complete when they were read (table_fill.c); here it is only about days.
** Invariant afterwards: versions rise by start and do not overlap, or an error was reported.
*/
#include "compiler/tables.h"

#include "compiler/amendment.h"

#include "vm/core/date.h"

Text table_date_text(const Core *core, int32_t date)
{
    StringBuilder out;
    builder_init(&out, core->arena);
    date_append(&out, date);
    return builder_result(&out);
}

static void close_version(Core *core, const Table *table, TableVersion *earlier, const TableVersion *later)
{
    Validity *validity = &earlier->validity;
    Diag *diag = NULL;
    if (validity->from == later->validity.from)
        diag = diag_report(core->diags, DIAG_E0513, later->span, table->name, table_date_text(core, validity->from),
                           (Text){0});
    else if (amendment_is_conditional(core, later->amendment) && validity->to != BD_DATE_MAX)
        diag = diag_report(core->diags, DIAG_E0530, earlier->span, table->name, (Text){0}, (Text){0});
    else if (validity->to == BD_DATE_MAX)
        validity->to = later->validity.from - 1;
    else if (validity->to >= later->validity.from)
        diag = diag_report(core->diags, DIAG_E0510, earlier->span, table->name, table_date_text(core, validity->to),
                           table_date_text(core, later->validity.from));
    if (diag == NULL)
        return;
    bool same_start = validity->from == later->validity.from;
    diag_label(core->diags, diag, same_start ? earlier->span : later->span, same_start ? DIAG_N0501 : DIAG_N0502,
               (Text){0}, (Text){0});
}

/* The days on which the product must have a tariff: its own validity, bounded by the agreement's where it says nothing. */
static Validity days_of_product(const Core *core, const Product *product)
{
    Validity days = product->validity;
    if (days.from == BD_DATE_MIN)
        days.from = core->validity.from;
    if (days.to == BD_DATE_MAX)
        days.to = core->validity.to;
    return days;
}

static void report_gap(Core *core, const Table *table, Span span, int32_t from, int32_t to)
{
    Diag *diag;
    if (to == BD_DATE_MAX)
        diag = diag_report(core->diags, DIAG_E0512, span, table->name, table_date_text(core, from), (Text){0});
    else
        diag = diag_report(core->diags, DIAG_E0511, span, table->name, table_date_text(core, from),
                           table_date_text(core, to));
    diag_label(core->diags, diag, core->products[table->product].span, DIAG_N0504, (Text){0}, (Text){0});
    diag_help(core->diags, diag, DIAG_N0505, (Text){0}, (Text){0});
}

/* Where a version's end is written, so that a gap after it is not told at the place of a gap before it. */
static Span end_of_version(const TableVersion *version)
{
    const Ast *valid = ast_clause(version->node, AST_VALID), *expires = ast_clause(version->node, AST_EXPIRES);
    if (valid != NULL && valid->a != NULL && valid->a->b != NULL)
        return valid->a->b->span;
    return expires != NULL ? expires->span : version->span;
}

/* Reports each run of days of the product before, between and after the versions. A product without a stated start may begin anywhere. */
static void find_gaps(Core *core, const Table *table)
{
    Validity days = days_of_product(core, &core->products[table->product]);
    int32_t next = days.from; /* the first day that no version seen so far covers */
    if (next == BD_DATE_MIN)
        next = table->versions[0].validity.from;
    for (uint32_t i = 0; i < table->version_count; i++) {
        const TableVersion *version = &table->versions[i];
        int32_t last = version->validity.from - 1 < days.to ? version->validity.from - 1 : days.to;
        if (version->validity.from > next && next <= days.to)
            report_gap(core, table, version->span, next, last);
        if (version->validity.to == BD_DATE_MAX)
            return;
        if (version->validity.to >= next)
            next = version->validity.to + 1;
    }
    if (next <= days.to)
        report_gap(core, table, end_of_version(&table->versions[table->version_count - 1]), next, days.to);
}

/* Whether every cell is whole cents (of money and rates) or whole (of quantities and numbers): what `type.whole` promises. */
static bool cells_are_whole(const Table *table)
{
    bool is_money = table->type.kind == TYPE_MONEY || table->type.kind == TYPE_RATE;
    for (uint32_t v = 0; v < table->version_count; v++) {
        const TableVersion *version = &table->versions[v];
        for (uint32_t c = 0; version->cells && c < table->cell_count; c++) {
            unsigned decimals = 0;
            if (version->present[c] &&
                (!number_is_decimal(version->cells[c], &decimals) || decimals > (is_money ? 2u : 0u)))
                return false;
        }
    }
    return !table->is_extern;
}

void tables_check(Core *core)
{
    for (uint32_t i = 0; i < core->table_count; i++) {
        Table *table = &core->tables[i];
        size_t errors = core->diags->error_count;
        for (uint32_t v = 1; v < table->version_count; v++)
            close_version(core, table, &table->versions[v - 1], &table->versions[v]);
        if (table->is_tariff && !table->is_extern && table->version_count > 0 && core->diags->error_count == errors)
            find_gaps(core, table);
        table->type.whole = cells_are_whole(table);
    }
}
