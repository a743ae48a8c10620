#!/usr/bin/env python3
"""`beding calendar`: what is due in a year, as text and as iCalendar, which a reader of RFC 5545 takes in."""
import re
import unittest

from command import CommandTest, HULP

DUTIES = """taal nl
overeenkomst plichten
    titel "Plichten, deel 1; met \\ en meer"
    geldig vanaf 2019-07-01

verplichting halfjaarrapportage_over_de_uitkomsten_van_beschermd_wonen  bron "Bijlage 2, 4.3; lid 1 \\ één zeer lange vermelding ééééééééééééééééééééééééééé"
    elk jaar op 1 augustus over januari tot en met juni
    elk jaar op 1 februari over juli tot en met december van het vorige jaar

verplichting maandcijfers
    elke maand op einde van 10 dagen na maand

verplichting weekstaat
    elke week

verplichting eenmalig  geldig van 2020-01-01 tot en met 2020-06-30
    jaarlijks op 29 februari

verplichting bijdrage
    jaarlijks op 1 juli vanaf 2021
    bedrag € 1.250

verplichting melden  bron "3.1"
    invoer incident : datum, ernst : getal
    begint incident
    duurt  3 dagen

verplichting per_start
    invoer start_zorg : datum
    als start_zorg <= peildatum
    elk jaar op 1 mei
"""


def unfolded(text):
    """Content lines, as RFC 5545 section 3.1 joins them."""
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def events(text):
    found = []
    for line in unfolded(text):
        name, value = line.split(":", 1)
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and line != "END:VCALENDAR":
            found[-1][name] = value
    return found


class Calendar(CommandTest):
    def due(self, year, *words):
        text = self.beding("calendar", self.file("p.bdg", DUTIES), "--year", year).stdout
        return [line.split()[0] for line in text.splitlines() if line.startswith("  ") and all(word in line for word in words)]

    def ics(self, year, *options):
        path = self.file("p.bdg", DUTIES)
        self.beding("calendar", path, "--year", year, "--ics", "--out", "c.ics", *options)
        return (self.folder / "c.ics").read_bytes()

    def test_half_years(self):
        self.assertEqual(self.due("2019", "halfjaar"), [])
        self.assertEqual(self.due("2020", "halfjaar"), ["2020-02-01", "2020-08-01"])
        text = self.beding("calendar", self.file("p.bdg", DUTIES), "--year", "2020").stdout
        self.assertIn("over 2019-07-01 tot en met 2019-12-31", text)

    def test_months_and_weeks(self):
        self.assertEqual(self.due("2020", "maandcijfers"), [f"2020-{month:02}-10" for month in range(1, 13)])
        self.assertEqual(len(self.due("2020", "weekstaat")), 52)
        self.assertEqual(self.due("2020", "weekstaat")[0], "2020-01-05")
        self.assertEqual(self.due("2018"), ["melden", "per_start"])

    def test_before_the_agreement(self):
        """What is about days before the agreement only is not owed; the week in which it begins is."""
        self.assertEqual(self.due("2019", "maandcijfers")[0], "2019-08-10")
        self.assertEqual(self.due("2019", "weekstaat")[0], "2019-07-07")
        later = self.file("later.bdg", DUTIES.replace("2019-07-01", "2019-07-03"))
        self.assertIn("2019-07-07  weekstaat                   over 2019-07-01 tot en met 2019-07-07\n", self.beding("calendar", later, "--year", "2019").stdout)
        self.assertIn("niets op een vaste datum", self.beding("calendar", self.file("p.bdg", DUTIES), "--year", "2018").stdout)

    def test_validity_and_first_year(self):
        self.assertEqual([self.due(year, "eenmalig") for year in ("2019", "2020", "2021")], [[], ["2020-02-29"], []])
        self.assertEqual([self.due(year, "€ 1.250,00") for year in ("2020", "2021")], [[], ["2021-07-01"]])

    def test_order_and_occasions(self):
        text = self.beding("calendar", self.file("p.bdg", DUTIES), "--year", "2020").stdout
        days = re.findall(r"^  (\d{4}-\d{2}-\d{2})  ", text, re.MULTILINE)
        self.assertEqual(days, sorted(days))
        self.assertRegex(text, r"melden +incident: datum, ernst: getal  \[3.1\]\n")
        self.assertRegex(text, r"per_start +start_zorg: datum, peildatum: datum\n")

    def test_calendar_from_a_file(self):
        text = "taal nl\novereenkomst cak\nkalender cak extern\nverplichting gegevens\n    elke cak\n"
        starts = ["2019-12-30", "2020-01-27", "2020-02-24", "2020-03-23", "2021-01-04", "2021-02-01"]
        params = self.file("p.csv", "naam,geldig_vanaf,sleutel1,waarde\n" + "".join(f"cak,{day},,{day}\n" for day in starts))
        shown = self.beding("calendar", self.file("cak.bdg", text), "--year", "2020", "--params", params).stdout
        self.assertEqual([line.split()[0] for line in shown.splitlines()[1:]], ["2020-01-26", "2020-02-23", "2020-03-22"])
        self.assertIn("over 2019-12-30 tot en met 2020-01-26", shown)
        beyond = self.beding("calendar", "cak.bdg", "--year", "2022", "--params", params, status=1)
        self.assertIn("geen_periode", beyond.stderr)

    def test_without_obligations(self):
        self.assertIn("niets", self.beding("calendar", HULP, "--year", "2020").stdout)

    def test_icalendar(self):
        data = self.ics("2020")
        text = data.decode("utf-8")
        self.assertEqual(data.count(b"\n"), data.count(b"\r\n"))
        for line in data.split(b"\r\n"):
            self.assertLessEqual(len(line), 75)
            line.decode("utf-8")
        lines = unfolded(text)
        self.assertEqual(lines[:2] + lines[-1:], ["BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR"])
        self.assertIn("PRODID", lines[2])
        found = events(text)
        self.assertEqual(len(found), 2 + 12 + 52 + 1)
        for event in found:
            for needed in ("UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY"):
                self.assertIn(needed, event)
            self.assertEqual(event["DTSTAMP"], "20190701T000000Z")
        self.assertEqual(len({event["UID"] for event in found}), len(found))
        first = next(event for event in found if "halfjaar" in event["UID"])
        self.assertEqual(first["UID"], "plichten-halfjaarrapportage_over_de_uitkomsten_van_beschermd_wonen-20200201@beding")
        self.assertEqual(first["DTSTART;VALUE=DATE"], "20200201")
        self.assertIn("4.3\\; lid 1 \\\\ één", first["DESCRIPTION"])
        self.assertIn("2019-12-31\\nBijlage 2\\,", first["DESCRIPTION"])

    def test_the_same_bytes_again(self):
        self.beding("build", self.file("p.bdg", DUTIES), "-o", "p.bdc")
        from_module = self.beding("calendar", "p.bdc", "--year", "2020", "--ics").stdout
        self.assertEqual(self.ics("2020").decode("utf-8").replace("\r\n", "\n"), from_module.replace("\r\n", "\n"))
        self.assertEqual(self.ics("2020"), self.ics("2020"))
        uid = [event["UID"] for event in events(self.ics("2021").decode("utf-8"))]
        self.assertFalse(set(uid) & {event["UID"] for event in events(self.ics("2020").decode("utf-8"))})

    def test_last_year_of_the_calendar(self):
        self.assertEqual(len(self.due("9998", "maandcijfers")), 12)
        self.beding("calendar", self.file("p.bdg", DUTIES), "--year", "9999", status=2)


if __name__ == "__main__":
    unittest.main()
