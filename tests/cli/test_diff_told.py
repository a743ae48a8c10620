#!/usr/bin/env python3
"""`beding diff` tells a difference once, where it was made: amendments, calendars, validities, units, forms. All forms say the same."""
import json
import re
import unittest

from command import CommandTest

BASE = """taal nl
overeenkomst wijzigend
    geldig van 2020-01-01 tot en met 2024-12-31
kalender werkdag = maandag tot en met vrijdag behalve dicht
kalender periode = 4 weken vanaf 2019-12-30
definitie dicht(d : datum) : boolean = d = 2020-12-24
eenheid dag/dagen ondeelbaar
eenheid minuut/minuten
eenheid uur/uren = 60 minuten
product verblijf per dag
product opvang per dag
product hulp per uur
invoer opgezegd : ja/nee
invoer laat : ja/nee facultatief
invoer n : getal
wijziging addendum vanaf 2021-01-01 tenzij opgezegd  bron "Addendum"
tarief verblijf € 50,00 per dag
tarief verblijf volgens wijziging addendum € 52,00 per dag
tarief opvang € 40,00 per dag geldig vanaf 2020-01-01 prijspeil 2020
tarief hulp € 60,30 per uur
reeks cpi "prijzen" per jaar extern
indexering opvang jaarlijks op 1 januari vanaf 2021 factor cpi[vorig jaar] / cpi[twee jaar terug] keten op afgerond afronding op centen
definitie grens : dag = 10 dagen
definitie grens : dag = 14 dagen volgens wijziging addendum
definitie is_laat = laat aanwezig en laat
definitie drie_later(d : datum) : datum aanroepbaar = d + 3 werkdagen
definitie periode_einde(d : datum) : datum aanroepbaar = einde van periode van d
regel te_veel voor verblijf
    keur af als volume > grens
regel te_laat voor verblijf, opvang
    keur af als is_laat en n > 3
regel te_veel_ineens voor opvang
    keur af als n > 100
regel betaling
    betaal volume × tarief afgerond op centen
boete laat bron "Artikel 20"
    invoer keer : getal, ernstig : ja/nee
    bedrag € 100 × keer afgerond op centen
    ten hoogste € 1.000
    uitzondering zwaar als ernstig bedrag € 400 × keer afgerond op centen
termijn bezwaar bron "Artikel 22"
    invoer besluit : datum
    begint besluit + 1 dag
    duurt 6 weken
voorbeeld "verblijf"
    gegeven product verblijf, van 2020-03-01 tot en met 2020-03-05, volume 5 dagen, opgezegd nee, n 1
    verwacht goedgekeurd € 250,00
voorbeeld "hulp"
    gegeven product hulp, van 2020-03-01 tot en met 2020-03-05, volume 5 uren, opgezegd nee, n 1
    verwacht goedgekeurd € 301,50
"""
ENGLISH = """language en
agreement amending
    valid from 2020-01-01 through 2024-12-31
calendar workday = monday through friday except closed
definition closed(d : date) : boolean = d = 2020-12-24
unit day/days indivisible
product stay per day
product care per day
input terminated : boolean
amendment addendum from 2021-01-01 unless terminated
tariff stay €50.00 per day
tariff stay by amendment addendum €52.00 per day
tariff care €40.00 per day
definition bound : day = 10 days
definition bound : day = 14 days by amendment addendum
rule too_long for stay
    reject if volume > bound
rule payment
    pay volume × tariff rounded to cents
definition three_later(d : date) : date callable = d + 3 workdays
example "stay"
    given product stay, from 2020-03-01 through 2020-03-05, volume 5 days, terminated no
    expect approved €250.00
"""


class Told(CommandTest):
    def report(self, *edits, base=BASE, options=("--no-witness",)):
        """The changes in JSON, after a look at the other forms: these tell the same things, and a part that changes nowhere is in none."""
        text = base
        for old, new in edits:
            self.assertIn(old, text)
            text = text.replace(old, new)
        self.file("oud.bdg", base)
        self.file("nieuw.bdg", text)
        changes = json.loads(self.beding("diff", "oud.bdg", "nieuw.bdg", "--json", *options, status=None).stdout)["changes"]
        self.told = self.beding("diff", "oud.bdg", "nieuw.bdg", *options, status=None).stdout
        markdown = self.beding("diff", "oud.bdg", "nieuw.bdg", "--markdown", *options, status=None).stdout
        page = self.beding("diff", "oud.bdg", "nieuw.bdg", "--html", *options, status=None).stdout
        self.assertEqual(len(re.findall(r"^\S.*  \w+\.bdg:", self.told, re.MULTILINE)), len(changes), self.told)
        self.assertEqual(len(re.findall(r"^## ", markdown, re.MULTILINE)), len(changes))
        self.assertEqual(page.count('<section class="card"'), len(changes))
        self.assertNotIn(" →  ", self.told)
        self.assertNotRegex(self.told, r"→ ?$")
        for detail in (detail for change in changes for detail in change["details"]):
            self.assertNotIn("", (detail["old"], detail["new"]))
            for day in (detail[name] for name in ("from", "to") if name in detail):
                for form in (self.told, markdown, page):
                    self.assertIn(day, form)
        return changes

    def said(self, *edits, **options):
        return [(change["id"], [(detail["part"], detail["old"], detail["new"]) for detail in change["details"]]) for change in self.report(*edits, **options)]

    # ---- validity ----

    def test_the_agreement_ends_later(self):
        self.assertEqual(self.said(("2024-12-31", "2025-12-31")), [("agreement.wijzigend", [("validity", "2020-01-01..2024-12-31", "2020-01-01..2025-12-31")])])
        self.assertEqual(len(self.said(("2024-12-31", "2025-12-31"), base=ENGLISH)), 1)

    def test_a_product_ends_earlier(self):
        [change] = self.report(("product hulp per uur", "product hulp per uur geldig tot en met 2021-12-31"), options=())
        self.assertEqual(change["id"], "product.hulp")
        self.assertIn("product hulp", change["witness"]["scenario_new"])

    # ---- amendments ----

    def test_an_amendment_begins_a_day_later(self):
        [change] = self.report(("2021-01-01 tenzij", "2021-01-02 tenzij"))
        self.assertEqual(change["id"], "amendment.addendum")
        self.assertEqual(sorted(change["reaches"]), ["rule.te_veel", "tariff.verblijf"])
        [change] = self.report(("2021-01-01 unless", "2021-01-02 unless"), base=ENGLISH)
        self.assertEqual(sorted(change["reaches"]), ["rule.too_long", "tariff.stay"])

    def test_an_amendment_on_a_day(self):
        moved = ("2021-01-01 tenzij", "2021-01-02 tenzij")
        self.assertEqual(self.said(moved, options=("--as-of", "2021-01-02")), [])
        self.assertEqual(self.said(moved, options=("--as-of", "2020-12-31")), [])
        self.assertEqual(self.said(moved, options=("--as-of", "2021-01-01", "--no-witness")), [("amendment.addendum", [("validity", "2021-01-01..", "2021-01-02..")])])
        self.assertIn("wijziging addendum gewijzigd", self.told)

    def test_the_condition_of_an_amendment(self):
        [change] = self.report(("tenzij opgezegd", "tenzij niet opgezegd"))
        self.assertEqual([(detail["old"], detail["new"]) for detail in change["details"]], [("opgezegd", "niet opgezegd")])
        self.assertEqual(sorted(change["reaches"]), ["rule.te_veel", "tariff.verblijf"])
        self.assertEqual(len(self.said(("unless terminated", "unless not terminated"), base=ENGLISH)), 1)

    def test_an_amendment_and_what_it_brings(self):
        changes = self.said(("2021-01-01 tenzij", "2021-01-02 tenzij"), ("= 14 dagen", "= 13 dagen"), ("€ 52,00", "€ 53,00"))
        self.assertEqual(changes, [("amendment.addendum", [("validity", "2021-01-01..", "2021-01-02..")]), ("tariff.verblijf", [("cell", "52.00", "53.00")]),
                                   ("definition.grens", [("output", "14 dagen", "13 dagen")])])
        self.assertIn("vanaf 2021-01-02  € 52,00 → € 53,00", self.told)

    def test_versions_of_a_definition_by_their_days(self):
        self.said(("= 10 dagen", "= 9 dagen"), ("= 14 dagen", "= 13 dagen"))
        self.assertIn("  uitkomst  vanaf 2021-01-01  14 dagen → 13 dagen\n", self.told)
        dated = BASE.replace("= 10 dagen\n", "= 10 dagen geldig vanaf 2020-01-01\n").replace("= 14 dagen volgens wijziging addendum", "= 14 dagen geldig vanaf 2021-01-01")
        self.assertEqual(self.said(("14 dagen geldig vanaf 2021-01-01", "14 dagen geldig vanaf 2021-02-01"), base=dated),
                         [("definition.grens", [("validity", "2021-01-01..", "2021-02-01..")])])

    # ---- calendars ----

    def test_working_days(self):
        [change] = self.report(("met vrijdag", "met zaterdag"), options=())
        self.assertEqual((change["id"], change["details"][0]["old"], change["details"][0]["new"]),
                         ("calendar.werkdag", "maandag tot en met vrijdag behalve dicht", "maandag tot en met zaterdag behalve dicht"))
        self.assertEqual(change["reaches"], ["definition.drie_later"])
        self.assertTrue(change["witness"]["found"])
        [change] = self.report(("through friday", "through saturday"), base=ENGLISH)
        self.assertEqual(change["details"][0]["new"], "monday through saturday except closed")

    def test_a_day_on_which_no_one_works(self):
        [change] = self.report(("2020-12-24", "2020-12-23"), options=())
        self.assertEqual(change["id"], "definition.dicht")
        self.assertEqual(sorted(change["reaches"]), ["calendar.werkdag", "definition.drie_later"])
        self.assertTrue(change["witness"]["found"])

    def test_another_day_to_count_the_same_periods_from(self):
        for day in ("2019-12-02", "2020-01-27"):
            self.assertEqual(self.said(("2019-12-30", day)), [])
        self.assertEqual([change for change, _ in self.said(("2019-12-30", "2019-12-29"))], ["calendar.periode"])

    def test_a_price_level_that_contains_the_same_moments(self):
        self.assertEqual(self.said((" prijspeil 2020", "")), [])
        self.assertEqual(self.said((" prijspeil 2020", " prijspeil 2021")), [("tariff.opvang", [("price_level", "2020", "2021")])])

    # ---- units ----

    def test_the_same_price_per_another_unit(self):
        per_minute = ("product hulp per uur", "product hulp per minuut")
        self.assertEqual([change for change, _ in self.said(per_minute, ("€ 60,30 per uur", "€ 1,005 per minuut"))], ["product.hulp"])

    def test_another_price_per_another_unit(self):
        [_, change] = self.report(("product hulp per uur", "product hulp per minuut"), ("€ 60,30 per uur", "€ 1,01 per minuut"))
        self.assertEqual({**change["details"][0]}, {"part": "cell", "old": "60.30", "new": "1.01", "old_unit": "uur", "new_unit": "minuut", "difference": 0.005,
                                                     "percent": change["details"][0]["percent"]})
        self.assertIn("€ 60,30 per uur → € 1,01 per minuut  + € 0,005  + 0,50 %", self.told)

    def test_units_that_do_not_convert(self):
        [_, change] = self.report(("product hulp per uur", "product hulp per dag"), ("€ 60,30 per uur", "€ 60,30 per dag"), ("volume 5 uren", "volume 5 dagen"))
        self.assertNotIn("difference", change["details"][0])
        self.assertIn("€ 60,30 per uur → € 60,30 per dag\n", self.told)

    def test_a_definition_that_is_read_for_another_unit_too(self):
        self.assertEqual([change for change, _ in self.said(("regel te_laat voor verblijf, opvang", "regel te_laat voor verblijf, opvang, hulp"))], ["rule.te_laat"])
        self.assertEqual(self.said(("keur af als n > 100", "keur af als is_laat of n > 100")),
                         [("rule.te_veel_ineens", [("condition", "keur af als n > 100", "keur af als is_laat of n > 100")])])
        self.assertIn("  voorwaarde  keur", self.told)

    def test_the_unit_of_an_input(self):
        base = BASE.replace("invoer n : getal\n", "invoer n : getal\ninvoer duur : uur facultatief\nregel te_kort voor hulp keur af als duur aanwezig en duur < volume\n")
        [change] = self.report(("invoer duur : uur", "invoer duur : minuut"), base=base)
        self.assertEqual((change["id"], change["reaches"]), ("column.duur", ["rule.te_kort"]))

    # ---- clauses ----

    def test_a_definition_that_is_no_longer_to_be_called(self):
        self.assertEqual(self.said(("definitie periode_einde(d : datum) : datum aanroepbaar", "definitie periode_einde(d : datum) : datum")),
                         [("definition.periode_einde", [("kind", "callable", "local")])])

    def test_a_condition_that_was_not_there(self):
        self.assertEqual(self.said(("op centen\nboete", "op centen als niet opgezegd\nboete")),
                         [("rule.betaling", [("condition", "betaal volume × tarief afgerond op centen", "betaal volume × tarief afgerond op centen als niet opgezegd")])])

    def test_a_clause_of_a_term(self):
        self.assertEqual(self.said(("duurt 6 weken\n", "duurt 6 weken\n    verlengd tot werkdag\n")), [("term.bezwaar", [("output", None, "verlengd tot werkdag")])])
        self.assertEqual(self.said(("duurt 6 weken", "duurt 8 weken")), [("term.bezwaar", [("output", "duurt 6 weken", "duurt 8 weken")])])

    def test_a_clause_of_a_penalty(self):
        self.assertEqual(self.said(("€ 100 ×", "€ 110 ×")),
                         [("penalty.laat", [("output", "bedrag € 100 × keer afgerond op centen", "bedrag € 110 × keer afgerond op centen")])])
        self.assertEqual(self.said(("€ 1.000", "€ 2.000")), [("penalty.laat", [("output", "ten hoogste € 1.000", "ten hoogste € 2.000")])])


if __name__ == "__main__":
    unittest.main()
