/* mutate.c: the walk over the tree; see mutate.h.
**
** Nodes are changed where they stand: the walk visits a node before its children, so that what it offers there depends on the text alone
** and not on the change made.
*/
#include "compiler/mutate.h"

#include "compiler/mutate_internal.h"
#include "stdlib/embedded.h"

static const Text KIND_NAMES[] = {
    [MUTATION_NUMBER] = TEXT_INIT("number"),
    [MUTATION_CELL] = TEXT_INIT("cell"),
    [MUTATION_DATE] = TEXT_INIT("date"),
    [MUTATION_VALIDITY] = TEXT_INIT("validity"),
    [MUTATION_UNIT] = TEXT_INIT("unit"),
    [MUTATION_COMPARISON] = TEXT_INIT("comparison"),
    [MUTATION_CONNECTIVE] = TEXT_INIT("connective"),
    [MUTATION_NEGATION] = TEXT_INIT("negation"),
    [MUTATION_ROUNDING] = TEXT_INIT("rounding"),
    [PROBE_RULE] = TEXT_INIT("rule"),
    [PROBE_EXCEPTION] = TEXT_INIT("exception"),
    [PROBE_CONDITION] = TEXT_INIT("condition"),
    [PROBE_BRANCH] = TEXT_INIT("branch"),
    [PROBE_OPERAND] = TEXT_INIT("operand"),
    [PROBE_CELL] = TEXT_INIT("cell"),
};

Text mutation_kind_name(MutationKind kind)
{
    return KIND_NAMES[kind];
}

void mutate_begin_point(Mutator *mutator)
{
    mutator->point++;
}

bool mutate_offer(Mutator *mutator, MutationKind kind, Span span, Text from, Text to)
{
    mutate_begin_point(mutator);
    return mutate_offer_probe(mutator, kind, span, from, to);
}

bool mutate_offer_probe(Mutator *mutator, MutationKind kind, Span span, Text from, Text to)
{
    uint32_t number = mutator->count++;
    if (mutator->target == MUTATE_NONE) {
        mutator->items = arena_grow(mutator->arena, mutator->items, number, &mutator->capacity, sizeof *mutator->items);
        mutator->items[number] = (Mutation){kind, span, from, to, mutator->item->name_span, mutator->point - 1};
    }
    return number == mutator->target;
}

Text mutate_slice(const Mutator *mutator, Span span)
{
    return source_slice(mutator->sources->items[span.file], span);
}

Text mutate_word(const Mutator *mutator, const char *nl, const char *en)
{
    return text_from_cstring(mutator->is_english ? en : nl);
}

/* What says who, where and why, but decides nothing; and what describes the data rather than the rule. */
static bool is_left_alone(AstKind kind)
{
    switch ((int)kind) {
    case AST_SCENARIO:
    case AST_DOCUMENT:
    case AST_PARTY:
    case AST_CHOICE:
    case AST_INPUT:
    case AST_LIST:
    case AST_READING:
    case AST_JUDGEMENT:
    case AST_INEXPRESSIBLE:
    case AST_SOURCE:
    case AST_QUOTE:
    case AST_TITLE:
    case AST_VERSION:
    case AST_ORIGIN:
    case AST_STANDARD:
    case AST_CODE:
    case AST_SHOW:
    case AST_REASON:
    case AST_TYPE:
    case AST_DIMENSION:
    case AST_PARAMETER:
    case AST_WEEKDAYS: return true;
    default: return false;
    }
}

static bool is_aggregate(AstKind kind)
{
    return kind == AST_SUM || kind == AST_LEAST || kind == AST_GREATEST || kind == AST_COUNT || kind == AST_ANY ||
           kind == AST_ALL || kind == AST_LAST || kind == AST_FIRST;
}

/* The roles of the fields a, b and c of a node that itself has a role. */
static void find_roles(const Ast *node, MutateRole role, MutateRole roles[3])
{
    MutateRole plain = is_boolean_role(role) ? ROLE_VALUE : role;
    roles[0] = roles[1] = roles[2] = plain;
    switch ((int)node->kind) {
    case AST_AND:
    case AST_OR:
    case AST_NOT: roles[0] = roles[1] = ROLE_OPERAND; break;
    case AST_CONDITION:
    case AST_REJECT:
    case AST_HOLD:
    case AST_REQUIRE:
    case AST_DEROGATES: roles[0] = ROLE_CONDITION; break;
    case AST_CAP_VOLUME:
    case AST_CAP_AMOUNT:
    case AST_PAY:
    case AST_AMENDMENT: roles[1] = ROLE_CONDITION; break;
    case AST_VALID:
    case AST_EXPIRES:
    case AST_ENDS_PRODUCT: roles[0] = ROLE_VALIDITY; break;
    case AST_IF:
        roles[0] = ROLE_BRANCH;
        roles[1] = roles[2] = role;
        break;
    default:
        if (is_aggregate(node->kind))
            roles[2] = ROLE_CONDITION;
        break;
    }
}

static void visit_chain(Mutator *mutator, Ast *node, MutateRole role);

static void visit(Mutator *mutator, Ast *node, MutateRole role)
{
    MutateRole roles[3];
    if (is_left_alone(node->kind))
        return;
    find_roles(node, role, roles);
    Ast *a = node->a, *b = node->b, *c = node->c, *d = node->d; /* the true ones */
    if (mutator->mode == MUTATE_PROBES) {
        mutate_probe(mutator, node, role);
    } else {
        mutate_number(mutator, node, role);
        mutate_date(mutator, node, role);
        mutate_unit(mutator, node);
        mutate_rounding(mutator, node);
        mutate_operator(mutator, node, role);
    }
    visit_chain(mutator, a, roles[0]);
    visit_chain(mutator, b, roles[1]);
    visit_chain(mutator, c, roles[2]);
    visit_chain(mutator, d, ROLE_VALUE);
}

static void visit_chain(Mutator *mutator, Ast *node, MutateRole role)
{
    for (Ast *next = NULL; node != NULL; node = next) {
        next = node->next; /* a change may copy the node and cut its copy loose */
        visit(mutator, node, role);
    }
}

/* ---- Tables ---- */

static const Ast *find_choice(const Mutator *mutator, const Ast *type)
{
    for (const Ast *item = mutator->items_of_tree; type != NULL && item != NULL; item = item->next) {
        if (item->kind == AST_CHOICE && text_equal(item->text, type->text))
            return item;
    }
    return NULL;
}

/* A bound, `tot en met X`, is as good as a comparison; every other literal in a row is a cell. */
static void visit_row(Mutator *mutator, Ast *row, bool is_header, bool has_key, const Ast *choice)
{
    for (Ast *cell = has_key && row->a != NULL ? row->a->next : row->a; cell != NULL; cell = cell->next) {
        mutate_member(mutator, cell, is_header ? NULL : choice);
        visit(mutator, cell, is_header || cell->kind == AST_INTERVAL ? ROLE_VALUE : ROLE_CELL);
    }
}

static void visit_table(Mutator *mutator, Ast *item)
{
    const Ast *choice = item->kind == AST_TABLE ? find_choice(mutator, item->a) : NULL;
    if (item->kind == AST_TARIFF) {
        visit_chain(mutator, item->a, ROLE_CELL);
        if (mutator->mode == MUTATE_SLIPS)
            mutate_unit(mutator, item);
    }
    for (Ast *row = item->c; row != NULL; row = row->next)
        visit_row(mutator, row, row == item->c && item->kind != AST_SERIES, item->kind == AST_SERIES, choice);
    visit_chain(mutator, item->d, ROLE_VALUE);
}

/* ---- Items ---- */

static bool is_library(const Mutator *mutator, const Ast *item)
{
    Text name = mutator->sources->items[item->span.file]->name;
    for (size_t i = 0; i < stdlib_embedded_count; i++) {
        if (text_equal(stdlib_embedded[i].path, name))
            return true;
    }
    return false;
}

void mutate_tree(Mutator *mutator, Ast *tree)
{
    mutator->count = mutator->point = 0;
    mutator->is_english = text_equal(tree->text, TEXT("en"));
    mutator->items_of_tree = tree->a;
    for (Ast *item = tree->a; item != NULL; item = item->next) {
        mutator->item = item;
        if (is_library(mutator, item))
            continue;
        if (item->kind == AST_TABLE || item->kind == AST_TARIFF || item->kind == AST_SERIES)
            visit_table(mutator, item);
        else
            visit(mutator, item, ROLE_VALUE);
    }
}
