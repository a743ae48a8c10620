/* test_compile.c: from text in memory to a module that loads: what stands in it, where, and that the bytes do not vary. */
#include <string.h>

#include "compiler/compile.h"
#include "unit/check.h"

static const char CONTRACT[] =
    "taal nl\n"
    "gebruik stdlib.nl.wmo, stdlib.nl.kalender\n"
    "overeenkomst proef\n"
    "    versie \"1.0\"\n"
    "    geldig vanaf 2020-01-01\n"
    "document hoofdtekst \"De tekst\" rang 1\n"
    "eenheid dagdeel/dagdelen = 4 uren ondeelbaar code \"16\"\n"
    "keuze zzp = zzp2, zzp3\n"
    "invoer bestaand : boolean\n"
    "product verblijf \"Verblijf\" per uur naar zzp code \"V1\" code \"V2\"\n"
    "product dagje \"Een dag\" per dagdeel\n"
    "tarief verblijf geldig vanaf 2020-01-01 bron \"Bijlage 2\"\n"
    "    | zzp2 | zzp3 |\n"
    "    | 10,50 | 20,25 |\n"
    "tarief verblijf geldig vanaf 2021-01-01\n"
    "    | zzp2 | zzp3 |\n"
    "    | 11,50 | 21,25 |\n"
    "tarief dagje geldig vanaf 2020-01-01 € 36,70 per dagdeel\n"
    "tabel plafond naar aanbieder : bedrag extern\n"
    "definitie dubbel(x : bedrag) : bedrag aanroepbaar = x × 2\n"
    "definitie termijn_van(d : datum) : interval aanroepbaar = halfjaar(d)\n"
    "definitie opslag : getal aanroepbaar = 1 geldig vanaf 2020-01-01\n"
    "definitie opslag : getal aanroepbaar = 3 geldig vanaf 2021-01-01\n"
    "regel alleen_bestaand voor verblijf bron hoofdtekst \"artikel 1\"\n"
    "    keur af als niet bestaand\n"
    "    code \"9321\"\n"
    "uitzondering zzp3_mag op alleen_bestaand als zzp = zzp3\n"
    "regel bedrag_klopt keur af als ingediend_bedrag aanwezig en ingediend_bedrag > berekend_bedrag\n"
    "regel binnen_toewijzing begrens bedrag tot € 1000 als toewijzing aanwezig en toewijzing.einddatum aanwezig\n"
    "regel betaling betaal volume × tarief afgerond op centen\n";

typedef struct Bench {
    Compilation c;
    bd_module *module;
    bd_session *session;
} Bench;

static bool open_bench(Bench *bench, const char *source)
{
    CompileOptions options = {.last = STAGE_MODULE};
    bd_error error = {0};
    *bench = (Bench){.module = NULL};
    bd_status status = compile_text(&bench->c, TEXT("proef.bdg"), text_from_cstring(source), &options);
    CHECK(status == BD_OK, "compile: %d", status);
    for (size_t i = 0; i < bench->c.diags.count; i++) {
        Text code = diag_code_name(bench->c.diags.items[i].code);
        CHECK(diag_code_severity(bench->c.diags.items[i].code) != DIAG_ERROR, "%.*s", (int)code.size, code.data);
    }
    if (!CHECK(bench->c.module != NULL, "no module"))
        return false;
    status = bd_module_load(bench->c.module, bench->c.module_size, NULL, &bench->module, &error);
    return CHECK(status == BD_OK, "load: %s", error.message);
}

static void close_bench(Bench *bench)
{
    bd_session_free(bench->session);
    bd_module_free(bench->module);
    compile_free(&bench->c);
}

static void append(char *out, size_t size, bd_text name, const char *mark)
{
    size_t used = strlen(out);
    if (used + name.size + strlen(mark) + 2 > size)
        return;
    memcpy(out + used, name.data, name.size);
    strcpy(out + used + name.size, mark);
    strcat(out, " ");
}

/* Names in order; `?` marks what may be empty. */
static void check_columns(const Bench *bench)
{
    char names[2000] = "";
    bd_module_info info;
    bd_module_describe(bench->module, &info);
    for (uint32_t i = 0; i < info.columns; i++) {
        bd_column_info column;
        bd_module_column(bench->module, i, &column);
        append(names, sizeof names, column.name, column.optional ? "?" : "");
    }
    static const char EXPECTED[] =
        "product begindatum einddatum volume eenheid bedrag? toewijzing toewijzing_einddatum? bestaand? zzp? "
        "x d peildatum zzp peildatum peildatum ";
    CHECK(strcmp(names, EXPECTED) == 0, "columns: %s", names);
}

static void check_rules(const Bench *bench)
{
    char names[2000] = "";
    bd_module_info info;
    bd_module_describe(bench->module, &info);
    for (uint32_t i = 0; i < info.rules; i++) {
        bd_rule_info rule;
        bd_module_rule(bench->module, i, &rule);
        append(names, sizeof names, rule.name, rule.built_in ? "!" : "");
        if (i == 0) {
            CHECK(rule.effect == BD_EFFECT_REJECT && rule.place.line == 24 && rule.code.size == 4, "effect %d, line %u",
                  rule.effect, rule.place.line);
            CHECK(rule.citation.document.size == strlen("De tekst") ||
                      rule.citation.document.size == strlen("hoofdtekst"),
                  "no document");
        }
        if (i == 1)
            CHECK(rule.effect == BD_EFFECT_NONE, "an exception without effect has %d", rule.effect);
    }
    static const char EXPECTED[] =
        "alleen_bestaand zzp3_mag bedrag_klopt binnen_toewijzing betaling eenheid_onjuist! product_niet_geldig! "
        "deel_van_eenheid! over_tariefgrens! ";
    CHECK(strcmp(names, EXPECTED) == 0, "rules: %s", names);
}

static void check_choices(const Bench *bench)
{
    CHECK(bd_choice_find(bench->module, 0, TEXT("V2")) == 0, "a second code is not found");
    uint32_t unit = bd_choice_find(bench->module, 1, TEXT("16"));
    CHECK(unit != BD_NONE && unit == bd_choice_find(bench->module, 1, TEXT("dagdelen")), "unit %u", unit);
    CHECK(bd_choice_find(bench->module, 1, TEXT("17")) == BD_NONE, "an unknown code is found");
}

/* The extern table that no rule reads is left out. */
static void check_tables(const Bench *bench)
{
    bd_table_info table;
    int64_t numerator = 0, denominator = 0;
    uint32_t member = 1;
    CHECK(bd_module_table(bench->module, 0, &table) == BD_OK && table.versions == 2 && table.is_tariff, "table 0");
    bd_status status = bd_table_cell(bench->module, 0, 1, &member, &numerator, &denominator);
    CHECK(status == BD_OK && numerator == 85 && denominator == 4, "cell %d: %lld/%lld", status, (long long)numerator,
          (long long)denominator);
    for (uint32_t i = 0; bd_module_table(bench->module, i, &table) == BD_OK; i++)
        CHECK(!table.is_extern, "table %u is extern", i);
}

/* ---- Callables ---- */

static bd_status call(Bench *bench, const char *name, const bd_value *inputs, bd_value *outputs)
{
    bd_error error = {0};
    bd_program_info info;
    for (uint32_t i = 1; bd_module_program(bench->module, i, &info) == BD_OK; i++)
        if (text_equal(info.name, text_from_cstring(name)))
            return bd_session_eval(bench->session, i, inputs, outputs, &error);
    return BD_NAME;
}

static bd_value date_value(int32_t day)
{
    return (bd_value){.meaning = BD_MEANS_DATE, .present = true, .integer = day};
}

enum { DAY_2020_08_15 = 18489, DAY_2020_07_01 = 18444, DAY_2020_12_31 = 18627, DAY_2021_01_01 = 18628 };

static void check_calls(Bench *bench)
{
    bd_error error = {0};
    bd_value out[2], money = {.meaning = BD_MEANS_MONEY, .present = true, .text = TEXT("12.34")},
                     day = date_value(DAY_2020_08_15);
    CHECK(bd_session_new(bench->module, NULL, &bench->session, &error) == BD_OK, "%s", error.message);
    CHECK(bd_session_prepare(bench->session, &error) == BD_OK, "%s", error.message);
    CHECK(call(bench, "definitie.dubbel", &money, out) == BD_OK && text_equal(out[0].text, TEXT("24.68")), "dubbel");
    CHECK(call(bench, "definitie.termijn_van", &day, out) == BD_OK, "termijn_van");
    CHECK(out[0].integer == DAY_2020_07_01 && out[1].integer == DAY_2020_12_31, "from %d through %d", out[0].integer,
          out[1].integer);
    CHECK(call(bench, "definitie.opslag", &day, out) == BD_OK && text_equal(out[0].text, TEXT("1")), "opslag in 2020");
    day = date_value(DAY_2021_01_01);
    CHECK(call(bench, "definitie.opslag", &day, out) == BD_OK && text_equal(out[0].text, TEXT("3")), "opslag in 2021");
    day.present = false;
    CHECK(call(bench, "definitie.opslag", &day, out) == BD_MISSING, "a missing peildatum is not defaulted");
    bd_value keys[2] = {{.meaning = BD_MEANS_CHOICE, .present = true, .integer = 1, .choice = 2},
                        date_value(DAY_2021_01_01)};
    CHECK(call(bench, "tarief.verblijf", keys, out) == BD_OK && text_equal(out[0].text, TEXT("21.25")),
          "tarief.verblijf");
    CHECK(text_equal(out[0].unit, TEXT("uur")), "per %.*s", (int)out[0].unit.size, out[0].unit.data);
    keys[1] = date_value(0);
    CHECK(call(bench, "tarief.verblijf", keys, out) == BD_FAULT, "a date before the first version");
}

/* ---- Natives ---- */

static const char NATIVE_CONTRACT[] = "taal nl\n"
                                      "overeenkomst proef\n"
                                      "eenheid uur/uren\n"
                                      "product hulp per uur\n"
                                      "tarief hulp € 10\n"
                                      "definitie gemiddelde(a : bedrag, b : bedrag) : bedrag extern\n"
                                      "definitie eerste_letter(t : tekst, d : datum) : datum extern\n"
                                      "definitie helft(x : bedrag) : bedrag aanroepbaar = gemiddelde(x, € 0)\n"
                                      "definitie dag_na(d : datum) : datum aanroepbaar = eerste_letter(\"b\", d)\n"
                                      "regel betaling betaal gemiddelde(volume × tarief, € 0) afgerond op centen\n";

static int average(int64_t a, int64_t a_parts, int64_t b, int64_t b_parts, int64_t *out)
{
    out[0] = a * b_parts + b * a_parts;
    out[1] = 2 * a_parts * b_parts;
    return 0;
}

/* The day as many days later as the letter comes after a; a text that is empty is a fault. */
static int letter_days(const char *text, size_t size, int32_t day, int32_t *out)
{
    if (size == 0)
        return 1;
    *out = day + (text[0] - 'a');
    return 0;
}

static void check_natives(Bench *bench)
{
    bd_error error = {0};
    bd_value out, money = {.meaning = BD_MEANS_MONEY, .present = true, .text = TEXT("12.35")},
                  day = date_value(DAY_2020_12_31);
    CHECK(bd_session_new(bench->module, NULL, &bench->session, &error) == BD_OK, "%s", error.message);
    CHECK(bd_session_prepare(bench->session, &error) == BD_NATIVE, "prepared without its natives");
    void (*functions[2])(void) = {(void (*)(void))average, (void (*)(void))letter_days};
    bd_status status = bd_session_bind_native(bench->session, TEXT("gemiddelde"), TEXT("n(n)"), functions[0], &error);
    CHECK(status == BD_NATIVE, "another signature is bound");
    CHECK(bd_session_bind_native(bench->session, TEXT("gemiddelde"), TEXT("n(nn)"), functions[0], &error) == BD_OK,
          "%s", error.message);
    CHECK(bd_session_bind_native(bench->session, TEXT("eerste_letter"), TEXT("d(td)"), functions[1], &error) == BD_OK,
          "%s", error.message);
    CHECK(bd_session_prepare(bench->session, &error) == BD_OK, "%s", error.message);
    CHECK(call(bench, "definitie.helft", &money, &out) == BD_OK && text_equal(out.text, TEXT("6.175")), "%.*s",
          (int)out.text.size, out.text.data);
    CHECK(call(bench, "definitie.dag_na", &day, &out) == BD_OK && out.integer == DAY_2021_01_01, "dag_na %d",
          out.integer);
    day = date_value(BD_DATE_MAX);
    CHECK(call(bench, "definitie.dag_na", &day, &out) == BD_FAULT, "a day outside the calendar is a fault");
}

/* ---- The same text, the same bytes ---- */

static void check_bytes(const Bench *bench)
{
    Bench again;
    if (open_bench(&again, CONTRACT))
        CHECK(again.c.module_size == bench->c.module_size &&
                  memcmp(again.c.module, bench->c.module, bench->c.module_size) == 0,
              "bytes differ");
    close_bench(&again);
}

/* ---- Refusals, and stages ---- */

typedef struct Refusal {
    const char *source, *code;
} Refusal;

static const Refusal REFUSALS[] = {
    {"taal nl\novereenkomst a\neenheid u\nproduct p per u code \"1\"\nproduct q per u code \"1\"\ntarief p € 1\ntarief "
     "q € 1\nregel r betaal € 1\n",
     "E0302"},
    {"taal nl\novereenkomst a\neenheid u\nproduct p per u\ntarief p € 1\ndefinitie f(i : interval) : datum aanroepbaar "
     "= begin van i\nregel r betaal € 1\n",
     "E0910"},
    {"taal nl\novereenkomst a\neenheid u\nproduct p per u\ntarief p € 1\ndefinitie f(x : getal) : tekst extern\nregel "
     "r betaal € 1\n",
     "E0910"},
};

static void check_refusal(const Refusal *refusal)
{
    Compilation c;
    CompileOptions options = {.last = STAGE_MODULE};
    bd_status status = compile_text(&c, TEXT("fout.bdg"), text_from_cstring(refusal->source), &options);
    bool found = false;
    for (size_t i = 0; i < c.diags.count; i++)
        found = found || text_equal(diag_code_name(c.diags.items[i].code), text_from_cstring(refusal->code));
    CHECK(status == BD_OK && found && c.module == NULL, "%s is not reported", refusal->code);
    compile_free(&c);
}

static void check_stage(Stage stage, const char *expected)
{
    Compilation c;
    Arena arena;
    StringBuilder dump;
    arena_init(&arena, NULL);
    builder_init(&dump, &arena);
    CompileOptions options = {.last = stage, .dump = &dump};
    bd_status status = compile_text(&c, TEXT("proef.bdg"), text_from_cstring(CONTRACT), &options);
    builder_char(&dump, '\0');
    CHECK(status == BD_OK && c.module == NULL && strstr(dump.data, expected) != NULL, "stage %d does not show %s",
          stage, expected);
    compile_free(&c);
    arena_free(&arena);
}

int main(void)
{
    Bench bench;
    check_group("a module that loads");
    if (open_bench(&bench, CONTRACT)) {
        check_group("columns");
        check_columns(&bench);
        check_group("rules");
        check_rules(&bench);
        check_group("choices and tables");
        check_choices(&bench);
        check_tables(&bench);
        check_group("callables");
        check_calls(&bench);
        check_group("the same bytes");
        check_bytes(&bench);
    }
    close_bench(&bench);
    check_group("natives");
    if (open_bench(&bench, NATIVE_CONTRACT))
        check_natives(&bench);
    close_bench(&bench);
    check_group("refusals");
    for (size_t i = 0; i < sizeof REFUSALS / sizeof *REFUSALS; i++)
        check_refusal(&REFUSALS[i]);
    check_group("stages");
    check_stage(STAGE_TOKENS, "KEUR_AF");
    check_stage(STAGE_AST, "overeenkomst");
    check_stage(STAGE_CORE, "betaling");
    check_stage(STAGE_IR, "program definitie.dubbel");
    return check_done();
}
