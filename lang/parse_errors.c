/* parse_errors.c - see parse_errors.h.
 *
 * Sets of tokens become words: what can begin an expression reads "een uitdrukking", all operators together "een
 * bewerking", all item words "een nieuw onderdeel". Keywords are shown as the file's own language spells them.
 */
#include "parse_errors.h"

#include <stdbool.h>

#include "grammar.h"
#include "limits.h"
#include "token.h"

enum { SHOWN_MAX = 5 };

/* A set of tokens with one name. The first of `members` decides whether the set is there at all. */
typedef struct Group {
    DiagArgument words;
    const int *members;
    size_t count;
} Group;

#define WORDS(nl, en)                \
    {                                \
        TEXT_INIT(nl), TEXT_INIT(en) \
    }
#define MEMBERS(array) array, sizeof(array) / sizeof(array)[0]

static const Text none = {NULL, 0};

static const int expression_tokens[] = {TOK_MONEY,
                                        TOK_NUMBER,
                                        TOK_PERCENT,
                                        TOK_DATE,
                                        TOK_MONTH,
                                        TOK_NAME,
                                        TOK_TEXT,
                                        TOK_LPAREN,
                                        TOK_MINUS,
                                        TOK_NIET,
                                        TOK_JA,
                                        TOK_NEE,
                                        TOK_ALS,
                                        TOK_VAN,
                                        TOK_VANAF,
                                        TOK_TOT_EN_MET,
                                        TOK_EERSTE_DAG_VAN,
                                        TOK_EERSTE_NA,
                                        TOK_EERSTE_VANAF,
                                        TOK_LAATSTE_VOOR,
                                        TOK_LAATSTE_DAG_VAN,
                                        TOK_AANTAL_DAGEN_IN,
                                        TOK_AANTAL_VAN,
                                        TOK_AANTAL_IN,
                                        TOK_SOM_OVER,
                                        TOK_KLEINSTE_OVER,
                                        TOK_GROOTSTE_OVER,
                                        TOK_ENIGE,
                                        TOK_ALLE,
                                        TOK_LAATSTE,
                                        TOK_EERSTE,
                                        TOK_AANEENGESLOTEN};

static const int operator_tokens[] = {
    TOK_TIMES,        TOK_PLUS,        TOK_MINUS,     TOK_DIVIDE,      TOK_EQ,         TOK_NE,
    TOK_LT,           TOK_LE,          TOK_GT,        TOK_GE,          TOK_IS,         TOK_IS_NIET,
    TOK_OF,           TOK_EN,          TOK_ONTBREEKT, TOK_AANWEZIG,    TOK_LIGT_IN,    TOK_RAAKT,
    TOK_BINNEN,       TOK_IN,          TOK_AFGEROND,  TOK_REKENKUNDIG, TOK_NAAR_BOVEN, TOK_NAAR_BENEDEN,
    TOK_RICHTING_NUL, TOK_WEG_VAN_NUL, TOK_HALF_EVEN, TOK_VANAF,       TOK_NA,         TOK_OVER,
    TOK_PER,          TOK_DOT,         TOK_LBRACKET,  TOK_VAN,         TOK_LPAREN,     TOK_NAME};

static const int item_tokens[] = {TOK_OVEREENKOMST,
                                  TOK_REGEL,
                                  TOK_GEBRUIK,
                                  TOK_DOCUMENT,
                                  TOK_PARTIJ,
                                  TOK_KEUZE,
                                  TOK_EENHEID,
                                  TOK_KALENDER,
                                  TOK_PRODUCT,
                                  TOK_TARIEF,
                                  TOK_TABEL,
                                  TOK_DEFINITIE,
                                  TOK_INVOER,
                                  TOK_LIJST,
                                  TOK_UITZONDERING,
                                  TOK_VOORBEELD,
                                  TOK_VERVALT,
                                  TOK_REEKS,
                                  TOK_INDEXERING,
                                  TOK_TELLER,
                                  TOK_BOETE,
                                  TOK_KAN_BOETE,
                                  TOK_KAN_OPSCHORTEN,
                                  TOK_TERMIJN,
                                  TOK_VERPLICHTING,
                                  TOK_WIJZIGING,
                                  TOK_LEZING,
                                  TOK_OORDEEL,
                                  TOK_NIET_UITDRUKBAAR,
                                  TOK_END};

static const int row_tokens[] = {TOK_ROW_BEGIN, TOK_PIPE};

static const Group expression_group = {WORDS("een uitdrukking", "an expression"), MEMBERS(expression_tokens)};
static const Group item_group = {WORDS("een nieuw onderdeel", "a new item"), MEMBERS(item_tokens)};

static const Group operator_group = {WORDS("een bewerking", "an operator"), MEMBERS(operator_tokens)};
static const Group row_group = {WORDS("een tabelrij", "a table row"), MEMBERS(row_tokens)};
static const DiagArgument clause_words = WORDS("een clausule", "a clause");

/* Names of the tokens that are no words of the language. */
static const struct {
    int token;
    DiagArgument words;
} token_names[] = {
    {TOK_END, WORDS("het einde van het bestand", "the end of the file")},
    {TOK_NAME, WORDS("een naam", "a name")},
    {TOK_TEXT, WORDS("een tekst tussen aanhalingstekens", "a text in quotation marks")},
    {TOK_NUMBER, WORDS("een getal", "a number")},
    {TOK_PERCENT, WORDS("een percentage", "a percentage")},
    {TOK_MONEY, WORDS("een bedrag", "an amount")},
    {TOK_DATE, WORDS("een datum", "a date")},
    {TOK_MONTH, WORDS("een maand", "a month")},
    {TOK_LPAREN, WORDS("`(`", "`(`")},
    {TOK_RPAREN, WORDS("`)`", "`)`")},
    {TOK_LBRACKET, WORDS("`[`", "`[`")},
    {TOK_RBRACKET, WORDS("`]`", "`]`")},
    {TOK_COMMA, WORDS("`,`", "`,`")},
    {TOK_DOT, WORDS("`.`", "`.`")},
    {TOK_COLON, WORDS("`:`", "`:`")},
    {TOK_EQ, WORDS("`=`", "`=`")},
    {TOK_NE, WORDS("`<>`", "`<>`")},
    {TOK_LT, WORDS("`<`", "`<`")},
    {TOK_LE, WORDS("`<=`", "`<=`")},
    {TOK_GT, WORDS("`>`", "`>`")},
    {TOK_GE, WORDS("`>=`", "`>=`")},
    {TOK_PLUS, WORDS("`+`", "`+`")},
    {TOK_MINUS, WORDS("`-`", "`-`")},
    {TOK_TIMES, WORDS("`×`", "`×`")},
    {TOK_DIVIDE, WORDS("`/`", "`/`")},
    {TOK_ROW_BEGIN, WORDS("een nieuwe tabelrij", "a new table row")},
    {TOK_PIPE, WORDS("`|`", "`|`")},
    {TOK_ROW_END, WORDS("`|` aan het eind van de regel", "`|` at the end of the line")},
};

static Text quote_word(Parse *parse, Text word)
{
    StringBuilder builder;
    builder_init(&builder, parse->arena);
    builder_char(&builder, '`');
    builder_text(&builder, word);
    builder_char(&builder, '`');
    return builder_result(&builder);
}

static DiagArgument same(Text text)
{
    return (DiagArgument){text, text};
}

static DiagArgument name_token(Parse *parse, int token)
{
    for (size_t i = 0; i < sizeof token_names / sizeof token_names[0]; i++) {
        if (token_names[i].token == token) {
            return token_names[i].words;
        }
    }
    Text spelling = token_spelling(token, parse->language);
    size_t tilde = 0;
    while (tilde < spelling.size && spelling.data[tilde] != '~') {
        tilde++;
    }
    if (tilde > 0 && tilde < spelling.size) {
        spelling = text_slice(spelling, 0, tilde - 1);
    }
    return same(quote_word(parse, spelling));
}

/* What was found, in the words of the text where it has any. */
static DiagArgument name_found(Parse *parse, const Token *found)
{
    Text text = parse_slice(parse, found->span);
    bool is_shown = found->kind != TOK_END && found->kind != TOK_TEXT && found->kind != TOK_ROW_BEGIN &&
                    found->kind != TOK_ROW_END && text.size <= NAME_MAX_BYTES;
    return is_shown ? same(quote_word(parse, text)) : name_token(parse, found->kind);
}

static bool remove_token(bool *is_expected, int token)
{
    bool was = is_expected[token];
    is_expected[token] = false;
    return was;
}

/* Whether the set was expected; its tokens are then spoken for. A set of one is better named itself. */
static bool take_group(bool *is_expected, const Group *group)
{
    size_t present = 0;
    for (size_t i = 0; i < group->count; i++) {
        present += is_expected[group->members[i]];
    }
    if (!is_expected[group->members[0]] || present < 2) {
        return false;
    }
    for (size_t i = 0; i < group->count; i++) {
        remove_token(is_expected, group->members[i]);
    }
    return true;
}

/* Whether several clause words were expected; they are then spoken for. */
static bool take_clauses(bool *is_expected)
{
    const Keyword *keyword;
    size_t present = 0;
    for (size_t i = 0; (keyword = token_keyword(i)) != NULL; i++) {
        present += keyword->class == KEYWORD_BLOCK && !keyword->is_alias && is_expected[keyword->token];
    }
    for (size_t i = 0; present > 2 && (keyword = token_keyword(i)) != NULL; i++) {
        is_expected[keyword->token] = is_expected[keyword->token] && keyword->class != KEYWORD_BLOCK;
    }
    return present > 2;
}

/* A growing "a, b of c" in both languages. */
typedef struct Enumeration {
    StringBuilder nl, en;
    DiagArgument pending; /* the last part, until it is known whether another follows */
    unsigned count;
} Enumeration;

static void flush_pending(Enumeration *list, Text nl, Text en)
{
    if (list->count > 1) {
        builder_text(&list->nl, nl);
        builder_text(&list->en, en);
    }
    builder_text(&list->nl, list->pending.nl);
    builder_text(&list->en, list->pending.en);
}

static void enumerate(Enumeration *list, DiagArgument words)
{
    if (list->count > 0) {
        flush_pending(list, TEXT(", "), TEXT(", "));
    }
    list->pending = words;
    list->count++;
}

static DiagArgument finish(Enumeration *list, bool is_complete)
{
    if (is_complete) {
        flush_pending(list, TEXT(" of "), TEXT(" or "));
    } else {
        flush_pending(list, TEXT(", "), TEXT(", "));
        builder_text(&list->nl, TEXT(", ..."));
        builder_text(&list->en, TEXT(", ..."));
    }
    return (DiagArgument){builder_result(&list->nl), builder_result(&list->en)};
}

static void enumerate_group(Enumeration *list, bool *is_expected, const Group *group)
{
    if (take_group(is_expected, group)) {
        enumerate(list, group->words);
    }
}

/* What would have fitted. Where something is missing before the next item, an operator is not what it is. */
static DiagArgument describe_expected(Parse *parse, bool *is_expected, bool is_unfinished)
{
    Enumeration list = {.count = 0};
    bool is_complete = true;

    builder_init(&list.nl, parse->arena);
    builder_init(&list.en, parse->arena);
    enumerate_group(&list, is_expected, &expression_group);
    if (!take_group(is_expected, &operator_group)) {
        is_unfinished = false;
    } else if (!is_unfinished) {
        enumerate(&list, operator_group.words);
    }
    enumerate_group(&list, is_expected, &row_group);
    bool has_items = take_group(is_expected, &item_group);
    if (take_clauses(is_expected)) {
        enumerate(&list, clause_words);
    }
    if (has_items) {
        enumerate(&list, item_group.words);
    }
    for (int token = 0; token < TOKEN_KINDS; token++) {
        if (is_expected[token] && list.count >= SHOWN_MAX) {
            is_complete = false;
        } else if (is_expected[token]) {
            enumerate(&list, name_token(parse, token));
        }
    }
    if (list.count == 0 && is_unfinished) {
        enumerate(&list, operator_group.words);
    }
    return list.count == 0 ? same(none) : finish(&list, is_complete);
}

/* Whether `word` is the first of several words of a phrase that has no wild card. */
static bool begins_phrase(Text phrase, Text word)
{
    return phrase.size > word.size + 1 && text_has_prefix(phrase, word) && phrase.data[word.size] == ' ' &&
           phrase.data[word.size + 1] != '~';
}

/* `keur` alone, where `keur af` exists: names the phrase. */
static Text find_phrase(const Parse *parse, Text word)
{
    const Keyword *keyword;
    for (size_t i = 0; (keyword = token_keyword(i)) != NULL; i++) {
        Text phrase =
            keyword->spelling[parse->language] == NULL ? none : text_from_cstring(keyword->spelling[parse->language]);
        if (begins_phrase(phrase, word)) {
            return phrase;
        }
    }
    return none;
}

/* The keyword nearest to a word, when it is a likely slip. */
static Text find_similar(const Parse *parse, Text word)
{
    const Keyword *keyword;
    Text best = none;
    unsigned limit = word.size < 5 ? 1 : 2;
    for (size_t i = 0; (keyword = token_keyword(i)) != NULL; i++) {
        Text spelling =
            keyword->spelling[parse->language] == NULL ? none : text_from_cstring(keyword->spelling[parse->language]);
        unsigned distance = spelling.size > 2 ? text_distance(word, spelling, limit) : limit + 1;
        if (distance > 0 && distance <= limit) {
            best = spelling;
            limit = distance - 1;
        }
    }
    return best;
}

/* The word of this file's language for a word of the other one. */
static Text find_translation(const Parse *parse, Text word)
{
    const Keyword *keyword;
    Language other = parse->language == LANGUAGE_DUTCH ? LANGUAGE_ENGLISH : LANGUAGE_DUTCH;
    Text best = none;
    for (size_t i = 0; (keyword = token_keyword(i)) != NULL; i++) {
        Text spelling = keyword->spelling[other] == NULL ? none : text_from_cstring(keyword->spelling[other]);
        if (text_equal(spelling, word)) {
            return token_spelling(keyword->token, parse->language);
        }
        if (best.size == 0 && begins_phrase(spelling, word)) {
            best = token_spelling(keyword->token, parse->language);
        }
    }
    return best;
}

static void add_help(Parse *parse, Diag *diag, const Token *found)
{
    if (found->kind != TOK_NAME || found->text.size < 3) {
        return;
    }
    Text phrase = find_phrase(parse, found->text);
    Text suggestion = phrase.size > 0 ? phrase : find_translation(parse, found->text);
    suggestion = suggestion.size > 0 ? suggestion : find_similar(parse, found->text);
    if (suggestion.size > 0) {
        diag_help(parse->diags, diag, DIAG_N0001, suggestion, none);
    }
}

static bool has_group(const bool *is_expected, const Group *group)
{
    return is_expected[group->members[0]];
}

static bool is_keyword(const Parse *parse, const Token *token)
{
    return token->kind != TOK_NAME && token->kind != TOK_END && token_spelling(token->kind, parse->language).size > 0;
}

void parse_report_syntax(Parse *parse, const Token *found, const int *expected, size_t count)
{
    bool is_expected[TOKEN_KINDS] = {false};
    Span after = {found->span.file, parse->previous.span.end, parse->previous.span.end};

    if (found->span.begin < parse->error_floor || diag_is_full(parse->diags)) {
        return; /* a consequence of a bad character or literal on this line, or one too many */
    }
    for (size_t i = 0; i < count; i++) {
        is_expected[expected[i]] = true;
    }
    bool is_unfinished = token_begins_block(found) && !has_group(is_expected, &item_group);
    bool wants_name = is_expected[TOK_NAME] && !has_group(is_expected, &expression_group) && !is_expected[TOK_TIMES] &&
                      is_keyword(parse, found);
    DiagArgument what = name_found(parse, found);
    bool is_bar = is_expected[TOK_ROW_BEGIN] && is_expected[TOK_ROW_END]; /* any `|` will do, as in a reading */
    if (is_bar) {
        is_expected[TOK_ROW_BEGIN] = is_expected[TOK_ROW_END] = false;
    } else if (is_expected[TOK_ROW_END] && (is_unfinished || found->kind == TOK_ROW_BEGIN)) {
        diag_report(parse->diags, DIAG_E0206, after, none, none, none);
        return;
    }
    DiagArgument wanted = describe_expected(parse, is_expected, is_unfinished || found->kind == TOK_END);
    if (wanted.nl.size == 0) {
        diag_report_words(parse->diags, DIAG_E0203, found->span, what, wanted, same(none));
    } else if (found->kind == TOK_END) {
        diag_report_words(parse->diags, DIAG_E0205, after, what, wanted, same(none));
    } else if (is_unfinished) {
        diag_report_words(parse->diags, DIAG_E0202, after, what, wanted, same(none));
    } else if (wants_name) {
        Text word = parse_slice(parse, found->span);
        Diag *diag = diag_report_words(parse->diags, DIAG_E0204, found->span, what, wanted, same(none));
        diag_help(parse->diags, diag, DIAG_N0003, word, none);
    } else {
        Diag *diag = diag_report_words(parse->diags, DIAG_E0201, found->span, what, wanted, same(none));
        add_help(parse, diag, found);
    }
}

void bd_yyerror(const Span *span, Parse *parse, const char *message)
{
    (void)message;
    parse_too_deep(parse, *span);
}
