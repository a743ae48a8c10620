/* decide_own.c: the language's own rules. They stand behind the contract's.
**
** A unit that does not fit the product (eenheid_onjuist), a product outside its validity (product_niet_geldig), a part of an indivisible
** unit (deel_van_eenheid), a line across a tariff change (over_tariefgrens). On a line that fails one of the first two, `volume` and
** `tarief` mean nothing, and rules that read them stay silent. A cell that is read and empty is a fault (cel_ontbreekt).
*/
#include "compiler/amendment.h"
#include "compiler/decide.h"

IrValue decide_unit_fits(Decide *d)
{
    IrValue result = IR_NONE, unit = lower_column(&d->lower, COLUMN_UNIT, 0).value;
    for (uint32_t c = 0; c < d->core->class_count; c++) {
        IrValue fits = ir_has_cell(d->ir, layout_conversion(d->layout, c), unit);
        result = decide_either(d, result, ir_and(d->ir, decide_is_class(d, c, NULL), fits));
    }
    return result == IR_NONE ? ir_bool(d->ir, true, 0) : result;
}

/* The products that are offered in the same span of days as product p; false if an earlier product already stood for them. */
static bool same_validity(const Core *core, uint32_t p, uint64_t *set)
{
    Validity validity = core->products[p].validity;
    for (uint32_t i = 0; i < core->product_count; i++) {
        bool same = core->products[i].validity.from == validity.from && core->products[i].validity.to == validity.to;
        if (same && i < p)
            return false;
        if (same)
            set_add(set, i);
    }
    return true;
}

IrValue decide_in_validity(Decide *d)
{
    IrValue result = ir_bool(d->ir, true, 0);
    for (uint32_t p = 0; p < d->core->product_count; p++) {
        uint64_t *set = arena_array(d->core->arena, SET_WORDS(d->core->product_count), sizeof *set);
        if (!same_validity(d->core, p, set))
            continue;
        IrValue inside = decide_within(d, d->begin, d->core->products[p].validity);
        if (ir_is_true(d->ir, inside))
            continue;
        IrValue is_other = ir_not(d->ir, decide_in_products(d, set));
        result = ir_and(d->ir, result, ir_or(d->ir, is_other, inside));
    }
    return result;
}

/* A whole-unit product whose claimed volume is not whole. */
IrValue decide_part_of_unit(Decide *d)
{
    IrValue result = ir_bool(d->ir, false, 0);
    for (uint32_t c = 0; c < d->core->class_count; c++) {
        if (!d->core->units[d->core->classes[c].unit].indivisible)
            continue;
        d->lower.rule = BD_NONE;
        IrValue reach = ir_and(d->ir, decide_is_class(d, c, NULL), d->sound), volume = decide_claimed_volume(d, c);
        result = ir_or(d->ir, result, ir_and(d->ir, reach, ir_not(d->ir, ir_whole(d->ir, volume))));
    }
    return result;
}

/* A cell may be empty only where nothing reads it. */
void decide_demand_cells(Decide *d)
{
    for (uint32_t i = 0; i < d->layout->line_columns; i++) {
        const ModuleColumn *module_column = &d->layout->columns[i];
        const Column *column = &d->core->columns[module_column->core_column];
        if (!module_column->optional || column->type.optional || column->is_group)
            continue;
        IrValue needed = ir_bool(d->ir, true, 0);
        if (!column->needed_by_all)
            needed = column->needed_by ? decide_in_products(d, column->needed_by) : ir_bool(d->ir, false, 0);
        if (column->group != BD_NONE)
            needed = ir_and(d->ir, needed, lower_column(&d->lower, column->group, 0).value);
        /* A built-in column is declared nowhere: what reads it says where to look. */
        Span span = column->span.end > column->span.begin ? column->span : column->read_at;
        IrPlace place = decide_place(span, column->name, BD_STEP_FAULT);
        IrValue missing = ir_and(d->ir, needed, ir_not(d->ir, ir_present(d->ir, i, 0)));
        decide_fail(d, missing, "cel_ontbreekt", &place, BD_NONE);
    }
}

static bool is_read(const Ir *ir, uint32_t column)
{
    for (uint32_t i = 0; i < ir->count; i++)
        if (ir->code[i].op == OP_LOAD && ir->code[i].imm == column)
            return true;
    return false;
}

void decide_demand_read_cells(Decide *d)
{
    for (uint32_t i = 0; i < d->layout->line_columns; i++) {
        const ModuleColumn *module_column = &d->layout->columns[i];
        const Column *column = &d->core->columns[module_column->core_column];
        if (!module_column->optional || column->type.optional || column->is_group || !is_read(d->ir, i))
            continue;
        IrValue missing = ir_not(d->ir, ir_present(d->ir, i, 0));
        if (column->group != BD_NONE)
            missing = ir_and(d->ir, lower_column(&d->lower, column->group, 0).value, missing);
        IrPlace place = decide_place(column->span, column->name, BD_STEP_FAULT);
        decide_fail(d, missing, "cel_ontbreekt", &place, BD_NONE);
    }
}

/* Whether a version has an end of its own: the next one does not begin the day after. */
static bool ends_by_itself(const Table *table, uint32_t v)
{
    int32_t to = table->versions[v].validity.to;
    return to != BD_DATE_MAX && (v + 1 == table->version_count || table->versions[v + 1].validity.from != to + 1);
}

/* The version of a table that a line has on a date, as a number: -1 before the first, -2 after the end of one. */
static IrValue version_on(Decide *d, const Table *table, IrValue date)
{
    IrValue result = ir_int(d->ir, -1, 0), none = ir_int(d->ir, -2, 0);
    for (uint32_t v = 0; v < table->version_count; v++) {
        const TableVersion *version = &table->versions[v];
        const Expr *unless = amendment_unless(d->core, version->amendment);
        IrValue begun = ir_compare(d->ir, IR_GE, date, ir_int(d->ir, version->validity.from, 0));
        if (unless) {
            d->lower.guard = begun;
            IrValue stays = lower_value(&d->lower, unless);
            d->lower.guard = IR_NONE;
            begun = ir_and(d->ir, begun, ir_not(d->ir, stays));
        }
        IrValue chosen = ir_int(d->ir, (int32_t)v, 0);
        if (ends_by_itself(table, v)) {
            IrValue is_over = ir_compare(d->ir, IR_GT, date, ir_int(d->ir, version->validity.to, 0));
            chosen = ir_select(d->ir, is_over, none, chosen);
        }
        result = ir_select(d->ir, begun, chosen, result);
    }
    return result;
}

/* Of a table that amendments split: the line's own version on the one date is not that on the other. */
static IrValue crosses_amended(Decide *d, const Table *table, IrValue end)
{
    d->lower.reference = d->begin;
    IrValue first = version_on(d, table, d->begin), last = version_on(d, table, end);
    IrValue is_later = ir_compare(d->ir, IR_GT, end, d->begin);
    return ir_and(d->ir, is_later, ir_compare(d->ir, IR_NE, first, last));
}

static IrValue where_read(Decide *d, const DatedRead *read, IrValue crosses)
{
    return read->guard == IR_NONE ? crosses : ir_and(d->ir, read->guard, crosses);
}

/* The prices of an indexed tariff differ from its versions: each has rows of its own. */
static IrValue crosses_moment(Decide *d, const DatedRead *read, IrValue end)
{
    IrValue first = lower_tariff_row(&d->lower, read->table, d->begin);
    IrValue last = lower_tariff_row(&d->lower, read->table, end);
    IrValue crosses = ir_compare(d->ir, IR_NE, first, last);
    return where_read(d, read, crosses);
}

/* begindatum and einddatum in different versions of a table the payment reads. */
IrValue decide_crosses_version(Decide *d)
{
    IrValue result = ir_bool(d->ir, false, 0), end = lower_column(&d->lower, COLUMN_END, 0).value;
    uint64_t *settled = arena_array(d->core->arena, SET_WORDS(d->core->product_count),
                                    sizeof *settled); /* `bij wijziging tarief op begindatum` */
    for (uint32_t p = 0; p < d->core->product_count; p++)
        if (d->core->products[p].price_at_begin)
            set_add(settled, p);
    for (const DatedRead *read = d->lower.reads; read; read = read->next) {
        const Table *table = read->table;
        if (table->product != BD_NONE && d->core->products[table->product].price_at_begin)
            continue;
        if (table->indexed != BD_NONE) {
            IrValue crosses = crosses_moment(d, read, end);
            result = ir_or(d->ir, result, crosses);
            continue;
        }
        bool is_split = amendment_splits_table(d->core, table);
        if (is_split)
            result = ir_or(d->ir, result, where_read(d, read, crosses_amended(d, table, end)));
        for (uint32_t v = 0; !is_split && v < table->version_count; v++) {
            Validity validity = table->versions[v].validity;
            if (validity.to == BD_DATE_MAX)
                continue;
            IrValue starts_here = decide_within(d, d->begin, validity);
            IrValue ends_later = ir_compare(d->ir, IR_GT, end, ir_int(d->ir, validity.to, 0));
            IrValue crosses = ir_and(d->ir, starts_here, ends_later);
            result = ir_or(d->ir, result, where_read(d, read, crosses));
        }
    }
    return ir_and(d->ir, result, ir_not(d->ir, decide_in_products(d, settled)));
}
