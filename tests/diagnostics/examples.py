"""The examples of the diagnostics: what docs/make_diagnostics.py shows and test_examples.py runs.

A file holds the codes of one section. A code begins with `== CODE`; then come, each begun by a line of its own:

    a sentence or two for the reader, in English (may be left out)
    %% fout [CONTEXT]     a text that reports exactly this code
    %% goed [CONTEXT]     the nearest text that reports nothing
    %% bestand NAME       another file of the same folder, which the text before it uses
    %% gemaakt NAME       in place of `fout`: a text too long or too odd to print, made by the function NAME below;
                          what follows is the sentence for the reader

CONTEXT is what stands before the text: `kaal` (the default), `leeg` or `contract`, see CONTEXTS.
"""
import dataclasses
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent
MAIN = "voorbeeld.bdg"

BARE = "taal nl\novereenkomst voorbeeld\n"
CONTRACT = """taal nl
overeenkomst voorbeeld
    geldig vanaf 2020-01-01

eenheid minuut/minuten
eenheid uur/uren         = 60 minuten
eenheid dagdeel/dagdelen = 4 uren ondeelbaar
keuze zzp = zzp2, zzp3
invoer akkoord : boolean

product begeleiding per uur
tarief begeleiding € 50,40 per uur

regel betaling
    betaal volume × tarief afgerond op centen
regel bedrag_klopt
    keur af als ingediend_bedrag aanwezig en ingediend_bedrag <> berekend_bedrag
"""
CONTEXTS = {"kaal": BARE, "leeg": "", "contract": CONTRACT}


@dataclasses.dataclass
class Text:
    """One text to compile: what is shown of it, and the files it consists of."""

    context: str
    shown: str = ""
    others: dict = dataclasses.field(default_factory=dict)

    def files(self):
        return {MAIN: (CONTEXTS[self.context] + self.shown).encode(), **{name: text.encode() for name, text in self.others.items()}}


@dataclasses.dataclass
class Example:
    code: str
    note: str = ""
    bad: Text = None
    good: Text = None
    made: str = None  # name of a function of this module that returns the files of a bad text


# Texts that are made. Each returns file name -> bytes, the main file among them.

def main_file(text):
    return {MAIN: BARE.encode() + (text if isinstance(text, bytes) else text.encode())}


def nul():
    return main_file(b"keuze zzp = zzp2, \0 zzp3\n")


def geen_utf8():
    return main_file(b"keuze zzp = zzp2, zzp3 -- \xff\n")


def los_accent():
    return main_file("keuze cafe\u0301 = een, twee\n")


def lange_naam():
    return main_file("keuze " + "n" * 101 + " = een, twee\n")


def lange_tekst():
    return main_file('keuze zzp = zzp2 "' + "t" * (64 * 1024 + 1) + '"\n')


def lang_getal():
    return main_file("definitie groot : getal aanroepbaar = " + "9" * 5401 + "\n")


def grote_tabel():
    choices = "".join(f"keuze k{n} = {', '.join(f'l{n}_{m}' for m in range(130))}\n" for n in range(3))
    rows = "    | k0 | k1 | k2 | g |\n    | overige | overige | overige | 1 |\n"
    return main_file(choices + "tabel groot naar k0, k1, k2 : getal\n" + rows)


def diepe_uitzonderingen():
    chain = "".join(f"uitzondering u{n} op {'grens' if n == 0 else f'u{n - 1}'} als akkoord\n" for n in range(40))
    return {MAIN: (CONTRACT + "regel grens\n    keur af als volume > 8 uren\n" + chain).encode()}


def diep():
    return main_file("definitie diep : getal aanroepbaar = " + "(" * 10000 + "1" + ")" * 10000 + "\n")


def veel_bestanden():
    files = main_file("".join(f'gebruik "f{n}.bdg"\n' for n in range(260)))
    return {**files, **{f"f{n}.bdg": f"taal nl\nkeuze k{n} = a{n}, b{n}\n".encode() for n in range(260)}}


def veel_instructies():
    rules = "".join(f"regel r{n}\n    keur af als " + " of\n        ".join(f"graden = {150 * n + m}" for m in range(150)) + "\n" for n in range(250))
    return {MAIN: (CONTRACT + "invoer graden : getal\n" + rules).encode()}


def examples_in(path):
    """The examples of one file, in order."""
    examples, text, lines = [], None, None
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        words = line.split()
        if words[:1] == ["=="]:
            examples.append(Example(words[1]))
            text, lines = None, None
        elif words[:1] == ["%%"]:
            text, lines = begin_part(examples[-1], text, words[1:])
        elif not examples:
            continue  # the heading of the file
        elif text is None:
            examples[-1].note += line
        elif lines is None:
            text.shown += line
        else:
            text.others[lines] += line
    for example in examples:
        example.note = " ".join(example.note.split())
        for text in (example.bad, example.good):
            if text is not None:
                text.shown = text.shown.rstrip() + "\n"
    return examples


def begin_part(example, text, words):
    """(text, name of the other file being read or None) after a line `%% …`."""
    kind, name = words[0], words[1] if len(words) > 1 else None
    if kind == "bestand":
        text.others[name] = ""
        return text, name
    if kind == "gemaakt":
        example.made = name
        return None, None
    text = Text(name or "kaal")
    setattr(example, {"fout": "bad", "goed": "good"}[kind], text)
    return text, None


def all_examples():
    """Code -> example, over all files."""
    return {example.code: example for path in sorted(FOLDER.glob("*.txt")) for example in examples_in(path)}
