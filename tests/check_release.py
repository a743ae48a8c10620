#!/usr/bin/env python3
"""What leaves the house, made with another compiler than the tests' own: clang -O3 where it is installed.

  modules    both builds give the same bytes for every agreement in contracts/ and examples/
  symbols    the release library imports nothing that is not on the list, the assertion handler included
  packages   the three Debian packages hold what they should and nothing else, and lintian finds no error in them (where installed)
  hosts      a program is built against the unpacked packages with CMake and with pkg-config, shared and static, and runs

The build stays in its folder, so that a second run only compiles what changed.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADERS = ["beding.h", "beding_data.h", "beding_ledger.h"]  # of libbeding itself
COMMANDS_AT_LEAST = {"beding.1", "beding-run.1", "beding-sign.1"}
EXPECTED = {
    "libbeding0": [r"usr/lib/[^/]+/libbeding\.so\.0", r"usr/lib/[^/]+/libbeding\.so\.0\.1\.0"],
    "libbeding-dev": [r"usr/include/beding(_data|_ledger|_sqlite|_sign)?\.h", r"usr/include/beding\.hpp", r"usr/lib/[^/]+/libbeding(c|_sqlite|_sign)?\.a", r"usr/lib/[^/]+/libbeding\.so",
                      r"usr/lib/[^/]+/pkgconfig/beding(_sqlite|_sign)?\.pc", r"usr/lib/[^/]+/cmake/Beding/BedingConfig(-release|Version)?\.cmake"],
    "beding": [r"usr/bin/beding", r"usr/share/man/(nl/)?man1/beding(-[a-z-]+)?\.1\.gz", r"usr/share/bash-completion/completions/beding",
               r"usr/share/zsh/vendor-completions/_beding", r"usr/share/fish/vendor_completions\.d/beding\.fish",
               r"usr/share/doc/beding/(json\.md|schemas/[a-z-]+\.json)"],
}
DEPENDS = {"libbeding0": r"libc6 .*libffi8|libffi8.*libc6", "libbeding-dev": r"libbeding0 \(= 0\.1\.0-1\)", "beding": r"libsodium23.*"}
HOST = """#include <beding.h>
#include <stdio.h>

int main(void)
{
    static const uint64_t bytes[8];
    bd_module *module;
    bd_error error;
    if (bd_module_load(bytes, sizeof bytes, NULL, &module, &error) == BD_OK)
        return 1;
    printf("%s: %s\\n", bd_version(), error.message);
    return 0;
}
"""
PROJECT = """cmake_minimum_required(VERSION 3.13)
project(host C)
find_package(Beding 0.1 REQUIRED)
add_executable(shared host.c)
target_link_libraries(shared PRIVATE Beding::beding)
add_executable(static host.c)
target_link_libraries(static PRIVATE Beding::beding_static)
"""


def run(*words, cwd=ROOT, environment=None):
    done = subprocess.run([str(word) for word in words], cwd=cwd, env={**os.environ, **(environment or {})}, capture_output=True, text=True,
                          errors="replace", timeout=900, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: exit status {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


def build(cmake, folder):
    compiler = shutil.which("clang") or shutil.which("cc")
    options = {"CMAKE_C_COMPILER": compiler, "CMAKE_BUILD_TYPE": "Release", "CMAKE_INSTALL_PREFIX": "/usr", "BEDING_WERROR": "ON", "BEDING_TESTS": "OFF",
               "BEDING_EXAMPLES": "OFF", "CMAKE_C_FLAGS": f"-fstack-protector-strong -D_FORTIFY_SOURCE=2 -ffile-prefix-map={ROOT}=.",
               "CMAKE_SHARED_LINKER_FLAGS": "-Wl,-z,relro,-z,now", "CMAKE_EXE_LINKER_FLAGS": "-Wl,-z,relro,-z,now"}
    if shutil.which("ccache"):
        options["CMAKE_C_COMPILER_LAUNCHER"] = "ccache"
    run(cmake, "-S", ROOT, "-B", folder, *(f"-D{name}={value}" for name, value in options.items()))
    run(cmake, "--build", folder, "-j", "2")
    print(f"built with {compiler}")


def check_modules(programs, folder):
    agreements = [path for path in sorted((ROOT / "contracts").iterdir()) if any(path.glob("overeenkomst.bdg*"))]
    agreements += [path for path in sorted((ROOT / "examples").iterdir()) if any(path.glob("agreement.bdg*")) or any(path.glob("overeenkomst.bdg*"))]
    for agreement in agreements:
        modules = []
        for number, program in enumerate(programs):
            module = folder / f"{number}.bdc"
            run(program, "build", agreement, "-o", module)
            modules.append(module.read_bytes())
        if modules[0] != modules[1]:
            sys.exit(f"{agreement.name}: the two builds of the compiler give different modules")
    print(f"{len(agreements)} agreements: the same bytes from both")
    return len(agreements)


def listing(package):
    """The files of a package, folders left out."""
    lines = run("dpkg-deb", "-c", package).splitlines()
    return {re.split(r"\s+", line, maxsplit=5)[5].split(" -> ")[0].removeprefix("./") for line in lines if not line.startswith("d")}


def check_package(name, package):
    documents = {f"usr/share/doc/{name}/{file}" for file in ("copyright", "changelog.gz", "changelog.Debian.gz")}
    files = listing(package)
    for missing in documents - files:
        sys.exit(f"{name}: {missing} is missing")
    for file in sorted(files - documents):
        if not any(re.fullmatch(pattern, file) for pattern in EXPECTED[name]):
            sys.exit(f"{name}: {file} is not expected there")
    for pattern in EXPECTED[name]:
        if not any(re.fullmatch(pattern, file) for file in files):
            sys.exit(f"{name}: nothing like {pattern}")
    depends = run("dpkg-deb", "-f", package, "Depends")
    if not re.search(DEPENDS[name], depends):
        sys.exit(f"{name}: depends on {depends}")
    print(f"{package.name}: {len(files)} files, {package.stat().st_size // 1024} KiB")


def check_packages(cmake, folder, unpacked):
    if shutil.which("dpkg-shlibdeps") is None:
        print("no dpkg-dev: the packages are left out")
        return False
    for old in folder.glob("*.deb"):
        old.unlink()
    run(pathlib.Path(cmake).with_name("cpack"), "-G", "DEB", "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip", cwd=folder)
    packages = {path.name.split("_")[0]: path for path in folder.glob("*.deb")}
    if set(packages) != set(EXPECTED):
        sys.exit(f"packages: {sorted(packages)}")
    for name, package in packages.items():
        check_package(name, package)
        run("dpkg-deb", "-x", package, unpacked)
    if shutil.which("lintian"):
        run("lintian", "--allow-root", "--fail-on", "error", *packages.values())
        print("lintian: no errors")
    pages = {path.name.removesuffix(".gz") for path in (unpacked / "usr/share/man/nl/man1").iterdir()}
    if not COMMANDS_AT_LEAST <= pages:
        sys.exit(f"manual pages: {sorted(pages)}")
    run(unpacked / "usr/bin/beding", "--version")
    return True


def check_hosts(cmake, unpacked, folder):
    """The files are used where they were unpacked, not in /usr: nothing in them may name a place."""
    library = next(unpacked.glob("usr/lib/*/libbeding.so")).parent
    (folder / "host.c").write_text(HOST, encoding="utf-8")
    (folder / "CMakeLists.txt").write_text(PROJECT, encoding="utf-8")
    run(cmake, "-S", folder, "-B", folder / "b", f"-DCMAKE_PREFIX_PATH={unpacked / 'usr'}")
    run(cmake, "--build", folder / "b")
    programs = [folder / "b" / "shared", folder / "b" / "static"]
    if shutil.which("pkg-config"):
        environment = {"PKG_CONFIG_PATH": library / "pkgconfig", "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS": "1"}
        flags = run("pkg-config", "--cflags", "--libs", "beding", environment=environment).split()
        run("cc", "-std=c11", folder / "host.c", *flags, "-o", folder / "by_pkg_config")
        programs.append(folder / "by_pkg_config")
    for program in programs:
        said = run(program, environment={"LD_LIBRARY_PATH": str(library)})
        if "this is not a Beding module" not in said:
            sys.exit(f"{program.name}: {said}")
    print(f"{len(programs)} hosts built and run")


def main():
    parser = argparse.ArgumentParser(description="a release build, its modules and its packages")
    parser.add_argument("--cmake", default="cmake")
    parser.add_argument("--nm", default="nm")
    parser.add_argument("--beding", required=True, help="the command of the build that is under test")
    parser.add_argument("--folder", required=True, type=pathlib.Path, help="where the release build goes")
    options = parser.parse_args()
    cmake, folder = shutil.which(options.cmake), options.folder.resolve()
    build(cmake, folder)
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        for each in ("modules", "unpacked", "host"):
            (scratch / each).mkdir()
        check_modules([options.beding, folder / "beding"], scratch / "modules")
        print(run(sys.executable, ROOT / "tests" / "check_symbols.py", "--nm", options.nm, "--library", folder / "vm" / "libbeding.so", "--release",
                  *(word for header in HEADERS for word in ("--header", f"vm/include/{header}"))).strip())
        if check_packages(cmake, folder, scratch / "unpacked"):
            check_hosts(cmake, scratch / "unpacked", scratch / "host")
    return 0


if __name__ == "__main__":
    sys.exit(main())
