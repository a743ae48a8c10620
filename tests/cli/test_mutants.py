#!/usr/bin/env python3
"""`beding test --mutate`: which changes it makes, what it says of them, and with what it ends."""
import json
import unittest

from command import CommandTest

CONTRACT = """taal nl
overeenkomst proef
    geldig vanaf 2020-01-01
document hoofd "Overeenkomst"  rang 1

eenheid minuut/minuten
eenheid uur/uren = 60 minuten
keuze kleur = rood, blauw, groen
invoer vroeg : boolean

tabel tint naar kleur : kleur    bron "Artikel 1"
    | rood  | blauw | groen |
    | blauw | groen | rood  |

tabel staffel naar omvang (uur) : bedrag    bron "Artikel 2"
    | tot en met 10 uren | daarboven |
    | € 5,00             | 4,50      |

definitie te_lang(duur : uur) : boolean aanroepbaar = duur > 90 minuten en niet (duur = 3 uren)    bron "Artikel 3"
definitie prijs(duur : uur) : bedrag aanroepbaar = staffel[duur] × 1,21 afgerond op centen    bron "Artikel 4"
definitie einde(d : datum) : datum aanroepbaar = laatste dag van maand van (d + 8 weken)    bron "Artikel 5"
definitie tegen(k : kleur) : kleur aanroepbaar = tint[k]    bron "Artikel 1"

voorbeeld "alles"
    verwacht te_lang(1,5 uur) = nee, te_lang(2 uren) = ja, te_lang(3 uren) = nee
    verwacht prijs(10 uren) = € 6,05, prijs(11 uren) = € 5,45
    verwacht einde(2020-01-01) = 2020-02-29
    verwacht tegen(rood) = blauw, tegen(blauw) = groen
"""

# (kind, from, to, outcome), in the order of the text.
EXPECTED = [
    ("validity", "2020-01-01", "2020-01-02", "survived"),
    ("validity", "2020-01-01", "2019-12-31", "survived"),
    ("unit", "minuten", "uur", "killed_by_compiler"),
    ("number", "60", "61", "killed"),
    ("number", "60", "59", "survived"),
    ("cell", "blauw", "groen", "killed"),
    ("cell", "groen", "rood", "killed"),
    ("cell", "rood", "blauw", "survived"),
]


class Mutants(CommandTest):
    def mutants(self, text, *options, status=1):
        self.file("proef.bdg", text)
        answer = json.loads(self.beding("test", "--mutate", "--json", *options, "proef.bdg", status=status).stdout)
        return answer["files"][0]

    def listed(self, text, status=1):
        return [(m["kind"], m["from"], m["to"], m["outcome"]) for m in self.mutants(text, status=status)["list"]]

    def test_what_is_changed(self):
        found = self.listed(CONTRACT)
        self.assertEqual(found[:len(EXPECTED)], EXPECTED)
        for one in [
            ("number", "10", "11", "killed"),
            ("number", "10", "9", "killed"),
            ("cell", "€ 5,00", "€ 5,01", "killed"),
            ("cell", "4,50", "4,51", "killed"),
            ("connective", "en", "of", "killed"),
            ("comparison", ">", ">=", "killed"),
            ("comparison", ">", "<=", "killed"),
            ("unit", "minuten", "uur", "killed"),
            ("number", "90", "91", "survived"),
            ("number", "90", "89", "killed"),
            ("number", "1,21", "1,22", "killed"),
            ("negation", "niet (duur = 3 uren)", "duur = 3 uren", "killed"),
            ("comparison", "=", "<>", "killed"),
            ("rounding", "afgerond", "naar boven", "survived"),
            ("rounding", "afgerond", "naar beneden", "killed"),
            ("rounding", "op centen", "op een veelvoud van € 0,10", "killed"),
            ("number", "8", "7", "survived"),
            ("number", "8", "9", "killed"),
            ("unit", "weken", "dagen", "killed"),
        ]:
            self.assertIn(one, found)
        self.assertNotIn("voorbeeld", str(found))

    def test_counts_agree_with_the_list(self):
        file = self.mutants(CONTRACT)
        outcomes = [m["outcome"] for m in file["list"]]
        self.assertEqual(file["mutants"], len(outcomes))
        for name in ("killed", "killed_by_compiler", "survived"):
            self.assertEqual(file[name], outcomes.count(name))
        self.assertEqual(file["percent"], (len(outcomes) - file["survived"]) * 1000 // len(outcomes) / 10)

    def test_the_same_every_time(self):
        self.assertEqual(self.mutants(CONTRACT), self.mutants(CONTRACT))

    def test_text_names_the_survivors(self):
        self.file("proef.bdg", CONTRACT)
        out = self.beding("test", "--mutate", "proef.bdg", status=1).stdout
        self.assertIn("proef.bdg:3:18: overleeft: `2020-01-01` → `2020-01-02`\n", out)
        self.assertRegex(out, r"proef\.bdg: \d+ mutanten: \d+ gedood door voorbeelden, \d+ door de vertaler, \d+ overleefd; gedood: \d+,\d %")
        english = self.beding("test", "--mutate", "--lang", "en", "proef.bdg", status=1).stdout
        self.assertIn("proef.bdg:3:18: survives: `2020-01-01` → `2020-01-02`\n", english)

    def test_at_least(self):
        self.mutants(CONTRACT, "--at-least", "50", status=0)
        self.mutants(CONTRACT, "--at-least", "100", status=1)
        for wrong in ("101", "-1", "", "9x", "95 %", "007"):
            self.assertIn("--at-least", self.beding("test", "--mutate", "--at-least", wrong, "proef.bdg", status=2).stderr)

    def test_words_of_the_other_language(self):
        text = """language en
agreement trial
document main "Agreement"  rank 1
definition late(d : date) : boolean callable = d > 2020-03-01 or not (d <> 2020-02-01)    source "1"
example "all"
    expect late(2020-03-02) = yes, late(2020-03-01) = no, late(2020-02-01) = yes
"""
        self.assertEqual(self.listed(text, status=0), [
            ("connective", "or", "and", "killed"),
            ("comparison", ">", ">=", "killed"),
            ("comparison", ">", "<=", "killed"),
            ("date", "2020-03-01", "2020-03-02", "killed"),
            ("date", "2020-03-01", "2020-02-29", "killed"),
            ("negation", "not (d <> 2020-02-01)", "d <> 2020-02-01", "killed"),
            ("comparison", "<>", "=", "killed"),
            ("date", "2020-02-01", "2020-02-02", "killed"),
            ("date", "2020-02-01", "2020-01-31", "killed"),
        ])

    def test_a_library_is_left_alone(self):
        text = CONTRACT.replace("taal nl\n", "taal nl\ngebruik stdlib.nl.kalender\n")
        self.assertEqual({m["file"] for m in self.mutants(text)["list"]}, {"proef.bdg"})

    def test_an_import_is_not(self):
        self.file("deel.bdg", 'taal nl\ndefinitie twee : getal aanroepbaar = 2  bron "Artikel 6"\n')
        text = CONTRACT.replace("taal nl\n", 'taal nl\ngebruik "deel.bdg"\n')
        first = self.mutants(text)["list"][0]
        self.assertEqual((first["file"], first["line"], first["from"], first["outcome"]), ("deel.bdg", 2, "2", "survived"))

    def test_scenarios_must_pass_first(self):
        wrong = self.file("fout.bdg", CONTRACT.replace("= € 6,05", "= € 6,06"))
        self.assertIn('"alles"', self.beding("test", "--mutate", wrong, status=1).stderr)
        none = self.file("geen.bdg", CONTRACT[:CONTRACT.index("voorbeeld")])
        self.assertIn("geen.bdg", self.beding("test", "--mutate", none, status=1).stderr)
        self.assertIn("E0", self.beding("test", "--mutate", self.file("kapot.bdg", "taal nl\nregel\n"), status=1).stderr)


if __name__ == "__main__":
    unittest.main()
