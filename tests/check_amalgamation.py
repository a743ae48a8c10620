#!/usr/bin/env python3
"""The library as one file (vm/amalgamate.py): compiles alone, without a warning, exports what the header declares, and decides the same.

Every C compiler that is installed has its turn, and one build does without libffi and without the builtins of gcc, under a sanitizer. The hosts are
those of examples/, as a vendor would build them: beding.c, beding.h and the host's own file in a folder.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from check_symbols import declared, symbols

ROOT = pathlib.Path(__file__).resolve().parent.parent
STRICT = ["-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror"]
PLAIN = ["-DBD_WITHOUT_NATIVES", "-DBD_PLAIN_C11", "-fsanitize=undefined", "-fno-sanitize-recover=all"]
# Compiler, flags, libraries, and the example that it runs with the module that one takes.
BUILDS = [
    ("gcc", [*STRICT, "-O1"], ["-lffi"], [("embed_minimal", "dagbesteding"), ("embed_native", "thuishulp")]),
    ("clang", [*STRICT, "-O0"], ["-lffi"], [("embed_batch", "dagbesteding")]),
    ("gcc", [*STRICT, *PLAIN], [], [("embed_minimal", "dagbesteding"), ("embed_batch", "dagbesteding")]),
    ("tcc", ["-std=c11", "-Wall"], ["-lffi"], [("embed_minimal", "dagbesteding")]),
]


def run(*words, folder):
    done = subprocess.run([str(word) for word in words], cwd=folder, capture_output=True, text=True, timeout=100, check=False)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"{' '.join(map(str, words))}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def build_and_try(folder, modules, number, build):
    compiler, flags, libraries, examples = build
    library = f"beding{number}.o"
    run(compiler, *flags, "-c", "beding.c", "-o", library, folder=folder)
    for example, module in examples:
        host = ROOT / "examples" / f"{example}.c"
        program = folder / f"{example}{number}"
        # The hosts map files, which is POSIX and not C11.
        run(compiler, *flags, "-D_POSIX_C_SOURCE=200809L", "-I.", host, library, *libraries, "-o", program, folder=folder)
        expected = (ROOT / "examples" / "embed" / f"{example}.expected").read_text(encoding="utf-8")
        if run(program, modules.resolve() / f"{module}.bdc", folder=folder) != expected:
            sys.exit(f"{compiler} {' '.join(flags)}: {example} does not print what examples/embed/{example}.expected has")
    return folder / library


def main():
    parser = argparse.ArgumentParser(description="beding.c and beding.h on their own")
    parser.add_argument("--nm", default="nm")
    parser.add_argument("--modules", required=True, type=pathlib.Path, help="folder with the modules of the examples")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for target in ("first", "second"):
            run(sys.executable, ROOT / "vm" / "amalgamate.py", "-o", folder / target, folder=ROOT)
        for file in ("beding.c", "beding.h"):
            shutil.move(folder / "first" / file, folder / file)
            if (folder / file).read_bytes() != (folder / "second" / file).read_bytes():
                sys.exit(f"{file} is not the same twice")
        if re.search(r'#include "(?!beding\.h")', (folder / "beding.c").read_text(encoding="utf-8")):
            sys.exit("beding.c includes something of ours")
        tried = []
        for number, build in enumerate(BUILDS):
            if shutil.which(build[0]) is None:
                print(f"no {build[0]}: left out")
                continue
            library = build_and_try(folder, options.modules, number, build)
            tried.append(" ".join((build[0], *build[1])))
            if number == 0:
                exported, wanted = symbols(options.nm, library, "--defined-only", dynamic=False), declared(folder / "beding.h")
                if exported != wanted:
                    sys.exit(f"exported and not declared, or the other way round: {sorted(exported ^ wanted)}")
        if not tried:
            sys.exit("no compiler")
        print("\n".join(f"good: {words}" for words in tried))
    return 0


if __name__ == "__main__":
    sys.exit(main())
