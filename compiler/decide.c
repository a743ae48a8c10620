/* decide.c: the five steps of deciding a line (language.md, section 5), as data flow.
**
** Job: select, reject, cap, pay, suspend become masks and values over lines; the VM itself knows nothing of the steps. Each step sees
** only what the steps before it made: a later step's masks contain "not rejected", so that its faults cannot reach a rejected line.
** decide_select.c says which rules apply, decide_own.c what the language itself demands; here the steps stand in their order.
*/
#include <assert.h>

#include "compiler/decide.h"

static void out_rule(Decide *d, uint32_t module_rule, IrValue mask)
{
    ir_out(d->ir, OP_OUT_RULE, mask, IR_NONE, module_rule);
}

/* Forgets what was read of judgements; what is lowered next is asked for by take_waits. */
static void clear_waits(Decide *d)
{
    d->lower.waits = NULL;
}

/* The lines on which what was lowered since clear_waits misses a judgement, which will hold them; IR_NONE: it reads none. */
static IrValue take_waits(Decide *d)
{
    const Wait *waits = d->lower.waits;
    d->lower.waits = NULL;
    d->value_waits = decide_join(d, d->value_waits, waits);
    return decide_missing(d, waits);
}

/* The lines that are still to be paid and on which a rule holds. In this order: a fault of the rule cannot reach a rejected line. */
static IrValue holds_if_reached(Decide *d, uint32_t index)
{
    IrValue reached = ir_not(d->ir, d->rejected);
    return ir_and(d->ir, reached, decide_applies(d, index));
}

/* ---- Step 3: caps on the volume ---- */

/* A limit that splits an indivisible unit has no meaning: the line is not paid by guess. */
static void demand_whole_limit(Decide *d, const Rule *rule, uint32_t unit_class, IrValue binds, IrValue limit)
{
    if (!d->core->units[d->core->classes[unit_class].unit].indivisible)
        return;
    IrPlace place = decide_rule_place(d, rule, BD_STEP_FAULT);
    IrValue split = ir_and(d->ir, binds, ir_not(d->ir, ir_whole(d->ir, limit)));
    decide_fail(d, split, "deel_van_eenheid", &place, place.rule);
}

/* What a trace calls the capped volume. */
static void mark_granted(Decide *d, const Rule *rule, uint32_t unit_class, IrValue granted)
{
    if (ir_at(d->ir, granted)->is_constant || ir_at(d->ir, granted)->place != BD_NONE)
        return;
    bool is_english = text_equal(d->core->language, TEXT("en"));
    IrPlace place = decide_rule_place(d, rule, BD_STEP_VALUE);
    place.label = is_english ? TEXT("granted_volume") : TEXT("toegekend_volume");
    place.meaning = BD_MEANS_QUANTITY;
    place.unit = d->core->classes[unit_class].unit;
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
        IrValue reach = decide_reach(d, rule, instance, holds);
        decide_set_context(d, rule, c, reach);
        d->lower.volume = IR_NONE;
        IrValue claimed = decide_claimed_volume(d, c);
        clear_waits(d);
        IrValue limit = lower_value(&d->lower, instance->effect);
        IrValue binds = ir_and(d->ir, reach, ir_compare(d->ir, IR_LT, limit, claimed));
        binds = decide_without(d, binds, take_waits(d));
        demand_whole_limit(d, rule, c, binds, limit);
        IrValue before = d->granted[c] == IR_NONE ? claimed : d->granted[c];
        d->granted[c] = ir_select(d->ir, binds, ir_min(d->ir, limit, before), before);
        mark_granted(d, rule, c, d->granted[c]);
        IrValue is_nothing = ir_compare(d->ir, IR_LE, limit, ir_number(d->ir, NUMBER_ZERO, 0));
        bound = decide_either(d, bound, binds);
        nothing = decide_either(d, nothing, ir_and(d->ir, binds, is_nothing));
    }
    if (bound == IR_NONE)
        return;
    d->lower.guard = IR_NONE;
    d->capped_to_nothing = decide_either(d, d->capped_to_nothing, nothing);
    out_rule(d, d->layout->rule_of[index], bound);
}

/* ---- Step 4: the payment ---- */

/* One pay rule's amount: over its classes, at the claimed or the granted volume. */
static IrValue amount_of(Decide *d, const Rule *rule, IrValue holds, const IrValue *volumes)
{
    IrValue result = IR_NONE;
    for (uint32_t i = 0; i < rule->instance_count; i++) {
        const RuleInstance *instance = &rule->instances[i];
        IrValue reach = decide_reach(d, rule, instance, holds);
        decide_set_context(d, rule, instance->unit_class, reach);
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
        if (d->core->rules[i].effect != BD_EFFECT_PAY)
            continue;
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
    for (uint32_t i = 0; i < count; i++) {
        IrValue applies = decide_applies(d, order[i]), open = d->open[order[i]];
        some = ir_or(d->ir, some, open == IR_NONE ? applies : ir_or(d->ir, applies, open));
    }
    IrPlace place = decide_place(d->core->header_span, TEXT("betaal"), BD_STEP_FAULT);
    IrValue unpaid = ir_and(d->ir, reached, ir_not(d->ir, some));
    decide_fail(d, unpaid, "geen_betaling", &place, BD_NONE);
}

/* Two payments that no criterion orders and that differ are a conflict of the line, never a silent choice. */
static void demand_no_conflict(Decide *d, IrValue reached)
{
    for (uint32_t i = 0; i < d->core->runtime_conflict_count; i++) {
        uint32_t first = d->core->runtime_conflicts[i].first, second = d->core->runtime_conflicts[i].second;
        const Rule *a = &d->core->rules[first], *b = &d->core->rules[second];
        if (a->effect != BD_EFFECT_PAY || b->effect != BD_EFFECT_PAY)
            continue;
        IrValue holds = decide_applies(d, first);
        IrValue both = ir_and(d->ir, reached, ir_and(d->ir, holds, decide_applies(d, second)));
        IrValue amount = amount_of(d, a, both, d->granted);
        IrValue differ = ir_and(d->ir, both, ir_compare(d->ir, IR_NE, amount, amount_of(d, b, both, d->granted)));
        IrPlace place = decide_rule_place(d, a, BD_STEP_FAULT);
        decide_fail(d, differ, "conflict", &place, d->layout->rule_of[second]);
    }
}

/* Where a payment applies and none that precedes it does: only there its formula is evaluated, and can read or fault. */
static IrValue selected_payment(Decide *d, const uint32_t *order, uint32_t count, uint32_t at)
{
    IrValue result = decide_applies(d, order[at]);
    for (uint32_t i = at + 1; i < count; i++)
        if (rules_precedes(d->core, order[i], order[at]))
            result = ir_and(d->ir, result, ir_not(d->ir, decide_applies(d, order[i])));
    return result;
}

static IrValue payment(Decide *d, const uint32_t *order, uint32_t count, IrValue reached, const IrValue *volumes)
{
    IrValue result = ir_number(d->ir, NUMBER_ZERO, 0);
    for (uint32_t i = 0; i < count; i++) {
        IrValue holds = selected_payment(d, order, count, i);
        if (reached != IR_NONE)
            holds = ir_and(d->ir, reached, holds);
        IrValue amount = amount_of(d, &d->core->rules[order[i]], holds, volumes);
        if (amount != IR_NONE)
            result = ir_select(d->ir, holds, amount, result);
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
        IrValue reach = decide_reach(d, rule, instance, holds);
        decide_set_context(d, rule, instance->unit_class, reach);
        clear_waits(d);
        IrValue limit = lower_value(&d->lower, instance->effect);
        IrValue binds = ir_and(d->ir, reach, ir_compare(d->ir, IR_LT, limit, uncapped));
        binds = decide_without(d, binds, take_waits(d));
        amount = ir_select(d->ir, binds, ir_min(d->ir, limit, amount), amount);
        bound = decide_either(d, bound, binds);
    }
    d->lower.guard = IR_NONE;
    if (bound != IR_NONE)
        out_rule(d, d->layout->rule_of[index], bound);
    return amount;
}

static IrValue language_rules(Decide *d, const uint32_t *order, uint32_t count)
{
    IrValue rejected = ir_bool(d->ir, false, 0);
    IrValue masks[4];
    masks[0] = ir_not(d->ir, d->unit_fits);
    masks[1] = ir_not(d->ir, d->in_validity);
    masks[2] = decide_part_of_unit(d);
    for (uint32_t i = 0; i < count; i++)
        (void)decide_applies(d, order[i]); /* what the conditions read is no price: they look at their own date */
    d->lower.collect_reads = true;
    clear_waits(d);
    payment(d, order, count, IR_NONE, NULL);
    d->lower.collect_reads = false;
    IrValue crosses = decide_crosses_version(d);
    masks[3] = decide_without(d, crosses, decide_missing(d, d->lower.waits)); /* a judgement may decide what is read */
    const uint32_t rules[4] = {d->layout->rule_unit, d->layout->rule_validity, d->layout->rule_part,
                               d->layout->rule_versions};
    for (uint32_t i = 0; i < 4; i++) {
        if (rules[i] == BD_NONE || ir_is_false(d->ir, masks[i]))
            continue;
        out_rule(d, rules[i], masks[i]);
        rejected = ir_or(d->ir, rejected, masks[i]);
    }
    return rejected;
}

static IrValue reject(Decide *d, IrValue already)
{
    IrValue rejected = already;
    for (uint32_t i = 0; i < d->core->rule_count; i++) {
        if (d->core->rules[i].effect != BD_EFFECT_REJECT)
            continue;
        IrValue fails = decide_applies(d, i);
        out_rule(d, d->layout->rule_of[i], fails);
        rejected = ir_or(d->ir, rejected, fails);
    }
    return rejected;
}

static IrValue suspend(Decide *d)
{
    IrValue held = ir_bool(d->ir, false, 0);
    for (uint32_t i = 0; i < d->core->rule_count; i++) {
        if (d->core->rules[i].effect != BD_EFFECT_SUSPEND)
            continue;
        IrValue holds = holds_if_reached(d, i);
        out_rule(d, d->layout->rule_of[i], holds);
        held = ir_or(d->ir, held, holds);
    }
    return held;
}

static bool judges_credits(const Rule *rule)
{
    return rule->also_credit && (rule->effect == BD_EFFECT_REJECT || rule->effect == BD_EFFECT_SUSPEND);
}

/* The lines that some rule holds open for one judgement. */
static IrValue waits_for(Decide *d, uint32_t column)
{
    IrValue result = IR_NONE;
    for (uint32_t i = 0; i < d->core->rule_count; i++) {
        if (d->core->rules[i].effect == BD_EFFECT_NONE)
            continue; /* an exception that only takes away: the rule it takes away waits */
        if (d->lower.is_credit && !judges_credits(&d->core->rules[i]))
            continue;
        (void)decide_applies(d, i);
        for (const Wait *wait = d->waits[i]; wait; wait = wait->next)
            if (wait->column == column)
                result = decide_either(d, result, ir_and(d->ir, d->open[i], wait->mask));
    }
    for (const Wait *wait = d->value_waits; wait; wait = wait->next)
        if (wait->column == column)
            result = decide_either(d, result, wait->mask);
    return result;
}

/* So that a trace can show why a line waits. */
static void mark_wait(Decide *d, IrValue waits, const Column *judgement, uint32_t rule)
{
    if (ir_at(d->ir, waits)->is_constant || ir_at(d->ir, waits)->place != BD_NONE)
        return;
    IrPlace place = decide_place(judgement->span, judgement->name, BD_STEP_RULE);
    place.rule = rule;
    place.citation = judgement->citation;
    d->ir->code[waits].place = ir_add_place(d->ir, &place);
}

/* A line that nothing rejects waits for every judgement that a rule needs and nobody gave. */
static IrValue suspend_for_judgements(Decide *d, IrValue held)
{
    for (uint32_t i = 0; i < d->core->column_count; i++) {
        uint32_t rule = d->layout->judgement_rule[i];
        IrValue open = rule == BD_NONE ? IR_NONE : waits_for(d, i);
        if (open == IR_NONE)
            continue;
        IrValue waits = ir_and(d->ir, ir_not(d->ir, d->rejected), open);
        mark_wait(d, open, &d->core->columns[i], rule);
        out_rule(d, rule, waits);
        held = ir_or(d->ir, held, waits);
    }
    return held;
}

static bool is_english(const Decide *d)
{
    return text_equal(d->core->language, TEXT("en"));
}

static void mark_output(Decide *d, IrValue value, const char *label)
{
    if (ir_at(d->ir, value)->is_constant || ir_at(d->ir, value)->place != BD_NONE)
        return;
    IrPlace place = decide_place(d->core->header_span, text_from_cstring(label), BD_STEP_OUTPUT);
    place.meaning = BD_MEANS_MONEY;
    d->ir->code[value].place = ir_add_place(d->ir, &place);
}

/* The amount at the scale of cents. Checking showed that it is whole cents; should a fact of the line break that, the line faults. */
static IrValue in_cents(Decide *d, IrValue amount)
{
    IrType type = ir_at(d->ir, amount)->type;
    if (type.kind == BD_KIND_SCALED && 100 % type.denominator == 0)
        return amount;
    Number hundred = {100, 1, NULL}, cent = {1, 100, NULL};
    IrPlace place = decide_place(d->core->header_span, TEXT("betaal"), BD_STEP_FAULT);
    IrValue is_whole = ir_whole(d->ir, ir_mul(d->ir, amount, ir_number(d->ir, hundred, 0)));
    decide_fail(d, ir_not(d->ir, is_whole), "geen_hele_centen", &place, BD_NONE);
    return ir_round(d->ir, amount, ROUND_HALF_EVEN, cent); /* changes nothing but the scale */
}

static void finish(Decide *d, IrValue amount, IrValue held)
{
    Ir *ir = d->ir;
    IrValue reached = ir_not(ir, d->rejected);
    IrValue approved = ir_and(ir, reached, ir_not(ir, held));
    IrValue is_approved = ir_int(ir, BD_APPROVED, 0), is_suspended = ir_int(ir, BD_SUSPENDED, 0),
            is_rejected = ir_int(ir, BD_REJECTED, 0);
    IrValue unrejected = ir_select(ir, held, is_suspended, is_approved);
    ir_out(ir, OP_OUT_DECISION, ir_select(ir, d->rejected, is_rejected, unrejected), IR_NONE, 0);
    /* What a suspended line would have been granted. */
    if (!ir_is_false(ir, held))
        mark_output(d, amount, is_english(d) ? "amount before suspension" : "bedrag voor aanhouding");
    IrValue paid = ir_select(ir, approved, amount, ir_number(ir, NUMBER_ZERO, 0));
    d->approved = approved;
    d->paid = paid;
    IrValue cents = in_cents(d, paid);
    mark_output(d, cents, "toegekend bedrag");
    ir_out(ir, OP_OUT_AMOUNT, ir_scaled_to(ir, cents, 100), IR_NONE, 0);
}

static Decide start(Core *core, Layout *layout, Ir *ir)
{
    Decide d = {.core = core, .ir = ir, .layout = layout, .rejected = IR_NONE, .capped_to_nothing = IR_NONE};
    d.lower = lower_new(core, layout, ir);
    d.applies = arena_array(core->arena, core->rule_count, sizeof *d.applies);
    d.open = arena_array(core->arena, core->rule_count, sizeof *d.open);
    d.waits = arena_array(core->arena, core->rule_count, sizeof *d.waits);
    d.granted = arena_array(core->arena, core->class_count, sizeof *d.granted);
    for (uint32_t i = 0; i < core->rule_count; i++)
        d.applies[i] = d.open[i] = IR_NONE;
    for (uint32_t i = 0; i < core->class_count; i++)
        d.granted[i] = IR_NONE;
    d.begin = lower_column(&d.lower, COLUMN_BEGIN, 0).value;
    d.lower.reference = d.lower.begin = d.begin;
    return d;
}

static void settle_soundness(Decide *d)
{
    d->unit_fits = decide_unit_fits(d);
    d->in_validity = decide_in_validity(d);
    d->sound = d->lower.sound = ir_and(d->ir, d->unit_fits, d->in_validity);
}

/* What a counter counts may depend on a judgement: without it a line would be counted by guess. */
static void ask_for_counters(Decide *d, IrValue amount, IrValue held)
{
    bool has_judgement = false;
    for (uint32_t i = 0; i < d->core->column_count; i++)
        has_judgement = has_judgement || d->layout->judgement_rule[i] != BD_NONE;
    if (!has_judgement || d->core->counter_count == 0)
        return;
    IrValue reached = ir_not(d->ir, d->rejected);
    d->approved = ir_and(d->ir, reached, ir_not(d->ir, held));
    d->paid = amount;
    clear_waits(d);
    decide_count_asks(d);
    (void)take_waits(d);
}

void decide_lines(Core *core, Layout *layout, Ir *ir)
{
    Decide d = start(core, layout, ir);
    uint32_t *order = arena_array(core->arena, core->rule_count, sizeof *order);
    decide_demand_cells(&d);
    settle_soundness(&d);
    uint32_t count = pay_rules_in_order(&d, order);
    IrValue by_language = language_rules(&d, order, count);
    clear_waits(&d);
    d.lower.computed = payment(&d, order, count, IR_NONE, NULL);
    d.lower.computed_waits = d.lower.waits;
    d.rejected = reject(&d, by_language);
    for (uint32_t i = 0; i < core->rule_count; i++)
        if (core->rules[i].effect == BD_EFFECT_CAP_VOLUME)
            cap_volume(&d, i);
    if (d.capped_to_nothing != IR_NONE)
        d.rejected = ir_or(ir, d.rejected, d.capped_to_nothing);
    IrValue reached = ir_not(ir, d.rejected);
    demand_one_payment(&d, order, count, reached);
    demand_no_conflict(&d, reached);
    clear_waits(&d);
    IrValue uncapped = payment(&d, order, count, reached, d.granted), amount = uncapped;
    (void)take_waits(&d);
    for (uint32_t i = 0; i < core->rule_count; i++)
        if (core->rules[i].effect == BD_EFFECT_CAP_AMOUNT)
            amount = cap_amount(&d, i, uncapped, amount);
    IrValue held = suspend(&d);
    ask_for_counters(&d, amount, held);
    finish(&d, amount, suspend_for_judgements(&d, held));
    decide_count(&d);
}

/* ---- Lines granted before ---- */

bool decide_earlier(Core *core, Layout *layout, Ir *ir)
{
    if (core->counter_count == 0)
        return false;
    Decide d = start(core, layout, ir);
    settle_soundness(&d);
    d.approved = ir_bool(ir, true, 0);
    bool has_amount = layout->column_of[COLUMN_CLAIMED_AMOUNT] != BD_NONE;
    d.paid = has_amount ? lower_column(&d.lower, COLUMN_CLAIMED_AMOUNT, 0).value : ir_number(ir, NUMBER_ZERO, 0);
    decide_count(&d);
    ir_prune(ir);
    decide_demand_read_cells(&d);
    return true;
}

/* ---- Credits ---- */

/* The rules of one effect that judge credits. */
static IrValue credit_rules(Decide *d, bd_effect effect, IrValue reached)
{
    IrValue result = ir_bool(d->ir, false, 0);
    for (uint32_t i = 0; i < d->core->rule_count; i++) {
        if (!judges_credits(&d->core->rules[i]) || d->core->rules[i].effect != effect)
            continue;
        IrValue holds = ir_and(d->ir, reached, decide_applies(d, i));
        out_rule(d, d->layout->rule_of[i], holds);
        result = ir_or(d->ir, result, holds);
    }
    return result;
}

bool decide_credits(Core *core, Layout *layout, Ir *ir)
{
    bool any = false;
    for (uint32_t i = 0; i < core->rule_count; i++)
        any = any || judges_credits(&core->rules[i]);
    if (!any)
        return false;
    Decide d = start(core, layout, ir);
    d.lower.is_credit = true;
    uint32_t *order = arena_array(core->arena, core->rule_count, sizeof *order);
    settle_soundness(&d);
    uint32_t count = pay_rules_in_order(&d, order);
    d.lower.computed = payment(&d, order, count, IR_NONE, NULL);
    d.rejected = credit_rules(&d, BD_EFFECT_REJECT, ir_bool(ir, true, 0));
    IrValue held = credit_rules(&d, BD_EFFECT_SUSPEND, ir_not(ir, d.rejected));
    held = suspend_for_judgements(&d, held);
    IrValue is_rejected = ir_int(ir, BD_REJECTED, 0), is_suspended = ir_int(ir, BD_SUSPENDED, 0),
            is_approved = ir_int(ir, BD_APPROVED, 0);
    IrValue unrejected = ir_select(ir, held, is_suspended, is_approved);
    ir_out(ir, OP_OUT_DECISION, ir_select(ir, d.rejected, is_rejected, unrejected), IR_NONE, 0);
    ir_prune(ir);
    decide_demand_read_cells(&d);
    return true;
}
