#!/usr/bin/env python3
"""Every JSON output against its schema in docs/schemas, with the agreements of contracts/ and examples/; and docs/json.md against both."""
import copy
import csv
import pathlib
import subprocess
import sys
import unittest

from command import BEDING, CommandTest, DATA, HULP, KOPPELING, ROOT, hulp_line, lines
from json_schema import Validator, fields_of, parse

SCHEMAS = {path.stem: parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "docs" / "schemas").glob("*.json"))}
LEIDEN = ROOT / "contracts" / "leiden-beschermd-wonen" / "overeenkomst.bdg.md"
HUISHOUDEN = ROOT / "examples" / "huishouden" / "agreement.bdg"
RESPITE = ROOT / "examples" / "youth-respite" / "agreement.bdg"
PARAMS = ["--params", RESPITE.parent / "params.csv"]
SERIES = ["--series", LEIDEN.parent / "series.csv"]
SCALARS = """taal nl
overeenkomst waarden
document hoofd "Overeenkomst"  rang 1
eenheid dag/dagen  ondeelbaar
keuze kleur = rood, blauw
product opvang per dag
tarief opvang € 10,00 per dag  bron "Bijlage 1" uit document hoofd citaat "tien euro"

definitie breuk(x : getal) : getal aanroepbaar = x / 3
definitie prijs(x : getal) : bedrag aanroepbaar = € 12,50 × x
definitie klopt(x : getal) : boolean aanroepbaar = x > 1
definitie dag_erna(d : datum) : datum aanroepbaar = d + 1 dag
definitie per_dag(x : getal) : bedrag per dag aanroepbaar = x × € 2,00 per dag
definitie tint(x : getal) : kleur aanroepbaar = als x > 1 dan rood anders blauw
verplichting jaarverslag  bron "Bijlage 2" uit document hoofd citaat "elk jaar"
    elk jaar op 1 mei
"""
PEOPLE = """taal nl
overeenkomst mensen
document hoofd "Overeenkomst"  rang 1
eenheid dag/dagen  ondeelbaar
product opvang per dag
tarief opvang € 10,00 per dag
lezing grens "Telt de laatste dag mee?" = ja_telt | nee_telt  gekozen ja_telt  omdat "dat is gebruik"  bron "Artikel 1" uit document hoofd
oordeel dringend door gemeente "Is het dringend?"  bron "Artikel 2" uit document hoofd
niet uitdrukbaar "partijen spannen zich in"  bron "Artikel 3" uit document hoofd
definitie dagen_meer : getal aanroepbaar = als grens is ja_telt dan 1 anders 0
wijziging addendum vanaf 2021-01-01 tenzij dringend  bron "Artikel 5" uit document hoofd
tarief opvang € 11,00 per dag  volgens wijziging addendum
kan opschorten betaling_later
    bron "Artikel 4" uit document hoofd
    invoer laat : ja/nee
    als    laat
regel spoed
    keur af als volume + dagen_meer × 1 dag > 2 dagen en niet dringend
regel betaling
    betaal volume × tarief afgerond op centen
"""
INDEXED = """taal nl
overeenkomst geindexeerd  geldig vanaf 2020-01-01 tot en met 2026-12-31
document hoofd "Overeenkomst"  rang 1
product opvang per dag
tarief opvang  geldig vanaf 2020-01-01 € 10,00 per dag
reeks cpi "prijzen" per maand extern  bron "Bijlage 1" uit document hoofd citaat "de index"
indexering opvang  bron "Bijlage 2" uit document hoofd citaat "jaarlijks"
    jaarlijks op 1 januari vanaf 2021
    factor cpi[augustus vorig jaar] / cpi[augustus twee jaar terug]
    keten op onafgerond
    afronding op centen
regel betaling
    betaal volume × tarief afgerond op centen
"""
VALIDATORS = {name: Validator(schema) for name, schema in SCHEMAS.items()}


class JsonTest(CommandTest):
    def valid(self, name, text):
        value = parse(text)
        self.assertEqual(VALIDATORS[name].complaints(value), [], name)
        if name != "decision":
            self.assertEqual(value["schema"], f"beding.{name}/1")
        return value


class Outputs(JsonTest):
    @classmethod
    def tearDownClass(cls):
        """No schema may describe a field that none of these outputs has."""
        unseen = {name: sorted(fields_of(schema) - VALIDATORS[name].seen) for name, schema in SCHEMAS.items()}
        unseen = {name: fields for name, fields in unseen.items() if fields}
        assert not unseen, f"described but never seen: {unseen}"

    def module(self, source):
        self.beding("build", source, "-o", "m.bdc")
        return "m.bdc"

    def test_diagnostics(self):
        for source in (LEIDEN, RESPITE):
            self.assertEqual(self.valid("diagnostics", self.beding("check", "--json", source).stdout)["diagnostics"], [])
        for content in (SCALARS + "definitie klopt : getal = 1\n", "taal nl\n\0", ""):
            answer = self.valid("diagnostics", self.beding("check", "--json", self.file("a.bdg", content), status=1).stdout)
            self.assertGreater(answer["errors"], 0)

    def test_run(self):
        for source, more in ((LEIDEN, SERIES), (RESPITE, PARAMS)):
            data = source.parent / "lines.csv"
            self.beding("run", source, "--lines", data, *more, "--out", "o.jsonl", "--summary", "s.json")
            rows = [self.valid("decision", line) for line in (self.folder / "o.jsonl").read_text(encoding="utf-8").splitlines()]
            summary = self.valid("summary", (self.folder / "s.json").read_text(encoding="utf-8"))
            self.assertEqual(len(rows), summary["lines"])
            self.assertEqual(sum(int(row["bedrag_toegekend"] * 100) for row in rows), summary["approved_cents"])

    def test_receipt(self):
        content = lines(hulp_line(), hulp_line(regelnummer="2", dagtekening="2020-06-01"))
        path = self.file("l.csv", content)
        module = self.file("p.bdg", PEOPLE)
        for source, more in ((HULP, ["--ledger", "x.db"]), (module, [])):
            self.beding("run", source, "--lines", path, *more, "--out", "o.csv", "--receipt", "r.json", "--on-error", "reject")
            self.valid("receipt", (self.folder / "r.json").read_text(encoding="utf-8"))
        self.valid("verification", self.beding("verify-receipt", "r.json", "--json").stdout)
        data = HUISHOUDEN.parent
        options = [word for name in ("allocations", "starts", "params") for word in (f"--{name}", data / f"{name}.csv")]
        self.beding("run", HUISHOUDEN, "--lines", data / "lines.csv", *options, "--records", f"huisbezoek={data / 'records-huisbezoek.csv'}", "--receipt", "h.json")
        answer = self.valid("receipt", (self.folder / "h.json").read_text(encoding="utf-8"))
        self.assertEqual([each["name"] for each in answer["inputs"] if "name" in each], ["huisbezoek"])
        self.file("l.csv", content.replace("D1", "D2"))
        answer = self.valid("verification", self.beding("verify-receipt", "r.json", "--json", status=1).stdout)
        self.assertEqual(answer["difference"]["what"], "l.csv")

    def test_impact(self):
        for source, more in ((LEIDEN, SERIES), (RESPITE, PARAMS)):
            data = source.parent / "lines.csv"
            same = self.valid("impact", self.beding("impact", source, source, "--lines", data, *more, "--json").stdout)
            self.assertEqual((same["total"]["lines"], same["causes"]), (0, []))
        text = RESPITE.read_text(encoding="utf-8")
        changed = self.file("n.bdg", text.replace("tariff × 60 %", "tariff × 75 %"))
        answer = self.valid("impact", self.beding("impact", RESPITE, changed, "--lines", RESPITE.parent / "lines.csv", *PARAMS, "--json").stdout)
        self.assertGreater(answer["total"]["lines"], 0)
        text = pathlib.Path(HULP).read_text(encoding="utf-8")
        reading = 'lezing grens "Hoe lang?" = lang | kort  gekozen kort  omdat "zo is het"  bron "Artikel 9" uit document hoofd\n'
        changed = self.file("h.bdg", text.replace("regel te_laat", reading + "regel te_laat").replace(
            "einddatum + 56 dagen", "einddatum + als grens is kort dan 50 dagen anders 56 dagen").replace("10,00", "11,00").replace(
            'bron "Artikel 4"', 'bron "Artikel 4" uit document hoofd'))
        path = self.file("l.csv", lines(hulp_line(dagtekening="2020-03-02"), hulp_line(regelnummer="2")))
        self.valid("impact", self.beding("impact", HULP, changed, "--lines", path, "--json").stdout)

    def test_summary_of_bad_lines(self):
        path = self.file("l.csv", lines(hulp_line() + ",x", hulp_line(volume="drie") + ",x", header=hulp_header() + ",kleur"))
        self.beding("run", HULP, "--lines", path, "--out", "o.csv", "--on-error", "reject", "--summary", "s.json")
        summary = self.valid("summary", (self.folder / "s.json").read_text(encoding="utf-8"))
        self.assertEqual((summary["rejected"], summary["malformed"], summary["unknown_columns"]), (1, 1, ["kleur"]))

    def test_summary_with_a_profile(self):
        rows = [hulp_line(regelnummer=str(i), volume=str(i % 40 + 1)) for i in range(1, 3000)] + [hulp_line(bedrag="30.000000001")]
        path = self.file("l.csv", lines(*rows))
        done = self.beding("run", HULP, "--lines", path, "--out", "o.csv", "--profile", "--threads", "2", "--summary", "s.json")
        summary = self.valid("summary", (self.folder / "s.json").read_text(encoding="utf-8"))
        profile = summary["profile"]
        self.assertEqual((summary["lines"], profile["exact_lines"]), (3000, 1))
        self.assertTrue(all(rule["own_ns"] <= rule["all_ns"] <= profile["deciding_ns"] for rule in profile["rules"]))
        self.assertGreater(sum(rule["all_ns"] for rule in profile["rules"]), 0)
        for rule in profile["rules"]:
            self.assertIn(rule["rule"], done.stderr)
        self.assertIn("beslissen", done.stderr)

    def test_describe_counters(self):
        answer = self.valid("describe", self.beding("describe", "--json", str(DATA / "tellers.bdg")).stdout)
        self.assertEqual([(each["name"], each["counts"], each["key"]) for each in answer["counters"]],
                         [("etmalen", "sum", ["client"]), ("nachten", "days", ["client", "gemeente"]), ("keren", "count", ["client"]),
                          ("uitgaven", "sum", ["aanbieder"])])

    def test_describe(self):
        for source in (LEIDEN, RESPITE, HULP, KOPPELING, self.file("w.bdg", SCALARS)):
            self.valid("describe", self.beding("describe", "--json", source).stdout)

    def test_verify(self):
        module = self.module(HULP)
        self.beding("keygen", "k")
        plain = self.valid("verify", self.beding("verify", module, "--json").stdout)
        self.assertEqual((plain["accepted"], plain["name"], plain["signature"]), (True, "hulp", None))
        unsigned = self.valid("verify", self.beding("verify", module, "--key", "k.pub", "--json", status=1).stdout)
        self.assertEqual(unsigned["signature"], {"valid": False, "problem": "missing", "key": None})
        self.beding("sign", module, "--secret", "k.secret")
        signed = self.valid("verify", self.beding("verify", module, "--key", "k.pub", "--json").stdout)
        self.assertIn(signed["signature"]["key"], (self.folder / "k.pub").read_text(encoding="utf-8"))
        self.file("m.bdc", (self.folder / "m.bdc").read_bytes()[:-8])
        cut = self.valid("verify", self.beding("verify", module, "--json", status=1).stdout)
        self.assertEqual((cut["refusal"]["offset"], cut["refusal"]["newer"], cut["size"]), (16, False, plain["size"] - 8))

    def test_people(self):
        """Readings, judgements, powers and what is not expressible; and what a run was made with."""
        source = self.file("m.bdg", PEOPLE)
        answer = self.valid("describe", self.beding("describe", "--json", source).stdout)
        reading, judgement, = answer["readings"][0], answer["judgements"][0]
        self.assertEqual((reading["name"], reading["alternatives"], reading["chosen"]), ("grens", ["ja_telt", "nee_telt"], "ja_telt"))
        self.assertEqual((judgement["name"], judgement["who"]), ("dringend", "gemeente"))
        self.assertEqual((answer["powers"][0]["name"], len(answer["not_expressible"])), ("opschorten.betaling_later", 1))
        self.assertEqual(answer["amendments"][0]["text"], "vanaf 2021-01-01, tenzij dringend")
        cells = "D,1,2020-03-01,A,G,C,T,opvang,2020-02-01,2020-02-02,2,dag,,,"
        path = self.file("l.csv", lines(cells, header=hulp_header().split(",zwaarte")[0] + ",dringend"))
        for alternative, decision in (("ja_telt", "aangehouden"), ("nee_telt", "goedgekeurd")):
            given = ["--lines", path, "--reading", f"grens={alternative}"]
            self.beding("run", source, *given, "--out", "o.jsonl", "--summary", "s.json")
            self.assertEqual(self.valid("decision", (self.folder / "o.jsonl").read_text(encoding="utf-8"))["besluit"], decision)
            explained = self.valid("explain", self.beding("explain", source, *given, "--line", "D/1", "--json").stdout)
            evaluated = self.valid("eval", self.beding("eval", source, "dagen_meer", "--input", "{}", "--json", *given[2:]).stdout)
            summary = self.valid("summary", (self.folder / "s.json").read_text(encoding="utf-8"))
            self.assertEqual(evaluated["value"], alternative == "ja_telt" and 1 or 0)
            self.assertIs(explained["readings"][0].pop("looked_at"), True)
            for where in (explained, evaluated, summary):
                self.assertEqual(where["readings"], [{"name": "grens", "alternative": alternative, "chosen": "ja_telt"}])

    def test_wrong_readings(self):
        source = self.file("m.bdg", PEOPLE)
        for given, words in (("grensje=nee_telt", "bedoelde u `grens`"), ("grens=misschien", "`ja_telt`, `nee_telt`"), ("grens", "NAAM=")):
            done = self.beding("eval", source, "dagen_meer", "--input", "{}", "--reading", given, status=2)
            self.assertIn(words, done.stderr)
        done = self.beding("eval", source, "dagen_meer", "--input", "{}", "--reading", "grens=ja_telt", "--reading", "grens=nee_telt", status=2)
        self.assertIn("tweemaal", done.stderr)

    def test_scenarios(self):
        answer = self.valid("test", self.beding("test", "--json", RESPITE, LEIDEN).stdout)
        self.assertEqual((answer["failed"], len(answer["scenarios"])), (0, answer["passed"]))
        wrong = self.file("fout.bdg", SCALARS + 'voorbeeld "mis"\n    verwacht breuk(1) = 1\nvoorbeeld "raak"\n    verwacht breuk(3) = 1\n')
        answer = self.valid("test", self.beding("test", "--json", wrong, self.file("leeg.bdg", "taal nl\nregel\n"), status=1).stdout)
        self.assertEqual((answer["failed"], answer["passed"]), (2, 1))
        first = answer["scenarios"][0]
        self.assertEqual((first["file"], first["line"], first["name"], first["passed"]), (wrong, SCALARS.count("\n") + 1, "mis", False))
        self.assertIn("1/3", first["problem"])
        answer = self.valid("test", self.beding("test", "--json", "--coverage", RESPITE, HUISHOUDEN).stdout)
        self.assertEqual([one["probed"] for one in answer["coverage"]], [True, True])

    def test_diff(self):
        old, new = self.file("oud.bdg", SCALARS), self.file("nieuw.bdg", SCALARS.replace("x > 1 dan", "x > 2 dan").replace("€ 10,00", "€ 11,00")
                                                            .replace("jaarverslag", "verslag").replace("× x\n", "× x × 2\n"))
        answer = self.valid("diff", self.beding("diff", old, new, "--json", status=1).stdout)
        self.assertEqual([change["id"] for change in answer["changes"]], ["tariff.opvang", "definition.prijs", "definition.tint", "obligation.jaarverslag"])
        self.valid("diff", self.beding("diff", LEIDEN, LEIDEN, "--json").stdout)
        per = "taal nl\novereenkomst tijd\neenheid minuut\neenheid uur = 60 minuut\nproduct p per uur\ntarief p € 60,00 per uur\n"
        self.valid("diff", self.beding("diff", self.file("uur.bdg", per), self.file("minuut.bdg", per.replace("per uur", "per minuut")), "--json", status=1).stdout)
        text = "taal nl\novereenkomst prijs\neenheid dag\nkeuze soort = a, b\nproduct p per dag naar soort\ntarief p geldig vanaf 2020-01-01 tot en met 2020-12-31\n" \
               "    | a | b |\n    | 1,00 | 2,00 |\ntarief p geldig vanaf 2021-01-01\n    | a | b |\n    | 3,00 | 4,00 |\n"
        old, dated = self.file("prijs.bdg", text), self.file("dag.bdg", text.replace("1,00", "1,50"))
        self.valid("diff", self.beding("diff", old, dated, "--json", "--as-of", "2020-06-01", status=1).stdout)
        self.valid("diff", self.beding("diff", old, dated, "--json", "--as-of", "2021-06-01").stdout)
        callable = "taal nl\novereenkomst c\ndefinitie dubbel(x : getal) : getal aanroepbaar = 2 × x\n"
        old, renamed = self.file("c.bdg", callable), self.file("d.bdg", callable.replace("x", "getal_"))
        self.valid("diff", self.beding("diff", old, renamed, "--json", status=1).stdout)
        self.valid("diff", self.beding("diff", self.file("mensen.bdg", PEOPLE), self.file("meer.bdg", PEOPLE.replace("jaarlijks", "elk jaar").replace("> 2 dagen", ">= 2 dagen")), "--json", "--no-witness", status=1).stdout)

        answer = self.valid("diff", self.beding("diff", "mensen.bdg", self.file("anders.bdg", PEOPLE.replace("laatste dag mee", "laatste dag dan mee")), "--json", status=1).stdout)
        self.assertIn("geen beslissing verandert", answer["changes"][0]["witness"]["note"])

    def test_mutants(self):
        answer = self.valid("mutants", self.beding("test", "--mutate", "--json", "--at-least", "0", RESPITE, HUISHOUDEN).stdout)
        self.assertEqual(len(answer["files"]), 2)

    def test_tariff(self):
        for source in (LEIDEN, RESPITE, HULP, KOPPELING, self.file("w.bdg", SCALARS)):
            for day in ("2019-01-01", "2020-06-01", "2024-06-01"):
                self.valid("tariff", self.beding("tariff", "--json", source, "--as-of", day).stdout)

    def test_tariff_per_another_unit(self):
        source = ROOT / "tests" / "stages" / "test" / "good" / "toon.bdg"
        price = self.valid("tariff", self.beding("tariff", "--json", source, "--as-of", "2020-02-02").stdout)["tariffs"][0]
        self.assertEqual((str(price["bedrag"]), price["per"], str(price["toon"]["bedrag"]), price["toon"]["per"]), ("0.76", "minuut", "45.60", "uur"))

    def test_tariff_by_an_amendment(self):
        source = DATA / "addenda.bdg"
        by_day = [(day, self.valid("tariff", self.beding("tariff", "--json", source, "--as-of", day).stdout)["tariffs"][0]) for day in ("2020-12-31", "2021-01-01", "2022-01-01")]
        self.assertEqual([(str(price["bedrag"]), price.get("amendment")) for _, price in by_day],
                         [("10.00", None), ("12.00", {"name": "addendum", "text": "vanaf 2021-01-01, tenzij opgezegd"}), ("13.00", None)])
        told = self.beding("tariff", source, "--as-of", "2021-01-01").stdout
        self.assertIn("volgens wijziging addendum, vanaf 2021-01-01, tenzij opgezegd; anders gaat het vorige bedrag door", told)

    def test_indexed(self):
        source = self.file("i.bdg", INDEXED)
        figures = self.file("s.csv", "reeks,maand,waarde\ncpi,2019-08,99\ncpi,2020-08,101\n")
        answer = self.valid("describe", self.beding("describe", "--json", source).stdout)
        self.assertEqual((answer["series"][0]["name"], answer["indexations"][0]["first"]), ("cpi", "2021-01-01"))
        price = self.valid("tariff", self.beding("tariff", "--json", source, "--as-of", "2021-06-01", "--series", figures).stdout)["tariffs"][0]
        self.assertEqual([step["factor"] for step in price["steps"]], [None, "101/99"])
        self.assertEqual((str(price["bedrag"]), str(price["steps"][1]["bedrag"])), ("10.20", "10.20"))
        unknown = self.valid("tariff", self.beding("tariff", "--json", source, "--as-of", "2022-06-01", "--series", figures).stdout)["tariffs"][0]
        self.assertEqual((unknown["bedrag"], unknown["steps"][-1]["from"]), (None, "2022-01-01"))
        path = self.file("l.csv", lines("D,1,2021-03-01,A,G,C,T,opvang,2021-02-01,2021-02-02,2,dag,,", header=hulp_header().split(",zwaarte")[0]))
        told = self.valid("explain", self.beding("explain", source, "--lines", path, "--line", "D/1", "--series", figures, "--json").stdout)
        self.assertEqual(told["price"], price["steps"])

    def test_calendar(self):
        duties = ROOT / "tests" / "stages" / "test" / "good" / "boetes_en_termijnen.bdg"
        for source in (LEIDEN, RESPITE, HULP, duties, self.file("w.bdg", SCALARS)):
            for year in ("2018", "2020", "2024"):
                answer = self.valid("calendar", self.beding("calendar", "--json", source, "--year", year).stdout)
                self.assertEqual([due["uiterlijk"][:4] for due in answer["due"]], [year] * len(answer["due"]))

    def test_eval(self):
        waarden = self.file("w.bdg", SCALARS)
        for source, name, given, expected in [
            (waarden, "breuk", '{"x": 1}', "1/3"), (waarden, "breuk", '{"x": 6}', 2), (waarden, "klopt", '{"x": 2}', True),
            (waarden, "tint", '{"x": 1}', "blauw"), (waarden, "dag_erna", '{"d": "2020-02-28"}', "2020-02-29"),
            (RESPITE, "half_days_for", '{"attendance": 241}', {"waarde": 2, "eenheid": "half_day"}),
        ]:
            answer = self.valid("eval", self.beding("eval", source, name, "--input", given, "--json").stdout)
            self.assertEqual((answer["name"], answer["value"]), (f"definitie.{name}", expected))
        for name in ("prijs", "per_dag"):
            answer = self.valid("eval", self.beding("eval", waarden, name, "--input", '{"x": "0.5"}', "--json").stdout)
            bare = self.beding("eval", waarden, name, "--input", '{"x": "0.5"}').stdout
            self.assertEqual(answer["value"], parse(bare))

    def test_explain(self):
        for source, more in ((LEIDEN, SERIES), (RESPITE, PARAMS)):
            module, data = self.module(source), source.parent / "lines.csv"
            decided = list(csv.DictReader((source.parent / "expected.csv").read_text(encoding="utf-8").splitlines()))
            lines_of = csv.DictReader(data.read_text(encoding="utf-8").splitlines())
            late = {(line["declaratienummer"], line["regelnummer"]) for line in lines_of if line.get("toestemming_te_laat") == "ja"}
            lifted = [row for row in decided if (row["declaratienummer"], row["regelnummer"]) in late and row["besluit"] == "goedgekeurd"]
            for row in [*one_of_each(decided), *lifted[:1]]:
                name = f"{row['declaratienummer']}/{row['regelnummer']}"
                done = self.beding("explain", module, "--lines", data, *more, "--line", name, "--json")
                answer = self.valid("explain", done.stdout)
                self.assertEqual((answer["besluit"], answer["cents"]), (row["besluit"], int(row["bedrag_toegekend"].replace(".", ""))))
                known = {step["step"] for rule in answer["rules"] for step in rule["steps"]} | {step["step"] for step in answer["payment"]}
                used = {operand for rule in answer["rules"] for step in rule["steps"] for operand in step["operands"]}
                self.assertLessEqual(used, known)

    def test_explain_with_quotes_and_a_fault(self):
        path = self.file("l.csv", lines(hulp_line(dagtekening="2020-06-01"), hulp_line(regelnummer="2", zwaarte="")))
        self.assertEqual(self.valid("explain", self.beding("explain", HULP, "--lines", path, "--line", "D1/1", "--json").stdout)["fault"], None)
        answer = self.valid("explain", self.beding("explain", HULP, "--lines", path, "--line", "D1/2", "--json").stdout)
        self.assertEqual((answer["besluit"], answer["fault"]["code"], answer["payment"]), ("vastgelopen", "cel_ontbreekt", []))


def hulp_header():
    return lines().splitlines()[0]


def one_of_each(decided):
    """One line for each decision with its rules: the rest look alike."""
    return list({(row["besluit"], row["regels"]): row for row in decided}.values())


def mutants(value, path=""):
    """Copies of a value with one thing wrong each: a field less, a field more, a field of another kind."""
    if isinstance(value, list):
        for index, item in enumerate(value[:1]):
            for where, wrong in mutants(item, f"{path}[{index}]"):
                yield where, [*value[:index], wrong, *value[index + 1:]]
    if isinstance(value, dict):
        yield path + "+", {**value, "nergens beschreven": {"diep": []}}
        for name, item in value.items():
            yield f"{path}.{name}-", {other: kept for other, kept in value.items() if other != name}
            yield f"{path}.{name}!", {**value, name: {"verkeerd": [[]]}}
            for where, wrong in mutants(item, f"{path}.{name}"):
                yield where, {**value, name: wrong}


class Strictness(JsonTest):
    """The schemas say no as well: each mistake in a real output is seen, apart from leaving out what may be left out."""

    def test_mistakes_are_seen(self):
        for name, text in [
            ("describe", self.beding("describe", "--json", HULP).stdout),
            ("describe", self.beding("describe", "--json", str(DATA / "tellers.bdg")).stdout),
            ("tariff", self.beding("tariff", "--json", HULP, "--as-of", "2020-06-01").stdout),
            ("calendar", self.beding("calendar", "--json", RESPITE, "--year", "2024").stdout),
            ("diagnostics", self.beding("check", "--json", self.file("a.bdg", "taal nl\nregel\n"), status=1).stdout),
            ("eval", self.beding("eval", "--json", HULP, "tarief.hulp", "--as-of", "2020-06-01").stdout),
        ]:
            schema, good = SCHEMAS[name], parse(text)
            optional = {field for part in [schema, *schema.get("$defs", {}).values()]
                        for field in set(part.get("properties", {})) - set(part.get("required", []))}
            count = 0
            for where, wrong in mutants(copy.deepcopy(good)):
                if where.endswith("-") and where[:-1].rsplit(".", 1)[1] in optional:
                    continue
                if where.endswith("-") and (".dimensions" in where or name == "eval"):
                    continue  # any member may be there, or not; and an object of results may hold anything
                with self.subTest(schema=name, where=where):
                    self.assertNotEqual(Validator(schema).complaints(wrong), [])
                count += 1
            self.assertGreater(count, 5)


class Schemas(unittest.TestCase):
    def test_parts_with_one_name_are_the_same_everywhere(self):
        for part in ("citation", "place", "value", "quantity", "rate"):
            forms = [schema["$defs"][part] for schema in SCHEMAS.values() if part in schema.get("$defs", {})]
            self.assertTrue(forms and all(form == forms[0] for form in forms), part)

    def test_each_field_is_described(self):
        for name, schema in SCHEMAS.items():
            for part in [schema, *schema.get("$defs", {}).values()]:
                self.assertTrue(part["description"], name)
                for field, words in part.get("properties", {}).items():
                    self.assertTrue(words.get("description") or "$ref" in words, f"{name}: {field}")

    def test_each_json_option_has_a_schema(self):
        listing = subprocess.run([BEDING, "--lang", "en", "help"], capture_output=True, text=True, encoding="utf-8", check=True).stdout
        commands = [line.split()[0] for line in listing.split("Commands:\n")[1].split("\n\n")[0].splitlines()]
        for command in commands:
            words = subprocess.run([BEDING, command, "--help"], capture_output=True, text=True, encoding="utf-8", check=True).stdout
            if "--json" in words:
                self.assertIn({"check": "diagnostics", "verify-receipt": "verification"}.get(command, command), SCHEMAS)

    def test_the_page(self):
        words = [sys.executable, "docs/make_json.py", "--beding", BEDING, "--check"]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
