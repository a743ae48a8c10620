#!/usr/bin/env python3
"""`beding test --coverage`: what it counts as reached, and how it names what is not."""
import json
import unittest

from command import CommandTest

CONTRACT = """taal nl
overeenkomst proef
document hoofd "Overeenkomst"  rang 1

eenheid dag/dagen ondeelbaar
keuze kleur = rood, blauw
keuze maat  = klein, groot
invoer akkoord : boolean facultatief
product opvang per dag naar kleur
tarief opvang  geldig vanaf 2020-01-01 tot en met 2020-12-31    bron "Bijlage 1"
    | rood | blauw |
    | 5,00 | 6,00  |
tarief opvang  geldig vanaf 2021-01-01    bron "Bijlage 1"
    | rood | blauw |
    | 7,00 | 8,00  |
tabel tegendeel naar maat : maat    bron "Bijlage 2"
    | klein | groot |
    | groot | klein |

regel te_lang voor opvang    bron "Artikel 1"
    keur af als volume > 10 dagen en (akkoord ontbreekt of niet akkoord)
regel te_kort voor opvang    bron "Artikel 2"
    keur af als volume < 2 dagen
uitzondering klein_mag op te_kort    bron "Artikel 2"
    als akkoord aanwezig en akkoord
regel betaling voor opvang    bron "Artikel 3"
    betaal volume × tarief afgerond op centen
definitie hoe(x : getal) : getal aanroepbaar = als x > 3 dan 1 anders als x > 2 dan 2 anders 3    bron "Artikel 4"
definitie om(m : maat) : maat aanroepbaar = tegendeel[m]    bron "Bijlage 2"
definitie nooit(x : getal) : getal aanroepbaar = x    bron "Artikel 5"
"""
ROW = "gegeven product opvang, {}, van 2020-03-01 tot en met 2020-03-31, volume {} dagen"
SCENARIOS = f"""
voorbeeld "gewoon"
    {ROW.format("rood", 3)}
    verwacht goedgekeurd € 15,00
voorbeeld "te lang"
    {ROW.format("rood", 11)}
    verwacht afgekeurd door te_lang
voorbeeld "te lang, met akkoord"
    {ROW.format("blauw", 11)}, akkoord ja
    verwacht goedgekeurd € 66,00
voorbeeld "berekend"
    verwacht hoe(4) = 1, hoe(3) = 2, om(klein) = groot
"""


class Coverage(CommandTest):
    def coverage(self, scenarios, text=CONTRACT):
        self.file("proef.bdg", text + scenarios)
        answer = json.loads(self.beding("test", "--coverage", "--json", "proef.bdg").stdout)["coverage"][0]
        counts = {one["kind"]: (one["reached"], one["all"]) for one in answer["counts"]}
        return counts, {(gap["kind"], gap["text"], gap["outcome"]) for gap in answer["gaps"]}

    def test_what_is_reached_and_what_is_not(self):
        counts, gaps = self.coverage(SCENARIOS)
        for wanted in [("decided", "te_kort", ""), ("rule", "volume < 2 dagen", "ja"), ("branch", "x > 2", "nee"), ("cell", "7,00", "opvang"),
                       ("cell", "8,00", "opvang"), ("cell", "klein", "tegendeel"), ("version", "opvang", ""), ("callable", "definitie.nooit", "")]:
            self.assertIn(wanted, gaps)
        self.assertEqual(counts["cell"], (3, 6))
        self.assertEqual(counts["version"], (2, 3))
        self.assertEqual(counts["branch"], (3, 4))
        self.assertEqual(counts["callable"], (2, 3))

    def test_all_of_it(self):
        more = SCENARIOS + f"""
voorbeeld "te kort"
    {ROW.format("rood", 1)}
    verwacht afgekeurd door te_kort
voorbeeld "te kort, zonder akkoord"
    {ROW.format("rood", 1)}, akkoord nee
    verwacht afgekeurd door te_kort
voorbeeld "te kort, met akkoord"
    {ROW.format("rood", 1)}, akkoord ja
    verwacht goedgekeurd € 5,00
voorbeeld "te lang, zonder akkoord"
    {ROW.format("rood", 11)}, akkoord nee
    verwacht afgekeurd door te_lang
voorbeeld "rood van 2021"
    {ROW.format("rood", 3).replace("2020", "2021")}
    verwacht goedgekeurd € 21,00
voorbeeld "blauw van 2021"
    {ROW.format("blauw", 3).replace("2020", "2021")}
    verwacht goedgekeurd € 24,00
voorbeeld "de rest"
    verwacht hoe(2) = 3, om(groot) = klein, nooit(1) = 1
"""
        counts, gaps = self.coverage(more)
        self.assertEqual(gaps, set())
        for reached, whole in counts.values():
            self.assertEqual(reached, whole)
        out = self.beding("test", "--coverage", "proef.bdg").stdout
        self.assertNotIn("#   ", out)

    def test_places_in_text(self):
        self.file("proef.bdg", CONTRACT + SCENARIOS)
        out = self.beding("test", "--coverage", "proef.bdg").stdout
        self.assertIn("# takken van als, dan en anders: 3 van 4\n#   proef.bdg:28:75: `x > 2` komt nooit uit op nee\n", out)
        self.assertIn("#   proef.bdg:15:7: cel `7,00` van `opvang` doet nergens toe\n", out)
        self.assertIn("#   proef.bdg:13:8: geen cel van deze versie van `opvang` doet ergens toe\n", out)
        self.assertIn("#   geen voorbeeld vraagt `definitie.nooit`\n", out)
        english = self.beding("test", "--coverage", "--lang", "en", "proef.bdg").stdout
        self.assertIn("# branches of if, then and else: 3 of 4\n#   proef.bdg:28:75: `x > 2` never comes out nee\n", english)


if __name__ == "__main__":
    unittest.main()
