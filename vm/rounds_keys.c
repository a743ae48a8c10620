/* rounds_keys.c: who the lines of a block are, which counters they have, and which of those another thread has at hand. */
#include <string.h>

#include "beding_ledger.h"
#include "core/limits.h"
#include "ledger.h"
#include "rounds.h"
#include "status.h"

/* ---- Lines ---- */

LineOrder rounds_debit(const bd_batch *batch, size_t row)
{
    const bd_line_ids *ids = batch->ids;
    return (LineOrder){0, ids->municipality[row], ids->provider[row], ids->previous_declaration[row],
                       rounds_without_zeros(ids->previous_line[row])};
}

/* ---- Keys ---- */

static bool is_present(const ColumnRecord *column, const bd_column_data *data, size_t row)
{
    return !(column->flags & COLUMN_OPTIONAL) || !data->present || data->present[row];
}

static const bd_exact_cell *find_exact(const bd_batch *batch, size_t row, uint32_t column)
{
    for (size_t i = 0; i < batch->exact_count && batch->exact[i].row <= row; i++) {
        if (batch->exact[i].row == row && batch->exact[i].column == column)
            return &batch->exact[i];
    }
    return NULL;
}

/* A number as its exact decimal form, a member by its name: the key must mean the same to a later module. */
static Text key_text(Rounds *rounds, const bd_module *module, const bd_batch *batch, uint32_t index, size_t row)
{
    const ColumnRecord *column = &module->COLUMNS[index];
    uint32_t place = index - module->PROGRAMS[0].first_column;
    const bd_column_data *data = &batch->columns[place];
    if (column->kind == BD_KIND_TEXT)
        return ((const bd_text *)data->values)[row];
    if (column->kind == BD_KIND_INT)
        return bd_choice_member(module, column->choice, (uint32_t)((const int32_t *)data->values)[row]);
    const bd_exact_cell *exact = find_exact(batch, row, place);
    Number number = NUMBER_ZERO;
    bd_status status = exact ? number_from_decimal_text(&rounds->scratch, exact->decimal, &number)
                             : number_from_scaled(&rounds->scratch, ((const int64_t *)data->values)[row],
                                                  column->denominator, &number);
    StringBuilder out;
    builder_init(&out, &rounds->scratch);
    if (status == BD_OK)
        number_append(&out, number, 0);
    return builder_result(&out);
}

static bool has_all_cells(const bd_module *module, const CounterRecord *counter, const bd_batch *batch, size_t row)
{
    for (uint32_t i = 0; i < counter->keys; i++) {
        uint32_t index = module->COUNTER_KEYS[counter->first_key + i];
        if (!is_present(&module->COLUMNS[index], &batch->columns[index - module->PROGRAMS[0].first_column], row))
            return false;
    }
    return true;
}

/* Marks the bytes 0x1B and 0x1F of a word, which differ in one bit, by their high bits; perhaps others too if it marks one. */
static inline uint64_t mark_special(uint64_t word)
{
    const uint64_t every = UINT64_C(0x0101010101010101), rest = (word | every * 0x04) ^ every * 0x1F;
    return (rest - every) & ~rest & every << 7;
}

/* A text that is its own key: see beding_ledger.h. */
static inline bool is_plain(Text text)
{
    uint64_t word = 0, special = text.size == 0;
    size_t at = 0;
    for (; at + sizeof word <= text.size; at += sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        special |= mark_special(word);
    }
    for (; at < text.size; at++)
        special |= ((uint8_t)text.data[at] | 0x04) == 0x1F;
    return special == 0;
}

static Text key_of(Rounds *rounds, const bd_module *module, const CounterRecord *counter, const bd_batch *batch,
                   size_t row)
{
    const uint32_t *columns = &module->COUNTER_KEYS[counter->first_key];
    Text first = key_text(rounds, module, batch, columns[0], row);
    if (counter->keys == 1 && is_plain(first))
        return first;
    StringBuilder out;
    builder_init(&out, &rounds->scratch);
    ledger_key_value(&out, first, true);
    for (uint32_t i = 1; i < counter->keys; i++)
        ledger_key_value(&out, key_text(rounds, module, batch, columns[i], row), false);
    return builder_result(&out);
}

static bool has_same_key(const bd_module *module, const CounterRecord *a, const CounterRecord *b)
{
    return a->keys == b->keys && memcmp(&module->COUNTER_KEYS[a->first_key], &module->COUNTER_KEYS[b->first_key],
                                        a->keys * sizeof *module->COUNTER_KEYS) == 0;
}

static bool was_done(const bd_module *module, uint32_t counter)
{
    for (uint32_t i = 0; i < counter; i++) {
        if (has_same_key(module, &module->COUNTERS[i], &module->COUNTERS[counter]))
            return true;
    }
    return false;
}

/* The keys of all rows in one counter. They lie anywhere in memory, each behind a place in a table that does too. So a row's place is asked for some rows
** ahead, and then its key; not earlier, or they would be gone again. */
static bd_status find_counter_keys(Rounds *rounds, uint32_t counter, bd_error *error)
{
    enum { AHEAD = 32 };
    const Counters *counters = &rounds->tally->counters;
    const Text *texts = rounds->key_texts;
    const uint64_t *hashes = rounds->key_hashes;
    uint32_t rows = rounds->block.rows;
    CounterKey **keys = &rounds->block.keys[(size_t)counter * rows];
    bd_status status = BD_OK;
    for (uint32_t next = 0; status == BD_OK && next < rows + 2 * AHEAD; next++) {
        if (next < rows)
            counters_prefetch(counters, counters_hash(counter, hashes[next]));
        if (next >= AHEAD && next - AHEAD < rows) {
            keys[next - AHEAD] = counters_look(counters, counters_hash(counter, hashes[next - AHEAD]));
            __builtin_prefetch(keys[next - AHEAD]);
        }
        if (next < 2 * AHEAD)
            continue;
        uint32_t i = next - 2 * AHEAD;
        if (!texts[i].data)
            keys[i] = NULL;
        else if (!keys[i] || !keys[i]->is_loaded || !counter_key_is(keys[i], counter, texts[i]))
            status = rounds_load(rounds, counter, texts[i], hashes[i], &keys[i], error);
    }
    return status;
}

/* The key texts of all rows for a counter's key columns. */
static void find_key_texts(Rounds *rounds, const bd_module *module, uint32_t index, const bd_batch *batch)
{
    const CounterRecord *counter = &module->COUNTERS[index];
    for (uint32_t i = 0; i < rounds->block.rows; i++) {
        size_t row = rounds->block.first + i;
        bool has_cells = !rounds_is_skipped(batch, row) && has_all_cells(module, counter, batch, row);
        Text key = has_cells ? key_of(rounds, module, counter, batch, row) : (Text){NULL, 0};
        if (has_cells && !key.data)
            key.data = "";
        rounds->key_texts[i] = key;
        rounds->key_hashes[i] = has_cells ? counter_text_hash(key) : 0;
    }
}

bd_status rounds_find_keys(bd_session *session, const bd_batch *batch, size_t first, uint32_t rows, bd_error *error)
{
    Rounds *rounds = session->rounds;
    const bd_module *module = session->module;
    bd_status status = BD_OK;
    rounds_make_room(session, rows);
    arena_reset(&rounds->scratch);
    rounds->number = ++rounds->tally->number;
    rounds->block.first = first;
    rounds->block.rows = rows;
    for (uint32_t c = 0; status == BD_OK && c < module->COUNTERS_count; c++) {
        if (was_done(module, c))
            continue;
        find_key_texts(rounds, module, c, batch);
        for (uint32_t other = c; status == BD_OK && other < module->COUNTERS_count; other++) {
            if (has_same_key(module, &module->COUNTERS[c], &module->COUNTERS[other]))
                status = find_counter_keys(rounds, other, error);
        }
    }
    return status;
}

/* ---- Who else is there ---- */

size_t rounds_line_before(const Rounds *rounds, const bd_batch *batch, size_t row)
{
    while (row > rounds->block.first && rounds_is_skipped(batch, row - 1))
        row--;
    return row > rounds->block.first ? row : 0;
}

static bool is_double(const Rounds *rounds, const bd_batch *batch, size_t row)
{
    const Tally *tally = rounds->tally;
    size_t end = rounds_line_before(rounds, batch, row);
    if (end == 0 && !tally->has_last)
        return false;
    LineOrder line = rounds_line(batch, row), before = end > 0 ? rounds_line(batch, end - 1) : tally->last;
    return rounds_is_same(&before, &line);
}

/* Whether a block that is not completed has the key. Numbers of blocks may begin anew: a key of long ago is then waited for in vain, which does no harm. */
static inline bool is_elsewhere(const Rounds *rounds, const CounterKey *key)
{
    const uint32_t first = (uint32_t)rounds->tally->completed + 1;
    return key && key->touched - first < (uint32_t)rounds->number - first;
}

/* Holds the keys that others have: what is decided now reads nothing there. */
static void hold_keys(Rounds *rounds)
{
    const CounterBlock *block = &rounds->block;
    const size_t entries = (size_t)rounds->tally->counters.module->COUNTERS_count * block->rows;
    memset(rounds->held, 0, entries * sizeof(CounterKey *));
    for (size_t entry = 0; entry < entries; entry++) {
        if (!is_elsewhere(rounds, block->keys[entry]))
            continue;
        rounds->held[entry] = block->keys[entry];
        block->keys[entry] = NULL;
        rounds->has_held[entry % block->rows] = 1;
        rounds->is_holding = true;
    }
    for (size_t entry = 0; entry < entries;
         entry++) { /* behind that loop: lines of this block may have them in common */
        CounterKey *key = rounds->held[entry] ? rounds->held[entry] : block->keys[entry];
        if (key)
            key->touched = (uint32_t)rounds->number;
    }
}

void rounds_give_back_keys(Rounds *rounds)
{
    const CounterBlock *block = &rounds->block;
    const size_t entries = (size_t)rounds->tally->counters.module->COUNTERS_count * block->rows;
    for (size_t entry = 0; rounds->is_holding && entry < entries; entry++) {
        if (rounds->held[entry])
            block->keys[entry] = rounds->held[entry];
    }
    if (rounds->is_holding)
        memset(rounds->has_held, 0, block->rows);
    rounds->is_holding = false;
}

void rounds_see(Rounds *rounds, const bd_batch *batch)
{
    memset(rounds->doubles, 0, rounds->block.rows);
    for (uint32_t i = 0; rounds->has_doubles && i < rounds->block.rows; i++) {
        size_t row = rounds->block.first + i;
        rounds->doubles[i] = !rounds_is_skipped(batch, row) && is_double(rounds, batch, row);
    }
    rounds->is_holding = false;
    if (rounds->tally->is_shared)
        hold_keys(rounds);
}
