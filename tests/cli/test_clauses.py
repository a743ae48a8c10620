#!/usr/bin/env python3
"""`beding check --clauses`: what is declared or quoted and used nowhere."""
import json
import unittest

from command import CommandTest

CONTRACT = """taal nl
overeenkomst proef
document hoofd "Overeenkomst"  rang 1
gebruik stdlib.nl.kalender

eenheid uur/uren
eenheid dagdeel/dagdelen = 4 uren
keuze kleur = rood, blauw
keuze vorm = rond, recht
invoer akkoord : boolean facultatief
invoer vroeg : boolean facultatief
lijst bezoeken per client (dag : datum, duur : uur) ten hoogste 10
product opvang per uur naar kleur
tarief opvang    bron "Bijlage 1"  citaat "rood € 5, blauw € 6,50"
    | rood | blauw |
    | 5,00 | 6,00  |
tabel ongelezen naar kleur : getal    bron "Bijlage 2"
    | rood | blauw |
    | 1    | 2     |

regel te_lang voor opvang    bron "Artikel 1"  citaat "langer dan 10 uren, of 8% meer, volgens artikel 99 lid 98"
    keur af als volume > 10 uren en akkoord ontbreekt
regel te_vaak voor opvang    bron "Artikel 2"  citaat "op 31 december 2020 of 1.500 keer; 2,5 van zzp7"
    keur af als (aantal b in bezoeken met b.dag = 2020-12-31) > 1.500
    waar los = 3, vast = 2
regel betaling voor opvang    bron "Artikel 3"
    betaal volume × tarief afgerond op centen
definitie hoe(x : getal, y : getal) : getal aanroepbaar = x    bron "Artikel 4"

voorbeeld "noemen is niet gebruiken"
    gegeven product opvang, rood, van 2020-03-01 tot en met 2020-03-31, volume 3 uren, akkoord ja, vroeg ja
    verwacht goedgekeurd € 15,00
"""


class Clauses(CommandTest):
    def found(self, text, status=1):
        answer = json.loads(self.beding("check", "--clauses", "--json", self.file("proef.bdg", text), status=status).stdout)
        return [(one["code"], one["line"], one["message"]) for one in answer["diagnostics"]]

    def test_what_is_used_nowhere(self):
        found = [(code, line, message) for code, line, message in self.found(CONTRACT) if code in ("W1120", "W1121")]
        number = {part: 1 + CONTRACT[:CONTRACT.index(part)].count("\n") for part in (
            "eenheid dagdeel", "keuze vorm", "invoer vroeg", "lijst", "tarief opvang", "tabel", "regel te_lang", "regel te_vaak", "waar", "definitie")}
        self.assertEqual(found, [
            ("W1120", number["eenheid dagdeel"], "eenheid dagdeel wordt nergens gebruikt"),
            ("W1120", number["keuze vorm"], "keuze vorm wordt nergens gebruikt"),
            ("W1120", number["invoer vroeg"], "invoer vroeg wordt nergens gebruikt"),
            ("W1120", number["lijst"], "veld duur wordt nergens gebruikt"),
            ("W1121", number["tarief opvang"], "het citaat noemt 6,50, en dit onderdeel rekent er niet mee"),
            ("W1120", number["tabel"], "tabel ongelezen wordt nergens gebruikt"),
            ("W1121", number["regel te_lang"], "het citaat noemt 8%, en dit onderdeel rekent er niet mee"),
            ("W1121", number["regel te_vaak"], "het citaat noemt 2,5, en dit onderdeel rekent er niet mee"),
            ("W1120", number["waar"], "deel los wordt nergens gebruikt"),
            ("W1120", number["waar"], "deel vast wordt nergens gebruikt"),
            ("W1120", number["definitie"], "parameter y wordt nergens gebruikt"),
        ])

    def test_only_when_asked_for(self):
        answer = json.loads(self.beding("check", "--json", self.file("proef.bdg", CONTRACT)).stdout)
        self.assertEqual([one for one in answer["diagnostics"] if one["code"] in ("W1120", "W1121")], [])

    def test_the_caret_stands_under_the_number(self):
        text = self.beding("check", "--clauses", self.file("proef.bdg", CONTRACT), status=1).stderr
        line = next(i for i, one in enumerate(text.splitlines()) if "8%" in one and "W1121" in one)
        quoted, caret = text.splitlines()[line + 1:line + 3]
        self.assertEqual(quoted[caret.index("^")], "8")

    def test_numbers_are_known_through_names(self):
        text = CONTRACT.replace("volume > 10 uren en", "volume > grens × factor en")
        text += "definitie grens : uur = 10 uren\ndefinitie factor : getal = 1 + opslag\ndefinitie opslag : getal = 8 %\n"
        line = 1 + text[:text.index("regel te_lang")].count("\n")
        self.assertNotIn(line, [found[1] for found in self.found(text) if found[0] == "W1121"])

    def test_english(self):
        text = """language en
agreement trial
document main "Agreement"  rank 1
input spare : boolean
definition rate_of(x : number) : number callable = x * 1.5    source "1" quote "1.5 or 1,500 or 7 percent"
"""
        answer = self.beding("check", "--clauses", "--lang", "en", self.file("a.bdg", text), status=1).stderr
        self.assertIn("input spare is used nowhere", answer)
        self.assertIn("the quotation says 1500, ", answer)
        self.assertIn("the quotation says 7%, ", answer)
        self.assertNotIn("says 1.5,", answer)

    def test_one_member_may_go_without_a_name(self):
        text = """taal nl
overeenkomst proef
keuze maat = klein, gewoon, groot
definitie prijs(m : maat) : bedrag aanroepbaar = als m is klein dan € 1 anders als m is gewoon dan € 2 anders € 3
"""
        self.assertEqual(self.found(text, status=0), [])
        self.assertEqual([message for _, _, message in self.found(text.replace("is gewoon", "is klein"))],
                         ["lid gewoon wordt nergens gebruikt", "lid groot wordt nergens gebruikt"])

    MANY = "taal nl\novereenkomst proef\n" + "".join(f"invoer over_{i} : boolean facultatief\n" for i in range(60))

    def test_more_than_are_kept(self):
        text = self.MANY + "definitie drie : getal aanroepbaar = 3\n"
        answer = json.loads(self.beding("check", "--clauses", "--json", self.file("proef.bdg", text), status=1).stdout)
        self.assertEqual((answer["errors"], answer["warnings"], len(answer["diagnostics"])), (0, 60, 50))

    def test_an_error_is_shown_alone(self):
        # what failed may be what uses it; and no number of warnings hides the error
        text = self.MANY + "definitie drie : getal aanroepbaar = vier\n"
        answer = json.loads(self.beding("check", "--clauses", "--json", self.file("proef.bdg", text), status=1).stdout)
        self.assertEqual((answer["errors"], answer["warnings"]), (1, 0))
        self.assertEqual([one["code"] for one in answer["diagnostics"]], ["E0301"])
        found = self.beding("check", "--clauses", self.file("proef.bdg", text), status=1).stderr
        self.assertNotIn("weggelaten", found)

    def test_nothing_to_report(self):
        text = "taal nl\novereenkomst proef\ndocument hoofd \"Overeenkomst\"  rang 1\ndefinitie a(x : getal) : getal aanroepbaar = x + 5  bron \"1\"  citaat \"5 meer\"\n"
        self.assertEqual(self.found(text, status=0), [])


if __name__ == "__main__":
    unittest.main()
