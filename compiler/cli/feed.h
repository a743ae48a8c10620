/* feed.h: a file read piece by piece through one buffer.
**
** Job: the bytes under csv.c and jsonl.c. Records are slices of the buffer, so a reader asks for more (feed_fill) only when nothing of
** the buffer is in use any more; a record longer than the buffer makes it grow, up to FEED_MAX_RECORD.
** Invariant: data[begin .. end) is what has not been consumed, and data[end] is a line end, so that a scan for one always stops;
** FEED_PADDING - 1 bytes follow, so that a scan may read that many bytes at once: `ja` and `nee`, as cells of the buffer that stand for
** JSON's true and false, and zeros.
*/
#ifndef BEDING_CLI_FEED_H
#define BEDING_CLI_FEED_H

#include "compiler/cli/cli.h"

enum { FEED_BUFFER = 1024 * 1024, FEED_MAX_RECORD = 16 * 1024 * 1024, FEED_PADDING = 64 };

/* Offsets from data + end. */
enum { FEED_YES = 1, FEED_NO = 3 };

typedef struct Feed {
    Cli *cli;
    Text name; /* as printed in messages */
    int fd;
    char *data;
    size_t capacity, begin, end;
    bool at_end;   /* the file has no more bytes */
    bool failed;   /* reading failed; reported */
    bool is_piece; /* the buffer is a piece's (pieces.h): there is no file, and the buffer is not the feed's */
    bool
        is_too_long; /* it failed because a record is too long, so the content is to blame and not the file; set by rows.c */
} Feed;

/* Opens a file, "-" for stdin. Reports what goes wrong; then false. feed_close in any case. */
bool feed_open(Feed *feed, Cli *cli, const char *path);

/* The same of a file that is open already, and from now on the feed's to close. */
void feed_take_over(Feed *feed, Cli *cli, int fd, Text name);

/* Moves what is not consumed to the front and reads until the buffer is full or the file ends. Slices into the buffer become invalid.
** Grows the buffer when it is full already. False when nothing was added: at the end, on failure, or when a record is too long. */
bool feed_fill(Feed *feed);

/* Moves the next `wanted` bytes to `to`: what stands in the buffer, and then from the file itself, past the buffer. Returns how many: fewer
** at the end of the file, or when reading failed (feed.failed; reported). */
size_t feed_take(Feed *feed, char *to, size_t wanted);

/* Gives back the last `size` bytes of those that were taken. */
void feed_give_back(Feed *feed, const char *data, size_t size);

/* Writes what stands behind `size` bytes of a buffer, FEED_PADDING bytes: see the invariant. */
void feed_seal(char *data, size_t size);

void feed_close(Feed *feed);

#endif
