/* Fuzz target: contract text through the whole compiler, and what comes out through the library.
**
** Any bytes must give diagnostics or a module. A module that the compiler made must load, take a session and decide and trace a line
** laid out by its own description; the contents of that line are drawn from the text, so that the fuzzer can steer them.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 1 << 16, ROWS = 2, VALUE_SIZE = 16 };

typedef struct Bytes {
    const uint8_t *data;
    size_t size;
    size_t at;
} Bytes;

static uint32_t next(Bytes *bytes)
{
    if (bytes->size == 0)
        return 0;
    bytes->at = (bytes->at * 31 + 17) % bytes->size;
    return bytes->data[bytes->at];
}

#define REQUIRE(condition) require(condition, #condition)

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "fuzz_compile: not true: %s\n", what);
    abort();
}

/* Values of one column, whatever its kind: each row of at most 16 bytes; all absent where that may be. */
static void fill(const bd_module *module, const bd_column_info *info, Bytes *bytes, unsigned char *values,
                 uint8_t *present)
{
    static const char TEXTS[] = "abc123";
    for (uint32_t row = 0; row < ROWS; row++) {
        uint8_t boolean = next(bytes) & 1;
        uint32_t members = info->meaning == BD_MEANS_CHOICE ? bd_choice_size(module, info->choice) : 0;
        int32_t integer = members                          ? (int32_t)(next(bytes) % members)
                          : info->meaning == BD_MEANS_DATE ? 18200 + (int32_t)next(bytes)
                                                           : 2020;
        if (info->meaning == BD_MEANS_MONTH)
            integer = 12 * 2020;
        int64_t scaled = (int64_t)next(bytes) * info->denominator;
        bd_text text = {TEXTS, next(bytes) % sizeof TEXTS};
        present[row] = !info->optional || (next(bytes) & 3) != 0;
        if (info->kind == BD_KIND_BOOL)
            memcpy(values + row * sizeof boolean, &boolean, sizeof boolean);
        if (info->kind == BD_KIND_INT)
            memcpy(values + row * sizeof integer, &integer, sizeof integer);
        if (info->kind == BD_KIND_SCALED)
            memcpy(values + row * sizeof scaled, &scaled, sizeof scaled);
        if (info->kind == BD_KIND_TEXT)
            memcpy(values + row * sizeof text, &text, sizeof text);
    }
}

typedef struct Laid {
    unsigned char *values;
    uint8_t *present;
    bd_column_data *columns;
    bd_list_data *lists;
} Laid;

static void decide(bd_module *module, bd_session *session, const Laid *laid)
{
    bd_error error;
    uint32_t words = bd_module_reason_words(module);
    uint8_t decision[ROWS];
    int64_t cents[ROWS];
    uint32_t fault[ROWS];
    uint64_t *reasons = calloc((size_t)words * ROWS, sizeof *reasons);
    REQUIRE(reasons != NULL);
    static const int32_t SIGNED_ON[ROWS] = {0};
    static const bd_text TEXTS[ROWS] = {{"1", 1}, {"2", 1}};
    const bd_line_ids ids = {
        .signed_on = SIGNED_ON, .municipality = TEXTS, .provider = TEXTS, .declaration = TEXTS, .line = TEXTS};
    bd_module_info info;
    bd_module_describe(module, &info);
    bd_batch batch = {.rows = ROWS, .columns = laid->columns, .lists = laid->lists, .ids = &ids};
    bd_decisions out = {decision, cents, reasons, fault, NULL, NULL};
    bd_status status = bd_session_decide(session, &batch, &out, &error);
    REQUIRE(status == BD_OK || status == BD_LIMIT || status == BD_NOMEM);
    for (uint32_t row = 0; status == BD_OK && row < ROWS; row++) {
        const bd_trace *trace;
        bd_status traced = bd_session_trace(session, &batch, row, &trace, &error);
        REQUIRE(traced == BD_OK || traced == BD_LIMIT || traced == BD_NOMEM);
        if (traced == BD_OK && info.counters == 0) /* with counters it is as decided once more, after the others */
            REQUIRE(trace->decision == decision[row] && trace->cents == cents[row]);
    }
    free(reasons);
}

/* One record per line in every list. */
static void lay_out_and_decide(bd_module *module, bd_session *session, Bytes *bytes)
{
    static const uint32_t OFFSETS[ROWS + 1] = {0, 1, 2};
    bd_module_info info;
    bd_module_describe(module, &info);
    Laid laid = {calloc((size_t)info.columns * ROWS + 1, VALUE_SIZE), calloc((size_t)info.columns * ROWS + 1, 1),
                 calloc((size_t)info.columns + 1, sizeof *laid.columns),
                 calloc((size_t)info.lists + 1, sizeof *laid.lists)};
    REQUIRE(laid.values && laid.present && laid.columns && laid.lists);
    for (uint32_t c = 0; c < info.columns; c++) {
        bd_column_info column;
        REQUIRE(bd_module_column(module, c, &column) == BD_OK);
        laid.columns[c] =
            (bd_column_data){laid.values + (size_t)c * ROWS * VALUE_SIZE, laid.present + (size_t)c * ROWS};
        fill(module, &column, bytes, laid.values + (size_t)c * ROWS * VALUE_SIZE, laid.present + (size_t)c * ROWS);
    }
    for (uint32_t i = 0; i < info.lists; i++) {
        bd_list_info list;
        REQUIRE(bd_module_list(module, i, &list) == BD_OK);
        laid.lists[i] = (bd_list_data){OFFSETS, laid.columns + list.first_column};
    }
    decide(module, session, &laid);
    free(laid.values);
    free(laid.present);
    free(laid.columns);
    free(laid.lists);
}

static void run_module(const Compilation *compilation, Bytes *bytes)
{
    bd_module *module;
    bd_session *session;
    bd_error error;
    bd_options options = {.limits = {.instructions = 10000000, .memory = 64 * 1024 * 1024, .trace = 10000}};
    if (bd_module_load(compilation->module, compilation->module_size, NULL, &module, &error) != BD_OK) {
        fprintf(stderr, "fuzz_compile: the library refuses a module of the compiler: %s\n", error.message);
        abort();
    }
    REQUIRE(bd_session_new(module, &options, &session, &error) == BD_OK);
    bd_program_info program;
    bool decides = bd_module_program(module, 0, &program) == BD_OK && program.kind == BD_PROGRAM_LINES;
    bd_status status = bd_session_prepare(session, &error);
    REQUIRE(status == BD_OK || status == BD_MISSING || status == BD_LIMIT || status == BD_NATIVE);
    if (decides && status == BD_OK)
        lay_out_and_decide(module, session, bytes);
    bd_session_free(session);
    bd_module_free(module);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > TEXT_MAX)
        return 0;
    Compilation compilation;
    CompileOptions options = {.last = STAGE_MODULE};
    Text source = {(const char *)data, size};
    bd_status status = compile_text(&compilation, TEXT("invoer.bdg"), source, &options);
    REQUIRE(status == BD_OK || status == BD_NOMEM);
    if (status == BD_OK && compilation.module) {
        Bytes bytes = {data, size, 0};
        run_module(&compilation, &bytes);
    } else if (status == BD_OK) {
        REQUIRE(diag_has_errors(&compilation.diags));
    }
    compile_free(&compilation);
    return 0;
}
