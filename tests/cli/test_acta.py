"""The minutes say to the letter how the sheets were checked, what stood on them, and who was there."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.cli.desk import Desk, opened, scores

from pachamama.core.model import Sheet
from pachamama.core.numbers import read_exact
from pachamama.core.problems import Refused
from pachamama.store import Store

ROUND = "terraces-household-1"


def typed_twice(folder: Path) -> Desk:
    """Three sheets of C1 typed a second time: one agrees, one was decided, one agrees only with who corrected it."""
    desk = opened(folder)
    desk.do("import", "scores", desk.write("scores.csv", scores()), "--as", "ana")
    again(desk, "H11", 11, "12.5", "luz")
    again(desk, "H12", 11, "14.5", "luz")
    desk.do("discrepancies", "settle", "H12", "12", "14.5", "--judge", "J1", "--reason", "era un 2", "--as", "rosa")
    again(desk, "H13", 12, "16.5", "luz")
    desk.do("score", "H13", "J1", "12", "16.5", "--correct", "era un 2", "--as", "luz")
    return desk


def again(desk: Desk, entry: str, walls: int, water: str, who: str) -> None:
    """Somebody types the sheet of J1 a second time."""
    sheet = Sheet("J1", "sheet", {"walls": walls, "water": read_exact(water)})
    with Store.open(desk.folder / "pachamama.db", writing=True) as store:
        store.record_second(ROUND, entry, "C1", None, sheet, actor=who)


def said(desk: Desk, paper: str) -> str:
    """All that a paper of the first community says."""
    name, *_ = desk.do("print", paper, "-o", "papers", "--within", "C1").out.split()
    pages = PdfReader(BytesIO((desk.folder / name).read_bytes())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_what_checked_the_sheets_is_true_to_the_letter(tmp_path: Path) -> None:
    """Equal, decided and typed by one person alone are three things; the acta and the prize sheet tell them apart."""
    desk = typed_twice(tmp_path)
    for paper in ("acta", "prize-sheet"):
        text = said(desk, paper)
        assert "1 de 10 fichas la digitó una segunda persona, y coincide." in text
        assert "1 de 10 fichas se digitó de dos maneras, y se decidió con el papel en la mano." in text
        assert "1 de 10 fichas la digitó dos veces la misma persona, y coincide." in text
        assert "7 de 10 fichas se digitaron una sola vez" in text
    assert "typed twice by luz, the same both times" in desk.do("explain", "H13").out
    again(desk, "H13", 12, "16.5", "rosa")
    assert "2 de 10 fichas las digitó una segunda persona, y coinciden." in said(desk, "acta")
    with pytest.raises(Refused, match="typed twice already"):
        again(desk, "H13", 12, "16.5", "eva")


def test_witnesses_who_were_forgotten_are_not_left_out(tmp_path: Path) -> None:
    """Neither the witness of the closing nor one of the jury: that there was somebody stays."""
    desk = opened(tmp_path)
    desk.do("import", "scores", desk.write("scores.csv", scores()), "--as", "ana")
    jury = ("--by", "Olinda Jurado", "--by", "Tomás Rivas")
    desk.do("ruling", "deduction", "H11", "no_banner", "--reason", "sin distintivo", *jury)
    desk.do("round", "close", "--witness", "Sara Testigo", "--as", "ana")
    assert "y fue testigo Sara Testigo" in said(desk, "acta")
    for name in ("Sara Testigo", "Olinda Jurado"):
        desk.do("forget", name, "--reason", "lo pidió", "--yes")
    text = said(desk, "acta")
    assert "y fue testigo (un nombre que se borró)" in text
    assert "Lo decidieron (un nombre que se borró) y Tomás Rivas." in text
    assert "by ana and (a name that was erased)" in desk.do("round", "show", ROUND).out


def test_what_stood_on_a_sheet_is_told_with_its_points(tmp_path: Path) -> None:
    """A deduction ticked on a sheet explains the points; one that the jury's ruling tells is not told twice."""
    desk = opened(tmp_path)
    desk.do("import", "scores", desk.write("scores.csv", scores()))
    desk.do("score", "H12", "J1", "12", "14.5", "--deduction", "no_banner", "--correct", "faltaba")
    text = said(desk, "acta")
    assert "En las fichas de H12 Persona 12 consta: descuento “Sin distintivo” (puntos: –3)." in text
    desk.do("ruling", "deduction", "H13", "no_banner", "--reason", "sin distintivo", "--by", "Tomás Rivas")
    assert "fichas de H13" not in said(desk, "acta")


def test_a_prize_sheet_comes_as_a_spreadsheet_too(tmp_path: Path) -> None:
    """`--format xlsx` writes what the CSV holds, row by row; places and amounts are numbers."""
    import openpyxl

    desk = opened(tmp_path)
    desk.do("import", "scores", desk.write("scores.csv", scores()))
    paths = desk.do("print", "prize-sheet", "-o", "papers", "--within", "C1", "--format", "xlsx").out.split()
    assert [path.rpartition(".")[2] for path in paths] == ["pdf", "csv", "json", "xlsx"]
    cells = [cell for row in openpyxl.load_workbook(desk.folder / paths[-1]).worksheets[0].values for cell in row]
    assert {1, 2, 3, "H15", "Persona 15", "00001534", 100, 60, 40} <= set(cells)


def test_what_is_ticked_is_told_when_a_sheet_is_stored(tmp_path: Path) -> None:
    """The points of a sheet are those before the deduction."""
    desk = opened(tmp_path)
    desk.do("enter", "H12")
    ran = desk.do("score", "H12", "J1", "12", "14.5", "--deduction", "no_banner")
    assert "26.50 points stored." in ran.err
    said = (
        "Those points are before: deduction “Sin distintivo” (points: -3); it counts once, in the total of the entry."
    )
    assert said in " ".join(ran.err.replace("−", "-").replace("–", "-").split())
