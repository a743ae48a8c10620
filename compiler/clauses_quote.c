/* clauses_quote.c: the numbers that a quotation states, against those that its item computes with; see clauses.h.
**
** An item knows a number when it stands in one of its expressions, cells, codes or names, or in those of a definition, table, tariff, unit or
** calendar that it names, however far. A date knows its day, month and year. Numbers of articles ("artikel 5 lid 2") are no matter.
*/
#include "compiler/clauses_internal.h"
#include "vm/core/date.h"

enum { NAMES_MAX_DEPTH = 64 }; /* items named by items named by ...: bounds the recursion */

typedef struct Known {
    Arena *arena;
    Number *items;
    size_t count, capacity;
} Known;

typedef struct Quotes {
    const Sources *sources;
    Arena *arena;
    Diags *diags;
    bool is_english;
    const Ast **items; /* all of the tree */
    bool *visited;     /* per item, for the quotation at hand */
    size_t item_count;
    unsigned depth; /* of names within names */
    Known known;
} Quotes;

/* ---- The numbers that an item knows ---- */

static void add_number(Known *known, Number number)
{
    known->items = arena_grow(known->arena, known->items, known->count, &known->capacity, sizeof *known->items);
    known->items[known->count++] = number;
}

static void add_int(Known *known, int64_t value)
{
    Number number = NUMBER_ZERO;
    if (number_from_int64(known->arena, value, &number) == BD_OK)
        add_number(known, number);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The whole numbers within a name or a code: `zzp3`, "0611". */
static void add_digits(Known *known, Text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!is_digit(text.data[i]))
            continue;
        size_t end = i;
        Number number = NUMBER_ZERO;
        while (end < text.size && is_digit(text.data[end]))
            end++;
        if (number_from_decimal_text(known->arena, text_slice(text, i, end), &number) == BD_OK)
            add_number(known, number);
        i = end;
    }
}

static void gather(Quotes *quotes, const Ast *node);

/* What an item that is named here knows, is known here. */
static void gather_named(Quotes *quotes, Text name)
{
    if (name.size == 0 || quotes->depth >= NAMES_MAX_DEPTH)
        return;
    quotes->depth++;
    for (size_t i = 0; i < quotes->item_count; i++) {
        const Ast *item = quotes->items[i];
        bool is_named = text_equal(item->text, name) ||
                        (item->kind == AST_UNIT && item->a != NULL && text_equal(item->a->text, name));
        if (quotes->visited[i] || !is_named)
            continue;
        quotes->visited[i] = true;
        gather(quotes, item->a);
        gather(quotes, item->b);
        gather(quotes, item->c);
        gather(quotes, item->d);
    }
    quotes->depth--;
}

static void gather(Quotes *quotes, const Ast *node)
{
    Known *known = &quotes->known;
    for (; node != NULL; node = node->next) {
        if (clauses_is_prose(node->kind))
            continue;
        if (number_is_set(node->number))
            add_number(known, node->number);
        if (node->kind == AST_DATE) {
            DateParts parts = date_to_ymd(node->date);
            add_int(known, parts.year);
            add_int(known, parts.month);
            add_int(known, parts.day);
        } else if (node->kind == AST_MONTH) {
            add_int(known, node->date / 12);
            add_int(known, node->date % 12 + 1);
        }
        add_digits(known, node->text);
        gather_named(quotes, node->text);
        gather(quotes, node->a);
        gather(quotes, node->b);
        gather(quotes, node->c);
        gather(quotes, node->d);
    }
}

static bool knows(const Known *known, Number number)
{
    for (size_t i = 0; i < known->count; i++) {
        if (number_equal(known->items[i], number))
            return true;
    }
    return false;
}

/* ---- The numbers of a quotation ---- */

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0xC0 || is_digit(c);
}

/* The word before an offset, blanks and full stops skipped. */
static Text word_before(Text text, size_t offset)
{
    while (offset > 0 && (text.data[offset - 1] == ' ' || text.data[offset - 1] == '.'))
        offset--;
    size_t begin = offset;
    while (begin > 0 && is_word_byte(text.data[begin - 1]))
        begin--;
    return text_slice(text, begin, offset);
}

/* The number in the text of the agreement; all of the quotation where a doubled quotation mark shifts it. */
static Span number_span(const Ast *quote, size_t begin, size_t end)
{
    Span span = quote->a->span;
    if (span.end - span.begin != quote->a->text.size + 2)
        return span;
    return (Span){span.file, span.begin + 1 + (uint32_t)begin, span.begin + 1 + (uint32_t)end};
}

/* Whether what stands before says that the number is that of an article. */
static bool is_of_article(Text text, size_t offset)
{
    static const Text WORDS[] = {
        TEXT_INIT("artikel"),  TEXT_INIT("Artikel"), TEXT_INIT("art"),       TEXT_INIT("lid"),     TEXT_INIT("leden"),
        TEXT_INIT("bijlage"),  TEXT_INIT("Bijlage"), TEXT_INIT("paragraaf"), TEXT_INIT("onder"),   TEXT_INIT("sub"),
        TEXT_INIT("punt"),     TEXT_INIT("nr"),      TEXT_INIT("nummer"),    TEXT_INIT("versie"),  TEXT_INIT("article"),
        TEXT_INIT("Article"),  TEXT_INIT("annex"),   TEXT_INIT("Annex"),     TEXT_INIT("section"), TEXT_INIT("Section"),
        TEXT_INIT("paragraph")};
    Text word = word_before(text, offset);
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (text_equal(word, WORDS[i]))
            return true;
    }
    return offset >= 2 && (unsigned char)text.data[offset - 2] == 0xC2 && (unsigned char)text.data[offset - 1] == 0xA7;
}

/* Whether the three digits of a group follow, as in 1.500. */
static bool is_group(Text text, size_t at)
{
    size_t digits = 0;
    while (at + digits < text.size && is_digit(text.data[at + digits]))
        digits++;
    return digits == 3;
}

/* Reads the number at *offset into `decimal` and moves behind it. */
static void read_number(const Quotes *quotes, Text text, size_t *offset, StringBuilder *decimal)
{
    char point = quotes->is_english ? '.' : ',', group = quotes->is_english ? ',' : '.';
    bool is_behind = false;
    size_t i = *offset;
    for (; i < text.size; i++) {
        bool is_next_digit = i + 1 < text.size && is_digit(text.data[i + 1]);
        if (is_digit(text.data[i])) {
            builder_char(decimal, text.data[i]);
        } else if (text.data[i] == point && is_next_digit && !is_behind) {
            builder_char(decimal, '.');
            is_behind = true;
        } else if (text.data[i] != group || is_behind || !is_group(text, i + 1)) {
            break;
        }
    }
    *offset = i;
}

/* Whether "%" or the word for it follows. */
static bool is_percentage(Text text, size_t at)
{
    while (at < text.size && text.data[at] == ' ')
        at++;
    Text rest = text_slice(text, at, text.size);
    return text_has_prefix(rest, TEXT("%")) || text_has_prefix(rest, TEXT("procent")) ||
           text_has_prefix(rest, TEXT("percent"));
}

static void check_number(const Quotes *quotes, Span span, Text decimal, bool is_percent)
{
    Number number = NUMBER_ZERO, hundred = {100, 1, NULL}, part = NUMBER_ZERO;
    if (number_from_decimal_text(quotes->arena, decimal, &number) != BD_OK || knows(&quotes->known, number))
        return;
    if (is_percent && number_div(quotes->arena, number, hundred, &part) == BD_OK && knows(&quotes->known, part))
        return;
    StringBuilder shown;
    builder_init(&shown, quotes->arena);
    for (size_t i = 0; i < decimal.size; i++)
        builder_char(&shown, decimal.data[i] == '.' && !quotes->is_english ? ',' : decimal.data[i]);
    if (is_percent)
        builder_char(&shown, '%');
    diag_report(quotes->diags, DIAG_W1121, span, builder_result(&shown), (Text){NULL, 0}, (Text){NULL, 0});
}

static void check_quote(const Quotes *quotes, const Ast *quote)
{
    Text text = quote->a->text;
    for (size_t i = 0; i < text.size; i++) {
        if (!is_digit(text.data[i]))
            continue;
        size_t begin = i;
        StringBuilder decimal;
        builder_init(&decimal, quotes->arena);
        read_number(quotes, text, &i, &decimal);
        bool is_part_of_word =
            (begin > 0 && is_word_byte(text.data[begin - 1])) || (i < text.size && is_word_byte(text.data[i]));
        if (!is_part_of_word && !is_of_article(text, begin))
            check_number(quotes, number_span(quote, begin, i), builder_result(&decimal), is_percentage(text, i));
    }
}

/* ---- Items ---- */

/* Items that compute; the others quote what they only describe. */
static bool computes(const Ast *item)
{
    switch ((int)item->kind) {
    case AST_RULE:
    case AST_EXCEPTION:
    case AST_DEFINITION:
    case AST_PENALTY:
    case AST_SUSPENSION:
    case AST_TERM:
    case AST_OBLIGATION:
    case AST_INDEXATION:
    case AST_COUNTER:
    case AST_CALENDAR:
    case AST_UNIT:
    case AST_PRODUCT:
    case AST_TARIFF:
    case AST_TABLE: return !ast_has(item, AST_IS_EXTERN);
    default: return false;
    }
}

/* The quotations of an item and of the exceptions within it; each exception may use what the whole item knows. */
static void check_quotes_of(Quotes *quotes, const Ast *item)
{
    for (const Ast *part = item->d; part != NULL; part = part->next) {
        if (part->kind == AST_QUOTE && part->a != NULL)
            check_quote(quotes, part);
        else if (part->kind == AST_EXCEPTION)
            check_quotes_of(quotes, part);
    }
}

static bool has_quote(const Ast *item)
{
    for (const Ast *part = item->d; part != NULL; part = part->next) {
        if (part->kind == AST_QUOTE || (part->kind == AST_EXCEPTION && has_quote(part)))
            return true;
    }
    return false;
}

void clauses_check_quotes(const Ast *tree, const Sources *sources, Arena *arena, Diags *diags)
{
    Quotes quotes = {.sources = sources,
                     .arena = arena,
                     .diags = diags,
                     .is_english = text_equal(tree->text, TEXT("en")),
                     .item_count = ast_count(tree->a),
                     .known = {.arena = arena}};
    quotes.items = arena_array(arena, quotes.item_count + 1, sizeof *quotes.items);
    quotes.visited = arena_array(arena, quotes.item_count + 1, sizeof *quotes.visited);
    size_t count = 0;
    for (const Ast *item = tree->a; item != NULL; item = item->next)
        quotes.items[count++] = item;
    for (size_t i = 0; i < quotes.item_count; i++) {
        const Ast *item = quotes.items[i];
        if (clauses_is_library(sources, item) || !computes(item) || !has_quote(item))
            continue;
        for (size_t k = 0; k < quotes.item_count; k++)
            quotes.visited[k] = false;
        quotes.known.count = 0;
        gather_named(&quotes, item->text);
        check_quotes_of(&quotes, item);
    }
}
