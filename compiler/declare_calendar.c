/* declare_calendar.c: `kalender` -> a division of time into periods, or the days of the week on which people work.
**
** Definitions are declared after calendars, so what a calendar of working days names stays a name until workdays_check.
** Invariant: a calendar in the core has a length of at least a day, or a table of starts, or is_workdays and two days of the week.
*/
#include "compiler/check.h"
#include "compiler/declare.h"
#include "compiler/tables.h"

static const Text NO_TEXT = {"", 0};

static uint8_t weekday_number(Core *core, const Ast *name)
{
    static const Text NAMES[3][7] = {
        {TEXT_INIT("maandag"), TEXT_INIT("dinsdag"), TEXT_INIT("woensdag"), TEXT_INIT("donderdag"),
         TEXT_INIT("vrijdag"), TEXT_INIT("zaterdag"), TEXT_INIT("zondag")},
        {TEXT_INIT("Monday"), TEXT_INIT("Tuesday"), TEXT_INIT("Wednesday"), TEXT_INIT("Thursday"), TEXT_INIT("Friday"),
         TEXT_INIT("Saturday"), TEXT_INIT("Sunday")},
        {TEXT_INIT("monday"), TEXT_INIT("tuesday"), TEXT_INIT("wednesday"), TEXT_INIT("thursday"), TEXT_INIT("friday"),
         TEXT_INIT("saturday"), TEXT_INIT("sunday")}};
    for (int spelling = 0; spelling < 3; spelling++)
        for (uint8_t day = 0; day < 7; day++)
            if (text_equal(NAMES[spelling][day], name->text))
                return (uint8_t)(day + 1);
    diag_report(core->diags, DIAG_E0420, name->span, name->text, NO_TEXT, NO_TEXT);
    return 0;
}

static bool read_workdays(Core *core, const Ast *weekdays, Calendar *calendar)
{
    calendar->is_workdays = true;
    calendar->first_weekday = weekday_number(core, weekdays->a);
    calendar->last_weekday = weekdays->b ? weekday_number(core, weekdays->b) : calendar->first_weekday;
    calendar->tests = arena_array(core->arena, ast_count(weekdays->c), sizeof *calendar->tests);
    for (const Ast *test = weekdays->c; test; test = test->next)
        calendar->tests[calendar->test_count++] = (DayTest){NULL, test, test->kind == AST_INCLUDE};
    return calendar->first_weekday != 0 && calendar->last_weekday != 0;
}

static bool read_periods(Core *core, const Ast *span, Calendar *calendar)
{
    Type days = declare_type(TYPE_QUANTITY);
    days.unit = UNIT_DAY;
    Expr *anchor = check_constant(core, span->b, declare_type(TYPE_DATE)),
         *length = check_constant(core, span->a, days);
    if (length->op != EXPR_NUMBER || anchor->op != EXPR_DATE)
        return false;
    if (!number_is_whole(length->number) || length->number.num < 1 || length->number.num > 36600) {
        diag_report(core->diags, DIAG_E0911, span->a->span, calendar->name, NO_TEXT, NO_TEXT);
        return false;
    }
    calendar->length_days = (int32_t)length->number.num;
    calendar->anchor = anchor->integer;
    return true;
}

/* The starts come from a parameter file: a table of days, of which each row holds from its own day on. */
static void declare_extern(Core *core, const Ast *item)
{
    Calendar calendar = {.name = item->text, .span = item->name_span, .citation = core_citation(core, item->d)};
    calendar.table = tables_add(core, (Table){.name = item->text,
                                              .label = item->text,
                                              .is_extern = true,
                                              .is_calendar = true,
                                              .product = BD_NONE,
                                              .type = declare_type(TYPE_DATE),
                                              .level = BD_DATE_MIN,
                                              .citation = calendar.citation,
                                              .span = item->name_span});
    GROW(core, calendar);
    core->calendars[core->calendar_count++] = calendar;
}

void declare_calendar(Core *core, const Ast *item)
{
    uint32_t earlier = find_calendar(core, item->text);
    if (earlier != BD_NONE) {
        declare_report_twice(core, item->name_span, item->text, core->calendars[earlier].span);
        return;
    }
    const Ast *span = item->b;
    if (ast_has(item, AST_IS_EXTERN)) {
        declare_extern(core, item);
        return;
    }
    if (!span || (span->kind != AST_FROM && span->kind != AST_WEEKDAYS)) {
        diag_report(core->diags, DIAG_E0910, item->span, item->text, NO_TEXT, NO_TEXT);
        return;
    }
    Calendar calendar = {.name = item->text, .table = BD_NONE, .span = item->name_span};
    bool is_read =
        span->kind == AST_WEEKDAYS ? read_workdays(core, span, &calendar) : read_periods(core, span, &calendar);
    calendar.citation = core_citation(core, item->d);
    if (!is_read)
        return;
    GROW(core, calendar);
    core->calendars[core->calendar_count++] = calendar;
}
