"""`discrepancies settle`: what a paper says that was typed in two ways is decided by people, and nothing false stays beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pachamama.core.model import Sheet
from pachamama.core.numbers import read_exact
from pachamama.store import Store

from .desk import Desk, opened

ROUND = "terraces-household-1"


def again(desk: Desk, walls: int, water: str, who: str = "luis") -> None:
    """Somebody types the sheet of J1 for H11 a second time."""
    sheet = Sheet("J1", "sheet", {"walls": walls, "water": read_exact(water)})
    with Store.open(desk.folder / "pachamama.db", writing=True) as store:
        store.record_second(ROUND, "H11", "C1", None, sheet, actor=who)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The sheet of J1 for H11, by ana 17 and 10.5 with the total 27.5, by luis 11 and 10.5."""
    desk = opened(tmp_path)
    desk.do("enter", "H11", "H12")
    desk.do("score", "H11", "J1", "17", "10.5", "--total", "27.5", "--as", "ana")
    again(desk, 11, "10.5")
    return desk


def settle(*words: str) -> tuple[str, ...]:
    """The command by a third person, with a reason."""
    return ("discrepancies", "settle", "H11", *words, "--reason", "el 1 parecía un 7", "--as", "rosa")


def test_a_total_that_was_compared_with_other_marks_is_not_kept(desk: Desk) -> None:
    """It agrees with nothing any more; neither `explain` nor a later look says that it does."""
    assert "27.5 agrees" in desk.do("explain", "H11").out
    desk.do(*settle("11", "10.5"))
    said = desk.do("explain", "H11").out
    assert "decided with the paper in hand" in said
    assert "control total" not in said
    desk.do("score", "H11", "J1", "11", "10.5", "--total", "21.5")
    assert "the control total 21.5 agrees" in desk.do("explain", "H11").out
    desk.do("check")


def test_the_total_of_the_decision_is_compared_and_kept(desk: Desk) -> None:
    """With the marks that were decided; and that of the first typing, where it was right."""
    assert "the marks add up to 21.5" in desk.refuse(*settle("11", "10.5", "--total", "27.5"))
    desk.do(*settle("11", "10.5", "--total", "21,5"))
    assert "the control total 21.5 agrees" in desk.do("explain", "H11").out
    desk.do("check")


def test_the_total_stays_where_the_first_typing_was_right(desk: Desk) -> None:
    """Its marks stand as they were."""
    desk.do(*settle("17", "10.5"))
    assert "the control total 27.5 agrees" in desk.do("explain", "H11").out


def test_a_decision_on_one_laptop_takes_the_total_away_on_the_other(desk: Desk) -> None:
    """Whoever merges what first: the tables are those of the journal."""
    for name in ("eva", "tito"):
        desk.do("devices", "hand-out", f"{name}.db", "--name", name)
    desk.do(*settle("11", "10.5"), "--db", "eva.db")
    desk.do("score", "H12", "J1", "12", "14.5", "--db", "tito.db")
    for here, there in (("eva.db", "tito.db"), ("tito.db", "eva.db")):
        desk.do("merge", there, "--db", here)
        assert "control total" not in desk.do("explain", "H11", "--db", here).out
        desk.do("check", "--db", here)
