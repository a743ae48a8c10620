#!/usr/bin/env python3
"""Makes docs/diagnostics.md from lang/diag.def and the examples in the tests.

    docs/make_diagnostics.py           writes docs/diagnostics.md
    docs/make_diagnostics.py --check   only compares, and checks the table itself: codes unique, the same holes in both
                                       languages, every code reported somewhere in the sources

An example comes from tests/diagnostics (CODE-fout.bdg with CODE-goed.bdg beside it, both run as language tests), else
from the recorded output of a bad case in tests/stages, which is run as a golden test.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = ROOT / "lang" / "diag.def"
PAGE = ROOT / "docs" / "diagnostics.md"
EXAMPLES = ROOT / "tests" / "diagnostics"
STAGES = ROOT / "tests" / "stages"

STRING = r'"(?:\\.|[^"\\])*"'
STRINGS = rf"{STRING}(?:\s*{STRING})*"
ROW = re.compile(rf"^D\((\w+),\s*(\w+),\s*({STRINGS}),\s*({STRINGS})\)", re.MULTILINE)
SECTION = re.compile(r"^/\* ([A-Z]\w*(?: and on)?: .*?) \*/$", re.MULTILINE)
HOLE = re.compile(r"\{([a-z])\}")
SEVERITIES = ("ERROR", "WARNING")
OPENING = """# Diagnostics

*Made by `docs/make_diagnostics.py` from `lang/diag.def` and the tests; edit those.*

Every message of the compiler has a code. `E` codes are errors: no module is made. `W` codes are warnings. A message names
the place, shows the line, and where it can says what was probably meant. `beding check --json` gives the same as data.
`{a}`, `{b}` and `{c}` stand for the words of the contract concerned.
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


def message_in(recording, code):
    """The message with this code in recorded output: its first line and what is indented or quoted below it."""
    lines = recording.splitlines()
    for start, line in enumerate(lines):
        if f"[{code}]" not in line:
            continue
        end = start + 1
        while end < len(lines) and lines[end].strip() and not re.search(r"\[[EW]\d{4}\]", lines[end]) \
                and not lines[end].startswith("---"):
            end += 1
        # The path of the case says nothing to a reader.
        first = re.sub(r"^\S*/", "", line)
        return "\n".join([first, *lines[start + 1:end]])
    return None


def recorded_messages():
    """Code -> message, from the first bad case in Dutch that shows it, else in English."""
    found = {}
    recordings = sorted(STAGES.glob("*/bad/*.expected"), key=lambda path: ("_en" in path.name, str(path)))
    for path in recordings:
        text = path.read_text(encoding="utf-8", errors="replace")
        for code in re.findall(r"\[([EW]\d{4})\]", text):
            if code not in found and (message := message_in(text, code)):
                found[code] = message
    return found


def fenced(kind, text):
    return f"```{kind}\n{text.rstrip()}\n```\n"


def example_of(code, recorded):
    bad, good = EXAMPLES / f"{code}-fout.bdg", EXAMPLES / f"{code}-goed.bdg"
    parts = []
    if bad.exists():
        parts.append("Wrong:\n\n" + fenced("text", bad.read_text(encoding="utf-8")))
    elif code in recorded:
        parts.append(fenced("text", recorded[code]))
    if good.exists():
        parts.append("Right:\n\n" + fenced("text", good.read_text(encoding="utf-8")))
    return "\n".join(parts)


def page_of(rows):
    recorded = recorded_messages()
    parts, current = [OPENING], None
    sections = list(dict.fromkeys(row[0] for row in rows))
    for section, code, severity, dutch, english in sorted(rows, key=lambda row: (sections.index(row[0]), row[1])):
        if severity not in SEVERITIES:
            continue
        if section != current:
            parts.append(f"## {section.split(' (')[0]}\n")
            current = section
        parts.append(f"### {code}\n\n- nl: {dutch}\n- en: {english}\n")
        example = example_of(code, recorded)
        if example:
            parts.append(example)
    return "\n".join(parts)


def main():
    table = TABLE.read_text(encoding="utf-8")
    rows = list(rows_of(table))
    complaints = list(complaints_about(table, rows))
    page = page_of(rows)
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        complaints.append("docs/diagnostics.md is not up to date: run docs/make_diagnostics.py")
    for complaint in complaints:
        print(complaint)
    recorded = recorded_messages()
    examples = sum(bool(example_of(code, recorded)) for _, code, severity, *_ in rows if severity in SEVERITIES)
    print(f"{len(rows)} rows, {examples} with an example, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
