"""Thousands of inputs that nobody would type on purpose: refused in words, or taken; never a mistake of the program."""

from __future__ import annotations

import contextlib
import csv
import io
import random
import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from tests.cli.desk import RULES, households, scores

from pachamama.core.problems import Refused
from pachamama.store import numbering, seal

from .counts import tries
from .square import DB, done, run, square

STRANGE = [
    "", " ", "0", "-1", "1e9", "1_0", "٣", "NaN", "inf", "1,5", "1.5.5", "12:30", "0x1F", "½", "²", "true", "null", "~",
    "=1+1", "@x", "+1", "'", '"', '""', "\\", "\0", "\x1b[2J", "\u202e", "\ufeff", "\u2028", "\r", "\t", "\n", ";", ",",
    "{", "}", "[", "]", "*a", "&a", "!!python/object:os.system", "<<: *a", "? x", "- ", ": ", "# ", "|", ">", "%YAML",
    "9" * 400, "a" * 5000, "ñ", "\U0001f33d", "e\u0301" * 50, "../../etc/passwd", "C:\\CON", "2026-02-30", "{place}", "{", "%s",
]  # fmt: skip
EXAMPLE = (Path(__file__).parents[2] / "competitions.example.yaml").read_text("utf-8")


def mangled(text: str, luck: random.Random) -> str:
    """The text with one to four accidents: a piece gone, twice, elsewhere, strange, another number."""
    for _ in range(luck.choice([1, 1, 2, 4])):
        at = luck.randrange(len(text) + 1)
        end = min(len(text), at + luck.choice([0, 1, 3, 20, 200]))
        match luck.randrange(7):
            case 0:
                text = text[:at] + text[end:]
            case 1:
                text = text[:end] + text[at:end] + text[end:]
            case 2:
                other = luck.randrange(len(text) + 1)
                text = text[:other] + text[at:end] + text[other:]
            case 3:
                text = text[:at] + luck.choice(STRANGE) + text[end:]
            case 4:
                numbers = list(re.finditer(r"\d+", text))
                if numbers:
                    one = luck.choice(numbers)
                    text = text[: one.start()] + luck.choice(STRANGE) + text[one.end() :]
            case 5:
                words = list(re.finditer(r"\w+", text))
                if words:
                    one, other = luck.choice(words), luck.choice(words)
                    text = text[: one.start()] + other[0] + text[one.end() :]
            case _:
                lines = text.splitlines(keepends=True)
                luck.shuffle(lines)
                text = "".join(lines) if luck.random() < 0.2 else text[:at]
    return text


def bytes_of(text: str, luck: random.Random) -> bytes:
    """The text as a file: mostly UTF-8, now and then as other programs write it, or with single bytes spoilt."""
    code = luck.choice(["utf-8"] * 6 + ["utf-8-sig", "latin-1", "utf-16", "utf-32"])
    content = bytearray(text.encode(code, "replace"))
    if content and luck.random() < 0.2:
        content[luck.randrange(len(content))] = luck.randrange(256)
    return bytes(content)


def sheets_of(rows: str) -> bytes:
    """The table as a workbook of a spreadsheet."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    assert page is not None
    for row in csv.reader(rows.splitlines()):
        page.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def spoilt(content: bytes, luck: random.Random) -> bytes:
    """A workbook in which a byte is another one, or a part of its archive is gone, twice, empty or mangled."""
    if luck.random() < 0.3:
        spoilt = bytearray(content)
        for _ in range(luck.randint(1, 3)):
            spoilt[luck.randrange(len(spoilt))] = luck.randrange(256)
        return bytes(spoilt[: luck.choice([len(spoilt), len(spoilt), luck.randrange(len(spoilt))])])
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        whose = luck.choice([*names, *(["xl/worksheets/sheet1.xml"] * 4)])
        for name in names:
            text = old.read(name).decode("utf-8")
            if name == whose:
                text = luck.choice(["", text[: len(text) // 2], *(mangled(text, luck) for _ in range(3))])
                if luck.random() < 0.1:
                    continue
            new.writestr(name, text.encode("utf-8", "replace"))
    return made.getvalue()


@pytest.mark.parametrize("what", ["rules", "scores", "registers", "books"])
def test_files_at_random_are_refused_in_words_or_taken(tmp_path: Path, what: str) -> None:
    """Codes 0 and 1 only, a place or a sentence with each refusal, and the programme's file as it was."""
    luck = random.Random(what)
    folder = square(tmp_path, "typed")
    before = (folder / DB).read_bytes()
    book = sheets_of(scores())
    found: Counter[int] = Counter()
    for number in range(tries(600, 7000)):
        if what == "rules":
            text = mangled(luck.choice([RULES, RULES, RULES, EXAMPLE]) if number % 10 == 0 else RULES, luck)
            (folder / "any").write_bytes(bytes_of(text, luck))
            words = luck.choice([("rules", "check", "any"), ("rules", "show", "any"), ("rules", "explain", "any")])
        elif what == "scores":
            (folder / "any.csv").write_bytes(bytes_of(mangled(scores(), luck), luck))
            words = luck.choice(
                [
                    ("import", "scores", "any.csv", "--dry-run"),
                    ("settle", "rules.yaml", "any.csv", "--tier", "household"),
                ]
            )
        elif what == "registers":
            (folder / "any.csv").write_bytes(bytes_of(mangled(households(), luck), luck))
            words = ("import", luck.choice(["households", "communities", "judges"]), "any.csv", "--dry-run")
        else:
            (folder / "any.xlsx").write_bytes(spoilt(book, luck))
            words = ("import", luck.choice(["scores", "scores", "households"]), "any.xlsx", "--dry-run")
        ran = run(folder, *words)
        assert ran.code in (0, 1), f"{number}: {words}: {ran}"
        assert "Traceback" not in ran.err
        assert ran.err.strip() or ran.code == 0
        found[ran.code] += 1
    assert (folder / DB).read_bytes() == before
    assert min(found[0], found[1]) > 10


@pytest.mark.parametrize("where", ["C9999999", "D" + "9" * 18, "XFD1048576", "ZZZZZ2"])
def test_a_cell_that_says_to_be_far_away_does_not_end_the_program(tmp_path: Path, where: str) -> None:
    """A table from its first cell to that one would fill the memory, and who fills it is ended without a word."""
    folder = square(tmp_path, "typed")
    whole = io.BytesIO(sheets_of(scores()))
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(folder / "any.xlsx", "w") as new:
        for name in old.namelist():
            text = old.read(name).decode().replace('r="C2"', f'r="{where}"')
            new.writestr(name, text)
    ran = run(folder, "import", "scores", "any.xlsx", "--dry-run")
    assert (ran.code, ran.out) == (1, ""), ran
    assert "reaches to row" in ran.err


def test_codes_at_random_are_read_or_refused(tmp_path: Path) -> None:
    """Codes of papers and sheets, in any spelling and with any sign in them; never another paper's."""
    luck = random.Random(4)
    code = seal.code_of(luck.randbytes(32).hex())
    own = numbering.letters_of("0123456789abcdef")
    sheet = numbering.code_of(own, 417)
    signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZilouñ- –.\0\u202e½٣"
    for _ in range(tries(3000, 14000)):
        for real, read in ((code, seal.read_code), (sheet, lambda typed: numbering.read_code(typed, own))):
            typed = list(luck.choice([real, real.lower(), real.replace("-", ""), real.replace("-", " - ")]))
            spoilt = luck.choice([0, 0, 1, 2, 5])
            for _ in range(spoilt):
                at = luck.randrange(len(typed))
                typed[at : at + luck.choice([0, 1, 1, 2])] = luck.choice([*signs, "", "".join(luck.sample(signs, 3))])
                typed = typed or ["0"]
            with contextlib.suppress(Refused):
                assert read("".join(typed)) == real or spoilt
    folder = square(tmp_path, "closed")
    done(folder, "sheet", "list")
    for strange in STRANGE:
        if "\0" not in strange:
            assert run(folder, "check", "--code", strange or " ").code in (2, 3)
            assert run(folder, "score", strange or " ", "1", "1").code in (1, 2)
