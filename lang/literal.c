/* literal.c - see literal.h.
 *
 * Numbers keep their value exactly: the notation of the language is stripped to digits and a point, which
 * number_from_decimal_text reads. Suggestions are only made where one reading is likely.
 */
#include "literal.h"

#include <assert.h>
#include <string.h>

#include "date.h"
#include "grammar.h"
#include "limits.h"

static const Text none = {NULL, 0};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static Text slice_token(const Parse *parse, const Token *token)
{
    return parse_slice(parse, token->span);
}

/* What stands after a bad character or literal on its line is hard to judge: the grammar keeps silent about it. */
static void spoil_line(Parse *parse, const Token *token)
{
    Text text = parse->source->text;
    size_t end = token->span.end > parse->error_floor ? token->span.end : parse->error_floor;
    while (end < text.size && text.data[end] != '\n') {
        end++;
    }
    parse->error_floor = (uint32_t)end;
}

static Text decimal_of(Parse *parse, int64_t value)
{
    StringBuilder builder;
    builder_init(&builder, parse->arena);
    builder_int64(&builder, value);
    return builder_result(&builder);
}

int literal_name(Parse *parse, Token *token)
{
    Text name = slice_token(parse, token);
    if (name.size > NAME_MAX_BYTES) {
        diag_report(parse->diags, DIAG_E0113, token->span, decimal_of(parse, NAME_MAX_BYTES), none, none);
        name.size = 0;
    }
    token->text = name;
    return TOK_NAME;
}

/* The composed letters that contracts need: what a base letter becomes under grave, acute, circumflex, tilde,
 * diaeresis, ring, cedilla. 0: no such letter. */
static const struct {
    char base;
    uint32_t composed[7];
} compositions[] = {
    {'a', {0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0}},
    {'e', {0xE8, 0xE9, 0xEA, 0, 0xEB, 0, 0}},
    {'i', {0xEC, 0xED, 0xEE, 0, 0xEF, 0, 0}},
    {'o', {0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0, 0}},
    {'u', {0xF9, 0xFA, 0xFB, 0, 0xFC, 0, 0}},
    {'c', {0, 0, 0, 0, 0, 0, 0xE7}},
    {'n', {0, 0, 0, 0xF1, 0, 0, 0}},
    {'y', {0, 0xFD, 0, 0, 0xFF, 0, 0}},
    {'A', {0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0}},
    {'E', {0xC8, 0xC9, 0xCA, 0, 0xCB, 0, 0}},
    {'I', {0xCC, 0xCD, 0xCE, 0, 0xCF, 0, 0}},
    {'O', {0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0, 0}},
    {'U', {0xD9, 0xDA, 0xDB, 0, 0xDC, 0, 0}},
    {'C', {0, 0, 0, 0, 0, 0, 0xC7}},
    {'N', {0, 0, 0, 0xD1, 0, 0, 0}},
};

static const uint32_t combining[7] = {0x300, 0x301, 0x302, 0x303, 0x308, 0x30A, 0x327};

static bool is_combining(uint32_t code_point)
{
    return code_point >= 0x300 && code_point <= 0x36F;
}

static uint32_t compose(uint32_t base, uint32_t mark)
{
    for (size_t i = 0; i < sizeof compositions / sizeof compositions[0]; i++) {
        for (size_t k = 0; (uint32_t)compositions[i].base == base && k < 7; k++) {
            if (combining[k] == mark) {
                return compositions[i].composed[k];
            }
        }
    }
    return 0;
}

/* The name with each letter and its mark as one character; empty if some pair has no such character. */
static Text compose_name(Parse *parse, Text name)
{
    StringBuilder builder;
    uint32_t held = 0;
    size_t offset = 0;

    builder_init(&builder, parse->arena);
    while (offset < name.size) {
        uint32_t code_point = 0;
        size_t size = utf8_decode(name, offset, &code_point);
        if (size == 0) {
            return none;
        }
        offset += size;
        if (is_combining(code_point)) {
            held = compose(held, code_point);
            if (held == 0) {
                return none;
            }
            continue;
        }
        if (held != 0) {
            builder_code_point(&builder, held);
        }
        held = code_point;
    }
    if (held != 0) {
        builder_code_point(&builder, held);
    }
    return builder_result(&builder);
}

static Text name_code_point(Parse *parse, uint32_t code_point)
{
    StringBuilder builder;
    uint8_t bytes[3] = {(uint8_t)(code_point >> 16), (uint8_t)(code_point >> 8), (uint8_t)code_point};
    builder_init(&builder, parse->arena);
    builder_text(&builder, TEXT("U+"));
    builder_hex(&builder, bytes[0] == 0 ? bytes + 1 : bytes, bytes[0] == 0 ? 2 : 3);
    return builder_result(&builder);
}

int literal_marked(Parse *parse, Token *token)
{
    Text name = slice_token(parse, token);
    uint32_t code_point = 0;
    size_t offset = 0;

    while (offset < name.size && !is_combining(code_point)) {
        offset += utf8_decode(name, offset, &code_point);
    }
    Text composed = compose_name(parse, name);
    Diag *diag = diag_report(parse->diags, DIAG_E0104, token->span, name_code_point(parse, code_point), none, none);
    if (composed.size > 0) {
        diag_help(parse->diags, diag, DIAG_N0001, composed, none);
    }
    token->text = composed.size > 0 ? composed : name;
    return TOK_NAME;
}

/* Copies the text between the quotation marks, with "" made ". */
static Text unquote(Parse *parse, Text inner)
{
    if (memchr(inner.data, '"', inner.size) == NULL) {
        return arena_text_copy(parse->arena, inner);
    }
    char *copy = arena_alloc(parse->arena, inner.size);
    size_t size = 0;
    for (size_t i = 0; i < inner.size; i++) {
        copy[size++] = inner.data[i];
        i += inner.data[i] == '"';
    }
    return (Text){copy, size};
}

int literal_text(Parse *parse, Token *token)
{
    Text quoted = slice_token(parse, token);
    Text inner = text_slice(quoted, 1, quoted.size - 1);
    const char *nul = inner.size > 0 ? memchr(inner.data, '\0', inner.size) : NULL;

    if (inner.size > STRING_MAX_BYTES) {
        diag_report(parse->diags, DIAG_E0114, token->span, decimal_of(parse, STRING_MAX_BYTES), none, none);
        inner.size = 0;
    } else if (nul != NULL) {
        uint32_t begin = token->span.begin + 1 + (uint32_t)(nul - inner.data);
        diag_report(parse->diags, DIAG_E0102, (Span){token->span.file, begin, begin + 1}, none, none, none);
    }
    token->text = inner.size > 0 ? unquote(parse, inner) : TEXT("");
    return TOK_TEXT;
}

int literal_date(Parse *parse, Token *token)
{
    Text text = slice_token(parse, token);
    Date date = 0;
    if (!date_from_iso(text, &date) && !date_from_dmy(text, &date)) {
        diag_report(parse->diags, DIAG_E0107, token->span, text, none, none);
    }
    token->date = date;
    return TOK_DATE;
}

int literal_month(Parse *parse, Token *token)
{
    Text text = slice_token(parse, token);
    Month month = MONTH_MIN;
    if (!month_from_iso(text, &month)) {
        diag_report(parse->diags, DIAG_E0108, token->span, text, none, none);
    }
    token->date = month;
    return TOK_MONTH;
}

/* Digits with a point for decimals: what stands in the text without grouping, currency, percent sign and blanks. */
static Text strip_number(Parse *parse, Text text)
{
    char point = parse->language == LANGUAGE_DUTCH ? ',' : '.';
    char *digits = arena_alloc(parse->arena, text.size);
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (is_digit(text.data[i])) {
            digits[size++] = text.data[i];
        } else if (text.data[i] == point) {
            digits[size++] = '.';
        }
    }
    return (Text){digits, size};
}

int literal_number(Parse *parse, Token *token, int kind)
{
    Text decimal = strip_number(parse, slice_token(parse, token));
    bd_status status = number_from_decimal_text(parse->arena, decimal, &token->number);

    if (status == BD_OK && kind == TOK_PERCENT) {
        Number hundred = {100, 1, NULL};
        status = number_div(parse->arena, token->number, hundred, &token->number);
    }
    if (status != BD_OK) {
        diag_report(parse->diags, DIAG_E0115, token->span, decimal_of(parse, NUMBER_MAX_DIGITS), none, none);
        token->number = NUMBER_ZERO;
    }
    return kind;
}

/* The runs of digits in a text, as far as they fit. */
static unsigned split_digits(Text text, Text parts[4])
{
    unsigned count = 0;
    size_t i = 0;
    while (i < text.size && count < 4) {
        size_t begin = i;
        while (i < text.size && is_digit(text.data[i])) {
            i++;
        }
        if (i > begin) {
            parts[count++] = text_slice(text, begin, i);
        } else {
            i++;
        }
    }
    return count;
}

static int32_t digits_value(Text digits)
{
    int32_t value = 0;
    for (size_t i = 0; i < digits.size && i < 4; i++) {
        value = value * 10 + (digits.data[i] - '0');
    }
    return value;
}

/* `2026-1-5` and `5-1-2026` were meant as dates: the ISO form, or empty. */
static Text suggest_date(Parse *parse, Text text)
{
    Text parts[4];
    StringBuilder builder;
    Date date;
    unsigned count = split_digits(text, parts);

    if (count != 3 || parts[1].size > 2) {
        return none;
    }
    bool year_first = parts[0].size == 4 && parts[2].size <= 2;
    bool year_last = parts[2].size == 4 && parts[0].size <= 2;
    Text year = year_first ? parts[0] : parts[2];
    Text day = year_first ? parts[2] : parts[0];
    if (!(year_first || year_last) ||
        !date_from_ymd(digits_value(year), digits_value(parts[1]), digits_value(day), &date)) {
        return none;
    }
    builder_init(&builder, parse->arena);
    date_append(&builder, date);
    return builder_result(&builder);
}

static void append_grouped(StringBuilder *builder, Text digits, char group)
{
    for (size_t i = 0; i < digits.size; i++) {
        if (i > 0 && (digits.size - i) % 3 == 0) {
            builder_char(builder, group);
        }
        builder_char(builder, digits.data[i]);
    }
}

/* A number with one decimal sign, wrongly grouped or in the other language's notation: the right form, or empty.
 * The last sign is taken for the decimal one if it occurs once. */
static Text suggest_number(Parse *parse, Text text)
{
    bool is_dutch = parse->language == LANGUAGE_DUTCH;
    char sign = '\0';
    size_t sign_at = 0;
    size_t seen = 0;
    StringBuilder whole;
    StringBuilder builder;

    for (size_t i = 0; i < text.size; i++) {
        if (!is_digit(text.data[i])) {
            seen = text.data[i] == sign ? seen + 1 : 1;
            sign = text.data[i];
            sign_at = i;
        }
    }
    if (seen != 1) {
        return none;
    }
    builder_init(&whole, parse->arena);
    for (size_t i = 0; i < sign_at; i++) {
        if (is_digit(text.data[i])) {
            builder_char(&whole, text.data[i]);
        }
    }
    builder_init(&builder, parse->arena);
    append_grouped(&builder, builder_result(&whole), is_dutch ? '.' : ',');
    builder_char(&builder, is_dutch ? ',' : '.');
    builder_text(&builder, text_slice(text, sign_at + 1, text.size));
    return builder_result(&builder);
}

static int nearly_date(Parse *parse, Token *token, Text digits)
{
    Text suggestion = suggest_date(parse, digits);
    DiagCode code = suggestion.size > 0 ? DIAG_E0106 : DIAG_E0108;
    Date date = 0;
    diag_report(parse->diags, code, token->span, digits, suggestion, none);
    token->date = suggestion.size > 0 && date_from_iso(suggestion, &date) ? date : 0;
    return TOK_DATE;
}

int literal_nearly(Parse *parse, Token *token)
{
    Text all = slice_token(parse, token);
    size_t begin = 0;
    size_t end = all.size;

    while (!is_digit(all.data[begin])) {
        begin++;
    }
    while (!is_digit(all.data[end - 1])) {
        end--;
    }
    Text digits = text_slice(all, begin, end);
    token->number = NUMBER_ZERO;
    if (memchr(digits.data, '-', digits.size) != NULL) {
        return nearly_date(parse, token, digits);
    }
    Text suggestion = suggest_number(parse, digits);
    diag_report(parse->diags, suggestion.size > 0 ? DIAG_E0109 : DIAG_E0110, token->span, digits, suggestion, none);
    return begin > 0 ? TOK_MONEY : end < all.size ? TOK_PERCENT : TOK_NUMBER;
}

int literal_bad(Parse *parse, Token *token, DiagCode code)
{
    Text text = slice_token(parse, token);
    diag_report(parse->diags, code, token->span, text, none, none);
    spoil_line(parse, token);
    token->text = text;
    token->number = NUMBER_ZERO;
    if (code == DIAG_E0118) {
        return TOK_NAME;
    }
    return code == DIAG_E0112 ? TOK_MONEY : TOK_TEXT;
}

void literal_unknown(Parse *parse, const Token *token)
{
    Text text = slice_token(parse, token);
    uint32_t code_point = 0;
    bool is_visible = utf8_decode(text, 0, &code_point) > 0 && code_point > 0x20 && code_point != 0x7F;
    Text shown = is_visible && code_point != 0xFEFF ? text : name_code_point(parse, code_point);
    diag_report(parse->diags, DIAG_E0101, token->span, shown, none, none);
    spoil_line(parse, token);
}
