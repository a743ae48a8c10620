#!/usr/bin/env python3
"""`beding explain` beyond the ordinary line: exceptions that took a rule away, and lines that faulted; and what `run` leaves behind."""
import json
import re
import unittest

from command import CommandTest

CONTRACT = """taal nl
overeenkomst proef
document hoofd "Overeenkomst"  rang 1
eenheid dag/dagen ondeelbaar
invoer akkoord : boolean facultatief
invoer leeftijd : getal facultatief
product opvang per dag
tarief opvang € 5 per dag
regel te_kort voor opvang    bron "Artikel 2"
    keur af als volume < 2 dagen
uitzondering klein_mag op te_kort    bron "Artikel 2 lid 2"
    als akkoord aanwezig en akkoord
uitzondering jong_mag op te_kort    bron "Artikel 2 lid 3"
    als leeftijd aanwezig en leeftijd < 10
regel wacht voor opvang    bron "Artikel 5"
    houd aan als volume > 20 dagen
uitzondering wacht_niet op wacht    bron "Artikel 5 lid 2"
    als akkoord aanwezig en akkoord
regel te_veel voor opvang    bron "Artikel 6"
    keur af als toewijzing aanwezig en toewijzing.volume aanwezig en volume > toewijzing.volume
regel betaling voor opvang    bron "Artikel 3"
    betaal volume × tarief afgerond op centen
regel bedrag_klopt
    keur af als ingediend_bedrag aanwezig en ingediend_bedrag <> berekend_bedrag
"""
# Two rules about different products, with exceptions of one condition: of a product that neither is about nothing was taken away.
TWO_PRODUCTS = """taal nl
overeenkomst proef
eenheid dag/dagen ondeelbaar
invoer akkoord : boolean facultatief
product opvang per dag
product logies per dag
product vervoer per dag
tarief opvang € 5 per dag
tarief logies € 7 per dag
tarief vervoer € 9 per dag
regel kort voor opvang
    keur af als volume > 10 dagen
regel lang voor logies
    keur af als volume > 20 dagen
uitzondering kort_mag op kort  als akkoord aanwezig en akkoord
uitzondering lang_mag op lang  als akkoord aanwezig en akkoord
regel betaling
    betaal volume × tarief
regel bedrag_klopt
    keur af als ingediend_bedrag aanwezig en ingediend_bedrag <> berekend_bedrag
"""
# Versions by an amendment, an exception for other products, a departure, caps, and a judgement that one product asks.
FULL = """taal nl
overeenkomst proef
    geldig vanaf 2020-01-01
eenheid dag/dagen ondeelbaar
product opvang per dag
product logies per dag
product vervoer per dag
tarief opvang € 5 per dag
tarief logies € 7 per dag
tarief vervoer € 9 per dag
invoer opgezegd : ja/nee
invoer ruim : ja/nee
wijziging addendum vanaf 2021-01-01 tenzij opgezegd
oordeel passend
definitie grens : dag = 10 dagen
definitie grens : dag = 14 dagen  volgens wijziging addendum
regel te_veel voor opvang, logies
    keur af als ruim en volume > grens
uitzondering kort_mag op te_veel voor logies  als volume < 20 dagen
regel oud voor opvang, logies  geldig tot en met 2020-06-30
    keur af als volume > 300 dagen
regel niet_passend voor logies
    keur af als volume > 5 dagen en niet passend
regel hoogstens voor opvang
    begrens volume tot 3 dagen als ruim
regel plafond
    begrens bedrag tot € 1000
regel betaling
    betaal volume × tarief
regel half in afwijking van betaling  voor opvang  als ruim
    betaal volume × tarief × 1/2 afgerond op centen
regel wacht voor opvang
    houd aan als volume > 8 dagen
"""
FULL_HEADER = "declaratienummer,regelnummer,dagtekening,aanbieder,gemeente,client,toewijzingnummer,product,begindatum,einddatum," \
              "volume,eenheid,opgezegd,ruim,passend"
HEADER = "declaratienummer,regelnummer,dagtekening,aanbieder,gemeente,client,toewijzingnummer,product,begindatum,einddatum," \
         "volume,eenheid,tarief,bedrag,akkoord,leeftijd,toewijzing_volume,toewijzing_eenheid"


def line(number, volume, **cells):
    row = dict.fromkeys(HEADER.split(","), "")
    row.update(declaratienummer="D", regelnummer=str(number), dagtekening="2020-02-01", aanbieder="A", gemeente="1", client="C",
               toewijzingnummer="T", product="opvang", begindatum="2020-01-01", einddatum="2020-01-31", volume=str(volume), eenheid="dag")
    row.update(cells)
    return ",".join(row.values())


class Explain(CommandTest):
    def setUp(self):
        super().setUp()
        self.file("proef.bdg", CONTRACT)

    def told(self, row, *options):
        self.file("regels.csv", HEADER + "\n" + row + "\n")
        return self.beding("explain", "proef.bdg", "--lines", "regels.csv", "--line", "D/1", *options).stdout

    def exceptions(self, row):
        return [(one["name"], one["lifted"]) for one in json.loads(self.told(row, "--json"))["exceptions"]]

    def test_the_exception_that_took_a_rule_away(self):
        told = self.told(line(1, 1, akkoord="ja"))
        self.assertIn("Besluit: goedgekeurd, € 5,00", told)
        self.assertIn("\nUitzondering `klein_mag` op `te_kort`\n    bron       Artikel 2 lid 2\n    staat in   proef.bdg:11:14\n    want\n", told)
        self.assertRegex(told, r"akkoord +aanwezig en akkoord|akkoord aanwezig +=")
        self.assertNotIn("`wacht_niet`", told)

    def test_which_of_several(self):
        self.assertEqual(self.exceptions(line(1, 1, akkoord="ja")), [("klein_mag", "te_kort")])
        self.assertEqual(self.exceptions(line(1, 1, leeftijd="5")), [("jong_mag", "te_kort")])
        self.assertEqual(self.exceptions(line(1, 1, akkoord="nee", leeftijd="5")), [("jong_mag", "te_kort")])
        self.assertEqual(self.exceptions(line(1, 1, akkoord="ja", leeftijd="5")),
                         [("klein_mag", "te_kort"), ("jong_mag", "te_kort")])

    def test_a_rule_about_another_product_was_not_taken_away(self):
        self.file("proef.bdg", TWO_PRODUCTS)
        self.assertEqual(self.exceptions(line(1, 3, product="vervoer")), [])
        self.assertEqual(self.exceptions(line(1, 3, product="logies", akkoord="nee")), [])
        self.assertEqual(self.exceptions(line(1, 21, product="logies", akkoord="ja")), [("lang_mag", "lang")])

    def test_a_condition_that_two_exceptions_share(self):
        self.assertEqual(self.exceptions(line(1, 21, akkoord="ja")), [("wacht_niet", "wacht")])

    def test_no_exception_where_the_rule_would_not_hold(self):
        self.assertEqual(self.exceptions(line(1, 3, akkoord="ja")), [])
        self.assertEqual(self.exceptions(line(1, 1)), [])
        self.assertNotIn("Uitzondering", self.told(line(1, 1)))

    def test_a_line_that_faulted_tells_what_was_known(self):
        told = self.told(line(1, 3, toewijzing_volume="6"))
        self.assertIn("Vastgelopen: eenheid_past_niet in toewijzing.volume (proef.bdg:20:40)", told)
        self.assertIn("\nWat tot daar is vastgesteld\n    volume ", told)
        fault = json.loads(self.told(line(1, 3, toewijzing_volume="6"), "--json"))["fault"]
        self.assertEqual(fault["place"]["line"], 20)
        self.assertTrue(fault["steps"])

    def test_an_empty_cell_names_the_column_and_who_reads_it(self):
        self.file("regels.csv", HEADER + "\n" + line(1, 3, toewijzing_volume="6") + "\n")
        message = self.beding("run", "proef.bdg", "--lines", "regels.csv", status=1).stderr
        self.assertIn("eenheid_past_niet in toewijzing.volume (proef.bdg:20:40)", message)

    def test_what_came_of_every_rule(self):
        def outcomes(row):
            told = json.loads(self.told(row, "--json"))["considered"]
            return {one["name"]: (one["outcome"], one.get("other") or one.get("because")) for one in told}
        found = outcomes(line(1, 1, akkoord="ja"))
        self.assertEqual(found["te_kort"], ("lifted", "klein_mag"))
        self.assertEqual(found["klein_mag"], ("exception", "te_kort"))
        self.assertEqual(found["wacht"], ("not_met", "volume > 20 dagen"))
        self.assertEqual(found["betaling"], ("decided", None))
        found = outcomes(line(1, 1))
        self.assertEqual(found["te_kort"], ("decided", None))
        self.assertEqual(found["betaling"], ("not_reached", None))
        self.file("proef.bdg", TWO_PRODUCTS)
        self.assertEqual(outcomes(line(1, 3, product="vervoer"))["kort"], ("other_product", None))
        told = self.told(line(1, 3, product="logies"))
        self.assertIn("\nOverwogen regels\n", told)
        self.assertRegex(told, r"\n    lang +niet, want volume > 20 dagen = nee \(3 dagen > 20 dagen\)\n")

    def considered(self, product, volume, day="2020-01-01", opgezegd="nee", ruim="nee", passend="", options=("--json",)):
        self.file("proef.bdg", FULL)
        self.file("regels.csv", f"{FULL_HEADER}\nD,1,{day},A,1,C,T,{product},{day},{day},{volume},dag,{opgezegd},{ruim},{passend}\n")
        told = self.beding("explain", "proef.bdg", "--lines", "regels.csv", "--line", "D/1", *options).stdout
        if "--json" not in options:
            return told
        return {one["name"]: (one["outcome"], one.get("other") or one.get("because")) for one in json.loads(told)["considered"]}

    def test_nothing_is_told_because_nothing_else_was_left(self):
        found = self.considered("opvang", 5)
        self.assertEqual(found["te_veel"], ("not_met", "ruim"))
        self.assertEqual(found["kort_mag"], ("other_product", None))
        self.assertEqual(found["oud"], ("not_met", "volume > 300 dagen"))
        self.assertEqual(found["half"], ("not_met", "ruim"))
        self.assertEqual(found["plafond"], ("overruled", None))
        self.assertEqual(self.considered("opvang", 5, day="2021-03-01")["oud"], ("other_day", None))
        self.assertEqual(self.considered("vervoer", 5)["hoogstens"], ("other_product", None))

    def test_what_took_the_place_of_a_rule(self):
        found = self.considered("opvang", 2, ruim="ja")
        self.assertEqual(found["half"], ("decided", None))
        self.assertEqual(found["betaling"], ("replaced", "half"))
        self.assertEqual(found["hoogstens"], ("overruled", None))
        self.assertIn("betaling          `half` kwam ervoor in de plaats\n", self.considered("opvang", 2, ruim="ja", options=()))

    def test_of_a_rejected_line_no_cap_and_no_payment_is_judged(self):
        found = self.considered("opvang", 12, ruim="ja")
        self.assertEqual(found["te_veel"], ("decided", None))
        self.assertEqual([found[name][0] for name in ("hoogstens", "plafond", "half", "wacht")], ["not_reached"] * 4)
        self.assertEqual(found["betaling"], ("replaced", "half"))
        told = self.considered("opvang", 12, ruim="ja", options=())
        self.assertRegex(told, r"    nog 4 +kwamen niet aan bod: de regel was al afgekeurd\n")
        self.assertNotIn("niets te begrenzen", told)

    def test_what_a_line_that_is_held_would_have_been_paid(self):
        self.assertEqual(self.considered("opvang", 9)["betaling"], ("held", None))

    def test_while_a_line_waits_nothing_is_said_of_a_rule_that_asks(self):
        found = self.considered("logies", 6)
        self.assertEqual(found["oordeel_passend"], ("decided", None))
        self.assertEqual(found["niet_passend"], ("silent", None))
        told = self.considered("opvang", 2, options=())
        self.assertIn("\n    regel      betaling\n", told)
        self.assertNotIn("\n    bron ", told)
        self.assertRegex(self.considered("logies", 6, options=()), r"\nOordelen\n    passend +nog niet gegeven\n")
        self.assertNotIn("Oordelen", self.considered("opvang", 9, options=()))

    def test_the_day_that_chooses_a_version_has_its_own_name(self):
        told = self.considered("opvang", 12, ruim="ja", options=())
        self.assertRegex(told, r"\n      begindatum += 2020-01-01\n")
        self.assertRegex(told, r"\n      grens += 10 dagen\n")
        self.assertNotRegex(told, r"grens +(= 20|= ja|= nee)")
        told = self.considered("opvang", 15, day="2021-03-01", ruim="ja", options=())
        self.assertRegex(told, r"\n      grens += 14 dagen\n")
        self.assertRegex(told, r"\n      opgezegd += nee\n")

    def test_a_contracted_tariff_that_is_missing_is_named_with_its_keys(self):
        contract = """taal nl
overeenkomst proef
eenheid dag/dagen ondeelbaar
product opvang per dag  maximum
tarief opvang € 5 per dag
tabel contracttarief naar aanbieder : bedrag per dag  extern
regel betaling
    betaal volume × tarief afgerond op centen
"""
        self.file("proef.bdg", contract)
        self.file("regels.csv", HEADER + "\n" + line(1, 2, aanbieder="B") + "\n")
        self.file("tarieven.csv", "naam,geldig_vanaf,sleutel1,waarde\ncontracttarief,2019-01-01,A,4\n")
        told = self.beding("explain", "proef.bdg", "--lines", "regels.csv", "--params", "tarieven.csv", "--line", "D/1").stdout
        self.assertIn("Vastgelopen: geen_cel in contracttarief[aanbieder] (proef.bdg:6:7)\n", told)
        self.assertRegex(told, r'\n    aanbieder +≈= "B"\n'.replace("≈", ""))
        self.assertRegex(told, r"\n    nog \d+ +zijn niet vastgesteld: de regel liep daarvoor vast\n")

    def test_a_rounding_is_a_step_of_its_own(self):
        self.file("proef.bdg", CONTRACT.replace("betaal volume × tarief afgerond", "betaal volume × tarief × 1,0333 afgerond"))
        steps = {one["kind"]: one for one in json.loads(self.told(line(1, 3), "--json"))["payment"]}
        rounding = steps["rounding"]
        self.assertEqual((rounding["unrounded"], rounding["rounding"], rounding["value"]), (15.4995, "afgerond op centen", 15.5))
        self.assertRegex(self.told(line(1, 3)), r"volume × tarief × 1,0333 += € 15,4995\n      afgerond op centen +(= )€ 15,4995 → € 15,50\n")

    def test_what_is_rounded_has_the_meaning_of_the_rounding(self):
        self.file("proef.bdg", CONTRACT.replace("betaal volume × tarief afgerond", "betaal volume × € 1 per dag naar boven afgerond"))
        told = self.told(line(1, 3))
        self.assertRegex(told, r"volume × € 1 per dag += € 3,00\n      naar boven afgerond op centen += € 3,00 → € 3,00\n")
        rounding, = (one for one in json.loads(self.told(line(1, 3), "--json"))["payment"] if one["kind"] == "rounding")
        self.assertEqual((rounding["unrounded"], rounding["value"]), (3, 3.0))

    def test_a_conversion_before_a_rounding_is_a_step(self):
        self.file("proef.bdg", """taal nl
overeenkomst proef
eenheid minuut/minuten
eenheid uur/uren = 60 minuten ondeelbaar
product opvang per minuut
tarief opvang € 1 per minuut
regel te_kort
    keur af als volume in uren naar boven < 2 uren
regel betaling
    betaal volume × tarief afgerond op centen
""")
        told = self.told(line(1, 90, eenheid="minuut"))
        self.assertRegex(told, r"te_kort +niet, want volume in uren naar boven < 2 uren = nee \(2 uren < 2 uren\)")
        told = self.told(line(1, 45, eenheid="minuut"))
        self.assertRegex(told, r"volume in uren +(= )0,75 uren\n")
        self.assertRegex(told, r"volume in uren naar boven += 0,75 uren → 1 uur\n")

    def test_the_part_that_decided_with_its_values(self):
        told = self.told(line(1, 3, toewijzing_volume="6", toewijzing_eenheid="dag", bedrag="15.00"))
        self.assertRegex(told, r"te_veel +niet, want volume > toewijzing.volume = nee \(3 dagen > 6 dagen\)\n")
        self.assertRegex(told, r"bedrag_klopt +niet, want ingediend_bedrag <> berekend_bedrag = nee \(€ 15,00 <> € 15,00\)\n")
        self.assertRegex(self.told(line(1, 3)), r"te_veel +niet, want toewijzing ontbreekt\n")
        considered = {one["name"]: one for one in
                      json.loads(self.told(line(1, 3, toewijzing_volume="6", toewijzing_eenheid="dag"), "--json"))["considered"]}
        part = considered["te_veel"]["steps"][-1]
        self.assertEqual((part["label"], part["value"]), ("volume > toewijzing.volume", False))
        self.assertEqual(part["compared"], {"left": {"waarde": 3, "eenheid": "dag"}, "sign": ">", "right": {"waarde": 6, "eenheid": "dag"}})

    def test_of_an_or_all_parts(self):
        self.file("proef.bdg", CONTRACT + """regel kring
    keur af als leeftijd aanwezig en (leeftijd > 90 of leeftijd < 3 of akkoord ontbreekt)
""")
        told = self.told(line(1, 3, leeftijd="5", akkoord="ja"))
        self.assertRegex(told, r"kring +niet, want geen van deze geldt:\n"
                               r" +leeftijd > 90 = nee \(5 > 90\)\n +leeftijd < 3 = nee \(5 < 3\)\n +akkoord ontbreekt = nee")
        self.assertIn("<li>leeftijd &gt; 90 = nee (5 &gt; 90)</li>", self.told(line(1, 3, leeftijd="5", akkoord="ja"), "--html"))

    def test_parts_stand_under_the_whole(self):
        self.file("proef.bdg", CONTRACT + """regel kring
    keur af als leeftijd aanwezig en (leeftijd > 90 of leeftijd < 10 en akkoord ontbreekt)
""")
        told = self.told(line(1, 3, leeftijd="5"))
        self.assertIn("""
    want
      leeftijd         = 5
      ja   leeftijd aanwezig en (leeftijd > 90 of leeftijd < 10 en akkoord ontbreekt)
      ja     leeftijd aanwezig
      ja     leeftijd > 90 of leeftijd < 10 en akkoord ontbreekt
      nee      leeftijd > 90 (5 > 90)
      ja       leeftijd < 10 en akkoord ontbreekt
      ja         leeftijd < 10 (5 < 10)
      ja         akkoord ontbreekt
""", told)
        self.assertIn('<tr><th scope="row" class="in-3">leeftijd &lt; 10<span class="quiet"> (5 &lt; 10)</span></th><td class="num">ja</td></tr>',
                      self.told(line(1, 3, leeftijd="5"), "--html"))

    def test_a_long_condition_is_whole_everywhere(self):
        words = " of ".join(f"volume = {number} dagen" for number in range(40, 60))
        self.file("proef.bdg", CONTRACT + f"regel lang\n    keur af als {words}\n")
        told = self.told(line(1, 59))
        self.assertIn(words, " ".join(told.split()))
        self.assertLessEqual(max(map(len, told.splitlines())), 116)
        self.assertIn(words, self.told(line(1, 59), "--html"))
        self.assertIn(words, self.told(line(1, 59), "--json"))

    def test_a_presence_that_an_absence_shares(self):
        # Both conditions look at one presence: what it is called must be true of it.
        self.file("proef.bdg", CONTRACT + """regel zonder
    keur af als leeftijd ontbreekt en volume > 100 dagen
regel met
    keur af als leeftijd aanwezig en leeftijd > 4
""")
        told = self.told(line(1, 3, leeftijd="5"))
        self.assertRegex(told, r"ja +leeftijd aanwezig\n")
        self.assertNotRegex(told, r"ja +leeftijd ontbreekt")

    def test_only_the_readings_that_matter(self):
        self.file("proef.bdg", CONTRACT + """lezing streng "hoe streng?" = mild | hard  gekozen mild omdat "zo is het"
lezing ander "iets anders?" = links | rechts  gekozen links omdat "zo is het"
regel straf
    keur af als streng is hard en volume > 2 dagen
regel dwars
    keur af als leeftijd aanwezig en ander is rechts
""")
        told = self.told(line(1, 3), "--reading", "streng=hard")
        self.assertRegex(told, r"\nLezingen\n    streng +hard \(het bestand kiest mild\)\n    nog 1 +speelde hier geen rol\n")
        found = {one["name"]: one["looked_at"] for one in json.loads(self.told(line(1, 3), "--json"))["readings"]}
        self.assertEqual(found, {"streng": True, "ander": False})

    def test_judgements_that_were_taken(self):
        self.file("proef.bdg", CONTRACT + 'oordeel gepast door gemeente "past het?"\nregel past_niet\n    keur af als niet gepast\n')
        self.assertEqual(json.loads(self.told(line(1, 3), "--json"))["judgements"],
                         [{"name": "gepast", "question": "past het?", "value": None}])
        self.assertIn("\nOordelen\n    gepast            nog niet gegeven\n", self.told(line(1, 3)))
        self.file("regels.csv", HEADER + ",gepast\n" + line(1, 3) + ",ja\n")
        told = self.beding("explain", "proef.bdg", "--lines", "regels.csv", "--line", "D/1").stdout
        self.assertIn("\nOordelen\n    gepast            ja\n", told)
        self.assertIn("het oordeel is gegeven", told)

    def test_counters_before_and_after(self):
        self.file("proef.bdg", CONTRACT + """teller dagen_opvang per client = som van toegekend_volume  voor opvang
regel ten_hoogste_zes voor opvang
    begrens volume tot grootste(0 dagen, 6 dagen − dagen_opvang over (kalenderjaar van begindatum))
    reden "zes dagen per jaar"
""")
        self.file("regels.csv", "\n".join([HEADER, *(line(number, 4) for number in (1, 2, 3)), ""]))

        def counters(number):
            told = self.beding("explain", "proef.bdg", "--lines", "regels.csv", "--line", f"D/{number}", "--json").stdout
            return [(one["before"]["waarde"], one["after"]["waarde"]) for one in json.loads(told)["counters"]]
        self.assertEqual([counters(number) for number in (1, 2, 3)], [[(0, 4)], [(4, 6)], [(6, 6)]])
        told = self.beding("explain", "proef.bdg", "--lines", "regels.csv", "--line", "D/2").stdout
        self.assertIn("\nTellers, voor en na deze regel\n    dagen_opvang over (kalenderjaar van begindatum)  4 dagen → 6 dagen\n", told)

    def test_a_counter_that_the_next_line_would_not_come_to(self):
        contract = """taal nl
overeenkomst proef
eenheid dag/dagen ondeelbaar
product opvang per dag
tarief opvang € 5 per dag
teller bezet per client = dagen van productperiode
teller dagen_jaar per client = som van toegekend_volume
regel dubbel
    keur af als bezet raakt productperiode
regel jaargrens
    begrens volume tot grootste(0 dagen, 20 dagen − dagen_jaar over kalenderjaar van begindatum)
regel betaling
    betaal volume × tarief afgerond op centen
"""
        self.file("proef.bdg", contract)
        other = line(2, 3, client="D", begindatum="2020-03-01", einddatum="2020-03-03")
        self.file("regels.csv", "\n".join([HEADER, line(1, 13), other, line(3, 9, begindatum="2020-02-01", einddatum="2020-02-09"), ""]))
        def counters(number):
            told = self.beding("explain", "proef.bdg", "--lines", "regels.csv", "--line", f"D/{number}", "--json").stdout
            return {one["label"]: (one["before"]["waarde"], one["after"]["waarde"]) for one in json.loads(told)["counters"]}
        year = "dagen_jaar over kalenderjaar van begindatum"
        self.assertEqual(counters(1)[year], (0, 13))
        self.assertEqual(counters(2)[year], (0, 3))
        self.assertEqual(counters(3)[year], (13, 20))

    def test_a_credit_says_what_it_takes_back(self):
        self.file("proef.bdg", CONTRACT + """teller dagen_opvang per client = som van toegekend_volume  voor opvang
regel ten_hoogste_zes voor opvang
    begrens volume tot grootste(0 dagen, 6 dagen − dagen_opvang over (kalenderjaar van begindatum))
""")
        more = ",debet_credit,vorige_declaratie,vorige_regel"
        self.file("regels.csv", "\n".join([HEADER + more, line(1, 4) + ",D,,", line(2, 4) + ",C,D,1", line(3, 4) + ",C,D,9", ""]))

        def told(number, *options):
            return self.beding("explain", "proef.bdg", "--lines", "regels.csv", "--line", f"D/{number}", *options).stdout
        self.assertRegex(told(1), r"ten_hoogste_zes +geldt, en er is niets te begrenzen\n")
        credit = told(2)
        self.assertIn("Besluit: goedgekeurd, − € 20,00\nDeze regel neemt D/1 terug: wat daarvoor is toegekend, en wat daarvan is geteld.\n", credit)
        self.assertIn("dagen_opvang over (kalenderjaar van begindatum)  0 dagen na deze regel\n", credit)
        self.assertNotIn("Hoe het bedrag is berekend", credit)
        answer = json.loads(told(2, "--json"))
        self.assertEqual((answer["credit_of"], answer["payment"], answer["counters"][0]["before"]), ("D/1", [], None))
        self.assertIn("\n    reden      credit_onbekend: de regel die wordt gecrediteerd is niet bekend\n", told(3))

    def test_a_table_that_was_not_supplied(self):
        self.file("proef.bdg", CONTRACT.replace("tarief opvang € 5 per dag", "tarief opvang extern"))
        self.file("regels.csv", HEADER + "\n" + line(1, 3) + "\n")
        done = self.beding("explain", "proef.bdg", "--lines", "regels.csv", "--line", "D/1")
        self.assertIn("waarschuwing: tabel `opvang` staat niet in de overeenkomst zelf", done.stderr)
        self.assertIn("Vastgelopen: geen_cel in tarief", done.stdout)
        self.assertRegex(done.stdout, r"te_kort +niet, want volume < 2 dagen = nee")
        self.beding("run", "proef.bdg", "--lines", "regels.csv", status=1)

    def test_a_derivation_beyond_the_limit(self):
        self.file("lang.bdg", """taal nl
overeenkomst proef
eenheid dag/dagen ondeelbaar
product opvang per dag
tarief opvang € 5 per dag
lijst contact per client (a : getal, b : getal)  ten hoogste 10000
regel te_veel
    keur af als (som over c in contact van ((c.a + c.b) × (c.a + 1) + (c.a + 2) × (c.b + 3) + (c.a + 4) × (c.b + 5))) > 1000
    reden "te veel"
regel betaling
    betaal volume × tarief afgerond op centen
""")
        self.file("regels.csv", HEADER + "\n" + line(1, 3) + "\n")
        self.file("contact.csv", "client,a,b\n" + "".join(f"C,{i},{i % 7}\n" for i in range(10000)))
        words = ["explain", "lang.bdg", "--lines", "regels.csv", "--line", "D/1", "--records", "contact=contact.csv"]
        done = self.beding(*words, status=4)
        self.assertIn("Besluit: afgekeurd\nDe afleiding is langer dan de grens voor uitleg", done.stdout)
        self.assertIn("\nRegel `te_veel`\n    reden      te veel\n", done.stdout)
        self.assertRegex(done.stdout, r"\nWat tot daar is vastgesteld\n( .*\n)*    c.a +=")
        self.assertRegex(done.stdout, r"nog \d+ +werden voor de grens niet bereikt\n")
        told = json.loads(self.beding(*words, "--json", status=4).stdout)
        self.assertTrue(told["cut"])
        self.assertIn("c.a", {step["label"] for step in told["reached"]})

    def test_html(self):
        page = self.told(line(1, 1, akkoord="ja"), "--html")
        self.assertTrue(page.startswith("<!DOCTYPE html>"))
        for words in ("<h1>Regel D/1</h1>", '<p class="decision">Besluit: goedgekeurd, € 5,00</p>', "Artikel 2 lid 2",
                      "<h2>Uitzondering <code>klein_mag</code> op <code>te_kort</code></h2>", "niet, want volume &gt; 20 dagen = nee (1 dag &gt; 20 dagen)"):
            self.assertIn(words, page)
        for tag in ("section", "table", "div", "dl", "tr"):
            self.assertEqual(len(re.findall(f"<{tag}[ >]", page)), page.count(f"</{tag}>"), tag)
        self.told(line(1, 1), "--html", "--out", "uitleg.html")
        self.assertIn("Besluit: afgekeurd", (self.folder / "uitleg.html").read_text(encoding="utf-8"))

    def test_no_decisions_without_their_summary(self):
        self.file("regels.csv", HEADER + "\n" + line(1, 3) + "\n")
        run = ("run", "proef.bdg", "--lines", "regels.csv", "--out", "besluiten.csv", "--summary")
        self.beding(*run, "nergens/samenvatting.json", status=3)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["proef.bdg", "regels.csv"])
        self.beding(*run, "samenvatting.json")
        self.assertEqual(json.loads((self.folder / "samenvatting.json").read_text())["approved"], 1)
        self.assertIn("goedgekeurd", (self.folder / "besluiten.csv").read_text())


if __name__ == "__main__":
    unittest.main()
