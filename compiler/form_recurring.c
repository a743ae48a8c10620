/* form_recurring.c: an obligation that recurs -> the first due date on or after the reference date, and the days it is about.
**
** `elk jaar op 1 augustus over januari tot en met juni` and `elke maand op 10 dagen na maand` are functions of a date D. A yearly clause
** has its day in D's year or the next one. A clause for every period of a calendar starts at the period that holds D and looks at
** earlier ones for as long as their due dates are not before D, at most PERIODS_BACK: what is due later than that is a fault.
** Of several clauses the earliest date counts; of two on one day the first in the text.
** Invariant: due dates rise with their periods, so that the search may stop at the first that is before D.
*/
#include "compiler/check_form.h"
#include "vm/core/date.h"
#include "vm/module.h"

enum {
    PERIODS_BACK = 13, /* a year of four-week periods */
    PERIODS_AHEAD = 2  /* due before the period begins: at most two periods before */
};

typedef struct Due {
    Expr *date, *about; /* about: an interval, or NULL */
} Due;

/* ---- Small expressions ---- */

static Expr *at_least(FormCheck *f, Expr *date, Expr *from, const Ast *node)
{
    Expr *expr = expr_binary(&f->k, EXPR_COMPARE, declare_type(TYPE_BOOLEAN), node, date, from);
    expr->compare = IR_GE;
    return expr;
}

static Expr *choose(FormCheck *f, Expr *condition, Expr *yes, Expr *no, const Ast *node)
{
    Expr *expr = expr_new(&f->k, EXPR_IF, yes->type, node);
    expr->a = condition;
    expr->b = yes;
    expr->c = no;
    return expr;
}

static Due choose_due(FormCheck *f, Expr *condition, Due yes, Due no, const Ast *node)
{
    Due result = {choose(f, condition, yes.date, no.date, node), NULL};
    if (yes.about)
        result.about = choose(f, condition, yes.about, no.about, node);
    return result;
}

static Expr *shifted(FormCheck *f, Expr *date, int64_t count, const char *unit, const Ast *node)
{
    Type type = type_of_unit(TYPE_QUANTITY, find_unit(f->k.core, text_from_cstring(unit)));
    Expr *by = expr_number(&f->k, (Number){count, 1, NULL}, type, node);
    return expr_binary(&f->k, EXPR_DATE_ADD, declare_type(TYPE_DATE), node, date, by);
}

static Expr *part_of(FormCheck *f, DatePart part, TypeKind kind, Expr *date, const Ast *node)
{
    Expr *expr = expr_unary(&f->k, EXPR_DATE_PART, declare_type(kind), node, date);
    expr->index = part;
    return expr;
}

static Expr *date_constant(FormCheck *f, int32_t date, const Ast *node)
{
    Expr *expr = expr_new(&f->k, EXPR_DATE, declare_type(TYPE_DATE), node);
    expr->integer = date;
    return expr;
}

static Expr *later(FormCheck *f, Expr *a, int32_t from, const Ast *node)
{
    if (from == BD_DATE_MIN)
        return a;
    Expr *b = date_constant(f, from, node);
    return choose(f, at_least(f, a, b, node), a, b, node);
}

/* ---- Every year on a day ---- */

/* `vanaf 2019`, `vanaf 2019-07`, `vanaf 2019-07-01` */
static int32_t first_day(FormCheck *f, const Ast *node)
{
    Core *core = f->k.core;
    if (!node)
        return BD_DATE_MIN;
    if (node->kind == AST_DATE)
        return node->date;
    if (node->kind == AST_MONTH)
        return month_first_day(node->date);
    Expr *year = check_constant(core, node, declare_type(TYPE_YEAR));
    Date first = BD_DATE_MIN;
    if (year->op == EXPR_YEAR)
        (void)date_from_ymd(year->integer, 1, 1, &first);
    return first;
}

/* `januari tot en met juni [van het vorige jaar]`: of the year in which it is due; over the turn of a year the first month lies before it. */
static Expr *named_months(FormCheck *f, const Ast *node, Expr *due)
{
    int32_t first = check_month_number(node->a->text), last = check_month_number(node->b->text);
    if (first == 0 || last == 0) {
        const Ast *wrong = first == 0 ? node->a : node->b;
        report_unknown(f->k.core, wrong->span, wrong->text, "");
        return expr_error(&f->k, node);
    }
    int64_t back = ast_has(node, AST_IS_LAST_YEAR) ? 12 : 0;
    Expr *january = part_of(f, PART_YEAR_START, TYPE_DATE, due, node);
    Expr *from = shifted(f, january, first - 1 - back - (first > last ? 12 : 0), "maand", node);
    Expr *next = shifted(f, january, last - back, "maand", node);
    return expr_binary(&f->k, EXPR_INTERVAL, declare_type(TYPE_INTERVAL), node, from,
                       shifted(f, next, -1, "dag", node));
}

/* `over I`: I may read the due date. */
static Expr *over_interval(FormCheck *f, const Ast *node, Expr *due)
{
    bool is_english = text_equal(f->k.core->language, TEXT("en"));
    Binding *outer = f->k.bindings;
    Variable *variable = arena_alloc(f->k.core->arena, sizeof *variable);
    *variable = (Variable){.name = is_english ? TEXT("due_date") : TEXT("vervaldag"),
                           .type = declare_type(TYPE_DATE),
                           .value = due,
                           .size = expr_size(due),
                           .span = node->span};
    bind_variable(&f->k, variable);
    Type year = declare_type(TYPE_YEAR);
    Expr *about = to_interval(&f->k, check_value(&f->k, node, &year), node);
    f->k.bindings = outer;
    return about;
}

static Due yearly(FormCheck *f, const Ast *clause, Expr *reference)
{
    Due none = {NULL, NULL};
    Expr *from = later(f, reference, first_day(f, clause->b), clause);
    Expr *this_year = check_day_in_year(&f->k, clause->a, part_of(f, PART_YEAR, TYPE_YEAR, from, clause));
    Expr *next = shifted(f, part_of(f, PART_YEAR_START, TYPE_DATE, from, clause), 12, "maand", clause);
    Expr *next_year = check_day_in_year(&f->k, clause->a, part_of(f, PART_YEAR, TYPE_YEAR, next, clause));
    if (expr_is_error(this_year) || expr_is_error(next_year))
        return none;
    Due due = {choose(f, at_least(f, this_year, from, clause), this_year, next_year, clause), NULL};
    if (!clause->c)
        return due;
    due.about = clause->c->kind == AST_PERIOD_NAMED ? named_months(f, clause->c, due.date)
                                                    : over_interval(f, clause->c, due.date);
    return expr_is_error(due.about) ? none : due;
}

/* ---- Every period of a calendar ---- */

typedef struct Cycle {
    const Ast *clause;
    uint32_t calendar; /* or BD_NONE, and then `start` */
    DatePart start;
    Variable *period; /* bound in the due date */
    Expr *due;        /* of `period` */
} Cycle;

static Expr *period_at(FormCheck *f, const Cycle *cycle, Expr *date)
{
    bool is_declared = cycle->calendar != BD_NONE;
    Expr *expr = expr_unary(&f->k, is_declared ? EXPR_PERIOD : EXPR_CALENDAR_SPAN, declare_type(TYPE_INTERVAL),
                            cycle->clause, date);
    expr->index = is_declared ? cycle->calendar : cycle->start;
    return expr;
}

static bool find_cycle(FormCheck *f, Cycle *cycle)
{
    static const struct {
        Text nl, en;
        DatePart start;
    } OWN[] = {{TEXT_INIT("maand"), TEXT_INIT("month"), PART_MONTH_START},
               {TEXT_INIT("kwartaal"), TEXT_INIT("quarter"), PART_QUARTER_START},
               {TEXT_INIT("jaar"), TEXT_INIT("year"), PART_YEAR_START},
               {TEXT_INIT("week"), TEXT_INIT("week"), PART_WEEK_START}};
    const Core *core = f->k.core;
    Text name = cycle->clause->text;
    cycle->calendar = find_calendar(core, name);
    if (cycle->calendar != BD_NONE && !core->calendars[cycle->calendar].is_workdays)
        return true;
    cycle->calendar = BD_NONE;
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++) {
        if (!text_equal(name, OWN[i].nl) && !text_equal(name, OWN[i].en))
            continue;
        cycle->start = OWN[i].start;
        return true;
    }
    report_unknown(f->k.core, cycle->clause->name_span, name, "k");
    return false;
}

/* `op E`: E reads the period by the calendar's name. */
static bool read_due(FormCheck *f, Cycle *cycle)
{
    Binding *outer = f->k.bindings;
    cycle->period = arena_alloc(f->k.core->arena, sizeof *cycle->period);
    *cycle->period =
        (Variable){.name = cycle->clause->text, .type = declare_type(TYPE_INTERVAL), .span = cycle->clause->name_span};
    bind_variable(&f->k, cycle->period);
    cycle->due = check_expected(&f->k, cycle->clause->a, declare_type(TYPE_DATE));
    f->k.bindings = outer;
    return !expr_is_error(cycle->due);
}

static Due due_of(FormCheck *f, const Cycle *cycle, Expr *period)
{
    return (Due){call_made(&f->k, cycle->period, cycle->due, period, cycle->clause->a), period};
}

static Expr *neighbour(FormCheck *f, const Cycle *cycle, Expr *period, bool is_next)
{
    const Ast *node = cycle->clause;
    Expr *end = expr_unary(&f->k, is_next ? EXPR_END : EXPR_BEGIN, declare_type(TYPE_DATE), node, period);
    return period_at(f, cycle, shifted(f, end, is_next ? 1 : -1, "dag", node));
}

/* The period of D or one after it: the first that is due on or after D. */
static Due due_ahead(FormCheck *f, const Cycle *cycle, Expr *period, Expr *from, int ahead)
{
    Due due = due_of(f, cycle, period);
    if (ahead == 0)
        return due;
    Due next = due_ahead(f, cycle, neighbour(f, cycle, period, true), from, ahead - 1);
    return choose_due(f, at_least(f, due.date, from, cycle->clause), due, next, cycle->clause);
}

/* An earlier period than `otherwise` is about, where it is due on or after D as well. */
static Due due_back(FormCheck *f, const Cycle *cycle, Expr *period, Due otherwise, Expr *from, int back)
{
    if (back == 0)
        return otherwise;
    Expr *earlier = neighbour(f, cycle, period, false);
    Due due = due_of(f, cycle, earlier);
    Due before = due_back(f, cycle, earlier, due, from, back - 1);
    return choose_due(f, at_least(f, due.date, from, cycle->clause), before, otherwise, cycle->clause);
}

static Due every(FormCheck *f, const Ast *clause, Expr *reference)
{
    Due none = {NULL, NULL};
    Cycle cycle = {.clause = clause};
    if (!find_cycle(f, &cycle))
        return none;
    Expr *period = period_at(f, &cycle, reference);
    if (!clause->a) /* the last day of the period itself */
        return (Due){expr_unary(&f->k, EXPR_END, declare_type(TYPE_DATE), clause, period), period};
    if (!read_due(f, &cycle))
        return none;
    Due ahead = due_ahead(f, &cycle, period, reference, PERIODS_AHEAD);
    Due due = due_back(f, &cycle, period, ahead, reference, PERIODS_BACK);
    Text text = sources_excerpt(f->k.core->sources, clause->span, 80, f->k.core->arena);
    form_demand(f, at_least(f, due.date, reference, clause), "vervaldag_te_ver", text, clause->span);
    return due;
}

/* ---- The obligation ---- */

static Due earliest(FormCheck *f, Due a, Due b, const Ast *node)
{
    if (!a.date || !b.date)
        return a.date ? a : b;
    return choose_due(f, at_least(f, b.date, a.date, node), a, b, node);
}

static void refuse_other_field(FormCheck *f, const Ast *clause)
{
    Diag *diag = form_refuse_clause(f->k.core, clause, f->form->name);
    if (clause->kind == AST_EXTENDED) /* the schedule itself can say so */
        diag_help(f->k.core->diags, diag, DIAG_N1002, EMPTY_TEXT, EMPTY_TEXT);
}

static void refuse_other_fields(FormCheck *f)
{
    static const Field NOT_HERE[] = {FIELD_BEGIN, FIELD_END, FIELD_EXTENDED, FIELD_ADDITIONAL};
    for (size_t i = 0; i < sizeof NOT_HERE / sizeof *NOT_HERE; i++) {
        const Ast *clause = f->root->clause[NOT_HERE[i]];
        if (clause)
            refuse_other_field(f, clause);
    }
}

/* Either every clause says what it is about, or none does. */
static bool is_period(const Ast *clause)
{
    return clause->kind == AST_EVERY || clause->c != NULL;
}

static bool all_say_period(FormCheck *f)
{
    const Ast *first = NULL;
    for (const Ast *clause = f->version->node->d; clause; clause = clause->next) {
        if (clause->kind != AST_YEARLY && clause->kind != AST_EVERY)
            continue;
        if (first && is_period(first) != is_period(clause)) {
            Diag *diag = diag_report(f->k.core->diags, DIAG_E1007, clause->span, f->form->name, EMPTY_TEXT, EMPTY_TEXT);
            diag_label(f->k.core->diags, diag, first->span, DIAG_N0501, EMPTY_TEXT, EMPTY_TEXT);
            return false;
        }
        if (!first)
            first = clause;
    }
    return true;
}

/* An obligation is due within its own validity, and not before the agreement begins. */
void form_recurring_results(FormCheck *f)
{
    const Ast *node = f->version->node;
    Validity validity = f->version->validity;
    Expr *reference = expr_new(&f->k, EXPR_REFERENCE, declare_type(TYPE_DATE), node);
    reference = later(f, later(f, reference, f->k.core->validity.from, node), validity.from, node);
    refuse_other_fields(f);
    if (!all_say_period(f))
        return;
    Due due = {NULL, NULL};
    for (const Ast *clause = node->d; clause; clause = clause->next) {
        if (clause->kind == AST_YEARLY)
            due = earliest(f, due, yearly(f, clause, reference), clause);
        else if (clause->kind == AST_EVERY)
            due = earliest(f, due, every(f, clause, reference), clause);
    }
    if (!due.date)
        return; /* reported */
    Expr *present = form_applies(f, f->root);
    if (validity.to != BD_DATE_MAX)
        present = form_and(f, present, at_least(f, date_constant(f, validity.to, node), due.date, node));
    form_result(f, TEXT("uiterlijk"), due.date, present);
    if (due.about) {
        form_result(f, TEXT("van"), expr_unary(&f->k, EXPR_BEGIN, declare_type(TYPE_DATE), node, due.about), present);
        form_result(f, TEXT("tot_en_met"), expr_unary(&f->k, EXPR_END, declare_type(TYPE_DATE), node, due.about),
                    present);
    }
    Given amount = form_field(f, FIELD_AMOUNT);
    if (amount.value)
        form_result(f, TEXT("bedrag"), amount.value, form_and(f, present, amount.has));
}
