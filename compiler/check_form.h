/* check_form.h: what check_form.c, form_result.c and form_recurring.c share. Not for others.
**
** A version of a form is read into Parts: the form itself and its exceptions, each with its condition and the fields it gives. The
** results are then made of what is given where. Nothing here knows of lines: a form reads its inputs, tables and definitions.
*/
#ifndef BEDING_CHECK_FORM_H
#define BEDING_CHECK_FORM_H

#include "compiler/check_internal.h"

typedef enum Field {
    FIELD_AMOUNT,
    FIELD_ADDITIONAL,
    FIELD_AT_MOST,
    FIELD_BEGIN,
    FIELD_END, /* from `eindigt`, or from `duurt` and where the form begins */
    FIELD_EXTENDED,
    FIELD_COUNT
} Field;

/* The form itself, or one of its exceptions. */
typedef struct Part {
    const Ast *node;
    const struct Part *outer; /* NULL: the form itself */
    Expr *holds;              /* its own `als`; NULL: always */
    Expr *given[FIELD_COUNT]; /* NULL: not given here */
    const Ast *clause[FIELD_COUNT];
    Binding *bindings;
    Fact *facts;
    struct Part *inner, *next;
} Part;

/* A value that may be given: `has` NULL when it always is, `value` NULL when it never is. */
typedef struct Given {
    Expr *has, *value;
} Given;

/* One version of a form while it is read. */
typedef struct FormCheck {
    Checker k;
    Form *form;
    const DefinitionVersion *version;
    Expr *valid; /* the version holds on the reference date; NULL: always */
    Part *root;
} FormCheck;

/* Conditions, with NULL for "always". */
Expr *form_and(FormCheck *f, Expr *a, Expr *b);
Expr *form_or(FormCheck *f, Expr *a, Expr *b); /* NULL when either is */
Expr *form_not(FormCheck *f, Expr *a);         /* never of NULL */

/* Where a part stands after its exceptions without fields lifted it; NULL: always. */
Expr *form_applies(FormCheck *f, const Part *part);

/* What a field comes to, exceptions considered; demands that two of these do not differ. */
Given form_field(FormCheck *f, Field field);

/* Adds a result of this version to the form, after those of versions before it. */
void form_result(FormCheck *f, Text name, Expr *value, Expr *present);

void form_demand(FormCheck *f, Expr *holds, const char *code, Text label, Span span);

/* form_result.c: the results of a penalty, a suspension, a term or an obligation of one occasion. */
void form_results(FormCheck *f);

/* form_recurring.c: the first due date on or after the reference date, and the days it is about. */
void form_recurring_results(FormCheck *f);

/* E1004: what the form has no use for, in the words that the contract writes. */
Diag *form_refuse_clause(Core *core, const Ast *clause, Text form);

#endif
