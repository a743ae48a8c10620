/* receipt_rows.c: the first row in which two files of decisions differ; see receipt.h.
**
** Job: both files are read once, side by side, in bounded memory; rows may be of any length and hold any byte. What is shown of a row is cut.
*/
#include <stdio.h>

#include "compiler/cli/receipt.h"

enum { BLOCK_BYTES = 64 * 1024, SHOWN_BYTES = 2000 };

typedef struct RowPlace {
    uint64_t row; /* from 1 */
    off_t begin;  /* where this row begins, in both files */
    off_t at;     /* the first byte that differs */
} RowPlace;

/* How many bytes at the beginning of two blocks are the same; *place goes along. */
static size_t same_bytes(const char *a, const char *b, size_t size, off_t offset, RowPlace *place)
{
    size_t i = 0;
    for (; i < size && a[i] == b[i]; i++) {
        if (a[i] == '\n')
            *place = (RowPlace){.row = place->row + 1, .begin = offset + (off_t)i + 1};
    }
    place->at = offset + (off_t)i;
    return i;
}

/* Whether the files differ, and then where. */
static bool find(FILE *a, FILE *b, RowPlace *place)
{
    static char blocks[2][BLOCK_BYTES];
    *place = (RowPlace){.row = 1};
    for (off_t offset = 0;; offset += BLOCK_BYTES) {
        size_t a_size = fread(blocks[0], 1, BLOCK_BYTES, a), b_size = fread(blocks[1], 1, BLOCK_BYTES, b);
        size_t size = a_size < b_size ? a_size : b_size;
        if (same_bytes(blocks[0], blocks[1], size, offset, place) < size || a_size != b_size)
            return true;
        if (size < BLOCK_BYTES)
            return false;
    }
}

/* The row at a place, without its end; of a long one what is around the byte that differs. ends: the file has no row there. */
static Text read_row(Cli *cli, FILE *file, const RowPlace *place, bool *ends)
{
    char *bytes = arena_alloc(&cli->arena, SHOWN_BYTES);
    off_t from = place->at - place->begin > SHOWN_BYTES / 2 ? place->at - SHOWN_BYTES / 2 : place->begin;
    size_t size = fseeko(file, from, SEEK_SET) == 0 ? fread(bytes, 1, SHOWN_BYTES, file) : 0;
    *ends = size == 0;
    Text row = {bytes, 0};
    while (row.size < size && bytes[row.size] != '\n')
        row.size++;
    bool is_whole = row.size < size || size < SHOWN_BYTES;
    if (row.size > 0 && is_whole && bytes[row.size - 1] == '\r')
        row.size--;
    StringBuilder shown;
    builder_init(&shown, &cli->arena);
    builder_text(&shown, from > place->begin ? TEXT("…") : TEXT(""));
    builder_text(&shown, row);
    builder_text(&shown, is_whole ? TEXT("") : TEXT("…"));
    return builder_result(&shown);
}

bool receipt_first_row(Cli *cli, const char *kept, const char *made, RowDifference *out)
{
    FILE *a = fopen(kept, "rb"), *b = fopen(made, "rb");
    RowPlace place;
    bool differs = a != NULL && b != NULL && find(a, b, &place);
    if (differs) {
        *out = (RowDifference){.row = place.row};
        out->kept = read_row(cli, a, &place, &out->kept_ends);
        out->made = read_row(cli, b, &place, &out->made_ends);
    }
    if (a != NULL)
        (void)fclose(a);
    if (b != NULL)
        (void)fclose(b);
    return differs;
}
