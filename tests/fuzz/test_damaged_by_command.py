#!/usr/bin/env python3
"""The command with modules that nobody trusts: each subcommand that takes one ends with a documented status and says why.

A module of a real agreement is changed in a few words, its hash mended, and given to every subcommand that reads modules. The
verifier refuses about half of them; with the others each subcommand must do its work or say what is wrong, never crash, hang, or
come upon something that its sanitizers report. BEDING_DAMAGE_RUNS and BEDING_DAMAGE_SEED set how many and which.
"""
import hashlib
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BEDING = os.environ["BEDING"]
RUNS = int(os.environ.get("BEDING_DAMAGE_RUNS", "6"))
SEED = int(os.environ.get("BEDING_DAMAGE_SEED", "1"))
HASH_AT, HASHED_FROM = 32, 64  # struct FileHeader of vm/module.h
EDGES = (0, 1, 2, 3, 7, 8, 63, 64, 255, 65535, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
TIMEOUT_SECONDS = 60
WRONG = ("runtime error:", "AddressSanitizer", "LeakSanitizer")


def subcommands(agreement, good, bad):
    """What each subcommand is asked; `good` is the module as it was built, `bad` the damaged one."""
    data = ["--lines", agreement / "lines.csv"]
    for option, name in (("--series", "series.csv"), ("--params", "params.csv"), ("--allocations", "allocations.csv"), ("--starts", "starts.csv")):
        if (agreement / name).exists():
            data += [option, agreement / name]
    if (agreement / "records-huisbezoek.csv").exists():
        data += ["--records", f"huisbezoek={agreement / 'records-huisbezoek.csv'}"]
    first = (agreement / "lines.csv").read_text(encoding="utf-8").splitlines()[1].split(",")
    yield "verify", bad
    yield "describe", bad, "--json"
    yield "dis", bad
    yield "tariff", bad, "--as-of", "2023-06-01"
    yield "calendar", bad, "--year", "2023"
    yield "diff", good, bad, "--json"
    yield "diff", bad, good, "--markdown"
    yield "run", bad, *data
    yield "run", bad, *data, "--profile", "--threads", "2"
    yield "explain", bad, *data, "--line", f"{first[0]}/{first[1]}", "--json"
    yield "impact", good, bad, *data
    yield "impact", bad, good, *data


def damaged(module, chance):
    """The module with a few words or bytes changed, and a hash that agrees."""
    changed = bytearray(module)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(HASHED_FROM, len(changed) - 4)
        kind = chance.randrange(3)
        if kind == 0:
            changed[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            struct.pack_into("<I", changed, at & ~3, chance.choice(EDGES))
        else:
            other = chance.randrange(HASHED_FROM, len(changed) - 4) & ~3
            changed[at & ~3:(at & ~3) + 4] = changed[other:other + 4]
    changed[HASH_AT:HASH_AT + 32] = hashlib.sha256(changed[HASHED_FROM:]).digest()
    return bytes(changed)


def trouble(arguments):
    """What is wrong with how the command ended, or None; and its status."""
    environment = {**os.environ, "LANG": "nl_NL.UTF-8"}
    try:
        done = subprocess.run([BEDING, *map(str, arguments)], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return "a hang", None
    said = done.stderr.decode(errors="replace")
    if not 0 <= done.returncode <= 6 or any(word in said for word in WRONG):
        return f"status {done.returncode}\n{said}", done.returncode
    if done.returncode not in (0, 1) and not said:
        return f"status {done.returncode} without a word", done.returncode
    return None, done.returncode


def main():
    statuses, bad_ends = {}, 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        agreements = [ROOT / "contracts" / "leiden-kortdurend-verblijf", ROOT / "examples" / "huishouden"]
        built = []
        for agreement in agreements:
            good = folder / f"{agreement.name}.bdc"
            subprocess.run([BEDING, "build", agreement, "-o", good], check=True, stderr=subprocess.DEVNULL)
            for arguments in subcommands(agreement, good, good):
                problem, status = trouble(arguments)
                # Undamaged every one of them works, and a module does not differ from itself.
                if problem or status != 0:
                    sys.exit(f"{agreement.name}, undamaged: beding {' '.join(map(str, arguments))}: {problem or status}")
            built.append((agreement, good, good.read_bytes()))
        for run in range(RUNS):
            chance = random.Random(SEED + run)
            agreement, good, module = built[run % len(built)]
            bad = folder / "damaged.bdc"
            bad.write_bytes(damaged(module, chance))
            for arguments in subcommands(agreement, good, bad):
                problem, status = trouble(arguments)
                statuses[status] = statuses.get(status, 0) + 1
                if problem:
                    bad_ends += 1
                    print(f"seed {SEED + run}: beding {' '.join(map(str, arguments))}: {problem}")
    print(f"{RUNS} damaged modules; ends by status: {dict(sorted(statuses.items(), key=str))}")
    sys.exit(1 if bad_ends else 0)


if __name__ == "__main__":
    main()
