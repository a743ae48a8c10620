#!/usr/bin/env python3
"""Each bad example of a diagnostic reports exactly that code, each good one nothing at all. The program stands in BEDING."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import examples  # noqa: E402

BEDING = os.path.abspath(os.environ.get("BEDING", "build/release/beding"))


# Reported only where the clauses are checked; then a warning is a failure.
OF_CLAUSES = {"W1120", "W1121"}


def codes_of(files, options):
    """The codes that the compiler reports for these files, errors and warnings, and its exit status."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (pathlib.Path(folder) / name).write_bytes(data)
        done = subprocess.run([BEDING, "check", "--json", *options, examples.MAIN], cwd=folder, capture_output=True, timeout=60, check=False)
    found = json.loads(done.stdout)
    return {diagnostic["code"] for diagnostic in found["diagnostics"]}, done.returncode


class Examples(unittest.TestCase):
    """One method per example, made below."""


def add_test(name, files, wanted, status, options):
    def test(self):
        self.assertEqual(codes_of(files(), options), (wanted, status))
    setattr(Examples, name, test)


for code, example in examples.all_examples().items():
    OPTIONS = ["--clauses"] if code in OF_CLAUSES else []
    STATUS = 1 if code.startswith("E") or OPTIONS else 0
    if example.made:
        add_test(f"test_{code}_gemaakt", getattr(examples, example.made), {code}, STATUS, OPTIONS)
    if example.bad:
        add_test(f"test_{code}_fout", example.bad.files, {code}, STATUS, OPTIONS)
    if example.good:
        add_test(f"test_{code}_goed", example.good.files, set(), 0, OPTIONS)

if __name__ == "__main__":
    unittest.main()
