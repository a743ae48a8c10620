#!/usr/bin/env python3
"""Explanations of the agreements' lines hold by themselves: every comparison that is told comes out as it is told, no condition is cut, and what
is told as the amount computed is the amount granted. The values are compared here anew, by Python's fractions."""
import csv
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
from fractions import Fraction

from test_fast import BEDING, ROOT, side_files

EVERY = int(os.environ.get("BEDING_EXPLAINED_EVERY", "3"))  # of the lines each so many-th; 1: all
HOLDS = {"=": lambda a, b: a == b, "<>": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
         ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}


def number(value):
    """A value as something that can be compared, and its unit."""
    if isinstance(value, dict):
        unit = {"eenheid", "per"} & set(value)
        amount, = (part for name, part in value.items() if name not in unit)
        return number(amount)[0], *(value[name] for name in unit)
    if isinstance(value, Fraction) or isinstance(value, bool):
        return value, None
    return (Fraction(value), None) if isinstance(value, str) and "/" in value else (value, None)


class Explained(unittest.TestCase):
    def explain(self, module, lines, line, given):
        done = subprocess.run([BEDING, "explain", module, "--lines", str(lines), "--line", line, "--json", *given], capture_output=True,
                              text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, f"{line}\n{done.stderr}")
        return json.loads(done.stdout, parse_float=Fraction, parse_int=Fraction)

    def check(self, line, told):
        parts = [*told["rules"], *told["exceptions"], *(one for one in told["considered"] if "steps" in one), {"steps": told["payment"]}]
        count = 0
        for step in (step for part in parts for step in part["steps"]):
            self.assertNotIn("…", step["label"], line)
            compared = step.get("compared")
            if compared is None:
                continue
            (left, unit), (right, other) = number(compared["left"]), number(compared["right"])
            self.assertEqual(unit, other, f"{line}: {step}")
            self.assertEqual(HOLDS[compared["sign"]](left, right), step["value"], f"{line}: {step}")
            count += 1
        if told["payment"] and all(rule["effect"] != "cap_amount" for rule in told["rules"]):
            self.assertEqual(number(told["payment"][-1]["value"])[0] * 100, told["cents"], line)
        return count

    def test_every_agreement(self):
        for folder in sorted(path for path in (ROOT / "contracts").iterdir() if path.is_dir()):
            with self.subTest(folder.name), tempfile.TemporaryDirectory() as made:
                module, count = str(pathlib.Path(made) / "m.bdc"), 0
                subprocess.run([BEDING, "build", str(folder), "-o", module], check=True, capture_output=True, timeout=60)
                with open(folder / "lines.csv", encoding="utf-8", newline="") as lines:
                    rows = list(csv.DictReader(lines))
                for row in rows[::EVERY]:
                    line = f"{row['declaratienummer']}/{row['regelnummer']}"
                    count += self.check(line, self.explain(module, folder / "lines.csv", line, [str(word) for word in side_files(folder)]))
                self.assertGreater(count, 20)


if __name__ == "__main__":
    unittest.main()
