#!/usr/bin/env python3
"""Language tests: tiny files in tests/language with the expectation on the line that produces it.

    definitie bedrag : bedrag aanroepbaar = 2 × tarief      -- geeft: € 287,46
    definitie fout : bedrag = € 5 + 3                       -- fout: E0401
    definitie let_op : bedrag = …                           -- waarschuwing: W1003

`geeft` (in English files `gives`): the definition of that line is evaluated by `beding eval` with an empty input and
compared with the value, whose forms are those of the language: € 1.234,56 · 12,5 · 1/3 · 5 % · 2019-12-30 · 2019-12 ·
28 dagen · € 50,40 per uur · van A tot en met B · ja · nee · ontbreekt · "text" · a choice. `geeft: fout CODE` expects a
run-time fault. `fout`/`error` and `waarschuwing`/`warning` list codes, separated by commas; `beding check --json` must
report exactly those codes on exactly those lines, so an error that drags others along fails here.
"""
import argparse
import decimal
import json
import os
import pathlib
import re
import subprocess
import sys
from fractions import Fraction

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "language"
TIMEOUT_SECONDS = 20

EXPECTATION = re.compile(r"--\s*(geeft|gives|fout|error|waarschuwing|warning):\s*(.+?)\s*$")
DEFINITION = re.compile(r"^\s*(?:definitie|definition)\s+([^\s(:]+)")
CODE = re.compile(r"^[EW]\d{4}$")
UNIT = re.compile(r"^\s*(?:eenheid|unit)\s+([^\s/]+)/([^\s]+)", re.MULTILINE)
# Units that the standard library gives; singular by plural.
PLURALS = {
    "dagen": "dag", "weken": "week", "maanden": "maand", "jaren": "jaar", "jaar": "jaar", "uren": "uur", "minuten": "minuut",
    "werkdagen": "werkdag", "etmalen": "etmaal", "dagdelen": "dagdeel", "days": "day", "weeks": "week",
    "months": "month", "years": "year", "hours": "hour", "minutes": "minute",
}


class Mistake(Exception):
    """The test file itself is wrong."""


class Notation:
    """How one keyword language writes values."""

    def __init__(self, english, text):
        self.group, self.point = (",", ".") if english else (".", ",")
        self.truth = {"yes": True, "no": False} if english else {"ja": True, "nee": False}
        self.absent = "absent" if english else "ontbreekt"
        self.until = "through" if english else "tot en met"
        self.since = "from|of" if english else "van"
        self.fault = "error" if english else "fout"
        self.plurals = {**PLURALS, **{plural: singular for singular, plural in UNIT.findall(text)}}

    def number(self, text):
        """The exact value of a literal, or None."""
        text = text.replace("−", "-").replace("\u00a0", " ").strip()
        percent = text.endswith("%")
        text = text.removesuffix("%").strip()
        group, point = re.escape(self.group), re.escape(self.point)
        shape = rf"-?(\d{{1,3}}({group}\d{{3}})+|\d+)({point}\d+)?(/\d+)?"
        if not re.fullmatch(shape, text):
            return None
        value = Fraction(text.replace(self.group, "").replace(self.point, "."))
        return value / 100 if percent else value

    def money(self, text):
        match = re.fullmatch(r"(-|−)?\s*€\s*(.+)", text)
        if match is None:
            return None
        amount = self.number(match.group(2))
        if amount is None:
            return None
        return -amount if match.group(1) else amount

    def unit(self, word):
        return {word, self.plurals.get(word, word)}

    def value(self, text):
        """The JSON form of a value, with numbers as Fractions and a unit as the set of its accepted spellings."""
        if text in self.truth:
            return self.truth[text]
        if text == self.absent:
            return None
        if text.startswith('"') and text.endswith('"') and len(text) >= 2:
            return text[1:-1]
        if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", text):
            return text
        interval = re.fullmatch(rf"(?:{self.since}) (\S+) {self.until} (\S+)", text)
        if interval:
            return {"van": interval.group(1), "tot_en_met": interval.group(2)}
        rate = re.fullmatch(r"(.*€.*?) per (\S+)", text)
        if rate:
            return {"bedrag": self.money(rate.group(1)), "per": self.unit(rate.group(2))}
        for literal in (self.money(text), self.number(text)):
            if literal is not None:
                return literal
        quantity = re.fullmatch(r"(\S+) ([^\W\d]\w*)", text)
        if quantity and self.number(quantity.group(1)) is not None:
            return {"waarde": self.number(quantity.group(1)), "eenheid": self.unit(quantity.group(2))}
        if re.fullmatch(r"[^\W\d]\w*", text):
            return text
        raise Mistake(f"no value of the language: {text}")


def equal(expected, actual):
    """Whether a JSON value (numbers as Decimal) is the expected one. A fraction may come as the string "1/3"."""
    if isinstance(expected, bool) or expected is None:
        return actual is expected
    if isinstance(expected, Fraction):
        if isinstance(actual, bool) or not isinstance(actual, (decimal.Decimal, str)):
            return False
        try:
            return Fraction(actual) == expected
        except ValueError:
            return False
    if isinstance(expected, set):
        return actual in expected
    if isinstance(expected, dict):
        return isinstance(actual, dict) and expected.keys() == actual.keys() and all(
            equal(expected[key], actual[key]) for key in expected)
    return expected == actual


def run(command):
    environment = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=TIMEOUT_SECONDS, check=False, text=True)


def parse_json(text):
    return json.loads(text, parse_float=decimal.Decimal, parse_int=decimal.Decimal)


def result_of(answer):
    """The value in the answer of `eval`: an object with a single result is that result."""
    for key in ("resultaat", "result", "waarde_json", "value"):
        if isinstance(answer, dict) and key in answer:
            return answer[key]
    return answer


def diagnostics_of(text):
    """(line, code) of each diagnostic that `check --json` printed."""
    answer = parse_json(text)
    rows = answer.get("diagnostics", []) if isinstance(answer, dict) else answer
    found = set()
    for row in rows:
        place = row if "line" in row else row.get("span", row.get("place", {}))
        found.add((int(place["line"]), row["code"]))
    return found


def expectations(text):
    """Yields (line number, kind, text of the expectation, line)."""
    for number, line in enumerate(text.splitlines(), 1):
        match = EXPECTATION.search(line)
        if match:
            yield number, match.group(1), match.group(2), line


def check_values(beding, name, cases, notation):
    for number, text, line in cases:
        definition = DEFINITION.match(line)
        if definition is None:
            raise Mistake(f"line {number}: `geeft` stands on the line of a definition")
        done = run([beding, "eval", name, f"definitie.{definition.group(1)}", "--input", "{}"])
        where = f"{name}:{number}: {definition.group(1)}"
        fault = re.fullmatch(rf"{notation.fault} (\S+)", text)
        if fault:
            if done.returncode != 1 or fault.group(1) not in done.stdout + done.stderr:
                yield f"{where}: expected the fault {fault.group(1)}, got status {done.returncode}: " \
                      f"{done.stdout}{done.stderr}"
            continue
        if done.returncode != 0:
            yield f"{where}: status {done.returncode}: {done.stdout}{done.stderr}"
            continue
        try:
            actual = result_of(parse_json(done.stdout))
        except json.JSONDecodeError:
            yield f"{where}: no JSON: {done.stdout}"
            continue
        if not equal(notation.value(text), actual):
            yield f"{where}: expected {text}, got {done.stdout.strip()}"


def check_diagnostics(beding, name, expected):
    done = run([beding, "check", "--json", name])
    wanted_status = 1 if any(code.startswith("E") for _, code in expected) else 0
    try:
        found = diagnostics_of(done.stdout)
    except (json.JSONDecodeError, KeyError, TypeError) as problem:
        yield f"{name}: check --json gave no diagnostics ({problem!r}), status {done.returncode}: {done.stdout}{done.stderr}"
        return
    for line, code in sorted(expected - found):
        yield f"{name}:{line}: {code} was expected and not reported"
    for line, code in sorted(found - expected):
        yield f"{name}:{line}: {code} was reported and not expected"
    if done.returncode != wanted_status:
        yield f"{name}: check exits {done.returncode}, expected {wanted_status}: {done.stderr}"


def run_file(beding, path):
    """Returns (expectations met or not, the complaints)."""
    name = os.path.relpath(path, ROOT)
    text = path.read_text(encoding="utf-8")
    notation = Notation(text.lstrip("\ufeff").startswith("language en"), text)
    values, codes = [], set()
    for number, kind, expected, line in expectations(text):
        if kind in ("geeft", "gives"):
            values.append((number, expected, line))
            continue
        for code in re.split(r",\s*", expected):
            if not CODE.match(code):
                raise Mistake(f"line {number}: no code: {code}")
            codes.add((number, code))
    if not values and not codes:
        raise Mistake("no expectation in this file")
    complaints = list(check_diagnostics(beding, name, codes))
    if not any(code.startswith("E") for _, code in codes):
        complaints += check_values(beding, name, values, notation)
    elif values:
        raise Mistake("a file that does not compile cannot have values")
    return len(values) + len(codes), complaints


def main():
    parser = argparse.ArgumentParser(description="language tests with the expectation on the line")
    parser.add_argument("files", nargs="*", help="default: tests/language/*.bdg")
    parser.add_argument("--beding", default="build/release/beding")
    options = parser.parse_args()
    beding = os.path.abspath(options.beding)
    paths = [pathlib.Path(name).resolve() for name in options.files] or sorted(FOLDER.glob("*.bdg"))
    total, failed = 0, 0
    for path in paths:
        try:
            count, complaints = run_file(beding, path)
        except (Mistake, subprocess.TimeoutExpired) as problem:
            count, complaints = 1, [f"{path.name}: {problem}"]
        total += count
        failed += len(complaints)
        print(f"{'not ok' if complaints else 'ok'} {path.name} ({count} expectations)")
        for complaint in complaints:
            print("    " + complaint.strip().replace("\n", "\n    "))
    print(f"{max(total - failed, 0)} passed, {failed} failed")
    return 1 if failed or total == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
