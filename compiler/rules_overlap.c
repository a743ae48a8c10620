/* rules_overlap.c: tries two conditions on every combination of what they test.
**
** Each thing a condition tests becomes a variable with a few cases: a choice its members (those that no test tells apart are one case),
** a value compared with constants the points and gaps between these, two values compared with each other below, equal and above. Terms
** are known by their structure, so `a > b` in one rule and `niet a > b` in the other are one variable. A variable is *certain* when every
** case can really occur on a line (choices, booleans and dates as the line gives them, readings as the session does); the other ones are free.
** Invariant: the product of the cases stays within COMBINATIONS_MAX; variables beyond it are left unknown, which proves less, never wrong.
*/
#include "compiler/rules_overlap.h"

#include "compiler/ir.h"
#include "vm/core/limits.h"

#include <string.h>

enum {
    COMBINATIONS_MAX = 4096, /* per pair of rules: a few milliseconds for an agreement with a hundred payment rules */
    VARIABLES_MAX = 24,      /* 2^24 combinations would be too many anyway */
    TESTS_MAX = 64           /* tests on one variable that are told apart; further ones make it unknown */
};

typedef enum CaseKind { CASES_BOOLEAN, CASES_PRESENT, CASES_MEMBER, CASES_ORDER, CASES_SIGN } CaseKind;

typedef struct Cases {
    CaseKind kind;
    const Expr *term, *other;     /* other: SIGN */
    bool certain, unknown;        /* unknown: not enumerated */
    const Expr *tests[TESTS_MAX]; /* MEMBER: the comparison or set test; ORDER: the constant */
    Number bounds[TESTS_MAX];     /* ORDER: rising */
    uint32_t test_count;
    uint32_t *members;  /* MEMBER: one of each group that the tests cannot tell apart */
    bool *allowed;      /* ORDER: which positions can occur; NULL: all */
    uint32_t count, at; /* cases, and the one being tried */
} Cases;

typedef struct Trial {
    const Core *core;
    const OverlapQuery *query;
    Cases *variables;
    uint32_t count;
    bool full;        /* a variable did not fit: its tests stay unknown */
    bool strict;      /* variables that are not certain count as unknown */
    bool other_dates; /* the rules have different reference dates: what looks the same may differ */
} Trial;

typedef enum Truth { FALSE_, TRUE_, UNKNOWN_ } Truth;

/* ---- sameness ---- */

static bool same_arguments(const Expr *a, const Expr *b)
{
    if (a->arg_count != b->arg_count)
        return false;
    for (uint32_t i = 0; i < a->arg_count; i++) {
        if (!expr_same(a->args[i], b->args[i]))
            return false;
    }
    return true;
}

static bool same_set(const Expr *a, const Expr *b)
{
    return a->set == b->set; /* sets are not sized here: only the very same one is taken as equal */
}

bool expr_same(const Expr *a, const Expr *b)
{
    if (a == b)
        return true;
    if (a == NULL || b == NULL || a->op != b->op || a->op == EXPR_ERROR || !type_equal(a->type, b->type))
        return false;
    if (number_is_set(a->number) != number_is_set(b->number) ||
        (number_is_set(a->number) && !number_equal(a->number, b->number)))
        return false;
    return a->index == b->index && a->integer == b->integer && a->mode == b->mode && a->compare == b->compare &&
           a->aggregate == b->aggregate && a->variable == b->variable && a->instance == b->instance && same_set(a, b) &&
           text_equal(a->text, b->text) && expr_same(a->a, b->a) && expr_same(a->b, b->b) && expr_same(a->c, b->c) &&
           same_arguments(a, b);
}

/* ---- what a condition tests ---- */

static bool is_constant(const Expr *e)
{
    return e->op == EXPR_NUMBER || e->op == EXPR_DATE || e->op == EXPR_MONTH || e->op == EXPR_YEAR;
}

/* The value of a constant on one scale; dates as day numbers. */
static Number constant_of(const Expr *e)
{
    if (e->op == EXPR_NUMBER)
        return e->number;
    return (Number){e->integer, 1, NULL};
}

/* Looks through names for parts and through definitions without parameters and versions. */
static const Expr *plain(const Expr *e)
{
    for (uint32_t depth = 0; depth < CALL_MAX_DEPTH; depth++) {
        if (e->op == EXPR_VARIABLE && e->variable != NULL && e->variable->value != NULL)
            e = e->variable->value;
        else if (e->op == EXPR_CALL && e->arg_count == 0 && e->instance != NULL && e->instance->body != NULL &&
                 e->instance->definition->version_count <= 1)
            e = e->instance->body;
        else
            break;
    }
    return e;
}

static Cases *find_cases(Trial *trial, CaseKind kind, const Expr *term, const Expr *other)
{
    for (uint32_t i = 0; i < trial->count; i++) {
        Cases *v = &trial->variables[i];
        if (v->kind == kind && expr_same(v->term, term) && (other == NULL || expr_same(v->other, other)))
            return v;
    }
    return NULL;
}

static Cases *need_cases(Trial *trial, CaseKind kind, const Expr *term, const Expr *other)
{
    Cases *found = find_cases(trial, kind, term, other);
    if (found != NULL)
        return found;
    if (trial->count == VARIABLES_MAX) {
        trial->full = true;
        return NULL;
    }
    Cases *v = &trial->variables[trial->count++];
    *v = (Cases){.kind = kind, .term = term, .other = other};
    bool is_given = term->op == EXPR_COLUMN || term->op == EXPR_READING;
    v->certain = is_given && kind != CASES_SIGN && (kind != CASES_ORDER || term->type.kind == TYPE_DATE);
    return v;
}

static void add_test(Trial *trial, CaseKind kind, const Expr *term, const Expr *test)
{
    Cases *v = need_cases(trial, kind, term, NULL);
    if (v == NULL)
        return;
    if (v->test_count == TESTS_MAX)
        v->unknown = true;
    else
        v->tests[v->test_count++] = test;
}

static void gather(Trial *trial, const Expr *condition, uint32_t depth);

/* A comparison is a test of one side against a constant, or of the two sides against each other. */
static void gather_compare(Trial *trial, const Expr *e, uint32_t depth)
{
    const Expr *a = plain(e->a), *b = plain(e->b);
    if (a->type.kind == TYPE_BOOLEAN) {
        gather(trial, a, depth + 1);
        gather(trial, b, depth + 1);
    } else if (b->op == EXPR_MEMBER && a->op != EXPR_MEMBER) {
        add_test(trial, CASES_MEMBER, a, b);
    } else if (a->op == EXPR_MEMBER && b->op != EXPR_MEMBER) {
        add_test(trial, CASES_MEMBER, b, a);
    } else if (is_constant(b) && !is_constant(a)) {
        add_test(trial, CASES_ORDER, a, b);
    } else if (is_constant(a) && !is_constant(b)) {
        add_test(trial, CASES_ORDER, b, a);
    } else if (find_cases(trial, CASES_SIGN, b, a) == NULL) {
        (void)need_cases(trial, CASES_SIGN, a, b);
    }
}

static void gather(Trial *trial, const Expr *condition, uint32_t depth)
{
    if (condition == NULL || depth > EXPRESSION_MAX_DEPTH)
        return;
    const Expr *e = plain(condition);
    if (e->op == EXPR_BOOLEAN)
        return;
    if (e->op == EXPR_AND || e->op == EXPR_OR) {
        gather(trial, e->a, depth + 1);
        gather(trial, e->b, depth + 1);
    } else if (e->op == EXPR_NOT) {
        gather(trial, e->a, depth + 1);
    } else if (e->op == EXPR_IF) {
        gather(trial, e->a, depth + 1);
        gather(trial, e->b, depth + 1);
        gather(trial, e->c, depth + 1);
    } else if (e->op == EXPR_COMPARE) {
        gather_compare(trial, e, depth);
    } else if (e->op == EXPR_IN_SET) {
        add_test(trial, CASES_MEMBER, plain(e->a), e);
    } else if (e->op == EXPR_PRESENT) {
        (void)need_cases(trial, CASES_PRESENT, plain(e->a), NULL);
    } else {
        (void)need_cases(trial, CASES_BOOLEAN, e, NULL);
    }
}

/* ---- the cases of each variable ---- */

static bool passes(const Expr *test, uint32_t member)
{
    return test->op == EXPR_IN_SET ? set_has(test->set, member) : (uint32_t)test->integer == member;
}

static bool told_apart(const Cases *v, uint32_t a, uint32_t b)
{
    for (uint32_t i = 0; i < v->test_count; i++) {
        if (passes(v->tests[i], a) != passes(v->tests[i], b))
            return true;
    }
    return false;
}

static void settle_members(Trial *trial, Cases *v)
{
    uint32_t choice = v->term->type.choice;
    if (choice == BD_NONE || choice >= trial->core->choice_count) {
        v->unknown = true;
        return;
    }
    uint32_t total = trial->core->choices[choice].member_count;
    bool is_product = v->term->op == EXPR_COLUMN && v->term->index == COLUMN_PRODUCT;
    v->members = arena_array(trial->core->arena, total + 1, sizeof *v->members);
    for (uint32_t member = 0; member < total; member++) {
        bool is_new = !is_product || set_has(trial->query->products, member);
        for (uint32_t i = 0; is_new && i < v->count; i++)
            is_new = told_apart(v, v->members[i], member);
        if (is_new && v->count > COMBINATIONS_MAX)
            v->unknown = true;
        else if (is_new)
            v->members[v->count++] = member;
    }
}

static void add_bound(Cases *v, Number bound)
{
    uint32_t i = 0;
    while (i < v->count && number_compare(v->bounds[i], bound) < 0)
        i++;
    if (i < v->count && number_equal(v->bounds[i], bound))
        return;
    if (v->count == TESTS_MAX) {
        v->unknown = true;
        return;
    }
    memmove(&v->bounds[i + 1], &v->bounds[i], (v->count - i) * sizeof v->bounds[0]);
    v->bounds[i] = bound;
    v->count++;
}

static bool is_finite(int32_t date)
{
    return date != BD_DATE_MIN && date != BD_DATE_MAX;
}

/* Position 2i is the gap below bound i, 2i + 1 the bound itself. Whether days of a date column can lie there. */
static bool position_occurs(const Cases *v, uint32_t position, uint32_t bounds, Validity within)
{
    uint32_t i = position / 2;
    int64_t first, last;
    if (position % 2 == 1) {
        first = last = v->bounds[i].num;
    } else {
        first = i == 0 ? BD_DATE_MIN : v->bounds[i - 1].num + 1;
        last = i == bounds ? BD_DATE_MAX : v->bounds[i].num - 1;
    }
    if (first < within.from)
        first = within.from;
    if (last > within.to)
        last = within.to;
    return first <= last;
}

static Validity validity_of_column(const OverlapQuery *query, const Expr *term)
{
    Validity within = {BD_DATE_MIN, BD_DATE_MAX};
    for (uint32_t i = 0; i < 2; i++) {
        if (term->op != EXPR_COLUMN || term->index != query->date_column[i])
            continue;
        if (query->validity[i].from > within.from)
            within.from = query->validity[i].from;
        if (query->validity[i].to < within.to)
            within.to = query->validity[i].to;
    }
    return within;
}

static void settle_order(Trial *trial, Cases *v)
{
    bool is_date = v->term->type.kind == TYPE_DATE;
    Validity within = validity_of_column(trial->query, v->term);
    for (uint32_t i = 0; i < v->test_count; i++)
        add_bound(v, constant_of(v->tests[i]));
    if (is_date && is_finite(within.from))
        add_bound(v, (Number){within.from, 1, NULL});
    if (is_date && is_finite(within.to))
        add_bound(v, (Number){within.to, 1, NULL});
    uint32_t bounds = v->count;
    v->count = 2 * bounds + 1;
    if (!is_date)
        return;
    v->allowed = arena_array(trial->core->arena, v->count, sizeof *v->allowed);
    for (uint32_t i = 0; i < v->count; i++)
        v->allowed[i] = position_occurs(v, i, bounds, within);
}

static void settle(Trial *trial)
{
    uint64_t combinations = 1;
    for (uint32_t i = 0; i < trial->count; i++) {
        Cases *v = &trial->variables[i];
        if (v->kind == CASES_MEMBER)
            settle_members(trial, v);
        else if (v->kind == CASES_ORDER)
            settle_order(trial, v);
        else
            v->count = v->kind == CASES_SIGN ? 3 : 2;
        if (v->count == 0 || combinations * v->count > COMBINATIONS_MAX)
            v->unknown = true;
        if (v->unknown)
            v->count = 1;
        combinations *= v->count;
    }
}

/* ---- trying ---- */

static Truth truth_of(bool value)
{
    return value ? TRUE_ : FALSE_;
}

static bool is_open(const Trial *trial, const Cases *v)
{
    return v == NULL || v->unknown || (trial->strict && !v->certain);
}

static bool compares(uint8_t how, int sign)
{
    switch ((IrCompare)how) {
    case IR_EQ: return sign == 0;
    case IR_NE: return sign != 0;
    case IR_LT: return sign < 0;
    case IR_LE: return sign <= 0;
    case IR_GT: return sign > 0;
    case IR_GE: return sign >= 0;
    }
    return false;
}

/* Where the position being tried lies compared with a constant. */
static int sign_at(const Cases *v, Number constant)
{
    uint32_t i = 0;
    while (!number_equal(v->bounds[i], constant))
        i++;
    uint32_t position = 2 * i + 1;
    return (v->at > position) - (v->at < position);
}

static Truth truth(Trial *trial, const Expr *condition, uint32_t depth);

static Truth truth_of_members(Trial *trial, const Expr *term, const Expr *test)
{
    const Cases *v = find_cases(trial, CASES_MEMBER, term, NULL);
    return is_open(trial, v) ? UNKNOWN_ : truth_of(passes(test, v->members[v->at]));
}

static Truth truth_of_order(Trial *trial, uint8_t how, const Expr *term, const Expr *constant, int direction)
{
    const Cases *v = find_cases(trial, CASES_ORDER, term, NULL);
    return is_open(trial, v) ? UNKNOWN_ : truth_of(compares(how, direction * sign_at(v, constant_of(constant))));
}

static Truth truth_of_sign(Trial *trial, const Expr *e, const Expr *a, const Expr *b)
{
    if (expr_same(a, b))
        return truth_of(compares(e->compare, 0));
    int direction = 1;
    const Cases *v = find_cases(trial, CASES_SIGN, a, b);
    if (v == NULL) {
        v = find_cases(trial, CASES_SIGN, b, a);
        direction = -1;
    }
    return is_open(trial, v) ? UNKNOWN_ : truth_of(compares(e->compare, direction * ((int)v->at - 1)));
}

static Truth truth_of_compare(Trial *trial, const Expr *e, uint32_t depth)
{
    const Expr *a = plain(e->a), *b = plain(e->b);
    if (a->type.kind == TYPE_BOOLEAN) {
        Truth left = truth(trial, a, depth + 1), right = truth(trial, b, depth + 1);
        return left == UNKNOWN_ || right == UNKNOWN_ ? UNKNOWN_ : truth_of((left == right) == (e->compare == IR_EQ));
    }
    if (a->op == EXPR_MEMBER && b->op == EXPR_MEMBER)
        return truth_of((a->integer == b->integer) == (e->compare == IR_EQ));
    if (a->op == EXPR_MEMBER || b->op == EXPR_MEMBER) {
        Truth equal = b->op == EXPR_MEMBER ? truth_of_members(trial, a, b) : truth_of_members(trial, b, a);
        return equal == UNKNOWN_ || e->compare == IR_EQ ? equal : truth_of(equal == FALSE_);
    }
    if (is_constant(a) && is_constant(b))
        return truth_of(compares(e->compare, number_compare(constant_of(a), constant_of(b))));
    if (is_constant(b))
        return truth_of_order(trial, e->compare, a, b, 1);
    if (is_constant(a))
        return truth_of_order(trial, e->compare, b, a, -1);
    return truth_of_sign(trial, e, a, b);
}

static Truth truth_of_both(Truth a, Truth b)
{
    if (a == FALSE_ || b == FALSE_)
        return FALSE_;
    return a == TRUE_ && b == TRUE_ ? TRUE_ : UNKNOWN_;
}

static Truth truth_of_not(Truth a)
{
    return a == UNKNOWN_ ? UNKNOWN_ : truth_of(a == FALSE_);
}

static Truth truth_of_case(Trial *trial, CaseKind kind, const Expr *term)
{
    const Cases *v = find_cases(trial, kind, term, NULL);
    return is_open(trial, v) ? UNKNOWN_ : truth_of(v->at == 1);
}

static Truth truth(Trial *trial, const Expr *condition, uint32_t depth)
{
    if (condition == NULL)
        return TRUE_;
    if (depth > EXPRESSION_MAX_DEPTH)
        return UNKNOWN_;
    const Expr *e = plain(condition);
    if (e->op == EXPR_BOOLEAN)
        return truth_of(e->integer != 0);
    if (e->op == EXPR_AND)
        return truth_of_both(truth(trial, e->a, depth + 1), truth(trial, e->b, depth + 1));
    if (e->op == EXPR_OR)
        return truth_of_not(
            truth_of_both(truth_of_not(truth(trial, e->a, depth + 1)), truth_of_not(truth(trial, e->b, depth + 1))));
    if (e->op == EXPR_NOT)
        return truth_of_not(truth(trial, e->a, depth + 1));
    if (e->op == EXPR_IF) {
        Truth test = truth(trial, e->a, depth + 1);
        return test == UNKNOWN_ ? UNKNOWN_ : truth(trial, test == TRUE_ ? e->b : e->c, depth + 1);
    }
    if (e->op == EXPR_COMPARE)
        return truth_of_compare(trial, e, depth);
    if (e->op == EXPR_IN_SET)
        return truth_of_members(trial, plain(e->a), e);
    if (e->op == EXPR_PRESENT)
        return truth_of_case(trial, CASES_PRESENT, plain(e->a));
    return truth_of_case(trial, CASES_BOOLEAN, e);
}

/* The next combination, as an odometer; false after the last. */
static bool advance(Trial *trial)
{
    for (uint32_t i = 0; i < trial->count; i++) {
        Cases *v = &trial->variables[i];
        if (++v->at < v->count)
            return true;
        v->at = 0;
    }
    return false;
}

static bool occurs(const Trial *trial)
{
    for (uint32_t i = 0; i < trial->count; i++) {
        const Cases *v = &trial->variables[i];
        if (v->allowed != NULL && !v->unknown && !v->allowed[v->at])
            return false;
    }
    return true;
}

static Truth both(Trial *trial, bool strict)
{
    trial->strict = strict;
    return truth_of_both(truth(trial, trial->query->conditions[0], 0), truth(trial, trial->query->conditions[1], 0));
}

static Overlap try_all(Trial *trial)
{
    Overlap result = OVERLAP_NEVER;
    do {
        if (!occurs(trial) || both(trial, trial->other_dates) == FALSE_)
            continue;
        if (both(trial, true) == TRUE_)
            return OVERLAP_CERTAIN;
        result = OVERLAP_POSSIBLE;
    } while (advance(trial));
    return result;
}

Overlap rules_overlap(const Core *core, const OverlapQuery *query)
{
    const Validity *first = &query->validity[0], *second = &query->validity[1];
    if (query->date_column[0] == query->date_column[1] && (first->to < second->from || second->to < first->from))
        return OVERLAP_NEVER;
    ArenaMark mark = arena_mark(core->arena);
    Trial trial = {.core = core, .query = query, .other_dates = query->date_column[0] != query->date_column[1]};
    trial.variables = arena_array(core->arena, VARIABLES_MAX, sizeof *trial.variables);
    gather(&trial, query->conditions[0], 0);
    gather(&trial, query->conditions[1], 0);
    settle(&trial);
    Overlap result = try_all(&trial);
    arena_rewind(core->arena, mark);
    return result;
}
