#!/usr/bin/env python3
"""docs/ledger.md describes the ledger's file for other readers: its tables must be those that the store makes."""
import pathlib
import re
import sqlite3
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent


def tables(statements):
    """What SQLite makes of the statements: each table's columns with their types and rules, each index's columns."""
    database = sqlite3.connect(":memory:")
    database.executescript(statements)
    names = database.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").fetchall()
    return [(kind, name, " ".join(sql.split()).replace("( ", "(")) for kind, name, sql in names]


class LedgerPage(unittest.TestCase):
    def setUp(self):
        self.page = (ROOT / "docs/ledger.md").read_text(encoding="utf-8")
        source = (ROOT / "vm/ledger_sqlite_open.c").read_text(encoding="utf-8")
        schema = re.search(r"schema\[\] =\n(.*?);\n\n", source, re.DOTALL).group(1)
        self.made = tables("".join(re.findall(r'"([^"]*)"', schema)))

    def test_tables(self):
        blocks = re.findall(r"```sql\n(.*?)```", self.page, re.DOTALL)
        self.assertEqual(tables(blocks[0]), self.made)

    def test_query(self):
        blocks = re.findall(r"```sql\n(.*?)```", self.page, re.DOTALL)
        database = sqlite3.connect(":memory:")
        database.executescript(blocks[0])
        database.execute("INSERT INTO teller VALUES (1, 'etmalen', 'som', 'etmaal', 'client')")
        database.execute("INSERT INTO bijdrage VALUES (1, '1001', 1, 0, 19723, 19723, 7, 2)")  # 2024-01-01
        database.execute("INSERT INTO bijdrage VALUES (1, '1001', 2, 0, 19722, 19722, 9, 1)")
        self.assertEqual(database.execute(blocks[1]).fetchall(), [("etmalen", "etmaal", 3.5, 1)])

    def test_every_column_is_explained(self):
        for kind, name, sql in self.made:
            if kind != "table" or name == "overeenkomst":
                continue
            for column in re.findall(r"[(,] ?(\w+) (?:TEXT|INTEGER|BLOB)", sql):
                self.assertIn(f"`{column}`", self.page.split(f"**`{name}`**")[1].split("\n**`")[0], f"{name}.{column}")

    def test_marks(self):
        header = (ROOT / "vm/include/beding_sqlite.h").read_text(encoding="utf-8")
        version = re.search(r"BD_LEDGER_FORMAT (\d+)", header).group(1)
        self.assertIn(f"`user_version` {version}", self.page)


if __name__ == "__main__":
    unittest.main()
