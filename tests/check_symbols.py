#!/usr/bin/env python3
"""Compares the symbols of the shared library with its promises.

Exported: exactly the BD_API declarations of the public headers. Imported: nothing that ends the program, prints, opens
files, or reads the clock, the locale or the environment. Symbols of the sanitizers are passed over; a build with
assertions may import the C library's assertion handler, a release build may not.
"""
import argparse
import re
import subprocess
import sys

FORBIDDEN = set(
    "abort exit _exit _Exit quick_exit atexit raise signal sigaction "
    "printf fprintf vprintf vfprintf puts putchar putc fputs fputc fwrite perror __printf_chk __fprintf_chk "
    "stdout stderr stdin fopen open read write getenv setenv setlocale localeconv time clock clock_gettime "
    "localtime gmtime strftime system popen dlopen dlsym rand random srand strtod strtok".split())
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
    forbidden = FORBIDDEN | ({"__assert_fail"} if options.release else set())

    complaints = [f"declared and not exported: {name}" for name in sorted(wanted - exported)]
    complaints += [f"exported and not declared: {name}" for name in sorted(exported - wanted)]
    complaints += [f"imported: {name}" for name in sorted(imported & forbidden)]
    for complaint in complaints:
        print(complaint)
    print(f"{len(wanted)} declared, {len(exported)} exported, {len(imported)} imported, {len(complaints)} complaints")
    return 1 if complaints or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
