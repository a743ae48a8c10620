#!/usr/bin/env python3
"""`beding run --ledger`, killed again and again: in the end the ledger and the results are those of a run that nobody disturbed.

Every line's amount shows what the counter held before it, so one contribution lost or doubled would show in all that follow. (The ledger's
own test, unit_ledger_kill, kills a process at every single change of the file.)
"""
import collections
import pathlib
import random
import sqlite3
import subprocess
import time
import unittest

from command import BEDING, CommandTest, lines

KILLS = 25
DECLARATIONS = 3000
HEADER = "declaratienummer,regelnummer,dagtekening,aanbieder,gemeente,client,toewijzingnummer,product,begindatum,einddatum,volume,eenheid," \
         "debet_credit,vorige_declaratie,vorige_regel"
CONTRACT = """taal nl
overeenkomst verzonnen
eenheid etmaal/etmalen ondeelbaar
product logeren per etmaal
tarief logeren € 1,00 per etmaal
teller etmalen per client = som van toegekend_volume
regel vol
    keur af als etmalen > 300 etmalen
regel betaling
    betaal (volume + etmalen) × tarief afgerond op centen
"""


def story():
    """Declarations of one to four lines; some credit a line of an earlier one."""
    draw = random.Random(53)
    rows, earlier = [], []
    for declaration in range(DECLARATIONS):
        name = f"D{declaration:05}"
        for line in range(1, 1 + draw.randint(1, 4)):
            client, volume, credit = f"C{draw.randrange(150)}", draw.randint(1, 9), ",,"
            if earlier and draw.random() < 0.1:
                debit = earlier[draw.randrange(len(earlier))]
                client, volume, credit = debit[2], debit[3], f"C,{debit[0]},{debit[1]}"
            else:
                earlier.append((name, line, client, volume))
            rows.append(f"{name},{line},2024-03-01,A,0546,{client},T1,logeren,2024-02-01,2024-02-01,{volume},etmaal,{credit}")
    return lines(*rows, header=HEADER)


def content(path):
    """All that a ledger holds, whatever the numbers of its rows."""
    with sqlite3.connect(path) as database:
        kept = database.execute("SELECT declaratienummer, regelnummer, aanbieder, gemeente, hex(invoer), besluit, centen, redenen, regels,"
                                " credit_declaratienummer, credit_regelnummer FROM regel ORDER BY 1, 2").fetchall()
        given = database.execute("SELECT r.declaratienummer, r.regelnummer, t.naam, b.sleutel, b.van, b.tot_en_met, b.waarde, b.noemer"
                                 " FROM bijdrage b LEFT JOIN regel r ON r.nummer = b.regel LEFT JOIN teller t ON t.nummer = b.teller"
                                 " ORDER BY 1, 2, 3").fetchall()
    return kept, given


class Killed(CommandTest):
    def command(self, ledger, out):
        return [BEDING, "run", self.contract, "--lines", self.lines_file, "--ledger", str(self.folder / ledger), "--out",
                str(self.folder / out), "--summary", str(self.folder / "summary.json")]

    def check_whole(self, ledger, wanted):
        """Every declaration that is there has as many lines as in the undisturbed run."""
        sizes = collections.Counter(row[0] for row in wanted[0])
        try:
            found = collections.Counter(row[0] for row in content(ledger)[0])
        except sqlite3.OperationalError:  # killed before there were tables
            found = {}
        for declaration, count in found.items():
            self.assertEqual(count, sizes[declaration], declaration)
        return len(found)

    def test_killed_at_random(self):
        self.contract = self.file("verzonnen.bdg", CONTRACT)
        self.lines_file = self.file("regels.csv", story())
        started = time.monotonic()
        subprocess.run(self.command("whole.db", "whole.csv"), check=True, capture_output=True, timeout=120)
        whole_time = time.monotonic() - started
        wanted = content(self.folder / "whole.db")
        self.assertGreater(len(wanted[0]), DECLARATIONS)

        draw = random.Random(9)
        kills, resumed = 0, set()
        ended = False
        while not ended or kills < KILLS:
            if ended:  # told to the end before it was killed often enough: begin anew
                (self.folder / "killed.db").unlink()
            with subprocess.Popen(self.command("killed.db", "killed.csv"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                try:
                    process.wait(timeout=draw.uniform(0, whole_time * 1.1) if kills < KILLS else 120)
                    ended = True
                    self.assertEqual(process.returncode, 0)
                except subprocess.TimeoutExpired:
                    process.kill()
                    kills += 1
                    ended = False
            path = self.folder / "killed.db"
            if path.exists() and path.stat().st_size > 0 and draw.random() < 0.5:
                resumed.add(self.check_whole(path, wanted))
            if ended:
                self.assertEqual(content(path), wanted)
                self.assertEqual((self.folder / "killed.csv").read_bytes(), (self.folder / "whole.csv").read_bytes())
        self.assertGreater(len(resumed), 2, "no kill came in the middle")
        self.assertFalse(pathlib.Path(str(path) + "-journal").exists())


if __name__ == "__main__":
    unittest.main()
