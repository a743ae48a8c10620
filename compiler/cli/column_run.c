/* column_run.c: one column of many rows of plain CSV; see column_run.h. */
#include "compiler/cli/column_run.h"

#include <string.h>

#include "vm/core/date.h"

#define EVERY_BYTE UINT64_C(0x0101010101010101)

/* Eight bytes; the first is the lowest of the word. */
static inline uint64_t load(const char *p)
{
    uint64_t word = 0;
    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* A cell that is known to have no carriage return behind it. */
static inline Text cell_at(CellRun run, size_t i)
{
    const uint32_t *end = run.ends + i * run.stride;
    uint32_t begin = end[-1] + 1;
    return (Text){run.data + begin, *end - begin};
}

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

/* Whether each byte of a word is a digit's value, 0 to 9. */
static inline bool are_digits(uint64_t word)
{
    return ((word | (word + EVERY_BYTE * 6)) & EVERY_BYTE * 0xF0) == 0;
}

/* The number that eight digit values make, the first in the lowest byte. */
static inline int64_t join_digits(uint64_t word)
{
    word = (word * 10 + (word >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
    word = (word * 100 + (word >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
    return (int64_t)((word * 10000 + (word >> 32)) & UINT32_MAX);
}

static const int64_t POWERS[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* How numbers of a column are written: with so many decimals. */
typedef struct DecimalForm {
    int decimals;
    uint64_t before, behind; /* masks: of the bytes before the point, and of those behind it */
    uint64_t point_mask, point;
    int64_t factor; /* to the column's scale */
} DecimalForm;

static DecimalForm form_of(int decimals, int scale)
{
    if (decimals == 0)
        return (DecimalForm){.behind = UINT64_MAX, .factor = POWERS[scale]};
    int shift = 8 * (7 - decimals); /* of a number whose last digit is in the highest byte */
    uint64_t before = (UINT64_C(1) << shift) - 1;
    return (DecimalForm){.decimals = decimals,
                         .before = before,
                         .behind = ~(before << 8 | 0xFF),
                         .point_mask = UINT64_C(0xFF) << shift,
                         .point = (uint64_t)('.' ^ '0') << shift,
                         .factor = POWERS[scale - decimals]};
}

/* The form of a cell that has another one than those before it. The result is `form` itself when it is none of these: digits, or
** digits, a point and no more digits than the scale has. `word` as below. */
static DecimalForm look_for_form(DecimalForm form, uint64_t word, size_t size, int scale)
{
    const uint64_t low = EVERY_BYTE * 0x7F, difference = word ^ EVERY_BYTE * ('.' ^ '0');
    const uint64_t points = ~(((difference & low) + low) | difference | low);
    int decimals = points == 0 ? 0 : 7 - __builtin_ctzll(points) / 8;
    bool has_form = points == 0 || (decimals > 0 && decimals + 1 < (int)size);
    return has_form && decimals <= scale ? form_of(decimals, scale) : form;
}

/* Of at most eight characters. A column is mostly written in one form, which is looked for anew where a cell has another. */
static void store_decimals(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    int64_t *values = (int64_t *)column->values + row;
    const int scale = column->decimals;
    DecimalForm form = form_of(0, scale);
    for (size_t i = 0; i < run.rows; i++) {
        Text cell = cell_at(run, i);
        for (int attempt = 0; attempt < 2 && cell.size - 1 < 8; attempt++) {
            /* The last character goes to the highest byte; what comes in below is a leading 0. */
            uint64_t word = (load(cell.data) ^ EVERY_BYTE * '0') << (64 - 8 * cell.size);
            uint64_t digits = (word & form.before) << 8 | (word & form.behind);
            bool has_form =
                (word & form.point_mask) == form.point && (int)cell.size > form.decimals + (form.decimals > 0);
            if (has_form && are_digits(digits)) {
                values[i] = join_digits(digits) * form.factor; /* at most 10^16 */
                goto next;
            }
            form = look_for_form(form, word, cell.size, scale);
        }
        store_any(column, row + i, cell, arena, &marks[i]);
    next:;
    }
}

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

static void store_dates(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    int32_t *values = (int32_t *)column->values + row;
    SeenMonth *seen = column->months;
    for (size_t i = 0; i < run.rows; i++) {
        Text cell = cell_at(run, i);
        uint64_t text = load(cell.data);
        SeenMonth *month = &seen[place_of(text, SEEN_BITS)];
        /* Characters below '0' make a day below 1, which as an unsigned number is beyond any month. */
        unsigned tens = (unsigned)(cell.data[8] - '0'), units = (unsigned)(cell.data[9] - '0');
        unsigned before = tens * 10 + units - 1;
        if (cell.size == 10 && month->text == text && units <= 9 && before < (unsigned)month->days) {
            values[i] = month->first + (int32_t)before;
            continue;
        }
        store_any(column, row + i, cell, arena, &marks[i]);
        if (cell.size == 10 && marks[i] == 0)
            see_month(month, text, values[i]);
    }
}

/* Where a text of at most 24 bytes is looked for; its words in *wanted. */
static inline size_t place_of_text(Text text, unsigned bits, SeenMember *wanted)
{
    wanted->size = (uint32_t)text.size;
    wanted->first = load(text.data);
    wanted->middle = wanted->last = 0;
    if (text.size <= 8) {
        wanted->first &= UINT64_MAX >> (64 - 8 * text.size);
        return place_of(wanted->first, bits);
    }
    if (text.size > 16)
        wanted->middle = load(text.data + 8);
    wanted->last = load(text.data + text.size - 8);
    return place_of(wanted->first ^ wanted->last * 31, bits);
}

static inline bool is_same(const SeenMember *member, const SeenMember *wanted)
{
    return member->first == wanted->first && member->size == wanted->size &&
           (wanted->size <= 8 || (member->last == wanted->last && member->middle == wanted->middle));
}

static void store_choices(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    int32_t *values = (int32_t *)column->values + row;
    SeenMember *seen = column->members;
    const unsigned bits = column->seen_bits;
    for (size_t i = 0; i < run.rows; i++) {
        Text cell = cell_at(run, i);
        if (cell.size - 1 >= 24) {
            store_any(column, row + i, cell, arena, &marks[i]);
            continue;
        }
        SeenMember wanted;
        size_t place = place_of_text(cell, bits, &wanted);
        if (is_same(&seen[place], &wanted)) {
            values[i] = seen[place].member;
        } else if (is_same(&seen[place ^ 1],
                           &wanted)) { /* the neighbour: two texts of one place do not drive each other out */
            values[i] = seen[place ^ 1].member;
        } else {
            store_any(column, row + i, cell, arena, &marks[i]);
            wanted.member = values[i];
            if (marks[i] == 0)
                seen[seen[place].size == 0 ? place : place ^ 1] = wanted;
        }
    }
}

static void store_booleans(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    const uint64_t yes = 'j' | 'a' << 8, no = 'n' | 'e' << 8 | 'e' << 16;
    uint8_t *values = (uint8_t *)column->values + row;
    for (size_t i = 0; i < run.rows; i++) {
        Text cell = cell_at(run, i);
        uint64_t word = load(cell.data);
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
