#!/usr/bin/env python3
"""The shorter program for many lines against program 0, on lines made out of each agreement's own.

A module is decided twice: as built, and with the record of its fast program pointing at the code of program 0. Decisions, amounts, reasons and
counters must be the same, line by line. Cells of the lines are exchanged between rows, and dates and numbers moved, so that most conditions meet
both outcomes. BEDING names the program; BEDING_FAST_LINES (600) is the number of lines of each agreement, BEDING_FAST_SEED (1) their seed.
"""
import csv
import datetime
import hashlib
import os
import pathlib
import random
import re
import struct
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BEDING = os.path.abspath(os.environ.get("BEDING", "build/release/beding"))
LINES = int(os.environ.get("BEDING_FAST_LINES", "600"))
SEED = int(os.environ.get("BEDING_FAST_SEED", "1"))
HASHED_FROM, TABLE_AT, PROGRAMS, KIND_FAST = 64, 64, 15, 6  # docs/module-format.md, sections 2 and 3
RECORD = struct.Struct("<2I11I")


def records(module):
    offset, count = struct.unpack_from("<2I", module, TABLE_AT + 8 * PROGRAMS)
    return [(offset + i * RECORD.size, list(RECORD.unpack_from(module, offset + i * RECORD.size))) for i in range(count)]


def is_fast(record):
    return record[2] == KIND_FAST


def without_fast(module):
    """The same module, but what it says to be the fast program is program 0."""
    changed = bytearray(module)
    programs = records(module)
    for at, record in programs:
        if is_fast(record):
            RECORD.pack_into(changed, at, *record[:2], KIND_FAST, *programs[0][1][3:])
    changed[32:64] = hashlib.sha256(changed[HASHED_FROM:]).digest()
    return bytes(changed)


def moved(cell, chance):
    """A cell of the same kind that is a little off; chance is a random.Random."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return str(datetime.date.fromisoformat(cell) + datetime.timedelta(days=chance.choice([-366, -31, -7, -1, 1, 7, 28, 31, 366])))
    if re.fullmatch(r"\d+\.\d\d", cell):
        return f"{max(0, int(cell.replace('.', '')) + chance.choice([-100, -1, 1, 50, 2500])) / 100:.2f}"
    if re.fullmatch(r"\d{1,3}", cell):
        return str(max(0, int(cell) + chance.choice([-1, 1, 10])))
    return ""


def invented(source, chance):
    with open(source, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    of_declaration = [header.index(name) for name in ("aanbieder", "gemeente", "dagtekening") if name in header]
    keys = {header.index("declaratienummer"), header.index("regelnummer"), *of_declaration}
    for i in range(LINES):
        row = list(chance.choice(rows))
        if i % 4 == 0:
            first = row
        for column in of_declaration:
            row[column] = first[column]
        for _ in range(chance.choice([0, 0, 1, 1, 2, 4])):
            column = chance.choice([c for c in range(len(header)) if c not in keys])
            row[column] = moved(row[column], chance) if chance.random() < 0.4 else chance.choice(rows)[column]
        row[header.index("declaratienummer")] = f"T{i // 4}"
        row[header.index("regelnummer")] = str(i % 4 + 1)
        yield header, row


def side_files(folder):
    for option in ("params", "series", "allocations", "starts", "stops"):
        if (folder / f"{option}.csv").exists():
            yield from (f"--{option}", folder / f"{option}.csv")
    for file in sorted(folder.glob("records-*.csv")):
        yield from ("--records", f"{file.stem.removeprefix('records-')}={file}")


def command(*words):
    return subprocess.run([str(word) for word in (BEDING, *words)], capture_output=True, text=True, encoding="utf-8", timeout=300)


class Fast(unittest.TestCase):
    maxDiff = None

    def decide(self, module, lines, folder):
        done = command("run", module, "--lines", lines, "--on-error", "reject", *side_files(folder))
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()

    def both(self, source, folder, scratch):
        """How many of the invented lines were granted something; None for an agreement that has no fast program."""
        module, plain, lines = scratch / "fast.bdc", scratch / "plain.bdc", scratch / "lines.csv"
        self.assertEqual(command("build", source, "-o", module).returncode, 0)
        content = module.read_bytes()
        if not any(is_fast(record) for _, record in records(content)):
            return None
        plain.write_bytes(without_fast(content))
        made = list(invented(folder / "lines.csv", random.Random(f"{SEED} {folder.name}")))
        with open(lines, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([made[0][0], *(row for _, row in made)])
        expected = self.decide(plain, lines, folder)
        self.assertEqual(len(expected), LINES + 1)
        self.assertEqual(self.decide(module, lines, folder), expected)
        return sum(",goedgekeurd," in line for line in expected)

    def test_agreements(self):
        compared = 0
        for lines in sorted([*ROOT.glob("contracts/*/lines.csv"), *ROOT.glob("examples/*/lines.csv")]):
            folder = lines.parent
            with self.subTest(folder.name), tempfile.TemporaryDirectory() as scratch:
                granted = self.both(folder, folder, pathlib.Path(scratch))
                if granted is not None:
                    compared += 1
                    self.assertGreater(granted, 5, "too few lines are granted to say much")
        self.assertGreaterEqual(compared, 2)


if __name__ == "__main__":
    unittest.main()
