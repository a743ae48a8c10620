/* test_index_gmp.c: prices of indexed tariffs through the public interface.
**
** A century of moments on the exact tariff against GMP; what bd_session_price refuses; a session that was refused and is then completed; too
** little memory; and modules whose records of series and indexations are damaged: refused, or harmless.
*/
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compile.h"
#include "unit/check.h"
#include "vm/core/date.h"
#include "vm/core/sha256.h"
#include "vm/module.h"

enum { FIRST = 2021, MOMENTS = 100, ROOM = 101 };

static const char CONTRACT[] =
    "taal nl\n"
    "overeenkomst proef geldig vanaf 2020-01-01\n"
    "keuze soort = licht, zwaar\n"
    "product verblijf per dag naar soort\n"
    "product los per dag\n"
    "product vast per dag\n"
    "tarief verblijf geldig vanaf 2020-01-01\n"
    "    | soort | bedrag |\n"
    "    | licht | 87,50 |\n"
    "    | zwaar | geen tarief |\n"
    "tarief los extern\n"
    "tarief vast € 10,00\n"
    "reeks cpi \"prijzen\" per maand extern\n"
    "reeks huur \"huren\" per jaar daarna laatste waarde\n"
    "    | 2019 | 100 |\n"
    "    | 2020 | 101,5 |\n"
    "lezing keten = op_afgerond | op_onafgerond gekozen op_onafgerond omdat \"zo\"\n"
    "indexering verblijf jaarlijks op 1 januari vanaf 2021\n"
    "    factor (2 × cpi[augustus vorig jaar] / cpi[augustus twee jaar terug] + 1) / 3\n"
    "    keten volgens keten afronding op centen\n"
    "indexering los jaarlijks op 1 januari vanaf 2021 factor huur[vorig jaar] / huur[twee jaar terug]\n"
    "    keten op afgerond afronding naar boven afgerond op een veelvoud van € 5\n"
    "regel betaling betaal volume × tarief afgerond op centen\n";

typedef struct Bench {
    Compilation c;
    bd_module *module;
    bd_session *session;
    uint32_t verblijf, los, vast, cpi;
    int cents[MOMENTS + 2]; /* the figure of August, times 100, from two years before the first moment */
} Bench;

static uint32_t table_of(const bd_module *module, const char *name)
{
    bd_table_info info;
    for (uint32_t i = 0; bd_module_table(module, i, &info) == BD_OK; i++)
        if (text_equal(info.name, text_from_cstring(name)))
            return i;
    return BD_NONE;
}

static bool open_bench(Bench *b)
{
    CompileOptions options = {.last = STAGE_MODULE};
    bd_error error = {0};
    memset(b, 0, sizeof *b);
    if (!CHECK(compile_text(&b->c, TEXT("proef.bdg"), text_from_cstring(CONTRACT), &options) == BD_OK, "compile") ||
        !CHECK(b->c.module != NULL, "no module, %zu messages", b->c.diags.count) ||
        !CHECK(bd_module_load(b->c.module, b->c.module_size, NULL, &b->module, &error) == BD_OK, "%s", error.message))
        return false;
    b->verblijf = table_of(b->module, "verblijf");
    b->los = table_of(b->module, "los");
    b->vast = table_of(b->module, "vast");
    b->cpi = table_of(b->module, "cpi");
    unsigned state = 12345;
    for (int i = 0; i < MOMENTS + 2; i++) {
        state = state * 1103515245u + 12345u;
        b->cents[i] = 9000 + (int)(state >> 16) % 4001;
    }
    return true;
}

static bd_status supply(const Bench *b, bd_session *session, int figures)
{
    bd_status status = bd_session_table_row(session, b->los, BD_DATE_MIN + 1, NULL, 0, TEXT("20"), NULL);
    for (int i = 0; status == BD_OK && i < figures; i++) {
        char month[16], value[16];
        (void)snprintf(month, sizeof month, "%d-08", FIRST - 2 + i);
        (void)snprintf(value, sizeof value, "%d.%02d", b->cents[i] / 100, b->cents[i] % 100);
        bd_text key = text_from_cstring(month);
        status = bd_session_table_row(session, b->cpi, BD_DATE_MIN, &key, 1, text_from_cstring(value), NULL);
    }
    return status;
}

static int32_t day_of(int year)
{
    int32_t day = 0;
    (void)date_from_ymd(year, 1, 1, &day);
    return day;
}

/* Half away from zero, to whole cents. */
static long long rounded_cents(const mpq_t amount)
{
    mpz_t twice, divisor;
    mpz_inits(twice, divisor, NULL);
    mpz_mul_ui(twice, mpq_numref(amount), 200);
    mpz_add(twice, twice, mpq_denref(amount));
    mpz_mul_ui(divisor, mpq_denref(amount), 2);
    mpz_fdiv_q(twice, twice, divisor);
    long long cents = mpz_get_si(twice);
    mpz_clears(twice, divisor, NULL);
    return cents;
}

static long long cents_of(bd_text text)
{
    long long cents = 0;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != '.')
            cents = cents * 10 + (text.data[i] - '0');
    return cents;
}

static void check_century(const Bench *b, bool on_rounded)
{
    static bd_price_step steps[ROOM];
    bd_session *session = NULL;
    size_t count = 0;
    uint32_t licht = 0;
    bd_error error = {0};
    check_group(on_rounded ? "a century on rounded tariffs" : "a century on exact tariffs");
    if (!CHECK(bd_session_new(b->module, NULL, &session, &error) == BD_OK, "%s", error.message))
        return;
    if (on_rounded)
        CHECK(bd_session_set_reading(session, TEXT("keten"), TEXT("op_afgerond"), &error) == BD_OK, "%s",
              error.message);
    CHECK(supply(b, session, MOMENTS + 2) == BD_OK, "supply");
    CHECK(bd_session_prepare(session, &error) == BD_OK, "%s", error.message);
    bd_status status = bd_session_price(session, b->verblijf, &licht, day_of(FIRST + 200), steps, ROOM, &count, &error);
    CHECK(status == BD_OK && count == MOMENTS + 1, "%zu steps: %s", count, error.message);

    mpq_t amount, factor;
    mpq_inits(amount, factor, NULL);
    mpq_set_si(amount, 175, 2);
    for (size_t i = 1; i < count; i++) {
        mpq_set_si(factor, 2 * b->cents[i] + b->cents[i - 1], (unsigned long)(3 * b->cents[i - 1]));
        mpq_canonicalize(factor);
        mpq_mul(amount, amount, factor);
        long long cents = rounded_cents(amount);
        CHECK(steps[i].day == day_of(FIRST + (int)i - 1), "the day of moment %zu", i);
        CHECK(cents_of(steps[i].price) == cents, "moment %zu: %.*s, %lld cents by GMP", i, (int)steps[i].price.size,
              steps[i].price.data, cents);
        if (on_rounded) {
            mpq_set_si(amount, (long)cents, 100);
            mpq_canonicalize(amount);
        }
    }
    mpq_clears(amount, factor, NULL);
    bd_session_free(session);
}

static void check_refusals(const Bench *b)
{
    bd_price_step steps[ROOM];
    bd_session *session = NULL;
    size_t count = 0;
    uint32_t licht = 0, zwaar = 1, wrong = 7;
    int32_t day = day_of(2022);
    bd_error error = {0};
    check_group("refusals");
    CHECK(bd_session_new(b->module, NULL, &session, &error) == BD_OK, "%s", error.message);
    CHECK(bd_session_price(session, b->verblijf, &licht, day, steps, ROOM, &count, &error) == BD_STATE, "not prepared");
    CHECK(bd_session_prepare(session, &error) == BD_MISSING, "nothing supplied");
    CHECK(supply(b, session, 2) == BD_OK, "what is missing can be supplied after a refusal");
    uint32_t derived = table_of(b->module, "indexering.verblijf.prijzen"), huur = table_of(b->module, "huur");
    CHECK(bd_session_table_row(session, derived, 0, NULL, 0, TEXT("1"), &error) == BD_NAME, "a price from outside");
    CHECK(bd_session_table_supply(session, huur, &error) == BD_NAME, "a series that stands in the module");
    CHECK(bd_session_prepare(session, &error) == BD_OK, "%s", error.message);
    CHECK(bd_session_price(NULL, b->verblijf, &licht, day, steps, ROOM, &count, &error) == BD_ARGUMENT, "no session");
    CHECK(bd_session_price(session, b->verblijf, NULL, day, steps, ROOM, &count, &error) == BD_ARGUMENT, "no members");
    CHECK(bd_session_price(session, b->verblijf, &licht, day, NULL, ROOM, &count, &error) == BD_ARGUMENT, "no steps");
    CHECK(bd_session_price(session, b->verblijf, &licht, day, steps, 1, &count, &error) == BD_ARGUMENT, "no room");
    CHECK(bd_session_price(session, b->vast, NULL, day, steps, ROOM, &count, &error) == BD_NAME, "not indexed");
    CHECK(bd_session_price(session, derived, &licht, day, steps, ROOM, &count, &error) == BD_NAME,
          "the prices themselves");
    CHECK(bd_session_price(session, 999, NULL, day, steps, ROOM, &count, &error) == BD_NAME, "no table");
    CHECK(bd_session_price(session, b->verblijf, &zwaar, day, steps, ROOM, &count, &error) == BD_MISSING, "no amount");
    CHECK(bd_session_price(session, b->verblijf, &wrong, day, steps, ROOM, &count, &error) == BD_ARGUMENT, "no member");
    CHECK(bd_session_price(session, b->verblijf, &licht, day_of(2019), steps, ROOM, &count, &error) == BD_MISSING,
          "before the tariff");
    CHECK(bd_session_price(session, b->verblijf, &licht, day, steps, ROOM, &count, &error) == BD_OK && count == 3 &&
              steps[2].is_missing && steps[2].price.size == 0 && steps[2].site != BD_NONE,
          "the moment without a figure is the last step, and names a site");
    CHECK(!bd_session_went_on(session, b->los) && !bd_session_went_on(NULL, 0), "nothing was looked up yet");
    CHECK(bd_session_price(session, b->los, NULL, day, steps, ROOM, &count, &error) == BD_OK, "%s", error.message);
    CHECK(count == 3 && steps[1].day == day_of(2021) && cents_of(steps[1].price) == 2500 && steps[2].is_guess,
          "an extern tariff by its rows: %zu steps", count);
    bd_session_free(session);
}

static void check_memory(const Bench *b)
{
    check_group("memory");
    int refused = 0, done = 0;
    for (size_t memory = 4096; memory <= 4u << 20; memory += memory / 4) {
        bd_options options = {.limits = {.memory = memory}};
        bd_session *session = NULL;
        if (bd_session_new(b->module, &options, &session, NULL) != BD_OK)
            continue;
        bd_status status = supply(b, session, MOMENTS + 2);
        if (status == BD_OK)
            status = bd_session_prepare(session, NULL);
        refused += status == BD_LIMIT;
        done += status == BD_OK;
        CHECK(status == BD_OK || status == BD_LIMIT, "%zu bytes: %s", memory, bd_status_text(status));
        bd_session_free(session);
    }
    CHECK(refused > 0 && done > 0, "%d refused, %d done", refused, done);
}

static void mend_hash(uint8_t *bytes, size_t size)
{
    size_t hashed = offsetof(FileHeader, sections);
    uint8_t hash[SHA256_SIZE];
    sha256_of(bytes + hashed, size - hashed, hash);
    memcpy(bytes + offsetof(FileHeader, sha256), hash, sizeof hash);
}

static void use_damaged(const Bench *b, const uint8_t *bytes, int *loaded)
{
    bd_module *module = NULL;
    bd_session *session = NULL;
    bd_options options = {.limits = {.instructions = 1000000, .memory = 8 << 20}};
    if (bd_module_load(bytes, b->c.module_size, NULL, &module, NULL) != BD_OK)
        return;
    (*loaded)++;
    if (bd_session_new(module, &options, &session, NULL) == BD_OK && supply(b, session, 4) == BD_OK &&
        bd_session_prepare(session, NULL) == BD_OK) {
        bd_price_step steps[ROOM];
        size_t count = 0;
        uint32_t member = 0;
        (void)bd_session_price(session, b->verblijf, &member, day_of(2022), steps, ROOM, &count, NULL);
    }
    bd_session_free(session);
    bd_module_free(module);
}

/* Every word of the records, set to every small number and some large ones, with a hash that agrees. */
static void check_damage(const Bench *b)
{
    static const SectionId SECTIONS[] = {SECTION_SERIES, SECTION_INDEXATIONS, SECTION_LEVELS};
    static const size_t SIZES[] = {sizeof(SeriesRecord), sizeof(IndexRecord), sizeof(int32_t)};
    static const uint32_t LARGE[] = {64, 1000, 100000, INT32_MAX, 0x80000000u, UINT32_MAX};
    enum { SMALL = 24, VALUES = SMALL + sizeof LARGE / sizeof *LARGE };
    const FileHeader *header = b->c.module;
    uint8_t *bytes = malloc(b->c.module_size);
    int loaded = 0;
    check_group("damage");
    for (size_t s = 0; bytes != NULL && s < sizeof SECTIONS / sizeof *SECTIONS; s++) {
        SectionRecord section = header->sections[SECTIONS[s]];
        for (size_t at = section.offset; at < section.offset + section.count * SIZES[s]; at += 4) {
            for (uint32_t v = 0; v < VALUES; v++) {
                uint32_t value = v < SMALL ? v : LARGE[v - SMALL];
                memcpy(bytes, b->c.module, b->c.module_size);
                memcpy(bytes + at, &value, sizeof value);
                mend_hash(bytes, b->c.module_size);
                use_damaged(b, bytes, &loaded);
            }
        }
    }
    CHECK(loaded > 0, "no damage was harmless");
    free(bytes);
}

int main(void)
{
    Bench bench;
    if (open_bench(&bench)) {
        check_century(&bench, false);
        check_century(&bench, true);
        check_refusals(&bench);
        check_memory(&bench);
        check_damage(&bench);
    }
    bd_module_free(bench.module);
    compile_free(&bench.c);
    return check_done();
}
