/* index_api.c: the public calls about prices of indexed tariffs.
**
** A price is shown by making it once more: prepare keeps the results only, for of most prices nobody asks how they came about.
*/
#include "beding.h"
#include "core/date.h"
#include "exact.h"
#include "index.h"
#include "session_run.h"
#include "status.h"

typedef struct PriceCall {
    uint32_t table;
    const uint32_t *members;
    int32_t day;
    bd_price_step *steps;
    size_t room, *count;
} PriceCall;

/* What the contract writes for a cell on a day. */
typedef struct Written {
    Number price;
    int32_t from, level;
} Written;

static bd_status find_in_cells(const bd_session *session, const IndexRecord *record, const PriceCall *call,
                               Arena *arena, Written *out)
{
    const bd_module *module = session->module;
    const TableRecord *table = &module->TABLES[record->base];
    uint32_t at = 0;
    while (at < table->versions && !(module->VERSIONS[table->first_version + at].from <= call->day &&
                                     module->VERSIONS[table->first_version + at].to >= call->day))
        at++;
    if (at == table->versions)
        return BD_MISSING;
    int64_t numerator = 0, denominator = 1;
    bd_status status = bd_table_cell(module, record->base, at, call->members, &numerator, &denominator);
    if (status != BD_OK)
        return status;
    out->from = module->VERSIONS[table->first_version + at].from;
    out->level = module->LEVELS[record->first_level + at];
    return number_from_ratio(arena, numerator, denominator, &out->price);
}

static bd_status find_in_rows(bd_session *session, const IndexRecord *record, const PriceCall *call, Written *out)
{
    ExternTable *table = &session->externs[record->base];
    int32_t node = 0, level = session->module->LEVELS[record->first_level];
    for (uint32_t i = 0; i < table->record->dimensions; i++) {
        ExternKey key = extern_key_int(call->members[i]);
        node = extern_step(table, i, node, &key);
    }
    const ExternEntry *entry = extern_entry(table, extern_step_date(table, node, call->day));
    if (!entry)
        return BD_MISSING;
    *out = (Written){entry->value, entry->from, level >= entry->from ? level : entry->from};
    return BD_OK;
}

static Text number_text(Arena *arena, Number number, unsigned decimals)
{
    StringBuilder out;
    builder_init(&out, arena);
    number_append(&out, number, decimals);
    return builder_result(&out);
}

static void write_step(Arena *arena, const IndexStep *step, bd_price_step *out)
{
    *out = (bd_price_step){.day = step->day,
                           .is_written = step->moment == NULL,
                           .is_missing = step->is_missing,
                           .is_guess = step->is_guess && !step->is_missing,
                           .site = step->is_missing ? step->moment->site : BD_NONE,
                           .factor = {"", 0},
                           .exact = {"", 0},
                           .price = {"", 0}};
    if (step->is_missing)
        return;
    if (step->moment)
        out->factor = number_text(arena, step->moment->factor, 0);
    out->exact = number_text(arena, step->exact, 2);
    out->price = number_text(arena, step->price, 2);
}

static bd_status price(bd_session *session, void *context, bd_error *error)
{
    const PriceCall *call = context;
    const SessionIndex *index = index_of_table(session, call->table);
    IndexStep steps[INDEX_MAX_MOMENTS + 1];
    Written written = {NUMBER_ZERO, 0, 0};
    if (!index || index->record->base != call->table)
        return status_report(BD_NAME, call->table, "the tariff is not indexed", error);
    arena_reset(&session->result);
    bd_status status = session->module->TABLES[call->table].flags & TABLE_EXTERN
                           ? find_in_rows(session, index->record, call, &written)
                           : find_in_cells(session, index->record, call, &session->result, &written);
    if (status != BD_OK)
        return status_report(status, call->table, "the contract writes no price there", error);
    IndexStep first = {.day = written.from, .exact = written.price, .price = written.price};
    uint32_t count = index_steps(session, index, &session->result, first, call->day, written.level, steps);
    if (count > call->room)
        return status_report(BD_ARGUMENT, call->table, "more steps than there is room for", error);
    for (uint32_t i = 0; i < count; i++)
        write_step(&session->result, &steps[i], &call->steps[i]);
    *call->count = count;
    return BD_OK;
}

bd_status bd_session_price(bd_session *session, uint32_t table, const uint32_t *members, int32_t day,
                           bd_price_step *steps, size_t room, size_t *count, bd_error *error)
{
    PriceCall call = {table, members, day, steps, room, count};
    if (!session || !steps || !count)
        return status_report(BD_ARGUMENT, 0, "bd_session_price needs a session and room for steps", error);
    if (!session->is_prepared)
        return status_report(BD_STATE, 0, "the session is not prepared", error);
    if (table >= session->module->TABLES_count)
        return status_report(BD_NAME, table, "the module has no table of that index", error);
    if (session->module->TABLES[table].dimensions > 0 && !members)
        return status_report(BD_ARGUMENT, table, "bd_session_price needs a member for each dimension", error);
    return session_run(session, price, &call, error);
}

bool bd_session_went_on(const bd_session *session, uint32_t table)
{
    if (!session || !session->is_prepared || table >= session->module->TABLES_count)
        return false;
    const SessionIndex *index = index_of_table(session, table);
    return session->externs[index ? index->record->derived : table].went_on;
}
