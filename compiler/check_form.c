/* check_form.c: `boete`, `kan boete`, `kan opschorten`, `termijn`, `verplichting`: what they say, and their exceptions.
**
** Each version is read twice: first every condition and every beginning, then the fields, because a duration counts from the beginning
** that holds after all exceptions. An exception replaces the fields it gives where its condition holds; one without fields makes the
** form not apply there (language.md, section 5, "Exception"). Two that speak at once and differ are a fault, never a silent choice.
** Versions of one name are joined by the reference date: each result is that of the version that holds on it.
*/
#include "compiler/check_form.h"

#include <assert.h>

#include "vm/core/limits.h"

/* ---- Conditions ---- */

static Type boolean_type(void)
{
    return declare_type(TYPE_BOOLEAN);
}

Expr *form_and(FormCheck *f, Expr *a, Expr *b)
{
    if (!a || !b)
        return a ? a : b;
    return expr_binary(&f->k, EXPR_AND, boolean_type(), f->version->node, a, b);
}

Expr *form_or(FormCheck *f, Expr *a, Expr *b)
{
    return a && b ? expr_binary(&f->k, EXPR_OR, boolean_type(), f->version->node, a, b) : NULL;
}

Expr *form_not(FormCheck *f, Expr *a)
{
    return expr_unary(&f->k, EXPR_NOT, boolean_type(), f->version->node, a);
}

static Expr *constant_boolean(FormCheck *f, bool value)
{
    Expr *expr = expr_new(&f->k, EXPR_BOOLEAN, boolean_type(), f->version->node);
    expr->integer = value;
    return expr;
}

/* ---- Exceptions ---- */

static bool gives_itself(const Part *part)
{
    for (int field = 0; field < FIELD_COUNT; field++)
        if (part->clause[field])
            return true;
    return false;
}

static bool gives_anything(const Part *part)
{
    bool gives = gives_itself(part);
    for (const Part *inner = part->inner; !gives && inner; inner = inner->next)
        gives = gives_anything(inner);
    return gives;
}

/* Where an exception without fields of its own lifts what it is an exception to: not where one within it puts fields in the place. */
static Expr *lifts(FormCheck *f, const Part *part)
{
    Expr *result = form_applies(f, part);
    for (const Part *inner = part->inner; inner; inner = inner->next) {
        if (!gives_anything(inner))
            continue;
        Expr *replaces = form_applies(f, inner);
        result = form_and(f, result, replaces ? form_not(f, replaces) : constant_boolean(f, false));
    }
    return result ? result : constant_boolean(f, true);
}

Expr *form_applies(FormCheck *f, const Part *part)
{
    Expr *result = part->holds;
    for (const Part *inner = part->inner; inner; inner = inner->next)
        if (!gives_itself(inner))
            result = form_and(f, result, form_not(f, lifts(f, inner)));
    return result;
}

/* ---- Fields ---- */

static Expr *differ(FormCheck *f, Expr *a, Expr *b)
{
    Expr *expr = expr_binary(&f->k, EXPR_COMPARE, boolean_type(), f->version->node, a, b);
    expr->compare = IR_NE;
    return expr;
}

static Text both_names(FormCheck *f, const Part *a, const Part *b)
{
    StringBuilder out;
    builder_init(&out, f->k.core->arena);
    builder_text(&out, a->node->text);
    builder_text(&out, TEXT(", "));
    builder_text(&out, b->node->text);
    return builder_result(&out);
}

static Expr *choose(FormCheck *f, Expr *condition, Expr *yes, Expr *no)
{
    if (!condition)
        return yes;
    Expr *expr = expr_new(&f->k, EXPR_IF, yes->type, f->version->node);
    expr->type.whole = yes->type.whole && no->type.whole;
    expr->a = condition;
    expr->b = yes;
    expr->c = no;
    return expr;
}

static Given field_of(FormCheck *f, const Part *part, Field field);

/* What an exception puts in place of a field, and where. */
static Given replacement(FormCheck *f, const Part *inner, Field field)
{
    Given given = field_of(f, inner, field);
    if (given.value)
        given.has = form_and(f, form_applies(f, inner), given.has);
    return given;
}

/* Exceptions to one thing that both give a field must agree on it where both hold. */
static void demand_agreement(FormCheck *f, const Part *part, const Part *inner, Given given, Field field)
{
    for (const Part *other = part->inner; other != inner; other = other->next) {
        Given earlier = replacement(f, other, field);
        if (!earlier.value || expr_is_error(earlier.value) || expr_is_error(given.value))
            continue;
        Expr *clash = form_and(f, form_and(f, earlier.has, given.has), differ(f, earlier.value, given.value));
        Expr *reached = form_and(f, f->valid, f->root->holds);
        form_demand(f, form_not(f, form_and(f, reached, clash)), "conflict", both_names(f, other, inner),
                    inner->node->name_span);
    }
}

static Given field_of(FormCheck *f, const Part *part, Field field)
{
    Given result = {NULL, part->given[field]};
    for (const Part *inner = part->inner; inner; inner = inner->next) {
        Given given = replacement(f, inner, field);
        if (!given.value)
            continue;
        if (!result.value) {
            result = given;
            continue;
        }
        result.value = choose(f, given.has, given.value, result.value);
        result.has = result.has ? form_or(f, result.has, given.has) : NULL;
    }
    return result;
}

static void demand_agreements(FormCheck *f, const Part *part, Field field)
{
    for (const Part *inner = part->inner; inner; inner = inner->next) {
        Given given = replacement(f, inner, field);
        if (given.value)
            demand_agreement(f, part, inner, given, field);
        demand_agreements(f, inner, field);
    }
}

Given form_field(FormCheck *f, Field field)
{
    demand_agreements(f, f->root, field);
    return field_of(f, f->root, field);
}

/* ---- Demands and results ---- */

void form_demand(FormCheck *f, Expr *holds, const char *code, Text label, Span span)
{
    Form *form = f->form;
    Arena *arena = f->k.core->arena;
    form->demands = arena_grow(arena, form->demands, form->demand_count, &form->demand_capacity, sizeof *form->demands);
    form->demands[form->demand_count++] = (FormDemand){holds, code, label, span};
}

static FormOutput *output_named(Form *form, Text name)
{
    for (uint32_t i = 0; i < form->output_count; i++)
        if (text_equal(form->outputs[i].name, name))
            return &form->outputs[i];
    return NULL;
}

/* E0911 for a result. Of a schedule it is often the calendar of working days: its days off are written out for each period looked at. */
static bool is_too_large(FormCheck *f, const Expr *value, const Ast *node)
{
    const Core *core = f->k.core;
    if (!value || expr_size(value) <= EXPANSION_MAX_NODES)
        return false;
    Diag *diag = diag_report(core->diags, DIAG_E0911, node->span, f->form->name, EMPTY_TEXT, EMPTY_TEXT);
    for (uint32_t i = 0; f->form->is_recurring && i < core->calendar_count; i++)
        if (core->calendars[i].is_workdays)
            diag_help(core->diags, diag, DIAG_N0901, core->calendars[i].name, EMPTY_TEXT);
    return true;
}

/* Of versions one holds at most: what a later one says comes before what the earlier ones say. */
void form_result(FormCheck *f, Text name, Expr *value, Expr *present)
{
    Form *form = f->form;
    const Ast *node = f->version->node;
    if (expr_is_error(value) || is_too_large(f, value, node) || is_too_large(f, present, node))
        return;
    FormOutput *earlier = output_named(form, name);
    if (earlier && form->is_recurring) { /* what is due under the earlier version comes first */
        earlier->value = choose(f, earlier->present, earlier->value, value);
        earlier->present = form_or(f, earlier->present, present);
        return;
    }
    if (earlier) {
        assert(type_equal(earlier->value->type, value->type));
        earlier->value = choose(f, f->valid, value, earlier->value);
        earlier->present = form_or(f, earlier->present, present);
        return;
    }
    form->outputs =
        arena_grow(f->k.core->arena, form->outputs, form->output_count, &form->output_capacity, sizeof *form->outputs);
    form->outputs[form->output_count++] = (FormOutput){name, value, present};
}

/* ---- Dates of validity ---- */

static Expr *bound(FormCheck *f, IrCompare how, int32_t date)
{
    const Ast *node = f->version->node;
    Expr *day = expr_new(&f->k, EXPR_DATE, declare_type(TYPE_DATE), node);
    day->integer = date;
    Expr *reference = expr_new(&f->k, EXPR_REFERENCE, declare_type(TYPE_DATE), node);
    Expr *expr = expr_binary(&f->k, EXPR_COMPARE, boolean_type(), node, reference, day);
    expr->compare = (uint8_t)how;
    return expr;
}

static Expr *within(FormCheck *f, Validity validity)
{
    Expr *from = validity.from == BD_DATE_MIN ? NULL : bound(f, IR_GE, validity.from);
    Expr *to = validity.to == BD_DATE_MAX ? NULL : bound(f, IR_LE, validity.to);
    return form_and(f, from, to);
}

/* ---- Reading: conditions and beginnings ---- */

static Text message_of(FormCheck *f, const Ast *clause)
{
    return clause->b ? clause->b->text : sources_excerpt(f->k.core->sources, clause->a->span, 80, f->k.core->arena);
}

/* What is demanded counts where the conditions before it hold, and is known to hold after it. */
static void read_demand(FormCheck *f, const Part *part, const Ast *clause, Expr *outer)
{
    Type boolean = boolean_type();
    Expr *holds = demand_kind(&f->k, check_value(&f->k, clause->a, &boolean), TYPE_BOOLEAN, clause->a);
    if (expr_is_error(holds))
        return;
    facts_assume(&f->k, holds, true);
    Expr *reached = form_and(f, form_and(f, f->valid, outer), part->holds);
    form_demand(f, reached ? form_or(f, form_not(f, reached), holds) : holds, "vereist", message_of(f, clause),
                clause->span);
}

static void read_condition(FormCheck *f, Part *part, const Ast *clause)
{
    Type boolean = boolean_type();
    Expr *holds = demand_kind(&f->k, check_value(&f->k, clause->a, &boolean), TYPE_BOOLEAN, clause->a);
    facts_assume(&f->k, holds, true);
    part->holds = form_and(f, part->holds, holds);
}

static int field_of_clause(const Ast *clause)
{
    switch ((int)clause->kind) {
    case AST_AMOUNT: return FIELD_AMOUNT;
    case AST_ADDITIONAL: return FIELD_ADDITIONAL;
    case AST_AT_MOST: return FIELD_AT_MOST;
    case AST_BEGINS: return FIELD_BEGIN;
    case AST_LASTS:
    case AST_ENDS: return FIELD_END;
    case AST_EXTENDED: return FIELD_EXTENDED;
    default: return FIELD_COUNT;
    }
}

/* Which fields stand in a part; two clauses for one field say two things at once. */
static void note_fields(FormCheck *f, Part *part)
{
    for (const Ast *clause = part->node->d; clause; clause = clause->next) {
        int field = field_of_clause(clause);
        if (field == FIELD_COUNT)
            continue;
        if (part->clause[field]) {
            Diag *diag = diag_report(f->k.core->diags, DIAG_E1002, clause->span, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT);
            diag_label(f->k.core->diags, diag, part->clause[field]->span, DIAG_N0501, EMPTY_TEXT, EMPTY_TEXT);
        }
        part->clause[field] = clause;
    }
}

static Expr *date_of(FormCheck *f, const Ast *node)
{
    return check_expected(&f->k, node, declare_type(TYPE_DATE));
}

static Part *new_part(FormCheck *f, const Ast *node, const Part *outer)
{
    Part *part = arena_alloc(f->k.core->arena, sizeof *part);
    *part = (Part){.node = node, .outer = outer};
    note_fields(f, part);
    return part;
}

/* `outer`: where what encloses the part holds. */
static void read_part(FormCheck *f, Part *part, Expr *outer)
{
    if (part->outer) {
        f->k.bindings = part->outer->bindings;
        f->k.facts = part->outer->facts;
        part->holds = within(f, core_validity(f->k.core, part->node->d)); /* `geldig` of an exception */
    }
    bind_parts(&f->k, part->node->d);
    for (const Ast *clause = part->node->d; clause; clause = clause->next) {
        if (clause->kind == AST_CONDITION)
            read_condition(f, part, clause);
        else if (clause->kind == AST_REQUIRE)
            read_demand(f, part, clause, outer);
    }
    if (part->clause[FIELD_BEGIN])
        part->given[FIELD_BEGIN] = date_of(f, part->clause[FIELD_BEGIN]->a);
    part->bindings = f->k.bindings;
    part->facts = f->k.facts;
}

static Part *find_part(Part *part, Text name)
{
    for (; part; part = part->next) {
        if (text_equal(part->node->text, name))
            return part;
        Part *found = find_part(part->inner, name);
        if (found)
            return found;
    }
    return NULL;
}

static void append(Part *outer, Part *part)
{
    Part **end = &outer->inner;
    while (*end)
        end = &(*end)->next;
    *end = part;
}

/* An exception stands in the form, or by `uitzondering op` in one that stands before it. */
static void read_exception(FormCheck *f, const Ast *item)
{
    Core *core = f->k.core;
    const Ast *to = ast_clause(item, AST_EXCEPTION_TO);
    Part *outer = to ? find_part(f->root->inner, to->text) : f->root;
    const Part *same = find_part(f->root->inner, item->text);
    if (same)
        declare_report_twice(core, item->name_span, item->text, same->node->name_span);
    if (!outer) {
        diag_report(core->diags, DIAG_E1006, to->span, to->text, f->form->name, EMPTY_TEXT);
        outer = f->root;
    }
    Expr *reached = NULL;
    for (const Part *around = outer; around; around = around->outer)
        reached = form_and(f, around->holds, reached);
    Part *part = new_part(f, item, outer);
    append(outer, part);
    read_part(f, part, reached);
}

/* ---- Reading: fields ---- */

static void read_amount(FormCheck *f, Part *part, Field field)
{
    const Ast *clause = part->clause[field];
    if (clause)
        part->given[field] = demand_cents(&f->k, check_expected(&f->k, clause->a, declare_type(TYPE_MONEY)), clause->a);
}

static void read_end(FormCheck *f, Part *part, Given begin)
{
    const Ast *clause = part->clause[FIELD_END];
    if (!clause)
        return;
    if (clause->kind == AST_ENDS) {
        part->given[FIELD_END] = date_of(f, clause->a);
        return;
    }
    if (!begin.value || begin.has) { /* no beginning, or none where no exception gives one */
        diag_report(f->k.core->diags, DIAG_E1003, clause->span, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT);
        part->given[FIELD_END] = expr_error(&f->k, clause);
        return;
    }
    part->given[FIELD_END] = check_last_day(&f->k, clause->a, check_duration(&f->k, clause->a), begin.value);
}

static void read_fields(FormCheck *f, Part *part, Given begin)
{
    f->k.bindings = part->bindings;
    f->k.facts = part->facts;
    read_amount(f, part, FIELD_AMOUNT);
    read_amount(f, part, FIELD_ADDITIONAL);
    read_amount(f, part, FIELD_AT_MOST);
    read_end(f, part, begin);
    for (Part *inner = part->inner; inner; inner = inner->next)
        read_fields(f, inner, begin);
}

static void read_extensions(FormCheck *f, Part *part, Expr *end)
{
    const Ast *clause = part->clause[FIELD_EXTENDED];
    if (clause && end)
        part->given[FIELD_EXTENDED] = workday_on_or_after(&f->k, clause, end);
    for (Part *inner = part->inner; inner; inner = inner->next)
        read_extensions(f, inner, end);
}

/* ---- Versions and forms ---- */

/* An open end of a version is closed by the next start. */
static Expr *valid_then(FormCheck *f, uint32_t version)
{
    const Form *form = f->form;
    Validity validity = form->versions[version].validity;
    bool has_next = version + 1 < form->version_count;
    if (has_next && validity.to == BD_DATE_MAX)
        validity.to = form->versions[version + 1].validity.from - 1;
    return within(f, validity);
}

static void check_version(Core *core, Form *form, uint32_t version)
{
    FormCheck check = {.k = {.core = core, .unit_class = BD_NONE, .no_line = true},
                       .form = form,
                       .version = &form->versions[version]},
              *f = &check;
    f->valid = form->is_recurring ? NULL : valid_then(f, version);
    for (uint32_t i = 0; i < form->input_count; i++)
        bind_variable(&f->k, form->inputs[i]);
    f->root = new_part(f, f->version->node, NULL);
    read_part(f, f->root, NULL);
    for (const Ast *item = f->version->node->d; item; item = item->next)
        if (item->kind == AST_EXCEPTION)
            read_exception(f, item);
    read_fields(f, f->root, form_field(f, FIELD_BEGIN));
    Given end = field_of(f, f->root, FIELD_END);
    if (end.value)
        read_extensions(f, f->root, end.value);
    if (form->is_recurring)
        form_recurring_results(f);
    else
        form_results(f);
}

void check_forms(Core *core)
{
    for (uint32_t i = 0; i < core->form_count; i++)
        for (uint32_t version = 0; version < core->forms[i].version_count; version++)
            check_version(core, &core->forms[i], version);
}
