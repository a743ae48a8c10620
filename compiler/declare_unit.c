/* declare_unit.c: units and what they are counted in.
**
** A unit is a factor of its base unit. Days and weeks have the base dag, months, quarters and years the base maand; the two do not
** convert into each other, and nothing converts into them unless the agreement says so (language.md, "Units").
*/
#include "compiler/check.h"
#include "compiler/declare.h"
#include "vm/core/limits.h"

static const Text NO_TEXT = {"", 0};

static uint32_t add_unit(Core *core, Unit unit)
{
    core->units = arena_grow(core->arena, core->units, core->unit_count, &core->unit_capacity, sizeof *core->units);
    core->units[core->unit_count] = unit;
    return core->unit_count++;
}

static void own_unit(Core *core, Text name, Text plural, uint32_t base, int64_t factor, CalendarUnit calendar)
{
    Number number = {factor, 1, NULL};
    add_unit(core, (Unit){name,
                          plural,
                          NO_TEXT,
                          base == BD_NONE ? core->unit_count : base,
                          number,
                          calendar,
                          false,
                          true,
                          {0, 0, 0},
                          BD_NONE});
}

/* In the order of UNIT_DAY, UNIT_WORKDAY and UNIT_EURO. */
void declare_own_units(Core *core)
{
    own_unit(core, TEXT("dag"), TEXT("dagen"), BD_NONE, 1, CALENDAR_DAY);
    own_unit(core, TEXT("week"), TEXT("weken"), 0, 7, CALENDAR_DAY);
    own_unit(core, TEXT("maand"), TEXT("maanden"), BD_NONE, 1, CALENDAR_MONTH);
    own_unit(core, TEXT("kwartaal"), TEXT("kwartalen"), 2, 3, CALENDAR_MONTH);
    own_unit(core, TEXT("jaar"), TEXT("jaren"), 2, 12, CALENDAR_MONTH);
    own_unit(core, TEXT("werkdag"), TEXT("werkdagen"), BD_NONE, 1, CALENDAR_WORKDAY);
    own_unit(core, TEXT("euro"), TEXT("euros"), BD_NONE, 1, CALENDAR_NONE);
}

static Text code_of(const Ast *item)
{
    const Ast *clause = ast_clause(item, AST_CODE);
    return clause && clause->a ? clause->a->text : NO_TEXT;
}

static void declare_unit(Core *core, const Ast *item)
{
    uint32_t known = find_unit(core, item->text);
    if (known != BD_NONE && !core->units[known].built_in) {
        Diag *diag = diag_report(core->diags, DIAG_E0302, item->name_span, item->text, NO_TEXT, NO_TEXT);
        diag_label(core->diags, diag, core->units[known].span, DIAG_N0501, NO_TEXT, NO_TEXT);
        return;
    }
    if (core->unit_count >= UNIT_MAX_COUNT) {
        diag_report(core->diags, DIAG_E0911, item->name_span, item->text, NO_TEXT, NO_TEXT);
        return;
    }
    bool indivisible = ast_has(item, AST_IS_INDIVISIBLE);
    Text plural = item->a ? item->a->text : item->text;
    if (known != BD_NONE) { /* dag, week ...: now with the agreement's spelling and code */
        Unit *unit = &core->units[known];
        unit->name = item->text;
        unit->plural = plural;
        unit->code = code_of(item);
        unit->indivisible = indivisible;
        unit->built_in = false;
        unit->span = item->name_span;
        unit->citation = core_citation(core, item->d);
        return;
    }
    add_unit(core, (Unit){item->text, plural, code_of(item), BD_NONE, NUMBER_ONE, CALENDAR_NONE, indivisible, false,
                          item->name_span, core_citation(core, item->d)});
}

/* Settles base and factor of a unit from the one it is expressed in; depth counts the chain, so that a circle ends. */
static void settle(Core *core, const Ast *items, uint32_t index, uint32_t depth)
{
    Unit *unit = &core->units[index];
    if (unit->base != BD_NONE)
        return;
    const Ast *item = items;
    while (item && !(item->kind == AST_UNIT && text_equal(item->text, unit->name)))
        item = item->next;
    const Ast *measure = item ? item->b : NULL;
    unit->base = index;
    if (!measure)
        return;
    uint32_t other = measure->kind == AST_QUANTITY ? find_unit(core, measure->text) : BD_NONE;
    if (other == BD_NONE) {
        report_unknown(core, measure->span, measure->kind == AST_QUANTITY ? measure->text : unit->name, "u");
        return;
    }
    unit->base = BD_NONE;
    if (depth > core->unit_count) {
        diag_report(core->diags, DIAG_E0409, unit->span, unit->name, NO_TEXT, NO_TEXT);
        unit->base = index;
        return;
    }
    settle(core, items, other, depth + 1);
    Expr *count = check_constant(core, measure->a, declare_type(TYPE_NUMBER));
    if (unit->base != BD_NONE)
        return; /* met again in its own chain, and reported */
    unit->base = core->units[other].base;
    unit->calendar = core->units[other].calendar;
    if (count->op != EXPR_NUMBER || number_sign(count->number) <= 0 ||
        number_mul(core->arena, count->number, core->units[other].factor, &unit->factor) != BD_OK) {
        diag_report(core->diags, DIAG_E0911, measure->span, unit->name, NO_TEXT, NO_TEXT);
        unit->factor = NUMBER_ONE;
    }
}

void declare_units(Core *core, const Ast *items)
{
    for (const Ast *item = items; item; item = item->next)
        if (item->kind == AST_UNIT)
            declare_unit(core, item);
    for (uint32_t i = 0; i < core->unit_count; i++)
        settle(core, items, i, 0);
}
