"""What is wrong with a book is said with its cell, and faults may be written by the names on the paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.exchange.books import xlsx

from pachamama.core.rules import load_rules
from pachamama.exchange import read_scores

from .desk import RULES, Desk, registered, scored

HEAD = ["entry", "judge", "walls", "water", "status", "deductions"]


def book(desk: Desk, *rows: list[object]) -> str:
    """A book with one sheet."""
    xlsx(desk.folder / "b.xlsx", {"J1": [HEAD, *rows]})
    return "b.xlsx"


def test_a_wrong_status_and_a_wrong_deduction_name_their_cells(tmp_path: Path) -> None:
    """As a wrong mark does."""
    desk = scored(tmp_path)
    rows = (["H11", "J1", 11, 12.5, "enfermo", None], ["H12", "J1", 12, 14.5, None, "gritos"])
    said = desk.refuse("import", "scores", book(desk, *rows))
    assert "sheet “J1”, E2" in said
    assert "sheet “J1”, F3" in said


def test_other_marks_name_their_cells(tmp_path: Path) -> None:
    """Of a sheet that is stored, each mark that is another."""
    desk = scored(tmp_path)
    said = desk.refuse("import", "scores", book(desk, ["H11", "J1", 11, 13.5], ["H12", "J1", 10, 14.5]))
    assert "sheet “J1”, D2: J1 gave H11 12.5" in said
    assert "sheet “J1”, C3: J1 gave H12 12" in said


def test_a_damaged_account_names_its_cell(tmp_path: Path) -> None:
    """A figure has lost its zeros."""
    desk = registered(tmp_path)
    head = ["code", "community", "head", "dni", "Cuenta"]
    xlsx(tmp_path / "p.xlsx", {"P": [head, ["H11", "C1", "Persona 11", "00001134", 1234567890]]})
    assert "sheet “P”, E2" in desk.refuse("import", "households", "p.xlsx")


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("Sin distintivo", ["no_banner"]),
        ("sin distintivo; LLEGO TARDE", ["late", "no_banner"]),
        ("Llegó tarde, no_banner", ["late", "no_banner"]),
        ("no_banner late", ["late", "no_banner"]),
    ],
)
def test_a_fault_may_be_written_by_its_name(tmp_path: Path, written: str, taken: list[str]) -> None:
    """Alone, or between semicolons or commas; ids as ever."""
    late = '{id: late, name: {es: "Llegó tarde"}, points: 2}'
    rules = load_rules(RULES.replace("points: 3}]", f"points: 3}}, {late}]"))
    tier = rules.competitions["terraces"].tiers[0]
    (tmp_path / "s.csv").write_text(f'entry,judge,walls,water,deductions\nH11,J1,10,10,"{written}"\n', "utf-8")
    (contest,) = read_scores(tmp_path / "s.csv", tier, notes=[])
    assert sorted(contest.entries[0].deductions) == taken


def test_a_stored_sheet_that_is_empty_in_the_book_is_named(tmp_path: Path) -> None:
    """Whoever emptied the row by mistake, or in order to take the sheet out, is told in the preview; nothing is deleted."""
    desk = scored(tmp_path)
    rows = (["H11", "J1", None, None], ["H12", "J1", 12, 14.5])
    before = desk.journal()
    for words in (("--dry-run",), ()):
        said = desk.do("import", "scores", book(desk, *rows), *words).err
        assert "sheet “J1”, row 2: H11, J1, the sheet: stored; in the book, empty" in said
        assert "Nothing is deleted." in said
        assert "H12, J1" not in said
    assert desk.journal() == before
    desk.do("score", "H11", "J1", "-", "-", "--correct", "no era suya")
    assert "in the book, empty" not in desk.do("import", "scores", book(desk, *rows)).err
