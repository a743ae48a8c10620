#!/usr/bin/env python3
"""No output takes the place of a file that the command reads, however both are named, nor of another output."""
import os
import shutil
import subprocess
import unittest

from command import BEDING, CommandTest, HULP, ROOT, hulp_line, lines

PEEL = ROOT / "contracts" / "peel-kortdurend-verblijf"


class OverwriteTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.file("lines.csv", lines(hulp_line()))
        shutil.copy(HULP, self.folder / "hulp.bdg")
        self.beding("build", "hulp.bdg", "-o", "m.bdc")

    def content(self):
        return {path.relative_to(self.folder): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

    def refused(self, *arguments, said, status=2, stdin=None):
        before = self.content()
        done = self.beding(*arguments, status=status, stdin=stdin)
        self.assertEqual(self.content(), before)
        self.assertEqual((done.stdout, done.stderr), ("", f"beding: fout: {said}\n"))

    def same(self, written, read):
        return f"`{written}` is hetzelfde bestand als `{read}`, dat gelezen wordt; kies een ander bestand voor de uitvoer"

    def test_the_lines(self):
        run = ["run", "m.bdc", "--lines", "lines.csv"]
        for option in ("--out", "--receipt", "--summary"):
            self.refused(*run, option, "lines.csv", said=self.same(f"{option} lines.csv", "--lines lines.csv"))
        english = self.beding(*run, "--out", "lines.csv", "--lang", "en", status=2)
        self.assertIn("`--out lines.csv` is the same file as `--lines lines.csv`, which is read; choose another file", english.stderr)
        self.refused("impact", "m.bdc", "hulp.bdg", "--lines", "lines.csv", "--out", "lines.csv", said=self.same("--out lines.csv", "--lines lines.csv"))
        self.refused("explain", "m.bdc", "--lines", "lines.csv", "--line", "D1/1", "--html", "--out", "lines.csv", said=self.same("--out lines.csv", "--lines lines.csv"))

    def test_otherwise_named(self):
        (self.folder / "map").mkdir()
        os.symlink("../lines.csv", self.folder / "map" / "link.csv")
        os.link(self.folder / "lines.csv", self.folder / "hard.csv")
        for name in ("./lines.csv", "map/../lines.csv", "map/link.csv", "hard.csv", str(self.folder / "lines.csv")):
            self.refused("run", "m.bdc", "--lines", "lines.csv", "--out", name, said=self.same(f"--out {name}", "--lines lines.csv"))
            self.refused("run", "m.bdc", "--lines", name, "--out", "lines.csv", said=self.same("--out lines.csv", f"--lines {name}"))

    def test_every_sort_of_file(self):
        for option in ("--allocations", "--starts", "--stops", "--params", "--series"):
            self.file("in.csv", "wat dan ook\n")
            self.refused("run", "m.bdc", "--lines", "lines.csv", option, "in.csv", "--out", "in.csv", said=self.same("--out in.csv", f"{option} in.csv"))
        self.refused("run", "m.bdc", "--lines", "lines.csv", "--records", "verblijf=in.csv", "--out", "in.csv", said=self.same("--out in.csv", "--records in.csv"))
        self.file("twee.csv", "wat dan ook\n")
        self.refused("run", "m.bdc", "--lines", "lines.csv", "--params", "in.csv", "--params", "twee.csv", "--summary", "twee.csv",
                     said=self.same("--summary twee.csv", "--params twee.csv"))
        self.refused("run", "m.bdc", "--lines", "lines.csv", "--ledger", "nieuw.db", "--out", "./nieuw.db", said=self.same("--out ./nieuw.db", "--ledger nieuw.db"))

    def test_the_agreement(self):
        shutil.copy(HULP, self.folder / "b.bdg")
        self.refused("diff", "hulp.bdg", "b.bdg", "--out", "b.bdg", said=self.same("--out b.bdg", "b.bdg"))
        self.refused("build", "hulp.bdg", "-o", "hulp.bdg", said=self.same("-o hulp.bdg", "hulp.bdg"))
        self.refused("run", "m.bdc", "--lines", "lines.csv", "--out", "m.bdc", said=self.same("--out m.bdc", "m.bdc"))
        self.refused("test", "hulp.bdg", "--junit", "hulp.bdg", said=self.same("--junit hulp.bdg", "hulp.bdg"))
        self.refused("calendar", "hulp.bdg", "--year", "2020", "--ics", "--out", "hulp.bdg", said=self.same("--out hulp.bdg", "hulp.bdg"))
        self.beding("keygen", "k")
        self.refused("sign", "m.bdc", "--secret", "k.secret", "-o", "m.bdc", said=self.same("-o m.bdc", "m.bdc"))
        self.refused("sign", "m.bdc", "--secret", "k.secret", "-o", "k.secret", said=self.same("-o k.secret", "--secret k.secret"))

    def test_a_text_that_the_agreement_uses(self):
        shutil.copytree(PEEL, self.folder / "peel")
        used = next(path for path in sorted((self.folder / "peel").glob("*.bdg*")) if not path.name.startswith("overeenkomst")).name
        self.refused("diff", "peel", PEEL, "--html", "--out", f"./peel/{used}", said=self.same(f"--out ./peel/{used}", f"peel/{used}"))
        self.refused("build", "peel", "-o", "peel/overeenkomst.bdg.md", said=self.same("-o peel/overeenkomst.bdg.md", "peel/overeenkomst.bdg.md"))

    def test_standard_input(self):
        with open(self.folder / "lines.csv", "rb") as file:
            done = subprocess.run([BEDING, "run", "m.bdc", "--lines", "-", "--out", "lines.csv"], cwd=self.folder, stdin=file, capture_output=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertEqual((self.folder / "lines.csv").read_text(encoding="utf-8"), lines(hulp_line()))

    def test_two_outputs(self):
        self.refused("run", "m.bdc", "--lines", "lines.csv", "--out", "o.csv", "--summary", "./o.csv",
                     said="`--out o.csv` en `--summary ./o.csv` zijn hetzelfde bestand; kies voor elk een eigen bestand")
        self.file("o.csv", "")
        self.refused("run", "m.bdc", "--lines", "lines.csv", "--out", "o.csv", "--receipt", "o.csv",
                     said="`--out o.csv` en `--receipt o.csv` zijn hetzelfde bestand; kies voor elk een eigen bestand")

    def test_what_is_no_file_or_another_one(self):
        self.beding("run", "m.bdc", "--lines", "lines.csv", "--out", "/dev/null", "--summary", "/dev/null")
        self.beding("run", "m.bdc", "--lines", "lines.csv", "--out", "-")
        self.file("o.csv", "wat er stond\n")
        self.beding("run", "m.bdc", "--lines", "lines.csv", "--out", "o.csv", "--receipt", "r.json")
        self.assertIn("D1,1,goedgekeurd", (self.folder / "o.csv").read_text(encoding="utf-8"))
        self.beding("verify-receipt", "r.json", "--out", "o.csv", "--lines", "lines.csv")


if __name__ == "__main__":
    unittest.main()
