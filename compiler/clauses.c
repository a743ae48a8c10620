/* clauses.c: declared elements that nothing uses; see clauses.h. The numbers of quotations are in clauses_quote.c. */
#include "compiler/clauses.h"

#include "compiler/clauses_internal.h"
#include "stdlib/embedded.h"

typedef struct Names {
    Text *slots; /* open addressing; data NULL: free */
    size_t size, count;
    Arena *arena;
} Names;

typedef struct Check {
    const Ast *tree;
    const Sources *sources;
    Diags *diags;
    Names used;
} Check;

/* ---- A set of names ---- */

static size_t find_slot(const Names *names, Text name)
{
    size_t slot = (size_t)text_hash(name) & (names->size - 1);
    while (names->slots[slot].data != NULL && !text_equal(names->slots[slot], name))
        slot = (slot + 1) & (names->size - 1);
    return slot;
}

static void add_name(Names *names, Text name);

static void grow(Names *names)
{
    Names larger = {.size = names->size == 0 ? 256 : names->size * 2, .arena = names->arena};
    larger.slots = arena_array(names->arena, larger.size, sizeof *larger.slots);
    for (size_t i = 0; i < names->size; i++) {
        if (names->slots[i].data != NULL)
            add_name(&larger, names->slots[i]);
    }
    *names = larger;
}

static void add_name(Names *names, Text name)
{
    if (name.size == 0)
        return;
    if (names->count * 2 >= names->size)
        grow(names);
    size_t slot = find_slot(names, name);
    names->count += names->slots[slot].data == NULL;
    names->slots[slot] = name;
}

static bool has_name(const Names *names, Text name)
{
    return names->size > 0 && names->slots[find_slot(names, name)].data != NULL;
}

/* ---- What is used ---- */

static bool is_item(AstKind kind)
{
    return kind < AST_SOURCE;
}

/* Whether the node's own text declares a name, or is no name at all. */
static bool is_no_use(const Ast *node)
{
    switch ((int)node->kind) {
    case AST_PARAMETER:
    case AST_WHERE:
    case AST_TEXT:
    case AST_DAY_MONTH:
    case AST_ERROR: return true;
    case AST_TARIFF:
    case AST_INDEXATION:
    case AST_ENDS_PRODUCT: return false; /* their text is a product */
    default: return is_item(node->kind);
    }
}

bool clauses_is_prose(AstKind kind)
{
    switch ((int)kind) {
    case AST_SCENARIO:
    case AST_SOURCE:
    case AST_QUOTE:
    case AST_TITLE:
    case AST_VERSION:
    case AST_ORIGIN:
    case AST_STANDARD:
    case AST_REASON: return true;
    default: return false;
    }
}

/* `keuze.lid` and the like are dotted in one text: each part counts, and the whole. */
static void add_dotted(Names *names, Text text)
{
    size_t begin = 0;
    add_name(names, text);
    for (size_t i = 0; i <= text.size; i++) {
        if (i < text.size && text.data[i] != '.')
            continue;
        add_name(names, text_slice(text, begin, i));
        begin = i + 1;
    }
}

static void collect(Names *names, const Ast *node)
{
    for (; node != NULL; node = node->next) {
        if (clauses_is_prose(node->kind))
            continue;
        if (!is_no_use(node))
            add_dotted(names, node->text);
        if (node->kind == AST_CHOICE || node->kind == AST_READING)
            continue;               /* members and alternatives are declared here */
        if (node->kind != AST_UNIT) /* a: the plural */
            collect(names, node->a);
        collect(names, node->b);
        collect(names, node->c);
        collect(names, node->d);
    }
}

/* Whether `name` is used within a chain of nodes. */
static bool is_used_in(const Ast *node, Text name)
{
    for (; node != NULL; node = node->next) {
        if (clauses_is_prose(node->kind))
            continue;
        if (!is_no_use(node) && text_equal(node->text, name))
            return true;
        if (is_used_in(node->a, name) || is_used_in(node->b, name) || is_used_in(node->c, name) ||
            is_used_in(node->d, name))
            return true;
    }
    return false;
}

/* ---- What is declared ---- */

static void report(const Check *check, Span span, Text name, Text nl, Text en)
{
    diag_report_words(check->diags, DIAG_W1120, span, (DiagArgument){nl, en}, (DiagArgument){name, name},
                      (DiagArgument){{"", 0}, {"", 0}});
}

static void want(const Check *check, const Ast *node, Text nl, Text en)
{
    if (!has_name(&check->used, node->text))
        report(check, node->name_span, node->text, nl, en);
}

/* Elements of which `spared` may go unnamed. */
static void want_all(const Check *check, const Ast *chain, uint32_t spared, Text nl, Text en)
{
    uint32_t unused = 0;
    for (const Ast *one = chain; one != NULL; one = one->next)
        unused += !has_name(&check->used, one->text);
    for (; chain != NULL && unused > spared; chain = chain->next)
        want(check, chain, nl, en);
}

/* An element of an item, which only the item itself can use. */
static void want_within(const Check *check, const Ast *item, const Ast *node, Text nl, Text en)
{
    bool is_used = is_used_in(item->a, node->text) || is_used_in(item->b, node->text) ||
                   is_used_in(item->c, node->text) || is_used_in(item->d, node->text);
    if (!is_used)
        report(check, node->name_span, node->text, nl, en);
}

static void check_within(const Check *check, const Ast *item)
{
    bool has_parameters = item->kind == AST_DEFINITION && !ast_has(item, AST_IS_EXTERN);
    for (const Ast *one = has_parameters ? item->a : NULL; one != NULL; one = one->next)
        want_within(check, item, one, TEXT("parameter"), TEXT("parameter"));
    for (const Ast *part = item->d; part != NULL; part = part->next) {
        if (part->kind == AST_WHERE)
            want_within(check, item, part, TEXT("deel"), TEXT("part"));
        else if (part->kind == AST_INPUT)
            want_within(check, item, part, TEXT("invoer"), TEXT("input"));
        else if (part->kind == AST_LIST)
            want_within(check, item, part, TEXT("lijst"), TEXT("list"));
    }
}

static void check_unit(const Check *check, const Ast *item)
{
    bool is_used = has_name(&check->used, item->text) || (item->a != NULL && has_name(&check->used, item->a->text));
    if (!is_used)
        report(check, item->name_span, item->text, TEXT("eenheid"), TEXT("unit"));
}

/* One member needs no name: it is what `anders` and `overige` are for. */
static void check_choice(const Check *check, const Ast *item)
{
    bool is_reading = item->kind == AST_READING;
    want(check, item, is_reading ? TEXT("lezing") : TEXT("keuze"), is_reading ? TEXT("reading") : TEXT("choice"));
    if (has_name(&check->used, item->text))
        want_all(check, is_reading ? item->b : item->a, 1, is_reading ? TEXT("alternatief") : TEXT("lid"),
                 is_reading ? TEXT("alternative") : TEXT("member"));
}

static void check_item(const Check *check, const Ast *item)
{
    switch ((int)item->kind) {
    case AST_INPUT: want(check, item, TEXT("invoer"), TEXT("input")); break;
    case AST_LIST:
        want(check, item, TEXT("lijst"), TEXT("list"));
        if (has_name(&check->used, item->text))
            want_all(check, item->a, 0, TEXT("veld"), TEXT("field"));
        break;
    case AST_READING:
    case AST_CHOICE: check_choice(check, item); break;
    case AST_UNIT: check_unit(check, item); break;
    case AST_TABLE: want(check, item, TEXT("tabel"), TEXT("table")); break;
    case AST_CALENDAR: want(check, item, TEXT("kalender"), TEXT("calendar")); break;
    case AST_COUNTER: want(check, item, TEXT("teller"), TEXT("counter")); break;
    case AST_SERIES: want(check, item, TEXT("reeks"), TEXT("series")); break;
    case AST_JUDGEMENT: want(check, item, TEXT("oordeel"), TEXT("judgement")); break;
    case AST_AMENDMENT: want(check, item, TEXT("wijziging"), TEXT("amendment")); break;
    default: check_within(check, item); break;
    }
}

bool clauses_is_library(const Sources *sources, const Ast *item)
{
    Text name = sources->items[item->span.file]->name;
    for (size_t i = 0; i < stdlib_embedded_count; i++) {
        if (text_equal(stdlib_embedded[i].path, name))
            return true;
    }
    return false;
}

void clauses_check(const Ast *tree, const Sources *sources, Arena *arena, Diags *diags)
{
    Check check = {.tree = tree, .sources = sources, .diags = diags, .used = {.arena = arena}};
    collect(&check.used, tree->a);
    for (const Ast *item = tree->a; item != NULL; item = item->next) {
        if (!clauses_is_library(sources, item))
            check_item(&check, item);
    }
    clauses_check_quotes(tree, sources, arena, diags);
}
