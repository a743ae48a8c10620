/* rounds_left.c: which lines of a block can be decided for good, and which are left for a later round; see rounds.h.
**
** A line's decision stands if no earlier line of the block has changed a counter that it looked at since it was decided, nor may still do
** so, and if it adds to no counter that an earlier line, which is left, may look at. What lines do to a counter is marked at its key while they are
** gone through in their order. A mark has the stamp of the going through that made it; older ones, of other blocks and sessions as well, do
** not count. Should a stamp come back after a thousand million times, a line is left once too often. The first line that is left has
** nothing before it, and always stands; so every round decides one at least.
*/
#include <string.h>

#include "rounds.h"

/* CounterKey.marked: the stamp, and behind it what an earlier line did, or may do. */
enum { MARK_ADDS = 1, MARK_LOOKS = 2, MARK_BITS = 2, MARKS = 3 };

static inline uint32_t marks_of(const Rounds *rounds, const CounterKey *key)
{
    return key->marked >> MARK_BITS == rounds->stamp ? key->marked & MARKS : 0;
}

static inline void mark(const Rounds *rounds, CounterKey *key, uint32_t marks)
{
    key->marked = rounds->stamp << MARK_BITS | marks_of(rounds, key) | marks;
}

void rounds_mark_changed(const Rounds *rounds, CounterKey *key)
{
    mark(rounds, key, MARK_ADDS);
}

static void next_stamp(Rounds *rounds)
{
    rounds->stamp = (rounds->stamp + 1) & UINT32_MAX >> MARK_BITS;
}

void rounds_leave_all(Rounds *rounds, const bd_batch *batch)
{
    rounds->left_count = 0;
    for (uint32_t i = 0; i < rounds->block.rows; i++) {
        if (!rounds_is_skipped(batch, rounds->block.first + i))
            rounds->left[rounds->left_count++] = (uint32_t)(rounds->block.first + i);
    }
}

/* Whether a line looked at a key that is held, or would add to it if it were granted. */
static bool wants_held(const Rounds *rounds, size_t row, bool is_granted)
{
    for (uint32_t c = 0; c < rounds->tally->counters.module->COUNTERS_count; c++) {
        const size_t entry = counter_entry(&rounds->block, c, row);
        if (rounds->held[entry] && (rounds->block.reads[entry] || (is_granted && rounds->block.given[entry].counts)))
            return true;
    }
    return false;
}

/* ---- What to decide next ---- */

/* Whether a line will probably stand, by what it did when it was decided last; marks what it will probably do. */
static bool foresee(const Rounds *rounds, size_t row, bool is_first)
{
    const CounterBlock *block = &rounds->block;
    const uint32_t counters = rounds->tally->counters.module->COUNTERS_count;
    bool stands = !rounds->has_held[row - block->first] || !wants_held(rounds, row, true);
    for (uint32_t c = 0; c < counters && !is_first; c++) {
        const size_t entry = counter_entry(block, c, row);
        const uint32_t marks = block->keys[entry] ? marks_of(rounds, block->keys[entry]) : 0;
        if ((marks & MARK_ADDS && block->reads[entry]) || (marks & MARK_LOOKS && block->given[entry].counts))
            stands = false;
    }
    for (uint32_t c = 0; c < counters; c++) {
        const size_t entry = counter_entry(block, c, row);
        const uint32_t marks = !stands ? MARKS : block->given[entry].counts ? MARK_ADDS : 0;
        if (block->keys[entry] && marks)
            mark(rounds, block->keys[entry], marks);
    }
    return stands;
}

void rounds_choose(Rounds *rounds, uint32_t most)
{
    enum { LOOK_FIRST = 8, LOOK_ON = 2 }; /* where lines wait for each other one by one, few are looked at in vain */
    uint32_t chosen = 0, i = 0;
    next_stamp(rounds);
    for (; i < rounds->left_count && chosen < most && i < LOOK_FIRST + LOOK_ON * chosen; i++) {
        if (foresee(rounds, rounds->left[i], i == 0))
            rounds->chosen[chosen++] = rounds->left[i];
    }
    rounds->chosen_count = chosen;
    rounds->looked_at = i;
}

/* ---- What stands ---- */

static uint64_t identity_hash(const LineOrder *line)
{
    uint64_t hash = text_hash(line->declaration) * 31 + text_hash(line->line);
    return hash * 31 + text_hash(line->provider);
}

static bool same_identity(const LineOrder *a, const LineOrder *b)
{
    return text_equal(a->line, b->line) && text_equal(a->declaration, b->declaration) &&
           text_equal(a->provider, b->provider) && text_equal(a->municipality, b->municipality);
}

/* The place of an identity in the table: that of a line that is left, or a free one (0). */
static uint32_t *identity_place(const Rounds *rounds, const bd_batch *batch, const LineOrder *line)
{
    for (uint64_t i = identity_hash(line) % ROUNDS_IDENTITIES;; i = (i + 1) % ROUNDS_IDENTITIES) {
        uint32_t *place = &rounds->identities[i];
        if (*place == 0)
            return place;
        LineOrder there = rounds_line(batch, rounds->block.first + *place - 1);
        if (same_identity(&there, line))
            return place;
    }
}

void rounds_begin_marks(Rounds *rounds)
{
    next_stamp(rounds);
    if (rounds->ledger)
        memset(rounds->identities, 0, ROUNDS_IDENTITIES * sizeof *rounds->identities);
}

/* The counters that a credit's debit counted in, in rounds->found; none of another line. */
static bd_status find_debit_keys(Rounds *rounds, const bd_batch *batch, size_t row, bd_error *error)
{
    rounds->found = NULL;
    rounds->found_count = rounds->found_capacity = 0;
    if (!rounds_is_credit(batch, row))
        return BD_OK;
    LineOrder debit = rounds_debit(batch, row);
    return rounds_find_debit_keys(rounds, &debit, error);
}

/* With a ledger: whether the line itself, or the debit that it credits, is left, or a line that has to do with what the debit counted in. */
static bd_status see_identity(Rounds *rounds, const bd_batch *batch, size_t row, bool *is_left, bd_error *error)
{
    LineOrder line = rounds_line(batch, row), debit = line;
    if (rounds_is_credit(batch, row))
        debit = rounds_debit(batch, row);
    *is_left = *identity_place(rounds, batch, &line) != 0 || *identity_place(rounds, batch, &debit) != 0;
    bd_status status = find_debit_keys(rounds, batch, row, error);
    for (size_t i = 0; status == BD_OK && i < rounds->found_count; i++)
        *is_left = *is_left || marks_of(rounds, rounds->found[i]) & MARK_LOOKS;
    return status;
}

bd_status rounds_stands(Rounds *rounds, const bd_batch *batch, size_t row, bool is_exact, bd_decision decision,
                        bool *stands, bd_error *error)
{
    const CounterBlock *block = &rounds->block;
    bool has_left = false, is_left = rounds->has_held[row - block->first] &&
                                     (is_exact || wants_held(rounds, row, decision == BD_APPROVED));
    for (uint32_t c = 0; !is_left && c < rounds->tally->counters.module->COUNTERS_count; c++) {
        const size_t entry = counter_entry(block, c, row);
        const uint32_t marks = block->keys[entry] ? marks_of(rounds, block->keys[entry]) : 0;
        if (marks == 0)
            continue;
        const bool adds = decision == BD_APPROVED && block->given[entry].counts;
        is_left = is_exact || adds ? marks & MARK_LOOKS : false;
        is_left = is_left || (!is_exact && block->reads[entry]);
    }
    bd_status status = rounds->ledger ? see_identity(rounds, batch, row, &has_left, error) : BD_OK;
    *stands = !is_left && !has_left;
    return status;
}

bd_status rounds_leave(Rounds *rounds, const bd_batch *batch, size_t row, bd_error *error)
{
    const CounterBlock *block = &rounds->block;
    for (uint32_t c = 0; c < rounds->tally->counters.module->COUNTERS_count; c++) {
        CounterKey *key = block->keys[counter_entry(block, c, row)];
        if (key)
            mark(rounds, key, MARKS);
    }
    if (!rounds->ledger)
        return BD_OK;
    LineOrder line = rounds_line(batch, row);
    *identity_place(rounds, batch, &line) = (uint32_t)(row - block->first) + 1;
    bd_status status = find_debit_keys(rounds, batch, row, error);
    for (size_t i = 0; status == BD_OK && i < rounds->found_count; i++)
        mark(rounds, rounds->found[i], MARKS);
    return status;
}
