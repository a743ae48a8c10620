/* clause_once.c: which clauses may stand together in an item; see declare.h.
**
** The grammar takes the clauses of an item in any order and number. What would say the same thing twice, or two things that exclude each other,
** is refused here, before anything reads the tree: of two answers one would be lost without a word.
*/
#include "compiler/declare.h"

static bool is_effect(AstKind kind)
{
    return kind == AST_REJECT || kind == AST_CAP_VOLUME || kind == AST_CAP_AMOUNT || kind == AST_PAY ||
           kind == AST_HOLD;
}

static bool stands_once(AstKind item, AstKind clause)
{
    switch ((int)clause) {
    case AST_SOURCE:
    case AST_QUOTE:
    case AST_FROM_DOCUMENT:
    case AST_TITLE:
    case AST_VERSION:
    case AST_ORIGIN:
    case AST_STANDARD:
    case AST_VALID:
    case AST_EXPIRES:
    case AST_REFERENCE:
    case AST_SHOW:
    case AST_PRICE_LEVEL:
    case AST_FOLLOWS:
    case AST_REASON:
    case AST_EXCEPTION_TO:
    case AST_FACTOR:
    case AST_CHAIN:
    case AST_ROUNDING: return true;
    case AST_CODE: return item != AST_PRODUCT;      /* which may be known by several */
    case AST_YEARLY: return item == AST_INDEXATION; /* an obligation may fall due twice a year */
    default: return false;
    }
}

static void report_second(Core *core, DiagCode code, const Ast *item, const Ast *second, const Ast *first)
{
    Diag *diag = diag_report(core->diags, code, second->span, item->text, (Text){"", 0}, (Text){"", 0});
    diag_label(core->diags, diag, first->span, DIAG_N0501, (Text){"", 0}, (Text){"", 0});
}

static void check_clause(Core *core, const Ast *item, const Ast *clause)
{
    bool is_of_rule = item->kind == AST_RULE || item->kind == AST_EXCEPTION;
    for (const Ast *earlier = item->d; earlier != clause; earlier = earlier->next) {
        if (is_of_rule && is_effect(clause->kind) && is_effect(earlier->kind)) {
            report_second(core, DIAG_E0608, item, clause, earlier);
            return;
        }
        if (earlier->kind == clause->kind && stands_once(item->kind, clause->kind)) {
            report_second(core, DIAG_E0316, item, clause, earlier);
            return;
        }
    }
}

static void report_together(Core *core, const Ast *item, DiagArgument one, DiagArgument other)
{
    diag_report_words(core->diags, DIAG_E0317, item->name_span, (DiagArgument){item->text, item->text}, one, other);
}

/* A tariff is an amount, a table, or deliberately nothing. */
static void check_tariff(Core *core, const Ast *item)
{
    static const DiagArgument AMOUNT = {TEXT_INIT("een bedrag"), TEXT_INIT("an amount")},
                              ROWS = {TEXT_INIT("een tabel"), TEXT_INIT("a table")},
                              NOTHING = {TEXT_INIT("`geen tarief`"), TEXT_INIT("`no tariff`")};
    if (item->a && item->c)
        report_together(core, item, AMOUNT, ROWS);
    if (ast_has(item, AST_IS_NO_TARIFF) && (item->a || item->c))
        report_together(core, item, item->a ? AMOUNT : ROWS, NOTHING);
}

/* The first of these clauses that says a last day: by `tot en met` or by `vervalt per`; NULL for none. */
static const Ast *find_end(const Ast *clauses)
{
    const Ast *clause = clauses;
    while (clause && clause->kind != AST_EXPIRES && !(clause->kind == AST_VALID && clause->a && clause->a->b))
        clause = clause->next;
    return clause;
}

static void check_ends(Core *core, const Ast *item)
{
    const Ast *end = find_end(item->d), *other = end ? find_end(end->next) : NULL;
    if (other && other->kind != end->kind) /* of one kind they are reported as any clause */
        report_second(core, DIAG_E0316, item, other, end);
}

/* A product ends where it is declared or by one `vervalt` further on. */
static void check_product_ends(Core *core, const Ast *items, const Ast *ends)
{
    for (const Ast *item = items; item != ends; item = item->next) {
        bool is_of_it = text_equal(item->text, ends->text);
        if (is_of_it && item->kind == AST_ENDS_PRODUCT)
            report_second(core, DIAG_E0316, ends, ends, item);
    }
    for (const Ast *item = items; item; item = item->next)
        if (item->kind == AST_PRODUCT && text_equal(item->text, ends->text) && find_end(item->d))
            report_second(core, DIAG_E0316, ends, ends, find_end(item->d));
}

static bool has_effect(const Ast *rule)
{
    for (const Ast *clause = rule->d; clause; clause = clause->next)
        if (is_effect(clause->kind) || clause->kind == AST_EXCEPTION_TO || clause->kind == AST_DEROGATES)
            return true;
    return false;
}

static void check_item(Core *core, const Ast *item)
{
    static const DiagArgument FIXED = {TEXT_INIT("`vast`"), TEXT_INIT("`fixed`")},
                              MAXIMUM = {TEXT_INIT("`maximum`"), TEXT_INIT("`maximum`")};
    bool has_price = item->kind == AST_TARIFF || item->kind == AST_PRODUCT;
    bool has_value = item->kind == AST_TARIFF || item->kind == AST_TABLE; /* an amount, the type of the cells */
    if (has_value && item->a && item->a->next)
        report_second(core, DIAG_E0316, item, item->a->next, item->a);
    if (item->kind == AST_TARIFF)
        check_tariff(core, item);
    if (has_price && ast_has(item, AST_IS_FIXED) && ast_has(item, AST_IS_MAXIMUM))
        report_together(core, item, FIXED, MAXIMUM);
    if (item->kind == AST_RULE && !has_effect(item))
        diag_report(core->diags, DIAG_E0609, item->name_span, item->text, (Text){"", 0}, (Text){"", 0});
    check_ends(core, item);
    for (const Ast *clause = item->d; clause; clause = clause->next) {
        check_clause(core, item, clause);
        if (clause->kind == AST_EXCEPTION)
            check_item(core, clause);
    }
}

void declare_clauses_once(Core *core, const Ast *items)
{
    for (const Ast *item = items; item; item = item->next) {
        if (item->kind != AST_SCENARIO)
            check_item(core, item);
        if (item->kind == AST_ENDS_PRODUCT)
            check_product_ends(core, items, item);
    }
}
