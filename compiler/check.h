/* check.h: from the tree's expressions to typed core expressions.
**
** check_expr.c is the dispatcher; its families stand in check_literal.c, check_arithmetic.c, check_date.c, check_name.c, check_aggregate.c.
** A Checker is one walk: the unit class it is for, the variables in scope, and what is known to be present.
*/
#ifndef BEDING_CHECK_H
#define BEDING_CHECK_H

#include "compiler/core.h"
#include "lang/ast.h"

typedef struct Binding {
    Variable *variable;
    struct Binding *outer;
} Binding;

/* What has been tested to be present: columns, record variables' fields. Grows inward, is cut back on the way out. */
typedef struct Fact {
    const Expr *expr;
    struct Fact *outer;
} Fact;

typedef struct Checker {
    Core *core;
    uint32_t unit_class;      /* BD_NONE: nothing of the product may be read */
    const uint64_t *products; /* the products the clause covers; NULL: all */
    bool for_all;             /* a rule without `voor`: every column it reads is needed by all lines */
    bool no_line;             /* callables: columns of the line may not be read */
    bool in_amendment;        /* the condition of an amendment: nothing that has versions of its own may be read */
    bool in_counter;          /* what a counter counts, and what that calls: no counter may be read */
    bool granted_allowed;     /* toegekend_volume and toegekend_bedrag may be read: in a counter's own expressions */
    bool reads_product;       /* out: volume, tarief or such was read */
    Binding *bindings;
    Fact *facts;
    uint32_t depth;
} Checker;

/* Any type; EXPR_ERROR after reporting. */
Expr *check_expression(Checker *k, const Ast *node);
/* Of a given type (optional and whole are free): the members of a choice and literals are read in its light; reports E04xx otherwise. */
Expr *check_expected(Checker *k, const Ast *node, Type expected);
/* A constant of a given type: literals, members, arithmetic of these. Reports when it is not constant. For table cells, bounds, facts. */
Expr *check_constant(Core *core, const Ast *node, Type expected);
/* A type as written (`boolean`, `datum`, `bedrag`, a unit, a choice …). */
Type check_type(Core *core, const Ast *node);

/* The one declaration of that name, or BD_NONE. */
uint32_t find_unit(const Core *core, Text name); /* name or plural */
uint32_t find_choice(const Core *core, Text name);
uint32_t find_member(const Core *core, uint32_t choice, Text name);
uint32_t find_column(const Core *core, uint32_t list, Text name);
uint32_t find_list(const Core *core, Text name);
uint32_t find_product(const Core *core, Text name);
uint32_t find_table(const Core *core, Text name);
uint32_t find_calendar(const Core *core, Text name);
uint32_t find_document(const Core *core, Text name);
uint32_t find_reading(const Core *core, Text name);
uint32_t find_counter(const Core *core, Text name);
uint32_t find_rule(const Core *core, Text name); /* the first version */
Definition *find_definition(const Core *core, Text name);
Form *find_form(const Core *core, FormKind kind, Text name); /* NULL: none */
/* Reports E0301 "onbekende naam" at span with the nearest name of the kinds that could stand there as help. */
void report_unknown(Core *core, Span span, Text name, const char *kinds);

uint32_t core_citation(Core *core,
                       const Ast *clauses); /* `bron`, `citaat`, `document` among the clauses -> index or BD_NONE */
Validity core_validity(Core *core, const Ast *clauses); /* `geldig vanaf … tot en met …` */

#endif
