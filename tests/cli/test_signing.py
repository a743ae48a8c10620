#!/usr/bin/env python3
"""`keygen`, `sign`, `verify` and `--require-key`: what holds, what is refused, and what the files look like."""
import os
import re
import shutil
import stat
import subprocess
import unittest

from command import CommandTest, HULP, ROOT

SECRET = "beding secret key 1\nseed 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n" \
         "key d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n"
PUBLIC = "beding public key 1\nkey d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n"


class SigningTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.beding("build", HULP, "-o", "m.bdc")
        self.module = (self.folder / "m.bdc").read_bytes()
        self.file("k.secret", SECRET)
        self.file("k.pub", PUBLIC)
        (self.folder / "k.secret").chmod(0o600)

    def sign(self, *more):
        return self.beding("sign", "m.bdc", "--secret", "k.secret", *more)


class Keys(SigningTest):
    def test_a_new_pair(self):
        for umask in (0o022, 0o000, 0o077):
            before = os.umask(umask)
            try:
                self.beding("keygen", f"nieuw{umask}")
            finally:
                os.umask(before)
            mode = stat.S_IMODE((self.folder / f"nieuw{umask}.secret").stat().st_mode)
            self.assertEqual(mode, 0o600)
        texts = [(self.folder / f"nieuw{umask}.pub").read_text() for umask in (0o022, 0o000)]
        self.assertNotEqual(*texts)
        for text in texts:
            self.assertRegex(text, r"\Abeding public key 1\nkey [0-9a-f]{64}\n\Z")

    def test_nothing_is_overwritten(self):
        for there, gone in ((".secret", ".pub"), (".pub", ".secret")):
            (self.folder / f"k{gone}").unlink()
            kept = (self.folder / f"k{there}").read_bytes()
            done = self.beding("keygen", "k", status=3)
            self.assertIn(f"`k{there}` bestaat al", done.stderr)
            self.assertFalse((self.folder / f"k{gone}").exists())
            self.assertEqual((self.folder / f"k{there}").read_bytes(), kept)
            self.file("k.secret", SECRET)
            self.file("k.pub", PUBLIC)

    def test_a_folder_that_is_not_there(self):
        self.assertIn("kan `geen/k.secret` niet schrijven", self.beding("keygen", "geen/k", status=3).stderr)

    def test_secret_that_others_may_read(self):
        for mode in (0o640, 0o604, 0o660):
            (self.folder / "k.secret").chmod(mode)
            self.assertIn("die anderen mogen lezen", self.beding("sign", "m.bdc", "--secret", "k.secret", status=1).stderr)
            self.assertFalse((self.folder / "m.bdc.sig").exists())

    def test_bad_key_files(self):
        for content, said in ((PUBLIC, "k.secret:1: fout: this is a public key, and a secret key is wanted"),
                              (SECRET[:60], "k.secret:2: fout: `seed ` and 64 hexadecimal digits"),
                              (SECRET.replace("seed 9d", "seed 9e"), "seed and key do not belong together"),
                              ("", "k.secret:1: fout: a secret key begins with"),
                              (b"\x00\xff" * 40, "k.secret:1: fout: a secret key begins with"),
                              ("#\n" * 40000, "kan `k.secret` niet lezen")):
            self.file("k.secret", content)
            done = self.beding("sign", "m.bdc", "--secret", "k.secret", status=3 if "lezen" in said else 1)
            self.assertIn(said, done.stderr)
        self.assertIn("this is a secret key", self.beding("verify", "m.bdc", "--key", self.file("x.pub", SECRET), status=1).stderr)
        self.assertIn("kan `geen.pub` niet lezen", self.beding("verify", "m.bdc", "--key", "geen.pub", status=3).stderr)
        self.assertIn("optie `--secret` is nodig", self.beding("sign", "m.bdc", status=2).stderr)


class Signatures(SigningTest):
    def test_signed_and_verified(self):
        self.sign()
        text = (self.folder / "m.bdc.sig").read_text()
        self.assertRegex(text, r"\Abeding signature 1\nmodule [0-9a-f]{64}\nkey d75a[0-9a-f]{60}\nsignature [0-9a-f]{128}\n\Z")
        done = self.beding("verify", "m.bdc", "--key", "k.pub")
        self.assertRegex(done.stdout, r"overeenkomst +hulp\n(.*\n)*hash +[0-9a-f]{64}\nmodule +aanvaard.*\nhandtekening +van d75a\w+ \(`k.pub`\)\n")
        english = self.beding("--lang", "en", "verify", "m.bdc", "--key", "k.pub")
        self.assertIn("by d75a980182", english.stdout)
        self.assertEqual((self.folder / "m.bdc").read_bytes(), self.module)
        self.assertEqual(self.sign("-o", "-").stdout, text)

    def test_secret_from_a_pipe(self):
        self.beding("sign", "m.bdc", "--secret", "-", "-o", "elders.sig", stdin=SECRET)
        self.beding("verify", "m.bdc", "--key", "k.pub", "--signature", "elders.sig")

    def test_another_program_agrees(self):
        """What docs/signing.md says is signed, checked with OpenSSL where that is installed."""
        if shutil.which("openssl") is None:
            self.skipTest("no openssl")
        self.sign()
        fields = dict(line.split(" ", 1) for line in (self.folder / "m.bdc.sig").read_text().splitlines()[1:])
        self.file("message", b"beding module signature 1\n" + self.module[:64])
        self.file("signature", bytes.fromhex(fields["signature"]))
        self.file("key.der", bytes.fromhex("302a300506032b6570032100" + fields["key"]))
        subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.der", "-keyform", "DER", "-rawin", "-in", "message",
                        "-sigfile", "signature"], cwd=self.folder, check=True, capture_output=True)

    def test_refusals(self):
        self.sign()
        self.beding("keygen", "ander")
        self.assertIn("een sleutel die niet vertrouwd wordt: d75a", self.beding("verify", "m.bdc", "--key", "ander.pub", status=1).stderr)
        self.beding("verify", "m.bdc", "--key", "ander.pub", "--key", "k.pub")
        signature = self.folder / "m.bdc.sig"
        good = signature.read_text()
        signature.write_text(re.sub(r"signature ....", "signature 0000", good))
        self.assertIn("is vals", self.beding("verify", "m.bdc", "--key", "k.pub", status=1).stderr)
        signature.write_text(re.sub(r"module ....", "module 0000", good))
        self.assertIn("van een andere module", self.beding("verify", "m.bdc", "--key", "k.pub", status=1).stderr)
        signature.write_text(good[:-20])
        self.assertIn("m.bdc.sig:4: fout: `signature ` and 128", self.beding("verify", "m.bdc", "--key", "k.pub", status=1).stderr)
        signature.unlink()
        self.assertIn("er is geen `m.bdc.sig`", self.beding("verify", "m.bdc", "--key", "k.pub", status=1).stderr)
        signature.mkdir()
        self.assertIn("kan `m.bdc.sig` niet lezen", self.beding("verify", "m.bdc", "--key", "k.pub", status=3).stderr)
        self.assertIn("heeft een `--key` nodig", self.beding("verify", "m.bdc", "--signature", "x", status=2).stderr)

    def test_only_modules_are_signed(self):
        self.assertIn("is geen bruikbare module", self.beding("sign", HULP, "--secret", "k.secret", status=1).stderr)
        self.file("m.bdc", self.module[:-8])
        self.beding("sign", "m.bdc", "--secret", "k.secret", status=1)


class Modules(SigningTest):
    def test_why_a_module_is_refused(self):
        for content, said in ((self.module[:-8], "is truncated or has bytes too many (byte 16)"),
                              (b"", "this is not a Beding module (byte 0)"),
                              (self.module[:8] + b"\x63" + self.module[9:], "has format 99"),
                              (self.module[:100] + b"\xff" + self.module[101:], "does not have the hash it states (byte 32)")):
            self.file("m.bdc", content)
            done = self.beding("verify", "m.bdc", status=1)
            self.assertEqual(done.stdout, "")
            self.assertIn(said, done.stderr)
        self.assertIn("kan `geen.bdc` niet lezen", self.beding("verify", "geen.bdc", status=3).stderr)

    def test_a_part_of_a_module(self):
        self.sign()
        for content, said in ((self.module[:-8], "cut short"), (self.module + b"x", "bytes follow the end")):
            self.file("m.bdc", content)
            self.assertIn(said, self.beding("eval", "m.bdc", "x", "--require-key", "k.pub", status=1).stderr)
            self.assertIn(said, self.beding("verify", "m.bdc", "--key", "k.pub", status=1).stderr)

    def test_every_byte_is_covered(self):
        """A changed byte is refused for its signature alone, the hash made right again or not."""
        self.sign()
        for at in (0, 9, 12, 20, 33, 64, 500, len(self.module) - 1):
            self.file("m.bdc", self.module[:at] + bytes([self.module[at] ^ 1]) + self.module[at + 1:])
            self.beding("eval", "m.bdc", "x", "--require-key", "k.pub", status=1)


class Required(SigningTest):
    def test_decisions_only_from_signed_rules(self):
        lines = "declaratienummer,regelnummer,dagtekening,aanbieder,gemeente,client,product,begindatum,einddatum,volume,eenheid,zwaarte\n" \
                "D1,1,2020-02-01,A,G,C,opvang,2020-01-06,2020-01-08,3,dag,licht\n"
        path = self.file("l.csv", lines)
        wanted = self.beding("run", "m.bdc", "--lines", path).stdout
        required = ["run", "m.bdc", "--lines", path, "--require-key", "k.pub"]
        self.assertIn("is niet ondertekend", self.beding(*required, status=1).stderr)
        self.sign()
        self.assertEqual(self.beding(*required).stdout, wanted)
        self.beding("tariff", "m.bdc", "--as-of", "2020-02-01", "--require-key", "k.pub")
        self.beding("keygen", "ander")
        refused = self.beding("run", "m.bdc", "--lines", path, "--require-key", "ander.pub", status=1)
        self.assertEqual((refused.stdout, "niet vertrouwd" in refused.stderr), ("", True))
        self.assertIn("alleen een module (.bdc) kan ondertekend zijn",
                      self.beding("run", HULP, "--lines", path, "--require-key", "k.pub", status=1).stderr)


class Page(unittest.TestCase):
    def test_the_page_says_what_is_signed(self):
        page = (ROOT / "docs" / "signing.md").read_text(encoding="utf-8")
        for line in ("beding public key 1", "beding secret key 1", "beding signature 1", "beding module signature 1"):
            self.assertIn(line, page)
        source = (ROOT / "vm" / "sign.c").read_text(encoding="utf-8")
        self.assertIn('"beding module signature 1\\n"', source)


if __name__ == "__main__":
    unittest.main()
