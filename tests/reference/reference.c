/* reference.c: a line decided step by step, as language.md section 5 tells it. See reference.h.
**
** Steps: what the line must contain; the language's own rules; reject; cap the volume; pay; cap the amount; suspend. An exception that
** stands displaces the rule it is to; with an effect of its own that effect stands in its place.
*/
#include "reference/reference.h"

#include <stdlib.h>
#include <string.h>

#include "reference/reference_internal.h"

typedef enum Truth { NO, YES, UNKNOWN } Truth; /* UNKNOWN: it faulted */

typedef struct Decider {
    Context c;
    const Core *core;
    RefResult *result;
    uint32_t product;
    uint64_t *tables_read; /* dated tables that the selected payment's formula reads, a bit set; NULL: not noted */
    bool sound;            /* the unit fits and the product is offered: volume and tariff mean something */
} Decider;

/* ---- The parts of a rule ---- */

/* The effect's own test (`keur af als C`): what the condition adds to the scope. */
static const Expr *test_of(const RuleInstance *instance)
{
    if (instance->condition == instance->scope)
        return NULL;
    return instance->scope ? instance->condition->b : instance->condition;
}

static const RuleInstance *instance_for(const Decider *d, const Rule *rule)
{
    for (uint32_t i = 0; i < rule->instance_count; i++) {
        const RuleInstance *instance = &rule->instances[i];
        if (instance->unit_class == BD_NONE)
            return instance;
        if (d->sound && instance->unit_class == d->core->products[d->product].unit_class)
            return instance;
    }
    return NULL;
}

static int64_t reference_date(const Decider *d, const Rule *rule)
{
    ReferenceDate reference = rule->reference == REFER_DEFAULT ? d->core->reference : rule->reference;
    uint32_t column = reference == REFER_END ? COLUMN_END : reference == REFER_SIGNED ? COLUMN_SIGNED : COLUMN_BEGIN;
    return d->c.line->cells[column].integer;
}

static RefValue evaluate(Decider *d, const Rule *rule, const Expr *expr)
{
    d->c.date = reference_date(d, rule);
    return ref_evaluate(&d->c, expr);
}

static Truth test(Decider *d, const Rule *rule, const Expr *condition)
{
    if (!condition)
        return YES;
    RefValue value = evaluate(d, rule, condition);
    return value.poison ? UNKNOWN : value.whole ? YES : NO;
}

/* ---- Step 1: selection, exceptions and departures ---- */

static bool same_name(const Core *core, uint32_t a, uint32_t b)
{
    return text_equal(core->rules[a].name, core->rules[b].name);
}

static Truth in_scope(Decider *d, uint32_t index);

/* An exception to a rule that does not apply does nothing. A rule's name stands for all its versions. */
static Truth outer_in_scope(Decider *d, uint32_t named)
{
    Truth found = NO;
    for (uint32_t i = 0; i < d->core->rule_count && found != YES; i++)
        if (same_name(d->core, i, named))
            found = in_scope(d, i) == NO ? found : in_scope(d, i);
    return found;
}

/* Selected by product and date, and its own conditions hold. */
static Truth in_scope(Decider *d, uint32_t index)
{
    const Rule *rule = &d->core->rules[index];
    int64_t date = reference_date(d, rule);
    if (!rule->for_all && !set_has(rule->products, d->product))
        return NO;
    if (date < rule->validity.from || date > rule->validity.to)
        return NO;
    const RuleInstance *instance = instance_for(d, rule);
    if (!instance)
        return NO;
    Truth outer = rule->exception_to == BD_NONE ? YES : outer_in_scope(d, rule->exception_to);
    return outer == YES ? test(d, rule, instance->scope) : outer;
}

static bool is_exception_to(const Core *core, uint32_t exception, uint32_t rule)
{
    uint32_t named = core->rules[exception].exception_to;
    return named != BD_NONE && same_name(core, named, rule);
}

static bool departs_from(const Core *core, uint32_t from, uint32_t rule)
{
    const Rule *departing = &core->rules[from];
    for (uint32_t i = 0; i < departing->over_count; i++)
        if (same_name(core, departing->over[i], rule))
            return true;
    return false;
}

/* Whether an exception displaces what it is to: unless an exception to it, without effect, takes it away in turn. */
static Truth stands(Decider *d, uint32_t index)
{
    Truth truth = in_scope(d, index);
    for (uint32_t i = 0; i < d->core->rule_count && truth == YES; i++) {
        if (!is_exception_to(d->core, i, index) || d->core->rules[i].effect != BD_EFFECT_NONE)
            continue;
        Truth taken = stands(d, i);
        if (taken != NO)
            truth = taken == YES ? NO : UNKNOWN;
    }
    return truth;
}

/* Whether a rule's effect happens. */
static Truth applies(Decider *d, uint32_t index)
{
    const Rule *rule = &d->core->rules[index];
    Truth truth = in_scope(d, index);
    if (truth == YES)
        truth = test(d, rule, test_of(instance_for(d, rule)));
    uint32_t *faults = d->c.faults, found = 0;
    bool is_taken = false, is_unknown = false;
    d->c.faults = &found;
    for (uint32_t i = 0; i < d->core->rule_count; i++) {
        bool is_exception = is_exception_to(d->core, i, index);
        if (!is_exception && !departs_from(d->core, i, index))
            continue;
        Truth taken = is_exception ? stands(d, i) : applies(d, i);
        is_taken = is_taken || taken == YES;
        is_unknown = is_unknown || taken == UNKNOWN;
    }
    d->c.faults = faults;
    bool is_settled = truth != YES || is_taken; /* then nothing else need have been looked at */
    *(is_settled ? d->c.possible : faults) |= found;
    if (is_settled)
        return truth == YES ? NO : truth;
    return is_unknown ? UNKNOWN : YES;
}

/* ---- What a line must contain ---- */

static void need(const Decider *d, const Rule *rule, const Expr *expr, bool *needed)
{
    if (!expr)
        return;
    if (expr->op == EXPR_COLUMN) {
        const Type *type = &d->core->columns[expr->index].type;
        needed[expr->index] = true;
        if (type->kind == TYPE_QUANTITY && type->unit == UNIT_OF_PRODUCT)
            needed[ref_column(d->core, "toewijzing_eenheid")] = true;
    }
    if (expr->op == EXPR_VARIABLE)
        need(d, rule, expr->variable->value, needed);
    if (expr->op == EXPR_CALL)
        need(d, rule, expr->instance->body, needed);
    const Product *product = &d->core->products[d->product];
    if (expr->op == EXPR_TARIFF && product->unit_class == expr->unit_class && product->tariff != BD_NONE) {
        const Table *table = &d->core->tables[product->tariff];
        for (uint32_t i = 0; i < table->dimension_count; i++)
            needed[table->dimensions[i].column] = true;
    }
    need(d, rule, expr->a, needed);
    need(d, rule, expr->b, needed);
    need(d, rule, expr->c, needed);
    for (uint32_t i = 0; i < expr->arg_count; i++)
        need(d, rule, expr->args[i], needed);
}

/* A cell may be empty only where no rule for the line's product, and no tariff that such a rule reads, names it. */
static bool lacks_cell(const Decider *d)
{
    bool *needed = calloc(d->core->column_count, sizeof *needed), lacks = false;
    if (!needed)
        abort();
    for (uint32_t r = 0; r < d->core->rule_count; r++) {
        const Rule *rule = &d->core->rules[r];
        if (!rule->for_all && !set_has(rule->products, d->product))
            continue;
        for (uint32_t i = 0; i < rule->instance_count; i++) {
            need(d, rule, rule->instances[i].condition, needed);
            need(d, rule, rule->instances[i].effect, needed);
        }
    }
    for (uint32_t i = 0; i < d->core->column_count; i++) {
        const Column *column = &d->core->columns[i];
        if (column->list != BD_NONE || column->type.optional || column->is_group || !column->used)
            continue;
        bool is_needed = needed[i] && (column->group == BD_NONE || d->c.line->cells[column->group].integer != 0);
        lacks = lacks || (is_needed && !d->c.line->cells[i].present);
    }
    free(needed);
    return lacks;
}

/* ---- Payment ---- */

typedef struct Payment {
    RefValue amount;
    bool pays;
} Payment;

/* The selected payment's formula for a volume. Everything else, the selection included, is about the volume claimed. */
static RefValue formula(Decider *d, const Rule *rule, mpq_ptr volume)
{
    mpq_ptr claimed = d->c.volume;
    if (claimed)
        d->c.volume = volume;
    d->c.tables_read = d->tables_read;
    RefValue amount = evaluate(d, rule, instance_for(d, rule)->effect);
    d->c.tables_read = NULL;
    d->c.volume = claimed;
    return amount;
}

/* Whether a payment that certainly applies wins from this one. */
static bool is_overruled(const Core *core, const Truth *truths, uint32_t index)
{
    for (uint32_t i = 0; i < core->rule_count; i++)
        if (truths[i] == YES && rules_precedes(core, i, index))
            return true;
    return false;
}

/* Which payments apply; the faults of one that is overruled anyway are only possible ones. True when none that counts is unknown. */
static bool select_payments(Decider *d, Truth *truths)
{
    const Core *core = d->core;
    uint32_t *faults = d->c.faults, *found = calloc(core->rule_count + 1, sizeof *found);
    bool known = true;
    if (!found)
        abort();
    for (uint32_t i = 0; i < core->rule_count; i++) {
        if (core->rules[i].effect != BD_EFFECT_PAY)
            continue;
        d->c.faults = &found[i];
        truths[i] = applies(d, i);
    }
    d->c.faults = faults;
    for (uint32_t i = 0; i < core->rule_count; i++) {
        bool counts = truths[i] != UNKNOWN || !is_overruled(core, truths, i);
        *(counts ? faults : d->c.possible) |= found[i];
        known = known && (truths[i] != UNKNOWN || !counts);
    }
    free(found);
    return known;
}

static Payment payment(Decider *d, mpq_ptr volume)
{
    const Core *core = d->core;
    Truth *truths = calloc(core->rule_count + 1, sizeof *truths);
    if (!truths)
        abort();
    Payment result = {.pays = false};
    bool known = select_payments(d, truths);
    result.amount.poison = !known;
    for (uint32_t i = 0; i < core->rule_count; i++) {
        if (truths[i] != YES || is_overruled(core, truths, i))
            continue;
        RefValue amount = formula(d, &core->rules[i], volume);
        if (amount.poison)
            result.amount.poison = true;
        if (result.pays && !result.amount.poison && mpq_cmp(amount.number, result.amount.number) != 0)
            result.amount = ref_fault(&d->c, REF_CONFLICT);
        else if (!result.amount.poison)
            result.amount = amount;
        result.pays = true;
    }
    if (!result.pays && known)
        result.amount = (RefValue){.present = true, .number = ref_number(&d->c)};
    free(truths);
    return result;
}

/* berekend_bedrag, and the dated tables it reads. Nothing says that it is evaluated on every line, so its faults count where it is read. */
static void compute_claimed(Decider *d, uint64_t *tables_read)
{
    uint32_t *faults = d->c.faults;
    d->c.faults = &d->c.computed_faults;
    d->tables_read = tables_read;
    RefValue amount = payment(d, d->c.volume).amount;
    d->tables_read = NULL;
    d->c.computed = amount;
    uint32_t unasked = 0;
    d->c.faults = &unasked;
    d->c.date = reference_date(d, &(Rule){.reference = REFER_DEFAULT});
    RefValue tariff = d->sound ? ref_tariff(&d->c) : (RefValue){.poison = true};
    if (!tariff.poison)
        mpq_set(d->result->tariff, tariff.number);
    if (!amount.poison)
        mpq_set(d->result->computed, amount.number);
    d->c.faults = faults;
    d->result->possible |= d->c.computed_faults;
}

/* The line runs on past the version of a table that the payment read on its begindatum. One that ends before it begins crosses nothing. */
static bool crosses_version(const Decider *d, const uint64_t *tables_read)
{
    int64_t begin = d->c.line->cells[COLUMN_BEGIN].integer, end = d->c.line->cells[COLUMN_END].integer;
    if (d->core->products[d->product].price_at_begin)
        return false;
    for (uint32_t t = 0; t < d->core->table_count; t++) {
        if (!set_has(tables_read, t))
            continue;
        const Table *table = &d->core->tables[t];
        for (uint32_t v = 0; v < table->version_count; v++) {
            Validity validity = table->versions[v].validity;
            if (begin >= validity.from && begin <= validity.to && end > validity.to)
                return true;
        }
    }
    return false;
}

/* ---- The steps ---- */

static bool *own_reason(Decider *d, uint32_t rule)
{
    return &d->result->reasons[d->core->rule_count + rule];
}

static bool language_rules(Decider *d)
{
    const Core *core = d->core;
    const Product *product = &core->products[d->product];
    const RefCell *cells = d->c.line->cells;
    mpq_ptr volume = ref_number(&d->c);
    bool fits = ref_unit_factor(core, (uint32_t)cells[COLUMN_UNIT].integer, product->unit, volume);
    bool offered =
        cells[COLUMN_BEGIN].integer >= product->validity.from && cells[COLUMN_BEGIN].integer <= product->validity.to;
    d->sound = fits && offered;
    mpq_mul(volume, volume, cells[COLUMN_VOLUME].number);
    d->c.volume = d->sound ? volume : NULL;
    uint64_t *tables_read = calloc(SET_WORDS(core->table_count), sizeof *tables_read);
    if (!tables_read)
        abort();
    compute_claimed(d, tables_read);
    *own_reason(d, REF_RULE_UNIT) = !fits;
    *own_reason(d, REF_RULE_VALIDITY) = !offered;
    *own_reason(d, REF_RULE_PART) =
        d->sound && core->units[product->unit].indivisible && mpz_cmp_ui(mpq_denref(volume), 1) != 0;
    *own_reason(d, REF_RULE_VERSIONS) = crosses_version(d, tables_read);
    free(tables_read);
    bool rejected = false;
    for (uint32_t i = 0; i < REF_OWN_RULES; i++)
        rejected = rejected || *own_reason(d, i);
    return rejected;
}

static bool each_that_applies(Decider *d, bd_effect effect)
{
    bool any = false;
    for (uint32_t i = 0; i < d->core->rule_count; i++) {
        if (d->core->rules[i].effect != effect || applies(d, i) != YES)
            continue;
        d->result->reasons[i] = any = true;
    }
    return any;
}

/* Caps on one target: the lowest counts, and all that lie below the value as it was bind. Returns whether any bound. */
static bool cap(Decider *d, bd_effect effect, mpq_ptr value)
{
    mpq_ptr before = ref_number(&d->c);
    bool bound = false;
    mpq_set(before, value);
    for (uint32_t i = 0; i < d->core->rule_count; i++) {
        const Rule *rule = &d->core->rules[i];
        if (rule->effect != effect || applies(d, i) != YES)
            continue;
        RefValue limit = evaluate(d, rule, instance_for(d, rule)->effect);
        if (limit.poison || mpq_cmp(limit.number, before) >= 0)
            continue;
        bool is_split = effect == BD_EFFECT_CAP_VOLUME &&
                        d->core->units[d->core->products[d->product].unit].indivisible &&
                        mpz_cmp_ui(mpq_denref(limit.number), 1) != 0;
        if (is_split)
            ref_fault(&d->c, REF_PART);
        d->result->reasons[i] = bound = true;
        if (mpq_cmp(limit.number, value) < 0)
            mpq_set(value, limit.number);
    }
    return bound;
}

static void to_cents(Decider *d, mpq_ptr amount)
{
    mpq_t hundred;
    mpq_init(hundred);
    mpq_set_ui(hundred, 100, 1);
    mpq_mul(hundred, hundred, amount);
    d->result->not_whole = mpz_cmp_ui(mpq_denref(hundred), 1) != 0;
    mpz_set(d->result->cents, mpq_numref(hundred));
    mpq_clear(hundred);
    /* What a suspended line would have had stands in the trace only, where it may be any number. */
    if (d->result->decision == BD_APPROVED && !mpz_fits_slong_p(d->result->cents))
        ref_fault(&d->c, REF_NUMBER);
}

/* Steps 3 to 5, of a line that is not rejected. */
static void grant(Decider *d)
{
    d->result->decision = BD_APPROVED;
    mpq_ptr granted = ref_number(&d->c);
    if (d->c.volume) {
        mpq_set(granted, d->c.volume);
        bool bound = cap(d, BD_EFFECT_CAP_VOLUME, granted);
        if (bound && mpq_sgn(granted) <= 0) {
            d->result->decision = BD_REJECTED;
            return;
        }
    }
    uint32_t amount_faults = 0, *faults = d->c.faults;
    d->c.faults = &amount_faults;
    Payment paid = payment(d, granted);
    if (!paid.pays && !paid.amount.poison)
        paid.amount = ref_fault(&d->c, REF_NO_PAYMENT);
    mpq_ptr amount = ref_number(&d->c);
    if (!paid.amount.poison)
        mpq_set(amount, paid.amount.number);
    cap(d, BD_EFFECT_CAP_AMOUNT, amount);
    d->c.faults = faults;
    if (each_that_applies(d, BD_EFFECT_SUSPEND))
        d->result->decision = BD_SUSPENDED;
    d->result->open = d->result->decision == BD_SUSPENDED && amount_faults;
    *(d->result->open ? &d->result->possible : faults) |= amount_faults;
    if (!paid.amount.poison)
        to_cents(d, amount);
}

static void decide(Decider *d)
{
    if (lacks_cell(d)) {
        d->result->possible = UINT32_MAX; /* what else went wrong for want of the cell is anybody's guess */
        ref_fault(&d->c, REF_CELL_MISSING);
        return;
    }
    bool rejected = language_rules(d);
    rejected |= each_that_applies(d, BD_EFFECT_REJECT);
    d->result->decision = BD_REJECTED;
    if (!rejected)
        grant(d);
}

void ref_decide(const Reference *reference, const RefLine *line, RefResult *result)
{
    memset(result->reasons, 0, (reference->core->rule_count + REF_OWN_RULES) * sizeof *result->reasons);
    result->faults = result->possible = 0;
    result->not_whole = result->open = false;
    mpz_set_ui(result->cents, 0);
    mpq_set_ui(result->computed, 0, 1);
    mpq_set_ui(result->tariff, 0, 1);
    Decider d = {.core = reference->core, .result = result, .product = (uint32_t)line->cells[COLUMN_PRODUCT].integer};
    d.c = (Context){.reference = reference,
                    .core = reference->core,
                    .line = line,
                    .faults = &result->faults,
                    .possible = &result->possible};
    decide(&d);
    if (result->faults)
        result->decision = BD_FAULTED;
    if (result->decision != BD_APPROVED)
        mpz_set_ui(result->cents, 0);
    while (d.c.pool) {
        PoolNode *next = d.c.pool->next;
        mpq_clear(d.c.pool->number);
        free(d.c.pool);
        d.c.pool = next;
    }
}

void ref_result_init(const Reference *reference, RefResult *result)
{
    *result = (RefResult){.reasons = calloc(reference->core->rule_count + REF_OWN_RULES, sizeof *result->reasons)};
    if (!result->reasons)
        abort();
    mpz_init(result->cents);
    mpq_inits(result->computed, result->tariff, NULL);
}

void ref_result_clear(RefResult *result)
{
    free(result->reasons);
    mpz_clear(result->cents);
    mpq_clears(result->computed, result->tariff, NULL);
}

uint32_t ref_fault_of_code(const char *code, size_t size)
{
    static const char *const CODES[REF_FAULT_COUNT] = {"cel_ontbreekt",
                                                       "geen_cel",
                                                       "deling_door_nul",
                                                       "getalgrens",
                                                       "datumgrens",
                                                       "niet_heel",
                                                       "leeg",
                                                       "te_veel_dagen",
                                                       "conflict",
                                                       "geen_betaling",
                                                       "eenheid_past_niet",
                                                       "contracttarief_boven_maximum",
                                                       "deel_van_eenheid"};
    for (uint32_t i = 0; i < REF_FAULT_COUNT; i++)
        if (strlen(CODES[i]) == size && memcmp(CODES[i], code, size) == 0)
            return UINT32_C(1) << i;
    return 0;
}
