#!/usr/bin/env python3
"""Series files and indexed prices: what is refused, which figure counts, and every price computed once more with Python's fractions."""
import datetime
import fractions
import math
import random
import unittest

from command import ROOT, CommandTest, lines

HEADER = "declaratienummer,regelnummer,dagtekening,aanbieder,gemeente,client,toewijzingnummer,product,begindatum,einddatum,volume,eenheid"
FIRST, LAST = 2011, 2052  # years with a figure
SMALL = """taal nl
overeenkomst klein
reeks cpi "prijzen" per maand extern {daarna}
product verblijf per dag
tarief verblijf geldig vanaf 2020-01-01 € 100,00
indexering verblijf bron "5.5"
    jaarlijks op 1 januari vanaf 2021
    factor cpi[augustus vorig jaar] / cpi[augustus twee jaar terug]
    keten op afgerond
    afronding op centen
regel betaling betaal volume × tarief afgerond op centen
"""
AUGUSTS = ("cpi,2019-08,100", "cpi,2020-08,102", "cpi,2021-08,105.5")


def series(*rows, header="reeks,maand,waarde"):
    return "\n".join([header, *rows]) + "\n"


def line(number, begin, end=None, product="verblijf"):
    return f"D1,{number},2040-01-01,A,0546,C1,T1,{product},{begin},{end or begin},1,dag"


def half_up(value, step):
    return math.floor(value / step + fractions.Fraction(1, 2)) * step



class Series(CommandTest):
    def contract(self, daarna=""):
        return self.file("klein.bdg", SMALL.format(daarna=daarna))

    def price(self, figures, *options, day="2022-06-01", status=0, daarna=""):
        path = self.file("reeks.csv", figures)
        return self.beding("tariff", self.contract(daarna), "--as-of", day, "--csv", "--series", path, *options, status=status)

    def test_a_series_that_is_not_supplied_is_refused_by_name(self):
        done = self.run_lines(lines(line(1, "2020-01-01"), header=HEADER), contract=self.contract(), status=1)
        self.assertIn("reeks `cpi`", done.stderr)
        self.assertIn("--series", done.stderr)
        self.assertEqual(done.rows, [])

    def test_two_figures_of_one_day_contradict_each_other(self):
        done = self.price(series(*AUGUSTS, "cpi,2020-08,102.1"), status=1)
        self.assertIn("reeks.csv:5", done.stderr)
        self.assertIn("reeks.csv:3", done.stderr)
        self.assertIn("2020-08", done.stderr)
        self.price(series(*AUGUSTS, "cpi,2020-08,102.00"))  # the same figure once more

    def test_figures_of_two_files_contradict_each_other_too(self):
        other = self.file("later.csv", series("cpi,2021-08,106"))
        done = self.price(series(*AUGUSTS), "--series", other, status=1)
        self.assertIn("later.csv:2", done.stderr)
        self.assertIn("reeks.csv:4", done.stderr)

    def test_a_missing_month_is_named(self):
        done = self.price(series("cpi,2019-08,100", "cpi,2020-08,102", "cpi,2022-08,105"), status=1)
        self.assertIn("2021-08", done.stderr)
        months = [f"cpi,2020-{month:02},100" for month in range(1, 13) if month != 5]
        self.assertIn("2020-05", self.price(series(*months), status=1).stderr)

    def test_bad_cells_are_told_with_their_line(self):
        for row in ("cpi,2022-13,1", "cpi,augustus,1", "cpi,2022-08,veel", "cpi,2022-08,"):
            self.assertIn("reeks.csv:5", self.price(series(*AUGUSTS, row), status=1).stderr, row)
        rows = [row + ",D,2022-01-01" for row in AUGUSTS]
        for row in ("cpi,2022-08,1,X,2022-01-01", "cpi,2022-08,1,D,gisteren"):
            table = series(*rows, row, header="reeks,maand,waarde,status,gepubliceerd")
            self.assertIn("reeks.csv:5", self.price(table, status=1).stderr, row)

    def test_a_series_that_nothing_reads_is_named_once(self):
        done = self.price(series(*AUGUSTS, "lonen,2020-08,1", "lonen,2021-08,2"))
        self.assertEqual(done.stderr.count("lonen"), 1)

    def test_the_file_of_cbs_figures(self):
        figures = ROOT / "examples" / "series" / "cbs.csv"
        done = self.beding("tariff", self.contract(), "--as-of", "2024-01-01", "--csv", "--series", figures)
        self.assertIn("verblijf,,dag", done.stdout)  # the chain from 2020 on lacks figures, and says so
        later = self.file("later.bdg", SMALL.format(daarna="").replace("geldig vanaf 2020-01-01", "geldig vanaf 2020-01-01 prijspeil 2023"))
        done = self.beding("tariff", later, "--as-of", "2024-01-01", "--csv", "--series", figures)
        self.assertIn("verblijf,103.03,dag", done.stdout)

    def test_the_figure_published_last_counts_but_not_after_the_date(self):
        header = "reeks,maand,waarde,status,gepubliceerd"
        table = series("cpi,2019-08,100,D,2019-09-10", "cpi,2020-08,104,V,2020-09-10", "cpi,2020-08,102,D,2020-10-10",
                       "cpi,2020-08,103,D,2021-09-10", header=header)
        for day, wanted in (("2021-01-01", "102.00"), ("2021-09-09", "102.00"), ("2021-09-10", "103.00")):
            self.assertIn(f"verblijf,{wanted},dag", self.price(table, day=day).stdout)
        same_day = series("cpi,2019-08,100,D,", "cpi,2020-08,104,V,", "cpi,2020-08,102,D,", header=header)
        self.assertIn("verblijf,102.00,dag", self.price(same_day, day="2021-01-01").stdout)

    def test_a_line_after_the_last_figure_faults_and_those_before_it_do_not(self):
        path = self.file("reeks.csv", series(*AUGUSTS))
        days = ("2020-12-31", "2021-01-01", "2022-12-31", "2023-01-01")
        table = lines(*[line(i + 1, day) for i, day in enumerate(days)], header=HEADER)
        done = self.run_lines(table, "--series", path, "--on-error", "reject", contract=self.contract())
        self.assertEqual(done.rows, ["D1,1,goedgekeurd,100.00,,", "D1,2,goedgekeurd,102.00,,", "D1,3,goedgekeurd,105.50,,",
                                     "D1,4,afgekeurd,0.00,indexcijfer_ontbreekt,"])

    def test_a_series_that_goes_on_says_so(self):
        path = self.file("reeks.csv", series(*AUGUSTS))
        contract = self.contract("daarna laatste waarde")
        known = self.run_lines(lines(line(1, "2022-12-31"), header=HEADER), "--series", path, contract=contract)
        self.assertNotIn("laatst bekende", known.stderr)
        guessed = self.run_lines(lines(line(1, "2023-01-01"), header=HEADER), "--series", path, contract=contract)
        self.assertEqual(guessed.rows, ["D1,1,goedgekeurd,105.50,,"])
        self.assertIn("laatst bekende", guessed.stderr)

    def test_a_line_may_not_span_a_moment(self):
        path = self.file("reeks.csv", series(*AUGUSTS))
        table = lines(line(1, "2020-12-31", "2021-01-01"), line(2, "2021-01-01", "2021-12-31"), header=HEADER)
        done = self.run_lines(table, "--series", path, contract=self.contract())
        self.assertEqual(done.rows[0], "D1,1,afgekeurd,0.00,over_tariefgrens,over_tariefgrens")
        self.assertIn("goedgekeurd", done.rows[1])

    def test_explain_and_eval_tell_the_way(self):
        path, contract = self.file("reeks.csv", series(*AUGUSTS)), self.contract()
        table = self.file("lines.csv", lines(line(1, "2022-02-01"), header=HEADER))
        told = self.beding("explain", contract, "--lines", table, "--series", path, "--line", "D1/1").stdout
        self.assertIn("2021-01-01  × 1,02 = € 102,00", told)
        self.assertIn("2022-01-01  × 1,034313… = € 105,50", told)
        factor = self.beding("eval", contract, "indexering.verblijf", "--as-of", "2022-12-31", "--series", path).stdout
        self.assertEqual(factor.strip(), '"211/204"')


class Chains(CommandTest):
    """Random agreements: several versions and price levels, both chains, weights and roundings."""

    def expected(self, versions, figures, weights, step, on_rounded, day):
        start, level, amount = [version for version in versions if version[0] <= day][-1]
        exact = price = amount
        for year in range(FIRST + 2, day.year + 1):
            moment = datetime.date(year, 7, 1)
            if not (level or start) < moment <= day:
                continue
            factor = sum(weight * row[year - 1] / row[year - 2] for weight, row in zip(weights, figures))
            exact = (price if on_rounded else exact) * factor
            price = half_up(exact, step)
        return price

    def test_against_fractions(self):
        draw = random.Random(11)
        for _ in range(12):
            on_rounded, step = draw.random() < 0.5, fractions.Fraction(draw.choice((1, 2, 5, 60)), 100)
            figures = [{year: fractions.Fraction(draw.randrange(9000, 15000), 100) for year in range(FIRST, LAST)} for _ in range(2)]
            weights = draw.choice([(fractions.Fraction(1, 2),) * 2, (fractions.Fraction(7, 10), fractions.Fraction(3, 10))])
            starts = sorted(draw.sample(range(2014, 2045), 3))
            versions = []
            for year in starts:
                start = datetime.date(year, draw.choice((1, 7, 12)), 1)
                level = draw.choice((None, datetime.date(year - 1, 12, 31), datetime.date(year, 12, 31)))
                versions.append((start, level, fractions.Fraction(draw.randrange(1000, 50000), 100)))
            text = [f"taal nl\novereenkomst keten geldig vanaf {versions[0][0]}\nproduct verblijf per dag",
                    "reeks a per maand extern", "reeks b per maand extern"]
            for start, level, amount in versions:
                written = f"{int(amount * 100) // 100},{int(amount * 100) % 100:02}"
                text.append(f"tarief verblijf geldig vanaf {start} {f'prijspeil {level.year}' if level else ''} € {written}")
            parts = [f"{int(weight * 10)} / 10 × {name}[augustus vorig jaar] / {name}[augustus twee jaar terug]"
                     for weight, name in zip(weights, "ab")]
            text.append(f"indexering verblijf jaarlijks op 1 juli vanaf {FIRST + 2} factor {' + '.join(parts)} "
                        f"keten op {'afgerond' if on_rounded else 'onafgerond'} afronding op een veelvoud van € {float(step):.2f}".replace("0.", "0,"))
            text.append("regel betaling betaal volume × tarief afgerond op centen")
            contract = self.file("keten.bdg", "\n".join(text) + "\n")
            path = self.file("reeks.csv", series(*[f"{name},{year}-08,{float(row[year]):.2f}" for name, row in zip("ab", figures) for year in row]))
            days = [versions[0][0] + datetime.timedelta(days=draw.randrange(365 * 7)) for _ in range(40)]
            days += [datetime.date(year, 7, 1) - datetime.timedelta(days=back) for year in range(starts[0] + 1, LAST) for back in (0, 1)]
            done = self.run_lines(lines(*[line(i + 1, day) for i, day in enumerate(days)], header=HEADER), "--series", path, contract=contract)
            wanted = [f"D1,{i + 1},goedgekeurd,{float(self.expected(versions, figures, weights, step, on_rounded, day)):.2f},," for i, day in enumerate(days)]
            self.assertEqual(done.rows, wanted, "\n".join(text))


if __name__ == "__main__":
    unittest.main()
