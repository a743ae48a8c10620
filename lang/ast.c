/* ast.c - see ast.h. Constructors with the depth limit, and what readers of the tree share.
 *
 * ast_item is the one place where the parts of an item, which a text may give in any order, find their fields.
 */
#include "ast.h"

#include <assert.h>

#include "limits.h"
#include "parse_state.h"

static const Text kind_names[] = {
#define X(kind, name, children) TEXT_INIT(name),
#include "ast.def"
#undef X
};

/* A chain counts once: its elements are walked in a loop, not by recursion. */
static uint32_t chain_depth(const Ast *chain)
{
    uint32_t deepest = 0;
    for (; chain != NULL; chain = chain->next) {
        deepest = chain->depth > deepest ? chain->depth : deepest;
    }
    return deepest;
}

static uint32_t greater(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static Ast *make(Parse *parse, AstKind kind, Span span)
{
    Ast *node = arena_alloc(parse->arena, sizeof(Ast));
    node->kind = kind;
    node->span = span;
    node->name_span = span;
    node->depth = 1;
    node->last = node;
    return node;
}

Ast *ast_node(Parse *parse, AstKind kind, Span span, Ast *a, Ast *b)
{
    return ast_node4(parse, kind, span, a, b, NULL, NULL);
}

Ast *ast_node4(Parse *parse, AstKind kind, Span span, Ast *a, Ast *b, Ast *c, Ast *d)
{
    Ast *node = make(parse, kind, span);
    uint32_t depth = greater(greater(chain_depth(a), chain_depth(b)), greater(chain_depth(c), chain_depth(d)));
    if (depth >= EXPRESSION_MAX_DEPTH) {
        parse_too_deep(parse, span);
        node->kind = AST_ERROR;
        return node;
    }
    node->depth = depth + 1;
    node->a = a;
    node->b = b;
    node->c = c;
    node->d = d;
    return node;
}

Ast *ast_operator(Parse *parse, AstKind kind, Span span, Span operator_span, Ast *a, Ast *b)
{
    Ast *node = ast_node(parse, kind, span, a, b);
    node->name_span = operator_span;
    return node;
}

Ast *ast_round(Parse *parse, Span span, Span operator_span, Ast *operand, uint32_t mode, const Ast *rounding)
{
    Ast *node = ast_operator(parse, AST_ROUND, span, operator_span, operand, rounding->b);
    return ast_flag(node, rounding->flags | mode);
}

Ast *ast_text(Parse *parse, AstKind kind, Span span, Text text)
{
    Ast *node = make(parse, kind, span);
    node->text = text;
    return node;
}

Ast *ast_number(Parse *parse, AstKind kind, Span span, Number number)
{
    Ast *node = make(parse, kind, span);
    node->number = number;
    return node;
}

Ast *ast_date(Parse *parse, AstKind kind, Span span, int32_t date)
{
    Ast *node = make(parse, kind, span);
    node->date = date;
    return node;
}

Ast *ast_named(Parse *parse, AstKind kind, Span span, const Ast *name, Ast *a, Ast *b, Ast *c, Ast *d)
{
    Ast *node = ast_node4(parse, kind, span, a, b, c, d);
    node->name_span = name->span;
    node->text = name->text;
    return node;
}

Ast *ast_flag(Ast *node, uint32_t flags)
{
    node->flags |= flags;
    return node;
}

Ast *ast_set_number(Ast *node, Number number)
{
    node->number = number;
    return node;
}

Ast *ast_append(Ast *chain, Ast *element)
{
    if (chain == NULL) {
        return element;
    }
    if (element != NULL) {
        chain->last->next = element;
        chain->last = element->last;
    }
    return chain;
}

/* Where a part of an item goes, if not simply among its clauses; NULL for a clause. */
static Ast **find_field(Ast *item, const Ast *part)
{
    switch ((int)part->kind) {
    case AST_ROW: return &item->c;
    case AST_FOR: return item->kind == AST_RULE || item->kind == AST_EXCEPTION ? &item->a : NULL;
    case AST_DIMENSION: return item->kind == AST_PRODUCT ? &item->c : &item->b;
    case AST_TYPE: return &item->a;
    case AST_AMOUNT: return item->kind == AST_TARIFF ? &item->a : NULL;
    default: return NULL;
    }
}

static void place_part(Ast *item, Ast *part)
{
    Ast **field = find_field(item, part);

    part->next = NULL;
    part->last = part;
    if (part->kind == AST_MARK) {
        item->flags |= part->flags;
    } else if (field == NULL) {
        item->d = ast_append(item->d, part);
    } else if (part->kind == AST_FOR || part->kind == AST_AMOUNT) {
        *field = ast_append(*field, part->a);
    } else if (part->kind == AST_DIMENSION && item->kind == AST_PRODUCT) {
        part->kind = AST_NAME; /* a product names its dimensions, a table may type them */
        *field = ast_append(*field, part);
    } else {
        *field = ast_append(*field, part);
    }
}

Ast *ast_item(Parse *parse, Ast *item, Ast *parts)
{
    uint32_t depth = chain_depth(parts);

    while (parts != NULL) {
        Ast *next = parts->next;
        item->span = span_join(item->span, parts->span);
        place_part(item, parts);
        parts = next;
    }
    if (depth >= EXPRESSION_MAX_DEPTH) {
        parse_too_deep(parse, item->span);
        *item = (Ast){.kind = AST_ERROR, .span = item->span, .name_span = item->span, .depth = 1, .last = item};
        return item;
    }
    item->depth = greater(item->depth, depth + 1);
    item->doc = parse_doc(parse, item->span.begin);
    return item;
}

Ast *ast_share(Ast *chain, Ast *clauses)
{
    for (Ast *item = chain; item != NULL; item = item->next) {
        item->d = clauses;
        item->depth = greater(item->depth, chain_depth(clauses) + 1);
    }
    return chain;
}

Ast *ast_retext(Ast *node, AstKind kind, Text text)
{
    node->kind = kind;
    node->text = text;
    return node;
}

Text ast_kind_name(AstKind kind)
{
    assert((size_t)kind < AST_KIND_COUNT);
    return kind_names[kind];
}

bool ast_has(const Ast *node, uint32_t flag)
{
    return (node->flags & flag) == flag;
}

const Ast *ast_clause(const Ast *item, AstKind kind)
{
    const Ast *clause = item->d;
    while (clause != NULL && clause->kind != kind) {
        clause = clause->next;
    }
    return clause;
}

const Ast *ast_next_clause(const Ast *clause)
{
    const Ast *next = clause->next;
    while (next != NULL && next->kind != clause->kind) {
        next = next->next;
    }
    return next;
}

size_t ast_count(const Ast *chain)
{
    size_t count = 0;
    for (; chain != NULL; chain = chain->next) {
        count++;
    }
    return count;
}
