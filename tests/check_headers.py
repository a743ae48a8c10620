#!/usr/bin/env python3
"""Compiles each header by itself, twice included, with the project's warnings: a header includes what it uses.

The public header must also be C++, since hosts may be.
"""
import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("vm", "lang", "compiler", "stdlib", "tests")
PUBLIC = "vm/include/beding.h"


def compile_alone(compiler, language, flags, header):
    """Returns the compiler's complaint, empty if there is none."""
    source = f'#include "{header}"\n#include "{header}"\ntypedef int translation_unit_is_not_empty;\n'
    command = [*compiler, "-x", language, *flags, "-fsyntax-only", "-"]
    done = subprocess.run(command, cwd=ROOT, input=source, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"{header} ({language}):\n{done.stderr}"


def main():
    parser = argparse.ArgumentParser(description="each header compiles alone")
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--flags", default="-Wall -Wextra -Wpedantic")
    parser.add_argument("--include", action="append", default=[])
    options = parser.parse_args()

    # For quotes only: layer 0 has a limits.h of its own.
    includes = [f"-iquote{folder}" for folder in [*(options.include or [".", "vm/include", "vm/core"]), "tests"]]
    c_flags = ["-std=c11", "-D_POSIX_C_SOURCE=200809L", *options.flags.split(), "-Werror", *includes]
    headers = sorted(path.relative_to(ROOT).as_posix() for folder in FOLDERS for path in (ROOT / folder).rglob("*.h"))
    jobs = [([options.cc], "c", c_flags, header) for header in headers]
    cpp = shutil.which("c++")
    if cpp and PUBLIC in headers:
        jobs.append(([cpp], "c++", ["-std=c++11", "-Wall", "-Wextra", "-Werror", *includes], PUBLIC))

    with concurrent.futures.ThreadPoolExecutor(min(os.cpu_count() or 1, 4)) as pool:
        complaints = [text for text in pool.map(lambda job: compile_alone(*job), jobs) if text]
    shown = set()
    for text in complaints:
        # One mistake in a common header is told once, with the first header it spoils.
        errors = [line for line in text.splitlines()[1:] if "error" in line] or text.splitlines()[1:]
        print("\n    ".join([text.splitlines()[0], *(line for line in errors if line not in shown)]))
        shown.update(errors)
    print(f"{len(jobs) - len(complaints)} headers compile alone, {len(complaints)} do not")
    return 1 if complaints or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
