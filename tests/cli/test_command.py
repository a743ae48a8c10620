#!/usr/bin/env python3
"""The command line itself: help, exit statuses, and every subcommand but `run` at its simplest and at its mistakes."""
import json
import os
import pathlib
import re
import subprocess
import unittest
import xml.etree.ElementTree

from command import BEDING, CommandTest, DATA, HULP, hulp_line, lines

COMMANDS = ["check", "build", "run", "eval", "describe", "test", "tariff", "calendar", "diff", "dis", "explain"]


class Usage(CommandTest):
    def test_help(self):
        for arguments in [("--help",), ("help",), ("-h",)]:
            text = self.beding(*arguments).stdout
            for command in COMMANDS:
                self.assertIn(f"  {command} ", text)
        for command in COMMANDS:
            dutch = self.beding(command, "--help").stdout
            english = self.beding(command, "--help", "--lang", "en").stdout
            self.assertIn(f"gebruik: beding {command} ", dutch)
            self.assertIn(f"usage: beding {command} ", english)
            self.assertNotEqual(dutch, english)

    def test_version(self):
        self.assertRegex(self.beding("--version").stdout, r"^beding \d+\.\d+\.\d+\n$")

    def test_mistakes(self):
        for arguments, words in [
            ((), "geen opdracht"),
            (("runn",), "bedoelde u `run`?"),
            (("zzzzzz",), "onbekende opdracht `zzzzzz`"),
            (("run", HULP), "optie `--lines` is nodig"),
            (("run",), "voor `run` ontbreekt nog: MODULE"),
            (("diff",), "voor `diff` ontbreekt nog: A B"),
            (("eval", HULP), "voor `eval` ontbreekt nog: NAME"),
            (("impact", HULP, "--lines", "x"), "beding: fout: geef twee overeenkomsten, of één met `--reading`"),
            (("run", HULP, "--linse", "x"), "bedoelde u `--lines`?"),
            (("run", HULP, "x", "--lines", "y"), "te veel argumenten: `x`"),
            (("run", HULP, "--lines"), "heeft een waarde nodig"),
            (("run", HULP, "--lines", "a", "--lines", "b"), "maar één keer"),
            (("run", HULP, "--lines", "a", "--separator", "tab"), "`tab` is geen waarde"),
            (("run", HULP, "--lines", "a", "--on-error", "skip"), "`skip` is geen waarde"),
            (("run", HULP, "--lines", "a", "--lang", "fy"), "`fy` is geen waarde"),
            (("describe", HULP, "--json=1"), "heeft geen waarde"),
            (("tariff", HULP, "--as-of", "2020-02-30"), "een datum zoals"),
            (("calendar", HULP), "optie `--year` is nodig"),
            (("calendar", HULP, "--year", "26"), "`26` is geen waarde voor `--year`: een jaar"),
            (("calendar", HULP, "--year", "0000"), "een jaar, zoals"),
            (("dis", HULP, "--stage", "boom"), "tokens, ast, core, ir of code"),
            (("explain", HULP, "--lines", "x", "--line", "D1"), "DECLARATIENUMMER/REGELNUMMER"),
            (("build", HULP), "optie `-o` is nodig"),
        ]:
            with self.subTest(arguments):
                self.assertIn(words, self.beding(*arguments, status=2).stderr)

    def test_language_of_the_environment(self):
        self.assertIn("no command", self.beding(status=2, environment={"LANG": "en_GB.UTF-8"}).stderr)
        self.assertIn("geen opdracht", self.beding(status=2, environment={"LANG": "C"}).stderr)
        self.assertIn("geen opdracht", self.beding("--lang", "nl", status=2, environment={"LANG": "en"}).stderr)

    def test_reader_that_goes_away(self):
        content = lines(*[hulp_line(regelnummer=str(i)) for i in range(60000)])
        path = self.file("lines.csv", content)
        with subprocess.Popen([BEDING, "run", HULP, "--lines", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdout.read(10)
            process.stdout.close()
            self.assertEqual(process.stderr.read(), b"")
            self.assertEqual(process.wait(), 3)

    def test_folder(self):
        folder = self.folder / "een"
        folder.mkdir()
        self.assertIn("geen overeenkomst", self.beding("check", folder, status=1).stderr)
        (folder / "a.bdg").write_text(pathlib.Path(HULP).read_text(encoding="utf-8"), encoding="utf-8")
        self.beding("check", folder)
        (folder / "b.bdg").write_text("taal nl\n", encoding="utf-8")
        self.assertIn("meer dan één", self.beding("check", folder, status=1).stderr)


class Check(CommandTest):
    def test_good(self):
        self.assertRegex(self.beding("check", HULP).stderr, r"\Akosten: ten hoogste \d+ stappen per regel\n\Z")
        answer = json.loads(self.beding("check", "--json", HULP).stdout)
        self.assertEqual((answer["schema"], answer["errors"], answer["diagnostics"]), ("beding.diagnostics/1", 0, []))

    def test_bad(self):
        path = self.file("fout.bdg", pathlib.Path(HULP).read_text(encoding="utf-8").replace("volume × tarief  afgerond", "volum × tarief  afgerond"))
        self.assertIn("fout[E0301]", self.beding("check", "fout.bdg", status=1).stderr)
        answer = json.loads(self.beding("check", "--json", path, HULP, status=1).stdout)
        self.assertEqual([row["code"] for row in answer["diagnostics"]], ["E0301"] * answer["errors"])
        sarif = json.loads(self.beding("check", "--sarif", path, status=1).stdout)
        result = sarif["runs"][0]["results"][0]
        self.assertEqual((sarif["version"], result["ruleId"], result["level"]), ("2.1.0", "E0301", "error"))
        self.assertGreater(result["locations"][0]["physicalLocation"]["region"]["startLine"], 1)

    def test_unreadable(self):
        self.beding("check", "nergens.bdg", status=3)

    def test_hostile(self):
        for name, content in [("nul.bdg", b"taal nl\novereenkomst a\0b\n"), ("leeg.bdg", b""), ("ruis.bdg", bytes(range(256)) * 400),
                              ("diep.bdg", b"taal nl\ndefinitie a : getal = " + b"(" * 10000 + b"1" + b")" * 10000 + b"\n")]:
            with self.subTest(name):
                self.assertRegex(self.beding("check", self.file(name, content), status=1).stderr, rf"{name}:\d+:\d+: fout\[E\d+\]")

    def test_too_large(self):
        path = self.folder / "groot.bdg"
        with open(path, "wb") as file:
            file.truncate(100 * 1024 * 1024)
        self.assertIn("te groot", self.beding("check", path, status=1).stderr)


class Build(CommandTest):
    def test_same_bytes_and_same_decisions(self):
        self.beding("build", HULP, "-o", "a.bdc")
        self.beding("build", HULP, "--out", "b.bdc")
        first = (self.folder / "a.bdc").read_bytes()
        self.assertEqual(first, (self.folder / "b.bdc").read_bytes())
        path = self.file("lines.csv", lines(hulp_line()))
        self.assertEqual(self.beding("run", "a.bdc", "--lines", path).stdout, self.beding("run", HULP, "--lines", path).stdout)

    def test_damaged_modules_are_refused(self):
        self.beding("build", HULP, "-o", "a.bdc")
        whole = (self.folder / "a.bdc").read_bytes()
        flipped = bytearray(whole)
        flipped[len(whole) // 2] ^= 1
        for content in [b"", whole[:40], whole[: len(whole) // 2], whole[:-1], bytes(flipped), b"x" * 1000]:
            path = self.file("b.bdc", content)
            self.assertIn("geen bruikbare module", self.beding("describe", path, status=1).stderr)

    def test_nothing_is_made_of_a_bad_text(self):
        path = self.file("fout.bdg", "taal nl\novereenkomst x\nregel\n")
        self.beding("build", path, "-o", "x.bdc", status=1)
        self.assertEqual(sorted(os.listdir(self.folder)), ["fout.bdg"])


class Eval(CommandTest):
    def value(self, name, given, *options, status=0):
        done = self.beding("eval", HULP, name, "--input", json.dumps(given) if not isinstance(given, str) else given, *options,
                           status=status)
        return done.stdout.strip() if status == 0 else done.stderr

    def test_values(self):
        self.assertEqual(self.value("definitie.uren_prijs", {"duur": {"waarde": 465, "eenheid": "minuut"}}), "390.60")
        self.assertEqual(self.value("uren_prijs", {"duur": 465}), "390.60")
        self.assertEqual(self.value("derde", {"x": 1}), '"1/3"')
        self.assertEqual(self.value("derde", {"x": "1/3"}), '"1/9"')
        self.assertEqual(self.value("derde", '{"x": 3.000000000000000000000000000003}'), "1.000000000000000000000000000001")
        self.assertEqual(self.value("derde", '{"x": 36893488147419103233}'), "12297829382473034411")
        self.assertEqual(self.value("tarief.hulp", {}, "--as-of", "2020-01-01"), '{"bedrag": 50.40, "per": "uur"}')
        self.assertEqual(self.value("tarief.opvang", {"zwaarte": "middel", "peildatum": "2021-01-01"}), '{"bedrag": 20.25, "per": "dag"}')

    def test_input_from_a_file(self):
        path = self.file("in.json", '{"x": 6}')
        self.assertEqual(self.beding("eval", HULP, "derde", "--input", path).stdout, "2\n")
        self.assertEqual(self.beding("eval", HULP, "derde", "--input", "-", stdin='{"x": 6}').stdout, "2\n")

    def test_mistakes(self):
        self.assertIn("invoer `x` ontbreekt", self.value("derde", {}, status=1))
        self.assertIn("geen invoer `y`", self.value("derde", {"x": 1, "y": 2}, status=1))
        self.assertIn("hier hoort een getal", self.value("derde", {"x": "een"}, status=1))
        self.assertIn("hier hoort een getal", self.value("derde", {"x": True}, status=1))
        self.assertIn("de eenheid is `minuut`, niet `dag`", self.value("uren_prijs", {"duur": {"waarde": 1, "eenheid": "dag"}}, status=1))
        self.assertIn("bedoelde u `zwaar`?", self.value("tarief.opvang", {"zwaarte": "zwar", "peildatum": "2020-01-01"}, status=1))
        self.assertIn("geldige JSON", self.value("derde", '{"x": 1', status=1))
        self.assertIn("geen JSON-object", self.value("derde", "[1]", status=1))
        self.assertIn("niets dat `derdee` heet", self.value("derdee", {}, status=2))
        self.assertIn("peildatum", self.value("tarief.hulp", {}, status=1))


class Views(CommandTest):
    def test_describe(self):
        text = self.beding("describe", HULP).stdout
        for word in ["volume", "te_laat", "9321", "Artikel 4", "definitie.derde", "tarief.opvang", "zwaarte"]:
            self.assertIn(word, text)
        answer = json.loads(self.beding("describe", "--json", HULP).stdout)
        self.assertEqual(answer["schema"], "beding.describe/1")
        self.assertEqual([rule["name"] for rule in answer["rules"]][:2], ["te_laat", "hoogstens_28"])
        self.assertEqual({table["name"] for table in answer["tables"]}, {"opvang", "hulp"})

    def test_tariff(self):
        text = self.beding("tariff", HULP, "--as-of", "2020-06-01").stdout
        self.assertIn("€ 20,25", text)
        csv = self.beding("tariff", HULP, "--as-of", "2020-06-01", "--csv").stdout.splitlines()
        self.assertEqual(csv, ["product,zwaarte,bedrag,per", "opvang,licht,10.00,dag", "opvang,middel,20.25,dag",
                               "opvang,zwaar,30.50,dag", "hulp,,50.40,uur"])
        answer = json.loads(self.beding("tariff", HULP, "--as-of", "2020-06-01", "--json").stdout)
        self.assertEqual(answer["tariffs"][1]["dimensions"], {"zwaarte": "middel"})
        self.assertIn("geen tarief op 2019-01-01", self.beding("tariff", HULP, "--as-of", "2019-01-01").stdout)

    def test_tariff_from_outside(self):
        self.file("buiten.bdg", "taal nl\novereenkomst buiten\nkeuze zwaarte = licht, zwaar\neenheid dag/dagen ondeelbaar\n"
                                 "product opvang per dag naar zwaarte\ntarief opvang extern\nproduct rit per dag\ntarief rit extern\n"
                                 "regel betaling betaal volume × tarief afgerond op centen\n")
        self.file("p.csv", "naam,geldig_vanaf,sleutel1,waarde\nopvang,2020-01-01,licht,10\nopvang,2020-06-01,licht,11.5\nopvang,2020-06-01,zwaar,20\n")
        def prices(day, *options):
            return self.beding("tariff", "buiten.bdg", "--as-of", day, "--csv", *options).stdout.splitlines()[1:]
        self.assertEqual(prices("2020-06-01"), ["opvang,,dag", "rit,,dag"])
        self.assertEqual(prices("2020-05-31", "--params", "p.csv"), ["opvang,licht,10.00,dag", "rit,,,dag"])
        self.assertEqual(prices("2020-06-01", "--params", "p.csv"), ["opvang,licht,11.50,dag", "opvang,zwaar,20.00,dag", "rit,,,dag"])

    def test_dis(self):
        for stage in ["tokens", "ast", "core", "ir", "code"]:
            self.assertGreater(len(self.beding("dis", HULP, "--stage", stage).stdout), 200, stage)
        self.beding("build", HULP, "-o", "a.bdc")
        self.assertEqual(self.beding("dis", "a.bdc").stdout, self.beding("dis", HULP).stdout)
        self.beding("dis", "a.bdc", "--stage", "ast", status=2)

    def test_explain(self):
        path = self.file("lines.csv", lines(hulp_line(zwaarte="zwaar"), hulp_line(regelnummer="2", dagtekening="2020-06-01"),
                                            hulp_line(regelnummer="3", volume="x")))
        approved = self.beding("explain", HULP, "--lines", path, "--line", "D1/1").stdout
        for word in ["goedgekeurd, € 91,50", "€ 30,50 per dag", "Artikel 5", "€ 91,50 → € 91,50"]:
            self.assertIn(word, approved)
        rejected = self.beding("explain", HULP, "--lines", path, "--line", "D1/2").stdout
        for word in ["afgekeurd", "`te_laat`", "later dan acht weken", "9321", "Artikel 4", "“binnen acht weken”", "2020-03-04"]:
            self.assertIn(word, rejected)
        answer = json.loads(self.beding("explain", HULP, "--lines", path, "--line", "D1/2", "--json").stdout)
        self.assertEqual((answer["schema"], answer["besluit"]), ("beding.explain/1", "afgekeurd"))
        self.assertEqual([rule["name"] for rule in answer["rules"]], ["te_laat"])
        self.assertTrue(answer["rules"][0]["steps"])
        self.beding("explain", HULP, "--lines", path, "--line", "D1/3", status=1)
        self.assertIn("`D1/9` staat niet in", self.beding("explain", HULP, "--lines", path, "--line", "D1/9", status=1).stderr)


class Scenarios(CommandTest):
    def source(self, *scenarios):
        text = pathlib.Path(HULP).read_text(encoding="utf-8")
        return self.file("toets.bdg", text[: text.index("voorbeeld")] + "\n".join(scenarios) + "\n")

    GIVEN = "gegeven product opvang, licht, van 2020-01-06 tot en met 2020-01-08, volume 3 dagen, dagtekening 2020-02-01"

    def test_tap(self):
        done = self.beding("test", HULP)
        self.assertEqual(done.stdout.splitlines()[-1], "1..2")
        self.assertEqual(done.stdout.count("\nok "), 1)

    def test_failures_say_what_came_out(self):
        path = self.source(f'voorbeeld "te veel" {self.GIVEN} verwacht goedgekeurd € 31,00',
                           f'voorbeeld "goed" {self.GIVEN} verwacht goedgekeurd € 30,00',
                           f'voorbeeld "niet te laat" {self.GIVEN} verwacht afgekeurd door te_laat')
        done = self.beding("test", path, "--junit", "j.xml", "--coverage", status=1)
        self.assertIn("not ok 1 - ", done.stdout)
        self.assertIn("goedgekeurd € 31,00", done.stdout)
        self.assertIn("goedgekeurd € 30,00", done.stdout)
        self.assertIn("\nok 2 - ", done.stdout)
        self.assertIn("volume × tarief", done.stdout)
        self.assertIn("# regels die in een voorbeeld beslisten", done.stdout)
        self.assertIn("# de rest is te meten als alle voorbeelden slagen", done.stdout)
        suite = xml.etree.ElementTree.parse(self.folder / "j.xml").getroot()
        self.assertEqual((suite.get("tests"), suite.get("failures"), len(suite.findall("testcase/failure"))), ("3", "2", 2))

    def test_text_that_does_not_compile(self):
        self.assertIn("not ok 1", self.beding("test", self.file("x.bdg", "taal nl\nregel\n"), status=1).stdout)


class Messages(unittest.TestCase):
    def test_both_languages_have_the_same_holes(self):
        folder = DATA.parents[2] / "compiler" / "cli"
        text = "".join((folder / name).read_text(encoding="utf-8") for name in ("messages.def", "page.def", "manual.def"))
        rows = re.findall(r'^M\((\w+),\s*((?:"(?:[^"\\]|\\.)*"\s*)+),\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)', text, re.MULTILINE)
        self.assertGreater(len(rows), 150)
        self.assertEqual(len(rows), len(re.findall(r"^M\(", text, re.MULTILINE)))
        for name, dutch, english in rows:
            holes = [sorted(set(re.findall(r"\{([a-d])\}", words))) for words in (dutch, english)]
            self.assertEqual(holes[0], holes[1], name)


if __name__ == "__main__":
    unittest.main()
