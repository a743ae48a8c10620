/* test_contract.c: a contract of several files, compiled and played, with the n-th allocation failing.
**
** Compiling: every failure gives BD_NOMEM and nothing is kept, for sources that import each other, well and badly. Playing: what the
** compiler made (tariff, extern table, list, callable) is loaded, prepared, decided with exact cells, called and traced; after a decision
** that ran out of memory the same session decides as if nothing had happened, and in the steady state it asks for no memory.
*/
#include <string.h>

#include "compiler/compile.h"
#include "unit/check.h"
#include "unit/counting_allocator.h"

enum { COLUMNS_MAX = 16, ROWS = 3, ALLOCATIONS_MAX = 100000 };

static const char MAIN_FILE[] = "taal nl\n"
                                "gebruik \"tarieven.bdg\"\n"
                                "overeenkomst delen\n"
                                "lijst contact per toewijzingnummer (duur : minuut) ten hoogste 5\n"
                                "invoer wijk : tekst\n"
                                "definitie totaal : minuut = som over c in contact van c.duur\n"
                                "definitie dubbel(b : bedrag) : bedrag aanroepbaar = 2 × b\n"
                                "regel te_lang keur af als totaal > 1000 minuten\n"
                                "regel te_veel keur af als volume × tarief > budget[wijk]\n"
                                "regel betaling betaal volume × tarief afgerond op centen\n";

static const char TARIFF_FILE[] = "taal nl\n"
                                  "eenheid minuut/minuten code \"01\"\n"
                                  "eenheid uur/uren = 60 minuten code \"04\"\n"
                                  "product hulp per uur\n"
                                  "tarief hulp € 50,40 per uur\n"
                                  "tabel budget naar wijk : bedrag extern\n";

static const char BAD_FILE[] = "taal nl\n"
                               "gebruik \"overeenkomst.bdg\"\n"
                               "gebruik \"ontbreekt.bdg\"\n"
                               "eenheid minuut/minuten\n"
                               "product hulp per dagdeell\n"
                               "tarief hulp € 1.23,4 per uur\n";

static bool read_memory(void *context, Text path, const char **data, size_t *size)
{
    if (!text_has_prefix(path, TEXT("tarieven")))
        return false;
    *data = context;
    *size = strlen(*data);
    return true;
}

static bd_status compile_with(Compilation *compilation, Counting *counting, const char *tariffs)
{
    static char kept[1024];
    bd_allocator allocator = counting_allocator(counting);
    strncpy(kept, tariffs, sizeof kept - 1);
    CompileOptions options = {.allocator = &allocator, .read = read_memory, .read_context = kept, .last = STAGE_MODULE};
    return compile_text(compilation, TEXT("overeenkomst.bdg"), text_from_cstring(MAIN_FILE), &options);
}

static void test_compile(const char *tariffs, bool compiles)
{
    Counting counting = {0};
    Compilation compilation;
    bd_status first = compile_with(&compilation, &counting, tariffs);
    CHECK(first == BD_OK && (compilation.module != NULL) == compiles, "with memory: %zu errors",
          compilation.diags.error_count);
    compile_free(&compilation);
    for (size_t n = 1; n <= counting.calls && n < ALLOCATIONS_MAX; n++) {
        Counting failing = {.fail_at = n};
        bd_status status = compile_with(&compilation, &failing, tariffs);
        CHECK(status == BD_NOMEM && compilation.module == NULL, "n = %zu: %s", n, bd_status_text(status));
        compile_free(&compilation);
        CHECK(failing.live == 0 && !failing.size_error, "n = %zu: %zu bytes kept", n, failing.live);
    }
}

/* ---- Playing ---- */

typedef struct Lines {
    int64_t values[COLUMNS_MAX][ROWS * 2]; /* room for the widest kind */
    uint8_t present[ROWS];
    bd_column_data columns[COLUMNS_MAX];
    uint32_t offsets[ROWS + 1];
    bd_list_data list;
    bd_exact_cell exact;
    bd_batch batch;
    uint8_t decision[ROWS];
    int64_t cents[ROWS];
    uint64_t reasons[ROWS];
    uint32_t fault[ROWS];
    bd_decisions out;
} Lines;

static void lay_out(const bd_module *module, Lines *l)
{
    static const bd_text WIJK = {"oost", 4};
    bd_module_info info;
    memset(l, 0, sizeof *l);
    memset(l->present, 1, sizeof l->present);
    bd_module_describe(module, &info);
    for (uint32_t c = 0; c < info.columns && c < COLUMNS_MAX; c++) {
        bd_column_info column;
        CHECK(bd_module_column(module, c, &column) == BD_OK, "column %u", (unsigned)c);
        l->columns[c] = (bd_column_data){l->values[c], l->present};
        for (uint32_t row = 0; row < ROWS; row++) {
            int32_t integer = column.meaning == BD_MEANS_DATE ? 18300 : 0;
            if (column.meaning == BD_MEANS_CHOICE)
                integer = (int32_t)bd_choice_find(module, column.choice,
                                                  (bd_text){column.choice ? "uur" : "hulp", column.choice ? 3 : 4});
            if (column.kind == BD_KIND_SCALED)
                l->values[c][row] = column.denominator;
            if (column.kind == BD_KIND_INT)
                memcpy((char *)l->values[c] + row * sizeof integer, &integer, sizeof integer);
            if (column.kind == BD_KIND_TEXT)
                memcpy((char *)l->values[c] + row * sizeof WIJK, &WIJK, sizeof WIJK);
        }
        bool is_volume = column.list == BD_NONE && column.meaning == BD_MEANS_QUANTITY;
        if (is_volume)
            l->exact = (bd_exact_cell){1, c, {"1.000000000000000000000000001", 29}};
    }
    for (uint32_t row = 0; row <= ROWS; row++)
        l->offsets[row] = row < ROWS ? row : ROWS;
    bd_list_info list;
    CHECK(bd_module_list(module, 0, &list) == BD_OK, "the list");
    l->list = (bd_list_data){l->offsets, &l->columns[list.first_column]};
    l->batch = (bd_batch){.rows = ROWS, .columns = l->columns, .exact = &l->exact, .exact_count = 1, .lists = &l->list};
    l->out = (bd_decisions){l->decision, l->cents, l->reasons, l->fault, NULL, NULL};
}

static uint32_t budget_of(const bd_module *module)
{
    bd_table_info info;
    for (uint32_t t = 0; bd_module_table(module, t, &info) == BD_OK; t++)
        if (info.is_extern)
            return t;
    return BD_NONE;
}

static bd_status open_session(const bd_module *module, const bd_options *options, bd_session **session)
{
    bd_text key = {"oost", 4}, value = {"100.00", 6};
    bd_status status = bd_session_new(module, options, session, NULL);
    if (status == BD_OK)
        status = bd_session_table_row(*session, budget_of(module), 0, &key, 1, value, NULL);
    if (status == BD_OK)
        status = bd_session_prepare(*session, NULL);
    return status;
}

static uint32_t program_named(const bd_module *module, const char *name)
{
    bd_program_info info;
    for (uint32_t p = 0; bd_module_program(module, p, &info) == BD_OK; p++)
        if (info.name.size == strlen(name) && memcmp(info.name.data, name, info.name.size) == 0)
            return p;
    return BD_NONE;
}

static bd_status use_session(const bd_module *module, bd_session *session, Lines *lines)
{
    const bd_trace *trace = NULL;
    bd_value input = {.meaning = BD_MEANS_MONEY, .present = true, .text = {"123456789012345678901234567890.50", 33}},
             output;
    bd_status status = bd_session_decide(session, &lines->batch, &lines->out, NULL);
    for (size_t row = 0; row < ROWS && status == BD_OK; row++)
        status = bd_session_trace(session, &lines->batch, row, &trace, NULL);
    if (status == BD_OK)
        status = bd_session_eval(session, program_named(module, "definitie.dubbel"), &input, &output, NULL);
    return status;
}

static bool is_right(const Lines *l)
{
    return l->decision[0] == BD_APPROVED && l->cents[0] == 5040 && l->decision[1] == BD_APPROVED && l->cents[1] == 5040;
}

static void test_life(const Compilation *compilation, const bd_module *described)
{
    size_t n = 1;
    Lines lines;
    lay_out(described, &lines);
    for (; n < ALLOCATIONS_MAX; n++) {
        Counting counting = {.fail_at = n};
        bd_allocator allocator = counting_allocator(&counting);
        bd_options options = {.allocator = &allocator};
        bd_module *module = NULL;
        bd_session *session = NULL;
        bd_status status = bd_module_load(compilation->module, compilation->module_size, &options, &module, NULL);
        if (status == BD_OK)
            status = open_session(module, &options, &session);
        if (status == BD_OK)
            status = use_session(module, session, &lines);
        bd_session_free(session);
        bd_module_free(module);
        CHECK(counting.live == 0 && !counting.size_error, "n = %zu: %zu bytes kept", n, counting.live);
        if (status == BD_OK)
            break;
        CHECK(status == BD_NOMEM, "n = %zu: %s", n, bd_status_text(status));
    }
    CHECK(n > 5 && is_right(&lines), "%zu allocations, %d %lld", n, lines.decision[0], (long long)lines.cents[0]);
}

static void test_recovery(const bd_module *module)
{
    Lines lines;
    lay_out(module, &lines);
    for (size_t n = 1; n < 60; n++) {
        Counting counting = {0};
        bd_allocator allocator = counting_allocator(&counting);
        bd_options options = {.allocator = &allocator};
        bd_session *session = NULL;
        CHECK(open_session(module, &options, &session) == BD_OK, "open");
        counting.fail_at = counting.calls + n;
        bd_status status = use_session(module, session, &lines);
        CHECK(status == BD_OK || status == BD_NOMEM, "n = %zu: %s", n, bd_status_text(status));
        counting.fail_at = 0;
        memset(lines.cents, 0, sizeof lines.cents);
        CHECK(use_session(module, session, &lines) == BD_OK && is_right(&lines), "n = %zu: not usable afterwards", n);
        size_t calls = counting.calls;
        for (int i = 0; i < 5; i++)
            CHECK(bd_session_decide(session, &lines.batch, &lines.out, NULL) == BD_OK, "again");
        CHECK(counting.calls == calls, "%zu allocations in the steady state", counting.calls - calls);
        bd_session_free(session);
        CHECK(counting.live == 0, "n = %zu: %zu bytes kept", n, counting.live);
    }
}

int main(void)
{
    Counting counting = {0};
    Compilation compilation;
    check_group("several sources");
    test_compile(TARIFF_FILE, true);
    check_group("several sources, with errors");
    test_compile(BAD_FILE, false);
    bd_module *module = NULL;
    CHECK(compile_with(&compilation, &counting, TARIFF_FILE) == BD_OK, "compile");
    if (CHECK(bd_module_load(compilation.module, compilation.module_size, NULL, &module, NULL) == BD_OK, "load")) {
        check_group("a session's whole life");
        test_life(&compilation, module);
        check_group("usable after a failure; steady state");
        test_recovery(module);
    }
    bd_module_free(module);
    compile_free(&compilation);
    return check_done();
}
