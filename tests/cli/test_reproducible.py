#!/usr/bin/env python3
"""The same text gives the same bytes: in another folder, by another user, in another locale and time zone, at another time, however it is named."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from command import BEDING, ROOT

AGREEMENTS = sorted(path for path in (ROOT / "contracts").iterdir() if path.is_dir())
# Of two checkouts, all that should not matter.
HERE = {"LANG": "nl_NL.UTF-8", "TZ": "Europe/Amsterdam", "HOME": "/nonexistent/a", "USER": "a"}
THERE = {"LANG": "en_US.UTF-8", "LC_ALL": "tr_TR.ISO-8859-9", "TZ": "Pacific/Kiritimati", "HOME": "/", "USER": "b", "SOURCE_DATE_EPOCH": "1",
         "TMPDIR": "/nonexistent", "COLUMNS": "20", "NO_COLOR": "1"}
NOBODY = 65534


def is_agreement(path):
    return any(path.glob("overeenkomst.bdg*"))


def other_user_of(program):
    """How to be somebody else who can run the program; nothing where that cannot be."""
    somebody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    try:
        subprocess.run([program, "--version"], cwd="/", stdout=subprocess.DEVNULL, timeout=30, check=True, **somebody)
    except (OSError, subprocess.CalledProcessError):
        return {}
    return somebody


class Reproducible(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.folder.chmod(0o777)

    def checkout(self, name, agreement, time):
        """A copy of an agreement's texts, last changed at that time."""
        copy = self.folder / name / agreement.name
        copy.mkdir(parents=True)
        for text in sorted(agreement.glob("*.bdg*"), reverse=time > 1e9):
            shutil.copy(text, copy)
            os.utime(copy / text.name, (time, time))
        return copy

    def build(self, cwd, source, module, variables, umask=0o022, **more):
        """The bytes of the module."""
        environment = {"PATH": os.environ["PATH"], **{name: value for name, value in os.environ.items() if "SAN_OPTIONS" in name}, **variables}
        done = subprocess.run([BEDING, "build", str(source), "-o", str(module)], cwd=cwd, env=environment, umask=umask, capture_output=True, timeout=120,
                              check=False, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return module.read_bytes()

    def test_two_checkouts(self):
        other_user = other_user_of(BEDING)
        for agreement in filter(is_agreement, AGREEMENTS):
            with self.subTest(agreement=agreement.name):
                one = self.checkout("a", agreement, 1e9)
                two = self.checkout("a much longer name/with a folder", agreement, 1.7e9)
                for folder in (two, *two.relative_to(self.folder).parents):
                    (self.folder / folder).chmod(0o777)
                first = self.build(one, ".", self.folder / "1.bdc", HERE)
                second = self.build("/", two, self.folder / "2.bdc", THERE, umask=0o077, **other_user)
                self.assertEqual(first, second)
                shutil.rmtree(self.folder / "a much longer name")
                for module in self.folder.glob("*.bdc"):
                    module.unlink()

    def test_ways_to_name_a_text(self):
        agreement = next(path for path in AGREEMENTS if path.name == "leiden-beschermd-wonen")
        copy = self.checkout("a", agreement, 1e9)
        main = next(copy.glob("overeenkomst.bdg*"))
        modules = [self.build(cwd, source, self.folder / "m.bdc", HERE)
                   for cwd, source in ((copy, main.name), (copy, f"./{main.name}"), (self.folder, main.relative_to(self.folder)), ("/", main),
                                       (copy, f"../{copy.name}"), (copy, copy))]
        self.assertEqual(len(set(modules)), 1)
        self.assertNotIn(str(self.folder).encode(), modules[0])


if __name__ == "__main__":
    unittest.main()
