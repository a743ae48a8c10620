/* decide.c: the five steps of deciding a line (language.md, section 5), as data flow.
**
** Job: select, reject, cap, pay, suspend become masks and values over lines; the VM itself knows nothing of the steps. Each step sees
** only what the steps before it made: a later step's masks contain "not rejected", so that its faults cannot reach a rejected line.
**
** The language's own rules stand behind the contract's: a unit that does not fit the product (eenheid_onjuist), a product outside its
** validity (product_niet_geldig), a part of an indivisible unit (deel_van_eenheid), a line across a tariff change (over_tariefgrens).
** On a line that fails one of the first two, `volume` and `tarief` mean nothing, and rules that read them stay silent.
*/
#include <assert.h>

#include "compiler/lower.h"

typedef struct Decide {
    Lower lower;
    Core *core;
    Ir *ir;
    Layout *layout;
    IrValue begin;
    IrValue unit_fits;        /* the line's unit converts to its product's */
    IrValue in_validity;      /* the product is offered on the line's begindatum */
    IrValue sound;            /* both: volume and tariff have meaning */
    IrValue *applies;         /* per core rule: selected, its condition holds, no exception takes it away; IR_NONE until made */
    IrValue rejected;         /* step 2 */
    IrValue *granted;         /* per unit class: the volume after step 3 */
    IrValue capped_to_nothing;
} Decide;

static IrValue in_products(Decide *d, const uint64_t *set)
{
    return lower_in_products(&d->lower, set);
}

static IrValue is_class(Decide *d, uint32_t unit_class, const uint64_t *products)
{
    uint32_t words = (uint32_t)SET_WORDS(d->core->product_count);
    uint64_t *set = arena_array(d->core->arena, words, sizeof *set);
    for (uint32_t i = 0; i < words; i++) set[i] = d->core->classes[unit_class].products[i] & (products ? products[i] : ~UINT64_C(0));
    return in_products(d, set);
}

static IrValue either(Decide *d, IrValue a, IrValue b)
{
    return a == IR_NONE ? b : ir_or(d->ir, a, b);
}

static IrValue within(Decide *d, IrValue date, Validity validity)
{
    IrValue result = ir_bool(d->ir, true, 0);
    if (validity.from != BD_DATE_MIN) result = ir_compare(d->ir, IR_GE, date, ir_int(d->ir, validity.from, 0));
    if (validity.to != BD_DATE_MAX) result = ir_and(d->ir, result, ir_compare(d->ir, IR_LE, date, ir_int(d->ir, validity.to, 0)));
    return result;
}

static IrValue reference_date(Decide *d, ReferenceDate reference)
{
    if (reference == REFER_DEFAULT) reference = d->core->reference;
    uint32_t column = reference == REFER_END ? COLUMN_END : reference == REFER_SIGNED ? COLUMN_SIGNED : COLUMN_BEGIN;
    return lower_column(&d->lower, column, 0).value;
}

/* ---- Step 1: which rules are selected ---- */

/* A rule's validity needs no test where the product's own validity lies inside it and both look at the begindatum. */
static IrValue selected(Decide *d, const Rule *rule)
{
    IrValue result = rule->for_all ? ir_bool(d->ir, true, 0) : in_products(d, rule->products);
    return ir_and(d->ir, result, within(d, reference_date(d, rule->reference), rule->validity));
}

static void set_context(Decide *d, const Rule *rule, uint32_t unit_class, IrValue guard)
{
    d->lower.reference = reference_date(d, rule->reference);
    d->lower.rule = d->layout->rule_of[rule - d->core->rules];
    d->lower.unit_class = unit_class;
    d->lower.products = rule->for_all ? NULL : rule->products;
    d->lower.guard = guard;
    d->ir->rule = d->lower.rule;
}

/* The lines on which an instance of the rule speaks: all selected ones, or those of its class where volume and tariff have meaning. */
static IrValue reach_of(Decide *d, const Rule *rule, const RuleInstance *instance, IrValue base)
{
    if (instance->unit_class == BD_NONE) return base;
    IrValue mask = is_class(d, instance->unit_class, rule->for_all ? NULL : rule->products);
    return ir_and(d->ir, ir_and(d->ir, base, mask), d->sound);
}

/* A rule's name stands for all its versions. */
static bool is_named(const Decide *d, uint32_t named, uint32_t index)
{
    return named != BD_NONE && text_equal(d->core->rules[named].name, d->core->rules[index].name);
}

static IrValue in_scope(Decide *d, uint32_t index);

/* An exception to a rule that does not apply does nothing. */
static IrValue outer_in_scope(Decide *d, uint32_t named)
{
    IrValue result = IR_NONE;
    for (uint32_t i = 0; i < d->core->rule_count; i++)
        if (is_named(d, named, i)) result = either(d, result, in_scope(d, i));
    return result;
}

/* Where the rule's scope holds, or (whole) its effect's own test as well. An exception is not looked at where its rule does not apply. */
static IrValue own_condition(Decide *d, const Rule *rule, bool whole)
{
    IrValue base = selected(d, rule), result = IR_NONE;
    if (rule->exception_to != BD_NONE) base = ir_and(d->ir, base, outer_in_scope(d, rule->exception_to));
    for (uint32_t i = 0; i < rule->instance_count; i++) {
        const RuleInstance *instance = &rule->instances[i];
        IrValue reach = reach_of(d, rule, instance, base);
        set_context(d, rule, instance->unit_class, reach);
        const Expr *condition = whole ? instance->condition : instance->scope;
        IrValue holds = condition ? ir_and(d->ir, reach, lower_value(&d->lower, condition)) : reach;
        result = either(d, result, holds);
    }
    d->lower.guard = IR_NONE;
    return result == IR_NONE ? base : result;
}

static IrValue in_scope(Decide *d, uint32_t index)
{
    return own_condition(d, &d->core->rules[index], false);
}

/* An exception takes its rule's place where it is in scope, unless an exception without effect takes it away in turn. */
static IrValue stands(Decide *d, uint32_t index)
{
    IrValue result = in_scope(d, index);
    for (uint32_t i = 0; i < d->core->rule_count; i++) {
        const Rule *other = &d->core->rules[i];
        if (other->effect == BD_EFFECT_NONE && is_named(d, other->exception_to, index)) result = ir_and(d->ir, result, ir_not(d->ir, stands(d, i)));
    }
    return result;
}

static bool departs_from(const Decide *d, const Rule *rule, uint32_t index)
{
    for (uint32_t k = 0; k < rule->over_count; k++)
        if (is_named(d, rule->over[k], index)) return true;
    return false;
}

/* An exception that stands takes a rule away; so does a rule that applies in departure from it. */
static IrValue applies(Decide *d, uint32_t index)
{
    if (d->applies[index] != IR_NONE) return d->applies[index];
    const Rule *rule = &d->core->rules[index];
    IrValue result = own_condition(d, rule, true);
    for (uint32_t i = 0; i < d->core->rule_count; i++) {
        const Rule *other = &d->core->rules[i];
        if (is_named(d, other->exception_to, index)) result = ir_and(d->ir, result, ir_not(d->ir, stands(d, i)));
        if (departs_from(d, other, index)) result = ir_and(d->ir, result, ir_not(d->ir, applies(d, i)));
    }
    uint32_t module_rule = d->layout->rule_of[index];
    if (module_rule != BD_NONE && !ir_at(d->ir, result)->is_constant) {
        IrPlace place = {.span = rule->span, .label = rule->name, .rule = module_rule, .citation = rule->citation,
                         .step = BD_STEP_RULE, .meaning = BD_MEANS_BOOLEAN, .unit = BD_NONE, .choice = BD_NONE};
        uint32_t index_of_place = ir_add_place(d->ir, &place);
        if (d->ir->code[result].place == BD_NONE) d->ir->code[result].place = index_of_place;
    }
    return d->applies[index] = result;
}

/* ---- What the language itself demands ---- */

static void out_rule(Decide *d, uint32_t module_rule, IrValue mask)
{
    ir_out(d->ir, OP_OUT_RULE, mask, IR_NONE, module_rule);
}

static IrValue unit_fits(Decide *d)
{
    IrValue result = IR_NONE, unit = lower_column(&d->lower, COLUMN_UNIT, 0).value;
    for (uint32_t c = 0; c < d->core->class_count; c++) {
        IrValue fits = ir_has_cell(d->ir, layout_conversion(d->layout, c), unit);
        result = either(d, result, ir_and(d->ir, is_class(d, c, NULL), fits));
    }
    return result == IR_NONE ? ir_bool(d->ir, true, 0) : result;
}

/* The products that are offered in the same span of days as product p; false if an earlier product already stood for them. */
static bool same_validity(const Core *core, uint32_t p, uint64_t *set)
{
    Validity validity = core->products[p].validity;
    for (uint32_t i = 0; i < core->product_count; i++) {
        bool same = core->products[i].validity.from == validity.from && core->products[i].validity.to == validity.to;
        if (same && i < p) return false;
        if (same) set_add(set, i);
    }
    return true;
}

static IrValue product_in_validity(Decide *d)
{
    IrValue result = ir_bool(d->ir, true, 0);
    for (uint32_t p = 0; p < d->core->product_count; p++) {
        uint64_t *set = arena_array(d->core->arena, SET_WORDS(d->core->product_count), sizeof *set);
        if (!same_validity(d->core, p, set)) continue;
        IrValue inside = within(d, d->begin, d->core->products[p].validity);
        if (ir_is_true(d->ir, inside)) continue;
        IrValue is_other = ir_not(d->ir, in_products(d, set));
        result = ir_and(d->ir, result, ir_or(d->ir, is_other, inside));
    }
    return result;
}

/* The volume as claimed on the lines of a class: also where no cap holds, for it is what the granted volume starts from. */
static IrValue claimed_volume(Decide *d, uint32_t unit_class)
{
    IrValue amount = lower_column(&d->lower, COLUMN_VOLUME, 0).value;
    IrValue reach = ir_and(d->ir, is_class(d, unit_class, NULL), d->sound);
    return lower_in_product_unit(&d->lower, amount, COLUMN_UNIT, unit_class, 0, reach);
}

/* A whole-unit product whose claimed volume is not whole. */
static IrValue part_of_unit(Decide *d)
{
    IrValue result = ir_bool(d->ir, false, 0);
    for (uint32_t c = 0; c < d->core->class_count; c++) {
        if (!d->core->units[d->core->classes[c].unit].indivisible) continue;
        d->lower.rule = BD_NONE;
        IrValue reach = ir_and(d->ir, is_class(d, c, NULL), d->sound), volume = claimed_volume(d, c);
        result = ir_or(d->ir, result, ir_and(d->ir, reach, ir_not(d->ir, ir_whole(d->ir, volume))));
    }
    return result;
}

/* A cell may be empty only where nothing reads it. */
static void demand_cells(Decide *d)
{
    for (uint32_t i = 0; i < d->layout->line_columns; i++) {
        const ModuleColumn *module_column = &d->layout->columns[i];
        const Column *column = &d->core->columns[module_column->core_column];
        if (!module_column->optional || column->type.optional || column->is_group) continue;
        IrValue needed = ir_bool(d->ir, true, 0);
        if (!column->needed_by_all)
            needed = column->needed_by ? in_products(d, column->needed_by) : ir_bool(d->ir, false, 0);
        if (column->group != BD_NONE)
            needed = ir_and(d->ir, needed, lower_column(&d->lower, column->group, 0).value);
        IrPlace place = {.span = column->span, .label = column->name, .rule = BD_NONE, .citation = BD_NONE, .step = BD_STEP_FAULT,
                         .meaning = BD_MEANS_BOOLEAN, .unit = BD_NONE, .choice = BD_NONE};
        d->ir->rule = BD_NONE;
        uint32_t site = ir_add_site(d->ir, "cel_ontbreekt", ir_add_place(d->ir, &place));
        ir_fail(d->ir, ir_and(d->ir, needed, ir_not(d->ir, ir_present(d->ir, i, 0))), site);
    }
}

/* The lines that are still to be paid and on which a rule holds. In this order: a fault of the rule cannot reach a rejected line. */
static IrValue holds_if_reached(Decide *d, uint32_t index)
{
    IrValue reached = ir_not(d->ir, d->rejected);
    return ir_and(d->ir, reached, applies(d, index));
}

/* ---- Step 3: caps on the volume ---- */

/* A limit that splits an indivisible unit has no meaning: the line is not paid by guess. */
static void demand_whole_limit(Decide *d, const Rule *rule, uint32_t unit_class, IrValue binds, IrValue limit)
{
    if (!d->core->units[d->core->classes[unit_class].unit].indivisible) return;
    IrPlace place = {.span = rule->span, .label = rule->name, .rule = d->lower.rule, .citation = rule->citation, .step = BD_STEP_FAULT,
                     .meaning = BD_MEANS_BOOLEAN, .unit = BD_NONE, .choice = BD_NONE};
    IrValue split = ir_and(d->ir, binds, ir_not(d->ir, ir_whole(d->ir, limit)));
    ir_fail(d->ir, split, ir_add_site(d->ir, "deel_van_eenheid", ir_add_place(d->ir, &place)));
}

/* What a trace calls the capped volume. */
static void mark_granted(Decide *d, const Rule *rule, uint32_t unit_class, IrValue granted)
{
    if (ir_at(d->ir, granted)->is_constant || ir_at(d->ir, granted)->place != BD_NONE) return;
    bool is_english = text_equal(d->core->language, TEXT("en"));
    IrPlace place = {.span = rule->span, .label = is_english ? TEXT("granted_volume") : TEXT("toegekend_volume"), .rule = d->lower.rule,
                     .citation = rule->citation, .step = BD_STEP_VALUE, .meaning = BD_MEANS_QUANTITY,
                     .unit = d->core->classes[unit_class].unit, .choice = BD_NONE};
    d->ir->code[granted].place = ir_add_place(d->ir, &place);
}

static void cap_volume(Decide *d, uint32_t index)
{
    const Rule *rule = &d->core->rules[index];
    IrValue holds = holds_if_reached(d, index), bound = IR_NONE, nothing = IR_NONE;
    for (uint32_t i = 0; i < rule->instance_count; i++) {
        const RuleInstance *instance = &rule->instances[i];
        assert(instance->unit_class != BD_NONE); /* a cap on the volume always reads the product's unit */
        uint32_t c = instance->unit_class;
        IrValue reach = reach_of(d, rule, instance, holds);
        set_context(d, rule, c, reach);
        d->lower.volume = IR_NONE;
        IrValue claimed = claimed_volume(d, c);
        IrValue limit = lower_value(&d->lower, instance->effect);
        IrValue binds = ir_and(d->ir, reach, ir_compare(d->ir, IR_LT, limit, claimed));
        demand_whole_limit(d, rule, c, binds, limit);
        IrValue before = d->granted[c] == IR_NONE ? claimed : d->granted[c];
        d->granted[c] = ir_select(d->ir, binds, ir_min(d->ir, limit, before), before);
        mark_granted(d, rule, c, d->granted[c]);
        IrValue is_nothing = ir_compare(d->ir, IR_LE, limit, ir_number(d->ir, NUMBER_ZERO, 0));
        bound = either(d, bound, binds);
        nothing = either(d, nothing, ir_and(d->ir, binds, is_nothing));
    }
    if (bound == IR_NONE) return;
    d->lower.guard = IR_NONE;
    d->capped_to_nothing = either(d, d->capped_to_nothing, nothing);
    out_rule(d, d->layout->rule_of[index], bound);
}

/* ---- Step 4: the payment ---- */

/* One pay rule's amount: over its classes, at the claimed or the granted volume. */
static IrValue amount_of(Decide *d, const Rule *rule, IrValue holds, const IrValue *volumes)
{
    IrValue result = IR_NONE;
    for (uint32_t i = 0; i < rule->instance_count; i++) {
        const RuleInstance *instance = &rule->instances[i];
        IrValue reach = reach_of(d, rule, instance, holds);
        set_context(d, rule, instance->unit_class, reach);
        d->lower.volume = instance->unit_class == BD_NONE || !volumes ? IR_NONE : volumes[instance->unit_class];
        IrValue amount = lower_value(&d->lower, instance->effect);
        result = result == IR_NONE ? amount : ir_select(d->ir, reach, amount, result);
    }
    d->lower.volume = IR_NONE;
    d->lower.guard = IR_NONE;
    return result;
}

/* Weakest first, so that a rule that precedes another overrules it where both apply. */
static uint32_t pay_rules_in_order(Decide *d, uint32_t *order)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < d->core->rule_count; i++) {
        if (d->core->rules[i].effect != BD_EFFECT_PAY) continue;
        uint32_t at = count++;
        while (at > 0 && rules_precedes(d->core, order[at - 1], i)) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    return count;
}

static void demand_one_payment(Decide *d, const uint32_t *order, uint32_t count, IrValue reached)
{
    IrValue some = ir_bool(d->ir, false, 0);
    for (uint32_t i = 0; i < count; i++) some = ir_or(d->ir, some, applies(d, order[i]));
    IrPlace place = {.span = d->core->header_span, .label = TEXT("betaal"), .rule = BD_NONE, .citation = BD_NONE, .step = BD_STEP_FAULT,
                     .meaning = BD_MEANS_BOOLEAN, .unit = BD_NONE, .choice = BD_NONE};
    d->ir->rule = BD_NONE;
    IrValue unpaid = ir_and(d->ir, reached, ir_not(d->ir, some));
    ir_fail(d->ir, unpaid, ir_add_site(d->ir, "geen_betaling", ir_add_place(d->ir, &place)));
}

/* Two payments that no criterion orders and that differ are a conflict of the line, never a silent choice. */
static void demand_no_conflict(Decide *d, IrValue reached)
{
    for (uint32_t i = 0; i < d->core->runtime_conflict_count; i++) {
        uint32_t first = d->core->runtime_conflicts[i].first, second = d->core->runtime_conflicts[i].second;
        const Rule *a = &d->core->rules[first], *b = &d->core->rules[second];
        if (a->effect != BD_EFFECT_PAY || b->effect != BD_EFFECT_PAY) continue;
        IrValue holds = applies(d, first);
        IrValue both = ir_and(d->ir, reached, ir_and(d->ir, holds, applies(d, second)));
        IrValue amount = amount_of(d, a, both, d->granted);
        IrValue differ = ir_and(d->ir, both, ir_compare(d->ir, IR_NE, amount, amount_of(d, b, both, d->granted)));
        IrPlace place = {.span = a->span, .label = a->name, .rule = d->layout->rule_of[first], .citation = a->citation,
                         .step = BD_STEP_FAULT, .meaning = BD_MEANS_BOOLEAN, .unit = BD_NONE, .choice = BD_NONE};
        d->ir->rule = d->layout->rule_of[second];
        ir_fail(d->ir, differ, ir_add_site(d->ir, "conflict", ir_add_place(d->ir, &place)));
    }
}

/* Where a payment applies and none that precedes it does: only there its formula is evaluated, and can read or fault. */
static IrValue selected_payment(Decide *d, const uint32_t *order, uint32_t count, uint32_t at)
{
    IrValue result = applies(d, order[at]);
    for (uint32_t i = at + 1; i < count; i++)
        if (rules_precedes(d->core, order[i], order[at])) result = ir_and(d->ir, result, ir_not(d->ir, applies(d, order[i])));
    return result;
}

static IrValue payment(Decide *d, const uint32_t *order, uint32_t count, IrValue reached, const IrValue *volumes)
{
    IrValue result = ir_number(d->ir, NUMBER_ZERO, 0);
    for (uint32_t i = 0; i < count; i++) {
        IrValue holds = selected_payment(d, order, count, i);
        if (reached != IR_NONE) holds = ir_and(d->ir, reached, holds);
        IrValue amount = amount_of(d, &d->core->rules[order[i]], holds, volumes);
        if (amount != IR_NONE) result = ir_select(d->ir, holds, amount, result);
    }
    return result;
}

/* Every cap is compared with the amount before any of them: all that bind are reported. */
static IrValue cap_amount(Decide *d, uint32_t index, IrValue uncapped, IrValue amount)
{
    const Rule *rule = &d->core->rules[index];
    IrValue holds = holds_if_reached(d, index), bound = IR_NONE;
    for (uint32_t i = 0; i < rule->instance_count; i++) {
        const RuleInstance *instance = &rule->instances[i];
        IrValue reach = reach_of(d, rule, instance, holds);
        set_context(d, rule, instance->unit_class, reach);
        IrValue limit = lower_value(&d->lower, instance->effect);
        IrValue binds = ir_and(d->ir, reach, ir_compare(d->ir, IR_LT, limit, uncapped));
        amount = ir_select(d->ir, binds, ir_min(d->ir, limit, amount), amount);
        bound = either(d, bound, binds);
    }
    d->lower.guard = IR_NONE;
    if (bound != IR_NONE) out_rule(d, d->layout->rule_of[index], bound);
    return amount;
}

/* ---- A line across a change of price ---- */

/* begindatum and einddatum in different versions of a table the payment reads. */
static IrValue crosses_version(Decide *d)
{
    IrValue result = ir_bool(d->ir, false, 0), end = lower_column(&d->lower, COLUMN_END, 0).value;
    uint64_t *settled = arena_array(d->core->arena, SET_WORDS(d->core->product_count), sizeof *settled); /* `bij wijziging tarief op begindatum` */
    for (uint32_t p = 0; p < d->core->product_count; p++)
        if (d->core->products[p].price_at_begin) set_add(settled, p);
    for (const DatedRead *read = d->lower.reads; read; read = read->next) {
        const Table *table = read->table;
        if (table->product != BD_NONE && d->core->products[table->product].price_at_begin) continue;
        for (uint32_t v = 0; v < table->version_count; v++) {
            Validity validity = table->versions[v].validity;
            if (validity.to == BD_DATE_MAX) continue;
            IrValue starts_here = within(d, d->begin, validity);
            IrValue ends_later = ir_compare(d->ir, IR_GT, end, ir_int(d->ir, validity.to, 0));
            IrValue crosses = ir_and(d->ir, starts_here, ends_later);
            result = ir_or(d->ir, result, read->guard == IR_NONE ? crosses : ir_and(d->ir, read->guard, crosses));
        }
    }
    return ir_and(d->ir, result, ir_not(d->ir, in_products(d, settled)));
}

static IrValue language_rules(Decide *d, const uint32_t *order, uint32_t count)
{
    IrValue rejected = ir_bool(d->ir, false, 0);
    IrValue masks[4];
    masks[0] = ir_not(d->ir, d->unit_fits);
    masks[1] = ir_not(d->ir, d->in_validity);
    masks[2] = part_of_unit(d);
    for (uint32_t i = 0; i < count; i++) (void)applies(d, order[i]); /* what the conditions read is no price: they look at their own date */
    d->lower.collect_reads = true;
    payment(d, order, count, IR_NONE, NULL);
    d->lower.collect_reads = false;
    masks[3] = crosses_version(d);
    const uint32_t rules[4] = {d->layout->rule_unit, d->layout->rule_validity, d->layout->rule_part, d->layout->rule_versions};
    for (uint32_t i = 0; i < 4; i++) {
        if (rules[i] == BD_NONE || ir_is_false(d->ir, masks[i])) continue;
        out_rule(d, rules[i], masks[i]);
        rejected = ir_or(d->ir, rejected, masks[i]);
    }
    return rejected;
}

static IrValue reject(Decide *d, IrValue already)
{
    IrValue rejected = already;
    for (uint32_t i = 0; i < d->core->rule_count; i++) {
        if (d->core->rules[i].effect != BD_EFFECT_REJECT) continue;
        IrValue fails = applies(d, i);
        out_rule(d, d->layout->rule_of[i], fails);
        rejected = ir_or(d->ir, rejected, fails);
    }
    return rejected;
}

static IrValue suspend(Decide *d)
{
    IrValue held = ir_bool(d->ir, false, 0);
    for (uint32_t i = 0; i < d->core->rule_count; i++) {
        if (d->core->rules[i].effect != BD_EFFECT_SUSPEND) continue;
        IrValue holds = holds_if_reached(d, i);
        out_rule(d, d->layout->rule_of[i], holds);
        held = ir_or(d->ir, held, holds);
    }
    return held;
}

static void mark_output(Decide *d, IrValue value, const char *label)
{
    if (ir_at(d->ir, value)->is_constant || ir_at(d->ir, value)->place != BD_NONE) return;
    IrPlace place = {.span = d->core->header_span, .label = text_from_cstring(label), .rule = BD_NONE, .citation = BD_NONE,
                     .step = BD_STEP_OUTPUT, .meaning = BD_MEANS_MONEY, .unit = BD_NONE, .choice = BD_NONE};
    d->ir->code[value].place = ir_add_place(d->ir, &place);
}

/* The amount at the scale of cents. Checking showed that it is whole cents; should a fact of the line break that, the line faults. */
static IrValue in_cents(Decide *d, IrValue amount)
{
    IrType type = ir_at(d->ir, amount)->type;
    if (type.kind == BD_KIND_SCALED && 100 % type.denominator == 0) return amount;
    Number hundred = {100, 1, NULL}, cent = {1, 100, NULL};
    IrPlace place = {.span = d->core->header_span, .label = TEXT("betaal"), .rule = BD_NONE, .citation = BD_NONE, .step = BD_STEP_FAULT,
                     .meaning = BD_MEANS_BOOLEAN, .unit = BD_NONE, .choice = BD_NONE};
    d->ir->rule = BD_NONE;
    IrValue is_whole = ir_whole(d->ir, ir_mul(d->ir, amount, ir_number(d->ir, hundred, 0)));
    ir_fail(d->ir, ir_not(d->ir, is_whole), ir_add_site(d->ir, "geen_hele_centen", ir_add_place(d->ir, &place)));
    return ir_round(d->ir, amount, ROUND_HALF_EVEN, cent); /* changes nothing but the scale */
}

static void finish(Decide *d, IrValue amount, IrValue held)
{
    Ir *ir = d->ir;
    IrValue reached = ir_not(ir, d->rejected);
    IrValue approved = ir_and(ir, reached, ir_not(ir, held));
    IrValue is_approved = ir_int(ir, BD_APPROVED, 0), is_suspended = ir_int(ir, BD_SUSPENDED, 0), is_rejected = ir_int(ir, BD_REJECTED, 0);
    IrValue unrejected = ir_select(ir, held, is_suspended, is_approved);
    ir_out(ir, OP_OUT_DECISION, ir_select(ir, d->rejected, is_rejected, unrejected), IR_NONE, 0);
    IrValue paid = ir_select(ir, approved, amount, ir_number(ir, NUMBER_ZERO, 0));
    IrValue cents = in_cents(d, paid);
    mark_output(d, cents, "toegekend bedrag");
    ir_out(ir, OP_OUT_AMOUNT, ir_scaled_to(ir, cents, 100), IR_NONE, 0);
}

void decide_lines(Core *core, Layout *layout, Ir *ir)
{
    Decide d = {.core = core, .ir = ir, .layout = layout, .rejected = IR_NONE, .capped_to_nothing = IR_NONE};
    d.lower = (Lower){.core = core, .layout = layout, .ir = ir, .guard = IR_NONE, .reference = IR_NONE, .begin = IR_NONE, .sound = IR_NONE, .unit_class = BD_NONE,
                      .volume = IR_NONE, .computed = IR_NONE, .rule = BD_NONE};
    d.applies = arena_array(core->arena, core->rule_count, sizeof *d.applies);
    d.granted = arena_array(core->arena, core->class_count, sizeof *d.granted);
    uint32_t *order = arena_array(core->arena, core->rule_count, sizeof *order);
    for (uint32_t i = 0; i < core->rule_count; i++) d.applies[i] = IR_NONE;
    for (uint32_t i = 0; i < core->class_count; i++) d.granted[i] = IR_NONE;
    d.begin = lower_column(&d.lower, COLUMN_BEGIN, 0).value;
    d.lower.reference = d.lower.begin = d.begin;

    demand_cells(&d);
    d.unit_fits = unit_fits(&d);
    d.in_validity = product_in_validity(&d);
    d.sound = d.lower.sound = ir_and(ir, d.unit_fits, d.in_validity);
    uint32_t count = pay_rules_in_order(&d, order);
    IrValue by_language = language_rules(&d, order, count);
    d.lower.computed = payment(&d, order, count, IR_NONE, NULL);
    d.rejected = reject(&d, by_language);
    for (uint32_t i = 0; i < core->rule_count; i++)
        if (core->rules[i].effect == BD_EFFECT_CAP_VOLUME) cap_volume(&d, i);
    if (d.capped_to_nothing != IR_NONE) d.rejected = ir_or(ir, d.rejected, d.capped_to_nothing);
    IrValue reached = ir_not(ir, d.rejected);
    demand_one_payment(&d, order, count, reached);
    demand_no_conflict(&d, reached);
    IrValue uncapped = payment(&d, order, count, reached, d.granted), amount = uncapped;
    for (uint32_t i = 0; i < core->rule_count; i++)
        if (core->rules[i].effect == BD_EFFECT_CAP_AMOUNT) amount = cap_amount(&d, i, uncapped, amount);
    finish(&d, amount, suspend(&d));
}
