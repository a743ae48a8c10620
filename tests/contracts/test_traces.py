#!/usr/bin/env python3
"""Every trace of each agreement's own lines, and of lines made out of them, recorded and by itself: the same, bit for bit.

The comparing is done by same_traces.c, which stands beside the tests of the build whose program BEDING names; lines are made as in test_fast.py.
"""
import csv
import pathlib
import random
import subprocess
import tempfile
import unittest

from test_fast import BEDING, ROOT, SEED, invented, side_files

SAME_TRACES = pathlib.Path(BEDING).parent / "tests" / "same_traces"


class Traces(unittest.TestCase):
    def compare(self, folder, lines):
        words = [SAME_TRACES, folder, "--lines", lines, "--line", "0/0", *side_files(folder)]
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True, encoding="utf-8", timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-2000:])
        return int(done.stdout.split("# ")[1].split()[0])

    def test_agreements(self):
        for lines in sorted([*ROOT.glob("contracts/*/lines.csv"), *ROOT.glob("examples/*/lines.csv")]):
            folder = lines.parent
            with self.subTest(folder.name), tempfile.TemporaryDirectory() as scratch:
                self.assertGreater(self.compare(folder, lines), 0)
                made = [row for _, row in invented(lines, random.Random(f"{SEED} {folder.name}"))]
                with open(lines, encoding="utf-8", newline="") as file:
                    header = next(csv.reader(file))
                path = pathlib.Path(scratch) / "lines.csv"
                with open(path, "w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows([header, *made])
                self.assertEqual(self.compare(folder, path), len(made))


if __name__ == "__main__":
    unittest.main()
