#!/usr/bin/env python3
"""`beding run`: CSV and JSON Lines in and out, malformed cells, what happens at an error, the summary."""
import json
import unittest

from command import CommandTest, HEADER, HULP, hulp_line, lines


class Decisions(CommandTest):
    def test_the_five_columns(self):
        done = self.run_lines(lines(hulp_line(), hulp_line(regelnummer="2", dagtekening="2020-06-01")))
        self.assertEqual(done.stdout.splitlines()[0], "declaratienummer,regelnummer,besluit,bedrag_toegekend,redenen,regels")
        self.assertEqual(done.rows, ["D1,1,goedgekeurd,30.00,,", "D1,2,afgekeurd,0.00,9321,te_laat"])

    def test_cap_and_suspension(self):
        done = self.run_lines(lines(hulp_line(volume="30"), hulp_line(akkoord="nee"), hulp_line(akkoord="ja")))
        self.assertEqual(done.rows, ["D1,1,goedgekeurd,280.00,hoogstens_28,hoogstens_28",
                                     "D1,1,aangehouden,0.00,wacht_op_akkoord,wacht_op_akkoord", "D1,1,goedgekeurd,30.00,,"])

    def test_product_and_unit_by_code(self):
        done = self.run_lines(lines(hulp_line(product="02A06", eenheid="01", volume="465", zwaarte="")))
        self.assertEqual(done.rows, ["D1,1,goedgekeurd,390.60,,"])

    def test_two_reasons_with_semicolons(self):
        late = hulp_line(dagtekening="2020-06-01", bedrag="1.00")
        self.assertEqual(self.run_lines(lines(late)).rows, ["D1,1,afgekeurd,0.00,9321;bedrag_onjuist,te_laat;bedrag_onjuist"])
        done = self.run_lines(lines(late).replace(",", ";"), "--separator", ";")
        self.assertEqual(done.rows, ['D1;1;afgekeurd;0.00;"9321;bedrag_onjuist";"te_laat;bedrag_onjuist"'])

    def test_a_number_beyond_the_scale_is_decided_exactly(self):
        # 0.0000001 cent too much is not the amount that was computed.
        done = self.run_lines(lines(hulp_line(bedrag="30.000000001"), hulp_line(bedrag="30.000000000000000000")))
        self.assertEqual(done.rows, ["D1,1,afgekeurd,0.00,bedrag_onjuist,bedrag_onjuist", "D1,1,goedgekeurd,30.00,,"])

    def test_many_batches_keep_their_order(self):
        rows = [hulp_line(regelnummer=str(i), volume=str(i % 28 + 1)) for i in range(5000)]
        done = self.run_lines(lines(*rows))
        self.assertEqual(done.rows, [f"D1,{i},goedgekeurd,{(i % 28 + 1) * 10}.00,," for i in range(5000)])


class LaterNames(CommandTest):
    """A name that the first row of JSON Lines lacks counts in the rows that have it."""

    def rows(self, *rows, **more):
        first = {key: value for key, value in zip(HEADER.split(","), hulp_line(product="hulp", eenheid="uur", zwaarte="").split(",")) if value}
        return self.run_lines("".join(json.dumps({**first, **row}) + "\n" for row in ({}, *rows)), name="l.jsonl", **more)

    def test_an_optional_column(self):
        done = self.rows({"product": "opvang", "eenheid": "dag", "zwaarte": "zwaar"}, {"akkoord": "nee"})
        self.assertEqual([json.loads(row)["besluit"] for row in done.stdout.splitlines()], ["goedgekeurd", "goedgekeurd", "aangehouden"])

    def test_a_credit(self):
        self.assertIn("debet_credit", self.rows({"debet_credit": "C"}, status=1).stderr)


class Csv(CommandTest):
    def expect_one(self, content, *options):
        self.assertEqual([row.replace(";", ",") for row in self.run_lines(content, *options).rows], ["D1,1,goedgekeurd,30.00,,"])

    def test_forms(self):
        plain = lines(hulp_line())
        self.expect_one(plain)
        self.expect_one(plain.replace("\n", "\r\n"))
        self.expect_one(plain.rstrip("\n"))
        self.expect_one("\ufeff" + plain)
        self.expect_one(plain + "\n\n")
        self.expect_one(plain.replace(",", ";"), "--separator=;")
        self.expect_one(plain.replace("opvang", '"opvang"').replace("D1,", '"D1",'))
        self.expect_one(plain.replace("licht,", '"licht",').replace("\n", "\r\n"))

    def test_columns_in_any_order(self):
        names, cells = HEADER.split(","), hulp_line().split(",")
        self.expect_one(",".join(reversed(names)) + "\n" + ",".join(reversed(cells)) + "\n")

    def test_quotes_survive(self):
        done = self.run_lines(lines(hulp_line(declaratienummer='"D ""1"", een"'), hulp_line(declaratienummer='"D\n2"')))
        self.assertIn('"D ""1"", een",1,goedgekeurd,30.00,,', done.stdout)
        self.assertIn('"D\n2",1,goedgekeurd,30.00,,', done.stdout)

    def test_quoted_cell_over_the_buffer_edge(self):
        filler = [hulp_line(declaratienummer='"' + "x" * 300 + '""\n"') for _ in range(4000)]
        done = self.run_lines(lines(*filler))
        self.assertEqual(done.stdout.count("goedgekeurd,30.00"), 4000)

    def test_standard_input_and_output(self):
        done = self.beding("run", HULP, "--lines", "-", "--out", "-", stdin=lines(hulp_line()))
        self.assertIn("D1,1,goedgekeurd,30.00,,", done.stdout)

    def test_structure(self):
        for content, words in [
            (lines(hulp_line() + ",9"), "17 cellen, de kopregel 16"),
            (lines("D1,1"), "2 cellen, de kopregel 16"),
            (lines(hulp_line(client='x"y')), "aanhalingsteken midden in een cel"),
            (lines(hulp_line(client='"x')), "eindigt niet"),
            (lines(hulp_line(client='"x"y')), "aanhalingsteken midden in een cel"),
            ("", "er is geen kopregel"),
            (lines(hulp_line()).replace("gemeente", "client"), "twee keer"),
        ]:
            with self.subTest(words):
                done = self.run_lines(content, status=1)
                self.assertIn(words, done.stderr)
                self.assertIn("lines.csv:", done.stderr)

    def test_not_utf8(self):
        path = self.file("lines.csv", lines(hulp_line(client="X")).encode().replace(b"X", b"\xff"))
        self.assertIn("geen UTF-8", self.beding("run", HULP, "--lines", path, status=1).stderr)

    def test_unknown_columns_are_said_once(self):
        content = lines(hulp_line() + ",x,y", hulp_line() + ",x,y", header=HEADER + ",kleur,maat")
        done = self.run_lines(content)
        self.assertEqual(done.stderr.count("kleur, maat"), 1)
        self.assertNotIn("gemeente", done.stderr)

    def test_missing_column_is_named(self):
        content = lines(hulp_line().replace(",dag,", ","), header=HEADER.replace("eenheid,", ""))
        done = self.run_lines(content, status=1)
        self.assertIn("kolom `eenheid` ontbreekt", done.stderr)
        self.assertEqual(done.stdout, "")


class MalformedCells(CommandTest):
    CASES = [
        ({"volume": '"12,5"'}, "kolom `volume`, cel `12,5`", "12.5"),
        ({"volume": "1e3"}, "cel `1e3`", "geen getal"),
        ({"volume": "+3"}, "cel `+3`", "geen getal"),
        ({"volume": "3."}, "cel `3.`", "geen getal"),
        ({"volume": ".5"}, "cel `.5`", "geen getal"),
        ({"volume": ""}, "kolom `volume`", "niet leeg"),
        ({"begindatum": "2020-02-30"}, "kolom `begindatum`, cel `2020-02-30`", "bestaat niet"),
        ({"begindatum": "2020-1-5"}, "cel `2020-1-5`", "geen datum"),
        ({"begindatum": "01-02-2020"}, "cel `01-02-2020`", "geen datum"),
        ({"zwaarte": "zwar"}, "kolom `zwaarte`, cel `zwar`", "bedoelde u `zwaar`?"),
        ({"zwaarte": "q"}, "kolom `zwaarte`, cel `q`", "onbekend in `zwaarte`"),
        ({"product": "opvamg"}, "kolom `product`", "bedoelde u `opvang`?"),
        ({"akkoord": "true"}, "kolom `akkoord`, cel `true`", "geen `ja` of `nee`"),
    ]

    def test_each_stops_the_run(self):
        for cells, *words in self.CASES:
            with self.subTest(cells):
                out = self.folder / "out.csv"
                done = self.run_lines(lines(hulp_line(), hulp_line(**cells)), "--out", out, status=1)
                self.assertIn("lines.csv:3: fout:", done.stderr)
                for word in words:
                    self.assertIn(word, done.stderr)
                self.assertFalse(out.exists())
                self.assertEqual([path.name for path in self.folder.iterdir()], ["lines.csv"])

    def test_rows_before_it_stand_on_stdout(self):
        done = self.run_lines(lines(hulp_line(), hulp_line(volume="x"), hulp_line()), status=1)
        self.assertEqual(done.rows, ["D1,1,goedgekeurd,30.00,,"])

    def test_reject(self):
        for cells, *words in self.CASES:
            with self.subTest(cells):
                content = lines(hulp_line(), hulp_line(regelnummer="2", **cells), hulp_line(regelnummer="3"))
                done = self.run_lines(content, "--on-error", "reject")
                self.assertEqual(done.rows, ["D1,1,goedgekeurd,30.00,,", "D1,2,afgekeurd,0.00,cel_ongeldig,",
                                             "D1,3,goedgekeurd,30.00,,"])
                self.assertIn(words[0], done.stderr)

    def test_credit_lines_are_not_paid(self):
        # Deciding a credit as a debit would pay it a second time.
        plain = lines(hulp_line())
        header, row = plain.splitlines()
        for cell, status in (("D", 0), ("", 0), ("C", 1), ("X", 1)):
            done = self.run_lines(f"{header},debet_credit\n{row},{cell}\n", status=status)
            self.assertEqual(done.rows[:1], ["D1,1,goedgekeurd,30.00,,"] if status == 0 else [], cell)
            self.assertIn({"C": "vorige_declaratie", "X": "credit"}.get(cell, ""), done.stderr)
        done = self.run_lines(f"{header},debet_credit,vorige_declaratie,vorige_regel\n{row},C,,\n", "--on-error", "reject")
        self.assertEqual(done.rows, ["D1,1,afgekeurd,0.00,cel_ongeldig,"])
        done = self.run_lines(f"{header},debet_credit,vorige_declaratie,vorige_regel\n{row},C,D0,1\n")
        self.assertEqual(done.rows, ["D1,1,afgekeurd,0.00,credit_onbekend,credit_onbekend"])

    def test_english(self):
        done = self.run_lines(lines(hulp_line(volume='"12,5"')), "--lang", "en", status=1)
        self.assertIn("lines.csv:2: error: column `volume`, cell `12,5`: not a number; decimals follow a dot: `12.5`", done.stderr)


class JsonLines(CommandTest):
    def row(self, **members):
        row = dict(zip(HEADER.split(","), hulp_line().split(",")))
        row = {name: value if value else None for name, value in row.items()}
        row.update(members)
        return row

    def decide(self, *rows, status=0):
        content = "".join(json.dumps(row) + "\n" for row in rows)
        return self.run_lines(content, "--out", self.folder / "o.csv", status=status, name="lines.jsonl")

    def result(self):
        return (self.folder / "o.csv").read_text().splitlines()[1:]

    def test_the_same_as_csv(self):
        csv = [hulp_line(regelnummer=str(i), volume=str(i % 40), bedrag=f"{i % 28 * 10}.00") for i in range(1, 400)]
        names = HEADER.split(",")
        numbers = {"regelnummer", "volume", "bedrag"}
        rows = []
        for line in csv:
            pairs = zip(names, line.split(","))
            rows.append("{" + ", ".join(
                f'"{name}": ' + ("null" if cell == "" else cell if name in numbers else f'"{cell}"') for name, cell in pairs) + "}")
        expected = self.run_lines(lines(*csv)).rows
        self.run_lines("\n".join(rows) + "\n", "--out", self.folder / "o.csv", name="lines.jsonl")
        self.assertEqual(self.result(), expected)

    def test_numbers_stay_decimal(self):
        text = json.dumps(self.row()).replace('"volume": "3"', '"volume": 3, "bedrag": 30.000000000000000000000001')
        self.run_lines(text.replace('"bedrag": null, ', "") + "\n", "--out", self.folder / "o.csv", name="lines.jsonl")
        self.assertEqual(self.result(), ["D1,1,afgekeurd,0.00,bedrag_onjuist,bedrag_onjuist"])

    def test_booleans_and_escapes(self):
        self.decide(self.row(akkoord=True), self.row(akkoord=False), self.row(declaratienummer="D\u00e9\"1"))
        self.assertEqual(self.result(), ["D1,1,goedgekeurd,30.00,,", "D1,1,aangehouden,0.00,wacht_op_akkoord,wacht_op_akkoord",
                                         '"D\u00e9""1",1,goedgekeurd,30.00,,'])

    def test_output(self):
        path = self.file("lines.jsonl", json.dumps(self.row()) + "\n")
        done = self.beding("run", HULP, "--lines", path)
        self.assertEqual(json.loads(done.stdout), {"declaratienummer": "D1", "regelnummer": "1", "besluit": "goedgekeurd",
                                                   "bedrag_toegekend": 30.0, "redenen": "", "regels": ""})

    def test_malformed(self):
        good = json.dumps(self.row())
        for text in ["{", "[]", good[:-1], good + "x", good.replace("null", "nul"), good.replace('"3"', "03"), good.replace('"3"', "3."),
                     good.replace("D1", "\\x"), good.replace("D1", "\\ud800"), good.replace('"client"', '"product"'),
                     good.replace('"3"', "1" + "[" * 100), '{"a": 1,}']:
            with self.subTest(text[:60]):
                done = self.run_lines(good + "\n" + text + "\n", status=1, name="lines.jsonl")
                self.assertIn("lines.jsonl:2: fout:", done.stderr)

    def test_a_nested_value_is_no_cell(self):
        self.assertIn("kolom `volume`", self.decide(self.row(volume={"waarde": 3}), status=1).stderr)


class Files(CommandTest):
    def test_out_replaces_only_on_success(self):
        out = self.file("out.csv", "oud")
        self.run_lines(lines(hulp_line(volume="x")), "--out", out, status=1)
        self.assertEqual((self.folder / "out.csv").read_text(), "oud")
        self.run_lines(lines(hulp_line()), "--out", out)
        self.assertIn("goedgekeurd", (self.folder / "out.csv").read_text())

    def test_missing_files(self):
        self.beding("run", HULP, "--lines", "nergens.csv", status=3)
        self.beding("run", "nergens.bdg", "--lines", "nergens.csv", status=3)
        self.beding("run", "nergens.bdc", "--lines", "nergens.csv", status=3)
        path = self.file("lines.csv", lines(hulp_line()))
        self.beding("run", HULP, "--lines", path, "--out", "geen/map/o.csv", status=3)
        self.beding("run", HULP, "--lines", str(self.folder), status=3)

    def test_full_device(self):
        path = self.file("lines.csv", lines(hulp_line()))
        self.beding("run", HULP, "--lines", path, "--out", "/dev/full", status=3)

    def test_summary(self):
        content = lines(hulp_line(), hulp_line(dagtekening="2020-06-01"), hulp_line(akkoord="nee"), hulp_line(volume="x"),
                        header=HEADER)
        done = self.run_lines(content, "--on-error=reject", "--summary", "s.json", "--out", "o.csv")
        summary = json.loads((self.folder / "s.json").read_text())
        self.assertEqual((summary["lines"], summary["approved"], summary["rejected"], summary["suspended"], summary["malformed"]),
                         (4, 1, 2, 1, 1))
        self.assertEqual(summary["approved_cents"], 3000)
        self.assertEqual(summary["rules"]["te_laat"], 1)
        self.assertEqual(summary["name"], "hulp")
        self.assertEqual(len(summary["module_sha256"]), 64)
        self.assertNotIn("redenen", done.stderr)

    def test_summary_for_people(self):
        rows = [hulp_line(zwaarte="zwaar", volume="28") for _ in range(1500)]
        self.assertIn("€ 1.281.000,00", self.run_lines(lines(*rows)).stderr)
        done = self.run_lines(lines(*rows), "--lang", "en")
        self.assertIn("€1,281,000.00", done.stderr)
        self.assertIn("1,500", done.stderr)


if __name__ == "__main__":
    unittest.main()
