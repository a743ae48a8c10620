/* impact_replay.h: both sides of `beding impact` once more, up to a line, where lines count for each other.
**
** Job: a derivation is told as if the line came next. Once its batch has been decided, counters hold more than the line saw; a second pair of
** sides therefore follows the first through the file, and stops before each line that has to be told.
** Invariant: what the pair decides is never reported; nothing is opened before the first line is asked for.
*/
#ifndef BEDING_CLI_IMPACT_REPLAY_H
#define BEDING_CLI_IMPACT_REPLAY_H

#include "compiler/cli/impact_side.h"

typedef struct ReplaySide {
    Side side;
    uint64_t base; /* rows before the batch at hand */
    size_t done;   /* rows of the batch that are decided */
} ReplaySide;

typedef struct Replay {
    ReplaySide before, after;
    bool is_open, has_failed;
} Replay;

/* Decides all rows before row `row`, counted from 0 in the order in which the sides take them, and reads that row: side.batch has it at *at.
** Rows are to be asked for in rising order. False when the side cannot be brought there. */
bool replay_to(ReplaySide *replay, uint64_t row, size_t *at);

void replay_close(Replay *replay);

#endif
