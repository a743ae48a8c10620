/* column_run.c: one column of many rows of plain CSV; see column_run.h. */
#include "compiler/cli/column_run.h"
#include "compiler/cli/word.h"

#include <string.h>

#include "vm/core/date.h"

/* A cell that is known to have no carriage return behind it. */
static inline Text cell_at(CellRun run, size_t i)
{
    const uint32_t *end = run.ends + i * run.stride;
    uint32_t begin = end[-1] + 1;
    return (Text){run.data + begin, *end - begin};
}

/* Rows that a loop over all of them leaves for later, so that nothing is called in it. */
typedef uint8_t Missed[COLUMN_RUN_ROWS];

/* Any cell at all. */
static void store_any(TypedColumn *column, size_t row, Text cell, Arena *arena, uint8_t *mark)
{
    CellProblem problem;
    CellStatus status = column_store(column, row, cell, arena, &problem);
    if (status != CELL_STORED && !(status == CELL_ABSENT && column->info.optional))
        *mark = 1;
}

static void store_every(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    for (size_t i = 0; i < run.rows; i++)
        store_any(column, row + i, cell_run_at(run, i), arena, &marks[i]);
}

static void store_texts(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    bd_text *values = (bd_text *)column->values + row;
    for (size_t i = 0; i < run.rows; i++) {
        Text cell = cell_at(run, i);
        values[i] = cell;
        if (cell.size == 0)
            store_any(column, row + i, cell, arena, &marks[i]);
    }
}

/* ---- Numbers ---- */

static const uint32_t POWERS[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* How numbers of a column are written: with so many decimals. */
typedef struct DecimalForm {
    int decimals;
    size_t least;            /* characters */
    uint64_t before, behind; /* masks: of the bytes before the point, and of those behind it */
    uint64_t point_mask, point;
    uint32_t factor; /* to the column's scale */
} DecimalForm;

static DecimalForm form_of(int decimals, int scale)
{
    if (decimals == 0)
        return (DecimalForm){.least = 1, .behind = UINT64_MAX, .factor = POWERS[scale]};
    int shift = 8 * (7 - decimals); /* of a number whose last digit is in the highest byte */
    uint64_t before = (UINT64_C(1) << shift) - 1;
    return (DecimalForm){.decimals = decimals,
                         .least = (size_t)decimals + 2,
                         .before = before,
                         .behind = ~(before << 8 | 0xFF),
                         .point_mask = UINT64_C(0xFF) << shift,
                         .point = (uint64_t)('.' ^ '0') << shift,
                         .factor = POWERS[scale - decimals]};
}

/* A cell of one to eight characters (any other gives just any word), less '0' each: the last one goes to the highest byte, what comes in below
** is a leading 0. */
static inline uint64_t number_word(Text cell)
{
    return (word_load(cell.data) ^ EVERY_BYTE * '0') << ((0 - 8 * cell.size) & 63);
}

/* The decimals of the form that a cell of one to eight characters has: digits, or digits, a point and no more digits than the scale has; -1
** when it is none of these. */
static int decimals_of(Text cell, int scale)
{
    const uint64_t word = number_word(cell);
    const uint64_t low = EVERY_BYTE * 0x7F, difference = word ^ EVERY_BYTE * ('.' ^ '0');
    const uint64_t points = ~(((difference & low) + low) | difference | low);
    int decimals = points == 0 ? 0 : 7 - __builtin_ctzll(points) / 8;
    bool has_form = points == 0 || (decimals > 0 && decimals + 1 < (int)cell.size);
    return cell.size - 1 < 8 && has_form && decimals <= scale ? decimals : -1;
}

/* The number that a word of such a form makes: at most 10^8 times the factor, so at most 10^16. What is no number of that form sets a bit
** of *wrong. Sums of shifts where a factor would do, since that is what most machines have for many words at once. */
static inline int64_t read_word(uint64_t word, DecimalForm form, uint64_t *wrong)
{
    uint64_t digits = (word & form.before) << 8 | (word & form.behind);
    *wrong = ((word & form.point_mask) ^ form.point) | ((digits | (digits + EVERY_BYTE * 6)) & EVERY_BYTE * 0xF0);
    digits = ((digits << 3) + (digits << 1) + (digits >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
    digits = ((digits << 6) + (digits << 5) + (digits << 2) + (digits >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
    uint32_t number = (uint32_t)digits * 10000 + (uint32_t)(digits >> 32);
    return (int64_t)((uint64_t)number * form.factor);
}

/* A bit is set when some word is wrong. */
static inline uint64_t read_words(const uint64_t *restrict words, size_t count, DecimalForm form,
                                  int64_t *restrict values, uint64_t *restrict wrong)
{
    uint64_t any = 0;
    for (size_t i = 0; i < count; i++) {
        values[i] = read_word(words[i], form, &wrong[i]);
        any |= wrong[i];
    }
    return any;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static uint64_t read_words_avx2(const uint64_t *restrict words, size_t count,
                                                                DecimalForm form, int64_t *restrict values,
                                                                uint64_t *restrict wrong)
{
    return read_words(words, count, form, values, wrong);
}
#endif

static uint64_t read_words_here(const uint64_t *restrict words, size_t count, DecimalForm form,
                                int64_t *restrict values, uint64_t *restrict wrong)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return read_words_avx2(words, count, form, values, wrong);
#endif
    return read_words(words, count, form, values, wrong);
}

/* A number in a form of its own. */
static void store_decimal(TypedColumn *column, size_t row, Text cell, Arena *arena, uint8_t *mark)
{
    int decimals = decimals_of(cell, column->decimals);
    uint64_t wrong = 1;
    if (decimals >= 0)
        ((int64_t *)column->values)[row] = read_word(number_word(cell), form_of(decimals, column->decimals), &wrong);
    if (wrong != 0)
        store_any(column, row, cell, arena, mark);
}

/* A column is mostly written in one form, that of its first number: all cells are read in that form at once, and those of another one by one. */
static void store_decimals(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    uint64_t words[COLUMN_RUN_ROWS], wrong[COLUMN_RUN_ROWS];
    int decimals = -1;
    for (size_t i = 0; i < run.rows && decimals < 0; i++)
        decimals = decimals_of(cell_at(run, i), column->decimals);
    const DecimalForm form = form_of(decimals < 0 ? 0 : decimals, column->decimals);
    for (size_t i = 0; i < run.rows; i++) {
        Text cell = cell_at(run, i);
        words[i] = cell.size - form.least <= 8 - form.least ? number_word(cell) : UINT64_MAX;
    }
    if (read_words_here(words, run.rows, form, (int64_t *)column->values + row, wrong) == 0)
        return;
    for (size_t i = 0; i < run.rows; i++) {
        if (wrong[i] != 0)
            store_decimal(column, row + i, cell_at(run, i), arena, &marks[i]);
    }
}

/* ---- Dates ---- */

/* Where a text of at most eight bytes is looked for: in one of 1 << bits places. */
static inline size_t place_of(uint64_t text, unsigned bits)
{
    return (size_t)((text * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - bits));
}

/* Fills the place of the month that a date stands in. */
static void see_month(SeenMonth *seen, uint64_t text, int32_t day)
{
    DateParts parts = date_to_ymd(day);
    *seen = (SeenMonth){text, day - parts.day + 1, date_days_in_month(parts.year, parts.month)};
}

/* A date of a month that was not seen yet: the next time it will have been. */
static void store_unseen_date(TypedColumn *column, size_t row, Text cell, Arena *arena, uint8_t *mark)
{
    store_any(column, row, cell, arena, mark);
    uint64_t text = word_load(cell.data);
    if (cell.size == 10 && *mark == 0)
        see_month(&column->months[place_of(text, SEEN_BITS)], text, ((const int32_t *)column->values)[row]);
}

static void store_dates(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    int32_t *values = (int32_t *)column->values + row;
    const SeenMonth *seen = column->months;
    Missed missed;
    size_t count = 0;
    for (size_t i = 0; i < run.rows; i++) {
        Text cell = cell_at(run, i);
        uint64_t text = word_load(cell.data);
        const SeenMonth *month = &seen[place_of(text, SEEN_BITS)];
        /* Characters below '0' make a day below 1, which as an unsigned number is beyond any month. */
        unsigned tens = (unsigned char)cell.data[8] - (unsigned)'0',
                 units = (unsigned char)cell.data[9] - (unsigned)'0';
        unsigned before = tens * 10 + units - 1;
        uint64_t difference = (month->text ^ text) | (cell.size ^ 10);
        values[i] = month->first + (int32_t)before;
        missed[count] = (uint8_t)i;
        count += (difference != 0) | (units > 9) | (before >= (unsigned)month->days);
    }
    for (size_t i = 0; i < count; i++)
        store_unseen_date(column, row + missed[i], cell_at(run, missed[i]), arena, &marks[missed[i]]);
}

/* ---- Choices ---- */

/* The bytes that are a text's own, by its size: of its first word, its second and its third. */
#define FIRST(n) (UINT64_MAX >> (64 - 8 * (n)))
#define FIRSTS FIRST(1), FIRST(2), FIRST(3), FIRST(4), FIRST(5), FIRST(6), FIRST(7), FIRST(8)
#define NONE 0, 0, 0, 0, 0, 0, 0, 0
#define ALL FIRST(8), FIRST(8), FIRST(8), FIRST(8), FIRST(8), FIRST(8), FIRST(8), FIRST(8)
static const uint64_t OWN[SEEN_MOST_WORDS][SEEN_MOST_WORDS * 8 + 1] = {{0, FIRSTS, ALL, ALL},
                                                                       {0, NONE, FIRSTS, ALL},
                                                                       {0, NONE, NONE, FIRSTS}};

/* A text of at most `words` words, and where it is looked for. */
static inline size_t place_of_text(Text text, int words, unsigned bits, SeenMember *wanted)
{
    static const uint64_t SPREAD[SEEN_MOST_WORDS] = {1, 31, 1021};
    uint64_t hash = 0;
    wanted->size = (uint32_t)text.size;
    for (int i = 0; i < words; i++) {
        wanted->words[i] = word_load(text.data + 8 * i) & OWN[i][text.size];
        hash ^= wanted->words[i] * SPREAD[i];
    }
    return place_of(hash, bits);
}

static inline bool is_same(const SeenMember *member, const SeenMember *wanted, int words)
{
    uint64_t difference = member->size ^ wanted->size;
    for (int i = 0; i < words; i++)
        difference |= member->words[i] ^ wanted->words[i];
    return difference == 0;
}

/* A text that was not seen yet: the next time it will have been. */
static void store_unseen_member(TypedColumn *column, size_t row, Text cell, Arena *arena, uint8_t *mark)
{
    store_any(column, row, cell, arena, mark);
    if (*mark != 0 || cell.size == 0 || cell.size > SEEN_MOST_WORDS * 8)
        return;
    SeenMember wanted;
    size_t place = place_of_text(cell, SEEN_MOST_WORDS, column->seen_bits, &wanted);
    wanted.member = ((const int32_t *)column->values)[row];
    SeenMember *first = &column->members[place], *second = &column->members[place ^ 1];
    if (is_same(first, &wanted, SEEN_MOST_WORDS) || is_same(second, &wanted, SEEN_MOST_WORDS))
        return;                                    /* met twice in these rows */
    *(first->size == 0 ? first : second) = wanted; /* two texts of one place do not drive each other out */
    int words = (int)(cell.size + 7) / 8;
    column->seen_words = column->seen_words < words ? words : column->seen_words;
}

/* Fills in the members of texts of at most `words` words that were seen; the number of the other rows, which go to *missed. */
static inline size_t find_members(const TypedColumn *column, size_t row, CellRun run, int words, uint8_t *missed)
{
    int32_t *values = (int32_t *)column->values + row;
    const SeenMember *seen = column->members;
    const unsigned bits = column->seen_bits;
    size_t count = 0;
    for (size_t i = 0; i < run.rows; i++) {
        Text cell = cell_at(run, i);
        missed[count] = (uint8_t)i;
        if (cell.size - 1 >= (size_t)words * 8) {
            count++;
            continue;
        }
        SeenMember wanted;
        size_t place = place_of_text(cell, words, bits, &wanted);
        if (!is_same(&seen[place], &wanted, words)) {
            place ^= 1;
            count += !is_same(&seen[place], &wanted, words);
        }
        values[i] = seen[place].member;
    }
    return count;
}

static void store_choices(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    Missed missed;
    size_t count = 0;
    switch (column->seen_words) {
    case 1: count = find_members(column, row, run, 1, missed); break;
    case 2: count = find_members(column, row, run, 2, missed); break;
    default: count = find_members(column, row, run, SEEN_MOST_WORDS, missed); break;
    }
    for (size_t i = 0; i < count; i++)
        store_unseen_member(column, row + missed[i], cell_at(run, missed[i]), arena, &marks[missed[i]]);
}

static void store_booleans(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    const uint64_t yes = 'j' | 'a' << 8, no = 'n' | 'e' << 8 | 'e' << 16;
    uint8_t *values = (uint8_t *)column->values + row;
    for (size_t i = 0; i < run.rows; i++) {
        Text cell = cell_at(run, i);
        uint64_t word = word_load(cell.data);
        bool is_yes = cell.size == 2 && (word & 0xFFFF) == yes;
        values[i] = is_yes;
        if (!is_yes && !(cell.size == 3 && (word & 0xFFFFFF) == no))
            store_any(column, row + i, cell, arena, &marks[i]);
    }
}

void column_store_run(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    if (run.has_returns) {
        store_every(column, row, run, arena, marks);
        return;
    }
    memset(column->present + row, 1, run.rows); /* column_store sets it for what comes its way */
    switch (column->info.meaning) {
    case BD_MEANS_BOOLEAN: store_booleans(column, row, run, arena, marks); return;
    case BD_MEANS_NUMBER:
    case BD_MEANS_MONEY:
    case BD_MEANS_QUANTITY:
    case BD_MEANS_RATE:
        if (column->decimals >= 0 && column->decimals <= 8)
            store_decimals(column, row, run, arena, marks);
        else
            store_every(column, row, run, arena, marks);
        return;
    case BD_MEANS_DATE: store_dates(column, row, run, arena, marks); return;
    case BD_MEANS_CHOICE: store_choices(column, row, run, arena, marks); return;
    case BD_MEANS_TEXT: store_texts(column, row, run, arena, marks); return;
    case BD_MEANS_MONTH:
    case BD_MEANS_YEAR: break;
    }
    store_every(column, row, run, arena, marks);
}
