/* layout_callable.c: what can be called from outside, and which inputs it asks.
**
** Job: a program each for every `aanroepbaar` definition, every tariff, every callable table and every form. The inputs are the parameters or keys;
** where the answer depends on a date, "peildatum" comes last, which `eval` fills from --as-of. It is never defaulted.
*/
#include <assert.h>

#include "compiler/amendment.h"
#include "compiler/declare.h"
#include "compiler/layout_internal.h"

/* ---- Whether an expression depends on the reference date ---- */

/* What was looked into already: an expression is a graph, and its parts may be met many times. */
typedef struct Visit {
    Arena *arena;
    const Core *core;
    const void **seen;
    size_t count, capacity;
} Visit;

static bool is_seen(Visit *visit, const void *item)
{
    for (size_t i = 0; i < visit->count; i++)
        if (visit->seen[i] == item)
            return true;
    visit->seen = arena_grow(visit->arena, visit->seen, visit->count, &visit->capacity, sizeof *visit->seen);
    visit->seen[visit->count++] = item;
    return false;
}

static bool is_dated(const Table *table)
{
    if (table->series)
        return false;
    if (table->is_extern || table->version_count != 1)
        return true;
    Validity validity = table->versions[0].validity;
    return validity.from != BD_DATE_MIN || validity.to != BD_DATE_MAX;
}

static bool needs_date(Visit *visit, const Expr *expr)
{
    if (expr == NULL)
        return false;
    if (expr->op == EXPR_REFERENCE || expr->op == EXPR_TARIFF)
        return true;
    if (expr->op == EXPR_TABLE && is_dated(&visit->core->tables[expr->index]))
        return true;
    bool needs = needs_date(visit, expr->a) || needs_date(visit, expr->b) || needs_date(visit, expr->c);
    for (uint32_t i = 0; !needs && i < expr->arg_count; i++)
        needs = needs_date(visit, expr->args[i]);
    if (!needs && expr->op == EXPR_VARIABLE && expr->variable->value && !is_seen(visit, expr->variable))
        needs = needs_date(visit, expr->variable->value);
    if (!needs && expr->op == EXPR_CALL && !is_seen(visit, expr->instance))
        needs = needs_date(visit, expr->instance->body);
    return needs;
}

/* ---- Callables ---- */

static Text joined(Arena *arena, Text kind, Text name)
{
    StringBuilder out;
    builder_init(&out, arena);
    builder_text(&out, kind);
    builder_text(&out, name);
    return builder_result(&out);
}

static void add_input(Layout *layout, Text name, Type type)
{
    layout_add_column(layout, (ModuleColumn){
                                  .core_column = BD_NONE,
                                  .name = name,
                                  .type = type,
                                  .optional = type.optional,
                                  .list = BD_NONE,
                                  .program = layout->callable_count + 1, /* program 0 decides lines */
                                  .denominator = layout_denominator(type),
                              });
}

static void add_judgements(Layout *layout, Visit *visit, uint32_t first, const Expr *expr);

/* What the conditions of a table's amendments read. */
static void add_amendments(Layout *layout, Visit *visit, uint32_t first, const Table *table)
{
    for (uint32_t v = 0; v < table->version_count; v++)
        add_judgements(layout, visit, first, amendment_unless(layout->core, table->versions[v].amendment));
}

/* What a callable reads of the outside besides its parameters, judgements and what the conditions of amendments name, becomes inputs of the
** callable that begins at module column `first`. One that is only tested for presence may be left out. */
static void add_judgements(Layout *layout, Visit *visit, uint32_t first, const Expr *expr)
{
    if (expr == NULL)
        return;
    if (expr->op == EXPR_TABLE)
        add_amendments(layout, visit, first, &layout->core->tables[expr->index]);
    if (expr->op == EXPR_COLUMN) {
        ModuleColumn *input = NULL;
        for (uint32_t i = first; i < layout->column_count; i++)
            if (layout->columns[i].core_column == expr->index)
                input = &layout->columns[i];
        if (input == NULL) {
            Type type = layout->core->columns[expr->index].type;
            type.optional = false;
            add_input(layout, layout->core->columns[expr->index].name, type);
            input = &layout->columns[layout->column_count - 1];
            input->core_column = expr->index;
        }
        input->optional = input->optional || expr->type.optional;
    }
    add_judgements(layout, visit, first, expr->a);
    add_judgements(layout, visit, first, expr->b);
    add_judgements(layout, visit, first, expr->c);
    for (uint32_t i = 0; i < expr->arg_count; i++)
        add_judgements(layout, visit, first, expr->args[i]);
    if (expr->op == EXPR_VARIABLE && expr->variable->value && !is_seen(visit, expr->variable))
        add_judgements(layout, visit, first, expr->variable->value);
    if (expr->op == EXPR_CALL && !is_seen(visit, expr->instance))
        add_judgements(layout, visit, first, expr->instance->body);
}

static void add_callable(Layout *layout, Callable callable, bool needs_peildatum)
{
    if (needs_peildatum && callable.date_column == BD_NONE) {
        callable.date_column = layout->column_count;
        add_input(layout, TEXT("peildatum"), (Type){TYPE_DATE, BD_NONE, BD_NONE, BD_NONE, false, false});
    }
    callable.columns = layout->column_count - callable.first_column;
    layout->callables = arena_grow(layout->arena, layout->callables, layout->callable_count, &layout->callable_capacity,
                                   sizeof *layout->callables);
    layout->callables[layout->callable_count++] = callable;
}

static bool refuse(Layout *layout, Span span, Text what)
{
    (void)diag_report(layout->core->diags, DIAG_E0910, span, what, (Text){NULL, 0}, (Text){NULL, 0});
    return false;
}

Instance *layout_callable_instance(const Definition *definition, uint32_t version)
{
    Instance *instance = definition->instances;
    while (instance && !(instance->no_line && instance->version == version))
        instance = instance->next;
    return instance && instance->body ? instance : NULL;
}

/* What a JSON object can say: one value a field. */
static bool is_askable(Layout *layout, const Definition *definition)
{
    if (definition->type.kind == TYPE_RECORD)
        return refuse(layout, definition->span, definition->name);
    for (uint32_t i = 0; i < definition->parameter_count; i++) {
        TypeKind kind = definition->parameter_types[i].kind;
        if (kind == TYPE_RECORD || kind == TYPE_INTERVAL)
            return refuse(layout, definition->parameter_spans[i], definition->parameter_names[i]);
    }
    return true;
}

static void add_definition(Layout *layout, Definition *definition)
{
    Instance *instance = layout_callable_instance(definition, definition->version_count - 1);
    if (instance == NULL || !is_askable(layout, definition))
        return;
    Callable callable = {
        .name = definition->public_name.size > 0 ? definition->public_name
                                                 : joined(layout->arena, TEXT("definitie."), definition->name),
        .definition = definition,
        .instance = instance,
        .result = instance->body->type,
        .first_column = layout->column_count,
        .date_column = BD_NONE,
        .citation = definition->versions[instance->version].citation,
    };
    for (uint32_t i = 0; i < definition->parameter_count; i++) {
        bool is_reference = definition->parameter_types[i].kind == TYPE_DATE &&
                            !definition->parameter_types[i].optional &&
                            text_equal(definition->parameter_names[i], TEXT("peildatum"));
        if (is_reference)
            callable.date_column = layout->column_count;
        add_input(layout, definition->parameter_names[i], definition->parameter_types[i]);
    }
    for (uint32_t i = 0; i < definition->version_count; i++) {
        const Instance *version = layout_callable_instance(definition, i);
        Visit judged = {.arena = layout->arena, .core = layout->core};
        add_judgements(layout, &judged, callable.first_column, version ? version->body : NULL);
        add_judgements(layout, &judged, callable.first_column,
                       amendment_unless(layout->core, definition->versions[i].amendment));
    }
    Visit visit = {.arena = layout->arena, .core = layout->core};
    add_callable(layout, callable, definition->version_count > 1 || needs_date(&visit, instance->body));
}

static void add_table(Layout *layout, Table *table)
{
    Callable callable = {
        .name = joined(layout->arena, table->is_tariff ? TEXT("tarief.") : TEXT("tabel."), table->name),
        .table = table,
        .result = table->type,
        .first_column = layout->column_count,
        .date_column = BD_NONE,
        .citation = table->citation,
    };
    for (uint32_t i = 0; i < table->dimension_count; i++) {
        Type type = table->dimensions[i].type;
        type.optional = false;
        add_input(layout, table->dimensions[i].name, type);
    }
    Visit visit = {.arena = layout->arena, .core = layout->core};
    add_amendments(layout, &visit, callable.first_column, table);
    add_callable(layout, callable, table->indexed != BD_NONE || is_dated(table));
}

static bool form_needs_date(const Layout *layout, const Form *form)
{
    Visit visit = {.arena = layout->arena, .core = layout->core};
    bool needs = false;
    for (uint32_t i = 0; !needs && i < form->output_count; i++)
        needs = needs_date(&visit, form->outputs[i].value) || needs_date(&visit, form->outputs[i].present);
    for (uint32_t i = 0; !needs && i < form->demand_count; i++)
        needs = needs_date(&visit, form->demands[i].holds);
    return needs;
}

static void add_form(Layout *layout, const Form *form)
{
    static const Text KINDS[] = {[FORM_PENALTY] = TEXT_INIT("boete."),
                                 [FORM_SUSPENSION] = TEXT_INIT("opschorten."),
                                 [FORM_TERM] = TEXT_INIT("termijn."),
                                 [FORM_OBLIGATION] = TEXT_INIT("verplichting.")};
    Callable callable = {
        .name = joined(layout->arena, KINDS[form->kind], form->name),
        .form = form,
        .first_column = layout->column_count,
        .date_column = BD_NONE,
        .citation = form->versions[form->version_count - 1].citation,
    };
    for (uint32_t i = 0; i < form->input_count; i++) {
        const Variable *input = form->inputs[i];
        bool is_reference =
            input->type.kind == TYPE_DATE && !input->type.optional && text_equal(input->name, TEXT("peildatum"));
        if (is_reference)
            callable.date_column = layout->column_count;
        add_input(layout, input->name, input->type);
    }
    Visit judged = {.arena = layout->arena, .core = layout->core};
    for (uint32_t i = 0; i < form->demand_count; i++)
        add_judgements(layout, &judged, callable.first_column, form->demands[i].holds);
    for (uint32_t i = 0; i < form->output_count; i++) {
        add_judgements(layout, &judged, callable.first_column, form->outputs[i].present);
        add_judgements(layout, &judged, callable.first_column, form->outputs[i].value);
    }
    add_callable(layout, callable, form_needs_date(layout, form));
}

void layout_callables(Layout *layout)
{
    Core *core = layout->core;
    for (uint32_t i = 0; i < core->definition_count; i++)
        if (core->definitions[i]->callable)
            add_definition(layout, core->definitions[i]);
    for (uint32_t i = 0; i < core->table_count; i++)
        if ((core->tables[i].is_tariff || core->tables[i].callable) && layout->table_of[i] != BD_NONE &&
            !core->tables[i].is_derived)
            add_table(layout, &core->tables[i]);
    for (uint32_t i = 0; i < core->form_count; i++)
        add_form(layout, &core->forms[i]);
}
