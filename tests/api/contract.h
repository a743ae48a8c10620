/* contract.h - the agreement that the tests of the public interface work with, and lines for it.
 *
 * It has one of everything that a host meets: a native, an extern table, a declared list, optional columns, a choice,
 * a callable, a rule of each effect. The module is compiled in memory; from there on the tests use beding.h only.
 */
#ifndef BEDING_TESTS_API_CONTRACT_H
#define BEDING_TESTS_API_CONTRACT_H

#include <stdlib.h>
#include <string.h>

#include "beding.h"
#include "compiler/compile.h"
#include "unit/check.h"

enum { LINE_COLUMNS_MAX = 16, LINE_ROWS = 4, CONTRACT_LIST_MAXIMUM = 5 };

#define T(literal) ((bd_text){"" literal, sizeof(literal) - 1})

static const char contract_source[] =
    "taal nl\n"
    "overeenkomst proef titel \"Een proef\" versie \"1\" geldig vanaf 2025-01-01\n"
    "document hoofd \"Overeenkomst\" rang 1\n"
    "eenheid dag/dagen ondeelbaar code \"14\"\n"
    "keuze zwaarte = licht, zwaar\n"
    "product opvang \"Opvang\" per dag code \"01A01\" naar zwaarte\n"
    "tarief opvang geldig vanaf 2025-01-01 bron \"Bijlage 1\"\n"
    "    | licht | zwaar |\n"
    "    | 10,00 | 20,00 |\n"
    "invoer akkoord : boolean facultatief\n"
    "invoer postcode : tekst\n"
    "tabel plafond naar aanbieder : dag extern\n"
    "lijst afwezigheid per toewijzingnummer (op_dag : datum) ten hoogste 5\n"
    "definitie is_binnen(plaats : tekst) : boolean extern\n"
    "definitie derde(x : getal) : getal aanroepbaar = x / 3\n"
    "definitie weg : getal = aantal a in afwezigheid met a.op_dag ligt in productperiode\n"
    "regel te_vaak_weg bron \"Artikel 2\"\n"
    "    keur af als weg > 2\n"
    "    code \"9321\" reden \"te vaak weg\"\n"
    "regel buiten keur af als niet is_binnen(postcode) reden \"buiten de gemeente\"\n"
    "regel eerste_dag keur af als enige a in afwezigheid heeft (a.op_dag = begindatum en volume > 100 dagen)\n"
    "regel wachten houd aan als akkoord aanwezig en niet akkoord\n"
    "regel hoogstens begrens volume tot plafond[aanbieder]\n"
    "regel betaling betaal volume × tarief afgerond op centen\n";

/* Compiles the agreement; the bytes are to be freed with free. NULL, and a failed check, when it does not compile. */
static inline void *contract_bytes(size_t *size)
{
    CompileOptions options = {.last = STAGE_MODULE};
    Compilation compilation;
    void *bytes = NULL;

    bd_status status =
        compile_text(&compilation, T("proef.bdg"), (bd_text){contract_source, sizeof contract_source - 1}, &options);
    CHECK(status == BD_OK && compilation.module, "the agreement does not compile: %s", bd_status_text(status));
    if (status == BD_OK && compilation.module) {
        *size = compilation.module_size;
        bytes = malloc(*size);
        if (bytes)
            memcpy(bytes, compilation.module, *size);
    }
    compile_free(&compilation);
    return bytes;
}

/* The module over those bytes. */
static inline bd_module *contract_module(const void *bytes, size_t size)
{
    bd_module *module = NULL;
    bd_error error = {.message = ""};
    CHECK(bd_module_load(bytes, size, NULL, &module, &error) == BD_OK, "%s", error.message);
    return module;
}

static inline bool contract_is(bd_text text, const char *wanted)
{
    return text.size == strlen(wanted) && memcmp(text.data, wanted, text.size) == 0;
}

/* The index of a thing by its name, BD_NONE if there is none; a column: its place in a batch. */
static inline uint32_t contract_column(const bd_module *module, const char *name)
{
    bd_program_info program;
    bd_column_info info;
    if (bd_module_program(module, 0, &program) != BD_OK)
        return BD_NONE;
    for (uint32_t i = 0; i < program.columns; i++) {
        if (bd_module_column(module, program.first_column + i, &info) == BD_OK && contract_is(info.name, name))
            return i;
    }
    return BD_NONE;
}

static inline uint32_t contract_table(const bd_module *module, const char *name)
{
    bd_table_info info;
    for (uint32_t i = 0; bd_module_table(module, i, &info) == BD_OK; i++) {
        if (contract_is(info.name, name))
            return i;
    }
    return BD_NONE;
}

static inline uint32_t contract_program(const bd_module *module, const char *name)
{
    bd_program_info info;
    for (uint32_t i = 0; bd_module_program(module, i, &info) == BD_OK; i++) {
        if (contract_is(info.name, name))
            return i;
    }
    return BD_NONE;
}

static inline uint32_t contract_rule(const bd_module *module, const char *name)
{
    bd_rule_info info;
    for (uint32_t i = 0; bd_module_rule(module, i, &info) == BD_OK; i++) {
        if (contract_is(info.name, name))
            return i;
    }
    return BD_NONE;
}

/* Postcodes that begin with 4 lie within; an empty one has no answer. */
static inline int contract_is_within(const char *postcode, size_t size, bool *result)
{
    *result = size > 0 && postcode[0] == '4';
    return size == 0;
}

/* Supplies everything extern and prepares. */
static inline bd_status contract_prepare(const bd_module *module, bd_session *session, bd_error *error)
{
    bd_text provider = T("555");
    bd_status status =
        bd_session_table_row(session, contract_table(module, "plafond"), BD_DATE_MIN, &provider, 1, T("30"), error);
    if (status == BD_OK)
        status = bd_session_bind_native(session, T("is_binnen"), T("b(t)"), (void (*)(void))contract_is_within, error);
    return status == BD_OK ? bd_session_prepare(session, error) : status;
}

/* A session ready for lines; failed checks when it cannot be made. */
static inline bd_session *contract_session(const bd_module *module, const bd_options *options)
{
    bd_session *session = NULL;
    bd_error error = {.message = ""};
    CHECK(bd_session_new(module, options, &session, &error) == BD_OK, "%s", error.message);
    CHECK(contract_prepare(module, session, &error) == BD_OK, "%s", error.message);
    return session;
}

/* A batch of LINE_ROWS lines and room for its results. Row 0: approved for 20.00, two records away of which one on the
** first day; row 1: rejected by te_vaak_weg (its three records); row 2: suspended; row 3: the native has no answer. */
typedef struct Lines {
    union {
        uint8_t boolean[LINE_ROWS];
        int32_t integer[LINE_ROWS];
        int64_t scaled[LINE_ROWS];
        bd_text text[LINE_ROWS];
    } values[LINE_COLUMNS_MAX];
    uint8_t present[LINE_COLUMNS_MAX][LINE_ROWS];
    bd_column_data columns[LINE_COLUMNS_MAX];
    uint32_t offsets[LINE_ROWS + 1];
    int32_t days_away[8];
    bd_column_data list_columns[1];
    bd_list_data list;
    bd_batch batch;
    uint8_t decision[LINE_ROWS];
    int64_t cents[LINE_ROWS];
    uint64_t reasons[LINE_ROWS];
    uint32_t fault[LINE_ROWS];
    bd_decisions decisions;
} Lines;

static inline void lines_fill_cell(const bd_module *module, const bd_column_info *info, Lines *l, size_t column,
                                   size_t row)
{
    static const char *const postcodes[LINE_ROWS] = {"4501", "4502", "4503", ""};
    bool present = true;
    if (contract_is(info->name, "product"))
        l->values[column].integer[row] = (int32_t)bd_choice_find(module, info->choice, T("opvang"));
    else if (contract_is(info->name, "eenheid"))
        l->values[column].integer[row] = (int32_t)bd_choice_find(module, info->choice, T("14"));
    else if (contract_is(info->name, "zwaarte"))
        l->values[column].integer[row] = (int32_t)bd_choice_find(module, info->choice, T("licht"));
    else if (contract_is(info->name, "volume"))
        l->values[column].scaled[row] = 2 * info->denominator;
    else if (contract_is(info->name, "aanbieder"))
        l->values[column].text[row] = T("555");
    else if (contract_is(info->name, "postcode"))
        l->values[column].text[row] = (bd_text){postcodes[row], strlen(postcodes[row])};
    else if (contract_is(info->name, "akkoord"))
        present = row == 2;
    else if (info->meaning == BD_MEANS_DATE)
        l->values[column].integer[row] = 20150 + (contract_is(info->name, "begindatum") ? 0 : 6);
    else
        CHECK(info->optional, "a column that the test does not know: %.*s", (int)info->name.size, info->name.data);
    l->present[column][row] = present;
}

static inline void lines_fill(const bd_module *module, Lines *l)
{
    static const uint32_t offsets[LINE_ROWS + 1] = {1, 3, 6, 6, 7}; /* record 0 belongs to no line */
    static const int32_t days_away[] = {20000, 20150, 20300, 20151, 20152, 20153, 20150, 0};
    bd_program_info program = {.columns = 0};
    bd_column_info info;

    memset(l, 0, sizeof *l);
    CHECK(bd_module_program(module, 0, &program) == BD_OK && program.columns <= LINE_COLUMNS_MAX, "the lines program");
    for (uint32_t i = 0; i < program.columns && i < LINE_COLUMNS_MAX; i++) {
        CHECK(bd_module_column(module, program.first_column + i, &info) == BD_OK, "column %u", i);
        for (size_t row = 0; row < LINE_ROWS; row++)
            lines_fill_cell(module, &info, l, i, row);
        l->columns[i] = (bd_column_data){&l->values[i], l->present[i]};
    }
    memcpy(l->offsets, offsets, sizeof offsets);
    memcpy(l->days_away, days_away, sizeof days_away);
    l->list_columns[0] = (bd_column_data){l->days_away, NULL};
    l->list = (bd_list_data){l->offsets, l->list_columns};
    l->batch = (bd_batch){.rows = LINE_ROWS, .columns = l->columns, .lists = &l->list};
    l->decisions = (bd_decisions){l->decision, l->cents, l->reasons, l->fault, NULL, NULL};
}

/* Decides the lines and checks that they are what is said at Lines: the session works. */
static inline void lines_check(bd_session *session, Lines *l)
{
    static const uint8_t wanted[LINE_ROWS] = {BD_APPROVED, BD_REJECTED, BD_SUSPENDED, BD_FAULTED};
    bd_error error = {.message = ""};
    CHECK(bd_session_decide(session, &l->batch, &l->decisions, &error) == BD_OK, "%s", error.message);
    for (int row = 0; row < LINE_ROWS; row++) {
        CHECK(l->decision[row] == wanted[row], "row %d: decision %d", row, l->decision[row]);
        CHECK(l->cents[row] == (row == 0 ? 2000 : 0), "row %d: %lld cents", row, (long long)l->cents[row]);
        CHECK((l->fault[row] == BD_NONE) == (row != 3), "row %d: fault %u", row, l->fault[row]);
    }
}

#endif
