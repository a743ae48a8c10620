#!/usr/bin/env python3
"""Tests of the test runners: a harness that accepts everything would make every other test worthless."""
import decimal
import os
import pathlib
import sys
import tempfile
import unittest
from fractions import Fraction

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

import check_symbols  # noqa: E402
import check_tree  # noqa: E402
import run_docs  # noqa: E402
import run_golden  # noqa: E402
import run_language  # noqa: E402


class Values(unittest.TestCase):
    def setUp(self):
        self.dutch = run_language.Notation(False, "eenheid dagdeel/dagdelen = 4 uur\n")
        self.english = run_language.Notation(True, "")

    def test_forms_of_the_language(self):
        for text, wanted in (
                ("€ 1.234,56", Fraction(123456, 100)), ("-€ 5", Fraction(-5)), ("€ -5,10", Fraction(-510, 100)),
                ("12,5", Fraction(25, 2)), ("1/3", Fraction(1, 3)), ("5 %", Fraction(1, 20)), ("ja", True),
                ("nee", False), ("ontbreekt", None), ("2019-12-30", "2019-12-30"), ("2019-12", "2019-12"),
                ('"02A06"', "02A06"), ("zzp3", "zzp3"),
                ("van 2019-12-30 tot en met 2020-01-26", {"van": "2019-12-30", "tot_en_met": "2020-01-26"})):
            self.assertEqual(self.dutch.value(text), wanted, text)
        self.assertEqual(self.english.value("€1,234.56"), Fraction(123456, 100))

    def test_units(self):
        value = self.dutch.value("3 dagdelen")
        self.assertTrue(run_language.equal(value, {"waarde": decimal.Decimal(3), "eenheid": "dagdeel"}))
        self.assertFalse(run_language.equal(value, {"waarde": decimal.Decimal(3), "eenheid": "uur"}))
        rate = self.dutch.value("€ 50,40 per uur")
        self.assertTrue(run_language.equal(rate, {"bedrag": decimal.Decimal("50.4"), "per": "uur"}))

    def test_other_notations_are_refused(self):
        for text in ("1,234.56", "€ 1.23,4", "2019-1-5"):
            with self.assertRaises(run_language.Mistake, msg=text):
                self.dutch.value(text)

    def test_unequal(self):
        self.assertFalse(run_language.equal(Fraction(1), decimal.Decimal("1.01")))
        self.assertFalse(run_language.equal(Fraction(1), True))
        self.assertFalse(run_language.equal(True, decimal.Decimal(1)))
        self.assertTrue(run_language.equal(Fraction(1, 3), "1/3"))

    def test_expectations(self):
        text = "taal nl\ndefinitie a : getal = 1  -- geeft: 1\nregel r  -- fout: E0301, E0302\n-- opmerking\n"
        found = [(number, kind, value) for number, kind, value, _ in run_language.expectations(text)]
        self.assertEqual(found, [(2, "geeft", "1"), (3, "fout", "E0301, E0302")])

    def test_diagnostics(self):
        wanted = {(3, "E0301")}
        for text in ('{"diagnostics": [{"code": "E0301", "line": 3}]}', '[{"code": "E0301", "span": {"line": 3}}]'):
            self.assertEqual(run_language.diagnostics_of(text), wanted)


class LanguageFiles(unittest.TestCase):
    """run_file against a command that always gives the same two answers."""

    def complaints(self, text, diagnostics, value):
        with tempfile.TemporaryDirectory() as folder:
            fake = pathlib.Path(folder) / "beding"
            status = 1 if '"E' in diagnostics else 0
            fake.write_text(f"#!/bin/sh\nif [ $1 = check ]; then echo '{diagnostics}'; exit {status}; fi\n"
                            f"echo '{value}'\n", encoding="utf-8")
            os.chmod(fake, 0o755)
            case = pathlib.Path(folder) / "case.bdg"
            case.write_text(text, encoding="utf-8")
            return run_language.run_file(str(fake), case)

    def test_value(self):
        text = "taal nl\ndefinitie a : bedrag aanroepbaar = € 2  -- geeft: € 2,00\n"
        self.assertEqual(self.complaints(text, '{"diagnostics": []}', "2.00"), (1, []))
        self.assertEqual(len(self.complaints(text, '{"diagnostics": []}', "2.01")[1]), 1)
        self.assertEqual(len(self.complaints(text, '{"diagnostics": []}', "")[1]), 1)

    def test_codes(self):
        text = "taal nl\nregel r  -- fout: E0301\n"
        right = '{"diagnostics": [{"code": "E0301", "line": 2}]}'
        other_line = '{"diagnostics": [{"code": "E0301", "line": 3}]}'
        more = '{"diagnostics": [{"code": "E0301", "line": 2}, {"code": "E0302", "line": 2}]}'
        self.assertEqual(self.complaints(text, right, "")[1], [])
        self.assertEqual(len(self.complaints(text, other_line, "")[1]), 2)
        self.assertEqual(len(self.complaints(text, more, "")[1]), 1)
        self.assertTrue(self.complaints(text, '{"diagnostics": []}', "")[1])

    def test_a_file_without_expectation(self):
        with self.assertRaises(run_language.Mistake):
            self.complaints("taal nl\n", '{"diagnostics": []}', "")


class Golden(unittest.TestCase):
    def test_status_and_streams(self):
        status, text = run_golden.observe(["sh", "-c", "printf uit; echo fout >&2; exit 1"])
        self.assertEqual((status, text), (1, "status 1\n--- stdout\nuit\n--- stderr\nfout\n"))

    def test_stems(self):
        for name in ("a.bdg", "a.bdg.md"):
            self.assertEqual(run_golden.stem_of(pathlib.Path("x") / name), pathlib.Path("x/a"))

    def test_language(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "a.bdg"
            path.write_text("language en\n", encoding="utf-8")
            self.assertEqual(run_golden.language_of(path), "en")
            path.write_text("taal nl\n", encoding="utf-8")
            self.assertEqual(run_golden.language_of(path), "nl")


class Tree(unittest.TestCase):
    def test_machine_paths(self):
        for text, wanted in (("see /" + "home/me/x", 1), ("https://site/" + "home/x", 0), ("a/" + "work/b", 0),
                             ("'/" + "work/main'", 1)):
            self.assertEqual(len(check_tree.MACHINE_PATH.findall(text)), wanted, text)

    def test_comments_do_not_count(self):
        code = check_tree.blank_comments_and_strings('/* a double\n */ x = "float"; y;\n')
        self.assertIsNone(check_tree.FLOATING.search(code))
        self.assertEqual(code.count("\n"), 2)

    def test_layers(self):
        self.assertEqual(check_tree.layer_of(pathlib.PurePosixPath("compiler/cli/main.c")), "compiler/cli")
        self.assertEqual(check_tree.layer_of(pathlib.PurePosixPath("vm/core/arena.c")), "vm/core")
        self.assertIsNone(check_tree.layer_of(pathlib.PurePosixPath("tests/unit/test_date.c")))


class Documentation(unittest.TestCase):
    def test_blocks(self):
        page = ("text\n```beding\nregel a\n```\n```beding fout E0301, E0302\nregel b\n```\n```\nnot ours\n```\n"
                "```beding vervolg\nregel c\n```\n```beding\nlanguage en\nrule d\n```\n")
        blocks = run_docs.blocks_of("page.md", page)
        self.assertEqual([block.line for block in blocks], [2, 5, 11, 14])
        self.assertEqual(blocks[0].text, run_docs.OPENING + "regel a\n")
        self.assertEqual(blocks[1].codes, {"E0301", "E0302"})
        self.assertEqual(blocks[2].text, run_docs.OPENING + "regel a\nregel c\n")
        self.assertEqual(blocks[3].text, "language en\nrule d\n")


class Symbols(unittest.TestCase):
    def test_declarations(self):
        with tempfile.NamedTemporaryFile("w", suffix=".h") as file:
            file.write("/* BD_API void bd_no(void); */\nBD_API const char *bd_a(int b);\nBD_API bd_status bd_c(\n    int d);\n")
            file.flush()
            self.assertEqual(check_symbols.declared(file.name), {"bd_a", "bd_c"})


if __name__ == "__main__":
    unittest.main()
