#!/usr/bin/env python3
"""The agreements of contracts/ and examples/: their own scenarios, and their lines against expected.csv.

For Leiden the expected decisions are also worked out again by leiden_beschermd_wonen.py, which knows the agreement but not its contract file.
BEDING names the program.
"""
import os
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BEDING = os.path.abspath(os.environ.get("BEDING", "build/release/beding"))
LEIDEN = "contracts/leiden-beschermd-wonen"
FOLDERS = sorted(str(path.relative_to(ROOT)) for pattern in ("contracts/*", "examples/*") for path in ROOT.glob(pattern)
                 if any(path.glob("*.bdg")) or any(path.glob("*.bdg.md")))


def source_of(folder):
    path = ROOT / folder
    found = [path / "overeenkomst.bdg.md", *sorted(path.glob("*.bdg.md")), *sorted(path.glob("*.bdg"))]
    return os.path.relpath(next(file for file in found if file.exists()), ROOT)


def run(*words):
    return subprocess.run(list(words), cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120)


class Agreements(unittest.TestCase):
    maxDiff = None

    def test_check(self):
        for folder in FOLDERS:
            with self.subTest(folder):
                done = run(BEDING, "check", source_of(folder))
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertNotIn("[W", done.stdout + done.stderr)

    def test_scenarios(self):
        for folder in FOLDERS:
            with self.subTest(folder):
                done = run(BEDING, "test", source_of(folder))
                failures = [line for line in done.stdout.splitlines() if line.startswith("not ok")]
                self.assertEqual((done.returncode, failures), (0, []), done.stderr)

    def test_lines(self):
        for folder in FOLDERS:
            expected = ROOT / folder / "expected.csv"
            if not expected.exists():
                continue
            words = [BEDING, "run", source_of(folder), "--lines", f"{folder}/lines.csv"]
            for option in ("params", "series", "allocations", "starts", "stops"):
                if (ROOT / folder / f"{option}.csv").exists():
                    words += [f"--{option}", f"{folder}/{option}.csv"]
            for records in (ROOT / folder).glob("records-*.csv"):
                words += ["--records", f"{records.stem.removeprefix('records-')}={folder}/{records.name}"]
            with self.subTest(folder):
                done = run(*words)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stdout.splitlines(), expected.read_text(encoding="utf-8").splitlines())

    def test_module_decides_like_its_source(self):
        source, lines = source_of(LEIDEN), f"{LEIDEN}/lines.csv"
        module = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / f"beding-leiden-{os.getpid()}.bdc"
        try:
            built = run(BEDING, "build", source, "-o", str(module))
            self.assertEqual(built.returncode, 0, built.stderr)
            more = ("--lines", lines, "--series", f"{LEIDEN}/series.csv")
            self.assertEqual(run(BEDING, "run", str(module), *more).stdout, run(BEDING, "run", source, *more).stdout)
        finally:
            module.unlink(missing_ok=True)

    def test_leiden_oracle(self):
        oracle = run(sys.executable, "tests/contracts/leiden_beschermd_wonen.py")
        self.assertEqual(oracle.returncode, 0, oracle.stderr)
        self.assertEqual(oracle.stdout.splitlines(), (ROOT / LEIDEN / "expected.csv").read_text(encoding="utf-8").splitlines())

    def test_every_leiden_rule_decides_some_line(self):
        text = (ROOT / source_of(LEIDEN)).read_text(encoding="utf-8")
        rules = {line.split()[1] for line in text.splitlines() if line.startswith("regel ")} - {"betaling_per_stuk", "betaling_per_uur"}
        decided = set()
        for line in (ROOT / LEIDEN / "expected.csv").read_text(encoding="utf-8").splitlines()[1:]:
            decided.update(line.rsplit(",", 1)[1].split(";"))
        self.assertEqual(rules - decided, set())


if __name__ == "__main__":
    unittest.main()
