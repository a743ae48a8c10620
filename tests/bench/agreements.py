#!/usr/bin/env python3
"""What a line of each agreement in contracts/ costs, from a file to a file: its own example lines, many times over, each time of other clients.

    tests/bench/agreements.py build/release [--lines 100000] [--rounds 5]

Prints, for each agreement, the processor time of a line (user and system, one thread, the best of some runs), with what starting and compiling cost taken
off, and for two threads how many times sooner it is done. Lines of each copy have declarations, clients and allocations of their own, with the messages and
records that belong to them, so that counters hold as much as in a file of so many clients; they stand in decision order. Credits are left out, since
they need a ledger.
"""
import argparse
import csv
import pathlib
import resource
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
OWN = ("declaratienummer", "client", "toewijzingnummer")  # what each copy has for itself
ORDER = ("dagtekening", "gemeente", "aanbieder", "declaratienummer")
OPTIONS = {"allocations": "--allocations", "starts": "--starts", "stops": "--stops", "params": "--params", "series": "--series"}


def copy_table(source, target, copies):
    """Writes the rows so many times, in decision order if they are lines; as they are if nothing in them is a copy's own."""
    with open(source, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names, rows = reader.fieldnames, list(reader)
    if set(OWN) & set(names):
        rows = [row | {name: f"{row[name]}{copy:05}" for name in OWN if row.get(name)}
                for copy in range(copies) for row in rows if row.get("debet_credit") != "C"]
    if set(ORDER) <= set(names):
        rows.sort(key=lambda row: (*(row[name] for name in ORDER), len(row["regelnummer"]), row["regelnummer"]))
    with open(target, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def prepare(contract, folder, wanted):
    """The files of an agreement with so many lines or some more; how many, and the options that name them."""
    folder.mkdir()
    with open(contract / "lines.csv", encoding="utf-8", newline="") as file:
        copies = -(-wanted // max(1, sum(row.get("debet_credit") != "C" for row in csv.DictReader(file)))) if wanted else 0
    count = copy_table(contract / "lines.csv", folder / "lines.csv", copies)
    options = ["--lines", folder / "lines.csv"]
    for table in sorted(contract.glob("*.csv")):
        if table.stem in OPTIONS:
            options += [OPTIONS[table.stem], folder / table.name]
        elif table.stem.startswith("records-"):
            options += ["--records", f"{table.stem.removeprefix('records-')}={folder / table.name}"]
        else:
            continue
        copy_table(table, folder / table.name, copies)
    return count, options


def measure(command):
    """Processor time and time of a run, in seconds."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--lines", type=int, default=100000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    beding = options.build / "beding"
    print(f"{'':32}{'lines':>10}{'a line':>12}{'lines/s':>12}   two threads")
    for contract in sorted(path.parent for path in (ROOT / "contracts").glob("*/lines.csv")):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            module = folder / "module.bdc"
            subprocess.run([beding, "build", contract, "--out", module], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            count, many = prepare(contract, folder / "many", options.lines)
            _, none = prepare(contract, folder / "none", 0)
            command = [beding, "run", module, "--on-error", "reject", "--out", folder / "out.csv"]
            runs = [(measure([*command, *none, "--threads", "1"]), measure([*command, *many, "--threads", "1"]),
                     measure([*command, *many, "--threads", "2"])) for _ in range(options.rounds)]
            empty, one = (min(run[i][0] for run in runs) for i in range(2))
            seconds = max(one - empty, 1e-9)
            sooner = min(run[1][1] for run in runs) / min(run[2][1] for run in runs)
            print(f"{contract.name:32}{count:>10}{seconds / count * 1e6:>9.2f} us{count / seconds:>12,.0f}{sooner:>10.2f} x")


if __name__ == "__main__":
    main()
