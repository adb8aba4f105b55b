"""A paper as a spreadsheet, as CSV and as JSON: typed cells, sums that reckon, set up to be printed, the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import openpyxl
from python_calamine import CalamineWorkbook

from pachamama.exchange.paper_table import PaperColumn, PaperTable, paper_csv, paper_json, paper_xlsx
from pachamama.language import Reader

ES = Reader.of("es")
TABLE = PaperTable(
    name="C1 [nuevas]",
    title="Planilla & premios",
    columns=(
        PaperColumn("place", "Puesto"),
        PaperColumn("dni", "DNI"),
        PaperColumn("points", "Puntos", "points", decimals=2),
        PaperColumn("members", "Miembros", "count", is_summed=True),
        PaperColumn("amount", "Monto S/", "money", is_summed=True),
        PaperColumn("day", "Fecha", "date"),
        PaperColumn("signature", "Firma", "written"),
    ),
    rows=(
        ("1", "00001234", Fraction(226, 3), 4, 123450, dt.date(2026, 11, 24), None),
        ("2", "=1+1", 70, 3, 10, None, None),
    ),
    headings=("Comunidad Ccapana",),
    stamps=("ENSAYO",),
    total="Total",
    facts={"round": "terraces-household-1", "rehearsal": True, "within": None},
)


def sheet(table: PaperTable = TABLE, *, reckoned: bool = False) -> Any:
    """The first sheet of the book of a table, with its formulas or with what is stored beside them."""
    return openpyxl.load_workbook(io.BytesIO(paper_xlsx([table], ES)), data_only=reckoned).worksheets[0]


def cells(found: Any) -> dict[str, Any]:
    """Every cell that holds something, by its address."""
    return {cell.coordinate: cell.value for row in found.iter_rows() for cell in row if cell.value is not None}


def test_cells_are_typed_as_their_columns_say() -> None:
    """Text keeps its zeros and runs never; money, points, counts and days are figures with their formats."""
    found = sheet()
    assert [found[at].value for at in ("A6", "B6", "C6", "D6", "E6")] == ["1", "00001234", 75.33, 4, 1234.5]
    assert found["F6"].value == dt.datetime(2026, 11, 24)  # noqa: DTZ001 as it comes out of the spreadsheet
    assert (found["B7"].value, found["B7"].data_type) == ("=1+1", "s")
    assert [found[at].number_format for at in ("B6", "C6", "D6", "E6")] == ["@", "0.00", "#,##0", "#,##0.00"]


def test_totals_are_formulas_and_hold_what_was_reckoned() -> None:
    """A program that reckons and one that only shows both have the right sum."""
    assert {at: value for at, value in cells(sheet()).items() if at.endswith("8")} == {
        "A8": "Total",
        "D8": "=SUM(D6:D7)",
        "E8": "=SUM(E6:E7)",
    }
    assert (sheet(reckoned=True)["D8"].value, sheet(reckoned=True)["E8"].value) == (7, 1234.6)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(paper_xlsx([TABLE], ES))).get_sheet_by_index(0).to_python()
    assert rows[-1][3:5] == [7.0, 1234.6]


def test_a_table_without_rows_has_totals_of_nothing() -> None:
    """No formula over no cells, which would reckon its own titles."""
    assert cells(sheet(replace(TABLE, rows=())))["E6"] == 0


def test_the_label_of_totals_goes_beside_a_summed_first_column() -> None:
    """It never hides a sum."""
    table = replace(TABLE, columns=TABLE.columns[4:6], rows=[row[4:6] for row in TABLE.rows])
    found = cells(sheet(table))
    assert (found["A8"], found["B8"]) == ("=SUM(A6:A7)", "Total")


def test_the_sheet_is_set_up_for_paper() -> None:
    """A4, one page wide, titles on every page, pages numbered, stamps at the head."""
    found = sheet()
    assert (found.page_setup.paperSize, found.page_setup.orientation) == (9, "landscape")
    assert (found.sheet_properties.pageSetUpPr.fitToPage, found.page_setup.fitToHeight) == (True, 0)
    assert found.print_title_rows == "$5:$5"
    assert found.oddFooter.right.text == "&P de &N"
    assert found.oddFooter.left.text.strip() == "Planilla && premios · Comunidad Ccapana"
    assert found.oddHeader.center.text == "&BENSAYO"
    assert found.freeze_panes == "A6"
    assert sheet(replace(TABLE, is_portrait=True)).page_setup.orientation == "portrait"


def test_columns_are_as_wide_as_what_they_hold() -> None:
    """A column to write in has room for a hand, and its rows are high."""
    found = sheet(replace(TABLE, rows=[*TABLE.rows, ("3", "x" * 300, 1, 1, 1, None, None)]))
    widths = {letter: found.column_dimensions[letter].width for letter in "ABG"}
    assert widths["A"] < 12 < widths["G"] < widths["B"] < 50
    assert found.row_dimensions[6].height == 30


def test_tables_of_one_book_have_names_of_their_own() -> None:
    """However alike they are called."""
    book = openpyxl.load_workbook(io.BytesIO(paper_xlsx([TABLE, TABLE], ES)))
    assert book.sheetnames == ["C1  nuevas", "C1  nuevas~2"]


def test_csv_holds_rows_and_facts() -> None:
    """Exact figures as text, no empty signature column, nothing that runs."""
    assert paper_csv(TABLE).decode("utf-8-sig").split("\r\n") == [
        "place,dni,points,members,amount,day,round,rehearsal,within",
        "1,00001234,75.33,4,1234.50,2026-11-24,terraces-household-1,true,",
        "2,'=1+1,70.00,3,0.10,,terraces-household-1,true,",
        "",
    ]
    assert paper_csv(TABLE).startswith(b"\xef\xbb\xbf")


def test_json_holds_rows_facts_and_totals() -> None:
    """Amounts and points are strings, so that they stay exact."""
    document = json.loads(paper_json([TABLE]))
    assert document["rows"][0] == {
        "place": "1",
        "dni": "00001234",
        "points": "75.33",
        "members": 4,
        "amount": "1234.50",
        "day": "2026-11-24",
    }
    assert (document["round"], document["rehearsal"], document["within"]) == ("terraces-household-1", True, None)
    assert document["totals"] == {"members": 7, "amount": "1234.60"}
    assert len(json.loads(paper_json([TABLE, TABLE]))) == 2


def test_the_same_table_gives_the_same_bytes() -> None:
    """On every day, so that a book that was sent can be compared."""
    assert paper_xlsx([TABLE], ES) == paper_xlsx([TABLE], ES)


def test_blank_rows_are_for_the_hand_only() -> None:
    """They stand in the spreadsheet, within its sums, and in no table for programs."""
    table = replace(TABLE, blank=3)
    assert cells(sheet(table))["E11"] == "=SUM(E6:E10)"
    assert sheet(table)["G10"].border.left.style == "thin"
    assert paper_csv(table) == paper_csv(TABLE)
