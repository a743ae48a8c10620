#!/usr/bin/env python3
"""`beding diff`: what it calls a difference and what not, its forms, its exit status, and what it refuses. Planted changes: tests/diff."""
import json
import re
import shutil
import unittest

from command import ROOT, CommandTest, HULP

BASE = """taal nl
overeenkomst proef  versie "1"
document hoofd "Hoofdtekst"  rang 1
eenheid dag/dagen ondeelbaar
product opvang "Opvang" per dag
product zorg per dag
tarief opvang  geldig vanaf 2020-01-01 tot en met 2020-12-31  € 10,00 per dag
tarief opvang  geldig vanaf 2021-01-01  € 12,50 per dag
tarief zorg € 20,00 per dag
invoer akkoord : boolean facultatief "is er akkoord?"
definitie grens : dag = 8 dagen
definitie dubbel(x : getal) : getal aanroepbaar = 2 × x
regel te_lang  voor opvang, zorg                    bron "Artikel 1" uit document hoofd citaat "acht dagen"
    keur af als volume > grens
regel zonder_akkoord  voor zorg
    houd aan als akkoord ontbreekt
regel betaling
    betaal volume × tarief afgerond op centen
"""
ENGLISH = """language en
agreement proef  version "1"
document hoofd "Hoofdtekst"  rank 1
unit dag/dagen indivisible
product opvang "Opvang" per dag
product zorg per dag
tariff zorg €20.00 per dag
tariff opvang  valid from 2020-01-01 through 2020-12-31  €10.00 per dag
tariff opvang  valid from 2021-01-01  €12.50 per dag
input akkoord : boolean optional "is er akkoord?"
definition limit : dag = 8 dagen
definition dubbel(y : number) : number callable = y × 2
rule betaling
    pay tariff × volume rounded to cents
rule zonder_akkoord  for zorg
    suspend if akkoord is absent
rule te_lang  for zorg, opvang                      source "Artikel 1" from document hoofd quote "acht dagen"
    reject if not (volume <= limit)
"""


class Diff(CommandTest):
    def compare(self, *edits, options=(), status=1, base=BASE):
        text = base
        for old, new in edits:
            self.assertIn(old, text)
            text = text.replace(old, new)
        self.file("oud.bdg", base)
        self.file("nieuw.bdg", text)
        return self.beding("diff", "oud.bdg", "nieuw.bdg", *options, status=status).stdout

    def changes(self, *edits, options=(), status=1):
        return json.loads(self.compare(*edits, options=("--json", *options), status=status))["changes"]


class Meaning(Diff):
    def test_nothing(self):
        self.assertIn("Geen verschil", self.compare(status=0))
        self.assertEqual(self.changes(status=0), [])

    def test_the_other_language(self):
        self.file("oud.bdg", BASE)
        self.file("nieuw.bdg", ENGLISH)
        found = json.loads(self.beding("diff", "oud.bdg", "nieuw.bdg", "--json", status=1).stdout)["changes"]
        self.assertEqual([(change["id"], [(detail["old"], detail["new"], detail["renamed"]) for detail in change["details"]]) for change in found],
                         [("definition.dubbel", [("x", "y", True)])])  # the name of an input is known outside

    def test_modules_and_sources(self):
        self.file("oud.bdg", BASE)
        self.file("nieuw.bdg", BASE.replace("8 dagen", "9 dagen"))
        for name in ("oud", "nieuw"):
            self.beding("build", f"{name}.bdg", "-o", f"{name}.bdc")
        for old in ("oud.bdg", "oud.bdc"):
            for new in ("nieuw.bdg", "nieuw.bdc"):
                found = json.loads(self.beding("diff", old, new, "--json", status=1).stdout)["changes"]
                self.assertEqual([change["id"] for change in found], ["definition.grens"], (old, new))
                self.assertEqual(found[0]["reaches"], ["rule.te_lang"])
                self.assertTrue(found[0]["witness"]["found"], (old, new))

    def test_cells_by_period(self):
        found, = self.changes(("geldig vanaf 2021-01-01  € 12,50", "geldig vanaf 2021-01-01 tot en met 2021-06-30  € 12,50"),
                              ("tarief zorg", "tarief opvang  geldig vanaf 2021-07-01  € 13,00 per dag\ntarief zorg"))
        self.assertEqual(found["id"], "tariff.opvang")
        cell, = found["details"]
        self.assertEqual((cell["from"], cell["old"], cell["new"], cell["difference"], cell["percent"]), ("2021-07-01", "12.50", "13.00", 0.5, 4))
        self.assertNotIn("to", cell)

    def test_on_a_day(self):
        edit = ("€ 10,00", "€ 11,00")
        self.assertEqual(len(self.changes(edit, options=("--as-of", "2020-06-01"))), 1)
        self.assertEqual(self.changes(edit, options=("--as-of", "2021-06-01"), status=0), [])

    def test_a_rule_later(self):
        found, = self.changes(("regel te_lang ", "regel te_lang  geldig vanaf 2020-01-02 "))
        self.assertEqual(found["id"], "rule.te_lang")
        self.assertEqual(found["details"][0]["part"], "validity")
        self.assertTrue(found["witness"]["found"])

    def test_renamed(self):
        found, = self.changes(("regel te_lang ", "regel veel_te_lang "))
        self.assertEqual((found["change"], found["name"], found["new_name"]), ("renamed", "te_lang", "veel_te_lang"))

    def test_added_and_removed(self):
        found = self.changes(("regel zonder_akkoord  voor zorg\n    houd aan als akkoord ontbreekt\n", ""),
                             ("regel betaling", "regel klein\n    keur af als volume < 2 dagen\nregel betaling"))
        self.assertEqual([(change["id"], change["change"]) for change in found],
                         [("rule.klein", "added"), ("rule.zonder_akkoord", "removed")])
        self.assertTrue(all(change["witness"]["found"] for change in found))

    def test_a_unit_class_more(self):
        """A product in another unit is a product more, and no change of the rules that hold for all."""
        found = self.changes(("product zorg per dag\n", "product zorg per dag\neenheid uur/uren\nproduct nacht per uur\n"),
                             ("tarief zorg", "tarief nacht € 5,00 per uur\ntarief zorg"))
        self.assertEqual([change["id"] for change in found], ["unit.uur", "product.nacht", "tariff.nacht"])

    def test_words_have_no_witness(self):
        found, = self.changes(("acht dagen", "8 dagen in"))
        self.assertEqual([detail["part"] for detail in found["details"]], ["quote"])
        self.assertFalse(found["witness"]["found"])
        self.assertIn("geen beslissing verandert", found["witness"]["note"])

    def test_no_witness(self):
        """What cannot show in a decision, and is not proved, says how hard was looked."""
        found, = self.changes(("keur af als volume > grens", "keur af als volume > grens of (volume / 1 dag + 1) × (volume / 1 dag + 1) <> (volume / 1 dag) × (volume / 1 dag) + 2 × (volume / 1 dag) + 1"))
        self.assertFalse(found["witness"]["found"])
        self.assertGreater(found["witness"]["tried"], 100)


class Witnesses(CommandTest):
    """A witness turns on the change: one version pays the line, and no other rule rejects it."""

    def outcomes(self, agreement, file, old, new):
        shutil.copytree(ROOT / "contracts" / agreement, self.folder / "nieuw")
        path = self.folder / "nieuw" / file
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text)
        path.write_text(text.replace(old, new), encoding="utf-8")
        out = self.beding("diff", str(ROOT / "contracts" / agreement), "nieuw", "--json", status=1).stdout
        witness = json.loads(out)["changes"][0]["witness"]
        return witness["old"], witness["new"]

    def test_the_client_of_the_message(self):
        """Lines that count are decided with clients of their own, and so are their messages: `andere_client` has nothing to do with it."""
        self.assertEqual(self.outcomes("leiden-kortdurend-verblijf", "overeenkomst.bdg.md",
                                       "stopbericht aanwezig en begindatum >", "stopbericht aanwezig en einddatum >"),
                         ("goedgekeurd € 175,00", "afgekeurd (na_stop)"))

    def test_a_table_from_outside(self):
        self.assertEqual(self.outcomes("leiden-kortdurend-verblijf", "overeenkomst.bdg.md",
                                       "begindatum < bijlage1[aanbieder]", "begindatum <= bijlage1[aanbieder]"),
                         ("goedgekeurd € 175,00", "afgekeurd (geen_partij)"))


class Forms(Diff):
    EDITS = (("€ 10,00", "€ 11,00"), ("volume > grens", "volume >= grens"))

    def test_text(self):
        text = self.compare(*self.EDITS)
        self.assertIn("2 verschillen: 1 × tarief, 1 × regel", text)
        self.assertIn("2020-01-01 tot en met 2020-12-31  € 10,00 → € 11,00  + € 1,00  + 10,00 %", text)
        self.assertIn("keur af als volume > grens → keur af als volume >= grens", text)
        self.assertRegex(text, r'voorbeeld "te_lang: was [^\n]+\n +gegeven product (opvang|zorg)')
        self.assertIn("differences", self.beding("diff", "oud.bdg", "nieuw.bdg", "--lang", "en", status=1).stdout)

    def test_markdown(self):
        text = self.compare(*self.EDITS, options=("--markdown",))
        self.assertIn("# Wat verandert in proef\n", text)
        self.assertIn("## regel `te_lang`: gewijzigd", text)
        for row in re.findall(r"^\|.*$", text, re.MULTILINE):
            self.assertIn(row.replace("\\|", "").count("|"), (4, 7), row)

    def test_html(self):
        text = self.compare(*self.EDITS, options=("--html",))
        self.assertTrue(text.startswith("<!doctype html>") or text.startswith("<!DOCTYPE html>"))
        self.assertNotRegex(text, r'(src|href)="https?:')
        self.assertIn("volume &gt;= grens", text)
        ids = re.findall(r'id="([^"]+)"', text)
        self.assertEqual(len(ids), len(set(ids)))

    def test_out(self):
        self.compare(*self.EDITS, options=("--html", "--out", "verschil.html"))
        self.assertTrue((self.folder / "verschil.html").read_text(encoding="utf-8").rstrip().endswith("</html>"))

    def test_same_bytes(self):
        one = self.compare(*self.EDITS, options=("--json",))
        self.assertEqual(one, self.compare(*self.EDITS, options=("--json",)))

    def test_a_rule_that_speaks_in_both_shows_nothing(self):
        """Whole days: > 28 and >= 29 part on a part of a day only, and a line that is rejected for another price is no witness of it."""
        folder = self.folder / "nieuw"
        shutil.copytree(ROOT / "contracts" / "leiden-beschermd-wonen", folder)
        path = folder / "overeenkomst.bdg.md"
        text = path.read_text(encoding="utf-8")
        for old, new in (("166,69", "169,74"), ("143,73", "149,74"), ("volume > 28 dagen", "volume >= 29 dagen")):
            self.assertIn(old, text)
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
        done = self.beding("diff", ROOT / "contracts" / "leiden-beschermd-wonen", folder, "--json", status=1)
        witness = next(change for change in json.loads(done.stdout)["changes"] if change["id"] == "rule.dagen_per_periode")["witness"]
        self.assertEqual(["dagen_per_periode" in witness[side] for side in ("old", "new")], [True, False], witness)

    def test_without_witnesses(self):
        found = self.changes(*self.EDITS, options=("--no-witness",))
        self.assertEqual([("witness" in change) for change in found], [False, False])


class Refusals(Diff):
    def refused(self, *arguments, status, words):
        done = self.beding("diff", *arguments, status=status)
        self.assertIn(words, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_other_agreements(self):
        self.file("oud.bdg", BASE)
        self.refused("oud.bdg", HULP, status=2, words="is overeenkomst proef en")

    def test_what_does_not_compile(self):
        self.file("oud.bdg", BASE)
        self.file("nieuw.bdg", BASE.replace("volume > grens", "volume > gren"))
        self.refused("oud.bdg", "nieuw.bdg", status=1, words="nieuw.bdg:14:")

    def test_a_newer_module(self):
        self.file("oud.bdg", BASE)
        self.beding("build", "oud.bdg", "-o", "oud.bdc")
        data = bytearray((self.folder / "oud.bdc").read_bytes())
        data[8] = 99
        self.file("nieuw.bdc", bytes(data))
        self.refused("oud.bdc", "nieuw.bdc", status=1, words="formaat 99")

    def test_arguments(self):
        self.file("oud.bdg", BASE)
        self.refused("oud.bdg", "oud.bdg", "--json", "--html", status=2, words="kies één van")
        self.refused("oud.bdg", "oud.bdg", "--as-of", "morgen", status=2, words="morgen")
        self.refused("oud.bdg", "nergens.bdg", status=3, words="nergens.bdg")


HEAD = "taal nl\novereenkomst klein\n    geldig vanaf 2019-01-01\ndocument a \"A\" rang 1\neenheid dag/dagen\neenheid minuut/minuten\neenheid uur/uren = 60 minuten\n" \
       "product p per dag\ntarief p € 10\ninvoer n : getal\n"


class Said(Diff):
    """How a difference is said: once, of what changed, in words."""

    def details(self, text, old, new, options=()):
        self.assertIn(old, text)
        self.file("oud.bdg", HEAD + text)
        self.file("nieuw.bdg", HEAD + text.replace(old, new))
        done = self.beding("diff", "oud.bdg", "nieuw.bdg", "--json", "--no-witness", *options, status=None)
        return [(change["id"], change["change"], [(detail["part"], detail["old"], detail["new"]) for detail in change["details"]])
                for change in json.loads(done.stdout)["changes"]]

    RULE = "regel te_veel\n    geldig vanaf 2020-03-02\n    keur af als n > 3\n    reden \"te veel\"\n"

    def test_a_rule_begins_a_day_later(self):
        self.assertEqual(self.details(self.RULE, "03-02", "03-03"), [("rule.te_veel@2020-03-02", "changed", [("validity", "2020-03-02..", "2020-03-03..")])])
        self.assertIn("geldig  vanaf 2020-03-02 → vanaf 2020-03-03", self.beding("diff", "oud.bdg", "nieuw.bdg", "--no-witness", status=1).stdout)

    def test_on_a_day_on_which_both_hold(self):
        self.assertEqual(self.details(self.RULE, "03-02", "03-03", ("--as-of", "2020-03-05")), [])
        self.assertEqual(self.details(self.RULE, "03-02", "03-03", ("--as-of", "2020-03-01")), [])
        self.assertEqual([how for _, how, _ in self.details(self.RULE, "03-02", "03-03", ("--as-of", "2020-03-02"))], ["changed"])

    def test_a_witness_is_of_the_day(self):
        self.file("oud.bdg", HEAD + self.RULE)
        self.file("nieuw.bdg", HEAD + self.RULE.replace("n > 3", "n > 4"))
        done = self.beding("diff", "oud.bdg", "nieuw.bdg", "--json", "--as-of", "2021-05-05", status=1)
        [change] = json.loads(done.stdout)["changes"]
        begin, end = re.search(r"van (\S+) tot en met ([0-9-]+)", change["witness"]["scenario_new"]).groups()
        self.assertTrue(begin <= "2021-05-05" <= end, change["witness"]["scenario_new"])

    def test_no_module_and_a_newer_one(self):
        self.file("klein.bdg", HEAD)
        self.beding("build", "klein.bdg", "-o", "klein.bdc")
        whole = (self.folder / "klein.bdc").read_bytes()
        (self.folder / "nieuwer.bdc").write_bytes(whole[:8] + b"\x0b\0" + whole[10:])
        (self.folder / "geen.bdc").write_bytes(b"\0" * 100)
        self.assertIn("`geen.bdc` is geen bruikbare module: dit is geen module van Beding", self.beding("diff", "klein.bdc", "geen.bdc", status=1).stderr)
        newer = self.beding("diff", "klein.bdc", "nieuwer.bdc", status=1).stderr
        self.assertIn("`nieuwer.bdc` is geen bruikbare module: zij is van formaat 11, nieuwer dan dit programma kent (formaat 2)", newer)

    def test_the_version_of_a_definition_on_a_day(self):
        text = "definitie d : getal aanroepbaar = 1\n    geldig tot en met 2020-12-31\ndefinitie d : getal aanroepbaar = 2\n    geldig vanaf 2021-01-01\n"
        self.assertEqual(self.details(text, "= 2", "= 3", ("--as-of", "2020-05-01")), [])
        self.assertEqual(self.details(text, "= 2", "= 3", ("--as-of", "2021-05-01")), [("definition.d", "changed", [("output", "2", "3")])])

    def test_the_message_of_a_demand(self):
        text = "boete b\n    invoer k : getal\n    vereist k > 0  anders fout \"niets\"\n    bedrag € 1 × k afgerond op centen\n"
        self.assertEqual(self.details(text, "niets", "geen"), [("penalty.b", "changed", [("message", "niets", "geen")])])

    def test_a_power_that_becomes_a_duty(self):
        text = "kan boete b\n    invoer k : getal\n    als k > 0\n    bedrag € 1 × k afgerond op centen\n"
        self.assertEqual(self.details(text, "kan boete", "boete"), [("penalty.b", "changed", [("kind", "power", "duty")])])
        self.assertIn("mag → moet", self.beding("diff", "oud.bdg", "nieuw.bdg", "--no-witness", status=1).stdout)

    def test_the_moments_of_an_obligation(self):
        text = "verplichting verslag\n    elk jaar op 1 augustus over januari tot en met juni\n    elk jaar op 1 februari over juli tot en met december van het vorige jaar\n"
        [(id_, how, details)] = self.details(text, "1 augustus", "2 augustus")
        self.assertEqual((id_, how, [part for part, _, _ in details]), ("obligation.verslag", "changed", ["moment"]))
        self.assertIn("2 augustus", details[0][2])

    BANDS = "tabel grens naar omzet (bedrag) : bedrag\n    | tot en met € 50 | tot en met € 100 | daarboven |\n    | 1 | 2 | 3 |\n" \
            "definitie d(x : bedrag) : bedrag aanroepbaar = grens[x]\n"

    def test_the_bound_of_a_band(self):
        [(_, _, details), *_] = self.details(self.BANDS, "€ 50", "€ 60")
        self.assertEqual(details, [("cell", "2.00", "1.00")])
        self.assertIn("meer dan € 50,00 tot en met € 60,00  € 2,00 → € 1,00", self.beding("diff", "oud.bdg", "nieuw.bdg", "--no-witness", status=1).stdout)

    def test_a_band_in_two_of_one_value(self):
        self.assertEqual(self.details(self.BANDS, "| tot en met € 100 | daarboven |\n    | 1 | 2 |", "| tot en met € 70 | tot en met € 100 | daarboven |\n    | 1 | 2 | 2 |"), [])

    def test_numbers_and_where(self):
        self.file("oud.bdg", HEAD + self.RULE)
        self.file("nieuw.bdg", (HEAD + self.RULE).replace("60 minuten", "60,5 minuten").replace("n > 3", "n > 4"))
        self.assertIn("factor  60 minuten → 60,5 minuten", self.beding("diff", "oud.bdg", "nieuw.bdg", "--no-witness", status=1).stdout)
        for form in ("--markdown", "--html"):
            told = self.beding("diff", "oud.bdg", "nieuw.bdg", "--no-witness", form, status=1).stdout.replace("\\_", "_")
            self.assertIn("nieuw.bdg:11", told)
            self.assertIn("(vanaf 2020-03-02)", told)

    def test_a_tariff_that_is_no_longer_a_maximum_has_a_witness(self):
        klein = (ROOT / "tests" / "diff" / "klein" / "klein.bdg").read_text(encoding="utf-8")
        self.file("oud.bdg", klein)
        self.file("nieuw.bdg", klein.replace("product hulp per uur maximum", "product hulp per uur"))
        told = self.beding("diff", "oud.bdg", "nieuw.bdg", status=1).stdout
        self.assertIn("was: goedgekeurd € 250,00\n    wordt: goedgekeurd € 301,50", told)

    def test_modules_without_text_say_that_nothing_was_read_back(self):
        klein = (ROOT / "tests" / "diff" / "klein" / "klein.bdg").read_text(encoding="utf-8")
        self.file("oud.bdg", klein)
        self.file("nieuw.bdg", klein.replace("volume tot 14 dagen", "volume tot 13 dagen"))
        self.beding("build", "oud.bdg", "-o", "oud.bdc")
        self.assertIn("niet als tekst nagelezen", self.beding("diff", "oud.bdc", "nieuw.bdg", status=1).stdout)
        self.assertNotIn("nagelezen", self.beding("diff", "oud.bdg", "nieuw.bdg", status=1).stdout)

    def test_what_does_not_compile_prints_nothing(self):
        self.file("oud.bdg", HEAD)
        self.file("nieuw.bdg", HEAD + "regel\n")
        for form in ("--json", "--markdown", "--html"):
            done = self.beding("diff", "oud.bdg", "nieuw.bdg", form, status=1)
            self.assertEqual(done.stdout, "")
            self.assertIn("nieuw.bdg", done.stderr)


if __name__ == "__main__":
    unittest.main()
