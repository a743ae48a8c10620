/* scenario_form.c: what a `voorbeeld` expects of a penalty, a suspension, a term or an obligation.
**
** `boete x = € 300`, `boete x = geen`, `termijn x eindigt 2021-03-31`, and by its name any result of any form: `x.aanvullend = € 50`.
** The facts of the scenario give the inputs: a fact is an input where a form that something is expected of has one of that name.
** `geen` for an amount or a date is that there is none.
*/
#include "compiler/scenario_internal.h"

static const Text NO_TEXT = {"", 0};

static const Text KIND_NAMES[][2] = {[FORM_PENALTY] = {TEXT_INIT("boete"), TEXT_INIT("penalty")},
                                     [FORM_SUSPENSION] = {TEXT_INIT("opschorten"), TEXT_INIT("suspension")},
                                     [FORM_TERM] = {TEXT_INIT("termijn"), TEXT_INIT("term")},
                                     [FORM_OBLIGATION] = {TEXT_INIT("verplichting"), TEXT_INIT("obligation")}};

/* Splits off what stands before the first dot. */
static Text head_of(Text *path)
{
    size_t dot = 0;
    while (dot < path->size && path->data[dot] != '.')
        dot++;
    Text head = text_slice(*path, 0, dot);
    *path = dot < path->size ? text_slice(*path, dot + 1, path->size) : NO_TEXT;
    return head;
}

static const Form *form_of_kind(const Core *core, FormKind kind, Text path, Text *output)
{
    Text name = head_of(&path);
    const Form *form = find_form(core, kind, name);
    *output = path;
    return form;
}

const Form *scenario_form(const Core *core, const Ast *outcome, Text *output)
{
    Text rest = outcome->text, head = head_of(&rest);
    *output = NO_TEXT;
    if (ast_has(outcome, AST_IS_OF_PENALTY) || ast_has(outcome, AST_IS_OF_TERM)) {
        FormKind kind = ast_has(outcome, AST_IS_OF_TERM) ? FORM_TERM : FORM_PENALTY;
        const Form *form = form_of_kind(core, kind, outcome->text, output);
        if (outcome->b)
            *output = outcome->b->text;
        return form;
    }
    const Form *found = NULL;
    for (FormKind kind = FORM_PENALTY; kind <= FORM_OBLIGATION && !found; kind++) {
        bool is_kind = text_equal(head, KIND_NAMES[kind][0]) || text_equal(head, KIND_NAMES[kind][1]);
        found = form_of_kind(core, kind, is_kind && rest.size > 0 ? rest : outcome->text, output);
    }
    return found;
}

/* ---- Facts ---- */

static void collect(Builder *builder, const Form *form)
{
    for (uint32_t i = 0; i < builder->form_count; i++)
        if (builder->forms[i].form == form)
            return;
    builder->forms = arena_grow(builder->core->arena, builder->forms, builder->form_count, &builder->form_capacity,
                                sizeof *builder->forms);
    builder->forms[builder->form_count++] = (ExpectedForm){.form = form};
}

void scenario_collect_forms(Builder *builder, const Ast *item)
{
    for (const Ast *expect = ast_clause(item, AST_EXPECT); expect; expect = ast_next_clause(expect)) {
        for (const Ast *outcome = expect->a; outcome; outcome = outcome->next) {
            Text output;
            const Form *form = outcome->kind == AST_OUTCOME && outcome->text.size > 0
                                   ? scenario_form(builder->core, outcome, &output)
                                   : NULL;
            if (form)
                collect(builder, form);
        }
    }
}

/* The input that a fact is about: by name, or a bare member of its choice. */
static const Variable *input_of(const Core *core, const Form *form, const Ast *fact)
{
    for (uint32_t i = 0; i < form->input_count; i++)
        if (text_equal(form->inputs[i]->name, fact->text))
            return form->inputs[i];
    for (uint32_t i = 0; i < form->input_count && !fact->a; i++) {
        Type type = form->inputs[i]->type;
        if (type.kind == TYPE_CHOICE && find_member(core, type.choice, fact->text) != BD_NONE)
            return form->inputs[i];
    }
    return NULL;
}

static bool bare_value(const Core *core, const Ast *fact, Type type, bd_value *out)
{
    bool is_choice = type.kind == TYPE_CHOICE;
    *out = (bd_value){.meaning = is_choice ? BD_MEANS_CHOICE : BD_MEANS_BOOLEAN,
                      .present = true,
                      .boolean = !is_choice,
                      .integer = is_choice ? (int32_t)find_member(core, type.choice, fact->text) : 1,
                      .choice = is_choice ? type.choice : BD_NONE,
                      .text = NO_TEXT,
                      .unit = NO_TEXT};
    return is_choice || type.kind == TYPE_BOOLEAN;
}

bool scenario_form_fact(Builder *builder, const Ast *fact)
{
    Core *core = builder->core;
    bool is_taken = false;
    for (uint32_t i = 0; i < builder->form_count; i++) {
        const Variable *input = input_of(core, builder->forms[i].form, fact);
        bd_value value;
        if (!input)
            continue;
        is_taken = true;
        if (builder->without_rows)
            continue;
        bool is_read =
            fact->a ? scenario_value(core, fact->a, input->type, &value) : bare_value(core, fact, input->type, &value);
        if (is_read)
            scenario_add(core, &builder->forms[i].facts, input->name, value, fact->span);
        else if (!fact->a)
            diag_report(core->diags, DIAG_E0811, fact->span, fact->text, NO_TEXT, NO_TEXT);
    }
    return is_taken;
}

/* ---- Outcomes ---- */

static const FormOutput *output_named(const Form *form, Text name)
{
    for (uint32_t i = 0; i < form->output_count; i++)
        if (text_equal(form->outputs[i].name, name))
            return &form->outputs[i];
    return NULL;
}

/* Without a name: what a penalty says, by what is expected; else the first result. */
static const FormOutput *default_output(const Core *core, const Form *form, const Ast *value)
{
    bool is_member = value && value->kind == AST_NAME && core->outcome_choice != BD_NONE &&
                     find_member(core, core->outcome_choice, value->text) != BD_NONE;
    const FormOutput *amount = output_named(form, TEXT("bedrag"));
    if (!amount)
        amount = output_named(form, TEXT("ten_hoogste"));
    bool answers = form->kind == FORM_PENALTY || form->kind == FORM_SUSPENSION;
    if (answers && !is_member && amount)
        return amount;
    return form->output_count > 0 ? &form->outputs[0] : NULL;
}

static bool says_none(const Ast *value, const FormOutput *output)
{
    bool is_none = text_equal(value->text, TEXT("geen")) || text_equal(value->text, TEXT("none"));
    return value->kind == AST_NAME && is_none && output->present && output->value->type.kind != TYPE_CHOICE;
}

void scenario_expect_form(Builder *builder, const Ast *outcome, const Form *form, Text output, Expectation *out)
{
    Core *core = builder->core;
    StringBuilder name;
    builder_init(&name, core->arena);
    builder_text(&name, KIND_NAMES[form->kind][0]);
    builder_char(&name, '.');
    builder_text(&name, form->name);
    out->kind = EXPECT_CALL;
    out->text = builder_result(&name);
    out->names = arena_array(core->arena, 1, sizeof *out->names);
    out->names[out->name_count++] = out->text;
    out->faults = ast_has(outcome, AST_IS_FAULT);
    for (uint32_t i = 0; i < builder->form_count; i++) {
        if (builder->forms[i].form != form)
            continue;
        out->facts = builder->forms[i].facts.items;
        out->fact_count = builder->forms[i].facts.count;
    }
    const FormOutput *result = output.size > 0 ? output_named(form, output) : default_output(core, form, outcome->a);
    if (!result) {
        diag_report(core->diags, DIAG_E0309, outcome->name_span, form->name, output, NO_TEXT);
        return;
    }
    out->output = result->name;
    if (out->faults || !outcome->a)
        return;
    out->has_value = true;
    if (says_none(outcome->a, result))
        out->value = (bd_value){.present = false, .choice = BD_NONE, .text = NO_TEXT, .unit = NO_TEXT};
    else
        out->has_value = scenario_value(core, outcome->a, result->value->type, &out->value);
}
