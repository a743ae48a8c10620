#!/usr/bin/env python3
"""`beding impact`: its totals are the difference of two runs, its causes add up to them, and what cannot be compared is refused."""
import collections
import csv
import datetime
import hashlib
import io
import json
import pathlib
import struct
import unittest

from command import CommandTest, DATA, HULP, ROOT, hulp_line, lines
from json_schema import Validator, parse

SCHEMA = parse((ROOT / "docs" / "schemas" / "impact.json").read_text(encoding="utf-8"))
TEXT = pathlib.Path(HULP).read_text(encoding="utf-8")
SIDES = ("before", "after")
COUNTS = ("lines", "approved", "rejected", "suspended", "faulted", "malformed", "approved_cents")
LEZING = 'lezing grens "Hoeveel dagen?" = dertig | achtentwintig  gekozen achtentwintig  omdat "zo is het"  bron "Artikel 9" uit document hoofd\n'
POPULATION = 100_000


def many(count):
    """Lines of which no two neighbours are alike: products, weights, volumes, providers, months, some late, some capped, some waiting."""
    for i in range(count):
        is_hulp = i % 7 == 0
        month = i % 12 + 1
        end = datetime.date(2020, month, i % 27 + 1)
        yield hulp_line(declaratienummer=f"D{i // 10}", regelnummer=str(i % 10 + 1), aanbieder=f"A{i % 23}", gemeente=f"{500 + i % 5:04}",
                        product="02A06" if is_hulp else "opvang", eenheid="uur" if is_hulp else "dag",
                        begindatum=f"2020-{month:02}-01", einddatum=str(end), dagtekening=str(end + datetime.timedelta(days=i % 61)),
                        volume=str(i % 33 + 1),
                        zwaarte="" if is_hulp else ("licht", "middel", "zwaar")[i % 3], akkoord=("", "ja", "nee", "")[i % 4])


class ImpactTest(CommandTest):
    def changed(self, *replacements, name="b.bdg", text=TEXT):
        for old, new in replacements:
            self.assertIn(old, text)
            text = text.replace(old, new)
        return self.file(name, text)

    def impact(self, before, after, *options, data="lines.csv", status=0):
        done = self.beding("impact", before, *([after] if after else []), "--lines", data, "--json", *options, status=status)
        if status != 0:
            return done
        answer = parse(done.stdout)
        validator = Validator(SCHEMA)
        self.assertEqual(validator.complaints(answer), [])
        self.check_sums(answer)
        return answer

    def check_sums(self, answer):
        """Every breakdown adds up to its cause, and the causes to the whole."""
        whole = answer["total"]
        for name in ("lines", "more_lines", "less_lines", "more_cents", "less_cents", "net_cents", "other_decision"):
            self.assertEqual(sum(cause[name] for cause in answer["causes"]), whole[name], name)
        for part in [whole, *answer["causes"]]:
            self.assertEqual(part["more_cents"] + part["less_cents"], part["net_cents"])
            for values in part["by"].values():
                for name in ("lines", "more_lines", "less_lines", "more_cents", "less_cents", "net_cents"):
                    self.assertEqual(sum(value[name] for value in values), part[name], name)
            self.assertEqual(sum(each["cents"] for each in part["distribution"]), part["net_cents"])
            self.assertEqual(sum(each["lines"] for each in part["distribution"]), part["lines"])
            for name in ("lines", "more_lines", "less_lines", "more_cents", "less_cents", "net_cents"):
                self.assertEqual(sum(share[name] for share in part["by_change"]), part[name], name)
        self.assertEqual(answer["after"]["approved_cents"] - answer["before"]["approved_cents"], whole["net_cents"])

    def compare_with_runs(self, answer, sides, *options, data="lines.csv"):
        """The counts of both sides, and the changed lines, from two plain runs."""
        rows = []
        for name, (module, more) in zip(SIDES, sides):
            self.beding("run", module, "--lines", data, "--out", f"{name}.csv", "--summary", f"{name}.json", *more, *options)
            summary = json.loads((self.folder / f"{name}.json").read_text())
            self.assertEqual({key: answer[name][key] for key in COUNTS}, {key: summary[key] for key in COUNTS})
            with open(self.folder / f"{name}.csv", encoding="utf-8", newline="") as file:
                rows.append(list(csv.DictReader(file)))
        pairs = list(zip(*rows))
        differs = [(a, b) for a, b in pairs if (a["besluit"], a["bedrag_toegekend"]) != (b["besluit"], b["bedrag_toegekend"])]
        self.assertEqual(answer["total"]["lines"], len(differs))
        self.assertEqual(answer["other_reasons"], sum(a["regels"] != b["regels"] and (a["besluit"], a["bedrag_toegekend"]) ==
                                                      (b["besluit"], b["bedrag_toegekend"]) for a, b in pairs))
        return differs

    def by_text(self, answer):
        return {cause["text"]: cause for cause in answer["causes"]}


class Totals(ImpactTest):
    def test_a_hundred_thousand_lines(self):
        """Every kind of change at once, against two runs, to the cent and to the line."""
        self.file("lines.csv", lines(*many(POPULATION)))
        after = self.changed(("20,25", "20,50"), ("56 dagen", "49 dagen"), ("tot 28 dagen", "tot 27 dagen"),
                             ("begrens volume tot 27 dagen", "begrens volume tot 27 dagen  -- een minder"))
        answer = self.impact(HULP, after, "--out", "changed.csv")
        differs = self.compare_with_runs(answer, [(HULP, ()), (after, ())])
        with open(self.folder / "changed.csv", encoding="utf-8", newline="") as file:
            changed = list(csv.DictReader(file))
        wanted = [(a["declaratienummer"], a["regelnummer"], a["besluit"], b["besluit"], a["bedrag_toegekend"], b["bedrag_toegekend"]) for a, b in differs]
        names = ("declaratienummer", "regelnummer", "besluit_voor", "besluit_na", "bedrag_voor", "bedrag_na")
        self.assertEqual([tuple(row[name] for name in names) for row in changed], wanted)
        per_cause = collections.Counter()
        for row in changed:
            per_cause[row["oorzaak"]] += round(float(row["verschil"]) * 100)
        self.assertEqual(dict(per_cause), {cause["text"]: cause["net_cents"] for cause in answer["causes"]})
        sizes = sorted(abs(round(float(row["verschil"]) * 100)) for row in changed)
        largest = [abs(case["cents_after"] - case["cents_before"]) for case in answer["total"]["largest"]]
        self.assertEqual(largest, sizes[-1:-6:-1])
        ordered = sorted(round(float(row["verschil"]) * 100) for row in changed)
        median, middle = answer["total"]["median"], ordered[(len(ordered) - 1) // 2]
        self.assertLessEqual(abs(median["cents_after"] - median["cents_before"] - middle), abs(middle) / 100)
        months = [value["value"] for value in answer["total"]["by"]["maand"]]
        self.assertEqual(months, sorted(months))

    def test_nothing_changes(self):
        self.file("lines.csv", lines(*many(50)))
        answer = self.impact(HULP, self.changed(("regel te_laat", "-- een opmerking\nregel te_laat")))
        self.assertEqual((answer["total"]["lines"], answer["causes"], answer["other_reasons"]), (0, [], 0))
        self.assertIn("Geen enkele regel", self.beding("impact", HULP, HULP, "--lines", "lines.csv").stdout)

    def test_no_lines_show_nothing(self):
        """A file with a header only is no evidence that a change does nothing."""
        self.file("lines.csv", lines())
        text = self.beding("impact", HULP, HULP, "--lines", "lines.csv").stdout
        self.assertIn("geen regels om te beslissen", text)
        self.assertNotIn("Geen enkele regel", text)

    def test_lines_that_one_side_rejects_as_malformed_or_faulting(self):
        self.file("lines.csv", lines(hulp_line(), hulp_line(regelnummer="2", akkoord="misschien"), hulp_line(regelnummer="3", volume="drie")))
        before = self.changed(("    houd aan als akkoord aanwezig en niet akkoord", "    houd aan als volume > 100 dagen"),
                              ("invoer akkoord : boolean facultatief\n", ""), ("regel wacht_op_akkoord", "regel wacht_op_akkoord  voor opvang"), name="a.bdg")
        answer = self.impact(before, HULP, "--on-error", "reject")
        self.assertEqual((answer["before"]["malformed"], answer["after"]["malformed"]), (1, 2))
        self.compare_with_runs(answer, [(before, ()), (HULP, ())], "--on-error", "reject")
        self.assertEqual([cause["text"] for cause in answer["causes"]], ["nu `cel_ongeldig`"])
        stopped = self.impact(before, HULP, status=1)
        self.assertIn("hulp.bdg` (kant: na) kan deze regels niet beslissen", stopped.stderr)
        # What both sides say of a line is said once.
        said = self.beding("impact", before, HULP, "--lines", "lines.csv", "--on-error", "reject").stderr
        self.assertEqual((said.count("lines.csv:3:"), said.count("lines.csv:4:"), said.count("`drie`")), (1, 1, 1))


class Causes(ImpactTest):
    def test_a_rule_that_rejects(self):
        self.file("lines.csv", lines(hulp_line(dagtekening="2020-03-04"), hulp_line(regelnummer="2")))
        after = self.changed(("56 dagen", "55 dagen"))
        answer = self.impact(HULP, after)
        self.assertEqual([cause["text"] for cause in answer["causes"]], ["`te_laat` keurt nu af"])
        cause = answer["causes"][0]
        self.assertEqual(cause["elements"][0]["id"], "rule.te_laat")
        self.assertEqual((cause["net_cents"], cause["other_decision"], cause["largest"][0]["regelnummer"]), (-3000, 1, "1"))
        self.assertTrue(any("55 dagen" in line for line in cause["evidence"]["differences"]), cause["evidence"])
        back = self.impact(after, HULP)
        self.assertEqual([cause["text"] for cause in back["causes"]], ["`te_laat` keurt niet meer af"])
        self.assertEqual(back["total"]["net_cents"], 3000)

    def test_a_cap(self):
        self.file("lines.csv", lines(hulp_line(volume="28"), hulp_line(regelnummer="2", volume="30")))
        answer = self.impact(HULP, self.changed(("tot 28 dagen", "tot 27 dagen")))
        self.assertEqual(set(self.by_text(answer)), {"`hoogstens_28` begrenst nu", "bedrag van `opvang` anders berekend; begrensd door `hoogstens_28`"})
        self.assertEqual(answer["total"]["net_cents"], -2000)

    def test_a_tariff(self):
        self.file("lines.csv", lines(hulp_line(zwaarte="middel"), hulp_line(regelnummer="2")))
        answer = self.impact(HULP, self.changed(("20,25", "20,50")))
        cause = self.by_text(answer)["bedrag van `opvang` anders berekend"]
        self.assertEqual((cause["lines"], cause["net_cents"], cause["elements"]), (1, 75, [{"kind": "payment", "product": "opvang"}]))
        self.assertEqual(cause["evidence"]["line"], "D1/1")
        self.assertTrue(any("20,25" in line and "20,50" in line for line in cause["evidence"]["differences"]), cause["evidence"])

    def test_a_difference_that_nothing_explains(self):
        """Two modules that say the same and decide otherwise can only be made by hand: here one has another constant in its code."""
        module = pathlib.Path(self.folder) / "m.bdc"
        self.beding("build", self.changed(("einddatum + 56 dagen", "einddatum + 12345 dagen")), "-o", module)
        content = bytearray(module.read_bytes())
        at = content.index(struct.pack("<q", 12345))
        self.assertEqual(content.find(struct.pack("<q", 12345), at + 1), -1)
        content[at:at + 8] = struct.pack("<q", 1)
        content[32:64] = hashlib.sha256(content[64:]).digest()
        other = pathlib.Path(self.folder) / "n.bdc"
        other.write_bytes(content)
        self.file("lines.csv", lines(hulp_line()))
        done = self.beding("impact", module, other, "--lines", self.folder / "lines.csv")
        self.assertIn("1 regels vallen anders uit", done.stderr)

    def test_a_cap_is_no_reason_for_a_decision(self):
        self.file("lines.csv", lines(hulp_line(dagtekening="2020-03-04", volume="29", akkoord="nee")))
        answer = self.impact(HULP, self.changed(("56 dagen", "55 dagen")))
        self.assertEqual([cause["text"] for cause in answer["causes"]], ["`te_laat` keurt nu af"])

    def test_two_rules_together(self):
        self.file("lines.csv", lines(hulp_line(dagtekening="2020-03-04", volume="29")))
        answer = self.impact(HULP, self.changed(("56 dagen", "55 dagen"), ("begrens volume tot 28 dagen", "keur af als volume > 28 dagen")))
        self.assertEqual([cause["text"] for cause in answer["causes"]], ["`te_laat` keurt nu af; `hoogstens_28` keurt nu af"])

    def test_other_reasons_are_no_change(self):
        self.file("lines.csv", lines(hulp_line(dagtekening="2020-06-01")))
        answer = self.impact(HULP, self.changed(("regel te_laat", "regel veel_te_laat"), ("afgekeurd door te_laat", "afgekeurd door veel_te_laat")))
        self.assertEqual((answer["total"]["lines"], answer["other_reasons"]), (0, 1))


class Readings(ImpactTest):
    def test_one_agreement_and_another_reading(self):
        text = TEXT.replace("regel hoogstens_28", LEZING + "regel hoogstens_28")
        module = self.changed(("tot 28 dagen", "tot als grens is dertig dan 30 dagen anders 28 dagen"), text=text)
        self.file("lines.csv", lines(hulp_line(volume="30"), hulp_line(regelnummer="2")))
        answer = self.impact(module, None, "--reading", "grens=dertig")
        self.assertEqual((answer["total"]["lines"], answer["total"]["net_cents"]), (1, 2000))
        self.assertEqual([answer[side]["readings"][0]["alternative"] for side in SIDES], ["achtentwintig", "dertig"])
        self.compare_with_runs(answer, [(module, ()), (module, ("--reading", "grens=dertig"))])
        text = self.beding("impact", module, "--reading", "grens=dertig", "--lines", "lines.csv").stdout
        self.assertIn("lezing `grens`: achtentwintig (voor), dertig (na)", text)
        # With two agreements a reading is for both, or for the one that has it.
        answer = self.impact(HULP, module, "--reading", "grens=dertig")
        self.compare_with_runs(answer, [(HULP, ()), (module, ("--reading", "grens=dertig"))])
        self.assertIn("kent geen lezing `niets`", self.impact(HULP, module, "--reading", "niets=dertig", status=2).stderr)

    def test_neither_two_agreements_nor_a_reading(self):
        self.file("lines.csv", lines(hulp_line()))
        done = self.impact(HULP, None, status=2)
        self.assertIn("--reading", done.stderr)


class Differences(ImpactTest):
    """What only one of the two versions needs."""

    def test_a_column_a_table_and_a_list_of_one_side(self):
        after = self.changed(("invoer akkoord", "invoer afslag : getal facultatief\ninvoer akkoord"),
                             ("definitie uren_prijs", "tabel korting : bedrag extern\ndefinitie uren_prijs"),
                             ("betaal volume × tarief", "betaal volume × tarief − korting × (als afslag aanwezig dan afslag anders 0)"))
        rows = [hulp_line() + ",1", hulp_line(regelnummer="2") + ","]
        self.file("lines.csv", lines(*rows, header=lines().strip() + ",afslag"))
        self.file("params.csv", "naam,waarde\nkorting,2.50\n")
        answer = self.impact(HULP, after, "--params", "params.csv")
        self.assertEqual((answer["total"]["lines"], answer["total"]["net_cents"]), (1, -250))
        back = self.impact(after, HULP, "--params", "params.csv")
        self.assertEqual(back["total"]["net_cents"], 250)
        self.file("params.csv", "naam,waarde\nkorting,2.50\nniets,1\n")
        self.assertIn("`niets`", self.impact(HULP, after, "--params", "params.csv", status=1).stderr)

    def test_a_column_that_is_missing(self):
        after = self.changed(("invoer akkoord", "invoer reis : getal\ninvoer akkoord"), ("regel te_laat", "regel ver\n    keur af als reis > 9\nregel te_laat"))
        self.file("lines.csv", lines(hulp_line()))
        done = self.impact(HULP, after, status=1)
        self.assertIn("reis", done.stderr)
        self.assertIn("(kant: na) kan deze regels niet beslissen; er is niets vergeleken", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_other_agreements(self):
        self.file("lines.csv", lines(hulp_line()))
        done = self.impact(HULP, self.changed(("overeenkomst hulp", "overeenkomst iets_anders")), status=1)
        self.assertIn("is overeenkomst iets_anders", done.stderr)

    def test_a_newer_module(self):
        self.file("lines.csv", lines(hulp_line()))
        self.beding("build", HULP, "-o", "m.bdc")
        content = bytearray((self.folder / "m.bdc").read_bytes())
        content[8:12] = (99).to_bytes(4, "little")
        self.file("n.bdc", bytes(content))
        done = self.impact("m.bdc", "n.bdc", status=1)
        self.assertIn("99", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_a_product_by_name_and_by_code(self):
        self.file("lines.csv", lines(hulp_line(product="02A06", eenheid="uur", zwaarte=""), hulp_line(regelnummer="2", product="hulp", eenheid="uur", zwaarte="")))
        answer = self.impact(HULP, self.changed(("€ 50,40 per uur\n\nregel", "€ 51,40 per uur\n\nregel")))
        self.assertEqual([(value["value"], value["lines"]) for value in answer["total"]["by"]["product"]], [("hulp", 2)])


class Forms(ImpactTest):
    def setUp(self):
        super().setUp()
        self.file("lines.csv", lines(*many(2000)))
        self.after = self.changed(("20,25", "20,50"), ("56 dagen", "49 dagen"))

    def report(self, *options, **more):
        return self.beding("impact", HULP, self.after, "--lines", "lines.csv", *options, **more)

    def test_the_same_figures_in_every_form(self):
        net = self.impact(HULP, self.after)["total"]["net_cents"]
        euros = f"{abs(net) // 100:,}".replace(",", ".") + f",{abs(net) % 100:02}"
        self.assertIn("| `te_laat` keurt nu af |", self.report("--markdown").stdout)
        self.assertIn("<code>te_laat</code> keurt nu af", self.report("--html").stdout)
        for form in ("--markdown", "--html", None):
            text = self.report(*([form] if form else [])).stdout
            self.assertIn(f"{'−' if net < 0 else '+'} € {euros}", text)
        english = self.report("--lang", "en").stdout
        self.assertIn("Impact of a change: Verzonnen hulp", english)
        self.assertIn("`te_laat` now rejects", english)

    def test_html_is_whole(self):
        page = self.report("--html").stdout
        self.assertTrue(page.startswith("<!DOCTYPE html>"))
        for tag in ("table", "tr", "td", "th", "ul", "li", "p", "main", "body", "html"):
            self.assertEqual(page.count(f"<{tag}>") + page.count(f"<{tag} "), page.count(f"</{tag}>"), tag)
        self.assertNotIn("http://", page)
        self.assertNotIn("https://", page)

    def test_one_form(self):
        self.assertIn("kies één van", self.report("--json", "--html", status=2).stderr)

    def test_standard_input_and_json_lines(self):
        wanted = self.report().stdout.replace("lines.csv", "de standaardinvoer")
        content = (self.folder / "lines.csv").read_text()
        self.assertEqual(self.beding("impact", HULP, self.after, "--lines", "-", stdin=content).stdout, wanted)
        rows = "".join(json.dumps({key: value for key, value in row.items() if value != ""}) + "\n" for row in csv.DictReader(io.StringIO(content)))
        self.assertEqual(self.beding("impact", HULP, self.after, "--lines", "-", stdin=rows).stdout, wanted)
        self.file("l.jsonl", rows)
        self.report("--out", "changed.jsonl")
        first = json.loads((self.folder / "changed.jsonl").read_text().splitlines()[0])
        self.assertEqual(list(first)[:4], ["declaratienummer", "regelnummer", "besluit_voor", "besluit_na"])
        self.assertEqual(self.beding("impact", HULP, self.after, "--lines", "l.jsonl").stdout, wanted.replace("de standaardinvoer", "l.jsonl"))

    def test_compiled_modules_and_order_of_the_file(self):
        self.beding("build", HULP, "-o", "a.bdc")
        self.beding("build", self.after, "-o", "b.bdc")
        one, other = self.impact("a.bdc", "b.bdc"), self.impact(HULP, self.after)
        for answer in (one, other):
            for side in SIDES:
                del answer[side]["file"]
        for cause in one["causes"] + other["causes"]:
            for element in cause["elements"]:
                element.pop("place", None)
        self.assertEqual(one, other)


class Changes(ImpactTest):
    """By which change of the texts: single ones, several at once, none at all, and where it cannot be told."""

    def shares(self, answer):
        return {(" + " if share["told_apart"] else " | ").join(share["changes"]): (share["lines"], share["net_cents"]) for share in answer["total"]["by_change"]}

    def test_each_its_own_and_both_together(self):
        self.file("lines.csv", lines(hulp_line(bedrag="30.00"), hulp_line(regelnummer="2", dagtekening="2020-03-04"),
                                     hulp_line(regelnummer="3", dagtekening="2020-03-04", bedrag="30.00"), hulp_line(regelnummer="4", zwaarte="zwaar")))
        after = self.changed(("10,00  |", "11,00  |"), ("56 dagen", "55 dagen"), ("houd aan als akkoord aanwezig en niet akkoord", "houd aan als akkoord aanwezig"))
        answer = self.impact(HULP, after, "--out", "changed.csv")
        self.assertEqual(self.shares(answer), {"tariff.opvang": (1, -3000), "rule.te_laat": (1, -3000), "tariff.opvang + rule.te_laat": (1, -3000)})
        self.assertEqual([(change["id"], change["lines"]) for change in answer["changes"]],
                         [("tariff.opvang", 2), ("rule.te_laat", 2), ("rule.wacht_op_akkoord", 0)])
        with open(self.folder / "changed.csv", encoding="utf-8", newline="") as file:
            self.assertEqual([row["wijziging"] for row in csv.DictReader(file)], ["tariff.opvang", "rule.te_laat", "tariff.opvang + rule.te_laat"])
        text = self.beding("impact", HULP, after, "--lines", "lines.csv").stdout
        self.assertIn("tarief `opvang` + regel `te_laat`", text)
        self.assertIn("Zonder gevolg voor deze regels: regel `wacht_op_akkoord`.", text)
        self.assertIn("Door: tarief `opvang`.", text)

    def test_two_changes_of_one_rule(self):
        """Which of two changes that reach one rule it is, the derivations of the line say."""
        text = TEXT.replace("keur af als dagtekening > einddatum + 56 dagen", "keur af als dagtekening > uiterste of begindatum < eerste") + \
            "\ndefinitie uiterste : datum = einddatum + 56 dagen\ndefinitie eerste : datum = 2020-01-01\n"
        before = self.file("a.bdg", text)
        after = self.changed(("einddatum + 56 dagen", "einddatum + 50 dagen"), ("datum = 2020-01-01", "datum = 2020-01-07"), text=text)
        self.file("lines.csv", lines(hulp_line(dagtekening="2020-03-03", begindatum="2020-01-07"), hulp_line(regelnummer="2", begindatum="2020-01-05")))
        self.assertEqual(self.shares(self.impact(before, after)), {"definition.uiterste": (1, -3000), "definition.eerste": (1, -3000)})

    def test_a_rule_that_is_silent_because_of_another_change(self):
        """Dearer, and no longer compared with the claim: without the second the first would have had the line rejected."""
        self.file("lines.csv", lines(hulp_line(bedrag="30.00"), hulp_line(regelnummer="2")))
        after = self.changed(("10,00  |", "11,00  |"), ("ingediend_bedrag <> berekend_bedrag", "ingediend_bedrag > € 9.000"))
        self.assertEqual(self.shares(self.impact(HULP, after)), {"tariff.opvang | rule.bedrag_onjuist": (2, 600)})

    def test_price_and_formula_at_once(self):
        self.file("lines.csv", lines(hulp_line(volume="1", zwaarte="middel"), hulp_line(regelnummer="2", product="02A06", eenheid="uur", zwaarte="")))
        after = self.changed(("20,25", "20,35"), ("betaal volume × tarief  afgerond op centen", "betaal volume × tarief × 99 %  afgerond op centen"))
        answer = self.impact(HULP, after)
        self.assertEqual(self.shares(answer), {"rule.betaling": (1, -151), "tariff.opvang | rule.betaling": (1, -10)})

    def test_what_is_told_of_a_line_does_not_depend_on_the_others(self):
        """What following one line back found is used for lines that take the same way; alone each is followed back itself. And however many there
        are, all are told."""
        after = self.changed(("10,00  | 20,25", "10,05  | 20,35"), ("betaal volume × tarief  afgerond op centen", "betaal volume × tarief × 99 %  afgerond op centen"),
                             ("tot 28 dagen", "tot 27 dagen"), ("einddatum + 56 dagen", "einddatum + 50 dagen"),
                             ("ingediend_bedrag <> berekend_bedrag", "ingediend_bedrag > berekend_bedrag"))
        rows = [row for row in lines(*many(1000)).split("\n")[1:] if row]
        rows = [",".join(["D%s" % i, "1", *cells[2:13], ("", "200.00", "9.95")[i % 3], *cells[14:]]) for i, cells in enumerate(row.split(",") for row in rows)]
        self.file("lines.csv", lines(*rows))
        few = self.shares(self.impact(HULP, after, "--out", "changed.csv"))
        self.assertGreater(len(few), 3)
        with open(self.folder / "changed.csv", encoding="utf-8", newline="") as file:
            changed = list(csv.DictReader(file))
        for row in changed[::len(changed) // 40]:
            self.file("one.csv", lines(rows[int(row["declaratienummer"][1:])]))
            self.impact(HULP, after, "--out", "alone.csv", data="one.csv")
            with open(self.folder / "alone.csv", encoding="utf-8", newline="") as file:
                self.assertEqual(list(csv.DictReader(file)), [row])
        times = 160
        self.file("many.csv", lines(*("%s,%s" % (i, row) for i in range(times) for row in rows), header="bestand," + lines().strip()))
        many_shares = self.shares(self.impact(HULP, after, data="many.csv"))
        self.assertEqual(many_shares, {name: (times * count, times * cents) for name, (count, cents) in few.items()})

    def test_a_long_declaration(self):
        """Where a line looks at the others of its declaration, these stay together, and more lines are decided at once than otherwise."""
        text = TEXT + "\nregel later\n    keur af als enige r in andere_regels heeft (r.begindatum > 2030-01-01)\n"
        before = self.file("a.bdg", text)
        after = self.changed(("10,00  |", "11,00  |"), text=text)
        rows = [hulp_line(declaratienummer=f"D{i // 700}", regelnummer=str(i % 700 + 1)) for i in range(2100)]
        self.file("lines.csv", lines(*rows))
        self.assertEqual(self.shares(self.impact(before, after)), {"tariff.opvang": (2100, 630000)})

    def test_readings_are_changes(self):
        text = TEXT.replace("regel hoogstens_28", LEZING + LEZING.replace("grens", "laat") + "regel hoogstens_28")
        module = self.changed(("tot 28 dagen", "tot als grens is dertig dan 30 dagen anders 28 dagen"),
                              ("einddatum + 56 dagen", "einddatum + (als laat is dertig dan 50 dagen anders 56 dagen)"), text=text)
        self.file("lines.csv", lines(hulp_line(volume="30"), hulp_line(regelnummer="2", dagtekening="2020-03-03"), hulp_line(regelnummer="3", volume="30", dagtekening="2020-03-03")))
        answer = self.impact(module, None, "--reading", "grens=dertig", "--reading", "laat=dertig")
        self.assertEqual(self.shares(answer), {"reading.grens": (1, 2000), "reading.laat": (2, -31000)})
        both = self.beding("impact", module, module, "--reading", "grens=dertig", "--lines", "lines.csv").stdout
        self.assertIn("lezing `grens`: dertig, aan beide kanten; de overeenkomst kiest achtentwintig", both)

    def test_what_earlier_lines_left(self):
        """A tariff that nobody here uses, and a rule that takes away the first stay: the room that leaves is not the second line's own."""
        text = (DATA / "tellers.bdg").read_text(encoding="utf-8").replace("regel betaling", "regel kort voor logeren\n    keur af als volume < 4 etmalen\nregel betaling")
        before = self.file("a.bdg", text)
        after = self.changed(("volume < 4 etmalen", "volume < 5 etmalen"), ("tarief hulp    € 60", "tarief hulp    € 61"), ("grootste(0 etmalen, 30", "grootste(0 etmalen, 31"), text=text)
        header = "declaratienummer,regelnummer,dagtekening,aanbieder,gemeente,client,product,begindatum,einddatum,volume,eenheid"
        rows = [f"D{i},1,2020-0{i + 2}-01,A,0546,C,logeren,2020-0{i + 1}-01,2020-0{i + 1}-{volume:02},{volume},etmaal" for i, volume in ((0, 4), (1, 13), (2, 14))]
        self.file("lines.csv", lines(*rows, header=header))
        answer = self.impact(before, after, "--out", "changed.csv")
        with open(self.folder / "changed.csv", encoding="utf-8", newline="") as file:
            self.assertEqual([(row["verschil"], row["wijziging"]) for row in csv.DictReader(file)], [("-400.00", "rule.kort"), ("100.00", "rule.jaar | earlier_lines")])

    def test_a_cap_that_leaves_nothing(self):
        self.file("lines.csv", lines(hulp_line()))
        answer = self.impact(HULP, self.changed(("tot 28 dagen", "tot 0 dagen")))
        self.assertEqual([cause["text"] for cause in answer["causes"]], ["`hoogstens_28` keurt nu af"])

    def test_held_instead_of_rejected(self):
        self.file("lines.csv", lines(hulp_line(dagtekening="2020-06-01")))
        answer = self.impact(HULP, self.changed(("keur af als dagtekening >", "houd aan als dagtekening >")))
        self.assertEqual([cause["text"] for cause in answer["causes"]], ["`te_laat` houdt nu aan"])


class Counting(ImpactTest):
    def test_counters_in_any_order(self):
        """Where lines influence each other, both sides take them in order, and each counts for itself."""
        text = (DATA / "tellers.bdg").read_text(encoding="utf-8")
        before = self.file("a.bdg", text)
        after = self.changed(("30 etmalen − etmalen", "20 etmalen − etmalen"), text=text)
        plain = self.changed(("30 etmalen − etmalen over kalenderjaar van begindatum", "30 etmalen"), text=text, name="c.bdg")
        header = "declaratienummer,regelnummer,dagtekening,aanbieder,gemeente,client,product,begindatum,einddatum,volume,eenheid"
        rows = [f"D{i},1,2020-{i % 9 + 2:02}-0{i % 7 + 1},A{i % 3},0546,C{i % 40},logeren,2020-{i % 9 + 1:02}-{i % 20 + 1:02},"
                f"2020-{i % 9 + 1:02}-{i % 20 + 4:02},4,etmaal" for i in range(400)]
        self.file("lines.csv", lines(*rows, header=header))
        for other in (after, plain):
            answer = self.impact(before, other)
            self.assertGreater(answer["total"]["lines"], 0)
            self.compare_with_runs(answer, [(before, ()), (other, ())])

    def test_a_ledger_is_read_and_not_written(self):
        text = (DATA / "tellers.bdg").read_text(encoding="utf-8")
        before = self.file("a.bdg", text)
        after = self.changed(("30 etmalen − etmalen", "20 etmalen − etmalen"), text=text)
        header = "declaratienummer,regelnummer,dagtekening,aanbieder,gemeente,client,product,begindatum,einddatum,volume,eenheid"
        for month in (1, 2):
            rows = [f"D{month}{i},1,2020-0{month + 1}-01,A,0546,C,logeren,2020-0{month}-{i * 5 + 1:02},2020-0{month}-{i * 5 + 4:02},4,etmaal" for i in range(4)]
            self.file(f"lines{month}.csv", lines(*rows, header=header))
        self.beding("run", before, "--lines", "lines1.csv", "--ledger", "l.db")
        content = (self.folder / "l.db").read_bytes()
        (self.folder / "tmp").mkdir()
        done = self.beding("impact", before, after, "--lines", "lines2.csv", "--ledger", "l.db", "--json", environment={"TMPDIR": str(self.folder / "tmp")})
        answer = parse(done.stdout)
        # January took 16 etmalen; of the 16 of February 14 fit below 30, and 4 below 20.
        self.assertEqual((answer["before"]["approved_cents"], answer["after"]["approved_cents"]), (140000, 40000))
        self.assertEqual(((self.folder / "l.db").read_bytes(), list((self.folder / "tmp").iterdir())), (content, []))
        done = self.beding("impact", before, after, "--lines", "lines1.csv", "--ledger", "l.db", "--json")
        self.assertEqual(parse(done.stdout)["total"]["lines"], 0)
        self.assertIn("4 regels stonden al in `l.db`", done.stderr)
        self.beding("impact", before, after, "--lines", "lines1.csv", "--ledger", "niets.db", status=3)


if __name__ == "__main__":
    unittest.main()
