"""The way to the typesetter: nothing pasted, nothing guessed, the same bytes; and fonts that have what they claim."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from pypdf import PdfReader

from pachamama.papers import kit

SOURCE = Path(kit.__file__).parents[1]
SHOWS = '#set text(font: "Noto Sans", fallback: false)\n#let given = json(bytes(sys.inputs.document))\n#given.name\n'


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    (tmp_path / "shows.typ").write_text(SHOWS, encoding="utf-8")
    (tmp_path / "unknown_font.typ").write_text('#set text(font: "Arial")\nHola', encoding="utf-8")
    (tmp_path / "broken.typ").write_text("#nothing(", encoding="utf-8")
    (tmp_path / "outside.typ").write_text('#read("/../secret.txt")', encoding="utf-8")
    (tmp_path.parent / "secret.txt").write_text("secret", encoding="utf-8")
    return tmp_path


def text_of(pdf: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        "#strong[x] *bold* _it_ `raw` $x$",
        "[red] <label> @ref \\ // /* */ ~ -- ---",
        '{"json": "}"} \\u0041',
        "Ch’uqi, Qʼumir, Ñahui, Güisa, 2.º 3.ª – — …",
    ],
)
def test_a_text_prints_as_it_is_written(templates: Path, name: str) -> None:
    """Nothing in people's texts is taken for the typesetter's language."""
    assert text_of(kit.render("shows", {"name": name}, templates=templates)) == name


def test_what_turns_a_line_around_prints_as_its_code(templates: Path) -> None:
    """A right-to-left override reversed an amount once; it, and letters without a picture, are shown as codes."""
    shown = text_of(kit.render("shows", {"name": "abc\u202e001 \u4e2d \u2610"}, templates=templates))
    assert shown == "abc<U+202E>001 <U+4E2D> <U+2610>"


@pytest.mark.parametrize("template", ["unknown_font", "broken", "outside"])
def test_a_warning_or_a_failure_makes_no_paper(templates: Path, template: str) -> None:
    """An unknown font is only a warning to the typesetter; here it stops, as does a file outside the templates."""
    with pytest.raises(kit.Unprintable, match=template):
        kit.render(template, {"name": ""}, templates=templates)


def test_the_same_document_gives_the_same_bytes_in_another_process(templates: Path) -> None:
    """A paper printed again is byte for byte the paper of the file."""
    again = (
        "import sys; from pathlib import Path; from pachamama.papers import kit;"
        f"sys.stdout.buffer.write(kit.render('shows', {{'name': 'Ñusta'}}, templates=Path({str(templates)!r})))"
    )
    other = subprocess.run([sys.executable, "-c", again], capture_output=True, check=True)
    assert other.stdout == kit.render("shows", {"name": "Ñusta"}, templates=templates)


def test_importing_the_papers_loads_no_typesetter() -> None:
    """A command that prints nothing does not pay for the typesetter."""
    code = "import sys, pachamama.papers.prize_sheet; print('typst' in sys.modules, 'num2words' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert told.stdout.split() == ["False", "False"]


def test_every_warning_free_document_survives_as_json() -> None:
    """Tuples become lists and numbers stay numbers on the way to the template."""
    document = kit.printable({"rows": ({"cents": 5, "name": "a\u200bb"},), "none": None, "yes": True})
    assert json.loads(json.dumps(document)) == {
        "rows": [{"cents": 5, "name": "a<U+200B>b"}],
        "none": None,
        "yes": True,
    }


# -- fonts -------------------------------------------------------------------------------------------------------


def letters_of(font: Path) -> set[int]:
    """The code points that a TrueType file maps to a picture (cmap, format 4)."""
    held = font.read_bytes()
    tables = {
        held[12 + 16 * n : 16 + 16 * n]: struct.unpack(">I", held[20 + 16 * n : 24 + 16 * n])[0]
        for n in range(struct.unpack(">H", held[4:6])[0])
    }
    cmap = tables[b"cmap"]
    found: set[int] = set()
    for n in range(struct.unpack(">H", held[cmap + 2 : cmap + 4])[0]):
        at = cmap + struct.unpack(">I", held[cmap + 8 + 8 * n : cmap + 12 + 8 * n])[0]
        if struct.unpack(">H", held[at : at + 2])[0] != 4:
            continue
        segments = struct.unpack(">H", held[at + 6 : at + 8])[0] // 2
        ends = struct.unpack(f">{segments}H", held[at + 14 : at + 14 + 2 * segments])
        starts = struct.unpack(f">{segments}H", held[at + 16 + 2 * segments : at + 16 + 4 * segments])
        for start, end in zip(starts, ends, strict=True):
            found.update(range(start, end + 1))
    return found - {0xFFFF}


@pytest.mark.parametrize("style", ["Regular", "Bold", "Italic"])
def test_the_fonts_have_every_letter_that_the_kit_promises(style: str) -> None:
    """No name prints as a blank or a box: what the fonts lack is shown as a code."""
    promised = {letter for first, last in kit.LETTERS for letter in range(first, last + 1)}
    missing = promised - letters_of(kit.FONTS / f"NotoSans-{style}.ttf")
    assert [f"U+{letter:04X}" for letter in sorted(missing)] == []


def test_the_letters_of_the_andes_are_promised() -> None:
    """Spanish, Quechua and Aymara spelling, typographic quotes and ordinals print."""
    letters = "áéíóúüñÁÉÍÓÚÜÑäëïöÄ’ʼ‘“”«»¿¡ºª–—…·×°½€"
    assert kit.printable(letters) == letters


def test_the_licence_of_the_fonts_is_shipped() -> None:
    """The Open Font License asks that its text goes along."""
    licence = (kit.FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licence
    assert "Copyright 2015 Google" in licence
    assert sum(font.stat().st_size for font in kit.FONTS.glob("*.ttf")) < 700_000


# -- what the program itself says ------------------------------------------------------------------------------------


def test_a_minus_is_printed_as_a_dash() -> None:
    """An explanation subtracts: `85 − 3` has a sign between its figures, not the number of one."""
    assert kit.printable("85 − 3 = 82") == "85 – 3 = 82"


@pytest.mark.parametrize("room", ["core", "papers"])
def test_every_sentence_of_the_core_and_of_the_papers_can_be_printed(room: str) -> None:
    """What an explanation or a paper says, in English and in Spanish, has a picture for each of its letters."""
    with (SOURCE / "language" / "locale" / "es" / "LC_MESSAGES" / "pachamama.po").open("rb") as file:
        known = [one for one in read_po(file) if any(f"pachamama/{room}/" in place for place, _ in one.locations)]
    assert len(known) > 100
    texts = {
        text for one in known for said in (one.id, one.string) for text in ([said] if isinstance(said, str) else said)
    }
    assert [text for text in texts if "<U+" in kit.printable(text)] == []
