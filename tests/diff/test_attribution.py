#!/usr/bin/env python3
"""`beding impact` says which change of the texts a line's difference is due to: tried with the changes planted in the agreements (planted.txt).

All changes of an agreement are made together, and its lines, each also signed later, larger, and without what was claimed, are decided before and after.
What is due to some of the changes must come about by these alone: the agreement with them and no others decides the line as the one with all of
them does. In the agreements where lines do not influence each other, the agreement with all others decides it as the old one does. After that, a few
changes at a time, taken at random (--seed, --rounds).
"""
import argparse
import collections
import csv
import datetime
import json
import pathlib
import random
import subprocess
import sys
import tempfile

from test_diff import BEDING, CONTRACTS, SECONDS, beding, copied, read_edits

OPTIONS = {"allocations": "--allocations", "starts": "--starts", "stops": "--stops", "params": "--params", "series": "--series"}
TOGETHER = [("a unit of 45 minutes", "another multiple to round to")]  # what once was told wrong
ALONE = {"leiden-beschermd-wonen", "leiden-beschut-wonen"}  # where no line counts for another


def later(row):
    return {"dagtekening": str(datetime.date.fromisoformat(row["dagtekening"]) + datetime.timedelta(days=40))}


def variants(row):
    """The line, and lines like it that more of the changes touch."""
    yield "", {}
    yield "L", later(row)
    yield "V", {"volume": str(2 * float(row["volume"]) if "." in row["volume"] else 2 * int(row["volume"]))}
    yield "T", {"tarief": "", "bedrag": ""}
    yield "TL", {"tarief": "", "bedrag": ""} | later(row)


def write_lines(agreement, target):
    with open(CONTRACTS / agreement / "lines.csv", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names, rows = reader.fieldnames, list(reader)
    made = []
    for row in rows:
        if row.get("debet_credit") != "C" and row["volume"]:
            made += [row | {"declaratienummer": row["declaratienummer"] + mark} | {k: v for k, v in change.items() if k in names} for mark, change in variants(row)]
    with open(target, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(made)


def options_of(agreement):
    options = []
    for table in sorted((CONTRACTS / agreement).glob("*.csv")):
        if table.stem in OPTIONS:
            options += [OPTIONS[table.stem], table]
        elif table.stem.startswith("records-"):
            options += ["--records", f"{table.stem.removeprefix('records-')}={table}"]
    return [*options, "--on-error", "reject"]


class Agreement:
    def __init__(self, name, edits, folder):
        self.name, self.edits, self.folder = name, edits, pathlib.Path(folder)
        self.lines, self.options = self.folder / "lines.csv", options_of(name)
        write_lines(name, self.lines)
        self.made, self.outcomes = {}, {}
        self.ids = {}  # of a change: the edits that make it
        old = self.version([])
        for i, edit in enumerate(edits):
            report = json.loads(beding("diff", old, self.version([i]), "--json", "--no-witness", cwd=folder).stdout)
            for change in report["changes"]:
                self.ids.setdefault(change["id"], set()).add(i)

    def version(self, chosen):
        key = tuple(sorted(chosen))
        if key not in self.made:
            self.made[key] = copied(self.folder / f"v{len(self.made)}", self.name, [self.edits[i] for i in key])
        return self.made[key]

    def decided(self, chosen):
        """What the agreement with these edits makes of each line."""
        key = tuple(sorted(chosen))
        if key not in self.outcomes:
            done = subprocess.run([BEDING, "run", self.version(key), "--lines", self.lines, *self.options], capture_output=True, text=True, encoding="utf-8",
                                  timeout=SECONDS, check=True)
            rows = csv.DictReader(done.stdout.splitlines())
            self.outcomes[key] = {(row["declaratienummer"], row["regelnummer"]): (row["besluit"], row["bedrag_toegekend"]) for row in rows}
        return self.outcomes[key]

    def impact(self):
        out = self.folder / "changed.csv"
        done = beding("impact", self.version([]), self.version(range(len(self.edits))), "--lines", self.lines, *self.options, "--json", "--out", out, cwd=self.folder)
        assert done.returncode == 0, done.stderr
        with open(out, encoding="utf-8", newline="") as file:
            return json.loads(done.stdout), list(csv.DictReader(file))


def check(agreement):
    """The complaints, and how many lines were due to one change, to several, and not told apart."""
    report, changed = agreement.impact()
    everything = set(range(len(agreement.edits)))
    before, after = agreement.decided([]), agreement.decided(everything)
    complaints, counts, sums = [], collections.Counter(), collections.Counter()
    for row in changed:
        line, told = (row["declaratienummer"], row["regelnummer"]), row["wijziging"]
        sums[told] += round(100 * float(row["verschil"]))
        ids = told.replace(" | ", " + ").split(" + ")
        counts["not told apart" if " | " in told else "one" if len(ids) == 1 else "several"] += 1
        if "earlier_lines" in ids:
            continue
        if not set(ids) <= set(agreement.ids):
            complaints.append(f"{line}: {told}: no edit makes this change by itself")
            continue
        chosen = set().union(*(agreement.ids[one] for one in ids))
        if agreement.decided(chosen)[line] != after[line]:
            complaints.append(f"{line}: {told} alone gives {agreement.decided(chosen)[line]}, all together {after[line]}")
        if agreement.name in ALONE and agreement.decided(everything - chosen)[line] != before[line]:
            complaints.append(f"{line}: without {told} it is {agreement.decided(everything - chosen)[line]}, before {before[line]}")
    told = {(" + " if share["told_apart"] else " | ").join(share["changes"]): share["net_cents"] for share in report["total"]["by_change"]}
    if told != dict(sums):
        complaints.append(f"sums {told}, lines {dict(sums)}")
    if sum(told.values()) != report["total"]["net_cents"]:
        complaints.append(f"{sum(told.values())} of {report['total']['net_cents']} cents")
    return [f"{agreement.name}: {why}" for why in complaints], counts


def try_edits(name, edits):
    with tempfile.TemporaryDirectory() as folder:
        return check(Agreement(name, edits, folder))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    edits, complaints, chance = read_edits("planted.txt"), [], random.Random(options.seed)
    names = sorted({name for edit in edits if (CONTRACTS / (name := edit.file.split("/")[0]) / "lines.csv").exists()})
    of = {name: [edit for edit in edits if edit.file.startswith(name + "/")] for name in names}
    for name in names:
        found, counts = try_edits(name, of[name])
        complaints += found
        print(f"{name}: lines due to " + ", ".join(f"{kind}: {count}" for kind, count in sorted(counts.items())))
    total = collections.Counter()
    some = [[edit for edit in edits if edit.title in titles] for titles in TOGETHER]
    for _ in range(options.rounds):
        of_one = of[chance.choice(names)]
        some.append(chance.sample(of_one, chance.randint(2, 4)))
    for chosen in some:
        found, counts = try_edits(chosen[0].file.split("/")[0], chosen)
        complaints += [f"{[edit.title for edit in chosen]}: {why}" for why in found]
        total.update(counts)
    print(f"{len(some)} times a few of them: " + ", ".join(f"{kind}: {count}" for kind, count in sorted(total.items())))
    print("\n".join(complaints))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
