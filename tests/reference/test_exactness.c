/* test_exactness.c: exactness as a contract's reader meets it: amounts of the agreements, every rounding mode, the limit of numbers.
**
** Each rounding mode decides 100,000 lines in batches through a contract and is held against GMP; the factor has four decimals, so that
** halves, thirds of a cent and negatives all come by.
*/
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compile.h"

enum { CASES = 100000, COLUMNS_MAX = 16, MODES = 6 };

static const char CONTRACT[] =
    "taal nl\n"
    "overeenkomst afronden\n"
    "    titel \"Afronden\"\n"
    "    versie \"1\"\n"
    "eenheid dag/dagen ondeelbaar code \"14\"\n"
    "eenheid minuut/minuten code \"01\"\n"
    "eenheid uur/uren = 60 minuten code \"04\"\n"
    "keuze zzp = zzp2, zzp3\n"
    "keuze wijze = rekenkundige, boven, beneden, nul, van_nul, even\n"
    "invoer wijze : wijze\n"
    "invoer factor : getal\n"
    "product verblijf per dag naar zzp\n"
    "product overbrugging per uur\n"
    "product rond per uur\n"
    "tarief verblijf\n    | zzp2 | zzp3 |\n    | 143,73 | 166,69 |\n"
    "tarief overbrugging € 70,20 per uur\n"
    "tarief rond € 1 per uur\n"
    "regel betaling voor verblijf, overbrugging\n"
    "    betaal volume × tarief afgerond op centen\n"
    "regel afgerond_bedrag voor rond\n"
    "    betaal als wijze = rekenkundige dan (€ 0,01 × factor) rekenkundig afgerond op centen\n"
    "        als wijze = boven dan (€ 0,01 × factor) naar boven afgerond op centen\n"
    "        als wijze = beneden dan (€ 0,01 × factor) naar beneden afgerond op centen\n"
    "        als wijze = nul dan (€ 0,01 × factor) richting nul afgerond op centen\n"
    "        als wijze = van_nul dan (€ 0,01 × factor) weg van nul afgerond op centen\n"
    "        anders (€ 0,01 × factor) half-even afgerond op centen\n"
    "    als factor + factor <> 0 of factor = 0\n";

typedef struct Host {
    bd_module *module;
    bd_session *session;
    uint32_t columns, rows;
    bd_column_info info[COLUMNS_MAX];
    int64_t *values[COLUMNS_MAX]; /* room for the widest kind */
    bd_column_data data[COLUMNS_MAX];
    bd_exact_cell exact;
    size_t exact_count;
    uint8_t *decision;
    int64_t *cents;
    uint64_t *reasons;
    uint32_t *fault;
} Host;

static int failures;

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    printf("not true: %s\n", what);
    failures++;
}

static void *zeroed(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory)
        abort();
    return memory;
}

static uint32_t column_named(const Host *host, const char *name)
{
    for (uint32_t i = 0; i < host->columns; i++)
        if (host->info[i].name.size == strlen(name) && memcmp(host->info[i].name.data, name, strlen(name)) == 0)
            return i;
    printf("no column %s\n", name);
    exit(1);
}

static void set(Host *host, const char *name, uint32_t row, int64_t value)
{
    uint32_t column = column_named(host, name);
    int32_t narrow = (int32_t)value;
    if (host->info[column].kind == BD_KIND_SCALED)
        host->values[column][row] = value;
    else
        memcpy((char *)host->values[column] + row * sizeof narrow, &narrow, sizeof narrow);
}

static void set_member(Host *host, const char *name, uint32_t row, const char *member)
{
    uint32_t choice = host->info[column_named(host, name)].choice;
    uint32_t index = bd_choice_find(host->module, choice, (bd_text){member, strlen(member)});
    check(index != BD_NONE, member);
    set(host, name, row, (int64_t)index);
}

static Host open_host(const Compilation *compilation, uint32_t rows)
{
    Host host = {.rows = rows};
    bd_error error = {.code = BD_OK};
    if (bd_module_load(compilation->module, compilation->module_size, NULL, &host.module, &error) != BD_OK ||
        bd_session_new(host.module, NULL, &host.session, &error) != BD_OK ||
        bd_session_prepare(host.session, &error) != BD_OK) {
        printf("%s\n", error.message);
        exit(1);
    }
    bd_program_info program;
    (void)bd_module_program(host.module, 0, &program);
    host.columns = program.columns;
    for (uint32_t i = 0; i < host.columns && i < COLUMNS_MAX; i++) {
        (void)bd_module_column(host.module, i, &host.info[i]);
        host.values[i] = zeroed(rows, sizeof(int64_t) * 2);
        host.data[i].values = host.values[i];
    }
    host.decision = zeroed(rows, 1);
    host.cents = zeroed(rows, sizeof(int64_t));
    host.reasons = zeroed((size_t)rows * bd_module_reason_words(host.module), sizeof(uint64_t));
    host.fault = zeroed(rows, sizeof(uint32_t));
    return host;
}

static void close_host(Host *host)
{
    for (uint32_t i = 0; i < host->columns; i++)
        free(host->values[i]);
    free(host->decision);
    free(host->cents);
    free(host->reasons);
    free(host->fault);
    bd_session_free(host->session);
    bd_module_free(host->module);
}

static void decide(Host *host)
{
    bd_batch batch = {
        .rows = host->rows, .columns = host->data, .exact = &host->exact, .exact_count = host->exact_count};
    bd_decisions out = {host->decision, host->cents, host->reasons, host->fault, NULL, NULL};
    bd_error error = {.code = BD_OK};
    check(bd_session_decide(host->session, &batch, &out, &error) == BD_OK, error.message);
}

static void line(Host *host, uint32_t row, const char *product, const char *unit, int64_t volume)
{
    set_member(host, "product", row, product);
    set_member(host, "eenheid", row, unit);
    set_member(host, "zzp", row, "zzp3");
    set_member(host, "wijze", row, "even");
    set(host, "begindatum", row, 18300);
    set(host, "einddatum", row, 18300);
    set(host, "volume", row, volume * host->info[column_named(host, "volume")].denominator);
    set(host, "factor", row, host->info[column_named(host, "factor")].denominator);
}

static void test_amounts(const Compilation *compilation)
{
    Host host = open_host(compilation, 2);
    line(&host, 0, "verblijf", "dag", 28);
    line(&host, 1, "overbrugging", "minuut", 465);
    decide(&host);
    check(host.decision[0] == BD_APPROVED && host.cents[0] == 466732, "28 dagen zzp3 is € 4.667,32");
    check(host.decision[1] == BD_APPROVED && host.cents[1] == 54405, "465 minuten van € 70,20 per uur is € 544,05");
    close_host(&host);
}

/* The largest number of decimal digits that fits; twice that does not. */
static void test_limit(const Compilation *compilation)
{
    enum { DIGITS = 1233 };
    char digits[DIGITS];
    Host host = open_host(compilation, 1);
    memset(digits, '9', sizeof digits);
    line(&host, 0, "rond", "uur", 1);
    host.exact = (bd_exact_cell){0, column_named(&host, "factor"), {digits, sizeof digits}};
    host.exact_count = 1;
    decide(&host);
    bd_site_info site = {.code = {"", 0}};
    check(host.decision[0] == BD_FAULTED && bd_module_site(host.module, host.fault[0], &site) == BD_OK,
          "a sum beyond the limit is a fault");
    check(site.code.size == strlen("getalgrens") && memcmp(site.code.data, "getalgrens", site.code.size) == 0,
          "its code is getalgrens");
    check(host.cents[0] == 0, "and nothing is granted");
    close_host(&host);
}

/* The oracle: what a mode makes of n / d, by quotients of GMP alone. */
static int64_t rounded(int64_t n, int64_t d, int mode)
{
    mpz_t down, up, rest, a, b;
    mpz_inits(down, up, rest, a, b, NULL);
    mpz_set_si(a, (long)n);
    mpz_set_si(b, (long)d);
    mpz_fdiv_qr(down, rest, a, b);
    mpz_cdiv_q(up, a, b);
    mpz_mul_ui(rest, rest, 2);
    int half = mpz_cmp(rest, b);
    bool takes_up = mode == 1 || (mode == 3 && n < 0) || (mode == 4 && n > 0) ||
                    (mode == 0 && (half > 0 || (half == 0 && n > 0))) ||
                    (mode == 5 && (half > 0 || (half == 0 && mpz_even_p(up))));
    int64_t result = mpz_get_si(takes_up ? up : down);
    mpz_clears(down, up, rest, a, b, NULL);
    return result;
}

static void test_modes(const Compilation *compilation)
{
    static const char *const NAMES[MODES] = {"rekenkundige", "boven", "beneden", "nul", "van_nul", "even"};
    Host host = open_host(compilation, CASES);
    int64_t denominator = host.info[column_named(&host, "factor")].denominator,
            *factors = zeroed(CASES, sizeof *factors);
    uint64_t state = 42;
    for (uint32_t i = 0; i < CASES; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        int64_t wide = (int64_t)(state >> 33) % (i % 2 ? 1000000 : 40) - (i % 2 ? 500000 : 20);
        factors[i] = i % 3 == 0 ? wide * denominator / 2 : wide; /* halves and whole ones; anything */
        line(&host, i, "rond", "uur", 1);
        set(&host, "factor", i, factors[i]);
    }
    for (int mode = 0; mode < MODES; mode++) {
        uint32_t wrong = 0;
        for (uint32_t i = 0; i < CASES; i++)
            set_member(&host, "wijze", i, NAMES[mode]);
        decide(&host);
        for (uint32_t i = 0; i < CASES; i++)
            wrong += host.decision[i] != BD_APPROVED || host.cents[i] != rounded(factors[i], denominator, mode);
        check(wrong == 0, NAMES[mode]);
    }
    free(factors);
    close_host(&host);
}

int main(void)
{
    Compilation compilation;
    CompileOptions options = {.last = STAGE_MODULE};
    if (compile_text(&compilation, TEXT("afronden.bdg"), text_from_cstring(CONTRACT), &options) != BD_OK ||
        !compilation.module) {
        for (size_t i = 0; i < compilation.diags.count; i++)
            printf("diagnostic %d at byte %u\n", (int)compilation.diags.items[i].code,
                   (unsigned)compilation.diags.items[i].span.begin);
        return 1;
    }
    test_amounts(&compilation);
    test_limit(&compilation);
    test_modes(&compilation);
    compile_free(&compilation);
    if (!failures)
        printf("amounts, the limit, and 6 modes of 100,000 lines agree\n");
    return failures != 0;
}
