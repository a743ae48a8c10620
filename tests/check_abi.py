#!/usr/bin/env python3
"""Compares the binary interface of libbeding with the one on record, by abidiff of Debian's abigail-tools.

    tests/check_abi.py --library build/test/vm/libbeding.so            fails when a program that is already linked would not survive
    tests/check_abi.py --library build/test/vm/libbeding.so --bless    records the interface anew

The record is vm/package/libbeding.abi. Functions that are added pass, and are listed; at a release they are recorded. An enumerator that is added shows as a
change: read it, and record it. Any other change of a released interface raises BEDING_ABI in CMakeLists.txt. The library must have
debug information.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
RECORD = ROOT / "vm" / "package" / "libbeding.abi"
HEADERS = ROOT / "vm" / "include"
SKIPPED = 77
# Bits of abidiff's exit status.
ERROR, USAGE, CHANGED, INCOMPATIBLE = 1, 2, 4, 8


def run(*words):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=100, check=False)


def interface_of(library):
    """What programs can rely on, as abidw writes it: exported functions and the types of the public headers."""
    words = ["abidw", "--headers-dir", HEADERS, "--drop-private-types", "--no-show-locs", "--no-corpus-path", "--no-comp-dir-path", "--type-id-style", "hash"]
    done = run(*words, library)
    if done.returncode != 0:
        sys.exit(done.stderr)
    text = re.sub(r"  <elf-needed>.*?</elf-needed>\n", "", done.stdout, flags=re.DOTALL)  # a sanitizer's library among them
    text = text.replace(f"path='{ROOT}/", "path='")  # the record names no machine's folders
    return "".join(line for line in text.splitlines(keepends=True) if "__odr_asan" not in line)


def compare(interface):
    # Two interfaces that were written alike are compared: given the library itself, abidiff takes the types on record for private ones.
    with tempfile.NamedTemporaryFile("w", suffix=".abi") as found:
        found.write(interface)
        found.flush()
        done = run("abidiff", "--no-show-locs", RECORD, found.name)
    print(done.stdout + done.stderr, end="")
    if done.returncode & (ERROR | USAGE):
        print("abidiff could not compare")
        return 1
    changes = sum(int(count) for count in re.findall(r"(\d+) (?:Removed|Changed)\b", done.stdout))
    if done.returncode & INCOMPATIBLE or changes > 0:
        print("what programs already linked rely on has changed; if that is meant, see the top of tests/check_abi.py")
        return 1
    print("only additions" if done.returncode & CHANGED else "the interface is the one on record")
    return 0


def main():
    parser = argparse.ArgumentParser(description="the binary interface of libbeding against the one on record")
    parser.add_argument("--library", required=True, type=pathlib.Path)
    parser.add_argument("--bless", action="store_true")
    options = parser.parse_args()
    if shutil.which("abidiff") is None:
        print("skipped: no abidiff (Debian: abigail-tools)")
        return SKIPPED
    interface = interface_of(options.library.resolve())
    if not options.bless:
        return compare(interface)
    RECORD.write_text(interface, encoding="utf-8")
    print(f"recorded: {RECORD.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
