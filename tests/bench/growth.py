#!/usr/bin/env python3
"""How the cost of a line grows: with the number of lines, of rules, and of cells in a table. Writes docs/growth.json and docs/growth.svg.

    tests/bench/growth.py build/release [--most-lines 10000000] [--rounds 3]

Each point is the best of some runs of `beding run --threads 1`, a whole process from a file to a file, in time of the processor (user and
system), which other work on the machine disturbs least. The cost of a line among n is the time of the run less that of a run over one line, divided by n. The picture holds its own colours for a light and a dark page.
"""
import argparse
import json
import pathlib
import resource
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HEADER = "declaratienummer,regelnummer,dagtekening,aanbieder,gemeente,client,toewijzingnummer,product,begindatum,einddatum,volume,eenheid,rij,kolom"
HEAD = """taal nl
overeenkomst groei
    titel  "Groei"
    versie "1"
    geldig vanaf 2020-01-01
eenheid dag/dagen  code "14"
product verblijf per dag
tarief verblijf  € 10,00 per dag
"""
PAY = "regel betaling\n    betaal volume × tarief afgerond op centen\n"
BASE_LINES, BASE_RULES = 100000, 10
CHUNK = 1000


def contract(rules, cells=0):
    """So many rules, each with a condition of its own; and a table of so many cells in rows of a hundred."""
    text = HEAD
    columns = min(cells, 100)
    rows = cells // columns if columns else 0
    if rows:
        text += "keuze rij = " + ", ".join(f"r{i}" for i in range(rows)) + "\nkeuze kolom = " + ", ".join(f"k{i}" for i in range(columns)) + "\n"
        text += "tabel grens naar rij, kolom : dag\n    | rij | " + " | ".join(f"k{i}" for i in range(columns)) + " |\n"
        for row in range(rows):
            text += f"    | r{row} | " + " | ".join(str(20 + (row * 7 + i * 3) % 60) for i in range(columns)) + " |\n"
        text += "regel grens\n    keur af als volume > grens[rij, kolom]\n"
    for i in range(rules):
        text += f"regel regel_{i}\n    keur af als volume > {40 + i} dagen en dagtekening > einddatum + {i + 1} dagen\n"
    return text + PAY, rows, columns


def write_lines(path, count, rows, columns):
    def line(i):
        member = f"r{i % rows},k{i * 7 % columns}" if rows else "r0,k0"
        return (f"D{i // 50:09},{i % 50 + 1},2020-0{i % 9 + 1}-15,{10000000 + i % 400},0546,{i % 3001:09},{i},verblijf,2020-01-06,"
                f"2020-0{i * 7 % 9 + 1}-08,{i * 13 % 60},dag,{member}\n")
    chunk = "".join(line(i) for i in range(min(count, CHUNK * 10))).encode()
    with open(path, "wb") as file:
        file.write(HEADER.encode() + b"\n")
        for _ in range(count // (CHUNK * 10)):
            file.write(chunk)
        if count < CHUNK * 10:
            file.write(chunk)


class Growth:
    def __init__(self, beding, rounds, folder):
        self.beding, self.rounds, self.folder = beding, rounds, folder

    def run(self, module, lines, rounds):
        best = None
        for _ in range(rounds):
            begin = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([self.beding, "run", module, "--lines", lines, "--out", self.folder / "out.csv", "--summary", self.folder / "s.json",
                            "--threads", "1"], check=True, stderr=subprocess.DEVNULL)
            end = resource.getrusage(resource.RUSAGE_CHILDREN)
            took = end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime
            best = took if best is None else min(best, took)
        return best

    def cost(self, rules, cells, count):
        """Nanoseconds a line."""
        text, rows, columns = contract(rules, cells)
        source, module, lines, one = (self.folder / name for name in ("g.bdg", "g.bdc", "lines.csv", "one.csv"))
        source.write_text(text, encoding="utf-8")
        subprocess.run([self.beding, "build", source, "-o", module], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        write_lines(lines, count, rows, columns)
        write_lines(one, 1, rows, columns)
        rounds = self.rounds * max(1, min(20, BASE_LINES // count))  # what is over in a few milliseconds needs more of them
        took = self.run(module, lines, rounds) - self.run(module, one, rounds)
        lines.unlink()
        return max(took, 0) * 1e9 / count


def curve(points, x, y, width, height, most):
    """One panel: the points as a line with dots; x is logarithmic by their place, y begins at 0."""
    place = [(x + width * i / max(1, len(points) - 1), y + height - height * value / most) for i, (_, value) in enumerate(points)]
    path = " ".join(f"{'M' if i == 0 else 'L'}{px:.1f} {py:.1f}" for i, (px, py) in enumerate(place))
    out = [f'<path class="curve" d="{path}"/>']
    for i, ((label, value), (px, py)) in enumerate(zip(points, place)):
        rises = i + 1 < len(points) and points[i + 1][1] > value * 1.1  # the curve goes up where the figure would stand
        shift, anchor = (-6, "end") if rises else (5, "start")
        out.append(f'<circle class="dot" cx="{px:.1f}" cy="{py:.1f}" r="3.5"/>')
        out.append(f'<text class="value" x="{px + shift:.1f}" y="{py - 7:.1f}" text-anchor="{anchor}">{value:,.0f}</text>')
        out.append(f'<text class="label" x="{px:.1f}" y="{y + height + 18}" text-anchor="middle">{label}</text>')
    return out


def power(number):
    """Of ten, as 10 with an exponent."""
    return "10" + str(len(str(number)) - 1).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def draw(figures):
    width, height, panel, left, top = 900, 320, 230, 50, 70
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
           'aria-label="Nanoseconds a line against the number of lines, rules and cells">',
           "<style>text{font:12px system-ui,sans-serif;fill:#333}.title{font-weight:600;font-size:13px}.axis{stroke:#999;stroke-width:1}"
           ".curve{fill:none;stroke:#1a5fb4;stroke-width:2}.dot{fill:#1a5fb4}.label{fill:#555}"
           "@media(prefers-color-scheme:dark){text{fill:#ddd}.label{fill:#aaa}.axis{stroke:#777}.curve{stroke:#78aeed}.dot{fill:#78aeed}}</style>"]
    titles = {"lines": "lines in the file", "rules": "rules in the agreement", "cells": "cells in a table"}
    out.append(f'<text x="{left - 20}" y="24" class="title">Nanoseconds a line, from file to file, one thread</text>')
    for place, name in enumerate(("lines", "rules", "cells")):
        x, points = left + place * (panel + 65), [(power(point["n"]), point["ns"]) for point in figures[name]]
        most = max(value for _, value in points) * 1.25
        bottom = top + 190
        out.append(f'<text x="{x - 14}" y="{top - 18}">{titles[name]}</text>')
        out.append(f'<path class="axis" d="M{x - 14} {bottom}H{x + panel + 10}"/>')
        out += curve(points, x, top, panel, 190, most)
    return "\n".join(out) + "\n</svg>\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path, nargs="?")
    parser.add_argument("--most-lines", type=int, default=10000000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--draw", action="store_true", help="only draw docs/growth.svg from docs/growth.json")
    options = parser.parse_args()
    store = ROOT / "docs" / "growth.json"
    if not options.draw:
        with tempfile.TemporaryDirectory() as folder:
            growth = Growth(options.build.resolve() / "beding", options.rounds, pathlib.Path(folder))
            figures = {"lines": [], "rules": [], "cells": []}
            for count in (10**3, 10**4, 10**5, 10**6, 10**7):
                if count <= options.most_lines:
                    figures["lines"].append({"n": count, "ns": round(growth.cost(BASE_RULES, 0, count), 1)})
            for rules in (10, 100, 1000):
                figures["rules"].append({"n": rules, "ns": round(growth.cost(rules, 0, BASE_LINES), 1)})
            for cells in (100, 1000, 10000, 100000):
                figures["cells"].append({"n": cells, "ns": round(growth.cost(BASE_RULES, cells, BASE_LINES), 1)})
        store.write_text(json.dumps(figures, indent=2) + "\n")
    (ROOT / "docs" / "growth.svg").write_text(draw(json.loads(store.read_text())), encoding="utf-8")


if __name__ == "__main__":
    main()
