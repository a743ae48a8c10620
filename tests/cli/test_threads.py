#!/usr/bin/env python3
"""`beding run --threads`: the same bytes, messages and counts as one thread gives, whatever the file holds and wherever it goes wrong."""
import json
import pathlib
import random
import unittest

from command import CommandTest, DATA, HEADER, HULP, KOPPELING, hulp_line, lines

COUNT = 13000  # more than one piece, in each of the forms below
MANY = ("2", "5")
# Lines that read each other within a declaration are read by one thread.
ZONDER = "regel dubbel\n    keur af als enige r in andere_regels heeft (r.begindatum = begindatum)\n\n"


class Threads(CommandTest):
    def same(self, *options, status=0, contract=HULP, name="lines.csv"):
        """Runs with one thread and with several; what one thread gave, the decisions as text."""
        expected = None
        for threads in ("1", *MANY):
            out, summary = self.folder / "out", self.folder / "summary"
            done = self.beding("run", contract, "--lines", self.folder / name, "--threads", threads, "--summary", summary, *options,
                               status=status)
            found = (done.stdout, done.stderr, summary.read_text() if status == 0 else out.exists())
            expected = expected or found
            # Not assertEqual: it would spend minutes on showing how a megabyte differs.
            self.assertTrue(found == expected, f"--threads {threads}: {[len(part) for part in found if isinstance(part, str)]}")
        return expected

    def rows(self, seed=1):
        source = random.Random(seed)
        return [hulp_line(declaratienummer=f"D{i // 5:07}", regelnummer=str(i % 5 + 1), volume=str(source.randint(1, 40)),
                          dagtekening=f"2020-0{source.randint(1, 6)}-11", akkoord=source.choice(["", "ja", "nee"]))
                for i in range(COUNT)]

    def test_plain_lines(self):
        self.file("lines.csv", lines(*self.rows()))
        out, errors, summary = self.same()
        self.assertEqual(len(out.splitlines()), COUNT + 1)
        self.assertEqual((errors, json.loads(summary)["lines"]), ("", COUNT))

    def test_wrong_cells_and_rows_that_need_care(self):
        rows = self.rows(2)
        for i in range(0, COUNT, 997):
            rows[i] = hulp_line(volume="x")
        for i in range(500, COUNT, 1999):
            rows[i] = hulp_line(client='"een\n""client"""')
        self.file("lines.csv", lines(*rows))
        out, errors, _ = self.same("--on-error", "reject")
        self.assertEqual(out.count("cel_ongeldig"), len(errors.splitlines()))
        out, errors, _ = self.same(status=1)
        self.assertEqual((len(out.splitlines()), len(errors.splitlines())), (1, 1))

    def test_the_first_mistake_ends_the_run(self):
        rows = self.rows(3)
        for at in (COUNT - 1, 9000, 1):
            rows[at] = hulp_line() + ",x"
            self.file("lines.csv", lines(*rows))
            out, errors, _ = self.same(status=1)
            self.assertEqual(len(out.splitlines()), at + 1)
            self.assertIn(f"lines.csv:{at + 2}: fout:", errors)
            rows[at] = hulp_line()

    def test_rows_longer_than_a_piece(self):
        rows = self.rows(6)
        for at in (0, 1, 4000, 12000):
            rows[at] = hulp_line(client='"' + ("een\n""klant, " * 60000) + '"', regelnummer=str(at))
        rows[4001] = hulp_line(client="k" * 700000)
        rows[12500] = hulp_line(volume="x")
        self.file("lines.csv", lines(*rows))
        out, errors, _ = self.same("--on-error", "reject")
        self.assertEqual(len(out.splitlines()), COUNT + 1)
        self.assertIn(f"lines.csv:{12500 + 2 + 4 * 60000}: waarschuwing:", errors)

    def test_a_row_that_is_too_long_for_any_reader(self):
        rows = self.rows(7)
        rows[9000] = hulp_line(client="k" * (17 * 1024 * 1024))
        self.file("lines.csv", lines(*rows))
        _, errors, _ = self.same(status=1)
        self.assertIn("lines.csv:9002: fout:", errors)

    def test_from_a_pipe_and_without_a_last_line_end(self):
        text = lines(*self.rows(8)).rstrip("\n")
        expected = None
        for threads in ("1", *MANY):
            done = self.beding("run", HULP, "--lines", "-", "--threads", threads, stdin=text)
            expected = expected or (done.stdout, done.stderr)
            self.assertTrue((done.stdout, done.stderr) == expected)
        self.assertEqual(len(expected[0].splitlines()), COUNT + 1)

    @unittest.skipUnless(pathlib.Path("/dev/full").exists(), "needs /dev/full")
    def test_an_output_that_is_full(self):
        self.file("lines.csv", lines(*self.rows(9)))
        found = {(done.stdout, done.stderr) for done in (
            self.beding("run", HULP, "--lines", "lines.csv", "--out", "/dev/full", "--threads", threads, status=3) for threads in ("1", *MANY))}
        self.assertEqual(len(found), 1)

    def test_json_lines_with_names_that_nobody_reads(self):
        names = HEADER.split(",")
        rows = []
        for i, row in enumerate(self.rows(4)):
            line = {name: cell for name, cell in zip(names, row.split(",")) if cell}
            line["volume"] = int(line["volume"])
            if i in (7000, 12000):
                line[f"kleur_{i}"] = "rood"
            rows.append(json.dumps(line))
        rows[7500] = rows[7500].replace("D0", "Dé")
        self.file("lines.jsonl", "\n".join(rows))
        out, errors, _ = self.same(name="lines.jsonl")
        self.assertEqual(len(out.splitlines()), COUNT)
        self.assertIn("kleur_7000, kleur_12000", errors)

    def test_joined_lines(self):
        """Allocations, messages, records and parameters are read once, whatever they come from, and shared."""
        header = "declaratienummer,regelnummer,dagtekening,aanbieder,client,toewijzingnummer,product,begindatum,einddatum,volume,eenheid"
        self.file("lines.csv", lines(*(f"D{i:07},1,2020-03-01,{'A' * (1 + i % 2)},C1,T{i % 7000},opvang,2020-01-06,2020-01-08,3,dag"
                                       for i in range(COUNT)), header=header))
        self.file("a.csv", lines(*(f"T{i},2020-01-01,C1,A,0546,opvang,2020-01-01,2020-12-31,{i % 5},dag,1" for i in range(6000)),
                                 header="toewijzingnummer,toewijzingsdatum,client,aanbieder,gemeente,product,ingangsdatum,einddatum,"
                                        "volume,eenheid,frequentie"))
        self.file("s.csv", lines(*(f"T{i},2020-01-0{i % 9 + 1},2020-01-02" for i in range(5000)),
                                 header="toewijzingnummer,begindatum,verzonden"))
        self.file("e.csv", lines(header="toewijzingnummer,einddatum,reden,verzonden"))
        self.file("w.csv", lines(*(f"T{i // 2 * 3},2020-01-0{i % 2 + 6}" for i in range(1800)), header="toewijzingnummer,op_dag"))
        self.file("p.csv", "naam,geldig_vanaf,sleutel1,waarde\nplafond,2020-01-01,A,10\nplafond,2020-01-01,AA,2\n")
        text = pathlib.Path(KOPPELING).read_text(encoding="utf-8")
        self.assertIn(ZONDER, text)
        contract = self.file("zonder.bdg", text.replace(ZONDER, ""))
        out, _, _ = self.same("--allocations", "a.csv", "--starts", "s.csv", "--stops", "e.csv", "--records", "afwezigheid=w.csv",
                              "--params", "p.csv", contract=contract)
        for reason in ("geen_toewijzing", "boven_toewijzing", "voor_start", "vaak_weg", "boven_plafond"):
            self.assertIn(reason, out)

    def test_lines_that_influence_each_other(self):
        """Clients of few lines and of many, providers whose lines all wait for each other and others; in order and not; a mistake that ends the run."""
        source = random.Random(5)
        header = "declaratienummer,regelnummer,dagtekening,aanbieder,gemeente,client,product,begindatum,einddatum,volume,eenheid"
        for clients, providers in ((200, 1), (200, COUNT), (COUNT, COUNT)):
            rows = [f"D{i:06},1,2020-02-{i * 28 // COUNT + 1:02},{'A' * 20}{i * providers // COUNT:05},G,c{source.randint(1, clients)},"
                    f"logeren,2020-01-06,2020-01-08,{source.randint(1, 4)},etmaal" for i in range(COUNT)]
            rows[6000] = rows[6000].replace("logeren", "logere")
            for order in (rows, source.sample(rows, COUNT)):
                self.file("lines.csv", lines(*order, header=header))
                out, errors, _ = self.same("--on-error", "reject", contract=str(DATA / "tellers.bdg"))
                self.assertEqual(len(out.splitlines()), COUNT + 1)
                self.assertEqual(len(errors.splitlines()), 1)
                out, errors, _ = self.same(status=1, contract=str(DATA / "tellers.bdg"))
                self.assertEqual(len(errors.splitlines()), 1)

    def test_what_is_no_number_of_threads(self):
        self.file("lines.csv", lines(hulp_line()))
        for value in ("0", "257", "-1", "twee", "", "2x", "99999999999999999999"):
            done = self.beding("run", HULP, "--lines", "lines.csv", "--threads", value, status=2)
            self.assertIn("--threads", done.stderr)


if __name__ == "__main__":
    unittest.main()
