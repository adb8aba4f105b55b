"""The score book: what is typed into it comes back as the sheets that were meant, and nothing else can be typed."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pachamama.core.model import Contest
from pachamama.core.numbers import Exact
from pachamama.core.rules.document import Phase, Tier
from pachamama.exchange import ScoreReading, read_scores
from pachamama.exchange.score_book import Book, BookPage, BookRow, score_book
from pachamama.language import Reader

from .desk import TWO_PHASES, refusals, shown, tier_of

TIER = tier_of(TWO_PHASES)
FIELD, PUBLIC = TIER.judged_phases
SPANISH = Reader.of("es")


def page(phase: Phase, judge: str, rows: Mapping[str, Mapping[str, Exact]], **more: Any) -> BookPage:
    """A page of contest C1, new: the marks of each entry."""
    return BookPage(
        f"C1 {judge} {phase.id}",
        ["C1 Ccapana", phase.id],
        phase,
        [BookRow("C1", "new", code, f"=Ana {code}", judge, marks=marks, **more) for code, marks in rows.items()],
    )


def saved(folder: Path, *pages: BookPage, tier: Tier = TIER, judges: tuple[str, ...] = ()) -> Path:
    """The book on the disk."""
    path = folder / "book.xlsx"
    path.write_bytes(score_book(Book("Andenes", "terraces-household-1", pages, judges), tier, SPANISH))
    return path


def sheets(contests: tuple[Contest, ...]) -> list[str]:
    """Only what was marked."""
    return [line for line in shown(contests) if "=" in line]


def values(path: Path) -> dict[str, list[list[object]]]:
    """What a spreadsheet program shows: the cells of each sheet."""
    from openpyxl import load_workbook

    book = load_workbook(path, data_only=True)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}


MARKS = st.one_of(st.none(), st.integers(0, 24))


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(1, 20)),
            st.one_of(st.none(), st.integers(2, 30)),
            st.one_of(st.none(), st.sampled_from([15, 8, 2])),
            st.one_of(st.none(), st.integers(1, 25)),
            st.one_of(st.none(), st.integers(0, 99999)),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_sheets_are_written_into_a_book_come_back_the_same(tmp_path_factory, rows) -> None:
    """Table → book → table: each mark, each empty cell, each judge, phase, category and unit."""
    from fractions import Fraction

    from pachamama.core.numbers import simple

    folder = tmp_path_factory.mktemp("book")
    field, public = {}, {}
    for number, (terraces, water, order, told, area) in enumerate(rows):
        half = None if water is None else simple(Fraction(water, 2))
        field[f"H{number}"] = {
            id_: mark for id_, mark in (("terraces", terraces), ("water", half), ("order", order)) if mark is not None
        }
        tenth = None if area is None else simple(Fraction(area, 10))
        public[f"H{number}"] = {id_: mark for id_, mark in (("map", told), ("area", tenth)) if mark is not None}
    book = saved(folder, page(FIELD, "J1", field), page(PUBLIC, "J1", public), page(FIELD, "J2", field))
    expected = [
        f"C1 new {code} {phase} {judge} " + " ".join(f"{id_}={mark}" for id_, mark in marks.items())
        for code in field
        for phase, judge, marks in (
            ("field", "J1", field[code]),
            ("field", "J2", field[code]),
            ("public", "J1", public[code]),
        )
        if marks
    ]
    assert sheets(read_scores(book, TIER)) == expected


def test_names_are_text_and_sums_are_formulas_with_their_values(tmp_path: Path) -> None:
    """A name that begins like a formula stays a name; weights and bands stand in the sum, and its value beside it."""
    path = saved(tmp_path, page(PUBLIC, "J1", {"H1": {"map": 10, "area": 250}, "H2": {}}))
    cells = values(path)["C1 J1 public"]
    assert cells[4][:8] == [
        *("Código", "Nombre", "map", "area", "Suma de las notas", "Total de control", "Estado", "Descuentos")
    ]
    assert cells[5][:6] == ["H1", "=Ana H1", 10, 250, 25, None]
    assert cells[6][:6] == ["H2", "=Ana H2", None, None, None, None]
    with zipfile.ZipFile(path) as packed:
        sheet = packed.read("xl/worksheets/sheet2.xml").decode()
    assert '<f>IF(COUNT(C6:D6)=0,"",ROUND(2*N(C6)+IF(ISNUMBER(D6),LOOKUP(D6,{0,200,500},{0,5,10}),0),6))</f>' in sheet
    assert "=Ana" not in "".join(part for part in sheet.split("<f>")[1:])


def test_only_what_is_asked_can_be_typed(tmp_path: Path) -> None:
    """Marks, control total, status and deductions are open; codes, names and the sum are locked, and the sheet is protected."""
    from openpyxl import load_workbook

    path = saved(tmp_path, page(FIELD, "J1", {"H1": {}}, code="KT00001-2"))
    sheet = load_workbook(path)["C1 J1 field"]
    titles = [cell.value for cell in sheet[5]]
    assert titles[:3] == ["Ficha", "Código", "Nombre"]
    opened = [title for title, cell in zip(titles, sheet[6], strict=True) if not cell.protection.locked]
    assert opened == ["Andenes", "water", "order", "Total de control", "Estado", "Descuentos"]
    assert sheet.protection.sheet
    assert sheet.freeze_panes == "D6"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows == "$4:$5"
    assert sheet.print_area == "'C1 J1 field'!$A$1:$J$6"


def test_deductions_are_typed_into_a_book_and_come_back(tmp_path: Path) -> None:
    """What a paper names beside the marks has its column, where the rules know any; else there is none."""
    faults = sorted(one.id for one in (*TIER.deductions, *TIER.bonuses, *TIER.knockouts))
    path = saved(tmp_path, page(FIELD, "J1", {"H1": {"terraces": 10}}, deductions=frozenset(faults)))
    (contest,) = read_scores(path, TIER)
    assert contest.entries[0].deductions == set(faults) != set()
    bare = replace(TIER, deductions=(), bonuses=(), knockouts=())
    cells = values(saved(tmp_path, page(FIELD, "J1", {"H1": {}}), tier=bare))["C1 J1 field"]
    assert "Descuentos" not in cells[4]


def test_each_mark_cell_says_what_it_takes_in_the_language_of_the_rules(tmp_path: Path) -> None:
    """Ranges, steps and options as the rules have them; no message is longer than a spreadsheet program takes."""
    from openpyxl import load_workbook

    path = saved(tmp_path, page(FIELD, "J1", {"H1": {}}), page(PUBLIC, "J1", {"H1": {}}))
    book = load_workbook(path)
    rules = {
        str(one.sqref): one
        for name in ("C1 J1 field", "C1 J1 public")
        for one in book[name].data_validations.dataValidation
    }
    assert (rules["C6"].type, rules["C6"].operator, rules["C6"].formula1, rules["C6"].formula2) in {
        ("whole", None, "1", "20"),
        ("whole", "between", "1", "20"),
        ("whole", None, "1", "25"),
        ("whole", "between", "1", "25"),
    }
    field = {str(one.sqref): one for one in book["C1 J1 field"].data_validations.dataValidation}
    assert field["D6"].formula1 == "AND(ISNUMBER(D6),D6>=1,D6<=15,ABS((D6-1)/0.5-ROUND((D6-1)/0.5,0))<1/1000000)"
    assert (field["E6"].type, field["E6"].formula1) == ("list", '"15,8,2"')
    assert all(len(one.prompt or "") <= 255 and len(one.error or "") <= 255 for one in field.values())
    assert all(one.errorStyle in {None, "stop"} for one in field.values())


def test_the_same_round_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two books of one round can be compared by their digest."""
    first = saved(tmp_path, page(FIELD, "J1", {"H1": {"terraces": 3}})).read_bytes()
    assert saved(tmp_path, page(FIELD, "J1", {"H1": {"terraces": 3}})).read_bytes() == first


def test_status_code_and_control_total_come_back_too(tmp_path: Path) -> None:
    """Who was absent, which paper it was, and the total that stands on it."""
    pages = BookPage(
        "J1",
        [],
        FIELD,
        [
            BookRow("C1", "new", "H1", "Ana", "J1", "KT00001-2", {"terraces": 3, "order": 8}, "11"),
            BookRow("C1", "new", "H2", "Rosa", "J1", "KT00002-3", status="absent"),
        ],
    )
    found = ScoreReading()
    (contest,) = read_scores(saved(tmp_path, pages), TIER, found=found)
    assert [entry.status for entry in contest.entries] == [None, "absent"]
    assert [(row.code, row.entry, row.judge, row.phase) for row in found.coded] == [("KT00001-2", "H1", "J1", "field")]
    assert [(row.code, row.entry, row.judge, row.phase) for row in found.totals] == [("11", "H1", "J1", "field")]
    wrong = BookPage("J1", [], FIELD, [BookRow("C1", "new", "H1", "Ana", "J1", "", {"terraces": 3}, "4")])
    assert refusals(read_scores, saved(tmp_path, wrong), TIER)[0].startswith(
        "book.xlsx, sheet “J1”, G6: the total says 4, but the marks add up to 3"
    )


def test_where_no_judge_is_known_the_row_asks_for_one(tmp_path: Path) -> None:
    """The column is open and lists the judges; a mark without a judge is refused with its row."""
    from openpyxl import load_workbook

    rows = [BookRow("C1", "new", "H1", "Ana", "", "", {"terraces": 3})]
    path = saved(tmp_path, BookPage("1", [], FIELD, rows), judges=("J1", "J2"))
    sheet = load_workbook(path)["1"]
    assert [cell.value for cell in sheet[5]][:3] == ["Código", "Nombre", "Jurado"]
    assert '"J1,J2"' in {one.formula1 for one in sheet.data_validations.dataValidation}
    assert "there are marks for H1, but no judge" in refusals(read_scores, path, TIER)[0]


def test_sheets_have_names_that_every_program_takes(tmp_path: Path) -> None:
    """Signs are replaced, long ones cut, equal ones numbered, whatever the codes are."""
    names = ["C/1:[x]", "c 1  x", "x" * 40, "x" * 41, "'", "History"]
    pages = [BookPage(name, [], FIELD, [BookRow("C1", "new", "H1", "", "J1")]) for name in names]
    found = list(values(saved(tmp_path, *pages)))[1:]
    assert len({name.casefold() for name in found}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in found)
    assert "history" not in {name.casefold() for name in found}


def test_the_guide_is_no_table_and_is_left_out_without_a_word(tmp_path: Path) -> None:
    """Whoever takes the book back is not told of the page that this program wrote itself."""
    notes: list = []
    read_scores(saved(tmp_path, page(FIELD, "J1", {"H1": {"terraces": 3}})), TIER, notes=notes)
    assert notes == []


@pytest.mark.parametrize("sign", list("=+-@"))
def test_no_name_runs_as_a_formula(tmp_path: Path, sign: str) -> None:
    """Whatever it begins with, it is a string in the file."""
    row = BookRow("C1", "new", "H1", f"{sign}cmd|' /C calc'!A0", "J1")
    path = saved(tmp_path, BookPage("1", [f"{sign}1"], FIELD, [row]))
    with zipfile.ZipFile(path) as packed:
        sheet = packed.read("xl/worksheets/sheet2.xml").decode()
    assert sheet.count("<f>") == 1
    assert "cmd" not in sheet
