#!/usr/bin/env python3
"""Joins: allocations, start and stop messages, lists, the other lines of a declaration, extern tables."""
import unittest

from command import CommandTest, KOPPELING

LINE_HEADER = "declaratienummer,regelnummer,dagtekening,aanbieder,client,toewijzingnummer,product,begindatum,einddatum,volume,eenheid"
INLINE = "toewijzing_volume,toewijzing_eenheid,start_begindatum,stop_einddatum"
ALLOCATIONS = "toewijzingnummer,toewijzingsdatum,client,aanbieder,gemeente,product,ingangsdatum,einddatum,volume,eenheid,frequentie"
PARAMS = "naam,geldig_vanaf,sleutel1,waarde\nplafond,2020-01-01,A,10\nplafond,2020-01-01,B,2\n"


def line(number="1", declaration="D1", signed="2020-03-01", provider="A", client="C1", allocation="T1", begin="2020-01-06",
         end="2020-01-08", volume="3"):
    return ",".join([declaration, number, signed, provider, client, allocation, "opvang", begin, end, volume, "dag"])


def allocation(number="T1", date="2020-01-01", volume="10"):
    return f"{number},{date},C1,A,0546,opvang,2020-01-01,2020-12-31,{volume},dag,1"


class Joins(CommandTest):
    def decide(self, rows, allocations=(allocation(),), starts=("T1,2020-01-01,2020-01-02",), stops=(), absences=(), status=0,
               params=PARAMS, start_header="toewijzingnummer,begindatum,verzonden", on_error="stop"):
        options = ["--lines", self.file("lines.csv", "\n".join([LINE_HEADER, *rows]) + "\n"),
                   "--allocations", self.file("a.csv", "\n".join([ALLOCATIONS, *allocations]) + "\n"),
                   "--starts", self.file("s.csv", "\n".join([start_header, *starts]) + "\n"),
                   "--stops", self.file("e.csv", "\n".join(["toewijzingnummer,einddatum,reden,verzonden", *stops]) + "\n"),
                   "--records", "afwezigheid=" + self.file("w.csv", "\n".join(["toewijzingnummer,op_dag", *absences]) + "\n"),
                   "--on-error", on_error]
        if params is not None:
            options += ["--params", self.file("p.csv", params)]
        done = self.beding("run", KOPPELING, *options, status=status)
        return [row.split(",")[2:5] for row in done.stdout.splitlines()[1:]] if status == 0 else done

    def reasons(self, *arguments, **options):
        return [row[2] for row in self.decide(*arguments, **options)]

    def test_approved(self):
        self.assertEqual(self.decide([line()]), [["goedgekeurd", "30.00", ""]])

    def test_no_allocation(self):
        self.assertEqual(self.reasons([line(allocation="T2")]), ["geen_toewijzing;geen_start"])
        self.assertEqual(self.reasons([line(allocation="")]), ["geen_toewijzing;geen_start"])

    def test_latest_allocation_not_after_the_signing(self):
        two = [allocation(date="2020-02-01", volume="2"), allocation(date="2020-01-01", volume="10")]
        self.assertEqual(self.reasons([line(signed="2020-01-31")], two), [""])
        self.assertEqual(self.reasons([line(signed="2020-02-01")], two), ["boven_toewijzing"])
        self.assertEqual(self.reasons([line(signed="2019-12-31")], two), ["geen_toewijzing"])

    def test_last_start_by_the_end_else_the_first(self):
        starts = ["T1,2020-03-01,2020-03-01", "T1,2020-01-07,2020-01-07"]
        self.assertEqual(self.reasons([line()], starts=starts), ["voor_start"])
        self.assertEqual(self.reasons([line(begin="2020-01-07")], starts=starts), [""])
        self.assertEqual(self.reasons([line(begin="2020-01-01", end="2020-01-02")], starts=starts), ["voor_start"])

    def test_changed_and_deleted_starts(self):
        header = "toewijzingnummer,begindatum,verzonden,status"
        deleted = ["T1,2020-01-01,2020-01-01,1", "T1,2020-01-01,2020-01-05,3"]
        self.assertEqual(self.reasons([line()], starts=deleted, start_header=header), ["geen_start"])
        changed = ["T1,2020-01-07,2020-01-05,2", "T1,2020-01-01,2020-01-01,1"]
        self.assertEqual(self.reasons([line()], starts=changed, start_header=header), ["voor_start"])
        again = deleted + ["T1,2020-01-02,2020-01-06,1"]
        self.assertEqual(self.reasons([line()], starts=again, start_header=header), [""])
        done = self.decide([line()], starts=["T1,2020-01-01,2020-01-01,4"], start_header=header, status=1)
        self.assertIn("s.csv:2: fout: kolom `status`, cel `4`", done.stderr)

    def test_first_stop_not_before_the_start(self):
        stops = ["T1,2019-06-01,01,2019-06-02", "T1,2020-01-07,01,2020-01-08"]
        self.assertEqual(self.reasons([line()], stops=stops), ["na_stop"])
        self.assertEqual(self.reasons([line(end="2020-01-07")], stops=stops), [""])
        self.assertEqual(self.reasons([line()], stops=stops[:1]), [""])

    def test_list_of_records(self):
        self.assertEqual(self.reasons([line()], absences=["T1,2020-01-06", "T1,2020-01-08"]), ["vaak_weg"])
        self.assertEqual(self.reasons([line()], absences=["T1,2020-01-06", "T1,2020-01-09"]), [""])
        self.assertEqual(self.reasons([line(), line("2", begin="2020-01-07")], absences=["T2,2020-01-06", "T1,2020-01-06"]), ["", ""])

    def test_list_longer_than_declared(self):
        done = self.decide([line()], absences=["T1,2020-01-06", "T1,2020-01-07", "T1,2020-01-08"], status=1)
        self.assertIn("lijst `afwezigheid` heeft 3 regels voor sleutel `T1`; ten hoogste 2", done.stderr)

    def test_other_lines_of_the_declaration(self):
        rows = [line("1"), line("2"), line("3", client="C2"), line("4", begin="2020-01-07"), line("1", "D2")]
        self.assertEqual(self.reasons(rows), ["dubbel", "dubbel", "", "", ""])

    def test_other_lines_over_many_declarations(self):
        rows = [line(str(i % 3), f"D{i // 3}", begin="2020-01-06" if i % 3 < 2 else "2020-01-07") for i in range(9000)]
        self.assertEqual(self.reasons(rows), ["dubbel", "dubbel", ""] * 3000)

    def test_a_declaration_must_stand_together(self):
        done = self.decide([line("1"), line("1", "D2"), line("2")], status=1)
        self.assertIn("lines.csv:4: fout: de regels van declaratie `D1` staan niet bij elkaar", done.stderr)

    def test_extern_table(self):
        self.assertEqual(self.decide([line(provider="B")]), [["goedgekeurd", "20.00", "boven_plafond"]])
        done = self.decide([line(provider="C")], status=1)
        self.assertIn("lines.csv:2: fout: de beslissing over regel D1/1 liep vast:", done.stderr)
        self.assertIn("koppeling.bdg:", done.stderr)
        rows = self.decide([line(), line(provider="C", begin="2020-01-08"), line(begin="2020-01-07")], on_error="reject")
        self.assertEqual([row[0] for row in rows], ["goedgekeurd", "afgekeurd", "goedgekeurd"])
        self.assertNotEqual(rows[1][2], "")

    def test_extern_table_refusals(self):
        self.assertIn("plafond", self.decide([line()], params=None, status=1).stderr)
        done = self.decide([line()], params=PARAMS + "plafond,2020-01-01,A,11\n", status=1)
        self.assertIn("p.csv:4: fout:", done.stderr)
        done = self.decide([line()], params="naam,sleutel1,waarde\nplafon,A,1\n", status=1)
        self.assertIn("p.csv:2: fout: tabel `plafon` bestaat niet", done.stderr)
        done = self.decide([line()], params="naam,sleutel1,waarde\nopvang,,1\n", status=1)
        self.assertIn("is geen parameter", done.stderr)

    def test_missing_column_of_a_side_file(self):
        header = "toewijzingnummer,verzonden"
        done = self.decide([line()], starts=["T1,2020-01-01"], start_header=header, status=1)
        self.assertIn("s.csv:1: fout: kolom `begindatum` ontbreekt", done.stderr)

    def inline(self, *cells, header=INLINE, options=()):
        content = "\n".join([f"{LINE_HEADER},{header}", *[f"{line()},{row}" for row in cells]]) + "\n"
        absences = self.file("w.csv", "toewijzingnummer,op_dag\n")
        return self.beding("run", KOPPELING, "--lines", self.file("lines.csv", content), "--params", self.file("p.csv", PARAMS),
                           "--records", f"afwezigheid={absences}", *options, status=0)

    def test_inline_columns(self):
        for cells, reasons in [("10,dag,2020-01-01,", ""), (",,2020-01-01,", "geen_toewijzing"), ("10,dag,,", "geen_start"),
                               ("2,dag,2020-01-01,", "boven_toewijzing"), ("10,dag,2020-01-01,2020-01-07", "na_stop")]:
            with self.subTest(cells):
                self.assertEqual(self.inline(cells).stdout.splitlines()[1].split(",")[4], reasons)

    def test_nothing_to_join_with(self):
        path = self.file("lines.csv", f"{LINE_HEADER}\n{line()}\n")
        done = self.beding("run", KOPPELING, "--lines", path, "--params", self.file("p.csv", PARAMS), status=1)
        self.assertIn("`toewijzing_…` of `--allocations`", done.stderr)

    def test_a_list_without_a_file(self):
        path = self.file("lines.csv", f"{LINE_HEADER},{INLINE}\n{line()},10,dag,2020-01-01,\n")
        done = self.beding("run", KOPPELING, "--lines", path, "--params", self.file("p.csv", PARAMS), status=1)
        self.assertIn("leest de lijst `afwezigheid`; geef die met `--records`", done.stderr)

    def test_records_for_an_unknown_list(self):
        path = self.file("lines.csv", f"{LINE_HEADER},{INLINE}\n{line()},10,dag,2020-01-01,\n")
        for value, words in [("afwezig=x.csv", "lijst `afwezig` bestaat niet"), ("afwezigheid", "NAAM=BESTAND")]:
            done = self.beding("run", KOPPELING, "--lines", path, "--params", self.file("p.csv", PARAMS), "--records", value, status=2)
            self.assertIn(words, done.stderr)


if __name__ == "__main__":
    unittest.main()
