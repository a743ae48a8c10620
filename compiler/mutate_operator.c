/* mutate_operator.c: comparisons, connectives, negations and roundings changed; see mutate_internal.h. */
#include "compiler/mutate_internal.h"

typedef struct Swap {
    AstKind from, to;
    const char *nl, *en; /* the word for `to` */
} Swap;

/* Each comparison with its boundary on the other side, where it has one, and its opposite. */
static const Swap SWAPS[] = {
    {AST_LT, AST_LE, "<=", "<="},
    {AST_LT, AST_GE, ">=", ">="},
    {AST_LE, AST_LT, "<", "<"},
    {AST_LE, AST_GT, ">", ">"},
    {AST_GT, AST_GE, ">=", ">="},
    {AST_GT, AST_LE, "<=", "<="},
    {AST_GE, AST_GT, ">", ">"},
    {AST_GE, AST_LT, "<", "<"},
    {AST_EQ, AST_NE, "<>", "<>"},
    {AST_NE, AST_EQ, "=", "="},
    {AST_IS, AST_IS_NOT, "is niet", "is not"},
    {AST_IS_NOT, AST_IS, "is", "is"},
    {AST_ABSENT, AST_PRESENT, "aanwezig", "is present"},
    {AST_PRESENT, AST_ABSENT, "ontbreekt", "is absent"},
    {AST_AND, AST_OR, "of", "or"},
    {AST_OR, AST_AND, "en", "and"},
};

Ast *mutate_wrap(Mutator *mutator, Ast *node, AstKind kind, Ast *b)
{
    Ast *copy = arena_alloc(mutator->arena, sizeof *copy);
    *copy = *node;
    copy->next = NULL;
    copy->last = copy;
    node->kind = kind;
    node->flags = 0;
    node->a = copy;
    node->b = b;
    node->c = node->d = NULL;
    return copy;
}

/* Puts the operand in the place of the node. */
static void unwrap(Ast *node)
{
    Ast *next = node->next, *last = node->last;
    *node = *node->a;
    node->next = next;
    node->last = last;
}

static bool is_swapped(const Ast *node)
{
    for (size_t i = 0; i < sizeof SWAPS / sizeof *SWAPS; i++) {
        if (SWAPS[i].from == node->kind)
            return true;
    }
    return false;
}

static void swap(Mutator *mutator, Ast *node)
{
    AstKind kind = node->kind;
    MutationKind what = kind == AST_AND || kind == AST_OR ? MUTATION_CONNECTIVE : MUTATION_COMPARISON;
    for (size_t i = 0; i < sizeof SWAPS / sizeof *SWAPS; i++) {
        if (SWAPS[i].from == kind &&
            mutate_offer(mutator, what, node->name_span, mutate_slice(mutator, node->name_span),
                         mutate_word(mutator, SWAPS[i].nl, SWAPS[i].en)))
            node->kind = SWAPS[i].to;
    }
}

/* "niet " before what stands there. */
static Text negated(const Mutator *mutator, Text text)
{
    StringBuilder out;
    builder_init(&out, mutator->arena);
    builder_text(&out, mutate_word(mutator, "niet ", "not "));
    builder_text(&out, text);
    return builder_result(&out);
}

void mutate_operator(Mutator *mutator, Ast *node, MutateRole role)
{
    Text text = mutate_slice(mutator, node->span);
    if (is_swapped(node)) {
        swap(mutator, node);
    } else if (node->kind == AST_NOT) {
        if (mutate_offer(mutator, MUTATION_NEGATION, node->span, text, mutate_slice(mutator, node->a->span)))
            unwrap(node);
    } else if (node->kind == AST_BOOLEAN) {
        Text to = ast_has(node, AST_IS_TRUE) ? mutate_word(mutator, "nee", "no") : mutate_word(mutator, "ja", "yes");
        if (mutate_offer(mutator, role == ROLE_CELL ? MUTATION_CELL : MUTATION_NEGATION, node->span, text, to))
            node->flags ^= (uint32_t)AST_IS_TRUE;
    } else if (is_boolean_role(role) && node->kind != AST_IF && node->kind != AST_ERROR) {
        if (mutate_offer(mutator, MUTATION_NEGATION, node->span, text, negated(mutator, text)))
            (void)mutate_wrap(mutator, node, AST_NOT, NULL);
    }
}

/* ---- Rounding ---- */

typedef struct Mode {
    uint32_t flag;
    const char *nl, *en;
} Mode;

static const Mode HALF_AWAY = {AST_IS_MODE_HALF_AWAY, "rekenkundig", "arithmetically"};
static const Mode UP = {AST_IS_MODE_UP, "naar boven", "upwards"};
static const Mode DOWN = {AST_IS_MODE_DOWN, "naar beneden", "downwards"};

static void offer_mode(Mutator *mutator, Ast *node, Mode mode)
{
    if (mutate_offer(mutator, MUTATION_ROUNDING, node->name_span, mutate_slice(mutator, node->name_span),
                     mutate_word(mutator, mode.nl, mode.en)))
        node->flags = (node->flags & ~(uint32_t)AST_MODE_MASK) | mode.flag;
}

/* To the nearest: always up and always down; every other mode: to the nearest. */
static void change_mode(Mutator *mutator, Ast *node)
{
    uint32_t mode = node->flags & (uint32_t)AST_MODE_MASK;
    if (mode == 0 || mode == (uint32_t)AST_IS_MODE_HALF_AWAY || mode == (uint32_t)AST_IS_MODE_HALF_EVEN) {
        offer_mode(mutator, node, UP);
        offer_mode(mutator, node, DOWN);
        return;
    }
    offer_mode(mutator, node, HALF_AWAY);
}

/* `op centen` made `op een veelvoud van € 0,10`. */
static void change_step(Mutator *mutator, Ast *node)
{
    Text to = mutate_word(mutator, "op een veelvoud van € 0,10", "to a multiple of €0.10");
    Text from = mutate_word(mutator, "op centen", "to cents");
    if (!mutate_offer(mutator, MUTATION_ROUNDING, node->name_span, from, to))
        return;
    Ast *step = arena_alloc(mutator->arena, sizeof *step);
    *step = (Ast){.kind = AST_MONEY, .span = node->span, .name_span = node->span, .depth = 1, .last = step};
    if (number_from_ratio(mutator->arena, 1, 10, &step->number) != BD_OK)
        return;
    node->flags = (node->flags & ~(uint32_t)AST_IS_TO_CENTS) | (uint32_t)AST_IS_TO_MULTIPLE;
    node->b = step;
}

void mutate_rounding(Mutator *mutator, Ast *node)
{
    if (node->kind == AST_ROUND) {
        bool to_cents = ast_has(node, AST_IS_TO_CENTS);
        change_mode(mutator, node);
        if (to_cents)
            change_step(mutator, node);
    } else if (node->kind == AST_IN && (node->flags & (uint32_t)AST_MODE_MASK) != 0) {
        change_mode(mutator, node);
    } else if (node->kind == AST_CHAIN && node->text.size == 0) {
        Text from = mutate_slice(mutator, node->span);
        Text to = ast_has(node, AST_IS_ROUNDED) ? mutate_word(mutator, "keten op onafgerond", "chain on unrounded")
                                                : mutate_word(mutator, "keten op afgerond", "chain on rounded");
        if (mutate_offer(mutator, MUTATION_ROUNDING, node->span, from, to))
            node->flags ^= (uint32_t)AST_IS_ROUNDED;
    }
}
