"""What the tests of the command share: a folder of their own, files made on the spot, and one way to run `beding`.

The command is found in the environment variable BEDING. Messages are asked for in Dutch unless a test says otherwise.
"""
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "cli" / "data"
BEDING = os.path.abspath(os.environ.get("BEDING", ROOT / "build" / "release" / "beding"))
TIMEOUT_SECONDS = 180  # a hang, also where sanitizers and other work slow it down

HULP = str(DATA / "hulp.bdg")
KOPPELING = str(DATA / "koppeling.bdg")

HEADER = "declaratienummer,regelnummer,dagtekening,aanbieder,gemeente,client,toewijzingnummer,product,begindatum,einddatum," \
         "volume,eenheid,tarief,bedrag,zwaarte,akkoord"


def hulp_line(**cells):
    """One line for hulp.bdg: three days of opvang, light, right in everything but the cells given."""
    line = {"declaratienummer": "D1", "regelnummer": "1", "dagtekening": "2020-02-01", "aanbieder": "A", "gemeente": "0546",
            "client": "C1", "toewijzingnummer": "T1", "product": "opvang", "begindatum": "2020-01-06",
            "einddatum": "2020-01-08", "volume": "3", "eenheid": "dag", "tarief": "", "bedrag": "", "zwaarte": "licht",
            "akkoord": ""}
    unknown = set(cells) - set(line)
    assert not unknown, unknown
    line.update(cells)
    return ",".join(line.values())


def lines(*rows, header=HEADER):
    return "\n".join([header, *rows]) + "\n"


class CommandTest(unittest.TestCase):
    """Each test has a fresh folder and runs the command there."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, content):
        path = self.folder / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8", newline="")
        return str(path)

    def beding(self, *arguments, status=0, stdin=None, environment=None):
        """Runs the command; its exit status must be `status`, None: whatever it is."""
        variables = {key: value for key, value in os.environ.items() if not key.startswith("LC_")}
        variables.update({"LANG": "nl_NL.UTF-8", "NO_COLOR": "1"})
        variables.update(environment or {})
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run([BEDING, *map(str, arguments)], cwd=self.folder, env=variables, input=data or b"",
                              capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
        done.stdout = done.stdout.decode()
        done.stderr = done.stderr.decode()
        self.assertIn(done.returncode, (status,) if status is not None else range(128), f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def run_lines(self, content, *options, status=0, contract=HULP, name="lines.csv"):
        """`beding run` over these lines, without the header of its output: a list of rows."""
        path = self.file(name, content)
        done = self.beding("run", contract, "--lines", path, *options, status=status)
        done.rows = done.stdout.splitlines()[1:]
        return done
