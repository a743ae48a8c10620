#!/usr/bin/env python3
"""The standard library against what is known elsewhere: Python's calendar, the law's days, the eleven test written out."""
import datetime
import random
import unittest

from command import CommandTest, lines

DAY = datetime.timedelta(days=1)
HEADER = "declaratienummer,regelnummer,dagtekening,aanbieder,gemeente,client,toewijzingnummer,product,begindatum,einddatum,volume,eenheid"
# Easter Sundays as calendars give them, the earliest and latest dates among them.
EASTERS = ["1954-04-18", "1961-04-02", "1981-04-19", "2000-04-23", "2008-03-23", "2011-04-24", "2014-04-20", "2016-03-27",
           "2019-04-21", "2024-03-31", "2025-04-20", "2038-04-25", "2049-04-18", "2076-04-19"]


def agreement(uses, *numbers):
    """One product per number that a definition gives for a line: the line is granted that many euros and one more."""
    text = f"taal nl\novereenkomst proef\ngebruik {uses}\n"
    for name, number in numbers:
        text += f"product {name} per dag\nregel {name}_ voor {name} betaal € 1 × ({number} + 1) afgerond op centen\n"
    return text


def days(first, last):
    return [first + i * DAY for i in range((last - first).days + 1)]


def easter(year):
    """By the date of the paschal full moon and the day of the week on which it falls."""
    century = year // 100
    moon = (19 * (year % 19) + century - century // 4 - (century - (century - 17) // 25) // 3 + 15) % 30
    moon -= (moon // 28) * (1 - (moon // 28) * (29 // (moon + 1)) * ((21 - year % 19) // 11))
    full = datetime.date(year, 3, 21) + moon * DAY
    return full + (6 - full.weekday() or 7) * DAY


def holidays(year):
    king = datetime.date(year, 4, 27 if year >= 2014 else 30)
    king -= DAY if king.weekday() == 6 else 0 * DAY
    fixed = [datetime.date(year, month, day) for month, day in ((1, 1), (12, 25), (12, 26))]
    return {king, *fixed, *(easter(year) + offset * DAY for offset in (-2, 1, 39, 50))}


class Standard(CommandTest):
    def numbers(self, contract, asked, *options):
        """What the agreement gives for (product, day, client), in order."""
        rows = [f"D1,{i},2100-12-31,A,0546,{client},T1,{product},{day},{day},1,dag"
                for i, (product, day, client) in enumerate(asked, 1)]
        done = self.run_lines(lines(*rows, header=HEADER), *options, contract=self.file("proef.bdg", contract))
        self.assertEqual(len(done.rows), len(asked))
        for row in done.rows:
            self.assertIn(",goedgekeurd,", row)
        return [int(row.split(",")[3][:-3]) - 1 for row in done.rows]

    def check_days(self, contract, wanted, *options):
        """wanted: (product, day, number)."""
        found = self.numbers(contract, [(product, day, "C1") for product, day, _ in wanted], *options)
        for (product, day, number), value in zip(wanted, found):
            self.assertEqual(value, number, f"{product} {day}")

    def test_easter_as_calendars_give_it(self):
        for text in EASTERS:
            self.assertEqual(easter(int(text[:4])).isoformat(), text)

    def test_holidays_of_every_year(self):
        contract = agreement("stdlib.nl.termijnenwet",
                             ("nl", "(als is_feestdag_nl(begindatum) dan 1 anders 0)"),
                             ("atw", "(als is_feestdag_atw(begindatum) dan 1 anders 0)"),
                             ("lustrum", "(als bevrijdingsdag_lustrum(begindatum) dan 1 anders 0)"))
        wanted = []
        for year in range(1950, 2101):
            free = holidays(year)
            liberation = datetime.date(year, 5, 5)
            near = {day + offset * DAY for day in free | {liberation} for offset in (-1, 0, 1)}
            for day in sorted(day for day in near if day.year == year):
                wanted.append(("nl", day, int(day in free)))
                wanted.append(("atw", day, int(day in free or day == liberation)))
                wanted.append(("lustrum", day, int(day == liberation and year % 5 == 0)))
        self.check_days(contract, wanted)

    def test_a_term_that_ends_on_a_day_off(self):
        contract = agreement("stdlib.nl.termijnenwet", ("later", "((verlengd_volgens_atw(begindatum) − begindatum) / (1 dag))"))
        wanted = []
        for day in days(datetime.date(2017, 12, 20), datetime.date(2040, 1, 10)):
            end = day
            while end.weekday() >= 5 or end in holidays(end.year) or (end.month, end.day) == (5, 5):
                end += DAY
            wanted.append(("later", day, (end - day).days))
        self.check_days(contract, wanted)
        self.assertEqual(max(number for _, _, number in wanted), 5)

    def test_weeks_of_every_year(self):
        contract = agreement("stdlib.nl.kalender", ("week", "isoweek(begindatum)"), ("jaar_", "jaartal van isojaar(begindatum)"),
                             ("weken", "isoweken(jaar van begindatum)"), ("halfjaar_", "maandnummer van begin van halfjaar(begindatum)"),
                             ("eerste", "((begindatum − begin_van_isojaar(isojaar(begindatum))) / (1 dag))"))
        wanted = []
        for year in range(1950, 2101):
            for day in (datetime.date(year, month, number) for month in (1, 2, 6, 7, 12) for number in (1, 2, 3, 4, 5, 27, 28)):
                iso = day.isocalendar()
                wanted.append(("week", day, iso[1]))
                wanted.append(("jaar_", day, iso[0]))
                wanted.append(("weken", day, datetime.date(year, 12, 28).isocalendar()[1]))
                wanted.append(("halfjaar_", day, 1 if day.month <= 6 else 7))
                wanted.append(("eerste", day, (day - datetime.date.fromisocalendar(iso[0], 1, 1)).days))
        for year in range(1950, 2101):
            for day in (datetime.date(year, 12, 29), datetime.date(year, 12, 30), datetime.date(year, 12, 31)):
                wanted.append(("week", day, day.isocalendar()[1]))
                wanted.append(("jaar_", day, day.isocalendar()[0]))
        self.check_days(contract, wanted)

    PERIODS = agreement("stdlib.nl.cak", ("nummer", "cak_periodenummer(begindatum)"), ("jaar_", "cak_jaar(begindatum)"),
                        ("vanaf_", "((begindatum − begin van cak_periode(begindatum)) / (1 dag))"),
                        ("tot_", "((einde van cak_periode(begindatum) − begindatum) / (1 dag))"))

    def test_periods_of_four_weeks(self):
        wanted = []
        for day in days(datetime.date(2018, 1, 1), datetime.date(2030, 12, 31)):
            since = (day - datetime.date(2018, 1, 1)).days
            wanted += [("nummer", day, since // 28 % 13 + 1), ("jaar_", day, 2018 + since // 364), ("vanaf_", day, since % 28),
                       ("tot_", day, 27 - since % 28)]
        self.check_days(self.PERIODS, wanted)

    def test_periods_with_a_53rd_week(self):
        wanted = []
        for day in days(datetime.date(2018, 1, 1), datetime.date(2030, 12, 31)):
            year, week, _ = day.isocalendar()
            number = min(13, (week - 1) // 4 + 1)
            begin = datetime.date.fromisocalendar(year, 4 * number - 3, 1)
            next_begin = datetime.date.fromisocalendar(*((year, 4 * number + 1) if number < 13 else (year + 1, 1)), 1)
            wanted += [("nummer", day, number), ("jaar_", day, year), ("vanaf_", day, (day - begin).days),
                       ("tot_", day, (next_begin - day).days - 1)]
        self.check_days(self.PERIODS, wanted, "--reading", "week_53=periode_13")
        # The first days that agreements name, and the year with 53 weeks.
        self.check_days(self.PERIODS, [("vanaf_", day, 0) for day in ("2018-01-01", "2018-12-31", "2019-12-30", "2021-01-04")],
                        "--reading", "week_53=periode_13")

    def test_days_off_from_the_parameters(self):
        contract = agreement("stdlib.nl.werkdag, stdlib.nl.vrije_dagen",
                             ("tel", "((aantal werkdagen van begindatum tot en met begindatum + 6 dagen) / (1 werkdag))"))
        contract += "kalender werkdag = maandag tot en met vrijdag behalve is_feestdag_nl behalve is_vrije_dag\n"
        asked = [("tel", "2025-05-26", 4), ("tel", "2025-06-02", 5)]
        self.check_days(contract, asked)  # Ascension day; a table that is not supplied has no days
        params = self.file("vrij.csv", "naam,geldig_vanaf,sleutel1,waarde\nvrije_dag,,2025-05-30,1\nvrije_dag,,2025-06-03,0\n")
        self.check_days(contract, [("tel", "2025-05-26", 3), ("tel", "2025-06-02", 5)], "--params", params)

    def test_numbers_of_the_administration(self):
        checks = [(name, f"(als {name}(client) dan 1 anders 0)") for name in ("is_bsn", "is_agb", "is_gemeentecode")]
        contract = agreement("stdlib.nl.nummers", *((name.replace("is_", "p_"), number) for name, number in checks))
        draw = random.Random(11)
        texts = ["111222333", "123456782", "000000000", "000000012", "999999990", "11122233", "1112223330", "111222333 ", "+11222333",
                 "11122233x", "0546", "0000", "42001234", "x", "-0000001", "१२३४", "1" * 19, "9" * 40]
        for _ in range(1500):
            stem = [draw.randrange(10) for _ in range(8)]
            last = sum((9 - i) * digit for i, digit in enumerate(stem)) % 11
            texts.append("".join(map(str, [*stem, last if last < 10 and draw.random() < 0.5 else draw.randrange(10)])))
        wanted, asked = [], []
        for text in texts:
            is_digits = text.isascii() and text.isdigit()
            eleven = is_digits and len(text) == 9 and (
                sum((9 - i) * int(digit) for i, digit in enumerate(text[:8])) - int(text[8])) % 11 == 0
            asked += [("p_bsn", "2025-01-01", text), ("p_agb", "2025-01-01", text), ("p_gemeentecode", "2025-01-01", text)]
            wanted += [int(eleven and int(text) > 0), int(is_digits and len(text) == 8),
                       int(is_digits and len(text) == 4 and int(text) > 0)]
        found = self.numbers(contract, asked)
        for (product, _, text), number, value in zip(asked, wanted, found):
            self.assertEqual(value, number, f"{product} {text}")

    def test_english_names(self):
        contract = """language en
agreement trial
use stdlib.en.calendar, stdlib.en.numbers, stdlib.en.half_day
definition week_(d : date) : number callable = iso_week(d)
definition weeks_(d : date) : number callable = iso_weeks(year of d)
definition first_(d : date) : date callable = start_of_iso_year(iso_year(d))
definition bsn_(t : text) : boolean callable = is_bsn(t)
definition agb_(t : text) : boolean callable = is_agb(t)
definition municipality_(t : text) : boolean callable = is_municipality_code(t)
example "the same as in Dutch"
    expect week_(2021-01-03) = 53
    expect weeks_(2020-01-01) = 53
    expect first_(2021-01-03) = 2019-12-30
    expect bsn_("111222333") = yes
    expect bsn_("111222334") = no
    expect agb_("42001234") = yes
    expect municipality_("0000") = no
"""
        done = self.beding("test", self.file("trial.bdg", contract))
        self.assertIn("ok 1", done.stdout)

    def test_every_file_compiles(self):
        contract = "taal nl\novereenkomst alles\ngebruik " + ", ".join(
            f"stdlib.nl.{name}" for name in ("berichten", "cak", "dagdeel", "ijw", "iwmo", "kalender", "nummers", "rekenen", "termijnenwet",
                                             "vrije_dagen", "werkdag", "wmo")) + "\n"
        contract += "definitie frequentie(f : tekst) : boolean aanroepbaar = f in (frequentie_per_week, frequentie_totaal)\n"
        contract += "definitie einde_(r : tekst) : boolean aanroepbaar = wmo_is_voortijdig(r) of jw_is_voortijdig(r) of is_onderbreking(r)\n"
        done = self.beding("check", self.file("alles.bdg", contract))
        self.assertNotIn("fout[", done.stderr)


if __name__ == "__main__":
    unittest.main()
