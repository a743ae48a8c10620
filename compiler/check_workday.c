/* check_workday.c: working days, said in what the core has already: aggregates over the days of an interval.
**
** Between two days they are counted. The N-th working day after D is the first day d for which D + 1 up to and including d holds N of them:
** an aggregate within an aggregate. It becomes a call of a definition made here, whose parameter is D, so that D is computed once and
** outside the days. No machine instruction knows of working days.
** Invariant: a day counts when its weekday does and no `behalve` holds, or when some `met` holds.
*/
#include <assert.h>

#include "compiler/check_internal.h"
#include "vm/core/limits.h"
#include "vm/module.h"

/* ---- What calendars name ---- */

static bool takes_a_day(const Definition *definition)
{
    return definition->parameter_count == 1 && definition->parameter_types[0].kind == TYPE_DATE &&
           !definition->parameter_types[0].optional;
}

static void refuse_test(Core *core, DayTest *test)
{
    diag_report(core->diags, DIAG_E0418, test->node->name_span, test->node->text, EMPTY_TEXT, EMPTY_TEXT);
    test->definition = NULL;
}

static void look_up_test(Core *core, DayTest *test)
{
    test->definition = find_definition(core, test->node->text);
    if (!test->definition)
        report_unknown(core, test->node->name_span, test->node->text, "d");
    else if (!takes_a_day(test->definition))
        refuse_test(core, test);
}

/* Checking the definition settles a type that it does not state; it also counts as used by a calendar that nothing uses yet. */
static void check_test(Core *core, DayTest *test)
{
    Checker k = {.core = core, .unit_class = core->class_count ? 0 : BD_NONE};
    for (uint32_t version = 0; test->definition && version < test->definition->version_count; version++) {
        const Instance *instance = check_instance(&k, test->definition, version, test->node);
        if (!instance || expr_is_error(instance->body))
            continue; /* reported */
        Type type = instance->body->type;
        if (type.kind != TYPE_BOOLEAN || type.optional)
            refuse_test(core, test);
    }
}

/* The names first, all of them: a definition may count working days itself, and is then met in its own body. */
void workdays_check(Core *core)
{
    for (uint32_t i = 0; i < core->calendar_count; i++)
        for (uint32_t t = 0; t < core->calendars[i].test_count; t++)
            look_up_test(core, &core->calendars[i].tests[t]);
    for (uint32_t i = 0; i < core->calendar_count; i++)
        for (uint32_t t = 0; t < core->calendars[i].test_count; t++)
            check_test(core, &core->calendars[i].tests[t]);
}

/* ---- Which calendar ---- */

static const Calendar *workdays_named(const Core *core, Text name)
{
    uint32_t index = find_calendar(core, name);
    return index != BD_NONE && core->calendars[index].is_workdays ? &core->calendars[index] : NULL;
}

static const Calendar *calendar_of_unit(Checker *k, uint32_t unit, Text word, const Ast *node)
{
    const Core *core = k->core;
    const Unit *own = &core->units[core->units[unit].base]; /* as the agreement spells it, or as the language does */
    const Text names[] = {own->name, own->plural, TEXT("werkdag"), TEXT("workday")};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const Calendar *calendar = workdays_named(core, names[i]);
        if (calendar)
            return calendar;
    }
    bool is_english = text_equal(core->language, TEXT("en"));
    diag_report(core->diags, DIAG_E0419, node->span, word, is_english ? TEXT("workday") : TEXT("werkdag"), EMPTY_TEXT);
    return NULL;
}

/* The word names a calendar, or is the unit's. */
static const Calendar *calendar_of_word(Checker *k, const Ast *node)
{
    const Calendar *calendar = workdays_named(k->core, node->text);
    if (calendar)
        return calendar;
    uint32_t unit = find_unit(k->core, node->text);
    if (unit != BD_NONE && k->core->units[unit].calendar == CALENDAR_WORKDAY)
        return calendar_of_unit(k, unit, node->text, node);
    report_unknown(k->core, node->name_span, node->text, "k");
    return NULL;
}

/* ---- Whether a day counts ---- */

static Type whole_type(TypeKind kind, uint32_t unit)
{
    Type type = type_of_unit(kind, unit);
    type.whole = true;
    return type;
}

static Expr *whole_number(Checker *k, int64_t value, Type type, const Ast *node)
{
    return expr_number(k, (Number){value, 1, NULL}, type, node);
}

static Variable *day_variable(Checker *k, Text name, const Ast *node)
{
    Variable *variable = arena_alloc(k->core->arena, sizeof *variable);
    *variable = (Variable){.name = name, .type = declare_type(TYPE_DATE), .span = node->span};
    return variable;
}

static Expr *day_value(Checker *k, Variable *variable, const Ast *node)
{
    Expr *expr = expr_new(k, EXPR_VARIABLE, variable->type, node);
    expr->variable = variable;
    return expr;
}

static Expr *compare(Checker *k, IrCompare how, Expr *a, Expr *b, const Ast *node)
{
    Expr *expr = expr_binary(k, EXPR_COMPARE, declare_type(TYPE_BOOLEAN), node, a, b);
    expr->compare = (uint8_t)how;
    return expr;
}

static Expr *join(Checker *k, ExprOp op, Expr *a, Expr *b, const Ast *node)
{
    return a ? expr_binary(k, op, declare_type(TYPE_BOOLEAN), node, a, b) : b;
}

static Expr *in_the_week(Checker *k, const Calendar *calendar, Variable *day, const Ast *node)
{
    Type number = whole_type(TYPE_NUMBER, BD_NONE);
    Expr *weekday = expr_unary(k, EXPR_DATE_PART, number, node, day_value(k, day, node)), *from = NULL, *to = NULL;
    weekday->index = PART_WEEKDAY;
    if (calendar->first_weekday > 1)
        from = compare(k, IR_GE, weekday, whole_number(k, calendar->first_weekday, number, node), node);
    if (calendar->last_weekday < 7)
        to = compare(k, IR_LE, weekday, whole_number(k, calendar->last_weekday, number, node), node);
    bool over_sunday = calendar->first_weekday > calendar->last_weekday; /* zaterdag tot en met woensdag */
    if (from && to)
        return join(k, over_sunday ? EXPR_OR : EXPR_AND, from, to, node);
    if (from || to)
        return from ? from : to;
    Expr *always = expr_new(k, EXPR_BOOLEAN, declare_type(TYPE_BOOLEAN), node);
    always->integer = 1;
    return always;
}

static Expr *is_workday(Checker *k, const Calendar *calendar, Variable *day, const Ast *node)
{
    Type boolean = declare_type(TYPE_BOOLEAN);
    Expr *works = in_the_week(k, calendar, day, node), *after_all = NULL;
    for (uint32_t i = 0; i < calendar->test_count; i++) {
        const DayTest *test = &calendar->tests[i];
        if (!test->definition)
            return expr_error(k, node);
        Expr **args = arena_array(k->core->arena, 1, sizeof *args);
        args[0] = day_value(k, day, node);
        Expr *holds = call_checked(k, test->definition, args, node);
        if (test->counts)
            after_all = join(k, EXPR_OR, after_all, holds, node);
        else
            works = join(k, EXPR_AND, works, expr_unary(k, EXPR_NOT, boolean, node, holds), node);
    }
    Expr *counts = after_all ? join(k, EXPR_OR, works, after_all, node) : works;
    counts->calendar = calendar;
    return counts;
}

/* ---- Counting ---- */

static Expr *over_days(Checker *k, Aggregate aggregate, Type type, Variable *day, Expr *interval, const Ast *node)
{
    Expr *expr = expr_unary(k, EXPR_AGGREGATE, type, node, interval);
    expr->aggregate = aggregate;
    expr->variable = day;
    return expr;
}

static Expr *count_in(Checker *k, const Calendar *calendar, uint32_t unit, Expr *interval, const Ast *node)
{
    Variable *day = day_variable(k, TEXT("dag"), node);
    Expr *works = is_workday(k, calendar, day, node);
    if (expr_is_error(works) || expr_is_error(interval))
        return expr_error(k, node);
    Expr *count = over_days(k, AGGREGATE_COUNT, whole_type(TYPE_QUANTITY, unit), day, interval, node);
    count->b = works;
    return count;
}

Expr *check_count_workdays(Checker *k, const Ast *node, Expr *interval)
{
    const Calendar *calendar = calendar_of_word(k, node);
    if (!calendar || expr_is_error(interval))
        return expr_error(k, node);
    return count_in(k, calendar, UNIT_WORKDAY, interval, node);
}

/* ---- The N-th working day ---- */

bool is_in_workdays(const Checker *k, const Expr *duration)
{
    return duration->type.kind == TYPE_QUANTITY && duration->type.unit < k->core->unit_count &&
           k->core->units[duration->type.unit].calendar == CALENDAR_WORKDAY;
}

/* Days among which the count-th is looked for: half as many again as weekends ask for, and two weeks, for what is off besides. */
static int64_t window_days(const Calendar *calendar, int64_t count)
{
    int64_t per_week = (calendar->last_weekday - calendar->first_weekday + 7) % 7 + 1,
            span = (7 * count + per_week - 1) / per_week;
    int64_t days = span + span / 2 + 14;
    if (span > DAY_AGGREGATE_MAX_DAYS)
        return 0;
    return days < DAY_AGGREGATE_MAX_DAYS ? days : DAY_AGGREGATE_MAX_DAYS;
}

static Expr *days_later(Checker *k, Expr *date, int64_t days, const Ast *node)
{
    Type type = whole_type(TYPE_QUANTITY, UNIT_DAY);
    return expr_binary(k, EXPR_DATE_ADD, declare_type(TYPE_DATE), node, date, whole_number(k, days, type, node));
}

static Expr *interval_of(Checker *k, Expr *first, Expr *last, const Ast *node)
{
    return expr_binary(k, EXPR_INTERVAL, declare_type(TYPE_INTERVAL), node, first, last);
}

/* The least day of an interval that passes a test, or the greatest. */
static Expr *found_among(Checker *k, Expr *test, Variable *day, bool backward, Expr *among, const Ast *node)
{
    if (expr_is_error(test))
        return test;
    Expr *found =
        over_days(k, backward ? AGGREGATE_GREATEST : AGGREGATE_LEAST, declare_type(TYPE_DATE), day, among, node);
    found->b = test;
    found->c = day_value(k, day, node);
    return found;
}

/* With D the parameter: least over d in [D + 1, D + window] such that [D + 1, d] holds at least count working days; mirrored when backward. */
static Expr *search(Checker *k, const Calendar *calendar, int64_t count, int64_t window, bool backward, Variable *start,
                    const Ast *node)
{
    Variable *day = day_variable(k, TEXT("d"), node);
    uint32_t unit = UNIT_WORKDAY;
    int64_t sign = backward ? -1 : 1;
    Expr *date = day_value(k, start, node), *near = days_later(k, date, sign, node),
         *far = days_later(k, date, sign * window, node);
    Expr *until = day_value(k, day, node);
    if (count == 1) /* the first that counts: nothing to add up */
        return found_among(k, is_workday(k, calendar, day, node), day, backward,
                           backward ? interval_of(k, far, near, node) : interval_of(k, near, far, node), node);
    Expr *counted = count_in(k, calendar, unit,
                             backward ? interval_of(k, until, near, node) : interval_of(k, near, until, node), node);
    Expr *enough = compare(k, IR_GE, counted, whole_number(k, count, whole_type(TYPE_QUANTITY, unit), node), node);
    return found_among(k, enough, day, backward,
                       backward ? interval_of(k, far, near, node) : interval_of(k, near, far, node), node);
}

Expr *call_made(Checker *k, Variable *parameter, Expr *body, Expr *argument, const Ast *node)
{
    Arena *arena = k->core->arena;
    Definition *definition = arena_alloc(arena, sizeof *definition);
    *definition = (Definition){.name = sources_excerpt(k->core->sources, node->span, 60, arena),
                               .type = body->type,
                               .parameter_count = 1,
                               .native = BD_NONE,
                               .span = node->span};
    Instance *instance = arena_alloc(arena, sizeof *instance);
    *instance = (Instance){.definition = definition, .unit_class = k->unit_class, .no_line = k->no_line, .body = body};
    instance->parameters = arena_array(arena, 1, sizeof *instance->parameters);
    instance->parameters[0] = parameter;
    instance->size = expr_size(body);
    definition->instances = instance;
    Expr *call = expr_new(k, EXPR_CALL, body->type, node);
    call->instance = instance;
    call->args = arena_array(arena, 1, sizeof *call->args);
    call->args[call->arg_count++] = argument;
    return call;
}

/* Looks through names of parts and definitions without parameters. */
static Expr *behind_names(Expr *expr)
{
    for (uint32_t depth = 0; depth < CALL_MAX_DEPTH; depth++) {
        bool is_call = expr->op == EXPR_CALL && expr->arg_count == 0 && expr->instance->definition->version_count == 1;
        if (expr->op == EXPR_VARIABLE && expr->variable->value)
            expr = expr->variable->value;
        else if (is_call && expr->instance->body)
            expr = expr->instance->body;
        else
            break;
    }
    return expr;
}

static bool constant_count(Checker *k, Expr *duration, const Ast *node, int64_t *count)
{
    Number number;
    Expr *value = convert_unit(k, behind_names(duration), k->core->units[duration->type.unit].base, node);
    if (expr_is_error(value))
        return false;
    bool is_constant = expr_fold(k, value, &number) && number_is_whole(number) && !number.big;
    if (!is_constant) {
        Diag *diag = diag_report(k->core->diags, DIAG_E0412, node->span, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT);
        diag_help(k->core->diags, diag, DIAG_N0404, EMPTY_TEXT, EMPTY_TEXT);
        return false;
    }
    bool is_small = number.num >= -DAY_AGGREGATE_MAX_DAYS && number.num <= DAY_AGGREGATE_MAX_DAYS;
    *count = is_small ? number.num : DAY_AGGREGATE_MAX_DAYS + 1; /* refused by window_days either way */
    return true;
}

static Expr *nth_workday(Checker *k, const Ast *node, const Calendar *calendar, Expr *date, int64_t count,
                         bool backward, const Ast *duration_node)
{
    int64_t window = window_days(calendar, count);
    if (window == 0) {
        Text text = sources_excerpt(k->core->sources, duration_node->span, 40, k->core->arena);
        diag_report(k->core->diags, DIAG_E0911, duration_node->span, text, EMPTY_TEXT, EMPTY_TEXT);
        return expr_error(k, node);
    }
    Variable *start = day_variable(k, TEXT("begin"), node);
    Expr *body = search(k, calendar, count, window, backward, start, node);
    return expr_is_error(body) ? expr_error(k, node) : call_made(k, start, body, date, node);
}

Expr *workdays_later(Checker *k, const Ast *node, Expr *date, Expr *duration, const Ast *duration_node, bool backward)
{
    assert(is_in_workdays(k, duration));
    int64_t count = 0;
    const Calendar *calendar =
        calendar_of_unit(k, duration->type.unit, k->core->units[duration->type.unit].plural, duration_node);
    if (expr_is_error(date) || !calendar || !constant_count(k, duration, duration_node, &count))
        return expr_error(k, node);
    if (count == 0)
        return date;
    if (count < 0) {
        backward = !backward;
        count = -count;
    }
    return nth_workday(k, node, calendar, date, count, backward, duration_node);
}

/* ---- By word ---- */

bool names_workdays(const Core *core, Text word)
{
    uint32_t calendar = find_calendar(core, word), unit = find_unit(core, word);
    if (calendar != BD_NONE)
        return core->calendars[calendar].is_workdays;
    return unit != BD_NONE && core->units[unit].calendar == CALENDAR_WORKDAY;
}

static Expr *one_workday(Checker *k, const Ast *word, Expr *date, int64_t shift, bool backward)
{
    const Calendar *calendar = calendar_of_word(k, word);
    if (!calendar || expr_is_error(date))
        return expr_error(k, word);
    return nth_workday(k, word, calendar, shift ? days_later(k, date, shift, word) : date, 1, backward, word);
}

Expr *workday_on_or_after(Checker *k, const Ast *word, Expr *date)
{
    return one_workday(k, word, date, -1, false);
}

Expr *workday_after(Checker *k, const Ast *word, Expr *date)
{
    return one_workday(k, word, date, 0, false);
}

Expr *workday_before(Checker *k, const Ast *word, Expr *date)
{
    return one_workday(k, word, date, 0, true);
}

Expr *is_workday_on(Checker *k, const Ast *word, Expr *date)
{
    const Calendar *calendar = calendar_of_word(k, word);
    if (!calendar || expr_is_error(date))
        return expr_error(k, word);
    Variable *day = day_variable(k, TEXT("dag"), word);
    Expr *works = is_workday(k, calendar, day, word);
    return expr_is_error(works) ? works : call_made(k, day, works, date, word);
}
