#!/usr/bin/env python3
"""The pages for people hold what they say: links lead somewhere, paths exist, and the README's commands give the output it shows.

Pages are the Markdown files at the top and in docs, contracts, examples and tests. A path is anything in back quotes that begins with a folder
of the tree. The program stands in BEDING.
"""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
BEDING = os.path.abspath(os.environ.get("BEDING", "build/release/beding"))
PAGES = sorted(path for pattern in ("*.md", "docs/*.md", "contracts/*/*.md", "examples/*/*.md", "tests/*.md") for path in ROOT.glob(pattern))

FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.*?)\s*$", re.MULTILINE)
PATH = re.compile(r"`((?:vm|lang|compiler|stdlib|contracts|tests|docs|examples)/[\w./*-]+)`")
BLOCK = re.compile(r"^```(\w+)[ \t]*(\S*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def prose(path):
    return FENCED.sub("", path.read_text(encoding="utf-8"))


def anchors(path):
    """The anchors that a page offers, as the usual Markdown renderers name them."""
    names = set()
    for heading in HEADING.findall(prose(path)):
        plain = re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading).lower()
        names.add(re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", plain)))
    return names


class Pages(unittest.TestCase):
    def test_links_lead_somewhere(self):
        for page in PAGES:
            for link in LINK.findall(prose(page)):
                if re.match(r"[a-z]+:", link):
                    continue
                name, _, anchor = link.partition("#")
                target = (page.parent / name) if name else page
                with self.subTest(page=page.name, link=link):
                    self.assertTrue(target.exists(), "no such file")
                    if anchor:
                        self.assertIn(anchor, anchors(target))

    def test_paths_exist(self):
        for page in PAGES:
            for path in PATH.findall(prose(page)):
                with self.subTest(page=page.name, path=path):
                    places = [found for folder in (ROOT, page.parent) for end in ("", ".*") for found in folder.glob(path.rstrip("/") + end)]
                    self.assertTrue(places, "no such file")


class Readme(unittest.TestCase):
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    def test_shown_commands_give_the_shown_output(self):
        blocks = BLOCK.findall(self.text)
        shown = [body for kind, _, body in blocks if kind == "console"]
        self.assertTrue(shown)
        with tempfile.TemporaryDirectory() as folder:
            for _, name, body in blocks:
                if name:
                    (pathlib.Path(folder) / name).write_text(body, encoding="utf-8")
            for body in shown:
                command, _, output = body.partition("\n")
                words = command.removeprefix("$ ").split()
                self.assertEqual(words[0], "beding")
                done = subprocess.run([BEDING, *words[1:], "--lang", "nl"], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual((done.returncode, done.stdout), (0, output))

    def test_commands_of_the_script_exist(self):
        known = subprocess.run(["sh", str(ROOT / "dev"), "help"], capture_output=True, text=True, timeout=60, check=True).stdout
        for page in PAGES:
            for command in re.findall(r"\./dev ([a-z]+(?:-[a-z]+)*)", page.read_text(encoding="utf-8")):
                with self.subTest(page=page.name, command=command):
                    self.assertTrue(command == "help" or re.search(rf"^  {command}\s", known, re.MULTILINE))

    def test_options_of_cmake_exist(self):
        build = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("CMakeLists.txt", "compiler/CMakeLists.txt", "dev"))
        for page in PAGES:
            for option in set(re.findall(r"\bBEDING_[A-Z0-9_]+", page.read_text(encoding="utf-8"))):
                with self.subTest(page=page.name, option=option):
                    self.assertIn(option, build)

    def test_the_two_commands_come_first(self):
        first = self.text.split("```")[1]
        self.assertIn("./dev demo", first)
        self.assertIn("./dev test", first)


if __name__ == "__main__":
    unittest.main()
