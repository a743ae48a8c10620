/* against.c: the library's decisions against the reference's. See against.h.
**
** The batch is laid out as a host would: by the names that the module's description gives, numbers that do not fit their column as exact
** cells. Both must agree on decision, cents and reasons; of a fault, on its kind.
*/
#include "reference/against.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference/reference_internal.h"
#include "unit/trace_hash.h"
#include "vm/plan_state.h"
#include "vm/session.h"

enum { WIDE_ROWS = 1100 };

typedef struct Field {
    bd_column_info info;
    uint32_t core;
} Field; /* a column of the module and which of the core it is */

typedef struct Rival {
    Compilation *compilation;
    const Core *core;
    Reference reference;
    bd_module *module;
    bd_session *session;
    bd_module_info info;
    Field *fields;
    uint32_t field_count; /* lines first, then the lists' */
    uint32_t *core_list;  /* module list -> core list */
    uint32_t words;
    RefLine *lines;
    RefResult *expected;
    uint32_t line_count;
    Outcome *outcome;
} Rival;

static void *zeroed(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    if (!memory)
        abort();
    return memory;
}

static Text text_of(bd_text text)
{
    return (Text){text.data, text.size};
}

static bool fail(Rival *v, const char *what, const char *detail)
{
    snprintf(v->outcome->difference, sizeof v->outcome->difference, "%s: %s", what, detail);
    return false;
}

/* ---- A batch, as a host lays it out ---- */

typedef struct Laid {
    bd_column_data *columns;
    bd_exact_cell *exact;
    size_t exact_count;
    bd_list_data *lists;
    uint32_t field_count, list_count;
} Laid;

static size_t kind_size(bd_kind kind)
{
    switch (kind) {
    case BD_KIND_BOOL: return sizeof(uint8_t);
    case BD_KIND_INT: return sizeof(int32_t);
    case BD_KIND_SCALED:
    case BD_KIND_RATIO: return sizeof(int64_t);
    case BD_KIND_TEXT: break;
    }
    return sizeof(bd_text);
}

/* The exact decimal text of a number that has one; owned by the caller. */
static bd_text decimal_text(const mpq_t number)
{
    unsigned decimals = 0;
    mpz_t scaled, rest;
    mpz_init_set(scaled, mpq_numref(number));
    mpz_init(rest);
    while (mpz_tdiv_r(rest, scaled, mpq_denref(number)), mpz_sgn(rest) != 0) {
        mpz_mul_ui(scaled, scaled, 10);
        decimals++;
    }
    mpz_tdiv_q(scaled, scaled, mpq_denref(number));
    bool negative = mpz_sgn(scaled) < 0;
    mpz_abs(scaled, scaled);
    char *digits = mpz_get_str(NULL, 10, scaled), *out = zeroed(strlen(digits) + decimals + 4, 1);
    size_t length = strlen(digits), zeros = length <= decimals ? decimals + 1 - length : 0, at = 0;
    if (negative)
        out[at++] = '-';
    for (size_t i = 0; i < zeros + length; i++) {
        if (decimals && i == zeros + length - decimals)
            out[at++] = '.';
        out[at++] = i < zeros ? '0' : digits[i - zeros];
    }
    void (*release)(void *, size_t) = NULL;
    mp_get_memory_functions(NULL, NULL, &release);
    release(digits, length + 1);
    mpz_clear(scaled);
    mpz_clear(rest);
    return (bd_text){out, at};
}

static void put(Laid *laid, const Field *field, uint32_t column, uint32_t row, const RefCell *cell)
{
    unsigned char *values = (unsigned char *)(uintptr_t)laid->columns[column].values;
    uint8_t boolean = cell->integer != 0;
    int64_t scaled = 0;
    bd_text text = {cell->text.data, cell->text.size};
    ((uint8_t *)(uintptr_t)laid->columns[column].present)[row] = cell->present;
    const void *from = &boolean;
    if (field->info.kind == BD_KIND_INT)
        from = &cell->integer;
    if (field->info.kind == BD_KIND_TEXT)
        from = &text;
    if (field->info.kind == BD_KIND_SCALED) {
        from = &scaled;
        mpq_t times;
        mpq_init(times);
        mpq_set_si(times, (long)field->info.denominator, 1);
        mpq_mul(times, times, cell->number);
        if (mpz_cmp_ui(mpq_denref(times), 1) == 0 && mpz_fits_slong_p(mpq_numref(times)))
            scaled = mpz_get_si(mpq_numref(times));
        else if (cell->present)
            laid->exact[laid->exact_count++] = (bd_exact_cell){row, column, decimal_text(cell->number)};
        mpq_clear(times);
    }
    memcpy(values + row * kind_size(field->info.kind), from, kind_size(field->info.kind));
}

static void lay_out_list(Rival *v, Laid *laid, uint32_t list, uint32_t first, uint32_t rows)
{
    bd_list_info info;
    (void)bd_module_list(v->module, list, &info);
    uint32_t *offsets = zeroed(rows + 1, sizeof *offsets), total = 0;
    for (uint32_t i = 0; i < rows; i++)
        offsets[i + 1] = total += v->lines[(first + i) % v->line_count].lists[v->core_list[list]].count;
    for (uint32_t c = info.first_column; c < info.first_column + info.columns; c++) {
        laid->columns[c].values = zeroed(total, kind_size(v->fields[c].info.kind));
        laid->columns[c].present = zeroed(total, 1);
        for (uint32_t i = 0; i < rows; i++) {
            const RefList *records = &v->lines[(first + i) % v->line_count].lists[v->core_list[list]];
            for (uint32_t r = 0; r < records->count; r++)
                put(laid, &v->fields[c], c, offsets[i] + r, &records->records[r][v->fields[c].core]);
        }
    }
    laid->lists[list] = (bd_list_data){offsets, &laid->columns[info.first_column]};
}

static Laid lay_out(Rival *v, uint32_t first, uint32_t rows)
{
    Laid laid = {.field_count = v->field_count, .list_count = v->info.lists};
    laid.columns = zeroed(v->field_count, sizeof *laid.columns);
    laid.exact = zeroed((size_t)rows * v->field_count, sizeof *laid.exact);
    laid.lists = zeroed(v->info.lists, sizeof *laid.lists);
    bd_program_info program;
    (void)bd_module_program(v->module, 0, &program);
    for (uint32_t c = 0; c < v->field_count; c++) {
        if (v->fields[c].core == BD_NONE || v->fields[c].info.list != BD_NONE)
            continue;
        laid.columns[c].values = zeroed(rows, kind_size(v->fields[c].info.kind));
        laid.columns[c].present = zeroed(rows, 1);
    }
    for (uint32_t i = 0; i < rows; i++) /* by row, since exact cells are sorted by row */
        for (uint32_t c = program.first_column; c < program.first_column + program.columns; c++)
            if (v->fields[c].info.list == BD_NONE)
                put(&laid, &v->fields[c], c, i, &v->lines[(first + i) % v->line_count].cells[v->fields[c].core]);
    for (uint32_t i = 0; i < v->info.lists; i++)
        lay_out_list(v, &laid, i, first, rows);
    return laid;
}

static void release(Laid *laid)
{
    for (uint32_t c = 0; c < laid->field_count; c++) {
        free((void *)(uintptr_t)laid->columns[c].values);
        free((void *)(uintptr_t)laid->columns[c].present);
    }
    for (size_t i = 0; i < laid->exact_count; i++)
        free((void *)(uintptr_t)laid->exact[i].decimal.data);
    for (uint32_t i = 0; i < laid->list_count; i++)
        free((void *)(uintptr_t)laid->lists[i].offsets);
    free(laid->columns);
    free(laid->exact);
    free(laid->lists);
}

/* ---- Comparing ---- */

static const char *const DECISIONS[] = {"goedgekeurd", "afgekeurd", "aangehouden", "fout"};

typedef struct Given {
    bd_decision decision;
    int64_t cents;
    const uint64_t *reasons;
    uint32_t fault;
} Given;

/* A line as readers need it to reproduce a difference. */
static void describe_line(const Rival *v, uint32_t index, char *out, size_t room)
{
    const RefLine *line = &v->lines[index];
    size_t at = 0;
    for (uint32_t c = 0; c < v->field_count && at + 80 < room; c++) {
        if (v->fields[c].core == BD_NONE || v->fields[c].info.list != BD_NONE)
            continue;
        const RefCell *cell = &line->cells[v->fields[c].core];
        at += (size_t)snprintf(out + at, room - at, "%.*s=", (int)v->fields[c].info.name.size,
                               v->fields[c].info.name.data);
        Civil civil = ref_civil(cell->integer);
        if (!cell->present)
            at += (size_t)snprintf(out + at, room - at, "- ");
        else if (v->fields[c].info.kind == BD_KIND_SCALED)
            at += (size_t)gmp_snprintf(out + at, room - at, "%Qd ", cell->number);
        else if (v->fields[c].info.meaning == BD_MEANS_DATE)
            at += (size_t)snprintf(out + at, room - at, "%04d-%02d-%02d ", (int)civil.year, (int)civil.month,
                                   (int)civil.day);
        else
            at += (size_t)snprintf(out + at, room - at, "%d ", (int)cell->integer);
    }
}

static void append_reasons(const Rival *v, const Given *given, char *out, size_t room)
{
    size_t at = 0;
    for (uint32_t i = 0; i < v->info.rules && given->decision != BD_FAULTED && at + 64 < room; i++) {
        bd_rule_info info;
        if (!(given->reasons[i / 64] >> (i % 64) & 1) || bd_module_rule(v->module, i, &info) != BD_OK)
            continue;
        at += (size_t)snprintf(out + at, room - at, " %.*s", (int)(info.name.size < 50 ? info.name.size : 50),
                               info.name.data);
    }
}

static bool differ(Rival *v, uint32_t index, const char *how, const Given *given, const char *detail)
{
    char reasons[256] = "";
    append_reasons(v, given, reasons, sizeof reasons);
    const RefResult *expected = &v->expected[index];
    char line[640] = "";
    describe_line(v, index, line, sizeof line);
    bd_site_info site = {.code = {"", 0}};
    if (given->fault != BD_NONE)
        (void)bd_module_site(v->module, given->fault, &site);
    gmp_snprintf(v->outcome->difference, sizeof v->outcome->difference,
                 "line %u (%s): reference %s %Zd faults %x possible %x, library %s %lld%s %.*s; %s\n    %s", index, how,
                 DECISIONS[expected->decision], expected->cents, expected->faults, expected->possible,
                 DECISIONS[given->decision], (long long)given->cents, reasons, (int)site.code.size, site.code.data,
                 detail, line);
    return false;
}

/* The index of a module rule among the reference's reasons. */
static uint32_t reason_of(const Rival *v, uint32_t rule)
{
    static const char *const OWN[REF_OWN_RULES] = {"eenheid_onjuist", "product_niet_geldig", "deel_van_eenheid",
                                                   "over_tariefgrens"};
    if (rule < v->core->rule_count)
        return rule;
    bd_rule_info info;
    (void)bd_module_rule(v->module, rule, &info);
    for (uint32_t i = 0; i < REF_OWN_RULES; i++)
        if (text_equal(text_of(info.name), text_from_cstring(OWN[i])))
            return v->core->rule_count + i;
    return BD_NONE;
}

static bool same_reasons(const Rival *v, const RefResult *expected, const uint64_t *reasons, char *detail, size_t room)
{
    uint32_t seen = 0, wanted = 0;
    for (uint32_t i = 0; i < v->core->rule_count + REF_OWN_RULES; i++)
        wanted += expected->reasons[i];
    for (uint32_t i = 0; i < v->info.rules; i++) {
        bool given = reasons[i / 64] >> (i % 64) & 1;
        uint32_t reason = reason_of(v, i);
        bool want = reason != BD_NONE && expected->reasons[reason];
        seen += want;
        if (given == want)
            continue;
        bd_rule_info info;
        (void)bd_module_rule(v->module, i, &info);
        snprintf(detail, room, "reason %.*s only from the %s", (int)info.name.size, info.name.data,
                 given ? "library" : "reference");
        return false;
    }
    snprintf(detail, room, "a rule of the language that the module does not know");
    return seen == wanted;
}

static bool agree(Rival *v, uint32_t index, const char *how, const Given *given)
{
    const RefResult *expected = &v->expected[index];
    char detail[160] = "";
    if (expected->not_whole)
        return differ(v, index, how, given, "the amount is not whole cents");
    if (given->decision == BD_FAULTED) {
        bd_site_info site;
        if (given->fault == BD_NONE || bd_module_site(v->module, given->fault, &site) != BD_OK)
            return differ(v, index, how, given, "no site");
        uint32_t kind = ref_fault_of_code(site.code.data, site.code.size);
        return (kind & (expected->faults | expected->possible)) ||
               differ(v, index, how, given, "this fault is not possible");
    }
    if (given->decision == BD_SUSPENDED && expected->open)
        return true;
    if (given->decision != expected->decision)
        return differ(v, index, how, given, "another decision");
    if (mpz_cmp_si(expected->cents, (long)given->cents) != 0)
        return differ(v, index, how, given, "another amount");
    return same_reasons(v, expected, given->reasons, detail, sizeof detail) || differ(v, index, how, given, detail);
}

static bool run_batches(Rival *v, uint32_t total, uint32_t size)
{
    bd_decisions out = {zeroed(size, 1),
                        zeroed(size, sizeof(int64_t)),
                        zeroed((size_t)size * v->words, sizeof(uint64_t)),
                        zeroed(size, sizeof(uint32_t)),
                        NULL,
                        NULL};
    bool fine = true;
    char how[32];
    snprintf(how, sizeof how, "batch of %u", (unsigned)size);
    for (uint32_t first = 0; first < total && fine; first += size) {
        uint32_t rows = total - first < size ? total - first : size;
        Laid laid = lay_out(v, first, rows);
        bd_batch batch = {.rows = rows,
                          .columns = laid.columns,
                          .exact = laid.exact,
                          .exact_count = laid.exact_count,
                          .lists = laid.lists};
        bd_error error = {.code = BD_OK};
        if (bd_session_decide(v->session, &batch, &out, &error) != BD_OK)
            fine = fail(v, how, error.message);
        for (uint32_t i = 0; i < rows && fine; i++) {
            Given given = {(bd_decision)out.decision[i], out.cents[i], &out.reasons[(size_t)i * v->words],
                           out.fault[i]};
            fine = agree(v, (first + i) % v->line_count, how, &given);
        }
        for (uint32_t i = 0; i < rows && i < 3 && size == 7 && first == 0 && fine; i++) {
            const bd_trace *trace = NULL;
            if (bd_session_trace(v->session, &batch, i, &trace, &error) != BD_OK) {
                fine = fail(v, "trace", error.message);
            } else {
                Given given = {trace->decision, trace->cents, trace->reasons, trace->fault};
                fine = agree(v, first + i, "trace", &given);
            }
        }
        size_t forms = 0;
        if (size > 1 && first == 0 && fine)
            fine = check_traces(v->session, v->module, &batch, &forms) > 0;
        release(&laid);
    }
    free(out.decision);
    free(out.cents);
    free(out.reasons);
    free(out.fault);
    return fine;
}

/* ---- Setting up ---- */

static uint32_t core_list_of(const Core *core, Text name)
{
    for (uint32_t i = 0; i < core->list_count; i++)
        if (text_equal(core->lists[i].name, name))
            return i;
    return BD_NONE;
}

static bool match_columns(Rival *v)
{
    bd_module_describe(v->module, &v->info);
    v->core_list = zeroed(v->info.lists, sizeof *v->core_list);
    for (uint32_t i = 0; i < v->info.lists; i++) {
        bd_list_info list;
        (void)bd_module_list(v->module, i, &list);
        v->core_list[i] = core_list_of(v->core, text_of(list.name));
        if (v->core_list[i] == BD_NONE)
            return fail(v, "list", "not in the core");
    }
    v->field_count = v->info.columns;
    v->fields = zeroed(v->field_count, sizeof *v->fields);
    for (uint32_t i = 0; i < v->field_count; i++) {
        Field *field = &v->fields[i];
        (void)bd_module_column(v->module, i, &field->info);
        field->core = BD_NONE;
        uint32_t list = field->info.list == BD_NONE ? BD_NONE : v->core_list[field->info.list];
        for (uint32_t c = 0; c < v->core->column_count && field->info.program == 0; c++)
            if (v->core->columns[c].list == list && text_equal(v->core->columns[c].name, text_of(field->info.name)))
                field->core = c;
        if (field->info.program == 0 && field->core == BD_NONE)
            return fail(v, "column", "not in the core");
    }
    return true;
}

static bool open_session(Rival *v, RefRow *rows, uint32_t row_count)
{
    bd_error error = {.code = BD_OK};
    if (bd_module_load(v->compilation->module, v->compilation->module_size, NULL, &v->module, &error) != BD_OK)
        return fail(v, "load", error.message);
    if (bd_session_new(v->module, NULL, &v->session, &error) != BD_OK)
        return fail(v, "session", error.message);
    bd_module_describe(v->module, &v->info);
    for (uint32_t i = 0; i < row_count; i++) {
        const Table *table = &v->core->tables[rows[i].table];
        for (uint32_t t = 0; t < v->info.tables; t++) {
            bd_table_info info;
            (void)bd_module_table(v->module, t, &info);
            if (!info.is_extern || !text_equal(text_of(info.name), table->name))
                continue;
            bd_text keys[8], value = {rows[i].value.data, rows[i].value.size};
            for (uint32_t k = 0; k < table->dimension_count; k++)
                keys[k] = (bd_text){rows[i].keys[k].data, rows[i].keys[k].size};
            if (bd_session_table_row(v->session, t, rows[i].valid_from, keys, table->dimension_count, value, &error) !=
                BD_OK)
                return fail(v, "row", error.message);
        }
    }
    if (bd_session_prepare(v->session, &error) != BD_OK)
        return fail(v, "prepare", error.message);
    v->session->plans->rows = UINT32_MAX; /* as after many lines: the second batch goes by a plan */
    v->words = bd_module_reason_words(v->module);
    return match_columns(v);
}

/* Claims exactly what the contract says, as most lines do. */
static void claim_rightly(Rival *v, uint32_t index)
{
    RefCell *cells = v->lines[index].cells;
    RefResult *result = &v->expected[index];
    mpq_set(cells[COLUMN_CLAIMED_RATE].number, result->tariff);
    mpq_set(cells[COLUMN_CLAIMED_AMOUNT].number, result->computed);
    cells[COLUMN_CLAIMED_RATE].present = cells[COLUMN_CLAIMED_AMOUNT].present = true;
    ref_decide(&v->reference, &v->lines[index], result);
}

static void make_lines(Rival *v, Random *random, uint32_t count)
{
    bool *may_be_empty = zeroed(v->core->column_count, sizeof *may_be_empty),
         *is_read = zeroed(v->core->column_count, sizeof *is_read);
    for (uint32_t i = 0; i < v->field_count; i++) {
        if (v->fields[i].core == BD_NONE)
            continue;
        may_be_empty[v->fields[i].core] = v->fields[i].info.optional;
        is_read[v->fields[i].core] = true;
    }
    LineShape shape = {may_be_empty, is_read};
    Mentioned mentioned = mentioned_collect(v->core);
    v->lines = zeroed(count, sizeof *v->lines);
    v->expected = zeroed(count, sizeof *v->expected);
    v->line_count = count;
    for (uint32_t i = 0; i < count; i++) {
        v->lines[i] = generate_line(v->core, &mentioned, &shape, random);
        ref_result_init(&v->reference, &v->expected[i]);
        ref_decide(&v->reference, &v->lines[i], &v->expected[i]);
        if (random_chance(random, 50))
            claim_rightly(v, i);
        v->outcome->lines++;
        uint32_t *counts[] = {&v->outcome->approved, &v->outcome->rejected, &v->outcome->suspended,
                              &v->outcome->faulted};
        ++*counts[v->expected[i].decision];
    }
    mentioned_clear(&mentioned);
    free(may_be_empty);
    free(is_read);
}

bool against_reference(Compilation *compilation, Random *random, uint32_t lines, bool wide, Outcome *outcome)
{
    Rival v = {.compilation = compilation, .core = compilation->core, .outcome = outcome};
    uint32_t row_count = 0;
    RefRow *rows = generate_rows(v.core, random, &row_count);
    v.reference = (Reference){v.core, rows, row_count};
    outcome->difference[0] = '\0';
    bool fine = open_session(&v, rows, row_count);
    if (fine) {
        make_lines(&v, random, lines);
        fine =
            run_batches(&v, lines, 1) && run_batches(&v, lines, 7) && (!wide || run_batches(&v, WIDE_ROWS, WIDE_ROWS));
    }
    for (uint32_t i = 0; i < v.line_count; i++) {
        ref_result_clear(&v.expected[i]);
        line_clear(v.core, &v.lines[i]);
    }
    free(v.lines);
    free(v.expected);
    free(v.fields);
    free(v.core_list);
    bd_session_free(v.session);
    bd_module_free(v.module);
    rows_clear(rows, row_count);
    return fine;
}
