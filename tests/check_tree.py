#!/usr/bin/env python3
"""Checks of the tree itself that no compiler makes: what a reviewer would otherwise have to look for by eye.

  - no committed file names a place on somebody's machine, and none holds an unfinished-work marker
  - C files stay under 800 lines and open with a comment; no tabs, no trailing blanks, a final newline
  - a folder includes only downwards, and only compiler/cli, tests and examples do I/O
  - no floating point where amounts, quantities and dates are handled
  - the names at the top level are the agreed ones
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAX_LINES = 800
MAX_LINES_OF_A_GRAMMAR = 1200  # bison has no includes
C_ENDINGS = {".c", ".h", ".y", ".l"}
TEXT_ENDINGS = C_ENDINGS | {".def", ".py", ".sh", ".md", ".txt", ".bdg", ".json", ".cmake"}
TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", "lang", "compiler", "vm", "stdlib", "contracts", "tests", "docs", "examples",
    "README.md", "LICENSE", "SECURITY.md", "CHANGELOG.md", "dev",
}

# Put together here so that this file does not report itself.
MARKERS = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b")
MACHINE_PATH = re.compile(r"(?<![\w.)\]}>$*-])/(work|root|home|Users)(?=/)")

PUBLIC_HEADERS = {"vm/include/beding.h", "vm/include/beding_data.h", "vm/include/beding_ledger.h", "vm/include/beding_sqlite.h", "vm/include/beding_sign.h"}
# Which folders a folder may include from, besides itself. The public headers are open to all.
LAYERS = {
    "vm/core": set(),
    "vm": {"vm/core"},
    "lang": {"vm/core"},
    "stdlib": set(),
    "compiler": {"lang", "vm", "vm/core", "stdlib"},
    "compiler/cli": {"compiler", "lang", "vm", "vm/core", "stdlib"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
INPUT_OUTPUT = re.compile(
    r"(?<![>.\w])(printf|fprintf|vprintf|vfprintf|puts|putchar|fputs|fputc|fwrite|fopen|open|read|write|getenv|setlocale|"
    r"time|clock|exit|_Exit|abort|signal|perror|system|popen)\s*\(")
SYSTEM_HEADERS_OF_IO = {"stdio.h", "unistd.h", "fcntl.h", "time.h", "locale.h", "signal.h", "sys/stat.h", "sys/mman.h"}
FLOATING = re.compile(r"\b(float|double|long double|strtod|atof|pow|sqrt|fabs)\b")
COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def committed_files():
    """What git tracks or would take; without git, every file outside build/."""
    try:
        listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                                 capture_output=True, check=True).stdout
        names = [name for name in listing.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = (p.relative_to(ROOT) for p in ROOT.rglob("*") if p.is_file())
        names = [str(p) for p in paths if p.parts[0] not in ("build", ".git") and "__pycache__" not in p.parts]
    return sorted({pathlib.PurePosixPath(name) for name in names if (ROOT / name).is_file()})


def blank_comments_and_strings(text):
    """Replaces comments and literals by blanks of the same shape, so that line numbers stay."""
    return COMMENT_OR_STRING.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def layer_of(name):
    """The innermost folder of LAYERS that a path lies in, or None."""
    best = None
    for layer in LAYERS:
        if str(name).startswith(layer + "/") and (best is None or len(layer) > len(best)):
            best = layer
    return best


def words_of_the_tree(name, text):
    for pattern, what in ((MARKERS, "unfinished-work marker"), (MACHINE_PATH, "path of a machine")):
        for match in pattern.finditer(text):
            yield f"{name}:{line_of(text, match.start())}: {what}: {match.group()}"


def layout(name, text):
    if "tests/stages" in str(name) or "tests/language" in str(name):
        return
    if text and not text.endswith("\n"):
        yield f"{name}: no newline at the end"
    for number, line in enumerate(text.split("\n"), 1):
        if line.rstrip(" \t\r") != line and name.suffix != ".md":
            yield f"{name}:{number}: blanks at the end of the line"
        if "\t" in line and name.suffix in C_ENDINGS | {".py", ".def"}:
            yield f"{name}:{number}: a tab"


def size_and_opening(name, text):
    count = text.count("\n")
    limit = MAX_LINES_OF_A_GRAMMAR if name.suffix == ".y" else MAX_LINES
    if count > limit:
        yield f"{name}: {count} lines, at most {limit}"
    opening = text.lstrip().removeprefix("%{").removeprefix("%top{").removeprefix("%code").lstrip()
    if not opening.startswith(("/*", "//")):
        yield f"{name}: does not open with a comment that states its job"


def resolve_include(name, included):
    """The repository path of an include, or None if it is generated."""
    for base in (name.parent, pathlib.PurePosixPath("."), pathlib.PurePosixPath("vm/include"),
                 pathlib.PurePosixPath("vm/core")):
        candidate = base / included
        if (ROOT / candidate).is_file():
            return pathlib.PurePosixPath((ROOT / candidate).resolve().relative_to(ROOT).as_posix())
    return None


def layering(name, text, code):
    layer = layer_of(name)
    if layer is None or str(name) == "stdlib/embed.c":
        return
    for match in INCLUDE.finditer(text):
        target = resolve_include(name, match.group(1))
        if target is None or str(target) in PUBLIC_HEADERS:
            continue
        other = layer_of(target)
        if other != layer and other not in LAYERS[layer]:
            yield f"{name}:{line_of(text, match.start())}: {layer} includes {target}, which is not below it"
    if layer == "compiler/cli" or str(name).startswith("vm/ledger_sqlite"):
        return
    for match in INPUT_OUTPUT.finditer(code):
        yield f"{name}:{line_of(code, match.start())}: {match.group(1)} outside compiler/cli"
    for match in re.finditer(r"^\s*#\s*include\s+<([^>]+)>", text, re.MULTILINE):
        if match.group(1) in SYSTEM_HEADERS_OF_IO:
            yield f"{name}:{line_of(text, match.start())}: <{match.group(1)}> outside compiler/cli"


def floating_point(name, code):
    if layer_of(name) is None:
        return
    for match in FLOATING.finditer(code):
        yield f"{name}:{line_of(code, match.start())}: floating point: {match.group(1)}"


def complaints():
    for name in committed_files():
        if "/" not in str(name) and not name.name.startswith(".") and name.name not in TOP_LEVEL:
            yield f"{name}: not an agreed name at the top level"
        if "/" in str(name) and not str(name).startswith(".") and name.parts[0] not in TOP_LEVEL:
            yield f"{name}: not in an agreed top-level folder"
        raw = (ROOT / name).read_bytes()
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            if name.suffix in TEXT_ENDINGS and "tests/" not in str(name):
                yield f"{name}: not UTF-8"
            continue
        if "\0" in text:
            continue
        yield from words_of_the_tree(name, text)
        if name.suffix in TEXT_ENDINGS or name.name in ("dev", "CMakeLists.txt"):
            yield from layout(name, text)
        if name.suffix in C_ENDINGS:
            code = blank_comments_and_strings(text)
            yield from size_and_opening(name, text)
            yield from layering(name, text, code)
            yield from floating_point(name, code)


def main():
    found = sorted(set(complaints()))
    for complaint in found:
        print(complaint)
    print(f"{len(committed_files())} files, {len(found)} complaints")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
