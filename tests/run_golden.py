#!/usr/bin/env python3
"""Golden tests: the printed form of each stage, compared with what was recorded.

A case is tests/stages/STAGE/{good,bad}/NAME.bdg or NAME.bdg.md; beside it stands NAME.expected with the exit status,
stdout and stderr. Cases in good/ must exit 0 and those in bad/ must exit 1, whatever the recording says, so that a
careless --bless cannot turn a failure into an expectation. Everything runs from the repository root: the paths in
messages are then the same on every machine.

    tests/run_golden.py --beding build/release/beding            all stages
    tests/run_golden.py --beding build/release/beding ast core   some stages
    tests/run_golden.py ... --bless                              record again; review the difference before committing
"""
import argparse
import difflib
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
STAGES = ROOT / "tests" / "stages"

# The command of each stage. {file} is the case, {stem} its path without the ending, {lang} nl or en by its first line.
# The words of {stem}.options, where that file exists, are added.
# {dump} is tests/stages/stage_dump.c, which needs nothing beyond lang/ and so tests it alone.
COMMANDS = {
    "tokens": ["{dump}", "tokens", "{file}", "{lang}"],
    "ast": ["{dump}", "ast", "{file}", "{lang}"],
    "core": ["{beding}", "dis", "--stage", "core", "--lang", "{lang}", "{file}"],
    "ir": ["{beding}", "dis", "--stage", "ir", "--lang", "{lang}", "{file}"],
    "code": ["{beding}", "dis", "--stage", "code", "--lang", "{lang}", "{file}"],
    "check": ["{beding}", "check", "--lang", "{lang}", "{file}"],
    "test": ["{beding}", "test", "--lang", "{lang}", "{file}"],
    "describe": ["{beding}", "describe", "--lang", "{lang}", "{file}"],
    "run": ["{beding}", "run", "{file}", "--lines", "{stem}.csv", "--lang", "{lang}"],
    "trace_json": ["{beding}", "explain", "{file}", "--lines", "{stem}.csv", "--line", "1/1", "--lang", "{lang}", "--json"],
    "trace": ["{beding}", "explain", "{file}", "--lines", "{stem}.csv", "--line", "1/1", "--lang", "{lang}"],
}
TIMEOUT_SECONDS = 20


def case_files(stage, kind):
    folder = STAGES / stage / kind
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.name.endswith((".bdg", ".bdg.md")))


def stem_of(path):
    name = path.name.removesuffix(".md").removesuffix(".bdg")
    return path.with_name(name)


def language_of(path):
    """`language en` can stand on the first line only, or in the first fenced block of a literate file."""
    head = path.read_bytes()[:4096]
    for line in head.splitlines():
        if line.startswith(b"language en"):
            return "en"
        if line.startswith(b"taal "):
            return "nl"
    return "nl"


def environment():
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LD_LIBRARY_PATH")}
    return {**kept, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "NO_COLOR": "1"}


def command_for(stage, path, tools):
    values = {
        **tools,
        "file": str(path.relative_to(ROOT)),
        "stem": str(stem_of(path).relative_to(ROOT)),
        "lang": language_of(path),
    }
    options = stem_of(path).with_name(stem_of(path).name + ".options")
    added = options.read_text(encoding="utf-8").split() if options.exists() else []
    return [part.format(**values) for part in [*COMMANDS[stage], *added]]


def observe(command):
    """Runs a command and returns (exit status, its golden form)."""
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return -1, f"timed out after {TIMEOUT_SECONDS} seconds\n"
    parts = [f"status {done.returncode}\n".encode()]
    for name, stream in ((b"stdout", done.stdout), (b"stderr", done.stderr)):
        if stream:
            parts.append(b"--- " + name + b"\n" + stream + (b"" if stream.endswith(b"\n") else b"\n"))
    return done.returncode, b"".join(parts).decode("utf-8", "backslashreplace")


def run_case(stage, kind, path, tools, bless):
    """Returns None when the case is as recorded, else the reason."""
    command = command_for(stage, path, tools)
    status, actual = observe(command)
    wanted = 0 if kind == "good" else 1
    if status != wanted:
        return f"exit status {status}, a case in {kind}/ must exit {wanted}\n$ {' '.join(command)}\n{actual}"
    expected_path = stem_of(path).with_name(stem_of(path).name + ".expected")
    if bless:
        expected_path.write_text(actual, encoding="utf-8")
        return None
    if not expected_path.exists():
        return f"{expected_path.relative_to(ROOT)} is missing; record it with --bless\n{actual}"
    expected = expected_path.read_text(encoding="utf-8")
    if actual == expected:
        return None
    difference = difflib.unified_diff(expected.splitlines(True), actual.splitlines(True), "expected", "actual", n=2)
    return f"$ {' '.join(command)}\n" + "".join(difference)


def orphans(stage):
    """Recordings whose case is gone."""
    for kind in ("good", "bad"):
        known = {stem_of(p).name for p in case_files(stage, kind)}
        folder = STAGES / stage / kind
        for path in sorted(folder.glob("*.expected")) if folder.is_dir() else []:
            if path.name.removesuffix(".expected") not in known:
                yield path


def main():
    parser = argparse.ArgumentParser(description="golden tests per stage")
    parser.add_argument("stages", nargs="*", help="stages to run (default: every folder in tests/stages)")
    parser.add_argument("--beding", default="build/release/beding", help="the command under test")
    parser.add_argument("--dump", default="build/release/tests/stage_dump", help="driver of the early stages")
    parser.add_argument("--case", default="", help="only cases whose path contains this text")
    parser.add_argument("--bless", action="store_true", help="record the present output")
    options = parser.parse_args()
    tools = {"beding": os.path.abspath(options.beding), "dump": os.path.abspath(options.dump)}
    stages = options.stages or sorted(p.name for p in STAGES.iterdir() if p.is_dir())

    passed, failed = 0, 0
    for stage in stages:
        if stage not in COMMANDS:
            print(f"not ok {stage}: no command for this stage in the table at the top of this file")
            failed += 1
            continue
        for kind in ("good", "bad"):
            for path in case_files(stage, kind):
                if options.case not in str(path):
                    continue
                reason = run_case(stage, kind, path, tools, options.bless)
                print(f"{'ok' if reason is None else 'not ok'} {stage}/{kind}/{stem_of(path).name}")
                if reason is None:
                    passed += 1
                else:
                    failed += 1
                    print("".join(f"    {line}\n" for line in reason.splitlines()))
        for path in orphans(stage):
            print(f"not ok {path.relative_to(ROOT)}: no case belongs to this recording")
            failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
