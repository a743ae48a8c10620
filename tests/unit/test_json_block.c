/* test_json_block.c: rows of JSON Lines in blocks are what the careful reader makes of them, whatever they hold; see json_both.h. */
#include "check.h"
#include "json_both.h"

enum { FILES = 4000, MOST_BYTES = 512 * 1024 };

static uint32_t state = 1;

static uint32_t draw(uint32_t below)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

/* One in so many; 0: never. */
static bool chance(uint32_t many)
{
    return many > 0 && draw(many) == 0;
}

typedef struct Out {
    char data[MOST_BYTES];
    size_t size;
} Out;

static void put(Out *out, const char *text)
{
    size_t size = strlen(text);
    if (out->size + size > MOST_BYTES)
        return;
    memcpy(out->data + out->size, text, size);
    out->size += size;
}

#define PICK(list) ((list)[draw(sizeof(list) / sizeof *(list))])

static const char *const NAMES[] = {"a", "b", "naam", "een_naam_van_meer_dan_32_bytes_lang", "onbekend", "d", "é", "f"};
enum { NAME_COUNT = sizeof NAMES / sizeof *NAMES };

static const char *const PLAIN[] = {
    "\"x\"",
    "\"\"",
    "12",
    "0",
    "-1",
    "0.5",
    "12.50",
    "-0.25",
    "true",
    "false",
    "null",
    "\"2020-01-31\"",
    "\"een tekst van meer dan tweeëndertig bytes\"",
    "\"een tekst die nog langer is, en wel zo lang dat hij drie stappen beslaat: klaar\"",
    "1234567890123456789012345678901",
    "\", : } {\""};
static const char *const ODD[] = {"1e5",
                                  "-1.5E+3",
                                  "01",
                                  "-01",
                                  "1.",
                                  ".5",
                                  "-",
                                  "1..2",
                                  "1.2.3",
                                  "+1",
                                  "0x1",
                                  "00",
                                  "--1",
                                  "1-",
                                  "12345678901234567890123456789012345678901234567890",
                                  "0.12345678901234567890123456789012345",
                                  "tru",
                                  "truex",
                                  "nul",
                                  "nulls",
                                  "False",
                                  "\"\\n\"",
                                  "\"\\u00e9\"",
                                  "\"\\ud83d\\ude00\"",
                                  "\"\\ud83d\"",
                                  "\"\\x\"",
                                  "\"\\\"",
                                  "\"\t\"",
                                  "\"a",
                                  "a\"",
                                  "{}",
                                  "[1,2]",
                                  "{\"a\":[\"}\"]}",
                                  "[",
                                  "\"\xff\"",
                                  "\"\xc3\"",
                                  "\"\xf0\x9f\x98\x80\"",
                                  "\"\x7f\"",
                                  "",
                                  "1 2",
                                  "\"x\" \"y\"",
                                  "1\r"};

/* How the rows of a file are written. */
typedef struct Style {
    const char *comma, *colon, *open, *close, *end;
    uint32_t order[NAME_COUNT];
    uint32_t odd, missing; /* one in so many; 0: none */
    bool has_first;        /* always */
} Style;

static void shuffle(Style *style)
{
    for (uint32_t i = NAME_COUNT - 1; i > 0; i--) {
        uint32_t j = draw(i + 1), kept = style->order[i];
        style->order[i] = style->order[j];
        style->order[j] = kept;
    }
}

static Style draw_style(void)
{
    static const char *const COMMAS[] = {",", ", ", " , "}, *const COLONS[] = {":", ": "};
    static const char *const ENDS[] = {"\n", "\n", "\r\n", " \n"}, *const OPENS[] = {"{", "{ ", " {"},
                             *const CLOSES[] = {"}", "}", " }"};
    static const uint32_t RATES[] = {5, 30, 400, 0};
    Style style = {.comma = PICK(COMMAS),
                   .colon = PICK(COLONS),
                   .open = PICK(OPENS),
                   .close = PICK(CLOSES),
                   .end = PICK(ENDS),
                   .odd = PICK(RATES),
                   .missing = PICK(RATES)};
    for (uint32_t i = 0; i < NAME_COUNT; i++)
        style.order[i] = i;
    if (draw(2) == 0)
        shuffle(&style);
    return style;
}

static void put_row(Out *out, const Style *style)
{
    bool is_first = true;
    put(out, style->open);
    for (uint32_t i = 0; i < NAME_COUNT; i++) {
        bool is_missing = chance(style->missing) && !(i == 0 && style->has_first);
        uint32_t times = is_missing ? 0 : chance(style->odd * 4) ? 2 : 1;
        for (; times > 0; times--) {
            put(out, is_first ? "\"" : style->comma);
            put(out, is_first ? "" : "\"");
            put(out, NAMES[style->order[i]]);
            put(out, "\"");
            put(out, style->colon);
            put(out, chance(style->odd * 4) ? PICK(ODD) : PICK(PLAIN));
            is_first = false;
        }
    }
    put(out, style->close);
}

/* What can happen to a row that was written. */
static void harm(Out *out, size_t begin)
{
    static const char BYTES[] = "\"\\,:{}[]\n\r\t 01.-x\0\xC3\xA9";
    size_t size = out->size - begin;
    if (size == 0)
        return;
    char *row = out->data + begin;
    switch (draw(4)) {
    case 0: { /* the row lacks its beginning */
        size_t lost = 1 + draw((uint32_t)(size < 4 ? size : 4));
        memmove(row, row + lost, size - lost);
        out->size -= lost;
        return;
    }
    case 1: out->size = begin + draw((uint32_t)size); return;
    case 2: row[draw((uint32_t)size)] = BYTES[draw(sizeof BYTES)]; return;
    default: put(out, PICK(ODD)); return;
    }
}

static void make_file(Out *out)
{
    Style style = draw_style(), other = draw_style();
    uint32_t rows = 1 + draw(120);
    out->size = 0;
    for (uint32_t i = 0; i < rows; i++) {
        size_t begin = out->size;
        if (chance(style.odd))
            put(out, draw(2) == 0 ? "\n" : "\r\n");
        put_row(out, chance(style.odd) ? &other : &style);
        if (chance(style.odd * 8))
            harm(out, begin);
        if (i + 1 < rows || draw(4) > 0)
            put(out, style.end);
        if (chance(style.odd * 16))
            style = draw_style();
    }
}

/* Rows that differ in what they lack, and change their order once: they are to be learnt, not to be read one by one. */
static void check_learning(Out *out)
{
    enum { ROWS = 640 };
    for (int i = 0; i < 100; i++) {
        Style style = draw_style();
        style.odd = 0;
        style.missing = i % 2 == 0 ? 4 : 0;
        style.has_first = true;
        out->size = 0;
        for (int row = 0; row < ROWS; row++) {
            if (row == ROWS / 2)
                shuffle(&style);
            put_row(out, &style);
            put(out, style.end);
        }
        JsonBothResult found = json_both_read((Text){out->data, out->size}, JSON_SCAN_ROWS, true);
        CHECK(found.difference == NULL, "%s", found.difference);
        CHECK(found.rows == ROWS && found.plain > ROWS * 2 / 3, "%zu rows, %zu of them plain", found.rows, found.plain);
    }
}

/* Texts that chance would take long to find. */
static void check_texts(void)
{
    static const char *const TEXTS[] = {
        " {\"a\":1 ,\"b\":2}\n ,\"b\":2}\n",
        "{\"a\":1}\n}\n{}\n{\"a\":1}",
        "{\"a\":1}\n{}\n{}",
        "{}\n}\n",
        "{\"a\":1,\"b\":2}\n{\"a\":1,\"b\":2\n,\"d\":3}\n",
        "{\"a\":\"x\n\"}\n",
        "{\"a\":1}\n{\"a\":\"",
        "{\"a\":null,\"a\":1}\n{\"a\":1,\"a\":null}\n",
        "{\"x\":1,\"x\":2,\"a\":1}\n{\"a\":2}\n{\"x\":1,\"x\":2}\n",
        "{\"a\":1}\n\n\r\n{\"a\":2}\n  \n{\"a\":3}",
        "{\"a\":1}\n{\"a\":true}\n{\"a\":false}\n{\"a\":null}\n{\"a\":tru}",
        "{\"een_naam_van_meer_dan_32_bytes_lang\":1}\n{\"een_naam_van_meer_dan_32_bytes_lanG\":1}\n"};
    check_group("texts");
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        for (size_t size = 0; size <= strlen(TEXTS[i]); size++) {
            for (int at_end = 0; at_end < 2; at_end++) {
                JsonBothResult found = json_both_read((Text){TEXTS[i], size}, JSON_SCAN_ROWS, at_end == 1);
                CHECK(found.difference == NULL, "%s in %.*s", found.difference, (int)size, TEXTS[i]);
            }
        }
    }
}

int main(void)
{
    static Out out;
    size_t rows = 0, plain = 0;
    check_texts();
    check_group("blocks and rows");
    for (int i = 0; i < FILES; i++) {
        make_file(&out);
        size_t wanted = draw(3) == 0 ? 1 + draw(JSON_SCAN_ROWS) : JSON_SCAN_ROWS;
        JsonBothResult found = json_both_read((Text){out.data, out.size}, wanted, draw(4) > 0);
        CHECK(found.difference == NULL, "file %d: %s in\n%.*s", i, found.difference, (int)out.size, out.data);
        rows += found.rows;
        plain += found.plain;
    }
    check_group("both ways are gone");
    CHECK(plain > FILES && rows - plain > FILES, "%zu rows, %zu of them plain", rows, plain);
    check_group("shapes are learnt");
    check_learning(&out);
    return check_done();
}
