/* amendment.c: `wijziging NAAM vanaf D tenzij C`: versions that begin on a day, but not for every line.
**
** Job: declares amendments, checks their conditions before anything else is checked, and makes of them conditions over the line: where a
** version that an amendment brings has started, and where one that follows has displaced it. Rules get these as part of their scope,
** definitions and tables as a choice between versions (check_name.c, lower_table.c, ir_from_core.c). No instruction knows of amendments.
** Invariant: a condition reads inputs, readings, judgements, messages and extern tables, but nothing that has versions of its own, so
** that choosing a version never asks for another choice.
*/
#include "compiler/amendment.h"

#include "compiler/check_internal.h"
#include "vm/core/date.h"

enum { CONDITION_BYTES = 200 };

static const Text NO_TEXT = {"", 0};

static uint32_t find_amendment(const Core *core, Text name)
{
    for (uint32_t i = 0; i < core->amendment_count; i++)
        if (text_equal(core->amendments[i].name, name))
            return i;
    return BD_NONE;
}

void amendment_declare(Core *core, const Ast *item)
{
    uint32_t earlier = find_amendment(core, item->text);
    if (earlier != BD_NONE) {
        declare_report_twice(core, item->name_span, item->text, core->amendments[earlier].span);
        return;
    }
    Expr *start = check_constant(core, item->a, declare_type(TYPE_DATE));
    Amendment amendment = {.name = item->text,
                           .start = start->op == EXPR_DATE ? start->integer : BD_DATE_MIN,
                           .node = item->b,
                           .citation = core_citation(core, item->d),
                           .span = item->name_span};
    GROW(core, amendment);
    core->amendments[core->amendment_count++] = amendment;
    StringBuilder words;
    bool is_english = text_equal(core->language, TEXT("en"));
    builder_init(&words, core->arena);
    builder_text(&words, is_english ? TEXT("from ") : TEXT("vanaf "));
    date_append(&words, amendment.start);
    if (item->b) {
        builder_text(&words, is_english ? TEXT(", unless ") : TEXT(", tenzij "));
        builder_text(&words, sources_excerpt(core->sources, item->b->span, CONDITION_BYTES, core->arena));
    }
    declare_note(core, BD_NOTE_AMENDMENT, item, builder_result(&words), NO_TEXT);
}

uint32_t amendment_of(Core *core, const Ast *clauses)
{
    const Ast *clause = clauses;
    while (clause && clause->kind != AST_FOLLOWS)
        clause = clause->next;
    if (!clause)
        return 0;
    uint32_t index = find_amendment(core, clause->text);
    if (index == BD_NONE) {
        diag_report(core->diags, DIAG_E0301, clause->name_span, clause->text, NO_TEXT, NO_TEXT);
        return 0;
    }
    core->amendments[index].used = true;
    return index + 1;
}

/* The chain of indexed prices is one for all lines. */
static void refuse_indexed(Core *core)
{
    for (uint32_t i = 0; i < core->table_count; i++)
        if (core->tables[i].indexed != BD_NONE && amendment_splits_table(core, &core->tables[i]))
            diag_report(core->diags, DIAG_E0533, core->tables[i].span, core->tables[i].name, NO_TEXT, NO_TEXT);
}

void amendments_check(Core *core)
{
    refuse_indexed(core);
    for (uint32_t i = 0; i < core->amendment_count; i++) {
        Amendment *amendment = &core->amendments[i];
        if (!amendment->used)
            diag_report(core->diags, DIAG_W1102, amendment->span, amendment->name, NO_TEXT, NO_TEXT);
        if (!amendment->node)
            continue;
        Checker k = {.core = core, .unit_class = BD_NONE, .for_all = true, .in_amendment = true};
        amendment->unless = check_expected(&k, amendment->node, declare_type(TYPE_BOOLEAN));
        if (k.reads_product && !expr_is_error(amendment->unless))
            diag_report(core->diags, DIAG_E0531, amendment->node->span, NO_TEXT, NO_TEXT, NO_TEXT);
    }
}

const Expr *amendment_unless(const Core *core, uint32_t amendment)
{
    return amendment == 0 ? NULL : core->amendments[amendment - 1].unless;
}

bool amendment_is_conditional(const Core *core, uint32_t amendment)
{
    return amendment != 0 && core->amendments[amendment - 1].node != NULL;
}

/* ---- Rules ---- */

static Expr *negation(Checker *k, const Ast *node, Expr *a)
{
    Expr *result = expr_unary(k, EXPR_NOT, declare_type(TYPE_BOOLEAN), node, a);
    result->is_unwritten = true;
    return result;
}

static Expr *conjunction(Checker *k, const Ast *node, Expr *a, Expr *b)
{
    if (a == NULL)
        return b;
    Expr *result = expr_binary(k, EXPR_AND, declare_type(TYPE_BOOLEAN), node, a, b);
    result->is_unwritten = true;
    return result;
}

static Expr *compared(Checker *k, const Ast *node, uint32_t column, IrCompare how, int32_t day)
{
    Type date = declare_type(TYPE_DATE);
    Expr *left = expr_new(k, EXPR_COLUMN, date, node), *right = expr_new(k, EXPR_DATE, date, node);
    left->index = column;
    right->integer = day;
    Expr *test = expr_binary(k, EXPR_COMPARE, declare_type(TYPE_BOOLEAN), node, left, right);
    test->compare = (uint8_t)how;
    left->is_unwritten = test->is_unwritten = true;
    return test;
}

static uint32_t reference_column(const Core *core, const Rule *rule)
{
    ReferenceDate reference = rule->reference == REFER_DEFAULT ? core->reference : rule->reference;
    return reference == REFER_END ? COLUMN_END : reference == REFER_SIGNED ? COLUMN_SIGNED : COLUMN_BEGIN;
}

/* Where the later version of a rule's name has taken its place: it has started, has not ended, and its amendment holds for the line. */
static Expr *displaced_by(Checker *k, const Rule *rule, const Rule *later)
{
    const Ast *node = rule->node;
    uint32_t column = reference_column(k->core, rule);
    Expr *result = compared(k, node, column, IR_GE, later->validity.from);
    if (later->validity.to != BD_DATE_MAX)
        result = conjunction(k, node, result, compared(k, node, column, IR_LE, later->validity.to));
    return conjunction(k, node, result, negation(k, node, k->core->amendments[later->amendment - 1].unless));
}

Expr *amendment_scope(Checker *k, const Rule *rule)
{
    const Core *core = k->core;
    Expr *scope = NULL;
    if (amendment_is_conditional(core, rule->amendment))
        scope = negation(k, rule->node, core->amendments[rule->amendment - 1].unless);
    for (uint32_t i = 0; i < core->rule_count; i++) {
        const Rule *later = &core->rules[i];
        if (later != rule && text_equal(later->name, rule->name) && later->validity.from > rule->validity.from &&
            amendment_is_conditional(core, later->amendment))
            scope = conjunction(k, rule->node, scope, negation(k, rule->node, displaced_by(k, rule, later)));
    }
    return scope;
}

/* ---- Definitions ---- */

bool amendment_splits_definition(const Core *core, const Definition *definition)
{
    for (uint32_t i = 0; i < definition->version_count; i++)
        if (amendment_is_conditional(core, definition->versions[i].amendment))
            return true;
    return false;
}

bool amendment_splits_table(const Core *core, const Table *table)
{
    for (uint32_t i = 0; i < table->version_count; i++)
        if (amendment_is_conditional(core, table->versions[i].amendment))
            return true;
    return false;
}
