/* decisions.c: what a run writes and counts; see decisions.h. */
#include "compiler/cli/decisions.h"

#include <string.h>

#include "compiler/cli/json_write.h"
#include "compiler/cli/word.h"

Text decisions_word(bd_decision decision)
{
    switch (decision) {
    case BD_APPROVED: return TEXT("goedgekeurd");
    case BD_SUSPENDED: return TEXT("aangehouden");
    case BD_REJECTED:
    case BD_FAULTED: break;
    }
    return TEXT("afgekeurd");
}

void decisions_init(Decisions *decisions, Cli *cli, const bd_module *module, const bd_session *session, Output *out,
                    bool is_json, char separator)
{
    memset(decisions, 0, sizeof *decisions);
    decisions->cli = cli;
    decisions->module = module;
    decisions->session = session;
    decisions->out = out;
    decisions->is_json = is_json;
    decisions->separator = separator;
    bd_module_info info;
    bd_module_describe(module, &info);
    decisions->rule_count = info.rules;
    decisions->longest_tail = 8; /* separators, quotes, line end */
    decisions->words = bd_module_reason_words(module);
    decisions->rules = arena_array(&cli->arena, (size_t)info.rules + 1, sizeof *decisions->rules);
    decisions->tails = arena_array(&cli->arena, DECISION_TAILS, sizeof *decisions->tails);
    for (uint32_t i = 0; i < info.rules; i++) {
        bd_rule_info rule;
        if (bd_module_rule(module, i, &rule) != BD_OK)
            break;
        decisions->rules[i] =
            (RuleText){rule.name, rule.code.size > 0 ? rule.code : rule.name, rule.effect != BD_EFFECT_PAY, 0};
        decisions->longest_tail += decisions->rules[i].name.size + decisions->rules[i].reason_name.size + 2;
    }
}

void decisions_begin(Decisions *decisions)
{
    static const Text NAMES[] = {TEXT_INIT("declaratienummer"), TEXT_INIT("regelnummer"), TEXT_INIT("besluit"),
                                 TEXT_INIT("bedrag_toegekend"), TEXT_INIT("redenen"),     TEXT_INIT("regels")};
    if (decisions->is_json)
        return;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (i > 0)
            output_char(decisions->out, decisions->separator);
        output_text(decisions->out, NAMES[i]);
    }
    output_char(decisions->out, '\n');
}

/* Whether a cell must be quoted: where RFC 4180 wants it; and for a `;` whatever the separator, so that either reading splits right. */
static bool needs_quotes(Text cell)
{
    for (size_t i = 0; i < cell.size; i++) {
        char c = cell.data[i];
        if (c == ',' || c == ';' || c == '"' || c == '\n' || c == '\r')
            return true;
    }
    return false;
}

void decisions_cell(Output *out, Text cell)
{
    if (!needs_quotes(cell)) {
        output_text(out, cell);
        return;
    }
    output_char(out, '"');
    for (size_t i = 0; i < cell.size; i++) {
        if (cell.data[i] == '"')
            output_char(out, '"');
        output_char(out, cell.data[i]);
    }
    output_char(out, '"');
}

enum { AMOUNT_ROOM = 24 };

/* The eight decimal digits of a number below 10^8, as values; the first in the lowest byte. */
static inline uint64_t split_digits(uint32_t number)
{
    uint64_t word = number / 10000 | (uint64_t)(number % 10000) << 32;
    uint64_t hundreds = (word * 10486) >> 20 & UINT64_C(0x0000007F0000007F);
    word = hundreds | (word - hundreds * 100) << 16;
    uint64_t tens = (word * 103) >> 10 & UINT64_C(0x000F000F000F000F);
    return tens | (word - tens * 10) << 8;
}

/* Whether an amount is one of nearly all: at least 0 and below a million euros. */
static inline bool is_short_amount(int64_t cents)
{
    return cents >= 0 && cents < 100000000;
}

/* Such an amount, at `at`, where AMOUNT_ROOM bytes may be written; returns the place behind it. No branch depends on how many digits there are. */
static inline char *put_short_amount(char *at, uint32_t cents)
{
    uint64_t digits = split_digits(cents);
    int zeros = __builtin_ctzll(digits | UINT64_C(1) << 40) / 8; /* the last digit of the euros stays */
    digits |= EVERY_BYTE * '0';
    uint64_t euros = digits >> (8 * zeros);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    euros = __builtin_bswap64(euros);
#endif
    memcpy(at, &euros, sizeof euros);
    at += 6 - zeros;
    at[0] = '.';
    at[1] = (char)(digits >> 48);
    at[2] = (char)(digits >> 56);
    return at + 3;
}

static char *put_long_amount(char *at, int64_t cents)
{
    char digits[AMOUNT_ROOM];
    char *end = digits + sizeof digits, *p = end;
    uint64_t left = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
    for (int digit = 0; digit < 3 || left > 0; digit++) {
        if (digit == 2)
            *--p = '.';
        *--p = (char)('0' + left % 10);
        left /= 10;
    }
    if (cents < 0)
        *--p = '-';
    memcpy(at, p, (size_t)(end - p));
    return at + (end - p);
}

static void write_amount(Output *out, int64_t cents)
{
    char *at = output_room(out, AMOUNT_ROOM);
    const char *end = is_short_amount(cents) ? put_short_amount(at, (uint32_t)cents) : put_long_amount(at, cents);
    output_advance(out, (size_t)(end - at));
}

/* Names or reasons of the rules in a set, `;` between. */
static void write_rules(const Decisions *decisions, const uint64_t *reasons, bool as_names, char between)
{
    bool is_first = true;
    for (uint32_t word = 0; word < decisions->words; word++) {
        for (uint64_t bits = reasons[word]; bits != 0; bits &= bits - 1) {
            uint32_t rule = word * 64 + (uint32_t)__builtin_ctzll(bits);
            if (rule >= decisions->rule_count || !decisions->rules[rule].shows)
                continue;
            if (!is_first)
                output_char(decisions->out, between);
            is_first = false;
            output_text(decisions->out, as_names ? decisions->rules[rule].name : decisions->rules[rule].reason_name);
        }
    }
}

static void count_rules(Decisions *decisions, const uint64_t *reasons, uint64_t lines)
{
    for (uint32_t word = 0; word < decisions->words; word++) {
        for (uint64_t bits = reasons[word]; bits != 0; bits &= bits - 1) {
            uint32_t rule = word * 64 + (uint32_t)__builtin_ctzll(bits);
            if (rule < decisions->rule_count)
                decisions->rules[rule].count += lines;
        }
    }
}

/* All but the rules. */
static void count(Decisions *decisions, const DecidedLine *line)
{
    decisions->lines++;
    decisions->repeated += line->is_repeated;
    decisions->settled[line->settled]++;
    decisions->outcomes[line->decision]++;
    int64_t granted = line->decision == BD_APPROVED ? line->cents : 0;
    if (__builtin_add_overflow(decisions->approved_cents, granted, &decisions->approved_cents))
        decisions->has_overflowed = true;
}

/* The name of what settled the line, or the code of a line that was malformed or faulted; a rule stands behind the first only. */
static Text word_of(const DecidedLine *line, bool as_name)
{
    Text settled = bd_settled_name(line->settled);
    return settled.size > 0 || as_name ? settled : line->code;
}

static void write_json(Decisions *decisions, const DecidedLine *line)
{
    Arena arena;
    cli_arena(decisions->cli, &arena);
    StringBuilder text;
    builder_init(&text, &arena);
    JsonWriter json;
    json_write_init(&json, &text, true);
    json_write_object(&json, NULL);
    json_write_text(&json, "declaratienummer", line->declaration);
    json_write_text(&json, "regelnummer", line->number);
    json_write_text(&json, "besluit", decisions_word(line->decision));
    output_text(decisions->out, builder_result(&text));
    output_text(decisions->out, TEXT(", \"bedrag_toegekend\": "));
    write_amount(decisions->out, line->cents);
    for (int as_names = 0; as_names < 2; as_names++) {
        output_text(decisions->out, as_names ? TEXT(", \"regels\": \"") : TEXT(", \"redenen\": \""));
        /* Names of the language, codes and slugs have nothing that JSON escapes. */
        if (word_of(line, false).size == 0)
            write_rules(decisions, line->reasons, as_names != 0, ';');
        else
            output_text(decisions->out, word_of(line, as_names != 0));
        output_char(decisions->out, '"');
    }
    output_text(decisions->out, TEXT("}\n"));
    arena_free(&arena);
}

/* Whether a set of reasons names more than one rule: then the list holds `;`. */
static bool has_many(const uint64_t *reasons, uint32_t words)
{
    uint32_t found = 0;
    for (uint32_t word = 0; word < words; word++)
        found += (uint32_t)__builtin_popcountll(reasons[word]);
    return found > 1;
}

/* redenen, regels and the end of the line. */
static void write_end(Decisions *decisions, const DecidedLine *line)
{
    Output *out = decisions->out;
    char separator = decisions->separator;
    if (word_of(line, false).size > 0) {
        output_text(out, word_of(line, false));
        output_char(out, separator);
        output_text(out, word_of(line, true));
    } else {
        /* With `;` between columns a list of several must be quoted. */
        bool is_quoted = separator == ';' && has_many(line->reasons, decisions->words);
        for (int as_names = 0; as_names < 2; as_names++) {
            if (is_quoted)
                output_char(out, '"');
            write_rules(decisions, line->reasons, as_names != 0, ';');
            if (is_quoted)
                output_char(out, '"');
            if (!as_names)
                output_char(out, separator);
        }
    }
    output_char(out, '\n');
}

static void write_with_care(Decisions *decisions, const DecidedLine *line)
{
    Output *out = decisions->out;
    char separator = decisions->separator;
    decisions_cell(out, line->declaration);
    output_char(out, separator);
    decisions_cell(out, line->number);
    output_char(out, separator);
    output_text(out, decisions_word(line->decision));
    output_char(out, separator);
    write_amount(out, line->cents);
    output_char(out, separator);
    write_end(decisions, line);
}

/* The place of the tail of a set of rules, whether or not it is that set's. */
static inline DecisionTail *tail_at(const Decisions *decisions, const uint64_t *reasons)
{
    uint64_t hash = reasons[0] * UINT64_C(0x9E3779B97F4A7C15);
    for (uint32_t word = 1; word < decisions->words; word++)
        hash = (hash ^ reasons[word]) * UINT64_C(0x9E3779B97F4A7C15);
    return &decisions->tails[hash >> 56];
}

static inline bool is_tail_of(const Decisions *decisions, const DecisionTail *tail, const uint64_t *reasons)
{
    uint64_t difference = tail->reasons[0] ^ reasons[0];
    for (uint32_t word = 1; word < decisions->words; word++)
        difference |= tail->reasons[word] ^ reasons[word];
    return difference == 0 && tail->size > 0;
}

enum {
    SHORT_CELL = 64,
    TAIL_STEP = 64,
    LONGEST_TAIL = 1024,
    LINE_ROOM = 2 * (SHORT_CELL + 8) + AMOUNT_ROOM + 32 + TAIL_STEP
};

/* Gives the place to this set of rules: writes the tail behind what the output holds, and takes it back. False: it is too long to keep. */
static bool make_tail(Decisions *decisions, DecisionTail *tail, const uint64_t *reasons)
{
    Output *out = decisions->out;
    if (decisions->longest_tail > OUTPUT_MAX_ROOM)
        return false;
    if (tail->lines > 0)
        count_rules(decisions, tail->reasons, tail->lines);
    tail->lines = 0;
    tail->size = 0;
    memcpy(tail->reasons, reasons, decisions->words * sizeof *reasons);
    (void)output_room(out, decisions->longest_tail);
    size_t before = out->size;
    DecidedLine line = {.reasons = tail->reasons, .settled = BD_SETTLED_BY_RULES};
    write_end(decisions, &line);
    size_t size = out->size - before;
    out->size = before;
    if (size > LONGEST_TAIL)
        return false;
    if (tail->text == NULL)
        tail->text = arena_alloc(&decisions->cli->arena, LONGEST_TAIL);
    memcpy(tail->text, out->data + before, size);
    tail->size = (uint32_t)size;
    return true;
}

/* Whether no byte of eight is `;` or below `-`, so that none has to be quoted. */
static inline bool are_plain(uint64_t word)
{
    const uint64_t high = EVERY_BYTE << 7;
    uint64_t above = (word | high) - EVERY_BYTE * '-', other = ((word ^ EVERY_BYTE * ';') | high) - EVERY_BYTE;
    return (above & other & high) == high;
}

static inline uint64_t copy_eight(char *at, const char *from)
{
    uint64_t word = 0;
    memcpy(&word, from, sizeof word);
    memcpy(at, &word, sizeof word);
    return word;
}

static inline uint32_t copy_four(char *at, const char *from)
{
    uint32_t word = 0;
    memcpy(&word, from, sizeof word);
    memcpy(at, &word, sizeof word);
    return word;
}

/* A cell, in parts that overlap and are looked at and written as they are. NULL when it is long or may have to be quoted. Eight bytes more than
** its size may be written. */
static inline char *put_cell(char *at, Text cell)
{
    const char *from = cell.data;
    const size_t size = cell.size;
    bool is_plain = true;
    if (size - 4 < 4) {
        uint64_t first = copy_four(at, from);
        is_plain = are_plain(first << 32 | copy_four(at + size - 4, from + size - 4));
    } else if (size - 1 < 3) {
        const uint64_t first = (unsigned char)from[0], middle = (unsigned char)from[size / 2];
        const uint64_t last = (unsigned char)from[size - 1];
        at[0] = (char)first;
        at[size / 2] = (char)middle;
        at[size - 1] = (char)last;
        is_plain = are_plain(EVERY_BYTE * '-' << 24 | first | middle << 8 | last << 16);
    } else if (size > 0) {
        if (size > SHORT_CELL)
            return NULL;
        for (size_t i = 0; i + 8 < size; i += 8)
            is_plain &= are_plain(copy_eight(at + i, from + i));
        is_plain &= are_plain(copy_eight(at + size - 8, from + size - 8));
    }
    return is_plain ? at + size : NULL;
}

/* The word of the decision: sixteen bytes whatever it is, so that no branch depends on it. */
static inline char *put_word(char *at, bd_decision decision)
{
    static const char WORDS[BD_FAULTED + 1][16] = {[BD_APPROVED] = "goedgekeurd",
                                                   [BD_REJECTED] = "afgekeurd",
                                                   [BD_SUSPENDED] = "aangehouden",
                                                   [BD_FAULTED] = "afgekeurd"};
    static const uint8_t SIZES[BD_FAULTED + 1] = {
        [BD_APPROVED] = 11, [BD_REJECTED] = 9, [BD_SUSPENDED] = 11, [BD_FAULTED] = 9};
    memcpy(at, WORDS[decision], sizeof WORDS[decision]);
    return at + SIZES[decision];
}

/* One row, at `at`; NULL when something about it is unusual. */
static inline char *put_row(char separator, const DecidedRows *rows, size_t row, const DecisionTail *tail, char *at)
{
    const int64_t cents = rows->results->cents[row];
    at = put_cell(at, rows->declarations[row]);
    if (at == NULL)
        return NULL;
    *at++ = separator;
    at = put_cell(at, rows->numbers[row]);
    if (at == NULL || !is_short_amount(cents))
        return NULL;
    *at++ = separator;
    at = put_word(at, (bd_decision)rows->results->decision[row]);
    *at++ = separator;
    at = put_short_amount(at, (uint32_t)cents);
    *at++ = separator;
    const char *text = tail->text, *end = text + tail->size;
    for (char *to = at; text < end; text += TAIL_STEP, to += TAIL_STEP)
        memcpy(to, text, TAIL_STEP);
    return at + tail->size;
}

/* Rows from `row` on as long as there is nothing to do but to write them; returns the first that is not written. No call stands in this loop. */
static size_t write_rows(Decisions *decisions, const DecidedRows *rows, size_t row, size_t end)
{
    const bd_decisions *results = rows->results;
    const char separator = decisions->separator;
    Output *out = decisions->out;
    char *at = out->data + out->size;
    const char *limit = out->data + out->capacity;
    for (; row < end; row++) {
        const uint64_t *reasons = results->reasons + row * decisions->words;
        const bd_decision decision = (bd_decision)results->decision[row];
        DecisionTail *tail = tail_at(decisions, reasons);
        bool is_unusual =
            (rows->bad[row] | results->settled[row] | results->repeated[row]) != 0 || decision == BD_FAULTED;
        if (is_unusual || !is_tail_of(decisions, tail, reasons) ||
            (size_t)(limit - at) < LINE_ROOM + (size_t)tail->size)
            break;
        int64_t sum = 0, granted = decision == BD_APPROVED ? results->cents[row] : 0;
        char *behind = put_row(separator, rows, row, tail, at);
        if (behind == NULL || __builtin_add_overflow(decisions->approved_cents, granted, &sum))
            break;
        at = behind;
        decisions->approved_cents = sum;
        decisions->outcomes[decision]++;
        tail->lines++;
    }
    out->size = (size_t)(at - out->data);
    return row;
}

/* Makes the tail or the room that a row lacks; false when it has both. */
static bool make_ready(Decisions *decisions, const uint64_t *reasons)
{
    DecisionTail *tail = tail_at(decisions, reasons);
    if (!is_tail_of(decisions, tail, reasons))
        return make_tail(decisions, tail, reasons);
    Output *out = decisions->out;
    if (out->capacity - out->size >= LINE_ROOM + (size_t)tail->size)
        return false;
    output_make_room(out, LINE_ROOM + (size_t)tail->size);
    return true;
}

size_t decisions_write_plain(Decisions *decisions, const DecidedRows *rows, size_t row, size_t end)
{
    if (decisions->is_json || decisions->words > DECISION_TAIL_WORDS)
        return row;
    size_t first = row;
    (void)output_room(decisions->out, LINE_ROOM); /* an output in memory has none yet */
    do
        row = write_rows(decisions, rows, row, end);
    while (row < end && make_ready(decisions, rows->results->reasons + row * decisions->words));
    decisions->lines += row - first;
    decisions->settled[BD_SETTLED_BY_RULES] += row - first;
    return row;
}

void decisions_write(Decisions *decisions, const DecidedLine *line)
{
    count(decisions, line);
    if (line->reasons != NULL)
        count_rules(decisions, line->reasons, 1);
    if (decisions->is_json)
        write_json(decisions, line);
    else
        write_with_care(decisions, line);
}

void decisions_settle(Decisions *decisions)
{
    decisions->approved += decisions->outcomes[BD_APPROVED];
    decisions->suspended += decisions->outcomes[BD_SUSPENDED];
    decisions->rejected += decisions->outcomes[BD_REJECTED] + decisions->outcomes[BD_FAULTED];
    decisions->faulted += decisions->outcomes[BD_FAULTED];
    memset(decisions->outcomes, 0, sizeof decisions->outcomes);
    for (int i = 0; i < DECISION_TAILS; i++) {
        if (decisions->tails[i].lines > 0)
            count_rules(decisions, decisions->tails[i].reasons, decisions->tails[i].lines);
        decisions->tails[i].lines = 0;
    }
}

void decisions_add(Decisions *to, const Decisions *from)
{
    to->lines += from->lines;
    to->approved += from->approved;
    to->rejected += from->rejected;
    to->suspended += from->suspended;
    to->faulted += from->faulted;
    to->malformed += from->malformed;
    to->repeated += from->repeated;
    for (size_t i = 0; i < sizeof to->settled / sizeof *to->settled; i++)
        to->settled[i] += from->settled[i];
    to->has_overflowed = to->has_overflowed || from->has_overflowed;
    if (__builtin_add_overflow(to->approved_cents, from->approved_cents, &to->approved_cents))
        to->has_overflowed = true;
    for (uint32_t i = 0; i < to->rule_count; i++)
        to->rules[i].count += from->rules[i].count;
}
