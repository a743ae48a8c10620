/* check_internal.h: what the families of check_*.c share. */
#ifndef BEDING_CHECK_INTERNAL_H
#define BEDING_CHECK_INTERNAL_H

#include "compiler/check.h"
#include "compiler/declare.h"
#include "compiler/ir.h"
#include "compiler/sources.h"

static const Text EMPTY_TEXT = {"", 0};

/* A new node of a type, at a place of the tree. */
Expr *expr_new(Checker *k, ExprOp op, Type type, const Ast *node);
Expr *expr_unary(Checker *k, ExprOp op, Type type, const Ast *node, Expr *a);
Expr *expr_binary(Checker *k, ExprOp op, Type type, const Ast *node, Expr *a, Expr *b);
Expr *expr_error(Checker *k, const Ast *node);
Expr *expr_number(Checker *k, Number number, Type type, const Ast *node);
bool expr_is_error(const Expr *expr);
bool expr_fold(Checker *k, Expr *expr, Number *out); /* the value of arithmetic on literals; false: not a constant */
bool expr_equal(const Expr *a, const Expr *b);       /* the same fact, so that testing one tests the other */

/* Types. */
Type type_of_unit(TypeKind kind, uint32_t unit);
Type type_of_choice(uint32_t choice);
DiagArgument type_words(const Core *core, Type type);
bool type_is_number(Type type);                         /* NUMBER, MONEY, QUANTITY, RATE */
bool type_fits(const Core *core, Type have, Type want); /* units of one base fit each other */

/* Checks and demands presence: reports E0410 for what may be absent and was not tested. */
Expr *check_value(Checker *k, const Ast *node, const Type *want);
/* check_constant where names are bound: one that is known but not constant is E0412, not unknown. */
Expr *check_constant_here(Checker *k, const Ast *node, Type expected);
/* May give an optional expression. want may be NULL. */
Expr *check_any(Checker *k, const Ast *node, const Type *want);
Expr *demand_present(Checker *k, Expr *expr, const Ast *node);
/* An optional value that a test before it showed to be present is optional no longer; any other is given back as it is. */
Expr *settle_presence(Checker *k, Expr *expr);
/* Nodes of an expression when calls and `waar` parts are written out; anything above EXPANSION_MAX_NODES gives one more than that. */
uint32_t expr_size(const Expr *expr);
Expr *demand_type(Checker *k, Expr *expr, Type want, const Ast *node);
Expr *demand_kind(Checker *k, Expr *expr, TypeKind kind, const Ast *node);
/* A quantity in another unit of the same base; E0404. */
Expr *convert_unit(Checker *k, Expr *expr, uint32_t unit, const Ast *node);

/* What holds where a condition is true (or false): facts about presence. Returns the mark to cut back to. */
Fact *facts_assume(Checker *k, const Expr *condition, bool holds);

/* The families; each NULL-free, EXPR_ERROR after reporting. */
Expr *check_literal(Checker *k, const Ast *node, const Type *want);
Expr *check_name(Checker *k, const Ast *node, const Type *want);
Expr *check_field(Checker *k, const Ast *node);
Expr *check_call(Checker *k, const Ast *node, const Type *want);
Expr *check_index(Checker *k, const Ast *node);
Expr *check_logic(Checker *k, const Ast *node, const Type *want);
Expr *check_compare(Checker *k, const Ast *node);
Expr *check_arithmetic(Checker *k, const Ast *node, const Type *want);
Expr *check_round(Checker *k, const Ast *node, const Type *want);
Expr *check_convert(Checker *k, const Ast *node);
Expr *check_date(Checker *k, const Ast *node);
Expr *check_aggregate(Checker *k, const Ast *node, const Type *want);
/* check_counter.c: `T`, `T over I`, `aaneengesloten T voor D`; and, where a counter of days is asked, `aantal dagen in T`, `T raakt I`:
** NULL when the node is about no counter. */
Expr *check_counter(Checker *k, const Ast *node);
Expr *check_counter_days(Checker *k, const Ast *node);
void check_counters(Core *core);
/* `augustus vorig jaar`, `vorig jaar`: a month or year before the reference date's. E1207. */
Expr *check_relative_month(Checker *k, const Ast *node);
Expr *check_quarter(Checker *k, Expr *month, const Ast *node); /* the first month of a month's quarter */
bool is_bare_member(Checker *k, const Ast *node);
Expr *to_interval(Checker *k, Expr *expr, const Ast *node); /* of a month or year: its days */
Instance *check_instance(Checker *k, Definition *definition, uint32_t version, const Ast *node);
/* A call with arguments that are of the parameters' types already. */
Expr *call_checked(Checker *k, Definition *definition, Expr **args, const Ast *node);

/* check_core.c: names. `waar` parts, each seeing those before it; what is too large written out is E0911. */
void bind_variable(Checker *k, Variable *variable);
void bind_parts(Checker *k, const Ast *clauses);
Expr *demand_size(Checker *k, Expr *expr, Text name, const Ast *node);
Expr *demand_cents(Checker *k, Expr *amount, const Ast *node); /* E0701 */

/* check_date.c: 1 to 12 for the name of a month in either language, else 0. */
int32_t check_month_number(Text name);
/* The day and month of a node (number, text) in a year; E0301 for what is no month. */
Expr *check_day_in_year(Checker *k, const Ast *node, Expr *year);
/* A duration in days, months or working days, in the base unit. */
Expr *check_duration(Checker *k, const Ast *node);
/* The last day of a duration that begins on a date: `P vanaf D`. */
Expr *check_last_day(Checker *k, const Ast *node, Expr *length, Expr *date);

/* check_form.c: what penalties, suspensions, terms and obligations say. */
void check_forms(Core *core);

/* check_workday.c: working days. */
/* A call of a definition that the compiler makes: `body` of one parameter, so that the argument is computed once. */
Expr *call_made(Checker *k, Variable *parameter, Expr *body, Expr *argument, const Ast *node);
/* Whether a word means a calendar of working days. */
bool names_workdays(const Core *core, Text word);
/* The first working day on or after a date, the first after it, the last before it, by the calendar that a word names. */
Expr *workday_on_or_after(Checker *k, const Ast *word, Expr *date);
Expr *workday_after(Checker *k, const Ast *word, Expr *date);
Expr *workday_before(Checker *k, const Ast *word, Expr *date);
/* Whether a date is one. */
Expr *is_workday_on(Checker *k, const Ast *word, Expr *date);
void workdays_check(Core *core); /* looks up what calendars name; before any expression is checked */
bool is_in_workdays(const Checker *k, const Expr *duration);
/* The date `duration` working days after a date (before it when negative); the duration must be a whole constant, else E0412. */
Expr *workdays_later(Checker *k, const Ast *node, Expr *date, Expr *duration, const Ast *duration_node, bool backward);
Expr *check_count_workdays(Checker *k, const Ast *node, Expr *interval);

#endif
