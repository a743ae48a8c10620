#!/usr/bin/env python3
"""The manual pages: correct roff, whole against --help and against the columns that the program reads, the same as what the build made.

`man` judges the roff where it is installed; the checks of structure need nothing.
"""
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from command import BEDING, CommandTest, ROOT

SECTIONS = {
    "en": ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"],
    "nl": ["NAAM", "OVERZICHT", "BESCHRIJVING", "OPTIES", "AFSLUITWAARDE", "VOORBEELDEN", "ZIE OOK"],
}
STATUSES = ["0", "1", "2", "3", "4", "70"]
REQUESTS = {".TH", ".SH", ".PP", ".TP", ".RS", ".RE", ".nf", ".fi", ".nh", ".ad", '.\\"'}
ESCAPE = re.compile(r"\\(?:\(rs|\(aq|\(ha|\(ti|f[BIR]|-|&)")
CLI = ROOT / "compiler" / "cli"


def plain(page):
    """The words of a page, as they are read."""
    body = "\n".join(line for line in page.splitlines() if not line.startswith((".\\\"", ".TH")))
    for escape, character in [("\\(aq", "'"), ("\\(ha", "^"), ("\\(ti", "~"), ("\\-", "-"), ("\\&", "")]:
        body = body.replace(escape, character)
    return re.sub(r"\\f[BIR]", "", body).replace("\\(rs", "\\")


class ManualTest(CommandTest):
    maxDiff = None

    def page(self, language, *command):
        return self.beding("--lang", language, "help", "--man", *command).stdout

    def commands(self):
        return re.findall(r"^  (\w+) ", self.beding("--help").stdout, re.MULTILINE)

    def pages(self):
        for language in SECTIONS:
            for command in [(), *[(name,) for name in self.commands()]]:
                yield language, command, self.page(language, *command)


class Pages(ManualTest):
    def test_structure(self):
        for language, command, page in self.pages():
            with self.subTest(language=language, command=command):
                lines = page.splitlines()
                self.assertIn(f".TH {'-'.join(['BEDING', *[name.upper() for name in command]])} 1 ", lines[1])
                headings = [line[4:] for line in lines if line.startswith(".SH ")]
                self.assertEqual([name for name in headings if name in SECTIONS[language]], SECTIONS[language])
                for line in lines:
                    if line.startswith((".", "'")):
                        self.assertIn(line.split()[0], REQUESTS, line)
                    self.assertNotIn("\\", ESCAPE.sub("", line) if not line.startswith('.\\"') else "")
                    self.assertEqual(line.count("\\fB") + line.count("\\fI"), line.count("\\fR"), line)
                self.assertEqual(lines.count(".nf"), lines.count(".fi"))
                self.assertNotIn("`", page)
                items = re.findall(r"^\.TP\n\\fB(\d+)\\fR$", page, re.MULTILINE)
                self.assertEqual(items, STATUSES)

    @unittest.skipUnless(shutil.which("man") and shutil.which("groff"), "man is not installed")
    def test_man_has_no_complaint(self):
        for language, command, page in self.pages():
            with self.subTest(language=language, command=command):
                path = self.file("page.1", page)
                done = subprocess.run(["man", "--warnings", "-l", path], capture_output=True, timeout=60, check=False,
                                      env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANPAGER": "cat"})
                self.assertEqual((done.returncode, done.stderr.decode()), (0, ""))
                self.assertIn("beding", done.stdout.decode())

    def test_all_of_help_is_there(self):
        for language, command, page in self.pages():
            words = plain(page)
            listing = self.beding("--lang", language, *command, "--help").stdout
            rows = re.findall(r"^  (\S+(?: \S+)?) {2,}(.*)$", listing, re.MULTILINE)
            self.assertGreater(len(rows), 1)
            for name, meaning in rows:
                with self.subTest(language=language, command=command, name=name):
                    self.assertRegex(words, rf"(?m)^{re.escape(name)}( \(\w+\))?$")
                    self.assertIn(meaning, words)

    def test_every_page_points_to_the_others(self):
        for command in self.commands():
            words = plain(self.page("en", command))
            for other in ["beding", *[f"beding-{name}" for name in self.commands() if name != command]]:
                self.assertIn(f"{other}(1)", words)

    def test_languages_differ_and_agree(self):
        for command in [(), *[(name,) for name in self.commands()]]:
            dutch, english = (self.page(language, *command) for language in ("nl", "en"))
            self.assertNotEqual(dutch, english)
            typed = [sorted(set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", plain(page)))) for page in (dutch, english)]
            self.assertEqual(typed[0], typed[1], command)

    def test_unknown_command(self):
        self.assertIn("bedoelde u `run`?", self.beding("help", "--man", "runn", status=2).stderr)


class Columns(ManualTest):
    """The columns on the pages are those that the sources name."""

    def columns(self, file, table):
        text = (CLI / file).read_text(encoding="utf-8")
        body = re.search(rf"{table}\[[^\]]*\] = \{{(.*?)\}};", text, re.DOTALL).group(1)
        return re.findall(r'TEXT_INIT\("(\w+)"\)', body)

    def test_columns(self):
        standard = self.columns("lines_open.c", "STANDARD")
        self.assertGreater(len(standard), 10)
        for command in ("run", "explain"):
            for language in SECTIONS:
                words = plain(self.page(language, command))
                for name in [*standard, *self.columns("lines_open.c", "LINE_GROUP_PREFIXES"), *self.columns("join.c", "GROUP_DATE"), "naam",
                             "geldig_vanaf", "sleutel1", "waarde"]:
                    self.assertRegex(words, rf"\b{name}", command)

    def test_output(self):
        names = self.columns("decisions.c", "NAMES")
        self.assertEqual(len(names), 6)
        for name in names:
            self.assertRegex(plain(self.page("en", "run")), rf"\b{name}\b")


class Examples(ManualTest):
    def test_options_in_examples_exist(self):
        for language, _, page in self.pages():
            for line in re.findall(r"^beding \w+ .*$", plain(page), re.MULTILINE):
                words = line.split()
                if words[1] not in self.commands():
                    continue
                known = self.beding(words[1], "--help").stdout
                for word in words[2:]:
                    if word.startswith("-"):
                        self.assertIn(f"  {word} ", known, line)


class Build(ManualTest):
    @unittest.skipUnless((pathlib.Path(BEDING).parent / "man").is_dir(), "the command stands alone")
    def test_built_pages(self):
        folder = pathlib.Path(BEDING).parent / "man"
        for language, command, page in self.pages():
            path = folder / ("nl/man1" if language == "nl" else "man1") / ("-".join(["beding", *command]) + ".1")
            with self.subTest(path=path.name, language=language):
                self.assertEqual(path.read_text(encoding="utf-8"), page)


if __name__ == "__main__":
    unittest.main()
