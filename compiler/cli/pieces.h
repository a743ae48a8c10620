/* pieces.h: a file of rows cut into pieces that end where a row ends, to be read by several threads.
**
** Job: read as much of a file as a piece should hold into the piece's own buffer, and give back what stands behind the last line end outside
** quotation marks. A row reader of its own then reads the piece as if it were the file, from the right line number on.
** Invariant: a piece holds whole rows, whatever is wrong with them; the one exception is a row that is too long to be read at all, which
** is a piece by itself (is_cut).
*/
#ifndef BEDING_CLI_PIECES_H
#define BEDING_CLI_PIECES_H

#include "compiler/cli/rows.h"

typedef struct Piece {
    char *data; /* a feed's buffer: see the invariant in feed.h */
    size_t size, capacity;
    uint64_t first_line;
    bool is_cut; /* more follows than the longest row may have */
} Piece;

/* Takes the next piece of about `wanted` bytes from a reader that has read its header. False at the end of the file and when reading
** failed (feed.failed, reported) before a whole row. Allocation failures go to the landing of rows->feed.cli. */
bool piece_take(Piece *piece, RowReader *rows, size_t wanted);

/* Makes `rows` a reader of the piece, with the names, cells and separator that `rows` has. */
void piece_read(const Piece *piece, RowReader *rows);

void piece_free(Piece *piece);

#endif
