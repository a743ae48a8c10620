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

static void store_texts(TypedColumn *column, size_t row, CellRun run, uint8_t *marks)
{
    bd_text *values = (bd_text *)column->values + row;
    uint8_t *present = column->present + row;
    const bool may_lack = column->info.optional;
    for (size_t i = 0; i < run.rows; i++) {
        Text cell = cell_run_at(run, i);
        bool is_there = cell.size > 0;
        values[i] = (bd_text){is_there ? cell.data : NULL, cell.size};
        present[i] = is_there;
        marks[i] |= !(is_there || may_lack);
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

/* Of at most eight characters, one of which may be a point between digits. Any other form: false. */
static inline bool read_decimal(Text cell, int scale, int64_t *out)
{
    static const int64_t POWERS[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
    if (cell.size == 0 || cell.size > 8)
        return false;
    /* The last character goes to the highest byte; what comes in below is a leading 0. */
    uint64_t word = (load(cell.data) ^ EVERY_BYTE * '0') << (64 - 8 * cell.size);
    const uint64_t low = EVERY_BYTE * 0x7F, difference = word ^ EVERY_BYTE * ('.' ^ '0');
    const uint64_t points = ~(((difference & low) + low) | difference | low);
    int decimals = 0;
    if (points != 0) {
        int at = __builtin_ctzll(points) / 8;
        if (at == 7 || at == 8 - (int)cell.size)
            return false;
        uint64_t before = (UINT64_C(1) << (8 * at)) - 1;
        word = (word & before) << 8 | (word & ~(before << 8 | 0xFF));
        decimals = 7 - at;
    }
    int missing = scale - decimals;
    *out = join_digits(word);
    if (!are_digits(word) || missing < 0 || missing > 8)
        return false;
    *out *= POWERS[missing]; /* at most 10^16 */
    return true;
}

static void store_decimals(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    const int decimals = column->decimals;
    int64_t *values = (int64_t *)column->values + row;
    uint8_t *present = column->present + row;
    for (size_t i = 0; i < run.rows; i++) {
        Text cell = cell_run_at(run, i);
        int64_t value = 0;
        if (read_decimal(cell, decimals, &value)) {
            values[i] = value;
            present[i] = 1;
        } else {
            store_any(column, row + i, cell, arena, &marks[i]);
        }
    }
}

/* Where a text of at most eight bytes is looked for: in one of 64 places. */
static inline size_t place_of(uint64_t text)
{
    return (size_t)((text * UINT64_C(0x9E3779B97F4A7C15)) >> 58);
}

/* Fills the slot of the month that a date stands in. */
static void see_month(SeenMonth *seen, uint64_t text, int32_t day)
{
    DateParts parts = date_to_ymd(day);
    *seen = (SeenMonth){text, day - parts.day + 1, date_days_in_month(parts.year, parts.month)};
}

static void store_dates(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    int32_t *values = (int32_t *)column->values + row;
    uint8_t *present = column->present + row;
    SeenMonth *seen = column->months;
    for (size_t i = 0; i < run.rows; i++) {
        Text cell = cell_run_at(run, i);
        uint64_t text = load(cell.data);
        SeenMonth *month = &seen[place_of(text)];
        unsigned tens = (unsigned)(cell.data[8] - '0'), units = (unsigned)(cell.data[9] - '0');
        unsigned day = tens * 10 + units;
        if (cell.size == 10 && month->text == text && units <= 9 && tens <= 3 && day - 1 < (unsigned)month->days) {
            values[i] = month->first + (int32_t)day - 1;
            present[i] = 1;
            continue;
        }
        store_any(column, row + i, cell, arena, &marks[i]);
        if (cell.size == 10 && marks[i] == 0)
            see_month(month, text, values[i]);
    }
}

static inline uint64_t first_bytes(uint64_t word, size_t size)
{
    return size >= 8 ? word : word & ((UINT64_C(1) << (8 * size)) - 1);
}

static void store_choices(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    int32_t *values = (int32_t *)column->values + row;
    uint8_t *present = column->present + row;
    SeenMember *seen = column->members;
    for (size_t i = 0; i < run.rows; i++) {
        Text cell = cell_run_at(run, i);
        if (cell.size == 0 || cell.size > 16) {
            store_any(column, row + i, cell, arena, &marks[i]);
            continue;
        }
        uint64_t low = first_bytes(load(cell.data), cell.size);
        uint64_t high = cell.size > 8 ? first_bytes(load(cell.data + 8), cell.size - 8) : 0;
        SeenMember *member = &seen[place_of(low ^ high * 31)];
        if (member->size == cell.size && member->low == low && member->high == high) {
            values[i] = member->member;
            present[i] = 1;
            continue;
        }
        store_any(column, row + i, cell, arena, &marks[i]);
        if (marks[i] == 0)
            *member = (SeenMember){low, high, (uint32_t)cell.size, values[i]};
    }
}

static void store_booleans(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    const uint64_t yes = 'j' | 'a' << 8, no = 'n' | 'e' << 8 | 'e' << 16;
    uint8_t *values = (uint8_t *)column->values + row;
    uint8_t *present = column->present + row;
    for (size_t i = 0; i < run.rows; i++) {
        Text cell = cell_run_at(run, i);
        uint64_t word = load(cell.data);
        bool is_yes = cell.size == 2 && (word & 0xFFFF) == yes;
        if (is_yes || (cell.size == 3 && (word & 0xFFFFFF) == no)) {
            values[i] = is_yes;
            present[i] = 1;
        } else {
            store_any(column, row + i, cell, arena, &marks[i]);
        }
    }
}

void column_store_run(TypedColumn *column, size_t row, CellRun run, Arena *arena, uint8_t *marks)
{
    switch (column->info.meaning) {
    case BD_MEANS_BOOLEAN: store_booleans(column, row, run, arena, marks); return;
    case BD_MEANS_NUMBER:
    case BD_MEANS_MONEY:
    case BD_MEANS_QUANTITY:
    case BD_MEANS_RATE:
        if (column->decimals >= 0)
            store_decimals(column, row, run, arena, marks);
        else
            store_every(column, row, run, arena, marks);
        return;
    case BD_MEANS_DATE: store_dates(column, row, run, arena, marks); return;
    case BD_MEANS_CHOICE: store_choices(column, row, run, arena, marks); return;
    case BD_MEANS_TEXT: store_texts(column, row, run, marks); return;
    case BD_MEANS_MONTH:
    case BD_MEANS_YEAR: break;
    }
    store_every(column, row, run, arena, marks);
}
