/* column.c: cells of text become typed columns; see column.h. */
#include "compiler/cli/column.h"

#include <string.h>

#include "vm/core/date.h"
#include "vm/core/number.h"

static size_t width_of(bd_kind kind)
{
    switch (kind) {
    case BD_KIND_BOOL: return sizeof(uint8_t);
    case BD_KIND_INT: return sizeof(int32_t);
    case BD_KIND_SCALED: return sizeof(int64_t);
    case BD_KIND_TEXT: return sizeof(bd_text);
    case BD_KIND_RATIO: break;
    }
    return sizeof(bd_text);
}

static int decimals_of(int64_t denominator)
{
    int decimals = 0;
    while (denominator > 1 && denominator % 10 == 0) {
        denominator /= 10;
        decimals++;
    }
    return denominator == 1 ? decimals : -1;
}

void column_init(TypedColumn *column, Arena *arena, const bd_module *module, const bd_column_info *info)
{
    memset(column, 0, sizeof *column);
    column->module = module;
    column->info = *info;
    column->width = width_of(info->kind);
    column->decimals = info->kind == BD_KIND_SCALED ? decimals_of(info->denominator) : 0;
    if (info->meaning == BD_MEANS_CHOICE) {
        column->cache = arena_array(arena, CHOICE_CACHE, sizeof *column->cache);
        uint32_t size = bd_choice_size(module, info->choice);
        column->seen_bits = SEEN_BITS;
        column->seen_words = 1;
        while (column->seen_bits < SEEN_MOST_BITS && (size_t)1 << column->seen_bits < (size_t)size * 4)
            column->seen_bits++;
        column->members = arena_array(arena, (size_t)1 << column->seen_bits, sizeof *column->members);
    }
    if (info->meaning == BD_MEANS_DATE)
        column->months = arena_array(arena, (size_t)1 << SEEN_BITS, sizeof *column->months);
}

void column_reserve(TypedColumn *column, Arena *arena, size_t used, size_t rows)
{
    if (rows <= column->capacity)
        return;
    size_t capacity = column->capacity * 2 > rows ? column->capacity * 2 : rows;
    void *values = arena_array(arena, capacity, column->width);
    uint8_t *present = arena_array(arena, capacity, 1);
    if (used > 0) {
        memcpy(values, column->values, used * column->width);
        memcpy(present, column->present, used);
    }
    column->values = values;
    column->present = present;
    column->capacity = capacity;
}

bd_column_info column_plain(Text name, bd_kind kind, bd_meaning meaning)
{
    return (bd_column_info){.name = name,
                            .kind = kind,
                            .meaning = meaning,
                            .denominator = 1,
                            .choice = BD_NONE,
                            .list = BD_NONE,
                            .program = BD_NONE,
                            .optional = true};
}

bool column_is_decimal(Text cell)
{
    size_t i = cell.size > 0 && cell.data[0] == '-' ? 1 : 0;
    size_t digits = 0;
    bool has_point = false;
    for (; i < cell.size; i++) {
        if (cell.data[i] >= '0' && cell.data[i] <= '9') {
            digits++;
        } else if (cell.data[i] == '.' && !has_point && digits > 0) {
            has_point = true;
            digits = 0;
        } else {
            return false;
        }
    }
    return digits > 0;
}

static CellStatus wrong(CellProblem *problem, Message message, Text a)
{
    *problem = (CellProblem){message, {.a = a}};
    return CELL_WRONG;
}

/* `12,5`: shows the form that was meant. */
static CellStatus wrong_number(Text cell, Arena *arena, CellProblem *problem)
{
    char *data = arena_alloc(arena, cell.size);
    memcpy(data, cell.data, cell.size);
    char *comma = memchr(data, ',', cell.size);
    if (comma == NULL)
        return wrong(problem, MSG_CELL_NUMBER, cell);
    *comma = '.';
    Text meant = {data, cell.size};
    return column_is_decimal(meant) ? wrong(problem, MSG_CELL_COMMA, meant) : wrong(problem, MSG_CELL_NUMBER, cell);
}

/* A value whose scale is no power of ten, or that needs a closer look: exact arithmetic in the arena of the batch. */
static CellStatus store_exact(TypedColumn *column, size_t row, Text cell, Arena *arena, CellProblem *problem)
{
    if (!column_is_decimal(cell))
        return wrong_number(cell, arena, problem);
    Number number = NUMBER_ZERO;
    bd_status status = number_from_decimal_text(arena, cell, &number);
    if (status == BD_RANGE)
        return wrong(problem, MSG_CELL_TOO_PRECISE, cell);
    int64_t scaled = 0;
    bool is_exact = false;
    if (number_to_scaled_int64(number, column->info.denominator, &scaled, &is_exact) != BD_OK || !is_exact)
        return CELL_INEXACT;
    ((int64_t *)column->values)[row] = scaled;
    return CELL_STORED;
}

static const int64_t POWERS[] = {1,
                                 10,
                                 100,
                                 1000,
                                 10000,
                                 100000,
                                 1000000,
                                 10000000,
                                 100000000,
                                 1000000000,
                                 INT64_C(10000000000),
                                 INT64_C(100000000000),
                                 INT64_C(1000000000000)};

/* The common case: up to 15 digits and no more decimals than the scale has. Everything else is left to store_exact. */
static CellStatus store_scaled(TypedColumn *column, size_t row, Text cell, Arena *arena, CellProblem *problem)
{
    const char *p = cell.data;
    const char *end = p + cell.size;
    bool is_negative = *p == '-';
    p += is_negative;
    if (cell.size > 15 || column->decimals < 0)
        return store_exact(column, row, cell, arena, problem);
    int64_t value = 0;
    const char *begin = p;
    while (p < end && (unsigned)(*p - '0') <= 9)
        value = value * 10 + (*p++ - '0');
    int decimals = 0;
    bool is_whole = p > begin;
    if (is_whole && p < end && *p == '.') {
        const char *point = p++;
        while (p < end && (unsigned)(*p - '0') <= 9)
            value = value * 10 + (*p++ - '0');
        decimals = (int)(p - point - 1);
        is_whole = decimals > 0;
    }
    /* 15 characters times a scale of at most 10^12 may pass 64 bits; then the exact way decides. */
    int missing = column->decimals - decimals;
    if (!is_whole || p < end || missing < 0 || missing > 12 || __builtin_mul_overflow(value, POWERS[missing], &value))
        return store_exact(column, row, cell, arena, problem);
    ((int64_t *)column->values)[row] = is_negative ? -value : value;
    return CELL_STORED;
}

static bool two_digits(const char *p, int32_t *out)
{
    unsigned a = (unsigned)(p[0] - '0'), b = (unsigned)(p[1] - '0');
    *out = (int32_t)(a * 10 + b);
    return a <= 9 && b <= 9;
}

static CellStatus store_date(TypedColumn *column, size_t row, Text cell, CellProblem *problem)
{
    int32_t century = 0, year = 0, month = 0, day = 0;
    bool has_form = cell.size == 10 && cell.data[4] == '-' && cell.data[7] == '-' && two_digits(cell.data, &century) &&
                    two_digits(cell.data + 2, &year) && two_digits(cell.data + 5, &month) &&
                    two_digits(cell.data + 8, &day);
    if (!has_form)
        return wrong(problem, MSG_CELL_DATE, cell);
    if (!date_from_ymd(century * 100 + year, month, day, (int32_t *)column->values + row))
        return wrong(problem, MSG_CELL_NO_SUCH_DATE, cell);
    return CELL_STORED;
}

static CellStatus store_year(TypedColumn *column, size_t row, Text cell, CellProblem *problem)
{
    int32_t century = 0, year = 0;
    if (cell.size != 4 || !two_digits(cell.data, &century) || !two_digits(cell.data + 2, &year))
        return wrong(problem, MSG_CELL_YEAR, cell);
    ((int32_t *)column->values)[row] = century * 100 + year;
    return CELL_STORED;
}

static CellStatus unknown_member(const TypedColumn *column, Text cell, CellProblem *problem)
{
    Nearest nearest;
    nearest_init(&nearest, cell);
    uint32_t size = bd_choice_size(column->module, column->info.choice);
    for (uint32_t i = 0; i < size; i++)
        nearest_try(&nearest, bd_choice_member(column->module, column->info.choice, i));
    Text choice = bd_choice_name(column->module, column->info.choice);
    problem->message = nearest.best.size > 0 ? MSG_CELL_CHOICE_NEAR : MSG_CELL_CHOICE;
    problem->holes = (Holes){.a = choice, .b = nearest.best};
    return CELL_WRONG;
}

static CellStatus store_choice(TypedColumn *column, size_t row, Text cell, CellProblem *problem)
{
    size_t last = cell.size - 1;
    size_t slot =
        (cell.size * 31 + (unsigned char)cell.data[last] * 7 + (unsigned char)cell.data[last / 2]) % CHOICE_CACHE;
    CachedMember *cached = &column->cache[slot];
    if (cached->size != cell.size || memcmp(cached->text, cell.data, cell.size) != 0) {
        uint32_t member = bd_choice_find(column->module, column->info.choice, cell);
        if (member == BD_NONE)
            return unknown_member(column, cell, problem);
        if (cell.size > CHOICE_CACHED_BYTES) {
            ((int32_t *)column->values)[row] = (int32_t)member;
            return CELL_STORED;
        }
        cached->member = member;
        cached->size = (uint8_t)cell.size;
        memcpy(cached->text, cell.data, cell.size);
    }
    ((int32_t *)column->values)[row] = (int32_t)cached->member;
    return CELL_STORED;
}

static CellStatus store_boolean(TypedColumn *column, size_t row, Text cell, CellProblem *problem)
{
    bool is_yes = text_equal(cell, TEXT("ja"));
    if (!is_yes && !text_equal(cell, TEXT("nee")))
        return wrong(problem, MSG_CELL_BOOLEAN, cell);
    ((uint8_t *)column->values)[row] = is_yes;
    return CELL_STORED;
}

static CellStatus store(TypedColumn *column, size_t row, Text cell, Arena *arena, CellProblem *problem)
{
    switch (column->info.meaning) {
    case BD_MEANS_BOOLEAN: return store_boolean(column, row, cell, problem);
    case BD_MEANS_NUMBER:
    case BD_MEANS_MONEY:
    case BD_MEANS_QUANTITY:
    case BD_MEANS_RATE: return store_scaled(column, row, cell, arena, problem);
    case BD_MEANS_DATE: return store_date(column, row, cell, problem);
    case BD_MEANS_MONTH:
        if (!month_from_iso(cell, (int32_t *)column->values + row))
            return wrong(problem, MSG_CELL_MONTH, cell);
        return CELL_STORED;
    case BD_MEANS_YEAR: return store_year(column, row, cell, problem);
    case BD_MEANS_CHOICE: return store_choice(column, row, cell, problem);
    case BD_MEANS_TEXT: ((bd_text *)column->values)[row] = cell; return CELL_STORED;
    }
    return wrong(problem, MSG_CELL_NUMBER, cell);
}

void column_clear(TypedColumn *column, size_t row)
{
    memset((char *)column->values + row * column->width, 0, column->width);
    column->present[row] = 0;
}

CellStatus column_store(TypedColumn *column, size_t row, Text cell, Arena *arena, CellProblem *problem)
{
    if (cell.size == 0) {
        column_clear(column, row);
        return CELL_ABSENT;
    }
    column->present[row] = 1;
    CellStatus status = store(column, row, cell, arena, problem);
    if (status >= CELL_INEXACT) {
        column_clear(column, row);
        column->present[row] = status == CELL_INEXACT;
    }
    return status;
}

void column_copy(TypedColumn *to, size_t to_row, const TypedColumn *from, size_t from_row)
{
    memcpy((char *)to->values + to_row * to->width, (const char *)from->values + from_row * from->width, to->width);
    to->present[to_row] = from->present[from_row];
}

bool column_value(const TypedColumn *column, size_t row, Arena *arena, bd_value *out)
{
    *out = (bd_value){.meaning = column->info.meaning,
                      .present = column->present[row] != 0,
                      .choice = column->info.choice,
                      .unit = column->info.unit};
    if (!out->present)
        return false;
    Number number = NUMBER_ZERO;
    StringBuilder text;
    builder_init(&text, arena);
    switch (column->info.kind) {
    case BD_KIND_BOOL: out->boolean = ((const uint8_t *)column->values)[row] != 0; return true;
    case BD_KIND_INT: out->integer = ((const int32_t *)column->values)[row]; return true;
    case BD_KIND_SCALED:
        if (number_from_scaled(arena, ((const int64_t *)column->values)[row], column->info.denominator, &number) !=
            BD_OK)
            return false;
        number_append(&text, number, 0);
        out->text = builder_result(&text);
        return true;
    case BD_KIND_TEXT: out->text = ((const bd_text *)column->values)[row]; return true;
    case BD_KIND_RATIO: break;
    }
    return false;
}
