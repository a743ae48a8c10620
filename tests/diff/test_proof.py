#!/usr/bin/env python3
"""What `beding diff` calls proved equal, and what it must not: in a build with Z3; without it the test says so and passes.

Three sorts of tests: rewritings of the agreements that only a proof shows to be none, each beside one that nearly is the same (proved.txt); random conditions,
rewritten at random, rightly and wrongly, where versions that are called equal must decide thousands of random lines alike, faults included; and the mutants of
`beding test --mutate` (proved_mutants.c). --pairs and --step ask for more of them.
"""
import argparse
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import json

from test_diff import BEDING, beding, copied, read_edits

HERE = pathlib.Path(__file__).resolve().parent
CONTRACTS = HERE.parents[1] / "contracts"
MUTANTS = pathlib.Path(BEDING).parent / "tests" / "proved_mutants"
SECONDS = 280

# ---- rewritings of the agreements ----


def check_rewritten(edit):
    """A rewriting must be proved (`> id proved`), or must be reported (`> id reported`)."""
    agreement = edit.file.split("/")[0]
    with tempfile.TemporaryDirectory() as folder:
        old, new = copied(f"{folder}/old", agreement, []), copied(f"{folder}/new", agreement, [edit])
        done = beding("diff", old, new, "--json", "--no-witness", cwd=folder)
        if not done.stdout:
            return [f"{agreement}: {edit.title}: {done.stderr}"]
        report = json.loads(done.stdout)
        assert not report["solver_gave_up"], edit.title
        proved, told = report["proved_equal"], [change["id"] for change in report["changes"]]
        if edit.shown == "proved":
            good = done.returncode == 0 and edit.wanted in proved and not told
        else:
            good = done.returncode == 1 and edit.wanted not in proved and edit.wanted in told
        return [] if good else [f"{agreement}: {edit.title}: should be {edit.shown}: proved {proved}, told {told} {done.stderr}"]


# ---- random conditions ----

HEAD = """taal nl

overeenkomst paar
    titel  "Paar"
    versie "1"
    geldig vanaf 2020-01-01

document hoofd "Overeenkomst"  rang 1

eenheid dag/dagen    ondeelbaar      code "14"
keuze zwaarte = licht, middel, zwaar
invoer x : getal
invoer y : getal facultatief
invoer m : bedrag
invoer d : datum
invoer e : datum facultatief
invoer b : boolean
invoer f : boolean facultatief
invoer t : tekst
product opvang  "Opvang"  per dag  naar zwaarte
tarief opvang  geldig vanaf 2020-01-01
    | licht  | middel | zwaar  |
    | 10,00  | 20,25  | 30,50  |

regel proef
    keur af als {condition}
    reden "proef"
regel betaling
    betaal volume × tarief × {factor}  afgerond op centen
"""
COLUMNS = ["declaratienummer", "regelnummer", "dagtekening", "aanbieder", "client", "product", "begindatum", "einddatum", "volume", "eenheid", "zwaarte", "x", "y", "m", "d", "e", "b", "f", "t"]
ROUNDED = ["afgerond", "naar boven afgerond", "naar beneden afgerond", "richting nul afgerond", "weg van nul afgerond", "half-even afgerond"]


class Writer:
    """Conditions as trees: (kind, ...) with the text made last, so that they can be rewritten."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def number(self, depth):
        pick = self.random.randrange(9 if depth > 0 else 3)
        if pick < 2:
            return ("x",)
        if pick == 2:
            return ("const", self.random.choice(["0", "1", "2", "3", "1,5", "7", "−2"]))
        if pick == 8:
            return ("if", self.condition(depth - 1), self.number(depth - 1), self.number(depth - 1))
        name = ["+", "−", "kleinste", "grootste", "/"][pick - 3]
        return (name, self.number(depth - 1), self.number(depth - 1))

    def money(self):
        return ("round", self.random.choice(ROUNDED), self.random.choice(["op centen", "op een veelvoud van € 0,05", "op een veelvoud van € 3"]), self.number(1))

    def date(self):
        base = self.random.choice([("d",), ("dagtekening",), ("begindatum",)])
        pick = self.random.randrange(4)
        return base if pick == 0 else ("later", base, self.random.choice(["1", "28", "30", "31"]), "dagen") if pick < 3 else ("later", base, self.random.choice(["1", "2"]), "maanden")

    def condition(self, depth):
        pick = self.random.randrange(13 if depth > 0 else 9)
        if pick < 2:
            return (self.random.choice(["<", "<=", "=", "<>", ">", ">="]), self.number(depth), self.number(depth))
        if pick == 2:
            return (self.random.choice(["<", "<=", ">", ">="]), self.money(), ("euro", self.random.choice(["0", "1,50", "5", "3"])))
        if pick == 3:
            return (self.random.choice(["<", "<=", "=", ">", ">="]), self.date(), self.date())
        if pick == 4:
            return ("text", self.random.choice(["b", "niet b", "f aanwezig en f", "f ontbreekt of f"]))
        if pick == 5:
            return ("text", self.random.choice(['t = "a"', 't <> "a"', 't = "b"']))
        if pick == 6:
            return ("text", self.random.choice(["zwaarte = licht", "zwaarte in (licht, zwaar)", "zwaarte <> middel", "zwaarte = zwaar"]))
        if pick == 7:
            return ("text", f"y aanwezig en y {self.random.choice(['<', '>='])} {self.random.choice('123')}")
        if pick == 8:
            return ("text", "e ontbreekt of e > d")
        if pick == 9:
            return ("niet", self.condition(depth - 1))
        if pick == 12:
            return ("if", self.condition(depth - 1), self.condition(depth - 1), self.condition(depth - 1))
        return (["en", "of"][pick - 10], self.condition(depth - 1), self.condition(depth - 1))

    def alike(self, tree):
        """Another way to write a tree, where there is one."""
        name = tree[0]
        if name == "en" and tree[2][0] == "of":
            return ("of", ("en", tree[1], tree[2][1]), ("en", tree[1], tree[2][2]))
        if name in ("en", "of") and self.random.random() < 0.5:
            other = "of" if name == "en" else "en"
            return ("niet", (other, ("niet", tree[1]), ("niet", tree[2])))
        if name in ("en", "of"):
            return ("if", tree[1], tree[2], ("text", "nee")) if name == "en" else ("if", tree[1], ("text", "ja"), tree[2])
        if name == "if":
            return ("if", ("niet", tree[1]), tree[3], tree[2])
        if name in ("<", ">") and tree[1][0] in ("kleinste", "grootste"):
            joins = "en" if (name == ">") == (tree[1][0] == "kleinste") else "of"
            return (joins, (name, tree[1][1], tree[2]), (name, tree[1][2], tree[2]))
        if name == "=":
            return ("en", ("<=", tree[1], tree[2]), (">=", tree[1], tree[2]))
        if name == "<>":
            return ("of", ("<", tree[1], tree[2]), (">", tree[1], tree[2]))
        if name in ("<", "<=", ">", ">="):
            return ("niet", ({"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[name], tree[1], tree[2]))
        if name == "kleinste":
            return ("if", ("<", tree[1], tree[2]), tree[1], tree[2])
        if name == "grootste":
            return ("−", ("+", tree[1], tree[2]), ("kleinste", tree[1], tree[2]))
        if name == "−":
            return ("−", ("+", tree[1], ("const", "1")), ("+", tree[2], ("const", "1")))
        return tree

    def otherwise(self, tree):
        """A tree that means something else, most of the time."""
        name = tree[0]
        swaps = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<=", "<>": ">", "en": "of", "of": "en", "kleinste": "grootste", "grootste": "kleinste", "+": "−", "−": "+"}
        if name in swaps:
            return (swaps[name], *tree[1:])
        if name == "round":
            return ("round", self.random.choice(ROUNDED), *tree[2:])
        if name == "later":
            return ("later", tree[1], str(int(tree[2]) + 1), tree[3])
        if name == "const":
            return ("const", "4")
        if name == "if":
            return ("if", tree[1], tree[3], tree[2])
        if name == "/":
            return ("/", tree[2], tree[1])
        return tree

    def somewhere(self, tree, change):
        """One node of a tree changed."""
        inner = [i for i, part in enumerate(tree) if isinstance(part, tuple)]
        if not inner or self.random.random() < 0.35:
            return change(tree)
        at = self.random.choice(inner)
        return tree[:at] + (self.somewhere(tree[at], change),) + tree[at + 1:]


def text(tree):
    name = tree[0]
    if name in ("x", "d", "dagtekening", "begindatum"):
        return name
    if name == "const":
        return tree[1] if tree[1][0] != "−" else f"(0 − {tree[1][1:]})"
    if name == "euro":
        return f"€ {tree[1]}"
    if name == "text":
        return f"({tree[1]})" if " " in tree[1] else tree[1]
    if name == "niet":
        return f"(niet {text(tree[1])})"
    if name == "if":
        return f"(als {text(tree[1])} dan {text(tree[2])} anders {text(tree[3])})"
    if name in ("kleinste", "grootste"):
        return f"{name}({text(tree[1])}, {text(tree[2])})"
    if name == "round":
        return f"(m × {text(tree[3])} {tree[1]} {tree[2]})"
    if name == "later":
        return f"{text(tree[1])} + {tree[2]} {tree[3]}"
    return f"({text(tree[1])} {name} {text(tree[2])})"


def random_lines(rng, count):
    def day():
        return f"2020-{rng.choice(['01', '02', '03'])}-{rng.choice(['01', '02', '27', '28', '29'])}"

    rows = [",".join(COLUMNS)]
    for number in range(count):
        cells = {"declaratienummer": "D", "regelnummer": str(number + 1), "dagtekening": day(), "aanbieder": "1", "client": f"c{number}", "product": "opvang", "eenheid": "dag",
                 "volume": str(rng.randrange(1, 4)), "zwaarte": rng.choice(["licht", "middel", "zwaar"]), "x": rng.choice(["0", "1", "2", "3", "-1", "-2", "1.5", "2.5", "7", "0.3333", "4", "-4.5"]),
                 "y": rng.choice(["", "0", "1", "2", "3", "2.5"]), "m": rng.choice(["0", "1.5", "0.05", "-1.5", "2.25", "0.01", "3"]), "d": day(), "e": rng.choice(["", day()]),
                 "b": rng.choice(["ja", "nee"]), "f": rng.choice(["", "ja", "nee"]), "t": rng.choice(["a", "b", "c"])}
        cells["begindatum"] = cells["einddatum"] = day()
        rows.append(",".join(cells[name] for name in COLUMNS))
    return "\n".join(rows) + "\n"


def run(folder, source):
    done = subprocess.run([BEDING, "run", source, "--lines", "lines.csv"], cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False)
    assert done.returncode in (0, 1), f"{source}: {done.returncode}\n{done.stderr}"
    return done.stdout


def check_pair(seed, folder, counts):
    """Two random versions: called equal, they decide all lines alike."""
    writer = Writer(seed)
    condition, factor = writer.condition(3), writer.number(1)
    other, other_factor = condition, factor
    for _ in range(writer.random.randrange(1, 4)):
        change = writer.alike if writer.random.random() < 0.8 else writer.otherwise
        if writer.random.random() < 0.8:
            other = writer.somewhere(other, change)
        else:
            other_factor = writer.somewhere(other_factor, change)
    for name, tree, number in (("old.bdg", condition, factor), ("new.bdg", other, other_factor)):
        (folder / name).write_text(HEAD.format(condition=text(tree), factor=text(number)), encoding="utf-8")
    if any(subprocess.run([BEDING, "check", name], cwd=folder, capture_output=True, check=False).returncode != 0 for name in ("old.bdg", "new.bdg")):
        return []
    counts["pairs"] += 1
    done = beding("diff", "old.bdg", "new.bdg", "--json", "--no-witness", cwd=folder)
    report = json.loads(done.stdout)
    assert not report["solver_gave_up"], f"seed {seed}"
    proved = report["proved_equal"]
    counts["proved"] += bool(proved)
    (folder / "lines.csv").write_text(random_lines(writer.random, 1500), encoding="utf-8")
    alike = run(folder, "old.bdg") == run(folder, "new.bdg")
    counts["open"] += alike and done.returncode == 1
    if done.returncode == 1 or alike:
        return []
    return [f"seed {seed}: called equal ({proved}), but lines are decided otherwise:\n  {text(condition)}\n  {text(other)}\n  {text(factor)}\n  {text(other_factor)}"]


def has_solver():
    """Whether this build proves: x <= 2 or x > 2, with a rewriting that takes a proof."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file, condition in (("old.bdg", "x > 2"), ("new.bdg", "x > 2 en x > 1")):
            (folder / file).write_text(HEAD.format(condition=condition, factor="1"), encoding="utf-8")
        return beding("diff", "old.bdg", "new.bdg", "--no-witness", cwd=folder).returncode == 0


# ---- facts that must fit each other ----

COUPLED = [  # conditions of the rule before and after: the lines between them are few, and more than two facts apart from any example
    ("x > 2", "x > 2 of m × x > € 500 en m × x < € 501 en dagtekening = d + 2 maanden en d > begindatum + 11 dagen"),
    ("x > 2", "x > 2 of x × 37 > 40 en x × 37 < 41 en dagtekening = begindatum + 3 maanden"),
    ("x > 2", "x > 2 of y aanwezig en x + y = 1,31 en x − y = 0,77 en e aanwezig en e > begindatum + 100 dagen"),
    ("volume × € 12,34 per dag > m", "volume × € 12,34 per dag > m en niet (m = € 17 en volume × € 12,34 per dag < € 30 en dagtekening > d + 400 dagen)"),
    ('t = "a" en b', 't = "a" en (b of x × x = 49 en m afgerond op een veelvoud van € 3 = € 21 en d + 1 maand = dagtekening + 6 dagen)'),
    ("zwaarte = licht en x > 7", "zwaarte = licht en (x > 7 of 3 × x + 0,5 = 2,75 en dagtekening = (einde van (kalendermaand van d)) + 9 dagen)"),
    ("x > 100", "x > 100 of x / (m / € 1) = 3 en m > € 4 en m < € 5"),
]
CALLABLES = ["definitie proeve(a : getal, p : datum, q : datum) : boolean aanroepbaar = a > 3{more}"]
CALLED = " of a × 37 > 40 en a × 37 < 41 en q = p + 2 maanden en p > q − 60 dagen"


def check_witness(folder, versions, what):
    """Two versions must have a witness, which holds in each of them."""
    for name, source in zip(("old.bdg", "new.bdg"), versions):
        (folder / name).write_text(source, encoding="utf-8")
    change, = json.loads(beding("diff", "old.bdg", "new.bdg", "--json", cwd=folder).stdout)["changes"]
    witness = change["witness"]
    if not witness["found"] or witness["old"] == witness["new"]:
        return [f"no witness: {what}: {witness}"]
    for source, side in zip(versions, ("old", "new")):
        (folder / "holds.bdg").write_text(source + "\n" + witness[f"scenario_{side}"], encoding="utf-8")
        if beding("test", "holds.bdg", cwd=folder).returncode != 0:
            return [f"the witness does not hold in the {side} version: {what}: {witness}"]
    return []


def check_coupled(folder):
    complaints = []
    for old, new in COUPLED:
        complaints += check_witness(folder, [HEAD.format(condition=condition, factor="1") for condition in (old, new)], new)
    for text_of in CALLABLES:
        base = HEAD.format(condition="x > 2", factor="1")
        complaints += check_witness(folder, [base + text_of.format(more=more) + "\n" for more in ("", CALLED)], CALLED)
    return complaints


def check_limit(folder):
    """Equal, but beyond what is proved: reported, without witness, saying how hard both looked, and soon."""
    for name, condition in (("old.bdg", "x > 2"), ("new.bdg", "x > 2 of (x + 1) × (x + 1) <> x × x + 2 × x + 1")):
        (folder / name).write_text(HEAD.format(condition=condition, factor="1"), encoding="utf-8")
    done = beding("diff", "old.bdg", "new.bdg", cwd=folder)
    return [] if done.returncode == 1 and "niet door op te lossen" in done.stdout else [f"a limit is not told: {done.stdout}"]


class Replaced:
    """Edits of one file of an agreement, all made together."""

    def __init__(self, file, *pairs):
        self.file, self.pairs = file, pairs

    def apply(self, folder):
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        for old, new in self.pairs:
            assert old in text, f"{old}: not in {self.file}"
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")


# Products of a volume and a cell, which models approach in ever longer fractions.
LONG = Replaced("leiden-beschermd-wonen/overeenkomst.bdg.md", ("| 143,73 | 166,69 |", "| 149,74 | 169,74 |"), ("volume > 28 dagen", "volume >= 29 dagen"), ("van begindatum) + 56 dagen", "van begindatum) + 49 dagen"))


def check_soon(folder):
    """Comparing comes to an end by itself: by steps, and not since the solver is stopped (solve_server.h)."""
    old, new = copied(folder / "old", "leiden-beschermd-wonen", []), copied(folder / "new", "leiden-beschermd-wonen", [LONG])
    report = json.loads(beding("diff", old, new, "--json", cwd=folder).stdout)
    told = [change["id"] for change in report["changes"]]
    good = told == ["tariff.verblijf", "definition.uiterste_dagtekening", "rule.dagen_per_periode"] and not report["solver_gave_up"]
    return [] if good else [f"not soon: {told}, given up: {report['solver_gave_up']}"]


def check_gave_up(folder):
    """Where no process can be made for the solver, all goes on without it, and every form of the report says so."""
    for name, condition in (("old.bdg", "x > 2"), ("new.bdg", "x > 2 en x > 1")):
        (folder / name).write_text(HEAD.format(condition=condition, factor="1"), encoding="utf-8")
    complaints = []
    sentence = "Het oplossen is afgebroken"
    for form, wanted in (([], sentence), (["--markdown"], sentence), (["--html"], sentence), (["--json"], '"solver_gave_up": true')):
        # Room for one open file: enough to read the versions, not for a socket with two ends.
        done = subprocess.run([BEDING, "diff", "old.bdg", "new.bdg", *form], cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4)))
        if done.returncode != 1 or wanted not in done.stdout or "door op te lossen" in done.stdout:
            complaints.append(f"{form}: that the solver gave up is not told: {done.returncode} {done.stdout} {done.stderr}")
    return complaints


# ---- all of it ----


def check_mutants(agreement, step):
    done = subprocess.run([MUTANTS, CONTRACTS / agreement, str(step)], capture_output=True, text=True, encoding="utf-8", timeout=3600, check=False)
    lines = done.stdout.splitlines()
    print("\n".join(f"{agreement}: {line[2:]}" for line in lines if line.startswith("# ") and ("proved" in line)))
    return [] if done.returncode == 0 else [f"{agreement}: {done.stdout}{done.stderr}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=60, help="how many random pairs")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first")
    parser.add_argument("--step", type=int, default=97, help="every how manieth mutant")
    options = parser.parse_args()
    if not has_solver():
        print("built without Z3: nothing is proved, and nothing to test")
        return 0
    complaints = []
    edits = read_edits("proved.txt")
    for edit in edits:
        complaints += check_rewritten(edit)
    counts = {"pairs": 0, "proved": 0, "open": 0}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.first, options.first + options.pairs):
            complaints += check_pair(seed, pathlib.Path(folder), counts)
        complaints += check_coupled(pathlib.Path(folder)) + check_limit(pathlib.Path(folder)) + check_gave_up(pathlib.Path(folder)) + check_soon(pathlib.Path(folder))
    for agreement in sorted(path.name for path in CONTRACTS.iterdir() if path.is_dir()):
        complaints += check_mutants(agreement, options.step)
    summary = f"{len(edits)} rewritings judged; {counts['pairs']} random pairs, {counts['proved']} proved equal, of {counts['open']} more no line decided otherwise"
    print("\n".join(complaints) if complaints else summary)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
