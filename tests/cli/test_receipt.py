#!/usr/bin/env python3
"""`run --receipt` and `verify-receipt`: a receipt holds elsewhere too, and every byte that changes is named."""
import hashlib
import json
import os
import pathlib
import shutil
import unittest

from command import CommandTest, DATA, HULP, ROOT, hulp_line, lines
from json_schema import Validator, parse

SCHEMAS = {name: parse((ROOT / "docs" / "schemas" / f"{name}.json").read_text(encoding="utf-8")) for name in ("receipt", "verification")}
PEEL = ROOT / "contracts" / "peel-kortdurend-verblijf"
PEEL_OPTIONS = ["--allocations", "allocations.csv", "--starts", "starts.csv", "--stops", "stops.csv", "--records", "verblijf=records-verblijf.csv",
                "--params", "params.csv"]
SERIES_CONTRACT = ROOT / "contracts" / "leiden-beschermd-wonen"
COUNTING = "declaratienummer,regelnummer,dagtekening,aanbieder,gemeente,client,product,begindatum,einddatum,volume,eenheid"


class ReceiptTest(CommandTest):
    def valid(self, name, text):
        answer = parse(text)
        self.assertEqual(Validator(SCHEMAS[name]).complaints(answer), [])
        return answer

    def make(self, *arguments, out="out.csv", receipt="r.json", **more):
        self.beding("run", *arguments, *(["--out", out] if out else []), "--receipt", receipt, **more)
        return self.valid("receipt", (self.folder / receipt).read_text(encoding="utf-8"))

    def verify(self, *options, receipt="r.json", status=0):
        return self.beding("verify-receipt", receipt, *options, status=status)

    def change(self, name, at=-2):
        """Another byte in a file; what was there comes back."""
        path = self.folder / name
        before = path.read_bytes()
        after = bytearray(before)
        after[int(at * len(after)) if isinstance(at, float) else at] ^= 1
        path.write_bytes(after)
        return lambda: path.write_bytes(before)


class Whole(ReceiptTest):
    def setUp(self):
        super().setUp()
        self.file("lines.csv", lines(hulp_line(), hulp_line(regelnummer="2", dagtekening="2020-06-01"), hulp_line(regelnummer="3", akkoord="nee")))

    def test_made_and_verified(self):
        answer = self.make(HULP, "--lines", "lines.csv")
        self.assertEqual((answer["totals"]["lines"], answer["totals"]["approved_cents"], answer["totals"]["rules"]), (3, 3000, {"te_laat": 1, "wacht_op_akkoord": 1}))
        self.assertEqual(answer["output"]["bytes"], (self.folder / "out.csv").stat().st_size)
        self.assertIn("bevestigd, 3 regels", self.verify().stdout)
        self.assertIn("confirmed, 3 lines", self.verify("--lang", "en").stdout)
        self.assertEqual(self.valid("verification", self.verify("--json").stdout)["confirmed"], True)

    def test_the_same_run_gives_the_same_receipt(self):
        self.make(HULP, "--lines", "lines.csv")
        first = (self.folder / "r.json").read_bytes()
        self.make(HULP, "--lines", "lines.csv", "--threads", "1")
        self.assertEqual((self.folder / "r.json").read_bytes(), first)

    def test_one_line(self):
        self.file("lines.csv", lines(hulp_line()))
        self.make(HULP, "--lines", "lines.csv")
        self.assertEqual(self.verify().stdout, "r.json: bevestigd, 1 regel; `out.csv` is wat de run gaf\n")
        self.assertEqual(self.verify("--lang", "en").stdout, "r.json: confirmed, 1 line; `out.csv` is what the run gave\n")

    def test_to_standard_output_and_as_json_lines(self):
        done = self.beding("run", HULP, "--lines", "lines.csv", "--receipt", "r.json")
        answer = self.valid("receipt", (self.folder / "r.json").read_text(encoding="utf-8"))
        self.assertEqual((answer["output"]["file"], answer["output"]["bytes"]), (None, len(done.stdout.encode())))
        self.assertIn("Er is geen bestand met besluiten vergeleken: de run schreef naar standaarduitvoer.", self.verify().stdout)
        self.assertEqual(self.valid("verification", self.verify("--json").stdout)["decisions"], "stdout")
        self.file("bewaard.csv", done.stdout)
        self.assertIn("`bewaard.csv` is wat de run gaf", self.verify("--out", "bewaard.csv").stdout)
        self.assertEqual(self.make(HULP, "--lines", "lines.csv", out="o.jsonl")["output"]["format"], "jsonl")
        self.verify()

    def test_options_are_kept(self):
        self.file("l.csv", lines(hulp_line(), hulp_line(volume="drie")).replace(",", ";"))
        answer = self.make(HULP, "--lines", "l.csv", "--separator", ";", "--on-error", "reject", "--as-of", "2021-01-01")
        self.assertEqual(answer["options"], {"separator": ";", "on_error": "reject", "as_of": "2021-01-01"})
        self.verify()

    def test_standard_input_is_refused(self):
        done = self.beding("run", HULP, "--lines", "-", "--receipt", "r.json", stdin=lines(hulp_line()), status=2)
        self.assertIn("standaardinvoer", done.stderr)
        self.assertFalse((self.folder / "r.json").exists())

    def test_a_run_that_ends_leaves_no_receipt(self):
        self.file("l.csv", lines(hulp_line(volume="drie")))
        self.beding("run", HULP, "--lines", "l.csv", "--out", "o.csv", "--receipt", "r.json", status=1)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["l.csv", "lines.csv"])

    def test_nothing_is_left_behind(self):
        self.make(HULP, "--lines", "lines.csv")
        (self.folder / "tmp").mkdir()
        self.beding("verify-receipt", "r.json", environment={"TMPDIR": str(self.folder / "tmp")})
        self.assertEqual(list((self.folder / "tmp").iterdir()), [])

    def test_what_is_no_receipt(self):
        for content in ("", "{", "[]", "{}", '{"schema": "beding.summary/1"}', '{"schema": "beding.receipt/2"}', '{"schema": "beding.receipt/1"}',
                        '{"schema": "beding.receipt/1", "module": {"file": "a", "files": []}, "inputs": []}',
                        '{"schema": "beding.receipt/1", "module": {"file": "a", "files": []}, "inputs": [{"option": "--no", "file": "x"}]}',
                        '{"schema": "beding.receipt/1", "module": {"file": "a", "files": [1]}, "inputs": [2]}'):
            self.file("r.json", content)
            self.assertIn("geen bewijs", self.verify(status=1).stderr)
        for content, said in (("", "geen geldige JSON: hier hoort een waarde (byte 1)"), ('{"schema": "beding.receipt/2"}', "kent: beding.receipt/2"),
                              ('{"schema": "beding.receipt/1", "library_version": "0"}', "`module` ontbreekt of klopt niet"), (b'{"\xff": 1}', "geen UTF-8")):
            self.file("r.json", content)
            self.assertIn(said, self.verify(status=1).stderr)
        self.verify(receipt="niets.json", status=3)


class Elsewhere(ReceiptTest):
    def test_another_folder_and_another_place_to_stand(self):
        (self.folder / "a" / "in").mkdir(parents=True)
        (self.folder / "a" / "uit").mkdir()
        shutil.copy(HULP, self.folder / "a" / "in" / "hulp.bdg")
        self.file("a/in/lines.csv", lines(hulp_line()))
        answer = self.make("a/in/hulp.bdg", "--lines", "a/in/lines.csv", out="a/uit/o.csv", receipt="a/uit/r.json")
        self.assertEqual(answer["inputs"][0]["file"], "../in/lines.csv")
        self.assertEqual(answer["output"]["file"], "o.csv")
        (self.folder / "a").rename(self.folder / "elders")
        self.verify(receipt="elders/uit/r.json")
        self.verify(receipt=str(self.folder / "elders" / "uit" / "r.json"))
        (self.folder / "elders" / "in" / "lines.csv").rename(self.folder / "regels.csv")
        self.assertIn("lines.csv", self.verify(receipt="elders/uit/r.json", status=3).stderr)
        self.assertIn("`elders/uit/o.csv` is wat de run gaf", self.verify("--lines", "regels.csv", receipt="elders/uit/r.json").stdout)

    def test_another_build(self):
        """The version is no part of what must be the same, and with it what it compiles a text to."""
        self.file("lines.csv", lines(hulp_line()))
        module = self.make(HULP, "--lines", "lines.csv")["module"]["sha256"]
        text = (self.folder / "r.json").read_text(encoding="utf-8")
        self.file("r.json", text.replace(module, "0" * 64))
        self.assertIn("`module.sha256` is", self.verify(status=1).stderr)
        other = text.replace('"library_version": "', '"library_version": "9')
        self.file("r.json", other)
        self.assertIn("waarschuwing: het bewijs is van versie 9", self.verify().stderr)
        self.file("r.json", other.replace(module, "0" * 64))
        self.verify()
        self.beding("build", HULP, "-o", "m.bdc")
        module = self.make("m.bdc", "--lines", "lines.csv")["module"]["sha256"]
        self.file("r.json", (self.folder / "r.json").read_text(encoding="utf-8").replace('"library_version": "', '"library_version": "9').replace(
            f'"version": "2",\n    "sha256": "{module}"', f'"version": "2",\n    "sha256": "{"0" * 64}"'))
        self.assertIn("`module.sha256` is", self.verify(status=1).stderr)


class EveryByte(ReceiptTest):
    def expect_named(self, name, receipt="r.json"):
        for at in (0, 0.5, -1):
            put_back = self.change(name, at)
            done = self.verify("--json", receipt=receipt, status=1)
            answer = self.valid("verification", done.stdout)
            self.assertEqual((answer["confirmed"], answer["difference"]["what"]), (False, name))
            self.assertIn(f"`{name}` is niet het", done.stderr)
            put_back()

    def test_every_side_file_and_every_text(self):
        for path in PEEL.iterdir():
            shutil.copy(path, self.folder)
        self.make("overeenkomst.bdg.md", "--lines", "lines.csv", *self.options(), "--on-error", "reject")
        answer = parse((self.folder / "r.json").read_text(encoding="utf-8"))
        files = [each["file"] for each in answer["inputs"] + answer["module"]["files"]]
        self.assertGreater(len(files), 10)
        for name in files:
            self.expect_named(name)
        self.verify()

    def options(self):
        return [*PEEL_OPTIONS, *(word for path in sorted(PEEL.glob("records-*.csv")) if path.stem != "records-verblijf" and self.is_declared(path)
                                 for word in ("--records", f"{path.stem[8:]}={path.name}"))]

    def is_declared(self, path):
        described = json.loads(self.beding("describe", "overeenkomst.bdg.md", "--json").stdout)
        return path.stem[8:] in [each["name"] for each in described["lists"]]

    def test_a_module_and_a_series(self):
        for name in ("lines.csv", "series.csv"):
            shutil.copy(SERIES_CONTRACT / name, self.folder)
        self.beding("build", SERIES_CONTRACT, "-o", "m.bdc")
        self.make("m.bdc", "--lines", "lines.csv", "--series", "series.csv")
        for name in ("m.bdc", "lines.csv", "series.csv"):
            self.expect_named(name)
        self.verify()

    def test_the_receipt_itself(self):
        self.file("lines.csv", lines(hulp_line(), hulp_line(regelnummer="2")))
        self.make(HULP, "--lines", "lines.csv")
        text = (self.folder / "r.json").read_text()
        for old, new, field in (('"approved": 2', '"approved": 1', "totals.approved"), ('"approved_cents": 6000', '"approved_cents": 6001', "totals.approved_cents"),
                                ('"version": "2"', '"version": "3"', "module.version"), ('"rules": {}', '"rules": {"te_laat": 1}', "totals.rules.te_laat"),
                                ('"bytes": ', '"bytes": 1', "module.files[0].bytes"),
                                ('"title": "Verzonnen hulp"', '"title": null', "module.title")):
            self.assertIn(old, text)
            self.file("r.json", text.replace(old, new))
            done = self.verify(status=1)
            self.assertIn(f"`{field}` is", done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1)  # the decisions are what they were: no row is named

    def test_a_byte_of_each_row_of_the_receipt(self):
        """None is passed over in silence but the place of a file: then the file is not found, or not compared."""
        self.file("lines.csv", lines(hulp_line(), hulp_line(regelnummer="2", akkoord="nee")))
        self.make(HULP, "--lines", "lines.csv")
        before = (self.folder / "r.json").read_bytes()
        at = 0
        for row in before.splitlines(keepends=True):
            for byte in {at + len(row) - len(row.lstrip()), at + len(row) - 3} if len(row) > 3 else ():
                changed = bytearray(before)
                changed[byte] ^= 1
                self.file("r.json", bytes(changed))
                done = self.verify(status=None)
                quiet = done.returncode == 0 and "van versie" not in done.stderr
                self.assertTrue(not quiet or b"out.csv" in row and "niet vergeleken" in done.stdout, (row, done.stdout, done.stderr))
            at += len(row)

    def test_the_first_row_that_differs(self):
        """Decisions that another program made: the receipt fits them, the run does not."""
        self.file("lines.csv", lines(hulp_line(), hulp_line(regelnummer="2")))
        self.make(HULP, "--lines", "lines.csv")
        rows = (self.folder / "out.csv").read_text().replace("D1,2,goedgekeurd", "D1,2,goedgekeurt")
        before = json.loads((self.folder / "r.json").read_text())["output"]["sha256"]
        self.file("out.csv", rows)
        after = hashlib.sha256(rows.encode()).hexdigest()
        self.file("r.json", (self.folder / "r.json").read_text().replace(before, after))
        done = self.verify(status=1)
        self.assertIn("`output.sha256`", done.stderr)
        self.assertIn("out.csv:3: fout: eerste rij die anders is: hier `D1,2,goedgekeurt,30.00,,`, uit de run `D1,2,goedgekeurd,30.00,,`", done.stderr)


class Decisions(ReceiptTest):
    """The file of decisions that was kept is compared too: a run that gives the same again says nothing about a file that was changed since."""

    def expect(self, said, *options, row=None, name="out.csv"):
        done = self.verify("--json", *options, status=1)
        answer = self.valid("verification", done.stdout)
        self.assertEqual((answer["confirmed"], answer["decisions"], answer["difference"]["what"]), (False, "different", name))
        self.assertIn(f"`{name}` is niet wat de run gaf", done.stderr)
        self.assertIn(f"{name}:{row}: fout: {said}", done.stderr)

    def setUp(self):
        super().setUp()
        self.file("lines.csv", lines(*(hulp_line(regelnummer=str(i), dagtekening="2020-06-01" if i % 3 == 0 else "2020-02-01") for i in range(1, 41))))
        self.make(HULP, "--lines", "lines.csv")
        self.rows = (self.folder / "out.csv").read_text(encoding="utf-8")

    def test_a_row_of_csv(self):
        self.file("out.csv", self.rows.replace("D1,27,afgekeurd,0.00,", "D1,27,goedgekeurd,99999.00,"))
        self.expect("eerste rij die anders is: hier `D1,27,goedgekeurd,99999.00,", row=28)

    def test_a_row_of_json_lines(self):
        self.make(HULP, "--lines", "lines.csv", out="o.jsonl")
        rows = (self.folder / "o.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
        rows[8] = rows[8].replace('"afgekeurd"', '"goedgekeurd"')
        self.file("o.jsonl", "".join(rows))
        self.expect("eerste rij die anders is: hier `{", row=9, name="o.jsonl")

    def test_too_short_too_long_and_other_ends_of_lines(self):
        rows = self.rows.splitlines(keepends=True)
        self.file("out.csv", "".join(rows[:20]))
        self.expect(f"hier houdt dit bestand op; uit de run volgt nog `{rows[20].strip()}`", row=21)
        self.file("out.csv", "")
        self.expect("hier houdt dit bestand op", row=1)
        self.file("out.csv", self.rows + "D1,41,goedgekeurd,30.00,,\n")
        self.expect("hier houdt de uitvoer van de run op; in dit bestand volgt nog `D1,41,goedgekeurd,30.00,,`", row=42)
        self.file("out.csv", self.rows.replace("\n", "\r\n"))
        self.expect("deze rij is dezelfde als die uit de run, maar eindigt met andere tekens", row=1)
        self.file("out.csv", self.rows[:-1])
        self.expect("deze rij is dezelfde als die uit de run, maar eindigt met andere tekens", row=41)
        self.file("out.csv", self.rows[:-1] + "x" * 200_000 + "\n")
        self.expect("eerste rij die anders is: hier `", row=41)

    def test_every_byte(self):
        for at in range(0, len(self.rows), 37):
            put_back = self.change("out.csv", at)
            self.expect("", row=self.rows[:at].count("\n") + 1)
            put_back()
        self.verify()

    def test_gone_and_elsewhere(self):
        (self.folder / "out.csv").rename(self.folder / "elders.csv")
        done = self.verify()
        self.assertIn("r.json: bevestigd, 40 regels, uitvoer ", done.stdout)
        self.assertIn("Het bestand met besluiten is niet vergeleken: `out.csv` is er niet. Staat het elders, geef het dan met `--out`.", done.stdout)
        self.assertEqual(self.valid("verification", self.verify("--json").stdout)["decisions"], "not_there")
        self.assertIn("`elders.csv` is wat de run gaf", self.verify("--out", "elders.csv").stdout)
        self.assertIn("kan `nergens.csv` niet lezen", self.verify("--out", "nergens.csv", status=3).stderr)
        self.file("elders.csv", self.rows.replace("D1,2,", "D2,2,"))
        self.expect("eerste rij die anders is: hier `D2,2,", "--out", "elders.csv", row=3, name="elders.csv")

    def test_a_device(self):
        self.make(HULP, "--lines", "lines.csv", out="/dev/null")
        self.assertIn("niet vergeleken", self.verify().stdout)


class Readings(ReceiptTest):
    def test_a_reading_of_the_run_holds(self):
        text = pathlib.Path(HULP).read_text(encoding="utf-8")
        reading = 'lezing grens "Hoeveel?" = dertig | achtentwintig  gekozen achtentwintig  omdat "zo is het"  bron "Artikel 9" uit document hoofd\n'
        self.file("h.bdg", text.replace("regel hoogstens_28", reading + "regel hoogstens_28").replace("tot 28 dagen", "tot als grens is dertig dan 30 dagen anders 28 dagen"))
        self.file("lines.csv", lines(hulp_line(volume="30")))
        answer = self.make("h.bdg", "--lines", "lines.csv", "--reading", "grens=dertig")
        self.assertEqual(answer["readings"], [{"name": "grens", "alternative": "dertig", "chosen": "achtentwintig"}])
        self.assertEqual(answer["totals"]["approved_cents"], 30000)
        self.verify()


class Ledgers(ReceiptTest):
    def setUp(self):
        super().setUp()
        for month in (1, 2):
            rows = [f"D{month}{i},1,2020-0{month + 1}-01,A,0546,C{i % 3},logeren,2020-0{month}-{i * 3 + 1:02},2020-0{month}-{i * 3 + 2:02},2,etmaal" for i in range(8)]
            self.file(f"lines{month}.csv", lines(*rows, header=COUNTING))

    def test_a_new_ledger_and_the_next_month(self):
        module = str(DATA / "tellers.bdg")
        first = self.make(module, "--lines", "lines1.csv", "--ledger", "l.db", receipt="r1.json", out="o1.csv")
        self.assertIsNone(first["inputs"][-1]["sha256"])
        shutil.copy(self.folder / "l.db", self.folder / "voor.db")
        self.make(module, "--lines", "lines2.csv", "--ledger", "l.db", receipt="r2.json", out="o2.csv")
        content = (self.folder / "l.db").read_bytes()
        self.assertNotIn("is nieuw", self.verify(receipt="r1.json").stderr)
        done = self.verify(receipt="r2.json", status=1)
        self.assertIn("grootboek van voor de run", done.stderr)
        self.verify("--ledger", "voor.db", receipt="r2.json")
        self.assertEqual((self.folder / "l.db").read_bytes(), content)
        os.remove(self.folder / "l.db")
        self.verify(receipt="r1.json")


if __name__ == "__main__":
    unittest.main()
