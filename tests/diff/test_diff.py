#!/usr/bin/env python3
"""`beding diff` on changes planted in the agreements of contracts/, in the English example and in klein.bdg (planted.txt), and on edits that keep the meaning (same.txt).

Every planted change must be reported, shown by the right cell or by a witness, and a witness is decided again: its scenario for the old version must
hold there and not in the new one, that for the new version the other way round. Edits that keep the meaning must give no difference. By default the changes of one agreement are planted
together (those that no line shows apart, without a search), which is quick and also tests that each is told from the others; with --each every change stands alone, and a table is printed.
"""
import argparse
import fnmatch
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CONTRACTS = HERE.parents[1] / "contracts"
HOMES = (CONTRACTS, HERE.parents[1] / "examples", HERE)
BEDING = os.path.abspath(os.environ.get("BEDING", HERE.parents[1] / "build" / "release" / "beding"))
SECONDS = 120


class Renaming:
    """Words of one agreement replaced, all at once, and the changes that must be reported: these and no more."""

    def __init__(self, title):
        self.title, self.old, self.new, self.wanted = title, [], [], []
        self.agreement = None

    def apply(self, folder):
        words = dict(zip(self.old, self.new))
        pattern = re.compile(r"(?<!\w)(?:" + "|".join(re.escape(word) for word in words) + r")(?!(?<=\w)\w)")
        found = 0
        for path in (folder / self.agreement).glob("*.bdg.md"):
            text, count = pattern.subn(lambda match: words[match[0]], path.read_text(encoding="utf-8"))
            path.write_text(text, encoding="utf-8")
            found += count
        assert found > 0, f"{self.title}: nothing to rename"


def read_renamings():
    made = []
    for line in (HERE / "renamed.txt").read_text(encoding="utf-8").splitlines():
        sign, rest = line[:1], line[2:]
        if sign == "=":
            made.append(Renaming(rest))
        elif line.startswith("in "):
            made[-1].agreement = line[3:]
        elif sign in "-+>" and sign:
            {"-": made[-1].old, "+": made[-1].new, ">": made[-1].wanted}[sign].append(rest)
        elif line and sign != "#":
            sys.exit(f"renamed.txt: {line}")
    return made


def check_renamed(renaming, folder):
    old, new = copied(f"{folder}/old", renaming.agreement, []), copied(f"{folder}/new", renaming.agreement, [renaming])
    done = beding("diff", old, new, "--json", cwd=folder)
    changes = json.loads(done.stdout)["changes"] if done.stdout else []
    reported = sorted(f"{change['id']} {change['change']}" for change in changes)
    complaints = [] if reported == sorted(renaming.wanted) else [f"{renaming.title}: {reported}, not {renaming.wanted}\n{done.stderr[:400]}"]
    if any(change.get("witness", {}).get("found") for change in changes if not any(f"{change['id']} changed" == wanted for wanted in renaming.wanted)):
        complaints.append(f"{renaming.title}: a witness of a name")
    return complaints


class Edit:
    def __init__(self, title):
        self.title, self.old, self.new = title, [], []
        self.file = self.wanted = self.shown = self.value = None
        self.nth, self.all, self.pattern = 0, False, False

    def apply(self, folder):
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        old, new = "\n".join(self.old), "\n".join(self.new)
        if not self.pattern:
            new = new.replace("\\n", "\n")
        if self.pattern:
            edited, count = re.subn(old, new, text, flags=re.MULTILINE)
            assert count > 0, f"{self.title}: nothing like this in {self.file}"
        else:
            assert old in text, f"{self.title}: not in {self.file}"
            edited = text.replace(old, new) if self.all else text.replace(old, new, 1)
        path.write_text(edited, encoding="utf-8")


def read_edits(name):
    edits = []
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            edits.append(Edit(line[2:]))
        elif line.startswith("in "):
            words = line[3:].split()
            edits[-1].file, options = words[0], words[1:]
            edits[-1].nth, edits[-1].all, edits[-1].pattern = "nth" in options, "all" in options, "pattern" in options
        elif line.startswith("- ") or line == "-":
            edits[-1].old.append(line[2:])
        elif line.startswith("+ ") or line == "+":
            edits[-1].new.append(line[2:])
        elif line.startswith("> "):
            words = line[2:].split()
            edits[-1].wanted, edits[-1].shown, edits[-1].value = words[0], words[1], words[2] if len(words) > 2 else None
        elif line and not line.startswith("#"):
            sys.exit(f"{name}: {line}")
    return edits


def beding(*arguments, cwd):
    done = subprocess.run([BEDING, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False)
    assert done.returncode in (0, 1), f"{arguments}: {done.returncode}\n{done.stderr}"
    return done


def copied(folder, agreement, edits):
    """A folder with the agreement, edited."""
    made = pathlib.Path(folder)
    made.mkdir()
    shutil.copytree(next(home / agreement for home in HOMES if (home / agreement).is_dir()), made / agreement)
    for edit in edits:
        edit.apply(made)
    return made / agreement


def without_scenarios(text):
    """The agreement's own examples left out, so that only the witness is run."""
    kept, skips = [], False
    for line in text.splitlines():
        if line.startswith(("voorbeeld ", "example ")):
            skips = True
        elif line and not line.startswith(" "):
            skips = False
        if not skips:
            kept.append(line)
    return "\n".join(kept) + "\n"


def run_scenarios(agreement, scenarios):
    """How many of the scenarios hold in this version, by running them there; and what was said of them."""
    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder) / "agreement"
        shutil.copytree(agreement, made)
        for path in [*made.glob("*.bdg.md"), *made.glob("*.bdg")]:
            path.write_text(without_scenarios(path.read_text(encoding="utf-8")), encoding="utf-8")
        main = next(path for path in (made / "overeenkomst.bdg.md", *made.glob("*.bdg")) if path.exists())
        opened, closed = ("\n```beding\n", "```\n") if main.suffix == ".md" else ("\n", "")
        main.write_text(main.read_text(encoding="utf-8") + opened + "\n".join(scenarios) + closed, encoding="utf-8")
        done = beding("test", main.name, cwd=made)
        return len(re.findall(r"^ok ", done.stdout, re.MULTILINE)), done.stdout + done.stderr


def holds(agreement, scenarios):
    """What is said of scenarios that do not all hold in this version; empty when they do."""
    passed, said = run_scenarios(agreement, scenarios)
    return "" if passed == len(scenarios) else said


def hold_too(agreement, scenarios):
    """The scenarios of the other version that hold in this one as well: they show no difference."""
    passed, said = run_scenarios(agreement, scenarios)
    if passed == 0 and re.search("^not ok .* - .*(de overeenkomst is in orde|the agreement is in order)", said, re.MULTILINE) and len(scenarios) > 1:
        return [scenario for scenario in scenarios if hold_too(agreement, [scenario])]
    return scenarios[:1] if passed > 0 else []


def judge(edit, report):
    """Why an edit is not reported as it should be; empty when it is."""
    found = [change for change in report["changes"] if fnmatch.fnmatch(change["id"], edit.wanted)]
    if not found:
        return f"no {edit.wanted} in {[change['id'] for change in report['changes']]}"
    if edit.shown == "cell":
        cells = [detail for change in found for detail in change["details"] if detail["part"] == "cell" and detail["new"] == edit.value]
        return "" if cells else f"no cell {edit.value} in {found}"
    if edit.shown == "witness" and not any(change.get("witness", {}).get("found") for change in found):
        return f"no witness: {[(change['id'], change.get('witness')) for change in found]}"
    if edit.value == "alone" and any("note" in change.get("witness", {}) for change in found):
        return f"a witness of other changes as well: {found}"
    if edit.shown == "nothing" and not any(re.search("geen (beslissing|prijs) verandert", change.get("witness", {}).get("note", "")) for change in found):
        return f"not said that it decides nothing: {found}"
    return ""


def table_row(agreement, edit, report):
    """What shows a change, as docs/diff.md has it."""
    found = [change for change in report["changes"] if fnmatch.fnmatch(change["id"], edit.wanted)]
    witness = next((change["witness"] for change in found if change.get("witness", {}).get("found")), None)
    notes = [change["witness"]["note"] for change in found if "note" in change.get("witness", {})]
    if edit.shown == "cell":
        shown = "cell"
    elif witness:
        shown = f"witness: {witness['old']} → {witness['new']}"
    else:
        shown = notes[0].split(":")[0] if notes else "part"
    return f"| {agreement} | {edit.title} | `{found[0]['id'] if found else edit.wanted}` | {shown} |"


def check_planted(agreement, edits, folder, each):
    """All edits of one agreement at once, or one. Gives the report and the complaints."""
    old, new = copied(f"{folder}/old", agreement, []), copied(f"{folder}/new", agreement, edits)
    quick = [] if each or any(edit.shown != "part" for edit in edits) else ["--no-witness"]
    done = beding("diff", old, new, "--json", *quick, cwd=folder)
    if not done.stdout:
        return {"changes": []}, [f"{agreement}: {[edit.title for edit in edits]}: {done.stderr}"]
    report = json.loads(done.stdout)
    complaints = [f"{agreement}: {edit.title}: {why}" for edit in edits if (why := judge(edit, report))]
    witnesses = [change["witness"] for change in report["changes"] if change.get("witness", {}).get("found")]
    for witness in witnesses:
        if witness["old"] == witness["new"]:
            complaints.append(f"{agreement}: a witness that is none: {witness}")
    if witnesses:
        for side, version in (("old", old), ("new", new)):
            why = holds(version, [witness[f"scenario_{side}"] for witness in witnesses if f"scenario_{side}" in witness])
            other = "new" if side == "old" else "old"
            both = hold_too(version, [witness[f"scenario_{other}"] for witness in witnesses if f"scenario_{other}" in witness])
            if both:
                complaints.append(f"{agreement}: a witness of the {other} version holds in the {side} version as well: {both}")
            unread = [witness for witness in witnesses if f"scenario_{side}" not in witness]
            if any(not holds(version, [witness.get("scenario_new") or witness["scenario_old"]]) for witness in unread):
                complaints.append(f"{agreement}: the {side} version is said not to read what it does: {unread}")
            if why:
                complaints.append(f"{agreement}: witnesses do not hold in the {side} version:\n{why}")
    if len(edits) > 1:
        complaints += check_alone(agreement, edits, report, folder)
    return report, complaints


def check_alone(agreement, edits, report, folder):
    """Of a comparison of many changes: that each witness shows its change where that is the only one, unless it says that others show in it too."""
    complaints = []
    for number, edit in enumerate(edits):
        found = [change["witness"] for change in report["changes"] if fnmatch.fnmatch(change["id"], edit.wanted) and change.get("witness", {}).get("found")]
        # A line that the old version cannot read shows the change by that, whatever the others make of it.
        shown = [witness["scenario_new"] for witness in found if "note" not in witness and "scenario_new" in witness and "scenario_old" in witness]
        if shown:
            why = holds(copied(f"{folder}/only{number}", agreement, [edit]), shown)
            if why:
                complaints.append(f"{agreement}: {edit.title}: the witness is not of this change alone:\n{why}")
    return complaints


def check_same(agreement, edits, folder):
    old, new = copied(f"{folder}/old", agreement, []), copied(f"{folder}/new", agreement, edits)
    done = beding("diff", old, new, cwd=folder)
    return [] if done.returncode == 0 else [f"{agreement}: {[edit.title for edit in edits]} should change nothing:\n{done.stdout}"]


def groups(edits, each):
    if each:
        return [(edit.file.split("/")[0], [edit]) for edit in edits]
    names = sorted({edit.file.split("/")[0] for edit in edits})
    of = {(name, shown): [edit for edit in edits if edit.file.startswith(name + "/") and (edit.shown in ("part", "nothing")) == shown] for name in names for shown in (False, True)}
    return [(name, group) for (name, _), group in of.items() if group]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", action="store_true", help="one change at a time, as a table")
    options = parser.parse_args()
    complaints = []
    planted, same = read_edits("planted.txt"), read_edits("same.txt")
    assert len(planted) >= 40 and len(same) >= 20
    for agreement, edits in groups(planted, options.each):
        with tempfile.TemporaryDirectory() as folder:
            report, found = check_planted(agreement, edits, folder, options.each)
            complaints += found
            if options.each:
                print(f"{'NOT ok ' if found else ''}{table_row(agreement, edits[0], report)}")
    for agreement, edits in groups(same, options.each):
        with tempfile.TemporaryDirectory() as folder:
            found = check_same(agreement, edits, folder)
            complaints += found
            if options.each:
                print(f"{'NOT ' if found else ''}same | {agreement} | {edits[0].title}")
    renamings = read_renamings()
    for renaming in renamings:
        with tempfile.TemporaryDirectory() as folder:
            complaints += check_renamed(renaming, folder)
    print("\n".join(complaints) if complaints else f"{len(planted)} planted changes reported, {len(same)} edits that mean the same not, {len(renamings)} renamings told as such")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
