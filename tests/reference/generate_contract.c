/* generate_contract.c: random contracts as Dutch source text. See generate.h.
**
** A fixed skeleton (units, choices, products, inputs, tables, definitions) of which each part may be missing or vary, then rules whose
** expressions are drawn by type. Every composite is bracketed, so that precedence of operators is the parser tests' matter, not ours.
*/
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "reference/generate.h"

enum { PRODUCTS_MAX = 4, TEXT_ROOM = 1 << 16, DEPTH = 3 };
enum { PER_MINUTE, PER_HOUR, PER_PART, PER_DAY, PER_PIECE, PER_COUNT };

static const char *const UNIT_NAMES[PER_COUNT] = {"minuut", "uur", "dagdeel", "dag", "stuk"};
static const char *const UNIT_PLURALS[PER_COUNT] = {"minuten", "uren", "dagdelen", "dagen", "stuks"};
static const char *const ZWAARTE[3] = {"licht", "midden", "zwaar"};

typedef struct Maker {
    Random *random;
    char *text;
    size_t size;
    uint32_t products;
    uint32_t unit[PRODUCTS_MAX];
    uint32_t dimensions[PRODUCTS_MAX]; /* 0 none, 1 zwaarte, 2 zwaarte and plaats */
    bool part_converts, lists;
    int for_unit;       /* the unit of the products that the rule being written covers, or -1: any */
    bool in_definition; /* the line's facts are out of reach */
    bool pays;          /* a rule about the payment, which cannot read its own outcome */
    uint32_t rules;
} Maker;

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static void
emit(Maker *k, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(k->text + k->size, TEXT_ROOM - k->size, format, arguments);
    va_end(arguments);
    if (written > 0)
        k->size += (size_t)written;
    if (k->size >= TEXT_ROOM)
        k->size = TEXT_ROOM - 1;
}

static uint32_t below(Maker *k, uint32_t count)
{
    return random_below(k->random, count);
}

static bool chance(Maker *k, uint32_t percent)
{
    return random_chance(k->random, percent);
}

/* ---- Literals ---- */

static void some_day(Maker *k)
{
    static const char *const EDGES[] = {"2020-02-29", "2019-12-30", "2020-12-31", "2021-01-31",
                                        "2020-01-01", "2021-01-01", "2020-07-01"};
    if (chance(k, 70))
        emit(k, "%s", EDGES[below(k, 7)]);
    else
        emit(k, "20%02u-%02u-%02u", 19 + (unsigned)below(k, 4), 1 + (unsigned)below(k, 12), 1 + (unsigned)below(k, 28));
}

static void some_cents(Maker *k)
{
    emit(k, "€ %u,%02u", (unsigned)below(k, 300), (unsigned)below(k, 100));
}

static void some_plain_number(Maker *k)
{
    switch (below(k, 4)) {
    case 0: emit(k, "%u", (unsigned)below(k, 12)); break;
    case 1: emit(k, "%u,%u", (unsigned)below(k, 12), (unsigned)below(k, 1000)); break;
    case 2: emit(k, "%u %%", (unsigned)below(k, 130)); break;
    default: emit(k, "(%u / %u)", (unsigned)below(k, 9), 1 + (unsigned)below(k, 9)); break;
    }
}

static void rounding(Maker *k)
{
    static const char *const MODES[] = {
        "", "rekenkundig ", "naar boven ", "naar beneden ", "richting nul ", "weg van nul ", "half-even "};
    static const char *const STEPS[] = {"op centen", "op centen", "op een veelvoud van € 5",
                                        "op een bedrag deelbaar door 60 cent", "op een veelvoud van € 0,05"};
    emit(k, " %safgerond %s", MODES[below(k, 7)], STEPS[below(k, 5)]);
}

/* ---- Expressions by type ---- */

static void boolean(Maker *k, int depth);
static void number(Maker *k, int depth);
static void money(Maker *k, int depth);
static void quantity(Maker *k, uint32_t unit, int depth);
static void date(Maker *k, int depth);
static void interval(Maker *k, int depth);

static const char *comparison(Maker *k)
{
    static const char *const SIGNS[] = {"=", "<>", "<", "<=", ">", ">="};
    return SIGNS[below(k, 6)];
}

static void branch(Maker *k, void (*value)(Maker *, int), int depth)
{
    emit(k, "(als ");
    boolean(k, depth - 1);
    emit(k, " dan ");
    value(k, depth - 1);
    emit(k, " anders ");
    value(k, depth - 1);
    emit(k, ")");
}

static void pair(Maker *k, void (*value)(Maker *, int), const char *sign, int depth)
{
    emit(k, "(");
    value(k, depth - 1);
    emit(k, " %s ", sign);
    value(k, depth - 1);
    emit(k, ")");
}

static void compared_quantity(Maker *k, int depth)
{
    uint32_t unit = k->for_unit >= 0 ? (uint32_t)k->for_unit : chance(k, 50) ? PER_MINUTE : PER_DAY;
    emit(k, "(");
    quantity(k, unit, depth - 1);
    emit(k, " %s ", comparison(k));
    quantity(k, unit, depth - 1);
    emit(k, ")");
}

static void list_test(Maker *k, int depth)
{
    emit(k,
         chance(k, 50) ? "(enige c in contact heeft (c.duur %s %u minuten en "
                       : "(alle c in contact hebben (c.duur %s %u minuten of ",
         comparison(k), (unsigned)below(k, 60));
    emit(k, "c.op_dag ligt in ");
    interval(k, depth - 1);
    emit(k, "))");
}

static void line_boolean(Maker *k, int depth)
{
    switch (below(k, 9)) {
    case 0: emit(k, "bestaand"); break;
    case 1: emit(k, "(startbericht ontbreekt of einddatum < startbericht.begindatum)"); break;
    case 2:
        emit(k, "(toewijzing aanwezig en (begindatum < toewijzing.ingangsdatum of (toewijzing.einddatum aanwezig en "
                "einddatum > toewijzing.einddatum)))");
        break;
    case 3:
        emit(k, "(geboren aanwezig en geboren %s ", comparison(k));
        date(k, depth - 1);
        emit(k, ")");
        break;
    case 4:
        emit(k, "(ingediend_bedrag ontbreekt of ingediend_bedrag <> %s)",
             k->pays ? "eigen_bijdrage" : "berekend_bedrag");
        break;
    case 5:
        if (k->for_unit >= 0)
            emit(k, "(ingediend_tarief ontbreekt of ingediend_tarief <> tarief)");
        else
            emit(k, "(zwaarte in (licht, zwaar))");
        break;
    case 6:
        if (k->lists)
            list_test(k, depth);
        else
            emit(k, "(plaats is thuis)");
        break;
    case 7: emit(k, "(wijk = \"wijk%u\")", 1 + (unsigned)below(k, 2)); break;
    default:
        if (k->for_unit >= 0)
            emit(k, "(toewijzing aanwezig en toewijzing.volume aanwezig en volume > toewijzing.volume)");
        else
            emit(k, "(plaats <> thuis)");
        break;
    }
}

static void boolean(Maker *k, int depth)
{
    if (depth <= 0 || chance(k, 25)) {
        if (chance(k, 10))
            emit(k, chance(k, 50) ? "(uitleg is ruim)" : "(uitleg <> streng)");
        else if (k->in_definition)
            emit(k, chance(k, 50) ? "(x > 3)" : "(d < 2020-07-01)");
        else
            line_boolean(k, depth);
        return;
    }
    switch (below(k, 8)) {
    case 0:
    case 1: pair(k, boolean, chance(k, 50) ? "en" : "of", depth); break;
    case 2:
        emit(k, "(niet ");
        boolean(k, depth - 1);
        emit(k, ")");
        break;
    case 3: pair(k, number, comparison(k), depth); break;
    case 4: pair(k, money, comparison(k), depth); break;
    case 5: pair(k, date, comparison(k), depth); break;
    case 6:
        emit(k, "(");
        interval(k, depth - 1);
        emit(k, chance(k, 50) ? " raakt " : " ligt in ");
        interval(k, depth - 1);
        emit(k, ")");
        break;
    default:
        if (k->in_definition)
            pair(k, date, "<=", depth);
        else
            compared_quantity(k, depth);
        break;
    }
}

static void line_number(Maker *k, int depth)
{
    switch (below(k, 6)) {
    case 0: emit(k, "factor"); break;
    case 1: emit(k, "punten[zwaarte]"); break;
    case 2:
        emit(k, "korting[");
        money(k, depth - 1);
        emit(k, "]");
        break;
    case 3:
        emit(k, "verdubbeld(");
        number(k, depth - 1);
        emit(k, ", ");
        date(k, depth - 1);
        emit(k, ")");
        break;
    case 4:
        if (k->lists)
            emit(k, "(aantal c in contact met c.duur > 10 minuten)");
        else
            emit(k, "factor");
        break;
    default: emit(k, "(als toeslag aanwezig dan toeslag anders 1)"); break;
    }
}

static void number(Maker *k, int depth)
{
    if (depth <= 0 || chance(k, 30)) {
        if (k->in_definition) {
            if (chance(k, 60))
                emit(k, "x");
            else
                some_plain_number(k);
        } else if (chance(k, 60)) {
            line_number(k, depth);
        } else {
            some_plain_number(k);
        }
        return;
    }
    static const char *const PARTS[] = {"dag van ", "maandnummer van ", "weekdag van ", "isoweek van "};
    switch (below(k, 7)) {
    case 0:
    case 1:
    case 2: pair(k, number, chance(k, 40) ? "+" : chance(k, 50) ? "−" : "×", depth); break;
    case 3: pair(k, number, "/", depth); break;
    case 4: branch(k, number, depth); break;
    case 5:
        emit(k, "%s(", chance(k, 50) ? "kleinste" : "grootste");
        number(k, depth - 1);
        emit(k, ", ");
        number(k, depth - 1);
        emit(k, ")");
        break;
    default:
        emit(k, "(%s", PARTS[below(k, 4)]);
        date(k, depth - 1);
        emit(k, ")");
        break;
    }
}

static void line_money(Maker *k)
{
    switch (below(k, 5)) {
    case 0: emit(k, "eigen_bijdrage"); break;
    case 1: emit(k, "vergoeding[zwaarte]"); break;
    case 2: emit(k, "(als ingediend_bedrag aanwezig dan ingediend_bedrag anders € 1)"); break;
    case 3:
        if (k->for_unit >= 0)
            emit(k, "(volume × tarief)");
        else
            some_cents(k);
        break;
    default: emit(k, "(toeslagbedrag(eigen_bijdrage))"); break;
    }
}

static void money(Maker *k, int depth)
{
    if (depth <= 0 || chance(k, 30)) {
        if (!k->in_definition && chance(k, 60))
            line_money(k);
        else
            some_cents(k);
        return;
    }
    switch (below(k, 6)) {
    case 0:
    case 1: pair(k, money, chance(k, 50) ? "+" : "−", depth); break;
    case 2:
        emit(k, "(");
        money(k, depth - 1);
        emit(k, " %s ", chance(k, 60) ? "×" : "/");
        number(k, depth - 1);
        emit(k, ")");
        break;
    case 3: branch(k, money, depth); break;
    case 4:
        emit(k, "(");
        money(k, depth - 1);
        rounding(k);
        emit(k, ")");
        break;
    default:
        emit(k, "%s(", chance(k, 50) ? "kleinste" : "grootste");
        money(k, depth - 1);
        emit(k, ", ");
        money(k, depth - 1);
        emit(k, ")");
        break;
    }
}

static void quantity(Maker *k, uint32_t unit, int depth)
{
    bool own = k->for_unit >= 0 && (uint32_t)k->for_unit == unit && !k->in_definition;
    if (own && chance(k, 35)) {
        emit(k, "volume");
    } else if (unit == PER_MINUTE && !k->in_definition && chance(k, 30)) {
        emit(k, k->lists && chance(k, 50) ? "(som over c in contact van c.duur)" : "duur");
    } else if (unit == PER_DAY && depth > 0 && chance(k, 50)) {
        emit(k, "(aantal dagen in ");
        interval(k, depth - 1);
        emit(k, ")");
    } else if (unit == PER_MINUTE && chance(k, 30)) {
        emit(k, "(%u uren in minuten)", (unsigned)below(k, 9));
    } else if (depth > 0 && chance(k, 30)) {
        emit(k, "(");
        quantity(k, unit, depth - 1);
        emit(k, " + ");
        quantity(k, unit, depth - 1);
        emit(k, ")");
    } else {
        emit(k, "%u %s", (unsigned)below(k, 40), UNIT_PLURALS[unit]);
    }
}

static void date(Maker *k, int depth)
{
    static const char *const UNITS[] = {"dagen", "maanden", "weken", "jaren"};
    if (depth <= 0 || chance(k, 35)) {
        if (k->in_definition)
            emit(k, "d");
        else if (chance(k, 60))
            emit(k, "%s", chance(k, 50) ? "begindatum" : chance(k, 50) ? "einddatum" : "dagtekening");
        else
            some_day(k);
        return;
    }
    switch (below(k, 4)) {
    case 0:
    case 1:
        emit(k, "(");
        date(k, depth - 1);
        emit(k, " %s %u %s)", chance(k, 60) ? "+" : "−", (unsigned)below(k, 15), UNITS[below(k, 3)]);
        break;
    case 2:
        emit(k, "(%s van ", chance(k, 50) ? "begin" : "einde");
        interval(k, depth - 1);
        emit(k, ")");
        break;
    default: branch(k, date, depth); break;
    }
}

static void interval(Maker *k, int depth)
{
    static const char *const SPANS[] = {"periode van ", "kalendermaand van ", "kwartaal van ", "kalenderjaar van ",
                                        "week van "};
    static const char *const LENGTHS[] = {"maanden vanaf", "dagen vanaf", "weken vanaf",
                                          "maanden na",    "dagen na",    "weken na"};
    switch (below(k, 4)) {
    case 0:
        if (k->in_definition)
            emit(k, "(periode van d)");
        else
            emit(k, "productperiode");
        break;
    case 1:
        emit(k, "(%s", SPANS[below(k, 5)]);
        date(k, depth - 1);
        emit(k, ")");
        break;
    case 2:
        emit(k, "(%u %s ", (unsigned)below(k, 14), LENGTHS[below(k, 6)]);
        date(k, depth - 1);
        emit(k, ")");
        break;
    default:
        emit(k, "(van ");
        date(k, depth - 1);
        emit(k, " tot en met ");
        date(k, depth - 1);
        emit(k, ")");
        break;
    }
}

/* ---- Declarations ---- */

static void tariff_body(Maker *k, uint32_t product)
{
    static const char *const PLACES[2] = {"thuis", "elders"};
    if (k->dimensions[product] == 0) {
        emit(k, " € %u,%02u per %s\n", (unsigned)below(k, 200), (unsigned)below(k, 100), UNIT_NAMES[k->unit[product]]);
        return;
    }
    emit(k, "\n    | %slicht | midden | zwaar |\n", k->dimensions[product] == 2 ? "plaats | " : "");
    for (uint32_t row = 0; row < k->dimensions[product]; row++) {
        emit(k, "    |");
        if (k->dimensions[product] == 2)
            emit(k, " %s |", PLACES[row]);
        for (int i = 0; i < 3; i++)
            emit(k, " %u,%02u |", (unsigned)below(k, 250), (unsigned)below(k, 100));
        emit(k, "\n");
    }
}

static void product_text(Maker *k, uint32_t p)
{
    static const char *const DIMENSIONS[3] = {"", " naar zwaarte", " naar plaats, zwaarte"};
    k->unit[p] = below(k, PER_COUNT);
    k->dimensions[p] = below(k, 3);
    bool dated = chance(k, 50);
    emit(k, "product p%u \"Product %u\" per %s%s%s\n", (unsigned)p, (unsigned)p, UNIT_NAMES[k->unit[p]],
         DIMENSIONS[k->dimensions[p]], chance(k, 20) ? "\n    bij wijziging tarief op begindatum" : "");
    if (dated)
        emit(k, "    geldig %s\n", chance(k, 70) ? "vanaf 2019-12-30" : "van 2019-12-30 tot en met 2021-06-30");
    emit(k, "tarief p%u%s", (unsigned)p, dated ? " geldig vanaf 2019-12-30" : "");
    tariff_body(k, p);
    for (unsigned year = 2020; year < 2022 && chance(k, 50); year++) {
        emit(k, "tarief p%u geldig vanaf %u-%02u-01", (unsigned)p, year, chance(k, 50) ? 2 : 7);
        tariff_body(k, p);
    }
}

static void tables_text(Maker *k)
{
    unsigned a = (unsigned)below(k, 300), b = (unsigned)below(k, 90);
    emit(k, "tabel punten naar zwaarte : getal\n    | licht | midden | zwaar |\n    | %u | %u,5 | 0 |\n", a, b);
    emit(k,
         "tabel vergoeding naar zwaarte : bedrag\n    | licht | midden | zwaar |\n    | € %u,%02u | € 12 | € 0,01 |\n",
         a, b);
    if (chance(k, 60))
        emit(k,
             "tabel vergoeding naar zwaarte : bedrag geldig vanaf 2020-07-01\n    | licht | midden | zwaar |\n    | € "
             "%u,%02u | € 13 | € 0 |\n",
             b, b);
    emit(k,
         "tabel korting naar omvang : getal\n    | tot en met € %u,%02u | tot en met € 400,5 | daarboven |\n    | 0 | "
         "%u %% | 8 %% |\n",
         a, b, b);
}

static void inputs_text(Maker *k)
{
    emit(k, "invoer bestaand : boolean\ninvoer factor : getal\ninvoer toeslag : getal facultatief\ninvoer "
            "eigen_bijdrage : bedrag\n"
            "invoer geboren : datum facultatief\ninvoer duur : minuut\ninvoer wijk : tekst\n");
    k->lists = chance(k, 60);
    if (k->lists)
        emit(k, "lijst contact per toewijzingnummer (op_dag : datum, duur : minuut) ten hoogste 5\n");
    emit(k, "kalender periode = 4 weken vanaf 2019-12-30\n");
}

static void definitions_text(Maker *k)
{
    k->in_definition = true;
    k->for_unit = -1;
    emit(k, "definitie verdubbeld(x : getal, d : datum) : getal =\n    ");
    number(k, DEPTH);
    emit(k, "\n");
    k->in_definition = false;
    emit(k, "definitie toeslagbedrag(b : bedrag) : bedrag =\n    basis × %u %% + basis\n    waar basis = b",
         (unsigned)below(k, 150));
    rounding(k);
    emit(k, "\n");
}

/* ---- Rules ---- */

/* `voor P` and what goes with it; sometimes for all lines. */
static uint32_t head(Maker *k, const char *kind, bool for_all)
{
    uint32_t product = below(k, k->products);
    k->for_unit = for_all ? -1 : (int)k->unit[product];
    emit(k, "%s r%u", kind, (unsigned)k->rules++);
    if (!for_all)
        emit(k, " voor p%u", (unsigned)product);
    emit(k, "\n");
    return product;
}

static void dating(Maker *k)
{
    if (chance(k, 15))
        emit(k, "    op %s\n", chance(k, 50) ? "einddatum" : "dagtekening");
    if (chance(k, 20)) {
        emit(k, "    geldig vanaf ");
        some_day(k);
        emit(k, "\n");
    }
}

static void condition(Maker *k)
{
    emit(k, " als ");
    boolean(k, DEPTH - 1);
    emit(k, "\n");
}

static void exceptions(Maker *k, const char *effect)
{
    if (!chance(k, 40))
        return;
    unsigned to = k->rules - 1, own = k->rules++;
    emit(k, "uitzondering r%u op r%u", own, to);
    condition(k);
    if (effect && chance(k, 50)) {
        emit(k, "    %s", effect);
        money(k, 1);
        rounding(k);
        emit(k, "\n");
    } else if (chance(k, 30)) {
        emit(k, "uitzondering r%u op r%u", (unsigned)k->rules++, own);
        condition(k);
    }
}

static void rejection(Maker *k)
{
    head(k, "regel", chance(k, 40));
    bool rejects = chance(k, 85);
    emit(k, "    %s", rejects ? "keur af" : "houd aan");
    condition(k);
    dating(k);
    if (!rejects || chance(k, 60)) {
        exceptions(k, NULL);
        return;
    }
    unsigned to = k->rules - 1; /* another test in its place */
    emit(k, "uitzondering r%u op r%u", (unsigned)k->rules++, to);
    condition(k);
    emit(k, "    keur af");
    condition(k);
}

static void volume_cap(Maker *k)
{
    uint32_t product = head(k, "regel", false);
    emit(k, "    begrens volume tot ");
    quantity(k, k->unit[product], 1);
    if (chance(k, 50))
        condition(k);
    emit(k, "\n");
    exceptions(k, NULL);
}

static void amount_cap(Maker *k)
{
    head(k, "regel", chance(k, 50));
    emit(k, "    begrens bedrag tot ");
    money(k, DEPTH - 1);
    rounding(k);
    if (chance(k, 50))
        condition(k);
    emit(k, "\n");
    exceptions(k, "begrens bedrag tot ");
}

static void payment(Maker *k)
{
    k->for_unit = -1;
    k->pays = true;
    emit(k, "regel r%u\n    betaal volume × tarief", (unsigned)k->rules++);
    rounding(k);
    emit(k, "\n");
    uint32_t main_rule = k->rules - 1;
    exceptions(k, "betaal ");
    if (chance(k, 40)) {
        uint32_t product = below(k, k->products);
        k->for_unit = (int)k->unit[product];
        emit(k, "regel r%u voor p%u\n    in afwijking van r%u\n    betaal (volume × tarief) + ", (unsigned)k->rules++,
             (unsigned)product, (unsigned)main_rule);
        money(k, DEPTH - 1);
        rounding(k);
        condition(k);
    }
}

char *generate_contract(Random *random)
{
    Maker k = {.random = random, .text = calloc(TEXT_ROOM, 1), .for_unit = -1};
    if (!k.text)
        abort();
    k.part_converts = random_chance(random, 60);
    emit(&k, "taal nl\novereenkomst gemaakt\n    titel \"Gemaakt\"\n    versie \"1\"\n%s\n",
         chance(&k, 20) ? "    geldig vanaf 2019-12-30\n" : "");
    emit(&k, "eenheid minuut/minuten%s code \"01\"\neenheid uur/uren = 60 minuten code \"04\"\n",
         chance(&k, 15) ? " ondeelbaar" : "");
    emit(&k, "eenheid dagdeel/dagdelen%s%s code \"16\"\n", k.part_converts ? " = 4 uren" : "",
         chance(&k, 40) ? " ondeelbaar" : "");
    emit(&k, "eenheid dag/dagen%s code \"14\"\neenheid stuk/stuks%s\n", chance(&k, 40) ? " ondeelbaar" : "",
         chance(&k, 50) ? " ondeelbaar" : "");
    emit(&k, "lezing uitleg = ruim | streng | anders_gelezen  gekozen %s\n",
         chance(&k, 50) ? "ruim" : "anders_gelezen");
    emit(&k, "keuze zwaarte = %s, %s, %s\nkeuze plaats = thuis, elders\n", ZWAARTE[0], ZWAARTE[1], ZWAARTE[2]);
    inputs_text(&k);
    k.products = 1 + below(&k, PRODUCTS_MAX);
    for (uint32_t p = 0; p < k.products; p++)
        product_text(&k, p);
    tables_text(&k);
    definitions_text(&k);
    for (uint32_t i = 1 + below(&k, 5); i > 0; i--)
        rejection(&k);
    for (uint32_t i = below(&k, 3); i > 0; i--)
        volume_cap(&k);
    for (uint32_t i = below(&k, 3); i > 0; i--)
        amount_cap(&k);
    payment(&k);
    return k.text;
}
