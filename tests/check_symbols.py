#!/usr/bin/env python3
"""Compares the symbols of the shared library with its promises.

Exported: exactly the BD_API declarations of the public headers. Imported: what stands on the list below and nothing else, so nothing that
ends the program, prints, opens files, starts threads, or reads the clock, the locale or the environment. Symbols of the sanitizers
are passed over; a build with assertions may import the C library's assertion handler, a release build may not.
"""
import argparse
import re
import subprocess
import sys

# All that the library may ask of the system: memory, bytes, the landing pad of a failing allocation, and calls through libffi.
ALLOWED = set("free realloc bcmp memchr memcmp memcpy memmove memset strlen strcmp strncmp _setjmp setjmp longjmp".split())
LIBFFI = re.compile(r"^ffi_(call|prep_cif|type_\w+)$")
# What compilers and linkers add by themselves. The checks of a hardened build end a program whose memory is already overwritten.
GLUE = {"_ITM_deregisterTMCloneTable", "_ITM_registerTMCloneTable", "__cxa_finalize", "__gmon_start__", "__cpu_model", "__cpu_indicator_init"}
HARDENED = re.compile(r"^(__stack_chk_fail|__(memcpy|memmove|memset|longjmp)_chk)$")
TOOLING = re.compile(r"^(__(asan|ubsan|odr_asan|tsan|sanitizer|gcov|llvm|sancov|lsan)|_?_?gcov|mangle_path)")
DECLARATION = re.compile(r"^BD_API\b([^;{]*?)\b(bd_\w+)\s*[(\[;]", re.MULTILINE)


def declared(header):
    """The names that the header exports; comments are left out first."""
    with open(header, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", " ", file.read(), flags=re.DOTALL)
    return {match.group(2) for match in DECLARATION.finditer(text)}


def symbols(nm, library, option, dynamic=True):
    """The external symbols of a shared library, or with dynamic false of an object file."""
    table = "-D" if dynamic else "-g"
    listing = subprocess.run([nm, table, "--format=posix", option, library], capture_output=True, text=True, check=True)
    names = (line.split()[0].split("@")[0] for line in listing.stdout.splitlines() if line.strip())
    return {name for name in names if not TOOLING.match(name)}


def main():
    parser = argparse.ArgumentParser(description="exported and imported symbols of libbeding")
    parser.add_argument("--nm", default="nm")
    parser.add_argument("--library", required=True)
    parser.add_argument("--header", action="append", required=True)
    parser.add_argument("--release", action="store_true", help="also refuse the assertion handler")
    options = parser.parse_args()

    wanted = set().union(*map(declared, options.header))
    exported = symbols(options.nm, options.library, "--defined-only") - {"_init", "_fini"}
    imported = symbols(options.nm, options.library, "--undefined-only")
    allowed = ALLOWED | GLUE | (set() if options.release else {"__assert_fail"})
    foreign = {name for name in imported - allowed if not LIBFFI.match(name) and not HARDENED.match(name)}

    complaints = [f"declared and not exported: {name}" for name in sorted(wanted - exported)]
    complaints += [f"exported and not declared: {name}" for name in sorted(exported - wanted)]
    complaints += [f"imported: {name}" for name in sorted(foreign)]
    for complaint in complaints:
        print(complaint)
    print(f"{len(wanted)} declared, {len(exported)} exported, {len(imported)} imported, {len(complaints)} complaints")
    return 1 if complaints or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
