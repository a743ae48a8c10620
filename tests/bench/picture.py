#!/usr/bin/env python3
"""Draws docs/speed.svg: how fast the same ten rules run in what people use, as a fraction of hand-written C.

    tests/bench/picture.py build/release/bench/results.json

Measured rows are the medians of that run of `./dev bench`; the others are as the workload's authors report them, on their machine, and
are drawn open. A fraction of C on the same machine is what can be compared between the two. Logarithmic: each line is a factor ten.
The figures that were drawn go to docs/speed.json. The picture holds its own colours for a light and a dark page.
"""
import argparse
import json
import math
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# How many times slower than C: deciding in memory, from file to file. Of the workload's README, "Peers measured".
REPORTED = {
    "OpenFisca (numpy)": (3.6, 65), "node 20, JavaScript": (4.6, 7.6), "DuckDB, decimals": (18, 20), "CPython": (69, 48),
    "PostgreSQL, numeric": (137, 74), "SQLite": (205, 84), "CEL": (244, 130), "CLIPS": (793, 278), "zen-engine": (2700, 390),
}
MEASURED = {"Beding": ("decide {}", "beding csv"), "Beding, two threads": (None, "beding csv, 2 threads"), "Beding, JSON Lines": (None, "beding jsonl"),
            "LuaJIT": ("LuaJIT mem", "LuaJIT e2e"), "Lua 5.4": ("Lua 5.4 mem", "Lua 5.4 e2e")}
WIDTH, ROW, LEFT, RIGHT, TOP = 900, 26, 190, 40, 96
LOW, HIGH = -4, 0.5  # powers of ten that the axis spans
STYLE = """<style>text{font:12px system-ui,sans-serif;fill:#333}.title{font-weight:600;font-size:13px}.label{fill:#555}
.grid{stroke:#ddd}.one{stroke:#888}.span{stroke:#ccc;stroke-width:2}.memory{fill:#1a5fb4;stroke:#1a5fb4}.file{fill:#c64600;stroke:#c64600}
.open{fill:none;stroke-width:1.8}.ours{font-weight:600}
@media(prefers-color-scheme:dark){text{fill:#ddd}.label{fill:#aaa}.grid{stroke:#333}.one{stroke:#888}.span{stroke:#444}
.memory{fill:#78aeed;stroke:#78aeed}.file{fill:#ffa348;stroke:#ffa348}.open{fill:none}}</style>"""


def read_figures(path):
    """Rows by name: the fraction of C in memory and from file to file, each or None; and whether it was measured here."""
    results = json.loads(path.read_text(encoding="utf-8"))
    medians, lines = results["medians"], results["lines"]
    in_memory, from_file = medians[f"straightforward {lines}"], medians["reference e2e"]
    rows = []
    for name, (memory, file) in MEASURED.items():
        memory = medians.get(memory.format(lines)) if memory else None
        file = medians.get(file)
        if memory or file:
            rows.append({"name": name, "memory": in_memory / memory if memory else None, "file": from_file / file if file else None, "measured": True})
    rows += [{"name": name, "memory": 1 / memory, "file": 1 / file, "measured": False} for name, (memory, file) in REPORTED.items()]
    for row in rows:
        for key in ("memory", "file"):
            row[key] = row[key] and float(f"{row[key]:.3g}")
    return sorted(rows, key=lambda row: -row["file"])


def x_of(fraction):
    return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(fraction) - LOW) / (HIGH - LOW)


def draw_axis(bottom):
    out = []
    for power in range(LOW, 1):
        x = x_of(10 ** power)
        label = "as fast as C" if power == 0 else "1/" + f"{10 ** -power:,}".replace(",", " ")
        out.append(f'<path class="{"one" if power == 0 else "grid"}" d="M{x:.1f} {TOP - 12}V{bottom}"/>')
        out.append(f'<text class="label" x="{x:.1f}" y="{TOP - 20}" text-anchor="middle">{label}</text>')
    return out


def draw_row(row, y):
    ours = ' class="ours"' if row["name"].startswith("Beding") else ""
    out = [f'<text{ours} x="{LEFT - 14}" y="{y + 4}" text-anchor="end">{row["name"]}</text>']
    places = [x_of(row[key]) for key in ("memory", "file") if row[key]]
    if len(places) == 2:
        out.append(f'<path class="span" d="M{places[0]:.1f} {y}H{places[1]:.1f}"/>')
    for key in ("memory", "file"):
        if row[key]:
            kind = key if row["measured"] else key + " open"
            out.append(f'<circle class="{kind}" cx="{x_of(row[key]):.1f}" cy="{y}" r="5"><title>{row[key]:.3g} × C</title></circle>')
    return out


def draw(rows):
    bottom = TOP + ROW * len(rows)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 14}" width="{WIDTH}" height="{bottom + 14}" role="img" '
           'aria-label="The speed of the same ten rules in Beding and in other engines, as a fraction of hand-written C">', STYLE,
           '<text x="20" y="24" class="title">The same ten rules, as a fraction of the speed of hand-written C; one thread unless named</text>',
           '<circle class="memory" cx="26" cy="43" r="5"/><text x="38" y="47">deciding lines in memory</text>',
           '<circle class="file" cx="206" cy="43" r="5"/><text x="218" y="47">from a CSV file to a file of decisions</text>',
           '<circle class="memory open" cx="456" cy="43" r="5"/><circle class="file open" cx="470" cy="43" r="5"/>'
           '<text x="482" y="47">as reported by the workload’s authors</text>']
    out += draw_axis(bottom)
    for place, row in enumerate(rows):
        out += draw_row(row, TOP + ROW * place + ROW // 2)
    return "\n".join(out) + "\n</svg>\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=pathlib.Path)
    rows = read_figures(parser.parse_args().results)
    (ROOT / "docs" / "speed.json").write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    (ROOT / "docs" / "speed.svg").write_text(draw(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
