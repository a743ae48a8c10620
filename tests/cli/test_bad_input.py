#!/usr/bin/env python3
"""Bad input: each kind gives its documented message with a place, its exit status, and leaves nothing half-written.

Texts, modules and data files that are wrong in one way each. What is asked of every case stands in `refused`: the status,
the message, no report of a sanitizer or an assertion, and a folder in which nothing appeared. Garbage of 100 MB must be
refused in seconds and in bounded memory, as a text, as a module and as each kind of data file.
"""
import os
import pathlib
import resource
import stat
import struct
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True

from command import BEDING, CommandTest, HEADER, HULP, KOPPELING, hulp_line, lines  # noqa: E402

HEAD = "taal nl\novereenkomst proef\n"
CONTRACT = HEAD + """eenheid uur/uren
eenheid dag/dagen ondeelbaar
keuze zzp = zzp2, zzp3
product verblijf per dag
product begeleiding per uur
tarief verblijf € 166,69 per dag
tarief begeleiding € 50,40 per uur
"""
PAYMENT = "regel betaling\n    betaal volume × tarief afgerond op centen\n"

GARBAGE_SIZE = 100 * 1000 * 1000
# A text of at most 16 MiB or the longest row stands in memory; the rest is room for a sanitizer's own bookkeeping.
MEMORY_LIMIT_KIB = 160 * 1024
SECONDS = 30
FAR_FUTURE = struct.pack("<H", 999)
FORMAT_AT, LIBRARY_AT, SIZE_AT, SECTIONS_AT = 8, 10, 16, 64


class BadInput(CommandTest):
    def refused(self, *arguments, status=1, words=(), code=None, place=None, out=None):
        """Runs what must be refused. `out` must not come to exist, and no other file may appear."""
        before = sorted(path.name for path in self.folder.iterdir())
        done = self.beding(*arguments, status=status)
        for word in ("Sanitizer", "runtime error", "Assertion"):
            self.assertNotIn(word, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        if code:
            self.assertIn(f"{place}: fout[{code}]", done.stderr)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), before, "something was left behind")
        if out:
            self.assertFalse((self.folder / out).exists())
        return done

    def module(self):
        self.beding("build", HULP, "-o", "goed.bdc")
        data = (self.folder / "goed.bdc").read_bytes()
        (self.folder / "goed.bdc").unlink()
        return data


class Texts(BadInput):
    """A text is refused by `check` and `build` alike, at the place that is wrong."""

    CASES = {
        "unknown_name": ("E0301", "10:22", CONTRACT + "regel a  keur af als volum > 3 dagen\n" + PAYMENT),
        "wrong_unit": ("E0404", "10:44", CONTRACT + "regel a voor verblijf keur af als volume > 3 uren\n" + PAYMENT),
        "added_units": ("E0404", "10:42", CONTRACT + "definitie a : uur aanroepbaar = 3 uren + 2 dagen\n" + PAYMENT),
        "missing_cell": ("E0501", "10:7", CONTRACT + "tabel punten naar zzp : getal\n    | zzp  | n |\n    | zzp2 | 1 |\n" + PAYMENT),
        "overlapping_validity": ("E0510", "4:8", HEAD + "product vervoer per dag\n"
                                 "tarief vervoer geldig van 2020-01-01 tot en met 2021-06-30 € 18,50 per dag\n"
                                 "tarief vervoer geldig vanaf 2021-01-01 € 19,25 per dag\n" + PAYMENT),
        "rule_without_precedence": ("E0602", "12:7", CONTRACT + PAYMENT + "regel ook\n    betaal volume × tarief / 2 afgerond op centen\n"),
        "rounding_left_out": ("E0701", "11:12", CONTRACT + "regel betaling\n    betaal volume × tarief\n"),
        "malformed_date": ("E0106", "3:23", HEAD + "definitie d : datum = 2026-1-5\n"),
        "date_that_is_not": ("E0107", "3:23", HEAD + "definitie d : datum = 2026-02-30\n"),
        "embedded_nul": ("E0102", "2:17", "taal nl\novereenkomst pro\0ef\n"),
        "nul_in_a_text": ("E0102", "3:25", HEAD + 'definitie t : tekst = "a\0b"\n'),
        "not_utf8": ("E0103", "3:24", b"taal nl\novereenkomst proef\ndefinitie t : tekst = \"\xff\"\n"),
        "deep_brackets": ("E0901", None, HEAD + "definitie a : getal aanroepbaar = " + "(" * 10000 + "1" + ")" * 10000 + "\n"),
        "deep_open_brackets": (None, None, HEAD + "definitie a : getal aanroepbaar = " + "(" * 10000),
        "deep_minus": ("E0901", None, HEAD + "definitie a : getal aanroepbaar = " + "− " * 10000 + "1\n"),
        "deep_not": ("E0901", None, HEAD + "definitie a : boolean aanroepbaar = " + "niet " * 10000 + "ja\n"),
        "deep_conditions": ("E0901", None, HEAD + "definitie a : getal aanroepbaar = " + "als ja dan " * 10000 + "1" + " anders 2" * 10000),
        "long_sum": ("E0901", None, HEAD + "definitie a : getal aanroepbaar = 1" + " + 1" * 10000 + "\n"),
        "long_number": ("E0115", "3:23", HEAD + "definitie a : getal = 1" + "0" * 10000 + "\n"),
        "long_name": ("E0113", "3:11", HEAD + "definitie " + "a" * 10000 + " : getal = 1\n"),
        "empty": ("E0312", "1:1", b""),
        "white_space": ("E0312", "1:1", b" \n\t\n"),
        "open_text": ("E0105", "3:23", HEAD + 'definitie t : tekst = "a\n'),
    }

    def test_each(self):
        for name, (code, place, text) in self.CASES.items():
            with self.subTest(name):
                path = pathlib.Path(self.file(f"{name}.bdg", text))
                for arguments in (("check", path.name), ("build", path.name, "-o", "uit.bdc"),
                                  ("run", path.name, "--lines", "nergens.csv", "--out", "uit.csv")):
                    done = self.refused(*arguments, words=[f"{path.name}:"], code=code if place else None,
                                        place=f"{path.name}:{place}", out="uit.bdc")
                    self.assertRegex(done.stderr, rf"{path.name}:\d+:\d+: fout\[{code or 'E0'}")
                    self.assertEqual(done.stdout, "")
                path.unlink()

    def test_the_module_that_stood_there_stays(self):
        out = self.file("uit.bdc", b"oud")
        path = self.file("fout.bdg", self.CASES["wrong_unit"][2])
        self.refused("build", path, "-o", out)
        self.assertEqual(pathlib.Path(out).read_bytes(), b"oud")


class Modules(BadInput):
    def describe(self, data, *words):
        path = pathlib.Path(self.file("m.bdc", data))
        self.refused("describe", path.name, words=["`m.bdc` is geen bruikbare module", *words])
        return path.name

    def test_truncated(self):
        whole = self.module()
        for size in [0, 1, 7, 8, 40, 63, 64, 100, 311, 312, 400, len(whole) // 2, len(whole) - 8, len(whole) - 1]:
            with self.subTest(size):
                name = self.describe(whole[:size])
                self.file("lines.csv", lines(hulp_line()))
                self.refused("run", name, "--lines", "lines.csv", "--out", "uit.csv", words=["`m.bdc`"], out="uit.csv")

    def test_longer(self):
        self.describe(self.module() + b"\0" * 8, "bytes too many")

    def test_one_byte_flipped(self):
        """The header byte by byte and bit by bit; of the content, which its hash covers, a byte here and there."""
        whole = self.module()
        step = max(1, (len(whole) - SECTIONS_AT) // 40)
        places = [(at, bit) for at in range(0, 32) for bit in (0, 3, 7)]
        places += [(at, at % 8) for at in [*range(32, SECTIONS_AT, 5), *range(SECTIONS_AT, len(whole), step), len(whole) - 1]]
        for at, bit in places:
            with self.subTest(at=at, bit=bit):
                flipped = bytearray(whole)
                flipped[at] ^= 1 << bit
                self.describe(bytes(flipped))

    def test_newer(self):
        """Both versions are named."""
        whole = self.module()
        newer = bytearray(whole)
        newer[FORMAT_AT:FORMAT_AT + 2] = FAR_FUTURE
        self.describe(bytes(newer), "formaat 999", "formaat 2")
        newer = bytearray(whole)
        newer[LIBRARY_AT:LIBRARY_AT + 2] = FAR_FUTURE
        self.describe(bytes(newer), "needs library 999.", "this is format 2", "library 0.")

    def test_a_text_is_no_module(self):
        self.describe(pathlib.Path(HULP).read_bytes(), "geen module van Beding")


class Lines(BadInput):
    def run_bad(self, content, *words, status=1, name="lines.csv", options=()):
        self.file(name, content)
        return self.refused("run", HULP, "--lines", name, "--out", "uit.csv", "--summary", "uit.json", *options,
                            status=status, words=words, out="uit.csv")

    def test_each_required_column(self):
        names, cells = HEADER.split(","), hulp_line().split(",")
        for missing in ["declaratienummer", "regelnummer", "dagtekening", "product", "begindatum", "einddatum", "volume", "eenheid"]:
            with self.subTest(missing):
                kept = [i for i, name in enumerate(names) if name != missing]
                content = "\n".join(",".join(row[i] for i in kept) for row in (names, cells)) + "\n"
                self.run_bad(content, "lines.csv:1: fout: ", f"kolom `{missing}` ontbreekt")

    def test_cells(self):
        for cells, words in [
            ({"volume": '"12,5"'}, ["kolom `volume`, cel `12,5`", "decimalen staan na een punt: `12.5`"]),
            ({"begindatum": "2020-02-30"}, ["kolom `begindatum`, cel `2020-02-30`", "deze datum bestaat niet"]),
            ({"einddatum": "2021-02-29"}, ["kolom `einddatum`, cel `2021-02-29`", "deze datum bestaat niet"]),
            ({"begindatum": "2026-1-5"}, ["kolom `begindatum`, cel `2026-1-5`", "geen datum zoals"]),
            ({"zwaarte": "zwar"}, ["kolom `zwaarte`", "bedoelde u `zwaar`?"]),
            ({"volume": "9" * 6000}, ["kolom `volume`"]),
        ]:
            with self.subTest(cells):
                self.run_bad(lines(hulp_line(), hulp_line(**cells)), "lines.csv:3: fout: ", *words)

    def test_rows(self):
        for content, words in [
            (b"", ["het bestand is leeg"]),
            (lines(hulp_line() + ",meer"), ["lines.csv:2", "deze rij heeft 17 cellen, de kopregel 16"]),
            (lines('"' + hulp_line()), ["lines.csv:2", "eindigt niet"]),
            (lines('D"1' + hulp_line()), ["lines.csv:2", "aanhalingsteken midden in een cel"]),
            (lines(hulp_line()).encode() + b"\xff\xfe\n", ["lines.csv:3"]),
            (lines(hulp_line()).encode() + b"D1\0,1\n", ["lines.csv:3"]),
            (HEADER + "," + HEADER.split(",", maxsplit=1)[0] + "\n", ["staat twee keer in de kopregel"]),
        ]:
            with self.subTest(content[-40:]):
                self.run_bad(content, *words)

    def test_nul_in_a_cell(self):
        self.run_bad(lines(hulp_line(product="opvang\0x")), "lines.csv:2: fout: ", "kolom `product`")

    def test_deep_json(self):
        self.run_bad("[" * 10000 + "\n", "lines.jsonl:1: fout: ", name="lines.jsonl")
        self.run_bad('{"volume": ' * 10000 + "\n", "lines.jsonl:1: fout: ", name="lines.jsonl")

    def test_a_separator_that_is_not_there(self):
        self.run_bad(lines(hulp_line()), "ontbreekt", options=("--separator", ";"))

    def test_missing_extern_table_and_joins(self):
        self.file("lines.csv", lines(hulp_line()))
        done = self.refused("run", KOPPELING, "--lines", "lines.csv", "--out", "uit.csv", out="uit.csv")
        self.assertRegex(done.stderr, "toewijzing|afwezigheid|plafond")


class Places(BadInput):
    """Folders, files that are not there, and a device that is full."""

    def test_folder_as_input(self):
        (self.folder / "map").mkdir()
        self.file("lines.csv", lines(hulp_line()))
        self.refused("check", "map", words=["bevat geen overeenkomst"])
        self.refused("run", HULP, "--lines", "map", status=3, words=["kan `map` niet lezen"])
        self.refused("run", HULP, "--lines", "lines.csv", "--params", "map", status=3, words=["kan `map` niet lezen"])
        self.refused("run", HULP, "--lines", "lines.csv", "--out", "map", status=3, words=["kan `map` niet schrijven"])
        self.refused("build", HULP, "-o", "map", status=3, words=["kan `map` niet schrijven"])
        (self.folder / "x.bdc").mkdir()
        self.refused("describe", "x.bdc", status=3, words=["kan `x.bdc` niet lezen"])

    def test_folder_with_a_main_file(self):
        (self.folder / "map").mkdir()
        text = pathlib.Path(HULP).read_text()
        for name in ("bijlage.bdg", "deel.bdg.md"):
            (self.folder / "map" / name).write_text(text)
        self.refused("check", "map", words=["meer dan één overeenkomst"])
        (self.folder / "map" / "overeenkomst.bdg").write_text(text)
        self.beding("check", "map")

    def test_nowhere(self):
        self.refused("check", "nergens.bdg", status=3, words=["kan `nergens.bdg` niet lezen"])
        self.refused("describe", "nergens.bdc", status=3, words=["kan `nergens.bdc` niet lezen"])
        self.refused("build", HULP, "-o", "geen/map/uit.bdc", status=3, words=["kan `geen/map/uit.bdc` niet schrijven"])

    @unittest.skipUnless(os.path.exists("/dev/full"), "a system without /dev/full")
    def test_full_device(self):
        self.file("lines.csv", lines(hulp_line()))
        self.refused("build", HULP, "-o", "/dev/full", status=3, words=["kan `/dev/full` niet schrijven"])
        self.refused("run", HULP, "--lines", "lines.csv", "--out", "/dev/full", status=3, words=["kan `/dev/full` niet schrijven"])
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/full").st_mode))

    @unittest.skipUnless(os.path.exists("/dev/full"), "a system without /dev/full")
    def test_full_stdout(self):
        self.file("lines.csv", lines(hulp_line()))
        for arguments in [("run", HULP, "--lines", "lines.csv"), ("describe", HULP), ("describe", HULP, "--json"),
                          ("dis", HULP), ("dis", HULP, "--stage", "core"), ("tariff", HULP, "--as-of", "2020-06-01"),
                          ("test", HULP), ("check", HULP, "--json"), ("eval", HULP, "derde", "--input", '{"x": 1}'),
                          ("explain", HULP, "--lines", "lines.csv", "--line", "D1/1"), ("--help",), ("--version",)]:
            with self.subTest(arguments), open("/dev/full", "wb") as full:
                done = subprocess.run([BEDING, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=full,
                                      stderr=subprocess.PIPE, timeout=SECONDS, check=False)
                self.assertEqual(done.returncode, 3, done.stderr.decode())
                self.assertNotIn(b"Sanitizer", done.stderr)


class Garbage(BadInput):
    """100 MB that means nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Made by a generator with a fixed start: the same bytes in each run, every value, no long repeats at one place.
        block, state = bytearray(), 12345
        while len(block) < 1000 * 1000:
            state = (state * 6364136223846793005 + 1442695040888963407) & (2 ** 64 - 1)
            block += struct.pack("<Q", state ^ state >> 29)
        cls.noise = bytes(block)
        cls.words = (b"regel keur af als ( \"| 1,2,3 ontbreekt dan \xe2\x82\xac ]\n" * 40000)[:1000 * 1000]
        cls.one_row = cls.noise.replace(b"\n", b" ").replace(b'"', b"'")

    def garbage(self, name, block, head=b""):
        path = self.folder / name
        with open(path, "wb") as file:
            file.write(head)
            left = GARBAGE_SIZE - len(head)
            while left > 0:
                left -= file.write(block[:left])
        return path

    def judged(self, *arguments, words=()):
        """Exit status 1 within seconds, in bounded memory, with nothing left behind."""
        with open(self.folder / "err", "w+b") as errors:
            process = subprocess.Popen([BEDING, *map(str, arguments)], cwd=self.folder, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=errors, preexec_fn=limit_seconds)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            errors.seek(0)
            text = errors.read().decode("utf-8", "replace")
        (self.folder / "err").unlink()
        self.assertEqual(process.returncode, 1, text[:2000])
        self.assertLess(usage.ru_maxrss, MEMORY_LIMIT_KIB)
        self.assertLess(len(text), 1000 * 1000)
        self.assertNotIn("Sanitizer", text)
        for word in words:
            self.assertIn(word, text)
        self.assertFalse((self.folder / "uit.csv").exists())

    def test_text(self):
        for block in (self.noise, self.words):
            path = self.garbage("ruis.bdg", block)
            self.judged("check", path, words=["te groot"])
            self.judged("build", path, "-o", "uit.csv", words=["te groot"])

    def test_the_largest_text_that_is_read(self):
        path = self.garbage("ruis.bdg", self.words, b"taal nl\novereenkomst x\n")
        os.truncate(path, 4 * 1024 * 1024)
        self.judged("check", path, words=["fout["])

    def test_module(self):
        path = self.garbage("ruis.bdc", self.noise)
        self.judged("describe", path, words=["geen module van Beding"])

    def test_module_with_a_likely_header(self):
        whole = self.module()
        head = bytearray(whole[:SECTIONS_AT])
        head[SIZE_AT:SIZE_AT + 4] = struct.pack("<I", GARBAGE_SIZE)
        path = self.garbage("ruis.bdc", self.noise, bytes(head))
        # It is mapped, and read once for its hash: the pages of the file itself count as memory.
        done = self.beding("describe", path, status=1)
        self.assertIn("does not have the hash", done.stderr)

    def test_lines(self):
        for block in (self.noise, self.words, self.one_row):
            for head in (b"", HEADER.encode() + b"\n"):
                path = self.garbage("ruis.csv", block, head)
                self.judged("run", HULP, "--lines", path, "--out", "uit.csv", words=["ruis.csv:"])

    def test_json_lines(self):
        for block in (self.noise, self.one_row):
            path = self.garbage("ruis.jsonl", block)
            self.judged("run", HULP, "--lines", path, "--out", "uit.csv", words=["ruis.jsonl:1"])

    def test_other_files(self):
        self.file("lines.csv", lines(hulp_line()))
        good = {
            "--params": self.file("p.csv", "naam,geldig_vanaf,sleutel1,waarde\nplafond,2020-01-01,A,20\n"),
            "--allocations": self.file("a.csv", "toewijzingnummer,toewijzingsdatum,client,volume,eenheid\nT1,2020-01-01,C1,9,dag\n"),
            "--starts": self.file("s.csv", "toewijzingnummer,begindatum,verzonden\nT1,2020-01-01,2020-01-02\n"),
            "--stops": self.file("e.csv", "toewijzingnummer,einddatum,reden,verzonden\n"),
            "--records": "afwezigheid=" + self.file("r.csv", "toewijzingnummer,op_dag\n"),
        }
        self.beding("run", KOPPELING, "--lines", "lines.csv", *[word for pair in good.items() for word in pair])
        path = self.garbage("ruis.csv", self.noise)
        for option in good:
            with self.subTest(option):
                files = {**good, option: "afwezigheid=" * (option == "--records") + str(path)}
                self.judged("run", KOPPELING, "--lines", "lines.csv", *[word for pair in files.items() for word in pair],
                            "--out", "uit.csv", words=["ruis.csv"])


def limit_seconds():
    """A process that does not end is ended, so that it fails as a test instead of keeping the machine."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


if __name__ == "__main__":
    unittest.main()
