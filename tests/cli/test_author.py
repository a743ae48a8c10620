#!/usr/bin/env python3
"""What an author and an auditor meet: costs, follow-on messages, missing tables, and explanations of each kind of decision."""
import json
import unittest

from command import CommandTest, HULP, lines

CONTRACT = """taal nl
overeenkomst wassen
eenheid stuk/stuks ondeelbaar
eenheid uur/uren
product maaltijd per stuk
product hulp per uur
tarief maaltijd € 8,75 per stuk
tarief hulp € 30,00 per uur
invoer compleet : boolean
kalender periode = 4 weken vanaf 2023-01-02
definitie dubbel(g : getal) : getal aanroepbaar = 2 × g
regel te_laat
    keur af als niet (dagtekening binnen 2 maanden na einde van (periode van einddatum))
regel wat_mag voor hulp
    begrens volume tot toewijzing.volume als toewijzing aanwezig en toewijzing.volume aanwezig
regel hoogste_bedrag
    begrens bedrag tot € 90
regel wachten voor maaltijd
    houd aan als niet compleet
regel betaling
    betaal volume × tarief afgerond op centen
"""
HEAD = "declaratienummer,regelnummer,dagtekening,product,begindatum,einddatum,volume,eenheid,toewijzingnummer,compleet," \
       "toewijzing_volume,toewijzing_eenheid"


def line(number, product, volume, unit, signed="2023-02-01", complete="ja", allowed=""):
    return f"D1,{number},{signed},{product},2023-01-02,2023-01-29,{volume},{unit},T1,{complete},{allowed},{unit if allowed else ''}"


class Author(CommandTest):
    def test_costs(self):
        found = json.loads(self.beding("check", HULP, "--json").stdout)["costs"]
        self.assertEqual([cost["file"] for cost in found], [HULP])
        self.assertGreater(found[0]["steps_per_line"], 0)
        self.assertIn(f"ten hoogste {found[0]['steps_per_line']} stappen per regel", self.beding("describe", HULP).stdout)
        self.assertIn("kosten: ten hoogste", self.beding("build", HULP, "-o", "m.bdc").stderr)

    def test_the_key_of_a_list_is_a_column_of_the_lines(self):
        path = self.file("c.bdg", CONTRACT + "lijst ruimten per locatie (naam : tekst)  ten hoogste 10\n"
                         "lijst sleutels per locatie (naam : tekst)  ten hoogste 10\n"
                         "regel te_veel keur af als (aantal r in ruimten) + (aantal s in sleutels) > 3\n")
        columns = json.loads(self.beding("describe", path, "--json").stdout)["columns"]
        self.assertEqual([one for one in columns if one["name"] == "locatie"], [{"name": "locatie", "type": "text", "optional": False}])
        told = self.beding("describe", path).stdout
        self.assertIn(f"Kolommen van de regels ({len(columns)})", told)
        self.assertRegex(told, r"\n  locatie +tekst\n")

    def test_a_wrong_condition_is_one_message(self):
        path = self.file("c.bdg", CONTRACT.replace("als toewijzing aanwezig", 'als toewijzing aanwezig en toewijzing.frequentie = "2"'))
        self.assertEqual(self.beding("check", path, status=1).stderr.count("fout["), 1)

    def test_missing_table(self):
        path = self.file("c.bdg", CONTRACT + "tabel korting naar toewijzingnummer : getal extern\n"
                         "regel korting_te_hoog\n    keur af als korting[toewijzingnummer] > 1\n")
        self.assertEqual(self.beding("eval", path, "dubbel", "--input", '{"g": 2}').stdout.strip(), "4")  # reads no table
        told = self.beding("run", path, "--lines", self.file("l.csv", lines(line(1, "maaltijd", 12, "stuk"))), status=1).stderr
        self.assertIn("tabel `korting`", told)
        self.assertIn("`--params`", told)


class Auditor(CommandTest):
    def setUp(self):
        super().setUp()
        self.contract = self.file("c.bdg", CONTRACT)
        self.lines = self.file("l.csv", lines(line(1, "maaltijd", 12, "stuk"), line(2, "hulp", 4, "uur", allowed="2.5"),
                                              line(3, "maaltijd", 2, "stuk", signed="2023-03-30"),
                                              line(4, "maaltijd", 2, "stuk", complete="nee"), line(5, "maaltijd", 2, "stuk", complete=""),
                                              header=HEAD))

    def explain(self, number):
        return self.beding("explain", self.contract, "--lines", self.lines, "--line", f"D1/{number}").stdout

    def test_capped_amount(self):
        told = self.explain(1)
        self.assertIn("€ 105,00 → € 105,00", told)
        self.assertIn("\n    begrensd tot € 90,00\n\nOverwogen regels\n", told)
        self.assertIn("2023-01-02 tot en met 2023-01-29, 12 stuk", told)

    def test_capped_volume_is_told_once(self):
        rule, payment = self.explain(2).split("Hoe het bedrag is berekend")
        self.assertIn("toewijzing.volume", rule)
        self.assertRegex(rule, r"toegekend_volume += 2,5 uren")
        self.assertNotRegex(payment, r"toewijzing\.volume +=")
        self.assertIn("toegekend_volume", payment)

    def test_interval_shows_both_ends(self):
        told = self.explain(3)
        self.assertRegex(told, r"begin van \(periode van einddatum\) += 2023-01-02")
        self.assertRegex(told, r"einde van \(2 maanden na .*\) += 2023-03-29")

    def test_suspended(self):
        told = self.explain(4)
        self.assertIn("Wat het bedrag zou zijn", told)
        self.assertIn("€ 17,50 → € 17,50", told)

    def test_fault(self):
        told = self.explain(5)
        self.assertIn("cel_ontbreekt in compleet", told)
        self.assertIn("een cel die deze regel nodig heeft is leeg", told)

    def test_a_cell_is_needed_where_a_rule_of_the_product_reads_it(self):
        path = self.file("k.csv", lines("D1,1,2023-02-01,maaltijd,2023-01-02,2023-01-29,2,stuk,T1,",
                                        "D1,2,2023-02-01,hulp,2023-01-02,2023-01-29,2,uur,T1,", header=HEAD.split(",toewijzing_")[0]))
        found = self.file("t.csv", lines("T1,2023-01-01,,", header="toewijzingnummer,toewijzingsdatum,volume,eenheid"))
        done = self.beding("run", self.contract, "--lines", path, "--allocations", found, "--on-error", "reject")
        self.assertEqual(done.stdout.splitlines()[1:], ["D1,1,afgekeurd,0.00,cel_ontbreekt,", "D1,2,goedgekeurd,60.00,,"])

    def test_an_allocation_may_lack_its_volume(self):
        """The standard's Omvang is optional: volume, unit and frequency may be absent together. A volume without its unit is a fault."""
        path = self.file("k.csv", lines("D1,1,2023-02-01,hulp,2023-01-02,2023-01-29,2,uur,T1,ja",
                                        "D1,2,2023-02-01,hulp,2023-01-02,2023-01-29,2,uur,T2,ja", header=HEAD.split(",toewijzing_")[0]))
        found = self.file("t.csv", lines("T1,2023-01-01,,", "T2,2023-01-01,1,", header="toewijzingnummer,toewijzingsdatum,volume,eenheid"))
        done = self.beding("run", self.contract, "--lines", path, "--allocations", found, "--on-error", "reject")
        self.assertEqual(done.stdout.splitlines()[1:], ["D1,1,goedgekeurd,60.00,,", "D1,2,afgekeurd,0.00,eenheid_past_niet,"])

    def test_no_trailing_blanks(self):
        for number in range(1, 6):
            self.assertNotRegex(self.explain(number), r"(?m)[ \t]$")


if __name__ == "__main__":
    unittest.main()
