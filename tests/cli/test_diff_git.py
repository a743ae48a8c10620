#!/usr/bin/env python3
"""The example of docs/diff.md in git itself: its very commands, in a scratch repository, for agreements in one file and in several."""
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from command import BEDING, ROOT, CommandTest

AGREEMENT = """taal nl
overeenkomst proef
eenheid dag/dagen ondeelbaar
product opvang per dag
tarief opvang € 10,00 per dag
regel te_lang  bron "Artikel 1"
    keur af als volume > 8 dagen
regel betaling
    betaal volume × tarief afgerond op centen
"""
MAIN = AGREEMENT.replace("overeenkomst proef\n", "gebruik \"regels.bdg\"\novereenkomst proef\n").replace("regel te_lang  bron \"Artikel 1\"\n    keur af als volume > 8 dagen\n", "")
PART = "taal nl\nregel te_lang  bron \"Artikel 1\"\n    keur af als volume > 8 dagen\n"


def example():
    """What docs/diff.md puts into .gitattributes, and the commands it gives."""
    page = (ROOT / "docs" / "diff.md").read_text(encoding="utf-8")
    block = re.search(r"## With git\n\n```\n(.*?)```", page, re.DOTALL).group(1).splitlines()
    return [line for line in block if line.startswith("*")], [line for line in block if line.startswith("git config")]


@unittest.skipUnless(shutil.which("git"), "there is no git")
class Git(CommandTest):
    def run_here(self, command, status=0, under="."):
        """Runs a list of words, or a line as a person types it."""
        folder = pathlib.Path(self.folder)
        variables = {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder), "LC_ALL": "C.UTF-8",
                     "GIT_CONFIG_NOSYSTEM": "1", "GIT_PAGER": "cat"}
        variables.update({key: value for key, value in os.environ.items() if key.endswith("SAN_OPTIONS") or key == "LD_LIBRARY_PATH"})
        done = subprocess.run(command, shell=isinstance(command, str), cwd=folder / under, env=variables,
                              capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout

    def git(self, *words):
        return self.run_here(["git", *words])

    def commit(self):
        self.git("add", "-A")
        self.git("-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-qm", "een")

    def setUp(self):
        super().setUp()
        (pathlib.Path(self.folder) / "bin").mkdir()
        self.file("bin/beding", f"#!/bin/sh\nexec {BEDING} \"$@\" --lang nl\n")
        (pathlib.Path(self.folder) / "bin" / "beding").chmod(0o755)
        attributes, commands = example()
        self.assertEqual((len(attributes), len(commands)), (2, 2))
        self.git("init", "-q")
        self.file(".gitattributes", "\n".join(attributes) + "\n")
        for command in commands:
            self.run_here(command)
        self.file("een.bdg", AGREEMENT)
        (pathlib.Path(self.folder) / "meer").mkdir()
        self.file("meer/overeenkomst.bdg", MAIN)
        self.file("meer/regels.bdg", PART)
        self.commit()

    def test_an_agreement_in_one_file(self):
        self.file("een.bdg", AGREEMENT.replace("> 8 dagen", ">= 8 dagen"))
        told = self.git("diff", "--", "een.bdg")
        self.assertRegex(told, r"(?m)^Wat verandert in proef\nvan a/een.bdg naar een.bdg\n")
        self.assertIn("regel te_lang gewijzigd", told)
        self.assertIn("verwacht afgekeurd door te_lang", told)
        self.commit()
        self.assertIn("regel te_lang gewijzigd", self.git("log", "-p", "--ext-diff", "-1"))
        self.file("een.bdg", AGREEMENT.replace("> 8 dagen", ">= 8 dagen   -- in andere woorden"))
        self.assertIn("geen verschil", self.git("diff", "--", "een.bdg").lower())

    def test_a_file_that_is_no_agreement_by_itself_is_text(self):
        self.file("meer/regels.bdg", PART.replace("> 8", ">= 8"))
        self.file("nieuw.bdg", AGREEMENT)
        self.git("add", "-N", "nieuw.bdg")
        told = self.git("diff")
        self.assertIn("+    keur af als volume >= 8 dagen", told)
        self.assertIn("+overeenkomst proef", told)

    def test_an_agreement_in_several_files(self):
        self.file("meer/regels.bdg", PART.replace("> 8", ">= 8"))
        self.assertIn("regel te_lang gewijzigd", self.run_here(["git", "meaning", "HEAD", "meer"], status=1))
        self.assertIn("regel te_lang gewijzigd", self.run_here(["git", "meaning", "HEAD", "."], status=1, under="meer"))
        self.commit()
        self.assertIn("geen verschil", self.git("meaning", "HEAD", "meer").lower())
        self.assertEqual("", self.run_here(["git", "meaning", "HEAD", "nergens"], status=2))


if __name__ == "__main__":
    unittest.main()
