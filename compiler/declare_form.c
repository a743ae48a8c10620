/* declare_form.c: `boete`, `kan boete`, `kan opschorten`, `termijn`, `verplichting` -> Core.forms: names, inputs, versions.
**
** What a form says stays in the tree until check_form.c. A form may have versions by date; they are one callable, so all ask the same
** inputs. A penalty answers with a choice that the text does not declare (verschuldigd, toegestaan, geen); its members are hidden, so
** that they take no name from the agreement.
*/
#include "compiler/check.h"
#include "compiler/check_form.h"
#include "compiler/declare.h"

static const Text NO_TEXT = {"", 0};

static const AstKind FORM_NODES[] = {[FORM_PENALTY] = AST_PENALTY,
                                     [FORM_SUSPENSION] = AST_SUSPENSION,
                                     [FORM_TERM] = AST_TERM,
                                     [FORM_OBLIGATION] = AST_OBLIGATION};

/* ---- Inputs ---- */

static void refuse(Core *core, const Ast *node, Text what)
{
    diag_report(core->diags, DIAG_E0910, node->span, what, NO_TEXT, NO_TEXT);
}

static const Ast *same_input_before(const Ast *item, const Ast *input)
{
    for (const Ast *clause = item->d; clause != input; clause = clause->next)
        if (clause->kind == AST_INPUT && text_equal(clause->text, input->text))
            return clause;
    return NULL;
}

/* One value a field: what a JSON object can say. */
static Type input_type(Core *core, const Ast *input)
{
    Type type = check_type(core, input->a);
    type.optional = ast_has(input, AST_IS_OPTIONAL);
    if (type.kind == TYPE_INTERVAL || type.kind == TYPE_RECORD) {
        diag_report(core->diags, DIAG_E0407, input->a->span, input->a->text, NO_TEXT, NO_TEXT);
        type = declare_type(TYPE_ERROR);
    }
    type.whole = type.kind == TYPE_MONEY; /* an amount that comes in is euros and cents */
    return type;
}

static void read_inputs(Core *core, Form *form, const Ast *item)
{
    form->inputs = arena_array(core->arena, ast_count(item->d), sizeof(Variable *));
    for (const Ast *clause = item->d; clause; clause = clause->next) {
        if (clause->kind == AST_LIST)
            refuse(core, clause, clause->text);
        if (clause->kind != AST_INPUT)
            continue;
        const Ast *earlier = same_input_before(item, clause);
        if (earlier) {
            declare_report_twice(core, clause->name_span, clause->text, earlier->name_span);
            continue;
        }
        Variable *variable = arena_alloc(core->arena, sizeof *variable);
        *variable = (Variable){.name = clause->text, .type = input_type(core, clause), .span = clause->span};
        form->inputs[form->input_count++] = variable;
    }
}

/* A further version asks what the first one asks, in any order. */
static void demand_same_inputs(Core *core, const Form *form, const Ast *item)
{
    uint32_t count = 0;
    for (const Ast *clause = ast_clause(item, AST_INPUT); clause; clause = ast_next_clause(clause)) {
        const Variable *known = NULL;
        for (uint32_t i = 0; i < form->input_count; i++)
            if (text_equal(form->inputs[i]->name, clause->text))
                known = form->inputs[i];
        Type type = input_type(core, clause);
        bool is_same = known && type_equal(known->type, type) && known->type.optional == type.optional;
        count += is_same;
        if (is_same || type.kind == TYPE_ERROR)
            continue;
        Diag *diag = diag_report(core->diags, DIAG_E1001, clause->span, form->name, clause->text, NO_TEXT);
        diag_label(core->diags, diag, form->span, DIAG_N1001, NO_TEXT, NO_TEXT);
    }
    for (uint32_t i = 0; i < form->input_count && count < form->input_count; i++) {
        const Ast *clause = ast_clause(item, AST_INPUT);
        while (clause && !text_equal(clause->text, form->inputs[i]->name))
            clause = ast_next_clause(clause);
        if (clause)
            continue;
        Diag *diag = diag_report(core->diags, DIAG_E1001, item->name_span, form->name, form->inputs[i]->name, NO_TEXT);
        diag_label(core->diags, diag, form->inputs[i]->span, DIAG_N1001, NO_TEXT, NO_TEXT);
    }
}

/* ---- Forms ---- */

static bool is_recurring(const Ast *item)
{
    return ast_clause(item, AST_YEARLY) != NULL || ast_clause(item, AST_EVERY) != NULL;
}

/* A power is listed for people, under the name by which it can be asked. */
static void note_power(Core *core, const Form *form)
{
    StringBuilder name;
    builder_init(&name, core->arena);
    builder_text(&name, form->kind == FORM_SUSPENSION ? TEXT("opschorten.") : TEXT("boete."));
    builder_text(&name, form->name);
    GROW(core, note);
    core->notes[core->note_count++] = (Note){.kind = BD_NOTE_POWER,
                                             .name = builder_result(&name),
                                             .text = form->reason,
                                             .who = NO_TEXT,
                                             .citation = form->versions[0].citation,
                                             .span = form->span};
}

/* What would be read by nobody: a form has no line whose dates could count, and no versions but those by date. */
static void refuse_clauses(Core *core, const Ast *item)
{
    for (const Ast *clause = item->d; clause; clause = clause->next) {
        if (clause->kind == AST_FOLLOWS)
            refuse(core, clause, ast_kind_name(AST_AMENDMENT));
        if (clause->kind == AST_REFERENCE)
            form_refuse_clause(core, clause, item->text);
        if (clause->kind == AST_EXCEPTION)
            refuse_clauses(core, clause);
    }
}

static void declare_form(Core *core, const Ast *item, FormKind kind)
{
    refuse_clauses(core, item);
    Form *earlier = find_form(core, kind, item->text);
    const Ast *reason = ast_clause(item, AST_REASON);
    if (earlier && (!ast_clause(item, AST_VALID) || !ast_clause(earlier->versions[0].node, AST_VALID))) {
        declare_report_twice(core, item->name_span, item->text, earlier->span);
        return;
    }
    if (earlier) {
        demand_same_inputs(core, earlier, item);
        declare_version(core, earlier->name, &earlier->versions, &earlier->version_count, item);
        return;
    }
    Form form = {.kind = kind,
                 .is_power = kind == FORM_SUSPENSION || ast_has(item, AST_IS_POWER),
                 .is_recurring = kind == FORM_OBLIGATION && is_recurring(item),
                 .name = item->text,
                 .reason = reason && reason->a ? reason->a->text : NO_TEXT,
                 .span = item->name_span};
    read_inputs(core, &form, item);
    declare_version(core, form.name, &form.versions, &form.version_count, item);
    if (form.is_power)
        note_power(core, &form);
    GROW(core, form);
    core->forms[core->form_count++] = form;
}

static void add_outcomes(Core *core)
{
    static const Text NAMES[] = {TEXT_INIT("verschuldigd"), TEXT_INIT("toegestaan"), TEXT_INIT("geen")};
    Member *members = arena_array(core->arena, 3, sizeof *members);
    for (size_t i = 0; i < 3; i++)
        members[i] = (Member){NAMES[i], NO_TEXT, {0, 0, 0}};
    GROW(core, choice);
    core->choices[core->choice_count] =
        (Choice){.name = TEXT("uitkomst"), .members = members, .member_count = 3, .hidden = true};
    core->outcome_choice = core->choice_count++;
}

void declare_forms(Core *core, const Ast *items)
{
    core->outcome_choice = BD_NONE;
    for (const Ast *item = items; item; item = item->next) {
        for (FormKind kind = FORM_PENALTY; kind <= FORM_OBLIGATION; kind++)
            if (item->kind == FORM_NODES[kind])
                declare_form(core, item, kind);
        bool answers = item->kind == AST_PENALTY || item->kind == AST_SUSPENSION;
        if (answers && core->outcome_choice == BD_NONE)
            add_outcomes(core);
    }
}
