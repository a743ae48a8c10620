/* rounds_ledger.c: what the ledger knows of a line, and what it is told.
**
** A line's input is hashed in two halves: what the line itself says, and that together with what was joined to it. The first tells whether
** an approved line comes again or its number is used for another; the second whether a rejected one is offered under other circumstances,
** and so may be decided anew.
*/
#include <string.h>

#include "core/sha256.h"
#include "exact.h"
#include "judge.h"
#include "rounds.h"
#include "status.h"

#define CREDIT_MARK TEXT("=credit") /* in bd_line_record.reasons of a granted credit: no rule has such a name */

enum { HALF = SHA256_SIZE / 2 };

bd_text bd_settled_name(bd_settled settled)
{
    static const Text names[] = {
        [BD_SETTLED_DOUBLE] = TEXT_INIT("dubbel"),
        [BD_SETTLED_UNKNOWN] = TEXT_INIT("credit_onbekend"),
        [BD_SETTLED_REJECTED] = TEXT_INIT("credit_van_afgekeurd"),
        [BD_SETTLED_CREDITED] = TEXT_INIT("credit_dubbel"),
    };
    return settled >= BD_SETTLED_DOUBLE && settled <= BD_SETTLED_CREDITED ? names[settled] : (Text){"", 0};
}

static bd_line_id id_of(const LineOrder *line)
{
    return (bd_line_id){line->municipality, line->provider, line->declaration, line->line};
}

bd_status rounds_begin(Rounds *rounds, bd_error *error)
{
    if (!rounds->ledger || rounds->is_open)
        return BD_OK;
    bd_status status = rounds->ledger->methods->begin(rounds->ledger->context, error);
    rounds->is_open = status == BD_OK;
    return status;
}

/* ---- Counters ---- */

static bool is_sound(const bd_contribution *contribution)
{
    return contribution->denominator >= 1 && contribution->numerator > INT64_MIN;
}

typedef struct Loading {
    Rounds *rounds;
    CounterKey *key;
    bool is_damaged;
} Loading;

static bd_status load_one(void *context, const bd_contribution *contribution)
{
    Loading *loading = context;
    loading->is_damaged = !is_sound(contribution);
    if (loading->is_damaged)
        return BD_LEDGER;
    Rounds *rounds = loading->rounds;
    bool is_added = counter_add(rounds->tally->counters.module, &rounds->grown, loading->key, contribution->from,
                                contribution->to, contribution->numerator, contribution->denominator, 1);
    return is_added ? BD_OK : BD_NOMEM;
}

static bd_status report_damage(bd_error *error)
{
    return status_report(BD_LEDGER, BD_LEDGER_DAMAGED, "the ledger holds a contribution that is no number", error);
}

bd_status rounds_load(Rounds *rounds, uint32_t counter, Text key, uint64_t hash, CounterKey **out, bd_error *error)
{
    CounterKey *found = *out = counters_find(&rounds->tally->counters, counter, key, counters_hash(counter, hash));
    if (!found)
        return account_report(rounds->tally->account, error);
    if (found->is_loaded)
        return BD_OK;
    found->is_loaded = true;
    if (!rounds->ledger)
        return BD_OK;
    Loading loading = {rounds, found, false};
    bd_status status = rounds->ledger->methods->read_key(rounds->ledger->context, rounds->numbers[counter],
                                                         counter_key_text(found), load_one, &loading, error);
    if (loading.is_damaged)
        return report_damage(error);
    return status == BD_NOMEM ? account_report(rounds->account, error) : status;
}

/* ---- The contributions of one line, copied out of the ledger ---- */

typedef struct Copied {
    bd_contribution *items;
    size_t count, capacity;
    Arena *arena; /* without landing */
    bool is_damaged;
} Copied;

static bd_status copy_one(void *context, const bd_contribution *contribution)
{
    Copied *copied = context;
    copied->is_damaged = !is_sound(contribution);
    if (copied->is_damaged)
        return BD_LEDGER;
    bd_contribution *items =
        arena_grow(copied->arena, copied->items, copied->count, &copied->capacity, sizeof *copied->items);
    Text key = items ? arena_text_copy(copied->arena, contribution->key) : (Text){NULL, 0};
    if (!items || !key.data)
        return BD_NOMEM;
    copied->items = items;
    items[copied->count] = *contribution;
    items[copied->count++].key = key;
    return BD_OK;
}

static bd_status copy_contributions(Rounds *rounds, const LineOrder *line, Copied *out, bd_error *error)
{
    bd_line_id id = id_of(line);
    jmp_buf *landing = rounds->scratch.landing;
    *out = (Copied){.arena = &rounds->scratch};
    rounds->scratch.landing = NULL; /* the ledger's frames stand between */
    bd_status status = rounds->ledger->methods->read_line(rounds->ledger->context, &id, copy_one, out, error);
    rounds->scratch.landing = landing;
    if (out->is_damaged)
        return report_damage(error);
    return status == BD_NOMEM ? account_report(rounds->account, error) : status;
}

/* The module's counter of a number in the ledger; BD_NONE: one of another version of the agreement. */
static uint32_t counter_of(const Rounds *rounds, uint32_t number)
{
    for (uint32_t i = 0; i < rounds->tally->counters.module->COUNTERS_count; i++) {
        if (rounds->numbers[i] == number)
            return i;
    }
    return BD_NONE;
}

bd_status rounds_find_debit_keys(Rounds *rounds, const LineOrder *debit, bd_error *error)
{
    Copied copied;
    bd_status status = copy_contributions(rounds, debit, &copied, error);
    for (size_t i = 0; status == BD_OK && i < copied.count; i++) {
        uint32_t counter = counter_of(rounds, copied.items[i].counter);
        if (counter == BD_NONE)
            continue;
        rounds->found = arena_grow(&rounds->scratch, rounds->found, rounds->found_count, &rounds->found_capacity,
                                   sizeof *rounds->found);
        Text key = copied.items[i].key;
        status =
            rounds_load(rounds, counter, key, counter_text_hash(key), &rounds->found[rounds->found_count++], error);
    }
    return status;
}

/* Takes the line's contributions out of (sign -1) or back into what is known of its counters. */
static bd_status count_stored(Rounds *rounds, const LineOrder *line, int sign, bd_error *error)
{
    Copied copied;
    bd_status status = copy_contributions(rounds, line, &copied, error);
    for (size_t i = 0; status == BD_OK && i < copied.count; i++) {
        const bd_contribution *at = &copied.items[i];
        uint32_t counter = counter_of(rounds, at->counter);
        CounterKey *key = NULL;
        if (counter != BD_NONE)
            status = rounds_load(rounds, counter, at->key, counter_text_hash(at->key), &key, error);
        if (status == BD_OK && key) {
            rounds_mark_changed(rounds, key);
            if (!counter_add(rounds->tally->counters.module, &rounds->grown, key, at->from, at->to, at->numerator,
                             at->denominator, sign))
                status = account_report(rounds->account, error);
        }
    }
    return status;
}

/* ---- What a line's input is ---- */

static void hash_number(Sha256 *hash, uint64_t value)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    sha256_update(hash, bytes, sizeof bytes);
}

static void hash_text(Sha256 *hash, Text text)
{
    hash_number(hash, text.size);
    if (text.size > 0)
        sha256_update(hash, text.data, text.size);
}

static void hash_cell(Sha256 *hash, const bd_module *module, const ColumnRecord *column, const bd_column_data *data,
                      size_t row)
{
    if ((column->flags & COLUMN_OPTIONAL) && data->present && !data->present[row])
        return;
    hash_text(hash, module_text(module, column->name));
    switch (column->kind) {
    case BD_KIND_BOOL: hash_number(hash, ((const uint8_t *)data->values)[row] != 0); break;
    case BD_KIND_TEXT: hash_text(hash, ((const bd_text *)data->values)[row]); break;
    case BD_KIND_SCALED:
        hash_number(hash, (uint64_t)((const int64_t *)data->values)[row]);
        hash_number(hash, (uint64_t)column->denominator);
        break;
    default:
        if (column->choice == BD_NONE)
            hash_number(hash, (uint64_t)((const int32_t *)data->values)[row]);
        else
            hash_text(hash, bd_choice_member(module, column->choice, (uint32_t)((const int32_t *)data->values)[row]));
        break;
    }
}

/* The messages that can be joined to a line: the first few by name, the others are looked for from a column on. */
typedef struct Groups {
    Text names[4];
    uint32_t count, next;
} Groups;

static Groups find_groups(const bd_module *module, const ProgramRecord *program)
{
    Groups groups = {.count = 0};
    while (groups.next < program->columns && groups.count < sizeof groups.names / sizeof *groups.names) {
        const ColumnRecord *column = &module->COLUMNS[program->first_column + groups.next++];
        if (column->flags & COLUMN_GROUP)
            groups.names[groups.count++] = module_text(module, column->name);
    }
    return groups;
}

static bool is_field_of(Text name, Text group)
{
    return name.size > group.size && name.data[group.size] == '_' && text_has_prefix(name, group);
}

/* Whether a column holds what was joined to the line: a message's presence, or a field of it, which has its name before its own. */
static bool is_joined(const bd_module *module, const ProgramRecord *program, const Groups *groups,
                      const ColumnRecord *column)
{
    Text name = module_text(module, column->name);
    bool found = (column->flags & COLUMN_GROUP) != 0;
    for (uint32_t i = 0; i < groups->count && !found; i++)
        found = is_field_of(name, groups->names[i]);
    for (uint32_t i = groups->next; i < program->columns && !found; i++) {
        const ColumnRecord *group = &module->COLUMNS[program->first_column + i];
        found = (group->flags & COLUMN_GROUP) && is_field_of(name, module_text(module, group->name));
    }
    return found;
}

static void hash_columns(Sha256 *hash, const bd_module *module, const bd_batch *batch, size_t row, bool joined)
{
    const ProgramRecord *program = &module->PROGRAMS[0];
    Groups groups = find_groups(module, program);
    for (uint32_t i = 0; i < program->columns; i++) {
        const ColumnRecord *column = &module->COLUMNS[program->first_column + i];
        if (is_joined(module, program, &groups, column) == joined)
            hash_cell(hash, module, column, &batch->columns[i], row);
    }
}

static void hash_exact(Sha256 *hash, const bd_batch *batch, size_t row)
{
    size_t low = 0, high = batch->exact_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (batch->exact[middle].row < row)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < batch->exact_count && batch->exact[low].row == row; low++) {
        hash_number(hash, batch->exact[low].column);
        hash_text(hash, batch->exact[low].decimal);
    }
}

static void hash_exact_records(Sha256 *hash, const bd_batch *batch, uint32_t list, size_t row)
{
    size_t first, count = batch->exact_record_count > 0 ? judge_records_of_row(batch, list, row, &first) : 0;
    for (size_t i = 0; i < count; i++) {
        const bd_exact_record *cell = &batch->exact_records[first + i];
        hash_number(hash, cell->record - batch->lists[list].offsets[row]);
        hash_number(hash, cell->column);
        hash_text(hash, cell->decimal);
    }
}

static void hash_lists(Sha256 *hash, const bd_module *module, const bd_batch *batch, size_t row)
{
    for (uint32_t l = 0; l < module->LISTS_count; l++) {
        const ListRecord *list = &module->LISTS[l];
        const bd_list_data *data = &batch->lists[l];
        hash_text(hash, module_text(module, list->name));
        hash_number(hash, data->offsets[row + 1] - data->offsets[row]);
        for (uint32_t c = 0; c < list->columns; c++)
            for (size_t r = data->offsets[row]; r < data->offsets[row + 1]; r++)
                hash_cell(hash, module, &module->COLUMNS[list->first_column + c], &data->columns[c], r);
        hash_exact_records(hash, batch, l, row);
    }
}

static void hash_line(const Settle *settle, uint8_t out[SHA256_SIZE])
{
    const bd_module *module = settle->session->module;
    const LineOrder *line = &settle->line;
    Sha256 hash, own;
    uint8_t whole[SHA256_SIZE];
    sha256_init(&hash);
    hash_number(&hash, (uint64_t)line->signed_on);
    hash_text(&hash, line->municipality);
    hash_text(&hash, line->provider);
    hash_text(&hash, line->declaration);
    hash_text(&hash, line->line);
    hash_number(&hash, rounds_is_credit(settle->batch, settle->row));
    if (rounds_is_credit(settle->batch, settle->row)) {
        LineOrder debit = rounds_debit(settle->batch, settle->row);
        hash_text(&hash, debit.declaration);
        hash_text(&hash, debit.line);
    }
    hash_columns(&hash, module, settle->batch, settle->row, false);
    hash_exact(&hash, settle->batch, settle->row);
    own = hash;
    sha256_final(&own, out);
    hash_columns(&hash, module, settle->batch, settle->row, true);
    hash_lists(&hash, module, settle->batch, settle->row);
    sha256_final(&hash, whole);
    memcpy(out + HALF, whole, HALF);
}

/* ---- Settling ---- */

static void write_result(const Settle *settle, bd_decision decision, int64_t cents, bd_settled settled)
{
    uint32_t words = bd_module_reason_words(settle->session->module);
    bd_decisions *out = settle->out;
    out->decision[settle->at] = (uint8_t)decision;
    out->cents[settle->at] = cents;
    out->fault[settle->at] = BD_NONE;
    memset(out->reasons + settle->at * words, 0, words * sizeof *out->reasons);
    settle->session->rounds->results.settled[settle->place] = (uint8_t)settled;
}

/* The next name of a list with semicolons between. */
static bool next_name(Text *list, Text *name)
{
    if (list->size == 0)
        return false;
    const char *end = memchr(list->data, ';', list->size);
    size_t size = end ? (size_t)(end - list->data) : list->size;
    *name = text_slice(*list, 0, size);
    *list = text_slice(*list, end ? size + 1 : size, list->size);
    return true;
}

static void repeat_name(const Settle *settle, Text name)
{
    const bd_module *module = settle->session->module;
    for (int s = BD_SETTLED_DOUBLE; s <= BD_SETTLED_CREDITED; s++) {
        if (text_equal(bd_settled_name((bd_settled)s), name))
            settle->session->rounds->results.settled[settle->place] = (uint8_t)s;
    }
    for (uint32_t r = 0; r < module->RULES_count; r++) {
        if (!text_equal(module_text(module, module->RULES[r].name), name))
            continue;
        settle->out->reasons[settle->at * bd_module_reason_words(module) + r / 64] |= UINT64_C(1) << (r % 64);
        return;
    }
}

static void repeat(const Settle *settle, const bd_line_record *record)
{
    Text rules = record->rules, name;
    write_result(settle, record->decision == BD_APPROVED ? BD_APPROVED : BD_REJECTED, record->cents,
                 BD_SETTLED_BY_RULES);
    settle->session->rounds->results.repeated[settle->place] = 1;
    while (next_name(&rules, &name))
        repeat_name(settle, name);
}

bd_status rounds_settle(const Settle *settle, bool *settled, bd_error *error)
{
    const bd_ledger *ledger = settle->session->rounds->ledger;
    bd_line_record record;
    bool found = false;
    const bool is_double = settle->session->rounds->doubles[settle->place];
    *settled = is_double;
    if (is_double)
        write_result(settle, BD_REJECTED, 0, BD_SETTLED_DOUBLE);
    if (is_double || !ledger)
        return BD_OK;
    bd_line_id id = id_of(&settle->line);
    bd_status status = ledger->methods->find_line(ledger->context, &id, &record, &found, error);
    if (status != BD_OK || !found)
        return status;
    uint8_t hash[SHA256_SIZE];
    hash_line(settle, hash);
    bool is_same = memcmp(hash, record.hash, record.decision == BD_APPROVED ? HALF : SHA256_SIZE) == 0;
    *settled = is_same || record.decision == BD_APPROVED;
    if (is_same)
        repeat(settle, &record);
    else if (*settled)
        write_result(settle, BD_REJECTED, 0, BD_SETTLED_DOUBLE);
    return BD_OK;
}

/* ---- Keeping ---- */

/* Names of the rules that are the line's reasons; `codes`: their return codes where they have one. */
static Text join_rules(const Settle *settle, bool codes)
{
    const bd_module *module = settle->session->module;
    uint32_t words = bd_module_reason_words(module);
    StringBuilder out;
    builder_init(&out, &settle->session->rounds->scratch);
    builder_text(&out, bd_settled_name((bd_settled)settle->session->rounds->results.settled[settle->place]));
    for (uint32_t r = 0; r < module->RULES_count; r++) {
        const RuleRecord *rule = &module->RULES[r];
        if (!(settle->out->reasons[settle->at * words + r / 64] >> (r % 64) & 1) || rule->effect == BD_EFFECT_PAY)
            continue;
        if (out.size > 0)
            builder_char(&out, ';');
        builder_text(&out, module_text(module, codes && rule->code.size > 0 ? rule->code : rule->name));
    }
    return builder_result(&out);
}

bd_status rounds_count_given(Rounds *rounds, size_t row, bd_contribution *items, size_t *count, bd_error *error)
{
    const bd_module *module = rounds->tally->counters.module;
    for (uint32_t c = 0; c < module->COUNTERS_count; c++) {
        size_t entry = counter_entry(&rounds->block, c, row);
        const Given *given = &rounds->block.given[entry];
        CounterKey *key = rounds->block.keys[entry];
        if (!given->counts || !key || given->from > given->to)
            continue;
        rounds_mark_changed(rounds, key);
        if (!counter_add(module, &rounds->grown, key, given->from, given->to, given->numerator, given->denominator, 1))
            return account_report(rounds->account, error);
        if (items)
            items[(*count)++] = (bd_contribution){rounds->numbers[c], counter_key_text(key), given->from,
                                                  given->to,          given->numerator,      given->denominator};
    }
    return BD_OK;
}

bd_status rounds_keep(const Settle *settle, bd_error *error)
{
    Rounds *rounds = settle->session->rounds;
    bd_decision decision = (bd_decision)settle->out->decision[settle->at];
    bd_contribution *items = NULL;
    size_t count = 0;
    if (decision != BD_APPROVED && (decision != BD_REJECTED || !rounds->ledger))
        return BD_OK;
    if (rounds->ledger)
        items = arena_array(&rounds->scratch, settle->session->module->COUNTERS_count + 1u, sizeof *items);
    bd_status status = decision == BD_APPROVED ? rounds_count_given(rounds, settle->row, items, &count, error) : BD_OK;
    if (status != BD_OK || !rounds->ledger)
        return status;
    bd_line_record record = {.decision = decision,
                             .cents = settle->out->cents[settle->at],
                             .reasons = join_rules(settle, true),
                             .rules = join_rules(settle, false)};
    if (decision == BD_APPROVED && rounds_is_credit(settle->batch, settle->row))
        record.reasons = CREDIT_MARK;
    hash_line(settle, record.hash);
    bd_line_id id = id_of(&settle->line);
    return rounds->ledger->methods->put_line(rounds->ledger->context, &id, &record, items, count, error);
}

/* ---- Credits ---- */

static bd_settled creditable(const bd_line_record *record, bool found)
{
    if (!found || text_equal(record->reasons, CREDIT_MARK))
        return BD_SETTLED_UNKNOWN;
    if (record->decision != BD_APPROVED)
        return BD_SETTLED_REJECTED;
    return record->credited ? BD_SETTLED_CREDITED : BD_SETTLED_BY_RULES;
}

/* The rules marked `ook credit`; without any a credit is granted. */
static void judge_credit(const Settle *settle)
{
    bd_session *session = settle->session;
    Rounds *rounds = session->rounds;
    uint32_t words = bd_module_reason_words(session->module);
    write_result(settle, BD_APPROVED, 0, BD_SETTLED_BY_RULES);
    if (!rounds->credits)
        return;
    arena_reset(&session->exact);
    Exact run = {.session = session,
                 .module = session->module,
                 .program = rounds->credits,
                 .batch = settle->batch,
                 .row = settle->row,
                 .block = &rounds->block,
                 .reasons = settle->out->reasons + settle->at * words};
    exact_run(&run);
    settle->out->decision[settle->at] = (uint8_t)run.decision;
    settle->out->fault[settle->at] = run.fault;
}

bd_status rounds_credit(const Settle *settle, bd_error *error)
{
    Rounds *rounds = settle->session->rounds;
    const bd_ledger *ledger = rounds->ledger;
    LineOrder debit = rounds_debit(settle->batch, settle->row);
    bd_line_id debit_id = id_of(&debit), id = id_of(&settle->line);
    bd_line_record record;
    bool found = false;
    counter_start_row(&rounds->block, settle->session->module->COUNTERS_count, settle->row);
    bd_status status = ledger->methods->find_line(ledger->context, &debit_id, &record, &found, error);
    if (status != BD_OK)
        return status;
    int64_t granted = found ? record.cents : 0;
    bd_settled settled = creditable(&record, found);
    if (settled != BD_SETTLED_BY_RULES)
        write_result(settle, BD_REJECTED, 0, settled);
    else
        judge_credit(settle);
    if (settle->out->decision[settle->at] == BD_APPROVED) {
        settle->out->cents[settle->at] = granted == INT64_MIN ? 0 : -granted;
        status = count_stored(rounds, &debit, -1, error);
        if (status == BD_OK)
            status = ledger->methods->credit(ledger->context, &debit_id, &id, error);
    }
    return status == BD_OK ? rounds_keep(settle, error) : status;
}

/* ---- Traces ---- */

static bd_status leave_out(bd_session *session, int sign, bd_error *error)
{
    Rounds *rounds = session->rounds;
    bd_line_id id = id_of(&rounds->traced);
    bd_line_record record;
    bool found = false;
    if (!rounds->ledger)
        return BD_OK;
    bd_status status = rounds->ledger->methods->find_line(rounds->ledger->context, &id, &record, &found, error);
    if (status != BD_OK || !found || record.decision != BD_APPROVED)
        return status;
    return count_stored(rounds, &rounds->traced, sign, error);
}

bd_status rounds_trace_begin(bd_session *session, const bd_batch *batch, size_t row, bd_error *error)
{
    bd_status status = rounds_check_row(session, batch, row, error);
    if (status == BD_OK)
        status = rounds_begin(session->rounds, error);
    if (status == BD_OK)
        status = rounds_find_keys(session, batch, row, 1, error);
    if (status != BD_OK)
        return status;
    session->rounds->traced = rounds_line(batch, row);
    return leave_out(session, -1, error);
}

bd_status rounds_trace_end(bd_session *session, bd_error *error)
{
    return leave_out(session, 1, error);
}
