/* column.h: cells of text become typed columns.
**
** Job: read one cell into one column's array as bd_column_info asks: dates, scaled decimals, members of choices, booleans, text. The
** arrays are what bd_batch points at. No allocation per cell.
** Invariant: values and present have room for `capacity` rows; a value that is absent or wrong is 0 and its present byte 0.
*/
#ifndef BEDING_CLI_COLUMN_H
#define BEDING_CLI_COLUMN_H

#include "beding.h"
#include "compiler/cli/messages.h"

enum { CHOICE_CACHE = 64, CHOICE_CACHED_BYTES = 28, SEEN_BITS = 6, SEEN_MOST_BITS = 14, SEEN_MOST_WORDS = 3 };

typedef struct CachedMember {
    uint32_t member;
    uint8_t size; /* 0: empty */
    char text[CHOICE_CACHED_BYTES];
} CachedMember;

/* For column_run.c: a month seen lately, `2020-03-` as a word, and what its days are; a member, its text as words, 0 behind its end. */
typedef struct SeenMonth {
    uint64_t text;
    int32_t first, days;
} SeenMonth;
typedef struct SeenMember {
    uint64_t words[SEEN_MOST_WORDS];
    uint32_t size; /* 0: empty */
    int32_t member;
} SeenMember;

typedef struct TypedColumn {
    const bd_module *module;
    bd_column_info info;
    int decimals; /* SCALED: the denominator is 10^decimals, or -1 when it is no power of ten */
    void *values; /* of info.kind */
    uint8_t *present;
    size_t capacity;
    size_t width;        /* bytes of one value */
    CachedMember *cache; /* CHOICE: CHOICE_CACHE texts seen lately */
    SeenMonth *months;   /* DATE: 1 << SEEN_BITS of them */
    SeenMember *members; /* CHOICE: 1 << seen_bits of them, some four for each member */
    unsigned seen_bits;
    int seen_words; /* of the longest of them, 1 at least */
} TypedColumn;

typedef enum CellStatus {
    CELL_STORED,
    CELL_ABSENT,  /* empty; whether that may be is for the caller (info.optional) */
    CELL_INEXACT, /* a number that the scale cannot hold: goes along as a bd_exact_cell */
    CELL_WRONG
} CellStatus;

/* What is wrong with a cell. */
typedef struct CellProblem {
    Message message;
    Holes holes;
} CellProblem;

/* Makes an empty column. Its arrays live in `arena`. */
void column_init(TypedColumn *column, Arena *arena, const bd_module *module, const bd_column_info *info);

/* Makes room for `rows` rows, keeping the first `used`. */
void column_reserve(TypedColumn *column, Arena *arena, size_t used, size_t rows);

/* Reads a cell into a row of the column. problem is set for CELL_WRONG only (holes may point into `arena`, which is used only then). */
CellStatus column_store(TypedColumn *column, size_t row, Text cell, Arena *arena, CellProblem *problem);

/* Copies one row to a row of another column of the same type. */
void column_copy(TypedColumn *to, size_t to_row, const TypedColumn *from, size_t from_row);

/* The value of a row for people, its number as exact text in `arena`; the unit is the column's. False when it is absent. */
bool column_value(const TypedColumn *column, size_t row, Arena *arena, bd_value *out);

/* Sets a row absent. */
void column_clear(TypedColumn *column, size_t row);

/* A column description for the command's own use: a date or a text that may be empty. */
bd_column_info column_plain(Text name, bd_kind kind, bd_meaning meaning);

/* Whether a text is `-?digits[.digits]`. */
bool column_is_decimal(Text cell);

#endif
