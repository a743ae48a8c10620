/* token.c - see token.h. */
#include "token.h"

#include <assert.h>
#include <string.h>

#include "grammar.h"
#include "lexer_api.h"

static const Keyword keywords[] = {
#define K(token, nl, en, class, gloss) {TOK_##token, {nl, en}, KEYWORD_##class, false, gloss},
#define A(token, nl, en) {TOK_##token, {nl, en}, KEYWORD_SOFT, true, NULL},
#include "keywords.def"
};

enum { KEYWORD_COUNT = sizeof keywords / sizeof keywords[0], MATCH_MAX = 8 };

/* A phrase that fits the words at hand. */
typedef struct Match {
    const Keyword *keyword;
    unsigned words;    /* looked at */
    unsigned consumed; /* of which taken: those before a `~` */
} Match;

static const Text none = {NULL, 0};

const Keyword *token_keyword(size_t index)
{
    return index < KEYWORD_COUNT ? &keywords[index] : NULL;
}

Text token_spelling(int token, Language language)
{
    for (size_t i = 0; i < KEYWORD_COUNT; i++) {
        if (keywords[i].token == token && keywords[i].spelling[language] != NULL) {
            return text_from_cstring(keywords[i].spelling[language]);
        }
    }
    return none;
}

static Text first_word(Text phrase)
{
    const char *blank = memchr(phrase.data, ' ', phrase.size);
    return blank == NULL ? phrase : text_slice(phrase, 0, (size_t)(blank - phrase.data));
}

static unsigned bucket_of(Text word)
{
    return (unsigned)(text_hash(word) % KEYWORD_BUCKETS);
}

/* The index links rows of one bucket through `keyword_next`; a few hundred rows, built once per parse. */
void token_start(Parse *parse)
{
    for (size_t i = 0; i < KEYWORD_BUCKETS; i++) {
        parse->keyword_heads[i] = -1;
    }
    parse->keyword_next = arena_array(parse->arena, KEYWORD_COUNT, sizeof(int16_t));
    for (size_t i = KEYWORD_COUNT; i-- > 0;) {
        const char *spelling = keywords[i].spelling[parse->language];
        if (spelling != NULL) {
            unsigned bucket = bucket_of(first_word(text_from_cstring(spelling)));
            parse->keyword_next[i] = parse->keyword_heads[bucket];
            parse->keyword_heads[bucket] = (int16_t)i;
        }
    }
    parse->keyword_language = parse->language;
}

/* Makes sure that `count` tokens are scanned, and returns the last of them. */
static Token *look(Parse *parse, unsigned count)
{
    assert(count <= TOKEN_RING_SIZE);
    while (parse->ring_count < count) {
        Token *token = &parse->ring[parse->ring_count++];
        *token = (Token){0};
        token->kind = diag_is_full(parse->diags) ? TOK_END : bd_yylex(token, parse->scanner);
        token->begins_line = parse->line_is_fresh;
        parse->line_is_fresh = false;
        if (parse->keyword_language != parse->language) {
            token_start(parse);
        }
    }
    return &parse->ring[count - 1];
}

static void drop(Parse *parse, unsigned count)
{
    parse->ring_count -= count;
    memmove(parse->ring, parse->ring + count, parse->ring_count * sizeof(Token));
}

static bool match_word(Parse *parse, unsigned position, Text word)
{
    const Token *token = look(parse, position + 1);
    return token->kind == TOK_NAME && (text_equal(word, TEXT("~")) || text_equal(token->text, word));
}

/* Whether the words ahead spell the phrase. */
static bool match_phrase(Parse *parse, Text phrase, Match *match)
{
    bool is_taken = true;
    match->words = 0;
    match->consumed = 0;
    while (phrase.size > 0) {
        Text word = first_word(phrase);
        if (!match_word(parse, match->words, word)) {
            return false;
        }
        is_taken = is_taken && !text_equal(word, TEXT("~"));
        match->words++;
        match->consumed += is_taken;
        phrase = text_slice(phrase, word.size + 1, phrase.size);
    }
    return true;
}

/* All keywords that the words ahead may be, longest first. */
static unsigned find_matches(Parse *parse, Match matches[MATCH_MAX])
{
    unsigned count = 0;
    int row = parse->keyword_heads[bucket_of(parse->ring[0].text)];

    for (; row >= 0 && count < MATCH_MAX; row = parse->keyword_next[row]) {
        Match match = {.keyword = &keywords[row]};
        if (!match_phrase(parse, text_from_cstring(keywords[row].spelling[parse->language]), &match)) {
            continue;
        }
        unsigned at = count++;
        while (at > 0 && matches[at - 1].words < match.words) {
            matches[at] = matches[at - 1];
            at--;
        }
        matches[at] = match;
    }
    return count;
}

/* The class of an alias is that of the row it follows. */
static KeywordClass class_of(const Keyword *keyword)
{
    while (keyword->is_alias) {
        keyword--;
    }
    return keyword->class;
}

/* Takes `consumed` words as one token. */
static const Token *take(Parse *parse, int kind, unsigned consumed)
{
    Token token = parse->ring[0];
    token.kind = kind;
    token.span.end = parse->ring[consumed - 1].span.end;
    parse->previous = parse->offered;
    parse->offered = token;
    drop(parse, consumed);
    return &parse->offered;
}

/* Within brackets, `van : datum` and `van = 2020-01-01` name a field, whatever the word. */
static bool is_field_label(Parse *parse)
{
    int before = parse->offered.kind;
    if (before != TOK_LPAREN && before != TOK_COMMA) {
        return false;
    }
    int after = look(parse, 2)->kind;
    return after == TOK_COLON || after == TOK_EQ;
}

static bool continues_list(int kind)
{
    return kind == TOK_COMMA || kind == TOK_LPAREN || kind == TOK_LBRACKET || kind == TOK_PIPE || kind == TOK_ROW_BEGIN;
}

/* Whether a word that no keyword fits may be a name here. A block word that begins a line, or stands before a text,
 * is meant as a keyword: then what stands before it is unfinished, and that is the better message. */
static bool may_be_name(Parse *parse, const Match *match)
{
    switch (class_of(match->keyword)) {
    case KEYWORD_RESERVED: return match->words > 1;
    case KEYWORD_BLOCK:
        return continues_list(parse->offered.kind) ||
               (!parse->ring[0].begins_line && look(parse, match->consumed + 1)->kind != TOK_TEXT);
    case KEYWORD_SOFT: return true;
    }
    return true;
}

static bool fits(Parse *parse, const TokenPlace *place, const Match *match)
{
    if (place->is_recovering && class_of(match->keyword) == KEYWORD_BLOCK && !parse->ring[0].begins_line) {
        return false;
    }
    return place->accepts(place, match->keyword->token);
}

const Token *token_next(Parse *parse, const TokenPlace *place)
{
    Match matches[MATCH_MAX];
    const Token *first = look(parse, 1);

    if (first->kind != TOK_NAME) {
        return take(parse, first->kind, 1);
    }
    if (parse->offered.kind == TOK_DOT) {
        return take(parse, TOK_NAME, 1);
    }
    unsigned count = find_matches(parse, matches);
    if (count == 0 || (is_field_label(parse) && place->accepts(place, TOK_NAME))) {
        return take(parse, TOK_NAME, 1);
    }
    for (unsigned i = 0; i < count; i++) {
        if (fits(parse, place, &matches[i])) {
            return take(parse, matches[i].keyword->token, matches[i].consumed);
        }
    }
    if (place->is_recovering || (may_be_name(parse, &matches[count - 1]) && place->accepts(place, TOK_NAME))) {
        return take(parse, TOK_NAME, 1);
    }
    return take(parse, matches[0].keyword->token, matches[0].consumed);
}

const Token *token_next_alone(Parse *parse)
{
    Match matches[MATCH_MAX];
    const Token *first = look(parse, 1);

    if (first->kind != TOK_NAME || parse->offered.kind == TOK_DOT || find_matches(parse, matches) == 0) {
        return take(parse, first->kind, 1);
    }
    return take(parse, matches[0].keyword->token, matches[0].consumed);
}

bool token_begins_block(const Token *token)
{
    if (token->kind == TOK_END) {
        return true;
    }
    for (size_t i = 0; token->begins_line && i < KEYWORD_COUNT; i++) {
        if (keywords[i].token == token->kind && keywords[i].class == KEYWORD_BLOCK) {
            return true;
        }
    }
    return false;
}

Language token_choose_language(Parse *parse, const Token *token)
{
    Text line = parse_slice(parse, token->span);
    Text word = text_slice(line, line.size - 2, line.size);
    size_t begin = line.size;

    while (begin > 0 && line.data[begin - 1] != ' ' && line.data[begin - 1] != '\t') {
        begin--;
    }
    parse->language = text_equal(word, TEXT("en")) ? LANGUAGE_ENGLISH : LANGUAGE_DUTCH;
    if (line.size - begin != 2 || (parse->language == LANGUAGE_DUTCH && !text_equal(word, TEXT("nl")))) {
        parse->language = LANGUAGE_DUTCH;
        diag_report(parse->diags, DIAG_E0117, token->span, text_slice(line, begin, line.size), none, none);
    }
    return parse->language;
}

void token_assume_dutch(Parse *parse, const Token *token)
{
    parse->language = LANGUAGE_DUTCH;
    parse->line_is_fresh = true;
    diag_report(parse->diags, DIAG_W1001, token->span, none, none, none);
}

/* Keeps the line for the item that follows: a run of lines grows, anything between ends it (see parse_doc). */
void token_doc(Parse *parse, const Token *token)
{
    parse->docs = arena_grow(parse->arena, parse->docs, parse->doc_count, &parse->doc_capacity, sizeof(DocComment));
    Text line = parse_slice(parse, token->span);
    line = text_slice(line, 2, line.size);
    if (line.size > 0 && line.data[0] == ' ') {
        line = text_slice(line, 1, line.size);
    }
    parse->docs[parse->doc_count++] = (DocComment){token->span.begin, token->span.end, line};
}

/* Whether nothing but blanks or a comment stands between the offset and the end of the line. */
static bool ends_line(const Parse *parse, size_t offset)
{
    Text text = parse->source->text;
    while (offset < text.size && (text.data[offset] == ' ' || text.data[offset] == '\t' || text.data[offset] == '\r')) {
        offset++;
    }
    return offset >= text.size || text.data[offset] == '\n' ||
           (text.data[offset] == '-' && offset + 1 < text.size && text.data[offset + 1] == '-');
}

int token_bar(Parse *parse, const Token *token)
{
    if (parse->line_is_fresh) {
        return TOK_ROW_BEGIN;
    }
    return ends_line(parse, token->span.end) ? TOK_ROW_END : TOK_PIPE;
}

void token_scanner_failed(Parse *parse)
{
    assert(parse->arena->landing != NULL);
    longjmp(*parse->arena->landing, BD_NOMEM);
}
