#!/usr/bin/env python3
"""Makes one C file and one header of libbeding: beding.c and beding.h, to be dropped into somebody else's source tree.

    vm/amalgamate.py -o FOLDER

The order is: our headers once each with those they include before them, then the C files. Files
that are joined share one scope, so a name that is static in two of them gets the file's name before it in both. Tables
(*.def) and the like have no guard and are put in wherever they are included. Functions that the header does not declare become static, so
that no name of ours meets one of the host's. The result is the same on every machine.
"""
import argparse
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PUBLIC = ["beding.h", "beding_data.h", "beding_ledger.h"]  # the first includes the others
LEFT_OUT = re.compile(r"^(ledger_sqlite|sign|disasm)")  # libraries of their own, and what only the command uses
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(?:"([^"]+)"|<([^>]+)>)[^\n]*\n', re.MULTILINE)
GUARD = re.compile(r"^#ifndef (\w+)\n#define \1\n", re.MULTILINE)
# A function declared at file scope in a header of ours, or by a row of a table there.
PROTOTYPE = re.compile(r"^((?:#define \w+\([^)]*\)(?: *\\\n)?\s+)?)((?!typedef|static|extern|return|BD_)[A-Za-z_][\w \t*]*?[ *](?:\w|##)+\([^;{}]*\);)", re.MULTILINE)
LEXEME = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[A-Za-z_]\w*|->|\s+|.', re.DOTALL)

OPENING = """/* {name}: libbeding {version} in {what}, made by vm/amalgamate.py from the sources of Beding. EUPL-1.2.
**
** {use}
*/
"""
USES = {
    "beding.h": ("one header", "The public interface: beding.h with beding_data.h and beding_ledger.h inside it."),
    "beding.c": ("one file", """Any C11 compiler for a little-endian machine will do: cc -std=c11 -O3 -c beding.c
** With -mavx2 (or -march=native) it is faster, and runs on such processors only; the library that CMake builds finds out by itself.
** Natives are called through libffi (link with -lffi). Define BD_WITHOUT_NATIVES to do without: an agreement that declares natives
** of its own is then refused when they are bound, and everything else works, the standard library included."""),
}


def version():
    text = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    return re.search(r"project\(beding VERSION (\S+)", text).group(1)


def sources():
    """The C files, innermost layer first."""
    own = [path for path in sorted((ROOT / "vm").glob("*.c")) if not LEFT_OUT.match(path.name)]
    return sorted((ROOT / "vm" / "core").glob("*.c")) + own + sorted((ROOT / "stdlib").glob("native*.c"))


def resolve(path, included):
    for base in (path.parent, ROOT, ROOT / "vm", ROOT / "vm" / "core", ROOT / "vm" / "include"):
        if (base / included).is_file():
            return (base / included).resolve()
    sys.exit(f"{path}: cannot find {included}")


class Amalgam:
    def __init__(self):
        self.headers = []  # (path, text), those that a header includes before it
        self.known = set()

    def add_header(self, path):
        """A header of ours, once, behind those that it includes."""
        if path in self.known or path.name in PUBLIC:
            return
        self.known.add(path)
        text = path.read_text(encoding="utf-8")
        guard = GUARD.search(text)
        text = text[:guard.start()] + text[guard.end():]
        text = text[:text.rindex("#endif")]
        text = self.without_includes(path, text)
        text = re.sub(r"^extern const", "static const", PROTOTYPE.sub(r"\1BD_INTERNAL \2", text), flags=re.MULTILINE)
        self.headers.append((path, static_tables(text)))

    def without_includes(self, path, text):
        """The text with tables put in and our headers taken out, and remembered. What is included of the system stays: it may depend on an #if."""
        def replace(match):
            ours, system = match.groups()
            if system:
                return match.group()
            target = resolve(path, ours)
            if target.suffix == ".h" and GUARD.search(target.read_text(encoding="utf-8")):
                self.add_header(target)
                return ""
            return self.without_includes(target, target.read_text(encoding="utf-8"))
        return INCLUDE.sub(replace, text)


def static_tables(text):
    """Constants that several files read, defined as static as a header of ours now declares them."""
    return re.sub(r"^const (?=\w+ \w+(?:\[\w*\])? = )", "static const ", text, flags=re.MULTILINE)


def one_for_all(path, text):
    """One file is compiled with one set of options: what other options would give a file of its own is left empty, as where there are none."""
    if re.match(r"kernel_avx", path.name):
        return re.sub(r"^#if.*?^#else\n(.*?)^#endif\n", r"\1", text, flags=re.MULTILINE | re.DOTALL)
    return text


def blanked(text):
    """Comments, literals and macro definitions as blanks; line ends stay."""
    text = re.sub(r"^[ \t]*#[^\n]*(\\\n[^\n]*)*", lambda match: re.sub(r"[^\n]", " ", match.group()), text, flags=re.MULTILINE)
    parts = (re.sub(r"[^\n]", " ", lexeme) if lexeme[:1] in "\"'" or lexeme[:2] in ("//", "/*") else lexeme for lexeme in LEXEME.findall(text))
    return "".join(parts)


def macros_of(text):
    """The macros that a text leaves defined at its end."""
    defined = set(re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", text, re.MULTILINE))
    return defined - set(re.findall(r"^[ \t]*#[ \t]*undef[ \t]+(\w+)", text, re.MULTILINE))


def own_names(text):
    """What a C file declares for itself at file scope: static functions and variables, types, enumerators; and its macros."""
    code = blanked(text)
    flat, depth = [], 0
    for char in code:  # file scope only: what stands inside braces becomes blank
        depth -= char == "}"
        flat.append(char if depth == 0 or char == "\n" else " ")
        depth += char == "{"
    outer = "".join(flat)
    names = set(re.findall(r"\b(?:struct|union|enum)\s+(\w+)\s*\{", outer))
    names |= set(re.findall(r"\}\s*(\w+)\s*;", outer)) | set(re.findall(r"^typedef\b[^;{]*?\b(\w+)\s*(?:\[[^\]]*\])?;", outer, re.MULTILINE))
    names |= set(re.findall(r"^typedef\b[^;{]*?\(\*(\w+)\)\s*\(", outer, re.MULTILINE))
    for body in re.findall(r"^(?:typedef )?enum\b[^{;]*\{([^}]*)\}", code, re.MULTILINE):
        names |= set(re.findall(r"(?:^|,)\s*(\w+)", body))
    for declaration in re.findall(r"^static\b[^;={(]*?\b(\w+)\s*(?=[(\[=;])", outer, re.MULTILINE):
        names.add(declaration)
    return names, macros_of(text)


def renamed(text, names, prefix):
    """The text with these names prefixed, members of structs left alone."""
    out, before = [], ""
    for lexeme in LEXEME.findall(text):
        if lexeme in names and before not in (".", "->"):
            lexeme_out = f"{prefix}__{lexeme}"
        else:
            lexeme_out = lexeme
        out.append(lexeme_out)
        if not lexeme.isspace():
            before = lexeme
    return "".join(out)


def section(path, text):
    return f"\n/* ==== {path.relative_to(ROOT).as_posix()} ==== */\n\n{text.strip()}\n"


def header_file():
    folder = ROOT / "vm" / "include"

    def inside(match):
        name = match.group(1)
        if name not in PUBLIC[1:]:
            return match.group()
        text = (folder / name).read_text(encoding="utf-8")
        guard = GUARD.search(text)
        text = text[:guard.start()] + text[guard.end():text.rindex("#endif")]
        return section(folder / name, INCLUDE.sub(lambda own: "" if own.group(1) in PUBLIC else own.group(), text))

    return INCLUDE.sub(inside, (folder / PUBLIC[0]).read_text(encoding="utf-8"))


def source_file():
    amalgam, files = Amalgam(), []
    for path in sources():
        text = static_tables(amalgam.without_includes(path, one_for_all(path, path.read_text(encoding="utf-8"))))
        files.append((path, text, *own_names(text)))
    owners = {}
    for path, _, names, _ in files:
        for name in names:
            owners.setdefault(name, []).append(path)
    shared = {name for name, paths in owners.items() if len(paths) > 1}
    of_headers = set().union(*(macros_of(text) for _, text in amalgam.headers))
    out = ['#include "beding.h"\n']
    out.append(section(PRELUDE, PRELUDE.read_text(encoding="utf-8")))
    out += [section(path, text) for path, text in amalgam.headers]
    for path, text, names, macros in files:
        out.append(section(path, renamed(text, names & shared | macros & of_headers, path.stem)))
        out.append("".join(f"#undef {name}\n" for name in sorted(macros - of_headers)))
    return "".join(out)


PRELUDE = ROOT / "vm" / "amalgamation.h"


def main():
    parser = argparse.ArgumentParser(description="libbeding in one C file and one header")
    parser.add_argument("-o", dest="folder", required=True, type=pathlib.Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("beding.h", header_file()), ("beding.c", source_file())):
        what, use = USES[name]
        opening = OPENING.format(name=name, version=version(), what=what, use=use)
        (options.folder / name).write_text(opening + text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
