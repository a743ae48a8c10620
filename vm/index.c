/* index.c: the prices of indexed tariffs. See index.h. */
#include "index.h"

#include <string.h>

#include "core/date.h"
#include "exact.h"

/* ---- Series in the module ---- */

void index_supply_series(bd_session *session)
{
    const bd_module *module = session->module;
    for (uint32_t i = 0; i < module->SERIES_count; i++) {
        const SeriesRecord *series = &module->SERIES[i];
        ExternTable *table = &session->externs[series->table];
        table->goes_on = (series->flags & SERIES_GOES_ON) != 0;
        int32_t apart = series->step == 12 ? 1 : (int32_t)series->step;
        for (uint32_t c = 0; c < series->cells; c++) {
            ExternKey key = extern_key_int((int64_t)series->first + (int64_t)c * apart);
            Number value = NUMBER_ZERO;
            bd_status status = number_from_scaled(&session->arena, module->CELLS[series->first_cell + c],
                                                  table->record->denominator, &value);
            if (status == BD_OK)
                (void)extern_add(table, &session->arena, &key, BD_DATE_MIN, value); /* keys rise: none comes twice */
        }
    }
}

void index_settle_key(const bd_session *session, uint32_t table, ExternKey *key)
{
    const bd_module *module = session->module;
    for (uint32_t i = 0; i < module->SERIES_count; i++)
        if (module->SERIES[i].table == table && module->SERIES[i].step == 3)
            key->num -= key->num % 3;
}

/* ---- Running the contract's programs ---- */

/* Runs a program that takes a date, an amount or both; false when it faults. The cell is good until the next run. */
static bool run_program(bd_session *session, uint32_t index, int32_t day, Number amount, Cell *out, uint32_t *site)
{
    const ProgramRecord *program = &session->module->PROGRAMS[index];
    arena_reset(&session->exact);
    Cell *inputs = arena_array(&session->exact, program->columns + 1u, sizeof *inputs);
    bool *present = arena_array(&session->exact, program->columns + 1u, sizeof *present);
    for (uint32_t i = 0; i < program->columns; i++) {
        inputs[i].fault = BD_NONE;
        present[i] = true;
        if (session->module->COLUMNS[program->first_column + i].meaning == BD_MEANS_DATE)
            inputs[i].is.integer = day;
        else
            inputs[i].is.number = amount;
    }
    Exact run = {
        .session = session,
        .module = session->module,
        .program = program,
        .inputs = inputs,
        .input_present = present,
        .outputs = arena_array(&session->exact, program->outputs + 1u, sizeof *run.outputs),
        .output_present = arena_array(&session->exact, program->outputs + 1u, sizeof *run.output_present),
    };
    exact_run(&run);
    *site = run.fault;
    *out = run.outputs[0];
    return run.fault == BD_NONE && run.output_present[0];
}

/* Whether some series went on after its last figure since the marks were taken away. */
static bool take_marks(bd_session *session)
{
    bool went_on = false;
    for (uint32_t i = 0; i < session->module->SERIES_count; i++) {
        ExternTable *table = &session->externs[session->module->SERIES[i].table];
        went_on = went_on || table->went_on;
        table->went_on = false;
    }
    return went_on;
}

/* A factor of zero or less is no development of prices: the moment counts as one without a figure. */
static void find_factor(bd_session *session, const IndexRecord *record, IndexMoment *moment)
{
    Cell factor;
    (void)take_marks(session);
    bool is_given = run_program(session, record->factor, moment->day, NUMBER_ZERO, &factor, &moment->site);
    moment->is_guess = take_marks(session);
    moment->is_known = is_given && number_sign(factor.is.number) > 0 &&
                       number_copy(&session->arena, factor.is.number, &moment->factor) == BD_OK;
}

static void find_moments(bd_session *session, SessionIndex *index)
{
    const IndexRecord *record = index->record;
    DateParts first = date_to_ymd(record->first);
    index->moments = arena_array(&session->arena, INDEX_MAX_MOMENTS, sizeof *index->moments);
    for (int32_t i = 0; i < INDEX_MAX_MOMENTS; i++) {
        IndexMoment *moment = &index->moments[index->count];
        if (!date_from_ymd(first.year + i, first.month, first.day, &moment->day) || moment->day > record->last)
            return;
        find_factor(session, record, moment);
        index->count++;
    }
}

/* ---- One price ---- */

/* What a moment makes of the price before it. */
static IndexStep next_step(bd_session *session, const SessionIndex *index, Arena *arena, const IndexStep *before,
                           const IndexMoment *moment)
{
    IndexStep step = {.day = moment->day, .moment = moment, .is_missing = true};
    Cell rounded;
    uint32_t site = BD_NONE;
    step.is_guess = before->is_guess || moment->is_guess;
    if (!moment->is_known)
        return step;
    Number from = index->on_rounded ? before->price : before->exact;
    if (number_mul(arena, from, moment->factor, &step.exact) != BD_OK)
        return step;
    if (run_program(session, index->record->rounding, moment->day, step.exact, &rounded, &site))
        step.is_missing = number_copy(arena, rounded.is.number, &step.price) != BD_OK;
    return step;
}

uint32_t index_steps(bd_session *session, const SessionIndex *index, Arena *arena, IndexStep written, int32_t to,
                     int32_t level, IndexStep *steps)
{
    uint32_t count = 1;
    steps[0] = written;
    for (uint32_t i = 0; i < index->count && !steps[count - 1].is_missing; i++) {
        const IndexMoment *moment = &index->moments[i];
        if (moment->day <= level)
            continue;
        if (moment->day > to)
            break;
        steps[count] = next_step(session, index, arena, &steps[count - 1], moment);
        count++;
    }
    return count;
}

/* ---- The derived table ---- */

/* Where the rows of one written price go: behind a node, or by keys. */
typedef struct Target {
    ExternTable *table;
    const ExternKey *keys; /* NULL: behind `node` */
    int32_t node;
} Target;

static bd_status put_row(bd_session *session, const Target *target, const IndexStep *step, int32_t from)
{
    ExternEntry row = {.node = target->node,
                       .from = from,
                       .value = NUMBER_ZERO,
                       .is_missing = step->is_missing,
                       .is_guess = step->is_guess && !step->is_missing};
    if (!step->is_missing && number_copy(&session->arena, step->price, &row.value) != BD_OK)
        return BD_LIMIT;
    if (!target->keys)
        return extern_put(target->table, &session->arena, row);
    bd_status status = extern_add(target->table, &session->arena, target->keys, from, row.value);
    if (status != BD_OK)
        return status;
    ExternEntry *added = &target->table->entries[target->table->count - 1];
    added->is_missing = row.is_missing;
    added->is_scaled = added->is_scaled && !row.is_missing;
    added->is_guess = row.is_guess;
    return BD_OK;
}

/* The rows of one written price: at its own start what the moments up to then made of it, and one at each later moment. */
static bd_status put_price(bd_session *session, const SessionIndex *index, const Target *target, Number price,
                           int32_t from, int32_t to, int32_t level)
{
    IndexStep steps[INDEX_MAX_MOMENTS + 1], written = {.day = from, .exact = price, .price = price};
    arena_reset(&session->result);
    uint32_t count = index_steps(session, index, &session->result, written, to, level, steps);
    uint32_t start = 0;
    while (start + 1 < count && steps[start + 1].day <= from)
        start++;
    bd_status status = put_row(session, target, &steps[start], from);
    for (uint32_t i = start + 1; status == BD_OK && i < count; i++)
        status = put_row(session, target, &steps[i], steps[i].day);
    return status;
}

/* From a date on the contract gives no price here. */
static bd_status put_end(bd_session *session, const Target *target, int32_t from)
{
    bd_status status = extern_add(target->table, &session->arena, target->keys, from, NUMBER_ZERO);
    if (status == BD_OK)
        target->table->entries[target->table->count - 1].is_end = true;
    return status;
}

static bool has_bit(const bd_module *module, uint32_t cell)
{
    return module->CELL_BITS[cell / 64] >> (cell % 64) & 1;
}

/* Whether no version, or none with this cell, takes over on the day after a cell's version. */
static bool ends_with_version(const bd_module *module, const TableRecord *base, uint32_t cell)
{
    uint32_t per_version = base->cells / base->versions, number = cell / per_version;
    const VersionRecord *version = &module->VERSIONS[base->first_version + number];
    if (version->to == BD_DATE_MAX)
        return false;
    bool is_followed = number + 1 < base->versions && version[1].from == version->to + 1;
    return !is_followed || !has_bit(module, base->first_cell + cell + per_version);
}

/* The tariff stands in the module: every cell of every version. */
static bd_status fill_from_cells(bd_session *session, const SessionIndex *index)
{
    const bd_module *module = session->module;
    const TableRecord *base = &module->TABLES[index->record->base];
    uint32_t per_version = base->versions > 0 ? base->cells / base->versions : 0;
    for (uint32_t cell = 0; cell < base->cells && per_version > 0; cell++) {
        uint32_t at = base->first_cell + cell, rest = cell % per_version;
        const VersionRecord *version = &module->VERSIONS[base->first_version + cell / per_version];
        if (!has_bit(module, at))
            continue;
        ExternKey keys[TABLE_MAX_DIMENSIONS] = {{0}};
        for (uint32_t d = base->dimensions; d > 0; d--) {
            uint32_t size = module->DIMENSIONS[base->first_dimension + d - 1].size;
            keys[d - 1] = extern_key_int(rest % size);
            rest /= size;
        }
        Number price = NUMBER_ZERO;
        if (number_from_scaled(&session->arena, module->CELLS[at], base->denominator, &price) != BD_OK)
            return BD_LIMIT;
        Target target = {&session->externs[index->record->derived], keys, 0};
        int32_t level = module->LEVELS[index->record->first_level + cell / per_version];
        bd_status status = put_price(session, index, &target, price, version->from, version->to, level);
        if (status == BD_OK && ends_with_version(module, base, cell))
            status = put_end(session, &target, version->to + 1);
        if (status != BD_OK)
            return status;
    }
    return BD_OK;
}

/* The tariff was supplied: its rows, which end where the next one with the same keys begins. The keys' nodes are shared. */
static bd_status fill_from_rows(bd_session *session, const SessionIndex *index)
{
    const ExternTable *base = &session->externs[index->record->base];
    ExternTable *derived = &session->externs[index->record->derived];
    int32_t written = session->module->LEVELS[index->record->first_level];
    for (uint32_t d = 0; d < base->record->dimensions; d++)
        derived->levels[d] = base->levels[d];
    for (size_t i = 0; i < base->count; i++) {
        const ExternEntry *entry = &base->entries[i];
        bool has_next = i + 1 < base->count && entry[1].node == entry->node;
        Target target = {derived, NULL, entry->node};
        int32_t to = has_next ? entry[1].from - 1 : BD_DATE_MAX, level = written >= entry->from ? written : entry->from;
        bd_status status = put_price(session, index, &target, entry->value, entry->from, to, level);
        if (status != BD_OK)
            return status;
    }
    return BD_OK;
}

static bd_status fill(bd_session *session, SessionIndex *index)
{
    const TableRecord *base = &session->module->TABLES[index->record->base];
    ExternTable *derived = &session->externs[index->record->derived];
    Cell chain;
    uint32_t site = BD_NONE;
    *derived = (ExternTable){.record = derived->record}; /* an earlier attempt may have left rows */
    find_moments(session, index);
    index->on_rounded = run_program(session, index->record->chain, index->record->first, NUMBER_ZERO, &chain, &site) &&
                        chain.is.boolean;
    bd_status status = base->flags & TABLE_EXTERN ? fill_from_rows(session, index) : fill_from_cells(session, index);
    extern_prepare(derived, &session->arena);
    return status;
}

bd_status index_prepare(bd_session *session)
{
    const bd_module *module = session->module;
    bd_status status = BD_OK;
    session->indexes = arena_array(&session->arena, module->INDEXATIONS_count + 1u, sizeof *session->indexes);
    for (uint32_t i = 0; status == BD_OK && i < module->INDEXATIONS_count; i++) {
        session->indexes[i].record = &module->INDEXATIONS[i];
        status = fill(session, &session->indexes[i]);
    }
    (void)take_marks(session);
    return status;
}

const SessionIndex *index_of_table(const bd_session *session, uint32_t table)
{
    for (uint32_t i = 0; i < session->module->INDEXATIONS_count; i++)
        if (session->indexes[i].record->base == table || session->indexes[i].record->derived == table)
            return &session->indexes[i];
    return NULL;
}
