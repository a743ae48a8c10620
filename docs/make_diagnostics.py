#!/usr/bin/env python3
"""Makes docs/diagnostics.md from lang/diag.def and the examples in tests/diagnostics.

    docs/make_diagnostics.py           writes docs/diagnostics.md
    docs/make_diagnostics.py --check   only compares, and checks the table itself: codes unique, the same holes in both
                                       languages, every code reported somewhere in the sources, and every code that a
                                       text can cause with a bad and a good example

The examples are run by tests/diagnostics/test_examples.py.
"""
import pathlib
import re
import sys

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = ROOT / "lang" / "diag.def"
PAGE = ROOT / "docs" / "diagnostics.md"
sys.path.insert(0, str(ROOT / "tests" / "diagnostics"))

import examples  # noqa: E402

# Codes that no text given to the command can cause, and why they exist.
UNREACHABLE = {
    "E0203": "Kept for a place where the grammar accepts nothing that has a name; there is none now.",
    "E0812": "The grammar refuses such an outcome first; this guards the compiler against a grammar that would not.",
    "E0813": "The grammar refuses such an interval first; this guards the compiler against a grammar that would not.",
    "E0902": "For hosts that compile from memory. The command refuses such a file before it reads it.",
}

STRING = r'"(?:\\.|[^"\\])*"'
STRINGS = rf"{STRING}(?:\s*{STRING})*"
ROW = re.compile(rf"^D\((\w+),\s*(\w+),\s*({STRINGS}),\s*({STRINGS})\)", re.MULTILINE)
SECTION = re.compile(r"^/\* ([A-Z]\w*(?: and on)?: .*?) \*/$", re.MULTILINE)
HOLE = re.compile(r"\{([a-z])\}")
SEVERITIES = ("ERROR", "WARNING")
OPENING = """# Diagnostics

*Made by `docs/make_diagnostics.py` from `lang/diag.def` and `tests/diagnostics`; edit those.*

Every message of the compiler has a code. `E` codes are errors: no module is made. `W` codes are warnings. A message names
the place, shows the line, and where it can says what was probably meant. `beding check --json` gives the same as data.
`{a}`, `{b}` and `{c}` stand for the words of the contract concerned.

Every example below is run: the wrong text reports exactly that code, the right one reports nothing. A text that does not
begin with `taal` stands behind these two lines:

```
%s```

and one headed *in the contract* behind these:

```
%s```
"""


def text_of(literals):
    """The value of adjacent C string literals."""
    return "".join(part[1:-1].replace('\\"', '"').replace("\\\\", "\\") for part in re.findall(STRING, literals))


def rows_of(table):
    """(section, code, severity, nl, en) in the order of the file."""
    events = [(match.start(), match.group(1)) for match in SECTION.finditer(table)]
    for match in ROW.finditer(table):
        section = [name for start, name in events if start < match.start()]
        code, severity, dutch, english = match.groups()
        yield (section[-1] if section else ""), code, severity, text_of(dutch), text_of(english)


def complaints_about(table, rows):
    starts = len(re.findall(r"^D\(", table, re.MULTILINE))
    if starts != len(rows):
        yield f"{starts} rows begin and {len(rows)} can be read"
    sources = "".join(path.read_text(encoding="utf-8") for folder in ("lang", "compiler") for ending in ("c", "y", "l", "h")
                      for path in sorted((ROOT / folder).rglob(f"*.{ending}")))
    seen = set()
    for _, code, severity, dutch, english in rows:
        if code in seen:
            yield f"{code}: stands twice"
        seen.add(code)
        if severity not in ("ERROR", "WARNING", "NOTE") or code[0] != severity[0]:
            yield f"{code}: severity {severity}"
        if set(HOLE.findall(dutch)) != set(HOLE.findall(english)):
            yield f"{code}: the two languages have different holes"
        if not re.search(rf"\b(DIAG_)?{code}\b", sources):
            yield f"{code}: is reported nowhere"


def fenced(text):
    return f"```\n{text.rstrip()}\n```\n"


def shown(heading, text):
    place = " (in the contract)" if text.context == "contract" else ""
    files = "".join(f"\nwith the file `{name}`:\n\n{fenced(other)}" for name, other in text.others.items())
    return f"{heading}{place}:\n\n{fenced(text.shown)}{files}"


def example_of(code, known):
    if code in UNREACHABLE:
        return "No text causes it. " + UNREACHABLE[code] + "\n"
    example = known.get(code)
    if example is None:
        return ""
    parts = [example.note + "\n"] if example.note else []
    parts += [shown("Wrong", example.bad)] if example.bad else []
    parts += [shown("Right", example.good)] if example.good else []
    return "\n".join(parts)


def complaints_about_examples(rows, known):
    codes = {code for _, code, severity, *_ in rows if severity in SEVERITIES}
    for code in sorted(codes - set(known) - set(UNREACHABLE)):
        yield f"{code}: no example in tests/diagnostics"
    for code in sorted((set(known) | set(UNREACHABLE)) - codes):
        yield f"{code}: has an example but no row"
    for code, example in sorted(known.items()):
        if code in UNREACHABLE:
            yield f"{code}: has an example but is said to be unreachable"
        if not example.made and not (example.bad and example.good):
            yield f"{code}: needs a bad and a good example"


def page_of(rows, known):
    parts, current = [OPENING % (examples.BARE, examples.CONTRACT)], None
    sections = list(dict.fromkeys(row[0] for row in rows))
    for section, code, severity, dutch, english in sorted(rows, key=lambda row: (sections.index(row[0]), row[1])):
        if severity not in SEVERITIES:
            continue
        if section != current:
            parts.append(f"## {section.split(' (')[0]}\n")
            current = section
        parts.append(f"### {code}\n\n- nl: {dutch}\n- en: {english}\n")
        example = example_of(code, known)
        if example:
            parts.append(example)
    return "\n".join(parts)


def main():
    table = TABLE.read_text(encoding="utf-8")
    rows = list(rows_of(table))
    known = examples.all_examples()
    complaints = [*complaints_about(table, rows), *complaints_about_examples(rows, known)]
    page = page_of(rows, known)
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        complaints.append("docs/diagnostics.md is not up to date: run docs/make_diagnostics.py")
    for complaint in complaints:
        print(complaint)
    print(f"{len(rows)} rows, {len(known)} with an example, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
