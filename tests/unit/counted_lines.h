/* counted_lines.h: agreements with counters, one written and many random, and lines that they decide often; for the tests of lines that influence
** each other. */
#ifndef BEDING_TESTS_COUNTED_LINES_H
#define BEDING_TESTS_COUNTED_LINES_H

#include <stdlib.h>
#include <string.h>

#include "compiler/compile.h"
#include "unit/check.h"
#include "vm/include/beding_ledger.h"

static const char CONTRACT[] =
    "taal nl\n"
    "overeenkomst proef\n"
    "    geldig vanaf 2020-01-01\n"
    "eenheid etmaal/etmalen = 1 dag\n"
    "product logeren per etmaal\n"
    "tarief logeren € 100,01\n"
    "lijst bezoek per client (op_dag : datum) ten hoogste 100\n"
    "teller etmalen per client = som van toegekend_volume\n"
    "teller nachten per client, gemeente = dagen van productperiode\n"
    "teller keren per aanbieder = aantal als volume > 1 etmaal\n"
    "teller betaald per gemeente = som van toegekend_bedrag\n"
    "regel jaar begrens volume tot grootste(0 etmalen, 40 etmalen − etmalen over kalenderjaar van begindatum)\n"
    "regel twee_keer keur af als nachten raakt productperiode en etmalen > 10 etmalen\n"
    "regel aaneen keur af als aaneengesloten nachten voor begindatum + aantal dagen in productperiode > 9 dagen\n"
    "regel bezocht keur af als enige b in bezoek heeft b.op_dag < begindatum en keren >= 60\n"
    "regel los keur af als (aantal d in dagen van productperiode met nachten raakt van d tot en met d) > 3\n"
    "regel budget begrens bedrag tot grootste(€ 0, € 60.000 − betaald over kalenderjaar van begindatum)\n"
    "regel betaling betaal volume × tarief afgerond op centen\n";

/* More rows than a session decides before it makes a plan, and some chunks by the plan. */
enum { ROWS = 5200, TEXT_SIZE = 12, CLIENTS = 40, EXACT_EVERY = 17, RANDOM_AGREEMENTS = 4 };

typedef struct Lines {
    int32_t product[ROWS], begin[ROWS], end[ROWS], unit[ROWS], signed_on[ROWS];
    int64_t volume[ROWS];
    bd_text client[ROWS], municipality[ROWS], provider[ROWS], declaration[ROWS], number[ROWS];
    char texts[ROWS][4][TEXT_SIZE];
    bd_exact_cell exact[ROWS];
    size_t exact_count;
    uint32_t offsets[ROWS + 1];
    int32_t visits[ROWS];
    bd_column_data columns[16], visit_columns[1];
} Lines;

typedef struct Results {
    uint8_t decision[ROWS];
    int64_t cents[ROWS];
    uint64_t reasons[ROWS];
    uint32_t fault[ROWS];
} Results;

static inline uint64_t next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static inline bd_text text_of(char *room, const char *prefix, unsigned number, int width)
{
    int size = snprintf(room, TEXT_SIZE, "%s%0*u", prefix, width, number);
    return (bd_text){room, (size_t)size};
}

static inline void make_lines(Lines *lines, uint32_t volume_column)
{
    uint64_t state = 7;
    uint32_t visits = 0;
    for (uint32_t i = 0; i < ROWS; i++) {
        lines->begin[i] = 18262 + (int32_t)(next(&state) % 700);
        lines->end[i] = lines->begin[i] + (int32_t)(next(&state) % 6);
        lines->unit[i] = -1;
        lines->volume[i] = (int64_t)(next(&state) % 500);
        lines->signed_on[i] = 18300 + (int32_t)(i / 40);
        lines->client[i] = text_of(lines->texts[i][0], "c", (unsigned)(next(&state) % CLIENTS), 0);
        lines->municipality[i] = text_of(lines->texts[i][1], "g", i / 20 % 2, 0);
        lines->provider[i] = (bd_text){"A", 1};
        lines->declaration[i] = text_of(lines->texts[i][2], "D", i / 4, 5);
        lines->number[i] = text_of(lines->texts[i][3], "", i % 4 + 1, 0);
        lines->offsets[i] = visits;
        if (next(&state) % 3 == 0 && visits < ROWS)
            lines->visits[visits++] = lines->begin[i] - 3 + (int32_t)(next(&state) % 6);
        if (i % EXACT_EVERY == 0) /* a third of an hour too precise for the column */
            lines->exact[lines->exact_count++] = (bd_exact_cell){i, volume_column, {"2.125", 5}};
    }
    lines->offsets[ROWS] = visits;
}

static inline const void *values_of(const Lines *lines, bd_text name)
{
    const struct {
        const char *name;
        const void *values;
    } known[] = {{"product", lines->product},       {"begindatum", lines->begin},  {"einddatum", lines->end},
                 {"volume", lines->volume},         {"eenheid", lines->unit},      {"client", lines->client},
                 {"gemeente", lines->municipality}, {"aanbieder", lines->provider}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strlen(known[i].name) == name.size && memcmp(known[i].name, name.data, name.size) == 0)
            return known[i].values;
    }
    return NULL;
}

static inline uint32_t column_named(const bd_module *module, const char *name)
{
    bd_column_info column;
    for (uint32_t i = 0; bd_module_column(module, i, &column) == BD_OK; i++) {
        if (column.name.size == strlen(name) && memcmp(column.name.data, name, column.name.size) == 0)
            return i;
    }
    return 0;
}

static inline Lines *lay_out(const bd_module *module)
{
    static const uint8_t ABSENT[ROWS];
    Lines *lines = calloc(1, sizeof *lines);
    bd_program_info program;
    bd_module_program(module, 0, &program);
    make_lines(lines, column_named(module, "volume"));
    for (uint32_t i = 0; i < ROWS; i++)
        lines->unit[i] = (int32_t)bd_choice_find(module, 1, (bd_text){"etmaal", 6});
    for (uint32_t i = 0; i < program.columns; i++) {
        bd_column_info column;
        bd_module_column(module, i, &column);
        const void *values = values_of(lines, column.name);
        lines->columns[i] = values ? (bd_column_data){values, NULL} : (bd_column_data){lines->volume, ABSENT};
    }
    lines->visit_columns[0] = (bd_column_data){lines->visits, NULL};
    return lines;
}

/* Some rows as a batch. */
typedef struct Part {
    bd_column_data columns[16];
    bd_exact_cell exact[ROWS];
    bd_line_ids ids;
    bd_list_data list;
    bd_batch batch;
    bd_decisions out;
} Part;

/* The `count` rows from `first` on, and the place of their results. */
static inline void take_part(Part *part, const Lines *lines, size_t first, size_t count, Results *results)
{
    size_t exact_count = 0;
    for (size_t i = 0; i < 16 && lines->columns[i].values; i++) {
        bool is_text = lines->columns[i].values == lines->client || lines->columns[i].values == lines->municipality ||
                       lines->columns[i].values == lines->provider;
        size_t size = is_text ? sizeof(bd_text) : lines->columns[i].values == lines->volume ? 8 : 4;
        part->columns[i].values = (const char *)lines->columns[i].values + first * size;
        part->columns[i].present = lines->columns[i].present;
    }
    for (size_t i = 0; i < lines->exact_count; i++) {
        if (lines->exact[i].row >= first && lines->exact[i].row < first + count) {
            part->exact[exact_count] = lines->exact[i];
            part->exact[exact_count++].row -= (uint32_t)first;
        }
    }
    part->ids = (bd_line_ids){.signed_on = lines->signed_on + first,
                              .municipality = lines->municipality + first,
                              .provider = lines->provider + first,
                              .declaration = lines->declaration + first,
                              .line = lines->number + first};
    part->list = (bd_list_data){lines->offsets + first, lines->visit_columns};
    part->batch = (bd_batch){.rows = count,
                             .columns = part->columns,
                             .exact = part->exact,
                             .exact_count = exact_count,
                             .lists = &part->list,
                             .ids = &part->ids};
    part->out = (bd_decisions){.decision = results->decision + first,
                               .cents = results->cents + first,
                               .reasons = results->reasons + first,
                               .fault = results->fault + first};
}

static inline bd_status decide(bd_session *session, const Lines *lines, size_t first, size_t count, Results *results,
                               bd_error *error)
{
    static Part part;
    take_part(&part, lines, first, count, results);
    return bd_session_decide(session, &part.batch, &part.out, error);
}

/* The row from which on two results differ; ROWS: they do not. */
static inline uint32_t first_difference(const Results *a, const Results *b)
{
    uint32_t row = 0;
    while (row < ROWS && a->decision[row] == b->decision[row] && a->cents[row] == b->cents[row] &&
           a->reasons[row] == b->reasons[row])
        row++;
    return row;
}

static inline bd_session *open_session(const bd_module *module, const bd_options *options, const bd_ledger *ledger)
{
    bd_session *session = NULL;
    bd_error error = {0};
    bool is_open = bd_session_new(module, options, &session, &error) == BD_OK &&
                   (!ledger || bd_session_set_ledger(session, ledger, &error) == BD_OK) &&
                   bd_session_prepare(session, &error) == BD_OK;
    if (is_open)
        return session;
    bd_session_free(session);
    return NULL;
}

/* ---- Random agreements ---- */

static inline const char *one_of(uint64_t *state, const char *const *choices, size_t count)
{
    return choices[next(state) % count];
}

#define ONE_OF(state, ...) \
    one_of(state, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* Counters of all kinds under keys that many lines share or few, with rules that they decide often. */
static inline void make_contract(uint64_t seed, char *out, size_t room)
{
    uint64_t state = seed * 2654435761u + 1;
    const char *keys[4], *when[4];
    for (int i = 0; i < 4; i++) {
        keys[i] = ONE_OF(&state, "client", "client, gemeente", "aanbieder", "gemeente", "client, product");
        when[i] = ONE_OF(&state, "", " als volume > 2 etmalen", " als begindatum < 2020-11-01");
    }
    int size = snprintf(
        out, room,
        "taal nl\novereenkomst proef\n    geldig vanaf 2020-01-01\neenheid etmaal/etmalen = 1 dag\n"
        "product logeren per etmaal\ntarief logeren € 100,01\nlijst bezoek per client (op_dag : datum) ten hoogste "
        "100\n"
        "teller volumes per %s = som van toegekend_volume%s\nteller nachten per %s = dagen van productperiode%s\n"
        "teller keren per %s = aantal%s\nteller betaald per %s = som van toegekend_bedrag%s\n"
        "teller zelden per %s = som van toegekend_volume\n",
        keys[0], when[0], keys[1], when[1], keys[2], when[2], keys[3], when[3], keys[0]);
    unsigned most = (unsigned)(next(&state) % 200), times = (unsigned)(next(&state) % 100);
    static const char *const RULES[] = {
        "regel jaar begrens volume tot grootste(0 etmalen, %u etmalen − volumes over kalenderjaar van begindatum)\n",
        "regel te_veel keur af als volumes > %u etmalen\n",
        "regel zelfde_nacht keur af als nachten raakt productperiode en niet (volume > %u etmalen)\n",
        "regel aaneen keur af als aaneengesloten nachten voor begindatum + 1 dag > %u dagen\n",
        "regel vaak keur af als keren >= %u\n",
        "regel bezocht keur af als enige b in bezoek heeft b.op_dag < begindatum en keren >= %u\n",
        "regel budget begrens bedrag tot grootste(€ 0, € %u.000 − betaald over kalenderjaar van begindatum)\n",
        /* some lines add to the counter and do not look at it; in every other agreement there are no rules but these two */
        "regel in_de_zomer keur af als begindatum < 2020-10-01 en zelden > %u etmalen\n",
        "regel soms keur af als volume < 1 etmaal en zelden > %u etmalen\n",
    };
    for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++) {
        if (i < 7 && (seed % 2 == 0 || next(&state) % 3 == 0))
            continue;
        char number[TEXT_SIZE];
        (void)snprintf(number, sizeof number, "%u",
                       i == 3       ? times % 9 + 1
                       : i == 2     ? 3
                       : i % 2 == 0 ? most + 1
                                    : times + 1);
        const char *hole = strstr(RULES[i], "%u");
        size +=
            snprintf(out + size, room - (size_t)size, "%.*s%s%s", (int)(hole - RULES[i]), RULES[i], number, hole + 2);
    }
    (void)snprintf(out + size, room - (size_t)size, "regel betaling betaal volume × tarief afgerond op centen\n");
}

static inline bd_module *load(Compilation *c, const char *contract)
{
    bd_module *module = NULL;
    bd_error error = {0};
    CompileOptions options = {.last = STAGE_MODULE};
    CHECK(compile_text(c, TEXT("proef.bdg"), text_from_cstring(contract), &options) == BD_OK, "compile");
    for (size_t i = 0; i < c->diags.count; i++) {
        Text code = diag_code_name(c->diags.items[i].code);
        CHECK(diag_code_severity(c->diags.items[i].code) != DIAG_ERROR, "%.*s in %s", (int)code.size, code.data,
              contract);
    }
    if (CHECK(c->module != NULL, "no module"))
        CHECK(bd_module_load(c->module, c->module_size, NULL, &module, &error) == BD_OK, "load: %s", error.message);
    return module;
}

#endif
