#!/usr/bin/env python3
"""The same cases through every binding give the same bytes; README.md says what a case is.

`--bless` writes the expected bytes from the C++ runner, to be read before they are kept. A language that this machine lacks
is passed over with a message; C++ and Python always run.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "conformance"
BEDING = pathlib.Path(os.environ["BEDING"])
LIBRARY = BEDING.parent / "vm" / "libbeding.so.0"
VALUES = {"Python": "values.py", "Node": "values.mjs"}
CXX_FLAGS = "-std=c++17 -Wall -Wextra -Werror -pedantic -fno-exceptions -fno-rtti".split()


def is_sanitized():
    """A library with sanitizers cannot be loaded into a Python or Node that has none, unless they come first."""
    return b"__asan_init" in LIBRARY.read_bytes() or b"__tsan_init" in LIBRARY.read_bytes()


def sanitizer_first(environment):
    """Loads the sanitizer before the interpreter's own libraries; the interpreter's own leaks are not ours."""
    if is_sanitized():
        names = [subprocess.run(["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=True).stdout.strip()
                 for name in ("libasan.so", "libubsan.so")]
        environment = {**environment, "LD_PRELOAD": " ".join(names), "ASAN_OPTIONS": "detect_leaks=0"}
    return environment


def cpp_program(folder, name):
    """Compiles a C++ program of this folder against the built library."""
    program = folder / name
    flags = ["-fsanitize=address,undefined"] if is_sanitized() else []
    subprocess.run(["g++", *CXX_FLAGS, *flags, "-I", ROOT / "vm/include", "-I", ROOT / "vm/bindings/cpp",
                    HERE / f"{name}.cpp", "-o", program, LIBRARY, f"-Wl,-rpath,{LIBRARY.parent}"], check=True)
    return program


def runners(folder):
    """Name, command and environment of every runner that can run here."""
    yield "C++", [cpp_program(folder, "conform")], {}
    yield "Python", [shutil.which("python3", path="/usr/bin:/bin") or sys.executable, HERE / "conform.py"], sanitizer_first({
        "BEDING_LIBRARY": str(LIBRARY), "PYTHONPATH": str(ROOT / "vm/bindings/python"),
        "PYTHONDONTWRITEBYTECODE": "1"})
    node, packages = shutil.which("node"), ROOT / "build/node/node_modules"
    if node and (packages / "koffi").is_dir():
        yield "Node", [node, HERE / "conform.mjs"], sanitizer_first({"BEDING_LIBRARY": str(LIBRARY), "NODE_PATH": str(packages)})
    else:
        print("# Node is passed over: no node, or no koffi in build/node (./dev test fetches it where there is npm)")


def build_module(path, module):
    subprocess.run([BEDING, "build", path, "-o", module], cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    return module


def content_hash(module):
    """As the command prints it. Expected bytes have the word SHA256 in its place, since the compiler may write other code tomorrow."""
    described = subprocess.run([BEDING, "describe", "--json", module], check=True, capture_output=True)
    return json.loads(described.stdout)["sha256"].encode()


def build_modules(cases, folder, hashes):
    """The module of each case, compiled once; its content hash goes to `hashes`."""
    modules = {}
    for case in cases:
        path = next(line.split("\t")[1] for line in case.read_text().splitlines() if line.startswith("module\t"))
        if path not in modules:
            modules[path] = build_module(path, folder / f"{len(modules)}.bdc")
            hashes[modules[path]] = content_hash(modules[path])
        yield case, modules[path]


def main():
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        hashes = {}
        cases = list(build_modules(sorted(HERE.glob("*.case")), folder, hashes))
        if len(cases) < 5:
            sys.exit("the cases are gone")
        for language, command, environment in runners(folder):
            for case, module in cases:
                run = subprocess.run([*command, module, case], env={**os.environ, **environment}, capture_output=True)
                expected = case.with_suffix(".expected")
                output = run.stdout.replace(hashes[module], b"SHA256")
                if language == "C++" and "--bless" in sys.argv:
                    expected.write_bytes(output)
                good = run.returncode == 0 and output == expected.read_bytes()
                print(f"{'ok' if good else 'not ok'} {language} {case.stem}")
                if not good:
                    bad += 1
                    print(run.stdout.decode(), run.stderr.decode(), sep="\n")
            module = next(module for case, module in cases if case.stem == "dagbesteding")
            native = build_module(HERE / "native.bdg", folder / "native.bdc")
            if language == "C++":
                run = subprocess.run([cpp_program(folder, "wrapper"), native, module])
                print(f"{'not ok' if run.returncode else 'ok'} C++, the wrapper itself")
                bad += run.returncode != 0
            if language == "Python":
                run = subprocess.run([command[0], HERE / "arrow_python.py", module], env={**os.environ, **environment})
                print(f"{'not ok' if run.returncode else 'ok'} Python, Arrow columns")
                bad += run.returncode != 0
            if language in VALUES:
                run = subprocess.run([command[0], HERE / VALUES[language], native], env={**os.environ, **environment})
                print(f"{'not ok' if run.returncode else 'ok'} {language}, values that are none")
                bad += run.returncode != 0
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
