#!/usr/bin/env python3
"""Working days, decided by `beding run` in columns and counted once more by Python's datetime."""
import datetime
import random
import unittest

from command import CommandTest, lines

DAY = datetime.timedelta(days=1)
COUNTS = (0, 1, 2, 4, 12)
CASES = 2000
HEADER = "declaratienummer,regelnummer,dagtekening,aanbieder,gemeente,client,toewijzingnummer,product,begindatum,einddatum,volume,eenheid"
OPENING = """taal nl
overeenkomst werkdagen
gebruik stdlib.nl.werkdag
definitie vijf_mei_lustrum(d : datum) : boolean = bevrijdingsdag(d) en rest_van(jaartal van d, 5) = 0
definitie open_zaterdag(d : datum) : boolean = weekdag van d = 6 en maandnummer van d = 12
kalender werkdag = maandag tot en met vrijdag behalve is_feestdag_nl behalve vijf_mei_lustrum, met open_zaterdag
product tel per dag
regel tel_ voor tel betaal € 1 × ((aantal werkdagen van begindatum tot en met einddatum) / (1 werkdag)) afgerond op centen
"""
BEHIND = """product {name} per dag
regel {name}_ voor {name} betaal € 1 × (({later} − {earlier}) / (1 dag)) afgerond op centen
"""


def easter(year):
    """By the date of the paschal full moon and the day of the week on which it falls."""
    century = year // 100
    moon = (19 * (year % 19) + century - century // 4 - (century - (century - 17) // 25) // 3 + 15) % 30
    moon -= (moon // 28) * (1 - (moon // 28) * (29 // (moon + 1)) * ((21 - year % 19) // 11))
    full = datetime.date(year, 3, 21) + moon * DAY
    return full + (6 - full.weekday() or 7) * DAY


def is_holiday(day):
    king = datetime.date(day.year, 4, 27 if day.year >= 2014 else 30)
    if king.weekday() == 6:
        king -= DAY
    fixed = {(1, 1), (12, 25), (12, 26), (king.month, king.day)}
    return (day.month, day.day) in fixed or (day - easter(day.year)).days in (-2, 1, 39, 50)


def is_workday(day):
    if day.weekday() == 5 and day.month == 12:
        return True
    lustrum = (day.month, day.day) == (5, 5) and day.year % 5 == 0
    return day.weekday() < 5 and not is_holiday(day) and not lustrum


def nth_workday(day, count, step):
    while count > 0:
        day += step
        count -= is_workday(day)
    return day


def contract():
    text = OPENING
    for count in COUNTS:
        text += BEHIND.format(name=f"na{count}", later=f"einde van ({count} werkdagen na begindatum)", earlier="begindatum")
        text += BEHIND.format(name=f"plus{count}", later=f"(begindatum + {count} werkdagen)", earlier="begindatum")
        text += BEHIND.format(name=f"min{count}", later="begindatum", earlier=f"(begindatum − {count} werkdagen)")
        text += BEHIND.format(name=f"vanaf{count}", later=f"einde van ({count} werkdagen vanaf begindatum)", earlier="(begindatum − 1 dag)")
    return text


def expected(kind, count, begin, end):
    if kind == "tel":
        return sum(is_workday(begin + i * DAY) for i in range((end - begin).days + 1))
    if kind == "min":
        return (begin - nth_workday(begin, count, -DAY)).days
    start = begin - DAY if kind == "vanaf" else begin
    return (nth_workday(start, count, DAY) - start).days


def line(number, product, begin, end):
    return f"D1,{number},2040-01-01,A,0546,C1,T1,{product},{begin},{end},1,dag"


class Workdays(CommandTest):
    def test_against_the_calendar_of_python(self):
        draw = random.Random(3)
        rows, wanted = [], []
        for number in range(1, CASES + 1):
            kind, count = draw.choice(("tel", "na", "plus", "min", "vanaf")), draw.choice(COUNTS)
            begin = datetime.date(2013, 1, 1) + draw.randrange(9500) * DAY
            if draw.random() < 0.3:  # where the holidays lie close together
                begin = begin.replace(day=min(begin.day, 30), month=draw.choice((4, 5, 12)))
            end = begin + draw.choice((0, 1, 5, draw.randrange(366))) * DAY
            rows.append(line(number, kind if kind == "tel" else f"{kind}{count}", begin, end))
            wanted.append(f"D1,{number},goedgekeurd,{expected(kind, count, begin, end)}.00,,")
        done = self.run_lines(lines(*rows, header=HEADER), contract=self.file("werkdagen.bdg", contract()))
        self.assertEqual(done.rows, wanted)

    def test_days_in_english(self):
        """An agreement may spell the language's own units its way: `day` is still what days are counted in."""
        self.file("e.bdg", "language en\nagreement days\nunit day/days indivisible\nproduct stay per day\ncalendar workday = monday through friday\n"
                           "rule payment pay €1 × (volume / (1 day)) rounded to cents\ndefinition later(d : date) : date callable = d + 3 workdays\n"
                           "definition between(d : date) : day callable = later(d) − d\n"
                           "example \"a weekend\"\n    expect later(2020-03-05) = 2020-03-10\n    expect between(2020-03-05) = 5 days\n")
        self.beding("test", "e.bdg")

    def test_more_than_a_year_of_days_is_a_fault(self):
        path = self.file("werkdagen.bdg", contract())
        for last, status in (("2020-12-31", 0), ("2021-01-01", 1)):
            done = self.run_lines(lines(line(1, "tel", "2020-01-01", last), header=HEADER), contract=path, status=status)
            self.assertEqual("te_veel_dagen" in done.stderr, status == 1, done.stderr)


if __name__ == "__main__":
    unittest.main()
