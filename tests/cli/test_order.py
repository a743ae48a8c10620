#!/usr/bin/env python3
"""`beding run` begins before it knows whether the lines stand in order, where it can take back what it makes. Whatever the file holds, the
run must be the one that looks beforehand. That one is had by sending the summary down a pipe, from which nothing can be taken back."""
import json
import os
import random
import unittest

from command import CommandTest, lines

WITHOUT = """taal nl
overeenkomst volgorde
    versie "1"
    geldig vanaf 2020-01-01
eenheid minuut/minuten           code "01"
eenheid uur/uren = 60 minuten    code "04"
product hulp per uur
tarief hulp € 60
invoer deler : getal
regel verdeeld
    keur af als volume / deler > 3 uren
regel betaling
    betaal volume × tarief afgerond op centen
"""
COUNTING = WITHOUT.replace("regel verdeeld", """teller uren per client = som van toegekend_volume
regel genoeg
    begrens volume tot grootste(0 uren, 10 uren − uren over kalenderjaar van begindatum)
regel verdeeld""")
NAMES = ("declaratienummer", "regelnummer", "dagtekening", "aanbieder", "gemeente", "client", "product", "begindatum", "einddatum", "volume",
         "eenheid", "deler", "debet_credit", "vorige_declaratie", "vorige_regel")
MADE = ("out", "summary", "receipt")
FEW, MANY = 12, 4500  # lines; the many are more than half a megabyte, so that several threads take part


def line(number, count, **cells):
    """The number-th of `count` lines in decision order; three to a declaration, so that numbers get longer within it."""
    row = dict(zip(NAMES, (f"D{number // 3:06}", str(number % 3 + 8), f"2020-02-{number * 28 // count + 1:02}", "A" * 20, "G",
                           f"{number * 7 % (count // 3):080}", "hulp", "2020-01-06", "2020-01-08", str(number % 4 + 1), "uur", "1", "D", "", "")))
    assert not set(cells) - set(row), cells
    row.update(cells)
    return row


def put(rows, at, **cells):
    rows[at].update(cells)


def swap(rows, at):
    rows[at], rows[at + 1] = rows[at + 1], rows[at]


def credit(rows, at):
    rows[at].update(regelnummer="20", debet_credit="C", vorige_declaratie=rows[at - 4]["declaratienummer"],
                    vorige_regel=rows[at - 4]["regelnummer"])


# What befalls a file, where; `at` is one of its first, middle and last lines but two.
MISHAPS = {
    "nothing": lambda rows, at: None,
    "disorder": swap,
    "wrong cell": lambda rows, at: put(rows, at, volume="x"),
    "fault": lambda rows, at: put(rows, at, deler="0"),
    "credit": credit,
    "no date": lambda rows, at: put(rows, at, dagtekening="2020-02-31"),
    "the same line": lambda rows, at: rows.insert(at, dict(rows[at])),
    "zeros before numbers": lambda rows, at: put(rows, at, regelnummer="00" + rows[at]["regelnummer"]),
}


class Order(CommandTest):
    def setUp(self):
        super().setUp()
        (self.folder / "tmp").mkdir()
        self.contracts = []
        for name, text in ("without", WITHOUT), ("counting", COUNTING):
            self.contracts.append(f"{name}.bdc")
            self.beding("build", self.file(f"{name}.bdg", text), "--out", f"{name}.bdc")

    def attempt(self, contract, name, *options, status, summary="summary"):
        """What a run says and makes; None for a file that it does not make."""
        for made in MADE:
            (self.folder / made).unlink(missing_ok=True)
        files = set(os.listdir(self.folder))
        done = self.beding("run", contract, "--lines", name, "--out", "out", "--summary", summary, *options, status=status,
                           environment={"TMPDIR": str(self.folder / "tmp")})
        self.assertEqual(set(os.listdir(self.folder)) - set(MADE), files, "a file is left")
        self.assertEqual(os.listdir(self.folder / "tmp"), [], "a temporary file is left")
        found = {made: (self.folder / made).read_text("utf-8") if (self.folder / made).exists() else None for made in MADE}
        if summary == "/dev/stdout":
            found["summary"] = done.stdout or None
        return found | {"said": done.stderr}

    def same(self, contract, content, *options, name="lines.csv"):
        """Runs over a file with one thread and with three, each once looking and once hoping; what the last gave. A small file is one thread's."""
        self.file(name, content)
        for threads in "13" if len(content) > 500000 else "1":
            expected = self.attempt(contract, name, *options, "--threads", threads, status=None, summary="/dev/stdout")
            found = self.attempt(contract, name, *options, "--threads", threads, status=self.status)
            for part, text in found.items():  # not assertEqual: it would spend minutes on showing how a megabyte differs
                self.assertTrue(text == expected[part], f"{part}, --threads {threads}: {str(text)[:300]}\n- for -\n{str(expected[part])[:300]}")
        return found

    def beding(self, *arguments, status=0, **others):
        done = super().beding(*arguments, status=status, **others)
        self.status = done.returncode
        return done

    def in_every_way(self, rows, name="lines.csv", more=()):
        """Both agreements, lines that fail ending the run or not; what the last run gave."""
        as_json = "".join(json.dumps({cell: text for cell, text in row.items() if text}) + "\n" for row in rows)
        content = as_json if name.endswith("l") else lines(*(",".join(row.values()) for row in rows), header=",".join(rows[0]))
        for contract in self.contracts:
            for options in ((), ("--on-error", "reject")):
                found = self.same(contract, content, *options, *more, name=name)
        return found

    def test_one_mishap(self):
        for count in (FEW, MANY):
            for what, happen in MISHAPS.items():
                for at in (4, count // 2, count - 2) if count == FEW or what == "disorder" else (count // 2,):
                    with self.subTest(what, count=count, at=at):
                        rows = [line(number, count) for number in range(count)]
                        happen(rows, at)
                        self.in_every_way(rows)

    def test_more_mishaps(self):
        for seed in range(16):
            source = random.Random(seed)
            count = MANY if seed < 3 else FEW
            rows = [line(number, count) for number in range(count)]
            for what in source.choices(list(MISHAPS), k=source.randint(2, 4)):
                MISHAPS[what](rows, source.randrange(4, count - 1))
            with self.subTest(seed):
                self.in_every_way(rows, name=source.choice(("lines.csv", "lines.jsonl")))

    def test_a_row_that_is_none_ends_the_run_before_anything_is_said(self):
        """Who looks meets it first, wherever a cell before it is wrong."""
        for count in (FEW, MANY):
            rows = [line(number, count) for number in range(count)]
            put(rows, 2, volume="x")
            put(rows, count - 1, vorige_regel=",x")
            found = self.in_every_way(rows)
            self.assertEqual((found["out"], len(found["said"].splitlines())), (None, 1))

    def test_what_is_said_of_the_whole_file(self):
        """Columns that nobody reads, and one that is missing."""
        for happen in MISHAPS["nothing"], MISHAPS["disorder"]:
            rows = [line(number, FEW) | {"kleur": "rood"} for number in range(FEW)]
            happen(rows, 5)
            self.in_every_way(rows)
            for name in ("deler", "gemeente", "debet_credit"):
                self.in_every_way([{cell: text for cell, text in row.items() if cell != name} for row in rows])

    def test_a_side_file_that_is_wrong(self):
        self.file("allocations.csv", "toewijzingnummer,kleur\nT1,rood\n")
        for happen in MISHAPS["nothing"], MISHAPS["disorder"]:
            rows = [line(number, FEW) for number in range(FEW)]
            happen(rows, 5)
            self.in_every_way(rows, more=("--allocations", "allocations.csv"))
            self.in_every_way(rows, more=("--allocations", "none.csv"))

    def test_receipts(self):
        for what in ("nothing", "disorder", "credit", "wrong cell"):
            count = MANY if what == "disorder" else FEW
            rows = [line(number, count) for number in range(count)]
            MISHAPS[what](rows, count - 2)
            self.in_every_way(rows, more=("--receipt", "receipt"))
            self.beding("verify-receipt", "receipt")

    def test_a_profile(self):
        """Times differ; that a run began again does not show in what is counted."""
        for what in ("nothing", "disorder"):
            rows = [line(number, FEW) for number in range(FEW)]
            MISHAPS[what](rows, 5)
            self.file("lines.csv", lines(*(",".join(row.values()) for row in rows), header=",".join(NAMES)))
            for contract in self.contracts:
                found = self.attempt(contract, "lines.csv", "--profile", status=0)
                self.assertEqual(json.loads(found["summary"])["lines"], FEW)

    def test_an_output_that_cannot_be_made(self):
        for what in ("nothing", "disorder"):
            rows = [line(number, FEW) for number in range(FEW)]
            MISHAPS[what](rows, 5)
            self.in_every_way(rows, more=("--receipt", "none/receipt"))


if __name__ == "__main__":
    unittest.main()
