#!/usr/bin/env python3
"""contracts/clauses.py: the account of every contract holds, and what it must find fault with it does."""
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOL = os.path.join(ROOT, "contracts", "clauses.py")

INVENTORY = """id\tarticle\tkind\tquote
XX-001\tArtikel 1, 3)\tdefinition\t...
XX-002\tArtikel 2, lid 1 (line 40)\tlimit\t...
XX-003\tBijlage 2, 5.8\tdeadline\t...
XX-004\tArtikel 9\tpenalty\t...
XX-005\tArtikel 10\teligibility\t...
XX-006\tArtikel 11\ttariff\t...
XX-007\tArtikel 1\tother\t...
"""

CONTRACT = """# Overeenkomst

XX-099 staat in proza en telt niet.

```beding
taal nl
eenheid dag/dagen  bron "Artikel 1, begrip 3"   -- XX-001
```

```text
-- XX-098: geen blok van de taal
```

```beding
regel grens                     bron "Artikel 2 lid 1; Bijlage 2, 5.8"  citaat "-- XX-097"
    -- XX-002, XX-003
    keur af als volume > 3 dagen

-- XX-004
kan boete te_laat
    bron "artikel 9"
oordeel redelijk door gemeente "is het redelijk?"  bron "Artikel 10"  -- XX-005
tabel prijzen naar dag : bedrag extern
    bron "Artikel 11"  -- XX-006
niet uitdrukbaar "een voornemen
    zonder getal"  bron "Artikel 1"
    -- XX-007
voorbeeld "grens"
    -- XX-002
    gegeven volume 4 dagen
```
"""

EXPECTED = """id,article,kind,status,place,reason
XX-001,"Artikel 1, 3)",definition,encoded,overeenkomst.bdg.md:7,
XX-002,"Artikel 2, lid 1 (line 40)",limit,encoded,overeenkomst.bdg.md:15,
XX-003,"Bijlage 2, 5.8",deadline,encoded,overeenkomst.bdg.md:15,
XX-004,Artikel 9,penalty,power,overeenkomst.bdg.md:20,kan boete te_laat
XX-005,Artikel 10,eligibility,judgement,overeenkomst.bdg.md:22,oordeel redelijk
XX-006,Artikel 11,tariff,extern,overeenkomst.bdg.md:23,tabel prijzen
XX-007,Artikel 1,other,not expressible,overeenkomst.bdg.md:25,een voornemen zonder getal
"""


class Clauses(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.write("inventory.tsv", INVENTORY)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def run_tool(self, *arguments):
        done = subprocess.run([sys.executable, TOOL, *arguments], capture_output=True, text=True, cwd=ROOT)
        return done.returncode, done.stdout, done.stderr

    def with_contract(self, text):
        """The complaints about a contract, checked against the inventory."""
        self.write("overeenkomst.bdg.md", text)
        code, _, errors = self.run_tool("--inventory", os.path.join(self.folder, "inventory.tsv"), self.folder)
        self.assertEqual(code, 1 if errors else 0)
        return errors

    def test_writes_and_then_agrees(self):
        self.write("overeenkomst.bdg.md", CONTRACT)
        inventory = os.path.join(self.folder, "inventory.tsv")
        code, out, errors = self.run_tool("--write", "--inventory", inventory, self.folder)
        self.assertEqual((code, errors), (0, ""))
        self.assertIn("7 rows, 42.8 % encoded; 3 encoded, 1 extern, 1 power, 1 judgement, 1 not expressible; "
                      "of 5 executable rows 100.0 % executed", out)
        with open(os.path.join(self.folder, "clauses.csv"), encoding="utf-8") as file:
            self.assertEqual(file.read(), EXPECTED)
        self.assertEqual(self.run_tool(self.folder)[0], 0)
        self.write("overeenkomst.bdg.md", "\n" + CONTRACT)
        code, _, errors = self.run_tool(self.folder)
        self.assertEqual(code, 1)
        self.assertIn("is behind the text", errors)

    def test_a_row_that_no_item_carries(self):
        errors = self.with_contract(CONTRACT.replace("-- XX-002, XX-003", "-- XX-003"))
        self.assertIn("XX-002 (limit, Artikel 2, lid 1 (line 40)) is carried by no item", errors)

    def test_a_number_that_the_inventory_lacks(self):
        errors = self.with_contract(CONTRACT.replace("-- XX-001", "-- XX-001, XX-011"))
        self.assertIn("overeenkomst.bdg.md:7: XX-011 is not in the inventory", errors)

    def test_an_item_that_cites_another_article(self):
        errors = self.with_contract(CONTRACT.replace('"Artikel 10"', '"Artikel 1"'))
        self.assertIn("overeenkomst.bdg.md:22: XX-005 is of Artikel 10, but the item cites Artikel 1", errors)

    def test_too_little_that_is_executed(self):
        errors = self.with_contract(CONTRACT.replace("oordeel redelijk door gemeente", "niet uitdrukbaar"))
        self.assertIn("less than 85 % of the executable rows", errors)

    def test_a_file_that_is_imported(self):
        used = CONTRACT.replace("taal nl", 'taal nl\ngebruik "deel.bdg"').replace("-- XX-001", "")
        self.write("deel.bdg", 'partij leiden  bron "Artikel 1, 3)"  -- XX-001\n')
        self.assertEqual(self.with_contract(used), "")

    def test_the_contracts_of_this_tree(self):
        code, _, errors = self.run_tool()
        self.assertEqual((code, errors), (0, ""))


if __name__ == "__main__":
    unittest.main()
