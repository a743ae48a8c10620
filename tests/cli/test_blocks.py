#!/usr/bin/env python3
"""Plain rows are read many at once, all others one by one: both ways give the same decisions, the same messages and the same places.

Each file is written twice: plain, so that blocks of rows are taken column by column, and with every cell in quotation marks, so that
no row is. The cells are drawn from right ones, odd ones and wrong ones.
"""
import csv
import io
import random
import unittest

from command import CommandTest, HEADER, hulp_line, lines

ODD = {
    "dagtekening": ["2020-02-29", "2021-02-29", "2020-2-1", "", "2020-13-01", "2020-00-10", "2020-12-00", "2020-02-3a", "9999-12-31",
                    "0001-01-01", "0000-01-01", "20200201", "2020-02-01 ", "2020-02-311", "\u00e9020-02-01"],
    "begindatum": ["2019-12-31", "2000-02-29", "1900-02-29", "2020-06-31", "2020/01/06"],
    "einddatum": ["2020-01-31", "2020-01-32", ""],
    "product": ["opvang", "02A06", "opvan", "", "OPVANG", "opvangopvangopvangopvangopvangopvang"],
    "volume": ["0", "00000003", "3.0", "3.50", "3.5000000001", "-3", "3,5", "3.", ".5", "", "+3", "1e3", "12345678", "123456789", "1234567890123456",
               "3..1", "3.1.2", "99999999999999999999", "0.00", "- 3", "3 "],
    "eenheid": ["01", "minuut", "week", ""],
    "tarief": ["10.00", "10", "10.0", "10.001", "-10.00", "abc"],
    "bedrag": ["30.00", "30.000000001", "30.000000000000000000", "29.99", "0030.00", "1234.56", "123456.78"],
    "zwaarte": ["zwaar", "licht", "zwar", "", "licht "],
    "akkoord": ["ja", "nee", "j", "neen", "JA", ""],
    "declaratienummer": ["", "D 2", "D\u00e9claratie", "D" * 100, "D;3"],
    "regelnummer": ["", "2", "002"],
}


def draw(source, number, odds):
    cells = {"declaratienummer": f"D{number // 7:09}", "regelnummer": str(number % 7 + 1), "volume": str(source.randint(1, 30)),
             "dagtekening": f"20{source.randint(15, 30)}-{source.randint(1, 12):02}-{source.randint(1, 28):02}"}
    if source.random() < odds:
        name = source.choice(list(ODD))
        cells[name] = source.choice(ODD[name])
    return hulp_line(**cells)


class Blocks(CommandTest):
    def twice(self, rows, header=HEADER, status=0, options=(), end="\n"):
        """Runs the rows plain and quoted; what the plain ones gave."""
        results = []
        for quoted in (False, True):
            table = [header, *rows]
            if quoted:
                # A comma inside a cell is written as a comma in either form: only whole cells are quoted.
                table = [",".join(f'"{cell}"' for cell in row.split(",")) for row in table]
            path = self.file("regels.csv", end.join(table) + end)
            done = self.beding("run", self.contract, "--lines", path, *options, status=status)
            results.append((done.stdout, done.stderr))
        self.assertEqual(results[0], results[1])
        return results[0]

    def setUp(self):
        super().setUp()
        from command import HULP
        self.contract = HULP

    def test_right_and_wrong_cells(self):
        source = random.Random(20200201)
        for odds, count, end in ((0.0, 3000, "\n"), (0.02, 3000, "\r\n"), (0.5, 400, "\n"), (1.0, 200, "\r\n")):
            rows = [row for row in (draw(source, i, odds) for i in range(count)) if row.count(",") == HEADER.count(",")]
            out, errors = self.twice(rows, options=("--on-error", "reject"), end=end)
            self.assertEqual(len(out.splitlines()), len(rows) + 1)
            self.assertEqual(odds > 0, "waarschuwing" in errors)

    def test_numbers_in_many_forms_beside_each_other(self):
        """A column is read in the form of its first cells; what has another form, or none, is told apart cell by cell."""
        source = random.Random(7)
        forms = ["7", "17", "7.5", "07.50", "35.25", "0.125", "12345678", "123456789", "1234567.5", "1.00000001", "0.000000001", "", "-3", ".5", "5.",
                 "1..5", "1.2.3", "/", ":", "1:5", "1/5", "1,5".replace(",", ";"), "x", " 7", "7 ", "00000000", "99999999", "9999999.", ".9999999"]
        for odds in (0.01, 0.3, 1.0):
            rows = [hulp_line(regelnummer=str(i), volume=source.choice(forms) if source.random() < odds else "7.50",
                              bedrag=source.choice(forms) if source.random() < odds else "75.00") for i in range(1200)]
            out, _ = self.twice(rows, options=("--on-error", "reject"))
            self.assertEqual(len(out.splitlines()), len(rows) + 1)

    def test_texts_of_every_size(self):
        """Members are looked up by words of eight bytes: what differs from one in a byte, or is longer or shorter by one, is none."""
        texts = ["opvang", "opvang\0", "opvan", "opvangx", "Opvang", "zwaarlicht" * 3]
        texts += ["x" * size for size in range(1, 40)] + ["opvang" + "y" * size for size in range(1, 30)]
        rows = [hulp_line(regelnummer=str(i), product=texts[i % len(texts)] if i % 3 else "opvang", zwaarte=texts[i % 7] if i % 5 == 0 else "zwaar")
                for i in range(1000)]
        self.twice(rows, options=("--on-error", "reject"))

    def test_rows_are_written_as_any_csv_writer_would(self):
        """Numbers of every size, with each character that a cell may have to be quoted for in each place."""
        cells = [""]
        for size in range(1, 20):
            cells.append("A" * size)
            cells += ["A" * at + odd + "A" * (size - at - 1) for odd in ",;\"\n-/:é<" for at in range(size)]
        cells += ["x" * 64, "x" * 65, "x" * 300]
        rows = [hulp_line(declaratienummer='"' + cell.replace('"', '""') + '"', regelnummer='"' + other.replace('"', '""') + '"')
                for cell, other in zip(cells, reversed(cells)) if cell and other]
        # With a quotation mark first the file is never read as blocks; what is written is the same either way.
        done = self.run_lines(lines(*rows))
        text = "\n".join(["", *done.rows]) if done.rows else ""
        found = [row[:2] for row in csv.reader(io.StringIO(text.lstrip("\n"), newline=""))]
        self.assertEqual(found, [[cell, other] for cell, other in zip(cells, reversed(cells)) if cell and other])
        for cell in (cell for row in found for cell in row if ";" in cell or "," in cell):
            self.assertIn('"' + cell.replace('"', '""') + '"', text)

    def test_the_first_wrong_cell_ends_the_run_after_the_rows_before_it(self):
        rows = [hulp_line(regelnummer=str(i)) for i in range(1500)]
        rows[1300] = hulp_line(volume="3,5".replace(",", "x"))
        out, errors = self.twice(rows, status=1)
        self.assertEqual(len(out.splitlines()), 1301)
        self.assertIn("regels.csv:1302: fout:", errors)

    def test_a_row_that_needs_care_stands_between_plain_ones(self):
        """Quotes, blank lines and line ends inside a cell: the lines of the file are counted right behind them."""
        rows = [hulp_line(regelnummer=str(i)) for i in range(600)]
        rows[100] = hulp_line(declaratienummer='"D\n1"')
        rows[200] = "\n" + rows[200]
        rows[300] = hulp_line(client='"een ""client"""')
        rows[500] = hulp_line(volume="x")
        done = self.run_lines(lines(*rows), "--on-error", "reject")
        self.assertIn("lines.csv:504: waarschuwing:", done.stderr)
        self.assertEqual(len(done.rows), 601)

    def test_too_few_and_too_many_cells(self):
        for broken in (hulp_line() + ",x", hulp_line().rsplit(",", 1)[0]):
            rows = [hulp_line(regelnummer=str(i)) for i in range(300)]
            rows[250] = broken
            out, errors = self.twice(rows, status=1)
            self.assertEqual(len(out.splitlines()), 251)
            self.assertIn("regels.csv:252: fout:", errors)

    def test_bytes_that_are_no_utf8(self):
        rows = [hulp_line(regelnummer=str(i), declaratienummer="Dé") for i in range(300)]
        data = lines(*rows).encode()
        self.assertEqual(len(self.run_lines(data).rows), 300)
        broken = data.replace(b"D\xc3\xa9,250", b"D\xc3\x28,250")
        done = self.run_lines(broken, status=1)
        self.assertIn("lines.csv:252: fout:", done.stderr)
        self.assertEqual(len(done.rows), 250)

    def test_rows_longer_than_the_buffer_steps(self):
        """Rows of every length, so that the end of the buffer falls everywhere in a row."""
        rows = [hulp_line(regelnummer=str(i), client="C" * (i * 7 % 3000)) for i in range(2500)]
        done = self.run_lines(lines(*rows))
        self.assertEqual(done.rows, [f"D1,{i},goedgekeurd,30.00,," for i in range(2500)])

    def test_columns_that_end_rows(self):
        """Each column in turn stands last, where a carriage return may follow."""
        names, cells = HEADER.split(","), hulp_line(tarief="10.00", bedrag="30.00", akkoord="ja").split(",")
        for turn in range(len(names)):
            header, row = (",".join(part[turn:] + part[:turn]) for part in (names, cells))
            for end in ("\n", "\r\n"):
                out, _ = self.twice([row] * 40, header=header, end=end)
                self.assertEqual(out.splitlines()[1:], ["D1,1,goedgekeurd,30.00,,"] * 40)


if __name__ == "__main__":
    unittest.main()
