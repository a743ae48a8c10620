/* check_date.c: dates, months, spans and intervals (language.md, "Calendars"). */
#include "compiler/check_internal.h"
#include "vm/module.h"

static Type interval_type(void)
{
    return declare_type(TYPE_INTERVAL);
}

static Expr *date_value(Checker *k, const Ast *node)
{
    Type want = declare_type(TYPE_DATE);
    return demand_kind(k, check_value(k, node, &want), TYPE_DATE, node);
}

static Expr *date_part(Checker *k, DatePart part, TypeKind kind, const Ast *node, Expr *date)
{
    Expr *expr = expr_unary(k, EXPR_DATE_PART, declare_type(kind), node, date);
    expr->index = part;
    return expr;
}

static Expr *calendar_span(Checker *k, DatePart start, const Ast *node, Expr *date)
{
    Expr *expr = expr_unary(k, EXPR_CALENDAR_SPAN, interval_type(), node, date);
    expr->index = start;
    return expr;
}

Expr *to_interval(Checker *k, Expr *expr, const Ast *node)
{
    if (expr_is_error(expr) || expr->type.kind == TYPE_INTERVAL)
        return expr;
    if (expr->type.kind == TYPE_MONTH)
        return calendar_span(k, PART_MONTH_START, node, date_part(k, PART_FROM_MONTH, TYPE_DATE, node, expr));
    if (expr->type.kind == TYPE_YEAR)
        return calendar_span(k, PART_YEAR_START, node, date_part(k, PART_FROM_YEAR, TYPE_DATE, node, expr));
    return demand_kind(k, expr, TYPE_INTERVAL, node);
}

static Expr *interval_value(Checker *k, const Ast *node)
{
    Type year = declare_type(TYPE_YEAR); /* a bare 2020 is the year where days are wanted */
    return to_interval(k, check_value(k, node, &year), node);
}

/* ---- `maand van E`, `periode van E`, `begin van E` ---- */

typedef struct Component {
    Text nl, en;
    ExprOp op;
    DatePart part;
    TypeKind kind;
} Component;
static const Component COMPONENTS[] = {
    {TEXT_INIT("jaar"), TEXT_INIT("year"), EXPR_DATE_PART, PART_YEAR, TYPE_YEAR},
    {TEXT_INIT("jaartal"), TEXT_INIT("year_number"), EXPR_DATE_PART, PART_YEAR, TYPE_NUMBER},
    {TEXT_INIT("maand"), TEXT_INIT("month"), EXPR_DATE_PART, PART_MONTH_INDEX, TYPE_MONTH},
    {TEXT_INIT("dag"), TEXT_INIT("day"), EXPR_DATE_PART, PART_DAY, TYPE_NUMBER},
    {TEXT_INIT("maandnummer"), TEXT_INIT("month_number"), EXPR_DATE_PART, PART_MONTH, TYPE_NUMBER},
    {TEXT_INIT("weekdag"), TEXT_INIT("weekday"), EXPR_DATE_PART, PART_WEEKDAY, TYPE_NUMBER},
    {TEXT_INIT("isoweek"), TEXT_INIT("iso_week"), EXPR_DATE_PART, PART_ISO_WEEK, TYPE_NUMBER},
    {TEXT_INIT("kalendermaand"), TEXT_INIT("calendar_month"), EXPR_CALENDAR_SPAN, PART_MONTH_START, TYPE_INTERVAL},
    {TEXT_INIT("kwartaal"), TEXT_INIT("quarter"), EXPR_CALENDAR_SPAN, PART_QUARTER_START, TYPE_INTERVAL},
    {TEXT_INIT("kalenderjaar"), TEXT_INIT("calendar_year"), EXPR_CALENDAR_SPAN, PART_YEAR_START, TYPE_INTERVAL},
    {TEXT_INIT("week"), TEXT_INIT("week"), EXPR_CALENDAR_SPAN, PART_WEEK_START, TYPE_INTERVAL},
    {TEXT_INIT("kalenderweek"), TEXT_INIT("calendar_week"), EXPR_CALENDAR_SPAN, PART_WEEK_START, TYPE_INTERVAL},
};

/* A part of a date is an integer for the machine; where it is a number for people, it becomes one. */
static Expr *component_of(Checker *k, const Component *component, const Ast *node)
{
    Expr *date = check_value(k, node->a, NULL);
    if (date->type.kind == TYPE_INTERVAL)
        date = expr_unary(k, EXPR_BEGIN, declare_type(TYPE_DATE), node->a, date);
    if (date->type.kind == TYPE_MONTH && component->part == PART_YEAR)
        date = date_part(k, PART_FROM_MONTH, TYPE_DATE, node->a, date);
    if (date->type.kind == TYPE_YEAR && component->part == PART_YEAR)
        date = date_part(k, PART_FROM_YEAR, TYPE_DATE, node->a, date);
    date = demand_kind(k, date, TYPE_DATE, node->a);
    if (expr_is_error(date))
        return date;
    if (component->op == EXPR_CALENDAR_SPAN)
        return calendar_span(k, component->part, node, date);
    Expr *part = date_part(k, component->part, component->kind, node, date);
    part->type.whole = component->kind == TYPE_NUMBER;
    return part;
}

static Expr *of(Checker *k, const Ast *node)
{
    Core *core = k->core;
    bool is_begin = text_equal(node->text, TEXT("begin"));
    if (is_begin || text_equal(node->text, TEXT("einde")) || text_equal(node->text, TEXT("end"))) {
        Expr *span = interval_value(k, node->a);
        return expr_unary(k, is_begin ? EXPR_BEGIN : EXPR_END, declare_type(TYPE_DATE), node, span);
    }
    uint32_t calendar = find_calendar(core, node->text);
    if (calendar != BD_NONE &&
        core->calendars[calendar].is_workdays) { /* single days: there is no interval that holds D */
        diag_report(core->diags, DIAG_E0422, node->span, node->text, EMPTY_TEXT, EMPTY_TEXT);
        return expr_error(k, node);
    }
    if (calendar != BD_NONE) {
        Expr *expr = expr_unary(k, EXPR_PERIOD, interval_type(), node, date_value(k, node->a));
        expr->index = calendar;
        return expr;
    }
    for (size_t i = 0; i < sizeof COMPONENTS / sizeof *COMPONENTS; i++)
        if (text_equal(COMPONENTS[i].nl, node->text) || text_equal(COMPONENTS[i].en, node->text))
            return component_of(k, &COMPONENTS[i], node);
    report_unknown(core, node->name_span.end > node->name_span.begin ? node->name_span : node->span, node->text, "k");
    return expr_error(k, node);
}

/* ---- First and last days, `1 januari van J` ---- */

static Expr *end_day(Checker *k, const Ast *node, ExprOp op)
{
    return expr_unary(k, op, declare_type(TYPE_DATE), node, interval_value(k, node->a));
}

int32_t check_month_number(Text name)
{
    static const Text NAMES[2][12] = {
        {TEXT_INIT("januari"), TEXT_INIT("februari"), TEXT_INIT("maart"), TEXT_INIT("april"), TEXT_INIT("mei"),
         TEXT_INIT("juni"), TEXT_INIT("juli"), TEXT_INIT("augustus"), TEXT_INIT("september"), TEXT_INIT("oktober"),
         TEXT_INIT("november"), TEXT_INIT("december")},
        {TEXT_INIT("January"), TEXT_INIT("February"), TEXT_INIT("March"), TEXT_INIT("April"), TEXT_INIT("May"),
         TEXT_INIT("June"), TEXT_INIT("July"), TEXT_INIT("August"), TEXT_INIT("September"), TEXT_INIT("October"),
         TEXT_INIT("November"), TEXT_INIT("December")}};
    for (int language = 0; language < 2; language++)
        for (int32_t month = 0; month < 12; month++)
            if (text_equal(NAMES[language][month], name))
                return month + 1;
    return 0;
}

static Expr *duration_constant(Checker *k, int64_t count, const char *unit, const Ast *node)
{
    Number number = {count, 1, NULL};
    return expr_number(k, number, type_of_unit(TYPE_QUANTITY, find_unit(k->core, text_from_cstring(unit))), node);
}

Expr *check_day_in_year(Checker *k, const Ast *node, Expr *year)
{
    Type date = declare_type(TYPE_DATE);
    int32_t month = check_month_number(node->text);
    if (month == 0 || !number_is_whole(node->number)) {
        report_unknown(k->core, node->span, node->text, "");
        return expr_error(k, node);
    }
    Expr *start = date_part(k, PART_FROM_YEAR, TYPE_DATE, node, year);
    Expr *first = expr_binary(k, EXPR_DATE_ADD, date, node, start, duration_constant(k, month - 1, "maand", node));
    return expr_binary(k, EXPR_DATE_ADD, date, node, first, duration_constant(k, node->number.num - 1, "dag", node));
}

static Expr *day_of_year(Checker *k, const Ast *node)
{
    Type want = declare_type(TYPE_YEAR);
    return check_day_in_year(k, node, demand_kind(k, check_value(k, node->a, &want), TYPE_YEAR, node->a));
}

/* "twee" of `twee jaar terug`; 0 for a word that is no small number. */
static int64_t number_word(Text word)
{
    static const Text WORDS[2][6] = {{TEXT_INIT("een"), TEXT_INIT("twee"), TEXT_INIT("drie"), TEXT_INIT("vier"),
                                      TEXT_INIT("vijf"), TEXT_INIT("zes")},
                                     {TEXT_INIT("one"), TEXT_INIT("two"), TEXT_INIT("three"), TEXT_INIT("four"),
                                      TEXT_INIT("five"), TEXT_INIT("six")}};
    for (int64_t i = 0; i < 12; i++)
        if (text_equal(WORDS[i / 6][i % 6], word))
            return i % 6 + 1;
    return 0;
}

Expr *check_relative_month(Checker *k, const Ast *node)
{
    enum { YEARS_MAX = 100 };
    bool in_words = ast_has(node, AST_IS_IN_WORDS), is_year = node->text.size == 0;
    int64_t back = in_words ? number_word(node->a->text) : number_is_whole(node->number) ? node->number.num : -1;
    int32_t month = is_year ? 1 : check_month_number(node->text);
    if (month == 0 || (in_words && back == 0) || back < 0 || back > YEARS_MAX) {
        diag_report(k->core->diags, DIAG_E1207, node->span, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT);
        return expr_error(k, node);
    }
    Type date = declare_type(TYPE_DATE);
    Expr *reference = expr_new(k, EXPR_REFERENCE, date, node);
    reference->is_unwritten = true;
    Expr *year = date_part(k, PART_YEAR_START, TYPE_DATE, node, reference);
    Expr *first =
        expr_binary(k, EXPR_DATE_ADD, date, node, year, duration_constant(k, month - 1 - 12 * back, "maand", node));
    return date_part(k, is_year ? PART_YEAR : PART_MONTH_INDEX, is_year ? TYPE_YEAR : TYPE_MONTH, node, first);
}

Expr *check_quarter(Checker *k, Expr *month, const Ast *node)
{
    Expr *first = date_part(k, PART_FROM_MONTH, TYPE_DATE, node, month);
    return date_part(k, PART_MONTH_INDEX, TYPE_MONTH, node, date_part(k, PART_QUARTER_START, TYPE_DATE, node, first));
}

/* ---- Intervals ---- */

static Expr *interval(Checker *k, const Ast *node)
{
    Expr *expr = expr_new(k, EXPR_INTERVAL, interval_type(), node);
    if (node->a)
        expr->a = date_value(k, node->a);
    if (node->b)
        expr->b = date_value(k, node->b);
    bool failed = (expr->a && expr_is_error(expr->a)) || (expr->b && expr_is_error(expr->b));
    return failed ? expr_error(k, node) : expr;
}

/* In days, months or working days. */
Expr *check_duration(Checker *k, const Ast *node)
{
    Core *core = k->core;
    Expr *expr = demand_kind(k, check_value(k, node, NULL), TYPE_QUANTITY, node);
    if (expr_is_error(expr))
        return expr;
    if (core->units[expr->type.unit].calendar == CALENDAR_NONE) {
        diag_report(core->diags, DIAG_E0408, node->span, core->units[expr->type.unit].name, EMPTY_TEXT, EMPTY_TEXT);
        return expr_error(k, node);
    }
    return convert_unit(k, expr, core->units[expr->type.unit].base, node);
}

static Expr *days_later(Checker *k, const Ast *node, Expr *date, int64_t days)
{
    return expr_binary(k, EXPR_DATE_ADD, declare_type(TYPE_DATE), node, date, duration_constant(k, days, "dag", node));
}

/* Of working days the date itself is the first, if it is one. */
static Expr *last_workday(Checker *k, const Ast *node, Expr *length, const Ast *length_node, Expr *date)
{
    return workdays_later(k, node, days_later(k, node, date, -1), length, length_node, false);
}

Expr *check_last_day(Checker *k, const Ast *node, Expr *length, Expr *date)
{
    if (expr_is_error(length) || expr_is_error(date))
        return expr_error(k, node);
    if (is_in_workdays(k, length))
        return last_workday(k, node, length, node, date);
    Expr *span = expr_binary(k, EXPR_SPAN_FROM, interval_type(), node, length, date);
    return expr_unary(k, EXPR_END, declare_type(TYPE_DATE), node, span);
}

/* `P vanaf D` */
static Expr *from(Checker *k, const Ast *node)
{
    if (node->a->kind == AST_NAME && names_workdays(k->core, node->a->text))
        return workday_on_or_after(k, node->a, date_value(k, node->b));
    Expr *length = check_duration(k, node->a), *date = date_value(k, node->b);
    if (!is_in_workdays(k, length))
        return expr_binary(k, EXPR_SPAN_FROM, interval_type(), node, length, date);
    return expr_binary(k, EXPR_INTERVAL, interval_type(), node, date, last_workday(k, node, length, node->a, date));
}

/* A date, or of an interval its first or last day. */
static Expr *edge_of(Checker *k, const Ast *node, ExprOp edge)
{
    Expr *date = check_value(k, node, NULL);
    if (date->type.kind == TYPE_INTERVAL || date->type.kind == TYPE_MONTH || date->type.kind == TYPE_YEAR)
        date = expr_unary(k, edge, declare_type(TYPE_DATE), node, to_interval(k, date, node));
    return demand_kind(k, date, TYPE_DATE, node);
}

/* `laatste werkdag voor D` */
static Expr *before(Checker *k, const Ast *node)
{
    return workday_before(k, node->a, edge_of(k, node->b, EXPR_BEGIN));
}

/* `P na I` counts from the last day of an interval. `de maand na D` is the month after D's. */
static Expr *after(Checker *k, const Ast *node)
{
    Core *core = k->core;
    if (node->a->kind == AST_NAME && names_workdays(core, node->a->text))
        return workday_after(k, node->a, edge_of(k, node->b, EXPR_END));
    Expr *date = check_value(k, node->b, NULL);
    if (node->a->kind == AST_NAME) {
        bool is_month = text_equal(node->a->text, TEXT("maand")) || text_equal(node->a->text, TEXT("month"));
        if (!is_month) {
            report_unknown(core, node->a->span, node->a->text, "k");
            return expr_error(k, node);
        }
        if (date->type.kind == TYPE_INTERVAL)
            date = expr_unary(k, EXPR_END, declare_type(TYPE_DATE), node->b, date);
        if (date->type.kind == TYPE_DATE)
            date = date_part(k, PART_MONTH_START, TYPE_DATE, node, date);
        if (date->type.kind == TYPE_MONTH)
            date = date_part(k, PART_FROM_MONTH, TYPE_DATE, node, date);
        date = demand_kind(k, date, TYPE_DATE, node->b);
        Expr *next =
            expr_binary(k, EXPR_DATE_ADD, declare_type(TYPE_DATE), node, date, duration_constant(k, 1, "maand", node));
        return date_part(k, PART_MONTH_INDEX, TYPE_MONTH, node, next);
    }
    if (date->type.kind == TYPE_INTERVAL || date->type.kind == TYPE_MONTH || date->type.kind == TYPE_YEAR)
        date = expr_unary(k, EXPR_END, declare_type(TYPE_DATE), node->b, to_interval(k, date, node->b));
    date = demand_kind(k, date, TYPE_DATE, node->b);
    Expr *length = check_duration(k, node->a);
    if (!is_in_workdays(k, length))
        return expr_binary(k, EXPR_SPAN_AFTER, interval_type(), node, length, date);
    Expr *last = workdays_later(k, node, date, length, node->a, false);
    return expr_binary(k, EXPR_INTERVAL, interval_type(), node, days_later(k, node, date, 1), last);
}

static Expr *lies_in(Checker *k, const Ast *node)
{
    Type date = declare_type(TYPE_DATE);
    Expr *a = check_value(k, node->a, &date);
    if (!expr_is_error(a) && a->type.kind != TYPE_DATE)
        a = to_interval(k, a, node->a);
    return expr_binary(k, EXPR_INSIDE, declare_type(TYPE_BOOLEAN), node, a, interval_value(k, node->b));
}

/* `D binnen I`: not after its end. */
static Expr *not_after(Checker *k, const Ast *node)
{
    Expr *date = date_value(k, node->a);
    Expr *end = expr_unary(k, EXPR_END, declare_type(TYPE_DATE), node->b, interval_value(k, node->b));
    Expr *expr = expr_binary(k, EXPR_COMPARE, declare_type(TYPE_BOOLEAN), node, date, end);
    expr->compare = IR_LE;
    return expr;
}

Expr *check_date(Checker *k, const Ast *node)
{
    Expr *a = check_counter_days(k, node);
    if (a)
        return a;
    switch ((int)node->kind) {
    case AST_OF: return of(k, node);
    case AST_DAY_OF: return day_of_year(k, node);
    case AST_FIRST_DAY: return end_day(k, node, EXPR_BEGIN);
    case AST_LAST_DAY: return end_day(k, node, EXPR_END);
    case AST_LIES_IN: return lies_in(k, node);
    case AST_TOUCHES:
        a = interval_value(k, node->a);
        return expr_binary(k, EXPR_OVERLAPS, declare_type(TYPE_BOOLEAN), node, a, interval_value(k, node->b));
    case AST_WITHIN: return not_after(k, node);
    case AST_INTERVAL: return interval(k, node);
    case AST_FROM: return from(k, node);
    case AST_AFTER: return after(k, node);
    case AST_BEFORE: return before(k, node);
    case AST_COUNT_WORKDAYS: return check_count_workdays(k, node, interval(k, node));
    default: {
        Type days = type_of_unit(TYPE_QUANTITY, UNIT_DAY);
        days.whole = true;
        return expr_unary(k, EXPR_DAYS_IN, days, node, interval_value(k, node->a));
    }
    }
}
