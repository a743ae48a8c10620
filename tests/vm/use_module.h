/* use_module.h - everything a host can do with a module, done to one that nobody trusts.
 *
 * The module loaded, so the verifier accepted it. It is disassembled, decided over generated lines, traced and
 * evaluated, within small limits: the sanitizers see whatever the verifier let through.
 */
#ifndef BEDING_TESTS_VM_USE_MODULE_H
#define BEDING_TESTS_VM_USE_MODULE_H

#include "vm/random_module.h"

#include "vm/core/sha256.h"
#include "vm/disasm.h"
#include "vm/plan_state.h"
#include "vm/session.h"

/* Makes the header agree with the bytes, so that what is damaged is looked at and not merely refused by its hash. */
static inline void mend_module(uint8_t *bytes, size_t size)
{
    size_t hashed = offsetof(FileHeader, sections);
    uint8_t hash[SHA256_SIZE];
    if (size < sizeof(FileHeader))
        return;
    FileHeader *header = (FileHeader *)(void *)bytes;
    memcpy(header->magic, MODULE_MAGIC, sizeof header->magic);
    header->file_size = (uint32_t)size;
    sha256_of(bytes + hashed, size - hashed, hash);
    memcpy(header->sha256, hash, sizeof hash);
}

/* Host columns for whatever the module declares: zeros and ones, enough for three rows of up to two records. */
enum { ROWS = 3, RECORDS = 2 * ROWS, COLUMNS_LIMIT = 300, LISTS_LIMIT = 8 };

typedef struct Host {
    union {
        int64_t integers[2 * RECORDS];
        bd_text texts[RECORDS];
    } cells[COLUMNS_LIMIT];
    uint8_t present[RECORDS];
    bd_column_data columns[COLUMNS_LIMIT], list_columns[LISTS_LIMIT][COLUMNS_LIMIT];
    bd_list_data lists[LISTS_LIMIT];
    uint32_t offsets[ROWS + 1];
    int32_t signed_on[ROWS];
    bd_text names[ROWS], numbers[ROWS];
    bd_line_ids ids;
    bd_batch batch;
} Host;

static inline bd_column_data make_column(const bd_module *module, uint32_t index, Host *host)
{
    bd_column_info info;
    bd_module_column(module, index, &info);
    for (int i = 0; i < RECORDS; i++) {
        if (info.kind == BD_KIND_TEXT)
            host->cells[index].texts[i] = text_from_cstring(i % 2 ? "a" : "");
        else if (info.kind == BD_KIND_INT)
            ((int32_t *)(void *)host->cells[index].integers)[i] = i % 3 ? i : 18000 + i;
        else if (info.kind == BD_KIND_BOOL)
            ((uint8_t *)(void *)host->cells[index].integers)[i] = (uint8_t)(i % 2);
        else
            host->cells[index].integers[i] = i == 2 ? INT64_MAX : i * 100;
    }
    return (bd_column_data){&host->cells[index], host->present};
}

static inline bool make_host(const bd_module *module, Host *host)
{
    host->offsets[0] = 0;
    if (module->COLUMNS_count > COLUMNS_LIMIT || module->LISTS_count > LISTS_LIMIT || module->PROGRAMS_count == 0)
        return false;
    for (int i = 0; i < RECORDS; i++)
        host->present[i] = i % 3 != 1;
    for (uint32_t i = 0; i < module->PROGRAMS[0].columns; i++)
        host->columns[i] = make_column(module, module->PROGRAMS[0].first_column + i, host);
    bool single = false;
    for (uint32_t i = 0; i < module->LISTS_count; i++) {
        single |= module->LISTS[i].maximum < 2;
        for (uint32_t k = 0; k < module->LISTS[i].columns; k++)
            host->list_columns[i][k] = make_column(module, module->LISTS[i].first_column + k, host);
        host->lists[i] = (bd_list_data){host->offsets, host->list_columns[i]};
    }
    for (uint32_t i = 0; i < ROWS; i++)
        host->offsets[i + 1] = host->offsets[i] + (single ? 1 : i == 1 ? 0 : 2);
    for (uint32_t i = 0; i < ROWS; i++) { /* lines of one declaration, for modules that count */
        static const char DIGITS[] = "123456789";
        host->signed_on[i] = 18262;
        host->names[i] = TEXT("a");
        host->numbers[i] = (bd_text){DIGITS + i, 1};
    }
    host->ids = (bd_line_ids){.signed_on = host->signed_on,
                              .municipality = host->names,
                              .provider = host->names,
                              .declaration = host->names,
                              .line = host->numbers};
    host->batch = (bd_batch){.rows = ROWS, .columns = host->columns, .lists = host->lists, .ids = &host->ids};
    return true;
}

static inline void run_calls(const bd_module *module, bd_session *session)
{
    bd_value inputs[COLUMNS_LIMIT], outputs[COLUMNS_LIMIT];
    for (uint32_t i = 0; i < COLUMNS_LIMIT; i++)
        inputs[i] = (bd_value){.present = i % 3 != 2, .boolean = true, .integer = 1, .text = TEXT("1.5")};
    for (uint32_t i = 1; i < module->PROGRAMS_count && i < 16; i++) {
        if (module->PROGRAMS[i].outputs <= COLUMNS_LIMIT)
            bd_session_eval(session, i, inputs, outputs, NULL);
    }
}

static inline void disassemble(const bd_module *module)
{
    Arena arena;
    StringBuilder builder;
    arena_init(&arena, NULL);
    builder_init(&builder, &arena);
    disasm_module(module, &builder);
    arena_free(&arena);
}

static inline void record_all(bd_session *session, const bd_batch *batch)
{
    const bd_record *record;
    const bd_trace *trace;
    if (bd_session_record(session, batch, 0, NULL) != BD_OK || bd_session_record_next(session, &record, NULL) != BD_OK)
        return;
    const size_t rows = record->rows;
    for (size_t row = 0; row < 2 * rows; row++)
        bd_session_record_trace(session, row % rows, &trace, NULL);
}

/* At most 2,000,000 instructions and 32 MiB: a hang or a leak is a fault of the library, never of the module. */
static inline void decide_with(const bd_module *module)
{
    static Host host;
    uint8_t decision[ROWS];
    int64_t cents[ROWS];
    uint32_t fault[ROWS];
    const bd_trace *trace;
    bd_session *session = NULL;
    bd_options options = {.limits = {.instructions = 2000000, .memory = 32 << 20, .trace = 2000}};

    if (bd_session_new(module, &options, &session, NULL) != BD_OK)
        return;
    for (uint32_t i = 0; i < module->TABLES_count && i < 8; i++) {
        bd_text keys[8] = {TEXT("a"), TEXT("1"), TEXT("ja"), TEXT("1"), TEXT("1"), TEXT("1"), TEXT("1"), TEXT("1")};
        bd_session_table_row(session, i, 0, keys, module->TABLES[i].dimensions, TEXT("12.5"), NULL);
    }
    bd_session_bind_native(session, TEXT("verschil"), TEXT("i(dd)"), (void (*)(void))native_difference, NULL);
    bd_session_bind_native(session, TEXT("deel"), TEXT("n(nn)"), (void (*)(void))native_share, NULL);
    bd_session_bind_native(session, TEXT("kort"), TEXT("b(t)"), (void (*)(void))native_short, NULL);
    if (bd_session_prepare(session, NULL) == BD_OK && make_host(module, &host)) {
        uint64_t *reasons = malloc((size_t)ROWS * bd_module_reason_words(module) * sizeof *reasons);
        bd_decisions decisions = {decision, cents, reasons, fault, NULL, NULL};
        bd_session_decide(session, &host.batch, &decisions, NULL);
        session->plans->rows = UINT32_MAX; /* so many lines that a plan is worth its while: one is made, and used */
        bd_session_decide(session, &host.batch, &decisions, NULL);
        bd_session_decide(session, &host.batch, &decisions, NULL);
        if (bd_session_claim(session, &host.batch, NULL) == BD_OK &&
            bd_session_decide_claimed(session, &decisions, NULL) == BD_OK)
            bd_session_complete(session, NULL);
        bd_session_trace(session, &host.batch, 0, &trace, NULL);
        record_all(session, &host.batch);
        run_calls(module, session);
        free(reasons);
    }
    bd_session_free(session);
}

static inline void use_module(const bd_module *module)
{
    disassemble(module);
    decide_with(module);
}

#endif
