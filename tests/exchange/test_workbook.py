"""Spreadsheet files are read as CSV is, cell by cell, and every problem names sheet and cell."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest

from pachamama.core.model import Household, Judge
from pachamama.core.problems import Problem
from pachamama.exchange import read_register, read_scores
from pachamama.exchange.inside import looked_into

from .books import Shown, ShownOnly, ods, xlsx
from .desk import TWO_PHASES, one_phase, refusals, said, saved, shown, tier_of

SCORES = [
    ["within", "Código", "Jurado", "past", "dream"],
    ["C1", "H001", "J1", 12, 10],
    ["C1", "H001", "J2", 11, "9"],
    ["C1", "H002", "J1", None, 12],
]
AS_CSV = "within,entry,judge,past,dream\nC1,H001,J1,12,10\nC1,H001,J2,11,9\nC1,H002,J1,,12"


@pytest.mark.parametrize("write", [xlsx, ods])
def test_a_book_gives_the_sheets_that_the_same_table_gives_as_csv(tmp_path: Path, write) -> None:
    """Numbers and texts alike; an empty cell is a missing mark, never 0."""
    book = write(tmp_path / f"scores.{write.__name__}", {"Fichas": SCORES})
    expected = shown(read_scores(saved(tmp_path, AS_CSV), one_phase()))
    assert shown(read_scores(book, one_phase())) == expected
    assert "H002 sheet J1 dream=12" in expected[-1]


def test_a_book_of_before_2007_is_read_too(tmp_path: Path) -> None:
    """The fixture was saved once as XLS: the same rows."""
    book = Path(__file__).parent / "fixtures" / "scores.xls"
    assert shown(read_scores(book, one_phase())) == shown(read_scores(saved(tmp_path, AS_CSV), one_phase()))


def test_a_cell_is_read_as_a_person_reads_it(tmp_path: Path) -> None:
    """Fifteen digits, no exponents, dates year first; a heading above the table is no row of it."""
    rows = [
        ["Padrón de la comunidad"],
        [],
        ["Código", "Comunidad", "Titular", "registered", "area", "llegó", "big"],
        [101, "C1", "Ana Puma", dt.date(2026, 3, 2), 0.1 + 0.2, True, 1e17],
        ["H2", "C1", "Rosa Ccori", dt.datetime(2026, 3, 2, 14, 5), 12.50],  # noqa: DTZ001 cells have no zone
    ]
    book = xlsx(tmp_path / "h.xlsx", {"Padrón": rows})
    assert read_register("households", book).rows == (
        Household(
            *("101", "C1", "Ana Puma"),
            fields={"registered": "2026-03-02", "area": "0.3", "llegó": "TRUE", "big": "100000000000000000"},
        ),
        Household("H2", "C1", "Rosa Ccori", fields={"registered": "2026-03-02T14:05", "area": "12.5"}),
    )


def test_every_problem_names_sheet_and_cell(tmp_path: Path) -> None:
    """As the spreadsheet program names it, so that it is found at once."""
    rows = [
        *SCORES[:1],
        ["C1", "H001", "J1", 16, 10],
        ["C1", "H002", "J1", "=2+3", 0],
        ["C1", "H003", "J1", dt.date(2026, 5, 12), 4],
        ["C1", "H001", "J1", 4, 4],
        ["C1", "H004", "J2", 4, 4, "?"],
    ]
    book = xlsx(tmp_path / "b.xlsx", {"Fichas": rows})
    assert [one.split(" (")[0].split("\n")[0] for one in refusals(read_scores, book, one_phase())] == [
        "b.xlsx, sheet “Fichas”, D2: 16 is above the maximum 15 for “past”",
        "b.xlsx, sheet “Fichas”, D3: the cell holds a formula whose value was never reckoned",
        "b.xlsx, sheet “Fichas”, D4: “2026-05-12” is not a number for “past”",
        "b.xlsx, sheet “Fichas”, F6: there is a cell in a column without title",
    ]


def test_a_cell_with_an_error_is_no_missing_mark(tmp_path: Path) -> None:
    """#N/A looks empty to a reading library; here it is said, with sheet, cell and what is shown there."""
    import xlsxwriter

    path = tmp_path / "b.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Uno")
    sheet.write_row(0, 0, SCORES[0])
    sheet.write_row(1, 0, ["C1", "H001", "J1", 3, 4])
    sheet.write_formula(1, 4, "=NA()", None, "#N/A")
    sheet.write_formula(3, 1, "=VLOOKUP(1,A1:A2,5)", None, "#REF!")
    book.close()
    assert refusals(read_scores, path, one_phase()) == [
        (
            "b.xlsx, sheet “Uno”, E2: the cell holds an error of the spreadsheet (#N/A)\n"
            "    type the value itself into the cell, or empty the cell if there is none"
        ),
        (
            "b.xlsx, sheet “Uno”, B4: the cell holds an error of the spreadsheet (#REF!)\n"
            "    type the value itself into the cell, or empty the cell if there is none"
        ),
    ]


def test_an_error_in_an_old_book_is_said(tmp_path: Path) -> None:
    """XLS: a pasted #N/A, a division by 0, and a row of which nothing is left but #REF!."""
    book = tmp_path / "old.xls"
    book.write_bytes((Path(__file__).parent / "fixtures" / "errors.xls").read_bytes())
    assert [one.split("\n")[0] for one in refusals(read_scores, book, one_phase())] == [
        "old.xls, sheet “Fichas”, E3: the cell holds an error of the spreadsheet (#N/A)",
        "old.xls, sheet “Fichas”, D4: the cell holds an error of the spreadsheet (#DIV/0!)",
        "old.xls, sheet “Fichas”, B6: the cell holds an error of the spreadsheet (#REF!)",
    ]


@pytest.mark.parametrize("cell", [Shown, ShownOnly])
@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#¡VALOR!", "#¿NOMBRE?", "#N/D", "Err:502"])
def test_an_error_in_an_ods_book_is_said_and_is_never_0(tmp_path: Path, cell: type[Shown], error: str) -> None:
    """LibreOffice says that it is an error; other programs write 0 beside it, which would be a mark."""
    rows = [*SCORES[:2], ["C1", "H002", "J1", cell(error), 10]]
    book = ods(tmp_path / "b.ods", {"Guía": [["Léame"]], "Fichas": rows})
    assert refusals(read_scores, book, one_phase())[0].startswith(
        f"b.ods, sheet “Fichas”, D3: the cell holds an error of the spreadsheet ({error})"
    )


def test_a_column_that_decides_nothing_may_hold_errors(tmp_path: Path) -> None:
    """A sum of the spreadsheet's own beside the marks: it is not read, so it refuses nothing."""
    rows = [[*SCORES[0], "Suma de las notas"], [*SCORES[1], Shown("#VALUE!")]]
    book = ods(tmp_path / "b.ods", {"Fichas": rows})
    assert shown(read_scores(book, one_phase()))[-1] == "C1 H001 sheet J1 past=12 dream=10"


def test_an_error_in_a_register_is_said_too(tmp_path: Path) -> None:
    """A DNI that was looked up and not found is not a household without DNI."""
    book = ods(tmp_path / "h.ods", {"P": [["code", "community", "head", "dni"], ["H1", "C1", "Ana", Shown("#N/A")]]})
    assert "h.ods, sheet “P”, D2: the cell holds an error" in refusals(read_register, "households", book)[0]


def test_a_small_stream_inside_an_old_book_is_found(tmp_path: Path) -> None:
    """In the smallest XLS files the book stands in pieces of 64 bytes; a #REF! is seen there as well."""
    import struct

    records = [(0x809, bytes(16)), (0x85, struct.pack("<IHBB", 46, 0, 1, 0) + b"A"), (0x0A, b"")]
    records += [(0x809, bytes(16)), (0x205, struct.pack("<HHHBB", 4, 2, 0, 23, 1)), (0x0A, b"")]
    stream = b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)
    assert stream.index(b"\x09\x08", 1) == 37
    stream = stream.replace(struct.pack("<I", 46), struct.pack("<I", 37), 1)

    def entry(name: str, first: int, size: int) -> bytes:
        text = name.encode("utf-16-le")
        return (
            text.ljust(64, b"\0") + struct.pack("<H", len(text) + 2) + bytes(50) + struct.pack("<III", first, size, 0)
        )

    no = 0xFFFFFFFF
    end = 0xFFFFFFFE
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HH", header, 30, 9, 6)
    struct.pack_into("<II", header, 44, 1, 1)
    struct.pack_into("<IIIII", header, 56, 4096, 2, 1, no, 0)
    struct.pack_into("<109I", header, 76, 0, *[no] * 108)
    small = [*range(1, -(-len(stream) // 64)), end]
    sectors = [
        struct.pack("<128I", 0xFFFFFFFD, end, end, end, *[no] * 124),
        (entry("Root Entry", 3, 512) + entry("Workbook", 0, len(stream))).ljust(512, b"\0"),
        struct.pack("<128I", *small, *[no] * (128 - len(small))),
        stream.ljust(512, b"\0"),
    ]
    content = bytes(header) + b"".join(sectors)
    assert looked_into(content, "a.xls").gaps("A", 0)[5, 3].message.values["error"] == "#REF!"


def test_a_binary_book_is_refused_with_the_way_out(tmp_path: Path) -> None:
    """XLSB: nobody would see its errors."""
    path = tmp_path / "b.xlsb"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("xl/workbook.bin", b"")
    assert refusals(read_scores, path, one_phase()) == [
        (
            "b.xlsb: this is a spreadsheet of the kind XLSB, in which errors cannot be told from empty cells\n"
            "    open it in the spreadsheet program and save it as XLSX, ODS or CSV"
        )
    ]


def test_all_sheets_that_hold_the_columns_are_one_table(tmp_path: Path) -> None:
    """In any order of columns, under any of their titles; what is left out is said, a hidden sheet too."""
    book = xlsx(
        tmp_path / "b.xlsx",
        {
            "Notas": [["Para el jurado: un punto por cada andén"]],
            "J1": SCORES[:2],
            "J2": [["Juez", "dream", "past", "Participante", "Comunidad"], ["J2", 9, 11, "H001", "C1"]],
            "Padrón": [["Código", "Nombre"], ["H009", "Ana Puma"]],
            "Vieja": [SCORES[0], ["C1", "H001", "J1", 1, 1]],
        },
        hidden=["Vieja"],
    )
    notes: list[Problem] = []
    read = read_scores(book, one_phase(), notes=notes)
    assert shown(read) == [
        "C1 H001 sheet J1 past=12 dream=10",
        "C1 H001 sheet J2 past=11 dream=9",
    ]
    assert [sheet.where.sheet for sheet in read[0].entries[0].sheets] == ["J1", "J2"]
    assert "the sheets “Notas”, “Padrón” and “Vieja” are left out" in said(notes)[0]


def test_one_paper_on_two_sheets_of_a_book_is_refused(tmp_path: Path) -> None:
    """The message names both cells by their sheets."""
    book = xlsx(tmp_path / "b.xlsx", {"Uno": SCORES[:2], "Dos": SCORES[:2]})
    (only,) = refusals(read_scores, book, one_phase())
    assert "sheet “Dos”, row 2: J1 has a second sheet for H001" in only
    assert "the first one stands in line Uno!2" in only


def test_a_dni_that_is_a_number_gets_its_zeros_back_and_that_is_noted(tmp_path: Path) -> None:
    """The spreadsheet has certainly lost them; what was typed as text is taken as it is, and refused."""
    head = ["código", "nombre", "dni"]
    read = read_register("judges", xlsx(tmp_path / "j.xlsx", {"J": [head, ["J1", "Ana Puma", 1234.0]]}))
    assert read.rows == (Judge("J1", "Ana Puma", "00001234"),)
    assert said(read.notes)[0].startswith(
        "j.xlsx, sheet “J”, C2: the cell holds the number 1234: taken as the DNI 00001234"
    )
    (only,) = refusals(read_register, "judges", xlsx(tmp_path / "t.xlsx", {"J": [head, ["J1", "Ana Puma", "1234567"]]}))
    assert "t.xlsx, sheet “J”, C2: “1234567” is not a DNI" in only


def test_a_book_without_the_columns_says_which_are_missing(tmp_path: Path) -> None:
    """It speaks of the sheet that comes nearest."""
    book = xlsx(tmp_path / "b.xlsx", {"Uno": [["a"]], "Dos": [["Jurado", "past"], ["J1", 3]]})
    assert refusals(read_scores, book, one_phase())[0].startswith(
        "b.xlsx, sheet “Dos”, row 1: the column “entry” is missing"
    )
    twice = xlsx(tmp_path / "t.xlsx", {"Uno": [["Código", "past", "past"], ["H1", 3, 4]]})
    assert refusals(read_scores, twice, one_phase()) == [
        "t.xlsx, sheet “Uno”, row 1: the column “past” stands there twice (give each column its own title)"
    ]
    assert "the table is empty" in refusals(read_scores, xlsx(tmp_path / "e.xlsx", {"Uno": []}), one_phase())[0]


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04", b"PK\x03\x04 and so on", b"\xd0\xcf\x11\xe0" + b"0" * 600],
)
def test_a_damaged_book_is_one_clear_refusal(tmp_path: Path, content: bytes) -> None:
    """Whatever the reading library raises."""
    path = tmp_path / "b.xlsx"
    path.write_bytes(content)
    (only,) = refusals(read_scores, path, one_phase())
    assert only.startswith("b.xlsx: this is no spreadsheet that can be read")


@pytest.mark.parametrize("at", range(0, 100, 7))
def test_a_book_with_a_damaged_part_is_refused_or_read(tmp_path: Path, at: int) -> None:
    """Never a panic, never a traceback."""
    from pachamama.core.problems import Refused

    whole = bytearray(xlsx(tmp_path / "b.xlsx", {"Fichas": SCORES}).read_bytes())
    start = len(whole) * at // 100
    whole[start : start + 40] = bytes(40)
    (tmp_path / "d.xlsx").write_bytes(whole)
    try:
        read_scores(tmp_path / "d.xlsx", one_phase())
    except Refused as refused:
        assert refused.problems


def test_a_cell_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    """A stray cell in the last corner of a sheet would be half a terabyte of empty ones."""
    from openpyxl import Workbook

    book = Workbook()
    for row in SCORES:
        book.active.append(row)
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "b.xlsx")
    (only,) = refusals(read_scores, tmp_path / "b.xlsx", one_phase())
    assert "the sheet reaches to row 1048576 and column 16384" in only


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """A small file that says it holds gigabytes is refused before anything of it is read."""
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(3):
            with packed.open(f"xl/{number}.xml", "w", force_zip64=True) as part:
                for _ in range(400):
                    part.write(bytes(1 << 20))
    assert "the file is too large" in refusals(read_scores, tmp_path / "b.xlsx", one_phase())[0]


def test_titles_with_the_name_of_a_criterion_are_understood(tmp_path: Path) -> None:
    """Capitals and accents do not matter; a code in brackets makes a name certain."""
    rows = [
        ["Comunidad", "Categoría", "Participante", "FASE", "Jurado", "ANDENES", "Agua [water]", "order"],
        ["C1", "Familias nuevas", "H001", "visita de campo", "J1", 12, 3.5, 8],
    ]
    book = xlsx(tmp_path / "b.xlsx", {"Uno": rows})
    assert shown(read_scores(book, tier_of(TWO_PHASES))) == ["C1 new H001 field J1 terraces=12 water=7/2 order=8"]
