/* decide_select.c: step 1 of deciding a line: which rules are selected, in scope, and left standing by their exceptions.
**
** A rule applies where its products, its validity on the reference date and its own condition hold, and no exception stands in its place
** (language.md, section 5, "Precedence" and "Exception"). A rule's name stands for all its versions.
*/
#include "compiler/decide.h"

IrPlace decide_place(Span span, Text label, bd_step_kind step)
{
    return (IrPlace){.span = span,
                     .label = label,
                     .rule = BD_NONE,
                     .citation = BD_NONE,
                     .step = (uint8_t)step,
                     .meaning = BD_MEANS_BOOLEAN,
                     .unit = BD_NONE,
                     .choice = BD_NONE};
}

IrPlace decide_rule_place(const Decide *d, const Rule *rule, bd_step_kind step)
{
    IrPlace place = decide_place(rule->span, rule->name, step);
    place.rule = d->layout->rule_of[rule - d->core->rules];
    place.citation = rule->citation;
    return place;
}

void decide_fail(Decide *d, IrValue mask, const char *code, const IrPlace *place, uint32_t rule)
{
    d->ir->rule = rule;
    ir_fail(d->ir, mask, ir_add_site(d->ir, code, ir_add_place(d->ir, place)));
}

IrValue decide_in_products(Decide *d, const uint64_t *set)
{
    return lower_in_products(&d->lower, set);
}

IrValue decide_is_class(Decide *d, uint32_t unit_class, const uint64_t *products)
{
    uint32_t words = (uint32_t)SET_WORDS(d->core->product_count);
    uint64_t *set = arena_array(d->core->arena, words, sizeof *set);
    for (uint32_t i = 0; i < words; i++)
        set[i] = d->core->classes[unit_class].products[i] & (products ? products[i] : ~UINT64_C(0));
    return decide_in_products(d, set);
}

IrValue decide_either(Decide *d, IrValue a, IrValue b)
{
    return a == IR_NONE ? b : ir_or(d->ir, a, b);
}

IrValue decide_within(Decide *d, IrValue date, Validity validity)
{
    IrValue result = ir_bool(d->ir, true, 0);
    if (validity.from != BD_DATE_MIN)
        result = ir_compare(d->ir, IR_GE, date, ir_int(d->ir, validity.from, 0));
    if (validity.to != BD_DATE_MAX)
        result = ir_and(d->ir, result, ir_compare(d->ir, IR_LE, date, ir_int(d->ir, validity.to, 0)));
    return result;
}

static IrValue reference_date(Decide *d, ReferenceDate reference)
{
    if (reference == REFER_DEFAULT)
        reference = d->core->reference;
    uint32_t column = reference == REFER_END ? COLUMN_END : reference == REFER_SIGNED ? COLUMN_SIGNED : COLUMN_BEGIN;
    return lower_column(&d->lower, column, 0).value;
}

/* A rule's validity needs no test where the product's own validity lies inside it and both look at the begindatum. */
static IrValue selected(Decide *d, const Rule *rule)
{
    IrValue result = rule->for_all ? ir_bool(d->ir, true, 0) : decide_in_products(d, rule->products);
    return ir_and(d->ir, result, decide_within(d, reference_date(d, rule->reference), rule->validity));
}

void decide_set_context(Decide *d, const Rule *rule, uint32_t unit_class, IrValue guard)
{
    d->lower.reference = reference_date(d, rule->reference);
    d->lower.rule = d->layout->rule_of[rule - d->core->rules];
    d->lower.unit_class = unit_class;
    d->lower.products = rule->for_all ? NULL : rule->products;
    d->lower.guard = guard;
    d->ir->rule = d->lower.rule;
}

IrValue decide_reach(Decide *d, const Rule *rule, const RuleInstance *instance, IrValue base)
{
    if (instance->unit_class == BD_NONE)
        return base;
    IrValue mask = decide_is_class(d, instance->unit_class, rule->for_all ? NULL : rule->products);
    return ir_and(d->ir, ir_and(d->ir, base, mask), d->sound);
}

/* A rule's name stands for all its versions. */
static bool is_named(const Decide *d, uint32_t named, uint32_t index)
{
    return named != BD_NONE && text_equal(d->core->rules[named].name, d->core->rules[index].name);
}

/* ---- Judgements that are missing ---- */

/* Where something is so, and where a judgement that is missing decides whether it is: `yes` and `open` never both hold. */
typedef struct Standing {
    IrValue yes, open; /* open: IR_NONE where no judgement was read */
    const Wait *waits;
} Standing;

IrValue decide_missing(Decide *d, const Wait *waits)
{
    IrValue result = IR_NONE;
    for (; waits; waits = waits->next)
        result = decide_either(d, result, waits->mask);
    return result;
}

IrValue decide_without(Decide *d, IrValue a, IrValue b)
{
    return b == IR_NONE ? a : ir_and(d->ir, a, ir_not(d->ir, b));
}

static IrValue both(Decide *d, IrValue a, IrValue b)
{
    return b == IR_NONE ? IR_NONE : ir_and(d->ir, a, b);
}

static IrValue any_of(Decide *d, IrValue a, IrValue b)
{
    return b == IR_NONE ? a : decide_either(d, a, b);
}

const Wait *decide_join(Decide *d, const Wait *a, const Wait *b)
{
    for (; b; b = b->next) {
        Wait *wait = arena_alloc(d->core->arena, sizeof *wait);
        *wait = (Wait){b->column, b->mask, a};
        a = wait;
    }
    return a;
}

/* What stands unless something else does. */
static Standing unless(Decide *d, Standing it, Standing other)
{
    Standing result = {.yes = ir_and(d->ir, it.yes, ir_not(d->ir, other.yes)), .open = it.open, .waits = it.waits};
    if (it.open != IR_NONE)
        result.open = decide_without(d, it.open, other.yes);
    if (other.open == IR_NONE)
        return result;
    IrValue undecided = both(d, result.yes, other.open);
    result.yes = decide_without(d, result.yes, other.open);
    result.open = any_of(d, result.open, undecided);
    result.waits = decide_join(d, it.waits, other.waits);
    return result;
}

/* ---- Scope ---- */

static Standing in_scope(Decide *d, uint32_t index);

/* An exception to a rule that does not apply does nothing. */
static Standing outer_in_scope(Decide *d, uint32_t named)
{
    Standing result = {IR_NONE, IR_NONE, NULL};
    for (uint32_t i = 0; i < d->core->rule_count; i++) {
        if (!is_named(d, named, i))
            continue;
        Standing version = in_scope(d, i);
        result.yes = decide_either(d, result.yes, version.yes);
        result.open = any_of(d, result.open, version.open);
        result.waits = decide_join(d, result.waits, version.waits);
    }
    return result;
}

/* Where one instance's condition holds on the lines of base. What a judgement that is missing would say is not guessed. */
static Standing instance_holds(Decide *d, const Rule *rule, const RuleInstance *instance, IrValue base, bool whole)
{
    IrValue reach = decide_reach(d, rule, instance, base);
    decide_set_context(d, rule, instance->unit_class, reach);
    const Expr *condition = whole ? instance->condition : instance->scope;
    Wait *outer = d->lower.waits;
    d->lower.waits = NULL;
    IrValue holds = condition ? ir_and(d->ir, reach, lower_value(&d->lower, condition)) : reach;
    const Wait *waits = d->lower.waits;
    d->lower.waits = outer;
    IrValue missing = decide_missing(d, waits);
    return (Standing){decide_without(d, holds, missing), missing, waits};
}

/* Where the rule's scope holds, or (whole) its effect's own test as well. An exception is not looked at where its rule does not apply. */
static Standing own_condition(Decide *d, const Rule *rule, bool whole)
{
    IrValue base = selected(d, rule);
    Standing result = {IR_NONE, IR_NONE, NULL};
    if (rule->exception_to != BD_NONE) {
        Standing outer = outer_in_scope(d, rule->exception_to);
        result.open = both(d, base, outer.open);
        result.waits = outer.waits;
        base = ir_and(d->ir, base, outer.yes);
    }
    for (uint32_t i = 0; i < rule->instance_count; i++) {
        Standing one = instance_holds(d, rule, &rule->instances[i], base, whole);
        result.yes = decide_either(d, result.yes, one.yes);
        result.open = any_of(d, result.open, one.open);
        result.waits = decide_join(d, result.waits, one.waits);
    }
    d->lower.guard = IR_NONE;
    if (result.yes == IR_NONE)
        result.yes = base;
    return result;
}

static Standing in_scope(Decide *d, uint32_t index)
{
    return own_condition(d, &d->core->rules[index], false);
}

/* An exception takes its rule's place where it is in scope, unless an exception without effect takes it away in turn. */
static Standing stands(Decide *d, uint32_t index)
{
    Standing result = in_scope(d, index);
    for (uint32_t i = 0; i < d->core->rule_count; i++) {
        const Rule *other = &d->core->rules[i];
        if (other->effect == BD_EFFECT_NONE && is_named(d, other->exception_to, index))
            result = unless(d, result, stands(d, i));
    }
    return result;
}

static bool departs_from(const Decide *d, const Rule *rule, uint32_t index)
{
    for (uint32_t k = 0; k < rule->over_count; k++)
        if (is_named(d, rule->over[k], index))
            return true;
    return false;
}

static Standing applying(Decide *d, uint32_t index)
{
    IrValue yes = decide_applies(d, index);
    return (Standing){yes, d->open[index], d->waits[index]};
}

/* An exception that stands takes a rule away; so does a rule that applies in departure from it. */
IrValue decide_applies(Decide *d, uint32_t index)
{
    if (d->applies[index] != IR_NONE)
        return d->applies[index];
    const Rule *rule = &d->core->rules[index];
    Standing standing = own_condition(d, rule, true);
    for (uint32_t i = 0; i < d->core->rule_count; i++) {
        const Rule *other = &d->core->rules[i];
        if (is_named(d, other->exception_to, index))
            standing = unless(d, standing, stands(d, i));
        if (departs_from(d, other, index))
            standing = unless(d, standing, applying(d, i));
    }
    IrValue result = standing.yes;
    d->open[index] = standing.open;
    d->waits[index] = standing.waits;
    uint32_t module_rule = d->layout->rule_of[index];
    if (module_rule != BD_NONE && !ir_at(d->ir, result)->is_constant) {
        IrPlace place = decide_rule_place(d, rule, BD_STEP_RULE);
        uint32_t index_of_place = ir_add_place(d->ir, &place);
        if (d->ir->code[result].place == BD_NONE)
            d->ir->code[result].place = index_of_place;
    }
    return d->applies[index] = result;
}

IrValue decide_claimed_volume(Decide *d, uint32_t unit_class)
{
    IrValue amount = lower_column(&d->lower, COLUMN_VOLUME, 0).value;
    IrValue reach = ir_and(d->ir, decide_is_class(d, unit_class, NULL), d->sound);
    return lower_in_product_unit(&d->lower, amount, COLUMN_UNIT, unit_class, 0, reach);
}
