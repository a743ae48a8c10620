#!/usr/bin/env python3
"""Makes docs/json.md from the JSON Schemas in docs/schemas and from what the command really prints.

    docs/make_json.py --beding PROGRAM           writes docs/json.md
    docs/make_json.py --beding PROGRAM --check   only compares; hashes, costs and numbers of steps may differ

The schemas are the source of the fields and their meaning; tests/cli/test_json.py holds the command to them.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMAS = ROOT / "docs" / "schemas"
PAGE = ROOT / "docs" / "json.md"
EXAMPLE = ROOT / "examples" / "youth-respite"
PREVIOUS = [("158.20", "157.20"), ("birth_date + 216 months", "birth_date + 192 months")]
WRONG = "language en\nagreement example\ndefinition doubled : number = 2 × amount\n"
LINE_WIDTH = 110
LAST = ["citation", "place", "value", "quantity", "rate"]  # parts of several forms, described once

OPENING = """# JSON output

*Made by `docs/make_json.py` from the schemas in `docs/schemas` and from real output; edit those.*

For each form there is a JSON Schema (draft 2020-12). A form names itself and its version in `schema`. A later release may add fields under the same version, so
a reader passes over fields that it does not know; a change of meaning makes a new version. The schemas list the fields of this release and no others. All text is UTF-8.

Numbers are exact decimals of any length: a reader that turns them into binary floating point loses that. A number without a finite decimal form is a string such as `"1/3"`.

The examples come from [examples/youth-respite](../examples/youth-respite/README.md). They are laid out shorter here, and `…` stands for what is left out.

| form | command | schema |
| --- | --- | --- |
"""

# Per form: the schema, the arguments, the file that is written (None: standard output), how many elements of an array are shown.
FORMS = [
    ("diagnostics", ["check", "--json", "--lang", "en", "wrong.bdg", "agreement.bdg"], None, 9),
    ("decision", ["run", "agreement.bdg", "--lines", "lines.csv", "--params", "params.csv", "--out", "decisions.jsonl"], "decisions.jsonl", 9),
    ("summary", ["run", "agreement.bdg", "--lines", "lines.csv", "--params", "params.csv", "--summary", "summary.json"], "summary.json", 9),
    ("receipt", ["run", "agreement.bdg", "--lines", "lines.csv", "--params", "params.csv", "--out", "decisions.csv", "--receipt", "receipt.json"], "receipt.json", 2),
    ("verification", ["verify-receipt", "receipt.json", "--json"], None, 2),
    ("impact", ["impact", "agreement.bdg", "new.bdg", "--lines", "lines.csv", "--params", "params.csv", "--json", "--lang", "en"], None, 1),
    ("eval", ["eval", "agreement.bdg", "half_days_for", "--input", '{"attendance": {"waarde": 241, "eenheid": "minute"}}', "--json"], None, 9),
    ("describe", ["describe", "agreement.bdg", "--json"], None, 2),
    ("test", ["test", "agreement.bdg", "--coverage", "--json"], None, 2),
    ("mutants", ["test", "agreement.bdg", "--mutate", "--at-least", "0", "--json"], None, 2),
    ("tariff", ["tariff", "agreement.bdg", "--as-of", "2023-06-01", "--json"], None, 2),
    ("diff", ["diff", "previous.bdg", "agreement.bdg", "--json"], None, 3),
    ("calendar", ["calendar", "agreement.bdg", "--year", "2024", "--json"], None, 2),
    ("explain", ["explain", "agreement.bdg", "--lines", "lines.csv", "--params", "params.csv", "--line", "HOV-23-01/2", "--json"], None, 2),
    ("verify", ["verify", "agreement.bdc", "--key", "council.pub", "--json"], None, 9),
]
# The first key of RFC 8032, section 7.1, so that the example has the same one each time.
SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


class Digits(str):
    """A number as it was written."""


def laid_out(value, indent, elements):
    """JSON in lines of at most LINE_WIDTH where that can be, long arrays cut off."""
    if isinstance(value, Digits):
        return str(value)
    if not isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    brackets = "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, dict):
        parts = [f"{json.dumps(name, ensure_ascii=False)}: {laid_out(item, indent + 2, elements)}" for name, item in value.items()]
    else:
        has_plain = all(not isinstance(item, (dict, list)) for item in value)
        shown = value if has_plain else value[:elements]
        parts = [laid_out(item, indent + 2, elements) for item in shown] + (["…"] if len(shown) < len(value) else [])
    line = brackets[0] + ", ".join(parts) + brackets[1]
    if len(line) + indent <= LINE_WIDTH and "\n" not in line:
        return line
    blanks = " " * (indent + 2)
    return brackets[0] + "\n" + ",\n".join(blanks + part for part in parts) + "\n" + " " * indent + brackets[1]


def output_of(beding, arguments, written, folder):
    done = subprocess.run([beding, *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)
    if done.returncode not in (0, 1) or (done.returncode == 1 and arguments[0] not in ("check", "diff")):
        sys.exit(f"{arguments}: {done.stderr}")
    return (pathlib.Path(folder) / written).read_text(encoding="utf-8") if written else done.stdout


def make_signed(beding, folder):
    """The example's module, and its signature."""
    secret, public = (pathlib.Path(folder) / f"council.{kind}" for kind in ("secret", "pub"))
    secret.touch(mode=0o600)
    secret.write_text(f"beding secret key 1\nseed {SEED}\nkey {KEY}\n", encoding="utf-8")
    public.write_text(f"beding public key 1\nkey {KEY}\n", encoding="utf-8")
    for arguments in (["build", "agreement.bdg", "-o", "agreement.bdc"], ["sign", "agreement.bdc", "--secret", "council.secret"]):
        subprocess.run([beding, *arguments], cwd=folder, capture_output=True, timeout=60, check=True)


def example_of(name, text, elements):
    lines = text.splitlines()[:3] if name == "decision" else [text]
    values = [json.loads(line, parse_float=Digits, parse_int=Digits) for line in lines]
    return "\n".join(laid_out(value, 0, elements) if name != "decision" else line for value, line in zip(values, lines))


def type_of(schema):
    """A cell for people: what may stand here."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name})" if name in LAST else f"*{name}*"
    if "const" in schema:
        return f"`\"{schema['const']}\"`"
    if "enum" in schema:
        return ", ".join("null" if member is None else f"`{member}`" for member in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(type_of(part) for part in schema["anyOf"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    words = " or ".join(kinds)
    if "items" in schema:
        return f"{words} of {type_of(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"{words}, each member {type_of(schema['additionalProperties'])}"
    return words


def described(schema, definitions):
    if "description" in schema:
        return schema["description"]
    return definitions[schema["$ref"].rsplit("/", 1)[1]]["description"]


def table_of(schema, definitions):
    yield "| field | type | meaning |"
    yield "| --- | --- | --- |"
    for name, field in schema["properties"].items():
        optional = "" if name in schema["required"] else ", may be missing"
        yield f"| `{name}` | {type_of(field)}{optional} | {described(field, definitions)} |"


def part_of(name, schema, definitions, level):
    """The section on a definition: its words and, of an object, its fields."""
    yield f"{level} {name}" if level == "###" else f"*{name}*: {schema['description']}"
    yield ""
    if level == "###":
        yield schema["description"]
        yield ""
    if "properties" in schema:
        yield from table_of(schema, definitions)
        yield ""


def page_of(beding):
    lines, shared = [], {}
    with tempfile.TemporaryDirectory() as folder:
        for path in EXAMPLE.glob("*.*"):
            shutil.copy(path, folder)
        (pathlib.Path(folder) / "wrong.bdg").write_text(WRONG, encoding="utf-8")
        agreement = (EXAMPLE / "agreement.bdg").read_text(encoding="utf-8")
        (pathlib.Path(folder) / "new.bdg").write_text(agreement.replace("tariff × 60 %", "tariff × 75 %"), encoding="utf-8")
        make_signed(beding, folder)
        previous = (EXAMPLE / "agreement.bdg").read_text(encoding="utf-8")
        for now, before in PREVIOUS:
            previous = previous.replace(now, before)
        (pathlib.Path(folder) / "previous.bdg").write_text(previous, encoding="utf-8")
        for name, arguments, written, elements in FORMS:
            schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
            definitions = schema.get("$defs", {})
            lines += [f"## {schema['title']}", "", f"{schema['description']} Schema: [schemas/{name}.json](schemas/{name}.json).", ""]
            lines += [*table_of(schema, definitions), ""]
            for part, definition in definitions.items():
                if part in LAST:
                    shared[part] = (definition, definitions)
                else:
                    lines += part_of(part, definition, definitions, "")
            words = " ".join(f"'{word}'" if " " in word else word for word in arguments)
            lines += [f"    beding {words}", "", "```json", example_of(name, output_of(beding, arguments, written, folder), elements), "```", ""]
    lines += ["## Parts of several forms", ""]
    for part in LAST:
        lines += part_of(part, *shared[part], "###")
    rows = []
    for name, arguments, _, _ in FORMS:
        title = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))["title"]
        anchor = re.sub(r"[^\w\s-]", "", title)
        option = next((word for word in ("--receipt", "--json", "--summary", "--out") if word in arguments), "")
        rows.append(f"| [{title}](#{anchor}) | `beding {arguments[0]} {option}` | [schemas/{name}.json](schemas/{name}.json) |")
    rows.append("| SARIF 2.1.0 | `beding check --sarif` | that of the [standard](https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html) |")
    return OPENING + "\n".join(rows) + "\n\n" + "\n".join(lines).rstrip("\n") + "\n"


def without_volatile(page):
    """What the compiler may number and count anew without a change of form."""
    page = re.sub(r'"[0-9a-f]{64}"', '"#"', page)
    page = re.sub(r'"operands": \[[^\]]*\]', '"operands": [#]', page)
    page = re.sub(r'"(step|cost|steps_per_line)": \d+', r'"\1": #', page)
    return page


def main():
    parser = argparse.ArgumentParser(description="docs/json.md")
    parser.add_argument("--beding", default="build/release/beding")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    page = page_of(os.path.abspath(options.beding))
    if not options.check:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    stored = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if without_volatile(stored) == without_volatile(page):
        return 0
    print("docs/json.md is not what docs/make_json.py --beding PROGRAM makes of the schemas and the output; run it")
    return 1


if __name__ == "__main__":
    sys.exit(main())
