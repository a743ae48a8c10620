#!/usr/bin/env python3
"""Accounts for every clause of an agreement: which item of the contract carries it, or why none can.

    contracts/clauses.py                                  check every folder that has a clauses.csv
    contracts/clauses.py FOLDER                           check one
    contracts/clauses.py --write FOLDER                   derive clauses.csv anew (after every change of the text)
    contracts/clauses.py --write --inventory F.tsv FOLDER first time: take id, article and kind from an inventory
    contracts/clauses.py --inventory F.tsv FOLDER         what is still missing, without writing anything

The inventory of an agreement is the first three columns of its clauses.csv: a row's number, the article it comes from and what kind of clause
it is. The other three are derived from the text: a comment `-- KV-097, KV-098` inside an item says that the item carries those rows.

    status   judgement (`oordeel`), power (`kan boete`, `kan opschorten`), extern (a table, series or other item marked `extern`),
             not expressible (`niet uitdrukbaar`), encoded (every other item)
    place    file:line of every item that carries the row, `; ` between them; where several do, the status is the first of
             encoded, extern, power, judgement, not expressible
    reason   for a row that is not encoded: the words after `niet uitdrukbaar`, or the item that carries it

A row is wrong when no item carries it, when the contract names a number that the inventory lacks, or when an item that carries it cites
another article (`bron`). Articles are compared word by word, without punctuation, line numbers, `begrip` and `onder`: one must contain the
other. An item begins at a word at the start of a line; a comment that starts a line belongs to the item below it. Numbers in a `voorbeeld`
tie a scenario to a row and carry nothing.

Exit status: 0 all in order, 1 something is wrong, 2 wrong use.
"""
import argparse
import csv
import io
import os
import re
import sys

COLUMNS = ["id", "article", "kind", "status", "place", "reason"]
STATUSES = ["encoded", "extern", "power", "judgement", "not expressible"]
# The kinds of clause that a machine ought to be able to carry out; of these a share must not end as "not expressible".
EXECUTABLE = {
    "unit", "product", "tariff", "indexation", "rounding", "declaration", "limit", "eligibility", "deadline", "notice", "reporting", "penalty",
    "precedence", "transition", "threshold",
}
ROW_ID = re.compile(r"\b[A-Z]{2,4}-[0-9]{3,}\b")
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})\s*(\S*)")
USE = re.compile(r'^(?:gebruik|use)\b(.*)$')
# Both keyword languages; the longer phrase first.
ITEMS = [
    ("scenario", r"voorbeeld|example"),
    ("not expressible", r"niet\s+uitdrukbaar|not\s+expressible"),
    ("power", r"kan\s+boete|kan\s+opschorten|may\s+penalty|may\s+suspend"),
    ("judgement", r"oordeel|judgement"),
    ("header", r"taal|language|gebruik|use"),
    ("item", r"overeenkomst|agreement|document|partij|party|keuze|choice|eenheid|unit|kalender|calendar|product|tarief|tariff|tabel|table|"
             r"definitie|definition|invoer|input|lijst|list|regel|rule|uitzondering|exception|vervalt|expires|reeks|series|indexering|"
             r"indexation|teller|counter|boete|penalty|termijn|term|verplichting|obligation|wijziging|amendment|lezing|reading"),
]
ITEM = re.compile("|".join(f"(?P<k{i}>(?:{words})\\b)" for i, (_, words) in enumerate(ITEMS)))
# Every text, with the word before it: so that a text that ends in the word `bron` is not taken for a citation.
CITES = re.compile(r'(?:\b(?P<word>\w+)\s*)?"(?P<text>(?:[^"]|"")*)"')
# Words that writers leave out or add when they name an article.
NOISE = {"begrip", "begrippen", "begripsbepaling", "definitie", "definities", "onder", "sub", "de", "het", "van", "en", "punt"}
SAME = {"art": "artikel", "artikelen": "artikel", "leden": "lid", "paragraaf": ""}


class Item:
    """One item of the contract: its kind, where it starts, its words without comments, and the rows its comments name."""

    def __init__(self, kind, file, line):
        self.kind, self.file, self.line, self.code, self.rows = kind, file, line, [], []

    def text(self):
        return "\n".join(self.code)

    def cites(self):
        texts = CITES.finditer(self.text())
        return [found["text"].replace('""', '"') for found in texts if found["word"] in ("bron", "source")]

    def status(self):
        if self.kind != "item":
            return self.kind
        outside = re.sub(r'"(?:[^"]|"")*"', '""', self.text())
        return "extern" if re.search(r"\b(?:extern|external)\b", outside) else "encoded"

    def reason(self):
        text = re.sub(r"\s+", " ", self.text()).strip()
        if self.kind == "not expressible":
            why = re.search(r'"((?:[^"]|"")*)"', text)
            return why.group(1).replace('""', '"').strip() if why else ""
        start = ITEM.match(text)
        name = re.match(r"\s*(\w*)", text[start.end():])
        return f"{start.group()} {name.group(1)}".strip()


def code_lines(text, literate):
    """(line number, line) of the language in a file: all of it, or the fenced blocks marked `beding`."""
    fence = None
    for number, line in enumerate(text.split("\n"), 1):
        if not literate:
            yield number, line
            continue
        mark = FENCE.match(line)
        if fence is None:
            if mark:
                fence = (mark.group(1), mark.group(2) == "beding")
        elif mark and mark.group(1).startswith(fence[0]) and not mark.group(2):
            fence = None
        elif fence[1]:
            yield number, line


def split_comment(line):
    """(code, comment) of a line; `--` inside quotation marks is no comment."""
    quoted = False
    for i, char in enumerate(line):
        if char == '"':
            quoted = not quoted
        elif not quoted and line.startswith("--", i):
            return line[:i], line[i + 2:]
    return line, ""


def read_items(folder, name, seen=None):
    """The items of a file and of those it imports from its folder, in the order of the text."""
    seen = set() if seen is None else seen
    if name in seen:
        return []
    seen.add(name)
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        text = file.read()
    items, waiting, imported = [], [], []
    for number, line in code_lines(text, name.endswith(".md")):
        code, comment = split_comment(line)
        rows = ROW_ID.findall(comment)
        start = ITEM.match(code)
        if start:
            kind = ITEMS[int(start.lastgroup[1:])][0]
            items.append(Item(kind, name, number))
            items[-1].rows, waiting = waiting, []
            used = USE.match(code)
            if used:
                imported += re.findall(r'"([^"]+)"', used.group(1))
        if rows and not code.strip() and not comment_is_inside(line):
            waiting += rows
            continue
        if items:
            items[-1].code.append(code)
            items[-1].rows += rows
        else:
            waiting += rows
    if waiting:
        items.append(Item("header", name, number))
        items[-1].rows = waiting
    for path in imported:
        items += read_items(folder, path, seen)
    return items


def comment_is_inside(line):
    return line[:1].isspace()


def words_of(article):
    article = re.sub(r"\((?:line|regel) [0-9-]+\)", "", article.lower())
    words = [SAME.get(word, word) for word in re.findall(r"[0-9]+(?:\.[0-9]+)*|[a-zà-ÿ]+", article)]
    return [word for word in words if word and word not in NOISE]


def contains(whole, part):
    return any(whole[i:i + len(part)] == part for i in range(len(whole) - len(part) + 1))


def names_article(cites, article):
    wanted = [words for words in map(words_of, [article, *article.split(";")]) if words]
    found = [words for cite in cites for words in map(words_of, [cite, *cite.split(";")]) if words]
    return any(contains(a, b) or contains(b, a) for a in wanted for b in found)


def read_inventory(path):
    """Rows (id, article, kind) of a clauses.csv or a tab-separated inventory."""
    with open(path, encoding="utf-8", newline="") as file:
        table = csv.reader(file) if path.endswith(".csv") else (line.rstrip("\n").split("\t") for line in file)
        header = next(table)
        place = [header.index(column) for column in COLUMNS[:3]]
        return [[row[i] for i in place] for row in table if row]


def main_file(folder):
    found = sorted(name for name in os.listdir(folder) if name in ("overeenkomst.bdg.md", "agreement.bdg.md", "overeenkomst.bdg"))
    if not found:
        found = sorted(name for name in os.listdir(folder) if name.endswith((".bdg", ".bdg.md")))
    return found[0] if found else None


def derive(folder, inventory):
    """(rows of clauses.csv, complaints) of a contract."""
    name = main_file(folder)
    if name is None:
        return [], [f"{folder}: no contract (.bdg or .bdg.md) here"]
    carriers, complaints = {}, []
    for item in read_items(folder, name):
        for row in item.rows:
            if item.kind == "header":
                complaints.append(f"{folder}/{item.file}:{item.line}: {row} stands in no item")
            elif item.kind != "scenario" and item not in carriers.setdefault(row, []):
                carriers[row].append(item)
    known = {row[0]: row for row in inventory}
    for row, items in carriers.items():
        if row not in known:
            complaints.append(f"{folder}/{items[0].file}:{items[0].line}: {row} is not in the inventory")
    rows = []
    for number, article, kind in inventory:
        items = carriers.get(number, [])
        for item in items:
            if not names_article(item.cites(), article):
                cited = "; ".join(item.cites()) or "nothing"
                complaints.append(f"{folder}/{item.file}:{item.line}: {number} is of {article}, but the item cites {cited}")
        if not items:
            complaints.append(f"{folder}: {number} ({kind}, {article}) is carried by no item")
        rows.append([number, article, kind, *account(items)])
    if len(known) != len(inventory):
        complaints.append(f"{folder}: the inventory has a number twice")
    return rows, complaints


def account(items):
    """[status, place, reason] of a row carried by these items."""
    statuses = [item.status() for item in items]
    status = next((s for s in STATUSES if s in statuses), "")
    carrying = [item for item, s in zip(items, statuses) if s == status]
    reason = "" if status in ("", "encoded") else "; ".join(item.reason() for item in carrying)
    return [status, "; ".join(f"{item.file}:{item.line}" for item in items), reason]


def as_csv(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([COLUMNS, *rows])
    return out.getvalue()


def share(part, whole):
    """`part` of `whole` as a percentage with one decimal, rounded down, in whole numbers."""
    tenths = 1000 * part // whole if whole else 1000
    return f"{tenths // 10}.{tenths % 10} %"


def report(folder, rows, at_least):
    """Prints the counts; whether the share of executable clauses is reached."""
    counts = {status: sum(row[3] == status for row in rows) for status in STATUSES}
    executable = [row for row in rows if row[2] in EXECUTABLE]
    done = sum(row[3] in ("encoded", "judgement", "power", "extern") for row in executable)
    print(f"{folder}: {len(rows)} rows, {share(counts['encoded'], len(rows))} encoded; "
          + ", ".join(f"{count} {status}" for status, count in counts.items())
          + f"; of {len(executable)} executable rows {share(done, len(executable))} executed")
    return 100 * done >= at_least * len(executable)


def check(folder, arguments):
    """Handles one contract; whether it is in order."""
    path = os.path.join(folder, "clauses.csv")
    source = arguments.inventory or path
    if not os.path.exists(source):
        print(f"{folder}: no clauses.csv yet; give the inventory with --inventory", file=sys.stderr)
        return False
    rows, complaints = derive(folder, read_inventory(source))
    text = as_csv(rows)
    if arguments.write:
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    elif not arguments.inventory:
        with open(path, encoding="utf-8", newline="") as file:
            if file.read() != text:
                complaints.append(f"{path} is behind the text: run contracts/clauses.py --write {folder}")
    enough = report(folder, rows, arguments.at_least)
    if not enough:
        complaints.append(f"{folder}: less than {arguments.at_least} % of the executable rows is executed")
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return not complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="*", metavar="FOLDER", help="folder of a contract; default: every folder here with a clauses.csv")
    parser.add_argument("--write", action="store_true", help="derive clauses.csv anew")
    parser.add_argument("--inventory", metavar="FILE", help="take id, article and kind from this file instead of from clauses.csv")
    parser.add_argument("--at-least", type=int, default=85, metavar="PERCENT", help="share of the executable rows to reach (85)")
    arguments = parser.parse_args()
    if arguments.inventory and len(arguments.folders) != 1:
        parser.error("--inventory belongs to one FOLDER")
    here = os.path.dirname(os.path.abspath(__file__))
    folders = arguments.folders or sorted(
        os.path.relpath(os.path.join(here, name)) for name in os.listdir(here) if os.path.exists(os.path.join(here, name, "clauses.csv")))
    results = [check(folder.rstrip("/"), arguments) for folder in folders]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
