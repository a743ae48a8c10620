#!/usr/bin/env python3
"""`check --sarif` against what SARIF 2.1.0 asks of the objects that it writes: their properties by name, type and range."""
import json
import pathlib
import unittest

from command import CommandTest, HULP
from json_schema import Validator

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
PLACE = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}


def thing(required, **properties):
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def many(name):
    return {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}


# The part of the standard (sections 3.13 and on) that is used here; a property that it does not have is a mistake.
SCHEMA = {
    **thing(["version", "runs"], **{"$schema": TEXT}, version={"const": "2.1.0"}, runs=many("run")),
    "$defs": {
        "run": thing(["tool"], tool={"$ref": "#/$defs/tool"}, results=many("result"), invocations=many("invocation"), language={"type": "string", "pattern": "^[a-z]{2}$"},
                     columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]}),
        "tool": thing(["driver"], driver={"$ref": "#/$defs/component"}),
        "component": thing(["name"], name=TEXT, version=TEXT, semanticVersion={"type": "string", "pattern": r"^\d+\.\d+\.\d+$"}, language=TEXT, rules=many("rule")),
        "rule": thing(["id"], id=TEXT, shortDescription={"$ref": "#/$defs/words"}, defaultConfiguration={"$ref": "#/$defs/configuration"}),
        "configuration": thing([], level=LEVEL),
        "words": thing(["text"], text=TEXT),
        "invocation": thing(["executionSuccessful"], executionSuccessful={"type": "boolean"}),
        "result": thing(["message"], ruleId=TEXT, ruleIndex=COUNT, level=LEVEL, message={"$ref": "#/$defs/words"}, locations=many("location"),
                        relatedLocations=many("location"), partialFingerprints={"type": "object", "additionalProperties": TEXT}),
        "location": thing([], id=COUNT, physicalLocation={"$ref": "#/$defs/physical"}, message={"$ref": "#/$defs/words"}),
        "physical": thing(["artifactLocation"], artifactLocation=thing(["uri"], uri={"type": "string", "pattern": r"^(file:///)?[A-Za-z0-9%\-._~/]+$"}),
                          region=thing(["startLine"], startLine=PLACE, startColumn=PLACE, endLine=PLACE, endColumn=PLACE)),
    },
}
WRONG = "taal nl\novereenkomst fout\ndefinitie a : getal = onbekend\ndefinitie b : getal = 1\n\ndefinitie b : getal = 2\n"


class Sarif(CommandTest):
    def sarif(self, *arguments, status=0):
        answer = json.loads(self.beding("check", "--sarif", *arguments, status=status).stdout)
        self.assertEqual(Validator(SCHEMA).complaints(answer), [])
        self.assertEqual(len(answer["runs"]), 1)
        run = answer["runs"][0]
        for result in run["results"]:
            self.assertEqual(run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"], result["ruleId"])
        return run

    def fingerprints(self, run):
        return [result["partialFingerprints"]["beding/v1"] for result in run["results"]]

    def test_nothing_found(self):
        run = self.sarif(HULP)
        self.assertEqual((run["results"], run["tool"]["driver"]["rules"], run["invocations"]), ([], [], [{"executionSuccessful": True}]))

    def test_rules_places_and_labels(self):
        run = self.sarif(self.file("fout.bdg", WRONG), status=1)
        both = {result["ruleId"]: result for result in run["results"]}
        region = both["E0302"]["locations"][0]["physicalLocation"]["region"]
        self.assertEqual(region, {"startLine": 6, "startColumn": 11, "endLine": 6, "endColumn": 12})
        related = both["E0302"]["relatedLocations"][0]
        self.assertEqual((related["physicalLocation"]["region"]["startLine"], related["message"]["text"]), (4, "hier staat het al"))
        rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
        self.assertEqual(rules["E0302"], {"id": "E0302", "shortDescription": {"text": "… bestaat al"}, "defaultConfiguration": {"level": "error"}})
        self.assertEqual(both["E0302"]["message"]["text"], "b bestaat al")

    def test_several_files_and_languages(self):
        self.file("map met spatie é.bdg", WRONG)
        self.file("a.bdg", WRONG)
        run = self.sarif("map met spatie é.bdg", "a.bdg", "--lang", "en", status=1)
        uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]}
        self.assertEqual(uris, {"map%20met%20spatie%20%C3%A9.bdg", "a.bdg"})
        self.assertEqual((run["language"], len(run["tool"]["driver"]["rules"])), ("en", len({result["ruleId"] for result in run["results"]})))
        self.assertEqual(len(set(self.fingerprints(run))), len(run["results"]))

    def test_a_fingerprint_outlives_lines_above_it(self):
        self.file("a.bdg", WRONG)
        before = self.fingerprints(self.sarif("a.bdg", status=1))
        self.file("a.bdg", WRONG.replace("definitie a", "-- een regel erbij\n\ndefinitie a"))
        self.assertEqual(self.fingerprints(self.sarif("a.bdg", status=1)), before)
        self.file("a.bdg", WRONG + "definitie b : getal = 2\n")
        after = self.fingerprints(self.sarif("a.bdg", status=1))
        self.assertEqual((after[:len(before)], len(set(after))), (before, len(before) + 1))

    def test_a_file_that_cannot_be_read(self):
        run = self.sarif(HULP, "niets.bdg", status=3)
        self.assertEqual(run["invocations"], [{"executionSuccessful": False}])

    def test_warnings(self):
        text = pathlib.Path(HULP).read_text(encoding="utf-8")
        path = self.file("a.bdg", text.replace("keuze zwaarte", "keuze kleur = rood, blauw\nkeuze zwaarte"))
        run = self.sarif("--clauses", path, status=1)
        self.assertTrue(run["results"])
        self.assertEqual({result["level"] for result in run["results"]}, {"warning"})


if __name__ == "__main__":
    unittest.main()
