/* token_print.c - see token_print.h. */
#include "token_print.h"

#include <string.h>

#include "grammar.h"
#include "parse_state.h"
#include "token.h"

static const struct {
    int token;
    Text name;
} names[] = {
    {TOK_END, TEXT_INIT("END")},
    {TOK_NAME, TEXT_INIT("NAME")},
    {TOK_TEXT, TEXT_INIT("TEXT")},
    {TOK_NUMBER, TEXT_INIT("NUMBER")},
    {TOK_PERCENT, TEXT_INIT("PERCENT")},
    {TOK_MONEY, TEXT_INIT("MONEY")},
    {TOK_DATE, TEXT_INIT("DATE")},
    {TOK_MONTH, TEXT_INIT("MONTH")},
    {TOK_LPAREN, TEXT_INIT("LPAREN")},
    {TOK_RPAREN, TEXT_INIT("RPAREN")},
    {TOK_LBRACKET, TEXT_INIT("LBRACKET")},
    {TOK_RBRACKET, TEXT_INIT("RBRACKET")},
    {TOK_COMMA, TEXT_INIT("COMMA")},
    {TOK_DOT, TEXT_INIT("DOT")},
    {TOK_COLON, TEXT_INIT("COLON")},
    {TOK_EQ, TEXT_INIT("EQ")},
    {TOK_NE, TEXT_INIT("NE")},
    {TOK_LT, TEXT_INIT("LT")},
    {TOK_LE, TEXT_INIT("LE")},
    {TOK_GT, TEXT_INIT("GT")},
    {TOK_GE, TEXT_INIT("GE")},
    {TOK_PLUS, TEXT_INIT("PLUS")},
    {TOK_MINUS, TEXT_INIT("MINUS")},
    {TOK_TIMES, TEXT_INIT("TIMES")},
    {TOK_DIVIDE, TEXT_INIT("DIVIDE")},
    {TOK_ROW_BEGIN, TEXT_INIT("ROW_BEGIN")},
    {TOK_PIPE, TEXT_INIT("PIPE")},
    {TOK_ROW_END, TEXT_INIT("ROW_END")},
};

static const struct {
    int token;
    Text name;
} keyword_names[] = {
#define K(token, nl, en, class, gloss) {TOK_##token, TEXT_INIT(#token)},
#define A(token, nl, en)
#include "keywords.def"
};

static Text kind_name(int token)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].token == token) {
            return names[i].name;
        }
    }
    for (size_t i = 0; i < sizeof keyword_names / sizeof keyword_names[0]; i++) {
        if (keyword_names[i].token == token) {
            return keyword_names[i].name;
        }
    }
    return TEXT("?");
}

static void append_value(StringBuilder *out, const Token *token)
{
    switch (token->kind) {
    case TOK_NAME:
        builder_char(out, ' ');
        builder_text(out, token->text);
        break;
    case TOK_TEXT:
        builder_char(out, ' ');
        builder_json_string(out, token->text);
        break;
    case TOK_NUMBER:
    case TOK_PERCENT:
    case TOK_MONEY:
        builder_char(out, ' ');
        number_append(out, token->number, 0);
        break;
    case TOK_DATE:
        builder_char(out, ' ');
        date_append(out, token->date);
        break;
    case TOK_MONTH:
        builder_char(out, ' ');
        month_append(out, token->date);
        break;
    default: break;
    }
}

/* The place of the next token. On one line it is counted on from the token before, so that a file of one long line takes
 * linear time as well. */
static Place place_after(const Source *source, Place before, uint32_t from, uint32_t to)
{
    Text between = text_slice(source->text, from, to);
    if (between.size > 0 && (memchr(between.data, '\n', between.size) || memchr(between.data, '\r', between.size))) {
        return source_place(source, to);
    }
    before.column += (uint32_t)text_length(between);
    return before;
}

void token_print(StringBuilder *out, const Source *source, Arena *arena, Diags *diags)
{
    Parse parse;
    const Token *token;
    if (!parse_check_bytes(source, diags)) {
        return;
    }
    parse_start(&parse, source, arena, diags);
    Place place = source_place(source, 0);
    uint32_t offset = 0;
    do {
        token = token_next_alone(&parse);
        place = place_after(source, place, offset, token->span.begin);
        offset = token->span.begin;
        builder_uint64(out, place.line);
        builder_char(out, ':');
        builder_uint64(out, place.column);
        builder_char(out, ' ');
        builder_text(out, kind_name(token->kind));
        append_value(out, token);
        builder_char(out, '\n');
    } while (token->kind != TOK_END);
}
