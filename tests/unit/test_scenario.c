/* Scenarios resolved from a contract in memory (compiler/scenario.c), and precedence as other stages ask it (compiler/rules.c).
 *
 * What a mistake in either gives stands in tests/stages/core; here it is the values that count. Facts are matched as one line of text
 * per fact, so that a failing check shows all of them.
 */
#include "check.h"

#include "compiler/compile.h"
#include "compiler/core.h"
#include "vm/core/date.h"

#include <string.h>

static const char CONTRACT[] =
    "taal nl\n"
    "overeenkomst proef\n"
    "document hoofd \"Hoofdtekst\" rang 1\n"
    "document bijlage \"Bijlage\" rang 2\n"
    "document protocol \"Protocol\" zonder rang\n"
    "keuze zzp = zzp2, zzp3\n"
    "keuze wonen = intramuraal, gescheiden\n"
    "keuze apart = gescheiden, samen\n"
    "invoer nacht : boolean\n"
    "lijst afwezigheid (van_dag : datum) ten hoogste 10\n"
    "eenheid dagdeel/dagdelen = 4 uur\n"
    "eenheid uur/uren\n"
    "product verblijf \"V\" per dag naar zzp, wonen\n"
    "product groep \"G\" per dagdeel\n"
    "tarief verblijf\n"
    "    | wonen       | zzp2 | zzp3 |\n"
    "    | intramuraal | 1    | 2    |\n"
    "    | gescheiden  | 3    | 4    |\n"
    "tarief groep € 5\n"
    "tabel kosten naar gemeente, zzp : bedrag extern\n"
    "definitie dubbel(x : bedrag) : bedrag aanroepbaar = 2 × x\n"
    "regel hoofdregel uit document hoofd betaal volume × tarief afgerond op centen als nacht\n"
    "regel bijregel uit document bijlage betaal € 1 als niet nacht\n"
    "regel losse uit document protocol betaal € 2 als niet nacht en zzp = zzp2 en nacht\n"
    "uitzondering uitz op bijregel als zzp = zzp3 betaal € 3\n"
    "regel voorgaand in afwijking van bijregel betaal € 4 als zzp = zzp2 en niet nacht\n"
    "regel te_vroeg code \"9307\" keur af als startbericht ontbreekt of startbericht.begindatum > begindatum\n"
    "regel bedrag keur af als ingediend_bedrag aanwezig en ingediend_bedrag > kosten[gemeente, zzp]\n"
    "voorbeeld \"een\"\n"
    "    gegeven product verblijf, zzp3, gescheiden, van 2020-01-01 tot en met 2020-01-28, volume 28 dagen, nacht,\n"
    "        startbericht (begindatum 2019-12-30), ingediend_bedrag € 112, gemeente \"0546\",\n"
    "        afwezigheid (van_dag 2020-01-02) (van_dag 2020-01-03), tabel kosten[\"0546\", zzp3] = € 0,50\n"
    "    verwacht goedgekeurd € 112, toegekend 28 dagen\n"
    "voorbeeld \"twee\"\n"
    "    gegeven gemeente \"1\", tabel kosten[\"1\", zzp2] = € 1\n"
    "    gegeven regel 1 groep, volume 8 uren\n"
    "    gegeven regel 2 groep, toewijzing.volume 3 dagdelen\n"
    "    verwacht regel 1 afgekeurd door te_vroeg en bedrag\n"
    "    verwacht regel 2 aangehouden\n"
    "voorbeeld \"drie\"\n"
    "    gegeven peildatum 2020-03-01\n"
    "    verwacht dubbel(€ 2,50) = € 5, verblijf[zzp3, intramuraal] = € 2 per dag\n";

static char line[4096];

#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
static void
add(const char *format, ...)
{
    size_t used = strlen(line);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line + used, sizeof line - used, format, arguments);
    va_end(arguments);
}

static void add_value(const bd_value *value)
{
    if (value->meaning == BD_MEANS_CHOICE)
        add("#%d", (int)value->integer);
    else if (value->meaning == BD_MEANS_DATE)
        add("d%d", (int)value->integer);
    else if (value->meaning == BD_MEANS_BOOLEAN)
        add("%s", value->boolean ? "ja" : "nee");
    else
        add("%.*s", (int)value->text.size, value->text.data);
    if (value->unit.size > 0)
        add(" %.*s", (int)value->unit.size, value->unit.data);
}

static const char *facts_text(const ScenarioFact *facts, uint32_t count)
{
    line[0] = '\0';
    for (uint32_t i = 0; i < count; i++) {
        add("%s%.*s=", i == 0 ? "" : "; ", (int)facts[i].column.size, facts[i].column.data);
        add_value(&facts[i].value);
    }
    return line;
}

#define CHECK_TEXT(actual, wanted) CHECK(strcmp((actual), (wanted)) == 0, "%s", (actual))

static void test_facts(const Compilation *c)
{
    check_group("facts");
    const Scenario *one = &c->scenarios[0], *two = &c->scenarios[1];
    CHECK(one->line_count == 1 && two->line_count == 2, "%u, %u", (unsigned)one->line_count, (unsigned)two->line_count);
    CHECK_TEXT(
        facts_text(one->lines[0].facts, one->lines[0].fact_count),
        "product=#0; zzp=#1; wonen=#1; begindatum=d18262; einddatum=d18289; volume=28 dag; eenheid=#0; nacht=ja; "
        "start_begindatum=d18260; bedrag=112; gemeente=0546");
    CHECK(one->lines[0].record_count == 2, "%u", (unsigned)one->lines[0].record_count);
    CHECK_TEXT(facts_text(one->lines[0].records[1].facts, 1), "van_dag=d18264");
    const ScenarioFact *facts = two->lines[1].facts;
    CHECK(two->lines[1].fact_count == 4, "%u", (unsigned)two->lines[1].fact_count);
    CHECK(text_equal(facts[2].column, TEXT("toewijzing_volume")), "%s", facts_text(facts, 4));
    CHECK(text_equal(facts[3].column, TEXT("toewijzing_eenheid")), "%s", facts_text(facts, 4));
    CHECK(two->row_count == 1 && one->row_count == 1, "%u", (unsigned)two->row_count);
    CHECK(text_equal(one->rows[0].keys[1], TEXT("zzp3")) && text_equal(one->rows[0].value, TEXT("0.5")), "row");
}

static void test_expectations(const Compilation *c)
{
    check_group("expectations");
    const Scenario *one = &c->scenarios[0], *two = &c->scenarios[1], *three = &c->scenarios[2];
    CHECK(one->expectation_count == 2 && one->expectations[0].kind == EXPECT_APPROVED, "approved");
    CHECK(text_equal(one->expectations[0].value.text, TEXT("112")), "amount");
    CHECK(one->expectations[1].kind == EXPECT_GRANTED && text_equal(one->expectations[1].value.unit, TEXT("dag")),
          "granted");
    CHECK(two->expectations[0].kind == EXPECT_REJECTED && two->expectations[0].name_count == 2, "rejected");
    CHECK(two->expectations[1].kind == EXPECT_SUSPENDED && two->expectations[1].line == 1, "suspended");
    CHECK(three->line_count == 1 && three->has_as_of, "what callables read of the line stands in the first");
    int32_t march = 0;
    CHECK(date_from_ymd(2020, 3, 1, &march) && three->as_of == march, "%d", (int)three->as_of);
    CHECK(three->expectations[0].kind == EXPECT_CALL &&
              text_equal(three->expectations[0].text, TEXT("definitie.dubbel")),
          "call");
    CHECK_TEXT(facts_text(three->expectations[0].facts, three->expectations[0].fact_count), "x=2.5");
    CHECK(text_equal(three->expectations[1].text, TEXT("tarief.verblijf")), "tariff");
    CHECK_TEXT(facts_text(three->expectations[1].facts, three->expectations[1].fact_count), "zzp=#1; wonen=#0");
}

static uint32_t rule(const Core *core, const char *name)
{
    for (uint32_t i = 0; i < core->rule_count; i++) {
        if (text_equal(core->rules[i].name, text_from_cstring(name)))
            return i;
    }
    return 0;
}

static void test_precedence(const Core *core)
{
    static const struct {
        const char *a, *b;
        bool wins, loses;
    } CASES[] = {
        {"hoofdregel", "bijregel", true, false}, /* rank */
        {"hoofdregel", "losse", false, false},   /* a document without rank */
        {"uitz", "bijregel", true, false},       /* an exception */
        {"voorgaand", "bijregel", true, false},  /* in afwijking van */
        {"voorgaand", "uitz", true, false},      /* an exception stands where its rule stands */
        {"uitz", "hoofdregel", false, true},     /* and has its rank */
        {"voorgaand", "hoofdregel", false, false}, {"losse", "losse", false, false},
    };
    check_group("precedence");
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        uint32_t a = rule(core, CASES[i].a), b = rule(core, CASES[i].b);
        CHECK(rules_precedes(core, a, b) == CASES[i].wins, "%s before %s", CASES[i].a, CASES[i].b);
        CHECK(rules_precedes(core, b, a) == CASES[i].loses, "%s before %s", CASES[i].b, CASES[i].a);
    }
}

int main(void)
{
    Compilation c;
    CompileOptions options = {.last = STAGE_CORE};
    check_group("compiles");
    bd_status status = compile_text(&c, TEXT("proef.bdg"), text_from_cstring(CONTRACT), &options);
    CHECK(status == BD_OK, "status %d", (int)status);
    if (CHECK(c.scenario_count == 3, "%u scenarios, first message %d", (unsigned)c.scenario_count,
              c.diags.count > 0 ? (int)c.diags.items[0].code : -1)) {
        test_facts(&c);
        test_expectations(&c);
        test_precedence(c.core);
    }
    compile_free(&c);
    return check_done();
}
