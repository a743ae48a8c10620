/* make_lines.c: declaration lines for tests/bench/bw.bdg, with the decisions known in advance.
**
** Job: `make_lines N csv|jsonl TOTALS [SEED]` writes N lines to stdout and to the file TOTALS, as JSON, what the ten rules must make of
** them. Its own simple distribution: one line in four breaks exactly one rule, the rest break none. A line's right amount is computed
** here in integers, half away from zero, and claimed on the line; so a line that is approved shows that the product rounded the same.
** Half a day is a valid volume here, so that a part of the amounts meets half a cent, which prices in whole days never do.
** Invariant: line i depends on the seed and i alone.
*/
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRODUCTS = 4, ZZPS = 5, RULES = 10, PERIODS = 13, FIRST_DAY = 18260 /* 2019-12-30 */ };

enum { VERBLIJF, ELDERS, BASIS, SPECIAAL };

static const char *const PRODUCT_NAMES[PRODUCTS] = {"verblijf", "dagbesteding_elders", "overbrugging_basis",
                                                    "overbrugging_speciaal"};
static const char *const UNITS[PRODUCTS] = {"dag", "dagdeel", "minuut", "minuut"};
static const char *const RULE_NAMES[RULES] = {
    "geen_startbericht", "voor_startdatum",         "buiten_toewijzing", "volume_boven_toewijzing", "dagen_per_periode",
    "dagdelen_per_week", "alleen_bestaande_client", "te_laat",           "tarief_onjuist",          "bedrag_onjuist"};
enum { NO_START, BEFORE_START, OUTSIDE, TOO_MUCH, DAYS, DAGDELEN, KNOWN_CLIENT, LATE, TARIFF, AMOUNT, NONE };

/* Cents a day by wonen, dagbesteding, zzp; cents a dagdeel by zzp; cents an hour. */
static const int64_t VERBLIJF_CENTS[2][2][ZZPS] = {
    {{14373, 16669, 19362, 20567, 23797}, {11485, 13418, 15818, 17067, 20239}},
    {{11692, 13344, 15676, 16718, 19557}, {8818, 10109, 12150, 13235, 16021}}};
static const int64_t ELDERS_CENTS[ZZPS] = {3670, 4084, 4084, 4084, 4584};
static const int64_t HOUR_CENTS[2] = {5040, 7020};

typedef struct Line {
    uint64_t index;
    uint32_t product, zzp, wonen, dagbesteding;
    int64_t begin, end, submitted, allocated_from, allocated_to, start; /* day numbers */
    int64_t tenths, allocated_tenths;                                   /* tenths of the unit */
    int64_t tariff, amount, claimed_tariff, claimed_amount;             /* cents */
    uint32_t broken;
    bool is_known;
} Line;

typedef struct Totals {
    uint64_t lines, approved, rejected, halves;
    int64_t cents;
    uint64_t rules[RULES];
} Totals;

/* splitmix64: a good 64-bit mixer of a counter. */
static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static uint32_t draw(uint64_t *state, uint32_t below)
{
    *state = mix(*state);
    return (uint32_t)((*state >> 32) % below);
}

/* The rule that the line is to break; only one that its product can break. */
static uint32_t choose_broken(uint64_t *state, uint32_t product)
{
    if (draw(state, 4) != 0)
        return NONE;
    uint32_t rule = draw(state, RULES);
    if ((rule == DAYS && product != VERBLIJF) || (rule == DAGDELEN && product != ELDERS))
        return AMOUNT;
    return rule;
}

static void choose_volume(Line *line, uint64_t *state)
{
    int64_t most = line->product == VERBLIJF ? 280 : 200;
    if (line->product >= BASIS)
        line->tenths = 10 * (15 + (int64_t)draw(state, 2000));
    else
        line->tenths = 5 * (1 + (int64_t)draw(state, (uint32_t)most / 5));
    if (line->broken == DAYS)
        line->tenths = most + 5;
    if (line->broken == DAGDELEN)
        line->tenths = line->zzp == 3 ? 245 : most + 5;
    line->allocated_tenths = line->tenths + 10 * (int64_t)draw(state, 30);
    if (line->broken == TOO_MUCH)
        line->allocated_tenths = line->tenths - 5;
}

/* Sets tariff and amount; returns whether the amount met half a cent. */
static bool price(Line *line)
{
    int64_t divisor = 10;
    if (line->product == VERBLIJF)
        line->tariff = VERBLIJF_CENTS[line->wonen][line->dagbesteding][line->zzp];
    else if (line->product == ELDERS)
        line->tariff = ELDERS_CENTS[line->zzp];
    else
        line->tariff = HOUR_CENTS[line->product - BASIS];
    if (line->product >= BASIS)
        divisor = 600;
    int64_t exact = line->tenths * line->tariff;
    line->amount = (exact + divisor / 2) / divisor;
    return exact % divisor * 2 == divisor;
}

static void choose_dates(Line *line, uint64_t *state)
{
    line->begin = FIRST_DAY + 28 * (int64_t)draw(state, PERIODS);
    line->end = line->begin + 27;
    line->submitted = line->end + (int64_t)draw(state, 57);
    line->allocated_from = line->begin - (int64_t)draw(state, 200);
    line->allocated_to = line->end + (int64_t)draw(state, 200);
    line->start = line->allocated_from;
    if (line->broken == LATE)
        line->submitted = line->end + 57;
    if (line->broken == OUTSIDE)
        line->allocated_to = line->end - 1;
    if (line->broken == BEFORE_START)
        line->start = line->end + 1;
}

static bool make_line(Line *line, uint64_t seed, uint64_t index)
{
    uint64_t state = mix(seed ^ mix(index));
    memset(line, 0, sizeof *line);
    line->index = index;
    uint32_t kind = draw(&state, 10);
    line->product = kind < 6 ? VERBLIJF : kind < 8 ? ELDERS : kind == 8 ? BASIS : SPECIAAL;
    line->broken = choose_broken(&state, line->product);
    line->zzp = draw(&state, ZZPS);
    line->wonen = draw(&state, 2);
    line->dagbesteding = draw(&state, 2);
    line->is_known = draw(&state, 2) == 1;
    if (line->broken == KNOWN_CLIENT) {
        line->zzp = 0;
        line->wonen = 0;
        line->is_known = false;
    } else if (line->zzp == 0 && line->wonen == 0) {
        line->is_known = true;
    }
    choose_dates(line, &state);
    choose_volume(line, &state);
    bool is_half = price(line);
    line->claimed_tariff = line->tariff + (line->broken == TARIFF);
    line->claimed_amount = line->amount + (line->broken == AMOUNT ? (index % 2 == 0 ? 1 : -1) : 0);
    return is_half;
}

static void print_date(FILE *out, int64_t day)
{
    /* Years, then months, by walking: the dates lie within a few years of 2020. */
    int64_t year = 2018, length = 365, rest = day - 17532;
    while (rest >= length) {
        rest -= length;
        year++;
        length = year % 4 == 0 ? 366 : 365;
    }
    int64_t month = 1;
    for (;; month++) {
        int64_t days = month == 2 ? length - 337 : 30 + (month + month / 8) % 2;
        if (rest < days)
            break;
        rest -= days;
    }
    fprintf(out, "%04" PRId64 "-%02" PRId64 "-%02" PRId64, year, month, rest + 1);
}

static void print_tenths(FILE *out, int64_t tenths)
{
    fprintf(out, "%" PRId64, tenths / 10);
    if (tenths % 10 != 0)
        fprintf(out, ".%" PRId64, tenths % 10);
}

static const char *const COLUMNS[] = {"declaratienummer",
                                      "regelnummer",
                                      "dagtekening",
                                      "aanbieder",
                                      "gemeente",
                                      "client",
                                      "toewijzingnummer",
                                      "product",
                                      "begindatum",
                                      "einddatum",
                                      "volume",
                                      "eenheid",
                                      "tarief",
                                      "bedrag",
                                      "zzp",
                                      "wonen",
                                      "dagbesteding",
                                      "bestaande_client",
                                      "toewijzing_ingangsdatum",
                                      "toewijzing_einddatum",
                                      "toewijzing_volume",
                                      "toewijzing_eenheid",
                                      "start_begindatum"};
enum { COLUMN_COUNT = sizeof COLUMNS / sizeof *COLUMNS };

static bool is_number(int column)
{
    return column == 1 || column == 10 || column == 12 || column == 13 || column == 20;
}

static void print_cell(FILE *out, const Line *line, int column)
{
    switch (column) {
    case 0: fprintf(out, "M%09" PRIu64, line->index / 50 + 1); break;
    case 1: fprintf(out, "%" PRIu64, line->index % 50 + 1); break;
    case 2: print_date(out, line->submitted); break;
    case 3: fprintf(out, "%08" PRIu64, 50000000 + mix(line->index) % 300); break;
    case 4: fprintf(out, "%s", line->index % 3 == 0 ? "0546" : "0579"); break;
    case 5: fprintf(out, "%09" PRIu64, 100000000 + line->index / 3); break;
    case 6: fprintf(out, "%" PRIu64, line->index + 1); break;
    case 7: fprintf(out, "%s", PRODUCT_NAMES[line->product]); break;
    case 8: print_date(out, line->begin); break;
    case 9: print_date(out, line->end); break;
    case 10: print_tenths(out, line->tenths); break;
    case 11:
    case 21: fprintf(out, "%s", UNITS[line->product]); break;
    case 12: fprintf(out, "%" PRId64 ".%02" PRId64, line->claimed_tariff / 100, line->claimed_tariff % 100); break;
    case 13: fprintf(out, "%" PRId64 ".%02" PRId64, line->claimed_amount / 100, line->claimed_amount % 100); break;
    case 14: fprintf(out, "zzp%" PRIu32, line->zzp + 2); break;
    case 15: fprintf(out, "%s", line->wonen == 0 ? "intramuraal" : "gescheiden"); break;
    case 16: fprintf(out, "%s", line->dagbesteding == 0 ? "inclusief" : "exclusief"); break;
    case 17: fprintf(out, "%s", line->is_known ? "ja" : "nee"); break;
    case 18: print_date(out, line->allocated_from); break;
    case 19: print_date(out, line->allocated_to); break;
    case 20: print_tenths(out, line->allocated_tenths); break;
    default:
        if (line->broken != NO_START)
            print_date(out, line->start);
        break;
    }
}

static void print_line(FILE *out, const Line *line, bool is_json)
{
    for (int column = 0; column < COLUMN_COUNT; column++) {
        bool is_absent = column + 1 == COLUMN_COUNT && line->broken == NO_START;
        if (!is_json) {
            fputs(column == 0 ? "" : ",", out);
            print_cell(out, line, column);
            continue;
        }
        fprintf(out, "%s\"%s\": ", column == 0 ? "{" : ", ", COLUMNS[column]);
        const char *quote = is_number(column) || is_absent ? "" : "\"";
        fputs(quote, out);
        if (is_absent)
            fputs("null", out);
        else
            print_cell(out, line, column);
        fputs(quote, out);
    }
    fputs(is_json ? "}\n" : "\n", out);
}

static void add(Totals *totals, const Line *line, bool is_half)
{
    totals->lines++;
    totals->halves += is_half;
    if (line->broken == NONE) {
        totals->approved++;
        totals->cents += line->amount;
        return;
    }
    totals->rejected++;
    totals->rules[line->broken]++;
}

static int print_totals(const Totals *totals, const char *path)
{
    FILE *out = fopen(path, "w");
    if (out == NULL)
        return 1;
    fprintf(out, "{\"lines\": %" PRIu64 ", \"approved\": %" PRIu64 ", \"rejected\": %" PRIu64, totals->lines,
            totals->approved, totals->rejected);
    fprintf(out, ", \"approved_cents\": %" PRId64 ", \"half_cents\": %" PRIu64 ", \"rules\": {", totals->cents,
            totals->halves);
    for (int rule = 0; rule < RULES; rule++)
        fprintf(out, "%s\"%s\": %" PRIu64, rule == 0 ? "" : ", ", RULE_NAMES[rule], totals->rules[rule]);
    fputs("}}\n", out);
    return fclose(out) != 0;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: make_lines N csv|jsonl TOTALS [SEED]\n");
        return 2;
    }
    uint64_t count = strtoull(argv[1], NULL, 10);
    bool is_json = strcmp(argv[2], "jsonl") == 0;
    uint64_t seed = argc > 4 ? strtoull(argv[4], NULL, 10) : 1;
    Totals totals = {0};
    Line line;
    for (int column = 0; column < COLUMN_COUNT && !is_json; column++)
        printf("%s%s", column == 0 ? "" : ",", COLUMNS[column]);
    if (!is_json)
        putchar('\n');
    for (uint64_t i = 0; i < count; i++) {
        bool is_half = make_line(&line, seed, i);
        add(&totals, &line, is_half);
        print_line(stdout, &line, is_json);
    }
    if (fflush(stdout) != 0 || ferror(stdout))
        return 1;
    return print_totals(&totals, argv[3]);
}
