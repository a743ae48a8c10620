#!/usr/bin/env python3
"""JSON Lines are taken many rows at once; what that does not understand is read row by row. Both must decide and say the same, and the
same as CSV."""
import json
import random
import unittest

from command import CommandTest, HEADER, HULP, lines

NAMES = HEADER.split(",")
COUNT = 6000
STYLES = [(",", ":"), (", ", ": "), (" ,", ":  ")]


class JsonLines(CommandTest):
    def cells(self, source, wrong=0.02):
        """A row as a dict of values: what they are in JSON. Some rows have a cell that is mostly wrong."""
        row = {"declaratienummer": f"D{source.randint(1, 999)}", "regelnummer": source.randint(1, 99), "dagtekening": "2020-02-01",
               "aanbieder": "A", "gemeente": "0546", "client": source.choice(["C1", "Zoë", "c" * 40, "c" * 70]), "toewijzingnummer": "T1",
               "product": source.choice(["opvang", "opvang", "hulp", "02A06"]), "begindatum": "2020-01-06", "einddatum": "2020-01-08",
               "volume": source.choice([3, 12.5, "40", -1, 0]), "eenheid": "dag", "tarief": None, "bedrag": source.choice([None, 30, "30.00"]),
               "zwaarte": "licht", "akkoord": source.choice([None, True, False, "ja"])}
        if row["product"] != "opvang":
            row["eenheid"], row["zwaarte"] = source.choice(["uur", "minuut"]), None
        if source.random() < wrong:
            # Of a fault in deciding it depends on the batch when it is told.
            row[source.choice([name for name in NAMES if name != "zwaarte"])] = source.choice(["x", "", 1, True, None, "2020-02-30", "1,5", 1e-7, "é", "a;b", 10 ** 30])
        return row

    def write(self, name, rows, style=(",", ":"), end="\n", change=lambda i, text: text):
        """A first line that is blank puts a row on the line that it has in CSV."""
        text = [json.dumps(row, separators=style, ensure_ascii=False) for row in rows]
        self.file(name, "".join(line + end for line in ["", *(change(i, line) for i, line in enumerate(text))]))

    def csv(self, rows):
        def cell(value):
            return "" if value is None else {True: "ja", False: "nee"}[value] if isinstance(value, bool) else str(value)
        self.file("lines.csv", lines(*(",".join(cell(row[name]).replace("1,5", '"1,5"') for name in NAMES) for row in rows)))

    def run_file(self, name, *options, status=0):
        out = self.folder / "out.csv"
        done = self.beding("run", HULP, "--lines", self.folder / name, "--out", out, *options, status=status)
        return out.read_text(encoding="utf-8") if status == 0 else "", done.stderr.replace(str(self.folder / name), "lines")

    def same(self, expected, name, *options, status=0):
        for threads in ("1", "3"):
            found = self.run_file(name, "--threads", threads, *options, status=status)
            for one, other in zip(found, expected):
                if one != other: # not assertEqual: it would spend minutes on showing how a megabyte differs
                    differing = [pair for pair in zip(one.splitlines(), other.splitlines()) if pair[0] != pair[1]]
                    self.fail(f"{name}, {threads} threads: {len(one)} of {len(other)} bytes, {differing[:3]}")

    def test_the_same_as_csv(self):
        source = random.Random(6)
        rows = [self.cells(source) for _ in range(COUNT)]
        self.csv(rows)
        expected = self.run_file("lines.csv", "--on-error", "reject")
        self.assertGreater(expected[1].count("waarschuwing"), 20)
        for number, style in enumerate(STYLES):
            for end in ("\n", "\r\n"):
                self.write(f"{number}.jsonl", rows, style, end)
                self.same(expected, f"{number}.jsonl", "--on-error", "reject")

    def test_members_left_out_and_in_any_order(self):
        source = random.Random(7)
        rows = [self.cells(source) for _ in range(COUNT)]
        self.csv(rows)
        expected = self.run_file("lines.csv", "--on-error", "reject")
        few = [rows[0]] + [{name: value for name, value in row.items() if value not in (None, "")} for row in rows[1:]]
        self.write("few.jsonl", few)
        self.same(expected, "few.jsonl", "--on-error", "reject")
        self.write("order.jsonl", [dict(source.sample(list(row.items()), len(row))) for row in rows])
        self.same(expected, "order.jsonl", "--on-error", "reject")

    def test_rows_that_need_care_among_others(self):
        """A member that says nothing, with an escape, makes a row one that is read with care."""
        source = random.Random(8)
        rows = [self.cells(source) for _ in range(COUNT)]
        self.write("plain.jsonl", rows)
        expected = self.run_file("plain.jsonl", "--on-error", "reject")
        for one_in in (1, 2, 50):
            self.write("care.jsonl", rows, change=lambda i, text: text if i % one_in else text[:-1] + ',"debet_credit":"\\u0044"}')
            self.same(expected, "care.jsonl", "--on-error", "reject")

    def test_the_first_mistake_ends_the_run(self):
        source = random.Random(9)
        rows = [self.cells(source, wrong=0) for _ in range(COUNT)]
        for at, text, said in ((1, '{"a":1', "geen geldige JSON"), (777, " ,", "geen geldige JSON"), (4321, "\udcff", "UTF-8"), (COUNT - 1, "{}", "leeg")):
            with self.subTest(text):
                content = [json.dumps(row) for row in rows]
                content[at] = text
                self.file("lines.jsonl", "\n".join(["", *content]).encode("utf-8", "surrogateescape"))
                expected = self.run_file("lines.jsonl", status=1)
                self.assertIn(f"lines:{at + 2}: fout:", expected[1])
                self.assertIn(said, expected[1])
                self.same(expected, "lines.jsonl", status=1)


if __name__ == "__main__":
    unittest.main()
