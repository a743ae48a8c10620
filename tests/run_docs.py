#!/usr/bin/env python3
"""Runs the examples of the documentation: every fenced block marked `beding` in docs/*.md must do what the page says.

    ```beding                  compiles without an error
    ```beding fout E0401       reports exactly these error codes (also `error`); several are separated by commas
    ```beding vervolg          continues the blocks before it (also `continued`), from the last one that does not

A block that does not begin with `taal` or `language` gets the opening lines `taal nl` and `overeenkomst voorbeeld`.
Expectations on a line (`-- geeft: …`) work as in tests/language; see run_language.py. A block with scenarios must pass them.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import run_language  # noqa: E402

ROOT = run_language.ROOT
OPENING = "taal nl\novereenkomst voorbeeld\n"
SCENARIO = re.compile(r'^\s*(voorbeeld|example)\s+"', re.MULTILINE)
FENCE = re.compile(r"^```\s*beding\b[ \t]*(.*)$")


class Block:
    """One example: where it stands, what it must do, and its whole text with the opening lines."""

    def __init__(self, page, line, info, text):
        self.page, self.line, self.text = page, line, text
        words = info.replace(",", " ").split()
        self.continues = bool(words) and words[0] in ("vervolg", "continued")
        self.codes = {word for word in words if run_language.CODE.match(word)}

    @property
    def place(self):
        return f"{self.page}:{self.line}"


def blocks_of(page, text):
    """The examples of one page, in order, continuations joined to what they continue."""
    blocks, base = [], ""
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        match = FENCE.match(lines[number])
        number += 1
        if match is None:
            continue
        start = number
        while number < len(lines) and not lines[number].startswith("```"):
            number += 1
        block = Block(page, start, match.group(1), "\n".join(lines[start:number]) + "\n")
        number += 1
        if block.continues:
            block.text = base + block.text
        elif not block.text.lstrip().startswith(("taal ", "language ")):
            block.text = OPENING + block.text
        if not block.codes:
            base = block.text
        blocks.append(block)
    return blocks


def run_block(beding, block, folder):
    """The complaints about one example."""
    path = pathlib.Path(folder) / "example.bdg"
    path.write_text(block.text, encoding="utf-8")
    name = os.path.relpath(path, ROOT)
    done = run_language.run([beding, "check", "--json", name])
    try:
        found = {code for _, code in run_language.diagnostics_of(done.stdout) if code.startswith("E")}
    except (ValueError, KeyError, TypeError):
        return [f"check --json gave no diagnostics, status {done.returncode}: {done.stdout}{done.stderr}"]
    if found != block.codes:
        wanted = ", ".join(sorted(block.codes)) or "no error"
        return [f"expected {wanted}, got {', '.join(sorted(found)) or 'no error'}\n{run_language.run([beding, 'check', name]).stderr}"]
    notation = run_language.Notation(block.text.startswith("language en"), block.text)
    values = [(number, text, line) for number, kind, text, line in run_language.expectations(block.text)
              if kind in ("geeft", "gives")]
    if block.codes:
        return []
    complaints = list(run_language.check_values(beding, name, values, notation))
    if SCENARIO.search(block.text):
        tested = run_language.run([beding, "test", name])
        if tested.returncode != 0:
            complaints.append(f"the scenarios fail:\n{tested.stdout}{tested.stderr}")
    return complaints


def main():
    parser = argparse.ArgumentParser(description="the examples of the documentation")
    parser.add_argument("pages", nargs="*", help="default: docs/*.md")
    parser.add_argument("--beding", default="build/release/beding")
    options = parser.parse_args()
    beding = os.path.abspath(options.beding)
    pages = [pathlib.Path(page).resolve() for page in options.pages] or sorted((ROOT / "docs").glob("*.md"))
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for page in pages:
            for block in blocks_of(os.path.relpath(page, ROOT), page.read_text(encoding="utf-8")):
                try:
                    complaints = run_block(beding, block, folder)
                except (run_language.Mistake, subprocess.TimeoutExpired) as problem:
                    complaints = [str(problem)]
                passed, failed = passed + (not complaints), failed + bool(complaints)
                for complaint in complaints:
                    print(f"not ok {block.place}: " + complaint.strip().replace("\n", "\n    "))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
