#!/usr/bin/env python3
"""Lines covered per source file, from the gcov counters of a build folder (see `./dev coverage`)."""
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("vm", "lang", "compiler", "stdlib")


def counters(build):
    """Yields gcov's JSON document for each counter file."""
    for path in sorted(build.rglob("*.gcda")):
        done = subprocess.run(["gcov", "--json-format", "--stdout", str(path.resolve())], cwd=build,
                              capture_output=True, check=False)
        for line in done.stdout.splitlines():
            if line.strip():
                yield json.loads(line)


def covered_lines(build):
    """Source path -> {line number: was it ever run}."""
    lines = {}
    for document in counters(build):
        for entry in document["files"]:
            path = pathlib.Path(document.get("current_working_directory", "."), entry["file"]).resolve()
            if not path.is_relative_to(ROOT) or path.relative_to(ROOT).parts[0] not in FOLDERS:
                continue
            known = lines.setdefault(path.relative_to(ROOT).as_posix(), {})
            for row in entry["lines"]:
                number = row["line_number"]
                known[number] = known.get(number, False) or row["count"] > 0
    return lines


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/coverage").resolve()
    lines = covered_lines(build)
    if not lines:
        print(f"no counters below {build}; run the tests of a coverage build first", file=sys.stderr)
        return 1
    total = hit = 0
    for name, known in sorted(lines.items(), key=lambda item: sum(item[1].values()) / max(len(item[1]), 1)):
        here = sum(known.values())
        print(f"{1000 * here // max(len(known), 1) / 10:6.1f} %  {here:5}/{len(known):<5}  {name}")
        total += len(known)
        hit += here
    print(f"{1000 * hit // total / 10:6.1f} %  {hit:5}/{total:<5}  total")
    return 0


if __name__ == "__main__":
    sys.exit(main())
