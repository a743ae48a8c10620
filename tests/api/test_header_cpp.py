#!/usr/bin/env python3
"""Compiles beding.h as C++: hosts may be written in it, and an older standard must do as well as a newer one."""
import pathlib
import shutil
import subprocess
import sys

HEADER = pathlib.Path(__file__).resolve().parents[2] / "vm/include/beding.h"
PROGRAM = """
#include "beding.h"
#include "beding.h"
static bd_options options;
int main()
{
    bd_module *module = nullptr;
    bd_error error;
    options.limits.memory = 1 << 20;
    bd_status status = bd_module_load(nullptr, 0, &options, &module, &error);
    bd_batch batch = bd_batch();
    return status == BD_ARGUMENT && batch.rows == 0 && module == nullptr ? 0 : 1;
}
"""


def main():
    compilers = [name for name in ("g++", "clang++") if shutil.which(name)]
    if not compilers:
        print("1..0 # no C++ compiler here")
        return 0
    failures = 0
    for compiler in compilers:
        for standard in ("c++11", "c++17"):
            command = [compiler, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only",
                       f"-I{HEADER.parent}", "-x", "c++", "-"]
            done = subprocess.run(command, input=PROGRAM, capture_output=True, text=True, check=False)
            failures += done.returncode != 0
            print(f"{'ok' if done.returncode == 0 else 'not ok'} - {compiler} {standard}\n{done.stderr}", end="")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
