/* generate.h: random contracts as Dutch source text, and random lines for any compiled contract.
**
** Everything follows from a seed, on every machine. Contracts are meant to compile: what the compiler refuses is a miss of the generator
** and is counted by the test. Lines sit on the edges that the contract itself mentions: its dates, limits and brackets, and one beyond.
*/
#ifndef BEDING_TESTS_GENERATE_H
#define BEDING_TESTS_GENERATE_H

#include "reference/reference.h"

typedef struct Random {
    uint64_t state;
} Random;
uint32_t random_below(Random *random, uint32_t count); /* 0 when count is 0 */
bool random_chance(Random *random, uint32_t percent);

/* A contract's text, NUL-terminated; to be freed by the caller. */
char *generate_contract(Random *random);

/* Which columns a data file may leave empty (module columns that are optional), by index of Core.columns. */
typedef struct LineShape {
    const bool *may_be_empty;
    const bool *is_read;
} LineShape;

/* What a contract mentions: literals, cells, bounds and the ends of validities. */
typedef struct Mentioned {
    int32_t *dates;
    uint32_t date_count;
    mpq_t *numbers;
    uint32_t number_count;
} Mentioned;

Mentioned mentioned_collect(const Core *core);
void mentioned_clear(Mentioned *mentioned);

RefLine generate_line(const Core *core, const Mentioned *mentioned, const LineShape *shape, Random *random);
void line_clear(const Core *core, RefLine *line);

/* Rows for every extern table of the contract that its module holds; keys and values are kept by the rows until rows_clear. */
RefRow *generate_rows(const Core *core, Random *random, uint32_t *count);
void rows_clear(RefRow *rows, uint32_t count);

#endif
