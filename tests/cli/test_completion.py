#!/usr/bin/env python3
"""The completion files: what bash offers at each place, and that zsh and fish can read theirs (where they are installed)."""
import os
import re
import shutil
import subprocess
import unittest

from command import CommandTest


class CompletionTest(CommandTest):
    known = {}  # the options of each command, asked for once

    def script(self, shell):
        return self.file(shell, self.beding("help", "--completion", shell).stdout)

    def commands(self):
        listed = self.beding("--help").stdout.split("Opdrachten:\n")[1].split("\n\n")[0]
        return re.findall(r"^  (\S+)", listed, re.MULTILINE)

    def options(self, command):
        if command not in self.known:
            self.known[command] = re.findall(r"^  (-\S+)", self.beding("help", command).stdout, re.MULTILINE)
        return self.known[command]

    def complete(self, script, *words):
        """What bash offers for the last of the words."""
        line = "source \"$1\"; shift; COMP_WORDS=(beding \"$@\"); COMP_CWORD=$#; _beding; printf '%s\\n' \"${COMPREPLY[@]}\""
        done = subprocess.run(["bash", "-u", "-c", line, "-", script, *words], capture_output=True, text=True, timeout=30, check=True)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_bash(self):
        script = self.script("bash")
        self.assertEqual(set(self.complete(script, "")), {*self.commands(), "help", "--help", "--version", "--lang"})
        self.assertEqual(sorted(self.complete(script, "ver")), ["verify", "verify-receipt"])
        self.assertEqual(self.complete(script, "--lang", "en", "expl"), ["explain"])
        self.assertEqual(self.complete(script, "--lang", ""), ["nl", "en"])
        for command in self.commands():
            self.assertEqual(self.complete(script, command, "-"), self.options(command), command)
            self.assertIn(command, self.complete(script, "help", command))
        self.assertEqual(self.complete(script, "run", "m.bdc", "--on-error", ""), ["stop", "reject"])
        for file_name_follows in (["run", "m"], ["run", "m.bdc", "--lines", ""], ["onbekend", ""], ["run", "m.bdc", "--as-of", ""]):
            self.assertEqual(self.complete(script, *file_name_follows), [])

    def test_zsh_and_fish_read_theirs(self):
        for shell in ("bash", "zsh", "fish"):
            script = self.script(shell)
            if shutil.which(shell) is not None:
                subprocess.run([shell, "-n", script], check=True, capture_output=True, timeout=30)

    def test_fish(self):
        if shutil.which("fish") is None:
            self.skipTest("no fish")
        script = self.script("fish")
        for language, said in (("nl_NL.UTF-8", "ondertekend"), ("en_GB.UTF-8", "signed")):
            environment = {**os.environ, "HOME": str(self.folder), "LANG": language, "LC_ALL": language, "LC_MESSAGES": language}
            done = subprocess.run(["fish", "-c", f"source {script}; complete -C 'beding ve'; complete -C 'beding run --require'"],
                                  env=environment, capture_output=True, text=True, timeout=30, check=True)
            offered = dict(line.split("\t") for line in done.stdout.splitlines())
            self.assertEqual(set(offered), {"verify", "verify-receipt", "--require-key"})
            self.assertIn(said, offered["verify"])

    def test_every_option_in_every_file(self):
        for shell in ("zsh", "fish"):
            text = (self.folder / self.script(shell)).read_text(encoding="utf-8")
            for command in self.commands():
                for option in self.options(command):
                    self.assertIn(option if shell == "zsh" else f" -{'l' if option[1] == '-' else 's'} {option.lstrip('-')}", text)

    def test_another_shell(self):
        self.assertIn("bash, zsh, fish", self.beding("help", "--completion", "csh", status=2).stderr)


if __name__ == "__main__":
    unittest.main()
