/* meaning_rule.c: rules, counters, definitions and forms as records of MEANINGS; see module_meanings.h.
**
** What is checked once for each unit class has one record for each, told by the unit. The digest of an expression has all that it calls written
** out, so that a rule changes with the definitions that it uses; the text shows the clause as it is written.
*/
#include "compiler/meaning_internal.h"

static const Text NONE = {"", 0};

/* ---- texts ---- */

/* The clauses of an item that are of some kinds, joined as they are written. */
static Text clauses_text(const Meanings *m, const Ast *item, const AstKind *kinds, size_t count)
{
    StringBuilder out;
    builder_init(&out, m->core->arena);
    for (const Ast *clause = item ? item->d : NULL; clause != NULL; clause = clause->next) {
        for (size_t i = 0; i < count; i++) {
            if (clause->kind != kinds[i])
                continue;
            builder_text(&out, out.size > 0 ? TEXT("; ") : NONE);
            builder_text(&out, meaning_excerpt(m, clause->span));
        }
    }
    return out.size > 0 ? builder_result(&out) : NONE;
}

static Text condition_text(const Meanings *m, const Ast *item)
{
    static const AstKind KINDS[] = {AST_CONDITION, AST_DEROGATES,  AST_REJECT,     AST_HOLD,
                                    AST_PAY,       AST_CAP_VOLUME, AST_CAP_AMOUNT, AST_WHERE};
    return clauses_text(m, item, KINDS, sizeof KINDS / sizeof *KINDS);
}

static Text amount_text(const Meanings *m, const Ast *item)
{
    static const AstKind KINDS[] = {AST_PAY, AST_CAP_VOLUME, AST_CAP_AMOUNT, AST_WHERE};
    return clauses_text(m, item, KINDS, sizeof KINDS / sizeof *KINDS);
}

static void reference_date(Meanings *m, ReferenceDate reference)
{
    static const char *const NL[] = {"", "begindatum", "einddatum", "dagtekening"};
    static const char *const EN[] = {"", "begin date", "end date", "date of the declaration"};
    if (reference == REFER_END || reference == REFER_SIGNED)
        meaning_part(m, MEANT_REFERENCE, NONE, meaning_word(m, NL[reference], EN[reference]),
                     phrase_plain(m->phrases, EN[reference], NULL, 0));
}

/* ---- rules ---- */

static Text effect_word(const Meanings *m, bd_effect effect)
{
    switch (effect) {
    case BD_EFFECT_NONE: return meaning_word(m, "geldt niet", "does not apply");
    case BD_EFFECT_REJECT: return meaning_word(m, "keur af", "reject");
    case BD_EFFECT_CAP_VOLUME: return meaning_word(m, "begrens volume", "cap volume");
    case BD_EFFECT_CAP_AMOUNT: return meaning_word(m, "begrens bedrag", "cap amount");
    case BD_EFFECT_PAY: return meaning_word(m, "betaal", "pay");
    case BD_EFFECT_SUSPEND: return meaning_word(m, "houd aan", "suspend");
    }
    return NONE;
}

/* Where a later version of its name takes its place is asked with the condition. */
static void use_displacing(const Meanings *m, const Rule *rule)
{
    for (uint32_t i = 0; i < m->core->rule_count; i++) {
        const Rule *other = &m->core->rules[i];
        if (other->amendment != 0 && text_equal(other->name, rule->name))
            canonical_use(m->canonical, MEANING_AMENDMENT, m->core->amendments[other->amendment - 1].name);
    }
}

static void write_rule(Meanings *m, const Rule *rule)
{
    const Core *core = m->core;
    meaning_begin(m, MEANING_RULE, rule->name, rule->validity.from, NONE, rule->span);
    meaning_part(m, MEANT_EFFECT, NONE, effect_word(m, rule->effect),
                 phrase_plain(m->phrases, "effect", &rule->effect, sizeof rule->effect));
    meaning_products(m, rule->products, rule->for_all);
    meaning_validity(m, rule->validity);
    reference_date(m, rule->reference);
    if (rule->also_credit)
        meaning_part(m, MEANT_CREDIT, NONE, meaning_word(m, "ja", "yes"), phrase_plain(m->phrases, "yes", NULL, 0));
    if (rule->exception_to != BD_NONE)
        meaning_named(m, MEANT_EXCEPTION, NONE, MEANING_RULE, core->rules[rule->exception_to].name);
    for (uint32_t i = 0; i < rule->over_count; i++)
        meaning_named(m, MEANT_OVER, core->rules[rule->over[i]].name, MEANING_RULE, core->rules[rule->over[i]].name);
    meaning_follows(m, rule->amendment);
    use_displacing(m, rule);
    meaning_text(m, MEANT_CODE, NONE, rule->code);
    meaning_text(m, MEANT_REASON, NONE, rule->reason);
    meaning_citation(m, rule->citation);
    Text condition = condition_text(m, rule->node), amount = amount_text(m, rule->node);
    for (uint32_t i = 0; i < rule->instance_count; i++) {
        const RuleInstance *made = &rule->instances[i];
        Text unit = meaning_class(m, made->unit_class);
        meaning_part(m, MEANT_CONDITION, unit, condition, meaning_phrase(m, made->condition));
        if (made->effect != NULL)
            meaning_part(m, MEANT_AMOUNT, unit, amount, meaning_phrase(m, made->effect));
    }
}

/* ---- counters ---- */

static void write_counter(Meanings *m, const Counter *counter)
{
    static const char *const KINDS[] = {
        [BD_COUNTER_SUM] = "sum", [BD_COUNTER_COUNT] = "count", [BD_COUNTER_DAYS] = "days"};
    static const AstKind CONDITION[] = {AST_CONDITION, AST_WHERE};
    meaning_begin(m, MEANING_COUNTER, counter->name, BD_DATE_MIN, text_from_cstring(KINDS[counter->kind]),
                  counter->span);
    for (uint32_t i = 0; i < counter->key_count; i++) {
        Text key = m->core->columns[counter->keys[i]].name;
        meaning_named(m, MEANT_KEY, key, MEANING_COLUMN, key);
    }
    meaning_products(m, counter->products, counter->for_all);
    meaning_citation(m, counter->citation);
    Text condition = clauses_text(m, counter->node, CONDITION, 2);
    Text value = counter->node && counter->node->b ? meaning_excerpt(m, counter->node->b->span) : NONE;
    for (uint32_t i = 0; i < counter->instance_count; i++) {
        const CounterInstance *made = &counter->instances[i];
        Text unit = meaning_class(m, made->unit_class);
        meaning_part(m, MEANT_CONDITION, unit, made->condition ? condition : NONE, meaning_phrase(m, made->condition));
        meaning_part(m, MEANT_AMOUNT, unit, value, meaning_phrase(m, made->value));
    }
}

void meaning_write_rules(Meanings *m)
{
    for (uint32_t i = 0; i < m->core->counter_count; i++)
        write_counter(m, &m->core->counters[i]);
    for (uint32_t i = 0; i < m->core->rule_count; i++)
        write_rule(m, &m->core->rules[i]);
}

/* ---- definitions ---- */

/* Checked both for lines and for calls from outside, a version stands here once. */
static bool is_repeated(const Definition *definition, const Instance *instance)
{
    for (const Instance *other = definition->instances; other != NULL; other = other->next)
        if (other != instance && other->version == instance->version && other->unit_class == instance->unit_class &&
            instance->no_line && !other->no_line)
            return true;
    return false;
}

static Text body_text(const Meanings *m, const Ast *node)
{
    static const AstKind WHERE[] = {AST_WHERE};
    StringBuilder out;
    builder_init(&out, m->core->arena);
    if (node != NULL && node->c != NULL)
        builder_text(&out, meaning_excerpt(m, node->c->span));
    Text parts = clauses_text(m, node, WHERE, 1);
    if (parts.size > 0) {
        builder_text(&out, TEXT("; "));
        builder_text(&out, parts);
    }
    return out.size > 0 ? builder_result(&out) : NONE;
}

/* The inputs as they are given by position. */
static void write_order(Meanings *m, const Definition *definition)
{
    StringBuilder out;
    uint32_t count = definition->parameter_count;
    const Phrase *of = canonical_name(m->canonical, MEANING_DEFINITION, definition->name);
    const Phrase **parts = arena_array(m->core->arena, (size_t)count + 1, sizeof *parts);
    builder_init(&out, m->core->arena);
    for (uint32_t i = 0; i < count; i++) {
        builder_text(&out, i == 0 ? NONE : TEXT(", "));
        builder_text(&out, definition->parameter_names[i]);
        parts[i] = phrase_name(m->phrases, MEANING_DEFINITION, definition->parameter_names[i], of);
    }
    if (count > 1)
        meaning_part(m, MEANT_ORDER, NONE, builder_result(&out), phrase_list(m->phrases, TEXT("order"), parts, count));
}

static void write_interface(Meanings *m, const Definition *definition)
{
    meaning_type(m, MEANT_TYPE, NONE, definition->type);
    for (uint32_t i = 0; i < definition->parameter_count; i++)
        meaning_type(m, MEANT_INPUTS, definition->parameter_names[i], definition->parameter_types[i]);
    write_order(m, definition);
    if (definition->native != BD_NONE)
        meaning_part(m, MEANT_KIND, TEXT("extern"), TEXT("extern"), phrase_plain(m->phrases, "extern", NULL, 0));
}

static void write_definition(Meanings *m, const Definition *definition)
{
    bool is_public = (definition->callable && !definition->is_step) || definition->native != BD_NONE;
    if (definition->version_count == 0 || definition->public_name.size > 0)
        return; /* made by the compiler: part of what calls it, or of the indexation that it stands for */
    meaning_begin(m, MEANING_DEFINITION, definition->name, BD_DATE_MIN, is_public ? TEXT("callable") : TEXT("local"),
                  definition->span);
    if (is_public)
        write_interface(m, definition);
    reference_date(m, definition->reference);
    for (const Instance *i = definition->instances; i != NULL; i = i->next) {
        const DefinitionVersion *version = &definition->versions[i->version];
        if (is_repeated(definition, i) || i->body == NULL)
            continue;
        m->from = version->validity.from;
        meaning_part(m, MEANT_OUTPUT, meaning_class(m, i->unit_class), body_text(m, version->node),
                     meaning_body(m, definition, i));
    }
    for (uint32_t i = 0; i < definition->version_count; i++) {
        m->from = definition->versions[i].validity.from;
        if (is_public || definition->version_count > 1)
            meaning_validity(m, definition->versions[i].validity);
        meaning_follows(m, definition->versions[i].amendment);
        meaning_citation(m, definition->versions[i].citation);
    }
}

/* ---- forms ---- */

/* What others give by name is known by that. */
static CanonicalInput *named_inputs(const Meanings *m, const Form *form, MeaningKind kind)
{
    CanonicalInput *inputs = arena_array(m->core->arena, (size_t)form->input_count + 1, sizeof *inputs);
    const Phrase *of = canonical_name(m->canonical, kind, form->name);
    for (uint32_t i = 0; i < form->input_count; i++)
        inputs[i] = (CanonicalInput){form->inputs[i], phrase_name(m->phrases, kind, form->inputs[i]->name, of)};
    return inputs;
}

/* All that a form says but its inputs, sources and words. */
static Text said_text(const Meanings *m, const Ast *item)
{
    StringBuilder out;
    builder_init(&out, m->core->arena);
    for (const Ast *clause = item->d; clause != NULL; clause = clause->next) {
        if (clause->kind == AST_INPUT || clause->kind == AST_LIST || clause->kind == AST_SOURCE ||
            clause->kind == AST_QUOTE || clause->kind == AST_FROM_DOCUMENT || clause->kind == AST_REASON)
            continue;
        builder_text(&out, out.size > 0 ? TEXT("; ") : NONE);
        builder_text(&out, meaning_excerpt(m, clause->span));
    }
    return out.size > 0 ? builder_result(&out) : NONE;
}

/* All that the versions of a form say: a result is of more than one clause, and of which is for diff.c to show. */
static Text form_text(const Meanings *m, const Form *form)
{
    StringBuilder out;
    builder_init(&out, m->core->arena);
    for (uint32_t i = 0; i < form->version_count; i++) {
        builder_text(&out, i == 0 ? NONE : TEXT("; "));
        builder_text(&out, form->versions[i].node != NULL ? said_text(m, form->versions[i].node) : NONE);
    }
    return out.size > 0 ? builder_result(&out) : NONE;
}

/* When something is due again and again: all of its moments together, since each result is of all of them. */
static void write_moments(Meanings *m, const Form *form, const CanonicalInput *inputs)
{
    const Phrase **parts = arena_array(m->core->arena, 2 * (size_t)form->output_count + 1, sizeof *parts);
    canonical_use(m->canonical, MEANING_AGREEMENT, m->core->name); /* its first day is when they begin */
    for (uint32_t i = 0; i < form->output_count; i++) {
        parts[2 * i] = canonical_phrase(m->canonical, form->outputs[i].value, inputs, form->input_count);
        parts[2 * i + 1] = canonical_phrase(m->canonical, form->outputs[i].present, inputs, form->input_count);
    }
    meaning_part(m, MEANT_MOMENT, NONE, form_text(m, form),
                 phrase_list(m->phrases, TEXT("moments"), parts, 2 * form->output_count));
}

static void write_outputs(Meanings *m, const Form *form, const CanonicalInput *inputs)
{
    Canonical *c = m->canonical;
    Text text = form_text(m, form);
    if (form->is_recurring)
        write_moments(m, form, inputs);
    for (uint32_t i = 0; i < form->output_count && !form->is_recurring; i++) {
        const FormOutput *output = &form->outputs[i];
        meaning_part(m, MEANT_OUTPUT, output->name, text,
                     canonical_phrase(c, output->value, inputs, form->input_count));
        if (output->present != NULL)
            meaning_part(m, MEANT_CONDITION, output->name, text,
                         canonical_phrase(c, output->present, inputs, form->input_count));
    }
    for (uint32_t i = 0; i < form->demand_count; i++) {
        const FormDemand *demand = &form->demands[i];
        meaning_part(m, MEANT_DEMAND, demand->label, meaning_excerpt(m, demand->holds->span),
                     canonical_phrase(c, demand->holds, inputs, form->input_count));
    }
}

static void write_form(Meanings *m, const Form *form)
{
    static const MeaningKind KINDS[] = {[FORM_PENALTY] = MEANING_PENALTY,
                                        [FORM_SUSPENSION] = MEANING_SUSPENSION,
                                        [FORM_TERM] = MEANING_TERM,
                                        [FORM_OBLIGATION] = MEANING_OBLIGATION};
    meaning_begin(m, KINDS[form->kind], form->name, BD_DATE_MIN, form->is_power ? TEXT("power") : TEXT("duty"),
                  form->span);
    for (uint32_t i = 0; i < form->input_count; i++)
        meaning_type(m, MEANT_INPUTS, form->inputs[i]->name, form->inputs[i]->type);
    meaning_text(m, MEANT_REASON, NONE, form->reason);
    write_outputs(m, form, named_inputs(m, form, KINDS[form->kind]));
    for (uint32_t i = 0; i < form->version_count; i++) {
        m->from = form->versions[i].validity.from;
        meaning_validity(m, form->versions[i].validity);
        meaning_follows(m, form->versions[i].amendment);
        meaning_citation(m, form->versions[i].citation);
    }
}

void meaning_write_definitions(Meanings *m)
{
    for (uint32_t i = 0; i < m->core->definition_count; i++)
        write_definition(m, m->core->definitions[i]);
    for (uint32_t i = 0; i < m->core->form_count; i++)
        write_form(m, &m->core->forms[i]);
}
