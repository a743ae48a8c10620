#!/usr/bin/env python3
"""`beding doc`: the site of an agreement: well-formed pages, links that lead somewhere, what must stand on them, the same bytes each time.

How the pages look and work in a browser is the business of tests/site.
"""
import html.parser
import json
import re
import unittest

from command import DATA, HULP, ROOT, CommandTest

LOGEREN = str(ROOT / "contracts" / "leiden-kortdurend-verblijf")
VOID = {"meta", "link", "br", "hr", "input", "img"}
PAGES = {"index.html", "tarieven.html", "vragen.html", "register.html", "kalender.html", "zoeken.html"}

AGREEMENT = """# Overeenkomst <script>alert(1)</script> & "meer"

Tekst met `code`, **nadruk**, *klem* en [een link](https://example.org/?a=1&b=2), en [geen link](NOTES.md).
Een naam_met_strepen en 5 * 3 = 15.

> Een citaat.

1. een
2. twee
   - nog een

| soort | bedrag |
|---|---:|
| a | 1,00 |

```beding
taal nl
overeenkomst proef
    titel "Proef <b>& meer</b>"
    versie "1"
    geldig vanaf 2019-01-01
```

## Artikel 1

Twee keer dezelfde kop.

## Artikel 1

```text
geen regels: <i>
```

```beding
keuze zwaarte = licht "licht <i>", zwaar
product opvang "Opvang & meer" per dag naar zwaarte
    code "44A99"
tarief opvang  geldig van 2019-01-01 tot en met 2020-06-30
    | zwaarte | tarief |
    | licht   | € 10   |
    | zwaar   | € 20   |
tarief opvang  geldig vanaf 2020-07-01
    | zwaarte | tarief |
    | licht   | € 11,50 |
    | zwaar   | € 20   |
regel niets  bron "Artikel 1"
    keur af als volume = 0 dagen
    reden "er is niets geleverd </script>"
lezing telling "telt de <eerste> dag mee?" = ja_dag | nee_dag  gekozen ja_dag  omdat "zo staat het er"  bron "Artikel 1"
definitie d : boolean aanroepbaar = telling is ja_dag
niet uitdrukbaar "goed overleg"  bron "Artikel 2"
verplichting verslag  bron "Artikel 3"
    jaarlijks op 1 april
```
"""


class Page(html.parser.HTMLParser):
    """A page taken apart; complains of what a browser would have to mend."""

    def __init__(self, text):
        super().__init__()
        self.open, self.wrong, self.ids, self.links, self.tags, self.words = [], [], [], [], [], []
        self.feed(text)
        self.wrong += self.open

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        self.tags.append((tag, names))
        self.ids += [names["id"]] if "id" in names else []
        self.links += [names["href"]] if "href" in names else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        self.words.append(data)


class Doc(CommandTest):
    def site(self, *arguments, folder="site", **options):
        """All pages of a site, by path below its folder."""
        self.beding("doc", *arguments, "-o", str(self.folder / folder), **options)
        return {str(path.relative_to(self.folder / folder)): path.read_text(encoding="utf-8")
                for path in sorted((self.folder / folder).rglob("*")) if path.is_file()}

    def check(self, site):
        """Well formed, ids used once, every link leads to a page and a place on it."""
        pages = {name: Page(text) for name, text in site.items() if name.endswith(".html")}
        for name, page in pages.items():
            folder = name.rpartition("/")[0]
            self.assertEqual(page.wrong, [], name)
            self.assertEqual(len(page.ids), len(set(page.ids)), name)
            for link in page.links:
                if re.match(r"https?:|data:", link):
                    continue
                file, _, anchor = link.partition("#")
                target = "/".join(part for part in (folder, file) if part) if file else name
                self.assertIn(target, site, f"{name}: {link}")
                if anchor:
                    self.assertIn(anchor, pages[target].ids, f"{name}: {link}")
        return pages

    def test_an_agreement(self):
        site = self.site(self.file("overeenkomst.bdg.md", AGREEMENT))
        pages = self.check(site)
        self.assertEqual(set(site), PAGES | {"page.css", "page.js", "kalender.ics", "tekst-overeenkomst.html"})
        text = site["tekst-overeenkomst.html"]
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", text)
        self.assertNotIn("alert(1)</script>", "".join(site.values()).replace("&lt;", ""))
        for markup in ("<code>code</code>", "<strong>nadruk</strong>", "<em>klem</em>", "5 * 3 = 15", "naam_met_strepen",
                       '<a href="https://example.org/?a=1&amp;b=2">een link</a>', "geen link, ", "<blockquote>",
                       '<td class="num">1,00</td>', "geen regels: &lt;i&gt;", 'id="Artikel-1"', 'id="Artikel-1-2"'):
            self.assertIn(markup if markup != "geen link, " else "en geen link.", text)
        for item in ("regel-niets", "tarief-opvang", "tarief-opvang--2", "lezing-telling", "niet_uitdrukbaar-1"):
            self.assertIn(item, pages["tekst-overeenkomst.html"].ids)
        tariffs = site["tarieven.html"]
        self.assertIn("<svg", tariffs)
        self.assertEqual(len(re.findall('<path class="line', tariffs)), 4)  # two lines and their legend
        self.assertIn("vanaf 1 juli 2020", tariffs)
        self.assertIn("€ 11,50", tariffs)
        self.assertIn("telt de &lt;eerste&gt; dag mee?", site["vragen.html"])
        self.assertIn("<em>ja dag</em>, omdat", site["vragen.html"])
        self.assertIn("<em>nee dag</em>", site["vragen.html"])
        self.assertIn("1 april 2020", site["kalender.html"])
        index = json.loads(re.search(r'id="search-index">(.*?)</script>', site["zoeken.html"], re.DOTALL)[1])
        found = {entry["n"]: entry for entry in index}
        self.assertIn("er is niets geleverd </script>", found["niets"]["t"])
        self.assertIn("Twee keer dezelfde kop.", found["Artikel 1"]["t"] + index[1]["t"])

    def test_landmarks(self):
        for name, page in self.check(self.site(self.file("overeenkomst.bdg.md", AGREEMENT))).items():
            tags = [tag for tag, _ in page.tags]
            self.assertEqual([tags.count(tag) for tag in ("header", "main", "footer", "h1", "title")], [1] * 5, name)
            self.assertEqual(dict(page.tags[0][1])["lang"], "nl")
            first = next(names for tag, names in page.tags if tag == "a")
            self.assertEqual((first["class"], first["href"]), ("skip", "#content"))
            for tag, names in page.tags:
                if tag == "svg":
                    self.assertTrue(names.get("aria-label") or names.get("aria-hidden") == "true", name)
                self.assertNotIn("style", names)
                self.assertFalse([key for key in names if key.startswith("on")])
            levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
            self.assertTrue(all(b <= a + 1 for a, b in zip(levels, levels[1:])), (name, levels))
            self.assertFalse([link for tag, names in page.tags for link in (names.get("src"),) if link and ":" in link])

    def test_marks_that_do_not_close(self):
        prose = "*a " * 20000 + "\n\n" + "[" * 20000 + "\n\n" + ">" * 5000 + " diep\n\n" + "_a" * 20000 + "\n\n"
        self.check(self.site(self.file("overeenkomst.bdg.md", prose + AGREEMENT)))

    def test_a_plain_file(self):
        text = AGREEMENT[AGREEMENT.index("taal nl"):].partition("```")[0] + "\n## De *zwaarte* bepaalt de prijs.\n" + \
            AGREEMENT[AGREEMENT.index("keuze zwaarte"):].partition("```")[0]
        site = self.site(self.file("proef.bdg", text))
        self.check(site)
        self.assertIn('<div class="prose"><p>De <em>zwaarte</em> bepaalt de prijs.</p>', site["tekst-proef.html"])
        self.assertIn("<h1>Proef &lt;b&gt;&amp; meer&lt;/b&gt;</h1>", site["tekst-proef.html"])

    def test_the_same_bytes(self):
        path = self.file("overeenkomst.bdg.md", AGREEMENT)
        self.assertEqual(self.site(path), self.site(path, folder="again"))
        self.assertEqual(self.site(path), self.site(path))  # over the site that is there

    def test_folders_that_are_not_there_yet(self):
        path = self.file("overeenkomst.bdg.md", AGREEMENT)
        self.assertEqual(self.site(path), self.site(path, folder="nieuw/in/een/ander/"))

    def test_names_as_words(self):
        """On pages for citizens a name is its words; a tool that wants the name itself finds it in the register."""
        duties = "verplichting verslag_van_het_jaar\n    jaarlijks op 1 april\nverplichting melden_bij_gemeente\n    invoer gebeurd_op : datum\n    begint gebeurd_op\n    duurt 3 dagen\n"
        site = self.site(self.file("overeenkomst.bdg.md", AGREEMENT.replace("verplichting verslag ", duties + "verplichting verslag ")))
        for words in (">verslag van het jaar</a>", ">melden bij gemeente</a>", "<td>gebeurd op</td>"):
            self.assertIn(words, site["kalender.html"])
        self.assertIn("SUMMARY:verslag van het jaar", site["kalender.ics"])
        self.assertIn(">verslag_van_het_jaar</a>", site["register.html"])

    def test_as_of(self):
        site = self.site(self.file("overeenkomst.bdg.md", AGREEMENT), "--as-of", "2019-06-01")
        self.assertIn("1 april 2019", site["kalender.html"])
        self.assertRegex(site["tarieven.html"], r'class="num current">vanaf 1 januari 2019')

    def test_cells_as_people_read_them(self):
        table = """keuze soort = korter_dan_een_jaar, langer "langer dan een jaar"
tabel korting naar soort : getal
    | soort               | deel  |
    | korter_dan_een_jaar | 5 %   |
    | langer              | 0,125 |
"""
        page = self.site(self.file("a.bdg", (DATA / "addenda.bdg").read_text(encoding="utf-8") + table))["tarieven.html"]
        for words in (">korter dan een jaar<", ">langer dan een jaar<", ">5\u00a0%<", ">0,125<"):
            self.assertIn(words, page)

    def test_amounts_that_are_not_for_everyone(self):
        site = self.site(str(DATA / "addenda.bdg"))
        self.check(site)
        self.assertIn("De bedragen vanaf 1 januari 2021 gelden volgens wijziging addendum (vanaf 2021-01-01, tenzij opgezegd).", site["tarieven.html"])
        self.assertNotIn("wijziging slot", site["tarieven.html"])
        self.assertRegex(site["register.html"], "addendum</a></th><td>vanaf 2021-01-01, tenzij opgezegd</td>")

    def test_english(self):
        site = self.site(self.file("overeenkomst.bdg.md", AGREEMENT), "--lang", "en")
        self.check(site)
        self.assertIn("tariffs.html", site)
        self.assertIn("from 1 July 2020", site["tariffs.html"])
        self.assertIn("€11.50", site["tariffs.html"])
        self.assertRegex(site["text-overeenkomst.html"], '<html lang="en">(.|\n)*<main[^>]* lang="nl"')

    def test_figures_of_an_index(self):
        site = self.site(LOGEREN, "--series", f"{LOGEREN}/series.csv", "--params", f"{LOGEREN}/params.csv")
        self.check(site)
        self.assertIn("€ 94,04", site["tarieven.html"])
        self.assertIn("<svg", site["tarieven.html"])
        self.check(self.site(LOGEREN, folder="without"))

    def test_several(self):
        site = self.site(self.file("overeenkomst.bdg.md", AGREEMENT), HULP)
        self.check(site)
        self.assertIn("proef/index.html", site)
        self.assertIn('href="proef/index.html">Proef &lt;b&gt;', site["index.html"])
        path = self.file("overeenkomst.bdg.md", AGREEMENT)
        said = self.beding("doc", path, path, "-o", str(self.folder / "twice"), status=1).stderr
        self.assertIn("twee overeenkomsten heten `proef`", said)
        self.assertFalse((self.folder / "twice" / "proef").joinpath("index.html").exists())

    def test_refusals(self):
        path = self.file("overeenkomst.bdg.md", AGREEMENT)
        self.beding("build", path, "-o", str(self.folder / "m.bdc"))
        said = self.beding("doc", str(self.folder / "m.bdc"), "-o", str(self.folder / "x"), status=2).stderr
        self.assertIn("een website wordt van de tekst gemaakt", said)
        self.file("bestand", "")
        self.assertIn("kan map `bestand/map`", self.beding("doc", path, "-o", "bestand/map/x", status=3).stderr)
        self.beding("doc", self.file("fout.bdg", "taal nl\nregel\n"), "-o", str(self.folder / "y"), status=1)
        self.assertFalse((self.folder / "y").exists())
        self.assertIn("--as-of", self.beding("doc", path, "-o", str(self.folder / "y"), "--as-of", "x", status=2).stderr)
        self.assertIn("optie `-o` is nodig", self.beding("doc", path, status=2).stderr)


if __name__ == "__main__":
    unittest.main()
