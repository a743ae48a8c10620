#!/usr/bin/env python3
"""`beding impact` on a million lines: its totals against two plain runs, to the cent and to the line, and its speed beside theirs.

    cmake --build build/release --target bench
    tests/bench/impact.py [--build build/release] [--lines 1000000] [--rounds 5]

Three changes are compared. In one a tariff and a term change, so that few lines do; in another every tariff is a cent higher,
so that nearly all do. In the third the price and the rounding of nearly every line change at once, so that which
of the two it is has to be seen from the two derivations of each line, which is the most work. Ends with status 1 when a figure differs.
"""
import argparse
import csv
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
COUNTS = ("lines", "approved", "rejected", "suspended", "faulted", "malformed", "approved_cents")
SUMS = ("lines", "more_lines", "less_lines", "more_cents", "less_cents", "net_cents")


def changes_of(text):
    few = text.replace("166,69", "168,00")
    # Every tariff a cent higher, and no check of what was claimed: nearly every approved line is paid another amount.
    body = re.sub(r"\nregel (tarief_onjuist|bedrag_onjuist).*?(?=\nregel |\n-- |\Z)", "", text, flags=re.DOTALL)
    def dearer(match):
        cents = int(match[1].replace(".", "") + match[2]) + 1
        return f"{cents // 100},{cents % 100:02}"
    all_lines = re.sub(r"(?<![\d.,])(\d{1,3}),(\d\d)(?!\d)", dearer, body)
    both = all_lines.replace("betaal volume × tarief afgerond op centen", "betaal volume × tarief naar beneden afgerond op centen")
    return [("few lines change", text, few), ("nearly all lines change", body, all_lines), ("nearly all lines change, by two changes that reach each of them", body, both)]


def run(*arguments):
    began = time.perf_counter()
    done = subprocess.run([str(word) for word in arguments], capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{arguments}\n{done.stderr.decode()}")
    return time.perf_counter() - began, done.stdout


def check(answer, folder, sides):
    """Compares the report with the decisions of two runs, line by line."""
    wrong = []
    rows = []
    for name, side in sides:
        summary = json.loads((folder / f"{name}.json").read_text())
        wrong += [f"{name}.{key}" for key in COUNTS if answer[side][key] != summary[key]]
        rows.append(csv.reader(open(folder / f"{name}.csv", encoding="utf-8", newline="")))
    changed = net = 0
    for before, after in zip(*rows):
        if before[2:4] != after[2:4]:
            changed += 1
            net += int(after[3].replace(".", "")) - int(before[3].replace(".", ""))
    total = answer["total"]
    if (total["lines"], total["net_cents"]) != (changed, net):
        wrong.append(f"total: {total['lines']}, {total['net_cents']} where the runs differ in {changed}, {net}")
    wrong += [f"changes.{key}" for key in SUMS if sum(share[key] for share in total["by_change"]) != total[key]]
    wrong += [f"causes.{key}" for key in SUMS if sum(cause[key] for cause in answer["causes"]) != total[key]]
    for part in [total, *answer["causes"]]:
        for dimension, values in part["by"].items():
            wrong += [f"{dimension}.{key}" for key in SUMS if sum(value[key] for value in values) != part[key]]
    return wrong


def main():
    parser = argparse.ArgumentParser(description="beding impact against two runs")
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    build = pathlib.Path(options.build).resolve()
    beding, text, failed = build / "beding", (ROOT / "tests" / "bench" / "bw.bdg").read_text(encoding="utf-8"), False
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        _, content = run(build / "bench" / "make_lines", options.lines, "csv", folder / "totals.json")
        lines = folder / "lines.csv"
        lines.write_bytes(content)
        for title, before, after in changes_of(text):
            for side, contract in (("a", before), ("b", after)):
                (folder / f"{side}.bdg").write_text(contract, encoding="utf-8")
                run(beding, "build", folder / f"{side}.bdg", "-o", folder / f"{side}.bdc")
            times = {"run": [], "run, one thread": [], "impact": []}
            for _ in range(options.rounds):
                for side in "ab":
                    times["run"].append(run(beding, "run", folder / f"{side}.bdc", "--lines", lines, "--out", folder / f"{side}.csv",
                                            "--summary", folder / f"{side}.json")[0])
                times["run, one thread"].append(run(beding, "run", folder / "a.bdc", "--lines", lines, "--out", folder / "x.csv",
                                                    "--summary", folder / "x.json", "--threads", "1")[0])
                spent, report = run(beding, "impact", folder / "a.bdc", folder / "b.bdc", "--lines", lines, "--json")
                times["impact"].append(spent)
            answer = json.loads(report)
            wrong = check(answer, folder, (("a", "before"), ("b", "after")))
            failed = failed or bool(wrong)
            median = {name: statistics.median(values) for name, values in times.items()}
            print(f"{title}: {answer['total']['lines']:,} of {options.lines:,} lines, {answer['total']['net_cents'] / 100:+,.2f} euros; "
                  f"{'WRONG: ' + '; '.join(wrong) if wrong else 'equal to two runs, and the causes add up'}")
            for name, spent in median.items():
                print(f"    {name:16} {spent * 1000:7.0f} ms    speed of a run: {median['run'] / spent:.2f}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
