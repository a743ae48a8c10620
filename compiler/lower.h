/* lower.h: what the files that lower the core into IR share: ir_from_core.c, lower_*.c and decide.c.
**
** A lowered expression is up to three IR values: the value (of an interval: its first day), the last day of an interval, and whether an
** optional value is present. A guard tells on which lanes the result can be used at all, so that columns need not be decided again for
** a fault that nobody reaches.
*/
#ifndef BEDING_LOWER_H
#define BEDING_LOWER_H

#include "compiler/check.h"
#include "compiler/core.h"
#include "compiler/ir.h"
#include "compiler/layout.h"
#include "compiler/sources.h"

typedef struct Lowered {
    IrValue value, second, present; /* second: INTERVAL; present: IR_NONE when always present */
} Lowered;

typedef struct LowerBinding {
    const Variable *variable;
    Lowered value;
    uint16_t domain;
    struct LowerBinding *outer;
} LowerBinding;

/* A dated table that a payment read, and where: for the rule `over_tariefgrens`. */
typedef struct DatedRead {
    const Table *table;
    IrValue guard;
    struct DatedRead *next;
} DatedRead;

/* A judgement that was read, and on which lines it was needed while its cell is empty (domain 0). */
typedef struct Wait {
    uint32_t column; /* core column */
    IrValue mask;
    const struct Wait *next;
} Wait;

typedef struct Lower {
    Core *core;
    Layout *layout;
    Ir *ir;
    uint16_t domain;
    IrValue guard;       /* in `domain`; IR_NONE: always */
    IrValue reference;   /* the clause's reference date, domain 0 */
    IrValue begin;       /* the line's begindatum; IR_NONE where no line is decided */
    IrValue sound;       /* the line's unit and date fit its product; IR_NONE where no line is decided */
    uint32_t unit_class; /* of the clause being lowered, BD_NONE */
    const uint64_t *products;
    IrValue volume;   /* what `volume` stands for in this step */
    IrValue computed; /* berekend_bedrag */
    IrValue granted;  /* toegekend_volume, for counters; IR_NONE: the volume as claimed */
    IrValue amount;   /* toegekend_bedrag, for counters; IR_NONE until it is known */
    LowerBinding *bindings;
    DatedRead *reads; /* collected when collect_reads */
    bool collect_reads;
    bool is_credit;                  /* in the program that judges credit lines */
    Wait *waits;                     /* judgements read since the caller cleared it, the last first */
    const Wait *computed_waits;      /* those of berekend_bedrag */
    const struct Callable *callable; /* NULL where lines are decided */
    uint32_t rule;                   /* index among the module's rules, BD_NONE */
} Lower;

/* A lowering that stands nowhere yet: no guard, no dates, no rule; what a program has, its maker fills in. */
Lower lower_new(Core *core, Layout *layout, Ir *ir);
Lowered lower_expression(Lower *lower, const Expr *expr);
IrValue lower_value(Lower *lower, const Expr *expr); /* of an expression that is always present */

/* lower_judgement.c: reading what people decide. */
Lowered lower_judgement(Lower *lower, const Expr *expr);
/* Notes that the lines of the guard also wait for what these waited for. */
void lower_wait_too(Lower *lower, const Wait *waits);

/* lower_date.c, lower_table.c, lower_list.c: the families. */
Lowered lower_date(Lower *lower, const Expr *expr);
Lowered lower_table(Lower *lower, const Expr *expr);
IrValue lower_tariff(Lower *lower, const Expr *expr);
Lowered lower_aggregate(Lower *lower, const Expr *expr);
IrValue lower_counter(Lower *lower, const Expr *expr); /* a read */
Lowered lower_column(Lower *lower, uint32_t column, uint16_t domain);
/* A column's data in the product's unit: volume by `eenheid`, an allocation's volume by its own unit. */
IrValue lower_in_product_unit(Lower *lower, IrValue amount, uint32_t unit_column, uint32_t unit_class, uint16_t domain,
                              IrValue guard);
/* Which of the prices of an indexed tariff holds on a date, as a number to compare: another one is another price by another date. */
IrValue lower_tariff_row(Lower *lower, const Table *table, IrValue date);
IrValue lower_table_at(Lower *lower, const Table *table, const IrValue *keys, const Type *key_types, IrValue date,
                       IrValue *present, uint32_t place);

/* Whether the line's product is in a set; the constant ja when all are. */
IrValue lower_in_products(Lower *lower, const uint64_t *set);

uint32_t lower_place(Lower *lower, const Expr *expr, bd_step_kind step);
uint32_t lower_site(Lower *lower, const char *code, const Expr *expr);

/* The five steps of deciding a line, as data flow. */
void decide_lines(Core *core, Layout *layout, Ir *ir);
/* What judges a credit line: the rules marked `ook credit`. False when there are none: then a credit of a granted line is granted. */
bool decide_credits(Core *core, Layout *layout, Ir *ir);
/* What a line adds of which one only knows what it was granted: `volume`, and `bedrag` the amount. False when there are no counters. */
bool decide_earlier(Core *core, Layout *layout, Ir *ir);

#endif
