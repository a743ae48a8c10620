/* decide.h: what the files that turn the five steps into data flow share: decide_select.c, decide_own.c and decide.c.
**
** Masks are BOOL values over the lines. Where both stand in one `en`, "the line is still to be judged" comes first, so that a fault of
** what comes after it cannot reach a line that an earlier step settled.
*/
#ifndef BEDING_DECIDE_H
#define BEDING_DECIDE_H

#include "compiler/lower.h"

typedef struct Decide {
    Lower lower;
    Core *core;
    Ir *ir;
    Layout *layout;
    IrValue begin;
    IrValue unit_fits;   /* the line's unit converts to its product's */
    IrValue in_validity; /* the product is offered on the line's begindatum */
    IrValue sound;       /* both: volume and tariff have meaning */
    IrValue *open; /* per core rule: where a judgement that is missing decides whether it applies; IR_NONE: nowhere */
    const Wait **waits;      /* per core rule: the judgements for which it is open */
    const Wait *value_waits; /* those of limits and payments, on the lines that reach them */
    IrValue *applies; /* per core rule: selected, its condition holds, no exception takes it away; IR_NONE until made */
    IrValue rejected; /* step 2 */
    IrValue *granted; /* per unit class: the volume after step 3 */
    IrValue capped_to_nothing;
    IrValue approved; /* after step 5 */
    IrValue paid;     /* the amount granted: 0 where not approved */
} Decide;

/* decide_select.c: step 1, and small words for masks. */
IrPlace decide_place(Span span, Text label, bd_step_kind step); /* of no rule; a boolean */
IrPlace decide_rule_place(const Decide *d, const Rule *rule, bd_step_kind step);
/* Faults the lines of mask, told at the place, as a fault of the module's rule (BD_NONE: of none). */
void decide_fail(Decide *d, IrValue mask, const char *code, const IrPlace *place, uint32_t rule);
IrValue decide_in_products(Decide *d, const uint64_t *set);
IrValue decide_is_class(Decide *d, uint32_t unit_class, const uint64_t *products); /* products NULL: all of the class */
IrValue decide_either(Decide *d, IrValue a, IrValue b);                            /* a may be IR_NONE */
IrValue decide_within(Decide *d, IrValue date, Validity validity);
/* Makes the rule the one being lowered, for a unit class, on the lines of the guard. */
void decide_set_context(Decide *d, const Rule *rule, uint32_t unit_class, IrValue guard);
/* The lines of base on which an instance speaks: all, or those of its class where volume and tariff have meaning. */
IrValue decide_reach(Decide *d, const Rule *rule, const RuleInstance *instance, IrValue base);
/* Where a rule is selected, its condition holds, and no exception or departure takes it away. */
IrValue decide_applies(Decide *d, uint32_t index);
/* The volume as claimed on the lines of a class: also where no cap holds, for it is what the granted volume starts from. */
IrValue decide_claimed_volume(Decide *d, uint32_t unit_class);

/* Whether what was lowered since d->lower.waits was cleared misses a judgement; IR_NONE: it reads none. */
IrValue decide_missing(Decide *d, const Wait *waits);
/* The one list and then the other. */
const Wait *decide_join(Decide *d, const Wait *a, const Wait *b);
/* a and not b, where b may be IR_NONE. */
IrValue decide_without(Decide *d, IrValue a, IrValue b);
/* decide_count.c: what approved lines add to the counters. Needs everything above. */
void decide_count(Decide *d);
/* Lowers what counters would read of approved lines, so that d->lower.waits tells which judgements they need. */
void decide_count_asks(Decide *d);

/* decide_own.c: what the language itself demands of a line. */
void decide_demand_cells(Decide *d);
/* For credit lines: of the columns that the program, which was pruned, reads. */
void decide_demand_read_cells(Decide *d);
IrValue decide_unit_fits(Decide *d);
IrValue decide_in_validity(Decide *d);
IrValue decide_part_of_unit(Decide *d);
IrValue decide_crosses_version(Decide *d); /* of the tables in d->lower.reads */

#endif
